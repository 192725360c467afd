//! How our verdicts by profiles compare with those of HL7's validator. The figures only rise; `npm run profiles` lists what differs.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests may fail loudly")]

mod suites;

use fhirpost::Agree;
use std::collections::BTreeMap;
use std::path::Path;
use suites::profiles::{Disagreement, Set};

/// Faults that were put into our own cases (`npm run parity -- --seed 19 --faults 3`), each with what HL7's validator says of it: this needs neither
/// the public data nor Java.
const RECORDED: &str = "tests/parity/faults.ndjson";

/// Those of which the verdict is another one, as we choose, and why. The list shrinks: what has come right must leave it.
const DIFFERENCES: [(&str, &str); 15] = [
    ("f28", ABSENT),
    ("f57", MESSAGES),
    ("f60", "the OperationOutcome of a search is no resource with an identity: it needs no fullUrl"),
    ("f68", EMPTY),
    ("f69", EMPTY),
    (
        "f131",
        "R4: a resource may define codes of its own, which `#its-id` names; HL7's validator has that for Codings alone",
    ),
    ("f141", "xhtml has an id as every element, which JSON writes beside it; HL7's validator does not read that"),
    ("f168", ABSENT),
    ("f259", MESSAGES),
    ("f297", MESSAGES),
    ("f299", MESSAGES),
    ("f340", "HL7's validator fails by itself on white space as a date; here that is a warning, as elsewhere"),
    ("f360", "R4's ele-1: an element has more than an id"),
    ("f372", "0.0 is an OID by R4's expression for that type; HL7's validator wants three numbers"),
    ("f378", "R4's expression for a time has the second 60, for leap seconds"),
];
const ABSENT: &str =
    "R4: an extension may say why there is no code; HL7's validator passes over that where a code is required";
const MESSAGES: &str = "R4's pages on messages, or the event, demand it (docs/choices.md)";
const EMPTY: &str = "R4's page on JSON: arrays are not empty (docs/choices.md)";

/// The set, with whom ours is to agree, how many of a thousand cases must agree at least, how many may be false alarms at most, and in how
/// many of those in which both find errors one must be at the same place.
const FIGURES: [(&str, Agree, usize, usize, usize); 8] = [
    ("medcom-carecommunication", Agree::None, 923, 67, 990),
    ("medcom-carecommunication", Agree::Hl7, 997, 3, 990),
    ("us-core-6.1.0", Agree::None, 979, 16, 935),
    ("us-core-6.1.0", Agree::Hl7, 993, 1, 935),
    ("hl7-suite", Agree::None, 949, 12, 904),
    ("hl7-suite", Agree::Hl7, 960, 12, 900),
    ("r4-faults", Agree::None, 994, 5, 974),
    ("r4-faults", Agree::Hl7, 998, 0, 974),
];

#[test]
fn the_verdict_by_profiles_is_that_of_hl7() {
    let mut read: Option<(&str, Set)> = None;
    for (name, agree, least, most, placed) in FIGURES {
        if read.as_ref().is_none_or(|(before, _)| *before != name) {
            let Some(set) = Set::read(name, "") else { return };
            read = Some((name, set));
        }
        let Some((_, set)) = &read else { return };
        let found = set.compare(agree);
        eprintln!("{name}, {agree:?}: {} cases\n{}", found.cases, found.figures());
        assert!(found.placed * 1000 >= found.both * placed, "{name}: {} of {} places", found.placed, found.both);
        assert!(found.agreed * 1000 >= found.cases * least, "{name}: {} of {} agree", found.agreed, found.cases);
        assert!(found.false_alarms * 1000 <= found.cases * most, "{name}: {} false alarms", found.false_alarms);
    }
}

#[test]
fn recorded_faults_are_validated_as_by_hl7_but_for_those_listed() {
    let set = Set::of_file(Path::new(RECORDED), &[]);
    let found = set.compare(Agree::None);
    eprintln!("{} recorded faults\n{}", found.cases, found.figures());
    let is_verdict = |one: &&Disagreement| one.kind != "elsewhere";
    let differing = found.disagreements.iter().filter(is_verdict).map(|one| (one.id.as_str(), one));
    let differing: BTreeMap<&str, &Disagreement> = differing.collect();
    let new = differing.iter().filter(|(id, _)| DIFFERENCES.iter().all(|(listed, _)| listed != *id));
    let new: Vec<String> =
        new.map(|(id, one)| format!("{id}, {}: HL7 {} | we {}", one.kind, one.theirs, one.ours)).collect();
    assert!(new.is_empty(), "{} differ that are not listed:\n{}", new.len(), new.join("\n"));
    for (id, reason) in DIFFERENCES {
        assert!(differing.contains_key(id), "{id} has come right: remove it from the list ({reason})");
    }
    assert!(found.placed * 100 >= found.both * 88, "{} of {} places", found.placed, found.both);
}
