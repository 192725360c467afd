//! What elements refer to by place: constraints and value sets, those of the base first.

use super::element::Element;
use super::texts::Texts;
use crate::definitions::{Binding, Constraint, Definitions, MOST, Strength, TypeId, plain_url};
use crate::document::name;

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
    /// Those of the layer.
    pub(super) constraints: Vec<Constraint>,
    /// All that each of them says.
    said: Texts,
    /// The value sets of the layer: their places.
    pub(super) value_sets: Vec<u16>,
    /// The URLs of the value sets, those of the base first: the number of an URL is the place of its value set.
    urls: Texts,
    /// Whether there was no room for something.
    pub(super) is_full: bool,
}

/// Where tables end.
pub(super) struct Mark {
    constraints: usize,
    value_sets: usize,
    urls: usize,
}

impl<'b> Tables<'b> {
    pub(super) fn new(base: &'b Definitions) -> Self {
        let mut urls = Texts::default();
        for set in base.value_sets() {
            urls.number(&set.url);
        }
        Self { base, constraints: Vec::new(), said: Texts::default(), value_sets: Vec::new(), urls, is_full: false }
    }

    pub(super) fn constraint(&mut self, constraint: Constraint) -> Option<u16> {
        let Constraint { key, error, human, expression } = &constraint;
        let said = format!("{error} {} {} {key}{human}{expression}", key.len(), human.len());
        let first = self.base.constraints().len();
        if let Some(known) = self.said.find(&said) {
            return Some((first + known as usize) as u16);
        }
        let place = first + self.constraints.len();
        if place >= MOST {
            self.is_full = true;
            return None;
        }
        self.said.number(&said);
        self.constraints.push(constraint);
        Some(place as u16)
    }

    pub(super) fn binding(&mut self, element: Element<'_>) -> Option<Binding> {
        let binding = element.member(name::BINDING)?;
        let strength = strength(binding)?;
        let value_set = self.value_set(&binding.text(name::VALUE_SET)?)?;
        let mut extensions = binding.items(name::EXTENSION);
        let max = extensions.find(|extension| extension.is(name::URL, MAX_VALUE_SET));
        let max = max.and_then(|max| max.text(name::VALUE_CANONICAL).or_else(|| max.text(name::VALUE_URI)));
        let max = max.and_then(|canonical| self.value_set(&canonical));
        Some(Binding { strength, value_set, max })
    }

    /// The place of the value set that a canonical names, which is added where it is not known.
    pub(super) fn value_set(&mut self, canonical: &str) -> Option<u16> {
        if let Some(place) = self.known_value_set(canonical) {
            return Some(place);
        }
        if self.urls.len() >= MOST {
            self.is_full = true;
            return None;
        }
        let place = self.urls.number(plain_url(canonical)) as u16;
        self.value_sets.push(place);
        Some(place)
    }

    /// Where the tables end now; see [`Tables::back_to`].
    pub(super) fn mark(&self) -> Mark {
        Mark { constraints: self.constraints.len(), value_sets: self.value_sets.len(), urls: self.urls.len() }
    }

    /// Forgets what came after a mark.
    pub(super) fn back_to(&mut self, mark: &Mark) {
        self.constraints.truncate(mark.constraints);
        self.said.truncate(mark.constraints);
        self.value_sets.truncate(mark.value_sets);
        self.urls.truncate(mark.urls);
    }

    /// Takes in a value set of the layer: at the place of that of the base with the same URL, or behind all.
    pub(super) fn define_value_set(&mut self, url: &str) -> Option<u16> {
        let place = self.value_set(url)?;
        if usize::from(place) < self.base.value_sets().len() {
            self.value_sets.push(place);
        }
        Some(place)
    }

    /// The place of a value set that is known already.
    pub(super) fn known_value_set(&self, canonical: &str) -> Option<u16> {
        self.urls.find(plain_url(canonical)).map(|place| place as u16)
    }

    /// The URL of a value set.
    pub(super) fn url(&self, place: u16) -> &str {
        self.urls.get(place.into())
    }

    /// The place of a type of the base.
    #[inline(never)]
    pub(super) fn base_type(&self, name: &str) -> Option<u16> {
        self.base.type_named(name).map(|TypeId(place)| place)
    }
}

/// How strictly a binding is meant; none where it is only an example.
pub(super) fn strength(binding: Element<'_>) -> Option<Strength> {
    match binding.text(name::STRENGTH)?.as_str() {
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
        tables.back_to(&mark);
        assert_eq!(tables.value_set("urn:a"), first);
        assert_eq!(tables.value_set("urn:c").map(|place| place - 1), first);
        assert_eq!(tables.value_sets.len(), 2);
    }
}
