//! msg-link: resources refer to each other as the event's graph says.

use crate::definitions::{Link, TypeId};
use crate::document::{Document, Kind, NameId, NodeId, name};
use crate::report::{At, Rule, Severity, Suggest, Words};
use crate::validate::bundle::message::content::MSG_CONTENT;
use crate::validate::bundle::whole::{ResolvedReference, Whole};
use crate::validate::entries::Resolution;
use crate::validate::findings::Findings;

pub(crate) const MSG_LINK: Rule = Rule::new(
    "msg-link",
    Severity::Error,
    "business-rule",
    "Resources refer to each other as the event's graph says.",
    &[LINK_COUNT, LINK_TARGET],
);
const LINK_COUNT: Words = Words("This event requires {expected} {element}, found {found}.");
const LINK_TARGET: Words =
    Words("{element} does not refer to a resource of the message of a type that this event requires: {expected}.");

/// A link of the event's GraphDefinition: so many references, to resources of these types in the message.
pub(crate) fn check(
    whole: &Whole<'_>,
    findings: &mut Findings,
    link: &Link,
    missing: &[TypeId],
    resolved: &[ResolvedReference],
) {
    let Some(source) = whole.type_named(&link.source) else { return };
    let names = whole.definitions().names();
    let path: Vec<NameId> = link.path.iter().map(|step| names.find(step.as_bytes())).collect();
    // A path that is more than names of elements would need FHIRPath: such a link is not validated.
    if path.contains(&NameId::UNKNOWN) {
        return;
    }
    let element = || format!("{}.{}", link.source, link.path.join("."));
    for entry in whole.entries.iter().filter(|entry| entry.resource_type == Some(source)) {
        let Some(resource) = entry.resource else { continue };
        let references = follow(whole.document, resource, &path);
        let count = references.len() as u32;
        if !link.cardinality.allows(count) {
            let content = LINK_COUNT.name("element", element()).count("found", count);
            let content = content.name("expected", link.cardinality.in_words());
            findings.add(&MSG_LINK, At::Start(resource), content);
        }
        for node in references {
            // An identifier or a display alone resolves to nothing in the message.
            let reference = whole.document.member(node, name::REFERENCE);
            let of = match whole.target(resolved, node) {
                Some(Resolution::Entry(index) | Resolution::OtherVersion(index)) => {
                    whole.entries.at(index).resource_type
                }
                _ => None,
            };
            let allowed = link.targets.iter().any(|target| of.is_some() && whole.type_named(target) == of);
            if !allowed && !link.targets.is_empty() {
                let content = LINK_TARGET.name("element", element()).list("expected", link.targets.iter().cloned());
                let at = reference.map_or(At::Start(node), At::Value);
                let is_missing = |target: &String| missing.iter().any(|of| whole.type_named(target) == Some(*of));
                let cause = link.targets.iter().any(is_missing).then_some((&MSG_CONTENT, whole.root));
                findings.add(&MSG_LINK, at, content).because(cause);
            }
        }
    }
}

/// The objects at the end of a path, arrays taken apart.
fn follow(document: &Document<'_>, from: NodeId, path: &[NameId]) -> Vec<NodeId> {
    let mut at = vec![from];
    for &name in path {
        let members = at.into_iter().filter_map(|node| document.member(node, name));
        at = members
            .flat_map(|member| match document.kind(member) {
                Kind::Array => document.children(member).collect(),
                _ => vec![member],
            })
            .collect();
    }
    at
}

#[cfg(test)]
mod tests {
    use super::MSG_LINK;
    use crate::validate::told::assert_told;

    #[test]
    fn resources_refer_to_each_other_as_the_event_says() {
        assert_told(
            MSG_LINK,
            r#"{"resourceType":"Bundle","type":"message","entry":[
                {"fullUrl":"http://example.org/MessageHeader/1","resource":{"resourceType":"MessageHeader","id":"1","eventCoding":{"system":"http://ntst.com/fhir/message-events","code":"submit-service-request"}}},
                {"fullUrl":"http://example.org/ServiceRequest/1","resource":{"resourceType":"ServiceRequest","id":"1"…}},
                {"fullUrl":"http://example.org/Patient/1","resource":{"resourceType":"Patient","id":"1"}}]}"#,
            &[
                (r#","subject":{"reference":"Patient/1"}"#, &[]),
                ("", &["/entry/1/resource: This event requires exactly 1 ServiceRequest.subject, found 0."]),
                (
                    r#","subject":{"reference":"Patient/2"}"#,
                    &[
                        "/entry/1/resource/subject/reference: ServiceRequest.subject does not refer to a resource of the message of a type that this event requires: Patient.",
                    ],
                ),
                (
                    r#","subject":{"display":"Ana"}"#,
                    &[
                        "/entry/1/resource/subject: ServiceRequest.subject does not refer to a resource of the message of a type that this event requires: Patient.",
                    ],
                ),
            ],
        );
    }
}
