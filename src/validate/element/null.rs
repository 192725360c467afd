//! element-null: null is allowed only in arrays of primitives, across from an id or extension.

use super::{binding, removal};
use crate::definitions::{Element, TypeId};
use crate::document::{Kind, NodeId, Property};
use crate::report::{Act, At, Fix, Rule, Severity, Suggest, Words};
use crate::validate::instance::Instance;

pub(crate) const ELEMENT_NULL: Rule = Rule::new(
    "element-null",
    Severity::Error,
    "structure",
    "null occurs only in arrays of primitives, across from an id or extension.",
    &[NULL_PROPERTY, NULL_ITEM, NULL_ALONE, NULL_WITHOUT_VALUE],
);
const NULL_PROPERTY: Words = Words("null is not allowed here: leave the property out.");
const NULL_ITEM: Words = Words("null is not allowed here: leave the item out.");
const NULL_ALONE: Words = Words("null is allowed only across from an id or extension.");
const NULL_WITHOUT_VALUE: Words = Words("null is allowed only across from a value.");

/// Nulls in an array are right only across from an id or extension in the companion array.
pub(crate) fn items(instance: &mut Instance<'_>, parent: NodeId, array: NodeId, of: TypeId, primitive: bool) {
    let companion = instance.sibling(parent, instance.document.node(array).name, true);
    for across in (Property { value: Some(array), companion }).items(instance.document) {
        let (Some(item), other) = (across.value, across.companion) else { break };
        let filled = primitive && other.is_some_and(|other| instance.document.kind(other) != Kind::Null);
        if instance.document.kind(item) == Kind::Null && !filled {
            let words = if primitive { NULL_ALONE } else { NULL_ITEM };
            // What is across from it goes with it, so that the others stay across from theirs.
            let mut nodes = removal::item_removed(instance, parent, of, item);
            if primitive && companion.is_some() && !nodes.is_empty() {
                match other {
                    _ if nodes != [item] => nodes.clear(),
                    Some(other) if removal::is_alone(instance, other) => nodes.clear(),
                    Some(other) => nodes.push(other),
                    None => {}
                }
            }
            instance.findings.add(&ELEMENT_NULL, At::Value(item), words).fix(Act::Remove, nodes);
        }
    }
}

/// A property that is null.
#[cold]
pub(crate) fn property(instance: &mut Instance<'_>, object: NodeId, of: TypeId, member: NodeId, element: &Element) {
    let nodes = removal::removed(instance, object, of, member);
    let may_be = if nodes.is_empty() {
        binding::choices(instance.definitions, instance.body(of), element)
    } else {
        (Vec::new(), false)
    };
    let finding = instance.findings.add(&ELEMENT_NULL, At::Value(member), NULL_PROPERTY);
    match Fix::choice(may_be, Act::Replace, member) {
        Some(fix) => finding.offer_this(Some(fix)),
        None => finding.fix(Act::Remove, nodes),
    }
}

/// A companion that is null.
#[cold]
pub(crate) fn companion(instance: &mut Instance<'_>, node: NodeId) {
    instance.findings.add(&ELEMENT_NULL, At::Value(node), NULL_PROPERTY);
}

/// A null among companions that has no value across from it.
#[cold]
pub(crate) fn companion_item(instance: &mut Instance<'_>, object: NodeId, of: TypeId, item: NodeId) {
    let nodes = removal::item_removed(instance, object, of, item);
    instance.findings.add(&ELEMENT_NULL, At::Value(item), NULL_WITHOUT_VALUE).fix(Act::Remove, nodes);
}

#[cfg(test)]
mod tests {
    use super::ELEMENT_NULL;
    use crate::validate::told::assert_told;

    #[test]
    fn null_is_only_across_from_an_id_or_extension() {
        assert_told(
            ELEMENT_NULL,
            r#"{"resourceType":"Patient","name":[…]}"#,
            &[
                (r#"{"given":["Ana",null],"_given":[null,{"id":"a"}]}"#, &[]),
                (r#"{"family":null}"#, &["/name/0/family: null is not allowed here: leave the property out."]),
                (r#"{"_family":null}"#, &["/name/0/_family: null is not allowed here: leave the property out."]),
                ("null", &["/name/0: null is not allowed here: leave the item out."]),
                (
                    r#"{"given":["Ana",null]}"#,
                    &["/name/0/given/1: null is allowed only across from an id or extension."],
                ),
                (r#"{"given":["Ana"],"_given":[null]}"#, &[]),
                (
                    r#"{"given":["Ana"],"_given":[{"id":"a"},null]}"#,
                    &["/name/0/_given/1: null is allowed only across from a value."],
                ),
            ],
        );
    }
}
