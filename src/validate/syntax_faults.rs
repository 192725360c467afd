//! What the scanner noted: names that are repeated, and halves of surrogate pairs.

use crate::document::{Document, Fault, NodeId};
use crate::report::{Act, At, Rule, Severity, Suggest, Words};
use crate::validate::findings::Findings;

pub(crate) const JSON_SYNTAX: Rule =
    Rule::new("json-syntax", Severity::Fatal, "structure", "The text is JSON (RFC 8259) within the limits.", &[]);

pub(crate) const JSON_DUPLICATE_KEY: Rule = Rule::new(
    "json-duplicate-key",
    Severity::Error,
    "structure",
    "A property occurs only once in an object.",
    &[REPEATED],
);
const REPEATED: Words = Words("This property is repeated: it may occur only once.");

pub(crate) const JSON_LONE_SURROGATE: Rule = Rule::new(
    "json-lone-surrogate",
    Severity::Error,
    "structure",
    "Unicode surrogates come in pairs.",
    &[LONE_SURROGATE],
);
const LONE_SURROGATE: Words = Words("This is half of a surrogate pair: the other half is missing.");

/// Reports what the scanner noted.
pub(crate) fn check(findings: &mut Findings, document: &Document<'_>) {
    for fault in document.faults() {
        if findings.is_full() {
            return;
        }
        match *fault {
            Fault::DuplicateKey(node) => {
                let nodes = if says_the_same(document, node) { vec![node] } else { Vec::new() };
                findings.add(&JSON_DUPLICATE_KEY, At::Key(node), REPEATED).fix(Act::Remove, nodes);
            }
            Fault::LoneSurrogate(offset) => {
                let node = document.node_at(offset);
                let at = At::Span(node, offset, offset + 6);
                findings.add(&JSON_LONE_SURROGATE, at, LONE_SURROGATE);
            }
        }
    }
}

/// A property that occurs twice is looked for among so many.
const MOST_MEMBERS: usize = 100;

/// Whether a property that occurs a second time says what it says the first time, and all other times: readers take the last one, or the
/// first.
fn says_the_same(document: &Document<'_>, again: NodeId) -> bool {
    let (key, raw) = (document.key(again), document.raw(again));
    for (seen, other) in document.children(document.parent(again)).enumerate() {
        if seen >= MOST_MEMBERS || document.key(other) == key && document.raw(other) != raw {
            return false;
        }
    }
    true
}

/// Every rule of what is JSON.
pub(super) const RULES: &[Rule] = &[JSON_SYNTAX, JSON_DUPLICATE_KEY, JSON_LONE_SURROGATE];

#[cfg(test)]
mod tests {
    use super::{JSON_DUPLICATE_KEY, JSON_LONE_SURROGATE};
    use crate::validate::told::assert_told;

    #[test]
    fn a_property_occurs_once_in_an_object() {
        assert_told(
            JSON_DUPLICATE_KEY,
            r#"{"resourceType":"Patient","gender":"female","…":"male"}"#,
            &[
                ("language", &[]),
                ("gender", &["/gender: This property is repeated: it may occur only once."]),
                (r"gen\u0064er", &["/gender: This property is repeated: it may occur only once."]),
            ],
        );
    }

    #[test]
    fn surrogates_come_in_pairs() {
        assert_told(
            JSON_LONE_SURROGATE,
            r#"{"resourceType":"Patient","name":[{"family":"…"}]}"#,
            &[
                (r"\ud83d\ude00", &[]),
                (r"\ud83d", &["/name/0/family: This is half of a surrogate pair: the other half is missing."]),
                (r"\ude00", &["/name/0/family: This is half of a surrogate pair: the other half is missing."]),
            ],
        );
    }
}
