//! constraint-key: a key names one constraint.
//!
//! Source: R4, ElementDefinition.constraint.key ("allows identification of which elements have their cardinalities impacted by the
//! constraint"); HL7's validator, which compares with the constraints of R4 and of the base.

use crate::document::{NodeId, name};
use crate::report::{At, Rule, Severity, Words};
use crate::validate::instance::Instance;

pub(crate) const CONSTRAINT_KEY: Rule = Rule::new(
    "constraint-key",
    Severity::Error,
    "invalid",
    "The key of a constraint names no other one, and its source is the profile that states it.",
    &[KEY_IN_USE, OTHER_SOURCE],
);
const KEY_IN_USE: Words = Words("The key {found} is that of another constraint: {expected}");
const OTHER_SOURCE: Words =
    Words("The source of a constraint that a differential states is the profile itself, not {found}.");

/// Keys of R4 whose expressions are corrected here: what restates them as R4 published them is right.
const CORRECTED: [&str; 15] = [
    "per-1", "rng-2", "eld-19", "eld-20", "con-3", "tim-9", "opd-3", "dom-6", "que-2", "csd-1", "bdl-8", "ref-1",
    "eld-11", "inv-1", "mdd-1",
];

/// Validates the constraints of a StructureDefinition. The same one may be said again, as snapshots do.
pub(super) fn check(instance: &mut Instance<'_>, node: NodeId) {
    let document = instance.document;
    let url = document.text_or_empty(node, name::URL);
    for list in ["differential", "snapshot"] {
        let mut seen: Vec<(String, NodeId)> = Vec::new();
        let Some(elements) = document.get(node, list) else { continue };
        for element in document.member_items(elements, name::ELEMENT) {
            let constraints = document.get(element, "constraint");
            for constraint in constraints.into_iter().flat_map(|all| document.children(all)) {
                let text = |name: &str| document.string(document.get(constraint, name)?);
                let (Some(key), Some(expression)) = (text("key"), text("expression")) else { continue };
                let is_stated = list == "differential";
                if let Some(source) =
                    text("source").filter(|source| is_stated && source.split('|').next() != Some(&*url))
                {
                    let content = OTHER_SOURCE.value("found", &source);
                    instance.findings.add(&CONSTRAINT_KEY, At::Start(constraint), content);
                    continue;
                }
                let before = seen.iter().find(|(known, _)| *known == *key).map(|(_, node)| *node);
                let before = before.and_then(|node| document.string(node));
                let of_r4 = || {
                    let mut all = instance.engine.definitions.constraints().iter();
                    all.find(|known| *known.key == *key && !CORRECTED.contains(&&*key) && !key.ends_with("-0"))
                };
                let other = match before {
                    Some(before) => Some(before),
                    None => of_r4().filter(|_| is_stated).map(|known| known.expression.to_string().into()),
                };
                if let Some(other) = other.filter(|other| *other != expression && (is_stated || key != "ele-1")) {
                    let content = KEY_IN_USE.value("found", &key).value("expected", &other);
                    instance.findings.add(&CONSTRAINT_KEY, At::Start(constraint), content);
                }
                if let Some(node) = document.get(constraint, "expression") {
                    seen.push((key.into_owned(), node));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CONSTRAINT_KEY;
    use crate::validate::told::assert_told;

    #[test]
    fn a_key_names_one_constraint() {
        assert_told(
            CONSTRAINT_KEY,
            r#"{"resourceType":"StructureDefinition","url":"http://example.org/a","name":"A","status":"draft","kind":"resource","abstract":false,
                "type":"Patient","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","derivation":"constraint",
                "differential":{"element":[{"id":"Patient","path":"Patient","constraint":[{"key":"a-1","severity":"error","human":"a","expression":"name.exists()"},{"severity":"error","human":"a",…}]}]}}"#,
            &[
                (r#""key":"a-1","expression":"name.exists()","source":"http://example.org/a""#, &[]),
                (r#""key":"a-2","expression":"active""#, &[]),
                (
                    r#""key":"a-1","expression":"active""#,
                    &[
                        "/differential/element/0/constraint/1: The key 'a-1' is that of another constraint: 'name.exists()'",
                    ],
                ),
                (
                    r#""key":"sdf-4","expression":"active""#,
                    &[
                        "/differential/element/0/constraint/1: The key 'sdf-4' is that of another constraint: 'abstract = true or baseDefinition.exists()'",
                    ],
                ),
                (
                    r#""key":"a-2","expression":"active","source":"http://example.org/b""#,
                    &[
                        "/differential/element/0/constraint/1: The source of a constraint that a differential states is the profile itself, not 'http://example.org/b'.",
                    ],
                ),
            ],
        );
    }
}
