//! Arithmetic and the functions of section "Math".

use super::EvaluationError;
use super::compare::number;
use super::evaluate::{Evaluator, Frame};
use super::expression::{ExprId, Operator};
use super::function::Function;
use super::item::{Item, Quantity};
use super::moment::{Moment, MomentKind, Precision};
use super::parser::calendar_unit;
use super::quantity;
use rust_decimal::prelude::FromPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use std::borrow::Cow;

/// With longer units, both together, no quantities are reckoned with.
const LONGEST_UNIT: usize = 2_000;

type Answer<'e> = Result<Option<Item<'e>>, EvaluationError>;

/// FHIRPath's Integer has 32 bits; a result beyond them is empty.
fn integer<'e>(value: Option<i64>) -> Option<Item<'e>> {
    value.filter(|&value| i32::try_from(value).is_ok()).map(Item::Integer)
}

/// Numbers, dates and quantities. Apart from texts, which are all that most constraints join: V8 compiles a function at its first call.
#[inline(never)]
fn reckoned<'e>(operator: Operator, left: Item<'e>, right: Item<'e>) -> Answer<'e> {
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
    if let (Some(left), Some(right)) = (number(&left), number(&right)) {
        return Ok(fraction(operator, left, right));
    }
    let quantities = match (quantity::of(&left), quantity::of(&right)) {
        (Some(left), Some(right)) => match operator {
            Operator::Add | Operator::Subtract => quantity::add(&left, &right, operator == Operator::Subtract),
            Operator::Multiply | Operator::Divide => quantity::multiply(&left, &right, operator == Operator::Divide),
            _ => return Err(EvaluationError::new("quantities cannot be divided with div or mod")),
        },
        _ => return Err(EvaluationError::new("these two cannot be reckoned with: their types do not go together")),
    };
    Ok(quantities.map(|quantity| Item::Quantity(Box::new(quantity))))
}

impl<'e> Evaluator<'e> {
    pub(super) fn arithmetic(
        &self,
        operator: Operator,
        left: ExprId,
        right: ExprId,
        frame: &Frame<'_, 'e>,
    ) -> Answer<'e> {
        let (left, right) = (self.single_value(left, frame)?, self.single_value(right, frame)?);
        if operator == Operator::Concatenate {
            let text = |item| Ok::<_, EvaluationError>(self.text_of(item)?.unwrap_or_default());
            let (left, right) = (text(left)?, text(right)?);
            return self.joined(&left, &right);
        }
        match (left, right) {
            (Some(Item::String(left)), Some(Item::String(right))) if operator == Operator::Add => {
                self.joined(&left, &right)
            }
            (Some(left), Some(right)) => {
                self.weigh_units(&left, &right)?;
                reckoned(operator, left, right)
            }
            _ => Ok(None),
        }
    }

    /// Counts what reckoning with units costs. Products of long ones get longer still, and that without end.
    fn weigh_units(&self, left: &Item<'e>, right: &Item<'e>) -> Result<(), EvaluationError> {
        let unit = |item: &Item<'e>| if let Item::Quantity(quantity) = item { quantity.unit.len() } else { 0 };
        let length = unit(left).saturating_add(unit(right));
        if length > LONGEST_UNIT {
            return Err(EvaluationError::too_costly("the unit of a quantity gets too long"));
        }
        self.charge(8 * length)
    }

    fn joined(&self, left: &str, right: &str) -> Answer<'e> {
        self.room(left.len().saturating_add(right.len()))?;
        Ok(Some(Item::String(Cow::Owned(format!("{left}{right}")))))
    }

    pub(super) fn math(
        &self,
        function: Function,
        base: Option<ExprId>,
        arguments: &[ExprId],
        frame: &Frame<'_, 'e>,
    ) -> Answer<'e> {
        use Function as F;
        let Some(item) = self.single_input_value(base, frame)? else { return Ok(None) };
        let argument = arguments.first().copied();
        if matches!(function, F::LowBoundary | F::HighBoundary) {
            let digits = argument.map(|argument| self.integer(argument, frame)).transpose()?.flatten();
            return Ok(boundary(&item, function == F::HighBoundary, digits));
        }
        if function == F::Precision {
            return Ok(match &item {
                Item::Moment(moment) => Some(Item::Integer(moment.digits().into())),
                Item::Integer(_) => Some(Item::Integer(0)),
                Item::Decimal(value) => Some(Item::Integer(value.scale().into())),
                _ => None,
            });
        }
        if let (Item::Quantity(quantity), F::Abs) = (&item, function) {
            let value = quantity.value.abs();
            return Ok(Some(Item::Quantity(Box::new(Quantity { value, ..(**quantity).clone() }))));
        }
        if let (Item::Integer(value), F::Abs | F::Ceiling | F::Floor | F::Truncate | F::Round) = (&item, function) {
            return Ok(if function == F::Abs { value.checked_abs() } else { Some(*value) }.map(Item::Integer));
        }
        let is_whole = matches!(item, Item::Integer(_));
        let value =
            number(&item).ok_or_else(|| EvaluationError::new(format!("{}() works on a number", function.name())))?;
        let other = match argument {
            Some(argument) => match self.single_value(argument, frame)? {
                None if function == F::Round => None,
                None => return Ok(None),
                Some(item) => Some(item),
            },
            None => None,
        };
        let by = other.as_ref().and_then(number);
        let to_integer = |value: Decimal| i64::try_from(value).ok().map(Item::Integer);
        Ok(match function {
            F::Abs => Some(Item::Decimal(value.abs())),
            F::Ceiling => to_integer(value.ceil()),
            F::Floor => to_integer(value.floor()),
            F::Truncate => to_integer(value.trunc()),
            F::Round => {
                let digits = by.map_or(Ok(0), u32::try_from);
                let digits = digits.map_err(|_| EvaluationError::new("round() takes a number of digits"))?;
                let strategy = RoundingStrategy::MidpointAwayFromZero;
                Some(Item::Decimal(value.round_dp_with_strategy(digits, strategy)))
            }
            F::Sqrt => irrational(float(value).sqrt()),
            F::Exp => irrational(float(value).exp()),
            F::Ln => irrational(float(value).ln()),
            F::Log => by.and_then(|base| irrational(float(value).ln() / float(base).ln())),
            F::Power => match (by, &other) {
                (Some(_), Some(Item::Integer(by))) if *by >= 0 => {
                    let power = power(value, *by);
                    if is_whole { power.and_then(to_integer) } else { power.map(Item::Decimal) }
                }
                (Some(by), _) => irrational(float(value).powf(float(by))),
                _ => None,
            },
            _ => None,
        })
    }
}

/// A Decimal as a float, for functions whose results no decimal holds exactly.
fn float(value: Decimal) -> f64 {
    value.mantissa() as f64 / 10_f64.powi(value.scale() as i32)
}

/// The result of such a function: as many digits as a float is sure of, and none where it has no value.
fn irrational<'e>(value: f64) -> Option<Item<'e>> {
    Decimal::from_f64(value).map(|value| Item::Decimal(value.round_dp(14).normalize()))
}

/// A whole power, exactly; empty where it has too many digits.
fn power(base: Decimal, mut exponent: i64) -> Option<Decimal> {
    let (mut product, mut square) = (Some(Decimal::ONE), Some(base));
    while exponent > 0 {
        if exponent % 2 == 1 {
            product = product.zip(square).and_then(|(product, square)| product.checked_mul(square));
        }
        exponent /= 2;
        if exponent > 0 {
            square = square.and_then(|square| square.checked_mul(square));
        }
    }
    product
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
        Operator::Add => left.checked_add(right).map(Item::Decimal),
        Operator::Subtract => left.checked_sub(right).map(Item::Decimal),
        Operator::Multiply => left.checked_mul(right).map(Item::Decimal),
        Operator::Divide => left.checked_div(right).map(Item::Decimal),
        Operator::Mod => left.checked_rem(right).map(Item::Decimal),
        Operator::Div => integer(left.checked_div(right).and_then(|value| i64::try_from(value.trunc()).ok())),
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

/// The least or greatest value that a number or moment of its precision can stand for.
fn boundary<'e>(item: &Item<'e>, high: bool, digits: Option<i64>) -> Option<Item<'e>> {
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
        other => decimal_boundary(number(other)?, high, digits).map(Item::Decimal),
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
    let exact = if high { value.checked_add(half)? } else { value.checked_sub(half)? };
    let strategy = if high { RoundingStrategy::ToPositiveInfinity } else { RoundingStrategy::ToNegativeInfinity };
    let mut bound = exact.round_dp_with_strategy(digits as u32, strategy);
    bound.rescale(digits as u32);
    Some(bound)
}
