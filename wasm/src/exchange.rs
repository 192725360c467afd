//! What is sent and what comes back: the core's `exchange` for JavaScript.

use super::error::{json, refused};
use super::given::Given;
use super::message::Message;
use super::validator::Validator;
use fhirpost::definitions::{Category, ResponseRequired};
use fhirpost::exchange::{self, Failure, HttpAnswer, Profile, RetryPolicy, SendOptions, SentMessage, check_capability};
use fhirpost::report::Issue;
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// Where a message goes, and how.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RequestOptions", optional_fields))]
#[cfg_attr(feature = "typescript", ts(rename_all = "camelCase"))]
pub struct Prepare {
    #[cfg_attr(feature = "typescript", ts(skip))]
    base: String,
    /// The bearer token, without the word `Bearer`.
    token: Option<String>,
    /// Whether the answer may come later (default `false`).
    #[cfg_attr(feature = "typescript", ts(rename = "async", as = "Option<_>"))]
    asynchronous: bool,
    /// Where the later answer goes, when it does not go to `MessageHeader.source.endpoint`. It goes with `async`.
    response_url: Option<String>,
    /// The scopes of the token, separated by spaces, as the token's own answer had them; a JWT is read for its own.
    scope: Option<String>,
    /// Whose rules hold (default: `netsmart` for hosts under `netsmartcloud.com`, else `fhir`).
    profile: Option<Profile>,
    /// Seconds since 1970.
    #[cfg_attr(feature = "typescript", ts(skip))]
    now: f64,
}

impl From<Given> for Prepare {
    fn from(given: Given) -> Self {
        Self {
            base: given.text("base").unwrap_or_default(),
            token: given.text("token"),
            asynchronous: given.flag("async").unwrap_or_default(),
            response_url: given.text("responseUrl"),
            scope: given.text("scope"),
            profile: given.text("profile").and_then(|name| Profile::from_name(&name)),
            now: given.number("now").unwrap_or_default(),
        }
    }
}

impl Prepare {
    fn options(&self) -> SendOptions<'_> {
        SendOptions {
            base: &self.base,
            token: self.token.as_deref(),
            asynchronous: self.asynchronous,
            response_url: self.response_url.as_deref(),
            scope: self.scope.as_deref(),
            profile: self.profile,
            now: self.now as u64,
        }
    }
}

/// An answer, as far as there was one, and what it is an answer to.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ReceivedOptions", optional_fields))]
#[cfg_attr(feature = "typescript", ts(rename_all = "camelCase"))]
pub struct Received {
    #[cfg_attr(feature = "typescript", ts(skip))]
    status: u16,
    #[cfg_attr(feature = "typescript", ts(skip))]
    headers: Vec<(String, String)>,
    /// What went wrong on the way; the status is 0 where there was no answer.
    failure: Option<Failure>,
    /// Its MessageHeader.id, instead of the message.
    message_id: Option<String>,
    /// Whether it was sent with `async` (default `false`).
    #[cfg_attr(feature = "typescript", ts(rename = "async", as = "Option<_>"))]
    asynchronous: bool,
    /// When the message is answered (default: as the message says, or `always`): `Route.responseRequired`.
    #[cfg_attr(feature = "typescript", ts(optional, type = "ResponseRequired | undefined"))]
    response_required: Option<ResponseRequired>,
    /// Seconds since 1970.
    #[cfg_attr(feature = "typescript", ts(skip))]
    now: f64,
}

impl From<Given> for Received {
    fn from(given: Given) -> Self {
        Self {
            status: given.number("status").unwrap_or_default() as u16,
            headers: given.pairs("headers"),
            failure: given.text("failure").and_then(|name| Failure::from_name(&name)),
            message_id: given.text("messageId"),
            asynchronous: given.flag("async").unwrap_or_default(),
            response_required: given.text("responseRequired").and_then(|name| ResponseRequired::from_name(&name)),
            now: given.number("now").unwrap_or_default(),
        }
    }
}

impl Received {
    fn answer<'a>(&'a self, body: &'a [u8]) -> HttpAnswer<'a> {
        HttpAnswer { status: self.status, headers: &self.headers, body, failure: self.failure }
    }

    fn sent(&self) -> SentMessage<'_> {
        SentMessage {
            message_id: self.message_id.as_deref(),
            asynchronous: self.asynchronous,
            response_required: self.response_required,
            now: self.now as u64,
        }
    }
}

/// What a receiver declares, compared with a message.
#[derive(Serialize)]
struct Compared {
    issues: Vec<Issue>,
}

#[wasm_bindgen(js_class = CoreValidator)]
impl Validator {
    /// The request that carries a message.
    #[wasm_bindgen(js_name = prepareRequest)]
    pub fn prepare_request(&self, message: &Message, given: Given) -> Result<String, JsValue> {
        let given = Prepare::from(given);
        let request = exchange::prepare(&self.core.route(&message.text), &given.options());
        json(&request.map_err(|error| refused(&error))?)
    }

    /// What a receiver declares about messages.
    #[wasm_bindgen(js_name = readCapability)]
    pub fn read_capability(&self, statement: &[u8]) -> Result<String, JsValue> {
        json(&self.core.read_capability(statement))
    }

    /// Compares what a receiver declares with a message.
    #[wasm_bindgen(js_name = checkCapability)]
    pub fn check_capability(&self, statement: &[u8], message: &Message) -> Result<String, JsValue> {
        let (declared, route) = (self.core.read_capability(statement), self.core.route(&message.text));
        json(&Compared { issues: check_capability(&declared, &route) })
    }

    /// Reads an answer.
    #[wasm_bindgen(js_name = readAnswer)]
    pub fn read_answer(&self, body: &[u8], given: Given) -> Result<String, JsValue> {
        let given = Received::from(given);
        json(&self.core.read_answer(&given.answer(body), &given.sent()))
    }

    /// The text of a message as it is sent again when its category takes a new Bundle.id for that; nothing when it stays as it is. `category`
    /// is empty where the event says it.
    #[wasm_bindgen(js_name = sendAgain)]
    pub fn send_again(&self, message: &Message, id: &str, category: &str) -> Option<String> {
        let category = Category::from_name(category).or_else(|| self.core.route(&message.text).category);
        exchange::takes_new_bundle_id(category).then(|| exchange::with_bundle_id(message.text.text(), id)).flatten()
    }
}

/// Looks for a scope that lets messages be sent.
#[wasm_bindgen(js_name = checkScopes)]
pub fn check_scopes(scopes: &str) -> Result<String, JsValue> {
    json(&exchange::check_scopes(scopes))
}

/// How many milliseconds to wait before the next attempt; nothing when there is none. `retry_after` is zero where the receiver asks for nothing.
#[wasm_bindgen(js_name = resendAfter)]
pub fn resend_after(
    attempts: u32,
    delay: u32,
    max_delay: u32,
    max_retry_after: u32,
    made: u32,
    retry_after: f64,
    random: f64,
) -> f64 {
    let how = RetryPolicy { attempts, delay, max_delay, max_retry_after };
    exchange::resend(&how, made, Some(retry_after as u64), random).map_or(-1.0, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_prepared_as_it_is_asked_for() {
        let given = Prepare {
            base: "https://example.org/fhir".to_owned(),
            token: Some("t".to_owned()),
            asynchronous: true,
            response_url: Some("https://example.org/later".to_owned()),
            scope: None,
            profile: Some(Profile::Fhir),
            now: 1.0,
        };
        let request = exchange::prepare(&Default::default(), &given.options()).unwrap();
        let written = serde_json::to_value(&request).unwrap();
        assert_eq!(
            written["url"],
            "https://example.org/fhir/$process-message?async=true&response-url=https%3A%2F%2Fexample.org%2Flater"
        );
        assert_eq!((&written["method"], &written["profile"]), (&"POST".into(), &"fhir".into()));
        assert_eq!(written["headers"]["Authorization"], "Bearer t");
        assert_eq!(written["metadataUrl"], "https://example.org/fhir/metadata");
    }

    #[test]
    fn an_answer_is_read_with_what_it_answers() {
        let given = Received {
            status: 503,
            headers: vec![("Retry-After".to_owned(), "7".to_owned())],
            failure: Some(Failure::TooLong),
            message_id: Some("m".to_owned()),
            asynchronous: false,
            response_required: Some(ResponseRequired::OnError),
            now: 5.0,
        };
        let answer = Validator::new().core.read_answer(&given.answer(b""), &given.sent());
        let written = serde_json::to_value(&answer).unwrap();
        assert_eq!((&written["outcome"], &written["retryAfter"]), (&"failed".into(), &7.into()));
        assert_eq!((&written["failure"], &written["mayResend"]), (&"too-long".into(), &true.into()));
        assert_eq!(written.get("code"), None);
        assert_eq!(given.sent().response_required, Some(ResponseRequired::OnError));
    }

    #[test]
    fn scopes_say_how_they_are_written() {
        let written = check_scopes("user/Messaging.write x").unwrap();
        assert!(written.contains(r#"{"scope":"user/Messaging.write","context":"user","version":1}"#), "{written}");
    }
}
