//! Code systems that the definitions hold completely.

use super::text::Text;
use crate::document::case;

/// All codes of a system, and what they are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeSystem {
    /// Which version of it this is; empty where it does not say.
    pub version: Text,
    /// The package that brings it, as `name#version`; empty where it is in none. Those of packages are there in all their versions.
    pub(crate) package: Text,
    /// Its codes, sorted by their bytes, a line feed between two.
    pub codes: Text,
    /// The display of each code, in the same order; empty where it says no more than the code. What else it is called, in other languages or by
    /// supplements, is behind it, each after a tab. Empty as a whole where displays were left out.
    pub displays: Text,
}

impl CodeSystem {
    /// Whether the system has this code.
    pub fn has(&self, code: &str) -> bool {
        line_of(&self.codes, code).is_some()
    }

    /// What a code is called, when that is kept and says more than the code.
    pub fn display(&self, code: &str) -> Option<&str> {
        self.all_displays(code).next().filter(|display| !display.is_empty())
    }

    /// Whether a code is called so too, in another language or by a supplement.
    pub fn is_called(&self, code: &str, display: &str) -> bool {
        let mut others = self.all_displays(code).skip(1);
        let wanted = plain(display);
        others.any(|other| plain(other) == wanted)
    }

    fn all_displays(&self, code: &str) -> impl Iterator<Item = &str> {
        let at = line_of(&self.codes, code).and_then(|at| self.codes.get(..at));
        let index = at.map(|before| before.bytes().filter(|&byte| byte == b'\n').count());
        index.and_then(|index| self.displays.split('\n').nth(index)).unwrap_or("").split('\t')
    }

    /// Whether displays are kept for this system at all.
    pub fn has_displays(&self) -> bool {
        !self.displays.is_empty()
    }
}

/// A display or code without what people write in different ways: case, blanks, punctuation.
pub fn plain(text: &str) -> String {
    // Beside ASCII's, Unicode has its spaces, dashes and quotation marks here. The last one stands for half a character.
    let is_between = |sign: char| {
        sign.is_ascii() && !sign.is_ascii_alphanumeric()
            || matches!(sign, '\u{80}'..='©' | '«'..='±' | '´' | '¶'..='¸' | '»' | '¿' | '×' | '÷')
            || matches!(sign, '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{fffd}')
    };
    case::lower(text).replace(is_between, "")
}

/// Where a line is in a text of sorted lines. Searches the text by halves: there is no index that would have to be built first.
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
