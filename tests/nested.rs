//! Bundles inside other resources: each is validated as one of its own, and refers to its own entries.
#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

use fhirpost::report::Severity;
use fhirpost::{Options, Report, Validator, What};
use serde_json::{Value, json};
use std::sync::LazyLock;

static VALIDATOR: LazyLock<Validator> = LazyLock::new(Validator::default);

const MESSAGE: &str = include_str!("cases/msg-content/every-type-right.json");

fn message() -> Value {
    serde_json::from_str(MESSAGE).unwrap()
}

fn validated(resource: &Value) -> Report {
    VALIDATOR.validate(resource.to_string().as_bytes(), &Options::default())
}

fn errors(resource: &Value) -> Vec<(String, String)> {
    let issues = validated(resource).issues.into_iter().filter(|issue| issue.severity <= Severity::Error);
    issues.map(|issue| (issue.rule.into_owned(), issue.pointer)).collect()
}

/// The ways of holding a Bundle, and where it is then.
fn holders(bundle: &Value) -> Vec<(Value, &'static str)> {
    let url = "urn:uuid:d0000000-0000-4000-8000-0000000000d1";
    let collection = |resource: Value| json!({ "resourceType": "Bundle", "type": "collection", "entry": [{ "fullUrl": url, "resource": resource }] });
    let parameters = |name: &str, resource: &Value| json!({ "resourceType": "Parameters", "parameter": [{ "name": name, "resource": resource }] });
    vec![
        (collection(bundle.clone()), "/entry/0/resource"),
        (collection(collection(bundle.clone())), "/entry/0/resource/entry/0/resource"),
        (parameters("content", bundle), "/parameter/0/resource"),
        (parameters("other", bundle), "/parameter/0/resource"),
        (collection(parameters("content", bundle)), "/entry/0/resource/parameter/0/resource"),
        (
            json!({ "resourceType": "Parameters", "parameter": [{ "name": "a", "part": [{ "name": "b", "resource": bundle }] }] }),
            "/parameter/0/part/0/resource",
        ),
    ]
}

#[test]
fn a_bundle_inside_has_the_errors_that_it_has_alone() {
    let patient =
        json!({ "fullUrl": "http://x.example/fhir/Patient/p", "resource": { "resourceType": "Patient", "id": "p" } });
    let collection = |change: &dyn Fn(&mut Value)| {
        let mut bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": [patient] });
        change(&mut bundle);
        bundle
    };
    let faulty = [
        collection(&|bundle| bundle["entry"].as_array_mut().unwrap().push(patient.clone())),
        collection(&|bundle| bundle["entry"][0]["fullUrl"] = json!("http://x.example/fhir/Patient/p/_history/1")),
        collection(&|bundle| drop(bundle["entry"][0].as_object_mut().unwrap().remove("fullUrl"))),
        collection(&|bundle| bundle["entry"][0]["fullUrl"] = json!("http://x.example/fhir/Patient/q")),
        collection(&|bundle| {
            bundle["entry"][0]["resource"]["managingOrganization"] = json!({ "reference": "Patient/p" })
        }),
        collection(&|bundle| bundle["link"] = json!([{ "relation": "next", "url": "http://x.example" }])),
        // A message without its focus, and a document with an entry that nothing refers to.
        {
            let mut message = message();
            message["entry"][0]["resource"]["focus"] = json!([{ "reference": "ServiceRequest/none" }]);
            message
        },
        {
            let mut message = message();
            message["entry"].as_array_mut().unwrap().remove(0);
            message
        },
        json!({
            "resourceType": "Bundle", "type": "document", "identifier": { "system": "urn:x:y", "value": "1" }, "timestamp": "2026-01-01T00:00:00Z",
            "entry": [
                { "fullUrl": "http://x.example/fhir/Composition/c", "resource": { "resourceType": "Composition", "id": "c", "status": "final",
                  "type": { "text": "t" }, "date": "2026-01-01", "author": [{ "display": "a" }], "title": "t" } },
                patient
            ]
        }),
    ];
    for bundle in &faulty {
        let alone = errors(bundle);
        assert!(!alone.is_empty(), "{bundle}");
        for (holder, place) in holders(bundle) {
            let inside: Vec<_> = alone.iter().map(|(rule, at)| (rule.clone(), format!("{place}{at}"))).collect();
            assert_eq!(errors(&holder), inside, "{holder}");
        }
    }
}

#[test]
fn a_right_bundle_inside_is_right() {
    for (holder, _) in holders(&message()) {
        assert_eq!(errors(&holder), [], "{holder}");
    }
}

#[test]
fn references_resolve_to_entries_of_their_own_bundle() {
    // Each Bundle has a Patient of the same id, and the outer one an Organization that the inner one does not have.
    let inner = json!({
        "resourceType": "Bundle", "type": "document", "identifier": { "system": "urn:x:y", "value": "1" }, "timestamp": "2026-01-01T00:00:00Z",
        "entry": [
            { "fullUrl": "http://x.example/fhir/Composition/c", "resource": { "resourceType": "Composition", "id": "c", "status": "final",
              "type": { "text": "t" }, "date": "2026-01-01", "author": [{ "reference": "Organization/o" }], "subject": { "reference": "Patient/p" }, "title": "t" } },
            { "fullUrl": "http://x.example/fhir/Patient/p", "resource": { "resourceType": "Patient", "id": "p" } }
        ]
    });
    let outer = json!({
        "resourceType": "Bundle", "type": "collection",
        "entry": [
            { "fullUrl": "http://x.example/fhir/Patient/p", "resource": { "resourceType": "Patient", "id": "p" } },
            { "fullUrl": "http://x.example/fhir/Organization/o", "resource": { "resourceType": "Organization", "id": "o", "name": "o" } },
            { "fullUrl": "urn:uuid:d0000000-0000-4000-8000-0000000000d1", "resource": inner }
        ]
    });
    let found = errors(&outer);
    let expected = ("ref-unresolved".to_owned(), "/entry/2/resource/entry/0/resource/author/0/reference".to_owned());
    assert_eq!(found, [expected]);
}

#[test]
fn parameters_are_validated_as_what_they_hold() {
    let carried = |content: &Value| json!({ "resourceType": "Parameters", "parameter": [{ "name": "async", "valueBoolean": false }, { "name": "content", "resource": content }] });
    let alone = validated(&message());
    let options = Options::of(What::Message);
    for options in [&Options::of(What::Bundle), &options] {
        let report = VALIDATOR.validate(carried(&message()).to_string().as_bytes(), options);
        assert!(report.valid, "{:?}", report.issues);
        assert_eq!(
            (&report.event, &report.message_id, &report.bundle_id),
            (&alone.event, &alone.message_id, &alone.bundle_id)
        );
        assert_eq!(report.resources, alone.resources);
    }
    // What must be a message must be one inside, too.
    let collection = json!({ "resourceType": "Bundle", "type": "collection", "entry": [] });
    let report = VALIDATOR.validate(carried(&collection).to_string().as_bytes(), &options);
    assert!(
        report.issues.iter().any(|issue| issue.rule == "msg-type" && issue.pointer == "/parameter/1/resource/type")
    );
    // Nothing is carried: no Bundle.
    let nothing = json!({ "resourceType": "Parameters", "parameter": [{ "name": "content", "valueString": "a" }] });
    assert!(!VALIDATOR.validate(nothing.to_string().as_bytes(), &Options::of(What::Bundle)).valid);
}

#[test]
fn only_a_message_is_called_one() {
    let bundle = json!({
        "resourceType": "Bundle", "type": "collection",
        "entry": [
            { "fullUrl": "http://x.example/fhir/Patient/p", "resource": { "resourceType": "Patient", "id": "p", "link": [{ "other": { "reference": "Patient/p/_history/2" }, "type": "seealso" }] } },
            { "fullUrl": "http://x.example/fhir/Patient/q", "resource": { "resourceType": "Patient", "id": "q", "link": [{ "other": { "reference": "Patient/r" }, "type": "seealso" }] } },
            { "fullUrl": "http://x.example/fhir/Patient/r", "resource": { "resourceType": "Patient", "id": "r" } },
            { "fullUrl": "http://x.example/fhir/Patient/r", "resource": { "resourceType": "Patient", "id": "r" } }
        ]
    });
    let report = validated(&bundle);
    assert!(
        report.issues.iter().any(|issue| issue.rule == "ref-ambiguous")
            && report.issues.iter().any(|issue| issue.rule == "ref-version")
    );
    for issue in report.issues {
        assert!(!issue.message.contains("message"), "{}", issue.message);
    }
}

#[test]
fn what_follows_from_another_fault_names_it() {
    let causes = |bundle: &Value, rule: &str| -> Vec<(String, String)> {
        let issues = validated(bundle).issues.into_iter().filter(|issue| issue.rule == rule);
        issues.filter_map(|issue| issue.caused_by).map(|cause| (cause.rule.into_owned(), cause.pointer)).collect()
    };
    let index_of = |bundle: &Value, of: &str| {
        bundle["entry"].as_array().unwrap().iter().position(|entry| entry["resource"]["resourceType"] == of).unwrap()
    };
    // No fullUrl: what refers to it resolves nowhere, and nothing links it.
    let mut bundle = message();
    let patient = index_of(&bundle, "Patient");
    bundle["entry"][patient].as_object_mut().unwrap().remove("fullUrl");
    let cause = ("bundle-fullurl-missing".to_owned(), format!("/entry/{patient}"));
    assert!(causes(&bundle, "ref-unresolved").contains(&cause));
    assert!(causes(&bundle, "msg-unreachable").contains(&cause));
    assert!(causes(&bundle, "msg-link").iter().any(|(rule, _)| rule == "ref-unresolved"));
    // The Patient is missing.
    let mut bundle = message();
    bundle["entry"].as_array_mut().unwrap().remove(patient);
    assert!(causes(&bundle, "msg-link").iter().any(|(rule, pointer)| rule == "msg-content" && pointer.is_empty()));
    // A right message has no issue that follows from another.
    assert!(validated(&message()).issues.iter().all(|issue| issue.caused_by.is_none()));
}

#[test]
fn what_was_not_checked_is_told_last() {
    let patient = json!({
        "resourceType": "Patient",
        "meta": { "profile": ["http://example.org/fhir/StructureDefinition/my-patient"], "tag": [{ "system": "urn:example:tags", "code": "a" }] },
        "gender": "F"
    });
    let rules: Vec<_> = validated(&patient).issues.into_iter().map(|issue| issue.rule.into_owned()).collect();
    assert_eq!(rules, ["binding-required", "profile-unknown", "code-unchecked"]);
}
