//! A text that is edited: its document is read anew only where the edits are.
//!
//! # Design
//! What a Bundle holds is nearly all in its entries, and one edit is in one of them. So there are two parts that can be read by themselves: some
//! entries, as an array of their own, and what is around the array of entries, as a Bundle without any. Where such a part is JSON the whole text
//! is, since nothing else has changed, and its nodes take the place of those that were there. Where it is not, the first error of the whole
//! text is in it or behind it, and is found from there. Every other edit reads the whole text.
//!
//! While a text cannot be read, the nodes are those of the last one that could, and the span of all edits since then is kept.

use super::read::{nodes, within};
use super::syntax::{Limits, SyntaxError};
use crate::document::{Document, Fault, Kind, Names, NodeId, Shift, name};
use std::borrow::Cow;

/// A replacement of bytes `start..end` of a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Replacement<'t> {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) text: &'t str,
}

/// What an edit has changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Change {
    /// Anything.
    Whole,
    /// What is around the entries: those are the same, but at other nodes.
    Around(Shift),
    /// Some of the entries: from the first one so many, in the place of which there are so many now. Those behind them are the same, but at other
    /// nodes.
    Entries { first: usize, before: usize, now: usize, behind: Shift },
    /// The text cannot be read.
    Unreadable,
}

/// The bytes of the text that was read which are not the same any more.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: u32,
    end: u32,
    /// How much longer what is there now is; as much shorter, where it wraps around.
    growth: u32,
}

impl Span {
    /// The span that holds a replacement, too, which is said in bytes of the text of now.
    fn with(span: Option<Self>, one: Replacement<'_>) -> Self {
        let longer = (one.text.len() as u32).wrapping_sub(one.end - one.start);
        let Some(span) = span else { return Self { start: one.start, end: one.end, growth: longer } };
        let end = span.end.wrapping_add(span.growth).max(one.end);
        Self {
            start: span.start.min(one.start),
            end: end.wrapping_sub(span.growth),
            growth: span.growth.wrapping_add(longer),
        }
    }
}

/// A text that is edited.
#[derive(Clone, Debug)]
pub(crate) struct DraftText {
    /// The text of now, with the nodes of the last one that could be read: none before that.
    document: Document<'static>,
    limits: Limits,
    /// What has changed since then.
    changed: Option<Span>,
    /// Why the text of now cannot be read.
    error: Option<SyntaxError>,
}

impl DraftText {
    /// Reads a text.
    pub(crate) fn new(text: String, names: &Names, limits: Limits) -> Self {
        let document =
            Document { text: Cow::Owned(text), nodes: Vec::new(), faults: Vec::new(), names: names.digest() };
        let mut draft = Self { document, limits, changed: None, error: None };
        draft.read_whole(names);
        draft
    }

    /// The text of now.
    pub(crate) fn text(&self) -> &str {
        &self.document.text
    }

    /// What the text of now is read as.
    pub(crate) fn document(&self) -> Result<&Document<'static>, &SyntaxError> {
        self.error.as_ref().map_or(Ok(&self.document), Err)
    }

    /// Replaces parts of the text, which are in the order of the text and do not overlap, and reads what has to be read.
    pub(crate) fn edit(&mut self, edits: &[Replacement<'_>], names: &Names) -> Change {
        if edits.is_empty() {
            return if self.error.is_some() {
                Change::Unreadable
            } else {
                Change::Around(Shift { from: 0, nodes: 0, bytes: 0 })
            };
        }
        // From the end on: those in front keep their places.
        for &one in edits.iter().rev() {
            self.changed = Some(Span::with(self.changed, one));
        }
        let text = self.document.text.to_mut();
        match edits {
            [one] => text.replace_range(one.start as usize..one.end as usize, one.text),
            _ => *text = replaced(text, edits),
        }
        let change = self.read_part(names);
        change.unwrap_or_else(|| self.read_whole(names))
    }

    fn read_whole(&mut self, names: &Names) -> Change {
        match nodes(&self.document.text, names, self.limits) {
            Ok((nodes, faults)) => {
                (self.document.nodes, self.document.faults) = (nodes, faults);
                self.is_read();
                Change::Whole
            }
            Err(error) => self.is_unreadable(error),
        }
    }

    fn is_read(&mut self) {
        (self.changed, self.error) = (None, None);
    }

    fn is_unreadable(&mut self, error: SyntaxError) -> Change {
        self.error = Some(error);
        Change::Unreadable
    }

    /// Reads the part that has changed, where that can be read by itself.
    fn read_part(&mut self, names: &Names) -> Option<Change> {
        let changed = self.changed?;
        if self.document.nodes.is_empty() || within(self.document.text.as_bytes(), self.limits).is_err() {
            return None;
        }
        let list = self.document.member(NodeId::ROOT, name::ENTRY)?;
        let array = *self.document.node(list);
        if array.kind != Kind::Array {
            return None;
        }
        if changed.start > array.start && changed.end < array.end {
            self.read_entries(changed, list, names)
        } else if changed.end <= array.start || changed.start >= array.end {
            self.read_around(changed, list, names)
        } else {
            None
        }
    }

    fn read_entries(&mut self, changed: Span, list: NodeId, names: &Names) -> Option<Change> {
        let array = *self.document.node(list);
        let entries: Vec<NodeId> = self.document.children(list).collect();
        let start = |one: &NodeId| self.document.node(*one).start;
        let end = |one: &NodeId| self.document.node(*one).end;
        // The last that begins in front of what has changed, and the first that ends behind it.
        let first = entries.partition_point(|one| start(one) <= changed.start).checked_sub(1);
        let last = Some(entries.partition_point(|one| end(one) < changed.end)).filter(|&last| last < entries.len());
        let from = first.and_then(|first| entries.get(first));
        let to = last.and_then(|last| entries.get(last));
        let old_start = from.map_or(array.start + 1, start);
        let old_end = to.map_or(array.end - 1, end);
        let new_end = old_end.wrapping_add(changed.growth);
        let text = self.document.text.get(old_start as usize..new_end as usize)?;
        // How long the text is was looked at already.
        let limits = Limits { bytes: u32::MAX, ..self.limits };
        let inner = Limits { depth: limits.depth.min(Limits::DEEPEST).saturating_sub(1), ..limits };
        let Ok((mut read, faults)) = nodes(&["[", text, "]"].concat(), names, inner) else {
            let before = if first.is_none_or(|first| first == 0) { "{\"\":[" } else { "{\"\":[0," };
            let rest = self.document.text.get(old_start as usize..)?;
            let error = nodes(&[before, rest].concat(), names, limits).err()?;
            let offset = (error.offset + old_start).checked_sub(before.len() as u32)?;
            return Some(self.is_unreadable(SyntaxError { offset, ..error }));
        };
        let (first, last) = (first.unwrap_or(0), last.map_or(entries.len(), |last| last + 1));
        let now = read.iter().skip(1).filter(|node| node.parent == 0).count();
        if now == 0 && (first > 0 || last < entries.len()) {
            // The commas around it are one too many.
            return None;
        }
        let begin = from.map_or(list.0 + 1, |one| one.0);
        let after = to.map_or(array.next, |one| self.document.node(*one).next);
        read.remove(0);
        let inside = Shift { from: 1, nodes: begin.wrapping_sub(1), bytes: old_start.wrapping_sub(1) };
        let count = read.len() as u32;
        for node in &mut read {
            inside.move_row(node);
            if node.parent == 0 {
                node.parent = list.0;
            }
        }
        let behind = Shift { from: after, nodes: count.wrapping_sub(after - begin), bytes: changed.growth };
        self.document.nodes.iter_mut().skip(after as usize).for_each(|node| behind.move_row(node));
        self.document.nodes.splice(begin as usize..after as usize, read);
        self.widen(NodeId::ROOT, behind);
        self.widen(list, behind);
        let inner_fault = |fault: Fault| match fault {
            Fault::DuplicateKey(node) => Fault::DuplicateKey(inside.node(node)),
            Fault::LoneSurrogate(offset) => Fault::LoneSurrogate(inside.byte(offset)),
        };
        self.change_faults((begin, after), (old_start, old_end), faults.into_iter().map(inner_fault).collect(), behind);
        self.is_read();
        Some(Change::Entries { first, before: last - first, now, behind })
    }

    /// What holds the part that has changed ends elsewhere.
    fn widen(&mut self, node: NodeId, by: Shift) {
        if let Some(node) = self.document.nodes.get_mut(node.0 as usize) {
            node.end = by.byte(node.end);
            node.next = node.next.wrapping_add(by.nodes);
        }
    }

    /// The faults of the part that was read take the place of those that were there.
    fn change_faults(&mut self, nodes: (u32, u32), bytes: (u32, u32), read: Vec<Fault>, behind: Shift) {
        let (mut faults, mut after) = (Vec::new(), Vec::new());
        for fault in std::mem::take(&mut self.document.faults) {
            match fault {
                Fault::DuplicateKey(node) if node.0 < nodes.0 => faults.push(fault),
                Fault::LoneSurrogate(offset) if offset < bytes.0 => faults.push(fault),
                Fault::DuplicateKey(node) if node.0 >= nodes.1 => after.push(Fault::DuplicateKey(behind.node(node))),
                Fault::LoneSurrogate(at) if at >= bytes.1 => after.push(Fault::LoneSurrogate(behind.byte(at))),
                _ => {}
            }
        }
        faults.extend(read);
        faults.append(&mut after);
        self.document.faults = faults;
    }

    fn read_around(&mut self, changed: Span, list: NodeId, names: &Names) -> Option<Change> {
        let array = *self.document.node(list);
        let is_in_front = changed.end <= array.start;
        let bytes = if is_in_front { changed.growth } else { 0 };
        let (start, end) = (array.start.wrapping_add(bytes), array.end.wrapping_add(bytes));
        let text = &self.document.text;
        let around = [text.get(..start as usize)?, "[]", text.get(end as usize..)?].concat();
        let (mut read, faults) = match nodes(&around, names, self.limits) {
            Ok(read) => read,
            Err(error) if error.offset < start => return Some(self.is_unreadable(error)),
            Err(error) if error.offset >= start + 2 && !is_in_front => {
                let offset = error.offset - 2 + (end - start);
                return Some(self.is_unreadable(SyntaxError { offset, ..error }));
            }
            Err(_) => return None,
        };
        if !faults.is_empty() || !self.document.faults.is_empty() {
            return None;
        }
        let document = Document { text: Cow::Borrowed(&around), nodes: read, faults, names: self.document.names };
        let place = document.member(NodeId::ROOT, name::ENTRY)?;
        let is_same = document.kind(place) == Kind::Array && document.node(place).start == start;
        read = document.nodes;
        let inside = Shift { from: list.0, nodes: place.0.wrapping_sub(list.0), bytes };
        if !is_same {
            return None;
        }
        let count = array.next - list.0 - 1;
        let behind = Shift { from: place.0 + 1, nodes: count, bytes: array.end - array.start - 2 };
        let (mut all, mut rest) =
            (Vec::with_capacity(read.len() + count as usize), read.split_off(place.0 as usize + 1));
        for node in &mut rest {
            behind.move_row(node);
        }
        all.append(&mut read);
        all.extend(self.document.nodes.iter().skip(list.0 as usize + 1).take(count as usize).map(|node| {
            let mut node = *node;
            inside.move_row(&mut node);
            node
        }));
        all.append(&mut rest);
        self.document.nodes = all;
        self.widen(NodeId::ROOT, behind);
        self.widen(place, behind);
        self.is_read();
        Some(Change::Around(inside))
    }
}

/// A text with its replacements.
fn replaced(text: &str, edits: &[Replacement<'_>]) -> String {
    let (mut result, mut at) = (String::with_capacity(text.len()), 0);
    for one in edits {
        result.push_str(crate::document::table::part(text, at..one.start as usize));
        result.push_str(one.text);
        at = one.end as usize;
    }
    result.push_str(crate::document::table::part(text, at..text.len()));
    result
}
