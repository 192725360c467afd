//! The outline of a Bundle: its entries and references, in agreement with the verdict on them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

use fhirpost::{LinkTarget, Options, Outline, OutlineReference, Reach, Severity, Units, Validator, What};
use std::fs;
use std::path::Path;

fn file(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// What one asks of the outline of a text.
fn of<T>(text: &str, ask: impl FnOnce(&Outline) -> T) -> T {
    ask(&Validator::default().outline(text, &Options::default()))
}

/// A message of these entries; each is a fullUrl and the members of its resource.
fn message(entries: &[(&str, String)]) -> String {
    let entries: Vec<String> =
        entries.iter().map(|(url, members)| format!(r#"{{"fullUrl":"{url}","resource":{{{members}}}}}"#)).collect();
    format!(r#"{{"resourceType":"Bundle","type":"message","entry":[{}]}}"#, entries.join(","))
}

fn basic(references: &[&str]) -> String {
    let extensions: Vec<String> =
        references.iter().map(|to| format!(r#"{{"url":"urn:x","valueReference":{{"reference":"{to}"}}}}"#)).collect();
    format!(r#""resourceType":"Basic","extension":[{}]"#, extensions.join(","))
}

fn header(focus: &str) -> String {
    format!(r#""resourceType":"MessageHeader","focus":[{{"reference":"{focus}"}}]"#)
}

fn briefly(reference: &OutlineReference) -> (Option<usize>, LinkTarget, Option<usize>, &str) {
    (reference.from, reference.resolves, reference.to, &reference.path)
}

/// The part of a text from there to there.
fn part(text: &str, start: Option<u32>, end: Option<u32>) -> &str {
    &text[start.unwrap() as usize..end.unwrap() as usize]
}

#[test]
fn the_example_has_its_entries_and_references() {
    let text = file("www/examples/submit-service-request.json");
    of(&text, |outline| {
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        let entries = json["entry"].as_array().unwrap();
        assert_eq!(outline.entries.len(), entries.len());
        for (shown, entry) in outline.entries.iter().zip(entries) {
            assert_eq!(shown.full_url.as_deref(), entry["fullUrl"].as_str());
            assert_eq!(shown.resource_type.as_deref(), entry["resource"]["resourceType"].as_str());
            assert_eq!(shown.id.as_deref(), entry["resource"]["id"].as_str());
            assert_eq!(shown.reach, Some(Reach::Ahead));
            let read: serde_json::Value = serde_json::from_str(part(&text, shown.start, shown.end)).unwrap();
            assert_eq!(&read, entry);
        }
        let of_type = |of: &str| outline.entries.iter().position(|entry| entry.resource_type.as_deref() == Some(of));
        assert!(outline.entries[0].header && outline.entries.iter().filter(|entry| entry.header).count() == 1);
        let focus = of_type("ServiceRequest").unwrap();
        let foci = outline.entries.iter().enumerate().filter(|(_, entry)| entry.focus).map(|(index, _)| index);
        assert_eq!(foci.collect::<Vec<_>>(), [focus, of_type("QuestionnaireResponse").unwrap()]);
        let first = outline.references.iter().find(|reference| reference.focus).unwrap();
        assert_eq!(briefly(first), (Some(0), LinkTarget::Entry, Some(focus), "focus[0]"));
        let subject = outline.references.iter().find(|one| one.from == Some(focus) && one.path == "subject").unwrap();
        assert_eq!(subject.to, of_type("Patient"));
        for reference in &outline.references {
            let written = part(&text, reference.start, reference.end);
            assert_eq!(written, format!("\"{}\"", reference.reference));
            assert_eq!(reference.resolves, LinkTarget::Entry, "{reference:?}");
        }
    });
}

/// Each message and Bundle of the rules' own cases: what its verdict says of links is what its outline shows.
#[test]
fn the_outline_agrees_with_the_verdict() {
    let validator = Validator::default();
    let mut seen = [0; 4];
    for rule in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")).unwrap() {
        let Ok(cases) = fs::read_dir(rule.unwrap().path()) else { continue };
        for case in cases {
            let path = case.unwrap().path();
            if path.to_string_lossy().ends_with(".expected.json") {
                continue;
            }
            let text = fs::read(&path).unwrap();
            let message = validator.read(&text);
            if message.document().is_err() {
                continue;
            }
            // As what it is: a text that is not a Bundle, asked to be one, is not looked at further.
            let report = validator.validate(&message, &Options::default());
            let outline = validator.outline(&message, &Options::default());
            let issues = |rules: &[&str], severities: &[Severity]| {
                let has = |issue: &&fhirpost::report::Issue| {
                    rules.contains(&issue.rule.as_ref()) && severities.contains(&issue.severity)
                };
                report.issues.iter().filter(has).count()
            };
            let resolving = |to: LinkTarget| outline.references.iter().filter(|one| one.resolves == to).count();
            let reach = |to: Reach| outline.entries.iter().filter(|entry| entry.reach == Some(to)).count();
            let (wrong, known) = ([Severity::Error, Severity::Warning], [Severity::Information]);
            let all = [Severity::Error, Severity::Warning, Severity::Information];
            let unreachable = ["msg-unreachable", "doc-unreachable"];
            if report.event.as_ref().is_none_or(|event| event.code.as_deref() != Some("submit-service-request")) {
                // That event takes what is linked backwards more seriously than most; a Provenance in a document is allowed.
                let backwards = reach(Reach::Backwards);
                let provenance = path.to_string_lossy().contains("bundle-provenance-right");
                let name = path.display();
                assert_eq!(
                    issues(&unreachable, &all),
                    reach(Reach::Not) + backwards * usize::from(!provenance),
                    "{name}"
                );
            }
            let dangling = ["ref-form", "ref-unresolved", "ref-1", "msg-focus-unresolved"];
            // A focus without a reference and a canonical are not references, and response.details has a rule of its own.
            let is_other = |issue: &&fhirpost::report::Issue| {
                dangling.contains(&issue.rule.as_ref())
                    && wrong.contains(&issue.severity)
                    && !issue.pointer.ends_with("/reference")
            };
            let other = report.issues.iter().filter(is_other).count();
            let details = outline.references.iter().filter(|one| one.path == "response.details").count();
            let nowhere = issues(&dangling, &wrong) - other;
            assert!((nowhere..=nowhere + details).contains(&resolving(LinkTarget::Nowhere)), "{}", path.display());
            if report.bundle_id.is_some()
                && issues(&["msg-type"], &all) == 0
                && outline.entries.iter().any(|one| one.header)
            {
                assert_eq!(issues(&["ref-unresolved"], &known), resolving(LinkTarget::Elsewhere), "{}", path.display());
            }
            assert!(issues(&["ref-ambiguous"], &all) >= resolving(LinkTarget::Several), "{}", path.display());
            for (count, more) in seen.iter_mut().zip([
                reach(Reach::Not),
                reach(Reach::Backwards),
                resolving(LinkTarget::Nowhere),
                resolving(LinkTarget::Elsewhere),
            ]) {
                *count += more;
            }
        }
    }
    assert!(seen.iter().all(|&count| count > 5), "{seen:?}");
}

#[test]
fn what_is_wrong_is_shown_as_that() {
    let twice = ("urn:uuid:2", basic(&[]));
    let contained = r##""resourceType":"Basic","contained":[{"resourceType":"Basic","id":"c","subject":{"reference":"#"}}],"subject":{"reference":"#c"},"author":{"reference":"#none"}"##;
    let text = message(&[
        ("urn:uuid:0", header("http://a.example/Patient/gone")),
        ("urn:uuid:1", basic(&["urn:uuid:2", "urn:uuid:9", "Patient/x", "http://a.example/Patient/x", ""])),
        twice.clone(),
        twice,
        ("urn:uuid:4", contained.to_owned()),
        ("http://a.example/Patient/v", r#""resourceType":"Patient","meta":{"versionId":"1"}"#.to_owned()),
        ("urn:uuid:6", basic(&["http://a.example/Patient/v/_history/2"])),
    ]);
    of(&text, |outline| {
        let resolved: Vec<_> = outline.references.iter().map(|one| (one.from.unwrap(), one.resolves)).collect();
        assert_eq!(
            resolved,
            [
                (0, LinkTarget::Nowhere),
                (1, LinkTarget::Several),
                (1, LinkTarget::Nowhere),
                (1, LinkTarget::Nowhere),
                (1, LinkTarget::Elsewhere),
                (4, LinkTarget::Contained),
                (4, LinkTarget::Contained),
                (4, LinkTarget::Nowhere),
                (6, LinkTarget::OtherVersion),
            ]
        );
        assert_eq!(outline.references[8].to, Some(5));
        assert_eq!(outline.references[1].path, "extension[0].value.ofType(Reference)");
        assert_eq!(outline.references[5].path, "contained[0].ofType(Basic).subject");
        assert!(outline.entries.iter().all(|entry| !entry.focus));
        assert!(outline.entries.iter().skip(1).all(|entry| entry.reach == Some(Reach::Not)));
    });
}

#[test]
fn every_bundle_has_an_outline_and_other_texts_have_no_entries() {
    for (text, entries) in [
        (r#"{"resourceType":"Bundle","type":"message"}"#, 0),
        (r#"{"resourceType":"Bundle","type":"message","entry":[]}"#, 0),
        (
            r#"{"resourceType":"Bundle","type":"message","entry":[null,1,{},{"resource":[]},{"resource":{"resourceType":7,"id":7}}]}"#,
            5,
        ),
        (r#"{"resourceType":"Bundle","entry":{"resource":{}}}"#, 0),
        (r#"{"resourceType":"Bundle","type":"document","entry":[]}"#, 0),
        (r#"{"resourceType":"Patient","generalPractitioner":[{"reference":"Practitioner/p"}]}"#, 0),
        ("[]", 0),
        ("7", 0),
    ] {
        of(text, |outline| {
            assert_eq!(outline.entries.len(), entries, "{text}");
            assert!(outline.entries.iter().all(|entry| entry.reach.is_none() && !entry.header), "{text}");
        });
    }
    // With no MessageHeader, and in a Bundle of another type, there is nothing to start from: entries are linked with one another all the same.
    let text = message(&[("urn:uuid:1", basic(&["urn:uuid:2"])), ("urn:uuid:2", basic(&[]))]);
    for text in [text.clone(), text.replace(r#""message""#, r#""collection""#)] {
        of(&text, |outline| {
            assert_eq!((outline.references[0].resolves, outline.references[0].to), (LinkTarget::Entry, Some(1)));
            assert!(outline.entries.iter().all(|entry| entry.reach.is_none()));
        });
    }
    of(r#"{"resourceType":"Patient","generalPractitioner":[{"reference":"Practitioner/p"}]}"#, |outline| {
        assert_eq!(outline.references[0].from, None);
        assert_eq!(outline.references[0].resolves, LinkTarget::Elsewhere);
    });
}

#[test]
fn a_bundle_that_is_meant_to_be_a_message_is_outlined_as_one() {
    let text = message(&[
        ("urn:uuid:0", header("urn:uuid:1")),
        ("urn:uuid:1", basic(&["Patient/x"])),
        ("urn:uuid:2", basic(&[])),
    ])
    .replace(r#""message""#, r#""collection""#);
    let validator = Validator::default();
    let [as_is, meant] = [What::Auto, What::Message].map(|what| validator.outline(&text, &Options::of(what)));
    assert_eq!(as_is.references[1].resolves, LinkTarget::Elsewhere);
    assert_eq!(meant.references[1].resolves, LinkTarget::Nowhere);
    let reach: Vec<_> = meant.entries.iter().map(|entry| entry.reach.unwrap()).collect();
    assert_eq!(reach, [Reach::Ahead, Reach::Ahead, Reach::Not]);
    assert!(as_is.entries.iter().all(|entry| entry.reach.is_none()) && as_is.entries[1].focus);
}

/// In proportion to the length this is milliseconds; in proportion to its square it would hold the tests up for minutes.
#[test]
fn ten_thousand_entries_take_no_longer_than_their_length() {
    const MANY: usize = 10_000;
    let url = |index: usize| format!("urn:uuid:00000000-0000-4000-8000-{:012}", index % MANY);
    let chain = |index: usize| match index {
        0 => header(&url(1)),
        _ => basic(&[&url(index + 1), &url(index + 7), &url(0), "urn:uuid:gone"]),
    };
    let urls: Vec<String> = (0..MANY).map(url).collect();
    let entries: Vec<(&str, String)> =
        urls.iter().enumerate().map(|(index, url)| (url.as_str(), chain(index))).collect();
    of(&message(&entries), |outline| {
        assert_eq!(outline.entries.len(), MANY);
        assert_eq!(outline.references.len(), 1 + (MANY - 1) * 4);
        assert!(outline.entries.iter().all(|entry| entry.reach == Some(Reach::Ahead)));
    });
    // One fullUrl for all of them, and everyone refers to it.
    let same: Vec<(&str, String)> = (0..MANY).map(|_| ("urn:uuid:1", basic(&["urn:uuid:1"]))).collect();
    of(&message(&same), |outline| assert!(outline.references.iter().all(|one| one.resolves == LinkTarget::Several)));
}

#[test]
fn deep_nesting_does_not_multiply_the_text() {
    let deep = 50;
    let inner = vec![r#"{"url":"a","valueReference":{"reference":"urn:x"}}"#; 2_000].join(",");
    let (open, close) = (r#"{"url":"a","extension":["#.repeat(deep), "]}".repeat(deep));
    let resource = format!(r#""resourceType":"Basic","extension":[{open}{inner}{close}]"#);
    of(&message(&[("urn:uuid:1", resource)]), |outline| {
        assert_eq!(outline.references.len(), 2_000);
        for reference in &outline.references {
            assert!(
                reference.path.len() <= 203 && reference.path.ends_with("].value.ofType(Reference)"),
                "{}",
                reference.path
            );
        }
    });
}

#[test]
fn a_reference_in_an_extension_of_a_reference_is_in_its_place() {
    let nested = r#""resourceType":"Basic","subject":{"extension":[{"url":"a","valueReference":{"reference":"urn:uuid:1"}}],"reference":"urn:uuid:2"},"author":{"reference":"urn:uuid:3","extension":[{"url":"a","valueReference":{"reference":"urn:uuid:4"}}]}"#;
    of(&message(&[("urn:uuid:0", nested.to_owned())]), |outline| {
        let order: Vec<_> = outline.references.iter().map(|one| one.reference.to_string()).collect();
        assert_eq!(order, ["urn:uuid:1", "urn:uuid:2", "urn:uuid:3", "urn:uuid:4"]);
        assert!(outline.references.is_sorted_by_key(|one| one.start));
    });
}

#[test]
fn offsets_count_what_is_asked_for_or_are_left_out() {
    let text = message(&[("urn:uuid:1", basic(&["urn:uuid:1"]))]).replace("Bundle\"", "Bundle\",\"language\":\"é\"");
    let validator = Validator::default();
    let place = |options: &Options| {
        let outline = validator.outline(&text, options);
        let [reference] = outline.references.as_slice() else { panic!("one reference") };
        (outline.entries[0].start, reference.start, reference.end)
    };
    let (_, start, end) = place(&Options::default());
    assert_eq!(part(&text, start, end), r#""urn:uuid:1""#);
    let (_, start, end) = place(&Options { units: Units::Utf16, ..Options::default() });
    let utf16: Vec<u16> = text.encode_utf16().collect();
    let marked = &utf16[start.unwrap() as usize..end.unwrap() as usize];
    assert_eq!(String::from_utf16(marked).unwrap(), r#""urn:uuid:1""#);
    assert_eq!(place(&Options { positions: false, ..Options::default() }), (None, None, None));
}

#[test]
fn what_cannot_be_read_says_why() {
    let outline = Validator::default().outline("{", &Options::default());
    assert_eq!(outline.issue.map(|issue| issue.rule.into_owned()).as_deref(), Some("json-syntax"));
    assert!(outline.entries.is_empty() && outline.references.is_empty());
}

/// Counted in steps, as tests of how long something takes are: `que-2` looks at all items of a Questionnaire together.
#[cfg(debug_assertions)]
#[test]
fn the_outline_evaluates_no_constraints() {
    let validator = Validator::default();
    let items: Vec<String> =
        (0..300).map(|item| format!(r#"{{"linkId":"{item}","text":"x","type":"display"}}"#)).collect();
    let questionnaire = format!(r#""resourceType":"Questionnaire","status":"active","item":[{}]"#, items.join(","));
    let text = message(&[("urn:uuid:1", header("urn:uuid:2")), ("urn:uuid:2", questionnaire)]);
    let message = validator.read(&text);
    let steps_of = |work: &dyn Fn()| {
        // What is made once is made before.
        work();
        let before = fhirpost::document::steps();
        work();
        fhirpost::document::steps() - before
    };
    let validation = steps_of(&|| drop(validator.validate(&message, &Options::default())));
    let picture = steps_of(&|| drop(validator.outline(&message, &Options::default())));
    assert!(picture * 3 < validation, "{picture} steps for the outline, {validation} for the validation");
}
