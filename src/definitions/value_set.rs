//! Codes that can be looked up offline.

use super::CompiledCodes;
use super::stored::StoredExpansion;
use crate::document::bytes::hash;
use std::borrow::Cow;
use std::sync::OnceLock;

/// A value set that an element is bound to.
#[derive(Clone, Debug)]
pub struct ValueSet {
    /// Its canonical URL, without a version.
    pub url: Cow<'static, str>,
    /// Its title or name.
    pub name: Cow<'static, str>,
    pub(super) stored: &'static [u8],
    pub(super) expansion: OnceLock<Result<Vec<Codes>, Cow<'static, str>>>,
}

impl ValueSet {
    /// Its codes by system, or why they cannot be listed offline. Read when they are first asked for.
    pub fn expansion(&self) -> Result<&[Codes], &str> {
        let expansion = self.expansion.get_or_init(|| match postcard::from_bytes::<StoredExpansion<'_>>(self.stored) {
            Ok(Ok(systems)) => Ok(systems.into_iter().map(Codes::from).collect()),
            Ok(Err(reason)) => Err(reason.into()),
            Err(_) => Err("its codes cannot be read".into()),
        });
        expansion.as_ref().map(Vec::as_slice).map_err(|reason| reason.as_ref())
    }

    /// Whether a code is in the set, whatever its system: for elements of type `code`. `None` where that cannot be told offline.
    pub fn has_code(&self, code: &str) -> Option<bool> {
        self.expansion().ok().map(|systems| systems.iter().any(|codes| codes.has(code)))
    }

    /// Whether a code of a system is in the set. `None` where that cannot be told offline.
    pub fn has_coding(&self, system: &str, code: &str) -> Option<bool> {
        let systems = self.expansion().ok()?;
        Some(systems.iter().any(|codes| codes.system == system && codes.has(code)))
    }

    /// All codes of the set, system by system.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.expansion().into_iter().flatten().flat_map(Codes::iter)
    }
}

/// The codes of one system, sorted by their bytes, a line feed between two.
#[derive(Clone, Debug)]
pub struct Codes {
    /// The code system.
    pub system: Cow<'static, str>,
    text: Cow<'static, str>,
}

impl From<CompiledCodes<&'static str>> for Codes {
    fn from(compiled: CompiledCodes<&'static str>) -> Self {
        Self { system: compiled.system.into(), text: compiled.codes.into() }
    }
}

impl Codes {
    /// Whether the system's part of the set has this code. Codes are case-sensitive.
    pub fn has(&self, code: &str) -> bool {
        line_of(&self.text, code).is_some()
    }

    /// The codes in the order of their bytes.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.text.split('\n').filter(|code| !code.is_empty())
    }
}

/// Tells most codes apart from all others, and never misses one that it was given (a Bloom filter of one hash).
#[derive(Clone, Debug)]
pub(super) struct SomeCodes(Vec<u64>);

impl SomeCodes {
    /// A power of two, some twenty for each code of R4: one word in twenty is searched for in vain.
    const BITS: u64 = 1 << 18;

    fn place(code: &str) -> (usize, u64) {
        let bit = (hash(code.as_bytes()) >> 32) % Self::BITS;
        ((bit / 64) as usize, 1 << (bit % 64))
    }

    /// False where it certainly was not given this code.
    pub(super) fn may_have(&self, code: &str) -> bool {
        let (word, bit) = Self::place(code);
        self.0.get(word).is_none_or(|word| word & bit != 0)
    }
}

impl<'c> FromIterator<&'c str> for SomeCodes {
    fn from_iter<I: IntoIterator<Item = &'c str>>(codes: I) -> Self {
        let mut words = vec![0; (Self::BITS / 64) as usize];
        for code in codes {
            let (word, bit) = Self::place(code);
            if let Some(word) = words.get_mut(word) {
                *word |= bit;
            }
        }
        Self(words)
    }
}

/// Where a line stands in a text of sorted lines. Searches the text by halves: there is no index that would have to be built first.
pub(super) fn line_of(text: &str, wanted: &str) -> Option<usize> {
    let text = text.as_bytes();
    let (mut low, mut high) = (0, text.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = text.get(low..middle).and_then(|before| before.iter().rposition(|&byte| byte == b'\n'));
        let start = start.map_or(low, |line_feed| low + line_feed + 1);
        let end = text.get(middle..high).and_then(|rest| rest.iter().position(|&byte| byte == b'\n'));
        let end = end.map_or(high, |line_feed| middle + line_feed);
        match text.get(start..end).map(|line| line.cmp(wanted.as_bytes())) {
            Some(std::cmp::Ordering::Less) => low = end + 1,
            Some(std::cmp::Ordering::Greater) => high = start.saturating_sub(1).max(low),
            Some(std::cmp::Ordering::Equal) => return Some(start),
            None => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_is_missed_and_few_words_are_searched_for_in_vain() {
        let definitions = crate::definitions::Definitions::r4();
        let lists = definitions.value_sets().iter().flat_map(|set| set.expansion().unwrap_or(&[]));
        let codes: std::collections::BTreeSet<&str> = lists.flat_map(Codes::iter).collect();
        assert!(codes.iter().all(|code| definitions.has_code(code)));
        let some: SomeCodes = codes.iter().copied().collect();
        let others: Vec<String> = codes.iter().map(|code| format!("{code}~")).collect();
        assert!(others.iter().all(|word| !definitions.has_code(word)));
        let in_vain = others.iter().filter(|word| some.may_have(word)).count();
        assert!(in_vain * 10 < others.len(), "{in_vain} of {}", others.len());
    }

    #[test]
    fn every_code_is_found_and_nothing_else() {
        for list in [vec![], vec!["a"], vec!["a", "b"], vec!["a", "aa", "ab", "b", "final", "x-y", "z"]] {
            let codes = Codes { system: "s".into(), text: list.join("\n").into() };
            for code in
                ["", "a", "aa", "aaa", "ab", "b", "c", "final", "fina", "final2", "x-y", "z", "zz", "\n", "a\nb", "A"]
            {
                assert_eq!(codes.has(code), list.contains(&code), "{code:?} in {list:?}");
            }
        }
    }
}
