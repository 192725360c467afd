//! A known event: what MessageDefinition and GraphDefinition say of it.

use serde::{Deserialize, Serialize};

/// The event of a message: `MessageHeader.eventCoding` or `eventUri`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names are FHIR's own")]
pub enum Category {
    Consequence,
    Currency,
    Notification,
}

/// When the receiver must answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names are FHIR's own")]
pub enum ResponseRequired {
    Always,
    OnError,
    Never,
    OnSuccess,
}

/// How many there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Focus {
    /// The resource type.
    pub code: String,
    /// How many of them.
    pub cardinality: Cardinality,
    /// Whether the receiver must be able to find the resource again, by an identifier or a known id.
    pub identified: bool,
}

/// How many resources of a type the message may hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The resource type.
    pub code: String,
    /// How many of them.
    pub cardinality: Cardinality,
}

/// A link of the event's GraphDefinition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The resource type that refers.
    pub source: String,
    /// The element that holds the reference, below `source`.
    pub path: Vec<String>,
    /// How many references.
    pub cardinality: Cardinality,
    /// The resource types that they may point to; none for any.
    pub targets: Vec<String>,
}

/// `MessageDefinition.allowedResponse`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllowedResponse {
    /// Canonical URL of the MessageDefinition of the answer.
    pub message: String,
    /// When that answer is given.
    pub situation: Option<String>,
}

/// A known event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The references that there must be.
    pub links: Vec<Link>,
    /// Rules that this event takes more, or less, seriously: the rule's name and a severity.
    pub severities: Vec<(String, String)>,
}
