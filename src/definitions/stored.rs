//! How a compiled set is kept: in parts that are read when they are first needed.
//!
//! A message uses some twenty of R4's 684 types and a few of its value sets. Reading all of them at start would take longer than
//! judging a thousand messages, so only names and the table of types are read then; the parts stay bytes until they are asked for.

use super::types::choice_name;
use super::{
    Compiled, CompiledBinding, CompiledCodes, CompiledElement, CompiledTypeRef, KnownNames, MessageDefinition, TypeKind,
};
use crate::json::{NameId, Names};
use serde::{Deserialize, Serialize};

/// The whole set.
#[derive(Serialize, Deserialize)]
pub(super) struct Stored<'b> {
    /// Property and type names; the place of a name is its [`NameId`].
    #[serde(borrow)]
    pub(super) names: Vec<&'b str>,
    #[serde(borrow)]
    pub(super) types: Vec<StoredType<'b>>,
    /// A [`Vec`] of constraints.
    pub(super) constraints: &'b [u8],
    #[serde(borrow)]
    pub(super) value_sets: Vec<StoredValueSet<'b>>,
    /// Sorted by url; behind each a [`super::CodeSystem`].
    #[serde(borrow)]
    pub(super) code_systems: Vec<(&'b str, &'b [u8])>,
    /// Sorted by url.
    #[serde(borrow)]
    pub(super) extensions: Vec<StoredExtension<'b>>,
    pub(super) messages: Vec<MessageDefinition>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredExtension<'b> {
    pub(super) url: &'b str,
    /// An [`super::ExtensionDefinition`].
    pub(super) definition: &'b [u8],
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredType<'b> {
    pub(super) name: u16,
    pub(super) kind: TypeKind,
    pub(super) base: Option<u16>,
    /// A [`StoredBody`].
    pub(super) body: &'b [u8],
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredBody {
    pub(super) elements: Vec<StoredElement>,
    pub(super) constraints: Vec<u16>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredElement {
    pub(super) name: u16,
    pub(super) choice: bool,
    pub(super) array: bool,
    pub(super) min: u16,
    pub(super) max: Option<u16>,
    pub(super) types: Vec<StoredTypeRef>,
    pub(super) binding: Option<CompiledBinding>,
    pub(super) constraints: Vec<u16>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredTypeRef {
    /// The JSON property.
    pub(super) property: u16,
    pub(super) of: u16,
    pub(super) code: u16,
    pub(super) targets: Vec<u16>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredValueSet<'b> {
    pub(super) url: &'b str,
    pub(super) name: &'b str,
    /// A [`StoredExpansion`].
    pub(super) expansion: &'b [u8],
}

/// The codes by system, or why they cannot be listed offline.
pub(super) type StoredExpansion<'b> = Result<Vec<CompiledCodes<&'b str>>, &'b str>;

impl Compiled {
    /// The bytes of `r4.bin`.
    ///
    /// # Errors
    /// When the encoder fails, which would be a fault of this program.
    pub fn encode(&self) -> Result<Vec<u8>, postcard::Error> {
        let mut names = Names::new();
        KnownNames::intern(&mut names);
        let mut bodies = Vec::new();
        for of in &self.types {
            names.intern(&of.name);
            let mut elements = Vec::new();
            for element in &of.elements {
                let name = names.intern(&element.name);
                let types = self.store_types(&mut names, element);
                elements.push(StoredElement {
                    name: name.0,
                    choice: element.choice,
                    array: element.array,
                    min: element.min,
                    max: element.max,
                    types,
                    binding: element.binding,
                    constraints: element.constraints.clone(),
                });
            }
            bodies.push(postcard::to_allocvec(&StoredBody { elements, constraints: of.constraints.clone() })?);
        }
        let expansions =
            self.value_sets.iter().map(|set| postcard::to_allocvec(&set.expansion)).collect::<Result<Vec<_>, _>>()?;
        let constraints = postcard::to_allocvec(&self.constraints)?;
        let systems =
            self.code_systems.iter().map(|(_, system)| postcard::to_allocvec(system)).collect::<Result<Vec<_>, _>>()?;
        let extensions = self
            .extensions
            .iter()
            .map(|(_, definition)| postcard::to_allocvec(definition))
            .collect::<Result<Vec<_>, _>>()?;
        postcard::to_allocvec(&Stored {
            names: (0..names.len() as u16).map(|id| names.text(NameId(id))).collect(),
            types: self
                .types
                .iter()
                .zip(&bodies)
                .map(|(of, body)| StoredType {
                    name: names.find(of.name.as_bytes()).0,
                    kind: of.kind,
                    base: of.base,
                    body,
                })
                .collect(),
            constraints: &constraints,
            value_sets: self
                .value_sets
                .iter()
                .zip(&expansions)
                .map(|(set, expansion)| StoredValueSet { url: &set.url, name: &set.name, expansion })
                .collect(),
            code_systems: self
                .code_systems
                .iter()
                .zip(&systems)
                .map(|((url, _), system)| (url.as_str(), system.as_slice()))
                .collect(),
            extensions: self
                .extensions
                .iter()
                .zip(&extensions)
                .map(|((url, _), definition)| StoredExtension { url, definition })
                .collect(),
            messages: self.messages.clone(),
        })
    }

    fn store_types(&self, names: &mut Names, element: &CompiledElement) -> Vec<StoredTypeRef> {
        let mut store = |of: &CompiledTypeRef| {
            let code = self.types.get(usize::from(of.code)).map_or("", |code| code.name.as_str());
            let property = if element.choice {
                names.intern(&choice_name(&element.name, code))
            } else {
                names.intern(&element.name)
            };
            StoredTypeRef { property: property.0, of: of.of, code: of.code, targets: of.targets.clone() }
        };
        element.types.iter().map(&mut store).collect()
    }
}
