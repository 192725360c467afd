//! How is it sent, and what came back? `cargo run --example exchange` prepares the request and reads an answer; HTTP is the program's own.
#![allow(clippy::print_stdout, reason = "a command speaks to the terminal")]
use fhirpost::Validator;
use fhirpost::exchange::{Answer, HttpAnswer, Outcome, PrepareError, Request, SendOptions, SentMessage, prepare};

const MESSAGE: &str = r#"{ "resourceType": "Bundle", "type": "message", "entry": [
  { "resource": { "resourceType": "MessageHeader", "id": "h", "eventUri": "http://example.org/events/ping" } }] }"#;

fn prepared(validator: &Validator) -> Result<Request, PrepareError> {
    let options = SendOptions { base: "https://example.org/fhir", token: Some("t"), ..SendOptions::default() };
    prepare(&validator.route(MESSAGE), &options)
}

fn answered(validator: &Validator) -> Answer {
    let headers = [("Retry-After".to_owned(), "7".to_owned())];
    let received = HttpAnswer { status: 503, headers: &headers, body: b"", failure: None };
    validator.read_answer(&received, &SentMessage { message_id: Some("h"), ..SentMessage::default() })
}

fn main() -> Result<(), PrepareError> {
    let validator = Validator::default();
    let request = prepared(&validator)?;
    println!("{} {}", request.method, request.url);
    let answer = answered(&validator);
    if answer.outcome == Outcome::Failed {
        println!("again after {:?} seconds", answer.retry_after);
    }
    Ok(())
}

#[test]
fn it_runs() {
    let validator = Validator::default();
    assert_eq!(prepared(&validator).unwrap().url, "https://example.org/fhir/$process-message");
    let answer = answered(&validator);
    assert_eq!((answer.may_resend, answer.retry_after), (true, Some(7)));
    main().unwrap();
}
