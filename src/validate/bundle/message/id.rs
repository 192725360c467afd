//! msg-id: without Bundle.id and MessageHeader.id a resend cannot be told from a new message.

use crate::document::{NodeId, name};
use crate::report::Suggest;
use crate::report::{Act, At, Words, rules};
use crate::validate::bundle::identity;
use crate::validate::bundle::whole::Whole;
use crate::validate::findings::Findings;

/// Without the two ids a resend cannot be told from a new message.
pub(in crate::validate) fn check(whole: &Whole<'_>, findings: &mut Findings, resource: NodeId, element: &'static str) {
    if whole.document.member(resource, name::ID).is_none() {
        let finding = findings.add(&rules::MSG_ID, At::Start(resource), NO_ID.name("element", element));
        if let Some((id, from_message)) = identity::new_id(whole, resource) {
            finding.suggest(id, from_message, Act::Insert("id"), identity::lacking(whole, resource, "id"));
        }
    }
}

const NO_ID: Words = Words("{element} is missing: without it a resend cannot be recognised.");
