//! FHIR's own functions: R4, page fhirpath, section "Additional functions".

use super::call::{Call, Truth};
use super::element::{found, has_value, is_of_type, resource, system};
use super::item::Item;
use super::navigate::member;
use super::reader::{EvaluationError, Sink, Step};
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
    let Some(item) = call.single()? else { return Ok(None) };
    let Some(url) = call.text(0)? else { return Ok(None) };
    let name = url.strip_prefix("http://hl7.org/fhir/StructureDefinition/");
    match name.filter(|name| call.reader.context.definitions.type_named(name).is_some()) {
        Some(name) => Ok(Some(is_of_type(call.reader, &item, name))),
        None => Err(call.error("knows only R4's own types")),
    }
}

pub(super) fn member_of(call: &Call<'_, '_>) -> Truth {
    let reader = call.reader;
    let Some(item) = call.single()? else { return Ok(None) };
    let Some(url) = call.text(0)? else { return Ok(None) };
    reader.charge(VALUE_SETS)?;
    let set = reader.context.definitions.value_set_named(&url);
    let Some(set) = set.filter(|set| set.is_whole()) else {
        return Err(call.error("knows only the value sets that R4's elements are bound to"));
    };
    if let Item::String(code) = system(reader, item.clone())? {
        return Ok(set.has_code(&code));
    }
    let Item::Element(element) = item else { return Ok(None) };
    let Some(object) = element.value else { return Ok(None) };
    let document = reader.context.document;
    let has = |coding: NodeId| {
        let text = |name| found(reader, coding, name).and_then(|node| document.string(node));
        // A Coding without a system is of no system, which a value set may not have either.
        text(name::CODE).and_then(|code| set.has_coding(text(name::SYSTEM).as_deref().unwrap_or(""), &code))
    };
    Ok(match found(reader, object, name::CODING) {
        Some(codings) => Some(document.children(codings).any(|coding| has(coding) == Some(true))),
        None => has(object),
    })
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
