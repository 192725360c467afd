//! How a caller wants a text to be validated.

use super::suppress::Suppression;
use crate::document::Units;
use crate::json::Limits;
use crate::report::Severity;
use serde::Deserialize;

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
    /// What of a guide is not taken as it is, and why.
    pub suppress: Vec<Suppression>,
    /// Whether issues carry the message ids of HL7's validator, by which its advisor files name them (default: no).
    pub hl7_ids: bool,
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
            suppress: Vec::new(),
            hl7_ids: false,
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

/// What a rule is taken as.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "Exclude<Severity, \"fatal\"> | \"off\""))]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(try_from = "String")]
pub enum SeveritySetting {
    /// Reported with this severity.
    As(Severity),
    /// Not reported.
    #[default]
    Off,
}

impl TryFrom<String> for SeveritySetting {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::from_name(&name).ok_or("a severity is error, warning, information or off")
    }
}

impl SeveritySetting {
    /// `error`, `warning`, `information` or `off`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "off" => Some(Self::Off),
            "fatal" => None,
            _ => Severity::from_name(name).map(Self::As),
        }
    }
}

/// Rule name → what it is taken as: what was said last. A list, since there are few, and a map of its own would be 2 kB of the wasm.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Severities(Vec<(String, SeveritySetting)>);

impl Severities {
    /// Says what a rule is taken as.
    pub fn insert(&mut self, rule: String, setting: SeveritySetting) {
        self.0.push((rule, setting));
    }

    /// What a rule is taken as, if that was said.
    pub fn get(&self, rule: &str) -> Option<SeveritySetting> {
        self.0.iter().rev().find(|(name, _)| name == rule).map(|&(_, setting)| setting)
    }
}

impl FromIterator<(String, SeveritySetting)> for Severities {
    fn from_iter<I: IntoIterator<Item = (String, SeveritySetting)>>(given: I) -> Self {
        Self(given.into_iter().collect())
    }
}
