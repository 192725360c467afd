//! Validates a message by the definitions and the rules of FHIR messaging.
//!
//! One walk over the document checks the structure and notes every reference; the Bundle and message rules then work on the index
//! of entries and those notes. No rule walks over the document again.

mod attachment;
mod bindings;
mod bundle;
mod coding;
mod conformance;
mod currencies;
mod entries;
mod evaluate;
mod extensions;
mod findings;
mod fix;
mod invariants;
mod links;
mod message;
mod meta;
mod narrative;
mod nearest;
mod notes;
mod primitives;
mod reachability;
mod references;
mod search;
mod structure;
mod syntax;
mod systems;

pub use bundle::is_absolute;
pub(crate) use coding::may_be_system;
pub(crate) use entries::Restful;
pub use entries::{Entries, Entry, Header, Resolution};
pub use evaluate::{EvaluateError, EvaluateOptions, Found, FoundAt};
pub use findings::{Severities, SeveritySetting};
pub use fix::{Fixed, apply};
pub use links::LinkTarget;
pub use primitives::is_valid_primitive;
pub use reachability::Reach;

use crate::definitions::{Definitions, Event, TypeId};
use crate::document::{Document, Kind, NameId, NodeId, Positions, Units, name};
use crate::json::{Limits, Message, SyntaxError, SyntaxFault};
use crate::report::{self, Counts, FIXES, Issue, Severity, Suggestion, WriteOptions, rules};
use findings::Findings;
use invariants::Invariants;
use notes::{Around, Purpose, Verdict};
use serde::{Deserialize, Serialize};
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// How a message is validated.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether issue texts may quote values of the message.
    pub show_values: bool,
    /// Stop after this many issues.
    pub max_issues: usize,
    /// Rules that are taken more, or less, seriously than usual.
    pub severities: Severities,
    /// How much is read.
    pub limits: Limits,
    /// Whether issues carry lines and offsets.
    pub positions: bool,
    /// What offsets count: bytes, unless another unit is asked for.
    pub units: Units,
    /// Whether a Bundle must be a message: one of another type is an error then. Otherwise each is validated as what it is.
    pub message: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            show_values: true,
            max_issues: 10_000,
            severities: Severities::default(),
            limits: Limits::default(),
            positions: true,
            units: Units::default(),
            message: false,
        }
    }
}

/// What a text is validated as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// A Bundle of any type.
    Bundle,
    /// One resource of any type.
    Resource,
}

/// The verdict.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Report {
    /// Whether no issue is fatal or an error, and everything was looked at.
    pub valid: bool,
    /// What is to be known, in the order of the text; last what was not checked.
    pub issues: Vec<Issue>,
    /// How many of each severity.
    pub counts: Counts,
    /// Whether all rules were validated to the end. Not where [`Options::max_issues`] ended that early, where the text is longer or deeper than
    /// is read, or where constraints take more work than a text of its length may cause (`constraint-unchecked`).
    pub complete: bool,
    /// Whether [`Options::max_issues`] ended the validation early.
    pub truncated: bool,
    /// The event, as far as it can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<EventName>,
    /// MessageHeader.id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// Bundle.id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bundle_id: Option<String>,
    /// How many entries hold each resource type.
    pub resources: BTreeMap<String, u32>,
}

/// The event of a message as it is written there, complete or not.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct EventName {
    /// `eventCoding.system`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// `eventCoding.code`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// `eventUri`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
}

impl EventName {
    /// The event, when it is complete enough to look up.
    pub fn event(&self) -> Option<Event> {
        match (&self.system, &self.code, &self.uri) {
            (Some(system), Some(code), _) => Some(Event::Coding { system: system.clone(), code: code.clone() }),
            (_, _, Some(uri)) => Some(Event::Uri(uri.clone())),
            _ => None,
        }
    }
}

impl From<&Event> for EventName {
    fn from(event: &Event) -> Self {
        match event {
            Event::Coding { system, code } => {
                Self { system: Some(system.clone()), code: Some(code.clone()), uri: None }
            }
            Event::Uri(uri) => Self { uri: Some(uri.clone()), ..Self::default() },
        }
    }
}

/// What is asked of the objects of a type beside what its definition says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum TypeRule {
    None,
    Coding,
    FhirPath,
    Identifier,
    /// Of a Quantity, and of the types that are derived from it.
    Quantity,
    Meta,
    Extension,
    Reference,
    Attachment,
}

/// The types that rules written by hand look for.
#[derive(Clone, Debug)]
struct KnownTypes {
    /// For each type.
    rules: Vec<TypeRule>,
    element: Option<TypeId>,
    extension: Option<TypeId>,
    reference: Option<TypeId>,
    coding: Option<TypeId>,
    codeable_concept: Option<TypeId>,
    meta: Option<TypeId>,
    expression: Option<TypeId>,
    bundle: Option<TypeId>,
    message_header: Option<TypeId>,
    provenance: Option<TypeId>,
    operation_outcome: Option<TypeId>,
    questionnaire: Option<TypeId>,
    code_system: Option<TypeId>,
    value_set: Option<TypeId>,
    concept_map: Option<TypeId>,
    structure_definition: Option<TypeId>,
    element_definition: Option<TypeId>,
}

impl KnownTypes {
    /// What is asked of the objects of a type.
    #[inline]
    fn rule(&self, of: TypeId) -> TypeRule {
        self.rules.get(usize::from(of.0)).copied().unwrap_or(TypeRule::None)
    }
}

/// Validates messages. Built once, used for any number of them.
#[derive(Clone, Debug)]
pub struct Validator {
    definitions: Definitions,
    types: KnownTypes,
    invariants: Invariants,
}

impl Default for Validator {
    fn default() -> Self {
        Self::new(Definitions::r4())
    }
}

impl Validator {
    /// A validator for these definitions; [`Validator::default`] has R4 and the built-in events.
    pub fn new(definitions: Definitions) -> Self {
        let named = |name: &str| definitions.type_named(name);
        let mut rules = vec![TypeRule::None; definitions.types().len()];
        let quantity = named("Quantity");
        for (index, rule) in rules.iter_mut().enumerate() {
            if quantity.is_some_and(|quantity| definitions.is_a(TypeId(index as u16), quantity)) {
                *rule = TypeRule::Quantity;
            }
        }
        let others = [
            ("Coding", TypeRule::Coding),
            ("Expression", TypeRule::FhirPath),
            ("SearchParameter", TypeRule::FhirPath),
            ("ElementDefinition.constraint", TypeRule::FhirPath),
            ("Identifier", TypeRule::Identifier),
            ("Meta", TypeRule::Meta),
            ("Extension", TypeRule::Extension),
            ("Reference", TypeRule::Reference),
            ("Attachment", TypeRule::Attachment),
        ];
        for (name, rule) in others {
            if let Some(slot) = named(name).and_then(|of| rules.get_mut(usize::from(of.0))) {
                *slot = rule;
            }
        }
        let types = KnownTypes {
            rules,
            element: named("Element"),
            extension: named("Extension"),
            reference: named("Reference"),
            coding: named("Coding"),
            codeable_concept: named("CodeableConcept"),
            meta: named("Meta"),
            expression: named("Expression"),
            bundle: named("Bundle"),
            message_header: named("MessageHeader"),
            provenance: named("Provenance"),
            operation_outcome: named("OperationOutcome"),
            questionnaire: named("Questionnaire"),
            code_system: named("CodeSystem"),
            value_set: named("ValueSet"),
            concept_map: named("ConceptMap"),
            structure_definition: named("StructureDefinition"),
            element_definition: named("ElementDefinition"),
        };
        Self { invariants: Invariants::new(&definitions), definitions, types }
    }

    /// What it validates by.
    pub fn definitions(&self) -> &Definitions {
        &self.definitions
    }

    /// The same, to change the events that it knows.
    pub fn definitions_mut(&mut self) -> &mut Definitions {
        &mut self.definitions
    }

    /// Reads a text into a document that this validator's stages understand.
    ///
    /// # Errors
    /// When nothing can be made of the text.
    pub fn read<'t>(&self, text: &'t [u8], limits: Limits) -> Result<Document<'t>, SyntaxError> {
        Document::read(text, self.definitions.names(), limits)
    }

    /// Validates a Bundle given as text that is known to be UTF-8; see [`Validator::validate_bundle`].
    pub fn validate_bundle_str(&self, text: &str, options: &Options) -> Report {
        match Document::read_str(text, self.definitions.names(), options.limits) {
            Ok(document) => self.validate_document(&document, options),
            Err(error) => unreadable(text.as_bytes(), &error, options),
        }
    }

    /// Validates a Bundle given as text: a message by the rules for messages, others by those of their type. Whatever the text is, there
    /// is a report.
    pub fn validate_bundle(&self, text: &[u8], options: &Options) -> Report {
        self.validate(text, options, What::Bundle, false)
    }

    /// Validates one resource given as text; a Bundle as [`Validator::validate_bundle`] does.
    pub fn validate_resource(&self, text: &[u8], options: &Options) -> Report {
        self.validate(text, options, What::Resource, false)
    }

    /// Validates a text as what it is said to be; see [`Validator::validate_bundle`].
    pub fn validate_text(&self, text: &[u8], options: &Options, what: What) -> Report {
        self.validate(text, options, what, false)
    }

    /// Validates a text that was read as what it is said to be.
    pub fn validate_message(&self, message: &Message<'_>, options: &Options, what: What) -> Report {
        match message.document() {
            Ok(document) => self.validate_document_as(document, options, what, false),
            Err(error) => unreadable(message.text(), error, options),
        }
    }

    /// Validates a text. `all_edits`: fixes may hold values of the message also where texts do not.
    fn validate(&self, text: &[u8], options: &Options, what: What, all_edits: bool) -> Report {
        match self.read(text, options.limits) {
            Ok(document) => self.validate_document_as(&document, options, what, all_edits),
            Err(error) => unreadable(text, &error, options),
        }
    }

    /// Validates a Bundle that has been read.
    pub fn validate_document(&self, document: &Document<'_>, options: &Options) -> Report {
        self.validate_document_as(document, options, What::Bundle, false)
    }

    /// Validates a document as one resource, and everything in it, but for the rules that look at several places (`bundle.rs`).
    fn validate_instance<'d>(
        &self,
        document: &'d Document<'_>,
        entries: &Entries<'d>,
        around: Around,
        mut findings: Findings,
    ) -> Verdict {
        let notes = structure::Walk::new(self, document, entries, around, &mut findings).resource_document();
        Verdict { findings, notes }
    }

    fn validate_document_as(&self, document: &Document<'_>, options: &Options, what: What, all_edits: bool) -> Report {
        let entries = Entries::read(document, &self.definitions);
        let carried = self.carried(document);
        let is_bundle = carried.is_none() && (what == What::Bundle || entries.is_bundle());
        let is_message = is_bundle && (options.message || entries.is_message());
        let mut findings = Findings::new(options);
        findings.faults(document);
        let around = Around { is_message, carried: carried.filter(|_| options.message), purpose: Purpose::Report };
        let Verdict { mut findings, notes } = self.validate_instance(document, &entries, around, findings);
        let digest = OnceCell::new();
        let validate = bundle::BundleRules {
            validator: self,
            document,
            root: NodeId::ROOT,
            entries: &entries,
            notes: &notes,
            scope: references::Scope::of(is_bundle, is_message),
            before: 0,
            digest: &digest,
        };
        if is_bundle {
            validate.bundle(&mut findings);
        } else {
            validate.resource(&mut findings);
        }
        validate.nested(&mut findings);
        validate.settle(&mut findings);
        // What is told of the message is told of the one that is carried.
        let carried = carried.map(|root| (root, Entries::of(document, root, &self.definitions)));
        let (root, entries) = carried.unwrap_or((NodeId::ROOT, entries));
        self.write(document, (root, &entries), &mut findings, options, all_edits)
    }

    /// What the constraints of a text cost, in items looked at, and what they may cost: for measuring. Nothing where the text is not JSON.
    #[doc(hidden)]
    pub fn constraint_work(&self, text: &[u8], options: &Options) -> Option<(u32, u32)> {
        let document = self.read(text, options.limits).ok()?;
        let entries = Entries::read(&document, &self.definitions);
        let around = Around { is_message: entries.is_message(), carried: None, purpose: Purpose::Report };
        let Verdict { notes, .. } = self.validate_instance(&document, &entries, around, Findings::new(options));
        Some((notes.work, invariants::Work::of(&document).allowed()))
    }

    /// The Bundle that a Parameters resource carries as its `content`, as $process-message may be given it.
    fn carried(&self, document: &Document<'_>) -> Option<NodeId> {
        let root = NodeId::ROOT;
        let is =
            |node: NodeId, name: NameId, value: &str| document.member_text(node, name).is_some_and(|one| one == value);
        if document.kind(root) != Kind::Object || !is(root, name::RESOURCE_TYPE, "Parameters") {
            return None;
        }
        let mut parameters = document.member_items(root, name::PARAMETER).filter(|&one| is(one, name::NAME, "content"));
        let resource = parameters.find_map(|one| document.member(one, name::RESOURCE))?;
        (document.kind(resource) == Kind::Object && is(resource, name::RESOURCE_TYPE, "Bundle")).then_some(resource)
    }

    fn write(
        &self,
        document: &Document<'_>,
        (root, entries): (NodeId, &Entries<'_>),
        findings: &mut Findings,
        options: &Options,
        all_edits: bool,
    ) -> Report {
        let (show_values, positions, units) = (options.show_values, options.positions, options.units);
        let how = WriteOptions { show_values, positions, units, all_edits };
        let (found, truncated, incomplete) = findings.take();
        let issues = report::write(document, &&self.definitions, found, how);
        let counts = Counts::of(&issues);
        let mut resources = BTreeMap::new();
        for entry in entries.iter() {
            if let Some(of) = entry.resource_type {
                let name = self.definitions.type_of(of).name.as_ref();
                match resources.get_mut(name) {
                    Some(count) => *count += 1,
                    None => drop(resources.insert(name.to_owned(), 1)),
                }
            }
        }
        let header = entries.header();
        Report {
            // What was not looked at may be wrong.
            valid: counts.fatal + counts.error == 0 && !truncated,
            issues,
            counts,
            complete: !incomplete,
            truncated,
            event: header.and_then(|header| header.event_name(document)),
            message_id: header.and_then(|header| header.id(document)),
            bundle_id: document
                .member(root, name::ID)
                .and_then(|id| document.string(id))
                .filter(|_| entries.is_bundle())
                .map(|id| id.into_owned()),
            resources,
        }
    }
}

/// The report on a text that is not JSON.
pub(crate) fn unreadable(text: &[u8], error: &SyntaxError, options: &Options) -> Report {
    let rule = &rules::JSON_SYNTAX;
    let too_costly = matches!(error.fault, SyntaxFault::TooLong(_) | SyntaxFault::TooDeep(_));
    let code = if too_costly { "too-costly" } else { rule.code };
    let mut issue = Issue::placeless(Severity::Fatal, code, rule.name, error.message());
    let end = (error.offset + 1).min(text.len() as u32).max(error.offset.min(text.len() as u32));
    let how = WriteOptions { positions: options.positions, units: options.units, ..WriteOptions::default() };
    let mut positions = Positions::new(text);
    let mut edits = if FIXES && options.positions { fix::syntax_edits(text, error) } else { Vec::new() };
    if options.units == Units::Utf16 {
        for edit in &mut edits {
            (edit.start, edit.end) = (positions.of(edit.start).utf16, positions.of(edit.end).utf16);
        }
    }
    if !edits.is_empty() {
        let action = Some(fix::syntax_action(error.fault));
        issue.suggestion = Some(Box::new(Suggestion { action, edits, ..Suggestion::default() }));
    }
    issue.place(&mut positions, (error.offset, end), how);
    Report {
        valid: false,
        counts: Counts::of(std::slice::from_ref(&issue)),
        issues: vec![issue],
        complete: !too_costly,
        truncated: false,
        event: None,
        message_id: None,
        bundle_id: None,
        resources: BTreeMap::new(),
    }
}
