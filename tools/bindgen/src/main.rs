//! `bindgen <input.wasm> <output folder>`: the loader, its types and the processed wasm.
//!
//! One `web` loader serves every platform: it takes the wasm as bytes, a module or a URL, and the small entry files in
//! `src/js` give it what their platform has.

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let input = arguments.next().context("first argument: the .wasm that cargo built")?;
    let output = arguments.next().context("second argument: the folder to write to")?;
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen.input_path(input).web(true)?.typescript(true).out_name("fhirpost").omit_default_module_path(true);
    // An instance that trapped is in no state to go on. This gives the loader a function that puts a fresh one in its place, at once, from
    // the compiled module.
    bindgen.reset_state_function(true);
    bindgen.generate(output)
}
