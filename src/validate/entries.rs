//! The entries of a Bundle, indexed once: by fullUrl, and by type and id.

use crate::definitions::{Definitions, TypeId};
use crate::document::table::{part, row, rows};
use crate::document::{Document, Kind, NodeId, Shift, name};
use crate::validate::header::Header;
use crate::validate::nearest::{Near, nearest};
use crate::validate::uri::is_absolute;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// An entry of a Bundle.
#[derive(Clone, Debug)]
pub struct Entry<'d> {
    /// The entry itself.
    pub node: NodeId,
    /// The first node behind it.
    pub end: NodeId,
    /// The string node of fullUrl.
    pub full_url: Option<NodeId>,
    /// Its value.
    pub url: Option<Cow<'d, str>>,
    /// How much of that is the base that relative references of the resource continue, with its slash; 0 for none.
    base: u16,
    /// The resource, when it is an object.
    pub resource: Option<NodeId>,
    /// Its type, when R4 has it.
    pub resource_type: Option<TypeId>,
    /// Its id.
    pub id: Option<Cow<'d, str>>,
    /// Its meta.versionId.
    pub version: Option<Cow<'d, str>>,
}

impl<'d> Entry<'d> {
    fn read(document: &'d Document<'_>, node: NodeId, definitions: &Definitions) -> Self {
        let text = |node: NodeId, name| document.member(node, name).and_then(|member| document.string(member));
        let full_url = document.member(node, name::FULL_URL).filter(|&url| document.kind(url) == Kind::String);
        let resource = document.member(node, name::RESOURCE).filter(|&one| document.kind(one) == Kind::Object);
        let meta = resource.and_then(|resource| document.member(resource, name::META));
        let url = full_url.map(|url| document.value(url));
        let base = url.as_deref().and_then(|url| Restful::parse(url, definitions)).map_or(0, |of| of.base.len());
        Self {
            node,
            end: document.after(node),
            full_url,
            url,
            base: base as u16,
            resource,
            resource_type: resource
                .and_then(|resource| text(resource, name::RESOURCE_TYPE))
                .and_then(|name| definitions.resource_type(&name)),
            id: resource.and_then(|resource| text(resource, name::ID)),
            version: meta.and_then(|meta| text(meta, name::VERSION_ID)),
        }
    }
}

impl Entry<'_> {
    /// Where what is said of the entry is: at its resource, where it has one.
    pub(crate) fn place(&self) -> NodeId {
        self.resource.unwrap_or(self.node)
    }
}

/// What is at no place.
static NO_ENTRY: Entry<'static> = Entry {
    node: NodeId::ROOT,
    end: NodeId::ROOT,
    full_url: None,
    url: None,
    base: 0,
    resource: None,
    resource_type: None,
    id: None,
    version: None,
};

/// All entries of a Bundle.
#[derive(Clone, Debug, Default)]
pub struct Entries<'d> {
    entries: Vec<Entry<'d>>,
    /// Entry indexes sorted by the hash of the fullUrl, by the fullUrl, and by version. A look-up is a search by halves, over numbers
    /// as long as no two hashes are the same; no message can make it slow.
    by_url: Vec<u32>,
    /// The hash of the fullUrl of each of those.
    hashes: Vec<u32>,
    /// Entry indexes sorted by type and id, for the first reference that needs them.
    by_id: OnceLock<Vec<u32>>,
    /// The first resource with each canonical URL, and with each of its versions, for the first canonical.
    by_canonical: OnceLock<BTreeMap<String, NodeId>>,
    header: Option<Header>,
    is_bundle: bool,
    bundle_type: Option<Cow<'d, str>>,
}

/// The entries of a text that is edited, without its text.
#[derive(Clone, Debug)]
pub(crate) struct EntryIndex {
    pub(crate) places: Vec<EntryPlace>,
    by_url: Vec<u32>,
    hashes: Vec<u32>,
}

/// An entry, without the text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EntryPlace {
    pub(crate) node: NodeId,
    full_url: Option<NodeId>,
    base: u16,
    resource: Option<NodeId>,
    resource_type: Option<TypeId>,
    id: Option<NodeId>,
    version: Option<NodeId>,
    /// A hash of all that it is found by.
    pub(crate) key: u64,
}

impl EntryPlace {
    fn of(document: &Document<'_>, entry: &Entry<'_>) -> Self {
        let member = |node: NodeId, name| document.member(node, name).filter(|&one| document.kind(one) == Kind::String);
        let meta = entry.resource.and_then(|resource| document.member(resource, name::META));
        let texts = [&entry.url, &entry.id, &entry.version].map(|text| text.as_deref().map(str::as_bytes));
        let hash = |seed: u64, text: Option<&[u8]>| {
            seed.rotate_left(7) ^ text.map_or(1, crate::document::bytes::hash).wrapping_mul(seed | 1)
        };
        let seed = entry.resource_type.map_or(u64::MAX, |of| of.0.into());
        Self {
            node: entry.node,
            full_url: entry.full_url,
            base: entry.base,
            resource: entry.resource,
            resource_type: entry.resource_type,
            id: entry.resource.and_then(|resource| member(resource, name::ID)),
            version: meta.and_then(|meta| member(meta, name::VERSION_ID)),
            key: texts.into_iter().fold(seed, hash),
        }
    }

    /// The place of the entry at a node.
    pub(crate) fn read(document: &Document<'_>, node: NodeId, definitions: &Definitions) -> Self {
        Self::of(document, &Entry::read(document, node, definitions))
    }

    pub(crate) fn shift(&mut self, by: Shift) {
        self.node = by.node(self.node);
        for node in [&mut self.full_url, &mut self.resource, &mut self.id, &mut self.version].into_iter().flatten() {
            *node = by.node(*node);
        }
    }

    fn entry<'d>(&self, document: &'d Document<'_>) -> Entry<'d> {
        let text = |node: Option<NodeId>| node.map(|node| document.value(node));
        Entry {
            node: self.node,
            end: document.after(self.node),
            full_url: self.full_url,
            url: text(self.full_url),
            base: self.base,
            resource: self.resource,
            resource_type: self.resource_type,
            id: text(self.id),
            version: text(self.version),
        }
    }
}

/// What a reference resolves to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resolution {
    /// The entry with this index.
    Entry(u32),
    /// A resource contained in the one that refers, or (for `#`) that one itself.
    Contained(NodeId),
    /// More than one entry.
    Several,
    /// The entry with this index, which has another version than the reference names.
    OtherVersion(u32),
    /// Nothing in this Bundle.
    Nothing,
}

/// A URL of the form `[base]/[type]/[id]` with or without `/_history/[version]`, or `[type]/[id]` alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Restful<'u> {
    /// With its slash; empty for a relative reference.
    pub(crate) base: &'u str,
    pub(crate) of: TypeId,
    pub(crate) type_name: &'u str,
    pub(crate) id: &'u str,
    pub(crate) version: Option<&'u str>,
}

/// Servers and browsers refuse longer URLs.
const LONGEST_RESTFUL: usize = 2048;

// `Entry::base` counts its bytes.
const _: () = assert!(LONGEST_RESTFUL <= u16::MAX as usize);

impl<'u> Restful<'u> {
    /// Takes a URL apart, when it has that form: the specification's expression in the section on references.
    pub(crate) fn parse(url: &'u str, definitions: &Definitions) -> Option<Self> {
        // A longer one is not of a server, and would be taken apart once for each reference. Most references are URNs.
        if url.len() > LONGEST_RESTFUL || url.starts_with("urn:") {
            return None;
        }
        let (mut rest, mut id) = split_id(url)?;
        let mut version = None;
        if let Some(plain) = rest.strip_suffix("/_history") {
            version = Some(id);
            (rest, id) = split_id(plain)?;
        }
        let slash = rest.bytes().rposition(|byte| byte == b'/');
        let (base, type_name) = rest.split_at_checked(slash.map_or(0, |slash| slash + 1))?;
        if !base.is_empty() && !base.starts_with("http://") && !base.starts_with("https://") {
            return None;
        }
        Some(Self { base, of: definitions.resource_type(type_name)?, type_name, id, version })
    }

    /// The URL without its version.
    pub(crate) fn without_version(&self, url: &'u str) -> &'u str {
        match self.version {
            Some(_) => part(url, 0..self.base.len() + self.type_name.len() + 1 + self.id.len()),
            None => url,
        }
    }
}

/// What is before and behind the last slash, when that is an id.
fn split_id(url: &str) -> Option<(&str, &str)> {
    for (length, byte) in url.bytes().rev().enumerate() {
        if byte == b'/' {
            let (rest, id) = url.split_at_checked(url.len() - length)?;
            return (length > 0).then_some((rest.strip_suffix('/')?, id));
        }
        if length == 64 || !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'.') {
            return None;
        }
    }
    None
}

/// What entries are sorted by: the URL's hash, URL and version, or type and id.
type SortKey<'e> = (u32, &'e str, Option<&'e str>);

/// The indexes of the entries that have a key, by that.
fn sorted<'e>(entries: &'e [Entry<'_>], key: &dyn Fn(&'e Entry<'_>) -> Option<SortKey<'e>>) -> Vec<(SortKey<'e>, u32)> {
    let keyed: Vec<(SortKey<'e>, u32)> =
        entries.iter().enumerate().filter_map(|(index, entry)| Some((key(entry)?, index as u32))).collect();
    crate::document::sorted(&keyed, &mut Ord::cmp).copied().collect()
}

fn hash(url: &str) -> u32 {
    (crate::document::bytes::hash(url.as_bytes()) >> 32) as u32
}

impl<'d> Entries<'d> {
    /// Indexes the entries of a Bundle; none for a document that is not a Bundle.
    pub fn read(document: &'d Document<'_>, definitions: &Definitions) -> Self {
        Self::of(document, NodeId::ROOT, definitions)
    }

    /// Indexes the entries of a Bundle anywhere in a document.
    pub(crate) fn of(document: &'d Document<'_>, root: NodeId, definitions: &Definitions) -> Self {
        let text = |node: NodeId, name| document.member(node, name).and_then(|member| document.string(member));
        if text(root, name::RESOURCE_TYPE).as_deref() != Some("Bundle") {
            return Self::default();
        }
        let bundle_type = text(root, name::TYPE);
        let mut entries = Vec::new();
        if let Some(array) = document.member(root, name::ENTRY).filter(|&node| document.kind(node) == Kind::Array) {
            // Counted first: a list that grows is there twice while it moves.
            entries.reserve_exact(document.children(array).count());
            entries.extend(document.children(array).map(|node| Entry::read(document, node, definitions)));
        }
        let by_url = sorted(&entries, &|entry| {
            Some((hash(entry.url.as_deref()?), entry.url.as_deref()?, entry.version.as_deref()))
        });
        let hashes = by_url.iter().map(|&(key, _)| key.0).collect();
        let by_url = by_url.into_iter().map(|(_, index)| index).collect();
        Self::with(entries, (by_url, hashes), bundle_type, definitions)
    }

    /// The same entries, found again after the text was edited.
    pub(crate) fn of_index(document: &'d Document<'_>, index: &EntryIndex, definitions: &Definitions) -> Self {
        let entries = index.places.iter().map(|place| place.entry(document)).collect();
        let bundle_type = document.member_text(NodeId::ROOT, name::TYPE);
        Self::with(entries, (index.by_url.clone(), index.hashes.clone()), bundle_type, definitions)
    }

    /// What to keep of them for when the text is edited.
    pub(crate) fn index(&self, document: &Document<'_>) -> EntryIndex {
        EntryIndex {
            places: self.entries.iter().map(|entry| EntryPlace::of(document, entry)).collect(),
            by_url: self.by_url.clone(),
            hashes: self.hashes.clone(),
        }
    }

    fn with(
        entries: Vec<Entry<'d>>,
        (by_url, hashes): (Vec<u32>, Vec<u32>),
        bundle_type: Option<Cow<'d, str>>,
        definitions: &Definitions,
    ) -> Self {
        let header_type = definitions.resource_type("MessageHeader");
        let header = entries
            .iter()
            .position(|entry| entry.resource_type.is_some() && entry.resource_type == header_type)
            .and_then(|index| {
                Some(Header { entry: index, node: entries.get(index)?.resource?, chosen: None, strict_focus: false })
            });
        Self {
            entries,
            by_url,
            hashes,
            by_id: OnceLock::new(),
            by_canonical: OnceLock::new(),
            header,
            is_bundle: true,
            bundle_type,
        }
    }

    /// All entries, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Entry<'d>> {
        self.entries.iter()
    }

    /// Bundle.type.
    pub fn bundle_type(&self) -> Option<&str> {
        self.bundle_type.as_deref()
    }

    /// Whether the document is a Bundle of type message.
    pub fn is_message(&self) -> bool {
        self.bundle_type() == Some("message")
    }

    /// Whether the document is a Bundle at all.
    pub fn is_bundle(&self) -> bool {
        self.is_bundle
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry with this index.
    pub fn get(&self, index: usize) -> Option<&Entry<'d>> {
        self.entries.get(index)
    }

    /// The entry at a place that a resolved reference or an index of entries has given.
    #[inline]
    pub(crate) fn at(&self, index: u32) -> &Entry<'d> {
        row(&self.entries, index as usize, &NO_ENTRY)
    }

    /// Chooses one of the definitions that the event has.
    pub(crate) fn choose(&mut self, place: u16) {
        if let Some(header) = &mut self.header {
            header.chosen = Some(place);
        }
    }

    /// See [`crate::Options::strict_focus`].
    pub(crate) fn read_focus_strictly(&mut self, strictly: bool) {
        if let Some(header) = &mut self.header {
            header.strict_focus = strictly;
        }
    }

    /// The first MessageHeader, wherever it is.
    pub fn header(&self) -> Option<Header> {
        self.header
    }

    /// The index of the entry that a node is in.
    pub fn around(&self, node: NodeId) -> Option<usize> {
        let index = self.entries.partition_point(|entry| entry.node <= node).checked_sub(1)?;
        self.entries.get(index).filter(|entry| node < entry.end).map(|_| index)
    }

    /// The entries with this fullUrl.
    pub fn with_url(&self, url: &str) -> &[u32] {
        let wanted = hash(url);
        let first = self.hashes.partition_point(|&hash| hash < wanted);
        let same = rows(&self.hashes, first..self.hashes.len());
        let same = match same {
            // One entry, as nearly always, or none.
            [one, next, ..] if *one == wanted && *next != wanted => 1,
            _ => same.partition_point(|&hash| hash == wanted),
        };
        let found = rows(&self.by_url, first..first + same);
        let at = |index: u32| self.at(index).url.as_deref().unwrap_or("");
        if let &[one] = found {
            return if crate::document::bytes::same(at(one).as_bytes(), url.as_bytes()) { found } else { &[] };
        }
        let found = rows(found, found.partition_point(|&index| at(index) < url)..found.len());
        rows(found, 0..found.partition_point(|&index| at(index) <= url))
    }

    /// The entry that has a fullUrl which another one had before.
    pub(crate) fn again(&self, url: &str) -> Option<&Entry<'d>> {
        let &[_, again, ..] = self.with_url(url) else { return None };
        Some(self.at(again))
    }

    /// The entry of this type and id that has no fullUrl, which nothing can refer to.
    pub(crate) fn without_url(&self, reference: &str, definitions: &Definitions) -> Option<&Entry<'d>> {
        let parts = Restful::parse(reference, definitions)?;
        let mut entries = self.with_id(parts.of, parts.id).iter().map(|&index| self.at(index));
        entries.find(|entry| entry.full_url.is_none())
    }

    /// Whether a relative reference has the type and the id of an entry, which has another URL than it stands for.
    pub(crate) fn has_under_other_url(&self, reference: &str, definitions: &Definitions) -> bool {
        if is_absolute(reference) {
            return false;
        }
        let same = Restful::parse(reference, definitions).map(|parts| self.with_id(parts.of, parts.id));
        same.is_some_and(|same| !same.is_empty())
    }

    /// The entries whose resource is of this type and has this id.
    pub fn with_id(&self, of: TypeId, id: &str) -> &[u32] {
        let at = |index: u32| {
            let entry = self.at(index);
            entry.resource_type.map(|of| of.0).zip(entry.id.as_deref()).unwrap_or((0, ""))
        };
        let by_id = self.by_id.get_or_init(|| {
            let all = sorted(&self.entries, &|entry| Some((entry.resource_type?.0.into(), entry.id.as_deref()?, None)));
            all.into_iter().map(|(_, index)| index).collect()
        });
        let first = by_id.partition_point(|&index| at(index) < (of.0, id));
        let rest = rows(by_id, first..by_id.len());
        rows(rest, 0..rest.partition_point(|&index| at(index) <= (of.0, id)))
    }

    /// The first resource whose `url` is this canonical, or its `url` and `version` with a `|` between them.
    pub(crate) fn with_canonical(&self, canonical: &str, document: &Document<'_>) -> Option<NodeId> {
        let by_canonical = self.by_canonical.get_or_init(|| {
            let mut found = BTreeMap::new();
            for resource in
                self.entries.iter().filter(|entry| entry.resource_type.is_some()).filter_map(|entry| entry.resource)
            {
                let Some(url) = document.member_text(resource, name::URL) else { continue };
                if let Some(version) = document.member_text(resource, name::VERSION) {
                    found.entry([&*url, "|", &version].concat()).or_insert(resource);
                }
                found.entry(url.into_owned()).or_insert(resource);
            }
            found
        });
        by_canonical.get(canonical).copied()
    }

    /// Resolves a reference that is neither empty nor local (`#`), written in the entry with index `from`, by the algorithm of
    /// the specification's section "Resolving references in Bundles".
    pub fn resolve(&self, reference: &str, from: Option<usize>, definitions: &Definitions) -> Resolution {
        let restful = Restful::parse(reference, definitions);
        let absolute: Cow<'_, str> = match restful {
            Some(parts) if parts.base.is_empty() => {
                let referrer = from.and_then(|from| self.entries.get(from)).filter(|entry| entry.base > 0);
                let base = referrer.and_then(|entry| entry.url.as_deref()?.get(..usize::from(entry.base)));
                match base {
                    Some(base) => [base, parts.without_version(reference)].concat().into(),
                    None => return Resolution::Nothing,
                }
            }
            Some(parts) => parts.without_version(reference).into(),
            None => reference.into(),
        };
        let found = self.with_url(&absolute);
        let version = restful.and_then(|parts| parts.version);
        match (found, version) {
            ([], _) => Resolution::Nothing,
            (&[one], None) => Resolution::Entry(one),
            (_, None) => Resolution::Several,
            (&[first, ..], Some(version)) => match self.with_version(found, version) {
                [] => Resolution::OtherVersion(first),
                &[one] => Resolution::Entry(one),
                _ => Resolution::Several,
            },
        }
    }

    /// Those of the entries with one fullUrl that have this version.
    fn with_version<'e>(&self, found: &'e [u32], version: &str) -> &'e [u32] {
        let at = |index: u32| self.at(index).version.as_deref().unwrap_or("");
        let first = found.partition_point(|&index| at(index) < version);
        let rest = rows(found, first..found.len());
        rows(rest, 0..rest.partition_point(|&index| at(index) <= version))
    }

    /// The reference that the writer of a dangling one probably meant: to the entry with the same type and id under another
    /// fullUrl, or by likeness, which takes time and so must be allowed.
    pub(crate) fn nearest(&self, reference: &str, by_likeness: bool, definitions: &Definitions) -> Option<NearEntry> {
        let same = Restful::parse(reference, definitions).map(|parts| self.with_id(parts.of, parts.id));
        let by_id = same
            .and_then(|same| Some((same.first()?, same.len() == 1)))
            .and_then(|(&index, certain)| Some((self.at(index).url.as_deref()?, certain)))
            // Nobody types a longer one, and there may be a reference to it in every line.
            .filter(|(url, _)| url.len() <= LONGEST_RESTFUL)
            .map(|(url, certain)| NearEntry { name: url.to_owned(), certain, by_id: true });
        if by_id.is_some() || !by_likeness {
            return by_id;
        }
        let of = |near: Near<'_>| NearEntry { name: near.name.to_owned(), certain: near.certain, by_id: false };
        let mut urls = self.entries.iter().filter_map(|entry| entry.url.as_deref());
        if is_absolute(reference) {
            return nearest(reference, &mut urls).map(of);
        }
        let relative: Vec<String> = urls
            .filter_map(|url| Restful::parse(url, definitions))
            .map(|parts| format!("{}/{}", parts.type_name, parts.id))
            .collect();
        nearest(reference, &mut relative.iter().map(String::as_str)).map(of)
    }
}

/// A reference to an entry that was probably meant.
#[derive(Clone, Debug)]
pub(crate) struct NearEntry {
    pub(crate) name: String,
    /// Whether it is the only one.
    pub(crate) certain: bool,
    /// Whether type and id are the same, and the likeness is not one of letters.
    pub(crate) by_id: bool,
}
