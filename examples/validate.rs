//! Is it right? `cargo run --example validate -- <file>…` prints the report on each message or resource.
#![allow(clippy::print_stdout, reason = "a command speaks to the terminal")]
use fhirpost::{Options, Validator};

fn main() -> std::io::Result<()> {
    let validator = Validator::default();
    for file in std::env::args().skip(1) {
        println!("{file}: {}", validator.validate(std::fs::read(&file)?, &Options::default()));
    }
    Ok(())
}

#[test]
fn it_runs() {
    let report =
        Validator::default().validate(r#"{ "resourceType": "Patient", "gender": "femal" }"#, &Options::default());
    assert_eq!(report.issues[0].suggestion.as_ref().and_then(|right| right.value.as_deref()), Some("female"));
    assert!(report.to_string().contains("binding-required"));
}
