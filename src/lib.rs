//! Checks, routes and answers FHIR R4 messages.
pub mod definitions;
pub mod json;
pub mod message;
pub mod report;
pub mod validate;
#[cfg(target_arch = "wasm32")]
mod wasm;
