//! A Bundle: its type, its links, its entries and their fullUrls.
//!
//! Sources: R4 pages bundle ("Bundle Types", "Resource URL & Uniqueness rules in a bundle") and messaging; bdl-7, bdl-8.

use super::entries::Restful;
use super::findings::Findings;
use super::fix::urn;
use super::notes::{Nested, Notes};
use super::references::Scope;
use super::{Entries, Entry, Validator, primitives};
use crate::definitions::{Definitions, Primitive};
use crate::document::{Document, Kind, NodeId, name, ordered};
use crate::report::{Act, At, Severity, Suggest, Words, rules};
use std::cell::OnceCell;

/// All that the Bundle and message rules look at.
pub(super) struct BundleRules<'j> {
    pub(super) validator: &'j Validator,
    pub(super) document: &'j Document<'j>,
    /// The Bundle, or the resource that is none.
    pub(super) root: NodeId,
    pub(super) entries: &'j Entries<'j>,
    pub(super) notes: &'j Notes,
    pub(super) scope: Scope,
    /// How many findings there were before.
    pub(super) before: usize,
    /// The digest of the text, once an id has been made from it.
    pub(super) digest: &'j OnceCell<[u8; 20]>,
}

/// Whether a URI is absolute (RFC 3986): a scheme, a colon, and something behind it. http and https name a host. A host that no scheme has
/// the name of, in front of a port (`localhost:8080/fhir`, `example.org:8080/fhir`), is a URL whose scheme was forgotten.
pub fn is_absolute(uri: &str) -> bool {
    let Some((scheme, rest)) = uri.split_once(':') else { return false };
    if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") {
        let host = rest.strip_prefix("//").and_then(|rest| rest.bytes().next());
        return host.is_some_and(|first| !matches!(first, b'/' | b'?' | b'#' | b':'));
    }
    has_scheme(uri) && !((scheme == "localhost" || scheme.contains('.')) && begins_with_port(rest))
}

/// Whether an absolute URI is more likely a host, a port and a path (`clinic-server:8080/fhir`).
pub(super) fn lacks_scheme(uri: &str) -> bool {
    let Some((_, rest)) = uri.split_once(':') else { return false };
    begins_with_port(rest) && rest.contains('/')
}

fn begins_with_port(rest: &str) -> bool {
    rest.split('/')
        .next()
        .is_some_and(|port| (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit()))
}

pub(super) const LACKS_SCHEME: Words =
    Words("The scheme is missing in {found}: put http:// in front of a host and a port.");
const NO_MESSAGE: Words = Words("A message is a Bundle of type message.");
const OTHER_BUNDLE_TYPE: Words = Words("The type of this Bundle is not 'message'.");
const NO_BUNDLE: Words = Words("A Bundle is expected here.");
const PAGING_LINK: Words = Words("A link with the relation {found} is allowed only in a search or history.");
const SAME_LINK: Words = Words("A link with the relation {found} exists already: only one is allowed.");
const NO_ID: Words = Words("{element} is missing: without it a resend cannot be recognised.");
const HEADER_NOT_FIRST: Words = Words("The first entry of a message is not a MessageHeader.");
const SECOND_HEADER: Words = Words("This is a second MessageHeader: a message has one.");
const NO_RESOURCE: Words = Words("The resource of this entry is missing.");
const NOT_IN_A_MESSAGE: Words = Words("{element} is not allowed in a message, only in other types of Bundle.");
const NO_FULL_URL: Words = Words("The fullUrl of this entry is missing: nothing can refer to its resource.");
const FULL_URL_NOT_ABSOLUTE: Words = Words("{found} is not an absolute URL: a fullUrl is one.");
const VERSIONED_FULL_URL: Words = Words("fullUrl names a version (/_history/): that is not allowed.");
const OTHER_TYPE: Words = Words("fullUrl names the type {expected}, but the resource is of type {found}.");
const RESOURCE_WITHOUT_ID: Words =
    Words("fullUrl names the resource by its id, but the id of the resource is missing.");
const OTHER_ID: Words = Words("fullUrl ends with {expected}, but the id of the resource is {found}.");
const SAME_FULL_URL: Words = Words("Entry {first} has the same fullUrl (counted from 0).");

/// Whether a URI at least begins with a scheme. As a name it may be one that resolves nowhere (`http:/example.org`): R4's own examples
/// have such, and HL7's validator asks for no more.
pub(super) fn has_scheme(uri: &str) -> bool {
    uri.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
            && !rest.is_empty()
    })
}

impl BundleRules<'_> {
    pub(super) fn definitions(&self) -> &Definitions {
        &self.validator.definitions
    }

    /// Validates a resource that is no Bundle by the rules beside those of its structure.
    pub(super) fn resource(&self, findings: &mut Findings) {
        self.resolve_references(findings);
        self.contained_resources(findings);
        self.unique_ids(findings);
        self.narrative_links(findings);
    }

    /// Validates the Bundles inside, each as one of its own.
    pub(super) fn nested(&self, findings: &mut Findings) {
        for Nested { root, is_message, notes } in &self.notes.bundles {
            if findings.is_full() {
                return;
            }
            findings.for_no_event();
            let before = findings.len();
            let scope = Scope::of(true, *is_message);
            let entries = &Entries::of(self.document, *root, self.definitions());
            let validate = BundleRules { root: *root, entries, notes, scope, before, ..*self };
            validate.bundle(findings);
            validate.nested(findings);
        }
    }

    /// Validates a document as a Bundle of whichever type.
    pub(super) fn bundle(&self, findings: &mut Findings) {
        if self.document.kind(self.root) != Kind::Object {
            return;
        }
        if !self.entries.is_bundle() {
            let resource_type = self.document.member(self.root, name::RESOURCE_TYPE);
            let at = resource_type.map_or(At::Start(self.root), At::Value);
            if self.scope == Scope::Message {
                findings.add(&rules::MSG_TYPE, at, NO_MESSAGE);
            } else if resource_type.is_some() {
                findings.add(&rules::RESOURCE_TYPE, at, NO_BUNDLE);
            }
            return;
        }
        self.links(findings);
        if self.scope == Scope::Message {
            self.message(findings);
        } else {
            for entry in self.entries.iter() {
                if findings.is_full() {
                    return;
                }
                self.full_url(findings, entry);
            }
            self.unique(findings);
            let resolved = self.resolve_references(findings);
            self.take_references_along(findings, &resolved);
            match self.entries.bundle_type() {
                Some("searchset") => self.search(findings),
                Some("document") => self.document_reachability(findings, &resolved),
                _ => {}
            }
        }
        self.contained_resources(findings);
        self.unique_ids(findings);
        self.narrative_links(findings);
    }

    /// A relation of paging names one link, and stands where there are pages: in searches and histories.
    fn links(&self, findings: &mut Findings) {
        let mut seen = Vec::new();
        let links = self.document.member(self.root, name::LINK);
        for link in links.into_iter().flat_map(|links| self.document.children(links)) {
            let Some(relation) = self.document.member(link, name::RELATION).and_then(|node| self.document.string(node))
            else {
                continue;
            };
            let pages = matches!(relation.as_ref(), "first" | "previous" | "next" | "last");
            if pages && !matches!(self.entries.bundle_type(), Some("searchset" | "history") | None) {
                findings.add(&rules::BUNDLE_LINK, At::Start(link), PAGING_LINK.value("found", &relation));
            } else if seen.contains(&relation) {
                findings.add(&rules::BUNDLE_LINK, At::Start(link), SAME_LINK.value("found", &relation));
            } else if pages || relation == "self" {
                seen.push(relation);
            }
        }
    }

    /// Validates a Bundle as a message.
    fn message(&self, findings: &mut Findings) {
        let bundle_type = self.document.member(self.root, name::TYPE);
        if bundle_type.is_none_or(|node| self.document.value(node) != "message") {
            let at = bundle_type.map_or(At::Start(self.root), At::Value);
            let finding = findings.add(&rules::MSG_TYPE, at, OTHER_BUNDLE_TYPE);
            let act = if bundle_type.is_some() { Act::Replace } else { Act::Insert("type") };
            finding.suggest("message".to_owned(), false, act, vec![bundle_type.unwrap_or(self.root)]);
        }
        // The event's definition may take rules more seriously: it is read before the first of them is validated.
        let definition = self.event(findings);
        // It speaks of requests: an answer is validated as usual.
        let header = self.entries.header();
        let is_answer = header.is_some_and(|header| header.response(self.document).is_some());
        if let Some(definition) = definition.filter(|_| !is_answer) {
            findings.for_event(&definition.severities);
        }
        self.id(findings, self.root, "Bundle.id");
        self.header_place(findings);
        for entry in self.entries.iter() {
            if findings.is_full() {
                return;
            }
            self.entry(findings, entry);
        }
        self.unique(findings);
        let resolved = self.resolve_references(findings);
        self.take_references_along(findings, &resolved);
        self.header(findings, definition, &resolved);
        self.reachability(findings, &resolved);
    }

    /// Without the two ids a resend cannot be told from a new message.
    pub(super) fn id(&self, findings: &mut Findings, resource: NodeId, element: &'static str) {
        if self.document.member(resource, name::ID).is_none() {
            let finding = findings.add(&rules::MSG_ID, At::Start(resource), NO_ID.name("element", element));
            if let Some((id, from_message)) = self.new_id(resource) {
                finding.suggest(id, from_message, Act::Insert("id"), self.lacking(resource, "id"));
            }
        }
    }

    /// The MessageHeader is first, and the only one.
    fn header_place(&self, findings: &mut Findings) {
        let header_type = self.validator.types.message_header;
        let is_header = |entry: &Entry<'_>| entry.resource_type.is_some() && entry.resource_type == header_type;
        let first = self.entries.get(0);
        if !first.is_some_and(is_header) {
            let at = first.map_or(self.root, |entry| entry.resource.unwrap_or(entry.node));
            let mut headers = self.entries.iter().filter(|entry| is_header(entry)).map(|entry| entry.node);
            // Of several it is not certain which.
            let nodes = headers.next().filter(|_| headers.next().is_none()).into_iter().collect();
            findings.add(&rules::MSG_HEADER_FIRST, At::Start(at), HEADER_NOT_FIRST).fix(Act::First, nodes);
        }
        for entry in self.entries.iter().filter(|entry| is_header(entry)).skip(1) {
            let at = At::Start(entry.resource.unwrap_or(entry.node));
            findings.add(&rules::MSG_HEADER_SINGLE, at, SECOND_HEADER);
        }
    }

    fn entry(&self, findings: &mut Findings, entry: &Entry<'_>) {
        // What is not an object has been reported as such.
        if self.document.kind(entry.node) != Kind::Object {
            return;
        }
        if self.document.member(entry.node, name::RESOURCE).is_none() {
            findings.add(&rules::MSG_ENTRY, At::Start(entry.node), NO_RESOURCE);
        }
        for name in [name::REQUEST, name::RESPONSE, name::SEARCH] {
            if let Some(member) = self.document.member(entry.node, name) {
                let content =
                    NOT_IN_A_MESSAGE.name("element", format!("entry.{}", self.definitions().names().text(name)));
                let has_resource = self.document.member(entry.node, name::RESOURCE).is_some();
                let nodes = if has_resource { vec![member] } else { Vec::new() };
                findings.add(&rules::MSG_ENTRY, At::Key(member), content).fix(Act::Remove, nodes);
            }
        }
        self.full_url(findings, entry);
    }

    /// In a batch or transaction, what is new has no URL yet, and its fullUrl only serves references.
    fn needs_full_url(&self, entry: &Entry<'_>) -> bool {
        let free = matches!(
            self.entries.bundle_type(),
            None | Some("batch" | "batch-response" | "transaction" | "transaction-response")
        );
        (self.scope == Scope::Message || !free)
            && self.document.kind(entry.node) == Kind::Object
            && self.document.member(entry.node, name::FULL_URL).is_none()
            && !self.is_outcome(entry)
    }

    fn full_url(&self, findings: &mut Findings, entry: &Entry<'_>) {
        let Some((node, url)) = entry.full_url.zip(entry.url.as_deref()) else {
            if self.needs_full_url(entry) {
                // What a Bundle inside another resource is for, the one around it does not say.
                let is_inside = self.root != NodeId::ROOT;
                let nodes = if is_inside { Vec::new() } else { self.lacking(entry.node, "fullUrl") };
                let finding = findings.add(&rules::BUNDLE_FULLURL_MISSING, At::Start(entry.node), NO_FULL_URL);
                let Some((url, from_message)) = self.new_full_url(entry) else { return };
                // What a server has found has a URL there, which nobody else knows.
                if matches!(self.entries.bundle_type(), Some("searchset" | "history")) {
                    finding.offer(url, from_message, Act::Insert("fullUrl"), nodes);
                } else {
                    finding.suggest(url, from_message, Act::Insert("fullUrl"), nodes);
                }
            }
            return;
        };
        let at = At::Value(node);
        if url.is_empty() {
            return;
        }
        if !is_absolute(url) {
            let content = FULL_URL_NOT_ABSOLUTE.value("found", url);
            let finding = findings.add(&rules::BUNDLE_FULLURL_ABSOLUTE, at, content);
            let urn = urn(url.trim());
            if urn != url && is_absolute(&urn) {
                finding.suggest(urn, true, Act::Replace, vec![node]);
            }
            return;
        }
        if lacks_scheme(url) {
            let content = LACKS_SCHEME.value("found", url);
            findings.add_as(&rules::BUNDLE_FULLURL_ABSOLUTE, Severity::Warning, at, content);
            return;
        }
        // The search for one character costs nothing beside that for a text.
        if url.contains('_') && url.contains("/_history/") {
            let finding = findings.add(&rules::BDL_8, at, VERSIONED_FULL_URL);
            if let Some(parts) = Restful::parse(url, self.definitions()) {
                finding.suggest(parts.without_version(url).to_owned(), true, Act::Replace, vec![node]);
            }
        }
        if let Some((text, fixed)) = primitives::urn_fault(url) {
            let finding = findings.add(&rules::BUNDLE_FULLURL_URN, at, text);
            if let Some(fixed) = fixed {
                finding.suggest(fixed, true, Act::Replace, vec![node]);
            }
            return;
        }
        let Some(parts) = Restful::parse(url, self.definitions()) else { return };
        if entry.resource_type.is_some_and(|of| of != parts.of) {
            let of = entry.resource_type.map(|of| self.definitions().type_of(of).name.clone()).unwrap_or_default();
            let content = OTHER_TYPE.name("expected", parts.type_name.to_owned()).name("found", of);
            findings.add(&rules::BUNDLE_FULLURL_ID, at, content);
        } else if entry.id.is_none() && entry.resource_type.is_some() {
            let finding = findings.add(&rules::BUNDLE_FULLURL_ID, at, RESOURCE_WITHOUT_ID);
            let resource = entry.resource.filter(|&one| self.document.member(one, name::ID).is_none());
            let resource = resource.filter(|_| self.names_one(url, &parts));
            let nodes = resource.map(|resource| self.lacking(resource, "id")).unwrap_or_default();
            finding.suggest(parts.id.to_owned(), true, Act::Insert("id"), nodes);
        } else if let Some(id) = entry.id.as_deref().filter(|id| *id != parts.id) {
            let content = OTHER_ID.value("expected", parts.id).value("found", id);
            let fixed = format!("{}{}/{id}", parts.base, parts.type_name);
            let finding = findings.add(&rules::BUNDLE_FULLURL_ID, at, content);
            if primitives::is_valid_primitive(Primitive::Id, id) {
                // Which of two ids is wrong nobody knows, also where they differ in case only: ids of two patients may do so.
                let nodes = if id.eq_ignore_ascii_case(parts.id) { vec![node] } else { Vec::new() };
                finding.offer(fixed, true, Act::Replace, nodes);
            }
        }
    }

    /// bdl-7: a fullUrl stands once, or with different versions; in a history it may stand again.
    fn unique(&self, findings: &mut Findings) {
        if self.entries.bundle_type() == Some("history") {
            return;
        }
        let named = self.entries.iter().enumerate().filter_map(|(index, entry)| {
            let (node, url) = entry.full_url.zip(entry.url.as_deref())?;
            Some((index, node, (url, entry.version.as_deref())))
        });
        let named: Vec<_> = named.collect();
        let url = |place: usize| named.get(place).map(|(_, _, url)| url);
        let mut first = 0;
        for place in ordered(named.len(), &mut |a, b| url(a).cmp(&url(b))) {
            if place == first || url(place) != url(first) {
                first = place;
            } else if let Some(((index, ..), (_, node, _))) = named.get(first).zip(named.get(place)) {
                findings.add(&rules::BDL_7, At::Value(*node), SAME_FULL_URL.count("first", *index as u64));
            }
        }
    }
}
