//! The functions of section "Conversion": `toX()` gives the value or nothing, `convertsToX()` says whether there would be one.

use super::call::{Call, Frame, One, Truth};
use super::decimal::{exact, is_number};
use super::item::{Item, Quantity};
use super::moment::{Moment, MomentKind};
use super::quantity;
use super::reader::{EvaluationError, Sink, Step};
use rust_decimal::Decimal;
use std::borrow::Cow;

pub(super) fn iif<'e>(call: &Call<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
    let input = call.collect()?;
    if call.base.is_some() && input.len() > 1 {
        return Err(call.error("works on one item"));
    }
    let inner = Frame { this: &input, ..*call.frame };
    let criterion = match call.argument(0) {
        Some(criterion) => call.evaluator.value(Some(criterion), &inner)?,
        None => None,
    };
    let branch = match criterion {
        Some(Item::Boolean(true)) => call.argument(1),
        Some(Item::Boolean(false)) | None => call.argument(2),
        Some(_) => return Err(EvaluationError::new("the criterion of iif() must be true or false")),
    };
    branch.map_or(Ok(true), |branch| call.evaluator.each(branch, &inner, sink))
}

/// A value of one type as one of another; none where it has no such form.
pub(super) type Conversion = for<'i, 'e> fn(&'i Item<'e>) -> Option<Item<'e>>;

/// The value that is converted.
fn input<'e>(call: &Call<'_, 'e>) -> One<'e> {
    let item = call.value()?;
    if let Some(Item::String(text)) = &item {
        call.reader.charge(text.len() / 4)?;
    }
    Ok(item)
}

pub(super) fn to<'e>(call: &Call<'_, 'e>, conversion: Conversion) -> One<'e> {
    Ok(input(call)?.and_then(|item| conversion(&item)))
}

pub(super) fn converts(call: &Call<'_, '_>, conversion: Conversion) -> Truth {
    Ok(input(call)?.map(|item| conversion(&item).is_some()))
}

pub(super) fn to_quantity<'e>(call: &Call<'_, 'e>) -> One<'e> {
    let Some(item) = input(call)? else { return Ok(None) };
    in_unit(call, &item)
}

pub(super) fn converts_to_quantity(call: &Call<'_, '_>) -> Truth {
    let Some(item) = input(call)? else { return Ok(None) };
    Ok(Some(in_unit(call, &item)?.is_some()))
}

/// An item as a quantity, in the unit that the argument asks for.
fn in_unit<'e>(call: &Call<'_, 'e>, item: &Item<'e>) -> One<'e> {
    let unit = call.text(0)?;
    if let Some(unit) = &unit {
        let own = if let Item::Quantity(quantity) = item { quantity.unit.len() } else { 0 };
        call.reader.charge(8 * (unit.len() + own))?;
    }
    let quantity = match (quantity_of(item), &unit) {
        (Some(quantity), Some(unit)) => quantity::convert(&quantity, unit),
        (quantity, _) => quantity,
    };
    Ok(quantity.map(|quantity| Item::Quantity(Box::new(quantity))))
}

pub(super) fn boolean<'e>(item: &Item<'e>) -> Option<Item<'e>> {
    let value = match item {
        Item::Boolean(value) => *value,
        Item::Integer(0) => false,
        Item::Integer(1) => true,
        Item::Decimal(value) if *value == Decimal::ONE => true,
        Item::Decimal(value) if value.is_zero() => false,
        Item::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "1" | "1.0" => true,
            "false" | "f" | "no" | "n" | "0" | "0.0" => false,
            _ => return None,
        },
        _ => return None,
    };
    Some(Item::Boolean(value))
}

pub(super) fn integer<'e>(item: &Item<'e>) -> Option<Item<'e>> {
    match item {
        Item::Integer(value) => Some(Item::Integer(*value)),
        Item::Boolean(value) => Some(Item::Integer((*value).into())),
        Item::String(text) => text.parse::<i32>().ok().map(|value| Item::Integer(value.into())),
        _ => None,
    }
}

pub(super) fn decimal<'e>(item: &Item<'e>) -> Option<Item<'e>> {
    match item {
        Item::Decimal(value) => Some(Item::Decimal(*value)),
        Item::Integer(value) => Some(Item::Decimal(Decimal::from(*value))),
        Item::Boolean(value) => Some(Item::Decimal(Decimal::from(u8::from(*value)))),
        Item::String(text) if is_number(text) => exact(text).map(Item::Decimal),
        _ => None,
    }
}

pub(super) fn date<'e>(item: &Item<'e>) -> Option<Item<'e>> {
    match item {
        Item::Moment(moment) if moment.kind != MomentKind::Time => Some(Item::Moment(moment.to_date())),
        Item::String(text) => {
            Moment::date(text).or_else(|| Moment::date_time(text).map(Moment::to_date)).map(Item::Moment)
        }
        _ => None,
    }
}

pub(super) fn date_time<'e>(item: &Item<'e>) -> Option<Item<'e>> {
    match item {
        Item::Moment(moment) if moment.kind != MomentKind::Time => Some(Item::Moment(moment.to_date_time())),
        Item::String(text) => Moment::date_time(text).map(Item::Moment),
        _ => None,
    }
}

pub(super) fn time<'e>(item: &Item<'e>) -> Option<Item<'e>> {
    match item {
        Item::Moment(moment) if moment.kind == MomentKind::Time => Some(Item::Moment(*moment)),
        Item::String(text) => Moment::time(text.strip_prefix('T').unwrap_or(text)).map(Item::Moment),
        _ => None,
    }
}

fn quantity_of<'e>(item: &Item<'e>) -> Option<Quantity<'e>> {
    match item {
        Item::Boolean(value) => {
            Some(Quantity { value: u8::from(*value).into(), unit: Cow::Borrowed("1"), calendar: false })
        }
        Item::String(text) => quantity::read(text),
        other => quantity::of(other),
    }
}

pub(super) fn text<'e>(item: &Item<'e>) -> Option<Item<'e>> {
    item.text().map(Item::String)
}
