//! The walk: every property of every object against the definitions.

use super::findings::Findings;
use super::invariants::Work;
use super::nearest::nearest;
use super::notes::{Around, Fragment, Nested, Notes, Purpose, Verdict};
use super::references::{self, ContainedById, ReferenceUse};
use super::{Entries, TypeRule, Validator, bindings, narrative, primitives};
use crate::definitions::{Body, CodeSystem, Definitions, Element, ElementSet, Field, Primitive, TypeId, TypeKind};
use crate::document::{Document, Kind, NameId, NodeId, Property, name, ordered};
use crate::fhirpath::Expression;
use crate::report::{Act, At, Suggest, Words, rules};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Among so many properties another one is searched from the first on.
const FEW_MEMBERS: usize = 64;

/// Constraints are tried out on so many nodes of a message, and then no more: where somebody makes thousands of slips, trying out each
/// fix on the resource around it would take time in proportion to the square of the length.
const MOST_TRIED: u32 = 100_000;

/// Where an extension stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The element or resource that it is part of.
    pub(super) holder: NodeId,
    /// The type of that.
    pub(super) of: TypeId,
    /// The element, as the type that has it and its name; none for a resource.
    pub(super) element: Option<(TypeId, NameId)>,
}

/// Walks over a resource and everything in it.
pub(super) struct Walk<'w> {
    pub(super) validator: &'w Validator,
    pub(super) definitions: &'w Definitions,
    pub(super) document: &'w Document<'w>,
    /// Those of the Bundle that the document is.
    outermost: &'w Entries<'w>,
    /// Those of the nearest Bundle inside of it.
    nested: Option<Entries<'w>>,
    /// The Bundle inside the document that has to be a message, whatever it says it is.
    pub(super) carried: Option<NodeId>,
    /// Whether the rules for messages are going to be validated as well.
    pub(super) is_message: bool,
    pub(super) findings: &'w mut Findings,
    pub(super) notes: Notes,
    /// The code system that was looked up last: the next Coding is often of the same.
    pub(super) last_system: (Cow<'w, str>, Option<&'w CodeSystem>),
    /// What was meant by that, where it is none that is known.
    pub(super) slip: Option<String>,
    /// The code system that another element than a Coding named last, rightly.
    pub(super) right_system: Cow<'w, str>,
    /// The UCUM units that have been found right.
    pub(super) units: Vec<Cow<'w, str>>,
    /// The element in which the object stands that is being validated.
    pub(super) element: Option<(TypeId, NameId)>,
    /// The nearest resource around.
    pub(super) resource: NodeId,
    /// The resource that `#` references are resolved in: the nearest one that is not contained.
    pub(super) container: NodeId,
    /// What the nearest container contains, for the constraints that resolve local references.
    pub(super) contained: RefCell<Option<(NodeId, ContainedById<'w>)>>,
    /// The properties of objects with many of them, by their names: the first of each.
    siblings: RefCell<BTreeMap<NodeId, Vec<NodeId>>>,
    /// How many Bundles are around, from the nearest that is not contained: what a contained one refers to is its own affair.
    pub(super) bundles: u32,
    pub(super) purpose: Purpose,
    /// As many nodes may still be looked at in trials of constraints.
    pub(super) trials: u32,
    /// What the constraints of the message may still cost, and those of trials: a fix that is tried takes nothing from the report.
    pub(super) work: Work,
    pub(super) trial_work: Work,
}

impl<'w> Walk<'w> {
    pub(super) fn new(
        validator: &'w Validator,
        document: &'w Document<'w>,
        entries: &'w Entries<'w>,
        around: Around,
        findings: &'w mut Findings,
    ) -> Self {
        let Around { is_message, carried, purpose } = around;
        Self {
            outermost: entries,
            nested: None,
            carried,
            is_message,
            purpose,
            resource: NodeId::ROOT,
            validator,
            definitions: &validator.definitions,
            document,
            findings,
            notes: Notes::default(),
            last_system: (Cow::Borrowed(""), None),
            slip: None,
            right_system: Cow::Borrowed(""),
            units: Vec::new(),
            element: None,
            container: NodeId::ROOT,
            contained: RefCell::default(),
            siblings: RefCell::default(),
            bundles: 0,
            trials: MOST_TRIED,
            work: Work::of(document),
            trial_work: Work::of(document),
        }
    }

    /// Validates the whole document as one resource, and gives the references in it.
    pub(super) fn resource_document(mut self) -> Notes {
        if self.document.kind(NodeId::ROOT) == Kind::Object {
            self.resource(NodeId::ROOT, None, false);
        } else {
            let content = NO_OBJECT.name("found", self.document.kind(NodeId::ROOT).words());
            self.findings.add(&rules::RESOURCE_TYPE, At::Value(NodeId::ROOT), content);
        }
        self.report_unchecked();
        self.report_unknown_profiles();
        self.report_unchecked_constraints();
        self.notes.work = self.work.done();
        self.notes
    }

    /// The entries of the nearest Bundle around.
    pub(super) fn entries(&self) -> &Entries<'w> {
        self.nested.as_ref().unwrap_or(self.outermost)
    }

    /// Validates an object that must be a resource: of `expected`, or of any type.
    fn resource(&mut self, node: NodeId, expected: Option<TypeId>, contained: bool) {
        let Some(of) = self.resource_type(node) else { return };
        if let Some(expected) = expected
            && !self.definitions.is_a(of, expected)
        {
            let name = self.definitions.type_of(expected).name.clone();
            self.findings.add(&rules::RESOURCE_TYPE, At::Start(node), OTHER_RESOURCE.name("expected", name));
        }
        let outer = (self.container, self.resource);
        self.resource = node;
        if contained {
            self.notes.contained.push((self.container, node));
        } else {
            self.container = node;
        }
        let is_bundle = self.validator.types.bundle == Some(of);
        let element = self.element.take();
        if is_bundle
            && node != NodeId::ROOT
            && !contained
            && self.purpose == Purpose::Report
            && !self.findings.is_full()
        {
            self.nested_bundle(node, of);
        } else {
            self.bundles += u32::from(is_bundle);
            self.object(node, of);
            if !self.purpose.is_references() {
                self.conformance(node, of);
            }
            self.bundles -= u32::from(is_bundle);
        }
        self.element = element;
        (self.container, self.resource) = outer;
    }

    /// Validates a Bundle inside another resource: what it holds refers to its own entries.
    fn nested_bundle(&mut self, node: NodeId, of: TypeId) {
        let entries = Entries::of(self.document, node, self.definitions);
        let is_message = entries.is_message() || self.carried == Some(node);
        let around = self.nested.replace(entries);
        let was_message = std::mem::replace(&mut self.is_message, is_message);
        let bundles = std::mem::replace(&mut self.bundles, 1);
        let mut verdict = self.apart(&mut |walk| walk.object(node, of));
        self.bundles = bundles;
        self.is_message = was_message;
        self.nested = around;
        self.findings.append(verdict.findings);
        self.notes.take_along(&mut verdict.notes);
        self.notes.bundles.push(Nested { root: node, is_message, notes: verdict.notes });
    }

    /// Validates something by itself: what is found and noted is handed over, and left out here.
    pub(super) fn apart(&mut self, validate: &mut dyn FnMut(&mut Self)) -> Verdict {
        let room = self.findings.as_much_room();
        let findings = std::mem::replace(self.findings, room);
        let notes = std::mem::take(&mut self.notes);
        validate(self);
        Verdict {
            findings: std::mem::replace(self.findings, findings),
            notes: std::mem::replace(&mut self.notes, notes),
        }
    }

    /// The type that a resource says it is, or a finding.
    fn resource_type(&mut self, node: NodeId) -> Option<TypeId> {
        let Some(named) = self.document.member(node, name::RESOURCE_TYPE) else {
            self.findings.add(&rules::RESOURCE_TYPE, At::Start(node), NO_RESOURCE_TYPE);
            return None;
        };
        let Some(name) = self.document.string(named) else {
            self.findings.add(&rules::RESOURCE_TYPE, At::Value(named), RESOURCE_TYPE_NOT_STRING);
            return None;
        };
        if let Some(of) = self.definitions.resource_type(&name) {
            return Some(of);
        }
        let types = self.definitions.types().iter().filter(|of| of.kind == TypeKind::Resource);
        let near = nearest(&name, &mut types.map(|of| of.name.as_ref()));
        let meant = near.filter(|near| near.certain).and_then(|near| self.definitions.resource_type(near.name));
        let right = meant.is_some_and(|of| {
            self.agrees_with_its_url(node, of) && self.tried(&mut |walk| walk.as_container(node, of))
        });
        let content = UNKNOWN_RESOURCE_TYPE.value("found", &name);
        let finding = self.findings.add(&rules::RESOURCE_TYPE, At::Value(named), content);
        if let Some(near) = near {
            let nodes = if right { vec![named] } else { Vec::new() };
            finding.suggest(near.name.to_owned(), false, Act::Replace, nodes);
        }
        None
    }

    /// Validates the properties of a resource that is not contained.
    fn as_container(&mut self, node: NodeId, of: TypeId) {
        let outer = (self.container, self.resource);
        (self.container, self.resource) = (node, node);
        self.object(node, of);
        (self.container, self.resource) = outer;
    }

    /// Validates the properties of an object.
    pub(super) fn object(&mut self, node: NodeId, of_id: TypeId) {
        let of = self.definitions.type_of(of_id);
        let body = self.definitions.body(of);
        let is_resource = of.kind == TypeKind::Resource;
        let place = Place { holder: node, of: of_id, element: self.element };
        let mut seen = ElementSet::default();
        let mut members: u32 = 0;
        let mut content = false;
        for child in self.document.children(node) {
            if self.findings.is_full() {
                return;
            }
            let member = self.document.node(child);
            let (name, companion) = (member.name, member.is_companion());
            members += 1;
            if name != name::ID {
                content = true;
            } else if !self.id(node, child, of_id) {
                continue;
            }
            if name == name::RESOURCE_TYPE && is_resource && !companion {
                continue;
            }
            let Some(field) = body.field(name) else {
                self.unknown(node, child, of_id);
                continue;
            };
            let element = body.element(field);
            if element.choice && seen.has(field.element) {
                self.second_choice(node, child, element);
            }
            seen.insert(field.element);
            if element.max == Some(0) {
                let content = NOT_ALLOWED.name("element", label(self.definitions, body, element));
                self.findings.add(&rules::ELEMENT_TOO_MANY, At::Key(child), content);
            } else if companion {
                self.companion(node, child, of_id, field);
            } else {
                self.element(node, child, of_id, field);
                if name == name::EXTENSION || name == name::MODIFIER_EXTENSION {
                    self.extensions(child, place);
                }
            }
        }
        if self.purpose.is_references() {
            return self.references_alone(node, of_id);
        }
        if !seen.has_all(&body.required) {
            self.missing(node, body, &seen);
        }
        if !is_resource && members == 0 {
            let nodes = self.holder_removed(node);
            self.findings.add(&rules::ELEMENT_EMPTY, At::Value(node), EMPTY_OBJECT).fix(Act::Remove, nodes);
        } else if !is_resource && !content {
            self.findings.add(&rules::ELE_1, At::Start(node), NO_CONTENT);
        }
        self.invariants(node, of_id, &seen);
        match self.validator.types.rule(of_id) {
            TypeRule::None => {}
            TypeRule::Coding => {
                // What is to be said of an event, its own rules say.
                let is_event = self.element.is_some_and(|(of, _)| Some(of) == self.validator.types.message_header);
                if !is_event {
                    self.coding(node);
                } else if let Some(system) = self.text_of(node, name::SYSTEM) {
                    self.names_a_system(node, &system);
                }
            }
            TypeRule::FhirPath => self.fhirpath(node, of_id),
            TypeRule::Identifier => self.identifier(node),
            TypeRule::Quantity => {
                self.unit(node);
                // An Age is in units of time, wherever it stands.
                if let Some(binding) = body.binding {
                    bindings::check(self, binding, of_id, node);
                }
            }
            TypeRule::Meta => self.meta(node),
            TypeRule::Extension => self.extension(node, body, &seen),
            TypeRule::Reference => self.note_reference(node, name::REFERENCE),
            TypeRule::Attachment => {
                self.note_reference(node, name::URL);
                self.attachment(node);
            }
        }
    }

    /// Notes what refers to something.
    fn references_alone(&mut self, node: NodeId, of: TypeId) {
        match self.validator.types.rule(of) {
            TypeRule::Reference => self.note_reference(node, name::REFERENCE),
            TypeRule::Attachment => self.note_reference(node, name::URL),
            _ => {}
        }
    }

    /// FHIRPath that a resource holds is FHIRPath: in an Expression that says so, in a SearchParameter, in a constraint.
    fn fhirpath(&mut self, node: NodeId, of: TypeId) {
        let is_expression = Some(of) == self.validator.types.expression;
        if is_expression && self.text_of(node, name::LANGUAGE).as_deref() != Some("text/fhirpath") {
            return;
        }
        let Some(member) = self.document.member(node, name::EXPRESSION) else { return };
        let Some(text) = self.document.string(member) else { return };
        if let Err(error) = Expression::parse(&text, self.definitions.names()) {
            let (start, end) = At::Value(member).span(self.document);
            let words = NOT_FHIRPATH.value("problem", &error.to_string());
            // HL7's validator speaks of the Expression as a whole, and of the element in other types.
            let at = if is_expression { At::Span(node, start, end) } else { At::Value(member) };
            self.findings.add(&rules::FHIRPATH_SYNTAX, at, words);
        }
    }

    /// The string member of an object.
    pub(super) fn text_of(&self, object: NodeId, name: NameId) -> Option<Cow<'w, str>> {
        self.document.member(object, name).and_then(|member| self.document.string(member))
    }

    /// Validates the extensions of an element by their definitions. Those inside an extension are parts of it.
    fn extensions(&mut self, list: NodeId, place: Place) {
        if Some(place.of) == self.validator.types.extension {
            return;
        }
        let modifier = self.document.node(list).name == name::MODIFIER_EXTENSION;
        for item in self.document.children(list) {
            if self.document.kind(item) == Kind::Object {
                self.known_extension(item, modifier, place);
            }
        }
    }

    /// ext-1: either a value or extensions.
    fn extension(&mut self, node: NodeId, body: &Body, seen: &ElementSet) {
        let (mut has_value, mut has_extensions) = (false, false);
        for (ordinal, element) in body.elements.iter().enumerate() {
            let there = seen.has(ordinal as u16);
            has_value |= there && element.choice;
            has_extensions |= there && element.name == name::EXTENSION;
        }
        if has_value && has_extensions {
            self.findings.add(&rules::EXT_1, At::Start(node), BOTH);
        } else if !has_value && !has_extensions {
            self.findings.add(&rules::EXT_1, At::Start(node), NEITHER);
        }
    }

    /// Notes what resolves to another resource and is not a Reference.
    fn note_uri(&mut self, node: NodeId, holder: TypeId, field: &Field, canonical: bool) {
        let noted = Fragment { container: self.container, node, canonical, type_ref: (holder, field.type_ref) };
        if self.document.value(node).starts_with('#') {
            self.notes.fragments.push(noted);
        } else if canonical && Some(holder) != self.validator.types.meta {
            self.notes.canonicals.push(noted);
        }
    }

    /// Notes a Reference for the rules that follow it. Those inside a nested Bundle are that Bundle's own affair, but for local ones.
    /// An Attachment's url resolves to a Binary of the message as a Reference would.
    fn note_reference(&mut self, node: NodeId, name: NameId) {
        if let Some(reference) = self.document.member(node, name)
            && self.document.kind(reference) == Kind::String
            && (self.bundles <= 1 || self.document.value(reference).starts_with('#'))
        {
            if name == name::REFERENCE && !primitives::is_solid(&self.document.value(reference)) {
                self.findings.add(&rules::PRIMITIVE_VALUE, At::Value(reference), REFERENCE_WITH_SPACE);
                return;
            }
            self.notes.references.push(ReferenceUse {
                node,
                reference,
                container: self.container,
                resource: self.resource,
                type_ref: None,
                link: name == name::URL,
            });
        }
    }

    /// A Reference may say the type of what it means: one that there is, and that the element allows.
    fn stated_target(&mut self, node: NodeId, body: &Body, field: &Field) {
        let Some(stated) = self.document.member(node, name::TYPE) else { return };
        let Some(name) = self.document.string(stated).filter(|name| !name.is_empty()) else { return };
        let local = references::local_type(&name);
        let target = self.definitions.resource_type(local);
        // Where there is a reference, what it resolves to tells what was meant.
        if target.is_none() && self.document.member(node, name::REFERENCE).is_some() {
            return;
        }
        if local != name || target.is_none() {
            self.no_target(stated, &name, target.map(|_| local));
        } else if let Some(target) = target
            && let Some(words) = references::not_allowed(self.definitions, body, body.type_ref(field.type_ref), target)
        {
            self.findings.add(&rules::REF_TYPE, At::Value(stated), words);
        }
    }

    /// Reference.type: "Absolute URLs are only allowed for logical models (and can only be used in references in logical models, not
    /// resources)".
    #[cold]
    fn no_target(&mut self, stated: NodeId, name: &str, local: Option<&str>) {
        let words = if local.is_some() { TYPE_AS_URL } else { UNKNOWN_RESOURCE_TYPE };
        let content = words.value("found", name);
        let types = self.definitions.types().iter().filter(|of| of.kind == TypeKind::Resource);
        let near = nearest(name, &mut types.map(|of| of.name.as_ref())).map(|near| near.name.to_owned());
        let finding = self.findings.add(&rules::REF_TYPE, At::Value(stated), content);
        if let Some(local) = local {
            finding.suggest(local.to_owned(), false, Act::Replace, vec![stated]);
        } else if let Some(near) = near {
            finding.suggest(near, false, Act::Replace, Vec::new());
        }
    }

    /// Notes an id; says whether it is one. Neither Resource.id nor Element.id has an id or extensions of its own: both are strings of FHIRPath,
    /// and the page on JSON has no `_id`.
    fn id(&mut self, object: NodeId, child: NodeId, of: TypeId) -> bool {
        if self.document.node(child).is_companion() {
            self.unknown(object, child, of);
            return false;
        }
        let is_resource = self.definitions.type_of(of).kind == TypeKind::Resource;
        if !is_resource && self.document.string(child).is_some_and(|id| id.contains(char::is_whitespace)) {
            self.findings.add(&rules::PRIMITIVE_VALUE, At::Value(child), ID_WITH_SPACE);
        }
        // The id of the container itself names it from outside. A snapshot and a differential have the same ElementDefinitions.
        let is_definition = Some(of) == self.validator.types.element_definition;
        if object != self.container && !is_definition && self.document.kind(child) == Kind::String {
            self.notes.ids.push((self.container, child));
        }
        true
    }

    /// Validates a property that is not a companion: array or not, then its value or values.
    pub(super) fn element(&mut self, parent: NodeId, child: NodeId, of: TypeId, field: &Field) {
        let body = self.definitions.body(self.definitions.type_of(of));
        let element = body.element(field);
        let kind = self.document.kind(child);
        if kind != Kind::Array {
            if element.array && kind != Kind::Null {
                let content = ARRAY_EXPECTED.name("element", label(self.definitions, body, element));
                let nodes = self.wrapped(parent, child);
                self.findings.add(&rules::ELEMENT_ARRAY, At::Value(child), content).fix(Act::Wrap, nodes);
            }
            if kind == Kind::Null {
                let nodes = self.removed(parent, of, child);
                self.findings.add(&rules::ELEMENT_NULL, At::Value(child), NULL_PROPERTY).fix(Act::Remove, nodes);
                return;
            }
            self.value(child, of, body, field);
            return;
        }
        if !element.array {
            let content = NO_ARRAY_EXPECTED.name("element", label(self.definitions, body, element));
            let nodes = self.unwrapped(child);
            self.findings.add(&rules::ELEMENT_ARRAY, At::Start(child), content).fix(Act::Unwrap, nodes);
        }
        let mut count: u32 = 0;
        let mut nulls = false;
        for item in self.document.children(child) {
            if self.findings.is_full() {
                return;
            }
            count += 1;
            match self.document.kind(item) {
                Kind::Null => nulls = true,
                Kind::Array => {
                    self.findings.add(&rules::ELEMENT_ARRAY, At::Start(item), NESTED_ARRAY);
                }
                _ => self.value(item, of, body, field),
            }
        }
        if count == 0 {
            let nodes = self.removed(parent, of, child);
            self.findings.add(&rules::ELEMENT_EMPTY, At::Value(child), EMPTY_ARRAY).fix(Act::Remove, nodes);
        }
        let occurs = |words: Words, expected: u16| {
            let element = label(self.definitions, body, element);
            words.name("element", element).count("found", count).count("expected", expected)
        };
        if let Some(max) = element.max.filter(|&max| element.array && count > u32::from(max)) {
            self.findings.add(&rules::ELEMENT_TOO_MANY, At::Key(child), occurs(TOO_OFTEN, max));
        }
        if u32::from(element.min) > count && count > 0 {
            self.findings.add(&rules::ELEMENT_MISSING, At::Key(child), occurs(TOO_SELDOM, element.min));
        }
        if nulls {
            self.nulls(parent, child, of, self.primitive(body, field).is_some());
        }
    }

    /// Nulls in an array are right only across from an id or extension in the companion array.
    fn nulls(&mut self, parent: NodeId, array: NodeId, of: TypeId, primitive: bool) {
        let companion = self.sibling(parent, self.document.node(array).name, true);
        for across in (Property { value: Some(array), companion }).items(self.document) {
            let (Some(item), other) = (across.value, across.companion) else { break };
            let filled = primitive && other.is_some_and(|other| self.document.kind(other) != Kind::Null);
            if self.document.kind(item) == Kind::Null && !filled {
                let words = if primitive { NULL_ALONE } else { NULL_ITEM };
                // What stands across from it goes with it, so that the others stay across from theirs.
                let mut nodes = self.item_removed(parent, of, item);
                if primitive && companion.is_some() && !nodes.is_empty() {
                    match other {
                        _ if nodes != [item] => nodes.clear(),
                        Some(other) if self.is_alone(other) => nodes.clear(),
                        Some(other) => nodes.push(other),
                        None => {}
                    }
                }
                self.findings.add(&rules::ELEMENT_NULL, At::Value(item), words).fix(Act::Remove, nodes);
            }
        }
    }

    /// The first property of an object with this name. Of an object with many properties they are kept: each may ask for another one.
    pub(super) fn sibling(&self, parent: NodeId, name: NameId, companion: bool) -> Option<NodeId> {
        let key = |child: NodeId| {
            let node = self.document.node(child);
            (node.name, node.is_companion())
        };
        let mut children = self.document.children(parent);
        if let Some(found) = children.by_ref().take(FEW_MEMBERS).find(|&child| key(child) == (name, companion)) {
            return Some(found);
        }
        children.clone().next()?;
        let mut kept = self.siblings.borrow_mut();
        let siblings = kept.entry(parent).or_insert_with(|| {
            let members: Vec<NodeId> = children.collect();
            let member = |place: usize| members.get(place).map(|&child| key(child));
            let order = ordered(members.len(), &mut |a, b| member(a).cmp(&member(b)));
            let mut members: Vec<NodeId> = order.into_iter().filter_map(|place| members.get(place).copied()).collect();
            members.dedup_by_key(|child| key(*child));
            members
        });
        let place = siblings.partition_point(|&child| key(child) < (name, companion));
        siblings.get(place).copied().filter(|&child| key(child) == (name, companion))
    }

    pub(super) fn primitive(&self, body: &Body, field: &Field) -> Option<Primitive> {
        match self.definitions.type_of(body.type_ref(field.type_ref).of).kind {
            TypeKind::Primitive(primitive) => Some(primitive),
            _ => None,
        }
    }

    /// Validates one value of an element.
    fn value(&mut self, node: NodeId, holder: TypeId, body: &Body, field: &Field) {
        let element = body.element(field);
        let type_ref = body.type_ref(field.type_ref);
        let of = self.definitions.type_of(type_ref.of);
        let kind = self.document.kind(node);
        match of.kind {
            TypeKind::Primitive(_) if self.purpose.is_references() => return,
            TypeKind::Primitive(primitive) => {
                let before = self.findings.len();
                primitives::check(self.document, self.findings, primitive, node);
                if primitive == Primitive::Xhtml {
                    let linked = narrative::check(self.document, self.findings, node, self.container);
                    self.notes.narratives.extend(linked);
                }
                // A fullUrl that is a URN has a rule of its own.
                let is_uri = matches!(primitive, Primitive::Uri | Primitive::Url | Primitive::Canonical);
                if is_uri {
                    self.note_uri(node, holder, field, primitive == Primitive::Canonical);
                }
                if primitive == Primitive::Uri && element.name == name::URL {
                    self.canonical_url(node, holder);
                }
                if is_uri && element.name != name::FULL_URL {
                    primitives::check_urn(self.document, self.findings, primitive, node);
                }
                if self.findings.len() != before {
                    self.fix_primitive(before, node, holder, field, primitive);
                }
            }
            _ if kind != Kind::Object => {
                let content = OBJECT_EXPECTED.name("expected", of.name.clone()).name("found", kind.words());
                self.findings.add(&rules::ELEMENT_TYPE, At::Value(node), content);
                return;
            }
            TypeKind::Complex => {
                let before = self.notes.references.len();
                let outer = self.element.replace((holder, element.name));
                self.object(node, type_ref.of);
                self.element = outer;
                // The reference of this very object, not one of an extension in it, has the targets of the element.
                if Some(type_ref.of) == self.validator.types.reference
                    && self.notes.references.len() > before
                    && let Some(last) = self.notes.references.last_mut()
                    && last.node == node
                {
                    last.type_ref = Some((holder, field.type_ref));
                }
                if Some(type_ref.of) == self.validator.types.reference {
                    self.stated_target(node, body, field);
                }
            }
            TypeKind::Resource => self.resource(node, Some(type_ref.of), false),
            TypeKind::AbstractResource => {
                let contained = element.name == name::CONTAINED;
                self.resource(node, None, contained);
            }
        }
        self.element_invariants(node, type_ref.of, &element.constraints);
        if let Some(binding) = element.binding
            && !self.purpose.is_references()
        {
            bindings::check(self, binding, type_ref.of, node);
        }
    }

    /// Validates `_name`: id and extensions of a primitive, aligned with its values.
    fn companion(&mut self, parent: NodeId, child: NodeId, of: TypeId, field: &Field) {
        let body = self.definitions.body(self.definitions.type_of(of));
        let element = body.element(field);
        let primitive = self.primitive(body, field);
        if primitive.is_none() {
            let content = NOT_PRIMITIVE.name("element", label(self.definitions, body, element));
            self.findings.add(&rules::COMPANION, At::Key(child), content);
            return;
        }
        // R4, the type xhtml: an id it may have, extensions not.
        if primitive == Some(Primitive::Xhtml)
            && let Some(extension) = self.document.member(child, name::EXTENSION)
        {
            self.findings.add(&rules::ELEMENT_TOO_MANY, At::Key(extension), NARRATIVE_EXTENSION);
            return;
        }
        let value = self.sibling(parent, self.document.node(child).name, false);
        let kind = self.document.kind(child);
        let place = Place { holder: child, of: body.type_ref(field.type_ref).of, element: Some((of, element.name)) };
        if element.array != (kind == Kind::Array) {
            let words = if element.array { COMPANION_ARRAY_EXPECTED } else { COMPANION_OBJECT_EXPECTED };
            let nodes = if element.array { self.wrapped(parent, child) } else { self.unwrapped(child) };
            let act = if element.array { Act::Wrap } else { Act::Unwrap };
            self.findings.add(&rules::COMPANION, At::Start(child), words).fix(act, nodes);
        }
        if kind != Kind::Array {
            self.companion_value(child, value.is_some(), place);
            return;
        }
        // Where the element does not repeat, the array has been reported, and the value is across from its items all the same.
        let mut count = 0;
        for both in (Property { value: value.filter(|_| element.array), companion: Some(child) }).items(self.document) {
            let (across, Some(item)) = (both.value, both.companion) else { break };
            count += 1;
            let has_value = match across {
                Some(across) => self.document.kind(across) != Kind::Null,
                None => value.is_some() && !element.array,
            };
            if self.document.kind(item) == Kind::Null {
                // Across from a null, the walk over the values reports it.
                if !has_value && across.is_none() {
                    let nodes = self.item_removed(parent, of, item);
                    self.findings
                        .add(&rules::ELEMENT_NULL, At::Value(item), NULL_WITHOUT_VALUE)
                        .fix(Act::Remove, nodes);
                }
            } else {
                self.companion_value(item, has_value, place);
            }
        }
        if count == 0 {
            let nodes = self.removed(parent, of, child);
            self.findings.add(&rules::ELEMENT_EMPTY, At::Value(child), EMPTY_ARRAY).fix(Act::Remove, nodes);
        } else if let Some(value) = value.filter(|&value| self.document.kind(value) == Kind::Array) {
            let values = self.document.children(value).count();
            if values != count {
                let content = OTHER_LENGTH.count("found", count as u64).count("expected", values as u64);
                self.findings.add(&rules::COMPANION, At::Key(child), content);
            }
        }
    }

    pub(super) fn companion_value(&mut self, node: NodeId, has_value: bool, place: Place) {
        match self.document.kind(node) {
            Kind::Object => {}
            Kind::Null => {
                self.findings.add(&rules::ELEMENT_NULL, At::Value(node), NULL_PROPERTY);
                return;
            }
            kind => {
                self.findings.add(&rules::COMPANION, At::Value(node), NOT_A_COMPANION.name("found", kind.words()));
                return;
            }
        }
        let Some(element_type) = self.validator.types.element else { return };
        let body = self.definitions.body(self.definitions.type_of(element_type));
        let mut children = 0;
        let mut only_id = true;
        for child in self.document.children(node) {
            children += 1;
            match body.field(self.document.node(child).name) {
                Some(field) if !self.document.node(child).is_companion() => {
                    if self.document.node(child).name == name::ID {
                        self.id(node, child, element_type);
                    } else {
                        only_id = false;
                    }
                    self.element(node, child, element_type, field);
                    if self.document.node(child).name == name::EXTENSION {
                        self.extensions(child, Place { holder: node, ..place });
                    }
                }
                _ => self.unknown(node, child, element_type),
            }
        }
        if children == 0 {
            self.findings.add(&rules::ELEMENT_EMPTY, At::Value(node), EMPTY_OBJECT);
        } else if only_id && !has_value {
            self.findings.add(&rules::ELE_1, At::Start(node), NEITHER_VALUE_NOR_EXTENSION);
        }
    }

    /// Reports elements that must be there and are not.
    #[cold]
    fn missing(&mut self, node: NodeId, body: &Body, seen: &ElementSet) {
        for element in body.missing(seen) {
            let content = MISSING.name("element", label(self.definitions, body, element));
            self.findings.add(&rules::ELEMENT_MISSING, At::Start(node), content);
        }
    }

    #[cold]
    fn second_choice(&mut self, parent: NodeId, child: NodeId, element: &Element) {
        let name = self.document.node(child).name;
        // `valueString` and `_valueString` are one choice.
        let companion = self.document.node(child).is_companion();
        if self.sibling(parent, name, !companion).is_some_and(|other| other < child) {
            return;
        }
        let content = SECOND_CHOICE.name("element", self.definitions.names().text(element.name).to_owned());
        self.findings.add(&rules::CHOICE_SINGLE, At::Key(child), content);
    }
}

const NO_OBJECT: Words = Words("A FHIR resource is a JSON object, not {found}.");
const OTHER_RESOURCE: Words = Words("A resource of type {expected} is expected here.");
const NO_RESOURCE_TYPE: Words = Words("resourceType is missing.");
const RESOURCE_TYPE_NOT_STRING: Words = Words("resourceType is not a string: the name of a resource type is expected.");
const UNKNOWN_RESOURCE_TYPE: Words = Words("{found} is not a resource type of R4.");
const NOT_ALLOWED: Words = Words("{element} is not allowed here.");
const MISSING: Words = Words("{element} is missing.");
const TOO_OFTEN: Words = Words("{element} occurs {found} times; at most {expected} are allowed.");
const TOO_SELDOM: Words = Words("{element} occurs {found} times; at least {expected} are required.");
const EMPTY_OBJECT: Words = Words("This object is empty.");
const EMPTY_ARRAY: Words = Words("This array is empty: leave the property out.");
const NO_CONTENT: Words = Words("This element has neither a value nor children besides its id.");
const NEITHER_VALUE_NOR_EXTENSION: Words = Words("This element has neither a value nor extensions.");
const NOT_FHIRPATH: Words = Words("This is not valid FHIRPath: {problem}");
const BOTH: Words = Words("An extension has either a value or extensions; this one has both.");
const NEITHER: Words = Words("An extension has either a value or extensions; this one has neither.");
const REFERENCE_WITH_SPACE: Words = Words("A reference is a URL: white space is not allowed in it.");
const ID_WITH_SPACE: Words = Words("White space is not allowed in the id of an element.");
const TYPE_AS_URL: Words = Words("Reference.type is the name of the type alone, not {found}.");
const ARRAY_EXPECTED: Words = Words("{element} may repeat: an array is expected, also for a single item.");
const NO_ARRAY_EXPECTED: Words = Words("{element} does not repeat: an array is not allowed.");
const NESTED_ARRAY: Words = Words("An array inside an array is not allowed in FHIR.");
const OBJECT_EXPECTED: Words = Words("An object ({expected}) is expected, not {found}.");
const NULL_PROPERTY: Words = Words("null is not allowed here: leave the property out.");
const NULL_ITEM: Words = Words("null is not allowed here: leave the item out.");
const NULL_ALONE: Words = Words("null is allowed only across from an id or extension.");
const NULL_WITHOUT_VALUE: Words = Words("null is allowed only across from a value.");
const NOT_PRIMITIVE: Words =
    Words("Only primitive elements have a property with an underscore; {element} is not primitive.");
const NARRATIVE_EXTENSION: Words = Words("Extensions are not allowed in a narrative.");
const COMPANION_ARRAY_EXPECTED: Words =
    Words("The element repeats: its companion is an array, aligned with the values.");
const COMPANION_OBJECT_EXPECTED: Words = Words("The element does not repeat: its companion is an object.");
const OTHER_LENGTH: Words =
    Words("There are {found} companions for {expected} values: fill the places without one with null.");
const NOT_A_COMPANION: Words = Words("An object with id or extension is expected, not {found}.");
const SECOND_CHOICE: Words = Words("{element}[x] is given with another type already: only one is allowed.");

/// An element as the specification names it: `ServiceRequest.status`, `Observation.value[x]`.
fn label(definitions: &Definitions, body: &Body, element: &Element) -> String {
    let choice = if element.choice { "[x]" } else { "" };
    format!("{}.{}{choice}", body.name, definitions.names().text(element.name))
}
