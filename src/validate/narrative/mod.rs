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
use crate::report::{At, Rule, Text, rules};
pub(super) use links::{Linked, MOST_REPORTED};
use xhtml::{FaultKind, read};

/// Whether a narrative keeps the rules, for FHIRPath's `htmlChecks()`.
pub(super) fn is_valid(xhtml: &str) -> bool {
    read(xhtml).faults.is_empty()
}

/// Judges the string of a `div`; gives its links and places, where it has any.
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
        findings.add(rule_of(fault.kind), place, tell(fault.kind));
    }
    Linked::new((node, container), &text, &content)
}

fn rule_of(kind: FaultKind<'_>) -> &'static Rule {
    match kind {
        FaultKind::Element(_) | FaultKind::Attribute { .. } | FaultKind::Script | FaultKind::Block(_) => &rules::TXT_1,
        FaultKind::Empty => &rules::TXT_2,
        FaultKind::Link(_) => &rules::NARRATIVE_LINK,
        _ => &rules::XHTML_SYNTAX,
    }
}

#[cold]
fn tell(kind: FaultKind<'_>) -> Text {
    match kind {
        FaultKind::Malformed(words) => Text::new("This is no well-formed XHTML: ").and(words).and("."),
        FaultKind::Unclosed(name) => Text::new("The element ").value(name).and(" is not closed."),
        FaultKind::Mismatch { open, end } => {
            Text::new("This closes ").value(end).and(", but the element that is open is ").value(open).and(".")
        }
        FaultKind::Root(name) => Text::new("A narrative is one div element, not ").value(name).and("."),
        FaultKind::Namespace => {
            Text::new("The div of a narrative is in the namespace http://www.w3.org/1999/xhtml (xmlns).")
        }
        FaultKind::Entity(name) => Text::new("XHTML has no entity ").value(name).and("."),
        FaultKind::Markup(what) => Text::new("A narrative has no ").and(what).and("."),
        FaultKind::Element(name) => Text::new("A narrative has no element ").value(name).and("."),
        FaultKind::Attribute { name, element } => {
            Text::new("In a narrative, the element ").value(element).and(" has no attribute ").value(name).and(".")
        }
        FaultKind::Script => Text::new("A link of a narrative must not run a script."),
        FaultKind::Block(name) => {
            Text::new("The element ").value(name).and(" is a block, and does not stand in a paragraph.")
        }
        FaultKind::Link(words) => Text::new("This link ").and(words).and("."),
        FaultKind::Empty => Text::new("A narrative has some text or an image; this one has neither."),
    }
}

#[cfg(test)]
mod tests;
