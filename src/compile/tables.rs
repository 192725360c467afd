//! What elements refer to by place: constraints and value sets, those of the base first.

use super::element::Element;
use super::scope::{Nearness, Needs};
use super::texts::Texts;
use crate::definitions::{Binding, Constraint, Definitions, MOST, Strength, TypeId, ValueSet, by_version, plain_url};
use crate::document::name;

/// The extension by which a binding names the value set that no code may leave.
const MAX_VALUE_SET: &str = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet";

pub(super) struct Tables<'b> {
    pub(super) base: &'b Definitions,
    /// Those of the layer.
    pub(super) constraints: Vec<Constraint>,
    /// All that each of them says.
    said: Texts,
    /// The value sets of the layer: their places.
    pub(super) value_sets: Vec<u16>,
    /// The URLs of the value sets, those of the base first: the number of an URL is the place of its value set. Of one that is there in several
    /// versions, the others have the version behind the URL; what is open (see [`ValueSet::is_open`]) has a `?` before the canonical.
    urls: Texts,
    /// The places of those that the layer defines, and their versions.
    defined: Vec<(u16, String)>,
    /// The places of those that are meant where no version is said, if others than the first, by the numbers of the URLs.
    chosen: Vec<(u32, u16)>,
    /// Whether what is compiled is in packages, and what these depend on.
    of_package: bool,
    pub(super) needs: &'b Needs,
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
    pub(super) fn new(base: &'b Definitions, of_package: bool, needs: &'b Needs) -> Self {
        let mut urls = Texts::default();
        let mut chosen: Vec<(u32, u16)> = Vec::new();
        for (place, set) in base.value_sets().iter().enumerate() {
            if set.is_open {
                let key = open(&set.canonical());
                if urls.number(&key) as usize != place {
                    urls.number(&format!("{key} {place}"));
                }
                continue;
            }
            let Some(first) = urls.find(&set.url) else {
                urls.number(&set.url);
                continue;
            };
            if urls.number(&versioned(&set.url, &set.version)) as usize != place {
                urls.number(&versioned(&set.url, &format!("{} {place}", set.version)));
            }
            let before = chosen.iter_mut().find(|(number, _)| *number == first);
            let best = before.as_ref().map_or(first as usize, |(_, place)| usize::from(*place));
            let Some(best) = base.value_sets().get(best) else { continue };
            let nearness = |set: &ValueSet| needs.nearness(&set.package);
            let order = nearness(best).cmp(&nearness(set)).then_with(|| by_version(&best.version, &set.version));
            match before {
                _ if order.is_gt() => {}
                Some((_, chosen)) => *chosen = place as u16,
                None => chosen.push((first, place as u16)),
            }
        }
        let (constraints, said, value_sets, defined) = (Vec::new(), Texts::default(), Vec::new(), Vec::new());
        Self { base, constraints, said, value_sets, urls, defined, chosen, of_package, needs, is_full: false }
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
        let place = match self.of_package {
            true => self.urls.number(&open(canonical)),
            false => self.urls.number(plain_url(canonical)),
        };
        self.value_sets.push(place as u16);
        Some(place as u16)
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

    /// Takes in a value set of the layer. That of a package is beside those of other versions that other packages bring; otherwise it takes the place
    /// of all with its URL. What is there in several versions comes with the newest first, which is meant where none is said.
    pub(super) fn define_value_set(&mut self, url: &str, version: &str) -> Option<()> {
        if self.defined.last().is_some_and(|(place, _)| plain_url(self.urls.get((*place).into())) == url) {
            return self.define_version(url, version);
        }
        let is_replaced = |set: &ValueSet| {
            set.url == url && (!self.of_package || !set.is_open && (set.package.is_empty() || set.version == version))
        };
        let base = self.base.value_sets().iter().enumerate().filter(|(_, set)| is_replaced(set));
        let replaced: Vec<u16> = base.map(|(place, _)| place as u16).collect();
        let known = self.urls.find(url);
        let place = match replaced.last() {
            Some(&place) => place,
            None if self.urls.len() >= MOST => {
                self.is_full = true;
                return None;
            }
            None if known.is_none() => self.urls.number(url) as u16,
            None => self.urls.number(&versioned(url, version)) as u16,
        };
        // Of an URL that is only open in the base there was no number.
        let first = self.urls.find(url).unwrap_or_else(|| self.urls.number(url));
        if replaced.is_empty() {
            self.value_sets.push(place);
        }
        self.value_sets.extend(replaced);
        self.chosen.retain(|(number, _)| *number != first);
        self.chosen.push((first, place));
        self.defined.push((place, version.to_owned()));
        Some(())
    }

    /// Takes in an older version of a value set of the layer.
    fn define_version(&mut self, url: &str, version: &str) -> Option<()> {
        if self.urls.len() >= MOST {
            self.is_full = true;
            return None;
        }
        let is_it = |set: &ValueSet| !set.is_open && set.url == url && set.version == version;
        let base = self.base.value_sets().iter().position(is_it).filter(|_| self.of_package);
        let place = base.unwrap_or_else(|| self.urls.number(&versioned(url, version)) as usize) as u16;
        self.value_sets.push(place);
        self.defined.push((place, version.to_owned()));
        Some(())
    }

    /// The versions of the value sets that the layer defines, by their places; none where a place is of another one, or of all versions.
    pub(super) fn versions(&self) -> Vec<Option<&str>> {
        let mut versions = vec![None; self.urls.len()];
        for (place, version) in &self.defined {
            if let Some(known) = versions.get_mut(usize::from(*place)) {
                *known = Some(version.as_str());
            }
        }
        versions
    }

    /// The place of a value set that is known already: that of the version that is asked for, or the one that is meant here. What a package says of
    /// one that is neither its own nor of what it depends on is open: the newest of all that come is meant.
    pub(super) fn known_value_set(&self, canonical: &str) -> Option<u16> {
        let found = match canonical.split_once('|') {
            Some((url, version)) => {
                let set = |place: u32| self.base.value_sets().get(place as usize);
                let first = self.urls.find(url).filter(|&first| set(first).is_some_and(|set| set.version == version));
                first.or_else(|| self.urls.find(canonical)).map(|place| place as u16)
            }
            None => self.any_version(canonical).filter(|&place| !self.of_package || self.is_meant(place)),
        };
        let found = found.or_else(|| self.urls.find(&open(canonical)).map(|place| place as u16));
        found.or_else(|| self.any_version(canonical).filter(|_| !self.of_package))
    }

    /// The value set with this URL, whatever version is asked for.
    pub(super) fn any_version(&self, canonical: &str) -> Option<u16> {
        let first = self.urls.find(plain_url(canonical))?;
        let chosen = self.chosen.iter().find(|(number, _)| *number == first);
        Some(chosen.map_or(first as u16, |(_, place)| *place))
    }

    /// Whether it is one of the layer's own, of a package that this depends on, or of R4.
    fn is_meant(&self, place: u16) -> bool {
        self.value_sets.contains(&place)
            || (self.base.value_sets().get(usize::from(place)))
                .is_some_and(|set| set.package.is_empty() || self.needs.nearness(&set.package) > Nearness::Other)
    }

    /// A canonical of a value set, with the version of what it means in the package that is compiled, or in what that depends on; as it is where
    /// all that is loaded decides.
    pub(super) fn scoped_value_set(&self, canonical: &str) -> String {
        let place = self.any_version(canonical).filter(|_| self.of_package && !canonical.contains('|'));
        let defined = |place: u16| self.defined.iter().find(|(defined, _)| *defined == place);
        let version = place.and_then(|place| match defined(place) {
            Some((_, version)) => Some(version.as_str()),
            None => {
                let set = self.base.value_sets().get(usize::from(place))?;
                // One of R4 is meant by all.
                let is_near = !set.package.is_empty() && self.needs.nearness(&set.package) > Nearness::Other;
                is_near.then_some(set.version.as_str())
            }
        });
        match version {
            Some(version) if !version.is_empty() => [canonical, version].join("|"),
            _ => canonical.to_owned(),
        }
    }

    /// The canonical of a value set; of one that is open as it is asked for.
    pub(super) fn canonical(&self, place: u16) -> &str {
        let key = self.urls.get(place.into());
        key.strip_prefix(OPEN).unwrap_or_else(|| plain_url(key))
    }

    /// Whether it is only asked for.
    pub(super) fn is_open(&self, place: u16) -> bool {
        self.urls.get(place.into()).starts_with(OPEN)
    }

    /// The place of a type of the base.
    #[inline(never)]
    pub(super) fn base_type(&self, name: &str) -> Option<u16> {
        self.base.type_named(name).map(|TypeId(place)| place)
    }
}

/// What no URL begins with.
const OPEN: char = '?';

fn open(canonical: &str) -> String {
    ["?", canonical].concat()
}

fn versioned(url: &str, version: &str) -> String {
    [url, "|", version].concat()
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
        let (base, needs) = (Definitions::r4(), Needs::default());
        let mut tables = Tables::new(&base, false, &needs);
        for number in base.value_sets().len()..MOST {
            assert_eq!(tables.value_set(&format!("urn:{number}")), Some(number as u16));
        }
        assert!(!tables.is_full);
        assert_eq!((tables.value_set("urn:more"), tables.is_full), (None, true));
        assert_eq!(tables.value_set("urn:64999|2"), Some(64_999), "those that are there are still found");

        let mut tables = Tables::new(&base, false, &needs);
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
        let (base, needs) = (Definitions::r4(), Needs::default());
        let mut tables = Tables::new(&base, false, &needs);
        let first = tables.value_set("urn:a");
        let mark = tables.mark();
        assert_ne!(tables.value_set("urn:b"), first);
        tables.back_to(&mark);
        assert_eq!(tables.value_set("urn:a"), first);
        assert_eq!(tables.value_set("urn:c").map(|place| place - 1), first);
        assert_eq!(tables.value_sets.len(), 2);
    }
}
