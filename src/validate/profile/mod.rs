//! Rules of profiles: what StructureDefinitions of packages add to the types of R4. [`check`] goes through a value by all profiles that apply
//! to it at once, and visits only what they speak of; each rule is a file.
//!
//! Source: R4 pages profiling and elementdefinition.

pub(super) mod cardinality;
mod check;
mod discriminator;
mod event;
pub(super) mod expected;
mod item;
pub(super) mod limits;
mod meets;
pub(super) mod notes;
pub(super) mod slicing;
mod state;
pub(super) mod target;
pub(super) mod type_of;

use super::element::meta;
use super::instance::Instance;
use super::notes::Purpose;
use crate::definitions::{PROFILES, ProfileId, TypeId, known};
use crate::document::{NodeId, Property, name};
use crate::report::Rule;
use item::Item;
use state::State;

/// The rules of profiles.
pub(super) const RULES: &[Rule<'static>] = &[
    expected::FIXED_VALUE,
    expected::PATTERN_VALUE,
    type_of::PROFILE_OF_TYPE,
    type_of::PROFILE_TYPE,
    slicing::SLICING_AMBIGUOUS,
    slicing::SLICING_CLOSED,
    slicing::SLICING_ORDER,
    target::TARGET_AGGREGATION,
    target::TARGET_PROFILE,
    limits::VALUE_LENGTH,
    limits::VALUE_RANGE,
];

/// Validates a resource by the profiles that it claims, and by those that the caller or the event of the message asks for.
pub(super) fn of_resource(instance: &mut Instance<'_>, node: NodeId, of: TypeId) {
    if !PROFILES || instance.purpose != Purpose::Report {
        return;
    }
    let is_root = node == NodeId::ROOT;
    if is_root {
        for canonical in instance.asked_for {
            meta::asked_for(instance, canonical, of);
        }
    }
    if instance.definitions.profile_count() == 0 {
        return;
    }
    if is_root && instance.is_message {
        instance.profiles.of_event = event::of_message(instance).unwrap_or_default();
    }
    let mut profiles: Vec<ProfileId> = match instance.document.member(node, name::META) {
        Some(meta) => instance
            .document
            .member_items(meta, name::PROFILE)
            .filter_map(|claimed| instance.definitions.profile_named(&instance.document.string(claimed)?))
            .collect(),
        None => Vec::new(),
    };
    profiles.extend(instance.profiles.of_event.of(node, of));
    if is_root {
        profiles
            .extend(instance.asked_for.iter().filter_map(|canonical| instance.definitions.profile_named(canonical)));
    }
    by_profiles(instance, Item::object(node, of), profiles);
}

/// Validates extensions by their definitions, where these came as profiles. Those inside an extension are parts of it.
pub(super) fn of_extensions(instance: &mut Instance<'_>, list: NodeId, holder: TypeId) {
    if instance.definitions.profile_count() == 0 || instance.purpose != Purpose::Report || holder == known::EXTENSION {
        return;
    }
    for item in instance.document.children(list) {
        let url = instance.document.member_text(item, name::URL);
        if let Some(id) = url.and_then(|url| instance.definitions.profile_named(&url)) {
            by_profiles(instance, Item::object(item, known::EXTENSION), vec![id]);
        }
    }
}

/// Validates a value by one profile.
pub(super) fn of_value(instance: &mut Instance<'_>, value: Property, of: TypeId, profile: ProfileId) {
    by_profiles(instance, Item { property: value, of }, vec![profile]);
}

fn by_profiles(instance: &mut Instance<'_>, item: Item, mut profiles: Vec<ProfileId>) {
    // Known at compile time in the wasm without profiles: nothing of this is in it then.
    if instance.definitions.profile_count() == 0 {
        return;
    }
    let mut states: Vec<State<'_>> = Vec::new();
    let mut next = 0;
    while let Some(&id) = profiles.get(next) {
        next += 1;
        let profile = instance.definitions.profile(id);
        if profiles.iter().take(next - 1).any(|before| *before == id) || !instance.definitions.is_a(item.of, profile.of)
        {
            continue;
        }
        states.push(State::root(id, profile));
        profiles.extend(profile.imposed.iter().filter_map(|canonical| instance.definitions.profile_named(canonical)));
    }
    if !states.is_empty() {
        check::value(instance, item, &mut states);
    }
}
