//! StructureDefinition of an extension → [`ExtensionDefinition`].

use super::cardinality::cardinality;
use super::element::Element;
use super::issue::{DefinitionIssue, DefinitionIssueKind};
use super::profile::content_of;
use super::resources::{Resource, Resources};
use super::scope::Extent;
use super::structure_definition::TypePlaces;
use super::tables::{Tables, strength};
use super::texts::Texts;
use crate::definitions::{
    Binding, Cardinality, ExtensionContent, ExtensionDefinition, NestedExtension, PROFILES, Profile, Strength, Text,
    by_canonical, by_version, named,
};
use crate::document::{into_sorted, name};
use crate::report::Severity;

/// Contexts that a definition forgets: the specification's own resources use the extension there, and later versions allow it.
const ALSO_ON: [(&str, &[&str]); 4] = [
    // In definitions of search parameters, and of operations, in later versions.
    ("http://hl7.org/fhir/StructureDefinition/capabilitystatement-expectation", &["Element"]),
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
    elements: Vec<(String, Element<'s>)>,
    types: &'s TypePlaces,
    tables: &'t mut Tables<'b>,
    extent: Extent,
    issues: &'t mut Vec<DefinitionIssue>,
}

/// Every extension definition with its url and its version, sorted by these.
pub(super) fn extensions(
    resources: &Resources<'_>,
    types: &TypePlaces,
    tables: &mut Tables<'_>,
    profiles: &[Profile],
    extent: Extent,
    issues: &mut Vec<DefinitionIssue>,
) -> Vec<(String, String, ExtensionDefinition)> {
    let canonical = |place: usize| profiles.get(place).map_or(("", ""), |one| (one.url.as_str(), one.version.as_str()));
    let places = if PROFILES { by_canonical(profiles.len(), &canonical) } else { Vec::new() };
    let mut urls = Texts::default();
    let mut found = Vec::new();
    for resource in resources.of_type("StructureDefinition") {
        if !resource.is_extension() {
            continue;
        }
        let snapshot = resource.element.member(name::SNAPSHOT);
        // What its profile says, which was compiled with those that it is derived from.
        let version = resource.element.text_or_empty(name::VERSION);
        let own = format!("{}|{version}", resource.url);
        let profile = if PROFILES && snapshot.is_none() { named(&places, &own, &canonical) } else { None };
        let profile = profile.and_then(|place| profiles.get(place));
        if snapshot.is_none() && profile.is_none() {
            let problem = "has no snapshot, and was not compiled without: the extension stays unknown";
            let issue = resource.issue(DefinitionIssueKind::NotSupported, problem);
            issues.push(issue.with_severity(Severity::Information));
            continue;
        }
        let mut elements = Vec::new();
        let listed = snapshot.or_else(|| resource.element.get("differential"));
        for element in listed.into_iter().flat_map(|listed| listed.items(name::ELEMENT)) {
            if let Some(id) = element.text(name::ID) {
                elements.push((id, element));
            }
        }
        let root = elements.first().map(|(_, root)| *root);
        if root.is_none() && profile.is_none() {
            let problem = "has a snapshot without elements that have an id";
            issues.push(resource.issue(DefinitionIssueKind::Invalid, problem).at("snapshot"));
            continue;
        }
        let modifier = root.is_some_and(|root| root.is_true(name::IS_MODIFIER));
        let mut contexts = Vec::new();
        for context in resource.element.items(name::CONTEXT) {
            contexts.extend(context_of(context, extent));
        }
        for (_, forgotten) in ALSO_ON.iter().filter(|(known, _)| *known == resource.url) {
            contexts.extend(forgotten.iter().map(|context| Text::from(*context)));
        }
        if contexts.is_empty() {
            let problem = "has no context: the extension is allowed nowhere";
            let issue = resource.issue(DefinitionIssueKind::Invalid, problem);
            issues.push(issue.at("context").with_severity(Severity::Warning));
        }
        let content = match profile {
            Some(profile) => content_of(profile),
            None => Snapshot { resource, elements, types, tables, extent, issues }.content("Extension", 0),
        };
        let definition = ExtensionDefinition { modifier, contexts, content };
        let one = (resource.url.clone(), version, definition);
        match found.get_mut(urls.number(&own) as usize) {
            Some(before) => *before = one,
            None => found.push(one),
        }
    }
    into_sorted(found, &mut |one, other| one.0.cmp(&other.0).then_with(|| by_version(&one.1, &other.1)))
}

/// Where a context allows the extension. What is said in FHIRPath or of a profile is not compared: such an extension is allowed everywhere.
fn context_of(context: Element<'_>, extent: Extent) -> Option<Text> {
    let expression = context.text(name::EXPRESSION)?;
    let is_path =
        context.is(name::TYPE, "fhirpath") || !context.is(name::TYPE, "extension") && expression.contains("://");
    let anywhere = extent == Extent::All && is_path;
    Some(if anywhere { "Element".into() } else { expression.into() })
}

impl<'s> Snapshot<'s, '_, '_> {
    fn element(&self, id: &str) -> Option<Element<'s>> {
        self.elements.iter().find(|(own, _)| own == id).map(|(_, element)| *element)
    }

    /// How often an element may be there: any number of times, where the definition makes no sense.
    fn cardinality(&mut self, path: &str, element: Element<'_>) -> Cardinality {
        cardinality(element).unwrap_or_else(|problem| {
            self.issues.push(self.resource.issue(DefinitionIssueKind::Invalid, &problem).at(path));
            Cardinality { min: 0, max: None }
        })
    }

    /// What the extension whose element has this id holds.
    fn content(&mut self, id: &str, depth: usize) -> ExtensionContent {
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
            for of in value.items(name::TYPE) {
                let Some(code) = of.text(name::CODE) else { continue };
                match self.types.of(&code, self.tables) {
                    Some(of) => types.push(of),
                    None => {
                        let problem = format!("has the unknown type {code}");
                        let issue = self.resource.issue(DefinitionIssueKind::Missing, &problem);
                        self.issues.push(issue.at(&path).with_severity(Severity::Warning));
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
        let mut nested = Vec::new();
        for (own, element) in &self.elements {
            if let Some(name) = own.strip_prefix(&slices).filter(|name| !name.contains('.')) {
                nested.push((own.clone(), name.to_owned(), *element));
            }
        }
        if !nested.is_empty() && depth >= DEEPEST {
            let issue = self.resource.issue(DefinitionIssueKind::TooMany, "is nested too deeply");
            self.issues.push(issue.at(id).with_severity(Severity::Warning));
            return content;
        }
        for (own, name, element) in nested {
            let url = self.element(&format!("{own}.url")).and_then(|url| url.text(name::FIXED_URI)).unwrap_or(name);
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

    /// The binding of a value. In R4 only required ones, and those to value sets that elements are bound to as well: others would cost
    /// more than they tell.
    fn binding(&mut self, value: Element<'_>) -> Option<Binding> {
        let is_required = || value.member(name::BINDING).and_then(strength) == Some(Strength::Required);
        if self.extent == Extent::All || is_required() {
            return self.tables.binding(value);
        }
        let binding = value.member(name::BINDING)?;
        let value_set = self.tables.known_value_set(&binding.text(name::VALUE_SET)?)?;
        Some(Binding { strength: strength(binding)?, value_set, max: None })
    }
}
