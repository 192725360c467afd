//! How a finding is fixed: what to do, in terms of nodes. It becomes edits of the text when the finding is written, so nothing is
//! worked out for what is not reported.

use super::issue::{Action, TextEdit};
use crate::document::{Document, NodeId, table};
use crate::json::quoted;

/// Whether fixes are worked out: not in the wasm that only validates, of which they would be a twentieth.
pub(crate) const FIXES: bool = cfg!(feature = "fixes");

/// What would be there, and what to do about it.
#[derive(Clone, Debug)]
pub struct Fix {
    /// The name, code, date or reference that would be there.
    pub value: Option<String>,
    /// Whether it holds what the message says, which is shown only where that may be.
    pub from_message: bool,
    /// What to do. Where it is not certain, nothing.
    pub act: Act,
    /// What it is done to.
    pub nodes: Vec<NodeId>,
    /// Whether nothing else can have been meant.
    pub certain: bool,
    /// What may be there, where that are a few values, the most probable one first: the value is the first of them.
    pub choices: Vec<String>,
    /// Whether the first of them is more probable than the others.
    pub is_probable: bool,
    /// The name of the member that [`Act::InsertElement`] adds.
    pub member: Option<Box<str>>,
}

/// What makes a finding go away. The value is that of the [`Fix`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    /// There is no certain fix.
    None,
    /// The properties get the value as their name; companions keep their underscore.
    Rename,
    /// The value is there as a string.
    Replace,
    /// The value is there as it is, as JSON.
    ReplaceJson,
    /// The value becomes the one item of an array.
    Wrap,
    /// The one item of the array takes its place.
    Unwrap,
    /// The members or items are left out.
    Remove,
    /// The same, since it is said where it belongs.
    Elsewhere,
    /// The objects get a member of this name, which has the value as a string.
    Insert(&'static str),
    /// The same for an element: the [`Fix`] has its name.
    InsertElement,
    /// The item becomes the first of its array.
    First,
}

/// What is moved is written again: not if it is longer.
const LONGEST_MOVED: usize = 1 << 16;

/// White space that is longer is not imitated.
const LONGEST_GAP: usize = 200;

impl Fix {
    /// What is certain.
    pub fn certain(value: Option<String>, from_message: bool, act: Act, nodes: Vec<NodeId>) -> Self {
        Self { value, from_message, act, nodes, certain: true, choices: Vec::new(), is_probable: true, member: None }
    }

    /// What is only offered.
    pub fn offered(value: Option<String>, from_message: bool, act: Act, nodes: Vec<NodeId>) -> Self {
        Self { certain: false, ..Self::certain(value, from_message, act, nodes) }
    }

    /// One of a few values, and whether the first of them is the most probable one. Nothing where there are none.
    pub fn choice((values, is_probable): (Vec<String>, bool), act: Act, node: NodeId) -> Option<Self> {
        let first = values.first().filter(|_| FIXES)?.clone();
        let choices = if values.len() > 1 { values } else { Vec::new() };
        Some(Self { choices, is_probable, ..Self::offered(Some(first), false, act, vec![node]) })
    }

    /// What it does.
    pub fn action(&self) -> Action {
        match self.act {
            Act::Rename => Action::Rename,
            Act::None | Act::Replace | Act::ReplaceJson => Action::Replace,
            Act::Wrap => Action::Wrap,
            Act::Unwrap => Action::Unwrap,
            Act::Remove => Action::Remove,
            Act::Insert(_) | Act::InsertElement => Action::Insert,
            Act::First | Act::Elsewhere => Action::Move,
        }
    }

    /// The edits that make the fix, sorted by their place; offsets are bytes. None where nothing is certain.
    pub fn edits(&self, document: &Document<'_>) -> Vec<TextEdit> {
        // One for each node is nearly always right: thousands of lists with room for more would be felt.
        let mut edits = Edits { document, edits: Vec::with_capacity(self.nodes.len()) };
        let has_value =
            !matches!(self.act, Act::None | Act::Wrap | Act::Unwrap | Act::Remove | Act::Elsewhere | Act::First);
        debug_assert!(self.value.is_some() || !has_value, "{:?} without a value", self.act);
        let value = self.value.as_deref().unwrap_or_default();
        for &at in &self.nodes {
            let node = document.node(at);
            let span = (node.start, node.end);
            match self.act {
                Act::None => {}
                Act::Rename => {
                    let underscore = if node.is_companion() { "_" } else { "" };
                    let name = quoted(&[underscore, value].concat());
                    debug_assert!(document.has_key(at), "an item of an array has no name");
                    edits.put(document.key_span(at).unwrap_or(span), name);
                }
                Act::Replace => edits.put(span, quoted(value)),
                Act::ReplaceJson => edits.put(span, value.to_owned()),
                Act::Wrap => {
                    edits.put((span.0, span.0), "[".into());
                    edits.put((span.1, span.1), "]".into());
                }
                Act::Unwrap => {
                    if let Some(item) = document.children(at).next().map(|item| document.node(item)) {
                        edits.put((span.0, item.start), String::new());
                        edits.put((item.end, span.1), String::new());
                    }
                }
                Act::Remove | Act::Elsewhere => edits.remove(at),
                Act::Insert(name) => edits.insert(at, name, value),
                Act::InsertElement => edits.insert(at, self.member.as_deref().unwrap_or_default(), value),
                Act::First => edits.move_first(at),
            }
        }
        edits.sorted()
    }
}

struct Edits<'d, 't> {
    document: &'d Document<'t>,
    edits: Vec<TextEdit>,
}

impl<'d> Edits<'d, '_> {
    #[inline(never)]
    fn put(&mut self, (start, end): (u32, u32), text: String) {
        self.edits.push(TextEdit { start, end, text });
    }

    /// Where a member or item begins: at its name, if it has one.
    fn start(&self, node: NodeId) -> u32 {
        self.document.key_span(node).map_or(self.document.node(node).start, |(start, _)| start)
    }

    fn end(&self, node: NodeId) -> u32 {
        self.document.node(node).end
    }

    fn text(&self, start: u32, end: u32) -> &'d str {
        table::part(self.document.text(), start as usize..end as usize)
    }

    /// What follows a member or item in the same object or array.
    fn next(&self, node: NodeId) -> Option<NodeId> {
        let next = self.document.after(node);
        (next < self.document.after(self.document.parent(node))).then_some(next)
    }

    /// Leaves a member or item out, with its comma and the line that it had to itself: what follows comes up to its place.
    fn remove(&mut self, node: NodeId) {
        let (start, end) = (self.start(node), self.end(node));
        if let Some(next) = self.next(node) {
            let next = self.start(next);
            return self.put((start, next), String::new());
        }
        let before = self.text(0, start).trim_end_matches([' ', '\t', '\n', '\r']);
        // The last one goes with the comma in front of it, and the only one alone.
        let start = if before.ends_with(',') { before.len() as u32 - 1 } else { start };
        self.put((start, end), String::new());
    }

    /// What is between two members or items here: a comma, and the white space that the writer puts behind it.
    fn separator(&self, first: NodeId) -> String {
        let gap = match self.next(first) {
            Some(second) => self.text(self.end(first), self.start(second)),
            // One alone shows what is in front of it.
            None => self.text(self.document.node(self.document.parent(first)).start + 1, self.start(first)),
        };
        let blank = gap.rsplit(',').next().filter(|blank| blank.len() <= LONGEST_GAP);
        [",", blank.unwrap_or("")].concat()
    }

    /// Adds a member to an object: behind the resourceType, where that is first, else in front of all others.
    fn insert(&mut self, object: NodeId, name: &str, value: &str) {
        let (document, value) = (self.document, quoted(value));
        let start = document.node(object).start + 1;
        let Some(first) = document.children(object).next() else {
            return self.put((start, start), [&quoted(name), ": ", &value].concat());
        };
        let colon = document.key_span(first).map_or("", |(_, end)| self.text(end, document.node(first).start));
        let colon = if colon.len() <= LONGEST_GAP { colon } else { ":" };
        let separator = self.separator(first);
        if document.key(first).is_some_and(|key| key == "resourceType") {
            let end = self.end(first);
            self.put((end, end), [&separator, &quoted(name), colon, &value].concat());
        } else {
            let start = self.start(first);
            self.put((start, start), [&quoted(name), colon, &value, &separator].concat());
        }
    }

    /// Makes an item the first of its array.
    fn move_first(&mut self, item: NodeId) {
        let text = self.document.raw(item);
        let Some(first) = self.document.children(self.document.parent(item)).next() else { return };
        if text.len() > LONGEST_MOVED || first == item {
            return;
        }
        let start = self.start(first);
        self.put((start, start), [text, &self.separator(first)].concat());
        self.remove(item);
    }

    /// There are few, and nearly sorted.
    fn sorted(self) -> Vec<TextEdit> {
        let mut edits = self.edits;
        let place = |edit: Option<&TextEdit>| edit.map(|edit| (edit.start, edit.end));
        for last in 1..edits.len() {
            let mut at = last;
            while at > 0 && place(edits.get(at - 1)) > place(edits.get(at)) {
                edits.swap(at - 1, at);
                at -= 1;
            }
        }
        edits
    }
}
