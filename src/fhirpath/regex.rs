//! Regular expressions, matched in time proportional to the text times the size of the pattern, whatever both are.
//!
//! A pattern becomes a list of steps. All places of that list at which a match may be are followed at once, character by character, and of
//! two the one that the pattern prefers stands first: <https://swtch.com/~rsc/regexp/regexp2.html>. It is our own because of its size: the
//! library regex-lite, with which tests compare it, is four times as large.

use super::reader::EvaluationError;
use crate::document::table;

/// Counts work that is worth so many items.
pub(crate) type Charge<'c> = &'c mut dyn FnMut(usize) -> Result<(), EvaluationError>;

/// A pattern, ready to be matched any number of times.
#[derive(Clone, Default, Debug)]
pub(crate) struct Regex {
    pub(super) steps: Vec<Step>,
    /// First and last character.
    pub(super) ranges: Vec<(u32, u32)>,
    /// The names of the groups. The first is the whole match; it and most others have none.
    pub(super) groups: Vec<Box<str>>,
}

/// Steps go on with the next one, where nothing else is said.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// One character.
    Character(Class),
    /// Goes on at two places, so far from here. The first is preferred.
    Split(isize, isize),
    /// Notes where it is: groups are two such notes.
    Save(usize),
    /// Is at the beginning of the text or of a line.
    Start {
        line: bool,
    },
    /// Is at the end.
    End {
        line: bool,
    },
    /// Whether a letter is before and after this place, as one of four bits: 2 for before and 1 for after.
    Boundary(u8),
    Match,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Class {
    /// A range of [`Regex::ranges`].
    pub(super) first: usize,
    pub(super) end: usize,
    pub(super) negated: bool,
    pub(super) ignores_case: bool,
}

/// Where the matches may be that have begun, with the notes of each.
#[derive(Default)]
struct Threads {
    steps: Vec<usize>,
    slots: Vec<usize>,
}

enum Todo {
    Follow(usize),
    /// What a note was before: another way does not see this one's.
    Restore(usize, usize),
}

/// A note that was not made.
pub(super) const NONE: usize = usize::MAX;

/// Work is counted when there is so much of it.
const MUCH_WORK: usize = 1 << 10;

impl Regex {
    pub(crate) fn is_match(&self, text: &str, charge: Charge<'_>) -> Result<bool, EvaluationError> {
        self.search(text, 0, &mut [], charge)
    }

    /// Where the groups of the first match are that begins here or later: two places for each.
    pub(super) fn captures(
        &self,
        text: &str,
        from: usize,
        charge: Charge<'_>,
    ) -> Result<Option<Vec<usize>>, EvaluationError> {
        let mut slots = vec![NONE; self.groups.len() * 2];
        Ok(self.search(text, from, &mut slots, charge)?.then_some(slots))
    }

    fn search(
        &self,
        text: &str,
        from: usize,
        found: &mut [usize],
        charge: Charge<'_>,
    ) -> Result<bool, EvaluationError> {
        let width = found.len();
        let mut search = Search {
            regex: self,
            text,
            seen: vec![NONE; self.steps.len()],
            todo: Vec::new(),
            work: self.steps.len() / 4,
        };
        let (mut now, mut next) = (Threads::default(), Threads::default());
        let mut slots = vec![NONE; width];
        let (mut at, mut is_match) = (from, false);
        let is_anchored = matches!(self.steps.first(), Some(Step::Start { line: false }));
        let Some(rest) = text.get(from..) else { return Ok(false) };
        let mut characters = rest.chars();
        loop {
            if !is_match && (at == 0 || !is_anchored) {
                slots.fill(NONE);
                search.follow(0, at, &mut slots, &mut now);
            }
            let character = characters.next();
            let after = at + character.map_or(0, char::len_utf8);
            for (place, &step) in now.steps.iter().enumerate() {
                match self.steps.get(step) {
                    Some(Step::Character(class)) => {
                        if character.is_some_and(|character| self.takes(*class, character)) {
                            slots.copy_from_slice(table::rows(&now.slots, place * width..(place + 1) * width));
                            search.follow(step + 1, after, &mut slots, &mut next);
                        }
                    }
                    // What is preferred less counts no more.
                    _ => {
                        is_match = true;
                        found.copy_from_slice(table::rows(&now.slots, place * width..(place + 1) * width));
                        break;
                    }
                }
            }
            let is_over =
                character.is_none() || is_match && width == 0 || next.steps.is_empty() && (is_match || is_anchored);
            if is_over || search.work > MUCH_WORK {
                charge(search.work / 4)?;
                search.work = 0;
            }
            if is_over {
                return Ok(is_match);
            }
            at = after;
            std::mem::swap(&mut now, &mut next);
            next.steps.clear();
            next.slots.clear();
        }
    }

    fn takes(&self, class: Class, character: char) -> bool {
        let ranges = self.ranges.get(class.first..class.end).unwrap_or_default();
        let has = |code: u32| ranges.iter().any(|&(first, last)| first <= code && code <= last);
        let code = u32::from(character);
        (has(code) || class.ignores_case && character.is_ascii_alphabetic() && has(code ^ 0x20)) != class.negated
    }

    /// Adds what matches are replaced by: `$1`, `${name}`, and `$$` for the sign itself.
    pub(super) fn expand(&self, by: &str, text: &str, slots: &[usize], replaced: &mut String) {
        let mut rest = by;
        while let Some((before, after)) = rest.split_once('$') {
            replaced.push_str(before);
            let name_end = after.bytes().position(|byte| !is_word(byte)).unwrap_or(after.len());
            let (name, behind) = match after.strip_prefix('{') {
                Some(inner) => inner.split_once('}').unwrap_or_default(),
                None => after.split_at_checked(name_end).unwrap_or_default(),
            };
            if name.is_empty() && !after.starts_with("{}") {
                replaced.push('$');
                rest = after.strip_prefix('$').unwrap_or(after);
                continue;
            }
            rest = behind;
            let named = || self.groups.iter().position(|group| !name.is_empty() && **group == *name);
            if let Some(group) = name.parse().ok().or_else(named)
                && let Some(&[start, end]) = slots.as_chunks::<2>().0.get(group)
            {
                replaced.push_str(text.get(start..end).unwrap_or_default());
            }
        }
        replaced.push_str(rest);
    }
}

/// Of a letter in the sense of `\w`: those of ASCII, digits and the underscore.
fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}

struct Search<'s> {
    regex: &'s Regex,
    text: &'s str,
    /// Where each step was reached last.
    seen: Vec<usize>,
    todo: Vec<Todo>,
    work: usize,
}

impl Search<'_> {
    /// Adds all that can be reached from a step without taking a character.
    fn follow(&mut self, step: usize, at: usize, slots: &mut [usize], into: &mut Threads) {
        self.todo.push(Todo::Follow(step));
        while let Some(todo) = self.todo.pop() {
            self.work += 1;
            let step = match todo {
                Todo::Follow(step) => step,
                Todo::Restore(slot, before) => {
                    if let Some(slot) = slots.get_mut(slot) {
                        *slot = before;
                    }
                    continue;
                }
            };
            match self.seen.get_mut(step) {
                Some(seen) if *seen != at => *seen = at,
                _ => continue,
            }
            let Some(known) = self.regex.steps.get(step) else { continue };
            let is_here = match *known {
                Step::Split(first, second) => {
                    self.todo.push(Todo::Follow(step.wrapping_add_signed(second)));
                    self.todo.push(Todo::Follow(step.wrapping_add_signed(first)));
                    continue;
                }
                Step::Character(_) | Step::Match => {
                    into.steps.push(step);
                    into.slots.extend_from_slice(slots);
                    continue;
                }
                Step::Save(place) => {
                    if let Some(slot) = slots.get_mut(place) {
                        self.todo.push(Todo::Restore(place, *slot));
                        *slot = at;
                    }
                    true
                }
                Step::Start { line } => at == 0 || line && self.byte(at.wrapping_sub(1)) == Some(b'\n'),
                Step::End { line } => at == self.text.len() || line && self.byte(at) == Some(b'\n'),
                Step::Boundary(table) => {
                    let is_word = |at| self.byte(at).is_some_and(is_word);
                    table >> (u8::from(is_word(at.wrapping_sub(1))) * 2 + u8::from(is_word(at))) & 1 == 1
                }
            };
            if is_here {
                self.todo.push(Todo::Follow(step + 1));
            }
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }
}
