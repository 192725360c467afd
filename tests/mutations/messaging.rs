//! Faults of the Bundle, of its entries, of the MessageHeader and of references.
//!
//! Not among them, for they make no message invalid: an event that is not known, a relative or absolute reference that leads out of the
//! message, an entry that nothing links where the event's definition does not ask for it.

use crate::fault::Mutant;
use crate::message::{Message, Object, definitions, is, parent};
use crate::{Kind, kind};
use serde_json::{Value, json};

const NOWHERE: &str = "urn:uuid:00000000-0000-4000-8000-000000000000";

/// The pointers of the entries, each with its fullUrl.
fn entries(message: &Message) -> impl Iterator<Item = (String, &str)> {
    (0..message.entries()).map(|index| {
        let entry = format!("/entry/{index}");
        let url = message.string(&format!("{entry}/fullUrl"));
        (entry, url)
    })
}

fn with_url(message: &Message) -> impl Iterator<Item = (String, &str)> {
    entries(message).filter(|(_, url)| !url.is_empty())
}

/// Entries whose fullUrl ends with a type and an id: base, type, id.
fn restful(message: &Message) -> impl Iterator<Item = (String, &str, &str, &str)> {
    with_url(message).filter_map(|(entry, url)| {
        let (rest, id) = url.rsplit_once('/')?;
        let (base, of) = rest.rsplit_once('/')?;
        let fits = url.starts_with("http") && definitions().resource_type(of).is_some();
        fits.then_some((entry, base, of, id))
    })
}

fn added(message: &Message) -> String {
    format!("/entry/{}", message.entries())
}

/// References with a reference: the object, and the text.
fn references(message: &Message) -> impl Iterator<Item = (&Object, &str)> {
    let all =
        message.of_type("Reference").map(|object| (object, message.string(&format!("{}/reference", object.pointer))));
    all.filter(|(_, text)| !text.is_empty())
}

/// Each resource that says nothing of itself, with something: what is made from its type.
fn with_meta(message: &Message, meta: &dyn Fn(&str) -> Value) -> Vec<Mutant> {
    let bare = message.resources().filter(|object| !message.has(&format!("{}/meta", object.pointer)));
    bare.map(|object| {
        let of = message.string(&format!("{}/resourceType", object.pointer));
        Mutant::set(format!("{}/meta", object.pointer), meta(of))
    })
    .collect()
}

/// The focus of the message that resolves to a resource of this type: the pointer of the Reference.
fn focus(message: &Message, of: &str) -> Vec<String> {
    let focus = message.at("/entry/0/resource/focus").as_array().map_or(0, Vec::len);
    let pointers = (0..focus).map(|index| format!("/entry/0/resource/focus/{index}"));
    pointers.filter(|pointer| target_type(message, pointer) == of).collect()
}

/// The type of the resource that a Reference resolves to.
fn target_type<'m>(message: &'m Message, reference: &str) -> &'m str {
    let target = message.target(reference, message.string(&format!("{reference}/reference")));
    target.map_or("", |target| message.string(&format!("{target}/resourceType")))
}

fn of_resource<'m>(message: &'m Message, of: &'m str) -> impl Iterator<Item = (String, &'m str)> {
    entries(message).filter(move |(entry, _)| message.string(&format!("{entry}/resource/resourceType")) == of)
}

/// Contained resources, with what contains them.
fn inside(message: &Message) -> impl Iterator<Item = (&Object, &str)> {
    let contained = message.resources().filter(|object| object.pointer.matches('/').count() == 5);
    contained.map(|object| (object, parent(parent(&object.pointer))))
}

fn bundle() -> Vec<Kind> {
    vec![
        kind("msg-type: another type of Bundle", |_| {
            let others = ["document", "transaction", "batch", "collection", "history", "searchset", "messages"];
            others.iter().map(|of| Mutant::set("/type", *of)).collect()
        }),
        kind("msg-type: no Bundle", |message| vec![Mutant::set("", message.at(message.header()).clone())]),
        kind("msg-header-first: another entry before it", |message| {
            let others = entries(message).skip(1);
            others
                .map(|(entry, _)| {
                    let first = message.at("/entry/0").clone();
                    Mutant::set("/entry/0", message.at(&entry).clone()).and_set(entry, first)
                })
                .collect()
        }),
        kind("msg-header-first: no header", |message| {
            if message.entries() > 1 { vec![Mutant::remove("/entry/0")] } else { Vec::new() }
        }),
        kind("msg-header-first: no entries", |_| vec![Mutant::remove("/entry")]),
        kind("msg-header-single: a second header", |message| {
            let mut header = message.at("/entry/0").clone();
            header["fullUrl"] = json!(NOWHERE);
            header["resource"]["id"] = json!("another");
            vec![Mutant::set(added(message), header)]
        }),
        kind(
            "msg-id: Bundle.id missing",
            |message| {
                if message.has("/id") { vec![Mutant::remove("/id")] } else { Vec::new() }
            },
        ),
        kind("msg-id: MessageHeader.id missing", |message| {
            let id = format!("{}/id", message.header());
            if message.has(&id) { vec![Mutant::remove(id)] } else { Vec::new() }
        }),
        kind("bdl-1: a total", |_| vec![Mutant::set("/total", 1)]),
        kind("msg-entry: an entry without resource", |message| {
            entries(message).map(|(entry, _)| Mutant::remove(format!("{entry}/resource"))).collect()
        }),
        kind("msg-entry: a request", |message| {
            let request = json!({ "method": "POST", "url": "Basic" });
            entries(message).map(|(entry, _)| Mutant::set(format!("{entry}/request"), request.clone())).collect()
        }),
        kind("msg-entry: a response", |message| {
            let response = json!({ "status": "200" });
            entries(message).map(|(entry, _)| Mutant::set(format!("{entry}/response"), response.clone())).collect()
        }),
        kind("msg-entry: a search", |message| {
            let search = json!({ "mode": "match" });
            entries(message).map(|(entry, _)| Mutant::set(format!("{entry}/search"), search.clone())).collect()
        }),
        kind("bundle-fullurl-missing: no fullUrl", |message| {
            with_url(message).map(|(entry, _)| Mutant::remove(format!("{entry}/fullUrl"))).collect()
        }),
        kind("msg-fullurl-absolute: a relative one", |message| {
            let relative = restful(message);
            relative.map(|(entry, _, of, id)| Mutant::set(format!("{entry}/fullUrl"), format!("{of}/{id}"))).collect()
        }),
        kind("msg-fullurl-absolute: without scheme", |message| {
            with_url(message)
                .map(|(entry, _)| Mutant::set(format!("{entry}/fullUrl"), "example.org/fhir/Basic/a"))
                .collect()
        }),
        kind("msg-fullurl-version: of a version", |message| {
            restful(message)
                .map(|(entry, base, of, id)| {
                    Mutant::set(format!("{entry}/fullUrl"), format!("{base}/{of}/{id}/_history/1"))
                })
                .collect()
        }),
        kind("msg-fullurl-urn: no UUID", |message| {
            with_url(message).map(|(entry, _)| Mutant::set(format!("{entry}/fullUrl"), "urn:uuid:patient-1")).collect()
        }),
        kind("msg-fullurl-urn: a UUID in capitals", |message| {
            let urns = with_url(message).filter(|(_, url)| url.starts_with("urn:uuid:"));
            let capital =
                urns.map(|(entry, url)| (entry, format!("urn:uuid:{}", url["urn:uuid:".len()..].to_uppercase()), url));
            // A UUID of digits alone has no capitals.
            let capital = capital.filter(|(_, capital, url)| capital != url);
            capital.map(|(entry, capital, _)| Mutant::set(format!("{entry}/fullUrl"), capital)).collect()
        }),
        kind("msg-fullurl-id: another id", |message| {
            // Without an id there is nothing to disagree with.
            let with_id = restful(message).filter(|(entry, ..)| message.has(&format!("{entry}/resource/id")));
            with_id
                .map(|(entry, base, of, id)| {
                    let short: String = id.chars().take(60).collect();
                    Mutant::set(format!("{entry}/fullUrl"), format!("{base}/{of}/{short}-x"))
                })
                .collect()
        }),
        kind("msg-fullurl-id: another type", |message| {
            restful(message)
                .map(|(entry, base, _, id)| Mutant::set(format!("{entry}/fullUrl"), format!("{base}/Basic/{id}")))
                .collect()
        }),
        kind("msg-fullurl-unique: that of another entry", |message| {
            let mut made = Vec::new();
            for (one, _) in with_url(message) {
                for (other, url) in with_url(message).filter(|(other, _)| *other != one) {
                    let version = |entry: &str| message.at(&format!("{entry}/resource/meta/versionId")).clone();
                    // Two versions of a resource may share a fullUrl.
                    if version(&one) == version(&other) {
                        made.push(Mutant::set(format!("{one}/fullUrl"), url).or_at(format!("{other}/fullUrl")));
                    }
                }
            }
            made
        }),
        kind("bdl-7: an entry twice", |message| {
            with_url(message).map(|(entry, _)| Mutant::set(added(message), message.at(&entry).clone())).collect()
        }),
    ]
}

fn header() -> Vec<Kind> {
    fn coding(message: &Message) -> Option<&'static str> {
        message.has("/entry/0/resource/eventCoding").then_some("/entry/0/resource/eventCoding")
    }
    fn endpoints(message: &Message) -> impl Iterator<Item = String> {
        let header = message.header();
        let places = message.objects.iter().filter(move |object| {
            ["MessageHeader.source", "MessageHeader.destination"].contains(&message.name_of(object))
                && object.pointer.starts_with(header)
        });
        places.map(|object| format!("{}/endpoint", object.pointer)).filter(|endpoint| message.at(endpoint).is_string())
    }
    vec![
        kind("msg-event: no system", |message| {
            coding(message).map(|coding| Mutant::remove(format!("{coding}/system"))).into_iter().collect()
        }),
        kind("msg-event: no code", |message| {
            coding(message).map(|coding| Mutant::remove(format!("{coding}/code"))).into_iter().collect()
        }),
        kind("msg-event: a relative uri", |message| {
            let uri = format!("{}/eventUri", message.header());
            coding(message)
                .map(|coding| Mutant::remove(coding).and_set(uri.clone(), "an-event").or_at(uri))
                .into_iter()
                .collect()
        }),
        kind("msg-endpoint: relative", |message| {
            endpoints(message).map(|endpoint| Mutant::set(endpoint, "fhir/endpoint")).collect()
        }),
        kind("msg-endpoint: without scheme", |message| {
            endpoints(message).map(|endpoint| Mutant::set(endpoint, "localhost:8080/fhir")).collect()
        }),
        kind("msg-focus-unresolved: a focus that resolves nowhere", |message| {
            let references =
                references(message).filter(|(object, _)| object.pointer.starts_with("/entry/0/resource/focus/"));
            let wrong =
                [NOWHERE, "ServiceRequest/none", "https://nowhere.example.org/fhir/ServiceRequest/none", "#none"];
            references
                .flat_map(|(object, _)| {
                    wrong.iter().map(|to| Mutant::set(format!("{}/reference", object.pointer), *to))
                })
                .collect()
        }),
        kind("msg-focus-unresolved: a focus by display alone", |message| {
            let references =
                references(message).filter(|(object, _)| object.pointer.starts_with("/entry/0/resource/focus/"));
            references.map(|(object, _)| Mutant::set(&object.pointer, json!({ "display": "a referral" }))).collect()
        }),
        kind("msg-focus: not what the event is about", |message| {
            // Where no other focus is a ServiceRequest, the event lacks one.
            let focus = focus(message, "ServiceRequest");
            if !message.is_known_request() || focus.len() != 1 {
                return Vec::new();
            }
            let others = with_url(message)
                .skip(1)
                .filter(|(entry, _)| message.string(&format!("{entry}/resource/resourceType")) != "ServiceRequest");
            // One that occurs twice is ambiguous: another fault.
            let others = others.filter(|(_, url)| with_url(message).filter(|(_, other)| other == url).count() == 1);
            others
                .map(|(_, url)| Mutant::set(format!("{}/reference", focus[0]), url).or_at("/entry/0/resource/focus"))
                .collect()
        }),
        kind("msg-focus: none", |message| {
            let focus = "/entry/0/resource/focus";
            if message.is_known_request() && message.has(focus) { vec![Mutant::remove(focus)] } else { Vec::new() }
        }),
        kind("msg-content: a second one", |message| {
            if !message.is_known_request() {
                return Vec::new();
            }
            let mut made = Vec::new();
            for of in ["ServiceRequest", "Patient"] {
                for (entry, _) in of_resource(message, of) {
                    let mut copy = message.at(&entry).clone();
                    copy["fullUrl"] = json!(NOWHERE);
                    copy["resource"]["id"] = json!("another");
                    made.push(Mutant::set(added(message), copy));
                }
            }
            made
        }),
        kind("msg-content: none", |message| {
            let patients = of_resource(message, "Patient").filter(|_| message.is_known_request());
            patients.map(|(entry, _)| Mutant::remove(entry)).collect()
        }),
        kind("msg-link: a subject that is not a Patient of the message", |message| {
            let requests = of_resource(message, "ServiceRequest").filter(|_| message.is_known_request());
            let outside = [
                "https://nowhere.example.org/fhir/Group/1",
                "https://nowhere.example.org/fhir/Patient/1",
                "Patient/none",
            ];
            requests
                .flat_map(|(entry, _)| outside.map(|to| Mutant::set(format!("{entry}/resource/subject/reference"), to)))
                .collect()
        }),
        kind("msg-unreachable: an entry that nothing links", |message| {
            if !message.is_known_request() {
                return Vec::new();
            }
            let alone = json!({ "resourceType": "Organization", "id": "alone", "name": "Alone" });
            vec![Mutant::set(added(message), json!({ "fullUrl": NOWHERE, "resource": alone }))]
        }),
        kind("msg-response: details that resolve nowhere", |message| {
            let answer = message.is_answer();
            let details = "/entry/0/resource/response/details";
            [NOWHERE, "https://nowhere.example.org/fhir/OperationOutcome/none", "#none"]
                .iter()
                .filter(|_| answer)
                .map(|to| Mutant::set(details, json!({ "reference": to })))
                .collect()
        }),
        kind("msg-response: ok, with errors in the details", |message| {
            let details = "/entry/0/resource/response/details";
            let outcome = message.target(details, message.string(&format!("{details}/reference")));
            let Some(outcome) = outcome else { return Vec::new() };
            let mut issues = message.at(&format!("{outcome}/issue")).as_array().into_iter().flatten();
            let wrong = issues.any(|issue| ["error", "fatal"].iter().any(|severity| issue["severity"] == *severity));
            if wrong { vec![Mutant::set("/entry/0/resource/response/code", "ok")] } else { Vec::new() }
        }),
        kind("msg-response: no identifier", |message| {
            if message.is_answer() { vec![Mutant::remove("/entry/0/resource/response/identifier")] } else { Vec::new() }
        }),
    ]
}

fn between_resources() -> Vec<Kind> {
    vec![
        kind("ref-form: neither a URL nor a type and an id", |message| {
            // What dangles in the header has rules of its own.
            let others = references(message).filter(|(object, _)| !object.pointer.starts_with("/entry/0/resource/"));
            let forms = ["a/b/c", "Foo/1", "/Patient/1", "nowhere", "http://", "http:///Patient/1", "urn:uuid:zzz", "urn:oid:a"];
            others
                .flat_map(|(object, _)| {
                    forms.iter().map(|to| Mutant::set(format!("{}/reference", object.pointer), *to))
                })
                .collect()
        })
        .told_by("ref-form"),
        kind("primitive-value: a reference with a blank", |message| {
            references(message)
                .map(|(object, _)| Mutant::set(format!("{}/reference", object.pointer), "Patient/a b"))
                .collect()
        }),
        kind("element-unknown: a companion of an id", |message| {
            message
                .resources()
                .map(|object| Mutant::set(format!("{}/_id", object.pointer), json!({ "id": "a" })))
                .collect()
        }),
        kind("meta-profile: one of another type", |message| {
            with_meta(message, &|of| {
                let other = if of == "Basic" { "Patient" } else { "Basic" };
                json!({ "profile": [format!("http://hl7.org/fhir/StructureDefinition/{other}")] })
            })
        }),
        kind("meta-profile: a relative one", |message| {
            with_meta(message, &|of| json!({ "profile": [format!("StructureDefinition/{of}")] }))
        }),
        kind("meta-profile: an extension", |message| {
            with_meta(message, &|_| {
                json!({ "profile": ["http://hl7.org/fhir/StructureDefinition/patient-birthPlace"] })
            })
        }),
        kind("profile-unknown: one that nobody has defined", |message| {
            let profile = "https://nowhere.example.org/fhir/StructureDefinition/none";
            with_meta(message, &|_| json!({ "profile": [profile] }))
        })
        .told_by("profile-unknown"),
        kind("answer-type: an option or a first value of another type", |message| {
            let questions = [
                json!({ "linkId": "1", "type": "choice", "answerOption": [{ "valueTime": "12:00:00" }, { "valueQuantity": { "value": 1 } }] }),
                json!({ "linkId": "1", "type": "boolean", "initial": [{ "valueString": "yes" }] }),
                json!({ "linkId": "1", "type": "group", "item": [{ "linkId": "2", "type": "date", "initial": [{ "valueDateTime": "2026-01-01" }] }] }),
            ];
            let questionnaire = |question: &Value| {
                let resource = json!({ "resourceType": "Questionnaire", "status": "draft", "item": [question] });
                Mutant::set(added(message), json!({ "fullUrl": NOWHERE, "resource": resource }))
            };
            questions.iter().map(questionnaire).collect()
        })
        .told_by("answer-type"),
        kind("constraint-unchecked: constraints that take more work than the text may cause", |message| {
            // The text is long, and so is the validation: one message says it.
            if !message.is_rich() {
                return Vec::new();
            }
            // Each snapshot is compared with the path of the first.
            let snapshot = |path: &str| {
                format!(r#""snapshot":{{"element":[{{"id":"a","path":"{path}"}},{{"id":"b","path":"q.b"}}]}}"#)
            };
            let first = snapshot(&"p".repeat(100_000));
            let entry = format!(
                r#","entry":[{{"resource":{{"resourceType":"StructureDefinition",{first}{}}}}}]"#,
                format!(",{}", snapshot("q")).repeat(100)
            );
            let end = message.text.len() - 1;
            vec![Mutant::insert(end, &entry, (0, entry.len()))]
        })
        .told_by("constraint-unchecked"),
        kind("meta-duplicate: a tag twice", |message| {
            with_meta(message, &|_| json!({ "tag": [{ "code": "a" }, { "code": "a", "display": "A" }] }))
        })
        .told_by("meta-duplicate"),
        kind("element-id: two of one id", |message| {
            with_meta(message, &|_| json!({ "id": "a", "tag": [{ "id": "a", "code": "a" }] }))
        }),
        kind("msg-ref-unresolved: a urn of no entry", |message| {
            references(message)
                .map(|(object, _)| Mutant::set(format!("{}/reference", object.pointer), NOWHERE))
                .collect()
        }),
        kind("ref-1: an id that nothing contained has", |message| {
            references(message)
                .map(|(object, _)| Mutant::set(format!("{}/reference", object.pointer), "#none"))
                .collect()
        }),
        kind("ref-1: a new reference to nothing contained", |message| {
            crate::invariants::added(message, "Reference", &json!({ "reference": "#none" }))
        }),
        kind("ref-1: what another resource contains", |message| {
            let mut made = Vec::new();
            for (contained, container) in inside(message) {
                let local = format!("#{}", message.string(&format!("{}/id", contained.pointer)));
                let others = references(message).filter(|(object, _)| {
                    !object.pointer.starts_with(&format!("{container}/"))
                        && message.target(&object.pointer, &local).is_none()
                });
                made.extend(
                    others.map(|(object, _)| Mutant::set(format!("{}/reference", object.pointer), local.clone())),
                );
            }
            made
        }),
        kind("msg-ref-ambiguous: a contained resource twice", |message| {
            let referred = inside(message).filter_map(|(contained, container)| {
                let leads = |(object, text): &(&Object, &str)| {
                    text.starts_with('#')
                        && message.target(&object.pointer, text).as_deref() == Some(&contained.pointer)
                };
                let (first, _) = references(message).find(leads)?;
                let next = message.at(&format!("{container}/contained")).as_array()?.len();
                let copy = message.at(&contained.pointer).clone();
                Some(
                    Mutant::set(format!("{container}/contained/{next}"), copy)
                        .or_at(format!("{}/reference", first.pointer)),
                )
            });
            referred.collect()
        }),
        kind("msg-ref-type: to an entry of another type", |message| {
            let mut made = Vec::new();
            for place in &message.values {
                let member = &message.members[place.member];
                if !is(place.of, "Reference") || !message.has(&format!("{}/reference", place.pointer)) {
                    continue;
                }
                let body = definitions().body(definitions().type_of(member.holder));
                let allowed = body.targets(body.type_ref(member.field.type_ref));
                let fits = |of: &str| {
                    let of = definitions().resource_type(of);
                    allowed.is_empty()
                        || of.is_some_and(|of| allowed.iter().any(|&target| definitions().is_a(of, target)))
                };
                for (entry, url) in with_url(message) {
                    let of = message.string(&format!("{entry}/resource/resourceType"));
                    let single = with_url(message).filter(|(_, other)| *other == url).count() == 1;
                    if !fits(of) && single {
                        made.push(Mutant::set(format!("{}/reference", place.pointer), url));
                        break;
                    }
                }
                let near = inside(message).filter(|(_, container)| place.pointer.starts_with(&format!("{container}/")));
                for (contained, _) in near.filter(|(contained, _)| !fits(message.name_of(contained))) {
                    let local = format!("#{}", message.string(&format!("{}/id", contained.pointer)));
                    made.push(Mutant::set(format!("{}/reference", place.pointer), local));
                }
                if !fits("Basic") {
                    let outside = "https://nowhere.example.org/fhir/Basic/1";
                    made.push(Mutant::set(format!("{}/reference", place.pointer), outside));
                }
            }
            made
        }),
        kind("msg-ref-type: Reference.type contradicts", |message| {
            let known = references(message).filter(|(object, text)| {
                let target = message.target(&object.pointer, text);
                target.is_some_and(|target| !["", "Basic"].contains(&message.string(&format!("{target}/resourceType"))))
            });
            known.map(|(object, _)| Mutant::set(format!("{}/type", object.pointer), "Basic")).collect()
        }),
        kind("msg-ref-type: a Reference.type alone that the element does not allow", |message| {
            let references = message.values.iter().filter(|place| {
                let member = &message.members[place.member];
                let body = definitions().body(definitions().type_of(member.holder));
                let allowed = body.targets(body.type_ref(member.field.type_ref));
                let basic = definitions().resource_type("Basic").unwrap();
                is(place.of, "Reference")
                    && !allowed.is_empty()
                    && !allowed.iter().any(|&target| definitions().is_a(basic, target))
            });
            let wrong = json!({ "type": "Basic", "identifier": { "system": "http://example.org/ids", "value": "a" } });
            references.map(|place| Mutant::set(&place.pointer, wrong.clone())).collect()
        }),
        kind("msg-ref-type: Reference.type in another case", |message| {
            let known = references(message).map(|(object, _)| (object, target_type(message, &object.pointer)));
            let known = known.filter(|(_, of)| !of.is_empty());
            known.map(|(object, of)| Mutant::set(format!("{}/type", object.pointer), of.to_lowercase())).collect()
        }),
        kind("msg-ref-ambiguous: an entry twice", |message| {
            // The references that resolve to it, and the copy, have the fault.
            let copied = with_url(message).skip(1).filter_map(|(entry, _)| {
                let resource = format!("{entry}/resource");
                let referring: Vec<&Object> = references(message)
                    .filter(|(object, text)| message.target(&object.pointer, text).as_deref() == Some(&resource))
                    .map(|(object, _)| object)
                    .collect();
                let first = *referring.first()?;
                let mut mutant = Mutant::set(
                    format!("{}/reference", first.pointer),
                    message.at(&format!("{}/reference", first.pointer)).clone(),
                );
                mutant = mutant.and_set(added(message), message.at(&entry).clone());
                Some(mutant)
            });
            copied.collect()
        }),
    ]
}

fn contained() -> Vec<Kind> {
    /// Entries' resources that may contain others, the header too.
    fn containers(message: &Message) -> impl Iterator<Item = &Object> {
        message.resources().filter(|object| is(object.of, "DomainResource") && object.pointer.matches('/').count() == 3)
    }
    /// The pointer of one more contained resource.
    fn next(message: &Message, container: &Object) -> String {
        let length = message.at(&format!("{}/contained", container.pointer)).as_array().map_or(0, Vec::len);
        format!("{}/contained/{length}", container.pointer)
    }
    fn more(message: &Message, container: &Object, resource: Value) -> Mutant {
        let next = next(message, container);
        if next.ends_with("/0") {
            Mutant::set(parent(&next), json!([resource])).or_at(container.pointer.clone())
        } else {
            Mutant::set(next, resource).or_at(container.pointer.clone())
        }
    }
    vec![
        kind("dom-2: contained in a contained one", |message| {
            inside(message)
                .map(|(object, container)| {
                    let inner = json!([{ "resourceType": "Basic", "id": "inner", "code": { "text": "a" } }]);
                    Mutant::set(format!("{}/contained", object.pointer), inner).or_at(container)
                })
                .collect()
        }),
        kind("dom-3: contained, and nothing refers to it", |message| {
            let alone = json!({ "resourceType": "Basic", "id": "alone", "code": { "text": "a" } });
            containers(message).map(|container| more(message, container, alone.clone())).collect()
        }),
        kind("dom-3: contained, without an id", |message| {
            let alone = json!({ "resourceType": "Basic", "code": { "text": "a" } });
            containers(message).map(|container| more(message, container, alone.clone())).collect()
        }),
        kind("dom-4: contained, with a version", |message| {
            let meta = json!({ "versionId": "1" });
            inside(message)
                .map(|(object, container)| {
                    Mutant::set(format!("{}/meta", object.pointer), meta.clone()).or_at(container)
                })
                .collect()
        }),
        kind("dom-4: contained, with lastUpdated", |message| {
            let meta = json!({ "lastUpdated": "2024-01-01T00:00:00Z" });
            inside(message)
                .map(|(object, container)| {
                    Mutant::set(format!("{}/meta", object.pointer), meta.clone()).or_at(container)
                })
                .collect()
        }),
        kind("dom-5: contained, with a security label", |message| {
            let system = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
            let meta = json!({ "security": [{ "system": system, "code": "R" }] });
            inside(message)
                .map(|(object, container)| {
                    Mutant::set(format!("{}/meta", object.pointer), meta.clone()).or_at(container)
                })
                .collect()
        }),
    ]
}

pub(crate) fn kinds() -> Vec<Kind> {
    [bundle(), header(), between_resources(), contained()].into_iter().flatten().collect()
}
