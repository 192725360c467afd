//! Fixes: what makes an issue go away, and only where one thing can have been meant.
//!
//! What a rule suggests is beside the rule (`element/removal.rs`, `element/trial.rs` and `bundle/identity.rs` help it), and is tried out
//! before it is offered: it must bring no new error. Here it is said which of that is certain, slips in the JSON itself are fixed, and
//! [`fn@apply`] applies them all.

mod apply;
pub(super) mod certainty;
mod edits;
mod syntax;
pub(super) mod unreadable;

pub use apply::FixedText;
pub use edits::apply;
