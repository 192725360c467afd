//! An HTTP answer, and what can be said of it before its body is looked at.

use super::failure::Failure;
use super::outcome::{Answer, Outcome};
use super::rule::{
    ANSWER_REDIRECT, ANSWER_TOO_LONG, NETWORK_BROKEN, NETWORK_CERTIFICATE, NETWORK_CORS, NETWORK_TIMEOUT,
    NETWORK_UNREACHABLE, say,
};

/// An HTTP answer, as far as there was one.
#[derive(Clone, Copy, Debug, Default)]
pub struct HttpAnswer<'a> {
    /// Zero when there was no answer.
    pub status: u16,
    /// Names and values; the case of names does not matter.
    pub headers: &'a [(String, String)],
    /// What was read of the body.
    pub body: &'a [u8],
    /// What went wrong on the way.
    pub failure: Option<Failure>,
}

impl<'a> HttpAnswer<'a> {
    /// The first header of a name.
    pub(super) fn header(&self, name: &'static str) -> Option<&'a str> {
        self.headers(name).next()
    }

    /// All headers of a name.
    pub(super) fn headers(&self, name: &'static str) -> impl Iterator<Item = &'a str> {
        let of_name = self.headers.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name));
        of_name.map(|(_, value)| value.as_str())
    }
}

/// What can be said before the body is looked at.
pub(super) fn without_body(answer: &mut Answer, received: &HttpAnswer<'_>) -> Option<Outcome> {
    // The status of an error holds, whatever became of its text.
    let is_error = received.status >= 400;
    let (outcome, rule, text) = match received.failure {
        Some(Failure::Cors) => (Outcome::Refused, &NETWORK_CORS, CORS),
        Some(Failure::Redirect) => (Outcome::Refused, &ANSWER_REDIRECT, REDIRECT),
        Some(Failure::Timeout) if !is_error => (Outcome::Failed, &NETWORK_TIMEOUT, TIMEOUT),
        Some(Failure::Broken) if !is_error => (Outcome::Failed, &NETWORK_BROKEN, BROKEN),
        Some(Failure::Unreachable) if !is_error => (Outcome::Failed, &NETWORK_UNREACHABLE, UNREACHABLE),
        Some(Failure::ConnectionRefused) if !is_error => (Outcome::Failed, &NETWORK_UNREACHABLE, CONNECTION_REFUSED),
        Some(Failure::UnknownHost) if !is_error => (Outcome::Failed, &NETWORK_UNREACHABLE, UNKNOWN_HOST),
        Some(Failure::Certificate) if !is_error => (Outcome::Failed, &NETWORK_CERTIFICATE, CERTIFICATE),
        Some(Failure::Offline) if !is_error => (Outcome::Failed, &NETWORK_UNREACHABLE, OFFLINE),
        Some(Failure::TooLong) if !is_error => {
            (Outcome::NotFhir, &ANSWER_TOO_LONG, "The answer is longer than what is read.")
        }
        _ if received.status == 0 => (Outcome::Failed, &NETWORK_UNREACHABLE, UNREACHABLE),
        _ if (300..400).contains(&received.status) => (Outcome::Refused, &ANSWER_REDIRECT, REDIRECT),
        _ => return None,
    };
    if outcome == Outcome::Refused {
        answer.location = received.header("location").map(str::to_owned);
    }
    say(&mut answer.issues, rule, text);
    Some(outcome)
}

const CORS: &str = "The receiver is there, but does not let pages of this origin in (CORS). It must allow this origin with the headers Authorization and Content-Type, or a server of the page's own must send the message.";
const TIMEOUT: &str = "There was no answer in time. Whether the message was processed is not known.";
const BROKEN: &str = "The connection ended before the answer did. Whether the message was processed is not known.";
const REDIRECT: &str = "The receiver is somewhere else, says a redirect. It was not followed: neither token nor message goes to a place that was not named.";
const UNREACHABLE: &str = "There was no answer from the receiver: the address, the network or its certificate may be wrong. If the connection was lost on the way, it is not known whether the message was processed. A browser also says so of http from a page over https, and of what the page's own policy forbids.";
const CONNECTION_REFUSED: &str =
    "The connection was refused: nothing takes connections at this host and port. The message was not sent.";
const UNKNOWN_HOST: &str = "The name of the host resolves to no address: it may be misspelled, or the network or its name server is away. The message was not sent.";
const CERTIFICATE: &str = "The receiver's certificate is not trusted: it has expired, is for another name, or was issued by an unknown authority. The message was not sent.";
const OFFLINE: &str = "This machine is offline. If it went offline while the message was on its way, it is not known whether the message was processed.";
