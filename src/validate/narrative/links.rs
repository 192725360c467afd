//! Links of narratives to a place in the resource, or in the Bundle around it: `<a href="#place">`, `<img src="#picture">`.
//!
//! Source: R4 page narrative, on references within the resource; HL7's validator, which looks for the id of an element, an id or an
//! anchor's name in a narrative, of the resource or of the Bundle around it. Here it counts wherever it is in the document.

use super::xhtml::Content;
use crate::document::{Document, Kind, NodeId, name};
use crate::report::{At, Words, rules};
use crate::validate::bundle::BundleRules;
use crate::validate::findings::Findings;
use crate::validate::references::ContainedById;
use std::borrow::Cow;

/// More would not help the reader: what wrote the narrative has to be fixed.
pub(in crate::validate) const MOST_REPORTED: usize = 10;

/// The links and places of a narrative, as where they begin and end in its text.
#[derive(Debug)]
pub(in crate::validate) struct Linked {
    node: NodeId,
    /// The resource that its ids and links belong to.
    container: NodeId,
    links: Vec<(u32, u32)>,
    places: Vec<(u32, u32)>,
    /// Whether all of it was read: what was not may hold the place that another link refers to.
    whole: bool,
}

/// An id, with the resource that it belongs to, the narrative, and where it is in the text of that.
type NarrativeId = ((NodeId, String), NodeId, (u32, u32));

impl Linked {
    /// Nothing, where there is nothing to follow.
    pub(super) fn new((node, container): (NodeId, NodeId), text: &str, content: &Content<'_>) -> Option<Self> {
        let spans = |parts: &[&str]| -> Vec<(u32, u32)> {
            let start = |part: &str| (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
            parts.iter().map(|part| (start(part) as u32, (start(part) + part.len()) as u32)).collect()
        };
        let (links, places) = (spans(&content.links), spans(&content.places));
        let plain = links.is_empty() && places.is_empty() && content.whole;
        (!plain).then_some(Self { node, container, links, places, whole: content.whole })
    }
}

impl Linked {
    /// Where the narrative links to within the resource, behind the `#`: each as (resource, place).
    pub(in crate::validate) fn names(&self, document: &Document<'_>) -> Vec<(NodeId, String)> {
        let text = document.value(self.node);
        self.links.iter().map(|&link| (self.container, part(&text, link).to_owned())).collect()
    }

    /// The ids of elements in the narrative, each with where it is in the text of that; names of anchors are not ids.
    pub(in crate::validate) fn ids(&self, document: &Document<'_>) -> Vec<NarrativeId> {
        let text = document.value(self.node);
        let is_id = |&(start, _): &(u32, u32)| {
            let before = text.get(..start as usize).unwrap_or("").trim_end_matches(['"', '\'']);
            let name = before.trim_end().strip_suffix('=').unwrap_or("").trim_end();
            name.ends_with("id")
        };
        let ids = self.places.iter().copied().filter(is_id);
        ids.map(|id| ((self.container, part(&text, id).to_owned()), self.node, id)).collect()
    }
}

fn part(text: &str, (start, end): (u32, u32)) -> &str {
    text.get(start as usize..end as usize).unwrap_or("")
}

impl BundleRules<'_> {
    /// Reports links of narratives that do not resolve.
    pub(in crate::validate) fn narrative_links(&self, findings: &mut Findings) {
        let narratives = &self.notes.narratives;
        if narratives.iter().all(|narrative| narrative.links.is_empty()) || !narratives.iter().all(|one| one.whole) {
            return;
        }
        let places = self.places();
        for narrative in narratives {
            let text = self.document.value(narrative.node);
            // Each place once: what writes a table of contents wrong writes all of it wrong.
            let mut missing: Vec<&str> = Vec::new();
            for &link in &narrative.links {
                let place = part(&text, link);
                // A reference in it (`&amp;`) is not resolved.
                if places.contains_key(place) || place.contains('&') || missing.contains(&place) {
                    continue;
                }
                if missing.len() == MOST_REPORTED {
                    break;
                }
                missing.push(place);
                let at = |offset: u32| self.document.offset_in(narrative.node, offset as usize);
                let at = At::Span(narrative.node, at(link.0), at(link.1));
                findings.add(&rules::NARRATIVE_LINK, at, UNRESOLVED.value("found", place));
            }
        }
    }

    /// All that a link can refer to: ids of elements and resources, ids and names in narratives.
    fn places(&self) -> ContainedById<'_> {
        let document: &Document<'_> = self.document;
        let id = name::ID;
        let nodes = (self.root.0..document.after(self.root).0).map(NodeId);
        let ids = nodes.filter(|&node| document.node(node).name == id && document.kind(node) == Kind::String);
        // To collect them would sort them first: 9 kB of the wasm.
        let mut found = ContainedById::new();
        found.extend(ids.map(|node| (document.value(node), Some(node))));
        for narrative in &self.notes.narratives {
            let text = document.value(narrative.node);
            let places = narrative.places.iter().map(|&place| Cow::Owned(part(&text, place).to_owned()));
            found.extend(places.map(|place| (place, Some(narrative.node))));
        }
        found
    }
}

const UNRESOLVED: Words = Words("This link does not resolve: nothing has the id {found}.");
