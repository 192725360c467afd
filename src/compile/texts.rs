//! Texts and pairs by number: the two kinds of tables that the compiler has. What belongs to a text is in a list, at the number of the text; maps
//! and sets of the standard library are compiled anew for each type that is in them, with 5 to 10 kB of the wasm each time.

use crate::document::bytes::hash;
use crate::document::ordered;
use crate::document::table::{part, rows};

/// Texts, each of them once, numbered from 0 in the order in which they came.
#[derive(Default)]
pub(super) struct Texts {
    all: String,
    /// Where each ends in `all`.
    ends: Vec<usize>,
    /// Open addressing with linear probing: slot → number + 1, 0 where empty.
    slots: Vec<u32>,
}

impl Texts {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    #[inline(never)]
    pub(super) fn get(&self, number: u32) -> &str {
        let end = |number: usize| self.ends.get(number).copied().unwrap_or(0);
        let number = number as usize;
        part(&self.all, number.checked_sub(1).map_or(0, end)..end(number))
    }

    /// The slot of a text, or the free one where it belongs, and what is in it.
    fn slot(&self, text: &str) -> (usize, u32) {
        let mask = self.slots.len().wrapping_sub(1);
        let mut slot = hash(text.as_bytes()) as usize & mask;
        // There are free slots: it ends.
        loop {
            match self.slots.get(slot).copied().unwrap_or(0) {
                taken if taken > 0 && self.get(taken - 1) != text => slot = (slot + 1) & mask,
                found => return (slot, found),
            }
        }
    }

    /// The number of a text that is there.
    #[inline(never)]
    pub(super) fn find(&self, text: &str) -> Option<u32> {
        self.slot(text).1.checked_sub(1)
    }

    /// The number of a text, which is taken in where it is not there.
    #[inline(never)]
    pub(super) fn number(&mut self, text: &str) -> u32 {
        if self.len() * 2 >= self.slots.len() {
            self.index((self.len() + 4).next_power_of_two() * 4);
        }
        let (slot, found) = self.slot(text);
        if let Some(number) = found.checked_sub(1) {
            return number;
        }
        self.all.push_str(text);
        self.ends.push(self.all.len());
        if let Some(free) = self.slots.get_mut(slot) {
            *free = self.ends.len() as u32;
        }
        self.ends.len() as u32 - 1
    }

    /// Forgets all but the first.
    pub(super) fn truncate(&mut self, count: usize) {
        self.ends.truncate(count);
        self.all.truncate(self.ends.last().copied().unwrap_or(0));
        self.index(self.slots.len());
    }

    fn index(&mut self, slots: usize) {
        self.slots.clear();
        self.slots.resize(slots, 0);
        for number in 0..self.ends.len() as u32 {
            let (slot, _) = self.slot(self.get(number));
            if let Some(free) = self.slots.get_mut(slot) {
                *free = number + 1;
            }
        }
    }

    /// The numbers in the order of their texts.
    #[inline(never)]
    pub(super) fn sorted(&self) -> Vec<u32> {
        let order = ordered(self.len(), &mut |one, other| self.get(one as u32).cmp(self.get(other as u32)));
        order.into_iter().map(|number| number as u32).collect()
    }
}

/// Pairs of numbers, each of them once, in their order.
#[derive(Clone, Default)]
pub(super) struct Pairs(Vec<(u32, u32)>);

impl Pairs {
    #[inline(never)]
    pub(super) fn of(pairs: &[(u32, u32)]) -> Self {
        let mut sorted = Vec::with_capacity(pairs.len());
        for place in ordered(pairs.len(), &mut |one, other| pairs.get(one).cmp(&pairs.get(other))) {
            if let Some(&pair) = pairs.get(place).filter(|&pair| sorted.last() != Some(pair)) {
                sorted.push(pair);
            }
        }
        Self(sorted)
    }

    pub(super) fn as_slice(&self) -> &[(u32, u32)] {
        &self.0
    }

    #[inline(never)]
    pub(super) fn has(&self, pair: (u32, u32)) -> bool {
        self.0.binary_search(&pair).is_ok()
    }

    /// Those that begin with this number.
    #[inline(never)]
    pub(super) fn beginning_with(&self, first: u32) -> &[(u32, u32)] {
        let start = self.0.partition_point(|pair| pair.0 < first);
        let count = self.0.iter().skip(start).take_while(|pair| pair.0 == first).count();
        rows(&self.0, start..start + count)
    }

    /// Keeps those that are in another set, or those that are not.
    #[inline(never)]
    pub(super) fn retain(&mut self, other: &Self, are_in: bool) {
        self.0.retain(|&pair| other.has(pair) == are_in);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_numbered_as_they_come_and_found() {
        let mut texts = Texts::default();
        assert_eq!((texts.find(""), texts.find("a"), texts.len()), (None, None, 0));
        let text = |number: u32| if number == 7 { String::new() } else { format!("{}", number * 7919 % 1000) };
        for number in 0..1000 {
            assert_eq!((texts.number(&text(number)), texts.number(&text(number / 2))), (number, number / 2));
        }
        assert!((0..1000).all(|number| texts.get(number) == text(number) && texts.find(&text(number)) == Some(number)));
        let sorted = texts.sorted();
        assert!(sorted.windows(2).all(|pair| texts.get(pair[0]) < texts.get(pair[1])) && sorted.len() == 1000);
        texts.truncate(500);
        assert_eq!((texts.len(), texts.find(&text(499)), texts.find(&text(500))), (500, Some(499), None));
        assert_eq!((texts.number("new"), texts.get(500), texts.get(7)), (500, "new", ""));
    }

    #[test]
    fn pairs_are_sets() {
        let mut pairs = Pairs::of(&[(2, 1), (1, 9), (2, 0), (1, 9), (3, 3)]);
        assert_eq!(pairs.as_slice(), [(1, 9), (2, 0), (2, 1), (3, 3)]);
        assert_eq!((pairs.beginning_with(2), pairs.beginning_with(4)), (&[(2, 0), (2, 1)][..], &[][..]));
        assert!(pairs.has((1, 9)) && !pairs.has((9, 1)));
        pairs.retain(&Pairs::of(&[(2, 1)]), false);
        assert_eq!(pairs.as_slice(), [(1, 9), (2, 0), (3, 3)]);
        pairs.retain(&Pairs::of(&[(3, 3), (4, 4)]), true);
        assert_eq!(pairs.as_slice(), [(3, 3)]);
    }
}
