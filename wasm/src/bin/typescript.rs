//! `typescript`: prints the types of options and results for TypeScript. `npm run types` lays them out and keeps them.

use std::io::{self, Write};

fn main() -> io::Result<()> {
    io::stdout().write_all(fhirpost_wasm::typescript::declarations().as_bytes())
}
