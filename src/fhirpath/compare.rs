//! Equality, equivalence and order.

use super::EvaluationError;
use super::evaluate::{Evaluator, Sink, Step};
use super::item::{Element, Item, Quantity};
use super::quantity;
use crate::document::ordered;
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// What some comparisons cost, in items looked at: two quantities, a byte of their units where these differ, and two texts of
/// which case and white space do not count.
const QUANTITY: usize = 4;
const UNIT: usize = 8;
const PLAIN: usize = 8;

/// A value that can be looked up instead of compared one by one.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Boolean(bool),
    Number(Decimal),
    Text(String),
}

impl<'e> Evaluator<'e> {
    /// Whether two collections are equal: item by item, in order.
    pub(super) fn equal_lists(&self, left: &[Item<'e>], right: &[Item<'e>]) -> Result<Option<bool>, EvaluationError> {
        if left.len() != right.len() {
            return Ok(Some(false));
        }
        let mut certain = true;
        for (left, right) in left.iter().zip(right) {
            match self.equal_items(left, right)? {
                Some(false) => return Ok(Some(false)),
                Some(true) => {}
                None => certain = false,
            }
        }
        Ok(certain.then_some(true))
    }

    /// Whether two items are equal; `None` where dates differ in precision.
    pub(super) fn equal_items(&self, left: &Item<'e>, right: &Item<'e>) -> Result<Option<bool>, EvaluationError> {
        self.spend()?;
        if let (Item::Element(left), Item::Element(right)) = (left, right)
            && left == right
        {
            return Ok(Some(true));
        }
        let (left, right) = (self.system(left.clone())?, self.system(right.clone())?);
        self.weigh_items(&left, &right)?;
        Ok(match (&left, &right) {
            (Item::Boolean(left), Item::Boolean(right)) => Some(left == right),
            (Item::String(left), Item::String(right)) => Some(self.equal_texts(left, right)?),
            (Item::Moment(left), Item::Moment(right)) => match (left.kind, right.kind) {
                (a, b) if (a == super::MomentKind::Time) != (b == super::MomentKind::Time) => Some(false),
                _ => left.compare(right).map(Ordering::is_eq),
            },
            (Item::Type(a, b), Item::Type(c, d)) => Some((a, b) == (c, d)),
            (Item::Quantity(left), Item::Quantity(right)) => quantity::compare(left, right, false).map(Ordering::is_eq),
            (Item::Element(left), Item::Element(right)) => Some(self.equal_elements(left, right, false)?),
            _ => match (number(&left), number(&right)) {
                (Some(left), Some(right)) => Some(left == right),
                _ => match (quantity::of(&left), quantity::of(&right)) {
                    (Some(left), Some(right)) => quantity::compare(&left, &right, false).map(Ordering::is_eq),
                    _ => Some(false),
                },
            },
        })
    }

    /// Whether two texts are the same; where they are as long, that costs a look at all of them.
    pub(super) fn equal_texts(&self, left: &str, right: &str) -> Result<bool, EvaluationError> {
        if left.len() != right.len() {
            return Ok(false);
        }
        self.charge(left.len() / 64)?;
        Ok(left == right)
    }

    /// Counts what comparing two quantities costs: where their units differ, both are read as UCUM.
    fn weigh_items(&self, left: &Item<'e>, right: &Item<'e>) -> Result<(), EvaluationError> {
        match (left, right) {
            (Item::Quantity(left), Item::Quantity(right)) => self.weigh(left, right),
            (Item::Quantity(one), _) | (_, Item::Quantity(one)) => self.charge(QUANTITY + UNIT * one.unit.len()),
            _ => Ok(()),
        }
    }

    pub(super) fn weigh(&self, left: &Quantity<'e>, right: &Quantity<'e>) -> Result<(), EvaluationError> {
        let (one, other) = (left.unit.len(), right.unit.len());
        self.charge(if one == other && left.unit == right.unit {
            QUANTITY + one / 64
        } else {
            QUANTITY + UNIT * (one + other)
        })
    }

    /// Whether two complex elements have equal children.
    fn equal_elements(&self, left: &Element, right: &Element, loosely: bool) -> Result<bool, EvaluationError> {
        let children = |element: &Element| -> Result<Vec<(String, Item<'e>)>, EvaluationError> {
            let mut all = Vec::new();
            self.children(&Item::Element(*element), &mut |child| {
                all.push((self.name_of(&child), child));
                Ok(true)
            })?;
            // The order of properties means nothing in JSON; that of items does.
            let name = |place: usize| all.get(place).map(|(name, _): &(String, _)| name);
            let order = ordered(all.len(), &mut |a, b| name(a).cmp(&name(b)));
            Ok(order.into_iter().filter_map(|place| all.get(place).cloned()).collect())
        };
        let (left, right) = (children(left)?, children(right)?);
        if left.len() != right.len() {
            return Ok(false);
        }
        for ((left_name, left), (right_name, right)) in left.iter().zip(&right) {
            let same = if loosely {
                self.equivalent_items(left, right)?
            } else {
                self.equal_items(left, right)? == Some(true)
            };
            if left_name != right_name || !same {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The property that an element stands in.
    pub(super) fn name_of(&self, item: &Item<'e>) -> String {
        let Item::Element(element) = item else { return String::new() };
        let document = self.context.document;
        let node = element.node();
        let named = if document.has_key(node) { node } else { document.parent(node) };
        document.key(named).map(|key| key.trim_start_matches('_').to_owned()).unwrap_or_default()
    }

    /// Whether two collections are equivalent: the same items in any order.
    pub(super) fn equivalent_lists(&self, left: &[Item<'e>], right: &[Item<'e>]) -> Result<bool, EvaluationError> {
        if left.len() != right.len() {
            return Ok(false);
        }
        let mut rest: Vec<&Item<'e>> = right.iter().collect();
        for item in left {
            let mut found = None;
            for (index, other) in rest.iter().enumerate() {
                if self.equivalent_items(item, other)? {
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

    fn equivalent_items(&self, left: &Item<'e>, right: &Item<'e>) -> Result<bool, EvaluationError> {
        self.spend()?;
        let (left, right) = (self.system(left.clone())?, self.system(right.clone())?);
        self.weigh_items(&left, &right)?;
        Ok(match (&left, &right) {
            (Item::String(left), Item::String(right)) => {
                self.charge(PLAIN + (left.len() + right.len()) / 4)?;
                let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
                plain(left) == plain(right)
            }
            (Item::Moment(left), Item::Moment(right)) => left.compare(right) == Some(Ordering::Equal),
            (Item::Quantity(left), Item::Quantity(right)) => {
                quantity::compare(left, right, true).is_some_and(Ordering::is_eq)
            }
            (Item::Element(left), Item::Element(right)) => left == right || self.equal_elements(left, right, true)?,
            _ => match (number(&left), number(&right)) {
                (Some(left), Some(right)) => equivalent_numbers(left, right),
                _ => self.equal_items(&left, &right)? == Some(true),
            },
        })
    }

    /// Which of two items comes first.
    pub(super) fn order(&self, left: &Item<'e>, right: &Item<'e>) -> Result<Option<Ordering>, EvaluationError> {
        use super::MomentKind::Time;
        self.spend()?;
        match (left, right) {
            (Item::String(left), Item::String(right)) => {
                self.charge(left.len().min(right.len()) / 64)?;
                return Ok(Some(left.cmp(right)));
            }
            (Item::Moment(left), Item::Moment(right)) if (left.kind == Time) == (right.kind == Time) => {
                return Ok(left.compare(right));
            }
            _ => self.weigh_items(left, right)?,
        }
        if let (Some(left), Some(right)) = (number(left), number(right)) {
            return Ok(Some(left.cmp(&right)));
        }
        match (quantity::of(left), quantity::of(right)) {
            (Some(left), Some(right)) => Ok(quantity::compare(&left, &right, false)),
            _ => Err(EvaluationError::new("these two cannot be put in order: they are of different types")),
        }
    }

    /// The value of an item, if it can be looked up.
    pub(super) fn key(&self, item: &Item<'e>) -> Result<Option<Key>, EvaluationError> {
        Ok(match self.system(item.clone())? {
            Item::Boolean(value) => Some(Key::Boolean(value)),
            Item::String(text) => Some(Key::Text(text.into_owned())),
            other => number(&other).map(|number| Key::Number(number.normalize())),
        })
    }

    /// Hands each item on that is not equal to an earlier one; says whether the sink wanted all.
    pub(super) fn distinct(&self, items: Vec<Item<'e>>, sink: Sink<'_, 'e>) -> Step {
        let new = self.new_ones(&items)?;
        for (item, _) in items.into_iter().zip(new).filter(|(_, new)| *new) {
            if !sink(item)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The number that an item is.
pub(super) fn number(item: &Item<'_>) -> Option<Decimal> {
    match item {
        Item::Integer(value) => Some(Decimal::from(*value)),
        Item::Decimal(value) => Some(*value),
        _ => None,
    }
}

/// Numbers are equivalent when they agree to the digits of the less precise one, trailing zeros left out.
pub(super) fn equivalent_numbers(left: Decimal, right: Decimal) -> bool {
    let digits = left.normalize().scale().min(right.normalize().scale());
    left.round_dp(digits) == right.round_dp(digits)
}
