//! Regular expressions, compared with the library whose syntax they have.

use super::reader::EvaluationError;
use super::regex::{NONE, Regex};
use super::regex_syntax::{Mode, PatternFault};
use proptest::prelude::*;

const MODE: Mode = Mode { full: false, single_line: true };

fn library(pattern: &str) -> Option<regex_lite::Regex> {
    regex_lite::RegexBuilder::new(pattern).dot_matches_new_line(true).size_limit(1 << 18).build().ok()
}

/// Compares what is said of a pattern and a text with what the library says.
fn compare(pattern: &str, text: &str) {
    let theirs = library(pattern);
    let ours = match Regex::new(pattern, MODE) {
        Err(PatternFault::TooLarge) => return,
        ours => ours.ok(),
    };
    // Patterns that are more than so deep are none for the library.
    assert!(ours.is_some() == theirs.is_some() || pattern.len() > 50, "{pattern:?} {}", theirs.is_some());
    let (Some(ours), Some(theirs)) = (ours, theirs) else { return };
    let mut free = |_| Ok(());
    assert_eq!(ours.is_match(text, &mut free), Ok(theirs.is_match(text)), "{pattern:?} in {text:?}");
    let full = Regex::new(pattern, Mode { full: true, ..MODE }).unwrap();
    let theirs_full = library(&format!("^(?:{pattern})$")).unwrap();
    assert_eq!(full.is_match(text, &mut free), Ok(theirs_full.is_match(text)), "all of {pattern:?} in {text:?}");
    for from in (0..=text.len()).filter(|&from| text.is_char_boundary(from)) {
        let found = ours.captures(text, from, &mut free).unwrap();
        let groups = theirs.captures_at(text, from).map(|found| {
            let place =
                |group: Option<regex_lite::Match>| group.map_or([NONE; 2], |group| [group.start(), group.end()]);
            let mut groups: Vec<usize> = found.iter().flat_map(place).collect();
            // It has no place for those behind the last that can be there.
            groups.resize(ours.groups.len() * 2, NONE);
            groups
        });
        assert_eq!(found, groups, "{pattern:?} from {from} of {text:?}");
        let Some(found) = found else { continue };
        let by = "<$1|${2}|$1a|$n|${n}|$$|${|${}|$-|$";
        let (mut ours_replaced, mut theirs_replaced) = (String::new(), String::new());
        ours.expand(by, text, &found, &mut ours_replaced);
        theirs.captures_at(text, from).unwrap().expand(by, &mut theirs_replaced);
        assert_eq!(ours_replaced, theirs_replaced, "{pattern:?} {text:?}");
    }
}

const TEXTS: [&str; 9] =
    ["", "a", "ab\nba_9-", "aAbB é\u{1f600}É", "\r\n", "aaaa", "[x]{2}", "a1 b2 c3", "\t \u{a0}\u{7f}"];

#[test]
fn patterns_mean_what_the_library_says() {
    for pattern in [
        "",
        "a|",
        "|a",
        "(|a)*",
        "(a*)*",
        "(a*)+",
        "(a*?)*?b",
        "(a|ab)(c|bcd)?",
        "a{2}",
        "a{2,}",
        "a{0,2}",
        "a{,2}",
        "a{2,1}",
        "a{ 1 , 2 }",
        "(a){0}(b)",
        "a**",
        "a+?",
        "a{1,2}?",
        "x*",
        "(?U)a+",
        "(?U)a+?",
        "^",
        "$",
        "^^a$$",
        "(?m)^b",
        "(?m)a_9-$",
        "(?m:^)",
        "\\bb",
        "\\Bb",
        "\\b{start}b",
        "\\b{end}",
        "\\b{start-half}",
        "\\b{end-half}",
        "\\b{2}",
        "\\b{x}",
        "\\<b",
        "b\\>",
        "\\Aa",
        "\\z",
        "\\Z",
        "\\1",
        "\\p{L}",
        "\\x41",
        "\\x{e9}",
        "\\u00e9",
        "\\U0001F600",
        "\\x4",
        "\\x{}",
        "\\x{d800}",
        "\\x+1",
        "\\x{+1}",
        "\\d\\D",
        "\\w+",
        "\\W",
        "\\s",
        "\\S+",
        "[\\d\\s]+",
        "[^\\d]",
        "[^\\D]",
        "[\\W\\d]",
        "[a-b]+",
        "[b-a]",
        "[-a]",
        "[a-]",
        "[--a]",
        "[a--b]",
        "[]a]",
        "[^]a]",
        "[^-a]",
        "[]",
        "[^]",
        "[a",
        "[a-",
        "[a&&b]",
        "[a~~b]",
        "[[]",
        "[a[b]]",
        "[[:alpha:]]+",
        "[[:^alpha:]]",
        "[[:cntrl:][:digit:]]",
        "[[:^ascii:]]",
        "[[:none:]]",
        "[:alpha:]",
        "[\\b]",
        "[\\d-z]",
        "[a-\\d]",
        "[\\[-\\]]",
        "[\\x41-\\x43]",
        "(?i)AB",
        "(?i)[^a]",
        "(?i)[a-c]+",
        "(?i)é",
        "(?i:a)b",
        "(?i)(?-i)A",
        "(?-s).+",
        "(?s-i).",
        "(?",
        "(?)",
        "(?:)",
        "(?-)",
        "(?i-)",
        "(?ii)",
        "(?--i)",
        "(?k)",
        "(?u)a",
        "(?uu)a",
        "(?P<n>a)",
        "(?<n>a)(b)",
        "(?<n>a)(?<n>b)",
        "(?<1>a)",
        "(?<>a)",
        "(?<n[0].x>a)",
        "(?<né>a)",
        "(?=a)",
        "(?!a)",
        "(?<=a)",
        "(?<!a)",
        "(",
        ")",
        "a)",
        "(a",
        "*",
        "+a",
        "a|*",
        "a(?i)*",
        "a\\",
        "\\/",
        "\\é",
        "\\_",
        "\\q",
        "\\ ",
        "}",
        "]",
        "a{",
        "a{x}",
        "a{99999999999}",
        "(?:){99999}",
        "(?i",
        "((a)|(b))+",
        "(a|b)*?$",
        "()*",
        "(^)*",
        "(^a|b)+",
        "(?:a?){3}",
        ".*",
        ".",
        "[\\s\\S]",
    ] {
        for text in TEXTS {
            compare(pattern, text);
        }
    }
    for depth in [50, 51] {
        let deep = format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
        assert_eq!(Regex::new(&deep, MODE).is_ok(), depth == 50);
    }
}

#[test]
fn patterns_of_definitions_mean_what_the_library_says() {
    for pattern in [
        r"([0-9]([0-9]([0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)(-(0[1-9]|1[0-2])(-(0[1-9]|[1-2][0-9]|3[0-1]))?)?",
        r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?",
        r"(\s*([0-9a-zA-Z\+/=]){4}\s*)+",
        r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?",
        r"[ \r\n\t\S]+",
        r"[0]|([1-9][0-9]*)",
        r"[A-Z]([A-Za-z0-9_]){0,254}",
        r"[A-Za-z0-9\-\.]{1,64}",
        r"[A-Za-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*(\[x])?)*",
        r#"[^\s\.,:;\'"\/|?!@#$%&*()\[\]{}]{1,64}(\.[^\s\.,:;\'"\/|?!@#$%&*()\[\]{}]{1,64}(\[x\])?(\:[^\s\.]+)?)*"#,
        r"[^\s]+(\s[^\s]+)*",
        r"^([b-df-hj-np-tv-zB-DF-HJ-NP-TV-Z0-9]){5}$",
        r"^[a-zA-Z0-9\/\-_\[\]\@]+$",
        r"^http:\/\/hl7\.org\/fhirpath\/System\.[A-Z][A-Za-z]+$",
        r"urn:uuid:[a-fA-F0-9]{8}-[a-fA-F0-9]{4}-[5][a-fA-F0-9]{3}-[89aAbB][a-fA-F0-9]{3}-[a-fA-F0-9]{12}",
    ] {
        for text in [
            "1000-02-31 2026-12-01",
            "23:59:60.5 24:00:00",
            "QUJD RA==",
            "-10.50e+3 007",
            "a\r\nb",
            "A_1",
            "a-b.c",
            "Patient.name[x].given:x",
            "bcdfg",
            "a/b@[c]",
            "http://hl7.org/fhirpath/System.String",
            "urn:uuid:0a0b0c0d-1111-5222-8333-444455556666",
            "",
        ] {
            compare(pattern, text);
        }
    }
}

#[test]
fn work_is_counted() {
    let mut counted = 0;
    let mut charge = |work| {
        counted += work;
        if counted > 100_000 { Err(EvaluationError::too_costly("")) } else { Ok(()) }
    };
    let pattern = Regex::new("(a?){1000}b", MODE).unwrap();
    assert!(pattern.is_match(&"a".repeat(100_000), &mut charge).is_err());
    assert!(counted < 110_000);
}

fn well_formed() -> impl Strategy<Value = String> {
    const PARTS: [&str; 10] = ["a", "b", ".", "[ab]", "[^a]", "^", "$", "", "\\b", "ab"];
    proptest::sample::select(&PARTS[..]).prop_map(str::to_owned).prop_recursive(4, 24, 4, |inner| {
        const OFTEN: [&str; 10] = ["*", "+", "?", "*?", "+?", "??", "{2}", "{0,2}", "{1,}?", "{0}"];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(|all| all.concat()),
            proptest::collection::vec(inner.clone(), 1..4).prop_map(|all| format!("({})", all.join("|"))),
            (inner, proptest::sample::select(&OFTEN[..])).prop_map(|(one, often)| format!("(?:{one}){often}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_pattern_means_what_the_library_says(
        pattern in r"([ab.^$|()\[\]\\]|[ab]|\(\?[imsU-]{1,2}[:)]|\\[bBdswDSWAz]|[*+?]|\{[0-3](,[0-4]?)?\}|\[\^?[a-c-]{1,3}\]){0,12}",
        text in "[abcAB\n é]{0,8}",
    ) {
        compare(&pattern, &text);
    }

    #[test]
    fn well_formed_patterns_too(pattern in well_formed(), text in "[abc]{0,9}") {
        compare(&pattern, &text);
    }
}
