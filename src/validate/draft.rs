//! The verdict on a text that is edited: only what has changed is validated, and what hangs on that.
//!
//! # Design
//! Each entry of a Bundle has a verdict of its own, which is kept. After an edit the Bundle without its entries is validated, and of the entries
//! those that have changed, and those in which a rule has looked at others (a constraint with `resolve()`, a profile of what a reference
//! points to). The rules that look at several places are asked again only where what they see has changed: each entry has a number for that,
//! made of its fullUrl, its references, its ids and what else they look at.
//!
//! The verdict is that of the whole text, which a test holds over random edits. Where parts cannot be validated by themselves (a Bundle that
//! has profiles, several definitions of one event, more than is reported, constraints that take too much work) all of it is.

use super::answers::Answers;
use super::bundle::whole::{Scope, Whole};
use super::constraints::Work;
use super::element::{coding, meta};
use super::engine::Engine;
use super::entries::{Entries, EntryIndex, EntryPlace};
use super::fix::certainty;
use super::instance::{Instance, MOST_TRIED, Start};
use super::notes::{InstanceContext, Notes, Purpose, Verdict};
use super::options::{Options, What};
use super::profile::notes::EventProfiles;
use super::report::{Report, unreadable};
use super::resource::questionnaire_response::source;
use super::wanted::Wanted;
use super::{syntax_faults, walk};
use crate::definitions::{Definitions, known};
use crate::document::{Document, Kind, NodeId, bytes, name};
use crate::json::{Change, DraftText};
use crate::report::{At, Finding};
use std::cell::OnceCell;

/// What is kept of the verdict on a text: entry by entry.
#[derive(Clone, Debug)]
pub(crate) struct DraftVerdict {
    parts: Vec<Part>,
    index: EntryIndex,
    /// What the entries are validated as parts of.
    scope: Scope,
    event: Option<u16>,
    of_event: EventProfiles,
    /// What the rules that look at several places have found; nothing where that cannot be kept.
    bundle: Option<Vec<Finding>>,
    /// Whether some of that is about what was edited last.
    is_told: bool,
    wanted: Wanted,
}

/// The verdict on an entry.
#[derive(Clone, Debug, Default)]
struct Part {
    /// Nothing until it is validated.
    verdict: Option<(Vec<Finding>, Notes)>,
    /// Whether it hangs on other entries.
    looked_around: bool,
    /// What it took of what all may take.
    cost: Cost,
    /// What the rules that look at several places see of it.
    seen: Seen,
}

/// Numbers for what the rules that look at several places see of an entry: where they are the same, so is what those find.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Seen {
    values: u64,
    /// At which nodes, counted from that of the entry.
    places: u64,
    /// What is wanted because of it.
    wanted: u64,
}

/// What was taken of what all may take.
#[derive(Clone, Copy, Debug, Default)]
struct Cost {
    work: u32,
    trial_work: u32,
    trials: u32,
}

impl Cost {
    fn left(instance: &Instance<'_>) -> Self {
        Self { work: instance.work.left, trial_work: instance.trial_work.left, trials: instance.trials }
    }

    fn since(self, before: Self) -> Self {
        Self {
            work: before.work.saturating_sub(self.work),
            trial_work: before.trial_work.saturating_sub(self.trial_work),
            trials: before.trials.saturating_sub(self.trials),
        }
    }

    fn add(&mut self, other: Self) {
        self.work = self.work.saturating_add(other.work);
        self.trial_work = self.trial_work.saturating_add(other.trial_work);
        self.trials = self.trials.saturating_add(other.trials);
    }
}

impl DraftVerdict {
    /// The verdicts where their entries are now; what has changed has none. Whether all entries are found by the same as before.
    fn follow(&mut self, change: Change, document: &Document<'_>, definitions: &Definitions, list: NodeId) -> bool {
        let (changed, shift, is_found) = match change {
            Change::Whole | Change::Unreadable => return false,
            Change::Around(shift) => {
                (self.bundle, self.is_told) = (None, false);
                (0..0, shift, true)
            }
            Change::Entries { first, before, now, behind } => {
                let begin = self.index.places.get(first).map_or(behind.from, |place| place.node.0);
                let is_changed = |node: NodeId| (begin..behind.from).contains(&node.0);
                let mut inside = self.bundle.iter().flatten().filter(|one| one.nodes().any(is_changed)).peekable();
                self.is_told = inside.peek().is_some();
                // A span in a value is one in the text of before.
                if before != now || inside.any(|one| matches!(one.at, At::Span(..))) {
                    self.bundle = None;
                }
                let nodes = document.children(list).skip(first).take(now);
                let places = nodes.map(|node| EntryPlace::read(document, node, definitions));
                let range = first..(first + before).min(self.index.places.len());
                let old: Vec<EntryPlace> = self.index.places.splice(range, places).collect();
                let new = self.index.places.iter().skip(first).take(now);
                let is_found = old.iter().map(|place| place.key).eq(new.map(|place| place.key));
                // A new part has the number of the one whose place it takes, to be compared with.
                let seen: Vec<Seen> = self.parts.iter().skip(first).take(before).map(|part| part.seen).collect();
                let fresh = (0..now)
                    .map(|place| Part { seen: seen.get(place).copied().unwrap_or_default(), ..Part::default() });
                self.parts.splice(first..(first + before).min(self.parts.len()), fresh);
                (first..first + now, behind, is_found)
            }
        };
        for (place, part) in self.parts.iter_mut().enumerate().skip(changed.end) {
            if let Some((findings, notes)) = &mut part.verdict {
                findings.iter_mut().for_each(|finding| finding.shift(shift));
                notes.shift(shift);
            }
            if let Some(place) = self.index.places.get_mut(place) {
                place.shift(shift);
            }
        }
        self.of_event.shift(shift);
        self.bundle.iter_mut().flatten().for_each(|finding| finding.shift(shift));
        is_found
    }
}

impl Engine {
    /// Validates a text that was edited, as [`Engine::validate`] would. `kept` is what was kept of the verdict before.
    pub(crate) fn validate_draft(
        &self,
        text: &DraftText,
        change: Change,
        kept: &mut Option<DraftVerdict>,
        options: &Options,
    ) -> Report {
        let document = match text.document() {
            Ok(document) => document,
            // What is kept is of the last text that could be read, and the next change is one of that.
            Err(error) => return unreadable(text.text().as_bytes(), error, options),
        };
        let last = kept.take().filter(|_| change != Change::Whole);
        match self.in_parts(document, change, last, options) {
            Some((report, verdict)) => {
                *kept = Some(verdict);
                report
            }
            None => self.report_on_document(document, options, false),
        }
    }

    /// Validates a Bundle entry by entry. Nothing where it has to be validated as a whole.
    fn in_parts(
        &self,
        document: &Document<'_>,
        change: Change,
        mut last: Option<DraftVerdict>,
        options: &Options,
    ) -> Option<(Report, DraftVerdict)> {
        let definitions = &self.definitions;
        let list = document.member(NodeId::ROOT, name::ENTRY).filter(|&list| document.kind(list) == Kind::Array)?;
        if !options.profiles.is_empty()
            || options.strict_focus
            || options.answers != Answers::default()
            || document.member_text(NodeId::ROOT, name::RESOURCE_TYPE)? != "Bundle"
            || claims_profile(document, definitions)
        {
            return None;
        }
        let is_found = last.as_mut().is_some_and(|last| last.follow(change, document, definitions, list));
        let entries = match &last {
            Some(last) if is_found => Entries::of_index(document, &last.index, definitions),
            _ => Entries::read(document, definitions),
        };
        let header = entries.header().map(|header| header.definitions(document, definitions)).unwrap_or_default();
        let event = match header.as_slice() {
            [] => None,
            [one] => Some(*one),
            _ => return None,
        };
        let is_message = options.what == What::Message || entries.is_message();
        let scope = Scope::of(true, is_message);
        let mut findings = Self::no_findings(options);
        syntax_faults::check(&mut findings, document);
        let around = InstanceContext {
            is_message,
            carried: None,
            purpose: Purpose::Report,
            profiles: &options.profiles,
            events: &options.events,
            now: options.now.as_deref(),
            answers: Some(&options.answers),
        };
        let mut instance = walk::instance(self, document, &entries, around, &mut findings);
        instance.apart = Some(list);
        let begin = Cost::left(&instance);
        let root = (instance.validate)(&mut instance, Start::Resource(NodeId::ROOT));
        let of_event = instance.profiles.of_event.clone();
        if of_event.of(NodeId::ROOT, known::BUNDLE).next().is_some() {
            return None;
        }
        let mut cost = Cost::left(&instance).since(begin);
        // What is a message, and of which event, decides how entries are validated.
        let last = last.filter(|last| last.scope == scope && last.event == event && last.of_event == of_event);
        let (mut parts, index, mut bundle, is_told, mut wanted) = match last {
            Some(DraftVerdict { parts, index, bundle, is_told, wanted, .. }) => {
                (parts, Some(index).filter(|_| is_found), bundle, is_told, Some(wanted))
            }
            None => (vec![Part::default(); entries.len()], None, None, false, None),
        };
        for (part, node) in parts.iter_mut().zip(document.children(list)) {
            if part.verdict.is_none() || part.looked_around {
                let before = Cost::left(&instance);
                instance.looked_around.set(false);
                instance.forget_systems();
                let Verdict { findings, notes } = (instance.validate)(&mut instance, Start::Entry(node));
                let seen = seen(definitions, document, node, &notes, event);
                if part.seen.values != seen.values || is_told && part.seen.places != seen.places {
                    bundle = None;
                }
                if part.seen.wanted != seen.wanted {
                    wanted = None;
                }
                *part = Part {
                    verdict: Some((findings.found, notes)),
                    looked_around: instance.looked_around.get(),
                    cost: Cost::left(&instance).since(before),
                    seen,
                };
            }
            cost.add(part.cost);
        }
        let allowed = Work::of(document).allowed();
        let is_enough =
            instance.work.is_enough() && cost.work < allowed && cost.trial_work < allowed && cost.trials < MOST_TRIED;
        if !is_enough {
            return None;
        }
        instance.notes = root.notes;
        let mut behind = instance.notes.split(document.after(list));
        instance.findings.found.extend(root.findings.found);
        for (found, notes) in parts.iter().filter_map(|part| part.verdict.as_ref()) {
            instance.findings.found.extend(found.iter().cloned());
            match (&bundle, &wanted) {
                (None, _) => instance.notes.take(&mut notes.clone()),
                (Some(_), None) => instance.notes.take_wanted(notes),
                (Some(_), Some(_)) => instance.notes.take_unknown(notes),
            }
        }
        instance.notes.take(&mut behind);
        coding::report_unchecked(&mut instance);
        meta::report_unknown(&mut instance);
        source::report_unknown(&mut instance);
        let notes = std::mem::take(&mut instance.notes);
        let digest = OnceCell::new();
        let (root, before) = (NodeId::ROOT, 0);
        let whole =
            Whole { engine: self, document, root, entries: &entries, notes: &notes, scope, before, digest: &digest };
        if let Some(bundle) = &bundle {
            findings.found.extend(bundle.iter().cloned());
        } else {
            let before = findings.len();
            super::bundle::bundle(&whole, &mut findings);
            super::bundle::nested(&whole, &mut findings);
            // New ids are made of all of the text.
            let found = findings.found.get(before..).filter(|_| digest.get().is_none());
            (bundle, wanted) = (found.map(<[Finding]>::to_vec), None);
        }
        if findings.is_full() || findings.len() >= options.max_issues {
            return None;
        }
        certainty::settle(&whole, &mut findings);
        let index = index.unwrap_or_else(|| entries.index(document));
        let report = self.write(document, (root, &entries), (&mut findings, &notes), options, false, wanted);
        let wanted = report.wanted.clone();
        Some((report, DraftVerdict { parts, index, scope, event, of_event, bundle, is_told: false, wanted }))
    }
}

/// Whether the text itself is validated by profiles.
fn claims_profile(document: &Document<'_>, definitions: &Definitions) -> bool {
    let meta = document.member(NodeId::ROOT, name::META);
    let mut claimed = meta.into_iter().flat_map(|meta| document.member_items(meta, name::PROFILE));
    claimed.any(|one| document.string(one).is_some_and(|url| definitions.profile_named(&url).is_some()))
}

/// What the rules that look at several places see of an entry.
fn seen(definitions: &Definitions, document: &Document<'_>, entry: NodeId, notes: &Notes, event: Option<u16>) -> Seen {
    let mut number = Number { document, entry, seen: Seen::default() };
    let mut resource = None;
    for member in document.children(entry) {
        if document.node(member).name == name::RESOURCE && document.kind(member) == Kind::Object {
            resource = Some(member);
        } else {
            number.add(member);
        }
    }
    if let Some(resource) = resource {
        number.mix_place(resource);
        let of = document.member_text(resource, name::RESOURCE_TYPE);
        let message = event.and_then(|place| definitions.messages().get(usize::from(place)));
        let is_linked = |source: &str| of.as_deref() == Some(source);
        let is_whole = is_linked("MessageHeader")
            || message.is_some_and(|message| message.links.iter().any(|link| is_linked(&link.source)));
        if is_whole {
            number.add(resource);
        }
        for member in document.children(resource) {
            match document.node(member).name {
                name::ID | name::RESOURCE_TYPE | name::URL | name::VERSION => number.add(member),
                name::META => document.member(member, name::VERSION_ID).into_iter().for_each(|one| number.add(one)),
                name::IDENTIFIER => number.mix(1),
                _ => {}
            }
        }
    }
    number.add_notes(notes);
    number.seen
}

/// What is told apart, as a number.
struct Number<'d> {
    document: &'d Document<'d>,
    entry: NodeId,
    seen: Seen,
}

fn mixed(number: u64, value: u64) -> u64 {
    (number.rotate_left(23) ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

impl Number<'_> {
    fn mix(&mut self, value: u64) {
        self.seen.values = mixed(self.seen.values, value);
    }

    fn mix_place(&mut self, node: NodeId) {
        self.seen.places = mixed(self.seen.places, u64::from(node.0.wrapping_sub(self.entry.0)));
    }

    fn add(&mut self, node: NodeId) {
        let name = self.document.node(node).name;
        self.mix(u64::from(name.0) << 1 | u64::from(self.document.node(node).is_companion()));
        self.mix(bytes::hash(self.document.raw(node).as_bytes()));
        self.mix_place(node);
    }

    fn add_notes(&mut self, notes: &Notes) {
        for used in &notes.references {
            self.mix(used.type_ref.map_or(1, |(of, place)| u64::from(of.0) << 16 | u64::from(place)));
            self.mix_place(used.node);
            self.add(used.reference);
            let stated = self.document.member(used.node, name::TYPE);
            stated.into_iter().for_each(|stated| self.add(stated));
        }
        for list in [&notes.contained, &notes.ids] {
            self.mix(list.len() as u64);
            list.iter().for_each(|&(_, node)| self.add(node));
        }
        for list in [&notes.fragments, &notes.canonicals] {
            self.mix(list.len() as u64);
            list.iter().for_each(|fragment| self.add(fragment.node));
        }
        notes.narratives.iter().for_each(|narrative| self.add(narrative.node));
        notes.bundles.iter().for_each(|inside| self.add(inside.root));
        let unlisted = notes.wanted.unlisted.iter().map(|one| one.value);
        let codes = notes.wanted.codings.iter().copied().chain(unlisted);
        let codes = codes.map(|node| self.document.raw(node));
        let names = notes.unknown_profiles.keys().chain(notes.wanted.resources.keys()).map(String::as_str);
        self.seen.wanted = codes.chain(names).fold(0, |wanted, text| mixed(wanted, bytes::hash(text.as_bytes())));
    }
}
