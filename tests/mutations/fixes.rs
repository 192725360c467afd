//! Every fix that is offered: alone, it makes its issue go away and brings no new error; all together, they come to an end.
//!
//! The texts are the mutants, the cases of `tests/cases`, the page's examples, and the public test data where it is at hand.

use crate::message::{Message, VALIDATOR, is_error};
use crate::{files, kinds, messages, sample};
use fhirpost::document::Units;
use fhirpost::report::{Issue, TextEdit};
use fhirpost::validate::apply;
use fhirpost::{FixedText, Options, Report, What};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Fixes of mutants that are known not to hold, and why. The list shrinks.
const OPEN: [(&str, &str); 0] = [];

/// Where these are wrong, the entries are not validated as those of a message; when they are fixed, what is wrong with them is seen.
fn brings_to_light(issue: &Issue) -> bool {
    let pointer = issue.pointer.as_str();
    ["/entry", "/resourceType", "/type"].contains(&pointer)
        || pointer.starts_with("/entry/") && pointer.ends_with("/resource") && pointer.matches('/').count() == 3
}

/// Which constraint speaks only of dates that are some.
const OF_RIGHT_DATES: &str = "per-1";

/// So many mutants of a kind are made of a message.
const PLACES: usize = 6;
const LISTED: usize = 40;

/// A text, and how it is validated.
struct Subject<'t> {
    text: &'t str,
    options: Options,
}

impl<'t> Subject<'t> {
    fn new(text: &'t str, what: What) -> Self {
        Self { text, options: Options::of(what) }
    }

    fn validate(&self, text: &str, units: Units) -> Report {
        VALIDATOR.validate(text, &Options { units, ..self.options.clone() })
    }

    fn fix(&self, text: &str) -> FixedText {
        VALIDATOR.fix(text, &self.options)
    }

    /// What is wrong with the fixes that are offered for it.
    fn faults(&self) -> Vec<String> {
        let report = self.validate(self.text, Units::Bytes);
        let mut faults = Vec::new();
        for issue in &report.issues {
            let Some(suggestion) = &issue.suggestion else { continue };
            assert!(suggestion.value.is_some() || !suggestion.edits.is_empty(), "{issue:?}");
            assert_eq!(suggestion.action.is_some(), !suggestion.edits.is_empty(), "{issue:?}");
            if suggestion.edits.is_empty() {
                continue;
            }
            let said = |what: &str| format!("{} at {}: {what} {:?}", issue.rule, issue.pointer, suggestion.edits);
            if !are_edits_of(self.text, &suggestion.edits) {
                faults.push(said("these are not edits of the text"));
                continue;
            }
            let fixed = self.validate(&apply(self.text, &suggestion.edits), Units::Bytes);
            if issue.rule == "json-syntax" {
                // What is left to read is less.
                let left = |text: &str, report: &Report| {
                    text.len() - report.issues.first().and_then(|issue| issue.start).unwrap_or_default() as usize
                };
                let text = apply(self.text, &suggestion.edits);
                if fixed.counts.fatal > 0 && left(&text, &fixed) > left(self.text, &report) {
                    faults.push(said("it can be read no further"));
                }
                continue;
            }
            let (before, behind) = (count(&report, |_| true), count(&fixed, |_| true));
            if behind.get(&key(issue)) >= before.get(&key(issue)) {
                faults.push(said("the issue is still there"));
            }
            if brings_to_light(issue) {
                continue;
            }
            // Of several values that are allowed, other rules may speak against one: nobody takes it without having chosen it.
            if !suggestion.choices.is_empty() {
                if fixed.counts.error > report.counts.error {
                    faults.push(said("there are more errors than before"));
                }
                continue;
            }
            let before = count(&report, is_error);
            for (key, number) in count(&fixed, is_error) {
                if number > before.get(&key).copied().unwrap_or(0) && key.0 != OF_RIGHT_DATES {
                    faults.push(said(&format!("there is a new error {} {},", key.0, key.1)));
                }
            }
        }
        let utf16 = self.validate(self.text, Units::Utf16);
        for (issue, other) in report.issues.iter().zip(&utf16.issues) {
            if in_utf16(self.text, issue) != edits_of(other) {
                faults.push(format!("{} at {}: offsets in UTF-16 are other ones", issue.rule, issue.pointer));
            }
        }
        faults.extend(self.faults_of_all(&report));
        faults
    }

    fn faults_of_all(&self, report: &Report) -> Vec<String> {
        let fixed = self.fix(self.text);
        let mut faults = Vec::new();
        let text = fixed.text.as_deref().unwrap_or(self.text);
        if apply(self.text, &fixed.edits) != text || !are_edits_of(self.text, &fixed.edits) {
            faults.push("all together: the edits do not resolve to the text".to_owned());
        }
        if report.counts.fatal == 0 && fixed.report.counts.error > report.counts.error {
            faults.push("all together: there are more errors than before".to_owned());
        }
        let brings_to_light = report.issues.iter().any(brings_to_light);
        if fixed.report.counts.fatal > report.counts.fatal {
            faults.push("all together: it can not be read any more".to_owned());
        }
        if (fixed.report.counts.fatal, report.counts.fatal) == (0, 0) && !brings_to_light {
            let before = count(report, is_error);
            for (key, number) in count(&fixed.report, is_error) {
                if number > before.get(&key).copied().unwrap_or(0) && key.0 != OF_RIGHT_DATES {
                    faults.push(format!("all together: there is a new error {} {},", key.0, key.1));
                }
            }
        }
        if self.fix(text).text.is_some() {
            faults.push("all together: a second time, there is something left to fix".to_owned());
        }
        // What is left would bring more errors to light.
        let left =
            fixed.report.issues.iter().filter_map(|issue| issue.suggestion.as_deref().filter(|one| one.is_fix()));
        let mut without = left.map(|one| self.validate(&apply(text, &one.edits), Units::Bytes).counts.error);
        if without.any(|errors| errors <= fixed.report.counts.error) {
            faults.push("all together: there is something left to fix".to_owned());
        }
        if fixed.applied.is_empty() != fixed.text.is_none() {
            faults.push("all together: what was fixed is not said".to_owned());
        }
        let places = fixed.applied.iter().map(|issue| (issue.start.unwrap(), issue.end.unwrap()));
        if places.clone().any(|(start, end)| start > end || end as usize > self.text.len())
            || !places.is_sorted_by_key(|one| one.0)
        {
            faults.push("all together: what was fixed is not in the text".to_owned());
        }
        faults
    }
}

/// What an issue says, without the numbers that count entries and items, and without values. How an entry is not linked with the
/// header may change with a reference.
fn key(issue: &Issue) -> (String, String) {
    if issue.rule == "msg-unreachable" {
        return (issue.rule.to_string(), String::new());
    }
    let own: String = issue.message.split('\'').step_by(2).collect();
    (issue.rule.to_string(), own.replace(|c: char| c.is_ascii_digit(), ""))
}

fn count(report: &Report, counted: impl Fn(&Issue) -> bool) -> BTreeMap<(String, String), usize> {
    let mut counts = BTreeMap::new();
    for issue in report.issues.iter().filter(|issue| counted(issue)) {
        *counts.entry(key(issue)).or_default() += 1;
    }
    counts
}

fn edits_of(issue: &Issue) -> Vec<TextEdit> {
    issue.suggestion.as_ref().map(|suggestion| suggestion.edits.clone()).unwrap_or_default()
}

/// Whether edits are sorted, do not overlap, and lie in the text, between characters.
fn are_edits_of(text: &str, edits: &[TextEdit]) -> bool {
    let whole = |edit: &TextEdit| {
        edit.start <= edit.end
            && text.is_char_boundary(edit.start as usize)
            && text.is_char_boundary(edit.end as usize)
            && text.get(edit.start as usize..edit.end as usize).is_some_and(|old| old != edit.text)
    };
    edits.iter().all(whole) && edits.windows(2).all(|pair| pair[0].end <= pair[1].start)
}

fn in_utf16(text: &str, issue: &Issue) -> Vec<TextEdit> {
    let count = |offset: u32| text[..offset as usize].encode_utf16().count() as u32;
    let edits = edits_of(issue).into_iter();
    edits.map(|edit| TextEdit { start: count(edit.start), end: count(edit.end), text: edit.text }).collect()
}

/// Texts beyond ASCII are put in front of the first place where there can be one.
fn beyond_ascii(text: &str) -> String {
    text.replacen("\"id\":\"", "\"id\":\"é😀", 1).replacen("\"id\": \"", "\"id\": \"é😀", 1)
}

fn list(failures: Vec<(String, Vec<String>)>) {
    let is_open = |label: &str| OPEN.iter().any(|(open, _)| label.contains(open));
    for (open, reason) in OPEN {
        assert!(
            failures.iter().any(|(label, _)| label.contains(open)),
            "{open} holds now: it is open no more ({reason})"
        );
    }
    // One example of each: what is said up to the first place, and of which new error.
    let mut lines: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for (label, fault) in failures
        .iter()
        .filter(|(label, _)| !is_open(label))
        .flat_map(|(label, faults)| faults.iter().map(move |fault| (label, fault)))
    {
        let kind: Vec<&str> = fault.split(' ').filter(|word| !word.contains('/')).take(9).collect();
        lines.entry(kind.join(" ")).or_insert_with(|| (0, format!("{label}: {fault}"))).0 += 1;
    }
    let listed: Vec<String> = lines.values().map(|(number, example)| format!("{number} as {example}")).collect();
    assert!(lines.is_empty(), "\n{}", listed[..listed.len().min(LISTED)].join("\n"));
}

#[test]
fn fixes_of_mutants_hold() {
    let messages = messages();
    // What was not checked comes to light as soon as something is fixed.
    let kinds: Vec<_> = kinds().into_iter().filter(|kind| kind.told_by != Some("constraint-unchecked")).collect();
    let work: Vec<(&crate::Kind, &Message)> =
        kinds.iter().flat_map(|kind| messages.iter().map(move |message| (kind, message))).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let try_some = || {
        let mut failures = Vec::new();
        loop {
            let index = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let Some((kind, message)) = work.get(index) else { return failures };
            let most = if message.text.len() > 4_800 { PLACES } else { 1 };
            for mutant in sample((kind.make)(message), most) {
                let text = mutant.text(message);
                let text = if index.is_multiple_of(5) { beyond_ascii(&text) } else { text };
                let faults = Subject::new(&text, What::Message).faults();
                if !faults.is_empty() {
                    failures.push((format!("{} of {} at {}", kind.name, message.name, mutant.label()), faults));
                }
            }
        }
    };
    let failures: Vec<(String, Vec<String>)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(try_some)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    list(failures);
}

#[test]
fn fixes_of_all_texts_hold() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let conformance = root.join("../shared/conformance");
    let mut paths = files(&root.join("www/examples"));
    let folders = files(&root.join("tests/cases"))
        .into_iter()
        .chain(["messages", "hl7-validator", "r4-examples"].map(|name| conformance.join(name)));
    for folder in folders {
        paths.extend(files(&folder).into_iter().filter(|path| !path.to_string_lossy().ends_with(".expected.json")));
    }
    let mut failures = Vec::new();
    let mut texts = 0;
    for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "json")) {
        let Ok(text) = fs::read_to_string(path) else { continue };
        let folder = path.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let is_bundle = path.starts_with(root.join("tests/cases")) && !name.starts_with("resource-");
        let what = match folder.starts_with("msg-") {
            _ if !is_bundle => What::Auto,
            true => What::Message,
            false => What::Bundle,
        };
        texts += 1;
        for text in [text.clone(), beyond_ascii(&text)] {
            let faults = Subject::new(&text, what).faults();
            if !faults.is_empty() {
                failures.push((format!("{folder}/{name}"), faults));
            }
        }
    }
    assert!(texts > 100);
    list(failures);
}
