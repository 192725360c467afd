//! Messages made to hurt: the report stays small, and names of the writer's own stay out of it where values do.
#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

use fhirpost::message::{ResponseCode, ResponseContext, ResponseOutcome};
use fhirpost::{EvaluateOptions, Options, Validator, What};

#[test]
fn long_names_and_urls_do_not_multiply() {
    let validator = Validator::default();
    let key = "k".repeat(200_000);
    let items = vec![r#""\ud800""#; 2_000].join(",");
    let named = format!(r#"{{"resourceType":"Bundle","{key}":[{items}]}}"#);
    let url = format!("http://a.example/{}/Patient/p", "u".repeat(200_000));
    let references = vec![r#"{"reference":"http://z.example/Patient/p"}"#; 1_000].join(",");
    let referred = format!(
        r#"{{"resourceType":"Bundle","type":"message","entry":[{{"fullUrl":"{url}","resource":{{"resourceType":"Patient","id":"p","generalPractitioner":[{references}]}}}}]}}"#
    );
    for text in [named, referred] {
        let report = validator.validate(text.as_bytes(), &Options::of(What::Bundle));
        assert!(report.issues.len() >= 1_000);
        let written = serde_json::to_string(&report).unwrap();
        assert!(written.len() < 8_000_000, "{} bytes", written.len());
    }
}

#[test]
fn names_that_are_values_in_disguise_are_hidden_with_the_values() {
    let validator = Validator::default();
    let options = Options { show_values: false, ..Options::default() };
    for text in [
        r#"{"resourceType":"JaneDoe19700101"}"#,
        r#"{"resourceType":"Patient","JaneDoe19700101":{"a":[]}}"#,
        r#"{"resourceType":"Patient","extension":[{"resourceType":"JaneDoe19700101","url":""}]}"#,
    ] {
        let report = validator.validate(text.as_bytes(), &options);
        assert!(!report.valid);
        assert!(!serde_json::to_string(&report).unwrap().contains("JaneDoe"), "{report:#?}");
    }
}

#[test]
fn control_characters_of_the_request_do_not_spoil_the_answer() {
    let validator = Validator::default();
    let request = r#"{"resourceType":"Bundle","a\u0001b":1,"type":"message\u0002"}"#;
    let outcome = ResponseOutcome { code: ResponseCode::Ok, issues: Vec::new(), resources: Vec::new() };
    let ids = (0..3).map(|index| format!("00000000-0000-4000-8000-{index:012}")).collect();
    let answering = ResponseContext { now: "2026-11-23T12:00:00Z".to_owned(), ids, source: None, checked: false };
    let text = validator.respond(request.as_bytes(), &outcome, &answering, &Options::default()).unwrap();
    assert!(validator.validate(text.as_bytes(), &Options::of(What::Bundle)).valid, "{text}");
}

#[test]
fn a_reference_behind_the_entries_is_not_of_the_last_one() {
    let signature =
        r#""signature":{"type":[{"code":"x"}],"when":"2026-01-01T00:00:00Z","who":{"reference":"Patient/p"}}"#;
    let entries =
        r#""entry":[{"fullUrl":"http://a.example/Patient/p","resource":{"resourceType":"Patient","id":"p"}}]"#;
    let validator = Validator::default();
    let issues = |text: String| {
        let report = validator.validate(text.as_bytes(), &Options::of(What::Bundle));
        let mut rules: Vec<String> = report.issues.iter().map(|issue| issue.rule.to_string()).collect();
        rules.sort();
        rules
    };
    let before = issues(format!(r#"{{"resourceType":"Bundle","type":"message",{signature},{entries}}}"#));
    let behind = issues(format!(r#"{{"resourceType":"Bundle","type":"message",{entries},{signature}}}"#));
    assert_eq!(before, behind);
}

#[test]
fn pointers_are_escaped() {
    let report = Validator::default().validate(br#"{"resourceType":"Patient","a/b~c":1}"#, &Options::default());
    assert_eq!(report.issues[0].pointer, "/a~1b~0c");
    // FHIRPath has no way to name what the type does not have: the object around stands for it.
    assert_eq!(report.issues[0].expression, "Patient");
}

#[test]
fn a_narrative_with_many_faults_is_given_up_early() {
    let inner: String = (0..100_000).map(|number| format!("<x{number}/>")).collect();
    let text = format!(
        r#"{{"resourceType":"Patient","text":{{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">{inner}</div>"}}}}"#
    );
    let report = Validator::default().validate(text.as_bytes(), &Options::default());
    assert_eq!(report.issues.len(), 10);
}

#[test]
fn expressions_that_would_exhaust_the_stack_are_refused() {
    let names = fhirpost::document::Names::new();
    for expression in [
        format!("{}1{}", "(".repeat(5000), ")".repeat(5000)),
        format!("{}1", "-".repeat(5000)),
        format!("{}name", "name.first().".repeat(2000)),
        format!("1{}", " + 1".repeat(5000)),
        format!("name{}", "[0]".repeat(5000)),
    ] {
        assert!(fhirpost::fhirpath::Expression::parse(&expression, &names).is_err());
    }
}

#[test]
fn expressions_that_would_take_all_memory_or_time_are_given_up() {
    let validator = Validator::default();
    let letters = "a".repeat(20_000);
    let text = format!(r#"{{"resourceType":"Patient","id":"{letters}"}}"#);
    let doubled = |times: usize| format!("id{}", ".replace('a', 'aaaaaaaaaaaaaaaa')".repeat(times));
    for expression in [
        doubled(10),
        format!("id{}", ".encode('hex')".repeat(30)),
        format!("id{}", ".replaceMatches('a', '$0$0$0$0$0$0$0$0')".repeat(12)),
        "id.toChars().aggregate($total & %resource.id, '')".to_owned(),
        "id.toChars().select(%resource.id).join(%resource.id)".to_owned(),
        "id.toChars().aggregate($total.combine($this), {}).count()".to_owned(),
        "id.replaceMatches('a.*b|a', '')".to_owned(),
        "id.toChars().select((%resource.id & $this).matches('(a{0,40}){0,40}b')).count()".to_owned(),
    ] {
        let given = validator.evaluate(text.as_bytes(), &expression, &EvaluateOptions::default());
        assert!(given.is_err(), "{expression}");
    }
}

#[test]
fn objects_with_very_many_unknown_properties_cost_no_more_than_their_length() {
    let unknown: Vec<String> = (0..60_000).map(|number| format!(r#""k{number}":1,"_k{number}":{{}}"#)).collect();
    let text = format!(
        r#"{{"resourceType":"CodeSystem","status":"draft","content":"complete","concept":[{{"code":"a",{}}}]}}"#,
        unknown.join(",")
    );
    let report = Validator::default().validate(text.as_bytes(), &Options::default());
    assert!(report.issues.iter().any(|issue| issue.rule == "element-unknown"));
}

/// In proportion to the length this is milliseconds; in proportion to its square it would hold the tests up for minutes.
#[test]
fn many_dead_links_and_orphans_take_no_longer_than_their_length() {
    let validator = Validator::default();
    let links = r##"<a href='#k'>x</a>"##.repeat(50_000);
    let narrative = format!(
        r#"{{"resourceType":"Patient","text":{{"status":"generated","div":"<div xmlns='http://www.w3.org/1999/xhtml'>{links}</div>"}}}}"#
    );
    let orphans: Vec<String> = (0..5_000)
        .map(|id| {
            format!(r#"{{"fullUrl":"http://a.example/Basic/{id}","resource":{{"resourceType":"Basic","id":"{id}","code":{{"text":"a"}}}}}}"#)
        })
        .collect();
    let document = format!(r#"{{"resourceType":"Bundle","type":"document","entry":[{}]}}"#, orphans.join(","));
    let report = validator.validate(narrative.as_bytes(), &Options::default());
    assert_eq!(report.issues.iter().filter(|issue| issue.rule == "narrative-link").count(), 1);
    let report = validator.validate(document.as_bytes(), &Options::default());
    assert_eq!(report.issues.iter().filter(|issue| issue.rule == "doc-unreachable").count(), 4_999);
}

/// Were one of the fixes sought or written in time in proportion to the square of the length, this would take minutes.
#[test]
fn thousands_of_slips_are_fixed_in_linear_time() {
    const MANY: usize = 5_000;
    let validator = Validator::default();
    let options = Options { max_issues: 100_000, ..Options::of(What::Bundle) };
    let patient = |inside: &str| format!(r#"{{"resourceType":"Patient","id":"é",{inside}}}"#);
    let numbered = |item: &str| (0..MANY).map(|n| item.replace('#', &n.to_string())).collect::<Vec<_>>().join(",");
    for text in [
        patient(&format!(r#""name":[{{"given":[{}]}}]"#, vec!["null"; MANY].join(","))),
        patient(&format!(r#""name":[{}]"#, vec!["{}"; MANY].join(","))),
        patient(&format!(r#""name":[{}]"#, vec![r#"{"given":"a","famly":"b","use":"Usual"}"#; MANY].join(","))),
        patient(&vec![r#""active":true"#; MANY].join(",")),
        patient(&numbered(r#""gendr#":"male""#)),
        patient(&format!(r#""contact":[{}]"#, vec![r#"{"nmae":{"text":"a"}}"#; MANY].join(","))),
        format!(
            r#"{{"resourceType":"Bundle","type":"message","entry":[{}]}}"#,
            numbered(
                r#"{"resource":{"resourceType":"Patient","id":"p#","link":[{"type":"seealso","other":{"reference":"Patient/p#"}}]}}"#
            )
        ),
        format!(
            r#"{{"resourceType":"Bundle","type":"message","entry":[{}]}}"#,
            numbered(
                r#"{"fullUrl":"urn:uuid:AAAAAAAA-0000-4000-8000-000000000000","resource":{"resourceType":"Patient","id":"p#"}}"#
            )
        ),
        format!("[{}", "'a'\n".repeat(MANY)),
        format!("{{a: {}", "/* */ ".repeat(MANY)),
    ] {
        let fixed = validator.fix(text.as_bytes(), &options);
        assert_eq!(fixed.text.is_some(), !fixed.applied.is_empty());
    }
}
