//! What fixes a text that is not JSON, so that it can be read further.

use super::edits::thinned;
use super::syntax::Slips;
use crate::document::Document;
use crate::json::{SyntaxError, SyntaxFault};
use crate::report::{Action, TextEdit};

/// What the edits of a slip do.
pub(crate) fn syntax_action(fault: SyntaxFault) -> Action {
    match fault {
        SyntaxFault::TrailingComma | SyntaxFault::Comment => Action::Remove,
        SyntaxFault::ExpectedCommaOr(_) => Action::Insert,
        _ => Action::Replace,
    }
}

/// The edits that fix a text that is not JSON, if they certainly do: the text can be read further then. Offsets are bytes.
#[cold]
pub(crate) fn syntax_edits(text: &[u8], error: &SyntaxError) -> Vec<TextEdit> {
    let Ok(text) = str::from_utf8(text) else { return Vec::new() };
    let slips = Slips::first(text);
    let edits: Vec<_> = slips.edits().filter(|_| slips.error(0) == Some(*error)).collect();
    // Where reading stopped is behind what is edited, or is part of it.
    let Some(&(last, _)) = edits.last() else { return Vec::new() };
    let rest = text.len() as u32 - error.offset.max(last.1 - u32::from(last.1 > last.0));
    let fixed = slips.applied(text);
    match Document::is_json(&fixed) {
        Err(next) if fixed.len() as u32 - next.offset >= rest => Vec::new(),
        _ => thinned(text, &edits),
    }
}
