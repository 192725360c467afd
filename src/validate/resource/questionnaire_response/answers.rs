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
const OTHER_TYPE: Words = Words("An answer of type {found} is not allowed to a question of type {type}; allowed: {allowed}.");
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
