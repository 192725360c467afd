//! Each construct of a differential, in small.

use crate::outline::outline;
use fhirpost::compile::{DefinitionIssue, DefinitionIssueKind};
use fhirpost::definitions::{Definitions, ProfileId};
use fhirpost::report::Severity;
use serde_json::{Value, json};

const R4: &str = "http://hl7.org/fhir/StructureDefinition/";

/// A profile `urn:NAME`: what it is derived from, and its elements by their ids.
fn profile(name: &str, of: &str, base: &str, elements: &[(&str, Value)]) -> Value {
    let base = if base.contains(':') { base.to_owned() } else { format!("{R4}{base}") };
    json!({
        "resourceType": "StructureDefinition",
        "url": format!("urn:{name}"),
        "version": "1.0.0",
        "name": name,
        "status": "active",
        "kind": "resource",
        "abstract": false,
        "type": of,
        "baseDefinition": base,
        "derivation": "constraint",
        "differential": { "element": elements.iter().map(|(id, says)| element(id, says)).collect::<Vec<_>>() },
    })
}

/// An element with this id, and the path that goes with it.
fn element(id: &str, says: &Value) -> Value {
    let path: Vec<&str> = id.split('.').map(|step| step.split(':').next().unwrap_or_default()).collect();
    let mut element = json!({ "id": id, "path": path.join(".") });
    element.as_object_mut().unwrap().extend(says.as_object().unwrap().clone());
    element
}

fn with(base: &Definitions, resources: &[Value]) -> (Definitions, Vec<DefinitionIssue>) {
    base.with(resources.iter().map(Value::to_string))
}

/// The outline of a profile without its root, and that there were no issues.
fn tree(resources: &[Value], url: &str) -> Vec<String> {
    let (definitions, issues) = with(&Definitions::r4(), resources);
    assert!(issues.is_empty(), "{issues:?}");
    lines(&definitions, url)
}

fn lines(definitions: &Definitions, url: &str) -> Vec<String> {
    let id = definitions.profile_named(url).unwrap_or_else(|| panic!("{url} is not there"));
    let lines = outline(definitions, definitions.profile(id)).into_iter();
    lines.map(|(id, line)| format!("{id} {line}").trim().to_owned()).skip(1).collect()
}

/// Severity, kind, path and words of each issue.
fn words(issues: &[DefinitionIssue]) -> Vec<(Severity, DefinitionIssueKind, &str, &str)> {
    issues.iter().map(|one| (one.severity, one.kind, one.path.as_str(), one.problem.as_str())).collect()
}

fn by_url() -> Value {
    json!({ "slicing": { "discriminator": [{ "type": "value", "path": "url" }], "rules": "open" } })
}

#[test]
fn what_an_element_says_is_kept_and_what_r4_says_is_not_repeated() {
    let says = [
        ("Patient", json!({ "min": 0, "max": "*" })),
        ("Patient.active", json!({ "min": 1, "max": "1", "patternBoolean": true, "mustSupport": true })),
        ("Patient.name", json!({ "min": 0, "max": "*", "type": [{ "code": "HumanName" }] })),
        ("Patient.name.family", json!({ "maxLength": 40 })),
        ("Patient.birthDate", json!({ "minValueDate": "1900-01-01", "maxValueDate": "2100-01-01" })),
        (
            "Patient.gender",
            json!({ "binding": { "strength": "required", "valueSet": format!("{}|4.0.1", "http://hl7.org/fhir/ValueSet/administrative-gender") } }),
        ),
        ("Patient.contact.relationship", json!({ "max": "1", "fixedCodeableConcept": { "text": "a" } })),
        (
            "Patient.generalPractitioner",
            json!({ "type": [{ "code": "Reference", "targetProfile": [format!("{R4}Organization")], "aggregation": ["contained", "bundled"] }] }),
        ),
        (
            "Patient.managingOrganization",
            json!({ "type": [{ "code": "Reference", "targetProfile": [format!("{R4}Organization|4.0.1")] }] }),
        ),
        ("Patient.link", json!({ "max": "0" })),
    ];
    assert_eq!(
        tree(&[profile("p", "Patient", "Patient", &says)], "urn:p"),
        [
            "Patient.active 1..* pattern true S",
            "Patient.name",
            "Patient.name.family 40 characters",
            "Patient.birthDate limit \"1900-01-01\" limit \"2100-01-01\"",
            "Patient.contact",
            "Patient.contact.relationship 0..1 fixed {\"text\":\"a\"}",
            "Patient.generalPractitioner Reference>http://hl7.org/fhir/StructureDefinition/Organization",
            "Patient.link 0..0",
        ]
    );
}

#[test]
fn an_element_is_found_by_its_id_or_else_by_the_order_and_the_names_of_slices() {
    let slicing = json!({ "slicing": { "discriminator": [{ "type": "value", "path": "code" }], "rules": "closed", "ordered": true } });
    let says = [
        ("Observation.component", slicing),
        ("Observation.component:a", json!({ "min": 1, "sliceName": "a" })),
        ("Observation.component:a.code", json!({ "patternCodeableConcept": { "text": "a" } })),
        ("Observation.component:b", json!({ "max": "2", "sliceName": "b" })),
        ("Observation.component:b.code", json!({ "patternCodeableConcept": { "text": "b" } })),
        ("Observation.status", json!({ "mustSupport": true })),
    ];
    let by_id = profile("p", "Observation", "Observation", &says);
    let mut by_order = by_id.clone();
    for element in by_order["differential"]["element"].as_array_mut().unwrap() {
        element.as_object_mut().unwrap().remove("id");
    }
    let expected = [
        "Observation.component [closed, in order Value:code]",
        "Observation.component:a 1..*",
        "Observation.component:a.code pattern {\"text\":\"a\"}",
        "Observation.component:b 0..2",
        "Observation.component:b.code pattern {\"text\":\"b\"}",
        "Observation.status S",
    ];
    assert_eq!(tree(&[by_id], "urn:p"), expected);
    assert_eq!(tree(&[by_order], "urn:p"), expected);
}

#[test]
fn parents_are_there_by_implication_and_paths_go_into_types() {
    let says = [
        ("Patient.contact.name.given", json!({ "min": 1 })),
        ("Patient.birthDate.extension:time", json!({ "type": [{ "code": "Extension", "profile": ["urn:time"] }] })),
        ("Patient.extension:nested.extension:part.value[x]", json!({ "type": [{ "code": "code" }] })),
    ];
    assert_eq!(
        tree(&[profile("p", "Patient", "Patient", &says)], "urn:p"),
        [
            "Patient.contact",
            "Patient.contact.name",
            "Patient.contact.name.given 1..*",
            "Patient.birthDate",
            "Patient.birthDate.extension [open Value:url]",
            "Patient.birthDate.extension:time Extension=urn:time",
            "Patient.extension [open Value:url]",
            "Patient.extension:nested",
            "Patient.extension:nested.extension [open Value:url]",
            "Patient.extension:nested.extension:part",
            "Patient.extension:nested.extension:part.value[x] code",
        ]
    );
    let says = [
        (
            "Bundle.entry",
            json!({ "slicing": { "discriminator": [{ "type": "type", "path": "resource" }], "rules": "openAtEnd" } }),
        ),
        ("Bundle.entry:header.resource", json!({ "type": [{ "code": "MessageHeader", "profile": ["urn:header"] }] })),
        ("Bundle.entry:header.resource.source.name", json!({ "min": 1 })),
    ];
    assert_eq!(
        tree(&[profile("p", "Bundle", "Bundle", &says)], "urn:p"),
        [
            "Bundle.entry [open at end Type:resource]",
            "Bundle.entry:header",
            "Bundle.entry:header.resource MessageHeader=urn:header",
            "Bundle.entry:header.resource.source",
            "Bundle.entry:header.resource.source.name 1..*",
        ]
    );
}

#[test]
fn the_name_of_a_type_in_a_path_is_a_slice_by_type() {
    let expected = [
        "Observation.value[x] [open Type:]",
        "Observation.value[x]:valueQuantity 0..* Quantity",
        "Observation.value[x]:valueQuantity.code 1..* fixed \"kg\"",
    ];
    let code = json!({ "min": 1, "fixedCode": "kg" });
    for (id, inside) in [
        ("Observation.valueQuantity", "Observation.valueQuantity.code"),
        ("Observation.value[x]:valueQuantity", "Observation.value[x]:valueQuantity.code"),
        ("Observation.valueQuantity:valueQuantity", "Observation.valueQuantity:valueQuantity.code"),
    ] {
        let says = [(id, json!({ "type": [{ "code": "Quantity" }] })), (inside, code.clone())];
        let found = tree(&[profile("p", "Observation", "Observation", &says)], "urn:p");
        assert_eq!(found, expected.map(|line| line.replace("0..* ", "")), "{id}");
        // The parent is there by implication, and has its type by its name.
        assert_eq!(tree(&[profile("p", "Observation", "Observation", &says[1..])], "urn:p"), found, "{id}");
    }
    let narrowed = [
        ("Observation.value[x]", json!({ "type": [{ "code": "Quantity" }, { "code": "string" }] })),
        ("Observation.value[x].code", code),
    ];
    assert_eq!(
        tree(&[profile("p", "Observation", "Observation", &narrowed)], "urn:p"),
        ["Observation.value[x] Quantity string", "Observation.value[x].code 1..* fixed \"kg\""]
    );
}

#[test]
fn a_derived_profile_replaces_what_its_base_says_in_whatever_order_they_come() {
    let base = profile(
        "base",
        "Patient",
        "Patient",
        &[
            ("Patient.identifier", json!({ "min": 1, "max": "3", "mustSupport": true })),
            (
                "Patient.identifier",
                json!({ "slicing": { "discriminator": [{ "type": "value", "path": "system" }], "rules": "open" } }),
            ),
            ("Patient.identifier:a", json!({ "max": "1" })),
            ("Patient.identifier:a.system", json!({ "patternUri": "urn:a" })),
            ("Patient.name.text", json!({ "patternString": "x", "maxLength": 3 })),
            ("Patient.maritalStatus", json!({ "binding": { "strength": "extensible", "valueSet": "urn:set" } })),
        ],
    );
    let derived = profile(
        "derived",
        "Patient",
        "urn:base",
        &[
            (
                "Patient.identifier",
                json!({ "max": "2", "slicing": { "discriminator": [{ "type": "pattern", "path": "$this" }], "rules": "closed" } }),
            ),
            (
                "Patient.identifier:a",
                json!({ "min": 1, "slicing": { "discriminator": [{ "type": "exists", "path": "use" }], "rules": "open" } }),
            ),
            ("Patient.identifier:a/b", json!({ "max": "1" })),
            ("Patient.identifier:c", json!({ "max": "1" })),
            ("Patient.name.text", json!({ "fixedString": "y", "maxLength": 2 })),
            ("Patient.maritalStatus", json!({ "binding": { "strength": "required" } })),
        ],
    );
    let expected = [
        "Patient.identifier 0..2 S [closed Pattern:]",
        "Patient.identifier:a 1..1 [open Exists:use]",
        "Patient.identifier:a.system pattern \"urn:a\"",
        "Patient.identifier:a/b 0..1",
        "Patient.identifier:c 0..1",
        "Patient.name",
        "Patient.name.text fixed \"y\" 2 characters",
        "Patient.maritalStatus Required urn:set",
    ];
    let together = [derived.clone(), base.clone()];
    assert_eq!(tree(&together, "urn:derived"), expected);
    let (below, issues) = with(&Definitions::r4(), &[base]);
    let (above, more) = with(&below, &[derived]);
    assert!(issues.is_empty() && more.is_empty(), "{issues:?} {more:?}");
    assert_eq!(lines(&above, "urn:derived"), expected);
    let of = above.profile(above.profile_named("urn:derived").unwrap());
    assert_eq!((&*of.bases, &*of.title), (&["urn:base".into()][..], "derived"));
}

#[test]
fn what_must_not_be_there_says_no_more_but_by_what_a_slice_is_told() {
    let says = [
        ("Observation.method", json!({ "max": "0", "type": [{ "code": "CodeableConcept", "profile": ["urn:c"] }] })),
        ("Observation.method.coding", json!({ "min": 1 })),
        ("Observation.valueQuantity", json!({ "max": "0" })),
        ("Observation.valueQuantity.unit", json!({ "min": 1 })),
    ];
    assert_eq!(
        tree(&[profile("p", "Observation", "Observation", &says)], "urn:p"),
        [
            "Observation.method 0..0",
            "Observation.value[x] [open Type:]",
            "Observation.value[x]:valueQuantity 0..0 Quantity",
            "Observation.value[x]:valueQuantity.unit 1..*",
        ]
    );
}

#[test]
fn constraints_are_added_once_for_each_key_and_faulty_ones_are_said() {
    let constraint = |key: &str, expression: &str| json!({ "key": key, "severity": "error", "human": "words", "expression": expression });
    let base = profile(
        "base",
        "Patient",
        "Patient",
        &[
            ("Patient", json!({ "constraint": [constraint("dom-2", "true"), constraint("a-1", "name.exists()")] })),
            (
                "Patient.contact",
                json!({ "constraint": [constraint("pat-1", "true"), constraint("ele-1", "true"), constraint("a-2", "name.exists(")] }),
            ),
        ],
    );
    let derived = profile(
        "derived",
        "Patient",
        "urn:base|1.0.0",
        &[("Patient", json!({ "constraint": [constraint("a-1", "false"), constraint("b-1", "true")] }))],
    );
    let (definitions, issues) = with(&Definitions::r4(), &[base, derived]);
    let [(Severity::Warning, DefinitionIssueKind::Invalid, "Patient.contact", problem)] = words(&issues)[..] else {
        panic!("{issues:?}")
    };
    assert!(problem.starts_with("has the constraint a-2"), "{problem}");
    let id = definitions.profile_named("urn:derived").unwrap();
    let found = outline(&definitions, definitions.profile(id));
    assert_eq!(found, [("Patient".to_owned(), "a-1 b-1".to_owned())]);
    let of_a1 = definitions.constraints().iter().filter(|one| one.key == "a-1");
    assert_eq!(of_a1.map(|one| one.expression.to_string()).collect::<Vec<_>>(), ["name.exists()"]);
}

#[test]
fn bindings_are_replaced_loosened_and_extended() {
    let set = |strength: &str, set: &str| json!({ "binding": { "strength": strength, "valueSet": set } });
    let base = profile(
        "base",
        "Condition",
        "Condition",
        &[("Condition.code", set("required", "urn:code")), ("Condition.severity", set("required", "urn:severity|2"))],
    );
    let additional = |purpose: &str, more: Value| {
        let mut parts = vec![
            json!({ "url": "purpose", "valueCode": purpose }),
            json!({ "url": "valueSet", "valueCanonical": format!("urn:{purpose}") }),
        ];
        parts.extend(more.as_array().unwrap().clone());
        json!({ "url": "http://hl7.org/fhir/tools/StructureDefinition/additional-binding", "extension": parts })
    };
    let max = |set: &str| json!({ "url": format!("{R4}elementdefinition-maxValueSet"), "valueCanonical": set });
    let derived = profile(
        "derived",
        "Condition",
        "urn:base",
        &[
            ("Condition.code", set("example", "urn:other")),
            ("Condition.severity", set("preferred", "urn:severity")),
            (
                "Condition.category",
                json!({ "binding": { "strength": "extensible", "valueSet": "urn:category", "extension": [max("urn:max"), additional("current", json!([{ "url": "usage" }]))] } }),
            ),
            ("Condition.bodySite", json!({ "binding": { "strength": "example", "extension": [max("urn:max")] } })),
        ],
    );
    let (definitions, issues) = with(&Definitions::r4(), &[base, derived]);
    let looser = |path: &'static str, now: &str, then: &str| {
        let problem = format!("makes a binding {now} that is {then} in its base: bindings may only become stricter");
        (Severity::Warning, DefinitionIssueKind::Invalid, path.to_owned(), problem)
    };
    let of_profile = issues.iter().filter(|issue| issue.resource_type == "StructureDefinition");
    assert_eq!(
        of_profile.map(|one| (one.severity, one.kind, one.path.clone(), one.problem.clone())).collect::<Vec<_>>(),
        [looser("Condition.code", "example", "required"), looser("Condition.severity", "preferred", "required")]
    );
    assert_eq!(
        lines(&definitions, "urn:derived"),
        [
            "Condition.severity Preferred urn:severity",
            "Condition.category Extensible urn:category urn:max current",
            "Condition.bodySite unbound maximum",
        ]
    );
    let id = definitions.profile_named("urn:derived").unwrap();
    let stated: Vec<_> = definitions.profile(id).elements.iter().filter_map(|one| one.binding.as_ref()).collect();
    assert_eq!(
        stated.iter().flat_map(|one| &one.additional).map(|one| one.is_conditional).collect::<Vec<_>>(),
        [true, false]
    );
}

#[test]
fn discriminators_are_read_as_steps() {
    let path = |kind: &str, path: &str| {
        let slicing = json!({ "slicing": { "discriminator": [{ "type": kind, "path": path }], "rules": "open" } });
        let (definitions, issues) = with(
            &Definitions::r4(),
            &[profile("p", "Observation", "Observation", &[("Observation.component", slicing)])],
        );
        let (_, line) = outline(&definitions, definitions.profile(ProfileId(0))).pop().unwrap();
        assert_eq!(issues.len(), usize::from(line == "[open]"), "{issues:?}");
        line
    };
    for (kind, text, expected) in [
        ("value", "$this", "Value:"),
        ("pattern", "$this.code", "Pattern:code"),
        ("value", "code.coding.system", "Value:code.coding.system"),
        ("value", "value", "Value:value"),
        ("value", "value[x]", "Value:value"),
        ("value", "valueQuantity.code", "Value:value.(Quantity).code"),
        ("exists", "value.ofType(Quantity).unit", "Exists:value.(Quantity).unit"),
        ("value", "value.as(Quantity).unit", "Value:value.(Quantity).unit"),
        (
            "type",
            "referenceRange.extension('http://a.org/b(c)').value.code",
            "Type:referenceRange.<http://a.org/b(c)>.value.code",
        ),
        ("profile", "resolve()", "Profile:->"),
        ("type", "$this.resolve().code", "Type:->.code"),
        ("position", "$this", ""),
        ("value", "nothing", ""),
        ("value", "code.", ""),
        ("value", "code.where(a = b)", ""),
        ("value", "extension('a", ""),
        ("value", "code + code", ""),
    ] {
        let expected = if expected.is_empty() { "[open]".to_owned() } else { format!("[open {expected}]") };
        assert_eq!(path(kind, text), expected, "{kind}:{text}");
    }
}

#[test]
fn a_base_that_is_not_loaded_is_replaced_by_the_snapshot() {
    let without = profile("p", "Patient", "urn:nowhere", &[("Patient.active", json!({ "min": 1 }))]);
    let mut with_snapshot = without.clone();
    with_snapshot["snapshot"] = json!({ "element": [
        element("Patient", &json!({ "min": 0, "max": "*", "constraint": [{ "key": "dom-2", "expression": "true" }] })),
        element("Patient.id", &json!({ "max": "1", "type": [{ "code": "http://hl7.org/fhirpath/System.String" }] })),
        element("Patient.extension", &by_url()),
        element("Patient.active", &json!({ "min": 1, "max": "1" })),
        element("Patient.name", &json!({ "min": 2, "max": "*" })),
        element("Patient.deceased[x]", &json!({ "min": 0, "max": "1", "type": [{ "code": "boolean" }, { "code": "dateTime" }] })),
    ] });
    let (definitions, issues) = with(&Definitions::r4(), &[without]);
    let what = "is derived from urn:nowhere, which is not loaded: ";
    assert_eq!(
        words(&issues),
        [(
            Severity::Warning,
            DefinitionIssueKind::Missing,
            "baseDefinition",
            &*format!("{what}what that says is not known")
        )]
    );
    assert_eq!(lines(&definitions, "urn:p"), ["Patient.active 1..*"]);
    let (definitions, issues) = with(&Definitions::r4(), &[with_snapshot.clone()]);
    assert_eq!(
        words(&issues),
        [(
            Severity::Information,
            DefinitionIssueKind::Missing,
            "baseDefinition",
            &*format!("{what}its snapshot is used instead")
        )]
    );
    let expected = ["Patient.active 1..*", "Patient.name 2..*"];
    assert_eq!(lines(&definitions, "urn:p"), expected);
    // So it is where there is no differential at all.
    with_snapshot["baseDefinition"] = json!(format!("{R4}Patient"));
    with_snapshot.as_object_mut().unwrap().remove("differential");
    assert_eq!(tree(&[with_snapshot], "urn:p"), expected);
}

#[test]
fn what_cannot_be_is_said_and_the_rest_is_used() {
    let issue_of = |resources: &[Value]| {
        let (definitions, issues) = with(&Definitions::r4(), resources);
        let all = issues.iter().map(|one| format!("{:?} {:?} {one}", one.severity, one.kind)).collect::<Vec<_>>();
        (definitions.profile_count(), all.join("\n"))
    };
    let none: &[(&str, Value)] = &[("Patient", json!({}))];
    let (mut logical, mut r5, mut also_r5) = (
        profile("l", "Patient", "Patient", none),
        profile("r5", "Patient", "Patient", none),
        profile("r5b", "Patient", "Patient", none),
    );
    logical["kind"] = json!("logical");
    r5["fhirVersion"] = json!("5.0.0");
    also_r5["fhirVersion"] = json!("5.0.0");
    let mut other = profile("a", "Patient", "Patient", &[("Patient.active", json!({ "min": 1 }))]);
    let same_version = other.clone();
    other["version"] = json!("2.0.0");
    for (resources, count, expected) in [
        (
            vec![profile("a", "Patient", "urn:b", none), profile("b", "Patient", "urn:a", none)],
            1,
            "Error Invalid urn:b, baseDefinition: is derived from itself",
        ),
        (
            vec![profile("a", "Patient", "Patient", &[])],
            1,
            "Warning Invalid urn:a: has neither a differential nor a snapshot",
        ),
        (vec![logical], 0, "Information NotSupported urn:l: is a profile of a logical model: these are not supported"),
        (
            vec![r5, also_r5],
            0,
            "Information NotSupported urn:r5: is made for FHIR 5.0.0, not for R4; so is one other definition",
        ),
        (
            vec![profile("a", "Thing", "Thing", none)],
            0,
            "Error Missing urn:a, type: is a profile of Thing, which is no type that is known",
        ),
        (
            vec![profile("a", "Patient", "Patient", none), profile("b", "Group", "urn:a", none)],
            1,
            "Error Invalid urn:b, type: is derived from a profile of Patient",
        ),
        (
            vec![profile(
                "a",
                "Patient",
                "Patient",
                &[("Patient.nothing.name", json!({})), ("Patient.nothing.name.x", json!({}))],
            )],
            1,
            "Warning Invalid urn:a, Patient.nothing.name: names an element that its type does not have",
        ),
        (
            vec![profile("a", "Patient", "Patient", &[("Patient.name", json!({ "min": -1 }))])],
            1,
            "Warning Invalid urn:a, Patient.name: has a min that is not a whole number",
        ),
        (
            vec![profile("a", "Patient", "Patient", &[("Patient.name", json!({ "type": [{ "code": "Name" }] }))])],
            1,
            "Warning Missing urn:a, Patient.name: has types that are not known: Name",
        ),
        (
            vec![profile("a", "Patient", "Patient", none), same_version],
            1,
            "Warning Duplicate urn:a: is given twice, with different content",
        ),
        (vec![profile("a", "Patient", "Patient", none), other], 2, ""),
    ] {
        let (found, all) = issue_of(&resources);
        assert_eq!(found, count, "{all}");
        assert!(
            all.starts_with(expected) && all.lines().count() <= 2 && all.is_empty() == expected.is_empty(),
            "{all}"
        );
    }
}

#[test]
fn an_extension_is_a_profile_too_and_profiles_impose_others() {
    let mut extension = profile(
        "e",
        "Extension",
        "Extension",
        &[
            ("Extension", json!({ "min": 0, "max": "1" })),
            ("Extension.extension:a", json!({ "min": 1 })),
            ("Extension.extension:a.url", json!({ "fixedUri": "a" })),
            ("Extension.url", json!({ "fixedUri": "urn:e" })),
            ("Extension.value[x]", json!({ "max": "0" })),
        ],
    );
    extension["extension"] = json!([
        { "url": format!("{R4}structuredefinition-imposeProfile"), "valueCanonical": "urn:other" },
        { "url": format!("{R4}structuredefinition-fmm"), "valueInteger": 1 },
    ]);
    let (definitions, _) =
        with(&Definitions::r4(), &[extension, profile("f", "Extension", "urn:e", &[("Extension", json!({}))])]);
    let expected = [
        "Extension.extension [open Value:url]",
        "Extension.extension:a 1..*",
        "Extension.extension:a.url fixed \"a\"",
        "Extension.url fixed \"urn:e\"",
        "Extension.value[x] 0..0",
    ];
    for url in ["urn:e", "urn:f"] {
        assert_eq!(lines(&definitions, url), expected);
        let profile = definitions.profile(definitions.profile_named(url).unwrap());
        assert_eq!(profile.imposed, ["urn:other"]);
    }
}

#[test]
fn what_is_too_much_ends_in_an_issue() {
    let active = [("Patient.active", json!({ "min": 1 }))];
    let name = |number: usize| format!("c{number}");
    let chain = (0..100).map(|number| match number {
        99 => profile(&name(number), "Patient", "Patient", &active),
        _ => profile(&name(number), "Patient", &format!("urn:{}", name(number + 1)), &active),
    });
    let (definitions, issues) = with(&Definitions::r4(), &chain.collect::<Vec<_>>());
    let told: Vec<_> = issues.iter().map(|one| (one.url.as_str(), one.severity, one.kind)).collect();
    assert_eq!(
        told,
        [
            ("urn:c63", Severity::Error, DefinitionIssueKind::Invalid),
            ("urn:c62", Severity::Warning, DefinitionIssueKind::Missing),
        ]
    );
    assert_eq!(definitions.profile_count(), 99);

    let ids: Vec<String> = (0..10_000).map(|number| format!("Patient.identifier:s{number}")).collect();
    let slicing = json!({ "slicing": { "discriminator": [{ "type": "value", "path": "system" }], "rules": "open" } });
    let mut many = vec![("Patient.identifier", slicing)];
    many.extend(ids.iter().map(|id| (id.as_str(), json!({ "min": 1 }))));
    let deep = format!("Questionnaire{}", ".item".repeat(100));
    for (resource, expected) in [
        (profile("many", "Patient", "Patient", &many), DefinitionIssueKind::TooMany),
        (
            profile("deep", "Questionnaire", "Questionnaire", &[(&deep, json!({ "min": 1 }))]),
            DefinitionIssueKind::Invalid,
        ),
    ] {
        let (definitions, issues) = with(&Definitions::r4(), &[resource]);
        assert_eq!(
            issues.iter().map(|one| (one.severity, one.kind)).collect::<Vec<_>>(),
            [(Severity::Warning, expected)]
        );
        assert!(definitions.profile(ProfileId(0)).elements.len() <= 8_000);
    }
}
