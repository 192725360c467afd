//! Checks, routes and answers FHIR R4 messages.
pub mod definitions;
pub mod json;
#[cfg(target_arch = "wasm32")]
mod wasm;
