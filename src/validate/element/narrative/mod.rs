//! The XHTML of narratives: well-formed, of the allowed elements and attributes, and not empty.
//!
//! What the invariants txt-1 and txt-2 ask with `htmlChecks()`, which FHIRPath leaves to the specification's prose, and what they
//! presume: that it is XHTML at all. Source: R4 page narrative.

mod allowed;
mod characters;
mod xhtml;

use crate::definitions::Primitive;
use crate::document::NodeId;
use crate::report::{Act, At, Content, FIXES, Rule, Severity, Suggest, Words};
use crate::validate::element::narrative::xhtml::{EMPTY_LINK, NAME_AS_LINK};
use crate::validate::instance::Instance;
use crate::validate::notes::NarrativeLinks;
use crate::validate::primitive_form::is_valid_primitive;
use xhtml::{FaultKind, read};

pub(crate) const XHTML_SYNTAX: Rule = Rule::new(
    "xhtml-syntax",
    Severity::Error,
    "structure",
    "A narrative is well-formed XHTML: one div in the namespace of XHTML.",
    &[
        NOT_WELL_FORMED,
        NOT_CLOSED,
        OTHER_END,
        OTHER_ROOT,
        OTHER_NAMESPACE,
        UNKNOWN_ENTITY,
        ENTITY_OF_HTML,
        MARKUP_NOT_ALLOWED,
        INSTRUCTION,
    ],
);
const NOT_WELL_FORMED: Words = Words("This is not well-formed XHTML: {problem}.");
const NOT_CLOSED: Words = Words("The element {element} is not closed.");
const OTHER_END: Words = Words("The end tag {found} does not match the open element {expected}.");
const OTHER_ROOT: Words = Words("The root of a narrative is one div element, not {found}.");
const OTHER_NAMESPACE: Words =
    Words("This element is not in the namespace of XHTML: xmlns must be http://www.w3.org/1999/xhtml.");
const UNKNOWN_ENTITY: Words = Words("{found} is not an entity of XHTML.");
const ENTITY_OF_HTML: Words = Words(
    "{found} is an entity of HTML, which a narrative cannot have: the character itself is expected, or its number.",
);
const MARKUP_NOT_ALLOWED: Words = Words("{found} is not allowed in a narrative.");

/// HL7's validator passes over them.
pub(crate) const INSTRUCTION: Words = Words("{found} is not allowed in a narrative: leave it out.");

pub(crate) const TXT_1: Rule = Rule::new(
    "txt-1",
    Severity::Error,
    "invariant",
    "A narrative has only formatting elements and attributes, and no scripts.",
    &[ELEMENT_NOT_ALLOWED, ATTRIBUTE_NOT_ALLOWED, SCRIPT, BLOCK],
);
const ELEMENT_NOT_ALLOWED: Words = Words("The element {element} is not allowed in a narrative.");
const ATTRIBUTE_NOT_ALLOWED: Words =
    Words("The attribute {found} of the element {element} is not allowed in a narrative.");
const SCRIPT: Words = Words("This link runs a script, which is not allowed in a narrative.");
const BLOCK: Words = Words("The block element {element} is not allowed in a paragraph.");

pub(crate) const TXT_2: Rule =
    Rule::new("txt-2", Severity::Error, "invariant", "A narrative has some content.", &[EMPTY]);
const EMPTY: Words = Words("This narrative has neither text nor an image: one of them is expected.");

pub(crate) const NARRATIVE_LINK: Rule = Rule::new(
    "narrative-link",
    Severity::Error,
    "invalid",
    "A link of a narrative to a place in the resource names one that is there, and no link is empty.",
    &[EMPTY_LINK, NAME_AS_LINK, LINK_UNRESOLVED],
);
pub(crate) const LINK_UNRESOLVED: Words = Words("This link does not resolve: nothing has the id {found}.");

/// Whether a narrative keeps the rules, for FHIRPath's `htmlChecks()`.
pub(crate) fn is_valid(xhtml: &str) -> bool {
    read(xhtml).faults.iter().all(|fault| matches!(fault.kind, FaultKind::OfHtml(_)))
}

/// Validates the string of a `div`, and notes its links and places, where it has any.
pub(super) fn check(instance: &mut Instance<'_>, node: NodeId) {
    let Some(text) = instance.document.string(node) else { return };
    // What no string of FHIR may hold has been reported as that.
    if !is_valid_primitive(Primitive::Xhtml, &text) {
        return;
    }
    let content = read(&text);
    let mut fix = fix_of(&text, &content);
    for fault in &content.faults {
        let at = |offset| instance.document.offset_in(node, offset);
        let place = At::Span(node, at(fault.start), at(fault.end.max(fault.start + 1)));
        let finding = instance.findings.add(rule_of(fault.kind), place, content_of(fault.kind));
        if let FaultKind::OfHtml(_) = fault.kind
            && let Some(fixed) = fix.take()
        {
            finding.suggest(fixed, true, Act::Replace, vec![node]);
        }
    }
    let linked = linked((node, instance.container), &text, &content);
    instance.notes.narratives.extend(linked);
}

/// The narrative with numbers in the places of HTML's entities: all at once, since edits of one text would be in each other's way.
fn fix_of(text: &str, content: &xhtml::Content<'_>) -> Option<String> {
    if !FIXES {
        return None;
    }
    let mut fixed = String::new();
    let mut from = 0;
    for fault in &content.faults {
        if let FaultKind::OfHtml(name) = fault.kind
            && let Some(character) = allowed::entity(name)
        {
            fixed.push_str(text.get(from..fault.start)?);
            fixed.push_str(&format!("#{character}"));
            from = fault.end;
        }
    }
    (from > 0).then(|| [&fixed, text.get(from..).unwrap_or_default()].concat())
}

/// The links and places of a narrative; none where there is nothing to follow.
fn linked((node, container): (NodeId, NodeId), text: &str, content: &xhtml::Content<'_>) -> Option<NarrativeLinks> {
    let spans = |parts: &[&str]| -> Vec<(u32, u32)> {
        let start = |part: &str| (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        parts.iter().map(|part| (start(part) as u32, (start(part) + part.len()) as u32)).collect()
    };
    let (links, places) = (spans(&content.links), spans(&content.places));
    let plain = links.is_empty() && places.is_empty() && content.whole;
    (!plain).then_some(NarrativeLinks { node, container, links, places, whole: content.whole })
}

fn rule_of(kind: FaultKind<'_>) -> &'static Rule<'static> {
    match kind {
        FaultKind::Element(_) | FaultKind::Attribute { .. } | FaultKind::Script | FaultKind::Block(_) => &TXT_1,
        FaultKind::Empty => &TXT_2,
        FaultKind::Link(_) => &NARRATIVE_LINK,
        _ => &XHTML_SYNTAX,
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
        FaultKind::OfHtml(name) => ENTITY_OF_HTML.value("found", name),
        FaultKind::Markup(what) => MARKUP_NOT_ALLOWED.name("found", what),
        FaultKind::Instruction(what) => INSTRUCTION.name("found", what),
        FaultKind::Element(name) => ELEMENT_NOT_ALLOWED.value("element", name),
        FaultKind::Attribute { name, element } => ATTRIBUTE_NOT_ALLOWED.value("found", name).value("element", element),
        FaultKind::Script => SCRIPT.into(),
        FaultKind::Block(name) => BLOCK.value("element", name),
        FaultKind::Link(words) => words.into(),
        FaultKind::Empty => EMPTY.into(),
    }
}

#[cfg(test)]
mod tests;
