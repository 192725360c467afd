//! element-missing, element-too-many, by profiles: how often an element, or a slice of it, occurs.

use super::item::Item;
use super::must_support;
use super::state::State;
use crate::document::NodeId;
use crate::report::{At, Words};
use crate::validate::element::cardinality::{ELEMENT_MISSING, ELEMENT_TOO_MANY};
use crate::validate::instance::Instance;

pub(crate) const MISSING_IN_PROFILE: Words = Words("{element} is missing; the profile requires {expected}.");
pub(crate) const TOO_SELDOM_IN_PROFILE: Words =
    Words("{element} occurs {found} times; the profile requires at least {expected}.");
pub(crate) const TOO_OFTEN_IN_PROFILE: Words =
    Words("{element} occurs {found} times; the profile allows at most {expected}.");
pub(crate) const NOT_IN_PROFILE: Words = Words("{element} is not allowed by the profile.");

/// Whether there are too few of an element, or too many.
pub(super) fn check(
    instance: &mut Instance<'_>,
    object: NodeId,
    items: &mut dyn Iterator<Item = Item>,
    state: State<'_>,
) {
    let most = state.element.max.map_or(usize::MAX, |max| max as usize);
    let (mut count, mut surplus) = (0_usize, None);
    for item in items {
        count += 1;
        if count > most && surplus.is_none() {
            surplus = Some(item.node());
        }
    }
    must_support::check(instance, object, count > 0, state);
    let element = state.label().to_owned();
    if count < state.element.min as usize {
        let words = if count == 0 { MISSING_IN_PROFILE } else { TOO_SELDOM_IN_PROFILE };
        let content = words.name("element", element).count("found", count as u64).count("expected", state.element.min);
        instance.findings.add(&ELEMENT_MISSING, At::Start(object), content);
    } else if let Some(first) = surplus {
        let words = if most == 0 { NOT_IN_PROFILE } else { TOO_OFTEN_IN_PROFILE };
        let content = words.name("element", element).count("found", count as u64).count("expected", most as u64);
        // The profile speaks of the object that has the element; the mark is at what there is too much of.
        let at = if instance.document.has_key(first) { At::Key(first) } else { At::Value(first) };
        let span = at.span(instance.document);
        instance.findings.add(&ELEMENT_TOO_MANY, At::Span(object, span.0, span.1), content);
    }
}

#[cfg(test)]
mod tests {
    use crate::validate::element::cardinality::{ELEMENT_MISSING, ELEMENT_TOO_MANY};
    use crate::validate::told::{assert_told_by, profile};

    #[test]
    fn elements_are_there_as_often_as_a_profile_says() {
        let elements = r#"{"id":"Patient.name","path":"Patient.name","min":1},
            {"id":"Patient.name.given","path":"Patient.name.given","min":2},
            {"id":"Patient.birthDate.extension","path":"Patient.birthDate.extension","min":1},
            {"id":"Patient.contact.name","path":"Patient.contact.name","min":1}"#;
        assert_told_by(
            ELEMENT_MISSING,
            &[profile("p", "Patient", elements)],
            r#"{"resourceType":"Patient","meta":{"profile":["http://example.org/p"]}…}"#,
            &[
                ("", &[": Patient.name is missing; the profile requires 1."]),
                (r#","name":[{"given":["a","b"]}]"#, &[]),
                (
                    r#","name":[{"given":["a"]}]"#,
                    &["/name/0: Patient.name.given occurs 1 times; the profile requires at least 2."],
                ),
                (
                    r#","name":[{"given":["a","b"]}],"_birthDate":{"extension":[{"url":"http://a.example","valueCode":"b"}]}"#,
                    &[],
                ),
                (
                    r#","name":[{"given":["a","b"]}],"birthDate":"2026""#,
                    &["/birthDate: Patient.birthDate.extension is missing; the profile requires 1."],
                ),
                (
                    r#","name":[{"given":["a","b"]}],"birthDate":"2026","_birthDate":{"id":"a"}"#,
                    &["/_birthDate: Patient.birthDate.extension is missing; the profile requires 1."],
                ),
                (
                    r#","name":[{"given":["a","b"]}],"contact":[{"gender":"male"}]"#,
                    &["/contact/0: Patient.contact.name is missing; the profile requires 1."],
                ),
            ],
        );
    }

    #[test]
    fn elements_are_there_at_most_as_often_as_a_profile_says() {
        let elements = r#"{"id":"Patient.name","path":"Patient.name","max":"1"},{"id":"Patient.deceased[x]","path":"Patient.deceased[x]","max":"0"}"#;
        assert_told_by(
            ELEMENT_TOO_MANY,
            &[profile("p", "Patient", elements)],
            r#"{"resourceType":"Patient","meta":{"profile":["http://example.org/p"]}…}"#,
            &[
                (r#","name":[{"text":"a"}]"#, &[]),
                (
                    r#","name":[{"text":"a"},{"text":"b"}]"#,
                    &[": Patient.name occurs 2 times; the profile allows at most 1."],
                ),
                (r#","deceasedBoolean":false"#, &[": Patient.deceased[x] is not allowed by the profile."]),
            ],
        );
    }
}
