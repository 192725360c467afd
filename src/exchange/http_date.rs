//! `Retry-After`: seconds, or one of the three forms of an HTTP date. Source: RFC 9110, 5.6.7 and 10.2.3.

use super::members::number;
use std::time::UNIX_EPOCH;

/// How many seconds to wait, by `Retry-After`; nothing when it says nothing that can be read, or a day that the calendar does not have: a
/// guess could be days too early. For a time that has passed there is nothing to wait. Of several headers, which clients join by commas, the longest counts.
pub(super) fn retry_after(value: &str, now: u64) -> Option<u64> {
    let wait = |value: &str| {
        let value = value.trim_ascii();
        number(value.as_bytes()).or_else(|| Some(seconds(value)?.saturating_sub(now)))
    };
    let mut longest = None;
    let mut before = None;
    let mut begin = 0;
    for part in value.split(',') {
        let end = begin + part.len();
        // Two forms of a date have a comma of their own.
        let with_before = before.and_then(|before| value.get(before..end)).and_then(wait);
        longest = longest.max(wait(part)).max(with_before);
        (before, begin) = (Some(begin), end + 1);
    }
    longest
}

/// Seconds since 1970.
fn seconds(value: &str) -> Option<u64> {
    let time = httpdate::parse_http_date(value).ok()?;
    Some(time.duration_since(UNIX_EPOCH).ok()?.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn all_three_forms_of_a_date_are_read() {
        let now = 784_111_777;
        for value in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(seconds(value), Some(now), "{value}");
            assert_eq!(retry_after(value, now - 90), Some(90));
            assert_eq!(retry_after(value, now + 90), Some(0));
        }
        assert_eq!(seconds("Thu, 29 Feb 2024 00:00:00 GMT"), Some(1_709_164_800));
        assert_eq!(seconds("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(seconds("Fri, 31 Dec 9999 23:59:59 GMT"), Some(253_402_300_799));
    }

    #[test]
    fn a_day_that_the_calendar_does_not_have_is_refused() {
        for value in [
            // As the third of March it would be right.
            "Sat, 31 Feb 2026 00:00:00 GMT",
            "Tue, 31 Feb 2026 00:00:00 GMT",
            "Saturday, 31-Feb-26 00:00:00 GMT",
            "Sat Feb 31 00:00:00 2026",
            "Sun, 29 Feb 2026 00:00:00 GMT",
            "Sun, 29 Feb 2100 00:00:00 GMT",
            "Mon, 29 Feb 2100 00:00:00 GMT",
            "Fri, 31 Apr 2026 00:00:00 GMT",
            "Thu Apr 31 00:00:00 2026",
            "Wed, 00 Apr 2026 00:00:00 GMT",
            "Wed, 32 Jan 2026 00:00:00 GMT",
            // The sixth of November 1994 was not a Monday.
            "Mon, 06 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(retry_after(value, 0), None, "{value}");
        }
    }

    #[test]
    fn seconds_are_read_and_nonsense_is_not() {
        assert_eq!(retry_after(" 120 ", 0), Some(120));
        assert_eq!(retry_after("99999999999999999999", 0), Some(u64::MAX));
        for value in [
            "",
            "soon",
            "-5",
            "+5",
            "1.5",
            ",",
            "5 7",
            "Sun, 06 Nov 1994",
            "Sun, 06 Foo 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 25:00:00 GMT",
            "Sun, 06 Nov 1994 08:60:00 GMT",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "6 Nov 0000 00:00:00",
        ] {
            assert_eq!(retry_after(value, 0), None, "{value}");
        }
    }

    #[test]
    fn of_several_headers_the_longest_wait_counts() {
        let now = 784_111_777;
        for (value, wait) in [
            ("3600, 3600", Some(3600)),
            ("5,7", Some(7)),
            ("7, 5", Some(7)),
            ("soon, 120", Some(120)),
            ("120, soon", Some(120)),
            ("-5, 1.5", None),
            ("60, Sun, 06 Nov 1994 08:51:07 GMT", Some(90)),
            ("Sun, 06 Nov 1994 08:51:07 GMT, 60", Some(90)),
            ("Sun, 06 Nov 1994 08:51:07 GMT, Sunday, 06-Nov-94 08:52:07 GMT", Some(150)),
            ("Sun Nov  6 08:51:07 1994, 100", Some(100)),
            ("Sat, 31 Feb 2026 00:00:00 GMT, 30", Some(30)),
        ] {
            assert_eq!(retry_after(value, now), wait, "{value}");
        }
    }

    proptest! {
        #[test]
        fn no_value_panics(value in "\\PC{0,40}", now in any::<u32>()) {
            retry_after(&value, u64::from(now));
        }

        #[test]
        fn what_looks_like_a_date_does_not_panic(value in "(Sun|Sunday|Wed|Wednesday)?,? ?[0-9A-Z -]{0,8}(Jan|Nov|Feb)[ -]{1,2}[0-9]{1,4} [0-9:]{0,20}( GMT| [0-9]{4})?", now in any::<u64>()) {
            retry_after(&value, now);
        }

        #[test]
        fn every_day_that_there_is_is_read_back(time in 0_u64..253_402_300_800) {
            let written = httpdate::fmt_http_date(UNIX_EPOCH + std::time::Duration::from_secs(time));
            prop_assert_eq!(seconds(&written), Some(time));
        }
    }
}
