//! What a regular expression is, from its text.
//!
//! That is the syntax of the library regex, without classes of Unicode and those in classes, and without the flags `R` and `x`. As in most
//! others, a letter, a digit and white space are those of ASCII.

use super::regex::{Class, Regex, Step};
use std::str::Chars;

/// As many steps a pattern may have, with those of its repetitions. The specification's own have some hundreds.
const MOST_STEPS: usize = 1 << 12;

/// As many groups may be one in the other.
const MOST_DEPTH: u32 = 50;

/// How patterns are read and matched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Mode {
    /// Whether all of a text has to match.
    pub(crate) full: bool,
    /// Whether `.` takes line feeds as well.
    pub(crate) single_line: bool,
}

/// Why a text is no regular expression that can be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PatternFault {
    Syntax,
    TooLarge,
}

/// Classes by their names: first and last characters.
const CLASSES: [(&str, &str); 14] = [
    ("alnum", "09AZaz"),
    ("alpha", "AZaz"),
    ("ascii", "\0\x7f"),
    ("blank", "\t\t  "),
    ("cntrl", "\0\x1f\x7f\x7f"),
    ("digit", "09"),
    ("graph", "!~"),
    ("lower", "az"),
    ("print", " ~"),
    ("punct", "!/:@[`{~"),
    ("space", "\t\r  "),
    ("upper", "AZ"),
    ("word", "09AZ__az"),
    ("xdigit", "09AFaf"),
];

/// Of [`Reader::flags`], by their letters.
const FLAGS: &str = "imsUu";
const IGNORES_CASE: u8 = 1;
const MULTI_LINE: u8 = 2;
const SINGLE_LINE: u8 = 4;
const LAZY: u8 = 8;

type Read<T = ()> = Result<T, PatternFault>;

impl Regex {
    /// Reads a pattern. It takes time proportional to its text and the steps that it has.
    pub(crate) fn new(pattern: &str, mode: Mode) -> Result<Self, PatternFault> {
        let flags = if mode.single_line { SINGLE_LINE } else { 0 };
        let mut reader = Reader { rest: pattern.chars(), flags, depth: 0, written: 0, regex: Self::default() };
        if mode.full {
            reader.push(Step::Start { line: false })?;
        }
        reader.captured("")?;
        if reader.peek().is_some() {
            return Err(PatternFault::Syntax);
        }
        if mode.full {
            reader.push(Step::End { line: false })?;
        }
        reader.push(Step::Match)?;
        Ok(reader.regex)
    }
}

/// What an escape stands for.
enum Escaped {
    Character(char),
    /// A class, whose ranges are already among those of the pattern.
    Class,
    Place(Step),
}

struct Reader<'p> {
    rest: Chars<'p>,
    flags: u8,
    depth: u32,
    /// Steps that were written, those too that are not there any more.
    written: usize,
    regex: Regex,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    fn next(&mut self) -> Read<char> {
        self.rest.next().ok_or(PatternFault::Syntax)
    }

    fn takes(&mut self, text: &str) -> bool {
        let rest = self.rest.as_str().strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest.as_str()).chars();
        rest.is_some()
    }

    fn expect(&mut self, text: &str) -> Read {
        if self.takes(text) { Ok(()) } else { Err(PatternFault::Syntax) }
    }

    fn push(&mut self, step: Step) -> Read {
        self.insert(self.regex.steps.len(), step)
    }

    /// Steps behind this place name others by how far they are, and none before it names one behind.
    fn insert(&mut self, place: usize, step: Step) -> Read {
        self.written += 1;
        if self.written > MOST_STEPS {
            return Err(PatternFault::TooLarge);
        }
        self.regex.steps.insert(place, step);
        Ok(())
    }

    /// Goes on with the steps that follow, or so far from here; `is_lazy` prefers the latter.
    fn or(&mut self, far: isize, is_lazy: bool) -> Read {
        self.push(if is_lazy { Step::Split(far, 1) } else { Step::Split(1, far) })
    }

    /// What is between parentheses, as a group with this name.
    fn captured(&mut self, name: &str) -> Read {
        let group = self.regex.groups.len();
        self.regex.groups.push(name.into());
        self.push(Step::Save(group * 2))?;
        self.choice()?;
        self.push(Step::Save(group * 2 + 1))
    }

    /// One of several, up to what closes them or the end.
    fn choice(&mut self) -> Read {
        self.depth += 1;
        if self.depth > MOST_DEPTH + 1 {
            return Err(PatternFault::Syntax);
        }
        let mut ends = Vec::new();
        loop {
            let start = self.regex.steps.len();
            self.sequence()?;
            if !self.takes("|") {
                break;
            }
            let length = self.regex.steps.len() - start;
            self.insert(start, Step::Split(1, length as isize + 2))?;
            ends.push(self.regex.steps.len());
            self.push(Step::Match)?;
        }
        let end = self.regex.steps.len();
        for place in ends {
            let far = (end - place) as isize;
            if let Some(step) = self.regex.steps.get_mut(place) {
                *step = Step::Split(far, far);
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn sequence(&mut self) -> Read {
        // Where what was read last begins, which is what is repeated.
        let mut last = None;
        while let Some(character) = self.peek() {
            let (start, first_range) = (self.regex.steps.len(), self.regex.ranges.len());
            if matches!(character, '|' | ')') {
                break;
            }
            self.next()?;
            match character {
                '*' => self.repeat(last, 0, None)?,
                '+' => self.repeat(last, 1, None)?,
                '?' => self.repeat(last, 0, Some(1))?,
                '{' => {
                    let least = self.count()?;
                    let most = match self.takes(",") {
                        false => Some(least),
                        true if self.peek() == Some('}') => None,
                        true => Some(self.count()?),
                    };
                    self.expect("}")?;
                    self.repeat(last, least, most)?;
                }
                '(' => {
                    if self.group()? {
                        last = Some(start);
                    }
                }
                _ => {
                    last = Some(start);
                    match character {
                        '[' => self.class()?,
                        '.' if self.flags & SINGLE_LINE == 0 => {
                            self.regex.ranges.push((10, 10));
                            self.push_class(first_range, true)?;
                        }
                        '.' => self.push_class(first_range, true)?,
                        '^' => self.push(Step::Start { line: self.flags & MULTI_LINE != 0 })?,
                        '$' => self.push(Step::End { line: self.flags & MULTI_LINE != 0 })?,
                        '\\' => match self.escape()? {
                            Escaped::Place(step) => self.push(step)?,
                            Escaped::Class => self.push_class(first_range, false)?,
                            Escaped::Character(escaped) => self.push_character(escaped)?,
                        },
                        _ => self.push_character(character)?,
                    }
                }
            }
        }
        Ok(())
    }

    fn push_character(&mut self, character: char) -> Read {
        let first = self.regex.ranges.len();
        self.regex.ranges.push((character.into(), character.into()));
        self.push_class(first, false)
    }

    /// A character of the ranges that were added last.
    fn push_class(&mut self, first: usize, negated: bool) -> Read {
        let ignores_case = self.flags & IGNORES_CASE != 0;
        self.push(Step::Character(Class { first, end: self.regex.ranges.len(), negated, ignores_case }))
    }

    /// Repeats the steps from a place on.
    fn repeat(&mut self, place: Option<usize>, least: usize, most: Option<usize>) -> Read {
        let is_lazy = self.takes("?") != (self.flags & LAZY != 0);
        let Some(place) = place.filter(|_| most.is_none_or(|most| least <= most)) else {
            return Err(PatternFault::Syntax);
        };
        let body: Vec<Step> = self.regex.steps.drain(place..).collect();
        let length = body.len() as isize;
        // Nothing is nothing, however often.
        let least = if body.is_empty() { 0 } else { least };
        for _ in 0..least {
            self.extend(&body)?;
        }
        match most {
            Some(most) => {
                for left in (1..=most - least).rev() {
                    self.or(left as isize * (length + 1), is_lazy)?;
                    self.extend(&body)?;
                }
            }
            None => {
                if least == 0 {
                    // Once or more often, or not at all: what may be empty is then tried in the right order.
                    self.or(length + 2, is_lazy)?;
                    self.extend(&body)?;
                }
                self.or(-length, !is_lazy)?;
            }
        }
        Ok(())
    }

    fn extend(&mut self, steps: &[Step]) -> Read {
        for &step in steps {
            self.push(step)?;
        }
        Ok(())
    }

    /// A number, with white space around it.
    fn count(&mut self) -> Read<usize> {
        let rest = self.rest.as_str().trim_start();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = rest.split_at_checked(digits).unwrap_or_default();
        self.rest = rest.trim_start().chars();
        match number.parse::<u32>() {
            // More often than anything can be there.
            Ok(number) => Ok((number as usize).min(MOST_STEPS + 1)),
            Err(_) => Err(PatternFault::Syntax),
        }
    }

    /// What is behind a parenthesis. Gives whether that can be repeated: flags cannot.
    fn group(&mut self) -> Read<bool> {
        let before = self.flags;
        if self.takes("?P<") || self.takes("?<") {
            let (name, rest) = self.rest.as_str().split_once('>').ok_or(PatternFault::Syntax)?;
            let is_part =
                |character: char| character == '_' || character.is_ascii_alphabetic() || !character.is_ascii();
            let is_new = self.regex.groups.iter().all(|group| **group != *name);
            let is_name = name.starts_with(is_part)
                && name.chars().all(|one| is_part(one) || one.is_ascii_digit() || ".[]".contains(one));
            if !is_new || !is_name {
                return Err(PatternFault::Syntax);
            }
            self.rest = rest.chars();
            self.captured(name)?;
        } else if self.takes("?") {
            let is_group = self.read_flags()?;
            if !is_group {
                return Ok(false);
            }
            self.choice()?;
        } else {
            self.captured("")?;
        }
        self.flags = before;
        self.expect(")")?;
        Ok(true)
    }

    /// `i-s:` or `i-s)`; gives whether a group is behind it.
    fn read_flags(&mut self) -> Read<bool> {
        let (mut seen, mut sets, mut last) = (0_u8, true, '?');
        loop {
            let letter = self.next()?;
            match letter {
                ':' | ')' => {
                    let is_over = last != '-' && (last != '?' || letter == ':');
                    return if is_over { Ok(letter == ':') } else { Err(PatternFault::Syntax) };
                }
                '-' if sets => sets = false,
                _ => {
                    let flag = 1 << FLAGS.find(letter).ok_or(PatternFault::Syntax)?;
                    if seen & flag != 0 {
                        return Err(PatternFault::Syntax);
                    }
                    seen |= flag;
                    self.flags = if sets { self.flags | flag } else { self.flags & !flag };
                }
            }
            last = letter;
        }
    }

    /// What is behind `[`.
    fn class(&mut self) -> Read {
        let first = self.regex.ranges.len();
        let negated = self.takes("^");
        while self.takes("-") {
            self.range('-', '-')?;
        }
        if self.regex.ranges.len() == first && self.takes("]") {
            self.range(']', ']')?;
        }
        loop {
            let rest = self.rest.as_str();
            if ["&&", "--", "~~"].iter().any(|operator| rest.starts_with(operator)) {
                return Err(PatternFault::Syntax);
            }
            let from = match self.next()? {
                ']' => return self.push_class(first, negated),
                '[' => {
                    self.expect(":")?;
                    let is_negated = self.takes("^");
                    let (name, rest) = self.rest.as_str().split_once(":]").ok_or(PatternFault::Syntax)?;
                    self.rest = rest.chars();
                    self.named_class(name, is_negated)?;
                    continue;
                }
                '\\' => self.escape()?,
                character => Escaped::Character(character),
            };
            let is_range = self.rest.as_str().strip_prefix('-').is_some_and(|rest| !rest.starts_with([']', '-']));
            match from {
                Escaped::Character(from) if is_range => {
                    self.next()?;
                    let to = match self.next()? {
                        '\\' => self.escape()?,
                        character => Escaped::Character(character),
                    };
                    let Escaped::Character(to) = to else { return Err(PatternFault::Syntax) };
                    self.range(from, to)?;
                }
                Escaped::Character(only) => self.range(only, only)?,
                Escaped::Class if !is_range => {}
                _ => return Err(PatternFault::Syntax),
            }
        }
    }

    fn range(&mut self, first: char, last: char) -> Read {
        self.regex.ranges.push((first.into(), last.into()));
        if first <= last { Ok(()) } else { Err(PatternFault::Syntax) }
    }

    fn named_class(&mut self, name: &str, negated: bool) -> Read {
        let known = CLASSES.iter().find(|(known, _)| *known == name);
        let (_, characters) = known.ok_or(PatternFault::Syntax)?;
        let ranges = &mut self.regex.ranges;
        let mut next = 0;
        for &[first, last] in characters.as_bytes().as_chunks::<2>().0 {
            let (first, last) = (u32::from(first), u32::from(last));
            if !negated {
                ranges.push((first, last));
            } else if first > next {
                ranges.push((next, first - 1));
            }
            next = last + 1;
        }
        if negated {
            ranges.push((next, char::MAX.into()));
        }
        Ok(())
    }

    /// What is behind a backslash.
    fn escape(&mut self) -> Read<Escaped> {
        let character = self.next()?;
        let name = match character.to_ascii_lowercase() {
            'd' => "digit",
            's' => "space",
            'w' => "word",
            _ => "",
        };
        if !name.is_empty() {
            self.named_class(name, character.is_ascii_uppercase())?;
            return Ok(Escaped::Class);
        }
        Ok(match character {
            'x' => self.code(2)?,
            'u' => self.code(4)?,
            'U' => self.code(8)?,
            'a' => Escaped::Character('\x07'),
            'f' => Escaped::Character('\x0c'),
            't' => Escaped::Character('\t'),
            'n' => Escaped::Character('\n'),
            'r' => Escaped::Character('\r'),
            'v' => Escaped::Character('\x0b'),
            'A' => Escaped::Place(Step::Start { line: false }),
            'z' => Escaped::Place(Step::End { line: false }),
            'b' => Escaped::Place(Step::Boundary(self.boundary()?)),
            'B' => Escaped::Place(Step::Boundary(0b1001)),
            '<' => Escaped::Place(Step::Boundary(0b0010)),
            '>' => Escaped::Place(Step::Boundary(0b0100)),
            _ if character.is_ascii() && !character.is_ascii_alphanumeric() => Escaped::Character(character),
            // Among them groups by their number: what has them is no regular expression, but one that can take forever.
            _ => return Err(PatternFault::Syntax),
        })
    }

    /// What is behind `\b`, as in [`Step::Boundary`].
    fn boundary(&mut self) -> Read<u8> {
        let special =
            self.rest.as_str().strip_prefix('{').filter(|inner| {
                inner.starts_with(|character: char| character.is_ascii_alphabetic() || character == '-')
            });
        let Some(inner) = special else { return Ok(0b0110) };
        for (name, boundary) in [("start}", 0b0010), ("end}", 0b0100), ("start-half}", 0b0011), ("end-half}", 0b0101)] {
            if let Some(rest) = inner.strip_prefix(name) {
                self.rest = rest.chars();
                return Ok(boundary);
            }
        }
        Err(PatternFault::Syntax)
    }

    /// A character by its number: so many digits, or as many as are in braces.
    fn code(&mut self, digits: usize) -> Read<Escaped> {
        let rest = self.rest.as_str();
        let parts = match rest.strip_prefix('{') {
            Some(inner) => inner.split_once('}'),
            None => rest.split_at_checked(digits),
        };
        let (number, rest) = parts.ok_or(PatternFault::Syntax)?;
        self.rest = rest.chars();
        let is_number = number.bytes().all(|digit| digit.is_ascii_hexdigit());
        let code = u32::from_str_radix(number, 16).ok().filter(|_| is_number);
        code.and_then(char::from_u32).map(Escaped::Character).ok_or(PatternFault::Syntax)
    }
}
