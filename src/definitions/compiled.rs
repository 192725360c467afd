//! The compiled form: what the compiler writes. [`super::encode`] is how it is kept.

use super::binding::Binding;
use super::code_system::CodeSystem;
use super::constraint::Constraint;
use super::extension::ExtensionDefinition;
use super::kind::TypeKind;
use super::message_definition::MessageDefinition;
use super::profile::Profile;
use super::questionnaire::Questionnaire;
use super::value_set::Expansion;

/// What one layer of definitions adds to those below it. Places in tables go on behind those of the base.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CompiledLayer {
    /// Resource types, datatypes and the backbone elements inside them.
    pub types: Vec<CompiledType>,
    /// Every distinct constraint.
    pub constraints: Vec<Constraint>,
    /// The value sets.
    pub value_sets: Vec<CompiledValueSet>,
    /// The code systems that are complete, with their urls, sorted by these and by their versions.
    pub code_systems: Vec<(String, CodeSystem)>,
    /// The extensions that are defined, with their urls, sorted by these.
    pub extensions: Vec<(String, ExtensionDefinition)>,
    /// The events that are known.
    pub messages: Vec<MessageDefinition>,
    /// The events of the base that are not used any more, by their places there, in this order.
    pub replaced_messages: Vec<u16>,
    /// The profiles. Places in tables are those of the base and of this layer, names those of the base.
    pub profiles: Vec<Profile>,
    /// Where it is what packages bring: the package of each profile, and the version of each extension.
    pub of_packages: Option<Origins>,
    /// The Questionnaires.
    pub questionnaires: Vec<Questionnaire>,
}

/// What packages say of what they bring, in the order of that.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origins {
    /// The package of each profile, as `name#version`.
    pub profiles: Vec<String>,
    /// The version of each extension.
    pub extensions: Vec<String>,
}

/// A resource type, a datatype, or a backbone element (named by its path, `Patient.contact`).
#[derive(Clone, Debug, PartialEq)]
pub struct CompiledType {
    /// The type's name.
    pub name: String,
    /// What kind of type it is.
    pub kind: TypeKind,
    /// The type whose elements it also has.
    pub base: Option<u16>,
    /// The elements that it adds to its base, or that differ from it.
    pub elements: Vec<CompiledElement>,
    /// Its own constraints, as indexes.
    pub constraints: Vec<u16>,
    /// Where the codes of every value of this type come from: an Age is in units of time, wherever it is used.
    pub binding: Option<Binding>,
}

/// An element of a type.
#[derive(Clone, Debug, PartialEq)]
pub struct CompiledElement {
    /// The last step of its path, without `[x]`.
    pub name: String,
    /// Whether the JSON name carries the type (`value[x]`).
    pub choice: bool,
    /// Whether it is an array in JSON: whether the element repeats where it was first defined.
    pub array: bool,
    /// How many there must be.
    pub min: u16,
    /// How many there may be; `None` for `*`.
    pub max: Option<u16>,
    /// The types that it may have. A content reference is the type that it refers to.
    pub types: Vec<CompiledTypeRef>,
    /// Where its codes come from.
    pub binding: Option<Binding>,
    /// The constraints that hold here beside those of its type, as indexes.
    pub constraints: Vec<u16>,
}

/// One of the types of an element.
#[derive(Clone, Debug, PartialEq)]
pub struct CompiledTypeRef {
    /// The type.
    pub of: u16,
    /// The type whose name is in the JSON name of a choice: `Quantity` for `SimpleQuantity`.
    pub code: u16,
    /// For references and canonicals: the resource types that they may point to; none for any.
    pub targets: Vec<u16>,
}

/// A value set and what is in it.
#[derive(Clone, Debug, PartialEq)]
pub struct CompiledValueSet {
    /// Its place in [`super::Definitions::value_sets`]: one of those of the base, which it takes the place of, or the next one.
    pub place: u16,
    /// Its canonical URL, without a version.
    pub url: String,
    /// Its version, and the package that brings it; empty where it is in none.
    pub origin: (String, String),
    /// Its title or name.
    pub name: String,
    /// Its codes, or why they cannot be listed offline.
    pub expansion: Expansion,
}
