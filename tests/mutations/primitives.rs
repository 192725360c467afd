//! Values that are not of their type, by form and by meaning; codes that their value set does not have.
//!
//! Not among them, for R4 allows it: a string or markdown of blanks alone (the type's expressions take it).

use crate::fault::Mutant;
use crate::message::{Message, definitions, primitive, type_named};
use crate::{Kind, kind};
use fhirpost::definitions::Primitive::{self, *};
use fhirpost::definitions::{Strength, ValueSet};
use serde_json::{Value, json};

/// A fault, the types that it is one in, and a value that has it.
const WRONG: [(&str, &[Primitive], &str); 48] = [
    ("date: 30 February", &[Date, DateTime], "2023-02-30"),
    ("date: 29 February in a common year", &[Date, DateTime], "2023-02-29"),
    ("date: month 13", &[Date, DateTime], "2023-13-01"),
    ("date: the year 0", &[Date, DateTime], "0000-01-01"),
    ("date: one digit", &[Date, DateTime], "2023-1-1"),
    ("date: two digits for the year", &[Date, DateTime], "23-01-01"),
    ("date: the American way", &[Date, DateTime], "12/31/2023"),
    ("date: a blank behind it", &[Date, DateTime], "2023-01-01 "),
    ("date: with a time", &[Date], "2023-01-01T10:00:00Z"),
    ("dateTime: without zone", &[DateTime], "2023-01-01T10:00:00"),
    ("dateTime: without seconds", &[DateTime], "2023-01-01T10:00Z"),
    ("dateTime: hour 24", &[DateTime], "2023-01-01T24:00:00Z"),
    ("dateTime: minute 60", &[DateTime], "2023-01-01T10:60:00Z"),
    ("dateTime: a blank for the T", &[DateTime], "2023-01-01 10:00:00Z"),
    ("dateTime: zone +15:00", &[DateTime], "2023-01-01T10:00:00+15:00"),
    ("dateTime: zone without colon", &[DateTime], "2023-01-01T10:00:00+0100"),
    ("dateTime: 30 February with a time", &[DateTime], "2023-02-30T10:00:00Z"),
    ("instant: without zone", &[Instant], "2023-01-01T10:00:00"),
    ("instant: a date", &[Instant], "2023-01-01"),
    ("instant: without seconds", &[Instant], "2023-01-01T10:00Z"),
    ("instant: 31 April", &[Instant], "2023-04-31T10:00:00Z"),
    ("time: hour 25", &[Time], "25:00:00"),
    ("time: second 61", &[Time], "10:00:61"),
    ("time: without seconds", &[Time], "10:00"),
    ("time: with a zone", &[Time], "10:00:00Z"),
    ("time: with a T", &[Time], "T10:00:00"),
    ("id: a blank in it", &[Id], "an id"),
    ("id: an underscore", &[Id], "an_id"),
    ("id: 65 characters", &[Id], "a1234567890123456789012345678901234567890123456789012345678901234"),
    ("id: a letter beyond ASCII", &[Id], "\u{e9}clair"),
    ("code: a blank before it", &[Code], " final"),
    ("code: a blank behind it", &[Code], "final "),
    ("code: two blanks in it", &[Code], "two  blanks"),
    ("uri: a blank in it", &[Uri, Url, Canonical], "http://example.org/a b"),
    ("uri: a blank behind it", &[Uri, Url, Canonical], "http://example.org/a "),
    ("uri: a UUID cut short", &[Uri, Url, Canonical], "urn:uuid:c757873d-ec9a-4326-a141"),
    ("uri: a UUID in capitals", &[Uri, Url, Canonical], "urn:uuid:C757873D-EC9A-4326-A141-556F43239520"),
    ("uri: an OID with a zero before", &[Uri, Url, Canonical], "urn:oid:1.02.3"),
    ("oid: an arc 3", &[Oid], "urn:oid:3.1"),
    ("oid: without urn:oid:", &[Oid], "1.2.3"),
    ("oid: two dots", &[Oid], "urn:oid:1..2"),
    ("uuid: without urn:uuid:", &[Uuid], "c757873d-ec9a-4326-a141-556f43239520"),
    ("uuid: cut short", &[Uuid], "urn:uuid:c757873d-ec9a-4326-a141"),
    ("uuid: a letter g", &[Uuid], "urn:uuid:g757873d-ec9a-4326-a141-556f43239520"),
    ("base64Binary: a character it does not have", &[Base64Binary], "aGVs*G8="),
    ("base64Binary: cut short", &[Base64Binary], "aGVsbG8"),
    ("base64Binary: padding inside", &[Base64Binary], "aG==bG8="),
    (
        "string: a control character",
        &[
            Base64Binary,
            Canonical,
            Code,
            Date,
            DateTime,
            Id,
            Instant,
            Markdown,
            Oid,
            String,
            Time,
            Uri,
            Url,
            Uuid,
            Xhtml,
        ],
        "a\u{1}b",
    ),
];

/// The same for numbers.
fn wrong_numbers() -> Vec<(&'static str, &'static [Primitive], Value)> {
    vec![
        ("positiveInt: 0", &[PositiveInt], json!(0)),
        ("positiveInt: negative", &[PositiveInt], json!(-1)),
        ("unsignedInt: negative", &[UnsignedInt], json!(-1)),
        ("integer: with a fraction", &[Integer, PositiveInt, UnsignedInt], json!(1.5)),
        ("integer: with a point", &[Integer, PositiveInt, UnsignedInt], json!(1.0)),
        ("integer: beyond 32 bits", &[Integer, PositiveInt, UnsignedInt], json!(2_147_483_648_i64)),
    ]
}

/// Codes with a required binding whose value set can be listed: the place, and the set.
fn required(message: &Message) -> impl Iterator<Item = (&str, &'static ValueSet)> {
    message.values.iter().filter_map(|place| {
        let binding = message.members[place.member].element().binding?;
        let set = definitions().value_set(binding)?;
        let bound = binding.strength == Strength::Required && set.expansion().is_ok();
        bound.then_some((place.pointer.as_str(), set))
    })
}

fn codes(message: &Message) -> impl Iterator<Item = (&str, &'static ValueSet)> {
    required(message).filter(|(pointer, _)| message.at(pointer).is_string())
}

/// CodeableConcepts with a required binding.
fn concepts(message: &Message) -> impl Iterator<Item = (&str, &'static ValueSet)> {
    let concept = type_named("CodeableConcept");
    let of_concept =
        move |pointer: &str| message.values.iter().any(|place| place.pointer == pointer && place.of == concept);
    required(message).filter(move |(pointer, _)| of_concept(pointer))
}

fn bindings() -> Vec<Kind> {
    vec![
        kind("binding-required: a code of no set", |message| {
            codes(message).map(|(pointer, _)| Mutant::set(pointer, "no-such-code")).collect()
        }),
        kind("binding-required: a code in another case", |message| {
            let upper = codes(message).map(|(pointer, set)| (pointer, set, message.string(pointer).to_uppercase()));
            let unknown = upper.filter(|(_, set, code)| set.has_code(code) == Some(false));
            unknown.map(|(pointer, _, code)| Mutant::set(pointer, code)).collect()
        }),
        kind("binding-required: a concept of another code", |message| {
            let coded = concepts(message).filter(|(pointer, _)| message.has(&format!("{pointer}/coding/0")));
            coded
                .map(|(pointer, _)| {
                    let system = message.at(&format!("{pointer}/coding/0/system")).clone();
                    Mutant::set(pointer, json!({ "coding": [{ "system": system, "code": "no-such-code" }] }))
                })
                .collect()
        }),
        kind("binding-required: a concept of another system", |message| {
            let coded = concepts(message).filter(|(pointer, _)| message.has(&format!("{pointer}/coding/0/code")));
            coded
                .map(|(pointer, _)| {
                    let code = message.at(&format!("{pointer}/coding/0/code")).clone();
                    Mutant::set(pointer, json!({ "coding": [{ "system": "http://example.org/codes", "code": code }] }))
                })
                .collect()
        }),
        kind("binding-required: a concept of words alone", |message| {
            concepts(message).map(|(pointer, _)| Mutant::set(pointer, json!({ "text": "active" }))).collect()
        }),
    ]
}

pub(crate) fn kinds() -> Vec<Kind> {
    let mut kinds = Vec::new();
    for (name, types, value) in WRONG {
        kinds.push(kind(format!("primitive-value: {name}"), move |message| {
            let places = message.primitives(types);
            places.map(|place| Mutant::set(&place.pointer, value)).collect()
        }));
    }
    for (name, types, value) in wrong_numbers() {
        kinds.push(kind(format!("primitive-value: {name}"), move |message| {
            let places = message.primitives(types);
            places.map(|place| Mutant::set(&place.pointer, value.clone())).collect()
        }));
    }
    kinds.push(kind("primitive-value: a control character behind the text", |message| {
        let strings = message
            .values
            .iter()
            .filter(|place| primitive(place.of).is_some() && message.at(&place.pointer).is_string());
        strings.map(|place| Mutant::set(&place.pointer, format!("{}\u{b}", message.string(&place.pointer)))).collect()
    }));
    kinds.extend(bindings());
    kinds
}
