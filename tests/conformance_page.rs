//! `docs/conformance.md` says how the validator does in the public suites. `npm run conformance` writes it; this compares.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests may fail loudly")]

mod suites;

use std::fmt::Write;
use std::fs;
use std::path::Path;
use suites::SuiteResult;

const HEAD: &str = "# Conformance

Written by `npm run conformance`. What the validator makes of public test data, and what it does not win, with the reason.

The data is not part of this repository. The tests read it from `../shared/conformance`, a folder for each suite, or from an
npm package, and leave out what is not there. `npm test` fails when a case that is listed here is won, when another is lost,
and when this page is not what the tests find.
";

#[test]
fn the_page_says_what_the_suites_give() {
    let update = std::env::var_os("UPDATE_CONFORMANCE").is_some();
    let Some(suites) = suites::all() else {
        assert!(!update, "the page cannot be written without the public test data");
        return;
    };
    for suite in &suites {
        // The notes come from the lists, so a page is true only while they are.
        assert!(suite.surprises.is_empty(), "{}: fix its list first\n{}", suite.name, suite.surprises.join("\n"));
    }
    let page = page(&suites);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/conformance.md");
    if update {
        fs::write(&path, &page).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        committed == page,
        "docs/conformance.md is not what the suites give: run `npm run conformance` and read it"
    );
}

fn page(suites: &[SuiteResult]) -> String {
    let mut page = HEAD.to_owned();
    page.push_str("\n| suite | won |\n|---|---|\n");
    for suite in suites {
        writeln!(page, "| [{0}](#{0}) | {1} of {2} {3} |", suite.name, suite.won, suite.total, suite.winning).unwrap();
    }
    for suite in suites {
        write!(page, "\n## {}\n\n{}\n\n", suite.name, suite.what).unwrap();
        writeln!(page, "Licence of the data: {}. {} of {} {}.", suite.licence, suite.won, suite.total, suite.winning)
            .unwrap();
        table(&mut page, ["figure", "value"], &suite.figures);
        if !suite.notes.is_empty() {
            write!(page, "\n{}:\n", suite.noted).unwrap();
        }
        table(&mut page, ["what", "why"], &suite.notes);
    }
    page
}

fn table(page: &mut String, [left, right]: [&str; 2], rows: &[(String, String)]) {
    if rows.is_empty() {
        return;
    }
    write!(page, "\n| {left} | {right} |\n|---|---|\n").unwrap();
    let cell = |text: &str| text.replace('|', "\\|");
    for (left, right) in rows {
        writeln!(page, "| {} | {} |", cell(left), cell(right)).unwrap();
    }
}
