//! Node → FHIRPath and JSON pointer.

use crate::json::{Document, Kind, NameId, NodeId};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A type, as whoever implements [`Steps`] counts them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TypeIndex(pub u16);

/// What the definitions know about writing a path.
pub trait Steps {
    /// The name `resourceType`.
    fn resource_type_name(&self) -> NameId;
    /// The resource type with this name.
    fn resource_type(&self, name: &str) -> Option<TypeIndex>;
    /// A property of a type in FHIRPath (`value.ofType(Quantity)` for `valueQuantity`), and the type of its value.
    fn step(&self, of: Option<TypeIndex>, name: NameId) -> (Cow<'_, str>, Option<TypeIndex>);
}

/// Works out paths. Asked in document order, it finds the index of an item from where it left off.
pub struct Locator<'d> {
    document: &'d Document<'d>,
    steps: &'d dyn Steps,
    /// Array → the last item looked up and its index.
    last: BTreeMap<NodeId, (NodeId, usize)>,
}

impl<'d> Locator<'d> {
    /// A locator for one document.
    pub fn new(document: &'d Document<'d>, steps: &'d dyn Steps) -> Self {
        Self { document, steps, last: BTreeMap::new() }
    }

    fn index(&mut self, array: NodeId, item: NodeId) -> usize {
        let document = self.document;
        let (mut at, mut index) = match self.last.get(&array) {
            Some(&(last, index)) if last <= item => (last, index),
            _ => (NodeId(array.0 + 1), 0),
        };
        while at < item {
            at = document.after(at);
            index += 1;
        }
        self.last.insert(array, (item, index));
        index
    }

    /// The nodes from below the root down to `node`.
    fn chain(&self, node: NodeId) -> Vec<NodeId> {
        let mut chain = Vec::new();
        let mut at = node;
        while at != NodeId::ROOT {
            chain.push(at);
            at = self.document.parent(at);
        }
        chain.reverse();
        chain
    }

    /// The type that a resource says it is; only a well-formed name, since it goes into a path.
    fn type_of(&self, node: NodeId) -> Option<String> {
        let named = self.document.member(node, self.steps.resource_type_name())?;
        let name = self.document.string(named)?;
        (!name.is_empty() && name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric()))
            .then(|| name.into_owned())
    }

    /// The FHIRPath of a node, from the type of the outermost resource.
    pub fn expression(&mut self, node: NodeId) -> String {
        let document = self.document;
        let mut path = self.type_of(NodeId::ROOT).unwrap_or_default();
        let mut of = self.steps.resource_type(&path);
        for step in self.chain(node) {
            match document.key(step) {
                Some(key) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    let name = document.node(step).name;
                    if name == NameId::UNKNOWN {
                        push_identifier(&mut path, &key);
                        of = None;
                    } else {
                        let (text, inner) = self.steps.step(of, name);
                        push_name(&mut path, &text);
                        of = inner;
                    }
                }
                None => {
                    let index = self.index(document.parent(step), step);
                    path.push_str(&format!("[{index}]"));
                }
            }
            if document.kind(step) == Kind::Object
                && let Some(name) = self.type_of(step)
                && let Some(resource) = self.steps.resource_type(&name)
            {
                path.push_str(&format!(".ofType({name})"));
                of = Some(resource);
            }
        }
        path
    }

    /// The JSON pointer (RFC 6901) of a node.
    pub fn pointer(&mut self, node: NodeId) -> String {
        let mut pointer = String::new();
        for step in self.chain(node) {
            pointer.push('/');
            match self.document.key(step) {
                Some(key) => pointer.push_str(&key.replace('~', "~0").replace('/', "~1")),
                None => pointer.push_str(&self.index(self.document.parent(step), step).to_string()),
            }
        }
        pointer
    }
}

/// The name of an element; `div` is an operator of FHIRPath and needs backticks as a name.
fn push_name(path: &mut String, name: &str) {
    match name {
        "div" | "mod" => path.push_str(&format!("`{name}`")),
        _ => path.push_str(name),
    }
}

/// A FHIRPath identifier, in backticks where it needs them.
fn push_identifier(path: &mut String, name: &str) {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !name.bytes().next().is_none_or(|first| first.is_ascii_digit());
    if plain {
        path.push_str(name);
    } else {
        path.push('`');
        for character in name.chars() {
            if matches!(character, '`' | '\\') {
                path.push('\\');
            }
            path.push(character);
        }
        path.push('`');
    }
}
