//! The answer to a message.
//!
//! Sources: R4 pages messaging and messageheader (`MessageHeader.response`).

use super::route::{Route, route};
use crate::definitions::{Definitions, Primitive};
use crate::json::{Document, NodeId};
use crate::report::{OutcomeIssue, Severity};
use crate::validate::{Entries, EventName, Options, Validator, is_absolute, is_valid_primitive, may_be_system};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use std::fmt;

/// `MessageHeader.response.code`
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResponseCode {
    /// The message was accepted and processed.
    Ok,
    /// It may be sent again.
    TransientError,
    /// Sending it again unaltered is of no use.
    FatalError,
}

impl ResponseCode {
    /// The code with this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "ok" => Some(Self::Ok),
            "transient-error" => Some(Self::TransientError),
            "fatal-error" => Some(Self::FatalError),
            _ => None,
        }
    }
}

/// What came of a message.
#[derive(Clone, Debug, Deserialize)]
pub struct ResponseOutcome {
    /// The code of the answer.
    pub code: ResponseCode,
    /// `OperationOutcome.issue` elements, as JSON: they are passed on as they are.
    #[serde(default)]
    pub issues: Vec<Box<RawValue>>,
    /// Created or updated resources, as JSON: they are passed on as they are, every digit of every decimal included.
    #[serde(default)]
    pub resources: Vec<Box<RawValue>>,
}

/// `MessageHeader.source` of the answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Source {
    /// The name of the system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The name of the software.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub software: Option<String>,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The address of the system.
    pub endpoint: String,
}

/// What the core cannot know: the time, new ids, and who answers.
#[derive(Clone, Debug, Deserialize)]
pub struct Answering {
    /// The time of the answer, a FHIR instant.
    pub now: String,
    /// New lower-case UUIDs: three, and one more for each resource.
    pub ids: Vec<String>,
    /// Who answers; without it, the destination that the request names.
    #[serde(default)]
    pub source: Option<Source>,
}

/// Why there can be no answer: the fault is the caller's, not the message's.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ResponseError {
    /// `now` is no FHIR instant.
    Now,
    /// There are too few `ids`: so many are needed.
    TooFewIds(usize),
    /// The id with this index is no lower-case UUID.
    Id(usize),
    /// The id with this index stands in `ids` before.
    RepeatedId(usize),
    /// `source.endpoint` is no absolute URL.
    Source,
    /// The resource with this index is no JSON object with a resourceType of R4.
    Resource(usize),
    /// The issue with this index is no `OperationOutcome.issue`.
    Issue(usize),
    /// The answer would not be valid: what was given breaks this rule, there.
    Invalid {
        /// The argument that it comes from.
        argument: String,
        /// The rule.
        rule: String,
        /// FHIRPath in the answer.
        expression: String,
    },
    /// The code is `ok`, but there are errors among the issues: R4 asks for an error code then.
    OkWithErrors,
}

impl fmt::Display for ResponseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Now => write!(formatter, "now must be a FHIR instant, such as 2026-01-31T12:00:00Z"),
            Self::TooFewIds(needed) => write!(formatter, "ids must hold {needed} new ids"),
            Self::Id(index) => write!(formatter, "ids[{index}] must be a lower-case UUID"),
            Self::RepeatedId(index) => write!(formatter, "ids[{index}] must be new: it is there before"),
            Self::Source => write!(formatter, "source.endpoint must be an absolute URL"),
            Self::Resource(index) => {
                write!(formatter, "outcome.resources[{index}] must be an object with a resourceType of R4")
            }
            Self::Issue(index) => {
                write!(formatter, "outcome.issues[{index}] must have a severity and a code of OperationOutcome.issue")
            }
            Self::Invalid { argument, rule, expression } => {
                write!(formatter, "{argument} would make an answer that is not valid: {rule} at {expression}")
            }
            Self::OkWithErrors => {
                write!(
                    formatter,
                    "outcome.code must be transient-error or fatal-error when outcome.issues holds errors"
                )
            }
        }
    }
}

impl std::error::Error for ResponseError {}

/// A response message; serializes to FHIR JSON.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResponseBundle {
    resource_type: &'static str,
    id: String,
    r#type: &'static str,
    timestamp: String,
    entry: Vec<ResponseEntry>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ResponseEntry {
    full_url: String,
    resource: Content,
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Content {
    Header(Box<ResponseHeader>),
    Outcome(Outcome),
    Resource(Box<RawValue>),
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    resource_type: &'static str,
    id: String,
    issue: Vec<Box<RawValue>>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ResponseHeader {
    resource_type: &'static str,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_coding: Option<EventName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_uri: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    destination: Vec<Destination>,
    source: Source,
    response: ResponseElement,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    focus: Vec<Reference>,
}

#[derive(Clone, Debug, Serialize)]
struct Destination {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    endpoint: String,
}

#[derive(Clone, Debug, Serialize)]
struct ResponseElement {
    identifier: String,
    code: ResponseCode,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Reference>,
}

#[derive(Clone, Debug, Serialize)]
struct Reference {
    reference: String,
}

/// What stands where the request has nothing that could be quoted. R4 demands an event, an identifier and a source endpoint.
const UNKNOWN_EVENT: &str = "urn:fhirpost:unknown-event";
const UNKNOWN_MESSAGE: &str = "unknown";
const UNKNOWN_SOURCE: &str = "urn:fhirpost:receiver";

/// Builds the answer to a request. A request that is not valid (by `options`) is answered too: with `fatal-error` and its issues, whose
/// texts quote no value, and without `outcome.resources`, since such a message is not processed.
///
/// # Errors
/// When `outcome` or `answering` is not what an answer can be built from; never because of the request.
pub fn respond(
    validator: &Validator,
    request: &[u8],
    outcome: &ResponseOutcome,
    answering: &Answering,
    options: &Options,
) -> Result<ResponseBundle, ResponseError> {
    let definitions = validator.definitions();
    check(definitions, outcome, answering)?;
    let mut ids = answering.ids.iter();
    let mut next_id = || ids.next().cloned().unwrap_or_default();
    let (bundle_id, header_id, outcome_id) = (next_id(), next_id(), next_id());

    let document = validator.read(request, options.limits);
    let options = Options { show_values: false, ..options.clone() };
    let report = match &document {
        Ok(document) => validator.judge_bundle(document, &options),
        // Reads again, and fails again: the report says why.
        Err(_) => validator.validate_bundle(request, &options),
    };
    let quoted = document.as_ref().map(|document| Quoted::of(document, definitions)).unwrap_or_default();

    let mut issues = outcome.issues.clone();
    let (code, resources) = if report.valid {
        (outcome.code, outcome.resources.as_slice())
    } else {
        let found = report.issues.iter().filter(|issue| issue.severity <= Severity::Error).map(OutcomeIssue::from);
        issues.extend(found.filter_map(|issue| serde_json::value::to_raw_value(&issue).ok()));
        (ResponseCode::FatalError, [].as_slice())
    };

    let urn = |id: &str| format!("urn:uuid:{id}");
    let details = (!issues.is_empty()).then(|| Reference { reference: urn(&outcome_id) });
    let entries: Vec<ResponseEntry> = resources
        .iter()
        .map(|resource| ResponseEntry { full_url: urn(&next_id()), resource: Content::Resource(resource.clone()) })
        .collect();
    let header = ResponseHeader {
        resource_type: "MessageHeader",
        id: header_id.clone(),
        event_uri: quoted.event.as_ref().map_or(Some(UNKNOWN_EVENT.to_owned()), |event| event.uri.clone()),
        event_coding: quoted.event.filter(|event| event.uri.is_none()),
        destination: quoted.sender.into_iter().collect(),
        source: answering.source.clone().or(quoted.receiver).unwrap_or_else(|| Source {
            name: None,
            software: None,
            version: None,
            endpoint: UNKNOWN_SOURCE.to_owned(),
        }),
        response: ResponseElement {
            identifier: quoted.message_id.unwrap_or_else(|| UNKNOWN_MESSAGE.to_owned()),
            code,
            details: details.clone(),
        },
        focus: entries.iter().map(|entry| Reference { reference: entry.full_url.clone() }).collect(),
    };
    let details_given = details.is_some();
    let mut entry = vec![ResponseEntry { full_url: urn(&header_id), resource: Content::Header(Box::new(header)) }];
    if let Some(details) = details {
        let outcome = Outcome { resource_type: "OperationOutcome", id: outcome_id, issue: issues };
        entry.push(ResponseEntry { full_url: details.reference, resource: Content::Outcome(outcome) });
    }
    entry.extend(entries);
    let bundle = ResponseBundle {
        resource_type: "Bundle",
        id: bundle_id,
        r#type: "message",
        timestamp: answering.now.clone(),
        entry,
    };
    judge(validator, bundle, details_given, outcome)
}

/// What is built is judged like any message: an answer that its receiver must refuse helps nobody.
fn judge(
    validator: &Validator,
    bundle: ResponseBundle,
    has_outcome: bool,
    outcome: &ResponseOutcome,
) -> Result<ResponseBundle, ResponseError> {
    let text = serde_json::to_string(&bundle).unwrap_or_default();
    let report =
        validator.validate_bundle_str(&text, &Options { show_values: false, message: true, ..Options::default() });
    let Some(issue) = report.issues.iter().find(|issue| issue.severity <= Severity::Error) else {
        return Ok(bundle);
    };
    let entry = issue.pointer.strip_prefix("/entry/").and_then(|rest| rest.split('/').next()?.parse::<usize>().ok());
    let first_resource = 1 + usize::from(has_outcome);
    let argument = match entry {
        Some(index) if index >= first_resource && !outcome.resources.is_empty() => {
            format!("outcome.resources[{}]", index - first_resource)
        }
        Some(index) if index > 0 => "outcome.issues".to_owned(),
        _ => "source".to_owned(),
    };
    Err(ResponseError::Invalid { argument, rule: issue.rule.to_string(), expression: issue.expression.clone() })
}

/// What the caller gave must be fit for an answer that is valid.
fn check(definitions: &Definitions, outcome: &ResponseOutcome, answering: &Answering) -> Result<(), ResponseError> {
    if !is_valid_primitive(Primitive::Instant, &answering.now) {
        return Err(ResponseError::Now);
    }
    let needed = 3 + outcome.resources.len();
    if answering.ids.len() < needed {
        return Err(ResponseError::TooFewIds(needed));
    }
    if let Some(index) =
        answering.ids.iter().position(|id| !is_valid_primitive(Primitive::Uuid, &format!("urn:uuid:{id}")))
    {
        return Err(ResponseError::Id(index));
    }
    let mut seen = BTreeSet::new();
    if let Some(index) = answering.ids.iter().take(needed).position(|id| !seen.insert(id)) {
        return Err(ResponseError::RepeatedId(index));
    }
    if let Some(source) = &answering.source
        && !is_endpoint(&source.endpoint)
    {
        return Err(ResponseError::Source);
    }
    for (index, resource) in outcome.resources.iter().enumerate() {
        let document = Document::plain(resource.get()).map_err(|_| ResponseError::Resource(index))?;
        let name = document.get_string(NodeId::ROOT, "resourceType").unwrap_or_default();
        definitions.resource_type(&name).ok_or(ResponseError::Resource(index))?;
    }
    for (index, issue) in outcome.issues.iter().enumerate() {
        let document = Document::plain(issue.get()).map_err(|_| ResponseError::Issue(index))?;
        let severity = document.get_string(NodeId::ROOT, "severity").as_deref().and_then(Severity::named);
        let has_code = document.get_string(NodeId::ROOT, "code").is_some();
        let severity = severity.filter(|_| has_code).ok_or(ResponseError::Issue(index))?;
        if severity <= Severity::Error && outcome.code == ResponseCode::Ok {
            return Err(ResponseError::OkWithErrors);
        }
    }
    Ok(())
}

fn is_endpoint(url: &str) -> bool {
    is_absolute(url) && is_valid_primitive(Primitive::Url, url)
}

/// What an answer quotes from the request: only what is well-formed, so that the answer is.
#[derive(Default)]
struct Quoted {
    event: Option<EventName>,
    message_id: Option<String>,
    sender: Option<Destination>,
    receiver: Option<Source>,
}

impl Quoted {
    fn of(document: &Document<'_>, definitions: &Definitions) -> Self {
        let Route { event, message_id, definition, .. } = route(document, definitions);
        let known = definitions.known();
        let header = Entries::read(document, definitions).header();
        let holder = |name| header.and_then(|header| document.member(header.node, name));
        let text = |node: NodeId, name, primitive| {
            let text = document.string(document.member(node, name)?)?;
            is_valid_primitive(primitive, &text).then(|| text.into_owned())
        };
        let endpoint = |node| text(node, known.endpoint, Primitive::Url).filter(|url| is_endpoint(url));
        let name = |node| text(node, known.name, Primitive::String);
        let sender = holder(known.source)
            .and_then(|source| Some(Destination { endpoint: endpoint(source)?, name: name(source) }));
        let destination = holder(known.destination).and_then(|list| document.children(list).next());
        let receiver = destination.and_then(|destination| {
            Some(Source { endpoint: endpoint(destination)?, name: name(destination), software: None, version: None })
        });
        // The event that the definition allows as answer, else the request's own.
        let allowed = definition
            .and_then(|url| definitions.message_by_url(&url))
            .and_then(|definition| definition.allowed_responses.first())
            .and_then(|allowed| definitions.message_by_url(&allowed.message))
            .map(|answer| EventName::from(&answer.event));
        Self {
            event: allowed.or(event).and_then(well_formed_event),
            message_id: message_id.filter(|id| is_valid_primitive(Primitive::Id, id)),
            sender,
            receiver,
        }
    }
}

fn well_formed_event(event: EventName) -> Option<EventName> {
    let uri_fits = |uri: &String| is_absolute(uri) && is_valid_primitive(Primitive::Uri, uri);
    match event {
        EventName { system: Some(system), code: Some(code), .. }
            if may_be_system(&system)
                && is_valid_primitive(Primitive::Uri, &system)
                && is_valid_primitive(Primitive::Code, &code) =>
        {
            Some(EventName { system: Some(system), code: Some(code), uri: None })
        }
        EventName { uri: Some(uri), system: None, code: None } if uri_fits(&uri) => {
            Some(EventName { uri: Some(uri), ..EventName::default() })
        }
        _ => None,
    }
}
