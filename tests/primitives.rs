//! The checks of primitive types against the specification's regular expressions.
#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

use fhirpost::definitions::Primitive;
use fhirpost::validate::is_valid_primitive;
use proptest::prelude::*;
use regex::Regex;
use std::sync::LazyLock;

const YEAR: &str = "([0-9]([0-9]([0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)";
const ZONE: &str = "(Z|(\\+|-)((0[0-9]|1[0-3]):[0-5][0-9]|14:00))";
const CLOCK: &str = "([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\\.[0-9]+)?";

/// The expressions of R4's page on datatypes; `\s` there is XML Schema's and Java's, ASCII only.
static FORMS: LazyLock<Vec<(Primitive, Regex)>> = LazyLock::new(|| {
    let month = "-(0[1-9]|1[0-2])";
    let day = "-(0[1-9]|[1-2][0-9]|3[0-1])";
    [
        (Primitive::Code, r"[^\s]+(\s[^\s]+)*".to_owned()),
        (Primitive::Id, r"[A-Za-z0-9\-\.]{1,64}".to_owned()),
        (Primitive::Uri, r"\S*".to_owned()),
        (Primitive::Oid, r"urn:oid:[0-2](\.(0|[1-9][0-9]*))+".to_owned()),
        (Primitive::Uuid, "urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}".to_owned()),
        (Primitive::Date, format!("{YEAR}({month}({day})?)?")),
        (Primitive::DateTime, format!("{YEAR}({month}({day}(T{CLOCK}{ZONE})?)?)?")),
        (Primitive::Instant, format!("{YEAR}{month}{day}T{CLOCK}{ZONE}")),
        (Primitive::Time, CLOCK.to_owned()),
        (Primitive::UnsignedInt, "[0]|([1-9][0-9]*)".to_owned()),
        (Primitive::PositiveInt, "[1-9][0-9]*".to_owned()),
        (Primitive::Integer, "-?([0]|([1-9][0-9]*))".to_owned()),
    ]
    .map(|(primitive, form)| {
        let ascii_space = form.replace(r"[^\s]", r"[^ \t\n\r\x0b\x0c]").replace(r"\S", r"[^ \t\n\r\x0b\x0c]");
        let ascii_space = ascii_space.replace(r"\s", r"[ \t\n\r\x0b\x0c]");
        (primitive, Regex::new(&format!("^(?s:{ascii_space})$")).unwrap())
    })
    .into()
});

/// Whether a text has the form of a primitive type, by the specification's expression.
fn has_form(primitive: Primitive, text: &str) -> bool {
    FORMS.iter().any(|(of, form)| *of == primitive && form.is_match(text))
}

/// Texts that are nearly right for one type or another.
fn nearly() -> impl Strategy<Value = String> {
    let date = r"[0-2][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?";
    let zone = r"(Z|[+-][01][0-9]:[0-5][0-9]|[+-]14:0[01])?";
    let clock = r"[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{0,3})?";
    prop_oneof![
        date.prop_map(String::from),
        (date, clock, zone).prop_map(|(date, clock, zone)| format!("{date}T{clock}{zone}")),
        clock.prop_map(String::from),
        "[A-Za-z0-9.\\-_ ]{0,66}".prop_map(String::from),
        "urn:oid:[0-3](\\.[0-9]{0,3}){0,4}".prop_map(String::from),
        "urn:uuid:[0-9a-fA-F]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{11,13}".prop_map(String::from),
        "-?[0-9]{1,11}(\\.[0-9])?".prop_map(String::from),
        "\\PC{0,12}".prop_map(String::from),
        "[ \\t\\na-z]{1,8}".prop_map(String::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    /// What is accepted has the specification's form; what has the form and is refused has no meaning (30 February, 2^31).
    #[test]
    fn accepted_values_have_the_specified_form(text in nearly()) {
        for (primitive, _) in FORMS.iter() {
            let accepted = is_valid_primitive(*primitive, &text);
            let formed = has_form(*primitive, &text);
            prop_assert!(!accepted || formed, "{text:?} is accepted as {}", primitive.name());
            if formed && !accepted && !text.is_empty() {
                let meaningless = match primitive {
                    // "There is no whitespace other than single spaces in the contents."
                    Primitive::Code => text.contains(|one: char| one != ' ' && one.is_whitespace()),
                    Primitive::Date | Primitive::DateTime | Primitive::Instant => {
                        let number = |at: usize| text.get(at..at + 2).and_then(|digits| digits.parse::<u32>().ok()).unwrap_or(0);
                        (number(5) == 2 && number(8) > 28) || number(8) == 31
                    }
                    Primitive::UnsignedInt | Primitive::PositiveInt | Primitive::Integer => {
                        text.parse::<i64>().unwrap().unsigned_abs() > 2_147_483_647
                    }
                    Primitive::Uri => text.starts_with("urn:"),
                    _ => false,
                };
                prop_assert!(meaningless, "{text:?} is refused as {}", primitive.name());
            }
        }
    }
}

#[test]
fn values_have_a_meaning() {
    let good = [
        (Primitive::Date, vec!["2024-02-29", "2000-02-29", "0001", "2026-12", "9999-12-31"]),
        (
            Primitive::Instant,
            vec!["2015-02-07T13:28:17.239+02:00", "2017-01-01T00:00:60Z", "2026-11-23T23:59:59-14:00"],
        ),
        (Primitive::Base64Binary, vec!["aGVsbG8=", "aGVs\nbG8=", "aGVsbG8h", "QQ=="]),
        (Primitive::Integer, vec!["0", "-2147483648", "2147483647"]),
        (Primitive::Code, vec!["a b", "a", "+"]),
        (Primitive::String, vec![" leading", "tab\tand\nline", "\u{a0}"]),
    ];
    for (primitive, values) in good {
        for value in values {
            assert!(is_valid_primitive(primitive, value), "{} {value:?}", primitive.name());
        }
    }
    let bad = [
        (
            Primitive::Date,
            vec!["2023-02-29", "1900-02-29", "2026-04-31", "0000", "2026-13", "2026-1-1", "26", "2026-11-23T00:00:00Z"],
        ),
        (
            Primitive::DateTime,
            vec!["2026-11T10:00:00Z", "2026-11-23T10:00Z", "2026-11-23T10:00:00", "2026-11-23T24:00:00Z"],
        ),
        (
            Primitive::Instant,
            vec!["2026-11-23", "2026-11-23T10:00:00", "2026-11-23T10:00:00+15:00", "2026-11-23T10:00:00.Z"],
        ),
        (Primitive::Base64Binary, vec!["aGVsbG8", "a===", "=aaa", "aG=s", "aGVs*bG8", "    "]),
        (Primitive::Integer, vec!["2147483648", "1.0", "1e3"]),
        (Primitive::PositiveInt, vec!["0", "-1"]),
        (Primitive::UnsignedInt, vec!["-1"]),
        (Primitive::String, vec!["nul\u{0}", "bell\u{7}"]),
        (Primitive::Id, vec!["a_b", "a b", "é"]),
    ];
    for (primitive, values) in bad {
        for value in values {
            assert!(!is_valid_primitive(primitive, value), "{} {value:?}", primitive.name());
        }
    }
    assert!(is_valid_primitive(Primitive::Id, &"a".repeat(64)));
    assert!(!is_valid_primitive(Primitive::Id, &"a".repeat(65)));
}
