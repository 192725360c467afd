//! The front door: what is known, and all that can be asked of it.

use crate::definitions::Definitions;
use crate::document::Units;
use crate::draft::{Draft, byte_at};
use crate::exchange::{self, Answer, Capability, HttpAnswer, SentMessage};
use crate::json::{Limits, Message, Text};
use crate::message::{
    self, ComposeContext, ComposeError, ComposedMessage, Composition, Outline, ResponseContext, ResponseError,
    ResponseOutcome, Route,
};
use crate::report::Rule;
use crate::validate::{Engine, EvaluateError, EvaluateOptions, FixedText, Options, Report, ResultItem};
use crate::writing::{self, Completions, Hover};
use std::sync::Arc;

/// What can be asked about: a text, as a `&str`, a `String`, bytes; or a [`Message`], which was read already.
#[derive(Debug)]
pub struct Input<'i>(InputKind<'i>);

#[derive(Debug)]
enum InputKind<'i> {
    Text(Text<'i>),
    Read(&'i Message<'i>),
}

impl<'i, T: Into<Text<'i>>> From<T> for Input<'i> {
    fn from(text: T) -> Self {
        Self(InputKind::Text(text.into()))
    }
}

impl<'i> From<&'i Message<'_>> for Input<'i> {
    fn from(message: &'i Message<'_>) -> Self {
        Self(InputKind::Read(message))
    }
}

/// Validates messages and other resources, fixes, routes, composes and answers them. Built once, used for any number of them, by any number
/// of threads.
///
/// Each method takes a text, or what [`Validator::read`] made of it: then it is read once, however much is asked about it.
///
/// ```
/// use fhirpost::{Options, Validator};
///
/// let validator = Validator::default();
/// let message = validator.read(r#"{ "resourceType": "Bundle", "type": "message" }"#);
/// assert!(!validator.validate(&message, &Options::default()).valid);
/// assert!(validator.route(&message).event.is_none());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Validator {
    /// Shared by its clones, and by the drafts that it validates.
    engine: Arc<Engine>,
}

impl Validator {
    /// A validator for these definitions; [`Validator::default`] has R4 and the built-in events.
    ///
    /// ```
    /// let (definitions, issues) = fhirpost::Definitions::r4().with([r#"{ "resourceType": "MessageDefinition", "url": "http://example.org/ping",
    ///     "status": "draft", "date": "2026-01-01", "eventUri": "http://example.org/events/ping", "category": "notification" }"#]);
    /// assert!(issues.is_empty());
    /// let validator = fhirpost::Validator::new(definitions);
    /// ```
    pub fn new(definitions: Definitions) -> Self {
        Self { engine: Arc::new(Engine::new(definitions)) }
    }

    /// What it validates by.
    pub fn definitions(&self) -> &Definitions {
        &self.engine.definitions
    }

    /// Every rule that it validates by.
    pub fn rules(&self) -> Vec<Rule<'_>> {
        self.engine.rules()
    }

    /// Reads a text for whatever is asked about it. It is never refused: of what is not JSON the message knows why, and each method says so.
    pub fn read<'t>(&self, text: impl Into<Text<'t>>) -> Message<'t> {
        self.read_within(text, Limits::default())
    }

    /// Reads a text as far as limits allow.
    pub fn read_within<'t>(&self, text: impl Into<Text<'t>>, limits: Limits) -> Message<'t> {
        self.engine.read(text, limits)
    }

    /// Asks about what was read, or is read now. What another validator has read may have other numbers for the names that it knows.
    fn about<Answer>(&self, input: Input<'_>, limits: Limits, ask: impl FnOnce(&Message<'_>) -> Answer) -> Answer {
        let own;
        let message = match input.0 {
            InputKind::Read(message) => match message.in_names(self.definitions().names()) {
                None => message,
                Some(renamed) => {
                    own = renamed;
                    &own
                }
            },
            InputKind::Text(text) => {
                own = self.read_within(text, limits);
                &own
            }
        };
        ask(message)
    }

    /// Validates a message or any other resource, as [`Options::what`] says. Whatever the text is, there is a report.
    pub fn validate<'i>(&self, input: impl Into<Input<'i>>, options: &Options) -> Report {
        self.about(input.into(), options.limits, |message| self.engine.validate(message, options))
    }

    /// Takes a text that is going to be edited, and validates it after each edit: only what has changed, and what hangs on that.
    pub fn draft(&self, text: impl Into<String>, options: Options) -> Draft {
        Draft::new(self.engine.clone(), text.into(), options)
    }

    /// What may be written at an offset of a text, which need not be JSON: names of properties by R4 and by the profiles that the resource around
    /// claims, codes, references to entries. Offsets are in these units; one that is inside of a character is that of its beginning.
    ///
    /// ```
    /// let validator = fhirpost::Validator::default();
    /// let found = validator.complete(r#"{ "resourceType": "Patient", "gender": "fe"#, 42, fhirpost::Units::Bytes);
    /// assert_eq!(found.items[0].label, "female");
    /// ```
    pub fn complete(&self, text: &str, offset: u32, units: Units) -> Completions {
        writing::complete(self.definitions(), text, byte_at(text, offset, units), units)
    }

    /// What is known of what stands at an offset of a text, which need not be JSON: the element, its types, how many there may be, where its codes
    /// come from, what profiles say of it, and where R4 defines it.
    pub fn hover(&self, text: &str, offset: u32, units: Units) -> Option<Hover> {
        writing::hover(self.definitions(), text, byte_at(text, offset, units), units)
    }

    /// Fixes a text as far as it is certain what is right: the edits of all issues that are certain are applied, and what comes of that is
    /// validated again, until there is none left. A rule that is off fixes nothing. [`Options::show_values`] is about the texts of issues: the
    /// fixed text is whole. There are never more errors than before; a text that could not be read counts as worse than any that can.
    pub fn fix<'i>(&self, input: impl Into<Input<'i>>, options: &Options) -> FixedText {
        self.about(input.into(), options.limits, |message| self.engine.fix(message, options))
    }

    /// How a Bundle hangs together: its entries, and the references between them. Nothing is checked; what is not a Bundle has no entries, nor has
    /// what is not JSON, of which [`Outline::issue`] says why.
    pub fn outline<'i>(&self, input: impl Into<Input<'i>>, options: &Options) -> Outline {
        self.about(input.into(), options.limits, |message| message::outline(&self.engine, message, options))
    }

    /// Where a message goes: its event, what is known of that, and what the message is about. What cannot be read is left out.
    pub fn route<'i>(&self, input: impl Into<Input<'i>>) -> Route {
        self.about(input.into(), Limits::default(), |message| {
            message.document().map(|document| message::route(document, self.definitions())).unwrap_or_default()
        })
    }

    /// Builds a request: the MessageHeader first, every resource with an id and a fullUrl, and references between them (`[type]/[id]`) rewritten
    /// to the fullUrls. Nothing else of a resource is changed.
    ///
    /// # Errors
    /// When what was given is not material for a message. What the event demands and was not given is in the report.
    pub fn compose(
        &self,
        composition: &Composition,
        context: &ComposeContext,
        options: &Options,
    ) -> Result<ComposedMessage, ComposeError> {
        message::compose(&self.engine, composition, context, options)
    }

    /// Builds the answer to a request, as FHIR JSON. A request that is not valid is answered too: with `fatal-error` and its issues, whose texts
    /// quote no value, and without the resources of the outcome, since such a message is not processed.
    ///
    /// # Errors
    /// When `outcome` or `answering` is not what an answer can be built from; never because of the request.
    pub fn respond<'i>(
        &self,
        request: impl Into<Input<'i>>,
        outcome: &ResponseOutcome,
        answering: &ResponseContext,
        options: &Options,
    ) -> Result<String, ResponseError> {
        self.about(request.into(), options.limits, |request| {
            message::respond(&self.engine, request, outcome, answering, options)
        })
    }

    /// Reads an answer to a message that was sent. Whatever came, there is exactly one outcome.
    pub fn read_answer(&self, received: &HttpAnswer<'_>, sent: &SentMessage<'_>) -> Answer {
        exchange::read_answer(received, sent, self.definitions())
    }

    /// What a receiver declares about messages. However broken its CapabilityStatement is, there is a result.
    pub fn read_capability(&self, statement: &[u8]) -> Capability {
        exchange::read_capability(statement, self.definitions())
    }

    /// Evaluates a FHIRPath expression on a resource. References resolve inside a Bundle, and to contained resources.
    ///
    /// # Errors
    /// When the text is not JSON, the expression is not FHIRPath, or its operands do not go together.
    pub fn evaluate<'i>(
        &self,
        resource: impl Into<Input<'i>>,
        expression: &str,
        options: &EvaluateOptions<'_>,
    ) -> Result<Vec<ResultItem>, EvaluateError> {
        self.about(resource.into(), Limits::default(), |resource| self.engine.evaluate(resource, expression, options))
    }

    /// What the constraints of a text cost, in items looked at, and what they may cost: for measuring. Nothing where the text is not JSON.
    #[doc(hidden)]
    pub fn constraint_work<'i>(&self, input: impl Into<Input<'i>>, options: &Options) -> Option<(u32, u32)> {
        self.about(input.into(), options.limits, |message| self.engine.constraint_work(message, options))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::What;

    const PATIENT: &str = r#"{"resourceType":"Patient","gender":"femal"}"#;
    const COLLECTION: &str = r#"{"resourceType":"Bundle","type":"collection"}"#;

    fn rules(text: &str, what: What) -> Vec<String> {
        let report = Validator::default().validate(text, &Options::of(what));
        report.issues.iter().map(|issue| issue.rule.to_string()).collect()
    }

    #[test]
    fn a_text_is_validated_as_what_it_is_or_as_what_it_should_be() {
        assert_eq!(rules(PATIENT, What::Auto), ["binding-required"]);
        assert_eq!(rules(PATIENT, What::Resource), ["binding-required"]);
        assert_eq!(rules(PATIENT, What::Bundle), ["resource-type", "binding-required"]);
        assert!(rules(COLLECTION, What::Bundle).is_empty());
        assert!(!rules(COLLECTION, What::Message).is_empty());
    }

    #[test]
    fn what_was_read_is_answered_as_its_text_is() {
        let validator = Validator::default();
        let options = Options::default();
        for text in [PATIENT, COLLECTION, "{"] {
            let message = validator.read(text);
            assert_eq!(validator.validate(&message, &options), validator.validate(text, &options));
            assert_eq!(validator.validate(text.as_bytes(), &options), validator.validate(text.to_owned(), &options));
            assert_eq!(validator.route(&message), validator.route(text));
            assert_eq!(validator.fix(&message, &options).text, validator.fix(text, &options).text);
        }
        assert!(validator.outline(&validator.read("{"), &options).entries.is_empty());
    }

    #[test]
    fn a_report_is_a_line_for_each_issue() {
        let report = Validator::default().validate(PATIENT, &Options::default());
        let text = report.to_string();
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("not valid, 1 errors, 0 warnings, 0 others"));
        let issue = lines.next().unwrap();
        assert!(issue.contains(" error binding-required: ") && issue.ends_with(" (Patient.gender)"), "{issue}");
    }
}
