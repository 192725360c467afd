//! msg-focus-unresolved, msg-focus, msg-focus-identified: what a message is about.

use crate::definitions::MessageDefinition;
use crate::document::{NodeId, name};
use crate::report::{At, Rule, Severity, Words};
use crate::validate::bundle::resolve;
use crate::validate::bundle::resolve::REF_AMBIGUOUS;
use crate::validate::bundle::whole::{ResolvedReference, Whole};
use crate::validate::entries::Resolution;
use crate::validate::findings::Findings;
use crate::validate::header::Header;

pub(crate) const MSG_FOCUS: Rule = Rule::new(
    "msg-focus",
    Severity::Error,
    "business-rule",
    "The focus is what the definition of the event demands.",
    &[FOCUS_COUNT, OTHER_FOCUS],
);
const FOCUS_COUNT: Words = Words("This event requires {expected} {type} as focus, found {found}.");
const OTHER_FOCUS: Words = Words("The definition of this event does not name a {found} as focus.");

pub(crate) const MSG_FOCUS_IDENTIFIED: Rule = Rule::new(
    "msg-focus-identified",
    Severity::Warning,
    "business-rule",
    "The receiver can find the resource that the message is about.",
    &[NOT_IDENTIFIED],
);
const NOT_IDENTIFIED: Words = Words(
    "The receiver cannot tell which {type} this is: give it an identifier, or the id and fullUrl that it has there.",
);

pub(crate) const MSG_FOCUS_UNRESOLVED: Rule = Rule::new(
    "msg-focus-unresolved",
    Severity::Error,
    "not-found",
    "Each focus resolves inside the message.",
    &[FOCUS_UNRESOLVED, FOCUS_WITHOUT_REFERENCE],
);
const FOCUS_UNRESOLVED: Words = Words("The focus {found} does not match any entry of the message.");
pub(crate) const FOCUS_WITHOUT_REFERENCE: Words =
    Words("The reference of this focus is missing: it names an entry of the message.");

/// A focus of the message.
#[derive(Clone, Copy)]
pub(crate) struct Focus {
    /// The Reference object.
    node: NodeId,
    /// The index of the entry that it resolves to.
    entry: Option<usize>,
    /// Whether it resolves nowhere, which has been reported.
    dangling: bool,
}

/// Validates that each focus is in the message; gives the focus with the entry that each resolves to.
pub(crate) fn resolved(
    whole: &Whole<'_>,
    findings: &mut Findings,
    header: Header,
    resolved: &[ResolvedReference],
) -> Vec<Focus> {
    let mut found = Vec::new();
    for node in header.focus(whole.document) {
        let Some(reference) = whole.document.member(node, name::REFERENCE) else {
            findings.add(&MSG_FOCUS_UNRESOLVED, At::Start(node), FOCUS_WITHOUT_REFERENCE);
            found.push(Focus { node, entry: None, dangling: true });
            continue;
        };
        let at = At::Value(reference);
        let to = whole.target(resolved, node);
        let entry = match to {
            Some(Resolution::Entry(index) | Resolution::OtherVersion(index)) => Some(index as usize),
            Some(Resolution::Contained(_)) => None,
            Some(Resolution::Several) => {
                findings.add(&REF_AMBIGUOUS, at, whole.ambiguous());
                None
            }
            Some(Resolution::Nothing) | None => {
                let url = whole.document.value(reference);
                let rule = &MSG_FOCUS_UNRESOLVED;
                let content = FOCUS_UNRESOLVED.value("found", &url);
                resolve::unresolved(whole, findings, (rule, rule.severity), at, content, None);
                None
            }
        };
        found.push(Focus { node, entry, dangling: matches!(to, Some(Resolution::Nothing) | None) });
    }
    found
}

/// `MessageDefinition.focus`: what the message must be about, and how many of it.
pub(crate) fn demanded(
    whole: &Whole<'_>,
    findings: &mut Findings,
    header: Header,
    definition: &MessageDefinition,
    focus: &[Focus],
) {
    let array = whole.document.member(header.node, name::FOCUS);
    let of_type = |code: &str| {
        let of = whole.type_named(code);
        let entries = focus.iter().filter_map(|one| Some(whole.entries.at(one.entry? as u32)));
        entries.filter(move |entry| entry.resource_type == of)
    };
    let listed = header.listed_focus(definition);
    let listed = listed.iter().filter(|one| one.code != "MessageHeader").map(|one| (&one.code, one.cardinality, false));
    let own = definition.focus.iter().map(|one| (&one.code, one.cardinality, one.identified));
    let all = || own.clone().chain(listed.clone());
    for (code, cardinality, identified) in all() {
        let count = of_type(code).count() as u32;
        // A focus that resolves nowhere has been reported; it may have been the one.
        let dangling = focus.iter().filter(|one| one.dangling).count() as u32;
        let too_few = count + dangling < cardinality.min;
        if too_few || cardinality.max.is_some_and(|max| count > max) {
            let content = FOCUS_COUNT.name("expected", cardinality.in_words());
            let content = content.name("type", code.clone()).count("found", count);
            findings.add(&MSG_FOCUS, array.map_or(At::Start(header.node), At::Key), content);
        }
        if !identified {
            continue;
        }
        for entry in of_type(code) {
            let Some(resource) = entry.resource else { continue };
            let has_identifier = whole.document.member(resource, name::IDENTIFIER).is_some();
            let is_urn = entry.url.as_deref().is_none_or(|url| url.starts_with("urn:"));
            if !has_identifier && (is_urn || entry.id.is_none()) {
                let content = NOT_IDENTIFIED.name("type", code.clone());
                findings.add(&MSG_FOCUS_IDENTIFIED, At::Start(resource), content);
            }
        }
    }
    for &Focus { node, entry, .. } in focus {
        let Some(of) = entry.and_then(|entry| whole.entries.at(entry as u32).resource_type) else { continue };
        let is_demanded = all().any(|(code, ..)| whole.type_named(code) == Some(of));
        if !is_demanded && all().next().is_some() {
            let content = OTHER_FOCUS.name("found", whole.definitions().type_of(of).name.clone());
            findings.add_as(&MSG_FOCUS, Severity::Warning, At::Start(node), content);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MSG_FOCUS, MSG_FOCUS_IDENTIFIED, MSG_FOCUS_UNRESOLVED};
    use crate::validate::told::assert_told;

    #[test]
    fn a_focus_is_in_the_message() {
        assert_told(
            MSG_FOCUS_UNRESOLVED,
            r#"{"resourceType":"Bundle","type":"message","entry":[
                {"fullUrl":"http://example.org/MessageHeader/1","resource":{"resourceType":"MessageHeader","id":"1","focus":[{…}]}},
                {"fullUrl":"http://example.org/ServiceRequest/1","resource":{"resourceType":"ServiceRequest","id":"1"}}]}"#,
            &[
                (r#""reference":"ServiceRequest/1""#, &[]),
                (
                    r#""reference":"ServiceRequest/2""#,
                    &[
                        "/entry/0/resource/focus/0/reference: The focus 'ServiceRequest/2' does not match any entry of the message.",
                    ],
                ),
                (
                    r#""display":"Referral""#,
                    &[
                        "/entry/0/resource/focus/0: The reference of this focus is missing: it names an entry of the message.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn the_focus_is_what_the_event_demands() {
        assert_told(
            MSG_FOCUS,
            r#"{"resourceType":"Bundle","type":"message","entry":[
                {"fullUrl":"http://example.org/MessageHeader/1","resource":{"resourceType":"MessageHeader","id":"1","eventCoding":{"system":"http://ntst.com/fhir/message-events","code":"submit-service-request"},"focus":[…]}},
                {"fullUrl":"http://example.org/ServiceRequest/1","resource":{"resourceType":"ServiceRequest","id":"1"}},
                {"fullUrl":"http://example.org/Slot/1","resource":{"resourceType":"Slot","id":"1"}}]}"#,
            &[
                (r#"{"reference":"ServiceRequest/1"}"#, &[]),
                (
                    r#"{"reference":"Slot/1"}"#,
                    &[
                        "/entry/0/resource/focus: This event requires exactly 1 ServiceRequest as focus, found 0.",
                        "/entry/0/resource/focus/0: The definition of this event does not name a Slot as focus.",
                    ],
                ),
                (
                    r#"{"reference":"ServiceRequest/1"},{"reference":"ServiceRequest/1"}"#,
                    &["/entry/0/resource/focus: This event requires exactly 1 ServiceRequest as focus, found 2."],
                ),
            ],
        );
    }

    #[test]
    fn an_update_says_which_one_it_means() {
        assert_told(
            MSG_FOCUS_IDENTIFIED,
            r#"{"resourceType":"Bundle","type":"message","entry":[
                {"fullUrl":"http://example.org/MessageHeader/1","resource":{"resourceType":"MessageHeader","id":"1","eventCoding":{"system":"http://ntst.com/fhir/message-events","code":"update-service-request"},"focus":[{"reference":"urn:uuid:6c1cb8f4-0000-4000-8000-000000000001"}]}},
                {"fullUrl":"urn:uuid:6c1cb8f4-0000-4000-8000-000000000001","resource":{"resourceType":"ServiceRequest"…}}]}"#,
            &[
                (r#","identifier":[{"value":"1"}]"#, &[]),
                (
                    "",
                    &[
                        "/entry/1/resource: The receiver cannot tell which ServiceRequest this is: give it an identifier, or the id and fullUrl that it has there.",
                    ],
                ),
            ],
        );
    }
}
