//! The body of an answer: which resource it is, and the issues that it holds.

use super::members::{items_of, says, text_of, texts_of};
use crate::definitions::Definitions;
use crate::document::table::rows;
use crate::document::{Document, NodeId, name};
use crate::json::Limits;
use crate::message::{Route, route};
use crate::report::{Coding, Details, OutcomeIssue, Severity};

/// What a body turned out to be.
pub(super) enum Body<'d> {
    Empty,
    Message(Document<'d>, Box<Route>),
    OperationOutcome(Document<'d>),
    OtherFhir,
    NotFhir,
}

/// Reads a body; a resource in Parameters is that resource.
pub(super) fn read_body<'d>(bytes: &'d [u8], definitions: &Definitions) -> Body<'d> {
    if bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes).iter().all(u8::is_ascii_whitespace) {
        return Body::Empty;
    }
    let Ok(document) = Document::read(bytes, definitions.names(), Limits::default()) else { return Body::NotFhir };
    let of = document.member_text(NodeId::ROOT, name::RESOURCE_TYPE);
    match of.as_deref() {
        Some("Bundle") => {
            let route = route(&document, definitions);
            Body::Message(document, Box::new(route))
        }
        Some("OperationOutcome") => Body::OperationOutcome(document),
        Some("Parameters") => match wrapped(&document).map(|resource| document.node(resource)) {
            Some(node) => match read_body(rows(bytes, node.start as usize..node.end as usize), definitions) {
                Body::Message(document, route) => Body::Message(document, route),
                Body::OperationOutcome(document) => Body::OperationOutcome(document),
                _ => Body::OtherFhir,
            },
            None => Body::OtherFhir,
        },
        Some(other) if definitions.resource_type(other).is_some() => Body::OtherFhir,
        _ => Body::NotFhir,
    }
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The Bundle or OperationOutcome in a Parameters resource, which R4 has no need of where there is one output, and some servers write all
/// the same: that which is called `return`, as the operation's own definition calls it, or the only one.
fn wrapped(parameters: &Document<'_>) -> Option<NodeId> {
    let mut found = None;
    for parameter in items_of(parameters, NodeId::ROOT, name::PARAMETER) {
        let Some(resource) = parameters.member(parameter, name::RESOURCE) else { continue };
        let is_answer = |name| says(parameters, resource, name::RESOURCE_TYPE, name);
        if !is_answer("Bundle") && !is_answer("OperationOutcome") {
            continue;
        }
        if says(parameters, parameter, name::NAME, "return") {
            return Some(resource);
        }
        if found.is_some() {
            return None;
        }
        found = Some(resource);
    }
    found
}

/// Takes the issues of an OperationOutcome; of any other resource none. A server may send anything, so nothing is assumed.
pub(super) fn add_issues(issues: &mut Vec<OutcomeIssue>, document: &Document<'_>, outcome: NodeId) {
    if !says(document, outcome, name::RESOURCE_TYPE, "OperationOutcome") {
        return;
    }
    for node in items_of(document, outcome, name::ISSUE) {
        let severity = text_of(document, node, name::SEVERITY).and_then(|name| Severity::from_name(&name));
        issues.push(OutcomeIssue {
            extension: Vec::new(),
            // What cannot be read is taken for the worst that it can be.
            severity: severity.unwrap_or(Severity::Error),
            code: text_of(document, node, name::CODE).unwrap_or_else(|| "unknown".to_owned()),
            details: document.member(node, name::DETAILS).map(|details| details_of(document, details)),
            diagnostics: text_of(document, node, name::DIAGNOSTICS),
            location: texts_of(document, node, name::LOCATION),
            expression: texts_of(document, node, name::EXPRESSION),
        });
    }
}

fn details_of(document: &Document<'_>, details: NodeId) -> Details {
    let mut read = Details { coding: Vec::new(), text: text_of(document, details, name::TEXT) };
    for coding in items_of(document, details, name::CODING) {
        let part = |name| text_of(document, coding, name);
        read.coding.push(Coding { system: part(name::SYSTEM), code: part(name::CODE), display: part(name::DISPLAY) });
    }
    read
}
