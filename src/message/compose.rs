//! A request, from an event and the resources that it is about.
//!
//! Sources: R4 pages messaging and messageheader, and bundle ("Resolving references in Bundles").

use super::argument::{self, ArgumentError};
use super::entries::{Entries, Entry, Part, apart};
use super::rewrite::rewritten;
use crate::definitions::{Definitions, Event};
use crate::document::table::rows;
use crate::document::{Document, Kind, NameId, NodeId, name};
use crate::json::Writer;
use crate::validate::{EventName, Options, Report, Validator, is_absolute};
use std::fmt;

/// What a message is made of.
#[derive(Clone, Debug, Default)]
pub struct Composition {
    /// The event. A code alone is enough where only one known event has it.
    pub event: EventName,
    /// What the message is about: MessageHeader.focus refers to it.
    pub focus: Vec<Part>,
    /// Everything else that is in it.
    pub resources: Vec<Part>,
    /// `MessageHeader.source`, as JSON text.
    pub source: Option<String>,
    /// The items of `MessageHeader.destination`, as JSON text.
    pub destinations: Vec<String>,
    /// Other elements of the MessageHeader (`sender`, `reason`, …), as the JSON text of an object. What is written from the rest of this,
    /// it cannot set.
    pub header: Option<String>,
    /// The server's base URL. With it a resource that has an id gets the fullUrl that it has there; without it, a `urn:uuid`.
    pub base: Option<String>,
}

/// What the core cannot know: the time and new ids.
#[derive(Clone, Debug)]
pub struct ComposeContext {
    /// The time of the message, a FHIR instant.
    pub now: String,
    /// New lower-case UUIDs: two, and one more for each resource.
    pub ids: Vec<String>,
}

/// A message and what is to be said of it.
#[derive(Clone, Debug)]
pub struct ComposedMessage {
    /// The message, as FHIR JSON.
    pub message: String,
    /// The verdict on it: what the event demands and was not given is among its issues.
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
pub fn compose(
    validator: &Validator,
    composition: &Composition,
    composing: &ComposeContext,
    options: &Options,
) -> Result<ComposedMessage, ComposeError> {
    let parts = || composition.focus.iter().chain(&composition.resources);
    argument::check(&composing.now, &composing.ids, 2 + parts().count())?;
    if composition.base.as_deref().is_some_and(|base| !is_absolute(base)) {
        return Err(ComposeError::Base);
    }
    let mut ids = composing.ids.iter();
    // There are as many as are needed: see above.
    let mut next_id = || ids.next().cloned().unwrap_or_default();
    let (bundle_id, header_id) = (next_id(), next_id());
    let named = |index: usize| match index.checked_sub(composition.focus.len()) {
        None => format!("focus[{index}]"),
        Some(index) => format!("resources[{index}]"),
    };
    let mut list = Vec::new();
    for (index, part) in parts().enumerate() {
        let document = object(validator, &part.resource).ok_or_else(|| ComposeError::NoObject(named(index)))?;
        let new_id = next_id();
        list.push((Entry::new(document, part, composition.base.as_deref(), &new_id), new_id));
    }
    let of_header = composition.source.iter().chain(&composition.destinations).chain(&composition.header);
    let of_header: Vec<Document<'_>> = of_header.filter_map(|text| object(validator, text)).collect();
    let entries = Entries::new(apart(list, &of_header));
    let header_url = match &composition.base {
        Some(base) => format!("{}/MessageHeader/{header_id}", base.trim_end_matches('/')),
        None => format!("urn:uuid:{header_id}"),
    };
    let event = completed(&composition.event, validator.definitions());
    let header = header(validator, composition, &header_id, &event, &entries)?;

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
    let message = writer.finish();
    let report = validator.validate_bundle_str(&message, &Options { message: true, ..options.clone() });
    Ok(ComposedMessage { message, report })
}

/// A text that is a JSON object.
fn object<'t>(validator: &Validator, text: &'t str) -> Option<Document<'t>> {
    let document = validator.read(text.as_bytes(), crate::json::Limits::default()).ok()?;
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
    validator: &Validator,
    composition: &Composition,
    id: &str,
    event: &EventName,
    entries: &Entries<'_>,
) -> Result<String, ComposeError> {
    let no_object = |argument: &str| ComposeError::NoObject(argument.to_owned());
    let read = |text: &str, argument: &str| {
        let document = object(validator, text).ok_or_else(|| no_object(argument))?;
        Ok::<_, ComposeError>(rewritten(&document, None, &|name| entries.full_url(name)))
    };
    let source = composition.source.as_deref().map(|source| read(source, "source")).transpose()?;
    let destinations =
        composition.destinations.iter().map(|one| read(one, "destination")).collect::<Result<Vec<_>, _>>()?;
    let others = match &composition.header {
        Some(text) => {
            let document = object(validator, text).ok_or_else(|| no_object("header"))?;
            if let Some((_, member)) =
                WRITTEN.into_iter().find(|(name, _)| document.member(NodeId::ROOT, *name).is_some())
            {
                return Err(ComposeError::Taken(member));
            }
            read(text, "header")?
        }
        None => String::new(),
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
        // The members of an object, as they are between its braces.
        let members = others.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or("").trim();
        if !members.is_empty() {
            header.raw(members);
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
