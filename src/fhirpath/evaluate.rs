//! Evaluates expressions.
//!
//! Paths are not built up as lists: each step hands its items on, so that `exists()`, `first()` and boolean operators stop as soon as
//! they know enough. [`Evaluator::truth`] answers what most invariants ask without making a collection at all.

use super::expression::{Expr, ExprId, Operator};
use super::item::{Element, Item, Quantity};
use super::lookup::Lookup;
use super::{Context, EvaluationError, Expression};
use crate::document::NodeId;
use std::borrow::Cow;
use std::cell::{Cell, OnceCell};

/// Whether to go on.
pub(super) type Step = Result<bool, EvaluationError>;
/// Takes items, and says whether more are wanted.
pub(super) type Sink<'s, 'e> = &'s mut dyn FnMut(Item<'e>) -> Step;

/// A text that an expression puts together has at most so many bytes.
const LONGEST_TEXT: usize = 1 << 24;

/// What an item that is kept costs beside being looked at: so all that is kept at once is bounded, too.
const KEPT: usize = 4;

/// Against so many items a list is not prepared for being searched, unless it is searched again and again.
const FEW: usize = 2;

/// What `$this`, `$index` and `$total` are.
#[derive(Clone, Copy)]
pub(super) struct Frame<'f, 'e> {
    pub(super) this: &'f [Item<'e>],
    pub(super) index: usize,
    pub(super) total: &'f [Item<'e>],
}

pub(super) struct Evaluator<'e> {
    pub(super) expression: &'e Expression,
    pub(super) context: &'e Context<'e>,
    /// How many more items may be looked at.
    pub(super) budget: Cell<u32>,
    /// What does not depend on the item that is looked at, by [`Expr::Once`].
    once: Vec<OnceCell<Kept<'e>>>,
}

/// What a part of the expression gives, whichever item is looked at.
struct Kept<'e> {
    items: Vec<Item<'e>>,
    lookup: OnceCell<Option<Lookup>>,
}

impl<'e> Evaluator<'e> {
    pub(super) fn new(expression: &'e Expression, context: &'e Context<'e>) -> Self {
        let once = (0..expression.once).map(|_| OnceCell::new()).collect();
        Self { expression, context, budget: Cell::new(context.budget), once }
    }

    /// Counts one item looked at.
    #[inline]
    pub(super) fn spend(&self) -> Result<(), EvaluationError> {
        self.charge(1)
    }

    /// Counts work that is worth so many items.
    #[inline]
    pub(super) fn charge(&self, items: usize) -> Result<(), EvaluationError> {
        match u32::try_from(items).ok().and_then(|items| self.budget.get().checked_sub(items)) {
            Some(rest) => {
                self.budget.set(rest);
                Ok(())
            }
            None => {
                self.budget.set(0);
                Err(EvaluationError::too_costly("the expression takes too long on this resource"))
            }
        }
    }

    /// An item again. A text that the expression has put together is copied, and that is paid for.
    pub(super) fn copied(&self, item: &Item<'e>) -> Result<Item<'e>, EvaluationError> {
        if let Item::String(Cow::Owned(text)) = item {
            self.charge(text.len() / 4)?;
        }
        Ok(item.clone())
    }

    /// A text that an expression puts together: it may grow only so far, and costs what copying it does.
    pub(super) fn built(&self, text: String) -> Result<Item<'e>, EvaluationError> {
        self.room(text.len())?;
        Ok(Item::String(Cow::Owned(text)))
    }

    /// Asks whether there is room for a text of so many bytes, before it is put together, and counts the work.
    pub(super) fn room(&self, bytes: usize) -> Result<(), EvaluationError> {
        self.room_for(0, bytes)
    }

    /// The same for so many bytes that are added to a text.
    pub(super) fn room_for(&self, there: usize, added: usize) -> Result<(), EvaluationError> {
        if there.saturating_add(added) > LONGEST_TEXT {
            return Err(EvaluationError::too_costly("the expression makes a text that is too long"));
        }
        self.charge(added / 4)
    }

    /// Hands every item of the expression to the sink.
    pub(super) fn each(&self, id: ExprId, frame: &Frame<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
        match self.expression.node(id) {
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
            Expr::This => self.give(frame.this, sink),
            Expr::Index => sink(Item::Integer(frame.index as i64)),
            Expr::Total => self.give(frame.total, sink),
            Expr::Once(of, slot) => self.give(&self.kept(*of, *slot, frame)?.items, sink),
            Expr::Variable(name) => self.variable(name, sink),
            Expr::Member(Some(base), name, text) => {
                self.each(*base, frame, &mut |item| self.member(&item, *name, text, sink))
            }
            Expr::Member(None, name, text) => {
                for item in frame.this {
                    // `Patient.name`: a path may begin with the type of what it is evaluated on.
                    let is_type = text.starts_with(|first: char| first.is_ascii_uppercase());
                    let more = if is_type && self.is_of_type(item, text) {
                        sink(self.copied(item)?)?
                    } else {
                        self.member(item, *name, text, sink)?
                    };
                    if !more {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Expr::Call(base, function, arguments) => {
                self.call(*base, *function, self.expression.arguments(*arguments), frame, sink)
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
            Expr::Negate(of) => match self.single_value(*of, frame)? {
                None => Ok(true),
                Some(Item::Integer(value)) => value.checked_neg().map_or(Ok(true), |value| sink(Item::Integer(value))),
                Some(Item::Decimal(value)) => sink(Item::Decimal(-value)),
                Some(Item::Quantity(quantity)) => {
                    sink(Item::Quantity(Box::new(Quantity { value: -quantity.value, ..*quantity })))
                }
                Some(_) => Err(EvaluationError::new("- stands before something that is no number")),
            },
            Expr::Plus(of) => match self.single_value(*of, frame)? {
                None => Ok(true),
                Some(item @ (Item::Integer(_) | Item::Decimal(_) | Item::Quantity(_))) => sink(item),
                Some(_) => Err(EvaluationError::new("+ stands before something that is no number")),
            },
            Expr::Binary(Operator::Union, left, right) => {
                let mut all = self.collect(*left, frame)?;
                self.each(*right, frame, &mut |item| {
                    all.push(item);
                    Ok(true)
                })?;
                self.distinct(all, sink)
            }
            Expr::Binary(operator, left, right) if is_boolean(*operator) => {
                match self.boolean_operator(*operator, *left, *right, frame)? {
                    Some(value) => sink(Item::Boolean(value)),
                    None => Ok(true),
                }
            }
            Expr::Binary(operator, left, right) => match self.arithmetic(*operator, *left, *right, frame)? {
                Some(item) => sink(item),
                None => Ok(true),
            },
            Expr::Type(operator, base, of) => self.type_operator(*operator, *base, of, frame, sink),
        }
    }

    /// The truth of an expression, by the rules for a single item in the place of a boolean.
    pub(super) fn truth(&self, id: ExprId, frame: &Frame<'_, 'e>) -> Result<Option<bool>, EvaluationError> {
        match self.expression.node(id) {
            Expr::Boolean(value) => Ok(Some(*value)),
            Expr::Binary(operator, left, right) if is_boolean(*operator) => {
                self.boolean_operator(*operator, *left, *right, frame)
            }
            Expr::Call(base, function, arguments) => {
                match self.boolean_function(*base, *function, self.expression.arguments(*arguments), frame)? {
                    Some(answer) => Ok(answer),
                    None => self.general_truth(id, frame),
                }
            }
            _ => self.general_truth(id, frame),
        }
    }

    fn general_truth(&self, id: ExprId, frame: &Frame<'_, 'e>) -> Result<Option<bool>, EvaluationError> {
        Ok(match self.single(id, frame)? {
            None => None,
            Some(item) => match self.system(item)? {
                Item::Boolean(value) => Some(value),
                _ => Some(true),
            },
        })
    }

    fn boolean_operator(
        &self,
        operator: Operator,
        left: ExprId,
        right: ExprId,
        frame: &Frame<'_, 'e>,
    ) -> Result<Option<bool>, EvaluationError> {
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
                Some(self.equivalent_lists(&left, &right)? == (operator == O::Equivalent))
            }
            O::In => self.is_in(left, right, frame)?,
            O::Contains => self.is_in(right, left, frame)?,
            O::Less | O::LessOrEqual | O::Greater | O::GreaterOrEqual => {
                let (Some(left), Some(right)) = (self.single_value(left, frame)?, self.single_value(right, frame)?)
                else {
                    return Ok(None);
                };
                self.order(&left, &right)?.map(|order| match operator {
                    O::Less => order.is_lt(),
                    O::LessOrEqual => order.is_le(),
                    O::Greater => order.is_gt(),
                    _ => order.is_ge(),
                })
            }
            _ => None,
        })
    }

    fn equal(&self, left: ExprId, right: ExprId, frame: &Frame<'_, 'e>) -> Result<Option<bool>, EvaluationError> {
        // A path against a literal is what nearly every comparison is.
        if let Expr::String(wanted) = self.expression.node(right) {
            return self.equals_text(left, wanted, frame);
        }
        let (left, right) = (self.collect(left, frame)?, self.collect(right, frame)?);
        if left.is_empty() || right.is_empty() {
            return Ok(None);
        }
        self.equal_lists(&left, &right)
    }

    /// Compares a path with a string. The path is evaluated once: in a chain of comparisons each further one would double the work.
    fn equals_text(
        &self,
        path: ExprId,
        wanted: &'e str,
        frame: &Frame<'_, 'e>,
    ) -> Result<Option<bool>, EvaluationError> {
        let mut count = 0;
        let mut found = None;
        self.each(path, frame, &mut |item| {
            count += 1;
            found = Some(item);
            Ok(count < 2)
        })?;
        match (count, found) {
            (1, Some(item)) => match self.system(item)? {
                Item::String(text) => self.equal_texts(&text, wanted).map(Some),
                other => self.equal_items(&other, &Item::String(Cow::Borrowed(wanted))),
            },
            (0, _) => Ok(None),
            // Lists of different lengths differ.
            _ => Ok(Some(false)),
        }
    }

    fn is_in(&self, item: ExprId, list: ExprId, frame: &Frame<'_, 'e>) -> Result<Option<bool>, EvaluationError> {
        let Some(wanted) = self.single(item, frame)? else { return Ok(None) };
        if let Expr::Once(..) = self.expression.node(list) {
            let is_among = |items: &[Item<'e>], lookup: Option<&Lookup>| self.is_among(&wanted, items, lookup);
            return self.searching(Some(list), frame, usize::MAX, is_among).map(Some);
        }
        let mut found = false;
        self.each(list, frame, &mut |item| {
            found = self.equal_items(&wanted, &item)? == Some(true);
            Ok(!found)
        })?;
        Ok(Some(found))
    }

    /// All items of an expression.
    pub(super) fn collect(&self, id: ExprId, frame: &Frame<'_, 'e>) -> Result<Vec<Item<'e>>, EvaluationError> {
        let mut items = Vec::new();
        self.each(id, frame, &mut |item| {
            self.charge(KEPT)?;
            items.push(item);
            Ok(true)
        })?;
        Ok(items)
    }

    /// What a part of the expression gives that does not depend on the frame: evaluated when it is first asked for.
    fn kept(&self, of: ExprId, slot: u32, frame: &Frame<'_, 'e>) -> Result<&Kept<'e>, EvaluationError> {
        let none = || EvaluationError::new("the expression cannot be evaluated");
        let cell = self.once.get(slot as usize).ok_or_else(none)?;
        if let Some(kept) = cell.get() {
            return Ok(kept);
        }
        let kept = Kept { items: self.collect(of, frame)?, lookup: OnceCell::new() };
        Ok(cell.get_or_init(|| kept))
    }

    /// Searches the list that an expression gives, for so many items.
    pub(super) fn searching<T>(
        &self,
        list: Option<ExprId>,
        frame: &Frame<'_, 'e>,
        times: usize,
        search: impl FnOnce(&[Item<'e>], Option<&Lookup>) -> Result<T, EvaluationError>,
    ) -> Result<T, EvaluationError> {
        let Some(list) = list else { return search(&[], None) };
        if let Expr::Once(of, slot) = self.expression.node(list) {
            let kept = self.kept(*of, *slot, frame)?;
            let lookup = match kept.lookup.get() {
                Some(lookup) => lookup,
                None => {
                    let lookup = self.lookup(&kept.items)?;
                    kept.lookup.get_or_init(|| lookup)
                }
            };
            return search(&kept.items, lookup.as_ref());
        }
        let items = self.collect(list, frame)?;
        let lookup = if times > FEW { self.lookup(&items)? } else { None };
        search(&items, lookup.as_ref())
    }

    /// The items that a function works on: those of its base, or `$this`.
    pub(super) fn input(&self, base: Option<ExprId>, frame: &Frame<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
        match base {
            Some(base) => self.each(base, frame, sink),
            None => self.give(frame.this, sink),
        }
    }

    pub(super) fn collect_input(
        &self,
        base: Option<ExprId>,
        frame: &Frame<'_, 'e>,
    ) -> Result<Vec<Item<'e>>, EvaluationError> {
        match base {
            Some(base) => self.collect(base, frame),
            None => frame.this.iter().map(|item| self.charge(KEPT).and_then(|()| self.copied(item))).collect(),
        }
    }

    /// The one item of an expression, or none; more are an error.
    pub(super) fn single(&self, id: ExprId, frame: &Frame<'_, 'e>) -> Result<Option<Item<'e>>, EvaluationError> {
        self.single_input(Some(id), frame)
    }

    pub(super) fn single_input(
        &self,
        base: Option<ExprId>,
        frame: &Frame<'_, 'e>,
    ) -> Result<Option<Item<'e>>, EvaluationError> {
        let mut found = None;
        self.input(base, frame, &mut |item| {
            if found.is_some() {
                return Err(EvaluationError::new("one item is needed here, and there are several"));
            }
            found = Some(item);
            Ok(true)
        })?;
        Ok(found)
    }

    /// The one item as a value of the namespace System.
    pub(super) fn single_value(&self, id: ExprId, frame: &Frame<'_, 'e>) -> Result<Option<Item<'e>>, EvaluationError> {
        self.single(id, frame)?.map(|item| self.system(item)).transpose()
    }

    pub(super) fn single_input_value(
        &self,
        base: Option<ExprId>,
        frame: &Frame<'_, 'e>,
    ) -> Result<Option<Item<'e>>, EvaluationError> {
        self.single_input(base, frame)?.map(|item| self.system(item)).transpose()
    }

    pub(super) fn integer(&self, id: ExprId, frame: &Frame<'_, 'e>) -> Result<Option<i64>, EvaluationError> {
        match self.single_value(id, frame)? {
            None => Ok(None),
            Some(Item::Integer(value)) => Ok(Some(value)),
            Some(_) => Err(EvaluationError::new("a whole number is needed here")),
        }
    }

    pub(super) fn text(&self, id: ExprId, frame: &Frame<'_, 'e>) -> Result<Option<Cow<'e, str>>, EvaluationError> {
        self.text_of(self.single_value(id, frame)?)
    }

    pub(super) fn text_of(&self, item: Option<Item<'e>>) -> Result<Option<Cow<'e, str>>, EvaluationError> {
        match item {
            None => Ok(None),
            Some(Item::String(text)) => Ok(Some(text)),
            Some(_) => Err(EvaluationError::new("a string is needed here")),
        }
    }

    fn give(&self, items: &[Item<'e>], sink: Sink<'_, 'e>) -> Step {
        for item in items {
            self.spend()?;
            if !sink(self.copied(item)?)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn variable(&self, name: &str, sink: Sink<'_, 'e>) -> Step {
        let context = self.context;
        if let Some((_, items)) = context.variables.iter().rev().find(|(given, _)| given == name) {
            for item in items {
                self.spend()?;
                // A text is lent, not copied.
                let lent = match item {
                    Item::String(text) => Item::String(Cow::Borrowed(text.as_ref())),
                    other => other.clone(),
                };
                if !sink(lent)? {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        let constant = |text: &'static str, sink: Sink<'_, 'e>| sink(Item::String(Cow::Borrowed(text)));
        match name {
            "context" => sink(Item::Element(context.context)),
            "resource" => sink(Item::Element(self.resource_element(context.resource))),
            "rootResource" => sink(Item::Element(self.resource_element(context.root_resource))),
            "ucum" => constant("http://unitsofmeasure.org", sink),
            "sct" => constant("http://snomed.info/sct", sink),
            "loinc" => constant("http://loinc.org", sink),
            _ => {
                let url = match (name.strip_prefix("vs-"), name.strip_prefix("ext-")) {
                    (Some(set), _) => format!("http://hl7.org/fhir/ValueSet/{set}"),
                    (_, Some(extension)) => format!("http://hl7.org/fhir/StructureDefinition/{extension}"),
                    _ => return Err(EvaluationError::new(format!("there is no variable %{name}"))),
                };
                sink(Item::String(Cow::Owned(url)))
            }
        }
    }

    pub(super) fn resource_element(&self, node: NodeId) -> Element {
        Element { value: Some(node), companion: None, of: self.resource_type(node) }
    }
}

fn is_boolean(operator: Operator) -> bool {
    use Operator as O;
    !matches!(operator, O::Union | O::Add | O::Subtract | O::Concatenate | O::Multiply | O::Divide | O::Div | O::Mod)
}
