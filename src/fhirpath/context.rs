//! What an expression is evaluated in.

use super::item::{Element, Item};
use crate::definitions::{Definitions, ProfileId};
use crate::document::{Document, NodeId, name};

/// What functions need from around the document.
pub trait Host {
    /// The resource in the document that a reference written at a node resolves to.
    fn resolve(&self, reference: &str, from: NodeId) -> Option<NodeId>;

    /// Whether an element meets a profile that is loaded; nothing where that is not known.
    fn conforms(&self, element: Element, profile: ProfileId) -> Option<bool>;

    /// Notes a canonical that an expression names and that would have to be known.
    fn note_unknown(&self, unknown: Unknown<'_>);

    /// Whether a narrative keeps the rules for XHTML (`txt-1`).
    fn html_checks(&self, xhtml: &str) -> bool;
}

/// What an expression asks of and is not known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unknown<'c> {
    /// A profile.
    Profile(&'c str),
    /// A value set, or what its codes are, asked for a value.
    ValueSet(&'c str, NodeId),
}

/// As many items are looked at before an evaluation is given up.
const BUDGET: u32 = 20_000_000;

/// What an expression is evaluated in.
#[derive(Clone, Copy)]
pub struct Context<'c> {
    /// The text.
    pub document: &'c Document<'c>,
    /// What its types are.
    pub definitions: &'c Definitions,
    /// `%context` and the first `$this`.
    pub context: Element,
    /// `%resource`: the resource around.
    pub resource: NodeId,
    /// `%rootResource`: the same, or the one that contains it.
    pub root_resource: NodeId,
    /// Variables by name, with their values; the last of a name counts.
    pub variables: &'c [(String, Vec<Item<'c>>)],
    /// An instant, for `now()`, `today()` and `timeOfDay()`.
    pub now: Option<&'c str>,
    /// What resolves references.
    pub host: Option<&'c dyn Host>,
    /// Whether a name that the type does not have is an error, not an empty collection.
    pub strict: bool,
    /// How many items may be looked at.
    pub budget: u32,
}

impl<'c> Context<'c> {
    /// The whole document as one resource.
    pub fn new(document: &'c Document<'c>, definitions: &'c Definitions) -> Self {
        let of = document
            .member(NodeId::ROOT, name::RESOURCE_TYPE)
            .and_then(|name| document.string(name))
            .and_then(|name| definitions.resource_type(&name));
        Self {
            document,
            definitions,
            context: Element { value: Some(NodeId::ROOT), companion: None, of },
            resource: NodeId::ROOT,
            root_resource: NodeId::ROOT,
            variables: &[],
            now: None,
            host: None,
            strict: false,
            budget: BUDGET,
        }
    }
}
