//! coding-system: a code system is named by its absolute URI, and is not a value set.

use crate::definitions::known;
use crate::document::table::before;
use crate::document::{NameId, NodeId, name};
use crate::report::{Act, At, Rule, Severity, Suggest, Words};
use crate::validate::element::form::urn;
use crate::validate::element::meant;
use crate::validate::instance::Instance;
use crate::validate::systems;
use crate::validate::uri::{has_scheme, names_system};

pub(crate) const CODING_SYSTEM: Rule = Rule::new(
    "coding-system",
    Severity::Error,
    "code-invalid",
    "A code system is named by its absolute URI, and is not a value set.",
    &[SYSTEM_OF_CODING, CODING_OF_VALUE_SET, CODE_SYSTEM, VALUE_SET, SLIP, DEFINITION, WITH_VERSION],
);
const SYSTEM_OF_CODING: Words = Words("{found} is not an absolute URI, which is expected as the system of a Coding.");
const CODING_OF_VALUE_SET: Words = Words("{found} is a value set: the code system of the code is expected.");
const CODE_SYSTEM: Words = Words("{found} is not an absolute URI, which is expected of a code system.");
const VALUE_SET: Words = Words("{found} is a value set: a code system is expected here.");
/// Also of an Identifier.
pub(crate) const SLIP: Words = Words("{found} is not a known system: {expected} is probably meant.");

const DEFINITION: Words = Words("{found} is the URL of a StructureDefinition: a code system is expected.");
const WITH_VERSION: Words = Words("{found} has a version or a part behind it: the system is its URL alone.");

/// Where systems are named with http, and nobody has one with https.
const NEVER_HTTPS: [&str; 4] =
    ["https://terminology.hl7.org", "https://loinc.org", "https://snomed.info", "https://unitsofmeasure.org"];
const FHIR_TYPES: &str = "http://hl7.org/fhir/StructureDefinition/";

/// The value sets of R4 and of HL7's terminology: no code system has such a URL.
const VALUE_SETS: [&str; 2] = ["http://hl7.org/fhir/ValueSet/", "http://terminology.hl7.org/ValueSet/"];

/// Whether a code system may have this name: an absolute URI, and no value set's.
pub(crate) fn may_be_system(system: &str) -> bool {
    has_scheme(system) && !is_value_set(system)
}

fn is_value_set(system: &str) -> bool {
    VALUE_SETS.iter().any(|sets| system.starts_with(sets))
}

/// Validates the form of the system of a Coding; says whether it can be that of a code system.
pub(crate) fn check(instance: &mut Instance<'_>, node: NodeId, system: &str) -> bool {
    // A resource may define codes of its own, `#its-id`.
    if names_system(system) && !is_value_set(system) || system.starts_with('#') || system.is_empty() {
        return true;
    }
    let words = if is_value_set(system) { CODING_OF_VALUE_SET } else { SYSTEM_OF_CODING };
    // One of several codings may be anything: to HL7's validator it is a system that is not known.
    let is_of_several = instance.element.is_some_and(|(of, _)| of == known::CODEABLE_CONCEPT);
    let severity = if is_of_several { Severity::Warning } else { Severity::Error };
    let meant = meant::system_fix(instance, node);
    let before = instance.findings.len();
    not_a_uri(instance, at(instance, node), (&CODING_SYSTEM, severity), words, system);
    if let Some(finding) = instance.findings.found.get_mut(before..).and_then(<[_]>::last_mut)
        && finding.fix.is_none()
    {
        finding.fix = meant.map(Box::new);
    }
    false
}

/// Reports a system that is not known here and cannot be one. HL7's validator looks at a Coding or a Quantity more closely where it is alone than in
/// a CodeableConcept.
#[cold]
pub(crate) fn is_refused(
    instance: &mut Instance<'_>,
    node: NodeId,
    system: &str,
    (code_at, code): (NodeId, &str),
    alone: bool,
) -> bool {
    let definitions = instance.definitions;
    // HL7's validator takes R4's own definitions for code systems without codes.
    let is_definition = system.strip_prefix(FHIR_TYPES).is_some_and(|name| {
        definitions.type_named(name).is_some()
            || definitions.extension(system).is_some()
            || definitions.profile_named(system).is_some()
    });
    if is_definition {
        instance.findings.add(&CODING_SYSTEM, At::Value(code_at), DEFINITION.value("found", system));
        return true;
    }
    let bare = before(system, &['|', '#']);
    if bare != system && !bare.is_empty() {
        let known = definitions.code_system(bare);
        let is_wrong = known.map_or(alone, |codes| !codes.has(code));
        if is_wrong {
            let at = if known.is_some() { At::Value(code_at) } else { At::Member(at(instance, node)) };
            let finding = instance.findings.add(&CODING_SYSTEM, at, WITH_VERSION.value("found", system));
            finding.suggest(bare.to_owned(), true, Act::Replace, Vec::new());
        }
        return is_wrong;
    }
    let right = NEVER_HTTPS.iter().any(|never| system.starts_with(never)).then(|| system.replacen("https", "http", 1));
    if let Some(right) = right.filter(|_| alone) {
        let content = SLIP.value("found", system).name("expected", right.clone());
        let finding = instance.findings.add(&CODING_SYSTEM, At::Member(at(instance, node)), content);
        finding.suggest(right, true, Act::Replace, Vec::new());
        return true;
    }
    false
}

/// Reports a system that misses a well-known one.
#[cold]
pub(crate) fn slip(instance: &mut Instance<'_>, at: NodeId, rule: &Rule<'static>, system: &str, right: String) {
    let content = SLIP.value("found", system).name("expected", right.clone());
    let finding = instance.findings.add_as(rule, Severity::Warning, At::Value(at), content);
    // The codes were never compared with that system's: it is for the writer to say.
    finding.suggest(right, false, Act::Replace, Vec::new());
}

/// Validates an element that names a CodeSystem, by its absolute URL; a contained one has to be named by its URL, too.
pub(crate) fn check_member(instance: &mut Instance<'_>, holder: NodeId, name: NameId) {
    let Some(at) = instance.document.member(holder, name) else { return };
    let Some(system) = instance.document.string(at) else { return };
    // What names one mostly names the same again; of an empty text, others speak.
    if instance.right_system == system || system.is_empty() {
        return;
    }
    if !may_be_system(&system) {
        let words = if is_value_set(&system) { VALUE_SET } else { CODE_SYSTEM };
        not_a_uri(instance, at, (&CODING_SYSTEM, Severity::Error), words, &system);
    } else if let Some(right) = known_by(instance, &system) {
        slip(instance, at, &CODING_SYSTEM, &system, right);
    } else {
        instance.right_system = system;
    }
}

/// The system that one that is not held was meant to be.
pub(crate) fn known_by(instance: &Instance<'_>, system: &str) -> Option<String> {
    let definitions = &instance.engine.definitions;
    if definitions.has_code_system(system) { None } else { systems::meant(system, definitions) }
}

/// Validates the code system of a unit.
pub(crate) fn check_unit(instance: &mut Instance<'_>, node: NodeId, system: &str) {
    if has_scheme(system) && !names_system(system) {
        not_a_uri(instance, at(instance, node), (&CODING_SYSTEM, Severity::Error), CODE_SYSTEM, system);
    } else {
        check_member(instance, node, name::SYSTEM);
    }
}

pub(crate) fn at(instance: &Instance<'_>, node: NodeId) -> NodeId {
    instance.document.member(node, name::SYSTEM).unwrap_or(node)
}

/// Reports what is not an absolute URI; a bare OID or UUID becomes one.
#[cold]
pub(crate) fn not_a_uri(
    instance: &mut Instance<'_>,
    node: NodeId,
    (rule, severity): (&Rule<'static>, Severity),
    words: Words,
    value: &str,
) {
    let finding = instance.findings.add_as(rule, severity, At::Member(node), words.value("found", value));
    let urn = urn(value.trim());
    if urn != value && has_scheme(&urn) {
        finding.suggest(urn, true, Act::Replace, vec![node]);
    }
}

#[cfg(test)]
mod tests {
    use super::CODING_SYSTEM;
    use crate::validate::told::assert_told;

    #[test]
    fn a_code_system_is_named_by_its_absolute_uri() {
        assert_told(
            CODING_SYSTEM,
            r#"{"resourceType":"Basic","code":{"coding":[{"system":"…","code":"a"}]}}"#,
            &[
                ("http://example.org/a", &[]),
                (
                    "a",
                    &[
                        "/code/coding/0/system: 'a' is not an absolute URI, which is expected as the system of a Coding.",
                    ],
                ),
                (
                    "http://hl7.org/fhir/ValueSet/administrative-gender",
                    &[
                        "/code/coding/0/system: 'http://hl7.org/fhir/ValueSet/administrative-gender' is a value set: the code system of the code is expected.",
                    ],
                ),
                (
                    "https://loinc.org",
                    &[
                        "/code/coding/0/system: 'https://loinc.org' is not a known system: http://loinc.org is probably meant.",
                    ],
                ),
                (
                    "http://loinc.org/",
                    &[
                        "/code/coding/0/system: 'http://loinc.org/' is not a known system: http://loinc.org is probably meant.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn a_value_set_names_code_systems() {
        assert_told(
            CODING_SYSTEM,
            r#"{"resourceType":"ValueSet","status":"draft","compose":{"include":[{"system":"…"}]}}"#,
            &[
                ("http://example.org/a", &[]),
                ("a", &["/compose/include/0/system: 'a' is not an absolute URI, which is expected of a code system."]),
                (
                    "http://hl7.org/fhir/ValueSet/administrative-gender",
                    &[
                        "/compose/include/0/system: 'http://hl7.org/fhir/ValueSet/administrative-gender' is a value set: a code system is expected here.",
                    ],
                ),
            ],
        );
    }
}
