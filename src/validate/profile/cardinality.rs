//! element-missing, element-too-many, by profiles: how often an element, or a slice of it, occurs.

use super::item::Item;
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
