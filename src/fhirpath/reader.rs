//! What an evaluation reads, and how much more work it may do.

use super::context::Context;
use super::item::Item;
use std::borrow::Cow;
use std::cell::Cell;

/// Why an expression has no value. The text holds no value of the resource.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EvaluationError {
    /// What is wrong.
    pub problem: Cow<'static, str>,
    /// Whether it was given up for the work or the memory that it takes, and might have a value.
    pub too_costly: bool,
}

impl EvaluationError {
    pub(super) fn new(problem: impl Into<Cow<'static, str>>) -> Self {
        Self { problem: problem.into(), too_costly: false }
    }

    pub(super) fn too_costly(problem: &'static str) -> Self {
        Self { problem: problem.into(), too_costly: true }
    }
}

impl std::fmt::Display for EvaluationError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.problem)
    }
}

impl std::error::Error for EvaluationError {}

/// Whether to go on.
pub(super) type Step = Result<bool, EvaluationError>;
/// Takes items, and says whether more are wanted.
pub(super) type Sink<'s, 'e> = &'s mut dyn FnMut(Item<'e>) -> Step;

/// A text that an expression puts together has at most so many bytes.
const LONGEST_TEXT: usize = 1 << 24;

/// The context of an evaluation, and what is left of its budget. All that looks at items counts them here.
pub(super) struct Reader<'e> {
    pub(super) context: &'e Context<'e>,
    /// How many more items may be looked at.
    budget: Cell<u32>,
}

impl<'e> Reader<'e> {
    pub(super) fn new(context: &'e Context<'e>) -> Self {
        Self { context, budget: Cell::new(context.budget) }
    }

    /// How many more items may be looked at.
    pub(super) fn budget(&self) -> u32 {
        self.budget.get()
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

    /// Hands copies of items to the sink.
    pub(super) fn give(&self, items: &[Item<'e>], sink: Sink<'_, 'e>) -> Step {
        for item in items {
            self.spend()?;
            if !sink(self.copied(item)?)? {
                return Ok(false);
            }
        }
        Ok(true)
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
}

/// Hands all these items to the sink.
pub(super) fn give_all<'e>(items: Vec<Item<'e>>, sink: Sink<'_, 'e>) -> Step {
    for item in items {
        if !sink(item)? {
            return Ok(false);
        }
    }
    Ok(true)
}
