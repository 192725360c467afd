//! Validates, fixes, routes, composes and answers FHIR R4 messages (`$process-message`), offline.
//!
//! ```
//! use fhirpost::{Options, Validator};
//!
//! let validator = Validator::default(); // R4 and the built-in events; build it once
//! let report = validator.validate(r#"{ "resourceType": "Bundle", "type": "message" }"#, &Options::default());
//! assert!(!report.valid);
//! assert_eq!(report.issues[0].rule, "msg-id");
//! println!("{report}");
//! ```
//!
//! | question | method |
//! |---|---|
//! | Is it right? | [`Validator::validate`] |
//! | What would be right? | [`Validator::fix`] |
//! | Is it right, while it is written? | [`Validator::draft`] |
//! | What may be written here? | [`Validator::complete`], [`Validator::hover`] |
//! | Where does it go? | [`Validator::route`] |
//! | How does it hang together? | [`Validator::outline`] |
//! | How is one made, and answered? | [`Validator::compose`], [`Validator::respond`] |
//! | What does it say? | [`Validator::evaluate`] |
//! | How is it sent, and what came back? | [`exchange`] |
//!
//! Each takes a text, or the [`Message`] that [`Validator::read`] made of it: then it is read once.
//!
//! Nothing here has a clock, randomness or a network: the caller passes `now` and new ids in. Whatever a message holds, nothing panics.
//! `examples/` has a program for each question.

mod calendar;
#[doc(hidden)]
pub mod compile;
#[doc(hidden)]
pub mod definitions;
#[doc(hidden)]
pub mod document;
mod draft;
mod edit_distance;
pub mod exchange;
#[doc(hidden)]
pub mod fhirpath;
#[doc(hidden)]
pub mod json;
#[doc(hidden)]
pub mod message;
#[doc(hidden)]
pub mod report;
#[doc(hidden)]
pub mod validate;
mod validator;
mod writing;
pub mod xml;

pub use compile::{DefinitionIssue, DefinitionIssueKind, Package, PackageError, PackageLimits};
pub use definitions::{Category, Definitions, Event, ResponseRequired};
pub use document::Units;
pub use draft::{Draft, EditError};
pub use json::{Limits, Message, SyntaxError, SyntaxFault, Text};
pub use message::{
    AllowedResponse, ArgumentError, ComposeContext, ComposeError, ComposedMessage, Composition, Focus, MessageKind,
    Outline, OutlineEntry, OutlineReference, Part, Response, ResponseCode, ResponseContext, ResponseError,
    ResponseOutcome, Route, Source,
};
pub use report::{Action, Cause, Counts, Issue, OperationOutcome, OutcomeIssue, Rule, Severity, Suggestion, TextEdit};
pub use validate::{
    Agree, AnsweredCode, Answers, EvaluateError, EvaluateOptions, EventName, EventProfile, FixedText, LinkTarget,
    Options, Reach, Report, ResultItem, Severities, SeveritySetting, Suppressed, Suppression, Wanted, WantedCode, What,
};
pub use validator::{Input, Validator};
pub use writing::{Completion, CompletionKind, Completions, Hover, HoverBinding};
