//! Which elements of a type are there, or have to be.

use crate::document::table::row_mut;

/// A set of elements by their places in [`super::Body::elements`]. Nearly no type has more than 64: those need no memory of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ElementSet {
    first: u64,
    more: Vec<u64>,
}

impl ElementSet {
    /// Takes in an element.
    #[inline]
    pub fn insert(&mut self, element: u16) {
        match element {
            0..64 => self.first |= 1 << element,
            _ => self.insert_far(element - 64),
        }
    }

    #[cold]
    fn insert_far(&mut self, element: u16) {
        let (word, bit) = (usize::from(element / 64), element % 64);
        if self.more.len() <= word {
            self.more.resize(word + 1, 0);
        }
        if let Some(word) = row_mut(&mut self.more, word) {
            *word |= 1 << bit;
        }
    }

    /// Whether an element is in the set.
    #[inline]
    pub fn has(&self, element: u16) -> bool {
        match element {
            0..64 => self.first & 1 << element != 0,
            _ => self.more.get(usize::from(element / 64) - 1).is_some_and(|word| word & 1 << (element % 64) != 0),
        }
    }

    /// Whether all of another set is in this one.
    #[inline]
    pub fn has_all(&self, other: &Self) -> bool {
        other.first & !self.first == 0 && (other.more.is_empty() || self.has_all_far(other))
    }

    #[cold]
    fn has_all_far(&self, other: &Self) -> bool {
        let own = self.more.iter().copied().chain(std::iter::repeat(0));
        other.more.iter().zip(own).all(|(other, own)| other & !own == 0)
    }

    /// Whether it has an element in common with another set.
    #[inline]
    pub fn meets(&self, other: &Self) -> bool {
        self.first & other.first != 0 || !self.more.is_empty() && self.meets_far(other)
    }

    #[cold]
    fn meets_far(&self, other: &Self) -> bool {
        self.more.iter().zip(&other.more).any(|(own, other)| own & other != 0)
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.first == 0 && self.more.iter().all(|&word| word == 0)
    }
}

impl FromIterator<u16> for ElementSet {
    fn from_iter<I: IntoIterator<Item = u16>>(elements: I) -> Self {
        let mut set = Self::default();
        for element in elements {
            set.insert(element);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_on_both_sides_of_each_word_are_told_apart() {
        let all = [0, 1, 63, 64, 65, 127, 128, 191, 192, 1000, 65_535];
        for element in all {
            let one = ElementSet::from_iter([element]);
            for other in all {
                assert_eq!(one.has(other), other == element, "{element} {other}");
                let others = ElementSet::from_iter([other]);
                assert_eq!(
                    (one.has_all(&others), one.meets(&others)),
                    (other == element, other == element),
                    "{element} {other}"
                );
            }
            assert!(one.has_all(&ElementSet::default()) && !ElementSet::default().has_all(&one));
            assert!(!one.meets(&ElementSet::default()) && !one.is_empty());
        }
        let all = ElementSet::from_iter(all);
        assert!(all.has_all(&ElementSet::from_iter([1, 64, 65_535])) && !all.has_all(&ElementSet::from_iter([1, 66])));
        assert!(ElementSet::default().is_empty());
    }
}
