//! Compiles the R4 definitions.
fn main() {}
