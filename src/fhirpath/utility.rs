//! The functions of sections "Tree navigation" and "Utility functions", and `type()`.

use super::call::{Call, One};
use super::element::type_info;
use super::item::Item;
use super::moment::Moment;
use super::navigate;
use super::reader::{EvaluationError, Sink, Step};

pub(super) fn children<'e>(call: &Call<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
    call.input(&mut |item| navigate::children(call.reader, &item, sink))
}

pub(super) fn descendants<'e>(call: &Call<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
    call.input(&mut |item| navigate::descendants(call.reader, &item, sink))
}

/// Nothing is written anywhere: traces would carry values of the message.
pub(super) fn trace<'e>(call: &Call<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
    call.input(sink)
}

pub(super) fn now<'e>(call: &Call<'_, 'e>) -> One<'e> {
    Ok(Some(Item::Moment(instant(call)?)))
}

pub(super) fn today<'e>(call: &Call<'_, 'e>) -> One<'e> {
    Ok(Some(Item::Moment(instant(call)?.to_date())))
}

pub(super) fn time_of_day<'e>(call: &Call<'_, 'e>) -> One<'e> {
    Ok(Some(Item::Moment(instant(call)?.to_time())))
}

fn instant(call: &Call<'_, '_>) -> Result<Moment, EvaluationError> {
    let now = call.reader.context.now.and_then(Moment::date_time).filter(Moment::has_time);
    now.ok_or_else(|| call.error("needs the time, which was not given"))
}

pub(super) fn type_of<'e>(call: &Call<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
    call.input(&mut |item| sink(type_info(call.reader, &item)))
}
