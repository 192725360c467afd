//! What users bring, compiled on top of definitions that are there.

use super::code_system::code_systems;
use super::extension::extensions;
use super::inheritance::{inherit, replaced};
use super::issue::{DefinitionIssue, DefinitionIssueKind};
use super::mentions::scoped_questionnaire;
use super::message_definition::{Scoped, messages};
use super::profile::profiles;
use super::resources::{Resource, Resources};
use super::scope::{Extent, Scope};
use super::structure_definition::types;
use super::tables::Tables;
use super::value_set::{define_value_sets, value_sets};
use super::xml::is_xml;
use crate::definitions::{CompiledLayer, Definitions, MessageDefinition, Origins, PROFILES, Questionnaire, Text};
use crate::document::{Document, Names, name};
use crate::json::Limits;
use crate::report::Severity;

/// Compiles documents together, on top of definitions that are there: they refer to each other in any order. Each is a definition, or a
/// Bundle of such; resources of other types are passed over. What makes no sense is an issue, and left out.
pub fn compile(
    documents: &[Document<'_>],
    base: &Definitions,
    extent: Extent,
) -> (CompiledLayer, Vec<DefinitionIssue>) {
    let mut issues = Vec::new();
    let numbered: Vec<(usize, &Document<'_>)> = documents.iter().enumerate().collect();
    let compiled = compile_numbered(&numbered, base, &Scope::of(extent), &mut issues);
    (compiled, issues)
}

fn compile_numbered(
    documents: &[(usize, &Document<'_>)],
    base: &Definitions,
    scope: &Scope<'_>,
    issues: &mut Vec<DefinitionIssue>,
) -> CompiledLayer {
    let extent = scope.extent;
    let mut resources = Resources::default();
    for (index, document) in documents {
        let before = issues.len();
        // The specification's own files hold more than definitions.
        if !resources.add(*index, document, issues) && extent == Extent::All && issues.len() == before {
            let problem = "is not a definition that is taken into account, and not a Bundle with one";
            let issue = DefinitionIssue::of_text(*index, DefinitionIssueKind::NotSupported, problem);
            issues.push(issue.with_severity(Severity::Warning));
        }
    }
    let of_package = !scope.packages.is_empty();
    let mut tables = Tables::new(base, of_package, &scope.needs);
    // What is said of elements means its own.
    if extent == Extent::All {
        define_value_sets(&resources, &mut tables, issues);
    }
    let (types, places) = types(&resources, &mut tables, extent, issues);
    let (profiles, versions) =
        if PROFILES { profiles(&resources, &mut tables, scope, issues) } else { Default::default() };
    let extensions = extensions(&resources, &places, &mut tables, &profiles, extent, issues);
    let value_sets = value_sets(&resources, &tables, scope, issues);
    let code_systems = code_systems(&resources, base, &value_sets, scope);
    // R4's own are examples.
    let questionnaires = match extent {
        // R4's own are examples.
        Extent::R4 => Vec::new(),
        Extent::All => questionnaires(&resources, &tables),
    };
    let scoped = |canonical, of: &Resource<'_>| versions.scoped(canonical, scope.package(of), &tables).to_string();
    let Events { messages, replaced } = events(&resources, base, &scoped, issues);
    if tables.is_full {
        let problem = "there are more types, constraints or value sets than definitions can hold: some were left out";
        issues.push(DefinitionIssue::of_text(0, DefinitionIssueKind::TooMany, problem));
    }
    let origins = || Origins {
        profiles: versions.packages(&profiles),
        extensions: extensions.iter().map(|(_, version, _)| version.clone()).collect(),
    };
    let of_packages = of_package.then(origins);
    CompiledLayer {
        types,
        constraints: tables.constraints,
        value_sets,
        code_systems,
        extensions: extensions.into_iter().map(|(url, _, extension)| (url, extension)).collect(),
        messages,
        replaced_messages: replaced,
        profiles,
        of_packages,
        questionnaires,
    }
}

fn questionnaires(resources: &Resources<'_>, tables: &Tables<'_>) -> Vec<Questionnaire> {
    let all = resources.of_type("Questionnaire");
    let new = |one: &Resource<'_>| {
        let text = scoped_questionnaire(one.element, tables);
        Questionnaire::new(one.url.clone(), one.element.text_or_empty(name::VERSION), &text)
    };
    all.map(new).collect()
}

impl Definitions {
    /// These definitions with a layer on top: StructureDefinitions of profiles, extensions and types, ValueSets, CodeSystems,
    /// MessageDefinitions with the GraphDefinitions that they name, Questionnaires. Each text is one of them, in JSON or XML, or a Bundle of such;
    /// resources of other types are passed over. A definition of an URL that is there already takes its place; profiles and Questionnaires are
    /// there in all their versions.
    ///
    /// What is wrong with the definitions, or not supported, is in the issues; the rest works.
    ///
    /// ```
    /// use fhirpost::definitions::Definitions;
    ///
    /// let text = r#"{ "resourceType": "ValueSet", "url": "http://example.org/fhir/ValueSet/colour", "status": "active",
    ///     "compose": { "include": [{ "system": "http://example.org/fhir/colour", "concept": [{ "code": "red" }] }] } }"#;
    /// let (definitions, issues) = Definitions::r4().with([text]);
    /// assert!(issues.is_empty());
    /// let set = definitions.value_sets().last().ok_or("there is one")?;
    /// assert_eq!(set.has_code("red"), Some(true));
    /// # Ok::<(), &str>(())
    /// ```
    pub fn with(&self, texts: impl IntoIterator<Item = impl AsRef<str>>) -> (Self, Vec<DefinitionIssue>) {
        let texts: Vec<_> = texts.into_iter().collect();
        let mut issues = Vec::new();
        let mut documents = Vec::new();
        for (index, text) in texts.iter().enumerate() {
            match self.read_definition(text.as_ref()) {
                Ok(document) => documents.push((index, document)),
                Err(problem) => {
                    issues.push(DefinitionIssue::of_text(index, DefinitionIssueKind::Unreadable, &problem));
                }
            }
        }
        let numbered: Vec<(usize, &Document<'_>)> = documents.iter().map(|(index, one)| (*index, one)).collect();
        (layered(&numbered, self, &Scope::of(Extent::All), &mut issues), issues)
    }
}

impl Definitions {
    /// Reads a definition, in JSON or XML; what is wrong with it otherwise.
    pub(super) fn read_definition<'t>(&self, text: &'t str) -> Result<Document<'t>, String> {
        let limits = Limits { bytes: u32::MAX, ..Limits::default() };
        if is_xml(text) {
            let json = self.json_of_xml(text, limits).map_err(|error| error.message(text))?;
            return Document::read_owned(json, limits).map_err(|error| error.message());
        }
        Document::read_str(text, &Names::new(), limits).map_err(|error| error.message())
    }
}

/// Definitions with a layer of these documents on top.
pub(super) fn layered(
    documents: &[(usize, &Document<'_>)],
    base: &Definitions,
    scope: &Scope<'_>,
    issues: &mut Vec<DefinitionIssue>,
) -> Definitions {
    let compiled = compile_numbered(documents, base, scope, issues);
    let layered = match compiled.encode(base) {
        Ok(layer) => base.on_top(&Text::from(layer)).map_err(|reason| reason.to_string()),
        Err(too_many) => Err(too_many.to_string()),
    };
    layered.unwrap_or_else(|problem| {
        issues.push(DefinitionIssue::of_text(0, DefinitionIssueKind::TooMany, &problem));
        base.clone()
    })
}

/// The events of a layer, and which of those below it are not used any more.
struct Events {
    messages: Vec<MessageDefinition>,
    replaced: Vec<u16>,
}

/// Compiles the events that were given.
fn events(
    resources: &Resources<'_>,
    base: &Definitions,
    scoped: &Scoped<'_>,
    issues: &mut Vec<DefinitionIssue>,
) -> Events {
    let mut all = messages(resources, scoped, issues);
    let count = all.len();
    let is_replaced = replaced(&all, base.messages());
    all.extend_from_slice(base.messages());
    for place in inherit(&mut all, count) {
        let Some(one) = all.get(place) else { continue };
        let Some(resource) = resources.find("MessageDefinition", &one.url) else { continue };
        let problem = "names a base that was not loaded: what it says is not known";
        let issue = resource.issue(DefinitionIssueKind::Missing, problem);
        issues.push(issue.at("MessageDefinition.base").with_severity(Severity::Warning));
    }
    all.truncate(count);
    let counts = all.into_iter().zip(&is_replaced).filter(|(_, replaced)| !**replaced);
    Events {
        messages: counts.map(|(one, _)| one).collect(),
        replaced: is_replaced.iter().skip(count).enumerate().filter(|(_, is)| **is).map(|(at, _)| at as u16).collect(),
    }
}
