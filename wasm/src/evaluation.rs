//! FHIRPath that users bring.

use super::given::Given;
use super::message::Message;
use super::validator::Validator;
use fhirpost::json::Writer;
use fhirpost::{EvaluateError, EvaluateOptions, ResultItem};
use wasm_bindgen::prelude::*;

/// What comes of an expression, as JSON text: an element's value is there as it is in the message, with all its digits.
fn evaluated(expression: &str, result: Result<Vec<ResultItem>, EvaluateError>) -> String {
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

fn write_found(list: &mut Writer, found: &ResultItem) {
    list.object(|item| {
        item.member("type", &found.of);
        item.name("value").raw(&found.value);
        for (name, text) in [("text", &found.text), ("expression", &found.expression), ("pointer", &found.pointer)] {
            item.optional(name, text.as_deref());
        }
        for (name, offset) in [("start", found.start), ("end", found.end)] {
            if let Some(offset) = offset {
                item.name(name).raw(&offset.to_string());
            }
        }
    });
}

#[wasm_bindgen(js_class = CoreValidator)]
impl Validator {
    /// Evaluates a FHIRPath expression on a resource.
    pub fn evaluate(&self, resource: &Message, given: Given) -> String {
        // A JSON object with the values of variables: numbers keep their digits.
        let (variables, now) = (given.text("variables"), given.text("now"));
        let options = EvaluateOptions {
            variables: variables.as_deref(),
            now: now.as_deref(),
            strict: given.flag("strict").unwrap_or_default(),
            units: resource.units,
        };
        let expression = given.text("expression").unwrap_or_default();
        evaluated(&expression, self.core.evaluate(&resource.text, &expression, &options))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(expression: &str) -> String {
        let validator = Validator::new();
        let text = r#"{"resourceType":"Patient","id":"a","multipleBirthInteger":2}"#;
        let options = EvaluateOptions::default();
        evaluated(expression, validator.core.evaluate(text, expression, &options))
    }

    #[test]
    fn items_have_their_places_and_values_their_digits() {
        assert_eq!(written("1.50"), r#"{"items":[{"type":"System.Decimal","value":1.50,"text":"1.50"}]}"#);
        let id = written("id");
        assert!(id.contains(r#""value":"a","text":"a","expression":"Patient.id","pointer":"/id","start""#), "{id}");
    }

    #[test]
    fn an_error_has_its_place_in_utf_16() {
        let error = written("'é𝒳' + ");
        assert!(error.starts_with(r#"{"error":{"problem":""#) && error.contains(r#""position":8"#), "{error}");
    }
}
