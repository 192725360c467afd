//! target-profile, target-aggregation: what a reference points to, by a profile.
//!
//! Source: R4, ElementDefinition, `type.targetProfile` and `type.aggregation`.

use super::discriminator::{resolve, type_of};
use super::item::Item;
use super::state::State;
use crate::definitions::{Definitions, ProfileType, Text, TypeId, aggregation};
use crate::document::{Kind, NodeId, name};
use crate::report::{At, Content, Issue, Rule, Severity, Words};
use crate::validate::instance::Instance;
use crate::validate::meets::{Answer, meets};
use crate::validate::notes::Target;

pub(crate) const TARGET_PROFILE: Rule = Rule::new(
    "target-profile",
    Severity::Error,
    "structure",
    "A reference points to a resource that a profile allows.",
    &[OTHER_TARGET, TARGET_NOT_MET],
);
const OTHER_TARGET: Words = Words("{element} points to a {found}; the profile allows {allowed}.");
const TARGET_NOT_MET: Words = Words(
    "{element} points to a resource that does not meet any of the profiles {allowed}. The nearest is {nearest}: {reason}.",
);

pub(crate) const TARGET_AGGREGATION: Rule = Rule::new(
    "target-aggregation",
    Severity::Error,
    "structure",
    "A resource is where a profile expects it: contained, in the Bundle, or elsewhere.",
    &[ELSEWHERE],
);
const ELSEWHERE: Words =
    Words("{element} points to a resource that is {found}; the profile expects one that is {allowed}.");

/// Validates what a reference points to.
pub(super) fn check<'w>(instance: &mut Instance<'w>, item: Item, state: State<'w>) {
    let types: Vec<&'w ProfileType> = state.element.types.iter().filter(|one| item.is_of(instance, one.of)).collect();
    if types.iter().all(|one| one.targets.is_empty() && one.aggregation == 0) {
        return;
    }
    let Some(value) = item.property.value else { return };
    let reference = match instance.document.kind(value) {
        Kind::Object => instance.document.member(value, name::REFERENCE),
        _ => Some(value),
    };
    let target = resolve(instance, item);
    if let Some(reference) = reference {
        is_aggregated(instance, reference, target, state, &types);
    }
    let targets: Vec<&'w Text> = types.iter().flat_map(|one| &one.targets).collect();
    if targets.is_empty() || types.iter().any(|one| one.targets.is_empty()) {
        return;
    }
    // A resource that is not there decides nothing.
    let Some(target) = target else {
        let is_profile = |target: &&Text| instance.definitions.profile_named(target).is_some();
        if targets.iter().any(is_profile)
            && let Some(reference) = reference
            && let Some(text) = instance.document.string(reference)
        {
            if instance.answers.is_some_and(|answers| answers.resource(&text).is_some()) {
                let element = state.label().to_owned();
                let allowed = targets.iter().map(|&one| one.clone()).collect();
                let demanded_by = instance.findings.demanded_by.clone();
                instance.notes.wanted.targets.push(Target { reference, element, allowed, demanded_by });
            } else {
                instance.notes.wanted.resources.insert(text.into_owned(), reference);
            }
        }
        return;
    };
    let of = target.of;
    let mut fitting = Vec::new();
    for &canonical in &targets {
        match type_of(instance, canonical) {
            Some(wanted) if instance.definitions.is_a(of, wanted) => fitting.push(canonical),
            Some(_) => {}
            // A profile that is not known may be met.
            None => return,
        }
    }
    let at = match reference {
        Some(reference) if reference != value => At::Member(reference),
        _ => At::Value(value),
    };
    if fitting.is_empty() {
        let content = OTHER_TARGET.name("element", state.label().to_owned());
        let content = content.name("found", instance.definitions.type_of(of).name.clone());
        instance.findings.add(&TARGET_PROFILE, at, content.list("allowed", targets.iter().map(|&one| one.clone())));
        return;
    }
    let mut nearest: Option<(usize, &str, String)> = None;
    for canonical in fitting {
        // One of R4's own types: every resource is validated against that.
        let Some(id) = instance.definitions.profile_named(canonical) else { return };
        match meets(instance, target.value(), id) {
            Answer::Met => return,
            Answer::NotMet { errors, first } => {
                if nearest.as_ref().is_none_or(|(least, ..)| errors < *least) {
                    nearest = Some((errors, canonical, first));
                }
            }
        }
    }
    let Some((_, url, reason)) = nearest else { return };
    let content = TARGET_NOT_MET
        .name("element", state.label().to_owned())
        .list("allowed", targets.iter().map(|&one| one.clone()));
    instance.findings.add(&TARGET_PROFILE, at, content.name("nearest", url.to_owned()).name("reason", reason));
}

/// What is to be said of a target that is elsewhere, of this type and with the issues by each profile that it may have; nothing where it is right,
/// or that cannot be decided.
pub(crate) fn content(
    definitions: &Definitions,
    (of, element, allowed): (TypeId, &str, &[Text]),
    issues_by: &dyn Fn(&str) -> Vec<Issue>,
) -> Option<Content> {
    let of_profile = |canonical: &Text| {
        let profile = definitions.profile_named(canonical).map(|id| definitions.profile(id).of);
        profile.or_else(|| definitions.type_named(canonical.strip_prefix(R4)?))
    };
    let mut nearest: Option<(usize, &Text, String)> = None;
    for canonical in allowed {
        if !definitions.is_a(of, of_profile(canonical)?) {
            continue;
        }
        let issues = if definitions.profile_named(canonical).is_some() { issues_by(canonical) } else { Vec::new() };
        let is_broken = |issue: &&Issue| issue.severity <= Severity::Error && issue.profiles.is_some();
        let first = issues.iter().find(is_broken)?;
        let count = issues.iter().filter(is_broken).count();
        if nearest.as_ref().is_none_or(|(least, ..)| count < *least) {
            nearest = Some((count, canonical, first.message.trim_end_matches('.').to_owned()));
        }
    }
    let words = if nearest.is_some() { TARGET_NOT_MET } else { OTHER_TARGET };
    let content = words.name("element", element.to_owned()).list("allowed", allowed.iter().cloned());
    Some(match nearest {
        Some((_, url, reason)) => content.name("nearest", url.clone()).name("reason", reason),
        None => content.name("found", definitions.type_of(of).name.clone()),
    })
}

/// Where R4's own types are.
const R4: &str = "http://hl7.org/fhir/StructureDefinition/";

/// Validates where the resource is that a reference points to.
fn is_aggregated(
    instance: &mut Instance<'_>,
    reference: NodeId,
    target: Option<Item>,
    state: State<'_>,
    types: &[&ProfileType],
) {
    let allowed = types.iter().fold(0, |all, one| all | one.aggregation);
    if allowed == 0 {
        return;
    }
    let is_local = instance.document.string(reference).is_some_and(|text| text.starts_with('#'));
    let found = match (is_local, target.is_some()) {
        (true, _) => aggregation::CONTAINED,
        (false, true) => aggregation::BUNDLED,
        (false, false) => aggregation::REFERENCED,
    };
    // What is in the Bundle is referenced as well.
    let is_right = allowed & found != 0 || found == aggregation::BUNDLED && allowed & aggregation::REFERENCED != 0;
    if is_right {
        return;
    }
    let names = [
        (aggregation::CONTAINED, "contained"),
        (aggregation::REFERENCED, "referenced"),
        (aggregation::BUNDLED, "in the Bundle"),
    ];
    let named = |bits: u8| names.iter().filter(move |(bit, _)| bits & bit != 0).map(|(_, name)| *name);
    let content =
        ELSEWHERE.name("element", state.label().to_owned()).name("found", named(found).next().unwrap_or_default());
    instance.findings.add(&TARGET_AGGREGATION, At::Member(reference), content.list("allowed", named(allowed)));
}

#[cfg(test)]
mod tests {
    use super::{TARGET_AGGREGATION, TARGET_PROFILE};
    use crate::validate::told::{assert_told_by, profile};

    const TASK: &str = r#"{"resourceType":"Task","meta":{"profile":["http://example.org/p"]},"status":"draft","intent":"order",
        "contained":[{"resourceType":"Patient","id":"a","active":true},{"resourceType":"Group","id":"g","type":"person","actual":true}],"for":{"reference":"…"}}"#;

    #[test]
    fn a_reference_points_to_a_type_that_is_left() {
        let elements = r#"{"id":"Task.for","path":"Task.for","type":[{"code":"Reference","targetProfile":["http://hl7.org/fhir/StructureDefinition/Patient"]}]}"#;
        let cases: &[(&str, &[&str])] = &[
            ("#a", &[]),
            ("Patient/1", &[]),
            ("urn:uuid:4ad1a9d8-49c5-4d11-ac1f-c94c3e4f9d2c", &[]),
            (
                "#g",
                &[
                    "/for/reference: Task.for points to a Group; the profile allows http://hl7.org/fhir/StructureDefinition/Patient.",
                ],
            ),
            ("Group/1", &[]),
        ];
        assert_told_by(TARGET_PROFILE, &[profile("p", "Task", elements)], TASK, cases);
    }

    #[test]
    fn the_resource_that_a_reference_points_to_meets_one_of_the_profiles() {
        let elements = r#"{"id":"Task.for","path":"Task.for","type":[{"code":"Reference","targetProfile":["http://example.org/n","http://example.org/g"]}]}"#;
        let named = profile("n", "Patient", r#"{"id":"Patient.name","path":"Patient.name","min":1}"#);
        let group = profile("g", "Group", r#"{"id":"Group.code","path":"Group.code","max":"1"}"#);
        let issue = "/for/reference: Task.for points to a resource that does not meet any of the profiles http://example.org/n, http://example.org/g. The nearest is http://example.org/n: Patient.name is missing; the profile requires 1.";
        assert_told_by(
            TARGET_PROFILE,
            &[profile("p", "Task", elements), named, group],
            TASK,
            &[("#a", &[issue]), ("#g", &[]), ("Patient/1", &[])],
        );
    }

    #[test]
    fn a_resource_is_where_it_is_expected() {
        let elements =
            r#"{"id":"Task.for","path":"Task.for","type":[{"code":"Reference","aggregation":["contained"]}]}"#;
        let issue = "/for/reference: Task.for points to a resource that is referenced; the profile expects one that is contained.";
        assert_told_by(
            TARGET_AGGREGATION,
            &[profile("p", "Task", elements)],
            TASK,
            &[("#a", &[]), ("Patient/1", &[issue])],
        );
    }
}
