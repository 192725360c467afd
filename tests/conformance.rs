//! Public test data, read from `../shared/conformance` and skipped, saying so, where it is absent.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests may fail loudly")]

mod suites;

use suites::SuiteResult;

fn as_listed(suite: Option<SuiteResult>) {
    let Some(suite) = suite else { return };
    eprintln!("{}: {} of {} {}", suite.name, suite.won, suite.total, suite.winning);
    assert!(suite.surprises.is_empty(), "{}", suite.surprises.join("\n"));
}

#[test]
fn the_examples_of_r4_are_valid() {
    as_listed(suites::r4_examples::run());
}

#[test]
fn real_messages_have_only_errors_that_are_true() {
    as_listed(suites::messages::run());
}
