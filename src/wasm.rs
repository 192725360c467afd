//! The JavaScript boundary: the only file that knows JavaScript. Input and options are checked in `js/options.ts`, where
//! a wrong kind can be named in a TypeError; what arrives here is of the right kind.

#![allow(unreachable_pub, reason = "wasm-bindgen exports only what is pub; the module itself is private")]

// What a page that only validates does without.
#[cfg(feature = "exchange")]
mod evaluate;
#[cfg(feature = "exchange")]
mod exchange;
#[cfg(feature = "exchange")]
mod messaging;
#[cfg(feature = "exchange")]
mod outline;
#[cfg(feature = "exchange")]
mod respond;

use crate::document::{Document, Kind, Names, NodeId, Units};
use crate::json::Limits;
use crate::message;
use crate::report::{OperationOutcome, Severity, Suggestion};
use crate::validate::{Options, Report, Severities, SeveritySetting, Validator};
use crate::{message::Route, report::Issue};
use serde::Serialize;
use std::borrow::Cow;
use std::cell::RefCell;
use std::mem::ManuallyDrop;
use wasm_bindgen::prelude::*;

thread_local! {
    /// Built at the first use: about a millisecond. It lives as long as the instance: the code that would take it apart is left out.
    static VALIDATOR: ManuallyDrop<RefCell<Validator>> = ManuallyDrop::new(RefCell::new(Validator::default()));
    /// The text that is to be validated next.
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

fn with_validator<T>(ask: impl FnOnce(&Validator) -> T) -> T {
    VALIDATOR.with(|validator| ask(&validator.borrow()))
}

/// The items of a list, by the text of its name: those of options are no names of elements.
fn items<'d>(document: &'d Document<'_>, of: NodeId, name: &str) -> impl Iterator<Item = NodeId> + 'd {
    let list = document.get(of, name).filter(|&list| document.kind(list) == Kind::Array);
    list.into_iter().flat_map(|list| document.children(list))
}

/// Arguments, as the JSON text that `js/` makes of them. The core's own parser reads it: that of serde would be a twentieth of the module.
struct Arguments<'t>(Document<'t>);

impl<'t> Arguments<'t> {
    fn read(text: &'t str) -> Result<Self, JsError> {
        let limits = Limits { depth: 512, bytes: u32::MAX };
        match Document::read(text.as_bytes(), &Names::of("", &[]), limits) {
            Ok(document) => Ok(Self(document)),
            Err(error) => Err(JsError::new(&error.message())),
        }
    }

    #[inline(never)]
    fn text(&self, of: NodeId, name: &str) -> Option<String> {
        self.0.string(self.0.get(of, name)?).map(Cow::into_owned)
    }

    fn needed(&self, of: NodeId, name: &str) -> Result<String, JsError> {
        self.text(of, name).ok_or_else(|| JsError::new(&format!("{name} must be a string")))
    }

    #[inline(never)]
    fn number(&self, of: NodeId, name: &str) -> Option<u32> {
        self.0.raw(self.0.get(of, name)?).parse().ok()
    }

    #[inline(never)]
    fn flag(&self, name: &str) -> Option<bool> {
        self.0.get(NodeId::ROOT, name).map(|node| self.0.kind(node) == Kind::True)
    }

    /// The items of a list as they are there.
    #[cfg(feature = "exchange")]
    fn raw(&self, of: NodeId, name: &str) -> Vec<String> {
        items(&self.0, of, name).map(|item| self.0.raw(item).to_owned()).collect()
    }

    /// ValidateOptions.
    fn options(&self, units: Units) -> Options {
        let usual = Options::default();
        let mut severities = Severities::default();
        let given = self.0.get(NodeId::ROOT, "severities");
        for member in given.into_iter().flat_map(|given| self.0.children(given)) {
            if let Some(rule) = self.0.key(member)
                && let Some(severity) = SeveritySetting::named(&self.0.value(member))
            {
                severities.insert(rule.into_owned(), severity);
            }
        }
        let number = |name| self.number(NodeId::ROOT, name);
        Options {
            show_values: self.flag("showValues").unwrap_or(usual.show_values),
            max_issues: number("maxIssues").map_or(usual.max_issues, |most| most as usize),
            severities,
            limits: Limits {
                depth: number("maxDepth").unwrap_or(usual.limits.depth),
                bytes: number("maxBytes").unwrap_or(usual.limits.bytes),
            },
            positions: self.flag("positions").unwrap_or(true),
            units,
            message: self.flag("message") == Some(true),
        }
    }
}

/// As JSON text, which JavaScript reads in less time than it would take to build the objects one property after the other.
fn to_text(value: &impl Serialize) -> Result<String, JsError> {
    // It cannot fail on these values; the texts of serde_json's errors, with those of input and output, would be 1 kB of the module.
    serde_json::to_string(value).map_err(|_| JsError::new("This has no form in JSON."))
}

/// ValidateOptions as JSON text, or nothing, and whether one resource of any type is to be validated, not a Bundle.
fn read_options(text: &str, units: Units) -> Result<(Options, bool), JsError> {
    if text.is_empty() {
        return Ok((Options { units, ..Options::default() }, false));
    }
    let given = Arguments::read(text)?;
    Ok((given.options(units), given.flag("resource") == Some(true)))
}

/// Makes room for a text of at most so many bytes and says where in the memory: JavaScript writes it there, with no copy in between, and
/// `validate` takes it.
#[wasm_bindgen]
pub fn room(bytes: usize) -> *const u8 {
    INPUT.with_borrow_mut(|input| {
        *input = vec![0; bytes];
        input.as_ptr()
    })
}

/// Makes UTF-8 of Latin-1 that was written to the end of the room, which has as many bytes as that becomes.
#[cfg(feature = "exchange")]
#[wasm_bindgen]
pub fn latin1(bytes: usize) {
    INPUT.with_borrow_mut(|input| crate::json::utf8_of_latin1(input, bytes));
}

/// Validates the text that was written into the room made for it, as so many bytes of UTF-8. `utf16`: offsets are those of a JavaScript
/// string with this content.
#[wasm_bindgen]
pub fn validate(length: usize, utf16: bool, options: &str) -> Result<String, JsError> {
    let mut bytes = INPUT.take();
    bytes.truncate(length);
    let (options, is_resource) = read_options(options, if utf16 { Units::Utf16 } else { Units::Bytes })?;
    let report = with_validator(|validator| match is_resource {
        true => validator.validate_resource(&bytes, &options),
        false => validator.validate_bundle(&bytes, &options),
    });
    // What was validated makes room for what is said of it.
    drop(bytes);
    report_text(&report)
}

/// Fixes the text that was written into the room made for it; else as `validate`. Nothing is said of the text where it stays as it is.
#[cfg(feature = "exchange")]
#[wasm_bindgen]
pub fn fix(length: usize, utf16: bool, options: &str) -> Result<String, JsError> {
    let mut bytes = INPUT.take();
    bytes.truncate(length);
    let (options, is_resource) = read_options(options, if utf16 { Units::Utf16 } else { Units::Bytes })?;
    let what = if is_resource { crate::validate::What::Resource } else { crate::validate::What::Bundle };
    to_text(&with_validator(|validator| validator.fix(&bytes, &options, what)))
}

/// A report as JSON text. Room is made for all of it at once: a text that grows is there twice while it moves, and with thousands of
/// issues it is longer than the message.
fn report_text(report: &Report) -> Result<String, JsError> {
    /// What is written around the texts of an issue, with its severity and four numbers of eight digits.
    const NAMES_AND_NUMBERS: usize = 154;
    const SUGGESTION: usize = 72;
    const EDIT: usize = 48;
    const CAUSE: usize = 36;
    const REPORT: usize = 384;
    let of_suggestion = |suggestion: &Suggestion| {
        let edits = suggestion.edits.iter().map(|edit| EDIT + edit.text.len()).sum::<usize>();
        SUGGESTION + suggestion.value.as_ref().map_or(0, String::len) + edits
    };
    let of_issue = |issue: &Issue| {
        let suggestion = issue.suggestion.as_deref().map_or(0, of_suggestion);
        let cause = issue.caused_by.as_deref().map_or(0, |cause| CAUSE + cause.rule.len() + cause.pointer.len());
        let own = issue.code.len() + issue.rule.len() + issue.message.len();
        NAMES_AND_NUMBERS + own + issue.expression.len() + issue.pointer.len() + suggestion + cause
    };
    let length = report.issues.iter().map(of_issue).sum::<usize>();
    let mut text = Vec::with_capacity(REPORT + length);
    let written = serde_json::to_writer(&mut text, report).map_err(|_| JsError::new("This has no form in JSON."));
    written.and_then(|()| String::from_utf8(text).map_err(|_| JsError::new("This has no form in JSON.")))
}

#[wasm_bindgen]
pub fn route(bytes: &[u8], options: &str) -> Result<String, JsError> {
    let (options, _) = read_options(options, Units::Bytes)?;
    to_text(&with_validator(|validator| match validator.read(bytes, options.limits) {
        Ok(document) => message::route(&document, validator.definitions()),
        Err(_) => Route::default(),
    }))
}

#[wasm_bindgen(js_name = toOperationOutcome)]
pub fn to_operation_outcome(report: &str) -> Result<String, JsError> {
    let given = Arguments::read(report)?;
    let issue = |issue: NodeId| -> Result<Issue, JsError> {
        let severity = given.needed(issue, "severity")?;
        let suggestion = given.0.get(issue, "suggestion").and_then(|node| given.text(node, "value"));
        Ok(Issue {
            severity: Severity::named(&severity).ok_or_else(|| JsError::new("severity is none"))?,
            code: given.needed(issue, "code")?.into(),
            rule: given.needed(issue, "rule")?.into(),
            message: given.needed(issue, "message")?,
            expression: given.needed(issue, "expression")?,
            pointer: given.needed(issue, "pointer")?,
            line: given.number(issue, "line"),
            column: given.number(issue, "column"),
            start: given.number(issue, "start"),
            end: given.number(issue, "end"),
            suggestion: suggestion.map(|value| Box::new(Suggestion { value: Some(value), ..Suggestion::default() })),
            caused_by: None,
        })
    };
    let issues = items(&given.0, NodeId::ROOT, "issues").map(issue).collect::<Result<Vec<_>, _>>()?;
    to_text(&OperationOutcome::of(&issues))
}

#[wasm_bindgen(js_name = rules)]
pub fn rules() -> Result<String, JsError> {
    with_validator(|validator| to_text(&validator.rules()))
}
