//! questionnaire-item, questionnaire-required: the items of a response are those of its Questionnaire, and all that are required are there.
//!
//! Source: R4, page questionnaireresponse.

use super::enabled::{NOT_ENABLED, QUESTIONNAIRE_ENABLED, is_enabled};
use super::response::Response;
use super::{answers, source};
use crate::document::{NodeId, name};
use crate::report::{At, Content, Rule, Severity, Words};
use crate::validate::instance::Instance;

pub(crate) const QUESTIONNAIRE_ITEM: Rule = Rule::new(
    "questionnaire-item",
    Severity::Error,
    "structure",
    "The items of a response are those of its Questionnaire, at their places and in their order.",
    &[UNKNOWN, ELSEWHERE, OUT_OF_ORDER, REPEATED, OTHER_TEXT, NO_TEXT, IN_ANSWER, IN_DISPLAY],
);
const UNKNOWN: Words = Words("The Questionnaire has no item {found}.");
const ELSEWHERE: Words = Words("The item {item} is at another place in the Questionnaire.");
const OUT_OF_ORDER: Words = Words("The item {item} comes earlier in the Questionnaire: its order is expected.");
const REPEATED: Words = Words("The item {item} does not repeat: it is expected once.");
const OTHER_TEXT: Words = Words("The text is not that of the item {item} of the Questionnaire: {expected}.");
const NO_TEXT: Words = Words("The item {item} has no text in the Questionnaire: none is expected.");
const IN_ANSWER: Words = Words("The items below the question {item} are expected in its answers (answer.item).");
const IN_DISPLAY: Words = Words("The item {item} is only shown: no items are expected in it.");

pub(crate) const QUESTIONNAIRE_REQUIRED: Rule = Rule::new(
    "questionnaire-required",
    Severity::Error,
    "required",
    "A response that is complete has what its Questionnaire requires.",
    &[MISSING, NO_ANSWER, NO_ITEMS, TOO_FEW],
);
const MISSING: Words = Words("The item {item} is required, and missing.");
const NO_ANSWER: Words = Words("The question {item} is required: an answer is expected.");
const NO_ITEMS: Words = Words("The group {item} is required: items are expected in it.");
const TOO_FEW: Words = Words("The item {item} occurs {found} times; at least {expected} are expected.");

const MIN_OCCURS: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-minOccurs";

/// Validates a QuestionnaireResponse by its Questionnaire, where that is known.
pub(crate) fn check(instance: &mut Instance<'_>, node: NodeId) {
    let Some(form) = source::of(instance, node) else { return };
    let status = instance.document.text_or_empty(node, instance.definitions.names().find(b"status"));
    let is_complete = status == "completed" || status == "amended";
    let response = &mut Response::new(instance, form, node, is_complete);
    items(response, form.root, node);
}

/// Validates the items below a part of the response against those below a part of the Questionnaire.
fn items(response: &mut Response<'_, '_>, of: NodeId, holder: NodeId) {
    let (form, document) = (response.form, response.instance.document);
    let asked: Vec<NodeId> = form.document.member_items(of, name::ITEM).collect();
    let mut counts = vec![0_u32; asked.len()];
    let mut last = 0;
    if !response.spend(QUESTIONNAIRE_ITEM.name, asked.len()) {
        return;
    }
    for item in document.member_items(holder, name::ITEM) {
        let Some(link_id) = document.member_text(item, name::LINK_ID).filter(|link_id| !link_id.is_empty()) else {
            continue;
        };
        // Nearly always it is the item of before, or the next one.
        let mut looked_at = 1;
        let around = (last..asked.len()).chain(0..last);
        let found = around.zip(asked.iter().cycle().skip(last)).find(|&(_, &one)| {
            looked_at += 1;
            form.document.text_or_empty(one, name::LINK_ID) == link_id
        });
        if !response.spend(QUESTIONNAIRE_ITEM.name, looked_at) {
            return;
        }
        let (question, words) = match found {
            Some((place, &question)) => {
                let count = counts.get_mut(place);
                let again = count.is_some_and(|count| {
                    *count += 1;
                    *count == 2
                });
                let is_before = place < last;
                last = place;
                let is_wrong = again && !response.is_set(question, "repeats");
                (question, if is_wrong { Some(REPEATED) } else { Some(OUT_OF_ORDER).filter(|_| is_before) })
            }
            None => match response.question(&link_id) {
                Some(question) => (question, Some(ELSEWHERE)),
                None => {
                    let content = UNKNOWN.value("found", &link_id);
                    response.instance.findings.add(&QUESTIONNAIRE_ITEM, At::Start(item), content);
                    continue;
                }
            },
        };
        if let Some(words) = words {
            add(response, &QUESTIONNAIRE_ITEM, item, words, question);
        }
        one(response, question, item);
    }
    for (&question, &count) in asked.iter().zip(&counts) {
        if count == 0 && response.is_set(question, "required") && is_enabled(response, question) == Some(true) {
            missing(response, holder, MISSING, question);
        }
        if count > 0 && form.document.text_or_empty(question, name::TYPE) == "group" {
            occurs(response, holder, question, count);
        }
    }
}

/// Validates an item by the one of the Questionnaire.
fn one(response: &mut Response<'_, '_>, question: NodeId, item: NodeId) {
    let (form, document) = (response.form, response.instance.document);
    let enabled = is_enabled(response, question);
    let answers: Vec<NodeId> = document.member_items(item, response.name("answer")).collect();
    let has_items = document.member(item, name::ITEM).is_some();
    if enabled == Some(false) && (has_items || !answers.is_empty()) {
        add(response, &QUESTIONNAIRE_ENABLED, item, NOT_ENABLED, question);
    }
    if let Some(at) = document.member(item, name::TEXT)
        && let Some(text) = document.string(at).filter(|text| !text.is_empty())
    {
        let expected = form.document.text_or_empty(question, name::TEXT);
        if text != expected {
            let content =
                response.quoted((if expected.is_empty() { NO_TEXT } else { OTHER_TEXT }).into(), "expected", &expected);
            let content = of_question(response, content, question);
            response.instance.findings.add(&QUESTIONNAIRE_ITEM, At::Value(at), content);
        }
    }
    let of = form.document.text_or_empty(question, name::TYPE);
    let is_group = of == "group";
    let is_there = if is_group { has_items } else { !answers.is_empty() };
    if !is_there && enabled == Some(true) && response.is_set(question, "required") {
        missing(response, item, if is_group { NO_ITEMS } else { NO_ANSWER }, question);
    }
    if !is_group {
        occurs(response, item, question, answers.len() as u32);
    }
    answers::check(response, question, &answers);
    response.around.push((question, item));
    if is_group {
        items(response, question, item);
    } else {
        for &answer in &answers {
            items(response, question, answer);
        }
        if has_items {
            let words = if of == "display" { IN_DISPLAY } else { IN_ANSWER };
            add(response, &QUESTIONNAIRE_ITEM, item, words, question);
        }
    }
    response.around.pop();
}

fn add(response: &mut Response<'_, '_>, rule: &Rule<'static>, at: NodeId, words: Words, question: NodeId) {
    let content = of_question(response, words.into(), question);
    response.instance.findings.add(rule, At::Start(at), content);
}

fn missing(response: &mut Response<'_, '_>, holder: NodeId, content: impl Into<Content>, question: NodeId) {
    let content = of_question(response, content.into(), question);
    // One in progress may have it later.
    let severity = if response.is_complete { Severity::Error } else { Severity::Warning };
    response.instance.findings.add_as(&QUESTIONNAIRE_REQUIRED, severity, At::Start(holder), content);
}

fn of_question(response: &Response<'_, '_>, content: Content, question: NodeId) -> Content {
    response.quoted(content, "item", &response.form.document.text_or_empty(question, name::LINK_ID))
}

/// Validates how often a group or an answer must occur.
fn occurs(response: &mut Response<'_, '_>, holder: NodeId, question: NodeId, count: u32) {
    let least = response.form.extension(response.instance.definitions, question, MIN_OCCURS);
    if let Some(least) = least.and_then(|least| least.written().parse::<u32>().ok()).filter(|&least| count < least) {
        missing(response, holder, TOO_FEW.count("found", count).count("expected", least), question);
    }
}

#[cfg(test)]
mod tests {
    use super::super::response::answering;
    use super::{QUESTIONNAIRE_ITEM, QUESTIONNAIRE_REQUIRED};
    use crate::validate::told::{assert_told, told};

    const QUESTIONS: &str = r#"{"linkId":"a","type":"string","text":"A?","item":[{"linkId":"a1","type":"string"}]},{"linkId":"b","type":"group","repeats":true,"item":[{"linkId":"b1","type":"string"}]},{"linkId":"c","type":"display"}"#;

    #[test]
    fn items_are_where_the_questionnaire_has_them() {
        assert_told(
            QUESTIONNAIRE_ITEM,
            &answering(QUESTIONS).replace('…', r#""item":[…]"#),
            &[
                (
                    r#"{"linkId":"a","text":"A?","answer":[{"valueString":"x","item":[{"linkId":"a1"}]}]},{"linkId":"b","item":[{"linkId":"b1"}]},{"linkId":"b"},{"linkId":"c"}"#,
                    &[],
                ),
                (r#"{"linkId":"z"}"#, &["/item/0: The Questionnaire has no item 'z'."]),
                (r#"{"linkId":"b1"}"#, &["/item/0: The item 'b1' is at another place in the Questionnaire."]),
                (
                    r#"{"linkId":"c"},{"linkId":"a"}"#,
                    &["/item/1: The item 'a' comes earlier in the Questionnaire: its order is expected."],
                ),
                (r#"{"linkId":"a"},{"linkId":"a"}"#, &["/item/1: The item 'a' does not repeat: it is expected once."]),
                (
                    r#"{"linkId":"a","text":"a"}"#,
                    &["/item/0/text: The text is not that of the item 'a' of the Questionnaire: 'A?'."],
                ),
                (
                    r#"{"linkId":"b","text":"b"}"#,
                    &["/item/0/text: The item 'b' has no text in the Questionnaire: none is expected."],
                ),
                (
                    r#"{"linkId":"a","item":[{"linkId":"a1"}]}"#,
                    &["/item/0: The items below the question 'a' are expected in its answers (answer.item)."],
                ),
                (
                    r#"{"linkId":"c","item":[{"linkId":"a1"}]}"#,
                    &["/item/0: The item 'c' is only shown: no items are expected in it."],
                ),
            ],
        );
    }

    const REQUIRED: &str = r#"{"linkId":"a","type":"string","required":true,"item":[{"linkId":"a1","type":"string","required":true}]},{"linkId":"b","type":"group","item":[{"linkId":"b1","type":"string","required":true}]},{"linkId":"c","type":"group","required":true},{"linkId":"d","type":"string","repeats":true,"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-minOccurs","valueInteger":2}]}"#;

    #[test]
    fn what_is_required_is_there() {
        let all = r#"{"linkId":"a","answer":[{"valueString":"x","item":[{"linkId":"a1","answer":[{"valueString":"x"}]}]}]},{"linkId":"c","item":[{"linkId":"z"}]}"#;
        assert_told(
            QUESTIONNAIRE_REQUIRED,
            &answering(REQUIRED).replace('…', r#""item":[…]"#),
            &[
                (all, &[]),
                (
                    r#"{"linkId":"b","item":[{"linkId":"z"}]}"#,
                    &[
                        ": The item 'a' is required, and missing.",
                        ": The item 'c' is required, and missing.",
                        "/item/0: The item 'b1' is required, and missing.",
                    ],
                ),
                (
                    r#"{"linkId":"a","answer":[{"valueString":"x"}]},{"linkId":"c"}"#,
                    &[
                        "/item/0/answer/0: The item 'a1' is required, and missing.",
                        "/item/1: The group 'c' is required: items are expected in it.",
                    ],
                ),
                (
                    &[
                        r#"{"linkId":"a"},"#,
                        all.split_once("},").map_or("", |(_, rest)| rest),
                        r#",{"linkId":"d","answer":[{"valueString":"x"}]}"#,
                    ]
                    .concat(),
                    &[
                        "/item/0: The question 'a' is required: an answer is expected.",
                        "/item/2: The item 'd' occurs 1 times; at least 2 are expected.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn what_a_response_in_progress_has_not_is_a_warning() {
        let of = |status: &str| {
            let text = answering(REQUIRED).replace("completed", status).replace('…', r#""item":[]"#);
            let report = crate::Validator::default().validate(&text, &crate::Options::default());
            let issues = report.issues.iter().filter(|issue| issue.rule == QUESTIONNAIRE_REQUIRED.name);
            issues.map(|issue| issue.severity.name()).collect::<Vec<_>>()
        };
        assert_eq!(of("completed"), ["error", "error"]);
        assert_eq!(of("amended"), ["error", "error"]);
        assert_eq!(of("in-progress"), ["warning", "warning"]);
        assert_eq!(of("stopped"), ["warning", "warning"]);
    }

    #[test]
    fn what_takes_too_much_work_is_given_up_and_said() {
        let (mut questions, mut items) = (Vec::new(), Vec::new());
        for id in 0..3_000 {
            questions.push(format!(r#"{{"linkId":"{id}","type":"group"}}"#));
            items.push(format!(r#"{{"linkId":"{}"}}"#, 2_999 - id));
        }
        let text = answering(&questions.join(",")).replace('…', &format!(r#""item":[{}]"#, items.join(",")));
        let told = told(crate::validate::element::invariant::CONSTRAINT_UNCHECKED, &text);
        assert!(
            told.iter().any(|one| one.starts_with(": The constraint questionnaire-item was not checked")),
            "{told:?}"
        );
    }

    #[test]
    fn a_questionnaire_that_came_with_the_message_is_not_quoted_where_values_are_hidden() {
        let text = answering(QUESTIONS).replace('…', r#""item":[{"linkId":"c"},{"linkId":"a"}]"#);
        assert_eq!(told(QUESTIONNAIRE_ITEM, &text).len(), 1);
        let hidden = crate::Options { show_values: false, ..crate::Options::default() };
        let report = crate::Validator::default().validate(&text, &hidden);
        let issue = report.issues.iter().find(|issue| issue.rule == QUESTIONNAIRE_ITEM.name);
        assert_eq!(
            issue.map(|issue| issue.message.as_str()),
            Some("The item '…' comes earlier in the Questionnaire: its order is expected.")
        );
    }
}
