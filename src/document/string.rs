//! JSON string escapes.

use super::table::part;
use std::borrow::Cow;

/// How many bytes are before the quote that closes a string, which begins here after its opening quote.
pub(crate) fn closing_quote(rest: &[u8]) -> Option<usize> {
    let mut escaped = false;
    rest.iter().position(|&byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })
}

/// Resolves the escapes of a string whose syntax the scanner has checked. A lone surrogate, which no Rust or FHIR string can
/// hold, becomes U+FFFD; the scanner has reported it.
pub(crate) fn unescape(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    super::step(raw.len() / 16);
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, escape)) = rest.split_once('\\') {
        text.push_str(plain);
        let mut characters = escape.chars();
        match characters.next() {
            Some('u') => {
                let (character, length) = unicode_escape(escape);
                text.push(character);
                rest = part(escape, length..escape.len());
                continue;
            }
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some('b') => text.push('\u{8}'),
            Some('f') => text.push('\u{c}'),
            Some(other) => text.push(other),
            None => {}
        }
        rest = characters.as_str();
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// How many bytes of an escaped text make so many of the unescaped one.
pub(super) fn escaped_length(raw: &str, unescaped: usize) -> usize {
    let (mut given, mut taken) = (0, 0);
    while given < unescaped {
        let Some(rest) = raw.get(taken..).filter(|rest| !rest.is_empty()) else { return taken };
        let (bytes, length) = match rest.strip_prefix('\\') {
            Some(escape) if escape.starts_with('u') => {
                let (character, length) = unicode_escape(escape);
                (character.len_utf8(), length + 1)
            }
            Some(_) => (1, 2),
            None => {
                let length = rest.chars().next().map_or(1, char::len_utf8);
                (length, length)
            }
        };
        given += bytes;
        taken += length;
    }
    taken
}

/// Reads `uXXXX`, or `uXXXX\uXXXX` for a surrogate pair; gives the character and how many bytes it took.
fn unicode_escape(escape: &str) -> (char, usize) {
    let first = code_unit(escape, 1);
    if (0xD800..0xDC00).contains(&first) && escape.get(5..7) == Some("\\u") {
        let second = code_unit(escape, 7);
        if (0xDC00..0xE000).contains(&second) {
            let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
            // Every pair of surrogates makes a character.
            return (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 11);
        }
    }
    // Half of a pair alone is not a character: it is reported as a fault of the text.
    (char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), 5)
}

/// The scanner lets nothing but four digits pass.
fn code_unit(escape: &str, at: usize) -> u32 {
    let unit = u32::from_str_radix(part(escape, at..at + 4), 16);
    debug_assert!(unit.is_ok(), "an escape without four digits");
    unit.unwrap_or(0xFFFD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_resolved() {
        assert_eq!(unescape("plain"), "plain");
        assert_eq!(unescape(r#"a\"b\\c\/d\n\r\t\b\f"#), "a\"b\\c/d\n\r\t\u{8}\u{c}");
        assert_eq!(unescape(r"\u00e9\ud83d\ude00!"), "é😀!");
        let raw = r"a\u00e9\ud83d\ude00\n!é";
        for (unescaped, escaped) in [(0, 0), (1, 1), (3, 7), (7, 19), (8, 21), (9, 22), (11, 24)] {
            assert_eq!(escaped_length(raw, unescaped), escaped);
        }
        assert_eq!(unescape(r"\ud83d x \ude00"), "\u{fffd} x \u{fffd}");
    }
}
