//! Values of primitive types whose form is not FHIR's, but says the same: `2026-1-5`, `2026-01-31t12:00z`, ` final`.

use crate::definitions::Primitive;
use crate::document::table::before;
use crate::validate::primitive_form::is_valid_primitive;

/// Longer ones are not written by hand.
pub(crate) const LONGEST: usize = 256;

/// The OIDs that systems have are longer: `2.16.840.1.113883.6.1`. A short number with dots is a version, or an address.
const SHORTEST_OID: usize = 12;

/// An address or the number of a telephone has four parts.
const FEWEST_PARTS: usize = 5;

/// Whether a bare OID or UUID is one that a system has: below 0 and 1, ITU-T X.660 has no more than 40 arcs.
fn is_of_a_system(bare: &str) -> bool {
    if bare.contains('-') {
        return true;
    }
    let Some((first, rest)) = bare.split_once('.') else { return false };
    let second = before(rest, &['.']);
    let has_second = first == "2" || second.len() == 1 || second.len() == 2 && second < "40";
    bare.len() >= SHORTEST_OID && has_second && bare.split('.').count() >= FEWEST_PARTS
}

/// The value in the form of its type, if there is one that it means, and whether it certainly does.
#[cold]
pub(crate) fn fixed(primitive: Primitive, value: &str) -> Option<(String, bool)> {
    let is_moment = matches!(primitive, Primitive::Date | Primitive::DateTime | Primitive::Instant | Primitive::Time);
    // What ends a sentence, or a list, is no part of a date.
    let text = value.trim().trim_end_matches(|sign| is_moment && matches!(sign, '.' | ',' | ';'));
    if text.len() > LONGEST {
        return None;
    }
    let mut certain = true;
    let mut form = Form { rest: text.as_bytes(), written: String::new(), filled: false };
    let candidate = match primitive {
        Primitive::Date => {
            form.date()?;
            form.all()?
        }
        Primitive::DateTime | Primitive::Instant => {
            form.date()?;
            if !form.rest.is_empty() {
                form.eat(b"Tt ")?;
                form.written.push('T');
                form.clock()?;
                form.zone()?;
            }
            // An instant is known to the second; of other moments R4 says that seconds may be zeros.
            certain = !form.filled || primitive != Primitive::Instant;
            form.all()?
        }
        Primitive::Time => {
            form.clock()?;
            form.all()?
        }
        Primitive::Uuid | Primitive::Oid | Primitive::Uri | Primitive::Url | Primitive::Canonical => urn(text),
        Primitive::Code => text.to_owned(),
        // A contained resource is referred to by `#` and its id.
        Primitive::Id => text.trim_start_matches('#').to_owned(),
        // A whole number is one also where it is written with a fraction of nothing.
        Primitive::Integer | Primitive::PositiveInt | Primitive::UnsignedInt => {
            text.split_once('.').filter(|(_, fraction)| fraction.bytes().all(|digit| digit == b'0'))?.0.to_owned()
        }
        _ => return None,
    };
    (candidate != value && is_valid_primitive(primitive, &candidate)).then_some((candidate, certain))
}

/// What a date may be that is written as one country or another does, day and month in front of the year: `31.1.2026`, `1/31/2026`. The more
/// usual order comes first.
#[cold]
pub(crate) fn other_order(primitive: Primitive, value: &str) -> Vec<String> {
    let text = value.trim();
    if !matches!(primitive, Primitive::Date | Primitive::DateTime) || text.len() > LONGEST {
        return Vec::new();
    }
    let mut dates = Vec::new();
    for separator in ['/', '.', '-'] {
        let mut parts = text.split(separator);
        let (Some(first), Some(second), Some(year), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let day_first = (second, first);
        // With slashes, the month is first in the United States, from where most of them are; with points, the day is, wherever they are used.
        let orders = if separator == '/' { [(first, second), day_first] } else { [day_first, (first, second)] };
        for (month, day) in orders.into_iter().take(if separator == '.' { 1 } else { 2 }) {
            let date = [
                year,
                "-",
                if month.len() == 1 { "0" } else { "" },
                month,
                "-",
                if day.len() == 1 { "0" } else { "" },
                day,
            ];
            let date = date.concat();
            if year.len() == 4 && is_valid_primitive(primitive, &date) && !dates.contains(&date) {
                dates.push(date);
            }
        }
    }
    dates
}

/// A URI of a UUID or an OID in lower case and with all that belongs in front of it; others as they are.
#[cold]
pub(crate) fn urn(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let bare = lower.strip_prefix("urn:").unwrap_or(&lower);
    let (scheme, bare) = bare.split_once(':').unwrap_or(("", bare));
    for (prefix, of) in [("urn:uuid:", Primitive::Uuid), ("urn:oid:", Primitive::Oid)] {
        let urn = [prefix, bare].concat();
        let is_named = if scheme.is_empty() { is_of_a_system(bare) } else { prefix == ["urn:", scheme, ":"].concat() };
        if is_named && is_valid_primitive(of, &urn) {
            return urn;
        }
    }
    text.to_owned()
}

/// Whether a text is a number as JSON writes it.
pub(crate) fn is_number(text: &str) -> bool {
    text.ends_with(|last: char| last.is_ascii_digit()) && crate::document::Document::is_json(text).is_ok()
}

/// A moment that is read in any of its forms, and written in FHIR's.
pub(crate) struct Form<'v> {
    rest: &'v [u8],
    written: String,
    /// Whether seconds that were not there were filled with zeros.
    filled: bool,
}

impl Form<'_> {
    /// What has been written, if all has been read.
    fn all(self) -> Option<String> {
        self.rest.is_empty().then_some(self.written)
    }

    /// Moves behind one of these.
    #[inline(never)]
    fn eat(&mut self, any: &[u8]) -> Option<u8> {
        let (first, rest) = self.rest.split_first().filter(|(first, _)| any.contains(first))?;
        self.rest = rest;
        Some(*first)
    }

    /// Writes a separator, and a number of so many digits, of which so many must be there: zeros fill it up.
    #[inline(never)]
    fn number(&mut self, separator: &str, least: usize, digits: usize) -> Option<()> {
        let there = self.rest.iter().take(digits).take_while(|byte| byte.is_ascii_digit()).count();
        let (number, rest) = self.rest.split_at_checked(there).filter(|_| there >= least)?;
        self.rest = rest;
        self.written.push_str(separator);
        (there..digits).for_each(|_| self.written.push('0'));
        self.written.extend(number.iter().map(|&digit| char::from(digit)));
        Some(())
    }

    /// `YYYY-M-D`, `YYYY/M/D` or `YYYYMMDD`; also without a day, where that is clear: six digits could be a short year with month and day.
    fn date(&mut self) -> Option<()> {
        self.number("", 4, 4)?;
        match self.eat(b"-/") {
            None => {
                self.number("-", 2, 2)?;
                self.number("-", 2, 2)
            }
            Some(separator) => {
                self.number("-", 1, 2)?;
                match self.eat(&[separator]) {
                    Some(_) => self.number("-", 1, 2),
                    None => (separator == b'-').then_some(()),
                }
            }
        }
    }

    /// `h:mm`, `hh:mm:ss`, `hhmmss`, with a fraction or without. Seconds may be filled with zeros (R4, datatypes, dateTime).
    fn clock(&mut self) -> Option<()> {
        self.number("", 1, 2)?;
        let has_colons = self.eat(b":").is_some();
        self.number(":", 2, 2)?;
        if has_colons && self.eat(b":").is_none() {
            self.written.push_str(":00");
            self.filled = true;
        } else {
            self.number(":", 2, 2)?;
        }
        if self.eat(b".,").is_some() {
            self.written.push('.');
            while let Some(digit) = self.eat(b"0123456789") {
                self.written.push(char::from(digit));
            }
        }
        Some(())
    }

    /// `Z`, `+h`, `+hhmm` or `+hh:mm`. One that is missing nobody can know.
    fn zone(&mut self) -> Option<()> {
        while self.eat(b" ").is_some() {}
        let sign = self.eat(b"Zz+-")?;
        self.written.push(char::from(sign.to_ascii_uppercase()));
        if sign.is_ascii_alphabetic() {
            return Some(());
        }
        self.number("", 1, 2)?;
        self.eat(b":");
        // Minutes are expected behind the hours.
        self.number(":", if self.rest.is_empty() { 0 } else { 2 }, 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_the_same_gets_the_form_of_its_type() {
        let cases = [
            (Primitive::Date, "2026-1-5", "2026-01-05"),
            (Primitive::Date, "20260105", "2026-01-05"),
            (Primitive::Date, "2026/01/05", "2026-01-05"),
            (Primitive::Date, " 2026-01-05\n", "2026-01-05"),
            (Primitive::Date, "2026-1", "2026-01"),
            (Primitive::DateTime, "2026-01-31t12:00:00z", "2026-01-31T12:00:00Z"),
            (Primitive::DateTime, "2026-01-31 12:00Z", "2026-01-31T12:00:00Z"),
            (Primitive::DateTime, "2026-01-31T12:00+0100", "2026-01-31T12:00:00+01:00"),
            (Primitive::DateTime, "2026-01-31T12:00:00.5+01", "2026-01-31T12:00:00.5+01:00"),
            (Primitive::Instant, "20260131T120000Z", "2026-01-31T12:00:00Z"),
            (Primitive::Instant, "2026-01-31T12:00:00,25 Z", "2026-01-31T12:00:00.25Z"),
            (Primitive::Time, "9:30", "09:30:00"),
            (Primitive::Code, " final", "final"),
            (Primitive::Id, "#p1", "p1"),
            (Primitive::Uri, " http://example.org/a", "http://example.org/a"),
            (Primitive::Uri, "oid:2.16.840.1.113883.6.1", "urn:oid:2.16.840.1.113883.6.1"),
            (
                Primitive::Uri,
                "urn:uuid:6C1CB8F4-0000-4000-8000-000000000001",
                "urn:uuid:6c1cb8f4-0000-4000-8000-000000000001",
            ),
            (Primitive::Oid, "2.16.840.1.113883.6.1", "urn:oid:2.16.840.1.113883.6.1"),
            (Primitive::PositiveInt, "5.0", "5"),
        ];
        for (of, value, right) in cases {
            assert_eq!(fixed(of, value), Some((right.to_owned(), true)), "{value}");
        }
    }

    #[test]
    fn what_could_mean_two_things_stays() {
        let cases = [
            (Primitive::Date, "202601"),
            (Primitive::Date, "5.1.2026"),
            (Primitive::Date, "05/01/2026"),
            (Primitive::Date, "2026-13-01"),
            (Primitive::Date, "2026-02-30"),
            (Primitive::Date, "2026-01-05T00:00:00Z"),
            (Primitive::DateTime, "2026-01-31T12:00:00"),
            (Primitive::DateTime, "2026-01-31T12Z"),
            (Primitive::Oid, "1.168.100.100"),
            (Primitive::Oid, "1.555.123.456.7"),
            (Primitive::Oid, "2.0.20240101.1"),
            (Primitive::DateTime, "2026-01-31T12:00:00+"),
            (Primitive::DateTime, "2026-1T12:00:00Z"),
            (Primitive::Instant, "2026-01-31"),
            (Primitive::Code, "a  b"),
            (Primitive::Id, "a_b"),
            (Primitive::Uri, "http://example.org/a b"),
            (Primitive::PositiveInt, "5.5"),
            (Primitive::PositiveInt, "0.0"),
            (Primitive::Time, "9"),
            (Primitive::Date, "é"),
        ];
        for (of, value) in cases {
            assert_eq!(fixed(of, value), None, "{value}");
        }
        let to_the_minute = fixed(Primitive::Instant, "2026-01-31T12:00Z");
        assert_eq!(to_the_minute, Some(("2026-01-31T12:00:00Z".to_owned(), false)));
    }
}
