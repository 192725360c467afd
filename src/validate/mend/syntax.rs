//! What is no JSON for a slip of the hand: a comma too many or too few, comments, single quotes, names without quotes, Python's `True`.

use crate::json::{Document, SyntaxError, SyntaxFault};
use crate::report::TextEdit;

/// A slip, as the scanner would report it where it is the first one, and an edit that mends it. A slip of several edits comes several times.
pub(in crate::validate) struct Slip {
    pub(in crate::validate) error: SyntaxError,
    pub(in crate::validate) edit: TextEdit,
}

/// The slips of a text in their order, up to its end or to where one cannot be sure what was meant.
#[cold]
pub(in crate::validate) fn slips(text: &str) -> Vec<Slip> {
    let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut reader = Reader { text: text.as_bytes(), at, open: Vec::new(), slips: Vec::new() };
    // Where it stops, what was found before is right all the same.
    let _ = reader.all();
    reader.slips
}

/// What may stand next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Value,
    Name,
    Colon,
    /// A comma or the end of what is open.
    Comma,
}

/// Whether one can go on.
type Going = Option<()>;

struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    /// The closing brackets of what is open.
    open: Vec<u8>,
    slips: Vec<Slip>,
}

impl Reader<'_> {
    fn all(&mut self) -> Going {
        let mut next = Next::Value;
        // The comma in front of what stands next, and where the value in front of that ended.
        let (mut comma, mut end) = (None, 0);
        loop {
            self.skip()?;
            let Some(byte) = self.byte(self.at) else { return Some(()) };
            let start = self.at;
            let quoted = matches!(byte, b'"' | b'\'');
            next = match next {
                Next::Value | Next::Name | Next::Comma if self.open.last() == Some(&byte) => {
                    if let Some(comma) = comma.filter(|_| next != Next::Comma) {
                        self.slip(start, SyntaxFault::TrailingComma, (comma, comma + 1), "");
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
        let error = SyntaxError { offset: offset as u32, fault };
        let edit = TextEdit { start: start as u32, end: end as u32, text: text.to_owned() };
        self.slips.push(Slip { error, edit });
    }

    fn inside(&self) -> Next {
        if self.open.last() == Some(&b'}') { Next::Name } else { Next::Value }
    }

    /// The first byte from here on that is no white space.
    #[inline(never)]
    fn solid(&self, mut at: usize) -> usize {
        while matches!(self.byte(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            at += 1;
        }
        at
    }

    /// What stands behind a byte and white space.
    fn behind(&self, at: usize) -> Option<u8> {
        self.byte(self.solid(at))
    }

    /// Moves over white space and comments, which go, with the blanks in front of them.
    fn skip(&mut self) -> Going {
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
            // What it stands between would become one word.
            let is_word = |at: usize| self.byte(at).is_some_and(is_of_word);
            (!(is_word(first.wrapping_sub(1)) && is_word(self.at))).then_some(())?;
            self.slip(start, SyntaxFault::Comment, (first, self.at), "");
        }
    }

    /// Whether what stands here is the next member or item, in front of which a comma is missing.
    fn begins_next(&mut self, end: usize, quoted: bool) -> Going {
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
        str::from_utf8(self.text.get(start..self.at).unwrap_or(&[])).unwrap_or("")
    }

    /// `true`, `false`, `null` or a number, perhaps with other capitals, or a plus sign.
    fn literal(&mut self) -> Going {
        let start = self.at;
        let word = self.word();
        if Document::plain(word).is_ok() {
            return Some(());
        }
        let (right, fault) = match word.strip_prefix('+') {
            Some(number) => (number.to_owned(), SyntaxFault::BadNumber),
            None if word == "None" => ("null".to_owned(), SyntaxFault::ExpectedValue),
            None => (word.to_ascii_lowercase(), SyntaxFault::ExpectedValue),
        };
        Document::plain(&right).ok()?;
        self.slip(start, fault, (start, self.at), &right);
        Some(())
    }

    /// Moves behind a string in double or single quotes. Its slips count only if what follows can follow a string.
    fn string(&mut self, expected: SyntaxFault) -> Going {
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
            // All slips of a string in single quotes are one: its first quote.
            let (offset, fault) = if single { (start, expected) } else { (at, SyntaxFault::ControlCharacter) };
            match byte {
                _ if byte == quote => break,
                b'\\' => {
                    self.at += 1;
                    match self.byte(self.at).unwrap_or_default() {
                        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' | b'u' => {}
                        b'\'' => {
                            let fault = if single { expected } else { SyntaxFault::BadEscape };
                            self.slip(offset, fault, (at, at + 1), "");
                        }
                        _ => return self.unsure(found),
                    }
                }
                b'"' => self.slip(offset, fault, (at, at), "\\"),
                b'\n' => self.slip(offset, fault, (at, at + 1), "\\n"),
                b'\r' => self.slip(offset, fault, (at, at + 1), "\\r"),
                b'\t' => self.slip(offset, fault, (at, at + 1), "\\t"),
                0..b' ' => return self.unsure(found),
                _ => {}
            }
        }
        if single {
            self.slip(start, expected, (self.at, self.at + 1), "\"");
        }
        self.at += 1;
        // Else a quote is missing somewhere, or one stands inside.
        let follows = matches!(self.behind(self.at), None | Some(b',' | b':' | b'}' | b']' | b'/'));
        if follows || self.slips.len() == found { Some(()) } else { self.unsure(found) }
    }

    fn unsure(&mut self, found: usize) -> Going {
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
    use super::super::fix::apply;
    use super::*;

    fn mended(text: &str) -> String {
        let edits: Vec<TextEdit> = slips(text).into_iter().map(|slip| slip.edit).collect();
        apply(text, &edits)
    }

    #[test]
    fn slips_are_mended() {
        let cases = [
            ("{\"a\": [1, 2,],}", "{\"a\": [1, 2]}"),
            ("{'a': 'say \"hi\"', 'b': 'it\\'s'}", "{\"a\": \"say \\\"hi\\\"\", \"b\": \"it's\"}"),
            ("{\n  // one\n  \"a\": 1, // two\n  /* three */ \"b\": 2\n}", "{\n\n  \"a\": 1,\n \"b\": 2\n}"),
            ("{\"a\": 1\n \"b\": 2}", "{\"a\": 1,\n \"b\": 2}"),
            ("[{} {}, [1] [2]]", "[{}, {}, [1], [2]]"),
            ("[\"a\"\n\"b\"]", "[\"a\",\n\"b\"]"),
            ("{a: True, b_1: None, c: +1}", "{\"a\": true, \"b_1\": null, \"c\": 1}"),
            ("{\"a\": \"x\ty\nz\"}", "{\"a\": \"x\\ty\\nz\"}"),
            ("\u{feff}{\"a\": 1,}\r\n", "\u{feff}{\"a\": 1}\r\n"),
        ];
        for (text, right) in cases {
            assert_eq!(mended(text), right);
            let error = crate::json::Document::plain(text).unwrap_err();
            assert_eq!(slips(text).first().map(|slip| slip.error), Some(error), "{text}");
            assert!(crate::json::Document::plain(right).is_ok());
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
            assert_eq!(mended(text), text);
        }
    }
}
