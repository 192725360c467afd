use super::xhtml::Fault;
use super::*;
use crate::json::Limits;
use crate::report::Severity;
use crate::validate::told::assert_told;
use crate::validate::{Engine, Options};

const OPEN: &str = r#"<div xmlns="http://www.w3.org/1999/xhtml">"#;

fn div(inner: &str) -> String {
    format!("{OPEN}{inner}</div>")
}

fn faults(xhtml: &str) -> Vec<Fault<'_>> {
    read(xhtml).faults
}

/// The faults of a narrative, as what they mark and what is said of it.
fn told(xhtml: &str) -> Vec<String> {
    let told =
        |fault: &Fault<'_>| format!("{}: {}", &xhtml[fault.start..fault.end], content_of(fault.kind).write(true));
    faults(xhtml).iter().map(told).collect()
}

/// The one fault of this content.
fn one(inner: &str) -> String {
    let xhtml = div(inner);
    let told = told(&xhtml);
    assert_eq!(told.len(), 1, "{inner}: {told:?}");
    told[0].clone()
}

#[test]
fn right_ones() {
    for inner in [
        "a",
        "<p>a</p>",
        "<p title='&lt;'>a</p>",
        r##"<img src="#pic1" alt="a &amp; b"/>"##,
        "<!-- a --><table class='grid' ><tr><td colspan=\"2\" style=\"a: b\">&#160;&#xA0;</td></tr></table>",
        "<a name='a'/><a href='http://a.example/?a=1&amp;b=2'>b</a><br/><hr />",
        "<p xmlns='http://www.w3.org/1999/xhtml' xml:lang='de' lang='de' dir='ltr'>ä</p >",
        "<ol start='2' type='a'><li value='3'>a > b</li></ol>",
        "<![CDATA[a]]>",
        "<pre xml:space='preserve'>&#233;&apos;</pre>",
    ] {
        assert_eq!(told(&div(inner)), [""; 0], "{inner}");
        assert!(is_valid(&div(inner)), "{inner}");
    }
    assert_eq!(told("<h:div xmlns:h='http://www.w3.org/1999/xhtml'><h:p>a</h:p></h:div>"), [""; 0]);
    assert_eq!(told(&format!("<!-- a -->\n{}\n", div("a"))), [""; 0]);
}

#[test]
fn what_is_not_allowed() {
    assert_eq!(one("<p>a</p><script>b</script>"), "script: The element 'script' is not allowed in a narrative.");
    assert_eq!(one("<P>a</P>"), "P: The element 'P' is not allowed in a narrative.");
    assert_eq!(one("<ins>a</ins>"), "ins: The element 'ins' is not allowed in a narrative.");
    assert_eq!(
        one("<p onclick='b()'>a</p>"),
        "onclick: The attribute 'onclick' of the element 'p' is not allowed in a narrative."
    );
    assert_eq!(
        one("<p href='b'>a</p>"),
        "href: The attribute 'href' of the element 'p' is not allowed in a narrative."
    );
    for url in ["javascript:a()", " JavaScript:a()", "java&#x73;cript:a()", "java\nscript:a()", "vbscript:a"] {
        assert_eq!(
            one(&format!("<a href=\"{url}\">a</a>")),
            format!("{url}: This link runs a script, which is not allowed in a narrative.")
        );
    }
    assert_eq!(
        one("<p>a<b><table><tr><td>b</td></tr></table></b></p>"),
        "table: The block element 'table' is not allowed in a paragraph."
    );
    assert_eq!(told(&div("<p>a</p><p>b</p><div><p>c</p><ul><li>d</li></ul></div>")), [""; 0]);
    assert_eq!(one("<a href=' '>a</a>"), "href: This link is empty.");
    assert_eq!(one("<a href='cid:a'>a</a>"), "cid:a: This link is a name, which a browser cannot follow.");
    assert_eq!(told(&div("<a href='java'>a</a><a href='v:'>a</a>")), [""; 0]);
    assert!(!is_valid(&div("<form>a</form>")));
}

#[test]
fn each_thing_is_told_once_and_not_too_many() {
    let many: String = (0..50).map(|number| format!("<x{number}>a</x{number}>")).collect();
    assert_eq!(faults(&div(&many)).len(), 10);
    assert_eq!(told(&div(&"<x>a</x>".repeat(50))), ["x: The element 'x' is not allowed in a narrative."]);
}

#[test]
fn no_content() {
    for inner in ["", " \n\t", "<p> </p>", "<!-- a -->", "<br/>", "&#32;&#xA;"] {
        let xhtml = div(inner);
        assert_eq!(
            told(&xhtml),
            [format!("{xhtml}: This narrative has neither text nor an image: one of them is expected.")]
        );
        assert!(!is_valid(&xhtml));
    }
}

#[test]
fn not_well_formed() {
    assert_eq!(one("<p>a"), "div: The end tag 'div' does not match the open element 'p'.");
    assert_eq!(told(&format!("{OPEN}<p>a</p>")), ["div: The element 'div' is not closed."]);
    assert_eq!(
        told(&format!("{}a", div("a"))),
        ["a: This is not well-formed XHTML: there is something outside of the root element."]
    );
    assert_eq!(
        told(&format!("{0}{0}", div("a"))),
        ["div: This is not well-formed XHTML: there is something outside of the root element."]
    );
    assert_eq!(told("a"), ["a: This is not well-formed XHTML: there is something outside of the root element."]);
    assert_eq!(told(" "), [" : This is not well-formed XHTML: an element is missing."]);
    assert_eq!(told("</div>"), ["div: This is not well-formed XHTML: an end tag has no start tag."]);
    assert_eq!(
        told(&format!("\u{feff}{}", div("a"))),
        ["\u{feff}: This is not well-formed XHTML: there is something outside of the root element."]
    );
    assert_eq!(one("a < b</p>"), "<: This is not well-formed XHTML: a tag does not have a valid name.");
    for inner in [
        "a <b",
        "a < b",
        "a & b",
        "a &b",
        "&#0;a",
        "&#xD800;a",
        "&#+5;a",
        "&1;a",
        "<p a>a</p>",
        "<p title=a>a</p>",
        "<p title='a'class='b'>a</p>",
        "<p title='a' title='b'>a</p>",
        "<p title='<'>a</p>",
        "<p title='a&b'>a</p>",
        "<p title='a & b; c'>a</p>",
        "<1>a</1>",
        "<!-- a -- b -->a",
        "<!-- a",
        "<![CDATA[a",
        "<!a>",
        "<>a</>",
        "</ div>",
    ] {
        assert!(!is_valid(&div(inner)), "{inner}");
        let faults = div(inner);
        let rules: Vec<&str> = self::faults(&faults).iter().map(|fault| rule_of(fault.kind).name).collect();
        assert_eq!(rules, ["xhtml-syntax"], "{inner}");
    }
}

#[test]
fn what_is_not_xhtml_of_fhir() {
    assert_eq!(one("&nbps;"), "nbps: 'nbps' is not an entity of XHTML.");
    assert_eq!(one("<p title='&nbps;'>a</p>"), "nbps: 'nbps' is not an entity of XHTML.");
    assert_eq!(
        one("caf&eacute;"),
        "eacute: 'eacute' is an entity of HTML, which a narrative cannot have: the character itself is expected, or its number."
    );
    assert!(is_valid(&div("caf&eacute;")));
    assert_eq!(one("a<?b c?>"), "<?b c?>: A processing instruction is not allowed in a narrative: leave it out.");
    let declared = format!("<?xml version=\"1.0\"?>{}", div("a"));
    assert_eq!(
        told(&declared),
        ["<?xml version=\"1.0\"?>: An XML declaration is not allowed in a narrative: leave it out."]
    );
    let typed = format!("<!DOCTYPE div [<!ENTITY a \"b\">]>{}", div("&a;"));
    assert_eq!(
        told(&typed),
        [
            "<!DOCTYPE div [<!ENTITY a \"b\">]>: A document type is not allowed in a narrative.",
            "a: 'a' is not an entity of XHTML."
        ]
    );
    assert_eq!(
        told("<p>a</p>"),
        [
            "p: The root of a narrative is one div element, not 'p'.",
            "p: This element is not in the namespace of XHTML: xmlns must be http://www.w3.org/1999/xhtml."
        ]
    );
    assert_eq!(
        told("<h:div xmlns:g='http://www.w3.org/1999/xhtml'>a</h:div>"),
        ["div: This element is not in the namespace of XHTML: xmlns must be http://www.w3.org/1999/xhtml."]
    );
    assert_eq!(
        told("<div xmlns=\"http://hl7.org/fhir\">a</div>"),
        [
            "http://hl7.org/fhir: This element is not in the namespace of XHTML: xmlns must be http://www.w3.org/1999/xhtml."
        ]
    );
    assert_eq!(told(&div("<p xmlns=\"a\">b</p>")).len(), 1);
}

#[test]
fn whatever_it_is_it_is_read() {
    let whole = div("<p title='é &amp; &#233;'>é &eacute;<!-- a --><br/></p><![CDATA[a]]><?b?>");
    for (at, _) in whole.char_indices() {
        for text in [&whole[..at], &whole[at..]] {
            for fault in faults(text) {
                assert!(text.get(fault.start..fault.end).is_some(), "{text}: {fault:?}");
            }
        }
    }
    let deep = 100_000;
    assert!(faults(&div(&format!("{}a{}", "<b>".repeat(deep), "</b>".repeat(deep)))).is_empty());
}

#[test]
fn findings_are_placed_in_the_json() {
    let text = r#"{"resourceType":"Patient","text":{"status":"generated","div":"\u003cdiv xmlns=\"http://www.w3.org/1999/xhtml\">\n\ud83d\ude00<form>a</form><p onclick=\"b\">&x;</p></div>"}}"#;
    let engine = Engine::default();
    let report = engine.validate(&engine.read(text, Limits::default()), &Options::default());
    let found: Vec<(&str, &str)> = report
        .issues
        .iter()
        // Offsets count UTF-16 units: the text is ASCII.
        .map(|issue| (issue.rule.as_ref(), &text[issue.start.unwrap() as usize..issue.end.unwrap() as usize]))
        .collect();
    assert_eq!(found, [("txt-1", "form"), ("txt-1", "onclick"), ("xhtml-syntax", "x")]);
    assert!(report.issues.iter().all(|issue| issue.severity == Severity::Error));
}

#[test]
fn a_link_to_a_place_names_one_that_is_there() {
    assert_told(
        NARRATIVE_LINK,
        r#"{"resourceType":"Patient","name":[{"id":"a","family":"Rivera"}],"text":{"status":"generated","div":"<div xmlns='http://www.w3.org/1999/xhtml'><a href='…'>a</a></div>"}}"#,
        &[("#a", &[]), ("#b", &["/text/div: This link does not resolve: nothing has the id 'b'."])],
    );
}
