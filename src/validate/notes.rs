//! A verdict as a value: what was found in an instance, and what was noted on the way for the rules that look at several places.

use super::findings::Findings;
use super::narrative;
use super::references::ReferenceUse;
use crate::definitions::TypeId;
use crate::document::NodeId;
use crate::report::FIXES;
use std::collections::BTreeMap;

/// What became of validating an instance. The same for a report, for a fix that is tried, and for a Bundle inside another resource.
pub(super) struct Verdict {
    pub(super) findings: Findings,
    pub(super) notes: Notes,
}

/// What an instance is validated for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Purpose {
    /// To say what is wrong.
    Report,
    /// To see whether a fix would be right. No fix is looked for in it, so all trials together are linear in the message.
    Trial,
    /// For its references alone: no rule is looked at.
    References,
}

impl Purpose {
    /// Whether no rule is looked at. Never in the wasm that has no outline.
    #[inline]
    pub(super) fn is_references(self) -> bool {
        FIXES && self == Self::References
    }
}

/// What is known of an instance beside its text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around {
    /// Whether the rules for messages are going to be looked at as well.
    pub(super) is_message: bool,
    /// The Bundle inside the document that has to be a message, whatever it says it is.
    pub(super) carried: Option<NodeId>,
    pub(super) purpose: Purpose,
}

/// What the walk notes for the rules that follow it.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) references: Vec<ReferenceUse>,
    /// Each contained resource, behind the one that contains it.
    pub(super) contained: Vec<(NodeId, NodeId)>,
    /// Values of type uri, url or canonical that begin with `#`.
    pub(super) fragments: Vec<Fragment>,
    /// Canonicals that begin otherwise, beside those of profiles.
    pub(super) canonicals: Vec<Fragment>,
    /// Narratives that link to places, or have some.
    pub(super) narratives: Vec<narrative::Linked>,
    /// The ids of elements and of contained resources, each behind the resource that it must be unique in.
    pub(super) ids: Vec<(NodeId, NodeId)>,
    /// The Bundles inside: each is validated as one of its own.
    pub(super) bundles: Vec<Nested>,
    /// Profiles that resources claim and that are not known here, each with where it stands first.
    pub(super) unknown_profiles: BTreeMap<String, NodeId>,
    /// Code systems whose codes are not checked, each with where it stands first.
    pub(super) unchecked_systems: BTreeMap<String, NodeId>,
    /// What the constraints cost.
    pub(super) work: u32,
}

/// A Bundle inside another resource, and what the walk noted in it.
#[derive(Debug)]
pub(super) struct Nested {
    pub(super) root: NodeId,
    pub(super) is_message: bool,
    pub(super) notes: Notes,
}

/// A uri that begins with `#`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fragment {
    /// The resource that it is resolved in.
    pub(super) container: NodeId,
    pub(super) node: NodeId,
    /// Whether it is a canonical: that names a resource, others may name a place in a page.
    pub(super) canonical: bool,
    /// The element that holds it, which knows the allowed targets: the type around it, and which of that type's type references.
    pub(super) type_ref: (TypeId, u16),
}

impl Notes {
    /// Takes what a Bundle inside has told, which is said once for the whole text.
    pub(super) fn take_along(&mut self, inside: &mut Notes) {
        for (profile, node) in std::mem::take(&mut inside.unknown_profiles) {
            self.unknown_profiles.entry(profile).or_insert(node);
        }
        for (system, node) in std::mem::take(&mut inside.unchecked_systems) {
            self.unchecked_systems.entry(system).or_insert(node);
        }
    }
}
