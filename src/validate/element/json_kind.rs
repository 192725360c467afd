//! element-type: a value is of the JSON kind that its type needs.

use crate::definitions::Primitive;
use crate::document::{Kind, NodeId};
use crate::report::{At, Rule, Severity, Words};
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

/// A value that is not an object where the type is not primitive.
#[cold]
pub(crate) fn not_an_object(instance: &mut Instance<'_>, node: NodeId, expected: &str) {
    let found = instance.document.kind(node).words();
    let content = OBJECT_EXPECTED.name("expected", expected.to_owned()).name("found", found);
    instance.findings.add(&ELEMENT_TYPE, At::Value(node), content);
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
