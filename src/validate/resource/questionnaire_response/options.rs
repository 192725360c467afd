//! questionnaire-option: an answer is one of those that the question offers.
//!
//! Source: R4, Questionnaire.item.answerOption and answerValueSet.

use super::form::Value;
use super::response::Response;
use super::value_set;
use crate::definitions::{known, plain};
use crate::document::{NodeId, name};
use crate::report::{At, Rule, Severity, Words};

pub(crate) const QUESTIONNAIRE_OPTION: Rule = Rule::new(
    "questionnaire-option",
    Severity::Error,
    "code-invalid",
    "An answer is one of those that its question offers.",
    &[NO_OPTION, NOT_IN_SET, SET_UNKNOWN, EXCLUSIVE, OTHER_DISPLAY],
);
const NO_OPTION: Words = Words("The answer is not one of those that the question {item} offers.");
const NOT_IN_SET: Words = Words("The answer is not in the value set {set} of the question {item}.");
const SET_UNKNOWN: Words =
    Words("The value set {set} cannot be listed here: the answers that it offers were not checked.");
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
            offered.is_some_and(|offered| {
                let is_same = offered.of == value.of && value.is(offered, definitions) == Some(true);
                is_same && value.text(name::SYSTEM) == offered.text(name::SYSTEM)
            })
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
    // Without a system it may be of any.
    let system = Some(value.text(name::SYSTEM)).filter(|system| is_coding && !system.is_empty());
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
                let content = OTHER_DISPLAY.value("found", &shown);
                response.instance.findings.add(&QUESTIONNAIRE_OPTION, At::Value(value.node), content);
            }
        }
        // What the Questionnaire contains is known, and its code systems are told of each Coding.
        None if set.starts_with('#') || response.instance.notes.wanted.resources.contains_key(&*set) => {}
        None => {
            response.instance.notes.wanted.resources.insert(set.as_ref().to_owned(), value.node);
            let content = response.quoted(SET_UNKNOWN.into(), "set", &set);
            response.instance.findings.add_as(
                &QUESTIONNAIRE_OPTION,
                Severity::Information,
                At::Value(value.node),
                content,
            );
        }
    }
}

/// Whether a question takes what it does not offer, too.
fn is_open(response: &Response<'_, '_>, item: NodeId) -> bool {
    response.form.document.text_or_empty(item, name::TYPE) == "open-choice"
}

#[cfg(test)]
mod tests {
    use super::super::response::answering;
    use super::QUESTIONNAIRE_OPTION;
    use crate::validate::told::assert_told;

    const OPTIONS: &str = r#""answerOption":[{"valueCoding":{"system":"http://example.org","code":"x"}},{"valueString":"free"},{"valueInteger":3},{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive","valueBoolean":true}],"valueCoding":{"code":"none"}}]"#;

    fn of(of: &str, options: &str) -> String {
        answering(&format!(r#"{{"linkId":"a","type":"{of}","repeats":true,{options}}}"#))
            .replace('…', r#""item":[{"linkId":"a","answer":[…]}]"#)
    }

    #[test]
    fn an_answer_is_one_of_the_options() {
        let right: &[&str] = &[];
        for (question, is_open) in [("choice", false), ("open-choice", true)] {
            let free: &[&str] =
                &["/item/0/answer/0/valueString: The answer is not one of those that the question 'a' offers."];
            assert_told(
                QUESTIONNAIRE_OPTION,
                &of(question, OPTIONS),
                &[
                    (
                        r#"{"valueCoding":{"system":"http://example.org","code":"x","display":"X"}},{"valueString":"free"},{"valueInteger":3}"#,
                        &[],
                    ),
                    (r#"{"valueCoding":{"code":"none"}}"#, &[]),
                    (
                        r#"{"valueCoding":{"code":"x"}}"#,
                        &["/item/0/answer/0/valueCoding: The answer is not one of those that the question 'a' offers."],
                    ),
                    (
                        r#"{"valueInteger":4}"#,
                        &[
                            "/item/0/answer/0/valueInteger: The answer is not one of those that the question 'a' offers.",
                        ],
                    ),
                    (r#"{"valueString":"other"}"#, if is_open { right } else { free }),
                    (
                        r#"{"valueInteger":3},{"valueCoding":{"code":"none"}}"#,
                        &[
                            "/item/0/answer/1/valueCoding: This answer excludes others, but the question 'a' has several.",
                        ],
                    ),
                ],
            );
        }
    }

    #[test]
    fn an_answer_is_in_the_value_set_that_is_loaded() {
        assert_told(
            QUESTIONNAIRE_OPTION,
            &of("choice", r#""answerValueSet":"http://hl7.org/fhir/ValueSet/item-type|4.0.1""#),
            &[
                (
                    r#"{"valueCoding":{"system":"http://hl7.org/fhir/item-type","code":"boolean","display":"Boolean"}}"#,
                    &[],
                ),
                (r#"{"valueString":"boolean"}"#, &[]),
                (
                    r#"{"valueCoding":{"system":"http://hl7.org/fhir/item-type","code":"none"}}"#,
                    &[
                        "/item/0/answer/0/valueCoding: The answer is not in the value set 'http://hl7.org/fhir/ValueSet/item-type|4.0.1' of the question 'a'.",
                    ],
                ),
                (
                    r#"{"valueCoding":{"system":"http://hl7.org/fhir/item-type","code":"string","display":"Australia"}}"#,
                    &[
                        "/item/0/answer/0/valueCoding: The display 'Australia' is not that of the code: one of them is another answer.",
                    ],
                ),
            ],
        );
        assert_told(
            QUESTIONNAIRE_OPTION,
            &of("string", r#""answerValueSet":"http://hl7.org/fhir/ValueSet/item-type""#),
            &[
                (r#"{"valueString":"boolean"}"#, &[]),
                (
                    r#"{"valueString":"none"}"#,
                    &[
                        "/item/0/answer/0/valueString: The answer is not in the value set 'http://hl7.org/fhir/ValueSet/item-type' of the question 'a'.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn a_value_set_that_is_not_known_is_said_once() {
        assert_told(
            QUESTIONNAIRE_OPTION,
            &of("choice", r#""answerValueSet":"http://example.org/set""#),
            &[(
                r#"{"valueCoding":{"code":"x"}},{"valueCoding":{"code":"y"}}"#,
                &[
                    "/item/0/answer/0/valueCoding: The value set 'http://example.org/set' cannot be listed here: the answers that it offers were not checked.",
                ],
            )],
        );
    }

    #[test]
    fn an_answer_is_in_the_value_set_that_is_contained() {
        let set = r##"{"resourceType":"ValueSet","id":"set","status":"active",SET},{"resourceType":"ValueSet","id":"other","status":"active","compose":{"include":[{"system":"http://example.org","concept":[{"code":"x"},{"code":"y"}]}]}},"##;
        let with = |content: &str| {
            let text = of("choice", r##""answerValueSet":"#set""##);
            text.replace(r#""contained":["#, &format!(r#""contained":[{}"#, set.replace("SET", content)))
        };
        let code = |code: &str| format!(r#"{{"valueCoding":{{"system":"http://example.org","code":"{code}"}}}}"#);
        let wrong: &[&str] =
            &["/item/0/answer/0/valueCoding: The answer is not in the value set '#set' of the question 'a'."];
        for content in [
            r#""compose":{"include":[{"system":"http://a.example","concept":[{"code":"z"}]},{"system":"http://example.org","concept":[{"code":"x"}]}]}"#,
            r##""compose":{"include":[{"valueSet":["#other"]}],"exclude":[{"system":"http://example.org","concept":[{"code":"y"}]}]}"##,
            r##""compose":{"include":[{"system":"http://example.org","concept":[{"code":"x"},{"code":"z"}],"valueSet":["#other"]}]}"##,
            r#""expansion":{"timestamp":"2026-01-01","contains":[{"system":"http://example.org","code":"a","contains":[{"system":"http://example.org","code":"x"}]}]}"#,
        ] {
            assert_told(
                QUESTIONNAIRE_OPTION,
                &with(content),
                &[
                    (&code("x"), &[]),
                    (r#"{"valueCoding":{"code":"x"}}"#, &[]),
                    (&code("y"), wrong),
                    (&code("z"), wrong),
                ],
            );
        }
        for undecided in [
            r#""compose":{"include":[{"system":"http://example.org","filter":[{"property":"a","op":"=","value":"b"}]}]}"#,
            r#""compose":{"include":[{"system":"http://example.org"}]}"#,
            r##""compose":{"include":[{"valueSet":["#set"]}]}"##,
        ] {
            assert_told(QUESTIONNAIRE_OPTION, &with(undecided), &[(&code("x"), &[])]);
        }
    }
}
