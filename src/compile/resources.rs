//! The definitions that are compiled together, by their kinds and URLs: they refer to each other in any order.

use super::issue::{DefinitionIssue, DefinitionIssueKind};
use crate::document::{Document, NodeId, name};
use crate::report::Severity;
use std::collections::BTreeMap;

/// A definition, and where it was given.
#[derive(Clone, Debug)]
pub(super) struct Resource<'d> {
    pub(super) document: &'d Document<'d>,
    pub(super) node: NodeId,
    /// The type.
    pub(super) name: &'static str,
    pub(super) url: String,
    /// Which text, and which entry of it where that is a Bundle.
    pub(super) index: usize,
    pub(super) entry: Option<usize>,
}

/// The types that are compiled.
const NAMES: [&str; 5] = ["StructureDefinition", "ValueSet", "CodeSystem", "MessageDefinition", "GraphDefinition"];

/// Whether resources of this type are compiled.
pub(super) fn is_compiled(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Definitions by their URLs.
pub(super) type ByUrl<'d> = BTreeMap<String, Resource<'d>>;

#[derive(Default)]
pub(super) struct Resources<'d> {
    /// In the order in which they were given.
    pub(super) structures: Vec<Resource<'d>>,
    pub(super) value_sets: ByUrl<'d>,
    pub(super) code_systems: ByUrl<'d>,
    /// In the order in which they were given.
    pub(super) messages: Vec<Resource<'d>>,
    pub(super) graphs: ByUrl<'d>,
    /// Where in these lists the last one with an URL is.
    places: BTreeMap<(&'static str, String), usize>,
}

impl<'d> Resources<'d> {
    /// Takes in a definition, or every definition of a Bundle, and says whether there is one. Resources of other types are passed over.
    pub(super) fn add(&mut self, index: usize, document: &'d Document<'d>, issues: &mut Vec<DefinitionIssue>) -> bool {
        let mut found = false;
        for (entry, node) in resources(document) {
            let Some(of) = document.member_text(node, name::RESOURCE_TYPE) else {
                let issue = DefinitionIssue::of_text(index, DefinitionIssueKind::Invalid, "has no resourceType");
                issues.push(DefinitionIssue { entry, ..issue });
                continue;
            };
            let Some(name) = NAMES.iter().copied().find(|name| *name == of) else { continue };
            found = true;
            let url = document.text_or_empty(node, name::URL).into_owned();
            let resource = Resource { document, node, name, url, index, entry };
            if resource.url.is_empty() {
                issues.push(resource.issue(DefinitionIssueKind::Invalid, "has no url"));
                continue;
            }
            self.add_one(resource, issues);
        }
        found
    }

    fn add_one(&mut self, resource: Resource<'d>, issues: &mut Vec<DefinitionIssue>) {
        let by_url = match resource.name {
            "ValueSet" => &mut self.value_sets,
            "CodeSystem" => &mut self.code_systems,
            "GraphDefinition" => &mut self.graphs,
            "StructureDefinition" => return Self::add_to(&mut self.structures, &mut self.places, resource, issues),
            _ => return Self::add_to(&mut self.messages, &mut self.places, resource, issues),
        };
        if let Some(before) = by_url.get(&resource.url) {
            issues.extend(resource.differs(before));
        }
        by_url.insert(resource.url.clone(), resource);
    }

    /// Of two with one URL the later counts: who goes through the list sees to it.
    fn add_to(
        list: &mut Vec<Resource<'d>>,
        places: &mut BTreeMap<(&'static str, String), usize>,
        resource: Resource<'d>,
        issues: &mut Vec<DefinitionIssue>,
    ) {
        let before = places.insert((resource.name, resource.url.clone()), list.len());
        if let Some(before) = before.and_then(|place| list.get(place)) {
            issues.extend(resource.differs(before));
        }
        list.push(resource);
    }
}

impl Resource<'_> {
    /// That something is wrong with it.
    pub(super) fn issue(&self, kind: DefinitionIssueKind, problem: impl Into<String>) -> DefinitionIssue {
        DefinitionIssue {
            entry: self.entry,
            resource_type: self.name.to_owned(),
            url: self.url.clone(),
            ..DefinitionIssue::of_text(self.index, kind, problem)
        }
    }

    /// What is to be said where there is another one of the same URL.
    fn differs(&self, before: &Self) -> Option<DefinitionIssue> {
        let text = |one: &Self, name| one.document.text_or_empty(one.node, name).into_owned();
        let version = |one: &Self| text(one, name::VERSION);
        // Profiles of several versions are there side by side.
        if text(self, name::DERIVATION) == "constraint" && version(self) != version(before) {
            return None;
        }
        (self.document.raw(self.node) != before.document.raw(before.node)).then(|| {
            let problem = match (version(before), version(self)) {
                (old, new) if old != new => format!("is given in the versions '{old}' and '{new}': the latter is used"),
                _ => "is given twice, with different content: the latter is used".to_owned(),
            };
            self.issue(DefinitionIssueKind::Duplicate, problem).with_severity(Severity::Warning)
        })
    }
}

/// The resource that a document is, or those of a Bundle with the numbers of their entries.
fn resources<'d>(document: &'d Document<'_>) -> impl Iterator<Item = (Option<usize>, NodeId)> + 'd {
    let is_bundle = document.member_text(NodeId::ROOT, name::RESOURCE_TYPE).is_some_and(|name| name == "Bundle");
    let entries = document.member_items(NodeId::ROOT, name::ENTRY).filter(move |_| is_bundle).enumerate();
    entries
        .filter_map(|(entry, node)| Some((Some(entry), document.member(node, name::RESOURCE)?)))
        .chain((!is_bundle).then_some((None, NodeId::ROOT)))
}
