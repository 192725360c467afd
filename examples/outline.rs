//! How does it hang together? `cargo run --example outline` lists the entries of a Bundle and the references between them.
#![allow(clippy::print_stdout, reason = "a command speaks to the terminal")]
use fhirpost::{LinkTarget, Options, Validator};

const BUNDLE: &str = r#"{ "resourceType": "Bundle", "type": "collection", "entry": [
  { "fullUrl": "http://example.org/fhir/Patient/p", "resource": { "resourceType": "Patient", "id": "p" } },
  { "fullUrl": "http://example.org/fhir/Observation/o", "resource": { "resourceType": "Observation", "id": "o",
    "subject": { "reference": "Patient/p" }, "performer": [{ "reference": "urn:uuid:00000000-0000-4000-8000-000000000009" }] } }] }"#;

fn main() {
    let validator = Validator::default();
    let outline = validator.outline(BUNDLE, &Options::default());
    for entry in &outline.entries {
        println!("{}: {:?} {:?}", entry.index, entry.resource_type, entry.full_url);
    }
    for reference in &outline.references {
        let dangles = if reference.resolves == LinkTarget::Nowhere { ", which is not there" } else { "" };
        println!("{:?} {} -> {}{dangles}", reference.from, reference.path, reference.reference);
    }
}

#[test]
fn it_runs() {
    let outline = Validator::default().outline(BUNDLE, &Options::default());
    let targets: Vec<LinkTarget> = outline.references.iter().map(|reference| reference.resolves).collect();
    assert_eq!(targets, [LinkTarget::Entry, LinkTarget::Nowhere]);
    main();
}
