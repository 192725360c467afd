//! What references look like, and what they may point to.
//!
//! Source: R4 pages references and bundle.

use crate::definitions::{Body, Definitions, TypeId, TypeRef, known};
use crate::document::{Document, NodeId, name};
use crate::report::{Content, Rule, Severity, Words};
use crate::validate::engine::Engine;
use crate::validate::entries::Restful;
use crate::validate::systems;
use crate::validate::uri::is_absolute;
use std::collections::BTreeMap;

pub(crate) const REF_TYPE: Rule = Rule::new(
    "ref-type",
    Severity::Error,
    "business-rule",
    "The target of a reference is of a type that the element allows.",
    &[
        TYPE_NOT_ALLOWED,
        OTHER_TYPE,
        UNKNOWN_TYPE,
        TYPE_AS_URL,
        STATED_NOT_ALLOWED,
        TARGET_OF_UNKNOWN_TYPE,
        ELSEWHERE_NOT_ALLOWED,
        CANONICAL_NOT_ALLOWED,
    ],
);
pub(crate) const TYPE_NOT_ALLOWED: Words = Words("The target is of type {found}; allowed types: {allowed}.");
pub(crate) const OTHER_TYPE: Words = Words("Reference.type is {found}, but the target is of type {expected}.");
pub(crate) const UNKNOWN_TYPE: Words = Words("{found} is not a resource type of R4.");
/// HL7's validator reads Reference.type beside a reference alone.
pub(crate) const STATED_NOT_ALLOWED: Words = Words("Reference.type is {found}; allowed types: {allowed}.");
pub(crate) const TARGET_OF_UNKNOWN_TYPE: Words =
    Words("Reference.type is {found}, which is not a resource type of R4.");
/// What is not in the message is of the type that its URL names.
pub(crate) const ELSEWHERE_NOT_ALLOWED: Words =
    Words("By its URL the target is of type {found}; allowed types: {allowed}.");
/// HL7's validator looks at those of bindings and of ConceptMaps.
pub(crate) const CANONICAL_NOT_ALLOWED: Words =
    Words("This canonical names a resource of type {found}; allowed types: {allowed}.");
pub(crate) const TYPE_AS_URL: Words = Words("Reference.type is the name of the type alone, not {found}.");

/// The name in Reference.type, without what is before the names of R4's own types.
pub(crate) fn local_type(name: &str) -> &str {
    name.strip_prefix("http://hl7.org/fhir/StructureDefinition/").unwrap_or(name)
}

/// Whether a text can be a reference: one into the resource, an absolute URL, a type and an id, or a search by which a transaction finds the one
/// that is meant.
pub(crate) fn has_form(text: &str, definitions: &Definitions) -> bool {
    // A URN has a namespace and a name in that: `urn:uuid` is not one.
    let is_url = |text: &str| is_absolute(text) && (!text.starts_with("urn:") || text.rfind(':') != Some(3));
    let is_relative = |text: &str| Restful::parse(text, definitions).is_some_and(|parts| parts.base.is_empty());
    text.starts_with('#') || is_url(text) || is_relative(text) || is_search(text, definitions)
}

/// Whether a text is a search, by which a transaction finds the resource that is meant.
pub(crate) fn is_search(text: &str, definitions: &Definitions) -> bool {
    text.split_once('?').is_some_and(|(of, query)| !query.is_empty() && definitions.resource_type(of).is_some())
}

/// The type of what a canonical URL names, and how bad it is where another type belongs. What a URL looks like is not proof, but that the
/// specification's own are what they say.
pub(crate) fn named_type(engine: &Engine, url: &str) -> Option<(TypeId, Severity)> {
    let definitions = &engine.definitions;
    if systems::is_known(url) || definitions.has_code_system(url) {
        return Some((known::CODE_SYSTEM, Severity::Error));
    }
    let is_own = ["http://hl7.org/fhir/", "http://terminology.hl7.org/"].iter().any(|own| url.starts_with(own));
    let severity = if is_own { Severity::Error } else { Severity::Warning };
    Some((Restful::parse(url, definitions)?.of, severity))
}

/// What to say where an element does not allow references to a type.
pub(crate) fn not_allowed(definitions: &Definitions, body: &Body, of: &TypeRef, target: TypeId) -> Option<Content> {
    not_allowed_as(definitions, TYPE_NOT_ALLOWED, (body, of), target)
}

/// The same in other words.
pub(crate) fn not_allowed_as(
    definitions: &Definitions,
    words: Words,
    (body, of): (&Body, &TypeRef),
    target: TypeId,
) -> Option<Content> {
    let allowed = body.targets(of);
    if allowed.is_empty() || allowed.iter().any(|&allowed| definitions.is_a(target, allowed)) {
        return None;
    }
    let name = |of: TypeId| definitions.type_of(of).name.clone();
    Some(words.name("found", name(target)).list("allowed", allowed.iter().map(|&of| name(of))))
}

/// Nodes by a text. Rules that look something up use this kind of map: each other one would be 3 kB of the wasm.
pub(crate) type NodeByText = BTreeMap<String, NodeId>;

/// In the place of the resource, where an id occurs twice: the root is not contained.
pub(crate) const SEVERAL: NodeId = NodeId::ROOT;

/// The contained resources of a resource by their ids.
pub(crate) fn contained_by_id(document: &Document<'_>, container: NodeId) -> NodeByText {
    let mut by_id = NodeByText::new();
    let contained = document.member(container, name::CONTAINED);
    for resource in contained.into_iter().flat_map(|list| document.children(list)) {
        if let Some(id) = document.member(resource, name::ID) {
            let id = document.value(id).into_owned();
            match by_id.get_mut(&id) {
                Some(known) => *known = SEVERAL,
                None => drop(by_id.insert(id, resource)),
            }
        }
    }
    by_id
}

#[cfg(test)]
mod tests {
    use super::REF_TYPE;
    use crate::json::Limits;
    use crate::report::Severity;
    use crate::validate::told::assert_told;
    use crate::validate::{Engine, Options};

    #[test]
    fn a_reference_says_the_type_of_its_target_by_name() {
        assert_told(
            REF_TYPE,
            r#"{"resourceType":"Patient","managingOrganization":{"type":"…"}}"#,
            &[
                ("Organization", &[]),
                ("Patient", &["/managingOrganization/type: Reference.type is Patient; allowed types: Organization."]),
                ("Organisation", &["/managingOrganization/type: 'Organisation' is not a resource type of R4."]),
                (
                    "http://hl7.org/fhir/StructureDefinition/Organization",
                    &[
                        "/managingOrganization/type: Reference.type is the name of the type alone, not 'http://hl7.org/fhir/StructureDefinition/Organization'.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn the_target_is_of_the_type_that_the_reference_says_and_the_element_allows() {
        assert_told(
            REF_TYPE,
            r#"{"resourceType":"Condition","contained":[{"resourceType":"Practitioner","id":"a"},{"resourceType":"Location","id":"b"}],"subject":{"display":"Ana"},"recorder":{…}}"#,
            &[
                (r##""reference":"#a","type":"Practitioner""##, &[]),
                (
                    r##""reference":"#a","type":"Patient""##,
                    &["/recorder/type: Reference.type is 'Patient', but the target is of type Practitioner."],
                ),
                (
                    r##""reference":"#b""##,
                    &[
                        "/recorder/reference: The target is of type Location; allowed types: Practitioner, PractitionerRole, Patient, RelatedPerson.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn what_a_canonical_of_the_specification_is_counts_where_value_sets_are_expected() {
        let severities = |text: &str| {
            let engine = Engine::default();
            let report = engine.validate(&engine.read(text, Limits::default()), &Options::default());
            let told: Vec<_> =
                report.issues.iter().filter(|issue| issue.rule == REF_TYPE.name).map(|issue| issue.severity).collect();
            told
        };
        let response = r#"{"resourceType":"QuestionnaireResponse","status":"in-progress","questionnaire":"http://hl7.org/fhir/ValueSet/a"}"#;
        assert_eq!(severities(response), [Severity::Warning]);
        let map = r#"{"resourceType":"ConceptMap","status":"draft","sourceCanonical":"http://hl7.org/fhir/StructureDefinition/Patient"}"#;
        assert_eq!(severities(map), [Severity::Error]);
    }
}
