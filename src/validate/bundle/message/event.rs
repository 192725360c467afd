//! msg-event, msg-event-unknown: the event of a message.

use crate::definitions::{Event, MessageDefinition};
use crate::document::{Kind, NodeId, name};
use crate::edit_distance::edit_distance;
use crate::report::{Act, At, Rule, Severity, Suggest, Words};
use crate::validate::bundle::whole::Whole;
use crate::validate::findings::Findings;
use crate::validate::nearest::nearest;
use crate::validate::uri::is_absolute;

pub(crate) const MSG_EVENT: Rule = Rule::new(
    "msg-event",
    Severity::Error,
    "required",
    "The event is a Coding with system and code, or an absolute URI.",
    &[NO_EVENT_SYSTEM, NO_EVENT_CODE, EVENT_URI_NOT_ABSOLUTE],
);
const NO_EVENT_SYSTEM: Words = Words("eventCoding.system is missing: a code alone does not name an event.");
const NO_EVENT_CODE: Words = Words("eventCoding.code is missing.");
const EVENT_URI_NOT_ABSOLUTE: Words = Words("eventUri is not an absolute URI.");

pub(crate) const MSG_EVENT_UNKNOWN: Rule = Rule::new(
    "msg-event-unknown",
    Severity::Warning,
    "not-supported",
    "The event is one that is known here.",
    &[NO_DEFINITION, EVENT_SLIP],
);
const NO_DEFINITION: Words = Words("This event has no definition here: its requirements are not checked.");
const EVENT_SLIP: Words = Words("This event is not known here; {near} is known, and nearly the same.");

/// Validates the event, and finds its definition.
pub(crate) fn check<'d>(whole: &'d Whole<'_>, findings: &mut Findings) -> Option<&'d MessageDefinition> {
    let definitions = whole.definitions();
    let header = whole.entries.header()?;
    if let Some(coding) = whole.document.member(header.node, name::EVENT_CODING) {
        for (name, words) in [(name::SYSTEM, NO_EVENT_SYSTEM), (name::CODE, NO_EVENT_CODE)] {
            if whole.document.kind(coding) == Kind::Object && whole.document.member(coding, name).is_none() {
                findings.add(&MSG_EVENT, At::Start(coding), words);
            }
        }
    }
    let uri =
        whole.document.member(header.node, name::EVENT_URI).filter(|&uri| whole.document.kind(uri) == Kind::String);
    if let Some(uri) = uri.filter(|&uri| !is_absolute(&whole.document.value(uri))) {
        findings.add(&MSG_EVENT, At::Value(uri), EVENT_URI_NOT_ABSOLUTE);
    }
    let event = header.event_name(whole.document)?.event()?;
    let definition = header.definition(whole.document, definitions);
    if definition.is_none() {
        let at = whole
            .document
            .member(header.node, name::EVENT_CODING)
            .map(|coding| whole.document.member(coding, name::CODE).map_or(At::Start(coding), At::Value));
        let at = at.or(uri.map(At::Value)).unwrap_or(At::Start(header.node));
        unknown(whole, findings, &event, header.node, at);
    }
    definition
}

/// An event that nobody has defined here may be one; a slip of one that is known is not.
#[cold]
fn unknown(whole: &Whole<'_>, findings: &mut Findings, event: &Event, header: NodeId, at: At) {
    let others = || whole.definitions().messages().iter().map(|definition| &definition.event);
    let slip = match event {
        Event::Coding { system, code } => {
            let codes = others().filter_map(|other| match other {
                Event::Coding { system: of, code } if of == system => Some(code.as_str()),
                _ => None,
            });
            let systems = others().filter_map(|other| match other {
                Event::Coding { system, code: same } if same == code => Some(system.as_str()),
                _ => None,
            });
            let coding = whole.document.member(header, name::EVENT_CODING);
            let member = |name| coding.and_then(|coding| whole.document.member(coding, name)).map_or(at, At::Value);
            let of_code = slip_of(code, codes).map(|right| (member(name::CODE), right));
            of_code.or_else(|| slip_of(system, systems).map(|right| (member(name::SYSTEM), right)))
        }
        Event::Uri(uri) => {
            let uris = others().filter_map(|other| match other {
                Event::Uri(uri) => Some(uri.as_str()),
                Event::Coding { .. } => None,
            });
            slip_of(uri, uris).map(|right| (at, right))
        }
    };
    let Some((at, right)) = slip else {
        findings.add(&MSG_EVENT_UNKNOWN, at, NO_DEFINITION);
        return;
    };
    let content = EVENT_SLIP.name("near", right.clone());
    let finding = findings.add_as(&MSG_EVENT_UNKNOWN, Severity::Error, at, content);
    // What the receiver does depends on it: it is for the writer to say.
    finding.suggest(right, false, Act::Replace, Vec::new());
}

/// The name that was meant by one that is a slip of it: one letter, or what cannot be another word. Numbers are not slips: `a01` is another
/// event than `a02`.
fn slip_of<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<String> {
    const SHORTEST: usize = 4;
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let near = nearest(name, &mut known.filter(|known| digits(known) == digits(name)))?;
    let is_letter = || name.len() >= SHORTEST && edit_distance(name, near.name, 1) == Some(1);
    (near.certain || is_letter()).then(|| near.name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{MSG_EVENT, MSG_EVENT_UNKNOWN};
    use crate::validate::told::assert_told;

    #[test]
    fn an_event_is_a_system_and_a_code_or_an_absolute_uri() {
        assert_told(
            MSG_EVENT,
            r#"{"resourceType":"Bundle","type":"message","entry":[
                {"fullUrl":"http://example.org/MessageHeader/1","resource":{"resourceType":"MessageHeader","id":"1",…}}]}"#,
            &[
                (
                    r#""eventCoding":{"system":"http://ntst.com/fhir/message-events","code":"submit-service-request"}"#,
                    &[],
                ),
                (
                    r#""eventCoding":{"code":"admit"}"#,
                    &[
                        "/entry/0/resource/eventCoding: eventCoding.system is missing: a code alone does not name an event.",
                    ],
                ),
                (
                    r#""eventCoding":{"system":"http://example.org/events"}"#,
                    &["/entry/0/resource/eventCoding: eventCoding.code is missing."],
                ),
                (r#""eventUri":"http://example.org/admit""#, &[]),
                (r#""eventUri":"admit""#, &["/entry/0/resource/eventUri: eventUri is not an absolute URI."]),
            ],
        );
    }

    #[test]
    fn an_event_that_is_not_known_may_be_a_slip_of_one_that_is() {
        assert_told(
            MSG_EVENT_UNKNOWN,
            r#"{"resourceType":"Bundle","type":"message","entry":[
                {"fullUrl":"http://example.org/MessageHeader/1","resource":{"resourceType":"MessageHeader","id":"1","eventCoding":{"system":"http://ntst.com/fhir/message-events","code":"…"}}}]}"#,
            &[
                ("submit-service-request", &[]),
                (
                    "admit",
                    &[
                        "/entry/0/resource/eventCoding/code: This event has no definition here: its requirements are not checked.",
                    ],
                ),
                (
                    "submit-servicerequest",
                    &[
                        "/entry/0/resource/eventCoding/code: This event is not known here; submit-service-request is known, and nearly the same.",
                    ],
                ),
            ],
        );
    }
}
