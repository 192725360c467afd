//! Functions on collections, and the way to all others.

use super::EvaluationError;
use super::evaluate::{Evaluator, Frame, Sink, Step};
use super::expression::{Expr, ExprId};
use super::function::Function;
use super::item::Item;
use super::lookup::Lookup;
use super::moment::Moment;
use super::{convert, quantity};
use crate::document::{NodeId, name, ordered};
use std::borrow::Cow;
use std::cmp::Ordering;

/// What looking through all value sets costs.
const VALUE_SETS: usize = 200;

impl<'e> Evaluator<'e> {
    pub(super) fn call(
        &self,
        base: Option<ExprId>,
        function: Function,
        arguments: &[ExprId],
        frame: &Frame<'_, 'e>,
        sink: Sink<'_, 'e>,
    ) -> Step {
        use Function as F;
        if let Some(answer) = self.boolean_function(base, function, arguments, frame)? {
            return match answer {
                Some(answer) => sink(Item::Boolean(answer)),
                None => Ok(true),
            };
        }
        let first = arguments.first().copied();
        match function {
            F::Count => {
                let mut count = 0;
                self.input(base, frame, &mut |_| {
                    count += 1;
                    Ok(true)
                })?;
                sink(Item::Integer(count))
            }
            F::Where => self.each_with(base, frame, |item, inner| {
                let kept = first.map_or(Ok(None), |criteria| self.truth(criteria, inner))?;
                if kept == Some(true) { sink(item) } else { Ok(true) }
            }),
            F::Select => self.each_with(base, frame, |_, inner| match first {
                Some(projection) => self.each(projection, inner, sink),
                None => Ok(true),
            }),
            F::Repeat => self.repeat(base, first, frame, sink),
            F::Aggregate => {
                let mut total = match arguments.get(1) {
                    Some(&start) => self.collect(start, frame)?,
                    None => Vec::new(),
                };
                for (index, item) in self.collect_input(base, frame)?.into_iter().enumerate() {
                    let this = [item];
                    let inner = Frame { this: &this, index, total: &total };
                    total = first.map_or(Ok(Vec::new()), |aggregator| self.collect(aggregator, &inner))?;
                }
                self.give_all(total, sink)
            }
            F::Sort => self.sort(base, arguments, frame, sink),
            F::Single => match self.single_input(base, frame)? {
                Some(item) => sink(item),
                None => Ok(true),
            },
            F::First => self.part(base, 0, 1, frame, sink),
            F::Tail => self.part(base, 1, usize::MAX, frame, sink),
            F::Skip | F::Take => {
                let Some(count) = first.map_or(Ok(None), |count| self.integer(count, frame))? else { return Ok(true) };
                let count = usize::try_from(count).unwrap_or(0);
                if function == F::Skip {
                    self.part(base, count, usize::MAX, frame, sink)
                } else {
                    self.part(base, 0, count, frame, sink)
                }
            }
            F::Last => match self.collect_input(base, frame)?.pop() {
                Some(item) => sink(item),
                None => Ok(true),
            },
            F::Distinct => self.distinct(self.collect_input(base, frame)?, sink),
            F::Intersect | F::Exclude => {
                let items = self.collect_input(base, frame)?;
                let kept = self.searching(first, frame, items.len(), |others, lookup| {
                    let mut kept = Vec::new();
                    for item in items {
                        if self.is_among(&item, others, lookup)? == (function == F::Intersect) {
                            kept.push(item);
                        }
                    }
                    Ok(kept)
                })?;
                if function == F::Intersect { self.distinct(kept, sink) } else { self.give_all(kept, sink) }
            }
            F::Union | F::Combine => {
                let mut all = self.collect_input(base, frame)?;
                all.extend(first.map_or(Ok(Vec::new()), |others| self.collect(others, frame))?);
                if function == F::Union { self.distinct(all, sink) } else { self.give_all(all, sink) }
            }
            F::Iif => self.iif(base, arguments, frame, sink),
            F::Children => self.input(base, frame, &mut |item| self.children(&item, sink)),
            F::Descendants => self.input(base, frame, &mut |item| self.descendants(&item, sink)),
            // Nothing is written anywhere: traces would carry values of the message.
            F::Trace => self.input(base, frame, sink),
            F::Now | F::Today | F::TimeOfDay => {
                let now = self.context.now.and_then(Moment::date_time).filter(Moment::has_time).ok_or_else(|| {
                    EvaluationError::new(format!("{}() needs the time, which was not given", function.name()))
                })?;
                sink(Item::Moment(match function {
                    F::Today => now.to_date(),
                    F::TimeOfDay => now.to_time(),
                    _ => now,
                }))
            }
            F::Type => self.input(base, frame, &mut |item| sink(self.type_info(&item))),
            F::Extension => self.extension(base, first, frame, sink),
            F::GetValue => self.input(base, frame, &mut |item| {
                if !self.has_value(&item) {
                    return Ok(true);
                }
                sink(self.system(item)?)
            }),
            F::Resolve => self.input(base, frame, &mut |item| match self.resolve(&item)? {
                Some(node) => sink(Item::Element(self.resource_element(node))),
                None => Ok(true),
            }),
            F::Join => {
                let separator = first.map_or(Ok(None), |separator| self.text(separator, frame))?.unwrap_or_default();
                let mut joined: Option<String> = None;
                self.input(base, frame, &mut |item| {
                    let Some(text) = self.text_of(Some(self.system(item)?))? else { return Ok(true) };
                    self.room_for(joined.as_ref().map_or(0, String::len), separator.len() + text.len())?;
                    match &mut joined {
                        Some(joined) => {
                            joined.push_str(&separator);
                            joined.push_str(&text);
                        }
                        None => joined = Some(text.into_owned()),
                    }
                    Ok(true)
                })?;
                joined.map_or(Ok(true), |joined| sink(Item::String(Cow::Owned(joined))))
            }
            F::ToBoolean
            | F::ConvertsToBoolean
            | F::ToInteger
            | F::ConvertsToInteger
            | F::ToDate
            | F::ConvertsToDate
            | F::ToDateTime
            | F::ConvertsToDateTime
            | F::ToTime
            | F::ConvertsToTime
            | F::ToDecimal
            | F::ConvertsToDecimal
            | F::ToQuantity
            | F::ConvertsToQuantity
            | F::ToText
            | F::ConvertsToString => give_one(self.convert(function, base, arguments, frame)?, sink),
            F::Abs
            | F::Ceiling
            | F::Exp
            | F::Floor
            | F::Ln
            | F::Log
            | F::Power
            | F::Round
            | F::Sqrt
            | F::Truncate
            | F::LowBoundary
            | F::HighBoundary
            | F::Precision => give_one(self.math(function, base, arguments, frame)?, sink),
            _ => self.string_function(function, base, arguments, frame, sink),
        }
    }

    /// Functions whose answer is true, false or nothing. `None` for all others.
    #[allow(clippy::option_option, reason = "no such function, or its answer in FHIRPath's three values")]
    pub(super) fn boolean_function(
        &self,
        base: Option<ExprId>,
        function: Function,
        arguments: &[ExprId],
        frame: &Frame<'_, 'e>,
    ) -> Result<Option<Option<bool>>, EvaluationError> {
        use Function as F;
        let first = arguments.first().copied();
        Ok(Some(match function {
            F::Empty | F::Exists => {
                let mut exists = false;
                match first {
                    None => self.input(base, frame, &mut |_| {
                        exists = true;
                        Ok(false)
                    })?,
                    Some(criteria) => self.each_with(base, frame, |_, inner| {
                        exists = self.truth(criteria, inner)? == Some(true);
                        Ok(!exists)
                    })?,
                };
                Some(exists == (function == F::Exists))
            }
            F::All => {
                let mut all = true;
                self.each_with(base, frame, |_, inner| {
                    all = first.map_or(Ok(None), |criteria| self.truth(criteria, inner))? == Some(true);
                    Ok(all)
                })?;
                Some(all)
            }
            F::AllTrue | F::AnyTrue | F::AllFalse | F::AnyFalse => {
                let wanted = matches!(function, F::AllTrue | F::AnyTrue);
                let any = matches!(function, F::AnyTrue | F::AnyFalse);
                let mut answer = !any;
                self.input(base, frame, &mut |item| match self.system(item)? {
                    Item::Boolean(value) => {
                        if (value == wanted) == any {
                            answer = any;
                        }
                        Ok(true)
                    }
                    _ => Err(EvaluationError::new(format!("{}() works on booleans", function.name()))),
                })?;
                Some(answer)
            }
            F::Not => match self.single_input_value(base, frame)? {
                None => None,
                Some(Item::Boolean(value)) => Some(!value),
                Some(_) => Some(false),
            },
            F::HasValue => {
                let mut count = 0;
                let mut has = false;
                self.input(base, frame, &mut |item| {
                    count += 1;
                    has = self.has_value(&item);
                    Ok(count < 2)
                })?;
                Some(count == 1 && has)
            }
            F::IsDistinct => {
                let all = self.collect_input(base, frame)?;
                let (count, mut distinct) = (all.len(), 0);
                self.distinct(all, &mut |_| {
                    distinct += 1;
                    Ok(true)
                })?;
                Some(count == distinct)
            }
            F::SubsetOf | F::SupersetOf => {
                let own = self.collect_input(base, frame)?;
                let contains = |few: &[Item<'e>], many: &[Item<'e>], lookup: Option<&Lookup>| {
                    for item in few {
                        if !self.is_among(item, many, lookup)? {
                            return Ok(false);
                        }
                    }
                    Ok(true)
                };
                Some(if function == F::SubsetOf {
                    self.searching(first, frame, own.len(), |others, lookup| contains(&own, others, lookup))?
                } else {
                    let others = first.map_or(Ok(Vec::new()), |others| self.collect(others, frame))?;
                    contains(&others, &own, self.lookup(&own)?.as_ref())?
                })
            }
            F::Comparable => {
                let own = self.single_input_value(base, frame)?;
                let other = first.map_or(Ok(None), |other| self.single_value(other, frame))?;
                match (own.as_ref().and_then(quantity::of), other.as_ref().and_then(quantity::of)) {
                    (Some(own), Some(other)) => {
                        self.weigh(&own, &other)?;
                        Some(quantity::comparable(&own, &other))
                    }
                    _ => None,
                }
            }
            F::ConformsTo => match (self.single_input(base, frame)?, first) {
                (Some(item), Some(url)) => self.conforms_to(&item, self.text(url, frame)?.as_deref())?,
                _ => None,
            },
            F::MemberOf => match (self.single_input(base, frame)?, first) {
                (Some(item), Some(set)) => self.member_of(&item, self.text(set, frame)?.as_deref())?,
                _ => None,
            },
            F::Subsumes | F::SubsumedBy => {
                return Err(EvaluationError::new(format!("{}() needs a terminology server", function.name())));
            }
            F::HtmlChecks => {
                let mut all = true;
                self.input(base, frame, &mut |item| {
                    if let Item::String(text) = self.system(item)?
                        && let Some(host) = self.context.host
                    {
                        self.charge(text.len() / 4)?;
                        all = all && host.html_checks(&text);
                    }
                    Ok(true)
                })?;
                Some(all)
            }
            _ => return Ok(None),
        }))
    }

    /// Hands each item of the input to the visitor, with the frame in which it is `$this`.
    fn each_with(
        &self,
        base: Option<ExprId>,
        frame: &Frame<'_, 'e>,
        mut visit: impl FnMut(Item<'e>, &Frame<'_, 'e>) -> Step,
    ) -> Step {
        let mut index = 0;
        self.input(base, frame, &mut |item| {
            self.spend()?;
            let this = [self.copied(&item)?];
            let inner = Frame { this: &this, index, total: frame.total };
            index += 1;
            visit(item, &inner)
        })
    }

    fn give_all(&self, items: Vec<Item<'e>>, sink: Sink<'_, 'e>) -> Step {
        for item in items {
            if !sink(item)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Some of the input: `count` items after leaving out `skip`.
    fn part(&self, base: Option<ExprId>, skip: usize, count: usize, frame: &Frame<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
        let mut at = 0;
        let mut wanted = true;
        if count == 0 {
            return Ok(true);
        }
        self.input(base, frame, &mut |item| {
            at += 1;
            if at <= skip {
                return Ok(true);
            }
            wanted = sink(item)?;
            Ok(wanted && at - skip < count)
        })?;
        Ok(wanted)
    }

    fn repeat(
        &self,
        base: Option<ExprId>,
        projection: Option<ExprId>,
        frame: &Frame<'_, 'e>,
        sink: Sink<'_, 'e>,
    ) -> Step {
        let Some(projection) = projection else { return Ok(true) };
        let mut found: Vec<Item<'e>> = Vec::new();
        // An element of the document is new when it has not been seen itself; only values are compared.
        let mut seen = vec![false; self.context.document.len()];
        self.charge(seen.len() / 64)?;
        let mut next = self.collect_input(base, frame)?;
        while !next.is_empty() {
            let mut level = Vec::new();
            for item in next {
                let this = [item];
                let inner = Frame { this: &this, ..*frame };
                for item in self.collect(projection, &inner)? {
                    let known = match &item {
                        Item::Element(element) => {
                            seen.get_mut(element.node().0 as usize).is_none_or(|seen| std::mem::replace(seen, true))
                        }
                        _ => self.is_among(&item, &found, None)?,
                    };
                    if !known {
                        found.push(self.copied(&item)?);
                        level.push(item);
                    }
                }
            }
            next = level;
        }
        self.give_all(found, sink)
    }

    fn iif(&self, base: Option<ExprId>, arguments: &[ExprId], frame: &Frame<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
        let input = self.collect_input(base, frame)?;
        if base.is_some() && input.len() > 1 {
            return Err(EvaluationError::new("iif() works on one item"));
        }
        let inner = Frame { this: &input, ..*frame };
        let criterion = match arguments.first() {
            Some(&criterion) => self.single_value(criterion, &inner)?,
            None => None,
        };
        let branch = match criterion {
            Some(Item::Boolean(true)) => arguments.get(1),
            Some(Item::Boolean(false)) | None => arguments.get(2),
            Some(_) => return Err(EvaluationError::new("the criterion of iif() must be true or false")),
        };
        branch.map_or(Ok(true), |&branch| self.each(branch, &inner, sink))
    }

    fn sort(&self, base: Option<ExprId>, arguments: &[ExprId], frame: &Frame<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
        // `-key` sorts downwards, whatever the key is.
        let keys: Vec<(ExprId, bool)> = arguments
            .iter()
            .map(|&argument| match self.expression.node(argument) {
                Expr::Negate(key) => (*key, true),
                _ => (argument, false),
            })
            .collect();
        let mut rows = Vec::new();
        self.each_with(base, frame, |item, inner| {
            let mut row = Vec::new();
            if keys.is_empty() {
                row.push(Some(self.system(item.clone())?));
            }
            for &(key, _) in &keys {
                row.push(self.single_value(key, inner)?);
            }
            rows.push((row, item));
            Ok(true)
        })?;
        let mut failed = None;
        let order = ordered(rows.len(), &mut |left, right| {
            let (Some((left, _)), Some((right, _))) = (rows.get(left), rows.get(right)) else { return Ordering::Equal };
            for (index, (left, right)) in left.iter().zip(right).enumerate() {
                let order = match (left, right) {
                    (Some(left), Some(right)) => match self.order(left, right) {
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
                let downwards = keys.get(index).is_some_and(|(_, downwards)| *downwards);
                match if downwards { order.reverse() } else { order } {
                    Ordering::Equal => {}
                    order => return order,
                }
            }
            Ordering::Equal
        });
        match failed {
            Some(error) => Err(error),
            None => {
                let sorted = order.into_iter().filter_map(|place| rows.get(place).map(|(_, item)| item.clone()));
                self.give_all(sorted.collect(), sink)
            }
        }
    }

    fn extension(&self, base: Option<ExprId>, url: Option<ExprId>, frame: &Frame<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
        let Some(wanted) = url.map_or(Ok(None), |url| self.text(url, frame))? else { return Ok(true) };
        self.input(base, frame, &mut |item| {
            self.member(&item, name::EXTENSION, "extension", &mut |extension| {
                let mut same = false;
                self.member(&extension, name::URL, "url", &mut |url| {
                    same = matches!(self.system(url)?, Item::String(url) if url == wanted);
                    Ok(true)
                })?;
                if same { sink(extension) } else { Ok(true) }
            })
        })
    }

    /// What a Reference, a uri or a canonical resolves to inside the document.
    fn resolve(&self, item: &Item<'e>) -> Result<Option<NodeId>, EvaluationError> {
        let Some(host) = self.context.host else { return Ok(None) };
        let document = self.context.document;
        let Item::Element(element) = item else { return Ok(None) };
        let Some(value) = element.value else { return Ok(None) };
        let reference = match document.string(value) {
            Some(text) => Some(text),
            None => self.found(value, name::REFERENCE).and_then(|reference| document.string(reference)),
        };
        let Some(reference) = reference else { return Ok(None) };
        self.charge(4 + reference.len() / 16)?;
        Ok(host.resolve(&reference, value))
    }

    fn conforms_to(&self, item: &Item<'e>, url: Option<&str>) -> Result<Option<bool>, EvaluationError> {
        let Some(url) = url else { return Ok(None) };
        let name = url.strip_prefix("http://hl7.org/fhir/StructureDefinition/");
        match name.filter(|name| self.context.definitions.type_named(name).is_some()) {
            Some(name) => Ok(Some(self.is_of_type(item, name))),
            None => Err(EvaluationError::new("conformsTo() knows only R4's own types")),
        }
    }

    fn member_of(&self, item: &Item<'e>, set: Option<&str>) -> Result<Option<bool>, EvaluationError> {
        let Some(url) = set else { return Ok(None) };
        let definitions = self.context.definitions;
        let url = url.split('|').next().unwrap_or(url);
        self.charge(VALUE_SETS)?;
        let set = definitions.value_sets().iter().find(|set| set.url == url);
        let Some(set) = set.filter(|set| set.expansion().is_ok()) else {
            return Err(EvaluationError::new("memberOf() knows only the value sets that R4's elements are bound to"));
        };
        if let Item::String(code) = self.system(item.clone())? {
            return Ok(set.has_code(&code));
        }
        let Item::Element(element) = item else { return Ok(None) };
        let Some(object) = element.value else { return Ok(None) };
        let document = self.context.document;
        let has = |coding: NodeId| {
            let text = |name| self.found(coding, name).and_then(|node| document.string(node));
            text(name::CODE).and_then(|code| set.has_coding(text(name::SYSTEM).as_deref().unwrap_or(""), &code))
        };
        Ok(match self.found(object, name::CODING) {
            Some(codings) => Some(document.children(codings).any(|coding| has(coding) == Some(true))),
            None => has(object),
        })
    }
}

fn give_one<'e>(item: Option<Item<'e>>, sink: Sink<'_, 'e>) -> Step {
    match item {
        Some(item) => sink(item),
        None => Ok(true),
    }
}

/// A value as text, for results that are shown.
pub(super) fn shown(item: &Item<'_>) -> Option<String> {
    convert::text(item).map(Cow::into_owned)
}
