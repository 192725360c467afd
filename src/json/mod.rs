//! JSON text → [`crate::document::Document`], and JSON text written.
//!
//! The scanner reads strict RFC 8259 once. Only what leaves no reading at all (bad syntax, text that is not UTF-8, a limit passed) is a [`SyntaxError`].
//!
//! # Why a scanner of our own
//!
//! Measured in wasm against JSON.parse of the same Bundles (5 kB, 90 kB, 5 MB; Node 20, 2 cores, 2026-11-23,
//! `node benches/json-parsers/run.mjs`), it takes 0.71, 0.59 and 0.50 of the time, table of names and duplicate keys included. jiter's
//! iterator takes 0.68, 0.61 and 0.52 without them and 0.89, 0.82 and 0.75 with them; jsonc-parser 1.6 to 1.8; serde_json with a
//! locator 2.3 to 5.4. After brotli it adds 7.5 kB, jiter 22, jsonc-parser 17, serde_json with a locator 18 to 36. No peer finds
//! duplicate keys and reads on, none reports a lone surrogate and reads on, and jiter does not say where an escaped key is.

mod draft;
mod latin1;
mod message;
mod read;
mod scanner;
mod syntax;
mod write;

pub(crate) use draft::{Change, DraftText, Replacement};
#[doc(hidden)]
pub use latin1::utf8_of_latin1;
pub use message::{Message, Text};
pub use syntax::{Limits, SyntaxError, SyntaxFault};
pub use write::{Writer, quoted};
