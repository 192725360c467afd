//! Where the places went that a part of definitions names: see [`super::Definitions::beside`].

use crate::document::table::row;
use std::sync::Arc;

/// Nothing where places are what they were.
#[derive(Clone, Debug, Default)]
pub(super) struct PlaceMap(Option<Arc<Places>>);

/// Of each old place the new one.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) value_sets: Vec<u16>,
    pub(super) constraints: Vec<u16>,
}

pub(super) const NOT_MOVED: PlaceMap = PlaceMap(None);

impl PlaceMap {
    pub(super) fn to(places: Places) -> Self {
        Self(Some(Arc::new(places)))
    }

    /// Where these places go, which were moved before.
    pub(super) fn moved(&self, again: &Self) -> Self {
        let (Some(first), Some(then)) = (&self.0, &again.0) else { return again.clone() };
        let all = |old: &[u16], new: &[u16]| old.iter().map(|&place| *row(new, usize::from(place), &place)).collect();
        Self::to(Places {
            value_sets: all(&first.value_sets, &then.value_sets),
            constraints: all(&first.constraints, &then.constraints),
        })
    }

    /// Whether both are the same.
    pub(super) fn is(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        }
    }

    pub(super) fn value_set(&self, place: u16) -> u16 {
        self.0.as_ref().map_or(place, |places| *row(&places.value_sets, usize::from(place), &place))
    }

    pub(super) fn constraint(&self, place: u16) -> u16 {
        self.0.as_ref().map_or(place, |places| *row(&places.constraints, usize::from(place), &place))
    }
}
