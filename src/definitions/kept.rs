//! What was compiled on top of R4, as one text: so it is kept on a disk, given to a page, and shared by threads.

use super::form::{ReadError, Reader, Seal, Writer};
use super::set::Definitions;
use super::text::Text;

/// What such a text begins with. Another form gets another number.
const MAGIC: &str = "fhirpost packages 2\n";

impl Definitions {
    /// All layers on top of R4 as one text, which [`Definitions::with_kept`] reads. `note` is kept with them: what was said of them when they
    /// were compiled.
    pub fn kept(&self, note: &str) -> String {
        let mut out = Writer::default();
        out.text(note);
        for list in [&self.packages, &self.layers] {
            out.count(list.len());
            for one in list {
                out.text(one);
            }
        }
        format!("{MAGIC}{}", out.finish())
    }

    /// Whether bytes are what [`Definitions::kept`] gave, by how they begin.
    pub fn are_kept(bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC.as_bytes())
    }

    /// These definitions, R4, with the layers that [`Definitions::kept`] wrote, and the note. All of it is looked at, as
    /// [`Definitions::with_compiled`] does.
    ///
    /// ```
    /// use fhirpost::Definitions;
    ///
    /// let (definitions, _) = Definitions::r4().with([r#"{ "resourceType": "MessageDefinition", "url": "http://example.org/ping",
    ///     "status": "draft", "date": "2026-01-01", "eventUri": "http://example.org/events/ping", "category": "notification" }"#]);
    /// let (again, note) = Definitions::r4().with_kept(definitions.kept("of today").into_bytes())?;
    /// assert_eq!((again.messages().len(), note.as_str()), (definitions.messages().len(), "of today"));
    /// # Ok::<(), fhirpost::definitions::ReadError>(())
    /// ```
    ///
    /// # Errors
    /// When the text is not complete, was changed, or was compiled by another version, or on top of other definitions.
    pub fn with_kept(&self, bytes: Vec<u8>) -> Result<(Self, Text), ReadError> {
        let text = String::from_utf8(bytes).map(Text::from).ok();
        let rest = text.filter(|text| text.starts_with(MAGIC)).and_then(|text| text.part(MAGIC.len()..text.len()));
        let rest = rest.ok_or(ReadError::Foreign)?;
        let mut from = Reader::new(&rest);
        let (note, packages, layers) = (from.text(), from.many(Reader::text), from.many(Reader::text));
        if !from.end() {
            return Err(ReadError::Length);
        }
        for layer in &layers {
            if !Seal::read(layer)?.is_whole() {
                return Err(ReadError::Digest);
            }
        }
        let mut definitions = self.stacked(&layers)?;
        definitions.packages.extend(packages);
        if definitions.holds_what_it_names() { Ok((definitions, note)) } else { Err(ReadError::Content) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SET: &str = r#"{"resourceType":"ValueSet","url":"http://example.org/colour","status":"active",
        "compose":{"include":[{"system":"http://example.org/c","concept":[{"code":"rouge é"}]}]}}"#;

    fn read(bytes: Vec<u8>) -> Result<(Definitions, Text), ReadError> {
        Definitions::r4().with_kept(bytes)
    }

    #[test]
    fn what_was_kept_is_the_same_again() {
        let (one, _) = Definitions::r4_with_profiles().with([SET]);
        let (mut two, _) = one.with([SET.replace("colour", "other")]);
        two.packages.push(Text::from("example.colours#1.0.0"));
        let kept = two.kept("[é]");
        assert!(Definitions::are_kept(kept.as_bytes()));
        let (again, note) = read(kept.clone().into_bytes()).unwrap();
        assert_eq!((note.as_str(), again.kept("[é]")), ("[é]", kept));
        assert_eq!(again.value_sets().last().unwrap().has_code("rouge é"), Some(true));
        assert_eq!(again.profile_count(), two.profile_count());
    }

    #[test]
    fn what_is_not_whole_or_for_others_is_an_error() {
        let (definitions, _) = Definitions::r4().with([SET]);
        let kept = definitions.kept("").into_bytes();
        for end in [0, 5, MAGIC.len(), MAGIC.len() + 1, kept.len() - 1] {
            let expected = if end < MAGIC.len() { ReadError::Foreign } else { ReadError::Length };
            assert_eq!(read(kept[..end].to_vec()).err(), Some(expected), "{end}");
        }
        let changed = |from: &str, to: &str| String::from_utf8(kept.clone()).unwrap().replace(from, to).into_bytes();
        assert_eq!(read(changed("rouge", "rousse")).err(), Some(ReadError::Length));
        assert_eq!(read(changed("rouge", "verts")).err(), Some(ReadError::Digest));
        assert_eq!(definitions.with_kept(kept.clone()).err(), Some(ReadError::OtherBase));
        assert_eq!(read(vec![0xff]).err(), Some(ReadError::Foreign));
    }
}
