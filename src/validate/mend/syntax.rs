//! What is no JSON for a slip of the hand: a comma too many or too few, comments, single quotes, names without quotes, Python's `True`.

use crate::json::{SyntaxError, SyntaxFault};
use crate::report::TextEdit;

/// A slip, as the scanner would report it where it is the first one, and the edit that mends it.
pub(in crate::validate) struct Slip {
    pub(in crate::validate) error: SyntaxError,
    pub(in crate::validate) edit: TextEdit,
}

/// The slips of a text, up to its end or to where one cannot be sure what was meant.
#[cold]
pub(in crate::validate) fn slips(text: &str) -> Vec<Slip> {
    let mut reader = Reader { text, at: 0, open: Vec::new(), slips: Vec::new() };
    reader.at = text.len() - text.trim_start_matches('\u{feff}').len();
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
    /// A comma or the end of what is open; a value ended at this byte.
    Comma(usize),
}

/// Whether one can go on.
type Going = Option<()>;

struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// What is open, each with its closing bracket.
    open: Vec<u8>,
    slips: Vec<Slip>,
}

impl Reader<'_> {
    fn all(&mut self) -> Going {
        let mut next = Next::Value;
        // The comma or opening bracket in front of it.
        let mut before = None;
        loop {
            self.skip(next)?;
            let Some(byte) = self.peek() else { return Some(()) };
            let start = self.at;
            next = match (next, byte) {
                (Next::Name | Next::Value, b'}' | b']') if self.open.last() == Some(&byte) => {
                    if let Some(comma) = before {
                        self.slip(start, SyntaxFault::TrailingComma, comma, comma + 1, "");
                    }
                    self.close()
                }
                (Next::Comma(_), b'}' | b']') if self.open.last() == Some(&byte) => self.close(),
                (Next::Comma(_), b',') if !self.open.is_empty() => {
                    self.at += 1;
                    before = Some(start);
                    self.inside()
                }
                (Next::Comma(end), _) => {
                    let &close = self.open.last()?;
                    self.is_next_member(end)?;
                    self.slip(start, SyntaxFault::ExpectedCommaOr(char::from(close)), end, end, ",");
                    before = None;
                    self.inside()
                }
                (Next::Name, b',') if before.is_some() => {
                    self.slip(start, SyntaxFault::ExpectedName, start, start + 1, "");
                    self.at += 1;
                    Next::Name
                }
                (Next::Colon, b':') => {
                    self.at += 1;
                    before = None;
                    Next::Value
                }
                (Next::Name, _) => {
                    if byte == b'"' || byte == b'\'' {
                        self.string(SyntaxFault::ExpectedName)?;
                    } else {
                        let name = self.word();
                        let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
                        let end = start + name.len();
                        if !is_name || self.after(end) != Some(b':') {
                            return None;
                        }
                        self.slip(start, SyntaxFault::ExpectedName, start, end, &format!("\"{name}\""));
                        self.at = end;
                    }
                    Next::Colon
                }
                (Next::Value, b'{' | b'[') => {
                    self.at += 1;
                    before = None;
                    self.open.push(byte + 2);
                    self.inside()
                }
                (Next::Value, b'"' | b'\'') => {
                    self.string(SyntaxFault::ExpectedValue)?;
                    Next::Comma(self.at)
                }
                (Next::Value, _) => {
                    self.literal()?;
                    Next::Comma(self.at)
                }
                (Next::Colon, _) => return None,
            };
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline(never)]
    fn slip(&mut self, offset: usize, fault: SyntaxFault, start: usize, end: usize, text: &str) {
        let error = SyntaxError { offset: offset as u32, fault };
        let edit = TextEdit { start: start as u32, end: end as u32, text: text.to_owned() };
        self.slips.push(Slip { error, edit });
    }

    fn inside(&self) -> Next {
        if self.open.last() == Some(&b'}') { Next::Name } else { Next::Value }
    }

    fn close(&mut self) -> Next {
        self.open.pop();
        self.at += 1;
        Next::Comma(self.at)
    }

    /// Moves over white space and comments, which go, with their line where they have it to themselves.
    fn skip(&mut self, next: Next) -> Going {
        loop {
            let rest = self.text.get(self.at..)?;
            let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
            self.at += blank;
            let (start, rest) = (self.at, self.text.get(self.at..)?);
            let length = if rest.starts_with("//") {
                rest.find(['\n', '\r']).unwrap_or(rest.len())
            } else if let Some(comment) = rest.strip_prefix("/*") {
                comment.find("*/")? + 4
            } else {
                // A blank that does not break, as web pages have it.
                let Some(blank) = rest.chars().next().filter(|first| *first == '\u{a0}') else { return Some(()) };
                self.slip(start, self.expected(next), start, start + blank.len_utf8(), " ");
                self.at += blank.len_utf8();
                continue;
            };
            self.at += length;
            let before = self.text.get(..start)?.trim_end_matches([' ', '\t']);
            let line_feed = self.text.get(self.at..)?.strip_prefix('\r').map_or(0, |_| 1);
            let whole_line = before.ends_with(['\n', '\r']) && self.text.get(self.at + line_feed..)?.starts_with('\n');
            let (first, end) =
                if whole_line { (before.len(), self.at + line_feed + 1) } else { (before.len(), self.at) };
            // The blanks in front of it stay where something follows on the line.
            let first = if self.after_blanks(end) && !whole_line { start } else { first };
            self.slip(start, SyntaxFault::Comment, first, end, "");
        }
    }

    /// Whether something stands behind this byte on its line.
    fn after_blanks(&self, end: usize) -> bool {
        let rest = self.text.get(end..).unwrap_or("").trim_start_matches([' ', '\t']);
        !rest.is_empty() && !rest.starts_with(['\n', '\r'])
    }

    /// What the scanner expects.
    fn expected(&self, next: Next) -> SyntaxFault {
        match next {
            Next::Value if self.open.is_empty() || self.open.last() == Some(&b']') => SyntaxFault::ExpectedValue,
            Next::Value => SyntaxFault::ExpectedValue,
            Next::Name => SyntaxFault::ExpectedName,
            Next::Colon => SyntaxFault::ExpectedColon,
            Next::Comma(_) => match self.open.last() {
                Some(&close) => SyntaxFault::ExpectedCommaOr(char::from(close)),
                None => SyntaxFault::TrailingText,
            },
        }
    }

    /// Whether what stands here is the next member or item, in front of which a comma is missing.
    fn is_next_member(&self, end: usize) -> Going {
        let byte = self.peek()?;
        let is_string = byte == b'"' || byte == b'\'';
        let behind = if is_string {
            let rest = self.text.get(self.at + 1..)?;
            let length = rest.find([char::from(byte), '\\', '\n'])?;
            rest.get(length..)?.starts_with(char::from(byte)).then(|| self.after(self.at + length + 2))?
        } else {
            self.after(self.at + self.word().len())
        };
        let right = if self.open.last() == Some(&b'}') {
            behind == Some(b':')
        } else {
            let ended = self.text.as_bytes().get(end.checked_sub(1)?)?;
            matches!((ended, byte), (b'}', b'{') | (b']', b'['))
                || is_string && matches!(behind, Some(b',' | b']')) && self.text.get(end..self.at)?.contains('\n')
        };
        right.then_some(())
    }

    /// The letters and digits that stand here.
    fn word(&self) -> &str {
        let rest = self.text.get(self.at..).unwrap_or("");
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_$+-.".contains(byte);
        rest.get(..rest.bytes().take_while(is_part).count()).unwrap_or("")
    }

    /// What stands behind a byte and white space.
    fn after(&self, at: usize) -> Option<u8> {
        self.text.get(at..)?.trim_start_matches([' ', '\t', '\n', '\r']).bytes().next()
    }

    /// `true`, `false`, `null` or a number, perhaps with other capitals or a plus sign.
    fn literal(&mut self) -> Going {
        let start = self.at;
        let word = self.word().to_owned();
        self.at += word.len();
        if crate::json::Document::plain(&word).is_ok() {
            return Some(());
        }
        let lower = word.to_ascii_lowercase();
        let (right, fault) = match lower.as_str() {
            "true" | "false" | "null" => (lower, SyntaxFault::ExpectedValue),
            "none" => ("null".to_owned(), SyntaxFault::ExpectedValue),
            _ => {
                let bare = word.strip_prefix('+').unwrap_or(&word);
                let zero = if bare.starts_with('.') { "0" } else { "" };
                (format!("{zero}{bare}"), SyntaxFault::BadNumber)
            }
        };
        crate::json::Document::plain(&right).ok().filter(|_| right != word)?;
        self.slip(start, fault, start, self.at, &right);
        Some(())
    }

    /// Moves behind a string in double or single quotes. Its slips count only if what follows can follow a string.
    fn string(&mut self, expected: SyntaxFault) -> Going {
        let (start, found) = (self.at, self.slips.len());
        let quote = self.peek()?;
        let mut written = String::new();
        let mut slipped = Vec::new();
        loop {
            self.at += 1;
            let rest = self.text.get(self.at..)?;
            let character = rest.chars().next()?;
            let at = self.at;
            match character {
                '\\' => {
                    let escaped = rest.get(1..)?.chars().next()?;
                    self.at += escaped.len_utf8();
                    if escaped == '\'' {
                        written.push('\'');
                        slipped.push((at, SyntaxFault::BadEscape, at + 1, String::new()));
                    } else if b"\"\\/bfnrtu".contains(&u8::try_from(escaped).ok()?) {
                        written.extend(['\\', escaped]);
                    } else {
                        return None;
                    }
                }
                '\0'..' ' => {
                    let escape = match character {
                        '\n' => "\\n".to_owned(),
                        '\r' => "\\r".to_owned(),
                        '\t' => "\\t".to_owned(),
                        _ => format!("\\u{:04x}", u32::from(character)),
                    };
                    written.push_str(&escape);
                    slipped.push((at, SyntaxFault::ControlCharacter, at + 1, escape));
                }
                '"' if quote == b'\'' => written.push_str("\\\""),
                _ if character == char::from(quote) => break,
                _ => {
                    written.push(character);
                    self.at += character.len_utf8() - 1;
                }
            }
        }
        self.at += 1;
        if quote == b'\'' {
            self.slip(start, expected, start, self.at, &format!("\"{written}\""));
        } else {
            for (at, fault, end, text) in slipped {
                self.slip(at, fault, at, end, &text);
            }
        }
        // Else a quote is missing somewhere, or one stands inside.
        let follows = matches!(self.after(self.at), None | Some(b',' | b':' | b'}' | b']' | b'/'));
        if !follows && self.slips.len() > found {
            self.slips.truncate(found);
            return None;
        }
        Some(())
    }
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
            ("{\n  // one\n  \"a\": 1, // two\n  /* three */ \"b\": 2\n}", "{\n  \"a\": 1,\n   \"b\": 2\n}"),
            ("{\"a\": 1\n \"b\": 2}", "{\"a\": 1,\n \"b\": 2}"),
            ("[{} {}, [1] [2]]", "[{}, {}, [1], [2]]"),
            ("[\"a\"\n\"b\"]", "[\"a\",\n\"b\"]"),
            ("{a: True, b_1: NULL, c: +1, d: .5}", "{\"a\": true, \"b_1\": null, \"c\": 1, \"d\": 0.5}"),
            ("{\"a\": \"x\ty\nz\"}", "{\"a\": \"x\\ty\\nz\"}"),
            ("{\"a\": 1,, \"b\": 2}", "{\"a\": 1, \"b\": 2}"),
            ("{\"a\":\u{a0}1}", "{\"a\": 1}"),
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
        ] {
            assert_eq!(mended(text), text);
        }
    }
}
