//! All fixes that are certain, applied until none is left.

use super::super::{Engine, Options, Report};
use super::edits::{Round, apply};
use super::syntax::Slips;
use super::unreadable::syntax_action;
use crate::document::table::row_mut;
use crate::document::{Positions, Units, ordered};
use crate::json::Message;
use crate::report::{Issue, Rule, Suggestion, TextEdit, WriteOptions};
use crate::validate::bundle::full_url::{
    BDL_8, BUNDLE_FULLURL_ABSOLUTE, BUNDLE_FULLURL_ID, BUNDLE_FULLURL_MISSING, BUNDLE_FULLURL_URN,
};
use crate::validate::bundle::message::focus::MSG_FOCUS_UNRESOLVED;
use crate::validate::bundle::message::id::MSG_ID;
use crate::validate::bundle::message::response::MSG_RESPONSE;
use crate::validate::bundle::resolve::{REF_FORM, REF_UNRESOLVED};
use crate::validate::references::REF_TYPE;
use crate::validate::syntax_faults::JSON_SYNTAX;
use serde::Serialize;

/// Fixes make others possible: a resource is validated when its type is known. More rounds than these nothing needs.
const MOST_ROUNDS: usize = 256;

/// So many issues are looked for at once, whatever the caller wants to see: a text with more of them takes another round.
const MOST_AT_ONCE: usize = 100_000;

/// Where fixes that are right alone are not right together, as many choices of them are tried in a round.
const MOST_TRIALS: usize = 40;

/// What came of fixing a text.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "FixedText"))]
#[derive(Clone, Debug, Serialize)]
pub struct FixedText {
    /// The fixed text; none where nothing was fixed.
    #[serde(skip)]
    pub text: Option<String>,
    /// The edits of the text that was given which make the fixed text of it (`applyEdits` does): sorted by their place, and none overlaps another.
    /// Of more than 10,000, those that are near each other are one.
    pub edits: Vec<TextEdit>,
    /// What was fixed, by its place in the text that was given; at most [`Options::max_issues`] of them. The suggestions have no edits: those are
    /// of all together.
    pub applied: Vec<Issue>,
    /// How many issues were fixed.
    pub fixed: usize,
    /// The report on the fixed text.
    pub report: Report,
}

impl Engine {
    /// Fixes a text as far as it is certain what is right: the edits of all issues that are certain are applied, and what comes of that is
    /// validated again, until there is none left. A rule that is off fixes nothing. `show_values` is about the texts of issues: the fixed
    /// text is whole. There are never more errors than before; a text that could not be read counts as worse than any that can.
    pub(crate) fn fix(&self, message: &Message<'_>, options: &Options) -> FixedText {
        let validating = Options { positions: true, units: Units::Bytes, max_issues: MOST_AT_ONCE, ..options.clone() };
        let Ok(given) = str::from_utf8(message.text()) else {
            let report = self.validate(message, options);
            return FixedText { text: None, edits: Vec::new(), applied: Vec::new(), fixed: 0, report };
        };
        let begin = |each_round| FixRun {
            engine: self,
            report: self.validate_to_fix(message, &validating),
            options: &validating,
            given,
            each_round,
            now: None,
            rounds: Vec::new(),
            applied: Vec::new(),
            most: options.max_issues,
            fixed: 0,
        };
        // What a fix brings to light may be fixed in the next round: only where it is not, each round must leave no more errors.
        let mut fixing = begin(false);
        let before = Errors::of(&fixing.report);
        fixing.all_rounds();
        if !before.allow(&fixing.report) {
            fixing = begin(true);
            fixing.all_rounds();
        }
        let report = match &fixing.now {
            Some(now) => self.validate(&self.read(now, options.limits), options),
            None => self.validate(message, options),
        };
        let how = WriteOptions { show_values: options.show_values, units: options.units, ..WriteOptions::default() };
        fixing.done(report, how)
    }
}

/// A text on its way.
struct FixRun<'v, 't> {
    engine: &'v Engine,
    options: &'v Options,
    given: &'t str,
    /// Whether each round must leave no more errors than before.
    each_round: bool,
    /// What has become of it.
    now: Option<String>,
    /// The verdict on that.
    report: Report,
    /// What each round changed.
    rounds: Vec<Round>,
    /// What was fixed, by its place in the text that was given, in bytes.
    applied: Vec<Issue>,
    /// So many of them are listed.
    most: usize,
    fixed: usize,
}

/// How many errors a text has, as far as they were counted.
struct Errors {
    fatal: u32,
    error: Option<u32>,
}

impl Errors {
    fn of(report: &Report) -> Self {
        let is_counted = report.counts.fatal == 0 && !report.truncated;
        Self { fatal: report.counts.fatal, error: is_counted.then_some(report.counts.error) }
    }

    /// Whether another text has no more of them. One that can be read stays one.
    fn allow(&self, report: &Report) -> bool {
        let other = Self::of(report);
        other.fatal <= self.fatal && self.error.zip(other.error).is_none_or(|(before, after)| after <= before)
    }
}

impl FixRun<'_, '_> {
    fn all_rounds(&mut self) {
        let mut rounds = 0..MOST_ROUNDS;
        while rounds.next().is_some() && self.round() {}
    }

    fn text(&self) -> &str {
        self.now.as_deref().unwrap_or(self.given)
    }

    fn validate(&self, text: &str) -> Report {
        self.engine.validate_to_fix(&self.engine.read(text, self.options.limits), self.options)
    }

    /// Applies what can be applied together. Tells whether that was anything. It depends on the text alone: what one call leaves, another
    /// one leaves as well.
    fn round(&mut self) -> bool {
        if self.report.counts.fatal > 0 {
            return self.slips();
        }
        // An id is made of what is around it, and a reference resolves to one: each only when what it rests on is right. A misspelt
        // fullUrl is not missing.
        let turn = |issue: &Issue| TURNS.iter().position(|rules| rules.iter().any(|rule| rule.name == issue.rule));
        // Of the report, only the counts are needed from here on.
        let issues = std::mem::take(&mut self.report.issues);
        let certain = issues.iter().filter(|issue| issue.suggestion.as_ref().is_some_and(|one| one.is_fix()));
        let mut turns = [const { Vec::new() }; TURNS.len() + 1];
        for issue in certain {
            if let Some(list) = row_mut(&mut turns, turn(issue).map_or(0, |turn| turn + 1)) {
                list.push(issue);
            }
        }
        for issues in turns {
            let mut kept = Vec::new();
            if let Some((next, report)) = self.chosen(&issues, &mut kept, &mut { MOST_TRIALS }) {
                let edits = FixBatch::of(&kept).edits();
                let round = Round::new(edits.iter().map(|edit| ((edit.start, edit.end), edit.text.len())));
                let kept = kept.into_iter().cloned().collect::<Vec<Issue>>();
                let fixed = kept.len();
                self.take(kept, fixed, round, next, report);
                return true;
            }
        }
        false
    }

    /// Adds to those that are kept as many as leave no more errors than there are, half of them, and half of that. Gives the last text
    /// that was right, and the verdict on it.
    fn chosen<'i>(
        &self,
        issues: &[&'i Issue],
        kept: &mut Vec<&'i Issue>,
        trials: &mut usize,
    ) -> Option<(String, Report)> {
        *trials = trials.checked_sub(1).filter(|_| !issues.is_empty())?;
        let mut all = kept.clone();
        all.extend(issues);
        let joined = FixBatch::of(&all);
        if joined.issues.len() > kept.len() {
            let next = apply(self.text(), &joined.edits());
            let report = self.validate(&next);
            if self.is_no_worse(&report) {
                *kept = joined.issues;
                return Some((next, report));
            }
        }
        if issues.len() < 2 {
            return None;
        }
        let (first, second) = issues.split_at(issues.len() / 2);
        let first = self.chosen(first, kept, trials);
        self.chosen(second, kept, trials).or(first)
    }

    fn is_no_worse(&self, report: &Report) -> bool {
        let before = Errors::of(&self.report);
        Errors { error: before.error.filter(|_| self.each_round), ..before }.allow(report)
    }

    /// A text that is not JSON: all slips up to where one cannot be sure.
    fn slips(&mut self) -> bool {
        let first = self.report.issues.first();
        let Some(severity) = first.filter(|issue| issue.suggestion.as_ref().is_some_and(|one| one.is_fix())) else {
            return false;
        };
        let severity = severity.severity;
        let text = self.text();
        let slips = Slips::certain(text);
        if slips.len() == 0 {
            return false;
        }
        let next = slips.applied(text);
        let report = self.validate(&next);
        if report.counts.fatal > self.report.counts.fatal {
            return false;
        }
        let (mut issues, mut fixed, mut last) = (Vec::new(), 0, None);
        for error in (0..slips.len()).filter_map(|index| slips.error(index)) {
            // Several edits may be of one slip.
            if last.replace(error) == Some(error) {
                continue;
            }
            fixed += 1;
            if self.applied.len() + issues.len() >= self.most {
                continue;
            }
            issues.push(Issue {
                start: Some(error.offset),
                end: Some(error.offset + 1),
                suggestion: Some(Box::new(Suggestion {
                    action: Some(syntax_action(error.fault)),
                    ..Suggestion::default()
                })),
                ..Issue::placeless(severity, JSON_SYNTAX.code, JSON_SYNTAX.name, error.message())
            });
        }
        let round = Round::new(slips.edits().map(|(span, new)| (span, new.len())));
        self.take(issues, fixed, round, next, report);
        true
    }

    /// Takes the text that edits have made, and where in the first text the fixed issues were.
    fn take(&mut self, issues: Vec<Issue>, fixed: usize, round: Round, next: String, report: Report) {
        let room = self.most.saturating_sub(self.applied.len());
        for mut issue in issues.into_iter().take(room) {
            let span = span_of(&issue);
            let back = |offset: u32, is_end: bool| {
                self.rounds.iter().rev().fold(offset, |offset, round| round.before(offset, is_end))
            };
            let start = back(span.0, false);
            (issue.start, issue.end) = (Some(start), Some(back(span.1, true).max(start)));
            // They were edits of the text of that moment.
            if let Some(suggestion) = &mut issue.suggestion {
                suggestion.edits = Vec::new();
            }
            self.applied.push(issue);
        }
        self.fixed += fixed;
        self.rounds.push(round);
        self.now = Some(next);
        self.report = report;
    }

    /// The issues in the order of the text that was given, with their lines and offsets there.
    fn done(mut self, report: Report, how: WriteOptions) -> FixedText {
        let start = |place: usize| self.applied.get(place).and_then(|issue| issue.start);
        let order = ordered(self.applied.len(), &mut |a, b| start(a).cmp(&start(b)));
        let mut positions = Positions::new(self.given.as_bytes());
        let mut applied = Vec::with_capacity(order.len());
        for place in order {
            let Some(issue) = row_mut(&mut self.applied, place) else { continue };
            let nothing = Issue::placeless(issue.severity, "", "", String::new());
            let mut issue = std::mem::replace(issue, nothing);
            let span = span_of(&issue);
            issue.place(&mut positions, span, how);
            applied.push(issue);
        }
        let all = self.rounds.drain(..).fold(Round::default(), |all, round| all.and(&round));
        let edits = self.now.as_deref().map(|now| all.edits(self.given, now, how.units)).unwrap_or_default();
        FixedText { text: self.now, edits, applied, fixed: self.fixed, report }
    }
}

/// Where an issue is: those here are made with their places.
fn span_of(issue: &Issue) -> (u32, u32) {
    let span = issue.start.zip(issue.end);
    debug_assert!(span.is_some(), "an issue without a place");
    span.unwrap_or_default()
}

/// The issues of a list that can be fixed together.
struct FixBatch<'i> {
    issues: Vec<&'i Issue>,
    /// Their edits, in the order of their places.
    edits: Vec<&'i TextEdit>,
}

impl<'i> FixBatch<'i> {
    fn of(list: &[&'i Issue]) -> Self {
        let mut joined = Self { issues: Vec::with_capacity(list.len()), edits: Vec::new() };
        for &issue in list {
            let edits = issue.suggestion.as_deref().map_or(&[][..], |suggestion| &suggestion.edits);
            if edits.iter().any(|edit| joined.clashes(edit)) {
                continue;
            }
            for edit in edits {
                let behind = joined.before(edit);
                match joined.edits.get_mut(behind).filter(|known| place(known) == place(edit)) {
                    // Two issues may ask for the same.
                    Some(same) => *same = edit,
                    None => joined.edits.insert(behind, edit),
                }
            }
            joined.issues.push(issue);
        }
        joined
    }

    /// How many edits are before the place of another one.
    fn before(&self, edit: &TextEdit) -> usize {
        self.edits.partition_point(|known| place(known) < place(edit))
    }

    fn clashes(&self, edit: &TextEdit) -> bool {
        let count = self.before(edit);
        let behind = self.edits.get(count);
        if let Some(same) = behind.filter(|behind| place(behind) == place(edit)) {
            return same.text != edit.text;
        }
        let before = count.checked_sub(1).and_then(|last| self.edits.get(last));
        before.is_some_and(|before| before.end > edit.start) || behind.is_some_and(|behind| behind.start < edit.end)
    }

    fn edits(&self) -> Vec<TextEdit> {
        self.edits.iter().map(|&edit| edit.clone()).collect()
    }
}

fn place(edit: &TextEdit) -> (u32, u32) {
    (edit.start, edit.end)
}

/// What is fixed behind all else: what names the entries, and then what resolves to them.
const TURNS: [&[Rule]; 2] = [
    &[MSG_ID, BDL_8, BUNDLE_FULLURL_MISSING, BUNDLE_FULLURL_ABSOLUTE, BUNDLE_FULLURL_URN, BUNDLE_FULLURL_ID],
    &[MSG_FOCUS_UNRESOLVED, MSG_RESPONSE, REF_FORM, REF_UNRESOLVED, REF_TYPE],
];
