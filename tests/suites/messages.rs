//! Real messages: each has the errors that are truly in it, and no other.

use super::{SuiteResult, errors, files, folder, label};
use fhirpost::{Options, Validator, What};
use std::fs;

/// What is truly wrong in the four messages, and why.
const MESSAGE_ERRORS: [(&str, &[(&str, &str)]); 4] = [
    (
        "bars-examples_process_message_POST-body.json",
        &[(
            "msg-id Bundle.entry[0].resource.ofType(MessageHeader)",
            "the MessageHeader has no id for an answer to quote",
        )],
    ),
    (
        "bars-examples_process_message_POST-success.json",
        &[
            (
                "ref-form Bundle.entry[0].resource.ofType(MessageHeader).destination[0].receiver.reference",
                "urn is missing in front of :uuid:",
            ),
            (
                "msg-endpoint Bundle.entry[0].resource.ofType(MessageHeader).destination[0].endpoint",
                "a placeholder, [ODSCode]:[DoSId]",
            ),
            (
                "msg-endpoint Bundle.entry[0].resource.ofType(MessageHeader).source.endpoint",
                "a placeholder, [ODSCode]:[DoSId]",
            ),
            (
                "ref-unresolved Bundle.entry[1].resource.ofType(Appointment).slot[0].reference",
                "a relative reference in an entry with a URN; HL7's validator says so, too",
            ),
            ("ref-type Bundle.entry[1].resource.ofType(Appointment).basedOn[0]", "serviceRequest for ServiceRequest"),
            (
                "element-missing Bundle.entry[1].resource.ofType(Appointment).participant[0]",
                "participant.status is 1..1",
            ),
            ("element-missing Bundle.entry[3].resource.ofType(Slot)", "schedule is 1..1; it is written Schedule"),
            ("element-unknown Bundle.entry[3].resource.ofType(Slot)", "schedule, written with a capital"),
            ("primitive-value Bundle.entry[4].resource.ofType(Schedule).id", "a placeholder, {ScheduleItem}"),
            (
                "primitive-value Bundle.entry[5].resource.ofType(HealthcareService).id",
                "a placeholder, [HealcareServiceid]",
            ),
            ("primitive-value Bundle.entry[6].resource.ofType(Practitioner).id", "a placeholder in braces"),
            ("primitive-value Bundle.entry[7].resource.ofType(PractitionerRole).id", "a placeholder in braces"),
            ("primitive-value Bundle.entry[8].resource.ofType(Location).id", "a placeholder in braces"),
        ],
    ),
    (
        "hl7-R4_message-request-link.json",
        &[("bundle-fullurl-id Bundle.entry[2]", "the fullUrl ends with pat12, the id is pat2")],
    ),
    (
        "hl7-R4_message-response-link.json",
        &[
            (
                "ref-unresolved Bundle.entry[2].resource.ofType(Patient).link[0].other.reference",
                "the entry that it means has a fullUrl that ends with pat12; HL7's validator says so, too",
            ),
            ("bundle-fullurl-id Bundle.entry[3]", "the fullUrl ends with pat12, the id is pat2"),
        ],
    ),
];

pub(crate) fn run() -> Option<SuiteResult> {
    let folder = folder("messages")?;
    let validator = Validator::default();
    let (mut won, mut notes, mut surprises) = (0, Vec::new(), Vec::new());
    let total = files(&folder).len();
    if total != MESSAGE_ERRORS.len() {
        surprises.push(format!("{total} messages, and {} are listed", MESSAGE_ERRORS.len()));
    }
    for (name, expected) in MESSAGE_ERRORS {
        let report = validator.validate(fs::read(folder.join(name)).unwrap(), &Options::of(What::Bundle));
        let errors: Vec<String> = errors(&report).map(label).collect();
        if errors.iter().eq(expected.iter().map(|(error, _)| error)) {
            won += 1;
        } else {
            surprises.push(format!("{name} has these errors, and others are listed: {errors:#?}"));
        }
        notes.extend(expected.iter().map(|(error, reason)| (format!("{name}: {error}"), (*reason).to_owned())));
    }
    Some(SuiteResult {
        name: "messages",
        what: "Real message Bundles: request and response to `$process-message` of NHS England's Booking and Referral \
               Standard, and HL7's patient-link request and response.",
        licence: "MIT (Booking and Referral Standard), CC0 (HL7)",
        total,
        won,
        winning: "have just the errors that are truly in them",
        figures: Vec::new(),
        noted: "Errors that are true",
        notes,
        surprises,
    })
}
