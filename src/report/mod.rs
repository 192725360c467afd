//! What is said about a message: rules, issues, where they are, and the OperationOutcome that carries them.
//!
//! The later stages make a [`Finding`] (a rule, a node, what it says as data); [`write()`] turns findings into [`Issue`]s once, at the end,
//! so that lines and paths are worked out only for what is reported.

mod content;
mod finding;
mod fix;
mod issue;
mod location;
mod operation_outcome;
mod rule;

pub use content::{Content, Detail, Item, Words};
pub use finding::{At, Finding, Suggest};
pub(crate) use fix::FIXES;
pub use fix::{Act, Fix};
pub use issue::{Action, Cause, Counts, Issue, Suggestion, TextEdit};
pub use location::{Locator, Steps, TypeIndex};
pub use operation_outcome::{Coding, Details, OperationOutcome, OutcomeExtension, OutcomeIssue, RULE_SYSTEM};
pub use rule::{RULES, Rule, rules};

use crate::document::{Document, Positions, Units, ordered};
use serde::{Deserialize, Serialize};

/// How bad it is, in the words of FHIR's OperationOutcome.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names are FHIR's own")]
pub enum Severity {
    Fatal,
    Error,
    Warning,
    Information,
}

impl Severity {
    /// The severity of this name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "fatal" => Severity::Fatal,
            "error" => Severity::Error,
            "warning" => Severity::Warning,
            "information" => Severity::Information,
            _ => return None,
        })
    }

    /// The name that FHIR gives it.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Fatal => "fatal",
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information => "information",
        }
    }
}

/// How issues are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WriteOptions {
    /// Whether texts may quote values of the message.
    pub show_values: bool,
    /// Whether there is a text that lines and offsets can point into.
    pub positions: bool,
    /// What `start` and `end` count.
    pub units: Units,
    /// Whether edits may hold values of the message also where texts do not.
    pub all_edits: bool,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self { show_values: true, positions: true, units: Units::default(), all_edits: false }
    }
}

/// Rules that say what was not checked: that is no fault of the place where it is told, and stands behind what is.
const LAST: [&str; 2] = [rules::PROFILE_UNKNOWN.name, rules::CODE_UNCHECKED.name];

/// Writes findings as issues, sorted by their place in the text; last what was not checked.
pub fn write(document: &Document<'_>, steps: &dyn Steps, mut findings: Vec<Finding>, how: WriteOptions) -> Vec<Issue> {
    let last = |finding: &Finding| LAST.iter().position(|name| *name == finding.rule);
    let places: Vec<(Option<usize>, u32, Severity)> =
        findings.iter().map(|finding| (last(finding), finding.at.span(document).0, finding.severity)).collect();
    let order = ordered(places.len(), &mut |a, b| places.get(a).cmp(&places.get(b)));
    let mut positions = Positions::new(document.text().as_bytes());
    let mut locator = Locator::new(document, steps, how.show_values);
    let mut issues: Vec<Issue> = order
        .into_iter()
        .filter_map(|place| {
            let finding = findings.get_mut(place)?;
            let (start, end) = finding.at.span(document);
            let node = finding.at.node();
            let mut issue = Issue {
                severity: finding.severity,
                code: finding.code.into(),
                rule: std::mem::take(&mut finding.rule),
                // Taken, not read: of thousands of texts there are never two copies of all.
                message: std::mem::take(&mut finding.content).write(how.show_values),
                expression: locator.expression(finding.at.element(document)),
                pointer: locator.pointer(node),
                line: None,
                column: None,
                start: None,
                end: None,
                suggestion: finding.suggestion(document, how),
                caused_by: finding
                    .cause
                    .take()
                    .map(|cause| *cause)
                    .map(|(rule, node)| Box::new(Cause { rule: rule.into(), pointer: locator.pointer(node) })),
            };
            issue.place(&mut positions, (start, end), how);
            Some(issue)
        })
        .collect();
    if how.units == Units::Utf16 {
        count_edits_in_utf16(document, &mut issues);
    }
    issues
}

/// Edits may stand anywhere in the text: their offsets are counted in one pass of their own, which a text of ASCII does not need.
#[cold]
fn count_edits_in_utf16(document: &Document<'_>, issues: &mut [Issue]) {
    let mut offsets: Vec<&mut u32> = Vec::new();
    for issue in issues {
        for edit in issue.suggestion.as_deref_mut().map_or(&mut [][..], |suggestion| &mut suggestion.edits) {
            offsets.push(&mut edit.start);
            offsets.push(&mut edit.end);
        }
    }
    if offsets.is_empty() || document.text().is_ascii() {
        return;
    }
    let order = ordered(offsets.len(), &mut |a, b| offsets.get(a).cmp(&offsets.get(b)));
    let mut positions = Positions::new(document.text().as_bytes());
    for place in order {
        if let Some(offset) = offsets.get_mut(place) {
            **offset = positions.of(**offset).utf16;
        }
    }
}
