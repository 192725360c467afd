//! A text while it is written.

use crate::document::{Units, utf16_length};
use crate::json::{DraftText, Replacement};
use crate::report::TextEdit;
use crate::validate::{DraftVerdict, Engine, Options, Report};
use std::fmt;
use std::sync::Arc;

/// A text while it is written: validated after each edit, as [`Validator::validate`](crate::Validator::validate) validates it, but only what has changed and what hangs on
/// that. [`Validator::draft`](crate::Validator::draft) makes one.
///
/// ```
/// use fhirpost::{Options, TextEdit, Validator};
///
/// let text = r#"{ "resourceType": "Patient", "gender": "femal" }"#;
/// let mut draft = Validator::default().draft(text, Options::default());
/// assert!(!draft.report().valid);
/// let report = draft.edit(&[TextEdit { start: 44, end: 44, text: "e".into() }]).unwrap();
/// assert!(report.valid);
/// ```
#[derive(Clone, Debug)]
pub struct Draft {
    engine: Arc<Engine>,
    options: Options,
    text: DraftText,
    verdict: Option<DraftVerdict>,
    report: Report,
}

/// Edits that cannot be made: the text stays as it was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum EditError {
    /// The edit with this index ends before it begins, or begins before the one in front of it ends: edits are in the order of the text.
    Order(usize),
    /// The edit with this index begins or ends behind the end of the text, or inside of a character.
    Place(usize),
}

impl fmt::Display for EditError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Order(index) => {
                write!(out, "edit {index} begins before the one in front of it ends, or ends before it begins")
            }
            Self::Place(index) => write!(out, "edit {index} is not at characters of the text"),
        }
    }
}

impl std::error::Error for EditError {}

impl Draft {
    pub(crate) fn new(engine: Arc<Engine>, text: String, options: Options) -> Self {
        let text = DraftText::new(text, engine.definitions.names(), options.limits);
        let mut verdict = None;
        let report = engine.validate_draft(&text, crate::json::Change::Whole, &mut verdict, &options);
        Self { engine, options, text, verdict, report }
    }

    /// The text of now.
    pub fn text(&self) -> &str {
        self.text.text()
    }

    /// The verdict on it.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Edits the text, and validates it. The edits are those of one step: each says places of the text before all of them, in the units of the
    /// options, and they are in the order of the text.
    ///
    /// # Errors
    /// When the edits overlap, or are not at characters of the text. Nothing is edited then.
    pub fn edit(&mut self, edits: &[TextEdit]) -> Result<&Report, EditError> {
        let edits = self.places(edits)?;
        let change = self.text.edit(&edits, self.engine.definitions.names());
        self.report = self.engine.validate_draft(&self.text, change, &mut self.verdict, &self.options);
        Ok(&self.report)
    }

    /// The edits with places in bytes.
    fn places<'e>(&self, edits: &'e [TextEdit]) -> Result<Vec<Replacement<'e>>, EditError> {
        let text = self.text.text();
        let mut places = Places { text, units: self.options.units, at: 0, utf16: 0 };
        let (mut replacements, mut behind) = (Vec::with_capacity(edits.len()), 0);
        for (index, edit) in edits.iter().enumerate() {
            if edit.start < behind || edit.end < edit.start {
                return Err(EditError::Order(index));
            }
            behind = edit.end;
            let (Some(start), Some(end)) = (places.byte(edit.start), places.byte(edit.end)) else {
                return Err(EditError::Place(index));
            };
            replacements.push(Replacement { start, end, text: &edit.text });
        }
        Ok(replacements)
    }
}

/// Goes forwards through a text, from one place to the next.
struct Places<'t> {
    text: &'t str,
    units: Units,
    at: usize,
    utf16: u32,
}

/// So many bytes are counted at once.
const BLOCK: usize = 1 << 12;

impl Places<'_> {
    /// The byte at a place, where a character begins there, or the text ends.
    fn byte(&mut self, place: u32) -> Option<u32> {
        if self.units == Units::Utf16 {
            let bytes = self.text.as_bytes();
            while let Some(block) = bytes.get(self.at..self.at + BLOCK) {
                let length = utf16_length(block);
                // The last character of a block may be only half there.
                if self.utf16 + length > place.saturating_sub(1) {
                    break;
                }
                (self.at, self.utf16) = (self.at + BLOCK, self.utf16 + length);
            }
            while self.utf16 < place || bytes.get(self.at).is_some_and(|byte| byte & 0xC0 == 0x80) {
                self.utf16 += utf16_length(bytes.get(self.at..=self.at)?);
                self.at += 1;
            }
            return (self.utf16 == place).then_some(self.at as u32);
        }
        self.text.is_char_boundary(place as usize).then_some(place)
    }
}

/// The byte at a place of a text: that of its end where it is behind, that of the character where it is inside of one.
pub(crate) fn byte_at(text: &str, place: u32, units: Units) -> usize {
    let byte = |place| Places { text, units, at: 0, utf16: 0 }.byte(place);
    // A character has at most four bytes.
    let found = (0..4).find_map(|back| byte(place.checked_sub(back)?));
    found.map_or(text.len(), |byte| byte as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_where_characters_begin() {
        let text = format!("{}é😀b", "aé".repeat(BLOCK));
        let mut units = 0;
        let mut known = Vec::new();
        for (byte, character) in text.char_indices() {
            known.push((units, byte as u32));
            units += character.len_utf16() as u32;
        }
        known.push((units, text.len() as u32));
        let places = || Places { text: &text, units: Units::Utf16, at: 0, utf16: 0 };
        let mut forwards = places();
        for &(unit, byte) in &known {
            assert_eq!(forwards.byte(unit), Some(byte));
            assert_eq!(forwards.byte(unit), Some(byte), "the same place again");
        }
        let &[.., (emoji, _), _, _] = known.as_slice() else { panic!() };
        assert_eq!(places().byte(emoji + 1), None, "inside of a character");
        assert_eq!(places().byte(units + 1), None, "behind the end");
        let places = || Places { text: "é", units: Units::Bytes, at: 0, utf16: 0 };
        assert_eq!([0, 1, 2, 3].map(|place| places().byte(place)), [Some(0), None, Some(2), None]);
    }

    #[test]
    fn edits_that_cannot_be_made_leave_the_text() {
        let mut draft = Draft::new(Arc::default(), "{\"é\":1}".into(), Options::default());
        let edit = |start, end| TextEdit { start, end, text: "x".into() };
        assert_eq!(draft.edit(&[edit(3, 3)]).unwrap_err(), EditError::Place(0));
        assert_eq!(draft.edit(&[edit(1, 1), edit(90, 91)]).unwrap_err(), EditError::Place(1));
        assert_eq!(draft.edit(&[edit(2, 1)]).unwrap_err(), EditError::Order(0));
        assert_eq!(draft.edit(&[edit(1, 2), edit(1, 2)]).unwrap_err(), EditError::Order(1));
        assert_eq!(draft.text(), "{\"é\":1}");
        assert!(EditError::Place(1).to_string().contains("edit 1"));
    }
}
