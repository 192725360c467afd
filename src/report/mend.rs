//! How a finding is mended: what to do, in terms of nodes. It becomes edits of the text when the finding is written, so nothing is
//! worked out for what is not reported.

use super::{Action, TextEdit};
use crate::json::{Document, NodeId, Writer};

/// What would stand there, and what to do about it.
#[derive(Clone, Debug)]
pub struct Mend {
    /// The name, code, date or reference that would stand there.
    pub value: Option<String>,
    /// Whether it is a value of the message, which is shown only where those may be.
    pub from_message: bool,
    /// What to do. Where it is not certain, nothing.
    pub act: Act,
}

/// What makes a finding go away, in terms of nodes. The value is that of the [`Mend`].
#[derive(Clone, Debug)]
pub enum Act {
    /// There is no certain mend.
    None,
    /// The property gets the value as its name, and so does its companion.
    Rename(NodeId, Option<NodeId>),
    /// The value stands there as a string.
    Replace(NodeId),
}

impl Act {
    /// What it does, for [`Suggestion::action`](super::Suggestion).
    pub fn action(&self) -> Option<Action> {
        Some(match self {
            Act::None => return None,
            Act::Rename(..) => Action::Rename,
            Act::Replace(_) => Action::Replace,
        })
    }
}

impl Mend {
    /// The edits that make the mend, sorted by their place; offsets are bytes. None where nothing is certain.
    pub fn edits(&self, document: &Document<'_>) -> Vec<TextEdit> {
        let value = self.value.as_deref().unwrap_or_default();
        match self.act {
            Act::None => Vec::new(),
            Act::Rename(node, companion) => {
                let mut edits: Vec<TextEdit> = [Some(node), companion]
                    .into_iter()
                    .flatten()
                    .filter_map(|node| {
                        let (start, end) = document.key_span(node)?;
                        let underscore = if document.node(node).is_companion() { "_" } else { "" };
                        Some(TextEdit { start, end, text: quoted(&format!("{underscore}{value}")) })
                    })
                    .collect();
                if let [one, other] = edits.as_mut_slice()
                    && other.start < one.start
                {
                    std::mem::swap(one, other);
                }
                edits
            }
            Act::Replace(node) => {
                let node = document.node(node);
                vec![TextEdit { start: node.start, end: node.end, text: quoted(value) }]
            }
        }
    }
}

/// A text as a JSON string.
fn quoted(text: &str) -> String {
    let mut writer = Writer::default();
    writer.string(text);
    writer.finish()
}
