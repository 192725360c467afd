//! References inside a message: what they resolve to, and whether that is allowed.
//!
//! Source: R4 page bundle, section "Resolving references in Bundles"; page references.

use super::bundle::{BundleRules, has_scheme, is_absolute};
use super::entries::Restful;
use super::findings::Findings;
use super::narrative::MOST_REPORTED;
use super::nearest::nearest;
use super::notes::Fragment;
use super::primitives;
use super::{Resolution, Validator, systems};
use crate::definitions::{Body, Definitions, TypeId, TypeRef};
use crate::document::{Document, NodeId, name, ordered};
use crate::report::{Act, At, Content, Rule, Severity, Suggest, Words, rules};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// A Reference with a `reference` in it, noted by the walk.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReferenceUse {
    /// The Reference object.
    pub(super) node: NodeId,
    /// Its `reference`, a string.
    pub(super) reference: NodeId,
    /// The resource that `#` is resolved in.
    pub(super) container: NodeId,
    /// The resource that it is written in: the container, or one that is contained there.
    pub(super) resource: NodeId,
    /// The element that holds it, which knows the allowed targets: the type around it, and which of that type's type references.
    pub(super) type_ref: Option<(TypeId, u16)>,
    /// Whether it is the url of an Attachment: it links entries, but may lead anywhere.
    pub(super) link: bool,
}

/// What a document is validated as, and so what references have to resolve to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Scope {
    /// One resource: references lead out of it, but for local ones.
    Resource,
    /// A Bundle: URNs resolve to its entries, others may lead anywhere.
    Bundle,
    /// A message, which holds what it refers to.
    Message,
}

impl Scope {
    pub(super) fn of(is_bundle: bool, is_message: bool) -> Self {
        match (is_bundle, is_message) {
            (true, true) => Scope::Message,
            (true, false) => Scope::Bundle,
            (false, _) => Scope::Resource,
        }
    }

    /// What its texts call the whole.
    pub(super) fn name(self) -> &'static str {
        match self {
            Scope::Message => "message",
            Scope::Bundle => "Bundle",
            Scope::Resource => "resource",
        }
    }
}

/// The name in Reference.type, without what stands before the names of R4's own types.
pub(super) fn local_type(name: &str) -> &str {
    name.strip_prefix("http://hl7.org/fhir/StructureDefinition/").unwrap_or(name)
}

/// A reference and what it resolves to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resolved {
    pub(super) node: NodeId,
    /// The index of the entry that refers.
    pub(super) from: Option<usize>,
    pub(super) to: Resolution,
}

/// Whether a text can be a reference: one into the resource, an absolute URL, a type and an id, or a search by which a transaction finds the one
/// that is meant.
pub(super) fn has_form(text: &str, definitions: &Definitions) -> bool {
    let is_search = |text: &str| {
        text.split_once('?').is_some_and(|(of, query)| !query.is_empty() && definitions.resource_type(of).is_some())
    };
    // A URN has a namespace and a name in that: `urn:uuid` is none.
    let is_url = |text: &str| is_absolute(text) && (!text.starts_with("urn:") || text.rfind(':') != Some(3));
    let is_relative = |text: &str| Restful::parse(text, definitions).is_some_and(|parts| parts.base.is_empty());
    text.starts_with('#') || is_url(text) || is_relative(text) || is_search(text)
}

/// What can be wrong with the form of a reference.
enum Malformed {
    /// It is neither a URL, nor a place in the resource around, nor a type and an id.
    Form,
    /// A URN that is to be a UUID or an OID, and is neither.
    Urn(Content),
    /// A UUID in capitals, and in small letters: it is the same (RFC 4122), and URIs are compared as they are written. In a Bundle it
    /// resolves to nothing.
    Capitals(Content, String),
    /// It has a character that is not allowed in a URL. A server may take it all the same.
    Url,
}

/// What URLs never hold (RFC 3986), as where a template was not filled in. Searches do hold a `|`.
const NEVER_IN_URLS: [char; 8] = ['<', '>', '"', '{', '}', '\\', '^', '`'];

/// The type of what a canonical URL names, and how bad it is where another type belongs. What a URL looks like is not proof, but that the
/// specification's own are what they say.
pub(super) fn named_type(validator: &Validator, url: &str) -> Option<(TypeId, Severity)> {
    let definitions = &validator.definitions;
    if systems::is_known(url) || definitions.has_code_system(url) {
        return Some((validator.types.code_system?, Severity::Error));
    }
    let is_own = ["http://hl7.org/fhir/", "http://terminology.hl7.org/"].iter().any(|own| url.starts_with(own));
    let severity = if is_own { Severity::Error } else { Severity::Warning };
    Some((Restful::parse(url, definitions)?.of, severity))
}

/// What to say where an element does not allow references to a type.
pub(super) fn not_allowed(definitions: &Definitions, body: &Body, of: &TypeRef, target: TypeId) -> Option<Content> {
    let allowed = body.targets(of);
    if allowed.is_empty() || allowed.iter().any(|&allowed| definitions.is_a(target, allowed)) {
        return None;
    }
    let name = |of: TypeId| definitions.type_of(of).name.clone();
    Some(TYPE_NOT_ALLOWED.name("found", name(target)).list("allowed", allowed.iter().map(|&of| name(of))))
}

/// The contained resources of a resource by their ids; nothing where an id stands twice.
pub(super) type ContainedById<'d> = BTreeMap<Cow<'d, str>, Option<NodeId>>;

pub(super) fn contained_by_id<'d>(document: &'d Document<'_>, container: NodeId) -> ContainedById<'d> {
    let mut by_id = BTreeMap::new();
    let contained = document.member(container, name::CONTAINED);
    for resource in contained.into_iter().flat_map(|list| document.children(list)) {
        if let Some(id) = document.member(resource, name::ID) {
            by_id.entry(document.value(id)).and_modify(|known| *known = None).or_insert(Some(resource));
        }
    }
    by_id
}

/// With at most so many pairs of an entry and a reference, the entry that was probably meant is searched by likeness.
const FEW_PAIRS: usize = 20_000;

impl BundleRules<'_> {
    /// Resolves every reference of the message and validates what comes of it.
    pub(super) fn resolve_references(&self, findings: &mut Findings) -> Vec<Resolved> {
        let (focus, details) = self.special_references();
        let mut resolved: Vec<Resolved> = Vec::with_capacity(self.notes.references.len());
        // Container → the resources that it contains, by id.
        let mut local = BTreeMap::new();
        for used in &self.notes.references {
            let from = self.entries.around(used.node);
            let text = self.document.value(used.reference);
            if text.is_empty() {
                continue;
            }
            let to = match text.strip_prefix('#') {
                // `#` alone is the containing resource; `#id` is looked up in what it contains.
                Some("") => Resolution::Contained(used.container),
                Some(id) => {
                    let contained =
                        local.entry(used.container).or_insert_with(|| contained_by_id(self.document, used.container));
                    match contained.get(id) {
                        Some(&Some(resource)) => Resolution::Contained(resource),
                        Some(None) => Resolution::Several,
                        None => Resolution::Nothing,
                    }
                }
                None => self.entries.resolve(&text, from, self.definitions()),
            };
            // A reference in an extension of a reference is noted before the one around it: it goes in at its place.
            let place = match resolved.last() {
                Some(last) if last.node > used.node => resolved.partition_point(|one| one.node < used.node),
                _ => resolved.len(),
            };
            resolved.insert(place, Resolved { node: used.node, from, to });
            if !findings.has_room() || used.link {
                continue;
            }
            // Focus and response.details have rules of their own for what dangles.
            if details != Some(used.node) && focus.binary_search(&used.node).is_err() {
                if to == Resolution::Nothing && self.is_malformed(findings, used, &text) {
                    continue;
                }
                self.dangling(findings, used, &text, to);
            }
            self.target_type(findings, used, &text, to);
        }
        for fragment in self.notes.fragments.iter().filter(|fragment| fragment.canonical) {
            let contained =
                local.entry(fragment.container).or_insert_with(|| contained_by_id(self.document, fragment.container));
            let text = self.document.value(fragment.node);
            let Some(id) = text.strip_prefix('#').filter(|id| !id.is_empty()) else { continue };
            match contained.get(id) {
                None => {
                    findings.add(&rules::REF_1, At::Value(fragment.node), NOT_CONTAINED.value("found", &text));
                }
                Some(&Some(target)) => {
                    let of = self.type_at(&text, Resolution::Contained(target));
                    self.canonical_type(findings, fragment, of, Severity::Error);
                }
                Some(None) => {}
            }
        }
        self.canonicals(findings);
        resolved
    }

    /// Canonicals that name a resource of the Bundle, or whose URL says a type.
    fn canonicals(&self, findings: &mut Findings) {
        if self.notes.canonicals.is_empty() || !findings.has_room() {
            return;
        }
        let mut by_url: BTreeMap<Cow<'_, str>, TypeId> = BTreeMap::new();
        for entry in self.entries.iter() {
            let url = entry.resource.and_then(|resource| self.document.member(resource, name::URL));
            if let Some((url, of)) = url.and_then(|url| self.document.string(url)).zip(entry.resource_type) {
                by_url.entry(url).or_insert(of);
            }
        }
        for canonical in &self.notes.canonicals {
            let text = self.document.value(canonical.node);
            let url = text.split(['|', '#']).next().unwrap_or("");
            match by_url.get(url) {
                Some(&of) => self.canonical_type(findings, canonical, Some(of), Severity::Error),
                // R4's own examples have such, and they resolve to something on one server.
                None if !has_scheme(url) => {
                    if !text.is_empty() {
                        let at = At::Value(canonical.node);
                        let content = RELATIVE_CANONICAL.value("found", &text);
                        findings.add_as(&rules::CANONICAL_URL, Severity::Warning, at, content);
                    }
                }
                None => {
                    if let Some((of, severity)) = named_type(self.validator, url) {
                        self.canonical_type(findings, canonical, Some(of), severity);
                    }
                }
            }
        }
    }

    fn canonical_type(&self, findings: &mut Findings, canonical: &Fragment, of: Option<TypeId>, severity: Severity) {
        let (holder, type_ref) = canonical.type_ref;
        let body = self.definitions().body(self.definitions().type_of(holder));
        if let Some(words) = of.and_then(|of| not_allowed(self.definitions(), body, body.type_ref(type_ref), of)) {
            findings.add_as(&rules::REF_TYPE, severity, At::Value(canonical.node), words);
        }
    }

    /// The Reference objects that other rules validate: focus, in document order, and response.details.
    pub(super) fn special_references(&self) -> (Vec<NodeId>, Option<NodeId>) {
        let Some(header) = self.entries.header() else { return (Vec::new(), None) };
        let response = header.response(self.document);
        let details = response.and_then(|response| self.document.member(response, name::DETAILS));
        (header.focus(self.document).collect(), details)
    }

    /// Reports a reference that is neither a URL, nor a place in the resource around, nor a type and an id, with or without a version. In
    /// a transaction it may be a search; elsewhere that resolves nowhere.
    fn is_malformed(&self, findings: &mut Findings, used: &ReferenceUse, text: &str) -> bool {
        let Some(malformed) = self.malformed(text) else { return false };
        let at = At::Value(used.reference);
        match malformed {
            Malformed::Form => {
                let content = NOT_A_REFERENCE.value("found", text);
                self.unresolved(findings, (&rules::REF_FORM, rules::REF_FORM.severity), at, content, Some(used));
            }
            Malformed::Urn(content) => {
                // As with any URN that resolves to nothing, only a message must not have it: HL7's validator lets other Bundles.
                let severity = if self.scope == Scope::Bundle { Severity::Warning } else { Severity::Error };
                self.unresolved(findings, (&rules::REF_FORM, severity), at, content, Some(used));
            }
            Malformed::Capitals(content, lower) => {
                let finding = findings.add_as(&rules::REF_FORM, Severity::Warning, at, content);
                finding.suggest(lower, true, Act::Replace, Vec::new());
            }
            Malformed::Url => {
                findings.add_as(&rules::REF_FORM, Severity::Warning, at, NOT_OF_A_URL.value("found", text));
            }
        }
        true
    }

    /// What is wrong with the form of a reference that resolves to nothing here.
    fn malformed(&self, text: &str) -> Option<Malformed> {
        if !has_form(text, self.definitions()) {
            return Some(Malformed::Form);
        }
        match primitives::urn_fault(text.split('#').next().unwrap_or(text)) {
            Some((content, None)) => Some(Malformed::Urn(content)),
            Some((content, Some(lower))) if self.scope == Scope::Resource => Some(Malformed::Capitals(content, lower)),
            _ if text.contains("://") && text.contains(NEVER_IN_URLS) => Some(Malformed::Url),
            _ => None,
        }
    }

    fn dangling(&self, findings: &mut Findings, used: &ReferenceUse, text: &str, to: Resolution) {
        let at = At::Value(used.reference);
        match to {
            Resolution::Entry(_) | Resolution::Contained(_) => {}
            Resolution::Several => {
                let again = self.entries.again(text).and_then(|entry| entry.full_url);
                let cause = again.map(|node| (&rules::BDL_7, node));
                findings.add(&rules::REF_AMBIGUOUS, at, self.ambiguous()).because(cause);
            }
            Resolution::OtherVersion(_) => {
                findings.add(&rules::REF_VERSION, at, OTHER_VERSION.name("scope", self.scope.name()));
            }
            Resolution::Nothing if text.starts_with('#') => {
                findings.add(&rules::REF_1, at, NOT_CONTAINED.value("found", text));
            }
            Resolution::Nothing if self.scope == Scope::Resource => {}
            Resolution::Nothing if self.is_of_document(used) => {
                let content = NOT_IN_DOCUMENT.value("found", text);
                self.unresolved(findings, (&rules::REF_UNRESOLVED, Severity::Error), at, content, Some(used));
            }
            Resolution::Nothing if self.scope == Scope::Bundle && !text.starts_with("urn:") => {}
            Resolution::Nothing => {
                let (severity, words) = if text.starts_with("urn:") {
                    // Only a message has to hold what it refers to; in other Bundles it is odd.
                    let severity = if self.scope == Scope::Message { Severity::Error } else { Severity::Warning };
                    (severity, URN_UNRESOLVED)
                } else if is_absolute(text) {
                    (Severity::Information, ELSEWHERE)
                } else {
                    (Severity::Warning, UNRESOLVED)
                };
                let content = words.value("found", text);
                self.unresolved(findings, (&rules::REF_UNRESOLVED, severity), at, content, Some(used));
            }
        }
    }

    /// What to say where several resources match a reference.
    pub(super) fn ambiguous(&self) -> Content {
        AMBIGUOUS.name("scope", self.scope.name())
    }

    /// Whether a reference that resolves to nothing here may resolve to something elsewhere: `dangling` says no more than that of it.
    pub(super) fn may_resolve_elsewhere(&self, used: &ReferenceUse, text: &str) -> bool {
        match self.scope {
            _ if text.starts_with('#') || self.malformed(text).is_some() => false,
            Scope::Resource => true,
            _ if text.starts_with("urn:") => false,
            Scope::Bundle => !self.is_of_document(used),
            Scope::Message => is_absolute(text),
        }
    }

    /// Whether a reference stands in an element of a document's Composition itself; what it relates to are other documents.
    fn is_of_document(&self, used: &ReferenceUse) -> bool {
        let Some((holder, _)) = used.type_ref else { return false };
        let holder = self.definitions().type_of(holder).name.as_ref();
        self.scope == Scope::Bundle
            && self.entries.bundle_type() == Some("document")
            && self.entries.around(used.node) == Some(0)
            && used.resource == used.container
            && holder.starts_with("Composition")
            && holder != "Composition.relatesTo"
    }

    /// Contained resources have ids of their own, and something to do with the resource around them (dom-3).
    pub(super) fn contained_resources(&self, findings: &mut Findings) {
        if self.notes.contained.is_empty() {
            return;
        }
        let id_of = |node: NodeId| self.document.member(node, name::ID).map(|id| self.document.value(id));
        // With no id, the contained resource that refers to the resource around it. Sets of one kind: each is code of its own.
        let mut used = BTreeSet::new();
        let uses = self.notes.references.iter().map(|used| (used.container, used.reference, Some(used.resource)));
        let fragments = self.notes.fragments.iter().map(|one| (one.container, one.node, None));
        // The narrative of a section links to it as well as that of the resource.
        used.extend(self.notes.narratives.iter().flat_map(|narrative| narrative.names(self.document)));
        for (container, node, resource) in uses.chain(fragments) {
            let text = self.document.value(node);
            match text.strip_prefix('#') {
                Some("") => used.extend(resource.map(|resource| (resource, String::new()))),
                Some(id) => used.extend([(container, id.to_owned())]),
                None => {}
            }
        }
        let mut seen = BTreeSet::new();
        for &(container, node) in &self.notes.contained {
            let Some(id) = id_of(node) else {
                findings.add(&rules::CONTAINED_ID, At::Start(node), NO_CONTAINED_ID);
                continue;
            };
            let place = (container, id.into_owned());
            if seen.contains(&place) {
                findings.add(&rules::CONTAINED_ID, At::Start(node), SAME_CONTAINED_ID.value("found", &place.1));
                continue;
            }
            if !used.contains(&place) && !used.contains(&(node, String::new())) {
                findings.add(&rules::DOM_3, At::Start(node), NOT_USED.value("found", &place.1));
            }
            seen.insert(place);
        }
    }

    /// Element.id: "Unique id for the element within a resource": with those of what it contains and of its narrative. Contained resources
    /// that share an id have been reported.
    pub(super) fn unique_ids(&self, findings: &mut Findings) {
        let is_contained = |node: NodeId| {
            let parent = self.document.parent(node);
            self.document.member(parent, name::RESOURCE_TYPE).is_some()
        };
        let ids = self.notes.ids.iter().map(|&(container, node)| {
            ((container, self.document.value(node).into_owned()), node, None, is_contained(node))
        });
        let narratives = self.notes.narratives.iter().flat_map(|narrative| narrative.ids(self.document));
        let all: Vec<_> = ids.chain(narratives.map(|(id, node, part)| (id, node, Some(part), false))).collect();
        let key = |place: usize| all.get(place).map(|(id, node, part, _)| (id, *node, *part));
        for (id, node, ..) in all.iter().filter(|(.., contained)| *contained) {
            // The one is known from outside, the other from inside: who shows both in one page has the id twice.
            let own = self.document.member(id.0, name::ID).and_then(|own| self.document.string(own));
            if own.is_some_and(|own| own == id.1) {
                findings.add_as(&rules::ELEMENT_ID, Severity::Warning, At::Value(*node), ID_OF_CONTAINER);
            }
        }
        let (mut first, mut in_narratives) = (0, 0);
        for place in ordered(all.len(), &mut |a, b| key(a).cmp(&key(b))) {
            let (Some((id, node, part, contained)), Some((before, .., was_contained))) =
                (all.get(place), all.get(first))
            else {
                continue;
            };
            if place == first || id != before {
                first = place;
            } else if !(*contained && *was_contained) {
                let at = match part {
                    // Each place is counted from the narrative's beginning.
                    Some(_) if in_narratives == MOST_REPORTED => continue,
                    Some((start, end)) => {
                        in_narratives += 1;
                        let at = |offset: u32| self.document.offset_in(*node, offset as usize);
                        At::Span(*node, at(*start), at(*end))
                    }
                    None => At::Value(*node),
                };
                findings.add(&rules::ELEMENT_ID, at, SAME_ID.value("found", &id.1));
            }
        }
    }

    /// Reports a reference that resolves nowhere, and names the entry that was probably meant.
    pub(super) fn unresolved(
        &self,
        findings: &mut Findings,
        (rule, severity): (&Rule, Severity),
        at: At,
        content: Content,
        used: Option<&ReferenceUse>,
    ) {
        let reference = self.document.value(at.node());
        // Comparing every URL with every dangling reference would be quadratic: only small messages are searched by likeness.
        let by_likeness = self.entries.len().saturating_mul(self.notes.references.len()) <= FEW_PAIRS;
        let near = self.entries.nearest(&reference, by_likeness, self.definitions());
        let mut finding = findings.add_as(rule, severity, at, content);
        if let Some(entry) = self.entries.without_url(&reference, self.definitions()) {
            finding.as_deref_mut().because(Some((&rules::BUNDLE_FULLURL_MISSING, entry.node)));
        }
        if let Some(near) = near.filter(|near| near.name != reference)
            && let Some(to) = self.taken(at.node(), &near, used)
        {
            let nodes = if self.is_meant(at.node(), &reference, &near, to) { vec![at.node()] } else { Vec::new() };
            finding.suggest(near.name, true, Act::Replace, nodes);
        }
    }

    /// The type of what a reference resolves to: known from the target, or from the form of the URL.
    pub(super) fn type_at(&self, text: &str, to: Resolution) -> Option<TypeId> {
        match to {
            Resolution::Entry(index) | Resolution::OtherVersion(index) => {
                self.entries.get(index as usize)?.resource_type
            }
            Resolution::Contained(node) => {
                let name = self.document.member(node, name::RESOURCE_TYPE)?;
                self.definitions().resource_type(&self.document.value(name))
            }
            Resolution::Several | Resolution::Nothing => Restful::parse(text, self.definitions()).map(|parts| parts.of),
        }
    }

    /// Where nobody knows what a reference resolves to: the type that it states is one.
    fn stated_type(&self, findings: &mut Findings, used: &ReferenceUse) {
        let Some(stated) = self.document.member(used.node, name::TYPE) else { return };
        let Some(name) = self.document.string(stated).filter(|name| !name.is_empty()) else { return };
        if self.definitions().resource_type(local_type(&name)).is_none() {
            findings.add(&rules::REF_TYPE, At::Value(stated), UNKNOWN_TYPE.value("found", &name));
        }
    }

    fn target_type(&self, findings: &mut Findings, used: &ReferenceUse, text: &str, to: Resolution) {
        let Some(target) = self.type_at(text, to) else {
            self.stated_type(findings, used);
            return;
        };
        let target_name = &self.definitions().type_of(target).name;
        let mut is_allowed = true;
        if let Some((holder, type_ref)) = used.type_ref {
            let body = self.definitions().body(self.definitions().type_of(holder));
            if let Some(words) = not_allowed(self.definitions(), body, body.type_ref(type_ref), target) {
                is_allowed = false;
                // Outside of a message the target need not be at hand, and what its URL looks like is not proof.
                let certain = self.scope == Scope::Message || !matches!(to, Resolution::Several | Resolution::Nothing);
                let severity = if certain { Severity::Error } else { Severity::Warning };
                findings.add_as(&rules::REF_TYPE, severity, At::Value(used.reference), words);
            }
        }
        let Some(stated) = self.document.member(used.node, name::TYPE) else { return };
        let Some(name) = self.document.string(stated) else { return };
        let (written, name) = (&name, local_type(&name));
        // A type that the element does not allow has been reported, and so has the URL of one.
        let is_told = self.definitions().resource_type(name).is_some_and(|of| {
            name != written.as_ref()
                || used.type_ref.is_some_and(|(holder, type_ref)| {
                    let body = self.definitions().body(self.definitions().type_of(holder));
                    not_allowed(self.definitions(), body, body.type_ref(type_ref), of).is_some()
                })
        });
        if name != target_name.as_ref() && !is_told {
            let content = OTHER_TYPE.value("found", name).name("expected", target_name.clone());
            let finding = findings.add(&rules::REF_TYPE, At::Value(stated), content);
            // What a URL looks like is not proof.
            let is_found = matches!(to, Resolution::Entry(_) | Resolution::Contained(_));
            let nodes = if is_found && is_allowed { vec![stated] } else { Vec::new() };
            // Of a type and a reference that resolves to another one, either may be wrong.
            let is_slip = nearest(name, &mut std::iter::once(target_name.as_ref())).is_some_and(|near| near.certain);
            if is_slip && self.definitions().resource_type(name).is_none() {
                finding.suggest(target_name.to_string(), false, Act::Replace, nodes);
            } else {
                finding.offer(target_name.to_string(), false, Act::Replace, nodes);
            }
        }
    }
}

const TYPE_NOT_ALLOWED: Words = Words("The target is of type {found}; allowed types: {allowed}.");
const UNKNOWN_TYPE: Words = Words("{found} is not a resource type of R4.");
const OTHER_TYPE: Words = Words("Reference.type is {found}, but the target is of type {expected}.");
const NOT_CONTAINED: Words = Words("{found} does not resolve: no contained resource has this id.");
const RELATIVE_CANONICAL: Words = Words("{found} is not an absolute URL: a canonical names a definition by one.");
const NOT_A_REFERENCE: Words =
    Words("{found} is not a reference: an absolute URL or a resource type and an id are expected, as in Patient/1.");
const NOT_OF_A_URL: Words = Words("{found} contains a character that is not allowed in a URL.");
const OTHER_VERSION: Words = Words("The {scope} contains this resource in another version.");
const NOT_IN_DOCUMENT: Words =
    Words("{found} does not match any entry: a document contains what its Composition refers to.");
const URN_UNRESOLVED: Words = Words("{found} does not match any entry of the Bundle, and a URN resolves nowhere else.");
const ELSEWHERE: Words = Words("{found} does not match any entry of the message: it may resolve elsewhere.");
const UNRESOLVED: Words = Words("{found} does not match any entry of the message.");
const AMBIGUOUS: Words = Words("More than one resource in the {scope} matches this reference.");
const NO_CONTAINED_ID: Words = Words("The id of this contained resource is missing: nothing can refer to it.");
const SAME_CONTAINED_ID: Words = Words("Another contained resource has the id {found} already.");
const NOT_USED: Words = Words(
    "Nothing refers to this contained resource {found}, and it does not refer to the resource around it (dom-3).",
);
const ID_OF_CONTAINER: Words = Words("This contained resource has the same id as the resource around it.");
const SAME_ID: Words = Words("The id {found} is used in this resource already.");
