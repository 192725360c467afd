//! element-id: an id occurs once in a resource, with what it contains and its narrative.

use crate::document::{NodeId, name, sorted};
use crate::report::{At, Rule, Severity, Words};
use crate::validate::bundle::whole::Whole;
use crate::validate::findings::Findings;
use crate::validate::notes::MOST_REPORTED;

pub(crate) const ELEMENT_ID: Rule = Rule::new(
    "element-id",
    Severity::Error,
    "invalid",
    "An id occurs once in a resource, with what it contains and its narrative.",
    &[SAME_ID, ID_IN_NARRATIVE, ID_OF_CONTAINER],
);
const SAME_ID: Words = Words("The id {found} is used in this resource already.");
pub(crate) const ID_IN_NARRATIVE: Words =
    Words("The id {found} is used in this resource already: those of its narrative count, too.");
const ID_OF_CONTAINER: Words = Words("This contained resource has the same id as the resource around it.");

/// Element.id: "Unique id for the element within a resource": with those of what it contains and of its narrative. Contained resources
/// that share an id have been reported.
pub(crate) fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let is_contained = |node: NodeId| {
        let parent = whole.document.parent(node);
        whole.document.member(parent, name::RESOURCE_TYPE).is_some()
    };
    let ids = whole.notes.ids.iter().map(|&(container, node)| {
        ((container, whole.document.value(node).into_owned()), node, None, is_contained(node))
    });
    let narratives = whole.notes.narratives.iter().flat_map(|narrative| narrative.ids(whole.document));
    let all: Vec<_> = ids.chain(narratives.map(|(id, node, part)| (id, node, Some(part), false))).collect();
    for (id, node, ..) in all.iter().filter(|(.., contained)| *contained) {
        // The one is known from outside, the other from inside: who shows both in one page has the id twice.
        let own = whole.document.member(id.0, name::ID).and_then(|own| whole.document.string(own));
        if own.is_some_and(|own| own == id.1) {
            findings.add_as(&ELEMENT_ID, Severity::Warning, At::Value(*node), ID_OF_CONTAINER);
        }
    }
    let (mut first, mut in_narratives) = (all.first(), 0);
    let in_order =
        sorted(&all, &mut |(id, node, part, _), other| (id, node, part).cmp(&(&other.0, &other.1, &other.2)));
    for this in in_order {
        let (id, node, part, contained) = this;
        let Some((_, before, part_before, was_contained)) =
            first.filter(|before| before.0 == *id && !std::ptr::eq(*before, this))
        else {
            first = Some(this);
            continue;
        };
        if !(*contained && *was_contained) {
            let at = match part {
                // Each place is counted from the narrative's beginning.
                Some(_) if in_narratives == MOST_REPORTED => continue,
                Some((start, end)) => {
                    in_narratives += 1;
                    let at = |offset: u32| whole.document.offset_in(*node, offset as usize);
                    At::Span(*node, at(*start), at(*end))
                }
                None => At::Value(*node),
            };
            // What is contained is shown with what is around it, but is a resource of its own; and the id of a resource is none of an element.
            let is_apart = contained != was_contained || resource_of(whole, *node) != resource_of(whole, *before);
            let severity = if is_apart { Severity::Warning } else { Severity::Error };
            let words = if part.or(*part_before).is_some() { ID_IN_NARRATIVE } else { SAME_ID };
            findings.add_as(&ELEMENT_ID, severity, at, words.value("found", &id.1));
        }
    }
}

/// The innermost resource that an id is in.
fn resource_of(whole: &Whole<'_>, id: NodeId) -> NodeId {
    let mut at = whole.document.parent(id);
    while at != NodeId::ROOT && whole.document.member(at, name::RESOURCE_TYPE).is_none() {
        at = whole.document.parent(at);
    }
    at
}

#[cfg(test)]
mod tests {
    use super::ELEMENT_ID;
    use crate::validate::told::assert_told;

    #[test]
    fn an_id_occurs_once_in_a_resource() {
        assert_told(
            ELEMENT_ID,
            r#"{"resourceType":"Patient","id":"a",…}"#,
            &[
                (r#""name":[{"id":"a","family":"Rivera"},{"id":"b","family":"Ana"}]"#, &[]),
                (
                    r#""name":[{"id":"b","family":"Rivera"},{"id":"b","family":"Ana"}]"#,
                    &["/name/1/id: The id 'b' is used in this resource already."],
                ),
                (
                    r#""name":[{"id":"b","family":"Rivera"}],"text":{"status":"generated","div":"<div xmlns='http://www.w3.org/1999/xhtml' id='b'>a</div>"}"#,
                    &["/text/div: The id 'b' is used in this resource already: those of its narrative count, too."],
                ),
            ],
        );
    }

    #[test]
    fn a_contained_resource_has_another_id_than_the_resource_around_it() {
        assert_told(
            ELEMENT_ID,
            r#"{"resourceType":"Patient","id":"a","contained":[{"resourceType":"Organization","id":"…"}]}"#,
            &[
                ("b", &[]),
                ("a", &["/contained/0/id: This contained resource has the same id as the resource around it."]),
            ],
        );
    }
}
