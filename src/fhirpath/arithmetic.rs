//! Arithmetic operators.

use super::call::{One, text};
use super::decimal::{difference, product, quotient, remainder, sum};
use super::item::{Item, Quantity};
use super::moment::{Moment, MomentKind, Precision};
use super::operator::Operator;
use super::quantity::{self, calendar_unit};
use super::reader::{EvaluationError, Reader};
use rust_decimal::Decimal;
use std::borrow::Cow;

/// With longer units, both together, nothing is calculated.
const LONGEST_UNIT: usize = 2_000;

pub(super) fn arithmetic<'e>(
    reader: &Reader<'e>,
    operator: Operator,
    left: Option<Item<'e>>,
    right: Option<Item<'e>>,
) -> One<'e> {
    if operator == Operator::Concatenate {
        // For `&` nothing is an empty string.
        return joined(reader, &text(left)?.unwrap_or_default(), &text(right)?.unwrap_or_default());
    }
    match (left, right) {
        (Some(Item::String(left)), Some(Item::String(right))) if operator == Operator::Add => {
            joined(reader, &left, &right)
        }
        (Some(left), Some(right)) => {
            weigh_units(reader, &left, &right)?;
            calculated(operator, left, right)
        }
        _ => Ok(None),
    }
}

/// Counts what calculating with units costs. Products of long ones get longer still, and that without end.
fn weigh_units<'e>(reader: &Reader<'e>, left: &Item<'e>, right: &Item<'e>) -> Result<(), EvaluationError> {
    let unit = |item: &Item<'e>| if let Item::Quantity(quantity) = item { quantity.unit.len() } else { 0 };
    let length = unit(left).saturating_add(unit(right));
    if length > LONGEST_UNIT {
        return Err(EvaluationError::too_costly("the unit of a quantity gets too long"));
    }
    reader.charge(8 * length)
}

fn joined<'e>(reader: &Reader<'e>, left: &str, right: &str) -> One<'e> {
    reader.room(left.len().saturating_add(right.len()))?;
    Ok(Some(Item::String(Cow::Owned(format!("{left}{right}")))))
}

/// Numbers, dates and quantities. Apart from texts, which are all that most constraints join: V8 compiles a function at its first call.
#[inline(never)]
fn calculated<'e>(operator: Operator, left: Item<'e>, right: Item<'e>) -> One<'e> {
    match (&left, &right, operator) {
        (Item::Moment(moment), Item::Quantity(by), Operator::Add | Operator::Subtract) => {
            return Ok(shift(moment, by, operator == Operator::Subtract)?.map(Item::Moment));
        }
        (Item::Integer(left), Item::Integer(right), _) => {
            if let Some(answer) = whole(operator, *left, *right) {
                return Ok(answer);
            }
        }
        _ => {}
    }
    if let (Some(left), Some(right)) = (left.number(), right.number()) {
        return Ok(fraction(operator, left, right));
    }
    let quantities = match (quantity::of(&left), quantity::of(&right)) {
        (Some(left), Some(right)) => match operator {
            Operator::Add | Operator::Subtract => quantity::add(&left, &right, operator == Operator::Subtract),
            Operator::Multiply | Operator::Divide => quantity::multiply(&left, &right, operator == Operator::Divide),
            _ => return Err(EvaluationError::new("quantities cannot be divided with div or mod")),
        },
        _ => return Err(EvaluationError::new("these two cannot be calculated with: their types do not go together")),
    };
    Ok(quantities.map(|quantity| Item::Quantity(Box::new(quantity))))
}

/// FHIRPath's Integer has 32 bits; a result beyond them is empty.
fn integer<'e>(value: Option<i64>) -> Option<Item<'e>> {
    value.filter(|&value| i32::try_from(value).is_ok()).map(Item::Integer)
}

/// Integers with integers; `None` where the operator makes no Integer of them.
#[allow(clippy::option_option, reason = "no Integer operator, or its answer, which may be empty")]
fn whole<'e>(operator: Operator, left: i64, right: i64) -> Option<Option<Item<'e>>> {
    Some(integer(match operator {
        Operator::Add => left.checked_add(right),
        Operator::Subtract => left.checked_sub(right),
        Operator::Multiply => left.checked_mul(right),
        Operator::Div => left.checked_div(right),
        Operator::Mod => left.checked_rem(right),
        _ => return None,
    }))
}

fn fraction<'e>(operator: Operator, left: Decimal, right: Decimal) -> Option<Item<'e>> {
    match operator {
        Operator::Add => sum(left, right).map(Item::Decimal),
        Operator::Subtract => difference(left, right).map(Item::Decimal),
        Operator::Multiply => product(left, right).map(Item::Decimal),
        Operator::Divide => quotient(left, right).map(Item::Decimal),
        Operator::Mod => remainder(left, right).map(Item::Decimal),
        Operator::Div => integer(quotient(left, right).and_then(|value| i64::try_from(value.trunc()).ok())),
        _ => None,
    }
}

/// A moment moved by a time: a word of the calendar (the official suite has them in quotes, too), or UCUM's code for a length that the
/// calendar has. Only whole numbers of them count.
fn shift(moment: &Moment, by: &Quantity<'_>, back: bool) -> Result<Option<Moment>, EvaluationError> {
    let unit = calendar_unit(&by.unit).unwrap_or(&by.unit);
    let (unit, times) = match unit {
        "year" => (Precision::Year, 1),
        "month" => (Precision::Month, 1),
        "week" | "wk" => (Precision::Day, 7),
        "day" | "d" => (Precision::Day, 1),
        "hour" | "h" => (Precision::Hour, 1),
        "minute" | "min" => (Precision::Minute, 1),
        "second" | "s" => (Precision::Second, 1),
        "millisecond" | "ms" => (Precision::Millisecond, 1),
        // UCUM's month and year are means, and not those of a calendar.
        _ => return Err(EvaluationError::new("a date can only be moved by a time of the calendar")),
    };
    let amount = i64::try_from(by.value.trunc()).ok().and_then(|amount| amount.checked_mul(times));
    let signed = amount.and_then(|amount| if back { amount.checked_neg() } else { Some(amount) });
    let time_only = moment.kind == MomentKind::Time && unit < Precision::Hour;
    Ok(signed.filter(|_| !time_only).and_then(|amount| moment.plus(amount, unit)))
}
