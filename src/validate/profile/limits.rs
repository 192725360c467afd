//! value-range, value-length: the least and the greatest value, and how long it may be.
//!
//! Source: R4, ElementDefinition, `minValue[x]`, `maxValue[x]`, `maxLength`.

use super::item::Item;
use super::state::State;
use crate::definitions::Text;
use crate::document::{Document, Kind, NodeId, name};
use crate::report::{At, Rule, Severity, Words};
use crate::validate::instance::Instance;
use rust_decimal::Decimal;
use std::cmp::Ordering;

pub(crate) const VALUE_RANGE: Rule = Rule::new(
    "value-range",
    Severity::Error,
    "value",
    "A value is within the limits that a profile sets.",
    &[TOO_LOW, TOO_HIGH],
);
const TOO_LOW: Words = Words("{element} is {found}; the profile expects at least {expected}.");
const TOO_HIGH: Words = Words("{element} is {found}; the profile expects at most {expected}.");

pub(crate) const VALUE_LENGTH: Rule =
    Rule::new("value-length", Severity::Error, "too-long", "A value is not longer than a profile allows.", &[TOO_LONG]);
const TOO_LONG: Words = Words("{element} has {found} characters; the profile allows {expected}.");

/// Validates a value against the limits of a profile.
pub(super) fn check(instance: &mut Instance<'_>, item: Item, state: State<'_>) {
    let Some(value) = item.property.value else { return };
    if let Some(most) = state.element.max_length
        && let Some(text) = instance.document.string(value)
    {
        let count = text.chars().count() as u64;
        if count > u64::from(most) {
            let content = TOO_LONG.name("element", state.label().to_owned());
            instance.findings.add(
                &VALUE_LENGTH,
                At::Value(value),
                content.count("found", count).count("expected", most),
            );
        }
    }
    for (limit, wrong, words) in
        [(&state.element.min_value, Ordering::Less, TOO_LOW), (&state.element.max_value, Ordering::Greater, TOO_HIGH)]
    {
        let Some(limit) = limit else { continue };
        if order(instance, value, limit) == Some(wrong) {
            let found = quantity(instance.document, value);
            let content =
                words.name("element", state.label().to_owned()).value("found", &instance.document.value(found));
            instance.findings.add(&VALUE_RANGE, At::Value(found), content.name("expected", limit.clone()));
        }
    }
}

/// The value of a Quantity; any other value itself.
fn quantity(document: &Document<'_>, node: NodeId) -> NodeId {
    document.member(node, name::VALUE).unwrap_or(node)
}

/// How a value compares with a limit; nothing where they cannot be compared.
fn order(instance: &Instance<'_>, value: NodeId, limit: &Text) -> Option<Ordering> {
    let document = instance.document;
    let read = Document::read_str(limit, instance.definitions.names(), Default::default()).ok()?;
    let (node, other) = (quantity(document, value), quantity(&read, NodeId::ROOT));
    if node != value {
        let same = |name| document.member_text(value, name) == read.member_text(NodeId::ROOT, name);
        if !same(name::CODE) || !same(name::SYSTEM) {
            return None;
        }
    }
    match (document.kind(node), read.kind(other)) {
        (Kind::Number, Kind::Number) => {
            let number = |text: &str| text.parse::<Decimal>().ok().or_else(|| Decimal::from_scientific(text).ok());
            Some(number(document.raw(node))?.cmp(&number(read.raw(other))?))
        }
        // Dates and times: what both say.
        (Kind::String, Kind::String) => {
            let (found, limit) = (document.value(node), read.value(other));
            let length = found.len().min(limit.len());
            let order = found.get(..length)?.cmp(limit.get(..length)?);
            (order != Ordering::Equal || found.len() == limit.len()).then_some(order)
        }
        _ => None,
    }
}
