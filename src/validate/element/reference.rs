//! References as they are written: noted for the rules that resolve them, and the type that they state.

use crate::definitions::{Body, Field, TypeId, TypeKind, known};
use crate::document::{Kind, NameId, NodeId, name};
use crate::report::{Act, At, FIXES, Suggest};
use crate::validate::instance::{Instance, Object};
use crate::validate::nearest::nearest;
use crate::validate::notes::ReferenceUse;
use crate::validate::primitive_form::{PRIMITIVE_VALUE, REFERENCE_WITH_SPACE, is_solid};
use crate::validate::references::{
    REF_TYPE, STATED_NOT_ALLOWED, TYPE_AS_URL, TYPE_NOT_ALLOWED, UNKNOWN_TYPE, local_type, not_allowed_as,
};

/// Notes a Reference for the rules that follow it. Those inside a nested Bundle are that Bundle's own affair, but for local ones.
/// An Attachment's url resolves to a Binary of the message as a Reference would.
pub(super) fn note(instance: &mut Instance<'_>, node: NodeId, name: NameId) {
    if let Some(reference) = instance.document.member(node, name)
        && instance.document.kind(reference) == Kind::String
        && (instance.bundles <= 1 || instance.document.value(reference).starts_with('#'))
    {
        if name == name::REFERENCE && !is_solid(&instance.document.value(reference)) {
            // What is no URL is mostly what a person reads.
            let has_text = instance.document.member(node, name::DISPLAY).is_some();
            let is_text = !instance.document.value(reference).trim().contains(['/', ':', '#']);
            let finding = instance.findings.add(&PRIMITIVE_VALUE, At::Value(reference), REFERENCE_WITH_SPACE);
            if FIXES && is_text && !has_text {
                finding.offer("display".to_owned(), false, Act::Rename, vec![reference]);
            }
            return;
        }
        instance.notes.references.push(ReferenceUse {
            node,
            reference,
            container: instance.container,
            resource: instance.resource,
            type_ref: None,
            link: name == name::URL,
        });
    }
}

/// Notes a Reference.
pub(super) fn note_reference(instance: &mut Instance<'_>, object: &Object<'_>) {
    note(instance, object.node, name::REFERENCE);
}

/// Notes the url of an Attachment.
pub(super) fn note_attachment(instance: &mut Instance<'_>, object: &Object<'_>) {
    note(instance, object.node, name::URL);
}

/// What the element around a Reference says of it: `before` is how many were noted before.
#[inline]
pub(crate) fn in_element(
    instance: &mut Instance<'_>,
    node: NodeId,
    (holder, body, field): (TypeId, &Body, &Field),
    before: usize,
) {
    if body.type_ref(field.type_ref).of != known::REFERENCE {
        return;
    }
    // The reference of this very object, not one of an extension in it, has the targets of the element.
    if instance.notes.references.len() > before
        && let Some(last) = instance.notes.references.last_mut()
        && last.node == node
    {
        last.type_ref = Some((holder, field.type_ref));
    }
    stated_target(instance, node, body, field);
}

/// A Reference may say the type of what it means: one that there is, and that the element allows.
fn stated_target(instance: &mut Instance<'_>, node: NodeId, body: &Body, field: &Field) {
    let Some(stated) = instance.document.member(node, name::TYPE) else { return };
    let Some(name) = instance.document.string(stated).filter(|name| !name.is_empty()) else { return };
    let local = local_type(&name);
    let target = instance.definitions.resource_type(local);
    // Where there is a reference, what it resolves to tells what was meant.
    let has_reference = instance.document.member(node, name::REFERENCE).is_some();
    if target.is_none() && has_reference {
        return;
    }
    let other = target.and_then(|target| {
        let words = if has_reference { TYPE_NOT_ALLOWED } else { STATED_NOT_ALLOWED };
        not_allowed_as(instance.definitions, words, (body, body.type_ref(field.type_ref)), target)
    });
    if let Some(content) = other.filter(|_| local == name || has_reference) {
        instance.findings.add(&REF_TYPE, At::Value(stated), content);
    } else if local != name || target.is_none() {
        no_target(instance, stated, &name, target.map(|_| local));
    }
}

/// Reference.type: "Absolute URLs are only allowed for logical models (and can only be used in references in logical models, not
/// resources)".
#[cold]
fn no_target(instance: &mut Instance<'_>, stated: NodeId, name: &str, local: Option<&str>) {
    let words = if local.is_some() { TYPE_AS_URL } else { UNKNOWN_TYPE };
    let content = words.value("found", name);
    let types = instance.definitions.types().iter().filter(|of| of.kind == TypeKind::Resource);
    let near = nearest(name, &mut types.map(|of| of.name.as_ref())).map(|near| near.name.to_owned());
    let finding = instance.findings.add(&REF_TYPE, At::Value(stated), content);
    if let Some(local) = local {
        finding.suggest(local.to_owned(), false, Act::Replace, vec![stated]);
    } else if let Some(near) = near {
        finding.suggest(near, false, Act::Replace, Vec::new());
    }
}
