//! JSON text → [`Document`].

use super::scanner::scan;
use super::syntax::{Limits, SyntaxError, SyntaxFault};
use crate::document::{Document, Fault, Names, Node};

impl<'t> Document<'t> {
    /// Whether a text is JSON, read with the default limits; no names are looked up for that.
    ///
    /// # Errors
    /// What is wrong with it: see [`SyntaxFault`].
    pub fn is_json(text: &str) -> Result<(), SyntaxError> {
        Document::read(text.as_bytes(), &Names::none(), Limits::default()).map(|_| ())
    }

    /// Reads a text with the default limits and the well-known names only: for data that is not validated by element.
    ///
    /// # Errors
    /// When nothing can be made of the text: see [`SyntaxFault`].
    pub fn plain(text: &'t str) -> Result<Self, SyntaxError> {
        Self::read(text.as_bytes(), &Names::new(), Limits::default())
    }

    /// Reads a text, UTF-8 with or without a byte order mark. Property names that `names` knows become integers.
    ///
    /// # Errors
    /// When nothing can be made of the text: see [`SyntaxFault`].
    pub fn read(bytes: &'t [u8], names: &Names, limits: Limits) -> Result<Self, SyntaxError> {
        within(bytes, limits)?;
        match str::from_utf8(bytes) {
            Ok(text) => Self::read_str(text, names, limits),
            Err(error) => Err(not_utf8(bytes, error)),
        }
    }

    /// Reads a text that is known to be UTF-8.
    ///
    /// # Errors
    /// When nothing can be made of the text: see [`SyntaxFault`].
    pub fn read_str(text: &'t str, names: &Names, limits: Limits) -> Result<Self, SyntaxError> {
        let (nodes, faults) = nodes(text, names, limits)?;
        Ok(Document { text: text.into(), nodes, faults, names: names.digest() })
    }
}

impl Document<'_> {
    /// Reads a text that was made here, with the well-known names only, and keeps it.
    ///
    /// # Errors
    /// When nothing can be made of the text: see [`SyntaxFault`].
    pub fn read_owned(text: String, limits: Limits) -> Result<Self, SyntaxError> {
        let names = Names::new();
        let (nodes, faults) = nodes(&text, &names, limits)?;
        Ok(Document { text: text.into(), nodes, faults, names: names.digest() })
    }
}

/// The nodes of a text, which know only places in it: whoever has the text may keep it beside them, or only lend it.
pub(super) fn nodes(text: &str, names: &Names, limits: Limits) -> Result<(Vec<Node>, Vec<Fault>), SyntaxError> {
    within(text.as_bytes(), limits)?;
    scan(text, names, limits.depth.min(Limits::DEEPEST) as usize)
}

/// A text that is too long is not even looked at.
pub(super) fn within(bytes: &[u8], limits: Limits) -> Result<(), SyntaxError> {
    let most = limits.bytes.min(u32::MAX - 1);
    if bytes.len() > most as usize {
        return Err(SyntaxError { offset: most, fault: SyntaxFault::TooLong(most) });
    }
    Ok(())
}

#[cold]
pub(super) fn not_utf8(bytes: &[u8], error: std::str::Utf8Error) -> SyntaxError {
    let offset = error.valid_up_to();
    // ED A0..BF is how an encoder that does not look writes a lone surrogate of a UTF-16 string.
    let surrogate = matches!(bytes.get(offset..), Some([0xED, 0xA0..=0xBF, ..]));
    let fault = if surrogate { SyntaxFault::EncodedSurrogate } else { SyntaxFault::InvalidUtf8 };
    SyntaxError { offset: offset as u32, fault }
}
