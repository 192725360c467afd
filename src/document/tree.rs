//! The flat document: nodes in document order, children found by skipping over subtrees.

use super::table::{part, row, row_mut, rows};
use super::{NameId, Names, string};
use std::borrow::Cow;

/// A node's place in its document.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The document's outermost value.
    pub const ROOT: NodeId = NodeId(0);
}

/// What kind of JSON value a node is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names are JSON's own")]
pub enum Kind {
    Object,
    Array,
    String,
    Number,
    True,
    False,
    Null,
}

impl Kind {
    /// The kind as a person would say it, with its article.
    pub fn words(self) -> &'static str {
        match self {
            Kind::Object => "an object",
            Kind::Array => "an array",
            Kind::String => "a string",
            Kind::Number => "a number",
            Kind::True | Kind::False => "a boolean",
            Kind::Null => "null",
        }
    }
}

/// One value of the document. 24 bytes: a 5 MB Bundle has some 250,000 of them.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// First byte of the value.
    pub start: u32,
    /// First byte behind the value.
    pub end: u32,
    /// The opening quote of the property name, or [`Node::NO_KEY`].
    pub(crate) key: u32,
    /// The first node that is not below this one: its next sibling, if it has one.
    pub(crate) next: u32,
    pub(crate) parent: u32,
    /// The property name without a leading underscore, when the definitions know it.
    pub name: NameId,
    /// What kind of value it is.
    pub kind: Kind,
    pub(crate) flags: u8,
}

impl Node {
    pub(crate) const NO_KEY: u32 = u32::MAX;
    pub(crate) const COMPANION: u8 = 1;
    pub(crate) const ESCAPED: u8 = 2;

    /// Whether the property name begins with an underscore: id and extensions of a primitive (`_birthDate`).
    #[inline]
    pub fn is_companion(&self) -> bool {
        self.flags & Self::COMPANION != 0
    }
}

/// Takes the place of a node id that is not in the document, so that no look-up can panic.
pub(crate) const NOTHING: Node =
    Node { start: 0, end: 0, key: Node::NO_KEY, next: 0, parent: 0, name: NameId::UNKNOWN, kind: Kind::Null, flags: 0 };

/// Something wrong that does not stop the reading.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The same property name twice in one object; the node is the later one.
    DuplicateKey(NodeId),
    /// A `\uD800`–`\uDFFF` escape without its partner, at this byte.
    LoneSurrogate(u32),
}

/// A message, read once.
#[derive(Clone, Debug)]
pub struct Document<'t> {
    pub(crate) text: Cow<'t, str>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) faults: Vec<Fault>,
    /// The digest of the table of names that it was read with.
    pub(crate) names: u64,
}

impl<'t> Document<'t> {
    /// The text that was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Never: a document has at least its outermost value.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// What was wrong with the text without stopping the reading, in document order.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// The node with this id.
    #[inline]
    pub fn node(&self, id: NodeId) -> &Node {
        row(&self.nodes, id.0 as usize, &NOTHING)
    }

    /// The kind of a node.
    #[inline]
    pub fn kind(&self, id: NodeId) -> Kind {
        self.node(id).kind
    }

    /// The node that holds this one; the root holds itself.
    pub fn parent(&self, id: NodeId) -> NodeId {
        NodeId(self.node(id).parent)
    }

    /// The first node behind this one's subtree.
    #[inline]
    pub fn after(&self, id: NodeId) -> NodeId {
        NodeId(self.node(id).next)
    }

    /// The members of an object or the items of an array; nothing for other kinds.
    #[inline]
    pub fn children(&self, id: NodeId) -> Children<'_> {
        Children { nodes: &self.nodes, at: id.0 + 1, end: self.node(id).next }
    }

    /// The value as it is in the text, quotes and escapes included.
    #[inline]
    pub fn raw(&self, id: NodeId) -> &str {
        let node = self.node(id);
        part(&self.text, node.start as usize..node.end as usize)
    }

    /// The value of a string with its escapes resolved; the text itself for a number or a literal.
    #[inline]
    pub fn value(&self, id: NodeId) -> Cow<'_, str> {
        let node = self.node(id);
        if node.kind != Kind::String {
            return Cow::Borrowed(self.raw(id));
        }
        let inner = part(&self.text, node.start as usize + 1..(node.end as usize).saturating_sub(1));
        if node.flags & Node::ESCAPED == 0 { Cow::Borrowed(inner) } else { string::unescape(inner) }
    }

    /// Where a byte of a string's unescaped value is in the text.
    pub fn offset_in(&self, string: NodeId, offset: usize) -> u32 {
        let node = self.node(string);
        let start = node.start + 1;
        if node.flags & Node::ESCAPED == 0 {
            return (start + offset as u32).min(node.end);
        }
        super::step(offset);
        let inner = part(&self.text, start as usize..(node.end as usize).saturating_sub(1));
        start + string::escaped_length(inner, offset) as u32
    }

    /// The value of a node that is a string.
    pub fn string(&self, id: NodeId) -> Option<Cow<'_, str>> {
        (self.kind(id) == Kind::String).then(|| self.value(id))
    }

    /// Whether a node is a member of an object.
    pub fn has_key(&self, id: NodeId) -> bool {
        self.node(id).key != Node::NO_KEY
    }

    /// The byte span of the property name with its quotes, if the node has one.
    pub fn key_span(&self, id: NodeId) -> Option<(u32, u32)> {
        let start = self.node(id).key;
        if start == Node::NO_KEY {
            return None;
        }
        let rest = self.text.as_bytes().get(start as usize + 1..)?;
        let length = string::closing_quote(rest)?;
        super::step(1 + length / 16);
        Some((start, start + length as u32 + 2))
    }

    /// The property name with its escapes resolved, underscore included.
    pub fn key(&self, id: NodeId) -> Option<Cow<'_, str>> {
        let (start, end) = self.key_span(id)?;
        Some(string::unescape(part(&self.text, start as usize + 1..end as usize - 1)))
    }

    /// The property name of a member of an object, as [`Document::key`] gives it.
    pub(crate) fn name_of(&self, member: NodeId) -> Cow<'_, str> {
        debug_assert!(self.has_key(member), "an item of an array has no name");
        self.key(member).unwrap_or_default()
    }

    /// The member of an object with a known name, companions left out. The first one, when there are several.
    #[inline]
    pub fn member(&self, object: NodeId, name: NameId) -> Option<NodeId> {
        if self.kind(object) != Kind::Object {
            return None;
        }
        self.children(object).find(|&child| {
            let node = self.node(child);
            node.name == name && !node.is_companion()
        })
    }

    /// The string member of an object with a known name.
    #[inline]
    pub fn member_text(&self, object: NodeId, name: NameId) -> Option<Cow<'_, str>> {
        self.string(self.member(object, name)?)
    }

    /// The text of the member with a known name; empty where there is none.
    pub(crate) fn text_or_empty(&self, node: NodeId, name: NameId) -> Cow<'_, str> {
        self.member_text(node, name).unwrap_or_default()
    }

    /// The items of the array member with a known name; nothing when there is none.
    pub fn member_items(&self, object: NodeId, name: NameId) -> Children<'_> {
        match self.member(object, name).filter(|&array| self.kind(array) == Kind::Array) {
            Some(array) => self.children(array),
            None => Children { nodes: &self.nodes, at: 0, end: 0 },
        }
    }

    /// The member of an object by the text of its name, for names that are not an element's.
    pub fn get(&self, object: NodeId, name: &str) -> Option<NodeId> {
        if self.kind(object) != Kind::Object {
            return None;
        }
        self.children(object).find(|&child| self.key(child).is_some_and(|key| key == name))
    }

    /// The innermost node around a byte offset.
    pub fn node_at(&self, offset: u32) -> NodeId {
        // Nodes are in document order, so the last one that begins before the offset is in it or behind a sibling that ends before it.
        let mut at = NodeId(self.nodes.partition_point(|node| node.start <= offset).saturating_sub(1) as u32);
        while at != NodeId::ROOT && self.node(at).end <= offset {
            at = self.parent(at);
        }
        at
    }

    /// A value as a document of its own, with the same text: what is written in it keeps its place there.
    pub(crate) fn part(&self, node: NodeId) -> Document<'_> {
        let rest = rows(&self.nodes, node.0 as usize..self.node(node).next as usize);
        let nodes = rest.iter().map(|inner| Node {
            next: inner.next - node.0,
            parent: inner.parent.saturating_sub(node.0),
            ..*inner
        });
        Document { text: Cow::Borrowed(&self.text), nodes: nodes.collect(), faults: Vec::new(), names: self.names }
    }

    /// This document as if it had been read with this table of names; nothing where it was.
    pub(crate) fn in_names(&self, names: &Names) -> Option<Document<'_>> {
        (self.names != names.digest()).then(|| self.renamed(names))
    }

    #[cold]
    fn renamed(&self, names: &Names) -> Document<'_> {
        let (nodes, faults) = (self.nodes.clone(), self.faults.clone());
        let mut renamed = Document { text: Cow::Borrowed(&*self.text), nodes, faults, names: names.digest() };
        for (place, node) in renamed.nodes.iter_mut().enumerate() {
            if let Some(key) = self.key(NodeId(place as u32)) {
                let bare = key.strip_prefix('_').filter(|_| node.is_companion()).unwrap_or(&key);
                node.name = names.find(bare.as_bytes());
            }
        }
        renamed
    }

    /// Takes a member for one of another name.
    pub(crate) fn rename(&mut self, node: NodeId, name: NameId) {
        if let Some(node) = row_mut(&mut self.nodes, node.0 as usize) {
            node.name = name;
        }
    }
}

/// Iterates over the children of a node.
#[derive(Clone, Debug)]
pub struct Children<'d> {
    nodes: &'d [Node],
    at: u32,
    end: u32,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    #[inline]
    fn next(&mut self) -> Option<NodeId> {
        if self.at >= self.end {
            return None;
        }
        super::step(1);
        let id = self.at;
        // A child's `next` is always behind it; anything else would be a broken document and ends the iteration.
        self.at = self.nodes.get(id as usize).map_or(self.end, |node| node.next.max(id + 1));
        Some(NodeId(id))
    }
}
