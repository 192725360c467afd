//! Codes that can be looked up offline.

use std::borrow::Cow;

/// A value set that an element is bound to.
#[derive(Clone, Debug)]
pub struct ValueSet {
    /// Its canonical URL, without a version.
    pub url: Cow<'static, str>,
    /// Its title or name.
    pub name: Cow<'static, str>,
    /// Its codes by system, or why they cannot be listed offline.
    pub expansion: Result<Vec<Codes>, Cow<'static, str>>,
}

impl ValueSet {
    /// Whether a code is in the set, whatever its system: for elements of type `code`. `None` where that cannot be told offline.
    pub fn has_code(&self, code: &str) -> Option<bool> {
        self.expansion.as_ref().ok().map(|systems| systems.iter().any(|codes| codes.has(code)))
    }

    /// Whether a code of a system is in the set. `None` where that cannot be told offline.
    pub fn has_coding(&self, system: &str, code: &str) -> Option<bool> {
        let systems = self.expansion.as_ref().ok()?;
        Some(systems.iter().any(|codes| codes.system == system && codes.has(code)))
    }

    /// All codes of the set, system by system.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.expansion.iter().flatten().flat_map(Codes::iter)
    }
}

/// The codes of one system.
#[derive(Clone, Debug)]
pub struct Codes {
    /// The code system.
    pub system: Cow<'static, str>,
    text: Cow<'static, str>,
    spans: Vec<(u32, u32)>,
}

impl Codes {
    /// `text` holds the codes, sorted by their bytes, a line feed between two.
    pub(super) fn new(system: Cow<'static, str>, text: Cow<'static, str>) -> Self {
        let mut start = 0;
        let spans = text
            .split('\n')
            .map(|code| {
                let span = (start, start + code.len() as u32);
                start = span.1 + 1;
                span
            })
            .collect();
        Self { system, text, spans }
    }

    /// Whether the system's part of the set has this code. Codes are case-sensitive.
    pub fn has(&self, code: &str) -> bool {
        self.spans.binary_search_by(|&span| self.at(span).cmp(code)).is_ok()
    }

    /// The codes in the order of their bytes.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.spans.iter().map(|&span| self.at(span))
    }

    fn at(&self, (start, end): (u32, u32)) -> &str {
        self.text.get(start as usize..end as usize).unwrap_or("")
    }
}
