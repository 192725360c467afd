//! The scanner against RFC 8259, one line a case.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

use fhirpost::document::{Document, Fault, Kind, Names, NodeId};
use fhirpost::json::{Limits, SyntaxFault};

fn read(text: &str) -> Result<Document<'_>, (u32, SyntaxFault)> {
    Document::read(text.as_bytes(), &Names::new(), Limits::default()).map_err(|error| (error.offset, error.fault))
}

#[test]
fn good_texts_are_read() {
    for text in [
        "{}",
        "[]",
        "0",
        "-0",
        "-1.5e+10",
        "1E5",
        "true",
        "false",
        "null",
        "\"\"",
        " [ ] ",
        "\u{feff}{}",
        "[[],{},[{}]]",
        r#"{"a":{"b":[1,2,{"c":null}]},"d":"é\u00e9\n"}"#,
        "\r\n\t {\r\n\t\"a\" :\t1 }\n",
        r#""\ud83d\ude00""#,
        "\"0123456789abcdef0123456789\"",
    ] {
        let document = read(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        assert!(document.faults().is_empty(), "{text}");
        // What was understood is what serde_json understands.
        let theirs: serde_json::Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
        assert_eq!(to_value(&document, NodeId::ROOT), theirs, "{text}");
    }
}

/// The JSON pointer of a node, worked out from its parents.
fn pointer(document: &Document<'_>, id: NodeId) -> String {
    if id == NodeId::ROOT {
        return String::new();
    }
    let parent = document.parent(id);
    let index = || document.children(parent).position(|sibling| sibling == id).unwrap().to_string();
    let step = document.key(id).map_or_else(index, |key| key.into_owned());
    format!("{}/{step}", pointer(document, parent))
}

fn to_value(document: &Document<'_>, id: NodeId) -> serde_json::Value {
    match document.kind(id) {
        Kind::Object => document
            .children(id)
            .map(|child| (document.key(child).unwrap().into_owned(), to_value(document, child)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Kind::Array => document.children(id).map(|child| to_value(document, child)).collect::<Vec<_>>().into(),
        Kind::String => document.value(id).into(),
        _ => serde_json::from_str(document.raw(id)).unwrap(),
    }
}

#[test]
fn bad_texts_are_refused_where_they_are_bad() {
    use SyntaxFault::*;
    for (text, offset, fault) in [
        ("", 0, Empty),
        (" \n", 2, Empty),
        ("{", 1, UnexpectedEnd),
        ("[1", 2, UnexpectedEnd),
        ("\"abc", 4, UnexpectedEnd),
        ("\"abc\\", 4, UnexpectedEnd),
        ("{\"a\"", 4, UnexpectedEnd),
        ("{\"a\":", 5, UnexpectedEnd),
        ("{a:1}", 1, ExpectedName),
        ("{'a':1}", 1, ExpectedName),
        ("{\"a\" 1}", 5, ExpectedColon),
        ("{\"a\":1 \"b\":2}", 7, ExpectedCommaOr('}')),
        ("[1 2]", 3, ExpectedCommaOr(']')),
        ("[1}", 2, ExpectedCommaOr(']')),
        ("[1,]", 3, TrailingComma),
        ("{\"a\":1,}", 7, TrailingComma),
        ("[,1]", 1, ExpectedValue),
        ("{} {}", 3, TrailingText),
        ("01", 0, BadNumber),
        ("-", 0, BadNumber),
        ("1.", 0, BadNumber),
        ("[.5]", 1, BadNumber),
        ("[+1]", 1, BadNumber),
        ("1e", 0, BadNumber),
        ("NaN", 0, ExpectedValue),
        ("nul", 0, ExpectedValue),
        ("True", 0, ExpectedValue),
        ("\"\\x\"", 1, BadEscape),
        ("\"\\u12g4\"", 1, BadEscape),
        ("\"a\tb\"", 2, ControlCharacter),
        ("\"0123456789\n\"", 11, ControlCharacter),
        ("{} // end", 3, TrailingText),
        ("{ // no\n}", 2, Comment),
    ] {
        assert_eq!(read(text).map(|document| document.len()), Err((offset, fault)), "{text:?}");
    }
}

#[test]
fn bytes_that_are_not_utf8_are_placed() {
    let fault = |bytes: &[u8]| Document::read(bytes, &Names::new(), Limits::default()).map(|d| d.len()).unwrap_err();
    assert_eq!((fault(b"\"a\xff\"").offset, fault(b"\"a\xff\"").fault), (2, SyntaxFault::InvalidUtf8));
    assert_eq!(
        (fault(b"\"\xed\xa0\x80\"").offset, fault(b"\"\xed\xa0\x80\"").fault),
        (1, SyntaxFault::EncodedSurrogate)
    );
}

#[test]
fn limits_are_kept() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(read(&nested(128)).is_ok());
    assert_eq!(read(&nested(129)).map(|d| d.len()), Err((128, SyntaxFault::TooDeep(128))));
    let limits = Limits { depth: u32::MAX, bytes: 10_000 };
    let depth = |depth: usize| Document::read(nested(depth).as_bytes(), &Names::new(), limits).map(|d| d.len());
    assert_eq!(depth(512), Ok(512));
    assert_eq!(depth(513).unwrap_err().fault, SyntaxFault::TooDeep(Limits::DEEPEST));
    assert_eq!(depth(5001).unwrap_err().fault, SyntaxFault::TooLong(10_000));
}

#[test]
fn duplicate_names_are_kept_and_reported() {
    let keys = |text: &str| -> Vec<String> {
        let document = read(text).unwrap();
        let fault = |fault: &Fault| match fault {
            Fault::DuplicateKey(node) => pointer(&document, *node),
            Fault::LoneSurrogate(offset) => offset.to_string(),
        };
        document.faults().iter().map(fault).collect()
    };
    assert_eq!(keys(r#"{"a":1,"b":{"a":1},"a":2}"#), ["/a"]);
    assert_eq!(keys(r#"{"a":1,"\u0061":2,"_a":3}"#), ["/a"]);
    assert_eq!(keys(r#"{"a":1,"a":2,"a":3}"#), ["/a", "/a"]);
    let many: Vec<String> = (0..2000).map(|i| format!("\"key{}\":{i}", i % 1990)).collect();
    let reported = keys(&format!("{{{}}}", many.join(",")));
    assert_eq!(reported, (0..10).map(|i| format!("/key{i}")).collect::<Vec<_>>());
}

#[test]
fn lone_surrogates_are_reported_and_read_as_replacement() {
    let text = r#"["\ud83d","\ude00","\ud83d\u0041","\ud83d\ude00"]"#;
    let document = read(text).unwrap();
    assert_eq!(document.faults(), [2, 11, 20].map(Fault::LoneSurrogate));
    let values: Vec<_> = document.children(NodeId::ROOT).map(|id| document.value(id)).collect();
    assert_eq!(values, ["\u{fffd}", "\u{fffd}", "\u{fffd}A", "😀"]);
}

#[test]
fn faults_are_in_the_order_of_the_text() {
    let members: Vec<String> = (0..30).map(|i| format!("\"k{i}\":{i}")).collect();
    let text = format!(r#"{{{},"k3":0,"z":"\ud800"}}"#, members.join(","));
    let document = read(&text).unwrap();
    assert!(matches!(document.faults(), [Fault::DuplicateKey(_), Fault::LoneSurrogate(_)]), "{:?}", document.faults());
}
