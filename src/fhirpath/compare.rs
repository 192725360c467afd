//! Equality, equivalence and order.

use super::decimal::are_equivalent;
use super::element::{name_of, system};
use super::item::{Element, Item, Quantity};
use super::moment::MomentKind;
use super::navigate::children;
use super::quantity;
use super::reader::{EvaluationError, Reader};
use crate::document::{case, sorted};
use std::cmp::Ordering;

/// What some comparisons cost, in items looked at: two quantities, a byte of their units where these differ, and two texts of
/// which case and white space do not count.
const QUANTITY: usize = 4;
const UNIT: usize = 8;
const PLAIN: usize = 8;

/// Whether two collections are equal: item by item, in order.
pub(super) fn equal_lists<'e>(
    reader: &Reader<'e>,
    left: &[Item<'e>],
    right: &[Item<'e>],
) -> Result<Option<bool>, EvaluationError> {
    if left.len() != right.len() {
        return Ok(Some(false));
    }
    let mut certain = true;
    for (left, right) in left.iter().zip(right) {
        match equal_items(reader, left, right)? {
            Some(false) => return Ok(Some(false)),
            Some(true) => {}
            None => certain = false,
        }
    }
    Ok(certain.then_some(true))
}

/// Whether two items are equal; `None` where dates differ in precision.
pub(super) fn equal_items<'e>(
    reader: &Reader<'e>,
    left: &Item<'e>,
    right: &Item<'e>,
) -> Result<Option<bool>, EvaluationError> {
    reader.spend()?;
    if let (Item::Element(left), Item::Element(right)) = (left, right)
        && left == right
    {
        return Ok(Some(true));
    }
    let (left, right) = (system(reader, left.clone())?, system(reader, right.clone())?);
    weigh_items(reader, &left, &right)?;
    Ok(match (&left, &right) {
        (Item::Boolean(left), Item::Boolean(right)) => Some(left == right),
        (Item::String(left), Item::String(right)) => Some(equal_texts(reader, left, right)?),
        (Item::Moment(left), Item::Moment(right)) => match (left.kind, right.kind) {
            (a, b) if (a == MomentKind::Time) != (b == MomentKind::Time) => Some(false),
            _ => left.compare(right).map(Ordering::is_eq),
        },
        (Item::Type(a, b), Item::Type(c, d)) => Some((a, b) == (c, d)),
        (Item::Quantity(left), Item::Quantity(right)) => quantity::compare(left, right, false).map(Ordering::is_eq),
        (Item::Element(left), Item::Element(right)) => Some(equal_elements(reader, left, right, false)?),
        _ => match (left.number(), right.number()) {
            (Some(left), Some(right)) => Some(left == right),
            _ => match (quantity::of(&left), quantity::of(&right)) {
                (Some(left), Some(right)) => quantity::compare(&left, &right, false).map(Ordering::is_eq),
                _ => Some(false),
            },
        },
    })
}

/// Whether two texts are the same; where they are as long, that costs a look at all of them.
pub(super) fn equal_texts<'e>(reader: &Reader<'e>, left: &str, right: &str) -> Result<bool, EvaluationError> {
    if left.len() != right.len() {
        return Ok(false);
    }
    reader.charge(left.len() / 64)?;
    Ok(left == right)
}

/// Counts what comparing two quantities costs: where their units differ, both are read as UCUM.
fn weigh_items<'e>(reader: &Reader<'e>, left: &Item<'e>, right: &Item<'e>) -> Result<(), EvaluationError> {
    match (left, right) {
        (Item::Quantity(left), Item::Quantity(right)) => weigh(reader, left, right),
        (Item::Quantity(one), _) | (_, Item::Quantity(one)) => reader.charge(QUANTITY + UNIT * one.unit.len()),
        _ => Ok(()),
    }
}

pub(super) fn weigh<'e>(reader: &Reader<'e>, left: &Quantity<'e>, right: &Quantity<'e>) -> Result<(), EvaluationError> {
    let (one, other) = (left.unit.len(), right.unit.len());
    reader.charge(if one == other && left.unit == right.unit {
        QUANTITY + one / 64
    } else {
        QUANTITY + UNIT * (one + other)
    })
}

/// Whether two complex elements have equal children.
fn equal_elements<'e>(
    reader: &Reader<'e>,
    left: &Element,
    right: &Element,
    loosely: bool,
) -> Result<bool, EvaluationError> {
    let by_name = |element: &Element| -> Result<Vec<(String, Item<'e>)>, EvaluationError> {
        let mut all = Vec::new();
        children(reader, &Item::Element(*element), &mut |child| {
            all.push((name_of(reader, &child), child));
            Ok(true)
        })?;
        // The order of properties means nothing in JSON; that of items does.
        Ok(sorted(&all, &mut |(one, _): &(String, _), (other, _)| one.cmp(other)).cloned().collect())
    };
    let (left, right) = (by_name(left)?, by_name(right)?);
    if left.len() != right.len() {
        return Ok(false);
    }
    for ((left_name, left), (right_name, right)) in left.iter().zip(&right) {
        let same = if loosely {
            equivalent_items(reader, left, right)?
        } else {
            equal_items(reader, left, right)? == Some(true)
        };
        if left_name != right_name || !same {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether two collections are equivalent: the same items in any order.
pub(super) fn equivalent_lists<'e>(
    reader: &Reader<'e>,
    left: &[Item<'e>],
    right: &[Item<'e>],
) -> Result<bool, EvaluationError> {
    if left.len() != right.len() {
        return Ok(false);
    }
    let mut rest: Vec<&Item<'e>> = right.iter().collect();
    for item in left {
        let mut found = None;
        for (index, other) in rest.iter().enumerate() {
            if equivalent_items(reader, item, other)? {
                found = Some(index);
                break;
            }
        }
        match found {
            Some(index) => rest.swap_remove(index),
            None => return Ok(false),
        };
    }
    Ok(true)
}

fn equivalent_items<'e>(reader: &Reader<'e>, left: &Item<'e>, right: &Item<'e>) -> Result<bool, EvaluationError> {
    reader.spend()?;
    let (left, right) = (system(reader, left.clone())?, system(reader, right.clone())?);
    weigh_items(reader, &left, &right)?;
    Ok(match (&left, &right) {
        (Item::String(left), Item::String(right)) => {
            reader.charge(PLAIN + (left.len() + right.len()) / 4)?;
            let plain = |text: &str| case::lower(&text.split_whitespace().collect::<Vec<_>>().join(" "));
            plain(left) == plain(right)
        }
        (Item::Moment(left), Item::Moment(right)) => left.compare(right) == Some(Ordering::Equal),
        (Item::Quantity(left), Item::Quantity(right)) => {
            quantity::compare(left, right, true).is_some_and(Ordering::is_eq)
        }
        (Item::Element(left), Item::Element(right)) => left == right || equal_elements(reader, left, right, true)?,
        _ => match (left.number(), right.number()) {
            (Some(left), Some(right)) => are_equivalent(left, right),
            _ => equal_items(reader, &left, &right)? == Some(true),
        },
    })
}

/// Which of two items comes first.
pub(super) fn order<'e>(
    reader: &Reader<'e>,
    left: &Item<'e>,
    right: &Item<'e>,
) -> Result<Option<Ordering>, EvaluationError> {
    reader.spend()?;
    match (left, right) {
        (Item::String(left), Item::String(right)) => {
            reader.charge(left.len().min(right.len()) / 64)?;
            return Ok(Some(left.cmp(right)));
        }
        (Item::Moment(left), Item::Moment(right))
            if (left.kind == MomentKind::Time) == (right.kind == MomentKind::Time) =>
        {
            return Ok(left.compare(right));
        }
        _ => weigh_items(reader, left, right)?,
    }
    if let (Some(left), Some(right)) = (left.number(), right.number()) {
        return Ok(Some(left.cmp(&right)));
    }
    match (quantity::of(left), quantity::of(right)) {
        (Some(left), Some(right)) => Ok(quantity::compare(&left, &right, false)),
        _ => Err(EvaluationError::new("these two cannot be put in order: they are of different types")),
    }
}

/// Which of two values comes first: numbers, quantities, texts, dates and times; nothing where that is not certain.
pub(crate) fn order_of(left: &Item<'_>, right: &Item<'_>) -> Option<Ordering> {
    match (left, right) {
        (Item::Boolean(left), Item::Boolean(right)) => Some(left.cmp(right)),
        (Item::String(left), Item::String(right)) => Some(left.cmp(right)),
        (Item::Moment(left), Item::Moment(right)) => left.compare(right),
        _ => quantity::compare(&quantity::of(left)?, &quantity::of(right)?, false),
    }
}
