//! msg-id: without Bundle.id and MessageHeader.id a resend cannot be told from a new message.

use crate::document::{NodeId, name};
use crate::report::{Act, At, Rule, Severity, Suggest, Words};
use crate::validate::bundle::identity;
use crate::validate::bundle::whole::Whole;
use crate::validate::findings::Findings;

pub(crate) const MSG_ID: Rule = Rule::new(
    "msg-id",
    Severity::Error,
    "business-rule",
    "Bundle.id and MessageHeader.id are there, so that a resend can be recognised.",
    &[NO_ID],
);
const NO_ID: Words = Words("{element} is missing: without it a resend cannot be recognised.");

/// Without the two ids a resend cannot be told from a new message.
pub(crate) fn check(whole: &Whole<'_>, findings: &mut Findings, resource: NodeId, element: &'static str) {
    if whole.document.member(resource, name::ID).is_none() {
        let finding = findings.add(&MSG_ID, At::Start(resource), NO_ID.name("element", element));
        if let Some((id, from_message)) = identity::new_id(whole, resource) {
            finding.suggest(id, from_message, Act::Insert("id"), identity::nodes_without_member(whole, resource, "id"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::MSG_ID;
    use crate::validate::told::assert_told;

    #[test]
    fn a_message_and_its_header_have_an_id() {
        assert_told(
            MSG_ID,
            r#"{"resourceType":"Bundle","type":"message",…}"#,
            &[
                (r#""id":"1","entry":[{"resource":{"resourceType":"MessageHeader","id":"2"}}]"#, &[]),
                (
                    r#""entry":[{"resource":{"resourceType":"MessageHeader"}}]"#,
                    &[
                        ": Bundle.id is missing: without it a resend cannot be recognised.",
                        "/entry/0/resource: MessageHeader.id is missing: without it a resend cannot be recognised.",
                    ],
                ),
            ],
        );
    }
}
