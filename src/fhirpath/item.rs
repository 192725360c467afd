//! What collections hold: elements of the document, and values that expressions make.

use super::moment::{Moment, MomentKind};
use crate::definitions::TypeId;
use crate::document::NodeId;
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::fmt;

/// An element of the document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Element {
    /// Its value. None where only id or extensions stand for a primitive.
    pub value: Option<NodeId>,
    /// The id and extensions of a primitive: the object that `_name` holds.
    pub companion: Option<NodeId>,
    /// Its type, as far as the definitions know it.
    pub of: Option<TypeId>,
}

impl Element {
    /// The node that stands for the element: its value, or what is there instead.
    pub fn node(&self) -> NodeId {
        let node = self.value.or(self.companion);
        debug_assert!(node.is_some(), "an element has a value or a companion");
        node.unwrap_or(NodeId::ROOT)
    }
}

/// A System.Quantity.
#[derive(Clone, PartialEq, Debug)]
pub struct Quantity<'e> {
    /// How many.
    pub value: Decimal,
    /// Of what: a UCUM unit, or a word of the calendar in the singular.
    pub unit: Cow<'e, str>,
    /// Whether the unit is a word of the calendar.
    pub calendar: bool,
}

/// As `toString()` writes it: `4 days`, `10 'mg'`.
impl fmt::Display for Quantity<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.calendar {
            let plural = if self.value == Decimal::ONE { "" } else { "s" };
            write!(out, "{} {}{plural}", self.value, self.unit)
        } else {
            write!(out, "{} '{}'", self.value, self.unit)
        }
    }
}

/// One item of a collection.
#[derive(Clone, Debug)]
pub enum Item<'e> {
    /// An element of the document, with its FHIR type.
    Element(Element),
    /// System.Boolean
    Boolean(bool),
    /// System.Integer
    Integer(i64),
    /// System.Decimal
    Decimal(Decimal),
    /// System.String
    String(Cow<'e, str>),
    /// System.Date, System.DateTime, System.Time
    Moment(Moment),
    /// System.Quantity
    Quantity(Box<Quantity<'e>>),
    /// What `type()` gives: a namespace and a name.
    Type(&'static str, Cow<'e, str>),
}

impl<'e> Item<'e> {
    /// The name of its type in the namespace System; none for an element, whose type is FHIR's.
    pub fn system_type(&self) -> Option<&'static str> {
        Some(match self {
            Item::Element(_) => return None,
            Item::Boolean(_) => "Boolean",
            Item::Integer(_) => "Integer",
            Item::Decimal(_) => "Decimal",
            Item::String(_) => "String",
            Item::Moment(moment) => match moment.kind {
                MomentKind::Date => "Date",
                MomentKind::DateTime => "DateTime",
                MomentKind::Time => "Time",
            },
            Item::Quantity(_) => "Quantity",
            Item::Type(..) => "SimpleTypeInfo",
        })
    }

    /// The number that it is.
    pub(super) fn number(&self) -> Option<Decimal> {
        match self {
            Item::Integer(value) => Some(Decimal::from(*value)),
            Item::Decimal(value) => Some(*value),
            _ => None,
        }
    }

    /// The value as `toString()` writes it; none for an element.
    pub(super) fn text(&self) -> Option<Cow<'e, str>> {
        Some(match self {
            Item::String(text) => text.clone(),
            Item::Boolean(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
            Item::Integer(value) => Cow::Owned(value.to_string()),
            Item::Decimal(value) => Cow::Owned(value.to_string()),
            Item::Moment(moment) => Cow::Owned(moment.to_string()),
            Item::Quantity(quantity) => Cow::Owned(quantity.to_string()),
            Item::Element(_) | Item::Type(..) => return None,
        })
    }

    /// The same, as a text of its own.
    pub fn to_text(&self) -> Option<String> {
        self.text().map(Cow::into_owned)
    }
}
