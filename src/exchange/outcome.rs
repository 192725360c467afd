//! What came of a message.

use super::created::CreatedResource;
use super::failure::Failure;
use crate::definitions::ResponseRequired;
use crate::report::{Issue, OutcomeIssue};
use serde::{Deserialize, Serialize};

/// What came of a message.
///
/// | outcome | what it means |
/// |---|---|
/// | `ok` | it was processed |
/// | `accepted` | it was taken; the answer comes later, or none is due |
/// | `refused` | it was not processed, and there is no point in sending it again unaltered: a 4xx, a redirect, `fatal-error` |
/// | `failed` | it may be sent again: a 5xx, 408, 425, 429, no answer or half of one, `transient-error` |
/// | `not-fhir` | what came is not a FHIR answer to this message |
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "AnswerOutcome"))]
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
    /// What came is not a FHIR answer to this message.
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
    /// When it is answered, where that is known; by default always. See `response_required` of [`Route`](crate::message::Route).
    pub response_required: Option<ResponseRequired>,
    /// Seconds since 1970.
    pub now: u64,
}

/// An answer, as it was understood: what came of a message, and what the receiver says about it.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// What to make of it.
    pub outcome: Outcome,
    /// Whether the message may be sent again, as its category has it.
    pub may_resend: bool,
    /// The HTTP status; 0 when there was no answer.
    pub status: u16,
    /// What fhirpost has to say. The texts are fixed and quote nothing, so they may go into a log.
    pub issues: Vec<Issue>,
    /// What the receiver has to say, from its OperationOutcomes. It may quote the message.
    pub outcome_issues: Vec<OutcomeIssue>,
    /// `MessageHeader.response.code` of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Whether `response.identifier` is the MessageHeader.id that was sent; absent when one of them is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_ours: Option<bool>,
    /// The resources that the answer says were created or updated: what its focus refers to, and what a location or an information of its
    /// OperationOutcome names as such. None unless the outcome is `ok` or `accepted`.
    pub created: Vec<CreatedResource>,
    /// How many seconds to wait before the next attempt, as the receiver asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// Where a redirect points. Nothing was sent there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// What went wrong on the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}
