//! Byte offsets → lines, columns and UTF-16 offsets. Counted only for what is reported.

use super::bytes::{HIGH, ONES, equal};
use super::table::rows;

/// What an offset counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Units {
    /// UTF-8 bytes, as Rust's strings count.
    #[default]
    Bytes,
    /// UTF-16 code units, as JavaScript strings and editors count.
    Utf16,
}

/// A place in the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    /// 1-based.
    pub line: u32,
    /// 1-based, in UTF-16 code units.
    pub column: u32,
    /// 0-based from the start of the text, in UTF-16 code units.
    pub utf16: u32,
}

/// Walks forwards through a text, so that positions asked for in document order cost one pass together.
#[derive(Clone, Debug)]
pub struct Positions<'t> {
    text: &'t [u8],
    at: usize,
    line: u32,
    utf16: u32,
    line_start: u32,
}

impl<'t> Positions<'t> {
    /// Starts at the beginning of a text, which need not be UTF-8 throughout (only up to the offsets asked for).
    pub fn new(text: &'t [u8]) -> Self {
        Self { text, at: 0, line: 1, utf16: 0, line_start: 0 }
    }

    /// The position of a byte offset. Going backwards is allowed and starts over.
    pub fn of(&mut self, offset: u32) -> Position {
        let offset = (offset as usize).min(self.text.len());
        if offset < self.at {
            *self = Self::new(self.text);
        }
        super::step((offset - self.at) / 32);
        while let Some(block) =
            self.text.get(self.at..offset).and_then(|rest| rest.as_chunks::<8>().0.first_chunk::<4>())
        {
            self.block(block.map(u64::from_le_bytes));
        }
        while let Some(word) = self.text.get(self.at..offset).and_then(<[u8]>::first_chunk::<8>) {
            self.word(u64::from_le_bytes(*word));
        }
        self.count(offset);
        Position { line: self.line, column: self.utf16 - self.line_start + 1, utf16: self.utf16 }
    }

    /// Goes on by 32 bytes. Most have nothing but ASCII and line feeds, which are counted without a branch for each word.
    #[inline]
    fn block(&mut self, words: [u64; 4]) {
        let special = words.iter().fold(0, |special, &word| special | word | equal(word, b'\r'));
        if special & HIGH != 0 {
            words.into_iter().for_each(|word| self.word(word));
            return;
        }
        let line_feeds = words.map(|word| equal(word, b'\n'));
        // In each of eight bytes, how many of the four words have one there.
        let counts = line_feeds.iter().fold(0, |sum, found| sum + (found >> 7));
        if counts != 0 {
            self.line += (counts.wrapping_mul(ONES) >> 56) as u32;
            let last = line_feeds.iter().rposition(|&found| found != 0).unwrap_or(0);
            let behind = line_feeds.get(last).map_or(0, |found| found.leading_zeros() / 8);
            self.line_start = self.utf16 + 8 * (last as u32 + 1) - behind;
        }
        self.utf16 += 32;
        self.at += 32;
    }

    /// Goes on by eight bytes.
    #[inline]
    fn word(&mut self, word: u64) {
        if word & HIGH != 0 || equal(word, b'\r') != 0 {
            self.count(self.at + 8);
            return;
        }
        // Eight characters, and perhaps some line feeds among them.
        let line_feeds = equal(word, b'\n');
        if line_feeds != 0 {
            self.line += line_feeds.count_ones();
            self.line_start = self.utf16 + 8 - line_feeds.leading_zeros() / 8;
        }
        self.utf16 += 8;
        self.at += 8;
    }

    /// Goes on to an offset, byte by byte.
    fn count(&mut self, offset: usize) {
        for (index, &byte) in rows(self.text, self.at..offset).iter().enumerate() {
            // A character is counted at its first byte; those of four bytes are two code units.
            self.utf16 += u32::from(byte & 0xC0 != 0x80) + u32::from(byte >= 0xF0);
            let next_is_line_feed = || self.text.get(self.at + index + 1) == Some(&b'\n');
            if byte == b'\n' || byte == b'\r' && !next_is_line_feed() {
                self.line += 1;
                self.line_start = self.utf16;
            }
        }
        self.at = offset;
    }
}

/// How many UTF-16 code units bytes of a text are: a character is counted at its first byte.
pub(crate) fn utf16_length(bytes: &[u8]) -> u32 {
    let units = |byte: &u8| u32::from(byte & 0xC0 != 0x80) + u32::from(*byte >= 0xF0);
    bytes.iter().map(units).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_with_any_line_break_and_columns_are_utf16() {
        let text = "a\r\nb\rc\n😀é!";
        let mut positions = Positions::new(text.as_bytes());
        let at = |offset: usize, positions: &mut Positions<'_>| {
            let position = positions.of(offset as u32);
            (position.line, position.column, position.utf16)
        };
        assert_eq!(at(0, &mut positions), (1, 1, 0));
        assert_eq!(at(text.find('b').unwrap(), &mut positions), (2, 1, 3));
        assert_eq!(at(text.find('c').unwrap(), &mut positions), (3, 1, 5));
        assert_eq!(at(text.find('!').unwrap(), &mut positions), (4, 4, 10));
        assert_eq!(at(text.find('b').unwrap(), &mut positions), (2, 1, 3), "backwards starts over");
        assert_eq!(at(1000, &mut positions), (4, 5, 11), "behind the end is the end");
    }

    #[test]
    fn many_bytes_at_once_count_as_one_by_one() {
        let line_feeds = "\n".repeat(70);
        let ends_of_words = "\nabcdef\n\nbcdefghabcdefghabcdef\n".repeat(4);
        let long_lines = format!("{0}\n{0}\n{0}", "abcdefghijk".repeat(9));
        let special = "abcdefgh\nabcdefg\r\nabc\u{7f}\u{1}\u{b}\u{8}\u{e}😀äöüabcdefghabcdefgh\r\rabcdefgh\n";
        for text in [special, &line_feeds, &ends_of_words, &long_lines, &[special, &long_lines, special].concat()] {
            counts_as_one_by_one(text);
        }
    }

    fn counts_as_one_by_one(text: &str) {
        let mut positions = Positions::new(text.as_bytes());
        for offset in 0..=text.len() {
            let mut slow = Positions::new(text.as_bytes());
            slow.count(offset);
            let expected = (slow.line, slow.utf16 - slow.line_start + 1, slow.utf16);
            let whole = Positions::new(text.as_bytes()).of(offset as u32);
            let step = positions.of(offset as u32);
            assert_eq!((whole.line, whole.column, whole.utf16), expected, "{offset}");
            assert_eq!((step.line, step.column, step.utf16), expected, "{offset}");
        }
    }
}
