//! Requests, declared capabilities and answers: what `exchange` makes of them, and what it never does, whatever comes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fhirpost::Validator;
use fhirpost::definitions::ResponseRequired;
use fhirpost::exchange::{
    Answer, Failure, HttpAnswer, Outcome, PrepareError, Profile, RULES, Request, SendOptions, SentMessage,
    check_capability, prepare, read_capability,
};
use fhirpost::message::Route;
use fhirpost::report::{Issue, Severity};
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
    VALIDATOR.route(message.to_string())
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

fn request(route: &Route, sending: SendOptions<'_>) -> Request {
    prepare(route, &SendOptions { now: NOW, ..sending }).unwrap()
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
    let made = request(&referral(), SendOptions { base: NETSMART, token: Some(&token), ..SendOptions::default() });
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
    let sending = SendOptions {
        base: "https://fhir.example.org/r4/",
        asynchronous: true,
        response_url: Some("https://me.example.org/in?x=1&y=é"),
        ..SendOptions::default()
    };
    let made = request(&other_event(), sending);
    assert_eq!(
        made.url,
        "https://fhir.example.org/r4/$process-message?async=true&response-url=https%3A%2F%2Fme.example.org%2Fin%3Fx%3D1%26y%3D%C3%A9"
    );
    assert_eq!(made.issues, []);
    let made = request(&other_event(), SendOptions { asynchronous: false, ..sending });
    assert_eq!(made.url, "https://fhir.example.org/r4/$process-message");
    assert_eq!(rules(&made.issues), ["send-response-url"]);
}

#[test]
fn async_with_an_event_or_a_receiver_that_cannot_is_an_error() {
    let sending = |base, profile| SendOptions { base, profile, asynchronous: true, ..SendOptions::default() };
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
        request(&referral(), SendOptions { base: NETSMART, token: Some(token), scope, ..SendOptions::default() })
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
    let elsewhere = SendOptions { base: "https://fhir.example.org", ..SendOptions::default() };
    assert_eq!(request(&other_event(), elsewhere).issues, []);
    let token = jwt(json!({ "scope": "openid" }));
    assert_eq!(request(&other_event(), SendOptions { token: Some(&token), ..elsewhere }).issues, []);
    let none = request(&referral(), SendOptions { base: NETSMART, ..SendOptions::default() });
    assert_eq!((rules(&none.issues), errors(&none.issues)), (vec!["send-token"], vec![]));
}

#[test]
fn a_token_does_not_go_over_plain_http() {
    let ask = |base, token| request(&other_event(), SendOptions { base, token, ..SendOptions::default() });
    assert_eq!(errors(&ask("http://fhir.example.org", Some("x")).issues), ["send-plain-http"]);
    let warned = ask("http://fhir.example.org", None);
    assert_eq!((rules(&warned.issues), errors(&warned.issues)), (vec!["send-plain-http"], vec![]));
    assert_eq!(ask("http://127.0.0.1:8080/fhir", Some("x")).issues, []);
}

#[test]
fn urls_that_are_none_are_the_callers_fault() {
    let wrong = prepare(&Route::default(), &SendOptions { base: "https://a.example?x=1", ..SendOptions::default() });
    assert_eq!(wrong, Err(PrepareError::Base));
    for response_url in ["", "me", "/in", "ftp://a.example", "https://", "https://a.example/ b"] {
        let sending = SendOptions { base: NETSMART, response_url: Some(response_url), ..SendOptions::default() };
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
    let without_messaging = || {
        let mut changed = statement();
        changed.as_object_mut().unwrap().remove("messaging");
        changed
    };
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
        let mut changed = without_messaging();
        changed["rest"][0]["operation"] = json!([operation]);
        assert_eq!(check(&changed, &referral()).contains(&error), !found, "{operation}");
    }
    let mut of_a_type = without_messaging();
    let operation = of_a_type["rest"][0].as_object_mut().unwrap().remove("operation").unwrap();
    of_a_type["rest"][0]["resource"] = json!([{ "type": "MessageHeader", "operation": operation }]);
    assert!(check(&of_a_type, &referral()).contains(&error));
    let mut of_a_client = without_messaging();
    of_a_client["rest"][0]["mode"] = "client".into();
    assert!(check(&of_a_client, &referral()).contains(&error));
}

#[test]
fn messaging_without_a_rest_server_may_be_sent_to() {
    let endpoint = |code: &str, address: &str| json!({ "protocol": { "system": "http://terminology.hl7.org/CodeSystem/message-transport", "code": code }, "address": address });
    let without_rest = |change: &dyn Fn(&mut Value)| {
        let mut changed = statement();
        changed.as_object_mut().unwrap().remove("rest");
        change(&mut changed);
        changed
    };
    for fitting in [
        without_rest(&|_| {}),
        without_rest(&|changed| changed["rest"] = json!([])),
        without_rest(&|changed| changed["rest"] = json!([{ "mode": "client" }])),
        without_rest(&|changed| {
            let both = [
                endpoint("mllp", "mllp://r.example:2575"),
                endpoint("http", "https://r.example/fhir/$process-message"),
            ];
            changed["messaging"][0]["endpoint"] = json!(both);
        }),
    ] {
        assert_eq!(check(&fitting, &referral()), [], "{fitting}");
        let read = read_capability(fitting.to_string().as_bytes(), VALIDATOR.definitions());
        assert_eq!((read.operation, read.messaging), (false, true));
    }
    let error = (Severity::Error, "capability-operation".to_owned());
    let elsewhere = without_rest(&|changed| {
        for messaging in changed["messaging"].as_array_mut().unwrap() {
            messaging["endpoint"] = json!([endpoint("mllp", "mllp://r.example:2575")]);
        }
    });
    assert_eq!(check(&elsewhere, &referral()), std::slice::from_ref(&error));
    // A server that lists what it can do, and not this: what it takes messages with may be beside it.
    let mut other_operations = statement();
    other_operations["rest"][0]["operation"] = json!([]);
    let warning = (Severity::Warning, "capability-operation".to_owned());
    assert_eq!(check(&other_operations, &referral()), [warning]);
    let read = read_capability(other_operations.to_string().as_bytes(), VALIDATOR.definitions());
    assert_eq!((read.operation, read.messaging, read.rest), (false, true, true));
    other_operations["messaging"] = elsewhere["messaging"].clone();
    assert_eq!(check(&other_operations, &referral()), std::slice::from_ref(&error));
    other_operations.as_object_mut().unwrap().remove("messaging");
    assert!(check(&other_operations, &referral()).contains(&error));
}

#[test]
fn what_cannot_be_resolved_is_not_a_refusal() {
    let known = "http://ntst.com/fhir/MessageDefinition/update-service-request";
    let unknown = "https://r.example/fhir/MessageDefinition/x|2";
    let of = |supported: Value, events: Value| {
        let mut changed = statement();
        changed["messaging"] = json!([{ "supportedMessage": supported, "event": events }]);
        changed
    };
    let one = |mode: &str, definition: &str| json!({ "mode": mode, "definition": definition });
    let unsaid = vec![(Severity::Warning, "capability-event-unsaid".to_owned())];
    let none = || json!([]);
    for declared in [
        of(json!([one("receiver", unknown)]), none()),
        of(json!([one("receiver", known), one("receiver", unknown)]), none()),
        of(json!([one("sender", known), one("sender", unknown)]), none()),
        of(json!([{ "mode": "receiver" }]), none()),
        of(json!([{ "definition": known }]), none()),
        of(json!([one("both", known)]), none()),
        of(none(), json!([{ "mode": "receiver", "code": { "code": "admit" } }])),
        of(none(), json!([{ "mode": "receiver" }])),
        of(none(), none()),
    ] {
        assert_eq!(check(&declared, &referral()), unsaid, "{declared}");
        assert_eq!(check(&declared, &other_event()), unsaid, "{declared}");
    }
    let ours = "http://ntst.com/fhir/MessageDefinition/submit-service-request";
    // SendOptions it does not count; what is not known may be receiving it.
    let refused = vec![(Severity::Error, "capability-event".to_owned())];
    assert_eq!(check(&of(json!([one("sender", ours)]), none()), &referral()), refused);
    assert_eq!(check(&of(json!([one("sender", ours), one("receiver", unknown)]), none()), &referral()), unsaid);
    assert_eq!(check(&of(json!([one("sender", ours), one("receiver", ours)]), none()), &referral()), []);
    assert_eq!(check(&of(json!([one("receiver", known)]), none()), &referral()), refused);
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
    let received = HttpAnswer { status, headers: &headers, body: body.as_bytes(), failure: None };
    VALIDATOR.read_answer(&received, &SentMessage { message_id: Some("m1"), now: NOW, ..SentMessage::default() })
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
fn what_an_answer_speaks_of_was_not_created() {
    // As an acknowledgement of MedCom's: who sends, who receives, and where each message came from. There is no focus.
    let resource = |of: &str, id: &str| json!({ "fullUrl": format!("https://r.example/{of}/{id}"), "resource": { "resourceType": of, "id": id } });
    let header = json!({ "fullUrl": "https://r.example/MessageHeader/h", "resource": {
        "resourceType": "MessageHeader", "id": "h",
        "eventCoding": { "system": "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-messaging-eventCodes", "code": "acknowledgement-message" },
        "sender": { "reference": "Organization/o1" },
        "source": { "endpoint": "https://r.example" },
        "response": { "identifier": "m1", "code": "ok" }
    } });
    let context = [
        resource("Organization", "o1"),
        resource("Organization", "o2"),
        resource("Provenance", "p1"),
        resource("Provenance", "p2"),
    ];
    let acknowledgement = |header: &Value| {
        let mut entries = vec![header.clone()];
        entries.extend(context.clone());
        json!({ "resourceType": "Bundle", "id": "a", "type": "message", "entry": entries }).to_string()
    };
    let read = answer(200, &acknowledgement(&header), &[]);
    assert_eq!((read.outcome, read.created), (Outcome::Ok, vec![]));
    // Only what the focus resolves to is, by whatever form of reference.
    for (reference, from) in [
        ("Provenance/p2", "entry"),
        ("https://r.example/Provenance/p2", "entry"),
        ("https://other.example/Provenance/p2", "focus"),
    ] {
        let mut focused = header.clone();
        focused["resource"]["focus"] = json!([{ "reference": reference }]);
        let read = answer(200, &acknowledgement(&focused), &[]);
        let created: Vec<_> =
            read.created.iter().map(|one| (one.of.as_str(), one.id.as_str(), one.from.name())).collect();
        assert_eq!(created, [("Provenance", "p2", from)], "{reference}");
    }
}

#[test]
fn an_operation_outcome_names_what_was_created() {
    let named = |issues: Value| {
        let body = json!({ "resourceType": "OperationOutcome", "issue": issues }).to_string();
        let read = answer(200, &body, &[]);
        assert_eq!(read.outcome, Outcome::Ok, "{body}");
        read.created.iter().map(|one| format!("{}/{} {}", one.of, one.id, one.from.name())).collect::<Vec<_>>()
    };
    let text = |severity: &str, text: &str| json!([{ "severity": severity, "code": "informational", "details": { "text": text } }]);
    for (words, expected) in [
        ("Created ServiceRequest/41", vec!["ServiceRequest/41 issue"]),
        ("The resource \"ServiceRequest/41/_history/1\" was created.", vec!["ServiceRequest/41 issue"]),
        ("Successfully created https://r.example/fhir/ServiceRequest/41.", vec!["ServiceRequest/41 issue"]),
        (
            "ServiceRequest/41, Task/2 and Task/3 were created",
            vec!["ServiceRequest/41 issue", "Task/2 issue", "Task/3 issue"],
        ),
        ("Updated ServiceRequest/41 for Patient/9", vec!["ServiceRequest/41 issue"]),
        ("HttpAnswer ServiceRequest/41", vec![]),
        ("ServiceRequest/41 was not created", vec![]),
        ("Nothing created: Patient/9 exists already", vec![]),
        ("Created something/41", vec![]),
        ("Created", vec![]),
        ("Successfully created resource \"ServiceRequest/41/_history/1\". Took 12ms.", vec!["ServiceRequest/41 issue"]),
        ("Successfully created resource \"ServiceRequest/41\" in 12 ms", vec!["ServiceRequest/41 issue"]),
        ("The following were created: ServiceRequest/41, Task/2.", vec!["ServiceRequest/41 issue", "Task/2 issue"]),
        ("Created the new Task Task/2 and ServiceRequest/41", vec!["Task/2 issue", "ServiceRequest/41 issue"]),
        ("Created Task/2; ServiceRequest/41", vec!["Task/2 issue", "ServiceRequest/41 issue"]),
        ("Created Task/2,ServiceRequest/41", vec!["Task/2 issue", "ServiceRequest/41 issue"]),
        ("Created referral with id ServiceRequest/41", vec!["ServiceRequest/41 issue"]),
        ("Saved as ServiceRequest/41 (Patient/4)", vec![]),
        ("Created ServiceRequest/41 (Patient/4)", vec!["ServiceRequest/41 issue"]),
        ("Task/2 was created and ServiceRequest/41 has been updated", vec!["Task/2 issue", "ServiceRequest/41 issue"]),
        ("Task/2 created, ServiceRequest/41 updated", vec!["Task/2 issue", "ServiceRequest/41 issue"]),
        ("Task/2: created. ServiceRequest/41: updated.", vec!["Task/2 issue", "ServiceRequest/41 issue"]),
        ("Message processed: ServiceRequest/41 created", vec!["ServiceRequest/41 issue"]),
        ("A referral was created: ServiceRequest/41", vec!["ServiceRequest/41 issue"]),
        // Who did it, for whom it was done, and what was there before.
        ("Created for Patient/4", vec![]),
        ("Created a referral for Patient/4", vec![]),
        ("A referral was created for Patient/4.", vec![]),
        ("Updated by Practitioner/3", vec![]),
        ("Created on behalf of Organization/2", vec![]),
        ("Created with subject Patient/4", vec![]),
        ("Created Task/2 with Patient/4", vec!["Task/2 issue"]),
        ("Created Task/2 by Practitioner/3, for Patient/4", vec!["Task/2 issue"]),
        ("Practitioner/3 created ServiceRequest/41", vec!["ServiceRequest/41 issue"]),
        ("Practitioner/3 has created the ServiceRequest/41", vec!["ServiceRequest/41 issue"]),
        ("Practitioner/3 and Patient/4 updated a referral", vec![]),
        ("Patient/4: a ServiceRequest was created", vec![]),
        ("Created. Patient/4 is known.", vec![]),
        ("Created ServiceRequest/41. Patient/4 was notified.", vec!["ServiceRequest/41 issue"]),
        ("Created ServiceRequest/41, and Patient/4 was notified", vec!["ServiceRequest/41 issue"]),
        ("Created ServiceRequest/41\nPatient/4 was notified", vec!["ServiceRequest/41 issue"]),
        ("For Patient/4, created ServiceRequest/41", vec!["ServiceRequest/41 issue"]),
        ("The request of Patient/4 was updated", vec![]),
        ("Task/2 is to be created for ServiceRequest/41", vec![]),
        ("Failed to create ServiceRequest/41", vec![]),
        ("Creating ServiceRequest/41", vec![]),
        ("The creator is Practitioner/3", vec![]),
        ("ServiceRequest/41 wasn't created", vec![]),
    ] {
        assert_eq!(named(text("information", words)), expected, "{words}");
        assert_eq!(named(text("warning", words)), Vec::<String>::new(), "{words}");
    }
    let at = |severity: &str, location: &str| json!([{ "severity": severity, "code": "informational", "location": [location] }]);
    assert_eq!(named(at("information", "ServiceRequest/41/_history/2")), ["ServiceRequest/41 issue"]);
    assert_eq!(named(at("information", "https://r.example/fhir/ServiceRequest/41")), ["ServiceRequest/41 issue"]);
    assert_eq!(named(at("information", "Bundle.entry[0]")), Vec::<String>::new());
    assert_eq!(named(at("warning", "ServiceRequest/41")), Vec::<String>::new());
    let diagnostics =
        json!([{ "severity": "information", "code": "informational", "diagnostics": "ServiceRequest/41 updated" }]);
    assert_eq!(named(diagnostics), ["ServiceRequest/41 issue"]);
    // A text of any length is gone through once.
    let long = text("information", &format!("Created {}", "Task/1, ".repeat(100_000)));
    assert_eq!(named(long), ["Task/1 issue"]);
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
    let received = HttpAnswer { status: 200, body: other.as_bytes(), ..HttpAnswer::default() };
    let read = VALIDATOR.read_answer(&received, &SentMessage::default());
    assert_eq!((read.outcome, read.is_ours), (Outcome::Ok, None));
}

#[test]
fn a_fatal_error_that_answers_another_message_decides_nothing() {
    let other = |code: &str| answer_message(json!({ "identifier": "m2", "code": code })).to_string();
    for status in [500, 502, 503, 408, 425, 429] {
        let read = answer(status, &other("fatal-error"), &[]);
        assert_eq!((read.outcome, read.may_resend, read.is_ours), (Outcome::Failed, true, Some(false)), "{status}");
        assert!(rules(&read.issues).contains(&"answer-identifier"), "{status}");
    }
    for code in ["fatal-error", "transient-error", "ok"] {
        let read = answer(202, &other(code), &[]);
        assert_eq!((read.outcome, read.may_resend), (Outcome::Accepted, false), "{code}");
        assert_eq!((rules(&read.issues), errors(&read.issues)), (vec!["answer-identifier"], vec![]));
        assert_eq!(read.created, []);
        assert_eq!(answer(200, &other(code), &[]).outcome, Outcome::NotFhir, "{code}");
        assert_eq!(answer(422, &other(code), &[]).outcome, Outcome::Refused, "{code}");
    }
    for status in [500, 202] {
        assert_eq!(answer(status, &ours("fatal-error"), &[]).outcome, Outcome::Refused, "{status}");
    }
}

#[test]
fn one_that_does_not_say_which_message_it_answers_decides_nothing_against_the_status() {
    let nameless = |code: &str| answer_message(json!({ "code": code })).to_string();
    for status in [500, 502, 503, 408, 425, 429] {
        let read = answer(status, &nameless("fatal-error"), &[]);
        assert_eq!((read.outcome, read.may_resend, read.is_ours), (Outcome::Failed, true, None), "{status}");
    }
    assert!(rules(&answer(500, &nameless("fatal-error"), &[]).issues).contains(&"answer-identifier"));
    for code in ["fatal-error", "transient-error"] {
        let read = answer(202, &nameless(code), &[]);
        assert_eq!((read.outcome, read.may_resend), (Outcome::Accepted, false), "{code}");
        assert_eq!((rules(&read.issues), errors(&read.issues)), (vec!["answer-identifier"], vec![]));
    }
    assert_eq!(answer(422, &nameless("ok"), &[]).outcome, Outcome::Refused);
    // With 200 nothing else says what came of the message.
    let read = answer(200, &nameless("fatal-error"), &[]);
    assert_eq!((read.outcome, rules(&read.issues)), (Outcome::Refused, vec!["answer-identifier", "answer-refused"]));
    // Where our id is not known, the answer that names one decides.
    let ours = ours("fatal-error");
    let received = HttpAnswer { status: 500, body: ours.as_bytes(), ..HttpAnswer::default() };
    assert_eq!(VALIDATOR.read_answer(&received, &SentMessage::default()).outcome, Outcome::Refused);
}

#[test]
fn of_several_waits_the_longest_counts() {
    for (headers, wait) in [
        (vec![("Retry-After", "3600, 3600")], Some(3600)),
        (vec![("Retry-After", "5"), ("retry-after", "60"), ("RETRY-AFTER", "soon")], Some(60)),
        (vec![("Retry-After", "soon")], None),
    ] {
        assert_eq!(answer(503, "", &headers).retry_after, wait, "{headers:?}");
    }
}

#[test]
fn accepted_is_accepted_whatever_is_written_beside_it() {
    for asynchronous in [false, true] {
        for (kind, body) in [
            ("text/plain", "Accepted".to_owned()),
            ("text/html", "<html>queued</html>".to_owned()),
            ("application/json", "{\"status\":\"queued\"}".to_owned()),
            ("application/xml", "<OperationOutcome xmlns=\"http://hl7.org/fhir\"/>".to_owned()),
            ("application/fhir+json", outcome_of("information", "informational", "queued")),
            ("application/fhir+json", outcome_of("error", "processing", "queued")),
            ("application/fhir+json", r#"{"resourceType":"OperationOutcome"}"#.to_owned()),
            ("application/fhir+json", json!({ "resourceType": "Task", "id": "t1" }).to_string()),
            ("application/fhir+json", json!({ "resourceType": "Bundle", "type": "collection" }).to_string()),
            ("application/fhir+json", ours("ok")),
            ("", "null".to_owned()),
            ("", "\u{feff}".to_owned()),
        ] {
            let headers = [("content-type".to_owned(), kind.to_owned())];
            let received = HttpAnswer { status: 202, headers: &headers, body: body.as_bytes(), failure: None };
            let asked = SentMessage { message_id: Some("m1"), asynchronous, now: NOW, ..SentMessage::default() };
            let read = VALIDATOR.read_answer(&received, &asked);
            assert_eq!((read.outcome, errors(&read.issues)), (Outcome::Accepted, vec![]), "{body}");
        }
    }
}

#[test]
fn an_operation_outcome_acknowledges_an_asynchronous_message() {
    let read = |body: &str, asynchronous| {
        let received = HttpAnswer { status: 200, body: body.as_bytes(), ..HttpAnswer::default() };
        VALIDATOR
            .read_answer(&received, &SentMessage { message_id: Some("m1"), asynchronous, ..SentMessage::default() })
    };
    for severity in ["information", "warning"] {
        let body = outcome_of(severity, "informational", "x");
        let acknowledged = read(&body, true);
        assert_eq!((acknowledged.outcome, rules(&acknowledged.issues)), (Outcome::Accepted, vec![]));
        assert_eq!(read(&body, false).outcome, Outcome::Ok);
    }
    assert_eq!(read(r#"{"resourceType":"OperationOutcome","issue":[]}"#, true).outcome, Outcome::Accepted);
    assert_eq!(read(&outcome_of("error", "processing", "x"), true).outcome, Outcome::Refused);
    // An answer that comes at once all the same is one.
    assert_eq!(read(&ours("ok"), true).outcome, Outcome::Ok);
    assert_eq!(read(&ours("fatal-error"), true).outcome, Outcome::Refused);
    // A page that has nothing to do with it acknowledges nothing.
    assert_eq!(read("<html>Log in</html>", true).outcome, Outcome::NotFhir);
}

#[test]
fn an_answer_may_be_wrapped_and_begin_with_a_byte_order_mark() {
    let wrap = |name: &str, resource: &str| {
        let resource: Value = serde_json::from_str(resource).unwrap();
        json!({ "resourceType": "Parameters", "parameter": [{ "name": "x", "valueString": "y" }, { "name": name, "resource": resource }] })
    };
    for name in ["return", "content"] {
        let read = answer(200, &wrap(name, &ours("ok")).to_string(), &[]);
        assert_eq!((read.outcome, read.is_ours, rules(&read.issues)), (Outcome::Ok, Some(true), vec![]));
        assert_eq!(read.created.len(), 2);
        let refused = answer(200, &wrap(name, &ours("fatal-error")).to_string(), &[]);
        assert_eq!(refused.outcome, Outcome::Refused);
        let outcome = answer(400, &wrap(name, &outcome_of("error", "invalid", "x")).to_string(), &[]);
        assert_eq!((outcome.outcome, outcome.outcome_issues.len()), (Outcome::Refused, 1));
    }
    let mut two = wrap("return", &ours("ok"));
    two["parameter"]
        .as_array_mut()
        .unwrap()
        .insert(0, json!({ "name": "other", "resource": { "resourceType": "OperationOutcome" } }));
    assert_eq!(answer(200, &two.to_string(), &[]).outcome, Outcome::Ok);
    // Which of them is the answer nobody can say.
    two["parameter"][2]["name"] = "another".into();
    assert_eq!(answer(200, &two.to_string(), &[]).outcome, Outcome::NotFhir);
    let nested = json!({ "resourceType": "Parameters", "parameter": [{ "name": "return", "resource": wrap("return", &ours("ok")) }] });
    assert_eq!(answer(200, &nested.to_string(), &[]).outcome, Outcome::NotFhir);
    assert_eq!(answer(200, r#"{"resourceType":"Parameters"}"#, &[]).outcome, Outcome::NotFhir);
    assert_eq!(answer(200, &format!("\u{feff}{}", ours("ok")), &[]).outcome, Outcome::Ok);
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
fn pages_that_are_not_fhir_are_told_apart() {
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
    // As many as would take minutes if each were compared with all before it.
    let patient = |index: usize| {
        if index < 30_000 { format!("Patient/p{index}") } else { format!("Patient/p{}/_history/2", index - 30_000) }
    };
    message["entry"][0]["resource"]["focus"] =
        (0..60_000).map(|index| json!({ "reference": patient(index) })).collect();
    let entry = |index: usize| json!({ "fullUrl": format!("http://r.example/fhir/Task/t{index}"), "resource": { "resourceType": "Task", "id": format!("t{index}") } });
    message["entry"].as_array_mut().unwrap().extend((0..30_000).map(entry));
    let read = answer(200, &message.to_string(), &[]);
    let patients: Vec<_> = read.created.iter().filter(|one| one.of == "Patient").collect();
    assert_eq!((patients.len(), read.created.len()), (30_000, 30_000));
    assert!(patients.iter().all(|one| one.version.as_deref() == Some("2")), "the version of whichever says one");
    let ids: Vec<_> = patients.iter().take(3).map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["p0", "p1", "p2"], "in the order of the answer");
}

#[test]
fn an_empty_answer_is_accepted_where_it_may_be() {
    let read = |status, asynchronous| {
        let received = HttpAnswer { status, body: b" \n", ..HttpAnswer::default() };
        VALIDATOR.read_answer(&received, &SentMessage { asynchronous, ..SentMessage::default() }).outcome
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
fn an_empty_answer_is_accepted_where_none_is_due() {
    let read = |status, response_required| {
        let received = HttpAnswer { status, ..HttpAnswer::default() };
        VALIDATOR.read_answer(&received, &SentMessage { response_required, ..SentMessage::default() })
    };
    for status in [200, 204] {
        for required in [ResponseRequired::Never, ResponseRequired::OnError] {
            let silent = read(status, Some(required));
            assert_eq!((silent.outcome, rules(&silent.issues)), (Outcome::Accepted, vec![]), "{status} {required:?}");
        }
        // A success would have been told.
        let silent = read(status, Some(ResponseRequired::OnSuccess));
        assert_eq!((silent.outcome, rules(&silent.issues)), (Outcome::Accepted, vec!["answer-empty"]));
        for required in [None, Some(ResponseRequired::Always)] {
            assert_eq!(read(status, required).outcome, Outcome::NotFhir, "{status} {required:?}");
        }
    }
    for status in [201, 203, 205, 206] {
        assert_eq!(read(status, Some(ResponseRequired::Never)).outcome, Outcome::NotFhir, "{status}");
    }
    assert_eq!(read(500, Some(ResponseRequired::Never)).outcome, Outcome::Failed);
    // What came all the same counts.
    let outcome = outcome_of("error", "processing", "no");
    let received = HttpAnswer { status: 200, body: outcome.as_bytes(), ..HttpAnswer::default() };
    let asked = SentMessage { response_required: Some(ResponseRequired::Never), ..SentMessage::default() };
    assert_eq!(VALIDATOR.read_answer(&received, &asked).outcome, Outcome::Refused);
}

#[test]
fn a_message_says_itself_whether_an_answer_is_due() {
    let with = |system: &str, code: &str, extensions: Value| {
        let mut asking = message(system, code);
        asking["entry"][0]["resource"]["extension"] = extensions;
        route_of(&asking).response_required
    };
    let request = |code: &str| json!({ "url": "http://hl7.org/fhir/StructureDefinition/messageheader-response-request", "valueCode": code });
    let (system, event) = ("http://ntst.com/fhir/message-events", "submit-service-request");
    for (name, required) in [
        ("never", ResponseRequired::Never),
        ("on-error", ResponseRequired::OnError),
        ("on-success", ResponseRequired::OnSuccess),
        ("always", ResponseRequired::Always),
    ] {
        // It goes before what the definition says, and is heard where there is none.
        assert_eq!(with(system, event, json!([request(name)])), Some(required));
        assert_eq!(
            with("http://example.org/events", "admit", json!([{ "url": "http://example.org/x" }, request(name)])),
            Some(required)
        );
    }
    for extensions in [
        json!([]),
        json!([request("sometimes")]),
        json!([{ "url": "http://example.org/x", "valueCode": "never" }]),
        json!("x"),
    ] {
        assert_eq!(with(system, event, extensions.clone()), Some(ResponseRequired::Always), "{extensions}");
        assert_eq!(with("http://example.org/events", "admit", extensions), None);
    }
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
        let received = HttpAnswer { status, body: body.as_bytes(), failure: Some(failure), ..HttpAnswer::default() };
        let read = VALIDATOR.read_answer(&received, &SentMessage::default());
        (read.outcome, read.may_resend, rules(&read.issues).join(" "))
    };
    let failed = |rule: &str| (Outcome::Failed, true, rule.to_owned());
    assert_eq!(read(0, Failure::Unreachable, ""), failed("network-unreachable"));
    for failure in [Failure::ConnectionRefused, Failure::UnknownHost, Failure::Offline] {
        assert_eq!(read(0, failure, ""), failed("network-unreachable"));
    }
    assert_eq!(read(0, Failure::Certificate, ""), failed("network-certificate"));
    assert_eq!(read(0, Failure::Broken, ""), failed("network-broken"));
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

#[test]
fn each_cause_of_silence_has_its_text_and_says_what_is_known() {
    let text = |failure| {
        let received = HttpAnswer { failure: Some(failure), ..HttpAnswer::default() };
        VALIDATOR.read_answer(&received, &SentMessage::default()).issues[0].message.clone()
    };
    let sent = [Failure::Unreachable, Failure::Offline, Failure::Timeout, Failure::Broken].map(text);
    let not_sent = [Failure::ConnectionRefused, Failure::UnknownHost, Failure::Certificate].map(text);
    assert!(sent.iter().all(|text| text.contains("not known")), "{sent:?}");
    assert!(not_sent.iter().all(|text| text.contains("was not sent")), "{not_sent:?}");
    let all: std::collections::BTreeSet<_> = sent.iter().chain(&not_sent).collect();
    assert_eq!(all.len(), 7);
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

fn any_requirement() -> impl Strategy<Value = Option<ResponseRequired>> {
    prop_oneof![
        Just(None),
        Just(Some(ResponseRequired::Always)),
        Just(Some(ResponseRequired::OnError)),
        Just(Some(ResponseRequired::Never)),
        Just(Some(ResponseRequired::OnSuccess)),
    ]
}

fn any_failure() -> impl Strategy<Value = Option<Failure>> {
    prop::option::of(prop_oneof![
        Just(Failure::Unreachable),
        Just(Failure::ConnectionRefused),
        Just(Failure::UnknownHost),
        Just(Failure::Certificate),
        Just(Failure::Offline),
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
        response_required in any_requirement(),
    ) {
        let received = HttpAnswer { status, headers: &headers, body: body.as_bytes(), failure };
        let read = VALIDATOR.read_answer(&received, &SentMessage { message_id: Some("m1"), asynchronous, response_required, now: NOW });
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
            prop_assert!(read.is_ours != Some(false) || status == 202);
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
        let received = HttpAnswer { status, body: &body, ..HttpAnswer::default() };
        VALIDATOR.read_answer(&received, &SentMessage::default());
        read_capability(&body, VALIDATOR.definitions());
    }

    #[test]
    fn a_request_goes_to_the_base_that_was_named(
        base in "(https?://)?[a-z@:.\\[\\]?#/\\\\ ]{0,30}",
        token in "\\PC{0,30}",
        response_url in prop::option::of("\\PC{0,30}"),
        asynchronous in any::<bool>(),
    ) {
        let sending = SendOptions { base: &base, token: Some(&token), asynchronous, response_url: response_url.as_deref(), now: NOW, ..SendOptions::default() };
        if let Ok(made) = prepare(&other_event(), &sending) {
            let host = |url: &str| url.split("://").nth(1).unwrap().split('/').next().unwrap().to_owned();
            prop_assert_eq!(host(&made.url), host(&base));
            prop_assert!(made.url.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#'));
            prop_assert!(!host(&made.url).contains(['@', '\\', '?']));
            prop_assert!(made.headers.iter().all(|(_, value)| !value.contains(['\r', '\n'])));
        }
    }
}
