//! Which entries the MessageHeader of a message, or the Composition of a document, leads to.
//!
//! Sources: R4 page messaging: a message Bundle holds the MessageHeader and the resources that it refers to, directly or not. R4 page
//! documents: "any other resources that are referenced". HL7's validator follows references backwards too, and then is milder.

use super::bundle::Judge;
use super::findings::Findings;
use super::references::Resolved;
use super::{Entry, Resolution};
use crate::json::ordered;
use crate::report::{At, Severity, rules};

impl Judge<'_> {
    /// Reports entries that no chain of references links with the MessageHeader.
    pub(super) fn reachability(&self, findings: &mut Findings, resolved: &[Resolved]) {
        let Some(header) = self.entries.header() else { return };
        for (entry, reach) in self.entries.iter().zip(self.reach(header.entry, resolved)) {
            if findings.is_full() {
                return;
            }
            let at = At::Start(entry.resource.unwrap_or(entry.node));
            match reach {
                Reach::Ahead => {}
                Reach::Backwards => {
                    let text = "The MessageHeader leads to this entry only against the direction of references: nothing that it leads to refers here.";
                    findings.add_as(&rules::MSG_UNREACHABLE, Severity::Information, at, text);
                }
                Reach::Not => {
                    let text = "No chain of references links this entry with the MessageHeader.";
                    findings.add(&rules::MSG_UNREACHABLE, at, text);
                }
            }
        }
    }

    /// Reports entries of a document that no chain of references links with its Composition, the first entry.
    pub(super) fn document_reachability(&self, findings: &mut Findings, resolved: &[Resolved]) {
        let reach = self.reach(0, resolved);
        let named = if reach.contains(&Reach::Not) { self.named() } else { Vec::new() };
        for (entry, reach) in self.entries.iter().zip(reach) {
            // What has no resource is reported by the Bundle's own constraints.
            let Some(resource) = entry.resource else { continue };
            let severity = match reach {
                Reach::Ahead => continue,
                // "Provenance" is linked like this, and nothing else should be.
                Reach::Backwards if entry.resource_type == self.validator.types.provenance => continue,
                Reach::Backwards => Severity::Warning,
                Reach::Not if self.is_named(entry, &named) => continue,
                Reach::Not => Severity::Error,
            };
            if findings.is_full() {
                return;
            }
            let text = match reach {
                Reach::Not => "No chain of references links this entry with the Composition.",
                _ => "The Composition leads to this entry only against the direction of references.",
            };
            findings.add_as(&rules::DOC_UNREACHABLE, severity, At::Start(resource), text);
        }
    }

    /// Whether a uri, or a link of a narrative, names this entry: what is no Reference is not followed, but it is reason enough.
    fn is_named(&self, entry: &Entry<'_>, named: &[&str]) -> bool {
        let type_name = entry.resource_type.map(|of| self.definitions().type_of(of).name.as_ref());
        let local = type_name.zip(entry.id.as_deref()).map(|(of, id)| format!("{of}/{id}"));
        let times = |text: &str| {
            named
                .iter()
                .skip(named.partition_point(|word| *word < text))
                .take_while(|word| **word == text)
                .take(2)
                .count()
        };
        // The fullUrl itself is one of the places.
        entry.url.as_deref().is_some_and(|url| times(url) > 1) || local.is_some_and(|local| times(&local) > 0)
    }

    /// The words with a slash or a colon in the text, sorted: those that may be URLs.
    fn named(&self) -> Vec<&str> {
        let ends = |last: char| {
            last.is_ascii_whitespace() || matches!(last, '"' | '\'' | '\\' | '<' | '>' | '|' | '#' | '(' | ')')
        };
        let named: Vec<&str> = self
            .document
            .text()
            .split(ends)
            .filter(|word| word.bytes().any(|byte| matches!(byte, b'/' | b':')))
            .collect();
        let order = ordered(named.len(), &mut |a, b| named.get(a).cmp(&named.get(b)));
        order.into_iter().filter_map(|place| named.get(place).copied()).collect()
    }

    /// How each entry is linked with the one that leads. Takes time in proportion to the references.
    fn reach(&self, start: usize, resolved: &[Resolved]) -> Vec<Reach> {
        let edges: Vec<(u32, u32)> = resolved
            .iter()
            .filter_map(|reference| match reference.to {
                Resolution::Entry(to) | Resolution::OtherVersion(to) => Some((reference.from? as u32, to)),
                _ => None,
            })
            .collect();
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

/// How references link an entry with the one that leads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    Ahead,
    Backwards,
    Not,
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
