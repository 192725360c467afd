//! The official FHIRPath suite.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stderr, reason = "tests may fail loudly")]

mod suites;

use fhirpost::definitions::Definitions;
use fhirpost::document::Document;
use fhirpost::fhirpath::{Context, Expression};
use fhirpost::json::Limits;

/// Of 935; the rest is listed with reasons in `suites/fhirpath.rs`.
const LEAST_WON: usize = 920;

#[test]
fn the_official_suite_passes_but_for_what_is_listed() {
    let Some(result) = suites::fhirpath::run() else { return };
    eprintln!("{} of {} expressions give what the suite says", result.won, result.total);
    assert!(result.surprises.is_empty(), "{}", result.surprises.join("\n"));
    assert!(result.won >= LEAST_WON);
}

/// What an expression gives on an empty object: the texts of its items, or that it is an error.
fn given(source: &str) -> Result<Vec<String>, String> {
    let definitions = Definitions::r4();
    let document = Document::read_str("{}", definitions.names(), Limits::default()).unwrap();
    let expression = Expression::parse(source, definitions.names()).map_err(|error| error.to_string())?;
    let context = Context::new(&document, &definitions);
    let items = expression.evaluate(&context).map_err(|error| error.to_string())?;
    Ok(items.iter().map(|item| item.to_text().unwrap()).collect())
}

/// Asserts of each expression that it gives one item with this text, or nothing where the text is empty.
#[track_caller]
fn assert_given(rows: &[(&str, &str)]) {
    for (source, text) in rows {
        let wanted: Vec<String> = if text.is_empty() { Vec::new() } else { vec![(*text).to_owned()] };
        assert_eq!(given(source), Ok(wanted), "{source}");
    }
}

#[track_caller]
fn assert_errors(sources: &[&str]) {
    for source in sources {
        assert!(given(source).is_err(), "{source} gave {:?}", given(source));
    }
}

#[test]
fn a_date_is_moved_by_times_of_the_calendar_only() {
    assert_given(&[
        ("@2024-01-31 + 1 month", "2024-02-29"),
        ("@2024-01-31 + 1 'month'", "2024-02-29"),
        ("@2024-01-31 + 2 'days'", "2024-02-02"),
        ("@2024-01-31 - 1 'wk'", "2024-01-24"),
        ("@T10:00:00 + 90 'min'", "11:30:00"),
        ("@2014 + 364 days", "2014"),
        ("@2014 + 730 days", "2016"),
        ("@2014-03 + 59 days", "2014-04"),
        ("@2014-01-01 - 9223372036854775807 days", ""),
    ]);
    // A decisecond, a hectosecond, means of years and months, and what UCUM does not have.
    assert_errors(&[
        "@2024-01-31 + 1 'ds'",
        "@2024-01-31 + 1 'hs'",
        "@T10:00:00 + 1 'ds'",
        "@T10:00:00 + 1 'mins'",
        "@2024-01-31 + 1 'wks'",
        "@2024-01-31 + 1 'mo'",
        "@2024-01-31 + 1 'a'",
        "@2024-01-31 + 1 'dayss'",
        "@2024-01-31 + 1 'D'",
        "@2024-01-31 + 1 'mg'",
    ]);
}

#[test]
fn nothing_hides_below_a_precision() {
    assert_given(&[
        ("@T10:30:00 + 500 'ms'", "10:30:00"),
        ("@T10:30:00 + 500 'ms' = @T10:30:00", "true"),
        ("@T10:30:00 + 1500 milliseconds", "10:30:01"),
        ("@T10:30:00.000 + 500 milliseconds", "10:30:00.500"),
        ("@2015-02-04T14:34:28Z + 999 milliseconds = @2015-02-04T14:34:28.000Z", "true"),
        ("@T10:30:00.500.lowBoundary(6)", "10:30:00"),
        ("@T10:30:00.500.lowBoundary(6) = @T10:30:00", "true"),
        ("@T10:30:00.500.highBoundary(4)", "10:30"),
        ("@T10:30:00 = @T10:30:00.000", "true"),
        ("@T10:30:00 < @T10:30:00.001", "true"),
        ("@T10:30 = @T10:30:00", ""),
        ("@2018-05-17.highBoundary(4) + 12 months", "2019"),
        ("@2018T is DateTime", "true"),
        ("@2018-05-17T = @2018-05-17", "true"),
        ("'2018-05-17'.convertsToDateTime()", "true"),
        ("'2018-05-17T'.convertsToDateTime()", "false"),
        ("'2018T'.convertsToDate()", "false"),
    ]);
}

#[test]
fn quantities_are_added_in_the_finer_unit() {
    assert_given(&[
        ("3 'm' + 3 'cm'", "303 'cm'"),
        ("3 'cm' + 3 'm'", "303 'cm'"),
        ("3 'm' - 3 'cm'", "297 'cm'"),
        ("3 'cm' - 3 'm'", "-297 'cm'"),
        ("1 'kg' + 1 'g'", "1001 'g'"),
        ("1 'g' + 1 'kg'", "1001 'g'"),
        ("2 'mg' + 2 'mg'", "4 'mg'"),
        ("1 'h' + 1 'min'", "61 'min'"),
        ("1 hour + 30 minutes", "90 minutes"),
        ("1 day + 1 'h'", "25 'h'"),
        ("1 'd' + 1 hour", "25 hours"),
        ("1 'd' + 1 day", "2 'd'"),
        ("1 year + 1 month", "13 months"),
        ("1 month - 1 year", "-11 months"),
        ("1 year + 1 day", ""),
        ("1 year + 1 'a'", ""),
        ("3 'm' + 3 's'", ""),
        ("3 'm' + 3", ""),
        ("2 years * 2 = 4 years", "true"),
        ("2 * 2 'm'", "4 'm'"),
        ("4 days / 2", "2 days"),
        ("1 / 2 's' = 0.5 '/s'", "true"),
    ]);
}

#[test]
fn a_quantity_is_converted_to_words_of_the_calendar_and_ucum() {
    assert_given(&[
        ("'1 day'.toQuantity('hours') = 24 hours", "true"),
        ("'1 day'.toQuantity('hours')", "24 hours"),
        ("'1 day'.toQuantity('hour')", "24 hours"),
        ("'1 day'.toQuantity('h')", "24 'h'"),
        ("'1 year'.toQuantity('months')", "12 months"),
        ("'18 months'.toQuantity('year')", "1.5 years"),
        ("'1 year'.toQuantity('days')", "365 days"),
        ("'60 days'.toQuantity('months')", "2 months"),
        ("'1 year'.toQuantity('a')", "1 'a'"),
        ("1 'a'.toQuantity('months')", "12 months"),
        ("'1 year'.toQuantity('d')", ""),
        ("1 week.toQuantity('days')", "7 days"),
        ("90 minutes.toQuantity('hours')", "1.5 hours"),
        ("'1 day'.convertsToQuantity('hours')", "true"),
        ("'1 year'.convertsToQuantity('days')", "true"),
        ("'1 year'.convertsToQuantity('d')", "false"),
        ("'1 day'.convertsToQuantity('mg')", "false"),
        ("'1 day'.convertsToQuantity('houses')", "false"),
        ("'4 \\'g\\''.toQuantity('mg')", "4000 'mg'"),
        ("' 4 days'.convertsToQuantity()", "false"),
        ("'4days'.convertsToQuantity()", "true"),
        ("'4 \\'\\''.convertsToQuantity()", "false"),
        ("'4 \\'m\\'g\\''.convertsToQuantity()", "false"),
        ("'4 ds'.convertsToQuantity()", "false"),
    ]);
}

#[test]
fn escapes_are_read_once_from_left_to_right() {
    assert_given(&[
        (r"'\\u0041'.unescape('json')", "A"),
        (r"'\\uD83D\\uDE00'.unescape('json')", "\u{1f600}"),
        (r"'a\\/b'.unescape('json')", "a/b"),
        (r#"'\\b\\f\\n\\r\\t\\\\\\"'.unescape('json')"#, "\u{8}\u{c}\n\r\t\\\""),
        (r"'\\\\n'.unescape('json')", r"\n"),
        (r"'\\\\u0041'.unescape('json')", r"\u0041"),
        (r"'\\q'.unescape('json')", ""),
        (r"'\\u+041'.unescape('json')", ""),
        (r"'\\u004'.unescape('json')", ""),
        (r"'\\uD83D'.unescape('json')", ""),
        (r"'\\'.unescape('json')", ""),
        (r"'\u0008\u000c\u0001\\/'.escape('json')", r"\b\f\u0001\\/"),
        (r"'\\n\u00e9'.escape('json').unescape('json')", "\\n\u{e9}"),
        ("'&amp;lt;'.unescape('html')", "&lt;"),
        ("'&#65;&#x42;&apos;&#39;&quot;'.unescape('html')", "AB''\""),
        ("'a & b &unknown; &#+65;'.unescape('html')", "a & b &unknown; &#+65;"),
        ("'2B'.decode('hex')", "+"),
        ("'+2'.decode('hex')", ""),
    ]);
}

#[test]
fn a_malformed_escape_or_blank_is_an_error() {
    assert_given(&[(r"'\u0041\uD83D\uDE00'", "A\u{1f600}"), ("1\n\t+\r 1", "2")]);
    assert_errors(&[
        r"'\u+041'",
        r"'\u-041'",
        r"'\u004'",
        r"'\u00g1'",
        r"'\u 041'",
        r"'\uD83D'",
        r"'\uD83Dx'",
        r"'\uD83D\u0041'",
        r"'\uDE00'",
        r"'\x41'",
        r"'\U0041'",
        r"'\",
        r"`\u+041`",
        r"`\q`",
        r"%`\u+041`",
        "1\u{a0}+ 1",
        "1 +\u{3000}1",
        "1 +\u{b}1",
    ]);
}

/// The numbers of names are those of one table: with another one, `active` could be any element.
#[test]
fn what_was_read_for_other_definitions_is_an_error() {
    use fhirpost::document::Names;
    let definitions = Definitions::r4();
    let text = r#"{"resourceType":"Patient","active":true}"#;
    let plain = Names::new();
    let evaluate = |document: &Names, expression: &Names| {
        let document = Document::read_str(text, document, Limits::default()).unwrap();
        let expression = Expression::parse("active", expression).unwrap();
        let context = Context::new(&document, &definitions);
        let reasons = expression.reasons(&context);
        assert!(reasons.failing.is_empty() && reasons.absent.is_empty());
        expression.truth(&context)
    };
    assert_eq!(evaluate(definitions.names(), definitions.names()), Ok(Some(true)));
    for (document, expression) in [(&plain, definitions.names()), (definitions.names(), &plain)] {
        assert!(evaluate(document, expression).unwrap_err().problem.contains("other definitions"));
    }
}
