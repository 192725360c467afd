//! companion: `_name` is beside primitives, and shaped as they are.

use super::removal;
use crate::definitions::{Body, Element, Primitive};
use crate::document::{Kind, NodeId, name};
use crate::report::{Act, At, Rule, Severity, Suggest, Words};
use crate::validate::element::cardinality::{ELEMENT_TOO_MANY, NARRATIVE_EXTENSION};
use crate::validate::instance::{Instance, label};

pub(crate) const COMPANION: Rule = Rule::new(
    "companion",
    Severity::Error,
    "structure",
    "_name is beside primitives, shaped as they are.",
    &[NOT_PRIMITIVE, COMPANION_ARRAY_EXPECTED, COMPANION_OBJECT_EXPECTED, OTHER_LENGTH, NOT_A_COMPANION],
);
const NOT_PRIMITIVE: Words =
    Words("Only primitive elements have a property with an underscore; {element} is not primitive.");
const COMPANION_ARRAY_EXPECTED: Words =
    Words("The element repeats: its companion is an array, aligned with the values.");
const COMPANION_OBJECT_EXPECTED: Words = Words("The element does not repeat: its companion is an object.");
const OTHER_LENGTH: Words =
    Words("The numbers of companions ({found}) and values ({expected}) differ: fill the places without one with null.");
const NOT_A_COMPANION: Words = Words("An object with id or extension is expected, not {found}.");

/// Whether an element may have a companion, and this one.
pub(crate) fn may_be(
    instance: &mut Instance<'_>,
    companion: NodeId,
    body: &Body,
    element: &Element,
    primitive: Option<Primitive>,
) -> bool {
    if primitive.is_none() {
        let content = NOT_PRIMITIVE.name("element", label(instance.definitions, body, element));
        instance.findings.add(&COMPANION, At::Key(companion), content);
        return false;
    }
    // R4, the type xhtml: an id it may have, extensions not.
    if primitive == Some(Primitive::Xhtml)
        && let Some(extension) = instance.document.member(companion, name::EXTENSION)
    {
        instance.findings.add(&ELEMENT_TOO_MANY, At::Key(extension), NARRATIVE_EXTENSION);
        return false;
    }
    true
}

/// An object beside an element that repeats, or an array beside one that does not.
#[cold]
pub(crate) fn other_shape(instance: &mut Instance<'_>, object: NodeId, companion: NodeId, repeats: bool) {
    let (words, act, nodes) = if repeats {
        (COMPANION_ARRAY_EXPECTED, Act::Wrap, removal::wrapped(instance, object, companion))
    } else {
        (COMPANION_OBJECT_EXPECTED, Act::Unwrap, removal::unwrapped(instance, companion))
    };
    instance.findings.add(&COMPANION, At::Start(companion), words).fix(act, nodes);
}

/// Validates that there are as many companions as values.
pub(crate) fn length(instance: &mut Instance<'_>, array: NodeId, companions: usize, values: usize) {
    if values != companions {
        let content = OTHER_LENGTH.count("found", companions as u64).count("expected", values as u64);
        instance.findings.add(&COMPANION, At::Key(array), content);
    }
}

/// A companion that is not an object.
#[cold]
pub(crate) fn not_an_object(instance: &mut Instance<'_>, node: NodeId, kind: Kind) {
    instance.findings.add(&COMPANION, At::Value(node), NOT_A_COMPANION.name("found", kind.words()));
}

#[cfg(test)]
mod tests {
    use super::COMPANION;
    use crate::validate::told::assert_told;

    #[test]
    fn a_companion_is_beside_a_primitive_and_shaped_as_it_is() {
        assert_told(
            COMPANION,
            r#"{"resourceType":"Patient",…}"#,
            &[
                (r#""_birthDate":{"id":"a"},"name":[{"given":["Ana","Maria"],"_given":[null,{"id":"b"}]}]"#, &[]),
                (
                    r#""_contact":[{"id":"a"}]"#,
                    &[
                        "/_contact: Only primitive elements have a property with an underscore; Patient.contact is not primitive.",
                    ],
                ),
                (
                    r#""name":[{"given":["Ana"],"_given":{"id":"b"}}]"#,
                    &["/name/0/_given: The element repeats: its companion is an array, aligned with the values."],
                ),
                (
                    r#""_birthDate":[{"id":"a"}]"#,
                    &["/_birthDate: The element does not repeat: its companion is an object."],
                ),
                (
                    r#""name":[{"given":["Ana","Maria"],"_given":[{"id":"b"}]}]"#,
                    &[
                        "/name/0/_given: The numbers of companions (1) and values (2) differ: fill the places without one with null.",
                    ],
                ),
                (r#""_birthDate":"a""#, &["/_birthDate: An object with id or extension is expected, not a string."]),
            ],
        );
    }
}
