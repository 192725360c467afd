//! A resource as text, with another id and with references rewritten; every other character of it is passed on.

use crate::document::table::part;
use crate::document::{Document, Kind, NodeId, name};
use crate::json::quoted;
use std::borrow::Cow;

/// The references of an object: where they are, and what they say. Of urls only those that a Binary can be meant by.
pub(super) fn references<'d>(document: &'d Document<'_>) -> impl Iterator<Item = (NodeId, Cow<'d, str>)> {
    (0..document.len() as u32).map(NodeId).filter_map(move |node| {
        let member = document.node(node);
        let is_reference = member.name == name::REFERENCE || member.name == name::URL;
        if !is_reference || member.is_companion() || member.kind != Kind::String {
            return None;
        }
        let value = document.value(node);
        // Only a Binary is what a url of a datatype resolves to.
        let may_resolve = member.name == name::REFERENCE || value.starts_with("Binary/") || value.starts_with("urn:");
        may_resolve.then_some((node, value))
    })
}

/// The text of an object, with an id if it is to have a new one. What its references name by type and id, they name by
/// fullUrl, as far as `full_url` has one for such a name.
pub(super) fn rewritten<'u>(
    document: &Document<'_>,
    new_id: Option<&str>,
    full_url: &dyn Fn(&str) -> Option<&'u str>,
) -> String {
    let text = document.text();
    let mut written = String::with_capacity(text.len() + 64);
    // A byte order mark, and white space around it, are those of a file.
    let (mut from, end) = (document.node(NodeId::ROOT).start as usize, document.node(NodeId::ROOT).end as usize);
    // The id takes the place of a null.
    let null = new_id.zip(document.member(NodeId::ROOT, name::ID));
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
        written.push_str(part(text, from..member.start as usize));
        written.push_str(&quoted(new));
        from = member.end as usize;
    };
    let mut null = null;
    for (node, value) in references(document) {
        if let Some((id, null)) = null.take_if(|(_, null)| *null < node) {
            put(null, id);
        }
        // A message holds a resource in one version: that is the one that is meant.
        let name = value.split_once("/_history/").map_or(&*value, |(name, _)| name);
        if let Some(full_url) = full_url(name) {
            put(node, full_url);
        }
    }
    if let Some((id, null)) = null {
        put(null, id);
    }
    written.push_str(part(text, from..end));
    written
}
