//! A Questionnaire as its responses see it, and the values of both.

use crate::definitions::{Definitions, TypeId, known};
use crate::document::{Document, NameId, NodeId, name};
use crate::fhirpath::{self, Context, Element, Item};
use std::borrow::Cow;
use std::cmp::Ordering;

/// A Questionnaire: in the text that is validated, or one that was loaded.
#[derive(Clone, Copy)]
pub(super) struct Form<'w> {
    pub(super) document: &'w Document<'w>,
    pub(super) root: NodeId,
    /// The resource whose contained resources it names: itself, or the one that contains it.
    pub(super) container: NodeId,
    /// Whether what it says is of the definitions, not of the message.
    pub(super) is_loaded: bool,
}

impl<'w> Form<'w> {
    /// The value of an extension.
    pub(super) fn extension(self, definitions: &Definitions, holder: NodeId, url: &str) -> Option<Value<'w>> {
        let mut extensions = self.document.member_items(holder, name::EXTENSION);
        let found = extensions.find(|&one| self.document.text_or_empty(one, name::URL) == url)?;
        Value::of(definitions, self.document, found, "value")
    }
}

/// A value whose type is a part of its name: `valueDate`, `answerCoding`.
#[derive(Clone, Copy)]
pub(super) struct Value<'w> {
    pub(super) document: &'w Document<'w>,
    pub(super) node: NodeId,
    pub(super) of: TypeId,
}

impl<'w> Value<'w> {
    /// The value that an object has under a name that begins so.
    pub(super) fn of(
        definitions: &Definitions,
        document: &'w Document<'w>,
        holder: NodeId,
        begin: &str,
    ) -> Option<Self> {
        document.children(holder).find_map(|node| {
            let key = document.key(node)?;
            Some(Self { document, node, of: type_in_name(definitions, key.strip_prefix(begin)?)? })
        })
    }

    pub(super) fn text(self, name: NameId) -> Cow<'w, str> {
        self.document.text_or_empty(self.node, name)
    }

    /// Its text, where it is a string, and as it is written otherwise.
    pub(super) fn written(self) -> Cow<'w, str> {
        self.document.value(self.node)
    }

    /// As a person would write it: a quantity with its unit, a unit by what it is called.
    pub(super) fn shown(self) -> Cow<'w, str> {
        let text = |names: [NameId; 2]| {
            names.into_iter().map(|name| self.text(name)).find(|text| !text.is_empty()).unwrap_or_default()
        };
        match self.of {
            known::QUANTITY => {
                let number = self.document.member(self.node, name::VALUE).map_or("", |value| self.document.raw(value));
                [number, " ", &text([name::UNIT, name::CODE])].concat().into()
            }
            known::CODING => text([name::DISPLAY, name::CODE]),
            _ => self.written(),
        }
    }

    /// Which of two values is less; nothing where that is not certain.
    pub(super) fn order(self, other: Self, definitions: &Definitions) -> Option<Ordering> {
        let context = |of: Self| Context::new(of.document, definitions);
        let element = |of: Self| Item::Element(Element { value: Some(of.node), companion: None, of: Some(of.of) });
        let (one, two) = (context(self), context(other));
        let left = fhirpath::value_of(element(self), &one).ok()?;
        let right = fhirpath::value_of(element(other), &two).ok()?;
        fhirpath::order_of(&left, &right)
    }

    /// Whether it is the value that is expected; nothing where that is not certain.
    pub(super) fn is(self, expected: Self, definitions: &Definitions) -> Option<bool> {
        let same = |name: NameId| self.text(name) == expected.text(name);
        match self.of {
            of if of != expected.of && (of == known::CODING || of == known::REFERENCE) => None,
            // One that names no system is of any.
            known::CODING => Some(same(name::CODE) && (same(name::SYSTEM) || expected.text(name::SYSTEM).is_empty())),
            known::REFERENCE => Some(same(name::REFERENCE)),
            _ => self.order(expected, definitions).map(Ordering::is_eq),
        }
    }
}

/// The type whose name is a part of the name of a choice. That of a primitive has a capital letter there.
pub(in super::super) fn type_in_name(definitions: &Definitions, name: &str) -> Option<TypeId> {
    definitions.type_named(name).or_else(|| {
        let mut letters = name.chars();
        let first = letters.next()?.to_ascii_lowercase();
        definitions.type_named(&format!("{first}{}", letters.as_str()))
    })
}
