//! Events are data: MessageDefinitions that are loaded at run time, and what they make of a message.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests may fail loudly, and say what they skip"
)]

mod suites;

use fhirpost::definitions::{Category, Definitions, Event, ResponseRequired};
use fhirpost::{Options, Validator, What};
use serde_json::{Value, json};

const SYSTEM: &str = "https://example.org/events";

fn definition(name: &str, more: Value) -> Value {
    let mut definition = json!({
        "resourceType": "MessageDefinition",
        "url": format!("https://example.org/MessageDefinition/{name}"),
        "status": "active",
        "date": "2026-01-01",
        "eventCoding": { "system": SYSTEM, "code": name }
    });
    definition.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    definition
}

fn define(definitions: &[Value]) -> (Definitions, Vec<String>) {
    let (known, issues) = Definitions::r4().with(definitions.iter().map(Value::to_string));
    (known, issues.iter().map(ToString::to_string).collect())
}

fn event(code: &str) -> Event {
    Event::Coding { system: SYSTEM.into(), code: code.into() }
}

/// A message about so many patients.
fn message(code: &str, patients: usize, header: Value) -> String {
    let url = |index: usize| format!("urn:uuid:00000000-0000-4000-8000-{index:012}");
    let focus: Vec<Value> = (1..=patients).map(|index| json!({ "reference": url(index) })).collect();
    let mut head = json!({
        "resourceType": "MessageHeader", "id": "m1",
        "eventCoding": { "system": SYSTEM, "code": code },
        "source": { "endpoint": "https://example.org/sender" },
        "focus": focus
    });
    head.as_object_mut().unwrap().extend(header.as_object().unwrap().clone());
    let mut entries = vec![json!({ "fullUrl": url(0), "resource": head })];
    entries.extend(
        (1..=patients).map(|index| json!({ "fullUrl": url(index), "resource": { "resourceType": "Patient" } })),
    );
    json!({ "resourceType": "Bundle", "id": "b1", "type": "message", "entry": entries }).to_string()
}

fn rules(definitions: &Definitions, message: &str) -> Vec<String> {
    let report = Validator::new(definitions.clone()).validate(message, &Options::of(What::Bundle));
    report.issues.iter().map(|issue| issue.rule.to_string()).collect()
}

#[test]
fn a_loaded_event_is_validated_and_routed() {
    let (known, problems) = define(&[definition(
        "patient-merge",
        json!({ "category": "consequence", "responseRequired": "on-error", "focus": [{ "code": "Patient", "min": 2, "max": "2" }] }),
    )]);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(rules(&known, &message("patient-merge", 2, json!({}))), Vec::<String>::new());
    assert_eq!(rules(&known, &message("patient-merge", 1, json!({}))), ["msg-focus"]);
    assert_eq!(rules(&known, &message("patient-merge", 3, json!({}))), ["msg-focus"]);
    assert_eq!(rules(&known, &message("another", 1, json!({}))), ["msg-event-unknown"]);

    let text = message("patient-merge", 2, json!({}));
    let validator = Validator::new(known);
    let routed = validator.route(&text);
    assert!(routed.supported);
    assert_eq!(routed.category, Some(Category::Consequence));
    assert_eq!(routed.response_required, Some(ResponseRequired::OnError));
}

#[test]
fn built_in_events_stay_and_can_be_replaced() {
    let netsmart =
        |code: &str| Event::Coding { system: "http://ntst.com/fhir/message-events".into(), code: code.into() };
    let (known, _) = define(&[definition("mine", json!({}))]);
    assert!(known.message(&netsmart("submit-service-request"), None).is_some());
    let mut mine =
        definition("mine", json!({ "replaces": ["http://ntst.com/fhir/MessageDefinition/submit-service-request|1"] }));
    mine["eventCoding"] = json!({ "system": "http://ntst.com/fhir/message-events", "code": "submit-service-request" });
    let (known, problems) = define(&[mine]);
    assert_eq!(problems, Vec::<String>::new());
    let found = known.message(&netsmart("submit-service-request"), None).unwrap();
    assert_eq!(found.url, "https://example.org/MessageDefinition/mine");
    // Who names the one that is replaced gets the one that is used instead.
    let by_url = known.message_by_url("http://ntst.com/fhir/MessageDefinition/submit-service-request").unwrap();
    assert_eq!(by_url.url, found.url);
    assert_eq!(known.messages().len(), Definitions::r4().messages().len());

    // The same URL, loaded twice: the later one counts.
    let (known, _) = define(&[
        definition("mine", json!({ "category": "currency" })),
        definition("mine", json!({ "category": "notification" })),
    ]);
    assert_eq!(known.message(&event("mine"), None).unwrap().category, Some(Category::Notification));
    assert_eq!(known.messages().iter().filter(|one| one.url.ends_with("/mine")).count(), 1);
}

#[test]
fn what_a_definition_leaves_out_it_has_from_its_base() {
    let focus = json!([{ "code": "Patient", "min": 1, "max": "1" }]);
    let grandparent =
        definition("grandparent", json!({ "responseRequired": "always", "category": "currency", "focus": focus }));
    let parent = definition(
        "parent",
        json!({ "base": "https://example.org/MessageDefinition/grandparent|2", "category": "consequence" }),
    );
    // R4's own examples name their base by a relative reference.
    let child = definition("child", json!({ "base": "MessageDefinition/parent" }));
    let (known, problems) = define(&[child, parent, grandparent]);
    assert_eq!(problems, Vec::<String>::new());
    let found = known.message(&event("child"), None).unwrap();
    assert_eq!(found.category, Some(Category::Consequence), "the nearer one says it");
    assert_eq!(found.response_required, Some(ResponseRequired::Always));
    assert_eq!(found.focus.len(), 1);

    let (known, problems) = define(&[
        definition("one", json!({ "base": "MessageDefinition/other" })),
        definition("other", json!({ "base": "MessageDefinition/one", "category": "currency" })),
    ]);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(known.message(&event("one"), None).unwrap().category, Some(Category::Currency), "a circle ends");
}

/// R4's examples: the notification replaces the base of both, and names the answer.
#[test]
fn a_base_that_is_replaced_is_still_the_base() {
    let base = definition("base", json!({ "category": "currency" }));
    let notification = definition(
        "notification",
        json!({
            "base": "MessageDefinition/base", "replaces": ["MessageDefinition/base"], "responseRequired": "always",
            "allowedResponse": [{ "message": "MessageDefinition/answer" }]
        }),
    );
    let answer = definition("answer", json!({ "base": "MessageDefinition/base" }));
    // In whichever order they come.
    for definitions in [
        [base.clone(), notification.clone(), answer.clone()],
        [notification.clone(), answer.clone(), base.clone()],
        [answer, base, notification],
    ] {
        let (known, problems) = define(&definitions);
        assert_eq!(problems, Vec::<String>::new());
        assert!(known.message(&event("base"), None).is_none(), "another is used instead");
        let found = |code: &str| known.message(&event(code), None).unwrap();
        assert_eq!(found("notification").category, Some(Category::Currency));
        assert_eq!((found("answer").category, found("answer").response_required), (Some(Category::Currency), None));
    }
}

#[test]
fn an_event_of_several_definitions() {
    let answer = definition(
        "answer",
        json!({ "eventCoding": { "system": SYSTEM, "code": "both" }, "category": "notification" }),
    );
    let request = definition(
        "request",
        json!({
            "eventCoding": { "system": SYSTEM, "code": "both" },
            "category": "consequence",
            "allowedResponse": [{ "message": "https://example.org/MessageDefinition/answer", "situation": "when it went well" }]
        }),
    );
    let urgent = definition(
        "urgent",
        json!({ "eventCoding": { "system": SYSTEM, "code": "both" }, "focus": [{ "code": "Patient", "min": 2, "max": "*" }] }),
    );
    let (known, _) = define(&[answer, request, urgent]);
    assert_eq!(known.message(&event("both"), None).unwrap().url, "https://example.org/MessageDefinition/request");
    // MessageHeader.definition says which one is meant.
    let named = json!({ "definition": "https://example.org/MessageDefinition/urgent" });
    assert_eq!(rules(&known, &message("both", 1, named)), ["msg-focus"]);
    assert_eq!(rules(&known, &message("both", 1, json!({}))), Vec::<String>::new());
}

#[test]
fn what_makes_no_sense_is_named_and_the_rest_is_taken_in() {
    let graph = json!({
        "resourceType": "GraphDefinition", "url": "https://example.org/GraphDefinition/g", "name": "G", "status": "active",
        "start": "Patient", "link": [{ "path": "Patient.generalPractitioner", "min": 1, "max": "1", "target": [{ "type": "Practitioner" }] }]
    });
    let (known, problems) = define(&[
        definition("right", json!({ "graph": ["https://example.org/GraphDefinition/g"] })),
        graph,
        json!({ "resourceType": "StructureDefinition", "url": "https://example.org/StructureDefinition/other" }),
        definition("no-graph", json!({ "graph": ["https://example.org/GraphDefinition/missing"] })),
        definition("no-base", json!({ "base": "https://example.org/MessageDefinition/missing" })),
        definition("no-category", json!({ "category": "sometimes" })),
        definition("more-than-max", json!({ "focus": [{ "code": "Patient", "min": 3, "max": "1" }] })),
        definition(
            "content-min",
            json!({ "extension": [{ "url": "urn:fhirpost:message-content", "extension": [
            { "url": "code", "valueCode": "Patient" }, { "url": "min", "valueString": "some" }
        ] }] }),
        ),
        definition("min-in-quotes", json!({ "focus": [{ "code": "Patient", "min": "1", "max": "1" }] })),
    ]);
    assert_eq!(problems.len(), 7, "{problems:?}");
    for (name, there) in
        [("right", true), ("no-graph", true), ("no-base", true), ("no-category", false), ("content-min", false)]
    {
        assert_eq!(known.message(&event(name), None).is_some(), there, "{name}");
    }
    assert_eq!(rules(&known, &message("right", 1, json!({}))), ["msg-link"]);
    let patient = r#"{"resourceType":"Patient"}"#;
    let of_others = r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient"}}]}"#;
    let among_others = json!({ "resourceType": "Bundle", "entry": [
        { "resource": { "resourceType": "Patient" } }, { "resource": definition("among", json!({})) }
    ] })
    .to_string();
    let (known, issues) = Definitions::r4().with(["{", "{}", patient, of_others, &among_others]);
    let named: Vec<String> = issues.iter().map(ToString::to_string).collect();
    let named: Vec<&str> = named.iter().filter_map(|text| Some(text.split_once(':')?.0)).collect();
    assert_eq!(named, ["definitions[0]", "definitions[1]", "definitions[2]", "definitions[3]"]);
    assert!(issues[2].problem.starts_with("is not a definition"), "{issues:?}");
    assert!(known.message(&event("among"), None).is_some(), "others may be beside it");
}

#[test]
fn a_slip_of_a_known_event_is_found_in_a_uri_and_in_a_code_with_a_blank() {
    let named = "https://example.org/events/admission";
    let mut by_uri = definition("by-uri", json!({ "eventUri": named }));
    by_uri.as_object_mut().unwrap().remove("eventCoding");
    let (known, problems) = define(&[by_uri, definition("admission", json!({}))]);
    assert_eq!(problems, Vec::<String>::new());
    let issues = |header: Value, without: &str| {
        let mut message: Value = serde_json::from_str(&message("admission", 1, header)).unwrap();
        message["entry"][0]["resource"].as_object_mut().unwrap().remove(without);
        Validator::new(known.clone()).validate(message.to_string(), &Options::of(What::Bundle)).issues
    };
    assert!(issues(json!({ "eventUri": named }), "eventCoding").is_empty());
    for slip in ["admision", "Admission", "admission/", "admissoin"] {
        let issues = issues(json!({ "eventUri": format!("https://example.org/events/{slip}") }), "eventCoding");
        let [issue] = &issues[..] else { panic!("{slip}: {issues:?}") };
        assert_eq!((issue.rule.as_ref(), issue.severity.name()), ("msg-event-unknown", "error"), "{slip}");
        assert_eq!(issue.suggestion.as_ref().unwrap().value.as_deref(), Some(named), "{slip}");
    }
    let issues = issues(json!({ "eventCoding": { "system": SYSTEM, "code": "admission " } }), "");
    let rules: Vec<&str> = issues.iter().map(|issue| issue.rule.as_ref()).collect();
    assert_eq!(rules, ["primitive-value", "msg-event-unknown"]);
    assert_eq!(issues[1].caused_by.as_ref().unwrap().rule, "primitive-value");
}

/// NHS England's definitions (Booking and Referral Standard, "Payload Definitions") list the profiles of everything in the message
/// under focus, the Bundle and the MessageHeader among them, and several have one event.
#[test]
fn a_focus_that_lists_the_content_is_taken_so() {
    let nhs = json!({
        "resourceType": "MessageDefinition",
        "url": "https://fhir.nhs.uk/MessageDefinition/bars-message-servicerequest-request-referral",
        "version": "1.0.0",
        "status": "active",
        "date": "2022-01-01",
        "useContext": [{
            "code": { "system": "https://fhir.nhs.uk/Id/dos-service-id", "code": "dos-id" },
            "valueReference": { "reference": "HealthcareService/1" }
        }],
        "eventCoding": { "system": SYSTEM, "code": "servicerequest-request" },
        "category": "consequence",
        "focus": [
            { "code": "Bundle", "profile": "https://fhir.nhs.uk/StructureDefinition/BARSBundleMessage", "min": 1, "max": "1" },
            { "code": "MessageHeader", "profile": "https://fhir.nhs.uk/StructureDefinition/BARSMessageHeader-servicerequest-request", "min": 1, "max": "1" },
            { "code": "ServiceRequest", "profile": "https://fhir.nhs.uk/StructureDefinition/BARSServiceRequest-request-referral", "min": 1, "max": "1" },
            { "code": "Patient", "min": 1, "max": "1" },
            { "code": "Organization", "min": 0, "max": "*" }
        ]
    });
    let (known, problems) = define(&[nhs]);
    assert_eq!(problems, Vec::<String>::new());
    // One ServiceRequest in it, which the focus need not name; a second Patient is one too many.
    assert_eq!(rules(&known, &message("servicerequest-request", 1, json!({}))), ["msg-content"]);
    assert_eq!(rules(&known, &message("servicerequest-request", 2, json!({}))), ["msg-content", "msg-content"]);
}

/// Those of R4's own examples that the public data holds.
#[test]
fn the_examples_of_r4_load_without_complaint() {
    let folders = ["r4-examples", "fhirpath/input"];
    let Some(folders) = folders.map(suites::folder).into_iter().collect::<Option<Vec<_>>>() else { return };
    let mut definitions = Vec::new();
    for file in folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()) {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().to_string();
        if name.starts_with("messagedefinition-") && name.ends_with(".json") {
            definitions.push(serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap());
        }
    }
    assert!(definitions.len() >= 2, "{}", definitions.len());
    let (known, problems) = define(&definitions);
    assert_eq!(problems, Vec::<String>::new());
    let event = Event::Coding { system: "http://example.org/fhir/message-events".into(), code: "admin-notify".into() };
    let answer = "http://hl7.org/fhir/MessageDefinition/patient-link-response";
    let found = known.message(&event, Some(answer)).unwrap();
    assert_eq!((found.url.as_str(), found.focus[0].cardinality.min), (answer, 2));
}
