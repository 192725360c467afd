//! An element of a definition that is compiled.

use crate::document::{Children, Document, NameId, NodeId};
use crate::report::At;
use std::borrow::Cow;

/// An element, with its document. Reading a member is a call here: in the document's own code, which rules ask for each element of a message, it is
/// a loop at each place that asks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'d> {
    document: &'d Document<'d>,
    node: NodeId,
}

impl<'d> Element<'d> {
    pub(super) fn root(document: &'d Document<'d>) -> Self {
        Self { document, node: NodeId::ROOT }
    }

    fn at(self, node: NodeId) -> Self {
        Self { node, ..self }
    }

    #[inline(never)]
    pub(super) fn member(self, name: NameId) -> Option<Self> {
        self.document.member(self.node, name).map(|node| self.at(node))
    }

    /// The items of an array member; none where it is not there.
    #[inline(never)]
    pub(super) fn items(self, name: NameId) -> Elements<'d> {
        Elements { of: self, children: self.document.member_items(self.node, name) }
    }

    pub(super) fn members(self) -> Elements<'d> {
        Elements { of: self, children: self.document.children(self.node) }
    }

    /// All texts in it that have a name, each with where it begins and ends in [`Self::raw`], quotes included.
    pub(super) fn texts_named(self, name: &str) -> Vec<((usize, usize), String)> {
        let (first, _) = At::Value(self.node).span(self.document);
        let inside = (self.node.0..self.document.after(self.node).0).map(NodeId);
        let named = inside.filter(|&node| self.document.has_key(node) && self.document.name_of(node) == name);
        let texts = named.filter_map(|node| {
            let (begin, end) = At::Value(node).span(self.document);
            let place = ((begin - first) as usize, (end - first) as usize);
            Some((place, self.document.string(node)?.into_owned()))
        });
        texts.collect()
    }

    /// The text of a member that is a string.
    #[inline(never)]
    pub(super) fn text(self, name: NameId) -> Option<String> {
        self.document.member_text(self.node, name).map(Cow::into_owned)
    }

    /// The same, empty where there is none.
    #[inline(never)]
    pub(super) fn text_or_empty(self, name: NameId) -> String {
        self.text(name).unwrap_or_default()
    }

    /// Whether a member is this string.
    #[inline(never)]
    pub(super) fn is(self, name: NameId, text: &str) -> bool {
        self.document.member_text(self.node, name).is_some_and(|own| own == text)
    }

    /// Whether a member is `true`.
    #[inline(never)]
    pub(super) fn is_true(self, name: NameId) -> bool {
        self.member(name).is_some_and(|member| member.raw() == "true")
    }

    /// The element itself, where it is a string.
    #[inline(never)]
    pub(super) fn string(self) -> Option<String> {
        self.document.string(self.node).map(Cow::into_owned)
    }

    /// The value of a primitive.
    #[inline(never)]
    pub(super) fn value(self) -> String {
        self.document.value(self.node).into_owned()
    }

    /// As it is in the text.
    pub(super) fn raw(self) -> &'d str {
        self.document.raw(self.node)
    }

    /// The member of an object by the text of its name.
    #[inline(never)]
    pub(super) fn get(self, name: &str) -> Option<Self> {
        self.document.get(self.node, name).map(|node| self.at(node))
    }

    /// The name of the property.
    #[inline(never)]
    pub(super) fn key(self) -> Option<Cow<'d, str>> {
        self.document.key(self.node)
    }

    /// Whether the name of the property begins with this.
    pub(super) fn key_begins_with(self, start: &str) -> bool {
        self.document.key(self.node).is_some_and(|key| key.starts_with(start))
    }
}

/// Elements in the order of the text.
#[derive(Clone)]
pub(super) struct Elements<'d> {
    of: Element<'d>,
    children: Children<'d>,
}

impl<'d> Iterator for Elements<'d> {
    type Item = Element<'d>;

    #[inline(never)]
    fn next(&mut self) -> Option<Element<'d>> {
        self.children.next().map(|node| self.of.at(node))
    }
}
