//! fhirpath-syntax: FHIRPath that a resource holds is FHIRPath.

use crate::definitions::known;
use crate::document::name;
use crate::fhirpath::Expression;
use crate::report::{At, Rule, Severity, Words};
use crate::validate::instance::{Instance, Object};

pub(crate) const FHIRPATH_SYNTAX: Rule =
    Rule::new("fhirpath-syntax", Severity::Error, "value", "FHIRPath in a resource is FHIRPath.", &[NOT_FHIRPATH]);
const NOT_FHIRPATH: Words = Words("This is not valid FHIRPath, at character {position}: {problem}.");

/// FHIRPath that a resource holds is FHIRPath: in an Expression that says so, in a SearchParameter, in a constraint.
pub(super) fn check(instance: &mut Instance<'_>, &Object { node, of, .. }: &Object<'_>) {
    let is_expression = of == known::EXPRESSION;
    if is_expression && instance.text_of(node, name::LANGUAGE).as_deref() != Some("text/fhirpath") {
        return;
    }
    let Some(member) = instance.document.member(node, name::EXPRESSION) else { return };
    let Some(text) = instance.document.string(member) else { return };
    if let Err(error) = Expression::parse(&text, instance.definitions.names()) {
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
}
