//! FHIRPath 2.0 with FHIR's additions, over a [`Document`].
//!
//! An [`Expression`] is parsed once and evaluated any number of times, each time in a [`Context`]: a document, the resource around, and
//! what `now()` is. Nothing is written or fetched: `trace()` only hands its input on, and `resolve()` asks the caller's [`Host`].
//!
//! Sources: <http://hl7.org/fhirpath/N1/>, and R4's page fhirpath for what FHIR adds.
//!
//! ```
//! use fhirpost::definitions::Definitions;
//! use fhirpost::fhirpath::{Context, Expression};
//! use fhirpost::document::Document;
//! use fhirpost::json::Limits;
//!
//! let definitions = Definitions::r4();
//! let text = br#"{ "resourceType": "Patient", "name": [{ "family": "Chalmers" }] }"#;
//! let document = Document::read(text, definitions.names(), Limits::default())?;
//! let expression = Expression::parse("name.family.startsWith('C')", definitions.names())?;
//! let context = Context::new(&document, &definitions);
//! assert_eq!(context.truth(&expression), Ok(Some(true)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod call;
mod compare;
mod convert;
mod evaluate;
mod expression;
mod function;
mod item;
mod lexer;
mod lookup;
mod moment;
mod navigate;
mod numbers;
mod once;
mod parser;
mod pattern;
mod quantity;
mod reasons;
mod strings;
pub mod ucum;
mod ucum_atoms;

pub use expression::{Expression, ParseError};
pub use item::{Element, Item, Quantity};
pub use moment::{Moment, MomentKind, Precision};
pub(crate) use navigate::decimal;
pub use reasons::Reasons;

use crate::definitions::Definitions;
use crate::document::{Document, NodeId, name};
use evaluate::{Evaluator, Frame};
use std::borrow::Cow;

/// Why an expression has no value. The text holds no value of the resource.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EvaluationError {
    /// What is wrong.
    pub problem: Cow<'static, str>,
    /// Whether it was given up for the work or the memory that it takes, and might have a value.
    pub too_costly: bool,
}

impl EvaluationError {
    fn new(problem: impl Into<Cow<'static, str>>) -> Self {
        Self { problem: problem.into(), too_costly: false }
    }

    fn too_costly(problem: &'static str) -> Self {
        Self { problem: problem.into(), too_costly: true }
    }
}

impl std::fmt::Display for EvaluationError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.problem)
    }
}

impl std::error::Error for EvaluationError {}

/// What functions need from around the document.
pub trait Host {
    /// The resource in the document that a reference written at a node resolves to.
    fn resolve(&self, reference: &str, from: NodeId) -> Option<NodeId>;

    /// Whether a narrative keeps the rules for XHTML (`txt-1`).
    fn html_checks(&self, xhtml: &str) -> bool;
}

/// As many items are looked at before an evaluation is given up.
const BUDGET: u32 = 20_000_000;

/// What an expression is evaluated in.
#[derive(Clone, Copy)]
pub struct Context<'c> {
    /// The text.
    pub document: &'c Document<'c>,
    /// What its types are.
    pub definitions: &'c Definitions,
    /// `%context` and the first `$this`.
    pub context: Element,
    /// `%resource`: the resource around.
    pub resource: NodeId,
    /// `%rootResource`: the same, or the one that contains it.
    pub root_resource: NodeId,
    /// Variables by name, with their values; the last of a name counts.
    pub variables: &'c [(String, Vec<Item<'c>>)],
    /// An instant, for `now()`, `today()` and `timeOfDay()`.
    pub now: Option<&'c str>,
    /// What resolves references.
    pub host: Option<&'c dyn Host>,
    /// Whether a name that the type does not have is an error, not an empty collection.
    pub strict: bool,
    /// How many items may be looked at.
    pub budget: u32,
}

impl<'c> Context<'c> {
    /// The whole document as one resource.
    pub fn new(document: &'c Document<'c>, definitions: &'c Definitions) -> Self {
        let of = document
            .member(NodeId::ROOT, name::RESOURCE_TYPE)
            .and_then(|name| document.string(name))
            .and_then(|name| definitions.resource_type(&name));
        Self {
            document,
            definitions,
            context: Element { value: Some(NodeId::ROOT), companion: None, of },
            resource: NodeId::ROOT,
            root_resource: NodeId::ROOT,
            variables: &[],
            now: None,
            host: None,
            strict: false,
            budget: BUDGET,
        }
    }

    /// The items that an expression gives.
    ///
    /// # Errors
    /// When the expression cannot be evaluated here: operands that do not go together, several items where one is needed.
    pub fn evaluate<'e>(&'e self, expression: &'e Expression) -> Result<Vec<Item<'e>>, EvaluationError> {
        let this = [Item::Element(self.context)];
        let frame = Frame { this: &this, index: 0, total: &[] };
        Evaluator::new(expression, self).collect(expression.root, &frame)
    }

    /// Whether an expression is true; `None` where it is empty.
    ///
    /// # Errors
    /// As [`Context::evaluate`].
    pub fn truth(&self, expression: &Expression) -> Result<Option<bool>, EvaluationError> {
        let this = [Item::Element(self.context)];
        let frame = Frame { this: &this, index: 0, total: &[] };
        Evaluator::new(expression, self).truth(expression.root, &frame)
    }

    /// As [`Context::truth`], and how much of the budget is left then.
    pub(crate) fn truth_and_rest(&self, expression: &Expression) -> (Result<Option<bool>, EvaluationError>, u32) {
        let this = [Item::Element(self.context)];
        let frame = Frame { this: &this, index: 0, total: &[] };
        let evaluator = Evaluator::new(expression, self);
        let truth = evaluator.truth(expression.root, &frame);
        (truth, evaluator.budget.get())
    }

    /// An item as a value of the namespace System: an element of a primitive type as its value.
    ///
    /// # Errors
    /// When a number has too many digits to be kept exactly.
    pub fn value_of<'e>(&'e self, expression: &'e Expression, item: Item<'e>) -> Result<Item<'e>, EvaluationError> {
        Evaluator::new(expression, self).system(item)
    }
}

impl Item<'_> {
    /// The value as FHIRPath's `toString()` writes it; none for an element.
    pub fn to_text(&self) -> Option<String> {
        call::shown(self)
    }
}
