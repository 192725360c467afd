//! All mends that are certain, applied until none is left.

use super::super::{Options, Report, Validator, What};
use super::{syntax, syntax_action};
use crate::json::{Document, Positions, Units, ordered};
use crate::report::{Issue, Rule, Suggestion, TextEdit, Writing, rules};
use serde::Serialize;

/// Mends make others possible: a resource is judged when its type is known. More rounds than these nothing needs.
const MOST_ROUNDS: usize = 32;

/// What came of mending a text.
#[derive(Clone, Debug, Serialize)]
pub struct Fixed {
    /// The mended text; none where nothing was mended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What was mended, by its place in the text that was given.
    pub applied: Vec<Issue>,
    /// The verdict on the mended text.
    pub report: Report,
}

/// The text with edits applied to it, which are sorted and do not overlap; offsets are bytes. What lies outside of the text is left out.
pub fn apply(text: &str, edits: &[TextEdit]) -> String {
    let mut applied = String::with_capacity(text.len() + edits.iter().map(|edit| edit.text.len()).sum::<usize>());
    let mut at = 0;
    for edit in edits {
        applied.push_str(text.get(at..edit.start as usize).unwrap_or(""));
        applied.push_str(&edit.text);
        at = edit.end as usize;
    }
    applied.push_str(text.get(at..).unwrap_or(""));
    applied
}

impl Validator {
    /// Mends a Bundle as far as it is certain what is right; see [`Validator::fix_resource`].
    pub fn fix_bundle(&self, text: &[u8], options: &Options) -> Fixed {
        self.fix(text, options, What::Bundle)
    }

    /// Mends a resource as far as it is certain what is right: the edits of all issues are applied, and what comes of that is judged again,
    /// until there is none left. A rule that is off mends nothing. `show_values` is about the texts of issues: the mended text is whole.
    pub fn fix_resource(&self, text: &[u8], options: &Options) -> Fixed {
        self.fix(text, options, What::Resource)
    }

    pub(crate) fn fix(&self, text: &[u8], options: &Options, what: What) -> Fixed {
        let in_bytes = Options { positions: true, units: Units::Bytes, ..options.clone() };
        let mut mended =
            Mended { text: str::from_utf8(text).ok().map(str::to_owned), rounds: Vec::new(), applied: Vec::new() };
        let mut report = self.judge(text, &in_bytes, what, true);
        for _ in 0..MOST_ROUNDS {
            let Some(now) = &mended.text else { break };
            let (issues, edits) = chosen(now, &report);
            if edits.is_empty() {
                break;
            }
            let next = apply(now, &edits);
            let judged = self.judge(next.as_bytes(), &in_bytes, what, true);
            // A text that can be read stays one: what was put in may have led over a limit.
            if judged.counts.fatal > report.counts.fatal {
                break;
            }
            mended.take(issues, edits, next);
            report = judged;
        }
        let changed = mended.text.take().filter(|_| !mended.rounds.is_empty());
        let how = Writing { show_values: options.show_values, positions: true, units: options.units, all_edits: false };
        Fixed {
            report: self.judge(changed.as_deref().map_or(text, str::as_bytes), options, what, false),
            text: changed,
            applied: mended.placed(text, how),
        }
    }
}

/// The issues that can be mended together, and their edits, sorted.
fn chosen(text: &str, report: &Report) -> (Vec<Issue>, Vec<TextEdit>) {
    if report.counts.fatal > 0 {
        return chosen_slips(text, report);
    }
    let (mut issues, mut edits) = (Vec::new(), Vec::new());
    let has_edits = |issue: &&Issue| issue.suggestion.as_ref().is_some_and(|one| !one.edits.is_empty());
    // An id is made of what stands around it, and a reference leads to one: each only when what it rests on is right. A misspelt
    // fullUrl is not missing.
    let turn = |issue: &Issue| TURNS.iter().position(|rules| rules.iter().any(|rule| rule.name == issue.rule));
    let first = report.issues.iter().filter(has_edits).map(turn).min().flatten();
    for issue in report.issues.iter().filter(|issue| turn(issue) == first) {
        let Some(suggestion) = issue.suggestion.as_ref().filter(|one| !one.edits.is_empty()) else { continue };
        // Two issues may ask for the same.
        let new: Vec<&TextEdit> = suggestion.edits.iter().filter(|edit| !edits.contains_at(edit)).collect();
        if new.iter().any(|edit| edits.clashes(edit)) {
            continue;
        }
        for edit in new {
            edits.insert(edits.place(edit), edit.clone());
        }
        issues.push(issue.clone());
    }
    (issues, edits)
}

/// What is mended behind all else: what names the entries, and then what leads to them.
const TURNS: [&[Rule]; 2] = [
    &[
        rules::MSG_ID,
        rules::BDL_8,
        rules::BUNDLE_FULLURL_MISSING,
        rules::BUNDLE_FULLURL_ABSOLUTE,
        rules::BUNDLE_FULLURL_URN,
        rules::BUNDLE_FULLURL_ID,
    ],
    &[rules::MSG_FOCUS_UNRESOLVED, rules::MSG_RESPONSE, rules::REF_UNRESOLVED, rules::REF_TYPE],
];

/// A text that is no JSON: all slips, where it can be read then; else the first, which certainly is one.
fn chosen_slips(text: &str, report: &Report) -> (Vec<Issue>, Vec<TextEdit>) {
    let first =
        report.issues.first().filter(|issue| issue.suggestion.as_ref().is_some_and(|one| !one.edits.is_empty()));
    let Some(first) = first else { return (Vec::new(), Vec::new()) };
    let (mut issues, mut edits): (Vec<Issue>, Vec<TextEdit>) = (Vec::new(), Vec::new());
    let slips = syntax::slips(text);
    let all: Vec<TextEdit> = slips.iter().map(|slip| slip.edit.clone()).collect();
    if Document::plain(&apply(text, &all)).is_err() {
        let edits = first.suggestion.as_ref().map(|one| one.edits.clone()).unwrap_or_default();
        return (vec![first.clone()], edits);
    }
    for slip in slips {
        edits.push(slip.edit);
        // Several edits may be of one slip.
        if issues.last().is_some_and(|last| last.start == Some(slip.error.offset)) {
            continue;
        }
        issues.push(Issue {
            start: Some(slip.error.offset),
            end: Some(slip.error.offset + 1),
            suggestion: Some(Box::new(Suggestion {
                action: Some(syntax_action(slip.error.fault)),
                ..Suggestion::default()
            })),
            ..Issue::placeless(first.severity, rules::JSON_SYNTAX.code, rules::JSON_SYNTAX.name, slip.error.message())
        });
    }
    (issues, edits)
}

/// A sorted list of edits that do not overlap.
trait Sorted {
    fn place(&self, edit: &TextEdit) -> usize;
    fn contains_at(&self, edit: &TextEdit) -> bool;
    fn clashes(&self, edit: &TextEdit) -> bool;
}

impl Sorted for Vec<TextEdit> {
    fn place(&self, edit: &TextEdit) -> usize {
        self.partition_point(|other| (other.start, other.end) < (edit.start, edit.end))
    }

    fn contains_at(&self, edit: &TextEdit) -> bool {
        self.get(self.place(edit)) == Some(edit)
    }

    fn clashes(&self, edit: &TextEdit) -> bool {
        let place = self.place(edit);
        let before = place.checked_sub(1).and_then(|place| self.get(place));
        let behind = self.get(place);
        let same_place = |other: &TextEdit| (other.start, other.end) == (edit.start, edit.end);
        before.is_some_and(|before| before.end > edit.start)
            || behind.is_some_and(|behind| behind.start < edit.end || same_place(behind))
    }
}

struct Mended {
    text: Option<String>,
    /// What each round changed.
    rounds: Vec<Round>,
    applied: Vec<Issue>,
}

impl Mended {
    /// Takes the text that edits have made, and where in the first text the mended issues were.
    fn take(&mut self, issues: Vec<Issue>, edits: Vec<TextEdit>, next: String) {
        for mut issue in issues {
            let span = issue.start.zip(issue.end).unwrap_or_default();
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
        self.rounds.push(Round::new(&edits));
        self.text = Some(next);
    }

    /// The issues in the order of the text that was given, with their lines and offsets there.
    fn placed(mut self, text: &[u8], how: Writing) -> Vec<Issue> {
        let start = |place: usize| self.applied.get(place).and_then(|issue| issue.start);
        let order = ordered(self.applied.len(), &mut |a, b| start(a).cmp(&start(b)));
        let mut positions = Positions::new(text);
        let mut applied = Vec::with_capacity(order.len());
        for place in order {
            let Some(issue) = self.applied.get_mut(place) else { continue };
            let nothing = Issue::placeless(issue.severity, "", "", String::new());
            let mut issue = std::mem::replace(issue, nothing);
            let span = issue.start.zip(issue.end).unwrap_or_default();
            issue.place(&mut positions, span, how);
            applied.push(issue);
        }
        applied
    }
}

/// Where the edits of a round stand in the text before it and in the one behind it, in their order: any number of issues finds its way back.
struct Round(Vec<Moved>);

/// What an edit replaced, and what stands there instead.
struct Moved {
    before: (u32, u32),
    behind: (u32, u32),
}

impl Round {
    fn new(edits: &[TextEdit]) -> Self {
        let mut shift: i64 = 0;
        let moved = edits.iter().map(|edit| {
            let start = (i64::from(edit.start) + shift).max(0) as u32;
            let end = start + edit.text.len() as u32;
            shift += edit.text.len() as i64 - i64::from(edit.end) + i64::from(edit.start);
            Moved { before: (edit.start, edit.end), behind: (start, end) }
        });
        Self(moved.collect())
    }

    /// Where an offset was before the edits were applied; one inside of what they put in was at its beginning, or end.
    fn before(&self, offset: u32, is_end: bool) -> u32 {
        // What ends where something was left out ended in front of that.
        let is_past = |edit: &Moved| if is_end { edit.behind.1 < offset } else { edit.behind.1 <= offset };
        let place = self.0.partition_point(is_past);
        match self.0.get(place).filter(|edit| edit.behind.0 < offset) {
            Some(edit) => {
                if is_end {
                    edit.before.1
                } else {
                    edit.before.0
                }
            }
            None => {
                let last = place.checked_sub(1).and_then(|place| self.0.get(place));
                last.map_or(offset, |edit| edit.before.1 + (offset - edit.behind.1))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_lead_back() {
        let edit = |start, end, text: &str| TextEdit { start, end, text: text.to_owned() };
        let edits = [edit(2, 2, "[["), edit(4, 8, "x"), edit(10, 12, "")];
        let text = "0123456789abcdef";
        let (mended, round) = (apply(text, &edits), Round::new(&edits));
        assert_eq!(mended, "01[[23x89cdef");
        for (letter, place) in mended
            .char_indices()
            .filter(|(_, letter)| letter.is_ascii_hexdigit())
            .map(|(at, letter)| (letter, at as u32))
        {
            let was = round.before(place, false) as usize;
            assert_eq!(text[was..].chars().next(), Some(letter));
            assert_eq!(round.before(place + 1, true) as usize, was + 1, "{letter}");
        }
        assert_eq!((round.before(6, false), round.before(7, true)), (4, 8), "what was replaced");
        assert_eq!(round.before(3, false), 2, "what was put in");
    }
}
