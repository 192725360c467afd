//! The walk: every property of every object against the definitions, and the rules that look at its type.

use super::element::{
    array, binding, cardinality, choice, coding, companion, empty, extension, id, invariant, json_kind, looked_up,
    meta, null, primitive, reference, unknown,
};
use super::engine::Engine;
use super::findings::Findings;
use super::instance::{Instance, Object, Place, Start};
use super::notes::{InstanceContext, NestedBundle, Purpose, Verdict};
use super::profile;
use super::resource::questionnaire_response::source;
use super::resource::{self, resource_type};
use super::{Entries, element};
use crate::definitions::{Body, ElementSet, Field, TypeId, TypeKind, known};
use crate::document::{Document, Kind, NodeId, Property, name};

/// A document as an instance that has not been validated.
pub(super) fn instance<'d>(
    engine: &'d Engine,
    document: &'d Document<'_>,
    entries: &'d Entries<'d>,
    around: InstanceContext<'d>,
    findings: &'d mut Findings,
) -> Instance<'d> {
    Instance::new(engine, document, entries, around, findings, validate_instance)
}

/// Validates a document as one resource, and everything in it, but for the rules that look at several places. What holds for all of it is
/// said once.
pub(super) fn validate_document<'d>(
    engine: &'d Engine,
    document: &'d Document<'_>,
    entries: &'d Entries<'d>,
    around: InstanceContext<'d>,
    mut findings: Findings,
) -> Verdict {
    let mut instance = instance(engine, document, entries, around, &mut findings);
    let Verdict { findings: found, notes } = validate_instance(&mut instance, Start::Resource(NodeId::ROOT));
    instance.findings.append(found);
    instance.notes = notes;
    if let Some(answers) = instance.answers {
        looked_up::decide(&mut instance, &answers.codes);
    }
    coding::report_unchecked(&mut instance);
    meta::report_unknown(&mut instance);
    source::report_unknown(&mut instance);
    invariant::report_unchecked(&mut instance);
    instance.notes.work = instance.work.done();
    let notes = instance.notes;
    Verdict { findings, notes }
}

/// Validates what starts at a node, and everything in it: a whole text, a Bundle inside of another resource, a fix that is tried. What is found
/// and noted is the verdict, and left out of the instance, which lends its surroundings.
fn validate_instance(instance: &mut Instance<'_>, start: Start<'_>) -> Verdict {
    let room = instance.findings.as_much_room();
    let findings = std::mem::replace(instance.findings, room);
    let notes = std::mem::take(&mut instance.notes);
    let outer = (instance.root, instance.container, instance.resource);
    instance.root = start.node();
    match start {
        Start::Resource(node) if instance.document.kind(node) != Kind::Object => {
            resource_type::not_an_object(instance, node);
        }
        Start::Resource(node) => resource(instance, node, None, false),
        Start::ResourceOf(node, of) => {
            (instance.container, instance.resource) = (node, node);
            object(instance, node, of);
        }
        Start::Entry(node) => entry(instance, node),
        Start::Element { object, member, of, field } => element(instance, object, member, of, field),
        Start::Profile { value, of, profile } => profile::of_value(instance, value, of, profile),
        Start::Companion { node, has_value, place } => companion_value(instance, node, has_value, place),
    }
    (instance.root, instance.container, instance.resource) = outer;
    Verdict {
        findings: std::mem::replace(instance.findings, findings),
        notes: std::mem::replace(&mut instance.notes, notes),
    }
}

/// Validates an object that must be a resource: of `expected`, or of any type.
fn resource(instance: &mut Instance<'_>, node: NodeId, expected: Option<TypeId>, contained: bool) {
    let Some(of) = resource_type::check(instance, node, expected) else { return };
    let outer = (instance.container, instance.resource);
    instance.resource = node;
    if contained {
        instance.notes.contained.push((instance.container, node));
    } else {
        instance.container = node;
    }
    let is_bundle = of == known::BUNDLE;
    let element = instance.element.take();
    profile::of_resource(instance, node, of);
    let is_nested = is_bundle && node != instance.root && !contained;
    if is_nested && instance.purpose == Purpose::Report && !instance.findings.is_full() {
        nested_bundle(instance, node, of);
    } else {
        instance.bundles += u32::from(is_bundle);
        object(instance, node, of);
        if !instance.purpose.is_references() {
            resource::check(instance, node, of);
        }
        instance.bundles -= u32::from(is_bundle);
    }
    instance.element = element;
    (instance.container, instance.resource) = outer;
}

/// Validates a Bundle inside another resource: what it holds refers to its own entries.
fn nested_bundle(instance: &mut Instance<'_>, node: NodeId, of: TypeId) {
    let entries = Entries::of(instance.document, node, instance.definitions);
    let is_message = entries.is_message() || instance.carried == Some(node);
    let around = instance.nested.replace(entries);
    let was_message = std::mem::replace(&mut instance.is_message, is_message);
    let bundles = std::mem::replace(&mut instance.bundles, 1);
    let mut verdict = validate_instance(instance, Start::ResourceOf(node, of));
    instance.bundles = bundles;
    instance.is_message = was_message;
    instance.nested = around;
    instance.findings.append(verdict.findings);
    instance.notes.take_along(&mut verdict.notes);
    instance.notes.bundles.push(NestedBundle { root: node, is_message, notes: verdict.notes });
}

/// Validates the properties of an object.
fn object(instance: &mut Instance<'_>, node: NodeId, of: TypeId) {
    let holder = instance.definitions.type_of(of);
    let body = instance.definitions.body(holder);
    let is_resource = holder.kind == TypeKind::Resource;
    let place = Place { holder: node, of, element: instance.element };
    let mut seen = ElementSet::default();
    let mut members: u32 = 0;
    let mut content = false;
    for child in instance.document.children(node) {
        if instance.findings.is_full() {
            return;
        }
        let member = instance.document.node(child);
        let (name, is_companion) = (member.name, member.is_companion());
        members += 1;
        if name != name::ID {
            content = true;
        } else if !id::check(instance, node, child, of) {
            continue;
        }
        if name == name::RESOURCE_TYPE && is_resource && !is_companion {
            continue;
        }
        let Some(field) = body.field(name) else {
            unknown::check(instance, node, child, of);
            continue;
        };
        let defined = body.element(field);
        if defined.choice && seen.has(field.element) {
            choice::second(instance, node, child, defined);
        }
        seen.insert(field.element);
        if defined.max == Some(0) {
            cardinality::not_allowed(instance, child, body, defined);
        } else if is_companion {
            companion(instance, node, child, of, field);
        } else {
            element(instance, node, child, of, field);
            if name == name::EXTENSION || name == name::MODIFIER_EXTENSION {
                extension::list(instance, child, place);
                profile::of_extensions(instance, child, of);
            }
        }
    }
    if !instance.purpose.is_references() {
        if !seen.has_all(&body.required) {
            cardinality::missing(instance, node, body, &seen);
        }
        if !is_resource && members == 0 {
            empty::object(instance, node);
        } else if !is_resource && !content {
            empty::no_content(instance, node);
        }
        invariant::of_type(instance, node, of, &seen);
    }
    element::check(instance, &Object { node, of, body, seen: &seen });
}

/// Validates a property that is not a companion: array or not, then its value or values.
fn element(instance: &mut Instance<'_>, object: NodeId, child: NodeId, of: TypeId, field: &Field) {
    let body = instance.body(of);
    let element = body.element(field);
    let kind = instance.document.kind(child);
    if kind != Kind::Array {
        if element.array && kind != Kind::Null {
            array::expected(instance, object, child, body, element);
        }
        if kind == Kind::Null {
            null::property(instance, object, of, child, element);
        } else {
            value(instance, child, of, body, field);
        }
        return;
    }
    if !element.array {
        array::not_expected(instance, child, body, element);
    }
    let mut count: u32 = 0;
    let mut nulls = false;
    let is_apart = instance.apart == Some(child);
    for item in instance.document.children(child) {
        if instance.findings.is_full() {
            return;
        }
        count += 1;
        match instance.document.kind(item) {
            Kind::Null => nulls = true,
            _ if is_apart => {}
            Kind::Array => array::nested(instance, item, of),
            _ => value(instance, item, of, body, field),
        }
    }
    if count == 0 {
        empty::array(instance, object, of, field, child);
    } else {
        cardinality::count(instance, child, body, element, count);
    }
    if nulls {
        null::items(instance, object, child, of, instance.primitive(body, field).is_some());
    }
}

/// Validates an entry of the Bundle that is the whole text. That it is null is said of the array.
fn entry(instance: &mut Instance<'_>, node: NodeId) {
    let of = known::BUNDLE;
    let body = instance.body(of);
    let Some(field) = body.field(name::ENTRY) else { return };
    (instance.container, instance.resource) = (NodeId::ROOT, NodeId::ROOT);
    let bundles = std::mem::replace(&mut instance.bundles, 1);
    match instance.document.kind(node) {
        Kind::Null => {}
        Kind::Array => array::nested(instance, node, of),
        _ => value(instance, node, of, body, field),
    }
    instance.bundles = bundles;
}

/// Validates one value of an element.
fn value(instance: &mut Instance<'_>, node: NodeId, holder: TypeId, body: &Body, field: &Field) {
    let element = body.element(field);
    let type_ref = body.type_ref(field.type_ref);
    let of = instance.definitions.type_of(type_ref.of);
    match of.kind {
        TypeKind::Primitive(_) if instance.purpose.is_references() => return,
        TypeKind::Primitive(primitive) => primitive::check(instance, node, holder, element, field, primitive),
        _ if instance.document.kind(node) != Kind::Object => {
            return json_kind::not_an_object(instance, node, &of.name, holder);
        }
        TypeKind::Complex => {
            let before = instance.notes.references.len();
            let outer = instance.element.replace((holder, element.name));
            object(instance, node, type_ref.of);
            instance.element = outer;
            reference::in_element(instance, node, (holder, body, field), before);
        }
        TypeKind::Resource => resource(instance, node, Some(type_ref.of), false),
        TypeKind::AbstractResource => resource(instance, node, None, element.name == name::CONTAINED),
    }
    invariant::of_element(instance, node, type_ref.of, &element.constraints);
    if let Some(binding) = element.binding
        && !instance.purpose.is_references()
        && (instance.profiles.own_bindings.is_empty() || !instance.profiles.own_bindings.contains(&node))
    {
        binding::check(instance, binding, type_ref.of, node);
    }
}

/// Validates `_name`: id and extensions of a primitive, aligned with its values.
fn companion(instance: &mut Instance<'_>, object: NodeId, child: NodeId, of: TypeId, field: &Field) {
    let body = instance.body(of);
    let element = body.element(field);
    let primitive = instance.primitive(body, field);
    if !companion::may_be(instance, child, body, element, primitive) {
        return;
    }
    let value = instance.sibling(object, instance.document.node(child).name, false);
    let place = Place { holder: child, of: body.type_ref(field.type_ref).of, element: Some((of, element.name)) };
    let is_array = instance.document.kind(child) == Kind::Array;
    if element.array != is_array {
        companion::other_shape(instance, object, child, element.array);
    }
    if !is_array {
        companion_value(instance, child, value.is_some(), place);
        if let Some(binding) = element.binding.filter(|_| value.is_none()) {
            binding::absent(instance, binding, child);
        }
        return;
    }
    // Where the element does not repeat, the array has been reported, and the value is across from its items all the same.
    let mut count = 0;
    for both in (Property { value: value.filter(|_| element.array), companion: Some(child) }).items(instance.document) {
        let (across, Some(item)) = (both.value, both.companion) else { break };
        count += 1;
        let has_value = match across {
            Some(across) => instance.document.kind(across) != Kind::Null,
            None => value.is_some() && !element.array,
        };
        if instance.document.kind(item) != Kind::Null {
            companion_value(instance, item, has_value, place);
        } else if !has_value && across.is_none() {
            // Across from a null, the walk over the values reports it.
            null::companion_item(instance, object, of, item);
        }
    }
    if count == 0 {
        empty::array(instance, object, of, field, child);
    } else if let Some(value) = value.filter(|&value| instance.document.kind(value) == Kind::Array) {
        companion::length(instance, child, count, instance.document.children(value).count());
    }
}

/// Validates the id and the extensions of one primitive.
fn companion_value(instance: &mut Instance<'_>, node: NodeId, has_value: bool, place: Place) {
    match instance.document.kind(node) {
        Kind::Object => {}
        Kind::Null => return null::companion(instance, node),
        kind => return companion::not_an_object(instance, node, kind),
    }
    let of = known::ELEMENT;
    let body = instance.body(of);
    let mut children = 0;
    let mut only_id = true;
    for child in instance.document.children(node) {
        children += 1;
        let member = instance.document.node(child);
        match body.field(member.name) {
            Some(field) if !member.is_companion() => {
                if member.name == name::ID {
                    id::check(instance, node, child, of);
                } else {
                    only_id = false;
                }
                element(instance, node, child, of, field);
                if member.name == name::EXTENSION {
                    extension::list(instance, child, Place { holder: node, ..place });
                    profile::of_extensions(instance, child, of);
                }
            }
            _ => unknown::check(instance, node, child, of),
        }
    }
    if children == 0 {
        empty::companion(instance, node);
    } else if only_id && !has_value {
        empty::only_an_id(instance, node);
    }
}
