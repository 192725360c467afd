//! An event of one's own: `cargo run --example own_event` teaches a validator a MessageDefinition, by which messages are then validated.
#![allow(clippy::print_stdout, reason = "a command speaks to the terminal")]
use fhirpost::{Definitions, Options, Validator, What};

const PING: &str = r#"{ "resourceType": "MessageDefinition", "url": "http://example.org/MessageDefinition/ping", "status": "active",
  "date": "2026-01-01", "eventUri": "http://example.org/events/ping", "category": "notification",
  "focus": [{ "code": "Device", "min": 1, "max": "1" }] }"#;

const MESSAGE: &str = r#"{ "resourceType": "Bundle", "id": "b", "type": "message", "timestamp": "2026-01-31T12:00:00Z", "entry": [
  { "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000001", "resource": { "resourceType": "MessageHeader", "id": "h",
    "eventUri": "http://example.org/events/ping", "source": { "endpoint": "http://example.org/sender" } } }] }"#;

fn rules(validator: &Validator) -> Vec<String> {
    let report = validator.validate(MESSAGE, &Options::of(What::Message));
    report.issues.iter().map(|issue| issue.rule.to_string()).collect()
}

fn main() {
    let (definitions, issues) = Definitions::r4().with([PING]);
    for issue in issues {
        println!("{issue}");
    }
    println!("without: {:?}", rules(&Validator::default()));
    println!("with: {:?}", rules(&Validator::new(definitions)));
}

#[test]
fn it_runs() {
    let (definitions, issues) = Definitions::r4().with([PING]);
    assert!(issues.is_empty());
    let (without, with) = (rules(&Validator::default()), rules(&Validator::new(definitions)));
    assert!(
        without.contains(&"msg-event-unknown".to_owned()) && !without.contains(&"msg-focus".to_owned()),
        "{without:?}"
    );
    assert!(with.contains(&"msg-focus".to_owned()), "{with:?}");
    main();
}
