//! Texts looked at eight bytes at a time: in WebAssembly memcmp and its like take one after the other.

use super::table::rows;
use std::cmp::Ordering;

/// One in each of eight bytes.
pub(crate) const ONES: u64 = u64::MAX / 255;
/// The high bit of each of eight bytes.
pub(crate) const HIGH: u64 = ONES << 7;

/// The high bits of those of eight ASCII bytes that are this one; of bytes beyond ASCII it says nothing.
#[inline]
pub(crate) fn equal(word: u64, byte: u8) -> u64 {
    let differs = word ^ (ONES * u64::from(byte));
    // Adding 127 carries into the high bit unless the byte is 0; no carry leaves a byte.
    !differs.wrapping_add(HIGH - ONES) & HIGH
}

/// How many of eight bytes are before the first quote, backslash or control character of a JSON string, where there is one.
#[inline]
pub(crate) fn plain_length(word: u64) -> Option<usize> {
    let zero_byte = |bytes: u64| bytes.wrapping_sub(ONES) & !bytes;
    let quote = zero_byte(word ^ (ONES * 0x22));
    let backslash = zero_byte(word ^ (ONES * 0x5C));
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    // Borrows can mark bytes above a true hit, never below one: the lowest mark is right.
    let hits = (quote | backslash | control) & HIGH;
    (hits != 0).then(|| hits.trailing_zeros() as usize / 8)
}

/// How many of eight bytes are blanks before the first that is not.
#[inline]
pub(crate) fn blank_length(word: u64) -> usize {
    (word ^ (ONES * 0x20)).trailing_zeros() as usize / 8
}

/// How many commas and opening brackets of JSON a text has, those in strings included.
pub(crate) fn openings(text: &[u8]) -> usize {
    let other_bytes = |word: u64| (((word & !HIGH) + !HIGH) | word) & HIGH;
    let (words, rest) = text.as_chunks::<8>();
    let counted: u32 = words
        .iter()
        .map(|word| {
            let word = u64::from_le_bytes(*word);
            // The two brackets differ in one bit.
            let others = other_bytes(word ^ (ONES * 0x2C)) & other_bytes((word | (ONES * 0x20)) ^ (ONES * 0x7B));
            8 - others.count_ones()
        })
        .sum();
    counted as usize + rest.len()
}

/// Whether a text has neither white space nor control characters of ASCII, as nearly all codes and URIs.
pub(crate) fn is_solid(text: &[u8]) -> bool {
    let solid = |word: u64| {
        let word = word & !HIGH | (word & HIGH) >> 1;
        (word + ONES * (0x80 - 0x21)) & HIGH == HIGH
    };
    let (words, rest) = text.as_chunks::<8>();
    words.iter().all(|word| solid(u64::from_le_bytes(*word))) && rest.iter().all(|&byte| byte > 0x20)
}

/// How many bytes are before the first that is not ASCII.
pub(crate) fn ascii_length(text: &[u8]) -> usize {
    let words = text.as_chunks::<8>().0;
    let plain = words.iter().take_while(|word| u64::from_le_bytes(**word) & HIGH == 0).count() * 8;
    let rest = rows(text, plain..text.len());
    plain + rest.iter().take_while(|byte| byte.is_ascii()).count()
}

/// Whether two short texts are the same.
#[inline]
pub(crate) fn same(left: &[u8], right: &[u8]) -> bool {
    let words = |text| <[u8]>::as_chunks::<8>(text).0.iter().map(|word| u64::from_le_bytes(*word));
    left.len() == right.len() && tail(left) == tail(right) && words(left).eq(words(right))
}

/// The order of two texts by their bytes. URLs have their beginnings in common.
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

/// The last bytes of a text, up to eight, as one number: two texts of one length have the same where they end alike. Bytes may count
/// twice, which costs less than a loop over those that are left over.
#[inline]
fn tail(text: &[u8]) -> u64 {
    if let Some(word) = text.last_chunk::<8>() {
        u64::from_le_bytes(*word)
    } else if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))
    } else {
        text.iter().fold(0, |word, &byte| word << 8 | u64::from(byte))
    }
}

/// Multiply-and-rotate. Who looks something up by it has a table that is fixed by the definitions, or compares the texts as well: a
/// message cannot choose texts that make the table slow.
#[inline]
pub(crate) fn hash(text: &[u8]) -> u64 {
    const K: u64 = 0x9E37_79B9_7F4A_7C15;
    let (words, _) = text.as_chunks::<8>();
    let mut state = text.len() as u64;
    for word in words {
        state = (state.rotate_left(23) ^ u64::from_le_bytes(*word)).wrapping_mul(K);
    }
    state = (state.rotate_left(23) ^ tail(text)).wrapping_mul(K);
    state ^ state >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

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
                assert!(left != right || hash(left) == hash(right));
            }
        }
    }

    /// Each byte at each place of a text that is longer than a word and no multiple of it.
    #[test]
    fn every_byte_counts_as_one_by_one() {
        for byte in 0..=u8::MAX {
            for place in 0..19 {
                let mut text = [b'x'; 19];
                text[place] = byte;
                let first = |wanted: fn(u8) -> bool| text.iter().position(|&byte| wanted(byte));
                assert_eq!(is_solid(&text), first(|byte| byte <= 0x20).is_none(), "{byte} at {place}");
                assert_eq!(ascii_length(&text), first(|byte| byte >= 0x80).unwrap_or(19), "{byte} at {place}");
                let opens = text[..16].iter().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count();
                assert_eq!(openings(&text), opens + 3, "{byte} at {place}");
                let word = u64::from_le_bytes(*text.first_chunk().unwrap());
                let plain = text[..8].iter().position(|&byte| byte < 0x20 || matches!(byte, b'"' | b'\\'));
                assert_eq!(plain_length(word), plain, "{byte} at {place}");
                assert_eq!(blank_length(word), text.iter().take(8).take_while(|byte| **byte == b' ').count());
                if byte < 0x80 && place < 8 {
                    assert_eq!(equal(word, byte) & 0x80 << (8 * place), 0x80 << (8 * place));
                }
            }
        }
        assert_eq!(blank_length(u64::from_le_bytes(*b"   \n    ")), 3);
        assert_eq!(blank_length(u64::from_le_bytes(*b"        ")), 8);
    }
}
