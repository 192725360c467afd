//! How much is caught: valid messages, each with one fault, at every place where that fault fits.
//!
//! A mutant must get an error that the message does not have without the fault, and it must be where the fault is, at what holds it, or
//! below it; where it is not an error, or other rules have something to say there, too, the issue of one rule. A kind of fault that needs a rule
//! which is still to come is `pending`: it is counted, and must lose the mark when all of its mutants are caught. `cargo test --test mutations -- --nocapture` prints the table.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests may fail loudly"
)]

#[path = "mutations/fault.rs"]
mod fault;
#[path = "mutations/fixes.rs"]
mod fixes;
#[path = "mutations/invariants.rs"]
mod invariants;
#[path = "mutations/json.rs"]
mod json;
#[path = "mutations/kinds.rs"]
mod kinds;
#[path = "mutations/message.rs"]
mod message;
#[path = "mutations/messaging.rs"]
mod messaging;
#[path = "mutations/primitives.rs"]
mod primitives;
#[path = "mutations/structure.rs"]
mod structure;

use kinds::{Kind, files, kind, kinds, messages, sample};
use message::{Message, validate};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

/// So many mutants of a kind are listed when it fails.
const LISTED: usize = 12;

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

fn try_kind(kind: &Kind, messages: &[Message]) -> Outcome {
    let mut outcome = Outcome::default();
    for message in messages {
        for mutant in kind.mutants(message) {
            outcome.mutants += 1;
            let report = validate(&mutant.text(message));
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
