//! What a fix must never do: make another patient, another code, another kind of Bundle or another text of what is there. For each
//! kind of fix there is a case that would have done it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may fail loudly")]

use fhirpost::document::Units;
use fhirpost::json::Limits;
use fhirpost::report::Action;
use fhirpost::validate::apply;
use fhirpost::{FixedText, Options, Report, Validator, What};
use proptest::prelude::*;
use std::sync::LazyLock;

static VALIDATOR: LazyLock<Validator> = LazyLock::new(Validator::default);
const EXAMPLE: &str = include_str!("../www/examples/submit-service-request.json");

fn message() -> Options {
    Options::of(What::Message)
}

fn fixed(text: &str) -> FixedText {
    VALIDATOR.fix(text.as_bytes(), &message())
}

fn text_of(text: &str) -> String {
    fixed(text).text.unwrap_or_else(|| text.to_owned())
}

/// What is left of a Bundle that need not be a message.
fn bundle_text_of(text: &str) -> String {
    VALIDATOR.fix(text.as_bytes(), &Options::of(What::Bundle)).text.unwrap_or_else(|| text.to_owned())
}

/// A Bundle of these entries, each its fullUrl and what is in its resource.
fn bundle(entries: &[(&str, &str)]) -> String {
    let entries = entries.iter().map(|(url, inside)| {
        let url = if url.is_empty() { String::new() } else { format!(r#""fullUrl":"{url}","#) };
        format!(r#"{{{url}"resource":{{{inside}}}}}"#)
    });
    let entries: Vec<String> = entries.collect();
    format!(r#"{{"resourceType":"Bundle","type":"collection","entry":[{}]}}"#, entries.join(","))
}

fn resource(text: &str) -> FixedText {
    VALIDATOR.fix(text.as_bytes(), &Options::default())
}

#[test]
fn a_misspelt_full_url_or_id_is_not_a_missing_one() {
    let url = r#""fullUrl": "https://fhirtest.netsmartcloud.com/v4/Patient/patient-4417""#;
    assert!(EXAMPLE.contains(url));
    for slip in ["fullURL", "fulUrl", "full_url", "fullurl"] {
        assert_eq!(text_of(&EXAMPLE.replace(url, &url.replace("fullUrl", slip))), EXAMPLE, "{slip}");
    }
    let id = r#""id": "8d2a6c1e-3f0b-4a57-9f4e-6b1c0e7d5a21""#;
    assert!(EXAMPLE.contains(id));
    for slip in ["Id", "ID", "iD"] {
        assert_eq!(text_of(&EXAMPLE.replace(id, &id.replace("id", slip))), EXAMPLE, "{slip}");
    }
    // Alone, too, what is misspelt gets no second name.
    let options = message();
    let report = VALIDATOR.validate(EXAMPLE.replace(url, &url.replace("fullUrl", "fullURL")).as_bytes(), &options);
    let inserts = report.issues.iter().filter(|issue| issue.rule == "bundle-fullurl-missing");
    assert_eq!(inserts.filter(|issue| issue.suggestion.as_ref().is_some_and(|one| !one.edits.is_empty())).count(), 0);
}

#[test]
fn a_reference_is_fixed_only_when_what_it_resolves_to_is() {
    let url = r#""fullUrl": "https://fhirtest.netsmartcloud.com/v4/Patient/patient-4417""#;
    let text = EXAMPLE.replacen(r#""subject": {"#, r#""subjct": {"#, 1).replacen(
        url,
        &url.replace("-4417", "-4417/_history/2"),
        1,
    );
    let fixed = fixed(&text);
    assert_eq!(fixed.text.as_deref(), Some(EXAMPLE));
    assert!(fixed.report.valid);
}

/// The edits of the first issue of a rule, applied, or its choices.
fn offered(text: &str, rule: &str) -> (Vec<String>, String, bool) {
    let report = VALIDATOR.validate(text, &Options::default());
    let issue = report.issues.iter().find(|issue| issue.rule == rule).unwrap_or_else(|| panic!("{report:#?}"));
    let suggestion = issue.suggestion.as_deref().cloned().unwrap_or_default();
    (suggestion.choices, apply(text, &suggestion.edits), suggestion.certain)
}

#[test]
fn of_a_few_codes_each_can_be_chosen() {
    let all = |first: &str, others: &[&str]| -> Vec<String> {
        std::iter::once(first).chain(others.iter().copied()).map(str::to_owned).collect()
    };
    let patient = |gender: &str| format!(r#"{{"resourceType":"Patient","gender":{gender}}}"#);
    for (gender, rule) in [(r#""xyzzy""#, "binding-required"), ("true", "element-type"), ("[1,2]", "element-type")] {
        let (choices, fixed, certain) = offered(&patient(gender), rule);
        assert_eq!(choices, all("female", &["male", "other", "unknown"]), "{gender}");
        assert_eq!(
            (fixed, certain),
            (
                patient(&gender.replace("1", r#""female""#).replace("true", r#""female""#).replace("xyzzy", "female")),
                false
            )
        );
    }
    // What begins as it does is more probable, and the only one with a value.
    let report = VALIDATOR.validate(patient(r#""M""#).as_bytes(), &Options::default());
    let suggestion = report.issues[0].suggestion.as_ref().unwrap();
    assert_eq!(
        (suggestion.value.as_deref(), &suggestion.choices),
        (Some("male"), &all("male", &["female", "other", "unknown"]))
    );
    assert_eq!(apply(&patient(r#""M""#), &suggestion.edits_for("other")), patient(r#""other""#));
    let report = VALIDATOR.validate(patient(r#""xyzzy""#).as_bytes(), &Options::default());
    assert_eq!(report.issues[0].suggestion.as_ref().unwrap().value, None, "no code is more probable");
    // None of it is certain.
    assert_eq!(resource(&patient(r#""M""#)).text, None);
    // Of many codes none is offered.
    let map = r#"{"resourceType":"GraphDefinition","name":"a","status":"draft","start":"xyzzy"}"#;
    assert_eq!(offered(map, "binding-required"), (Vec::new(), map.to_owned(), true));
}

#[test]
fn a_code_that_is_missing_can_be_chosen() {
    let narrative = |status: &str| {
        format!(
            r#"{{"resourceType":"Patient","text":{{{status}"div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">a</div>"}}}}"#
        )
    };
    for (status, rule) in
        [("", "element-missing"), (r#""status":null,"#, "element-null"), (r#""status":{},"#, "element-type")]
    {
        let (choices, fixed, certain) = offered(&narrative(status), rule);
        assert_eq!(choices, ["generated", "additional", "empty", "extensions"], "{status}");
        assert_eq!((fixed.as_str(), certain), (narrative(r#""status":"generated","#).as_str(), false), "{status}");
    }
    let suggestion = |text: &str| VALIDATOR.validate(text, &Options::default()).issues[0].suggestion.clone().unwrap();
    let of = suggestion(&narrative(""));
    assert_eq!(apply(&narrative(""), &of.edits_for("empty")), narrative(r#""status":"empty","#));
}

#[test]
fn a_property_that_is_not_known_goes_only_for_who_asks_for_it() {
    let text = r#"{"resourceType":"Patient","xyzzy":1,"gender":"male"}"#;
    assert_eq!(offered(text, "element-unknown").1, r#"{"resourceType":"Patient","gender":"male"}"#);
    assert_eq!(resource(text).text, None);
    // It is the name that is wrong where one is near, and nothing is left where nothing else is there.
    let near = r#"{"resourceType":"Appointment","status":"proposed","participant":[{"status":"accepted","required":"optional","actor":{"display":"a"},"perio":{"start":"2026"}}]}"#;
    assert_eq!(offered(near, "element-unknown").1, near.replace("perio\"", "period\""));
    let alone = r#"{"resourceType":"Patient","name":[{"xyzzy":1}]}"#;
    assert_eq!(offered(alone, "element-unknown").1, alone);
}

#[test]
fn what_says_nothing_goes_whatever_kind_of_value_it_is() {
    let rest = r#"{"resourceType":"Patient","gender":"male"}"#;
    for nothing in [
        r#""birthDate":{}"#,
        r#""name":"""#,
        r#""name":[""]"#,
        r#""name":[[{}]]"#,
        r#""maritalStatus":"""#,
        r#""name":[[null]]"#,
    ] {
        let text = rest.replace(r#","gender""#, &format!(r#",{nothing},"gender""#));
        assert_eq!(resource(&text).text.as_deref(), Some(rest), "{nothing}");
    }
    // Neither does something that has a value somewhere, nor what must be there.
    for something in [r#""name":[[{"family":"a"}]]"#, r#""birthDate":{"a":1}"#] {
        let text = rest.replace(r#","gender""#, &format!(r#",{something},"gender""#));
        assert_eq!(resource(&text).text, None, "{something}");
    }
    let required = r#"{"resourceType":"Patient","link":[{"type":"seealso","other":""}]}"#;
    assert_eq!(resource(required).text, None);
}

#[test]
fn a_date_that_has_one_reading_is_read_so() {
    let text = |date: &str| format!(r#"{{"resourceType":"Patient","birthDate":"{date}"}}"#);
    assert_eq!(resource(&text("1/31/2026")).text, Some(text("2026-01-31")));
    assert_eq!(resource(&text("31-01-2026")).text, Some(text("2026-01-31")));
    assert_eq!(offered(&text("3/4/2026"), "primitive-value").0, ["2026-03-04", "2026-04-03"]);
    assert_eq!(resource(&text("3/4/2026")).text, None);
    // Points put the day first: that is offered.
    assert_eq!(offered(&text("3.4.2026"), "primitive-value"), (Vec::new(), text("2026-04-03"), false));
    assert_eq!(resource(&text("31/31/2026")).text, None);
    // What ends a sentence is no part of it.
    assert_eq!(resource(&text("2026-01-31.")).text, Some(text("2026-01-31")));
    // They hold a value of the message.
    let hidden = VALIDATOR.validate(text("3/4/2026").as_bytes(), &Options { show_values: false, ..Options::default() });
    assert!(hidden.issues[0].suggestion.is_none(), "{hidden:?}");
}

#[test]
fn a_code_of_a_system_is_told_by_its_display_or_by_a_slip() {
    let text = |code: &str, display: &str| {
        format!(
            r#"{{"resourceType":"Condition","subject":{{"display":"a"}},"category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/condition-category","code":"{code}"{display}}}]}}]}}"#
        )
    };
    let shown = r#","display":"Encounter Diagnosis""#;
    assert_eq!(resource(&text("encounter-diagnosi", "")).text, Some(text("encounter-diagnosis", "")));
    assert_eq!(resource(&text("encounter-diagnosi", shown)).text, Some(text("encounter-diagnosis", shown)));
    // One of both is wrong, and nobody knows which.
    let other = r#","display":"Problem List Item""#;
    assert_eq!(
        offered(&text("encounter-diagnosi", other), "code-unknown"),
        (Vec::new(), text("problem-list-item", other), false)
    );
    assert_eq!(offered(&text("xyzzy", shown), "code-unknown"), (Vec::new(), text("encounter-diagnosis", shown), false));
    // Where nothing says which, it is one of the few that there are.
    let (choices, chosen, certain) = offered(&text("xyzzy", ""), "code-unknown");
    assert_eq!(
        (choices.as_slice(), certain),
        (&["encounter-diagnosis".to_owned(), "problem-list-item".to_owned()][..], false)
    );
    assert_eq!(chosen, text("encounter-diagnosis", ""));
}

#[test]
fn a_system_is_told_by_the_code_and_its_display() {
    let text = |system: &str, rest: &str| {
        format!(
            r#"{{"resourceType":"Condition","subject":{{"display":"a"}},"meta":{{"tag":[{{"system":{system},{rest}}}]}}}}"#
        )
    };
    let marital = r#""http://terminology.hl7.org/CodeSystem/v3-MaritalStatus""#;
    let divorced = r#""code":"D","display":"Divorced""#;
    for (system, rule) in [
        (r#""marital""#, "coding-system"),
        ("1", "element-type"),
        (r#""http://hl7.org/fhir/administrative-gender""#, "code-unknown"),
    ] {
        let (_, fixed, certain) = offered(&text(system, divorced), rule);
        assert_eq!((fixed, certain), (text(marital, divorced), false), "{system}");
        assert_eq!(resource(&text(system, divorced)).text, None, "{system}: it is offered");
    }
    // SNOMED CT and LOINC have check digits.
    let sct = r#""code":"73211009""#;
    assert_eq!(offered(&text("true", sct), "element-type").1, text(r#""http://snomed.info/sct""#, sct));
    // A code that several systems have, or none, says nothing; neither does one beside the display of another.
    for rest in [r#""code":"active""#, r#""code":"xyzzy-1""#, r#""code":"73211008""#, r#""code":"D","display":"Dog""#] {
        let given = text(r#""marital""#, rest);
        assert_eq!(offered(&given, "coding-system").1, given, "{rest}");
    }
}

#[test]
fn a_text_in_the_place_of_an_object_is_the_part_that_people_write() {
    let text = |value: &str| format!(r#"{{"resourceType":"Observation","status":"final",{value}}}"#);
    for (given, right) in [
        (r#""code":"Weight""#, r#""code":{"text":"Weight"}"#),
        (r#""code":{"text":"a"},"subject":"Patient/1""#, r#""code":{"text":"a"},"subject":{"reference":"Patient/1"}"#),
        (r#""code":{"text":"a"},"subject":"Ana Rivera""#, r#""code":{"text":"a"},"subject":{"display":"Ana Rivera"}"#),
        (r#""code":{"text":"a"},"valueQuantity":5"#, r#""code":{"text":"a"},"valueQuantity":{"value":5}"#),
    ] {
        assert_eq!(offered(&text(given), "element-type"), (Vec::new(), text(right), false), "{given}");
        assert_eq!(resource(&text(given)).text, None, "{given}: it is offered");
    }
    // Nobody knows which part of a period, or of a name without letters, this is.
    let period = text(r#""code":{"text":"a"},"effectivePeriod":"2026""#);
    assert_eq!(offered(&period, "element-type").1, period);
}

#[test]
fn the_members_of_a_coding_belong_in_one() {
    let text = |code: &str| format!(r#"{{"resourceType":"Observation","status":"final","code":{code}}}"#);
    let given = text(r#"{"text":"Pulse","system":"http://loinc.org","code":"8867-4"}"#);
    let right = text(r#"{"coding":[{"system":"http://loinc.org","code":"8867-4"}],"text":"Pulse"}"#);
    assert_eq!(offered(&given, "element-unknown"), (Vec::new(), right, false));
    // Beside a coding, only its writer knows.
    let beside = text(r#"{"coding":[{"code":"a"}],"code":"b"}"#);
    assert_eq!(offered(&beside, "element-unknown").1, text(r#"{"coding":[{"code":"a"}]}"#));
}

#[test]
fn a_property_that_is_where_it_belongs_as_well_goes_where_it_does_not() {
    let action = |text: &str| {
        let report = VALIDATOR.validate(text, &Options::default());
        let issue = report.issues.iter().find(|issue| issue.rule == "element-unknown").unwrap();
        issue.suggestion.as_ref().and_then(|one| one.action)
    };
    let text = |period: &str| {
        format!(
            r#"{{"resourceType":"Encounter","status":"planned","class":{{"code":"AMB"}},"period":{{"start":"2026"{period}}},"subject":{{"display":"Ana"}}}}"#
        )
    };
    assert_eq!(action(&text(r#","display":"Ana""#)), Some(Action::Move));
    assert_eq!(offered(&text(r#","display":"Ana""#), "element-unknown").1, text(""));
    assert_eq!(action(&text(r#","display":"Eve""#)), Some(Action::Remove), "another value is lost");
    assert_eq!(resource(&text(r#","display":"Ana""#)).text, None, "it is offered");
}

#[test]
fn the_value_of_an_extension_is_of_the_only_type_that_it_may_have() {
    let text = |value: &str| {
        format!(
            r#"{{"resourceType":"Patient","_gender":{{"extension":[{{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason",{value}}}]}}}}"#
        )
    };
    let right = text(r#""valueCode":"unknown""#);
    assert_eq!(resource(&text(r#""valueString":"unknown""#)).text, Some(right));
    for other in [r#""valueString":"xyzzy""#, r#""valueBoolean":true"#] {
        assert_eq!(resource(&text(other)).text, None, "{other}");
    }
}

#[test]
fn a_resource_without_a_type_is_the_only_one_that_it_can_be() {
    let rest = r#""status":"final","code":{"text":"a"},"valueQuantity":{"value":1}"#;
    let right = format!(r#"{{"resourceType":"Observation",{rest}}}"#);
    for given in [
        format!(r#"{{{rest}}}"#),
        format!(r#"{{"resourceType":1,{rest}}}"#),
        format!(r#"{{"resourceType":"Xyzzy",{rest}}}"#),
    ] {
        let (_, fixed, certain) = offered(&given, "resource-type");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&fixed).unwrap(),
            serde_json::from_str::<serde_json::Value>(&right).unwrap()
        );
        assert!(!certain);
    }
    assert_eq!(resource(&format!(r#"{{"resourceTyp":"Observation",{rest}}}"#)).text, Some(right), "a slip in its name");
    // Of many types each would do, and a Bundle is never made.
    for other in [r#"{"id":"a","name":[{"family":"a"}]}"#, r#"{"type":"collection","id":"a","entry":[],"total":1}"#] {
        assert_eq!(offered(other, "resource-type").1, other);
    }
}

#[test]
fn a_broken_reference_and_what_nothing_refers_to_belong_together() {
    let text = |id: &str, reference: &str| {
        format!(
            r##"{{"resourceType":"Patient","contained":[{{"resourceType":"Organization","id":"{id}","name":"a"}}],"managingOrganization":{{"reference":"{reference}"}}}}"##
        )
    };
    for broken in ["#x", "Xyzzy/1", "Patient/1"] {
        assert_eq!(offered(&text("org1", broken), "dom-3"), (Vec::new(), text("org1", "#org1"), false), "{broken}");
        assert_eq!(resource(&text("org1", broken)).text, None, "{broken}: it is offered");
    }
    assert_eq!(offered(&text("a b", "#org1"), "dom-3").1, text("org1", "#org1"), "the id is what is wrong");
    // A reference that may be right stays, and so does one that takes no such target.
    let right = text("org1", "Organization/2");
    assert_eq!(offered(&right, "dom-3").1, right);
    let other = text("org1", "#x")
        .replace("Organization", "Practitioner")
        .replace("managingPractitioner", "managingOrganization");
    assert_eq!(offered(&other, "dom-3").1, other);
}

#[test]
fn a_name_in_the_place_of_a_reference_is_its_display() {
    let text =
        |member: &str| format!(r#"{{"resourceType":"Patient","managingOrganization":{{"{member}":"Acme Clinic"}}}}"#);
    assert_eq!(offered(&text("reference"), "primitive-value"), (Vec::new(), text("display"), false));
    let url = text("reference").replace("Acme Clinic", "http://a b");
    assert_eq!(offered(&url, "primitive-value").1, url);
}

#[test]
fn a_resource_type_in_an_array_is_one() {
    let text = r#"{"resourceType":["Patient"],"gender":"male"}"#;
    assert_eq!(resource(text).text.as_deref(), Some(r#"{"resourceType":"Patient","gender":"male"}"#));
    for other in
        [r#"{"resourceType":["Patient","Person"]}"#, r#"{"resourceType":["Xyzzy"]}"#, r#"{"resourceType":[1]}"#]
    {
        assert_eq!(resource(other).text, None, "{other}");
    }
}

#[test]
fn two_patients_stay_two() {
    let patient = |id: &str| format!(r#""resourceType":"Patient","id":"{id}""#);
    let (nine, same) = (patient("9"), patient("a"));
    let uuid = "0b5d4ec6-9d2b-4b1c-8d5a-2f7f3e1c9a01";
    for entries in [
        [("https://s.org/Patient/1", nine.as_str()), ("https://s.org/Patient/2", nine.as_str())],
        [("https://s.org/Patient/A", same.as_str()), ("https://s.org/Patient/a/_history/1", same.as_str())],
        [("https://s.org/Patient/a/_history/1", same.as_str()), ("https://s.org/Patient/a/_history/2", same.as_str())],
        [(&*format!("urn:uuid:{}", uuid.to_uppercase()), nine.as_str()), (&*format!("urn:UUID:{uuid}"), nine.as_str())],
    ] {
        let text = bundle(&entries);
        assert_eq!(bundle_text_of(&text), text, "{entries:?}");
    }
}

#[test]
fn which_of_two_ids_is_wrong_nobody_knows() {
    let text = bundle(&[("https://s.org/Patient/1", r#""resourceType":"Patient","id":"2""#)]);
    assert_eq!(bundle_text_of(&text), text);
}

#[test]
fn another_servers_patient_is_another_patient() {
    let observation = |reference: &str| {
        format!(
            r#""resourceType":"Observation","id":"o","status":"final","code":{{"text":"x"}},"subject":{{"reference":"{reference}"}}"#
        )
    };
    let patient = r#""resourceType":"Patient","id":"Ab""#;
    let with = |observed_at: &str, patient_at: &str, reference: &str| {
        bundle(&[(observed_at, &observation(reference)), (patient_at, patient)])
    };
    let here = "https://b.org/fhir/Observation/o";
    for (patient_at, reference) in [
        ("https://b.org/fhir/Patient/Ab", "https://a.org/fhir/Patient/Ab"),
        ("https://b.org/fhir/Patient/Ab", "https://b.org/other/Patient/Ab"),
        ("https://c.org/fhir/Patient/Ab", "Patient/Ab"),
        ("https://clinic.org/fhir/Patient/Ab", "https://clinics.org/fhir/Patient/Ab"),
        ("https://b.org/fhir/Patient/Ab", "Patient/ab"),
        ("https://b.org/fhir/Patient/Ab", "https://b.org/fhir/Patient/aB"),
        ("https://b.org/fhir/Patient/Ab", "https://b.org/FHIR/Patient/Ab"),
    ] {
        let text = with(here, patient_at, reference);
        assert!(text_of(&text).contains(&format!(r#""reference":"{reference}""#)), "{patient_at} {reference}");
    }
    for (observed_at, patient_at, reference) in [
        (here, "https://b.org/fhir/Patient/Ab", "http://B.org/fhir//Patient/Ab"),
        ("urn:uuid:0b5d4ec6-9d2b-4b1c-8d5a-2f7f3e1c9a01", "https://b.org/fhir/Patient/Ab", "Patient/Ab"),
    ] {
        let text = with(observed_at, patient_at, reference).replace("collection", "message");
        let fixed = text_of(&text);
        assert!(fixed.contains(&format!(r#""reference":"{patient_at}""#)), "{reference}: {fixed}");
    }
}

#[test]
fn a_code_does_not_become_its_opposite() {
    for (given, status) in [("inactive", "status"), ("reactive", "status"), ("uncompleted", "status")] {
        let text = format!(
            r#"{{"resourceType":"ServiceRequest","{status}":"{given}","intent":"order","subject":{{"reference":"https://s.org/Patient/1"}}}}"#
        );
        assert_eq!(resource(&text).text, None, "{given}");
    }
}

#[test]
fn a_display_of_another_code_and_a_size_of_other_data_stay() {
    let status = |display: &str| {
        format!(
            r#"{{"resourceType":"Patient","maritalStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"D","display":"{display}"}}]}}}}"#
        )
    };
    assert_eq!(resource(&status("Married")).text, None);
    assert_eq!(resource(&status("Divorcd")).text, Some(status("Divorced")));
    let cut = r#"{"resourceType":"Media","status":"completed","content":{"contentType":"text/plain","data":"aGVs","size":40000}}"#;
    assert_eq!(resource(cut).text, None);
}

#[test]
fn what_can_not_be_read_loses_nothing() {
    let text = "{\"resourceType\":\"Patient\", // who\n \"name\":[{\"text\":\"see \"http://x.org/a\" ok\"}],\n \"gender\":\"male\"\n}";
    let fixed = resource(text).text.unwrap();
    assert_eq!(fixed, text.replace(" // who", ""), "only what is certain: the comment");
    let joined = r#"{"resourceType":"Patient","multipleBirthInteger":1/* was */2}"#;
    assert_eq!(resource(joined).text, None);
}

#[test]
fn a_fix_keeps_within_the_limits_of_the_caller() {
    let text = r#"{"resourceType":"Patient","name":{"family":"x"}}"#;
    let deep = Limits { depth: 2, ..Options::default().limits };
    let short = Limits { bytes: text.len() as u32, ..Options::default().limits };
    for limits in [deep, short] {
        let fixed = VALIDATOR.fix(text.as_bytes(), &Options { limits, ..Options::default() });
        assert_eq!((fixed.text, fixed.report.counts.fatal), (None, 0));
    }
}

#[test]
fn an_event_is_not_left_out() {
    let text = EXAMPLE.replacen(r#""code": "submit-service-request""#, r#""code": """#, 1);
    assert!(text_of(&text).contains(r#""code": """#));
}

#[test]
fn each_slip_says_what_is_done_about_it() {
    let fixed = resource("{'resourceType':'Patient', // who\n active: True\n \"gender\":\"male\",}");
    assert!(fixed.report.valid, "{:?}", fixed.report);
    let actions: Vec<String> = fixed
        .applied
        .iter()
        .map(|issue| format!("{:?}", issue.suggestion.as_ref().and_then(|one| one.action).unwrap()))
        .collect();
    assert_eq!(actions, ["Replace", "Replace", "Remove", "Replace", "Replace", "Insert", "Remove"]);
}

#[test]
fn a_slip_in_a_word_is_fixed_where_one_entry_can_be_meant() {
    let slip = EXAMPLE.replacen("QuestionnaireResponse/phq9-answers", "QuestionnaireResponse/phq9-answer", 1);
    assert_eq!(fixed(&slip).text.as_deref(), Some(EXAMPLE));
    // With two of its type, nobody knows.
    let patients = |second: &str| {
        let entry = r#""entry": ["#;
        let other = format!(
            r#""entry": [{{"fullUrl":"urn:uuid:0b5d4ec6-9d2b-4b1c-8d5a-2f7f3e1c9a01","resource":{{"resourceType":"{second}","id":"x"}}}},"#
        );
        EXAMPLE.replacen("Patient/patient-4417\"", "Patient/patint-4417\"", 1).replacen(entry, &other, 1)
    };
    let left = |text: &str| text_of(text).contains("patint");
    assert!(EXAMPLE.contains("\"Patient/patient-4417\""));
    assert!(!left(&patients("Basic")) && left(&patients("Patient")));
}

/// What each kind of Bundle must keep, whatever it is validated as: its type, its entries with what they ask for, and their order.
fn skeleton(text: &str) -> serde_json::Value {
    let bundle: serde_json::Value = serde_json::from_str(text).unwrap();
    let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
    let kept = entries.iter().map(|entry| {
        let of = |name: &str| entry.get(name).cloned().unwrap_or_default();
        serde_json::json!([of("request"), of("response"), of("search"), entry["resource"]["resourceType"]])
    });
    serde_json::json!([bundle.get("resourceType"), bundle.get("type"), kept.collect::<Vec<_>>()])
}

fn transaction(of: &str, request: &str) -> String {
    format!(
        r#"{{"resourceType":"Bundle",{of}"entry":[{{"request":{request},"resource":{{"resourceType":"Patient","id":"p","gender":"femal"}}}},{{"fullUrl":"urn:uuid:0b5d4ec6-9d2b-4b1c-8d5a-2f7f3e1c9a01","request":{{"method":"POST","url":"Observation"}},"resource":{{"resourceType":"Observation","status":"final","code":{{"text":"x"}},"subject":{{"reference":"Patient/p"}}}}}},null,{{}}]}}"#
    )
}

#[test]
fn what_a_bundle_is_and_asks_for_stays() {
    let put = r#"{"method":"PUT","url":"Patient/p"}"#;
    for of in [
        "transaction",
        "batch",
        "collection",
        "document",
        "searchset",
        "history",
        "batch-response",
        "transaction-response",
    ] {
        let text = transaction(&format!(r#""type":"{of}","#), put);
        for options in [Options::of(What::Bundle), message()] {
            let fixed = VALIDATOR.fix(text.as_bytes(), &options);
            let after = fixed.text.unwrap();
            assert!(after.contains("female"), "{of}: what is certain is fixed all the same");
            assert_eq!(skeleton(&after), skeleton(&text), "{of}: {after}");
            assert!(after.contains(r#""reference":"Patient/p""#), "{of}: on the server, that may be another one");
            let issues = VALIDATOR.validate(text.as_bytes(), &options).issues;
            let asked = issues.iter().filter(|issue| issue.rule == "msg-type" || issue.rule == "msg-entry");
            let mut some = false;
            for suggestion in asked.filter_map(|issue| issue.suggestion.as_deref()) {
                some = true;
                assert!(!suggestion.certain && !suggestion.edits.is_empty());
            }
            assert_eq!(some, options.what == What::Message, "{of}: only for who asks for it");
        }
    }
    // Slips in what decides are left as well.
    for of in [
        r#""type":"transacton","#,
        r#""type":"Batch","#,
        r#""type":" message","#,
        r#""type":["message"],"#,
        r#""typ":"message","#,
        "",
        r#""type":"batch","type":"batch","#,
    ] {
        let text = transaction(of, put);
        for options in [Options::of(What::Bundle), message()] {
            let fixed = VALIDATOR.fix(text.as_bytes(), &options);
            assert_eq!(skeleton(&fixed.text.unwrap()), skeleton(&text), "{of}");
        }
    }
    for request in [
        r#"{"method":"DELET","url":"Patient/p"}"#,
        r#"{"method":"put","url":" Patient/p"}"#,
        r#"{"method":"POST","url":"Patient","ifNoneExist":""}"#,
        r#"{"method":"POST","url":"Patient","ifMach":"W/1"}"#,
        r#"[{"method":"POST","url":"Patient"}]"#,
        "{}",
        "null",
        "[]",
    ] {
        let text = transaction(r#""type":"transaction","#, request);
        for options in [Options::of(What::Bundle), message()] {
            let fixed = VALIDATOR.fix(text.as_bytes(), &options);
            assert_eq!(skeleton(&fixed.text.unwrap()), skeleton(&text), "{request}");
        }
    }
    // Also where the Bundle is in another one, or its entries are not an array.
    let inner = transaction(r#""type":"transacton","#, put);
    let outer = format!(r#"{{"resourceType":"Parameters","parameter":{{"name":"x","resource":{inner}}}}}"#);
    let after = resource(&outer).text.unwrap_or(outer);
    assert!(after.contains("transacton") && after.contains("PUT") && after.contains("null,{}"), "{after}");
    let one =
        r#"{"resourceType":"Bundle","type":"batch","entry":{"request":{},"resource":{"resourceType":"Patient"}}}"#;
    assert!(text_of(one).contains(r#""request":{}"#));
}

#[test]
fn no_fix_makes_a_bundle_of_a_resource() {
    for text in [
        r#"{"resourceType":"Patient","id":"p"}"#,
        r#"{"resourceType":"Bundl","type":"message"}"#,
        r#"{"type":"message","entry":[]}"#,
        "{}",
    ] {
        for what in [What::Bundle, What::Message, What::Auto] {
            assert_eq!(VALIDATOR.fix(text, &Options::of(what)).text, None, "{text}");
        }
    }
}

/// A message about a patient: at this fullUrl, with this id, and referred to so.
fn about(full_url: &str, id: &str, reference: &str) -> String {
    format!(
        r#"{{"resourceType":"Bundle","id":"b","type":"message","entry":[{{"fullUrl":"https://a.example/MessageHeader/m","resource":{{"resourceType":"MessageHeader","id":"m","eventUri":"http://a.example/e","source":{{"endpoint":"http://a.example"}},"focus":[{{"reference":"https://a.example/ServiceRequest/s"}}]}}}},{{"fullUrl":"https://a.example/ServiceRequest/s","resource":{{"resourceType":"ServiceRequest","id":"s","status":"active","intent":"order","code":{{"text":"x"}},"subject":{{"reference":"{reference}"}}}}}},{{"fullUrl":"{full_url}","resource":{{"resourceType":"Patient","id":"{id}"}}}}]}}"#
    )
}

#[test]
fn a_right_reference_is_not_bent_to_a_wrong_full_url() {
    for (full_url, id, reference) in [
        ("Subject/p1", "p1", "Patient/p1"),
        ("#a", "p1", "Patient/p1"),
        ("Patient/p1", "p1", "https://a.example/Patient/p1"),
        ("https://a.example/Subject/p1", "p1", "Patient/p1"),
        ("https://a.example/Patient/pat12", "pat2", "Patient/pat2"),
        ("https://a.example/Patient/Pat2", "pat2", "Patient/pat2"),
        ("https://a.example/Person/p1", "p1", "Patient/p1"),
        ("https://a.example/Patient/p1/", "p1", "Patient/p1"),
        ("https://a.example/Patient/p1?x=1", "p1", "Patient/p1"),
        ("https://a.example/Patient/p 1", "p1", "Patient/p1"),
        ("urn:uuid:p1", "p1", "Patient/p1"),
        ("urn:uuid:0b5d4ec6-9d2b-4b1c-8d5a-2f7f3e1c9a01", "p 1", "Patient/p 1"),
    ] {
        let text = about(full_url, id, reference);
        assert!(text_of(&text).contains(&format!(r#""reference":"{reference}""#)), "{full_url} {id} {reference}");
    }
    // Two with that fullUrl, or with that id.
    let double = |text: &str| {
        let patient = &text[text.rfind(r#"{"fullUrl""#).unwrap()..text.len() - 2];
        text.replace(patient, &format!("{patient},{patient}"))
    };
    let urn = "urn:uuid:0b5d4ec6-9d2b-4b1c-8d5a-2f7f3e1c9a01";
    let relative = about(urn, "p1", "Patient/p1")
        .replace("https://a.example/ServiceRequest/s", "urn:uuid:0b5d4ec6-9d2b-4b1c-8d5a-2f7f3e1c9a02");
    assert!(text_of(&relative).contains(&format!(r#""subject":{{"reference":"{urn}"}}"#)), "the one that is meant");
    assert!(text_of(&double(&relative)).contains(r#""subject":{"reference":"Patient/p1"}"#));
    // What has no server yet may have its id from another one.
    assert!(text_of(&about(urn, "p1", "Patient/p1")).contains(r#""subject":{"reference":"Patient/p1"}"#));
}

#[test]
fn a_reference_is_offered_only_where_its_target_may_be() {
    let doctor = |reference: &str| {
        about("https://a.example/Patient/pa1", "pa1", "Patient/pa1").replace(
            r#""resourceType":"Patient","id":"pa1""#,
            &format!(r#""resourceType":"Patient","id":"pa1","generalPractitioner":[{{"reference":"{reference}"}}]"#),
        )
    };
    for reference in ["https://b.example/Patient/pa1", "Patient/pa11", "Patiemt/pa1", "Ptaient/pa1"] {
        let text = doctor(reference);
        assert!(text_of(&text).contains(reference), "{reference}: it is the patient itself");
        let report = VALIDATOR.validate(text.as_bytes(), &message());
        let found = report.issues.iter().filter(|issue| ["ref-unresolved", "ref-form"].contains(&issue.rule.as_ref()));
        assert!(found.clone().count() > 0 && found.clone().all(|issue| issue.suggestion.is_none()), "{reference}");
    }
}

#[test]
fn of_a_type_and_a_reference_either_may_be_wrong() {
    let typed = |of: &str| {
        about("https://a.example/Patient/p1", "p1", "Patient/p1")
            .replace(r#"{"reference":"Patient/p1"}"#, &format!(r#"{{"reference":"Patient/p1","type":"{of}"}}"#))
    };
    assert!(text_of(&typed("Group")).contains(r#""type":"Group""#));
    assert!(text_of(&typed("Patinet")).contains(r#""type":"Patient""#));
}

#[test]
fn ids_that_a_fix_would_make_the_same_stay() {
    let contained = |second: &str| {
        format!(
            r##"{{"resourceType":"ServiceRequest","status":"active","intent":"order","subject":{{"reference":"#p1"}},"requester":{{"reference":"#q"}},"contained":[{{"resourceType":"Patient","id":"#p1"}},{{"resourceType":"Practitioner","id":"{second}"}}]}}"##
        )
    };
    assert!(resource(&contained("q")).text.unwrap().contains(r#""id":"p1""#));
    assert!(resource(&contained("p1")).text.is_none_or(|text| text.contains(r##""id":"#p1""##)));
    // An id that the fullUrl names, and another resource has.
    let text = bundle(&[
        ("https://s.org/Patient/1", r#""resourceType":"Patient""#),
        ("urn:uuid:0b5d4ec6-9d2b-4b1c-8d5a-2f7f3e1c9a01", r#""resourceType":"Patient","id":"1""#),
    ]);
    assert_eq!(bundle_text_of(&text), text);
}

#[test]
fn what_occurs_twice_and_once_otherwise_stays() {
    for text in [
        r#"{"resourceType":"Patient","gender":"male","gender":"female","gender":"male"}"#,
        r#"{"resourceType":"Patient","gender":"male","gender":"male","gender":"female"}"#,
    ] {
        assert_eq!(resource(text).text, None);
    }
    let twice = r#"{"resourceType":"Patient","gender":"male","gender":"male"}"#;
    assert_eq!(resource(twice).text.unwrap(), r#"{"resourceType":"Patient","gender":"male"}"#);
}

#[test]
fn words_of_other_value_sets_and_other_releases_stay() {
    let observation =
        |status: &str| format!(r#"{{"resourceType":"Observation","status":"{status}","code":{{"text":"x"}}}}"#);
    // A DiagnosticReport may be appended: more was said. Amended is what was said otherwise.
    for status in ["appended", "infinal", "unfinal", "final1", "fina"] {
        assert_eq!(resource(&observation(status)).text, None, "{status}");
    }
    assert_eq!(resource(&observation("fnial")).text, Some(observation("final")));
    for text in [
        r#"{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueInteger64":5}"#,
        r#"{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueString":1e3}"#,
        r#"{"resourceType":"Observation","status":"final","code":{"text":"x"},"issued":"2026-01-31T12:00Z"}"#,
        r#"{"resourceType":"Patient","identifier":[{"system":"1.168.100.100","value":"x"}]}"#,
        r#"{"resourceType":"Patient","identifier":[{"system":"1.913.555.0117.12","value":"x"}]}"#,
    ] {
        assert_eq!(resource(text).text, None, "{text}");
    }
}

#[test]
fn a_search_has_the_urls_of_its_server() {
    let text = bundle(&[("", r#""resourceType":"Patient","id":"1""#)]).replace("collection", "searchset");
    assert_eq!(bundle_text_of(&text), text);
}

/// What fixing must keep to, whatever the text is.
fn check(text: &str, options: &Options) -> FixedText {
    let validate = |text: &str| -> Report { VALIDATOR.validate(text.as_bytes(), options) };
    let before = validate(text);
    let fixed = VALIDATOR.fix(text.as_bytes(), options);
    let after = fixed.text.as_deref().unwrap_or(text);
    assert_eq!(fixed.text.is_some(), !fixed.edits.is_empty(), "{text}");
    assert!(fixed.edits.windows(2).all(|pair| pair[0].end <= pair[1].start), "{text}");
    assert_eq!(apply(text, &fixed.edits), after, "{text}");
    assert!(fixed.applied.len() <= fixed.fixed.min(options.max_issues), "{text}");
    assert_eq!(fixed.text.is_some(), fixed.fixed > 0, "{text}");
    assert_eq!(validate(after).counts, fixed.report.counts, "{text}");
    assert!(fixed.report.counts.fatal <= before.counts.fatal, "{text}");
    if before.counts.fatal == 0 && !before.truncated {
        assert!(fixed.report.counts.error <= before.counts.error, "{text}\n{after}");
    }
    let again = VALIDATOR.fix(after.as_bytes(), options);
    assert_eq!(again.text, None, "{text}\n{after}");
    fixed
}

fn in_bytes() -> Options {
    Options { units: Units::Bytes, ..Options::default() }
}

#[test]
fn any_number_of_slips_is_fixed_at_once() {
    let many =
        |piece: &str, end: &str| format!(r#"{{"resourceType":"Patient","name":[{}{end}]}}"#, piece.repeat(5_000));
    for (text, fixed) in [
        // With a fault behind them that nobody can fix, and without.
        (many(r#"{"family":"x",},"#, "@"), 5_000),
        (many(r#"{"family":"x",},"#, ""), 5_001),
        (many("{\"family\":\"x\ty\"},", "{}"), 5_001),
        (many("{\"family\":\"x\"} ", "{ 1"), 5_000),
        (format!(r#"{{"resourceType":"Patient","name":[{{"text":"{}"}}]}}"#, "\n".repeat(50_000)), 1),
        (many(r#"{"family":1},"#, "{}"), 5_001),
    ] {
        assert_eq!(check(&text, &in_bytes()).fixed, fixed, "{}", &text[..60]);
    }
    // Listed are as many as the caller wants.
    let options = Options { max_issues: 10, ..in_bytes() };
    let fixed = VALIDATOR.fix(many(r#"{"family":1},"#, r#"{"family":"x"}"#).as_bytes(), &options);
    assert_eq!((fixed.applied.len(), fixed.fixed, fixed.report.valid), (10, 5_000, true));
}

/// Pieces of texts, right and wrong, that are put together in any order.
const PIECES: &str = r##"\{|\}|\[|\]|,|:|"|'|\\|\n|\t|//x\n|/\*x\*/|\+1|True|None|1|é|"name":|"gender":"femal"|"active":"true"|"active":null|"id":"#a"|"extension":\[\]|"given":"x"|"birthDate":"2026-1-5"|"family":1|x:|"##;

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Whatever the text is, fixing keeps to its rules.
    #[test]
    fn fixing_keeps_its_rules(inside in prop::collection::vec(PIECES, 0..24), message in any::<bool>()) {
        let options = Options { what: if message { What::Message } else { What::Auto }, ..in_bytes() };
        check(&format!(r#"{{"resourceType":"Patient",{}}}"#, inside.concat()), &options);
    }

    /// The same, of a message with members left out, put in twice or renamed.
    #[test]
    fn fixing_a_message_keeps_its_rules(edits in prop::collection::vec((0..4_000_usize, 0..8_usize), 1..6), message in any::<bool>()) {
        let mut text = about("https://a.example/Patient/p1", "p1", "Patient/p1");
        for (place, what) in edits {
            let quotes: Vec<usize> = text.match_indices('"').map(|(at, _)| at).collect();
            let Some(&at) = quotes.get(place % quotes.len().max(1)) else { continue };
            match what {
                0 => text.insert(at + 1, 'x'),
                1 => { text.remove(at); }
                2 => text.insert(at, ','),
                3 => text.replace_range(at..=at, "'"),
                4 => text.insert_str(at, "\"meta\":[],"),
                5 => text.insert_str(at, "null,"),
                6 => if let Some(next) = text[at + 1..].chars().next() {
                    text.replace_range(at + 1..at + 1 + next.len_utf8(), &next.to_uppercase().to_string());
                },
                _ => text.insert(at + 1, ' '),
            }
        }
        check(&text, &Options { what: if message { What::Message } else { What::Auto }, ..in_bytes() });
    }
}
