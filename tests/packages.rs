//! FHIR packages: how they are read, whatever comes instead of one, and what is known of their definitions.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests may fail loudly"
)]

use fhirpost::{
    DefinitionIssueKind, Definitions, Options, Package, PackageError, PackageLimits, Report, Severity, Validator,
};
use flate2::{Compression, GzBuilder, write::GzEncoder};
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::Path;

const NAME: &str = "package/package.json";
const SET: &str = "package/ValueSet-colour.json";

fn description(name: &str) -> String {
    json!({ "name": name, "version": "1.0.0", "fhirVersions": ["4.0.1"], "dependencies": { "hl7.fhir.r4.core": "4.0.1" } }).to_string()
}

fn value_set(codes: &[&str]) -> String {
    let concept: Vec<Value> = codes.iter().map(|code| json!({ "code": code })).collect();
    json!({
        "resourceType": "ValueSet", "url": "http://example.org/fhir/ValueSet/colour", "status": "active",
        "compose": { "include": [{ "system": "http://example.org/fhir/colour", "concept": concept }] }
    })
    .to_string()
}

/// An archive, not compressed.
fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, path, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn read(bytes: &[u8]) -> Result<Package, PackageError> {
    Package::read(bytes, PackageLimits::default())
}

/// A package of these files beside its package.json.
fn tgz(files: &[(&str, &str)]) -> Vec<u8> {
    let description = description("example.colours");
    let mut all: Vec<(&str, &[u8])> = vec![(NAME, description.as_bytes())];
    all.extend(files.iter().map(|(path, text)| (*path, text.as_bytes())));
    gzip(&tar(&all))
}

fn paths(package: &Package) -> Vec<&str> {
    package.resources.iter().map(|(path, _)| path.as_str()).collect()
}

#[test]
fn what_defines_something_is_taken_from_the_folder_of_the_package() {
    let set = value_set(&["red"]);
    let late = r#" { "text": { "div": "{\"resourceType\": \"Patient\"" }, "contained": [{ "resourceType": "Patient" }],
        "resourceType" : "Questionnaire" }"#;
    let bytes = tgz(&[
        (SET, &set),
        ("package/Questionnaire-late.json", late),
        ("package/.index.json", &set),
        ("package/ValueSet-colour.xml", &set),
        ("package/SearchParameter-x.json", r#"{ "resourceType": "SearchParameter" }"#),
        ("package/list.json", "[]"),
        ("package/example/ValueSet-of-an-example.json", &set),
        ("package/other/ValueSet-other.json", &set),
        ("package/openapi/ValueSet-openapi.json", &set),
        ("elsewhere/ValueSet-elsewhere.json", &set),
        ("ValueSet-outside.json", &set),
    ]);
    let package = read(&bytes).unwrap();
    assert_eq!(package.to_string(), "example.colours#1.0.0");
    assert_eq!(package.fhir_versions, ["4.0.1"]);
    assert_eq!(package.dependencies, [("hl7.fhir.r4.core".to_owned(), "4.0.1".to_owned())]);
    let expected = [("package/Questionnaire-late.json", late), (SET, set.as_str())];
    assert_eq!(package.resources, expected.map(|(path, text)| (path.to_owned(), text.to_owned())));
    assert!(package.unreadable.is_empty());
}

#[test]
fn a_package_may_lie_in_another_folder_or_in_none() {
    let (set, description) = (value_set(&["red"]), description("example.colours"));
    for folder in ["", "./", "./package/", "site/", "output/site/"] {
        let path = |name: &str| format!("{folder}{name}");
        let (name, set_path, example) =
            (path("package.json"), path("ValueSet-a.json"), path("example/ValueSet-b.json"));
        let inner = path("example/package.json");
        let files: [(&str, &[u8]); 4] =
            [(&inner, b"{}"), (&example, set.as_bytes()), (&set_path, set.as_bytes()), (&name, description.as_bytes())];
        // The crate leaves out what begins with a point: here it is written as others write it.
        let package = read(&gzip(&raw_tar(&files))).unwrap();
        assert_eq!(paths(&package), [set_path.trim_start_matches("./")], "{folder}");
    }
}

/// An archive with just these names.
fn raw_tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = tar::Header::new_ustar();
        header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
        header.set_size(content.len() as u64);
        header.set_cksum();
        builder.append(&header, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

#[test]
fn long_names_are_read_as_gnu_as_pax_and_as_ustar_write_them() {
    let (set, description) = (value_set(&["red"]), description("example.colours"));
    let long = format!("package/ValueSet-{}.json", "colour-".repeat(20));
    let gnu = tar(&[(NAME, description.as_bytes()), (&long, set.as_bytes())]);

    let mut builder = tar::Builder::new(raw_tar(&[(NAME, description.as_bytes())])[..1024].to_vec());
    let size = set.len().to_string();
    builder
        .append_pax_extensions([("mtime", &b"1.5"[..]), ("path", long.as_bytes()), ("size", size.as_bytes())])
        .unwrap();
    let mut header = tar::Header::new_ustar();
    header.set_path("package/short.json").unwrap();
    header.set_size(set.len() as u64);
    header.set_cksum();
    builder.append(&header, set.as_bytes()).unwrap();
    let pax_archive = builder.into_inner().unwrap();
    // What the crate writes behind what was there: one archive, up to its end.
    let pax = [&raw_tar(&[(NAME, description.as_bytes())])[..1024], &pax_archive[1024..]].concat();

    for archive in [gnu, pax] {
        assert_eq!(paths(&read(&gzip(&archive)).unwrap()), [long.as_str()]);
    }

    let (folder, name) = ("folder-".repeat(14), format!("ValueSet-{}.json", "c".repeat(60)));
    let path = format!("{folder}/{name}");
    let mut builder = tar::Builder::new(Vec::new());
    for (path, content) in [(format!("{folder}/package.json"), &description), (path.clone(), &set)] {
        let mut header = tar::Header::new_ustar();
        header.set_path(&path).unwrap();
        header.set_size(content.len() as u64);
        header.set_cksum();
        builder.append(&header, content.as_bytes()).unwrap();
    }
    assert_eq!(paths(&read(&builder.into_inner().unwrap()).unwrap()), [path.as_str()]);
}

#[test]
fn gzip_may_have_a_name_a_comment_and_several_parts_or_be_missing() {
    let archive = tar(&[(NAME, description("example.colours").as_bytes()), (SET, value_set(&["red"]).as_bytes())]);
    let expected = read(&gzip(&archive)).unwrap();
    let builder = GzBuilder::new().filename("package.tar").comment("a comment").extra(vec![1, 2, 3]);
    let mut named = builder.write(Vec::new(), Compression::best());
    named.write_all(&archive).unwrap();
    let (first, second) = archive.split_at(700);
    let stored = {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
        encoder.write_all(&archive).unwrap();
        encoder.finish().unwrap()
    };
    let parts = [gzip(first), gzip(second)].concat();
    let padded = [gzip(&archive), vec![0; 100]].concat();
    // Some leave out the zeros at the end of the archive.
    let content = archive.iter().rposition(|byte| *byte != 0).unwrap().next_multiple_of(512);
    let short = gzip(&archive[..content]);
    for bytes in [archive.clone(), named.finish().unwrap(), stored, parts, padded, short] {
        assert_eq!(read(&bytes).unwrap(), expected);
    }
}

#[test]
fn what_is_not_a_package_or_is_damaged_says_so() {
    let archive = tar(&[(NAME, description("example.colours").as_bytes()), (SET, value_set(&["red"]).as_bytes())]);
    let whole = gzip(&archive);
    for bytes in [&b""[..], b"{}", &[b'x'; 2000], &[0; 2000], &gzip(b""), &gzip(b"no tar"), &archive[..300]] {
        let error = read(bytes).unwrap_err();
        assert!(matches!(error, PackageError::NotAnArchive | PackageError::NoPackageJson), "{error}");
    }
    for end in [2, 5, 9, 11, 100, whole.len() - 9, whole.len() - 8, whole.len() - 4, whole.len() - 1] {
        assert_eq!(read(&whole[..end]), Err(PackageError::Truncated), "{end}");
    }
    for end in [512, 600, 1024, 1100, 1536] {
        assert_eq!(read(&archive[..end]), Err(PackageError::Truncated), "{end}");
    }
    // The sum and the length at the end, what is compressed, the method, and what is behind it all.
    for at in [whole.len() - 8, whole.len() - 1, 60, 2] {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        assert_eq!(read(&damaged), Err(PackageError::Damaged), "{at}");
    }
    assert_eq!(read(&[&whole[..], b"more"].concat()), Err(PackageError::Damaged));
    let mut damaged = archive.clone();
    damaged[1024] ^= 1;
    assert_eq!(read(&damaged), Err(PackageError::Damaged));
}

#[test]
fn whatever_is_damaged_it_ends_with_an_answer() {
    let archive = tar(&[(NAME, description("a").as_bytes()), (SET, value_set(&["red"]).as_bytes())]);
    for bytes in [&archive, &gzip(&archive)] {
        for at in 0..bytes.len().min(2048) {
            for bit in [0x01, 0x40, 0x80] {
                let mut damaged = bytes.clone();
                damaged[at] ^= bit;
                // Not what it is: that it comes back.
                let _ = read(&damaged);
            }
        }
    }
}

#[test]
fn no_more_is_read_than_the_limits_allow() {
    let limits = |change: fn(&mut PackageLimits)| {
        let mut limits = PackageLimits::default();
        change(&mut limits);
        limits
    };
    let (description, set) = (description("a"), value_set(&["red"]));
    let padding = vec![b'-'; 300_000];
    let archive = tar(&[(NAME, description.as_bytes()), ("package/padding.txt", &padding), (SET, set.as_bytes())]);
    let with = |bytes: &[u8], change| Package::read(bytes, limits(change));
    assert!(with(&archive, |limits| limits.entries = 3).is_ok());
    assert_eq!(with(&archive, |limits| limits.entries = 2), Err(PackageError::TooManyEntries(2)));
    // What is not looked at may be as long as it likes.
    assert!(with(&archive, |limits| limits.entry_bytes = 1000).is_ok());
    let too_long = PackageError::EntryTooLong { path: SET.to_owned(), most: 150 };
    assert_eq!(with(&archive, |limits| limits.entry_bytes = 150), Err(too_long));
    assert!(with(&gzip(&archive), |limits| limits.bytes = 310_000).is_ok());
    assert_eq!(with(&gzip(&archive), |limits| limits.bytes = 300_000), Err(PackageError::TooLong(300_000)));

    // A thousand times as long, which no JSON is; where little comes of it that does not matter.
    let bomb = gzip(&tar(&[(NAME, description.as_bytes()), ("package/zeros.json", &vec![0; 8 << 20])]));
    assert_eq!(read(&bomb), Err(PackageError::TooCompressed(200)));
    assert!(with(&bomb, |limits| limits.ratio = 2000).is_ok());

    // What an archive claims is not believed.
    let mut header = tar::Header::new_gnu();
    header.set_path(SET).unwrap();
    for (size, is_truncated) in [(1 << 20, true), (1 << 40, false), (u64::MAX, false)] {
        header.set_size(size);
        header.set_cksum();
        let error = read(header.as_bytes()).unwrap_err();
        assert_eq!(error == PackageError::Truncated, is_truncated, "{size}: {error}");
    }
}

#[test]
fn a_package_says_what_it_is() {
    let with = |text: &str| read(&gzip(&tar(&[(NAME, text.as_bytes())])));
    let problem = |text: &str| with(text).unwrap_err().to_string();
    assert_eq!(read(&gzip(&tar(&[(SET, b"{}")]))), Err(PackageError::NoPackageJson));
    assert!(problem("{").starts_with("has a package.json that is not JSON: "), "{}", problem("{"));
    assert_eq!(problem(r#"{ "version": "1.0.0" }"#), "has a package.json that has no name");
    assert_eq!(problem(r#"{ "name": "a", "version": 1 }"#), "has a package.json that has no version");
    assert_eq!(problem("[]"), "has a package.json that has no name");
    let old = with("\u{feff}{ \"name\": \"a\", \"version\": \"1\", \"fhir-version-list\": [\"3.0.2\"] }").unwrap();
    assert_eq!((old.to_string().as_str(), old.fhir_versions.as_slice()), ("a#1", &["3.0.2".to_owned()][..]));
    let latin1 = read(&gzip(&tar(&[(NAME, b"{ \"name\": \"\xe9\" }")])));
    assert_eq!(latin1.unwrap_err().to_string(), "has a package.json that is not UTF-8 (byte 11)");
}

#[test]
fn files_of_a_folder_are_read_alike() {
    let (description, set) = (description("example.colours"), value_set(&["red"]));
    let files = [(NAME, description.as_str()), (SET, &set), ("package/example/ValueSet-x.json", &set)];
    assert_eq!(Package::of_files(files).unwrap(), read(&tgz(&[(SET, &set)])).unwrap());
    assert_eq!(Package::of_files([(SET, set.as_str())]), Err(PackageError::NoPackageJson));
}

/// The codes of the set that packages define.
fn colours(definitions: &Definitions) -> String {
    let set = definitions.value_sets().iter().find(|set| set.url == "http://example.org/fhir/ValueSet/colour").unwrap();
    set.codes().collect::<Vec<_>>().join(" ")
}

fn package(name: &str, needs: &[&str], set: &str) -> Package {
    let dependencies: serde_json::Map<_, _> = needs.iter().map(|name| ((*name).to_owned(), json!("1.0.0"))).collect();
    let description = json!({ "name": name, "version": "1.0.0", "dependencies": dependencies }).to_string();
    Package::of_files([(NAME, description.as_str()), (SET, set)]).unwrap()
}

#[test]
fn a_package_is_above_what_it_depends_on_in_whatever_order_they_are_given() {
    let below = package("z.below", &["hl7.fhir.r4.core"], &value_set(&["red"]));
    let above = package("a.above", &["z.below"], &value_set(&["green"]));
    for given in [[&below, &above], [&above, &below]] {
        let (definitions, issues) = Definitions::r4().with_packages(given.map(|package| Ok(package.clone())));
        assert_eq!((colours(&definitions).as_str(), issues), ("green", vec![]));
        // What is given as a resource comes before all of them.
        assert_eq!(colours(&definitions.with([value_set(&["blue"])]).0), "blue");
    }
}

#[test]
fn what_is_wrong_names_the_package_and_its_file() {
    let set = value_set(&["red"]);
    let latin1 = b"{ \"resourceType\": \"ValueSet\", \"title\": \"\xe9\" }".as_slice();
    let description = json!({ "name": "a", "version": "1.0.0", "dependencies": { "b": "2.0.0" } }).to_string();
    let files: [(&str, &[u8]); 6] = [
        (NAME, description.as_bytes()),
        (SET, set.as_bytes()),
        ("package/CodeSystem-latin1.json", latin1),
        ("package/CodeSystem-broken.json", br#"{ "resourceType": "CodeSystem", "#),
        ("package/CodeSystem-nameless.json", br#"{ "resourceType": "CodeSystem" }"#),
        ("package/NamingSystem-a.json", br#"{ "resourceType": "NamingSystem" }"#),
    ];
    let broken = read(b"x");
    let (definitions, issues) = Definitions::r4().with_packages([broken, read(&gzip(&tar(&files)))]);
    assert_eq!(colours(&definitions), "red");
    let said: Vec<String> =
        issues.iter().map(|issue| format!("{:?} {:?} {issue}", issue.severity, issue.kind)).collect();
    let expected = [
        "Error Unreadable packages[0]: is neither gzip nor tar: a FHIR package is a .tgz file",
        "Warning Missing a#1.0.0: depends on b#2.0.0, which was not given: what it defines is not known",
        "Error Unreadable a#1.0.0, package/CodeSystem-latin1.json: is not UTF-8 (byte 40)",
        "Error Unreadable a#1.0.0, package/CodeSystem-broken.json: ",
        "Error Invalid a#1.0.0, package/CodeSystem-nameless.json: has no url",
    ];
    assert_eq!(said.len(), expected.len(), "{said:#?}");
    for (said, expected) in said.iter().zip(expected) {
        assert!(said.starts_with(expected), "{said}");
    }
    assert!(issues.iter().all(|issue| issue.index.is_none()));
}

#[test]
fn of_a_package_of_another_version_of_fhir_only_codes_are_used() {
    let profile = json!({
        "resourceType": "StructureDefinition", "url": "http://example.org/StructureDefinition/x", "name": "X", "status": "active",
        "kind": "resource", "abstract": false, "type": "Patient", "derivation": "constraint",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient"
    });
    for (version, count) in [("5.0.0", 1), ("4.3.0", 1), ("4.0.1", 0), ("4.0.0", 0)] {
        let description = json!({ "name": "a", "version": "1", "fhirVersions": [version] }).to_string();
        let (set, profile) = (value_set(&["red"]), profile.to_string());
        let files = [(NAME, &description), (SET, &set), ("package/StructureDefinition-x.json", &profile)];
        let (definitions, issues) =
            Definitions::r4().with_packages([Package::of_files(files.map(|(path, text)| (path, text.as_str())))]);
        assert_eq!(colours(&definitions), "red");
        let of_package = issues.iter().filter(|issue| issue.file.is_empty());
        assert_eq!(of_package.clone().count(), count, "{issues:?}");
        for issue in of_package {
            assert_eq!((issue.severity, issue.kind), (Severity::Information, DefinitionIssueKind::NotSupported));
            assert!(issue.problem.starts_with(&format!("is for FHIR {version}: only")), "{issue}");
        }
    }
}

#[test]
fn r4_itself_is_there() {
    let of_r4 = package("hl7.fhir.r4.core", &[], &value_set(&["red"]));
    let (definitions, issues) = Definitions::r4().with_packages([Ok(of_r4)]);
    assert_eq!(definitions.value_sets().len(), Definitions::r4().value_sets().len());
    assert_eq!(issues.len(), 1);
    assert_eq!(issues[0].to_string(), "hl7.fhir.r4.core#1.0.0: is not read: it is built in");
}

/// Packages in use; none, saying so, where they are not here.
fn published() -> Vec<Package> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance/profiles/packages");
    if !folder.is_dir() {
        eprintln!("skipped: the public packages are not here");
        return Vec::new();
    }
    let files = fs::read_dir(folder).unwrap().map(|file| fs::read(file.unwrap().path()).unwrap());
    files.map(|bytes| read(&bytes).unwrap()).collect()
}

/// Every ninth of the cases of those packages: examples, and faults in them.
fn texts_of_published() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance/profiles");
    let sets =
        ["medcom-carecommunication.ndjson", "us-core-6.1.0.ndjson"].map(|name| fs::read_to_string(folder.join(name)));
    let lines = sets.iter().flatten().flat_map(|set| set.lines().step_by(9));
    lines.map(|line| serde_json::from_str::<Value>(line).unwrap()["text"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn published_packages_are_known_alike_in_whatever_order_they_are_given() {
    let mut packages = published();
    let texts = texts_of_published();
    let mut before = None;
    for order in 0..if packages.is_empty() { 0 } else { 6 } {
        packages.rotate_left(3);
        if order % 2 == 1 {
            packages.reverse();
        }
        let (definitions, issues) = Definitions::r4().with_packages(packages.iter().cloned().map(Ok));
        let sets: Vec<String> = definitions.value_sets().iter().map(|set| set.url.to_string()).collect();
        let events: Vec<String> = definitions.messages().iter().map(|event| event.url.clone()).collect();
        let validator = Validator::new(definitions);
        let verdicts: Vec<Report> = texts.iter().map(|text| validator.validate(text, &Options::default())).collect();
        let found = (issues, sets, events, verdicts);
        assert!(before.is_none_or(|before| before == found), "order {order}");
        before = Some(found);
    }
}

#[test]
fn published_packages_are_read() {
    let mut found = Vec::new();
    for package in published() {
        assert!(package.unreadable.is_empty(), "{package}: {:?}", package.unreadable);
        assert_eq!(package.fhir_versions, ["4.0.1"], "{package}");
        for (path, text) in &package.resources {
            let resource: Value = serde_json::from_str(text).unwrap();
            let of = resource["resourceType"].as_str().unwrap();
            let is_example = path.starts_with("package/example/Questionnaire-");
            assert!(
                is_example || path.starts_with(&format!("package/{of}-")) && path.matches('/').count() == 1,
                "{path}"
            );
        }
        found.push((package.to_string(), package.resources.len(), package.dependencies.len()));
    }
    if found.is_empty() {
        return;
    }
    found.sort();
    let found: Vec<(&str, usize, usize)> =
        found.iter().map(|(name, count, needs)| (name.as_str(), *count, *needs)).collect();
    assert_eq!(found, PUBLISHED);
}

/// Their resources of use, and what they depend on.
const PUBLISHED: [(&str, usize, usize); 8] = [
    ("hl7.fhir.dk.core#3.4.0", 65, 5),
    ("hl7.fhir.us.core#6.1.0", 103, 9),
    ("hl7.fhir.uv.extensions.r4#5.2.0", 739, 1),
    ("medcom.fhir.dk.carecommunication#5.0.2", 4, 8),
    ("medcom.fhir.dk.core#3.0.1", 17, 5),
    ("medcom.fhir.dk.messagedefinitions#1.0.0", 8, 6),
    ("medcom.fhir.dk.messaging#4.0.2", 7, 5),
    ("medcom.fhir.dk.terminology#2.0.1", 45, 3),
];
