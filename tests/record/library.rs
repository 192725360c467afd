//! The calls of the library that are recorded, and what of their results. This is the one file that follows when those calls change; what it
//! gives must stay as it is, since records of other commits are compared with it.

use crate::fnv;
use fhirpost::compile::DefinitionIssueKind;
use fhirpost::definitions::Definitions;
use fhirpost::message::{ResponseCode, ResponseContext, ResponseOutcome};
use fhirpost::report::{Issue, Suggestion, TextEdit};
use fhirpost::{EvaluateOptions, Options, Reach, Report, Validator, What};
use serde_json::{Map, Value, json};

const EVENT_TYPES: [&str; 2] = ["MessageDefinition", "GraphDefinition"];

/// How a text is validated. The first is what is done with a text of which nothing is known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Auto,
    Bundle,
    Message,
}

impl Way {
    pub(crate) const ALL: [Way; 3] = [Way::Auto, Way::Bundle, Way::Message];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Way::Auto => "auto",
            Way::Bundle => "bundle",
            Way::Message => "message",
        }
    }
}

pub(crate) struct Library {
    validator: Validator,
    show_values: bool,
}

impl Library {
    pub(crate) fn new(show_values: bool) -> Self {
        Self { validator: Validator::default(), show_values }
    }

    fn options(&self, way: Way, show_values: bool) -> Options {
        let what = match way {
            Way::Auto => What::Auto,
            Way::Bundle => What::Bundle,
            Way::Message => What::Message,
        };
        Options { show_values, ..Options::of(what) }
    }

    /// The report on a text, with the values of the text in its texts or without them.
    pub(crate) fn validate(&self, text: &[u8], way: Way, show_values: bool) -> Value {
        report(&self.validator.validate(text, &self.options(way, show_values)))
    }

    /// What fixing changes, and what is left; null where it changes nothing. The fixed text holds values: it is known by its hash.
    pub(crate) fn fix(&self, text: &[u8], way: Way) -> Value {
        let fixed = self.validator.fix(text, &self.options(way, self.show_values));
        let Some(text) = &fixed.text else { return Value::Null };
        json!({
            "hash": fnv(text.as_bytes()),
            "edits": if self.show_values { fixed.edits.iter().map(edit).collect() } else { Value::Null },
            "fixed": fixed.fixed,
            "applied": briefly(&fixed.applied),
            "valid": fixed.report.valid,
            "left": briefly(&fixed.report.issues),
        })
    }

    /// Whether a text is a Bundle with entries, or carries one: what is recorded of messages is recorded of these.
    pub(crate) fn has_entries(&self, text: &[u8]) -> bool {
        !self.validator.outline(text, &Options::default()).entries.is_empty()
    }

    /// Entries and references.
    pub(crate) fn outline(&self, text: &[u8], way: Way) -> Value {
        let outline = self.validator.outline(text, &self.options(way, self.show_values));
        if outline.issue.is_some() {
            return Value::Null;
        }
        let entries = outline.entries.iter().map(|entry| {
            json!([
                self.shown(json!([entry.full_url, entry.resource_type, entry.id])),
                entry.header,
                entry.focus,
                entry.reach.map(Reach::name),
                [entry.start, entry.end]
            ])
        });
        let references = outline.references.iter().map(|reference| {
            json!([
                reference.from,
                reference.resolves.name(),
                reference.to,
                reference.focus,
                self.shown(json!([reference.path, reference.reference])),
                [reference.start, reference.end]
            ])
        });
        json!({ "entries": entries.collect::<Vec<_>>(), "references": references.collect::<Vec<_>>() })
    }

    /// Where a message goes.
    pub(crate) fn route(&self, text: &[u8]) -> Value {
        let message = self.validator.read(text);
        if message.document().is_err() {
            return Value::Null;
        }
        self.shown(serde_json::to_value(self.validator.route(&message)).unwrap())
    }

    /// The answer to a message that was accepted.
    pub(crate) fn respond(&self, text: &[u8]) -> Value {
        let ids = (0..3).map(|index| format!("00000000-0000-4000-8000-{index:012}")).collect();
        let outcome = ResponseOutcome { code: ResponseCode::Ok, issues: Vec::new(), resources: Vec::new() };
        let answering = ResponseContext { now: crate::NOW.to_owned(), ids, source: None, checked: true };
        match self.validator.respond(text, &outcome, &answering, &Options::of(What::Bundle)) {
            Ok(answer) => self.shown(serde_json::from_str(&answer).unwrap()),
            Err(error) => json!({ "error": error.to_string() }),
        }
    }

    /// The events that a text defines, and what is wrong with it.
    pub(crate) fn define(&self, text: &str) -> Value {
        let before = Definitions::r4();
        let (definitions, issues) = before.with([text]);
        let mut problems = Vec::new();
        for issue in &issues {
            // Records are about events: of other definitions nothing is said.
            let is_of_event =
                EVENT_TYPES.contains(&issue.resource_type.as_str()) && issue.kind != DefinitionIssueKind::Duplicate;
            if !is_of_event && issue.kind != DefinitionIssueKind::Unreadable {
                continue;
            }
            let named = [&issue.url, &issue.resource_type].into_iter().find(|name| !name.is_empty());
            let named = named.map_or("definitions[0]", String::as_str);
            problems.push(json!([self.shown(json!(named)), issue.problem]));
        }
        if let Ok(given) = serde_json::from_str(text)
            && !has_event(&given)
        {
            let problem = "is not a MessageDefinition or GraphDefinition, and no Bundle with one";
            problems.push(json!([self.shown(json!("definitions[0]")), problem]));
        }
        let events: Vec<Value> =
            definitions.messages().iter().map(|event| self.shown(serde_json::to_value(event).unwrap())).collect();
        json!({ "before": before.messages().len(), "events": events, "problems": problems })
    }

    /// What an expression gives: type, text and place of each item.
    pub(crate) fn evaluate(&self, text: &[u8], expression: &str, strict: bool) -> Value {
        let options = EvaluateOptions { strict, now: Some(crate::NOW), ..EvaluateOptions::default() };
        match self.validator.evaluate(text, expression, &options) {
            Ok(items) => items
                .iter()
                .map(|item| {
                    let at = item.expression.as_ref().map(|at| json!([at, item.pointer, item.start, item.end]));
                    json!([item.of, self.shown(json!([item.value, item.text])), at])
                })
                .collect(),
            Err(error) => json!({ "error": error.problem, "position": error.position }),
        }
    }

    /// Something that holds values of a message, or its hash where these are not to be shown.
    fn shown(&self, value: Value) -> Value {
        if self.show_values { value } else { json!(fnv(value.to_string().as_bytes())) }
    }
}

fn report(report: &Report) -> Value {
    json!({
        "valid": report.valid,
        "complete": report.complete,
        "truncated": report.truncated,
        "issues": report.issues.iter().map(issue).collect::<Vec<_>>(),
    })
}

/// Whether a text is a definition of an event, or a Bundle with one.
fn has_event(given: &Value) -> bool {
    let is_one = |resource: &Value| resource["resourceType"].as_str().is_some_and(|name| EVENT_TYPES.contains(&name));
    let is_bundle = given["resourceType"] == "Bundle";
    let mut entries = given["entry"].as_array().into_iter().flatten();
    is_one(given) || is_bundle && entries.any(|entry| is_one(&entry["resource"]))
}

/// Issues by what they are and where: what else there is to them, a report has.
fn briefly(issues: &[Issue]) -> Value {
    issues
        .iter()
        .map(|issue| json!([issue.rule, issue.severity.name(), issue.pointer, issue.start, issue.end]))
        .collect()
}

fn issue(issue: &Issue) -> Value {
    let mut written = Map::new();
    let mut add = |name: &str, value: Value| {
        if !value.is_null() {
            written.insert(name.to_owned(), value);
        }
    };
    add("rule", json!(issue.rule));
    add("severity", json!(issue.severity.name()));
    add("code", json!(issue.code));
    add("pointer", json!(issue.pointer));
    add("expression", json!(issue.expression));
    add("line", json!(issue.line));
    add("column", json!(issue.column));
    add("start", json!(issue.start));
    add("end", json!(issue.end));
    add("causedBy", issue.caused_by.as_ref().map_or(Value::Null, |cause| json!([cause.rule, cause.pointer])));
    add("suggestion", issue.suggestion.as_deref().map_or(Value::Null, suggestion));
    add("text", json!(issue.message));
    Value::Object(written)
}

fn suggestion(suggestion: &Suggestion) -> Value {
    json!({
        "value": suggestion.value,
        "action": suggestion.action,
        "certain": suggestion.certain,
        "edits": suggestion.edits.iter().map(edit).collect::<Vec<_>>(),
    })
}

fn edit(edit: &TextEdit) -> Value {
    json!([edit.start, edit.end, edit.text])
}
