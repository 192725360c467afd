//! For the tests beside rules: what a rule says of a text.

use super::{Engine, Options, What};
use crate::definitions::Definitions;
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

/// A profile of a type: its differential has these elements.
pub(crate) fn profile(name: &str, of: &str, elements: &str) -> String {
    format!(
        r#"{{"resourceType":"StructureDefinition","url":"http://example.org/{name}","name":"{name}","status":"active","fhirVersion":"4.0.1",
        "kind":"resource","abstract":false,"type":"{of}","baseDefinition":"http://hl7.org/fhir/StructureDefinition/{of}","derivation":"constraint",
        "differential":{{"element":[{{"id":"{of}","path":"{of}"}},{elements}]}}}}"#
    )
}

/// Asserts what a rule says of a text that is validated by profiles, with each of these parts in the place of its `…`.
#[track_caller]
pub(crate) fn assert_told_by(rule: Rule<'_>, profiles: &[String], text: &str, cases: &[(&str, &[&str])]) {
    let (definitions, issues) = Definitions::r4().with(profiles);
    assert_eq!(issues, []);
    let engine = Engine::new(definitions);
    let differs = cases.iter().filter_map(|&(part, expected)| {
        let text = text.replace('…', part);
        let report = engine.validate(&engine.read(&*text, Limits::default()), &Options::of(What::Auto));
        let issues = report.issues.iter().filter(|issue| issue.rule == rule.name && issue.profiles.is_some());
        let told: Vec<String> = issues.map(|issue| format!("{}: {}", issue.pointer, issue.message)).collect();
        (told != expected).then(|| format!("{part}\n  told: {told:#?}\n  expected: {expected:#?}\n"))
    });
    let differs: String = differs.collect();
    assert!(differs.is_empty(), "{differs}");
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
