//! Mends: what makes an issue go away, and only where one thing can have been meant.
//!
//! What the walk finds is mended by the walk, since it knows what belongs where; each file here is about one kind of fault. A mend is
//! tried out before it is offered: it must bring no new error. [`fix`] applies them all.

mod fix;
mod form;
mod identity;
mod names;
mod removal;
mod syntax;
mod trial;
mod uuid;
mod values;

pub use fix::{Fixed, apply};
pub(super) use form::urn;

use crate::json::{Document, SyntaxError, SyntaxFault};
use crate::report::{Action, TextEdit};

/// What the edits of a slip do.
pub(super) fn syntax_action(fault: SyntaxFault) -> Action {
    match fault {
        SyntaxFault::TrailingComma | SyntaxFault::Comment => Action::Remove,
        SyntaxFault::ExpectedCommaOr(_) => Action::Insert,
        _ => Action::Replace,
    }
}

/// The edits that mend a text that is no JSON, if they certainly do: the text can be read further then. Offsets are bytes.
#[cold]
pub(super) fn syntax_edits(text: &[u8], error: &SyntaxError) -> Vec<TextEdit> {
    let mut edits = Vec::new();
    let Ok(text) = str::from_utf8(text) else { return edits };
    for slip in syntax::slips(text) {
        // Those of the first slip.
        if slip.error != *error {
            break;
        }
        edits.push(slip.edit);
    }
    // Where reading stopped stands behind what is edited, or is part of it.
    let Some(last) = edits.last() else { return edits };
    let rest = text.len() as u32 - error.offset.max(last.end - u32::from(last.end > last.start));
    let mended = apply(text, &edits);
    match Document::plain(&mended) {
        Err(next) if mended.len() as u32 - next.offset >= rest => Vec::new(),
        _ => edits,
    }
}
