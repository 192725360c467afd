//! The scanner: strict RFC 8259, in one pass and without recursion.

use super::syntax::{SyntaxError, SyntaxFault};
use crate::document::bytes::{blank_length, openings, plain_length};
use crate::document::table::{row, row_mut, rows};
use crate::document::{Fault, Kind, NOTHING, NameId, Names, Node, NodeId, repeated, sorted, string};

/// The nodes of a text and what was wrong with it without stopping the reading, both in the order of the text.
pub(super) fn scan(text: &str, names: &Names, depth: usize) -> Result<(Vec<Node>, Vec<Fault>), SyntaxError> {
    let bytes = text.as_bytes();
    let mut scanner = Scanner {
        bytes,
        at: if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 },
        names,
        depth,
        // Pretty-printed FHIR has a node per 20 to 40 bytes; guessing low costs a move.
        nodes: Vec::with_capacity(bytes.len() / 28 + 16),
        faults: Vec::new(),
        open: Vec::with_capacity(16),
        parent: 0,
        array: true,
        late: false,
    };
    scanner.scan()?;
    if scanner.late {
        let nodes = &scanner.nodes;
        let place = |fault: &Fault| match *fault {
            Fault::DuplicateKey(node) => row(nodes, node.0 as usize, &NOTHING).key,
            Fault::LoneSurrogate(offset) => offset,
        };
        let faults = sorted(&scanner.faults, &mut |one, other| place(one).cmp(&place(other))).copied().collect();
        scanner.faults = faults;
    }
    Ok((scanner.nodes, scanner.faults))
}

/// An object or array whose end has not been read.
struct OpenContainer {
    node: u32,
    array: bool,
    members: u32,
    /// One bit per name seen: while a new name's bit is clear, it cannot be a duplicate.
    seen: u64,
    /// Whether the names have to be compared by text once the object is complete.
    compare: bool,
}

/// With more members than this, possible duplicates are looked for once, at the end of the object, with a set.
const FEW: u32 = 24;

struct Scanner<'t, 'n> {
    bytes: &'t [u8],
    at: usize,
    names: &'n Names,
    depth: usize,
    nodes: Vec<Node>,
    faults: Vec<Fault>,
    open: Vec<OpenContainer>,
    /// The innermost open object or array, and whether it is an array; at the outside, as if in an array.
    parent: u32,
    array: bool,
    /// Whether a large object was looked through late, when faults inside it were known already.
    late: bool,
}

/// The property name in front of a value.
#[derive(Clone, Copy)]
struct Key {
    start: u32,
    name: NameId,
    companion: bool,
}

const NO_KEY: Key = Key { start: Node::NO_KEY, name: NameId::UNKNOWN, companion: false };

impl Scanner<'_, '_> {
    fn scan(&mut self) -> Result<(), SyntaxError> {
        self.skip_whitespace();
        if self.at >= self.bytes.len() {
            return Err(self.error(SyntaxFault::Empty));
        }
        let mut key = NO_KEY;
        loop {
            let opened = self.value(key)?;
            key = if opened && !self.closes_at_once() {
                self.next_key(false)?
            } else {
                match self.after_value()? {
                    Some(key) => key,
                    None => break,
                }
            };
        }
        if self.at < self.bytes.len() {
            return Err(self.error(SyntaxFault::TrailingText));
        }
        Ok(())
    }

    /// Reads one value, or the opening bracket of one; says whether a bracket was opened.
    #[inline]
    fn value(&mut self, key: Key) -> Result<bool, SyntaxError> {
        let start = self.at;
        let kind = match self.peek() {
            Some(b'"') => {
                self.at += 1;
                let escaped = self.string()?;
                self.leaf(Kind::String, start, key, if escaped { Node::ESCAPED } else { 0 });
                return Ok(false);
            }
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'-' | b'0'..=b'9') => {
                self.number()?;
                self.leaf(Kind::Number, start, key, 0);
                return Ok(false);
            }
            Some(b't') => return self.literal(b"true", Kind::True, key),
            Some(b'f') => return self.literal(b"false", Kind::False, key),
            Some(b'n') => return self.literal(b"null", Kind::Null, key),
            Some(b'/') => return Err(self.error(SyntaxFault::Comment)),
            Some(b']' | b'}') if self.follows_comma() => return Err(self.error(SyntaxFault::TrailingComma)),
            Some(b'+' | b'.') => return Err(self.error(SyntaxFault::BadNumber)),
            Some(_) => return Err(self.error(SyntaxFault::ExpectedValue)),
            None => return Err(self.error(SyntaxFault::UnexpectedEnd)),
        };
        if self.open.len() >= self.depth {
            return Err(self.error(SyntaxFault::TooDeep(self.depth as u32)));
        }
        let node = self.nodes.len() as u32;
        self.leaf(kind, start, key, 0);
        self.open.push(OpenContainer { node, array: kind == Kind::Array, members: 0, seen: 0, compare: false });
        (self.parent, self.array) = (node, kind == Kind::Array);
        self.at += 1;
        self.skip_whitespace();
        Ok(true)
    }

    /// Whether the bracket just opened closes again: `{}` or `[]`.
    fn closes_at_once(&self) -> bool {
        self.peek() == Some(if self.array { b']' } else { b'}' })
    }

    /// Reads what follows a complete value: the next property name, or `None` at the end of the outermost value.
    #[inline]
    fn after_value(&mut self) -> Result<Option<Key>, SyntaxError> {
        loop {
            self.skip_whitespace();
            if self.open.is_empty() {
                return Ok(None);
            }
            let close = if self.array { b']' } else { b'}' };
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    self.skip_whitespace();
                    return self.next_key(true).map(Some);
                }
                Some(byte) if byte == close => {
                    self.at += 1;
                    self.close();
                }
                Some(b'/') => return Err(self.error(SyntaxFault::Comment)),
                Some(_) => return Err(self.error(SyntaxFault::ExpectedCommaOr(char::from(close)))),
                None => return Err(self.error(SyntaxFault::UnexpectedEnd)),
            }
        }
    }

    /// Reads the property name and colon in front of the next value; in an array there is none.
    #[inline]
    fn next_key(&mut self, after_comma: bool) -> Result<Key, SyntaxError> {
        if self.array {
            return Ok(NO_KEY);
        }
        let start = self.at;
        match self.peek() {
            Some(b'"') => self.at += 1,
            Some(b'}') if after_comma => return Err(self.error(SyntaxFault::TrailingComma)),
            Some(b'/') => return Err(self.error(SyntaxFault::Comment)),
            Some(_) => return Err(self.error(SyntaxFault::ExpectedName)),
            None => return Err(self.error(SyntaxFault::UnexpectedEnd)),
        }
        let escaped = self.string()?;
        let raw = rows(self.bytes, start + 1..self.at - 1);
        let resolved;
        let text = if escaped {
            let raw = str::from_utf8(raw);
            debug_assert!(raw.is_ok(), "the scanner is given UTF-8");
            resolved = string::unescape(raw.unwrap_or_default()).into_owned();
            resolved.as_bytes()
        } else {
            raw
        };
        let (companion, bare) = match text {
            [b'_', bare @ ..] => (true, bare),
            _ => (false, text),
        };
        let name = self.names.find(bare);
        self.skip_whitespace();
        match self.peek() {
            Some(b':') => self.at += 1,
            Some(_) => return Err(self.error(SyntaxFault::ExpectedColon)),
            None => return Err(self.error(SyntaxFault::UnexpectedEnd)),
        }
        self.skip_whitespace();
        self.note_name(name, companion, text);
        Ok(Key { start: start as u32, name, companion })
    }

    /// Watches for duplicates at the price of one bit test per member; see [`OpenContainer::seen`].
    #[inline]
    fn note_name(&mut self, name: NameId, companion: bool, text: &[u8]) {
        let bit = if name == NameId::UNKNOWN {
            text.iter().fold(text.len() as u32, |sum, &byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)))
        } else {
            u32::from(name.0) << 1 | u32::from(companion)
        } & 63;
        let at = self.nodes.len() as u32;
        let Some(open) = self.open.last_mut() else { return };
        open.members += 1;
        if open.seen & 1 << bit == 0 {
            open.seen |= 1 << bit;
        } else if open.compare || open.members > FEW {
            open.compare = true;
        } else {
            let parent = open.node;
            let key = |node: &Node| (node.name, node.is_companion());
            let mut sibling = parent + 1;
            while let Some(node) = self.nodes.get(sibling as usize).filter(|_| sibling < at) {
                let same = key(node) == (name, companion)
                    && (name != NameId::UNKNOWN || self.key_text(node).is_some_and(|other| other.as_bytes() == text));
                if same {
                    self.faults.push(Fault::DuplicateKey(NodeId(at)));
                    return;
                }
                sibling = node.next.max(sibling + 1);
            }
        }
    }

    fn key_text(&self, node: &Node) -> Option<String> {
        let rest = self.bytes.get(node.key as usize + 1..)?;
        let length = string::closing_quote(rest)?;
        rest.get(..length).and_then(|raw| str::from_utf8(raw).ok()).map(|raw| string::unescape(raw).into_owned())
    }

    /// Ends the innermost object or array.
    #[inline]
    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        (self.parent, self.array) = self.open.last().map_or((0, true), |outer| (outer.node, outer.array));
        let (end, next) = (self.at as u32, self.nodes.len() as u32);
        if let Some(node) = row_mut(&mut self.nodes, open.node as usize) {
            node.end = end;
            node.next = next;
        }
        if open.compare {
            self.find_duplicates(open.node, next);
        }
    }

    /// The slow path: compares all names of a large object by text. The first [`FEW`] have been compared already.
    #[cold]
    fn find_duplicates(&mut self, object: u32, end: u32) {
        let mut members = Vec::new();
        let mut child = object + 1;
        while let Some(node) = self.nodes.get(child as usize).filter(|_| child < end) {
            members.push((NodeId(child), self.key_text(node)));
            child = node.next.max(child + 1);
        }
        let name = |place: usize| members.get(place).map(|(_, name)| name);
        for place in repeated(members.len(), &mut |a, b| name(a).cmp(&name(b))) {
            if place >= FEW as usize {
                self.faults.push(Fault::DuplicateKey(row(&members, place, &(NodeId::ROOT, None)).0));
                self.late = true;
            }
        }
    }

    /// Makes room for more nodes: for so many as there will be if the text goes on like this, and no more than it can hold. Doubling
    /// would leave room for twice as many.
    #[cold]
    fn grow(&mut self) {
        let rest = rows(self.bytes, self.at..self.bytes.len());
        let there = self.nodes.len() as u64 + 16;
        let likely = rest.len() as u64 * there / (self.at as u64 + 1) + there / 8;
        // Each node but the outermost comes after a comma or an opening bracket.
        self.nodes.reserve_exact((openings(rest) + 1).min(likely as usize));
    }

    #[inline]
    fn leaf(&mut self, kind: Kind, start: usize, key: Key, flags: u8) {
        let id = self.nodes.len() as u32;
        if self.nodes.len() == self.nodes.capacity() {
            self.grow();
        }
        self.nodes.push(Node {
            start: start as u32,
            end: self.at as u32,
            key: key.start,
            next: id + 1,
            parent: self.parent,
            name: key.name,
            kind,
            flags: flags | if key.companion { Node::COMPANION } else { 0 },
        });
    }

    fn literal(&mut self, word: &[u8], kind: Kind, key: Key) -> Result<bool, SyntaxError> {
        let start = self.at;
        if !self.bytes.get(start..).is_some_and(|rest| rest.starts_with(word)) {
            return Err(self.error(SyntaxFault::ExpectedValue));
        }
        self.at += word.len();
        self.leaf(kind, start, key, 0);
        Ok(false)
    }

    /// Moves behind a number of the grammar `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`.
    fn number(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        let bad = SyntaxError { offset: start as u32, fault: SyntaxFault::BadNumber };
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let leading_zero = self.peek() == Some(b'0');
        let digits = self.digits();
        if digits == 0 || leading_zero && digits > 1 {
            return Err(bad);
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return Err(bad);
            }
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            if self.digits() == 0 {
                return Err(bad);
            }
        }
        Ok(())
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    /// Moves behind the closing quote; says whether there were escapes.
    #[inline]
    fn string(&mut self) -> Result<bool, SyntaxError> {
        let mut escaped = false;
        loop {
            self.skip_plain();
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(escaped);
                }
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                Some(_) => return Err(self.error(SyntaxFault::ControlCharacter)),
                None => return Err(self.error(SyntaxFault::UnexpectedEnd)),
            }
        }
    }

    /// Moves to the next quote, backslash or control character, eight bytes at a time.
    #[inline]
    fn skip_plain(&mut self) {
        while let Some(word) = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<8>()) {
            if let Some(plain) = plain_length(u64::from_le_bytes(*word)) {
                self.at += plain;
                return;
            }
            self.at += 8;
        }
        while self.peek().is_some_and(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
            self.at += 1;
        }
    }

    /// Moves behind an escape. A surrogate without its partner is noted, not refused.
    fn escape(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        match self.bytes.get(start + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 2;
                Ok(())
            }
            Some(b'u') => {
                let first = self.code_unit(start)?;
                self.at += 6;
                if (0xD800..0xDC00).contains(&first) && self.bytes.get(self.at..self.at + 2) == Some(b"\\u") {
                    let second = self.code_unit(self.at)?;
                    if (0xDC00..0xE000).contains(&second) {
                        self.at += 6;
                        return Ok(());
                    }
                }
                if (0xD800..0xE000).contains(&first) {
                    self.faults.push(Fault::LoneSurrogate(start as u32));
                }
                Ok(())
            }
            Some(_) => Err(self.error(SyntaxFault::BadEscape)),
            None => Err(self.error(SyntaxFault::UnexpectedEnd)),
        }
    }

    fn code_unit(&self, backslash: usize) -> Result<u32, SyntaxError> {
        self.bytes
            .get(backslash + 2..backslash + 6)
            .filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            .and_then(|digits| str::from_utf8(digits).ok())
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .ok_or(SyntaxError { offset: backslash as u32, fault: SyntaxFault::BadEscape })
    }

    #[inline]
    fn skip_whitespace(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
            // Indentation: up to eight blanks at a time.
            while let Some(word) = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<8>()) {
                let blanks = blank_length(u64::from_le_bytes(*word));
                self.at += blanks;
                if blanks < 8 {
                    break;
                }
            }
        }
    }

    fn follows_comma(&self) -> bool {
        let before = rows(self.bytes, 0..self.at);
        before.iter().rev().find(|byte| !byte.is_ascii_whitespace()) == Some(&b',')
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn error(&self, fault: SyntaxFault) -> SyntaxError {
        SyntaxError { offset: self.at as u32, fault }
    }
}
