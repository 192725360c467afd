//! `bindgen <input.wasm> <output folder>`: the loader, its types and the processed wasm.
//!
//! One `web` loader serves every platform: it takes the wasm as bytes, a module or a URL, and the small entry files in
//! `src/js` give it what their platform has.

mod places;

use anyhow::{Context, Result};
use std::collections::HashSet;
use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module};

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let input = arguments.next().context("first argument: the .wasm that cargo built")?;
    let output = arguments.next().context("second argument: the folder to write to")?;
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen.input_path(input).web(true)?.typescript(true).out_name("fhirpost").omit_default_module_path(true);
    // An instance that trapped is in no state to go on. This gives the loader a function that puts a fresh one in its place, at once, from
    // the compiled module.
    bindgen.reset_state_function(true);
    let mut generated = bindgen.generate_output()?;
    trap_at_once(generated.wasm_mut());
    generated.emit(output)
}

/// What the standard library does between a panic and the trap: it puts a text together for a standard error that WebAssembly does not
/// have. Parts of the names of these functions, each in one line of the library's sources or another.
const PANICS: [&str; 9] = [
    "::panicking::",
    "::slice_error_fail",
    "::slice_index_fail",
    "::unwrap_failed",
    "::expect_failed",
    "::assert_failed",
    "::len_mismatch_fail",
    "::capacity_overflow",
    // Nothing else writes what `{:?}` does: `tests/js/debug-format.test.mjs` looks for it. That of a character brings large tables along.
    "fmt::Debug>::fmt",
];

/// Lets panics trap at once: 3 kB of each module, since what calls them needs no arguments for them any more, and some 5 kB with the places
/// and tables that only they have.
fn trap_at_once(module: &mut Module) {
    let is_panic = |name: &str| PANICS.iter().any(|part| name.contains(part));
    let panics: HashSet<FunctionId> = module
        .funcs
        .iter_local()
        .map(|(id, _)| id)
        .filter(|&id| module.funcs.get(id).name.as_deref().is_some_and(is_panic))
        .collect();
    places::forget(module, &panics);
    for id in panics {
        let (parameters, results) = module.types.params_results(module.funcs.get(id).ty());
        let (parameters, results) = (parameters.to_vec(), results.to_vec());
        let mut trap = FunctionBuilder::new(&mut module.types, &parameters, &results);
        trap.func_body().unreachable();
        let arguments = parameters.into_iter().map(|of| module.locals.add(of)).collect();
        module.funcs.get_mut(id).kind = FunctionKind::Local(trap.local_func(arguments));
    }
}
