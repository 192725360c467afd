//! Extensions that the specification itself defines.

use super::CompiledBinding;
use serde::{Deserialize, Serialize};

/// What an extension may hold, and where it may stand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExtensionDefinition {
    /// Whether it changes the meaning of what it stands on, and so belongs in `modifierExtension`.
    pub modifier: bool,
    /// The elements and types on which it may stand: `Patient`, `HumanName.family`, `Element`.
    pub contexts: Vec<String>,
    /// What it holds.
    pub content: ExtensionContent,
}

/// A value or further extensions.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct ExtensionContent {
    /// The types that its value may have, as places in [`super::Definitions::types`]; none when it has no value.
    pub value_types: Vec<u16>,
    /// Whether a value of any type will do.
    pub any_value: bool,
    /// Whether there must be a value.
    pub value_required: bool,
    /// Where codes of the value come from.
    pub(crate) binding: Option<CompiledBinding>,
    /// The extensions inside it.
    pub nested: Vec<NestedExtension>,
}

/// An extension inside an extension.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NestedExtension {
    /// Its url, which is relative.
    pub url: String,
    /// How many there must be.
    pub min: u16,
    /// How many there may be; `None` for `*`.
    pub max: Option<u16>,
    /// What it holds.
    pub content: ExtensionContent,
}

impl ExtensionContent {
    /// The binding of its value.
    pub fn binding(&self) -> Option<super::Binding> {
        self.binding.map(super::Binding::from)
    }
}
