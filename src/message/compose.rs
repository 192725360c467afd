//! A request, from an event and the resources that it is about.
//!
//! Sources: R4 pages messaging and messageheader, and bundle ("Resolving references in Bundles").

use super::argument::{self, ArgumentError};
use super::entries::{Entries, Entry, Part, apart};
use super::rewrite::rewritten;
use crate::definitions::{Definitions, Event};
use crate::document::table::{part, rows};
use crate::document::{Document, Kind, NameId, NodeId, name};
use crate::json::{Limits, Writer};
use crate::validate::{Engine, EventName, Options, Report, What, is_absolute};
use serde::Serialize;
use std::fmt;

/// What a message is made of.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "CompositionParts", optional_fields))]
#[derive(Clone, Debug, Default)]
pub struct Composition {
    /// The event. A code alone is enough where only one known event has it.
    #[cfg_attr(feature = "typescript", ts(skip))]
    pub event: EventName,
    /// What the message is about: MessageHeader.focus refers to it.
    #[cfg_attr(feature = "typescript", ts(optional, type = "Part | Part[]"))]
    pub focus: Vec<Part>,
    /// Everything else that is in it.
    #[cfg_attr(feature = "typescript", ts(optional, type = "Part | Part[]"))]
    pub resources: Vec<Part>,
    /// `MessageHeader.source`: who sends. In Rust, its JSON text.
    #[cfg_attr(feature = "typescript", ts(optional, type = "GivenEndpoint"))]
    pub source: Option<String>,
    /// `MessageHeader.destination`: who receives. In Rust, the JSON text of each.
    #[cfg_attr(feature = "typescript", ts(optional, rename = "destination", type = "GivenEndpoint | GivenEndpoint[]"))]
    pub destinations: Vec<String>,
    /// Other elements of the MessageHeader, such as `sender` or `reason`: an object as JSON text, or in JavaScript itself. What is written from the
    /// rest of this, it cannot set.
    #[cfg_attr(feature = "typescript", ts(optional, type = "object | string"))]
    pub header: Option<String>,
    /// The server's base URL. With it a resource that has an id gets the fullUrl that it has there; without it, a `urn:uuid`.
    pub base: Option<String>,
}

/// What the core cannot know: the time and new ids.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Clone, Debug)]
pub struct ComposeContext {
    /// The time of the message: a FHIR instant, such as `2026-01-31T12:00:00Z`. In JavaScript it may be a `Date` (default: now).
    #[cfg_attr(feature = "typescript", ts(optional, type = "Date | string"))]
    pub now: String,
    /// New lower-case UUIDs: two, and one more for each resource. In JavaScript it may be a function (default `crypto.randomUUID`).
    #[cfg_attr(feature = "typescript", ts(optional, type = "(() => string) | string[]"))]
    pub ids: Vec<String>,
}

/// A message and what is to be said of it.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Clone, Debug, Serialize)]
pub struct ComposedMessage {
    /// The message as JSON text: every digit as it was given.
    pub text: String,
    /// The report on it: what the event demands and was not given is among its issues. Places are those of `text`.
    pub report: Report,
}

/// Why nothing could be composed: what was given is not material for a message. What is missing is not an error but an issue.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ComposeError {
    /// The time or an id.
    Argument(ArgumentError),
    /// This is not a JSON object: `source`, `destination`, `header`, or a resource with its list and index, such as `focus[0]`.
    NoObject(String),
    /// `header` sets this member, which is written from the other arguments.
    Taken(&'static str),
    /// `base` is not an absolute URL.
    Base,
}

impl fmt::Display for ComposeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(error) => error.fmt(formatter),
            Self::NoObject(argument) => write!(formatter, "{argument} must be an object"),
            Self::Taken(member) => {
                write!(formatter, "header.{member} is written from the other arguments: it must not be set")
            }
            Self::Base => write!(formatter, "base must be an absolute URL"),
        }
    }
}

impl std::error::Error for ComposeError {}

impl From<ArgumentError> for ComposeError {
    fn from(error: ArgumentError) -> Self {
        Self::Argument(error)
    }
}

/// The members of the MessageHeader that are written here.
const WRITTEN: [(NameId, &str); 7] = [
    (name::RESOURCE_TYPE, "resourceType"),
    (name::ID, "id"),
    (name::EVENT_CODING, "eventCoding"),
    (name::EVENT_URI, "eventUri"),
    (name::SOURCE, "source"),
    (name::DESTINATION, "destination"),
    (name::FOCUS, "focus"),
];

/// Builds a request: the MessageHeader first, every resource with an id and a fullUrl, and references between them (`[type]/[id]`)
/// rewritten to the fullUrls. Nothing else of a resource is changed.
///
/// # Errors
/// When what was given is not material for a message. What the event demands and was not given is in the report.
pub(crate) fn compose(
    engine: &Engine,
    composition: &Composition,
    composing: &ComposeContext,
    options: &Options,
) -> Result<ComposedMessage, ComposeError> {
    let parts = || composition.focus.iter().chain(&composition.resources);
    argument::check(&composing.now, &composing.ids, 2 + parts().count())?;
    if composition.base.as_deref().is_some_and(|base| !is_absolute(base)) {
        return Err(ComposeError::Base);
    }
    let mut ids = argument::NewIds::of(&composing.ids);
    let mut next_id = || ids.next();
    let (bundle_id, header_id) = (next_id(), next_id());
    let named = |index: usize| match index.checked_sub(composition.focus.len()) {
        None => format!("focus[{index}]"),
        Some(index) => format!("resources[{index}]"),
    };
    let mut list = Vec::new();
    for (index, part) in parts().enumerate() {
        let document = object(engine, &part.resource).ok_or_else(|| ComposeError::NoObject(named(index)))?;
        let new_id = next_id();
        list.push((Entry::new(document, part, composition.base.as_deref(), &new_id), new_id));
    }
    let of_header = composition.source.iter().chain(&composition.destinations).chain(&composition.header);
    let of_header: Vec<Document<'_>> = of_header.filter_map(|text| object(engine, text)).collect();
    let entries = Entries::new(apart(list, &of_header));
    let header_url = match &composition.base {
        Some(base) => format!("{}/MessageHeader/{header_id}", base.trim_end_matches('/')),
        None => format!("urn:uuid:{header_id}"),
    };
    let event = completed(&composition.event, &engine.definitions);
    let header = header(engine, composition, &header_id, &event, &entries)?;

    let mut writer = Writer::default();
    writer.object(|bundle| {
        bundle.member("resourceType", "Bundle");
        bundle.member("id", &bundle_id);
        bundle.member("type", "message");
        bundle.member("timestamp", &composing.now);
        bundle.name("entry").array(|list| {
            let mut write = |full_url: &str, resource: &str| {
                list.object(|entry| {
                    entry.member("fullUrl", full_url);
                    entry.name("resource").raw(resource);
                });
            };
            write(&header_url, &header);
            for entry in &entries.list {
                write(&entry.full_url, &entry.text(&entries));
            }
        });
    });
    let text = writer.finish();
    let options = Options { what: What::Message, ..options.clone() };
    let report = engine.validate(&engine.read(&text, options.limits), &options);
    Ok(ComposedMessage { text, report })
}

/// A text that is a JSON object.
fn object<'t>(engine: &Engine, text: &'t str) -> Option<Document<'t>> {
    let document = Document::read_str(text, engine.definitions.names(), Limits::default()).ok()?;
    (document.kind(NodeId::ROOT) == Kind::Object).then_some(document)
}

/// The event with its system, where the code alone tells it.
fn completed(event: &EventName, definitions: &Definitions) -> EventName {
    let EventName { system: None, code: Some(wanted), uri: None } = event else { return event.clone() };
    let mut known = definitions
        .messages()
        .iter()
        .map(|definition| &definition.event)
        .filter(|event| matches!(event, Event::Coding { code, .. } if code == wanted));
    match known.next() {
        Some(event) if known.all(|other| other == event) => EventName::from(event),
        _ => event.clone(),
    }
}

/// The MessageHeader.
fn header(
    engine: &Engine,
    composition: &Composition,
    id: &str,
    event: &EventName,
    entries: &Entries<'_>,
) -> Result<String, ComposeError> {
    let no_object = |argument: &str| ComposeError::NoObject(argument.to_owned());
    let read = |text: &str, argument: &str| {
        let document = object(engine, text).ok_or_else(|| no_object(argument))?;
        Ok::<_, ComposeError>(rewritten(&document, None, &|name| entries.full_url(name)))
    };
    let source = composition.source.as_deref().map(|source| read(source, "source")).transpose()?;
    let destinations =
        composition.destinations.iter().map(|one| read(one, "destination")).collect::<Result<Vec<_>, _>>()?;
    let others = match &composition.header {
        Some(text) => {
            let document = object(engine, text).ok_or_else(|| no_object("header"))?;
            if let Some((_, member)) =
                WRITTEN.into_iter().find(|(name, _)| document.member(NodeId::ROOT, *name).is_some())
            {
                return Err(ComposeError::Taken(member));
            }
            Some(read(text, "header")?)
        }
        None => None,
    };
    let mut writer = Writer::default();
    writer.object(|header| {
        header.member("resourceType", "MessageHeader");
        header.member("id", id);
        if let Some(uri) = &event.uri {
            header.member("eventUri", uri);
        } else if event.code.is_some() || event.system.is_some() {
            header.name("eventCoding").object(|coding| {
                coding.optional("system", event.system.as_deref());
                coding.optional("code", event.code.as_deref());
            });
        }
        if !destinations.is_empty() {
            header.name("destination").array(|list| destinations.iter().for_each(|one| list.raw(one)));
        }
        if let Some(source) = &source {
            header.name("source").raw(source);
        }
        if let Some(object) = &others {
            // Its members, as they are between its braces.
            let members = part(object, 1..object.len().saturating_sub(1)).trim();
            if !members.is_empty() {
                header.raw(members);
            }
        }
        let focus = rows(&entries.list, 0..composition.focus.len());
        if !focus.is_empty() {
            header.name("focus").array(|list| {
                focus.iter().for_each(|entry| list.object(|one| one.member("reference", &entry.full_url)));
            });
        }
    });
    Ok(writer.finish())
}
