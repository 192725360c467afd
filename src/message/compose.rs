//! A request, from an event and the resources that it is about.
//!
//! Sources: R4 pages messaging and messageheader, and bundle ("Resolving references in Bundles").

use super::given::{self, GivenError};
use crate::definitions::{Definitions, Event, Primitive};
use crate::document::{Document, Kind, NameId, NodeId, name, ordered};
use crate::json::Writer;
use crate::validate::{EventName, Options, Report, Validator, is_absolute, is_valid_primitive};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

/// A resource that goes into the message.
#[derive(Clone, Debug)]
pub struct Part {
    /// The resource, as JSON text: every digit of it is passed on.
    pub resource: String,
    /// The fullUrl of its entry, where it has one already.
    pub full_url: Option<String>,
}

/// What a message is made of.
#[derive(Clone, Debug, Default)]
pub struct Composition {
    /// The event. A code alone is enough where only one known event has it.
    pub event: EventName,
    /// What the message is about: MessageHeader.focus leads there.
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
pub struct Composed {
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
    Given(GivenError),
    /// This is not JSON object: `source`, `destination`, `header`, or a resource with its list and index, such as `focus[0]`.
    NoObject(String),
    /// `header` sets this member, which is written from the other arguments.
    Taken(&'static str),
    /// `base` is not an absolute URL.
    Base,
}

impl fmt::Display for ComposeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(error) => error.fmt(formatter),
            Self::NoObject(argument) => write!(formatter, "{argument} must be an object"),
            Self::Taken(member) => {
                write!(formatter, "header.{member} is written from the other arguments: it must not be set")
            }
            Self::Base => write!(formatter, "base must be an absolute URL"),
        }
    }
}

impl std::error::Error for ComposeError {}

impl From<GivenError> for ComposeError {
    fn from(error: GivenError) -> Self {
        Self::Given(error)
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

/// A resource on its way into the message.
struct Entry<'c> {
    document: Document<'c>,
    full_url: String,
    /// Whether that came with it, and so stays as it is.
    is_given: bool,
    /// The id that it gets, when it has none.
    new_id: Option<String>,
    /// What others call it: `[type]/[id]`.
    name: Option<String>,
}

/// Resources of different types may have one id: where that id is a UUID, the later ones get another fullUrl. Not where something refers
/// to that URL, and so to one of them: then the message has it twice, and its report says so. What was given stays as it is.
fn apart<'c>(list: Vec<(Entry<'c>, String)>, header: &[Document<'_>]) -> Vec<Entry<'c>> {
    // Those that were given come first: the others make room for them.
    let entry = |place: usize| list.get(place).map(|(entry, _)| entry);
    let key = |place: usize| entry(place).map(|entry| (entry.full_url.as_str(), !entry.is_given, place));
    let order = ordered(list.len(), &mut |a, b| key(a).cmp(&key(b)));
    let mut again: Vec<usize> = Vec::new();
    for pair in order.windows(2) {
        let &[first, second] = pair else { continue };
        let Some((one, other)) = entry(first).zip(entry(second)) else { continue };
        let is_free = !other.is_given && other.full_url.starts_with("urn:uuid:") && one.name != other.name;
        if one.full_url == other.full_url && is_free {
            again.push(second);
        }
    }
    if !again.is_empty() {
        let documents = list.iter().map(|(entry, _)| &entry.document).chain(header);
        let referred: BTreeSet<String> =
            documents.flat_map(|document| references(document)).map(|(_, url)| url.into_owned()).collect();
        again.retain(|&place| entry(place).is_some_and(|entry| !referred.contains(&entry.full_url)));
    }
    let mut list = list;
    for place in again {
        if let Some((entry, new_id)) = list.get_mut(place) {
            entry.full_url = format!("urn:uuid:{new_id}");
        }
    }
    list.into_iter().map(|(entry, _)| entry).collect()
}

/// All of them, and where to find the one of a name.
struct Entries<'c> {
    list: Vec<Entry<'c>>,
    /// Their indexes in the order of the names.
    by_name: Vec<usize>,
}

impl<'c> Entries<'c> {
    fn new(list: Vec<Entry<'c>>) -> Self {
        let name = |index: usize| list.get(index).and_then(|entry| entry.name.as_deref());
        let by_name = ordered(list.len(), &mut |a, b| name(a).cmp(&name(b)));
        Self { by_name, list }
    }

    /// The fullUrl of the resource with this name. Where two have it, which one is meant nobody can say.
    fn full_url(&self, name: &str) -> Option<&str> {
        let entry = |place: usize| self.by_name.get(place).and_then(|&index| self.list.get(index));
        let named = |place: usize| entry(place).and_then(|entry| entry.name.as_deref());
        let first = self
            .by_name
            .partition_point(|&index| self.list.get(index).and_then(|entry| entry.name.as_deref()) < Some(name));
        let only = named(first) == Some(name) && named(first + 1) != Some(name);
        entry(first).filter(|_| only).map(|entry| entry.full_url.as_str())
    }
}

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
) -> Result<Composed, ComposeError> {
    let parts = || composition.focus.iter().chain(&composition.resources);
    given::check(&composing.now, &composing.ids, 2 + parts().count())?;
    if composition.base.as_deref().is_some_and(|base| !is_absolute(base)) {
        return Err(ComposeError::Base);
    }
    let mut ids = composing.ids.iter();
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
    Ok(Composed { message, report })
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
        Ok::<_, ComposeError>(rewritten(&document, None, entries))
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
        // The members of an object, as they stand between its braces.
        let members = others.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or("").trim();
        if !members.is_empty() {
            header.raw(members);
        }
        let focus = entries.list.get(..composition.focus.len()).unwrap_or(&entries.list);
        if !focus.is_empty() {
            header.name("focus").array(|list| {
                focus.iter().for_each(|entry| list.object(|one| one.member("reference", &entry.full_url)));
            });
        }
    });
    Ok(writer.finish())
}

impl<'c> Entry<'c> {
    fn new(document: Document<'c>, part: &Part, base: Option<&str>, new_id: &str) -> Self {
        let text = |name| document.member_text(NodeId::ROOT, name);
        let of = text(name::RESOURCE_TYPE).unwrap_or_default();
        let id = text(name::ID);
        let own = id.as_deref().unwrap_or(new_id);
        let full_url = match (&part.full_url, base) {
            (Some(full_url), _) => full_url.clone(),
            (None, Some(base)) => format!("{}/{of}/{own}", base.trim_end_matches('/')),
            (None, None) if given::is_uuid(own) => format!("urn:uuid:{own}"),
            (None, None) => format!("urn:uuid:{new_id}"),
        };
        let name = id.as_deref().map(|id| format!("{of}/{id}"));
        // A fullUrl that was given may end with the type and the id.
        let last = full_url.rsplit_once('/').filter(|(rest, id)| {
            let is_of_type = rest.rsplit('/').next().is_some_and(|last| last == of);
            is_absolute(&full_url) && is_of_type && is_valid_primitive(Primitive::Id, id)
        });
        // What is there and no id is for the report: another one beside it would make two.
        let member = document.member(NodeId::ROOT, name::ID);
        let is_missing = member.is_none_or(|member| document.kind(member) == Kind::Null);
        let new_id = is_missing.then(|| last.map_or(new_id, |(_, id)| id).to_owned());
        Self { name, new_id, is_given: part.full_url.is_some(), full_url, document }
    }

    /// The resource with its id, and with its references rewritten.
    fn text(&self, entries: &Entries<'_>) -> String {
        rewritten(&self.document, self.new_id.as_deref(), entries)
    }
}

/// The references of an object: where they stand, and what they say. Of urls only those that a Binary can be meant by.
fn references<'d>(document: &'d Document<'_>) -> impl Iterator<Item = (NodeId, Cow<'d, str>)> {
    (0..document.len() as u32).map(NodeId).filter_map(move |node| {
        let member = document.node(node);
        let is_reference = member.name == name::REFERENCE || member.name == name::URL;
        if !is_reference || member.is_companion() || member.kind != Kind::String {
            return None;
        }
        let value = document.value(node);
        // Only a Binary is what a url of a datatype resolves to.
        let may_lead = member.name == name::REFERENCE || value.starts_with("Binary/") || value.starts_with("urn:");
        may_lead.then_some((node, value))
    })
}

/// The text of an object, with an id if it is to have a new one. What its references name by type and id, they name by fullUrl.
fn rewritten(document: &Document<'_>, new_id: Option<&str>, entries: &Entries<'_>) -> String {
    let text = document.text();
    let mut written = String::with_capacity(text.len() + 64);
    // A byte order mark, and white space around it, are those of a file.
    let (mut from, end) = (document.node(NodeId::ROOT).start as usize, document.node(NodeId::ROOT).end as usize);
    // The id takes the place of a null.
    let null = document.member(NodeId::ROOT, name::ID).filter(|_| new_id.is_some());
    if let Some(id) = new_id.filter(|_| null.is_none()) {
        written.push_str("{\"id\":");
        written.push_str(&quoted(id));
        from += 1;
        if document.children(NodeId::ROOT).next().is_some() {
            written.push(',');
        }
    }
    let mut put = |node: NodeId, new: &str| {
        let member = document.node(node);
        written.push_str(text.get(from..member.start as usize).unwrap_or(""));
        written.push_str(&quoted(new));
        from = member.end as usize;
    };
    let mut null = null;
    for (node, value) in references(document) {
        if let Some(null) = null.take_if(|null| *null < node) {
            put(null, new_id.unwrap_or_default());
        }
        // A message holds a resource in one version: that is the one that is meant.
        let name = value.split_once("/_history/").map_or(&*value, |(name, _)| name);
        if let Some(full_url) = entries.full_url(name) {
            put(node, full_url);
        }
    }
    if let Some(null) = null {
        put(null, new_id.unwrap_or_default());
    }
    written.push_str(text.get(from..end).unwrap_or(""));
    written
}

/// A text as a JSON string.
fn quoted(text: &str) -> String {
    let mut writer = Writer::default();
    writer.string(text);
    writer.finish()
}
