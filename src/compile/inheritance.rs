//! Message definitions that are made from others, and that take the place of others.
//!
//! Each looks for another one by its URL, and chains of them may be as long as the list: what is found is kept, so that all together
//! take time in proportion to the list.

use crate::definitions::{MessageDefinition, plain_url};
use std::collections::{BTreeMap, BTreeSet};

/// The places of definitions by what a canonical can name them by.
struct Places<'d> {
    /// By the whole URL.
    whole: BTreeMap<&'d str, Vec<u32>>,
    /// By what is behind the last slash.
    last: BTreeMap<&'d str, Vec<u32>>,
}

impl<'d> Places<'d> {
    fn new(urls: impl Iterator<Item = (&'d str, u32)>) -> Self {
        let mut places = Self { whole: BTreeMap::new(), last: BTreeMap::new() };
        for (url, place) in urls {
            let url = plain_url(url);
            places.whole.entry(url).or_default().push(place);
            places.last.entry(last(url)).or_default().push(place);
        }
        places
    }

    /// Those that a canonical may name: those with this very URL, or else with its end.
    fn named(&self, canonical: &str) -> &[u32] {
        let url = plain_url(canonical);
        self.whole.get(url).or_else(|| self.last.get(last(url))).map_or(&[], Vec::as_slice)
    }
}

fn last(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}

/// Which of the definitions, first the new ones and then those that were there, are not used because of a new one. Of two with one URL, or
/// that replace each other, the later counts.
pub(super) fn replaced(new: &[MessageDefinition], old: &[MessageDefinition]) -> Vec<bool> {
    let all = || new.iter().chain(old);
    let places = Places::new(all().enumerate().map(|(place, one)| (one.url.as_str(), place as u32)));
    let at = |place: u32| new.get(place as usize).or_else(|| old.get((place as usize).checked_sub(new.len())?));
    // Which new one says of which that it is used instead of it.
    let mut instead = BTreeSet::new();
    for (by, one) in new.iter().enumerate() {
        for url in &one.replaces {
            let named = places.named(url).iter().copied();
            instead
                .extend(named.filter(|&of| at(of).is_some_and(|other| other.is_named(url))).map(|of| (by as u32, of)));
        }
    }
    let mut replaced = vec![false; new.len() + old.len()];
    let mut note = |place: u32| {
        if let Some(replaced) = replaced.get_mut(place as usize) {
            *replaced = true;
        }
    };
    let mut by_url: BTreeMap<&str, u32> = BTreeMap::new();
    for (place, one) in new.iter().enumerate() {
        if let Some(before) = by_url.insert(&one.url, place as u32) {
            note(before);
        }
    }
    for (place, one) in old.iter().enumerate() {
        if by_url.contains_key(one.url.as_str()) {
            note((new.len() + place) as u32);
        }
    }
    for &(by, of) in instead.iter().filter(|(by, of)| by != of) {
        let same_url = || at(by).zip(at(of)).is_some_and(|(by, of)| by.url == of.url);
        let is_new = (of as usize) < new.len();
        if !(is_new && by < of && (instead.contains(&(of, by)) || same_url())) {
            note(of);
        }
    }
    replaced
}

/// Gives each of the first `count` definitions what it leaves out and the one that it is made from has, and the places of those whose base
/// is missing.
pub(super) fn inherit(all: &mut [MessageDefinition], count: usize) -> Vec<usize> {
    let bases = bases(all);
    // What a definition has of its bases: nothing yet, being looked for, all; and whether one was missing.
    let mut done = vec![false; all.len()];
    let mut missing: Vec<bool> = bases.iter().map(|base| *base == Base::Missing).collect();
    for first in 0..count {
        let mut chain = Vec::new();
        let mut seen = BTreeSet::new();
        let mut at = Some(first);
        while let Some(place) = at.filter(|&place| done.get(place) == Some(&false) && seen.insert(place)) {
            chain.push(place);
            at = match bases.get(place) {
                Some(Base::At(base)) => Some(*base),
                _ => None,
            };
        }
        // A chain that ends in itself is a circle: what the last of it has from the first it passes on, so it is gone through twice.
        let is_circle = at.is_some_and(|place| seen.contains(&place));
        for _ in 0..if is_circle { 2 } else { 1 } {
            for &place in chain.iter().rev() {
                let Some(Base::At(base)) = bases.get(place) else { continue };
                if let Ok([one, base]) = all.get_disjoint_mut([place, *base]) {
                    one.inherit(base);
                }
                let lacks = missing.get(*base) == Some(&true);
                if let Some(missing) = missing.get_mut(place) {
                    *missing |= lacks;
                }
            }
        }
        for place in chain {
            if let Some(done) = done.get_mut(place) {
                *done = true;
            }
        }
    }
    (0..count).filter(|&place| missing.get(place) == Some(&true)).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Base {
    None,
    Missing,
    At(usize),
}

/// The definition that each is made from: that one itself, if it is there, and not what is used instead of it.
fn bases(all: &[MessageDefinition]) -> Vec<Base> {
    let numbered = || all.iter().enumerate().map(|(place, one)| (one, place as u32));
    let own = Places::new(numbered().map(|(one, place)| (one.url.as_str(), place)));
    let others =
        Places::new(numbered().flat_map(|(one, place)| one.replaces.iter().map(move |url| (url.as_str(), place))));
    let base = |one: &MessageDefinition| {
        let Some(url) = &one.base else { return Base::None };
        let other = |place: &u32| all.get(*place as usize).filter(|other| other.url != one.url);
        let named = own.named(url).iter().find(|place| other(place).is_some_and(|other| other.is_named(url)));
        let named =
            named.or_else(|| others.named(url).iter().find(|place| other(place).is_some_and(|other| other.is(url))));
        match named {
            Some(place) => Base::At(*place as usize),
            // It may name itself.
            None if one.is(url) => Base::None,
            None => Base::Missing,
        }
    };
    all.iter().map(base).collect()
}
