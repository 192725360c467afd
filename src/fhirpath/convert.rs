//! The functions of section "Conversion".

use super::EvaluationError;
use super::evaluate::{Evaluator, Frame};
use super::expression::ExprId;
use super::function::Function;
use super::item::{Item, Quantity};
use super::moment::{Moment, MomentKind};
use super::quantity;
use rust_decimal::Decimal;
use std::borrow::Cow;

impl<'e> Evaluator<'e> {
    /// `toX()` gives the value or nothing, `convertsToX()` says whether there would be one.
    pub(super) fn convert(
        &self,
        function: Function,
        base: Option<ExprId>,
        arguments: &[ExprId],
        frame: &Frame<'_, 'e>,
    ) -> Result<Option<Item<'e>>, EvaluationError> {
        use Function as F;
        let Some(item) = self.single_input_value(base, frame)? else { return Ok(None) };
        let unit = match arguments.first() {
            Some(&unit) => self.text(unit, frame)?,
            None => None,
        };
        if let Item::String(text) = &item {
            self.charge(text.len() / 4)?;
        }
        if let Some(unit) = &unit {
            self.charge(
                8 * unit.len() + if let Item::Quantity(quantity) = &item { 8 * quantity.unit.len() } else { 0 },
            )?;
        }
        let converted = match function {
            F::ToBoolean | F::ConvertsToBoolean => boolean(&item),
            F::ToInteger | F::ConvertsToInteger => integer(&item),
            F::ToDecimal | F::ConvertsToDecimal => decimal(&item),
            F::ToDate | F::ConvertsToDate => date(&item),
            F::ToDateTime | F::ConvertsToDateTime => date_time(&item),
            F::ToTime | F::ConvertsToTime => time(&item),
            F::ToQuantity | F::ConvertsToQuantity => to_quantity(&item)
                .and_then(|found| match &unit {
                    Some(unit) => quantity::convert(&found, unit),
                    None => Some(found),
                })
                .map(|found| Item::Quantity(Box::new(found))),
            _ => text(&item).map(Item::String),
        };
        let asks = matches!(
            function,
            F::ConvertsToBoolean
                | F::ConvertsToInteger
                | F::ConvertsToDecimal
                | F::ConvertsToDate
                | F::ConvertsToDateTime
                | F::ConvertsToTime
                | F::ConvertsToQuantity
                | F::ConvertsToString
        );
        Ok(if asks { Some(Item::Boolean(converted.is_some())) } else { converted })
    }
}

fn boolean<'e>(item: &Item<'e>) -> Option<Item<'e>> {
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

fn integer<'e>(item: &Item<'e>) -> Option<Item<'e>> {
    match item {
        Item::Integer(value) => Some(Item::Integer(*value)),
        Item::Boolean(value) => Some(Item::Integer((*value).into())),
        Item::String(text) => text.parse::<i32>().ok().map(|value| Item::Integer(value.into())),
        _ => None,
    }
}

fn decimal<'e>(item: &Item<'e>) -> Option<Item<'e>> {
    match item {
        Item::Decimal(value) => Some(Item::Decimal(*value)),
        Item::Integer(value) => Some(Item::Decimal(Decimal::from(*value))),
        Item::Boolean(value) => Some(Item::Decimal(Decimal::from(u8::from(*value)))),
        Item::String(text) if quantity::is_number(text) => Decimal::from_str_exact(text).ok().map(Item::Decimal),
        _ => None,
    }
}

fn date<'e>(item: &Item<'e>) -> Option<Item<'e>> {
    match item {
        Item::Moment(moment) if moment.kind != MomentKind::Time => Some(Item::Moment(moment.to_date())),
        Item::String(text) => {
            Moment::date(text).or_else(|| Moment::date_time(text).map(Moment::to_date)).map(Item::Moment)
        }
        _ => None,
    }
}

fn date_time<'e>(item: &Item<'e>) -> Option<Item<'e>> {
    match item {
        Item::Moment(moment) if moment.kind != MomentKind::Time => Some(Item::Moment(moment.to_date_time())),
        Item::String(text) => Moment::date_time(text).map(Item::Moment),
        _ => None,
    }
}

fn time<'e>(item: &Item<'e>) -> Option<Item<'e>> {
    match item {
        Item::Moment(moment) if moment.kind == MomentKind::Time => Some(Item::Moment(*moment)),
        Item::String(text) => Moment::time(text.strip_prefix('T').unwrap_or(text)).map(Item::Moment),
        _ => None,
    }
}

fn to_quantity<'e>(item: &Item<'e>) -> Option<Quantity<'e>> {
    match item {
        Item::Boolean(value) => {
            Some(Quantity { value: u8::from(*value).into(), unit: Cow::Borrowed("1"), calendar: false })
        }
        Item::String(text) => quantity::read(text),
        other => quantity::of(other),
    }
}

/// A value as `toString()` writes it.
pub(super) fn text<'e>(item: &Item<'e>) -> Option<Cow<'e, str>> {
    Some(match item {
        Item::String(text) => text.clone(),
        Item::Boolean(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
        Item::Integer(value) => Cow::Owned(value.to_string()),
        Item::Decimal(value) => Cow::Owned(value.to_string()),
        Item::Moment(moment) => Cow::Owned(moment.to_string()),
        Item::Quantity(found) => Cow::Owned(quantity::write(found)),
        Item::Element(_) | Item::Type(..) => return None,
    })
}
