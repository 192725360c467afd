//! The functions of section "Existence", and `not()`.

use super::call::{Call, Truth};
use super::element::system;
use super::item::Item;
use super::lookup::{Lookup, distinct, is_among, lookup};
use super::reader::{EvaluationError, Reader, Sink, Step};

pub(super) fn exists(call: &Call<'_, '_>) -> Truth {
    let mut exists = false;
    if call.arguments.is_empty() {
        call.input(&mut |_| {
            exists = true;
            Ok(false)
        })?;
    } else {
        call.each(&mut |_, inner| {
            exists = call.truth(0, inner)? == Some(true);
            Ok(!exists)
        })?;
    }
    Ok(Some(exists))
}

pub(super) fn empty(call: &Call<'_, '_>) -> Truth {
    Ok(exists(call)?.map(|exists| !exists))
}

pub(super) fn all(call: &Call<'_, '_>) -> Truth {
    let mut all = true;
    call.each(&mut |_, inner| {
        all = call.truth(0, inner)? == Some(true);
        Ok(all)
    })?;
    Ok(Some(all))
}

/// Whether all booleans, or any of them, are the one that is wanted.
pub(super) fn booleans(call: &Call<'_, '_>, any: bool, wanted: bool) -> Truth {
    let mut answer = !any;
    call.input(&mut |item| match system(call.reader, item)? {
        Item::Boolean(value) => {
            if (value == wanted) == any {
                answer = any;
            }
            Ok(true)
        }
        _ => Err(call.error("works on booleans")),
    })?;
    Ok(Some(answer))
}

pub(super) fn not(call: &Call<'_, '_>) -> Truth {
    Ok(match call.value()? {
        None => None,
        Some(Item::Boolean(value)) => Some(!value),
        Some(_) => Some(false),
    })
}

pub(super) fn subset_of(call: &Call<'_, '_>) -> Truth {
    let own = call.collect()?;
    let mut answer = false;
    call.search(own.len(), &mut |others, lookup| {
        answer = are_among(call.reader, &own, others, lookup)?;
        Ok(())
    })?;
    Ok(Some(answer))
}

pub(super) fn superset_of(call: &Call<'_, '_>) -> Truth {
    let own = call.collect()?;
    let others = call.collect_argument(0)?;
    are_among(call.reader, &others, &own, lookup(call.reader, &own)?.as_ref()).map(Some)
}

/// Whether a list holds all of some items.
#[inline(never)]
fn are_among<'e>(
    reader: &Reader<'e>,
    items: &[Item<'e>],
    list: &[Item<'e>],
    lookup: Option<&Lookup>,
) -> Result<bool, EvaluationError> {
    for item in items {
        if !is_among(reader, item, list, lookup)? {
            return Ok(false);
        }
    }
    Ok(true)
}

pub(super) fn count<'e>(call: &Call<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
    let mut count = 0;
    call.input(&mut |_| {
        count += 1;
        Ok(true)
    })?;
    sink(Item::Integer(count))
}

pub(super) fn distinct_items<'e>(call: &Call<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
    distinct(call.reader, call.collect()?, sink)
}

pub(super) fn is_distinct(call: &Call<'_, '_>) -> Truth {
    let all = call.collect()?;
    let (count, mut distinct_ones) = (all.len(), 0);
    distinct(call.reader, all, &mut |_| {
        distinct_ones += 1;
        Ok(true)
    })?;
    Ok(Some(count == distinct_ones))
}
