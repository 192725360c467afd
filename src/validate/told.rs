//! For the tests beside rules: what a rule says of a text.

use super::{Engine, Options, What};
use crate::json::Limits;
use crate::report::Rule;

/// What a rule says of a text that is validated as what it is: each issue as its pointer, and its words.
pub(crate) fn told(rule: Rule<'_>, text: &str) -> Vec<String> {
    told_as(rule, text, What::Auto)
}

/// What a rule says of a text that is validated as this.
pub(crate) fn told_as(rule: Rule<'_>, text: &str, what: What) -> Vec<String> {
    let engine = Engine::default();
    let report = engine.validate(&engine.read(text, Limits::default()), &Options::of(what));
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
