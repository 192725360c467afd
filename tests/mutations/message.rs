//! A valid message, and the places in it where a fault may go, found by the definitions.

use fhirpost::definitions::{Definitions, Element, Field, Primitive, TypeId, TypeKind};
use fhirpost::report::{Issue, Severity};
use fhirpost::{Options, Report, Validator, What};
use serde_json::{Value, json};
use std::sync::LazyLock;

pub(crate) static VALIDATOR: LazyLock<Validator> = LazyLock::new(Validator::default);

pub(crate) fn definitions() -> &'static Definitions {
    VALIDATOR.definitions()
}

/// A message that mutants are made of.
pub(crate) struct Message {
    pub(crate) name: String,
    /// Ours: it has no error.
    pub(crate) own: bool,
    pub(crate) value: Value,
    /// The message as text; text-level faults go into this one.
    pub(crate) text: String,
    pub(crate) objects: Vec<Object>,
    pub(crate) members: Vec<Member>,
    pub(crate) values: Vec<Place>,
    /// The errors that it has without a fault of ours.
    pub(crate) errors: Vec<Issue>,
}

/// An object, and the type that it is of.
pub(crate) struct Object {
    pub(crate) pointer: String,
    pub(crate) of: TypeId,
}

/// A property that its object's type has; companions (`_x`) are none of these.
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) pointer: String,
    pub(crate) holder: TypeId,
    pub(crate) field: Field,
    pub(crate) companion: bool,
}

/// A value of a property: the property's own, or an item of its array.
#[derive(Clone)]
pub(crate) struct Place {
    /// The index of its property.
    pub(crate) member: usize,
    pub(crate) pointer: String,
    pub(crate) of: TypeId,
}

impl Member {
    pub(crate) fn element(&self) -> &'static Element {
        let body = definitions().body(definitions().type_of(self.holder));
        body.element(&self.field)
    }

    pub(crate) fn of(&self) -> TypeId {
        let body = definitions().body(definitions().type_of(self.holder));
        body.type_ref(self.field.type_ref).of
    }
}

impl Message {
    /// Whether it is the one that has something of everything.
    pub(crate) fn is_rich(&self) -> bool {
        self.name.ends_with("/rich-message.json")
    }
}

/// Whether an issue makes a message invalid.
pub(crate) fn is_error(issue: &Issue) -> bool {
    issue.severity <= Severity::Error
}

pub(crate) fn validate(text: &str) -> Report {
    VALIDATOR.validate(text, &Options::of(What::Message))
}

pub(crate) fn primitive(of: TypeId) -> Option<Primitive> {
    match definitions().type_of(of).kind {
        TypeKind::Primitive(primitive) => Some(primitive),
        _ => None,
    }
}

pub(crate) fn type_named(name: &str) -> TypeId {
    definitions().type_named(name).unwrap()
}

/// Whether a type is the one of this name, or derived from it.
pub(crate) fn is(of: TypeId, name: &str) -> bool {
    definitions().is_a(of, type_named(name))
}

pub(crate) fn is_resource(of: TypeId) -> bool {
    definitions().type_of(of).kind == TypeKind::Resource
}

pub(crate) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The pointer of what holds the value at this pointer.
pub(crate) fn parent(pointer: &str) -> &str {
    pointer.rsplit_once('/').map_or("", |(parent, _)| parent)
}

pub(crate) fn last(pointer: &str) -> &str {
    pointer.rsplit_once('/').map_or("", |(_, last)| last)
}

impl Message {
    pub(crate) fn new(name: String, own: bool, value: Value) -> Self {
        let text = serde_json::to_string_pretty(&value).unwrap();
        let errors = validate(&text).issues.into_iter().filter(is_error).collect();
        let (objects, members, values) = (Vec::new(), Vec::new(), Vec::new());
        let mut message = Self { name, own, value: Value::Null, text, objects, members, values, errors };
        message.resource("", &value);
        message.value = value;
        message
    }

    fn resource(&mut self, pointer: &str, value: &Value) {
        let name = value["resourceType"].as_str().unwrap_or_default();
        if let Some(of) = definitions().resource_type(name) {
            self.object(pointer, value, of);
        }
    }

    fn object(&mut self, pointer: &str, value: &Value, of: TypeId) {
        let Some(properties) = value.as_object() else { return };
        self.objects.push(Object { pointer: pointer.into(), of });
        let body = definitions().body(definitions().type_of(of));
        for (key, value) in properties {
            let pointer = format!("{pointer}/{}", escape(key));
            let name = key.strip_prefix('_').unwrap_or(key);
            let Some(field) = body.field(definitions().names().find(name.as_bytes())) else { continue };
            let each = |value: &Value| -> Vec<(String, Value)> {
                match value {
                    Value::Array(items) => items
                        .iter()
                        .enumerate()
                        .map(|(index, item)| (format!("{pointer}/{index}"), item.clone()))
                        .collect(),
                    one => vec![(pointer.clone(), one.clone())],
                }
            };
            if name != key {
                for (pointer, value) in each(value) {
                    self.object(&pointer, &value, type_named("Element"));
                }
                continue;
            }
            let companion = properties.contains_key(&format!("_{key}"));
            let member = self.members.len();
            let field = *field;
            self.members.push(Member { name: key.clone(), pointer: pointer.clone(), holder: of, field, companion });
            let of = body.type_ref(field.type_ref).of;
            for (pointer, value) in each(value) {
                self.values.push(Place { member, pointer: pointer.clone(), of });
                match definitions().type_of(of).kind {
                    TypeKind::Primitive(_) => {}
                    TypeKind::Complex => self.object(&pointer, &value, of),
                    TypeKind::Resource | TypeKind::AbstractResource => self.resource(&pointer, &value),
                }
            }
        }
    }

    pub(crate) fn at(&self, pointer: &str) -> &Value {
        self.value.pointer(pointer).unwrap_or(&Value::Null)
    }

    pub(crate) fn string(&self, pointer: &str) -> &str {
        self.at(pointer).as_str().unwrap_or_default()
    }

    pub(crate) fn has(&self, pointer: &str) -> bool {
        self.value.pointer(pointer).is_some()
    }

    pub(crate) fn name_of(&self, object: &Object) -> &'static str {
        definitions().type_of(object.of).name.as_ref()
    }

    /// The objects of a type, or of one derived from it.
    pub(crate) fn of_type(&self, name: &str) -> impl Iterator<Item = &Object> {
        let of = type_named(name);
        self.objects.iter().filter(move |object| definitions().is_a(object.of, of))
    }

    pub(crate) fn resources(&self) -> impl Iterator<Item = &Object> {
        self.objects.iter().filter(|object| is_resource(object.of))
    }

    /// The values of a primitive type.
    pub(crate) fn primitives(&self, wanted: &'static [Primitive]) -> impl Iterator<Item = &Place> {
        self.values.iter().filter(move |place| {
            primitive(place.of).is_some_and(|of| wanted.contains(&of)) && !self.at(&place.pointer).is_null()
        })
    }

    /// Where an element of a type could be added that is not there: the pointer of the object, the name, whether it repeats. Choices are
    /// left out: their other types may be there.
    pub(crate) fn absent(&self, name: &str) -> Vec<(&Object, &'static str, bool)> {
        let wanted = type_named(name);
        let mut found = Vec::new();
        for object in &self.objects {
            let body = definitions().body(definitions().type_of(object.of));
            for field in &body.fields {
                let element = body.element(field);
                if element.choice || element.max == Some(0) || body.type_ref(field.type_ref).of != wanted {
                    continue;
                }
                let name = definitions().names().text(field.name);
                let there = [name.to_owned(), format!("_{name}")]
                    .iter()
                    .any(|key| self.has(&format!("{}/{key}", object.pointer)));
                if !there {
                    found.push((object, name, element.array));
                }
            }
        }
        found
    }

    pub(crate) fn entries(&self) -> usize {
        self.value["entry"].as_array().map_or(0, Vec::len)
    }

    /// The pointer of the MessageHeader.
    pub(crate) fn header(&self) -> &'static str {
        "/entry/0/resource"
    }

    pub(crate) fn is_answer(&self) -> bool {
        self.has("/entry/0/resource/response")
    }

    /// Whether this is a request whose event has a definition here.
    pub(crate) fn is_known_request(&self) -> bool {
        let coding = self.at("/entry/0/resource/eventCoding");
        let known = ["submit-service-request", "update-service-request"];
        !self.is_answer()
            && coding["system"] == json!("http://ntst.com/fhir/message-events")
            && coding["code"].as_str().is_some_and(|code| known.contains(&code))
    }

    /// The resource that a reference in an entry resolves to, by its pointer; none where that cannot be told simply.
    pub(crate) fn target(&self, from: &str, reference: &str) -> Option<String> {
        if let Some(id) = reference.strip_prefix('#') {
            let container = from.split('/').take(4).collect::<Vec<_>>().join("/");
            let contained = self.at(&container)["contained"].as_array()?;
            let index = contained.iter().position(|one| one["id"] == json!(id))?;
            return Some(format!("{container}/contained/{index}"));
        }
        // A relative reference has the base of the entry that it is in.
        let entry = from.split('/').take(3).collect::<Vec<_>>().join("/");
        let from = self.string(&format!("{entry}/fullUrl"));
        let base = from.starts_with("http").then(|| parent(parent(from)));
        let leads = |index: &usize| {
            let url = self.string(&format!("/entry/{index}/fullUrl"));
            url == reference || base.is_some_and(|base| url == format!("{base}/{reference}"))
        };
        let found: Vec<usize> = (0..self.entries()).filter(leads).collect();
        match found.as_slice() {
            [one] => Some(format!("/entry/{one}/resource")),
            _ => None,
        }
    }
}
