//! `Retry-After`: seconds, or one of the three forms of an HTTP date. Source: RFC 9110, 5.6.7 and 10.2.3.

use super::members::number;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// How many seconds to wait, by `Retry-After`; nothing when it says nothing that can be read. A time that has passed is no wait.
pub(super) fn retry_after(value: &str, now: u64) -> Option<u64> {
    let value = value.as_bytes().trim_ascii();
    number(value).or_else(|| Some(seconds(value, now)?.saturating_sub(now)))
}

/// Seconds since 1970. The parts of all three forms tell themselves apart: by their letters, their colons, and their order.
fn seconds(value: &[u8], now: u64) -> Option<u64> {
    let (mut day, mut month, mut year, mut time) = (None, None, None, None);
    for part in value.split(|byte| matches!(byte, b' ' | b',' | b'-')) {
        if part.len() == 8 && part.get(2) == Some(&b':') {
            time = Some(clock(part)?);
        } else if let Some(number) = number(part) {
            match day {
                None => day = Some(number),
                Some(_) => year = Some(if part.len() == 2 { century(number, now) } else { number }),
            }
        } else if let Some(at) = MONTHS.iter().position(|month| month.as_bytes().eq_ignore_ascii_case(part)) {
            month = Some(at as u64 + 1);
        }
    }
    let (day, month, year) = (day?, month?, year?);
    if !(1..=31).contains(&day) || !(1970..=9999).contains(&year) {
        return None;
    }
    Some(days(year, month, day) * 86_400 + time?)
}

/// A year of two digits is in the past when it would be more than fifty years ahead.
fn century(year: u64, now: u64) -> u64 {
    let this = 1970 + now / 31_556_952;
    let full = this - this % 100 + year;
    if full > this + 50 { full - 100 } else { full }
}

/// `08:49:37`
fn clock(part: &[u8]) -> Option<u64> {
    let mut seconds = 0;
    for (at, limit) in [(0, 24), (3, 60), (6, 61)] {
        seconds = seconds * 60 + number(part.get(at..at + 2)?).filter(|&number| number < limit)?;
    }
    (part.get(5) == Some(&b':')).then_some(seconds)
}

/// Days since 1970-01-01 in the Gregorian calendar. The year begins in March here, so that a leap day is its last.
fn days(year: u64, month: u64, day: u64) -> u64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn all_three_forms_of_a_date_are_read() {
        let now = 784_111_777;
        for value in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(seconds(value.as_bytes(), now), Some(now), "{value}");
            assert_eq!(retry_after(value, now - 90), Some(90));
            assert_eq!(retry_after(value, now + 90), Some(0));
        }
        assert_eq!(seconds(b"Thu, 29 Feb 2024 00:00:00 GMT", 0), Some(1_709_164_800));
        assert_eq!(seconds(b"Thu, 01 Jan 1970 00:00:00 GMT", 0), Some(0));
    }

    #[test]
    fn seconds_are_read_and_nonsense_is_not() {
        assert_eq!(retry_after(" 120 ", 0), Some(120));
        assert_eq!(retry_after("99999999999999999999", 0), Some(u64::MAX));
        for value in [
            "",
            "soon",
            "-5",
            "1.5",
            "Sun, 06 Nov 1994",
            "Sun, 06 Foo 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 25:00:00 GMT",
            "6 Nov 0000 00:00:00",
        ] {
            assert_eq!(retry_after(value, 0), None, "{value}");
        }
    }

    proptest! {
        #[test]
        fn no_value_panics(value in "\\PC{0,40}", now in any::<u32>()) {
            retry_after(&value, u64::from(now));
        }

        #[test]
        fn what_looks_like_a_date_does_not_panic(value in "[A-Z][a-z]{2},? [0-9]{1,20} (Jan|Nov|Feb) [0-9]{1,20} [0-9:]{0,20}", now in any::<u64>()) {
            retry_after(&value, now);
        }
    }
}
