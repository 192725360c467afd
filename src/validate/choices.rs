//! Where our verdict is by choice another one than that of HL7's validator, and why. With `Agree::Hl7` it is as HL7's has it.

use super::bundle::element_id::{ELEMENT_ID, ID_IN_NARRATIVE};
use super::bundle::message;
use super::bundle::resolve::{REF_UNRESOLVED, URN_UNRESOLVED};
use super::element::binding::{ABSTRACT, BINDING_REQUIRED, NO_CODE, NO_CODES, UNIT};
use super::element::code_form::OTHER_FORM;
use super::element::coding::{CODE_DISPLAY, CODE_UNKNOWN, UNKNOWN_BESIDE};
use super::element::empty::{ELEMENT_EMPTY, EMPTY_VALUES};
use super::element::narrative::{INSTRUCTION, XHTML_SYNTAX};
use super::element::period::PERIOD_PRECISION;
use super::element::unknown::{BESIDE_ID, ELEMENT_UNKNOWN};
use super::findings::Instead;
use super::primitive_form::{ID_WITH_SPACE, PRIMITIVE_VALUE, SHORT_OID};
use super::references::{
    CANONICAL_NOT_ALLOWED, ELSEWHERE_NOT_ALLOWED, REF_TYPE, STATED_NOT_ALLOWED, TYPE_AS_URL, UNKNOWN_TYPE,
};
use super::resource::questionnaire::ANSWER_TYPE;
use crate::report::{Rule, Severity, Words};

/// What is decided by choice, how HL7's validator has it, and why we have it otherwise.
pub(crate) struct Choice {
    hl7: Instead,
    #[cfg_attr(not(test), allow(dead_code, reason = "the documentation is held against it"))]
    reason: &'static str,
}

/// Of one text of a rule, or of all of them.
const fn choice(rule: Rule<'static>, words: Option<Words>, severity: Severity, reason: &'static str) -> Choice {
    Choice { hl7: Instead { rule: rule.name, words, severity }, reason }
}

const fn of_messages(rule: Rule<'static>) -> Choice {
    let reason = "R4's pages on messages, or the event, demand it; HL7's validator has no such rule";
    choice(rule, None, Severity::Information, reason)
}

/// All of them.
const CHOICES: [Choice; 33] = [
    choice(
        ELEMENT_EMPTY,
        Some(EMPTY_VALUES),
        Severity::Information,
        "R4's page on JSON: arrays are not empty. HL7's validator refuses those of objects, and passes over those of values",
    ),
    choice(
        PRIMITIVE_VALUE,
        Some(ID_WITH_SPACE),
        Severity::Information,
        "R4: the id of an element has no spaces. HL7's validator does not look at it",
    ),
    choice(
        PRIMITIVE_VALUE,
        Some(SHORT_OID),
        Severity::Error,
        "R4's expression for the type oid allows it. HL7's validator refuses OIDs that are as short as no system's",
    ),
    choice(
        ELEMENT_UNKNOWN,
        Some(BESIDE_ID),
        Severity::Information,
        "R4's page on JSON: an id is a string of its own, with nothing beside it. HL7's validator reads it as other primitives",
    ),
    choice(
        ELEMENT_ID,
        Some(ID_IN_NARRATIVE),
        Severity::Information,
        "R4, Element.id: an id is unique within the resource, and a narrative is a part of it. HL7's validator does not look at its ids",
    ),
    choice(
        XHTML_SYNTAX,
        Some(INSTRUCTION),
        Severity::Information,
        "R4's page on narratives: a div with formatting. HL7's validator passes over what is for programs",
    ),
    choice(
        CODE_UNKNOWN,
        Some(UNKNOWN_BESIDE),
        Severity::Warning,
        "A code that its system does not have is wrong, whatever is beside it. HL7's validator decides of a concept as a whole, and leaves systems to a terminology server",
    ),
    choice(
        BINDING_REQUIRED,
        Some(ABSTRACT),
        Severity::Information,
        "R4: an abstract code is for grouping, not for use. HL7's validator lets it",
    ),
    choice(
        BINDING_REQUIRED,
        Some(NO_CODES),
        Severity::Warning,
        "What has no code is in no value set. HL7's validator leaves sets that it cannot list to a terminology server",
    ),
    choice(
        BINDING_REQUIRED,
        Some(NO_CODE),
        Severity::Error,
        "R4: an extension may say why there is no code. HL7's validator passes over that where a code is required",
    ),
    choice(
        REF_TYPE,
        Some(TYPE_AS_URL),
        Severity::Information,
        "R4, Reference.type: absolute URLs are for logical models. HL7's validator lets those of R4's own types",
    ),
    choice(
        REF_TYPE,
        Some(UNKNOWN_TYPE),
        Severity::Information,
        "R4: Reference.type is a resource type. HL7's validator looks at it beside a reference alone",
    ),
    choice(
        REF_TYPE,
        Some(STATED_NOT_ALLOWED),
        Severity::Information,
        "R4: Reference.type is the type of the target, which the element allows. HL7's validator looks at it beside a reference alone",
    ),
    choice(
        REF_TYPE,
        Some(ELSEWHERE_NOT_ALLOWED),
        Severity::Warning,
        "A message has what it refers to; what it does not have is of the type that its URL names. HL7's validator does not look at what is not there",
    ),
    choice(
        REF_TYPE,
        Some(CANONICAL_NOT_ALLOWED),
        Severity::Information,
        "R4: a canonical names a resource of the type that its element is for. HL7's validator looks at those of bindings and concept maps",
    ),
    choice(
        CODE_DISPLAY,
        None,
        Severity::Error,
        "A display is for people, and networks have their own: what counts is the code",
    ),
    choice(
        BINDING_REQUIRED,
        Some(OTHER_FORM),
        Severity::Warning,
        "Types of media, languages and currencies can be told by their form. HL7's validator asks a terminology server, and decides nothing without one: by its verdict no resource with such a code meets a profile that a reference asks for",
    ),
    choice(
        BINDING_REQUIRED,
        Some(UNIT),
        Severity::Warning,
        "R4: the codes of this element are of no other set than the maximal one. HL7's validator does not look at units so",
    ),
    choice(
        PERIOD_PRECISION,
        None,
        Severity::Error,
        "R5 says how a day and its month are compared, and a period is true that may be so. To HL7's validator it breaks R4's per-1",
    ),
    choice(
        ANSWER_TYPE,
        None,
        Severity::Information,
        "R4: the type of an answer that is offered agrees with that of the question. HL7's validator does not look at it",
    ),
    choice(
        REF_UNRESOLVED,
        Some(URN_UNRESOLVED),
        Severity::Warning,
        "A URN resolves in its message, or nowhere. HL7's validator lets it",
    ),
    of_messages(message::bundle_type::MSG_TYPE),
    of_messages(message::content::MSG_CONTENT),
    of_messages(message::endpoint::MSG_ENDPOINT),
    of_messages(message::event::MSG_EVENT),
    of_messages(message::event::MSG_EVENT_UNKNOWN),
    of_messages(message::focus::MSG_FOCUS),
    choice(
        message::focus::MSG_FOCUS_UNRESOLVED,
        Some(message::focus::FOCUS_WITHOUT_REFERENCE),
        Severity::Information,
        "R4's pages on messages, or the event, demand it; HL7's validator has no such rule",
    ),
    of_messages(message::header_place::MSG_HEADER_SINGLE),
    of_messages(message::id::MSG_ID),
    of_messages(message::link::MSG_LINK),
    of_messages(message::response::MSG_RESPONSE),
    of_messages(message::unreachable::MSG_UNREACHABLE),
];

/// How HL7's validator has them.
#[allow(clippy::indexing_slicing, reason = "at compile time, where places are checked")]
pub(super) static AS_HL7: [Instead; CHOICES.len()] = {
    let mut all = [CHOICES[0].hl7; CHOICES.len()];
    let mut place = 1;
    while place < CHOICES.len() {
        all[place] = CHOICES[place].hl7;
        place += 1;
    }
    all
};

#[cfg(test)]
mod tests {
    use super::CHOICES;
    use crate::validate::{Agree, Engine, Options};
    use crate::{json::Limits, report::Severity};

    #[test]
    fn what_is_chosen_is_documented() {
        let page = include_str!("../../docs/choices.md");
        for choice in &CHOICES {
            let severity = choice.hl7.severity.name();
            let what = choice.hl7.words.map_or("", |words| words.0);
            let line = format!("| [{0}](rules/{0}.md) | {what} | {severity} | {1} |", choice.hl7.rule, choice.reason);
            assert!(page.contains(&line), "docs/choices.md lacks: {line}");
        }
        assert_eq!(page.matches("](rules/").count(), CHOICES.len());
    }

    #[test]
    fn who_wants_the_verdict_of_hl7_gets_it() {
        let engine = Engine::default();
        let severities = |agree: Agree| -> Vec<Severity> {
            let text = r#"{"resourceType":"Patient","name":[{"family":"Rivera","given":[]}],"maritalStatus":{"coding":[
                {"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"M","display":"Divorced"}]}}"#;
            let options = Options { agree, ..Options::default() };
            let report = engine.validate(&engine.read(text, Limits::default()), &options);
            report.issues.iter().map(|issue| issue.severity).collect()
        };
        assert_eq!(severities(Agree::None), [Severity::Error, Severity::Warning]);
        assert_eq!(severities(Agree::Hl7), [Severity::Information, Severity::Error]);
    }

    #[test]
    fn to_hl7_a_code_with_another_display_is_not_in_a_required_set() {
        let engine = Engine::default();
        let rules = |agree: Agree| -> Vec<String> {
            let text = r#"{"resourceType":"Condition","subject":{"display":"a"},"clinicalStatus":{"coding":[
                {"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active","display":"Wrong"}]}}"#;
            let options = Options { agree, ..Options::default() };
            let report = engine.validate(&engine.read(text, Limits::default()), &options);
            let errors = report.issues.iter().filter(|issue| issue.severity <= Severity::Error);
            errors.map(|issue| issue.rule.to_string()).collect()
        };
        assert_eq!(rules(Agree::None), [""; 0]);
        assert_eq!(rules(Agree::Hl7), ["binding-required", "code-display"]);
    }
}
