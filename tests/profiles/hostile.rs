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
