//! FHIRPath that users bring.

use super::with_validator;
use crate::document::Units;
use crate::json::Writer;
use crate::validate::{EvaluateError, EvaluateOptions, Found};
use wasm_bindgen::prelude::*;

/// What `evaluateFhirPath` gives, as JSON text: numbers keep their digits until JavaScript reads them.
fn write_evaluated(expression: &str, result: Result<Vec<Found>, EvaluateError>) -> String {
    let mut writer = Writer::default();
    writer.object(|evaluated| match result {
        Ok(found) => evaluated.name("items").array(|list| found.iter().for_each(|found| write_found(list, found))),
        Err(EvaluateError { problem, position, too_costly }) => evaluated.name("error").object(|error| {
            error.member("problem", &problem);
            if let Some(position) = position {
                // The expression is a string of JavaScript in any case.
                let before = expression.get(..position as usize).unwrap_or(expression);
                error.name("position").raw(&before.encode_utf16().count().to_string());
            }
            if too_costly {
                error.name("tooCostly").raw("true");
            }
        }),
    });
    writer.finish()
}

fn write_found(list: &mut Writer, found: &Found) {
    list.object(|item| {
        item.member("type", &found.of);
        item.name("value").raw(&found.value);
        item.optional("text", found.text.as_deref());
        if let Some(at) = &found.at {
            item.name("at").object(|place| {
                place.member("expression", &at.expression);
                place.member("pointer", &at.pointer);
                place.name("start").raw(&at.start.to_string());
                place.name("end").raw(&at.end.to_string());
            });
        }
    });
}

#[wasm_bindgen(js_name = evaluateFhirPath)]
pub fn evaluate_fhir_path(
    resource: &[u8],
    expression: &str,
    variables: &str,
    now: &str,
    strict: bool,
    bytes: bool,
) -> String {
    let units = if bytes { Units::Bytes } else { Units::Utf16 };
    let options = EvaluateOptions { variables: Some(variables), now: Some(now), strict, units };
    write_evaluated(expression, with_validator(|validator| validator.evaluate(resource, expression, &options)))
}
