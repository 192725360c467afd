//! ValueSet and CodeSystem → lists of codes.

use super::issue::{DefinitionIssue, DefinitionIssueKind};
use super::resources::{Resource, Resources};
use super::tables::{Extent, Tables};
use crate::definitions::{CodeSystem, Codes, CompiledValueSet, Definitions, plain};
use crate::document::{Document, NameId, NodeId, name};
use crate::report::Severity;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// (system, code)
type Codings = BTreeSet<(String, String)>;

/// Why the codes of a value set cannot be listed offline.
#[derive(Clone)]
struct ListFault {
    reason: String,
    /// Whether it makes no sense; otherwise it only says more than can be worked out here.
    is_fault: bool,
}

impl From<String> for ListFault {
    fn from(reason: String) -> Self {
        Self { reason, is_fault: false }
    }
}

/// The codes of a value set, or why there is no list of them.
type CodeList = Result<Rc<Codings>, ListFault>;

/// Lists what value sets hold. They may include each other, but not in a circle.
struct Lists<'s, 'd> {
    resources: &'s Resources<'d>,
    base: &'s Definitions,
    extent: Extent,
    /// What was listed; none for one that is being listed.
    done: RefCell<BTreeMap<String, Option<CodeList>>>,
    /// How many codes may still be listed.
    left: Cell<usize>,
}

/// Value sets may include each other; the specification's own go three levels deep.
const DEEPEST: usize = 64;

/// As many codes are listed in one layer: sets that include each other could have more than there is memory.
const MOST_CODES: usize = 4_000_000;

/// The value sets: those of the layer, and in R4 those that elements are bound to.
pub(super) fn value_sets(
    resources: &Resources<'_>,
    tables: &mut Tables<'_>,
    extent: Extent,
    issues: &mut Vec<DefinitionIssue>,
) -> Vec<CompiledValueSet> {
    if extent == Extent::All {
        for (url, resource) in &resources.value_sets {
            if tables.define_value_set(url).is_none() {
                issues.push(resource.issue(DefinitionIssueKind::TooMany, "is one of too many value sets"));
            }
        }
    }
    let (done, left) = (RefCell::default(), Cell::new(MOST_CODES));
    let lists = Lists { resources, base: tables.base, extent, done, left };
    let mut sets = Vec::new();
    for (url, place) in &tables.value_sets {
        let resource = resources.value_sets.get(url);
        let expansion = lists.expansion(url);
        if let (Some(resource), Err(unlisted), Extent::All) = (resource, &expansion, extent) {
            let (kind, severity) = match unlisted.is_fault {
                true => (DefinitionIssueKind::Invalid, Severity::Warning),
                false => (DefinitionIssueKind::NotSupported, Severity::Information),
            };
            let problem = format!("cannot be listed offline, its codes are not compared: {}", unlisted.reason);
            issues.push(resource.issue(kind, problem).at("compose").with_severity(severity));
        }
        let name = resource.and_then(|Resource { document, node, .. }| {
            document.member_text(*node, name::TITLE).or_else(|| document.member_text(*node, name::NAME))
        });
        sets.push(CompiledValueSet {
            place: *place,
            url: url.clone(),
            name: name.unwrap_or_default().into_owned(),
            expansion: expansion.map_err(|unlisted| unlisted.reason.into()),
        });
    }
    sets
}

impl Lists<'_, '_> {
    /// Expands a value set as far as that can be done offline.
    fn expansion(&self, url: &str) -> Result<Vec<Codes>, ListFault> {
        let codings = self.expand(url, 0)?;
        let mut systems: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (system, code) in codings.iter() {
            systems.entry(system).or_default().push(code);
        }
        let mut listed = Vec::new();
        for (system, codes) in systems {
            let codes = codes.join("\n");
            if self.extent == Extent::R4 && codes.len() > MOST_LISTED_BYTES && !system.starts_with(R4_SYSTEMS) {
                return Err(format!("a long list of {system}, which has grown since R4").into());
            }
            listed.push(Codes { system: system.to_owned().into(), codes: codes.into() });
        }
        Ok(listed)
    }

    /// The codes of a value set, which is listed once.
    fn expand(&self, url: &str, depth: usize) -> CodeList {
        let url = url.split('|').next().unwrap_or(url);
        let circle = || ListFault { reason: format!("{url} includes itself"), is_fault: true };
        if let Some(done) = self.done.borrow().get(url) {
            return done.clone().unwrap_or_else(|| Err(circle()));
        }
        if depth > DEEPEST {
            return Err(format!("{url} is included too deeply").into());
        }
        self.done.borrow_mut().insert(url.to_owned(), None);
        let listed = self.list(url, depth).and_then(|codings| match self.left.get().checked_sub(codings.len()) {
            Some(left) => {
                self.left.set(left);
                Ok(Rc::new(codings))
            }
            None => Err("there are too many codes to list".to_owned().into()),
        });
        self.done.borrow_mut().insert(url.to_owned(), Some(listed.clone()));
        listed
    }

    fn list(&self, url: &str, depth: usize) -> Result<Codings, ListFault> {
        let Some(resource) = self.resources.value_sets.get(url) else { return self.of_base(url) };
        let (document, node) = (resource.document, resource.node);
        let Some(compose) = document.member(node, name::COMPOSE) else {
            return Err(format!("{url} has no compose").into());
        };
        let mut codings = Codings::new();
        for include in document.member_items(compose, name::INCLUDE) {
            codings.extend(self.include(document, include, depth)?);
        }
        for exclude in document.member_items(compose, name::EXCLUDE) {
            for coding in self.include(document, exclude, depth)? {
                codings.remove(&coding);
            }
        }
        Ok(codings)
    }

    /// The codes of a value set that the base has.
    fn of_base(&self, url: &str) -> Result<Codings, ListFault> {
        let set = self.base.value_sets().iter().find(|set| set.url == url);
        let set = set.ok_or_else(|| format!("the package has no ValueSet {url}"))?;
        let listed = set.expansion().map_err(|reason| ListFault::from(reason.to_owned()))?;
        let codings = |codes: &Codes| -> Vec<(String, String)> {
            codes.iter().map(|code| (codes.system.to_string(), code.to_owned())).collect()
        };
        Ok(listed.iter().flat_map(codings).collect())
    }

    /// What one include (or exclude) names: the codes of its system that are also in all its value sets.
    fn include(&self, document: &Document<'_>, include: NodeId, depth: usize) -> Result<Codings, ListFault> {
        let mut found: Option<Codings> = None;
        let mut narrow = |codings: &Codings| {
            found = Some(match found.take() {
                Some(before) => before.intersection(codings).cloned().collect(),
                None => codings.clone(),
            });
        };
        for canonical in document.member_items(include, name::VALUE_SET).filter_map(|node| document.string(node)) {
            narrow(&*self.expand(&canonical, depth + 1)?);
        }
        if let Some(system) = document.member_text(include, name::SYSTEM) {
            let mut listed = document.member_items(include, name::CONCEPT).peekable();
            let codes: BTreeSet<String> = if listed.peek().is_some() {
                listed
                    .filter_map(|concept| document.member_text(concept, name::CODE).map(|code| code.into_owned()))
                    .collect()
            } else {
                self.filtered(document, include, &system)?
            };
            narrow(&codes.into_iter().map(|code| (system.clone().into_owned(), code)).collect());
        }
        Ok(found.unwrap_or_default())
    }

    /// The codes of a whole code system, or those that the include's filters let through.
    fn filtered(&self, document: &Document<'_>, include: NodeId, system: &str) -> Result<BTreeSet<String>, ListFault> {
        let mut filters = document.member_items(include, name::FILTER).peekable();
        let Some(resource) = self.resources.code_systems.get(system) else {
            let Some(known) = self.base.code_system(system) else {
                return Err(format!("the package does not hold the code system {system}").into());
            };
            if filters.peek().is_some() {
                return Err(format!("the order of the codes of {system} is not kept: it cannot be filtered").into());
            }
            return Ok(known.codes.lines().map(str::to_owned).collect());
        };
        let content = resource.document.member_text(resource.node, name::CONTENT).unwrap_or_default();
        if content != "complete" {
            return Err(format!("the package holds the code system {system} as {content}, not complete").into());
        }
        let mut parents = BTreeMap::new();
        concepts(resource.document, resource.node, None, &mut parents);
        let mut codes: BTreeSet<String> = parents.keys().cloned().collect();
        // They select others, and stand for nothing themselves. HL7 v3's are left in: R4's own examples hold some.
        if !system.starts_with(V3_SYSTEMS) {
            let mut selectors = BTreeSet::new();
            not_selectable(resource.document, resource.node, &mut selectors);
            codes.retain(|code| !selectors.contains(code));
        }
        for filter in filters {
            let text = |name: NameId| document.member_text(filter, name).unwrap_or_default().into_owned();
            let (property, op, value) = (text(name::PROPERTY), text(name::OP), text(name::VALUE));
            let below = below(&parents, &value);
            match (property.as_str(), op.as_str()) {
                ("concept", "is-a") => codes.retain(|code| below.contains(code.as_str())),
                ("concept", "is-not-a") => codes.retain(|code| !below.contains(code.as_str())),
                ("concept", "descendent-of") => {
                    codes.retain(|code| *code != value && below.contains(code.as_str()));
                }
                _ => return Err(format!("the filter {property} {op} {value} on {system} is not supported").into()),
            }
        }
        Ok(codes)
    }
}

/// A code and all below it.
fn below<'p>(parents: &'p BTreeMap<String, Vec<String>>, value: &'p str) -> BTreeSet<&'p str> {
    let mut children: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (code, above) in parents {
        for parent in above {
            children.entry(parent).or_default().push(code);
        }
    }
    let mut found = BTreeSet::from([value]);
    let mut next = vec![value];
    while let Some(code) = next.pop() {
        for &child in children.get(code).into_iter().flatten() {
            if found.insert(child) {
                next.push(child);
            }
        }
    }
    found
}

/// The code systems that are complete; of R4 those that value sets take their codes from.
pub(super) fn code_systems(
    resources: &Resources<'_>,
    sets: &[CompiledValueSet],
    extent: Extent,
) -> Vec<(String, CodeSystem)> {
    let of_set = |set: &'_ CompiledValueSet| -> Vec<String> {
        set.expansion.iter().flatten().map(|codes| codes.system.to_string()).collect()
    };
    let used: BTreeSet<String> =
        if extent == Extent::R4 { sets.iter().flat_map(of_set).collect() } else { BTreeSet::new() };
    let mut systems = Vec::new();
    for (url, resource) in &resources.code_systems {
        let (document, node) = (resource.document, resource.node);
        if extent == Extent::R4 && !used.contains(url)
            || document.member_text(node, name::CONTENT).as_deref() != Some("complete")
        {
            continue;
        }
        let mut all = BTreeMap::new();
        displays(document, node, &mut all);
        let codes: Vec<&str> = all.keys().map(String::as_str).collect();
        let mut texts: Vec<&str> = all.values().map(String::as_str).collect();
        if extent == Extent::R4 {
            let length: usize = codes.iter().map(|code| code.len() + 1).sum();
            if length > MOST_CODE_BYTES && !url.starts_with(R4_SYSTEMS) {
                continue;
            }
            if texts.iter().map(|text| text.len()).sum::<usize>() > MOST_DISPLAY_BYTES {
                texts.clear();
            }
        }
        // One without codes lists them somewhere else.
        if codes.is_empty() && extent == Extent::All {
            continue;
        }
        systems.push((url.clone(), CodeSystem { codes: codes.join("\n").into(), displays: texts.join("\n").into() }));
    }
    systems
}

/// Code systems under this URL are part of R4, and as fixed as it is. Others have grown since: a long list of them would soon be wrong.
const R4_SYSTEMS: &str = "http://hl7.org/fhir/";
const V3_SYSTEMS: &str = "http://terminology.hl7.org/CodeSystem/v3-";
const MOST_CODE_BYTES: usize = 1_500;
/// What a value set may list of them.
const MOST_LISTED_BYTES: usize = 20_000;

/// Longer lists of displays would cost more than they tell: races, tribes, act codes, DICOM.
const MOST_DISPLAY_BYTES: usize = 2_000;

/// Notes the codes below `holder` with their displays, where these say more than the codes.
fn displays(document: &Document<'_>, holder: NodeId, all: &mut BTreeMap<String, String>) {
    for concept in document.member_items(holder, name::CONCEPT) {
        let Some(code) = document.member_text(concept, name::CODE) else { continue };
        let display = document.member_text(concept, name::DISPLAY).unwrap_or_default();
        let says_more = plain(&display) != plain(&code);
        // A display of several lines would break the list.
        let kept = if says_more { display.split_whitespace().collect::<Vec<_>>().join(" ") } else { String::new() };
        all.insert(code.into_owned(), kept);
        displays(document, concept, all);
    }
}

/// Notes the codes below `holder` that are "only intended to be used as a selector for other concepts" (R4, concept-properties).
fn not_selectable(document: &Document<'_>, holder: NodeId, all: &mut BTreeSet<String>) {
    for concept in document.member_items(holder, name::CONCEPT) {
        let mut properties = document.member_items(concept, name::PROPERTY);
        let is_selector = properties.any(|property| {
            document.member_text(property, name::CODE).as_deref() == Some("notSelectable")
                && document.member(property, name::VALUE_BOOLEAN).is_some_and(|value| document.raw(value) == "true")
        });
        if is_selector && let Some(code) = document.member_text(concept, name::CODE) {
            all.insert(code.into_owned());
        }
        not_selectable(document, concept, all);
    }
}

/// Notes the codes below `holder` with their direct parents: the concept around them, and those that properties name.
fn concepts(
    document: &Document<'_>,
    holder: NodeId,
    around: Option<&str>,
    parents: &mut BTreeMap<String, Vec<String>>,
) {
    for concept in document.member_items(holder, name::CONCEPT) {
        let Some(code) = document.member_text(concept, name::CODE) else { continue };
        let own = parents.entry(code.clone().into_owned()).or_default();
        own.extend(around.map(str::to_owned));
        for property in document.member_items(concept, name::PROPERTY) {
            let names_parent =
                matches!(document.member_text(property, name::CODE).as_deref(), Some("subsumedBy" | "parent"));
            if let Some(parent) = document.member_text(property, name::VALUE_CODE).filter(|_| names_parent) {
                own.push(parent.into_owned());
            }
        }
        concepts(document, concept, Some(&code), parents);
    }
}
