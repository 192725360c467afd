//! How a caller wants a text to be validated.

use crate::document::Units;
use crate::json::Limits;
use crate::report::Severity;

/// How a message is validated.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether issue texts may quote values of the message.
    pub show_values: bool,
    /// Stop after this many issues.
    pub max_issues: usize,
    /// Rules that are taken more, or less, seriously than usual.
    pub severities: Severities,
    /// How much is read.
    pub limits: Limits,
    /// Whether issues carry lines and offsets.
    pub positions: bool,
    /// What offsets count: bytes, unless another unit is asked for.
    pub units: Units,
    /// Whether a Bundle must be a message: one of another type is an error then. Otherwise each is validated as what it is.
    pub message: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            show_values: true,
            max_issues: 10_000,
            severities: Severities::default(),
            limits: Limits::default(),
            positions: true,
            units: Units::default(),
            message: false,
        }
    }
}

/// What a text is validated as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// A Bundle of any type.
    Bundle,
    /// One resource of any type.
    Resource,
}

/// What a rule is taken as.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "Exclude<Severity, \"fatal\"> | \"off\""))]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SeveritySetting {
    /// Reported with this severity.
    As(Severity),
    /// Not reported.
    Off,
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
