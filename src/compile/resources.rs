//! The definitions that are compiled together, by their types and URLs: they refer to each other in any order.

use super::element::Element;
use super::issue::{DefinitionIssue, DefinitionIssueKind};
use super::texts::Texts;
use crate::definitions::by_version;
use crate::document::{Document, name, sorted};
use crate::report::Severity;

/// A definition, and where it was given.
#[derive(Clone, Debug)]
pub(super) struct Resource<'d> {
    pub(super) element: Element<'d>,
    /// The type.
    pub(super) name: &'static str,
    pub(super) url: String,
    pub(super) version: String,
    /// Which text, and which entry of it where that is a Bundle.
    pub(super) index: usize,
    pub(super) entry: Option<usize>,
}

/// The types that are compiled.
const NAMES: [&str; 6] =
    ["StructureDefinition", "ValueSet", "CodeSystem", "MessageDefinition", "GraphDefinition", "Questionnaire"];

/// Definitions that nothing is validated by.
const NOT_ASKED: [&str; 2] = ["ConceptMap", "NamingSystem"];

const LONGEST_URL: usize = 2000;

/// Whether resources of this type are compiled.
pub(super) fn is_compiled(name: &str) -> bool {
    NAMES.contains(&name)
}

#[derive(Default)]
pub(super) struct Resources<'d> {
    /// In the order in which they were given. Of two of one type and URL the later counts: who goes through the list sees to it.
    all: Vec<Resource<'d>>,
    /// Each type and URL, with the version and without it, and the place of the last of these; of what is there in several versions that of the
    /// newest.
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
        let Some(name) = NAMES.iter().copied().find(|name| *name == of) else { return NOT_ASKED.contains(&&*of) };
        let (url, version) = (element.text_or_empty(name::URL), element.text_or_empty(name::VERSION));
        let mut resource = Resource { element, name, url, version, index, entry };
        let is_long = resource.url.len() > LONGEST_URL;
        if resource.url.is_empty() || is_long {
            // Each issue of it would have the URL in it.
            resource.url.clear();
            let problem = if is_long { "has an url that is longer than 2000 bytes" } else { "has no url" };
            issues.push(resource.issue(DefinitionIssueKind::Invalid, problem));
            return true;
        }
        let place = self.all.len();
        let is_kept = resource.is_kept();
        for has_version in [false, true] {
            let mut key = key(name, &resource.url);
            if has_version {
                key.push('|');
                key.push_str(&resource.version);
            }
            let number = self.keys.number(&key) as usize;
            match self.last.get_mut(number).map(|last| (self.all.get(*last), last)) {
                Some((Some(before), last)) => {
                    if has_version == is_kept {
                        issues.extend(resource.differs(before));
                    }
                    if !is_kept || by_version(&resource.version, &before.version).is_ge() {
                        *last = place;
                    }
                }
                Some(_) => {}
                None => self.last.push(place),
            }
        }
        self.all.push(resource);
        true
    }

    /// Those of a type, in the order in which they were given.
    pub(super) fn of_type(&self, name: &'static str) -> impl Iterator<Item = &Resource<'d>> {
        self.all.iter().filter(move |one| one.name == name)
    }

    /// The last one of each URL and version, in the order of these.
    #[inline(never)]
    pub(super) fn versions(&self, name: &'static str) -> Vec<&Resource<'d>> {
        let found: Vec<&Resource<'d>> = self.of_type(name).collect();
        let order = sorted(&found, &mut |one, other| {
            one.url.cmp(&other.url).then_with(|| by_version(&one.version, &other.version))
        });
        let mut all: Vec<&Resource<'d>> = Vec::new();
        for &one in order {
            if all.last().is_some_and(|before| (&before.url, &before.version) == (&one.url, &one.version)) {
                all.pop();
            }
            all.push(one);
        }
        all
    }

    /// The one with this canonical: the last, or the newest of those that are there in several versions.
    #[inline(never)]
    pub(super) fn find(&self, name: &str, canonical: &str) -> Option<&Resource<'d>> {
        let number = self.keys.find(&key(name, canonical))?;
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

    /// Whether it is there in all its versions.
    fn is_kept(&self) -> bool {
        matches!(self.name, "Questionnaire" | "ValueSet" | "CodeSystem")
            || self.element.is(name::DERIVATION, "constraint")
    }

    /// What is to be said where there is another one of the same URL.
    fn differs(&self, before: &Self) -> Option<DefinitionIssue> {
        if self.element.raw() == before.element.raw() {
            return None;
        }
        let (old, new) = (&before.version, &self.version);
        let problem = if old == new {
            "is given twice, with different content: the latter is used".to_owned()
        } else {
            format!("is given in the versions '{old}' and '{new}': the latter is used")
        };
        Some(self.issue(DefinitionIssueKind::Duplicate, &problem).with_severity(Severity::Warning))
    }
}
