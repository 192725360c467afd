//! StructureDefinition of an extension → [`ExtensionDefinition`].

use super::cardinality::cardinality;
use super::issue::{DefinitionIssue, DefinitionIssueKind};
use super::profile::content_of;
use super::resources::{Resource, Resources};
use super::tables::{Extent, Tables, strength};
use crate::definitions::{
    Binding, Cardinality, ExtensionContent, ExtensionDefinition, NestedExtension, Profile, Text, by_canonical, named,
};
use crate::document::{Document, NodeId, name};
use crate::report::Severity;
use std::collections::BTreeMap;

/// Contexts that a definition forgets: the specification's own resources use the extension there, and later versions allow it.
const ALSO_ON: [(&str, &[&str]); 3] = [
    ("http://hl7.org/fhir/StructureDefinition/regex", &["ElementDefinition.type"]),
    ("http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type", &["ElementDefinition.type"]),
    (
        "http://hl7.org/fhir/StructureDefinition/structuredefinition-normative-version",
        &["CodeSystem", "ValueSet", "OperationDefinition", "ElementDefinition"],
    ),
];

/// Extensions inside extensions beyond this depth are not looked at.
const DEEPEST: usize = 32;

/// The snapshot of one extension, by element id.
struct Snapshot<'s, 't, 'b> {
    resource: &'s Resource<'s>,
    elements: Vec<(String, NodeId)>,
    types: &'s BTreeMap<String, u16>,
    tables: &'t mut Tables<'b>,
    extent: Extent,
    issues: &'t mut Vec<DefinitionIssue>,
}

/// Whether a StructureDefinition defines an extension. The base type is called Extension as well; it specializes Element.
pub(super) fn is_extension(document: &Document<'_>, resource: NodeId) -> bool {
    document.member_text(resource, name::TYPE).as_deref() == Some("Extension")
        && document.member_text(resource, name::DERIVATION).as_deref() == Some("constraint")
}

/// Every extension definition with its url, sorted by it.
pub(super) fn extensions(
    resources: &Resources<'_>,
    types: &BTreeMap<String, u16>,
    tables: &mut Tables<'_>,
    profiles: &[Profile],
    extent: Extent,
    issues: &mut Vec<DefinitionIssue>,
) -> Vec<(String, ExtensionDefinition)> {
    let mut found = BTreeMap::new();
    let canonical = |place: usize| profiles.get(place).map_or(("", ""), |one| (one.url.as_str(), one.version.as_str()));
    let places = by_canonical(profiles.len(), &canonical);
    for resource in &resources.structures {
        let (document, node, url) = (resource.document, resource.node, &resource.url);
        if !is_extension(document, node) {
            continue;
        }
        let snapshot = document.member(node, name::SNAPSHOT);
        let listed = snapshot.or_else(|| document.get(node, "differential")).unwrap_or(node);
        // What its profile says, which was compiled with those that it is derived from.
        let version = document.member_text(node, name::VERSION).unwrap_or_default();
        let profile = named(&places, &format!("{url}|{version}"), &canonical).filter(|_| snapshot.is_none());
        let profile = profile.and_then(|place| profiles.get(place));
        if snapshot.is_none() && profile.is_none() {
            let problem = "has no snapshot, and was not compiled without: the extension stays unknown";
            let issue = resource.issue(DefinitionIssueKind::NotSupported, problem);
            issues.push(issue.with_severity(Severity::Information));
            continue;
        }
        let elements: Vec<(String, NodeId)> = document
            .member_items(listed, name::ELEMENT)
            .filter_map(|element| Some((document.member_text(element, name::ID)?.into_owned(), element)))
            .collect();
        let root = elements.first().map(|(_, root)| *root);
        if root.is_none() && profile.is_none() {
            let problem = "has a snapshot without elements that have an id";
            issues.push(resource.issue(DefinitionIssueKind::Invalid, problem).at("snapshot"));
            continue;
        }
        let modifier = root
            .and_then(|root| document.member(root, name::IS_MODIFIER))
            .is_some_and(|is_modifier| document.raw(is_modifier) == "true");
        let forgotten = ALSO_ON.iter().filter(|(known, _)| known == url).flat_map(|(_, contexts)| *contexts);
        let contexts: Vec<Text> = document
            .member_items(node, name::CONTEXT)
            .filter_map(|context| context_of(document, context, extent))
            .chain(forgotten.map(|context| Text::from(*context)))
            .collect();
        if contexts.is_empty() {
            let problem = "has no context: the extension is allowed nowhere";
            let issue = resource.issue(DefinitionIssueKind::Invalid, problem);
            issues.push(issue.at("context").with_severity(Severity::Warning));
        }
        let content = match profile {
            Some(profile) => content_of(profile),
            None => Snapshot { resource, elements, types, tables, extent, issues }.content("Extension", 0),
        };
        found.insert(url.clone(), ExtensionDefinition { modifier, contexts, content });
    }
    found.into_iter().collect()
}

/// Where a context allows the extension. What is said in FHIRPath or of a profile is not compared: such an extension is allowed everywhere.
fn context_of(document: &Document<'_>, context: NodeId, extent: Extent) -> Option<Text> {
    let expression = document.member_text(context, name::EXPRESSION)?;
    let of = document.member_text(context, name::TYPE);
    let is_path = of.as_deref() == Some("fhirpath") || of.as_deref() != Some("extension") && expression.contains("://");
    let anywhere = extent == Extent::All && is_path;
    Some(if anywhere { "Element".into() } else { expression.into_owned().into() })
}

impl Snapshot<'_, '_, '_> {
    fn element(&self, id: &str) -> Option<NodeId> {
        self.elements.iter().find(|(own, _)| own == id).map(|(_, element)| *element)
    }

    /// How often an element may be there: any number of times, where the definition makes no sense.
    fn cardinality(&mut self, path: &str, element: NodeId) -> Cardinality {
        cardinality(self.resource.document, element).unwrap_or_else(|problem| {
            self.issues.push(self.resource.issue(DefinitionIssueKind::Invalid, problem).at(path));
            Cardinality { min: 0, max: None }
        })
    }

    /// What the extension whose element has this id holds.
    fn content(&mut self, id: &str, depth: usize) -> ExtensionContent {
        let document = self.resource.document;
        let mut content = ExtensionContent::default();
        // A snapshot names a value of one type `valueCode` as well as `value[x]`.
        let value = self.elements.iter().find(|(own, _)| {
            own.strip_prefix(id).is_some_and(|rest| {
                rest.strip_prefix('.').is_some_and(|rest| rest.starts_with("value") && !rest.contains('.'))
            })
        });
        let value = value.cloned().map(|(path, value)| (self.cardinality(&path, value), path, value));
        if let Some((cardinality, path, value)) = value.filter(|(cardinality, ..)| cardinality.max != Some(0)) {
            let mut types = Vec::new();
            for of in document.member_items(value, name::TYPE) {
                let Some(code) = document.member_text(of, name::CODE) else { continue };
                let known = self.tables.base.type_named(&code).map(|of| of.0);
                match self.types.get(code.as_ref()).copied().or(known) {
                    Some(of) => types.push(of),
                    None => {
                        let problem = format!("has the unknown type {code}");
                        let issue = self.resource.issue(DefinitionIssueKind::Missing, problem);
                        self.issues.push(issue.at(path.as_str()).with_severity(Severity::Warning));
                    }
                }
            }
            // One of a type that is not known is not looked at.
            content.any_value = types.len() >= 40 || types.is_empty() && self.extent == Extent::All;
            content.value_types = if content.any_value { Vec::new() } else { types };
            content.value_required = cardinality.min > 0;
            content.binding = self.binding(value);
        }
        let slices = format!("{id}.extension:");
        let nested: Vec<(String, String, NodeId)> = (self.elements.iter())
            .filter_map(|(own, element)| {
                let name = own.strip_prefix(&slices).filter(|name| !name.contains('.'))?;
                Some((own.clone(), name.to_owned(), *element))
            })
            .collect();
        if !nested.is_empty() && depth >= DEEPEST {
            let issue = self.resource.issue(DefinitionIssueKind::TooMany, "is nested too deeply");
            self.issues.push(issue.at(id).with_severity(Severity::Warning));
            return content;
        }
        for (own, name, element) in nested {
            let url = self
                .element(&format!("{own}.url"))
                .and_then(|url| document.member_text(url, name::FIXED_URI))
                .map_or(name, |url| url.into_owned());
            let Cardinality { min, max } = self.cardinality(&own, element);
            content.nested.push(NestedExtension {
                url: url.into(),
                // Nobody counts further.
                min: u16::try_from(min).unwrap_or(u16::MAX),
                max: max.and_then(|max| u16::try_from(max).ok()),
                content: self.content(&own, depth + 1),
            });
        }
        content
    }

    /// The binding of a value. In R4 only to value sets that elements are bound to as well: others would cost more than they tell.
    fn binding(&mut self, value: NodeId) -> Option<Binding> {
        let document = self.resource.document;
        if self.extent == Extent::All {
            return self.tables.binding(document, value);
        }
        let binding = document.member(value, name::BINDING)?;
        let value_set = self.tables.known_value_set(&document.member_text(binding, name::VALUE_SET)?)?;
        Some(Binding { strength: strength(document, binding)?, value_set, max: None })
    }
}
