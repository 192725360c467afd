//! element-missing, element-too-many: how often an element occurs.

use super::binding;
use crate::definitions::{Body, Element, ElementSet};
use crate::document::NodeId;
use crate::report::{Act, At, Fix, Rule, Severity, Suggest, Words};
use crate::validate::instance::{Instance, label};

pub(crate) const ELEMENT_MISSING: Rule = Rule::new(
    "element-missing",
    Severity::Error,
    "required",
    "Elements with a minimum cardinality are there.",
    &[MISSING, TOO_SELDOM],
);
const MISSING: Words = Words("{element} is missing.");
const TOO_SELDOM: Words = Words("{element} occurs too seldom: {found} found, at least {expected} required.");

pub(crate) const ELEMENT_TOO_MANY: Rule = Rule::new(
    "element-too-many",
    Severity::Error,
    "structure",
    "Elements do not repeat more often than they may.",
    &[TOO_OFTEN, NOT_ALLOWED, NARRATIVE_EXTENSION],
);
const TOO_OFTEN: Words = Words("{element} occurs too often: {found} found, at most {expected} allowed.");
const NOT_ALLOWED: Words = Words("{element} is not allowed here.");
pub(crate) const NARRATIVE_EXTENSION: Words = Words("Extensions are not allowed in a narrative.");

/// Reports elements that must be there and are not.
#[cold]
pub(crate) fn missing(instance: &mut Instance<'_>, node: NodeId, body: &Body, seen: &ElementSet) {
    for element in body.missing(seen) {
        let content = MISSING.name("element", label(instance.definitions, body, element));
        // An object with nothing in it is to be left out, not filled.
        let is_empty = instance.document.children(node).next().is_none();
        let codes = if is_empty { (Vec::new(), false) } else { binding::choices(instance.definitions, body, element) };
        let fix = Fix::choice(codes, Act::InsertElement, node).map(|fix| {
            let member = instance.definitions.names().text(element.name);
            Fix { member: Some(member.into()), ..fix }
        });
        instance.findings.add(&ELEMENT_MISSING, At::Start(node), content).offer_this(fix);
    }
}

/// An element that a type does not allow although its base has it.
#[cold]
pub(crate) fn not_allowed(instance: &mut Instance<'_>, member: NodeId, body: &Body, element: &Element) {
    let content = NOT_ALLOWED.name("element", label(instance.definitions, body, element));
    instance.findings.add(&ELEMENT_TOO_MANY, At::Key(member), content);
}

/// Validates how many items an array has.
#[inline]
pub(crate) fn count(instance: &mut Instance<'_>, array: NodeId, body: &Body, element: &Element, count: u32) {
    let occurs = |instance: &Instance<'_>, words: Words, expected: u16| {
        let element = label(instance.definitions, body, element);
        words.name("element", element).count("found", count).count("expected", expected)
    };
    if let Some(max) = element.max.filter(|&max| element.array && count > u32::from(max)) {
        let content = occurs(instance, TOO_OFTEN, max);
        instance.findings.add(&ELEMENT_TOO_MANY, At::Key(array), content);
    }
    if u32::from(element.min) > count {
        let content = occurs(instance, TOO_SELDOM, element.min);
        instance.findings.add(&ELEMENT_MISSING, At::Key(array), content);
    }
}

#[cfg(test)]
mod tests {
    use super::{ELEMENT_MISSING, ELEMENT_TOO_MANY};
    use crate::validate::told::assert_told;

    #[test]
    fn a_required_element_is_there() {
        assert_told(
            ELEMENT_MISSING,
            r#"{"resourceType":"Patient","link":[{"other":{"display":"Ana"}…}]}"#,
            &[(r#","type":"seealso""#, &[]), ("", &["/link/0: Patient.link.type is missing."])],
        );
    }

    #[test]
    fn an_element_that_a_type_takes_away_from_its_base_is_not_allowed() {
        assert_told(
            ELEMENT_TOO_MANY,
            r#"{"resourceType":"Observation","status":"final","code":{"text":"a"},"referenceRange":[{"low":{"value":1…}}]}"#,
            &[
                ("", &[]),
                (
                    r#","comparator":"<""#,
                    &["/referenceRange/0/low/comparator: SimpleQuantity.comparator is not allowed here."],
                ),
            ],
        );
    }

    #[test]
    fn a_narrative_has_no_extensions() {
        assert_told(
            ELEMENT_TOO_MANY,
            r#"{"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns='http://www.w3.org/1999/xhtml'>a</div>","_div":{…}}}"#,
            &[
                (r#""id":"a""#, &[]),
                (
                    r#""extension":[{"url":"http://example.org/a","valueString":"b"}]"#,
                    &["/text/_div/extension: Extensions are not allowed in a narrative."],
                ),
            ],
        );
    }
}
