//! Evaluates expressions.
//!
//! Paths are not built up as lists: each step hands its items on, so that `exists()`, `first()` and boolean operators stop as soon as
//! they know enough. [`Evaluate::truth`] answers what most constraints ask without making a collection at all.

use super::arithmetic::arithmetic;
use super::call::{Call, Evaluate, ExprId, Frame, Search, Truth};
use super::compare::{equal_items, equal_lists, equal_texts, equivalent_lists, order};
use super::context::Context;
use super::element::{is_of_type, matches_type, system};
use super::function::{Function, Run};
use super::item::{Item, Quantity};
use super::lookup::{Lookup, distinct, is_among, lookup};
use super::navigate::member;
use super::operator::Operator;
use super::reader::{EvaluationError, Reader, Sink, Step};
use super::regex::Regex;
use super::tree::{Arguments, Expr, Tree, TypeName, TypeOperator};
use super::variable::variable;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::OnceLock;

/// Against so many items a list is not prepared for being searched, unless it is searched again and again.
const FEW: usize = 2;

pub(super) struct Evaluator<'e> {
    pub(super) reader: Reader<'e>,
    pub(super) tree: &'e Tree,
    /// What does not depend on the item that is looked at, by [`Expr::Once`].
    once: Vec<OnceCell<OnceItems<'e>>>,
}

/// What a part of the expression gives, whichever item is looked at.
struct OnceItems<'e> {
    items: Vec<Item<'e>>,
    lookup: OnceCell<Option<Lookup>>,
}

/// One item or none, for the sink.
fn give_one<'e>(item: Option<Item<'e>>, sink: Sink<'_, 'e>) -> Step {
    match item {
        Some(item) => sink(item),
        None => Ok(true),
    }
}

impl<'e> Evaluate<'e> for Evaluator<'e> {
    fn reader(&self) -> &Reader<'e> {
        &self.reader
    }

    fn each(&self, id: ExprId, frame: &Frame<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
        match self.tree.node(id) {
            Expr::Empty => Ok(true),
            Expr::Boolean(value) => sink(Item::Boolean(*value)),
            Expr::Integer(value) => sink(Item::Integer(*value)),
            Expr::Decimal(value) => sink(Item::Decimal(*value)),
            Expr::String(text) => sink(Item::String(Cow::Borrowed(text))),
            Expr::Moment(moment) => sink(Item::Moment(*moment)),
            Expr::Quantity(value, unit, calendar) => {
                let quantity = Quantity { value: *value, unit: Cow::Borrowed(unit), calendar: *calendar };
                sink(Item::Quantity(Box::new(quantity)))
            }
            Expr::This => self.reader.give(frame.this, sink),
            Expr::Index => sink(Item::Integer(frame.index as i64)),
            Expr::Total => self.reader.give(frame.total, sink),
            Expr::Once(of, slot) => self.reader.give(&self.kept(*of, *slot, frame)?.items, sink),
            Expr::Variable(name) => variable(&self.reader, name, sink),
            Expr::Member(Some(base), name, text) => {
                self.each(*base, frame, &mut |item| member(&self.reader, &item, *name, text, sink))
            }
            Expr::Member(None, name, text) => {
                for item in frame.this {
                    // `Patient.name`: a path may begin with the type of what it is evaluated on.
                    let is_type = text.starts_with(|first: char| first.is_ascii_uppercase());
                    let more = if is_type && is_of_type(&self.reader, item, text) {
                        sink(self.reader.copied(item)?)?
                    } else {
                        member(&self.reader, item, *name, text, sink)?
                    };
                    if !more {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Expr::Call(base, function, arguments) => {
                let call = self.call(*base, function, *arguments, frame);
                match function.run {
                    Run::Each(run) => run(&call, sink),
                    Run::One(run) => give_one(run(&call)?, sink),
                    Run::Truth(run) => give_one(run(&call)?.map(Item::Boolean), sink),
                }
            }
            Expr::Indexer(base, index) => {
                let Some(index) = self.integer(*index, frame)? else { return Ok(true) };
                let mut left = index;
                let mut found = None;
                self.each(*base, frame, &mut |item| {
                    if left == 0 {
                        found = Some(item);
                        return Ok(false);
                    }
                    left -= 1;
                    Ok(true)
                })?;
                found.map_or(Ok(true), sink)
            }
            Expr::Negate(of) => match self.value(Some(*of), frame)? {
                None => Ok(true),
                Some(Item::Integer(value)) => value.checked_neg().map_or(Ok(true), |value| sink(Item::Integer(value))),
                Some(Item::Decimal(value)) => sink(Item::Decimal(-value)),
                Some(Item::Quantity(quantity)) => {
                    sink(Item::Quantity(Box::new(Quantity { value: -quantity.value, ..*quantity })))
                }
                Some(_) => Err(EvaluationError::new("- is before something that is not a number")),
            },
            Expr::Plus(of) => match self.value(Some(*of), frame)? {
                None => Ok(true),
                Some(item @ (Item::Integer(_) | Item::Decimal(_) | Item::Quantity(_))) => sink(item),
                Some(_) => Err(EvaluationError::new("+ is before something that is not a number")),
            },
            Expr::Binary(Operator::Union, left, right) => {
                let mut all = self.collect(*left, frame)?;
                self.each(*right, frame, &mut |item| {
                    all.push(item);
                    Ok(true)
                })?;
                distinct(&self.reader, all, sink)
            }
            Expr::Binary(operator, left, right) if operator.is_boolean() => {
                give_one(self.boolean_operator(*operator, *left, *right, frame)?.map(Item::Boolean), sink)
            }
            Expr::Binary(operator, left, right) => {
                let (left, right) = (self.value(Some(*left), frame)?, self.value(Some(*right), frame)?);
                give_one(arithmetic(&self.reader, *operator, left, right)?, sink)
            }
            Expr::Type(operator, base, of) => self.type_operator(*operator, *base, of, frame, sink),
        }
    }

    fn truth(&self, id: ExprId, frame: &Frame<'_, 'e>) -> Truth {
        match self.tree.node(id) {
            Expr::Boolean(value) => Ok(Some(*value)),
            Expr::Binary(operator, left, right) if operator.is_boolean() => {
                self.boolean_operator(*operator, *left, *right, frame)
            }
            Expr::Call(base, function, arguments) if let Run::Truth(run) = function.run => {
                run(&self.call(*base, function, *arguments, frame))
            }
            _ => self.general_truth(id, frame),
        }
    }

    fn search(
        &self,
        list: ExprId,
        frame: &Frame<'_, 'e>,
        times: usize,
        search: Search<'_, 'e>,
    ) -> Result<(), EvaluationError> {
        if let Expr::Once(of, slot) = self.tree.node(list) {
            let kept = self.kept(*of, *slot, frame)?;
            let found = match kept.lookup.get() {
                Some(found) => found,
                None => {
                    let found = lookup(&self.reader, &kept.items)?;
                    kept.lookup.get_or_init(|| found)
                }
            };
            return search(&kept.items, found.as_ref());
        }
        let items = self.collect(list, frame)?;
        let found = if times > FEW { lookup(&self.reader, &items)? } else { None };
        search(&items, found.as_ref())
    }

    fn negated(&self, part: ExprId) -> Option<ExprId> {
        if let Expr::Negate(key) = self.tree.node(part) { Some(*key) } else { None }
    }

    fn pattern(&self, part: ExprId) -> Option<&'e OnceLock<Regex>> {
        let patterns = &self.tree.patterns;
        let place = patterns.binary_search_by_key(&part.0, |(own, ..)| own.0).ok()?;
        patterns.get(place).map(|(.., compiled)| compiled)
    }
}

impl<'e> Evaluator<'e> {
    pub(super) fn new(tree: &'e Tree, context: &'e Context<'e>) -> Self {
        let once = (0..tree.once).map(|_| OnceCell::new()).collect();
        Self { reader: Reader::new(context), tree, once }
    }

    fn call<'c>(
        &'c self,
        base: Option<ExprId>,
        function: &'static Function,
        arguments: Arguments,
        frame: &'c Frame<'c, 'e>,
    ) -> Call<'c, 'e> {
        let arguments = self.tree.arguments(arguments);
        Call { name: function.name, reader: &self.reader, evaluator: self, base, arguments, frame }
    }

    fn type_operator(
        &self,
        operator: TypeOperator,
        base: Option<ExprId>,
        of: &TypeName,
        frame: &Frame<'_, 'e>,
        sink: Sink<'_, 'e>,
    ) -> Step {
        let matches =
            |item: &Item<'e>, exact| matches_type(&self.reader, item, of.namespace.as_deref(), &of.name, exact);
        match operator {
            TypeOperator::Is => match self.single(base, frame)? {
                None => Ok(true),
                Some(item) => sink(Item::Boolean(matches(&item, false)?)),
            },
            TypeOperator::As => match self.single(base, frame)? {
                Some(item) if matches(&item, true)? => sink(item),
                _ => Ok(true),
            },
            TypeOperator::OfType => {
                self.input(base, frame, &mut |item| if matches(&item, true)? { sink(item) } else { Ok(true) })
            }
        }
    }

    fn general_truth(&self, id: ExprId, frame: &Frame<'_, 'e>) -> Truth {
        Ok(match self.single(Some(id), frame)? {
            None => None,
            Some(item) => match system(&self.reader, item)? {
                Item::Boolean(value) => Some(value),
                _ => Some(true),
            },
        })
    }

    fn boolean_operator(&self, operator: Operator, left: ExprId, right: ExprId, frame: &Frame<'_, 'e>) -> Truth {
        use Operator as O;
        let first = |id| self.truth(id, frame);
        Ok(match operator {
            O::And => match first(left)? {
                Some(false) => Some(false),
                Some(true) => first(right)?,
                None => first(right)?.filter(|right| !right),
            },
            O::Or => match first(left)? {
                Some(true) => Some(true),
                Some(false) => first(right)?,
                None => first(right)?.filter(|right| *right),
            },
            O::Implies => match first(left)? {
                Some(false) => Some(true),
                Some(true) => first(right)?,
                None => first(right)?.filter(|right| *right),
            },
            O::Xor => match (first(left)?, first(right)?) {
                (Some(left), Some(right)) => Some(left != right),
                _ => None,
            },
            O::Equal | O::NotEqual => {
                let equal = self.equal(left, right, frame)?;
                equal.map(|equal| equal == (operator == O::Equal))
            }
            O::Equivalent | O::NotEquivalent => {
                let (left, right) = (self.collect(left, frame)?, self.collect(right, frame)?);
                Some(equivalent_lists(&self.reader, &left, &right)? == (operator == O::Equivalent))
            }
            O::In => self.is_in(left, right, frame)?,
            O::Contains => self.is_in(right, left, frame)?,
            O::Less | O::LessOrEqual | O::Greater | O::GreaterOrEqual => {
                let (Some(left), Some(right)) = (self.value(Some(left), frame)?, self.value(Some(right), frame)?)
                else {
                    return Ok(None);
                };
                order(&self.reader, &left, &right)?.map(|order| match operator {
                    O::Less => order.is_lt(),
                    O::LessOrEqual => order.is_le(),
                    O::Greater => order.is_gt(),
                    _ => order.is_ge(),
                })
            }
            _ => None,
        })
    }

    fn equal(&self, left: ExprId, right: ExprId, frame: &Frame<'_, 'e>) -> Truth {
        // A path against a literal is what nearly every comparison is.
        if let Expr::String(wanted) = self.tree.node(right) {
            return self.equals_text(left, wanted, frame);
        }
        let (left, right) = (self.collect(left, frame)?, self.collect(right, frame)?);
        if left.is_empty() || right.is_empty() {
            return Ok(None);
        }
        equal_lists(&self.reader, &left, &right)
    }

    /// Compares a path with a string. The path is evaluated once: in a chain of comparisons each further one would double the work.
    fn equals_text(&self, path: ExprId, wanted: &'e str, frame: &Frame<'_, 'e>) -> Truth {
        let mut count = 0;
        let mut found = None;
        self.each(path, frame, &mut |item| {
            count += 1;
            found = Some(item);
            Ok(count < 2)
        })?;
        match (count, found) {
            (1, Some(item)) => match system(&self.reader, item)? {
                Item::String(text) => equal_texts(&self.reader, &text, wanted).map(Some),
                other => equal_items(&self.reader, &other, &Item::String(Cow::Borrowed(wanted))),
            },
            (0, _) => Ok(None),
            // Lists of different lengths differ.
            _ => Ok(Some(false)),
        }
    }

    fn is_in(&self, item: ExprId, list: ExprId, frame: &Frame<'_, 'e>) -> Truth {
        let Some(wanted) = self.single(Some(item), frame)? else { return Ok(None) };
        if let Expr::Once(..) = self.tree.node(list) {
            let mut found = false;
            self.search(list, frame, usize::MAX, &mut |items, lookup| {
                found = is_among(&self.reader, &wanted, items, lookup)?;
                Ok(())
            })?;
            return Ok(Some(found));
        }
        let mut found = false;
        self.each(list, frame, &mut |item| {
            found = equal_items(&self.reader, &wanted, &item)? == Some(true);
            Ok(!found)
        })?;
        Ok(Some(found))
    }

    /// What a part of the expression gives that does not depend on the frame: evaluated when it is first asked for.
    fn kept(&self, of: ExprId, slot: u32, frame: &Frame<'_, 'e>) -> Result<&OnceItems<'e>, EvaluationError> {
        debug_assert!((slot as usize) < self.once.len(), "no place {slot} for what is evaluated once");
        let none = || EvaluationError::new("the expression cannot be evaluated");
        let cell = self.once.get(slot as usize).ok_or_else(none)?;
        if let Some(kept) = cell.get() {
            return Ok(kept);
        }
        let kept = OnceItems { items: self.collect(of, frame)?, lookup: OnceCell::new() };
        Ok(cell.get_or_init(|| kept))
    }
}
