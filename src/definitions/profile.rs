//! Profiles: what a StructureDefinition and its chain of bases add to a type of R4, as a tree.

use super::binding::Binding;
use super::text::Text;
use super::types::TypeId;
use crate::document::{Document, NameId};
use std::sync::OnceLock;

/// A profile's place in [`Definitions::profile`](super::Definitions::profile).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ProfileId(pub u16);

/// What a chain of profiles adds to a type. An extension's definition is a profile on Extension.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Its canonical URL, without a version.
    pub url: Text,
    /// Its version; empty where it has none.
    pub version: Text,
    /// What people call it: its title, else its name.
    pub title: Text,
    /// The type of R4 that it is about.
    pub of: TypeId,
    /// The profiles that it is derived from, nearest first, as canonical URLs (with `|version` where that is said): without the type of R4.
    pub bases: Vec<Text>,
    /// Other profiles that its instances have to meet as well (the extension `imposeProfile`).
    pub imposed: Vec<Text>,
    /// Its elements. The first is the root; each stands behind the element that it is part of.
    pub elements: Vec<ProfileElement>,
}

/// What a profile says of an element, or of a slice of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileElement {
    /// Its id in the differential: `Observation.component:systolic.value[x]`.
    pub id: Text,
    /// The name of its property, without `[x]`: that of the sliced element for a slice; [`NameId::UNKNOWN`] for the root.
    pub name: NameId,
    /// Whether its name in JSON carries the type: `value[x]`.
    pub choice: bool,
    /// The name of the slice, `a/b` for one that slices a slice; empty where it is none.
    pub slice: Text,
    /// What it says of the elements inside it, as places in [`Profile::elements`]: no slices.
    pub children: Vec<u16>,
    /// How its values are told apart; none where nothing was said.
    pub slicing: Option<Slicing>,
    /// Its slices, as places in [`Profile::elements`], in their order.
    pub slices: Vec<u16>,
    /// The element whose children hold here, too (a contentReference), as a place in [`Profile::elements`].
    pub same_as: Option<u16>,
    /// How many there must be; 0 where nothing is said.
    pub min: u32,
    /// How many there may be; none where nothing is said, or `*`.
    pub max: Option<u32>,
    /// The types that it may have; none where nothing is said.
    pub types: Vec<ProfileType>,
    /// What its value is, or what is part of it.
    pub value: Option<ExpectedValue>,
    /// `minValue[x]`, as JSON text.
    pub min_value: Option<Text>,
    /// `maxValue[x]`, as JSON text.
    pub max_value: Option<Text>,
    /// How many characters its value may have.
    pub max_length: Option<u32>,
    /// Where its codes come from. This counts instead of what the bases, R4's own type included, say of the element.
    pub binding: Option<ProfileBinding>,
    /// Constraints that hold beside those of its type, as places in [`super::Definitions::constraints`].
    pub constraints: Vec<u16>,
    /// Whether it is marked as `mustSupport`.
    pub must_support: bool,
}

/// One of the types that an element may have.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileType {
    /// The type.
    pub of: TypeId,
    /// Canonical URLs of profiles of it: a value meets one of them.
    pub profiles: Vec<Text>,
    /// Canonical URLs of what a Reference or canonical points to: it meets one of them.
    pub targets: Vec<Text>,
    /// How a Reference may point there: bits of [`aggregation`]; 0 where nothing is said.
    pub aggregation: u8,
}

/// Bits of [`ProfileType::aggregation`].
#[allow(missing_docs, reason = "the names are FHIR's own")]
pub mod aggregation {
    pub const CONTAINED: u8 = 1;
    pub const REFERENCED: u8 = 2;
    pub const BUNDLED: u8 = 4;
}

/// `fixed[x]`, or `pattern[x]`.
#[derive(Clone, Debug)]
pub struct ExpectedValue {
    /// Whether there may be nothing else: `fixed[x]`.
    pub is_fixed: bool,
    /// JSON.
    pub text: Text,
    /// The text, read when it is first asked for.
    pub(super) document: OnceLock<Option<Document<'static>>>,
}

impl PartialEq for ExpectedValue {
    fn eq(&self, other: &Self) -> bool {
        (self.is_fixed, &self.text) == (other.is_fixed, &other.text)
    }
}

/// What the most derived profile says of where codes come from.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileBinding {
    /// None where its strength is `example`: then any code will do, whatever the bases say.
    pub binding: Option<Binding>,
    /// Value sets beside it, each with its purpose and, where it is said, the usage context in which it holds.
    pub additional: Vec<AdditionalBinding>,
}

/// A binding beside the main one (the extension `additional-binding`).
#[derive(Clone, Debug, PartialEq)]
pub struct AdditionalBinding {
    /// `maximum`, `minimum`, `required`, `extensible`, `candidate`, `current`, `preferred`, `ui`, `starter`, `component`.
    pub purpose: Text,
    /// The place of the value set.
    pub value_set: u16,
    /// Whether it holds only in a usage context, or is not meant for every item: nothing is decided by it then.
    pub is_conditional: bool,
}

/// How the values of an element are told apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Slicing {
    /// Which parts of a value say to which slice it belongs; all of them together.
    pub discriminators: Vec<Discriminator>,
    /// Whether the values come in the order of the slices.
    pub ordered: bool,
    /// What may be beside the slices.
    pub rules: SlicingRules,
}

/// What may be beside the slices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are FHIR's own")]
pub enum SlicingRules {
    Open,
    Closed,
    OpenAtEnd,
}

/// A part of a value by which its slice is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Discriminator {
    /// What is compared.
    pub kind: DiscriminatorKind,
    /// The way to the part; none for the value itself (`$this`).
    pub path: Vec<PathStep>,
    /// The path as it was written.
    pub text: Text,
}

/// What is compared of the part of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are FHIR's own")]
pub enum DiscriminatorKind {
    Value,
    Pattern,
    Type,
    Profile,
    Exists,
}

/// A step of a discriminator's path.
#[derive(Clone, Debug, PartialEq)]
pub enum PathStep {
    /// To the values of a property; of a choice, whatever their type.
    Child(NameId),
    /// To the extensions with this url: `extension('url')`.
    Extension(Text),
    /// To what a reference points to: `resolve()`.
    Resolve,
    /// To the values of a type: `ofType(Quantity)`.
    OfType(TypeId),
}

impl Default for ProfileElement {
    fn default() -> Self {
        Self {
            id: Text::EMPTY,
            name: NameId::UNKNOWN,
            choice: false,
            slice: Text::EMPTY,
            children: Vec::new(),
            slicing: None,
            slices: Vec::new(),
            same_as: None,
            min: 0,
            max: None,
            types: Vec::new(),
            value: None,
            min_value: None,
            max_value: None,
            max_length: None,
            binding: None,
            constraints: Vec::new(),
            must_support: false,
        }
    }
}
