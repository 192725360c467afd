//! What is sent and what comes back: `exchange/` for JavaScript.

use super::{Arguments, to_text, with_validator};
use crate::definitions::{Category, ResponseRequired};
use crate::document::NodeId;
use crate::exchange::{self, Capability, Failure, HttpAnswer, Profile, RetryPolicy, SendOptions, SentMessage};
use crate::json::{Limits, Writer};
use crate::message::{self, Route};
use crate::report::Issue;
use crate::validate::EventName;
use wasm_bindgen::prelude::*;

/// What there is to be known of a message before it is sent; nothing of one that cannot be read.
#[inline(never)]
fn route_of(message: &[u8]) -> Route {
    with_validator(|validator| match validator.read(message, Limits::default()) {
        Ok(document) => message::route(&document, validator.definitions()),
        Err(_) => Route::default(),
    })
}

#[inline(never)]
fn write_issues(writer: &mut Writer, issues: &[Issue]) {
    writer.name("issues").array(|list| {
        for issue in issues {
            list.object(|item| {
                item.member("severity", issue.severity.name());
                item.member("code", &issue.code);
                item.member("rule", &issue.rule);
                item.member("message", &issue.message);
                // An exchange has no places.
                item.member("expression", "");
                item.member("pointer", "");
            });
        }
    });
}

#[inline(never)]
fn write_number(writer: &mut Writer, name: &str, number: u64) {
    writer.name(name).raw(&number.to_string());
}

#[inline(never)]
fn write_flag(writer: &mut Writer, name: &str, flag: bool) {
    writer.name(name).raw(if flag { "true" } else { "false" });
}

#[wasm_bindgen(js_name = prepareRequest)]
pub fn prepare_request(message: &[u8], input: &str) -> Result<String, JsError> {
    let given = Arguments::read(input)?;
    let root = NodeId::ROOT;
    let text = |name| given.text(root, name);
    let (base, token, response_url, scope) =
        (given.needed(root, "base")?, text("token"), text("responseUrl"), text("scope"));
    let request = exchange::prepare(
        &route_of(message),
        &SendOptions {
            base: &base,
            token: token.as_deref(),
            asynchronous: given.flag("async") == Some(true),
            response_url: response_url.as_deref(),
            scope: scope.as_deref(),
            profile: text("profile").and_then(|name| Profile::named(&name)),
            now: given.number(root, "now").unwrap_or(0).into(),
        },
    )?;
    let mut writer = Writer::default();
    writer.object(|prepared| {
        prepared.member("method", request.method);
        prepared.member("url", &request.url);
        prepared.member("metadataUrl", &request.metadata);
        prepared
            .name("headers")
            .object(|headers| request.headers.iter().for_each(|(name, value)| headers.member(name, value)));
        prepared.member("profile", request.profile.name());
        write_issues(prepared, &request.issues);
    });
    Ok(writer.finish())
}

#[inline(never)]
fn declared(statement: &[u8]) -> Capability {
    with_validator(|validator| exchange::read_capability(statement, validator.definitions()))
}

#[wasm_bindgen(js_name = readCapability)]
pub fn read_capability(statement: &[u8]) -> String {
    let capability = declared(statement);
    let mut writer = Writer::default();
    writer.object(|found| {
        write_flag(found, "operation", capability.operation);
        write_flag(found, "messaging", capability.messaging);
        write_flag(found, "rest", capability.rest);
        found.name("events").array(|list| {
            for declared in &capability.events {
                list.object(|item| {
                    item.optional("mode", declared.mode.as_deref());
                    item.optional("definition", declared.definition.as_deref());
                    if let Some(EventName { system, code, uri }) = &declared.event {
                        item.name("event").object(|event| {
                            event.optional("system", system.as_deref());
                            event.optional("code", code.as_deref());
                            event.optional("uri", uri.as_deref());
                        });
                    }
                });
            }
        });
        found.optional("fhirVersion", capability.fhir_version.as_deref());
        found.name("formats").array(|list| capability.formats.iter().for_each(|format| list.string(format)));
        if let Some(minutes) = capability.reliable_cache {
            write_number(found, "reliableCache", minutes.into());
        }
        write_issues(found, &capability.issues);
    });
    writer.finish()
}

#[wasm_bindgen(js_name = checkCapability)]
pub fn check_capability(statement: &[u8], message: &[u8]) -> String {
    let issues = exchange::check_capability(&declared(statement), &route_of(message));
    let mut writer = Writer::default();
    writer.object(|checked| write_issues(checked, &issues));
    writer.finish()
}

#[wasm_bindgen(js_name = checkScopes)]
pub fn check_scopes(scopes: &str) -> String {
    let found = exchange::check_scopes(scopes);
    let mut writer = Writer::default();
    writer.object(|checked| {
        write_flag(checked, "allowed", found.allowed);
        checked.name("matching").array(|list| {
            for scope in &found.matching {
                list.object(|item| {
                    item.member("scope", &scope.text);
                    item.member("context", scope.context);
                    item.name("version").raw(if scope.version == 1 { "1" } else { "2" });
                });
            }
        });
        write_issues(checked, &found.issues);
    });
    writer.finish()
}

#[wasm_bindgen(js_name = readAnswer)]
pub fn read_answer(body: &[u8], input: &str) -> Result<String, JsError> {
    let given = Arguments::read(input)?;
    let root = NodeId::ROOT;
    let mut headers = Vec::new();
    for pair in super::items(&given.0, root, "headers") {
        let mut texts = given.0.children(pair).map(|text| given.0.value(text).into_owned());
        if let (Some(name), Some(value)) = (texts.next(), texts.next()) {
            headers.push((name, value));
        }
    }
    let message_id = given.text(root, "messageId");
    let failure = given.text(root, "failure");
    let received = HttpAnswer {
        status: given.number(root, "status").and_then(|status| status.try_into().ok()).unwrap_or(0),
        headers: &headers,
        body,
        failure: failure.as_deref().and_then(Failure::named),
    };
    let asked = SentMessage {
        message_id: message_id.as_deref(),
        asynchronous: given.flag("async") == Some(true),
        response_required: given.text(root, "responseRequired").and_then(|name| ResponseRequired::named(&name)),
        now: given.number(root, "now").unwrap_or(0).into(),
    };
    let answer = with_validator(|validator| exchange::read_answer(validator, &received, &asked));
    let outcome_issues = to_text(&answer.outcome_issues)?;
    let mut writer = Writer::default();
    writer.object(|read| {
        read.member("outcome", answer.outcome.name());
        write_flag(read, "mayResend", answer.may_resend);
        write_number(read, "status", answer.status.into());
        write_issues(read, &answer.issues);
        read.name("outcomeIssues").raw(&outcome_issues);
        read.optional("code", answer.code.as_deref());
        if let Some(is_ours) = answer.is_ours {
            write_flag(read, "isOurs", is_ours);
        }
        read.name("created").array(|list| {
            for created in &answer.created {
                list.object(|item| {
                    item.member("type", &created.of);
                    item.member("id", &created.id);
                    item.optional("version", created.version.as_deref());
                    item.member("from", created.from.name());
                });
            }
        });
        if let Some(seconds) = answer.retry_after {
            write_number(read, "retryAfter", seconds);
        }
        read.optional("location", answer.location.as_deref());
        read.optional("failure", failure.as_deref());
    });
    Ok(writer.finish())
}

/// How many milliseconds to wait before the next attempt; -1 when there is none. `retry_after` is zero where the receiver asks for nothing.
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

/// The text of a message as it is sent again when its category takes a new Bundle.id for that; nothing when it stays as it is. `category` is
/// empty where the event says it.
#[wasm_bindgen(js_name = sendAgain)]
pub fn send_again(message: &[u8], id: &str, category: &str) -> Option<String> {
    let category = Category::named(category).or_else(|| route_of(message).category);
    exchange::takes_new_bundle_id(category).then(|| exchange::with_bundle_id(message, id)).flatten()
}
