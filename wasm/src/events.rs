//! The events that a validator knows.

use super::error::json;
use super::validator::Validator;
use fhirpost::EventName;
use fhirpost::definitions::{Cardinality, Category, MessageDefinition, ResponseRequired};
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// What a MessageDefinition says of an event.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KnownEvent {
    /// Its canonical URL.
    definition: String,
    event: EventName,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<Category>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_required: Option<ResponseRequired>,
    /// What the message is about.
    focus: Vec<Demand>,
    /// What may be in the message; empty when the definition does not say.
    content: Vec<Demand>,
    /// Canonical URLs of the definitions of its answers.
    allowed_responses: Vec<String>,
}

/// How many of a resource type an event asks for.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[derive(Serialize)]
pub struct Demand {
    /// The resource type.
    #[serde(rename = "type")]
    of: String,
    min: u32,
    /// Absent when there is no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<u32>,
}

impl Demand {
    fn of((of, Cardinality { min, max }): (&String, Cardinality)) -> Self {
        Self { of: of.clone(), min, max }
    }
}

impl From<&MessageDefinition> for KnownEvent {
    fn from(known: &MessageDefinition) -> Self {
        Self {
            definition: known.url.clone(),
            event: EventName::from(&known.event),
            category: known.category,
            response_required: known.response_required,
            focus: known.focus.iter().map(|one| Demand::of((&one.code, one.cardinality))).collect(),
            content: known.content.iter().map(|one| Demand::of((&one.code, one.cardinality))).collect(),
            allowed_responses: known.allowed_responses.iter().map(|allowed| allowed.message.clone()).collect(),
        }
    }
}

impl Validator {
    fn known_events(&self) -> Vec<KnownEvent> {
        self.core.definitions().messages().iter().map(KnownEvent::from).collect()
    }
}

#[wasm_bindgen(js_class = CoreValidator)]
impl Validator {
    /// Every known event.
    pub fn events(&self) -> Result<String, JsValue> {
        json(&self.known_events())
    }
}
