//! element-array: what repeats is an array, and what does not is not.

use super::removal;
use crate::definitions::{Body, Element, TypeId};
use crate::document::NodeId;
use crate::report::{Act, At, Rule, Severity, Suggest, Words};
use crate::validate::instance::{Instance, label};

pub(crate) const ELEMENT_ARRAY: Rule = Rule::new(
    "element-array",
    Severity::Error,
    "structure",
    "Repeating elements are arrays, others are not.",
    &[ARRAY_EXPECTED, NO_ARRAY_EXPECTED, NESTED_ARRAY],
);
const ARRAY_EXPECTED: Words = Words("{element} may repeat: an array is expected, also for a single item.");
const NO_ARRAY_EXPECTED: Words = Words("{element} does not repeat: an array is not allowed.");
const NESTED_ARRAY: Words = Words("An array inside an array is not allowed in FHIR.");

/// An element that repeats and is not an array.
#[cold]
pub(crate) fn expected(instance: &mut Instance<'_>, object: NodeId, member: NodeId, body: &Body, element: &Element) {
    let content = ARRAY_EXPECTED.name("element", label(instance.definitions, body, element));
    let nodes = removal::wrapped(instance, object, member);
    instance.findings.add(&ELEMENT_ARRAY, At::Value(member), content).fix(Act::Wrap, nodes);
}

/// An array where the element does not repeat.
#[cold]
pub(crate) fn not_expected(instance: &mut Instance<'_>, array: NodeId, body: &Body, element: &Element) {
    let content = NO_ARRAY_EXPECTED.name("element", label(instance.definitions, body, element));
    let nodes = removal::unwrapped(instance, array);
    instance.findings.add(&ELEMENT_ARRAY, At::Start(array), content).fix(Act::Unwrap, nodes);
}

/// An array inside an array, which is an item of an element of an object of this type.
#[cold]
pub(crate) fn nested(instance: &mut Instance<'_>, item: NodeId, of: TypeId) {
    let nodes = removal::nothing_removed(instance, item, of);
    instance.findings.add(&ELEMENT_ARRAY, At::Start(item), NESTED_ARRAY).fix(Act::Remove, nodes);
}

#[cfg(test)]
mod tests {
    use super::ELEMENT_ARRAY;
    use crate::validate::told::assert_told;

    #[test]
    fn what_repeats_is_an_array_and_what_does_not_is_not() {
        assert_told(
            ELEMENT_ARRAY,
            r#"{"resourceType":"Patient",…}"#,
            &[
                (r#""name":[{"family":"Rivera"}],"birthDate":"1984-05-02""#, &[]),
                (
                    r#""name":{"family":"Rivera"}"#,
                    &["/name: Patient.name may repeat: an array is expected, also for a single item."],
                ),
                (
                    r#""birthDate":["1984-05-02"]"#,
                    &["/birthDate: Patient.birthDate does not repeat: an array is not allowed."],
                ),
                (r#""name":[[{"family":"Rivera"}]]"#, &["/name/0: An array inside an array is not allowed in FHIR."]),
            ],
        );
    }
}
