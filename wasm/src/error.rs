//! What is thrown.

use serde::Serialize;
use std::fmt::Display;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Imported here and not by `js-sys`: that brings its executor of futures along, into the module that only validates, too.
    type TypeError;

    #[wasm_bindgen(constructor)]
    fn new(message: &str) -> TypeError;
}

/// What the caller did wrong: the text names the argument.
#[inline(never)]
pub fn refused(problem: &dyn Display) -> JsValue {
    TypeError::new(&problem.to_string()).into()
}

/// As JSON text. No value that comes here has none; the texts of serde_json's errors would be 1 kB of the module.
pub fn json(value: &impl Serialize) -> Result<String, JsValue> {
    serde_json::to_string(value).map_err(|_| unwritable())
}

#[cold]
pub fn unwritable() -> JsValue {
    refused(&"This has no form in JSON.")
}
