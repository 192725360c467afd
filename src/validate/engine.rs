//! The engine of a validator: the definitions, and what is worked out from them once.

use super::constraints::Invariants;
use crate::definitions::{Definitions, TypeId};
use crate::document::table::{row, rows};
use crate::json::{Limits, Message, Text};

/// Which rules look at the objects of which types, as places in the list of a room. Worked out once.
#[derive(Clone, Debug, Default)]
pub(crate) struct RulesByType {
    /// For each type where its places begin; one more at the end.
    starts: Vec<u16>,
    places: Vec<u8>,
}

impl RulesByType {
    /// From what each rule of a list looks at.
    pub(crate) fn new(definitions: &Definitions, list: &[Types]) -> Self {
        let mut by_type = Self::default();
        for index in 0..definitions.types().len() {
            let of = TypeId(index as u16);
            by_type.starts.push(by_type.places.len() as u16);
            for (place, types) in list.iter().enumerate() {
                if types.has(of, definitions) {
                    by_type.places.push(place as u8);
                }
            }
        }
        by_type.starts.push(by_type.places.len() as u16);
        by_type
    }

    /// The places of the rules that look at this type.
    #[inline]
    pub(crate) fn of(&self, of: TypeId) -> &[u8] {
        let start = |place: usize| usize::from(row(&self.starts, place, &0_u16).to_owned());
        let place = usize::from(of.0);
        rows(&self.places, start(place)..start(place + 1))
    }
}

/// The types that a rule looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Types {
    /// These.
    Named(&'static [&'static str]),
    /// This one, and those that are derived from it.
    DerivedFrom(&'static str),
}

impl Types {
    fn has(self, of: TypeId, definitions: &Definitions) -> bool {
        match self {
            Types::Named(names) => names.contains(&definitions.type_of(of).name.as_ref()),
            Types::DerivedFrom(name) => definitions.type_named(name).is_some_and(|base| definitions.is_a(of, base)),
        }
    }
}

/// What validates, and answers whatever else is asked about a message. Built once, used for any number of them.
#[derive(Clone, Debug)]
pub(crate) struct Engine {
    pub(crate) definitions: Definitions,
    pub(crate) invariants: Invariants,
    pub(crate) element_rules: RulesByType,
    pub(crate) resource_rules: RulesByType,
}

impl Engine {
    /// Reads a text for all that is asked about it.
    pub(crate) fn read<'t>(&self, text: impl Into<Text<'t>>, limits: Limits) -> Message<'t> {
        Message::read(text, self.definitions.names(), limits)
    }
}
