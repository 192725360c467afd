//! The list of findings, with the limits and severities that the caller chose.

use crate::definitions::Text;
use crate::report::{At, Content, Finding, Rule, Severity, Words};
use crate::validate::options::Options;
use crate::validate::severities::{Severities, SeveritySetting};
use std::borrow::Cow;

/// Among so many of the latest findings the same one is looked for: several profiles are asked about one value at a time.
const LATEST: usize = 64;

/// The rule that is only asked for: `url-example`.
pub(crate) const EXAMPLES: &str = "url-example";

/// A severity in the place of the usual one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instead {
    pub(crate) rule: &'static str,
    /// The text of the rule that is meant; all of them where none is named.
    pub(crate) words: Option<Words>,
    pub(crate) severity: Severity,
}

/// Collects findings.
pub(crate) struct Findings {
    pub(crate) found: Vec<Finding>,
    most: usize,
    truncated: bool,
    /// Some rules were not checked to the end, for the work that they take.
    incomplete: bool,
    /// Not where what is noted on the way is all that is asked for: then nothing is kept, and there is room for ever.
    kept: bool,
    /// The caller's.
    severities: Severities,
    /// Those of the event's definition; the caller's go before them.
    event_severities: Severities,
    /// What others decide otherwise, and the caller wants so.
    pub(crate) instead: &'static [Instead],
    /// Whether URLs for examples are looked for: of each URL, a name is not to be looked up.
    pub(crate) refuses_examples: bool,
    /// The profile that demands what is found.
    pub(crate) demanded_by: Option<Text>,
}

impl Findings {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            found: Vec::new(),
            most: options.max_issues,
            truncated: false,
            incomplete: false,
            kept: true,
            severities: options.severities.clone(),
            event_severities: Severities::default(),
            instead: &[],
            refuses_examples: options.severities.get(EXAMPLES).is_some(),
            demanded_by: None,
        }
    }

    /// A list that stays empty, and never is full.
    pub(crate) fn unwanted() -> Self {
        Self { kept: false, ..Self::new(&Options::default()) }
    }

    /// Whether what is found would be reported.
    #[inline]
    pub(crate) fn has_room(&self) -> bool {
        self.kept && !self.truncated
    }

    /// An empty list with the room that is left here, by the same severities.
    pub(crate) fn as_much_room(&self) -> Self {
        Self {
            found: Vec::new(),
            most: self.most.saturating_sub(self.found.len()),
            truncated: false,
            incomplete: false,
            kept: self.kept,
            severities: self.severities.clone(),
            event_severities: self.event_severities.clone(),
            instead: self.instead,
            refuses_examples: self.refuses_examples,
            demanded_by: None,
        }
    }

    /// Takes the findings of what was validated by itself.
    pub(crate) fn append(&mut self, other: Self) {
        // Of thousands there is no room for a copy.
        if self.found.is_empty() {
            self.found = other.found;
        } else {
            self.found.extend(other.found);
        }
        self.truncated |= other.truncated;
        self.incomplete |= other.incomplete;
    }

    /// Notes that some rules were not checked to the end.
    pub(crate) fn not_all_validated(&mut self) {
        self.incomplete = true;
    }

    /// What the event's definition says of rules holds from here on.
    pub(crate) fn for_event(&mut self, severities: &[(String, String)]) {
        for (rule, severity) in severities {
            if let Some(setting) = SeveritySetting::from_name(severity) {
                self.event_severities.insert(rule.clone(), setting);
            }
        }
    }

    /// What the definition of an event said of rules holds no more: another Bundle is validated.
    pub(crate) fn for_no_event(&mut self) {
        self.event_severities = Severities::default();
    }

    /// Whether the caller or the event has said what a rule is taken as.
    pub(crate) fn is_set(&self, rule: &str) -> bool {
        self.setting(rule).is_some()
    }

    fn setting(&self, rule: &str) -> Option<SeveritySetting> {
        self.severities.get(rule).or_else(|| self.event_severities.get(rule))
    }

    /// Whether the verdict of HL7's validator is wanted.
    pub(crate) fn agrees(&self) -> bool {
        !self.instead.is_empty()
    }

    fn severity_instead(&self, rule: &str, content: &Content) -> Option<Severity> {
        let is_meant = |one: &&Instead| one.rule == rule && one.words.is_none_or(|words| words == content.words());
        self.instead.iter().find(is_meant).map(|one| one.severity)
    }

    /// Whether there is no room for more: the work that finds more can stop.
    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.truncated
    }

    /// Adds a finding with the rule's usual severity.
    #[cold]
    pub(crate) fn add(&mut self, rule: &Rule<'static>, at: At, content: impl Into<Content>) -> Option<&mut Finding> {
        self.put(rule, rule.severity, at, content.into())
    }

    /// Adds a finding of a rule whose severity depends on the case. What the caller or the event says of the rule goes first.
    #[cold]
    pub(crate) fn add_as(
        &mut self,
        rule: &Rule<'static>,
        severity: Severity,
        at: At,
        content: impl Into<Content>,
    ) -> Option<&mut Finding> {
        self.put(rule, severity, at, content.into())
    }

    #[cold]
    #[inline(never)]
    fn put(&mut self, rule: &Rule<'static>, severity: Severity, at: At, content: Content) -> Option<&mut Finding> {
        self.put_named((rule.name.into(), rule.code), severity, at, content)
    }

    /// Adds a finding of a rule by its name and code.
    #[cold]
    pub(crate) fn put_named(
        &mut self,
        (rule, code): (Cow<'static, str>, &'static str),
        severity: Severity,
        at: At,
        content: Content,
    ) -> Option<&mut Finding> {
        if !self.kept {
            return None;
        }
        let severity = match self.setting(&rule) {
            Some(SeveritySetting::Off) => return None,
            Some(SeveritySetting::As(severity)) => severity,
            None => self.severity_instead(&rule, &content).unwrap_or(severity),
        };
        if let Some(profile) = &self.demanded_by {
            // What several profiles demand is one issue that names them.
            let mut latest = self.found.iter_mut().rev().take(LATEST);
            let same = |one: &&mut Finding| one.rule == rule && one.at == at && one.content == content;
            if let Some(profiles) = latest.find(same).and_then(|same| same.profiles.as_mut()) {
                if profiles.iter().all(|one| **one != **profile) {
                    profiles.push(profile.clone().into());
                }
                return None;
            }
        }
        if self.found.len() >= self.most {
            self.truncated = true;
            return None;
        }
        let profiles = self.demanded_by.as_ref().map(|profile| Box::new(vec![profile.clone().into()]));
        self.found.push(Finding { rule, code, severity, at, content, profiles, fix: None, cause: None });
        self.found.last_mut()
    }

    /// How many there are.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.found.len()
    }

    /// Those that were added since there were so many.
    pub(crate) fn since(&mut self, before: usize) -> &mut [Finding] {
        debug_assert!(before <= self.found.len(), "findings are only added");
        self.found.get_mut(before..).unwrap_or_default()
    }

    /// Takes out those that were added since there were so many.
    pub(crate) fn take_since(&mut self, before: usize) -> Vec<Finding> {
        debug_assert!(before <= self.found.len(), "findings are only added");
        self.found.split_off(before.min(self.found.len()))
    }

    /// Whether one of them is an error, or may be: there was no room for more.
    pub(crate) fn has_error(&self) -> bool {
        self.truncated || self.found.iter().any(|finding| finding.severity <= Severity::Error)
    }

    /// What was found, and whether there is more or may be: there was no room for more, or not all was checked.
    pub(crate) fn take(&mut self) -> (Vec<Finding>, bool, bool) {
        (std::mem::take(&mut self.found), self.truncated, self.truncated || self.incomplete)
    }
}
