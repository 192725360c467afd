//! The list of findings, with the limits and severities that the caller chose.

use super::Options;
use crate::document::{Document, Fault, NodeId, ordered};
use crate::report::{Act, At, Content, Finding, Rule, Severity, Suggest, Words, rules};
use std::borrow::Cow;

/// What a rule is taken as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SeveritySetting {
    /// Reported with this severity.
    As(Severity),
    /// Not reported.
    Off,
}

impl SeveritySetting {
    /// `error`, `warning`, `information` or `off`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "off" => Some(Self::Off),
            "fatal" => None,
            _ => Severity::named(name).map(Self::As),
        }
    }
}

/// Rule name → what it is taken as: what was said last. A list, since there are few, and a map of its own would be 2 kB of the wasm.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Severities(Vec<(String, SeveritySetting)>);

impl Severities {
    /// Says what a rule is taken as.
    pub fn insert(&mut self, rule: String, setting: SeveritySetting) {
        self.0.push((rule, setting));
    }

    /// What a rule is taken as, if that was said.
    pub fn get(&self, rule: &str) -> Option<SeveritySetting> {
        self.0.iter().rev().find(|(name, _)| name == rule).map(|&(_, setting)| setting)
    }
}

impl FromIterator<(String, SeveritySetting)> for Severities {
    fn from_iter<I: IntoIterator<Item = (String, SeveritySetting)>>(given: I) -> Self {
        Self(given.into_iter().collect())
    }
}

/// Rules that are broken at one place together: the second is why the first is.
const FOLLOWS: [(&str, &str); 10] = [
    (rules::MSG_LINK.name, rules::REF_UNRESOLVED.name),
    (rules::MSG_LINK.name, rules::REF_FORM.name),
    (rules::MSG_LINK.name, rules::REF_AMBIGUOUS.name),
    (rules::MSG_LINK.name, rules::REF_TYPE.name),
    (rules::BINDING_REQUIRED.name, rules::MSG_TYPE.name),
    (rules::MSG_FOCUS_UNRESOLVED.name, rules::PRIMITIVE_VALUE.name),
    (rules::MSG_ENDPOINT.name, rules::PRIMITIVE_VALUE.name),
    (rules::MSG_EVENT_UNKNOWN.name, rules::PRIMITIVE_VALUE.name),
    (rules::CANONICAL_URL.name, rules::PRIMITIVE_VALUE.name),
    (rules::META_PROFILE.name, rules::PRIMITIVE_VALUE.name),
];

/// Collects findings.
pub(super) struct Findings {
    found: Vec<Finding>,
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
}

impl Findings {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            found: Vec::new(),
            most: options.max_issues,
            truncated: false,
            incomplete: false,
            kept: true,
            severities: options.severities.clone(),
            event_severities: Severities::default(),
        }
    }

    /// A list that stays empty, and never is full.
    pub(super) fn unwanted() -> Self {
        Self { kept: false, ..Self::new(&Options::default()) }
    }

    /// Whether what is found would be reported.
    #[inline]
    pub(super) fn has_room(&self) -> bool {
        self.kept && !self.truncated
    }

    /// An empty list with the room that is left here, by the same severities.
    pub(super) fn as_much_room(&self) -> Self {
        Self {
            found: Vec::new(),
            most: self.most.saturating_sub(self.found.len()),
            truncated: false,
            incomplete: false,
            kept: self.kept,
            severities: self.severities.clone(),
            event_severities: self.event_severities.clone(),
        }
    }

    /// Takes the findings of what was validated by itself.
    pub(super) fn append(&mut self, other: Self) {
        self.found.extend(other.found);
        self.truncated |= other.truncated;
        self.incomplete |= other.incomplete;
    }

    /// Notes that some rules were not checked to the end.
    pub(super) fn not_all_validated(&mut self) {
        self.incomplete = true;
    }

    /// What the event's definition says of rules holds from here on.
    pub(super) fn for_event(&mut self, severities: &[(String, String)]) {
        for (rule, severity) in severities {
            if let Some(setting) = SeveritySetting::named(severity) {
                self.event_severities.insert(rule.clone(), setting);
            }
        }
    }

    /// What the definition of an event said of rules holds no more: another Bundle is validated.
    pub(super) fn for_no_event(&mut self) {
        self.event_severities = Severities::default();
    }

    /// Whether the caller or the event has said what a rule is taken as.
    pub(super) fn is_set(&self, rule: &str) -> bool {
        self.setting(rule).is_some()
    }

    fn setting(&self, rule: &str) -> Option<SeveritySetting> {
        self.severities.get(rule).or_else(|| self.event_severities.get(rule))
    }

    /// Whether there is no room for more: the work that finds more can stop.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.truncated
    }

    /// Adds a finding with the rule's usual severity.
    #[cold]
    pub(super) fn add(&mut self, rule: &Rule<'static>, at: At, content: impl Into<Content>) -> Option<&mut Finding> {
        self.put(rule, rule.severity, at, content.into())
    }

    /// Adds a finding of a rule whose severity depends on the case. What the caller or the event says of the rule goes first.
    #[cold]
    pub(super) fn add_as(
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
    pub(super) fn put_named(
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
            None => severity,
        };
        if self.found.len() >= self.most {
            self.truncated = true;
            return None;
        }
        self.found.push(Finding { rule, code, severity, at, content, fix: None, cause: None });
        self.found.last_mut()
    }

    /// Reports what the scanner noted.
    pub(super) fn faults(&mut self, document: &Document<'_>) {
        for fault in document.faults() {
            if self.is_full() {
                return;
            }
            match *fault {
                Fault::DuplicateKey(node) => {
                    let nodes = if says_the_same(document, node) { vec![node] } else { Vec::new() };
                    self.add(&rules::JSON_DUPLICATE_KEY, At::Key(node), REPEATED).fix(Act::Remove, nodes);
                }
                Fault::LoneSurrogate(offset) => {
                    let node = document.node_at(offset);
                    let at = At::Span(node, offset, offset + 6);
                    self.add(&rules::JSON_LONE_SURROGATE, at, LONE_SURROGATE);
                }
            }
        }
    }

    /// How many there are.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    /// Those that were added since there were so many.
    pub(super) fn since(&mut self, before: usize) -> &mut [Finding] {
        self.found.get_mut(before..).unwrap_or_default()
    }

    /// Whether one of them is an error, or may be: there was no room for more.
    pub(super) fn has_error(&self) -> bool {
        self.truncated || self.found.iter().any(|finding| finding.severity <= Severity::Error)
    }

    /// What was found, and whether there is more or may be: there was no room for more, or not all was checked.
    pub(super) fn take(&mut self) -> (Vec<Finding>, bool, bool) {
        self.relate();
        (std::mem::take(&mut self.found), self.truncated, self.truncated || self.incomplete)
    }

    /// Two rules that speak of one place: the one follows from the other.
    fn relate(&mut self) {
        let follows = |finding: &Finding| FOLLOWS.iter().any(|(effect, _)| *effect == finding.rule);
        if !self.found.iter().any(follows) {
            return;
        }
        let causes = self.found.iter().filter(|finding| FOLLOWS.iter().any(|(_, cause)| *cause == finding.rule));
        let causes: Vec<(NodeId, Cow<'static, str>)> =
            causes.map(|finding| (finding.at.node(), finding.rule.clone())).collect();
        let order = ordered(causes.len(), &mut |a, b| causes.get(a).cmp(&causes.get(b)));
        let causes: Vec<_> = order.into_iter().filter_map(|place| causes.get(place)).collect();
        for finding in self.found.iter_mut().filter(|finding| finding.cause.is_none()) {
            let node = finding.at.node();
            let mut rules = FOLLOWS.iter().filter(|(effect, _)| *effect == finding.rule);
            finding.cause = rules.find_map(|&(_, cause)| {
                causes.binary_search(&&(node, cause.into())).is_ok().then(|| Box::new((cause, node)))
            });
        }
    }
}

const REPEATED: Words = Words("This property is repeated: it may occur only once.");

const LONE_SURROGATE: Words = Words("This is half of a surrogate pair: the other half is missing.");

/// A property that occurs twice is looked for among so many.
const MOST_MEMBERS: usize = 100;

/// Whether a property that occurs a second time says what it says the first time, and all other times: readers take the last one, or the
/// first.
fn says_the_same(document: &Document<'_>, again: NodeId) -> bool {
    let (key, raw) = (document.key(again), document.raw(again));
    for (seen, other) in document.children(document.parent(again)).enumerate() {
        if seen >= MOST_MEMBERS || document.key(other) == key && document.raw(other) != raw {
            return false;
        }
    }
    true
}
