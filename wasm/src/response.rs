//! Answering a message.

use super::arguments::Arguments;
use super::error::refused;
use super::given::Given;
use super::message::Message;
use super::options::ValidateOptions;
use super::validator::Validator;
use fhirpost::document::NodeId;
use fhirpost::{ResponseCode, ResponseContext, ResponseOutcome, Source};
use wasm_bindgen::prelude::*;

/// What is answered, when and by whom. Resources keep the digits that JavaScript gave them. Or which argument is missing.
fn response(given: &Arguments<'_>) -> Result<(ResponseOutcome, ResponseContext), &'static str> {
    let root = NodeId::ROOT;
    let outcome = given.get(root, "outcome").ok_or("outcome is missing")?;
    let code = given.text(outcome, "code").and_then(|code| ResponseCode::from_name(&code));
    let source = match given.get(root, "source") {
        Some(source) => Some(Source {
            name: given.text(source, "name"),
            software: given.text(source, "software"),
            version: given.text(source, "version"),
            endpoint: given.text(source, "endpoint").ok_or("source.endpoint must be a string")?,
        }),
        None => None,
    };
    let outcome = ResponseOutcome {
        code: code.ok_or("outcome.code must be one of ok, transient-error, fatal-error")?,
        issues: given.raws(outcome, "issues"),
        resources: given.raws(outcome, "resources"),
    };
    let answering = ResponseContext {
        now: given.text(root, "now").ok_or("now must be a string")?,
        ids: given.texts(root, "ids"),
        source,
        checked: given.is_true(root, "validated"),
    };
    Ok((outcome, answering))
}

#[wasm_bindgen(js_class = CoreValidator)]
impl Validator {
    /// Builds the answer to a message, as JSON text.
    pub fn respond(&self, request: &Message, input: &str, given: Option<Given>) -> Result<String, JsValue> {
        let options = ValidateOptions::from(given).options(request.units);
        let given = Arguments::read(input).map_err(|error| refused(&error))?;
        let (outcome, answering) = response(&given).map_err(|problem| refused(&problem))?;
        self.core.respond(&request.text, &outcome, &answering, &options).map_err(|error| refused(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_is_passed_on_as_it_is() {
        let given = Arguments::read(
            r#"{ "outcome": { "code": "ok", "resources": [{ "x": 1.50 }], "issues": [] }, "now": "n", "ids": ["1", "2"],
                "source": { "endpoint": "e", "name": "s" }, "validated": true }"#,
        )
        .unwrap();
        let (outcome, answering) = response(&given).unwrap();
        assert_eq!((outcome.code, outcome.resources), (ResponseCode::Ok, vec![r#"{ "x": 1.50 }"#.to_owned()]));
        assert_eq!((answering.now.as_str(), answering.ids.len(), answering.checked), ("n", 2, true));
        let source = answering.source.unwrap();
        assert_eq!((source.endpoint.as_str(), source.name.as_deref(), source.version), ("e", Some("s"), None));
    }

    #[test]
    fn what_is_missing_is_named() {
        for (text, problem) in [
            ("{}", "outcome is missing"),
            (r#"{ "outcome": {} }"#, "outcome.code must be one of ok, transient-error, fatal-error"),
            (r#"{ "outcome": { "code": "ok" } }"#, "now must be a string"),
            (r#"{ "outcome": { "code": "ok" }, "source": {} }"#, "source.endpoint must be a string"),
        ] {
            let given = Arguments::read(text).unwrap();
            assert_eq!(response(&given).err(), Some(problem));
        }
    }
}
