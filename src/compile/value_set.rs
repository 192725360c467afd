//! ValueSet and CodeSystem → lists of codes.

use super::element::Element;
use super::issue::{DefinitionIssue, DefinitionIssueKind};
use super::resources::Resources;
use super::tables::{Extent, Tables};
use super::texts::{Pairs, Texts};
use crate::definitions::{CodeSystem, Codes, CompiledValueSet, Definitions, plain, plain_url};
use crate::document::{name, ordered};
use crate::report::Severity;
use std::rc::Rc;

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

/// The systems and codes of a value set by their numbers, or why there is no list of them.
type CodeList = Result<Rc<Pairs>, ListFault>;

/// Lists what value sets hold. They may include each other, but not in a circle.
struct Lists<'s, 'd> {
    resources: &'s Resources<'d>,
    base: &'s Definitions,
    extent: Extent,
    /// URLs of systems, and codes.
    texts: Texts,
    /// The URLs of the value sets that were listed.
    urls: Texts,
    /// Their codes; none for one that is being listed.
    done: Vec<Option<CodeList>>,
    /// How many codes may still be listed.
    left: usize,
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
        for resource in resources.by_url("ValueSet") {
            if tables.define_value_set(&resource.url).is_none() {
                issues.push(resource.issue(DefinitionIssueKind::TooMany, "is one of too many value sets"));
            }
        }
    }
    let (texts, urls, done) = (Texts::default(), Texts::default(), Vec::new());
    let mut lists = Lists { resources, base: tables.base, extent, texts, urls, done, left: MOST_CODES };
    let mut sets = Vec::new();
    for &place in &tables.value_sets {
        let url = tables.url(place);
        let resource = resources.find("ValueSet", url);
        let expansion = lists.expansion(url);
        if let (Some(resource), Err(unlisted), Extent::All) = (resource, &expansion, extent) {
            let (kind, severity) = match unlisted.is_fault {
                true => (DefinitionIssueKind::Invalid, Severity::Warning),
                false => (DefinitionIssueKind::NotSupported, Severity::Information),
            };
            let problem = format!("cannot be listed offline, its codes are not compared: {}", unlisted.reason);
            issues.push(resource.issue(kind, &problem).at("compose").with_severity(severity));
        }
        let name =
            resource.map(|one| one.element).and_then(|one| one.text(name::TITLE).or_else(|| one.text(name::NAME)));
        sets.push(CompiledValueSet {
            place,
            url: url.to_owned(),
            name: name.unwrap_or_default(),
            expansion: expansion.map_err(|unlisted| unlisted.reason.into()),
        });
    }
    sets
}

impl Lists<'_, '_> {
    /// Expands a value set as far as that can be done offline.
    fn expansion(&mut self, url: &str) -> Result<Vec<Codes>, ListFault> {
        let codings = self.expand(url, 0)?;
        let codings = codings.as_slice();
        let texts = |place: usize| {
            let (system, code) = codings.get(place).copied().unwrap_or_default();
            (self.texts.get(system), self.texts.get(code))
        };
        let mut lists: Vec<(&str, String)> = Vec::new();
        for place in ordered(codings.len(), &mut |one, other| texts(one).cmp(&texts(other))) {
            let (system, code) = texts(place);
            match lists.last_mut() {
                Some((same, codes)) if *same == system => {
                    codes.push('\n');
                    codes.push_str(code);
                }
                _ => lists.push((system, code.to_owned())),
            }
        }
        let mut listed = Vec::new();
        for (system, codes) in lists {
            if self.extent == Extent::R4 && codes.len() > MOST_LISTED_BYTES && !system.starts_with(R4_SYSTEMS) {
                return Err(format!("a long list of {system}, which has grown since R4").into());
            }
            listed.push(Codes { system: system.to_owned().into(), codes: codes.into() });
        }
        Ok(listed)
    }

    /// The codes of a value set, which is listed once.
    fn expand(&mut self, url: &str, depth: usize) -> CodeList {
        let url = plain_url(url);
        if let Some(number) = self.urls.find(url) {
            let circle = || Err(ListFault { reason: format!("{url} includes itself"), is_fault: true });
            return self.done.get(number as usize).cloned().flatten().unwrap_or_else(circle);
        }
        if depth > DEEPEST {
            return Err(format!("{url} is included too deeply").into());
        }
        let number = self.urls.number(url) as usize;
        self.done.push(None);
        let listed = match self.list(url, depth) {
            Ok(codings) if codings.as_slice().len() > self.left => {
                Err("there are too many codes to list".to_owned().into())
            }
            Ok(codings) => {
                self.left -= codings.as_slice().len();
                Ok(Rc::new(codings))
            }
            Err(fault) => Err(fault),
        };
        if let Some(done) = self.done.get_mut(number) {
            *done = Some(listed.clone());
        }
        listed
    }

    fn list(&mut self, url: &str, depth: usize) -> Result<Pairs, ListFault> {
        let Some(resource) = self.resources.find("ValueSet", url) else { return self.of_base(url) };
        let Some(compose) = resource.element.member(name::COMPOSE) else {
            return Err(format!("{url} has no compose").into());
        };
        let mut codings = Vec::new();
        for include in compose.items(name::INCLUDE) {
            codings.extend_from_slice(self.include(include, depth)?.as_slice());
        }
        let mut codings = Pairs::of(&codings);
        for exclude in compose.items(name::EXCLUDE) {
            codings.retain(&*self.include(exclude, depth)?, false);
        }
        Ok(codings)
    }

    /// The codes of a value set that the base has.
    fn of_base(&mut self, url: &str) -> Result<Pairs, ListFault> {
        let Some(set) = self.base.value_sets().iter().find(|set| set.url == url) else {
            return Err(format!("the package has no ValueSet {url}").into());
        };
        let mut codings = Vec::new();
        for codes in set.expansion().map_err(str::to_owned)? {
            let system = self.texts.number(&codes.system);
            codings.extend(codes.iter().map(|code| (system, self.texts.number(code))));
        }
        Ok(Pairs::of(&codings))
    }

    /// What one include (or exclude) names: the codes of its system that are also in all its value sets.
    fn include(&mut self, include: Element<'_>, depth: usize) -> CodeList {
        let mut found: Option<Rc<Pairs>> = None;
        for canonical in include.items(name::VALUE_SET).filter_map(Element::string) {
            found = Some(both(found, self.expand(&canonical, depth + 1)?));
        }
        if let Some(system) = include.text(name::SYSTEM) {
            let mut codes = Vec::new();
            let mut is_listed = false;
            for concept in include.items(name::CONCEPT) {
                is_listed = true;
                codes.extend(concept.text(name::CODE).map(|code| self.texts.number(&code)));
            }
            if !is_listed {
                codes = self.filtered(include, &system)?;
            }
            let system = self.texts.number(&system);
            let codings: Vec<(u32, u32)> = codes.into_iter().map(|code| (system, code)).collect();
            found = Some(both(found, Rc::new(Pairs::of(&codings))));
        }
        let neither = || "an include or exclude has neither system nor valueSet".to_owned();
        found.ok_or_else(|| ListFault { reason: neither(), is_fault: true })
    }

    /// The codes of a whole code system, or those that the include's filters let through.
    fn filtered(&mut self, include: Element<'_>, system: &str) -> Result<Vec<u32>, ListFault> {
        let mut filters = include.items(name::FILTER).peekable();
        let mut concepts = Concepts::default();
        let Some(resource) = self.resources.find("CodeSystem", system) else {
            let Some(known) = self.base.code_system(system) else {
                return Err(format!("the package does not hold the code system {system}").into());
            };
            if filters.peek().is_some() {
                return Err(format!("the order of the codes of {system} is not kept: it cannot be filtered").into());
            }
            concepts.codes.extend(known.codes.lines().map(|code| self.texts.number(code)));
            return Ok(concepts.codes);
        };
        let content = resource.element.text_or_empty(name::CONTENT);
        if content != "complete" {
            return Err(format!("the package holds the code system {system} as {content}, not complete").into());
        }
        // Selectors select others, and stand for nothing themselves. HL7 v3's are left in: R4's own examples hold some.
        let has_selectors = system.starts_with(V3_SYSTEMS);
        concepts.add(resource.element, None, &mut self.texts);
        let (mut codes, parents) = (concepts.codes, Pairs::of(&concepts.parents));
        if !has_selectors {
            let selectors = marks(&concepts.selectors, self.texts.len());
            codes.retain(|&code| !is_marked(&selectors, code));
        }
        for filter in filters {
            let text = |name| filter.text_or_empty(name);
            let (property, op, value) = (text(name::PROPERTY), text(name::OP), text(name::VALUE));
            let (below, itself) = match (property.as_str(), op.as_str()) {
                ("concept", "is-a") => (true, true),
                ("concept", "is-not-a") => (false, false),
                ("concept", "descendent-of") => (true, false),
                _ => return Err(format!("the filter {property} {op} {value} on {system} is not supported").into()),
            };
            let value = self.texts.number(&value);
            let all_below = all_below(value, &parents, self.texts.len());
            codes.retain(|&code| if code == value { itself } else { is_marked(&all_below, code) == below });
        }
        Ok(codes)
    }
}

/// What is in both sets, where there are two.
fn both(one: Option<Rc<Pairs>>, other: Rc<Pairs>) -> Rc<Pairs> {
    let Some(mut one) = one else { return other };
    Rc::make_mut(&mut one).retain(&other, true);
    one
}

fn is_marked(marks: &[bool], number: u32) -> bool {
    marks.get(number as usize) == Some(&true)
}

fn marks(numbers: &[u32], count: usize) -> Vec<bool> {
    let mut marks = vec![false; count];
    for &number in numbers {
        if let Some(mark) = marks.get_mut(number as usize) {
            *mark = true;
        }
    }
    marks
}

/// Marks a code and all below it.
fn all_below(code: u32, parents: &Pairs, count: usize) -> Vec<bool> {
    let mut found = vec![false; count];
    let mut next = vec![code];
    while let Some(code) = next.pop() {
        if let Some(known) = found.get_mut(code as usize).filter(|known| !**known) {
            *known = true;
            next.extend(parents.beginning_with(code).iter().map(|&(_, child)| child));
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
    let mut used = Texts::default();
    for codes in sets.iter().flat_map(|set| &set.expansion).flatten() {
        used.number(&codes.system);
    }
    let mut systems = Vec::new();
    for resource in resources.by_url("CodeSystem") {
        if extent == Extent::R4 && used.find(&resource.url).is_none() || !resource.element.is(name::CONTENT, "complete")
        {
            continue;
        }
        let mut all = Displays::default();
        all.add(resource.element);
        let (mut codes, mut texts) = (Vec::new(), Vec::new());
        for number in all.codes.sorted() {
            codes.push(all.codes.get(number));
            texts.extend(all.displays.get(number as usize).map(String::as_str));
        }
        if extent == Extent::R4 {
            let length: usize = codes.iter().map(|code| code.len() + 1).sum();
            if length > MOST_CODE_BYTES && !resource.url.starts_with(R4_SYSTEMS) {
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
        let system = CodeSystem {
            version: resource.element.text_or_empty(name::VERSION).into(),
            codes: codes.join("\n").into(),
            displays: texts.join("\n").into(),
        };
        systems.push((resource.url.clone(), system));
    }
    systems
}

/// Code systems under this URL are part of R4, and as fixed as it is. Others have grown since, and the longest of them are too long.
const R4_SYSTEMS: &str = "http://hl7.org/fhir/";
const V3_SYSTEMS: &str = "http://terminology.hl7.org/CodeSystem/v3-";
const MOST_CODE_BYTES: usize = 3_000;
/// What a value set may list of them.
const MOST_LISTED_BYTES: usize = 20_000;

/// Longer lists of displays would cost more than they tell: races, tribes, act codes, DICOM.
const MOST_DISPLAY_BYTES: usize = 2_000;

/// Codes, and what they are called where that says more.
#[derive(Default)]
struct Displays {
    codes: Texts,
    displays: Vec<String>,
}

impl Displays {
    /// Takes in the codes below a concept, or of a code system.
    fn add(&mut self, holder: Element<'_>) {
        for concept in holder.items(name::CONCEPT) {
            let Some(code) = concept.text(name::CODE) else { continue };
            let mut display = concept.text_or_empty(name::DISPLAY);
            if plain(&display) == plain(&code) {
                display.clear();
            }
            // A display of several lines would break the list.
            let display = display.split_whitespace().collect::<Vec<_>>().join(" ");
            match self.displays.get_mut(self.codes.number(&code) as usize) {
                Some(before) => *before = display,
                None => self.displays.push(display),
            }
            self.add(concept);
        }
    }
}

/// The concepts of a code system, by the numbers of their codes.
#[derive(Default)]
struct Concepts {
    codes: Vec<u32>,
    /// Codes, and others directly below them.
    parents: Vec<(u32, u32)>,
    /// Those that are "only intended to be used as a selector for other concepts" (R4, concept-properties).
    selectors: Vec<u32>,
}

impl Concepts {
    /// Takes in those below a concept, or of a code system. The parents of a code are the concept around it, and those that properties name.
    fn add(&mut self, holder: Element<'_>, around: Option<u32>, texts: &mut Texts) {
        for concept in holder.items(name::CONCEPT) {
            let code = concept.text(name::CODE).map(|code| texts.number(&code));
            if let Some(code) = code {
                self.codes.push(code);
                self.parents.extend(around.map(|around| (around, code)));
                for property in concept.items(name::PROPERTY) {
                    let of = property.text_or_empty(name::CODE);
                    if of == "notSelectable" && property.is_true(name::VALUE_BOOLEAN) {
                        self.selectors.push(code);
                    } else if (of == "subsumedBy" || of == "parent")
                        && let Some(parent) = property.text(name::VALUE_CODE)
                    {
                        self.parents.push((texts.number(&parent), code));
                    }
                }
                self.add(concept, Some(code), texts);
            }
        }
    }
}
