//! How references link the entries of a Bundle, for who shows it: what the validation notes and resolves, with no word on what is wrong.

use crate::document::{Document, NodeId, sorted};
use crate::validate::bundle::reach::Reach;
use crate::validate::bundle::whole::{ResolvedReference, Scope, Whole};
use crate::validate::bundle::{reach, resolve};
use crate::validate::engine::Engine;
use crate::validate::entries::{Entries, Resolution};
use crate::validate::findings::Findings;
use crate::validate::notes::{InstanceContext, Purpose, ReferenceUse, Verdict};
use crate::validate::walk::validate_document;
use serde::Serialize;
use std::cell::OnceCell;

/// What a reference resolves to, and whether that is as it should be.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkTarget {
    /// To an entry.
    Entry,
    /// To an entry that has another version than the reference names.
    OtherVersion,
    /// To a contained resource, or (`#`) to the resource around.
    Contained,
    /// To more than one resource: it is ambiguous.
    Several,
    /// To no entry, and need not: it is a URL of something elsewhere.
    Elsewhere,
    /// To nothing: it dangles.
    Nowhere,
}

impl LinkTarget {
    /// `entry`, `other-version`, `contained`, `several`, `elsewhere` or `nowhere`.
    pub fn name(self) -> &'static str {
        match self {
            LinkTarget::Entry => "entry",
            LinkTarget::OtherVersion => "other-version",
            LinkTarget::Contained => "contained",
            LinkTarget::Several => "several",
            LinkTarget::Elsewhere => "elsewhere",
            LinkTarget::Nowhere => "nowhere",
        }
    }
}

/// A reference, and what it resolves to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    /// The Reference, or an Attachment whose url resolves to an entry.
    pub(crate) node: NodeId,
    /// The string that it is written as.
    pub(crate) reference: NodeId,
    /// The index of the entry that it is in.
    pub(crate) from: Option<usize>,
    /// The index of the entry that it resolves to.
    pub(crate) to: Option<usize>,
    /// What it resolves to.
    pub(crate) resolves: LinkTarget,
    /// Whether it is a focus of the message.
    pub(crate) focus: bool,
}

impl Engine {
    /// Every reference, in the order of the text, and how each entry is linked with the first one, where one is.
    pub(crate) fn links<'d>(
        &self,
        document: &'d Document<'_>,
        entries: &Entries<'d>,
        is_message: bool,
    ) -> (Vec<Link>, Option<Vec<Reach>>) {
        let around = InstanceContext { is_message, purpose: Purpose::References, ..InstanceContext::plain() };
        let Verdict { mut findings, notes } = validate_document(self, document, entries, around, Findings::unwanted());
        let scope = Scope::of(entries.is_bundle(), is_message);
        let (root, before, digest) = (NodeId::ROOT, 0, &OnceCell::new());
        let whole = &Whole { engine: self, document, root, entries, notes: &notes, scope, before, digest };
        let resolved = resolve::check(whole, &mut findings);
        let reach = match scope {
            Scope::Message => reach::of_message(whole, &resolved),
            Scope::Bundle if entries.bundle_type() == Some("document") => Some(reach::of_document(whole, &resolved)),
            _ => None,
        };
        (each_link(whole, &resolved), reach)
    }
}

fn each_link(whole: &Whole<'_>, resolved: &[ResolvedReference]) -> Vec<Link> {
    let (focus, details) = whole.special_references();
    let noted = &whole.notes.references;
    // An element is noted behind those inside of it, which may be before or behind its own `reference`.
    let in_order = sorted(noted, &mut |one, other| one.reference.cmp(&other.reference));
    let link = |used: &ReferenceUse| {
        let focus = focus.binary_search(&used.node).is_ok();
        let target = whole.target(resolved, used.node)?;
        let to = match target {
            Resolution::Entry(index) | Resolution::OtherVersion(index) => Some(index as usize),
            _ => None,
        };
        let resolves = match target {
            Resolution::Entry(_) => LinkTarget::Entry,
            Resolution::OtherVersion(_) => LinkTarget::OtherVersion,
            // What an Attachment does not have among the entries, it has elsewhere.
            _ if used.link => return None,
            Resolution::Contained(_) => LinkTarget::Contained,
            Resolution::Several => LinkTarget::Several,
            // Focus and response.details resolve to entries.
            Resolution::Nothing if focus || details == Some(used.node) => LinkTarget::Nowhere,
            Resolution::Nothing
                if resolve::may_resolve_elsewhere(whole, used, &whole.document.value(used.reference)) =>
            {
                LinkTarget::Elsewhere
            }
            Resolution::Nothing => LinkTarget::Nowhere,
        };
        let from = whole.entries.around(used.node);
        Some(Link { node: used.node, reference: used.reference, from, to, resolves, focus })
    };
    in_order.filter_map(link).collect()
}
