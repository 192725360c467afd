//! profile-type, profile-of-type: the types that an element may have by a profile, and the profiles that its value has to meet.
//!
//! Source: R4, ElementDefinition, `type.code` and `type.profile` ("the element must conform to at least one").

use super::item::Item;
use super::state::State;
use crate::definitions::{ProfileType, Text, known};
use crate::document::name;
use crate::report::{At, Rule, Severity, Words};
use crate::validate::instance::Instance;
use crate::validate::meets::{Answer, meets};

pub(crate) const PROFILE_TYPE: Rule = Rule::new(
    "profile-type",
    Severity::Error,
    "structure",
    "A value is of a type that a profile allows.",
    &[OTHER_TYPE],
);
const OTHER_TYPE: Words = Words("{element} is of type {found}; the profile allows {allowed}.");

pub(crate) const PROFILE_OF_TYPE: Rule = Rule::new(
    "profile-of-type",
    Severity::Error,
    "structure",
    "A value meets one of the profiles of its type.",
    &[NONE_MET],
);
const NONE_MET: Words =
    Words("{element} does not meet any of the profiles {allowed}. The nearest is {nearest}: {reason}.");

/// Validates the type of a value. Of a profile of that type that has to be met, the state is added; of several, one is enough.
pub(super) fn check<'w>(instance: &mut Instance<'w>, item: Item, state: State<'w>, states: &mut Vec<State<'w>>) {
    let types = &state.element.types;
    if types.is_empty() {
        return;
    }
    let is_of = |one: &&ProfileType| item.is_of(instance, one.of);
    let fitting: Vec<&'w ProfileType> = types.iter().filter(is_of).collect();
    if fitting.is_empty() {
        let name_of = |of| instance.definitions.type_of(of).name.clone();
        let mut allowed: Vec<Text> = types.iter().map(|one| name_of(one.of)).collect();
        allowed.dedup();
        let content = OTHER_TYPE.name("element", state.label().to_owned()).name("found", name_of(item.of));
        let node = item.node();
        // HL7's validator speaks of the extension, not of its value.
        let is_of_extension = state.profile.of == known::EXTENSION && state.label() == "Extension.value[x]";
        let at = match instance.document.has_key(node) {
            true if is_of_extension => At::Unknown(node),
            true => At::Key(node),
            false => At::Start(node),
        };
        instance.findings.add(&PROFILE_TYPE, at, content.list("allowed", allowed));
        return;
    }
    if fitting.iter().any(|one| one.profiles.is_empty()) {
        return;
    }
    let profiles: Vec<&'w Text> = fitting.into_iter().flat_map(|one| &one.profiles).collect();
    profile_of_type(instance, item, state, &profiles, states);
}

/// Validates a value by the profiles of its type.
fn profile_of_type<'w>(
    instance: &mut Instance<'w>,
    item: Item,
    state: State<'w>,
    profiles: &[&'w Text],
    states: &mut Vec<State<'w>>,
) {
    let mut known = Vec::new();
    for canonical in profiles {
        // What is not known is not decided: it may be met.
        let Some(id) = instance.definitions.profile_named(canonical) else { return };
        let profile = instance.definitions.profile(id);
        // The definition of an extension holds wherever the extension is: the walk asks for it.
        let is_its_own = item.of == known::EXTENSION
            && instance.document.member_text(item.node(), name::URL).as_deref() == Some(&*profile.url);
        if is_its_own {
            return;
        }
        known.push(State::root(id, profile));
    }
    if let [only] = known[..] {
        only.add_to(instance, item, states);
        return;
    }
    let mut nearest: Option<(usize, &str, String)> = None;
    for one in &known {
        match meets(instance, item.value(), one.id) {
            Answer::Met => return,
            Answer::NotMet { errors, first } => {
                if nearest.as_ref().is_none_or(|(least, ..)| errors < *least) {
                    nearest = Some((errors, &one.profile.url, first));
                }
            }
        }
    }
    let Some((_, url, reason)) = nearest else { return };
    let content =
        NONE_MET.name("element", state.label().to_owned()).list("allowed", profiles.iter().map(|&one| one.clone()));
    let content = content.name("nearest", url.to_owned()).name("reason", reason);
    instance.findings.add(&PROFILE_OF_TYPE, At::Start(item.node()), content);
}

#[cfg(test)]
mod tests {
    use super::{PROFILE_OF_TYPE, PROFILE_TYPE};
    use crate::validate::element::cardinality::ELEMENT_MISSING;
    use crate::validate::told::{assert_told_by, profile};

    #[test]
    fn a_value_is_of_a_type_that_is_left() {
        let elements = r#"{"id":"Observation.value[x]","path":"Observation.value[x]","type":[{"code":"Quantity"},{"code":"string"}]}"#;
        assert_told_by(
            PROFILE_TYPE,
            &[profile("p", "Observation", elements)],
            r#"{"resourceType":"Observation","meta":{"profile":["http://example.org/p"]},"status":"final","code":{"text":"a"}…}"#,
            &[
                (r#","valueQuantity":{"value":1}"#, &[]),
                (r#","valueString":"a""#, &[]),
                (
                    r#","valueInteger":1"#,
                    &["/valueInteger: Observation.value[x] is of type integer; the profile allows Quantity, string."],
                ),
            ],
        );
    }

    #[test]
    fn a_value_meets_the_profile_of_its_type() {
        let named = r#"{"id":"HumanName.family","path":"HumanName.family","min":1}"#;
        let elements = r#"{"id":"Patient.name","path":"Patient.name","type":[{"code":"HumanName","profile":["http://example.org/n"]}]}"#;
        assert_told_by(
            ELEMENT_MISSING,
            &[profile("p", "Patient", elements), profile("n", "HumanName", named)],
            r#"{"resourceType":"Patient","meta":{"profile":["http://example.org/p"]},"name":[{…}]}"#,
            &[
                (r#""family":"a""#, &[]),
                (r#""text":"a""#, &["/name/0: HumanName.family is missing; the profile requires 1."]),
            ],
        );
    }

    #[test]
    fn a_value_meets_one_of_several_profiles() {
        let named = |element: &str| format!(r#"{{"id":"HumanName.{element}","path":"HumanName.{element}","min":1}}"#);
        let elements = r#"{"id":"Patient.name","path":"Patient.name","type":[{"code":"HumanName","profile":["http://example.org/f","http://example.org/t"]}]}"#;
        assert_told_by(
            PROFILE_OF_TYPE,
            &[
                profile("p", "Patient", elements),
                profile("f", "HumanName", &named("family")),
                profile("t", "HumanName", &named("text")),
            ],
            r#"{"resourceType":"Patient","meta":{"profile":["http://example.org/p"]},"name":[{…}]}"#,
            &[
                (r#""family":"a""#, &[]),
                (r#""text":"a""#, &[]),
                (
                    r#""use":"usual""#,
                    &[
                        "/name/0: Patient.name does not meet any of the profiles http://example.org/f, http://example.org/t. The nearest is http://example.org/f: HumanName.family is missing; the profile requires 1.",
                    ],
                ),
            ],
        );
    }
}
