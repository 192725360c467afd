//! Trying out a fix: whether the value would be right, and the constraints around it would hold.

use crate::definitions::TypeId;
use crate::document::{NameId, NodeId};
use crate::report::FIXES;
use crate::validate::element::invariant;
use crate::validate::entries::{Entries, Resolution, Restful};
use crate::validate::findings::Findings;
use crate::validate::instance::{Instance, Start};
use crate::validate::notes::{InstanceContext, Purpose, ReferenceUse, Verdict};
use crate::validate::options::Options;
use crate::validate::references::not_allowed;
use crate::validate::uri::is_absolute;
use std::borrow::Cow;

/// Whether validating something finds no error. There are no trials inside a trial, so all of them together are linear in the message.
#[cold]
pub(crate) fn tried(instance: &mut Instance<'_>, start: Start<'_>) -> bool {
    if !FIXES || instance.purpose != Purpose::Report || instance.findings.is_full() {
        return false;
    }
    instance.purpose = Purpose::Trial;
    std::mem::swap(&mut instance.work, &mut instance.trial_work);
    let Verdict { findings, notes } = (instance.validate)(instance, start);
    std::mem::swap(&mut instance.work, &mut instance.trial_work);
    instance.purpose = Purpose::Report;
    // Whoever looks up the next system notes anew whether it is held.
    instance.last_system = (Cow::Borrowed(""), &[]);
    !findings.has_error()
        && instance.trial_work.is_enough()
        && notes.contained.is_empty()
        && notes.narratives.is_empty()
        && !notes.fragments.iter().any(|fragment| fragment.canonical)
        && notes.references.iter().all(|used| resolves(instance, used))
}

/// Whether the fullUrl of an entry, where it names a type, names this one for the resource.
#[cold]
pub(crate) fn agrees_with_its_url(instance: &Instance<'_>, resource: NodeId, of: TypeId) -> bool {
    let entry = instance.entries().around(resource).and_then(|index| instance.entries().get(index));
    let url = entry.filter(|entry| entry.resource == Some(resource)).and_then(|entry| entry.url.as_deref());
    url.and_then(|url| Restful::parse(url, instance.definitions)).is_none_or(|parts| parts.of == of)
}

/// Whether a reference that was noted would bring no error of its own.
fn resolves(instance: &Instance<'_>, used: &ReferenceUse) -> bool {
    let text = instance.document.value(used.reference);
    if text.starts_with('#') {
        return false;
    }
    if used.link {
        return true;
    }
    match instance.entries().resolve(&text, instance.entries().around(used.node), instance.definitions) {
        Resolution::Entry(entry) => {
            let target = instance.entries().at(entry).resource_type;
            target.zip(used.type_ref).is_none_or(|(target, (holder, type_ref))| {
                let body = instance.definitions.body(instance.definitions.type_of(holder));
                not_allowed(instance.definitions, body, body.type_ref(type_ref), target).is_none()
            })
        }
        _ => !instance.entries().is_bundle() || !instance.is_message && is_absolute(&text) && !text.starts_with("urn:"),
    }
}

/// Whether the constraints of an object's type hold when a member of it has another name, or none that is known. `element`: its name
/// without a type, as constraints have it.
#[cold]
pub(crate) fn constraints_hold(
    instance: &mut Instance<'_>,
    object: NodeId,
    of: TypeId,
    (member, name): (NodeId, NameId),
    element: NameId,
) -> bool {
    if !instance.engine.invariants.speak_of(of, element, instance.definitions) {
        return true;
    }
    let size = instance.document.after(object).0.saturating_sub(object.0);
    let Some(left) = instance.trials.checked_sub(size) else { return false };
    instance.trials = left;
    let mut part = instance.document.part(object);
    part.rename(NodeId(member.0 - object.0), name);
    let body = instance.definitions.body(instance.definitions.type_of(of));
    let children = part.children(NodeId::ROOT).filter_map(|child| body.field(part.node(child).name));
    let seen = children.map(|field| field.element).collect();
    let mut findings = Findings::new(&Options::default());
    let entries = Entries::default();
    let around =
        InstanceContext { is_message: instance.is_message, purpose: Purpose::Trial, ..InstanceContext::plain() };
    let mut other = Instance::new(instance.engine, &part, &entries, around, &mut findings, instance.validate);
    other.bundles = instance.bundles;
    std::mem::swap(&mut other.work, &mut instance.trial_work);
    invariant::of_type(&mut other, NodeId::ROOT, of, &seen);
    std::mem::swap(&mut other.work, &mut instance.trial_work);
    !findings.has_error() && instance.trial_work.is_enough()
}
