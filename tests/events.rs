//! Events are data: MessageDefinitions that are loaded at run time, and what they make of a message.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
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

/// A definition of an event whose graph asks for a profile where it starts, and of what its links lead to.
fn with_graph(code: &str, start: (&str, Option<&str>), links: &Value) -> Vec<Value> {
    let graph = json!({
        "resourceType": "GraphDefinition", "url": "https://example.org/GraphDefinition/g", "name": "g", "status": "active",
        "start": start.0, "profile": start.1, "link": links
    });
    vec![definition(code, json!({ "graph": [graph["url"]] })), graph]
}

fn of_patient(name: &str, element: &str) -> Value {
    json!({
        "resourceType": "StructureDefinition", "url": format!("https://example.org/{name}"), "status": "draft", "kind": "resource",
        "abstract": false, "type": "Patient", "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "derivation": "constraint",
        "differential": { "element": [{ "id": format!("Patient.{element}"), "path": format!("Patient.{element}"), "min": 1 }] }
    })
}

#[test]
fn the_graph_of_an_event_names_profiles_of_what_its_links_lead_to() {
    let target = |profiles: &[&str]| -> Vec<Value> {
        let one = |name: &&str| json!({ "type": "Patient", "profile": format!("https://example.org/{name}") });
        profiles.iter().map(one).collect()
    };
    let to = |profiles: &[&str]| json!([{ "path": "MessageHeader.focus", "target": target(profiles) }]);
    let found = |start: (&str, Option<&str>), links: &Value, patient: Value| -> Vec<String> {
        let mut all = with_graph("ping", start, links);
        all.extend([of_patient("active", "active"), of_patient("gender", "gender")]);
        let (definitions, issues) = define(&all);
        assert!(issues.is_empty(), "{issues:?}");
        // What is compiled and read again asks for the same.
        let definitions = Definitions::r4().with_kept(definitions.kept("").into_bytes()).unwrap().0;
        let text = message("ping", 1, json!({}));
        let text = text.replace(r#"{"resourceType":"Patient"}"#, &patient.to_string());
        let report = Validator::new(definitions).validate(&*text, &Options::of(What::Bundle));
        let missing = report.issues.iter().filter(|issue| issue.profiles.is_some());
        missing.map(|issue| format!("{} {} {:?}", issue.rule, issue.pointer, issue.profiles)).collect()
    };
    let patient = |more: Value| {
        let mut patient = json!({ "resourceType": "Patient" });
        patient.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        patient
    };
    let header = ("MessageHeader", None);
    let missing =
        |name: &str| vec![format!("element-missing /entry/1/resource Some([\"https://example.org/{name}\"])")];
    assert_eq!(found(header, &to(&["active"]), patient(json!({}))), missing("active"));
    assert!(found(header, &to(&["active"]), patient(json!({ "active": true }))).is_empty());
    // Of several one is enough, and the nearest is told.
    assert!(found(header, &to(&["active", "gender"]), patient(json!({ "gender": "male" }))).is_empty());
    assert_eq!(found(header, &to(&["active", "gender"]), patient(json!({}))), missing("active"));
    // Where the graph starts.
    let start = ("Patient", Some("https://example.org/gender"));
    assert_eq!(found(start, &json!([]), patient(json!({}))), missing("gender"));
    // Elsewhere it asks for nothing.
    let elsewhere = json!([{ "path": "MessageHeader.responsible", "target": target(&["active"]) }]);
    assert!(found(header, &elsewhere, patient(json!({}))).is_empty());
    let unknown = json!([{ "path": "MessageHeader.focus", "target": target(&["nothing"]) }]);
    let mut all = with_graph("ping", header, &unknown);
    all.push(of_patient("active", "active"));
    let (definitions, _) = define(&all);
    assert!(rules(&definitions, &message("ping", 1, json!({}))).contains(&"profile-unknown".to_owned()));
}

/// A graph may search for what refers to a resource: GraphDefinition.link without a path, and its `target.params`.
#[test]
fn the_graph_of_an_event_names_profiles_of_what_refers_to_its_resources() {
    let found = |params: &str, names: &[&str], flags: &[Value]| -> Vec<String> {
        let target =
            |name: &&str| json!({ "type": "Flag", "params": params, "profile": format!("https://example.org/{name}") });
        let links = json!([{ "path": "MessageHeader.focus", "target": [{ "type": "Patient",
            "link": [{ "target": names.iter().map(target).collect::<Vec<_>>() }] }] }]);
        let mut all = with_graph("ping", ("MessageHeader", None), &links);
        all.extend(["category", "encounter"].map(|element| {
            serde_json::from_str(&of_patient(element, element).to_string().replace("Patient", "Flag")).unwrap()
        }));
        let (definitions, issues) = define(&all);
        assert!(issues.is_empty(), "{issues:?}");
        let definitions = Definitions::r4().with_kept(definitions.kept("").into_bytes()).unwrap().0;
        let mut text: Value = serde_json::from_str(&message("ping", 1, json!({}))).unwrap();
        for (index, flag) in flags.iter().enumerate() {
            let url = format!("urn:uuid:00000000-0000-4000-9000-{index:012}");
            text["entry"].as_array_mut().unwrap().push(json!({ "fullUrl": url, "resource": flag }));
        }
        let report = Validator::new(definitions).validate(text.to_string(), &Options::of(What::Bundle));
        let missing = report.issues.iter().filter(|issue| issue.profiles.is_some());
        missing.map(|issue| format!("{} {} {:?}", issue.rule, issue.pointer, issue.profiles)).collect()
    };
    let of_patient = json!({ "reference": "urn:uuid:00000000-0000-4000-8000-000000000001" });
    let flag = |more: Value| {
        let mut flag =
            json!({ "resourceType": "Flag", "status": "active", "code": { "text": "a" }, "subject": of_patient });
        flag.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        flag
    };
    let missing = vec!["element-missing /entry/2/resource Some([\"https://example.org/category\"])".to_owned()];
    let category = json!({ "category": [{ "text": "a" }] });
    for params in ["subject={ref}", "patient={ref}"] {
        assert_eq!(found(params, &["category"], &[flag(json!({}))]), missing, "{params}");
        assert!(found(params, &["category"], &[flag(category.clone())]).is_empty());
        // Of several one is enough.
        assert!(found(params, &["encounter", "category"], &[flag(category.clone())]).is_empty());
    }
    // What does not refer so, or is searched for by more than that.
    for params in ["author={ref}", "subject={ref}&status=active", "subject", ""] {
        assert!(found(params, &["category"], &[flag(json!({}))]).is_empty(), "{params}");
    }
    let elsewhere = flag(json!({ "subject": { "reference": "urn:uuid:00000000-0000-4000-8000-000000000000" } }));
    assert!(found("subject={ref}", &["category"], &[elsewhere]).is_empty());
}

/// NHS England lists under focus what is in the message; R4 means what MessageHeader.focus refers to.
#[test]
fn a_focus_that_names_the_bundle_lists_what_is_in_the_message_unless_it_is_read_strictly() {
    let of = |of: &str, element: &str| -> Value {
        serde_json::from_str(&of_patient(of, element).to_string().replace("Patient", of)).unwrap()
    };
    let profile = |name: &str| format!("https://example.org/{name}");
    let focus = json!([{ "code": "Bundle", "profile": profile("Bundle"), "min": 1, "max": "1" },
        { "code": "MessageHeader", "profile": profile("MessageHeader"), "min": 1, "max": "1" },
        { "code": "Patient", "min": 1, "max": "1" }, { "code": "Flag", "profile": profile("Flag"), "min": 1, "max": "1" }]);
    let mut all = vec![definition("ping", json!({ "category": "notification", "focus": focus }))];
    all.extend([of("Bundle", "identifier"), of("MessageHeader", "reason"), of("Flag", "category")]);
    let (definitions, issues) = define(&all);
    assert!(issues.is_empty(), "{issues:?}");
    let validator = Validator::new(definitions);
    let mut text: Value = serde_json::from_str(&message("ping", 1, json!({}))).unwrap();
    let flag =
        json!({ "resourceType": "Flag", "status": "active", "code": { "text": "a" }, "subject": { "display": "A" } });
    let url = "urn:uuid:00000000-0000-4000-9000-000000000001";
    text["entry"].as_array_mut().unwrap().push(json!({ "fullUrl": url, "resource": flag }));
    let told = |strict_focus: bool, text: &Value| -> Vec<String> {
        let options = Options { strict_focus, ..Options::of(What::Bundle) };
        let report = validator.validate(text.to_string(), &options);
        let told = report
            .issues
            .iter()
            .filter(|one| one.profiles.is_some() || one.rule.starts_with("msg-focus") || one.rule == "msg-content");
        told.map(|issue| format!("{} {}", issue.rule, issue.pointer)).collect()
    };
    let header = ["element-missing ", "element-missing /entry/0/resource"];
    assert_eq!(told(false, &text), [header[0], header[1], "element-missing /entry/2/resource"]);
    // The header refers to the Patient alone: there is no Flag, and no Bundle, that the message is about.
    assert_eq!(told(true, &text), [header[0], header[1], "msg-focus /entry/0/resource/focus"]);
    text["entry"][0]["resource"]["focus"].as_array_mut().unwrap().push(json!({ "reference": url }));
    assert_eq!(told(true, &text), [header[0], header[1], "element-missing /entry/2/resource"]);
}

/// Messages of a network whose resources claim nothing, and an event whose graph names the profiles that they claimed.
#[test]
fn by_its_graph_a_message_has_the_issues_that_it_has_by_its_claims() {
    let Some(folder) = suites::folder("profiles") else { return };
    let mut packages: Vec<_> =
        std::fs::read_dir(folder.join("packages")).unwrap().map(|file| file.unwrap().path()).collect();
    // Of several definitions of an event the one that fits would count.
    packages.retain(|path| !path.to_string_lossy().contains("messagedefinitions"));
    packages.retain(|path| path.to_string_lossy().contains("medcom") || path.to_string_lossy().contains("dk.core"));
    let packages = packages
        .iter()
        .map(|path| fhirpost::Package::read(&std::fs::read(path).unwrap(), fhirpost::PackageLimits::default()));
    let (network, _) = Definitions::r4_with_profiles().with_packages(packages);
    let types = ["MessageHeader", "Communication", "Patient", "Organization"];
    let (mut compared, mut needed) = (0, 0);
    let lines = std::fs::read_to_string(folder.join("medcom-carecommunication.ndjson")).unwrap();
    for line in lines.lines().step_by(2) {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = case["text"].as_str().unwrap();
        let Ok(mut bundle) = serde_json::from_str::<Value>(text) else { continue };
        let claims = |of: &str| {
            let all = bundle["entry"].as_array()?;
            let own = all.iter().map(|entry| &entry["resource"]).filter(|one| one["resourceType"] == of);
            let mut claims: Vec<&str> = own.map(|one| one["meta"]["profile"][0].as_str().unwrap_or("")).collect();
            claims.sort_unstable();
            claims.dedup();
            (claims.len() == 1 && !claims[0].is_empty()).then(|| claims[0].to_owned())
        };
        let Some([header, focus, patient, organization]) =
            types.map(claims).into_iter().collect::<Option<Vec<_>>>().and_then(|all| <[String; 4]>::try_from(all).ok())
        else {
            continue;
        };
        let coding = &bundle["entry"][0]["resource"]["eventCoding"];
        let (Some(system), Some(code)) = (coding["system"].as_str(), coding["code"].as_str()) else { continue };
        let target = |of: &str, profile: &str| json!([{ "type": of, "profile": profile }]);
        let links = json!([
            { "path": "MessageHeader.focus", "target": [{ "type": "Communication", "profile": focus,
                "link": [{ "path": "Communication.subject", "target": target("Patient", &patient) }] }] },
            { "path": "MessageHeader.sender", "target": target("Organization", &organization) },
            { "path": "MessageHeader.destination.receiver", "target": target("Organization", &organization) },
        ]);
        let mut own = with_graph(code, ("MessageHeader", Some(&header)), &links);
        own[0]["eventCoding"]["system"] = json!(system);
        let (definitions, issues) = network.with(own.iter().map(Value::to_string));
        assert!(issues.is_empty(), "{issues:?}");
        let validator = Validator::new(definitions);
        let all = [&header, &focus, &patient, &organization];
        let found = |text: &str| -> Vec<String> {
            let report = validator.validate(text, &Options::default());
            // Constraints on the claims themselves, and what the Bundle's own profile says, are no part of this.
            let is_meant = |issue: &&fhirpost::Issue| {
                let mut profiles = issue.profiles.iter().flat_map(|all| all.iter());
                profiles.any(|one| all.iter().any(|known| one.starts_with(known.as_str())))
                    && !issue.expression.contains(".meta")
                    && !issue.message.contains("meta.profile")
            };
            let mut found: Vec<String> = report
                .issues
                .iter()
                .filter(is_meant)
                .map(|issue| format!("{} {}", issue.rule, issue.pointer))
                .collect();
            found.sort();
            found
        };
        let expected = found(text);
        for entry in bundle["entry"].as_array_mut().unwrap() {
            if types.iter().any(|of| entry["resource"]["resourceType"] == **of) {
                entry["resource"].as_object_mut().unwrap().remove("meta");
            }
        }
        assert_eq!(found(&bundle.to_string()), expected, "{}", case["id"]);
        compared += 1;
        needed += usize::from(!expected.is_empty());
    }
    assert!(compared > 20 && needed > 2, "{compared} compared, {needed} of them with issues");
}
