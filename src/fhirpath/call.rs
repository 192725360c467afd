//! What a function is called with. It does not know the evaluator: its input and its arguments are evaluated for it.

use super::element::system;
use super::item::Item;
use super::lookup::Lookup;
use super::reader::{EvaluationError, Reader, Sink, Step};
use super::regex::Regex;
use std::borrow::Cow;
use std::sync::OnceLock;

/// What an item that is kept costs beside being looked at: so all that is kept at once is bounded, too.
const KEPT: usize = 4;

/// A part of an expression: its place among the nodes of the tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct ExprId(pub(super) u32);

/// What `$this`, `$index` and `$total` are.
#[derive(Clone, Copy)]
pub(super) struct Frame<'f, 'e> {
    pub(super) this: &'f [Item<'e>],
    pub(super) index: usize,
    pub(super) total: &'f [Item<'e>],
}

/// True, false or nothing.
pub(super) type Truth = Result<Option<bool>, EvaluationError>;

/// One item, or none.
pub(super) type One<'e> = Result<Option<Item<'e>>, EvaluationError>;

/// Searches the list that an expression gives.
pub(super) type Search<'s, 'e> = &'s mut dyn FnMut(&[Item<'e>], Option<&Lookup>) -> Result<(), EvaluationError>;

/// Evaluates parts of an expression.
pub(super) trait Evaluate<'e> {
    fn reader(&self) -> &Reader<'e>;

    /// Hands every item of a part to the sink.
    fn each(&self, part: ExprId, frame: &Frame<'_, 'e>, sink: Sink<'_, 'e>) -> Step;

    /// The truth of a part, by the rules for a single item where a boolean is expected.
    fn truth(&self, part: ExprId, frame: &Frame<'_, 'e>) -> Truth;

    /// Searches the list that a part gives, for so many items.
    fn search(
        &self,
        list: ExprId,
        frame: &Frame<'_, 'e>,
        times: usize,
        search: Search<'_, 'e>,
    ) -> Result<(), EvaluationError>;

    /// `key` where the part is `-key`.
    fn negated(&self, part: ExprId) -> Option<ExprId>;

    /// Where the regular expression that the part is as a literal is kept.
    fn pattern(&self, part: ExprId) -> Option<&'e OnceLock<Regex>>;

    /// All items of a part.
    fn collect(&self, part: ExprId, frame: &Frame<'_, 'e>) -> Result<Vec<Item<'e>>, EvaluationError> {
        let mut items = Vec::new();
        self.each(part, frame, &mut |item| {
            self.reader().charge(KEPT)?;
            items.push(item);
            Ok(true)
        })?;
        Ok(items)
    }

    /// The items of a part, or of `$this`.
    fn input(&self, base: Option<ExprId>, frame: &Frame<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
        match base {
            Some(base) => self.each(base, frame, sink),
            None => self.reader().give(frame.this, sink),
        }
    }

    /// The one item of a part or of `$this`, or none; more are an error.
    fn single(&self, base: Option<ExprId>, frame: &Frame<'_, 'e>) -> One<'e> {
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

    /// The same as a value of the namespace System.
    fn value(&self, base: Option<ExprId>, frame: &Frame<'_, 'e>) -> One<'e> {
        self.single(base, frame)?.map(|item| system(self.reader(), item)).transpose()
    }

    /// A part that must be a whole number.
    fn integer(&self, part: ExprId, frame: &Frame<'_, 'e>) -> Result<Option<i64>, EvaluationError> {
        match self.value(Some(part), frame)? {
            None => Ok(None),
            Some(Item::Integer(value)) => Ok(Some(value)),
            Some(_) => Err(EvaluationError::new("a whole number is needed here")),
        }
    }
}

/// The text that an item is.
pub(super) fn text(item: Option<Item<'_>>) -> Result<Option<Cow<'_, str>>, EvaluationError> {
    match item {
        None => Ok(None),
        Some(Item::String(text)) => Ok(Some(text)),
        Some(_) => Err(EvaluationError::new("a string is needed here")),
    }
}

/// A call of a function.
#[derive(Clone, Copy)]
pub(super) struct Call<'c, 'e> {
    /// The function's name.
    pub(super) name: &'static str,
    pub(super) reader: &'c Reader<'e>,
    pub(super) evaluator: &'c dyn Evaluate<'e>,
    /// What is before its dot.
    pub(super) base: Option<ExprId>,
    pub(super) arguments: &'c [ExprId],
    pub(super) frame: &'c Frame<'c, 'e>,
}

impl<'e> Call<'_, 'e> {
    /// Hands the items that the function works on to the sink: those of its base, or `$this`.
    pub(super) fn input(&self, sink: Sink<'_, 'e>) -> Step {
        self.evaluator.input(self.base, self.frame, sink)
    }

    /// Hands each item of the input to the visitor, with the frame in which it is `$this`.
    pub(super) fn each(&self, visit: &mut dyn FnMut(Item<'e>, &Frame<'_, 'e>) -> Step) -> Step {
        let mut index = 0;
        self.input(&mut |item| {
            self.reader.spend()?;
            let this = [self.reader.copied(&item)?];
            let inner = Frame { this: &this, index, total: self.frame.total };
            index += 1;
            visit(item, &inner)
        })
    }

    #[inline(never)]
    pub(super) fn collect(&self) -> Result<Vec<Item<'e>>, EvaluationError> {
        match self.base {
            Some(base) => self.evaluator.collect(base, self.frame),
            None => {
                let copied = |item| self.reader.charge(KEPT).and_then(|()| self.reader.copied(item));
                self.frame.this.iter().map(copied).collect()
            }
        }
    }

    /// The one item of the input.
    pub(super) fn single(&self) -> One<'e> {
        self.evaluator.single(self.base, self.frame)
    }

    /// The same as a value of the namespace System.
    pub(super) fn value(&self) -> One<'e> {
        self.evaluator.value(self.base, self.frame)
    }

    /// An argument; of one that is not given, and may be left out, there is nothing.
    pub(super) fn argument(&self, index: usize) -> Option<ExprId> {
        self.arguments.get(index).copied()
    }

    /// All items of an argument.
    #[inline(never)]
    pub(super) fn collect_argument(&self, index: usize) -> Result<Vec<Item<'e>>, EvaluationError> {
        self.argument(index).map_or(Ok(Vec::new()), |argument| self.evaluator.collect(argument, self.frame))
    }

    /// The one item of an argument as a value of the namespace System.
    #[inline(never)]
    pub(super) fn argument_value(&self, index: usize) -> One<'e> {
        match self.argument(index) {
            Some(argument) => self.evaluator.value(Some(argument), self.frame),
            None => Ok(None),
        }
    }

    #[inline(never)]
    pub(super) fn integer(&self, index: usize) -> Result<Option<i64>, EvaluationError> {
        self.argument(index).map_or(Ok(None), |argument| self.evaluator.integer(argument, self.frame))
    }

    #[inline(never)]
    pub(super) fn text(&self, index: usize) -> Result<Option<Cow<'e, str>>, EvaluationError> {
        text(self.argument_value(index)?)
    }

    /// The truth of an argument for an item.
    pub(super) fn truth(&self, index: usize, frame: &Frame<'_, 'e>) -> Truth {
        self.argument(index).map_or(Ok(None), |argument| self.evaluator.truth(argument, frame))
    }

    /// Searches the list that the first argument gives, for so many items.
    pub(super) fn search(&self, times: usize, search: Search<'_, 'e>) -> Result<(), EvaluationError> {
        match self.argument(0) {
            Some(list) => self.evaluator.search(list, self.frame, times, search),
            None => search(&[], None),
        }
    }

    /// An error that names the function.
    #[cold]
    pub(super) fn error(&self, problem: &str) -> EvaluationError {
        EvaluationError::new(format!("{}() {problem}", self.name))
    }
}
