//! questionnaire-limit: an answer is within the limits of its question.
//!
//! Source: R4, Questionnaire.item.maxLength, and the extensions for Questionnaires; SDC, minQuantity and maxQuantity.

use super::form::Value;
use super::response::Response;
use super::value_set;
use crate::definitions::known;
use crate::document::{NodeId, name};
use crate::fhirpath::matches_whole;
use crate::report::{At, Content, Rule, Severity, Words};
use crate::validate::element::unit::UCUM;
use crate::validate::element::{attachment, invariant};
use std::borrow::Cow;
use std::cmp::Ordering;

pub(crate) const QUESTIONNAIRE_LIMIT: Rule = Rule::new(
    "questionnaire-limit",
    Severity::Error,
    "value",
    "An answer is within the limits of its question.",
    &[
        TOO_LOW,
        TOO_HIGH,
        NOT_COMPARABLE,
        TOO_SHORT,
        TOO_LONG,
        DECIMALS,
        OTHER_FORM,
        TOO_LARGE,
        NOT_ALLOWED,
        NOT_IN_SET,
        NO_TYPE,
    ],
);
const TOO_LOW: Words = Words("The answer is {found}; the question {item} expects at least {expected}.");
const TOO_HIGH: Words = Words("The answer is {found}; the question {item} expects at most {expected}.");
const NOT_COMPARABLE: Words = Words(
    "The answer {found} cannot be compared with the limit of the question {item}: a system and code of a unit like {expected} are expected.",
);
const TOO_SHORT: Words = Words("The answer has {found} characters; the question {item} expects at least {expected}.");
const TOO_LONG: Words = Words("The answer has {found} characters; the question {item} allows {expected}.");
const DECIMALS: Words = Words("The answer has {found} decimal places; the question {item} allows {expected}.");
const OTHER_FORM: Words =
    Words("The answer {found} does not match the form that the question {item} expects: {expected}.");
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
    if let Some(most) =
        form.document.member(item, response.name("maxLength")).and_then(|node| count_of(form.document.raw(node)))
        && let Some(found) = length().filter(|&found| found > most)
    {
        counted(response, item, value, TOO_LONG, (found, most));
    }
    for extension in form.items(item, name::EXTENSION) {
        let url = form.text(extension, name::URL);
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
                // Whatever the set holds, it holds no unit without a code.
                if code.is_empty() || value_set::has(response, &limit.written(), Some(&system), &code) == Some(false) {
                    told(response, item, value, NOT_IN_SET, &limit.written());
                }
            }
            "regex" => {
                let (pattern, text) = (limit.written(), value.written());
                let mut afford = |items| response.spend(QUESTIONNAIRE_LIMIT.name, items);
                if length().is_some() && matches_whole(&pattern, &text, &mut afford) == Some(false) {
                    told(response, item, value, OTHER_FORM, &pattern);
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
        let extensions = form.items(item, name::EXTENSION);
        let of_url = extensions.filter(|&one| form.text(one, name::URL) == url);
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

#[cold]
#[inline(never)]
fn add(response: &mut Response<'_, '_>, item: NodeId, value: Value<'_>, content: Content) {
    let link_id = response.form.text(item, name::LINK_ID);
    let content = response.quoted(content, "item", &link_id);
    response.instance.findings.add(&QUESTIONNAIRE_LIMIT, At::Value(value.node), content);
}

#[cold]
#[inline(never)]
fn told(response: &mut Response<'_, '_>, item: NodeId, value: Value<'_>, words: Words, limit: &str) {
    let content = response.quoted(words.value("found", &value.shown()), "expected", limit);
    add(response, item, value, content);
}

#[cold]
#[inline(never)]
fn counted(
    response: &mut Response<'_, '_>,
    item: NodeId,
    value: Value<'_>,
    words: Words,
    (found, limit): (usize, usize),
) {
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
    let media_type = value.text(response.name("contentType"));
    let fits = media_type.starts_with(of.written().as_ref());
    (response.instance.definitions.type_of(value.of).name == "Attachment").then_some((media_type, fits))
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
    let is_name =
        of.starts_with(|first: char| first.is_ascii_uppercase()) && of.bytes().all(|byte| byte.is_ascii_alphabetic());
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

#[cfg(test)]
mod tests {
    use super::super::response::answering;
    use super::QUESTIONNAIRE_LIMIT;
    use crate::validate::told::assert_told;

    /// The issues of an answer to a question with these limits: right answers, then a wrong one with what is said.
    fn assert_limited(of: &str, limits: &str, right: &[&str], wrong: &str, message: &str) {
        let text = answering(&format!(r#"{{"linkId":"a","type":"{of}",{limits}}}"#))
            .replace('…', r#""item":[{"linkId":"a","answer":[{…}]}]"#);
        let name = wrong.split('"').nth(1).unwrap_or_default();
        let expected = format!("/item/0/answer/0/{name}: {message}");
        for right in right {
            assert_told(QUESTIONNAIRE_LIMIT, &text, &[(right, &[])]);
        }
        assert_told(QUESTIONNAIRE_LIMIT, &text, &[(wrong, &[&expected])]);
    }

    fn extension(name: &str, value: &str) -> String {
        format!(r#""extension":[{{"url":"http://hl7.org/fhir/StructureDefinition/{name}",{value}}}]"#)
    }

    #[test]
    fn an_answer_is_not_too_low_or_too_high() {
        for (of, limit, right, wrong) in [
            (
                "integer",
                r#""valueInteger":5"#,
                &[r#""valueInteger":5"#, r#""valueInteger":6"#][..],
                r#""valueInteger":4"#,
            ),
            ("decimal", r#""valueDecimal":1.5"#, &[r#""valueDecimal":1.50"#], r#""valueDecimal":1.49"#),
            (
                "date",
                r#""valueDate":"2026-02""#,
                &[r#""valueDate":"2026-02-01""#, r#""valueDate":"2026""#],
                r#""valueDate":"2025""#,
            ),
            ("time", r#""valueTime":"10:00:00""#, &[r#""valueTime":"10:00:00""#], r#""valueTime":"09:59:59""#),
        ] {
            let shown = |text: &str| text.split_once(':').map_or("", |(_, value)| value).trim_matches('"').to_owned();
            let message =
                format!("The answer is '{}'; the question 'a' expects at least '{}'.", shown(wrong), shown(limit));
            assert_limited(of, &extension("minValue", limit), right, wrong, &message);
        }
        let message = "The answer is '6'; the question 'a' expects at most '5'.";
        assert_limited(
            "integer",
            &extension("maxValue", r#""valueInteger":5"#),
            &[r#""valueInteger":5"#],
            r#""valueInteger":6"#,
            message,
        );
    }

    #[test]
    fn a_quantity_is_compared_in_its_units() {
        let quantity = |text: &str| format!(r#""valueQuantity":{{{text}}}"#);
        let limit = quantity(r#""value":5,"unit":"km","system":"http://unitsofmeasure.org","code":"km""#);
        let limits = |name: &str| {
            format!(
                r#""extension":[{{"url":"http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-{name}",{limit}}}]"#
            )
        };
        let right = quantity(r#""value":5000,"system":"http://unitsofmeasure.org","code":"m""#);
        let low = quantity(r#""value":4999,"system":"http://unitsofmeasure.org","code":"m""#);
        let high = quantity(r#""value":5001,"system":"http://unitsofmeasure.org","code":"m""#);
        assert_limited(
            "quantity",
            &limits("minQuantity"),
            &[&right, &high],
            &low,
            "The answer is '4999 m'; the question 'a' expects at least '5 km'.",
        );
        assert_limited(
            "quantity",
            &limits("maxQuantity"),
            &[&right, &low],
            &high,
            "The answer is '5001 m'; the question 'a' expects at most '5 km'.",
        );
        for other in [r#""value":5,"unit":"km""#, r#""value":5,"system":"http://unitsofmeasure.org","code":"kg""#] {
            let shown = if other.contains("kg") { "5 kg" } else { "5 km" };
            let message = format!(
                "The answer '{shown}' cannot be compared with the limit of the question 'a': a system and code of a unit like '5 km' are expected."
            );
            assert_limited("quantity", &limits("minQuantity"), &[], &quantity(other), &message);
        }
    }

    #[test]
    fn an_answer_is_not_too_long_or_too_exact() {
        let is_long = "The answer has 4 characters; the question 'a' allows 3.";
        assert_limited("string", r#""maxLength":3"#, &[r#""valueString":"äöü""#], r#""valueString":"äöüa""#, is_long);
        assert_limited("text", r#""maxLength":3"#, &[], r#""valueString":"abcd""#, is_long);
        let short = "The answer has 2 characters; the question 'a' expects at least 3.";
        assert_limited(
            "string",
            &extension("minLength", r#""valueInteger":3"#),
            &[r#""valueString":"äöü""#],
            r#""valueString":"äö""#,
            short,
        );
        let exact = "The answer has 2 decimal places; the question 'a' allows 1.";
        let places = extension("maxDecimalPlaces", r#""valueInteger":1"#);
        assert_limited(
            "decimal",
            &places,
            &[r#""valueDecimal":1.2"#, r#""valueDecimal":12"#],
            r#""valueDecimal":1.25"#,
            exact,
        );
        assert_limited(
            "quantity",
            &places,
            &[r#""valueQuantity":{"value":1.2}"#],
            r#""valueQuantity":{"value":1.25}"#,
            exact,
        );
        let form = "The answer 'A1' does not match the form that the question 'a' expects: '[A-Z]+'.";
        assert_limited(
            "string",
            &extension("regex", r#""valueString":"[A-Z]+""#),
            &[r#""valueString":"AB""#],
            r#""valueString":"A1""#,
            form,
        );
    }

    #[test]
    fn what_is_attached_is_of_the_size_and_kind_that_are_allowed() {
        let attachment = |text: &str| format!(r#""valueAttachment":{{"contentType":"text/plain","data":"{text}"}}"#);
        let large = "The attachment has 6 bytes; the question 'a' allows 5.";
        assert_limited(
            "attachment",
            &extension("maxSize", r#""valueDecimal":5.0"#),
            &[&attachment("aGVsbG8=")],
            &attachment("aGVsbG8h"),
            large,
        );
        let kinds = extension(
            "mimeType",
            r#""valueCode":"text/"},{"url":"http://hl7.org/fhir/StructureDefinition/mimeType","valueCode":"image/png""#,
        );
        let other = "'application/pdf' is not what the question 'a' allows: 'text/, image/png'.";
        assert_limited(
            "attachment",
            &kinds,
            &[&attachment("")],
            r#""valueAttachment":{"contentType":"application/pdf","url":"urn:a"}"#,
            other,
        );
    }

    #[test]
    fn a_unit_is_one_of_those_that_are_allowed() {
        let unit = |name: &str| {
            extension(name, r#""valueCoding":{"system":"http://unitsofmeasure.org","code":"km","display":"kilometer"}"#)
        };
        let right =
            r#""valueQuantity":{"value":1,"unit":"kilometer","system":"http://unitsofmeasure.org","code":"km"}"#;
        let other = "'1 m' is not what the question 'a' allows: 'kilometer'.";
        let wrong = r#""valueQuantity":{"value":1,"unit":"m","system":"http://unitsofmeasure.org","code":"m"}"#;
        assert_limited("quantity", &unit("questionnaire-unitOption"), &[right], wrong, other);
        let set =
            extension("questionnaire-unitValueSet", r#""valueCanonical":"http://hl7.org/fhir/ValueSet/item-type""#);
        let other =
            "The unit '1 m' is not in the value set 'http://hl7.org/fhir/ValueSet/item-type' of the question 'a'.";
        assert_limited("quantity", &set, &[], wrong, other);
        // A set that nobody can list has no unit without a code either.
        let set = extension("questionnaire-unitValueSet", r#""valueCanonical":"http://example.org/unknown""#);
        let other = "The unit '1 m' is not in the value set 'http://example.org/unknown' of the question 'a'.";
        let without = r#""valueQuantity":{"value":1,"unit":"m","system":"http://unitsofmeasure.org"}"#;
        assert_limited("quantity", &set, &[wrong], without, other);
    }

    #[test]
    fn a_reference_is_to_a_resource_of_a_type_that_is_allowed() {
        let types = extension(
            "questionnaire-referenceResource",
            r#""valueCode":"Patient"},{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-referenceResource","valueCode":"Group""#,
        );
        let right = [
            r##""valueReference":{"reference":"Patient/1"}"##,
            r##""valueReference":{"reference":"urn:uuid:4ad1a9d8-49c5-4d11-ac1f-c94c3e4f9d2c"}"##,
        ];
        let other = "'Device' is not what the question 'a' allows: 'Patient, Group'.";
        assert_limited(
            "reference",
            &types,
            &right,
            r#""valueReference":{"reference":"http://example.org/Device/1"}"#,
            other,
        );
        assert_limited(
            "reference",
            &types,
            &[],
            r##""valueReference":{"reference":"#q"}"##,
            "'Questionnaire' is not what the question 'a' allows: 'Patient, Group'.",
        );
        let none = "'Chicken' is not a resource type of R4.";
        assert_limited(
            "reference",
            r#""prefix":"1""#,
            &[r#""valueReference":{"reference":"http://Example/1"}"#],
            r#""valueReference":{"reference":"http://example.org/Chicken/1"}"#,
            none,
        );
    }
}
