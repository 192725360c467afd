//! A text that was read once, whatever became of it.

use super::read::{nodes, not_utf8, within};
use super::syntax::{Limits, SyntaxError};
use crate::document::{Document, Names};
use std::borrow::Cow;

/// A text to read, lent or given: what is given is not copied.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Text<'t> {
    /// UTF-8 for certain.
    Str(Cow<'t, str>),
    /// Bytes that should be UTF-8.
    Bytes(Cow<'t, [u8]>),
}

impl<'t> From<&'t str> for Text<'t> {
    fn from(text: &'t str) -> Self {
        Self::Str(text.into())
    }
}

impl<'t> From<&'t String> for Text<'t> {
    fn from(text: &'t String) -> Self {
        Self::Str(text.into())
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self::Str(text.into())
    }
}

impl<'t> From<&'t [u8]> for Text<'t> {
    fn from(text: &'t [u8]) -> Self {
        Self::Bytes(text.into())
    }
}

impl<'t, const LENGTH: usize> From<&'t [u8; LENGTH]> for Text<'t> {
    fn from(text: &'t [u8; LENGTH]) -> Self {
        Self::Bytes(text.as_slice().into())
    }
}

impl<'t> From<&'t Vec<u8>> for Text<'t> {
    fn from(text: &'t Vec<u8>) -> Self {
        Self::Bytes(text.into())
    }
}

impl From<Vec<u8>> for Text<'_> {
    fn from(text: Vec<u8>) -> Self {
        Self::Bytes(text.into())
    }
}

/// A text, read once, for as many questions as there are. It is never refused: a text of which no document can be made knows its fault, and
/// whoever is asked about it says so.
#[derive(Clone, Debug)]
pub struct Message<'t>(Result<Document<'t>, UnreadableText<'t>>);

/// A text that has no document.
#[derive(Clone, Debug)]
struct UnreadableText<'t> {
    text: Cow<'t, [u8]>,
    error: SyntaxError,
}

impl<'t> Message<'t> {
    /// Reads a text. The names are those of the definitions that it is validated by.
    pub fn read(text: impl Into<Text<'t>>, names: &Names, limits: Limits) -> Self {
        Self(Self::document_of(text.into(), names, limits))
    }

    fn document_of(text: Text<'t>, names: &Names, limits: Limits) -> Result<Document<'t>, UnreadableText<'t>> {
        let text = match text {
            Text::Str(text) => text,
            Text::Bytes(bytes) => utf8(bytes, limits)?,
        };
        match nodes(&text, names, limits) {
            Ok((nodes, faults)) => Ok(Document { text, nodes, faults, names: names.digest() }),
            Err(error) => Err(UnreadableText { text: bytes_of(text), error }),
        }
    }

    /// What the text became.
    ///
    /// # Errors
    /// When nothing could be made of it: see [`SyntaxFault`](super::SyntaxFault).
    pub fn document(&self) -> Result<&Document<'t>, &SyntaxError> {
        self.0.as_ref().map_err(|unread| &unread.error)
    }

    /// This message as if it had been read with this table of names; nothing where it was, or has no document.
    pub(crate) fn in_names(&self, names: &Names) -> Option<Message<'_>> {
        let document = self.0.as_ref().ok()?.in_names(names)?;
        Some(Message(Ok(document)))
    }

    /// The text as it was given.
    pub fn text(&self) -> &[u8] {
        match &self.0 {
            Ok(document) => document.text().as_bytes(),
            Err(unread) => &unread.text,
        }
    }

    /// The same with a text of its own, to be kept for longer than the text that was lent. It is not read again.
    pub fn into_owned(self) -> Message<'static> {
        Message(match self.0 {
            Ok(document) => Ok(Document { text: Cow::Owned(document.text.into_owned()), ..document }),
            Err(UnreadableText { text, error }) => Err(UnreadableText { text: Cow::Owned(text.into_owned()), error }),
        })
    }
}

fn bytes_of(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

/// Bytes as the text that they should be. What is too long is not even looked at.
fn utf8(bytes: Cow<'_, [u8]>, limits: Limits) -> Result<Cow<'_, str>, UnreadableText<'_>> {
    if let Err(error) = within(&bytes, limits) {
        return Err(UnreadableText { text: bytes, error });
    }
    match bytes {
        Cow::Borrowed(bytes) => match str::from_utf8(bytes) {
            Ok(text) => Ok(text.into()),
            Err(error) => Err(UnreadableText { text: bytes.into(), error: not_utf8(bytes, error) }),
        },
        Cow::Owned(bytes) => String::from_utf8(bytes).map(Cow::Owned).map_err(|error| {
            let fault = error.utf8_error();
            let text = error.into_bytes();
            UnreadableText { error: not_utf8(&text, fault), text: text.into() }
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::SyntaxFault;
    use super::*;

    fn read<'t>(text: impl Into<Text<'t>>) -> Message<'t> {
        Message::read(text, &Names::new(), Limits { bytes: 40, ..Limits::default() })
    }

    fn fault(message: &Message<'_>) -> Option<SyntaxFault> {
        message.document().err().map(|error| error.fault)
    }

    #[test]
    fn what_is_given_and_what_is_lent_read_alike() {
        let text = r#"{"id":"a"}"#.to_owned();
        for message in [read(&text), read(text.clone()), read(text.as_bytes()), read(text.clone().into_bytes())] {
            assert_eq!((message.text(), fault(&message)), (text.as_bytes(), None));
            assert_eq!(message.document().unwrap().len(), 2);
        }
    }

    #[test]
    fn what_is_given_is_not_copied() {
        let text = br#"{"id":"a"}"#.to_vec();
        let at = text.as_ptr();
        let message = read(text).into_owned();
        assert_eq!(message.text().as_ptr(), at);
    }

    #[test]
    fn a_text_without_a_document_keeps_its_text_and_its_fault() {
        for (text, expected) in [
            (&b"{"[..], SyntaxFault::UnexpectedEnd),
            (b"\"\xff\"", SyntaxFault::InvalidUtf8),
            (b"\"\xed\xa0\x80\"", SyntaxFault::EncodedSurrogate),
            (&[b' '; 41], SyntaxFault::TooLong(40)),
        ] {
            for message in [read(text), read(text.to_vec()), read(text).into_owned()] {
                assert_eq!((message.text(), fault(&message)), (text, Some(expected)));
            }
        }
    }

    #[test]
    fn a_message_may_outlive_the_text_that_was_lent() {
        let lent = String::from("[1]");
        let message = read(lent.as_str()).into_owned();
        drop(lent);
        assert_eq!(message.document().unwrap().text(), "[1]");
    }
}
