//! slicing-*: which slice each value of an element belongs to, and whether that is allowed.
//!
//! Source: R4 page profiling, "Slicing"; a value is one of a slice when all discriminators say so.

use super::cardinality::{MISSING_IN_PROFILE, TOO_SELDOM_IN_PROFILE};
use super::item::Item;
use super::state::State;
use super::{cardinality, discriminator};
use crate::definitions::{Slicing, SlicingRules};
use crate::document::NodeId;
use crate::report::{At, Rule, Severity, Words};
use crate::validate::element::cardinality::ELEMENT_MISSING;
use crate::validate::instance::Instance;

pub(crate) const SLICING_CLOSED: Rule = Rule::new(
    "slicing-closed",
    Severity::Error,
    "structure",
    "Where a profile lists all slices, each value is of one of them.",
    &[NO_SLICE, NO_SLICE_NEAR],
);
const NO_SLICE: Words =
    Words("This value of {element} is of no slice of the profile, which allows no others: {allowed}.");
const NO_SLICE_NEAR: Words = Words(
    "This value of {element} is of no slice of the profile, which allows no others: {allowed}. The nearest is {nearest}; {discriminator} differs.",
);

pub(crate) const SLICING_ORDER: Rule = Rule::new(
    "slicing-order",
    Severity::Error,
    "structure",
    "The values of slices come in the order that a profile gives them.",
    &[OUT_OF_ORDER, NOT_AT_END],
);
const OUT_OF_ORDER: Words = Words("This value is of the slice {slice}, which comes before {before} in the profile.");
const NOT_AT_END: Words = Words("This value is of the slice {slice}: values of no slice come at the end.");

pub(crate) const SLICING_AMBIGUOUS: Rule =
    Rule::new("slicing-ambiguous", Severity::Error, "structure", "A value is of one slice.", &[SEVERAL_SLICES]);
const SEVERAL_SLICES: Words = Words("This value is of two slices of the profile: {slice} and {other}.");

const MISSING_SLICE_NEAR: Words =
    Words("{element} is missing; the profile requires {expected}. A value nearly is one: {discriminator} differs.");

/// The slice that takes what no other takes.
const DEFAULT: &str = "@default";

/// Whether a value is of a slice.
enum Fit<'w> {
    Yes,
    /// How many discriminators say it is, and the first that says it is not.
    No(usize, &'w str),
    Unknown,
}

/// What a value nearly was.
struct Near<'w> {
    matched: usize,
    slice: usize,
    discriminator: &'w str,
    item: usize,
}

/// Tells which slice each of the values belongs to; the states of that slice are added to those of the value.
pub(super) fn check<'w>(
    instance: &mut Instance<'w>,
    object: NodeId,
    items: &[Item],
    sliced: State<'w>,
    states: &mut [Vec<State<'w>>],
) {
    if let Some(slicing) = &sliced.element.slicing {
        let all: Vec<usize> = (0..items.len()).collect();
        classify(instance, (object, items, &all), sliced, slicing, states);
    }
}

fn classify<'w>(
    instance: &mut Instance<'w>,
    (object, items, places): (NodeId, &[Item], &[usize]),
    sliced: State<'w>,
    slicing: &'w Slicing,
    states: &mut [Vec<State<'w>>],
) {
    let slices: Vec<State<'w>> = sliced.slices().collect();
    if slices.is_empty() && slicing.rules != SlicingRules::Closed {
        return;
    }
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); slices.len()];
    let mut near: Vec<Near<'w>> = Vec::new();
    let (mut last, mut others, mut undecided) = (0, false, false);
    for &place in places {
        let Some(&item) = items.get(place) else { continue };
        let mut found: Option<usize> = None;
        let (mut nearest, mut unknown): (Option<Near<'w>>, bool) = (None, false);
        for (index, slice) in slices.iter().enumerate().filter(|(_, slice)| &*slice.element.slice != DEFAULT) {
            match fit(instance, item, slicing, *slice, sliced) {
                Fit::Yes => match found.and_then(|first| slices.get(first)) {
                    None => found = Some(index),
                    Some(first) => {
                        let names = (first.element.slice.clone(), slice.element.slice.clone());
                        let content = SEVERAL_SLICES.name("slice", names.0).name("other", names.1);
                        instance.findings.add(&SLICING_AMBIGUOUS, at(instance, item), content);
                    }
                },
                Fit::No(matched, discriminator) => {
                    if nearest.as_ref().is_none_or(|near| matched > near.matched) {
                        nearest = Some(Near { matched, slice: index, discriminator, item: place });
                    }
                }
                Fit::Unknown => unknown = true,
            }
        }
        let default = || slices.iter().position(|slice| &*slice.element.slice == DEFAULT).filter(|_| !unknown);
        let Some(index) = found.or_else(default) else {
            undecided |= unknown;
            others = true;
            near.extend(nearest.filter(|_| !unknown));
            if slicing.rules == SlicingRules::Closed && !unknown {
                closed(
                    instance,
                    item,
                    sliced,
                    &slices,
                    near.last().filter(|near| near.item == place && near.matched > 0),
                );
            }
            continue;
        };
        let Some(slice) = slices.get(index) else { continue };
        if slicing.ordered && index < last {
            let before = slices.get(last).map_or_else(Default::default, |slice| slice.element.slice.clone());
            let content = OUT_OF_ORDER.name("slice", slice.element.slice.clone()).name("before", before);
            instance.findings.add(&SLICING_ORDER, at(instance, item), content);
        }
        last = last.max(index);
        if others && slicing.rules == SlicingRules::OpenAtEnd {
            let content = NOT_AT_END.name("slice", slice.element.slice.clone());
            instance.findings.add(&SLICING_ORDER, at(instance, item), content);
        }
        if let Some(states) = states.get_mut(place) {
            states.push(*slice);
        }
        if let Some(members) = members.get_mut(index) {
            members.push(place);
        }
    }
    for (index, (slice, members)) in slices.iter().zip(&members).enumerate() {
        let is_short = members.len() < slice.element.min as usize;
        let nearly = near.iter().filter(|near| near.slice == index).max_by_key(|near| near.matched);
        // Of a value that is of no slice of a closed list, this was said.
        let is_said = is_short && nearly.is_some() && slicing.rules == SlicingRules::Closed;
        if is_short && !undecided && !is_said {
            missing(instance, object, *slice, members.len(), nearly.filter(|near| near.matched > 0));
        } else if !is_short {
            let mut own = members.iter().filter_map(|&place| items.get(place).copied());
            cardinality::check(instance, object, &mut own, *slice);
        }
        if !slice.element.slices.is_empty() {
            let slicing = slice.element.slicing.as_ref().unwrap_or(slicing);
            classify(instance, (object, items, members), *slice, slicing, states);
        }
    }
}

fn at(instance: &Instance<'_>, item: Item) -> At {
    match instance.document.kind(item.node()) {
        crate::document::Kind::Object => At::Start(item.node()),
        _ => At::Value(item.node()),
    }
}

fn fit<'w>(
    instance: &mut Instance<'w>,
    item: Item,
    slicing: &'w Slicing,
    slice: State<'w>,
    sliced: State<'w>,
) -> Fit<'w> {
    let (mut matched, mut differs) = (0, None);
    // A slice need not say something of each; of one it must.
    let (mut unknown, mut says_nothing) = (false, true);
    for by in &slicing.discriminators {
        if !instance.work.take_one() {
            instance.work.note(&slice.profile.url, item.node());
            return Fit::Unknown;
        }
        match discriminator::matches(instance, item, by, slice, sliced) {
            None => continue,
            Some(Some(true)) => matched += 1,
            Some(Some(false)) => differs = differs.or(Some(&*by.text)),
            Some(None) => unknown = true,
        }
        says_nothing = false;
    }
    match differs {
        Some(discriminator) => Fit::No(matched, discriminator),
        None if unknown || says_nothing => Fit::Unknown,
        None => Fit::Yes,
    }
}

#[cold]
fn closed(instance: &mut Instance<'_>, item: Item, sliced: State<'_>, slices: &[State<'_>], near: Option<&Near<'_>>) {
    let words = if near.is_some() { NO_SLICE_NEAR } else { NO_SLICE };
    let mut content = words
        .name("element", sliced.label().to_owned())
        .list("allowed", slices.iter().map(|slice| slice.element.slice.clone()));
    if let Some((near, slice)) = near.and_then(|near| Some((near, slices.get(near.slice)?))) {
        content =
            content.name("nearest", slice.element.slice.clone()).name("discriminator", near.discriminator.to_owned());
    }
    instance.findings.add(&SLICING_CLOSED, at(instance, item), content);
}

#[cold]
fn missing(instance: &mut Instance<'_>, object: NodeId, slice: State<'_>, count: usize, near: Option<&Near<'_>>) {
    let words = match (count, near) {
        (0, Some(_)) => MISSING_SLICE_NEAR,
        (0, None) => MISSING_IN_PROFILE,
        _ => TOO_SELDOM_IN_PROFILE,
    };
    let mut content = words
        .name("element", slice.label().to_owned())
        .count("found", count as u64)
        .count("expected", slice.element.min);
    if let Some(near) = near {
        content = content.name("discriminator", near.discriminator.to_owned());
    }
    instance.findings.add(&ELEMENT_MISSING, At::Start(object), content);
}

#[cfg(test)]
mod tests {
    use super::{SLICING_AMBIGUOUS, SLICING_CLOSED, SLICING_ORDER};
    use crate::validate::element::cardinality::{ELEMENT_MISSING, ELEMENT_TOO_MANY};
    use crate::validate::profile::expected::FIXED_VALUE;
    use crate::validate::told::{assert_told_by, profile};

    fn sliced(rules: &str, slices: &str) -> String {
        let elements = format!(
            r#"{{"id":"Patient.identifier","path":"Patient.identifier","slicing":{{"discriminator":[{{"type":"value","path":"system"}}],{rules}}}}},
            {slices}"#
        );
        profile("p", "Patient", &elements)
    }

    fn slice(name: &str, system: &str, cardinality: &str) -> String {
        format!(
            r#"{{"id":"Patient.identifier:{name}","path":"Patient.identifier","sliceName":"{name}"{cardinality}}},
            {{"id":"Patient.identifier:{name}.system","path":"Patient.identifier.system","min":1,"fixedUri":"{system}"}}"#
        )
    }

    const PATIENT: &str = r#"{"resourceType":"Patient","meta":{"profile":["http://example.org/p"]},"identifier":[…]}"#;
    const A: &str = r#"{"system":"http://a.example","value":"1"}"#;
    const B: &str = r#"{"system":"http://b.example","value":"1"}"#;
    const C: &str = r#"{"system":"http://c.example","value":"1"}"#;

    fn ab(rules: &str) -> [String; 1] {
        let slices = [slice("a", "http://a.example", ""), slice("b", "http://b.example", "")].join(",");
        [sliced(rules, &slices)]
    }

    #[test]
    fn a_slice_is_there_as_often_as_it_has_to_be() {
        let slices =
            [slice("a", "http://a.example", r#","min":1,"max":"1""#), slice("b", "http://b.example", "")].join(",");
        let profiles = [sliced(r#""rules":"open""#, &slices)];
        let cases: &[(&str, &[&str])] = &[
            (A, &[]),
            (&[B, A, C].join(","), &[]),
            (B, &[": Patient.identifier:a is missing; the profile requires 1."]),
        ];
        assert_told_by(ELEMENT_MISSING, &profiles, PATIENT, cases);
        let two = [A, A].join(",");
        assert_told_by(
            ELEMENT_TOO_MANY,
            &profiles,
            PATIENT,
            &[(A, &[]), (&two, &[": Patient.identifier:a occurs 2 times; the profile allows at most 1."])],
        );
    }

    #[test]
    fn what_a_slice_says_holds_for_its_values_alone() {
        let use_of = r#",{"id":"Patient.identifier:a.use","path":"Patient.identifier.use","fixedCode":"official"}"#;
        let profiles = [sliced(r#""rules":"open""#, &(slice("a", "http://a.example", "") + use_of))];
        let other = r#"{"system":"http://b.example","use":"usual"}"#;
        let wrong = r#"{"system":"http://a.example","use":"usual"}"#;
        let issue =
            r#"/identifier/0/use: Patient.identifier:a.use has the value 'usual'; the profile fixes it to "official"."#;
        assert_told_by(FIXED_VALUE, &profiles, PATIENT, &[(other, &[]), (wrong, &[issue])]);
    }

    #[test]
    fn a_closed_slicing_allows_no_others() {
        let issue = "/identifier/1: This value of Patient.identifier is of no slice of the profile, which allows no others: a, b.";
        let cases: &[(&str, &[&str])] = &[(&[B, A].join(","), &[]), (&[A, C].join(","), &[issue])];
        assert_told_by(SLICING_CLOSED, &ab(r#""rules":"closed""#), PATIENT, cases);
        assert_told_by(SLICING_CLOSED, &ab(r#""rules":"open""#), PATIENT, &[(C, &[])]);
    }

    #[test]
    fn the_slice_that_a_value_nearly_is_of_is_named() {
        let elements = r#"{"id":"Patient.identifier","path":"Patient.identifier","slicing":{"discriminator":[{"type":"value","path":"system"},{"type":"value","path":"use"}],"rules":"closed"}},
            {"id":"Patient.identifier:a","path":"Patient.identifier","sliceName":"a","min":1},
            {"id":"Patient.identifier:a.system","path":"Patient.identifier.system","fixedUri":"http://a.example"},
            {"id":"Patient.identifier:a.use","path":"Patient.identifier.use","fixedCode":"official"}"#;
        let near = r#"{"system":"http://a.example","use":"usual"}"#;
        let issue = "/identifier/0: This value of Patient.identifier is of no slice of the profile, which allows no others: a. The nearest is a; use differs.";
        let profiles = [profile("p", "Patient", elements)];
        assert_told_by(SLICING_CLOSED, &profiles, PATIENT, &[(near, &[issue])]);
        assert_told_by(ELEMENT_MISSING, &profiles, PATIENT, &[(near, &[])]);
    }

    #[test]
    fn a_slice_need_not_say_something_of_each_discriminator() {
        let elements = r#"{"id":"Patient.identifier","path":"Patient.identifier","slicing":{"discriminator":[{"type":"value","path":"system"},{"type":"value","path":"use"}],"rules":"open"}},
            {"id":"Patient.identifier:a","path":"Patient.identifier","sliceName":"a","min":1},
            {"id":"Patient.identifier:a.system","path":"Patient.identifier.system","fixedUri":"http://a.example"},
            {"id":"Patient.identifier:b","path":"Patient.identifier","sliceName":"b"},
            {"id":"Patient.identifier:b.use","path":"Patient.identifier.use","fixedCode":"usual"}"#;
        let profiles = [profile("p", "Patient", elements)];
        let missing = ": Patient.identifier:a is missing; the profile requires 1.";
        assert_told_by(ELEMENT_MISSING, &profiles, PATIENT, &[(A, &[]), (B, &[missing])]);
    }

    #[test]
    fn slices_may_have_an_order() {
        let both = [[A, B, C].join(","), [A, C, B].join(","), [B, A].join(",")];
        let issue = "/identifier/1: This value is of the slice a, which comes before b in the profile.";
        let cases: &[(&str, &[&str])] = &[(&both[0], &[]), (&both[1], &[]), (&both[2], &[issue])];
        assert_told_by(SLICING_ORDER, &ab(r#""rules":"open","ordered":true"#), PATIENT, cases);
        let issue = "/identifier/2: This value is of the slice b: values of no slice come at the end.";
        let cases: &[(&str, &[&str])] = &[(&both[0], &[]), (&both[1], &[issue]), (&both[2], &[])];
        assert_told_by(SLICING_ORDER, &ab(r#""rules":"openAtEnd""#), PATIENT, cases);
    }

    #[test]
    fn a_value_is_of_one_slice() {
        let slices = [slice("a", "http://a.example", ""), slice("b", "http://a.example", "")].join(",");
        let issue = "/identifier/0: This value is of two slices of the profile: a and b.";
        assert_told_by(SLICING_AMBIGUOUS, &[sliced(r#""rules":"open""#, &slices)], PATIENT, &[(C, &[]), (A, &[issue])]);
    }

    #[test]
    fn the_default_slice_takes_the_rest() {
        let rest =
            r#"{"id":"Patient.identifier:@default","path":"Patient.identifier","sliceName":"@default","max":"1"}"#;
        let slices = [&slice("a", "http://a.example", ""), rest].join(",");
        let two = [A, B, C].join(",");
        let issue = ": Patient.identifier:@default occurs 2 times; the profile allows at most 1.";
        let profiles = [sliced(r#""rules":"closed""#, &slices)];
        assert_told_by(ELEMENT_TOO_MANY, &profiles, PATIENT, &[(&[A, B].join(","), &[]), (&two, &[issue])]);
        assert_told_by(SLICING_CLOSED, &profiles, PATIENT, &[(&two, &[])]);
    }

    #[test]
    fn a_slice_may_be_sliced_again() {
        let again = r#"{"id":"Patient.identifier:a","path":"Patient.identifier","sliceName":"a","slicing":{"discriminator":[{"type":"value","path":"use"}],"rules":"open"}},
            {"id":"Patient.identifier:a.system","path":"Patient.identifier.system","fixedUri":"http://a.example"},
            {"id":"Patient.identifier:a/o","path":"Patient.identifier","sliceName":"a/o","min":1},
            {"id":"Patient.identifier:a/o.use","path":"Patient.identifier.use","fixedCode":"official"}"#;
        let right = r#"{"system":"http://a.example","use":"official"}"#;
        let other = r#"{"system":"http://b.example","use":"official"}"#;
        let issue = ": Patient.identifier:a/o is missing; the profile requires 1.";
        assert_told_by(
            ELEMENT_MISSING,
            &[sliced(r#""rules":"open""#, again)],
            PATIENT,
            &[(right, &[]), (other, &[issue])],
        );
    }

    #[test]
    fn types_of_a_choice_are_slices() {
        let elements = r#"{"id":"Observation.value[x]","path":"Observation.value[x]","slicing":{"discriminator":[{"type":"type","path":"$this"}],"rules":"closed"}},
            {"id":"Observation.value[x]:valueQuantity","path":"Observation.value[x]","sliceName":"valueQuantity","type":[{"code":"Quantity"}]},
            {"id":"Observation.value[x]:valueQuantity.unit","path":"Observation.value[x].unit","min":1}"#;
        let observation = r#"{"resourceType":"Observation","meta":{"profile":["http://example.org/p"]},"status":"final","code":{"text":"a"},…}"#;
        let profiles = [profile("p", "Observation", elements)];
        let cases: &[(&str, &[&str])] = &[
            (r#""valueQuantity":{"value":1,"unit":"kg"}"#, &[]),
            (
                r#""valueQuantity":{"value":1}"#,
                &["/valueQuantity: Observation.value[x]:valueQuantity.unit is missing; the profile requires 1."],
            ),
        ];
        assert_told_by(ELEMENT_MISSING, &profiles, observation, cases);
        let issue = "/valueString: This value of Observation.value[x] is of no slice of the profile, which allows no others: valueQuantity.";
        assert_told_by(SLICING_CLOSED, &profiles, observation, &[(r#""valueString":"a""#, &[issue])]);
    }

    #[test]
    fn what_is_there_tells_slices() {
        let elements = r#"{"id":"Patient.name","path":"Patient.name","slicing":{"discriminator":[{"type":"exists","path":"family"}],"rules":"open"}},
            {"id":"Patient.name:f","path":"Patient.name","sliceName":"f"},
            {"id":"Patient.name:f.family","path":"Patient.name.family","min":1},
            {"id":"Patient.name:f.given","path":"Patient.name.given","min":1},
            {"id":"Patient.name:t","path":"Patient.name","sliceName":"t"},
            {"id":"Patient.name:t.family","path":"Patient.name.family","max":"0"},
            {"id":"Patient.name:t.text","path":"Patient.name.text","min":1}"#;
        let patient = r#"{"resourceType":"Patient","meta":{"profile":["http://example.org/p"]},"name":[{…}]}"#;
        let cases: &[(&str, &[&str])] = &[
            (r#""family":"a","given":["b"]"#, &[]),
            (r#""text":"a""#, &[]),
            (r#""family":"a","text":"b""#, &["/name/0: Patient.name:f.given is missing; the profile requires 1."]),
            (r#""given":["a"]"#, &["/name/0: Patient.name:t.text is missing; the profile requires 1."]),
        ];
        assert_told_by(ELEMENT_MISSING, &[profile("p", "Patient", elements)], patient, cases);
    }

    #[test]
    fn a_required_binding_and_a_pattern_tell_slices() {
        let elements = r#"{"id":"Patient.maritalStatus.coding","path":"Patient.maritalStatus.coding","slicing":{"discriminator":[{"type":"pattern","path":"$this"}],"rules":"open"}},
            {"id":"Patient.maritalStatus.coding:g","path":"Patient.maritalStatus.coding","sliceName":"g","min":1,
                "binding":{"strength":"required","valueSet":"http://hl7.org/fhir/ValueSet/administrative-gender"}},
            {"id":"Patient.maritalStatus.coding:p","path":"Patient.maritalStatus.coding","sliceName":"p","max":"1","patternCoding":{"system":"http://a.example"}}"#;
        let patient =
            r#"{"resourceType":"Patient","meta":{"profile":["http://example.org/p"]},"maritalStatus":{"coding":[…]}}"#;
        let gender = r#"{"system":"http://hl7.org/fhir/administrative-gender","code":"male"}"#;
        let other = r#"{"system":"http://a.example","code":"male"}"#;
        let issue = "/maritalStatus: Patient.maritalStatus.coding:g is missing; the profile requires 1.";
        let profiles = [profile("p", "Patient", elements)];
        assert_told_by(ELEMENT_MISSING, &profiles, patient, &[(gender, &[]), (other, &[issue])]);
        let two = [gender, other, other].join(",");
        let issue = "/maritalStatus: Patient.maritalStatus.coding:p occurs 2 times; the profile allows at most 1.";
        assert_told_by(ELEMENT_TOO_MANY, &profiles, patient, &[(&two, &[issue])]);
    }
}
