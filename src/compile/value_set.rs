//! ValueSet and CodeSystem → lists of codes.

use super::Compiler;
use crate::definitions::{CodeSystem, CompiledCodes, CompiledValueSet, plain};
use crate::document::{Document, NameId, NodeId, name};
use std::collections::{BTreeMap, BTreeSet};

/// (system, code)
type Codings = BTreeSet<(String, String)>;

/// Value sets may include each other, but not in a circle; the specification's own go three levels deep.
const DEEPEST: usize = 16;

impl Compiler<'_> {
    /// Expands a value set as far as that can be done offline.
    pub(super) fn value_set(&self, url: &str) -> CompiledValueSet {
        let name = self.value_sets.get(url).and_then(|&(document, resource)| {
            document.member_text(resource, name::TITLE).or_else(|| document.member_text(resource, name::NAME))
        });
        let expansion = self.expand(url, 0).and_then(|codings| {
            let mut systems: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for (system, code) in codings {
                systems.entry(system).or_default().push(code);
            }
            let mut listed = Vec::new();
            for (system, codes) in systems {
                let codes = codes.join("\n");
                if codes.len() > MOST_LISTED_BYTES && !system.starts_with(R4_SYSTEMS) {
                    return Err(format!("a long list of {system}, which has grown since R4"));
                }
                listed.push(CompiledCodes { system, codes });
            }
            Ok(listed)
        });
        CompiledValueSet { url: url.to_owned(), name: name.unwrap_or_default().into_owned(), expansion }
    }

    fn expand(&self, url: &str, depth: usize) -> Result<Codings, String> {
        let url = url.split('|').next().unwrap_or(url);
        let &(document, resource) =
            self.value_sets.get(url).ok_or_else(|| format!("the package has no ValueSet {url}"))?;
        let compose = document.member(resource, name::COMPOSE).ok_or_else(|| format!("{url} has no compose"))?;
        if depth > DEEPEST {
            return Err(format!("{url} includes itself"));
        }
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

    /// What one include (or exclude) names: the codes of its system that are also in all its value sets.
    fn include(&self, document: &Document<'_>, include: NodeId, depth: usize) -> Result<Codings, String> {
        let mut found: Option<Codings> = None;
        let mut narrow = |codings: Codings| {
            found = Some(match found.take() {
                Some(before) => before.intersection(&codings).cloned().collect(),
                None => codings,
            });
        };
        for canonical in document.member_items(include, name::VALUE_SET).filter_map(|node| document.string(node)) {
            narrow(self.expand(&canonical, depth + 1)?);
        }
        if let Some(system) = document.member_text(include, name::SYSTEM) {
            let mut listed = document.member_items(include, name::CONCEPT).peekable();
            let codes: Vec<String> = if listed.peek().is_some() {
                listed
                    .filter_map(|concept| document.member_text(concept, name::CODE).map(|code| code.into_owned()))
                    .collect()
            } else {
                self.filtered(document, include, &system)?
            };
            narrow(codes.into_iter().map(|code| (system.clone().into_owned(), code)).collect());
        }
        Ok(found.unwrap_or_default())
    }

    /// The codes of a whole code system, or those that the include's filters let through.
    fn filtered(&self, document: &Document<'_>, include: NodeId, system: &str) -> Result<Vec<String>, String> {
        let ancestors = self.code_system(system)?;
        let mut codes: Vec<String> = ancestors.keys().cloned().collect();
        // They select others, and stand for nothing themselves. HL7 v3's are left in: R4's own examples hold some.
        if !system.starts_with(V3_SYSTEMS)
            && let Some(&(document, resource)) = self.code_systems.get(system)
        {
            let mut selectors = BTreeSet::new();
            not_selectable(document, resource, &mut selectors);
            codes.retain(|code| !selectors.contains(code));
        }
        for filter in document.member_items(include, name::FILTER) {
            let text = |name: NameId| document.member_text(filter, name).unwrap_or_default().into_owned();
            let (property, op, value) = (text(name::PROPERTY), text(name::OP), text(name::VALUE));
            let is_a =
                |code: &String| *code == value || ancestors.get(code).is_some_and(|above| above.contains(&value));
            match (property.as_str(), op.as_str()) {
                ("concept", "is-a") => codes.retain(is_a),
                ("concept", "is-not-a") => codes.retain(|code| !is_a(code)),
                ("concept", "descendent-of") => codes.retain(|code| *code != value && is_a(code)),
                _ => return Err(format!("the filter {property} {op} {value} on {system} is not supported")),
            }
        }
        Ok(codes)
    }

    /// The code systems that value sets take their codes from, as far as they are complete.
    pub(super) fn systems_of(&self, sets: &[CompiledValueSet]) -> Vec<(String, CodeSystem<String>)> {
        let used: BTreeSet<&str> = sets
            .iter()
            .filter_map(|set| set.expansion.as_ref().ok())
            .flatten()
            .map(|codes| codes.system.as_str())
            .collect();
        let mut systems = Vec::new();
        for url in used {
            let Some(&(document, resource)) = self.code_systems.get(url) else { continue };
            if document.member_text(resource, name::CONTENT).as_deref() != Some("complete") {
                continue;
            }
            let mut all = BTreeMap::new();
            displays(document, resource, &mut all);
            let codes: Vec<&str> = all.keys().map(String::as_str).collect();
            let length: usize = codes.iter().map(|code| code.len() + 1).sum();
            if length > MOST_CODE_BYTES && !url.starts_with(R4_SYSTEMS) {
                continue;
            }
            let mut texts: Vec<&str> = all.values().map(String::as_str).collect();
            if texts.iter().map(|text| text.len()).sum::<usize>() > MOST_DISPLAY_BYTES {
                texts.clear();
            }
            systems.push((url.to_owned(), CodeSystem { codes: codes.join("\n"), displays: texts.join("\n") }));
        }
        systems
    }

    /// The codes of a code system, each with all codes above it.
    fn code_system(&self, url: &str) -> Result<BTreeMap<String, BTreeSet<String>>, String> {
        let &(document, resource) =
            self.code_systems.get(url).ok_or_else(|| format!("the package does not hold the code system {url}"))?;
        let content = document.member_text(resource, name::CONTENT).unwrap_or_default();
        if content != "complete" {
            return Err(format!("the package holds the code system {url} as {content}, not complete"));
        }
        let mut parents = BTreeMap::new();
        concepts(document, resource, None, &mut parents);
        Ok(parents
            .keys()
            .map(|code| {
                let mut above = BTreeSet::new();
                let mut next: Vec<&String> = vec![code];
                while let Some(code) = next.pop() {
                    for parent in parents.get(code).into_iter().flatten() {
                        if above.insert(parent.clone()) {
                            next.push(parent);
                        }
                    }
                }
                (code.clone(), above)
            })
            .collect())
    }
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
