//! element-empty, ele-1: what is there says something.

use super::removal;
use crate::definitions::{Field, TypeId};
use crate::document::NodeId;
use crate::report::{Act, At, Rule, Severity, Suggest, Words};
use crate::validate::instance::Instance;

pub(crate) const ELEMENT_EMPTY: Rule = Rule::new(
    "element-empty",
    Severity::Error,
    "structure",
    "Arrays, objects and strings are not empty.",
    &[EMPTY_OBJECT, EMPTY_ARRAY, EMPTY_VALUES, EMPTY_REQUIRED, EMPTY_STRING],
);
const EMPTY_OBJECT: Words = Words("This object is empty.");
const EMPTY_ARRAY: Words = Words("This array is empty: leave the property out.");
pub(crate) const EMPTY_VALUES: Words = Words("This array of values is empty: leave the property out.");
const EMPTY_REQUIRED: Words = Words("This array of values is empty, but at least one value is required.");
const EMPTY_STRING: Words = Words("This string is empty: leave the property out.");

pub(crate) const ELE_1: Rule = Rule::new(
    "ele-1",
    Severity::Error,
    "invariant",
    "All FHIR elements must have a @value or children.",
    &[NO_CONTENT, NEITHER_VALUE_NOR_EXTENSION],
);
const NO_CONTENT: Words = Words("This element has neither a value nor children besides its id.");
const NEITHER_VALUE_NOR_EXTENSION: Words = Words("This element has neither a value nor extensions.");

/// An object without properties.
#[cold]
pub(crate) fn object(instance: &mut Instance<'_>, node: NodeId) {
    let nodes = removal::holder_removed(instance, node);
    instance.findings.add(&ELEMENT_EMPTY, At::Value(node), EMPTY_OBJECT).fix(Act::Remove, nodes);
}

/// An array without items, which is a member of an object of this type.
#[cold]
pub(crate) fn array(instance: &mut Instance<'_>, object: NodeId, of: TypeId, field: &Field, array: NodeId) {
    let nodes = removal::removed(instance, object, of, array);
    let body = instance.body(of);
    let words = match instance.primitive(body, field) {
        None => EMPTY_ARRAY,
        Some(_) if body.element(field).min > 0 => EMPTY_REQUIRED,
        Some(_) => EMPTY_VALUES,
    };
    instance.findings.add(&ELEMENT_EMPTY, At::Value(array), words).fix(Act::Remove, nodes);
}

/// A string without characters.
#[cold]
pub(super) fn string(instance: &mut Instance<'_>, node: NodeId) {
    instance.findings.add(&ELEMENT_EMPTY, At::Value(node), EMPTY_STRING);
}

/// A companion without properties.
#[cold]
pub(crate) fn companion(instance: &mut Instance<'_>, node: NodeId) {
    instance.findings.add(&ELEMENT_EMPTY, At::Value(node), EMPTY_OBJECT);
}

/// An element with its id alone.
#[cold]
pub(crate) fn no_content(instance: &mut Instance<'_>, node: NodeId) {
    instance.findings.add(&ELE_1, At::Start(node), NO_CONTENT);
}

/// The companion of a primitive without a value, with its id alone.
#[cold]
pub(crate) fn only_an_id(instance: &mut Instance<'_>, node: NodeId) {
    instance.findings.add(&ELE_1, At::Start(node), NEITHER_VALUE_NOR_EXTENSION);
}

#[cfg(test)]
mod tests {
    use super::{ELE_1, ELEMENT_EMPTY};
    use crate::validate::told::assert_told;

    #[test]
    fn what_is_there_says_something() {
        assert_told(
            ELEMENT_EMPTY,
            r#"{"resourceType":"Patient",…}"#,
            &[
                (r#""name":[{"family":"Rivera"}]"#, &[]),
                (r#""name":[{}]"#, &["/name/0: This object is empty."]),
                (r#""name":[]"#, &["/name: This array is empty: leave the property out."]),
                (
                    r#""name":[{"given":[]}]"#,
                    &["/name/0/given: This array of values is empty: leave the property out."],
                ),
                (r#""name":[{"family":""}]"#, &["/name/0/family: This string is empty: leave the property out."]),
                (r#""birthDate":"1984","_birthDate":{}"#, &["/_birthDate: This object is empty."]),
            ],
        );
    }

    #[test]
    fn an_id_alone_says_nothing() {
        assert_told(
            ELE_1,
            r#"{"resourceType":"Patient",…}"#,
            &[
                (r#""name":[{"id":"a","family":"Rivera"}],"birthDate":"1984","_birthDate":{"id":"b"}"#, &[]),
                (r#""name":[{"id":"a"}]"#, &["/name/0: This element has neither a value nor children besides its id."]),
                (r#""_birthDate":{"id":"b"}"#, &["/_birthDate: This element has neither a value nor extensions."]),
            ],
        );
    }
}
