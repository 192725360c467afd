//! Profiles as they are compiled: each construct in small, and the packages that are in use.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "tests may fail loudly"
)]

#[path = "profiles/constructs.rs"]
mod constructs;
#[path = "profiles/hostile.rs"]
mod hostile;
#[path = "profiles/outline.rs"]
mod outline;
#[path = "profiles/packages.rs"]
mod packages;
#[path = "profiles/properties.rs"]
mod properties;
#[path = "profiles/table.rs"]
mod table;
