//! Where codes come from.

use super::form::{Reader, Writer};

/// How strictly a value set is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are FHIR's own")]
pub enum Strength {
    Required,
    Extensible,
    Preferred,
}

/// A binding to a value set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// How strictly it is meant.
    pub strength: Strength,
    /// The place of the value set.
    pub(crate) value_set: u16,
    /// The place of the value set that no code may leave, however strictly the other is meant (the extension
    /// elementdefinition-maxValueSet).
    pub(crate) max: Option<u16>,
}

/// Beside the number of a strength: a maximal value set follows.
const HAS_MAX: u8 = 4;

impl Binding {
    pub(super) fn write(self, out: &mut Writer) {
        out.byte(self.strength as u8 | if self.max.is_some() { HAS_MAX } else { 0 });
        out.number(self.value_set);
        if let Some(max) = self.max {
            out.number(max);
        }
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Self {
        let first = from.byte();
        let strength = match first & 3 {
            0 => Strength::Required,
            1 => Strength::Extensible,
            _ => Strength::Preferred,
        };
        let value_set = from.value_set();
        Self { strength, value_set, max: (first & HAS_MAX != 0).then(|| from.value_set()) }
    }
}
