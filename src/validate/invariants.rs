//! The rules that the specification states in FHIRPath.
//!
//! A type's constraints are parsed when the first object of that type is validated, and kept. Most of them say something of elements that
//! are not there: those hold without being evaluated (see [`Planned::mentions`]).

use super::references::{ContainedById, contained_by_id};
use super::structure::Walk;
use super::{Entries, Resolution, Validator, narrative};
use crate::definitions::{Body, Constraint, Definitions, ElementSet, TypeId};
use crate::document::{Document, Kind, NameId, NodeId, ordered};
use crate::fhirpath::{Context, Element, Expression, Host, Reasons};
use crate::json::Limits;
use crate::report::{At, Content, RULES, Rule, Severity, Words, rules};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Constraints that rules of other files validate, and why they do.
const ELSEWHERE: [(&str, &str); 7] = [
    ("bdl-7", "bundle.rs names the entry"),
    ("bdl-8", "bundle.rs marks the URL"),
    ("dom-3", "its expression looks at everything in the resource once for each contained resource"),
    ("ref-1", "its expression looks at all contained resources once for each reference; see references.rs"),
    ("sqty-1", "SimpleQuantity.comparator is at most 0 times there: the structure says so"),
    ("txt-1", "XHTML is validated by narrative.rs, which says what is wrong"),
    ("txt-2", "XHTML is validated by narrative.rs, which says what is wrong"),
];

/// Constraints that the specification calls best practice: they are validated only where the caller gives them a severity.
const BEST_PRACTICE: [&str; 1] = ["dom-6"];

/// Constraints on Bundles that a message keeps by keeping the rules for messages, which say more of the fault.
const MESSAGE_RULES: [&str; 5] = ["bdl-2", "bdl-3", "bdl-4", "bdl-5", "bdl-12"];

/// What the constraints of a text may cost all together, in items looked at: so many for each byte, and so many for any text. The dearest
/// of R4's own examples takes a twentieth of that.
const WORK_PER_BYTE: u32 = 16;
const WORK: u32 = 100_000;

/// What validating constraints may still cost, and what was not validated when that was used up. It counts work, not time: the same text always
/// gets the same report.
#[derive(Debug)]
pub(super) struct Work {
    allowed: u32,
    left: u32,
    /// The keys of constraints that were not validated, each with the first node that it would have been validated on.
    unchecked: BTreeMap<String, NodeId>,
}

impl Work {
    pub(super) fn of(document: &Document<'_>) -> Self {
        let length = u32::try_from(document.text().len()).unwrap_or(u32::MAX);
        let allowed = length.saturating_mul(WORK_PER_BYTE).saturating_add(WORK);
        Self { allowed, left: allowed, unchecked: BTreeMap::new() }
    }

    /// What was done of it.
    pub(super) fn done(&self) -> u32 {
        self.allowed - self.left
    }

    pub(super) fn allowed(&self) -> u32 {
        self.allowed
    }

    /// Whether all was validated.
    pub(super) fn is_enough(&self) -> bool {
        self.unchecked.is_empty()
    }

    /// Notes a constraint that is not validated.
    #[cold]
    fn note(&mut self, key: &str, node: NodeId) {
        self.left = 0;
        if !self.unchecked.contains_key(key) {
            self.unchecked.insert(key.to_owned(), node);
        }
    }
}

/// Of what stands a second time, so many are reported for one constraint, and so many places named that break it: a text that repeats
/// one value a thousand times is to leave room for other issues.
const MOST_REPEATED: usize = 20;
const MOST_PLACES: usize = 5;

/// A constraint of a type.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    constraint: u16,
    /// The elements that decide it: where none of them is there, it holds. `None` where it has to be
    /// evaluated always.
    mentions: Option<ElementSet>,
    /// Whether it is one of [`BEST_PRACTICE`].
    best_practice: bool,
    /// Whether it is one of [`MESSAGE_RULES`].
    message_rule: bool,
}

/// The constraints of all types, each worked out when it is first needed.
#[derive(Clone, Debug, Default)]
pub(super) struct Invariants {
    /// By place in [`Definitions::constraints`]. `None` inside for what is validated elsewhere, or is not FHIRPath.
    parsed: Vec<OnceLock<Option<Expression>>>,
    /// By type.
    plans: Vec<OnceLock<Vec<Planned>>>,
}

impl Invariants {
    pub(super) fn new(definitions: &Definitions) -> Self {
        Self {
            parsed: vec![OnceLock::new(); definitions.constraint_count()],
            plans: vec![OnceLock::new(); definitions.types().len()],
        }
    }

    fn expression(&self, constraint: u16, definitions: &Definitions) -> Option<&Expression> {
        let parsed = self.parsed.get(usize::from(constraint))?.get_or_init(|| {
            let constraint = definitions.constraints().get(usize::from(constraint))?;
            if ELSEWHERE.iter().any(|(key, _)| constraint.key == *key) {
                return None;
            }
            Expression::parse(&constraint.expression, definitions.names()).ok().map(Expression::prepared)
        });
        parsed.as_ref()
    }

    /// Whether a constraint looks at one of these elements, or at a resource around, in which they may be.
    fn asks_for(&self, constraint: u16, names: &[NameId], definitions: &Definitions) -> bool {
        let Some(expression) = self.expression(constraint, definitions) else { return false };
        expression.decided_by().is_none() || expression.names().iter().any(|name| names.contains(name))
    }

    /// Whether a constraint of a type looks at this element of it.
    pub(super) fn speak_of(&self, of: TypeId, element: NameId, definitions: &Definitions) -> bool {
        let mut expressions =
            self.plan(of, definitions).iter().filter_map(|one| self.expression(one.constraint, definitions));
        expressions.any(|expression| expression.names().contains(&element))
    }

    /// The constraints of a type and of those that it is derived from.
    fn plan(&self, of: TypeId, definitions: &Definitions) -> &[Planned] {
        let Some(slot) = self.plans.get(usize::from(of.0)) else { return &[] };
        slot.get_or_init(|| {
            let mut planned = Vec::new();
            let own = definitions.body(definitions.type_of(of));
            let mut at = Some(of);
            while let Some(of) = at {
                let holder = definitions.type_of(of);
                for &constraint in &definitions.body(holder).constraints {
                    if let Some(expression) = self.expression(constraint, definitions) {
                        let mentions = mentions(expression, own, of, definitions);
                        let key =
                            definitions.constraints().get(usize::from(constraint)).map_or("", |one| one.key.as_str());
                        planned.push(Planned {
                            constraint,
                            mentions,
                            best_practice: BEST_PRACTICE.contains(&key),
                            message_rule: MESSAGE_RULES.contains(&key),
                        });
                    }
                }
                at = holder.base;
            }
            planned
        })
    }
}

/// The elements that decide an expression, when it is true where none of them is there.
fn mentions(expression: &Expression, body: &Body, of: TypeId, definitions: &Definitions) -> Option<ElementSet> {
    let names = expression.decided_by()?;
    let mut decisive = ElementSet::default();
    for (ordinal, element) in body.elements.iter().enumerate() {
        if names.contains(&element.name) {
            decisive.insert(ordinal as u16);
        }
    }
    let nothing = Document::read_str("{}", definitions.names(), Limits::default()).ok()?;
    let context = Context {
        context: Element { value: Some(NodeId::ROOT), companion: None, of: Some(of) },
        ..Context::new(&nothing, definitions)
    };
    (!decisive.is_empty() && context.truth(expression) == Ok(Some(true))).then_some(decisive)
}

/// Resolves inside the Bundle, for `resolve()`.
pub(super) struct Surroundings<'s, 'd> {
    pub(super) validator: &'s Validator,
    pub(super) document: &'s Document<'d>,
    pub(super) entries: &'s Entries<'s>,
    pub(super) container: NodeId,
    /// What a resource contains, kept for its next reference.
    pub(super) contained: &'s RefCell<Option<(NodeId, ContainedById<'d>)>>,
}

impl Host for Surroundings<'_, '_> {
    fn resolve(&self, reference: &str, from: NodeId) -> Option<NodeId> {
        let definitions = self.validator.definitions();
        if let Some(id) = reference.strip_prefix('#') {
            if id.is_empty() {
                return Some(self.container);
            }
            let mut kept = self.contained.borrow_mut();
            if kept.as_ref().is_none_or(|(of, _)| *of != self.container) {
                *kept = Some((self.container, contained_by_id(self.document, self.container)));
            }
            return kept.as_ref().and_then(|(_, by_id)| by_id.get(id).copied().flatten());
        }
        match self.entries.resolve(reference, self.entries.around(from), definitions) {
            Resolution::Entry(index) => self.entries.get(index as usize)?.resource,
            _ => None,
        }
    }

    fn html_checks(&self, xhtml: &str) -> bool {
        narrative::is_valid(xhtml)
    }
}

impl Walk<'_> {
    /// Validates an object by the constraints of its type; `seen` has each element that is there.
    pub(super) fn invariants(&mut self, node: NodeId, of: TypeId, seen: &ElementSet) {
        if self.findings.is_full() {
            return;
        }
        let validator = self.validator;
        let body = validator.definitions().body(validator.definitions().type_of(of));
        // What is missing and must be there has been reported; what an expression makes of that says no more.
        let missing: Vec<NameId> = body.missing(seen).map(|element| element.name).collect();
        for planned in validator.invariants.plan(of, validator.definitions()) {
            if planned.mentions.as_ref().is_some_and(|mentions| !mentions.meets(seen)) {
                continue;
            }
            if planned.best_practice && self.is_unwanted(planned.constraint) {
                continue;
            }
            if planned.message_rule && self.is_message && self.bundles == 1 {
                continue;
            }
            if !missing.is_empty()
                && validator.invariants.asks_for(planned.constraint, &missing, validator.definitions())
            {
                continue;
            }
            self.invariant(node, of, planned.constraint, Some(seen));
        }
    }

    /// Best practice is validated where the caller gives it a severity.
    fn is_unwanted(&self, constraint: u16) -> bool {
        let constraint = self.validator.definitions().constraints().get(usize::from(constraint));
        constraint.is_some_and(|constraint| !self.findings.is_set(&constraint.key))
    }

    /// Validates a value by the constraints of the element that it stands in.
    pub(super) fn element_invariants(&mut self, node: NodeId, of: TypeId, constraints: &[u16]) {
        for &constraint in constraints {
            if self.purpose.is_references() {
                return;
            }
            self.invariant(node, of, constraint, None);
        }
    }

    fn invariant(&mut self, node: NodeId, of: TypeId, constraint: u16, seen: Option<&ElementSet>) {
        let validator = self.validator;
        let definitions = validator.definitions();
        let Some(expression) = validator.invariants.expression(constraint, definitions) else { return };
        let Some(constraint) = definitions.constraints().get(usize::from(constraint)) else { return };
        if self.work.left == 0 {
            return self.work.note(&constraint.key, node);
        }
        let budget = self.work.left;
        let surroundings = Surroundings {
            validator,
            document: self.document,
            entries: self.entries(),
            container: self.container,
            contained: &self.contained,
        };
        let mut context = Context {
            document: self.document,
            definitions,
            context: Element { value: Some(node), companion: None, of: Some(of) },
            resource: self.resource,
            root_resource: self.container,
            variables: &[],
            now: None,
            host: Some(&surroundings),
            strict: false,
            budget,
        };
        // What cannot be evaluated (a value of a wrong kind, which has been reported) breaks nothing.
        let (truth, left) = context.truth_and_rest(expression);
        context.budget = left;
        let broken = matches!(truth, Ok(Some(false) | None));
        let (reasons, left) = if broken { context.reasons_and_rest(expression) } else { (Reasons::default(), left) };
        self.work.left = left;
        match truth {
            Ok(Some(false) | None) => {}
            Err(error) if error.too_costly => return self.work.note(&constraint.key, node),
            _ => return,
        }
        let rule = || (constraint.key.clone().into(), INVARIANT);
        let severity = severity(constraint);
        let broken_here =
            Broken { document: self.document, definitions, node, broken: constraint, names: &expression.names() };
        if reasons.filtered || reasons.repeated.is_empty() {
            let at = if seen.is_some() { At::Start(node) } else { At::Value(node) };
            self.findings.put_named(rule(), severity, at, broken_here.explain(&reasons, of));
            return;
        }
        for (place, &(again, first)) in reasons.repeated.iter().enumerate().take(MOST_REPEATED) {
            let at = if self.document.kind(again) == Kind::Object { At::Start(again) } else { At::Value(again) };
            let more = if place + 1 == MOST_REPEATED { reasons.repeated.len() - MOST_REPEATED } else { 0 };
            self.findings.put_named(rule(), severity, at, broken_here.repeated(again, first, more));
        }
    }

    /// Says of each constraint that was not validated everywhere that it was not.
    pub(super) fn report_unchecked_constraints(&mut self) {
        for (key, node) in std::mem::take(&mut self.work.unchecked) {
            self.findings.not_all_validated();
            self.findings.add(&rules::CONSTRAINT_UNCHECKED, At::Start(node), UNCHECKED.name("key", key));
        }
    }
}

impl Validator {
    /// Every rule that it validates by: its own, and the constraints of the definitions.
    pub fn rules(&self) -> Vec<Rule<'_>> {
        let mut rules = RULES.to_vec();
        for constraint in self.definitions().constraints() {
            // Some constraints have the same key in several types.
            if rules.iter().all(|rule| constraint.key != rule.name)
                && ELSEWHERE.iter().all(|(key, _)| constraint.key != *key)
            {
                rules.push(rule(constraint));
            }
        }
        rules
    }
}

/// The FHIR issue type of a broken constraint.
const INVARIANT: &str = "invariant";

fn severity(constraint: &Constraint) -> Severity {
    if constraint.error { Severity::Error } else { Severity::Warning }
}

/// A constraint as a rule: its key is its name.
pub(super) fn rule(constraint: &Constraint) -> Rule<'_> {
    Rule { name: &constraint.key, severity: severity(constraint), code: INVARIANT, title: &constraint.human }
}

const BROKEN: Words = Words("{human} ({key}).");
const BROKEN_AT: Words = Words("{human} ({key}). Broken at {places}.");
const BROKEN_AT_MORE: Words = Words("{human} ({key}). Broken at {places} and {more} more.");
const HAVING: Words = Words("{human} ({key}). Found: {present}.");
const LACKING: Words = Words("{human} ({key}). Missing: {absent}.");
const HAVING_AND_LACKING: Words = Words("{human} ({key}). Found: {present}; missing: {absent}.");
const REPEATED_VALUE: Words = Words("{human} ({key}). {found} occurs before at {first}.");
const REPEATED_VALUE_AND_MORE: Words =
    Words("{human} ({key}). {found} occurs before at {first}, and {more} more are repeated.");
const REPEATED: Words = Words("{human} ({key}). The same occurs before at {first}.");
const REPEATED_AND_MORE: Words =
    Words("{human} ({key}). The same occurs before at {first}, and {more} more are repeated.");
const UNCHECKED: Words = Words(
    "The constraint {key} was not checked from here on: the constraints need more work than is allowed for a text of this length.",
);

/// What is said of a broken constraint.
struct Broken<'w> {
    document: &'w Document<'w>,
    definitions: &'w Definitions,
    /// The element that the constraint is one of.
    node: NodeId,
    broken: &'w Constraint,
    /// The names in its expression.
    names: &'w [NameId],
}

impl Broken<'_> {
    fn with(&self, words: Words) -> Content {
        words.name("human", self.broken.human.without_end('.')).name("key", self.broken.key.clone())
    }

    /// The specification's words, and what is there, or missing, or where it is broken, as far as that is certain.
    #[cold]
    fn explain(&self, reasons: &Reasons, of: TypeId) -> Content {
        let repeated = reasons.repeated.iter().flat_map(|&(again, first)| [first, again]);
        let places: Vec<NodeId> = reasons.failing.iter().copied().chain(repeated).collect();
        let order = ordered(places.len(), &mut |a, b| places.get(a).cmp(&places.get(b)));
        let mut places: Vec<NodeId> = order.into_iter().filter_map(|place| places.get(place).copied()).collect();
        places.dedup();
        if !places.is_empty() {
            let more = places.len().saturating_sub(MOST_PLACES);
            let shown = places.iter().take(MOST_PLACES).map(|&place| self.path(place));
            let content = self.with(if more > 0 { BROKEN_AT_MORE } else { BROKEN_AT });
            return content.list("places", shown).count("more", more as u64);
        }
        let body = self.definitions.body(self.definitions.type_of(of));
        let elements = |names: &[NameId]| {
            let elements = body.elements.iter().filter(|element| names.contains(&element.name));
            elements.map(|element| self.definitions.names().text(element.name).to_owned()).collect::<Vec<_>>()
        };
        let absent = elements(&reasons.absent);
        // That something is there says nothing where its value, or something else, decides: then the values do that it looks at.
        let by_value = reasons.others && absent.is_empty();
        let names = elements(if by_value { self.names } else { &reasons.present });
        let mut present = Vec::new();
        for name in names {
            let value = self.value(&name);
            if value.is_some() || !by_value {
                present.push((name, value));
            }
        }
        present.truncate(if by_value { MOST_PLACES } else { usize::MAX });
        let words = match (present.is_empty(), absent.is_empty()) {
            (true, true) => BROKEN,
            (true, false) => LACKING,
            (false, true) => HAVING,
            (false, false) => HAVING_AND_LACKING,
        };
        self.with(words).elements("present", present).list("absent", absent)
    }

    /// The value of an element that has one, and one only.
    fn value(&self, name: &str) -> Option<Cow<'_, str>> {
        let member = self.document.member(self.node, self.definitions.names().find(name.as_bytes()))?;
        let is_value = !matches!(self.document.kind(member), Kind::Object | Kind::Array | Kind::Null);
        is_value.then(|| self.document.value(member))
    }

    /// The specification's words, and where what is here again is for the first time.
    #[cold]
    fn repeated(&self, again: NodeId, first: NodeId, more: usize) -> Content {
        let value = self.document.string(again);
        let words = match (value.is_some(), more > 0) {
            (true, false) => REPEATED_VALUE,
            (true, true) => REPEATED_VALUE_AND_MORE,
            (false, false) => REPEATED,
            (false, true) => REPEATED_AND_MORE,
        };
        let content = self.with(words).value("found", &value.unwrap_or_default());
        content.name("first", self.path(first)).count("more", more as u64)
    }

    /// The path from the element that the constraint is one of. Names that R4 does not have are the writer's own, and not shown.
    fn path(&self, to: NodeId) -> String {
        let (document, names) = (self.document, self.definitions.names());
        let (mut steps, mut at) = (Vec::new(), to);
        while at != self.node && at != NodeId::ROOT {
            let around = document.parent(at);
            if document.has_key(at) {
                let name = document.node(at).name;
                let known = if name == NameId::UNKNOWN { "…" } else { names.text(name) };
                steps.push(format!("{}{known}", if around == self.node { "" } else { "." }));
            } else {
                let index = document.children(around).position(|item| item == at);
                steps.push(format!("[{}]", index.unwrap_or(0)));
            }
            at = around;
        }
        steps.reverse();
        steps.concat()
    }
}
