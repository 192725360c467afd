//! How our verdicts by profiles compare with those of HL7's validator. The figures only rise; `npm run profiles` lists what differs.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests may fail loudly")]

mod suites;

use fhirpost::Agree;
use suites::profiles::Set;

/// The set, with whom ours is to agree, how many of a thousand cases must agree at least, how many may be false alarms at most, and in how
/// many of those in which both find errors one must be at the same place.
const FIGURES: [(&str, Agree, usize, usize, usize); 8] = [
    ("medcom-carecommunication", Agree::None, 923, 67, 990),
    ("medcom-carecommunication", Agree::Hl7, 989, 0, 990),
    ("us-core-6.1.0", Agree::None, 968, 16, 935),
    ("us-core-6.1.0", Agree::Hl7, 983, 1, 935),
    ("hl7-suite", Agree::None, 899, 23, 890),
    ("hl7-suite", Agree::Hl7, 899, 23, 890),
    ("r4-faults", Agree::None, 978, 5, 963),
    ("r4-faults", Agree::Hl7, 982, 0, 963),
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
