//! contained-id, dom-3: contained resources have ids of their own, and something to do with the resource around them.

use crate::document::{NodeId, name};
use crate::report::{At, Rule, Severity, Words};
use crate::validate::bundle::whole::Whole;
use crate::validate::findings::Findings;
use crate::validate::references::NodeByText;

pub(crate) const DOM_3: Rule = Rule::new(
    "dom-3",
    Severity::Error,
    "invariant",
    "A contained resource is referred to, or refers to the resource around it.",
    &[NOT_USED],
);
const NOT_USED: Words = Words(
    "Nothing refers to this contained resource {found}, and it does not refer to the resource around it (dom-3).",
);

pub(crate) const CONTAINED_ID: Rule = Rule::new(
    "contained-id",
    Severity::Error,
    "invalid",
    "A contained resource has an id of its own.",
    &[NO_CONTAINED_ID, SAME_CONTAINED_ID],
);
const NO_CONTAINED_ID: Words = Words("The id of this contained resource is missing: nothing can refer to it.");
const SAME_CONTAINED_ID: Words = Words("Another contained resource has the id {found} already.");

/// Contained resources have ids of their own, and something to do with the resource around them (dom-3).
pub(crate) fn check(whole: &Whole<'_>, findings: &mut Findings) {
    if whole.notes.contained.is_empty() {
        return;
    }
    let id_of = |node: NodeId| whole.document.member(node, name::ID).map(|id| whole.document.value(id));
    // With no id, the contained resource that refers to the resource around it.
    let mut used = NodeByText::new();
    let mut use_it = |container: NodeId, id: &str, node: NodeId| {
        used.insert(key(container, id), node);
    };
    let uses = whole.notes.references.iter().map(|used| (used.container, used.reference, Some(used.resource)));
    let fragments = whole.notes.fragments.iter().map(|one| (one.container, one.node, None));
    // The narrative of a section links to it as well as that of the resource.
    for narrative in &whole.notes.narratives {
        for (container, id) in narrative.names(whole.document) {
            use_it(container, &id, narrative.node);
        }
    }
    for (container, node, resource) in uses.chain(fragments) {
        let text = whole.document.value(node);
        match text.strip_prefix('#') {
            Some("") => {
                if let Some(resource) = resource {
                    use_it(resource, "", node);
                }
            }
            Some(id) => use_it(container, id, node),
            None => {}
        }
    }
    let mut seen = NodeByText::new();
    for &(container, node) in &whole.notes.contained {
        let Some(id) = id_of(node) else {
            findings.add(&CONTAINED_ID, At::Start(node), NO_CONTAINED_ID);
            continue;
        };
        let own = key(container, &id);
        if seen.contains_key(&own) {
            findings.add(&CONTAINED_ID, At::Start(node), SAME_CONTAINED_ID.value("found", &id));
            continue;
        }
        if !used.contains_key(&own) && !used.contains_key(&key(node, "")) {
            findings.add(&DOM_3, At::Start(node), NOT_USED.value("found", &id));
        }
        seen.insert(own, node);
    }
}

/// A resource, and the id of one in it.
fn key(container: NodeId, id: &str) -> String {
    format!("{} {id}", container.0)
}

#[cfg(test)]
mod tests {
    use super::{CONTAINED_ID, DOM_3};
    use crate::validate::told::assert_told;

    #[test]
    fn a_contained_resource_has_to_do_with_the_one_around_it() {
        assert_told(
            DOM_3,
            r#"{"resourceType":"Patient",…}"#,
            &[
                (
                    r##""contained":[{"resourceType":"Organization","id":"a"}],"managingOrganization":{"reference":"#a"}"##,
                    &[],
                ),
                (r##""contained":[{"resourceType":"Basic","id":"a","subject":{"reference":"#"}}]"##, &[]),
                (
                    r#""contained":[{"resourceType":"Organization","id":"a"}]"#,
                    &[
                        "/contained/0: Nothing refers to this contained resource 'a', and it does not refer to the resource around it (dom-3).",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn a_contained_resource_has_an_id_of_its_own() {
        assert_told(
            CONTAINED_ID,
            r#"{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"a"},{"resourceType":"Organization"…}]}"#,
            &[
                (r#","id":"b""#, &[]),
                ("", &["/contained/1: The id of this contained resource is missing: nothing can refer to it."]),
                (r#","id":"a""#, &["/contained/1: Another contained resource has the id 'a' already."]),
            ],
        );
    }
}
