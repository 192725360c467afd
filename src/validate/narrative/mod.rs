//! The XHTML of narratives: well-formed, of the allowed elements and attributes, and not empty.
//!
//! What the invariants txt-1 and txt-2 ask with `htmlChecks()`, which FHIRPath leaves to the specification's prose, and what they
//! presume: that it is XHTML at all. Source: R4 page narrative.

mod allowed;
mod characters;
mod links;
mod xhtml;

use super::findings::Findings;
use super::primitives;
use crate::definitions::Primitive;
use crate::document::{Document, NodeId};
use crate::report::{At, Content, Rule, Words, rules};
pub(super) use links::{Linked, MOST_REPORTED};
use xhtml::{FaultKind, read};

/// Whether a narrative keeps the rules, for FHIRPath's `htmlChecks()`.
pub(super) fn is_valid(xhtml: &str) -> bool {
    read(xhtml).faults.is_empty()
}

/// Validates the string of a `div`; gives its links and places, where it has any.
pub(super) fn check(
    document: &Document<'_>,
    findings: &mut Findings,
    node: NodeId,
    container: NodeId,
) -> Option<Linked> {
    let text = document.string(node)?;
    // What no string of FHIR may hold has been reported as that.
    if !primitives::is_valid_primitive(Primitive::Xhtml, &text) {
        return None;
    }
    let content = read(&text);
    for fault in &content.faults {
        let at = |offset| document.offset_in(node, offset);
        let place = At::Span(node, at(fault.start), at(fault.end.max(fault.start + 1)));
        findings.add(rule_of(fault.kind), place, content_of(fault.kind));
    }
    Linked::new((node, container), &text, &content)
}

fn rule_of(kind: FaultKind<'_>) -> &'static Rule<'static> {
    match kind {
        FaultKind::Element(_) | FaultKind::Attribute { .. } | FaultKind::Script | FaultKind::Block(_) => &rules::TXT_1,
        FaultKind::Empty => &rules::TXT_2,
        FaultKind::Link(_) => &rules::NARRATIVE_LINK,
        _ => &rules::XHTML_SYNTAX,
    }
}

#[cold]
fn content_of(kind: FaultKind<'_>) -> Content {
    match kind {
        FaultKind::Malformed(problem) => NOT_WELL_FORMED.name("problem", problem),
        FaultKind::Unclosed(name) => NOT_CLOSED.value("element", name),
        FaultKind::Mismatch { open, end } => OTHER_END.value("found", end).value("expected", open),
        FaultKind::Root(name) => OTHER_ROOT.value("found", name),
        FaultKind::Namespace => OTHER_NAMESPACE.into(),
        FaultKind::Entity(name) => UNKNOWN_ENTITY.value("found", name),
        FaultKind::Markup(what) => MARKUP_NOT_ALLOWED.name("found", what),
        FaultKind::Element(name) => ELEMENT_NOT_ALLOWED.value("element", name),
        FaultKind::Attribute { name, element } => ATTRIBUTE_NOT_ALLOWED.value("found", name).value("element", element),
        FaultKind::Script => SCRIPT.into(),
        FaultKind::Block(name) => BLOCK.value("element", name),
        FaultKind::Link(words) => words.into(),
        FaultKind::Empty => EMPTY.into(),
    }
}

const NOT_WELL_FORMED: Words = Words("This is not well-formed XHTML: {problem}.");
const NOT_CLOSED: Words = Words("The element {element} is not closed.");
const OTHER_END: Words = Words("The end tag {found} does not match the open element {expected}.");
const OTHER_ROOT: Words = Words("The root of a narrative is one div element, not {found}.");
const OTHER_NAMESPACE: Words =
    Words("This element is not in the namespace of XHTML: xmlns must be http://www.w3.org/1999/xhtml.");
const UNKNOWN_ENTITY: Words = Words("{found} is not an entity of XHTML.");
const MARKUP_NOT_ALLOWED: Words = Words("{found} is not allowed in a narrative.");

const ELEMENT_NOT_ALLOWED: Words = Words("The element {element} is not allowed in a narrative.");
const ATTRIBUTE_NOT_ALLOWED: Words =
    Words("The attribute {found} of the element {element} is not allowed in a narrative.");
const SCRIPT: Words = Words("This link runs a script, which is not allowed in a narrative.");
const BLOCK: Words = Words("The block element {element} is not allowed in a paragraph.");

const EMPTY: Words = Words("This narrative has neither text nor an image: one of them is expected.");

#[cfg(test)]
mod tests;
