//! The definitions that are compiled together, by their types and URLs: they refer to each other in any order.

use super::element::Element;
use super::issue::{DefinitionIssue, DefinitionIssueKind};
use super::texts::Texts;
use crate::document::{Document, name, ordered};
use crate::report::Severity;

/// A definition, and where it was given.
#[derive(Clone, Debug)]
pub(super) struct Resource<'d> {
    pub(super) element: Element<'d>,
    /// The type.
    pub(super) name: &'static str,
    pub(super) url: String,
    /// Which text, and which entry of it where that is a Bundle.
    pub(super) index: usize,
    pub(super) entry: Option<usize>,
}

/// The types that are compiled.
const NAMES: [&str; 6] =
    ["StructureDefinition", "ValueSet", "CodeSystem", "MessageDefinition", "GraphDefinition", "Questionnaire"];

const LONGEST_URL: usize = 2000;

/// Whether resources of this type are compiled.
pub(super) fn is_compiled(name: &str) -> bool {
    NAMES.contains(&name)
}

#[derive(Default)]
pub(super) struct Resources<'d> {
    /// In the order in which they were given. Of two of one type and URL the later counts: who goes through the list sees to it.
    all: Vec<Resource<'d>>,
    /// Each type and URL, and the place of the last of these.
    keys: Texts,
    last: Vec<usize>,
}

fn key(name: &str, url: &str) -> String {
    format!("{name} {url}")
}

impl<'d> Resources<'d> {
    /// Takes in a definition, or every definition of a Bundle, and says whether there is one. Resources of other types are passed over.
    pub(super) fn add(&mut self, index: usize, document: &'d Document<'d>, issues: &mut Vec<DefinitionIssue>) -> bool {
        let root = Element::root(document);
        if !root.is(name::RESOURCE_TYPE, "Bundle") {
            return self.add_one(index, None, root, issues);
        }
        let mut found = false;
        for (entry, element) in root.items(name::ENTRY).enumerate() {
            if let Some(resource) = element.member(name::RESOURCE) {
                found |= self.add_one(index, Some(entry), resource, issues);
            }
        }
        found
    }

    #[inline(never)]
    fn add_one(
        &mut self,
        index: usize,
        entry: Option<usize>,
        element: Element<'d>,
        issues: &mut Vec<DefinitionIssue>,
    ) -> bool {
        let Some(of) = element.text(name::RESOURCE_TYPE) else {
            let issue = DefinitionIssue::of_text(index, DefinitionIssueKind::Invalid, "has no resourceType");
            issues.push(DefinitionIssue { entry, ..issue });
            return false;
        };
        let Some(name) = NAMES.iter().copied().find(|name| *name == of) else { return false };
        let mut resource = Resource { element, name, url: element.text_or_empty(name::URL), index, entry };
        let is_long = resource.url.len() > LONGEST_URL;
        if resource.url.is_empty() || is_long {
            // Each issue of it would have the URL in it.
            resource.url.clear();
            let problem = if is_long { "has an url that is longer than 2000 bytes" } else { "has no url" };
            issues.push(resource.issue(DefinitionIssueKind::Invalid, problem));
            return true;
        }
        let number = self.keys.number(&key(name, &resource.url)) as usize;
        let place = self.all.len();
        match self.last.get_mut(number) {
            Some(last) => {
                if let Some(before) = self.all.get(*last) {
                    issues.extend(resource.differs(before));
                }
                *last = place;
            }
            None => self.last.push(place),
        }
        self.all.push(resource);
        true
    }

    /// Those of a type, in the order in which they were given.
    pub(super) fn of_type(&self, name: &'static str) -> impl Iterator<Item = &Resource<'d>> {
        self.all.iter().filter(move |one| one.name == name)
    }

    /// The last one of each URL, in the order of these.
    #[inline(never)]
    pub(super) fn by_url(&self, name: &str) -> Vec<&Resource<'d>> {
        let mut found = Vec::new();
        for &place in &self.last {
            found.extend(self.all.get(place).filter(|one| one.name == name));
        }
        let url = |place: usize| found.get(place).map(|one| one.url.as_str());
        let order = ordered(found.len(), &mut |one, other| url(one).cmp(&url(other)));
        order.into_iter().filter_map(|place| found.get(place).copied()).collect()
    }

    /// The last one with this URL.
    #[inline(never)]
    pub(super) fn find(&self, name: &str, url: &str) -> Option<&Resource<'d>> {
        let number = self.keys.find(&key(name, url))?;
        self.all.get(*self.last.get(number as usize)?)
    }
}

impl Resource<'_> {
    /// That something is wrong with it.
    #[inline(never)]
    pub(super) fn issue(&self, kind: DefinitionIssueKind, problem: &str) -> DefinitionIssue {
        DefinitionIssue {
            entry: self.entry,
            resource_type: self.name.to_owned(),
            url: self.url.clone(),
            ..DefinitionIssue::of_text(self.index, kind, problem)
        }
    }

    /// Whether it is a StructureDefinition of an extension. The base type is called Extension as well; it specializes Element.
    #[inline(never)]
    pub(super) fn is_extension(&self) -> bool {
        self.element.is(name::TYPE, "Extension") && self.element.is(name::DERIVATION, "constraint")
    }

    /// What is to be said where there is another one of the same URL.
    fn differs(&self, before: &Self) -> Option<DefinitionIssue> {
        if self.element.raw() == before.element.raw() {
            return None;
        }
        let (old, new) = (before.element.text_or_empty(name::VERSION), self.element.text_or_empty(name::VERSION));
        // Profiles and Questionnaires of several versions are there side by side.
        let is_kept = self.name == "Questionnaire" || self.element.is(name::DERIVATION, "constraint");
        if old != new && is_kept {
            return None;
        }
        let problem = if old == new {
            "is given twice, with different content: the latter is used".to_owned()
        } else {
            format!("is given in the versions '{old}' and '{new}': the latter is used")
        };
        Some(self.issue(DefinitionIssueKind::Duplicate, &problem).with_severity(Severity::Warning))
    }
}
