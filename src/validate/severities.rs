//! What rules are taken as: more, or less, seriously than usual.

use crate::report::Severity;
use serde::Deserialize;

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
