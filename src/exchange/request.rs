//! The request that carries a message.
//!
//! Sources: R4 page messaging ("Invoking Messaging Operations via http"), RFC 6750, and Netsmart's page of the operation.

use super::base::Base;
use super::members::is_unreserved;
use super::profile::{Profile, SYNCHRONOUS_SYSTEM};
use super::rule::{
    SEND_ASYNC, SEND_PLAIN_HTTP, SEND_RESPONSE_URL, SEND_TOKEN, TOKEN_EXPIRED, TOKEN_NOT_YET, say, say_as,
};
use super::scope::check_scopes;
use super::token::{claims, is_token};
use crate::message::Route;
use crate::report::{Issue, Severity};
use serde::{Serialize, Serializer};
use std::fmt;

/// Where a message goes, and how.
#[derive(Clone, Copy, Debug, Default)]
pub struct SendOptions<'a> {
    /// The base URL of the receiver.
    pub base: &'a str,
    /// The bearer token.
    pub token: Option<&'a str>,
    /// Whether the answer may come later.
    pub asynchronous: bool,
    /// Where the later answer goes, when it does not go to MessageHeader.source.endpoint.
    pub response_url: Option<&'a str>,
    /// The scopes of the token, separated by spaces, where the token does not say so itself.
    pub scope: Option<&'a str>,
    /// Whose rules hold; by default the host says so.
    pub profile: Option<Profile>,
    /// Seconds since 1970.
    pub now: u64,
}

/// A request without its body, which is the message as it is.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RequestHead"))]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// Always `POST`: R4 allows nothing else.
    #[cfg_attr(feature = "typescript", ts(type = "\"POST\""))]
    pub method: &'static str,
    /// `[base]/$process-message`, with `async` and `response-url` where they were asked for.
    pub url: String,
    /// `[base]/metadata`, where the receiver says what it can do.
    #[serde(rename = "metadataUrl")]
    pub metadata: String,
    /// By name; `Authorization` among them when there is a token: keep them out of logs.
    #[serde(serialize_with = "by_name")]
    #[cfg_attr(feature = "typescript", ts(type = "Record<string, string>"))]
    pub headers: Vec<(&'static str, String)>,
    /// Whose rules were looked at.
    pub profile: Profile,
    /// What is to be known before it is sent; with an error among them it should not be. The texts quote neither message nor token.
    pub issues: Vec<Issue>,
}

/// As an object.
fn by_name<S: Serializer>(headers: &[(&'static str, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(headers.iter().map(|(name, value)| (name, value)))
}

/// Why there is no request: the fault is the caller's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum PrepareError {
    /// `base` is not a base URL.
    Base,
    /// `response_url` is not a URL that an answer could go to.
    ResponseUrl,
}

impl fmt::Display for PrepareError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Base => "base must be an https or http URL without user, query and fragment",
            Self::ResponseUrl => "responseUrl must be an absolute https or http URL",
        })
    }
}

impl std::error::Error for PrepareError {}

/// Prepares the request for a message of which `route` tells.
///
/// # Errors
/// When a URL is not one; never because of the message or the token.
pub fn prepare(route: &Route, sending: &SendOptions<'_>) -> Result<Request, PrepareError> {
    let base = Base::parse(sending.base).ok_or(PrepareError::Base)?;
    let profile = sending.profile.unwrap_or_else(|| Profile::of_host(base.host));
    let mut issues = Vec::new();
    if sending.asynchronous {
        asynchronous(route, profile, &mut issues);
    }
    let mut url = [base.url, "/$process-message"].concat();
    if sending.asynchronous {
        url.push_str("?async=true");
    }
    if let Some(response_url) = sending.response_url {
        if !is_web_url(response_url) {
            return Err(PrepareError::ResponseUrl);
        }
        if sending.asynchronous {
            url.push_str("&response-url=");
            encode(response_url, &mut url);
        } else {
            say(
                &mut issues,
                &SEND_RESPONSE_URL,
                "responseUrl is left out: without async the answer comes with the HTTP response.",
            );
        }
    }
    let mut headers = Vec::with_capacity(3);
    for name in ["Accept", "Content-Type"] {
        headers.push((name, "application/fhir+json".to_owned()));
    }
    if !base.is_https && !base.is_loopback() {
        // With a token there is more to lose than one message.
        let severity = if sending.token.is_some() { Severity::Error } else { Severity::Warning };
        say_as(
            &mut issues,
            &SEND_PLAIN_HTTP,
            severity,
            "security",
            "Over http everyone on the way can read the message and its token: the base URL should begin with https.",
        );
    }
    match sending.token {
        Some(token) if is_token(token) => {
            check(token, profile, sending, &mut issues);
            headers.push(("Authorization", ["Bearer ", token].concat()));
        }
        Some(_) => say(
            &mut issues,
            &SEND_TOKEN,
            "The token is left out: it holds a space, a line break or another sign that no bearer token has. It is given without the word Bearer.",
        ),
        None if profile.asks_for_scope() => say_as(
            &mut issues,
            &SEND_TOKEN,
            Severity::Warning,
            "login",
            "There is no token, and this receiver asks for one.",
        ),
        None => {}
    }
    Ok(Request { method: "POST", url, metadata: [base.url, "/metadata"].concat(), headers, profile, issues })
}

fn asynchronous(route: &Route, profile: Profile, issues: &mut Vec<Issue>) {
    let system = route.event.as_ref().and_then(|event| event.system.as_deref());
    if system == Some(SYNCHRONOUS_SYSTEM) {
        say(issues, &SEND_ASYNC, "The event of the message is synchronous wherever it is sent: leave async out.");
    } else if profile.is_synchronous_only() {
        say(issues, &SEND_ASYNC, "This receiver is synchronous only: leave async out.");
    }
}

/// What can be seen of a token without asking who issued it.
fn check(token: &str, profile: Profile, sending: &SendOptions<'_>, issues: &mut Vec<Issue>) {
    let claims = claims(token).unwrap_or_default();
    if claims.expires.is_some_and(|expires| expires <= sending.now) {
        say(issues, &TOKEN_EXPIRED, "The token has expired: get a new one.");
    }
    // Clocks differ by some seconds.
    if claims.not_before.is_some_and(|from| from > sending.now.saturating_add(60)) {
        say(issues, &TOKEN_NOT_YET, "The token is not valid yet, by the clock of this machine.");
    }
    if profile.asks_for_scope()
        && let Some(scope) = sending.scope.or(claims.scope.as_deref())
    {
        issues.append(&mut check_scopes(scope).issues);
    }
}

fn is_web_url(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/')) && url.bytes().all(|byte| byte > b' ')
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
fn encode(text: &str, into: &mut String) {
    let digit = |half: u8| char::from(if half < 10 { b'0' + half } else { b'A' - 10 + half });
    for byte in text.bytes() {
        if is_unreserved(byte) {
            into.push(char::from(byte));
        } else {
            into.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}
