//! The XHTML of narratives: well-formed, of the allowed elements and attributes, and not empty.
//!
//! Source: R4 page narrative; txt-1, txt-2. A tokenizer (xmlparser, which has no dependencies and expands nothing) reads the text; what it
//! means is judged here.

mod allowed;

use super::findings::Findings;
use super::primitives;
use crate::definitions::Primitive;
use crate::json::{Document, NodeId};
use crate::report::{At, Rule, Text, rules};
use xmlparser::{ElementEnd, StrSpan, Token, Tokenizer};

const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// After so many faults the rest of a narrative is not judged.
const MOST_FAULTS: usize = 10;

/// Something wrong with a narrative, at bytes of the unescaped text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Fault {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: FaultKind,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum FaultKind {
    /// No XML, or not the one `div` that a narrative is.
    Syntax(&'static str),
    /// An entity that neither XML nor HTML 4 has.
    Entity(String),
    /// An element that narratives do not have.
    Element(String),
    /// An attribute that an element does not have: the element, then the attribute.
    Attribute(String, String),
    /// A link that runs a script.
    Script,
    /// Neither text nor an image.
    Empty,
}

impl FaultKind {
    fn rule(&self) -> &'static Rule {
        match self {
            FaultKind::Syntax(_) | FaultKind::Entity(_) => &rules::XHTML_SYNTAX,
            FaultKind::Element(_) | FaultKind::Attribute(..) | FaultKind::Script => &rules::TXT_1,
            FaultKind::Empty => &rules::TXT_2,
        }
    }

    fn text(&self) -> Text {
        match self {
            FaultKind::Syntax(problem) => Text::new(*problem),
            FaultKind::Entity(name) => Text::new("XHTML has no entity ").value(name).and("."),
            FaultKind::Element(name) => Text::new("A narrative has no element ").value(name).and("."),
            FaultKind::Attribute(element, name) => {
                Text::new("In a narrative, the element ").value(element).and(" has no attribute ").value(name).and(".")
            }
            FaultKind::Script => Text::new("A link of a narrative must not run a script."),
            FaultKind::Empty => Text::new("A narrative has some text or an image; this one has neither."),
        }
    }
}

/// Whether a narrative keeps the rules, for FHIRPath's `htmlChecks()`.
pub(super) fn is_valid(xhtml: &str) -> bool {
    faults(xhtml).is_empty()
}

/// Judges the string of a `div`.
pub(super) fn check(document: &Document<'_>, findings: &mut Findings, node: NodeId) {
    let Some(text) = document.string(node) else { return };
    // What no string of FHIR may hold has been reported as that.
    if !primitives::is_valid_primitive(Primitive::Xhtml, &text) {
        return;
    }
    for fault in faults(&text) {
        let at = |offset| document.offset_in(node, offset);
        let place = At::Span(node, at(fault.start), at(fault.end.max(fault.start + 1)));
        findings.add(fault.kind.rule(), place, fault.kind.text());
    }
}

/// What is wrong with a narrative.
pub(super) fn faults(xhtml: &str) -> Vec<Fault> {
    let mut reader = Reader { faults: Vec::new(), open: Vec::new(), roots: 0, namespace: false, content: false };
    for token in Tokenizer::from(xhtml) {
        match token {
            Ok(token) => reader.token(token),
            Err(_) => {
                // Where reading stops is behind the last tag that could be read; the text in between is to be marked.
                let start = reader.open.last().map_or(0, |name| name.start());
                reader.fault(start, xhtml.len(), FaultKind::Syntax("This is no well-formed XHTML."));
                return reader.faults;
            }
        }
        if reader.faults.len() >= MOST_FAULTS {
            return reader.faults;
        }
    }
    if let Some(name) = reader.open.last() {
        let kind = FaultKind::Syntax("This element is not closed.");
        reader.fault(name.start(), name.end(), kind);
    } else if reader.roots == 0 {
        reader.fault(0, xhtml.len(), FaultKind::Syntax("A narrative is a div element."));
    } else if !reader.namespace {
        let kind =
            FaultKind::Syntax("The div of a narrative is in the namespace http://www.w3.org/1999/xhtml (xmlns).");
        reader.fault(0, xhtml.find('>').map_or(xhtml.len(), |end| end + 1), kind);
    } else if !reader.content && reader.faults.is_empty() {
        reader.fault(0, xhtml.len(), FaultKind::Empty);
    }
    reader.faults
}

struct Reader<'x> {
    faults: Vec<Fault>,
    /// The elements that are open.
    open: Vec<StrSpan<'x>>,
    roots: u32,
    namespace: bool,
    content: bool,
}

impl<'x> Reader<'x> {
    fn fault(&mut self, start: usize, end: usize, kind: FaultKind) {
        self.faults.push(Fault { start, end, kind });
    }

    fn syntax(&mut self, at: StrSpan<'x>, problem: &'static str) {
        self.fault(at.start(), at.end(), FaultKind::Syntax(problem));
    }

    fn token(&mut self, token: Token<'x>) {
        match token {
            Token::Declaration { span, .. } | Token::ProcessingInstruction { span, .. } => {
                self.syntax(span, "A narrative has no XML declaration and no processing instruction.");
            }
            Token::DtdStart { span, .. } | Token::EmptyDtd { span, .. } | Token::EntityDeclaration { span, .. } => {
                self.syntax(span, "A narrative has no document type.");
            }
            Token::DtdEnd { .. } | Token::Comment { .. } => {}
            Token::Cdata { text, .. } => self.content |= !text.trim().is_empty(),
            Token::Text { text } => self.text(text),
            Token::ElementStart { local, span, prefix } => {
                if self.open.is_empty() {
                    self.roots += 1;
                    if self.roots > 1 || local.as_str() != "div" {
                        self.syntax(span, "A narrative is one div element.");
                    }
                }
                let is_root = self.open.is_empty() && self.roots == 1;
                if !is_root && !allowed::is_element(local.as_str()) {
                    let kind = FaultKind::Element(local.as_str().to_owned());
                    self.fault(span.start(), span.end(), kind);
                }
                // A prefix other than that of XHTML names something else; HL7's tools take it as XHTML, and so does this.
                self.namespace |= self.roots == 1 && self.open.is_empty() && !prefix.is_empty();
                self.content |= local.as_str() == "img";
                self.open.push(local);
            }
            Token::Attribute { prefix, local, value, span } => self.attribute(prefix, local, value, span),
            Token::ElementEnd { end: ElementEnd::Open, .. } => {}
            Token::ElementEnd { end: ElementEnd::Empty, .. } => drop(self.open.pop()),
            Token::ElementEnd { end: ElementEnd::Close(_, name), span } => match self.open.pop() {
                Some(open) if open.as_str() == name.as_str() => {}
                Some(_) => self.syntax(span, "This closes an element that is not the one that is open."),
                None => self.syntax(span, "This closes an element that was not opened."),
            },
        }
    }

    fn text(&mut self, text: StrSpan<'x>) {
        self.content |= !text.trim().is_empty();
        if self.open.is_empty() && !text.trim().is_empty() {
            self.syntax(text, "Text stands outside the div.");
        }
        self.entities(text);
    }

    fn entities(&mut self, text: StrSpan<'x>) {
        for (at, _) in text.as_str().match_indices('&') {
            // A long text could have as many faults as letters.
            if self.faults.len() >= MOST_FAULTS {
                return;
            }
            let rest = text.as_str().get(at + 1..).unwrap_or("");
            let end = rest.find(|character: char| !character.is_ascii_alphanumeric() && character != '#');
            let name = end.and_then(|end| rest.get(..end)).unwrap_or(rest);
            let closed = rest.as_bytes().get(name.len()) == Some(&b';');
            let known = match name.strip_prefix('#') {
                Some(number) => match number.strip_prefix(['x', 'X']) {
                    Some(digits) => u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).is_some(),
                    None => number.parse().ok().and_then(char::from_u32).is_some(),
                },
                None => allowed::is_entity(name),
            };
            let start = text.start() + at;
            if !closed {
                self.fault(
                    start,
                    start + 1,
                    FaultKind::Syntax("& begins an entity; the sign itself is written &amp;."),
                );
            } else if !known {
                self.fault(start, start + name.len() + 2, FaultKind::Entity(name.to_owned()));
            }
        }
    }

    fn attribute(&mut self, prefix: StrSpan<'x>, local: StrSpan<'x>, value: StrSpan<'x>, span: StrSpan<'x>) {
        let element = self.open.last().map_or("", |name| name.as_str());
        let whole;
        let name = if prefix.is_empty() {
            local.as_str()
        } else {
            whole = format!("{}:{}", prefix.as_str(), local.as_str());
            whole.as_str()
        };
        if name == "xmlns" {
            let right = value.as_str() == XHTML;
            if self.open.len() == 1 && right {
                self.namespace = true;
            } else if !right {
                self.syntax(span, "The namespace of a narrative is http://www.w3.org/1999/xhtml.");
            }
            return;
        }
        let link = matches!(name, "href" | "src" | "background");
        let scheme = value.as_str().trim_start().get(..11).map(str::to_ascii_lowercase);
        if !allowed::is_attribute(element, name) && allowed::is_element(element) {
            let kind = FaultKind::Attribute(element.to_owned(), name.to_owned());
            self.fault(span.start(), span.end(), kind);
        } else if link && scheme.is_some_and(|scheme| scheme == "javascript:") {
            self.fault(value.start(), value.end(), FaultKind::Script);
        }
        self.entities(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(inner: &str) -> Vec<FaultKind> {
        faults(&format!("<div xmlns=\"{XHTML}\">{inner}</div>")).into_iter().map(|fault| fault.kind).collect()
    }

    #[test]
    fn what_narratives_are_made_of_is_right() {
        for inner in [
            "text",
            "<p>a<br/>b &amp; &nbsp;&#233;&#xe9;</p>",
            "<table border=\"1\"><tr><td colspan=\"2\" style=\"color: red\">x</td></tr></table>",
            "<a href=\"Patient/1\">x</a><img src=\"#a\" alt=\"\"/>",
            "<img src=\"a.png\" alt=\"a\"/>",
            "<!-- a comment -->x",
        ] {
            assert_eq!(kinds(inner), [], "{inner}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(kinds("<script>x</script>"), [FaultKind::Element("script".into())]);
        assert_eq!(kinds("<form>x</form>"), [FaultKind::Element("form".into())]);
        assert_eq!(kinds("<p onclick=\"x\">x</p>"), [FaultKind::Attribute("p".into(), "onclick".into())]);
        assert_eq!(kinds("<a href=\" JavaScript:x()\">x</a>"), [FaultKind::Script]);
        assert_eq!(kinds("x &nosuch; y"), [FaultKind::Entity("nosuch".into())]);
        assert_eq!(kinds("  <p> </p>"), [FaultKind::Empty]);
        for broken in ["<p>x", "x</p>", "<p>x</b>", "a & b", "a < b", "<p a>x</p>", "<p a=b>x</p>"] {
            let found = kinds(broken);
            assert!(matches!(found.first(), Some(FaultKind::Syntax(_))), "{broken}: {found:?}");
        }
        for whole in [
            "text",
            "<p xmlns=\"http://www.w3.org/1999/xhtml\">x</p>",
            "<div>x</div>",
            "<div xmlns=\"http://example.org\">x</div>",
            "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div><div xmlns=\"http://www.w3.org/1999/xhtml\">y</div>",
            "<!DOCTYPE html><div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>",
        ] {
            let found = faults(whole);
            assert!(found.iter().any(|fault| matches!(fault.kind, FaultKind::Syntax(_))), "{whole}: {found:?}");
        }
    }

    #[test]
    fn a_fault_is_at_its_place() {
        let text = format!("<div xmlns=\"{XHTML}\">é<script>x</script></div>");
        let fault = faults(&text).into_iter().next();
        let marked = fault.and_then(|fault| text.get(fault.start..fault.end));
        assert_eq!(marked, Some("<script"));
    }
}
