//! Trying out a fix: whether the value would be right, and the constraints around it would hold.

use super::super::bundle::is_absolute;
use super::super::entries::Restful;
use super::super::findings::Findings;
use super::super::notes::{Around, Purpose, Verdict};
use super::super::references::ReferenceUse;
use super::super::references::not_allowed;
use super::super::structure::Walk;
use super::super::{Entries, Options, Resolution};
use crate::definitions::TypeId;
use crate::document::{NameId, NodeId};
use crate::report::FIXES;
use std::borrow::Cow;

impl Walk<'_> {
    /// Whether validating something finds no error. There are no trials inside a trial, so all of them together are linear in the message.
    #[cold]
    pub(in crate::validate) fn tried(&mut self, validate: &mut dyn FnMut(&mut Self)) -> bool {
        if !FIXES || self.purpose != Purpose::Report || self.findings.is_full() {
            return false;
        }
        self.purpose = Purpose::Trial;
        std::mem::swap(&mut self.work, &mut self.trial_work);
        let Verdict { findings, notes } = self.apart(validate);
        std::mem::swap(&mut self.work, &mut self.trial_work);
        self.purpose = Purpose::Report;
        // Whoever looks up the next system notes anew whether it is held.
        self.last_system = (Cow::Borrowed(""), None);
        !findings.has_error()
            && self.trial_work.is_enough()
            && notes.contained.is_empty()
            && notes.narratives.is_empty()
            && !notes.fragments.iter().any(|fragment| fragment.canonical)
            && notes.references.iter().all(|used| self.resolves(used))
    }

    /// Whether the fullUrl of an entry, where it names a type, names this one for the resource.
    #[cold]
    pub(in crate::validate) fn agrees_with_its_url(&self, resource: NodeId, of: TypeId) -> bool {
        let entry = self.entries().around(resource).and_then(|index| self.entries().get(index));
        let url = entry.filter(|entry| entry.resource == Some(resource)).and_then(|entry| entry.url.as_deref());
        url.and_then(|url| Restful::parse(url, self.definitions)).is_none_or(|parts| parts.of == of)
    }

    /// Whether a reference that was noted would bring no error of its own.
    fn resolves(&self, used: &ReferenceUse) -> bool {
        let text = self.document.value(used.reference);
        if text.starts_with('#') {
            return false;
        }
        if used.link {
            return true;
        }
        match self.entries().resolve(&text, self.entries().around(used.node), self.definitions) {
            Resolution::Entry(entry) => {
                let target = self.entries().get(entry as usize).and_then(|entry| entry.resource_type);
                target.zip(used.type_ref).is_none_or(|(target, (holder, type_ref))| {
                    let body = self.definitions.body(self.definitions.type_of(holder));
                    not_allowed(self.definitions, body, body.type_ref(type_ref), target).is_none()
                })
            }
            _ => !self.entries().is_bundle() || !self.is_message && is_absolute(&text) && !text.starts_with("urn:"),
        }
    }

    /// Whether the constraints of an object's type hold when a member of it has another name, or none that is known. `element`: its name
    /// without a type, as constraints have it.
    #[cold]
    pub(in crate::validate) fn constraints_hold(
        &mut self,
        object: NodeId,
        of: TypeId,
        (member, name): (NodeId, NameId),
        element: NameId,
    ) -> bool {
        if !self.validator.invariants.speak_of(of, element, self.definitions) {
            return true;
        }
        let size = self.document.after(object).0.saturating_sub(object.0);
        let Some(left) = self.trials.checked_sub(size) else { return false };
        self.trials = left;
        let mut part = self.document.part(object);
        part.rename(NodeId(member.0 - object.0), name);
        let body = self.definitions.body(self.definitions.type_of(of));
        let children = part.children(NodeId::ROOT).filter_map(|child| body.field(part.node(child).name));
        let seen = children.map(|field| field.element).collect();
        let mut findings = Findings::new(&Options::default());
        let entries = Entries::default();
        let around = Around { is_message: self.is_message, carried: None, purpose: Purpose::Trial };
        let mut walk = Walk::new(self.validator, &part, &entries, around, &mut findings);
        walk.bundles = self.bundles;
        std::mem::swap(&mut walk.work, &mut self.trial_work);
        walk.invariants(NodeId::ROOT, of, &seen);
        std::mem::swap(&mut walk.work, &mut self.trial_work);
        !findings.has_error() && self.trial_work.is_enough()
    }
}
