//! What elements refer to by place: constraints and value sets, those of the base first.

use crate::definitions::plain_url;
use crate::definitions::{Binding, Constraint, Definitions, MOST, Strength};
use crate::document::{Document, NodeId, name};
use std::collections::BTreeMap;

/// The extension by which a binding names the value set that no code may leave.
const MAX_VALUE_SET: &str = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet";

/// How much of the definitions is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extent {
    /// What the types of R4 need: the definitions that are embedded are to be small, and lists that have grown since are soon wrong.
    R4,
    /// All: who brings definitions means each of them.
    All,
}

pub(super) struct Tables<'b> {
    pub(super) base: &'b Definitions,
    pub(super) constraints: Vec<Constraint>,
    by_constraint: BTreeMap<String, Vec<u16>>,
    /// The value sets of the layer: their URLs, and their places.
    pub(super) value_sets: Vec<(String, u16)>,
    places: BTreeMap<String, u16>,
    /// How many value sets there are with those of the base.
    count: usize,
    /// Whether there was no room for something.
    pub(super) is_full: bool,
}

impl<'b> Tables<'b> {
    pub(super) fn new(base: &'b Definitions) -> Self {
        let sets = base.value_sets();
        Self {
            base,
            constraints: Vec::new(),
            by_constraint: BTreeMap::new(),
            value_sets: Vec::new(),
            places: sets.iter().enumerate().map(|(place, set)| (set.url.to_string(), place as u16)).collect(),
            count: sets.len(),
            is_full: false,
        }
    }

    pub(super) fn constraint(&mut self, constraint: Constraint) -> Option<u16> {
        let same = self.by_constraint.entry(constraint.expression.to_string()).or_default();
        let first = self.base.constraints().len();
        let at = |place: u16| self.constraints.get(usize::from(place) - first);
        if let Some(known) = same.iter().copied().find(|&place| at(place) == Some(&constraint)) {
            return Some(known);
        }
        let place = first + self.constraints.len();
        if place >= MOST {
            self.is_full = true;
            return None;
        }
        same.push(place as u16);
        self.constraints.push(constraint);
        Some(place as u16)
    }

    pub(super) fn binding(&mut self, document: &Document<'_>, element: NodeId) -> Option<Binding> {
        let binding = document.member(element, name::BINDING)?;
        let strength = strength(document, binding)?;
        let value_set = self.value_set(&document.member_text(binding, name::VALUE_SET)?)?;
        let max = document
            .member_items(binding, name::EXTENSION)
            .find(|&extension| document.member_text(extension, name::URL).as_deref() == Some(MAX_VALUE_SET))
            .and_then(|extension| {
                [name::VALUE_CANONICAL, name::VALUE_URI]
                    .into_iter()
                    .find_map(|name| document.member_text(extension, name))
            })
            .and_then(|canonical| self.value_set(&canonical));
        Some(Binding { strength, value_set, max })
    }

    /// The place of the value set that a canonical names, which is added where it is not known.
    pub(super) fn value_set(&mut self, canonical: &str) -> Option<u16> {
        let url = plain_url(canonical);
        if let Some(&place) = self.places.get(url) {
            return Some(place);
        }
        if self.count >= MOST {
            self.is_full = true;
            return None;
        }
        let place = self.count as u16;
        self.count += 1;
        self.places.insert(url.to_owned(), place);
        self.value_sets.push((url.to_owned(), place));
        Some(place)
    }

    /// Where the tables end now; see [`Tables::back_to`].
    pub(super) fn mark(&self) -> (usize, usize) {
        (self.constraints.len(), self.value_sets.len())
    }

    /// Forgets what came after a mark.
    pub(super) fn back_to(&mut self, (constraints, value_sets): (usize, usize)) {
        let first = self.base.constraints().len();
        self.constraints.truncate(constraints);
        for same in self.by_constraint.values_mut() {
            same.retain(|&place| usize::from(place) < first + constraints);
        }
        for (url, _) in self.value_sets.drain(value_sets.min(self.value_sets.len())..) {
            self.places.remove(&url);
            self.count -= 1;
        }
    }

    /// Takes in a value set of the layer: at the place of that of the base with the same URL, or behind all.
    pub(super) fn define_value_set(&mut self, url: &str) -> Option<u16> {
        let place = self.value_set(url)?;
        if usize::from(place) < self.base.value_sets().len() {
            self.value_sets.push((url.to_owned(), place));
        }
        Some(place)
    }

    /// The place of a value set that is known already.
    pub(super) fn known_value_set(&self, canonical: &str) -> Option<u16> {
        self.places.get(plain_url(canonical)).copied()
    }
}

/// How strictly a binding is meant; none where it is only an example.
pub(super) fn strength(document: &Document<'_>, binding: NodeId) -> Option<Strength> {
    match document.member_text(binding, name::STRENGTH)?.as_ref() {
        "required" => Some(Strength::Required),
        "extensible" => Some(Strength::Extensible),
        "preferred" => Some(Strength::Preferred),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions::Text;

    #[test]
    fn tables_say_when_they_are_full() {
        let base = Definitions::r4();
        let mut tables = Tables::new(&base);
        for number in base.value_sets().len()..MOST {
            assert_eq!(tables.value_set(&format!("urn:{number}")), Some(number as u16));
        }
        assert!(!tables.is_full);
        assert_eq!((tables.value_set("urn:more"), tables.is_full), (None, true));
        assert_eq!(tables.value_set("urn:64999|2"), Some(64_999), "those that are there are still found");

        let mut tables = Tables::new(&base);
        let constraint = |number: usize| {
            let (key, human) = (Text::from("c-1"), Text::from("Words"));
            Constraint { key, error: true, human, expression: format!("{number}").into() }
        };
        for number in base.constraints().len()..MOST {
            assert_eq!(tables.constraint(constraint(number)), Some(number as u16));
        }
        assert!(!tables.is_full);
        assert_eq!((tables.constraint(constraint(MOST)), tables.is_full), (None, true));
        assert_eq!(tables.constraint(constraint(64_999)), Some(64_999));
    }

    #[test]
    fn what_came_after_a_mark_is_forgotten() {
        let base = Definitions::r4();
        let mut tables = Tables::new(&base);
        let first = tables.value_set("urn:a");
        let mark = tables.mark();
        assert_ne!(tables.value_set("urn:b"), first);
        tables.back_to(mark);
        assert_eq!(tables.value_set("urn:a"), first);
        assert_eq!(tables.value_set("urn:c").map(|place| place - 1), first);
        assert_eq!(tables.value_sets.len(), 2);
    }
}
