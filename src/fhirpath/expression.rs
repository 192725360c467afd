//! A parsed expression: nodes in one list, each naming its parts by their place in it.

use super::function::Function;
use super::moment::Moment;
use super::parser;
use super::pattern::literal_regex;
use crate::document::{NameId, Names};
use regex_lite::Regex;
use rust_decimal::Decimal;
use std::sync::OnceLock;

/// A FHIRPath expression, ready to be evaluated any number of times.
///
/// Element names are looked up in a table of names once, so an expression belongs to the definitions that it was parsed for.
#[derive(Clone, Debug)]
pub struct Expression {
    pub(super) nodes: Vec<Expr>,
    pub(super) arguments: Vec<ExprId>,
    /// Regular expressions that stand in the expression as literals, each compiled when it is first used.
    pub(super) patterns: Vec<(ExprId, Function, OnceLock<Regex>)>,
    pub(super) root: ExprId,
    /// How many [`Expr::Once`] there are.
    pub(super) once: u32,
    /// Whether it is one of the definitions: its regular expressions are not made to be slow.
    pub(super) prepared: bool,
}

/// Why a text is not an expression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseError {
    /// The byte at which it was noticed.
    pub offset: u32,
    /// What is wrong there.
    pub problem: String,
}

impl std::fmt::Display for ParseError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "at {}: {}", self.offset, self.problem)
    }
}

impl std::error::Error for ParseError {}

/// A node's place in [`Expression::nodes`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct ExprId(pub(super) u32);

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
    /// `base.function(arguments)`: the arguments are a range of [`Expression::arguments`].
    Call(Option<ExprId>, Function, (u32, u32)),
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

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Operator {
    Implies,
    Or,
    Xor,
    And,
    In,
    Contains,
    Equal,
    NotEqual,
    Equivalent,
    NotEquivalent,
    LessOrEqual,
    Less,
    Greater,
    GreaterOrEqual,
    Union,
    Add,
    Subtract,
    Concatenate,
    Multiply,
    Divide,
    Div,
    Mod,
}

impl Expression {
    /// Parses an expression for documents that are read with this table of names.
    ///
    /// # Errors
    /// When the text is not FHIRPath: what is wrong, and where.
    pub fn parse(text: &str, names: &Names) -> Result<Self, ParseError> {
        parser::parse(text, names)
    }

    /// Compiles the regular expressions that are literals: then what an evaluation costs does not depend on whether it is the first.
    pub(crate) fn prepared(mut self) -> Self {
        self.prepared = true;
        for (id, function, compiled) in &self.patterns {
            if let Expr::String(text) = self.node(*id)
                && let Ok(regex) = literal_regex(text, *function)
            {
                compiled.get_or_init(|| regex);
            }
        }
        self
    }

    /// The element names that stand at the beginning of a path anywhere in the expression.
    pub fn names(&self) -> Vec<NameId> {
        let first = |expr: &Expr| match expr {
            Expr::Member(None, name, _) => Some(*name),
            Expr::Member(Some(base), name, _) if matches!(self.node(*base), Expr::This) => Some(*name),
            _ => None,
        };
        self.nodes.iter().filter_map(first).collect()
    }

    /// The elements of `$this` that decide the expression: all of [`Expression::names`], since those of inner paths do no harm.
    /// `None` where it may look at something else: at `$this` itself, at variables, at all children.
    pub fn decided_by(&self) -> Option<Vec<NameId>> {
        let looks_elsewhere = |expr: &Expr| match expr {
            Expr::This | Expr::Type(_, None, _) => true,
            // `iif()` on `$this` only chooses between expressions on `$this`.
            Expr::Call(None, function, _) => *function != Function::Iif,
            Expr::Variable(name) => !matches!(name.as_ref(), "ucum" | "sct" | "loinc"),
            Expr::Member(None, _, text) => text.starts_with(|first: char| first.is_ascii_uppercase()),
            _ => false,
        };
        (!self.nodes.iter().any(looks_elsewhere)).then(|| self.names())
    }

    pub(super) fn node(&self, id: ExprId) -> &Expr {
        self.nodes.get(id.0 as usize).unwrap_or(&Expr::Empty)
    }

    pub(super) fn arguments(&self, range: (u32, u32)) -> &[ExprId] {
        self.arguments.get(range.0 as usize..range.1 as usize).unwrap_or(&[])
    }
}
