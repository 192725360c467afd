//! What a text becomes: one flat list of nodes in document order, each with its byte span and the name of its property as a small integer.
//!
//! A [`Document`] is read once (see [`crate::json`]); every later stage borrows it. Numbers keep their text, because FHIR decimals are
//! exact; duplicate keys and lone surrogates are kept and reported as [`Fault`]s, because a validator that stops at the first slip makes
//! its user stop too.

pub(crate) mod base64;
pub(crate) mod bytes;
pub(crate) mod case;
mod case_table;
mod names;
mod order;
mod position;
mod property;
pub(crate) mod sha1;
mod shift;
mod steps;
pub(crate) mod string;
pub(crate) mod table;
mod tree;

pub(crate) use names::lines;
pub use names::{NameId, Names, name};
pub(crate) use order::{into_sorted, ordered, repeated, sorted};
pub(crate) use position::utf16_length;
pub use position::{Position, Positions, Units};
pub use property::{Items, Property};
pub(crate) use shift::Shift;
pub(crate) use steps::step;
#[cfg(debug_assertions)]
#[doc(hidden)]
pub use steps::steps;
pub(crate) use tree::NOTHING;
pub use tree::{Children, Document, Fault, Kind, Node, NodeId};
