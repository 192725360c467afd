//! What came back: one outcome, whatever it was.
//!
//! | status | outcome |
//! |---|---|
//! | 200 with a message | by `response.code`: `ok`; `transient-error` failed; `fatal-error` refused |
//! | 200 with an OperationOutcome | refused when it holds errors; otherwise accepted where `async` was asked for, else ok, or not-fhir when it holds no issue: Netsmart's page allows it |
//! | 200 and 204 without a body, where `async` was asked for or no answer is due | accepted |
//! | 202, whatever its body is | accepted, unless that is a message that says otherwise of this one |
//! | any other 1xx or 2xx | no FHIR answer |
//! | 3xx | refused: nothing is sent to another place than the one that was named |
//! | 408, 425, 429 | failed: they say "later" (RFC 9110, 8470 and 6585), not "never" |
//! | other 4xx | refused |
//! | 5xx, no answer, half an answer | failed |
//!
//! Sources: R4 page messaging: a 4xx means that there is no point in sending the unaltered message again, after a 5xx it may be sent again;
//! R4 OperationDefinition MessageHeader-process-message, comment: what 200, 202 and 204 mean.

use super::body::{Body, add_issues, read_body};
use super::created::{Collection, CreatedFrom, CreatedResource};
use super::http_answer::{HttpAnswer, without_body};
use super::http_date::retry_after;
use super::members::{holds, items_of, says};
use super::outcome::{Answer, Outcome, SentMessage};
use super::rule::{
    ANSWER_CODE, ANSWER_CONTENT_TYPE, ANSWER_EMPTY, ANSWER_FAILED, ANSWER_GATEWAY, ANSWER_IDENTIFIER,
    ANSWER_NO_MESSAGE, ANSWER_NOT_FHIR, ANSWER_OK_WITH_ERRORS, ANSWER_REFUSED, say, say_as,
};
use crate::definitions::{Definitions, ResponseRequired};
use crate::document::{NodeId, name};
use crate::message::ResponseCode;
use crate::report::Severity;

/// Reads an answer. Whatever came, there is exactly one outcome.
pub fn read_answer(received: &HttpAnswer<'_>, asked: &SentMessage<'_>, definitions: &Definitions) -> Answer {
    let mut answer = Answer {
        outcome: Outcome::NotFhir,
        may_resend: false,
        status: received.status,
        issues: Vec::new(),
        outcome_issues: Vec::new(),
        code: None,
        is_ours: None,
        created: Vec::new(),
        retry_after: received.headers("retry-after").filter_map(|value| retry_after(value, asked.now)).max(),
        location: None,
        failure: received.failure,
    };
    answer.outcome = match without_body(&mut answer, received) {
        Some(outcome) => outcome,
        None => with_body(&mut answer, received, asked, definitions),
    };
    answer.may_resend = answer.outcome == Outcome::Failed;
    answer
}

fn with_body(
    answer: &mut Answer,
    received: &HttpAnswer<'_>,
    asked: &SentMessage<'_>,
    definitions: &Definitions,
) -> Outcome {
    let body = read_body(received.body, definitions);
    let mut decides = false;
    match &body {
        Body::Message(document, route) => {
            for entry in items_of(document, NodeId::ROOT, name::ENTRY) {
                if let Some(resource) = document.member(entry, name::RESOURCE) {
                    add_issues(&mut answer.outcome_issues, document, resource);
                }
            }
            if let Some(response) = &route.response {
                answer.code.clone_from(&response.code);
                let both = response.identifier.as_deref().zip(asked.message_id);
                answer.is_ours = both.map(|(theirs, ours)| theirs == ours);
                decides = response.identifier.is_some() && answer.is_ours != Some(false);
            }
        }
        Body::OperationOutcome(document) => add_issues(&mut answer.outcome_issues, document, NodeId::ROOT),
        _ => {}
    }
    if received.status >= 400 && answer.is_ours == Some(false) {
        say(&mut answer.issues, &ANSWER_IDENTIFIER, OTHER_MESSAGE);
    }
    let is_fhir = !matches!(body, Body::Empty | Body::NotFhir);
    if is_fhir && received.header("content-type").is_some_and(|value| !holds(value.as_bytes(), b"json")) {
        say(
            &mut answer.issues,
            &ANSWER_CONTENT_TYPE,
            "The answer is FHIR JSON, but its Content-Type says something else.",
        );
    }
    match received.status {
        200..=299 => {
            let outcome = success(answer, &body, decides, asked);
            if matches!(outcome, Outcome::Ok | Outcome::Accepted) {
                answer.created = created(&body, answer, received, definitions);
            }
            outcome
        }
        408 | 425 | 429 => failed(answer, "The receiver asks to send the message later."),
        status @ 400..=499 => {
            not_fhir(answer, &body, received.body);
            let known = REFUSALS.iter().find(|(known, ..)| *known == status);
            let (_, code, text) = known.copied().unwrap_or((status, "processing", "The receiver refuses the message."));
            say_as(&mut answer.issues, &ANSWER_REFUSED, Severity::Error, code, text);
            Outcome::Refused
        }
        500..=599 => {
            not_fhir(answer, &body, received.body);
            // The message itself says more than the status around it, if it says that it is about ours.
            if answer.code.as_deref() == Some("fatal-error") {
                if decides {
                    say(&mut answer.issues, &ANSWER_REFUSED, FATAL);
                    return Outcome::Refused;
                }
                nameless(answer, asked);
            }
            failed(answer, "The receiver failed to process the message. It may be sent again.")
        }
        _ => {
            say(
                &mut answer.issues,
                &ANSWER_NOT_FHIR,
                "The status of the answer is not one that a message is answered with.",
            );
            Outcome::NotFhir
        }
    }
}

fn failed(answer: &mut Answer, text: &'static str) -> Outcome {
    say(&mut answer.issues, &ANSWER_FAILED, text);
    Outcome::Failed
}

/// FHIR's issue code and what to do, by status. Netsmart's page documents 400, 401, 403, 404 and 422.
static REFUSALS: &[(u16, &str, &str)] = &[
    (400, "invalid", "The receiver cannot read the message, or a parameter of the request (400)."),
    (401, "login", "There is no token, or the receiver does not take it (401)."),
    (
        403,
        "forbidden",
        "The token does not allow this (403): it may lack a scope, or the path of the base URL is wrong.",
    ),
    (
        404,
        "not-found",
        "There is no such operation at this address, or something that the message names is not there (404).",
    ),
    (409, "duplicate", "The message contradicts what the receiver knows (409): it may have been processed before."),
    (413, "too-long", "The message is longer than the receiver takes (413)."),
    (422, "processing", "The receiver can read the message, but its content breaks a rule (422)."),
];

const TRANSIENT: &str = "The receiver answered transient-error: the message may be sent again.";
const FATAL: &str = "The receiver answered fatal-error: there is no point in sending the message again unaltered.";

const OTHER_MESSAGE: &str = "The answer is to another message: response.identifier is not the MessageHeader.id that was sent. Whether that one was processed is not known.";

/// `decides`: whether a message that came says that it answers ours, and so more than the status around it.
fn success(answer: &mut Answer, body: &Body<'_>, decides: bool, asked: &SentMessage<'_>) -> Outcome {
    let has_errors = answer.outcome_issues.iter().any(|issue| issue.severity <= Severity::Error);
    if answer.status == 202 {
        return taken(answer, decides, has_errors, asked);
    }
    match body {
        Body::Empty if matches!(answer.status, 200 | 204) && may_be_empty(asked) => {
            if asked.response_required == Some(ResponseRequired::OnSuccess) && !asked.asynchronous {
                say_as(
                    &mut answer.issues,
                    &ANSWER_EMPTY,
                    Severity::Warning,
                    "incomplete",
                    "The receiver took the message, but a success would have been answered: most likely there was none.",
                );
            }
            Outcome::Accepted
        }
        Body::Empty => {
            say(
                &mut answer.issues,
                &ANSWER_EMPTY,
                "The answer is empty, though the message was sent without async and an answer is due. Whether it was processed is not known.",
            );
            Outcome::NotFhir
        }
        // R4, page messaging: with any other status than 200 the message was not processed.
        Body::Message(..) | Body::OperationOutcome(_) if answer.status != 200 => {
            say(
                &mut answer.issues,
                &ANSWER_NOT_FHIR,
                "The status of the answer is not one that a message is answered with.",
            );
            Outcome::NotFhir
        }
        Body::Message(document, route) if route.response.is_some() => {
            let first = document.member_items(NodeId::ROOT, name::ENTRY).next();
            let header = first.and_then(|entry| document.member(entry, name::RESOURCE));
            let is_message = says(document, NodeId::ROOT, name::TYPE, "message")
                && header.is_some_and(|header| says(document, header, name::RESOURCE_TYPE, "MessageHeader"));
            if !is_message {
                say(
                    &mut answer.issues,
                    &ANSWER_NO_MESSAGE,
                    "The answer is not a Bundle of type message that begins with its MessageHeader.",
                );
            }
            check(answer, has_errors, asked)
        }
        Body::OperationOutcome(_) if has_errors => {
            say(&mut answer.issues, &ANSWER_REFUSED, "The receiver answered with errors, and not with a message.");
            Outcome::Refused
        }
        // R4's comment on the operation: 200 acknowledges an asynchronous message, "an OperationOutcome SHOULD be returned in either case".
        Body::OperationOutcome(_) if asked.asynchronous => Outcome::Accepted,
        Body::OperationOutcome(_) if answer.outcome_issues.is_empty() => {
            say(
                &mut answer.issues,
                &ANSWER_NOT_FHIR,
                "The answer is an OperationOutcome without issues: it does not say what came of the message.",
            );
            Outcome::NotFhir
        }
        Body::OperationOutcome(_) => {
            say(
                &mut answer.issues,
                &ANSWER_NO_MESSAGE,
                "The answer is an OperationOutcome without errors, and no message: it does not say which message it answers.",
            );
            Outcome::Ok
        }
        Body::NotFhir => {
            say(
                &mut answer.issues,
                &ANSWER_NOT_FHIR,
                "The answer is not FHIR JSON: something other than a FHIR server may have given it.",
            );
            Outcome::NotFhir
        }
        Body::Message(..) | Body::OtherFhir => {
            say_as(
                &mut answer.issues,
                &ANSWER_NO_MESSAGE,
                Severity::Error,
                "structure",
                "The answer is FHIR, but not an answer to a message: there is no MessageHeader.response.",
            );
            Outcome::NotFhir
        }
    }
}

/// Whether no answer, or none yet, is as it should be.
fn may_be_empty(asked: &SentMessage<'_>) -> bool {
    asked.asynchronous || !matches!(asked.response_required, None | Some(ResponseRequired::Always))
}

/// R4's comment on the operation: 202 "indicates that the receiving system has accepted custody of the message". Whatever is written beside
/// it, by a queue or a gateway perhaps, changes nothing of that, but for an answer that says of this very message that it was not processed.
fn taken(answer: &mut Answer, decides: bool, has_errors: bool, asked: &SentMessage<'_>) -> Outcome {
    let code = answer.code.as_deref().and_then(ResponseCode::from_name);
    match code.filter(|_| decides) {
        Some(ResponseCode::FatalError) => {
            say(&mut answer.issues, &ANSWER_REFUSED, FATAL);
            return Outcome::Refused;
        }
        Some(ResponseCode::TransientError) => return failed(answer, TRANSIENT),
        _ => {}
    }
    if answer.is_ours == Some(false) {
        say_as(&mut answer.issues, &ANSWER_IDENTIFIER, Severity::Warning, "conflict", OTHER_MESSAGE);
    } else if code.is_some() {
        nameless(answer, asked);
    }
    if has_errors {
        let text = "The receiver has taken the message, and answers with errors nevertheless.";
        say(&mut answer.issues, &ANSWER_OK_WITH_ERRORS, text);
    }
    Outcome::Accepted
}

/// Says of an answer that it does not say which message it answers.
fn nameless(answer: &mut Answer, asked: &SentMessage<'_>) {
    if answer.is_ours.is_none() && asked.message_id.is_some() {
        say_as(
            &mut answer.issues,
            &ANSWER_IDENTIFIER,
            Severity::Warning,
            "required",
            "The answer does not say which message it answers: there is no response.identifier.",
        );
    }
}

/// An answer message of status 200. One that does not say which message it answers counts all the same: the status says that ours was processed,
/// it is what came back for ours, and nothing else says how that went.
fn check(answer: &mut Answer, has_errors: bool, asked: &SentMessage<'_>) -> Outcome {
    nameless(answer, asked);
    if answer.is_ours == Some(false) {
        say(&mut answer.issues, &ANSWER_IDENTIFIER, OTHER_MESSAGE);
        return Outcome::NotFhir;
    }
    match answer.code.as_deref().and_then(ResponseCode::from_name) {
        Some(ResponseCode::Ok) => {
            if has_errors {
                say(&mut answer.issues, &ANSWER_OK_WITH_ERRORS, "The answer is ok, and holds errors nevertheless.");
            }
            Outcome::Ok
        }
        Some(ResponseCode::TransientError) => failed(answer, TRANSIENT),
        Some(ResponseCode::FatalError) => {
            say(&mut answer.issues, &ANSWER_REFUSED, FATAL);
            Outcome::Refused
        }
        None => {
            say(
                &mut answer.issues,
                &ANSWER_CODE,
                "The answer does not say what came of the message: response.code is not ok, transient-error or fatal-error.",
            );
            Outcome::NotFhir
        }
    }
}

/// Says what the body of an error is when it is not FHIR.
fn not_fhir(answer: &mut Answer, body: &Body<'_>, bytes: &[u8]) {
    if !matches!(body, Body::NotFhir) {
        return;
    }
    if holds(bytes, b"AccessDenied") {
        say(
            &mut answer.issues,
            &ANSWER_GATEWAY,
            "A gateway in front of the FHIR server denied access, not the server itself: the path of the base URL is most likely wrong.",
        );
    } else {
        say(
            &mut answer.issues,
            &ANSWER_NOT_FHIR,
            "The text of this error is not FHIR JSON: a gateway or a web server in front of the FHIR server may have given it.",
        );
    }
}

fn created(
    body: &Body<'_>,
    answer: &Answer,
    received: &HttpAnswer<'_>,
    definitions: &Definitions,
) -> Vec<CreatedResource> {
    let mut found = Collection::new(definitions);
    // What another message has created is not of ours.
    if answer.is_ours != Some(false) {
        if let Body::Message(document, route) = body {
            found.add_message(document, route);
        }
        answer.outcome_issues.iter().for_each(|issue| found.add_issue(issue));
    }
    for name in ["location", "content-location"] {
        if let Some(url) = received.header(name) {
            found.add_url(url, CreatedFrom::Location);
        }
    }
    found.finish()
}
