//! What was meant by a value that is in the wrong place, or in the wrong form, where the rest of the message says so: the system of a code, the
//! object that a text is a part of, the place that a property belongs to.

use crate::definitions::{CodeSystem, Text, plain};
use crate::document::{Document, Kind, NameId, NodeId, name};
use crate::json::quoted;
use crate::report::{Act, FIXES, Fix};
use crate::validate::instance::Instance;
use crate::validate::notes::Purpose;
use crate::validate::references::has_form;
use crate::validate::uri::is_absolute;

/// As many codes are offered to choose from.
pub(super) const MOST_CHOICES: usize = 20;

/// So many nodes may be looked at instead where all code systems are looked through.
const PRICE_OF_SYSTEMS: u32 = 500;

/// A shorter code is one of many systems.
const SHORTEST_CODE: usize = 3;

/// Whether something may be looked for that costs as much as looking at so many nodes.
fn may_look(instance: &mut Instance<'_>, nodes: u32) -> bool {
    let left = instance.trials.checked_sub(nodes).filter(|_| FIXES && instance.purpose == Purpose::Report);
    instance.trials = left.unwrap_or(instance.trials);
    left.is_some()
}

/// The one code system that has the code of a Coding, with its display, where there is one.
#[cold]
pub(crate) fn system_of(instance: &mut Instance<'_>, coding: NodeId) -> Option<String> {
    let code = instance.text_of(coding, name::CODE).filter(|code| !code.is_empty())?;
    if !may_look(instance, PRICE_OF_SYSTEMS) {
        return None;
    }
    let shown = instance.text_of(coding, name::DISPLAY).map(|shown| plain(&shown));
    let all = instance.definitions.code_systems().iter().filter(|(_, codes)| codes.has(&code));
    let is_displayed = |codes: &CodeSystem| {
        shown
            .as_ref()
            .is_some_and(|shown| codes.has_displays() && *shown == plain(codes.display(&code).unwrap_or(&code)))
    };
    // Where displays are known, another one is of another code; where they are not, a letter or two may be anything.
    let may_be = |codes: &CodeSystem| shown.is_none() || !codes.has_displays() && code.len() >= SHORTEST_CODE;
    let only = |fits: &dyn Fn(&CodeSystem) -> bool| {
        let mut fitting = all.clone().filter(|(_, codes)| fits(codes)).map(|(url, _)| url);
        let first = fitting.next();
        // Of one system there may be several versions.
        (first, fitting.any(|url| Some(url) != first))
    };
    let (mut url, mut is_several): (Option<&Text>, bool) = only(&is_displayed);
    if url.is_none() {
        (url, is_several) = only(&may_be);
    }
    match url {
        Some(url) => (!is_several).then(|| url.as_str().to_owned()),
        None => by_digits(&code).map(str::to_owned),
    }
}

/// The system whose codes have a check digit that is right.
fn by_digits(code: &str) -> Option<&'static str> {
    if let Some((number, check)) = code.split_once('-') {
        let is_loinc = (3..=5).contains(&number.len()) && is_number(number) && check.parse().ok() == Some(luhn(number));
        return is_loinc.then_some("http://loinc.org");
    }
    // Its concepts have a 0 or 1 and a 0 in front of the check digit.
    let partition = code.len().checked_sub(3).and_then(|at| code.get(at..at + 2));
    let is_concept = (6..=18).contains(&code.len()) && matches!(partition, Some("00" | "10")) && !code.starts_with('0');
    (is_concept && is_number(code) && is_verhoeff(code)).then_some("http://snomed.info/sct")
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The check digit of LOINC: every other digit from the last one on is doubled, and what is missing to a ten is it.
fn luhn(number: &str) -> u32 {
    let digits = number.bytes().rev().map(|byte| u32::from(byte - b'0'));
    let sum: u32 =
        digits.zip([2, 1].into_iter().cycle()).map(|(digit, times)| digit * times / 10 + digit * times % 10).sum();
    (10 - sum % 10) % 10
}

/// Whether the last digit is Verhoeff's check digit, which SNOMED CT has: digits are multiplied in the dihedral group of ten, each after as many
/// permutations as its place says.
fn is_verhoeff(number: &str) -> bool {
    let permuted = |digit: u8| b"1576283094".get(usize::from(digit)).map_or(0, |byte| byte - b'0');
    let product = |one: u8, other: u8| match (one < 5, other < 5) {
        (true, true) => (one + other) % 5,
        (true, false) => 5 + (one + other) % 5,
        (false, true) => 5 + (one - other) % 5,
        (false, false) => (5 + one - other) % 5,
    };
    let digits = number.bytes().rev().map(|byte| byte - b'0').zip((0..8).cycle());
    digits.fold(0, |sum, (digit, place)| product(sum, (0..place).fold(digit, |digit, _| permuted(digit)))) == 0
}

/// Whether the display of a Coding is that of another code.
pub(crate) fn has_other_display(instance: &Instance<'_>, coding: NodeId) -> bool {
    let text = |name: NameId| instance.text_of(coding, name).filter(|text| !text.is_empty());
    let (Some(system), Some(code), Some(shown)) = (text(name::SYSTEM), text(name::CODE), text(name::DISPLAY)) else {
        return false;
    };
    // What says no more than its code is not kept: then the display says what the code says.
    instance.definitions.code_system(&system).is_some_and(|codes| {
        let expected = codes.display(&code).unwrap_or(&code);
        codes.has_displays() && plain(&shown) != plain(expected) && !codes.is_called(&code, &shown)
    })
}

/// The Coding's code system in the place of what is there, where it is not already that.
#[cold]
pub(crate) fn system_fix(instance: &mut Instance<'_>, coding: NodeId) -> Option<Fix> {
    let at = instance.document.member(coding, name::SYSTEM)?;
    let meant = system_of(instance, coding).filter(|meant| *meant != instance.document.value(at))?;
    Some(Fix::offered(Some(meant), false, Act::Replace, vec![at]))
}

/// The object of a type that was meant by a text or number alone: what people write there is mostly the one member that is for people.
#[cold]
pub(crate) fn object_fix(instance: &Instance<'_>, node: NodeId, of: &str) -> Option<Fix> {
    let document = instance.document;
    let (kind, value) = (document.kind(node), document.value(node));
    if !FIXES || instance.purpose != Purpose::Report || value.trim().is_empty() {
        return None;
    }
    let member = match (kind, of) {
        (Kind::String, "CodeableConcept" | "HumanName" | "Address" | "Annotation" | "Dosage") => "text",
        (Kind::String, "Reference") if has_form(&value, instance.definitions) => "reference",
        (Kind::String, "Reference") => "display",
        (Kind::String, "Identifier" | "ContactPoint") => "value",
        (Kind::String, "Coding") => "code",
        (Kind::String, "Attachment") if is_absolute(&value) => "url",
        (Kind::Number, "Quantity" | "SimpleQuantity" | "Age" | "Count" | "Distance" | "Duration" | "Money") => "value",
        _ => return None,
    };
    let written = ["{", &quoted(member), ":", document.raw(node), "}"].concat();
    Some(Fix { from_message: true, ..Fix::offered(Some(written), true, Act::ReplaceJson, vec![node]) })
}

/// A CodeableConcept that has the members of a Coding, with these in a Coding.
#[cold]
pub(crate) fn coding_fix(instance: &Instance<'_>, concept: NodeId) -> Option<Fix> {
    let document = instance.document;
    if !FIXES || instance.purpose != Purpose::Report || document.member(concept, name::CODING).is_some() {
        return None;
    }
    let (mut own, mut of_coding) = (String::new(), String::new());
    for member in document.children(concept).take(MOST_MEMBERS) {
        let key = document.name_of(member);
        let into = if CODING.contains(&&*key) { &mut of_coding } else { &mut own };
        if !into.is_empty() {
            into.push(',');
        }
        for part in [&quoted(&key), ":", document.raw(member)] {
            into.push_str(part);
        }
    }
    let comma = if own.is_empty() { "" } else { "," };
    let written = ["{\"coding\":[{", &of_coding, "}]", comma, &own, "}"].concat();
    let is_whole =
        document.children(concept).nth(MOST_MEMBERS).is_none() && document.member(concept, name::CODE).is_some();
    is_whole.then(|| Fix::offered(Some(written), true, Act::ReplaceJson, vec![concept]))
}

/// A Coding has no more, but extensions.
const MOST_MEMBERS: usize = 10;

/// The members of a Coding.
pub(crate) const CODING: [&str; 5] = ["system", "version", "code", "display", "userSelected"];

/// Whether the same is said elsewhere in the resource, in a property of the same name of another element: then this is a copy that got into the wrong
/// place, and nothing is lost without it.
#[cold]
pub(crate) fn is_elsewhere(instance: &mut Instance<'_>, member: NodeId) -> bool {
    let document = instance.document;
    let end = document.after(instance.resource);
    let node = document.node(member);
    if node.name == NameId::UNKNOWN
        || node.is_companion()
        || !may_look(instance, end.0.saturating_sub(instance.resource.0))
    {
        return false;
    }
    let around = element_of(document, document.parent(member));
    let inside = member.0..document.after(member).0;
    (instance.resource.0..end.0).map(NodeId).any(|other| {
        document.node(other).name == node.name
            && !inside.contains(&other.0)
            && document.has_key(other)
            && element_of(document, document.parent(other)) != around
            && is_same(document, member, other)
    })
}

/// The name of the property that an object is the value of, or an item.
fn element_of(document: &Document<'_>, object: NodeId) -> NameId {
    let holder = document.parent(object);
    let is_item = document.kind(holder) == Kind::Array;
    document.node(if is_item { holder } else { object }).name
}

/// Whether two values are the same, however they are laid out.
fn is_same(document: &Document<'_>, one: NodeId, other: NodeId) -> bool {
    let size = |node: NodeId| document.after(node).0.saturating_sub(node.0);
    let is_leaf = |node: NodeId| !matches!(document.kind(node), Kind::Object | Kind::Array);
    size(one) == size(other)
        && (0..size(one)).all(|step| {
            let (one, other) = (NodeId(one.0 + step), NodeId(other.0 + step));
            document.kind(one) == document.kind(other)
                && (step == 0 || document.node(one).name == document.node(other).name)
                && (!is_leaf(one) || document.raw(one) == document.raw(other))
        })
}

#[cfg(test)]
mod tests {
    use super::by_digits;

    #[test]
    fn codes_with_check_digits_say_their_system() {
        for code in ["45036003", "255560000", "387324004", "73211009", "82423001"] {
            assert_eq!(by_digits(code), Some("http://snomed.info/sct"), "{code}");
        }
        for code in ["8867-4", "29554-3", "8480-6", "85354-9"] {
            assert_eq!(by_digits(code), Some("http://loinc.org"), "{code}");
        }
        for code in ["45036004", "255560010", "8867-5", "1234567", "a", "", "1-1", "12345678901234567890", "-", "8867-"]
        {
            assert_eq!(by_digits(code), None, "{code}");
        }
    }
}
