//! For the tests beside rules: what a rule says of a text.

use super::{Options, Validator, What};
use crate::report::Rule;

/// What a rule says of a text that is validated as what it is: each issue as its pointer, and its words.
pub(crate) fn told(rule: Rule<'_>, text: &str) -> Vec<String> {
    let report = Validator::default().validate(text.as_bytes(), &Options::default(), What::Resource, false);
    let issues = report.issues.iter().filter(|issue| issue.rule == rule.name);
    issues.map(|issue| format!("{}: {}", issue.pointer, issue.message)).collect()
}
