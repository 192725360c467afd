//! Checks, routes and answers FHIR R4 messages (`$process-message`), offline.
//!
//! ```
//! use fhirpost::validate::{Options, Validator};
//!
//! let validator = Validator::default(); // R4 and the built-in events; build it once
//! let report = validator.validate_bundle(br#"{ "resourceType": "Bundle", "type": "message" }"#, &Options::default());
//! assert!(!report.valid);
//! assert_eq!(report.issues[0].rule, "msg-id");
//! ```
//!
//! A message goes one way: [`json`] reads the text once into a flat [`document`]; [`validate`] validates it by the [`definitions`] and gives
//! a report, whose issues and OperationOutcome are in [`report`]; [`message`] says where it goes and builds the answer; [`exchange`]
//! prepares the request that carries it and reads what comes back.
//!
//! Nothing here has a clock, randomness or a network: the caller passes `now` and new ids in. Whatever a message holds, nothing panics.
mod calendar;
pub mod compile;
pub mod definitions;
pub mod document;
mod edit_distance;
pub mod exchange;
pub mod fhirpath;
pub mod json;
pub mod message;
pub mod report;
pub mod validate;
#[cfg(target_arch = "wasm32")]
mod wasm;
