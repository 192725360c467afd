//! How definitions are written down: numbers and texts, one behind the other.
//!
//! All of it is text: numbers take characters of ASCII only. So what is embedded needs no look at its encoding when the program starts, and
//! each text of the definitions is a part of the whole, made at no cost.

use super::moved::{NOT_MOVED, PlaceMap};
use super::text::Text;
use crate::document::bytes::hash;
use std::fmt;

/// Why a text is not a set of definitions that can be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// It begins otherwise: it is something else, or was written by another version.
    Foreign,
    /// It is shorter or longer than it says.
    Length,
    /// It is not what was written: its digest is another one.
    Digest,
    /// It was compiled on top of other definitions.
    OtherBase,
    /// The names that rules look for are not where they have to be.
    WellKnownNames,
    /// It refers to something that it does not hold.
    Content,
    /// It cannot be beside others: see [`super::Definitions::beside`].
    Beside,
}

impl fmt::Display for ReadError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Foreign => "these are not definitions that this version of fhirpost has compiled",
            Self::Length => "the definitions are not complete",
            Self::Digest => "the definitions were changed after they were compiled",
            Self::OtherBase => {
                "the definitions were compiled by another version of fhirpost, or on top of others than these"
            }
            Self::WellKnownNames => "the definitions were compiled by another version of fhirpost",
            Self::Content => "the definitions refer to something that they do not hold",
            Self::Beside => {
                "the definitions cannot be used beside the others: both bring types of their own, or there is more than definitions can hold"
            }
        })
    }
}

impl std::error::Error for ReadError {}

/// What every set begins with. The number is that of the form: another one cannot be read.
const MAGIC: &str = "fhirpost 1\n";

/// Bits in a character of a number. The next bit says that more follow; an eighth would not be ASCII.
const BITS: u32 = 6;
const MORE: u8 = 1 << BITS;

/// Writes numbers and texts.
#[derive(Default)]
pub(super) struct Writer(String);

impl Writer {
    /// Writes a number, its lowest bits first.
    pub(super) fn number(&mut self, number: impl Into<u32>) {
        let mut number = number.into();
        while number >= u32::from(MORE) {
            self.byte((number as u8 & (MORE - 1)) | MORE);
            number >>= BITS;
        }
        self.byte(number as u8);
    }

    /// Writes a number below 128 as one character.
    pub(super) fn byte(&mut self, byte: u8) {
        self.0.push(char::from(byte & 127));
    }

    pub(super) fn count(&mut self, count: usize) {
        self.number(count as u32);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.push_str(text);
    }

    /// Writes what is there, if it is.
    pub(super) fn optional(&mut self, number: Option<impl Into<u32>>) {
        self.number(number.map_or(0, |number| number.into() + 1));
    }

    pub(super) fn list(&mut self, numbers: &[u16]) {
        self.count(numbers.len());
        for &number in numbers {
            self.number(number);
        }
    }

    pub(super) fn digest(&mut self, digest: u64) {
        for shift in 0..DIGEST_LENGTH {
            self.byte((digest >> (shift * BITS)) as u8 & (MORE - 1));
        }
    }

    pub(super) fn append(&mut self, other: Self) {
        self.0.push_str(&other.0);
    }

    /// What was written.
    pub(super) fn finish(self) -> String {
        self.0
    }

    /// What was written as a whole set on top of others.
    pub(super) fn sealed(self, base: u64) -> String {
        let mut content = Self::default();
        content.digest(base);
        content.0.push_str(&self.0);
        let mut sealed = Self(MAGIC.to_owned());
        sealed.digest(hash(content.0.as_bytes()));
        sealed.text(&content.0);
        sealed.0
    }
}

const DIGEST_LENGTH: u32 = 11;

/// Reads what [`Writer`] wrote. What is not there gives 0 and nothing, and [`Reader::end`] says so.
pub(super) struct Reader<'t> {
    moved: &'t PlaceMap,
    text: &'t Text,
    bytes: &'t [u8],
    at: usize,
    broken: bool,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t Text) -> Self {
        Self::of_moved(text, &NOT_MOVED)
    }

    /// The same of a part, the places in which have moved.
    pub(super) fn of_moved(text: &'t Text, moved: &'t PlaceMap) -> Self {
        Self { moved, text, bytes: text.as_str().as_bytes(), at: 0, broken: false }
    }

    pub(super) fn number(&mut self) -> u32 {
        let mut number = 0;
        for shift in (0..u32::BITS).step_by(BITS as usize) {
            let byte = self.byte();
            number |= u32::from(byte & (MORE - 1)) << shift;
            if byte & MORE == 0 {
                return number;
            }
        }
        self.give_up()
    }

    /// A number that is a place in a table.
    pub(super) fn place(&mut self) -> u16 {
        let number = self.number();
        u16::try_from(number).unwrap_or_else(|_| self.give_up())
    }

    pub(super) fn byte(&mut self) -> u8 {
        let found = self.bytes.get(self.at).copied();
        self.broken |= found.is_none();
        self.at += 1;
        found.unwrap_or(0)
    }

    pub(super) fn text(&mut self) -> Text {
        let length = self.number() as usize;
        let part = self.text.part(self.at..self.at.saturating_add(length));
        self.broken |= part.is_none();
        self.at = self.at.saturating_add(length);
        part.unwrap_or_default()
    }

    pub(super) fn owned(&mut self) -> String {
        self.text().as_str().to_owned()
    }

    pub(super) fn optional(&mut self) -> Option<u32> {
        self.number().checked_sub(1)
    }

    /// As many as are said, and no more than there can be.
    pub(super) fn many<T>(&mut self, one: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let count = self.number();
        self.times(count, one)
    }

    /// So many, and no more than there can be.
    pub(super) fn times<T>(&mut self, count: u32, mut one: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let mut found = Vec::new();
        for _ in 0..count {
            if self.broken {
                break;
            }
            found.push(one(self));
        }
        found
    }

    pub(super) fn list(&mut self) -> Vec<u16> {
        self.many(Self::place)
    }

    /// The place of a value set.
    pub(super) fn value_set(&mut self) -> u16 {
        let place = self.place();
        self.moved.value_set(place)
    }

    /// The places of constraints.
    pub(super) fn constraints(&mut self) -> Vec<u16> {
        let mut places = self.list();
        places.iter_mut().for_each(|place| *place = self.moved.constraint(*place));
        places
    }

    pub(super) fn digest(&mut self) -> u64 {
        (0..DIGEST_LENGTH).fold(0, |digest, shift| digest | u64::from(self.byte()) << (shift * BITS))
    }

    /// For what cannot be: what follows is not read.
    #[cold]
    pub(super) fn give_up<T: Default>(&mut self) -> T {
        self.broken = true;
        T::default()
    }

    /// Whether nothing is left.
    pub(super) fn is_done(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// Whether all was there, and nothing is left.
    pub(super) fn end(&self) -> bool {
        !self.broken && self.at == self.bytes.len()
    }
}

/// What a sealed set holds: its digest, that of the definitions below it, and the content behind both.
pub(super) struct Seal {
    pub(super) digest: u64,
    pub(super) base: u64,
    content: Text,
}

impl Seal {
    /// Reads how a set begins. Whether the digest is right is for [`Seal::is_whole`].
    pub(super) fn read(text: &Text) -> Result<Self, ReadError> {
        if !text.starts_with(MAGIC) {
            return Err(ReadError::Foreign);
        }
        let rest = text.part(MAGIC.len()..text.len()).unwrap_or_default();
        let mut reader = Reader::new(&rest);
        let (digest, content) = (reader.digest(), reader.text());
        if !reader.end() {
            return Err(ReadError::Length);
        }
        Ok(Self { digest, base: Reader::new(&content).digest(), content })
    }

    /// Whether the content is what was written.
    pub(super) fn is_whole(&self) -> bool {
        hash(self.content.as_bytes()) == self.digest
    }

    /// The content, read from behind the digest of the base.
    pub(super) fn reader(&self) -> Reader<'_> {
        let mut reader = Reader::new(&self.content);
        reader.digest();
        reader
    }
}

#[cfg(test)]
impl Writer {
    pub(super) fn raw(&mut self, text: &str) {
        self.0.push_str(text);
    }
}

/// Where the content behind the digest of the base begins.
#[cfg(test)]
pub(super) fn content_of(text: &str) -> usize {
    let seal = Seal::read(&Text::from(text.to_owned()));
    seal.map_or(0, |seal| text.len() - seal.content.len() + DIGEST_LENGTH as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBERS: [u32; 14] =
        [0, 1, 63, 64, 65, 127, 128, 4095, 4096, 65_535, 65_536, 262_144, u32::MAX - 1, u32::MAX];

    #[test]
    fn numbers_and_texts_are_read_as_they_were_written() {
        let mut writer = Writer::default();
        for number in NUMBERS {
            writer.number(number);
        }
        writer.text("é");
        writer.optional(None::<u32>);
        writer.optional(Some(0_u32));
        writer.list(&[0, 65_535]);
        writer.digest(0xF123_4567_89AB_CDEF);
        let text = Text::from(writer.finish());
        let mut reader = Reader::new(&text);
        assert_eq!(NUMBERS.map(|_| reader.number()), NUMBERS);
        assert_eq!(reader.text(), "é");
        assert_eq!((reader.optional(), reader.optional()), (None, Some(0)));
        assert_eq!(reader.list(), [0, 65_535]);
        assert_eq!(reader.digest(), 0xF123_4567_89AB_CDEF);
        assert!(reader.end());
        reader.number();
        assert!(!reader.end(), "nothing was left");
    }

    #[test]
    fn what_is_broken_ends() {
        for text in ["~~~~", "\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}", "\u{5}é", ""] {
            let text = Text::from(text);
            let mut reader = Reader::new(&text);
            reader.many(|reader| reader.text());
            assert!(!reader.end(), "{text:?}");
        }
        let mut writer = Writer::default();
        writer.number(65_536_u32);
        let text = Text::from(writer.finish());
        let mut reader = Reader::new(&text);
        assert_eq!((reader.place(), reader.end()), (0, false), "no table has so many rows");
    }

    #[test]
    fn a_set_says_whether_it_is_whole() {
        let mut writer = Writer::default();
        writer.text("content");
        let sealed = writer.sealed(7);
        let whole = Seal::read(&Text::from(sealed.clone())).unwrap();
        assert!(whole.is_whole());
        assert_eq!((whole.base, whole.reader().text().as_str()), (7, "content"));
        assert_ne!(whole.digest, 0);
        let read = |text: String| Seal::read(&Text::from(text)).map(|seal| seal.is_whole());
        for end in 0..sealed.len() {
            let expected = if end < MAGIC.len() { ReadError::Foreign } else { ReadError::Length };
            assert_eq!(read(sealed[..end].to_owned()), Err(expected), "{end}");
        }
        assert_eq!(read(format!("{sealed} ")), Err(ReadError::Length));
        assert_eq!(read(sealed.replace("fhirpost 1", "fhirpost 2")), Err(ReadError::Foreign));
        assert_eq!(read(sealed.replace("content", "contend")), Ok(false));
    }
}
