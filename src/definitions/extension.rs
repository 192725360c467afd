//! Extensions that the specification itself defines.

use super::binding::Binding;
use super::form::{Reader, Writer};
use super::text::Text;

/// What an extension may hold, and where it is allowed.
#[derive(Clone, Debug, PartialEq)]
pub struct ExtensionDefinition {
    /// Whether it changes the meaning of the element that has it, and so belongs in `modifierExtension`.
    pub modifier: bool,
    /// The elements and types on which it is allowed: `Patient`, `HumanName.family`, `Element`.
    pub contexts: Vec<Text>,
    /// What it holds.
    pub content: ExtensionContent,
}

/// A value or further extensions.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ExtensionContent {
    /// The types that its value may have, as places in [`super::Definitions::types`]; none when it has no value.
    pub value_types: Vec<u16>,
    /// Whether a value of any type will do.
    pub any_value: bool,
    /// Whether there must be a value.
    pub value_required: bool,
    /// Where codes of the value come from.
    pub(crate) binding: Option<Binding>,
    /// The extensions inside it.
    pub nested: Vec<NestedExtension>,
}

/// An extension inside an extension.
#[derive(Clone, Debug, PartialEq)]
pub struct NestedExtension {
    /// Its url, which is relative.
    pub url: Text,
    /// How many there must be.
    pub min: u16,
    /// How many there may be; `None` for `*`.
    pub max: Option<u16>,
    /// What it holds.
    pub content: ExtensionContent,
}

impl ExtensionContent {
    /// The binding of its value.
    pub fn binding(&self) -> Option<Binding> {
        self.binding
    }
}

/// What the first character of a content says.
const ANY_VALUE: u8 = 1;
const VALUE_REQUIRED: u8 = 2;
const BINDING: u8 = 4;

/// Deeper ones would not be definitions, but an attack on the stack.
const DEEPEST: u32 = 64;

impl ExtensionDefinition {
    pub(super) fn write(&self, out: &mut Writer) {
        out.byte(self.modifier.into());
        out.count(self.contexts.len());
        for context in &self.contexts {
            out.text(context);
        }
        self.content.write(out);
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Self {
        let modifier = from.byte() != 0;
        Self { modifier, contexts: from.many(Reader::text), content: ExtensionContent::read(from, DEEPEST) }
    }
}

impl ExtensionContent {
    fn write(&self, out: &mut Writer) {
        let set = |bit: u8, holds: bool| if holds { bit } else { 0 };
        out.byte(
            set(ANY_VALUE, self.any_value)
                | set(VALUE_REQUIRED, self.value_required)
                | set(BINDING, self.binding.is_some()),
        );
        out.list(&self.value_types);
        if let Some(binding) = self.binding {
            binding.write(out);
        }
        out.count(self.nested.len());
        for nested in &self.nested {
            out.text(&nested.url);
            out.number(nested.min);
            out.optional(nested.max);
            nested.content.write(out);
        }
    }

    fn read(from: &mut Reader<'_>, depth: u32) -> Self {
        let flags = from.byte();
        let value_types = from.list();
        let binding = (flags & BINDING != 0).then(|| Binding::read(from));
        let nested = from.many(|from| NestedExtension {
            url: from.text(),
            min: from.place(),
            max: from.optional().map(|max| max as u16),
            content: match depth.checked_sub(1) {
                Some(left) => Self::read(from, left),
                None => from.give_up(),
            },
        });
        Self {
            value_types,
            any_value: flags & ANY_VALUE != 0,
            value_required: flags & VALUE_REQUIRED != 0,
            binding,
            nested,
        }
    }
}
