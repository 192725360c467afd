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
