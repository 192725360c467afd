//! The way through a value by all that profiles say of it. Only what they speak of is visited.

use super::item::{Item, items};
use super::state::State;
use super::{cardinality, expected, limits, slicing, target, type_of};
use crate::definitions::{Binding, Strength, TypeId, known};
use crate::document::{NodeId, ordered};
use crate::validate::element::{binding, invariant};
use crate::validate::instance::Instance;

/// Validates a value by all that profiles say of it, and what is inside it.
pub(super) fn value<'w>(instance: &mut Instance<'w>, item: Item, states: &mut Vec<State<'w>>) {
    let outer = (instance.resource, instance.container);
    if item.is_resource(instance) {
        let node = item.node();
        if !instance.notes.contained.iter().any(|(_, one)| *one == node) && !is_contained(instance, node) {
            instance.container = node;
        }
        instance.resource = node;
    }
    let mut next = 0;
    // The list grows by the profiles of types that have to be met.
    while let Some(&state) = states.get(next) {
        next += 1;
        if instance.findings.is_full() {
            break;
        }
        if !instance.work.take_one() {
            instance.work.note(&state.profile.url, item.node());
            break;
        }
        instance.findings.demanded_by = Some(state.profile.url.clone());
        type_of::check(instance, item, state, states);
        expected::check(instance, item, state);
        limits::check(instance, item, state);
        target::check(instance, item, state);
        bound(instance, item, state);
        if let Some(value) = item.property.value {
            // What is said of an element in another resource is said there, also of a resource that it holds.
            let inside = (instance.resource, instance.container);
            if !state.is_root() {
                (instance.resource, instance.container) = outer;
            }
            invariant::of_element(instance, value, item.of, &state.element.constraints);
            (instance.resource, instance.container) = inside;
        }
    }
    // A primitive without a companion has nothing inside, where a profile may require an extension.
    let bare = || item.property.value.filter(|_| item.is_primitive(instance)).map(|value| (value, known::ELEMENT));
    if let Some((object, of)) = item.inside(instance).or_else(bare) {
        children(instance, object, of, states);
    }
    instance.findings.demanded_by = None;
    (instance.resource, instance.container) = outer;
}

/// Whether a resource is contained in another one.
fn is_contained(instance: &Instance<'_>, node: NodeId) -> bool {
    let around = instance.document.parent(node);
    instance.document.node(around).name == crate::document::name::CONTAINED
}

/// Validates where codes come from. What the most derived profile says counts, and not what the type says.
fn bound(instance: &mut Instance<'_>, item: Item, state: State<'_>) {
    let (Some(bound), Some(value)) = (&state.element.binding, item.property.value) else { return };
    instance.profiles.own_bindings.insert(value);
    if let Some(main) = bound.binding {
        binding::check(instance, main, item.of, value);
    }
    for additional in bound.additional.iter().filter(|one| !one.is_conditional) {
        let strength = match &*additional.purpose {
            "required" | "maximum" => Strength::Required,
            "extensible" => Strength::Extensible,
            "preferred" => Strength::Preferred,
            _ => continue,
        };
        binding::check(instance, Binding { strength, value_set: additional.value_set, max: None }, item.of, value);
    }
}

/// Validates the elements inside an object.
fn children<'w>(instance: &mut Instance<'w>, object: NodeId, of: TypeId, states: &[State<'w>]) {
    let all: Vec<State<'w>> = states.iter().flat_map(|state| state.children()).collect();
    let name = |place: usize| all.get(place).map(|state| state.element.name.0);
    let order = ordered(all.len(), &mut |a, b| name(a).cmp(&name(b)));
    let sorted: Vec<State<'w>> = order.into_iter().filter_map(|place| all.get(place).copied()).collect();
    for same in sorted.chunk_by(|a, b| a.element.name == b.element.name) {
        let Some(first) = same.first() else { continue };
        let items = items(instance, (object, of), first.element.name);
        let mut of_item: Vec<Vec<State<'w>>> = vec![same.to_vec(); items.len()];
        for &state in same {
            instance.findings.demanded_by = Some(state.profile.url.clone());
            cardinality::check(instance, object, &mut items.iter().copied(), state);
            slicing::check(instance, object, &items, state, &mut of_item);
        }
        for (item, mut states) in items.into_iter().zip(of_item) {
            value(instance, item, &mut states);
        }
    }
}
