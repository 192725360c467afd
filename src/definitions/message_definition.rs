//! A known event: what MessageDefinition and GraphDefinition say of it.

use crate::document::table::before;
use serde::{Deserialize, Serialize};

/// The event of a message: `MessageHeader.eventCoding` or `eventUri`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Event {
    /// A code of a system.
    Coding {
        /// The system of the code.
        system: String,
        /// The code.
        code: String,
    },
    /// An URI.
    Uri(String),
}

/// What a message is for, and so what a resend means.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "MessageCategory"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names are FHIR's own")]
pub enum Category {
    Consequence,
    Currency,
    Notification,
}

impl Category {
    /// The name that FHIR gives it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Consequence => "consequence",
            Self::Currency => "currency",
            Self::Notification => "notification",
        }
    }

    /// The category with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "consequence" => Some(Self::Consequence),
            "currency" => Some(Self::Currency),
            "notification" => Some(Self::Notification),
            _ => None,
        }
    }
}

/// When the receiver must answer.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names are FHIR's own")]
pub enum ResponseRequired {
    Always,
    OnError,
    Never,
    OnSuccess,
}

impl ResponseRequired {
    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "always" => Self::Always,
            "on-error" => Self::OnError,
            "never" => Self::Never,
            "on-success" => Self::OnSuccess,
            _ => return None,
        })
    }

    /// The name that FHIR gives it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::OnError => "on-error",
            Self::Never => "never",
            Self::OnSuccess => "on-success",
        }
    }
}

/// How many there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cardinality {
    /// At least.
    pub min: u32,
    /// At most; `None` for `*`.
    pub max: Option<u32>,
}

impl Cardinality {
    /// Whether `count` is allowed.
    pub fn allows(self, count: u32) -> bool {
        count >= self.min && self.max.is_none_or(|max| count <= max)
    }

    /// As a part of a sentence: `exactly 1`.
    pub(crate) fn in_words(self) -> String {
        match (self.min, self.max) {
            (min, None) => format!("at least {min}"),
            (0, Some(max)) if max > 0 => format!("at most {max}"),
            (min, Some(max)) if min == max => format!("exactly {min}"),
            (min, Some(max)) => format!("{min} to {max}"),
        }
    }
}

impl std::fmt::Display for Cardinality {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.max {
            Some(max) => write!(formatter, "{}..{max}", self.min),
            None => write!(formatter, "{}..*", self.min),
        }
    }
}

/// `MessageDefinition.focus`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Focus {
    /// The resource type.
    pub code: String,
    /// How many of them.
    pub cardinality: Cardinality,
    /// Whether the receiver must be able to find the resource again, by an identifier or a known id.
    pub identified: bool,
    /// The canonical URL of the profile that it has to meet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
}

/// How many resources of a type the message may hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Content {
    /// The resource type.
    pub code: String,
    /// How many of them.
    pub cardinality: Cardinality,
    /// The canonical URL of the profile that each of them has to meet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
}

/// A link of the event's GraphDefinition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// The resource type that refers.
    pub source: String,
    /// The element that holds the reference, below `source`.
    pub path: Vec<String>,
    /// How many references.
    pub cardinality: Cardinality,
    /// The resource types that they may point to; none for any.
    pub targets: Vec<String>,
    /// Types of these, and the canonical URLs of the profiles of which what is pointed to has to meet one.
    #[serde(skip)]
    pub profiles: Vec<(String, String)>,
}

/// `MessageDefinition.allowedResponse`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AllowedResponse {
    /// Canonical URL of the MessageDefinition of the answer.
    pub message: String,
    /// When that answer is given.
    pub situation: Option<String>,
}

/// A known event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MessageDefinition {
    /// Its canonical URL.
    pub url: String,
    /// The event.
    pub event: Event,
    /// What the message is for.
    pub category: Option<Category>,
    /// What the message must be about.
    pub focus: Vec<Focus>,
    /// Whether an answer is needed.
    pub response_required: Option<ResponseRequired>,
    /// The answers that may be given.
    pub allowed_responses: Vec<AllowedResponse>,
    /// The resource types that may be in the message; none when the definition does not limit them.
    pub content: Vec<Content>,
    /// Whether types that `content` does not name may be in the message as well.
    #[serde(skip)]
    pub open: bool,
    /// The references that there must be.
    pub links: Vec<Link>,
    /// The types that its graphs start from, and the canonical URL of the profile that each resource of such a type has to meet.
    #[serde(skip)]
    pub starts: Vec<(String, String)>,
    /// Rules that this event takes more, or less, seriously: the rule's name and a severity.
    pub severities: Vec<(String, String)>,
    /// The definition that it is made from, as it is written there. What this one leaves out, it has from that.
    #[serde(skip)]
    pub base: Option<String>,
    /// Canonical URLs of the definitions that it is used instead of.
    #[serde(skip)]
    pub replaces: Vec<String>,
}

impl MessageDefinition {
    /// Whether a canonical means this definition. A version (`|`) is not compared: there is one of each. R4's own examples name theirs by
    /// a relative reference.
    pub(crate) fn is_named(&self, canonical: &str) -> bool {
        same(&self.url, canonical)
    }

    /// Whether a canonical means this definition, or one that it is used instead of.
    pub(crate) fn is(&self, canonical: &str) -> bool {
        self.is_named(canonical) || self.replaces.iter().any(|url| same(url, canonical))
    }

    /// Takes over from its base what it does not say itself.
    pub(crate) fn inherit(&mut self, base: &MessageDefinition) {
        self.category = self.category.or(base.category);
        self.response_required = self.response_required.or(base.response_required);
        if self.focus.is_empty() {
            self.focus.clone_from(&base.focus);
        }
        if self.allowed_responses.is_empty() {
            self.allowed_responses.clone_from(&base.allowed_responses);
        }
        if self.content.is_empty() {
            self.content.clone_from(&base.content);
            self.open = base.open;
        }
        if self.links.is_empty() {
            self.links.clone_from(&base.links);
            self.starts.clone_from(&base.starts);
        }
        if self.severities.is_empty() {
            self.severities.clone_from(&base.severities);
        }
    }
}

/// Whether a canonical, absolute or relative as a type and an id, means the definition with this URL.
fn same(url: &str, canonical: &str) -> bool {
    crate::document::step(1);
    let (url, wanted) = (plain_url(url), plain_url(canonical));
    let is_relative = wanted.starts_with("MessageDefinition/");
    !wanted.is_empty()
        && (url == wanted || is_relative && url.strip_suffix(wanted).is_some_and(|before| before.ends_with('/')))
}

/// A canonical without its version.
pub(crate) fn plain_url(canonical: &str) -> &str {
    before(canonical, &['|'])
}

#[cfg(test)]
mod tests {
    use super::{Cardinality, same};

    #[test]
    fn only_a_whole_canonical_or_a_type_and_an_id_means_a_definition() {
        let url = "http://example.org/fhir/MessageDefinition/referral";
        for canonical in [url, "http://example.org/fhir/MessageDefinition/referral|2", "MessageDefinition/referral"] {
            assert!(same(url, canonical), "{canonical}");
        }
        for canonical in
            ["referral", "fhir/MessageDefinition/referral", "MessageDefinition/al", "MessageDefinition/", "", "|1"]
        {
            assert!(!same(url, canonical), "{canonical}");
        }
        assert!(!same("http://example.org/x", "x"));
    }

    #[test]
    fn a_cardinality_in_words() {
        let words = |min, max| Cardinality { min, max }.in_words();
        assert_eq!(words(1, None), "at least 1");
        assert_eq!([words(1, Some(1)), words(0, Some(0))], ["exactly 1", "exactly 0"]);
        assert_eq!([words(0, Some(2)), words(1, Some(2))], ["at most 2", "1 to 2"]);
    }
}
