//! Public test data, read from `../shared/conformance` and skipped, saying so, where it is absent.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests may fail loudly")]

use fhirpost::report::Severity;
use fhirpost::validate::{Options, Report, Validator};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn folder(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance").join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: the public test data {name} is not here");
    None
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files
}

/// The errors of a report, as `rule expression`.
fn errors(report: &Report) -> Vec<String> {
    let is_error = |severity: Severity| severity <= Severity::Error;
    let errors = report.issues.iter().filter(|issue| is_error(issue.severity));
    errors.map(|issue| format!("{} {}", issue.rule, issue.expression)).collect()
}

/// R4 examples that truly break the rules, and why. The list shrinks.
const TRUE_SLIPS: [(&str, &str); 9] = [
    ("binary-questionnaire.json", "Questionnaire.item.linkId is 1..1, and nine items have none"),
    ("codesystem-extensions-CodeSystem-author.json", "a SearchParameter without base, which is 1..*"),
    ("medicinalproductcontraindication-questionnaire.json", "items without linkId, which is 1..1"),
    ("medicinalproductmanufactured-questionnaire.json", "items without linkId, which is 1..1"),
    ("medicinalproductundesirableeffect-questionnaire.json", "items without linkId, which is 1..1"),
    ("organizationaffiliation-questionnaire.json", "items without linkId, which is 1..1"),
    ("paymentnotice-questionnaire.json", "items without linkId, which is 1..1"),
    ("schedule-questionnaire.json", "items without linkId, which is 1..1"),
    ("slot-questionnaire.json", "items without linkId, which is 1..1"),
];

#[test]
fn the_examples_of_r4_are_valid() {
    let Some(folder) = folder("r4-examples") else { return };
    let validator = Validator::default();
    let mut wrong = BTreeMap::new();
    let files = files(&folder);
    for path in &files {
        let report = validator.validate_resource(&fs::read(path).unwrap(), &Options::default());
        let errors = errors(&report);
        if !errors.is_empty() {
            wrong.insert(path.file_name().unwrap().to_str().unwrap().to_owned(), errors);
        }
    }
    eprintln!("{} examples, {} with an error", files.len(), wrong.len());
    for (name, reason) in TRUE_SLIPS {
        assert!(
            wrong.remove(name).is_some(),
            "{name} is expected to be wrong ({reason}), and is not: shorten the list"
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

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
                "msg-endpoint Bundle.entry[0].resource.ofType(MessageHeader).destination[0].endpoint",
                "a placeholder, [ODSCode]:[DoSId]",
            ),
            (
                "msg-endpoint Bundle.entry[0].resource.ofType(MessageHeader).source.endpoint",
                "a placeholder, [ODSCode]:[DoSId]",
            ),
            (
                "msg-ref-type Bundle.entry[1].resource.ofType(Appointment).basedOn[0].type",
                "serviceRequest for ServiceRequest",
            ),
            (
                "element-missing Bundle.entry[1].resource.ofType(Appointment).participant[0]",
                "participant.status is 1..1",
            ),
            ("element-missing Bundle.entry[3].resource.ofType(Slot)", "schedule is 1..1; it is written Schedule"),
            ("element-unknown Bundle.entry[3].resource.ofType(Slot).Schedule", "schedule, written with a capital"),
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
        &[("msg-fullurl-id Bundle.entry[2].fullUrl", "the fullUrl ends with pat12, the id is pat2")],
    ),
    (
        "hl7-R4_message-response-link.json",
        &[("msg-fullurl-id Bundle.entry[3].fullUrl", "the fullUrl ends with pat12, the id is pat2")],
    ),
];

#[test]
fn real_messages_have_only_errors_that_are_true() {
    let Some(folder) = folder("messages") else { return };
    let validator = Validator::default();
    assert_eq!(files(&folder).len(), MESSAGE_ERRORS.len());
    for (name, expected) in MESSAGE_ERRORS {
        let report = validator.validate_bundle(&fs::read(folder.join(name)).unwrap(), &Options::default());
        let expected: Vec<&str> = expected.iter().map(|(error, _)| *error).collect();
        assert_eq!(errors(&report), expected, "{name}");
    }
}
