//! ResponseContext a message.

use super::{Arguments, read_options, with_validator};
use crate::document::{NodeId, Units};
use crate::message::{self, ResponseCode, ResponseContext, ResponseOutcome, Source};
use wasm_bindgen::prelude::*;

/// The arguments of `buildResponse` behind the request. Resources keep the digits that JavaScript gave them.
fn response_input(text: &str) -> Result<(ResponseOutcome, ResponseContext), JsError> {
    let given = Arguments::read(text)?;
    let root = NodeId::ROOT;
    let outcome = given.0.get(root, "outcome").ok_or_else(|| JsError::new("outcome is missing"))?;
    let code = given.needed(outcome, "code")?;
    let code = ResponseCode::named(&code).ok_or_else(|| JsError::new("outcome.code is none"))?;
    let source = match given.0.get(root, "source") {
        Some(source) => Some(Source {
            name: given.text(source, "name"),
            software: given.text(source, "software"),
            version: given.text(source, "version"),
            endpoint: given.needed(source, "endpoint")?,
        }),
        None => None,
    };
    let ids = super::items(&given.0, root, "ids").map(|id| given.0.value(id).into_owned()).collect();
    let outcome =
        ResponseOutcome { code, issues: given.raw(outcome, "issues"), resources: given.raw(outcome, "resources") };
    let checked = given.flag("validated") == Some(true);
    Ok((outcome, ResponseContext { now: given.needed(root, "now")?, ids, source, checked }))
}

#[wasm_bindgen(js_name = buildResponse)]
pub fn build_response(request: &[u8], input: &str, options: &str) -> Result<String, JsError> {
    let (options, _) = read_options(options, Units::Bytes)?;
    let (outcome, answering) = response_input(input)?;
    Ok(with_validator(|validator| message::respond(validator, request, &outcome, &answering, &options))?)
}
