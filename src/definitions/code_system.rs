//! Code systems that the definitions hold completely.

use super::value_set::line_of;
use serde::{Deserialize, Serialize};

/// All codes of a system, and what they are called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodeSystem<S> {
    /// Its codes, sorted by their bytes, a line feed between two.
    pub codes: S,
    /// The display of each code, in the same order; empty where it says no more than the code. Empty as a whole where displays were
    /// left out.
    pub displays: S,
}

impl CodeSystem<&'static str> {
    /// Whether the system has this code.
    pub fn has(&self, code: &str) -> bool {
        line_of(self.codes, code).is_some()
    }

    /// What a code is called, when that is kept and says more than the code.
    pub fn display(&self, code: &str) -> Option<&'static str> {
        let at = line_of(self.codes, code)?;
        let index = self.codes.get(..at)?.bytes().filter(|&byte| byte == b'\n').count();
        self.displays.split('\n').nth(index).filter(|display| !display.is_empty())
    }

    /// Whether displays are kept for this system at all.
    pub fn has_displays(&self) -> bool {
        !self.displays.is_empty()
    }
}

/// A display or code without what people write in different ways: case, blanks, punctuation.
pub fn plain(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
