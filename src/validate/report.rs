//! The report: what was found, written for a caller.

use super::causes;
use super::element::coding::CODE_UNCHECKED;
use super::element::meta::PROFILE_UNKNOWN;
use crate::document::{Document, NodeId, Positions, Units, name};
use crate::json::{SyntaxError, SyntaxFault};
use crate::report;
use crate::report::{Counts, FIXES, Finding, Issue, Severity, Suggestion, WriteOptions};
use crate::validate::engine::Engine;
use crate::validate::entries::Entries;
use crate::validate::findings::Findings;
use crate::validate::header::EventName;
use crate::validate::hl7_ids::Hl7Ids;
use crate::validate::notes::Notes;
use crate::validate::options::Options;
use crate::validate::suppress::{self, Suppressed};
use crate::validate::syntax_faults::JSON_SYNTAX;
use crate::validate::wanted::Wanted;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The verdict on a message or another resource.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ValidationReport", optional_fields))]
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Report {
    /// `true` when no issue is fatal or an error, and the message was validated to its end.
    pub valid: bool,
    /// In the order of the text; last what was not checked.
    pub issues: Vec<Issue>,
    /// How many issues of each severity.
    pub counts: Counts,
    /// What the entries of [`Options::suppress`] have done, in their order; absent where there are none. What is taken as something else is not
    /// in `counts` as what it was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>"))]
    pub suppressed: Vec<Suppressed>,
    /// Whether all rules were checked to the end. `false` where [`Options::max_issues`] ended that early (`truncated`), where the text is longer or
    /// deeper than is read, and where its constraints take more work than a text of its length may cause: the rule `constraint-unchecked` names
    /// them.
    pub complete: bool,
    /// What would have to be known to decide what was met and not decided: profiles, value sets, codes and resources.
    #[serde(default)]
    pub wanted: Wanted,
    /// `true` when [`Options::max_issues`] was reached and the message was not validated to its end.
    pub truncated: bool,
    /// The event of the MessageHeader, as far as it can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<EventName>,
    /// MessageHeader.id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// Bundle.id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bundle_id: Option<String>,
    /// How many entries hold each resource type.
    pub resources: BTreeMap<String, u32>,
}

/// Whether it is valid, how many issues of each severity there are, and a line for each.
impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { fatal, error, warning, information } = self.counts;
        let verdict = if self.valid { "valid" } else { "not valid" };
        write!(out, "{verdict}, {} errors, {warning} warnings, {information} others", fatal + error)?;
        let suppressed: u32 = self.suppressed.iter().map(|entry| entry.issues).sum();
        writeln!(out, "{}", if suppressed > 0 { format!(", {suppressed} suppressed") } else { String::new() })?;
        self.issues.iter().try_for_each(|issue| writeln!(out, "{issue}"))
    }
}

impl Engine {
    pub(crate) fn write(
        &self,
        document: &Document<'_>,
        (root, entries): (NodeId, &Entries<'_>),
        (findings, notes): (&mut Findings, &Notes),
        options: &Options,
        all_edits: bool,
        wanted: Option<Wanted>,
    ) -> Report {
        let (show_values, positions, units) = (options.show_values, options.positions, options.units);
        let how = WriteOptions { show_values, positions, units, all_edits, last: &LAST };
        causes::relate(findings);
        let (found, truncated, incomplete) = findings.take();
        let needs_ids = options.hl7_ids || options.suppress.iter().any(|entry| entry.hl7_id.is_some());
        let mut ids = Hl7Ids::new(document, &self.definitions);
        let mut id = |finding: &Finding| if needs_ids { ids.of(finding) } else { None };
        let mut issues = report::write(document, &&self.definitions, found, how, &mut id);
        let suppressed = suppress::apply(&mut issues, &options.suppress, &self.definitions);
        if needs_ids && !options.hl7_ids {
            issues.iter_mut().for_each(|issue| issue.hl7_id = None);
        }
        let counts = Counts::of(&issues);
        let mut resources = BTreeMap::new();
        for entry in entries.iter() {
            if let Some(of) = entry.resource_type {
                let name = self.definitions.type_of(of).name.as_ref();
                match resources.get_mut(name) {
                    Some(count) => *count += 1,
                    None => drop(resources.insert(name.to_owned(), 1)),
                }
            }
        }
        let header = entries.header();
        Report {
            // What was not looked at may be wrong.
            valid: counts.fatal + counts.error == 0 && !truncated,
            issues,
            counts,
            suppressed,
            complete: !incomplete,
            wanted: wanted.unwrap_or_else(|| Wanted::of(self, document, notes, show_values || options.wanted_values)),
            truncated,
            event: header.and_then(|header| header.event_name(document)),
            message_id: header.and_then(|header| header.id(document)),
            bundle_id: document
                .member(root, name::ID)
                .and_then(|id| document.string(id))
                .filter(|_| entries.is_bundle())
                .map(|id| id.into_owned()),
            resources,
        }
    }
}

/// Rules that say what was not checked.
const LAST: [&str; 2] = [PROFILE_UNKNOWN.name, CODE_UNCHECKED.name];

/// The report on a text that is not JSON.
pub(crate) fn unreadable(text: &[u8], error: &SyntaxError, options: &Options) -> Report {
    let rule = &JSON_SYNTAX;
    let too_costly = matches!(error.fault, SyntaxFault::TooLong(_) | SyntaxFault::TooDeep(_));
    let code = if too_costly { "too-costly" } else { rule.code };
    let mut issue = Issue::placeless(Severity::Fatal, code, rule.name, error.message());
    let end = (error.offset + 1).min(text.len() as u32).max(error.offset.min(text.len() as u32));
    let how = WriteOptions { positions: options.positions, units: options.units, ..WriteOptions::default() };
    let mut positions = Positions::new(text);
    let mut edits =
        if FIXES && options.positions { super::fix::unreadable::syntax_edits(text, error) } else { Vec::new() };
    if options.units == Units::Utf16 {
        for edit in &mut edits {
            (edit.start, edit.end) = (positions.of(edit.start).utf16, positions.of(edit.end).utf16);
        }
    }
    if !edits.is_empty() {
        let action = Some(super::fix::unreadable::syntax_action(error.fault));
        issue.suggestion = Some(Box::new(Suggestion { action, edits, ..Suggestion::default() }));
    }
    issue.place(&mut positions, (error.offset, end), how);
    Report {
        valid: false,
        counts: Counts::of(std::slice::from_ref(&issue)),
        issues: vec![issue],
        suppressed: suppress::nothing(&options.suppress),
        complete: !too_costly,
        wanted: Wanted::default(),
        truncated: false,
        event: None,
        message_id: None,
        bundle_id: None,
        resources: BTreeMap::new(),
    }
}
