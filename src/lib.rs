//! Checks, routes and answers FHIR R4 messages.
#[cfg(target_arch = "wasm32")]
mod wasm;
