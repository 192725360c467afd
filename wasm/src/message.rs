//! A text that was read once, for as many questions as there are.

use fhirpost::document::Units;
use fhirpost::json;
use wasm_bindgen::prelude::*;

/// A text and its document, which live in here until it is freed.
#[wasm_bindgen(js_name = CoreMessage)]
pub struct Message {
    pub(crate) text: json::Message<'static>,
    /// What offsets in it count.
    pub(crate) units: Units,
}
