//! questionnaire-option: an answer is one of those that the question offers.
//!
//! Source: R4, Questionnaire.item.answerOption and answerValueSet.

use super::form::Value;
use super::response::Response;
use super::value_set;
use crate::definitions::{known, plain};
use crate::document::{NodeId, name};
use crate::report::{At, Content, Rule, Severity, Words};

pub(crate) const QUESTIONNAIRE_OPTION: Rule = Rule::new(
    "questionnaire-option",
    Severity::Error,
    "code-invalid",
    "An answer is one of those that its question offers.",
    &[NO_OPTION, NOT_IN_SET, EXCLUSIVE, OTHER_DISPLAY],
);
const NO_OPTION: Words = Words("The answer is not one of those that the question {item} offers.");
const NOT_IN_SET: Words = Words("The answer is not in the value set {set} of the question {item}.");
const EXCLUSIVE: Words = Words("This answer excludes others, but the question {item} has several.");
const OTHER_DISPLAY: Words = Words("The display {found} is not that of the code: one of them is another answer.");

const OPTION_EXCLUSIVE: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive";

/// Validates an answer against the options of its question; `is_only`: whether the question has no other answer.
pub(super) fn check(response: &mut Response<'_, '_>, item: NodeId, value: Value<'_>, is_only: bool) {
    let form = response.form;
    let definitions = response.instance.definitions;
    let link_id = form.document.text_or_empty(item, name::LINK_ID);
    if form.document.member(item, name::ANSWER_OPTION).is_some() {
        let mut options = form.document.member_items(item, name::ANSWER_OPTION);
        let mut count = 0;
        let found = options.find(|&option| {
            count += 1;
            let offered = Value::of(definitions, form.document, option, "value");
            offered.is_some_and(|offered| offered.of == value.of && value.is(offered, definitions) == Some(true))
        });
        if !response.spend(QUESTIONNAIRE_OPTION.name, count) {
            return;
        }
        let is_exclusive = |option| {
            let exclusive = form.extension(definitions, option, OPTION_EXCLUSIVE);
            exclusive.is_some_and(|exclusive| exclusive.written() == "true")
        };
        let words = match found {
            Some(option) if !is_only && is_exclusive(option) => EXCLUSIVE,
            Some(_) => return,
            // What is written freely need not be offered.
            None if is_open(response, item) && response.instance.document.string(value.node).is_some() => return,
            None => NO_OPTION,
        };
        let content = response.quoted(words.into(), "item", &link_id);
        response.instance.findings.add(&QUESTIONNAIRE_OPTION, At::Value(value.node), content);
        return;
    }
    let Some(set) = form.document.member_text(item, response.name("answerValueSet")) else { return };
    let is_coding = value.of == known::CODING;
    let system = is_coding.then(|| value.text(name::SYSTEM));
    let code = if is_coding { value.text(name::CODE) } else { value.written() };
    // What is written instead of a code is of no value set.
    if !is_coding && form.document.text_or_empty(item, name::TYPE) != "string" {
        return;
    }
    match value_set::has(response, &set, system.as_deref(), &code) {
        Some(false) => {
            let content = response.quoted(response.quoted(NOT_IN_SET.into(), "set", &set), "item", &link_id);
            response.instance.findings.add(&QUESTIONNAIRE_OPTION, At::Value(value.node), content);
        }
        Some(true) => {
            let known = system.and_then(|system| definitions.code_system(&system));
            let shown = value.text(name::DISPLAY);
            if let Some(known) = known.filter(|known| known.has_displays() && !shown.is_empty())
                && plain(known.display(&code).unwrap_or(&code)) != plain(&shown)
            {
                let content: Content = OTHER_DISPLAY.value("found", &shown);
                response.instance.findings.add(&QUESTIONNAIRE_OPTION, At::Value(value.node), content);
            }
        }
        None => {}
    }
}

/// Whether a question takes what it does not offer, too.
fn is_open(response: &Response<'_, '_>, item: NodeId) -> bool {
    response.form.document.text_or_empty(item, name::TYPE) == "open-choice"
}
