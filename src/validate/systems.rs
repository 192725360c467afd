//! Systems that miss a well-known one by a slip: https for http, a slash at the end, or the address of a web page.
//!
//! Sources: R4 page terminologies-systems, "Code systems"; R4 page identifier-registry.

use super::uri::has_scheme;
use crate::definitions::Definitions;

/// The systems that R4 names beside its own, as they are written.
const KNOWN: [&str; 34] = [
    "http://snomed.info/sct",
    "http://loinc.org",
    "http://unitsofmeasure.org",
    "http://www.nlm.nih.gov/research/umls/rxnorm",
    "http://ncimeta.nci.nih.gov",
    "http://www.ama-assn.org/go/cpt",
    "http://hl7.org/fhir/ndfrt",
    "http://fdasis.nlm.nih.gov",
    "http://hl7.org/fhir/sid/ndc",
    "http://hl7.org/fhir/sid/cvx",
    "http://hl7.org/fhir/sid/mvx",
    "http://hl7.org/fhir/sid/icd-10",
    "http://hl7.org/fhir/sid/icd-10-cm",
    "http://hl7.org/fhir/sid/icd-9-cm",
    "http://hl7.org/fhir/sid/icpc-1",
    "http://hl7.org/fhir/sid/icpc-2",
    "http://hl7.org/fhir/sid/icf-nl",
    "http://www.icd10data.com/icd10pcs",
    "http://www.whocc.no/atc",
    "http://nucc.org/provider-taxonomy",
    "http://www.ada.org/cdt",
    "http://www.ada.org/snodent",
    "http://standardterms.edqm.eu",
    "http://dicom.nema.org/resources/ontology/DCM",
    "http://www.genenames.org",
    "http://www.ensembl.org",
    "http://www.ncbi.nlm.nih.gov/clinvar",
    "http://varnomen.hgvs.org",
    "http://www.nationsonline.org/oneworld/country_code_list",
    "http://unstats.un.org/unsd/methods/m49/m49.htm",
    "http://radlex.org",
    "http://hl7.org/fhir/sid/us-ssn",
    "http://hl7.org/fhir/sid/us-npi",
    "http://hl7.org/fhir/sid/us-medicare",
];

/// Systems whose web pages, editions and value sets lie below them, as they are compared.
const WITH_PAGES: [&str; 5] =
    ["snomed.info/sct", "loinc.org", "unitsofmeasure.org", "nlm.nih.gov/research/umls/rxnorm", "whocc.no/atc"];

/// Pages of those who keep a system, as they are compared.
const PAGES: [(&str, &str); 8] = [
    ("snomed.info", "http://snomed.info/sct"),
    ("snomed.info/id", "http://snomed.info/sct"),
    ("snomed.org", "http://snomed.info/sct"),
    ("snomed.org/snomed-ct", "http://snomed.info/sct"),
    ("ihtsdo.org", "http://snomed.info/sct"),
    ("ucum.org", "http://unitsofmeasure.org"),
    ("ucum.org/ucum", "http://unitsofmeasure.org"),
    ("aurora.regenstrief.org/ucum", "http://unitsofmeasure.org"),
];

/// Where STU3 had the tables of HL7 version 2 and the code systems of version 3.
const MOVED: [(&str, &str); 2] = [
    ("http://hl7.org/fhir/v2/", "http://terminology.hl7.org/CodeSystem/v2-"),
    ("http://hl7.org/fhir/v3/", "http://terminology.hl7.org/CodeSystem/v3-"),
];

/// What two spellings of one address have in common, but for capitals.
fn address_of(system: &str) -> Option<&str> {
    let (scheme, rest) = system.split_once("://")?;
    let rest = rest.strip_prefix("www.").unwrap_or(rest).trim_end_matches(['/', '#']);
    (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")).then_some(rest)
}

/// The known system of an address.
fn known_at(address: &str) -> Option<&'static str> {
    KNOWN.into_iter().find(|known| address_of(known).is_some_and(|known| known.eq_ignore_ascii_case(address)))
}

/// Whether R4 names this system beside its own.
pub(super) fn is_known(system: &str) -> bool {
    KNOWN.contains(&system)
}

/// The system that was meant by one that does not exist.
#[cold]
pub(super) fn meant(system: &str, definitions: &Definitions) -> Option<String> {
    if is_known(system) {
        return None;
    }
    // As in a canonical; a Coding has an element for the version.
    if let Some((bare, _)) = system.split_once('|').filter(|(bare, _)| has_scheme(bare)) {
        return Some(bare.to_owned());
    }
    for (old, new) in MOVED {
        let moved = system.strip_prefix(old).map(|name| format!("{new}{}", name.trim_end_matches('/')));
        if let Some(moved) = moved.filter(|moved| definitions.code_system(moved).is_some()) {
            return Some(moved);
        }
    }
    let address = address_of(system)?;
    if let Some(known) = known_at(address) {
        return Some(known.to_owned());
    }
    // One that R4 holds: its scheme is http, and no slash ends it.
    let held = [format!("http://{address}"), format!("http://www.{address}")];
    let plain = system.trim_end_matches(['/', '#']);
    let spelled = plain.strip_prefix("https://").map(|rest| format!("http://{rest}"));
    let mut candidates = spelled.into_iter().chain([plain.to_owned()]).chain(held);
    if let Some(held) = candidates.find(|one| one != system && definitions.code_system(one).is_some()) {
        return Some(held);
    }
    if let Some((_, known)) = PAGES.iter().find(|(page, _)| page.eq_ignore_ascii_case(address)) {
        return Some((*known).to_owned());
    }
    let above = WITH_PAGES.iter().find(|known| {
        let (start, rest) = address.split_at_checked(known.len()).unwrap_or_default();
        start.eq_ignore_ascii_case(known) && rest.starts_with(['/', '?', '#'])
    })?;
    known_at(above).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_from_another_system() {
        let definitions = Definitions::r4();
        let meant = |system| meant(system, &definitions);
        for system in [
            "https://loinc.org",
            "http://loinc.org/",
            "http://www.loinc.org",
            "http://LOINC.org",
            "https://loinc.org/12345-6/",
            "http://loinc.org/vs/LL715-4",
            "http://loinc.org|2.68",
        ] {
            assert_eq!(meant(system).as_deref(), Some("http://loinc.org"), "{system}");
        }
        for system in [
            "http://snomed.info/sct/",
            "https://snomed.info/sct",
            "http://www.snomed.org",
            "http://snomed.info/sct/731000124108",
        ] {
            assert_eq!(meant(system).as_deref(), Some("http://snomed.info/sct"), "{system}");
        }
        for system in ["http://unitsofmeasure.org/", "https://ucum.org/ucum", "http://unitsofmeasure.org/ucum.html"] {
            assert_eq!(meant(system).as_deref(), Some("http://unitsofmeasure.org"), "{system}");
        }
        let sex = "http://hl7.org/fhir/administrative-gender";
        assert_eq!(meant("https://hl7.org/fhir/administrative-gender/").as_deref(), Some(sex));
        let category = "http://terminology.hl7.org/CodeSystem/observation-category";
        assert_eq!(meant("https://terminology.hl7.org/CodeSystem/observation-category").as_deref(), Some(category));
        for system in KNOWN.into_iter().chain([
            sex,
            category,
            "http://example.org/codes",
            "http://loinc.org.example/x",
            "urn:oid:1.2.3",
        ]) {
            assert_eq!(meant(system), None, "{system}");
        }
    }
}
