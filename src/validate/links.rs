//! How references link the entries of a Bundle, for who shows it: what the judging notes and resolves, with no word on what is wrong.

use super::bundle::Judge;
use super::findings::Findings;
use super::references::{ReferenceUse, Resolved, Scope};
use super::{Entries, Reach, Resolution, Validator, structure};
use crate::document::{Document, NodeId, ordered};
use std::cell::OnceCell;

/// What a reference leads to, and whether that is as it should be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Leads {
    /// To the entry with this index.
    Entry(u32),
    /// To the entry with this index, which has another version than the reference names.
    OtherVersion(u32),
    /// To a contained resource, or (`#`) to the resource around.
    Contained,
    /// To more than one resource: it is ambiguous.
    Several,
    /// To no entry, and need not: it is a URL of something elsewhere.
    Elsewhere,
    /// To nothing: it dangles.
    Nowhere,
}

impl Leads {
    /// `entry`, `other-version`, `contained`, `several`, `elsewhere` or `nowhere`.
    pub fn name(self) -> &'static str {
        match self {
            Leads::Entry(_) => "entry",
            Leads::OtherVersion(_) => "other-version",
            Leads::Contained => "contained",
            Leads::Several => "several",
            Leads::Elsewhere => "elsewhere",
            Leads::Nowhere => "nowhere",
        }
    }

    /// The index of the entry.
    pub fn entry(self) -> Option<usize> {
        match self {
            Leads::Entry(index) | Leads::OtherVersion(index) => Some(index as usize),
            _ => None,
        }
    }
}

/// A reference, and what it leads to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    /// The Reference, or an Attachment whose url leads to an entry.
    pub(crate) node: NodeId,
    /// The string that says where it leads.
    pub(crate) reference: NodeId,
    /// The index of the entry that it stands in.
    pub(crate) from: Option<usize>,
    /// What it leads to.
    pub(crate) leads: Leads,
    /// Whether it is a focus of the message.
    pub(crate) focus: bool,
}

impl Validator {
    /// Every reference, in the order of the text, and how each entry is linked with the one that leads, where one does.
    pub(crate) fn links<'d>(
        &self,
        document: &'d Document<'_>,
        entries: &Entries<'d>,
        is_message: bool,
    ) -> (Vec<Link>, Option<Vec<Reach>>) {
        let mut findings = Findings::ignored();
        let walked = structure::Walk::new(self, document, entries, is_message, &mut findings).resource_document();
        let scope = Scope::of(entries.is_bundle(), is_message);
        let (root, before, digest) = (NodeId::ROOT, 0, &OnceCell::new());
        let judge = Judge { validator: self, document, root, entries, walked: &walked, scope, before, digest };
        let resolved = judge.resolve_references(&mut findings);
        let reach = match scope {
            Scope::Message => judge.message_reach(&resolved),
            Scope::Bundle if entries.bundle_type() == Some("document") => Some(judge.document_reach(&resolved)),
            _ => None,
        };
        (judge.each_link(&resolved), reach)
    }
}

impl Judge<'_> {
    fn each_link(&self, resolved: &[Resolved]) -> Vec<Link> {
        let (focus, details) = self.special_references();
        let noted = &self.walked.references;
        // An element is noted behind those inside of it, which may stand before or behind its own `reference`.
        let place = |index: usize| noted.get(index).map(|used| used.reference);
        let order = ordered(noted.len(), &mut |a, b| place(a).cmp(&place(b)));
        let link = |used: &ReferenceUse| {
            let focus = focus.binary_search(&used.node).is_ok();
            let leads = match self.target(resolved, used.node)? {
                Resolution::Entry(index) => Leads::Entry(index),
                Resolution::OtherVersion(index) => Leads::OtherVersion(index),
                // What an Attachment does not have among the entries, it has elsewhere.
                _ if used.link => return None,
                Resolution::Contained(_) => Leads::Contained,
                Resolution::Several => Leads::Several,
                // Focus and response.details lead to entries.
                Resolution::Nothing if focus || details == Some(used.node) => Leads::Nowhere,
                Resolution::Nothing if self.may_lead_elsewhere(used, &self.document.value(used.reference)) => {
                    Leads::Elsewhere
                }
                Resolution::Nothing => Leads::Nowhere,
            };
            let from = self.entries.around(used.node);
            Some(Link { node: used.node, reference: used.reference, from, leads, focus })
        };
        order.into_iter().filter_map(|index| link(noted.get(index)?)).collect()
    }
}
