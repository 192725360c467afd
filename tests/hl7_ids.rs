//! What HL7's validator calls its errors, and what we say that it does, where both find one at one place. The figures only rise.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests may fail loudly")]

mod suites;

use std::collections::BTreeMap;
use suites::profiles::Set;

/// The set, in how many of a thousand places at which HL7's validator names an error one of ours has that name, and in how many of those
/// where ours has a name it does so.
const FIGURES: [(&str, usize, usize); 4] = [
    ("r4-faults", 975, 980),
    ("medcom-carecommunication", 990, 990),
    ("us-core-6.1.0", 955, 965),
    ("hl7-suite", 925, 975),
];

#[test]
fn an_error_has_the_message_id_of_hl7() {
    for (name, least, least_named) in FIGURES {
        let Some(set) = Set::read(name, "") else { return };
        let places = set.named();
        let (mut right, mut named) = (0, 0);
        let mut differs: BTreeMap<(String, String), usize> = BTreeMap::new();
        for (theirs, ours) in &places {
            let is_right = ours.iter().any(|id| theirs.contains(id));
            right += usize::from(is_right);
            named += usize::from(ours.iter().any(|id| !id.is_empty()));
            if !is_right {
                *differs.entry((theirs.join(", "), ours.join(", "))).or_default() += 1;
            }
        }
        for ((theirs, ours), count) in &differs {
            eprintln!("{count:4} {theirs} | {ours}");
        }
        eprintln!("{name}: {right} of {} places, {named} with a name", places.len());
        assert!(right * 1000 >= places.len() * least, "{name}: {right} of {} places", places.len());
        assert!(right * 1000 >= named * least_named, "{name}: {right} of {named} named");
    }
}
