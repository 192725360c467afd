//! How is one made? `cargo run --example compose` makes a message of an event and resources, and says what is missing.
#![allow(clippy::print_stdout, reason = "a command speaks to the terminal")]
use fhirpost::{ComposeContext, ComposeError, ComposedMessage, Composition, EventName, Options, Part, Validator};

fn composed() -> Result<ComposedMessage, ComposeError> {
    let part = |resource: &str| Part { resource: resource.to_owned(), full_url: None };
    let composition = Composition {
        event: EventName { code: Some("submit-service-request".to_owned()), ..EventName::default() },
        focus: vec![part(
            r#"{ "resourceType": "ServiceRequest", "status": "active", "intent": "order", "subject": { "reference": "Patient/p" } }"#,
        )],
        resources: vec![part(r#"{ "resourceType": "Patient", "id": "p" }"#)],
        source: Some(r#"{ "endpoint": "http://example.org/fhir" }"#.to_owned()),
        ..Composition::default()
    };
    // The core has no clock and no randomness: a program takes these from its own.
    let ids = (1..=4).map(|id| format!("00000000-0000-4000-8000-{id:012}")).collect();
    let context = ComposeContext { now: "2026-01-31T12:00:00Z".to_owned(), ids };
    Validator::default().compose(&composition, &context, &Options::default())
}

fn main() -> Result<(), ComposeError> {
    let ComposedMessage { text, report } = composed()?;
    println!("{text}\n{report}");
    Ok(())
}

#[test]
fn it_runs() {
    let message = composed().unwrap().text;
    assert!(
        message.contains(r#""subject": { "reference": "urn:uuid:00000000-0000-4000-8000-000000000004" }"#),
        "{message}"
    );
    main().unwrap();
}
