//! Rules of elements: one file for one rule, or for those that are told apart only at the end. [`CHECKS`] says which look at objects of
//! which types; the walk asks the others at each element.

pub(super) mod array;
pub(super) mod attachment;
pub(super) mod binding;
pub(super) mod canonical_url;
pub(super) mod cardinality;
pub(super) mod choice;
pub(super) mod coding;
pub(super) mod companion;
pub(super) mod empty;
pub(super) mod extension;
pub(super) mod fhirpath;
pub(super) mod form;
pub(super) mod id;
pub(super) mod identifier;
pub(super) mod invariant;
pub(super) mod json_kind;
pub(super) mod meta;
pub(super) mod narrative;
pub(super) mod null;
pub(super) mod primitive;
pub(super) mod primitive_fix;
pub(super) mod reference;
pub(super) mod removal;
pub(super) mod system;
pub(super) mod trial;
pub(super) mod unit;
pub(super) mod unknown;

use super::instance::{Instance, Object};
use super::validator::Types;

/// A rule of the objects of some types.
pub(super) struct Check {
    pub(super) on: Types,
    /// Whether it only notes what others look at, so that it is asked also where no rule is.
    notes: bool,
    check: fn(&mut Instance<'_>, &Object<'_>),
}

const fn check_on(types: &'static [&'static str], check: fn(&mut Instance<'_>, &Object<'_>)) -> Check {
    Check { on: Types::Named(types), notes: false, check }
}

/// The rules of objects, in the order in which they are asked.
pub(super) static CHECKS: &[Check] = &[
    check_on(&["Coding"], coding::check),
    check_on(&["Expression", "SearchParameter", "ElementDefinition.constraint"], fhirpath::check),
    check_on(&["Identifier"], identifier::check),
    Check { on: Types::DerivedFrom("Quantity"), notes: false, check: unit::check },
    check_on(&["Meta"], meta::check),
    check_on(&["Extension"], extension::check),
    Check { on: Types::Named(&["Reference"]), notes: true, check: reference::note_reference },
    Check { on: Types::Named(&["Attachment"]), notes: true, check: reference::note_attachment },
    check_on(&["Attachment"], attachment::check),
];

/// Validates an object by the rules that look at its type.
#[inline]
pub(super) fn check(instance: &mut Instance<'_>, object: &Object<'_>) {
    let notes_only = instance.purpose.is_references();
    for &place in instance.validator.element_rules.of(object.of) {
        if let Some(check) = CHECKS.get(usize::from(place)).filter(|check| check.notes || !notes_only) {
            (check.check)(instance, object);
        }
    }
    // An Age is in units of time, wherever it stands.
    if let Some(binding) = object.body.binding
        && !notes_only
    {
        binding::check(instance, binding, object.of, object.node);
    }
}
