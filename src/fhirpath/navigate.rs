//! From an element to its children.

use super::element::{MEMBERS, has_value, primitive, resource_type, system};
use super::item::{Element, Item};
use super::reader::{EvaluationError, Reader, Sink, Step};
use crate::definitions::{Body, TypeId, TypeKind};
use crate::document::table::row_mut;
use crate::document::{Kind, NameId, NodeId, Property, name};
use std::borrow::Cow;

/// Hands the members of an item with a name to the sink.
pub(super) fn member<'e>(reader: &Reader<'e>, item: &Item<'e>, name: NameId, text: &str, sink: Sink<'_, 'e>) -> Step {
    reader.spend()?;
    let element = match item {
        Item::Element(element) => *element,
        Item::Type(namespace, of) => {
            return match text {
                "namespace" => sink(Item::String(Cow::Borrowed(namespace))),
                "name" => sink(Item::String(of.clone())),
                _ => Ok(true),
            };
        }
        _ => return Ok(true),
    };
    // R4, "Using FHIR types in expressions": a primitive has its value, as System has it, as its child `value`.
    if name == name::VALUE && primitive(reader, &element).is_some() {
        return if has_value(reader, item) { sink(system(reader, item.clone())?) } else { Ok(true) };
    }
    let Some((object, body)) = object_of(reader, element) else { return Ok(true) };
    let field = body.and_then(|body| body.field(name));
    let direct = match (body, field) {
        (Some(body), Some(field)) => !body.element(field).choice,
        (Some(_), None) => false,
        (None, _) => true,
    };
    if let Some(body) = body
        && !direct
        && !body.elements.iter().any(|element| element.choice && element.name == name)
    {
        if reader.context.strict {
            return Err(EvaluationError::new(format!("{} has no element {text}", body.name)));
        }
        return Ok(true);
    }
    let document = reader.context.document;
    let (mut property, mut of) = (Property::default(), None);
    let mut members = 0;
    for child in document.children(object) {
        members += 1;
        let node = document.node(child);
        if direct {
            let same = if name == NameId::UNKNOWN {
                node.name == name && document.key(child).is_some_and(|key| key.trim_start_matches('_') == text)
            } else {
                node.name == name
            };
            if !same {
                continue;
            }
        } else {
            let Some(field) = body.and_then(|body| body.field(node.name)) else { continue };
            let Some(element) = body.map(|body| body.element(field)) else { continue };
            if !element.choice || element.name != name {
                continue;
            }
            of = body.map(|body| body.type_ref(field.type_ref).of);
        }
        property.take(document, child);
    }
    reader.charge(members / MEMBERS)?;
    if let (Some(body), Some(field)) = (body, field)
        && direct
    {
        of = Some(body.type_ref(field.type_ref).of);
    }
    items(reader, property, of, sink)
}

/// The object whose members are an element's children, and what the definitions know of them.
fn object_of<'e>(reader: &Reader<'e>, element: Element) -> Option<(NodeId, Option<&'e Body>)> {
    let (document, definitions) = (reader.context.document, reader.context.definitions);
    if let Some(value) = element.value.filter(|&value| document.kind(value) == Kind::Object) {
        return Some((value, element.of.map(|of| definitions.body(definitions.type_of(of)))));
    }
    let companion = element.companion?;
    let of = definitions.type_named("Element");
    Some((companion, of.map(|of| definitions.body(definitions.type_of(of)))))
}

/// Hands the items of a property on.
fn items<'e>(reader: &Reader<'e>, property: Property, of: Option<TypeId>, sink: Sink<'_, 'e>) -> Step {
    if !property.repeats(reader.context.document) {
        return element(reader, property, of).map_or(Ok(true), |element| sink(Item::Element(element)));
    }
    for item in property.items(reader.context.document) {
        reader.spend()?;
        if let Some(element) = element(reader, item, of)
            && !sink(Item::Element(element))?
        {
            return Ok(false);
        }
    }
    Ok(true)
}

/// An element of what is there; none where nothing is.
fn element<'e>(reader: &Reader<'e>, Property { value, companion }: Property, of: Option<TypeId>) -> Option<Element> {
    let (document, definitions) = (reader.context.document, reader.context.definitions);
    let value = value.filter(|&value| document.kind(value) != Kind::Null);
    let companion = companion.filter(|&companion| document.kind(companion) == Kind::Object);
    if value.is_none() && companion.is_none() {
        return None;
    }
    // Where any resource may be, its type is its own.
    let of = match of.map(|of| definitions.type_of(of).kind) {
        Some(TypeKind::AbstractResource) => value.and_then(|value| resource_type(reader, value)).or(of),
        _ => of,
    };
    Some(Element { value, companion, of })
}

/// The properties of an object that have a companion, by their names.
fn with_companion<'e>(reader: &Reader<'e>, object: NodeId) -> Vec<(NameId, Property)> {
    let document = reader.context.document;
    let all = || document.children(object).map(|child| (child, document.node(child)));
    let mut found: Vec<(NameId, Property)> = Vec::new();
    for (companion, node) in all().filter(|(_, node)| node.is_companion() && node.name != NameId::UNKNOWN) {
        // Each name goes in once, and the definitions have so many of them.
        if let Err(place) = found.binary_search_by_key(&node.name, |(name, _)| *name) {
            found.insert(place, (node.name, Property { value: None, companion: Some(companion) }));
        }
    }
    if !found.is_empty() {
        for (child, node) in all().filter(|(_, node)| !node.is_companion()) {
            if let Ok(place) = found.binary_search_by_key(&node.name, |(name, _)| *name)
                && let Some((_, property)) = row_mut(&mut found, place)
            {
                property.take(document, child);
            }
        }
    }
    found
}

/// Hands all children of an item to the sink, in the order of the text.
pub(super) fn children<'e>(reader: &Reader<'e>, item: &Item<'e>, sink: Sink<'_, 'e>) -> Step {
    reader.spend()?;
    let Item::Element(element) = item else { return Ok(true) };
    let Some((object, body)) = object_of(reader, *element) else { return Ok(true) };
    let document = reader.context.document;
    let resource_type = name::RESOURCE_TYPE;
    let with_companion = with_companion(reader, object);
    for child in document.children(object) {
        reader.spend()?;
        let node = document.node(child);
        let is_array_item = !document.has_key(child);
        if node.name == resource_type || is_array_item {
            continue;
        }
        let both = with_companion.binary_search_by_key(&node.name, |(name, _)| *name).ok();
        let both = both.and_then(|place| with_companion.get(place)).map(|(_, property)| *property);
        // A companion goes with its value; alone, it stands for the element.
        let property = match both {
            Some(both) if node.is_companion() && both.value.is_some() => continue,
            Some(both) if !node.is_companion() => Property { value: Some(child), ..both },
            _ => {
                let mut alone = Property::default();
                alone.take(document, child);
                alone
            }
        };
        let of = body.and_then(|body| body.field(node.name).map(|field| body.type_ref(field.type_ref).of));
        if !items(reader, property, of, sink)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Hands everything below an item to the sink, level by level of each child.
pub(super) fn descendants<'e>(reader: &Reader<'e>, item: &Item<'e>, sink: Sink<'_, 'e>) -> Step {
    let mut stack = vec![item.clone()];
    while let Some(item) = stack.pop() {
        let first = stack.len();
        let mut more = true;
        children(reader, &item, &mut |child| {
            more = sink(child.clone())?;
            stack.push(child);
            Ok(more)
        })?;
        if !more {
            return Ok(false);
        }
        // Popped from the end: the first child is to be next.
        if let Some(pushed) = stack.get_mut(first..) {
            pushed.reverse();
        }
    }
    Ok(true)
}
