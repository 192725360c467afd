//! slicing-*: which slice each value of an element belongs to, and whether that is allowed.
//!
//! Source: R4 page profiling, "Slicing"; a value is one of a slice when all discriminators say so.

use super::cardinality::{MISSING_IN_PROFILE, TOO_SELDOM_IN_PROFILE};
use super::item::Item;
use super::state::State;
use super::{cardinality, discriminator};
use crate::definitions::{Slicing, SlicingRules};
use crate::document::NodeId;
use crate::report::{At, Rule, Severity, Words};
use crate::validate::element::cardinality::ELEMENT_MISSING;
use crate::validate::instance::Instance;

pub(crate) const SLICING_CLOSED: Rule = Rule::new(
    "slicing-closed",
    Severity::Error,
    "structure",
    "Where a profile lists all slices, each value is of one of them.",
    &[NO_SLICE, NO_SLICE_NEAR],
);
const NO_SLICE: Words =
    Words("This value of {element} is of no slice of the profile, which allows no others: {allowed}.");
const NO_SLICE_NEAR: Words = Words(
    "This value of {element} is of no slice of the profile, which allows no others: {allowed}. The nearest is {nearest}; {discriminator} differs.",
);

pub(crate) const SLICING_ORDER: Rule = Rule::new(
    "slicing-order",
    Severity::Error,
    "structure",
    "The values of slices come in the order that a profile gives them.",
    &[OUT_OF_ORDER, NOT_AT_END],
);
const OUT_OF_ORDER: Words = Words("This value is of the slice {slice}, which comes before {before} in the profile.");
const NOT_AT_END: Words = Words("This value is of the slice {slice}: values of no slice come at the end.");

pub(crate) const SLICING_AMBIGUOUS: Rule =
    Rule::new("slicing-ambiguous", Severity::Error, "structure", "A value is of one slice.", &[SEVERAL_SLICES]);
const SEVERAL_SLICES: Words = Words("This value is of two slices of the profile: {slice} and {other}.");

const MISSING_SLICE_NEAR: Words =
    Words("{element} is missing; the profile requires {expected}. A value nearly is one: {discriminator} differs.");

/// The slice that takes what no other takes.
const DEFAULT: &str = "@default";

/// Whether a value is of a slice.
enum Fit<'w> {
    Yes,
    /// How many discriminators say it is, and the first that says it is not.
    No(usize, &'w str),
    Unknown,
}

/// What a value nearly was.
struct Near<'w> {
    matched: usize,
    slice: usize,
    discriminator: &'w str,
    item: usize,
}

/// Tells which slice each of the values belongs to; the states of that slice are added to those of the value.
pub(super) fn check<'w>(
    instance: &mut Instance<'w>,
    object: NodeId,
    items: &[Item],
    sliced: State<'w>,
    states: &mut [Vec<State<'w>>],
) {
    if let Some(slicing) = &sliced.element.slicing {
        let all: Vec<usize> = (0..items.len()).collect();
        classify(instance, (object, items, &all), sliced, slicing, states);
    }
}

fn classify<'w>(
    instance: &mut Instance<'w>,
    (object, items, places): (NodeId, &[Item], &[usize]),
    sliced: State<'w>,
    slicing: &'w Slicing,
    states: &mut [Vec<State<'w>>],
) {
    let slices: Vec<State<'w>> = sliced.slices().collect();
    if slices.is_empty() && slicing.rules != SlicingRules::Closed {
        return;
    }
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); slices.len()];
    let mut near: Vec<Near<'w>> = Vec::new();
    let (mut last, mut others, mut undecided) = (0, false, false);
    for &place in places {
        let Some(&item) = items.get(place) else { continue };
        let mut found: Option<usize> = None;
        let (mut nearest, mut unknown): (Option<Near<'w>>, bool) = (None, false);
        for (index, slice) in slices.iter().enumerate().filter(|(_, slice)| &*slice.element.slice != DEFAULT) {
            match fit(instance, item, slicing, *slice, sliced) {
                Fit::Yes => match found.and_then(|first| slices.get(first)) {
                    None => found = Some(index),
                    Some(first) => {
                        let names = (first.element.slice.clone(), slice.element.slice.clone());
                        let content = SEVERAL_SLICES.name("slice", names.0).name("other", names.1);
                        instance.findings.add(&SLICING_AMBIGUOUS, at(instance, item), content);
                    }
                },
                Fit::No(matched, discriminator) => {
                    if nearest.as_ref().is_none_or(|near| matched > near.matched) {
                        nearest = Some(Near { matched, slice: index, discriminator, item: place });
                    }
                }
                Fit::Unknown => unknown = true,
            }
        }
        let default = || slices.iter().position(|slice| &*slice.element.slice == DEFAULT).filter(|_| !unknown);
        let Some(index) = found.or_else(default) else {
            undecided |= unknown;
            others = true;
            near.extend(nearest.filter(|_| !unknown));
            if slicing.rules == SlicingRules::Closed && !unknown {
                closed(
                    instance,
                    item,
                    sliced,
                    &slices,
                    near.last().filter(|near| near.item == place && near.matched > 0),
                );
            }
            continue;
        };
        let Some(slice) = slices.get(index) else { continue };
        if slicing.ordered && index < last {
            let before = slices.get(last).map_or_else(Default::default, |slice| slice.element.slice.clone());
            let content = OUT_OF_ORDER.name("slice", slice.element.slice.clone()).name("before", before);
            instance.findings.add(&SLICING_ORDER, at(instance, item), content);
        }
        last = last.max(index);
        if others && slicing.rules == SlicingRules::OpenAtEnd {
            let content = NOT_AT_END.name("slice", slice.element.slice.clone());
            instance.findings.add(&SLICING_ORDER, at(instance, item), content);
        }
        if let Some(states) = states.get_mut(place) {
            states.push(*slice);
        }
        if let Some(members) = members.get_mut(index) {
            members.push(place);
        }
    }
    for (index, (slice, members)) in slices.iter().zip(&members).enumerate() {
        let is_short = members.len() < slice.element.min as usize;
        let nearly = near.iter().filter(|near| near.slice == index).max_by_key(|near| near.matched);
        // Of a value that is of no slice of a closed list, this was said.
        let is_said = is_short && nearly.is_some() && slicing.rules == SlicingRules::Closed;
        if is_short && !undecided && !is_said {
            missing(instance, object, *slice, members.len(), nearly.filter(|near| near.matched > 0));
        } else if !is_short {
            let mut own = members.iter().filter_map(|&place| items.get(place).copied());
            cardinality::check(instance, object, &mut own, *slice);
        }
        if !slice.element.slices.is_empty() {
            let slicing = slice.element.slicing.as_ref().unwrap_or(slicing);
            classify(instance, (object, items, members), *slice, slicing, states);
        }
    }
}

fn at(instance: &Instance<'_>, item: Item) -> At {
    match instance.document.kind(item.node()) {
        crate::document::Kind::Object => At::Start(item.node()),
        _ => At::Value(item.node()),
    }
}

fn fit<'w>(
    instance: &mut Instance<'w>,
    item: Item,
    slicing: &'w Slicing,
    slice: State<'w>,
    sliced: State<'w>,
) -> Fit<'w> {
    let (mut matched, mut differs, mut unknown) = (0, None, slicing.discriminators.is_empty());
    for by in &slicing.discriminators {
        match discriminator::matches(instance, item, by, slice, sliced) {
            Some(true) => matched += 1,
            Some(false) => differs = differs.or(Some(&*by.text)),
            None => unknown = true,
        }
    }
    match differs {
        Some(discriminator) => Fit::No(matched, discriminator),
        None if unknown => Fit::Unknown,
        None => Fit::Yes,
    }
}

#[cold]
fn closed(instance: &mut Instance<'_>, item: Item, sliced: State<'_>, slices: &[State<'_>], near: Option<&Near<'_>>) {
    let words = if near.is_some() { NO_SLICE_NEAR } else { NO_SLICE };
    let mut content = words
        .name("element", sliced.label().to_owned())
        .list("allowed", slices.iter().map(|slice| slice.element.slice.clone()));
    if let Some((near, slice)) = near.and_then(|near| Some((near, slices.get(near.slice)?))) {
        content =
            content.name("nearest", slice.element.slice.clone()).name("discriminator", near.discriminator.to_owned());
    }
    instance.findings.add(&SLICING_CLOSED, at(instance, item), content);
}

#[cold]
fn missing(instance: &mut Instance<'_>, object: NodeId, slice: State<'_>, count: usize, near: Option<&Near<'_>>) {
    let words = match (count, near) {
        (0, Some(_)) => MISSING_SLICE_NEAR,
        (0, None) => MISSING_IN_PROFILE,
        _ => TOO_SELDOM_IN_PROFILE,
    };
    let mut content = words
        .name("element", slice.label().to_owned())
        .count("found", count as u64)
        .count("expected", slice.element.min);
    if let Some(near) = near {
        content = content.name("discriminator", near.discriminator.to_owned());
    }
    instance.findings.add(&ELEMENT_MISSING, At::Start(object), content);
}
