//! Quantities: comparing and calculating with units.

use super::decimal::{are_equivalent, difference, exact, is_number, product, quotient, sum};
use super::item::{Item, Quantity};
use super::ucum::{self, Unit};
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::cmp::Ordering;

/// The words of the calendar that follow a number instead of a unit.
const CALENDAR: [(&str, &str); 8] = [
    ("year", "years"),
    ("month", "months"),
    ("week", "weeks"),
    ("day", "days"),
    ("hour", "hours"),
    ("minute", "minutes"),
    ("second", "seconds"),
    ("millisecond", "milliseconds"),
];

/// The calendar's word in the singular.
pub(super) fn calendar_unit(word: &str) -> Option<&'static str> {
    CALENDAR.iter().find(|(one, many)| *one == word || *many == word).map(|(one, _)| *one)
}

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
        other => other.number().map(|value| Quantity { value, unit: Cow::Borrowed("1"), calendar: false }),
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
        if loosely && are_equivalent(left, right) { Ordering::Equal } else { left.cmp(&right) }
    };
    if left.unit == right.unit && (loosely || left.calendar == right.calendar) {
        return Some(order(left.value, right.value));
    }
    let ((left_unit, left_exact), (right_unit, right_exact)) = (unit(left)?, unit(right)?);
    // A calendar year is not UCUM's year of 365.25 days; they are only equivalent.
    if left_exact != right_exact && !loosely || !left_exact && !right_exact && !loosely {
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

/// Two quantities added, in the finer of their units. `None` where they measure different things, or where one is a year or a month of
/// the calendar, which have no certain length, and the other is neither.
pub(super) fn add<'e>(left: &Quantity<'e>, right: &Quantity<'e>, subtract: bool) -> Option<Quantity<'e>> {
    let (mut own, mut other, mut finer) = (left.value, right.value, left);
    if left.unit != right.unit || left.calendar != right.calendar {
        let one = |of: &Quantity<'e>| Quantity { value: Decimal::ONE, ..of.clone() };
        // How many of the right are one of the left: where that is more than one, the right is finer.
        if converted(&one(left), right).is_some_and(|many| many > Decimal::ONE) {
            own = converted(left, right)?;
            finer = right;
        } else {
            other = converted(right, left)?;
        }
    }
    let value = if subtract { difference(own, other)? } else { sum(own, other)? };
    Some(Quantity { value, ..finer.clone() })
}

/// How many months a quantity is that counts years or months of the calendar.
fn months(quantity: &Quantity<'_>) -> Option<Decimal> {
    match quantity.unit.as_ref() {
        "year" if quantity.calendar => product(quantity.value, MONTHS_OF_A_YEAR),
        "month" if quantity.calendar => Some(quantity.value),
        _ => None,
    }
}

const MONTHS_OF_A_YEAR: Decimal = Decimal::from_parts(12, 0, 0, false, 0);

/// A quantity in the unit of another one. `None` where they measure different things, and between what has a certain length and a year
/// or a month of the calendar.
fn converted(quantity: &Quantity<'_>, to: &Quantity<'_>) -> Option<Decimal> {
    if quantity.unit == to.unit && quantity.calendar == to.calendar {
        return Some(quantity.value);
    }
    let ((from, from_exact), (into, to_exact)) = (unit(quantity)?, unit(to)?);
    match (from_exact, to_exact) {
        (true, true) => ucum::convert(quantity.value, &from, &into).map(|value| value.normalize()),
        (false, false) => {
            let months = months(quantity)?;
            if to.unit == "year" {
                quotient(months, MONTHS_OF_A_YEAR).map(|years| years.normalize())
            } else {
                Some(months)
            }
        }
        _ => None,
    }
}

/// Two quantities multiplied or divided: the unit is written as UCUM writes products and quotients.
pub(super) fn multiply<'e>(left: &Quantity<'e>, right: &Quantity<'e>, divide: bool) -> Option<Quantity<'e>> {
    let value = if divide { quotient(left.value, right.value)? } else { product(left.value, right.value)? };
    // Twice two years are four years of the calendar, not of UCUM.
    let is_number = |quantity: &Quantity<'_>| quantity.unit == "1";
    match (is_number(left), is_number(right)) {
        (_, true) => return Some(Quantity { value, ..left.clone() }),
        (true, false) if !divide => return Some(Quantity { value, ..right.clone() }),
        _ => {}
    }
    let code = |quantity: &Quantity<'_>| match ucum_code(&quantity.unit) {
        Some((code, _)) if quantity.calendar => code.to_owned(),
        _ => quantity.unit.clone().into_owned(),
    };
    let unit = match (code(left).as_str(), code(right).as_str(), divide) {
        (left, right, true) if left == right => "1".to_owned(),
        (left, right, true) => format!("({left})/({right})"),
        (left, right, false) => format!("({left}).({right})"),
    };
    Some(Quantity { value, unit: Cow::Owned(unit), calendar: false })
}

/// A quantity in another unit: a UCUM code, or a word of the calendar.
pub(super) fn convert<'e>(quantity: &Quantity<'_>, to: &Cow<'e, str>) -> Option<Quantity<'e>> {
    let word = calendar_unit(to);
    let unit = word.map_or_else(|| to.clone(), Cow::Borrowed);
    let wanted = Quantity { value: Decimal::ONE, unit, calendar: word.is_some() };
    let value = converted(quantity, &wanted).or_else(|| by_the_calendar(quantity, &wanted))?;
    Some(Quantity { value, ..wanted })
}

/// A conversion of what has no certain length, which is done only where it is asked for: a year of the calendar is 12 months or 365 days
/// and a month 30 days; UCUM's year and month are as many of the calendar's.
fn by_the_calendar(quantity: &Quantity<'_>, to: &Quantity<'_>) -> Option<Decimal> {
    let months_of = |of: &Quantity<'_>| match (of.calendar, of.unit.as_ref()) {
        (true, "year") | (false, "a") => Some(MONTHS_OF_A_YEAR),
        (true, "month") | (false, "mo") => Some(Decimal::ONE),
        _ => None,
    };
    let (from, into) = match (months_of(quantity), months_of(to)) {
        (Some(from), Some(into)) => (from, into),
        _ if quantity.calendar && to.calendar => (days_of(quantity)?, days_of(to)?),
        _ => return None,
    };
    quotient(product(quantity.value, from)?, into).map(|value| value.normalize())
}

/// How many days one of a unit of the calendar has.
fn days_of(of: &Quantity<'_>) -> Option<Decimal> {
    match of.unit.as_ref() {
        "year" => Some(Decimal::from(365)),
        "month" => Some(Decimal::from(30)),
        _ => {
            let days = Quantity { value: Decimal::ONE, unit: Cow::Borrowed("day"), calendar: true };
            converted(&Quantity { value: Decimal::ONE, ..of.clone() }, &days)
        }
    }
}

/// A quantity as text: `4 days`, `10 'mg'`.
pub(super) fn read(text: &str) -> Option<Quantity<'static>> {
    let end = text
        .find(|character: char| !character.is_ascii_digit() && !matches!(character, '.' | '-' | '+'))
        .unwrap_or(text.len());
    let value = text.get(..end).filter(|number| is_number(number))?;
    let value = exact(value)?;
    let rest = text.get(end..)?.trim_start();
    let (unit, calendar) = match rest.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        Some(code) if !code.is_empty() && !code.contains('\'') => (code.to_owned(), false),
        Some(_) => return None,
        None if rest.is_empty() => ("1".to_owned(), false),
        None => (calendar_unit(rest)?.to_owned(), true),
    };
    Some(Quantity { value, unit: Cow::Owned(unit), calendar })
}
