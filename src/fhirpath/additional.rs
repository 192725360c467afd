//! FHIR's own functions: R4, page fhirpath, section "Additional functions".

use super::call::{Call, Truth};
use super::context::Unknown;
use super::element::{found, has_value, is_of_type, resource, system};
use super::item::{Element, Item};
use super::navigate::member;
use super::reader::{EvaluationError, Sink, Step};
use crate::definitions::ValueSet;
use crate::document::{NodeId, name};

/// What looking through all value sets costs.
const VALUE_SETS: usize = 200;

pub(super) fn extension<'e>(call: &Call<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
    let reader = call.reader;
    let Some(wanted) = call.text(0)? else { return Ok(true) };
    call.input(&mut |item| {
        member(reader, &item, name::EXTENSION, "extension", &mut |extension| {
            let mut same = false;
            member(reader, &extension, name::URL, "url", &mut |url| {
                same = matches!(system(reader, url)?, Item::String(url) if url == wanted);
                Ok(true)
            })?;
            if same { sink(extension) } else { Ok(true) }
        })
    })
}

pub(super) fn has_value_itself(call: &Call<'_, '_>) -> Truth {
    let mut count = 0;
    let mut has = false;
    call.input(&mut |item| {
        count += 1;
        has = has_value(call.reader, &item);
        Ok(count < 2)
    })?;
    Ok(Some(count == 1 && has))
}

pub(super) fn get_value<'e>(call: &Call<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
    call.input(&mut |item| {
        if !has_value(call.reader, &item) {
            return Ok(true);
        }
        sink(system(call.reader, item)?)
    })
}

pub(super) fn resolve<'e>(call: &Call<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
    call.input(&mut |item| match resolved(call, &item)? {
        Some(node) => sink(Item::Element(resource(call.reader, node))),
        None => Ok(true),
    })
}

/// What a Reference, a uri or a canonical resolves to inside the document.
fn resolved<'e>(call: &Call<'_, 'e>, item: &Item<'e>) -> Result<Option<NodeId>, EvaluationError> {
    let reader = call.reader;
    let Some(host) = reader.context.host else { return Ok(None) };
    let document = reader.context.document;
    let Item::Element(element) = item else { return Ok(None) };
    let Some(value) = element.value else { return Ok(None) };
    let reference = match document.string(value) {
        Some(text) => Some(text),
        None => found(reader, value, name::REFERENCE).and_then(|reference| document.string(reference)),
    };
    let Some(reference) = reference else { return Ok(None) };
    reader.charge(4 + reference.len() / 16)?;
    Ok(host.resolve(&reference, value))
}

pub(super) fn conforms_to(call: &Call<'_, '_>) -> Truth {
    let reader = call.reader;
    let Some(item) = call.single()? else { return Ok(None) };
    let Some(url) = call.text(0)? else { return Ok(None) };
    let definitions = reader.context.definitions;
    if let Some(name) = url.strip_prefix("http://hl7.org/fhir/StructureDefinition/")
        && definitions.type_named(name).is_some()
    {
        return Ok(Some(is_of_type(reader, &item, name)));
    }
    let Item::Element(element) = item else { return Ok(Some(false)) };
    let Some(profile) = definitions.profile_named(&url) else {
        note(call, Unknown::Profile(&url));
        return Err(call.error("knows only R4's types and the profiles that are loaded"));
    };
    match (element.of, reader.context.host) {
        (Some(of), _) if !definitions.is_a(of, definitions.profile(profile).of) => Ok(Some(false)),
        (Some(_), Some(host)) => Ok(host.conforms(element, profile)),
        _ => Err(call.error("is asked where nothing is validated")),
    }
}

pub(super) fn member_of(call: &Call<'_, '_>) -> Truth {
    let reader = call.reader;
    let Some(item) = call.single()? else { return Ok(None) };
    let Some(url) = call.text(0)? else { return Ok(None) };
    reader.charge(VALUE_SETS)?;
    let Item::Element(element) = item else {
        let set = reader.context.definitions.value_set_named(&url);
        let Item::String(code) = item else { return Ok(None) };
        let found = set.and_then(|set| set.has_code(&code));
        return found.map(Some).ok_or_else(|| call.error(NOT_DECIDED));
    };
    let set = reader.context.definitions.value_set_named(&url);
    match set.map(|set| has_element(call, set, &element)) {
        Some(Membership::Is(found)) => Ok(Some(found)),
        Some(Membership::NoCode) => Ok(None),
        Some(Membership::Unknown) | None => {
            note(call, Unknown::ValueSet(&url, element.node()));
            Err(call.error(NOT_DECIDED))
        }
    }
}

const NOT_DECIDED: &str = "knows only value sets that are held completely";

/// Whether a value set has what an element says.
enum Membership {
    Is(bool),
    /// It says no code.
    NoCode,
    /// That cannot be told offline.
    Unknown,
}

fn has_element(call: &Call<'_, '_>, set: &ValueSet, element: &Element) -> Membership {
    let (reader, document) = (call.reader, call.reader.context.document);
    let Some(node) = element.value else { return Membership::NoCode };
    let of = |found: Option<bool>| found.map_or(Membership::Unknown, Membership::Is);
    if let Some(code) = document.string(node) {
        return of(set.has_code(&code));
    }
    let has = |coding: NodeId| {
        let text = |name| found(reader, coding, name).and_then(|node| document.string(node));
        // A Coding without a system is of no system, which a value set may not have either.
        text(name::CODE).map(|code| set.has_coding(text(name::SYSTEM).as_deref().unwrap_or(""), &code))
    };
    let Some(codings) = found(reader, node, name::CODING) else { return has(node).map_or(Membership::NoCode, of) };
    let all: Vec<Option<bool>> = document.children(codings).filter_map(has).collect();
    if all.contains(&Some(true)) {
        return Membership::Is(true);
    }
    if all.contains(&None) { Membership::Unknown } else { Membership::Is(false) }
}

/// Notes what would have to be known.
fn note(call: &Call<'_, '_>, unknown: Unknown<'_>) {
    if let Some(host) = call.reader.context.host {
        host.note_unknown(unknown);
    }
}

/// `subsumes()` and `subsumedBy()`.
pub(super) fn subsumption(call: &Call<'_, '_>) -> Truth {
    Err(call.error("needs a terminology server"))
}

pub(super) fn html_checks(call: &Call<'_, '_>) -> Truth {
    let mut all = true;
    call.input(&mut |item| {
        if let Item::String(text) = system(call.reader, item)?
            && let Some(host) = call.reader.context.host
        {
            call.reader.charge(text.len() / 4)?;
            all = all && host.html_checks(&text);
        }
        Ok(true)
    })?;
    Ok(Some(all))
}
