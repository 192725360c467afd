//! Values of primitive types whose form is not FHIR's, but says the same: `2026-1-5`, `2026-01-31t12:00z`, ` final`.

use super::super::primitives::is_valid_primitive;
use crate::definitions::Primitive;

/// The value in the form of its type, if there is one that it certainly stands for.
#[cold]
pub(super) fn mended(primitive: Primitive, value: &str) -> Option<String> {
    let text = value.trim_matches([' ', '\t', '\n', '\r', '\u{a0}', '\u{feff}', '\u{200b}']);
    // Longer ones are not written by hand.
    if text.len() > LONGEST {
        return None;
    }
    let candidate = match primitive {
        Primitive::Date => date(text).filter(|(_, rest)| rest.is_empty())?.0,
        Primitive::DateTime | Primitive::Instant => date_time(text)?,
        Primitive::Time => clock(text).filter(|(_, rest)| rest.is_empty())?.0,
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
    (candidate != value && is_valid_primitive(primitive, &candidate)).then_some(candidate)
}

const LONGEST: usize = 256;

/// A URI of a UUID or an OID in lower case and with all that stands in front of it; others as they are.
pub(in crate::validate) fn urn(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let bare = lower.strip_prefix("urn:").unwrap_or(&lower);
    let (scheme, bare) = bare.split_once(':').unwrap_or(("", bare));
    for (name, of) in [("uuid", Primitive::Uuid), ("oid", Primitive::Oid)] {
        let urn = format!("urn:{name}:{bare}");
        // A short number with dots is a version, or an address.
        let is_named = scheme == name || scheme.is_empty() && (of == Primitive::Uuid || bare.len() >= SHORTEST_OID);
        if is_named && is_valid_primitive(of, &urn) {
            return urn;
        }
    }
    text.to_owned()
}

/// The OIDs that systems have are longer: `2.16.840.1.113883.6.1`.
const SHORTEST_OID: usize = 12;

/// Whether a text is a number as JSON writes it.
pub(super) fn is_number(text: &str) -> bool {
    let starts = text.strip_prefix('-').unwrap_or(text).starts_with(|first: char| first.is_ascii_digit());
    starts && crate::json::Document::plain(text).is_ok()
}

/// So many digits, or fewer where those are none of it; gives what follows.
fn digits(text: &str, least: usize, most: usize) -> Option<(u32, &str)> {
    let count = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(count)?;
    (count >= least).then(|| Some((number.parse().ok()?, rest)))?
}

/// `YYYY-M-D`, `YYYY/M/D` or `YYYYMMDD`, as `YYYY-MM-DD`; also without a day. Gives what follows.
fn date(text: &str) -> Option<(String, &str)> {
    let (year, rest) = digits(text, 4, 4)?;
    let separator = rest.chars().next().filter(|first| matches!(first, '-' | '/'));
    let Some(separator) = separator else {
        // Six digits could be a month, or a short year with month and day.
        let (month, rest) = digits(rest, 2, 2)?;
        let (day, rest) = digits(rest, 2, 2)?;
        return Some((format!("{year:04}-{month:02}-{day:02}"), rest));
    };
    let (month, rest) = digits(rest.get(1..)?, 1, 2)?;
    let Some(rest) = rest.strip_prefix(separator) else {
        return Some((format!("{year:04}-{month:02}"), rest)).filter(|_| separator == '-');
    };
    let (day, rest) = digits(rest, 1, 2)?;
    Some((format!("{year:04}-{month:02}-{day:02}"), rest))
}

/// `h:mm`, `hh:mm:ss`, `hhmmss`, with a fraction or without, as `hh:mm:ss`; gives what follows.
fn clock(text: &str) -> Option<(String, &str)> {
    let (hour, rest) = digits(text, 1, 2)?;
    let (minute, second, rest) = if let Some(rest) = rest.strip_prefix(':') {
        let (minute, rest) = digits(rest, 2, 2)?;
        // Seconds may be filled with zeros (R4, datatypes, dateTime).
        match rest.strip_prefix(':') {
            Some(rest) => digits(rest, 2, 2).map(|(second, rest)| (minute, second, rest))?,
            None => (minute, 0, rest),
        }
    } else {
        let (minute, rest) = digits(rest, 2, 2)?;
        let (second, rest) = digits(rest, 2, 2)?;
        (minute, second, rest)
    };
    let mut written = format!("{hour:02}:{minute:02}:{second:02}");
    let Some(fraction) = rest.strip_prefix(['.', ',']) else { return Some((written, rest)) };
    let rest = fraction.trim_start_matches(|digit: char| digit.is_ascii_digit());
    if let Some(fraction) = fraction.strip_suffix(rest).filter(|fraction| !fraction.is_empty()) {
        written.push('.');
        written.push_str(fraction);
    }
    Some((written, rest))
}

/// A date, and perhaps a time with its zone. A zone that is missing nobody can know.
fn date_time(text: &str) -> Option<String> {
    let (day, rest) = date(text)?;
    if rest.is_empty() {
        return Some(day);
    }
    let (time, rest) = clock(rest.trim_start_matches(['T', 't', ' ']))?;
    let zone = rest.trim_start();
    if zone.eq_ignore_ascii_case("z") {
        return Some(format!("{day}T{time}Z"));
    }
    let sign = zone.chars().next().filter(|first| matches!(first, '+' | '-'))?;
    let (hour, rest) = digits(zone.get(1..)?, 1, 2)?;
    let (minute, rest) = match rest.strip_prefix(':').unwrap_or(rest) {
        "" => (0, ""),
        minutes => digits(minutes, 2, 2)?,
    };
    rest.is_empty().then(|| format!("{day}T{time}{sign}{hour:02}:{minute:02}"))
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
            assert_eq!(mended(of, value).as_deref(), Some(right), "{value}");
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
            assert_eq!(mended(of, value), None, "{value}");
        }
    }
}
