//! The verdict on a text: the walk, then the rules of the whole, in their order.

use super::answers::ANSWERS;
use super::bundle::message::definition;
use super::bundle::whole::{Scope, Whole};
use super::choices::AS_HL7;
use super::constraints::{ELSEWHERE, Invariants, Work};
use super::element::invariant;
use super::engine::{Engine, RulesByType, Types};
use super::findings::Findings;
use super::fix::certainty;
use super::notes::{InstanceContext, Notes, Purpose, Target, Verdict, WantedNotes};
use super::options::{Agree, Options, What};
use super::report::{Report, unreadable};
use super::walk::validate_document;
use super::{Entries, bundle, element, hl7_ids, profile, resource, syntax_faults};
use crate::definitions::{Definitions, known};
use crate::document::{Document, Kind, NameId, NodeId, name};
use crate::json::Message;
use crate::report::{At, Rule};
use std::cell::OnceCell;

/// Every rule that is written by hand, room by room.
pub fn rules() -> impl Iterator<Item = &'static Rule<'static>> {
    [syntax_faults::RULES, resource::RULES, element::RULES, profile::RULES, bundle::RULES, bundle::message::RULES]
        .into_iter()
        .flatten()
}

impl Default for Engine {
    fn default() -> Self {
        Self::new(Definitions::r4())
    }
}

impl Engine {
    /// An engine for these definitions.
    pub(crate) fn new(definitions: Definitions) -> Self {
        debug_assert_eq!(definitions.type_named("Bundle"), Some(known::BUNDLE), "all layers are on top of R4");
        let types = |on: &mut dyn Iterator<Item = Types>| RulesByType::new(&definitions, &on.collect::<Vec<_>>());
        Self {
            element_rules: types(&mut element::CHECKS.iter().map(|check| check.on)),
            resource_rules: types(&mut resource::CHECKS.iter().map(|check| check.on)),
            invariants: Invariants::new(&definitions),
            definitions,
        }
    }

    /// Validates what was read, as [`Options::what`] says. Whatever the text is, there is a report.
    pub(crate) fn validate(&self, message: &Message<'_>, options: &Options) -> Report {
        self.report_on(message, options, false)
    }

    /// The same with all edits: fixes may hold values of the message also where texts do not.
    pub(super) fn validate_to_fix(&self, message: &Message<'_>, options: &Options) -> Report {
        self.report_on(message, options, true)
    }

    fn report_on(&self, message: &Message<'_>, options: &Options, all_edits: bool) -> Report {
        let document = match message.document() {
            Ok(document) => document,
            Err(error) => return unreadable(message.text(), error, options),
        };
        self.report_on_document(document, options, all_edits)
    }

    pub(super) fn report_on_document(&self, document: &Document<'_>, options: &Options, all_edits: bool) -> Report {
        let mut entries = Entries::read(document, &self.definitions);
        entries.read_focus_strictly(options.strict_focus);
        let carried = self.carried(document);
        let (mut findings, notes) = self.by_the_definition(document, &mut entries, carried, options);
        // What is told of the message is told of the one that is carried.
        let carried = carried.map(|root| (root, Entries::of(document, root, &self.definitions)));
        let (root, entries) = carried.unwrap_or((NodeId::ROOT, entries));
        self.write(document, (root, &entries), (&mut findings, &notes), options, all_edits, None)
    }

    /// The verdict by the definition of the message's event: of several, by the one that fits, or the one with the fewest errors.
    fn by_the_definition<'d>(
        &self,
        document: &'d Document<'_>,
        entries: &mut Entries<'d>,
        carried: Option<NodeId>,
        options: &Options,
    ) -> (Findings, Notes) {
        let mut verdict = self.verdict(document, entries, carried, options);
        let Some(header) = entries.header().filter(|header| header.response(document).is_none()) else {
            return verdict;
        };
        let mut places = header.definitions(document, &self.definitions).into_iter();
        let (Some(mut chosen), true) = (places.next(), places.len() > 0) else { return verdict };
        let mut others = Vec::new();
        for place in places {
            let errors = definition::errors(&verdict.0);
            if errors == 0 {
                return verdict;
            }
            entries.choose(place);
            let mut other = (place, self.verdict(document, entries, carried, options));
            if definition::errors(&other.1.0) < errors {
                std::mem::swap(&mut chosen, &mut other.0);
                std::mem::swap(&mut verdict, &mut other.1);
            }
            others.push(other);
        }
        entries.choose(chosen);
        if definition::errors(&verdict.0) > 0 {
            let others: Vec<_> = others.iter().map(|(place, (findings, _))| (*place, findings)).collect();
            definition::tell(&mut verdict.0, At::Start(header.node), chosen, &others, &self.definitions);
        }
        verdict
    }

    fn verdict(
        &self,
        document: &Document<'_>,
        entries: &Entries<'_>,
        carried: Option<NodeId>,
        options: &Options,
    ) -> (Findings, Notes) {
        let must_be_message = options.what == What::Message;
        let is_bundle = carried.is_none() && (options.what.is_bundle() || entries.is_bundle());
        let is_message = is_bundle && (must_be_message || entries.is_message());
        let mut findings = Self::no_findings(options);
        syntax_faults::check(&mut findings, document);
        let around = InstanceContext {
            is_message,
            carried: carried.filter(|_| must_be_message),
            purpose: Purpose::Report,
            profiles: &options.profiles,
            events: &options.events,
            now: options.now.as_deref(),
            answers: Some(&options.answers),
        };
        let Verdict { mut findings, mut notes } = validate_document(self, document, entries, around, findings);
        self.targets(document, &mut findings, &mut notes.wanted, options);
        let digest = OnceCell::new();
        let whole = Whole {
            engine: self,
            document,
            root: NodeId::ROOT,
            entries,
            notes: &notes,
            scope: Scope::of(is_bundle, is_message),
            before: 0,
            digest: &digest,
        };
        if is_bundle {
            bundle::bundle(&whole, &mut findings);
        } else {
            bundle::resource(&whole, &mut findings);
        }
        bundle::nested(&whole, &mut findings);
        certainty::settle(&whole, &mut findings);
        (findings, notes)
    }

    /// What is found by these options, before anything is.
    pub(super) fn no_findings(options: &Options) -> Findings {
        let mut findings = Findings::new(options);
        if options.agree == Agree::Hl7 {
            findings.instead = &AS_HL7;
        }
        findings
    }

    /// Validates the targets of references that were looked up, each by itself. What is no resource stays wanted.
    fn targets(&self, document: &Document<'_>, findings: &mut Findings, wanted: &mut WantedNotes, options: &Options) {
        if !ANSWERS {
            return;
        }
        for Target { reference, element, allowed, demanded_by } in std::mem::take(&mut wanted.targets) {
            let name = document.value(reference).into_owned();
            let text = options.answers.resource(&name).unwrap_or_default();
            let target = self.read(text, options.limits);
            let of = target.document().ok().and_then(|read| read.member_text(NodeId::ROOT, name::RESOURCE_TYPE));
            let Some(of) = of.and_then(|of| self.definitions.type_named(&of)) else {
                wanted.resources.insert(name, reference);
                continue;
            };
            let meets = |canonical: &str| {
                let by = Options {
                    profiles: vec![canonical.to_owned()],
                    agree: options.agree,
                    now: options.now.clone(),
                    ..Options::default()
                };
                self.validate(&target, &by).issues
            };
            if let Some(content) = profile::target::content(&self.definitions, (of, &element, &allowed), &meets) {
                findings.demanded_by = demanded_by;
                findings.add(&profile::target::TARGET_PROFILE, At::Member(reference), content);
                findings.demanded_by = None;
            }
        }
    }

    /// What the constraints of a text cost, in items looked at, and what they may cost. Nothing where the text is not JSON.
    pub(crate) fn constraint_work(&self, message: &Message<'_>, options: &Options) -> Option<(u32, u32)> {
        let document = message.document().ok()?;
        let entries = Entries::read(document, &self.definitions);
        let around = InstanceContext {
            is_message: entries.is_message(),
            carried: None,
            purpose: Purpose::Report,
            profiles: &options.profiles,
            events: &options.events,
            now: options.now.as_deref(),
            answers: None,
        };
        let Verdict { notes, .. } = validate_document(self, document, &entries, around, Findings::new(options));
        Some((notes.work, Work::of(document).allowed()))
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

    /// Every rule that it validates by: its own, and the constraints of the definitions.
    pub(crate) fn rules(&self) -> Vec<Rule<'_>> {
        let mut rules: Vec<Rule<'_>> = rules().map(hl7_ids::with_messages).collect();
        for constraint in self.definitions.constraints() {
            // Some constraints have the same key in several types.
            if rules.iter().all(|rule| constraint.key != rule.name)
                && ELSEWHERE.iter().all(|(key, _)| constraint.key != *key)
            {
                rules.push(invariant::rule(constraint));
            }
        }
        rules
    }
}

#[cfg(test)]
mod tests {
    use super::rules;

    #[test]
    fn names_are_unique() {
        for (index, rule) in rules().enumerate() {
            assert!(rules().skip(index + 1).all(|other| other.name != rule.name), "{}", rule.name);
        }
    }
}
