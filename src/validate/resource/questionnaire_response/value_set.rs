//! Whether a code is in the value set that a Questionnaire names.

use super::form::Form;
use super::response::Response;
use crate::document::{NameId, NodeId, name};

/// Value sets that include each other go no deeper than so many; the specification's own three.
const DEEPEST: u32 = 16;

/// Whether a code is in a value set: one that the Questionnaire contains, or that is loaded. Without a system it may be of any. Nothing where that
/// cannot be told offline.
pub(super) fn has(response: &mut Response<'_, '_>, canonical: &str, system: Option<&str>, code: &str) -> Option<bool> {
    let coding = Coding { system, code };
    named(response, canonical, coding, DEEPEST)
}

#[derive(Clone, Copy)]
struct Coding<'c> {
    system: Option<&'c str>,
    code: &'c str,
}

fn named(response: &mut Response<'_, '_>, canonical: &str, coding: Coding<'_>, depth: u32) -> Option<bool> {
    if let Some(id) = canonical.strip_prefix('#') {
        let Form { document, container, .. } = response.form;
        let mut contained = document.member_items(container, name::CONTAINED);
        let set = contained.find(|&one| document.text_or_empty(one, name::ID) == id)?;
        return of_resource(response, set, coding, depth.checked_sub(1)?);
    }
    let set = response.instance.definitions.value_set_named(canonical)?;
    match coding.system {
        Some(system) => set.has_coding(system, coding.code),
        None => set.has_code(coding.code),
    }
}

/// The same of a ValueSet resource.
fn of_resource(response: &mut Response<'_, '_>, set: NodeId, coding: Coding<'_>, depth: u32) -> Option<bool> {
    let document = response.form.document;
    let Some(compose) = document.member(set, name::COMPOSE) else {
        let expansion = document.member(set, response.name("expansion"))?;
        return Some(lists(response, expansion, response.name("contains"), coding));
    };
    let mut any = |list: NameId| {
        let mut found = Some(false);
        for include in document.member_items(compose, list) {
            match includes(response, include, coding, depth) {
                Some(false) => {}
                Some(true) => return Some(true),
                None => found = None,
            }
        }
        found
    };
    match any(name::INCLUDE) {
        Some(false) => Some(false),
        included => match any(name::EXCLUDE) {
            Some(false) => included,
            Some(true) => Some(false),
            None => None,
        },
    }
}

/// Whether an include has a code: all that it says must allow it.
fn includes(response: &mut Response<'_, '_>, include: NodeId, coding: Coding<'_>, depth: u32) -> Option<bool> {
    let document = response.form.document;
    let mut found = Some(true);
    if let Some(own) = document.member_text(include, name::SYSTEM) {
        if coding.system.is_some_and(|system| system != own) {
            return Some(false);
        }
        let is_listed = document.member(include, name::CONCEPT).is_some();
        if is_listed {
            found = Some(lists(response, include, name::CONCEPT, coding));
        } else if document.member(include, name::FILTER).is_some() {
            found = None;
        } else {
            found = response.instance.definitions.code_system(&own).map(|codes| codes.has(coding.code));
        }
    }
    for canonical in document.member_items(include, name::VALUE_SET) {
        match named(response, &document.value(canonical), coding, depth) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => found = found.filter(|found| !found),
        }
    }
    found
}

/// Whether a code is in a list of an include, or of an expansion, where it may be below others.
fn lists(response: &Response<'_, '_>, holder: NodeId, list: NameId, coding: Coding<'_>) -> bool {
    let form = response.form;
    form.items(holder, list).any(|one| {
        let own = form.text(one, name::SYSTEM);
        let is_system = coding.system.is_none_or(|system| own.is_empty() || system == own);
        is_system && form.text(one, name::CODE) == coding.code || lists(response, one, list, coding)
    })
}
