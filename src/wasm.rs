//! The JavaScript boundary: the only file that knows JavaScript. Input and options are checked in `js/options.ts`, where
//! a wrong kind can be named in a TypeError; what arrives here is of the right kind.

#![allow(unreachable_pub, reason = "wasm-bindgen exports only what is pub; the module itself is private")]

use crate::json::{Limits, Units};
use crate::message::{self, Answering, ResponseOutcome};
use crate::report::OperationOutcome;
use crate::validate::{EvaluateError, EvaluateOptions, Found, Options, Severities, SeveritySetting, Validator};
use crate::{message::Route, report::Issue};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use wasm_bindgen::prelude::*;

thread_local! {
    /// Built at the first use: about a millisecond.
    static VALIDATOR: Validator = Validator::default();
}

/// ValidateOptions as they come from JavaScript.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct JsOptions {
    show_values: Option<bool>,
    max_issues: Option<usize>,
    severities: BTreeMap<String, String>,
    max_depth: Option<u32>,
    max_bytes: Option<u32>,
    positions: Option<bool>,
    message: bool,
    /// Judge one resource of any type, not a Bundle.
    resource: bool,
    /// Offsets in UTF-16 code units although bytes are given: the bytes are those of a string.
    utf16: bool,
}

impl JsOptions {
    fn read(value: JsValue) -> Result<Self, JsError> {
        if value.is_undefined() { Ok(Self::default()) } else { Ok(serde_wasm_bindgen::from_value(value)?) }
    }

    fn into_options(self, units: Units) -> Options {
        let usual = Options::default();
        let severities: Severities = self
            .severities
            .into_iter()
            .filter_map(|(rule, severity)| Some((rule, SeveritySetting::named(&severity)?)))
            .collect();
        Options {
            show_values: self.show_values.unwrap_or(usual.show_values),
            max_issues: self.max_issues.unwrap_or(usual.max_issues),
            severities,
            limits: Limits {
                depth: self.max_depth.unwrap_or(usual.limits.depth),
                bytes: self.max_bytes.unwrap_or(usual.limits.bytes),
            },
            positions: self.positions.unwrap_or(true),
            units: if self.utf16 { Units::Utf16 } else { units },
            message: self.message,
        }
    }
}

/// Plain objects without `undefined` members, as `JSON.parse` would give them.
fn to_js(value: &impl Serialize) -> Result<JsValue, JsError> {
    Ok(value.serialize(&serde_wasm_bindgen::Serializer::json_compatible())?)
}

#[wasm_bindgen(js_name = validateText)]
pub fn validate_text(text: &str, options: JsValue) -> Result<JsValue, JsError> {
    let read = JsOptions::read(options)?;
    let resource = read.resource;
    let options = read.into_options(Units::Utf16);
    to_js(&VALIDATOR.with(|validator| match resource {
        true => validator.validate_resource(text.as_bytes(), &options),
        false => validator.validate_bundle_str(text, &options),
    }))
}

#[wasm_bindgen(js_name = validateBytes)]
pub fn validate_bytes(bytes: &[u8], options: JsValue) -> Result<JsValue, JsError> {
    let read = JsOptions::read(options)?;
    let resource = read.resource;
    let options = read.into_options(Units::Bytes);
    to_js(&VALIDATOR.with(|validator| match resource {
        true => validator.validate_resource(bytes, &options),
        false => validator.validate_bundle(bytes, &options),
    }))
}

#[wasm_bindgen(js_name = routeText)]
pub fn route_text(text: &str, options: JsValue) -> Result<JsValue, JsError> {
    route_bytes(text.as_bytes(), options)
}

#[wasm_bindgen(js_name = routeBytes)]
pub fn route_bytes(bytes: &[u8], options: JsValue) -> Result<JsValue, JsError> {
    let options = JsOptions::read(options)?.into_options(Units::Bytes);
    to_js(&VALIDATOR.with(|validator| match validator.read(bytes, options.limits) {
        Ok(document) => message::route(&document, validator.definitions()),
        Err(_) => Route::default(),
    }))
}

/// The arguments of `buildResponse` behind the request, as JSON text: resources then keep the digits that JavaScript gave them.
#[derive(Deserialize)]
struct ResponseInput {
    outcome: ResponseOutcome,
    #[serde(flatten)]
    answering: Answering,
}

#[wasm_bindgen(js_name = buildResponse)]
pub fn build_response(request: &[u8], input: &str, options: JsValue) -> Result<String, JsError> {
    let options = JsOptions::read(options)?.into_options(Units::Bytes);
    let input: ResponseInput = serde_json::from_str(input)?;
    let bundle =
        VALIDATOR.with(|validator| message::respond(validator, request, &input.outcome, &input.answering, &options))?;
    Ok(serde_json::to_string(&bundle)?)
}

/// What `evaluateFhirPath` gives, as JSON text: numbers keep their digits until JavaScript reads them.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Evaluated {
    Items(Vec<Found>),
    Error(EvaluateError),
}

#[wasm_bindgen(js_name = evaluateFhirPath)]
pub fn evaluate_fhir_path(
    resource: &[u8],
    expression: &str,
    variables: &str,
    now: &str,
    strict: bool,
    bytes: bool,
) -> Result<String, JsError> {
    let options = EvaluateOptions { variables: Some(variables), now: Some(now), strict, bytes };
    let evaluated = match VALIDATOR.with(|validator| validator.evaluate(resource, expression, &options)) {
        Ok(items) => Evaluated::Items(items),
        Err(error) => Evaluated::Error(error),
    };
    Ok(serde_json::to_string(&evaluated)?)
}

/// As much of a report as an OperationOutcome needs.
#[derive(Deserialize)]
struct Issues {
    issues: Vec<Issue>,
}

#[wasm_bindgen(js_name = toOperationOutcome)]
pub fn to_operation_outcome(report: JsValue) -> Result<JsValue, JsError> {
    let report: Issues = serde_wasm_bindgen::from_value(report)?;
    to_js(&OperationOutcome::of(&report.issues))
}

#[wasm_bindgen(js_name = rules)]
pub fn rules() -> Result<JsValue, JsError> {
    to_js(&VALIDATOR.with(Validator::rules))
}
