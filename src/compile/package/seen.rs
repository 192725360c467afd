//! What packages define: two of them may not define one version of something differently.

use crate::compile::issue::{DefinitionIssue, DefinitionIssueKind};
use crate::compile::texts::Texts;
use crate::document::bytes::hash;
use crate::document::{Document, Kind, NameId, NodeId, name};
use crate::report::Severity;

/// Types, URLs and versions, what is said of each, and where that was first.
#[derive(Default)]
pub(super) struct Seen {
    keys: Texts,
    said: Vec<(u64, String)>,
}

impl Seen {
    /// Takes in a definition; gives what has to be said where another package defines it otherwise.
    pub(super) fn add(&mut self, document: &Document<'_>, package: String, file: &str) -> Option<DefinitionIssue> {
        let [of, url, version] =
            [name::RESOURCE_TYPE, name::URL, name::VERSION].map(|name| document.text_or_empty(NodeId::ROOT, name));
        if url.is_empty() || version.is_empty() {
            return None;
        }
        let content = content(document, of == "StructureDefinition");
        let number = self.keys.number(&format!("{of} {url}|{version}")) as usize;
        let Some((known, first)) = self.said.get(number) else {
            self.said.push((content, package));
            return None;
        };
        // In one package it is told when that is compiled.
        if *known == content || *first == package {
            return None;
        }
        let problem = format!("is defined otherwise by {first}, as the same version: this one is used");
        let issue = DefinitionIssue::of_package(package, file.to_owned(), DefinitionIssueKind::Duplicate, &problem);
        Some(DefinitionIssue {
            resource_type: of.into_owned(),
            url: url.into_owned(),
            ..issue.with_severity(Severity::Warning)
        })
    }
}

/// A digest of what a definition says: who wrote it down when, and how, makes no difference.
fn content(document: &Document<'_>, is_profile: bool) -> u64 {
    // Of a profile it is what it adds; snapshots are made of that by whoever publishes it.
    let differential = document.get(NodeId::ROOT, "differential").filter(|_| is_profile);
    let parts: Vec<NodeId> = match differential {
        Some(differential) => vec![differential],
        None => [name::COMPOSE, name::CONCEPT, name::SNAPSHOT, name::EVENT_CODING, name::FOCUS, name::ITEM]
            .into_iter()
            .filter_map(|name: NameId| document.member(NodeId::ROOT, name))
            .collect(),
    };
    parts.into_iter().fold(0, |digest, part| {
        let mut at = part;
        let mut digest: u64 = digest;
        while at < document.after(part) {
            let is_leaf = !matches!(document.kind(at), Kind::Object | Kind::Array);
            let key = document.key(at).unwrap_or_default();
            let value = if is_leaf { document.value(at) } else { Default::default() };
            digest = digest.rotate_left(7) ^ hash(key.as_bytes()).wrapping_mul(31).wrapping_add(hash(value.as_bytes()));
            at = NodeId(at.0 + 1);
        }
        digest
    })
}
