//! contained-id, dom-3: contained resources have ids of their own, and something to do with the resource around them.

use crate::definitions::{Primitive, TypeId};
use crate::document::{NodeId, name};
use crate::report::{Act, At, FIXES, Fix, Rule, Severity, Suggest, Words};
use crate::validate::bundle::whole::Whole;
use crate::validate::entries::Restful;
use crate::validate::findings::Findings;
use crate::validate::notes::ReferenceUse;
use crate::validate::primitive_form::is_valid_primitive;
use crate::validate::references::{NodeByText, not_allowed};

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
            // What refers to itself has nothing to do with the resource around it.
            Some(id) if resource.is_some_and(|own| own != container && id_of(own).as_deref() == Some(id)) => {}
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
            let fix = referred_to(whole, container, node);
            findings.add(&DOM_3, At::Start(node), NOT_USED.value("found", &id)).offer_this(fix);
        }
        seen.insert(own, node);
    }
}

/// The one reference of a resource that is broken, where it takes the only contained resource that nothing refers to: of a `#id` that nothing has and
/// an id that is not one, the id is what is wrong.
#[cold]
fn referred_to(whole: &Whole<'_>, container: NodeId, node: NodeId) -> Option<Fix> {
    if !FIXES || whole.notes.contained.len() > MOST_CONTAINED || whole.notes.references.len() > MOST_REFERENCES {
        return None;
    }
    let (document, definitions) = (whole.document, whole.definitions());
    let own = document.member(node, name::ID)?;
    let id = document.value(own);
    let of = definitions.resource_type(&document.member_text(node, name::RESOURCE_TYPE)?)?;
    let beside = || whole.notes.contained.iter().filter(|(around, _)| *around == container).map(|&(_, one)| one);
    let refers_to = |id: &str| {
        let mut all = whole.notes.references.iter().filter(|used| used.container == container);
        all.any(|used| document.value(used.reference).strip_prefix('#') == Some(id))
    };
    let is_unused = |one: &NodeId| document.member_text(*one, name::ID).is_some_and(|id| !refers_to(&id));
    if beside().filter(is_unused).count() != 1 {
        return None;
    }
    let is_broken = |used: &&ReferenceUse| {
        let text = document.value(used.reference);
        let Some((holder, type_ref)) = used.type_ref.filter(|_| used.container == container && used.resource != node)
        else {
            return false;
        };
        let body = definitions.body(definitions.type_of(holder));
        let takes = |of: TypeId| not_allowed(definitions, body, body.type_ref(type_ref), of).is_none();
        let is_wrong = match text.strip_prefix('#') {
            Some(id) => !beside().any(|one| document.member_text(one, name::ID).is_some_and(|other| other == id)),
            None => Restful::parse(&text, definitions).is_none_or(|parts| !takes(parts.of)),
        };
        is_wrong && takes(of)
    };
    let mut broken = whole.notes.references.iter().filter(is_broken);
    let only = broken.next().filter(|_| broken.next().is_none())?;
    // What a header refers to are entries; and what says another type means another resource.
    let stated = document.member_text(only.node, name::TYPE);
    let own_type = document.member_text(node, name::RESOURCE_TYPE);
    if document.text_or_empty(container, name::RESOURCE_TYPE) == "MessageHeader"
        || stated.is_some() && stated != own_type
    {
        return None;
    }
    let text = document.value(only.reference);
    let named = text.strip_prefix('#').filter(|named| is_valid_primitive(Primitive::Id, named));
    if let Some(named) = named.filter(|_| !is_valid_primitive(Primitive::Id, &id)) {
        return Some(Fix::offered(Some(named.to_owned()), true, Act::Replace, vec![own]));
    }
    is_valid_primitive(Primitive::Id, &id)
        .then(|| Fix::offered(Some(["#", &id].concat()), true, Act::Replace, vec![only.reference]))
}

/// With more, nobody can say which was meant.
const MOST_CONTAINED: usize = 20;
const MOST_REFERENCES: usize = 500;

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
