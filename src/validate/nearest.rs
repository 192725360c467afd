//! The nearest known name: what the writer probably meant.

use crate::document::NodeId;
use crate::edit_distance::edit_distance;

/// No name, code or reference that people write is longer.
const LONGEST: usize = 200;

/// A candidate that was probably meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Near<'c> {
    pub(super) name: &'c str,
    /// Whether no other can have been meant: it is nearer than all others, and differs by one slip. A short word or an
    /// abbreviation may differ in case only, and no word in its first letter or a digit: `inactive` is not a slip for `active`.
    pub(super) certain: bool,
}

impl Near<'_> {
    /// The node to fix, where that is certain.
    pub(super) fn nodes(&self, node: NodeId) -> Vec<NodeId> {
        if self.certain { vec![node] } else { Vec::new() }
    }
}

/// In a word of so many letters, one slip is one; two may make another word: `appended` is not `amended`. Shorter words and abbreviations
/// are another one after one letter: `HEAD` is not `HELD`.
const LETTERS_FOR_A_SLIP: usize = 5;

/// Whether two names differ in case, hyphens, underscores and blanks only: `full_url` is `fullUrl`.
fn is_same_but_for_its_style(one: &str, other: &str) -> bool {
    fn letters(word: &str) -> impl Iterator<Item = u8> {
        word.bytes().filter(|byte| !matches!(byte, b'-' | b'_' | b' ')).map(|byte| byte.to_ascii_lowercase())
    }
    digits(one).next().is_none() && letters(one).eq(letters(other))
}

/// Another digit is another word: `integer64` is not a slip for `integer`.
fn digits(word: &str) -> impl Iterator<Item = u8> {
    word.bytes().filter(u8::is_ascii_digit)
}

/// The letters of a word as bits, capitals as small ones; other characters share the bits of letters.
fn letters_of(word: &str) -> u32 {
    let characters = word.bytes().filter(|byte| byte & 0xC0 != 0x80);
    characters.fold(0, |letters, byte| letters | 1 << (byte.to_ascii_lowercase() & 31))
}

/// How many slips there are at least between two words of these letters: each brings at most one letter in, and takes at most one away.
fn other_letters(one: u32, other: u32) -> usize {
    (one & !other).count_ones().max((other & !one).count_ones()) as usize
}

/// The candidate that is nearest to `name`, if it is near enough to be a slip of the hand.
pub(super) fn nearest<'c>(name: &str, candidates: &mut dyn Iterator<Item = &'c str>) -> Option<Near<'c>> {
    // Slips are looked for in names, not in texts: comparing takes time in proportion to the square of the length.
    if name.len() > LONGEST {
        return None;
    }
    // One slip in a short word, up to three in a long one; and names that differ only in case.
    let letters = name.chars().count();
    let most = match letters {
        0..=2 => 1,
        3..=5 => 2,
        _ => 3,
    };
    let lower = name.to_ascii_lowercase();
    let is_same_word = |distance: usize, candidate: &str| {
        let first = |word: &str| word.chars().next().map(|letter| letter.to_ascii_lowercase());
        let is_slip = || {
            letters >= LETTERS_FOR_A_SLIP
                && edit_distance(name, candidate, 1) == Some(1)
                && name.bytes().any(|byte| byte.is_ascii_lowercase())
                && digits(candidate).eq(digits(&lower))
        };
        (distance == 0 || distance == 1 && is_slip()) && first(candidate) == first(&lower)
    };
    let own = letters_of(name);
    let mut best: Option<(usize, Near<'c>)> = None;
    for candidate in candidates {
        if candidate.len().abs_diff(name.len()) > most || candidate == name {
            continue;
        }
        // What is farther than the nearest so far changes nothing.
        let most = best.map_or(most, |(least, _)| least);
        let same_letters = candidate.eq_ignore_ascii_case(name) || is_same_but_for_its_style(candidate, name);
        let letters = letters_of(candidate);
        let distance = if same_letters {
            Some(0)
        } else if other_letters(own, letters) > most {
            None
        } else {
            edit_distance(&lower, &candidate.to_ascii_lowercase(), most)
        };
        let Some(distance) = distance.filter(|&distance| distance <= most && distance < candidate.chars().count())
        else {
            continue;
        };
        match &mut best {
            Some((least, near)) if distance >= *least => near.certain &= near.name == candidate,
            _ => best = Some((distance, Near { name: candidate, certain: is_same_word(distance, candidate) })),
        }
    }
    best.map(|(_, near)| near)
}

#[cfg(test)]
mod tests {
    use super::{Near, letters_of, nearest, other_letters};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn letters_never_say_more_slips_than_there_are(one in "[a-eA-E0-2_éß😀]{0,12}", other in "[a-eA-E0-2_éß😀]{0,12}") {
            let distance = strsim::osa_distance(&one.to_ascii_lowercase(), &other.to_ascii_lowercase());
            prop_assert!(other_letters(letters_of(&one), letters_of(&other)) <= distance);
        }
    }

    #[test]
    fn slips_are_found_and_other_words_are_not() {
        let names = ["identifier", "status", "intent", "code", "subject", "id"];
        let near = |name| nearest(name, &mut names.into_iter()).map(|near| near.name);
        assert_eq!(near("identifer"), Some("identifier"));
        assert_eq!(near("Status"), Some("status"));
        assert_eq!(near("stauts"), Some("status"));
        assert_eq!(near("ID"), Some("id"));
        assert_eq!(near("resourceKind"), None);
        assert_eq!(near("x"), None);
        assert_eq!(near("status"), None, "the word itself is not a slip");
    }

    #[test]
    fn certain_is_what_no_other_can_have_been() {
        let certain = |name, names: &[&'static str]| {
            nearest(name, &mut names.iter().copied()).is_some_and(|Near { certain, .. }| certain)
        };
        assert!(certain("femal", &["male", "female", "other"]));
        assert!(certain("Status", &["status", "state"]));
        assert!(certain("full_url", &["fullUrl"]) && certain("onhold", &["on-hold"]), "another style");
        assert!(certain("ab", &["AB", "AC"]), "a short word that differs in case");
        assert!(!certain("ad", &["ab"]), "a short word is another word after one slip");
        assert!(!certain("cade", &["code", "cape"]), "two are as near");
        assert!(!certain("code", &["CODE", "Code"]), "two differ in case only");
        assert!(!certain("sttus", &["stas"]), "two slips");
        assert!(!certain("AUNTS", &["AGNTS"]) && !certain("last", &["list"]), "abbreviations and short words");
        assert!(!certain("Femal", &["female"]), "case and a letter are two slips");
        assert!(!certain("appended", &["amended"]), "two slips make another word");
        assert!(!certain("integer64", &["integer"]) && !certain("phase-1", &["phase-2"]), "another digit");
        assert!(!certain("inactive", &["active"]) && !certain("uncompleted", &["completed"]), "the opposite");
        assert!(certain("codee", &["code", "code"]), "the same word twice is one");
    }
}
