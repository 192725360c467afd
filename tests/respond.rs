//! Answers: what `respond` builds is a valid message, whatever it answers.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

use fhirpost::message::{ArgumentError, ResponseCode, ResponseContext, ResponseError, ResponseOutcome};
use fhirpost::{Options, Validator, What};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::LazyLock;

static VALIDATOR: LazyLock<Validator> = LazyLock::new(Validator::default);

fn request() -> Value {
    json!({
        "resourceType": "Bundle",
        "id": "6e2f1f0a-1111-4c6e-9d7c-2a1b3c4d5e6f",
        "type": "message",
        "entry": [
            {
                "fullUrl": "https://fhirtest.netsmartcloud.com/v4/MessageHeader/m1",
                "resource": {
                    "resourceType": "MessageHeader",
                    "id": "m1",
                    "eventCoding": { "system": "http://ntst.com/fhir/message-events", "code": "submit-service-request" },
                    "destination": [{ "name": "Referral Manager", "endpoint": "https://fhirtest.netsmartcloud.com/v4" }],
                    "source": { "name": "Clinic", "endpoint": "https://clinic.example.org/fhir" },
                    "focus": [{ "reference": "ServiceRequest/s1" }]
                }
            },
            {
                "fullUrl": "https://fhirtest.netsmartcloud.com/v4/ServiceRequest/s1",
                "resource": {
                    "resourceType": "ServiceRequest",
                    "id": "s1",
                    "status": "active",
                    "intent": "order",
                    "subject": { "reference": "Patient/p1" }
                }
            },
            {
                "fullUrl": "https://fhirtest.netsmartcloud.com/v4/Patient/p1",
                "resource": { "resourceType": "Patient", "id": "p1" }
            }
        ]
    })
}

fn answering(count: usize) -> ResponseContext {
    let ids = (0..count).map(|index| format!("00000000-0000-4000-8000-{index:012}")).collect();
    ResponseContext { now: "2026-11-23T12:00:00Z".to_owned(), ids, source: None, checked: false }
}

fn outcome(value: &Value) -> ResponseOutcome {
    let texts = |name: &str| value[name].as_array().into_iter().flatten().map(Value::to_string).collect();
    let code = ResponseCode::from_name(value["code"].as_str().unwrap()).unwrap();
    ResponseOutcome { code, issues: texts("issues"), resources: texts("resources") }
}

/// Builds an answer, checks that it is valid, and gives it.
fn answer(request: &[u8], value: Value) -> Value {
    let text = VALIDATOR.respond(request, &outcome(&value), &answering(8), &Options::default()).unwrap();
    let report = VALIDATOR.validate(text.as_bytes(), &Options::of(What::Bundle));
    assert!(report.valid, "{:#?}\n{text}", report.issues);
    serde_json::from_str(&text).unwrap()
}

#[test]
fn a_good_request_is_answered_with_what_was_created() {
    let created = json!({
        "resourceType": "ServiceRequest", "id": "new-1", "status": "active", "intent": "order",
        "subject": { "reference": "https://fhirtest.netsmartcloud.com/v4/Patient/p1" }
    });
    let bundle = answer(request().to_string().as_bytes(), json!({ "code": "ok", "resources": [created] }));
    let header = &bundle["entry"][0]["resource"];
    assert_eq!(header["response"], json!({ "identifier": "m1", "code": "ok" }));
    assert_eq!(header["eventCoding"], request()["entry"][0]["resource"]["eventCoding"]);
    assert_eq!(
        header["source"],
        json!({ "name": "Referral Manager", "endpoint": "https://fhirtest.netsmartcloud.com/v4" })
    );
    assert_eq!(header["destination"], json!([{ "name": "Clinic", "endpoint": "https://clinic.example.org/fhir" }]));
    assert_eq!(header["focus"][0]["reference"], bundle["entry"][1]["fullUrl"]);
    assert_eq!(bundle["entry"][1]["resource"]["id"], "new-1");
    assert_eq!(bundle["timestamp"], "2026-11-23T12:00:00Z");
    assert_ne!(bundle["id"], request()["id"]);
    assert_ne!(header["id"], "m1");
}

#[test]
fn issues_become_an_operation_outcome() {
    let issue = json!({ "severity": "warning", "code": "incomplete", "details": { "text": "No coverage." } });
    let bundle = answer(request().to_string().as_bytes(), json!({ "code": "ok", "issues": [issue] }));
    let header = &bundle["entry"][0]["resource"];
    assert_eq!(header["response"]["details"]["reference"], bundle["entry"][1]["fullUrl"]);
    assert_eq!(bundle["entry"][1]["resource"]["issue"], json!([issue]));
}

#[test]
fn a_bad_request_gets_a_fatal_error_that_quotes_no_value() {
    let mut bad = request();
    bad["entry"][1]["resource"]["status"] = "Hamlet".into();
    let bundle = answer(bad.to_string().as_bytes(), json!({ "code": "ok" }));
    let header = &bundle["entry"][0]["resource"];
    assert_eq!(header["response"]["code"], "fatal-error");
    assert_eq!(header["response"]["identifier"], "m1");
    let issue = &bundle["entry"][1]["resource"]["issue"][0];
    assert_eq!(issue["expression"], json!(["Bundle.entry[1].resource.ofType(ServiceRequest).status"]));
    assert!(!bundle.to_string().contains("Hamlet"));
}

#[test]
fn what_is_not_a_message_is_answered_too() {
    for text in ["", "{", "null", "[]", "{}", "\"x\"", r#"{"resourceType":"Patient"}"#, r#"{"resourceType":"Bundle"}"#]
    {
        let bundle = answer(text.as_bytes(), json!({ "code": "ok" }));
        assert_eq!(bundle["entry"][0]["resource"]["response"]["code"], "fatal-error", "{text}");
    }
}

#[test]
fn decimals_keep_their_digits() {
    let resource = r#"{"resourceType":"Observation","id":"o","status":"final","code":{"text":"t"},"valueQuantity":{"value":1.00}}"#;
    let outcome = ResponseOutcome { code: ResponseCode::Ok, issues: Vec::new(), resources: vec![resource.to_owned()] };
    let bundle = VALIDATOR.respond(request().to_string().as_bytes(), &outcome, &answering(4), &Options::default());
    assert!(bundle.unwrap().contains(r#""value":1.00"#));
}

#[test]
fn a_request_that_was_validated_is_not_validated_again_but_its_answer_is() {
    let mut request = request();
    request["entry"][1]["resource"]["intent"] = json!("no code");
    let request = request.to_string();
    let validated = ResponseContext { checked: true, ..answering(4) };
    let build = |value: Value, answering: &ResponseContext| {
        let text =
            VALIDATOR.respond(request.as_bytes(), &outcome(&value), answering, &Options::default()).map(|text| {
                assert!(VALIDATOR.validate(text.as_bytes(), &Options::of(What::Bundle)).valid, "{text}");
                serde_json::from_str::<Value>(&text).unwrap()
            });
        text.map(|answer| answer["entry"][0]["resource"]["response"]["code"].clone())
    };
    let patient = json!({ "code": "ok", "resources": [{ "resourceType": "Patient" }] });
    assert_eq!(build(patient.clone(), &validated).unwrap(), "ok");
    assert_eq!(build(patient, &answering(4)).unwrap(), "fatal-error");
    let slot = json!({ "code": "ok", "resources": [{ "resourceType": "Slot" }] });
    assert!(matches!(build(slot, &validated), Err(ResponseError::Invalid { .. })));
}

#[test]
fn what_the_caller_gives_wrong_is_named() {
    let request = request().to_string();
    let fails = |value: Value, answering: &ResponseContext| {
        VALIDATOR.respond(request.as_bytes(), &outcome(&value), answering, &Options::default()).unwrap_err()
    };
    let ok = json!({ "code": "ok" });
    let error = json!({ "code": "ok", "issues": [{ "severity": "error", "code": "invalid" }] });
    assert_eq!(fails(error, &answering(3)), ResponseError::OkWithErrors);
    assert_eq!(fails(ok.clone(), &answering(2)), ResponseError::Argument(ArgumentError::TooFewIds(3)));
    assert_eq!(fails(json!({ "code": "ok", "resources": [{}] }), &answering(4)), ResponseError::Resource(0));
    assert_eq!(fails(json!({ "code": "fatal-error", "issues": [{}] }), &answering(3)), ResponseError::Issue(0));
    let twice = ResponseContext { ids: vec![answering(1).ids[0].clone(); 5], ..answering(0) };
    let patients = json!({ "code": "ok", "resources": [{ "resourceType": "Patient" }, { "resourceType": "Patient" }] });
    let argument = |error: ResponseError| match error {
        ResponseError::Invalid { argument, .. } => argument,
        other => panic!("{other}"),
    };
    assert_eq!(fails(patients, &twice), ResponseError::Argument(ArgumentError::RepeatedId(1)));
    let bad_code = json!({ "code": "fatal-error", "issues": [{ "severity": "error", "code": "bogus" }] });
    assert_eq!(argument(fails(bad_code, &answering(3))), "outcome.issues");
    let bad_resource =
        json!({ "code": "ok", "resources": [{ "resourceType": "Patient" }, { "resourceType": "Slot" }] });
    assert_eq!(argument(fails(bad_resource, &answering(5))), "outcome.resources[1]");
    let mut wrong = answering(3);
    wrong.now = "today".to_owned();
    assert_eq!(fails(ok.clone(), &wrong), ResponseError::Argument(ArgumentError::Now));
    let mut wrong = answering(3);
    wrong.ids[1] = "ABC".to_owned();
    assert_eq!(fails(ok, &wrong), ResponseError::Argument(ArgumentError::Id(1)));
}

/// Values that do not belong where they are put.
fn junk() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!([])),
        Just(json!({})),
        Just(json!([{}])),
        Just(json!(-1.5)),
        Just(json!(true)),
        Just(json!("")),
        Just(json!(" two  words ")),
        Just(json!("urn:uuid:NOT")),
        Just(json!("relative/path")),
        "\\PC{0,80}".prop_map(Value::from),
        "https?://[a-z]{1,8}(/[A-Za-z0-9_|]{0,8}){0,3}".prop_map(Value::from),
    ]
}

/// Every place in a JSON value, as a pointer.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(members) => members.iter().for_each(|(key, inner)| places(inner, &format!("{at}/{key}"), found)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(key, inner)| places(inner, &format!("{at}/{key}"), found))
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any number of places of the request are overwritten with junk; the answer is valid all the same.
    #[test]
    fn answers_are_valid_whatever_they_answer(
        faults in prop::collection::vec((any::<prop::sample::Index>(), junk()), 0..6),
        code in prop_oneof![Just("ok"), Just("transient-error"), Just("fatal-error")],
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut request = request();
        for (index, junk) in faults {
            let mut found = Vec::new();
            places(&request, "", &mut found);
            let place = index.get(&found).clone();
            *request.pointer_mut(&place).unwrap() = junk;
        }
        let mut text = request.to_string().into_bytes();
        if let Some(cut) = cut {
            let length = cut.index(text.len() + 1);
            text.truncate(length);
        }
        answer(&text, json!({ "code": code }));
    }
}
