//! Where a message goes: its event, what is known of that, and what it is about.

use crate::definitions::{Category, Definitions, ResponseRequired};
use crate::document::{Document, NodeId, name};
use crate::validate::{Entries, EventName, Resolution};
use serde::Serialize;

/// Whether a message asks or answers.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MessageKind {
    /// No MessageHeader.response.
    Request,
    /// MessageHeader.response is there.
    Response,
}

/// One focus of a message.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RouteFocus", optional_fields))]
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Focus {
    /// `Reference.reference` as written in the message.
    pub reference: String,
    /// The resource type of the entry that it resolves to.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// The id of that resource: in an answer, the id of what was created or updated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The index of that entry in `Bundle.entry`; absent when the focus is not in the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<usize>,
}

/// An answer that the definition allows.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AllowedResponse {
    /// Canonical URL of the MessageDefinition of the answer.
    pub message: String,
    /// The event of that definition, when it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<EventName>,
    /// When that answer is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub situation: Option<String>,
}

/// MessageHeader.response.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Response {
    /// The MessageHeader.id of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// `ok`, `transient-error` or `fatal-error`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// Where a message goes.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Route {
    /// `request`, or `response` when MessageHeader.response is there; absent when the text is not a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<MessageKind>,
    /// Its event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<EventName>,
    /// Canonical URL of the MessageDefinition that describes the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    /// What the message is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// MessageHeader.id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// Bundle.id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bundle_id: Option<String>,
    /// What it is about.
    pub focus: Vec<Focus>,
    /// When it is answered: as the message says itself, by the extension messageheader-response-request, and otherwise as the definition does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_required: Option<ResponseRequired>,
    /// The answers that may be given.
    pub allowed_responses: Vec<AllowedResponse>,
    /// `MessageHeader.response` of an answer.
    #[cfg_attr(feature = "typescript", ts(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<Response>,
    /// `true` when the event is known here: there is a definition for it.
    pub supported: bool,
}

/// What one message says about its own answer, which goes before what is said of all of its kind.
///
/// Source: R4, extension messageheader-response-request: it declares "at a message instance level" whether a response is required.
fn response_request(document: &Document<'_>, header: NodeId) -> Option<ResponseRequired> {
    for extension in document.member_items(header, name::EXTENSION) {
        if document.member_text(extension, name::URL).is_some_and(|url| url == RESPONSE_REQUEST) {
            let code =
                document.member_text(extension, name::VALUE_CODE).and_then(|code| ResponseRequired::from_name(&code));
            if code.is_some() {
                return code;
            }
        }
    }
    None
}

const RESPONSE_REQUEST: &str = "http://hl7.org/fhir/StructureDefinition/messageheader-response-request";

/// Routes a message that has been read. What cannot be read is left out; nothing is checked.
pub fn route(document: &Document<'_>, definitions: &Definitions) -> Route {
    let entries = Entries::read(document, definitions);
    let text = |node: NodeId, name| {
        document.member(node, name).and_then(|node| document.string(node)).map(|text| text.into_owned())
    };
    let mut found = Route::default();
    if entries.is_bundle() {
        found.bundle_id = text(NodeId::ROOT, name::ID);
    }
    let Some(header) = entries.header() else { return found };
    found.message_id = text(header.node, name::ID);
    found.event = header.event_name(document);
    let response = header.response(document);
    found.kind = Some(if response.is_some() { MessageKind::Response } else { MessageKind::Request });
    found.response = response
        .map(|response| Response { identifier: text(response, name::IDENTIFIER), code: text(response, name::CODE) });
    for node in header.focus(document) {
        let Some(reference) = text(node, name::REFERENCE) else { continue };
        // A local reference resolves to no entry.
        let is_local = reference.is_empty() || reference.starts_with('#');
        let target = match entries.resolve(&reference, Some(header.entry), definitions) {
            _ if is_local => None,
            Resolution::Entry(index) | Resolution::OtherVersion(index) => Some(index),
            _ => None,
        };
        let entry = target.map(|index| entries.at(index));
        found.focus.push(Focus {
            reference,
            of: entry.and_then(|entry| entry.resource_type).map(|of| definitions.type_of(of).name.to_string()),
            id: entry.and_then(|entry| entry.id.as_deref()).map(str::to_owned),
            entry: target.map(|index| index as usize),
        });
    }
    found.response_required = response_request(document, header.node);
    if let Some(definition) = header.definition(document, definitions) {
        found.supported = true;
        found.definition = Some(definition.url.clone());
        found.category = definition.category;
        found.response_required = found.response_required.or(definition.response_required);
        found.allowed_responses = definition
            .allowed_responses
            .iter()
            .map(|allowed| AllowedResponse {
                event: definitions.message_by_url(&allowed.message).map(|answer| EventName::from(&answer.event)),
                message: allowed.message.clone(),
                situation: allowed.situation.clone(),
            })
            .collect();
    }
    found
}
