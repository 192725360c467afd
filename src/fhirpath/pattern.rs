//! Regular expressions: how large they become when they are compiled, and what of them decides whether they match.
//!
//! The library answers in time proportional to the text times the size of what it compiles, and counted repetition multiplies that:
//! `(a{0,60}){0,60}` is 3,600 states. So the size is worked out first, and paid for.

use super::reader::EvaluationError;
use regex_lite::{Regex, RegexBuilder};

/// As many states are compiled. The specification's own expressions have some hundreds.
const MOST_STATES: usize = 2_000;

/// As many states the specification's expressions are in at one place of a text, at most.
const USUAL_STATES: usize = 16;

/// The library's own limit, in bytes.
const LARGEST: usize = 1 << 18;

/// What of a text a regular expression is to match.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum MatchMode {
    /// `matches()`: any part.
    Any,
    /// `matchesFull()`: all of it.
    Full,
    /// `replaceMatches()`: every part that it can.
    Each,
}

impl MatchMode {
    /// What the function with this name does; nothing where it takes no regular expression.
    pub(super) fn by(function: &str) -> Option<Self> {
        Some(match function {
            "matches" => Self::Any,
            "matchesFull" => Self::Full,
            "replaceMatches" => Self::Each,
            _ => return None,
        })
    }
}

/// A pattern, read as far as its size goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Pattern<'p> {
    /// The pattern, or the part of it that a text matches where it matches the whole.
    pub(super) text: &'p str,
    /// About as many states it has.
    pub(super) states: usize,
}

impl<'p> Pattern<'p> {
    /// All of a pattern.
    pub(super) fn whole(text: &'p str) -> Self {
        Self { text, states: Reader { bytes: text.as_bytes(), at: 0 }.whole().states }
    }

    /// What decides whether a text has a match at all: what may be missing at the end, is left out. R4's names (`[A-Z]([A-Za-z0-9_]){0,254}`)
    /// are then one state, not 255.
    pub(super) fn decisive(text: &'p str) -> Self {
        let Level { states, decisive, decisive_states, choice } = Reader { bytes: text.as_bytes(), at: 0 }.whole();
        // Flags change what follows.
        match text.get(..decisive).filter(|part| !choice && !part.is_empty() && !text.contains("(?")) {
            Some(part) => Self { text: part, states: decisive_states },
            None => Self { text, states },
        }
    }

    /// What compiling it costs, in items looked at.
    pub(super) fn compiling(self) -> usize {
        self.states.saturating_mul(2).saturating_add(self.text.len()).saturating_add(16)
    }

    /// What looking for a match in so many bytes costs, in items looked at.
    pub(super) fn matching(self, bytes: usize) -> usize {
        self.states.saturating_mul(bytes) / 4
    }

    /// The same for a pattern of a definition: few of its states are reached at once.
    pub(super) fn matching_as_usual(self, bytes: usize) -> usize {
        Self { states: self.states.min(USUAL_STATES), ..self }.matching(bytes)
    }

    pub(super) fn compile(self) -> Result<Regex, EvaluationError> {
        if self.states > MOST_STATES {
            return Err(EvaluationError::too_costly("a regular expression is too large: its counts multiply"));
        }
        // FHIRPath's expressions match in single-line mode: `.` takes line feeds as well.
        RegexBuilder::new(self.text)
            .dot_matches_new_line(true)
            .size_limit(LARGEST)
            .build()
            .map_err(|_| EvaluationError::new("this is not a regular expression that can be used here"))
    }
}

/// The regular expression of a literal.
pub(super) fn literal_regex(text: &str, matching: MatchMode) -> Result<Regex, EvaluationError> {
    let whole = Pattern::whole(text);
    match matching {
        MatchMode::Full => Pattern { text: &format!("^(?:{text})$"), ..whole }.compile(),
        MatchMode::Any => {
            // What is not a regular expression at its end is not one at all.
            let compiled = whole.compile()?;
            let decisive = Pattern::decisive(text);
            if decisive == whole { Ok(compiled) } else { decisive.compile() }
        }
        MatchMode::Each => whole.compile(),
    }
}

/// Whether all of a text matches a pattern; nothing where that cannot be used. `afford` is asked whether so many items may be looked at.
pub(crate) fn matches_whole(pattern: &str, text: &str, afford: &mut dyn FnMut(usize) -> bool) -> Option<bool> {
    let whole = Pattern::whole(pattern);
    if !afford(whole.compiling().saturating_add(whole.matching(text.len()))) {
        return None;
    }
    Some(literal_regex(pattern, MatchMode::Full).ok()?.is_match(text))
}

/// What is between two parentheses, or in the whole pattern.
#[derive(Clone, Copy, Default)]
struct Level {
    states: usize,
    /// The end of the part that must be there; all behind it may be missing.
    decisive: usize,
    /// The states of that part.
    decisive_states: usize,
    /// Whether it is a choice of several.
    choice: bool,
}

struct Reader<'p> {
    bytes: &'p [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn whole(&mut self) -> Level {
        let mut levels: Vec<Level> = Vec::new();
        let mut level = Level::default();
        while let Some(byte) = self.peek() {
            let mut states = 1;
            self.at += 1;
            match byte {
                b'(' => {
                    levels.push(std::mem::take(&mut level));
                    // With this flag white space and comments are between the parts: their size is not worked out.
                    if self.has_flag(b'x') {
                        level.states = MOST_STATES;
                    }
                    continue;
                }
                b')' => {
                    states = level.states.saturating_add(2);
                    // One that nothing opened is an error that the library reports.
                    level = levels.pop().unwrap_or_default();
                }
                b'|' => {
                    level.choice = true;
                    level.states = level.states.saturating_add(1);
                    continue;
                }
                b'[' => states = self.class(),
                b'\\' => self.at += 1,
                _ => {}
            }
            let end = self.at;
            let (least, most) = self.quantifier();
            let all = states.saturating_mul(most.max(1)).saturating_add(usize::from(least != most));
            if least > 0 {
                // Once is enough where nothing that must be there follows.
                level.decisive = if least == 1 { end } else { self.at };
                let needed = if least == 1 { states } else { all };
                level.decisive_states = level.states.saturating_add(needed);
            }
            level.states = level.states.saturating_add(all);
        }
        // What is not closed is not a regular expression, and is found to be none.
        levels
            .into_iter()
            .fold(level, |inner, outer| Level { states: inner.states.saturating_add(outer.states), ..Level::default() })
    }

    /// Whether a parenthesis that has begun sets a flag.
    fn has_flag(&self, flag: u8) -> bool {
        // A pattern may end right here.
        let rest = self.bytes.get(self.at..).and_then(|rest| rest.strip_prefix(b"?")).unwrap_or(&[]);
        rest.iter().take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'-').any(|&byte| byte == flag)
    }

    /// Moves behind a class that has begun; gives about as many states as it is compiled to.
    fn class(&mut self) -> usize {
        let start = self.at;
        self.at += usize::from(self.peek() == Some(b'^'));
        // A bracket right at the beginning stands for itself.
        self.at += usize::from(self.peek() == Some(b']'));
        let mut depth = 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'[' => depth += 1,
                b']' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        1 + (self.at - start) / 8
    }

    /// Moves behind what says how often something may be there, if that is said: at least and at most; "any number" counts as once more than the least.
    fn quantifier(&mut self) -> (usize, usize) {
        let (mut least, mut most) = (1_usize, 1_usize);
        loop {
            let (min, max) = match self.peek() {
                Some(b'*') => (0, 1),
                Some(b'+') => (1, 2),
                // Behind another one it says that as few as possible are taken, which changes nothing here but that one may be missing.
                Some(b'?') => (0, 1),
                Some(b'{') => match self.counts() {
                    Some(counts) => counts,
                    None => return (least, most),
                },
                _ => return (least, most),
            };
            self.at += match self.peek() {
                Some(b'{') => self
                    .bytes
                    .get(self.at..)
                    .and_then(|rest| rest.iter().position(|&byte| byte == b'}'))
                    .map_or(1, |end| end + 1),
                _ => 1,
            };
            (least, most) = (least.saturating_mul(min), most.saturating_mul(max));
        }
    }

    /// `{3}`, `{3,}` or `{3,5}`.
    fn counts(&self) -> Option<(usize, usize)> {
        let rest = self.bytes.get(self.at + 1..)?;
        let inner = rest.split(|&byte| byte == b'}').next()?;
        let text = std::str::from_utf8(inner).ok()?;
        let (least, most) = match text.split_once(',') {
            Some((least, most)) => (least.trim(), most.trim()),
            None => (text.trim(), text.trim()),
        };
        let least: usize = if least.is_empty() { 0 } else { least.parse().ok()? };
        let most = if most.is_empty() { least + 1 } else { most.parse().ok()? };
        Some((least, most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_multiply_where_one_is_in_the_other() {
        let states = |text| Pattern::whole(text).states;
        assert_eq!(states("abc"), 3);
        assert_eq!(states("a{3}b"), 4);
        assert!((60..70).contains(&states("a{0,60}")));
        assert!(states("(a{0,60}){0,60}") > 3_600);
        assert!(states("((a{0,20}){0,20}){0,20}") > 8_000);
        assert!(states("a{1,64}b{1,64}") < 140);
        assert!(states("(a{99999999}){99999999}{99999999}") > MOST_STATES);
        assert!(states("[[:alpha:]]{100}") >= 100);
        assert!(Pattern::whole("((a{0,20}){0,20}){0,20}").compile().is_err_and(|error| error.too_costly));
    }

    #[test]
    fn what_may_be_missing_at_the_end_does_not_decide() {
        let decisive = |text| Pattern::decisive(text).text;
        assert_eq!(decisive("[A-Z]([A-Za-z0-9_]){0,254}"), "[A-Z]");
        assert_eq!(decisive(r"[^\s\.,]{1,64}(\.[^\s]{1,64}(\[x\])?)*"), r"[^\s\.,]");
        assert_eq!(decisive(r"[A-Za-z][A-Za-z0-9]*(\.[a-z]*(\[x])?)*"), "[A-Za-z]");
        assert_eq!(decisive("ab{2,3}c*"), "ab{2,3}");
        assert_eq!(decisive("^a+$"), "^a+$");
        assert_eq!(decisive("ab|c*"), "ab|c*");
        assert_eq!(decisive("(a|b)?"), "(a|b)?");
        assert_eq!(decisive("a*"), "a*");
        assert_eq!(decisive("(ab)+?"), "(ab)+?");
    }
}
