//! Rules that the specification states in FHIRPath.

use super::form::{Reader, Writer};
use super::text::Text;

/// A rule that the specification states in FHIRPath.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    /// Its name, such as `bdl-7`.
    pub key: Text,
    /// Whether breaking it is an error; a warning otherwise.
    pub error: bool,
    /// The specification's own words.
    pub human: Text,
    /// FHIRPath.
    pub expression: Text,
}

/// What is at no place.
pub(super) static NO_CONSTRAINT: Constraint =
    Constraint { key: Text::EMPTY, error: false, human: Text::EMPTY, expression: Text::EMPTY };

impl Constraint {
    pub(super) fn write(&self, out: &mut Writer) {
        out.text(&self.key);
        out.byte(self.error.into());
        out.text(&self.human);
        out.text(&self.expression);
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Self {
        Self { key: from.text(), error: from.byte() != 0, human: from.text(), expression: from.text() }
    }
}
