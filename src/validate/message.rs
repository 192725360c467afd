//! The MessageHeader and what its event demands of the message.
//!
//! Sources: R4 pages messageheader, messagedefinition and messaging; for Netsmart's events its public documentation, as data in
//! `src/message/events`.

use super::bundle::{BundleRules, LACKS_SCHEME, is_absolute, lacks_scheme};
use super::findings::Findings;
use super::nearest::nearest;
use super::references::Resolved;
use super::{Header, Resolution};
use crate::definitions::{Event, Link, MessageDefinition, TypeId};
use crate::document::{Document, Kind, NameId, NodeId, name};
use crate::edit_distance::edit_distance;
use crate::report::{Act, At, Severity, Suggest, Words, rules};
use std::collections::BTreeMap;

/// A focus of the message.
#[derive(Clone, Copy)]
struct Focus {
    /// The Reference object.
    node: NodeId,
    /// The index of the entry that it resolves to.
    entry: Option<usize>,
    /// Whether it resolves nowhere, which has been reported.
    dangling: bool,
}

const NO_EVENT_SYSTEM: Words = Words("eventCoding.system is missing: a code alone does not name an event.");
const NO_EVENT_CODE: Words = Words("eventCoding.code is missing.");
const EVENT_URI_NOT_ABSOLUTE: Words = Words("eventUri is not an absolute URI.");
const NO_DEFINITION: Words = Words("This event has no definition here: its requirements are not checked.");
const EVENT_SLIP: Words = Words("This event is not known here; {near} is known, and nearly the same.");
const ENDPOINT_NOT_ABSOLUTE: Words = Words("{found} is not an absolute URL: an endpoint is one.");
const FOCUS_WITHOUT_REFERENCE: Words =
    Words("The reference of this focus is missing: it names an entry of the message.");
const FOCUS_UNRESOLVED: Words = Words("The focus {found} does not match any entry of the message.");
const FOCUS_COUNT: Words = Words("This event requires {expected} {type} as focus, found {found}.");
const NOT_IDENTIFIED: Words = Words(
    "The receiver cannot tell which {type} this is: give it an identifier, or the id and fullUrl that it has there.",
);
const OTHER_FOCUS: Words = Words("The definition of this event does not name a {found} as focus.");
const CONTENT_COUNT: Words = Words("A message of this event contains {expected} {type}, found {found}.");
const OTHER_CONTENT: Words = Words("The documentation of this event does not name {type} resources.");
const OTHER_CONTENTS: Words =
    Words("The documentation of this event does not name {type} resources; the message contains {found}.");
const LINK_COUNT: Words = Words("{element} occurs {found} times; this event requires {expected}.");
const LINK_TARGET: Words =
    Words("{element} does not refer to a resource of the message of a type that this event requires: {expected}.");
const DETAILS_UNRESOLVED: Words =
    Words("The details {found} do not match any entry of the message: they are part of it.");
const OK_WITH_ERRORS: Words = Words("The code is ok, but the details contain errors: an error code is expected.");

impl BundleRules<'_> {
    /// Validates the event, and finds its definition.
    pub(super) fn event(&self, findings: &mut Findings) -> Option<&MessageDefinition> {
        let definitions = self.definitions();
        let header = self.entries.header()?;
        if let Some(coding) = self.document.member(header.node, name::EVENT_CODING) {
            for (name, words) in [(name::SYSTEM, NO_EVENT_SYSTEM), (name::CODE, NO_EVENT_CODE)] {
                if self.document.kind(coding) == Kind::Object && self.document.member(coding, name).is_none() {
                    findings.add(&rules::MSG_EVENT, At::Start(coding), words);
                }
            }
        }
        let uri =
            self.document.member(header.node, name::EVENT_URI).filter(|&uri| self.document.kind(uri) == Kind::String);
        if let Some(uri) = uri.filter(|&uri| !is_absolute(&self.document.value(uri))) {
            findings.add(&rules::MSG_EVENT, At::Value(uri), EVENT_URI_NOT_ABSOLUTE);
        }
        let event = header.event_name(self.document)?.event()?;
        let definition = header.definition(self.document, definitions);
        if definition.is_none() {
            let at = self
                .document
                .member(header.node, name::EVENT_CODING)
                .map(|coding| self.document.member(coding, name::CODE).map_or(At::Start(coding), At::Value));
            let at = at.or(uri.map(At::Value)).unwrap_or(At::Start(header.node));
            self.unknown_event(findings, &event, header.node, at);
        }
        definition
    }

    /// An event that nobody has defined here may be one; a slip of one that is known is none.
    #[cold]
    fn unknown_event(&self, findings: &mut Findings, event: &Event, header: NodeId, at: At) {
        let others = || self.definitions().messages().iter().map(|definition| &definition.event);
        let slip = match event {
            Event::Coding { system, code } => {
                let codes = others().filter_map(|other| match other {
                    Event::Coding { system: of, code } if of == system => Some(code.as_str()),
                    _ => None,
                });
                let systems = others().filter_map(|other| match other {
                    Event::Coding { system, code: same } if same == code => Some(system.as_str()),
                    _ => None,
                });
                let coding = self.document.member(header, name::EVENT_CODING);
                let member = |name| coding.and_then(|coding| self.document.member(coding, name)).map_or(at, At::Value);
                let of_code = slip_of(code, codes).map(|right| (member(name::CODE), right));
                of_code.or_else(|| slip_of(system, systems).map(|right| (member(name::SYSTEM), right)))
            }
            Event::Uri(uri) => {
                let uris = others().filter_map(|other| match other {
                    Event::Uri(uri) => Some(uri.as_str()),
                    Event::Coding { .. } => None,
                });
                slip_of(uri, uris).map(|right| (at, right))
            }
        };
        let Some((at, right)) = slip else {
            findings.add(&rules::MSG_EVENT_UNKNOWN, at, NO_DEFINITION);
            return;
        };
        let content = EVENT_SLIP.name("near", right.clone());
        let finding = findings.add_as(&rules::MSG_EVENT_UNKNOWN, Severity::Error, at, content);
        // What the receiver does depends on it: it is for the writer to say.
        finding.suggest(right, false, Act::Replace, Vec::new());
    }

    /// Validates the MessageHeader and, for a request, what its event demands.
    pub(super) fn header(
        &self,
        findings: &mut Findings,
        definition: Option<&MessageDefinition>,
        resolved: &[Resolved],
    ) {
        let Some(header) = self.entries.header() else { return };
        self.id(findings, header.node, "MessageHeader.id");
        self.endpoints(findings, header);
        let focus = self.focus(findings, header, resolved);
        if let Some(response) = header.response(self.document) {
            self.response(findings, response, resolved);
        } else if let Some(definition) = definition {
            self.demanded_focus(findings, header, definition, &focus);
            let missing = self.content(findings, definition);
            for link in &definition.links {
                self.link(findings, link, &missing, resolved);
            }
        }
    }

    /// Endpoints of source and destination are absolute.
    fn endpoints(&self, findings: &mut Findings, header: Header) {
        let source = self.document.member(header.node, name::SOURCE);
        let destinations = self.document.member(header.node, name::DESTINATION);
        let destinations = destinations.into_iter().flat_map(|list| self.document.children(list));
        for holder in source.into_iter().chain(destinations) {
            let endpoint = self.document.member(holder, name::ENDPOINT);
            let Some(endpoint) = endpoint.filter(|&node| self.document.kind(node) == Kind::String) else { continue };
            let url = self.document.value(endpoint);
            if !url.is_empty() && !is_absolute(&url) {
                findings.add(&rules::MSG_ENDPOINT, At::Value(endpoint), ENDPOINT_NOT_ABSOLUTE.value("found", &url));
            } else if lacks_scheme(&url) {
                let content = LACKS_SCHEME.value("found", &url);
                findings.add_as(&rules::MSG_ENDPOINT, Severity::Warning, At::Value(endpoint), content);
            }
        }
    }

    /// Validates that each focus is in the message; gives the focus with the entry that each resolves to.
    fn focus(&self, findings: &mut Findings, header: Header, resolved: &[Resolved]) -> Vec<Focus> {
        let mut found = Vec::new();
        for node in header.focus(self.document) {
            let Some(reference) = self.document.member(node, name::REFERENCE) else {
                findings.add(&rules::MSG_FOCUS_UNRESOLVED, At::Start(node), FOCUS_WITHOUT_REFERENCE);
                found.push(Focus { node, entry: None, dangling: true });
                continue;
            };
            let at = At::Value(reference);
            let to = self.target(resolved, node);
            let entry = match to {
                Some(Resolution::Entry(index) | Resolution::OtherVersion(index)) => Some(index as usize),
                Some(Resolution::Contained(_)) => None,
                Some(Resolution::Several) => {
                    findings.add(&rules::REF_AMBIGUOUS, at, self.ambiguous());
                    None
                }
                Some(Resolution::Nothing) | None => {
                    let url = self.document.value(reference);
                    let rule = &rules::MSG_FOCUS_UNRESOLVED;
                    let content = FOCUS_UNRESOLVED.value("found", &url);
                    self.unresolved(findings, (rule, rule.severity), at, content, None);
                    None
                }
            };
            found.push(Focus { node, entry, dangling: matches!(to, Some(Resolution::Nothing) | None) });
        }
        found
    }

    /// What the Reference at this node resolves to. References are noted in the order of the text.
    pub(super) fn target(&self, resolved: &[Resolved], node: NodeId) -> Option<Resolution> {
        let index = resolved.binary_search_by_key(&node, |reference| reference.node).ok()?;
        resolved.get(index).map(|reference| reference.to)
    }

    fn type_named(&self, name: &str) -> Option<TypeId> {
        self.definitions().resource_type(name)
    }

    /// `MessageDefinition.focus`: what the message must be about, and how many of it.
    fn demanded_focus(&self, findings: &mut Findings, header: Header, definition: &MessageDefinition, focus: &[Focus]) {
        let array = self.document.member(header.node, name::FOCUS);
        let of_type = |code: &str| {
            let of = self.type_named(code);
            let entries = focus.iter().filter_map(|one| self.entries.get(one.entry?));
            entries.filter(move |entry| entry.resource_type == of)
        };
        for demanded in &definition.focus {
            let count = of_type(&demanded.code).count() as u32;
            // A focus that resolves nowhere has been reported; it may have been the one.
            let dangling = focus.iter().filter(|one| one.dangling).count() as u32;
            let too_few = count + dangling < demanded.cardinality.min;
            if too_few || demanded.cardinality.max.is_some_and(|max| count > max) {
                let content = FOCUS_COUNT.name("expected", demanded.cardinality.to_string());
                let content = content.name("type", demanded.code.clone()).count("found", count);
                findings.add(&rules::MSG_FOCUS, array.map_or(At::Start(header.node), At::Key), content);
            }
            if !demanded.identified {
                continue;
            }
            for entry in of_type(&demanded.code) {
                let Some(resource) = entry.resource else { continue };
                let has_identifier = self.document.member(resource, name::IDENTIFIER).is_some();
                let is_urn = entry.url.as_deref().is_none_or(|url| url.starts_with("urn:"));
                if !has_identifier && (is_urn || entry.id.is_none()) {
                    let content = NOT_IDENTIFIED.name("type", demanded.code.clone());
                    findings.add(&rules::MSG_FOCUS_IDENTIFIED, At::Start(resource), content);
                }
            }
        }
        for &Focus { node, entry, .. } in focus {
            let Some(of) = entry.and_then(|entry| self.entries.get(entry)?.resource_type) else { continue };
            let demanded = definition.focus.iter().any(|demanded| self.type_named(&demanded.code) == Some(of));
            if !demanded && !definition.focus.is_empty() {
                let content = OTHER_FOCUS.name("found", self.definitions().type_of(of).name.clone());
                findings.add_as(&rules::MSG_FOCUS, Severity::Warning, At::Start(node), content);
            }
        }
    }

    /// How many resources of each type the message may hold. Gives the types of which there are too few.
    fn content(&self, findings: &mut Findings, definition: &MessageDefinition) -> Vec<TypeId> {
        let mut missing = Vec::new();
        if definition.content.is_empty() {
            return missing;
        }
        let named: Vec<Option<TypeId>> =
            definition.content.iter().map(|content| self.type_named(&content.code)).collect();
        for (content, of) in definition.content.iter().zip(&named) {
            let &Some(of) = of else { continue };
            let entries: Vec<_> = self.entries.iter().filter(|entry| entry.resource_type == Some(of)).collect();
            let count = entries.len() as u32;
            if content.cardinality.allows(count) || Some(of) == self.validator.types.message_header {
                continue;
            }
            let text = CONTENT_COUNT.name("expected", content.cardinality.to_string());
            let text = text.name("type", content.code.clone()).count("found", count);
            if count < content.cardinality.min {
                missing.push(of);
            }
            let extra = content.cardinality.max.and_then(|max| entries.get(max as usize).copied());
            let at = extra.map_or(self.root, |entry| entry.resource.unwrap_or(entry.node));
            findings.add(&rules::MSG_CONTENT, At::Start(at), text);
        }
        // Each type once, at the first of its resources.
        let mut others: BTreeMap<TypeId, (NodeId, usize)> = BTreeMap::new();
        for entry in self.entries.iter().filter(|_| !definition.open) {
            let Some(of) = entry.resource_type.filter(|of| !named.contains(&Some(*of))) else { continue };
            others.entry(of).or_insert((entry.resource.unwrap_or(entry.node), 0)).1 += 1;
        }
        for (of, (node, count)) in others {
            let words = if count > 1 { OTHER_CONTENTS } else { OTHER_CONTENT };
            let text = words.name("type", self.definitions().type_of(of).name.clone()).count("found", count as u64);
            findings.add_as(&rules::MSG_CONTENT, Severity::Warning, At::Start(node), text);
        }
        missing
    }

    /// A link of the event's GraphDefinition: so many references, to resources of these types in the message.
    fn link(&self, findings: &mut Findings, link: &Link, missing: &[TypeId], resolved: &[Resolved]) {
        let Some(source) = self.type_named(&link.source) else { return };
        let names = self.definitions().names();
        let path: Vec<NameId> = link.path.iter().map(|step| names.find(step.as_bytes())).collect();
        // A path that is more than names of elements would need FHIRPath: such a link is not validated.
        if path.contains(&NameId::UNKNOWN) {
            return;
        }
        let element = || format!("{}.{}", link.source, link.path.join("."));
        for entry in self.entries.iter().filter(|entry| entry.resource_type == Some(source)) {
            let Some(resource) = entry.resource else { continue };
            let references = follow(self.document, resource, &path);
            let count = references.len() as u32;
            if !link.cardinality.allows(count) {
                let content = LINK_COUNT.name("element", element()).count("found", count);
                let content = content.name("expected", link.cardinality.to_string());
                findings.add(&rules::MSG_LINK, At::Start(resource), content);
            }
            for node in references {
                // An identifier or a display alone resolves to nothing in the message.
                let reference = self.document.member(node, name::REFERENCE);
                let of = match self.target(resolved, node) {
                    Some(Resolution::Entry(index) | Resolution::OtherVersion(index)) => {
                        self.entries.get(index as usize).and_then(|entry| entry.resource_type)
                    }
                    _ => None,
                };
                let allowed = link.targets.iter().any(|target| of.is_some() && self.type_named(target) == of);
                if !allowed && !link.targets.is_empty() {
                    let content = LINK_TARGET.name("element", element()).list("expected", link.targets.iter().cloned());
                    let at = reference.map_or(At::Start(node), At::Value);
                    let is_missing = |target: &String| missing.iter().any(|of| self.type_named(target) == Some(*of));
                    let cause = link.targets.iter().any(is_missing).then_some((&rules::MSG_CONTENT, self.root));
                    findings.add(&rules::MSG_LINK, at, content).because(cause);
                }
            }
        }
    }

    /// MessageHeader.response: its details are an OperationOutcome of the message, and fit its code. That identifier and code are
    /// there is a matter of cardinality.
    fn response(&self, findings: &mut Findings, response: NodeId, resolved: &[Resolved]) {
        let Some(details) = self.document.member(response, name::DETAILS) else { return };
        let Some(reference) = self.document.member(details, name::REFERENCE) else { return };
        let at = At::Value(reference);
        let url = self.document.value(reference);
        let rule = &rules::MSG_RESPONSE;
        let outcome = match self.target(resolved, details) {
            Some(Resolution::Entry(index) | Resolution::OtherVersion(index)) => {
                self.entries.get(index as usize).and_then(|entry| entry.resource)
            }
            Some(Resolution::Contained(node)) => Some(node),
            Some(Resolution::Several) => {
                findings.add(&rules::REF_AMBIGUOUS, at, self.ambiguous());
                return;
            }
            Some(Resolution::Nothing) | None => {
                // R4 says that they SHALL be in the Bundle. Its own example names the entry by type and id, where only the fullUrl
                // counts: that is near enough to be a warning.
                let near = !is_absolute(&url) && self.entries.nearest(&url, false, self.definitions()).is_some();
                let severity = if near { Severity::Warning } else { rule.severity };
                let content = DETAILS_UNRESOLVED.value("found", &url);
                let used = self.notes.references.iter().find(|used| used.node == details);
                self.unresolved(findings, (rule, severity), at, content, used);
                return;
            }
        };
        let Some(outcome) = outcome else { return };
        // Another type than OperationOutcome has been reported by ref-type.
        let code = self.document.member(response, name::CODE).filter(|&code| self.document.value(code) == "ok");
        let Some(code) = code.filter(|_| self.has_errors(outcome)) else { return };
        findings.add(rule, At::Value(code), OK_WITH_ERRORS);
    }

    /// Whether an OperationOutcome has an issue that is an error or fatal.
    fn has_errors(&self, outcome: NodeId) -> bool {
        let severity = name::SEVERITY;
        let issues =
            self.document.member(outcome, name::ISSUE).into_iter().flat_map(|list| self.document.children(list));
        issues
            .filter_map(|issue| self.document.member(issue, severity))
            .any(|severity| matches!(self.document.value(severity).as_ref(), "error" | "fatal"))
    }
}

/// The name that was meant by one that is a slip of it: one letter, or what cannot be another word. Numbers are no slips: `a01` is another
/// event than `a02`.
fn slip_of<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<String> {
    const SHORTEST: usize = 4;
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let near = nearest(name, &mut known.filter(|known| digits(known) == digits(name)))?;
    let is_letter = || name.len() >= SHORTEST && edit_distance(name, near.name, 1) == Some(1);
    (near.certain || is_letter()).then(|| near.name.to_owned())
}

/// The objects at the end of a path, arrays taken apart.
fn follow(document: &Document<'_>, from: NodeId, path: &[NameId]) -> Vec<NodeId> {
    let mut at = vec![from];
    for &name in path {
        let members = at.into_iter().filter_map(|node| document.member(node, name));
        at = members
            .flat_map(|member| match document.kind(member) {
                Kind::Array => document.children(member).collect(),
                _ => vec![member],
            })
            .collect();
    }
    at
}
