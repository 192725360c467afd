//! Types and elements in the form that validation reads.

use super::binding::Binding;
use super::element_set::ElementSet;
use super::kind::TypeKind;
use super::stored::{StoredBody, StoredElement};
use super::text::Text;
use crate::document::NameId;
use crate::document::table::{row, row_mut, rows};
use std::sync::OnceLock;

/// A type's place in [`Definitions::types`](super::Definitions::types).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TypeId(pub u16);

/// A resource type, a datatype, or a backbone element.
#[derive(Clone, Debug)]
pub struct Type {
    pub(super) id: NameId,
    /// Its name; for a backbone element its path, `Patient.contact`.
    pub name: Text,
    /// What kind of type it is.
    pub kind: TypeKind,
    /// The type that it specializes or constrains.
    pub base: Option<TypeId>,
    /// A [`StoredBody`].
    pub(super) stored: Text,
    pub(super) body: OnceLock<Body>,
}

/// The elements of a type, those of its base first, as in the specification's tables.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// The name of the type.
    pub name: Text,
    /// Indexes of the type's own constraints; those of its base hold too.
    pub constraints: Vec<u16>,
    /// Where the codes of every value of the type come from.
    pub binding: Option<Binding>,
    /// The elements that must be there.
    pub required: ElementSet,
    /// The elements.
    pub elements: Vec<Element>,
    /// The JSON properties, sorted by name.
    pub fields: Vec<Field>,
    type_refs: Vec<TypeRef>,
    targets: Vec<TypeId>,
    /// Open addressing with linear probing over the names of `fields`: slot → place + 1, 0 where empty.
    slots: Vec<u16>,
}

/// An element of a type.
#[derive(Clone, Debug)]
pub struct Element {
    /// Its name, without `[x]`.
    pub name: NameId,
    /// Whether the JSON name carries the type.
    pub choice: bool,
    /// Whether it is an array in JSON.
    pub array: bool,
    /// How many there must be.
    pub min: u16,
    /// How many there may be; `None` for `*`.
    pub max: Option<u16>,
    /// Where its codes come from.
    pub binding: Option<Binding>,
    /// Indexes of the constraints that hold here beside those of its type.
    pub constraints: Vec<u16>,
    types: (u16, u16),
}

/// One of the types of an element.
#[derive(Clone, Copy, Debug)]
pub struct TypeRef {
    /// The type.
    pub of: TypeId,
    /// The type whose name is in the JSON name of a choice: `Quantity` for `SimpleQuantity`.
    pub code: TypeId,
    targets: (u16, u16),
}

/// A JSON property of a type. A choice element has one for each of its types.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The property name.
    pub name: NameId,
    /// The element's place in [`Body::elements`].
    pub element: u16,
    /// Which of the type's type references it has; see [`Body::type_ref`].
    pub type_ref: u16,
}

static NO_ELEMENT: Element = Element {
    name: NameId::UNKNOWN,
    choice: false,
    array: false,
    min: 0,
    max: None,
    binding: None,
    constraints: Vec::new(),
    types: (0, 0),
};
static NO_TYPE_REF: TypeRef = TypeRef { of: TypeId(u16::MAX), code: TypeId(u16::MAX), targets: (0, 0) };
pub(super) static NO_TYPE: Type = Type {
    id: NameId::UNKNOWN,
    name: Text::EMPTY,
    kind: TypeKind::Complex,
    base: None,
    stored: Text::EMPTY,
    body: OnceLock::new(),
};

impl Type {
    /// The same, as if nothing had been read of it.
    pub(super) fn unread(&self) -> Self {
        Self {
            id: self.id,
            name: self.name.clone(),
            kind: self.kind,
            base: self.base,
            stored: self.stored.clone(),
            body: OnceLock::new(),
        }
    }
}

impl Body {
    /// The JSON property with this name.
    #[inline]
    pub fn field(&self, name: NameId) -> Option<&Field> {
        let mask = self.slots.len().wrapping_sub(1);
        let mut slot = usize::from(name.0) & mask;
        // There are free slots: it ends.
        while let Some(place) = self.slots.get(slot).copied().unwrap_or(0).checked_sub(1) {
            match self.fields.get(usize::from(place)) {
                Some(field) if field.name != name => slot = (slot + 1) & mask,
                found => return found,
            }
        }
        None
    }

    /// Fills the slots by which fields are found.
    fn index(&mut self) {
        self.slots = vec![0; (self.fields.len() * 2 + 1).next_power_of_two()];
        let mask = self.slots.len() - 1;
        for (place, field) in self.fields.iter().enumerate() {
            let mut slot = usize::from(field.name.0) & mask;
            while self.slots.get(slot).is_some_and(|&taken| taken != 0) {
                slot = (slot + 1) & mask;
            }
            if let Some(free) = row_mut(&mut self.slots, slot) {
                *free = place as u16 + 1;
            }
        }
    }

    /// The element of a property.
    #[inline]
    pub fn element(&self, field: &Field) -> &Element {
        row(&self.elements, usize::from(field.element), &NO_ELEMENT)
    }

    /// The type of a property.
    #[inline]
    pub fn type_ref(&self, index: u16) -> &TypeRef {
        row(&self.type_refs, usize::from(index), &NO_TYPE_REF)
    }

    /// The types that an element may have.
    pub fn type_refs(&self, element: &Element) -> &[TypeRef] {
        rows(&self.type_refs, usize::from(element.types.0)..usize::from(element.types.1))
    }

    /// The resource types that a reference of this type may point to; none for any.
    pub fn targets(&self, of: &TypeRef) -> &[TypeId] {
        rows(&self.targets, usize::from(of.targets.0)..usize::from(of.targets.1))
    }

    /// The elements that must be there and are not in `seen`.
    pub fn missing(&self, seen: &ElementSet) -> impl Iterator<Item = &Element> {
        // Nearly always all are there: then no element is looked at.
        let elements = if seen.has_all(&self.required) { &[] } else { self.elements.as_slice() };
        let lacks = |place: usize| self.required.has(place as u16) && !seen.has(place as u16);
        elements.iter().enumerate().filter(move |(place, _)| lacks(*place)).map(|(_, element)| element)
    }

    /// How many types and targets its elements have.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.type_refs.len(), self.targets.len())
    }

    /// Puts together what is stored of a type and of its bases, the type itself first.
    #[cold]
    pub(super) fn of(name: Text, parts: Vec<StoredBody>) -> Self {
        let mut body = Self { name, ..Self::default() };
        let mut elements: Vec<StoredElement> = Vec::new();
        // Bases first. What a type says of an element that it inherits replaces what the base says.
        for part in parts.into_iter().rev() {
            for element in part.elements {
                match elements.iter_mut().find(|known| known.name == element.name) {
                    Some(inherited) => *inherited = element,
                    None => elements.push(element),
                }
            }
            body.constraints = part.constraints;
            body.binding = part.binding.or(body.binding);
        }
        for (ordinal, element) in elements.into_iter().enumerate() {
            body.add(element, ordinal as u16);
        }
        body.index();
        body
    }

    // See `StoredBody::read`.
    #[inline(never)]
    fn add(&mut self, element: StoredElement, ordinal: u16) {
        let first = self.type_refs.len() as u16;
        for of in &element.types {
            let targets = self.targets.len() as u16;
            self.targets.extend(of.targets.iter().map(|&target| TypeId(target)));
            let type_ref = self.type_refs.len() as u16;
            let name = NameId(of.property);
            // Kept sorted while it grows: a type has a few dozen properties.
            let place = self.fields.partition_point(|field| field.name < name);
            self.fields.insert(place, Field { name, element: ordinal, type_ref });
            let targets = (targets, self.targets.len() as u16);
            self.type_refs.push(TypeRef { of: TypeId(of.of), code: TypeId(of.code), targets });
        }
        if element.min > 0 {
            self.required.insert(ordinal);
        }
        self.elements.push(Element {
            name: NameId(element.name),
            choice: element.choice,
            array: element.array,
            min: element.min,
            max: element.max,
            binding: element.binding,
            constraints: element.constraints,
            types: (first, self.type_refs.len() as u16),
        });
    }
}

/// The name of the element of a choice in JSON: `value` and `dateTime` make `valueDateTime`.
pub(super) fn choice_name(element: &str, code: &str) -> String {
    let mut name = String::with_capacity(element.len() + code.len());
    name.push_str(element);
    let mut characters = code.chars();
    name.extend(characters.next().map(|first| first.to_ascii_uppercase()));
    name.push_str(characters.as_str());
    name
}
