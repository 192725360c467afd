//! FHIRPath 2.0 with FHIR's additions, over a [`Document`](crate::document::Document).
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
//! assert_eq!(expression.truth(&context), Ok(Some(true)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod additional;
mod arithmetic;
mod call;
mod compare;
mod context;
mod convert;
mod decimal;
mod element;
mod evaluate;
mod existence;
mod expression;
mod filtering;
mod function;
mod item;
mod lexer;
mod lookup;
mod math;
mod moment;
mod navigate;
mod once;
mod operator;
mod parser;
mod pattern;
mod quantity;
mod reader;
mod reasons;
mod regex;
mod regex_syntax;
#[cfg(test)]
mod regex_tests;
mod strings;
mod subsetting;
mod tree;
pub mod ucum;
mod ucum_atoms;
mod unknown_member;
mod utility;
mod variable;

pub(crate) use compare::order_of;
pub use context::{Context, Host, Unknown};
pub(crate) use decimal::decimal;
pub use element::value_of;
pub use expression::Expression;
pub use item::{Element, Item, Quantity};
pub use lexer::ParseError;
pub use moment::{Moment, MomentKind, Precision};
pub(crate) use pattern::matches_whole;
pub use reader::EvaluationError;
pub use reasons::Reasons;
pub(crate) use regex::Regex;
pub(crate) use regex_syntax::Mode;
