//! Profiles made to hurt: they end in an issue, or take work in proportion to the text.

use fhirpost::definitions::Definitions;
use fhirpost::{Options, Report, Validator};
use serde_json::{Value, json};

fn profile(name: &str, of: &str, elements: Value) -> String {
    json!({
        "resourceType": "StructureDefinition",
        "url": format!("http://example.org/{name}"),
        "name": name,
        "status": "active",
        "fhirVersion": "4.0.1",
        "kind": "resource",
        "abstract": false,
        "type": of,
        "baseDefinition": format!("http://hl7.org/fhir/StructureDefinition/{of}"),
        "derivation": "constraint",
        "differential": { "element": elements },
    })
    .to_string()
}

fn validate(profiles: &[String], resource: &Value) -> Report {
    let (definitions, issues) = Definitions::r4().with(profiles);
    assert_eq!(issues, []);
    Validator::new(definitions).validate(&*resource.to_string(), &Options::default())
}

/// A Patient with so many identifiers, by a profile with so many slices of them, each of which differs in its last discriminator.
fn sliced(slices: usize, identifiers: usize) -> Report {
    let mut elements = vec![json!({ "id": "Patient.identifier", "path": "Patient.identifier", "slicing": {
        "discriminator": [{ "type": "value", "path": "use" }, { "type": "value", "path": "system" }], "rules": "open" } })];
    for slice in 0..slices {
        let id = format!("Patient.identifier:s{slice}");
        elements.push(json!({ "id": id, "path": "Patient.identifier", "sliceName": format!("s{slice}") }));
        elements.push(json!({ "id": format!("{id}.use"), "path": "Patient.identifier.use", "fixedCode": "usual" }));
        let system = format!("http://example.org/{slice}");
        elements.push(json!({ "id": format!("{id}.system"), "path": "Patient.identifier.system", "fixedUri": system }));
    }
    let identifier = json!({ "use": "usual", "system": "http://example.org/none" });
    let resource = json!({ "resourceType": "Patient", "meta": { "profile": ["http://example.org/p"] }, "identifier": vec![identifier; identifiers] });
    validate(&[profile("p", "Patient", Value::Array(elements))], &resource)
}

#[test]
fn many_slices_of_many_values_end_in_an_issue() {
    let report = sliced(10, 1_000);
    assert!(report.valid && report.complete, "{report}");
    let report = sliced(1_000, 10_000);
    assert!(!report.complete);
    let unchecked: Vec<_> = report.issues.iter().filter(|issue| issue.rule == "constraint-unchecked").collect();
    assert_eq!(unchecked.len(), 1, "{report}");
    assert!(unchecked[0].message.contains("http://example.org/p"), "{report}");
}

/// Organizations, each part of the next, and the last of the first.
fn circle(count: usize, last_has_name: bool) -> Value {
    let entries = (0..count).map(|at| {
        let mut organization = json!({
            "resourceType": "Organization",
            "meta": { "profile": ["http://example.org/o"] },
            "identifier": [{ "value": "1" }],
            "partOf": { "reference": url((at + 1) % count) },
        });
        if at + 1 < count || last_has_name {
            organization["name"] = json!("a");
        }
        json!({ "fullUrl": url(at), "resource": organization })
    });
    json!({ "resourceType": "Bundle", "type": "collection", "entry": entries.collect::<Vec<_>>() })
}

fn url(at: usize) -> String {
    format!("urn:uuid:00000000-0000-4000-8000-{at:012}")
}

#[test]
fn references_in_a_circle_are_followed_once_and_what_breaks_it_is_told_of_each() {
    let part_of = json!([
        { "id": "Organization.name", "path": "Organization.name", "min": 1 },
        { "id": "Organization.partOf", "path": "Organization.partOf", "type": [
            { "code": "Reference", "targetProfile": ["http://example.org/o"] }] },
    ]);
    let profiles = [profile("o", "Organization", part_of)];
    assert!(validate(&profiles, &circle(3, true)).valid);
    assert!(validate(&profiles, &circle(1, true)).valid);
    let report = validate(&profiles, &circle(3, false));
    let found = |rule: &str| report.issues.iter().filter(|issue| issue.rule == rule).count();
    // The one without a name, and each that leads to it: whichever was asked first.
    assert_eq!((found("element-missing"), found("target-profile")), (1, 3), "{report}");
    assert!(validate(&profiles, &circle(200, true)).complete);
}

/// The issues of definitions, as kind and text.
fn issues(resources: &[String]) -> Vec<String> {
    let (_, issues) = Definitions::r4().with(resources);
    issues.iter().map(|issue| format!("{:?} {}", issue.kind, issue.problem)).collect()
}

fn value_set(name: &str, compose: Value) -> String {
    json!({ "resourceType": "ValueSet", "url": format!("http://example.org/{name}"), "status": "active", "compose": compose })
        .to_string()
}

#[test]
fn value_sets_in_a_circle_are_told_of_each() {
    let includes = |other: &str| json!({ "include": [{ "valueSet": [format!("http://example.org/{other}")] }] });
    let sets: Vec<String> =
        (0..100).map(|at| value_set(&format!("v{at}"), includes(&format!("v{}", (at + 1) % 100)))).collect();
    let told = issues(&sets);
    assert_eq!(told.len(), 100);
    assert!(told.iter().all(|one| one.contains("includes itself") || one.contains("too deeply")), "{told:?}");
    assert_eq!(issues(&[value_set("own", includes("own"))]).len(), 1);
}

#[test]
fn the_same_codes_included_without_end_are_not_gathered() {
    let codes: Vec<Value> = (0..20_000).map(|code| json!({ "code": format!("c{code}") })).collect();
    let listed = value_set("listed", json!({ "include": [{ "system": "http://example.org/cs", "concept": codes }] }));
    let system = json!({ "resourceType": "CodeSystem", "url": "http://example.org/cs", "status": "active", "content": "complete",
        "concept": codes })
    .to_string();
    let include = json!({ "valueSet": ["http://example.org/listed"] });
    let filtered = json!({ "system": "http://example.org/cs", "filter": [{ "property": "code", "op": "regex", "value": "(a+)+x" }] });
    let many = |one: &Value| vec![one.clone(); 10_000];
    for compose in [
        json!({ "include": many(&include) }),
        json!({ "include": [include], "exclude": many(&filtered) }),
        json!({ "include": [{ "valueSet": vec!["http://example.org/listed"; 10_000] }] }),
        json!({ "include": many(&filtered) }),
    ] {
        let told = issues(&[listed.clone(), system.clone(), value_set("many", compose)]);
        assert_eq!(
            told,
            ["NotSupported cannot be listed offline, its codes are not compared: there are too many codes to list"]
        );
    }
}

#[test]
fn a_filter_that_would_backtrack_takes_linear_time_or_is_not_supported() {
    let code = format!("{}!", "a".repeat(50_000));
    let system = json!({ "resourceType": "CodeSystem", "url": "http://example.org/cs", "status": "active", "content": "complete",
        "concept": [{ "code": code }] })
    .to_string();
    for (regex, expected) in
        [("(a+)+", ""), ("(a|aa)*b", ""), ("(.*)(.*)(.*)(.*)x", ""), ("((a{1,100}){1,100}){1,100}", "NotSupported")]
    {
        let filter = json!({ "property": "code", "op": "regex", "value": regex });
        let set = value_set("v", json!({ "include": [{ "system": "http://example.org/cs", "filter": [filter] }] }));
        let told = issues(&[system.clone(), set]).join("\n");
        assert!(told.starts_with(expected) && told.is_empty() == expected.is_empty(), "{regex}: {told}");
    }
}

#[test]
fn slices_and_elements_inside_each_other_without_end_are_an_issue() {
    let mut elements = vec![json!({ "id": "Patient.identifier", "path": "Patient.identifier", "slicing": {
        "discriminator": [{ "type": "value", "path": "system" }], "rules": "open" } })];
    let mut name = "s".to_owned();
    for _ in 0..10_000 {
        elements.push(
            json!({ "id": format!("Patient.identifier:{name}"), "path": "Patient.identifier", "sliceName": name }),
        );
        // The names of all would be 100 MB.
        if name.len() < 2_000 {
            name.push_str("/s");
        }
    }
    let extension = |depth: usize| vec!["extension:e"; depth].join(".");
    let resliced = profile("p", "Patient", Value::Array(elements));
    let nested = profile(
        "q",
        "Patient",
        json!([{ "id": format!("Patient.{}", extension(10_000)), "path": format!("Patient{}", ".extension".repeat(10_000)), "min": 1 }]),
    );
    let itself = profile(
        "r",
        "Questionnaire",
        json!([
            { "id": "Questionnaire.item", "path": "Questionnaire.item", "contentReference": "#Questionnaire.item" },
            { "id": "Questionnaire.item.item.item.linkId", "path": "Questionnaire.item.item.item.linkId", "maxLength": 3 },
        ]),
    );
    for (definition, resource) in [
        (
            resliced,
            json!({ "resourceType": "Patient", "meta": { "profile": ["http://example.org/p"] }, "identifier": [{ "system": "urn:a" }] }),
        ),
        (nested, json!({ "resourceType": "Patient", "meta": { "profile": ["http://example.org/q"] } })),
        (
            itself,
            json!({ "resourceType": "Questionnaire", "status": "draft", "meta": { "profile": ["http://example.org/r"] },
            "item": [{ "linkId": "1", "type": "group", "item": [{ "linkId": "2", "type": "group" }] }] }),
        ),
    ] {
        let (definitions, issues) = Definitions::r4().with([definition]);
        assert!(issues.len() <= 10_000, "{}", issues.len());
        let report = Validator::new(definitions).validate(&*resource.to_string(), &Options::default());
        assert!(report.issues.len() < 100, "{report}");
    }
}

#[test]
fn an_url_of_megabytes_is_not_in_each_issue() {
    let elements: Vec<Value> =
        (0..1000).map(|_| json!({ "id": "Patient.nothing", "path": "Patient.nothing" })).collect();
    let long = profile(&"u".repeat(10 << 20), "Patient", Value::Array(elements));
    assert_eq!(issues(&[long]), ["Invalid has an url that is longer than 2000 bytes"]);
}
