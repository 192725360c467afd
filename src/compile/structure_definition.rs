//! StructureDefinition → types and elements.

use super::cardinality::max;
use super::corrections::{IN_PROSE, corrected};
use super::element::Element;
use super::issue::{DefinitionIssue, DefinitionIssueKind};
use super::resources::{Resource, Resources};
use super::scope::Extent;
use super::tables::Tables;
use super::texts::Texts;
use crate::definitions::{
    CompiledElement, CompiledType, CompiledTypeRef, Constraint, MOST, PROFILES, Primitive, Text, TypeKind, plain_url,
};
use crate::document::name;
use crate::report::Severity;

/// The version of FHIR whose types are compiled.
const FHIR_VERSION: &str = "4.0.1";

/// The extension by which a StructureDefinition says the FHIR type of an element whose type is a FHIRPath type (`Element.id`).
const FHIR_TYPE: &str = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type";

/// The URLs of the types of R4 begin with this.
const R4_TYPES: &str = "http://hl7.org/fhir/StructureDefinition/";

/// One StructureDefinition while its types are made.
struct Source<'s> {
    resource: &'s Resource<'s>,
    /// Element path → snapshot element, in the snapshot's order.
    elements: Vec<(String, Element<'s>)>,
    /// The type's name: the first step of every path, replaced by the definition's id for a constraint (`SimpleQuantity`).
    root: String,
    name: String,
    is_resource: bool,
    kind: TypeKind,
}

impl Source<'_> {
    #[inline(never)]
    fn error(&self, path: &str, problem: &str) -> Box<DefinitionIssue> {
        invalid(self.resource, path, problem)
    }

    /// The name of the type whose elements lie directly below `path`.
    fn owner(&self, path: &str) -> String {
        match path.strip_prefix(&self.root) {
            Some(rest) => format!("{}{rest}", self.name),
            None => path.to_owned(),
        }
    }
}

#[inline(never)]
fn invalid(resource: &Resource<'_>, path: &str, problem: &str) -> Box<DefinitionIssue> {
    Box::new(resource.issue(DefinitionIssueKind::Invalid, problem).at(path))
}

/// The types of a layer by name.
#[derive(Default)]
pub(super) struct TypePlaces {
    names: Texts,
    /// The place of each, behind those of the base.
    places: Vec<u16>,
}

impl TypePlaces {
    #[inline(never)]
    fn get(&self, name: &str) -> Option<u16> {
        self.places.get(self.names.find(name)? as usize).copied()
    }

    fn insert(&mut self, name: &str, place: u16) {
        let number = self.names.number(name) as usize;
        match self.places.get_mut(number) {
            Some(known) => *known = place,
            None => self.places.push(place),
        }
    }

    /// The place of a type, of the layer or of the base.
    #[inline(never)]
    pub(super) fn of(&self, name: &str, tables: &Tables<'_>) -> Option<u16> {
        self.get(name).or_else(|| tables.base_type(name))
    }
}

/// Compiles the resource types and datatypes. One that makes no sense is left out, with what needs it.
pub(super) fn types(
    resources: &Resources<'_>,
    tables: &mut Tables<'_>,
    extent: Extent,
    issues: &mut Vec<DefinitionIssue>,
) -> (Vec<CompiledType>, TypePlaces) {
    let mut sources = sources(resources, tables, extent, issues);
    loop {
        let before = tables.mark();
        let mut failed = vec![false; sources.len()];
        let (mut types, places) = declared(&sources, tables);
        for (source, failed) in sources.iter().zip(&mut failed) {
            if let Err(issue) = fill(source, &places, tables, extent, &mut types) {
                issues.push(*issue);
                *failed = true;
            }
        }
        for (source, failed) in sources.iter().zip(&mut failed) {
            if is_circle(source, &places, tables, &types) {
                issues.push(*source.error("baseDefinition", "is derived from itself"));
                *failed = true;
            }
        }
        if !failed.contains(&true) {
            drop_inherited(&mut types, tables.base.types().len());
            if extent == Extent::R4 {
                add_prose(&mut types, tables);
            }
            return (types, places);
        }
        tables.back_to(&before);
        let mut failed = failed.into_iter();
        sources.retain(|_| failed.next() == Some(false));
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
    let mut names = Texts::default();
    for resource in resources.of_type("StructureDefinition") {
        let element = resource.element;
        if resource.is_extension() || extent == Extent::R4 && !element.is(name::FHIR_VERSION, FHIR_VERSION) {
            continue;
        }
        let of_r4 = resource.url.strip_prefix(R4_TYPES).and_then(|name| tables.base_type(name));
        if of_r4.is_some() {
            continue;
        }
        let mut not_supported = |problem: &str| {
            let issue = resource.issue(DefinitionIssueKind::NotSupported, problem);
            issues.push(issue.with_severity(Severity::Information));
        };
        // A profile makes no type.
        if extent == Extent::All && element.is(name::DERIVATION, "constraint") {
            if !PROFILES {
                not_supported("is a profile: profiles are not supported here, nothing is checked by it");
            }
            continue;
        }
        let source = match source(resource) {
            Ok(Some(source)) => source,
            Ok(None) => {
                if extent == Extent::All {
                    not_supported("is a logical model or a primitive type, which are not supported");
                }
                continue;
            }
            Err(issue) => {
                issues.push(*issue);
                continue;
            }
        };
        if tables.base_type(&source.name).is_some() {
            let problem = format!("defines the type {}, which there is already", source.name);
            issues.push(*source.error("type", &problem));
            continue;
        }
        match sources.get_mut(names.number(&source.name) as usize) {
            Some(before) => *before = source,
            None => sources.push(source),
        }
    }
    sources
}

/// The types that are to be filled: those of the definitions, and the backbone elements in them.
fn declared(sources: &[Source<'_>], tables: &mut Tables<'_>) -> (Vec<CompiledType>, TypePlaces) {
    let first = tables.base.types().len();
    let mut places = TypePlaces::default();
    let mut types: Vec<CompiledType> = Vec::new();
    for source in sources {
        let owners = owners(source);
        for path in (0..owners.len() as u32).map(|number| owners.get(number)) {
            let name = source.owner(path);
            if first + types.len() >= MOST {
                tables.is_full = true;
                continue;
            }
            places.insert(&name, (first + types.len()) as u16);
            let kind = if path == source.root { source.kind } else { TypeKind::Complex };
            let (elements, constraints) = (Vec::new(), Vec::new());
            types.push(CompiledType { name, kind, base: None, elements, constraints, binding: None });
        }
    }
    (types, places)
}

/// Gives the types of one StructureDefinition their elements.
fn fill(
    source: &Source<'_>,
    places: &TypePlaces,
    tables: &mut Tables<'_>,
    extent: Extent,
    types: &mut [CompiledType],
) -> Result<(), Box<DefinitionIssue>> {
    let first = tables.base.types().len();
    let base = source.resource.element.text(name::BASE_DEFINITION);
    let base = base.and_then(|canonical| places.of(type_name(&canonical), tables));
    if base.is_none() && source.kind == TypeKind::Resource {
        return Err(source.error("baseDefinition", "has a base that was not loaded"));
    }
    for (path, element) in &source.elements {
        let own = places.get(&source.owner(path));
        let constraints = constraints(*element, tables);
        if let Some(own) = own.and_then(|place| types.get_mut(usize::from(place).checked_sub(first)?)) {
            own.base = match path.contains('.') {
                false => base,
                true => {
                    let of = element.items(name::TYPE).next().and_then(|of| of.text(name::CODE));
                    of.and_then(|code| places.of(&code, tables))
                }
            };
            own.constraints = constraints.clone();
            own.binding = tables.binding(*element).filter(|_| !path.contains('.'));
        }
        let Some((owner, name)) = path.rsplit_once('.') else { continue };
        let first_defined = match element.member(name::BASE) {
            Some(base) => base,
            None if extent == Extent::All => *element,
            // Elements without `base` are not the specification's: the npm package adds four to Meta.
            None => continue,
        };
        let owner = places.get(&source.owner(owner)).and_then(|place| usize::from(place).checked_sub(first));
        let Some(owner) = owner.and_then(|owner| types.get_mut(owner)) else {
            return Err(source.error(path, "lies below nothing"));
        };
        if matches!(owner.kind, TypeKind::Primitive(_)) && name == "value" {
            continue;
        }
        let min = element.member(name::MIN).map_or("0", Element::raw);
        let compiled = CompiledElement {
            name: name.trim_end_matches("[x]").to_owned(),
            choice: name.ends_with("[x]"),
            array: limit(source, path, first_defined)?.is_none_or(|max| max > 1),
            min: min.parse().map_err(|_| source.error(path, "has a min that is not a number"))?,
            max: limit(source, path, *element)?,
            types: type_refs(source, path, *element, own, &|name| places.of(name, tables))?,
            binding: tables.binding(*element),
            // A backbone element's constraints are those of its type.
            constraints: if own.is_some() { Vec::new() } else { constraints },
        };
        if !compiled.choice && compiled.types.len() != 1 {
            return Err(source.error(path, "does not have exactly one type, and is not a choice"));
        }
        if owner.elements.len() >= MOST {
            let mut issue = source.error(path, &format!("is one of more than {MOST} elements of one type"));
            issue.kind = DefinitionIssueKind::TooMany;
            return Err(issue);
        }
        owner.elements.push(compiled);
    }
    Ok(())
}

/// The `max` of an element, or of what it was first defined as.
#[inline(never)]
fn limit(source: &Source<'_>, path: &str, of: Element<'_>) -> Result<Option<u16>, Box<DefinitionIssue>> {
    let text = of.text(name::MAX).ok_or_else(|| source.error(path, "has no max"))?;
    match max(&text) {
        Ok(None) => Ok(None),
        Ok(Some(limit)) => match u16::try_from(limit) {
            Ok(limit) => Ok(Some(limit)),
            Err(_) => Err(source.error(path, &format!("has a max above {}", u16::MAX))),
        },
        Err(problem) => Err(source.error(path, &problem)),
    }
}

/// Whether a type is derived from itself: there would be no end.
fn is_circle(source: &Source<'_>, places: &TypePlaces, tables: &Tables<'_>, types: &[CompiledType]) -> bool {
    let first = tables.base.types().len();
    let base = |place: u16| usize::from(place).checked_sub(first).and_then(|place| types.get(place)?.base);
    let owners = owners(source);
    (0..owners.len() as u32).any(|number| {
        let start = places.get(&source.owner(owners.get(number)));
        let mut at = start.and_then(base);
        for _ in 0..types.len() {
            if at.is_none() || at == start {
                break;
            }
            at = at.and_then(base);
        }
        at.is_some() && at == start
    })
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
    let element = resource.element;
    let name = type_name(&resource.url).to_owned();
    let Some(kind) = kind(element, &name) else { return Ok(None) };
    let Some(root) = element.text(name::TYPE) else { return Err(invalid(resource, "type", "has no type")) };
    let Some(snapshot) = element.member(name::SNAPSHOT) else {
        return Err(invalid(resource, "snapshot", "has no snapshot"));
    };
    let mut elements = Vec::new();
    for element in snapshot.items(name::ELEMENT) {
        if let Some(path) = element.text(name::PATH) {
            elements.push((path, element));
        }
    }
    let is_resource = element.is(name::KIND, "resource");
    Ok(Some(Source { resource, elements, root, name, is_resource, kind }))
}

/// What kind of type a StructureDefinition makes; none for logical models.
fn kind(definition: Element<'_>, name: &str) -> Option<TypeKind> {
    match definition.text(name::KIND).as_deref() {
        Some("primitive-type") => Primitive::from_name(name).map(TypeKind::Primitive),
        Some("complex-type") => Some(TypeKind::Complex),
        Some("resource") if definition.is_true(name::ABSTRACT) => Some(TypeKind::AbstractResource),
        Some("resource") => Some(TypeKind::Resource),
        _ => None,
    }
}

/// The paths that have elements below them: the type itself and its backbone elements.
#[inline(never)]
fn owners(source: &Source<'_>) -> Texts {
    let mut owners = Texts::default();
    owners.number(&source.root);
    for (path, _) in &source.elements {
        if let Some((owner, _)) = path.rsplit_once('.') {
            owners.number(owner);
        }
    }
    owners
}

fn type_refs(
    source: &Source<'_>,
    path: &str,
    element: Element<'_>,
    own: Option<u16>,
    place_of: &dyn Fn(&str) -> Option<u16>,
) -> Result<Vec<CompiledTypeRef>, Box<DefinitionIssue>> {
    let find = |name: &str| match place_of(name) {
        Some(place) => Ok(place),
        None => Err(source.error(path, &format!("has the unknown type {name}"))),
    };
    let referred = match element.text(name::CONTENT_REFERENCE) {
        _ if own.is_some() => own,
        Some(reference) => Some(find(&source.owner(reference.rsplit('#').next().unwrap_or_default()))?),
        None => None,
    };
    if let Some(of) = referred {
        return Ok(vec![CompiledTypeRef { of, code: of, targets: Vec::new() }]);
    }
    // R4's StructureDefinitions say `string` here; the page on resources says that Resource.id is an id.
    let is_resource_id = source.is_resource && path.split_once('.').is_some_and(|(_, rest)| rest == "id");
    let mut found = Vec::new();
    for of in element.items(name::TYPE) {
        let mut code = of.text_or_empty(name::CODE);
        let fhir_type = of.items(name::EXTENSION).find(|extension| extension.is(name::URL, FHIR_TYPE));
        if is_resource_id {
            code = "id".to_owned();
        } else if let Some(name) = fhir_type.and_then(|fhir_type| fhir_type.text(name::VALUE_URL)) {
            code = name;
        } else if code.starts_with("http://hl7.org/fhirpath/") {
            // `xhtml.id` is the one element without that extension.
            code = "string".to_owned();
        }
        let code = find(&code)?;
        let profile = of.items(name::PROFILE).next().and_then(Element::string);
        let profiled = profile.and_then(|canonical| place_of(type_name(&canonical)));
        let mut targets = Vec::new();
        for target in of.items(name::TARGET_PROFILE) {
            targets.extend(target.string().and_then(|canonical| place_of(type_name(&canonical))));
        }
        found.push(CompiledTypeRef { of: profiled.unwrap_or(code), code, targets });
    }
    Ok(found)
}

/// The constraints of an element, without `ele-1` and `ext-1`: those hold for every element and are checked natively.
fn constraints(element: Element<'_>, tables: &mut Tables<'_>) -> Vec<u16> {
    let mut found = Vec::new();
    for constraint in element.items(name::CONSTRAINT) {
        let key = constraint.text_or_empty(name::KEY);
        let expression = corrected(&constraint.text_or_empty(name::EXPRESSION)).to_owned();
        if key == "ele-1" || key == "ext-1" || expression.is_empty() {
            continue;
        }
        let (error, human) = (constraint.is(name::SEVERITY, "error"), constraint.text_or_empty(name::HUMAN));
        let (key, human, expression) = (Text::from(key), Text::from(human), Text::from(expression));
        found.extend(tables.constraint(Constraint { key, error, human, expression }));
    }
    found
}

/// A snapshot repeats what a type inherits; only what is new or different is kept. What the base has is not at hand in this form: a type
/// of a layer repeats it.
fn drop_inherited(types: &mut [CompiledType], first: usize) {
    let kept: Vec<Kept> = types.iter().map(|own| Kept::of(own, types, first)).collect();
    for (own, kept) in types.iter_mut().zip(kept) {
        let mut elements = kept.elements.into_iter();
        own.elements.retain(|_| elements.next() == Some(true));
        own.constraints = kept.constraints;
    }
}

/// What of a type is not inherited.
struct Kept {
    elements: Vec<bool>,
    constraints: Vec<u16>,
}

impl Kept {
    fn of(own: &CompiledType, types: &[CompiledType], first: usize) -> Self {
        let get = |place: Option<u16>| place.and_then(|place| types.get(usize::from(place).checked_sub(first)?));
        let (mut elements, mut constraints) = (vec![true; own.elements.len()], own.constraints.clone());
        let mut base = get(own.base);
        while let Some(inherited) = base {
            for (element, kept) in own.elements.iter().zip(&mut elements) {
                *kept &= !inherited.elements.contains(element);
            }
            constraints.retain(|constraint| !inherited.constraints.contains(constraint));
            base = get(inherited.base);
        }
        Self { elements, constraints }
    }
}

/// The last part of a canonical URL of the specification's own definitions.
fn type_name(canonical: &str) -> &str {
    let url = plain_url(canonical);
    url.rsplit('/').next().unwrap_or(url)
}
