//! Quantities: comparing and reckoning with units.

use super::item::{Item, Quantity};
use super::parser::calendar_unit;
use super::ucum::{self, Unit};
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::cmp::Ordering;

/// The UCUM unit of a word of the calendar. Years and months are only about as long as UCUM's.
fn ucum_code(word: &str) -> Option<(&'static str, bool)> {
    Some(match word {
        "year" => ("a", false),
        "month" => ("mo", false),
        "week" => ("wk", true),
        "day" => ("d", true),
        "hour" => ("h", true),
        "minute" => ("min", true),
        "second" => ("s", true),
        "millisecond" => ("ms", true),
        _ => return None,
    })
}

/// A number as a quantity without a unit, and a quantity as itself.
pub(super) fn of<'e>(item: &Item<'e>) -> Option<Quantity<'e>> {
    match item {
        Item::Quantity(quantity) => Some((**quantity).clone()),
        other => {
            super::compare::number(other).map(|value| Quantity { value, unit: Cow::Borrowed("1"), calendar: false })
        }
    }
}

/// The unit of a quantity, and whether it is exact.
fn unit(quantity: &Quantity<'_>) -> Option<(Unit, bool)> {
    let (code, exact) = match ucum_code(&quantity.unit) {
        Some(known) if quantity.calendar => known,
        _ => (quantity.unit.as_ref(), true),
    };
    ucum::parse(code).ok().map(|unit| (unit, exact))
}

/// Which of two quantities is less; `None` where their units cannot be compared.
pub(super) fn compare(left: &Quantity<'_>, right: &Quantity<'_>, loosely: bool) -> Option<Ordering> {
    let order = |left: Decimal, right: Decimal| {
        if loosely && super::compare::equivalent_numbers(left, right) { Ordering::Equal } else { left.cmp(&right) }
    };
    if left.unit == right.unit && (loosely || left.calendar == right.calendar) {
        return Some(order(left.value, right.value));
    }
    let ((left_unit, left_exact), (right_unit, right_exact)) = (unit(left)?, unit(right)?);
    // A calendar year is not UCUM's year of 365.25 days; they are only equivalent.
    if left_exact != right_exact && !loosely || !left_exact && !right_exact && !loosely {
        let months = |quantity: &Quantity<'_>| match quantity.unit.as_ref() {
            "year" if quantity.calendar => quantity.value.checked_mul(Decimal::from(12)),
            "month" if quantity.calendar => Some(quantity.value),
            _ => None,
        };
        return Some(months(left)?.cmp(&months(right)?));
    }
    let forth = order(ucum::convert(left.value, &left_unit, &right_unit)?, right.value);
    // Equivalence asks for the digits of the less precise one, and which that is shows in the coarser unit: 4 g ~ 4040 mg.
    if loosely && !forth.is_eq() {
        return Some(order(left.value, ucum::convert(right.value, &right_unit, &left_unit)?));
    }
    Some(forth)
}

/// Whether two units measure the same.
pub(super) fn comparable(left: &Quantity<'_>, right: &Quantity<'_>) -> bool {
    if left.unit == right.unit && left.calendar == right.calendar {
        return true;
    }
    match (unit(left), unit(right)) {
        (Some((left, _)), Some((right, _))) => ucum::comparable(&left, &right),
        _ => false,
    }
}

/// Two quantities added, in the finer of their units.
pub(super) fn add<'e>(left: &Quantity<'e>, right: &Quantity<'e>, subtract: bool) -> Option<Quantity<'e>> {
    let (other, own) = if left.unit == right.unit {
        (right.value, left.value)
    } else {
        let ((left_unit, _), (right_unit, _)) = (unit(left)?, unit(right)?);
        (ucum::convert(right.value, &right_unit, &left_unit)?, left.value)
    };
    let value = if subtract { own.checked_sub(other)? } else { own.checked_add(other)? };
    Some(Quantity { value, ..left.clone() })
}

/// Two quantities multiplied or divided: the unit is written as UCUM writes products and quotients.
pub(super) fn multiply<'e>(left: &Quantity<'e>, right: &Quantity<'e>, divide: bool) -> Option<Quantity<'e>> {
    let value = if divide { left.value.checked_div(right.value)? } else { left.value.checked_mul(right.value)? };
    let code = |quantity: &Quantity<'_>| match ucum_code(&quantity.unit) {
        Some((code, _)) if quantity.calendar => code.to_owned(),
        _ => quantity.unit.clone().into_owned(),
    };
    let unit = match (code(left).as_str(), code(right).as_str(), divide) {
        (unit, "1", _) => unit.to_owned(),
        ("1", unit, false) => unit.to_owned(),
        (left, right, true) if left == right => "1".to_owned(),
        (left, right, true) => format!("({left})/({right})"),
        (left, right, false) => format!("({left}).({right})"),
    };
    Some(Quantity { value, unit: Cow::Owned(unit), calendar: false })
}

/// A quantity in another unit.
pub(super) fn convert(quantity: &Quantity<'_>, to: &str) -> Option<Decimal> {
    let calendar = calendar_unit(to).is_some();
    let wanted = Quantity { value: Decimal::ONE, unit: Cow::Borrowed(calendar_unit(to).unwrap_or(to)), calendar };
    if wanted.unit == quantity.unit {
        return Some(quantity.value);
    }
    let ((from, _), (into, _)) = (unit(quantity)?, unit(&wanted)?);
    ucum::convert(quantity.value, &from, &into)
}

/// Whether a text is a number as FHIRPath writes them, `(\\+|-)?\d+(\.\d+)?`; the library reads others, too.
pub(super) fn is_number(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    match unsigned.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(unsigned),
    }
}

/// A quantity as text: `4 days`, `10 'mg'`.
pub(super) fn read(text: &str) -> Option<Quantity<'static>> {
    let text = text.trim();
    let end = text
        .find(|character: char| !character.is_ascii_digit() && !matches!(character, '.' | '-' | '+'))
        .unwrap_or(text.len());
    let value = text.get(..end).filter(|number| is_number(number))?;
    let value = Decimal::from_str_exact(value).ok()?;
    let rest = text.get(end..)?.trim_start();
    let (unit, calendar) = match rest.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        Some(code) => (code.to_owned(), false),
        None if rest.is_empty() => ("1".to_owned(), false),
        None => (calendar_unit(rest)?.to_owned(), true),
    };
    Some(Quantity { value, unit: Cow::Owned(unit), calendar })
}

/// A quantity as `toString()` writes it.
pub(super) fn write(quantity: &Quantity<'_>) -> String {
    if quantity.calendar {
        let plural = if quantity.value == Decimal::ONE { "" } else { "s" };
        format!("{} {}{plural}", quantity.value, quantity.unit)
    } else {
        format!("{} '{}'", quantity.value, quantity.unit)
    }
}
