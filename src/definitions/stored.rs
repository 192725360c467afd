//! How a compiled set is kept: in parts that are read when they are first needed.
//!
//! A message uses some twenty of R4's 684 types and a few of its value sets. Reading all of them at start would take longer than
//! validating a thousand messages, so only names and the table of types are read then; the parts stay bytes until they are asked for.

use super::types::choice_name;
use super::{
    Compiled, CompiledBinding, CompiledCodes, CompiledElement, CompiledTypeRef, MessageDefinition, Strength, TypeKind,
};
use crate::document::{NameId, Names};
use serde::{Deserialize, Serialize};

/// The whole set.
#[derive(Serialize, Deserialize)]
pub(super) struct Stored<'b> {
    /// Property and type names, one behind the other; the place of a name is its [`NameId`]. One text is looked through for what is not UTF-8
    /// in a fraction of the time that thousands take.
    pub(super) names: &'b str,
    /// The length of each name in bytes: none is longer than 255.
    pub(super) name_lengths: &'b [u8],
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

/// Its bytes are written and read here, not by postcard: bodies are the largest part of the set, and half of what a row could say is
/// nearly always the same (one type, named as the property; no constraint). See [`flag`].
#[derive(PartialEq, Debug, Default)]
pub(super) struct StoredBody {
    pub(super) elements: Vec<StoredElement>,
    pub(super) constraints: Vec<u16>,
    pub(super) binding: Option<CompiledBinding>,
}

#[derive(PartialEq, Debug)]
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

#[derive(PartialEq, Debug)]
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

/// What the byte behind an element's name says.
mod flag {
    pub(super) const CHOICE: u16 = 1;
    pub(super) const ARRAY: u16 = 2;
    /// `min` follows; it is 0 otherwise.
    pub(super) const REQUIRED: u16 = 4;
    /// `max` is `*`.
    pub(super) const UNBOUNDED: u16 = 8;
    pub(super) const BINDING: u16 = 16;
    pub(super) const CONSTRAINTS: u16 = 32;
    /// `max` is 1. Where it is neither this nor `*`, it follows.
    pub(super) const ONCE: u16 = 64;
}

/// Behind the number of a type: its code follows, which is another type. No set has so many types.
const OTHER_CODE: u16 = u16::MAX;

impl<'b> Stored<'b> {
    // Apart, as what else the first verdict alone needs: V8 optimises a caller with all that was inlined into it, on a core that the verdict
    // needs too.
    #[inline(never)]
    pub(super) fn read(bytes: &'b [u8]) -> Result<Self, postcard::Error> {
        postcard::from_bytes(bytes)
    }
}

impl StoredBody {
    fn write(&self) -> Vec<u8> {
        let mut out = Writer(Vec::new());
        out.number(self.elements.len() as u16);
        for element in &self.elements {
            let set = |bit: u16, holds: bool| if holds { bit } else { 0 };
            let flags = set(flag::CHOICE, element.choice)
                | set(flag::ARRAY, element.array)
                | set(flag::REQUIRED, element.min > 0)
                | set(flag::UNBOUNDED, element.max.is_none())
                | set(flag::BINDING, element.binding.is_some())
                | set(flag::CONSTRAINTS, !element.constraints.is_empty())
                | set(flag::ONCE, element.max == Some(1));
            out.number(element.name);
            out.number(flags);
            if element.min > 0 {
                out.number(element.min);
            }
            if let Some(max) = element.max.filter(|&max| max != 1) {
                out.number(max);
            }
            if element.choice {
                out.number(element.types.len() as u16);
            }
            for of in &element.types {
                if element.choice {
                    out.number(of.property);
                }
                if of.code != of.of {
                    out.number(OTHER_CODE);
                    out.number(of.code);
                }
                out.number(of.of);
                out.list(&of.targets);
            }
            if let Some(binding) = element.binding {
                out.binding(binding);
            }
            if !element.constraints.is_empty() {
                out.list(&element.constraints);
            }
        }
        out.list(&self.constraints);
        // Nearly no type has one: nothing is written then, and reading finds nothing left.
        if let Some(binding) = self.binding {
            out.binding(binding);
        }
        out.0
    }

    /// Reads what [`Self::write`] wrote; bytes of anything else give elements that mean nothing.
    // See `Stored::read`.
    #[inline(never)]
    pub(super) fn read(bytes: &[u8]) -> Self {
        let mut bytes = Reader(bytes);
        let mut elements = Vec::new();
        for _ in 0..bytes.number() {
            let (name, flags) = (bytes.number(), bytes.number());
            let is = |bit: u16| flags & bit != 0;
            let choice = is(flag::CHOICE);
            let min = if is(flag::REQUIRED) { bytes.number() } else { 0 };
            let max = match flags & (flag::UNBOUNDED | flag::ONCE) {
                0 => Some(bytes.number()),
                flag::ONCE => Some(1),
                _ => None,
            };
            let count = if choice { bytes.number() } else { 1 };
            let mut types = Vec::with_capacity(usize::from(count));
            for _ in 0..count {
                let property = if choice { bytes.number() } else { name };
                let first = bytes.number();
                let (code, of) = if first == OTHER_CODE { (bytes.number(), bytes.number()) } else { (first, first) };
                types.push(StoredTypeRef { property, of, code, targets: bytes.list() });
            }
            let binding = is(flag::BINDING).then(|| bytes.binding());
            let constraints = if is(flag::CONSTRAINTS) { bytes.list() } else { Vec::new() };
            elements.push(StoredElement {
                name,
                choice,
                array: is(flag::ARRAY),
                min,
                max,
                types,
                binding,
                constraints,
            });
        }
        let constraints = bytes.list();
        let binding = (!bytes.0.is_empty()).then(|| bytes.binding());
        Self { elements, constraints, binding }
    }
}

/// Beside the number of a strength: a maximal value set follows.
const HAS_MAX: u16 = 4;

/// Writes numbers of one to three bytes: seven bits each, the lowest first, the eighth where more follow.
struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, mut number: u16) {
        while number > 127 {
            self.0.push(number as u8 | 128);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn list(&mut self, numbers: &[u16]) {
        self.number(numbers.len() as u16);
        for &number in numbers {
            self.number(number);
        }
    }

    fn binding(&mut self, binding: CompiledBinding) {
        self.number(binding.strength as u16 | if binding.max.is_some() { HAS_MAX } else { 0 });
        self.number(binding.value_set);
        if let Some(max) = binding.max {
            self.number(max);
        }
    }
}

/// Reads what [`Writer`] wrote.
struct Reader<'b>(&'b [u8]);

impl Reader<'_> {
    fn number(&mut self) -> u16 {
        let mut number = 0;
        for shift in [0, 7, 14] {
            let Some((&byte, rest)) = self.0.split_first() else { return number };
            self.0 = rest;
            number |= u16::from(byte & 127) << shift;
            if byte < 128 {
                break;
            }
        }
        number
    }

    fn list(&mut self) -> Vec<u16> {
        (0..self.number()).map(|_| self.number()).collect()
    }

    fn binding(&mut self) -> CompiledBinding {
        let (strength, value_set) = (self.number(), self.number());
        let max = (strength & HAS_MAX != 0).then(|| self.number());
        CompiledBinding { strength: Strength::at(strength & !HAS_MAX), value_set, max }
    }
}

impl Compiled {
    /// The bytes of `r4.bin`.
    ///
    /// # Errors
    /// When the encoder fails, which would be a fault of this program.
    pub fn encode(&self) -> Result<Vec<u8>, postcard::Error> {
        let mut names = Names::new();
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
            bodies.push(StoredBody { elements, constraints: of.constraints.clone(), binding: of.binding }.write());
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
        let texts = || (0..names.len() as u16).map(|id| names.text(NameId(id)));
        let length = |name: &str| u8::try_from(name.len()).map_err(|_| postcard::Error::SerdeSerCustom);
        let name_lengths = texts().map(length).collect::<Result<Vec<_>, _>>()?;
        postcard::to_allocvec(&Stored {
            names: &texts().collect::<String>(),
            name_lengths: &name_lengths,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_read_as_it_was_written() {
        let one = |property, of, code| StoredTypeRef { property, of, code, targets: vec![1, 16_383, 16_384, 65_534] };
        let element = |choice, types| StoredElement {
            name: 300,
            choice,
            array: !choice,
            min: 0,
            max: None,
            types,
            binding: None,
            constraints: Vec::new(),
        };
        let body = StoredBody {
            elements: vec![
                element(false, vec![one(300, 5, 5)]),
                element(true, vec![one(7, 5, 5), one(8, 200, 130)]),
                StoredElement {
                    min: 2,
                    max: Some(3),
                    binding: Some(CompiledBinding { strength: Strength::Preferred, value_set: 128, max: Some(300) }),
                    constraints: vec![0, 9],
                    ..element(false, vec![one(300, 1, 2)])
                },
                StoredElement { max: Some(1), ..element(true, Vec::new()) },
            ],
            constraints: vec![127, 128],
            binding: Some(CompiledBinding { strength: Strength::Extensible, value_set: 0, max: None }),
        };
        assert_eq!(StoredBody::read(&body.write()), body);
        let unbound = StoredBody { binding: None, ..body };
        assert_eq!(StoredBody::read(&unbound.write()), unbound);
    }

    #[test]
    fn broken_bytes_are_read_to_their_end() {
        let written = StoredBody { constraints: vec![200; 9], ..StoredBody::default() }.write();
        for end in 0..written.len() {
            StoredBody::read(&written[..end]);
        }
        StoredBody::read(&[255; 40]);
    }
}
