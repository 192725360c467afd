//! What a caller has looked up of what a report wanted: answers to codes and references. A definition is none, it belongs to the definitions.

use crate::document::{Document, NodeId, name, sorted};
use serde::{Deserialize, Serialize};

/// Whether answers are taken: not in the smallest wasm.
pub(crate) const ANSWERS: bool = cfg!(feature = "answers");

/// What is known of what a report wanted.
///
/// ```
/// use fhirpost::{AnsweredCode, Answers, Options, Validator};
///
/// let text = r#"{ "resourceType": "Basic", "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "22" }] } }"#;
/// let validator = Validator::default();
/// let wanted = validator.validate(text, &Options::default()).wanted;
/// // What a terminology server says of each.
/// let codes = wanted.codes.into_iter().map(|code| AnsweredCode { code, valid: false }).collect();
/// let options = Options { answers: Answers::new(codes, Vec::new()), ..Options::default() };
/// assert_eq!(validator.validate(text, &options).issues[0].rule, "code-unknown");
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Answers {
    /// Codes as they were wanted, each with whether it is one.
    pub codes: Vec<AnsweredCode>,
    /// The JSON texts of resources, each behind the reference by which it was wanted.
    pub resources: Vec<(String, String)>,
}

impl Answers {
    /// These.
    pub fn new(codes: Vec<AnsweredCode>, resources: Vec<(String, String)>) -> Self {
        Self { codes, resources }
    }

    /// The text of the resource that a reference names.
    pub(crate) fn resource(&self, reference: &str) -> Option<&str> {
        self.resources.iter().find(|(name, _)| name == reference).map(|(_, text)| text.as_str())
    }
}

/// A code that was not looked up: what `CodeSystem/$validate-code`, or `ValueSet/$validate-code` where there is a value set, is asked.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct WantedCode {
    /// Its code system. Nothing in an element of type `code`, whose value set knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The version of the code system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The code.
    pub code: String,
    /// The value set that the code has to be in, by its canonical URL: one that cannot be listed here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_set: Option<String>,
}

impl WantedCode {
    /// A code of a system, and of a value set where one is named.
    pub fn new(system: Option<String>, version: Option<String>, code: String, value_set: Option<String>) -> Self {
        Self { system, version, code, value_set }
    }
}

/// A code that was wanted, and whether it is one: of its code system, or of the value set where one is named.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AnsweredCode {
    /// The code as it was wanted.
    pub code: WantedCode,
    /// Whether it is one.
    pub valid: bool,
}

/// What of a code is asked, but for the value set.
type CodeKey<'c> = (Option<&'c str>, Option<&'c str>, &'c str);

/// Answers by what was asked.
pub(crate) struct Answered<'a>(Vec<&'a AnsweredCode>);

fn asked(one: &AnsweredCode) -> CodeKey<'_> {
    (one.code.system.as_deref(), one.code.version.as_deref(), &one.code.code)
}

impl<'a> Answered<'a> {
    pub(crate) fn new(codes: &'a [AnsweredCode]) -> Self {
        Self(sorted(codes, &mut |one, other| asked(one).cmp(&asked(other))).collect())
    }

    fn of(&self, code: CodeKey<'_>) -> impl Iterator<Item = &AnsweredCode> {
        let first = self.0.partition_point(|one| asked(one) < code);
        self.0.get(first..).unwrap_or_default().iter().copied().take_while(move |one| asked(one) == code)
    }

    /// Whether a code is in a value set.
    fn in_set(&self, code: CodeKey<'_>, set: &str) -> Option<bool> {
        self.of(code).find(|one| one.code.value_set.as_deref() == Some(set)).map(|one| one.valid)
    }

    /// Whether a code is in its system: what is in a value set is.
    pub(crate) fn in_system(&self, code: CodeKey<'_>) -> Option<bool> {
        let all = || self.of(code);
        let own = all().find(|one| one.code.value_set.is_none()).map(|one| one.valid);
        own.or_else(|| all().any(|one| one.valid).then_some(true))
    }

    /// What is known of a value whose value set cannot be listed: of a code, or of a Coding or Quantity.
    pub(crate) fn of_value(&self, document: &Document<'_>, value: NodeId, set: &str) -> Option<bool> {
        let text = |name| document.member_text(value, name);
        if let Some(code) = document.string(value) {
            return self.in_set((None, None, &code), set);
        }
        let (system, version, code) = (text(name::SYSTEM), text(name::VERSION), text(name::CODE)?);
        self.in_set((system.as_deref(), version.as_deref(), &code), set)
    }
}
