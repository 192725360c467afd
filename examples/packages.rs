//! What a network publishes: `cargo run --example packages -- PACKAGE.tgz…` reads FHIR packages, and says what is known with them.
#![allow(clippy::print_stdout, reason = "a command speaks to the terminal")]
use fhirpost::{Definitions, Package, PackageError, PackageLimits, Validator};

/// One that was unpacked.
const FILES: [(&str, &str); 2] = [
    (
        "package/package.json",
        r#"{ "name": "example.ping", "version": "1.0.0", "dependencies": { "example.other": "2.0.0" } }"#,
    ),
    (
        "package/MessageDefinition-ping.json",
        r#"{ "resourceType": "MessageDefinition", "url": "http://example.org/MessageDefinition/ping", "status": "active",
            "date": "2026-01-01", "eventUri": "http://example.org/events/ping", "category": "notification" }"#,
    ),
];

fn packages() -> Vec<Result<Package, PackageError>> {
    let paths: Vec<String> = std::env::args().skip(1).filter(|path| path.ends_with(".tgz")).collect();
    if paths.is_empty() {
        return vec![Package::of_files(FILES)];
    }
    let read = |path| Package::read(&std::fs::read(path).unwrap_or_default(), PackageLimits::default());
    paths.iter().map(read).collect()
}

fn main() {
    // In whatever order they are given: each is above what it depends on.
    let (definitions, issues) = Definitions::r4().with_packages(packages());
    for issue in issues {
        println!("{}: {issue}", issue.severity.name());
    }
    for event in Validator::new(definitions).definitions().messages() {
        println!("{}", event.url);
    }
}

#[test]
fn it_runs() {
    let (definitions, issues) = Definitions::r4().with_packages(packages());
    let said: Vec<String> = issues.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        ["example.ping#1.0.0: depends on example.other#2.0.0, which was not given: what it defines is not known"]
    );
    assert!(definitions.messages().iter().any(|event| event.url == "http://example.org/MessageDefinition/ping"));
    main();
}
