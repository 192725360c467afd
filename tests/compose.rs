//! ComposeContext: what comes out is a message, and what is missing is said.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

use fhirpost::report::Severity;
use fhirpost::{
    ArgumentError, ComposeContext, ComposeError, ComposedMessage, Composition, EventName, Options, Part, Validator,
};
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

fn composing() -> ComposeContext {
    ComposeContext { now: "2026-11-28T12:00:00Z".into(), ids: (0..20).map(id).collect() }
}

fn built(composition: &Composition) -> ComposedMessage {
    VALIDATOR.compose(composition, &composing(), &Options::default()).unwrap()
}

fn fails(composition: &Composition) -> ComposeError {
    VALIDATOR.compose(composition, &composing(), &Options::default()).unwrap_err()
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
    let message: Value = serde_json::from_str(&composed.text).unwrap();
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
    let message: Value = serde_json::from_str(&built(&composition).text).unwrap();
    assert_eq!(message["entry"][0]["resource"]["reason"]["text"], "new");
    assert_eq!(message["entry"][0]["resource"]["sender"]["reference"], format!("urn:uuid:{}", id(3)));
}

#[test]
fn with_a_base_resources_have_the_urls_that_they_have_there() {
    let mut composition = referral();
    composition.base = Some("https://server.example.org/v4/".into());
    let message: Value = serde_json::from_str(&built(&composition).text).unwrap();
    assert_eq!(message["entry"][1]["fullUrl"], "https://server.example.org/v4/ServiceRequest/sr");
    assert_eq!(message["entry"][1]["resource"]["subject"]["reference"], "https://server.example.org/v4/Patient/p");
    composition.resources[0].full_url = Some("https://other.example.org/Patient/p".into());
    let message: Value = serde_json::from_str(&built(&composition).text).unwrap();
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
fn what_is_not_material_is_refused() {
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
    let few = ComposeContext { ids: (0..4).map(id).collect(), ..composing() };
    let error = VALIDATOR.compose(&referral(), &few, &Options::default()).unwrap_err();
    assert_eq!(error, ComposeError::Argument(ArgumentError::TooFewIds(5)));
}

#[test]
fn two_resources_of_one_name_are_not_guessed_between() {
    let mut composition = referral();
    composition.resources.push(composition.resources[0].clone());
    let composed = built(&composition);
    let message: Value = serde_json::from_str(&composed.text).unwrap();
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
    let message: Value = serde_json::from_str(&composed.text).unwrap();
    assert_eq!(message["entry"][1]["resource"]["subject"]["reference"], format!("urn:uuid:{shared}"));
    assert_eq!(message["entry"][1]["resource"]["requester"]["reference"], format!("urn:uuid:{}", id(4)));
}

fn entry_of(composition: &Composition, index: usize) -> Value {
    let message: Value = serde_json::from_str(&built(composition).text).unwrap();
    message["entry"][index].clone()
}

fn rules_of(composition: &Composition) -> Vec<String> {
    built(composition).report.issues.iter().map(|issue| issue.rule.to_string()).collect()
}

#[test]
fn what_a_full_url_says_becomes_no_element() {
    let texts = [
        "\0",
        "a\"b",
        r#"x","active":true,"gender":"male"#,
        r#"urn:uuid:x","active":true,"y":""#,
        r#"http://a.example/Patient/x","active":true,"z":""#,
        r#"http://a.example/fhir/x","active":false,"deceasedBoolean":true,"gender":"male"#,
        "line\nbreak",
        "back\\slash",
        "http://a.example/Patient/no id",
        "http://a.example/Practitioner/p",
        "http://a.example/Patient/",
    ];
    for full_url in texts {
        let mut composition = referral();
        composition.resources[0] =
            Part { resource: r#"{"resourceType":"Patient"}"#.into(), full_url: Some(full_url.into()) };
        let resource = json!({ "resourceType": "Patient", "id": id(3) });
        assert_eq!(entry_of(&composition, 2), json!({ "fullUrl": full_url, "resource": resource }), "{full_url}");
    }
    let mut composition = referral();
    let full_url = Some("http://a.example/fhir/Patient/p-1".to_owned());
    composition.resources[0] = Part { resource: r#"{"resourceType":"Patient"}"#.into(), full_url };
    assert_eq!(entry_of(&composition, 2)["resource"]["id"], "p-1", "an id it may say");
}

#[test]
fn an_id_occurs_once() {
    for resource in [
        r#"{"id":null,"resourceType":"Patient"}"#,
        r#"{"resourceType":"Patient","link":[{"other":{"reference":"ServiceRequest/sr"},"type":"seealso"}],"id": null }"#,
    ] {
        let mut composition = referral();
        composition.resources[0].resource = resource.into();
        let composed = built(&composition);
        let inside = composed.text.split("\"Patient\"").next().unwrap().matches(&id(3)).count()
            + composed.text.split("\"Patient\"").nth(1).unwrap().matches(&id(3)).count();
        assert_eq!(inside, 2, "fullUrl and id: {}", composed.text);
        assert!(!composed.text.contains("null"));
        assert!(!composed.report.issues.iter().any(|issue| issue.rule == "json-duplicate-key"));
    }
    // What is there and is not an id, the report says; it gets no second one.
    for odd in ["5", "{}", "\"\"", "[\"a\"]"] {
        let mut composition = referral();
        composition.resources[0].resource = format!(r#"{{"id":{odd},"resourceType":"Patient"}}"#);
        let composed = built(&composition);
        assert!(
            !composed.report.valid && !composed.report.issues.iter().any(|issue| issue.rule == "json-duplicate-key")
        );
    }
}

#[test]
fn a_full_url_that_is_there_twice_is_an_issue() {
    let shared = "urn:uuid:11111111-1111-4111-8111-111111111111";
    let given = |of: &str, id: &str| Part {
        resource: json!({ "resourceType": of, "id": id }).to_string(),
        full_url: Some(shared.into()),
    };
    // As it was given.
    let mut composition = referral();
    composition.resources = vec![given("Patient", "p"), given("Practitioner", "elsewhere")];
    assert!(rules_of(&composition).contains(&"bdl-7".to_owned()));
    assert_eq!(entry_of(&composition, 3)["fullUrl"], shared);
    // One that is made makes room for one that is given, wherever that is, unless something refers to it.
    let made = part(&json!({ "resourceType": "Practitioner", "id": "11111111-1111-4111-8111-111111111111" }));
    for (resources, index) in
        [(vec![made.clone(), given("Patient", "p")], 2), (vec![given("Patient", "p"), made.clone()], 3)]
    {
        composition.resources = resources;
        let rules = rules_of(&composition);
        assert!(!rules.contains(&"bdl-7".to_owned()), "{rules:?}");
        assert_ne!(entry_of(&composition, index)["fullUrl"], shared);
        assert_eq!(entry_of(&composition, 1)["resource"]["subject"]["reference"], shared);
        let before = composition.focus[0].resource.clone();
        composition.focus[0].resource = before.replace("Practitioner/elsewhere", shared);
        assert!(rules_of(&composition).contains(&"bdl-7".to_owned()), "either may be meant");
        composition.focus[0].resource = before;
    }
    // The same resource twice.
    composition.resources = vec![made.clone(), made];
    assert!(rules_of(&composition).contains(&"bdl-7".to_owned()));
}

#[test]
fn a_byte_order_mark_stays_outside() {
    let mut composition = referral();
    let marked = |text: &str| format!("\u{feff} {text}\n");
    composition.focus[0].resource = marked(&composition.focus[0].resource);
    composition.resources[0].resource = marked(&composition.resources[0].resource);
    composition.source = composition.source.as_deref().map(marked);
    composition.destinations[0] = marked(&composition.destinations[0]);
    composition.header = Some(marked(r#"{ "reason": { "text": "new" } }"#));
    let composed = built(&composition);
    assert!(!composed.text.contains('\u{feff}'));
    let message: Value = serde_json::from_str(&composed.text).unwrap();
    assert_eq!(message["entry"][0]["resource"]["reason"]["text"], "new");
}

#[test]
fn digits_and_texts_stay_as_they_are() {
    let mut composition = referral();
    let resource =
        r#"{"resourceType":"Observation","status":"final","code":{"text":"\u00e9\/"},"valueQuantity":{"value":1.10}}"#;
    composition.resources[1].resource = resource.into();
    let message = built(&composition).text;
    assert!(message.contains(resource.strip_prefix('{').unwrap()), "{message}");
}

proptest! {
    /// Whatever is given, nothing panics, and what comes out is JSON with the header first.
    #[test]
    fn any_material(urls in prop::collection::vec(proptest::option::of("\\PC{0,20}|[\"\\\\:,a-z\n]{0,12}|https?://a.example/(Patient/)?[\"a-z]{0,4}"), 6), resources in prop::collection::vec(".{0,40}|\\{(\"id\":(null|1|\"[a-z]\"),)?\"resourceType\":\"Patient\"\\}|\\{\"resourceType\":\"[A-Z][a-z]{0,9}\",\"id\":\"[a-z]{0,3}\",\"x\":\\{\"reference\":\"[A-Z][a-z]{0,3}/[a-z]{0,3}\"\\}\\}", 0..6), header in proptest::option::of(".{0,20}|\\{\"reason\":\\{\\}\\}"), base in proptest::option::of(".{0,12}|https://a.example")) {
        let parts: Vec<Part> = resources.into_iter().zip(urls).map(|(resource, full_url)| Part { resource, full_url }).collect();
        let urls: Vec<Option<String>> = parts.iter().map(|part| part.full_url.clone()).collect();
        let composition = Composition { resources: parts, header, base, ..referral() };
        if let Ok(composed) = VALIDATOR.compose(&composition, &composing(), &Options::default()) {
            let message: Value = serde_json::from_str(&composed.text).unwrap();
            prop_assert_eq!(&message["entry"][0]["resource"]["resourceType"], "MessageHeader");
            for (at, url) in urls.iter().enumerate() {
                let entry = &message["entry"][at + 2];
                prop_assert!(url.is_none() || entry["fullUrl"] == url.as_deref().unwrap());
                prop_assert!(entry["resource"].as_object().unwrap().keys().all(|key| ["id", "resourceType", "x"].contains(&key.as_str())));
            }
        }
    }
}
