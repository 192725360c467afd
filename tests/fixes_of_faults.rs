//! What fixes come to on single faults that know nothing of FHIR, put into R4's examples and the public messages: how many texts are as they
//! were before the fault, and how many are valid. The faults are read from `../shared/conformance` and skipped, saying so, where they are
//! absent. The figures only rise.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stderr, reason = "tests may fail loudly")]

mod suites;

use fhirpost::report::Action;
use fhirpost::validate::apply;
use fhirpost::{Options, Report, Severity, Validator};
use serde_json::{Value, json};
use std::fs;
use suites::folder;

/// Of a thousand faulty texts, so many are equal to the original at least, and so many have no errors: with certain fixes alone, with the first
/// choices as well, and with those that leave something out.
const CERTAIN: [usize; 2] = [255, 424];
const WITHOUT_REMOVALS: [usize; 2] = [390, 640];
const WITH_REMOVALS: [usize; 2] = [480, 730];

/// Where the figures are kept that `docs/parity.md` shows.
const RECORD: &str = "tests/parity/record.json";

/// Nobody presses a button more often for one fault.
const MOST_CHOICES: usize = 8;

/// The text with the first fix that is offered for an error, if there is one, and whether that is certain. To leave out what somebody wrote is no
/// repair.
fn chosen(text: &str, report: &Report, removals: bool) -> Option<(String, bool)> {
    let errors = report.issues.iter().filter(|issue| issue.severity >= Severity::Error);
    let mut offers = errors
        .filter_map(|issue| issue.suggestion.as_ref())
        .filter(|offer| !offer.edits.is_empty() && (removals || offer.certain || offer.action != Some(Action::Remove)));
    offers.next().map(|offer| (apply(text, &offer.edits), offer.certain))
}

/// Whether two values are the same; the faults were made with numbers that lost their zeros.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(name, value)| other.get(name).is_some_and(|other| is_same(value, other)))
        }
        _ => one == other,
    }
}

#[test]
fn faults_are_fixed_to_what_was_there() {
    let (Some(verdicts), Some(examples), Some(messages)) =
        (folder("hl7-verdicts"), folder("r4-examples"), folder("messages"))
    else {
        return;
    };
    let (validator, options) = (Validator::default(), Options::default());
    let (mut all, mut certain, mut without, mut with) = (0, [0; 2], [0; 2], [0; 2]);
    for line in fs::read_to_string(verdicts.join("r4-faults.ndjson")).unwrap().lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        if case["errors"].as_array().unwrap().is_empty() {
            continue;
        }
        let from = case["from"].as_str().unwrap();
        let path = [&examples, &messages].map(|folder| folder.join(from)).into_iter().find(|path| path.is_file());
        let original: Value = serde_json::from_str(&fs::read_to_string(path.unwrap()).unwrap()).unwrap();
        let is_original =
            |text: &str| serde_json::from_str::<Value>(text).is_ok_and(|value| is_same(&value, &original));
        let given = case["text"].as_str().unwrap();
        let fixed = validator.fix(given, &options).text.unwrap_or_else(|| given.to_owned());
        let first = validator.validate(&fixed, &options);
        let errors = |report: &Report| report.counts.error + report.counts.fatal;
        assert!(errors(&first) <= errors(&validator.validate(given, &options)), "{}", case["id"]);
        let count = |counts: &mut [usize; 2], text: &str, report: &Report| {
            counts[0] += usize::from(is_original(text));
            counts[1] += usize::from(report.valid);
        };
        count(&mut certain, &fixed, &first);
        for (counts, removals) in [(&mut without, false), (&mut with, true)] {
            let (mut text, mut report) = (fixed.clone(), first.clone());
            for _ in 0..MOST_CHOICES {
                let Some((next, certain)) = chosen(&text, &report, removals) else { break };
                let after = validator.validate(&next, &options);
                // What is certain and was left brings more errors to light: inside of what was no array, nothing is looked at.
                assert!(certain || errors(&after) <= errors(&report), "{}: more errors with a choice", case["id"]);
                (text, report) = (next, after);
            }
            count(counts, &text, &report);
        }
        all += 1;
    }
    eprintln!(
        "{all} faulty texts, equal and valid: {certain:?} with certain fixes, {without:?} with choices, {with:?} with removals"
    );
    for (counts, least) in [(certain, CERTAIN), (without, WITHOUT_REMOVALS), (with, WITH_REMOVALS)] {
        for (count, least) in counts.into_iter().zip(least) {
            assert!(count * 1000 >= all * least, "{count} of {all}: at least {least} of 1000");
        }
    }
    let figures = |[equal, valid]: [usize; 2]| json!({ "equal": equal, "valid": valid });
    let found = json!({ "texts": all, "certain": figures(certain), "withoutRemovals": figures(without), "withRemovals": figures(with) });
    let mut record: Value = serde_json::from_str(&fs::read_to_string(RECORD).unwrap()).unwrap();
    if std::env::var_os("UPDATE_PARITY").is_some() {
        record["fixes"] = found.clone();
        fs::write(RECORD, format!("{}\n", serde_json::to_string_pretty(&record).unwrap())).unwrap();
    }
    assert_eq!(record["fixes"], found, "docs/parity.md shows other figures: run `npm run profiles -- --record`");
}
