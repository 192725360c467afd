//! structure-type: a StructureDefinition is of a type that there is.

use crate::document::{NameId, NodeId, name};
use crate::report::{At, Rule, Severity, Words};
use crate::validate::instance::Instance;
use crate::validate::uri::has_scheme;

pub(crate) const STRUCTURE_TYPE: Rule = Rule::new(
    "structure-type",
    Severity::Error,
    "invalid",
    "A StructureDefinition is of a type that there is.",
    &[TYPE_IS_URL, TYPE_UNKNOWN, TYPE_OF_FHIR],
);
const TYPE_IS_URL: Words = Words("{found} is a URL: only a logical model may have one as its type.");
const TYPE_UNKNOWN: Words = Words("{found} is not a type of FHIR.");
const TYPE_OF_FHIR: Words = Words("{found} is one of FHIR's own types: another definition can only constrain it.");

/// StructureDefinition.type: one of FHIR's own types by its name, which another definition can only constrain, or that of a logical
/// model by its URL.
pub(crate) fn check(instance: &mut Instance<'_>, node: NodeId) {
    let Some(at) = instance.document.member(node, name::TYPE) else { return };
    let Some(name) = instance.document.string(at).filter(|name| !name.is_empty()) else { return };
    let text = |name: NameId| instance.document.member_text(node, name);
    let words = if has_scheme(&name) {
        if text(name::KIND).is_none_or(|kind| kind == "logical") {
            return;
        }
        TYPE_IS_URL
    } else if instance.engine.definitions.type_named(&name).is_none() {
        TYPE_UNKNOWN
    } else if text(name::DERIVATION).is_some_and(|derivation| derivation != "constraint")
        && text(name::URL).is_some_and(|url| url.strip_prefix(FHIR_TYPES) != Some(name.as_ref()))
    {
        TYPE_OF_FHIR
    } else {
        return;
    };
    instance.findings.add(&STRUCTURE_TYPE, At::Value(at), words.value("found", &name));
}

const FHIR_TYPES: &str = "http://hl7.org/fhir/StructureDefinition/";

#[cfg(test)]
mod tests {
    use super::STRUCTURE_TYPE;
    use crate::validate::told::assert_told;

    #[test]
    fn a_structure_definition_is_of_a_type_that_there_is() {
        assert_told(
            STRUCTURE_TYPE,
            r#"{"resourceType":"StructureDefinition","url":"http://example.org/a","name":"A","status":"draft","abstract":false,…}"#,
            &[
                (r#""kind":"resource","type":"Patient","derivation":"constraint""#, &[]),
                (r#""kind":"logical","type":"http://example.org/a""#, &[]),
                (
                    r#""kind":"resource","type":"http://example.org/a""#,
                    &["/type: 'http://example.org/a' is a URL: only a logical model may have one as its type."],
                ),
                (r#""kind":"resource","type":"Person2""#, &["/type: 'Person2' is not a type of FHIR."]),
                (
                    r#""kind":"resource","type":"Patient","derivation":"specialization""#,
                    &["/type: 'Patient' is one of FHIR's own types: another definition can only constrain it."],
                ),
            ],
        );
    }
}
