//! A parsed expression: nodes in one list, each naming its parts by their place in it.

use super::call::ExprId;
use super::function::Function;
use super::moment::Moment;
use super::operator::Operator;
use super::pattern::MatchMode;
use super::regex::Regex;
use crate::document::{NameId, table};
use rust_decimal::Decimal;
use std::ops::Range;
use std::sync::OnceLock;

#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Expr>,
    pub(super) arguments: Vec<ExprId>,
    /// Regular expressions that the expression has as literals, by their place, each compiled when it is first used.
    pub(super) patterns: Vec<(ExprId, MatchMode, OnceLock<Regex>)>,
    pub(super) root: ExprId,
    /// How many [`Expr::Once`] there are.
    pub(super) once: u32,
}

impl Tree {
    pub(super) fn node(&self, id: ExprId) -> &Expr {
        table::row(&self.nodes, id.0 as usize, &Expr::Empty)
    }

    pub(super) fn arguments(&self, range: Arguments) -> &[ExprId] {
        table::rows(&self.arguments, range.places())
    }
}

/// The arguments of a call: a range of [`Tree::arguments`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Arguments {
    pub(super) first: u32,
    pub(super) end: u32,
}

impl Arguments {
    pub(super) fn is_empty(self) -> bool {
        self.first == self.end
    }

    pub(super) fn places(self) -> Range<usize> {
        self.first as usize..self.end as usize
    }
}

#[derive(Clone, Debug)]
pub(super) enum Expr {
    /// `{}`
    Empty,
    Boolean(bool),
    Integer(i64),
    Decimal(Decimal),
    String(Box<str>),
    Moment(Moment),
    /// A number with a unit, and whether the unit is one of the calendar's words.
    Quantity(Decimal, Box<str>, bool),
    This,
    Index,
    Total,
    Variable(Box<str>),
    /// `base.name`; without a base, a member of `$this`.
    Member(Option<ExprId>, NameId, Box<str>),
    /// `base.function(arguments)`.
    Call(Option<ExprId>, &'static Function, Arguments),
    Indexer(ExprId, ExprId),
    Negate(ExprId),
    /// `+a`, which must be a number all the same.
    Plus(ExprId),
    Binary(Operator, ExprId, ExprId),
    /// `is` and `as`, as operators and as functions, and `ofType`.
    Type(TypeOperator, Option<ExprId>, TypeName),
    /// What gives the same for every item that is looked at (`%resource.code.coding` in a criterion): it is evaluated once, and kept
    /// under this number.
    Once(ExprId, u32),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TypeOperator {
    Is,
    As,
    OfType,
}

/// A type as it is written: `Patient`, `FHIR.Patient`, `System.String`.
#[derive(Clone, Debug)]
pub(super) struct TypeName {
    pub(super) namespace: Option<Box<str>>,
    pub(super) name: Box<str>,
}
