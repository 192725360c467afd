//! What is not JSON for a slip of the hand: a comma too many or too few, comments, single quotes, names without quotes, Python's `True`.

use super::edits::spliced;
use crate::document::Document;
use crate::document::table::{part, rows};
use crate::json::{SyntaxError, SyntaxFault};

/// An edit of a slip. A slip of several edits comes several times.
#[derive(Clone, Copy)]
struct Slip {
    /// As the scanner would report it where it is the first one.
    error: SyntaxError,
    start: u32,
    end: u32,
    /// Where what is there instead ends in the text of all of them.
    text_end: u32,
}

/// The edits of the slips of a text, in their order. There may be one for each second letter: their texts are kept together.
pub(super) struct Slips {
    list: Vec<Slip>,
    texts: String,
}

/// As often is a text read to see which slips are certain.
const MOST_READINGS: usize = 8;

/// Control characters with less between them are escaped in one edit.
const NEAR: u32 = 8;

impl Slips {
    /// The slips of a text, up to its end or to where one cannot be sure what was meant.
    #[cold]
    pub(super) fn of(text: &str) -> Self {
        Self::up_to(text, usize::MAX)
    }

    /// Those of its first slip.
    #[cold]
    pub(super) fn first(text: &str) -> Self {
        let mut slips = Self::up_to(text, 1);
        let first = slips.list.first().map(|slip| slip.error);
        let same = slips.list.iter().take_while(|slip| Some(slip.error) == first).count();
        slips.truncate(same);
        slips
    }

    /// Reads no further once there are so many.
    fn up_to(text: &str, most: usize) -> Self {
        let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let slips = Self { list: Vec::new(), texts: String::new() };
        let mut reader = Reader { text: text.as_bytes(), at, open: Vec::new(), slips, most };
        // Where it stops, what was found before is right all the same.
        let _ = reader.all();
        reader.slips
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// The fault that the edit with this index belongs to.
    pub(super) fn error(&self, index: usize) -> Option<SyntaxError> {
        self.list.get(index).map(|slip| slip.error)
    }

    /// What each edit replaces, and what is there instead.
    pub(super) fn edits(&self) -> impl Iterator<Item = ((u32, u32), &str)> + Clone {
        let starts = [0].into_iter().chain(self.list.iter().map(|slip| slip.text_end as usize));
        self.list
            .iter()
            .zip(starts)
            .map(|(slip, start)| ((slip.start, slip.end), part(&self.texts, start..slip.text_end as usize)))
    }

    /// The text with all of them applied.
    pub(super) fn applied(&self, text: &str) -> String {
        spliced(text, self.edits())
    }

    /// The slips that certainly are some: with all of them fixed, a text can be read to its end, or with each of them a little further.
    pub(super) fn certain(text: &str) -> Self {
        let mut slips = Self::of(text);
        if Document::is_json(&slips.applied(text)).is_ok() {
            return slips;
        }
        slips.keep_leading_on();
        // What is left out stops the reading at its own place, behind all that is kept: there are no more than two or three rounds.
        for _ in 0..MOST_READINGS {
            let Err(error) = Document::is_json(&slips.applied(text)) else { return slips };
            let before = slips.len();
            slips.keep_before(error.offset);
            if slips.len() == before {
                return slips;
            }
        }
        Self { list: Vec::new(), texts: String::new() }
    }

    /// Leaves out the first slip behind which reading would come no further, and all that follow it.
    fn keep_leading_on(&mut self) {
        let mut kept = 0;
        for (index, slip) in self.list.iter().enumerate() {
            let Some(next) = self.list.get(index + 1) else { break };
            if next.error == slip.error {
                continue;
            }
            if next.error.offset <= slip.error.offset.max(slip.end - u32::from(slip.end > slip.start)) {
                return self.truncate(kept);
            }
            kept = index + 1;
        }
    }

    /// Leaves out those that reading the fixed text came not past. A slip goes with all of its edits, or not at all.
    fn keep_before(&mut self, offset: u32) {
        let mut shift: i64 = 0;
        let ends = self.edits().map(|((start, end), new)| {
            shift += new.len() as i64 - i64::from(end - start);
            // What is only put in must have been read.
            i64::from(end) + shift + i64::from(start == end)
        });
        let kept = ends.take_while(|&end| end <= i64::from(offset)).count();
        let cut = self.error(kept);
        let whole = self.list.iter().position(|slip| Some(slip.error) == cut).unwrap_or(kept);
        self.truncate(whole.min(kept));
    }

    fn truncate(&mut self, length: usize) {
        self.list.truncate(length);
        self.texts.truncate(self.list.last().map_or(0, |slip| slip.text_end as usize));
    }
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Value,
    Name,
    Colon,
    /// A comma or the end of what is open.
    Comma,
}

/// Whether one can go on.
type Progress = Option<()>;

struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    /// The closing brackets of what is open.
    open: Vec<u8>,
    slips: Slips,
    /// So many edits are enough.
    most: usize,
}

impl Reader<'_> {
    fn all(&mut self) -> Progress {
        let mut next = Next::Value;
        // The comma in front of what comes next, and where the value in front of that ended.
        let (mut comma, mut end) = (None, 0);
        loop {
            self.skip()?;
            if self.slips.len() >= self.most {
                return None;
            }
            let Some(byte) = self.byte(self.at) else { return Some(()) };
            let start = self.at;
            let quoted = matches!(byte, b'"' | b'\'');
            next = match next {
                Next::Value | Next::Name | Next::Comma if self.open.last() == Some(&byte) => {
                    if let Some(comma) = comma.filter(|_| next != Next::Comma) {
                        self.trailing_comma(start, comma);
                    }
                    self.open.pop();
                    self.at += 1;
                    Next::Comma
                }
                Next::Comma if byte == b',' && !self.open.is_empty() => {
                    self.at += 1;
                    comma = Some(start);
                    self.inside()
                }
                Next::Comma => {
                    let &close = self.open.last()?;
                    self.begins_next(end, quoted)?;
                    // Behind the comments that go, if there are some.
                    let end = self.slips.list.last().map_or(end, |slip| end.max(slip.end as usize));
                    self.slip(start, SyntaxFault::ExpectedCommaOr(char::from(close)), (end, end), ",");
                    comma = None;
                    self.inside()
                }
                Next::Colon => {
                    self.at += 1;
                    comma = None;
                    (byte == b':').then_some(Next::Value)?
                }
                Next::Name if quoted => {
                    self.string(SyntaxFault::ExpectedName)?;
                    Next::Colon
                }
                Next::Name => {
                    self.word();
                    let is_name = byte.is_ascii_alphabetic() && self.behind(self.at) == Some(b':');
                    is_name.then_some(())?;
                    self.slip(start, SyntaxFault::ExpectedName, (start, start), "\"");
                    self.slip(start, SyntaxFault::ExpectedName, (self.at, self.at), "\"");
                    Next::Colon
                }
                Next::Value if matches!(byte, b'{' | b'[') => {
                    self.at += 1;
                    comma = None;
                    self.open.push(byte + 2);
                    self.inside()
                }
                Next::Value => {
                    if quoted {
                        self.string(SyntaxFault::ExpectedValue)?;
                    } else {
                        self.literal()?;
                    }
                    Next::Comma
                }
            };
            if next == Next::Comma {
                end = self.at;
            }
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.get(at).copied()
    }

    #[inline(never)]
    fn slip(&mut self, offset: usize, fault: SyntaxFault, (start, end): (usize, usize), text: &str) {
        self.slips.texts.push_str(text);
        let error = SyntaxError { offset: offset as u32, fault };
        let text_end = self.slips.texts.len() as u32;
        self.slips.list.push(Slip { error, start: start as u32, end: end as u32, text_end });
    }

    /// A comma with nothing behind it but comments, which are behind it in the text: with the first of them, it is one slip.
    fn trailing_comma(&mut self, offset: usize, comma: usize) {
        let place = self.slips.list.partition_point(|slip| (slip.start as usize) < comma);
        let Some(first) = self.slips.list.get(place).copied() else {
            return self.slip(offset, SyntaxFault::TrailingComma, (comma, comma + 1), "");
        };
        // Nothing is there instead of a comment, or of a comma.
        self.slips.list.insert(place, Slip { start: comma as u32, end: comma as u32 + 1, ..first });
    }

    fn inside(&self) -> Next {
        if self.open.last() == Some(&b'}') { Next::Name } else { Next::Value }
    }

    /// The first byte from here on that is not white space.
    #[inline(never)]
    fn solid(&self, mut at: usize) -> usize {
        while matches!(self.byte(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            at += 1;
        }
        at
    }

    /// What is behind a byte and white space.
    fn behind(&self, at: usize) -> Option<u8> {
        self.byte(self.solid(at))
    }

    /// Moves over white space and comments, which go, with the blanks in front of them.
    fn skip(&mut self) -> Progress {
        loop {
            self.at = self.solid(self.at);
            if self.byte(self.at) != Some(b'/') {
                return Some(());
            }
            let start = self.at;
            let is_block = self.byte(start + 1)? == b'*';
            (is_block || self.byte(start + 1)? == b'/').then_some(())?;
            self.at += 2;
            if is_block {
                while self.text.get(self.at..self.at + 2)? != b"*/" {
                    self.at += 1;
                }
                self.at += 2;
            } else {
                while self.byte(self.at).is_some_and(|byte| byte != b'\n' && byte != b'\r') {
                    self.at += 1;
                }
            }
            let mut first = start;
            while matches!(self.byte(first.wrapping_sub(1)), Some(b' ' | b'\t')) {
                first -= 1;
            }
            // What is on both sides of it would become one word.
            let is_word = |at: usize| self.byte(at).is_some_and(is_of_word);
            (!(is_word(first.wrapping_sub(1)) && is_word(self.at))).then_some(())?;
            self.slip(start, SyntaxFault::Comment, (first, self.at), "");
        }
    }

    /// Whether what is here is the next member or item, in front of which a comma is missing.
    fn begins_next(&mut self, end: usize, quoted: bool) -> Progress {
        let (start, found) = (self.at, self.slips.len());
        let byte = self.byte(start)?;
        if quoted {
            self.string(SyntaxFault::ExpectedValue)?;
        } else {
            self.word();
        }
        let behind = self.behind(self.at);
        self.at = start;
        self.slips.truncate(found);
        let right = if self.open.last() == Some(&b'}') {
            behind == Some(b':')
        } else {
            matches!((self.byte(end.checked_sub(1)?)?, byte), (b'}', b'{') | (b']', b'['))
                || quoted && matches!(behind, Some(b',' | b']')) && self.text.get(end..start)?.contains(&b'\n')
        };
        right.then_some(())
    }

    /// Moves over letters, digits and what else is in numbers and names.
    #[inline(never)]
    fn word(&mut self) -> &str {
        let start = self.at;
        while self.byte(self.at).is_some_and(is_of_word) {
            self.at += 1;
        }
        // Bytes of words are ASCII.
        str::from_utf8(rows(self.text, start..self.at)).unwrap_or("")
    }

    /// `true`, `false`, `null` or a number, perhaps with other capitals, or a plus sign.
    fn literal(&mut self) -> Progress {
        let start = self.at;
        let word = self.word();
        if Document::is_json(word).is_ok() {
            return Some(());
        }
        let (right, fault) = match word.strip_prefix('+') {
            Some(number) => (number.to_owned(), SyntaxFault::BadNumber),
            None if word == "None" => ("null".to_owned(), SyntaxFault::ExpectedValue),
            None => (word.to_ascii_lowercase(), SyntaxFault::ExpectedValue),
        };
        Document::is_json(&right).ok()?;
        self.slip(start, fault, (start, self.at), &right);
        Some(())
    }

    /// Moves behind a string in double or single quotes. Its slips count only if what follows can follow a string.
    fn string(&mut self, expected: SyntaxFault) -> Progress {
        let (start, found) = (self.at, self.slips.len());
        let quote = self.byte(start)?;
        let single = quote == b'\'';
        if single {
            self.slip(start, expected, (start, start + 1), "\"");
        }
        loop {
            self.at += 1;
            let at = self.at;
            // Without its end, nobody knows what belongs to it.
            let Some(byte) = self.byte(at) else { return self.unsure(found) };
            match byte {
                _ if byte == quote => break,
                b'\\' => {
                    self.at += 1;
                    match self.byte(self.at) {
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' | b'u') => {}
                        Some(b'\'') => self.in_string(found, (at, at + 1), SyntaxFault::BadEscape, ""),
                        _ => return self.unsure(found),
                    }
                }
                b'"' => self.in_string(found, (at, at), SyntaxFault::ControlCharacter, "\\"),
                b'\n' => self.in_string(found, (at, at + 1), SyntaxFault::ControlCharacter, "\\n"),
                b'\r' => self.in_string(found, (at, at + 1), SyntaxFault::ControlCharacter, "\\r"),
                b'\t' => self.in_string(found, (at, at + 1), SyntaxFault::ControlCharacter, "\\t"),
                0..b' ' => return self.unsure(found),
                _ => {}
            }
        }
        if single {
            self.slip(start, expected, (self.at, self.at + 1), "\"");
        }
        self.at += 1;
        // Else a quote is missing somewhere, or one is inside.
        let follows = matches!(self.behind(self.at), None | Some(b',' | b':' | b'}' | b']' | b'/'));
        if follows || self.slips.len() == found { Some(()) } else { self.unsure(found) }
    }

    /// An edit inside of a string, which has so many slips before it. All slips of a string are one: its first.
    #[inline(never)]
    fn in_string(&mut self, found: usize, (start, end): (usize, usize), fault: SyntaxFault, text: &str) {
        let first = self.slips.error(found);
        let SyntaxError { offset, fault } = first.unwrap_or(SyntaxError { offset: start as u32, fault });
        // There may be thousands of control characters, and few letters between them.
        let last = self.slips.list.last_mut().filter(|_| first.is_some());
        let last = last.filter(|last| last.start < last.end && start as u32 - last.end < NEAR);
        if let Some(last) = last.filter(|last| offset < last.start || fault == SyntaxFault::ControlCharacter) {
            let between = str::from_utf8(rows(self.text, last.end as usize..start));
            debug_assert!(between.is_ok(), "slips are at characters");
            self.slips.texts.push_str(between.unwrap_or_default());
            self.slips.texts.push_str(text);
            (last.end, last.text_end) = (end as u32, self.slips.texts.len() as u32);
            return;
        }
        self.slip(offset as usize, fault, (start, end), text);
    }

    fn unsure(&mut self, found: usize) -> Progress {
        self.slips.truncate(found);
        None
    }
}

/// Letters, digits and what else is in numbers and names.
fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_+-.".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(text: &str) -> String {
        Slips::of(text).applied(text)
    }

    #[test]
    fn slips_are_fixed() {
        let cases = [
            ("{\"a\": [1, 2,],}", "{\"a\": [1, 2]}"),
            ("{'a': 'say \"hi\"', 'b': 'it\\'s'}", "{\"a\": \"say \\\"hi\\\"\", \"b\": \"it's\"}"),
            ("{\n  // one\n  \"a\": 1, // two\n  /* three */ \"b\": 2\n}", "{\n\n  \"a\": 1,\n \"b\": 2\n}"),
            ("{\"a\": 1\n \"b\": 2}", "{\"a\": 1,\n \"b\": 2}"),
            ("{\"a\": 1 // one\n \"b\": 2/* two */ \"c\": 3}", "{\"a\": 1,\n \"b\": 2, \"c\": 3}"),
            ("[{} {}, [1] [2]]", "[{}, {}, [1], [2]]"),
            ("[\"a\"\n\"b\"]", "[\"a\",\n\"b\"]"),
            ("{a: True, b_1: None, c: +1}", "{\"a\": true, \"b_1\": null, \"c\": 1}"),
            ("{\"a\": \"x\ty\nz\"}", "{\"a\": \"x\\ty\\nz\"}"),
            ("[1, // one\n 2,/* two */ // and\n]", "[1,\n 2\n]"),
            ("\u{feff}{\"a\": 1,}\r\n", "\u{feff}{\"a\": 1}\r\n"),
        ];
        for (text, right) in cases {
            assert_eq!(fixed(text), right);
            let error = crate::document::Document::plain(text).unwrap_err();
            assert_eq!(Slips::of(text).error(0), Some(error), "{text}");
            assert!(crate::document::Document::plain(right).is_ok());
        }
    }

    #[test]
    fn what_could_mean_two_things_stays() {
        for text in [
            "",
            "{",
            "[1 2]",
            "[\"a\" \"b\"]",
            "{\"a\" 1}",
            "{\"a\": 'it's'}",
            "[1,,2]",
            "[1}",
            "{\"a\": 01}",
            "{\"a\": \"C:\\d\"}",
            "{\"a\": \"x\n, \"b\": 1}",
            "{} {}",
            "/* ",
            "{\"a\": 'é\\",
            "[,]",
            "{\"a\": tru}",
            "{\"a\": 1/* was */2}",
        ] {
            assert_eq!(fixed(text), text);
        }
    }
}
