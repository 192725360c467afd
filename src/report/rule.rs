//! What a rule is. Each has a file of its own in `validate/`, with its words and its check; `docs/rules/` has a page for each, with
//! the source it comes from.

use super::content::Words;
use super::severity::Severity;
use serde::Serialize;

/// A rule, as its page in `docs/rules/` describes it: what is looked at, and how bad it is when it is broken.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[non_exhaustive]
pub struct Rule<'r> {
    /// Its stable name. Where the specification names the rule (`ext-1`), it is that name.
    pub name: &'r str,
    /// How bad it is, unless an option or the event's definition says otherwise.
    pub severity: Severity,
    /// FHIR issue-type code.
    pub code: &'static str,
    /// What holds when the rule is kept.
    pub title: &'r str,
    /// What its issues say. Not in WebAssembly, where nobody asks for a list of them.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(skip)]
    pub words: &'static [Words],
    /// The messages of HL7's validator for the same, each behind what a finding has to be for it.
    #[cfg(feature = "hl7-ids")]
    #[serde(rename = "hl7Ids", serialize_with = "ids", skip_serializing_if = "<[_]>::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<Vec<String>>", optional))]
    pub(crate) messages: Messages,
}

/// For each message what a finding has to be for it, and its id.
pub(crate) type Messages = &'static [(&'static str, &'static str)];

#[cfg(feature = "hl7-ids")]
fn ids<S: serde::Serializer>(messages: &Messages, to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(unique(messages))
}

#[cfg(feature = "hl7-ids")]
fn unique(messages: Messages) -> impl Iterator<Item = String> {
    let is_first =
        move |(place, (_, id)): &(usize, &(&str, &str))| messages.iter().position(|(_, one)| one == id) == Some(*place);
    messages.iter().enumerate().filter(is_first).map(|(_, (_, id))| whole_id(id))
}

/// A message id: of a constraint of R4 with its whole URL.
pub(crate) fn whole_id(id: &str) -> String {
    let of = if id.contains('#') { "http://hl7.org/fhir/StructureDefinition/" } else { "" };
    [of, id].concat()
}

#[cfg(feature = "hl7-ids")]
impl Rule<'_> {
    /// The message ids that HL7's validator has for what breaks this rule. A constraint has the one that its definition and its key make, which
    /// is not among them.
    pub fn hl7_ids(&self) -> Vec<String> {
        unique(self.messages).collect()
    }
}

impl Rule<'static> {
    /// A rule, with what its issues say.
    #[cfg_attr(target_arch = "wasm32", allow(unused_variables, reason = "see `words`"))]
    pub const fn new(
        name: &'static str,
        severity: Severity,
        code: &'static str,
        title: &'static str,
        words: &'static [Words],
    ) -> Self {
        Self {
            name,
            severity,
            code,
            title,
            #[cfg(not(target_arch = "wasm32"))]
            words,
            #[cfg(feature = "hl7-ids")]
            messages: &[],
        }
    }
}
