//! The constraints that R4 states in FHIRPath: those whose expression is corrected, where an issue is, and what it says.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

use fhirpost::report::{Issue, Severity};
use fhirpost::{Options, SeveritySetting, Validator};
use serde_json::{Value, json};

/// The issues of one constraint in a resource.
fn issues(resource: &Value, key: &str) -> Vec<Issue> {
    let mut options = Options { show_values: true, ..Options::default() };
    if key == "dom-6" {
        options.severities.insert(key.to_owned(), SeveritySetting::As(Severity::Warning));
    }
    let text = serde_json::to_vec(resource).unwrap();
    let report = Validator::default().validate(&text, &options);
    report.issues.into_iter().filter(|issue| issue.rule == key).collect()
}

#[track_caller]
fn breaks(resource: Value, key: &str, severity: Severity, expressions: &[&str]) {
    let found = issues(&resource, key);
    let places: Vec<&str> = found.iter().map(|issue| issue.expression.as_str()).collect();
    assert_eq!(places, expressions, "{key} in {resource}");
    assert!(found.iter().all(|issue| issue.severity == severity), "{found:?}");
}

#[track_caller]
fn keeps(resource: Value, key: &str) {
    assert_eq!(issues(&resource, key), [], "{key} in {resource}");
}

/// What the one issue of a constraint says behind the specification's words.
#[track_caller]
fn says(resource: Value, key: &str, words: &str) {
    let found = issues(&resource, key);
    assert_eq!(found.len(), 1, "{found:?}");
    let (_, said) = found[0].message.split_once(&format!("({key}).")).unwrap();
    assert_eq!(said.trim(), words, "{key}");
}

const ERROR: Severity = Severity::Error;
const WARNING: Severity = Severity::Warning;

/// A resource with more members.
fn with(mut resource: Value, members: Value) -> Value {
    resource.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    resource
}

#[test]
fn a_whole_name_is_usable_as_an_identifier() {
    let keys = [
        ("ActivityDefinition", "adf-0"),
        ("CapabilityStatement", "cpb-0"),
        ("CodeSystem", "csd-0"),
        ("CompartmentDefinition", "cpd-0"),
        ("ConceptMap", "cmd-0"),
        ("EffectEvidenceSynthesis", "ees-0"),
        ("EventDefinition", "evd-0"),
        ("Evidence", "evi-0"),
        ("EvidenceVariable", "evv-0"),
        ("ExampleScenario", "esc-0"),
        ("GraphDefinition", "gdf-0"),
        ("ImplementationGuide", "ig-0"),
        ("Library", "lib-0"),
        ("Measure", "mea-0"),
        ("MessageDefinition", "msd-0"),
        ("NamingSystem", "nsd-0"),
        ("OperationDefinition", "opd-0"),
        ("PlanDefinition", "pdf-0"),
        ("Questionnaire", "que-0"),
        ("ResearchDefinition", "rsd-0"),
        ("ResearchElementDefinition", "red-0"),
        ("RiskEvidenceSynthesis", "rvs-0"),
        ("SearchParameter", "spd-0"),
        ("StructureDefinition", "sdf-0"),
        ("StructureMap", "smp-0"),
        ("TerminologyCapabilities", "tcp-0"),
        ("TestScript", "tst-0"),
        ("ValueSet", "vsd-0"),
    ];
    let longest = format!("A{}", "a".repeat(254));
    for (name, key) in keys {
        let named = |name_of: &str| json!({ "resourceType": name, "name": name_of });
        for wrong in ["My Bad Name", "aName", "Name-1", "1Name", " Name", "Näme", &format!("{longest}a")] {
            breaks(named(wrong), key, WARNING, &[name]);
        }
        for right in ["Name", "My_Name1", "A", &longest] {
            keeps(named(right), key);
        }
        keeps(json!({ "resourceType": name }), key);
    }
}

fn structure(elements: Value) -> Value {
    json!({
        "resourceType": "StructureDefinition", "url": "http://example.org/a", "name": "A", "status": "draft", "kind": "resource",
        "abstract": false, "type": "Patient", "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "derivation": "constraint", "differential": { "element": elements }
    })
}

#[test]
fn a_whole_path_names_elements() {
    let path = |path: &str| structure(json!([{ "id": "Patient", "path": "Patient" }, { "id": "b", "path": path }]));
    let at = ["StructureDefinition.differential.element[1]"];
    for wrong in
        ["Patient.contact!name x", "Patient.contact name", "Patient.", ".contact", "Patient.con/tact", "Patient..x"]
    {
        breaks(path(wrong), "eld-19", ERROR, &at);
    }
    let long = |length: usize| format!("Patient.{}", "a".repeat(length));
    breaks(path(&long(65)), "eld-19", ERROR, &at);
    for right in ["Patient.contact", "Patient.deceased[x]", "Patient.contact:slice", "Patient.a-b", &long(64)] {
        keeps(path(right), "eld-19");
    }
    for wrong in ["Patient.a-b", "Patient.Contact", "Patient.con_tact", "1a", &long(65)] {
        breaks(path(wrong), "eld-20", WARNING, &at);
    }
    for right in ["Patient.contact", "Patient.deceased[x]", "Patient.contact.name", &long(64)] {
        keeps(path(right), "eld-20");
    }
}

#[test]
fn a_binding_is_of_what_can_be_coded() {
    let bound = |code: &str| {
        let types = json!([{ "code": code }]);
        let binding = json!({ "strength": "required", "valueSet": "http://example.org/v" });
        structure(json!([{ "id": "Patient.x", "path": "Patient.x", "type": types, "binding": binding }]))
    };
    breaks(bound("date"), "eld-11", ERROR, &["StructureDefinition.differential.element[0]"]);
    for right in ["code", "Coding", "CodeableConcept", "Quantity", "Duration", "string", "uri", "http://example.org/T"]
    {
        keeps(bound(right), "eld-11");
    }
}

#[test]
fn only_a_problem_needs_a_clinical_status() {
    let category = |code: &str| {
        let coding = json!([{ "system": "http://terminology.hl7.org/CodeSystem/condition-category", "code": code }]);
        json!({ "resourceType": "Condition", "subject": { "reference": "Patient/1" }, "category": [{ "coding": coding }] })
    };
    breaks(category("problem-list-item"), "con-3", WARNING, &["Condition"]);
    says(category("problem-list-item"), "con-3", "Missing: clinicalStatus.");
    keeps(category("encounter-diagnosis"), "con-3");
    let status = |system: &str, code: &str| json!({ "coding": [{ "system": format!("http://terminology.hl7.org/CodeSystem/{system}"), "code": code }] });
    let clinical = json!({ "clinicalStatus": status("condition-clinical", "active") });
    keeps(with(category("problem-list-item"), clinical), "con-3");
    let error = json!({ "verificationStatus": status("condition-ver-status", "entered-in-error") });
    keeps(with(category("problem-list-item"), error), "con-3");
    keeps(
        json!({ "resourceType": "Condition", "subject": {}, "category": [{ "text": "problem-list-item" }] }),
        "con-3",
    );
}

#[test]
fn an_offset_is_from_a_meal_whose_time_is_known() {
    let repeat = |repeat: Value| {
        let instruction = json!([{ "timing": { "repeat": repeat } }]);
        json!({ "resourceType": "MedicationRequest", "dosageInstruction": instruction })
    };
    let at = ["MedicationRequest.dosageInstruction[0].timing.repeat"];
    for when in [json!(["C"]), json!(["AC", "C"]), json!(["CV", "AC"]), json!(["AC", "PC", "CM"])] {
        breaks(repeat(json!({ "when": when, "offset": 30 })), "tim-9", ERROR, &at);
        keeps(repeat(json!({ "when": when })), "tim-9");
    }
    breaks(repeat(json!({ "offset": 30 })), "tim-9", ERROR, &at);
    keeps(repeat(json!({ "when": ["AC", "PCM"], "offset": 30 })), "tim-9");
}

#[test]
fn a_parameter_that_is_a_resource_has_a_target_profile() {
    let parameter = |of: &str| {
        let profile = ["http://hl7.org/fhir/StructureDefinition/Patient"];
        json!({ "resourceType": "OperationDefinition", "parameter": [{ "name": "a", "type": of, "targetProfile": profile }] })
    };
    breaks(parameter("string"), "opd-3", ERROR, &["OperationDefinition.parameter[0]"]);
    for right in ["Reference", "canonical", "Patient", "Resource", "Bundle"] {
        keeps(parameter(right), "opd-3");
    }
}

#[test]
fn what_cannot_be_compared_is_in_order() {
    let period = |start: &str, end: &str| json!({ "resourceType": "Patient", "identifier": [{ "period": { "start": start, "end": end } }] });
    for (start, end) in
        [("2021", "2020"), ("2020-03", "2020-01-31"), ("2020-01-01T10:00:01Z", "2020-01-01T10:00:00.999Z")]
    {
        breaks(period(start, end), "per-1", ERROR, &["Patient.identifier[0].period"]);
        keeps(period(end, start), "per-1");
    }
    for (start, end) in [("2020-01-15", "2020-01"), ("2020-01-01T10:00:00.500Z", "2020-01-01T10:00:00Z")] {
        keeps(period(start, end), "per-1");
    }
    let task = |authored: &str, modified: &str| json!({ "resourceType": "Task", "authoredOn": authored, "lastModified": modified });
    breaks(task("2020-01-02", "2020-01-01T00:00:00Z"), "inv-1", ERROR, &["Task"]);
    keeps(task("2020-01-02T10:00:00Z", "2020-01-02"), "inv-1");
    let dispense = |prepared: &str, handed: &str| json!({ "resourceType": "MedicationDispense", "whenPrepared": prepared, "whenHandedOver": handed });
    breaks(dispense("2020-01-02", "2020-01-01"), "mdd-1", ERROR, &["MedicationDispense"]);
    keeps(dispense("2020-01-02T10:00:00Z", "2020-01-02"), "mdd-1");
    let quantity =
        |value: i32, code: &str| json!({ "value": value, "code": code, "system": "http://unitsofmeasure.org" });
    let range =
        |low: Value, high: Value| json!({ "resourceType": "Observation", "valueRange": { "low": low, "high": high } });
    breaks(range(quantity(2, "g"), quantity(1999, "mg")), "rng-2", ERROR, &["Observation.value.ofType(Range)"]);
    keeps(range(quantity(2, "g"), quantity(2001, "mg")), "rng-2");
    keeps(range(quantity(2, "g"), quantity(1, "s")), "rng-2");
    keeps(range(quantity(2, "g"), json!({ "code": "g" })), "rng-2");
}

#[test]
fn what_is_absent_breaks_nothing() {
    let prediction = |of: Value| json!({ "resourceType": "RiskAssessment", "prediction": [of] });
    breaks(prediction(json!({ "probabilityDecimal": 101 })), "ras-2", ERROR, &["RiskAssessment.prediction[0]"]);
    keeps(prediction(json!({ "probabilityDecimal": 100 })), "ras-2");
    keeps(prediction(json!({ "outcome": { "text": "x" } })), "ras-2");
    keeps(prediction(json!({ "probabilityRange": { "low": { "value": 200 } } })), "ras-2");
    let when = |answer: Value| with(json!({ "question": "1", "operator": "exists" }), answer);
    let conditional = |when: Value| questionnaire(json!([{ "linkId": "2", "type": "string", "enableWhen": when }]));
    let at = ["Questionnaire.item[0].enableWhen[0]"];
    breaks(conditional(json!([when(json!({ "answerString": "x" }))])), "que-7", ERROR, &at);
    keeps(conditional(json!([when(json!({ "answerBoolean": true }))])), "que-7");
    let twice = json!([when(json!({ "answerBoolean": true })), when(json!({ "answerBoolean": false }))]);
    breaks(conditional(twice), "que-12", ERROR, &["Questionnaire.item[0]"]);
    keeps(conditional(json!([when(json!({ "answerBoolean": true }))])), "que-12");
}

#[test]
fn a_contained_resource_needs_no_narrative() {
    let organization = json!([{ "resourceType": "Organization", "id": "a", "name": "x" }]);
    let patient =
        json!({ "resourceType": "Patient", "contained": organization, "managingOrganization": { "reference": "#a" } });
    breaks(patient.clone(), "dom-6", WARNING, &["Patient"]);
    let text = json!({ "status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>" });
    keeps(with(patient, json!({ "text": text })), "dom-6");
}

fn questionnaire(items: Value) -> Value {
    json!({ "resourceType": "Questionnaire", "status": "draft", "item": items })
}

fn item(id: &str) -> Value {
    json!({ "linkId": id, "type": "string" })
}

#[test]
fn link_ids_are_unique_within_the_questionnaire() {
    let group = json!({ "linkId": "3", "type": "group", "item": [item("4"), item("1")] });
    breaks(
        questionnaire(json!([item("1"), item("2"), item("2"), group])),
        "que-2",
        ERROR,
        &["Questionnaire.item[2].linkId", "Questionnaire.item[3].item[1].linkId"],
    );
    says(questionnaire(json!([item("1"), item("2"), item("2")])), "que-2", "'2' occurs before at item[1].linkId.");
    keeps(questionnaire(json!([item("1"), { "linkId": "2", "type": "group", "item": [item("3")] }])), "que-2");
    // One that it contains is another questionnaire, and is validated for itself.
    let contained = with(questionnaire(json!([item("1")])), json!({ "id": "c" }));
    keeps(with(questionnaire(json!([item("1")])), json!({ "derivedFrom": ["#c"], "contained": [contained] })), "que-2");
    let contained = with(questionnaire(json!([item("1"), item("1")])), json!({ "id": "c" }));
    breaks(
        with(questionnaire(json!([item("1")])), json!({ "derivedFrom": ["#c"], "contained": [contained] })),
        "que-2",
        ERROR,
        &["Questionnaire.contained[0].ofType(Questionnaire).item[1].linkId"],
    );
}

#[test]
fn codes_are_unique_within_the_code_system() {
    let system = |concepts: Value| json!({ "resourceType": "CodeSystem", "concept": concepts });
    breaks(
        system(
            json!([{ "code": "a", "concept": [{ "code": "b" }] }, { "code": "b" }, { "code": "c", "concept": [{ "code": "a" }] }]),
        ),
        "csd-1",
        ERROR,
        &["CodeSystem.concept[1].code", "CodeSystem.concept[2].concept[0].code"],
    );
    keeps(system(json!([{ "code": "a", "concept": [{ "code": "b" }] }, { "code": "c" }])), "csd-1");
    keeps(json!({ "resourceType": "CodeSystem" }), "csd-1");
    let contained = with(system(json!([{ "code": "a" }])), json!({ "id": "c" }));
    keeps(with(system(json!([{ "code": "a" }])), json!({ "contained": [contained] })), "csd-1");
}

#[test]
fn what_occurs_again_is_where_the_issue_is() {
    let rest = json!([{ "mode": "server", "resource": [
        { "type": "Patient", "searchParam": [{ "name": "a", "type": "string" }, { "name": "a", "type": "string" }] },
        { "type": "Observation" },
        { "type": "Patient" }
    ] }]);
    let document = json!([
        { "mode": "producer", "profile": "http://example.org/p" },
        { "mode": "consumer", "profile": "http://example.org/p" },
        { "mode": "producer", "profile": "http://example.org/p" }
    ]);
    let statement = json!({ "resourceType": "CapabilityStatement", "rest": rest, "document": document });
    breaks(statement.clone(), "cpb-9", ERROR, &["CapabilityStatement.rest[0].resource[2].type"]);
    says(statement.clone(), "cpb-9", "'Patient' occurs before at resource[0].type.");
    breaks(statement.clone(), "cpb-12", ERROR, &["CapabilityStatement.rest[0].resource[0].searchParam[1].name"]);
    breaks(statement.clone(), "cpb-7", ERROR, &["CapabilityStatement.document[2]"]);
    says(statement, "cpb-7", "The same occurs before at document[0].");

    let constraint = |key: &str| json!({ "key": key, "severity": "error", "human": "x", "expression": "true" });
    let of = |id: &str| json!({ "id": id, "path": "Patient" });
    let doubled = structure(json!([
        with(of("a"), json!({ "constraint": [constraint("x"), constraint("y"), constraint("x")] })),
        with(of("b"), json!({ "type": [{ "code": "string" }, { "code": "string" }] })),
        of("a"),
    ]));
    breaks(doubled.clone(), "eld-14", ERROR, &["StructureDefinition.differential.element[0].constraint[2].key"]);
    breaks(doubled.clone(), "eld-13", ERROR, &["StructureDefinition.differential.element[1].type[1].code"]);
    breaks(doubled.clone(), "sdf-17", ERROR, &["StructureDefinition.differential.element[2].id"]);
    let snapshot = json!({ "element": doubled["differential"]["element"] });
    let full = with(doubled, json!({ "derivation": "specialization", "snapshot": snapshot }));
    breaks(full.clone(), "sdf-16", ERROR, &["StructureDefinition.snapshot.element[2].id"]);
    let paths = ["StructureDefinition.snapshot.element[1].path", "StructureDefinition.snapshot.element[2].path"];
    breaks(full, "sdf-1", ERROR, &paths);
}

#[test]
fn a_text_that_repeats_one_value_leaves_room_for_other_issues() {
    let items: Vec<Value> = (0..50).map(|_| item("1")).collect();
    let found = issues(&questionnaire(json!(items)), "que-2");
    assert_eq!(found.len(), 20);
    assert!(
        found[19].message.ends_with("occurs before at item[0].linkId; further repetitions: 29."),
        "{}",
        found[19].message
    );
}

#[test]
fn what_is_there_or_missing_is_said_where_it_decides() {
    let id = |value: &str| json!({ "type": "oid", "value": value, "preferred": true });
    // Which of the preferred ones is one too many, nobody can say: the issue is on the resource and names them.
    let system = json!({ "resourceType": "NamingSystem", "uniqueId": [id("1.2.3"), { "type": "oid", "value": "1" }, id("1.2.4")] });
    breaks(system.clone(), "nsd-2", ERROR, &["NamingSystem"]);
    says(system, "nsd-2", "Broken at uniqueId[0].type, uniqueId[2].type.");
    let root =
        json!({ "resourceType": "NamingSystem", "kind": "root", "uniqueId": [{ "type": "uuid" }, { "type": "oid" }] });
    says(root, "nsd-1", "Broken at uniqueId[0].");

    let criteria = json!({ "language": "text/cql", "expression": "x" });
    let stratifiers =
        json!([{ "criteria": criteria }, { "criteria": criteria, "component": [{ "criteria": criteria }] }, {}]);
    let measure = json!({ "resourceType": "Measure", "group": [{ "stratifier": stratifiers }] });
    says(measure, "mea-1", "Broken at group[0].stratifier[1], group[0].stratifier[2].");

    says(
        json!({ "resourceType": "Appointment", "start": "2020-01-01T00:00:00Z" }),
        "app-2",
        "Found: start '2020-01-01T00:00:00Z'; missing: end.",
    );
    let contact = json!({ "resourceType": "Patient", "contact": [{ "gender": "other" }] });
    says(contact, "pat-1", "Missing: name, telecom, address, organization.");
    let period = json!({ "resourceType": "Patient", "identifier": [{ "period": { "start": "2020", "end": "2019" } }] });
    says(period, "per-1", "Found: start '2020', end '2019'.");
    let observation = json!({ "resourceType": "Observation", "valueString": "x", "dataAbsentReason": { "text": "x" } });
    says(observation, "obs-6", "Found: value, dataAbsentReason.");
    // Its words are of `item.type`, which is there.
    let group = questionnaire(json!([{ "linkId": "1", "type": "group" }]));
    says(group, "que-1", "Missing: item.");
    let display = questionnaire(json!([{ "linkId": "1", "type": "display", "code": [{ "code": "x" }] }]));
    says(display, "que-3", "Found: code.");
    let age = |of: Value| json!({ "resourceType": "Condition", "onsetAge": of });
    says(age(json!({ "value": 1 })), "age-1", "Found: value '1'; missing: code.");
    says(
        age(json!({ "value": 1, "code": "a", "system": "http://example.org/units" })),
        "age-1",
        "Found: value '1', system 'http://example.org/units', code 'a'.",
    );
    let parameter = |of: Value| json!({ "resourceType": "Parameters", "parameter": [of] });
    says(parameter(json!({ "name": "a" })), "inv-1", "Missing: value, resource, part.");
    let both = json!({ "name": "a", "valueString": "x", "part": [{ "name": "b", "valueString": "x" }] });
    says(parameter(both), "inv-1", "Found: value, part.");
    let statement = json!({ "resourceType": "CapabilityStatement", "kind": "capability", "implementation": { "description": "x" } });
    says(statement, "cpb-15", "Found: implementation; missing: software.");
    let contained = json!({ "resourceType": "Patient", "active": true });
    says(
        parameter(json!({ "name": "a", "valueString": "x", "resource": contained })),
        "inv-1",
        "Found: value, resource.",
    );
    let sequence = json!({ "resourceType": "MolecularSequence", "referenceSeq": { "chromosome": { "text": "1" } } });
    says(sequence, "msq-5", "Found: chromosome; missing: genomeBuild.");
    // That there is an item does not say that there are too few.
    says(json!({ "resourceType": "Linkage", "item": [{ "type": "source" }] }), "lnk-1", "");
}
