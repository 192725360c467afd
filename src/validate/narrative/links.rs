//! Links of narratives to a place in the resource, or in the Bundle around it: `<a href="#place">`, `<img src="#picture">`.
//!
//! Source: R4 page narrative: "references ... to #id: the id of an element or of a contained resource"; HL7's validator.

use crate::json::{Document, Kind, NodeId};
use crate::report::{At, Text, rules};
use crate::validate::bundle::Judge;
use crate::validate::findings::Findings;
use crate::validate::references::ContainedById;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The values of attributes with one of these names, and where they begin. It finds more than XML would, in text and comments; who asks
/// allows for that.
fn values<'t>(xhtml: &'t str, names: [&'static str; 2]) -> impl Iterator<Item = (usize, &'t str)> {
    xhtml.match_indices('=').filter_map(move |(at, _)| {
        let name = xhtml.get(..at)?.trim_end();
        if !names.iter().any(|wanted| {
            name.strip_suffix(wanted).is_some_and(|before| before.ends_with(|last: char| last.is_ascii_whitespace()))
        }) {
            return None;
        }
        let rest = xhtml.get(at + 1..)?;
        let value = rest.trim_start();
        let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let value = value.get(1..)?;
        let value = value.split(quote).next()?;
        Some((value.as_ptr() as usize - xhtml.as_ptr() as usize, value))
    })
}

/// All that a link can lead to: ids of elements, ids and names in narratives.
fn places<'d>(document: &Document<'d>, judge: &Judge<'_>) -> ContainedById<'d> {
    let id = judge.definitions().known().id;
    let div = judge.definitions().names().find(b"div");
    let mut found = BTreeMap::new();
    for node in (0..document.len() as u32).map(NodeId) {
        let name = document.node(node).name;
        if document.kind(node) != Kind::String || name != id && name != div {
            continue;
        }
        let text = document.value(node);
        if name == id {
            found.insert(text, Some(node));
        } else {
            found.extend(values(&text, ["id", "name"]).map(|(_, value)| (Cow::Owned(value.to_owned()), Some(node))));
        }
    }
    found
}

impl Judge<'_> {
    /// Reports links of narratives that lead nowhere.
    pub(in crate::validate) fn narrative_links(&self, findings: &mut Findings) {
        let mut known = None;
        for &node in &self.walked.narratives {
            let xhtml = self.document.value(node);
            for (at, link) in values(&xhtml, ["href", "src"]) {
                let Some(place) = link.strip_prefix('#').filter(|place| !place.is_empty() && !place.contains('&'))
                else {
                    continue;
                };
                let known = known.get_or_insert_with(|| places(self.document, self));
                if !known.contains_key(place) {
                    let (start, end) = (at, at + link.len());
                    let at = |offset| self.document.offset_in(node, offset);
                    let text = Text::new("This link leads nowhere: nothing has the id ").value(place).and(".");
                    findings.add(&rules::NARRATIVE_LINK, At::Span(node, at(start), at(end)), text);
                }
            }
        }
    }
}
