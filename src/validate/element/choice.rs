//! choice-single: of the properties of a choice element, one is there.

use crate::definitions::Element;
use crate::document::NodeId;
use crate::report::{At, Rule, Severity, Words};
use crate::validate::instance::Instance;

pub(crate) const CHOICE_SINGLE: Rule = Rule::new(
    "choice-single",
    Severity::Error,
    "structure",
    "Only one of the properties of a choice element is there.",
    &[SECOND_CHOICE],
);
const SECOND_CHOICE: Words = Words("{element}[x] is given with another type already: only one is allowed.");

#[cold]
pub(crate) fn second(instance: &mut Instance<'_>, parent: NodeId, child: NodeId, element: &Element) {
    let name = instance.document.node(child).name;
    // `valueString` and `_valueString` are one choice.
    let companion = instance.document.node(child).is_companion();
    if instance.sibling(parent, name, !companion).is_some_and(|other| other < child) {
        return;
    }
    let content = SECOND_CHOICE.name("element", instance.definitions.names().text(element.name).to_owned());
    instance.findings.add(&CHOICE_SINGLE, At::Key(child), content);
}

#[cfg(test)]
mod tests {
    use super::CHOICE_SINGLE;
    use crate::validate::told::assert_told;

    #[test]
    fn a_choice_is_made_once() {
        assert_told(
            CHOICE_SINGLE,
            r#"{"resourceType":"Patient",…}"#,
            &[
                (r#""deceasedBoolean":true,"_deceasedBoolean":{"id":"a"}"#, &[]),
                (
                    r#""deceasedBoolean":true,"deceasedDateTime":"2026-01-31""#,
                    &["/deceasedDateTime: deceased[x] is given with another type already: only one is allowed."],
                ),
            ],
        );
    }
}
