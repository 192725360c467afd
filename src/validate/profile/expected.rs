//! fixed-value, pattern-value: what a profile says that a value is, or has in it.
//!
//! Source: R4, ElementDefinition, `fixed[x]` ("exactly the value") and `pattern[x]` ("all values specified … SHALL be found").

use super::item::Item;
use super::state::State;
use crate::document::{Document, Kind, NodeId, name};
use crate::report::{At, Rule, Severity, Words};
use crate::validate::instance::Instance;

pub(crate) const FIXED_VALUE: Rule = Rule::new(
    "fixed-value",
    Severity::Error,
    "value",
    "A value that a profile fixes is exactly that value.",
    &[FIXED, FIXED_CONTENT, FIXED_EXTENDED],
);
const FIXED: Words = Words("{element} has the value {found}; the profile fixes it to {expected}.");
const FIXED_CONTENT: Words = Words("{element} has another value than the one that the profile fixes: {expected}.");

const FIXED_EXTENDED: Words =
    Words("{element} is fixed by the profile to {expected}, without extensions: none are allowed here.");

pub(crate) const PATTERN_VALUE: Rule = Rule::new(
    "pattern-value",
    Severity::Error,
    "value",
    "A value has all that the pattern of a profile has.",
    &[PATTERN, PATTERN_CONTENT],
);
const PATTERN: Words = Words("{element} has the value {found}; the profile expects {expected}.");
const PATTERN_CONTENT: Words = Words("{element} does not have all that the profile expects: {expected}.");

/// Longer ones are cut: who needs all of it has the profile.
const LONGEST_EXPECTED: usize = 200;

/// Validates a value against what is expected of it.
pub(super) fn check(instance: &mut Instance<'_>, item: Item, state: State<'_>) {
    let Some(expected) = &state.element.value else { return };
    if matches(instance, item, state) != Some(false) {
        return extended(instance, item, state);
    }
    // An extension may say why there is no value.
    if expected.is_fixed && item.property.value.is_none() {
        return;
    }
    let mut found = (item.node(), NodeId::ROOT);
    let mut label = state.label().to_owned();
    let wanted = expected.document(instance.definitions.names());
    if let Some(wanted) = wanted.filter(|_| item.property.value.is_some()) {
        while let Some(inner) = different(instance.document, found.0, (wanted, found.1), expected.is_fixed) {
            if instance.document.has_key(inner.0) {
                label.push('.');
                label.push_str(&instance.document.name_of(inner.0));
            }
            found = inner;
        }
    }
    let (node, inside) = found;
    let is_plain = !matches!(instance.document.kind(node), Kind::Object | Kind::Array);
    let (rule, plain, content) = if expected.is_fixed {
        (&FIXED_VALUE, FIXED, FIXED_CONTENT)
    } else {
        (&PATTERN_VALUE, PATTERN, PATTERN_CONTENT)
    };
    let text = wanted.map_or(expected.text.as_ref(), |wanted| wanted.raw(inside));
    let mut shown: String = text.chars().take(LONGEST_EXPECTED + 1).collect();
    if shown.chars().count() > LONGEST_EXPECTED {
        shown.pop();
        shown.push('…');
    }
    let content = match is_plain && item.property.value.is_some() {
        true => plain.value("found", &instance.document.value(node)),
        false => content.into(),
    };
    let at = if is_plain { At::Value(node) } else { At::Start(node) };
    instance.findings.add(rule, at, content.name("element", label).name("expected", shown));
}

/// A value that is fixed has no extensions, for none are fixed with it.
fn extended(instance: &mut Instance<'_>, item: Item, state: State<'_>) {
    let Some(expected) = state.element.value.as_ref().filter(|expected| expected.is_fixed) else { return };
    let Some(companion) = item.property.companion.filter(|_| item.property.value.is_some()) else { return };
    if instance.document.member(companion, name::EXTENSION).is_some() {
        let content = FIXED_EXTENDED.name("element", state.label().to_owned()).name("expected", expected.text.clone());
        instance.findings.add(&FIXED_VALUE, At::Value(item.node()), content);
    }
}

/// Whether a value is what is expected of it; nothing where nothing is.
pub(super) fn matches(instance: &Instance<'_>, item: Item, state: State<'_>) -> Option<bool> {
    let expected = state.element.value.as_ref()?;
    let wanted = expected.document(instance.definitions.names())?;
    // Extensions are not said to be absent by a value that is fixed: a primitive without a value has none that matches.
    let Some(value) = item.property.value else { return Some(false) };
    Some(same((instance.document, value), (wanted, NodeId::ROOT), expected.is_fixed))
}

/// Whether a value is the same as another one, or has at least all that is in it.
fn same(
    (document, node): (&Document<'_>, NodeId),
    (wanted, expected): (&Document<'_>, NodeId),
    is_fixed: bool,
) -> bool {
    let kind = wanted.kind(expected);
    if document.kind(node) != kind {
        return false;
    }
    match kind {
        Kind::Object => {
            let found = |member: NodeId| {
                let (own, is_companion) = (wanted.node(member).name, wanted.node(member).is_companion());
                let mut members = document.children(node);
                members.find(|&one| (document.node(one).name, document.node(one).is_companion()) == (own, is_companion))
            };
            let all = wanted
                .children(expected)
                .all(|member| found(member).is_some_and(|found| same((document, found), (wanted, member), is_fixed)));
            all && (!is_fixed || members(document, node) == members(wanted, expected))
        }
        Kind::Array if is_fixed => {
            let mut others = wanted.children(expected);
            document
                .children(node)
                .all(|item| others.next().is_some_and(|other| same((document, item), (wanted, other), true)))
                && others.next().is_none()
        }
        Kind::Array => wanted
            .children(expected)
            .all(|other| document.children(node).any(|item| same((document, item), (wanted, other), false))),
        Kind::String => document.value(node) == wanted.value(expected),
        _ => document.raw(node) == wanted.raw(expected),
    }
}

/// The member or item that is another one than what is expected of it; none where something is missing or too much, or where any item of
/// an array would do.
fn different(
    document: &Document<'_>,
    node: NodeId,
    (wanted, expected): (&Document<'_>, NodeId),
    is_fixed: bool,
) -> Option<(NodeId, NodeId)> {
    let kind = wanted.kind(expected);
    if document.kind(node) != kind || !(kind == Kind::Object || kind == Kind::Array && is_fixed) {
        return None;
    }
    let mut others = document.children(node);
    let mut found = None;
    for inside in wanted.children(expected) {
        let key = |document: &Document<'_>, at: NodeId| (document.node(at).name, document.node(at).is_companion());
        let own = match kind {
            Kind::Object => document.children(node).find(|&one| key(document, one) == key(wanted, inside)),
            _ => others.next(),
        };
        // What is missing is said of the whole.
        let own = own?;
        let is_array_of_any = wanted.kind(inside) == Kind::Array && !is_fixed;
        if found.is_none() && !same((document, own), (wanted, inside), is_fixed) {
            found = (!is_array_of_any).then_some((own, inside));
            found?;
        }
    }
    found
}

/// How many members an object has, beside its id: that only names it, and HL7's validator does not compare it.
fn members(document: &Document<'_>, object: NodeId) -> usize {
    document.children(object).filter(|&member| document.node(member).name != name::ID).count()
}

#[cfg(test)]
mod tests {
    use super::{FIXED_VALUE, PATTERN_VALUE};
    use crate::validate::told::{assert_told_by, profile};

    const CLAIM: &str = r#""meta":{"profile":["http://example.org/p"]}"#;

    #[test]
    fn a_fixed_value_is_exactly_that() {
        let fixed = r#"{"id":"Patient.active","path":"Patient.active","fixedBoolean":true},
            {"id":"Patient.maritalStatus","path":"Patient.maritalStatus","fixedCodeableConcept":{"text":"a","coding":[{"code":"M"}]}}"#;
        assert_told_by(
            FIXED_VALUE,
            &[profile("p", "Patient", fixed)],
            &format!(r#"{{"resourceType":"Patient",{CLAIM}…}}"#),
            &[
                ("", &[]),
                (r#","active":true,"maritalStatus":{"coding":[{"code":"M"}],"text":"a"}"#, &[]),
                (r#","maritalStatus":{"coding":[{"code":"M","id":"c"}],"text":"a","id":"m"}"#, &[]),
                (
                    r#","active":false"#,
                    &["/active: Patient.active has the value 'false'; the profile fixes it to true."],
                ),
                (
                    r#","maritalStatus":{"coding":[{"code":"M"},{"code":"M"}],"text":"a"}"#,
                    &[
                        r#"/maritalStatus/coding: Patient.maritalStatus.coding has another value than the one that the profile fixes: [{"code":"M"}]."#,
                    ],
                ),
                (
                    r#","maritalStatus":{"coding":[{"code":"S"}],"text":"a"}"#,
                    &[
                        r#"/maritalStatus/coding/0/code: Patient.maritalStatus.coding.code has the value 'S'; the profile fixes it to "M"."#,
                    ],
                ),
                (
                    r#","maritalStatus":{"coding":[{"code":"M"}]}"#,
                    &[
                        r#"/maritalStatus: Patient.maritalStatus has another value than the one that the profile fixes: {"text":"a","coding":[{"code":"M"}]}."#,
                    ],
                ),
                (r#","_active":{"extension":[{"url":"http://example.org/a","valueString":"b"}]}"#, &[]),
                (r#","active":true,"_active":{"id":"a"}"#, &[]),
                (
                    r#","active":true,"_active":{"extension":[{"url":"http://example.org/a","valueString":"b"}]}"#,
                    &[
                        "/active: Patient.active is fixed by the profile to true, without extensions: none are allowed here.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn a_pattern_may_have_more_beside_it() {
        let pattern = r#"{"id":"Patient.maritalStatus","path":"Patient.maritalStatus","patternCodeableConcept":{"coding":[{"system":"http://a.example","code":"M"}]}}"#;
        let broken = r#"/maritalStatus: Patient.maritalStatus does not have all that the profile expects: {"coding":[{"system":"http://a.example","code":"M"}]}."#;
        assert_told_by(
            PATTERN_VALUE,
            &[profile("p", "Patient", pattern)],
            &format!(r#"{{"resourceType":"Patient",{CLAIM},"maritalStatus":{{…}}}}"#),
            &[
                (r#""text":"a","coding":[{"code":"S"},{"code":"M","system":"http://a.example","display":"m"}]"#, &[]),
                (r#""text":"a","coding":[{"code":"S","system":"http://a.example"},{"code":"M"}]"#, &[broken]),
                (r#""text":"a""#, &[broken]),
            ],
        );
    }

    #[test]
    fn the_part_that_is_another_one_is_named() {
        let pattern = r#"{"id":"Patient.identifier","path":"Patient.identifier","patternIdentifier":{"system":"http://a.example","type":{"text":"a"}}}"#;
        assert_told_by(
            PATTERN_VALUE,
            &[profile("p", "Patient", pattern)],
            &format!(r#"{{"resourceType":"Patient",{CLAIM},"identifier":[{{…}}]}}"#),
            &[
                (r#""system":"http://a.example","type":{"text":"a"},"value":"1""#, &[]),
                (
                    r#""system":"http://b.example","type":{"text":"a"}"#,
                    &[
                        r#"/identifier/0/system: Patient.identifier.system has the value 'http://b.example'; the profile expects "http://a.example"."#,
                    ],
                ),
                (
                    r#""system":"http://a.example","type":{"text":"b"}"#,
                    &[
                        r#"/identifier/0/type/text: Patient.identifier.type.text has the value 'b'; the profile expects "a"."#,
                    ],
                ),
                (
                    r#""system":"http://a.example","type":{"coding":[]}"#,
                    &[
                        r#"/identifier/0/type: Patient.identifier.type does not have all that the profile expects: {"text":"a"}."#,
                    ],
                ),
                (
                    r#""system":"http://b.example""#,
                    &[
                        r#"/identifier/0: Patient.identifier does not have all that the profile expects: {"system":"http://a.example","type":{"text":"a"}}."#,
                    ],
                ),
            ],
        );
    }
}
