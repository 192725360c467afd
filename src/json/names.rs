//! Property names as small integers, so that the stages after the scanner never compare name texts.

use std::cmp::Ordering;
use std::ops::Range;

/// A property name that is known to the definitions, or [`NameId::UNKNOWN`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NameId(pub u16);

impl NameId {
    /// A name that is not in the table. Two unknown names are not necessarily equal: compare their texts.
    pub const UNKNOWN: NameId = NameId(u16::MAX);
}

/// The table of known names. Built once with the definitions, only read while scanning.
#[derive(Clone, Debug, Default)]
pub struct Names {
    arena: String,
    spans: Vec<(u32, u32)>,
    /// Open addressing with linear probing: slot → id + 1, 0 where empty. Its length is a power of two.
    slots: Vec<u16>,
}

impl Names {
    /// An empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// A table of names that are all different, one behind the other in a text, each with its length in bytes.
    pub(crate) fn of(text: &str, lengths: &[u8]) -> Self {
        let mut names = Self {
            arena: text.to_owned(),
            spans: Vec::with_capacity(lengths.len()),
            slots: vec![0; slots_for(lengths.len())],
        };
        let mut start = 0;
        for (id, &length) in lengths.iter().enumerate() {
            let end = start + u32::from(length);
            names.spans.push((start, end));
            names.place(id as u16);
            start = end;
        }
        names
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
        } else {
            self.place(id as u16);
        }
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
        self.arena.get(self.span(id)).unwrap_or("")
    }

    /// Where a name stands in the text of all names.
    pub(crate) fn span(&self, id: NameId) -> Range<usize> {
        self.spans.get(usize::from(id.0)).map_or(0..0, |&(start, end)| start as usize..end as usize)
    }

    #[inline]
    fn bytes(&self, id: u16) -> &[u8] {
        self.arena.as_bytes().get(self.span(NameId(id))).unwrap_or(&[])
    }

    /// A quarter full at most: most look-ups then need one probe, and the table is still small (16 kB for all of R4).
    fn grow(&mut self) {
        self.slots = vec![0; slots_for(self.spans.len() * 2)];
        for id in 0..self.spans.len() {
            self.place(id as u16);
        }
    }

    fn place(&mut self, id: u16) {
        let mask = self.slots.len().wrapping_sub(1);
        let mut slot = hash(self.bytes(id)) as usize & mask;
        while self.slots.get(slot).is_some_and(|&taken| taken != 0) {
            slot = (slot + 1) & mask;
        }
        if let Some(free) = self.slots.get_mut(slot) {
            *free = id + 1;
        }
    }
}

/// Whether two short texts are the same, eight bytes at a time: in WebAssembly memcmp takes one after the other.
#[inline]
pub(crate) fn same(left: &[u8], right: &[u8]) -> bool {
    let words = |text| <[u8]>::as_chunks::<8>(text).0.iter().map(|word| u64::from_le_bytes(*word));
    left.len() == right.len() && tail(left) == tail(right) && words(left).eq(words(right))
}

/// The order of two texts by their bytes, eight at a time: see [`same`]. URLs have their beginnings in common.
pub(crate) fn by_bytes(left: &[u8], right: &[u8]) -> Ordering {
    let (mut left, mut right) = (left, right);
    while let (Some((a, behind_a)), Some((b, behind_b))) =
        (left.split_first_chunk::<8>(), right.split_first_chunk::<8>())
    {
        if a != b {
            return u64::from_be_bytes(*a).cmp(&u64::from_be_bytes(*b));
        }
        (left, right) = (behind_a, behind_b);
    }
    left.cmp(right)
}

/// The last bytes of a name, up to eight, as one number: two names of one length have the same where they end alike. Bytes may count
/// twice, which costs less than a loop over those that are left over.
#[inline]
fn tail(name: &[u8]) -> u64 {
    if let Some(word) = name.last_chunk::<8>() {
        u64::from_le_bytes(*word)
    } else if let (Some(first), Some(last)) = (name.first_chunk::<4>(), name.last_chunk::<4>()) {
        u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))
    } else {
        name.iter().fold(0, |word, &byte| word << 8 | u64::from(byte))
    }
}

/// At most a quarter of the slots is taken.
fn slots_for(names: usize) -> usize {
    (names * 4).next_power_of_two().max(64)
}

/// Multiply-and-rotate over words of eight bytes. Names are short and the table is fixed by the definitions, not by the
/// message, so a message cannot choose names that make the table slow.
#[inline]
pub(crate) fn hash(name: &[u8]) -> u64 {
    const K: u64 = 0x9E37_79B9_7F4A_7C15;
    let (words, _) = name.as_chunks::<8>();
    let mut state = name.len() as u64;
    for word in words {
        state = (state.rotate_left(23) ^ u64::from_le_bytes(*word)).wrapping_mul(K);
    }
    state = (state.rotate_left(23) ^ tail(name)).wrapping_mul(K);
    state ^ state >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(Names::new().find(b"x"), NameId::UNKNOWN);
    }

    #[test]
    fn texts_are_compared_as_their_bytes() {
        let texts: Vec<Vec<u8>> = (0..20)
            .flat_map(|length| [b'a', 0xC3].map(|last| [&vec![b'x'; length][..], &[last]].concat()))
            .chain([Vec::new(), b"xxxxxxxx".to_vec(), b"xxxxxxxxxxxxxxxx".to_vec(), b"xxxxxxxxaxxxxxxx".to_vec()])
            .collect();
        for left in &texts {
            for right in &texts {
                assert_eq!(by_bytes(left, right), left.cmp(right));
                assert_eq!(same(left, right), left == right);
            }
        }
    }
}
