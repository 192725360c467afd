//! From an element to its children, its type and its value.

use super::EvaluationError;
use super::evaluate::{Evaluator, Frame, Sink, Step};
use super::expression::{ExprId, TypeName, TypeOperator};
use super::item::{Element, Item, Quantity};
use super::moment::Moment;
use crate::definitions::{Body, Field, Primitive, TypeId, TypeKind};
use crate::document::{Kind, NameId, NodeId, Property, name};
use rust_decimal::Decimal;
use std::borrow::Cow;

/// The types of the namespace System.
const SYSTEM_TYPES: [&str; 9] =
    ["Boolean", "String", "Integer", "Decimal", "Date", "DateTime", "Time", "Quantity", "Any"];

/// To go through so many members of an object costs as much as an item.
const MEMBERS: usize = 8;

impl<'e> Evaluator<'e> {
    /// Hands the members of an item with a name to the sink.
    pub(super) fn member(&self, item: &Item<'e>, name: NameId, text: &str, sink: Sink<'_, 'e>) -> Step {
        self.spend()?;
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
        let Some((object, body)) = self.object_of(element) else { return Ok(true) };
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
            if self.context.strict {
                return Err(EvaluationError::new(format!("{} has no element {text}", body.name)));
            }
            return Ok(true);
        }
        let document = self.context.document;
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
        self.charge(members / MEMBERS)?;
        if let (Some(body), Some(field)) = (body, field)
            && direct
        {
            of = Some(body.type_ref(field.type_ref).of);
        }
        self.items(property, of, sink)
    }

    /// The object whose members are an element's children, and what the definitions know of them.
    fn object_of(&self, element: Element) -> Option<(NodeId, Option<&'e Body>)> {
        let (document, definitions) = (self.context.document, self.context.definitions);
        if let Some(value) = element.value.filter(|&value| document.kind(value) == Kind::Object) {
            return Some((value, element.of.map(|of| definitions.body(definitions.type_of(of)))));
        }
        let companion = element.companion?;
        let of = definitions.type_named("Element");
        Some((companion, of.map(|of| definitions.body(definitions.type_of(of)))))
    }

    /// Hands the items of a property on.
    fn items(&self, property: Property, of: Option<TypeId>, sink: Sink<'_, 'e>) -> Step {
        if !property.repeats(self.context.document) {
            return self.element(property, of).map_or(Ok(true), |element| sink(Item::Element(element)));
        }
        for item in property.items(self.context.document) {
            self.spend()?;
            if let Some(element) = self.element(item, of)
                && !sink(Item::Element(element))?
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// An element of what is there; none where nothing is.
    fn element(&self, Property { value, companion }: Property, of: Option<TypeId>) -> Option<Element> {
        let (document, definitions) = (self.context.document, self.context.definitions);
        let value = value.filter(|&value| document.kind(value) != Kind::Null);
        let companion = companion.filter(|&companion| document.kind(companion) == Kind::Object);
        if value.is_none() && companion.is_none() {
            return None;
        }
        // Where any resource may be, its type is its own.
        let of = match of.map(|of| definitions.type_of(of).kind) {
            Some(TypeKind::AbstractResource) => value.and_then(|value| self.resource_type(value)).or(of),
            _ => of,
        };
        Some(Element { value, companion, of })
    }

    /// The type that an object says it is.
    pub(super) fn resource_type(&self, node: NodeId) -> Option<TypeId> {
        let (document, definitions) = (self.context.document, self.context.definitions);
        let name = document.string(self.found(node, name::RESOURCE_TYPE)?)?;
        definitions.resource_type(&name)
    }

    /// The member of an object with this name. The search is paid for; where nothing is left, the next item ends the evaluation.
    pub(super) fn found(&self, object: NodeId, name: NameId) -> Option<NodeId> {
        let document = self.context.document;
        if document.kind(object) != Kind::Object {
            return None;
        }
        let mut members = 0;
        let found = document.children(object).find(|&child| {
            members += 1;
            let node = document.node(child);
            node.name == name && !node.is_companion()
        });
        let _ = self.charge(members / MEMBERS);
        found
    }

    /// The properties of an object that have a companion, by their names.
    fn with_companion(&self, object: NodeId) -> Vec<(NameId, Property)> {
        let document = self.context.document;
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
                    && let Some((_, property)) = found.get_mut(place)
                {
                    property.take(document, child);
                }
            }
        }
        found
    }

    /// Hands all children of an item to the sink, in the order of the text.
    pub(super) fn children(&self, item: &Item<'e>, sink: Sink<'_, 'e>) -> Step {
        self.spend()?;
        let Item::Element(element) = item else { return Ok(true) };
        let Some((object, body)) = self.object_of(*element) else { return Ok(true) };
        let document = self.context.document;
        let resource_type = name::RESOURCE_TYPE;
        let with_companion = self.with_companion(object);
        for child in document.children(object) {
            self.spend()?;
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
            let of = body.and_then(|body| body.field(node.name).map(|field: &Field| body.type_ref(field.type_ref).of));
            if !self.items(property, of, sink)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Hands everything below an item to the sink, level by level of each child.
    pub(super) fn descendants(&self, item: &Item<'e>, sink: Sink<'_, 'e>) -> Step {
        let mut stack = vec![item.clone()];
        while let Some(item) = stack.pop() {
            let first = stack.len();
            let mut more = true;
            self.children(&item, &mut |child| {
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

    fn primitive(&self, element: &Element) -> Option<Primitive> {
        match self.context.definitions.type_of(element.of?).kind {
            TypeKind::Primitive(primitive) => Some(primitive),
            _ => None,
        }
    }

    /// Whether an item is a primitive with a value.
    pub(super) fn has_value(&self, item: &Item<'e>) -> bool {
        match item {
            Item::Element(element) => element.value.is_some_and(|value| {
                !matches!(self.context.document.kind(value), Kind::Object | Kind::Array | Kind::Null)
            }),
            _ => true,
        }
    }

    /// An item as a value of the namespace System, where it has one; itself otherwise.
    pub(super) fn system(&self, item: Item<'e>) -> Result<Item<'e>, EvaluationError> {
        let Item::Element(element) = item else { return Ok(item) };
        let document = self.context.document;
        let Some(value) = element.value else { return Ok(item) };
        Ok(match document.kind(value) {
            Kind::True => Item::Boolean(true),
            Kind::False => Item::Boolean(false),
            Kind::String => {
                let text = document.value(value);
                self.charge(text.len() / 64)?;
                let moment = match self.primitive(&element) {
                    Some(Primitive::Date) => Moment::date(&text),
                    Some(Primitive::DateTime | Primitive::Instant) => Moment::date_time(&text),
                    Some(Primitive::Time) => Moment::time(&text),
                    _ => None,
                };
                moment.map_or(Item::String(text), Item::Moment)
            }
            Kind::Number => {
                let text = document.raw(value);
                self.charge(text.len() / 16)?;
                let whole = if self.primitive(&element) == Some(Primitive::Decimal) { None } else { text.parse().ok() };
                match whole {
                    Some(whole) => Item::Integer(whole),
                    None => Item::Decimal(
                        decimal(text)
                            .ok_or_else(|| EvaluationError::new("a number is too large to be kept exactly"))?,
                    ),
                }
            }
            Kind::Object => self.quantity(&element).unwrap_or(Item::Element(element)),
            Kind::Array | Kind::Null => Item::Element(element),
        })
    }

    /// A FHIR Quantity as a System.Quantity, as R4's page on FHIRPath maps it: with the UCUM code for its unit.
    fn quantity(&self, element: &Element) -> Option<Item<'e>> {
        let (document, definitions) = (self.context.document, self.context.definitions);
        let quantity = definitions.type_named("Quantity")?;
        if !definitions.is_a(element.of?, quantity) {
            return None;
        }
        let object = element.value?;
        let text = |name: NameId| self.found(object, name).and_then(|node| document.string(node));
        let value = self.found(object, name::VALUE)?;
        let value = decimal(document.raw(value))?;
        let is_ucum = text(name::SYSTEM).is_none_or(|system| system == "http://unitsofmeasure.org");
        let unit = if is_ucum { text(name::CODE) } else { None };
        let unit = unit.or_else(|| text(name::UNIT)).unwrap_or(Cow::Borrowed("1"));
        Some(Item::Quantity(Box::new(Quantity { value, unit, calendar: false })))
    }

    /// Whether an element is of a FHIR type with this name, or of one derived from it.
    pub(super) fn is_of_type(&self, item: &Item<'e>, name: &str) -> bool {
        let definitions = self.context.definitions;
        match item {
            Item::Element(Element { of: Some(of), .. }) => {
                definitions.type_named(name).is_some_and(|wanted| definitions.is_a(*of, wanted))
            }
            _ => false,
        }
    }

    fn matches_type(&self, item: &Item<'e>, of: &TypeName, exact: bool) -> Result<bool, EvaluationError> {
        let namespace = of.namespace.as_deref();
        let fhir = self.context.definitions.type_named(&of.name).filter(|_| namespace != Some("System"));
        let system = SYSTEM_TYPES.contains(&of.name.as_ref()) && namespace != Some("FHIR");
        if fhir.is_none() && !system && namespace != Some("System") {
            return Err(EvaluationError::new(format!("there is no type {}", of.name)));
        }
        Ok(match item {
            Item::Element(element) => match (fhir, element.of) {
                // `as(string)` takes no code: the primitives' order is the specification's, not a choice of the data.
                (Some(wanted), Some(own)) if exact && self.primitive(element).is_some() => wanted == own,
                (Some(wanted), Some(own)) => self.context.definitions.is_a(own, wanted),
                _ => false,
            },
            other => system && (of.name.as_ref() == "Any" || other.system_type() == Some(&of.name)),
        })
    }

    pub(super) fn type_operator(
        &self,
        operator: TypeOperator,
        base: Option<ExprId>,
        of: &TypeName,
        frame: &Frame<'_, 'e>,
        sink: Sink<'_, 'e>,
    ) -> Step {
        match operator {
            TypeOperator::Is => match self.single_input(base, frame)? {
                None => Ok(true),
                Some(item) => sink(Item::Boolean(self.matches_type(&item, of, false)?)),
            },
            TypeOperator::As => match self.single_input(base, frame)? {
                Some(item) if self.matches_type(&item, of, true)? => sink(item),
                _ => Ok(true),
            },
            TypeOperator::OfType => self.input(base, frame, &mut |item| {
                if self.matches_type(&item, of, true)? { sink(item) } else { Ok(true) }
            }),
        }
    }

    /// What `type()` says of an item.
    pub(super) fn type_info(&self, item: &Item<'e>) -> Item<'e> {
        match item {
            Item::Element(element) => {
                let name = element.of.map_or("", |of| self.context.definitions.type_of(of).name.as_ref());
                Item::Type("FHIR", Cow::Borrowed(name))
            }
            other => Item::Type("System", Cow::Borrowed(other.system_type().unwrap_or(""))),
        }
    }
}

/// A number as JSON writes it, kept exactly; none where it has too many digits for that.
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => scaled(Decimal::from_str_exact(digits).ok()?, exponent.parse().ok()?),
        None => Decimal::from_str_exact(text).ok(),
    }
}

/// A decimal times a power of ten. The library's own reading of exponents rounds as well, and is twice the code of all else that is read.
fn scaled(mut value: Decimal, exponent: i32) -> Option<Decimal> {
    let scale = i32::try_from(value.scale()).ok()?.checked_sub(exponent)?;
    value.set_scale(u32::try_from(scale).unwrap_or(0)).ok()?;
    // What is not 0 is too large long before.
    for _ in 0..scale.min(0).unsigned_abs().min(Decimal::MAX_SCALE + 1) {
        value = value.checked_mul(Decimal::TEN)?;
    }
    Some(value)
}
