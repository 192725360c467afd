//! The resources that go into a message: the id and the fullUrl of each, and which one is meant by `[type]/[id]`.

use super::argument::is_uuid;
use super::rewrite::{references, rewritten};
use crate::definitions::Primitive;
use crate::document::table::row_mut;
use crate::document::{Document, Kind, NodeId, name, ordered};
use crate::validate::{is_absolute, is_valid_primitive};
use std::collections::BTreeMap;

/// A resource that goes into the message.
#[derive(Clone, Debug)]
pub struct Part {
    /// The resource, as JSON text: every digit of it is passed on.
    pub resource: String,
    /// The fullUrl of its entry, where it has one already.
    pub full_url: Option<String>,
}

/// A resource on its way into the message.
pub(super) struct Entry<'c> {
    document: Document<'c>,
    pub(super) full_url: String,
    /// Whether that came with it, and so stays as it is.
    is_given: bool,
    /// The id that it gets, when it has none.
    new_id: Option<String>,
    /// What others call it: `[type]/[id]`.
    name: Option<String>,
}

impl<'c> Entry<'c> {
    pub(super) fn new(document: Document<'c>, part: &Part, base: Option<&str>, new_id: &str) -> Self {
        let text = |name| document.member_text(NodeId::ROOT, name);
        let of = text(name::RESOURCE_TYPE).unwrap_or_default();
        let id = text(name::ID);
        let own = id.as_deref().unwrap_or(new_id);
        let full_url = match (&part.full_url, base) {
            (Some(full_url), _) => full_url.clone(),
            (None, Some(base)) => format!("{}/{of}/{own}", base.trim_end_matches('/')),
            (None, None) if is_uuid(own) => format!("urn:uuid:{own}"),
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
    pub(super) fn text(&self, entries: &Entries<'_>) -> String {
        rewritten(&self.document, self.new_id.as_deref(), &|name| entries.full_url(name))
    }
}

/// Resources of different types may have one id: where that id is a UUID, the later ones get another fullUrl. Not where something refers
/// to that URL, and so to one of them: then the message has it twice, and its report says so. What was given stays as it is.
pub(super) fn apart<'c>(list: Vec<(Entry<'c>, String)>, header: &[Document<'_>]) -> Vec<Entry<'c>> {
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
        let mut referred = BTreeMap::new();
        for (node, url) in documents.flat_map(|document| references(document)) {
            referred.insert(url.into_owned(), node);
        }
        again.retain(|&place| entry(place).is_some_and(|entry| !referred.contains_key(&entry.full_url)));
    }
    let mut list = list;
    for place in again {
        if let Some((entry, new_id)) = row_mut(&mut list, place) {
            entry.full_url = format!("urn:uuid:{new_id}");
        }
    }
    list.into_iter().map(|(entry, _)| entry).collect()
}

/// All of them, and where to find the one of a name.
pub(super) struct Entries<'c> {
    pub(super) list: Vec<Entry<'c>>,
    /// Their indexes in the order of the names.
    by_name: Vec<usize>,
}

impl<'c> Entries<'c> {
    pub(super) fn new(list: Vec<Entry<'c>>) -> Self {
        let name = |index: usize| list.get(index).and_then(|entry| entry.name.as_deref());
        let by_name = ordered(list.len(), &mut |a, b| name(a).cmp(&name(b)));
        Self { by_name, list }
    }

    /// The fullUrl of the resource with this name. Where two have it, which one is meant nobody can say.
    pub(super) fn full_url(&self, name: &str) -> Option<&str> {
        let entry = |place: usize| self.by_name.get(place).and_then(|&index| self.list.get(index));
        let named = |place: usize| entry(place).and_then(|entry| entry.name.as_deref());
        let first = self
            .by_name
            .partition_point(|&index| self.list.get(index).and_then(|entry| entry.name.as_deref()) < Some(name));
        let only = named(first) == Some(name) && named(first + 1) != Some(name);
        entry(first).filter(|_| only).map(|entry| entry.full_url.as_str())
    }
}
