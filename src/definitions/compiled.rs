//! The compiled form: what the compiler writes. [`super::stored`] is how it is kept.

use super::{CodeSystem, ExtensionDefinition, MessageDefinition};
use serde::{Deserialize, Serialize};

/// A set of definitions, in a form that is small to store and quick to index.
#[derive(Clone, Debug, PartialEq)]
pub struct Compiled {
    /// The FHIR version, `4.0.1`.
    pub fhir_version: String,
    /// Resource types, datatypes and the backbone elements inside them.
    pub types: Vec<CompiledType>,
    /// Every distinct constraint.
    pub constraints: Vec<Constraint<String>>,
    /// The value sets of required, extensible and preferred bindings.
    pub value_sets: Vec<CompiledValueSet>,
    /// The code systems that the value sets take their codes from and that are complete, with their urls, sorted by these.
    pub code_systems: Vec<(String, CodeSystem<String>)>,
    /// The extensions that are defined, with their urls, sorted by these.
    pub extensions: Vec<(String, ExtensionDefinition)>,
    /// The events that are known.
    pub messages: Vec<MessageDefinition>,
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
    /// Where the codes of every value of this type come from: an Age is in units of time, wherever it stands.
    pub binding: Option<CompiledBinding>,
}

/// What kind of type a [`CompiledType`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TypeKind {
    /// A JSON string, number or boolean.
    Primitive(Primitive),
    /// A datatype or a backbone element: an object.
    Complex,
    /// A resource type.
    Resource,
    /// `Resource` or `DomainResource`: any resource type may be there.
    AbstractResource,
}

/// The primitive types of R4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names are FHIR's own")]
pub enum Primitive {
    Base64Binary,
    Boolean,
    Canonical,
    Code,
    Date,
    DateTime,
    Decimal,
    Id,
    Instant,
    Integer,
    Markdown,
    Oid,
    PositiveInt,
    String,
    Time,
    UnsignedInt,
    Uri,
    Url,
    Uuid,
    Xhtml,
}

impl Primitive {
    /// All of them, with the names that the specification gives them.
    pub const ALL: [(Primitive, &'static str); 20] = [
        (Primitive::Base64Binary, "base64Binary"),
        (Primitive::Boolean, "boolean"),
        (Primitive::Canonical, "canonical"),
        (Primitive::Code, "code"),
        (Primitive::Date, "date"),
        (Primitive::DateTime, "dateTime"),
        (Primitive::Decimal, "decimal"),
        (Primitive::Id, "id"),
        (Primitive::Instant, "instant"),
        (Primitive::Integer, "integer"),
        (Primitive::Markdown, "markdown"),
        (Primitive::Oid, "oid"),
        (Primitive::PositiveInt, "positiveInt"),
        (Primitive::String, "string"),
        (Primitive::Time, "time"),
        (Primitive::UnsignedInt, "unsignedInt"),
        (Primitive::Uri, "uri"),
        (Primitive::Url, "url"),
        (Primitive::Uuid, "uuid"),
        (Primitive::Xhtml, "xhtml"),
    ];

    /// The primitive with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(primitive, _)| *primitive)
    }

    /// The specification's name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(primitive, _)| *primitive == self).map_or("", |(_, name)| name)
    }
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
    pub binding: Option<CompiledBinding>,
    /// The constraints that hold here beside those of its type, as indexes.
    pub constraints: Vec<u16>,
}

/// One of the types of an element.
#[derive(Clone, Debug, PartialEq)]
pub struct CompiledTypeRef {
    /// The type.
    pub of: u16,
    /// The type whose name stands in the JSON name of a choice: `Quantity` for `SimpleQuantity`.
    pub code: u16,
    /// For references and canonicals: the resource types that they may point to; none for any.
    pub targets: Vec<u16>,
}

/// How strictly a value set is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names are FHIR's own")]
pub enum Strength {
    Required,
    Extensible,
    Preferred,
}

impl Strength {
    /// The strength at a place in the declaration.
    pub(super) fn at(place: u16) -> Self {
        match place {
            0 => Self::Required,
            1 => Self::Extensible,
            _ => Self::Preferred,
        }
    }
}

/// A binding of an element to a value set.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompiledBinding {
    /// How strictly it is meant.
    pub strength: Strength,
    /// Index of the value set.
    pub value_set: u16,
    /// Index of the value set that no code may leave, however strictly the other is meant (the extension elementdefinition-maxValueSet).
    #[serde(skip)]
    pub max: Option<u16>,
}

/// A rule that the specification states in FHIRPath.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Constraint<S> {
    /// Its name, such as `bdl-7`.
    pub key: S,
    /// Whether breaking it is an error; a warning otherwise.
    pub error: bool,
    /// The specification's own words.
    pub human: S,
    /// FHIRPath.
    pub expression: S,
}

/// A value set and what is in it.
#[derive(Clone, Debug, PartialEq)]
pub struct CompiledValueSet {
    /// Its canonical URL, without a version.
    pub url: String,
    /// Its title or name.
    pub name: String,
    /// Its codes, or why they cannot be listed offline.
    pub expansion: Result<Vec<CompiledCodes<String>>, String>,
}

/// The codes of one system in a value set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompiledCodes<S> {
    /// The code system.
    pub system: S,
    /// Its codes, sorted by their bytes, a line feed between two.
    pub codes: S,
}
