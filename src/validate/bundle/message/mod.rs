//! Rules of messages, one file for one of them, and their order.
//!
//! Sources: R4 pages messageheader, messagedefinition and messaging; for Netsmart's events its public documentation, as data in
//! `src/message/events`.

pub(crate) mod bundle_type;
pub(crate) mod content;
pub(crate) mod definition;
pub(crate) mod endpoint;
pub(crate) mod entry;
pub(crate) mod event;
pub(crate) mod focus;
pub(crate) mod header_place;
pub(crate) mod id;
pub(crate) mod link;
pub(crate) mod response;
pub(crate) mod unreachable;

use crate::definitions::MessageDefinition;
use crate::report::Rule;
use crate::validate::bundle::whole::{ResolvedReference, Whole};
use crate::validate::bundle::{bdl_7, moved_url, resolve};
use crate::validate::findings::Findings;

/// Validates a Bundle as a message.
pub(crate) fn check(whole: &Whole<'_>, findings: &mut Findings) {
    bundle_type::check(whole, findings);
    // The event's definition may take rules more seriously: it is read before the first of them is validated.
    let definition = event::check(whole, findings);
    // It speaks of requests: an answer is validated as usual.
    let header = whole.entries.header();
    let is_answer = header.is_some_and(|header| header.response(whole.document).is_some());
    if let Some(definition) = definition.filter(|_| !is_answer) {
        findings.for_event(&definition.severities);
    }
    id::check(whole, findings, whole.root, "Bundle.id");
    header_place::check(whole, findings);
    for entry in whole.entries.iter() {
        if findings.is_full() {
            return;
        }
        entry::check(whole, findings, entry);
    }
    bdl_7::check(whole, findings);
    let resolved = resolve::check(whole, findings);
    moved_url::take_references_along(whole, findings, &resolved);
    of_header(whole, findings, definition, &resolved);
    unreachable::check(whole, findings, &resolved);
}

/// Validates the MessageHeader and, for a request, what its event demands.
fn of_header(
    whole: &Whole<'_>,
    findings: &mut Findings,
    definition: Option<&MessageDefinition>,
    resolved: &[ResolvedReference],
) {
    let Some(header) = whole.entries.header() else { return };
    id::check(whole, findings, header.node, "MessageHeader.id");
    endpoint::check(whole, findings, header);
    let focus = focus::resolved(whole, findings, header, resolved);
    if let Some(response) = header.response(whole.document) {
        response::check(whole, findings, response, resolved);
    } else if let Some(definition) = definition {
        focus::demanded(whole, findings, header, definition, &focus);
        let missing = content::check(whole, findings, definition);
        for link in &definition.links {
            link::check(whole, findings, link, &missing, resolved);
        }
    }
}

/// Every rule of messages.
pub(crate) const RULES: &[Rule] = &[
    bundle_type::MSG_TYPE,
    header_place::MSG_HEADER_FIRST,
    header_place::MSG_HEADER_SINGLE,
    entry::MSG_ENTRY,
    id::MSG_ID,
    event::MSG_EVENT,
    event::MSG_EVENT_UNKNOWN,
    definition::MSG_DEFINITION,
    endpoint::MSG_ENDPOINT,
    focus::MSG_FOCUS,
    focus::MSG_FOCUS_IDENTIFIED,
    focus::MSG_FOCUS_UNRESOLVED,
    unreachable::MSG_UNREACHABLE,
    response::MSG_RESPONSE,
    content::MSG_CONTENT,
    link::MSG_LINK,
];
