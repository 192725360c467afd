//! An expression, from its text to what it gives.

use super::call::{Evaluate, Frame, Truth};
use super::context::Context;
use super::evaluate::Evaluator;
use super::item::Item;
use super::lexer::ParseError;
use super::parser;
use super::pattern::compile;
use super::reader::EvaluationError;
use super::reasons::{Reasons, reasons};
use super::tree::{Expr, Tree};
use crate::document::{NameId, Names};

/// A FHIRPath expression, ready to be evaluated any number of times.
///
/// Element names are looked up in a table of names once, so an expression belongs to the definitions that it was parsed for.
#[derive(Clone, Debug)]
pub struct Expression {
    tree: Tree,
    /// The digest of the table of names that it was parsed with.
    names: u64,
}

impl Expression {
    /// Parses an expression for documents that are read with this table of names.
    ///
    /// # Errors
    /// When the text is not FHIRPath: what is wrong, and where.
    pub fn parse(text: &str, names: &Names) -> Result<Self, ParseError> {
        parser::parse(text, names).map(|tree| Self { tree, names: names.digest() })
    }

    /// Compiles the regular expressions that are literals: then what an evaluation costs does not depend on whether it is the first.
    pub(crate) fn prepared(self) -> Self {
        let tree = &self.tree;
        for (id, matching, compiled) in &tree.patterns {
            if let Expr::String(text) = tree.node(*id)
                && let Ok(regex) = compile(text, *matching, &mut |_| Ok(()))
            {
                compiled.get_or_init(|| regex);
            }
        }
        self
    }

    /// What it is made of.
    pub(super) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The element names at the beginning of a path anywhere in the expression.
    pub fn names(&self) -> Vec<NameId> {
        let first = |expr: &Expr| match expr {
            Expr::Member(None, name, _) => Some(*name),
            Expr::Member(Some(base), name, _) if matches!(self.tree.node(*base), Expr::This) => Some(*name),
            _ => None,
        };
        self.tree.nodes.iter().filter_map(first).collect()
    }

    /// The elements of `$this` that decide the expression: all of [`Expression::names`], since those of inner paths do no harm.
    /// `None` where it may look at something else: at `$this` itself, at variables, at all children.
    pub fn decided_by(&self) -> Option<Vec<NameId>> {
        let looks_elsewhere = |expr: &Expr| match expr {
            Expr::This | Expr::Type(_, None, _) => true,
            // `iif()` on `$this` only chooses between expressions on `$this`.
            Expr::Call(None, function, _) => function.name != "iif",
            Expr::Variable(name) => !matches!(name.as_ref(), "ucum" | "sct" | "loinc"),
            Expr::Member(None, _, text) => text.starts_with(|first: char| first.is_ascii_uppercase()),
            _ => false,
        };
        (!self.tree.nodes.iter().any(looks_elsewhere)).then(|| self.names())
    }

    /// The items that it gives.
    ///
    /// # Errors
    /// When it cannot be evaluated here: operands that do not go together, several items where one is needed; or it was parsed, or the
    /// document read, with the names of other definitions than those of the context.
    pub fn evaluate<'e>(&'e self, context: &'e Context<'e>) -> Result<Vec<Item<'e>>, EvaluationError> {
        self.belongs(context)?;
        self.on_context(context, |evaluator, frame| evaluator.collect(self.tree.root, frame)).0
    }

    /// Whether it is true; `None` where it is empty.
    ///
    /// # Errors
    /// As [`Expression::evaluate`].
    pub fn truth(&self, context: &Context<'_>) -> Result<Option<bool>, EvaluationError> {
        self.truth_and_rest(context).0
    }

    /// As [`Expression::truth`], and how much of the budget is left then.
    pub(crate) fn truth_and_rest(&self, context: &Context<'_>) -> (Truth, u32) {
        match self.belongs(context) {
            Ok(()) => self.on_context(context, |evaluator, frame| evaluator.truth(self.tree.root, frame)),
            Err(error) => (Err(error), context.budget),
        }
    }

    /// Why it is not true. Nothing is said where it cannot be evaluated.
    pub fn reasons(&self, context: &Context<'_>) -> Reasons {
        self.reasons_and_rest(context).0
    }

    /// As [`Expression::reasons`], and how much of the budget is left then.
    pub(crate) fn reasons_and_rest(&self, context: &Context<'_>) -> (Reasons, u32) {
        match self.belongs(context) {
            Ok(()) => self.on_context(context, reasons),
            Err(_) => (Reasons::default(), context.budget),
        }
    }

    /// Whether it and the document name elements by the numbers that the definitions give them: others would be taken for other elements.
    fn belongs(&self, context: &Context<'_>) -> Result<(), EvaluationError> {
        let names = context.definitions.names().digest();
        if self.names == names && context.document.names == names {
            return Ok(());
        }
        Err(EvaluationError::new("the expression, or the document, was read for other definitions"))
    }

    /// Evaluates with `%context` as the first `$this`; gives how much of the budget is left, too.
    fn on_context<'e, T>(
        &'e self,
        context: &'e Context<'e>,
        evaluate: impl FnOnce(&Evaluator<'e>, &Frame<'_, 'e>) -> T,
    ) -> (T, u32) {
        let this = [Item::Element(context.context)];
        let evaluator = Evaluator::new(&self.tree, context);
        let given = evaluate(&evaluator, &Frame { this: &this, index: 0, total: &[] });
        (given, evaluator.reader.budget())
    }
}
