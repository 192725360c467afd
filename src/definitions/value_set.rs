//! Codes that can be looked up offline.

use super::code_system::line_of;
use super::form::{Reader, Writer};
use super::text::Text;
use crate::document::bytes::hash;
use std::sync::OnceLock;

/// The codes by system, or why they cannot be listed offline.
pub type Expansion = Result<Vec<Codes>, Text>;

/// A value set that an element is bound to.
#[derive(Clone, Debug)]
pub struct ValueSet {
    /// Its canonical URL, without a version.
    pub url: Text,
    /// Its version, where a package brings it; empty for R4's.
    pub version: Text,
    /// The package that brings it, as `name#version`; empty where it is in none.
    pub(crate) package: Text,
    /// Whether a package only asks for it, by its URL and perhaps a version: it is then the one that is meant of all that were loaded.
    pub(crate) is_open: bool,
    /// Its title or name.
    pub name: Text,
    pub(super) stored: Text,
    pub(super) expansion: OnceLock<Expansion>,
}

impl ValueSet {
    /// The same, as if nothing had been read of it.
    pub(super) fn unread(&self) -> Self {
        Self {
            url: self.url.clone(),
            version: self.version.clone(),
            package: self.package.clone(),
            is_open: self.is_open,
            name: self.name.clone(),
            stored: self.stored.clone(),
            expansion: OnceLock::new(),
        }
    }

    /// Its URL with its version, where it has one.
    pub(crate) fn canonical(&self) -> String {
        if self.version.is_empty() { self.url.to_string() } else { [&*self.url, "|", &self.version].concat() }
    }

    /// Becomes another one but for how it is asked for.
    pub(super) fn take_content(&mut self, other: &Self) {
        self.name = other.name.clone();
        self.stored = other.stored.clone();
        self.expansion = OnceLock::new();
    }

    /// Its codes by system, or why they cannot be listed offline. Read when they are first asked for.
    pub fn expansion(&self) -> Result<&[Codes], &str> {
        let expansion = self.expansion.get_or_init(|| read_expansion(&mut Reader::new(&self.stored)));
        expansion.as_ref().map(Vec::as_slice).map_err(|reason| reason.as_ref())
    }

    /// Whether all its codes are known.
    pub fn is_whole(&self) -> bool {
        self.expansion().is_ok_and(|systems| !systems.iter().any(Codes::is_partial))
    }

    /// Whether a code is in the set, whatever its system: for elements of type `code`. `None` where that cannot be told offline.
    pub fn has_code(&self, code: &str) -> Option<bool> {
        self.has_of(&mut |_| true, code)
    }

    /// Whether a code of a system is in the set. `None` where that cannot be told offline.
    pub fn has_coding(&self, system: &str, code: &str) -> Option<bool> {
        self.has_of(&mut |codes| codes.system == system, code)
    }

    fn has_of(&self, is_of: &mut dyn FnMut(&Codes) -> bool, code: &str) -> Option<bool> {
        let mut found = Some(false);
        for codes in self.expansion().ok()?.iter().filter(|codes| is_of(codes)) {
            if codes.has(code) {
                return Some(true);
            }
            if codes.is_partial() {
                found = None;
            }
        }
        found
    }

    /// All codes of the set, system by system.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.expansion().into_iter().flatten().flat_map(Codes::iter)
    }
}

/// The codes of one system in a value set, sorted by their bytes, a line feed between two. Where not all of them are known, the first line is
/// empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Codes {
    /// The code system.
    pub system: Text,
    /// Its codes.
    pub(crate) codes: Text,
}

pub(super) fn write_expansion(expansion: &Expansion, out: &mut Writer) {
    match expansion {
        Ok(systems) => {
            out.count(systems.len() + 1);
            for Codes { system, codes } in systems {
                out.text(system);
                out.text(codes);
            }
        }
        Err(reason) => {
            out.count(0);
            out.text(reason);
        }
    }
}

pub(super) fn read_expansion(from: &mut Reader<'_>) -> Expansion {
    match from.optional() {
        Some(count) => Ok(from.times(count, |from| Codes { system: from.text(), codes: from.text() })),
        None => Err(from.text()),
    }
}

impl Codes {
    /// Whether the system's part of the set has this code. Codes are case-sensitive.
    pub fn has(&self, code: &str) -> bool {
        !code.is_empty() && line_of(&self.codes, code).is_some()
    }

    /// Whether there may be more codes of this system than are known.
    pub fn is_partial(&self) -> bool {
        self.codes.is_empty() || self.codes.starts_with('\n')
    }

    /// The codes in the order of their bytes.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.codes.split('\n').filter(|code| !code.is_empty())
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
            let codes = Codes { system: "s".into(), codes: list.join("\n").into() };
            for code in
                ["", "a", "aa", "aaa", "ab", "b", "c", "final", "fina", "final2", "x-y", "z", "zz", "\n", "a\nb", "A"]
            {
                assert_eq!(codes.has(code), list.contains(&code), "{code:?} in {list:?}");
                let partial = Codes { system: "s".into(), codes: format!("\n{}", list.join("\n")).into() };
                assert_eq!(partial.has(code), list.contains(&code), "{code:?} in {list:?}, and more");
                assert!(partial.is_partial() && (list.is_empty() || !codes.is_partial()));
            }
        }
    }
}
