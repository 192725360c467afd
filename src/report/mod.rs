//! What is said about a message: rules, issues, where they are, and the OperationOutcome that carries them.
//!
//! The later stages make a [`Finding`] (a rule, a node, what it says as data); [`write()`] turns findings into [`Issue`]s once, at the end,
//! so that lines and paths are worked out only for what is reported.

mod content;
mod finding;
mod fix;
mod issue;
mod location;
mod operation_outcome;
mod rule;
mod severity;
mod write;

pub use content::{Content, Detail, Item, Words};
pub use finding::{At, Finding, Suggest};
pub(crate) use fix::FIXES;
pub use fix::{Act, Fix};
pub use issue::{Action, Cause, Counts, Issue, Profiles, Suggestion, TextEdit, WriteOptions};
pub use location::{Locator, Steps, TypeIndex};
pub use operation_outcome::{Coding, Details, OperationOutcome, OutcomeExtension, OutcomeIssue, RULE_SYSTEM};
pub use rule::Rule;
pub(crate) use rule::{Messages, whole_id};
pub use severity::Severity;
pub use write::write;
