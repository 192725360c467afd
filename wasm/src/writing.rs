//! What helps somebody who writes: completions, and what is known of a place.

use super::error::json;
use super::validator::Validator;
use fhirpost::Units;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(js_class = CoreValidator)]
impl Validator {
    /// What may be written at an offset of a text.
    pub fn complete(&self, text: &str, offset: u32) -> Result<String, JsValue> {
        json(&self.core.complete(text, offset, Units::Utf16))
    }

    /// What is known of what stands at an offset of a text.
    pub fn hover(&self, text: &str, offset: u32) -> Result<String, JsValue> {
        json(&self.core.hover(text, offset, Units::Utf16))
    }
}
