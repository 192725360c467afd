//! How a profile is written down.

use super::binding::Binding;
use super::form::{Reader, Writer};
use super::profile::{
    AdditionalBinding, Discriminator, DiscriminatorKind, ExpectedValue, PathStep, Profile, ProfileBinding,
    ProfileElement, ProfileType, Slicing, SlicingRules,
};
use super::text::Text;
use super::types::TypeId;
use crate::document::NameId;
use std::sync::OnceLock;

/// What the number behind an element's name says: most elements say very little.
mod flag {
    pub(super) const CHOICE: u32 = 1;
    pub(super) const MUST_SUPPORT: u32 = 2;
    pub(super) const CARDINALITY: u32 = 4;
    pub(super) const INSIDE: u32 = 8;
    pub(super) const TYPES: u32 = 16;
    pub(super) const CONSTRAINTS: u32 = 32;
    pub(super) const SLICE: u32 = 64;
    pub(super) const SLICING: u32 = 128;
    pub(super) const ORDERED: u32 = 256;
    pub(super) const VALUE: u32 = 512;
    pub(super) const FIXED: u32 = 1024;
    pub(super) const LIMITS: u32 = 2048;
    pub(super) const STATED_BINDING: u32 = 4096;
    pub(super) const BINDING: u32 = 8192;
}

const RULES: [SlicingRules; 3] = [SlicingRules::Open, SlicingRules::Closed, SlicingRules::OpenAtEnd];
const KINDS: [DiscriminatorKind; 5] = [
    DiscriminatorKind::Value,
    DiscriminatorKind::Pattern,
    DiscriminatorKind::Type,
    DiscriminatorKind::Profile,
    DiscriminatorKind::Exists,
];

pub(super) fn write(profile: &Profile, out: &mut Writer) {
    out.text(&profile.title);
    out.number(profile.of.0);
    texts(&profile.bases, out);
    texts(&profile.imposed, out);
    out.count(profile.elements.len());
    for element in &profile.elements {
        write_element(element, out);
    }
}

/// Reads what stands behind an URL and a version.
pub(super) fn read(url: Text, version: Text, from: &mut Reader<'_>) -> Profile {
    Profile {
        url,
        version,
        title: from.text(),
        of: TypeId(from.place()),
        bases: from.many(Reader::text),
        imposed: from.many(Reader::text),
        elements: from.many(read_element),
    }
}

fn write_element(element: &ProfileElement, out: &mut Writer) {
    let set = |bit: u32, holds: bool| if holds { bit } else { 0 };
    let binding = element.binding.as_ref();
    let flags = set(flag::CHOICE, element.choice)
        | set(flag::MUST_SUPPORT, element.must_support)
        | set(flag::CARDINALITY, element.min > 0 || element.max.is_some())
        | set(flag::INSIDE, !element.children.is_empty() || element.same_as.is_some())
        | set(flag::TYPES, !element.types.is_empty())
        | set(flag::CONSTRAINTS, !element.constraints.is_empty())
        | set(flag::SLICE, !element.slice.is_empty() || !element.slices.is_empty())
        | set(flag::SLICING, element.slicing.is_some())
        | set(flag::ORDERED, element.slicing.as_ref().is_some_and(|slicing| slicing.ordered))
        | set(flag::VALUE, element.value.is_some())
        | set(flag::FIXED, element.value.as_ref().is_some_and(|value| value.is_fixed))
        | set(flag::LIMITS, element.min_value.is_some() || element.max_value.is_some() || element.max_length.is_some())
        | set(flag::STATED_BINDING, binding.is_some())
        | set(flag::BINDING, binding.is_some_and(|binding| binding.binding.is_some()));
    out.text(&element.id);
    out.number(element.name.0);
    out.number(flags);
    if flags & flag::CARDINALITY != 0 {
        out.number(element.min);
        whole(element.max, out);
    }
    if flags & flag::INSIDE != 0 {
        out.list(&element.children);
        out.optional(element.same_as);
    }
    if flags & flag::TYPES != 0 {
        out.count(element.types.len());
        for of in &element.types {
            out.number(of.of.0);
            texts(&of.profiles, out);
            texts(&of.targets, out);
            out.byte(of.aggregation);
        }
    }
    if flags & flag::CONSTRAINTS != 0 {
        out.list(&element.constraints);
    }
    if flags & flag::SLICE != 0 {
        out.text(&element.slice);
        out.list(&element.slices);
    }
    if let Some(slicing) = &element.slicing {
        out.byte(slicing.rules as u8);
        out.count(slicing.discriminators.len());
        for discriminator in &slicing.discriminators {
            out.byte(discriminator.kind as u8);
            out.text(&discriminator.text);
            out.count(discriminator.path.len());
            discriminator.path.iter().for_each(|step| write_step(step, out));
        }
    }
    if let Some(value) = &element.value {
        out.text(&value.text);
    }
    if flags & flag::LIMITS != 0 {
        for limit in [&element.min_value, &element.max_value] {
            out.count(limit.iter().len());
            limit.iter().for_each(|text| out.text(text));
        }
        whole(element.max_length, out);
    }
    if let Some(ProfileBinding { binding, additional }) = binding {
        if let Some(binding) = binding {
            binding.write(out);
        }
        out.count(additional.len());
        for one in additional {
            out.text(&one.purpose);
            out.number(one.value_set);
            out.byte(one.is_conditional.into());
        }
    }
}

fn read_element(from: &mut Reader<'_>) -> ProfileElement {
    let (id, name) = (from.text(), NameId(from.place()));
    let flags = from.number();
    let is = |bit: u32| flags & bit != 0;
    let mut element = ProfileElement {
        id,
        name,
        choice: is(flag::CHOICE),
        must_support: is(flag::MUST_SUPPORT),
        ..ProfileElement::default()
    };
    if is(flag::CARDINALITY) {
        element.min = from.number();
        element.max = from.many(Reader::number).pop();
    }
    if is(flag::INSIDE) {
        element.children = from.list();
        element.same_as = from.optional().map(|place| place as u16);
    }
    if is(flag::TYPES) {
        element.types = from.many(|from| ProfileType {
            of: TypeId(from.place()),
            profiles: from.many(Reader::text),
            targets: from.many(Reader::text),
            aggregation: from.byte(),
        });
    }
    if is(flag::CONSTRAINTS) {
        element.constraints = from.constraints();
    }
    if is(flag::SLICE) {
        element.slice = from.text();
        element.slices = from.list();
    }
    if is(flag::SLICING) {
        let rules = one_of(&RULES, from).unwrap_or(SlicingRules::Open);
        let discriminators = from.many(|from| Discriminator {
            kind: one_of(&KINDS, from).unwrap_or(DiscriminatorKind::Value),
            text: from.text(),
            path: from.many(read_step),
        });
        element.slicing = Some(Slicing { discriminators, ordered: is(flag::ORDERED), rules });
    }
    if is(flag::VALUE) {
        element.value = Some(ExpectedValue { is_fixed: is(flag::FIXED), text: from.text(), document: OnceLock::new() });
    }
    if is(flag::LIMITS) {
        element.min_value = from.many(Reader::text).pop();
        element.max_value = from.many(Reader::text).pop();
        element.max_length = from.many(Reader::number).pop();
    }
    if is(flag::STATED_BINDING) {
        let binding = is(flag::BINDING).then(|| Binding::read(from));
        let additional = from.many(|from| AdditionalBinding {
            purpose: from.text(),
            value_set: from.value_set(),
            is_conditional: from.byte() != 0,
        });
        element.binding = Some(ProfileBinding { binding, additional });
    }
    element
}

fn write_step(step: &PathStep, out: &mut Writer) {
    match step {
        PathStep::Child(name) => {
            out.byte(0);
            out.number(name.0);
        }
        PathStep::Extension(url) => {
            out.byte(1);
            out.text(url);
        }
        PathStep::Resolve => out.byte(2),
        PathStep::OfType(of) => {
            out.byte(3);
            out.number(of.0);
        }
    }
}

fn read_step(from: &mut Reader<'_>) -> PathStep {
    match from.byte() {
        0 => PathStep::Child(NameId(from.place())),
        1 => PathStep::Extension(from.text()),
        2 => PathStep::Resolve,
        _ => PathStep::OfType(TypeId(from.place())),
    }
}

fn one_of<T: Copy>(all: &[T], from: &mut Reader<'_>) -> Option<T> {
    all.get(usize::from(from.byte())).copied()
}

/// Every number may be there, the greatest one, too, which [`Writer::optional`] has no place for.
fn whole(number: Option<u32>, out: &mut Writer) {
    out.count(number.iter().len());
    number.iter().for_each(|&number| out.number(number));
}

fn texts(texts: &[Text], out: &mut Writer) {
    out.count(texts.len());
    texts.iter().for_each(|text| out.text(text));
}
