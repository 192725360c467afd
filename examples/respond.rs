//! How is one answered? `cargo run --example respond` answers a request that is not valid: with its issues, whatever the outcome was to be.
#![allow(clippy::print_stdout, reason = "a command speaks to the terminal")]
use fhirpost::{Options, ResponseCode, ResponseContext, ResponseError, ResponseOutcome, Source, Validator};

const REQUEST: &str = r#"{ "resourceType": "Bundle", "type": "message", "entry": [
  { "resource": { "resourceType": "MessageHeader", "id": "h", "eventUri": "http://example.org/events/ping",
    "source": { "endpoint": "http://example.org/sender" } } }] }"#;

fn answer() -> Result<String, ResponseError> {
    let outcome = ResponseOutcome { code: ResponseCode::Ok, issues: Vec::new(), resources: Vec::new() };
    let source = Source { endpoint: "http://example.org/fhir".to_owned(), name: None, software: None, version: None };
    // The core has no clock and no randomness: a program takes these from its own.
    let ids = (1..=3).map(|id| format!("00000000-0000-4000-8000-{id:012}")).collect();
    let answering =
        ResponseContext { now: "2026-01-31T12:00:00Z".to_owned(), ids, source: Some(source), checked: false };
    Validator::default().respond(REQUEST, &outcome, &answering, &Options::default())
}

fn main() -> Result<(), ResponseError> {
    println!("{}", answer()?);
    Ok(())
}

#[test]
fn it_runs() {
    let answer = answer().unwrap();
    assert!(answer.contains(r#""identifier":"h","code":"fatal-error""#), "{answer}");
    main().unwrap();
}
