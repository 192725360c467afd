//! questionnaire-answer: an answer is of the type of its question, and there is one, unless the question repeats.
//!
//! Source: R4, Questionnaire.item.type and repeats.

use super::form::Value;
use super::response::Response;
use super::{limits, options};
use crate::definitions::known;
use crate::document::{NodeId, name};
use crate::report::{At, Rule, Severity, Words};
use crate::validate::resource::questionnaire::ANSWERS;

pub(crate) const QUESTIONNAIRE_ANSWER: Rule = Rule::new(
    "questionnaire-answer",
    Severity::Error,
    "business-rule",
    "A question has answers of its type, and one, unless it repeats.",
    &[OTHER_TYPE, NO_QUESTION, ONLY_ONE, TOO_MANY],
);
const OTHER_TYPE: Words =
    Words("An answer of type {found} is not allowed to a question of type {type}; allowed: {allowed}.");
const NO_QUESTION: Words = Words("The item {item} is of type {type}: it has no answers.");
const ONLY_ONE: Words = Words("The question {item} does not repeat: one answer is expected.");
const TOO_MANY: Words = Words("The question {item} has {found} answers; {expected} are allowed.");

const MAX_OCCURS: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-maxOccurs";

/// Validates the answers to a question.
pub(super) fn check(response: &mut Response<'_, '_>, item: NodeId, answers: &[NodeId]) {
    let form = response.form;
    let Some(&first) = answers.first() else { return };
    let of = form.document.text_or_empty(item, name::TYPE);
    let link_id = form.document.text_or_empty(item, name::LINK_ID);
    if of == "group" || of == "display" {
        let content = response.quoted(response.quoted(NO_QUESTION.into(), "item", &link_id), "type", &of);
        response.instance.findings.add(&QUESTIONNAIRE_ANSWER, At::Start(first), content);
        return;
    }
    if let Some(&second) = answers.get(1).filter(|_| !response.is_set(item, "repeats")) {
        let content = response.quoted(ONLY_ONE.into(), "item", &link_id);
        response.instance.findings.add(&QUESTIONNAIRE_ANSWER, At::Start(second), content);
    }
    let most = form.extension(response.instance.definitions, item, MAX_OCCURS);
    if let Some(most) = most.and_then(|most| most.written().parse::<u32>().ok())
        && let Some(&further) = answers.get(most as usize)
    {
        let content = TOO_MANY.count("found", answers.len() as u64).count("expected", most);
        let content = response.quoted(content, "item", &link_id);
        response.instance.findings.add(&QUESTIONNAIRE_ANSWER, At::Start(further), content);
    }
    let Some((of, allowed)) = ANSWERS.iter().find(|(known, _)| *known == of) else { return };
    // What a question that is no choice may begin with is looser than what may be answered.
    let allowed = if of.ends_with("choice") { allowed } else { allowed.get(..1).unwrap_or_default() };
    for &answer in answers {
        let Some(value) = response.value(answer) else { continue };
        if is_one_of(response, value, allowed) {
            if value.of != known::QUANTITY {
                options::check(response, item, value, answers.len() == 1);
            }
            limits::check(response, item, value);
        } else {
            let found = response.instance.definitions.type_of(value.of).name.clone();
            let allowed = allowed.iter().map(|name| format!("value{name}"));
            let content = OTHER_TYPE.name("found", found).name("type", *of).list("allowed", allowed);
            response.instance.findings.add(&QUESTIONNAIRE_ANSWER, At::Value(value.node), content);
        }
    }
}

/// Whether a value is of one of these types, as their names are written in the names of choices.
fn is_one_of(response: &Response<'_, '_>, value: Value<'_>, allowed: &[&str]) -> bool {
    let name = &response.instance.definitions.type_of(value.of).name;
    allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::super::response::answering;
    use super::QUESTIONNAIRE_ANSWER;
    use crate::validate::told::assert_told;

    #[test]
    fn an_answer_is_of_the_type_of_its_question() {
        for (of, right, wrong) in [
            ("boolean", "Boolean\":true", "String\":\"x"),
            ("decimal", "Decimal\":1", "Integer\":1"),
            ("dateTime", "DateTime\":\"2026", "Date\":\"2026"),
            ("url", "Uri\":\"urn:a", "String\":\"x"),
            ("reference", "Reference\":{\"display\":\"x\"}", "String\":\"x"),
            ("choice", "Coding\":{\"code\":\"x\"}", "Boolean\":true"),
            ("open-choice", "String\":\"x", "Quantity\":{\"value\":1}"),
        ] {
            let whole = |value: &str| {
                let quote = if value.matches('"').count() == 2 { "\"" } else { "" };
                format!(r#""item":[{{"linkId":"a","answer":[{{"value{value}{quote}}}]}}]"#)
            };
            let (right, wrong_text) = (whole(right), whole(wrong));
            let questions = format!(r#"{{"linkId":"a","type":"{of}"}}"#);
            assert_told(QUESTIONNAIRE_ANSWER, &answering(&questions), &[(&right, &[])]);
            let told =
                crate::validate::told::told(QUESTIONNAIRE_ANSWER, &answering(&questions).replace('…', &wrong_text));
            assert_eq!(told.len(), 1, "{of}: {wrong_text}");
        }
        assert_told(
            QUESTIONNAIRE_ANSWER,
            &answering(r#"{"linkId":"a","type":"integer"}"#),
            &[(
                r#""item":[{"linkId":"a","answer":[{"valueString":"1"}]}]"#,
                &[
                    "/item/0/answer/0/valueString: An answer of type string is not allowed to a question of type integer; allowed: valueInteger.",
                ],
            )],
        );
    }

    #[test]
    fn only_questions_are_answered_and_once_unless_they_repeat() {
        let questions = r#"{"linkId":"a","type":"string"},{"linkId":"b","type":"string","repeats":true,"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-maxOccurs","valueInteger":2}]},{"linkId":"c","type":"group"},{"linkId":"d","type":"display"}"#;
        let x = r#"{"valueString":"x"}"#;
        let of = |item: &str, count: usize| {
            format!(r#"{{"linkId":"{item}","answer":[{}]}}"#, [x; 3].get(..count).unwrap_or_default().join(","))
        };
        assert_told(
            QUESTIONNAIRE_ANSWER,
            &answering(questions).replace('…', r#""item":[…]"#),
            &[
                (&[of("a", 1), of("b", 2)].join(","), &[]),
                (&of("a", 2), &["/item/0/answer/1: The question 'a' does not repeat: one answer is expected."]),
                (&of("b", 3), &["/item/0/answer/2: The question 'b' has 3 answers; 2 are allowed."]),
                (&of("c", 1), &["/item/0/answer/0: The item 'c' is of type 'group': it has no answers."]),
                (&of("d", 1), &["/item/0/answer/0: The item 'd' is of type 'display': it has no answers."]),
            ],
        );
    }
}
