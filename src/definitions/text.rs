//! Texts of definitions: parts of one text that is embedded in the program, or that those who have a part of it share.

use crate::document::table::part;
use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

/// A text that costs nothing to copy, and keeps what it is a part of.
pub struct Text(Whole);

#[derive(Clone)]
enum Whole {
    Embedded(&'static str),
    Shared(Arc<str>, u32, u32),
}

impl Text {
    pub(super) const EMPTY: Self = Self(Whole::Embedded(""));

    /// The text itself.
    #[inline]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Whole::Embedded(text) => text,
            Whole::Shared(whole, start, end) => part(whole, *start as usize..*end as usize),
        }
    }

    /// The same without this character at its end, however often it occurs there.
    pub fn without_end(&self, character: char) -> Self {
        self.part(0..self.as_str().trim_end_matches(character).len()).unwrap_or_default()
    }

    /// A part of it; none where it does not have such a part.
    pub(super) fn part(&self, range: Range<usize>) -> Option<Self> {
        match &self.0 {
            Whole::Embedded(text) => text.get(range).map(|text| Self(Whole::Embedded(text))),
            Whole::Shared(whole, start, _) => {
                let found = self.as_str().get(range.clone())?;
                let first = *start + range.start as u32;
                Some(Self(Whole::Shared(whole.clone(), first, first + found.len() as u32)))
            }
        }
    }
}

// Neither is inlined: what counts who shares a text would be code at each of a hundred places.
impl Clone for Text {
    #[inline(never)]
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl Deref for Text {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl From<&'static str> for Text {
    fn from(text: &'static str) -> Self {
        Self(Whole::Embedded(text))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        let length = text.len() as u32;
        Self(Whole::Shared(text.into(), 0, length))
    }
}

impl From<Text> for Cow<'static, str> {
    #[inline(never)]
    fn from(text: Text) -> Self {
        match text.0 {
            Whole::Embedded(text) => text.into(),
            Whole::Shared(..) => text.as_str().to_owned().into(),
        }
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), out)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_a_part_of_its_whole() {
        for whole in [Text::from("aébc"), Text::from("aébc".to_owned())] {
            let rest = whole.part(1..5).unwrap();
            assert_eq!((rest.as_str(), rest.part(2..4).unwrap().as_str()), ("ébc", "bc"));
            assert_eq!((rest.part(3..5), rest.part(1..3)), (None, None), "behind its end, and inside a letter");
        }
    }
}
