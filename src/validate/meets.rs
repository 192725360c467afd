//! Whether a value meets a profile, without reporting why it does not: for alternatives, targets, discriminators, and constraints that ask.

use super::instance::{Instance, Start};
use super::profile::notes::Question;
use crate::definitions::{ProfileId, TypeId};
use crate::document::{NodeId, Property};
use crate::report::Severity;

pub(crate) use super::profile::notes::Answer;

/// References go from resource to resource: so far they are followed.
const DEEPEST: u32 = 16;

/// Whether a value meets a profile, as far as that can be decided.
pub(crate) fn meets(instance: &mut Instance<'_>, (value, of): (Property, TypeId), profile: ProfileId) -> Answer {
    let key = (value.value.or(value.companion).unwrap_or(NodeId::ROOT), profile);
    match instance.profiles.answers.get(&key) {
        Some(&Question::Open(before)) => {
            let outermost = instance.profiles.assumed.map_or(before, |known| known.min(before));
            instance.profiles.assumed = Some(outermost);
            return Answer::Met;
        }
        Some(Question::Answered(known)) => return known.clone(),
        None => {}
    }
    if instance.profiles.depth >= DEEPEST {
        return Answer::Met;
    }
    let depth = instance.profiles.depth;
    let around = instance.profiles.assumed.take();
    instance.profiles.answers.insert(key, Question::Open(depth));
    instance.profiles.depth += 1;
    let bindings = std::mem::take(&mut instance.profiles.own_bindings);
    let demanded = instance.findings.demanded_by.take();
    let start = Start::Profile { value, of, profile };
    let verdict = (instance.validate)(instance, start);
    instance.findings.demanded_by = demanded;
    instance.profiles.own_bindings = bindings;
    instance.profiles.depth -= 1;
    let mut errors = verdict.findings.found.iter().filter(|one| one.severity <= Severity::Error);
    let answer = match errors.next() {
        None => Answer::Met,
        Some(first) => {
            let text = first.content.clone().write(false);
            Answer::NotMet { errors: 1 + errors.count(), first: text.trim_end_matches('.').to_owned() }
        }
    };
    // What rests on the answer to a question around this one is not known before that is.
    let rests_on = instance.profiles.assumed.filter(|&before| before < depth);
    match rests_on {
        Some(_) => drop(instance.profiles.answers.remove(&key)),
        None => drop(instance.profiles.answers.insert(key, Question::Answered(answer.clone()))),
    }
    instance.profiles.assumed = match (around, rests_on) {
        (Some(around), Some(own)) => Some(around.min(own)),
        (around, own) => around.or(own),
    };
    answer
}
