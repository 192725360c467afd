//! The functions of sections "Filtering and projection" and "Aggregates", and `sort()`: their arguments are evaluated for each item.

use super::call::{Call, Frame};
use super::compare::order;
use super::element::system;
use super::item::Item;
use super::lookup::is_among;
use super::reader::{Sink, Step, give_all};
use crate::document::sorted;
use crate::document::table::row_mut;
use std::cmp::Ordering;

pub(super) fn filter<'e>(call: &Call<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
    call.each(&mut |item, inner| if call.truth(0, inner)? == Some(true) { sink(item) } else { Ok(true) })
}

pub(super) fn select<'e>(call: &Call<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
    let Some(projection) = call.argument(0) else { return Ok(true) };
    call.each(&mut |_, inner| call.evaluator.each(projection, inner, sink))
}

pub(super) fn repeat<'e>(call: &Call<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
    let Some(projection) = call.argument(0) else { return Ok(true) };
    let reader = call.reader;
    let mut found: Vec<Item<'e>> = Vec::new();
    // An element of the document is new when it has not been seen itself; only values are compared.
    let mut seen = vec![false; reader.context.document.len()];
    reader.charge(seen.len() / 64)?;
    let mut next = call.collect()?;
    while !next.is_empty() {
        let mut level = Vec::new();
        for item in next {
            let this = [item];
            let inner = Frame { this: &this, ..*call.frame };
            for item in call.evaluator.collect(projection, &inner)? {
                let known = match &item {
                    Item::Element(element) => {
                        row_mut(&mut seen, element.node().0 as usize).is_none_or(|seen| std::mem::replace(seen, true))
                    }
                    _ => is_among(reader, &item, &found, None)?,
                };
                if !known {
                    found.push(reader.copied(&item)?);
                    level.push(item);
                }
            }
        }
        next = level;
    }
    give_all(found, sink)
}

pub(super) fn aggregate<'e>(call: &Call<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
    let Some(aggregator) = call.argument(0) else { return Ok(true) };
    let mut total = call.collect_argument(1)?;
    for (index, item) in call.collect()?.into_iter().enumerate() {
        let this = [item];
        total = call.evaluator.collect(aggregator, &Frame { this: &this, index, total: &total })?;
    }
    give_all(total, sink)
}

pub(super) fn sort<'e>(call: &Call<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
    let reader = call.reader;
    // `-key` sorts downwards, whatever the key is.
    let keys: Vec<_> = call
        .arguments
        .iter()
        .map(|&argument| match call.evaluator.negated(argument) {
            Some(key) => (key, true),
            None => (argument, false),
        })
        .collect();
    let mut rows = Vec::new();
    call.each(&mut |item, inner| {
        let mut row = Vec::new();
        if keys.is_empty() {
            row.push(Some(system(reader, item.clone())?));
        }
        for &(key, _) in &keys {
            row.push(call.evaluator.value(Some(key), inner)?);
        }
        rows.push((row, item));
        Ok(true)
    })?;
    let mut failed = None;
    let sorted = sorted(&rows, &mut |(left, _), (right, _)| {
        for (place, (left, right)) in left.iter().zip(right).enumerate() {
            let order = match (left, right) {
                (Some(left), Some(right)) => match order(reader, left, right) {
                    // Dates of different precision have no order.
                    Ok(order) => order.unwrap_or(Ordering::Equal),
                    Err(error) => {
                        failed = Some(error);
                        Ordering::Equal
                    }
                },
                // What has no key comes first, upwards and downwards.
                (left, right) => match left.is_some().cmp(&right.is_some()) {
                    Ordering::Equal => continue,
                    order => return order,
                },
            };
            // Without keys the items themselves are compared, upwards.
            let downwards = keys.get(place).is_some_and(|(_, downwards)| *downwards);
            match if downwards { order.reverse() } else { order } {
                Ordering::Equal => {}
                order => return order,
            }
        }
        Ordering::Equal
    });
    let items = sorted.map(|(_, item)| item.clone()).collect();
    match failed {
        Some(error) => Err(error),
        None => give_all(items, sink),
    }
}
