//! Texts made to cost as much as they can, at n, 2n, 4n and 8n: `cargo bench --bench worst -- [part of a name]`. What grows faster than
//! the text is marked. `--one <name> <n>` only validates, for counting instructions; `--work <file>…` says what the constraints of files cost.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench may fail loudly, speaks to the terminal and needs a clock"
)]

use fhirpost::{Options, Report, Validator};
use std::hint::black_box;
use std::time::Instant;

#[path = "../tests/worst/mod.rs"]
mod worst;
use worst::{CONSTRAINTS, Case, LOOPS};

/// How much more than twice the time twice the text may take: 2^1.3.
const MOST: f64 = 2.46;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let cases = || CONSTRAINTS.iter().chain(LOOPS);
    match arguments.first().map(String::as_str) {
        Some("--one") => {
            let case = cases().find(|(name, ..)| name.contains(&arguments[1])).unwrap();
            let text = case.2(arguments[2].parse().unwrap());
            black_box(validate(&Validator::default(), &text));
        }
        Some("--work") => arguments[1..].iter().for_each(|path| work(path)),
        part => cases().filter(|(name, ..)| part.is_none_or(|part| name.contains(part))).for_each(measure),
    }
}

fn validate(validator: &Validator, text: &str) -> Report {
    validator.validate(text.as_bytes(), &Options { max_issues: 10_000_000, ..Options::default() })
}

fn work(path: &str) {
    let text = std::fs::read(path).unwrap();
    if let Some((done, allowed)) = Validator::default().constraint_work(&text, &Options::default()) {
        println!("{path}\t{}\t{done}\t{allowed}\t{:.4}", text.len(), f64::from(done) / f64::from(allowed));
    }
}

fn measure((name, least, make): &Case) {
    let validator = Validator::default();
    validate(&validator, &make(1));
    let mut line = format!("{name}:");
    let mut before: Option<(f64, usize)> = None;
    for n in [1, 2, 4, 8].map(|times| least * 8 * times) {
        let text = make(n);
        let start = Instant::now();
        let report = validate(&validator, &text);
        let spent = start.elapsed().as_secs_f64() * 1000.0;
        let growth = before.map(|(time, length)| spent / time / (text.len() as f64 / length as f64) * 2.0);
        let mark = if growth.is_some_and(|growth| growth > MOST && spent > 20.0) { " SUPERLINEAR" } else { "" };
        let complete = if report.complete { "" } else { " incomplete" };
        line += &format!(" {} kB {spent:.0} ms{complete}{mark};", text.len() / 1000);
        before = Some((spent, text.len()));
        if spent > 10_000.0 {
            break;
        }
    }
    println!("{line}");
}
