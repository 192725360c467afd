//! What holds of every case: what is valid for a profile is valid for its base, and snapshots change no verdict where all bases are loaded.

use super::packages::{loaded, packages};
use fhirpost::definitions::Definitions;
use fhirpost::{Options, Report, Severity, Validator};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Of so many cases one is tried where not all are asked for.
const STEP: usize = 8;

/// The texts of MedCom's and US Core's cases: every one where `FHIRPOST_TESTS` is `all`.
fn texts() -> impl Iterator<Item = String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance/profiles");
    let step = if std::env::var_os("FHIRPOST_TESTS").is_some_and(|value| value == "all") { 1 } else { STEP };
    ["medcom-carecommunication", "us-core-6.1.0"].into_iter().flat_map(move |set| {
        let lines = fs::read_to_string(folder.join(format!("{set}.ndjson"))).unwrap_or_default();
        let text = |line: &str| serde_json::from_str::<Value>(line).unwrap()["text"].as_str().unwrap().to_owned();
        lines.lines().step_by(step).map(text).collect::<Vec<_>>()
    })
}

fn errors(report: &Report) -> Vec<String> {
    let errors = report.issues.iter().filter(|issue| issue.severity <= Severity::Error);
    errors.map(|issue| format!("{} {} {}", issue.rule, issue.pointer, issue.message)).collect()
}

/// Profiles that say less than their bases do, so that what is valid for them need not be valid for these.
const LOOSENED: [&str; 1] = [
    // Units of vital signs are required in R4's own profile, and extensible here.
    "http://hl7.org/fhir/us/core/StructureDefinition/us-core-vital-signs",
];

#[test]
fn what_is_valid_for_a_profile_is_valid_for_its_base() {
    let Some(packages) = packages() else { return };
    let (definitions, _) = loaded(packages, |_| {});
    let validator = Validator::new(definitions.clone());
    let (mut tried, mut wrong) = (0, Vec::new());
    for text in texts() {
        let Ok(mut resource) = serde_json::from_str::<Value>(&text) else { continue };
        let Some(claimed) = resource["meta"]["profile"][0].as_str().map(str::to_owned) else { continue };
        let Some(id) = definitions.profile_named(&claimed) else { continue };
        resource["meta"].as_object_mut().unwrap().remove("profile");
        let text = resource.to_string();
        let by = |profile: &str| {
            let options = Options { profiles: vec![profile.to_owned()], ..Options::default() };
            errors(&validator.validate(&*text, &options))
        };
        if !by(&claimed).is_empty() {
            continue;
        }
        let bases = &definitions.profile(id).bases;
        if LOOSENED.iter().any(|one| claimed == *one || bases.iter().any(|base| base == one)) {
            continue;
        }
        for base in bases {
            tried += 1;
            let errors = by(base);
            if !errors.is_empty() {
                wrong.push(format!("{claimed} is met, {base} is not: {errors:?}"));
            }
        }
    }
    assert!(tried > 5, "{tried}");
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn without_snapshots_the_verdicts_are_the_same() {
    let Some(packages) = packages() else { return };
    let validator = |definitions: Definitions| Validator::new(definitions);
    let shipped = validator(loaded(packages, |_| {}).0);
    let bare = validator(loaded(packages, |resource| drop(resource.as_object_mut().unwrap().remove("snapshot"))).0);
    let mut tried = 0;
    for text in texts() {
        let all = |validator: &Validator| -> Vec<String> {
            let report = validator.validate(&*text, &Options::default());
            report.issues.iter().map(|issue| format!("{issue} {:?}", issue.profiles)).collect()
        };
        assert_eq!(all(&shipped), all(&bare));
        tried += 1;
    }
    assert!(tried > 10, "{tried}");
}
