//! What the caller gives because the core has neither a clock nor randomness.

use crate::definitions::Primitive;
use crate::document::repeated;
use crate::validate::is_valid_primitive;
use std::fmt;

/// What is wrong with the time or the new ids that were given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ArgumentError {
    /// `now` is not a FHIR instant.
    Now,
    /// There are too few `ids`: so many are needed.
    TooFewIds(usize),
    /// The id with this index is not a lower-case UUID.
    Id(usize),
    /// The id with this index is in `ids` before.
    RepeatedId(usize),
}

impl fmt::Display for ArgumentError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Now => write!(formatter, "now must be a FHIR instant, such as 2026-01-31T12:00:00Z"),
            Self::TooFewIds(needed) => write!(formatter, "ids must hold {needed} new ids"),
            Self::Id(index) => write!(formatter, "ids[{index}] must be a lower-case UUID"),
            Self::RepeatedId(index) => write!(formatter, "ids[{index}] must be new: it is there before"),
        }
    }
}

impl std::error::Error for ArgumentError {}

/// New ids, one after the other: [`check`] has seen that there are as many as are needed.
pub(super) struct NewIds<'i>(std::slice::Iter<'i, String>);

impl<'i> NewIds<'i> {
    pub(super) fn of(ids: &'i [String]) -> Self {
        Self(ids.iter())
    }

    pub(super) fn next(&mut self) -> String {
        let id = self.0.next();
        debug_assert!(id.is_some(), "more ids are taken than were asked for");
        id.cloned().unwrap_or_default()
    }
}

/// Whether a text is a lower-case UUID.
pub(super) fn is_uuid(id: &str) -> bool {
    is_valid_primitive(Primitive::Uuid, &format!("urn:uuid:{id}"))
}

/// Looks at the time and at the new ids, of which `needed` are used.
pub(super) fn check(now: &str, ids: &[String], needed: usize) -> Result<(), ArgumentError> {
    if !is_valid_primitive(Primitive::Instant, now) {
        return Err(ArgumentError::Now);
    }
    if ids.len() < needed {
        return Err(ArgumentError::TooFewIds(needed));
    }
    if let Some(index) = ids.iter().position(|id| !is_uuid(id)) {
        return Err(ArgumentError::Id(index));
    }
    let again = repeated(needed, &mut |a, b| ids.get(a).cmp(&ids.get(b)));
    again.first().map_or(Ok(()), |&index| Err(ArgumentError::RepeatedId(index)))
}
