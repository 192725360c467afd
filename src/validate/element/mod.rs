//! Rules of elements: one file for one rule, or for those that are told apart only at the end. [`CHECKS`] says which look at objects of
//! which types; the walk asks the others at each element.

pub(super) mod array;
pub(super) mod attachment;
pub(super) mod binding;
pub(super) mod canonical_url;
pub(super) mod cardinality;
pub(super) mod choice;
pub(super) mod code_form;
pub(super) mod coding;
pub(super) mod companion;
pub(super) mod empty;
pub(super) mod example_url;
pub(super) mod extension;
pub(super) mod fhirpath;
pub(super) mod form;
pub(super) mod id;
pub(super) mod identifier;
pub(super) mod invariant;
pub(super) mod json_kind;
pub(super) mod looked_up;
pub(super) mod meant;
pub(super) mod meta;
pub(super) mod narrative;
pub(super) mod null;
pub(super) mod period;
pub(super) mod primitive;
pub(super) mod primitive_fix;
pub(super) mod reference;
pub(super) mod removal;
pub(super) mod system;
pub(super) mod trial;
pub(super) mod unit;
pub(super) mod unknown;

use super::engine::Types;
use super::instance::{Instance, Object};
use super::{primitive_form, references};
use crate::document::table::row;
use crate::report::Rule;

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
    Check { on: Types::DerivedFrom("Quantity"), notes: false, check: coding::of_quantity },
    check_on(&["Meta"], meta::check),
    check_on(&["Extension"], extension::check),
    Check { on: Types::Named(&["Reference"]), notes: true, check: reference::note_reference },
    Check { on: Types::Named(&["Attachment"]), notes: true, check: reference::note_attachment },
    check_on(&["Attachment"], attachment::check),
    check_on(&["Period"], period::check),
];

/// What is at no place.
static NO_CHECK: Check = check_on(&[], |_, _| {});

/// Validates an object by the rules that look at its type.
#[inline]
pub(super) fn check(instance: &mut Instance<'_>, object: &Object<'_>) {
    let notes_only = instance.purpose.is_references();
    for &place in instance.engine.element_rules.of(object.of) {
        let check = row(CHECKS, usize::from(place), &NO_CHECK);
        if check.notes || !notes_only {
            (check.check)(instance, object);
        }
    }
    // An Age is in units of time, wherever it is.
    if let Some(binding) = object.body.binding
        && !notes_only
    {
        binding::check(instance, binding, object.of, object.node);
    }
}

/// Every rule of an element.
pub(super) const RULES: &[Rule] = &[
    unknown::ELEMENT_UNKNOWN,
    unknown::CHOICE_TYPE,
    cardinality::ELEMENT_MISSING,
    cardinality::ELEMENT_TOO_MANY,
    array::ELEMENT_ARRAY,
    empty::ELEMENT_EMPTY,
    empty::ELE_1,
    null::ELEMENT_NULL,
    json_kind::ELEMENT_TYPE,
    choice::CHOICE_SINGLE,
    companion::COMPANION,
    primitive_form::PRIMITIVE_VALUE,
    primitive::STRING_HTML,
    invariant::CONSTRAINT_UNCHECKED,
    narrative::XHTML_SYNTAX,
    narrative::TXT_1,
    narrative::TXT_2,
    narrative::NARRATIVE_LINK,
    binding::BINDING_REQUIRED,
    binding::BINDING_EXTENSIBLE,
    binding::BINDING_PREFERRED,
    code_form::CODE_FORM,
    coding::CODE_UNKNOWN,
    coding::CODE_DISPLAY,
    coding::CODE_UNCHECKED,
    system::CODING_SYSTEM,
    identifier::IDENTIFIER_SYSTEM,
    canonical_url::CANONICAL_URL,
    fhirpath::FHIRPATH_SYNTAX,
    attachment::ATTACHMENT_SIZE,
    attachment::ATTACHMENT_HASH,
    period::PERIOD_PRECISION,
    example_url::URL_EXAMPLE,
    meta::META_DUPLICATE,
    meta::META_PROFILE,
    meta::PROFILE_UNKNOWN,
    extension::EXT_1,
    extension::EXTENSION_URL,
    extension::EXTENSION_UNKNOWN,
    extension::EXTENSION_MODIFIER,
    extension::EXTENSION_CONTEXT,
    extension::EXTENSION_CONTENT,
    references::REF_TYPE,
];
