//! Faults that others have reported of validators, read from `../shared/reported/validate` and skipped, saying so, where it is absent: for each
//! input the issues that must come, those that must not, and words that must not be said.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests may fail loudly")]

use fhirpost::report::Issue;
use fhirpost::{Options, Validator};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Inputs that are not yet validated as they should be, and why. The list shrinks: one that has come right must leave it.
const OPEN: [(&str, &str); 5] = [
    ("extension-context-invariant", "contextInvariant is not compiled; profiles replace the model of extensions"),
    ("extension-target", "targets of an extension's value are not compiled; profiles replace the model of extensions"),
    (
        "nested-extension",
        "extensions inside extensions are not validated by their definitions; profiles replace the model of extensions",
    ),
    (
        "nested-extension-context",
        "extensions inside extensions are not validated by their definitions; profiles replace the model of extensions",
    ),
    (
        "nested-unknown-extension",
        "extensions inside extensions are not validated by their definitions; profiles replace the model of extensions",
    ),
];

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// What is not as it should be. `rule` is a proposal: it is compared where there is a rule of that name.
fn faults(expected: &Value, issues: &[Issue]) -> Vec<String> {
    let mut faults = Vec::new();
    for one in expected.get("expected").and_then(Value::as_array).into_iter().flatten() {
        let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or("");
        let is_it = |issue: &Issue| {
            issue.severity.name() == text("severity")
                && issue.expression == text("expression")
                && (text("rule").is_empty() || issue.rule == text("rule"))
        };
        if !issues.iter().any(is_it) {
            faults.push(format!("missing: {} {} {}", text("severity"), text("rule"), text("expression")));
        }
    }
    for rule in texts(&expected["mustNotReport"]) {
        for issue in issues.iter().filter(|issue| issue.rule == rule) {
            faults.push(format!("not to be reported: {rule} {}", issue.expression));
        }
    }
    for words in texts(&expected["mustNotSay"]) {
        for issue in issues.iter().filter(|issue| issue.message.contains(words)) {
            faults.push(format!("not to be said: {}", issue.message));
        }
    }
    faults
}

#[test]
fn reported_faults_are_validated_as_they_should_be() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/reported/validate");
    if !folder.is_dir() {
        eprintln!("skipped: the reported faults are not here");
        return;
    }
    let open: BTreeMap<&str, &str> = OPEN.into_iter().collect();
    let validator = Validator::default();
    let mut wrong = String::new();
    let mut seen = 0;
    let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        let Some(name) = file.strip_suffix(".expected.json") else { continue };
        seen += 1;
        let expected: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let text = fs::read(folder.join(format!("{name}.json"))).unwrap();
        let report = validator.validate(&text, &Options::default());
        let faults = faults(&expected, &report.issues);
        match open.get(name) {
            None if !faults.is_empty() => {
                let found: Vec<String> = report
                    .issues
                    .iter()
                    .map(|issue| format!("{} {} {}", issue.severity.name(), issue.rule, issue.expression))
                    .collect();
                wrong.push_str(&format!("{name}: {}\n    found: {}\n", faults.join("; "), found.join("; ")));
            }
            Some(reason) if faults.is_empty() => {
                wrong.push_str(&format!("{name} has come right: remove it from the list ({reason})\n"));
            }
            _ => {}
        }
    }
    assert!(seen > 0, "no input was found");
    assert!(wrong.is_empty(), "{wrong}");
    for name in open.keys() {
        assert!(folder.join(format!("{name}.json")).is_file(), "{name} is listed, and there is no such input");
    }
}
