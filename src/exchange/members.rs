//! Reading members and numbers, each in one function that is compiled once: this room asks for dozens of them, and inlined they would be
//! a fiftieth of the wasm.

use crate::document::table::part;
use crate::document::{Document, NameId, NodeId};

/// A string member of an object.
#[inline(never)]
pub(super) fn text_of(document: &Document<'_>, of: NodeId, name: NameId) -> Option<String> {
    document.member_text(of, name).map(|text| text.into_owned())
}

/// Whether a string member has this value.
#[inline(never)]
pub(super) fn says(document: &Document<'_>, of: NodeId, name: NameId, value: &str) -> bool {
    document.member_text(of, name).is_some_and(|text| text == value)
}

/// The items of an array member; none when it is not an array.
#[inline(never)]
pub(super) fn items_of(document: &Document<'_>, of: NodeId, name: NameId) -> Vec<NodeId> {
    document.member_items(of, name).collect()
}

/// The strings of an array member.
#[inline(never)]
pub(super) fn texts_of(document: &Document<'_>, of: NodeId, name: NameId) -> Vec<String> {
    let mut texts = Vec::new();
    for item in document.member_items(of, name) {
        if let Some(text) = document.string(item) {
            texts.push(text.into_owned());
        }
    }
    texts
}

/// A whole number without a sign; the largest there is for one that is larger.
#[inline(never)]
pub(super) fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    let mut number = 0_u64;
    for &byte in digits {
        if !byte.is_ascii_digit() {
            return None;
        }
        number = number.saturating_mul(10).saturating_add(u64::from(byte - b'0'));
    }
    Some(number)
}

/// Whether one text is somewhere in another, whatever the case of its letters.
#[inline(never)]
pub(super) fn holds(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part))
}

/// What is before the first such byte, and what is after it.
#[inline(never)]
pub(super) fn halves(text: &str, at: u8) -> (&str, Option<&str>) {
    match text.bytes().position(|byte| byte == at) {
        Some(place) => (part(text, 0..place), Some(part(text, place + 1..text.len()))),
        None => (text, None),
    }
}

/// The characters that a URL never has to encode (RFC 3986), which a token may have, too.
#[inline(never)]
pub(super) fn is_unreserved(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~')
}
