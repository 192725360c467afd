//! Events of one's own, taken in at run time.

use super::issue::{DefinitionIssue, DefinitionIssueKind};
use super::layer::{self, Events};
use super::resources::Resources;
use crate::definitions::Definitions;
use crate::document::Document;
use serde::Serialize;
use std::fmt;

/// Why a definition could not be compiled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CompileError {
    /// The definition: its canonical URL or id.
    pub definition: String,
    /// What is wrong with it.
    pub problem: String,
}

impl fmt::Display for CompileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.definition, self.problem)
    }
}

impl std::error::Error for CompileError {}

impl From<DefinitionIssue> for CompileError {
    fn from(issue: DefinitionIssue) -> Self {
        let definition = match (issue.url, issue.resource_type) {
            (url, _) if !url.is_empty() => url,
            (_, of) if !of.is_empty() => of,
            _ => format!("definitions[{}]", issue.index),
        };
        Self { definition, problem: issue.problem }
    }
}

impl Definitions {
    /// Takes in the events alone of these texts: [`Definitions::with`] is for all that they define.
    /// MessageDefinitions come with the GraphDefinitions that they name; a text may be a Bundle of such.
    /// Resources of other types beside these are passed over. They come before those that are there: a definition with the same URL is replaced, and
    /// so is one that `replaces` names. Gives what makes no sense, or is missing; the rest is taken in.
    pub fn define(&mut self, texts: &[impl AsRef<str>]) -> Vec<CompileError> {
        let mut issues = Vec::new();
        let mut documents = Vec::new();
        for (index, text) in texts.iter().enumerate() {
            match Document::plain(text.as_ref()) {
                Ok(document) => documents.push((index, document)),
                Err(error) => {
                    issues.push(DefinitionIssue::of_text(index, DefinitionIssueKind::Unreadable, error.message()));
                }
            }
        }
        let mut resources = Resources::default();
        let mut aside = Vec::new();
        for (index, document) in &documents {
            let before = resources.messages.len() + resources.graphs.len();
            resources.add(*index, document, &mut aside);
            // Of one without an URL, this says that it has none.
            let has_more = resources.messages.len() + resources.graphs.len() > before;
            let nameless = aside.extract_if(.., |issue| {
                issue.url.is_empty() && ["MessageDefinition", "GraphDefinition"].contains(&&*issue.resource_type)
            });
            let nameless: Vec<DefinitionIssue> = nameless.collect();
            if !has_more && nameless.is_empty() {
                let problem = "is not a MessageDefinition or GraphDefinition, and no Bundle with one";
                issues.push(DefinitionIssue::of_text(*index, DefinitionIssueKind::Invalid, problem));
            }
            issues.extend(nameless);
        }
        let Events { messages, replaced } = layer::events(&resources, self, &mut issues);
        let bases = std::mem::take(&mut self.messages);
        self.messages = messages;
        let kept = bases.into_iter().enumerate().filter(|(place, _)| !replaced.contains(&(*place as u16)));
        self.messages.extend(kept.map(|(_, old)| old));
        issues.into_iter().map(CompileError::from).collect()
    }
}
