//! Events of one's own, taken in at run time.

use super::inheritance::{inherit, replaced};
use super::{CompileError, Events};
use crate::definitions::Definitions;
use crate::document::Document;

impl Definitions {
    /// Takes in the MessageDefinitions of these texts, with the GraphDefinitions that they name; a text may be a Bundle of such.
    /// Resources of other types beside these are passed over. They come before those that are there: a definition with the same URL is replaced, and
    /// so is one that `replaces` names. Gives what makes no sense, or is missing; the rest is taken in.
    pub fn define(&mut self, texts: &[impl AsRef<str>]) -> Vec<CompileError> {
        let mut problems = Vec::new();
        let mut documents = Vec::new();
        for (index, text) in texts.iter().enumerate() {
            match Document::plain(text.as_ref()) {
                Ok(document) => documents.push((index, document)),
                Err(error) => problems
                    .push(CompileError { definition: format!("definitions[{index}]"), problem: error.message() }),
            }
        }
        let mut events = Events::default();
        for (index, document) in &documents {
            if !events.add(document) {
                let problem = "is not a MessageDefinition or GraphDefinition, and no Bundle with one".to_owned();
                problems.push(CompileError { definition: format!("definitions[{index}]"), problem });
            }
        }
        let mut defined = events.compile(&mut problems);
        let bases = std::mem::take(&mut self.messages);
        let replaced = replaced(&defined, &bases);
        let kept = bases.iter().enumerate().filter(|(place, _)| replaced.get(defined.len() + place) == Some(&false));
        let kept: Vec<_> = kept.map(|(_, old)| old.clone()).collect();
        let count = defined.len();
        defined.extend(bases);
        inherit(&mut defined, count, &mut problems);
        defined.truncate(count);
        let counts = defined.into_iter().zip(replaced).filter(|(_, replaced)| !replaced);
        let mut messages: Vec<_> = counts.map(|(one, _)| one).collect();
        messages.extend(kept);
        self.messages = messages;
        problems
    }
}
