//! R4 cases of the HL7 validator's own suite, and what it says of each: does it find errors, and where?

use super::{SuiteResult, errors, folder, notes};
use fhirpost::report::Severity;
use fhirpost::{Options, Report, Validator};
use regex::Regex;
use serde::Deserialize;
use std::fs;
use std::sync::LazyLock;

/// Cases in which HL7's validator finds an error and we find none, and why. The list shrinks.
const MISSES: [(&str, &str); 4] = [
    (
        "sp-diff-type",
        "needs the SearchParameter that derivedFrom names, Organization-name of R4: SearchParameters are not embedded",
    ),
    ("pat-dob-ext", "an extension whose definition is not known is information here, not an error"),
    (
        "nested-questionnaire-nested-valueset",
        "an extension whose definition is not known is information here, not an error; this one is of the SDC guide, which is not loaded",
    ),
    (
        "signatures-example-2",
        "needs the signature, a JOSE one, verified with its certificate over the Bundle's canonical JSON",
    ),
];

/// Cases in which we find an error and HL7's validator finds none, and why.
const FALSE_ALARMS: [(&str, &str); 1] = [(
    "contained-resource-bad-id-ignore",
    "the case sets an option, validateContains: IGNORE, by which HL7 leaves the contained resource alone; without it HL7 reports \
     the same id, in contained-resource-bad-id",
)];

/// How our errors compare with those of HL7's validator.
#[derive(Default)]
pub(crate) struct Comparison {
    pub(crate) cases: usize,
    /// Cases in which both find an error, or neither does.
    pub(crate) agreed: usize,
    /// Cases in which we find an error and HL7 finds none.
    pub(crate) false_alarms: usize,
    /// HL7's errors in all cases, and in those in which we find one, too.
    pub(crate) all_errors: usize,
    pub(crate) errors: usize,
    /// Those of `errors` for which we have an error at the same place, and at that place or one step from it.
    pub(crate) exact: usize,
    pub(crate) near: usize,
    /// HL7's errors for which we have none at the same place, as `case place text`.
    pub(crate) unmatched: Vec<String>,
    pub(crate) surprises: Vec<String>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    file: String,
    errors: usize,
    issues: Vec<ExpectedIssue>,
}

/// An issue that HL7's validator reports.
#[derive(Deserialize)]
struct ExpectedIssue {
    severity: String,
    text: String,
    expression: Vec<String>,
}

/// Comments, filters by url, types, and the backticks of `div`.
static DECORATION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"/\*.*?\*/|\[url=('[^']*'|"[^"]*")\]|\.ofType\([^)]*\)|`"#).unwrap());

/// An expression without what HL7's validator and we write differently, so that equal places compare equal. Indexes stay.
pub(crate) fn normalise(expression: &str) -> String {
    DECORATION.replace_all(expression, "").into_owned()
}

/// Whether a normalised place is the other, or one step above or below it.
pub(crate) fn is_near(ours: &str, theirs: &str) -> bool {
    let above = |place: &str, other: &str| place.rsplit_once('.').is_some_and(|(parent, _)| parent == other);
    ours == theirs || above(ours, theirs) || above(theirs, ours)
}

/// Each text is validated as what it is.
fn validate(validator: &Validator, text: &[u8]) -> Report {
    validator.validate(text, &Options::default())
}

pub(crate) fn run() -> Option<Comparison> {
    let folder = folder("hl7-validator")?;
    let cases: Vec<Case> = serde_json::from_slice(&fs::read(folder.join("expected.json")).unwrap()).unwrap();
    let validator = Validator::default();
    let mut comparison = Comparison::default();
    for (name, _) in MISSES.iter().chain(&FALSE_ALARMS) {
        if !cases.iter().any(|case| case.name == *name) {
            comparison.surprises.push(format!("{name} is listed, and there is no such case"));
        }
    }
    for case in &cases {
        comparison.add(case, &validate(&validator, &fs::read(folder.join(&case.file)).unwrap()));
    }
    Some(comparison)
}

impl Comparison {
    fn add(&mut self, case: &Case, report: &Report) {
        let ours: Vec<String> = errors(report).map(|error| normalise(&error.expression)).collect();
        let is_error = |issue: &&ExpectedIssue| Severity::from_name(&issue.severity).unwrap() <= Severity::Error;
        let theirs: Vec<&ExpectedIssue> = case.issues.iter().filter(is_error).collect();
        assert_eq!(theirs.len(), case.errors, "{}: the number of HL7's errors", case.name);

        self.cases += 1;
        self.all_errors += theirs.len();
        let (we_do, they_do) = (!ours.is_empty(), !theirs.is_empty());
        self.agreed += usize::from(we_do == they_do);
        self.false_alarms += usize::from(we_do && !they_do);
        self.compare_with_list("MISSES", &MISSES, case, !we_do && they_do, &ours);
        self.compare_with_list("FALSE_ALARMS", &FALSE_ALARMS, case, we_do && !they_do, &ours);
        for error in &theirs {
            let places: Vec<String> = error.expression.iter().map(|place| normalise(place)).collect();
            let is_exact = places.iter().any(|place| ours.contains(place));
            if we_do {
                self.errors += 1;
                self.exact += usize::from(is_exact);
                self.near += usize::from(places.iter().any(|place| ours.iter().any(|ours| is_near(ours, place))));
            }
            if !is_exact {
                self.unmatched.push(format!("{} {} {}", case.name, places.join(", "), error.text));
            }
        }
    }

    /// A list names just the cases that belong in it.
    fn compare_with_list(&mut self, list: &str, listed: &[(&str, &str)], case: &Case, belongs: bool, ours: &[String]) {
        let name = &case.name;
        match (belongs, listed.iter().any(|(case, _)| case == name)) {
            (true, false) => self.surprises.push(format!("{name} belongs in {list}: our errors are at {ours:?}")),
            (false, true) => self.surprises.push(format!("{name} is in {list}, and is right now: shorten the list")),
            _ => {}
        }
    }

    pub(crate) fn result(self) -> SuiteResult {
        let count = |part: usize, whole: usize| format!("{part} of {whole}");
        SuiteResult {
            name: "hl7-validator",
            what: "R4 cases of the HL7 validator's own suite that can be decided offline. To agree is to find an error where HL7's \
                   validator finds one, and none where it finds none. An error of HL7's is matched when one of ours is at the \
                   same expression, whatever it says; nearly, when it is there or one step above or below.",
            licence: "Apache-2.0, FHIR/fhir-test-cases",
            total: self.cases,
            won: self.agreed,
            winning: "agree",
            figures: vec![
                ("False alarms: we find an error, HL7 finds none".to_owned(), self.false_alarms.to_string()),
                ("HL7's errors in the cases in which we find one, too".to_owned(), count(self.errors, self.all_errors)),
                ("Of these, matched exactly".to_owned(), count(self.exact, self.errors)),
                ("Of these, matched exactly or nearly".to_owned(), count(self.near, self.errors)),
            ],
            noted: "Cases that do not agree",
            notes: [notes(&MISSES), notes(&FALSE_ALARMS)].concat(),
            surprises: self.surprises,
        }
    }
}
