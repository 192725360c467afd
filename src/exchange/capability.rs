//! What a receiver declares, and whether a message fits.
//!
//! Source: R4 CapabilityStatement (`rest.operation`, `messaging`). The element `messaging.event` of STU3 is read too, since some servers
//! still write it.

use super::members::{halves, holds, items_of, number, says, text_of, texts_of};
use super::rule::{
    CAPABILITY_EVENT, CAPABILITY_EVENT_UNSAID, CAPABILITY_FORMAT, CAPABILITY_OPERATION, CAPABILITY_TYPE,
    CAPABILITY_VERSION, say, say_as,
};
use crate::definitions::Definitions;
use crate::document::{Document, NodeId, name};
use crate::message::Route;
use crate::report::{Issue, Severity};
use crate::validate::EventName;
use serde::Serialize;

const OPERATION: &str = "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message";

const NO_STATEMENT: &str = "This is not a CapabilityStatement in JSON.";

/// What a receiver says that it can do with messages.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Capability {
    /// Whether it declares `$process-message` for its whole system, by name or by definition.
    pub operation: bool,
    /// Whether it declares messaging over HTTP: it may then take messages without declaring the operation, which R4 has for "any HTTP end-point
    /// that accepts FHIR messages, not just FHIR RESTful servers".
    pub messaging: bool,
    /// Whether it declares a REST server, of which the operation could be one.
    pub rest: bool,
    /// The events that it declares.
    pub events: Vec<DeclaredEvent>,
    /// The version of FHIR.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fhir_version: Option<String>,
    /// The formats, as they are written: `json`, `application/fhir+json`.
    pub formats: Vec<String>,
    /// For how many minutes the receiver knows a message again: the least, where it declares several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reliable_cache: Option<u32>,
    /// What is wrong with the statement itself.
    pub issues: Vec<Issue>,
}

/// An event that is declared.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeclaredEvent {
    /// What the declaring system is for this event: `sender` or `receiver`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// Canonical URL of its MessageDefinition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    /// The event itself, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<EventName>,
}

/// Reads a CapabilityStatement. However broken it is, there is a result.
pub fn read_capability(statement: &[u8], definitions: &Definitions) -> Capability {
    let mut found = Capability::default();
    let document = str::from_utf8(statement).ok().and_then(|text| Document::plain(text).ok());
    match document.filter(|document| says(document, NodeId::ROOT, name::RESOURCE_TYPE, "CapabilityStatement")) {
        Some(document) => read(&document, definitions, &mut found),
        None => say(&mut found.issues, &CAPABILITY_TYPE, NO_STATEMENT),
    }
    found
}

fn read(document: &Document<'_>, definitions: &Definitions, found: &mut Capability) {
    let root = NodeId::ROOT;
    found.fhir_version = text_of(document, root, name::FHIR_VERSION);
    found.formats = texts_of(document, root, name::FORMAT);
    for rest in items_of(document, root, name::REST) {
        if !says(document, rest, name::MODE, "client") {
            found.rest = true;
            for operation in items_of(document, rest, name::OPERATION) {
                found.operation |= is_ours(document, operation);
            }
        }
    }
    for messaging in items_of(document, root, name::MESSAGING) {
        found.messaging |= is_over_http(document, messaging);
        let minutes =
            document.member(messaging, name::RELIABLE_CACHE).and_then(|node| number(document.raw(node).as_bytes()));
        if let Some(minutes) = minutes.and_then(|minutes| u32::try_from(minutes).ok()) {
            found.reliable_cache = Some(found.reliable_cache.map_or(minutes, |known| known.min(minutes)));
        }
        for supported in items_of(document, messaging, name::SUPPORTED_MESSAGE) {
            let definition = text_of(document, supported, name::DEFINITION);
            let event = definition.as_deref().and_then(|url| definitions.message_by_url(url));
            let event = event.map(|definition| EventName::from(&definition.event));
            found.events.push(DeclaredEvent { mode: text_of(document, supported, name::MODE), definition, event });
        }
        for declared in items_of(document, messaging, name::EVENT) {
            let coding = document.member(declared, name::CODE);
            let part = |name| coding.and_then(|coding| text_of(document, coding, name));
            // Half a coding may mean any event.
            let event = part(name::SYSTEM).zip(part(name::CODE));
            let event = event.map(|(system, code)| EventName { system: Some(system), code: Some(code), uri: None });
            found.events.push(DeclaredEvent { mode: text_of(document, declared, name::MODE), definition: None, event });
        }
    }
}

/// Whether HTTP is among the ways to its endpoints, where it names any.
fn is_over_http(document: &Document<'_>, messaging: NodeId) -> bool {
    let endpoints = items_of(document, messaging, name::ENDPOINT);
    let is_http = |endpoint: &NodeId| {
        let code =
            document.member(*endpoint, name::PROTOCOL).and_then(|protocol| text_of(document, protocol, name::CODE));
        let address = text_of(document, *endpoint, name::ADDRESS);
        code.is_none_or(|code| holds(code.as_bytes(), b"http"))
            || address.is_some_and(|address| address.starts_with("http"))
    };
    endpoints.is_empty() || endpoints.iter().any(is_http)
}

/// Whether an operation is that of messages: by its name, or by its definition with or without a version.
fn is_ours(document: &Document<'_>, operation: NodeId) -> bool {
    let definition = text_of(document, operation, name::DEFINITION).unwrap_or_default();
    says(document, operation, name::NAME, "process-message")
        || says(document, operation, name::NAME, "$process-message")
        || halves(&definition, b'|').0 == OPERATION
}

/// Compares what is declared with a message.
pub fn check_capability(capability: &Capability, route: &Route) -> Vec<Issue> {
    let mut issues = Vec::new();
    if !capability.issues.is_empty() {
        say(&mut issues, &CAPABILITY_TYPE, NO_STATEMENT);
        return issues;
    }
    match capability {
        Capability { operation: true, .. } | Capability { messaging: true, rest: false, .. } => {}
        Capability { messaging: true, .. } => say_as(
            &mut issues,
            &CAPABILITY_OPERATION,
            Severity::Warning,
            "incomplete",
            "The receiver declares that it takes messages over HTTP, and does not declare the operation process-message for its REST server: the messages may have an address of their own.",
        ),
        _ => say(
            &mut issues,
            &CAPABILITY_OPERATION,
            "The receiver does not declare the operation process-message for its whole system.",
        ),
    }
    if capability.fhir_version.as_deref().is_some_and(|version| !version.starts_with("4.0")) {
        say(&mut issues, &CAPABILITY_VERSION, "The receiver speaks another version of FHIR than R4 (4.0).");
    }
    if !capability.formats.is_empty() && !capability.formats.iter().any(|format| holds(format.as_bytes(), b"json")) {
        say(&mut issues, &CAPABILITY_FORMAT, "The receiver does not declare JSON among its formats.");
    }
    check_event(capability, route, &mut issues);
    issues
}

/// A definition that is not known here may be that of any event, so it is never a reason to refuse.
fn check_event(capability: &Capability, route: &Route, issues: &mut Vec<Issue>) {
    let Some(event) = &route.event else { return };
    let (mut receives, mut sends, mut is_unknown) = (false, false, false);
    for declared in &capability.events {
        let url = declared.definition.as_deref().map(|url| halves(url, b'|').0);
        let is_ours = declared.event.as_ref() == Some(event) || url.is_some() && url == route.definition.as_deref();
        match declared.mode.as_deref() {
            Some("receiver") if is_ours => return,
            Some("receiver") => {
                receives = true;
                is_unknown |= declared.event.is_none();
            }
            Some("sender") => sends |= is_ours,
            // What it does with the event it does not say.
            _ => is_unknown = true,
        }
    }
    if is_unknown {
        say(
            issues,
            &CAPABILITY_EVENT_UNSAID,
            "The receiver declares events by definitions that are not known here: that of the message may be one of them.",
        );
    } else if sends {
        say(
            issues,
            &CAPABILITY_EVENT,
            "The receiver declares that it sends the event of the message, not that it receives it.",
        );
    } else if receives {
        say(issues, &CAPABILITY_EVENT, "The event of the message is not among those that the receiver declares.");
    } else {
        say(issues, &CAPABILITY_EVENT_UNSAID, "The receiver does not say which events it takes.");
    }
}
