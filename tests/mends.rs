//! What a mend must never do: make another patient, another code or another text of what stands there. Each is a case that did once.
#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

use fhirpost::json::Limits;
use fhirpost::validate::{Fixed, Options, Validator};
use std::sync::LazyLock;

static VALIDATOR: LazyLock<Validator> = LazyLock::new(Validator::default);
const EXAMPLE: &str = include_str!("../www/examples/submit-service-request.json");

fn message() -> Options {
    Options { message: true, ..Options::default() }
}

fn fixed(text: &str) -> Fixed {
    VALIDATOR.fix_bundle(text.as_bytes(), &message())
}

fn text_of(text: &str) -> String {
    fixed(text).text.unwrap_or_else(|| text.to_owned())
}

/// What is left of a Bundle that need be no message.
fn bundle_text_of(text: &str) -> String {
    VALIDATOR.fix_bundle(text.as_bytes(), &Options::default()).text.unwrap_or_else(|| text.to_owned())
}

/// A Bundle of these entries, each its fullUrl and what stands in its resource.
fn bundle(entries: &[(&str, &str)]) -> String {
    let entries = entries.iter().map(|(url, inside)| {
        let url = if url.is_empty() { String::new() } else { format!(r#""fullUrl":"{url}","#) };
        format!(r#"{{{url}"resource":{{{inside}}}}}"#)
    });
    let entries: Vec<String> = entries.collect();
    format!(r#"{{"resourceType":"Bundle","type":"collection","entry":[{}]}}"#, entries.join(","))
}

fn resource(text: &str) -> Fixed {
    VALIDATOR.fix_resource(text.as_bytes(), &Options::default())
}

#[test]
fn a_misspelt_full_url_or_id_is_no_missing_one() {
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
    let report =
        VALIDATOR.validate_bundle(EXAMPLE.replace(url, &url.replace("fullUrl", "fullURL")).as_bytes(), &options);
    let inserts = report.issues.iter().filter(|issue| issue.rule == "bundle-fullurl-missing");
    assert_eq!(inserts.filter(|issue| issue.suggestion.as_ref().is_some_and(|one| !one.edits.is_empty())).count(), 0);
}

#[test]
fn a_reference_is_mended_only_when_what_it_leads_to_is() {
    let text = EXAMPLE.replacen(r#""subject": {"#, r#""subjct": {"#, 1).replacen(
        r#""fullUrl": "https://fhirtest.netsmartcloud.com/v4/Patient/patient-4417""#,
        r#""fullUrl": "https://fhirtest.netsmartcloud.com/v4/Patient/Patient-4417""#,
        1,
    );
    let fixed = fixed(&text);
    assert_eq!(fixed.text.as_deref(), Some(EXAMPLE));
    assert!(fixed.report.valid);
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
    ] {
        let text = with(here, patient_at, reference);
        assert!(text_of(&text).contains(&format!(r#""reference":"{reference}""#)), "{patient_at} {reference}");
    }
    for (observed_at, patient_at, reference) in [
        (here, "https://b.org/fhir/Patient/Ab", "http://B.org/fhir//Patient/Ab"),
        ("urn:uuid:0b5d4ec6-9d2b-4b1c-8d5a-2f7f3e1c9a01", "https://b.org/fhir/Patient/Ab", "Patient/Ab"),
    ] {
        let text = with(observed_at, patient_at, reference).replace("collection", "message");
        let mended = text_of(&text);
        assert!(mended.contains(&format!(r#""reference":"{patient_at}""#)), "{reference}: {mended}");
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
    let mended = resource(text).text.unwrap();
    assert_eq!(mended, text.replace(" // who", ""), "only what is certain: the comment");
    let joined = r#"{"resourceType":"Patient","multipleBirthInteger":1/* was */2}"#;
    assert_eq!(resource(joined).text, None);
}

#[test]
fn a_mend_keeps_within_the_limits_of_the_caller() {
    let text = r#"{"resourceType":"Patient","name":{"family":"x"}}"#;
    let deep = Limits { depth: 2, ..Options::default().limits };
    let short = Limits { bytes: text.len() as u32, ..Options::default().limits };
    for limits in [deep, short] {
        let fixed = VALIDATOR.fix_resource(text.as_bytes(), &Options { limits, ..Options::default() });
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
fn a_slip_in_a_word_is_mended_where_one_entry_can_be_meant() {
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
