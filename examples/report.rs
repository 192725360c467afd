//! A report that leaves the program and comes back: `cargo run --example report` writes one as JSON and as a FHIR OperationOutcome.
#![allow(clippy::print_stdout, reason = "a command speaks to the terminal")]
use fhirpost::{OperationOutcome, Options, Report, Validator};

fn report() -> Report {
    // Nothing of the message is in the texts.
    let options = Options { show_values: false, ..Options::default() };
    Validator::default().validate(r#"{ "resourceType": "Patient", "gender": "femal" }"#, &options)
}

fn main() -> serde_json::Result<()> {
    let text = serde_json::to_string(&report())?;
    let report: Report = serde_json::from_str(&text)?;
    let outcome = OperationOutcome::of(&report.issues);
    println!("{text}\n{}\n{outcome}", serde_json::to_string(&outcome)?);
    Ok(())
}

#[test]
fn it_runs() {
    let report = report();
    let read: Report = serde_json::from_str(&serde_json::to_string(&report).unwrap()).unwrap();
    assert_eq!(read, report);
    let outcome: OperationOutcome =
        serde_json::from_str(&serde_json::to_string(&OperationOutcome::of(&read.issues)).unwrap()).unwrap();
    assert_eq!(outcome, OperationOutcome::of(&report.issues));
    main().unwrap();
}
