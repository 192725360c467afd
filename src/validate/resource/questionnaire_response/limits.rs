//! questionnaire-limit: an answer is within the limits of its question.
//!
//! Source: R4, Questionnaire.item.maxLength, and the extensions for Questionnaires; SDC, minQuantity and maxQuantity.

use super::form::Value;
use super::response::Response;
use super::value_set;
use crate::definitions::known;
use crate::document::{NodeId, name};
use crate::report::{At, Content, Rule, Severity, Words};
use crate::validate::element::{attachment, invariant};
use crate::validate::element::unit::UCUM;
use std::borrow::Cow;
use std::cmp::Ordering;

pub(crate) const QUESTIONNAIRE_LIMIT: Rule = Rule::new(
    "questionnaire-limit",
    Severity::Error,
    "value",
    "An answer is within the limits of its question.",
    &[TOO_LOW, TOO_HIGH, NOT_COMPARABLE, TOO_SHORT, TOO_LONG, DECIMALS, TOO_LARGE, NOT_ALLOWED, NOT_IN_SET, NO_TYPE],
);
const TOO_LOW: Words = Words("The answer is {found}; the question {item} expects at least {expected}.");
const TOO_HIGH: Words = Words("The answer is {found}; the question {item} expects at most {expected}.");
const NOT_COMPARABLE: Words = Words(
    "The answer {found} cannot be compared with the limit of the question {item}: a system and code of a unit like {expected} are expected.",
);
const TOO_SHORT: Words = Words("The answer has {found} characters; the question {item} expects at least {expected}.");
const TOO_LONG: Words = Words("The answer has {found} characters; the question {item} allows {expected}.");
const DECIMALS: Words = Words("The answer has {found} decimal places; the question {item} allows {expected}.");
const TOO_LARGE: Words = Words("The attachment has {found} bytes; the question {item} allows {expected}.");
const NOT_ALLOWED: Words = Words("{found} is not what the question {item} allows: {expected}.");
const NOT_IN_SET: Words = Words("The unit {found} is not in the value set {expected} of the question {item}.");
const NO_TYPE: Words = Words("{found} is not a resource type of R4.");

const R4: &str = "http://hl7.org/fhir/StructureDefinition/";
const SDC: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";

/// Extensions of which one must fit, each with what it allows of an answer.
const CHOICES: [(&str, Fits); 3] = [
    ("http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption", has_unit),
    ("http://hl7.org/fhir/StructureDefinition/mimeType", has_media_type),
    ("http://hl7.org/fhir/StructureDefinition/questionnaire-referenceResource", has_target),
];

/// What an answer has, and whether that fits; nothing where it cannot be told.
type Fits = for<'w> fn(&Response<'_, 'w>, Value<'w>, Value<'w>) -> Option<(Cow<'w, str>, bool)>;

/// Validates an answer against the limits of its question.
pub(super) fn check<'w>(response: &mut Response<'_, 'w>, item: NodeId, value: Value<'w>) {
    let form = response.form;
    let definitions = response.instance.definitions;
    let length = || value.document.string(value.node).map(|text| text.chars().count());
    if let Some(most) = form.document.member(item, response.name("maxLength")).and_then(|node| count_of(form.document.raw(node)))
        && let Some(found) = length().filter(|&found| found > most)
    {
        counted(response, item, value, TOO_LONG, (found, most));
    }
    for extension in form.document.member_items(item, name::EXTENSION) {
        let url = form.document.text_or_empty(extension, name::URL);
        let Some(of) = url.strip_prefix(R4).or_else(|| url.strip_prefix(SDC)) else { continue };
        let Some(limit) = Value::of(definitions, form.document, extension, "value") else { continue };
        let is_below = of.starts_with("min");
        let (wrong, words) = if is_below { (Ordering::Less, TOO_LOW) } else { (Ordering::Greater, TOO_HIGH) };
        match of {
            "minValue" | "maxValue" if value.order(limit, definitions) == Some(wrong) => {
                told(response, item, value, words, &limit.shown());
            }
            "minQuantity" | "maxQuantity" if value.of == known::QUANTITY => match quantities(response, value, limit) {
                None => told(response, item, value, NOT_COMPARABLE, &limit.shown()),
                Some(order) if order == wrong => told(response, item, value, words, &limit.shown()),
                Some(_) => {}
            },
            "questionnaire-unitValueSet" if value.of == known::QUANTITY => {
                let (system, code) = (value.text(name::SYSTEM), value.text(name::CODE));
                if value_set::has(response, &limit.written(), Some(&system), &code) == Some(false) {
                    told(response, item, value, NOT_IN_SET, &limit.written());
                }
            }
            "maxDecimalPlaces" | "minLength" | "maxSize" => {
                let Some(limit) = count_of(&limit.written()) else { continue };
                let (found, words) = match of {
                    "minLength" => (length().filter(|&found| found < limit), TOO_SHORT),
                    "maxSize" => (size(value).filter(|&found| found > limit), TOO_LARGE),
                    _ => (decimals(value).filter(|&found| found > limit), DECIMALS),
                };
                if let Some(found) = found {
                    counted(response, item, value, words, (found, limit));
                }
            }
            _ => {}
        }
    }
    for (url, fits) in CHOICES {
        let extensions = form.document.member_items(item, name::EXTENSION);
        let of_url = extensions.filter(|&one| form.document.text_or_empty(one, name::URL) == url);
        let allowed: Vec<Value<'_>> =
            of_url.filter_map(|one| Value::of(definitions, form.document, one, "value")).collect();
        let fitting: Vec<_> = allowed.iter().filter_map(|&one| fits(response, value, one)).collect();
        if let Some((found, _)) = fitting.first()
            && fitting.iter().all(|(_, fits)| !fits)
        {
            let content = NOT_ALLOWED.value("found", found);
            let names: Vec<String> = allowed.iter().map(|one| one.shown().into_owned()).collect();
            add(response, item, value, response.quoted(content, "expected", &names.join(", ")));
        }
    }
    no_type(response, value);
}

fn add(response: &mut Response<'_, '_>, item: NodeId, value: Value<'_>, content: Content) {
    let link_id = response.form.document.text_or_empty(item, name::LINK_ID);
    let content = response.quoted(content, "item", &link_id);
    response.instance.findings.add(&QUESTIONNAIRE_LIMIT, At::Value(value.node), content);
}

fn told(response: &mut Response<'_, '_>, item: NodeId, value: Value<'_>, words: Words, limit: &str) {
    let content = response.quoted(words.value("found", &value.shown()), "expected", limit);
    add(response, item, value, content);
}

fn counted(response: &mut Response<'_, '_>, item: NodeId, value: Value<'_>, words: Words, (found, limit): (usize, usize)) {
    add(response, item, value, words.count("found", found as u64).count("expected", limit as u64));
}

/// A limit that counts something; those of some extensions are decimals.
fn count_of(text: &str) -> Option<usize> {
    text.split('.').next()?.parse().ok()
}

/// Digits behind the point of a number, or of that of a Quantity.
fn decimals(value: Value<'_>) -> Option<usize> {
    let number = value.document.member(value.node, name::VALUE).unwrap_or(value.node);
    let (_, digits) = value.document.raw(number).split_once('.')?;
    Some(digits.bytes().take_while(u8::is_ascii_digit).count())
}

/// How many bytes an Attachment holds.
fn size(value: Value<'_>) -> Option<usize> {
    let data = value.document.member(value.node, name::DATA)?;
    attachment::decoded_length(&value.document.value(data)).map(|size| size as usize)
}

/// Which of two quantities is less; nothing where they do not have comparable units.
fn quantities(response: &Response<'_, '_>, value: Value<'_>, limit: Value<'_>) -> Option<Ordering> {
    let (system, code) = (value.text(name::SYSTEM), value.text(name::CODE));
    let is_same = code == limit.text(name::CODE);
    if code.is_empty() || system.is_empty() || system != limit.text(name::SYSTEM) || !is_same && system != UCUM {
        return None;
    }
    value.order(limit, response.instance.definitions)
}

fn has_unit<'w>(_: &Response<'_, 'w>, value: Value<'w>, unit: Value<'w>) -> Option<(Cow<'w, str>, bool)> {
    let same = |of, own| {
        let expected = unit.text(of);
        expected.is_empty() || expected == value.text(own)
    };
    let fits = same(name::SYSTEM, name::SYSTEM) && same(name::CODE, name::CODE) && same(name::DISPLAY, name::UNIT);
    (value.of == known::QUANTITY).then(|| (value.shown(), fits))
}

fn has_media_type<'w>(response: &Response<'_, 'w>, value: Value<'w>, of: Value<'w>) -> Option<(Cow<'w, str>, bool)> {
    value.document.member(value.node, response.name("contentType")).or(value.document.member(value.node, name::DATA))?;
    let media_type = value.text(response.name("contentType"));
    let fits = media_type.starts_with(of.written().as_ref());
    Some((media_type, fits))
}

/// The type of what a reference points to: that of the resource, where it is there, else what the reference says.
fn has_target<'w>(response: &Response<'_, 'w>, value: Value<'w>, of: Value<'w>) -> Option<(Cow<'w, str>, bool)> {
    let reference = value.document.member_text(value.node, name::REFERENCE)?;
    let found = match invariant::resolved(response.instance, &reference, value.node) {
        Some(target) => response.instance.document.member_text(target, name::RESOURCE_TYPE)?,
        None => type_name(reference)?,
    };
    let fits = found == of.written();
    Some((found, fits))
}

/// The last step but one of a reference that looks like `[type]/[id]`, whether or not there is such a type.
fn type_name(reference: Cow<'_, str>) -> Option<Cow<'_, str>> {
    let mut steps = reference.rsplit('/');
    let (Some(_), Some(of), behind) = (steps.next(), steps.next(), steps.next()) else { return None };
    let is_name = of.starts_with(|first: char| first.is_ascii_uppercase()) && of.bytes().all(|byte| byte.is_ascii_alphabetic());
    // Behind two slashes there is a server.
    (is_name && behind != Some("")).then(|| of.to_owned().into())
}

fn no_type(response: &mut Response<'_, '_>, value: Value<'_>) {
    let reference = value.document.member_text(value.node, name::REFERENCE).filter(|_| value.of == known::REFERENCE);
    if let Some(of) = reference.and_then(type_name)
        && response.instance.definitions.resource_type(&of).is_none()
    {
        let content = NO_TYPE.value("found", &of);
        response.instance.findings.add(&QUESTIONNAIRE_LIMIT, At::Value(value.node), content);
    }
}
