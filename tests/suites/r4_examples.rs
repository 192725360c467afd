//! R4's own examples: an error on one of them is a false alarm until it is shown to be true.

use super::{SuiteResult, errors, files, folder, label, notes};
use fhirpost::{Options, Validator};
use std::collections::BTreeMap;
use std::fs;

const CODE: &str = "a code that its code system does not have";
const RELATIVE: &str = "a canonical URL is relative; R4, datatypes, canonical: they are absolute, or fragments";

/// Examples that truly break the rules, and why. The list shrinks.
const TRUE_SLIPS: [(&str, &str); 45] = [
    ("activitydefinition-example.json", RELATIVE),
    ("activitydefinition-order-serum-zika-dengue-virus-igm.json", RELATIVE),
    ("activitydefinition-provide-mosquito-prevention-advice.json", RELATIVE),
    ("activitydefinition-supplyrequest-example.json", "txt-2: its narrative is an empty div"),
    ("binary-questionnaire.json", "Questionnaire.item.linkId is 1..1, and nine items have none"),
    ("capabilitystatement-messagedefinition.json", RELATIVE),
    ("capabilitystatement-terminology-server.json", RELATIVE),
    ("codesystem-extensions-CodeSystem-author.json", "a SearchParameter without base, which is 1..*"),
    ("contract-example-ins-policy.json", CODE),
    ("contract-example.json", CODE),
    ("diagnosticreport-example-pgx.json", "the hash of an attachment is that of no data, and in hexadecimal"),
    (
        "document-example-dischargesummary.json",
        "R4, page bundle: a relative reference in an entry with a URN resolves to none; HL7's validator says so, too",
    ),
    ("library-example.json", RELATIVE),
    ("library-exclusive-breastfeeding-cqm-logic.json", RELATIVE),
    ("library-mmi-suiciderisk-orderset-logic.json", RELATIVE),
    ("library-opioidcds-recommendation-05.json", RELATIVE),
    ("medicationadministration0312.json", CODE),
    ("medicationdispense0325.json", CODE),
    ("medicationexample0304.json", CODE),
    ("medicationrequest0313.json", CODE),
    ("medicationrequest0327.json", CODE),
    ("medicinalproductcontraindication-questionnaire.json", "items without linkId, which is 1..1"),
    ("medicinalproductmanufactured-questionnaire.json", "items without linkId, which is 1..1"),
    ("medicinalproductundesirableeffect-questionnaire.json", "items without linkId, which is 1..1"),
    ("messagedefinition-patient-link-response.json", RELATIVE),
    ("organizationaffiliation-questionnaire.json", "items without linkId, which is 1..1"),
    ("paymentnotice-questionnaire.json", "items without linkId, which is 1..1"),
    ("plandefinition-chlamydia-screening-intervention.json", RELATIVE),
    ("plandefinition-exclusive-breastfeeding-intervention-03.json", RELATIVE),
    ("plandefinition-opioidcds-05.json", RELATIVE),
    ("plandefinition-opioidcds-07.json", RELATIVE),
    ("plandefinition-opioidcds-11.json", RELATIVE),
    ("questionnaire-zika-virus-exposure-assessment.json", "txt-2: its narrative is an empty pre in a div"),
    ("sc-valueset-clinicalimpression-status.json", "it maps codes that are not in the value set that it names"),
    ("sc-valueset-contract-publicationstatus.json", CODE),
    ("sc-valueset-contract-status.json", CODE),
    ("sc-valueset-diagnostic-report-status.json", CODE),
    ("sc-valueset-publication-status.json", CODE),
    ("sc-valueset-subscription-status.json", CODE),
    ("schedule-questionnaire.json", "items without linkId, which is 1..1"),
    ("slot-questionnaire.json", "items without linkId, which is 1..1"),
    ("structuredefinition-example-section-library.json", "its kind is complex-type, and that of its base resource"),
    ("testscript-example-history.json", RELATIVE),
    ("testscript-example-readtest.json", RELATIVE),
    ("valueset-nhin-purposeofuse.json", CODE),
];

pub(crate) fn run() -> Option<SuiteResult> {
    let files = files(&folder("r4-examples")?);
    let validator = Validator::default();
    let mut wrong = BTreeMap::new();
    for path in &files {
        let report = validator.validate(fs::read(path).unwrap(), &Options::default());
        let errors: Vec<String> = errors(&report).map(label).collect();
        if !errors.is_empty() {
            wrong.insert(path.file_name().unwrap().to_str().unwrap().to_owned(), errors);
        }
    }
    let won = files.len() - wrong.len();
    let mut surprises = Vec::new();
    for (name, reason) in TRUE_SLIPS {
        if wrong.remove(name).is_none() {
            surprises.push(format!("{name} is expected to be wrong ({reason}), and is not: shorten the list"));
        }
    }
    surprises.extend(wrong.into_iter().map(|(name, errors)| format!("{name} has errors: {errors:#?}")));
    Some(SuiteResult {
        name: "r4-examples",
        what: "The R4 specification's own example resources. They are valid but for known slips.",
        licence: "CC0, HL7's FHIR R4 specification",
        total: files.len(),
        won,
        winning: "have no error",
        figures: Vec::new(),
        noted: "Examples that truly break a rule",
        notes: notes(&TRUE_SLIPS),
        surprises,
    })
}
