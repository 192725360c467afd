//! An issue as users get it.

use super::severity::Severity;
use crate::document::{Positions, Units};
use crate::json::quoted;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// Profiles by their canonical URLs. In a box: of thousands of issues hardly one has any, and a list takes three times the room of that.
pub type Profiles = Vec<Cow<'static, str>>;

/// Something to know about a message.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Issue {
    /// How bad it is.
    pub severity: Severity,
    /// FHIR issue-type code, such as `structure` or `code-invalid`.
    #[cfg_attr(feature = "typescript", ts(type = "IssueType"))]
    pub code: Cow<'static, str>,
    /// The stable name of the rule, such as `msg-focus-unresolved`; `docs/rules/` has a page for each, `docs/exchange.md` those of sending.
    pub rule: Cow<'static, str>,
    /// The message id of HL7's validator for the same, where it has one and [`Options::hl7_ids`](crate::Options::hl7_ids) asks for it.
    #[cfg_attr(feature = "typescript", ts(as = "Option<String>"))]
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "hl7Id")]
    pub hl7_id: Option<Box<Cow<'static, str>>>,
    /// What is wrong, for people.
    pub message: String,
    /// FHIRPath of the element, such as `Bundle.entry[0].resource.ofType(MessageHeader).focus[0]`.
    pub expression: String,
    /// JSON pointer (RFC 6901) of the value.
    pub pointer: String,
    /// 1-based line; absent when the message was given as an object, which has no lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// 1-based column in UTF-16 code units; absent when the message was given as an object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// Where the text to mark begins: UTF-16 offset for a string, byte offset for a `Uint8Array`, absent for an object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<u32>,
    /// Where the text to mark ends (exclusive), in the same unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<u32>,
    /// The profiles that demand it, by their canonical URLs; absent where the specification itself does.
    #[cfg_attr(feature = "typescript", ts(as = "Option<Vec<String>>"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profiles: Option<Box<Profiles>>,
    /// What would be right, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<Box<Suggestion>>,
    /// The issue that this one follows from: it goes away with that one, or cannot be validated before.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "causedBy")]
    pub caused_by: Option<Box<Cause>>,
}

/// `12:7 error binding-required: … (Patient.gender)`: place and path, where there are any.
impl fmt::Display for Issue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(out, "{line}:{column} ")?;
        }
        write!(out, "{} {}: {}", self.severity.name(), self.rule, self.message)?;
        if self.expression.is_empty() { Ok(()) } else { write!(out, " ({})", self.expression) }
    }
}

/// Another issue of the same report.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Cause {
    /// The name of its rule.
    pub rule: Cow<'static, str>,
    /// Its JSON pointer.
    pub pointer: String,
}

/// What would be right. There is a value, or there are edits, or both.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
// It is boxed in its issue: most issues have none.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Suggestion {
    /// What would be right in its place: a name, a code, a date, a reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What the edits do; there is one exactly when there are edits. More kinds may come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// The edits of the text that make the issue go away: sorted by their place, and none overlaps another. There are none when the message was
    /// given as an object, which has no text, and where they would hold values of the message that [`show_values`](crate::Options::show_values)
    /// keeps out. In pages, `fhirpost/validate` has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>"))]
    pub edits: Vec<TextEdit>,
    /// Whether nothing else can have been meant, which is not said where it is so. `false` where the edits may change what the text means, such
    /// as the type of a Bundle: they are for who asks for just these, and `fix` leaves them out.
    #[serde(default = "usually", skip_serializing_if = "Clone::clone")]
    #[cfg_attr(feature = "typescript", ts(type = "false"))]
    pub certain: bool,
    /// What may be there, where that are a few values, such as the codes of a small value set: the most probable one first, which is the
    /// `value` then. Where none is more probable than the others, there is no `value`. The edits are those of the first choice;
    /// [`edits_for`](Self::edits_for) has those of another one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>"))]
    pub choices: Vec<String>,
}

impl Default for Suggestion {
    fn default() -> Self {
        Self { value: None, action: None, edits: Vec::new(), certain: true, choices: Vec::new() }
    }
}

impl Suggestion {
    /// Whether it has edits that are certain, and so are applied together with all others.
    pub fn is_fix(&self) -> bool {
        self.certain && !self.edits.is_empty()
    }

    /// The edits with another one of the choices.
    ///
    /// ```
    /// let text = r#"{"resourceType":"Patient","gender":"f"}"#;
    /// let report = fhirpost::Validator::default().validate(text, &fhirpost::Options::default());
    /// let suggestion = report.issues[0].suggestion.as_ref().unwrap();
    /// assert_eq!(suggestion.choices, ["female", "male", "other", "unknown"]);
    /// assert_eq!(suggestion.value.as_deref(), Some("female"));
    /// assert_eq!(suggestion.edits_for("other")[0].text, r#""other""#);
    /// ```
    pub fn edits_for(&self, choice: &str) -> Vec<TextEdit> {
        let value = quoted(self.choices.first().map(String::as_str).unwrap_or_default());
        let mut edits = self.edits.clone();
        for edit in &mut edits {
            // In front of a value that is inserted is its name.
            if let Some(at) = edit.text.rfind(&value) {
                edit.text.replace_range(at..at + value.len(), &quoted(choice));
            }
        }
        edits
    }
}

/// What is said of a suggestion only where it is otherwise.
fn usually() -> bool {
    true
}

/// What the edits of a [`Suggestion`] do: a property gets another name (`rename`), it gets another value (`replace`), a value becomes the one
/// item of an array (`wrap`) or the one item of an array takes its place (`unwrap`), something moves to another place (`move`), is added
/// (`insert`) or left out (`remove`).
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SuggestedAction"))]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// A property gets another name.
    Rename,
    /// Another value is there.
    Replace,
    /// A value becomes the one item of an array.
    Wrap,
    /// The one item of an array takes its place.
    Unwrap,
    /// Something moves to another place.
    Move,
    /// Something that is missing is added.
    Insert,
    /// Something that may not be there is left out.
    Remove,
}

/// Another text in place of what is between two offsets, which count what those of the issue count: UTF-16 for a string, bytes for a `Uint8Array`.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct TextEdit {
    /// Where the text to replace begins.
    pub start: u32,
    /// Where it ends (exclusive). The same as `start` where something is inserted.
    pub end: u32,
    /// What is there instead. Empty where something is left out.
    pub text: String,
}

/// How many issues of each severity.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names are FHIR's own")]
pub struct Counts {
    pub fatal: u32,
    pub error: u32,
    pub warning: u32,
    pub information: u32,
}

impl Counts {
    /// Counts issues.
    pub fn of(issues: &[Issue]) -> Self {
        let mut counts = Self::default();
        for issue in issues {
            match issue.severity {
                Severity::Fatal => counts.fatal += 1,
                Severity::Error => counts.error += 1,
                Severity::Warning => counts.warning += 1,
                Severity::Information => counts.information += 1,
            }
        }
        counts
    }
}

/// How issues are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WriteOptions {
    /// Whether texts may quote values of the message.
    pub show_values: bool,
    /// Whether there is a text that lines and offsets can point into.
    pub positions: bool,
    /// What `start` and `end` count.
    pub units: Units,
    /// Whether edits may hold values of the message also where texts do not.
    pub all_edits: bool,
    /// Rules that say what was not checked: that is not a fault of the place where it is told, and comes behind what is.
    pub last: &'static [&'static str],
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self { show_values: true, positions: true, units: Units::default(), all_edits: false, last: &[] }
    }
}

impl Issue {
    /// An issue that has no place in a message, or none yet.
    #[inline(never)]
    pub fn placeless(severity: Severity, code: &'static str, rule: &'static str, message: String) -> Self {
        Self {
            severity,
            code: code.into(),
            rule: rule.into(),
            hl7_id: None,
            message,
            expression: String::new(),
            pointer: String::new(),
            line: None,
            column: None,
            start: None,
            end: None,
            profiles: None,
            suggestion: None,
            caused_by: None,
        }
    }

    /// Fills in line, column and offsets.
    pub fn place(&mut self, positions: &mut Positions<'_>, (start, end): (u32, u32), how: WriteOptions) {
        if !how.positions {
            return;
        }
        let first = positions.of(start);
        self.line = Some(first.line);
        self.column = Some(first.column);
        (self.start, self.end) = match how.units {
            Units::Bytes => (Some(start), Some(end)),
            // A copy measures the end, so that the next issue, which begins before this one's end, costs no second pass.
            Units::Utf16 => (Some(first.utf16), Some(positions.clone().of(end).utf16)),
        };
    }
}
