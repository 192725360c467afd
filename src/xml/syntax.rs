//! What XML is not, and how much of it is read.

use crate::document::Positions;

/// Why a text could not be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct XmlError {
    /// The byte at which reading stopped.
    pub offset: u32,
    /// What was wrong there.
    pub fault: XmlFault,
}

/// What stopped the reading.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum XmlFault {
    /// It is not well-formed, in words that complete "The XML is not well-formed: ".
    Malformed(&'static str),
    /// An element has no end tag, or the end tag of another one.
    Unclosed,
    /// A document type: what it defines may be as long as it likes, or be somewhere else.
    DocumentType,
    /// A processing instruction.
    ProcessingInstruction,
    /// An entity that is none of XML's five.
    Entity,
    /// An encoding that is not UTF-8.
    Encoding,
    /// An element that is neither FHIR nor XHTML.
    Namespace,
    /// Text between elements of FHIR.
    Text,
    /// The root is no resource of R4.
    UnknownResource,
    /// An element that is there twice, and may be there once.
    Repeated,
    /// Not exactly one resource, where one has to be.
    ExpectedResource,
    /// Nested deeper than this.
    TooDeep(u32),
    /// More than so many namespaces, or attributes of an element.
    TooMany(u32),
    /// Longer than so many bytes.
    TooLong(u32),
}

impl XmlError {
    /// What is wrong and where, in sentences that quote nothing of the text.
    pub fn message(&self, text: &str) -> String {
        let words = match self.fault {
            XmlFault::Malformed(words) => return format!("{}The XML is not well-formed: {words}.", self.place(text)),
            XmlFault::TooDeep(most) => return format!("Nested deeper than {most} levels."),
            XmlFault::TooMany(most) => {
                return format!("{}There are more than {most} namespaces or attributes here.", self.place(text));
            }
            XmlFault::TooLong(most) => return format!("The text is longer than {most} bytes."),
            XmlFault::Unclosed => "An element has no end tag, or that of another one.",
            XmlFault::DocumentType => "A document type is not read: FHIR has none.",
            XmlFault::ProcessingInstruction => "A processing instruction is not read: FHIR has none.",
            XmlFault::Entity => "This entity is not defined: only XML's own five are, and characters by number.",
            XmlFault::Encoding => "XML of another encoding than UTF-8 is not read.",
            XmlFault::Namespace => "This element is not FHIR: http://hl7.org/fhir is expected as its namespace.",
            XmlFault::Text => "There is text between elements: in FHIR, values are in attributes.",
            XmlFault::UnknownResource => "This is not a resource of R4.",
            XmlFault::Repeated => "This element is here again, and may be here once.",
            XmlFault::ExpectedResource => "One resource is expected in this element.",
        };
        [self.place(text).as_str(), words].concat()
    }

    fn place(&self, text: &str) -> String {
        let position = Positions::new(text.as_bytes()).of(self.offset);
        format!("Line {}, column {}: ", position.line, position.column)
    }
}
