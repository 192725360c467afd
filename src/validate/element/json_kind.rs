//! element-type: a value is of the JSON kind that its type needs.

use super::{meant, removal};
use crate::definitions::{Primitive, TypeId};
use crate::document::{Kind, NodeId};
use crate::report::{Act, At, Rule, Severity, Suggest, Words};
use crate::validate::instance::Instance;

pub(crate) const ELEMENT_TYPE: Rule = Rule::new(
    "element-type",
    Severity::Error,
    "structure",
    "A value is of the JSON kind that its type needs.",
    &[OBJECT_EXPECTED, OTHER_KIND],
);
const OBJECT_EXPECTED: Words = Words("An object ({expected}) is expected, not {found}.");
const OTHER_KIND: Words = Words("A value of type {type} is {expected}, not {found}.");

/// A value that is not an object where the type is not primitive, in an object of the type `of`.
#[cold]
pub(crate) fn not_an_object(instance: &mut Instance<'_>, node: NodeId, expected: &str, of: TypeId) {
    let found = instance.document.kind(node).words();
    let content = OBJECT_EXPECTED.name("expected", expected.to_owned()).name("found", found);
    let nodes = removal::nothing_removed(instance, node, of);
    let meant = meant::object_fix(instance, node, expected);
    let finding = instance.findings.add(&ELEMENT_TYPE, At::Value(node), content);
    if nodes.is_empty() {
        finding.offer_this(meant);
    } else {
        finding.fix(Act::Remove, nodes);
    }
}

/// A value of a primitive type that is of another kind.
#[cold]
pub(super) fn wrong(instance: &mut Instance<'_>, primitive: Primitive, kind: Kind, node: NodeId) {
    let needed = match primitive {
        Primitive::Boolean => "true or false",
        Primitive::Integer | Primitive::PositiveInt | Primitive::UnsignedInt | Primitive::Decimal => "a JSON number",
        _ => "a JSON string",
    };
    let content = OTHER_KIND.name("type", primitive.name()).name("expected", needed).name("found", kind.words());
    instance.findings.add(&ELEMENT_TYPE, At::Value(node), content);
}

#[cfg(test)]
mod tests {
    use super::ELEMENT_TYPE;
    use crate::validate::told::assert_told;

    #[test]
    fn a_value_is_of_the_json_kind_that_its_type_needs() {
        assert_told(
            ELEMENT_TYPE,
            r#"{"resourceType":"Patient",…}"#,
            &[
                (r#""name":[{"family":"Rivera"}],"birthDate":"1984","active":true,"multipleBirthInteger":2"#, &[]),
                (r#""name":["Rivera"]"#, &["/name/0: An object (HumanName) is expected, not a string."]),
                (r#""birthDate":1984"#, &["/birthDate: A value of type date is a JSON string, not a number."]),
                (r#""active":"true""#, &["/active: A value of type boolean is true or false, not a string."]),
                (
                    r#""multipleBirthInteger":"2""#,
                    &["/multipleBirthInteger: A value of type integer is a JSON number, not a string."],
                ),
            ],
        );
    }
}
