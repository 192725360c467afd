//! UCUM's functional tests.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests may fail loudly")]

mod suites;

#[test]
fn the_functional_tests_pass_but_for_what_is_listed() {
    let result = suites::ucum::run();
    // Where the definitions are compiled, the npm packages are there.
    assert!(result.is_some() || cfg!(not(feature = "compile-definitions")), "run npm ci");
    let Some(result) = result else { return };
    eprintln!("{} of {} cases give what the suite says", result.won, result.total);
    assert!(result.surprises.is_empty(), "{}", result.surprises.join("\n"));
    assert!(result.total > 500, "the suite is whole");
}
