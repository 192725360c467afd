//! Which entries the MessageHeader leads to.
//!
//! Source: R4 page messaging: a message Bundle holds the MessageHeader and the resources that it refers to, directly or not. HL7's
//! validator follows references backwards too, and then only informs.

use super::Resolution;
use super::bundle::Judge;
use super::findings::Findings;
use super::references::Resolved;
use crate::report::{At, Severity, rules};

impl Judge<'_> {
    /// Reports entries that no chain of references links with the MessageHeader. Takes time in proportion to the references.
    pub(super) fn reachability(&self, findings: &mut Findings, resolved: &[Resolved]) {
        let Some(header) = self.entries.header() else { return };
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
        let ahead = forwards.reached_from(header.entry);
        let linked = both.reached_from(header.entry);
        for ((entry, ahead), linked) in self.entries.iter().zip(ahead).zip(linked) {
            if ahead || findings.is_full() {
                continue;
            }
            let at = At::Start(entry.resource.unwrap_or(entry.node));
            if linked {
                let text = "The MessageHeader leads to this entry only against the direction of references: nothing that it leads to refers here.";
                findings.add_as(&rules::MSG_UNREACHABLE, Severity::Information, at, text);
            } else {
                let text = "No chain of references links this entry with the MessageHeader.";
                findings.add(&rules::MSG_UNREACHABLE, at, text);
            }
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
