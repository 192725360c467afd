//! Nothing takes longer than in proportion to the text: counted in steps and items, not in time. `cargo bench --bench worst` has the times.
#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

use fhirpost::definitions::Definitions;
use fhirpost::document::steps;
use fhirpost::report::Severity;
use fhirpost::{EvaluateOptions, Options, Report, SeveritySetting, Validator};

mod worst;
use worst::{CONSTRAINTS, Case, LOOPS};

/// The slope of the cost over the length, both as logarithms, that still counts as in proportion: sorting takes a little more.
const STEEPEST: f64 = 1.3;

/// As much as that costs nothing: it is the same for any text.
const LITTLE: u64 = 2_000;

/// The costs of a case at n, 2n, 4n and 8n do not grow faster than its length.
fn is_linear(case: &Case, cost: &dyn Fn(&str) -> u64) -> Result<(), String> {
    let (name, least, make) = case;
    let costs: Vec<(usize, u64)> =
        [1, 2, 4, 8].map(|times| make(least * times)).iter().map(|text| (text.len(), cost(text))).collect();
    for (&(length, cost), &(next_length, next_cost)) in costs.iter().zip(costs.iter().skip(1)) {
        let slope = (next_cost as f64 / cost as f64).ln() / (next_length as f64 / length as f64).ln();
        if next_cost > LITTLE && slope > STEEPEST {
            return Err(format!("{name}: {slope:.2}, {costs:?}"));
        }
    }
    Ok(())
}

fn all_linear(cases: &[Case], cost: &dyn Fn(&str) -> u64) {
    let steep: Vec<String> = cases.iter().filter_map(|case| is_linear(case, cost).err()).collect();
    assert!(steep.is_empty(), "{steep:#?}");
}

fn all_issues() -> Options {
    Options { max_issues: 10_000_000, ..Options::default() }
}

fn validate(validator: &Validator, text: &str, options: &Options) -> Report {
    validator.validate(text.as_bytes(), options)
}

#[test]
fn constraints_cost_in_proportion_to_the_text() {
    let validator = Validator::default();
    all_linear(CONSTRAINTS, &|text| {
        u64::from(validator.constraint_work(text.as_bytes(), &all_issues()).unwrap().0).max(1)
    });
}

#[test]
fn loops_take_steps_in_proportion_to_the_text() {
    let validator = Validator::default();
    let cost = |text: &str| {
        let before = steps();
        validate(&validator, text, &all_issues());
        steps() - before
    };
    all_linear(LOOPS, &cost);
    // Of snapshots that are there again and again each is compared with the first: that ends where the work does.
    let others: Vec<Case> = CONSTRAINTS.iter().filter(|(name, ..)| !name.starts_with("sdf-8:")).copied().collect();
    all_linear(&others, &cost);
}

/// Each snapshot is compared with the first one's path.
fn too_dear() -> String {
    let snapshots: Vec<String> = (0..100)
        .map(|at| {
            let path = if at == 0 { "p".repeat(100_000) } else { "q".to_owned() };
            format!(r#""snapshot":{{"element":[{{"id":"a","path":"{path}"}},{{"id":"b","path":"q.b"}}]}}"#)
        })
        .collect();
    format!(
        r#"{{"resourceType":"StructureDefinition","url":"http://a.example/x","name":"X","status":"active","kind":"logical","abstract":false,"type":"http://a.example/x",{}}}"#,
        snapshots.join(",")
    )
}

#[test]
fn what_is_not_checked_for_want_of_work_is_said_once() {
    let validator = Validator::default();
    let text = too_dear();
    let report = validate(&validator, &text, &Options::default());
    assert!(!report.complete && !report.valid && !report.truncated);
    let unchecked: Vec<_> = report.issues.iter().filter(|issue| issue.rule == "constraint-unchecked").collect();
    let of_sdf_8: Vec<_> = unchecked.iter().filter(|issue| issue.message.contains("sdf-8 ")).collect();
    assert_eq!(of_sdf_8.len(), 1, "{unchecked:#?}");
    assert!(unchecked.iter().all(|issue| issue.code == "too-costly" && issue.severity == Severity::Error));
    assert!(unchecked.len() < 50);
    let again = validate(&Validator::default(), &text, &Options::default());
    assert_eq!(report.issues, again.issues, "the first of a validator, and any other");
    assert_eq!(report.issues, validate(&validator, &text, &Options::default()).issues);
}

#[test]
fn who_takes_it_less_seriously_is_told_all_the_same() {
    let setting = SeveritySetting::As(Severity::Warning);
    let severities = ["constraint-unchecked", "json-duplicate-key", "element-missing", "sdf-8"];
    let severities = severities.into_iter().map(|rule| (rule.to_owned(), setting)).collect();
    let report = validate(&Validator::default(), &too_dear(), &Options { severities, ..Options::default() });
    assert!(!report.complete);
    assert!(
        report.issues.iter().any(|issue| issue.rule == "constraint-unchecked" && issue.severity == Severity::Warning)
    );
}

#[test]
fn large_texts_are_validated_to_the_end() {
    let validator = Validator::default();
    for (name, least, make) in CONSTRAINTS.iter().filter(|(name, ..)| !name.starts_with("sdf-8")) {
        let report = validate(&validator, &make(least * 8), &all_issues());
        assert!(report.complete, "{name}");
    }
    // What breaks a constraint is found, however much else there is to look at.
    let groups: Vec<String> = (0..4_000).map(|at| format!(r#"{{"id":"g{at}","name":"x"}}"#)).collect();
    let resources: Vec<String> = (0..4_000)
        .map(|at| {
            format!(
                r#"{{"reference":{{"display":"x"}},"groupingId":"{}"}}"#,
                if at == 3_999 { "wrong".into() } else { format!("g{}", 3_998 - at) }
            )
        })
        .collect();
    let guide = format!(
        r#"{{"resourceType":"ImplementationGuide","url":"http://a.example/x","name":"X","status":"active","packageId":"a.b","fhirVersion":["4.0.1"],"definition":{{"grouping":[{}],"resource":[{}]}}}}"#,
        groups.join(","),
        resources.join(",")
    );
    let library = format!(
        r#"{{"resourceType":"Library","url":"http://a.example/l","status":"active","type":{{"text":"x"}},"name":"{}"}}"#,
        "a b".repeat(50_000)
    );
    for (text, rule) in [(guide, "ig-1"), (library, "lib-0")] {
        let report = validate(&validator, &text, &Options::default());
        assert!(report.complete && report.issues.iter().any(|issue| issue.rule == rule), "{rule}");
    }
}

#[test]
fn the_report_says_whether_all_was_looked_at() {
    let validator = Validator::default();
    let complete = |text: &str, options: &Options| validate(&validator, text, options).complete;
    let patient = r#"{"resourceType":"Patient","a":1,"b":2}"#;
    assert!(complete(patient, &Options::default()));
    assert!(!complete(patient, &Options { max_issues: 1, ..Options::default() }));
    assert!(complete("{", &Options::default()), "a text that is not JSON is validated as that");
    let mut options = Options::default();
    options.limits.bytes = 10;
    assert!(!complete(patient, &options));
    let written = serde_json::to_value(validate(&validator, patient, &Options::default())).unwrap();
    assert_eq!(written["complete"], true);
}

#[test]
fn sets_of_elements_are_compared_by_their_content() {
    let validator = Validator::default();
    let names = |count: usize| {
        let one = |at: usize| {
            format!(r#"{{"family":"f{at}","given":["a","b"],"period":{{"start":"2026-01-0{}"}}}}"#, 1 + at % 9)
        };
        (0..count).map(one).collect::<Vec<_>>().join(",")
    };
    // More than are compared one by one.
    let quantity = r#"{"url":"http://a.example","valueQuantity":{"value":1,"code":"kg","system":"http://unitsofmeasure.org"}},{"url":"http://a.example","valueQuantity":{"value":1000,"code":"g","system":"http://unitsofmeasure.org"}}"#;
    let text = format!(
        r#"{{"resourceType":"Patient","name":[{0},{0}],"contact":[{{"name":{{"given":["a","b"],"period":{{"start":"2026-01-02"}},"family":"f1"}}}}],"extension":[{quantity}]}}"#,
        names(40)
    );
    for (expression, value) in [
        ("name.count()", "80"),
        ("name.distinct().count()", "40"),
        ("name.isDistinct()", "false"),
        ("name.intersect(contact.name).count()", "1"),
        ("name.exclude(contact.name).count()", "78"),
        ("contact.name.subsetOf(name)", "true"),
        ("name.supersetOf(contact.name)", "true"),
        ("contact.name in name", "true"),
        ("name.where($this in %resource.contact.name).count()", "2"),
        ("name.all(%resource.name contains $this)", "true"),
        ("name.given.distinct().count()", "2"),
        ("(name.period.start | 1 | 1.0 | 2 | '1' | true | 'true' | 3 | 4 | 5 | 6).count()", "18"),
        ("(extension.value | 1 'kg' | 2 'kg' | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8).count()", "10"),
        ("name.select(%resource.contact.name.family & family).distinct().count()", "40"),
        ("name.select($index + %resource.contact.count()).last()", "80"),
        ("name.aggregate($total + %resource.contact.count(), 0)", "80"),
        ("name.where(family.matches('^f1$')).count()", "2"),
        ("name.where(family.matches('f(1|2){1,2}')).count()", "44"),
    ] {
        let given = validator.evaluate(text.as_bytes(), expression, &EvaluateOptions::default());
        let values: Vec<String> = given.unwrap().into_iter().map(|found| found.value).collect();
        assert_eq!(values, [value], "{expression}");
    }
}

#[test]
fn a_chain_of_comparisons_evaluates_each_operand_once() {
    let validator = Validator::default();
    let text = format!(r#"{{"resourceType":"Patient","name":[{{"family":"{}"}}]}}"#, "a".repeat(100));
    for operator in ["=", "!=", "~", "!~", "in", "contains", "|", "and", "or", "xor", "implies", "&", "+"] {
        for operand in ["'a'", "true", "name.family", "name"] {
            let expression = format!("{operand}{}", format!(" {operator} {operand}").repeat(70));
            let given = validator.evaluate(text.as_bytes(), &expression, &EvaluateOptions::default());
            let too_costly = given.err().is_some_and(|error| error.too_costly);
            assert!(!too_costly, "{operand} {operator} …");
        }
    }
}

#[test]
fn expressions_are_given_up_before_they_take_all_time_or_memory() {
    let validator = Validator::default();
    let name = "a".repeat(1_000_000);
    let text = format!(
        r#"{{"resourceType":"Patient","name":[{{"text":"{name}"}}],"photo":[{{"title":"{}"}}]}}"#,
        "&".repeat(100_000)
    );
    let letters = |count: usize| format!("'{}'.toChars()", "x".repeat(count));
    for expression in [
        format!("{}.select(%resource)", letters(3_000)),
        format!("{}.select(%resource.name.text)", letters(3_000)),
        format!("{}.select(%resource.name.text & 'x')", letters(3_000)),
        // What is the same for each letter is evaluated once: these differ.
        format!("{}.select('a'.replaceMatches('c((b{{0,30}}){{0,30}})' & $this, '')).count()", letters(20_000)),
        format!("{}.select('a'.matches('c((b{{0,30}}){{0,30}})' & $this)).count()", letters(20_000)),
        format!("{}.select('a'.matchesFull('c((b{{0,30}}){{0,30}})' & $this)).count()", letters(20_000)),
        "'a'.matches('((a{0,20}){0,20}){0,20}')".to_owned(),
        "'a'.matches('(a{0,60}){0,60}')".to_owned(),
        "'a'.replaceMatches('(a{0,60}){0,60}', '')".to_owned(),
        "name.text.matches('(a{0,60}){0,60}b')".to_owned(),
        format!("photo.title{}", ".escape('html')".repeat(12)),
        format!("name.text{}", ".encode('hex')".repeat(8)),
        format!("name.text{}", ".encode('base64')".repeat(20)),
        format!("name.text{}", ".replace('a', 'aa')".repeat(8)),
        format!("{}.aggregate($total * $total, 1 'kg')", letters(60)),
        format!("{}.select(%resource.name.text.substring($index, 1)).count()", letters(20_000)),
        "name.text.toChars().select(iif($index >= 0, %resource.photo.title).htmlChecks()).count()".to_owned(),
        "name.text.toChars().select(iif($index >= 0, %resource.name.text).toInteger()).count()".to_owned(),
        "name.text.split('').select(%long & $this).count()".to_owned(),
        "1.repeat($this + 1)".to_owned(),
    ] {
        let long = format!(r#"{{"long":"{name}"}}"#);
        let options = EvaluateOptions { variables: Some(&long), ..EvaluateOptions::default() };
        let given = validator.evaluate(text.as_bytes(), &expression, &options);
        let error = given
            .err()
            .unwrap_or_else(|| panic!("{} has a value", expression.chars().rev().take(60).collect::<String>()));
        assert!(error.too_costly, "{}", error.problem);
    }
}

#[test]
fn items_out_of_order_have_their_places() {
    let validator = Validator::default();
    let names: Vec<String> = (0..2_000).map(|at| format!(r#"{{"family":"f{at:04}"}}"#)).collect();
    let text = format!(r#"{{"resourceType":"Patient","name":[{}]}}"#, names.join(","));
    let before = steps();
    let found = validator.evaluate(text.as_bytes(), "name.sort(-family)", &EvaluateOptions::default()).unwrap();
    assert!(steps() - before < 400_000, "{}", steps() - before);
    for (at, found) in found.iter().enumerate() {
        assert_eq!(found.pointer, Some(format!("/name/{}", 1_999 - at)));
    }
}

/// Message definitions, each of which is made from the next.
fn chain(count: usize, last: &str) -> Vec<String> {
    (0..count)
        .map(|at| {
            let base = if at + 1 == count { last.to_owned() } else { format!(r#","base":"http://a.example/d{}""#, at + 1) };
            let category = if at + 1 == count { r#","category":"currency""# } else { "" };
            format!(r#"{{"resourceType":"MessageDefinition","url":"http://a.example/d{at}","eventUri":"http://a.example/e{at}"{category}{base}}}"#)
        })
        .collect()
}

#[test]
fn chains_of_definitions_are_followed_once() {
    let cost = |count: usize| {
        let (r4, chain) = (Definitions::r4(), chain(count, ""));
        let before = steps();
        let (definitions, issues) = r4.with(chain);
        assert!(issues.is_empty());
        let category = |at: usize| definitions.message_by_url(&format!("http://a.example/d{at}")).unwrap().category;
        assert!(category(0).is_some() && category(0) == category(count - 1));
        steps() - before
    };
    let costs: Vec<u64> = [200, 400, 800].map(cost).to_vec();
    assert!(costs[2] < costs[0] * 6, "{costs:?}");
}

#[test]
fn chains_of_definitions_end_where_they_begin_or_nowhere() {
    let (definitions, issues) = Definitions::r4().with(chain(5, r#","base":"http://a.example/d1""#));
    assert!(issues.is_empty());
    for at in 0..5 {
        assert!(definitions.message_by_url(&format!("http://a.example/d{at}")).unwrap().category.is_some(), "{at}");
    }
    let (_, issues) = Definitions::r4().with(chain(5, r#","base":"http://a.example/other""#));
    assert_eq!(issues.len(), 5);
}
