//! What came of a message.

use super::created::Created;
use super::http_answer::Failure;
use crate::definitions::ResponseRequired;
use crate::report::{Issue, OutcomeIssue};
use serde::{Deserialize, Serialize};

/// What came of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was processed.
    Ok,
    /// It was taken; the answer comes later, or none is due.
    Accepted,
    /// It was not processed, and there is no point in sending it again unaltered.
    Refused,
    /// It was not processed, or nobody knows; it may be sent again.
    Failed,
    /// What came is not FHIR answer to this message.
    NotFhir,
}

impl Outcome {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::NotFhir => "not-fhir",
        }
    }
}

/// What the answer is an answer to.
#[derive(Clone, Copy, Debug, Default)]
pub struct SentMessage<'a> {
    /// MessageHeader.id of the message that was sent, where it is known.
    pub message_id: Option<&'a str>,
    /// Whether it was sent with `async`.
    pub asynchronous: bool,
    /// When it is answered, where that is known; by default always. See [`Route::response_required`].
    pub response_required: Option<ResponseRequired>,
    /// Seconds since 1970.
    pub now: u64,
}

/// What came of a message, and what the receiver says about it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// What to make of it.
    pub outcome: Outcome,
    /// Whether the message may be sent again as its category has it.
    pub may_resend: bool,
    /// The HTTP status; zero when there was no answer.
    pub status: u16,
    /// What is to be known. The texts are fixed: they quote nothing.
    pub issues: Vec<Issue>,
    /// The issues of the receiver's OperationOutcomes, in its own words. They may quote the message.
    pub outcome_issues: Vec<OutcomeIssue>,
    /// `response.code`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Whether `response.identifier` is the id of our message, where both are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_ours: Option<bool>,
    /// The resources that were created or updated.
    pub created: Vec<Created>,
    /// How many seconds to wait before the next attempt, as the receiver asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// Where a redirect points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// What went wrong on the way, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}
