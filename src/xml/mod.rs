//! XML text → [`Tree`]: its elements in the order of the text, each with its byte span. What they mean in FHIR is not known here.
//!
//! Nothing but the five entities of XML is resolved, and a document type is refused: there is no expansion, and nothing outside is read.

mod attribute;
mod syntax;
mod tree;

pub use syntax::{XmlError, XmlFault};
pub use tree::{Namespace, Tree, XmlElement};
