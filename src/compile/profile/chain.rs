//! Which profiles there are, and what each is derived from: bases are compiled first, in whatever order they were given.

use super::placing::{Merge, R4_TYPES, Source, pruned};
use super::versions::{Meant, Versioned, Versions};
use crate::compile::element::Element;
use crate::compile::issue::{DefinitionIssue, DefinitionIssueKind};
use crate::compile::resources::{Resource, Resources};
use crate::compile::scope::{Extent, Scope};
use crate::compile::tables::Tables;
use crate::definitions::{Profile, ProfileElement, Text, TypeId};
use crate::document::name;
use crate::report::Severity;

const IMPOSE_PROFILE: &str = "http://hl7.org/fhir/StructureDefinition/structuredefinition-imposeProfile";

/// Longer chains are no definitions, but an attack: the longest known has seven.
const DEEPEST: usize = 64;

/// As many elements are kept of one layer: each profile has those of its bases as well.
const MOST_IN_LAYER: usize = 500_000;

/// Whether a profile is compiled, and what came of it.
enum State {
    New,
    Begun,
    Done(Option<Profile>),
}

/// Compiles the profiles of a layer.
pub(in crate::compile) fn profiles(
    resources: &Resources<'_>,
    tables: &mut Tables<'_>,
    scope: &Scope<'_>,
    issues: &mut Vec<DefinitionIssue>,
) -> (Vec<Profile>, Versions) {
    if scope.extent == Extent::R4 {
        return Default::default();
    }
    let (sources, versions) = sources(resources, tables, scope, issues);
    let mut states: Vec<State> = sources.iter().map(|_| State::New).collect();
    let mut left = MOST_IN_LAYER;
    for first in 0..sources.len() {
        let mut chain = Vec::new();
        let mut at = Some(first);
        while let Some(place) = at
            && let Some(state @ State::New) = states.get_mut(place)
            && chain.len() < DEEPEST
        {
            *state = State::Begun;
            chain.push(place);
            at = match sources.get(place).and_then(|source| source.meant) {
                Some(Meant::Layer(base)) => Some(base),
                _ => None,
            };
        }
        for place in chain.into_iter().rev() {
            let Some(source) = sources.get(place) else { continue };
            let below = match source.meant {
                Some(Meant::Below(id)) => Some(tables.base.profile(id)),
                _ => None,
            };
            let in_layer = match source.meant {
                Some(Meant::Layer(base)) => states.get(base),
                _ => None,
            };
            let profile = match in_layer {
                Some(State::Done(base)) => compiled(source, base.as_ref(), tables, &versions, issues),
                Some(_) => {
                    let problem = format!("is derived from itself, or by more than {DEEPEST} steps");
                    issues.push(source.resource.issue(DefinitionIssueKind::Invalid, &problem).at("baseDefinition"));
                    None
                }
                None => compiled(source, below, tables, &versions, issues),
            };
            let profile = profile.filter(|profile| match left.checked_sub(profile.elements.len()) {
                Some(rest) => {
                    left = rest;
                    true
                }
                None => {
                    let problem = "is one of profiles that together have too many elements";
                    issues.push(source.resource.issue(DefinitionIssueKind::TooMany, problem));
                    false
                }
            });
            if let Some(state) = states.get_mut(place) {
                *state = State::Done(profile);
            }
        }
    }
    let mut found = Vec::new();
    for (place, (source, state)) in sources.iter().zip(states).enumerate() {
        let own = format!("{}|{}", source.url(), source.version);
        // Of two with one canonical the later counts.
        if let State::Done(Some(profile)) = state
            && versions.in_layer(&own) == Some(place)
        {
            found.push(profile);
        }
    }
    (found, versions)
}

/// The StructureDefinitions that are profiles.
fn sources<'s>(
    resources: &'s Resources<'s>,
    tables: &Tables<'_>,
    scope: &'s Scope<'_>,
    issues: &mut Vec<DefinitionIssue>,
) -> (Vec<Source<'s>>, Versions) {
    let mut sources = Vec::new();
    let mut passed_over: [Option<(&Resource<'_>, String, usize)>; 2] = [None, None];
    for resource in resources.of_type("StructureDefinition") {
        let element = resource.element;
        let is_of_r4 = resource.url.strip_prefix(R4_TYPES).is_some_and(|name| tables.base.type_named(name).is_some());
        if !element.is(name::DERIVATION, "constraint") || is_of_r4 {
            continue;
        }
        let version = element.text_or_empty(name::FHIR_VERSION);
        let reason = if element.is(name::KIND, "logical") {
            Some((0, "is a profile of a logical model: these are not supported".to_owned()))
        } else if !(version.is_empty() || version.starts_with("4.0") || version.starts_with("4.3")) {
            Some((1, format!("is made for FHIR {version}, not for R4")))
        } else {
            None
        };
        if let Some((place, problem)) = reason {
            if let Some(known) = passed_over.get_mut(place) {
                known.get_or_insert((resource, problem, 0)).2 += 1;
            }
            continue;
        }
        let type_name = element.text_or_empty(name::TYPE);
        let Some(of) = tables.base.type_named(&type_name) else {
            let problem = format!("is a profile of {type_name}, which is no type that is known");
            issues.push(resource.issue(DefinitionIssueKind::Missing, &problem).at("type"));
            continue;
        };
        sources.push(Source {
            resource,
            version: element.text_or_empty(name::VERSION),
            base: element.text_or_empty(name::BASE_DEFINITION).into(),
            meant: None,
            package: scope.package(resource),
            of,
            differential: elements(element.get("differential")),
            snapshot: elements(element.member(name::SNAPSHOT)),
        });
    }
    for (resource, problem, count) in passed_over.into_iter().flatten() {
        let others = match count - 1 {
            0 => String::new(),
            1 => "; so is one other definition".to_owned(),
            more => format!("; so are {more} others"),
        };
        let issue = resource.issue(DefinitionIssueKind::NotSupported, &format!("{problem}{others}"));
        issues.push(issue.with_severity(Severity::Information));
    }
    let versioned = sources.iter().map(|source: &Source<'_>| Versioned {
        url: source.url().to_owned(),
        version: source.version.clone(),
        package: source.package.to_owned(),
    });
    let versions = Versions::of(versioned.collect());
    for source in &mut sources {
        source.meant = versions.meant(&source.base, source.package, tables);
        source.base = versions.scoped(source.base.to_string(), source.package, tables);
    }
    (sources, versions)
}

/// The elements of a differential or snapshot; none where there are none.
fn elements(list: Option<Element<'_>>) -> Vec<Element<'_>> {
    list.map(|list| list.items(name::ELEMENT).collect()).unwrap_or_default()
}

/// A profile on top of its base, which is none for a type of R4, or where it is not loaded.
fn compiled(
    source: &Source<'_>,
    base: Option<&Profile>,
    tables: &mut Tables<'_>,
    versions: &Versions,
    issues: &mut Vec<DefinitionIssue>,
) -> Option<Profile> {
    let Source { resource, of, .. } = *source;
    let definitions = tables.base;
    if let Some(base) = base.filter(|base| base.of != of) {
        let type_name = &definitions.type_of(base.of).name;
        let problem = format!("is derived from a profile of {type_name}, and is of another type itself");
        issues.push(resource.issue(DefinitionIssueKind::Invalid, &problem).at("type"));
        return None;
    }
    let name = source.base.split('|').next().and_then(|url| url.strip_prefix(R4_TYPES));
    let is_type = name.is_some_and(|name| definitions.type_named(name).is_some());
    let is_missing = base.is_none() && !source.base.is_empty() && !is_type;
    if is_missing {
        let (severity, instead) = match source.snapshot.is_empty() {
            true => (Severity::Warning, "what that says is not known"),
            false => (Severity::Information, "its snapshot is used instead"),
        };
        let problem = format!("is derived from {}, which is not loaded: {instead}", source.base);
        issues
            .push(resource.issue(DefinitionIssueKind::Missing, &problem).at("baseDefinition").with_severity(severity));
    }
    if source.differential.is_empty() && source.snapshot.is_empty() {
        let issue = resource.issue(DefinitionIssueKind::Invalid, "has neither a differential nor a snapshot");
        issues.push(issue.with_severity(Severity::Warning));
    }
    let type_name = definitions.type_of(of).name.clone();
    let elements = match base {
        Some(base) => base.elements.clone(),
        None => vec![ProfileElement { id: type_name, ..ProfileElement::default() }],
    };
    let mut merge = Merge { source, tables, versions, issues, elements, from_snapshot: false };
    if is_missing || source.differential.is_empty() {
        merge.from_snapshot = true;
        merge.all(&source.snapshot);
        merge.from_snapshot = false;
    }
    merge.all(&source.differential);
    if !is_missing {
        merge.say_what_is_not_told_apart();
    }
    let elements = pruned(merge.elements);
    let title = [name::TITLE, name::NAME].into_iter().find_map(|name| resource.element.text(name));
    let mut bases: Vec<Text> = Vec::new();
    let mut imposed: Vec<Text> = Vec::new();
    if is_missing || base.is_some() {
        bases.push(source.base.clone());
    }
    if let Some(base) = base {
        bases.extend_from_slice(&base.bases);
        imposed.extend_from_slice(&base.imposed);
    }
    // One that comes later, or was compiled apart, is to be met as well.
    if is_missing {
        imposed.push(source.base.clone());
    }
    for extension in resource.element.items(name::EXTENSION) {
        if extension.is(name::URL, IMPOSE_PROFILE)
            && let Some(canonical) = extension.text(name::VALUE_CANONICAL)
        {
            let canonical = versions.scoped(canonical, source.package, tables);
            if !imposed.contains(&canonical) {
                imposed.push(canonical);
            }
        }
    }
    Some(Profile {
        url: resource.url.clone().into(),
        version: source.version.clone().into(),
        title: title.unwrap_or_default().into(),
        of: TypeId(of.0),
        bases,
        imposed,
        elements,
    })
}
