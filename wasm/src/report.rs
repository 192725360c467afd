//! Reports as JSON text.

use super::error::unwritable;
use fhirpost::{Issue, Report, Suggestion, Suppressed, Wanted, WantedCode};
use wasm_bindgen::prelude::*;

/// A report as JSON text. Room is made for all of it at once: a text that grows is there twice while it moves, and with thousands of
/// issues it is longer than the message.
pub fn report_text(report: &Report) -> Result<String, JsValue> {
    let mut text = Vec::with_capacity(room_of(report));
    let written = serde_json::to_writer(&mut text, report).ok();
    written.and_then(|()| String::from_utf8(text).ok()).ok_or_else(unwritable)
}

/// How many digits a number has.
fn digits(number: u32) -> usize {
    number.checked_ilog10().map_or(1, |ten| ten as usize + 1)
}

/// How long the text of a report is at most.
fn room_of(report: &Report) -> usize {
    /// What is written around the texts and numbers of an issue, with its severity.
    const NAMES: usize = 122;
    const SUGGESTION: usize = 72;
    const EDIT: usize = 48;
    const CHOICES: usize = 13;
    const CAUSE: usize = 36;
    const PROFILE: usize = 16;
    const NAME: usize = 4;
    const CODE: usize = 48;
    const REPORT: usize = 448;
    const ID: usize = 10;
    const SUPPRESSED: usize = 64;
    let of_suggestion = |suggestion: &Suggestion| {
        let edits = suggestion.edits.iter().map(|edit| EDIT + edit.text.len()).sum::<usize>();
        let choices = suggestion.choices.iter().map(|choice| NAME + choice.len()).sum::<usize>();
        let choices = if choices == 0 { 0 } else { CHOICES + choices };
        SUGGESTION + suggestion.value.as_ref().map_or(0, String::len) + edits + choices
    };
    let of_issue = |issue: &Issue| {
        let suggestion = issue.suggestion.as_deref().map_or(0, of_suggestion);
        let cause = issue.caused_by.as_deref().map_or(0, |cause| CAUSE + cause.rule.len() + cause.pointer.len());
        let profiles = issue
            .profiles
            .iter()
            .flat_map(|profiles| profiles.iter())
            .map(|profile| PROFILE + profile.len())
            .sum::<usize>();
        let profiles = profiles + issue.hl7_id.as_ref().map_or(0, |id| ID + id.len());
        let own = profiles + issue.code.len() + issue.rule.len() + issue.message.len();
        let numbers =
            [issue.line, issue.column, issue.start, issue.end].into_iter().flatten().map(digits).sum::<usize>();
        NAMES + numbers + own + issue.expression.len() + issue.pointer.len() + suggestion + cause
    };
    let Wanted { profiles, value_sets, codes, resources, .. } = &report.wanted;
    let names = [profiles, value_sets, resources].into_iter().flatten().map(|name| NAME + name.len()).sum::<usize>();
    let of_code = |wanted: &WantedCode| {
        let others = [&wanted.system, &wanted.version, &wanted.value_set];
        CODE + wanted.code.len() + others.into_iter().flatten().map(String::len).sum::<usize>()
    };
    let wanted = names + codes.iter().map(of_code).sum::<usize>();
    let of_entry = |entry: &Suppressed| SUPPRESSED + entry.reason.len();
    let wanted = wanted + report.suppressed.iter().map(of_entry).sum::<usize>();
    REPORT + wanted + report.issues.iter().map(of_issue).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use fhirpost::{Options, Validator};

    #[test]
    fn the_room_is_enough_and_not_much_more() {
        let text = br#"{"resourceType":"Patient","gender":"femal","birthDate":"yesterday","nme":[],"contact":[{}]}"#;
        let report = Validator::default().validate(text, &Options::default());
        let written = serde_json::to_string(&report).unwrap();
        assert!(report.issues.iter().any(|issue| issue.suggestion.is_some()));
        assert!(
            (written.len()..2 * written.len()).contains(&room_of(&report)),
            "{} {}",
            room_of(&report),
            written.len()
        );
    }
}
