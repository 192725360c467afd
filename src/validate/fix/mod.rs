//! Fixes: what makes an issue go away, and only where one thing can have been meant.
//!
//! What the walk finds is fixed by the walk, since it knows what belongs where; each file here is about one kind of fault. A fix is
//! tried out before it is offered: it must bring no new error. [`fn@apply`] applies them all.

mod apply;
mod certainty;
mod edits;
mod form;
mod identity;
mod names;
mod removal;
mod syntax;
mod trial;
mod uuid;
mod values;

pub use apply::Fixed;
pub use edits::apply;
pub(super) use form::urn;

use crate::document::Document;
use crate::json::{SyntaxError, SyntaxFault};
use crate::report::{Action, TextEdit};
use edits::thinned;
use syntax::Slips;

/// What the edits of a slip do.
pub(super) fn syntax_action(fault: SyntaxFault) -> Action {
    match fault {
        SyntaxFault::TrailingComma | SyntaxFault::Comment => Action::Remove,
        SyntaxFault::ExpectedCommaOr(_) => Action::Insert,
        _ => Action::Replace,
    }
}

/// The edits that fix a text that is no JSON, if they certainly do: the text can be read further then. Offsets are bytes.
#[cold]
pub(super) fn syntax_edits(text: &[u8], error: &SyntaxError) -> Vec<TextEdit> {
    let Ok(text) = str::from_utf8(text) else { return Vec::new() };
    let slips = Slips::first(text);
    let edits: Vec<_> = slips.edits().filter(|_| slips.error(0) == Some(*error)).collect();
    // Where reading stopped stands behind what is edited, or is part of it.
    let Some(&(last, _)) = edits.last() else { return Vec::new() };
    let rest = text.len() as u32 - error.offset.max(last.1 - u32::from(last.1 > last.0));
    let fixed = slips.applied(text);
    match Document::is_json(&fixed) {
        Err(next) if fixed.len() as u32 - next.offset >= rest => Vec::new(),
        _ => thinned(text, &edits),
    }
}
