//! fhirpost for JavaScript, the one crate that knows of it: its classes, and how options and results pass between both.
//!
//! What is long comes as JSON text, which JavaScript reads in less time than it takes to build the objects one property after the other:
//! reports, outlines, answers. Options come as they are. What a caller did wrong is a `TypeError`; anything else that is thrown is a fault
//! after which the instance is not used any more, and `src/js/core.ts` makes another.
//!
//! Nothing is kept here between calls but what a `Validator` or a `Message` holds.

#![allow(unreachable_pub, reason = "wasm-bindgen exports only what is pub; the modules themselves are private")]

#[cfg(feature = "exchange")]
mod answers;
#[cfg(feature = "exchange")]
mod arguments;
#[cfg(feature = "exchange")]
mod composition;
mod definitions;
#[cfg(feature = "exchange")]
mod draft;
mod error;
#[cfg(feature = "exchange")]
mod evaluation;
#[cfg(feature = "exchange")]
mod events;
#[cfg(feature = "exchange")]
mod exchange;
mod given;
mod message;
mod options;
mod report;
#[cfg(feature = "exchange")]
mod response;
#[cfg(feature = "typescript")]
pub mod typescript;
mod validator;
#[cfg(feature = "exchange")]
mod writing;
