//! CodeSystem → its codes, and what they are called.

use super::element::Element;
use super::resources::Resources;
use super::scope::{Extent, Scope};
use super::texts::Texts;
use crate::definitions::{CodeSystem, CompiledValueSet, Definitions, plain, plain_url};
use crate::document::name;

/// The code systems that are complete; of those of v2 and v3 in R4 what its value sets take codes from. Displays are kept of those that
/// elements are bound to.
pub(super) fn code_systems(
    resources: &Resources<'_>,
    base: &Definitions,
    sets: &[CompiledValueSet],
    scope: &Scope<'_>,
) -> Vec<(String, CodeSystem)> {
    let extent = scope.extent;
    let (mut bound, mut used) = (Texts::default(), Texts::default());
    for codes in sets.iter().flat_map(|set| &set.expansion).flatten() {
        bound.number(&codes.system);
    }
    for resource in resources.versions("ValueSet").into_iter().filter(|resource| resource.url.starts_with(R4_SYSTEMS)) {
        let compose = resource.element.member(name::COMPOSE);
        for system in compose.into_iter().flat_map(|compose| compose.items(name::INCLUDE)) {
            if let Some(system) = system.text(name::SYSTEM) {
                used.number(&system);
            }
        }
    }
    let mut systems = Vec::new();
    for resource in resources.versions("CodeSystem") {
        if !resource.element.is(name::CONTENT, "complete") {
            continue;
        }
        let mut all = Displays { with_others: extent == Extent::All, ..Displays::default() };
        all.add(resource.element);
        let (mut codes, mut texts) = (Vec::new(), Vec::new());
        for number in all.codes.sorted() {
            codes.push(all.codes.get(number));
            texts.extend(all.displays.get(number as usize).map(String::as_str));
        }
        // One without codes lists them somewhere else.
        if codes.is_empty() {
            continue;
        }
        if extent == Extent::R4 {
            let url = resource.url.as_str();
            let is_bound = bound.find(url).is_some();
            let is_old = OLD_SYSTEMS.iter().any(|old| url.starts_with(old));
            let length: usize = codes.iter().map(|code| code.len() + 1).sum();
            let is_kept = url.starts_with(R4_SYSTEMS)
                || length <= MOST_CODE_BYTES && (is_bound || !is_old || used.find(url).is_some());
            if !is_kept && !ALSO_KEPT.contains(&url) {
                continue;
            }
            if !is_bound || texts.iter().map(|text| text.len()).sum::<usize>() > MOST_DISPLAY_BYTES {
                texts.clear();
            }
        }
        let system = CodeSystem {
            package: scope.package(resource).to_owned().into(),
            version: resource.version.clone().into(),
            codes: codes.join("\n").into(),
            displays: texts.join("\n").into(),
        };
        systems.push((resource.url.clone(), system));
    }
    for resource in resources.versions("CodeSystem") {
        if extent == Extent::All && resource.element.is(name::CONTENT, "supplement") {
            supplement(resource.element, base, &mut systems);
        }
    }
    systems
}

/// Adds what a supplement calls the codes of the system that it supplements. One of a system that is not known, or whose displays are not kept,
/// changes nothing.
fn supplement(element: Element<'_>, base: &Definitions, systems: &mut Vec<(String, CodeSystem)>) {
    let canonical = element.text_or_empty(name::SUPPLEMENTS);
    let url = plain_url(&canonical);
    let is_asked =
        |system: &CodeSystem| canonical.split_once('|').is_some_and(|(_, version)| version == &*system.version);
    // The version that it names, or the newest.
    let last = |is_meant: &dyn Fn(&CodeSystem) -> bool| {
        systems.iter().rposition(|(known, system)| known == url && is_meant(system))
    };
    let place = last(&is_asked).or_else(|| last(&|_| true));
    let of_base = base.code_systems_of(url);
    let known = match place {
        Some(place) => systems.get(place).map(|(_, system)| system),
        None => {
            of_base.iter().rev().map(|(_, system)| system).find(|system| is_asked(system)).or(base.code_system(url))
        }
    };
    let Some(known) = known.filter(|known| known.has_displays()) else { return };
    let mut more = Displays { with_others: true, ..Displays::default() };
    more.add(element);
    let mut displays = Vec::new();
    for (code, display) in known.codes.split('\n').zip(known.displays.split('\n')) {
        let number = more.codes.find(code);
        let others = number.and_then(|number| more.displays.get(number as usize)).filter(|others| !others.is_empty());
        displays.push(match others {
            Some(others) => [display, "\t", others].concat(),
            None => display.to_owned(),
        });
    }
    let system = CodeSystem { displays: displays.join("\n").into(), ..known.clone() };
    if let Some((_, known)) = place.and_then(|place| systems.get_mut(place)) {
        *known = system;
        return;
    }
    let place = systems.partition_point(|(known, _)| known.as_str() < url);
    systems.insert(place, (url.to_owned(), system));
}

/// Code systems under this URL are part of R4, and as fixed as it is. Others have grown since, and the longest of them are too long.
pub(super) const R4_SYSTEMS: &str = "http://hl7.org/fhir/";
pub(super) const V3_SYSTEMS: &str = "http://terminology.hl7.org/CodeSystem/v3-";
/// Those of older standards: five hundred, most of which nobody names in FHIR.
const OLD_SYSTEMS: [&str; 2] = [V3_SYSTEMS, "http://terminology.hl7.org/CodeSystem/v2-"];
/// The classes of encounters, the units of doses and the states of acts, which R4's own resources name.
const ALSO_KEPT: [&str; 3] = [
    "http://terminology.hl7.org/CodeSystem/v3-ActCode",
    "http://terminology.hl7.org/CodeSystem/v3-orderableDrugForm",
    "http://terminology.hl7.org/CodeSystem/v3-ActStatus",
];
const MOST_CODE_BYTES: usize = 3_000;

/// Longer lists of displays would cost more than they tell: races, tribes, act codes, DICOM.
const MOST_DISPLAY_BYTES: usize = 2_000;

/// Codes, and what they are called where that says more.
#[derive(Default)]
struct Displays {
    codes: Texts,
    displays: Vec<String>,
    /// Whether designations are kept, too.
    with_others: bool,
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
            let in_a_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let mut display = in_a_line(&display);
            for one in concept.get("designation").filter(|_| self.with_others).into_iter().flat_map(Element::members) {
                display.push('\t');
                display.push_str(&in_a_line(&one.text_or_empty(name::VALUE)));
            }
            match self.displays.get_mut(self.codes.number(&code) as usize) {
                Some(before) => *before = display,
                None => self.displays.push(display),
            }
            self.add(concept);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::definitions::Definitions;

    #[test]
    fn a_code_may_be_called_as_its_designations_and_supplements_do() {
        let system = r#"{"resourceType":"CodeSystem","url":"http://example.org/cs","version":"1","status":"active","content":"complete","concept":[
            {"code":"m","display":"Married","designation":[{"language":"da","value":"Gift"},{"value":"Wed"}]},
            {"code":"s","display":"Single"},{"code":"x"}]}"#;
        let supplement = r#"{"resourceType":"CodeSystem","url":"http://example.org/de","status":"active","content":"supplement",
            "supplements":"http://example.org/cs|1","concept":[{"code":"m","display":"Verheiratet"},
            {"code":"s","designation":[{"language":"de","value":"Ledig\n(nie verheiratet)"}]},{"code":"other","display":"Other"}]}"#;
        let apart = Definitions::r4().with([system]).0.with([supplement]).0;
        for definitions in
            [Definitions::r4().with([system, supplement]).0, Definitions::r4().with([supplement, system]).0, apart]
        {
            let system = definitions.code_system("http://example.org/cs").unwrap();
            assert_eq!(["m", "s", "x"].map(|code| system.display(code)), [Some("Married"), Some("Single"), None]);
            for (code, display) in [("m", "gift"), ("m", "Wed"), ("m", "Verheiratet"), ("s", "Ledig (nie verheiratet)")]
            {
                assert!(system.is_called(code, display), "{code} {display}");
            }
            for (code, display) in [("s", "Gift"), ("m", "Ledig"), ("x", "Other"), ("x", ""), ("other", "Other")] {
                assert!(!system.is_called(code, display), "{code} {display}");
            }
            assert!(!system.has("other"));
        }
    }
}
