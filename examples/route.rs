//! Where does it go? `cargo run --example route` tells the event of a message, what that is about, and whether an answer is due.
#![allow(clippy::print_stdout, reason = "a command speaks to the terminal")]
use fhirpost::{Route, Validator};

const MESSAGE: &str = r#"{ "resourceType": "Bundle", "type": "message", "entry": [
  { "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000001", "resource": { "resourceType": "MessageHeader", "id": "h",
    "eventCoding": { "system": "http://ntst.com/fhir/message-events", "code": "submit-service-request" },
    "source": { "endpoint": "http://example.org" },
    "focus": [{ "reference": "urn:uuid:00000000-0000-4000-8000-000000000002" }] } },
  { "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000002", "resource": { "resourceType": "ServiceRequest", "id": "s" } }] }"#;

fn routed() -> Route {
    Validator::default().route(MESSAGE)
}

fn main() {
    let route = routed();
    println!("event: {:?}, defined by {:?}", route.event, route.definition);
    for focus in &route.focus {
        println!("about: {:?} {:?}", focus.of, focus.id);
    }
    println!("answer: {:?}", route.response_required);
}

#[test]
fn it_runs() {
    let route = routed();
    assert_eq!(route.focus[0].of.as_deref(), Some("ServiceRequest"));
    main();
}
