//! Reads XHTML once and notes what a narrative may not have.

use super::allowed;
use super::characters::{is_script, is_space, numbered};
use crate::document::table;
use crate::report::Words;
use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};

/// More would not help the reader: what wrote the narrative has to be fixed.
const MOST_FAULTS: usize = 10;

const NAMESPACE: &str = "http://www.w3.org/1999/xhtml";

/// Something that a narrative may not have, and where it is: bytes of the XHTML.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Fault<'x> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: FaultKind<'x>,
}

/// What is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum FaultKind<'x> {
    /// It is not XML, in words that complete "it is not well-formed: ".
    Malformed(&'static str),
    /// An element that is not closed.
    Unclosed(&'x str),
    /// An end tag, where another element is open.
    Mismatch { open: &'x str, end: &'x str },
    /// A root element that is not a div.
    Root(&'x str),
    /// An element that is not in the namespace of XHTML.
    Namespace,
    /// A reference to an entity that nobody has defined.
    Entity(&'x str),
    /// A reference to an entity of HTML.
    OfHtml(&'x str),
    /// A processing instruction or XML declaration, which begin their sentence.
    Instruction(&'static str),
    /// A document type.
    Markup(&'static str),
    /// An element beyond basic formatting.
    Element(&'x str),
    /// An attribute that the element may not have.
    Attribute { name: &'x str, element: &'x str },
    /// A link that is a script.
    Script,
    /// A block in a paragraph.
    Block(&'x str),
    /// A link that nobody can follow.
    Link(Words),
    /// Neither text nor image.
    Empty,
}

/// What is in a narrative.
pub(super) struct Content<'x> {
    /// What is wrong: each thing once, in the order of the text. What follows a place that is not XML is not read.
    pub(super) faults: Vec<Fault<'x>>,
    /// Where it links to in the resource or Bundle around it, from behind the `#`.
    pub(super) links: Vec<&'x str>,
    /// The ids and names that such a link can refer to.
    pub(super) places: Vec<&'x str>,
    /// Whether all of it was read.
    pub(super) whole: bool,
}

/// Reads a narrative.
pub(super) fn read(xhtml: &str) -> Content<'_> {
    let mut reading = XhtmlReader {
        xhtml,
        open: Vec::new(),
        paragraphs: 0,
        prefix: "",
        rooted: false,
        content: false,
        faults: Vec::new(),
        links: Vec::new(),
        places: Vec::new(),
    };
    let whole = reading.all().is_some();
    if whole && !reading.content && reading.faults.is_empty() {
        reading.note(0, xhtml.len(), FaultKind::Empty);
    }
    let XhtmlReader { faults, links, places, .. } = reading;
    Content { faults, links, places, whole }
}

struct XhtmlReader<'x> {
    xhtml: &'x str,
    /// The names of the elements around.
    open: Vec<&'x str>,
    /// How many of these are paragraphs.
    paragraphs: u32,
    /// What XHTML's names begin with, where the root is `h:div`.
    prefix: &'x str,
    /// Whether the root has begun.
    rooted: bool,
    /// Whether there is text that is not white space, or an image.
    content: bool,
    faults: Vec<Fault<'x>>,
    links: Vec<&'x str>,
    places: Vec<&'x str>,
}

/// Whether there is reason to read on.
type Progress = Option<()>;

impl<'x> XhtmlReader<'x> {
    fn is_full(&self) -> bool {
        self.faults.len() >= MOST_FAULTS
    }

    #[cold]
    fn note(&mut self, start: usize, end: usize, kind: FaultKind<'x>) {
        if !self.is_full() && self.faults.iter().all(|fault| fault.kind != kind) {
            // What is missing is marked by the character in front of it.
            let before = start.saturating_sub(1);
            let start = if start == end && self.xhtml.is_char_boundary(before) { before } else { start };
            self.faults.push(Fault { start, end, kind });
        }
    }

    /// Notes that a part of the text is wrong.
    #[cold]
    fn note_at(&mut self, part: &'x str, kind: FaultKind<'x>) {
        let start = self.offset(part);
        self.note(start, start + part.len(), kind);
    }

    /// Notes what ends the reading.
    #[cold]
    fn stop<T>(&mut self, part: &'x str, kind: FaultKind<'x>) -> Option<T> {
        self.note_at(part, kind);
        None
    }

    /// Where a part of the text begins.
    fn offset(&self, part: &str) -> usize {
        (part.as_ptr() as usize).saturating_sub(self.xhtml.as_ptr() as usize)
    }

    /// The same part with the lifetime of the text: events lend theirs only as long as they live.
    fn own(&self, part: &str) -> &'x str {
        let start = self.offset(part);
        table::part(self.xhtml, start..start + part.len())
    }

    /// Reads to the end, or to where it is not XML, or to the last fault that is noted.
    fn all(&mut self) -> Progress {
        // The reader would leave it out of its offsets.
        if let Some(behind) = self.xhtml.strip_prefix('\u{feff}') {
            self.note(0, self.xhtml.len() - behind.len(), OUTSIDE);
            return None;
        }
        let mut reader = Reader::from_str(self.xhtml);
        let config = reader.config_mut();
        config.check_comments = true;
        // It would copy each name; the list of open elements tells as much.
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        loop {
            let start = reader.buffer_position() as usize;
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(error) => return self.not_xml(reader.error_position() as usize, &error),
            };
            let markup = match event {
                Event::Start(tag) => {
                    let name = self.element(&tag)?;
                    self.paragraphs += u32::from(self.local(name) == "p");
                    self.open.push(name);
                    continue;
                }
                Event::Empty(tag) => {
                    self.element(&tag)?;
                    continue;
                }
                Event::End(tag) => {
                    let end = self.own(tag.name().0);
                    match self.open.pop() {
                        Some(open) if open == end => {
                            self.paragraphs -= u32::from(self.local(open) == "p");
                            continue;
                        }
                        Some(open) => return self.stop(end, FaultKind::Mismatch { open, end }),
                        None => return self.stop(end, FaultKind::Malformed("an end tag has no start tag")),
                    }
                }
                Event::Text(text) => {
                    let text = self.own(&text);
                    // XML 1.0, 2.4: it "MUST NOT appear in content unless used to mark the end of a CDATA section".
                    if let Some(at) = text.find("]]>") {
                        let end = table::part(text, at..at + 3);
                        return self.stop(end, FaultKind::Malformed("]]> is not allowed outside of a CDATA section"));
                    }
                    if self.content && !self.open.is_empty() {
                        continue;
                    }
                    let text = text.trim_matches(is_space);
                    if !text.is_empty() {
                        self.inside(text)?;
                    }
                    continue;
                }
                Event::GeneralRef(name) => {
                    let name = self.own(&name);
                    if self.reference(name)? {
                        self.inside(name)?;
                    }
                    continue;
                }
                Event::Comment(_) => continue,
                // XML's other way of writing text: R4 says nothing against it.
                Event::CData(text) => {
                    let text = self.own(&text);
                    if !text.trim_matches(is_space).is_empty() {
                        self.inside(text)?;
                    }
                    continue;
                }
                Event::DocType(_) => FaultKind::Markup("A document type"),
                Event::PI(_) => FaultKind::Instruction("A processing instruction"),
                Event::Decl(_) => FaultKind::Instruction("An XML declaration"),
                Event::Eof => break,
            };
            self.note(start, reader.buffer_position() as usize, markup);
            self.going()?;
        }
        match self.open.pop() {
            Some(open) => self.stop(open, FaultKind::Unclosed(open)),
            None if !self.rooted => self.stop(self.xhtml, FaultKind::Malformed("an element is missing")),
            None => Some(()),
        }
    }

    fn going(&self) -> Progress {
        (!self.is_full()).then_some(())
    }

    /// Content has to be in the root.
    fn inside(&mut self, text: &'x str) -> Progress {
        if self.open.is_empty() {
            return self.stop(text, OUTSIDE);
        }
        self.content = true;
        Some(())
    }

    #[cold]
    fn not_xml(&mut self, at: usize, error: &Error) -> Progress {
        let words = match error {
            Error::Syntax(SyntaxError::UnclosedComment) => "a comment is not closed",
            Error::Syntax(SyntaxError::UnclosedCData) => "a CDATA section is not closed",
            Error::Syntax(SyntaxError::InvalidBangMarkup) => "<! begins neither a comment nor a CDATA section",
            Error::Syntax(_) => "a tag is not closed with >",
            Error::IllFormed(IllFormedError::DoubleHyphenInComment) => "-- is not allowed inside a comment",
            Error::IllFormed(IllFormedError::UnclosedReference) => LOOSE_AMPERSAND,
            _ => "it is not XML",
        };
        let length = self.xhtml.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        self.note(at, at + length, FaultKind::Malformed(words));
        None
    }

    /// Validates a start tag; gives the name.
    fn element(&mut self, tag: &BytesStart<'_>) -> Option<&'x str> {
        let whole = self.own(tag.name().0);
        let root = self.open.is_empty();
        if root && let Some((prefix, _)) = whole.split_once(':') {
            self.prefix = prefix;
        }
        let name = self.local(whole);
        if !allowed::element(name) {
            if !allowed::is_name(name) {
                return self.stop(name, FaultKind::Malformed("a tag does not have a valid name"));
            }
            self.note_at(name, FaultKind::Element(name));
        }
        if root {
            if self.rooted {
                return self.stop(name, OUTSIDE);
            }
            self.rooted = true;
            if name != "div" {
                self.note_at(name, FaultKind::Root(name));
            }
        }
        // HTML 4, 9.3.1: "The P element represents a paragraph. It cannot contain block-level elements (including P itself)."
        let block = matches!(name, "div" | "blockquote" | "table" | "ol" | "ul" | "p");
        if block && self.paragraphs > 0 {
            self.note_at(whole, FaultKind::Block(name));
        }
        self.content |= name == "img";
        let mut seen: u64 = 0;
        for attribute in tag.attributes().with_checks(false) {
            let Ok(attribute) = attribute else {
                return self.stop(name, FaultKind::Malformed("a tag has an attribute without a value in quotes"));
            };
            let bit = self.attribute(&attribute, name)?;
            if seen & bit != 0 {
                return self.stop(name, FaultKind::Malformed("a tag has an attribute twice"));
            }
            seen |= bit;
        }
        if root && seen & xmlns() == 0 {
            self.note_at(name, FaultKind::Namespace);
        }
        self.going()?;
        Some(whole)
    }

    /// The name of an element without the prefix of XHTML, where there is one.
    fn local(&self, name: &'x str) -> &'x str {
        let local = name.strip_prefix(self.prefix).and_then(|rest| rest.strip_prefix(':'));
        local.filter(|_| !self.prefix.is_empty()).unwrap_or(name)
    }

    /// Validates an attribute; gives its bit, or none where it is not allowed.
    fn attribute(&mut self, attribute: &Attribute<'_>, element: &'x str) -> Option<u64> {
        let name = self.own(attribute.key.0);
        let value = self.own(&attribute.value);
        let before = self.offset(name).checked_sub(1).and_then(|at| self.xhtml.as_bytes().get(at));
        if !before.is_some_and(u8::is_ascii_whitespace) {
            return self.stop(name, FaultKind::Malformed("a space is missing before an attribute"));
        }
        if value.bytes().any(|byte| matches!(byte, b'<' | b'&')) {
            self.value(value)?;
        }
        // `xmlns:h` is to the root `h:div` what `xmlns` is to `div`.
        let namespace = !self.prefix.is_empty() && name.strip_prefix("xmlns:") == Some(self.prefix);
        let name = if namespace { "xmlns" } else { name };
        let Some(place) = allowed::attribute(name, element) else {
            if !allowed::is_name(name) {
                return self.stop(name, FaultKind::Malformed("an attribute does not have a valid name"));
            }
            if !name.starts_with("xmlns:") {
                self.note_at(name, FaultKind::Attribute { name, element });
                self.going()?;
            }
            return Some(0);
        };
        match (name, element) {
            ("id", _) | ("name", "a") => self.places.push(value),
            ("href", "a") | ("src", "img") => {
                self.links.extend(value.strip_prefix('#').filter(|place| !place.is_empty()));
            }
            _ => {}
        }
        match name {
            "xmlns" if value != NAMESPACE => self.note_at(value, FaultKind::Namespace),
            "href" | "src" | "cite" | "longdesc" | "usemap" if is_script(value) => {
                self.note_at(value, FaultKind::Script);
            }
            "href" if element == "a" && value.trim_matches(is_space).is_empty() => {
                self.note_at(name, FaultKind::Link(EMPTY_LINK));
            }
            "href" if value.starts_with("urn:") || value.starts_with("cid:") => {
                self.note_at(value, FaultKind::Link(NAME_AS_LINK));
            }
            _ => {}
        }
        Some(1 << place)
    }

    /// Validates what a value may not hold: `<`, and `&` that does not begin a reference.
    fn value(&mut self, value: &'x str) -> Progress {
        if value.contains('<') {
            return self.stop(value, FaultKind::Malformed("< is not allowed in the value of an attribute"));
        }
        for reference in value.split('&').skip(1) {
            match reference.split_once(';') {
                Some((name, _)) => self.reference(name).map(|_| ())?,
                None => return self.stop(reference, FaultKind::Malformed(LOOSE_AMPERSAND)),
            }
        }
        Some(())
    }

    /// Validates what is between `&` and `;`; says whether it is more than white space.
    fn reference(&mut self, name: &'x str) -> Option<bool> {
        if matches!(name, "amp" | "lt" | "gt" | "quot" | "apos") {
            return Some(true);
        }
        if name.starts_with('#') {
            return match numbered(name) {
                Some(character) => Some(!is_space(character)),
                None => self.stop(name, FaultKind::Malformed("a character reference does not name a character of XML")),
            };
        }
        if !allowed::is_name(name) {
            return self.stop(name, FaultKind::Malformed(LOOSE_AMPERSAND));
        }
        self.note_at(name, allowed::entity(name).map_or(FaultKind::Entity(name), |_| FaultKind::OfHtml(name)));
        self.going()?;
        Some(true)
    }
}

const OUTSIDE: FaultKind<'static> = FaultKind::Malformed("there is something outside of the root element");
pub(crate) const EMPTY_LINK: Words = Words("This link is empty.");
pub(crate) const NAME_AS_LINK: Words = Words("This link is a name, which a browser cannot follow.");
const LOOSE_AMPERSAND: &str = "& does not begin a reference; the character itself is &amp;";

/// The bit of the attribute that names the namespace.
fn xmlns() -> u64 {
    allowed::attribute("xmlns", "div").map_or(0, |place| 1 << place)
}
