//! XML text → its elements.

use super::attribute;
use super::syntax::{XmlError, XmlFault};
use crate::document::NodeId;
use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;
use std::ops::Range;

/// So many attributes an element may have, and so many namespaces may have names at one place.
const MOST: u32 = 64;

/// The namespace of an element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Namespace {
    /// `http://hl7.org/fhir`.
    Fhir,
    /// `http://www.w3.org/1999/xhtml`.
    Xhtml,
    /// Another one, or none.
    Other,
}

/// An element.
#[derive(Clone, Debug)]
pub struct XmlElement {
    /// From its start tag to behind its end tag.
    pub start: u32,
    /// See `start`.
    pub end: u32,
    /// Its name, without a prefix.
    pub name: Range<u32>,
    /// What namespace it is in.
    pub namespace: Namespace,
    /// Its first attribute, and the first of the next element.
    attributes: (u32, u32),
    /// The first element that is not inside this one.
    next: u32,
}

/// An attribute: where its name and its value are.
#[derive(Clone, Debug)]
struct Attribute {
    name: Range<u32>,
    value: Range<u32>,
}

/// The elements of a text, in its order. Those inside a narrative are not among them: that is one text.
#[derive(Clone, Debug)]
pub struct Tree<'t> {
    text: &'t str,
    elements: Vec<XmlElement>,
    attributes: Vec<Attribute>,
}

impl<'t> Tree<'t> {
    /// Reads a text, with or without a byte order mark.
    ///
    /// # Errors
    /// When it is not well-formed, has what FHIR does not have, or is more than may be read.
    pub fn read(text: &'t str, depth: u32, bytes: u32) -> Result<Self, XmlError> {
        if text.len() > bytes.min(u32::MAX - 1) as usize {
            return Err(XmlError { offset: bytes, fault: XmlFault::TooLong(bytes) });
        }
        let plain = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut builder = Builder {
            tree: Self { text, elements: Vec::new(), attributes: Vec::new() },
            open: Vec::new(),
            namespaces: Vec::new(),
            narrative: 0,
            depth,
            begin: (text.len() - plain.len()) as u32,
        };
        builder.all(plain)?;
        Ok(builder.tree)
    }

    /// The text that was read.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// An element; none where the tree has no such one.
    pub fn element(&self, id: NodeId) -> Option<&XmlElement> {
        self.elements.get(id.0 as usize)
    }

    /// The name of an element, without its prefix.
    pub fn name(&self, element: &XmlElement) -> &'t str {
        self.part(&element.name)
    }

    /// All of an element as it is written.
    pub fn raw(&self, element: &XmlElement) -> &'t str {
        self.part(&(element.start..element.end))
    }

    /// The elements directly in one.
    pub fn children(&self, of: NodeId) -> impl Iterator<Item = (NodeId, &XmlElement)> {
        let end = self.element(of).map_or(0, |element| element.next);
        let mut at = of.0 + 1;
        std::iter::from_fn(move || {
            let element = self.elements.get(at as usize).filter(|_| at < end)?;
            let id = NodeId(at);
            at = element.next.max(at + 1);
            Some((id, element))
        })
    }

    /// The value of an attribute; none where it is not there.
    ///
    /// # Errors
    /// When it has an entity that nobody has defined.
    pub fn attribute(&self, element: &XmlElement, name: &str) -> Result<Option<Cow<'t, str>>, XmlError> {
        let own = element.attributes.0 as usize..element.attributes.1 as usize;
        let own = self.attributes.get(own).unwrap_or_default();
        let Some(found) = own.iter().find(|one| self.part(&one.name) == name) else { return Ok(None) };
        match attribute::value(self.part(&found.value)) {
            Ok(value) => Ok(Some(value)),
            Err(fault) => Err(XmlError { offset: found.value.start, fault }),
        }
    }

    fn part(&self, span: &Range<u32>) -> &'t str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }
}

struct Builder<'t> {
    tree: Tree<'t>,
    /// Elements that are not closed yet, and how many namespaces had names outside of each.
    open: Vec<(u32, usize)>,
    /// Prefixes, empty for that of no prefix, and what they mean.
    namespaces: Vec<(Range<u32>, Namespace)>,
    /// How many elements of a narrative are open: they are not noted one by one.
    narrative: u32,
    depth: u32,
    /// Where the text begins that the reader was given.
    begin: u32,
}

impl<'t> Builder<'t> {
    fn all(&mut self, plain: &'t str) -> Result<(), XmlError> {
        let mut reader = Reader::from_str(plain);
        let config = reader.config_mut();
        config.check_comments = true;
        loop {
            let start = self.begin + reader.buffer_position() as u32;
            let fail = |fault| Err(XmlError { offset: start, fault });
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(error) => {
                    let offset = self.begin + reader.error_position() as u32;
                    return Err(XmlError { offset, fault: fault_of(&error) });
                }
            };
            let end = self.begin + reader.buffer_position() as u32;
            match event {
                Event::Start(tag) if self.narrative > 0 => {
                    self.narrative += 1;
                    self.checked_depth(start)?;
                    drop(tag);
                }
                Event::Start(tag) => {
                    let in_narrative = self.element(&tag, start, end)?;
                    self.narrative = u32::from(in_narrative);
                    self.checked_depth(start)?;
                }
                Event::Empty(_) if self.narrative > 0 => {}
                Event::Empty(tag) => {
                    self.element(&tag, start, end)?;
                    self.close(end);
                }
                Event::End(_) if self.narrative > 1 => self.narrative -= 1,
                Event::End(_) => {
                    self.narrative = 0;
                    self.close(end);
                }
                Event::Text(text) if self.narrative == 0 => {
                    if !text.bytes().all(|byte| byte.is_ascii_whitespace()) {
                        return fail(XmlFault::Text);
                    }
                }
                Event::CData(_) | Event::GeneralRef(_) if self.narrative == 0 => return fail(XmlFault::Text),
                Event::Decl(declaration) => {
                    // Only the first is one.
                    if start != self.begin {
                        return fail(XmlFault::ProcessingInstruction);
                    }
                    let encoding = declaration.encoding().and_then(Result::ok);
                    if encoding.is_some_and(|name| !is_utf8(&name)) {
                        return fail(XmlFault::Encoding);
                    }
                }
                Event::DocType(_) => return fail(XmlFault::DocumentType),
                Event::PI(_) => return fail(XmlFault::ProcessingInstruction),
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) | Event::Comment(_) => {}
                Event::Eof => {
                    return match self.open.last() {
                        Some(_) => fail(XmlFault::Unclosed),
                        None if self.tree.elements.is_empty() => fail(XmlFault::Malformed("there is no element")),
                        None => Ok(()),
                    };
                }
            }
        }
    }

    fn checked_depth(&self, start: u32) -> Result<(), XmlError> {
        let fault = XmlFault::TooDeep(self.depth);
        let is_within = self.open.len() as u32 + self.narrative <= self.depth;
        if is_within { Ok(()) } else { Err(XmlError { offset: start, fault }) }
    }

    /// Takes in a start tag; says whether what is inside is one text.
    fn element(&mut self, tag: &BytesStart<'_>, start: u32, end: u32) -> Result<bool, XmlError> {
        let fail = |fault| Err(XmlError { offset: start, fault });
        if self.open.is_empty() && !self.tree.elements.is_empty() {
            return fail(XmlFault::Malformed("there is something outside of the root element"));
        }
        let first = self.tree.attributes.len() as u32;
        let outside = self.namespaces.len();
        for attribute in tag.attributes() {
            let Ok(attribute) = attribute else {
                return fail(XmlFault::Malformed("a tag has an attribute twice, or without a value in quotes"));
            };
            let (name, value) = (self.span(attribute.key.0), self.span(&attribute.value));
            if self.tree.attributes.len() as u32 - first >= MOST || self.namespaces.len() >= MOST as usize {
                return fail(XmlFault::TooMany(MOST));
            }
            let prefix = match attribute.key.0 {
                "xmlns" => Some(name.end..name.end),
                key => key.starts_with("xmlns:").then_some(name.start + 6..name.end),
            };
            match prefix {
                Some(prefix) => self.namespaces.push((prefix, namespace(&attribute.value))),
                None => self.tree.attributes.push(Attribute { name, value }),
            }
        }
        let name = self.span(tag.name().0);
        let colon = self.tree.part(&name).find(':').map(|at| name.start + at as u32);
        let prefix = colon.map_or("", |colon| self.tree.part(&(name.start..colon)));
        let named = self.namespaces.iter().rev().find(|(known, _)| self.tree.part(known) == prefix);
        let namespace = named.map_or(Namespace::Other, |(_, namespace)| *namespace);
        if namespace == Namespace::Other {
            return fail(XmlFault::Namespace);
        }
        let id = self.tree.elements.len() as u32;
        self.open.push((id, outside));
        self.tree.elements.push(XmlElement {
            start,
            end,
            name: colon.map_or(name.start, |colon| colon + 1)..name.end,
            namespace,
            attributes: (first, self.tree.attributes.len() as u32),
            next: id + 1,
        });
        Ok(namespace == Namespace::Xhtml)
    }

    fn close(&mut self, end: u32) {
        let Some((id, outside)) = self.open.pop() else { return };
        self.namespaces.truncate(outside);
        let next = self.tree.elements.len() as u32;
        if let Some(element) = self.tree.elements.get_mut(id as usize) {
            (element.end, element.next) = (end, next);
        }
    }

    /// Where a part of the text is: events lend theirs only as long as they live.
    fn span(&self, part: &str) -> Range<u32> {
        let start = (part.as_ptr() as usize).saturating_sub(self.tree.text.as_ptr() as usize) as u32;
        start..start + part.len() as u32
    }
}

fn namespace(uri: &str) -> Namespace {
    match uri {
        "http://hl7.org/fhir" => Namespace::Fhir,
        "http://www.w3.org/1999/xhtml" => Namespace::Xhtml,
        _ => Namespace::Other,
    }
}

fn is_utf8(name: &str) -> bool {
    name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("us-ascii")
}

#[cold]
fn fault_of(error: &Error) -> XmlFault {
    match error {
        Error::IllFormed(
            IllFormedError::MismatchedEndTag { .. }
            | IllFormedError::UnmatchedEndTag(_)
            | IllFormedError::MissingEndTag(_),
        ) => XmlFault::Unclosed,
        Error::IllFormed(IllFormedError::DoubleHyphenInComment) => {
            XmlFault::Malformed("-- is not allowed inside a comment")
        }
        Error::Syntax(SyntaxError::UnclosedComment) => XmlFault::Malformed("a comment is not closed"),
        Error::Syntax(SyntaxError::UnclosedDoctype) => XmlFault::DocumentType,
        Error::Syntax(_) => XmlFault::Malformed("a tag is not closed with >"),
        _ => XmlFault::Malformed("& does not begin a reference, or something else is not XML"),
    }
}
