//! Lists in which items are found again without comparing each with each: `intersect()`, `subsetOf()`, `in`, `distinct()`.
//!
//! An item is found by a number that equal items have in common; those that share it are compared. What has no such number (quantities,
//! which are equal in different units, and elements that hold some) is compared with all.

use super::compare::equal_items;
use super::element::{name_of, system};
use super::item::Item;
use super::navigate::children;
use super::reader::{EvaluationError, Reader, Sink, Step};
use crate::document::bytes::hash;
use crate::document::sorted;
use crate::document::table::{row, row_mut, rows};

/// With so few items each is compared with each.
const FEW: usize = 8;

/// The places of items by their digests.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    /// Sorted by the digest.
    places: Vec<(u64, u32)>,
    /// Those without one.
    others: Vec<u32>,
}

impl Lookup {
    /// The places of the items that have this digest.
    fn with(&self, digest: u64) -> &[(u64, u32)] {
        let start = self.places.partition_point(|(known, _)| *known < digest);
        let rest = rows(&self.places, start..self.places.len());
        rows(rest, 0..rest.partition_point(|(known, _)| *known == digest))
    }
}

/// Stirs two numbers into one.
fn stirred(one: u64, other: u64) -> u64 {
    const K: u64 = 0x9E37_79B9_7F4A_7C15;
    let state = (one.rotate_left(23) ^ other).wrapping_mul(K);
    state ^ state >> 32
}

/// A number that equal items have in common. `None` where there is none.
fn digest<'e>(reader: &Reader<'e>, item: &Item<'e>) -> Result<Option<u64>, EvaluationError> {
    let value = system(reader, item.clone())?;
    if let Some(number) = value.number() {
        let number = number.normalize();
        let sign = if number.is_zero() { 0 } else { 1 + u64::from(number.is_sign_negative()) };
        let digits = number.mantissa().unsigned_abs();
        return Ok(Some(stirred(stirred(digits as u64, (digits >> 64) as u64), u64::from(number.scale()) << 8 | sign)));
    }
    Ok(match value {
        Item::Boolean(value) => Some(1 + u64::from(value)),
        Item::String(text) => {
            reader.charge(text.len() / 64)?;
            Some(hash(text.as_bytes()))
        }
        Item::Moment(moment) => Some(stirred(3, moment.digest())),
        Item::Type(_, name) => Some(stirred(4, hash(name.as_bytes()))),
        Item::Element(_) => {
            // The order of properties means nothing.
            let mut sum = Some(5_u64);
            children(reader, &value, &mut |child| {
                let own = match sum {
                    Some(_) => {
                        digest(reader, &child)?.map(|digest| stirred(hash(name_of(reader, &child).as_bytes()), digest))
                    }
                    None => None,
                };
                sum = sum.zip(own).map(|(sum, own)| sum.wrapping_add(own));
                Ok(sum.is_some())
            })?;
            sum
        }
        _ => None,
    })
}

/// Prepares a list for [`is_among`]: nothing where it is short.
pub(super) fn lookup<'e>(reader: &Reader<'e>, list: &[Item<'e>]) -> Result<Option<Lookup>, EvaluationError> {
    if list.len() <= FEW {
        return Ok(None);
    }
    digests(reader, list).map(Some)
}

fn digests<'e>(reader: &Reader<'e>, list: &[Item<'e>]) -> Result<Lookup, EvaluationError> {
    let (mut digested, mut others) = (Vec::new(), Vec::new());
    for (place, item) in list.iter().enumerate() {
        reader.charge(2)?;
        match digest(reader, item)? {
            Some(digest) => digested.push((digest, place as u32)),
            None => others.push(place as u32),
        }
    }
    Ok(Lookup { places: sorted(&digested, &mut Ord::cmp).copied().collect(), others })
}

/// Whether an item equals one of a list.
pub(super) fn is_among<'e>(
    reader: &Reader<'e>,
    item: &Item<'e>,
    list: &[Item<'e>],
    lookup: Option<&Lookup>,
) -> Result<bool, EvaluationError> {
    let digest = match lookup {
        Some(lookup) => digest(reader, item)?.map(|digest| (lookup, digest)),
        None => None,
    };
    let Some((lookup, digest)) = digest else { return equals_one(reader, item, list.iter()) };
    let at = |place: &u32| list.get(*place as usize);
    Ok(equals_one(reader, item, lookup.with(digest).iter().filter_map(|(_, place)| at(place)))?
        || equals_one(reader, item, lookup.others.iter().filter_map(at))?)
}

fn equals_one<'e, 'l>(
    reader: &Reader<'e>,
    item: &Item<'e>,
    list: impl Iterator<Item = &'l Item<'e>>,
) -> Result<bool, EvaluationError>
where
    'e: 'l,
{
    for other in list {
        if equal_items(reader, item, other)? == Some(true) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Which items of a list are equal to none before them.
pub(super) fn new_ones<'e>(reader: &Reader<'e>, list: &[Item<'e>]) -> Result<Vec<bool>, EvaluationError> {
    let mut new = vec![true; list.len()];
    let mut kept: Vec<u32> = Vec::new();
    let lookup = if list.len() <= FEW { Lookup::default() } else { digests(reader, list)? };
    // Those of one digest are in the order of the list.
    for group in lookup.places.chunk_by(|(one, _), (other, _)| one == other).filter(|group| group.len() > 1) {
        kept.clear();
        for (_, place) in group {
            place_new(reader, list, *place, &mut kept, &mut new)?;
        }
    }
    if list.len() <= FEW || !lookup.others.is_empty() {
        // Those without a digest may be equal to any other, and any other to them.
        kept.clear();
        for place in 0..list.len() as u32 {
            if *row(&new, place as usize, &false) {
                place_new(reader, list, place, &mut kept, &mut new)?;
            }
        }
    }
    Ok(new)
}

/// Keeps an item that equals none of those kept, and notes of another one that it is not new.
fn place_new<'e>(
    reader: &Reader<'e>,
    list: &[Item<'e>],
    place: u32,
    kept: &mut Vec<u32>,
    new: &mut [bool],
) -> Result<(), EvaluationError> {
    debug_assert!((place as usize) < list.len(), "no item {place} in a list of {}", list.len());
    let Some(item) = list.get(place as usize) else { return Ok(()) };
    let before = kept.iter().filter_map(|&place| list.get(place as usize));
    if !equals_one(reader, item, before)? {
        kept.push(place);
    } else if let Some(new) = row_mut(new, place as usize) {
        *new = false;
    }
    Ok(())
}

/// Hands each item on that is not equal to an earlier one; says whether the sink wanted all.
pub(super) fn distinct<'e>(reader: &Reader<'e>, items: Vec<Item<'e>>, sink: Sink<'_, 'e>) -> Step {
    let new = new_ones(reader, &items)?;
    for (item, _) in items.into_iter().zip(new).filter(|(_, new)| *new) {
        if !sink(item)? {
            return Ok(false);
        }
    }
    Ok(true)
}
