//! Prints how our verdicts by profiles compare with those of HL7's validator, with each case in which they differ. `npm run profiles` runs
//! it, and `npm run parity` on faults that it has just made.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it may fail loudly"
)]

#[path = "../suites/mod.rs"]
mod suites;

use fhirpost::{Agree, Severity};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use suites::profiles::{Comparison, Disagreement, SETS, Set};

/// How much is shown of what is said of a case.
const WIDTH: usize = 240;

fn main() {
    let (mut sets, mut filter, mut brief) = (Vec::new(), String::new(), false);
    let (mut file, mut packages, mut record) = (None, Vec::new(), None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--case" => filter = arguments.next().unwrap_or_else(|| panic!("--case needs a part of an id")),
            "--brief" => brief = true,
            "--file" => file = arguments.next(),
            "--record" => record = arguments.next(),
            "--package" => packages.extend(arguments.next()),
            name => match SETS.into_iter().find(|set| set.starts_with(name)) {
                Some(set) => sets.push(set),
                None => panic!("there is no set {name}, but {}", SETS.join(", ")),
            },
        }
    }
    if let Some(file) = file {
        let set = Set::of_file(Path::new(&file), &packages);
        print_comparison(&file, &set, brief);
        if let Some(name) = record {
            write_record(&name, &set);
        }
        return;
    }
    for name in if sets.is_empty() { SETS.to_vec() } else { sets } {
        if let Some(set) = Set::read(name, &filter) {
            print_comparison(name, &set, brief);
            if record.is_some() {
                write_record(name, &set);
            }
        }
    }
}

/// Where the figures are kept that `docs/parity.md` shows: numbers alone.
const RECORD: &str = "tests/parity/record.json";

/// Puts the figures of a set in the place of those that are recorded.
fn write_record(name: &str, set: &Set) {
    let mut all: Value = serde_json::from_str(&std::fs::read_to_string(RECORD).unwrap()).unwrap();
    let usual = figures(&set.compare(Agree::None));
    let as_hl7 = figures(&set.compare(Agree::Hl7));
    all["sets"][name]["usual"] = usual;
    all["sets"][name]["hl7"] = as_hl7;
    std::fs::write(RECORD, format!("{}\n", serde_json::to_string_pretty(&all).unwrap())).unwrap();
}

fn figures(comparison: &Comparison) -> Value {
    let mut parts = json!({ "type": {}, "rule": {}, "fault": {} });
    for ((part, name), one) in &comparison.parts {
        parts[*part][name] = json!([one.cases, one.false_alarms, one.missed, one.both, one.placed]);
    }
    let Comparison { cases, false_alarms, missed, both, placed, .. } = comparison;
    json!({ "all": [cases, false_alarms, missed, both, placed], "parts": parts })
}

fn print_comparison(name: &str, set: &Set, brief: bool) {
    println!("{name}, with our choices\n{}\n", set.compare(Agree::None).figures());
    let comparison = set.compare(Agree::Hl7);
    println!("{name}, with HL7's: {} cases\n{}\n", comparison.cases, comparison.figures());
    if !brief {
        for issue in set.issues.iter().filter(|issue| issue.severity <= Severity::Error) {
            println!("  {} {issue}", issue.severity.name());
        }
        print_disagreements(&comparison);
    }
}

/// Grouped by what is found differently, the largest group first.
fn print_disagreements(comparison: &Comparison) {
    let mut groups: BTreeMap<(&str, &str), Vec<&Disagreement>> = BTreeMap::new();
    for one in &comparison.disagreements {
        groups.entry((one.kind, &one.group)).or_default().push(one);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|((kind, _), cases)| (*kind, usize::MAX - cases.len()));
    for ((kind, group), cases) in groups {
        println!("\n{kind}: {group} ({})", cases.len());
        for Disagreement { id, theirs, ours, definitions, .. } in cases {
            println!("  {id}");
            let said = definitions.iter().map(|issue| ("def", issue));
            for (name, text) in [("HL7", theirs), ("we", ours)].into_iter().chain(said) {
                if !text.is_empty() {
                    println!("    {name:<4}{}", text.chars().take(WIDTH).collect::<String>());
                }
            }
        }
    }
    println!();
}
