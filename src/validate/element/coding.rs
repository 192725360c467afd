//! code-unknown, code-display, code-unchecked: codes against the systems that they name, whatever they are bound to.

use crate::definitions::{CodeSystem, Text, known, plain};
use crate::document::{NodeId, name};
use crate::report::{Act, At, FIXES, Fix, Rule, Severity, Suggest, Words};
use crate::validate::element::code_form::{CODE_FORM, NO_LANGUAGE};
use crate::validate::element::meant::MOST_CHOICES;
use crate::validate::element::system::CODING_SYSTEM;
use crate::validate::element::unit::UCUM;
use crate::validate::element::{meant, system, unit};
use crate::validate::instance::{Instance, Object};
use crate::validate::nearest::{Near, nearest};
use crate::validate::notes::Purpose;
use crate::validate::uri::has_scheme;
use crate::validate::{syntax, systems};
use std::borrow::Cow;

pub(crate) const CODE_UNKNOWN: Rule = Rule::new(
    "code-unknown",
    Severity::Error,
    "code-invalid",
    "A code is in the code system that it names.",
    &[UNKNOWN_CODE, UNKNOWN_BESIDE, NOT_IN_SYSTEM, NO_URI],
);
const UNKNOWN_CODE: Words = Words("The code {found} is not in the code system {system}, version {version}.");
/// Where one of the codings is of a system that only a terminology server has, HL7's validator decides of none.
pub(crate) const UNKNOWN_BESIDE: Words =
    Words("The code {found} is not in the code system {system}, version {version}: another coding may be right.");
pub(crate) const NOT_IN_SYSTEM: Words =
    Words("The code {found} is not in the code system {system}, as it was looked up.");
const NO_URI: Words = Words("{found} is not a URI, as all codes of the system urn:ietf:rfc:3986 are.");

pub(crate) const CODE_DISPLAY: Rule =
    Rule::new("code-display", Severity::Warning, "code-invalid", "A display is that of the code.", &[OTHER_DISPLAY]);
const OTHER_DISPLAY: Words = Words("{found} is not the display of this code: '{expected}' is expected.");

pub(crate) const CODE_UNCHECKED: Rule = Rule::new(
    "code-unchecked",
    Severity::Information,
    "not-supported",
    "Codes are of systems that are known here.",
    &[UNCHECKED, UNCHECKED_AND_MORE],
);
const UNCHECKED: Words = Words("These systems are not known here, so their codes were not checked: {systems}.");
const UNCHECKED_AND_MORE: Words =
    Words("These systems are not known here, so their codes were not checked: {systems} and {more} more.");

const URIS: &str = "urn:ietf:rfc:3986";

pub(crate) const LANGUAGES: &str = "urn:ietf:bcp:47";

/// As many systems are named where codes are not checked.
const MOST_NAMED: usize = 5;

/// Validates a Coding: its code, and its display.
pub(super) fn check(instance: &mut Instance<'_>, &Object { node, .. }: &Object<'_>) {
    // What is to be said of an event, its own rules say.
    if instance.element.is_some_and(|(of, _)| of == known::MESSAGE_HEADER) {
        if let Some(system) = instance.text_of(node, name::SYSTEM) {
            system::check(instance, node, &system);
        }
        return;
    }
    let definitions = &instance.engine.definitions;
    let (Some(system), Some((at, code))) = (instance.text_of(node, name::SYSTEM), unit::code_of(instance, node)) else {
        return;
    };
    // Of an empty text, others speak; of white space alone, where it is not known which codes there are.
    if code.trim().is_empty() && (code.is_empty() || definitions.code_system(&system).is_none()) {
        return;
    }
    if !system::check(instance, node, &system) {
        return;
    }
    match system.as_ref() {
        UCUM => return unit::of(instance, node),
        // HL7's validator looks at those of a CodeableConcept.
        URIS if instance.element.is_some_and(|(of, _)| of == known::CODEABLE_CONCEPT) && !has_scheme(&code) => {
            instance.findings.add(&CODE_UNKNOWN, At::Value(at), NO_URI.value("found", &code));
            return;
        }
        LANGUAGES => {
            if !syntax::is_language(&code) {
                let content = NO_LANGUAGE.value("found", &code);
                instance.findings.add_as(&CODE_FORM, Severity::Warning, At::Value(at), content);
            }
            return;
        }
        _ => {}
    }
    if instance.last_system.0 != system {
        instance.last_system = (system.clone(), definitions.code_systems_of(&system));
        instance.slip = None;
        if instance.last_system.1.is_empty() && !instance.notes.unchecked_systems.contains_key(system.as_ref()) {
            instance.slip = systems::meant(&system, definitions);
            if instance.slip.is_none() {
                unchecked(instance, node, &system);
            }
        }
    }
    let Some((_, newest)) = instance.last_system.1.last() else {
        let alone = instance.element.is_none_or(|(of, _)| of != known::CODEABLE_CONCEPT);
        let may_be_refused = !ON_SERVERS.contains(&system.as_ref()) && (alone || !is_beside_others(instance, at));
        if may_be_refused && system::is_refused(instance, node, &system, (at, &code), alone) {
            return;
        }
        if let Some(right) = instance.slip.clone() {
            system::slip(instance, system::at(instance, node), &CODING_SYSTEM, &system, right);
        } else {
            instance.notes.wanted.codings.push(node);
        }
        return;
    };
    let stated = instance.text_of(node, name::VERSION);
    let codes = match instance.last_system.1 {
        [_] => newest,
        all => of_version(instance, (&system, newest), all, stated.as_deref(), &code),
    };
    if !is_of(instance, (&system, codes), stated.as_deref(), (at, &code)) {
        if stated.is_some_and(|stated| *stated != *codes.version) {
            instance.notes.wanted.codings.push(node);
        }
        return;
    }
    let Some(shown) = display_of(instance, node) else { return };
    let right = codes.display(&code);
    // What says no more than its code is not kept: then the display says what the code says.
    let expected = right.unwrap_or(&code);
    if meant::has_other_display(instance, node) {
        let content = OTHER_DISPLAY.value("found", &shown.1).name("expected", expected.to_owned());
        let finding = instance.findings.add(&CODE_DISPLAY, At::Value(shown.0), content);
        if let Some(right) = right {
            // Of a code and the display of another one, either can be wrong: only a slip is certain.
            let near = nearest(&shown.1, &mut std::iter::once(right));
            let nodes = near.map(|near| near.nodes(shown.0)).unwrap_or_default();
            finding.suggest(right.to_owned(), false, Act::Replace, nodes);
        }
    }
}

/// Of a system in several versions the one that a Coding means: that which it states. Where it states none, the newest; an older one, where only
/// that has the code, and a value set draws on it.
#[cold]
fn of_version<'w>(
    instance: &mut Instance<'w>,
    (system, newest): (&str, &'w CodeSystem),
    all: &'w [(Text, CodeSystem)],
    stated: Option<&str>,
    code: &str,
) -> &'w CodeSystem {
    let mut versions = all.iter().rev().map(|(_, one)| one);
    let Some(stated) = stated else {
        let Some(found) = versions.find(|one| one.has(code)).filter(|_| !newest.has(code)) else { return newest };
        let sets = instance.definitions.value_sets();
        let left = instance.trials.checked_sub(sets.len() as u32);
        instance.trials = left.unwrap_or(0);
        // Of too many it is not decided.
        let is_drawn_on = left.is_none() || sets.iter().any(|set| set.has_coding(system, code) == Some(true));
        return if is_drawn_on { found } else { newest };
    };
    versions.find(|one| *one.version == *stated).unwrap_or(newest)
}

/// Whether a system has a code; reports one that it does not have. What is said to be of another version than the one that is held is not
/// decided.
fn is_of(
    instance: &mut Instance<'_>,
    (system, codes): (&str, &CodeSystem),
    stated: Option<&str>,
    (at, code): (NodeId, &str),
) -> bool {
    if codes.has(code) {
        return true;
    }
    if stated.is_none_or(|stated| stated == &*codes.version) {
        let words = if is_beside_others(instance, at) { UNKNOWN_BESIDE } else { UNKNOWN_CODE };
        let content = words.value("found", code).value("system", system);
        let right = right_code(instance, codes, (at, code));
        let of_other = if right.is_none() { other_system(instance, codes, at) } else { None };
        let finding =
            instance.findings.add(&CODE_UNKNOWN, At::Value(at), content.name("version", codes.version.clone()));
        match right {
            Some((right, true)) => finding.suggest(right, false, Act::Replace, vec![at]),
            Some((right, false)) => finding.offer(right, false, Act::Replace, vec![at]),
            None => finding.offer_this(of_other),
        }
    }
    false
}

/// Code systems that HL7's validator leaves to a terminology server whole.
const ON_SERVERS: [&str; 8] = [
    "http://loinc.org",
    "http://snomed.info/sct",
    "http://www.nlm.nih.gov/research/umls/rxnorm",
    "http://hl7.org/fhir/sid/icd-10",
    "http://hl7.org/fhir/sid/icd-10-cm",
    "http://hl7.org/fhir/sid/ndc",
    "http://hl7.org/fhir/sid/cvx",
    "http://www.ama-assn.org/go/cpt",
];

/// Whether a coding with this code is in a CodeableConcept, beside one of such a system.
#[cold]
fn is_beside_others(instance: &Instance<'_>, code: NodeId) -> bool {
    let document = instance.document;
    let list = document.parent(document.parent(code));
    instance.element.is_some_and(|(of, _)| of == known::CODEABLE_CONCEPT)
        && document.children(list).any(|one| {
            document.member_text(one, name::SYSTEM).is_some_and(|system| ON_SERVERS.contains(&system.as_ref()))
        })
}

/// The code that was meant in the place of an unknown one, and whether that is certain: the one that has the display, or of which it is a
/// slip. Both at once, or a slip without a display, leave no doubt, unless the code is one elsewhere in R4.
#[cold]
fn right_code(instance: &mut Instance<'_>, codes: &CodeSystem, (at, code): (NodeId, &str)) -> Option<(String, bool)> {
    // A system may be long, and thousands of codes wrong.
    let left = instance.trials.checked_sub(codes.codes.len() as u32 / LINES_FOR_A_TRIAL);
    instance.trials = left.filter(|_| FIXES && instance.purpose == Purpose::Report)?;
    let is_certain = |near: &Near<'_>| {
        near.certain && (near.name.eq_ignore_ascii_case(code) || !instance.definitions.has_code(code))
    };
    let near = nearest(code, &mut codes.codes.split('\n'));
    let shown = display_of(instance, instance.document.parent(at));
    let has_display = shown.is_some();
    let Some((_, shown)) = shown.filter(|_| codes.has_displays()) else {
        return near.map(|near| (near.name.to_owned(), !has_display && is_certain(&near)));
    };
    let shown = plain(&shown);
    let lines = codes.codes.split('\n').zip(codes.displays.split('\n'));
    let mut displayed = lines.filter(|(code, display)| {
        let display = if display.is_empty() { code } else { display };
        shown == plain(display)
    });
    let meant = displayed.next().filter(|_| displayed.next().is_none());
    let (meant, _) = meant?;
    Some((meant.to_owned(), near.is_some_and(|near| near.name == meant && is_certain(&near))))
}

/// In the place of an unknown code that nothing is near to: the other system that has it, or one of the few codes of its own.
#[cold]
fn other_system(instance: &mut Instance<'_>, codes: &CodeSystem, at: NodeId) -> Option<Fix> {
    if !FIXES || instance.purpose != Purpose::Report {
        return None;
    }
    let coding = instance.document.parent(at);
    if instance.document.member(coding, name::DISPLAY).is_some()
        && let Some(fix) = meant::system_fix(instance, coding)
    {
        return Some(fix);
    }
    let few: Vec<String> = codes.codes.split('\n').take(MOST_CHOICES + 1).map(str::to_owned).collect();
    if few.len() > MOST_CHOICES { None } else { Fix::choice((few, false), Act::Replace, at) }
}

/// So many bytes of codes are looked through for the price of one node that is tried.
const LINES_FOR_A_TRIAL: u32 = 64;

/// Validates the code of what is in a system that others name, as they name its version.
pub(crate) fn of_system(instance: &mut Instance<'_>, node: NodeId, system: &str, stated: Option<Cow<'_, str>>) {
    let Some((at, code)) = unit::code_of(instance, node).filter(|(_, code)| !code.trim().is_empty()) else { return };
    let all = instance.engine.definitions.code_systems_of(system);
    if let Some((_, newest)) = all.last() {
        let codes = of_version(instance, (system, newest), all, stated.as_deref(), &code);
        is_of(instance, (system, codes), stated.as_deref(), (at, &code));
    }
}

/// Validates the code of a Quantity: its unit, mostly of UCUM.
pub(super) fn of_quantity(instance: &mut Instance<'_>, &Object { node, .. }: &Object<'_>) {
    let Some(system) = instance.text_of(node, name::SYSTEM) else { return };
    if system == UCUM {
        return unit::of(instance, node);
    }
    // Without a code it names nothing: HL7's validator does not look at it.
    if !system.starts_with('#')
        && let Some((at, code)) = unit::code_of(instance, node)
    {
        if instance.engine.definitions.code_system(&system).is_none()
            && system::is_refused(instance, node, &system, (at, &code), true)
        {
            return;
        }
        system::check_unit(instance, node, &system);
        of_system(instance, node, &system, None);
    }
}

fn display_of<'w>(instance: &Instance<'w>, node: NodeId) -> Option<(NodeId, Cow<'w, str>)> {
    let display = instance.document.member(node, name::DISPLAY)?;
    Some((display, instance.document.string(display)?)).filter(|(_, text)| !text.is_empty())
}

/// Notes a system whose codes are not checked.
fn unchecked(instance: &mut Instance<'_>, node: NodeId, system: &str) {
    if system.is_empty() || instance.notes.unchecked_systems.contains_key(system) {
        return;
    }
    instance.notes.unchecked_systems.insert(system.to_owned(), system::at(instance, node));
}

/// Says once, at the first of them, which systems are not checked.
pub(crate) fn report_unchecked(instance: &mut Instance<'_>) {
    let Some(first) = instance.notes.unchecked_systems.values().min().copied() else { return };
    let more = instance.notes.unchecked_systems.len().saturating_sub(MOST_NAMED);
    let words = if more > 0 { UNCHECKED_AND_MORE } else { UNCHECKED };
    let systems = instance.notes.unchecked_systems.keys().take(MOST_NAMED).map(String::as_str);
    instance.findings.add(
        &CODE_UNCHECKED,
        At::Value(first),
        words.values("systems", systems).count("more", more as u64),
    );
}

#[cfg(test)]
mod tests {
    use super::{CODE_DISPLAY, CODE_UNCHECKED, CODE_UNKNOWN};
    use crate::validate::told::assert_told;

    #[test]
    fn a_code_is_in_the_system_that_it_names() {
        assert_told(
            CODE_UNKNOWN,
            r#"{"resourceType":"Patient","maritalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"…"}]}}"#,
            &[
                ("M", &[]),
                (
                    "Q",
                    &[
                        "/maritalStatus/coding/0/code: The code 'Q' is not in the code system 'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus', version 2018-08-12.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn a_display_is_that_of_the_code_however_it_is_written() {
        assert_told(
            CODE_DISPLAY,
            r#"{"resourceType":"Patient","maritalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"M","display":"…"}]}}"#,
            &[
                ("Married", &[]),
                ("married", &[]),
                (
                    "Divorced",
                    &[
                        "/maritalStatus/coding/0/display: 'Divorced' is not the display of this code: 'Married' is expected.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn the_systems_whose_codes_were_not_checked_are_named_once() {
        assert_told(
            CODE_UNCHECKED,
            r#"{"resourceType":"Basic","code":{"coding":[…]}}"#,
            &[
                (r#"{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"M"}"#, &[]),
                (
                    r#"{"system":"http://a.example","code":"1"},{"system":"http://b.example","code":"1"},{"system":"http://a.example","code":"2"}"#,
                    &[
                        "/code/coding/0/system: These systems are not known here, so their codes were not checked: 'http://a.example', 'http://b.example'.",
                    ],
                ),
                (
                    r#"{"system":"urn:a","code":"1"},{"system":"urn:b","code":"1"},{"system":"urn:c","code":"1"},{"system":"urn:d","code":"1"},{"system":"urn:e","code":"1"},{"system":"urn:f","code":"1"}"#,
                    &[
                        "/code/coding/0/system: These systems are not known here, so their codes were not checked: 'urn:a', 'urn:b', 'urn:c', 'urn:d', 'urn:e' and 1 more.",
                    ],
                ),
            ],
        );
    }
}
