//! Property names as small integers, so that the stages after the scanner never compare name texts.

use super::bytes::{hash, same};
use super::table::{part, row, row_mut, rows};
use std::ops::Range;

/// A property name that is known to the definitions, or [`NameId::UNKNOWN`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NameId(pub u16);

impl NameId {
    /// A name that is not in the table. Two unknown names are not necessarily equal: compare their texts.
    pub const UNKNOWN: NameId = NameId(u16::MAX);
}

/// Counts up: a constant for each name, and the list of their texts.
macro_rules! well_known {
    ($($constant:ident = $text:literal,)*) => {
        /// The names that rules, the compiler and the exchange look for by hand. They come first in every table, so that each is the
        /// same small integer everywhere.
        #[allow(missing_docs, reason = "each is the property name of the same spelling")]
        pub mod name {
            use super::NameId;

            #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "only counted")]
            enum Place {
                $($constant,)*
            }

            $(pub const $constant: NameId = NameId(Place::$constant as u16);)*

            pub(super) const ALL: &[&str] = &[$($text,)*];
        }
    };
}

well_known! {
    ABSTRACT = "abstract",
    ADDRESS = "address",
    ALLOWED_RESPONSE = "allowedResponse",
    ANSWER_OPTION = "answerOption",
    BASE = "base",
    BASE_DEFINITION = "baseDefinition",
    BINDING = "binding",
    CASE_SENSITIVE = "caseSensitive",
    CATEGORY = "category",
    CODE = "code",
    CODING = "coding",
    COMPOSE = "compose",
    CONCEPT = "concept",
    CONSTRAINT = "constraint",
    CONTAINED = "contained",
    CONTENT = "content",
    CONTENT_REFERENCE = "contentReference",
    CONTEXT = "context",
    COUNT = "count",
    DATA = "data",
    DEFINITION = "definition",
    DERIVATION = "derivation",
    DESTINATION = "destination",
    DETAILS = "details",
    DIAGNOSTICS = "diagnostics",
    DISPLAY = "display",
    ELEMENT = "element",
    ENABLE_WHEN = "enableWhen",
    ENDPOINT = "endpoint",
    ENTRY = "entry",
    EVENT = "event",
    EVENT_CODING = "eventCoding",
    EVENT_URI = "eventUri",
    EXCLUDE = "exclude",
    EXP = "exp",
    EXPRESSION = "expression",
    EXTENSION = "extension",
    FHIR_VERSION = "fhirVersion",
    FILTER = "filter",
    FIXED_URI = "fixedUri",
    FOCUS = "focus",
    FORMAT = "format",
    FULL_URL = "fullUrl",
    GRAPH = "graph",
    HIERARCHY_MEANING = "hierarchyMeaning",
    HUMAN = "human",
    ID = "id",
    IDENTIFIER = "identifier",
    INCLUDE = "include",
    INITIAL = "initial",
    IS_MODIFIER = "isModifier",
    ISSUE = "issue",
    ITEM = "item",
    KEY = "key",
    KIND = "kind",
    LANGUAGE = "language",
    LINK = "link",
    LINK_ID = "linkId",
    LOCATION = "location",
    MAX = "max",
    MESSAGE = "message",
    MESSAGING = "messaging",
    META = "meta",
    MIN = "min",
    MODE = "mode",
    MODIFIER_EXTENSION = "modifierExtension",
    NAME = "name",
    NBF = "nbf",
    OP = "op",
    OPERATION = "operation",
    OUTCOME = "outcome",
    PARAMETER = "parameter",
    PATH = "path",
    PROFILE = "profile",
    PROPERTY = "property",
    PROTOCOL = "protocol",
    QUESTION = "question",
    REFERENCE = "reference",
    RELATION = "relation",
    RELIABLE_CACHE = "reliableCache",
    REPLACES = "replaces",
    REQUEST = "request",
    RESOURCE = "resource",
    RESOURCE_TYPE = "resourceType",
    RESPONSE = "response",
    RESPONSE_REQUIRED = "responseRequired",
    REST = "rest",
    SCOPE = "scope",
    SCP = "scp",
    SEARCH = "search",
    SECURITY = "security",
    SEVERITY = "severity",
    SITUATION = "situation",
    SIZE = "size",
    SNAPSHOT = "snapshot",
    SOURCE = "source",
    START = "start",
    STRENGTH = "strength",
    SUPPLEMENTS = "supplements",
    SUPPORTED_MESSAGE = "supportedMessage",
    SYSTEM = "system",
    TAG = "tag",
    TARGET = "target",
    TARGET_PROFILE = "targetProfile",
    TEXT = "text",
    TITLE = "title",
    TYPE = "type",
    UNIT = "unit",
    URL = "url",
    VALUE = "value",
    VALUE_BOOLEAN = "valueBoolean",
    VALUE_CANONICAL = "valueCanonical",
    VALUE_CODE = "valueCode",
    VALUE_SET = "valueSet",
    VALUE_URI = "valueUri",
    VALUE_URL = "valueUrl",
    VERSION = "version",
    VERSION_ID = "versionId",
}

impl Default for Names {
    fn default() -> Self {
        Self::new()
    }
}

/// The table of known names. Built once with the definitions, only read while scanning.
#[derive(Clone, Debug)]
pub struct Names {
    arena: String,
    spans: Vec<(u32, u32)>,
    /// Open addressing with linear probing: slot → id + 1, 0 where empty. Its length is a power of two.
    slots: Vec<u16>,
    /// Of all names in their order.
    digest: u64,
}

impl Names {
    /// The table of the well-known names alone.
    pub fn new() -> Self {
        Self::of(&lines(name::ALL))
    }

    /// A table without names, for texts whose members are looked for by their texts.
    pub fn none() -> Self {
        Self::of("")
    }

    /// A table of names that are all different, a line feed behind each. The well-known ones come first: see [`Names::begins_well`].
    pub(crate) fn of(text: &str) -> Self {
        Self { arena: String::new(), spans: Vec::new(), slots: Vec::new(), digest: 0 }.and(text)
    }

    /// This table with more names behind its own. Those keep their ids.
    pub(crate) fn and(&self, text: &str) -> Self {
        let mut spans = self.spans.clone();
        let mut start = self.arena.len() as u32;
        for name in text.split_terminator('\n') {
            let end = start + name.len() as u32;
            spans.push((start, end));
            start = end + 1;
        }
        let count = spans.len();
        let arena = [self.arena.as_str(), text].concat();
        let mut names = Self { arena, spans, slots: vec![0; slots_for(count)], digest: 0 };
        for id in 0..count {
            names.note(id as u16);
        }
        names
    }

    /// Tells tables apart: two have the same one where each id means the same name in both.
    pub(crate) fn digest(&self) -> u64 {
        self.digest
    }

    /// How long the texts of all names are together.
    pub(crate) fn text_length(&self) -> usize {
        self.arena.len()
    }

    /// Whether the well-known names are where their constants say: by a digest, so that a module that only reads such a table does not need
    /// their texts.
    pub(crate) fn begins_well(&self) -> bool {
        let digest = |id: u16, digest| digested(digest, self.text(NameId(id)).as_bytes());
        self.len() >= name::ALL.len()
            && (0..name::ALL.len() as u16).fold(DIGEST, |all, id| digest(id, all)) == WELL_KNOWN
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether the table holds no name.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The id of `name`, which is added when it is new. A table that is full (65,534 names) answers [`NameId::UNKNOWN`].
    pub fn intern(&mut self, name: &str) -> NameId {
        let known = self.find(name.as_bytes());
        if known != NameId::UNKNOWN {
            return known;
        }
        self.push(name)
    }

    /// Adds a name that is not in the table, without looking.
    fn push(&mut self, name: &str) -> NameId {
        let id = self.spans.len();
        if id >= usize::from(u16::MAX - 1) {
            return NameId::UNKNOWN;
        }
        let start = self.arena.len() as u32;
        self.arena.push_str(name);
        self.spans.push((start, self.arena.len() as u32));
        if self.spans.len() * 4 > self.slots.len() {
            self.grow();
        }
        self.note(id as u16);
        NameId(id as u16)
    }

    /// The id of a name, or [`NameId::UNKNOWN`].
    #[inline]
    pub fn find(&self, name: &[u8]) -> NameId {
        let mask = self.slots.len().wrapping_sub(1);
        let mut slot = hash(name) as usize & mask;
        loop {
            match self.slots.get(slot) {
                None | Some(0) => return NameId::UNKNOWN,
                Some(&id) => {
                    if same(self.bytes(id - 1), name) {
                        return NameId(id - 1);
                    }
                }
            }
            slot = (slot + 1) & mask;
        }
    }

    /// The text of a known name; empty for [`NameId::UNKNOWN`].
    pub fn text(&self, id: NameId) -> &str {
        part(&self.arena, self.span(id))
    }

    /// Where a name is in the text of all names.
    pub(crate) fn span(&self, id: NameId) -> Range<usize> {
        if id == NameId::UNKNOWN {
            return 0..0;
        }
        let &(start, end) = row(&self.spans, usize::from(id.0), &(0, 0));
        start as usize..end as usize
    }

    #[inline]
    fn bytes(&self, id: u16) -> &[u8] {
        rows(self.arena.as_bytes(), self.span(NameId(id)))
    }

    /// Makes room for the last name, and places all before it. A quarter full at most: most look-ups then need one probe, and the table is still small (16 kB for all of R4).
    fn grow(&mut self) {
        self.slots = vec![0; slots_for(self.spans.len() * 2)];
        for id in 0..self.spans.len() - 1 {
            self.place(id as u16, hash(self.bytes(id as u16)));
        }
    }

    /// Takes the last name into the table and its digest.
    fn note(&mut self, id: u16) {
        let hash = hash(self.bytes(id));
        self.digest = (self.digest.rotate_left(23) ^ hash).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.place(id, hash);
    }

    fn place(&mut self, id: u16, hash: u64) {
        let mask = self.slots.len().wrapping_sub(1);
        let mut slot = hash as usize & mask;
        while self.slots.get(slot).is_some_and(|&taken| taken != 0) {
            slot = (slot + 1) & mask;
        }
        if let Some(free) = row_mut(&mut self.slots, slot) {
            *free = id + 1;
        }
    }
}

/// The text of a table of names, see [`Names::of`]. A line feed inside one, which no element has in its name, is a blank there.
pub(crate) fn lines(names: &[&str]) -> String {
    let mut text = String::new();
    for name in names {
        text.extend(name.chars().map(|sign| if sign == '\n' { ' ' } else { sign }));
        text.push('\n');
    }
    text
}

/// FNV-1a begins with this.
const DIGEST: u64 = 0xcbf2_9ce4_8422_2325;

/// The digest of all well-known names.
const WELL_KNOWN: u64 = {
    let (mut digest, mut names) = (DIGEST, name::ALL);
    while let [name, rest @ ..] = names {
        digest = digested(digest, name.as_bytes());
        names = rest;
    }
    digest
};

/// Goes on with a digest by a text and its end.
const fn digested(mut digest: u64, mut text: &[u8]) -> u64 {
    while let [byte, rest @ ..] = text {
        digest = (digest ^ *byte as u64).wrapping_mul(0x0000_0100_0000_01b3);
        text = rest;
    }
    (digest ^ 0xff).wrapping_mul(0x0000_0100_0000_01b3)
}

/// At most a quarter of the slots is taken.
fn slots_for(names: usize) -> usize {
    (names * 4).next_power_of_two().max(64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_well_known_names_are_in_every_table() {
        let mut names = Names::new();
        assert!(names.begins_well());
        assert_eq!((names.find(b"url"), names.text(name::FULL_URL)), (name::URL, "fullUrl"));
        names.intern("another");
        assert!(names.begins_well());
        assert!(!Names::of("url\nid\n").begins_well());
        let mut others = name::ALL.to_vec();
        others.swap(0, 1);
        assert!(!Names::of(&lines(&others)).begins_well(), "two names have changed their places");
    }

    #[test]
    fn names_keep_their_ids_while_the_table_grows() {
        let mut names = Names::new();
        let all: Vec<String> = (0..5000).map(|i| format!("name{i}")).collect();
        let ids: Vec<NameId> = all.iter().map(|name| names.intern(name)).collect();
        for (name, id) in all.iter().zip(ids) {
            assert_eq!(names.find(name.as_bytes()), id);
            assert_eq!(names.text(id), name);
            assert_eq!(names.intern(name), id);
        }
        assert_eq!(names.find(b"name5000"), NameId::UNKNOWN);
        assert_eq!((Names::new().find(b"x"), Names::none().find(b"x")), (NameId::UNKNOWN, NameId::UNKNOWN));
    }

    #[test]
    fn names_come_line_by_line_and_on_top_of_others() {
        let mut names = Names::of("a\nbc\n").and("").and(&lines(&["d", "", "é\nf"]));
        assert_eq!((0..5).map(|id| names.text(NameId(id))).collect::<Vec<_>>(), ["a", "bc", "d", "", "é f"]);
        assert_eq!((names.len(), names.find(b"bc"), names.find(b"d")), (5, NameId(1), NameId(2)));
        assert_eq!((names.intern("e"), names.text(NameId(5))), (NameId(5), "e"));
        assert_eq!(Names::of("a\nbc\n").and("d\n").digest(), Names::of("a\nbc\nd\n").digest());
    }
}
