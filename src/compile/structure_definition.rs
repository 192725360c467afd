//! StructureDefinition → types and elements.

use super::corrections::corrected;
use super::extension::is_extension;
use super::{CompileError, Compiler, Tables, max, type_name};
use crate::definitions::{CompiledElement, CompiledType, CompiledTypeRef, Constraint, Primitive, TypeKind};
use crate::document::{Document, NameId, NodeId, name};
use std::collections::BTreeMap;

/// The extension by which a StructureDefinition says the FHIR type of an element whose type is a FHIRPath type (`Element.id`).
const FHIR_TYPE: &str = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type";

/// One StructureDefinition while its types are made.
struct Source<'d> {
    document: &'d Document<'d>,
    url: String,
    /// Element path → snapshot element, in the snapshot's order.
    elements: Vec<(String, NodeId)>,
    /// The type's name: the first step of every path, replaced by the definition's id for a constraint (`SimpleQuantity`).
    root: String,
    name: String,
    is_resource: bool,
}

impl Source<'_> {
    fn error(&self, problem: impl Into<String>) -> CompileError {
        CompileError { definition: self.url.clone(), problem: problem.into() }
    }

    /// The name of the type whose elements lie directly below `path`.
    fn owner(&self, path: &str) -> String {
        match path.strip_prefix(&self.root) {
            Some(rest) => format!("{}{rest}", self.name),
            None => path.to_owned(),
        }
    }
}

impl<'d> Compiler<'d> {
    /// Compiles all resource types and datatypes of one FHIR version.
    pub(super) fn structures(
        &self,
        fhir_version: &str,
        tables: &mut Tables,
    ) -> Result<Vec<CompiledType>, CompileError> {
        let mut sources = Vec::new();
        let mut ids: BTreeMap<String, u16> = BTreeMap::new();
        let mut types: Vec<CompiledType> = Vec::new();
        for url in &self.order {
            let Some(&(document, resource)) = self.structures.get(url) else { continue };
            if document.member_text(resource, name::FHIR_VERSION).as_deref() != Some(fhir_version)
                || is_extension(document, resource)
            {
                continue;
            }
            let source = source(document, resource, url)?;
            let Some(kind) = kind(document, resource, &source) else { continue };
            for path in owners(&source) {
                let name = source.owner(&path);
                ids.insert(name.clone(), types.len() as u16);
                let kind = if path == source.root { kind } else { TypeKind::Complex };
                let (elements, constraints) = (Vec::new(), Vec::new());
                types.push(CompiledType { name, kind, base: None, elements, constraints, binding: None });
            }
            sources.push((source, resource));
        }
        for (source, resource) in &sources {
            let base = source.document.member_text(*resource, name::BASE_DEFINITION);
            let base = base.and_then(|canonical| ids.get(type_name(&canonical)).copied());
            self.fill(source, base, &ids, tables, &mut types)?;
        }
        drop_inherited(&mut types);
        Ok(types)
    }

    /// Gives the types of one StructureDefinition their elements.
    fn fill(
        &self,
        source: &Source<'_>,
        base: Option<u16>,
        ids: &BTreeMap<String, u16>,
        tables: &mut Tables,
        types: &mut [CompiledType],
    ) -> Result<(), CompileError> {
        let document = source.document;
        for (path, element) in &source.elements {
            let own = ids.get(&source.owner(path)).copied();
            let constraints = constraints(document, *element, tables);
            if let Some(own) = own.and_then(|id| types.get_mut(usize::from(id))) {
                own.base = match path.contains('.') {
                    false => base,
                    true => document
                        .member_items(*element, name::TYPE)
                        .next()
                        .and_then(|of| document.member_text(of, name::CODE))
                        .and_then(|code| ids.get(code.as_ref()).copied()),
                };
                own.constraints = constraints.clone();
                own.binding = tables.binding(document, *element).filter(|_| !path.contains('.'));
            }
            let Some((owner, name)) = path.rsplit_once('.') else { continue };
            // Elements without `base` are not the specification's: the npm package adds four to Meta.
            let Some(base) = document.member(*element, name::BASE) else { continue };
            let Some(&owner) = ids.get(&source.owner(owner)) else {
                return Err(source.error(format!("{path} lies below nothing")));
            };
            let is_primitive =
                types.get(usize::from(owner)).is_some_and(|of| matches!(of.kind, TypeKind::Primitive(_)));
            if is_primitive && name == "value" {
                continue;
            }
            let limit = |node: NodeId| -> Result<Option<u32>, CompileError> {
                let text =
                    document.member_text(node, name::MAX).ok_or_else(|| source.error(format!("{path} has no max")))?;
                max(&text).map_err(|problem| source.error(problem))
            };
            let min = document.member(*element, name::MIN).and_then(|min| document.raw(min).parse().ok()).unwrap_or(0);
            let compiled = CompiledElement {
                name: name.trim_end_matches("[x]").to_owned(),
                choice: name.ends_with("[x]"),
                array: limit(base)? != Some(1) && limit(base)? != Some(0),
                min,
                max: limit(*element)?.map(|max| max.min(u32::from(u16::MAX)) as u16),
                types: type_refs(source, path, *element, own, ids)?,
                binding: tables.binding(document, *element),
                // A backbone element's constraints are those of its type.
                constraints: if own.is_some() { Vec::new() } else { constraints },
            };
            if let Some(owner) = types.get_mut(usize::from(owner)) {
                owner.elements.push(compiled);
            }
        }
        Ok(())
    }
}

fn source<'d>(document: &'d Document<'d>, resource: NodeId, url: &str) -> Result<Source<'d>, CompileError> {
    let error = |problem: &str| CompileError { definition: url.to_owned(), problem: problem.to_owned() };
    let root = document.member_text(resource, name::TYPE).ok_or_else(|| error("has no type"))?.into_owned();
    let name = type_name(url).to_owned();
    let snapshot = document.member(resource, name::SNAPSHOT).ok_or_else(|| error("has no snapshot"))?;
    let elements = document
        .member_items(snapshot, name::ELEMENT)
        .filter_map(|element| document.member_text(element, name::PATH).map(|path| (path.into_owned(), element)))
        .collect();
    let is_resource = document.member_text(resource, name::KIND).as_deref() == Some("resource");
    Ok(Source { document, url: url.to_owned(), elements, root, name, is_resource })
}

/// What kind of type a StructureDefinition makes; none for logical models.
fn kind(document: &Document<'_>, resource: NodeId, source: &Source<'_>) -> Option<TypeKind> {
    let abstract_type = document.member(resource, name::ABSTRACT).is_some_and(|node| document.raw(node) == "true");
    match document.member_text(resource, name::KIND).as_deref() {
        Some("primitive-type") => Primitive::named(&source.name).map(TypeKind::Primitive),
        Some("complex-type") => Some(TypeKind::Complex),
        Some("resource") if abstract_type => Some(TypeKind::AbstractResource),
        Some("resource") => Some(TypeKind::Resource),
        _ => None,
    }
}

/// The paths that have elements below them: the type itself and its backbone elements.
fn owners(source: &Source<'_>) -> Vec<String> {
    let mut owners = vec![source.root.clone()];
    for (path, _) in &source.elements {
        if let Some((owner, _)) = path.rsplit_once('.')
            && !owners.iter().any(|known| known == owner)
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
    ids: &BTreeMap<String, u16>,
) -> Result<Vec<CompiledTypeRef>, CompileError> {
    let document = source.document;
    if let Some(of) = own {
        return Ok(vec![CompiledTypeRef { of, code: of, targets: Vec::new() }]);
    }
    let find =
        |name: &str| ids.get(name).copied().ok_or_else(|| source.error(format!("{path} has the unknown type {name}")));
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
            let profiled = profile.and_then(|canonical| ids.get(type_name(&canonical)).copied());
            let targets = document
                .member_items(of, name::TARGET_PROFILE)
                .filter_map(|target| document.string(target))
                .filter_map(|canonical| ids.get(type_name(&canonical)).copied())
                .collect();
            Ok(CompiledTypeRef { of: profiled.unwrap_or(code_id), code: code_id, targets })
        })
        .collect()
}

/// The constraints of an element, without `ele-1` and `ext-1`: those hold for every element and are checked natively.
fn constraints(document: &Document<'_>, element: NodeId, tables: &mut Tables) -> Vec<u16> {
    let mut found = Vec::new();
    for constraint in document.member_items(element, name::CONSTRAINT) {
        let text = |name: NameId| document.member_text(constraint, name).unwrap_or_default().into_owned();
        let key = text(name::KEY);
        let expression = corrected(&text(name::EXPRESSION)).to_owned();
        if key == "ele-1" || key == "ext-1" || expression.is_empty() {
            continue;
        }
        let error = text(name::SEVERITY) == "error";
        found.push(tables.constraint(Constraint { key, error, human: text(name::HUMAN), expression }));
    }
    found
}

/// A snapshot repeats what a type inherits; only what is new or different is kept.
fn drop_inherited(types: &mut [CompiledType]) {
    let complete = types.to_vec();
    let get = |id: Option<u16>| id.and_then(|id| complete.get(usize::from(id)));
    for own in types {
        let mut base = get(own.base);
        while let Some(inherited) = base {
            own.elements.retain(|element| !inherited.elements.contains(element));
            own.constraints.retain(|constraint| !inherited.constraints.contains(constraint));
            base = get(inherited.base);
        }
    }
}
