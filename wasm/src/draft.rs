//! A text while it is written.

use super::error::refused;
use super::given::Given;
use super::options::ValidateOptions;
use super::report::report_text;
use super::validator::Validator;
use fhirpost::{Draft as Core, TextEdit, Units};
use wasm_bindgen::prelude::*;

/// A text that is edited, with what is kept of its verdict, which live in here until it is freed.
#[wasm_bindgen(js_name = CoreDraft)]
pub struct Draft {
    draft: Core,
}

#[wasm_bindgen(js_class = CoreDraft)]
impl Draft {
    /// The verdict on the text of now.
    pub fn report(&self) -> Result<String, JsValue> {
        report_text(self.draft.report())
    }

    /// Edits the text, and gives the verdict on it. Each text takes the place of what is between two places, which count UTF-16.
    pub fn edit(&mut self, places: &[u32], texts: Vec<String>) -> Result<String, JsValue> {
        let edit = |(place, text): (&[u32; 2], String)| TextEdit { start: place[0], end: place[1], text };
        let edits: Vec<TextEdit> = places.as_chunks().0.iter().zip(texts).map(edit).collect();
        let report = self.draft.edit(&edits).map_err(|error| refused(&error))?;
        report_text(report)
    }
}

#[wasm_bindgen(js_class = CoreValidator)]
impl Validator {
    /// Takes the first so many bytes of the room, which are UTF-8, as a text that is going to be edited.
    pub fn draft(&mut self, length: usize, given: Option<Given>) -> Result<Draft, JsValue> {
        let text = String::from_utf8(self.given(length)).map_err(|error| refused(&error))?;
        let options = ValidateOptions::from(given).options(Units::Utf16);
        Ok(Draft { draft: self.core.draft(text, options) })
    }
}
