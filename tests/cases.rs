//! Every rule by example: `tests/cases/<rule>/<name>.json` and, beside it, the issues that the specification demands.
//!
//! `UPDATE_CASES=1 cargo test --test cases` writes the expectations anew; read them before they are committed. The pages in
//! `docs/rules/` are compared with the list of rules, too.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests may fail loudly")]

use fhirpost::report::{Issue, Rule};
use fhirpost::validate::rules;
use fhirpost::{Options, Severity, SeveritySetting, Validator, What};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const EXPECTED: &str = ".expected.json";

/// Cases whose expectation is what the specification says, while the validator still says something else, and why. The list
/// shrinks: a case that has come right must leave it.
const OPEN: [(&str, &str); 0] = [];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What is in a folder, sorted by name.
fn list(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// A message, or one resource when its file name begins with `resource-`.
struct Case {
    rule: String,
    name: String,
    text: PathBuf,
    expected: PathBuf,
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for folder in list(&root().join("tests/cases")).into_iter().filter(|path| path.is_dir()) {
        for text in list(&folder) {
            let file = name_of(&text);
            if file.ends_with(EXPECTED) {
                continue;
            }
            let name = file.strip_suffix(".json").unwrap_or_else(|| panic!("{file} is not a case")).to_owned();
            let expected = folder.join(format!("{name}{EXPECTED}"));
            cases.push(Case { rule: name_of(&folder), name, text, expected });
        }
    }
    cases
}

impl Case {
    fn label(&self) -> String {
        format!("{}/{}", self.rule, self.name)
    }

    fn expectation(&self) -> Vec<Value> {
        let text = fs::read_to_string(&self.expected)
            .unwrap_or_else(|_| panic!("{} has no expectation: run with UPDATE_CASES=1 and read it", self.label()));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("the expectation of {}: {error}", self.label()))
    }

    fn validate(&self, validator: &Validator) -> Vec<Value> {
        let text = fs::read(&self.text).unwrap();
        // The rules for messages are also about Bundles that should be one and are not.
        let mut options = Options::of(match self.rule.starts_with("msg-") {
            _ if self.name.starts_with("resource-") => What::Auto,
            true => What::Message,
            false => What::Bundle,
        });
        // These say what was not checked, which is something in nearly every message: they are shown in their own cases.
        for rule in ["code-unchecked", "extension-unknown", "profile-unknown"] {
            if self.rule != rule {
                options.severities.insert(rule.to_owned(), SeveritySetting::Off);
            }
        }
        // It is validated where it is asked for.
        if self.rule == "url-example" {
            options.severities.insert(self.rule.clone(), SeveritySetting::As(Severity::Error));
        }
        let report = validator.validate(&text, &options);
        assert!(!report.truncated, "{}: the report is not complete", self.label());
        report.issues.iter().map(seen).collect()
    }
}

/// What a case says of an issue.
fn seen(issue: &Issue) -> Value {
    let mut seen = Map::new();
    seen.insert("severity".into(), issue.severity.name().into());
    seen.insert("rule".into(), issue.rule.as_ref().into());
    seen.insert("expression".into(), issue.expression.as_str().into());
    seen.insert("line".into(), issue.line.into());
    seen.insert("column".into(), issue.column.into());
    if let Some(value) = issue.suggestion.as_ref().and_then(|suggestion| suggestion.value.as_deref()) {
        seen.insert("suggestion".into(), value.into());
    }
    if let Some(action) = issue.suggestion.as_ref().and_then(|suggestion| suggestion.action) {
        seen.insert("action".into(), serde_json::to_value(action).unwrap());
    }
    if issue.suggestion.as_ref().is_some_and(|suggestion| !suggestion.certain) {
        seen.insert("certain".into(), false.into());
    }
    if let Some(choices) = issue.suggestion.as_ref().map(|suggestion| &suggestion.choices).filter(|all| !all.is_empty())
    {
        seen.insert("choices".into(), choices.clone().into());
    }
    Value::Object(seen)
}

/// One issue a line, in the order in which a reader looks for it.
fn line(issue: &Value) -> String {
    let keys = ["severity", "rule", "expression", "line", "column", "suggestion", "action", "certain", "choices"];
    let known = keys.iter().filter_map(|key| Some((*key, issue.get(key)?)));
    let parts: Vec<String> = known.map(|(key, value)| format!("\"{key}\": {value}")).collect();
    format!("{{{}}}", parts.join(", "))
}

fn write(issues: &[Value]) -> String {
    if issues.is_empty() {
        return "[]\n".into();
    }
    let lines: Vec<String> = issues.iter().map(|issue| format!("  {}", line(issue))).collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}

/// What is expected and not there, and what is there and not expected.
fn difference(expected: &[Value], found: &[Value]) -> String {
    let mut text = String::new();
    for issue in expected.iter().filter(|issue| !found.contains(issue)) {
        text.push_str(&format!("    - {}\n", line(issue)));
    }
    for issue in found.iter().filter(|issue| !expected.contains(issue)) {
        text.push_str(&format!("    + {}\n", line(issue)));
    }
    if text.is_empty() {
        text.push_str("    the same issues, in another order or number\n");
    }
    text
}

fn rule_in(issue: &Value) -> &str {
    issue.get("rule").and_then(Value::as_str).unwrap_or("")
}

#[test]
fn each_case_has_exactly_its_issues() {
    let validator = Validator::default();
    let update = std::env::var_os("UPDATE_CASES").is_some_and(|value| value == "1");
    let mut wrong = String::new();
    for case in cases() {
        let found = case.validate(&validator);
        let open = OPEN.iter().find(|(label, _)| *label == case.label());
        if update && open.is_none() {
            fs::write(&case.expected, write(&found)).unwrap();
            continue;
        }
        let expected = case.expectation();
        match open {
            None if expected != found => {
                wrong.push_str(&format!("  {}\n{}", case.label(), difference(&expected, &found)));
            }
            Some((_, reason)) if expected == found => {
                wrong.push_str(&format!("  {} has come right: remove it from OPEN ({reason})\n", case.label()));
            }
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "(- expected, + found)\n{wrong}");
}

/// Rules that are broken only by texts too long to be read: `tests/linear.rs` makes them. Those of profiles need a profile, and the one of
/// definitions these: the tests beside them have both.
const MADE: [&str; 13] = [
    "constraint-unchecked",
    "fixed-value",
    "msg-definition",
    "pattern-value",
    "profile-of-type",
    "profile-type",
    "slicing-ambiguous",
    "slicing-closed",
    "slicing-order",
    "target-aggregation",
    "target-profile",
    "value-length",
    "value-range",
];

#[test]
fn every_rule_is_broken_by_a_case_and_kept_by_another() {
    let cases = cases();
    let rule_names: BTreeSet<&str> = rules().map(|rule| rule.name).collect();
    let unknown: Vec<&str> =
        cases.iter().map(|case| case.rule.as_str()).filter(|rule| !rule_names.contains(rule)).collect();
    assert!(unknown.is_empty(), "folders that name no rule: {unknown:?}");
    let mut missing = Vec::new();
    for rule in rules().filter(|rule| !MADE.contains(&rule.name)) {
        let breaks = |case: &&Case| case.expectation().iter().any(|issue| rule_in(issue) == rule.name);
        let (breaking, right): (Vec<&Case>, Vec<&Case>) =
            cases.iter().filter(|case| case.rule == rule.name).partition(breaks);
        if breaking.is_empty() {
            missing.push(format!("{}: no case breaks it", rule.name));
        }
        if right.is_empty() {
            missing.push(format!("{}: no case is right", rule.name));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn a_case_shows_one_rule_or_the_readme_says_why_not() {
    let readme = fs::read_to_string(root().join("tests/cases/README.md")).unwrap();
    let mut wrong = Vec::new();
    for case in cases() {
        let others: BTreeSet<String> = case
            .expectation()
            .iter()
            .map(|issue| rule_in(issue).to_owned())
            .filter(|rule| *rule != case.rule)
            .collect();
        let told = readme.contains(&format!("`{}`", case.label()));
        if others.is_empty() == told {
            wrong.push(format!(
                "{}: {others:?}, and the README {} it",
                case.label(),
                if told { "has" } else { "lacks" }
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_is_open_is_a_case() {
    let labels: BTreeSet<String> = cases().iter().map(Case::label).collect();
    for (label, _) in OPEN {
        assert!(labels.contains(label), "{label} is not a case");
    }
}

#[test]
fn no_expectation_is_left_without_its_case() {
    let known: BTreeSet<PathBuf> = cases().into_iter().map(|case| case.expected).collect();
    for folder in list(&root().join("tests/cases")).into_iter().filter(|path| path.is_dir()) {
        for path in list(&folder).into_iter().filter(|path| name_of(path).ends_with(EXPECTED)) {
            assert!(known.contains(&path), "{} has no case", path.display());
        }
    }
}

/// How a page of `docs/rules/` begins.
fn head(rule: &Rule) -> String {
    let (name, title, severity, code) = (rule.name, rule.title, rule.severity.name(), rule.code);
    let mut head = format!("# {name}\n\n{title}\n\nSeverity: {severity}. Issue type: {code}.\n");
    let validator = Validator::default();
    let ids = validator.rules().into_iter().find(|one| one.name == name).map(|one| one.hl7_ids()).unwrap_or_default();
    if !ids.is_empty() {
        head += &format!("HL7's validator: `{}`.\n", ids.join("`, `"));
    }
    if !rule.words.is_empty() {
        head += "\nIts issues say (what is in braces is filled in):\n\n";
        head.extend(rule.words.iter().map(|words| format!("- {}\n", words.0)));
    }
    head
}

/// What follows the head of a page.
const BODY: &str = "\n## What\n";

/// The table of all rules, as `docs/rules/README.md` has it.
fn table() -> String {
    let rows = rules().map(|rule| {
        let words = rule.words.iter().map(|words| words.0.replace('|', "\\|")).collect::<Vec<_>>().join("<br>");
        let (name, severity) = (rule.name, rule.severity.name());
        format!("| [{name}]({name}.md) | {severity} | {} | {} | {words} |\n", rule.code, rule.title)
    });
    TABLE_HEAD.to_owned() + &rows.collect::<String>()
}

const TABLE_HEAD: &str = "| rule | severity | issue type | what holds | what its issues say |\n|---|---|---|---|---|\n";

/// Writes the table and the heads of the pages anew: `npm run rules`.
fn write_rule_pages(folder: &Path) {
    let readme = folder.join("README.md");
    let text = fs::read_to_string(&readme).unwrap();
    let start = text.find("| rule |").unwrap();
    let end = text[start..].find("\n\n").unwrap() + start + 1;
    fs::write(&readme, format!("{}{}{}", &text[..start], table(), &text[end..])).unwrap();
    for rule in rules() {
        let page = folder.join(format!("{}.md", rule.name));
        // One that is new is written by hand.
        let Ok(text) = fs::read_to_string(&page) else { continue };
        let body = text.find(BODY).unwrap_or_else(|| panic!("{}.md has no section What", rule.name));
        fs::write(&page, head(rule) + &text[body..]).unwrap();
    }
}

#[test]
fn every_rule_has_a_page_that_agrees_with_it() {
    let folder = root().join("docs/rules");
    if std::env::var_os("WRITE_RULE_PAGES").is_some() {
        write_rule_pages(&folder);
    }
    let overview = fs::read_to_string(folder.join("README.md")).unwrap();
    let mut wrong = Vec::new();
    for rule in rules() {
        let page = fs::read_to_string(folder.join(format!("{}.md", rule.name))).unwrap_or_default();
        if !page.starts_with(&(head(rule) + BODY)) {
            wrong.push(format!("{}.md must begin with what `npm run rules` writes:\n{}", rule.name, head(rule)));
        }
    }
    if !overview.contains(&format!("\n\n{}\n", table())) {
        wrong.push("README.md has another table of rules: npm run rules".to_owned());
    }
    for path in list(&folder) {
        let file = name_of(&path);
        let rule = file.strip_suffix(".md").unwrap_or(&file);
        if rule != "README" && rules().all(|known| known.name != rule) {
            wrong.push(format!("{file} is about no rule"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
