//! What a resource says of itself: the profiles that it claims, its security labels and tags.
//!
//! Source: R4, the type Meta; HL7's validator.

use crate::definitions::{TypeId, TypeKind, known};
use crate::document::{NameId, NodeId, name};
use crate::report::{At, Content, Rule, Severity, Words};
use crate::validate::instance::{Instance, Object};
use crate::validate::references::NodeByText;
use crate::validate::references::named_type;
use crate::validate::uri::has_scheme;

pub(crate) const META_DUPLICATE: Rule = Rule::new(
    "meta-duplicate",
    Severity::Error,
    "business-rule",
    "The security labels, tags and profiles of a resource are sets.",
    &[PROFILE_REPEATED, CODE_REPEATED],
);
const PROFILE_REPEATED: Words = Words("This profile is repeated: the profiles of a resource are a set.");
const CODE_REPEATED: Words = Words("This code is repeated: the codes of Meta.{element} are a set.");

pub(crate) const META_PROFILE: Rule = Rule::new(
    "meta-profile",
    Severity::Error,
    "invalid",
    "What a resource claims is a profile, and one of its type.",
    &[OF_OTHER_TYPE, URL_NOT_ABSOLUTE, NOT_A_PROFILE],
);
const OF_OTHER_TYPE: Words = Words("This profile is for the type {found}: one for the type {expected} is expected.");
const URL_NOT_ABSOLUTE: Words = Words("{found} is not an absolute URL, which is expected of a profile.");
const NOT_A_PROFILE: Words =
    Words("{found} is the URL of another type ({type}): a profile of a resource is expected here.");

pub(crate) const PROFILE_UNKNOWN: Rule = Rule::new(
    "profile-unknown",
    Severity::Information,
    "not-supported",
    "The profiles that resources claim are known here.",
    &[UNKNOWN, ASKED_FOR],
);
const ASKED_FOR: Words =
    Words("The profile {found}, which was asked for, is not known here: the resource was not checked against it.");
const UNKNOWN: Words = Words("The profile {found} is not known here: the resource was not checked against it.");

const FHIR_TYPES: &str = "http://hl7.org/fhir/StructureDefinition/";

/// The specification's own profiles, by the type that they are of.
const R4_PROFILES: [(&str, &str); 19] = [
    ("ActivityDefinition", "shareableactivitydefinition"),
    ("AuditEvent", "ehrsrle-auditevent"),
    ("CodeSystem", "shareablecodesystem"),
    ("Composition", "catalog clinicaldocument"),
    ("DiagnosticReport", "diagnosticreport-genetics hlaresult lipidprofile"),
    ("Evidence", "synthesis"),
    ("EvidenceVariable", "picoelement"),
    ("FamilyMemberHistory", "familymemberhistory-genetic"),
    ("Group", "actualgroup groupdefinition"),
    ("GuidanceResponse", "cdshooksguidanceresponse"),
    ("Library", "cqllibrary shareablelibrary"),
    ("Measure", "shareablemeasure"),
    (
        "Observation",
        "bmi bodyheight bodytemp bodyweight bp cholesterol devicemetricobservation hdlcholesterol headcircum heartrate ldlcholesterol observation-genetics oxygensat resprate triglyceride vitalsigns vitalspanel",
    ),
    ("PlanDefinition", "cdshooksserviceplandefinition computableplandefinition shareableplandefinition"),
    ("Provenance", "ehrsrle-provenance provenance-relevant-history"),
    ("Questionnaire", "cqf-questionnaire"),
    ("RequestGroup", "cdshooksrequestgroup"),
    ("ServiceRequest", "servicerequest-genetics"),
    ("ValueSet", "shareablevalueset"),
];

/// Says of a profile that the caller asks for that it is not known, or is not of the type of the resource.
pub(crate) fn asked_for(instance: &mut Instance<'_>, canonical: &str, own: TypeId) {
    let root = At::Start(NodeId::ROOT);
    let Some(id) = instance.definitions.profile_named(canonical) else {
        let is_type =
            canonical.strip_prefix(FHIR_TYPES).and_then(|name| instance.definitions.type_named(name)) == Some(own);
        if !is_type {
            instance.notes.wanted.profiles.push(canonical.to_owned());
            instance.findings.add_as(
                &PROFILE_UNKNOWN,
                Severity::Warning,
                root,
                ASKED_FOR.name("found", canonical.to_owned()),
            );
        }
        return;
    };
    let of = instance.definitions.profile(id).of;
    if !instance.definitions.is_a(own, of) {
        of_other_type(instance, root, of, own);
    }
}

/// Validates the Meta of the resource around.
pub(super) fn check(instance: &mut Instance<'_>, &Object { node, .. }: &Object<'_>) {
    for name in [name::SECURITY, name::TAG] {
        coding_set(instance, node, name);
    }
    let mut seen = NodeByText::new();
    for claimed in instance.document.member_items(node, name::PROFILE) {
        let Some(canonical) = instance.document.string(claimed).filter(|canonical| !canonical.is_empty()) else {
            continue;
        };
        profile(instance, claimed, &canonical);
        if seen.insert(canonical.into_owned(), claimed).is_some() {
            // A set, says R4; who reads it twice has read the same.
            instance.findings.add_as(&META_DUPLICATE, Severity::Warning, At::Value(claimed), PROFILE_REPEATED);
        }
    }
}

/// Meta.security: "The list of security labels is a set. Uniqueness is based the system/code, and version and display are ignored."
fn coding_set(instance: &mut Instance<'_>, meta: NodeId, name: NameId) {
    let mut seen = NodeByText::new();
    let mut items = instance.document.member_items(meta, name).peekable();
    while let Some(coding) = items.next() {
        // Most have one: there is nothing to compare it with.
        if seen.is_empty() && items.peek().is_none() {
            return;
        }
        let Some(code) = instance.text_of(coding, name::CODE) else { continue };
        let key = match instance.text_of(coding, name::SYSTEM) {
            Some(system) => format!("{} {code}{system}", code.len()),
            None => format!("- {code}"),
        };
        if seen.insert(key, coding).is_some() {
            let content = CODE_REPEATED.name("element", instance.definitions.names().text(name).to_owned());
            // HL7's validator refuses labels alone: of two, one might be taken away.
            let severity = if name == name::SECURITY { Severity::Error } else { Severity::Warning };
            instance.findings.add_as(&META_DUPLICATE, severity, At::Start(coding), content);
        }
    }
}

#[cold]
fn of_other_type(instance: &mut Instance<'_>, at: At, of: TypeId, own: TypeId) {
    let name_of = |of: TypeId| instance.definitions.type_of(of).name.clone();
    let content = OF_OTHER_TYPE.name("found", name_of(of)).name("expected", name_of(own));
    instance.findings.add(&META_PROFILE, at, content);
}

/// Validates that a profile is one of the type of the resource; notes one that is not known.
fn profile(instance: &mut Instance<'_>, node: NodeId, canonical: &str) {
    let (url, version) = canonical.split_once('|').map_or((canonical, None), |(url, version)| (url, Some(version)));
    let named = instance.text_of(instance.resource, name::RESOURCE_TYPE);
    let own = named.and_then(|name| instance.definitions.resource_type(&name));
    if let Some((id, own)) = instance.definitions.profile_named(canonical).zip(own) {
        let of = instance.definitions.profile(id).of;
        if !instance.definitions.is_a(own, of) {
            of_other_type(instance, At::Value(node), of, own);
        }
        return;
    }
    if let Some((local, own)) = url.strip_prefix(FHIR_TYPES).zip(own) {
        let of_profile = R4_PROFILES.iter().find(|(_, profiles)| profiles.split(' ').any(|one| one == local));
        let name = of_profile.map_or(local, |(of, _)| *of);
        if let Some(of) = instance.definitions.type_named(name).filter(|_| !name.contains('.')) {
            if !instance.definitions.is_a(own, of) || !is_resource(instance, of) {
                of_other_type(instance, At::Value(node), of, own);
                return;
            }
            // Every resource is validated against R4's own types.
            if of_profile.is_none() && version.is_none_or(|version| version.starts_with("4.0")) {
                return;
            }
        }
    }
    if instance.notes.unknown_profiles.contains_key(canonical) {
        return;
    }
    // Of white space, others speak.
    if url.trim().is_empty() {
        return;
    }
    if let Some((severity, content)) = not_a_profile(instance, url) {
        instance.findings.add_as(&META_PROFILE, severity, At::Value(node), content.value("found", canonical));
    } else {
        instance.notes.unknown_profiles.insert(canonical.to_owned(), node);
    }
}

/// Why what is claimed is not a profile of any resource. One in the resource itself (`#`) may be.
fn not_a_profile(instance: &Instance<'_>, url: &str) -> Option<(Severity, Content)> {
    if !has_scheme(url) && !url.starts_with('#') {
        return Some((Severity::Error, URL_NOT_ABSOLUTE.into()));
    }
    // Only an extension would be validated by: the others name no profile, as one that is not known.
    let (of, severity) = match instance.definitions.extension(url) {
        Some(_) => (known::EXTENSION, Severity::Error),
        None => (named_type(instance.engine, url)?.0, Severity::Warning),
    };
    if of == known::STRUCTURE_DEFINITION {
        return None;
    }
    Some((severity, NOT_A_PROFILE.name("type", instance.definitions.type_of(of).name.clone())))
}

fn is_resource(instance: &Instance<'_>, of: TypeId) -> bool {
    matches!(instance.definitions.type_of(of).kind, TypeKind::Resource | TypeKind::AbstractResource)
}

/// Says once of each profile that it is not known here.
pub(crate) fn report_unknown(instance: &mut Instance<'_>) {
    for (canonical, node) in &instance.notes.unknown_profiles {
        instance.findings.add(&PROFILE_UNKNOWN, At::Value(*node), UNKNOWN.value("found", canonical));
    }
}

#[cfg(test)]
mod tests {
    use super::{META_DUPLICATE, META_PROFILE, PROFILE_UNKNOWN};
    use crate::validate::told::assert_told;

    #[test]
    fn labels_tags_and_profiles_are_sets() {
        assert_told(
            META_DUPLICATE,
            r#"{"resourceType":"Patient","meta":{…}}"#,
            &[
                (r#""tag":[{"system":"http://a.example","code":"a"},{"system":"http://b.example","code":"a"}]"#, &[]),
                (
                    r#""tag":[{"system":"http://a.example","code":"a"},{"system":"http://a.example","code":"a","display":"A"}]"#,
                    &["/meta/tag/1: This code is repeated: the codes of Meta.tag are a set."],
                ),
                (
                    r#""security":[{"code":"a"},{"code":"a"}]"#,
                    &["/meta/security/1: This code is repeated: the codes of Meta.security are a set."],
                ),
                (
                    r#""profile":["http://example.org/a","http://example.org/a"]"#,
                    &["/meta/profile/1: This profile is repeated: the profiles of a resource are a set."],
                ),
            ],
        );
    }

    #[test]
    fn what_is_claimed_is_a_profile_and_one_of_the_type() {
        assert_told(
            META_PROFILE,
            r#"{"resourceType":"Patient","meta":{"profile":["…"]}}"#,
            &[
                ("http://hl7.org/fhir/StructureDefinition/Patient", &[]),
                (
                    "http://hl7.org/fhir/StructureDefinition/vitalsigns",
                    &[
                        "/meta/profile/0: This profile is for the type Observation: one for the type Patient is expected.",
                    ],
                ),
                (
                    "http://hl7.org/fhir/StructureDefinition/HumanName",
                    &["/meta/profile/0: This profile is for the type HumanName: one for the type Patient is expected."],
                ),
                ("Patient", &["/meta/profile/0: 'Patient' is not an absolute URL, which is expected of a profile."]),
                (
                    "http://example.org/ValueSet/a",
                    &[
                        "/meta/profile/0: 'http://example.org/ValueSet/a' is the URL of another type (ValueSet): a profile of a resource is expected here.",
                    ],
                ),
                (
                    "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
                    &[
                        "/meta/profile/0: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace' is the URL of another type (Extension): a profile of a resource is expected here.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn a_profile_that_nobody_knows_here_was_not_checked() {
        assert_told(
            PROFILE_UNKNOWN,
            r#"{"resourceType":"Patient","meta":{"profile":["…"]}}"#,
            &[
                ("http://hl7.org/fhir/StructureDefinition/Patient", &[]),
                (
                    "http://example.org/StructureDefinition/a|1",
                    &[
                        "/meta/profile/0: The profile 'http://example.org/StructureDefinition/a|1' is not known here: the resource was not checked against it.",
                    ],
                ),
            ],
        );
    }
}
