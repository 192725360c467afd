//! Values that each are right alone and wrong together: invariants, narrative, extensions, attachments.

use crate::fault::Mutant;
use crate::message::{Message, definitions, is, parent, type_named};
use crate::{Kind, kind};
use fhirpost::definitions::Field;
use serde_json::{Value, json};

/// A wrong value in place of each of a type, and wherever an element of that type could be added or chosen.
fn everywhere(name: &'static str, wrong: Value) -> impl Fn(&Message) -> Vec<Mutant> + Send + Sync {
    move |message| {
        let mut made: Vec<Mutant> =
            message.of_type(name).map(|object| Mutant::set(&object.pointer, wrong.clone())).collect();
        made.extend(added(message, name, &wrong));
        made.extend(chosen(message, name, &wrong));
        made
    }
}

/// A wrong value wherever an element of a type could be added.
pub(crate) fn added(message: &Message, name: &str, wrong: &Value) -> Vec<Mutant> {
    let absent = message.absent(name).into_iter();
    absent
        .map(|(object, name, repeats)| {
            let value = if repeats { json!([wrong]) } else { wrong.clone() };
            Mutant::set(format!("{}/{name}", object.pointer), value)
        })
        .collect()
}

/// A wrong value wherever a choice could be of a type, and is of another.
fn chosen(message: &Message, name: &str, wrong: &Value) -> Vec<Mutant> {
    let wanted = type_named(name);
    let choices = message.members.iter().filter(|member| member.element().choice && member.of() != wanted);
    let made = choices.filter_map(|member| {
        let body = definitions().body(definitions().type_of(member.holder));
        let of_type =
            |field: &&Field| field.element == member.field.element && body.type_ref(field.type_ref).of == wanted;
        let field = body.fields.iter().find(of_type)?;
        let to = format!("{}/{}", parent(&member.pointer), definitions().names().text(field.name));
        Some(Mutant::set(to, wrong.clone()).and_remove(&member.pointer))
    });
    made.collect()
}

/// Properties added to each object of a type where they are not, and where it has (or does not have) others.
fn where_it_has(
    name: &'static str,
    has: &'static [&'static str],
    lacks: &'static [&'static str],
    property: &'static str,
    value: Value,
) -> impl Fn(&Message) -> Vec<Mutant> + Send + Sync {
    move |message| {
        let there = |object: &str, names: &str| message.has(&format!("{object}/{names}"));
        let fits = message.of_type(name).filter(|object| {
            has.iter().all(|name| there(&object.pointer, name))
                && !lacks.iter().any(|name| there(&object.pointer, name))
        });
        fits.map(|object| Mutant::set(format!("{}/{property}", object.pointer), value.clone())).collect()
    }
}

fn datatypes() -> Vec<Kind> {
    let milligrams =
        |value: i32| json!({ "value": value, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg" });
    let mut kinds = vec![
        kind(
            "per-1: the end before the start",
            everywhere("Period", json!({ "start": "2024-06-02", "end": "2024-06-01" })),
        ),
        kind(
            "per-1: the end before the start, with times",
            everywhere("Period", json!({ "start": "2024-06-02T10:00:00+02:00", "end": "2024-06-02T07:59:59Z" })),
        ),
        kind("per-1: the end a year before the start", everywhere("Period", json!({ "start": "2024", "end": "2023" }))),
        kind("qty-3: a code without system", everywhere("Quantity", json!({ "value": 1, "code": "mg" }))),
        kind("qty-3: the system taken away", |message| {
            let coded = message.of_type("Quantity").filter(|object| message.has(&format!("{}/code", object.pointer)));
            coded.map(|object| Mutant::remove(format!("{}/system", object.pointer))).collect()
        }),
        kind("qty-3: a SimpleQuantity with a code without system", |message| {
            added(message, "SimpleQuantity", &json!({ "value": 1, "code": "mg" }))
        }),
        kind("drt-1: a Duration in kilograms of nobody's system", |message| {
            let wrong = json!({ "value": 1, "code": "kg", "system": "http://example.org/units" });
            everywhere("Duration", wrong)(message)
        }),
        kind("age-1: a negative Age", |message| {
            let wrong = json!({ "value": -1, "code": "a", "system": "http://unitsofmeasure.org" });
            everywhere("Age", wrong)(message)
        }),
        kind("identifier-system: a relative one", everywhere("Identifier", json!({ "system": "mrn", "value": "1" }))),
        kind(
            "identifier-system: an invalid URI",
            everywhere("Identifier", json!({ "system": "urn:ietf:rfc:3986", "value": "1" })),
        ),
        kind("coding-system: a relative one", everywhere("Coding", json!({ "system": "loinc", "code": "1-8" })))
            .told_by("coding-system"),
        kind("cpt-2: a value without system", everywhere("ContactPoint", json!({ "value": "+1-913-555-0100" }))),
        kind("rng-2: low above high", everywhere("Range", json!({ "low": milligrams(2), "high": milligrams(1) }))),
        kind("rat-1: a numerator alone", everywhere("Ratio", json!({ "numerator": { "value": 1 } }))),
        kind("rat-1: a denominator alone", everywhere("Ratio", json!({ "denominator": { "value": 1 } }))),
        kind("att-1: data without contentType", everywhere("Attachment", json!({ "data": "aGVsbG8=" }))),
    ];
    let repeats = [
        ("tim-1: a duration without unit", json!({ "duration": 1 })),
        ("tim-2: a period without unit", json!({ "frequency": 1, "period": 1 })),
        ("tim-4: a negative duration", json!({ "duration": -1, "durationUnit": "h" })),
        ("tim-5: a negative period", json!({ "period": -1, "periodUnit": "d" })),
        ("tim-6: periodMax without period", json!({ "periodMax": 2, "periodUnit": "d" })),
        ("tim-7: durationMax without duration", json!({ "durationMax": 2, "durationUnit": "h" })),
        ("tim-8: countMax without count", json!({ "countMax": 2 })),
        ("tim-9: an offset without when", json!({ "offset": 30 })),
        ("tim-9: an offset from a meal as such", json!({ "offset": 30, "when": ["C"] })),
        ("tim-10: timeOfDay and when", json!({ "timeOfDay": ["10:00:00"], "when": ["AC"] })),
    ];
    for (name, repeat) in repeats {
        kinds.push(kind(name, everywhere("Timing", json!({ "repeat": repeat }))));
    }
    kinds
}

fn resources() -> Vec<Kind> {
    const VALUES: [&str; 11] = [
        "valueQuantity",
        "valueCodeableConcept",
        "valueString",
        "valueBoolean",
        "valueInteger",
        "valueRange",
        "valueRatio",
        "valueSampledData",
        "valueTime",
        "valueDateTime",
        "valuePeriod",
    ];
    let with_value = |message: &Message| -> Vec<String> {
        let observations = message.of_type("Observation").map(|object| object.pointer.clone());
        observations.filter(|pointer| VALUES.iter().any(|value| message.has(&format!("{pointer}/{value}")))).collect()
    };
    let kinds = vec![
        kind("pat-1: a contact without name, telecom, address or organization", |message| {
            let wrong = json!({ "gender": "other" });
            let patients = message.of_type("Patient");
            patients
                .map(|patient| {
                    let contacts = format!("{}/contact", patient.pointer);
                    match message.has(&contacts) {
                        true => Mutant::set(format!("{contacts}/0"), wrong.clone()),
                        false => Mutant::set(contacts, json!([wrong])),
                    }
                })
                .collect()
        }),
        kind("obs-3: a referenceRange without low, high or text", |message| {
            let wrong = json!([{ "type": { "text": "normal" } }]);
            let observations = message.of_type("Observation");
            observations
                .map(|object| Mutant::set(format!("{}/referenceRange", object.pointer), wrong.clone()))
                .collect()
        }),
        kind("obs-6: a value, and why there is none", move |message| {
            let places = with_value(message).into_iter();
            places
                .map(|pointer| Mutant::set(format!("{pointer}/dataAbsentReason"), json!({ "text": "unknown" })))
                .collect()
        }),
        kind("obs-7: a value, and a component of the same code", move |message| {
            let coded =
                with_value(message).into_iter().filter(|pointer| message.has(&format!("{pointer}/code/coding/0/code")));
            coded
                .map(|pointer| {
                    let code = message.at(&format!("{pointer}/code")).clone();
                    Mutant::set(format!("{pointer}/component"), json!([{ "code": code, "valueInteger": 1 }]))
                })
                .collect()
        }),
        kind("con-1: a stage without summary or assessment", |message| {
            let conditions = message.of_type("Condition");
            let wrong = json!([{ "type": { "text": "clinical" } }]);
            conditions.map(|object| Mutant::set(format!("{}/stage", object.pointer), wrong.clone())).collect()
        }),
        kind("con-2: evidence without code or detail", |message| {
            let url = "http://example.org/fhir/StructureDefinition/x";
            let wrong = json!([{ "extension": [{ "url": url, "valueBoolean": true }] }]);
            message
                .of_type("Condition")
                .map(|object| Mutant::set(format!("{}/evidence", object.pointer), wrong.clone()))
                .collect()
        }),
        kind("con-4: abated, and active", |message| {
            let active = message.of_type("Condition").filter(|object| {
                message.string(&format!("{}/clinicalStatus/coding/0/code", object.pointer)) == "active"
            });
            active.map(|object| Mutant::set(format!("{}/abatementDateTime", object.pointer), "2024-01-01")).collect()
        }),
        kind("con-5: entered in error, and active", |message| {
            let system = "http://terminology.hl7.org/CodeSystem/condition-ver-status";
            let wrong = json!({ "coding": [{ "system": system, "code": "entered-in-error" }] });
            where_it_has("Condition", &["clinicalStatus"], &[], "verificationStatus", wrong)(message)
        }),
        kind("org-1: neither name nor identifier", |message| {
            let named =
                message.of_type("Organization").filter(|object| message.has(&format!("{}/name", object.pointer)));
            named
                .map(|object| {
                    Mutant::remove(format!("{}/name", object.pointer))
                        .and_remove(format!("{}/identifier", object.pointer))
                        // Something else must be left of it.
                        .and_set(format!("{}/active", object.pointer), true)
                })
                .collect()
        }),
        kind(
            "org-2: a home address",
            where_it_has("Organization", &[], &[], "address", json!([{ "use": "home", "city": "Olathe" }])),
        ),
        kind(
            "org-3: a telephone at home",
            where_it_has(
                "Organization",
                &[],
                &[],
                "telecom",
                json!([{ "system": "phone", "value": "1", "use": "home" }]),
            ),
        ),
        kind("prr-1: details of an order that is not coded", |message| {
            message
                .of_type("ServiceRequest")
                .map(|object| {
                    Mutant::set(format!("{}/orderDetail", object.pointer), json!([{ "text": "a detail" }]))
                        .and_remove(format!("{}/code", object.pointer))
                })
                .collect()
        }),
        kind(
            "qrs-1: items beneath an item and its answer",
            where_it_has("QuestionnaireResponse.item", &["answer"], &[], "item", json!([{ "linkId": "inner" }])),
        ),
    ];
    kinds
}

/// A narrative in each resource that may have one.
fn narrative(div: &'static str) -> impl Fn(&Message) -> Vec<Mutant> + Send + Sync {
    move |message| {
        let resources = message.resources().filter(|object| is(object.of, "DomainResource"));
        // Contained resources have none, as a rule (dom-1 of older releases): theirs would be another fault.
        let resources = resources.filter(|object| object.pointer.matches('/').count() == 3);
        let text = json!({ "status": "generated", "div": div });
        resources.map(|object| Mutant::set(format!("{}/text", object.pointer), text.clone())).collect()
    }
}

fn narratives() -> Vec<Kind> {
    let wrong = [
        ("txt-1: a script", "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>a</p><script>alert(1)</script></div>"),
        ("txt-1: an event", "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p onclick=\"alert(1)\">a</p></div>"),
        ("txt-1: a form", "<div xmlns=\"http://www.w3.org/1999/xhtml\"><form><input name=\"a\"/>a</form></div>"),
        ("txt-1: a frame", "<div xmlns=\"http://www.w3.org/1999/xhtml\">a<iframe src=\"http://example.org\"/></div>"),
        ("txt-1: an object", "<div xmlns=\"http://www.w3.org/1999/xhtml\">a<object data=\"a\"/></div>"),
        ("txt-2: nothing", "<div xmlns=\"http://www.w3.org/1999/xhtml\"></div>"),
        ("txt-2: blanks", "<div xmlns=\"http://www.w3.org/1999/xhtml\"> <p> </p> </div>"),
        ("xhtml-syntax: not closed", "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>a</div>"),
        ("xhtml-syntax: cut", "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>a</p>"),
        (
            "xhtml-syntax: an attribute without quotes",
            "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p class=a>a</p></div>",
        ),
        ("xhtml-syntax: a bare ampersand", "<div xmlns=\"http://www.w3.org/1999/xhtml\">a & b</div>"),
        ("xhtml-syntax: no markup", "just words"),
        ("xhtml: not in a div", "<p xmlns=\"http://www.w3.org/1999/xhtml\">a</p>"),
        ("xhtml: without namespace", "<div><p>a</p></div>"),
    ];
    wrong.into_iter().map(|(name, div)| kind(name, narrative(div))).collect()
}

fn attachments() -> Vec<Kind> {
    vec![
        kind(
            "attachment: another size than that of the data",
            everywhere("Attachment", json!({ "contentType": "text/plain", "data": "aGVsbG8=", "size": 6 })),
        ),
        kind(
            "attachment: the hash of something else",
            everywhere(
                "Attachment",
                // The SHA-1 of nothing.
                json!({ "contentType": "text/plain", "data": "aGVsbG8=", "hash": "2jmj7l5rSw0yVb/vlWAYkK/YBwk=" }),
            ),
        ),
        kind("attachment: one byte more than the data", |message| {
            let sized = message.of_type("Attachment").filter(|object| message.has(&format!("{}/data", object.pointer)));
            let size =
                sized.filter_map(|object| Some((object, message.at(&format!("{}/size", object.pointer)).as_u64()?)));
            size.map(|(object, size)| Mutant::set(format!("{}/size", object.pointer), size + 1)).collect()
        }),
    ]
}

fn extensions() -> Vec<Kind> {
    const BIRTH_PLACE: &str = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace";
    /// One more extension of a resource; its value is not looked at if it is of one that R4 does not define.
    fn more(message: &Message, resource: &str, extension: &Value) -> Mutant {
        let mut all = message.at(&format!("{resource}/extension")).as_array().cloned().unwrap_or_default();
        // An extension of the same url would be one too many.
        all.retain(|one| one["url"] != extension["url"]);
        all.push(extension.clone());
        Mutant::set(format!("{resource}/extension"), all)
    }
    vec![
        kind("extension: a modifierExtension that nobody knows", |message| {
            let wrong = json!([{ "url": "http://fhir.test/StructureDefinition/not", "valueBoolean": true }]);
            let free = message.absent("Extension").into_iter().filter(|(_, name, _)| *name == "modifierExtension");
            free.map(|(object, name, _)| Mutant::set(format!("{}/{name}", object.pointer), wrong.clone())).collect()
        }),
        kind("extension: a value of another type than its definition has", |message| {
            let wrong = json!({ "url": BIRTH_PLACE, "valueString": "Overland Park" });
            message.of_type("Patient").map(|object| more(message, &object.pointer, &wrong)).collect()
        }),
        kind("extension: a simple one with extensions", |message| {
            let wrong = json!({ "url": BIRTH_PLACE, "extension": [{ "url": "city", "valueString": "Olathe" }] });
            message.of_type("Patient").map(|object| more(message, &object.pointer, &wrong)).collect()
        }),
        kind("extension: a relative url outside of another extension", |message| {
            // Inside an extension a url is relative as a rule.
            let wrong = json!([{ "url": "spelling", "valueBoolean": true }]);
            let free = message.absent("Extension").into_iter();
            let free = free.filter(|(object, name, _)| *name == "extension" && !is(object.of, "Extension"));
            free.map(|(object, name, _)| Mutant::set(format!("{}/{name}", object.pointer), wrong.clone())).collect()
        }),
        kind("extension: where its definition does not have it", |message| {
            let wrong = json!({ "url": BIRTH_PLACE, "valueAddress": { "city": "Olathe" } });
            let others =
                message.resources().filter(|object| is(object.of, "DomainResource") && !is(object.of, "Patient"));
            others.map(|object| more(message, &object.pointer, &wrong)).collect()
        }),
        kind("extension: that of a Patient in a datatype", |message| {
            let wrong = json!([{ "url": BIRTH_PLACE, "valueAddress": { "city": "Olathe" } }]);
            let names = ["HumanName", "ContactPoint", "Identifier", "CodeableConcept", "Quantity", "Reference"];
            let free = names.iter().flat_map(|name| message.of_type(name));
            let free = free.filter(|object| !message.has(&format!("{}/extension", object.pointer)));
            free.map(|object| Mutant::set(format!("{}/extension", object.pointer), wrong.clone())).collect()
        }),
    ]
}

pub(crate) fn kinds() -> Vec<Kind> {
    [datatypes(), resources(), narratives(), attachments(), extensions()].into_iter().flatten().collect()
}
