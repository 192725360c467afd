//! Edits of a text: applying them, and what several rounds of them come to in the text that was given.

use crate::document::table::part;
use crate::document::{Positions, Units};
use crate::report::TextEdit;

/// More edits than these nobody looks at one by one: those that are near each other become one.
const MOST_EDITS: usize = 10_000;

/// The text with edits applied to it, which are sorted and do not overlap; offsets are bytes. What lies outside of the text is left out.
pub fn apply(text: &str, edits: &[TextEdit]) -> String {
    spliced(text, edits.iter().map(|edit| ((edit.start, edit.end), edit.text.as_str())))
}

/// The same, for edits of any form.
pub(super) fn spliced<'e>(text: &str, edits: impl Iterator<Item = ((u32, u32), &'e str)> + Clone) -> String {
    let mut applied = String::with_capacity(text.len() + edits.clone().map(|(_, text)| text.len()).sum::<usize>());
    let mut at = 0;
    for ((start, end), new) in edits {
        applied.push_str(text.get(at..start as usize).unwrap_or(""));
        applied.push_str(new);
        at = end as usize;
    }
    applied.push_str(text.get(at..).unwrap_or(""));
    applied
}

/// A stretch of a text that was replaced, and what is there instead.
#[derive(Clone, Copy)]
struct Replacement {
    before: (u32, u32),
    behind: (u32, u32),
}

/// Where edits are in the text before them and in the one behind them, in their order: any number of places finds its way back.
#[derive(Default)]
pub(super) struct Round(Vec<Replacement>);

impl Round {
    /// `edits`: what each replaces, and how long that is then.
    pub(super) fn new(edits: impl Iterator<Item = ((u32, u32), usize)>) -> Self {
        let mut shift: i64 = 0;
        let moved = edits.map(|(before, length)| {
            let start = shifted(before.0, shift);
            let end = start + length as u32;
            shift = i64::from(end) - i64::from(before.1);
            Replacement { before, behind: (start, end) }
        });
        Self(moved.collect())
    }

    /// Where an offset was before the edits were applied; one inside of what they put in was at its beginning, or end.
    pub(super) fn before(&self, offset: u32, is_end: bool) -> u32 {
        // What ends where something was left out ended in front of that.
        let is_past = |edit: &Replacement| if is_end { edit.behind.1 < offset } else { edit.behind.1 <= offset };
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

    /// This round and the one behind it as one: what they replace of the first text, and what is there in the last one.
    pub(super) fn and(self, next: &Self) -> Self {
        let mut both = Vec::with_capacity(self.0.len() + next.0.len());
        let (mut first, mut second) = (self.0.iter().peekable(), next.0.iter().peekable());
        // How far the middle text is ahead of the first one, and the last one ahead of the middle, at this place.
        let (mut from_first, mut to_last): (i64, i64) = (0, 0);
        loop {
            let starts = (first.peek().map(|one| one.behind.0), second.peek().map(|one| one.before.0));
            let Some(start) = starts.0.into_iter().chain(starts.1).min() else { return Self(both) };
            let (before, behind) = (shifted(start, -from_first), shifted(start, to_last));
            // All that overlaps or touches is one stretch of the middle text.
            let mut end = start;
            loop {
                if let Some(one) = first.next_if(|one| one.behind.0 <= end) {
                    end = end.max(one.behind.1);
                    from_first = i64::from(one.behind.1) - i64::from(one.before.1);
                } else if let Some(one) = second.next_if(|one| one.before.0 <= end) {
                    end = end.max(one.before.1);
                    to_last = i64::from(one.behind.1) - i64::from(one.before.1);
                } else {
                    break;
                }
            }
            both.push(Replacement {
                before: (before, shifted(end, -from_first)),
                behind: (behind, shifted(end, to_last)),
            });
        }
    }

    /// The edits that lead from the first text to the last one: sorted, and none overlaps another. Of very many, near ones become one.
    pub(super) fn edits(&self, first: &str, last: &str, units: Units) -> Vec<TextEdit> {
        let mut positions = Positions::new(first.as_bytes());
        let mut edits = Vec::new();
        for Replacement { before, behind } in few(&self.0, first.len()) {
            let old = part(first, before.0 as usize..before.1 as usize);
            let new = part(last, behind.0 as usize..behind.1 as usize);
            // What was put in and then left out again is not an edit, nor is what stayed around it.
            let (old, new, front) = without_same_ends(old, new);
            if old.is_empty() && new.is_empty() {
                continue;
            }
            let (start, end) = (before.0 + front as u32, before.0 + (front + old.len()) as u32);
            let (start, end) = match units {
                Units::Bytes => (start, end),
                Units::Utf16 => (positions.of(start).utf16, positions.of(end).utf16),
            };
            edits.push(TextEdit { start, end, text: new.to_owned() });
        }
        edits
    }
}

fn shifted(offset: u32, by: i64) -> u32 {
    (i64::from(offset) + by).max(0) as u32
}

/// At most about [`MOST_EDITS`] stretches: where there are more, those with little between them become one.
fn few(moved: &[Replacement], length: usize) -> Vec<Replacement> {
    let near = if moved.len() > MOST_EDITS { (length / MOST_EDITS) as u32 } else { 0 };
    let mut few: Vec<Replacement> = Vec::with_capacity(moved.len().min(2 * MOST_EDITS));
    for one in moved {
        match few.last_mut() {
            Some(last) if one.before.0 - last.before.1 < near => {
                (last.before.1, last.behind.1) = (one.before.1, one.behind.1);
            }
            _ => few.push(*one),
        }
    }
    few
}

/// Edits of one suggestion, of which there may be as many as letters: near ones become one.
pub(super) fn thinned(text: &str, edits: &[((u32, u32), &str)]) -> Vec<TextEdit> {
    if edits.len() <= MOST_EDITS {
        let edit = |&((start, end), text): &((u32, u32), &str)| TextEdit { start, end, text: text.to_owned() };
        return edits.iter().map(edit).collect();
    }
    let round = Round::new(edits.iter().map(|&(span, new)| (span, new.len())));
    round.edits(text, &spliced(text, edits.iter().copied()), Units::Bytes)
}

/// Two texts without the characters that they begin and end with both, and how many bytes those at the beginning are.
fn without_same_ends<'a, 'b>(old: &'a str, new: &'b str) -> (&'a str, &'b str, usize) {
    let same = |pairs: &mut dyn Iterator<Item = (char, char)>| {
        pairs.take_while(|(one, other)| one == other).map(|(one, _)| one.len_utf8()).sum::<usize>()
    };
    let front = same(&mut old.chars().zip(new.chars()));
    let (old, new) = (part(old, front..old.len()), part(new, front..new.len()));
    let back = same(&mut old.chars().rev().zip(new.chars().rev()));
    (part(old, 0..old.len() - back), part(new, 0..new.len() - back), front)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn round(edits: &[TextEdit]) -> Round {
        Round::new(edits.iter().map(|edit| ((edit.start, edit.end), edit.text.len())))
    }

    #[test]
    fn offsets_go_back() {
        let edit = |start, end, text: &str| TextEdit { start, end, text: text.to_owned() };
        let edits = [edit(2, 2, "[["), edit(4, 8, "x"), edit(10, 12, "")];
        let text = "0123456789abcdef";
        let (fixed, round) = (apply(text, &edits), round(&edits));
        assert_eq!(fixed, "01[[23x89cdef");
        for (letter, place) in fixed
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

    #[test]
    fn very_many_edits_become_fewer() {
        let text = "ab".repeat(50_000);
        let many = Round::new((0..50_000).map(|at| ((2 * at, 2 * at + 1), 2)));
        let last = "xxb".repeat(50_000);
        let edits = many.edits(&text, &last, Units::Bytes);
        assert!(edits.len() <= MOST_EDITS, "{}", edits.len());
        assert_eq!(apply(&text, &edits), last);
    }

    /// Sorted edits of a text of so many characters: gaps and lengths in characters.
    fn edits_of(text: &str, steps: &[(usize, usize, String)]) -> Vec<TextEdit> {
        let bounds: Vec<u32> = text.char_indices().map(|(at, _)| at as u32).chain([text.len() as u32]).collect();
        let mut at = 0;
        let mut edits = Vec::new();
        for (gap, length, new) in steps {
            let (Some(&start), Some(&end)) = (bounds.get(at + gap), bounds.get(at + gap + length)) else { break };
            edits.push(TextEdit { start, end, text: new.clone() });
            at += gap + length;
        }
        edits
    }

    proptest! {
        /// Any rounds of edits come to edits of the first text, in bytes and in UTF-16.
        #[test]
        fn rounds_come_to_edits_of_the_first_text(
            text in "[aé😀]{0,30}",
            rounds in prop::collection::vec(prop::collection::vec((0..4_usize, 0..4_usize, "[aéx]{0,3}"), 0..6), 0..5),
        ) {
            let (mut all, mut last) = (Round::default(), text.clone());
            for steps in rounds {
                let edits = edits_of(&last, &steps);
                all = all.and(&round(&edits));
                last = apply(&last, &edits);
            }
            let edits = all.edits(&text, &last, Units::Bytes);
            prop_assert!(edits.windows(2).all(|pair| pair[0].end <= pair[1].start));
            prop_assert_eq!(apply(&text, &edits), last.clone());
            let units: Vec<u16> = text.encode_utf16().collect();
            let (mut applied, mut at) = (Vec::new(), 0);
            for edit in all.edits(&text, &last, Units::Utf16) {
                applied.extend(&units[at..edit.start as usize]);
                applied.extend(edit.text.encode_utf16());
                at = edit.end as usize;
            }
            applied.extend(&units[at..]);
            prop_assert_eq!(String::from_utf16(&applied).unwrap(), last);
        }
    }
}
