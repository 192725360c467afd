//! How the entries of a Bundle are linked with its first one.

use crate::document::table::{row, row_mut, rows};
use crate::document::{Kind, NodeId, name, sorted};
use crate::validate::bundle::whole::{ResolvedReference, Whole};
use crate::validate::entries::Resolution;
use serde::Serialize;

/// How each entry of a message is linked with its MessageHeader, where there is one.
pub(crate) fn of_message(whole: &Whole<'_>, resolved: &[ResolvedReference]) -> Option<Vec<Reach>> {
    Some(reach_of_entries(whole, whole.entries.header()?.entry, &edges(resolved)))
}

/// How each entry of a document is linked with its first one.
pub(crate) fn of_document(whole: &Whole<'_>, resolved: &[ResolvedReference]) -> Vec<Reach> {
    let mut edges = edges(resolved);
    let first = reach_of_entries(whole, 0, &edges);
    if first.iter().all(|reach| *reach == Reach::Ahead) {
        return first;
    }
    // What a uri or a narrative names is not a Reference, but it is reason enough, and so is what such an entry refers to.
    edges.extend(mentions(whole, &first).into_iter().map(|entry| (0, entry)));
    reach_of_entries(whole, 0, &edges)
}

/// The entries that the Composition does not resolve to and that some string names, a uri or the link of a narrative: by fullUrl, or by type and id.
fn mentions(whole: &Whole<'_>, reach: &[Reach]) -> Vec<u32> {
    let mut names = Vec::new();
    for (index, (entry, _)) in whole.entries.iter().zip(reach).enumerate().filter(|(_, (_, to))| **to != Reach::Ahead) {
        let type_name = entry.resource_type.map(|of| whole.definitions().type_of(of).name.as_ref());
        let local = type_name.zip(entry.id.as_deref()).map(|(of, id)| format!("{of}/{id}"));
        let own = entry.url.as_deref().map(str::to_owned);
        names.extend(own.into_iter().chain(local).map(|name| (name, index as u32)));
    }
    let mut names: Vec<&(String, u32)> = sorted(&names, &mut Ord::cmp).collect();
    // A fullUrl that occurs twice is reported as that.
    names.dedup_by_key(|(name, _)| name.as_str());
    let ends =
        |last: char| last.is_ascii_whitespace() || matches!(last, '"' | '\'' | '<' | '>' | '|' | '#' | '(' | ')');
    let mut found = Vec::new();
    for node in (whole.root.0..whole.document.after(whole.root).0).map(NodeId) {
        let name = whole.document.node(node).name;
        if whole.document.kind(node) != Kind::String || name == name::FULL_URL || name == name::ID {
            continue;
        }
        for word in whole.document.value(node).split(ends) {
            let place = names.binary_search_by(|(name, _)| name.as_str().cmp(word)).ok();
            found.extend(place.and_then(|place| names.get(place)).map(|(_, entry)| *entry));
        }
    }
    found
}

/// How each entry is linked with its first one. Takes time in proportion to the references.
fn reach_of_entries(whole: &Whole<'_>, start: usize, edges: &[(u32, u32)]) -> Vec<Reach> {
    let backwards: Vec<(u32, u32)> = edges.iter().map(|&(from, to)| (to, from)).collect();
    let forwards = Graph::new(whole.entries.len(), edges.iter().copied());
    let both = Graph::new(whole.entries.len(), edges.iter().chain(&backwards).copied());
    let ahead = forwards.reached_from(start);
    let linked = both.reached_from(start);
    let reach = |(ahead, linked)| match (ahead, linked) {
        (true, _) => Reach::Ahead,
        (_, true) => Reach::Backwards,
        _ => Reach::Not,
    };
    ahead.into_iter().zip(linked).map(reach).collect()
}

/// From which entry to which the references lead.
fn edges(resolved: &[ResolvedReference]) -> Vec<(u32, u32)> {
    let edge = |reference: &ResolvedReference| match reference.to {
        Resolution::Entry(to) | Resolution::OtherVersion(to) => Some((reference.from? as u32, to)),
        _ => None,
    };
    resolved.iter().filter_map(edge).collect()
}

/// How references link an entry with the one that it is all about: the MessageHeader of a message, the Composition of a document.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// That one resolves to it, directly or not.
    Ahead,
    /// It is linked only against the direction of references.
    Backwards,
    /// No chain of references links the two.
    Not,
}

impl Reach {
    /// `ahead`, `backwards` or `not`.
    pub fn name(self) -> &'static str {
        match self {
            Reach::Ahead => "ahead",
            Reach::Backwards => "backwards",
            Reach::Not => "not",
        }
    }
}

/// Edges grouped by where they start.
struct Graph {
    /// Node → where its edges begin in `targets`; one more at the end.
    starts: Vec<u32>,
    targets: Vec<u32>,
}

impl Graph {
    /// Groups the edges by counting: their ends are small numbers, so no sorting is needed.
    fn new(nodes: usize, edges: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut starts = vec![0u32; nodes + 1];
        let mut count = 0;
        for (from, _) in edges.clone() {
            count += 1;
            if let Some(behind) = row_mut(&mut starts, from as usize + 1) {
                *behind += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut targets = vec![0; count];
        for (from, to) in edges {
            let Some(place) = row_mut(&mut next, from as usize) else { continue };
            if let Some(slot) = row_mut(&mut targets, *place as usize) {
                *slot = to;
            }
            *place += 1;
        }
        Self { starts, targets }
    }

    fn reached_from(&self, start: usize) -> Vec<bool> {
        let mut reached = vec![false; self.starts.len().saturating_sub(1)];
        let mut waiting = vec![start];
        while let Some(node) = waiting.pop() {
            // Without entries there is no first one.
            match reached.get_mut(node) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            let start = |node: usize| *row(&self.starts, node, &0) as usize;
            let targets = rows(&self.targets, start(node)..start(node + 1));
            waiting.extend(targets.iter().map(|&target| target as usize));
        }
        reached
    }
}
