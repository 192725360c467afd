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

use crate::json::{Document, SyntaxError};
use crate::report::TextEdit;

/// The edit that mends a text that is no JSON, if it certainly does: the text can be read further then. Offsets are bytes.
#[cold]
pub(super) fn syntax_edit(text: &[u8], error: &SyntaxError) -> Option<TextEdit> {
    let text = str::from_utf8(text).ok()?;
    let first = syntax::slips(text).into_iter().next().filter(|slip| slip.error == *error)?;
    let edit = first.edit;
    let behind = edit.start + edit.text.len() as u32;
    // Where reading stopped is behind the edit, or it is what the edit replaces.
    let least = if error.offset >= edit.end { error.offset - edit.end + behind + 1 } else { behind };
    match Document::plain(&apply(text, std::slice::from_ref(&edit))) {
        Err(next) if next.offset < least => None,
        _ => Some(edit),
    }
}
