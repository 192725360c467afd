//! What each parser is asked to do. Peers are given no more work than their interface needs: none of them is made to look
//! for duplicate keys or to know FHIR's names, which the scanner of the library does within its time. The exception is
//! `jiter-names`, where jiter is given both, as it would be if it were chosen.

use crate::Input;

/// Start and end of every value and of every key, in any order.
#[cfg(not(target_arch = "wasm32"))]
pub type Spans = Vec<(usize, usize)>;

/// A parser under its feature's name.
pub struct Parser {
    pub name: &'static str,
    /// Parses and drops the result; false if the text is refused.
    pub parse: fn(&Input) -> bool,
    /// For the parsers that know positions. Natively only: the sizes stay honest.
    #[cfg(not(target_arch = "wasm32"))]
    pub spans: Option<fn(&Input) -> Spans>,
    /// Whether a text that is read is read with a complaint.
    #[cfg(not(target_arch = "wasm32"))]
    pub complains: fn(&Input) -> bool,
}

/// Builds the entry of a module that has `read`, and what else is named.
#[allow(unused_macros, reason = "not used in the wasm without a parser")]
#[allow(clippy::needless_update, reason = "in wasm there is nothing else")]
macro_rules! parser {
    ($name:literal, $module:ident) => {
        Parser {
            name: $name,
            parse: |input| std::hint::black_box($module::read(input)).is_some(),
            #[cfg(not(target_arch = "wasm32"))]
            spans: None,
            #[cfg(not(target_arch = "wasm32"))]
            complains: |_| false,
        }
    };
    ($name:literal, $module:ident, spans) => {
        Parser {
            #[cfg(not(target_arch = "wasm32"))]
            spans: Some($module::spans),
            ..parser!($name, $module)
        }
    };
    ($name:literal, $module:ident, spans, complains) => {
        Parser {
            #[cfg(not(target_arch = "wasm32"))]
            complains: $module::complains,
            ..parser!($name, $module, spans)
        }
    };
}

/// The parsers that were compiled in.
pub const PARSERS: &[Parser] = &[
    #[cfg(feature = "own")]
    parser!("own", own, spans, complains),
    #[cfg(feature = "jiter-pull")]
    parser!("jiter-pull", jiter_pull, spans),
    #[cfg(feature = "jiter-names")]
    parser!("jiter-names", jiter_names, spans, complains),
    #[cfg(feature = "jiter-value")]
    parser!("jiter-value", jiter_value),
    #[cfg(feature = "jsonc")]
    parser!("jsonc", jsonc, spans),
    #[cfg(feature = "spanned")]
    parser!("spanned", spanned, spans),
    #[cfg(feature = "raw")]
    parser!("raw", raw, spans),
    #[cfg(feature = "value")]
    parser!("value", value),
];

#[cfg(feature = "own")]
mod own {
    use super::Input;
    use crate::document::Document;
    use crate::json::Limits;

    pub(super) fn read(input: &Input) -> Option<Document<'_>> {
        Document::read(input.text.as_bytes(), &input.names, Limits::default()).ok()
    }

    #[cfg(not(target_arch = "wasm32"))]
    pub(super) fn complains(input: &Input) -> bool {
        read(input).is_some_and(|document| !document.faults().is_empty())
    }

    #[cfg(not(target_arch = "wasm32"))]
    pub(super) fn spans(input: &Input) -> Vec<(usize, usize)> {
        use crate::document::NodeId;
        let Some(document) = read(input) else { return Vec::new() };
        let all = (0..document.len() as u32).map(NodeId);
        all.flat_map(|id| {
            let node = document.node(id);
            [Some((node.start, node.end)), document.key_span(id)]
        })
        .flatten()
        .map(|(start, end)| (start as usize, end as usize))
        .collect()
    }
}

/// A list of nodes such as the library needs, for parsers that leave it to their caller to build one.
#[cfg(any(feature = "jiter-pull", feature = "jiter-names", feature = "raw"))]
mod flat {
    pub(super) const NO_KEY: (u32, u32) = (u32::MAX, u32::MAX);

    #[allow(dead_code, reason = "written to be paid for")]
    pub(super) struct Node {
        pub(super) start: u32,
        pub(super) end: u32,
        pub(super) key: (u32, u32),
        pub(super) next: u32,
        pub(super) parent: u32,
    }

    pub(super) fn open(nodes: &mut Vec<Node>, start: usize, key: (u32, u32), parent: u32) -> u32 {
        let id = nodes.len() as u32;
        nodes.push(Node { start: start as u32, end: 0, key, next: 0, parent });
        id
    }

    pub(super) fn close(nodes: &mut [Node], id: u32, end: usize) {
        let next = nodes.len() as u32;
        if let Some(node) = nodes.get_mut(id as usize) {
            node.end = end as u32;
            node.next = next;
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    pub(super) fn spans(nodes: Vec<Node>) -> Vec<(usize, usize)> {
        let pair = |(start, end): (u32, u32)| (start as usize, end as usize);
        let both = |node: Node| [(node.start, node.end), node.key];
        nodes.into_iter().flat_map(both).filter(|&span| span != NO_KEY).map(pair).collect()
    }
}

/// jiter as an iterator: the caller asks for each value and notes where it is.
#[cfg(feature = "jiter-pull")]
mod jiter_pull {
    use super::{Input, flat};
    use jiter::{Jiter, JiterResult, Peek};

    pub(super) fn read(input: &Input) -> Option<Vec<flat::Node>> {
        let mut pull = Pull {
            jiter: Jiter::new(input.text.as_bytes()),
            text: &input.text,
            nodes: Vec::with_capacity(input.text.len() / 28 + 16),
        };
        let first = pull.jiter.peek().ok()?;
        pull.value(first, flat::NO_KEY, 0).ok()?;
        pull.jiter.finish().ok()?;
        Some(pull.nodes)
    }

    #[cfg(not(target_arch = "wasm32"))]
    pub(super) fn spans(input: &Input) -> Vec<(usize, usize)> {
        read(input).map_or_else(Vec::new, flat::spans)
    }

    struct Pull<'t> {
        jiter: Jiter<'t>,
        text: &'t str,
        nodes: Vec<flat::Node>,
    }

    /// jiter passes the key and the colon in one step and does not say where the key was. A key without escapes is borrowed
    /// from the text, so its address tells; the place of a key with escapes is lost.
    fn place(text: &str, key: &str) -> (u32, u32) {
        match (key.as_ptr() as usize).checked_sub(text.as_ptr() as usize) {
            Some(start) if start < text.len() => (start as u32 - 1, (start + key.len()) as u32 + 1),
            _ => flat::NO_KEY,
        }
    }

    impl Pull<'_> {
        fn value(&mut self, peek: Peek, key: (u32, u32), parent: u32) -> JiterResult<()> {
            let id = flat::open(&mut self.nodes, self.jiter.current_index(), key, parent);
            match peek {
                Peek::Object => {
                    let mut name = self.jiter.known_object()?.map(|name| place(self.text, name));
                    while let Some(key) = name {
                        let peek = self.jiter.peek()?;
                        self.value(peek, key, id)?;
                        name = self.jiter.next_key()?.map(|name| place(self.text, name));
                    }
                }
                Peek::Array => {
                    let mut item = self.jiter.known_array()?;
                    while let Some(peek) = item {
                        self.value(peek, flat::NO_KEY, id)?;
                        item = self.jiter.array_step()?;
                    }
                }
                Peek::String => drop(self.jiter.known_str()?),
                Peek::True | Peek::False => drop(self.jiter.known_bool(peek)?),
                Peek::Null => self.jiter.known_null()?,
                _ => drop(self.jiter.known_number_bytes(peek)?),
            }
            flat::close(&mut self.nodes, id, self.jiter.current_index());
            Ok(())
        }
    }
}

/// The same, with the names known as integers and duplicate keys found.
#[cfg(feature = "jiter-names")]
mod jiter_names {
    use super::{Input, flat};
    use crate::document::{NameId, Names};
    use jiter::{Jiter, JiterResult, Peek};

    /// What was read: the nodes, and for each the name it goes by, if its key is known.
    pub(super) struct NamedNodes {
        nodes: Vec<flat::Node>,
        names: Vec<NameId>,
        duplicates: Vec<u32>,
    }

    pub(super) fn read(input: &Input) -> Option<NamedNodes> {
        let room = input.text.len() / 28 + 16;
        let mut pull = Pull {
            jiter: Jiter::new(input.text.as_bytes()),
            text: &input.text,
            table: &input.names,
            named: NamedNodes { nodes: Vec::with_capacity(room), names: Vec::with_capacity(room), duplicates: Vec::new() },
        };
        let first = pull.jiter.peek().ok()?;
        pull.value(first, NO_KEY, 0).ok()?;
        pull.jiter.finish().ok()?;
        Some(pull.named)
    }

    #[cfg(not(target_arch = "wasm32"))]
    pub(super) fn complains(input: &Input) -> bool {
        read(input).is_some_and(|named| !named.duplicates.is_empty())
    }

    #[cfg(not(target_arch = "wasm32"))]
    pub(super) fn spans(input: &Input) -> Vec<(usize, usize)> {
        read(input).map_or_else(Vec::new, |named| flat::spans(named.nodes))
    }

    struct Key {
        place: (u32, u32),
        name: NameId,
        /// Which bit of the names seen in an object this name sets.
        bit: u32,
    }

    const NO_KEY: Key = Key { place: flat::NO_KEY, name: NameId::UNKNOWN, bit: 0 };

    struct Pull<'t> {
        jiter: Jiter<'t>,
        text: &'t str,
        table: &'t Names,
        named: NamedNodes,
    }

    fn key(text: &str, table: &Names, key: &str) -> Key {
        let bare = key.strip_prefix('_').unwrap_or(key);
        let name = table.find(bare.as_bytes());
        let bit = if name == NameId::UNKNOWN {
            key.bytes().fold(key.len() as u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)))
        } else {
            u32::from(name.0) << 1 | u32::from(bare.len() < key.len())
        };
        let place = match (key.as_ptr() as usize).checked_sub(text.as_ptr() as usize) {
            Some(start) if start < text.len() => (start as u32 - 1, (start + key.len()) as u32 + 1),
            _ => flat::NO_KEY,
        };
        Key { place, name, bit: bit & 63 }
    }

    impl Pull<'_> {
        fn value(&mut self, peek: Peek, key: Key, parent: u32) -> JiterResult<()> {
            let id = flat::open(&mut self.named.nodes, self.jiter.current_index(), key.place, parent);
            self.named.names.push(key.name);
            match peek {
                Peek::Object => self.object(id)?,
                Peek::Array => {
                    let mut item = self.jiter.known_array()?;
                    while let Some(peek) = item {
                        self.value(peek, NO_KEY, id)?;
                        item = self.jiter.array_step()?;
                    }
                }
                Peek::String => drop(self.jiter.known_str()?),
                Peek::True | Peek::False => drop(self.jiter.known_bool(peek)?),
                Peek::Null => self.jiter.known_null()?,
                _ => drop(self.jiter.known_number_bytes(peek)?),
            }
            flat::close(&mut self.named.nodes, id, self.jiter.current_index());
            Ok(())
        }

        fn object(&mut self, id: u32) -> JiterResult<()> {
            let mut seen = 0u64;
            let mut next = self.jiter.known_object()?.map(|name| self::key(self.text, self.table, name));
            while let Some(key) = next {
                if seen & 1 << key.bit != 0 && self.is_duplicate(id, &key) {
                    self.named.duplicates.push(self.named.nodes.len() as u32);
                }
                seen |= 1 << key.bit;
                let peek = self.jiter.peek()?;
                self.value(peek, key, id)?;
                next = self.jiter.next_key()?.map(|name| self::key(self.text, self.table, name));
            }
            Ok(())
        }

        /// Compares with the keys before it. Keys with escapes are left out: where they are is not known.
        fn is_duplicate(&self, object: u32, key: &Key) -> bool {
            let text = |(start, end): (u32, u32)| self.text.get(start as usize..end as usize);
            let mut sibling = object + 1;
            while let Some(node) = self.named.nodes.get(sibling as usize) {
                if text(node.key).is_some_and(|before| Some(before) == text(key.place)) {
                    return true;
                }
                sibling = node.next.max(sibling + 1);
            }
            false
        }
    }
}

#[cfg(feature = "jiter-value")]
mod jiter_value {
    use super::Input;
    use jiter::JsonValue;

    pub(super) fn read(input: &Input) -> Option<JsonValue<'_>> {
        JsonValue::parse(input.text.as_bytes(), false).ok()
    }
}

#[cfg(feature = "jsonc")]
mod jsonc {
    use super::Input;
    use jsonc_parser::{CollectOptions, ParseOptions, ast::Value, parse_to_ast};

    /// As near to RFC 8259 as its options allow.
    const STRICT: ParseOptions = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };

    pub(super) fn read(input: &Input) -> Option<Value<'_>> {
        parse_to_ast(&input.text, &CollectOptions::default(), &STRICT).ok()?.value
    }

    #[cfg(not(target_arch = "wasm32"))]
    pub(super) fn spans(input: &Input) -> Vec<(usize, usize)> {
        use jsonc_parser::common::Ranged;
        fn walk(value: &Value<'_>, spans: &mut Vec<(usize, usize)>) {
            spans.push((value.start(), value.end()));
            match value {
                Value::Object(object) => {
                    for member in &object.properties {
                        spans.push((member.name.start(), member.name.end()));
                        walk(&member.value, spans);
                    }
                }
                Value::Array(array) => array.elements.iter().for_each(|item| walk(item, spans)),
                _ => {}
            }
        }
        let mut spans = Vec::new();
        if let Some(value) = read(input) {
            walk(&value, &mut spans);
        }
        spans
    }
}

/// serde_json behind a reader that counts the bytes as they are asked for.
#[cfg(feature = "spanned")]
mod spanned {
    use super::Input;
    use json_spanned_value::spanned::Value;

    pub(super) fn read(input: &Input) -> Option<Value> {
        json_spanned_value::from_str(&input.text).ok()
    }

    #[cfg(not(target_arch = "wasm32"))]
    pub(super) fn spans(input: &Input) -> Vec<(usize, usize)> {
        fn walk(value: &Value, spans: &mut Vec<(usize, usize)>) {
            spans.push(value.span());
            match value.get_ref() {
                json_spanned_value::Value::Object(object) => {
                    for (key, value) in object.iter() {
                        spans.push(key.span());
                        walk(value, spans);
                    }
                }
                json_spanned_value::Value::Array(array) => array.iter().for_each(|item| walk(item, spans)),
                _ => {}
            }
        }
        let mut spans = Vec::new();
        if let Some(value) = read(input) {
            walk(&value, &mut spans);
        }
        spans
    }
}

/// serde_json's `RawValue` borrows the text of a value, so its address tells where it is. What is inside an object or
/// array is read again one level further down.
#[cfg(feature = "raw")]
mod raw {
    use super::{Input, flat};
    use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
    use serde_json::value::RawValue;
    use std::fmt;

    pub(super) fn read(input: &Input) -> Option<Vec<flat::Node>> {
        let raw: &RawValue = serde_json::from_str(&input.text).ok()?;
        let mut nodes = Vec::with_capacity(input.text.len() / 28 + 16);
        let base = input.text.as_ptr() as usize;
        Level { base, nodes: &mut nodes, parent: 0 }.locate(raw, flat::NO_KEY).ok()?;
        Some(nodes)
    }

    #[cfg(not(target_arch = "wasm32"))]
    pub(super) fn spans(input: &Input) -> Vec<(usize, usize)> {
        read(input).map_or_else(Vec::new, flat::spans)
    }

    /// The members of one object, or the items of one array.
    struct Level<'n> {
        base: usize,
        nodes: &'n mut Vec<flat::Node>,
        parent: u32,
    }

    impl Level<'_> {
        fn locate(&mut self, raw: &RawValue, key: (u32, u32)) -> serde_json::Result<()> {
            let text = raw.get();
            let start = text.as_ptr() as usize - self.base;
            let id = flat::open(self.nodes, start, key, self.parent);
            if text.starts_with(['{', '[']) {
                let below = Level { base: self.base, nodes: self.nodes, parent: id };
                below.deserialize(&mut serde_json::Deserializer::from_str(text))?;
            }
            flat::close(self.nodes, id, start + text.len());
            Ok(())
        }
    }

    impl<'de> DeserializeSeed<'de> for Level<'_> {
        type Value = ();

        fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
            deserializer.deserialize_any(self)
        }
    }

    impl<'de> Visitor<'de> for Level<'_> {
        type Value = ();

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("an object or an array")
        }

        fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
            while let Some((key, value)) = map.next_entry::<&RawValue, &RawValue>()? {
                let start = (key.get().as_ptr() as usize - self.base) as u32;
                self.locate(value, (start, start + key.get().len() as u32)).map_err(A::Error::custom)?;
            }
            Ok(())
        }

        fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
            while let Some(value) = seq.next_element::<&RawValue>()? {
                self.locate(value, flat::NO_KEY).map_err(A::Error::custom)?;
            }
            Ok(())
        }
    }
}

#[cfg(feature = "value")]
mod value {
    use super::Input;
    use serde_json::Value;

    pub(super) fn read(input: &Input) -> Option<Value> {
        serde_json::from_str(&input.text).ok()
    }
}
