//! How our verdicts by profiles compare with those of HL7's validator: MedCom's and US Core's examples with single faults in them, and the
//! cases of HL7's own suite. The terms are those of the README of the public data.

use super::hl7_validator::normalise;
use super::{errors, folder};
use fhirpost::report::Issue;
use fhirpost::{
    Agree, DefinitionIssue, Definitions, Options, Package, PackageLimits, Severity, SeveritySetting, Validator,
};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The sets, by the names of their files.
pub(crate) const SETS: [&str; 4] = ["medcom-carecommunication", "us-core-6.1.0", "hl7-suite", "r4-faults"];

/// A text, and what HL7's validator says of it.
#[derive(Deserialize)]
pub(crate) struct Case {
    #[serde(alias = "name")]
    pub(crate) id: String,
    #[serde(default)]
    text: String,
    /// What was done to what is valid.
    #[serde(default)]
    fault: String,
    /// Where the text is, if it is not here.
    #[serde(default)]
    file: String,
    /// Definitions that are known beside those of the packages, as files.
    #[serde(default)]
    resources: Vec<String>,
    /// Packages beside those of the set.
    #[serde(default)]
    packages: Vec<String>,
    /// Profiles by which the text is validated, whatever it claims itself.
    #[serde(default)]
    profiles: Vec<String>,
    /// How HL7's validator was called.
    #[serde(default)]
    options: BTreeMap<String, bool>,
    errors: Vec<Expected>,
    undecided: Vec<String>,
}

/// An issue of HL7's validator.
#[derive(Deserialize)]
struct Expected {
    severity: String,
    #[serde(default)]
    id: String,
    /// Below 0 where it has none.
    #[serde(default)]
    line: i64,
    #[serde(default)]
    expression: String,
    text: String,
}

/// Cases that share packages.
pub(crate) struct Set {
    folder: PathBuf,
    pub(crate) cases: Vec<Case>,
    definitions: Definitions,
    /// What is wrong with the packages.
    pub(crate) issues: Vec<DefinitionIssue>,
}

impl Set {
    /// The cases of a set whose ids have a text in them, and the packages of the set; nothing, saying so, where it is absent.
    pub(crate) fn read(name: &str, filter: &str) -> Option<Self> {
        let folder = folder("profiles")?;
        let of_suite = name == "hl7-suite";
        // Faults in base R4 need no packages; R4's own profiles apply to what claims them.
        let texts = if name == "r4-faults" { super::folder("hl7-verdicts")? } else { folder.clone() };
        let mut cases: Vec<Case> = if of_suite {
            serde_json::from_slice(&fs::read(folder.join("hl7-suite/cases.json")).unwrap()).unwrap()
        } else {
            let lines = fs::read_to_string(texts.join(format!("{name}.ndjson"))).unwrap();
            lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
        };
        cases.retain(|case| case.id.contains(filter));
        let packages = fs::read(folder.join("packages.json")).unwrap();
        let mut packages: BTreeMap<String, Vec<String>> = serde_json::from_slice(&packages).unwrap();
        let files = packages.remove(name).unwrap_or_default();
        let base = Definitions::r4_with_profiles();
        let (definitions, issues) = with_packages(&base, &folder.join("packages"), &files);
        let folder = if of_suite { folder.join(name) } else { folder };
        Some(Self { folder, cases, definitions, issues })
    }

    /// Cases of a file, a line each, and the packages that they are validated by.
    pub(crate) fn of_file(file: &Path, packages: &[String]) -> Self {
        let lines = fs::read_to_string(file).unwrap();
        let cases = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let folder = file.parent().map(Path::to_path_buf).unwrap_or_default();
        let (definitions, issues) = with_packages(&Definitions::r4_with_profiles(), Path::new(""), packages);
        Self { folder, cases, definitions, issues }
    }

    /// Validates each case, and compares what is said with what HL7's validator says; with the choices as that has them, or with ours.
    pub(crate) fn compare(&self, agree: Agree) -> Comparison {
        let usual = Validator::new(self.definitions.clone());
        let mut comparison = Comparison::default();
        for case in &self.cases {
            let text = if case.text.is_empty() { read_text(&self.folder.join(&case.file)) } else { case.text.clone() };
            let own = (!case.resources.is_empty() || !case.packages.is_empty()).then(|| self.validator(case));
            let (validator, issues) = own.as_ref().map_or((&usual, &[][..]), |(own, issues)| (own, issues));
            let report = validator.validate(&text, &Options { agree, ..options(case) });
            // What HL7's says of displays is left out of the data.
            let ours: Vec<&Issue> = errors(&report).filter(|issue| issue.rule != "code-display").collect();
            let disagreement = comparison.add(case, &ours);
            comparison.tell(case, &text, disagreement.as_ref().map(|one| one.kind));
            if let Some(disagreement) = disagreement {
                let definitions = issues.iter().map(DefinitionIssue::to_string).collect();
                comparison.disagreements.push(Disagreement { definitions, ..disagreement });
            }
        }
        comparison
    }

    /// A validator that knows what a case needs, and what is wrong with that.
    fn validator(&self, case: &Case) -> (Validator, Vec<DefinitionIssue>) {
        let (definitions, mut issues) = with_packages(&self.definitions, &self.folder, &case.packages);
        let resources = case.resources.iter().map(|file| read_text(&self.folder.join(file)));
        let (definitions, of_resources) = definitions.with(resources);
        issues.extend(of_resources);
        (Validator::new(definitions), issues)
    }
}

/// What a case is validated by, beside what it claims itself.
fn options(case: &Case) -> Options {
    // When HL7's validator was asked.
    let now = Some("2026-11-29T12:00:00Z".to_owned());
    let mut options = Options { profiles: case.profiles.clone(), now, ..Options::default() };
    if case.options.get("strictExtensions") == Some(&true) {
        options.severities.insert("extension-unknown".to_owned(), SeveritySetting::As(Severity::Error));
    }
    if case.options.get("noExamples") == Some(&true) {
        options.severities.insert("url-example".to_owned(), SeveritySetting::As(Severity::Error));
    }
    options
}

fn with_packages(base: &Definitions, folder: &Path, files: &[String]) -> (Definitions, Vec<DefinitionIssue>) {
    let read = |file: &String| Package::read(&fs::read(folder.join(file)).unwrap(), PackageLimits::default());
    base.with_packages(files.iter().map(read))
}

fn read_text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// How our errors compare with those of HL7's validator.
#[derive(Default)]
pub(crate) struct Comparison {
    pub(crate) cases: usize,
    /// Cases in which both find an error, or neither does.
    pub(crate) agreed: usize,
    /// Cases in which we find an error, and HL7 finds none.
    pub(crate) false_alarms: usize,
    /// Cases in which HL7 finds an error, and we find none.
    pub(crate) missed: usize,
    /// Cases in which both find errors, and those of them in which one of ours is at the place of one of HL7's.
    pub(crate) both: usize,
    pub(crate) placed: usize,
    /// HL7's errors in these cases, and those of them at whose place there is one of ours.
    pub(crate) errors: usize,
    pub(crate) errors_placed: usize,
    pub(crate) disagreements: Vec<Disagreement>,
    /// The same by the type of resource, by the message id of HL7's first error, and by what was done to what is valid.
    pub(crate) parts: BTreeMap<(&'static str, String), Tally>,
}

/// How some of the cases compare.
#[derive(Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) cases: usize,
    pub(crate) false_alarms: usize,
    pub(crate) missed: usize,
    pub(crate) both: usize,
    pub(crate) placed: usize,
}

/// A case in which the verdict, or the place, is another one.
pub(crate) struct Disagreement {
    /// What we do: a false alarm, missed, or elsewhere.
    pub(crate) kind: &'static str,
    /// The message id of HL7's first error; for a false alarm our rule.
    pub(crate) group: String,
    pub(crate) id: String,
    pub(crate) theirs: String,
    pub(crate) ours: String,
    /// What is wrong with the definitions that the case brings.
    pub(crate) definitions: Vec<String>,
}

impl Comparison {
    /// Counts a case that was added by what it is of.
    fn tell(&mut self, case: &Case, text: &str, kind: Option<&'static str>) {
        let resource = serde_json::from_str(text).unwrap_or(serde_json::Value::Null);
        let of_type = resource.get("resourceType").and_then(|name| name.as_str()).unwrap_or("none").to_owned();
        let is_error = |issue: &&Expected| Severity::from_name(&issue.severity).unwrap() <= Severity::Error;
        let first = case.errors.iter().find(is_error).map(|issue| issue.id.clone());
        for (part, name) in
            [("type", of_type), ("rule", first.clone().unwrap_or_default()), ("fault", case.fault.clone())]
        {
            let tally = self.parts.entry((part, name)).or_default();
            tally.cases += 1;
            match kind {
                Some("false alarm") => tally.false_alarms += 1,
                Some("missed") => tally.missed += 1,
                None if first.is_none() => {}
                elsewhere => {
                    tally.both += 1;
                    tally.placed += usize::from(elsewhere.is_none());
                }
            }
        }
    }

    fn add(&mut self, case: &Case, ours: &[&Issue]) -> Option<Disagreement> {
        let undecided: Vec<String> = case.undecided.iter().map(|place| normalise(place)).collect();
        let counts = |issue: &&&Issue| !undecided.contains(&normalise(&issue.expression));
        let ours: Vec<&Issue> = ours.iter().filter(counts).copied().collect();
        let is_error = |issue: &&Expected| Severity::from_name(&issue.severity).unwrap() <= Severity::Error;
        let theirs: Vec<&Expected> = case.errors.iter().filter(is_error).collect();
        self.cases += 1;
        let kind = match (ours.is_empty(), theirs.is_empty()) {
            (true, true) => {
                self.agreed += 1;
                return None;
            }
            (false, true) => {
                self.false_alarms += 1;
                "false alarm"
            }
            (true, false) => {
                self.missed += 1;
                "missed"
            }
            (false, false) => {
                self.agreed += 1;
                self.both += 1;
                let placed = theirs.iter().filter(|one| ours.iter().any(|issue| one.is_at(issue))).count();
                self.errors += theirs.len();
                self.errors_placed += placed;
                if placed > 0 {
                    self.placed += 1;
                    return None;
                }
                "elsewhere"
            }
        };
        let first = theirs.first();
        let rule = || ours.first().map(|issue| issue.rule.to_string()).unwrap_or_default();
        let group = match first {
            Some(one) if one.id.is_empty() => "(no message id)".to_owned(),
            Some(one) => one.id.clone(),
            None => rule(),
        };
        Some(Disagreement {
            kind,
            group,
            id: case.id.clone(),
            theirs: first.map(|one| format!("{}:{} {}", one.line, one.expression, one.text)).unwrap_or_default(),
            ours: ours.first().map(|issue| issue.to_string()).unwrap_or_default(),
            definitions: Vec::new(),
        })
    }

    /// A share of all cases, in percent.
    pub(crate) fn percent(&self, part: usize) -> f64 {
        share(part, self.cases)
    }

    /// The figures, a line each.
    pub(crate) fn figures(&self) -> String {
        let Self { cases, agreed, false_alarms, missed, both, placed, errors, errors_placed, .. } = self;
        let line = |name: &str, part: &usize, whole: &usize| {
            format!("  {name:<16}{:6.2} %   {part} of {whole}", share(*part, *whole))
        };
        [
            line("agreement", agreed, cases),
            line("false alarms", false_alarms, cases),
            line("missed", missed, cases),
            line("place", placed, both),
            line("place by error", errors_placed, errors),
        ]
        .join("\n")
    }
}

fn share(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

impl Expected {
    /// Whether an issue of ours has its line, or its expression.
    fn is_at(&self, issue: &Issue) -> bool {
        issue.line.map(i64::from) == Some(self.line) || normalise(&issue.expression) == normalise(&self.expression)
    }
}

impl Set {
    /// What HL7's validator calls its errors at each place where it names one and we find one, and what we say that it calls ours there.
    pub(crate) fn named(&self) -> Vec<(Vec<String>, Vec<String>)> {
        let usual = Validator::new(self.definitions.clone());
        let mut all = Vec::new();
        for case in &self.cases {
            let text = if case.text.is_empty() { read_text(&self.folder.join(&case.file)) } else { case.text.clone() };
            let own = (!case.resources.is_empty() || !case.packages.is_empty()).then(|| self.validator(case).0);
            let options = Options { agree: Agree::Hl7, hl7_ids: true, ..options(case) };
            let report = own.as_ref().unwrap_or(&usual).validate(&text, &options);
            let mut places: BTreeMap<Vec<usize>, Vec<String>> = BTreeMap::new();
            let ours: Vec<&Issue> = errors(&report).collect();
            for one in case.errors.iter().filter(|one| !one.id.is_empty()) {
                let here: Vec<usize> =
                    ours.iter().enumerate().filter(|(_, issue)| one.is_at(issue)).map(|(place, _)| place).collect();
                if !here.is_empty() {
                    places.entry(here).or_default().push(one.id.clone());
                }
            }
            let id = |place: &usize| {
                let issue = ours.get(*place);
                issue.and_then(|issue| issue.hl7_id.as_deref()).map(ToString::to_string).unwrap_or_default()
            };
            all.extend(places.into_iter().map(|(here, theirs)| (theirs, here.iter().map(id).collect())));
        }
        all
    }
}
