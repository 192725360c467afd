//! Which entries the MessageHeader of a message, or the Composition of a document, resolves to.
//!
//! Sources: R4 page messaging: a message Bundle holds the MessageHeader and the resources that it refers to, directly or not. R4 page
//! documents: it holds the Composition and what that refers to, directly or not. HL7's validator follows references backwards too, and then is milder.

use super::bundle::{BundleRules, is_absolute};
use super::findings::Findings;
use super::references::Resolved;
use super::{Entry, Header, Resolution};
use crate::document::{Kind, NodeId, name, ordered};
use crate::report::{At, Rule, Severity, Suggest, Words, rules};

const HEADER_BACKWARDS: Words = Words(
    "This entry is linked with the MessageHeader only against the direction of references: nothing that the MessageHeader refers to, directly or not, refers to it.",
);
const HEADER_UNLINKED: Words = Words("No chain of references links this entry with the MessageHeader.");
const COMPOSITION_BACKWARDS: Words =
    Words("This entry is linked with the Composition only against the direction of references.");
const COMPOSITION_UNLINKED: Words = Words("No chain of references links this entry with the Composition.");

impl BundleRules<'_> {
    /// Reports entries that no chain of references links with the MessageHeader.
    pub(super) fn reachability(&self, findings: &mut Findings, resolved: &[Resolved]) {
        let Some(reach) = self.message_reach(resolved) else { return };
        let dangling = self.entries.header().and_then(|header| self.dangling_focus(header, resolved));
        for (entry, reach) in self.entries.iter().zip(reach) {
            if findings.is_full() {
                return;
            }
            let at = At::Start(entry.resource.unwrap_or(entry.node));
            match reach {
                Reach::Ahead => {}
                Reach::Backwards => {
                    findings.add_as(&rules::MSG_UNREACHABLE, Severity::Information, at, HEADER_BACKWARDS);
                }
                Reach::Not => {
                    findings
                        .add(&rules::MSG_UNREACHABLE, at, HEADER_UNLINKED)
                        .because(self.why_unlinked(entry, dangling));
                }
            }
        }
    }

    /// What was reported that keeps an entry from being linked: nothing can refer to it, or what should resolve to something resolves nowhere.
    fn why_unlinked(&self, entry: &Entry<'_>, dangling: Option<NodeId>) -> Option<(&'static Rule<'static>, NodeId)> {
        let Some((node, url)) = entry.full_url.zip(entry.url.as_deref()) else {
            return Some((&rules::BUNDLE_FULLURL_MISSING, entry.node));
        };
        if !is_absolute(url) {
            return Some((&rules::BUNDLE_FULLURL_ABSOLUTE, node));
        }
        let again = self.entries.again(url).and_then(|again| again.full_url);
        again.map(|again| (&rules::BDL_7, again)).or(dangling.map(|focus| (&rules::MSG_FOCUS_UNRESOLVED, focus)))
    }

    /// The `reference` of a focus that resolves to nothing.
    fn dangling_focus(&self, header: Header, resolved: &[Resolved]) -> Option<NodeId> {
        let reference = name::REFERENCE;
        let mut focus = header.focus(self.document);
        focus.find_map(|node| {
            let leads = self.target(resolved, node) == Some(Resolution::Nothing);
            self.document.member(node, reference).filter(|_| leads)
        })
    }

    /// Reports entries of a document that no chain of references links with its Composition, the first entry.
    pub(super) fn document_reachability(&self, findings: &mut Findings, resolved: &[Resolved]) {
        for (entry, reach) in self.entries.iter().zip(self.document_reach(resolved)) {
            // What has no resource is reported by the Bundle's own constraints.
            let Some(resource) = entry.resource else { continue };
            let (severity, words) = match reach {
                Reach::Ahead => continue,
                // Only a Provenance is to be linked like this.
                Reach::Backwards if entry.resource_type == self.validator.types.provenance => continue,
                Reach::Backwards => (Severity::Warning, COMPOSITION_BACKWARDS),
                Reach::Not => (Severity::Error, COMPOSITION_UNLINKED),
            };
            if findings.is_full() {
                return;
            }
            findings.add_as(&rules::DOC_UNREACHABLE, severity, At::Start(resource), words);
        }
    }

    /// How each entry of a message is linked with its MessageHeader, where there is one.
    pub(super) fn message_reach(&self, resolved: &[Resolved]) -> Option<Vec<Reach>> {
        Some(self.reach(self.entries.header()?.entry, &edges(resolved)))
    }

    /// How each entry of a document is linked with its first one.
    pub(super) fn document_reach(&self, resolved: &[Resolved]) -> Vec<Reach> {
        let mut edges = edges(resolved);
        let reach = self.reach(0, &edges);
        if reach.iter().all(|reach| *reach == Reach::Ahead) {
            return reach;
        }
        // What a uri or a narrative names is not a Reference, but it is reason enough, and so is what such an entry refers to.
        edges.extend(self.named(&reach).into_iter().map(|entry| (0, entry)));
        self.reach(0, &edges)
    }

    /// The entries that the Composition does not resolve to and that some string names, a uri or the link of a narrative: by fullUrl, or by type and id.
    fn named(&self, reach: &[Reach]) -> Vec<u32> {
        let mut names = Vec::new();
        for (index, (entry, _)) in
            self.entries.iter().zip(reach).enumerate().filter(|(_, (_, to))| **to != Reach::Ahead)
        {
            let type_name = entry.resource_type.map(|of| self.definitions().type_of(of).name.as_ref());
            let local = type_name.zip(entry.id.as_deref()).map(|(of, id)| format!("{of}/{id}"));
            let own = entry.url.as_deref().map(str::to_owned);
            names.extend(own.into_iter().chain(local).map(|name| (name, index as u32)));
        }
        let order = ordered(names.len(), &mut |a, b| names.get(a).cmp(&names.get(b)));
        let mut names: Vec<&(String, u32)> = order.into_iter().filter_map(|place| names.get(place)).collect();
        // A fullUrl that stands twice is reported as that.
        names.dedup_by_key(|(name, _)| name.as_str());
        let ends =
            |last: char| last.is_ascii_whitespace() || matches!(last, '"' | '\'' | '<' | '>' | '|' | '#' | '(' | ')');
        let mut found = Vec::new();
        for node in (self.root.0..self.document.after(self.root).0).map(NodeId) {
            let name = self.document.node(node).name;
            if self.document.kind(node) != Kind::String || name == name::FULL_URL || name == name::ID {
                continue;
            }
            for word in self.document.value(node).split(ends) {
                let place = names.binary_search_by(|(name, _)| name.as_str().cmp(word)).ok();
                found.extend(place.and_then(|place| names.get(place)).map(|(_, entry)| *entry));
            }
        }
        found
    }

    /// How each entry is linked with the one that leads. Takes time in proportion to the references.
    fn reach(&self, start: usize, edges: &[(u32, u32)]) -> Vec<Reach> {
        let backwards: Vec<(u32, u32)> = edges.iter().map(|&(from, to)| (to, from)).collect();
        let forwards = Graph::new(self.entries.len(), edges.iter().copied());
        let both = Graph::new(self.entries.len(), edges.iter().chain(&backwards).copied());
        let ahead = forwards.reached_from(start);
        let linked = both.reached_from(start);
        let reach = |(ahead, linked)| match (ahead, linked) {
            (true, _) => Reach::Ahead,
            (_, true) => Reach::Backwards,
            _ => Reach::Not,
        };
        ahead.into_iter().zip(linked).map(reach).collect()
    }
}

/// From which entry to which the references lead.
fn edges(resolved: &[Resolved]) -> Vec<(u32, u32)> {
    let edge = |reference: &Resolved| match reference.to {
        Resolution::Entry(to) | Resolution::OtherVersion(to) => Some((reference.from? as u32, to)),
        _ => None,
    };
    resolved.iter().filter_map(edge).collect()
}

/// How references link an entry with the one that leads: the MessageHeader of a message, the Composition of a document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
            if let Some(behind) = starts.get_mut(from as usize + 1) {
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
            let Some(place) = next.get_mut(from as usize) else { continue };
            if let Some(slot) = targets.get_mut(*place as usize) {
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
            match reached.get_mut(node) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            let span = self.starts.get(node).zip(self.starts.get(node + 1));
            let targets = span.and_then(|(&from, &to)| self.targets.get(from as usize..to as usize)).unwrap_or(&[]);
            waiting.extend(targets.iter().map(|&target| target as usize));
        }
        reached
    }
}
