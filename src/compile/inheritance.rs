//! Message definitions that are made from others, and that take the place of others.
//!
//! Each looks for another one by its URL, and chains of them may be as long as the list: what is found is kept, so that all together
//! take time in proportion to the list.

use super::texts::{Pairs, Texts};
use crate::definitions::{MessageDefinition, plain_url};

/// The places of definitions by what a canonical can name them by.
#[derive(Default)]
struct Places {
    /// Whole URLs, and what is behind the last slash of each.
    urls: Texts,
    /// The places of each of these, in their order.
    places: Vec<Vec<u32>>,
}

/// Before a whole URL: it is told apart from what is behind the last slash of another one.
const WHOLE: &str = " ";

impl Places {
    fn add(&mut self, url: &str, place: u32) {
        let url = plain_url(url);
        self.add_as(&format!("{WHOLE}{url}"), place);
        self.add_as(last(url), place);
    }

    fn add_as(&mut self, text: &str, place: u32) {
        let number = self.urls.number(text) as usize;
        match self.places.get_mut(number) {
            Some(places) => places.push(place),
            None => self.places.push(vec![place]),
        }
    }

    fn get(&self, text: &str) -> Option<&Vec<u32>> {
        self.places.get(self.urls.find(text)? as usize)
    }

    /// Those that a canonical may name: those with this very URL, or else with its end.
    #[inline(never)]
    fn named(&self, canonical: &str) -> &[u32] {
        let url = plain_url(canonical);
        self.get(&format!("{WHOLE}{url}")).or_else(|| self.get(last(url))).map_or(&[], Vec::as_slice)
    }
}

fn last(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}

/// Which of the definitions, first the new ones and then those that were there, are not used because of a new one. Of two with one URL, or
/// that replace each other, the later counts.
pub(super) fn replaced(new: &[MessageDefinition], old: &[MessageDefinition]) -> Vec<bool> {
    let at = |place: u32| new.get(place as usize).or_else(|| old.get((place as usize).checked_sub(new.len())?));
    let count = (new.len() + old.len()) as u32;
    let mut places = Places::default();
    for place in 0..count {
        if let Some(one) = at(place) {
            places.add(&one.url, place);
        }
    }
    // Which new one says of which that it is used instead of it.
    let mut instead = Vec::new();
    for (by, one) in new.iter().enumerate() {
        for url in &one.replaces {
            for &of in places.named(url) {
                if at(of).is_some_and(|other| other.is_named(url)) {
                    instead.push((by as u32, of));
                }
            }
        }
    }
    let instead = Pairs::of(&instead);
    let mut replaced = vec![false; count as usize];
    let mut note = |place: u32| {
        if let Some(replaced) = replaced.get_mut(place as usize) {
            *replaced = true;
        }
    };
    let mut urls = Texts::default();
    let mut last_of_url: Vec<u32> = Vec::new();
    for (place, one) in new.iter().enumerate() {
        match last_of_url.get_mut(urls.number(&one.url) as usize) {
            Some(last) => note(std::mem::replace(last, place as u32)),
            None => last_of_url.push(place as u32),
        }
    }
    for (place, one) in old.iter().enumerate() {
        if urls.find(&one.url).is_some() {
            note((new.len() + place) as u32);
        }
    }
    for &(by, of) in instead.as_slice() {
        let same_url = || at(by).zip(at(of)).is_some_and(|(by, of)| by.url == of.url);
        let is_new = (of as usize) < new.len();
        if by != of && !(is_new && by < of && (instead.has((of, by)) || same_url())) {
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
    let mut seen = done.clone();
    let mut missing: Vec<bool> = bases.iter().map(|base| *base == Base::Missing).collect();
    for first in 0..count {
        let mut chain = Vec::new();
        let mut at = Some(first);
        while let Some(place) = at
            && let Some(seen) = seen.get_mut(place).filter(|seen| !**seen)
        {
            *seen = true;
            chain.push(place);
            at = match bases.get(place) {
                Some(Base::At(base)) => Some(*base),
                _ => None,
            };
        }
        // A chain that ends in itself is a circle: what the last of it has from the first it passes on, so it is gone through twice.
        let is_circle = at.is_some_and(|place| done.get(place) == Some(&false));
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
    let (mut own, mut others) = (Places::default(), Places::default());
    for (place, one) in all.iter().enumerate() {
        own.add(&one.url, place as u32);
        for url in &one.replaces {
            others.add(url, place as u32);
        }
    }
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
