//! Dates, dateTimes and times with the precision that they are written with.

use crate::calendar::{civil, day_number, days_in_month};
use std::cmp::Ordering;
use std::fmt;

/// Which of the three types a [`Moment`] is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names are FHIRPath's own")]
pub enum MomentKind {
    Date,
    DateTime,
    Time,
}

/// How far a [`Moment`] is known. Seconds and milliseconds are one precision when moments are compared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Precision {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
}

/// A Date, DateTime or Time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    /// Date, DateTime or Time.
    pub kind: MomentKind,
    /// How far it is known; what is finer is the earliest value.
    pub precision: Precision,
    year: i32,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
    millisecond: u16,
    /// Minutes ahead of UTC.
    zone: Option<i16>,
    /// `Z` rather than `+00:00`.
    zulu: bool,
}

/// Takes digits off the front of a text.
fn digits(text: &mut &str, count: usize) -> Option<u32> {
    let taken = text.get(..count)?;
    if !taken.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    *text = text.get(count..)?;
    taken.parse().ok()
}

fn strip(text: &mut &str, prefix: &str) -> bool {
    match text.strip_prefix(prefix) {
        Some(rest) => {
            *text = rest;
            true
        }
        None => false,
    }
}

impl Moment {
    const EARLIEST: Moment = Moment {
        kind: MomentKind::Date,
        precision: Precision::Year,
        year: 1,
        month: 1,
        day: 1,
        hour: 0,
        minute: 0,
        second: 0,
        millisecond: 0,
        zone: None,
        zulu: false,
    };

    /// A literal without its `@`.
    pub(super) fn literal(text: &str) -> Option<Self> {
        match text.strip_prefix('T') {
            Some(time) => Self::time(time),
            // A `T` alone makes a DateTime of a date.
            None if text.contains('T') => Self::date_time(text.strip_suffix('T').unwrap_or(text)),
            None => Self::date(text),
        }
    }

    /// `2015`, `2015-02`, `2015-02-04`.
    pub fn date(text: &str) -> Option<Self> {
        let mut moment = Self::EARLIEST;
        let mut rest = text;
        moment.read_date(&mut rest)?;
        rest.is_empty().then_some(moment)
    }

    /// `2015-02-04T14:34:28.123+10:00`, shortened to any precision.
    pub fn date_time(text: &str) -> Option<Self> {
        let mut moment = Self { kind: MomentKind::DateTime, ..Self::EARLIEST };
        let mut rest = text;
        moment.read_date(&mut rest)?;
        if strip(&mut rest, "T") {
            if moment.precision != Precision::Day {
                return None;
            }
            moment.read_time(&mut rest)?;
            moment.read_zone(&mut rest)?;
        }
        rest.is_empty().then_some(moment)
    }

    /// `14:34:28.123`, shortened to any precision.
    pub fn time(text: &str) -> Option<Self> {
        let mut moment = Self { kind: MomentKind::Time, ..Self::EARLIEST };
        let mut rest = text;
        moment.read_time(&mut rest)?;
        rest.is_empty().then_some(moment)
    }

    fn read_date(&mut self, rest: &mut &str) -> Option<()> {
        self.year = digits(rest, 4)? as i32;
        if strip(rest, "-") {
            self.month = digits(rest, 2)? as u8;
            self.precision = Precision::Month;
            if strip(rest, "-") {
                self.day = digits(rest, 2)? as u8;
                self.precision = Precision::Day;
            }
        }
        let right = self.year > 0 && (1..=12).contains(&self.month) && self.day >= 1;
        (right && self.day <= days_in_month(self.year, self.month)).then_some(())
    }

    fn read_time(&mut self, rest: &mut &str) -> Option<()> {
        self.hour = digits(rest, 2)? as u8;
        self.precision = Precision::Hour;
        if strip(rest, ":") {
            self.minute = digits(rest, 2)? as u8;
            self.precision = Precision::Minute;
            if strip(rest, ":") {
                self.second = digits(rest, 2)? as u8;
                self.precision = Precision::Second;
                if strip(rest, ".") {
                    let length = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
                    let fraction = rest.get(..length).filter(|fraction| !fraction.is_empty())?;
                    *rest = rest.get(length..)?;
                    let thousandths: String = fraction.chars().chain("000".chars()).take(3).collect();
                    self.millisecond = thousandths.parse().ok()?;
                    self.precision = Precision::Millisecond;
                }
            }
        }
        // 60 is a leap second.
        (self.hour < 24 && self.minute < 60 && self.second <= 60).then_some(())
    }

    fn read_zone(&mut self, rest: &mut &str) -> Option<()> {
        if strip(rest, "Z") {
            self.zone = Some(0);
            self.zulu = true;
            return Some(());
        }
        let sign = if strip(rest, "+") {
            1
        } else if strip(rest, "-") {
            -1
        } else {
            return Some(());
        };
        let hours = digits(rest, 2)? as i16;
        let minutes = if strip(rest, ":") { digits(rest, 2)? as i16 } else { return None };
        self.zone = Some(sign * (hours * 60 + minutes));
        (hours <= 14 && minutes < 60).then_some(())
    }

    /// With this precision: what is finer is left out, so that nothing hides below what is written.
    fn cut(mut self, precision: Precision) -> Self {
        use Precision as P;
        self.precision = precision;
        for (finer, part) in [(P::Month, &mut self.month), (P::Day, &mut self.day)] {
            if precision < finer {
                *part = 1;
            }
        }
        for (finer, part) in [(P::Hour, &mut self.hour), (P::Minute, &mut self.minute), (P::Second, &mut self.second)] {
            if precision < finer {
                *part = 0;
            }
        }
        if precision < P::Millisecond {
            self.millisecond = 0;
        }
        self
    }

    /// As a Date: a DateTime loses its time.
    pub fn to_date(self) -> Self {
        Self { kind: MomentKind::Date, zone: None, zulu: false, ..self.cut(self.precision.min(Precision::Day)) }
    }

    /// As a DateTime of the same precision.
    pub fn to_date_time(self) -> Self {
        Self { kind: MomentKind::DateTime, ..self }
    }

    /// The time of day of a DateTime.
    pub fn to_time(self) -> Self {
        Self { kind: MomentKind::Time, year: 1, month: 1, day: 1, zone: None, zulu: false, ..self }
    }

    pub(super) fn has_time(&self) -> bool {
        self.precision >= Precision::Hour
    }

    /// Milliseconds since 1970, as if in UTC.
    fn milliseconds(&self) -> i64 {
        let days = day_number(self.year, self.month, self.day);
        let seconds = (i64::from(self.hour) * 60 + i64::from(self.minute)) * 60 + i64::from(self.second);
        (days * 86_400 + seconds) * 1000 + i64::from(self.millisecond)
    }

    fn set_milliseconds(&mut self, at: i64) {
        let (days, mut rest) = (at.div_euclid(86_400_000), at.rem_euclid(86_400_000));
        (self.year, self.month, self.day) = civil(days);
        self.millisecond = (rest % 1000) as u16;
        rest /= 1000;
        self.second = (rest % 60) as u8;
        self.minute = (rest / 60 % 60) as u8;
        self.hour = (rest / 3600) as u8;
    }

    /// The parts from the year down to seconds with their fraction.
    fn parts(&self) -> [i64; 6] {
        [
            self.year.into(),
            self.month.into(),
            self.day.into(),
            self.hour.into(),
            self.minute.into(),
            i64::from(self.second) * 1000 + i64::from(self.millisecond),
        ]
    }

    /// Which of two comes first; `None` where that is not certain: one is less precise, or only one has a zone and they are near.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        let (mut a, mut b) = (*self, *other);
        if a.kind != MomentKind::Time && a.zone.or(b.zone).is_some() {
            match (a.zone, b.zone) {
                (Some(zone_a), Some(zone_b)) => {
                    a.set_milliseconds(a.milliseconds() - i64::from(zone_a) * 60_000);
                    b.set_milliseconds(b.milliseconds() - i64::from(zone_b) * 60_000);
                }
                (None, None) => {}
                // The zone of the other may be any, from -12:00 to +14:00; and it may be all of a day, a month, a year.
                _ => {
                    let (day, coarse) = (24 * 3_600_000, a.precision.min(b.precision));
                    let apart = a.milliseconds() - b.milliseconds();
                    let far = match coarse {
                        Precision::Year => 366 * day,
                        Precision::Month => 31 * day,
                        Precision::Day => day,
                        _ => 0,
                    };
                    return (apart.abs() > far + 26 * 3_600_000).then(|| apart.cmp(&0));
                }
            }
        }
        let known = |moment: &Self| moment.precision.min(Precision::Second) as usize;
        let common = known(&a).min(known(&b));
        let first = if a.kind == MomentKind::Time { Precision::Hour as usize } else { 0 };
        for (part, (mine, theirs)) in a.parts().iter().zip(b.parts()).enumerate() {
            if (first..=common).contains(&part) {
                match mine.cmp(&theirs) {
                    Ordering::Equal => {}
                    order => return Some(order),
                }
            }
        }
        (known(&a) == known(&b)).then_some(Ordering::Equal)
    }

    /// A number that equal moments have in common.
    pub(super) fn digest(&self) -> u64 {
        let is_time = self.kind == MomentKind::Time;
        let zone = self.zone.filter(|_| !is_time);
        let at = self.milliseconds() - i64::from(zone.unwrap_or(0)) * 60_000;
        (at as u64) << 2 | u64::from(zone.is_some()) << 1 | u64::from(is_time)
    }

    /// Moves by so many calendar units. `None` where the result is out of range.
    pub fn plus(mut self, amount: i64, unit: Precision) -> Option<Self> {
        // What is finer than the moment's own precision is first made coarser, so that nothing of it hides: a year plus 24 months is
        // two years more, a time in seconds plus 500 milliseconds stays. A year has 12 months or 365 days.
        let (mut amount, mut unit) = (amount, unit);
        while unit > self.precision {
            (amount, unit) = match unit {
                Precision::Millisecond => (amount / 1000, Precision::Second),
                Precision::Second => (amount / 60, Precision::Minute),
                Precision::Minute => (amount / 60, Precision::Hour),
                Precision::Hour => (amount / 24, Precision::Day),
                Precision::Day if self.precision == Precision::Year => (amount / 365, Precision::Year),
                Precision::Day => (amount / 30, Precision::Month),
                Precision::Month | Precision::Year => (amount / 12, Precision::Year),
            };
        }
        let length = match unit {
            Precision::Year | Precision::Month => {
                let months = if unit == Precision::Year { amount.checked_mul(12)? } else { amount };
                let total = (i64::from(self.year) * 12 + i64::from(self.month) - 1).checked_add(months)?;
                self.year = i32::try_from(total.div_euclid(12)).ok()?;
                self.month = (total.rem_euclid(12) + 1) as u8;
                self.day = self.day.min(days_in_month(self.year, self.month));
                return (1..=9999).contains(&self.year).then_some(self);
            }
            Precision::Day => 86_400_000,
            Precision::Hour => 3_600_000,
            Precision::Minute => 60_000,
            Precision::Second => 1000,
            Precision::Millisecond => 1,
        };
        let at = self.milliseconds().checked_add(amount.checked_mul(length)?)?;
        // Times go round the clock; dates end with the year 9999.
        if self.kind == MomentKind::Time {
            let day = day_number(1, 1, 1) * 86_400_000;
            self.set_milliseconds(day + (at - day).rem_euclid(86_400_000));
        } else {
            if !(day_number(1, 1, 1)..=day_number(9999, 12, 31)).contains(&at.div_euclid(86_400_000)) {
                return None;
            }
            self.set_milliseconds(at);
        }
        Some(self)
    }

    /// How many digits it is written with: what FHIRPath's `precision()` gives.
    pub fn digits(&self) -> u32 {
        match (self.precision, self.kind == MomentKind::Time) {
            (Precision::Year, _) => 4,
            (Precision::Month, _) => 6,
            (Precision::Day, _) => 8,
            (Precision::Hour, time) => {
                if time {
                    2
                } else {
                    10
                }
            }
            (Precision::Minute, time) => {
                if time {
                    4
                } else {
                    12
                }
            }
            (Precision::Second, time) => {
                if time {
                    6
                } else {
                    14
                }
            }
            (Precision::Millisecond, time) => {
                if time {
                    9
                } else {
                    17
                }
            }
        }
    }

    /// The earliest or latest moment that it can mean, with so many digits.
    pub fn boundary(&self, latest: bool, digits: Option<u32>) -> Option<Self> {
        let finest = if self.kind == MomentKind::Date { Precision::Day } else { Precision::Millisecond };
        let time = self.kind == MomentKind::Time;
        let steps = [
            Precision::Year,
            Precision::Month,
            Precision::Day,
            Precision::Hour,
            Precision::Minute,
            Precision::Second,
            Precision::Millisecond,
        ];
        let precision = match digits {
            None => finest,
            Some(digits) => *steps
                .iter()
                .filter(|step| !time || **step >= Precision::Hour)
                .find(|step| Self { precision: **step, ..*self }.digits() == digits)?,
        };
        let mut bound = *self;
        if latest {
            if self.precision < Precision::Month {
                bound.month = 12;
            }
            if self.precision < Precision::Day {
                bound.day = days_in_month(bound.year, bound.month);
            }
            if self.precision < Precision::Hour {
                bound.hour = 23;
            }
            if self.precision < Precision::Minute {
                bound.minute = 59;
            }
            if self.precision < Precision::Second {
                bound.second = 59;
            }
            if self.precision < Precision::Millisecond {
                bound.millisecond = 999;
            }
        }
        bound = bound.cut(precision);
        if precision < Precision::Hour {
            bound.zone = None;
        } else if self.kind == MomentKind::DateTime && bound.zone.is_none() {
            // The zones that are furthest ahead and furthest behind.
            bound.zone = Some(if latest { -12 * 60 } else { 14 * 60 });
        }
        Some(bound)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kind != MomentKind::Time {
            write!(out, "{:04}", self.year)?;
            if self.precision >= Precision::Month {
                write!(out, "-{:02}", self.month)?;
            }
            if self.precision >= Precision::Day {
                write!(out, "-{:02}", self.day)?;
            }
            if self.has_time() {
                out.write_str("T")?;
            }
        }
        if self.has_time() {
            write!(out, "{:02}", self.hour)?;
        }
        if self.precision >= Precision::Minute {
            write!(out, ":{:02}", self.minute)?;
        }
        if self.precision >= Precision::Second {
            write!(out, ":{:02}", self.second)?;
        }
        if self.precision >= Precision::Millisecond {
            write!(out, ".{:03}", self.millisecond)?;
        }
        match self.zone {
            Some(0) if self.zulu => out.write_str("Z"),
            Some(zone) => {
                let sign = if zone < 0 { '-' } else { '+' };
                write!(out, "{sign}{:02}:{:02}", zone.abs() / 60, zone.abs() % 60)
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_inverse() {
        for days in (-719_162..2_932_896).step_by(37) {
            let (year, month, day) = civil(days);
            assert_eq!(day_number(year, month, day), days);
        }
        assert_eq!(civil(0), (1970, 1, 1));
    }

    #[test]
    fn adding_keeps_to_the_calendar() {
        let date = |text| Moment::date(text);
        let plus =
            |text, amount, unit| date(text).and_then(|date| date.plus(amount, unit)).map(|date| date.to_string());
        assert_eq!(plus("2024-01-31", 1, Precision::Month).as_deref(), Some("2024-02-29"));
        assert_eq!(plus("2024-02-29", -1, Precision::Year).as_deref(), Some("2023-02-28"));
        assert_eq!(plus("2014", 24, Precision::Month).as_deref(), Some("2016"));
        assert_eq!(plus("9999-12-31", 1, Precision::Day), None);
        assert_eq!(date("2023-02-29"), None);
    }
}
