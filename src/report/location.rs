//! Node → FHIRPath and JSON pointer.

use crate::document::{Document, Kind, NameId, NodeId};
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

/// Works out paths. Asked in document order, it finds the index of an item from where it left off; otherwise it keeps the
/// items of the array.
pub struct Locator<'d> {
    document: &'d Document<'d>,
    steps: &'d dyn Steps,
    seen: BTreeMap<NodeId, Visit>,
    show_values: bool,
    /// Paths are written in here and copied: each then takes as much memory as it is long, with no move while it grows.
    scratch: String,
}

/// What is known of a node. One map, not three: each would be 2 kB of the wasm.
#[derive(Default)]
struct Visit {
    /// Of an array: the last item looked up and its index.
    last: Option<(NodeId, usize)>,
    /// Of an array that was not gone through in order: its items.
    items: Vec<NodeId>,
    /// A name that R4 does not have, as it is shown: cut once, however many issues lie below it.
    name: Option<String>,
    /// Of an object: its resourceType, if it has one: looked for once.
    resource_type: Option<Option<NodeId>>,
}

impl<'d> Locator<'d> {
    /// A locator for one document. Names that R4 does not have are shown only with the values of the message.
    pub fn new(document: &'d Document<'d>, steps: &'d dyn Steps, show_values: bool) -> Self {
        Self { document, steps, seen: BTreeMap::new(), show_values, scratch: String::new() }
    }

    fn index(&mut self, array: NodeId, item: NodeId) -> usize {
        let document = self.document;
        let Visit { last, items, .. } = self.seen.entry(array).or_default();
        if items.is_empty() && last.is_some_and(|(last, _)| item < last) {
            *items = document.children(array).collect();
        }
        if !items.is_empty() {
            return items.partition_point(|&one| one < item);
        }
        let (mut at, mut index) = last.unwrap_or((NodeId(array.0 + 1), 0));
        while at < item {
            crate::document::step(1);
            at = document.after(at);
            index += 1;
        }
        *last = Some((item, index));
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

    /// The resource type that an object says it is, when R4 has it: other names are the writer's own and stay out of a path.
    fn type_of(&mut self, node: NodeId) -> Option<(String, TypeIndex)> {
        let (document, steps) = (self.document, self.steps);
        let named = &mut self.seen.entry(node).or_default().resource_type;
        let named = named.get_or_insert_with(|| document.member(node, steps.resource_type_name()));
        let name = document.string((*named)?)?;
        let of = steps.resource_type(&name)?;
        Some((name.into_owned(), of))
    }

    /// The FHIRPath of a node, from the type of the outermost resource. A path that gets too long ends with `…`.
    pub fn expression(&mut self, node: NodeId) -> String {
        let document = self.document;
        let mut path = self.emptied();
        let mut of = None;
        if let Some((name, root)) = self.type_of(NodeId::ROOT) {
            path.push_str(&name);
            of = Some(root);
        }
        for step in self.chain(node) {
            if path.len() > LONGEST_PATH {
                path.push('…');
                break;
            }
            let name = self.name(step);
            if name.is_some() && !path.is_empty() {
                path.push('.');
            }
            match name {
                Some(Name::Unknown(shown)) => {
                    push_identifier(&mut path, &shown);
                    of = None;
                }
                Some(Name::Known(name)) => {
                    let (text, inner) = self.steps.step(of, name);
                    push_name(&mut path, &text);
                    of = inner;
                }
                None => {
                    let index = self.index(document.parent(step), step);
                    path.extend(["[", index.to_string().as_str(), "]"]);
                }
            }
            if document.kind(step) == Kind::Object
                && let Some((name, resource)) = self.type_of(step)
            {
                path.extend([".ofType(", name.as_str(), ")"]);
                of = Some(resource);
            }
        }
        self.copied(path)
    }

    /// The JSON pointer (RFC 6901) of a node. A pointer that gets too long ends with `…`.
    pub fn pointer(&mut self, node: NodeId) -> String {
        let document = self.document;
        let mut pointer = self.emptied();
        for step in self.chain(node) {
            if pointer.len() > LONGEST_PATH {
                pointer.push('…');
                break;
            }
            pointer.push('/');
            match self.name(step) {
                Some(Name::Unknown(shown)) => pointer.push_str(&shown.replace('~', "~0").replace('/', "~1")),
                Some(Name::Known(_)) => pointer.push_str(&document.name_of(step)),
                None => pointer.push_str(&self.index(document.parent(step), step).to_string()),
            }
        }
        self.copied(pointer)
    }

    fn emptied(&mut self) -> String {
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        scratch
    }

    fn copied(&mut self, scratch: String) -> String {
        self.scratch = scratch;
        self.scratch.as_str().to_owned()
    }

    /// The property name of a node, or none for an item of an array. One that R4 does not have is the writer's own: shown only where
    /// values are, and not at any length.
    fn name(&mut self, node: NodeId) -> Option<Name> {
        let document = self.document;
        if !document.has_key(node) {
            return None;
        }
        let name = document.node(node).name;
        if name != NameId::UNKNOWN {
            return Some(Name::Known(name));
        }
        let show_values = self.show_values;
        let shown = self.seen.entry(node).or_default().name.get_or_insert_with(|| match document.key(node) {
            Some(key) if show_values => key.chars().take(LONGEST_NAME).collect(),
            _ => "…".to_owned(),
        });
        Some(Name::Unknown(shown.clone()))
    }
}

/// A step of a path that is not an index.
enum Name {
    Known(NameId),
    Unknown(String),
}

/// Longer names and paths are cut: a hostile message must not make its report many times as long as itself.
const LONGEST_NAME: usize = 100;
const LONGEST_PATH: usize = 2000;

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
            match character {
                '`' | '\\' => path.extend(['\\', character]),
                // FHIR strings, which a path may become, hold no control characters.
                '\0'..'\x20' => path.push_str(&format!("\\u{:04x}", u32::from(character))),
                _ => path.push(character),
            }
        }
        path.push('`');
    }
}
