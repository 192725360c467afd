//! Composing a message.

use super::arguments::Arguments;
use super::error::{json, refused};
use super::given::Given;
use super::options::ValidateOptions;
use super::validator::Validator;
use fhirpost::document::NodeId;
use fhirpost::{ComposeContext, Composition, EventName, Part, Units};
use wasm_bindgen::prelude::*;

/// The arguments of `compose`, but for the time and the ids.
fn composition(given: &Arguments<'_>) -> Composition {
    let root = NodeId::ROOT;
    let raw = |name| given.get(root, name).map(|node| given.raw(node));
    let parts = |name| given.items(root, name).map(|item| part(given, item)).collect();
    let event = given.get(root, "event").unwrap_or(root);
    Composition {
        event: EventName {
            system: given.text(event, "system"),
            code: given.text(event, "code"),
            uri: given.text(event, "uri"),
        },
        focus: parts("focus"),
        resources: parts("resources"),
        source: raw("source"),
        destinations: given.raws(root, "destination"),
        header: raw("header"),
        base: given.text(root, "base"),
    }
}

/// An entry says where its resource is; anything else is the resource.
fn part(given: &Arguments<'_>, item: NodeId) -> Part {
    let inner = given.get(item, "resource").filter(|&inner| given.is_object(inner));
    let is_entry = inner.is_some() && given.get(item, "resourceType").is_none();
    Part {
        resource: given.raw(inner.filter(|_| is_entry).unwrap_or(item)),
        full_url: given.text(item, "fullUrl").filter(|_| is_entry),
    }
}

#[wasm_bindgen(js_class = CoreValidator)]
impl Validator {
    /// Composes a message. Gives JSON text: the message, as text, and its report.
    pub fn compose(&self, input: &str, given: Option<Given>) -> Result<String, JsValue> {
        let options = ValidateOptions::from(given).options(Units::Utf16);
        let given = Arguments::read(input).map_err(|error| refused(&error))?;
        let now = given.text(NodeId::ROOT, "now").ok_or_else(|| refused(&"now must be a string"))?;
        let context = ComposeContext { now, ids: given.texts(NodeId::ROOT, "ids") };
        json(&self.core.compose(&composition(&given), &context, &options).map_err(|error| refused(&error))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_taken_apart_and_a_resource_is_not() {
        let given = Arguments::read(
            r#"{ "event": { "code": "c" }, "focus": [{ "fullUrl": "urn:x", "resource": { "a": 1.50 } }],
                "resources": [{ "resourceType": "X", "resource": {}, "fullUrl": "y" }, { "resource": [] }], "source": {},
                "destination": [{}, {}] }"#,
        )
        .unwrap();
        let made = composition(&given);
        let parts = |parts: &[Part]| -> Vec<(String, Option<String>)> {
            parts.iter().map(|part| (part.resource.clone(), part.full_url.clone())).collect()
        };
        assert_eq!(parts(&made.focus), [(r#"{ "a": 1.50 }"#.to_owned(), Some("urn:x".to_owned()))]);
        let whole = r#"{ "resourceType": "X", "resource": {}, "fullUrl": "y" }"#.to_owned();
        assert_eq!(parts(&made.resources), [(whole, None), (r#"{ "resource": [] }"#.to_owned(), None)]);
        assert_eq!((made.event.code.as_deref(), made.source.as_deref()), (Some("c"), Some("{}")));
        assert_eq!((made.destinations.len(), made.header, made.base), (2, None, None));
    }
}
