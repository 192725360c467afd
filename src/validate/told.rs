//! For the tests beside rules: what a rule says of a text.

use super::{Options, Validator, What};
use crate::report::Rule;

/// What a rule says of a text that is validated as what it is: each issue as its pointer, and its words.
pub(crate) fn told(rule: Rule<'_>, text: &str) -> Vec<String> {
    told_as(rule, text, What::Resource, &Options::default())
}

/// What a rule says of a text that is to be a Bundle, or is validated with other options.
pub(crate) fn told_as(rule: Rule<'_>, text: &str, what: What, options: &Options) -> Vec<String> {
    let report = Validator::default().validate(text.as_bytes(), options, what, false);
    let issues = report.issues.iter().filter(|issue| issue.rule == rule.name);
    issues.map(|issue| format!("{}: {}", issue.pointer, issue.message)).collect()
}

/// Asserts what a rule says of a text, with each of these parts in the place of its `…`. All that differs is shown at once.
#[track_caller]
pub(crate) fn assert_told(rule: Rule<'_>, text: &str, cases: &[(&str, &[&str])]) {
    let differs = cases.iter().filter_map(|&(part, expected)| {
        let told = told(rule, &text.replace('…', part));
        (told != expected).then(|| format!("{part}\n  told: {told:#?}\n  expected: {expected:#?}\n"))
    });
    let differs: String = differs.collect();
    assert!(differs.is_empty(), "{differs}");
}
