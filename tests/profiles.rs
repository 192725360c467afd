//! Packages that are in use, read from `../shared/conformance/profiles/packages` and skipped, saying so, where they are absent: all their
//! profiles are compiled, and what is merged of their differentials is what their snapshots say.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "tests may fail loudly"
)]

use fhirpost::compile::DefinitionIssue;
use fhirpost::definitions::{Definitions, PathStep, Profile, ProfileElement, ProfileId, SlicingRules};
use fhirpost::report::Severity;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::{env, fs};

/// Each behind those that it depends on.
const PACKAGES: [&str; 8] = [
    "hl7.fhir.uv.extensions.r4-5.2.0",
    "hl7.fhir.us.core-6.1.0",
    "hl7.fhir.dk.core-3.4.0",
    "medcom.fhir.dk.terminology-2.0.1",
    "medcom.fhir.dk.core-3.0.1",
    "medcom.fhir.dk.messaging-4.0.2",
    "medcom.fhir.dk.carecommunication-5.0.2",
    "medcom.fhir.dk.messagedefinitions-1.0.0",
];

type Package = (&'static str, Vec<Value>);

/// The definitions of each package; none where the packages are absent.
fn packages() -> Option<&'static Vec<Package>> {
    static READ: OnceLock<Option<Vec<Package>>> = OnceLock::new();
    READ.get_or_init(read).as_ref()
}

fn read() -> Option<Vec<Package>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.ancestors().skip(1).map(|above| above.join("shared/conformance/profiles/packages"));
    let Some(folder) = folder.into_iter().find(|folder| folder.is_dir()) else {
        eprintln!("skipped: ../shared/conformance/profiles/packages is absent");
        return None;
    };
    let all = PACKAGES.iter().map(|name| {
        let into: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&into).unwrap();
        let from = folder.join(format!("{name}.tgz"));
        let done = Command::new("tar").arg("-xzf").arg(from).arg("-C").arg(&into).status().expect("tar is there");
        assert!(done.success(), "{name}");
        let mut files: Vec<PathBuf> =
            fs::read_dir(into.join("package")).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
        let read = |file: &PathBuf| serde_json::from_str::<Value>(&fs::read_to_string(file).unwrap()).ok();
        (*name, files.iter().filter_map(read).filter(|one| one["resourceType"].is_string()).collect())
    });
    Some(all.collect())
}

/// All packages, each on top of the last, with the resources as they are changed before.
fn loaded(packages: &[Package], change: impl Fn(&mut Value)) -> (Definitions, Vec<(&'static str, DefinitionIssue)>) {
    let mut definitions = Definitions::r4();
    let mut all = Vec::new();
    for (name, resources) in packages {
        let texts = resources.iter().map(|resource| {
            let mut resource = resource.clone();
            if resource["resourceType"] == "StructureDefinition" && resource["derivation"] == "constraint" {
                change(&mut resource);
            }
            resource.to_string()
        });
        let (with, issues) = definitions.with(texts);
        all.extend(issues.into_iter().map(|issue| (*name, issue)));
        definitions = with;
    }
    (definitions, all)
}

/// One line for each element.
fn lines(definitions: &Definitions, profile: &Profile) -> BTreeMap<String, String> {
    profile.elements.iter().map(|element| (element.id.to_string(), line(definitions, element))).collect()
}

fn line(definitions: &Definitions, element: &ProfileElement) -> String {
    let mut out = String::new();
    if element.min > 0 || element.max.is_some() {
        let max = element.max.map_or("*".to_owned(), |max| max.to_string());
        write!(out, "{}..{max}", element.min).unwrap();
    }
    for of in &element.types {
        write!(out, " {}", definitions.type_of(of.of).name).unwrap();
        for (mark, list) in [("=", &of.profiles), (">", &of.targets)] {
            let mut list: Vec<&str> = list.iter().map(|one| one.as_str()).collect();
            list.sort_unstable();
            list.iter().for_each(|one| write!(out, "{mark}{one}").unwrap());
        }
    }
    if let Some(value) = &element.value {
        let json: Value = serde_json::from_str(&value.text).unwrap();
        write!(out, " {} {json}", if value.is_fixed { "fixed" } else { "pattern" }).unwrap();
    }
    for limit in [&element.min_value, &element.max_value] {
        limit.iter().for_each(|limit| write!(out, " limit {limit}").unwrap());
    }
    element.max_length.iter().for_each(|length| write!(out, " {length} characters").unwrap());
    if let Some(stated) = &element.binding {
        match stated.binding {
            Some(binding) => {
                let set = |set: Option<&fhirpost::definitions::ValueSet>| {
                    set.map_or(String::new(), |set| set.url.to_string())
                };
                let (set, max) = (set(definitions.value_set(binding)), set(definitions.max_value_set(binding)));
                write!(out, " {:?} {set} {max}", binding.strength).unwrap();
            }
            None => out.push_str(" unbound"),
        }
        stated.additional.iter().for_each(|one| write!(out, " {}", one.purpose).unwrap());
    }
    let mut keys: Vec<&str> =
        element.constraints.iter().map(|&place| definitions.constraints()[usize::from(place)].key.as_str()).collect();
    keys.sort_unstable();
    keys.iter().for_each(|key| write!(out, " {key}").unwrap());
    if element.must_support {
        out.push_str(" S");
    }
    if let Some(slicing) = &element.slicing {
        let rules = match slicing.rules {
            SlicingRules::Open => "open",
            SlicingRules::Closed => "closed",
            SlicingRules::OpenAtEnd => "open at end",
        };
        write!(out, " [{rules}{}", if slicing.ordered { ", in order" } else { "" }).unwrap();
        for one in &slicing.discriminators {
            let steps = one.path.iter().map(|step| match step {
                PathStep::Child(name) => definitions.names().text(*name).to_owned(),
                PathStep::Extension(url) => format!("<{url}>"),
                PathStep::Resolve => "->".to_owned(),
                PathStep::OfType(of) => format!("({})", definitions.type_of(*of).name),
            });
            write!(out, " {:?}:{}", one.kind, steps.collect::<Vec<_>>().join(".")).unwrap();
        }
        out.push(']');
    }
    out.trim().to_owned()
}

#[test]
fn every_profile_of_packages_in_use_is_compiled() {
    let Some(packages) = packages() else { return };
    let (definitions, issues) = loaded(packages, |_| {});
    for (package, issue) in issues.iter().filter(|(_, issue)| issue.resource_type == "StructureDefinition") {
        eprintln!("{package} {:?} {issue}", issue.severity);
    }
    let errors: Vec<String> = issues
        .iter()
        .filter(|(_, issue)| issue.severity == Severity::Error)
        .map(|(_, issue)| issue.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    for (package, resource) in packages.iter().flat_map(|(name, all)| all.iter().map(move |one| (name, one))) {
        if resource["resourceType"] == "StructureDefinition" && resource["derivation"] == "constraint" {
            let canonical = format!("{}|{}", resource["url"].as_str().unwrap(), resource["version"].as_str().unwrap());
            let id = definitions.profile_named(&canonical).unwrap_or_else(|| panic!("{package}: {canonical}"));
            assert_eq!(definitions.type_of(definitions.profile(id).of).name.as_str(), resource["type"]);
        }
    }
}

#[test]
fn what_is_merged_is_what_the_snapshots_say() {
    let Some(packages) = packages() else { return };
    let (merged, _) = loaded(packages, |_| {});
    let (shipped, _) = loaded(packages, |resource| drop(resource.as_object_mut().unwrap().remove("differential")));
    let mut differences = Vec::new();
    for place in 0..merged.profile_count() {
        let id = ProfileId(place as u16);
        let (one, other) = (merged.profile(id), shipped.profile(id));
        assert_eq!(one.url, other.url);
        let (own, theirs) = (lines(&merged, one), lines(&shipped, other));
        for key in own.keys().chain(theirs.keys().filter(|key| !own.contains_key(*key))) {
            let (own, theirs) = (own.get(key), theirs.get(key));
            if own != theirs {
                differences.push(format!("{} {key}\n    merged   {own:?}\n    snapshot {theirs:?}", one.url));
            }
        }
    }
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}
