//! Discriminators: whether the part of a value that a path names is what a slice says of it.
//!
//! Source: R4 page profiling, "Discriminator"; what the slice says may be in its children, a fixed value or pattern, a required binding, the
//! profile of its type, or in the element that is sliced.

use super::expected;
use super::item::{Item, items, resource_type};
use super::state::State;
use crate::definitions::{Discriminator, DiscriminatorKind, PathStep, Strength, Text, TypeId};
use crate::document::{Kind, NameId, NodeId, name};
use crate::validate::element::invariant::resolved;
use crate::validate::instance::Instance;
use crate::validate::meets::{Answer, meets};

/// What a slice says at the end of a path.
#[derive(Clone, Copy)]
enum Demand<'w> {
    /// What an element of a profile says.
    Element(State<'w>),
    /// The url of an extension, without a version.
    Url(&'w str),
    /// What a reference of this element points to.
    Target(State<'w>),
}

/// Whether a value has what a slice says of the part that the discriminator names: nothing where it says nothing of it, and nothing inside where
/// that cannot be decided.
pub(super) fn matches<'w>(
    instance: &mut Instance<'w>,
    item: Item,
    by: &'w Discriminator,
    slice: State<'w>,
    sliced: State<'w>,
) -> Option<Option<bool>> {
    let mut demands = demands(instance, slice, &by.path);
    if demands.is_empty() {
        demands = self::demands(instance, sliced, &by.path);
    }
    if demands.is_empty() {
        return None;
    }
    let Some(parts) = parts(instance, item, &by.path) else { return Some(None) };
    let mut decided = None;
    for demand in demands {
        match is_met(instance, &parts, by.kind, demand) {
            Some(false) => return Some(Some(false)),
            Some(true) => decided = Some(true),
            None => {}
        }
    }
    Some(decided)
}

/// The parts of a value that a path names; nothing where what it refers to is not there.
fn parts(instance: &Instance<'_>, item: Item, path: &[PathStep]) -> Option<Vec<Item>> {
    let mut at = vec![item];
    for step in path {
        let mut next = Vec::new();
        for one in at {
            match step {
                PathStep::Child(name) => next.extend(inside(instance, one, *name)),
                PathStep::Extension(url) => {
                    let mut extensions = inside(instance, one, name::EXTENSION);
                    extensions
                        .retain(|one| instance.document.member_text(one.node(), name::URL).as_deref() == Some(&**url));
                    next.extend(extensions);
                }
                PathStep::Resolve => next.push(resolve(instance, one)?),
                PathStep::OfType(of) => next.extend(Some(one).filter(|one| one.is_of(instance, *of))),
            }
        }
        at = next;
    }
    Some(at)
}

fn inside(instance: &Instance<'_>, item: Item, name: NameId) -> Vec<Item> {
    item.inside(instance).map_or_else(Vec::new, |inside| items(instance, inside, name))
}

/// The resource that a Reference, or a canonical, points to.
pub(super) fn resolve(instance: &Instance<'_>, item: Item) -> Option<Item> {
    let node = item.property.value?;
    let reference = match instance.document.kind(node) {
        Kind::Object => instance.document.member(node, name::REFERENCE)?,
        _ => node,
    };
    let text = instance.document.string(reference)?;
    let target = resolved(instance, &text, node)?;
    Some(Item::object(target, resource_type(instance, Some(target))?))
}

/// What a slice says at the end of a path.
fn demands<'w>(instance: &Instance<'w>, slice: State<'w>, path: &'w [PathStep]) -> Vec<Demand<'w>> {
    let mut at = vec![Demand::Element(slice)];
    for step in path {
        let mut next = Vec::new();
        for demand in at {
            match (demand, step) {
                (Demand::Element(state), PathStep::Child(name)) => children(instance, state, *name, &mut next),
                (Demand::Element(state), PathStep::Extension(url)) => {
                    let mut extensions = Vec::new();
                    children(instance, state, name::EXTENSION, &mut extensions);
                    for one in extensions {
                        let Demand::Element(one) = one else { continue };
                        next.extend(one.slices().filter(|slice| has_url(instance, *slice, url)).map(Demand::Element));
                    }
                }
                (Demand::Element(state), PathStep::Resolve) => next.push(Demand::Target(state)),
                (Demand::Element(state), PathStep::OfType(of)) => {
                    let is_of = |slice: &State<'_>| {
                        slice.element.types.iter().any(|one| instance.definitions.is_a(one.of, *of))
                    };
                    let typed: Vec<State<'w>> = state.slices().filter(is_of).collect();
                    next.extend(typed.iter().copied().map(Demand::Element));
                    if typed.is_empty() {
                        next.push(demand);
                    }
                }
                (Demand::Target(state), _) => {
                    // What a target's profiles say of its elements.
                    for root in targets(instance, state) {
                        if let PathStep::Child(name) = step {
                            children(instance, root, *name, &mut next);
                        }
                    }
                }
                (Demand::Url(_), _) => {}
            }
        }
        at = next;
    }
    at
}

/// What a state says of a property: itself, or the profile of its type.
fn children<'w>(instance: &Instance<'w>, state: State<'w>, name: NameId, into: &mut Vec<Demand<'w>>) {
    let before = into.len();
    into.extend(state.children().filter(|child| child.element.name == name).map(Demand::Element));
    if into.len() == before {
        // What its slices say that have to be there, as R4's profile of the blood pressure has it.
        for slice in state.slices().filter(|slice| slice.element.min > 0) {
            children(instance, slice, name, into);
        }
    }
    if into.len() > before {
        return;
    }
    for canonical in state.element.types.iter().flat_map(|one| &one.profiles) {
        if name == name::URL
            && (state.element.name == name::EXTENSION || state.element.name == name::MODIFIER_EXTENSION)
        {
            into.push(Demand::Url(bare(canonical)));
        } else if let Some(id) = instance.definitions.profile_named(canonical) {
            let root = State::root(id, instance.definitions.profile(id));
            into.extend(root.children().filter(|child| child.element.name == name).map(Demand::Element));
        }
    }
}

/// A canonical without its version.
fn bare(canonical: &str) -> &str {
    canonical.split_once('|').map_or(canonical, |(url, _)| url)
}

/// Whether a slice of extensions is that of an url.
fn has_url(instance: &Instance<'_>, slice: State<'_>, url: &str) -> bool {
    if slice.element.types.iter().flat_map(|one| &one.profiles).any(|canonical| bare(canonical) == url) {
        return true;
    }
    let fixed =
        slice.children().find(|child| child.element.name == name::URL).and_then(|child| child.element.value.as_ref());
    let document = fixed.and_then(|value| value.document(instance.definitions.names()));
    document.is_some_and(|document| document.value(NodeId::ROOT) == url)
}

/// The roots of the profiles that a reference may point to.
fn targets<'w>(instance: &Instance<'w>, state: State<'w>) -> Vec<State<'w>> {
    let canonicals = state.element.types.iter().flat_map(|one| &one.targets);
    let known = canonicals.filter_map(|canonical| instance.definitions.profile_named(canonical));
    known.map(|id| State::root(id, instance.definitions.profile(id))).collect()
}

/// Whether the parts of a value are what a slice says of them.
fn is_met<'w>(
    instance: &mut Instance<'w>,
    parts: &[Item],
    kind: DiscriminatorKind,
    demand: Demand<'w>,
) -> Option<bool> {
    let any = |found: &mut dyn Iterator<Item = Option<bool>>| {
        let mut decided = Some(false);
        for one in found {
            match one {
                Some(true) => return Some(true),
                None => decided = None,
                Some(false) => {}
            }
        }
        decided
    };
    match (kind, demand) {
        (DiscriminatorKind::Exists, Demand::Element(state)) => match (state.element.min, state.element.max) {
            (_, Some(0)) => Some(parts.is_empty()),
            (1.., _) => Some(!parts.is_empty()),
            _ => None,
        },
        (DiscriminatorKind::Exists, Demand::Target(_)) => Some(!parts.is_empty()),
        (DiscriminatorKind::Type, Demand::Element(state)) => {
            let types: Vec<TypeId> = state.element.types.iter().map(|one| one.of).collect();
            (!types.is_empty()).then(|| parts.iter().any(|part| types.iter().any(|of| part.is_of(instance, *of))))
        }
        (DiscriminatorKind::Type, Demand::Target(state)) => {
            let types = target_types(instance, state);
            (!types.is_empty()).then(|| parts.iter().any(|part| types.iter().any(|of| part.is_of(instance, *of))))
        }
        (DiscriminatorKind::Profile, Demand::Element(state)) => {
            let canonicals: Vec<&'w Text> = state.element.types.iter().flat_map(|one| &one.profiles).collect();
            conforms(instance, parts, &canonicals)
        }
        (DiscriminatorKind::Profile, Demand::Target(state)) => {
            let canonicals: Vec<&'w Text> = state.element.types.iter().flat_map(|one| &one.targets).collect();
            conforms(instance, parts, &canonicals)
        }
        (DiscriminatorKind::Value | DiscriminatorKind::Pattern, Demand::Element(state)) => {
            any(&mut parts.iter().map(|part| has_value(instance, *part, state))).or_else(|| {
                // Nothing is said of the value: that it is there may be meant.
                (state.element.min > 0 && parts.is_empty()).then_some(false)
            })
        }
        (DiscriminatorKind::Value | DiscriminatorKind::Pattern, Demand::Target(state)) => {
            let roots = targets(instance, state);
            let found = |part: &Item| any(&mut roots.iter().map(|root| has_value(instance, *part, *root)));
            any(&mut parts.iter().map(found))
        }
        (_, Demand::Url(url)) => {
            Some(parts.iter().any(|part| instance.document.string(part.node()).as_deref() == Some(url)))
        }
    }
}

/// The types that a reference may point to.
pub(super) fn target_types(instance: &Instance<'_>, state: State<'_>) -> Vec<TypeId> {
    let canonicals = state.element.types.iter().flat_map(|one| &one.targets);
    canonicals.filter_map(|canonical| type_of(instance, canonical)).collect()
}

/// The type that a canonical names, or that a profile is of.
pub(super) fn type_of(instance: &Instance<'_>, canonical: &str) -> Option<TypeId> {
    if let Some(id) = instance.definitions.profile_named(canonical) {
        return Some(instance.definitions.profile(id).of);
    }
    let name = bare(canonical).strip_prefix("http://hl7.org/fhir/StructureDefinition/")?;
    instance.definitions.type_named(name)
}

/// Whether one of the parts meets one of the profiles.
fn conforms<'w>(instance: &mut Instance<'w>, parts: &[Item], canonicals: &[&'w Text]) -> Option<bool> {
    if canonicals.is_empty() {
        return None;
    }
    let mut decided = Some(false);
    for canonical in canonicals {
        let Some(id) = instance.definitions.profile_named(canonical) else {
            match type_of(instance, canonical) {
                Some(of) if parts.iter().any(|part| instance.definitions.is_a(part.of, of)) => return Some(true),
                Some(_) => {}
                None => decided = None,
            }
            continue;
        };
        let profile = instance.definitions.profile(id);
        for part in parts {
            let is_of = instance.definitions.is_a(part.of, profile.of);
            if is_of && matches!(meets(instance, part.value(), id), Answer::Met) {
                return Some(true);
            }
        }
    }
    decided
}

/// Whether a value has what is said of it and of what is inside it: fixed values, patterns, required bindings. Nothing where none is said.
fn has_value(instance: &Instance<'_>, item: Item, state: State<'_>) -> Option<bool> {
    let mut decided = None;
    let mut note = |found: Option<bool>| {
        decided = decided.or(found);
        found == Some(false)
    };
    if note(expected::matches(instance, item, state)) || note(is_bound(instance, item, state)) {
        return Some(false);
    }
    for child in state.children() {
        let own = inside(instance, item, child.element.name);
        let found: Vec<Option<bool>> = own.iter().map(|one| has_value(instance, *one, child)).collect();
        let found = match &found[..] {
            [] => says_a_value(child).then_some(false),
            all if all.contains(&Some(true)) => Some(true),
            all => all.iter().copied().find(Option::is_some).flatten(),
        };
        if note(found) {
            return Some(false);
        }
        for slice in child.slices().filter(|slice| slice.element.min > 0) {
            if note(says_a_value(slice).then(|| own.iter().any(|one| has_value(instance, *one, slice) == Some(true)))) {
                return Some(false);
            }
        }
    }
    if decided.is_none()
        && let [only] = state.element.types.iter().flat_map(|one| &one.profiles).collect::<Vec<_>>()[..]
        && let Some(id) = instance.definitions.profile_named(only)
    {
        return has_value(instance, item, State::root(id, instance.definitions.profile(id)));
    }
    decided
}

/// Whether anything is said of a value, or of what is inside it.
fn says_a_value(state: State<'_>) -> bool {
    state.element.value.is_some() || state.children().any(says_a_value)
}

/// Whether a value is one of a required value set; nothing where that is not said, or not known.
fn is_bound(instance: &Instance<'_>, item: Item, state: State<'_>) -> Option<bool> {
    let binding = state.element.binding.as_ref()?.binding.filter(|binding| binding.strength == Strength::Required)?;
    let set = instance.definitions.value_set(binding)?;
    let (document, node) = (instance.document, item.property.value?);
    let of_coding = |coding: NodeId| {
        let code = document.member_text(coding, name::CODE)?;
        set.has_coding(document.member_text(coding, name::SYSTEM).as_deref().unwrap_or(""), &code)
    };
    if document.kind(node) == Kind::String {
        return set.has_code(&document.value(node));
    }
    if document.member(node, name::CODING).is_none() {
        return match document.member(node, name::CODE) {
            Some(_) => of_coding(node),
            None => set.is_whole().then_some(false),
        };
    }
    let found: Vec<Option<bool>> = document.member_items(node, name::CODING).map(of_coding).collect();
    if found.contains(&Some(true)) {
        Some(true)
    } else if set.is_whole() || !found.is_empty() && found.iter().all(|one| *one == Some(false)) {
        Some(false)
    } else {
        None
    }
}
