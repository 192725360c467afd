//! enable-when, answer-type: the conditions and answers of a Questionnaire.
//!
//! Source: R4 page questionnaire.

use crate::document::{Document, NodeId, name};
use crate::report::{At, Rule, Severity, Words};
use crate::validate::instance::Instance;
use crate::validate::references::NodeByText;
use crate::validate::resource::questionnaire_response::type_in_name;

pub(crate) const ENABLE_WHEN: Rule = Rule::new(
    "enable-when",
    Severity::Error,
    "business-rule",
    "A condition of a Questionnaire asks for another question of it.",
    &[NO_LINK_ID, QUESTION_ITSELF, QUESTION_INSIDE, QUESTION_AFTER],
);
const NO_LINK_ID: Words = Words("{found} is not a linkId of this Questionnaire.");
const QUESTION_ITSELF: Words = Words("{found} is the item that has the condition: another question is expected.");
const QUESTION_INSIDE: Words =
    Words("{found} is inside the item that has the condition: a question outside of it is expected.");
const QUESTION_AFTER: Words =
    Words("{found} comes after the item that has the condition: an earlier question is expected.");

pub(crate) const ANSWER_TYPE: Rule = Rule::new(
    "answer-type",
    Severity::Error,
    "business-rule",
    "An answer that a Questionnaire offers or begins with is of the type of the question.",
    &[OTHER_ANSWER],
);
const OTHER_ANSWER: Words =
    Words("A value of this type is not allowed for a question of type {type}; allowed: {allowed}.");

/// linkId → the item that has it.
pub(super) fn questions(document: &Document<'_>, parent: NodeId, found: &mut NodeByText) {
    for item in document.member_items(parent, name::ITEM) {
        if let Some(id) = document.member_text(item, name::LINK_ID)
            && !found.contains_key(id.as_ref())
        {
            found.insert(id.into_owned(), item);
        }
        questions(document, item, found);
    }
}

/// Validates a Questionnaire.
pub(super) fn check(instance: &mut Instance<'_>, node: NodeId) {
    let mut found = NodeByText::new();
    questions(instance.document, node, &mut found);
    conditions(instance, node, &found);
    answers(instance, node);
}

/// Questionnaire.item.enableWhen: "the linkId for the question whose answer (or lack of answer) governs whether this item is
/// enabled".
fn conditions(instance: &mut Instance<'_>, parent: NodeId, questions: &NodeByText) {
    for item in instance.document.member_items(parent, name::ITEM) {
        for condition in instance.document.member_items(item, name::ENABLE_WHEN) {
            let Some(question) = instance.document.member(condition, name::QUESTION) else { continue };
            let id = instance.document.value(question);
            if id.is_empty() {
                continue;
            }
            let (severity, words) = match questions.get(id.as_ref()).copied() {
                None => (Severity::Error, NO_LINK_ID),
                Some(target) if target == item => (Severity::Error, QUESTION_ITSELF),
                Some(target) if target > item && target < instance.document.after(item) => {
                    (Severity::Error, QUESTION_INSIDE)
                }
                Some(target) if target > item => (Severity::Warning, QUESTION_AFTER),
                Some(_) => continue,
            };
            instance.findings.add_as(&ENABLE_WHEN, severity, At::Value(question), words.value("found", &id));
        }
        conditions(instance, item, questions);
    }
}

/// Questionnaire.item.answerOption.value\[x]: "The data type of the value must agree with the item.type", and so must what is
/// given at the start.
fn answers(instance: &mut Instance<'_>, parent: NodeId) {
    for item in instance.document.member_items(parent, name::ITEM) {
        let of = instance.document.text_or_empty(item, name::TYPE);
        if let Some((of, right)) = ANSWERS.iter().find(|(known, _)| *known == of.as_ref()) {
            for list in [name::ANSWER_OPTION, name::INITIAL] {
                for given in instance.document.member_items(item, list) {
                    answer(instance, given, of, right);
                }
            }
        }
        answers(instance, item);
    }
}

fn answer(instance: &mut Instance<'_>, answer: NodeId, of: &'static str, right: &[&str]) {
    let value = instance.document.children(answer).find_map(|child| {
        let key = instance.document.key(child)?;
        let value = key.strip_prefix("value")?.to_owned();
        Some((child, value))
    });
    if let Some((at, value)) = value
        && !right.contains(&value.as_str())
        && type_in_name(&instance.engine.definitions, &value).is_some()
    {
        let allowed = right.iter().map(|name| format!("value{name}"));
        let content = OTHER_ANSWER.name("type", of).list("allowed", allowed);
        instance.findings.add(&ANSWER_TYPE, At::Key(at), content);
    }
}

/// Types of questions, and how the values of their answers end. That of a choice is of whichever type its options are, and no list of options
/// has a type for an Attachment or a Quantity.
pub(super) const ANSWERS: [(&str, &[&str]); 14] = [
    ("boolean", &["Boolean"]),
    ("decimal", &["Decimal", "Integer"]),
    ("integer", &["Integer"]),
    ("date", &["Date"]),
    ("dateTime", &["DateTime", "Date"]),
    ("time", &["Time"]),
    ("string", &["String"]),
    ("text", &["String"]),
    ("url", &["Uri"]),
    ("attachment", &["Attachment"]),
    ("reference", &["Reference"]),
    ("quantity", &["Quantity"]),
    ("choice", &["Coding", "String", "Integer", "Date", "Time", "Reference"]),
    ("open-choice", &["Coding", "String", "Integer", "Date", "Time", "Reference"]),
];

#[cfg(test)]
mod tests {
    use super::{ANSWER_TYPE, ENABLE_WHEN};
    use crate::validate::told::assert_told;

    #[test]
    fn a_condition_asks_for_another_question_before_it() {
        assert_told(
            ENABLE_WHEN,
            r#"{"resourceType":"Questionnaire","status":"draft","item":[{"linkId":"first","type":"boolean"},{"linkId":"own","type":"group","enableWhen":[{"question":"…","operator":"exists","answerBoolean":true}],"item":[{"linkId":"inside","type":"boolean"}]},{"linkId":"last","type":"boolean"}]}"#,
            &[
                ("first", &[]),
                ("none", &["/item/1/enableWhen/0/question: 'none' is not a linkId of this Questionnaire."]),
                (
                    "own",
                    &[
                        "/item/1/enableWhen/0/question: 'own' is the item that has the condition: another question is expected.",
                    ],
                ),
                (
                    "inside",
                    &[
                        "/item/1/enableWhen/0/question: 'inside' is inside the item that has the condition: a question outside of it is expected.",
                    ],
                ),
                (
                    "last",
                    &[
                        "/item/1/enableWhen/0/question: 'last' comes after the item that has the condition: an earlier question is expected.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn an_answer_is_of_the_type_of_the_question() {
        assert_told(
            ANSWER_TYPE,
            r#"{"resourceType":"Questionnaire","status":"draft","item":[{"linkId":"a","type":"dateTime","initial":[{…}]}]}"#,
            &[
                (r#""valueDate":"2026""#, &[]),
                (
                    r#""valueString":"2026""#,
                    &[
                        "/item/0/initial/0/valueString: A value of this type is not allowed for a question of type dateTime; allowed: valueDateTime, valueDate.",
                    ],
                ),
            ],
        );
    }
}
