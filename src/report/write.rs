//! Findings as issues: where each is, and its words, worked out once for all that is reported.

use super::finding::Finding;
use super::issue::{Cause, Issue, WriteOptions};
use super::location::{Locator, Steps};
use super::severity::Severity;
use crate::document::table::row_mut;
use crate::document::{Document, Positions, Units, ordered};
use std::borrow::Cow;

/// What HL7's validator calls a finding.
pub(crate) type Hl7Id<'w> = &'w mut dyn FnMut(&Finding) -> Option<Cow<'static, str>>;

/// Writes findings as issues, sorted by their place in the text; last what was not checked.
pub fn write(
    document: &Document<'_>,
    steps: &dyn Steps,
    mut findings: Vec<Finding>,
    how: WriteOptions,
    hl7_id: Hl7Id<'_>,
) -> Vec<Issue> {
    // What there was room for is room for issues.
    findings.shrink_to_fit();
    let last = |finding: &Finding| how.last.iter().position(|name| *name == finding.rule);
    let places: Vec<(Option<usize>, u32, Severity)> =
        findings.iter().map(|finding| (last(finding), finding.at.span(document).0, finding.severity)).collect();
    let order = ordered(places.len(), &mut |a, b| places.get(a).cmp(&places.get(b)));
    let mut positions = Positions::new(document.text().as_bytes());
    let mut locator = Locator::new(document, steps, how.show_values);
    drop(places);
    // As many as there are findings: a list that grows by doubling would take more room than thousands of issues.
    let mut issues: Vec<Issue> = Vec::with_capacity(order.len());
    issues.extend(order.into_iter().filter_map(|place| {
        let finding = row_mut(&mut findings, place)?;
        let (start, end) = finding.at.span(document);
        let node = finding.at.node();
        // In a box: hardly ever asked for, and thousands of issues would have room for it.
        let hl7_id = hl7_id(finding).map(Box::new);
        let mut issue = Issue {
            severity: finding.severity,
            hl7_id,
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
            profiles: finding.profiles.take(),
            suggestion: finding.suggestion(document, how),
            caused_by: finding
                .cause
                .take()
                .map(|cause| *cause)
                .map(|(rule, node)| Box::new(Cause { rule: rule.into(), pointer: locator.pointer(node) })),
        };
        issue.place(&mut positions, (start, end), how);
        Some(issue)
    }));
    if how.units == Units::Utf16 {
        count_edits_in_utf16(document, &mut issues);
    }
    issues
}

/// Edits may be anywhere in the text: their offsets are counted in one pass of their own, which a text of ASCII does not need.
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
        if let Some(offset) = row_mut(&mut offsets, place) {
            **offset = positions.of(**offset).utf16;
        }
    }
}
