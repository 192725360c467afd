//! A draft says after each edit what a whole validation says.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests may fail loudly, say what is absent, and read files"
)]

use fhirpost::document::Units;
use fhirpost::{Definitions, Draft, EventProfile, Options, Package, PackageLimits, TextEdit, Validator, What};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

fn shared(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance").join(path)
}

/// Of `few` tries, or all of them where `FHIRPOST_TESTS` is `all`.
fn tries(few: usize, all: usize) -> usize {
    if std::env::var_os("FHIRPOST_TESTS").is_some_and(|value| value == "all") { all } else { few }
}

/// Numbers that look like chance and are the same in every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize
    }

    fn below(&mut self, most: usize) -> usize {
        self.next() % most.max(1)
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

/// What somebody types, and what is pasted.
const TYPED: [&str; 22] = [
    "",
    "a",
    "\"",
    ",",
    "}",
    "{",
    "]",
    "[",
    "\\",
    "\n",
    "é😀",
    "1",
    "null",
    "\"id\":\"x\",",
    "\"x\":[],",
    ",{}",
    "{},",
    "\"\\ud800\"",
    "\"id\":\"p1\",\"id\":\"p2\",",
    "  ",
    "urn:uuid:",
    "\"extension\":[{\"url\":\"http://a.example/x\",\"valueString\":\"y\"}],",
];

/// The message with most that hangs together: references of all kinds, contained resources, a Bundle inside, a questionnaire, links.
const MESSAGE: &str = r##"{
  "resourceType": "Bundle", "id": "b1", "type": "message", "timestamp": "2026-01-01T00:00:00Z",
  "entry": [
    { "fullUrl": "http://a.example/MessageHeader/h1", "resource": { "resourceType": "MessageHeader", "id": "h1",
      "eventCoding": { "system": "http://ntst.com/fhir/message-events", "code": "submit-service-request" },
      "destination": [{ "name": "R", "endpoint": "https://r.example/fhir" }], "source": { "endpoint": "https://s.example/fhir" },
      "focus": [{ "reference": "ServiceRequest/s1" }] } },
    { "fullUrl": "http://a.example/ServiceRequest/s1", "resource": { "resourceType": "ServiceRequest", "id": "s1", "status": "active", "intent": "order",
      "contained": [{ "resourceType": "Device", "id": "d1", "patient": { "reference": "Patient/p1" } }],
      "code": { "coding": [{ "system": "http://loinc.org", "code": "1234-5" }] }, "subject": { "reference": "Patient/p1" },
      "requester": { "reference": "#d1" }, "supportingInfo": [{ "reference": "Observation/o1" }, { "reference": "QuestionnaireResponse/q2" }] } },
    { "fullUrl": "http://a.example/Patient/p1", "resource": { "resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1980-01-01",
      "identifier": [{ "system": "urn:oid:1.2.3", "value": "é😀1" }], "text": { "status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\"><a href=\"#x\" id=\"x\">p</a></div>" },
      "managingOrganization": { "reference": "urn:uuid:2d0bc8d3-0a9b-4a0f-9d3c-1f0d6e0a5b11" } } },
    { "fullUrl": "urn:uuid:2d0bc8d3-0a9b-4a0f-9d3c-1f0d6e0a5b11", "resource": { "resourceType": "Organization", "name": "O" } },
    { "fullUrl": "http://a.example/Observation/o1", "resource": { "resourceType": "Observation", "id": "o1", "status": "final",
      "code": { "coding": [{ "system": "http://loinc.org", "code": "8867-4" }] }, "subject": { "reference": "Patient/p1" },
      "valueQuantity": { "value": 61, "unit": "/min", "system": "http://unitsofmeasure.org", "code": "/min" } } },
    { "fullUrl": "http://a.example/Questionnaire/q1", "resource": { "resourceType": "Questionnaire", "id": "q1", "url": "http://a.example/Questionnaire/q1",
      "status": "active", "item": [{ "linkId": "1", "type": "string", "text": "t", "required": true }] } },
    { "fullUrl": "http://a.example/QuestionnaireResponse/q2", "resource": { "resourceType": "QuestionnaireResponse", "id": "q2", "status": "completed",
      "questionnaire": "http://a.example/Questionnaire/q1", "item": [{ "linkId": "1", "answer": [{ "valueString": "v" }] }] } },
    { "fullUrl": "http://a.example/Bundle/b2", "resource": { "resourceType": "Bundle", "id": "b2", "type": "collection", "entry": [
      { "fullUrl": "urn:uuid:9c0ac9a5-3c2e-4a57-8f44-3a4b8b9c7a10", "resource": { "resourceType": "Group", "type": "person", "actual": true,
        "member": [{ "entity": { "reference": "urn:uuid:00000000-0000-4000-8000-000000000000" } }] } }] } }
  ],
  "signature": { "type": [{ "system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.1" }], "when": "2026-01-01T00:00:00Z", "who": { "reference": "Patient/p1" } }
}"##;

/// Edits a text so many times, and compares each verdict with that of the whole.
fn edit_at_random(validator: &Validator, text: &str, options: &Options, times: usize, seed: u64) {
    let mut chance = Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut draft = validator.draft(text, options.clone());
    let mut steps = Vec::new();
    compare(validator, &draft, options, &steps);
    for _ in 0..times {
        // Now and then as it was, so that it does not all become noise.
        let edits = if draft.text().len() > 2 * text.len() || chance.below(6) == 0 {
            vec![back_to(draft.text(), text)]
        } else {
            random_edits(&mut chance, draft.text())
        };
        let edits = in_units(draft.text(), edits, options.units);
        draft.edit(&edits).unwrap();
        steps.push(edits);
        compare(validator, &draft, options, &steps);
    }
}

fn in_units(text: &str, edits: Vec<TextEdit>, units: Units) -> Vec<TextEdit> {
    let place = |byte: u32| match units {
        Units::Bytes => byte,
        Units::Utf16 => text[..byte as usize].encode_utf16().count() as u32,
    };
    edits.into_iter().map(|edit| TextEdit { start: place(edit.start), end: place(edit.end), ..edit }).collect()
}

/// What makes the text what it was at first: where both are the same, nothing is edited.
fn back_to(now: &str, text: &str) -> TextEdit {
    let mut start = now.bytes().zip(text.bytes()).take_while(|(one, other)| one == other).count();
    while !now.is_char_boundary(start) || !text.is_char_boundary(start) {
        start -= 1;
    }
    let most = now.len().min(text.len()) - start;
    let mut same = now.bytes().rev().zip(text.bytes().rev()).take(most).take_while(|(one, other)| one == other).count();
    while !now.is_char_boundary(now.len() - same) || !text.is_char_boundary(text.len() - same) {
        same -= 1;
    }
    TextEdit { start: start as u32, end: (now.len() - same) as u32, text: text[start..text.len() - same].to_owned() }
}

fn random_edits(chance: &mut Chance, text: &str) -> Vec<TextEdit> {
    let boundary = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let kind = chance.below(10);
    let mut edits = Vec::new();
    let mut at = 0;
    for _ in 0..if chance.below(5) == 0 { 3 } else { 1 } {
        let start = boundary(at + chance.below(text.len() - at + 1));
        let rest = &text[start..];
        let (start, end, new) = match kind {
            // A string or an object becomes another, which may be one of the text.
            0..=3 => {
                let Some(open) = rest.find('"').map(|found| start + found + 1) else { break };
                let Some(length) = text[open..].find('"') else { break };
                let from = boundary(chance.below(text.len()));
                let other = text[from..].split('"').nth(1).unwrap_or("x").to_owned();
                (open, open + length, if chance.below(2) == 0 { other } else { chance.of(&TYPED).to_owned() })
            }
            // A whole entry is there twice, or not any more.
            4 => {
                let Some(open) = rest.find("{ \"fullUrl\"").map(|found| start + found) else { break };
                let end = text[open + 1..].find("{ \"fullUrl\"").map_or(open, |found| open + 1 + found);
                let copy = if chance.below(2) == 0 { text[open..end].repeat(2) } else { String::new() };
                (open, end, copy)
            }
            5 => {
                let end = boundary((start + chance.below(40)).min(text.len()));
                (start, end, String::new())
            }
            _ => {
                let end = boundary((start + chance.below(3)).min(text.len()));
                (start, end, chance.of(&TYPED).to_owned())
            }
        };
        at = end;
        edits.push(TextEdit { start: start as u32, end: end as u32, text: new });
        if at >= text.len() {
            break;
        }
    }
    edits
}

fn compare(validator: &Validator, draft: &Draft, options: &Options, steps: &[Vec<TextEdit>]) {
    let whole = validator.validate(draft.text(), options);
    if *draft.report() != whole {
        let (one, other) = (serde_json::to_value(draft.report()).unwrap(), serde_json::to_value(&whole).unwrap());
        for (key, value) in other.as_object().unwrap() {
            if key == "issues" {
                let lists = [&one["issues"], value].map(|list| list.as_array().unwrap().clone());
                for (name, list, others) in [("draft", &lists[0], &lists[1]), ("whole", &lists[1], &lists[0])] {
                    list.iter()
                        .filter(|issue| !others.contains(issue))
                        .take(3)
                        .for_each(|issue| eprintln!("only {name}: {issue}"));
                }
            } else if one[key] != *value {
                eprintln!("{key}: {} for {value}", one[key]);
            }
        }
        panic!("after {} edits, the last {:?}, of\n{}", steps.len(), steps.last(), draft.text());
    }
}

#[test]
fn a_message_that_is_edited_is_validated_as_the_whole() {
    let validator = Validator::default();
    for seed in 0..tries(20, 500) as u64 {
        let units = if seed % 2 == 0 { Units::Bytes } else { Units::Utf16 };
        let what = [What::Auto, What::Message, What::Auto, What::Bundle][seed as usize % 4];
        let limits = fhirpost::Limits { depth: if seed % 5 == 4 { 9 } else { 128 }, ..fhirpost::Limits::default() };
        let hl7_ids = seed % 3 == 0;
        let max_issues = if seed % 7 == 6 { 4 } else { 10_000 };
        let options = Options { units, hl7_ids, limits, max_issues, ..Options::of(what) };
        edit_at_random(&validator, MESSAGE, &options, 100, seed);
    }
}

#[test]
fn bundles_of_all_types_are_validated_as_the_whole() {
    let validator = Validator::default();
    for (seed, of) in
        ["collection", "document", "transaction", "searchset", "batch-response", "history"].iter().enumerate()
    {
        let text = MESSAGE.replacen("\"type\": \"message\"", &format!("\"type\": \"{of}\""), 1);
        edit_at_random(&validator, &text, &Options::default(), tries(60, 1000), seed as u64 + 100);
    }
    for text in [
        "",
        "{}",
        "[1,2]",
        r#"{"resourceType":"Patient","gender":"male"}"#,
        r#"{"resourceType":"Bundle","type":"message","entry":[]}"#,
    ] {
        edit_at_random(&validator, text, &Options::default(), tries(40, 400), 7);
    }
}

#[test]
fn what_packages_say_is_said_of_drafts() {
    let folder = shared("profiles/packages");
    let Ok(files) = fs::read_dir(&folder) else {
        eprintln!("{} is absent: drafts with packages are not compared", folder.display());
        return;
    };
    let bytes = files.map(|file| fs::read(file.unwrap().path()).unwrap());
    let packages = bytes.map(|bytes| Package::read(&bytes, PackageLimits::default()));
    let validator = Validator::new(Definitions::r4_with_profiles().with_packages(packages).0);
    let lines = fs::read_to_string(shared("profiles/medcom-carecommunication.ndjson")).unwrap();
    let text = |line: &str| serde_json::from_str::<Value>(line).unwrap()["text"].as_str().unwrap().to_owned();
    for (seed, line) in lines.lines().step_by(tries(400, 40)).enumerate() {
        edit_at_random(&validator, &text(line), &Options::default(), tries(12, 60), seed as u64);
    }
    let us_core = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient".to_owned();
    let event = EventProfile { event: "submit-service-request".into(), resource: "Patient".into(), profile: us_core };
    let options = Options { events: vec![event], ..Options::default() };
    for seed in 0..tries(3, 40) as u64 {
        edit_at_random(&validator, MESSAGE, &options, 40, seed + 50);
    }
}

/// One key takes a small part of the steps that the whole text takes, wherever it is typed in an entry: what the Bundle itself is asked looks at
/// each entry all the same. The bench has the times.
#[test]
#[cfg(debug_assertions)]
fn a_key_does_not_validate_the_whole_text() {
    use fhirpost::document::steps;
    let patient = MESSAGE.find("{ \"fullUrl\": \"http://a.example/Patient/p1\"").unwrap();
    let observation = MESSAGE.find("{ \"fullUrl\": \"http://a.example/Observation/o1\"").unwrap();
    let questionnaire = MESSAGE.find("{ \"fullUrl\": \"http://a.example/Questionnaire/q1\"").unwrap();
    let one = &MESSAGE[observation..questionnaire];
    let many: String = (2..500)
        .map(|number| one.replace("/o1", &format!("/o{number}")).replace("\"o1\"", &format!("\"o{number}\"")))
        .collect();
    let text = [&MESSAGE[..patient], &many, &MESSAGE[patient..]].concat();
    // All of them are linked to: what is wrong with each would be found again in the text.
    let links: String = (2..500).map(|number| format!("{{ \"reference\": \"Observation/o{number}\" }}, ")).collect();
    let text = text.replacen("\"supportingInfo\": [", &format!("\"supportingInfo\": [{links}"), 1);
    let validator = Validator::default();
    let options = Options::default();
    let count = |task: &mut dyn FnMut()| {
        let before = steps();
        task();
        steps() - before
    };
    let whole = count(&mut || drop(validator.validate(&*text, &options)));
    let mut draft = validator.draft(&*text, options.clone());
    let typed = [
        ("\"unit\": \"", "x"),
        ("\"value\": ", "2"),
        ("\"Observation\", ", "\"id2\":1,"),
        ("\"birthDate\": \"", "0"),
        ("\"birthDate\": \"", "\""),
    ];
    for (before, typed) in typed {
        let start = (text.find(before).unwrap() + before.len()) as u32;
        let typed = TextEdit { start, end: start, text: typed.to_owned() };
        let back = TextEdit { start, end: start + typed.text.len() as u32, text: String::new() };
        for edit in [typed, back] {
            let steps = count(&mut || drop(draft.edit(std::slice::from_ref(&edit)).unwrap().clone()));
            assert!(steps < whole / 4, "{before}: {steps} of {whole}");
        }
    }
    assert_eq!(*draft.report(), validator.validate(&*text, &options));
}
