//! How much is caught: valid messages, each with one fault, at every place where that fault fits.
//!
//! A mutant must get an error that the message has not without the fault, and it must stand where the fault is, at what holds it, or
//! below it; where it is no error, or other rules have something to say there, too, the issue of one rule. A kind of fault that needs a rule which is still to come is `pending`: it is counted, and must lose the mark when all of
//! its mutants are caught. `cargo test --test mutations -- --nocapture` prints the table.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests may fail loudly"
)]

#[path = "mutations/fault.rs"]
mod fault;
#[path = "mutations/invariants.rs"]
mod invariants;
#[path = "mutations/json.rs"]
mod json;
#[path = "mutations/mends.rs"]
mod mends;
#[path = "mutations/message.rs"]
mod message;
#[path = "mutations/messaging.rs"]
mod messaging;
#[path = "mutations/primitives.rs"]
mod primitives;
#[path = "mutations/structure.rs"]
mod structure;

use fault::Mutant;
use message::{Message, is_error, judge};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// So many places of a kind are tried in a message; more are sampled evenly.
const PLACES: usize = 200;
/// The same for the small messages of `tests/cases`, which are much alike.
const PLACES_OF_A_CASE: usize = 10;
/// So many mutants of a kind are listed when it fails.
const LISTED: usize = 12;

/// Makes a mutant for each place in a message where the fault fits.
type Make = Box<dyn Fn(&Message) -> Vec<Mutant> + Send + Sync>;

/// A kind of fault, named after the rule that it breaks.
struct Kind {
    name: String,
    /// The rule that is still to come.
    pending: Option<&'static str>,
    /// The rule that has to tell: of a fault that is no error, or that other rules speak of, too.
    told_by: Option<&'static str>,
    make: Make,
}

fn kind(name: impl Into<String>, make: impl Fn(&Message) -> Vec<Mutant> + Send + Sync + 'static) -> Kind {
    Kind { name: name.into(), pending: None, told_by: None, make: Box::new(make) }
}

impl Kind {
    fn told_by(mut self, rule: &'static str) -> Self {
        self.told_by = Some(rule);
        self
    }

    /// Whether an issue may be the one that tells of the fault.
    fn is_told(&self, issue: &fhirpost::report::Issue) -> bool {
        self.told_by.map_or_else(|| is_error(issue), |rule| issue.rule == rule)
    }

    fn pending(mut self, reason: &'static str) -> Self {
        self.pending = Some(reason);
        self
    }
}

fn kinds() -> Vec<Kind> {
    [json::kinds(), structure::kinds(), primitives::kinds(), messaging::kinds(), invariants::kinds()]
        .into_iter()
        .flatten()
        .collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(folder) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Whether a case of `tests/cases` is a message that the specification finds valid: neither one resource nor another Bundle.
fn is_valid_case(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_str().unwrap();
    let expected = path.with_file_name(name.replace(".json", ".expected.json"));
    let Ok(expected) = fs::read_to_string(expected) else { return false };
    let other = name.starts_with("resource-") || name.starts_with("bundle-");
    !other && !["\"error\"", "\"fatal\""].iter().any(|severity| expected.contains(severity))
}

/// The messages, the largest first. Those of `../shared/conformance` may be absent.
fn messages() -> Vec<Message> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = vec![(root.join("tests/mutations/rich-message.json"), true)];
    let examples = files(&root.join("www/examples")).into_iter();
    paths.extend(examples.filter(|path| !path.to_string_lossy().ends_with("-broken.json")).map(|path| (path, true)));
    paths.extend(files(&root.join("../shared/conformance/messages")).into_iter().map(|path| (path, false)));
    for folder in files(&root.join("tests/cases")) {
        paths.extend(files(&folder).into_iter().filter(|path| is_valid_case(path)).map(|path| (path, true)));
    }
    let mut messages = Vec::new();
    for (path, own) in paths {
        // One case begins with a byte order mark, which is no JSON elsewhere.
        let Ok(value) = serde_json::from_slice(&fs::read(&path).unwrap()) else { continue };
        let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
        let name = format!("{}/{}", folder.display(), path.file_name().unwrap().display());
        messages.push(Message::new(name, own, value));
    }
    messages
}

/// What became of the mutants of a kind.
#[derive(Default)]
struct Outcome {
    mutants: usize,
    caught: usize,
    misplaced: usize,
    /// What was reported at the right places.
    rules: BTreeSet<String>,
    wrong: Vec<String>,
}

/// Some of the items, evenly spread.
fn sample<T>(items: Vec<T>, most: usize) -> Vec<T> {
    let count = items.len();
    if count <= most {
        return items;
    }
    let chosen: BTreeSet<usize> = (0..most).map(|index| index * count / most).collect();
    items.into_iter().enumerate().filter(|(index, _)| chosen.contains(index)).map(|(_, item)| item).collect()
}

fn try_kind(kind: &Kind, messages: &[Message]) -> Outcome {
    let mut outcome = Outcome::default();
    for message in messages {
        let most = if message.text.len() > 4_800 { PLACES } else { PLACES_OF_A_CASE };
        let mutants: Vec<Mutant> =
            (kind.make)(message).into_iter().filter(|mutant| !mutant.places.touch(message)).collect();
        for mutant in sample(mutants, most) {
            outcome.mutants += 1;
            let report = judge(&mutant.text(message));
            let old = |issue: &&fhirpost::report::Issue| {
                let same = |known: &fhirpost::report::Issue| {
                    known.rule == issue.rule && known.pointer == issue.pointer && known.message == issue.message
                };
                message.errors.iter().any(same)
            };
            let errors: Vec<_> = report.issues.iter().filter(|issue| kind.is_told(issue) && !old(issue)).collect();
            let right = errors.iter().filter(|issue| mutant.places.are(message, &issue.pointer, issue.start));
            let rules: Vec<String> = right.map(|issue| issue.rule.to_string()).collect();
            let placed = !rules.is_empty();
            outcome.rules.extend(rules);
            outcome.caught += usize::from(placed);
            outcome.misplaced += usize::from(!placed && !errors.is_empty());
            if !placed && outcome.wrong.len() < LISTED {
                let found: Vec<String> = report
                    .issues
                    .iter()
                    .map(|issue| format!("{} {} at {}", issue.severity.name(), issue.rule, issue.pointer))
                    .take(4)
                    .collect();
                outcome.wrong.push(format!("{} {}: {found:?}", message.name, mutant.label()));
            }
        }
    }
    outcome
}

/// Tries every kind, on as many threads as there are processors.
fn try_all(kinds: &[Kind], messages: &[Message]) -> Vec<Outcome> {
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut outcomes: Vec<(usize, Outcome)> = std::thread::scope(|scope| {
        let work = || {
            let mut done = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(kind) = kinds.get(index) else { return done };
                done.push((index, try_kind(kind, messages)));
            }
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    outcomes.sort_by_key(|(index, _)| *index);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

#[test]
fn every_fault_is_caught_where_it_is() {
    let (kinds, messages) = (kinds(), messages());
    let outcomes = try_all(&kinds, &messages);
    let mut failures = String::new();
    eprintln!("{:>7} {:>7} {:>9}  kind", "mutants", "caught", "misplaced");
    for (kind, outcome) in kinds.iter().zip(&outcomes) {
        let pending = kind.pending.map(|reason| format!(" (pending: {reason})")).unwrap_or_default();
        let Outcome { mutants, caught, misplaced, rules, wrong } = outcome;
        let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
        eprintln!("{mutants:>7} {caught:>7} {misplaced:>9}  {}{pending} [{}]", kind.name, rules.join(", "));
        if *mutants == 0 {
            failures.push_str(&format!("{}: no message has a place for it\n", kind.name));
        } else if kind.pending.is_some() && caught == mutants {
            failures.push_str(&format!("{}: all are caught: remove the mark{pending}\n", kind.name));
        } else if kind.pending.is_none() && caught < mutants {
            failures.push_str(&format!("{}: {} of {mutants} not caught where they are\n", kind.name, mutants - caught));
            wrong.iter().for_each(|line| failures.push_str(&format!("    {line}\n")));
        }
    }
    let total: usize = outcomes.iter().map(|outcome| outcome.mutants).sum();
    eprintln!("{total} mutants of {} kinds from {} messages", kinds.len(), messages.len());
    assert!(failures.is_empty(), "\n{failures}");
}

#[test]
fn our_own_messages_have_no_errors() {
    for message in messages().iter().filter(|message| message.own) {
        let errors: Vec<_> =
            message.errors.iter().map(|issue| format!("{} {}", issue.rule, issue.expression)).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", message.name);
    }
}

#[test]
fn kinds_have_names_of_their_own() {
    let kinds = kinds();
    let names: BTreeSet<&str> = kinds.iter().map(|kind| kind.name.as_str()).collect();
    assert_eq!(names.len(), kinds.len());
}
