//! Links of narratives to a place in the resource, or in the Bundle around it: `<a href="#place">`, `<img src="#picture">`.
//!
//! Source: R4 page narrative, on references within the resource; HL7's validator, which looks for the id of an element, an id or an
//! anchor's name in a narrative, of the resource or of the Bundle around it. Here it counts wherever it is in the document.

use crate::document::{Kind, NodeId, name};
use crate::report::At;
use crate::validate::bundle::whole::Whole;
use crate::validate::element::narrative::{LINK_UNRESOLVED, NARRATIVE_LINK};
use crate::validate::findings::Findings;
use crate::validate::notes::{MOST_REPORTED, part};
use crate::validate::references::NodeByText;

/// Reports links of narratives that do not resolve.
pub(crate) fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let narratives = &whole.notes.narratives;
    if narratives.iter().all(|narrative| narrative.links.is_empty()) || !narratives.iter().all(|one| one.whole) {
        return;
    }
    let places = places(whole);
    for narrative in narratives {
        let text = whole.document.value(narrative.node);
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
            let at = |offset: u32| whole.document.offset_in(narrative.node, offset as usize);
            let at = At::Span(narrative.node, at(link.0), at(link.1));
            findings.add(&NARRATIVE_LINK, at, LINK_UNRESOLVED.value("found", place));
        }
    }
}

/// All that a link can refer to: ids of elements and resources, ids and names in narratives.
fn places(whole: &Whole<'_>) -> NodeByText {
    let document = whole.document;
    let id = name::ID;
    let nodes = (whole.root.0..document.after(whole.root).0).map(NodeId);
    let ids = nodes.filter(|&node| document.node(node).name == id && document.kind(node) == Kind::String);
    // To collect them would sort them first: 9 kB of the wasm.
    let mut found = NodeByText::new();
    found.extend(ids.map(|node| (document.value(node).into_owned(), node)));
    for narrative in &whole.notes.narratives {
        let text = document.value(narrative.node);
        let places = narrative.places.iter().map(|&place| part(&text, place).to_owned());
        found.extend(places.map(|place| (place, narrative.node)));
    }
    found
}
