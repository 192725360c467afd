//! How our verdicts by profiles compare with those of HL7's validator. The figures only rise; `npm run profiles` lists what differs.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests may fail loudly")]

mod suites;

use suites::profiles::Set;

/// The set, how many of a thousand cases must agree at least, and how many may be false alarms at most.
const FIGURES: [(&str, usize, usize); 3] =
    [("medcom-carecommunication", 823, 143), ("us-core-6.1.0", 886, 95), ("hl7-suite", 880, 25)];

#[test]
fn the_verdict_by_profiles_is_that_of_hl7() {
    for (name, least, most) in FIGURES {
        let Some(set) = Set::read(name, "") else { return };
        let found = set.compare();
        eprintln!("{name}: {} cases\n{}", found.cases, found.figures());
        assert!(found.agreed * 1000 >= found.cases * least, "{name}: {} of {} agree", found.agreed, found.cases);
        assert!(found.false_alarms * 1000 <= found.cases * most, "{name}: {} false alarms", found.false_alarms);
    }
}
