//! Text → [`Document`]: one flat list of nodes in document order, each with its byte span.
//!
//! The scanner reads strict RFC 8259 once. Numbers keep their text, because FHIR decimals are exact; duplicate keys and lone
//! surrogates are kept and reported as [`Fault`]s, because a checker that stops at the first slip makes its user stop too.
//! Only what leaves no reading at all (bad syntax, text that is not UTF-8, a limit passed) is a [`SyntaxError`].

mod document;
mod names;
mod position;
mod scanner;
mod string;

pub use document::{Children, Document, Fault, Kind, Node, NodeId};
pub use names::{NameId, Names};
pub use position::{Position, Positions, Units};
pub use scanner::{Limits, SyntaxError, SyntaxFault};
