//! msg-content: a message holds as many resources of each type as its event allows.

use crate::definitions::{MessageDefinition, TypeId, known};
use crate::document::NodeId;
use crate::report::{At, Rule, Severity, Words};
use crate::validate::bundle::whole::Whole;
use crate::validate::findings::Findings;

pub(crate) const MSG_CONTENT: Rule = Rule::new(
    "msg-content",
    Severity::Error,
    "business-rule",
    "The message holds as many resources of each type as the event allows.",
    &[CONTENT_COUNT, OTHER_CONTENT, OTHER_CONTENTS],
);
const CONTENT_COUNT: Words = Words("A message of this event contains {expected} {type}, found {found}.");
const OTHER_CONTENT: Words = Words("The documentation of this event does not name {type} resources.");
const OTHER_CONTENTS: Words =
    Words("The documentation of this event does not name {type} resources; the message contains {found}.");

/// How many resources of each type the message may hold. Gives the types of which there are too few.
pub(crate) fn check(whole: &Whole<'_>, findings: &mut Findings, definition: &MessageDefinition) -> Vec<TypeId> {
    let mut missing = Vec::new();
    let is_focus = whole.entries.header().is_some_and(|header| !header.listed_focus(definition).is_empty());
    if definition.content.is_empty() || is_focus {
        return missing;
    }
    let named: Vec<Option<TypeId>> = definition.content.iter().map(|content| whole.type_named(&content.code)).collect();
    for (content, of) in definition.content.iter().zip(&named) {
        let &Some(of) = of else { continue };
        let entries: Vec<_> = whole.entries.iter().filter(|entry| entry.resource_type == Some(of)).collect();
        let count = entries.len() as u32;
        if content.cardinality.allows(count) || of == known::MESSAGE_HEADER {
            continue;
        }
        let text = CONTENT_COUNT.name("expected", content.cardinality.in_words());
        let text = text.name("type", content.code.clone()).count("found", count);
        if count < content.cardinality.min {
            missing.push(of);
        }
        let extra = content.cardinality.max.and_then(|max| entries.get(max as usize).copied());
        let at = extra.map_or(whole.root, |entry| entry.place());
        findings.add(&MSG_CONTENT, At::Start(at), text);
    }
    // Each type once, at the first of its resources.
    let mut others: Vec<(TypeId, NodeId, u64)> = Vec::new();
    for entry in whole.entries.iter().filter(|_| !definition.open) {
        let Some(of) = entry.resource_type.filter(|of| !named.contains(&Some(*of))) else { continue };
        let place = others.partition_point(|other| other.0 < of);
        match others.get_mut(place).filter(|other| other.0 == of) {
            Some((_, _, count)) => *count += 1,
            None => others.insert(place, (of, entry.place(), 1)),
        }
    }
    for (of, node, count) in others {
        let words = if count > 1 { OTHER_CONTENTS } else { OTHER_CONTENT };
        let text = words.name("type", whole.definitions().type_of(of).name.clone()).count("found", count);
        findings.add_as(&MSG_CONTENT, Severity::Warning, At::Start(node), text);
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::MSG_CONTENT;
    use crate::validate::told::assert_told;

    #[test]
    fn a_message_has_as_many_resources_of_a_type_as_the_event_allows() {
        assert_told(
            MSG_CONTENT,
            r#"{"resourceType":"Bundle","type":"message","entry":[
                {"fullUrl":"http://example.org/MessageHeader/1","resource":{"resourceType":"MessageHeader","id":"1","eventCoding":{"system":"http://ntst.com/fhir/message-events","code":"submit-service-request"}}},
                {"resource":{"resourceType":"ServiceRequest"}}…]}"#,
            &[
                (r#",{"resource":{"resourceType":"Patient"}}"#, &[]),
                ("", &[": A message of this event contains exactly 1 Patient, found 0."]),
                (
                    r#",{"resource":{"resourceType":"Patient"}},{"resource":{"resourceType":"Patient"}}"#,
                    &["/entry/3/resource: A message of this event contains exactly 1 Patient, found 2."],
                ),
            ],
        );
    }

    #[test]
    fn a_type_that_the_event_does_not_name_is_told_once() {
        assert_told(
            MSG_CONTENT,
            r#"{"resourceType":"Bundle","type":"message","entry":[
                {"fullUrl":"http://example.org/MessageHeader/1","resource":{"resourceType":"MessageHeader","id":"1","eventCoding":{"system":"http://ntst.com/fhir/message-events","code":"submit-service-request"}}},
                {"resource":{"resourceType":"ServiceRequest"}},
                {"resource":{"resourceType":"Patient"}},…]}"#,
            &[
                (r#"{"resource":{"resourceType":"Condition"}}"#, &[]),
                (
                    r#"{"resource":{"resourceType":"Slot"}}"#,
                    &["/entry/3/resource: The documentation of this event does not name Slot resources."],
                ),
                (
                    r#"{"resource":{"resourceType":"Slot"}},{"resource":{"resourceType":"Slot"}}"#,
                    &[
                        "/entry/3/resource: The documentation of this event does not name Slot resources; the message contains 2.",
                    ],
                ),
            ],
        );
    }
}
