//! How a caller wants a text to be validated.

use super::answers::Answers;
use super::severities::Severities;
use super::suppress::Suppression;
use crate::document::Units;
use crate::json::Limits;

/// What a text is validated as.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename_all = "lowercase"))]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum What {
    /// As what it is: a message by the rules for messages, another Bundle by those of its type, any other resource by its own.
    #[default]
    Auto,
    /// It should be a message: a Bundle of another type is an error, and so is what is not a Bundle.
    Message,
    /// It should be a Bundle, of whatever type.
    Bundle,
    /// It may be any resource, as with [`What::Auto`].
    Resource,
}

impl What {
    /// `auto`, `message`, `bundle` or `resource`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "auto" => Some(Self::Auto),
            "message" => Some(Self::Message),
            "bundle" => Some(Self::Bundle),
            "resource" => Some(Self::Resource),
            _ => None,
        }
    }

    /// Whether anything but a Bundle is an error.
    pub(crate) fn is_bundle(self) -> bool {
        matches!(self, Self::Message | Self::Bundle)
    }
}

/// With whose verdict ours agrees where it is another one by choice.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename_all = "lowercase"))]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum Agree {
    /// With nobody's.
    #[default]
    None,
    /// With that of HL7's validator.
    Hl7,
}

impl Agree {
    /// `none` or `hl7`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "none" => Some(Self::None),
            "hl7" => Some(Self::Hl7),
            _ => None,
        }
    }
}

/// How a text is validated. There may be more of them later: the usual ones come after those that are set.
///
/// ```
/// use fhirpost::{Options, What};
///
/// // The texts of issues may go into a log.
/// let options = Options { show_values: false, ..Options::of(What::Message) };
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    /// What it is validated as: `as` in JavaScript.
    pub what: What,
    /// Whether issue texts may quote values of the message (default: yes).
    pub show_values: bool,
    /// Stop after this many issues (default 10,000); the report then says that it is truncated.
    pub max_issues: usize,
    /// Rules that are taken more, or less, seriously than usual.
    pub severities: Severities,
    /// Whether what is decided otherwise than by HL7's validator, by choice, is decided as by that: `docs/choices.md` lists it.
    pub agree: Agree,
    /// Profiles that the resource has to meet, whatever it claims itself, by their canonical URLs.
    pub profiles: Vec<String>,
    /// Profiles that resources in messages of an event have to meet, as if they claimed them: for networks whose definitions do not say so.
    pub events: Vec<EventProfile>,
    /// Whether the focus of a MessageDefinition is what `MessageHeader.focus` refers to also where it names a Bundle or MessageHeader (default: no, it
    /// lists what is in the message then).
    pub strict_focus: bool,
    /// What of a guide is not taken as it is, and why.
    pub suppress: Vec<Suppression>,
    /// Whether issues carry the message ids of HL7's validator, by which its advisor files name them (default: no).
    pub hl7_ids: bool,
    /// An instant: limits of profiles that are relative to now are looked at only where this says when that is.
    pub now: Option<String>,
    /// What was looked up of what an earlier report wanted.
    pub answers: Answers,
    /// Whether [`Report::wanted`](crate::Report::wanted) names values of the message also where texts do not, for who looks them up (default: no).
    pub wanted_values: bool,
    /// How much is read. What was read already is not read again.
    pub limits: Limits,
    /// Whether issues carry lines and offsets (default: yes).
    pub positions: bool,
    /// What offsets count: bytes, unless another unit is asked for.
    pub units: Units,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            what: What::default(),
            show_values: true,
            max_issues: 10_000,
            severities: Severities::default(),
            agree: Agree::default(),
            profiles: Vec::new(),
            events: Vec::new(),
            strict_focus: false,
            suppress: Vec::new(),
            hl7_ids: false,
            now: None,
            answers: Answers::default(),
            wanted_values: false,
            limits: Limits::default(),
            positions: true,
            units: Units::default(),
        }
    }
}

impl Options {
    /// The usual options for what should be this.
    pub fn of(what: What) -> Self {
        Self { what, ..Self::default() }
    }
}

/// A profile that resources in messages of an event have to meet.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct EventProfile {
    /// The event: its code, `system|code`, or its URI.
    pub event: String,
    /// The type of the resources, or `focus`: what MessageHeader.focus refers to.
    pub resource: String,
    /// The profile's canonical URL.
    pub profile: String,
}

impl EventProfile {
    /// Those of what the header points to have this in the place of a type.
    pub(crate) const FOCUS: &'static str = "focus";
}
