//! What the options of a validation change.
#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

use fhirpost::document::Units;
use fhirpost::json::Limits;
use fhirpost::report::Severity;
use fhirpost::validate::rules;
use fhirpost::{EvaluateOptions, Options, Report, SeveritySetting, Validator, What};
use std::fs;
use std::path::Path;

fn case(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(format!("{name}.json"))).unwrap()
}

fn validate(text: &[u8], options: &Options) -> Report {
    Validator::default().validate(text, &Options { what: What::Bundle, ..options.clone() })
}

fn with_severity(rule: &str, setting: &str) -> Options {
    let setting = SeveritySetting::from_name(setting).unwrap();
    Options { severities: [(rule.to_owned(), setting)].into_iter().collect(), ..Options::default() }
}

/// Each issue as `severity rule`.
fn brief(report: &Report) -> Vec<String> {
    report.issues.iter().map(|issue| format!("{} {}", issue.severity.name(), issue.rule)).collect()
}

#[test]
fn a_rule_takes_the_severity_that_the_caller_chooses() {
    let text = case("msg-event-unknown/another-code");
    assert_eq!(brief(&validate(&text, &Options::default())), ["warning msg-event-unknown"]);
    for (setting, valid) in [("error", false), ("warning", true), ("information", true)] {
        let report = validate(&text, &with_severity("msg-event-unknown", setting));
        assert_eq!(brief(&report), [format!("{setting} msg-event-unknown")]);
        assert_eq!(report.valid, valid, "{setting}");
        assert_eq!(report.counts.error, u32::from(!valid));
    }
    let report = validate(&text, &with_severity("msg-event-unknown", "off"));
    assert!(report.issues.is_empty() && report.valid);
}

#[test]
fn the_callers_severity_goes_before_the_events() {
    let text = case("msg-unreachable/no-link");
    assert_eq!(brief(&validate(&text, &Options::default())), ["error msg-unreachable"]);
    assert_eq!(
        brief(&validate(&text, &with_severity("msg-unreachable", "information"))),
        ["information msg-unreachable"]
    );
    assert!(validate(&text, &with_severity("msg-unreachable", "off")).issues.is_empty());
}

#[test]
fn a_severity_holds_for_every_case_of_its_rule() {
    // Errors, warnings and information alike: ref-unresolved depends on what kind of reference dangles.
    for name in ["urn", "relative", "absolute"] {
        let report = validate(&case(&format!("ref-unresolved/{name}")), &with_severity("ref-unresolved", "warning"));
        assert_eq!(brief(&report), ["warning ref-unresolved"], "{name}");
    }
}

#[test]
fn severities_of_other_rules_change_nothing() {
    let text = case("msg-header-first/second");
    let usual = brief(&validate(&text, &Options::default()));
    assert!(usual.contains(&"error msg-header-first".to_owned()));
    assert_eq!(brief(&validate(&text, &with_severity("msg-event", "off"))), usual);
    assert_eq!(brief(&validate(&text, &with_severity("no-such-rule", "off"))), usual);
}

#[test]
fn severities_are_error_warning_information_and_off() {
    for severity in [Severity::Error, Severity::Warning, Severity::Information] {
        assert_eq!(SeveritySetting::from_name(severity.name()), Some(SeveritySetting::As(severity)));
    }
    assert_eq!(SeveritySetting::from_name("off"), Some(SeveritySetting::Off));
    for unknown in ["fatal", "Error", "", "none"] {
        assert_eq!(SeveritySetting::from_name(unknown), None, "{unknown}");
    }
}

#[test]
fn too_many_issues_end_the_validation_and_the_report_says_so() {
    let text = case("primitive-value/resource-date");
    let validator = Validator::default();
    let all = validator.validate(&text, &Options::default());
    assert!(!all.truncated);
    let count = all.issues.len();
    for most in 0..=count + 1 {
        let report = validator.validate(&text, &Options { max_issues: most, ..Options::default() });
        assert_eq!(report.issues.len(), most.min(count));
        assert_eq!(report.truncated, most < count, "{most} of {count}");
    }
}

#[test]
fn what_is_turned_off_does_not_count_as_an_issue() {
    let text = case("primitive-value/resource-date");
    let options = Options { max_issues: 1, ..with_severity("primitive-value", "off") };
    let report = Validator::default().validate(&text, &options);
    assert!(report.valid && !report.truncated && report.issues.is_empty());
}

/// Strings of a message that are its sender's, as the cases have them, and that no text may show when values are hidden.
#[test]
fn hidden_values_are_nowhere_in_a_report() {
    let hidden = Options { show_values: false, ..Options::default() };
    let hidden_in_bundle = Options { show_values: false, ..Options::of(What::Bundle) };
    let validator = Validator::default();
    for (name, value) in [
        ("bundle-fullurl-absolute/path", "/v4/MessageHeader/msg-1"),
        ("bundle-fullurl-id/other-id", "pat-1"),
        ("bundle-fullurl-urn/uuid-in-upper-case", "6c1cb8f4"),
        ("msg-endpoint/source", "riverside"),
        ("msg-focus-unresolved/relative", "qr-1"),
        ("ref-unresolved/urn-misspelt", "6c1cb8f4"),
        ("ref-unresolved/relative", "prac-1"),
        ("ref-type/stated-type", "Practitioner/prac-1"),
        ("msg-response/details-relative", "oo-1"),
    ] {
        let shown = validator.validate(case(name), &Options::of(What::Bundle));
        let report = validator.validate(case(name), &hidden_in_bundle);
        assert_eq!(brief(&shown), brief(&report), "{name}");
        assert!(!report.issues.is_empty(), "{name}");
        for issue in &report.issues {
            assert!(!issue.message.contains(value), "{name}: {}", issue.message);
            assert!(!serde_json::to_string(&issue.suggestion).unwrap().contains(value), "{name}: {issue:?}");
        }
    }
    for name in
        ["primitive-value/resource-date", "primitive-value/resource-id", "binding-required/resource-code-misspelt"]
    {
        let shown = validator.validate(case(name), &Options::default());
        let report = validator.validate(case(name), &hidden);
        for (shown, issue) in shown.issues.iter().zip(&report.issues) {
            assert!(shown.message.contains('\'') && issue.message.contains("'…'"), "{name}: {}", issue.message);
        }
    }
    // A code that the specification names is not a value of the message.
    let report = validator.validate(case("binding-required/resource-code-misspelt"), &hidden);
    assert_eq!(report.issues.first().unwrap().suggestion.as_ref().unwrap().value.as_deref(), Some("active"));
}

#[test]
fn what_is_read_has_limits() {
    let text = case("msg-type/message-right");
    for (limits, valid) in [
        (Limits { depth: 2, ..Limits::default() }, false),
        (Limits { bytes: 100, ..Limits::default() }, false),
        (Limits { depth: 20, bytes: 100_000 }, true),
    ] {
        let report = validate(&text, &Options { limits, ..Options::default() });
        assert_eq!(report.valid, valid, "{limits:?}");
        for issue in report.issues {
            assert_eq!(
                (issue.severity, issue.rule.as_ref(), issue.code.as_ref()),
                (Severity::Fatal, "json-syntax", "too-costly")
            );
        }
    }
}

#[test]
fn positions_can_be_left_out_and_counted_in_bytes() {
    let text = "{ \"resourceType\": \"Patient\", \"name\": [{ \"text\": \"Ñandú 😀\" }], \"gender\": \"F\" }";
    let validator = Validator::default();
    let place = |options: &Options| {
        let report = validator.validate(text.as_bytes(), options);
        let issue = report.issues.into_iter().next().unwrap();
        (issue.line, issue.column, issue.start, issue.end)
    };
    let byte = text.find("\"F\"").unwrap() as u32;
    let unit = text.get(..byte as usize).unwrap().encode_utf16().count() as u32;
    // Offsets are those of Rust's own strings; columns are those that editors show.
    assert_eq!(place(&Options::default()), (Some(1), Some(unit + 1), Some(byte), Some(byte + 3)));
    let utf16 = place(&Options { units: Units::Utf16, ..Options::default() });
    assert_eq!(utf16, (Some(1), Some(unit + 1), Some(unit), Some(unit + 3)));
    assert_eq!(place(&Options { positions: false, ..Options::default() }), (None, None, None, None));
}

#[test]
fn evaluating_counts_bytes_too_unless_told_otherwise() {
    let text = "{ \"resourceType\": \"Patient\", \"name\": [{ \"text\": \"Ñandú 😀\" }], \"gender\": \"other\" }";
    let validator = Validator::default();
    let start = |options: &EvaluateOptions<'_>| {
        let found = validator.evaluate(text.as_bytes(), "gender", options).unwrap();
        found.into_iter().next().and_then(|found| found.start).unwrap()
    };
    let byte = text.find("\"other\"").unwrap() as u32;
    assert_eq!(start(&EvaluateOptions::default()), byte);
    let unit = text.get(..byte as usize).unwrap().encode_utf16().count() as u32;
    assert_eq!(start(&EvaluateOptions { units: Units::Utf16, ..EvaluateOptions::default() }), unit);
    let expression = "'Ñ' + +";
    let error = validator.evaluate(text.as_bytes(), expression, &EvaluateOptions::default()).unwrap_err();
    assert_eq!(error.position.map(|at| at as usize), Some(expression.len()));
}

#[test]
fn every_rule_can_be_turned_off() {
    for rule in rules() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(rule.name);
        // What has no cases is listed in tests/cases.rs, with the reason.
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if name.ends_with(".expected.json") || rule.name == "json-syntax" {
                continue;
            }
            let (validator, options) = (Validator::default(), with_severity(rule.name, "off"));
            let text = fs::read(&path).unwrap();
            let what = if name.starts_with("resource-") { What::Auto } else { What::Bundle };
            let report = validator.validate(&text, &Options { what, ..options });
            assert!(report.issues.iter().all(|issue| issue.rule != rule.name), "{}", path.display());
        }
    }
}

#[test]
fn what_was_not_looked_at_is_not_valid() {
    let text =
        r#"{"resourceType":"Bundle","id":"b","type":"message","entry":[{"fullUrl":"rel/x"},{"fullUrl":"rel/y"}]}"#;
    let off = |rule: &str| (rule.to_owned(), SeveritySetting::As(Severity::Warning));
    let severities = rules().map(|rule| off(rule.name)).collect();
    let options = Options { max_issues: 1, severities, ..Options::of(What::Bundle) };
    let report = Validator::default().validate(text.as_bytes(), &options);
    assert!(report.truncated && report.counts.error == 0 && !report.valid);
}

#[test]
fn what_is_an_option_of_hl7s_validator_is_one_here() {
    for (rule, usual, text) in [
        (
            "extension-unknown",
            "information",
            r#"{"resourceType":"Patient","extension":[{"url":"http://xyzzy.test/a","valueCode":"a"}]}"#,
        ),
        (
            "url-example",
            "",
            r#"{"resourceType":"Patient","identifier":[{"system":"http://example.org/a","value":"1"}]}"#,
        ),
        ("string-html", "warning", r#"{"resourceType":"Patient","name":[{"text":"<b>Ana</b>"}]}"#),
        ("ref-type", "warning", r#"{"resourceType":"Patient","managingOrganization":{"reference":"Location/1"}}"#),
    ] {
        let told = |options: &Options| -> Vec<String> {
            let report = Validator::default().validate(text, options);
            let issues = report.issues.iter().filter(|issue| issue.rule == rule);
            issues.map(|issue| issue.severity.name().to_owned()).collect()
        };
        let expected: Vec<&str> = Some(usual).filter(|usual| !usual.is_empty()).into_iter().collect();
        assert_eq!(told(&Options::default()), expected, "{rule}");
        assert_eq!(told(&with_severity(rule, "error")), ["error"], "{rule}");
    }
}
