//! The public suites: what each is, how much of it is won, and what is not, with the reason. A suite is validated here once; the tests assert
//! what it gives, and `docs/conformance.md` shows it.
//!
//! The data is read from `../shared/conformance`, or from an npm package. A suite gives `None`, saying so, where it is absent.
#![allow(dead_code, reason = "each test that takes this module in uses its own part of it")]

pub(crate) mod fhirpath;
pub(crate) mod hl7_validator;
pub(crate) mod messages;
pub(crate) mod r4_examples;
pub(crate) mod ucum;

use fhirpost::report::{Issue, Severity};
use fhirpost::validate::Report;
use std::fs;
use std::path::{Path, PathBuf};

/// What became of a suite.
pub(crate) struct SuiteResult {
    /// The folder that holds it.
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    pub(crate) licence: &'static str,
    pub(crate) total: usize,
    pub(crate) won: usize,
    /// What it is to win a case, to follow "9 of 10".
    pub(crate) winning: &'static str,
    pub(crate) figures: Vec<(String, String)>,
    /// What the notes are, to be put above them.
    pub(crate) noted: &'static str,
    /// A case, or a fault in it, and why it is not won or true.
    pub(crate) notes: Vec<(String, String)>,
    /// Where the lists of exceptions are wrong: the test of the suite fails with these.
    pub(crate) surprises: Vec<String>,
}

/// Every suite, in the order of the page, or `None` where one is absent. A new suite is a module beside this one and an entry here.
pub(crate) fn all() -> Option<Vec<SuiteResult>> {
    Some(vec![hl7_validator::run()?.result(), fhirpath::run()?, r4_examples::run()?, messages::run()?, ucum::run()?])
}

/// The folder of a suite.
pub(crate) fn folder(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance").join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: the public test data {name} is not here");
    None
}

/// The JSON files of a folder, sorted by name.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files
}

/// The errors of a report, the fatal ones among them.
fn errors(report: &Report) -> impl Iterator<Item = &Issue> {
    report.issues.iter().filter(|issue| issue.severity <= Severity::Error)
}

/// An error as `rule expression`.
fn label(error: &Issue) -> String {
    format!("{} {}", error.rule, error.expression)
}

/// The notes of a list of exceptions.
fn notes(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(case, reason)| ((*case).to_owned(), (*reason).to_owned())).collect()
}
