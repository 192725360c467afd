//! What an element is: its name, its type, its value.

use super::context::Context;
use super::decimal::decimal;
use super::item::{Element, Item, Quantity};
use super::moment::Moment;
use super::reader::{EvaluationError, Reader};
use crate::definitions::{Primitive, TypeId, TypeKind};
use crate::document::{Kind, NameId, NodeId, name};
use std::borrow::Cow;

/// The types of the namespace System.
const SYSTEM_TYPES: [&str; 9] =
    ["Boolean", "String", "Integer", "Decimal", "Date", "DateTime", "Time", "Quantity", "Any"];

/// To go through so many members of an object costs as much as an item.
pub(super) const MEMBERS: usize = 8;

/// The member of an object with this name. The search is paid for; where nothing is left, the next item ends the evaluation.
pub(super) fn found<'e>(reader: &Reader<'e>, object: NodeId, name: NameId) -> Option<NodeId> {
    let document = reader.context.document;
    if document.kind(object) != Kind::Object {
        return None;
    }
    let mut members = 0;
    let found = document.children(object).find(|&child| {
        members += 1;
        let node = document.node(child);
        node.name == name && !node.is_companion()
    });
    let _ = reader.charge(members / MEMBERS);
    found
}

/// The property that an element is in.
pub(super) fn name_of<'e>(reader: &Reader<'e>, item: &Item<'e>) -> String {
    let Item::Element(element) = item else { return String::new() };
    let document = reader.context.document;
    let node = element.node();
    let named = if document.has_key(node) { node } else { document.parent(node) };
    // The root has no name.
    document.key(named).map_or_else(String::new, |key| key.trim_start_matches('_').to_owned())
}

/// The type that an object says it is.
pub(super) fn resource_type<'e>(reader: &Reader<'e>, node: NodeId) -> Option<TypeId> {
    let (document, definitions) = (reader.context.document, reader.context.definitions);
    let name = document.string(found(reader, node, name::RESOURCE_TYPE)?)?;
    definitions.resource_type(&name)
}

/// A resource as an element.
pub(super) fn resource(reader: &Reader<'_>, node: NodeId) -> Element {
    Element { value: Some(node), companion: None, of: resource_type(reader, node) }
}

pub(super) fn primitive<'e>(reader: &Reader<'e>, element: &Element) -> Option<Primitive> {
    match reader.context.definitions.type_of(element.of?).kind {
        TypeKind::Primitive(primitive) => Some(primitive),
        _ => None,
    }
}

/// Whether an element is of a FHIR type with this name, or of one derived from it.
pub(super) fn is_of_type<'e>(reader: &Reader<'e>, item: &Item<'e>, name: &str) -> bool {
    let definitions = reader.context.definitions;
    match item {
        Item::Element(Element { of: Some(of), .. }) => {
            definitions.type_named(name).is_some_and(|wanted| definitions.is_a(*of, wanted))
        }
        _ => false,
    }
}

/// Whether an item is of a type, as `is` asks, and with `exact` as `as` and `ofType()` do.
pub(super) fn matches_type<'e>(
    reader: &Reader<'e>,
    item: &Item<'e>,
    namespace: Option<&str>,
    name: &str,
    exact: bool,
) -> Result<bool, EvaluationError> {
    let fhir = reader.context.definitions.type_named(name).filter(|_| namespace != Some("System"));
    let system = SYSTEM_TYPES.contains(&name) && namespace != Some("FHIR");
    if fhir.is_none() && !system && namespace != Some("System") {
        return Err(EvaluationError::new(format!("there is no type {name}")));
    }
    Ok(match item {
        Item::Element(element) => match (fhir, element.of) {
            // `as(string)` takes no code: the primitives' order is the specification's, not a choice of the data.
            (Some(wanted), Some(own)) if exact && primitive(reader, element).is_some() => wanted == own,
            (Some(wanted), Some(own)) => reader.context.definitions.is_a(own, wanted),
            _ => false,
        },
        other => system && (name == "Any" || other.system_type() == Some(name)),
    })
}

/// What `type()` says of an item.
pub(super) fn type_info<'e>(reader: &Reader<'e>, item: &Item<'e>) -> Item<'e> {
    if let Some(name) = item.system_type() {
        return Item::Type("System", Cow::Borrowed(name));
    }
    // Of what the definitions do not know only the namespace is certain.
    let of = if let Item::Element(element) = item { element.of } else { None };
    Item::Type("FHIR", Cow::Borrowed(of.map_or("", |of| reader.context.definitions.type_of(of).name.as_ref())))
}

/// Whether an item is a primitive with a value.
pub(super) fn has_value<'e>(reader: &Reader<'e>, item: &Item<'e>) -> bool {
    match item {
        Item::Element(element) => element.value.is_some_and(|value| {
            !matches!(reader.context.document.kind(value), Kind::Object | Kind::Array | Kind::Null)
        }),
        _ => true,
    }
}

/// An item as a value of the namespace System, where it has one; itself otherwise.
pub(super) fn system<'e>(reader: &Reader<'e>, item: Item<'e>) -> Result<Item<'e>, EvaluationError> {
    let Item::Element(element) = item else { return Ok(item) };
    let document = reader.context.document;
    let Some(value) = element.value else { return Ok(item) };
    Ok(match document.kind(value) {
        Kind::True => Item::Boolean(true),
        Kind::False => Item::Boolean(false),
        Kind::String => {
            let text = document.value(value);
            reader.charge(text.len() / 64)?;
            let moment = match primitive(reader, &element) {
                Some(Primitive::Date) => Moment::date(&text),
                Some(Primitive::DateTime | Primitive::Instant) => Moment::date_time(&text),
                Some(Primitive::Time) => Moment::time(&text),
                _ => None,
            };
            moment.map_or(Item::String(text), Item::Moment)
        }
        Kind::Number => {
            let text = document.raw(value);
            reader.charge(text.len() / 16)?;
            let whole = if primitive(reader, &element) == Some(Primitive::Decimal) { None } else { text.parse().ok() };
            match whole {
                Some(whole) => Item::Integer(whole),
                None => Item::Decimal(
                    decimal(text).ok_or_else(|| EvaluationError::new("a number is too large to be kept exactly"))?,
                ),
            }
        }
        Kind::Object => quantity(reader, &element).unwrap_or(Item::Element(element)),
        Kind::Array | Kind::Null => Item::Element(element),
    })
}

/// An item as a value of the namespace System: an element of a primitive type as its value.
///
/// # Errors
/// When a number has too many digits to be kept exactly.
pub fn value_of<'e>(item: Item<'e>, context: &'e Context<'e>) -> Result<Item<'e>, EvaluationError> {
    system(&Reader::new(context), item)
}

/// A FHIR Quantity as a System.Quantity, as R4's page on FHIRPath maps it: with the UCUM code for its unit.
fn quantity<'e>(reader: &Reader<'e>, element: &Element) -> Option<Item<'e>> {
    let (document, definitions) = (reader.context.document, reader.context.definitions);
    let quantity = definitions.type_named("Quantity")?;
    if !definitions.is_a(element.of?, quantity) {
        return None;
    }
    let object = element.value?;
    let text = |name: NameId| found(reader, object, name).and_then(|node| document.string(node));
    let value = found(reader, object, name::VALUE)?;
    let value = decimal(document.raw(value))?;
    let is_ucum = text(name::SYSTEM).is_none_or(|system| system == "http://unitsofmeasure.org");
    let unit = if is_ucum { text(name::CODE) } else { None };
    let unit = unit.or_else(|| text(name::UNIT)).unwrap_or(Cow::Borrowed("1"));
    Some(Item::Quantity(Box::new(Quantity { value, unit, calendar: false })))
}
