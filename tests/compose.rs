//! Composing: what comes out is a message, and what is missing is said.
#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

use fhirpost::message::{ComposeError, Composed, Composing, Composition, GivenError, Part, compose};
use fhirpost::report::Severity;
use fhirpost::validate::{EventName, Options, Validator};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::LazyLock;

static VALIDATOR: LazyLock<Validator> = LazyLock::new(Validator::default);

fn part(resource: &Value) -> Part {
    Part { resource: resource.to_string(), full_url: None }
}

fn id(index: usize) -> String {
    format!("00000000-0000-4000-8000-{index:012}")
}

fn composing() -> Composing {
    Composing { now: "2026-11-28T12:00:00Z".into(), ids: (0..20).map(id).collect() }
}

fn built(composition: &Composition) -> Composed {
    compose(&VALIDATOR, composition, &composing(), &Options::default()).unwrap()
}

fn fails(composition: &Composition) -> ComposeError {
    compose(&VALIDATOR, composition, &composing(), &Options::default()).unwrap_err()
}

fn referral() -> Composition {
    Composition {
        event: EventName { code: Some("submit-service-request".into()), ..EventName::default() },
        focus: vec![part(&json!({
            "resourceType": "ServiceRequest", "id": "sr", "identifier": [{ "system": "https://example.org/referrals", "value": "1" }],
            "status": "active", "intent": "order", "code": { "text": "Consultation" },
            "subject": { "reference": "Patient/p" }, "requester": { "reference": "Practitioner/elsewhere" }
        }))],
        resources: vec![
            part(&json!({ "resourceType": "Patient", "id": "p", "name": [{ "family": "Example" }] })),
            part(&json!({
                "resourceType": "Observation", "status": "final", "code": { "text": "Weight" },
                "subject": { "reference": "Patient/p" }, "basedOn": [{ "reference": "ServiceRequest/sr" }]
            })),
        ],
        source: Some(r#"{ "endpoint": "https://clinic.example.org/fhir" }"#.into()),
        destinations: vec![r#"{ "endpoint": "https://fhirtest.netsmartcloud.com/v4" }"#.into()],
        ..Composition::default()
    }
}

#[test]
fn a_referral() {
    let mut composition = referral();
    let composed = built(&composition);
    let message: Value = serde_json::from_str(&composed.message).unwrap();
    assert_eq!(message["id"], id(0));
    assert_eq!(message["timestamp"], "2026-11-28T12:00:00Z");
    let entry = |index: usize| &message["entry"][index];
    assert_eq!(entry(0)["fullUrl"], format!("urn:uuid:{}", id(1)));
    assert_eq!(
        entry(0)["resource"],
        json!({
            "resourceType": "MessageHeader", "id": id(1),
            "eventCoding": { "system": "http://ntst.com/fhir/message-events", "code": "submit-service-request" },
            "destination": [{ "endpoint": "https://fhirtest.netsmartcloud.com/v4" }],
            "source": { "endpoint": "https://clinic.example.org/fhir" },
            "focus": [{ "reference": format!("urn:uuid:{}", id(2)) }]
        })
    );
    assert_eq!(entry(1)["resource"]["id"], "sr", "an id that is there stays");
    assert_eq!(entry(1)["resource"]["subject"]["reference"], format!("urn:uuid:{}", id(3)));
    assert_eq!(entry(1)["resource"]["requester"]["reference"], "Practitioner/elsewhere");
    assert_eq!(entry(3)["resource"]["id"], id(4), "one that is missing is new");
    assert_eq!(entry(3)["fullUrl"], format!("urn:uuid:{}", id(4)));
    assert_eq!(entry(3)["resource"]["basedOn"][0]["reference"], format!("urn:uuid:{}", id(2)));
    // Nothing refers to the Observation, and the requester is not in the message.
    let rules: Vec<_> = composed.report.issues.iter().map(|issue| (&*issue.rule, issue.severity)).collect();
    assert_eq!(rules, [("ref-unresolved", Severity::Warning), ("msg-unreachable", Severity::Error)]);

    composition.focus[0].resource = composition.focus[0].resource.replace("Practitioner/elsewhere", "Practitioner/d");
    composition.resources.push(part(&json!({ "resourceType": "Practitioner", "id": "d" })));
    composition.resources.remove(1);
    assert_eq!(built(&composition).report.issues, [], "a whole message");
    composition.header = Some(r#"{ "reason": { "text": "new" }, "sender": { "reference": "Patient/p" } }"#.into());
    let message: Value = serde_json::from_str(&built(&composition).message).unwrap();
    assert_eq!(message["entry"][0]["resource"]["reason"]["text"], "new");
    assert_eq!(message["entry"][0]["resource"]["sender"]["reference"], format!("urn:uuid:{}", id(3)));
}

#[test]
fn with_a_base_resources_have_the_urls_that_they_have_there() {
    let mut composition = referral();
    composition.base = Some("https://server.example.org/v4/".into());
    let message: Value = serde_json::from_str(&built(&composition).message).unwrap();
    assert_eq!(message["entry"][1]["fullUrl"], "https://server.example.org/v4/ServiceRequest/sr");
    assert_eq!(message["entry"][1]["resource"]["subject"]["reference"], "https://server.example.org/v4/Patient/p");
    composition.resources[0].full_url = Some("https://other.example.org/Patient/p".into());
    let message: Value = serde_json::from_str(&built(&composition).message).unwrap();
    assert_eq!(message["entry"][1]["resource"]["subject"]["reference"], "https://other.example.org/Patient/p");
}

#[test]
fn what_is_missing_is_an_issue() {
    let rules = |composition: &Composition| -> Vec<String> {
        let report = built(composition).report;
        assert!(!report.valid);
        report
            .issues
            .iter()
            .filter(|issue| issue.severity == Severity::Error)
            .map(|issue| issue.rule.to_string())
            .collect()
    };
    let mut composition = referral();
    composition.resources.remove(0);
    assert!(rules(&composition).contains(&"msg-content".to_owned()), "no Patient");
    let mut composition = referral();
    composition.resources.append(&mut composition.focus);
    assert!(rules(&composition).contains(&"msg-focus".to_owned()), "no focus");
    let mut composition = referral();
    composition.source = None;
    assert!(rules(&composition).contains(&"element-missing".to_owned()), "no source");
    assert!(rules(&Composition::default()).contains(&"element-missing".to_owned()), "no event");
}

#[test]
fn what_is_no_material_is_refused() {
    let mut composition = referral();
    composition.resources[1].resource = "[]".into();
    assert_eq!(fails(&composition), ComposeError::NoObject("resources[1]".into()));
    composition = referral();
    composition.focus[0].resource = "{".into();
    assert_eq!(fails(&composition), ComposeError::NoObject("focus[0]".into()));
    composition = referral();
    composition.header = Some(r#"{ "focus": [] }"#.into());
    assert_eq!(fails(&composition), ComposeError::Taken("focus"));
    composition = referral();
    composition.base = Some("/v4".into());
    assert_eq!(fails(&composition), ComposeError::Base);
    let few = Composing { ids: (0..4).map(id).collect(), ..composing() };
    let error = compose(&VALIDATOR, &referral(), &few, &Options::default()).unwrap_err();
    assert_eq!(error, ComposeError::Given(GivenError::TooFewIds(5)));
}

#[test]
fn two_resources_of_one_name_are_not_guessed_between() {
    let mut composition = referral();
    composition.resources.push(composition.resources[0].clone());
    let composed = built(&composition);
    let message: Value = serde_json::from_str(&composed.message).unwrap();
    assert_eq!(message["entry"][1]["resource"]["subject"]["reference"], "Patient/p");
    assert!(!composed.report.valid);
}

#[test]
fn resources_of_two_types_may_share_an_id() {
    let mut composition = referral();
    let shared = "11111111-1111-4111-8111-111111111111";
    composition.focus[0].resource = composition.focus[0].resource.replace("Patient/p", &format!("Patient/{shared}"));
    composition.focus[0].resource =
        composition.focus[0].resource.replace("Practitioner/elsewhere", &format!("Practitioner/{shared}/_history/2"));
    composition.resources = vec![
        part(&json!({ "resourceType": "Patient", "id": shared })),
        part(&json!({ "resourceType": "Practitioner", "id": shared })),
    ];
    let composed = built(&composition);
    assert_eq!(composed.report.issues, []);
    let message: Value = serde_json::from_str(&composed.message).unwrap();
    assert_eq!(message["entry"][1]["resource"]["subject"]["reference"], format!("urn:uuid:{shared}"));
    assert_eq!(message["entry"][1]["resource"]["requester"]["reference"], format!("urn:uuid:{}", id(4)));
}

#[test]
fn digits_and_texts_stay_as_they_are() {
    let mut composition = referral();
    let resource =
        r#"{"resourceType":"Observation","status":"final","code":{"text":"\u00e9\/"},"valueQuantity":{"value":1.10}}"#;
    composition.resources[1].resource = resource.into();
    let message = built(&composition).message;
    assert!(message.contains(resource.strip_prefix('{').unwrap()), "{message}");
}

proptest! {
    /// Whatever is given, nothing panics, and what comes out is JSON with the header first.
    #[test]
    fn any_material(resources in prop::collection::vec(".{0,40}|\\{\"resourceType\":\"[A-Z][a-z]{0,9}\",\"id\":\"[a-z]{0,3}\",\"x\":\\{\"reference\":\"[A-Z][a-z]{0,3}/[a-z]{0,3}\"\\}\\}", 0..6), header in proptest::option::of(".{0,20}|\\{\"reason\":\\{\\}\\}"), base in proptest::option::of(".{0,12}|https://a.example")) {
        let parts: Vec<Part> = resources.into_iter().map(|resource| Part { resource, full_url: None }).collect();
        let composition = Composition { resources: parts, header, base, ..referral() };
        if let Ok(composed) = compose(&VALIDATOR, &composition, &composing(), &Options::default()) {
            let message: Value = serde_json::from_str(&composed.message).unwrap();
            prop_assert_eq!(&message["entry"][0]["resource"]["resourceType"], "MessageHeader");
        }
    }
}
