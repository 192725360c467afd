//! The message as a picture shows it.

use super::error::json;
use super::given::Given;
use super::message::Message;
use super::options::ValidateOptions;
use super::validator::Validator;
use fhirpost::document::{Document, Positions, Units};
use fhirpost::message::{self, outline};
use fhirpost::report::Issue;
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// How a message hangs together, right or wrong: `validate` says what is wrong with it.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[derive(Serialize, Default)]
pub struct MessageOutline {
    /// Why the text could not be read, as `validate` reports it; then there are no entries.
    #[serde(skip_serializing_if = "Option::is_none")]
    issue: Option<Issue>,
    /// The entries, in their order in `Bundle.entry`.
    entries: Vec<OutlineEntry>,
    /// The references in them, in the order of the text.
    references: Vec<OutlineReference>,
}

/// An entry.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutlineEntry {
    /// Its place in `Bundle.entry`, from 0.
    index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    full_url: Option<String>,
    /// The resourceType as it is written, whether R4 has it or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_type: Option<String>,
    /// The id of the resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// Whether it holds the MessageHeader; of several, the first.
    header: bool,
    /// Whether MessageHeader.focus refers to it.
    focus: bool,
    /// How it is linked with the MessageHeader, or in a document with the Composition: that refers to it, by whatever way (`ahead`), is linked
    /// only against the direction of references (`backwards`), or is not linked at all (`not`). Absent where there is neither.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<fhirpost::validate::Reach>"))]
    reach: Option<&'static str>,
    /// Where the entry begins: UTF-16 offset for a string, byte offset for a `Uint8Array`, absent for an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<u32>,
    /// Where it ends (exclusive), in the same unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<u32>,
}

/// A Reference with a `reference`, or an Attachment whose url refers to an entry. Canonical URLs link no entries.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[derive(Serialize)]
pub struct OutlineReference {
    /// The index of the entry that it is in; absent for one beside the entries, such as that of a signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<usize>,
    /// The index of the entry that it refers to.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<usize>,
    /// What it refers to: an `entry`; an entry of `other-version` than it names; a `contained` resource, or the one around; `several`, so that
    /// it is ambiguous; `elsewhere`, as a URL may; or `nowhere`: it dangles.
    #[cfg_attr(
        feature = "typescript",
        ts(type = "\"entry\" | \"other-version\" | \"contained\" | \"several\" | \"elsewhere\" | \"nowhere\"")
    )]
    resolves: &'static str,
    /// Whether it is a focus of the message.
    focus: bool,
    /// Where in its resource it is, as FHIRPath: `subject`, `performer[0]`. Of a very long path, the end.
    path: String,
    /// `Reference.reference` as written in the message.
    reference: String,
    /// Where that begins, with its quotes: UTF-16 offset for a string, byte offset for a `Uint8Array`, absent for an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<u32>,
    /// Where it ends (exclusive), in the same unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<u32>,
}

impl MessageOutline {
    fn of(outline: message::Outline<'_>, document: &Document<'_>, units: Units, has_positions: bool) -> Self {
        // Entries and references are each in the order of the text: it is counted through once for either.
        let spans = || Spans { positions: Positions::new(document.text().as_bytes()), units, has_positions };
        let (mut of_entries, mut of_references) = (spans(), spans());
        let entry = |(index, entry): (usize, message::OutlineEntry<'_>)| {
            let (start, end) = of_entries.of(entry.span);
            OutlineEntry {
                index,
                full_url: entry.full_url.map(|url| url.into_owned()),
                resource_type: entry.resource_type.map(|name| name.into_owned()),
                id: entry.id.map(|id| id.into_owned()),
                header: entry.header,
                focus: entry.focus,
                reach: entry.reach.map(|reach| reach.name()),
                start,
                end,
            }
        };
        let reference = |reference: message::OutlineReference<'_>| {
            let (start, end) = of_references.of(reference.span);
            OutlineReference {
                from: reference.from,
                to: reference.resolves.entry(),
                resolves: reference.resolves.name(),
                focus: reference.focus,
                path: reference.path,
                reference: reference.reference.into_owned(),
                start,
                end,
            }
        };
        Self {
            issue: None,
            entries: outline.entries.into_iter().enumerate().map(entry).collect(),
            references: outline.references.into_iter().map(reference).collect(),
        }
    }
}

/// Offsets as the caller counts them.
struct Spans<'t> {
    positions: Positions<'t>,
    units: Units,
    has_positions: bool,
}

impl Spans<'_> {
    fn of(&mut self, (start, end): (u32, u32)) -> (Option<u32>, Option<u32>) {
        let mut offset = |byte| match self.units {
            Units::Bytes => byte,
            Units::Utf16 => self.positions.of(byte).utf16,
        };
        if self.has_positions { (Some(offset(start)), Some(offset(end))) } else { (None, None) }
    }
}

impl Validator {
    fn outline_of(&self, message: &Message, given: ValidateOptions) -> MessageOutline {
        let options = given.options(message.units);
        self.ask(|core| match message.text.document() {
            Ok(document) => {
                let outline = outline(core, document, options.message);
                MessageOutline::of(outline, document, options.units, options.positions)
            }
            Err(_) => {
                let report = core.validate_message(&message.text, &options, fhirpost::validate::What::Bundle);
                MessageOutline { issue: report.issues.into_iter().next(), ..MessageOutline::default() }
            }
        })
    }
}

#[wasm_bindgen(js_class = CoreValidator)]
impl Validator {
    /// Outlines a message.
    pub fn outline(&self, message: &Message, given: Option<Given>) -> Result<String, JsValue> {
        json(&self.outline_of(message, given.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fhirpost::json;

    fn outlined(text: &str, given: ValidateOptions) -> MessageOutline {
        let validator = Validator::new();
        let text = validator.ask(|core| json::Message::read(text, core.definitions().names(), given.limits()));
        validator.outline_of(&Message { text: text.into_owned(), units: Units::Utf16 }, given)
    }

    const TEXT: &str = r#"{"é":0,"resourceType":"Bundle","entry":[{"fullUrl":"urn:x","resource":{"resourceType":"Basic",
        "subject":{"reference":"urn:x"}}}]}"#;

    #[test]
    fn offsets_count_what_the_message_counts() {
        let outline = outlined(TEXT, ValidateOptions::default());
        let [reference] = outline.references.as_slice() else { panic!("one reference") };
        let utf16: Vec<u16> = TEXT.encode_utf16().collect();
        let marked = utf16.get(reference.start.unwrap() as usize..reference.end.unwrap() as usize).unwrap();
        assert_eq!(String::from_utf16(marked).unwrap(), r#""urn:x""#);
        assert_eq!((reference.from, reference.to, reference.resolves), (Some(0), Some(0), "entry"));
    }

    #[test]
    fn an_object_has_no_offsets() {
        let outline = outlined(TEXT, ValidateOptions::without_positions());
        assert!(outline.entries.iter().all(|entry| entry.start.is_none() && entry.end.is_none()));
        assert!(outline.references.iter().all(|reference| reference.start.is_none()));
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        let outline = outlined("{", ValidateOptions::default());
        assert_eq!(outline.issue.map(|issue| issue.rule.into_owned()).as_deref(), Some("json-syntax"));
        assert!(outline.entries.is_empty());
    }
}
