//! Types and elements with their indexes: the form that validation reads.

use super::{Compiled, CompiledElement, Definitions, KnownNames, Strength, TypeKind, value_set};
use crate::json::{NameId, Names};
use std::borrow::Cow;

/// A type's place in [`Definitions::types`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TypeId(pub u16);

/// An element's place among all elements.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ElementId(pub u32);

/// From the first to behind the last.
type Span = (u32, u32);

/// A resource type, a datatype, or a backbone element.
#[derive(Clone, Debug)]
pub struct Type {
    /// Its name; for a backbone element its path, `Patient.contact`.
    pub name: Cow<'static, str>,
    /// What kind of type it is.
    pub kind: TypeKind,
    /// The type that it specializes or constrains.
    pub base: Option<TypeId>,
    /// Indexes of its own constraints; those of its base hold too.
    pub constraints: Vec<u16>,
    /// One bit per element that must be there, in the order of [`Definitions::elements`].
    pub required: u128,
    pub(super) elements: Span,
    pub(super) fields: Span,
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
    pub(super) types: Span,
}

/// A binding to a value set.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// How strictly it is meant.
    pub strength: Strength,
    pub(super) value_set: u16,
}

/// One of the types of an element.
#[derive(Clone, Copy, Debug)]
pub struct TypeRef {
    /// The type.
    pub of: TypeId,
    /// The type whose name stands in the JSON name of a choice: `Quantity` for `SimpleQuantity`.
    pub code: TypeId,
    pub(super) targets: Span,
}

/// A JSON property of a type. A choice element has one for each of its types.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The property name.
    pub name: NameId,
    /// The element.
    pub element: ElementId,
    /// The element's place among the elements of the type: its bit in [`Type::required`].
    pub ordinal: u8,
    /// Index of its type, for [`Definitions::type_ref`].
    pub type_ref: u32,
}

pub(super) static NO_TYPE: Type = Type {
    name: Cow::Borrowed(""),
    kind: TypeKind::Complex,
    base: None,
    constraints: Vec::new(),
    required: 0,
    elements: (0, 0),
    fields: (0, 0),
};
pub(super) static NO_ELEMENT: Element = Element {
    name: NameId::UNKNOWN,
    choice: false,
    array: false,
    min: 0,
    max: None,
    binding: None,
    constraints: Vec::new(),
    types: (0, 0),
};
pub(super) static NO_TYPE_REF: TypeRef = TypeRef { of: TypeId(u16::MAX), code: TypeId(u16::MAX), targets: (0, 0) };

/// The name of the element of a choice in JSON: `value` and `dateTime` make `valueDateTime`.
pub(crate) fn choice_name(element: &str, code: &str) -> String {
    let mut name = String::with_capacity(element.len() + code.len());
    name.push_str(element);
    let mut characters = code.chars();
    name.extend(characters.next().map(|first| first.to_ascii_uppercase()));
    name.push_str(characters.as_str());
    name
}

impl Definitions {
    /// Indexes a compiled set: once at start, in about a millisecond.
    pub fn link<S: AsRef<str> + Into<Cow<'static, str>> + Clone>(compiled: Compiled<S>) -> Self {
        let mut names = Names::new();
        let known = KnownNames::intern(&mut names);
        let mut linked = Definitions {
            names,
            types: Vec::with_capacity(compiled.types.len()),
            elements: Vec::new(),
            type_refs: Vec::new(),
            fields: Vec::new(),
            targets: Vec::new(),
            constraints: Vec::new(),
            value_sets: Vec::new(),
            messages: Vec::new(),
            types_by_name: Vec::new(),
            steps: Vec::new(),
            known,
        };
        let mut plain = Vec::new();
        for compiled_type in &compiled.types {
            // Bases first, so that their elements come first, as in the specification's tables.
            let mut chain = vec![compiled_type];
            while let Some(base) =
                chain.last().and_then(|last| last.base).and_then(|base| compiled.types.get(usize::from(base)))
            {
                chain.push(base);
            }
            let mut flat: Vec<&CompiledElement<S>> = Vec::new();
            for element in chain.iter().rev().flat_map(|one| &one.elements) {
                match flat.iter_mut().find(|known| known.name.as_ref() == element.name.as_ref()) {
                    Some(overridden) => *overridden = element,
                    None => flat.push(element),
                }
            }
            let first_element = linked.elements.len() as u32;
            let first_field = linked.fields.len();
            let mut required = 0;
            for (ordinal, element) in flat.into_iter().enumerate() {
                if element.min > 0 {
                    required |= 1u128 << ordinal.min(127);
                }
                linked.element_fields(element, ordinal as u8, &compiled, &mut plain);
            }
            if let Some(fields) = linked.fields.get_mut(first_field..) {
                fields.sort_by_key(|field| field.name);
            }
            let id = TypeId(linked.types.len() as u16);
            let name = linked.names.intern(compiled_type.name.as_ref());
            insert(&mut linked.types_by_name, name, id);
            linked.types.push(Type {
                name: compiled_type.name.clone().into(),
                kind: compiled_type.kind,
                base: compiled_type.base.map(TypeId),
                constraints: compiled_type.constraints.clone(),
                required,
                elements: (first_element, linked.elements.len() as u32),
                fields: (first_field as u32, linked.fields.len() as u32),
            });
        }
        // A name that is somewhere an element of its own (`valueSet`) is written as it is everywhere.
        for name in plain {
            if let Some(step) = linked.steps.get_mut(usize::from(name.0)) {
                *step = None;
            }
        }
        linked.messages = compiled.messages;
        linked.constraints = compiled
            .constraints
            .into_iter()
            .map(|constraint| super::Constraint {
                key: constraint.key.into(),
                error: constraint.error,
                human: constraint.human.into(),
                expression: constraint.expression.into(),
            })
            .collect();
        linked.value_sets = compiled
            .value_sets
            .into_iter()
            .map(|set| super::ValueSet {
                url: set.url.into(),
                name: set.name.into(),
                expansion: set.expansion.map_err(Into::into).map(|systems| {
                    systems.into_iter().map(|one| value_set::Codes::new(one.system.into(), one.codes.into())).collect()
                }),
            })
            .collect();
        linked
    }

    fn element_fields<S: AsRef<str>>(
        &mut self,
        element: &CompiledElement<S>,
        ordinal: u8,
        compiled: &Compiled<S>,
        plain: &mut Vec<NameId>,
    ) {
        let id = ElementId(self.elements.len() as u32);
        let name = self.names.intern(element.name.as_ref());
        let first = self.type_refs.len() as u32;
        for type_ref in &element.types {
            let targets = self.targets.len() as u32;
            self.targets.extend(type_ref.targets.iter().map(|&target| TypeId(target)));
            let index = self.type_refs.len() as u32;
            self.type_refs.push(TypeRef {
                of: TypeId(type_ref.of),
                code: TypeId(type_ref.code),
                targets: (targets, self.targets.len() as u32),
            });
            let code = compiled.types.get(usize::from(type_ref.code)).map_or("", |code| code.name.as_ref());
            let property = if element.choice {
                let property = self.names.intern(&choice_name(element.name.as_ref(), code));
                if self.steps.get(usize::from(property.0)).is_none_or(Option::is_none) {
                    insert(&mut self.steps, property, format!("{}.ofType({code})", element.name.as_ref()).into());
                }
                property
            } else {
                name
            };
            self.fields.push(Field { name: property, element: id, ordinal, type_ref: index });
        }
        if !element.choice {
            plain.push(name);
        }
        self.elements.push(Element {
            name,
            choice: element.choice,
            array: element.array,
            min: element.min,
            max: element.max,
            binding: element
                .binding
                .map(|binding| Binding { strength: binding.strength, value_set: binding.value_set }),
            constraints: element.constraints.clone(),
            types: (first, self.type_refs.len() as u32),
        });
    }
}

/// Sets `table[name]`, which grows as needed.
fn insert<T>(table: &mut Vec<Option<T>>, name: NameId, value: T) {
    let index = usize::from(name.0);
    if table.len() <= index {
        table.resize_with(index + 1, || None);
    }
    if let Some(slot) = table.get_mut(index) {
        *slot = Some(value);
    }
}
