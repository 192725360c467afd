//! Faults of the structure: names, arrays, kinds of values, choices, companions, extensions.

use crate::fault::Mutant;
use crate::message::{Member, Message, Place, definitions, is, is_resource, last, parent, primitive, type_named};
use crate::{Kind, kind};
use fhirpost::definitions::{Primitive, TypeId};
use serde_json::{Value, json};

/// A small right value of a type, where one is known.
fn sample(of: TypeId) -> Option<Value> {
    Some(match definitions().type_of(of).name.as_ref() {
        "boolean" => json!(true),
        "integer" | "positiveInt" | "unsignedInt" | "decimal" => json!(1),
        "string" | "markdown" | "code" | "id" => json!("a"),
        "uri" | "url" | "canonical" => json!("http://example.org/a"),
        "date" | "dateTime" => json!("2024-01-01"),
        "instant" => json!("2024-01-01T00:00:00Z"),
        "time" => json!("10:00:00"),
        "CodeableConcept" | "Annotation" | "HumanName" | "Address" => json!({ "text": "a" }),
        "Reference" => json!({ "display": "a" }),
        "Quantity" | "SimpleQuantity" => json!({ "value": 1 }),
        "Period" => json!({ "start": "2024" }),
        "Range" => json!({ "low": { "value": 1 } }),
        "Coding" => json!({ "display": "a" }),
        "Identifier" => json!({ "value": "a" }),
        _ => return None,
    })
}

fn value_of<'m>(message: &'m Message, place: &Place) -> &'m Value {
    message.at(&place.pointer)
}

/// The values of complex types, resources among them.
fn complex(message: &Message) -> impl Iterator<Item = &Place> {
    message.values.iter().filter(|place| primitive(place.of).is_none() && value_of(message, place).is_object())
}

/// The values of primitive types that hold a JSON value of a kind.
fn written(message: &Message, as_kind: fn(&Value) -> bool) -> impl Iterator<Item = &Place> {
    message.values.iter().filter(move |place| primitive(place.of).is_some() && as_kind(value_of(message, place)))
}

/// Writes another value at each of these places.
fn with<'m>(places: impl Iterator<Item = &'m Place>, value: Value) -> Vec<Mutant> {
    places.map(|place| Mutant::set(&place.pointer, value.clone())).collect()
}

fn members(message: &Message) -> impl Iterator<Item = (&Member, &Value)> {
    message.members.iter().map(|member| (member, message.at(&member.pointer)))
}

fn base_name(member: &Member) -> &'static str {
    definitions().names().text(member.element().name)
}

fn has_field(of: TypeId, name: &str) -> bool {
    definitions().body(definitions().type_of(of)).field(definitions().names().find(name.as_bytes())).is_some()
}

/// Every property by another name, where no property has that.
fn renamed(message: &Message, name: fn(&str) -> String) -> Vec<Mutant> {
    let renamed = message.members.iter().filter(|member| {
        let new = name(&member.name);
        new != member.name && !has_field(member.holder, &new)
    });
    renamed.map(|member| Mutant::rename(message, &member.pointer, &name(&member.name))).collect()
}

fn capital(name: &str) -> String {
    let mut characters = name.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

fn unknown_and_missing() -> Vec<Kind> {
    vec![
        kind("element-unknown: a property that no type has", |message| {
            message.objects.iter().map(|object| Mutant::set(format!("{}/colour", object.pointer), "red")).collect()
        }),
        kind("element-unknown: a property of other types", |message| {
            let objects = message.objects.iter().filter(|object| !has_field(object.of, "birthDate"));
            objects.map(|object| Mutant::set(format!("{}/birthDate", object.pointer), "2024-01-01")).collect()
        }),
        kind("element-unknown: resourceType in a datatype", |message| {
            let datatypes = message.objects.iter().filter(|object| !is_resource(object.of));
            datatypes
                .map(|object| Mutant::set(format!("{}/resourceType", object.pointer), message.name_of(object)))
                .collect()
        }),
        kind("element-unknown: a companion of resourceType", |message| {
            let extended = json!({ "id": "a" });
            message
                .resources()
                .map(|of| Mutant::set(format!("{}/_resourceType", of.pointer), extended.clone()))
                .collect()
        }),
        kind("element-unknown: a name misspelt", |message| {
            renamed(message, |name| format!("{name}{}", &name[name.len() - 1..]))
        }),
        kind("element-unknown: a name with a capital", |message| renamed(message, capital)),
        kind("element-missing: what must be there", |message| {
            let required = message.members.iter().filter(|member| member.element().min > 0);
            required.map(|member| Mutant::remove(&member.pointer)).collect()
        }),
        kind("resource-type: not in R4", |message| {
            message.resources().map(|of| Mutant::set(format!("{}/resourceType", of.pointer), "Referral")).collect()
        }),
        kind("resource-type: a datatype", |message| {
            message.resources().map(|of| Mutant::set(format!("{}/resourceType", of.pointer), "HumanName")).collect()
        }),
        kind("resource-type: abstract", |message| {
            message
                .resources()
                .map(|of| Mutant::set(format!("{}/resourceType", of.pointer), "DomainResource"))
                .collect()
        }),
        kind("resource-type: no string", |message| {
            message.resources().map(|of| Mutant::set(format!("{}/resourceType", of.pointer), 5)).collect()
        }),
        kind("resource-type: missing", |message| {
            message.resources().map(|of| Mutant::remove(format!("{}/resourceType", of.pointer))).collect()
        }),
    ]
}

fn arrays_and_emptiness() -> Vec<Kind> {
    vec![
        kind("element-array: an item for an array", |message| {
            let arrays = members(message).filter_map(|(member, value)| Some((member, value.get(0)?)));
            // null alone is another fault.
            let arrays = arrays.filter(|(_, first)| !first.is_null());
            arrays.map(|(member, first)| Mutant::set(&member.pointer, first.clone())).collect()
        }),
        kind("element-array: an array for a value", |message| {
            let single = members(message).filter(|(_, value)| !value.is_array());
            single.map(|(member, value)| Mutant::set(&member.pointer, json!([value]))).collect()
        }),
        kind("element-array: an array in an array", |message| {
            let items = message.values.iter().filter(|place| message.members[place.member].pointer != place.pointer);
            items.map(|place| Mutant::set(&place.pointer, json!([value_of(message, place)]))).collect()
        }),
        kind("element-too-many: two where one may be", |message| {
            let single = members(message).filter(|(_, value)| !value.is_array());
            single.map(|(member, value)| Mutant::set(&member.pointer, json!([value, value]))).collect()
        }),
        kind("element-too-many: a comparator in a SimpleQuantity", |message| {
            let objects = message.objects.iter().filter(|object| message.name_of(object) == "SimpleQuantity");
            objects.map(|object| Mutant::set(format!("{}/comparator", object.pointer), "<")).collect()
        }),
        kind("element-empty: an empty array", |message| {
            let arrays = members(message).filter(|(_, value)| value.is_array());
            arrays.map(|(member, _)| Mutant::set(&member.pointer, json!([]))).collect()
        }),
        kind("element-empty: an empty object", |message| with(complex(message), json!({}))),
        kind("element-empty: an empty string", |message| with(written(message, Value::is_string), json!(""))),
        kind("element-null: null for a value", |message| {
            let single = members(message).filter(|(_, value)| !value.is_array());
            single.map(|(member, _)| Mutant::set(&member.pointer, Value::Null)).collect()
        }),
        kind("element-null: null for an array", |message| {
            let arrays = members(message).filter(|(_, value)| value.is_array());
            arrays.map(|(member, _)| Mutant::set(&member.pointer, Value::Null)).collect()
        }),
        kind("element-null: null in an array", |message| {
            // Beside a companion array, null may be right.
            let arrays = members(message).filter(|(member, _)| !member.companion);
            let ends =
                arrays.filter_map(|(member, value)| Some(format!("{}/{}", member.pointer, value.as_array()?.len())));
            ends.map(|end| Mutant::set(end, Value::Null)).collect()
        }),
        kind("ele-1: an id alone", |message| {
            let places = complex(message).filter(|place| !is_resource_place(place));
            with(places, json!({ "id": "a" }))
        }),
    ]
}

/// Whether a resource is here, of whatever type.
fn is_resource_place(place: &Place) -> bool {
    is_resource(place.of) || is(place.of, "Resource")
}

fn kinds_of_values() -> Vec<Kind> {
    vec![
        kind("element-type: a number for a string", |message| with(written(message, Value::is_string), json!(42))),
        kind("element-type: a boolean for a string", |message| with(written(message, Value::is_string), json!(true))),
        kind("element-type: an object for a string", |message| {
            with(written(message, Value::is_string), json!({ "value": "a" }))
        }),
        kind("element-type: a string for a number", |message| {
            let numbers = written(message, Value::is_number);
            numbers.map(|place| Mutant::set(&place.pointer, value_of(message, place).to_string())).collect()
        }),
        kind("element-type: a boolean for a number", |message| with(written(message, Value::is_number), json!(false))),
        kind("element-type: a string for a boolean", |message| {
            with(written(message, Value::is_boolean), json!("true"))
        }),
        kind("element-type: a number for a boolean", |message| with(written(message, Value::is_boolean), json!(1))),
        kind("element-type: a string for an object", |message| with(complex(message), json!("a"))),
        kind("element-type: a number for an object", |message| with(complex(message), json!(1))),
        kind("element-type: a boolean for an object", |message| with(complex(message), json!(false))),
    ]
}

fn choices() -> Vec<Kind> {
    fn choice(message: &Message) -> impl Iterator<Item = &Member> {
        message.members.iter().filter(|member| member.element().choice)
    }
    vec![
        kind("choice-single: a second type", |message| {
            let second = choice(message).flat_map(|member| {
                let body = definitions().body(definitions().type_of(member.holder));
                let holder = parent(&member.pointer);
                let fields = body.fields.iter().filter(|field| field.element == member.field.element);
                let others = fields.filter(|field| field.name != member.field.name);
                let samples = others.filter_map(|field| {
                    let name = definitions().names().text(field.name);
                    Some((name, sample(body.type_ref(field.type_ref).of)?))
                });
                // The order of fields is the library's own.
                let mut samples: Vec<_> = samples.collect();
                samples.sort_by_key(|(name, _)| *name);
                samples
                    .into_iter()
                    .map(|(name, value)| Mutant::set(format!("{holder}/{name}"), value))
                    .collect::<Vec<_>>()
            });
            second.collect()
        }),
        kind("choice-type: a type that it may not have", |message| {
            // No choice of R4 may be a Narrative.
            let types = ["Narrative", "Boolean", "Instant", "Annotation"];
            let made = choice(message).flat_map(|member| {
                let names = types.iter().map(move |of| format!("{}{of}", base_name(member)));
                let names = names.filter(|name| !has_field(member.holder, name));
                names.map(|name| Mutant::rename(message, &member.pointer, &name)).collect::<Vec<_>>()
            });
            made.collect()
        }),
        kind("choice-type: without a type", |message| {
            let names = choice(message).filter(|member| !has_field(member.holder, base_name(member)));
            names.map(|member| Mutant::rename(message, &member.pointer, base_name(member))).collect()
        }),
        kind("choice-type: the type in lower case", |message| {
            let lower = |member: &Member| member.name.to_ascii_lowercase();
            let names = choice(message).filter(|member| !has_field(member.holder, &lower(member)));
            names.map(|member| Mutant::rename(message, &member.pointer, &lower(member))).collect()
        }),
    ]
}

fn companions() -> Vec<Kind> {
    fn beside(pointer: &str) -> String {
        format!("{}/_{}", parent(pointer), last(pointer))
    }
    fn extended() -> Value {
        json!({ "extension": [{ "url": "http://example.org/fhir/StructureDefinition/x", "valueBoolean": true }] })
    }
    /// Primitive elements without a companion.
    fn bare(message: &Message, array: bool) -> impl Iterator<Item = (&Member, &Value)> {
        let primitives = |member: &Member| primitive(member.of()).is_some_and(|of| of != Primitive::Xhtml);
        members(message).filter(move |(member, value)| {
            primitives(member) && !member.companion && member.element().array == array && value.is_array() == array
        })
    }
    vec![
        kind("companion: beside a complex element", |message| {
            let complex = message.members.iter().filter(|member| primitive(member.of()).is_none());
            complex
                .map(|member| {
                    let value = if member.element().array { json!([extended()]) } else { extended() };
                    Mutant::set(beside(&member.pointer), value)
                })
                .collect()
        }),
        kind("companion: longer than the values", |message| {
            let arrays = bare(message, true).filter_map(|(member, value)| Some((member, value.as_array()?.len())));
            arrays
                .map(|(member, length)| {
                    let companions: Vec<Value> =
                        (0..=length).map(|index| if index < length { Value::Null } else { extended() }).collect();
                    Mutant::set(beside(&member.pointer), companions)
                })
                .collect()
        }),
        kind("companion: shorter than the values", |message| {
            let arrays = bare(message, true).filter(|(_, value)| value.as_array().is_some_and(|items| items.len() > 1));
            arrays.map(|(member, _)| Mutant::set(beside(&member.pointer), json!([extended()]))).collect()
        }),
        kind("companion: an object beside an array", |message| {
            bare(message, true).map(|(member, _)| Mutant::set(beside(&member.pointer), extended())).collect()
        }),
        kind("companion: an array beside a value", |message| {
            bare(message, false).map(|(member, _)| Mutant::set(beside(&member.pointer), json!([extended()]))).collect()
        }),
        kind("companion: a string", |message| {
            bare(message, false).map(|(member, _)| Mutant::set(beside(&member.pointer), "a")).collect()
        }),
        kind("companion: empty", |message| {
            bare(message, false).map(|(member, _)| Mutant::set(beside(&member.pointer), json!({}))).collect()
        }),
        kind("companion: with what no Element has", |message| {
            bare(message, false)
                .map(|(member, _)| Mutant::set(beside(&member.pointer), json!({ "value": "a" })))
                .collect()
        }),
        kind("ele-1: a companion with an id and no value", |message| {
            let bare = bare(message, false);
            bare.map(|(member, _)| {
                Mutant::set(beside(&member.pointer), json!({ "id": "a" })).and_remove_alone(&member.pointer)
            })
            .collect()
        }),
        kind("element-null: null across from null", |message| {
            let arrays = bare(message, true).filter_map(|(member, value)| Some((member, value.as_array()?)));
            arrays
                .map(|(member, items)| {
                    let nulls = vec![Value::Null; items.len() + 1];
                    let end = format!("{}/{}", member.pointer, items.len());
                    Mutant::set(end, Value::Null).and_set(beside(&member.pointer), nulls).or_at(beside(&member.pointer))
                })
                .collect()
        }),
        kind("companion: beside a narrative", |message| {
            let narratives = message.values.iter().filter(|place| primitive(place.of) == Some(Primitive::Xhtml));
            narratives.map(|place| Mutant::set(beside(&place.pointer), extended())).collect()
        }),
        kind("choice-single: a second type as a companion", |message| {
            let choices = message.members.iter().filter(|member| member.element().choice);
            choices
                .flat_map(|member| {
                    let names = ["Boolean", "String", "DateTime"].map(|of| format!("{}{of}", base_name(member)));
                    let names = names.into_iter().filter(|name| *name != member.name && has_field(member.holder, name));
                    names
                        .map(|name| Mutant::set(format!("{}/_{name}", parent(&member.pointer)), extended()))
                        .collect::<Vec<_>>()
                })
                .collect()
        }),
    ]
}

fn extensions() -> Vec<Kind> {
    const URL: &str = "http://example.org/fhir/StructureDefinition/x";
    /// An extension that is added to each element without one.
    fn added(message: &Message, extension: &Value) -> Vec<Mutant> {
        let free = message.absent("Extension").into_iter().filter(|(_, name, _)| *name == "extension");
        free.map(|(object, name, _)| {
            let pointer = format!("{}/{name}", object.pointer);
            Mutant::set(pointer, json!([extension]))
        })
        .collect()
    }
    fn with_value(message: &Message) -> impl Iterator<Item = (&str, &Member)> {
        let values =
            message.members.iter().filter(|member| member.holder == type_named("Extension") && member.element().choice);
        values.map(|member| (parent(&member.pointer), member))
    }
    vec![
        kind("ext-1: neither value nor extensions", |message| added(message, &json!({ "url": URL }))),
        kind("ext-1: a value and extensions", |message| {
            let inner = json!([{ "url": "a", "valueBoolean": true }]);
            let mut made = added(message, &json!({ "url": URL, "valueBoolean": true, "extension": inner }));
            let there = with_value(message).filter(|(extension, _)| !message.has(&format!("{extension}/extension")));
            made.extend(there.map(|(extension, _)| Mutant::set(format!("{extension}/extension"), inner.clone())));
            made
        }),
        kind("ext-1: the value taken away", |message| {
            with_value(message).map(|(_, member)| Mutant::remove(&member.pointer)).collect()
        }),
        kind("element-missing: an extension without url", |message| added(message, &json!({ "valueBoolean": true }))),
        kind("element-unknown: an extension with a value without a type", |message| {
            added(message, &json!({ "url": URL, "value": "a" }))
        }),
    ]
}

pub(crate) fn kinds() -> Vec<Kind> {
    [unknown_and_missing(), arrays_and_emptiness(), kinds_of_values(), choices(), companions(), extensions()]
        .into_iter()
        .flatten()
        .collect()
}
