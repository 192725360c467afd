//! A text as a whole, mostly a Bundle: what the rules that look at several places see.

use crate::definitions::{Definitions, TypeId};
use crate::document::{Document, NodeId, name};
use crate::report::{Content, Words};
use crate::validate::engine::Engine;
use crate::validate::entries::{Entries, Resolution, Restful};
use crate::validate::notes::Notes;
use std::cell::OnceCell;

/// All that the Bundle and message rules look at.
pub(crate) struct Whole<'j> {
    pub(crate) engine: &'j Engine,
    pub(crate) document: &'j Document<'j>,
    /// The Bundle, or the resource that is not one.
    pub(crate) root: NodeId,
    pub(crate) entries: &'j Entries<'j>,
    pub(crate) notes: &'j Notes,
    pub(crate) scope: Scope,
    /// How many findings there were before.
    pub(crate) before: usize,
    /// The digest of the text, once an id has been made from it.
    pub(crate) digest: &'j OnceCell<[u8; 20]>,
}

impl Whole<'_> {
    pub(crate) fn definitions(&self) -> &Definitions {
        &self.engine.definitions
    }
}

/// What a document is validated as, and so what references have to resolve to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Scope {
    /// One resource: references lead out of it, but for local ones.
    Resource,
    /// A Bundle: URNs resolve to its entries, others may lead anywhere.
    Bundle,
    /// A message, which holds what it refers to.
    Message,
}

impl Scope {
    pub(crate) fn of(is_bundle: bool, is_message: bool) -> Self {
        match (is_bundle, is_message) {
            (true, true) => Scope::Message,
            (true, false) => Scope::Bundle,
            (false, _) => Scope::Resource,
        }
    }

    /// What its texts call the whole.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Scope::Message => "message",
            Scope::Bundle => "Bundle",
            Scope::Resource => "resource",
        }
    }
}

/// A reference and what it resolves to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ResolvedReference {
    pub(crate) node: NodeId,
    /// The index of the entry that refers.
    pub(crate) from: Option<usize>,
    pub(crate) to: Resolution,
}

impl Whole<'_> {
    /// The Reference objects that other rules validate: focus, in document order, and response.details.
    pub(crate) fn special_references(&self) -> (Vec<NodeId>, Option<NodeId>) {
        let Some(header) = self.entries.header() else { return (Vec::new(), None) };
        let response = header.response(self.document);
        let details = response.and_then(|response| self.document.member(response, name::DETAILS));
        (header.focus(self.document).collect(), details)
    }

    /// What to say where several resources match a reference.
    pub(crate) fn ambiguous(&self) -> Content {
        AMBIGUOUS.name("scope", self.scope.name())
    }
}

pub(crate) const AMBIGUOUS: Words = Words("More than one resource in the {scope} matches this reference.");

impl Whole<'_> {
    /// The type of what a reference resolves to: known from the target, or from the form of the URL.
    pub(crate) fn type_at(&self, text: &str, to: Resolution) -> Option<TypeId> {
        match to {
            Resolution::Entry(index) | Resolution::OtherVersion(index) => self.entries.at(index).resource_type,
            Resolution::Contained(node) => {
                let name = self.document.member(node, name::RESOURCE_TYPE)?;
                self.definitions().resource_type(&self.document.value(name))
            }
            Resolution::Several | Resolution::Nothing => Restful::parse(text, self.definitions()).map(|parts| parts.of),
        }
    }

    /// What the Reference at this node resolves to. References are noted in the order of the text.
    pub(crate) fn target(&self, resolved: &[ResolvedReference], node: NodeId) -> Option<Resolution> {
        let index = resolved.binary_search_by_key(&node, |reference| reference.node).ok()?;
        resolved.get(index).map(|reference| reference.to)
    }

    pub(crate) fn type_named(&self, name: &str) -> Option<TypeId> {
        self.definitions().resource_type(name)
    }
}
