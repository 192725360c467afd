//! What fixes come to on single faults that know nothing of FHIR, put into R4's examples and the public messages: how many texts are as they
//! were before the fault, and how many are valid. The faults are read from `../shared/conformance` and skipped, saying so, where they are
//! absent. The figures only rise.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stderr, reason = "tests may fail loudly")]

mod suites;

use fhirpost::validate::apply;
use fhirpost::{Options, Report, Severity, Validator};
use serde_json::Value;
use std::fs;
use suites::folder;

/// Of a thousand faulty texts, so many are equal to the original at least with certain fixes alone, and with the first choices as well; and so
/// many have no errors then.
const CERTAIN_EQUAL: usize = 255;
const EQUAL: usize = 470;
const VALID: usize = 668;

/// Nobody presses a button more often for one fault.
const MOST_CHOICES: usize = 8;

/// The text with the first fix that is offered for an error, if there is one, and whether that is certain.
fn chosen(text: &str, report: &Report) -> Option<(String, bool)> {
    let errors = report.issues.iter().filter(|issue| issue.severity >= Severity::Error);
    let mut offers = errors.filter_map(|issue| issue.suggestion.as_ref()).filter(|offer| !offer.edits.is_empty());
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
    let (mut all, mut certain, mut equal, mut valid) = (0, 0, 0, 0);
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
        let mut text = validator.fix(given, &options).text.unwrap_or_else(|| given.to_owned());
        certain += usize::from(is_original(&text));
        let errors = |report: &Report| report.counts.error + report.counts.fatal;
        let mut report = validator.validate(&text, &options);
        assert!(errors(&report) <= errors(&validator.validate(given, &options)), "{}", case["id"]);
        for _ in 0..MOST_CHOICES {
            let Some((next, certain)) = chosen(&text, &report) else { break };
            let after = validator.validate(&next, &options);
            // What is certain and was left brings more errors to light: inside of what was no array, nothing is looked at.
            assert!(certain || errors(&after) <= errors(&report), "{}: more errors with the first choice", case["id"]);
            (text, report) = (next, after);
        }
        all += 1;
        equal += usize::from(is_original(&text));
        valid += usize::from(report.valid);
    }
    eprintln!("{all} faulty texts: {certain} as before with certain fixes, {equal} with choices, {valid} valid");
    for (number, least) in [(certain, CERTAIN_EQUAL), (equal, EQUAL), (valid, VALID)] {
        assert!(number * 1000 >= all * least, "{number} of {all}: at least {least} of 1000");
    }
}
