//! What is noted of profiles while an instance is validated.

use crate::definitions::{ProfileId, TypeId};
use crate::document::{NodeId, Shift};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of profiles, and was worked out.
#[derive(Debug, Default)]
pub(crate) struct ProfileNotes {
    /// What was asked before.
    pub(crate) answers: BTreeMap<(NodeId, ProfileId), Question>,
    /// The outermost of the questions that was taken as answered while it was being asked, by how many were asked before it.
    pub(crate) assumed: Option<u32>,
    /// How many profiles are being asked about, one because of the other.
    pub(crate) depth: u32,
    /// The profiles that the event of the message asks for.
    pub(crate) of_event: EventProfiles,
    /// Values whose codes a profile says where to take from: what their types say of it does not count.
    pub(crate) own_bindings: BTreeSet<NodeId>,
}

/// What is known of whether a profile is met.
#[derive(Clone, Debug)]
pub(crate) enum Question {
    /// It is being asked: until it is answered the profile counts as met, since references go in circles. How many were being asked before.
    Open(u32),
    /// It is answered.
    Answered(Answer),
}

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

/// The profiles that an event asks for.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct EventProfiles {
    /// Of these resources, in the order of the document.
    pub(super) of_resources: Vec<(NodeId, ProfileId)>,
    /// Of all resources of these types.
    pub(super) of_types: Vec<(TypeId, ProfileId)>,
}

impl EventProfiles {
    /// Moves them with the resources that they are asked of, where the text was edited in front of these.
    pub(crate) fn shift(&mut self, by: Shift) {
        self.of_resources.iter_mut().for_each(|(node, _)| *node = by.node(*node));
    }

    /// Those that a resource has to meet.
    pub(crate) fn of(&self, node: NodeId, of: TypeId) -> impl Iterator<Item = ProfileId> {
        let first = self.of_resources.partition_point(|(known, _)| *known < node);
        let own = self.of_resources.iter().skip(first).take_while(move |(known, _)| *known == node).map(|(_, id)| *id);
        own.chain(self.of_types.iter().filter(move |(known, _)| *known == of).map(|(_, id)| *id))
    }
}
