//! Whether values meet profiles, as far as that was worked out.

use crate::definitions::ProfileId;
use crate::document::NodeId;
use std::collections::BTreeMap;

/// Whether a profile is met.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Met,
    /// By how many errors it is not, and what the first of them says.
    NotMet {
        errors: usize,
        first: String,
    },
}

/// What was asked before. While an answer is worked out, it is that the profile is met: references go in circles.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    pub(crate) known: BTreeMap<(NodeId, ProfileId), Answer>,
    /// How many profiles are being asked about, one because of the other.
    pub(crate) depth: u32,
}
