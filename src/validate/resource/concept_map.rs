//! concept-map-code: the codes that a ConceptMap maps; and coding-system, for the systems that it names.

use crate::document::{NameId, NodeId, name};
use crate::report::{At, Rule, Severity, Words};
use crate::validate::element::{coding, system};
use crate::validate::instance::Instance;
use std::borrow::Cow;

pub(crate) const CONCEPT_MAP_CODE: Rule = Rule::new(
    "concept-map-code",
    Severity::Error,
    "code-invalid",
    "The codes that a ConceptMap maps are in the value sets that it names.",
    &[NOT_IN_SET],
);
const NOT_IN_SET: Words = Words("The code {found} is not in the value set {set}, which this ConceptMap names.");

/// One of the two sides of a map: how it is called, which value set is named for it.
struct Side<'w> {
    system: NameId,
    version: NameId,
    set: Option<Cow<'w, str>>,
}

/// Validates the code systems that a ConceptMap maps, and its codes.
pub(super) fn check(instance: &mut Instance<'_>, node: NodeId) {
    let (document, names) = (instance.document, instance.definitions.names());
    let side = |system: NameId, version: &str, sets: [&str; 2]| {
        let set = sets.into_iter().find_map(|set| document.get(node, set));
        Side { system, version: names.find(version.as_bytes()), set: set.and_then(|set| document.string(set)) }
    };
    let source = side(name::SOURCE, "sourceVersion", ["sourceCanonical", "sourceUri"]);
    let target = side(name::TARGET, "targetVersion", ["targetCanonical", "targetUri"]);
    for group in document.member_items(node, names.find(b"group")) {
        system::check_member(instance, group, name::SOURCE);
        system::check_member(instance, group, name::TARGET);
        for element in document.member_items(group, name::ELEMENT) {
            code(instance, &source, group, element);
            for to in document.member_items(element, name::TARGET) {
                code(instance, &target, group, to);
            }
        }
    }
}

/// A code is in its system, and in the value set of its side.
fn code(instance: &mut Instance<'_>, side: &Side<'_>, group: NodeId, node: NodeId) {
    let system = instance.document.text_or_empty(group, side.system);
    coding::of_system(instance, node, &system, instance.text_of(group, side.version));
    let Some(at) = instance.document.member(node, name::CODE) else { return };
    let (Some(code), Some(named)) = (instance.document.string(at), &side.set) else { return };
    let definitions = &instance.engine.definitions;
    // Of a system that is not known here, nothing is decided; what it does not have has been reported.
    let is_known = definitions.code_system(&system).is_some_and(|codes| codes.has(&code));
    let set = definitions.value_set_named(named).filter(|_| is_known);
    if let Some(set) = set.filter(|set| set.has_coding(&system, &code) == Some(false)) {
        let content = NOT_IN_SET.value("found", &code).name("set", set.url.clone());
        instance.findings.add(&CONCEPT_MAP_CODE, At::Value(at), content);
    }
}

#[cfg(test)]
mod tests {
    use super::CONCEPT_MAP_CODE;
    use crate::validate::told::assert_told;

    #[test]
    fn the_codes_of_a_map_are_in_the_sets_that_it_names() {
        assert_told(
            CONCEPT_MAP_CODE,
            r#"{"resourceType":"ConceptMap","status":"draft","sourceCanonical":"http://hl7.org/fhir/ValueSet/…","group":[{"source":"http://hl7.org/fhir/administrative-gender","target":"http://example.org/a","element":[{"code":"male","target":[{"code":"m","equivalence":"equal"}]}]}]}"#,
            &[
                ("administrative-gender", &[]),
                ("none", &[]),
                (
                    "observation-status",
                    &[
                        "/group/0/element/0/code: The code 'male' is not in the value set http://hl7.org/fhir/ValueSet/observation-status, which this ConceptMap names.",
                    ],
                ),
            ],
        );
    }
}
