//! The functions of sections "Subsetting" and "Combining".

use super::call::{Call, One};
use super::item::Item;
use super::lookup::{distinct, is_among};
use super::reader::{EvaluationError, Sink, Step, give_all};

pub(super) fn single<'e>(call: &Call<'_, 'e>) -> One<'e> {
    call.single()
}

pub(super) fn first<'e>(call: &Call<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
    part(call, 0, 1, sink)
}

pub(super) fn last<'e>(call: &Call<'_, 'e>) -> One<'e> {
    Ok(call.collect()?.pop())
}

pub(super) fn tail<'e>(call: &Call<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
    part(call, 1, usize::MAX, sink)
}

pub(super) fn skip<'e>(call: &Call<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
    match count(call)? {
        Some(count) => part(call, count, usize::MAX, sink),
        None => Ok(true),
    }
}

pub(super) fn take<'e>(call: &Call<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
    match count(call)? {
        Some(count) => part(call, 0, count, sink),
        None => Ok(true),
    }
}

/// How many items are asked for; with a negative number it is none.
fn count(call: &Call<'_, '_>) -> Result<Option<usize>, EvaluationError> {
    Ok(call.integer(0)?.map(|count| usize::try_from(count).unwrap_or(0)))
}

/// Some of the input: `count` items after leaving out `skip`.
fn part<'e>(call: &Call<'_, 'e>, skip: usize, count: usize, sink: Sink<'_, 'e>) -> Step {
    let mut at = 0;
    let mut wanted = true;
    if count == 0 {
        return Ok(true);
    }
    call.input(&mut |item| {
        at += 1;
        if at <= skip {
            return Ok(true);
        }
        wanted = sink(item)?;
        Ok(wanted && at - skip < count)
    })?;
    Ok(wanted)
}

pub(super) fn intersect<'e>(call: &Call<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
    distinct(call.reader, those(call, true)?, sink)
}

pub(super) fn exclude<'e>(call: &Call<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
    give_all(those(call, false)?, sink)
}

/// The items of the input that are among those of the argument, or those that are not.
fn those<'e>(call: &Call<'_, 'e>, among: bool) -> Result<Vec<Item<'e>>, EvaluationError> {
    let mut items = call.collect()?;
    let mut kept = Vec::new();
    call.search(items.len(), &mut |others, lookup| {
        for item in std::mem::take(&mut items) {
            if is_among(call.reader, &item, others, lookup)? == among {
                kept.push(item);
            }
        }
        Ok(())
    })?;
    Ok(kept)
}

pub(super) fn union<'e>(call: &Call<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
    distinct(call.reader, both(call)?, sink)
}

pub(super) fn combine<'e>(call: &Call<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
    give_all(both(call)?, sink)
}

fn both<'e>(call: &Call<'_, 'e>) -> Result<Vec<Item<'e>>, EvaluationError> {
    let mut all = call.collect()?;
    all.extend(call.collect_argument(0)?);
    Ok(all)
}
