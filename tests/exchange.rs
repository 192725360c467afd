//! Requests, declared capabilities and answers: what `exchange` makes of them, and what it never does, whatever comes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fhirpost::exchange::{
    Answer, Asked, Failure, Outcome, PrepareError, Profile, RULES, Received, Request, Sending, check_capability,
    prepare, read_answer, read_capability,
};
use fhirpost::json::Limits;
use fhirpost::message::{Route, route};
use fhirpost::report::{Issue, Severity};
use fhirpost::validate::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::LazyLock;

static VALIDATOR: LazyLock<Validator> = LazyLock::new(Validator::default);

const NOW: u64 = 1_790_000_000;
const NETSMART: &str = "https://fhirtest.netsmartcloud.com/v4";

fn rules(issues: &[Issue]) -> Vec<&str> {
    issues.iter().map(|issue| issue.rule.as_ref()).collect()
}

fn errors(issues: &[Issue]) -> Vec<&str> {
    issues.iter().filter(|issue| issue.severity <= Severity::Error).map(|issue| issue.rule.as_ref()).collect()
}

fn message(system: &str, code: &str) -> Value {
    json!({
        "resourceType": "Bundle", "id": "b1", "type": "message",
        "entry": [{
            "fullUrl": "urn:uuid:0d7c0b3c-4a8a-4b6e-8a34-3b1f4d1d0c11",
            "resource": {
                "resourceType": "MessageHeader", "id": "m1",
                "eventCoding": { "system": system, "code": code },
                "source": { "endpoint": "https://clinic.example.org" }
            }
        }]
    })
}

fn route_of(message: &Value) -> Route {
    let text = message.to_string();
    let document = VALIDATOR.read(text.as_bytes(), Limits::default()).unwrap();
    route(&document, VALIDATOR.definitions())
}

fn referral() -> Route {
    route_of(&message("http://ntst.com/fhir/message-events", "submit-service-request"))
}

fn other_event() -> Route {
    route_of(&message("http://example.org/events", "admit"))
}

fn jwt(claims: Value) -> String {
    format!("eyJhbGciOiJub25lIn0.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

fn request(route: &Route, sending: Sending<'_>) -> Request {
    prepare(route, &Sending { now: NOW, ..sending }).unwrap()
}

#[test]
fn the_page_lists_every_rule() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/exchange.md")).unwrap();
    let listed: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    let expected: Vec<String> =
        RULES.iter().map(|rule| format!("| `{}` | {} | {} |", rule.name, rule.severity.name(), rule.title)).collect();
    assert_eq!(listed, expected);
}

#[test]
fn a_request_is_what_netsmart_documents() {
    let token = jwt(json!({ "exp": NOW + 300, "scope": "system/Messaging.write" }));
    let made = request(&referral(), Sending { base: NETSMART, token: Some(&token), ..Sending::default() });
    assert_eq!(made.method, "POST");
    assert_eq!(made.url, format!("{NETSMART}/$process-message"));
    assert_eq!(made.metadata, format!("{NETSMART}/metadata"));
    assert_eq!(
        made.headers,
        [
            ("Accept", "application/fhir+json".to_owned()),
            ("Content-Type", "application/fhir+json".to_owned()),
            ("Authorization", format!("Bearer {token}")),
        ]
    );
    assert_eq!(made.profile, Profile::Netsmart);
    assert_eq!(made.issues, []);
}

#[test]
fn async_goes_into_the_url_where_it_is_allowed() {
    let sending = Sending {
        base: "https://fhir.example.org/r4/",
        asynchronous: true,
        response_url: Some("https://me.example.org/in?x=1&y=é"),
        ..Sending::default()
    };
    let made = request(&other_event(), sending);
    assert_eq!(
        made.url,
        "https://fhir.example.org/r4/$process-message?async=true&response-url=https%3A%2F%2Fme.example.org%2Fin%3Fx%3D1%26y%3D%C3%A9"
    );
    assert_eq!(made.issues, []);
    let made = request(&other_event(), Sending { asynchronous: false, ..sending });
    assert_eq!(made.url, "https://fhir.example.org/r4/$process-message");
    assert_eq!(rules(&made.issues), ["send-response-url"]);
}

#[test]
fn async_with_an_event_or_a_receiver_that_cannot_is_an_error() {
    let sending = |base, profile| Sending { base, profile, asynchronous: true, ..Sending::default() };
    for (route, sending, wrong) in [
        (referral(), sending("https://fhir.example.org", None), true),
        (referral(), sending(NETSMART, Some(Profile::Fhir)), true),
        (other_event(), sending(NETSMART, None), true),
        (other_event(), sending("https://fhir.example.org", Some(Profile::Netsmart)), true),
        (other_event(), sending(NETSMART, Some(Profile::Fhir)), false),
        (other_event(), sending("https://fhir.example.org", None), false),
        (Route::default(), sending("https://fhir.example.org", None), false),
    ] {
        let made = request(&route, sending);
        assert_eq!(errors(&made.issues), if wrong { vec!["send-async"] } else { vec![] }, "{}", sending.base);
    }
}

#[test]
fn tokens_are_looked_at_and_never_quoted() {
    let ask = |token: &str, scope| {
        request(&referral(), Sending { base: NETSMART, token: Some(token), scope, ..Sending::default() })
    };
    for (claims, expected) in [
        (json!({ "exp": NOW }), vec!["token-expired"]),
        (json!({ "exp": NOW + 1 }), vec![]),
        (json!({ "nbf": NOW + 3600 }), vec!["token-not-yet"]),
        (json!({ "nbf": NOW + 30 }), vec![]),
        (json!({ "scope": "system/Patient.read" }), vec!["send-scope"]),
        (json!({ "scope": "user/Messaging.*" }), vec![]),
        (json!({ "scp": ["system/Messaging.c"] }), vec!["scope-v2"]),
        (json!({}), vec![]),
    ] {
        let token = jwt(claims);
        let made = ask(&token, None);
        assert_eq!(rules(&made.issues), expected);
        assert!(made.issues.iter().all(|issue| !issue.message.contains(&token)));
    }
    assert_eq!(rules(&ask("opaque", Some("openid")).issues), ["send-scope"]);
    assert_eq!(rules(&ask("opaque", Some("patient/Messaging.write")).issues), Vec::<&str>::new());
    for token in ["two words", "x\r\nInjected: y", "Bearer x", ""] {
        let made = ask(token, None);
        assert_eq!(errors(&made.issues), ["send-token"]);
        assert!(made.headers.iter().all(|(name, _)| *name != "Authorization"));
    }
    // Elsewhere no scope is known to be needed, and no token.
    let elsewhere = Sending { base: "https://fhir.example.org", ..Sending::default() };
    assert_eq!(request(&other_event(), elsewhere).issues, []);
    let token = jwt(json!({ "scope": "openid" }));
    assert_eq!(request(&other_event(), Sending { token: Some(&token), ..elsewhere }).issues, []);
    let none = request(&referral(), Sending { base: NETSMART, ..Sending::default() });
    assert_eq!((rules(&none.issues), errors(&none.issues)), (vec!["send-token"], vec![]));
}

#[test]
fn a_token_does_not_go_over_plain_http() {
    let ask = |base, token| request(&other_event(), Sending { base, token, ..Sending::default() });
    assert_eq!(errors(&ask("http://fhir.example.org", Some("x")).issues), ["send-plain-http"]);
    let warned = ask("http://fhir.example.org", None);
    assert_eq!((rules(&warned.issues), errors(&warned.issues)), (vec!["send-plain-http"], vec![]));
    assert_eq!(ask("http://127.0.0.1:8080/fhir", Some("x")).issues, []);
}

#[test]
fn urls_that_are_none_are_the_callers_fault() {
    let wrong = prepare(&Route::default(), &Sending { base: "https://a.example?x=1", ..Sending::default() });
    assert_eq!(wrong, Err(PrepareError::Base));
    for response_url in ["", "me", "/in", "ftp://a.example", "https://", "https://a.example/ b"] {
        let sending = Sending { base: NETSMART, response_url: Some(response_url), ..Sending::default() };
        assert_eq!(prepare(&Route::default(), &sending), Err(PrepareError::ResponseUrl), "{response_url}");
    }
}

fn statement() -> Value {
    json!({
        "resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "format": ["json", "application/fhir+xml"],
        "rest": [{ "mode": "server", "operation": [{ "name": "process-message", "definition": "http://example.org/x" }] }],
        "messaging": [
            { "reliableCache": 60, "supportedMessage": [
                { "mode": "receiver", "definition": "http://ntst.com/fhir/MessageDefinition/submit-service-request|1.0" }
            ] },
            { "reliableCache": 5 }
        ]
    })
}

fn check(statement: &Value, route: &Route) -> Vec<(Severity, String)> {
    let capability = read_capability(statement.to_string().as_bytes(), VALIDATOR.definitions());
    check_capability(&capability, route).into_iter().map(|issue| (issue.severity, issue.rule.into_owned())).collect()
}

#[test]
fn a_capability_statement_is_read() {
    let read = read_capability(statement().to_string().as_bytes(), VALIDATOR.definitions());
    assert!(read.operation);
    assert_eq!(read.fhir_version.as_deref(), Some("4.0.1"));
    assert_eq!(read.formats, ["json", "application/fhir+xml"]);
    assert_eq!(read.reliable_cache, Some(5));
    assert_eq!(read.events.len(), 1);
    assert_eq!(read.events[0].mode.as_deref(), Some("receiver"));
    assert_eq!(read.events[0].event.as_ref().unwrap().code.as_deref(), Some("submit-service-request"));
    assert_eq!(read.issues, []);
    assert_eq!(check(&statement(), &referral()), []);
}

#[test]
fn the_operation_is_found_by_its_name_or_definition_at_the_level_of_the_system() {
    let error = (Severity::Error, "capability-operation".to_owned());
    for (operation, found) in [
        (json!({ "name": "$process-message" }), true),
        (
            json!({ "name": "send", "definition": "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message" }),
            true,
        ),
        (
            json!({ "name": "send", "definition": "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message|4.0.1" }),
            true,
        ),
        (json!({ "name": "process-messages" }), false),
        (json!("process-message"), false),
    ] {
        let mut changed = statement();
        changed["rest"][0]["operation"] = json!([operation]);
        assert_eq!(check(&changed, &referral()).contains(&error), !found, "{operation}");
    }
    let mut of_a_type = statement();
    let operation = of_a_type["rest"][0].as_object_mut().unwrap().remove("operation").unwrap();
    of_a_type["rest"][0]["resource"] = json!([{ "type": "MessageHeader", "operation": operation }]);
    assert_eq!(check(&of_a_type, &referral()), std::slice::from_ref(&error));
    let mut of_a_client = statement();
    of_a_client["rest"][0]["mode"] = "client".into();
    assert_eq!(check(&of_a_client, &referral()), [error]);
}

#[test]
fn what_does_not_fit_the_message_is_said() {
    let with = |pointer: &str, value: Value| {
        let mut changed = statement();
        *changed.pointer_mut(pointer).unwrap() = value;
        changed
    };
    let one = |severity, rule: &str| vec![(severity, rule.to_owned())];
    let event = |changed: Value| check(&changed, &referral());
    assert_eq!(check(&statement(), &other_event()), one(Severity::Error, "capability-event"));
    assert_eq!(
        event(with("/messaging/0/supportedMessage/0/mode", "sender".into())),
        one(Severity::Error, "capability-event")
    );
    assert_eq!(event(with("/messaging", json!([]))), one(Severity::Warning, "capability-event-unsaid"));
    let unknown = with("/messaging/0/supportedMessage/0/definition", "http://example.org/MessageDefinition/x".into());
    assert_eq!(event(unknown), one(Severity::Warning, "capability-event-unsaid"));
    let stu3 = json!({ "mode": "receiver", "code": { "system": "http://example.org/events", "code": "admit" } });
    assert_eq!(check(&with("/messaging/0", json!({ "event": [stu3] })), &other_event()), []);
    assert_eq!(event(with("/fhirVersion", "5.0.0".into())), one(Severity::Error, "capability-version"));
    assert_eq!(event(with("/format", json!(["xml"]))), one(Severity::Error, "capability-format"));
    for wrong in [json!({ "resourceType": "Patient" }), json!([]), json!("x")] {
        assert_eq!(event(wrong), one(Severity::Error, "capability-type"));
    }
}

fn answer(status: u16, body: &str, headers: &[(&str, &str)]) -> Answer {
    let headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let received = Received { status, headers: &headers, body: body.as_bytes(), failure: None };
    read_answer(&VALIDATOR, &received, &Asked { message_id: Some("m1"), asynchronous: false, now: NOW })
}

fn answer_message(response: Value) -> Value {
    json!({
        "resourceType": "Bundle", "id": "a1", "type": "message",
        "entry": [
            {
                "fullUrl": "http://r.example/fhir/MessageHeader/h1",
                "resource": {
                    "resourceType": "MessageHeader", "id": "h1", "eventUri": "http://example.org/x",
                    "source": { "endpoint": "http://r.example/fhir" },
                    "response": response,
                    "focus": [{ "reference": "ServiceRequest/s9" }, { "reference": "http://r.example/fhir/Patient/p9/_history/3" }]
                }
            },
            {
                "fullUrl": "http://r.example/fhir/OperationOutcome/o1",
                "resource": { "resourceType": "OperationOutcome", "id": "o1", "issue": [
                    { "severity": "warning", "code": "incomplete", "details": { "text": "No coverage." }, "expression": ["Bundle"] }
                ] }
            },
            {
                "fullUrl": "http://r.example/fhir/ServiceRequest/s9",
                "resource": { "resourceType": "ServiceRequest", "id": "s9", "meta": { "versionId": "2" } }
            },
            { "fullUrl": "urn:uuid:b6b2b0a4-1111-4222-8333-123456789012", "resource": { "resourceType": "Observation" } }
        ]
    })
}

fn ours(code: &str) -> String {
    answer_message(json!({ "identifier": "m1", "code": code })).to_string()
}

#[test]
fn a_good_answer_names_what_was_created() {
    let read = answer(
        200,
        &ours("ok"),
        &[
            ("content-type", "application/fhir+json; charset=utf-8"),
            ("Location", "/fhir/ServiceRequest/s9/_history/2"),
            ("Content-Location", "http://r.example/fhir/Task/t1/_history/1"),
        ],
    );
    assert_eq!((read.outcome, read.may_resend, read.is_ours), (Outcome::Ok, false, Some(true)));
    assert_eq!(read.code.as_deref(), Some("ok"));
    assert_eq!(read.issues, []);
    assert_eq!(read.outcome_issues[0].details.as_ref().unwrap().text.as_deref(), Some("No coverage."));
    assert_eq!(read.outcome_issues[0].expression, ["Bundle"]);
    let created: Vec<_> = read
        .created
        .iter()
        .map(|one| (one.of.as_str(), one.id.as_str(), one.version.as_deref(), one.from.name()))
        .collect();
    assert_eq!(
        created,
        [
            ("ServiceRequest", "s9", Some("2"), "entry"),
            ("Patient", "p9", Some("3"), "focus"),
            ("Task", "t1", Some("1"), "location"),
        ]
    );
}

#[test]
fn the_location_of_an_entry_counts() {
    let mut message = answer_message(json!({ "identifier": "m1", "code": "ok" }));
    message["entry"][3] =
        json!({ "fullUrl": "urn:uuid:x", "response": { "status": "201", "location": "Encounter/e1/_history/1" } });
    let read = answer(200, &message.to_string(), &[]);
    assert!(read.created.iter().any(|one| (one.of.as_str(), one.id.as_str()) == ("Encounter", "e1")));
    // A message that was not processed has created nothing.
    assert_eq!(answer(200, &ours("fatal-error"), &[("Location", "Task/t1")]).created, []);
}

#[test]
fn response_code_decides() {
    for (code, outcome, may_resend, rule) in [
        ("transient-error", Outcome::Failed, true, "answer-failed"),
        ("fatal-error", Outcome::Refused, false, "answer-refused"),
        ("fine", Outcome::NotFhir, false, "answer-code"),
    ] {
        let read = answer(200, &ours(code), &[]);
        assert_eq!((read.outcome, read.may_resend), (outcome, may_resend), "{code}");
        assert_eq!(rules(&read.issues), [rule]);
    }
    let read = answer(500, &ours("fatal-error"), &[]);
    assert_eq!((read.outcome, read.may_resend), (Outcome::Refused, false));
    let read = answer(500, &ours("transient-error"), &[]);
    assert_eq!((read.outcome, read.may_resend), (Outcome::Failed, true));
}

#[test]
fn an_answer_to_another_message_is_not_ok() {
    let other = answer_message(json!({ "identifier": "m2", "code": "ok" })).to_string();
    let read = answer(200, &other, &[]);
    assert_eq!((read.outcome, read.may_resend, read.is_ours), (Outcome::NotFhir, false, Some(false)));
    assert_eq!(rules(&read.issues), ["answer-identifier"]);
    assert_eq!(read.created, []);
    // Without our id nothing can be said about theirs.
    let received = Received { status: 200, body: other.as_bytes(), ..Received::default() };
    let read = read_answer(&VALIDATOR, &received, &Asked::default());
    assert_eq!((read.outcome, read.is_ours), (Outcome::Ok, None));
}

/// An OperationOutcome as Netsmart documents it.
fn outcome_of(severity: &str, code: &str, text: &str) -> String {
    json!({
        "resourceType": "OperationOutcome",
        "issue": [{ "severity": severity, "code": code, "details": { "text": text }, "diagnostics": "d", "location": ["Bundle.entry[0]"] }]
    })
    .to_string()
}

#[test]
fn each_error_that_netsmart_documents_is_read() {
    for (status, code, issue_code) in [
        (400, "invalid", "invalid"),
        (401, "security", "login"),
        (403, "forbidden", "forbidden"),
        (404, "not-found", "not-found"),
        (422, "structure", "processing"),
    ] {
        let read = answer(status, &outcome_of("error", code, "why"), &[("content-type", "application/fhir+json")]);
        assert_eq!((read.outcome, read.may_resend, read.status), (Outcome::Refused, false, status));
        assert_eq!(rules(&read.issues), ["answer-refused"]);
        assert_eq!(read.issues[0].code, issue_code);
        let theirs = &read.outcome_issues[0];
        assert_eq!((theirs.severity, theirs.code.as_str()), (Severity::Error, code));
        assert_eq!(theirs.details.as_ref().unwrap().text.as_deref(), Some("why"));
        assert_eq!((theirs.diagnostics.as_deref(), theirs.location.len()), (Some("d"), 1));
    }
    let read = answer(500, &outcome_of("fatal", "exception", "why"), &[]);
    assert_eq!((read.outcome, read.may_resend), (Outcome::Failed, true));
    assert_eq!(rules(&read.issues), ["answer-failed"]);
}

#[test]
fn pages_that_are_no_fhir_are_told_apart() {
    let denied = "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
    let read = answer(403, denied, &[("content-type", "application/xml")]);
    assert_eq!((read.outcome, rules(&read.issues)), (Outcome::Refused, vec!["answer-gateway", "answer-refused"]));
    let page = "<!DOCTYPE html><html><body>Bad Gateway</body></html>";
    let read = answer(502, page, &[("content-type", "text/html")]);
    assert_eq!((read.outcome, read.may_resend), (Outcome::Failed, true));
    assert_eq!(rules(&read.issues), ["answer-not-fhir", "answer-failed"]);
    let read = answer(200, page, &[("content-type", "text/html")]);
    assert_eq!((read.outcome, rules(&read.issues)), (Outcome::NotFhir, vec!["answer-not-fhir"]));
    for body in ["{\"error\":\"invalid_token\"}", "[]", "\u{1}", "{\"resourceType\":\"Nonsense\"}"] {
        assert_eq!(answer(200, body, &[]).outcome, Outcome::NotFhir, "{body}");
    }
    // An error without a text is not called a page.
    assert_eq!(rules(&answer(404, "", &[]).issues), ["answer-refused"]);
}

#[test]
fn what_is_fhir_and_no_answer_is_said() {
    let mut request = answer_message(json!({ "identifier": "m1", "code": "ok" }));
    request["entry"][0]["resource"].as_object_mut().unwrap().remove("response");
    for body in
        [request, json!({ "resourceType": "Bundle", "type": "collection" }), json!({ "resourceType": "Patient" })]
    {
        let read = answer(200, &body.to_string(), &[]);
        assert_eq!((read.outcome, errors(&read.issues)), (Outcome::NotFhir, vec!["answer-no-message"]));
    }
    let read = answer(200, &outcome_of("information", "informational", "done"), &[("Location", "Task/t1")]);
    assert_eq!((read.outcome, rules(&read.issues)), (Outcome::Ok, vec!["answer-no-message"]));
    assert_eq!(read.created.len(), 1);
    assert_eq!(answer(200, &outcome_of("error", "processing", "no"), &[]).outcome, Outcome::Refused);
    let read = answer(200, &ours("ok"), &[("content-type", "text/plain")]);
    assert_eq!((read.outcome, rules(&read.issues)), (Outcome::Ok, vec!["answer-content-type"]));
    let contradicting = ours("ok").replace("\"warning\"", "\"error\"");
    let read = answer(200, &contradicting, &[]);
    assert_eq!((read.outcome, rules(&read.issues)), (Outcome::Ok, vec!["answer-ok-with-errors"]));
}

#[test]
fn an_answer_that_leaves_out_what_it_must_have_is_not_taken_for_ok_in_silence() {
    let ok = answer_message(json!({ "identifier": "m1", "code": "ok" })).to_string();
    assert_eq!(answer(200, &ok, &[]).outcome, Outcome::Ok);
    // R4: with another status than 200 the message was not processed.
    for status in [201, 203, 206, 299] {
        assert_eq!(answer(status, &ok, &[]).outcome, Outcome::NotFhir, "{status}");
    }
    let nameless = answer(200, &answer_message(json!({ "code": "ok" })).to_string(), &[]);
    assert_eq!((nameless.outcome, rules(&nameless.issues)), (Outcome::Ok, vec!["answer-identifier"]));
    let collection = answer(200, &ok.replace("\"message\"", "\"collection\""), &[]);
    assert_eq!(rules(&collection.issues), ["answer-no-message"]);
    for outcome in [r#"{"resourceType":"OperationOutcome"}"#, r#"{"resourceType":"OperationOutcome","issue":[]}"#] {
        let empty = answer(200, outcome, &[]);
        assert_eq!((empty.outcome, rules(&empty.issues)), (Outcome::NotFhir, vec!["answer-not-fhir"]));
    }
}

#[test]
fn each_resource_is_named_once_however_many_there_are() {
    let mut message = answer_message(json!({ "identifier": "m1", "code": "ok" }));
    let entries = message["entry"].as_array_mut().unwrap();
    // As many as would take minutes if each were compared with all before it.
    for index in 0..60_000 {
        let id = format!("p{}", index % 30_000);
        let meta = if index < 30_000 { json!({}) } else { json!({ "versionId": "2" }) };
        entries.push(json!({ "resource": { "resourceType": "Patient", "id": id, "meta": meta } }));
    }
    let read = answer(200, &message.to_string(), &[]);
    let patients: Vec<_> = read.created.iter().filter(|one| one.of == "Patient" && one.id != "p9").collect();
    assert_eq!(patients.len(), 29_999);
    assert!(patients.iter().all(|one| one.version.as_deref() == Some("2")), "the version of whichever says one");
    let ids: Vec<_> = patients.iter().take(3).map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["p0", "p1", "p2"], "in the order of the answer");
}

#[test]
fn an_empty_answer_is_accepted_where_it_may_be() {
    let read = |status, asynchronous| {
        let received = Received { status, body: b" \n", ..Received::default() };
        read_answer(&VALIDATOR, &received, &Asked { asynchronous, ..Asked::default() }).outcome
    };
    assert_eq!(read(202, true), Outcome::Accepted);
    assert_eq!(read(202, false), Outcome::Accepted);
    assert_eq!(read(200, true), Outcome::Accepted);
    assert_eq!(read(204, true), Outcome::Accepted);
    assert_eq!(read(200, false), Outcome::NotFhir);
    assert_eq!(read(204, false), Outcome::NotFhir);
    assert_eq!(read(500, true), Outcome::Failed);
    assert_eq!(read(400, true), Outcome::Refused);
}

#[test]
fn statuses_that_say_later_may_be_sent_again() {
    for status in [408, 425, 429, 500, 502, 503, 504] {
        let read = answer(status, "", &[("Retry-After", "7")]);
        assert_eq!((read.outcome, read.may_resend, read.retry_after), (Outcome::Failed, true, Some(7)), "{status}");
    }
    for status in [400, 401, 403, 404, 405, 406, 409, 410, 412, 413, 415, 418, 422] {
        let read = answer(status, "", &[]);
        assert_eq!((read.outcome, read.may_resend), (Outcome::Refused, false), "{status}");
    }
    let read = answer(503, "", &[("retry-after", "Mon, 21 Sep 2026 14:13:50 GMT")]);
    assert_eq!(read.retry_after, Some(30));
    assert_eq!(answer(503, "", &[("retry-after", "soon")]).retry_after, None);
}

#[test]
fn a_redirect_is_refused_and_says_where_to() {
    for status in [301, 302, 303, 307, 308] {
        let read = answer(status, "", &[("location", "https://elsewhere.example/fhir")]);
        assert_eq!((read.outcome, read.may_resend), (Outcome::Refused, false));
        assert_eq!(rules(&read.issues), ["answer-redirect"]);
        assert_eq!(read.location.as_deref(), Some("https://elsewhere.example/fhir"));
        assert!(!read.issues[0].message.contains("elsewhere"));
    }
}

#[test]
fn what_happens_on_the_way_is_an_outcome() {
    let read = |status, failure, body: &str| {
        let received = Received { status, body: body.as_bytes(), failure: Some(failure), ..Received::default() };
        let read = read_answer(&VALIDATOR, &received, &Asked::default());
        (read.outcome, read.may_resend, rules(&read.issues).join(" "))
    };
    let failed = |rule: &str| (Outcome::Failed, true, rule.to_owned());
    assert_eq!(read(0, Failure::Unreachable, ""), failed("network-unreachable"));
    assert_eq!(read(0, Failure::Timeout, ""), failed("network-timeout"));
    assert_eq!(read(200, Failure::Broken, &ours("ok")), failed("network-broken"));
    assert_eq!(read(200, Failure::Timeout, ""), failed("network-timeout"));
    assert_eq!(read(0, Failure::Cors, ""), (Outcome::Refused, false, "network-cors".to_owned()));
    assert_eq!(read(0, Failure::Redirect, ""), (Outcome::Refused, false, "answer-redirect".to_owned()));
    assert_eq!(read(200, Failure::TooLong, "{"), (Outcome::NotFhir, false, "answer-too-long".to_owned()));
    // The status of an error holds without its text.
    assert_eq!(read(400, Failure::Broken, "").0, Outcome::Refused);
    assert_eq!(read(500, Failure::TooLong, "").0, Outcome::Failed);
    assert_eq!(answer(0, "", &[]).outcome, Outcome::Failed);
}

fn any_body() -> impl Strategy<Value = String> {
    let code = prop_oneof![Just("ok"), Just("transient-error"), Just("fatal-error"), Just("?")];
    let whole = code.prop_map(ours);
    let cut = (whole.clone(), 0..600_usize).prop_map(|(text, at)| text.chars().take(at).collect());
    prop_oneof![
        Just(String::new()),
        "\\PC{0,60}",
        whole,
        cut,
        ("[a-z]{1,9}", "[a-z-]{1,12}").prop_map(|(severity, code)| outcome_of(&severity, &code, "x")),
        Just("<html>AccessDenied</html>".to_owned()),
    ]
}

fn any_headers() -> impl Strategy<Value = Vec<(String, String)>> {
    let name =
        prop_oneof![Just("Location"), Just("Retry-After"), Just("Content-Type"), Just("Content-Location"), Just("X")];
    prop::collection::vec((name.prop_map(str::to_owned), "\\PC{0,40}"), 0..4)
}

fn any_failure() -> impl Strategy<Value = Option<Failure>> {
    prop::option::of(prop_oneof![
        Just(Failure::Unreachable),
        Just(Failure::Timeout),
        Just(Failure::Broken),
        Just(Failure::TooLong),
        Just(Failure::Cors),
        Just(Failure::Redirect),
    ])
}

proptest! {
    #[test]
    fn every_answer_has_one_outcome(
        status in prop_oneof![any::<u16>(), 0..700_u16, Just(200)],
        body in any_body(),
        headers in any_headers(),
        failure in any_failure(),
        asynchronous in any::<bool>(),
    ) {
        let received = Received { status, headers: &headers, body: body.as_bytes(), failure };
        let read = read_answer(&VALIDATOR, &received, &Asked { message_id: Some("m1"), asynchronous, now: NOW });
        prop_assert_eq!(read.may_resend, read.outcome == Outcome::Failed);
        let says_later = matches!(status, 408 | 425 | 429);
        if (400..500).contains(&status) && !says_later {
            prop_assert_eq!(read.outcome, Outcome::Refused);
        }
        if (300..400).contains(&status) {
            prop_assert!(!matches!(read.outcome, Outcome::Ok | Outcome::Accepted));
        }
        if matches!(read.outcome, Outcome::Ok | Outcome::Accepted) {
            prop_assert!((200..300).contains(&status));
            prop_assert!(errors(&read.issues).is_empty());
            prop_assert_ne!(read.is_ours, Some(false));
        } else {
            prop_assert!(!errors(&read.issues).is_empty());
            prop_assert!(read.created.is_empty());
        }
        // The texts are fixed: none of them quotes a header.
        for (_, value) in headers.iter().filter(|(_, value)| value.len() > 8) {
            prop_assert!(read.issues.iter().all(|issue| !issue.message.contains(value.as_str())));
        }
    }

    #[test]
    fn any_bytes_are_read(status in any::<u16>(), body in prop::collection::vec(any::<u8>(), 0..200)) {
        let received = Received { status, body: &body, ..Received::default() };
        read_answer(&VALIDATOR, &received, &Asked::default());
        read_capability(&body, VALIDATOR.definitions());
    }

    #[test]
    fn a_request_goes_to_the_base_that_was_named(
        base in "(https?://)?[a-z@:.\\[\\]?#/\\\\ ]{0,30}",
        token in "\\PC{0,30}",
        response_url in prop::option::of("\\PC{0,30}"),
        asynchronous in any::<bool>(),
    ) {
        let sending = Sending { base: &base, token: Some(&token), asynchronous, response_url: response_url.as_deref(), now: NOW, ..Sending::default() };
        if let Ok(made) = prepare(&other_event(), &sending) {
            let host = |url: &str| url.split("://").nth(1).unwrap().split('/').next().unwrap().to_owned();
            prop_assert_eq!(host(&made.url), host(&base));
            prop_assert!(made.url.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#'));
            prop_assert!(!host(&made.url).contains(['@', '\\', '?']));
            prop_assert!(made.headers.iter().all(|(_, value)| !value.contains(['\r', '\n'])));
        }
    }
}
