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
        }
    }
}
