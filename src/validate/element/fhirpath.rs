//! fhirpath-syntax: FHIRPath that a resource holds is FHIRPath.

use crate::definitions::{TypeId, known};
use crate::document::name;
use crate::fhirpath::Expression;
use crate::report::{At, Rule, Severity, Words};
use crate::validate::instance::{Instance, Object};

pub(crate) const FHIRPATH_SYNTAX: Rule = Rule::new(
    "fhirpath-syntax",
    Severity::Error,
    "value",
    "FHIRPath in a resource is FHIRPath, and the expression of a SearchParameter names elements of its base.",
    &[NOT_FHIRPATH, NO_ELEMENT],
);
const NOT_FHIRPATH: Words = Words("This is not valid FHIRPath, at character {position}: {problem}.");
const NO_ELEMENT: Words = Words("{found} is not an element that the base of this SearchParameter has there.");

/// FHIRPath that a resource holds is FHIRPath: in an Expression that says so, in a SearchParameter, in a constraint.
pub(super) fn check(instance: &mut Instance<'_>, &Object { node, of, .. }: &Object<'_>) {
    let is_expression = of == known::EXPRESSION;
    if is_expression && instance.text_of(node, name::LANGUAGE).as_deref() != Some("text/fhirpath") {
        return;
    }
    let Some(member) = instance.document.member(node, name::EXPRESSION) else { return };
    let Some(text) = instance.document.string(member) else { return };
    // What comes from another definition is said there.
    let source = instance.definitions.names().find(b"source");
    if !is_expression
        && let Some(source) = instance.text_of(node, source)
        && instance.text_of(instance.resource, name::URL).is_some_and(|own| own != source)
    {
        return;
    }
    let parsed = Expression::parse(&text, instance.definitions.names());
    if let Ok(expression) = &parsed
        && let base = instance.definitions.names().find(b"base")
        && let Some(base) = instance.document.member(node, base).filter(|_| !is_expression)
    {
        let types = instance.document.children(base).map(|one| {
            let name = instance.document.string(one)?;
            instance.definitions.type_named(&name)
        });
        let types: Option<Vec<TypeId>> = types.collect();
        if let Some(unknown) = types.and_then(|types| expression.unknown_member(instance.definitions, types)) {
            instance.findings.add(&FHIRPATH_SYNTAX, At::Value(member), NO_ELEMENT.value("found", unknown));
        }
    }
    if let Err(error) = parsed {
        let (start, end) = At::Value(member).span(instance.document);
        let position = text.get(..error.offset as usize).map_or(0, |before| before.chars().count());
        let words = NOT_FHIRPATH.count("position", position as u64 + 1);
        let words =
            if error.quotes { words.value("problem", &error.problem) } else { words.name("problem", error.problem) };
        // HL7's validator speaks of the Expression as a whole, and of the element in other types.
        let at = if is_expression { At::Span(node, start, end) } else { At::Value(member) };
        instance.findings.add(&FHIRPATH_SYNTAX, at, words);
    }
}

#[cfg(test)]
mod tests {
    use super::FHIRPATH_SYNTAX;
    use crate::validate::told::assert_told;

    #[test]
    fn what_says_that_it_is_fhirpath_is() {
        assert_told(
            FHIRPATH_SYNTAX,
            r#"{"resourceType":"PlanDefinition","status":"draft","action":[{"condition":[{"kind":"start","expression":{…}}]}]}"#,
            &[
                (r#""language":"text/fhirpath","expression":"a.exists()""#, &[]),
                (r#""language":"text/cql","expression":"a.exists(""#, &[]),
                (
                    r#""language":"text/fhirpath","expression":"a.exists(""#,
                    &[
                        "/action/0/condition/0/expression: This is not valid FHIRPath, at character 10: the expression ends too early.",
                    ],
                ),
                (
                    r#""language":"text/fhirpath","expression":"a.exist()""#,
                    &[
                        "/action/0/condition/0/expression: This is not valid FHIRPath, at character 3: 'there is no function exist(); is exists() meant?'.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn a_search_parameter_names_elements_of_its_base() {
        assert_told(
            FHIRPATH_SYNTAX,
            r#"{"resourceType":"SearchParameter","url":"http://example.org/a","name":"A","status":"draft","description":"a","code":"a","base":["Patient"],"type":"string","expression":"…"}"#,
            &[
                ("Patient.name.where(use = 'usual').family | Resource.id", &[]),
                ("(Patient.deceased as boolean)", &[]),
                ("Patient.link.other.where(resolve() is Patient)", &[]),
                ("Patient.generalPractitioner.resolve().name", &[]),
                ("Patient.contained.name", &[]),
                (
                    "Patient.deceasedBoolean",
                    &[
                        "/expression: 'deceasedBoolean' is not an element that the base of this SearchParameter has there.",
                    ],
                ),
                (
                    "Patient.name.where(kind = 'usual')",
                    &["/expression: 'kind' is not an element that the base of this SearchParameter has there."],
                ),
                (
                    "Patient.name | Person.name",
                    &["/expression: 'Person' is not an element that the base of this SearchParameter has there."],
                ),
                (
                    "PATIENT.name",
                    &["/expression: 'PATIENT' is not an element that the base of this SearchParameter has there."],
                ),
                (
                    "Patient.contact.name.names",
                    &["/expression: 'names' is not an element that the base of this SearchParameter has there."],
                ),
            ],
        );
    }
}
