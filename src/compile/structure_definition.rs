//! StructureDefinition → types and elements.

use super::cardinality::max;
use super::corrections::{IN_PROSE, corrected};
use super::extension::is_extension;
use super::issue::{DefinitionIssue, DefinitionIssueKind};
use super::resources::{Resource, Resources};
use super::tables::{Extent, Tables};
use crate::definitions::{
    CompiledElement, CompiledType, CompiledTypeRef, Constraint, MOST, Primitive, Text, TypeId, TypeKind,
};
use crate::document::{Document, NameId, NodeId, name};
use crate::report::Severity;
use std::collections::{BTreeMap, BTreeSet};

/// The version of FHIR whose types are compiled.
const FHIR_VERSION: &str = "4.0.1";

/// The extension by which a StructureDefinition says the FHIR type of an element whose type is a FHIRPath type (`Element.id`).
const FHIR_TYPE: &str = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type";

/// The URLs of the types of R4 begin with this.
const R4_TYPES: &str = "http://hl7.org/fhir/StructureDefinition/";

/// One StructureDefinition while its types are made.
struct Source<'s> {
    resource: &'s Resource<'s>,
    document: &'s Document<'s>,
    /// Element path → snapshot element, in the snapshot's order.
    elements: Vec<(String, NodeId)>,
    /// The type's name: the first step of every path, replaced by the definition's id for a constraint (`SimpleQuantity`).
    root: String,
    name: String,
    is_resource: bool,
    kind: TypeKind,
}

impl Source<'_> {
    fn error(&self, path: &str, problem: impl Into<String>) -> Box<DefinitionIssue> {
        Box::new(self.resource.issue(DefinitionIssueKind::Invalid, problem).at(path))
    }

    /// The name of the type whose elements lie directly below `path`.
    fn owner(&self, path: &str) -> String {
        match path.strip_prefix(&self.root) {
            Some(rest) => format!("{}{rest}", self.name),
            None => path.to_owned(),
        }
    }
}

/// The types of a layer by name, with their places behind those of the base.
pub(super) type TypePlaces = BTreeMap<String, u16>;

/// Compiles the resource types and datatypes. One that makes no sense is left out, with what needs it.
pub(super) fn types(
    resources: &Resources<'_>,
    tables: &mut Tables<'_>,
    extent: Extent,
    issues: &mut Vec<DefinitionIssue>,
) -> (Vec<CompiledType>, TypePlaces) {
    let mut sources = sources(resources, tables, extent, issues);
    loop {
        let constraints = tables.mark();
        let mut failed = BTreeSet::new();
        let (mut types, places) = declared(&sources, tables);
        for (index, source) in sources.iter().enumerate() {
            if let Err(issue) = fill(source, &places, tables, extent, &mut types) {
                issues.push(*issue);
                failed.insert(index);
            }
        }
        issues.extend(circles(&sources, &places, tables, &types, &mut failed));
        if failed.is_empty() {
            drop_inherited(&mut types, tables.base.types().len());
            if extent == Extent::R4 {
                add_prose(&mut types, tables);
            }
            return (types, places);
        }
        tables.back_to(constraints);
        let mut index = 0;
        sources.retain(|_| {
            index += 1;
            !failed.contains(&(index - 1))
        });
    }
}

/// The StructureDefinitions that make types.
fn sources<'s>(
    resources: &'s Resources<'s>,
    tables: &Tables<'_>,
    extent: Extent,
    issues: &mut Vec<DefinitionIssue>,
) -> Vec<Source<'s>> {
    let mut sources: Vec<Source<'s>> = Vec::new();
    let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
    for resource in &resources.structures {
        let (document, node) = (resource.document, resource.node);
        if is_extension(document, node)
            || extent == Extent::R4 && document.member_text(node, name::FHIR_VERSION).as_deref() != Some(FHIR_VERSION)
        {
            continue;
        }
        let of_r4 = resource.url.strip_prefix(R4_TYPES).and_then(|name| tables.base.type_named(name));
        if of_r4.is_some() {
            continue;
        }
        let not_supported = |problem: &str| {
            let issue = resource.issue(DefinitionIssueKind::NotSupported, problem);
            issue.with_severity(Severity::Information)
        };
        if extent == Extent::All && document.member_text(node, name::DERIVATION).as_deref() == Some("constraint") {
            issues.push(not_supported("is a profile: profiles are not supported yet, nothing is checked by it"));
            continue;
        }
        let source = match source(resource) {
            Ok(Some(source)) => source,
            Ok(None) if extent == Extent::R4 => continue,
            Ok(None) => {
                issues.push(not_supported("is a logical model or a primitive type, which are not supported"));
                continue;
            }
            Err(issue) => {
                issues.push(*issue);
                continue;
            }
        };
        if tables.base.type_named(&source.name).is_some() {
            issues.push(*source.error("type", format!("defines the type {}, which there is already", source.name)));
            continue;
        }
        match by_name.get(&source.name).and_then(|&place| sources.get_mut(place)) {
            Some(before) => *before = source,
            None => {
                by_name.insert(source.name.clone(), sources.len());
                sources.push(source);
            }
        }
    }
    sources
}

/// The types that are to be filled: those of the definitions, and the backbone elements in them.
fn declared(sources: &[Source<'_>], tables: &mut Tables<'_>) -> (Vec<CompiledType>, TypePlaces) {
    let first = tables.base.types().len();
    let mut places = TypePlaces::new();
    let mut types: Vec<CompiledType> = Vec::new();
    for source in sources {
        for path in owners(source) {
            let name = source.owner(&path);
            if first + types.len() >= MOST {
                tables.is_full = true;
                continue;
            }
            places.insert(name.clone(), (first + types.len()) as u16);
            let kind = if path == source.root { source.kind } else { TypeKind::Complex };
            let (elements, constraints) = (Vec::new(), Vec::new());
            types.push(CompiledType { name, kind, base: None, elements, constraints, binding: None });
        }
    }
    (types, places)
}

/// The place of a type, of the layer or of the base.
fn place_of(name: &str, places: &TypePlaces, tables: &Tables<'_>) -> Option<u16> {
    places.get(name).copied().or_else(|| tables.base.type_named(name).map(|TypeId(place)| place))
}

/// Gives the types of one StructureDefinition their elements.
fn fill(
    source: &Source<'_>,
    places: &TypePlaces,
    tables: &mut Tables<'_>,
    extent: Extent,
    types: &mut [CompiledType],
) -> Result<(), Box<DefinitionIssue>> {
    let (document, first) = (source.document, tables.base.types().len());
    let base = document.member_text(source.resource.node, name::BASE_DEFINITION);
    let base = base.and_then(|canonical| place_of(type_name(&canonical), places, tables));
    if base.is_none() && source.kind == TypeKind::Resource {
        return Err(source.error("baseDefinition", "has a base that was not loaded"));
    }
    for (path, element) in &source.elements {
        let own = places.get(&source.owner(path)).copied();
        let constraints = constraints(document, *element, tables);
        if let Some(own) = own.and_then(|place| types.get_mut(usize::from(place).checked_sub(first)?)) {
            own.base = match path.contains('.') {
                false => base,
                true => document
                    .member_items(*element, name::TYPE)
                    .next()
                    .and_then(|of| document.member_text(of, name::CODE))
                    .and_then(|code| place_of(&code, places, tables)),
            };
            own.constraints = constraints.clone();
            own.binding = tables.binding(document, *element).filter(|_| !path.contains('.'));
        }
        let Some((owner, name)) = path.rsplit_once('.') else { continue };
        let base = match document.member(*element, name::BASE) {
            Some(base) => base,
            None if extent == Extent::All => *element,
            // Elements without `base` are not the specification's: the npm package adds four to Meta.
            None => continue,
        };
        let Some(owner) = places.get(&source.owner(owner)).and_then(|&place| usize::from(place).checked_sub(first))
        else {
            return Err(source.error(path, "lies below nothing"));
        };
        let is_primitive = types.get(owner).is_some_and(|of| matches!(of.kind, TypeKind::Primitive(_)));
        if is_primitive && name == "value" {
            continue;
        }
        let limit = |node: NodeId| -> Result<Option<u16>, Box<DefinitionIssue>> {
            let text = document.member_text(node, name::MAX).ok_or_else(|| source.error(path, "has no max"))?;
            let limit = max(&text).map_err(|problem| source.error(path, problem))?;
            let too_high = |_| source.error(path, format!("has a max above {}", u16::MAX));
            limit.map(u16::try_from).transpose().map_err(too_high)
        };
        let min = document.member(*element, name::MIN).map_or("0", |min| document.raw(min));
        let compiled = CompiledElement {
            name: name.trim_end_matches("[x]").to_owned(),
            choice: name.ends_with("[x]"),
            array: limit(base)?.is_none_or(|max| max > 1),
            min: min.parse().map_err(|_| source.error(path, "has a min that is not a number"))?,
            max: limit(*element)?,
            types: type_refs(source, path, *element, own, &|name| place_of(name, places, tables))?,
            binding: tables.binding(document, *element),
            // A backbone element's constraints are those of its type.
            constraints: if own.is_some() { Vec::new() } else { constraints },
        };
        if !compiled.choice && compiled.types.len() != 1 {
            return Err(source.error(path, "does not have exactly one type, and is not a choice"));
        }
        if let Some(owner) = types.get_mut(owner) {
            if owner.elements.len() >= MOST {
                let mut issue = source.error(path, format!("is one of more than {MOST} elements of one type"));
                issue.kind = DefinitionIssueKind::TooMany;
                return Err(issue);
            }
            owner.elements.push(compiled);
        }
    }
    Ok(())
}

/// Types that are derived from themselves would have no end.
fn circles(
    sources: &[Source<'_>],
    places: &TypePlaces,
    tables: &Tables<'_>,
    types: &[CompiledType],
    failed: &mut BTreeSet<usize>,
) -> Vec<DefinitionIssue> {
    let first = tables.base.types().len();
    let own = |place: u16| usize::from(place).checked_sub(first).and_then(|place| types.get(place));
    let mut found = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        let ends_nowhere = owners(source).iter().any(|path| {
            let start = places.get(&source.owner(path)).copied();
            let above = std::iter::successors(start, |&place| own(place)?.base);
            above.skip(1).take(types.len()).any(|place| Some(place) == start)
        });
        if ends_nowhere {
            found.push(*source.error("baseDefinition", "is derived from itself"));
            failed.insert(index);
        }
    }
    found
}

/// Constraints that R4 states in prose only.
fn add_prose(types: &mut [CompiledType], tables: &mut Tables<'_>) {
    for (of, key, human, expression, _) in IN_PROSE {
        if let Some(of) = types.iter_mut().find(|known| known.name == of) {
            let (key, human, expression) = (key.into(), human.into(), expression.into());
            of.constraints.extend(tables.constraint(Constraint { key, error: true, human, expression }));
        }
    }
}

/// Reads how a StructureDefinition is to be taken; none for what makes no type.
fn source<'s>(resource: &'s Resource<'s>) -> Result<Option<Source<'s>>, Box<DefinitionIssue>> {
    let (document, node) = (resource.document, resource.node);
    let error = |path: &str, problem: &str| Box::new(resource.issue(DefinitionIssueKind::Invalid, problem).at(path));
    let name = type_name(&resource.url).to_owned();
    let Some(kind) = kind(document, node, &name) else { return Ok(None) };
    let root = document.member_text(node, name::TYPE).ok_or_else(|| error("type", "has no type"))?.into_owned();
    let snapshot = document.member(node, name::SNAPSHOT).ok_or_else(|| error("snapshot", "has no snapshot"))?;
    let elements = document
        .member_items(snapshot, name::ELEMENT)
        .filter_map(|element| document.member_text(element, name::PATH).map(|path| (path.into_owned(), element)))
        .collect();
    let is_resource = document.member_text(node, name::KIND).as_deref() == Some("resource");
    Ok(Some(Source { resource, document, elements, root, name, is_resource, kind }))
}

/// What kind of type a StructureDefinition makes; none for logical models.
fn kind(document: &Document<'_>, resource: NodeId, name: &str) -> Option<TypeKind> {
    let abstract_type = document.member(resource, name::ABSTRACT).is_some_and(|node| document.raw(node) == "true");
    match document.member_text(resource, name::KIND).as_deref() {
        Some("primitive-type") => Primitive::from_name(name).map(TypeKind::Primitive),
        Some("complex-type") => Some(TypeKind::Complex),
        Some("resource") if abstract_type => Some(TypeKind::AbstractResource),
        Some("resource") => Some(TypeKind::Resource),
        _ => None,
    }
}

/// The paths that have elements below them: the type itself and its backbone elements.
fn owners(source: &Source<'_>) -> Vec<String> {
    let mut owners = vec![source.root.clone()];
    let mut known = BTreeSet::from([source.root.as_str()]);
    for (path, _) in &source.elements {
        if let Some((owner, _)) = path.rsplit_once('.')
            && known.insert(owner)
        {
            owners.push(owner.to_owned());
        }
    }
    owners
}

fn type_refs(
    source: &Source<'_>,
    path: &str,
    element: NodeId,
    own: Option<u16>,
    place_of: &dyn Fn(&str) -> Option<u16>,
) -> Result<Vec<CompiledTypeRef>, Box<DefinitionIssue>> {
    let document = source.document;
    if let Some(of) = own {
        return Ok(vec![CompiledTypeRef { of, code: of, targets: Vec::new() }]);
    }
    let find = |name: &str| place_of(name).ok_or_else(|| source.error(path, format!("has the unknown type {name}")));
    if let Some(reference) = document.member_text(element, name::CONTENT_REFERENCE) {
        let of = find(&source.owner(reference.rsplit('#').next().unwrap_or_default()))?;
        return Ok(vec![CompiledTypeRef { of, code: of, targets: Vec::new() }]);
    }
    document
        .member_items(element, name::TYPE)
        .map(|of| {
            let code = document.member_text(of, name::CODE).unwrap_or_default();
            let fhir_type = document
                .member_items(of, name::EXTENSION)
                .find(|&extension| document.member_text(extension, name::URL).as_deref() == Some(FHIR_TYPE))
                .and_then(|extension| document.member_text(extension, name::VALUE_URL));
            // R4's StructureDefinitions say `string` here; the page on resources says that Resource.id is an id.
            let is_resource_id = source.is_resource && path.split_once('.').is_some_and(|(_, rest)| rest == "id");
            let code = match (fhir_type, code.starts_with("http://hl7.org/fhirpath/")) {
                _ if is_resource_id => "id".into(),
                (Some(name), _) => name,
                // `xhtml.id` is the one element without that extension.
                (None, true) => "string".into(),
                (None, false) => code,
            };
            let code_id = find(&code)?;
            let profile = document.member_items(of, name::PROFILE).next().and_then(|profile| document.string(profile));
            let profiled = profile.and_then(|canonical| place_of(type_name(&canonical)));
            let targets = document
                .member_items(of, name::TARGET_PROFILE)
                .filter_map(|target| document.string(target))
                .filter_map(|canonical| place_of(type_name(&canonical)))
                .collect();
            Ok(CompiledTypeRef { of: profiled.unwrap_or(code_id), code: code_id, targets })
        })
        .collect()
}

/// The constraints of an element, without `ele-1` and `ext-1`: those hold for every element and are checked natively.
fn constraints(document: &Document<'_>, element: NodeId, tables: &mut Tables<'_>) -> Vec<u16> {
    let mut found = Vec::new();
    for constraint in document.member_items(element, name::CONSTRAINT) {
        let text = |name: NameId| document.member_text(constraint, name).unwrap_or_default().into_owned();
        let key = text(name::KEY);
        let expression = corrected(&text(name::EXPRESSION)).to_owned();
        if key == "ele-1" || key == "ext-1" || expression.is_empty() {
            continue;
        }
        let error = text(name::SEVERITY) == "error";
        let (key, human, expression) = (Text::from(key), Text::from(text(name::HUMAN)), Text::from(expression));
        found.extend(tables.constraint(Constraint { key, error, human, expression }));
    }
    found
}

/// A snapshot repeats what a type inherits; only what is new or different is kept. What the base has is not at hand in this form: a type
/// of a layer repeats it.
fn drop_inherited(types: &mut [CompiledType], first: usize) {
    let complete = types.to_vec();
    let get = |place: Option<u16>| place.and_then(|place| complete.get(usize::from(place).checked_sub(first)?));
    for own in types {
        let mut base = get(own.base);
        while let Some(inherited) = base {
            own.elements.retain(|element| !inherited.elements.contains(element));
            own.constraints.retain(|constraint| !inherited.constraints.contains(constraint));
            base = get(inherited.base);
        }
    }
}

/// The last part of a canonical URL of the specification's own definitions.
fn type_name(canonical: &str) -> &str {
    canonical.split('|').next().and_then(|url| url.rsplit('/').next()).unwrap_or(canonical)
}
