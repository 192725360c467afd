//! questionnaire-enabled: what is answered is asked.
//!
//! Source: R4, Questionnaire.item.enableWhen.

use super::form::Value;
use super::response::Response;
use crate::document::{NodeId, name};
use crate::report::{Rule, Severity, Words};
use std::cmp::Ordering;

pub(crate) const QUESTIONNAIRE_ENABLED: Rule = Rule::new(
    "questionnaire-enabled",
    Severity::Error,
    "business-rule",
    "An item of a response is answered only where its conditions hold.",
    &[NOT_ENABLED],
);
pub(super) const NOT_ENABLED: Words =
    Words("The item {item} is answered, but its conditions do not hold: no answer is expected.");

/// Conditions that are expressions of other guides are not evaluated.
const EXPRESSIONS: [&str; 2] = [
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression",
    "http://phr.kanta.fi/StructureDefinition/fiphr-ext-questionnaire-enablewhen",
];

/// Whether an item of the Questionnaire is asked at this place of the response; nothing where that is not certain.
pub(super) fn is_enabled(response: &mut Response<'_, '_>, item: NodeId) -> Option<bool> {
    let form = response.form;
    let definitions = response.instance.definitions;
    if EXPRESSIONS.iter().any(|url| form.extension(definitions, item, url).is_some()) {
        return None;
    }
    let behavior = form.document.text_or_empty(item, response.name("enableBehavior"));
    let mut conditions = form.document.member_items(item, name::ENABLE_WHEN);
    // Of several conditions it must be said how they are meant.
    let is_certain = !behavior.is_empty() || conditions.clone().nth(1).is_none();
    // With `any`, one that holds decides; else one that does not.
    let decisive = behavior == "any";
    let Some(first) = conditions.next() else { return Some(true) };
    let mut result = Some(!decisive);
    for condition in std::iter::once(first).chain(conditions) {
        match holds(response, condition) {
            Some(holds) if holds == decisive => return Some(decisive).filter(|_| is_certain),
            Some(_) => {}
            None => result = None,
        }
    }
    result.filter(|_| is_certain)
}

/// Whether a condition holds. It looks at the answers in the nearest group around that has the other question, too.
fn holds(response: &mut Response<'_, '_>, condition: NodeId) -> Option<bool> {
    let form = response.form;
    let definitions = response.instance.definitions;
    let question = response.question(&form.document.text_or_empty(condition, name::QUESTION))?;
    let has_question = |&&(item, _): &&(NodeId, NodeId)| item <= question && question < form.document.after(item);
    let within = response.around.iter().rev().find(has_question).map_or(response.node, |&(_, item)| item);
    let answers = response.answers_to(question, within);
    if !response.spend(QUESTIONNAIRE_ENABLED.name, answers.len()) {
        return None;
    }
    let expected = Value::of(definitions, form.document, condition, "answer")?;
    let operator = form.document.text_or_empty(condition, response.name("operator"));
    if operator == "exists" {
        return Some((expected.written() == "true") != answers.is_empty());
    }
    let is_met = |answer: Value<'_>| {
        if operator == "=" || operator == "!=" {
            return answer.is(expected, definitions);
        }
        let order = answer.order(expected, definitions)?;
        Some(match operator.as_ref() {
            ">" => order == Ordering::Greater,
            "<" => order == Ordering::Less,
            ">=" => order != Ordering::Less,
            "<=" => order != Ordering::Greater,
            _ => return None,
        })
    };
    let met: Vec<Option<bool>> = answers.into_iter().map(is_met).collect();
    let all = |expected: bool| met.iter().all(|&one| one == Some(expected));
    if operator == "!=" {
        // "No answer has a value that is equal": of several, or none, that is read in different ways.
        return match (met.is_empty(), all(true), all(false)) {
            (false, true, _) => Some(false),
            (false, _, true) => Some(true),
            _ => None,
        };
    }
    if met.contains(&Some(true)) { Some(true) } else { Some(false).filter(|_| all(false)) }
}

#[cfg(test)]
mod tests {
    use super::super::response::answering;
    use super::QUESTIONNAIRE_ENABLED;
    use crate::validate::told::assert_told;

    /// What is said where `b` is answered: with this condition, and these answers before it.
    fn assert_enabled(of: &str, condition: &str, cases: &[(&str, bool)]) {
        let questions =
            format!(r#"{{"linkId":"a","type":"{of}","repeats":true}},{{"linkId":"b","type":"boolean",{condition}}}"#);
        let text = answering(&questions)
            .replace('…', r#""item":[{"linkId":"a"…},{"linkId":"b","answer":[{"valueBoolean":true}]}]"#);
        let wrong: &[&str] =
            &["/item/1: The item 'b' is answered, but its conditions do not hold: no answer is expected."];
        let cases: Vec<(String, &[&str])> = cases
            .iter()
            .map(|&(answers, enabled)| (format!(r#","answer":[{answers}]"#), if enabled { &[] } else { wrong }))
            .collect();
        let cases: Vec<(&str, &[&str])> = cases.iter().map(|(text, expected)| (text.as_str(), *expected)).collect();
        assert_told(QUESTIONNAIRE_ENABLED, &text, &cases);
    }

    fn when(operator: &str, answer: &str) -> String {
        format!(r#"{{"question":"a","operator":"{operator}",{answer}}}"#)
    }

    #[test]
    fn what_is_answered_is_asked() {
        let one = |operator: &str, answer: &str| format!(r#""enableWhen":[{}]"#, when(operator, answer));
        assert_enabled(
            "string",
            &one("=", r#""answerString":"x""#),
            &[
                (r#"{"valueString":"y"},{"valueString":"x"}"#, true),
                (r#"{"valueString":"y"}"#, false),
                ("", false),
                // Of another type: nothing is certain.
                (r#"{"valueQuantity":{"value":1}}"#, true),
            ],
        );
        assert_enabled(
            "string",
            &one("!=", r#""answerString":"x""#),
            &[(r#"{"valueString":"y"}"#, true), (r#"{"valueString":"x"}"#, false), ("", true)],
        );
        assert_enabled(
            "string",
            &one("exists", r#""answerBoolean":true"#),
            &[(r#"{"valueString":"y"}"#, true), ("", false)],
        );
        assert_enabled(
            "string",
            &one("exists", r#""answerBoolean":false"#),
            &[(r#"{"valueString":"y"}"#, false), ("", true)],
        );
        let integer = r#"{"valueInteger":5}"#;
        for (operator, number, expected) in [
            (">", 4, true),
            (">", 5, false),
            (">=", 5, true),
            (">=", 6, false),
            ("<", 6, true),
            ("<", 5, false),
            ("<=", 5, true),
            ("<=", 4, false),
        ] {
            assert_enabled("integer", &one(operator, &format!(r#""answerInteger":{number}"#)), &[(integer, expected)]);
        }
        let coding = |system: &str| format!(r#""answerCoding":{{{system}"code":"x"}}"#);
        let answer = r#"{"valueCoding":{"system":"http://example.org","code":"x"}}"#;
        assert_enabled("choice", &one("=", &coding("")), &[(answer, true)]);
        assert_enabled("choice", &one("=", &coding(r#""system":"http://example.org","#)), &[(answer, true)]);
        assert_enabled("choice", &one("=", &coding(r#""system":"http://a.example","#)), &[(answer, false)]);
        assert_enabled(
            "quantity",
            &one(">", r#""answerQuantity":{"value":1,"system":"http://unitsofmeasure.org","code":"kg"}"#),
            &[
                (r#"{"valueQuantity":{"value":1001,"system":"http://unitsofmeasure.org","code":"g"}}"#, true),
                (r#"{"valueQuantity":{"value":999,"system":"http://unitsofmeasure.org","code":"g"}}"#, false),
            ],
        );
    }

    #[test]
    fn of_several_conditions_all_or_any_hold() {
        let (x, exists) = (when("=", r#""answerString":"x""#), when("exists", r#""answerBoolean":true"#));
        let both = |behavior: &str| format!(r#"{behavior}"enableWhen":[{x},{exists}]"#);
        let answers = |expected| [(r#"{"valueString":"x"}"#, true), (r#"{"valueString":"y"}"#, expected), ("", false)];
        assert_enabled("string", &both(r#""enableBehavior":"all","#), &answers(false));
        assert_enabled("string", &both(r#""enableBehavior":"any","#), &answers(true));
        assert_enabled("string", &both(""), &[("", true)]);
        let expression = r#""extension":[{"url":"http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression","valueExpression":{"language":"text/fhirpath","expression":"false"}}]"#;
        assert_enabled("string", expression, &[("", true)]);
    }

    #[test]
    fn a_condition_looks_at_the_answers_of_its_own_group() {
        let group = r#"{"linkId":"g","type":"group","repeats":true,"item":[{"linkId":"a","type":"string"},{"linkId":"b","type":"string","enableWhen":[{"question":"a","operator":"=","answerString":"x"}]}]}"#;
        let of = |a: &str, b: &str| {
            format!(r#"{{"linkId":"g","item":[{{"linkId":"a","answer":[{{"valueString":"{a}"}}]}}{b}]}}"#)
        };
        let b = r#",{"linkId":"b","answer":[{"valueString":"x"}]}"#;
        assert_told(
            QUESTIONNAIRE_ENABLED,
            &answering(group).replace('…', r#""item":[…]"#),
            &[
                (&[of("y", ""), of("x", b)].join(","), &[]),
                (
                    &[of("x", ""), of("y", b)].join(","),
                    &[
                        "/item/1/item/1: The item 'b' is answered, but its conditions do not hold: no answer is expected.",
                    ],
                ),
            ],
        );
    }
}
