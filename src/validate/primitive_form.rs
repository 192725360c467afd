//! The 20 primitive types of R4: form (the specification's regular expression) and meaning.
//!
//! The forms are checked by hand, not by a regular expression engine: they are short, they run for every value of every message,
//! and an engine would be a large part of the module. A test compares them with the specification's expressions.

use crate::calendar::days_in_month;
use crate::definitions::Primitive;
use crate::document::bytes;
use crate::document::table::before;
use crate::report::{Content, Rule, Severity, Words};

pub(crate) const PRIMITIVE_VALUE: Rule = Rule::new(
    "primitive-value",
    Severity::Error,
    "value",
    "A primitive has the form and the meaning of its type.",
    &[NOT_VALID, ID_WITH_SPACE, REFERENCE_WITH_SPACE, SHORT_OID],
);
pub(crate) const NOT_VALID: Words = Words("{found} is not a valid {expected}: {problem}.");
pub(crate) const ID_WITH_SPACE: Words = Words("White space is not allowed in the id of an element.");
pub(crate) const REFERENCE_WITH_SPACE: Words = Words("A reference is a URL: white space is not allowed in it.");

pub(crate) const SHORT_OID: Words = Words("{found} has too few numbers for an OID that is in use.");

/// Whether an OID has the form of its type, but is as short as no code system or identifier has it: HL7's validator refuses it.
pub(crate) fn is_short_oid(uri: &str) -> bool {
    const SHORTEST: usize = 4;
    uri.strip_prefix("urn:oid:").is_some_and(|oid| oid.rfind('.').is_none_or(|last| last < SHORTEST))
}

/// What is wrong with a value, in words that complete "… is not a valid date: ".
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Problem(pub(crate) &'static str);

impl Problem {
    pub(crate) fn content(self, primitive: Primitive, value: &str) -> Content {
        NOT_VALID.value("found", value).name("expected", primitive.name()).name("problem", self.0)
    }
}

/// A URI may name a part (`#`) behind itself, a canonical also a version (`|`).
pub(crate) fn without_part(of: Primitive, uri: &str) -> &str {
    match of {
        Primitive::Canonical => before(uri, &['|', '#']),
        _ => uri.split_once('#').map_or(uri, |(before, _)| before),
    }
}

/// Whether a text is a value of a primitive type; URNs for UUIDs and OIDs in URIs included.
pub fn is_valid_primitive(primitive: Primitive, text: &str) -> bool {
    let is_uri = matches!(primitive, Primitive::Uri | Primitive::Url | Primitive::Canonical);
    let urn = urn_type(text).filter(|_| is_uri);
    !text.is_empty()
        && problem(primitive, text).is_ok()
        && urn.is_none_or(|urn| problem(urn, without_part(primitive, text)).is_ok())
}

/// The primitive type that has the form of this URN.
pub(crate) fn urn_type(uri: &str) -> Option<Primitive> {
    match uri {
        _ if uri.starts_with("urn:uuid:") => Some(Primitive::Uuid),
        _ if uri.starts_with("urn:oid:") => Some(Primitive::Oid),
        _ => None,
    }
}

/// What is wrong with a URN that is to be a UUID or an OID, and what it is in small letters where only that is wrong.
pub(crate) fn urn_fault(uri: &str) -> Option<(Content, Option<String>)> {
    if !uri.get(..4)?.eq_ignore_ascii_case("urn:") {
        return None;
    }
    // Nearly all are right as they are.
    if urn_type(uri).is_some_and(|of| problem(of, uri).is_ok()) {
        return None;
    }
    let lower = uri.to_ascii_lowercase();
    let of = urn_type(&lower)?;
    let wrong = problem(of, uri).err()?;
    let text = wrong.content(of, uri);
    Some((text, problem(of, &lower).is_ok().then_some(lower)))
}

type Verdict = Result<(), Problem>;

/// Validates the text of a value by its type.
#[inline]
pub(crate) fn problem(primitive: Primitive, value: &str) -> Verdict {
    match primitive {
        Primitive::Boolean | Primitive::Decimal => Ok(()),
        Primitive::String | Primitive::Markdown => text(value),
        Primitive::Xhtml => string(value),
        Primitive::Code => code(value),
        Primitive::Id => id(value),
        Primitive::Uri | Primitive::Url | Primitive::Canonical => uri(value),
        Primitive::Oid => oid(value),
        Primitive::Uuid => uuid(value),
        Primitive::Base64Binary => base64(value),
        Primitive::Integer => integer(value, i64::from(i32::MIN), "it does not fit into 32 bits"),
        Primitive::UnsignedInt => integer(value, 0, "it is not between 0 and 2147483647"),
        Primitive::PositiveInt => integer(value, 1, "it is not between 1 and 2147483647"),
        Primitive::Date => date(value),
        Primitive::DateTime => date_time(value),
        Primitive::Instant => instant(value),
        Primitive::Time => time(value),
    }
}

fn when(holds: bool, otherwise: &'static str) -> Verdict {
    if holds { Ok(()) } else { Err(Problem(otherwise)) }
}

/// R4: "SHALL NOT contain Unicode character points below 32, except for u0009 (horizontal tab), u0010 (carriage return) and
/// u0013 (line feed)".
fn string(value: &str) -> Verdict {
    let control = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    when(!value.bytes().any(control), "it contains a control character")
}

/// What a string or markdown may have beside what all texts may: 1 MB, which HL7's validator takes for 1024 * 1024 characters.
fn text(value: &str) -> Verdict {
    const LONGEST: usize = 1024 * 1024;
    string(value)?;
    when(value.len() <= LONGEST || value.chars().count() <= LONGEST, "it has more than 1048576 characters")
}

/// Whether a text has neither white space nor control characters, as nearly all codes and URIs.
pub(crate) fn is_solid(value: &str) -> bool {
    bytes::is_solid(value.as_bytes())
}

/// `[^\s]+(\s[^\s]+)*`, and "no whitespace other than single spaces in the contents": none of Unicode's other kinds either.
fn code(value: &str) -> Verdict {
    if is_solid(value) && !has_wide_space(value) {
        return Ok(());
    }
    let other = |character: char| character != ' ' && (is_space(character) || character.is_whitespace());
    when(!value.contains(other), "it contains white space other than single spaces")?;
    let mut before = ' ';
    for character in value.chars() {
        if is_space(before) && is_space(character) {
            return Err(Problem("it begins with white space, or has it twice in a row"));
        }
        before = character;
    }
    when(!is_space(before), "it ends with white space")?;
    string(value)
}

/// Whether a text holds white space that is not in ASCII. Nearly all codes are ASCII.
fn has_wide_space(value: &str) -> bool {
    !value.is_ascii() && value.contains(char::is_whitespace)
}

/// White space as the specification's expressions (`\s` of XML Schema and Java) mean it.
fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

/// `[A-Za-z0-9\-\.]{1,64}`
fn id(value: &str) -> Verdict {
    when(value.len() <= 64, "it is longer than 64 characters")?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    when(value.bytes().all(allowed), "only letters, digits, hyphens and dots are allowed")
}

/// `\S*`; OIDs and UUIDs are URIs as `urn:oid:` and `urn:uuid:`.
fn uri(value: &str) -> Verdict {
    when(!value.starts_with("oid:"), "an OID as URI begins with urn:oid:")?;
    when(!value.starts_with("uuid:"), "a UUID as URI begins with urn:uuid:")?;
    if is_solid(value) {
        return Ok(());
    }
    when(!value.chars().any(is_space), "it contains white space")?;
    string(value)
}

/// `urn:oid:[0-2](\.(0|[1-9][0-9]*))+`
pub(crate) fn oid(value: &str) -> Verdict {
    const WRONG: &str = "it is not urn:oid: and numbers with dots between them";
    let rest = value.strip_prefix("urn:oid:").ok_or(Problem(WRONG))?;
    let mut arcs = rest.split('.');
    when(matches!(arcs.next(), Some("0" | "1" | "2")), WRONG)?;
    let mut more = false;
    for arc in arcs {
        more = true;
        let digits = !arc.is_empty() && arc.bytes().all(|byte| byte.is_ascii_digit());
        when(digits && (arc == "0" || !arc.starts_with('0')), WRONG)?;
    }
    when(more, WRONG)
}

/// `urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`
pub(crate) fn uuid(value: &str) -> Verdict {
    let rest = value.strip_prefix("urn:uuid:").ok_or(Problem("it does not begin with urn:uuid:"))?;
    if is_uuid(rest) {
        return Ok(());
    }
    let lower = rest.to_ascii_lowercase();
    Err(Problem(if is_uuid(&lower) { "a UUID is written in lower case" } else { "it is not urn:uuid: and a UUID" }))
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

/// `(\s*([0-9a-zA-Z\+\/=]){4}\s*)+`, and padding where RFC 4648 has it.
fn base64(value: &str) -> Verdict {
    let mut count = 0usize;
    let mut padding = 0usize;
    for byte in value.bytes() {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => continue,
            b'=' => padding += 1,
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if padding == 0 => {}
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => {
                return Err(Problem("padding (=) is allowed only at its end"));
            }
            _ => return Err(Problem("it contains a character that is not part of Base64")),
        }
        count += 1;
    }
    when(count > 0 && count.is_multiple_of(4), "its length is not a multiple of four")?;
    when(padding <= 2, "it has more than two padding characters (=)")
}

/// A whole number between `least` and 2147483647, without a fraction, an exponent or a plus sign (JSON has none).
pub(crate) fn integer(value: &str, least: i64, otherwise: &'static str) -> Verdict {
    let digits = value.strip_prefix('-').unwrap_or(value);
    when(digits.bytes().all(|byte| byte.is_ascii_digit()), "it is not a whole number")?;
    when(value != "-0" || least < 0, "zero has a sign")?;
    when(digits == "0" || !digits.starts_with('0'), "it begins with a zero")?;
    let number: Result<i64, _> = value.parse();
    when(number.is_ok_and(|number| (least..=i64::from(i32::MAX)).contains(&number)), otherwise)
}

/// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`
fn date(value: &str) -> Verdict {
    let rest = calendar(value)?;
    when(rest.is_empty(), "it is not YYYY, YYYY-MM or YYYY-MM-DD")
}

/// `date`, or `YYYY-MM-DDThh:mm:ss` with a time zone
fn date_time(value: &str) -> Verdict {
    match value.split_once('T') {
        None => date(value),
        Some(_) => instant(value),
    }
}

/// `YYYY-MM-DDThh:mm:ss` with a time zone
fn instant(value: &str) -> Verdict {
    let (day, rest) = value.split_once('T').ok_or(Problem("it is not YYYY-MM-DDThh:mm:ss with a time zone"))?;
    when(day.len() == 10, "a time requires a full date before it")?;
    when(calendar(day)?.is_empty(), "it is not YYYY-MM-DDThh:mm:ss with a time zone")?;
    zone(clock(rest)?)
}

/// `hh:mm:ss`
fn time(value: &str) -> Verdict {
    let rest = clock(value)?;
    when(rest.is_empty(), "it is not hh:mm:ss")
}

/// Reads `YYYY(-MM(-DD)?)?`; gives what follows.
fn calendar(value: &str) -> Result<&str, Problem> {
    const FORM: Problem = Problem("it is not YYYY, YYYY-MM or YYYY-MM-DD");
    let (year, rest) = number(value, 4).ok_or(FORM)?;
    when(year > 0, "the year 0000 does not exist")?;
    let Some(rest) = rest.strip_prefix('-') else { return Ok(rest) };
    let (month, rest) = number(rest, 2).ok_or(FORM)?;
    when((1..=12).contains(&month), "that month does not exist")?;
    let Some(rest) = rest.strip_prefix('-') else { return Ok(rest) };
    let (day, rest) = number(rest, 2).ok_or(FORM)?;
    let days = days_in_month(year as i32, month as u8);
    when((1..=u32::from(days)).contains(&day), "that day does not exist")?;
    Ok(rest)
}

/// Reads `hh:mm:ss(.s+)?`; gives what follows. 60 seconds are allowed, for leap seconds.
pub(crate) fn clock(value: &str) -> Result<&str, Problem> {
    const FORM: Problem = Problem("the time is not hh:mm:ss");
    let (hour, rest) = number(value, 2).ok_or(FORM)?;
    let (minute, rest) = rest.strip_prefix(':').and_then(|rest| number(rest, 2)).ok_or(FORM)?;
    let (second, rest) = rest.strip_prefix(':').and_then(|rest| number(rest, 2)).ok_or(FORM)?;
    when(hour < 24 && minute < 60 && second <= 60, "that time does not exist")?;
    let Some(fraction) = rest.strip_prefix('.') else { return Ok(rest) };
    let rest = fraction.trim_start_matches(|digit: char| digit.is_ascii_digit());
    when(rest.len() < fraction.len(), "digits are expected after the decimal point of the seconds")?;
    Ok(rest)
}

/// `Z` or `±hh:mm` up to 14:00
pub(crate) fn zone(value: &str) -> Verdict {
    if value == "Z" {
        return Ok(());
    }
    when(!value.is_empty(), "the time zone is missing")?;
    const FORM: Problem = Problem("the time zone is not Z or +hh:mm or -hh:mm");
    let rest = value.strip_prefix(['+', '-']).ok_or(FORM)?;
    let (hour, rest) = number(rest, 2).ok_or(FORM)?;
    let (minute, rest) = rest.strip_prefix(':').and_then(|rest| number(rest, 2)).ok_or(FORM)?;
    when(rest.is_empty(), FORM.0)?;
    when(hour < 14 && minute < 60 || hour == 14 && minute == 0, "that time zone does not exist")
}

/// Reads a number of exactly so many digits.
fn number(text: &str, digits: usize) -> Option<(u32, &str)> {
    let (number, rest) = text.split_at_checked(digits)?;
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((number.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::PRIMITIVE_VALUE;
    use crate::validate::told::assert_told;

    #[test]
    fn a_value_has_the_form_and_the_meaning_of_its_type() {
        assert_told(
            PRIMITIVE_VALUE,
            r#"{"resourceType":"Patient",…}"#,
            &[
                (r#""birthDate":"2024-02-29""#, &[]),
                (
                    r#""birthDate":"2023-02-29""#,
                    &["/birthDate: '2023-02-29' is not a valid date: that day does not exist."],
                ),
                (
                    r#""deceasedDateTime":"2026-01-31T12:00""#,
                    &["/deceasedDateTime: '2026-01-31T12:00' is not a valid dateTime: the time is not hh:mm:ss."],
                ),
                (
                    r#""active":true,"multipleBirthInteger":1.5"#,
                    &["/multipleBirthInteger: '1.5' is not a valid integer: it is not a whole number."],
                ),
                (
                    r#""id":"a_b""#,
                    &["/id: 'a_b' is not a valid id: only letters, digits, hyphens and dots are allowed."],
                ),
                (r#""implicitRules":"a b""#, &["/implicitRules: 'a b' is not a valid uri: it contains white space."]),
                (
                    r#""implicitRules":"urn:oid:1.02""#,
                    &[
                        "/implicitRules: 'urn:oid:1.02' is not a valid oid: it is not urn:oid: and numbers with dots between them.",
                    ],
                ),
                (
                    r#""gender":" male""#,
                    &["/gender: ' male' is not a valid code: it begins with white space, or has it twice in a row."],
                ),
                (
                    r#""photo":[{"data":"aGVsbG8"}]"#,
                    &["/photo/0/data: 'aGVsbG8' is not a valid base64Binary: its length is not a multiple of four."],
                ),
            ],
        );
    }

    #[test]
    fn neither_the_id_of_an_element_nor_a_reference_has_white_space() {
        assert_told(
            PRIMITIVE_VALUE,
            r#"{"resourceType":"Patient",…}"#,
            &[
                (
                    r#""name":[{"id":"a_b","family":"Rivera"}],"link":[{"other":{"reference":"Patient/1"},"type":"seealso"}]"#,
                    &[],
                ),
                (
                    r#""name":[{"id":"a b","family":"Rivera"}]"#,
                    &["/name/0/id: White space is not allowed in the id of an element."],
                ),
                (
                    r#""link":[{"other":{"reference":"Patient/ 1"},"type":"seealso"}]"#,
                    &["/link/0/other/reference: A reference is a URL: white space is not allowed in it."],
                ),
            ],
        );
    }
}
