//! The constraints that the specification states in FHIRPath: each is a rule by its key.

use crate::definitions::{Constraint, Definitions, ElementSet, ProfileId, TypeId};
use crate::document::{Document, Kind, NameId, NodeId, Property, name, sorted};
use crate::fhirpath::{Context, Element, Host, Reasons, Unknown};
use crate::report::{At, Content, Rule, Severity, Words};
use crate::validate::element::narrative;
use crate::validate::engine::Engine;
use crate::validate::entries::{Entries, Resolution};
use crate::validate::instance::Instance;
use crate::validate::meets::{Answer, meets};
use crate::validate::references::{NodeByText, SEVERAL, contained_by_id};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const CONSTRAINT_UNCHECKED: Rule = Rule::new(
    "constraint-unchecked",
    Severity::Error,
    "too-costly",
    "All constraints are checked: this does not take more work than the length of the text allows.",
    &[UNCHECKED, UNCHECKED_PROFILE],
);
const UNCHECKED: Words = Words(
    "The constraint {key} was not checked from here on: the constraints need more work than is allowed for a text of this length.",
);
const UNCHECKED_PROFILE: Words = Words(
    "The profile {key} was not checked from here on: the constraints and profiles need more work than is allowed for a text of this length.",
);

/// Of what occurs a second time, so many are reported for one constraint, and so many places named that break it: a text that repeats
/// one value a thousand times is to leave room for other issues.
const MOST_REPEATED: usize = 20;
const MOST_PLACES: usize = 5;

/// So often an expression is evaluated again with answers that it asked for: each may lead to other questions.
const MOST_ROUNDS: u32 = 8;

/// Answers for expressions: what is resolved inside the Bundle, what meets a profile.
#[derive(Clone, Copy)]
pub(crate) struct Surroundings<'s, 'd> {
    pub(crate) engine: &'s Engine,
    pub(crate) document: &'d Document<'d>,
    pub(crate) entries: &'s Entries<'s>,
    pub(crate) container: NodeId,
    /// What a resource contains, kept for its next reference.
    pub(crate) contained: &'s RefCell<Option<(NodeId, NodeByText)>>,
    /// Whether it was looked at the entries.
    pub(crate) looked_around: &'s Cell<bool>,
    pub(crate) asked: &'s Asked,
}

/// What an expression asks that takes validating: each question is open while it is evaluated, and answered before it is evaluated again. Nearly
/// none asks: then there are no notes.
#[derive(Default)]
pub(crate) struct Asked(RefCell<Option<Box<AskedNotes>>>);

#[derive(Default)]
struct AskedNotes {
    /// Whether values meet profiles.
    answers: BTreeMap<(NodeId, ProfileId), bool>,
    open: Vec<(Element, ProfileId)>,
    /// Profiles that are not known.
    profiles: BTreeSet<String>,
    /// Value sets that are not known, or not completely, with what is asked about.
    value_sets: BTreeMap<String, NodeId>,
    rounds: u32,
}

impl Asked {
    /// Whether a question was asked that is not answered: what the expression gave rests on it.
    fn is_open(&self) -> bool {
        self.0.borrow().as_ref().is_some_and(|notes| !notes.open.is_empty())
    }

    /// Whether the expression is to be evaluated again: it has asked, and is answered now.
    pub(crate) fn is_answered(&mut self, instance: &mut Instance<'_>) -> bool {
        let Some(notes) = self.0.get_mut() else { return false };
        let open = std::mem::take(&mut notes.open);
        if open.is_empty() || notes.rounds == MOST_ROUNDS {
            return false;
        }
        notes.rounds += 1;
        for (element, profile) in open {
            let (node, Some(of)) = (element.node(), element.of) else { continue };
            notes.answers.entry((node, profile)).or_insert_with(|| {
                let property = Property { value: element.value, companion: element.companion };
                matches!(meets(instance, (property, of), profile), Answer::Met)
            });
        }
        true
    }
}

impl Surroundings<'_, '_> {
    /// The nearest resource around a node that is not contained: an expression may look into the entries of a Bundle.
    fn container_of(&self, from: NodeId) -> NodeId {
        let (document, mut at) = (self.document, from);
        while at > self.container {
            let around = document.parent(at);
            let is_contained = !document.has_key(at) && document.node(around).name == name::CONTAINED;
            if !is_contained && document.member(at, name::RESOURCE_TYPE).is_some() {
                return at;
            }
            at = around;
        }
        self.container
    }
}

impl Host for Surroundings<'_, '_> {
    fn resolve(&self, reference: &str, from: NodeId) -> Option<NodeId> {
        let definitions = &self.engine.definitions;
        if let Some(id) = reference.strip_prefix('#') {
            let container = self.container_of(from);
            if id.is_empty() {
                return Some(container);
            }
            let mut kept = self.contained.borrow_mut();
            if kept.as_ref().is_none_or(|(of, _)| *of != container) {
                *kept = Some((container, contained_by_id(self.document, container)));
            }
            return kept.as_ref().and_then(|(_, by_id)| by_id.get(id).copied()).filter(|&found| found != SEVERAL);
        }
        self.looked_around.set(true);
        match self.entries.resolve(reference, self.entries.around(from), definitions) {
            Resolution::Entry(index) => self.entries.at(index).resource,
            _ => None,
        }
    }

    fn conforms(&self, element: Element, profile: ProfileId) -> Option<bool> {
        let mut notes = self.asked.0.borrow_mut();
        let notes = notes.get_or_insert_default();
        let known = notes.answers.get(&(element.node(), profile)).copied();
        if known.is_none() {
            notes.open.push((element, profile));
        }
        // What rests on an open question is forgotten: yes and no in turns lead past `all()` and past `exists()` to the other questions.
        known.or(Some(notes.rounds.is_multiple_of(2)))
    }

    fn note_unknown(&self, unknown: Unknown<'_>) {
        let mut notes = self.asked.0.borrow_mut();
        let notes = notes.get_or_insert_default();
        match unknown {
            Unknown::Profile(url) => drop(notes.profiles.insert(url.to_owned())),
            Unknown::ValueSet(url, at) => drop(notes.value_sets.insert(url.to_owned(), at)),
        }
    }

    fn html_checks(&self, xhtml: &str) -> bool {
        narrative::is_valid(xhtml)
    }
}

fn surroundings<'s, 'w>(instance: &'s Instance<'w>, asked: &'s Asked) -> Surroundings<'s, 'w> {
    Surroundings {
        asked,
        engine: instance.engine,
        document: instance.document,
        entries: instance.entries_around(),
        container: instance.container,
        contained: &instance.contained,
        looked_around: &instance.looked_around,
    }
}

/// What a reference resolves to that is written at a node of the instance: an entry of the Bundle, or what is contained.
pub(crate) fn resolved(instance: &Instance<'_>, reference: &str, from: NodeId) -> Option<NodeId> {
    surroundings(instance, &Asked::default()).resolve(reference, from)
}

/// Validates an object by the constraints of its type; `seen` has each element that is there.
pub(crate) fn of_type(instance: &mut Instance<'_>, node: NodeId, of: TypeId, seen: &ElementSet) {
    if instance.findings.is_full() {
        return;
    }
    let engine = instance.engine;
    let body = engine.definitions.body(engine.definitions.type_of(of));
    // What is missing and must be there has been reported; what an expression makes of that says no more.
    let missing: Vec<NameId> = body.missing(seen).map(|element| element.name).collect();
    for planned in engine.invariants.plan(of, &engine.definitions) {
        if planned.mentions.as_ref().is_some_and(|mentions| !mentions.meets(seen)) {
            continue;
        }
        if planned.best_practice && is_unwanted(instance, planned.constraint) {
            continue;
        }
        if planned.message_rule && instance.is_message && instance.bundles == 1 {
            continue;
        }
        if !missing.is_empty() && engine.invariants.asks_for(planned.constraint, &missing, &engine.definitions) {
            continue;
        }
        check(instance, node, of, planned.constraint, Some(seen));
    }
}

/// Best practice is validated where the caller gives it a severity.
fn is_unwanted(instance: &Instance<'_>, constraint: u16) -> bool {
    let constraint = instance.engine.definitions.constraints().get(usize::from(constraint));
    constraint.is_some_and(|constraint| !instance.findings.is_set(&constraint.key))
}

/// Validates a value by the constraints of the element that it is in.
pub(crate) fn of_element(instance: &mut Instance<'_>, node: NodeId, of: TypeId, constraints: &[u16]) {
    for &constraint in constraints {
        if instance.purpose.is_references() {
            return;
        }
        check(instance, node, of, constraint, None);
    }
}

fn check(instance: &mut Instance<'_>, node: NodeId, of: TypeId, constraint: u16, seen: Option<&ElementSet>) {
    let engine = instance.engine;
    let definitions = &engine.definitions;
    let Some(expression) = engine.invariants.expression(constraint, definitions) else { return };
    let Some(constraint) = definitions.constraints().get(usize::from(constraint)) else { return };
    if instance.work.left == 0 {
        return instance.work.note(&constraint.key, node);
    }
    let mut asked = Asked::default();
    let (truth, reasons) = loop {
        let surroundings = surroundings(instance, &asked);
        let mut context = Context {
            document: instance.document,
            definitions,
            context: Element { value: Some(node), companion: None, of: Some(of) },
            resource: instance.resource,
            root_resource: instance.container,
            variables: &[],
            now: None,
            host: Some(&surroundings),
            strict: false,
            budget: instance.work.left,
        };
        // What cannot be evaluated (a value of a wrong kind, which has been reported) breaks nothing.
        let (truth, left) = expression.truth_and_rest(&context);
        context.budget = left;
        let is_open = asked.is_open();
        let broken = !is_open && matches!(truth, Ok(Some(false) | None));
        let (reasons, left) = if broken { expression.reasons_and_rest(&context) } else { (Reasons::default(), left) };
        instance.work.left = left;
        if !is_open {
            break (truth, reasons);
        }
        if !asked.is_answered(instance) {
            return instance.work.note(&constraint.key, node);
        }
    };
    note_unknown(instance, asked);
    match truth {
        Ok(Some(false) | None) => {}
        Err(error) if error.too_costly => return instance.work.note(&constraint.key, node),
        _ => return,
    }
    let rule = || (constraint.key.clone().into(), INVARIANT);
    let severity = severity(constraint);
    let broken_here = BrokenConstraint {
        document: instance.document,
        definitions,
        node,
        broken: constraint,
        names: &expression.names(),
    };
    if reasons.filtered || reasons.repeated.is_empty() {
        let at = if seen.is_some() { At::Start(node) } else { At::Value(node) };
        instance.findings.put_named(rule(), severity, at, broken_here.explain(&reasons, of));
        return;
    }
    for (place, &(again, first)) in reasons.repeated.iter().enumerate().take(MOST_REPEATED) {
        let at = if instance.document.kind(again) == Kind::Object { At::Start(again) } else { At::Value(again) };
        let more = if place + 1 == MOST_REPEATED { reasons.repeated.len() - MOST_REPEATED } else { 0 };
        instance.findings.put_named(rule(), severity, at, broken_here.repeated(again, first, more));
    }
}

/// Notes for the report what an expression would have to know.
fn note_unknown(instance: &mut Instance<'_>, asked: Asked) {
    let Some(notes) = asked.0.into_inner() else { return };
    for profile in notes.profiles {
        if !instance.notes.wanted.profiles.contains(&profile) {
            instance.notes.wanted.profiles.push(profile);
        }
    }
    for (set, at) in notes.value_sets {
        instance.notes.wanted.resources.entry(set).or_insert(at);
    }
}

/// Says of each constraint that was not validated everywhere that it was not.
pub(crate) fn report_unchecked(instance: &mut Instance<'_>) {
    for (key, node) in std::mem::take(&mut instance.work.unchecked) {
        instance.findings.not_all_validated();
        // A profile is named by its URL.
        let words = if key.contains(':') { UNCHECKED_PROFILE } else { UNCHECKED };
        instance.findings.add(&CONSTRAINT_UNCHECKED, At::Start(node), words.name("key", key));
    }
}

/// A constraint as a rule: its key is its name.
pub(crate) fn rule(constraint: &Constraint) -> Rule<'_> {
    Rule {
        name: &constraint.key,
        severity: severity(constraint),
        code: INVARIANT,
        title: &constraint.human,
        #[cfg(not(target_arch = "wasm32"))]
        words: &WORDS,
        #[cfg(feature = "hl7-ids")]
        messages: &[],
    }
}

/// The FHIR issue type of a broken constraint.
const INVARIANT: &str = "invariant";

fn severity(constraint: &Constraint) -> Severity {
    if constraint.error { Severity::Error } else { Severity::Warning }
}

const BROKEN: Words = Words("{human} ({key}).");
const BROKEN_AT: Words = Words("{human} ({key}). Broken at {places}.");
const BROKEN_AT_MORE: Words = Words("{human} ({key}). Broken at {places} and {more} more.");
const HAVING: Words = Words("{human} ({key}). Found: {present}.");
const LACKING: Words = Words("{human} ({key}). Missing: {absent}.");
const HAVING_AND_LACKING: Words = Words("{human} ({key}). Found: {present}; missing: {absent}.");
const REPEATED_VALUE: Words = Words("{human} ({key}). {found} occurs before at {first}.");
const REPEATED_VALUE_AND_MORE: Words =
    Words("{human} ({key}). {found} occurs before at {first}; further repetitions: {more}.");
const REPEATED: Words = Words("{human} ({key}). The same occurs before at {first}.");
const REPEATED_AND_MORE: Words =
    Words("{human} ({key}). The same occurs before at {first}; further repetitions: {more}.");

/// What is said of broken constraints.
#[cfg(not(target_arch = "wasm32"))]
const WORDS: [Words; 10] = [
    BROKEN,
    BROKEN_AT,
    BROKEN_AT_MORE,
    HAVING,
    LACKING,
    HAVING_AND_LACKING,
    REPEATED_VALUE,
    REPEATED_VALUE_AND_MORE,
    REPEATED,
    REPEATED_AND_MORE,
];

/// What is said of a broken constraint.
struct BrokenConstraint<'w> {
    document: &'w Document<'w>,
    definitions: &'w Definitions,
    /// The element that the constraint is one of.
    node: NodeId,
    broken: &'w Constraint,
    /// The names in its expression.
    names: &'w [NameId],
}

impl BrokenConstraint<'_> {
    fn with(&self, words: Words) -> Content {
        words.name("human", self.broken.human.without_end('.')).name("key", self.broken.key.clone())
    }

    /// The specification's words, and what is there, or missing, or where it is broken, as far as that is certain.
    #[cold]
    fn explain(&self, reasons: &Reasons, of: TypeId) -> Content {
        let repeated = reasons.repeated.iter().flat_map(|&(again, first)| [first, again]);
        let places: Vec<NodeId> = reasons.failing.iter().copied().chain(repeated).collect();
        let mut places: Vec<NodeId> = sorted(&places, &mut Ord::cmp).copied().collect();
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
        let content = self.with(words);
        let content = if let Some(value) = value { content.value("found", &value) } else { content };
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
                let index = document.children(around).take_while(|item| *item != at).count();
                steps.push(format!("[{index}]"));
            }
            at = around;
        }
        steps.reverse();
        steps.concat()
    }
}

#[cfg(test)]
mod tests {
    use super::{CONSTRAINT_UNCHECKED, MOST_REPEATED, Rule};
    use crate::validate::told::{assert_told, told};

    /// The rule that a constraint is: its key is its name.
    fn keyed(key: &str) -> Rule<'_> {
        Rule { name: key, ..CONSTRAINT_UNCHECKED }
    }

    #[test]
    fn a_broken_constraint_says_what_it_found_and_what_is_missing() {
        assert_told(
            keyed("att-1"),
            r#"{"resourceType":"Patient","photo":[{…"data":"aGVsbG8="}]}"#,
            &[
                (r#""contentType":"text/plain","#, &[]),
                (
                    "",
                    &[
                        "/photo/0: If the Attachment has data, it SHALL have a contentType (att-1). Found: data 'aGVsbG8='; missing: contentType.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn a_broken_constraint_says_what_is_missing() {
        assert_told(
            keyed("pat-1"),
            r#"{"resourceType":"Patient","contact":[{…}]}"#,
            &[
                (r#""name":{"family":"Rivera"}"#, &[]),
                (
                    r#""gender":"female""#,
                    &[
                        "/contact/0: SHALL at least contain a contact's details or a reference to an organization (pat-1). Missing: name, telecom, address, organization.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn a_broken_constraint_says_what_it_found() {
        assert_told(
            keyed("per-1"),
            r#"{"resourceType":"Patient","name":[{"family":"Rivera","period":{"start":"2026","end":"…"}}]}"#,
            &[
                ("2027", &[]),
                (
                    "2025",
                    &[
                        "/name/0/period: If present, start SHALL have a lower value than end (per-1). Found: start '2026', end '2025'.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn a_broken_constraint_says_no_more_than_is_certain() {
        assert_told(
            keyed("obs-7"),
            r#"{"resourceType":"Observation","status":"final","code":{"coding":[{"code":"a"}]},"valueString":"a","component":[{"code":{"coding":[{"code":"…"}]},"valueString":"b"}]}"#,
            &[
                ("b", &[]),
                (
                    "a",
                    &[
                        ": If Observation.code is the same as an Observation.component.code then the value element associated with the code SHALL NOT be present (obs-7).",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn of_the_places_that_break_a_constraint_some_are_named() {
        assert_told(
            keyed("nsd-2"),
            r#"{"resourceType":"NamingSystem","name":"A","status":"draft","kind":"codesystem","date":"2026","uniqueId":[…]}"#,
            &[
                (r#"{"type":"oid","preferred":true}"#, &[]),
                (
                    r#"{"type":"oid","preferred":true},{"type":"oid","preferred":true}"#,
                    &[
                        ": Can't have more than one preferred identifier for a type (nsd-2). Broken at uniqueId[0].type, uniqueId[1].type.",
                    ],
                ),
                (
                    r#"{"type":"oid","preferred":true},{"type":"oid","preferred":true},{"type":"oid","preferred":true},{"type":"oid","preferred":true},{"type":"oid","preferred":true},{"type":"oid","preferred":true}"#,
                    &[
                        ": Can't have more than one preferred identifier for a type (nsd-2). Broken at uniqueId[0].type, uniqueId[1].type, uniqueId[2].type, uniqueId[3].type, uniqueId[4].type and 1 more.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn what_is_repeated_is_marked_where_it_is_again() {
        assert_told(
            keyed("que-2"),
            r#"{"resourceType":"Questionnaire","status":"draft","item":[{"linkId":"a","type":"display"},{"linkId":"…","type":"display"}]}"#,
            &[
                ("b", &[]),
                (
                    "a",
                    &[
                        "/item/1/linkId: The link ids for groups and questions must be unique within the questionnaire (que-2). 'a' occurs before at item[0].linkId.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn what_is_repeated_may_be_an_object() {
        assert_told(
            keyed("cpb-7"),
            r#"{"resourceType":"CapabilityStatement","status":"draft","date":"2026","kind":"requirements","fhirVersion":"4.0.1","format":["json"],"document":[{"mode":"producer","profile":"http://example.org/a"},{"mode":"…","profile":"http://example.org/a"}]}"#,
            &[
                ("consumer", &[]),
                (
                    "producer",
                    &[
                        "/document/1: The set of documents must be unique by the combination of profile and mode (cpb-7). The same occurs before at document[0].",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn of_what_is_repeated_often_the_rest_is_counted() {
        let item = r#"{"linkId":"a","type":"display"}"#;
        let text = format!(r#"{{"resourceType":"Questionnaire","item":[{}]}}"#, [item; MOST_REPEATED + 3].join(","));
        let items = told(keyed("que-2"), &text);
        assert_eq!(items.len(), MOST_REPEATED);
        assert_eq!(
            items.last().unwrap(),
            "/item/20/linkId: The link ids for groups and questions must be unique within the questionnaire (que-2). 'a' occurs before at item[0].linkId; further repetitions: 2."
        );
        let document = r#"{"mode":"producer","profile":"http://example.org/a"}"#;
        let documents = [document; MOST_REPEATED + 2].join(",");
        let text = format!(r#"{{"resourceType":"CapabilityStatement","document":[{documents}]}}"#);
        assert_eq!(
            told(keyed("cpb-7"), &text).last().unwrap(),
            "/document/20: The set of documents must be unique by the combination of profile and mode (cpb-7). The same occurs before at document[0]; further repetitions: 1."
        );
    }

    #[test]
    fn constraints_that_need_too_much_work_are_told() {
        // Each path is compared with the first.
        let text = |length: usize| {
            let element = |path: &str| format!(r#""snapshot":{{"element":[{{"path":"{path}"}},{{"path":"q.b"}}]}}"#);
            let elements = [element(&"p".repeat(length)), [element("q").as_str(); 20].join(",")].join(",");
            format!(r#"{{"resourceType":"StructureDefinition",{elements}}}"#)
        };
        assert_eq!(told(CONSTRAINT_UNCHECKED, &text(1)), [""; 0]);
        assert_eq!(
            told(CONSTRAINT_UNCHECKED, &text(60_000)).first().unwrap(),
            ": The constraint sdf-1 was not checked from here on: the constraints need more work than is allowed for a text of this length."
        );
    }
}
