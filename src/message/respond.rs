//! The answer to a message.
//!
//! Sources: R4 pages messaging and messageheader (`MessageHeader.response`).

use super::argument::{self, ArgumentError};
use super::route::{Route, route};
use crate::definitions::{Definitions, Primitive};
use crate::document::{Document, NodeId, name};
use crate::json::{Message, Writer};
use crate::report::{OutcomeIssue, Severity};
use crate::validate::{Engine, Entries, EventName, Options, What, is_absolute, is_valid_primitive, may_be_system};
use std::fmt;

/// `MessageHeader.response.code`
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename_all = "kebab-case"))]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResponseCode {
    /// The message was accepted and processed.
    Ok,
    /// It may be sent again.
    TransientError,
    /// To send it again unaltered is of no use.
    FatalError,
}

impl ResponseCode {
    /// The code with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "ok" => Some(Self::Ok),
            "transient-error" => Some(Self::TransientError),
            "fatal-error" => Some(Self::FatalError),
            _ => None,
        }
    }

    /// The name that FHIR gives it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::TransientError => "transient-error",
            Self::FatalError => "fatal-error",
        }
    }
}

/// What came of a message.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Clone, Debug)]
pub struct ResponseOutcome {
    /// `MessageHeader.response.code` of the answer.
    #[cfg_attr(feature = "typescript", ts(inline))]
    pub code: ResponseCode,
    /// What went wrong or should be known; makes an OperationOutcome entry that `response.details` points to. In Rust, the JSON text of each
    /// `OperationOutcome.issue`.
    #[cfg_attr(feature = "typescript", ts(optional, type = "GivenIssue[]"))]
    pub issues: Vec<String>,
    /// Created or updated resources: they become entries, and the focus of the answer. One that is given as JSON text, as all are in Rust, is
    /// written into the answer as it is: numbers keep all their digits.
    #[cfg_attr(feature = "typescript", ts(optional, type = "(GivenResource | string)[]"))]
    pub resources: Vec<String>,
}

/// `MessageHeader.source` of the answer.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ResponseSource"))]
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// The name of the system.
    #[cfg_attr(feature = "typescript", ts(optional, type = "string | undefined"))]
    pub name: Option<String>,
    /// The name of the software.
    #[cfg_attr(feature = "typescript", ts(optional, type = "string | undefined"))]
    pub software: Option<String>,
    /// Its version.
    #[cfg_attr(feature = "typescript", ts(optional, type = "string | undefined"))]
    pub version: Option<String>,
    /// The address of the system.
    pub endpoint: String,
}

/// What the core cannot know: the time, new ids, and who answers.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[derive(Clone, Debug)]
pub struct ResponseContext {
    /// The time of the answer: a FHIR instant, such as `2026-01-31T12:00:00Z`. In JavaScript it may be a `Date` (default: now).
    #[cfg_attr(feature = "typescript", ts(optional, type = "Date | string"))]
    pub now: String,
    /// New lower-case UUIDs: three, and one more for each resource. In JavaScript it may be a function (default `crypto.randomUUID`).
    #[cfg_attr(feature = "typescript", ts(optional, type = "(() => string) | string[]"))]
    pub ids: Vec<String>,
    /// Who answers: MessageHeader.source of the answer (default: the destination that the request names).
    pub source: Option<Source>,
    /// Whether the request has been checked and may be processed: it is not checked again then. The answer is, in any case.
    #[cfg_attr(feature = "typescript", ts(skip))]
    pub checked: bool,
}

/// Why there can be no answer: the fault is the caller's, not the message's.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ResponseError {
    /// The time or an id.
    Argument(ArgumentError),
    /// `source.endpoint` is not an absolute URL.
    Source,
    /// The resource with this index is not JSON object with a resourceType of R4.
    Resource(usize),
    /// The issue with this index is not an `OperationOutcome.issue`.
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
            Self::Argument(error) => error.fmt(formatter),
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

impl From<ArgumentError> for ResponseError {
    fn from(error: ArgumentError) -> Self {
        Self::Argument(error)
    }
}

/// `MessageHeader.destination` of the answer.
struct Destination {
    name: Option<String>,
    endpoint: String,
}

/// What is written where the request has nothing that could be quoted. R4 demands an event, an identifier and a source endpoint.
const UNKNOWN_EVENT: &str = "urn:fhirpost:unknown-event";
const UNKNOWN_MESSAGE: &str = "unknown";
const UNKNOWN_SOURCE: &str = "urn:fhirpost:receiver";

/// Builds the answer to a request, as FHIR JSON. A request that is not valid (by `options`) is answered too: with `fatal-error` and its issues, whose
/// texts quote no value, and without `outcome.resources`, since such a message is not processed.
///
/// # Errors
/// When `outcome` or `answering` is not what an answer can be built from; never because of the request.
pub(crate) fn respond(
    engine: &Engine,
    request: &Message<'_>,
    outcome: &ResponseOutcome,
    answering: &ResponseContext,
    options: &Options,
) -> Result<String, ResponseError> {
    let definitions = &engine.definitions;
    check(definitions, outcome, answering)?;
    let mut ids = argument::NewIds::of(&answering.ids);
    let mut next_id = || ids.next();
    let (bundle_id, header_id, outcome_id) = (next_id(), next_id(), next_id());

    // Of what is not a Bundle nothing can be processed, whatever it may be validated as.
    let what = if options.what.is_bundle() { options.what } else { What::Bundle };
    let options = Options { what, show_values: false, ..options.clone() };
    let report = (!answering.checked).then(|| engine.validate(request, &options));
    let quoted = request.document().map(|document| RequestQuote::of(document, definitions)).unwrap_or_default();

    let mut issues = outcome.issues.clone();
    let (code, resources) = match report {
        Some(report) if !report.valid => {
            let found = report.issues.iter().filter(|issue| issue.severity <= Severity::Error).map(OutcomeIssue::from);
            issues.extend(found.filter_map(|issue| serde_json::to_string(&issue).ok()));
            (ResponseCode::FatalError, [].as_slice())
        }
        _ => (outcome.code, outcome.resources.as_slice()),
    };

    let urn = |id: &str| format!("urn:uuid:{id}");
    let details = (!issues.is_empty()).then(|| urn(&outcome_id));
    let entries: Vec<(String, &String)> = resources.iter().map(|resource| (urn(&next_id()), resource)).collect();
    let mut writer = Writer::default();
    writer.object(|bundle| {
        bundle.member("resourceType", "Bundle");
        bundle.member("id", &bundle_id);
        bundle.member("type", "message");
        bundle.member("timestamp", &answering.now);
        bundle.name("entry").array(|list| {
            entry(list, &urn(&header_id), |resource| {
                resource.object(|header| {
                    header.member("resourceType", "MessageHeader");
                    header.member("id", &header_id);
                    let focus = entries.iter().map(|(full_url, _)| full_url.as_str());
                    quoted.write(header, answering.source.as_ref(), code, details.as_deref(), focus);
                });
            });
            if let Some(details) = &details {
                entry(list, details, |resource| {
                    resource.object(|outcome| {
                        outcome.member("resourceType", "OperationOutcome");
                        outcome.member("id", &outcome_id);
                        outcome.name("issue").array(|list| issues.iter().for_each(|issue| list.raw(issue)));
                    });
                });
            }
            for (full_url, resource) in &entries {
                entry(list, full_url, |writer| writer.raw(resource));
            }
        });
    });
    validate(engine, writer.finish(), details.is_some(), outcome)
}

/// An entry of the answer.
fn entry(list: &mut Writer, full_url: &str, resource: impl FnOnce(&mut Writer)) {
    list.object(|entry| {
        entry.member("fullUrl", full_url);
        resource(entry.name("resource"));
    });
}

/// An element of type Reference.
fn reference(of: &mut Writer, reference: &str) {
    of.object(|of| of.member("reference", reference));
}

/// What is built is checked like any message: an answer that its receiver must refuse helps nobody.
fn validate(
    engine: &Engine,
    text: String,
    has_outcome: bool,
    outcome: &ResponseOutcome,
) -> Result<String, ResponseError> {
    let options = Options { show_values: false, ..Options::of(What::Message) };
    let report = engine.validate(&engine.read(&text, options.limits), &options);
    let Some(issue) = report.issues.iter().find(|issue| issue.severity <= Severity::Error) else {
        return Ok(text);
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
fn check(
    definitions: &Definitions,
    outcome: &ResponseOutcome,
    answering: &ResponseContext,
) -> Result<(), ResponseError> {
    argument::check(&answering.now, &answering.ids, 3 + outcome.resources.len())?;
    if let Some(source) = &answering.source
        && !is_endpoint(&source.endpoint)
    {
        return Err(ResponseError::Source);
    }
    for (index, resource) in outcome.resources.iter().enumerate() {
        let document = Document::plain(resource).map_err(|_| ResponseError::Resource(index))?;
        let name = document.text_or_empty(NodeId::ROOT, name::RESOURCE_TYPE);
        definitions.resource_type(&name).ok_or(ResponseError::Resource(index))?;
    }
    for (index, issue) in outcome.issues.iter().enumerate() {
        let document = Document::plain(issue).map_err(|_| ResponseError::Issue(index))?;
        let severity = document.member_text(NodeId::ROOT, name::SEVERITY).as_deref().and_then(Severity::from_name);
        let has_code = document.member_text(NodeId::ROOT, name::CODE).is_some();
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
struct RequestQuote {
    event: Option<EventName>,
    message_id: Option<String>,
    sender: Option<Destination>,
    receiver: Option<Source>,
}

impl RequestQuote {
    fn of(document: &Document<'_>, definitions: &Definitions) -> Self {
        let Route { event, message_id, definition, .. } = route(document, definitions);
        let header = Entries::read(document, definitions).header();
        let holder = |name| header.and_then(|header| document.member(header.node, name));
        let text = |node: NodeId, name, primitive| {
            let text = document.string(document.member(node, name)?)?;
            is_valid_primitive(primitive, &text).then(|| text.into_owned())
        };
        let endpoint = |node| text(node, name::ENDPOINT, Primitive::Url).filter(|url| is_endpoint(url));
        let name = |node| text(node, name::NAME, Primitive::String);
        let sender = holder(name::SOURCE)
            .and_then(|source| Some(Destination { endpoint: endpoint(source)?, name: name(source) }));
        let destination = holder(name::DESTINATION).and_then(|list| document.children(list).next());
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

    /// What follows the id of the answer's MessageHeader.
    fn write<'a>(
        &self,
        header: &mut Writer,
        source: Option<&Source>,
        code: ResponseCode,
        details: Option<&str>,
        focus: impl ExactSizeIterator<Item = &'a str>,
    ) {
        match &self.event {
            Some(EventName { uri: None, system, code }) => header.name("eventCoding").object(|coding| {
                coding.optional("system", system.as_deref());
                coding.optional("code", code.as_deref());
            }),
            Some(EventName { uri: Some(uri), .. }) => header.member("eventUri", uri),
            None => header.member("eventUri", UNKNOWN_EVENT),
        }
        if let Some(sender) = &self.sender {
            header.name("destination").array(|list| {
                list.object(|destination| {
                    destination.optional("name", sender.name.as_deref());
                    destination.member("endpoint", &sender.endpoint);
                });
            });
        }
        let source = source.or(self.receiver.as_ref());
        header.name("source").object(|element| {
            if let Some(source) = source {
                element.optional("name", source.name.as_deref());
                element.optional("software", source.software.as_deref());
                element.optional("version", source.version.as_deref());
            }
            element.member("endpoint", source.map_or(UNKNOWN_SOURCE, |source| &source.endpoint));
        });
        header.name("response").object(|response| {
            response.member("identifier", self.message_id.as_deref().unwrap_or(UNKNOWN_MESSAGE));
            response.member("code", code.name());
            if let Some(details) = details {
                reference(response.name("details"), details);
            }
        });
        if focus.len() > 0 {
            header.name("focus").array(|list| focus.for_each(|url| reference(list, url)));
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
