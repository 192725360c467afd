//! Arguments as JSON text: those that hold resources, whose numbers keep all their digits. The core's own reader reads it.

use fhirpost::document::{Document, Kind, Names, NodeId};
use fhirpost::json::{Limits, SyntaxError};

/// What was given.
pub struct Arguments<'t>(Document<'t>);

impl<'t> Arguments<'t> {
    /// Reads a text that JavaScript has made: what is wrong with it, its caller is to know.
    pub fn read(text: &'t str) -> Result<Self, SyntaxError> {
        let limits = Limits { depth: Limits::DEEPEST, bytes: u32::MAX };
        Document::read_str(text, &Names::none(), limits).map(Self)
    }

    pub fn get(&self, of: NodeId, name: &str) -> Option<NodeId> {
        self.0.get(of, name)
    }

    /// The items of a list.
    pub fn items(&self, of: NodeId, name: &str) -> impl Iterator<Item = NodeId> {
        let list = self.get(of, name).filter(|&list| self.0.kind(list) == Kind::Array);
        list.into_iter().flat_map(|list| self.0.children(list))
    }

    #[inline(never)]
    pub fn text(&self, of: NodeId, name: &str) -> Option<String> {
        self.0.string(self.get(of, name)?).map(|text| text.into_owned())
    }

    pub fn is_true(&self, of: NodeId, name: &str) -> bool {
        self.get(of, name).is_some_and(|node| self.0.kind(node) == Kind::True)
    }

    pub fn is_object(&self, node: NodeId) -> bool {
        self.0.kind(node) == Kind::Object
    }

    /// A value as it is there.
    pub fn raw(&self, node: NodeId) -> String {
        self.0.raw(node).to_owned()
    }

    /// The items of a list as they are there.
    pub fn raws(&self, of: NodeId, name: &str) -> Vec<String> {
        self.items(of, name).map(|item| self.raw(item)).collect()
    }

    /// The items of a list of strings.
    pub fn texts(&self, of: NodeId, name: &str) -> Vec<String> {
        self.items(of, name).map(|item| self.0.value(item).into_owned()).collect()
    }
}
