//! The functions of section "Math".

use super::call::{Call, One, Truth};
use super::compare::weigh;
use super::decimal::{difference, product, sum};
use super::item::{Item, Quantity};
use super::quantity;
use super::reader::EvaluationError;
use rust_decimal::prelude::FromPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

/// The number that a function works on.
#[inline(never)]
fn number(call: &Call<'_, '_>, item: &Item<'_>) -> Result<Decimal, EvaluationError> {
    item.number().ok_or_else(|| call.error("works on a number"))
}

fn to_integer<'e>(value: Decimal) -> Option<Item<'e>> {
    i64::try_from(value).ok().map(Item::Integer)
}

pub(super) fn abs<'e>(call: &Call<'_, 'e>) -> One<'e> {
    Ok(match call.value()? {
        None => None,
        Some(Item::Integer(value)) => value.checked_abs().map(Item::Integer),
        Some(Item::Quantity(quantity)) => {
            Some(Item::Quantity(Box::new(Quantity { value: quantity.value.abs(), ..*quantity })))
        }
        Some(item) => Some(Item::Decimal(number(call, &item)?.abs())),
    })
}

/// `ceiling()`, `floor()` and `truncate()`.
pub(super) fn whole<'e>(call: &Call<'_, 'e>, whole: fn(&Decimal) -> Decimal) -> One<'e> {
    Ok(match call.value()? {
        None => None,
        Some(Item::Integer(value)) => Some(Item::Integer(value)),
        Some(item) => to_integer(whole(&number(call, &item)?)),
    })
}

pub(super) fn round<'e>(call: &Call<'_, 'e>) -> One<'e> {
    let value = match call.value()? {
        None => return Ok(None),
        Some(Item::Integer(value)) => return Ok(Some(Item::Integer(value))),
        Some(item) => number(call, &item)?,
    };
    let digits = call.argument_value(0)?.and_then(|digits| digits.number()).map_or(Ok(0), u32::try_from);
    let digits = digits.map_err(|_| call.error("takes a number of digits"))?;
    Ok(Some(Item::Decimal(value.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero))))
}

/// `sqrt()`, `exp()` and `ln()`.
pub(super) fn real<'e>(call: &Call<'_, 'e>, of: fn(f64) -> f64) -> One<'e> {
    let Some(item) = call.value()? else { return Ok(None) };
    Ok(irrational(of(float(number(call, &item)?))))
}

pub(super) fn log<'e>(call: &Call<'_, 'e>) -> One<'e> {
    let Some(item) = call.value()? else { return Ok(None) };
    let value = number(call, &item)?;
    let base = call.argument_value(0)?.and_then(|base| base.number());
    Ok(base.and_then(|base| irrational(float(value).ln() / float(base).ln())))
}

pub(super) fn power<'e>(call: &Call<'_, 'e>) -> One<'e> {
    let Some(item) = call.value()? else { return Ok(None) };
    let value = number(call, &item)?;
    Ok(match call.argument_value(0)? {
        Some(Item::Integer(exponent)) if exponent >= 0 => {
            let power = whole_power(value, exponent);
            if let Item::Integer(_) = item { power.and_then(to_integer) } else { power.map(Item::Decimal) }
        }
        exponent => exponent
            .and_then(|exponent| exponent.number())
            .and_then(|exponent| irrational(float(value).powf(float(exponent)))),
    })
}

pub(super) fn precision<'e>(call: &Call<'_, 'e>) -> One<'e> {
    let digits = match call.value()? {
        Some(Item::Moment(moment)) => moment.digits(),
        Some(Item::Integer(_)) => 0,
        Some(Item::Decimal(value)) => value.scale(),
        _ => return Ok(None),
    };
    Ok(Some(Item::Integer(digits.into())))
}

/// `lowBoundary()` and `highBoundary()`.
pub(super) fn boundary<'e>(call: &Call<'_, 'e>, high: bool) -> One<'e> {
    let Some(item) = call.value()? else { return Ok(None) };
    Ok(boundary_of(&item, high, call.integer(0)?))
}

pub(super) fn comparable(call: &Call<'_, '_>) -> Truth {
    let (own, other) = (call.value()?, call.argument_value(0)?);
    let (Some(own), Some(other)) = (own.as_ref().and_then(quantity::of), other.as_ref().and_then(quantity::of)) else {
        return Ok(None);
    };
    weigh(call.reader, &own, &other)?;
    Ok(Some(quantity::comparable(&own, &other)))
}

/// A Decimal as a float, for functions whose results no decimal holds exactly.
#[inline(never)]
fn float(value: Decimal) -> f64 {
    value.mantissa() as f64 / 10_f64.powi(value.scale() as i32)
}

/// The result of such a function: as many digits as a float is sure of, and none where it has no value.
#[inline(never)]
fn irrational<'e>(value: f64) -> Option<Item<'e>> {
    Decimal::from_f64(value).map(|value| Item::Decimal(value.round_dp(14).normalize()))
}

/// A whole power, exactly; empty where it has too many digits.
fn whole_power(base: Decimal, mut exponent: i64) -> Option<Decimal> {
    let (mut power, mut square) = (Some(Decimal::ONE), Some(base));
    while exponent > 0 {
        if exponent % 2 == 1 {
            power = power.zip(square).and_then(|(power, square)| product(power, square));
        }
        exponent /= 2;
        if exponent > 0 {
            square = square.and_then(|square| product(square, square));
        }
    }
    power
}

/// The least or greatest value that a number or moment of its precision can stand for.
fn boundary_of<'e>(item: &Item<'e>, high: bool, digits: Option<i64>) -> Option<Item<'e>> {
    match item {
        Item::Moment(moment) => {
            let digits = match digits {
                None => None,
                Some(digits) => Some(u32::try_from(digits).ok()?),
            };
            moment.boundary(high, digits).map(Item::Moment)
        }
        Item::Quantity(quantity) => {
            let value = decimal_boundary(quantity.value, high, digits)?;
            Some(Item::Quantity(Box::new(Quantity { value, ..(**quantity).clone() })))
        }
        other => decimal_boundary(other.number()?, high, digits).map(Item::Decimal),
    }
}

/// Most digits behind the point that a boundary may have.
const MOST_DIGITS: i64 = 28;

fn decimal_boundary(value: Decimal, high: bool, digits: Option<i64>) -> Option<Decimal> {
    let digits = digits.unwrap_or(8);
    if !(0..=MOST_DIGITS).contains(&digits) {
        return None;
    }
    let half = Decimal::try_new(5, value.scale().checked_add(1)?).ok()?;
    let exact = if high { sum(value, half)? } else { difference(value, half)? };
    let strategy = if high { RoundingStrategy::ToPositiveInfinity } else { RoundingStrategy::ToNegativeInfinity };
    let mut bound = exact.round_dp_with_strategy(digits as u32, strategy);
    bound.rescale(digits as u32);
    Some(bound)
}
