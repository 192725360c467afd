//! Native times of the messages that `node benches/messages.mjs target/bench` writes. `cargo bench` measures with criterion; with
//! `--answer <file>…` it measures for `npm run bench` instead, which compares with JSON.parse of Node in the same run; with
//! `--count <number> <file>` it only runs, for `npm run guard`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench may fail loudly, speaks to the terminal and needs a clock"
)]

use criterion::{Criterion, Throughput};
use fhirpost::{Definitions, Options, Package, PackageLimits, TextEdit, Validator, What};
use serde_json::Value;
use std::hint::black_box;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().position(|argument| argument == "--answer" || argument == "--count") {
        Some(at) if arguments[at] == "--answer" => answer(&arguments[at + 1..]),
        Some(at) => count(arguments[at + 1].parse().unwrap(), Path::new(&arguments[at + 2]), &arguments[at + 3..]),
        None => measure(),
    }
}

/// Validates a message so many times, for `npm run guard` to count the instructions: by the profiles of packages, if any are named.
fn count(rounds: u32, path: &Path, packages: &[String]) {
    let text = std::fs::read(path).unwrap();
    let read = |file: &String| Package::read(&std::fs::read(file).unwrap(), PackageLimits::default());
    let validator = match packages {
        [] => Validator::default(),
        _ => Validator::new(Definitions::r4_with_profiles().with_packages(packages.iter().map(read)).0),
    };
    for _ in 0..rounds {
        validate(&validator, &text);
    }
}

/// Criterion's own measurement, on whatever messages have been written.
fn measure() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../bench");
    let validator = Validator::default();
    let mut criterion = Criterion::default().configure_from_args();
    for path in messages(&folder) {
        let text = std::fs::read(&path).unwrap();
        let mut group = criterion.benchmark_group(path.file_stem().unwrap().to_string_lossy());
        group.throughput(Throughput::Bytes(text.len() as u64));
        if text.len() > 500_000 {
            group.sample_size(10);
        }
        group.bench_function("fhirpost", |bencher| bencher.iter(|| validate(&validator, &text)));
        group.bench_function("serde_json::Value", |bencher| bencher.iter(|| parse(&text)));
        group.finish();
    }
    criterion.final_summary();
}

fn messages(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path());
    let mut paths: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect();
    assert!(!paths.is_empty(), "write the messages first: node benches/messages.mjs {}", folder.display());
    paths.sort();
    paths
}

/// Answers lines of "candidate, number of the file, milliseconds to spend" with the milliseconds of one call, until there are no more.
fn answer(paths: &[String]) {
    let texts: Vec<Vec<u8>> = paths.iter().map(|path| std::fs::read(path).unwrap()).collect();
    let validator = Validator::default();
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let words: Vec<&str> = line.split(' ').collect();
        let text = &texts[words[1].parse::<usize>().unwrap()];
        let budget = Duration::from_millis(words[2].parse().unwrap());
        let milliseconds = match words[0] {
            "fhirpost" => call_time(budget, || validate(&validator, text)),
            "serde_json" => call_time(budget, || parse(text)),
            "key" => keys(&validator, text, budget),
            other => panic!("no such candidate: {other}"),
        };
        println!("{milliseconds}");
        std::io::stdout().flush().unwrap();
    }
}

/// One key in the middle of a text that is a draft: typed, and taken back.
fn keys(validator: &Validator, text: &[u8], budget: Duration) -> f64 {
    let text = str::from_utf8(text).unwrap();
    let code = "\"system\":\"http://loinc.org\",\"code\":\"";
    let at = (text[text.len() / 2..].find(code).unwrap() + text.len() / 2 + code.len()) as u32;
    let mut draft = validator.draft(text, Options::of(What::Bundle));
    let mut is_typed = false;
    call_time(budget, || {
        let typed = if is_typed { String::new() } else { "x".to_owned() };
        draft.edit(&[TextEdit { start: at, end: at + u32::from(is_typed), text: typed }]).unwrap();
        is_typed = !is_typed;
    })
}

fn validate(validator: &Validator, text: &[u8]) {
    black_box(validator.validate(black_box(text), &Options::of(What::Bundle)));
}

fn parse(text: &[u8]) {
    black_box(serde_json::from_slice::<Value>(black_box(text)).unwrap());
}

/// The mean over as many calls as fit into the budget, and at least one, without the first: as `timing.mjs` does it.
fn call_time(budget: Duration, mut task: impl FnMut()) -> f64 {
    task();
    let start = Instant::now();
    let mut calls = 0.0;
    loop {
        task();
        calls += 1.0;
        let spent = start.elapsed();
        if spent >= budget {
            return spent.as_secs_f64() * 1000.0 / calls;
        }
    }
}
