//! ValueSet → lists of codes.

use super::code_system::{R4_SYSTEMS, V3_SYSTEMS};
use super::element::Element;
use super::issue::{DefinitionIssue, DefinitionIssueKind};
use super::resources::Resources;
use super::scope::{Extent, Scope, System};
use super::tables::Tables;
use super::texts::{Pairs, Texts};
use crate::definitions::{CodeSystem, Codes, CompiledValueSet, plain_url};
use crate::document::{name, ordered};
use crate::fhirpath::{Mode, Regex};
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

fn too_many() -> ListFault {
    "there are too many codes to list".to_owned().into()
}

/// The systems and codes of a value set by their numbers, or why there is no list of them.
type CodeList = Result<Rc<Pairs>, ListFault>;

/// What one of R4 may list of a system that is not R4's own.
const MOST_LISTED_BYTES: usize = 20_000;

/// Lists what value sets hold. They may include each other, but not in a circle.
struct Lists<'s, 'd> {
    resources: &'s Resources<'d>,
    tables: &'s Tables<'s>,
    extent: Extent,
    /// The code systems of packages below.
    systems: &'s [System<'s>],
    /// URLs of systems, and codes.
    texts: Texts,
    /// The URLs of the value sets that were listed.
    urls: Texts,
    /// Their codes; none for one that is being listed.
    done: Vec<Option<CodeList>>,
    /// How many codes may still be listed.
    left: usize,
    /// How many may still be looked at for that.
    work: usize,
}

/// Value sets may include each other; the specification's own go three levels deep.
const DEEPEST: usize = 64;

/// As many codes are listed in one layer: sets that include each other could have more than there is memory.
const MOST_CODES: usize = 4_000_000;

/// And as many are looked at: the same set may be included ten thousand times.
const MOST_WORK: usize = 20_000_000;

/// What it takes to read a concept, and to look for one in a list.
const READING: usize = 4;

/// Takes in the value sets of the layer, which what it says of elements means first.
pub(super) fn define_value_sets(resources: &Resources<'_>, tables: &mut Tables<'_>, issues: &mut Vec<DefinitionIssue>) {
    // In the order of their URLs, of each the newest first.
    let all = resources.versions("ValueSet");
    for resource in all.chunk_by(|one, other| one.url == other.url).flat_map(|same| same.iter().rev()) {
        if tables.define_value_set(&resource.url, &resource.version).is_none() {
            issues.push(resource.issue(DefinitionIssueKind::TooMany, "is one of too many value sets"));
        }
    }
}

/// The value sets: those of the layer, and in R4 those that elements are bound to.
pub(super) fn value_sets(
    resources: &Resources<'_>,
    tables: &Tables<'_>,
    scope: &Scope<'_>,
    issues: &mut Vec<DefinitionIssue>,
) -> Vec<CompiledValueSet> {
    let extent = scope.extent;
    let (texts, urls, done) = (Texts::default(), Texts::default(), Vec::new());
    let mut lists = Lists {
        resources,
        tables,
        extent,
        systems: &scope.systems,
        texts,
        urls,
        done,
        left: MOST_CODES,
        work: MOST_WORK,
    };
    let mut sets = Vec::new();
    let versions = tables.versions();
    for &place in &tables.value_sets {
        let canonical = tables.canonical(place);
        let (url, asked) = canonical.split_once('|').unwrap_or((canonical, ""));
        let own = versions.get(usize::from(place)).copied().flatten().map(|version| [url, "|", version].concat());
        let canonical = own.as_deref().unwrap_or(canonical);
        let resource = resources.find("ValueSet", own.as_deref().unwrap_or(url)).filter(|_| !tables.is_open(place));
        let expansion = lists.expansion(canonical);
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
        if let (Some(resource), Ok(codes), Extent::All) = (resource, &expansion, extent) {
            let unlisted: Vec<&str> =
                codes.iter().filter(|codes| codes.is_partial()).map(|codes| &*codes.system).collect();
            if !unlisted.is_empty() {
                let problem = format!("can be listed only in part offline, not its codes of {}", unlisted.join(", "));
                let issue = resource.issue(DefinitionIssueKind::NotSupported, &problem);
                issues.push(issue.at("compose").with_severity(Severity::Information));
            }
        }
        sets.push(CompiledValueSet {
            place,
            url: url.to_owned(),
            origin: resource.and_then(|one| scope.origin(one)).unwrap_or_else(|| (asked.to_owned(), String::new())),
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
        // That very version; else the one that is there, unless a package below has that which is asked for.
        let exact = self.resources.find("ValueSet", url);
        let has_below = || {
            let below = self.tables.base.value_sets().iter();
            url.split_once('|').is_some_and(|(url, version)| {
                below.clone().any(|set| !set.is_open && set.url == url && set.version == version)
            })
        };
        let own = exact.or_else(|| self.resources.find("ValueSet", plain_url(url)).filter(|_| !has_below()));
        let canonical = own.map(|own| [&*own.url, "|", &own.version].concat());
        let url = canonical.as_deref().unwrap_or(url);
        if let Some(number) = self.urls.find(url) {
            let circle = || Err(ListFault { reason: format!("{} includes itself", plain_url(url)), is_fault: true });
            return self.done.get(number as usize).cloned().flatten().unwrap_or_else(circle);
        }
        if depth > DEEPEST {
            return Err(format!("{} is included too deeply", plain_url(url)).into());
        }
        let number = self.urls.number(url) as usize;
        self.done.push(None);
        let listed = match self.list(url, depth) {
            Ok(codings) if codings.as_slice().len() > self.left => Err(too_many()),
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
        let composed = match resource.element.member(name::COMPOSE) {
            Some(compose) => self.composed(compose, depth),
            None => Err(format!("{} has no compose", plain_url(url)).into()),
        };
        let any = self.any();
        let is_whole = composed.as_ref().is_ok_and(|codings| !codings.as_slice().iter().any(|(_, code)| *code == any));
        match resource.element.get("expansion") {
            Some(expansion) if !is_whole && self.extent == Extent::All => self.shipped(expansion).map_or(composed, Ok),
            _ => composed,
        }
    }

    /// In the place of a code: that of any code of the system it is not known whether it is in the set.
    fn any(&mut self) -> u32 {
        self.texts.number("")
    }

    fn composed(&mut self, compose: Element<'_>, depth: usize) -> Result<Pairs, ListFault> {
        let mut codings = Vec::new();
        for include in compose.items(name::INCLUDE) {
            let included = self.include(include, depth)?;
            self.look_at(included.as_slice().len())?;
            codings.extend_from_slice(included.as_slice());
            // Nearly always they are different ones.
            if codings.len() > self.left {
                codings = Pairs::of(&codings).as_slice().to_vec();
                self.look_at(codings.len())?;
            }
        }
        let any = self.any();
        for exclude in compose.items(name::EXCLUDE) {
            let excluded = self.include(exclude, depth)?;
            self.look_at(codings.len())?;
            codings.retain(|&coding| coding.1 == any || !excluded.has(coding));
            for (system, code) in &mut codings {
                if excluded.has((*system, any)) {
                    *code = any;
                }
            }
        }
        Ok(Pairs::of(&codings))
    }

    /// Takes from what may be looked at.
    fn look_at(&mut self, codes: usize) -> Result<(), ListFault> {
        let left = self.work.checked_sub(codes);
        self.work = left.unwrap_or(0);
        left.map(|_| ()).ok_or_else(too_many)
    }

    /// The codes of an expansion that the package brings; nothing where that is only a page of it.
    fn shipped(&mut self, expansion: Element<'_>) -> Option<Pairs> {
        let mut codings = Vec::new();
        self.contained(expansion, &mut codings);
        let total = expansion.get("total").map_or(0, |total| total.value().parse().unwrap_or(usize::MAX));
        (!codings.is_empty() && total <= codings.len()).then(|| Pairs::of(&codings))
    }

    fn contained(&mut self, holder: Element<'_>, codings: &mut Vec<(u32, u32)>) {
        for concept in holder.get("contains").into_iter().flat_map(Element::members) {
            if let Some((system, code)) = concept.text(name::SYSTEM).zip(concept.text(name::CODE)) {
                codings.push((self.texts.number(&system), self.texts.number(&code)));
            }
            self.contained(concept, codings);
        }
    }

    /// The codes of a value set that the base has.
    fn of_base(&mut self, url: &str) -> Result<Pairs, ListFault> {
        let place = self.tables.known_value_set(url).or_else(|| self.tables.any_version(url));
        let Some(set) = place.and_then(|place| self.tables.base.value_sets().get(usize::from(place))) else {
            return Err(format!("the package has no ValueSet {url}").into());
        };
        let mut codings = Vec::new();
        for codes in set.expansion().map_err(str::to_owned)? {
            let system = self.texts.number(&codes.system);
            codings.extend(codes.is_partial().then(|| (system, self.any())));
            codings.extend(codes.iter().map(|code| (system, self.texts.number(code))));
        }
        Ok(Pairs::of(&codings))
    }

    /// What one include (or exclude) names: the codes of its system that are also in all its value sets.
    fn include(&mut self, include: Element<'_>, depth: usize) -> CodeList {
        let mut found: Option<Rc<Pairs>> = None;
        for canonical in include.items(name::VALUE_SET).filter_map(Element::string) {
            let other = self.expand(&canonical, depth + 1)?;
            self.look_at(found.as_ref().map_or(1, |found| found.as_slice().len()))?;
            found = Some(both(found, other));
        }
        let is_alone = found.is_none();
        if !is_alone && (include.items(name::VALUE_SET).count() > 1 || include.member(name::SYSTEM).is_some()) {
            let any = self.any();
            if found.as_ref().is_some_and(|found| found.as_slice().iter().any(|(_, code)| *code == any)) {
                return Err("what is in several value sets cannot be told of those that are listed in part"
                    .to_owned()
                    .into());
            }
        }
        if let Some(system) = include.text(name::SYSTEM) {
            let mut codes = Vec::new();
            let mut is_listed = false;
            for concept in include.items(name::CONCEPT) {
                is_listed = true;
                codes.extend(concept.text(name::CODE).map(|code| self.texts.number(&code)));
            }
            if !is_listed {
                codes = match self.filtered(include, &system) {
                    Err(unlisted) if is_alone && !unlisted.is_fault && self.extent == Extent::All && self.work > 0 => {
                        vec![self.any()]
                    }
                    found => found?,
                };
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
        self.look_at(1)?;
        let mut filters = include.items(name::FILTER).peekable();
        let of_base = self.tables.base.code_systems_of(system);
        let asked = include.text(name::VERSION);
        let asked = asked.as_deref();
        let exact = asked.and_then(|version| self.resources.find("CodeSystem", &[system, "|", version].concat()));
        let exact_below = of_base.iter().find(|(_, one)| exact.is_none() && asked == Some(&*one.version));
        let own = self.resources.find("CodeSystem", system).filter(|_| exact_below.is_none());
        let Some(resource) = exact.or(own) else {
            // What is nearest, of these the newest.
            let nearness = |one: &CodeSystem| self.tables.needs.nearness(&one.package);
            let nearest = of_base.iter().max_by_key(|(_, one)| nearness(one));
            let Some((_, known)) = exact_below.or(nearest) else {
                return Err(format!("the package does not hold the code system {system}").into());
            };
            if filters.peek().is_some() {
                let is_it = |one: &&System<'_>| {
                    (one.url, one.version) == (system, &*known.version) && *one.package == *known.package
                };
                if let Some(text) = self.systems.iter().find(is_it).map(|one| one.text) {
                    self.look_at(text.len() / READING)?;
                    if let Ok(document) = self.tables.base.read_definition(text) {
                        return self.of_system(Element::root(&document), system, include);
                    }
                }
                return Err(format!("the order of the codes of {system} is not kept: it cannot be filtered").into());
            }
            let codes: Vec<u32> = known.codes.lines().map(|code| self.texts.number(code)).collect();
            self.look_at(codes.len() * READING)?;
            return Ok(codes);
        };
        self.of_system(resource.element, system, include)
    }

    /// The same of a code system whose resource is there.
    fn of_system(&mut self, element: Element<'_>, system: &str, include: Element<'_>) -> Result<Vec<u32>, ListFault> {
        let content = element.text_or_empty(name::CONTENT);
        if content != "complete" {
            return Err(format!("the package holds the code system {system} as {content}, not complete").into());
        }
        // Selectors select others, and stand for nothing themselves. HL7 v3's are left in: R4's own examples hold some.
        let has_selectors = system.starts_with(V3_SYSTEMS);
        let mut concepts = Concepts::default();
        concepts.add(element, None, &mut self.texts);
        self.look_at(concepts.codes.len() * READING)?;
        let (mut codes, parents) = (concepts.codes, Pairs::of(&concepts.parents));
        if !has_selectors {
            let selectors = marks(&concepts.selectors, self.texts.len());
            codes.retain(|&code| !is_marked(&selectors, code));
        }
        for filter in include.items(name::FILTER) {
            let text = |name| filter.text_or_empty(name);
            self.look_at(codes.len() * READING + self.texts.len() / 16)?;
            let (property, op, value) = (text(name::PROPERTY), text(name::OP), text(name::VALUE));
            let (below, itself) = match (property.as_str(), op.as_str()) {
                ("concept", "is-a" | "generalizes") => (true, true),
                ("concept", "is-not-a") => (false, false),
                ("concept", "descendent-of") => (true, false),
                _ => {
                    let test = Test::of(&op, &value)
                        .ok_or_else(|| format!("the filter {property} {op} {value} on {system} is not supported"))?;
                    let mut passing = vec![false; self.texts.len()];
                    self.mark(element, &property, &test, &mut passing);
                    codes.retain(|&code| is_marked(&passing, code));
                    continue;
                }
            };
            let value = self.texts.number(&value);
            let related = if op == "generalizes" {
                let children: Vec<(u32, u32)> =
                    parents.as_slice().iter().map(|&(parent, child)| (child, parent)).collect();
                all_below(value, &Pairs::of(&children), self.texts.len())
            } else {
                all_below(value, &parents, self.texts.len())
            };
            codes.retain(|&code| if code == value { itself } else { is_marked(&related, code) == below });
        }
        Ok(codes)
    }

    /// Marks the codes below a concept, or of a code system, whose property passes a test.
    fn mark(&self, holder: Element<'_>, property: &str, test: &Test, passing: &mut [bool]) {
        for concept in holder.items(name::CONCEPT) {
            let code = concept.text_or_empty(name::CODE);
            let number = self.texts.find(&code);
            let values: Vec<String> = match property {
                "code" | "concept" => vec![code],
                "display" => concept.text(name::DISPLAY).into_iter().collect(),
                _ => {
                    let stated = concept.items(name::PROPERTY).filter(|one| one.is(name::CODE, property));
                    let values = stated.flat_map(Element::members).filter(|one| one.key_begins_with("value"));
                    values.map(|value| value.text(name::CODE).unwrap_or_else(|| value.value())).collect()
                }
            };
            if let Some(mark) = number.and_then(|number| passing.get_mut(number as usize)) {
                *mark = test.passes(&values);
            }
            self.mark(concept, property, test, passing);
        }
    }
}

/// What a filter asks of the values of a property.
enum Test {
    /// That one of them is one of these, or that none is.
    In(Vec<String>, bool),
    Exists(bool),
    Regex(Regex),
}

impl Test {
    fn of(op: &str, value: &str) -> Option<Self> {
        let list = || value.split(',').map(|one| one.trim().to_owned()).collect();
        Some(match op {
            "=" => Self::In(vec![value.to_owned()], true),
            "in" => Self::In(list(), true),
            "not-in" => Self::In(list(), false),
            "exists" => Self::Exists(value == "true"),
            "regex" => Self::Regex(Regex::new(value, Mode { full: true, single_line: false }).ok()?),
            _ => return None,
        })
    }

    fn passes(&self, values: &[String]) -> bool {
        match self {
            Self::In(list, are_in) => values.iter().any(|value| list.contains(value)) == *are_in,
            Self::Exists(are) => values.is_empty() != *are,
            Self::Regex(regex) => values.iter().any(|value| regex.is_match(value, &mut |_| Ok(())) == Ok(true)),
        }
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

#[cfg(test)]
mod tests {
    use crate::definitions::Definitions;

    const CODE_SYSTEM: &str = r#"{"resourceType":"CodeSystem","url":"http://example.org/cs","status":"active","content":"complete","concept":[
        {"code":"a","display":"A","property":[{"code":"p","valueCode":"x"}],"concept":[
            {"code":"b","property":[{"code":"p","valueCode":"y"},{"code":"flag","valueBoolean":true}],"concept":[
                {"code":"c","property":[{"code":"s","valueString":"hello"}]}]}]},
        {"code":"d","property":[{"code":"s","valueString":"help"}]},
        {"code":"e","property":[{"code":"notSelectable","valueBoolean":true}]},
        {"code":"f","property":[{"code":"parent","valueCode":"d"},{"code":"p","valueCoding":{"system":"http://example.org","code":"z"}}]}]}"#;

    /// Which of the codes a to f a value set has: `?` where that is not known.
    fn codes_of(value_set: &str, more: &str) -> String {
        let sets = [value_set, more].map(|body| {
            let name = if body == more { "more" } else { "set" };
            format!(
                r#"{{"resourceType":"ValueSet","url":"http://example.org/{name}","name":"a","status":"active",{body}}}"#
            )
        });
        let (definitions, _) = Definitions::r4().with([CODE_SYSTEM.to_owned(), sets[0].clone(), sets[1].clone()]);
        let set = definitions.value_sets().iter().find(|set| set.url == "http://example.org/set").unwrap();
        let codes = ["a", "b", "c", "d", "e", "f"].into_iter();
        let has = |code| match set.has_coding("http://example.org/cs", code) {
            Some(true) => code,
            Some(false) => "",
            None => "?",
        };
        codes.map(has).collect()
    }

    #[test]
    fn filters_choose_codes_by_their_place_and_their_properties() {
        let filtered = |property: &str, op: &str, value: &str| {
            let filter = format!(r#"{{"property":"{property}","op":"{op}","value":"{value}"}}"#);
            codes_of(
                &format!(r#""compose":{{"include":[{{"system":"http://example.org/cs","filter":[{filter}]}}]}}"#),
                "",
            )
        };
        for (property, op, value, expected) in [
            ("concept", "is-a", "b", "bc"),
            ("concept", "is-a", "d", "df"),
            ("concept", "descendent-of", "a", "bc"),
            ("concept", "is-not-a", "b", "adf"),
            ("concept", "generalizes", "c", "abc"),
            ("concept", "in", "a, d", "ad"),
            ("concept", "not-in", "a,d", "bcf"),
            ("code", "regex", "[ab]", "ab"),
            ("display", "=", "A", "a"),
            ("p", "=", "x", "a"),
            ("p", "=", "z", "f"),
            ("p", "in", "x,y", "ab"),
            ("p", "exists", "true", "abf"),
            ("p", "exists", "false", "cd"),
            ("flag", "=", "true", "b"),
            ("s", "regex", "hel.", "d"),
            ("s", "regex", "(", "??????"),
            ("concept", "child-of", "a", "??????"),
        ] {
            assert_eq!(filtered(property, op, value), expected, "{property} {op} {value}");
        }
    }

    #[test]
    fn of_a_set_that_is_known_in_part_what_no_part_can_hold_is_not_in_it() {
        let loinc = r#"{"system":"http://loinc.org"}"#;
        let of_loinc = format!(
            r#""compose":{{"include":[{loinc},{{"system":"http://example.org/cs","concept":[{{"code":"a"}}]}}]}}"#
        );
        assert_eq!(codes_of(&of_loinc, ""), "a");
        let more = r#""compose":{"include":[{"valueSet":["http://example.org/more"]}]}"#;
        assert_eq!(codes_of(more, &of_loinc), "a");
        assert_eq!(codes_of(more, ""), "??????");
        let less = r#""compose":{"include":[{"system":"http://example.org/cs"}],
            "exclude":[{"system":"http://example.org/cs","filter":[{"property":"concept","op":"child-of","value":"a"}]}]}"#;
        assert_eq!(codes_of(less, ""), "??????");
    }

    #[test]
    fn an_expansion_that_is_brought_counts_where_its_rules_cannot_be_followed() {
        let expansion = |total: u32| {
            format!(
                r#""compose":{{"include":[{{"system":"http://loinc.org"}}]}},"expansion":{{"timestamp":"2026","total":{total},"contains":[
                {{"system":"http://example.org/cs","code":"a","contains":[{{"system":"http://example.org/cs","code":"b"}}]}}]}}"#
            )
        };
        assert_eq!(codes_of(&expansion(2), ""), "ab");
        assert_eq!(codes_of(&expansion(3), ""), "", "a page of it");
    }
}
