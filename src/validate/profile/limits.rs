//! value-range, value-length: the least and the greatest value, and how long it may be.
//!
//! Source: R4, ElementDefinition, `minValue[x]`, `maxValue[x]`, `maxLength`.

use super::item::Item;
use super::state::State;
use crate::definitions::Text;
use crate::document::{Document, Kind, NodeId, name};
use crate::fhirpath::{Moment, Precision, decimal};
use crate::report::{At, Rule, Severity, Words};
use crate::validate::instance::Instance;
use std::cmp::Ordering;

pub(crate) const VALUE_RANGE: Rule = Rule::new(
    "value-range",
    Severity::Error,
    "value",
    "A value is within the limits that a profile sets.",
    &[TOO_LOW, TOO_HIGH, TOO_EARLY, TOO_LATE],
);
const TOO_LOW: Words = Words("{element} is {found}; the profile expects at least {expected}.");
const TOO_HIGH: Words = Words("{element} is {found}; the profile expects at most {expected}.");
const TOO_EARLY: Words = Words("{element} is {found}; the profile expects nothing earlier than {expected} before now.");
const TOO_LATE: Words = Words("{element} is {found}; the profile expects nothing later than {expected} after now.");

pub(crate) const VALUE_LENGTH: Rule =
    Rule::new("value-length", Severity::Error, "too-long", "A value is not longer than a profile allows.", &[TOO_LONG]);
const TOO_LONG: Words = Words("{element} has {found} characters; the profile allows {expected}.");

/// Validates a value against the limits of a profile.
pub(super) fn check(instance: &mut Instance<'_>, item: Item, state: State<'_>) {
    let Some(value) = item.property.value else { return };
    if let Some(most) = state.element.max_length
        && let Some(text) = instance.document.string(value)
    {
        let count = text.chars().count() as u64;
        if count > u64::from(most) {
            let content = TOO_LONG.name("element", state.label().to_owned());
            instance.findings.add(
                &VALUE_LENGTH,
                At::Value(value),
                content.count("found", count).count("expected", most),
            );
        }
    }
    for (limit, wrong, words) in
        [(&state.element.min_value, Ordering::Less, TOO_LOW), (&state.element.max_value, Ordering::Greater, TOO_HIGH)]
    {
        let Some(limit) = limit else { continue };
        if let Some(duration) = beyond(instance, value, limit, wrong) {
            let words = if wrong == Ordering::Less { TOO_EARLY } else { TOO_LATE };
            let found = instance.document.value(value);
            let content = words.name("element", state.label().to_owned()).value("found", &found);
            instance.findings.add(&VALUE_RANGE, At::Value(value), content.name("expected", duration));
            continue;
        }
        if order(instance, value, limit) == Some(wrong) {
            let found = quantity(instance.document, value);
            let content =
                words.name("element", state.label().to_owned()).value("found", &instance.document.value(found));
            instance.findings.add(&VALUE_RANGE, At::Value(found), content.name("expected", limit.clone()));
        }
    }
}

/// The limit of a date or time that is a duration, before or after now, where a value is beyond it.
#[cold]
fn beyond(instance: &Instance<'_>, value: NodeId, limit: &Text, wrong: Ordering) -> Option<String> {
    let now = instance.now.filter(|_| limit.starts_with('{'))?;
    let found = Moment::date_time(&instance.document.string(value)?)?;
    let read = Document::read_str(limit, instance.definitions.names(), Default::default()).ok()?;
    let amount_text = read.raw(read.member(NodeId::ROOT, name::VALUE)?);
    let amount: i64 = amount_text.parse().ok()?;
    let code = read.member_text(NodeId::ROOT, name::CODE)?;
    let (unit, times) = match code.as_ref() {
        "a" => (Precision::Year, 1),
        "mo" => (Precision::Month, 1),
        "wk" => (Precision::Day, 7),
        "d" => (Precision::Day, 1),
        "h" => (Precision::Hour, 1),
        "min" => (Precision::Minute, 1),
        _ => return None,
    };
    let moved = amount.checked_mul(if wrong == Ordering::Less { -times } else { times })?;
    let last = Moment::date_time(now)?.plus(moved, unit)?;
    (found.compare(&last) == Some(wrong)).then(|| [amount_text, " ", &code].concat())
}

/// The value of a Quantity; any other value itself.
fn quantity(document: &Document<'_>, node: NodeId) -> NodeId {
    document.member(node, name::VALUE).unwrap_or(node)
}

/// How a value compares with a limit; nothing where they cannot be compared.
fn order(instance: &Instance<'_>, value: NodeId, limit: &Text) -> Option<Ordering> {
    let document = instance.document;
    let read = Document::read_str(limit, instance.definitions.names(), Default::default()).ok()?;
    let (node, other) = (quantity(document, value), quantity(&read, NodeId::ROOT));
    if node != value {
        let same = |name| document.member_text(value, name) == read.member_text(NodeId::ROOT, name);
        if !same(name::CODE) || !same(name::SYSTEM) {
            return None;
        }
    }
    match (document.kind(node), read.kind(other)) {
        (Kind::Number, Kind::Number) => Some(decimal(document.raw(node))?.cmp(&decimal(read.raw(other))?)),
        // Dates and times: what both say.
        (Kind::String, Kind::String) => {
            let (found, limit) = (document.value(node), read.value(other));
            let length = found.len().min(limit.len());
            let order = found.get(..length)?.cmp(limit.get(..length)?);
            (order != Ordering::Equal || found.len() == limit.len()).then_some(order)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{VALUE_LENGTH, VALUE_RANGE};
    use crate::definitions::Definitions;
    use crate::json::Limits;
    use crate::validate::told::{assert_told_by, profile};
    use crate::validate::{Engine, Options};

    #[test]
    fn a_value_is_within_its_limits() {
        let elements = r#"{"id":"Observation.value[x]","path":"Observation.value[x]","type":[{"code":"Quantity"}],
            "minValueQuantity":{"value":1.5,"code":"kg"},"maxValueQuantity":{"value":20,"code":"kg"}},
            {"id":"Observation.effective[x]","path":"Observation.effective[x]","minValueDateTime":"2026-02"}"#;
        assert_told_by(
            VALUE_RANGE,
            &[profile("p", "Observation", elements)],
            r#"{"resourceType":"Observation","meta":{"profile":["http://example.org/p"]},"status":"final","code":{"text":"a"}…}"#,
            &[
                (r#","valueQuantity":{"value":1.50,"code":"kg"}"#, &[]),
                (
                    r#","valueQuantity":{"value":1.49,"code":"kg"}"#,
                    &[
                        r#"/valueQuantity/value: Observation.value[x] is '1.49'; the profile expects at least {"value":1.5,"code":"kg"}."#,
                    ],
                ),
                (r#","valueQuantity":{"value":1,"code":"g"}"#, &[]),
                (r#","valueQuantity":{"value":2e1,"code":"kg"}"#, &[]),
                (
                    r#","valueQuantity":{"value":21,"code":"kg"}"#,
                    &[
                        r#"/valueQuantity/value: Observation.value[x] is '21'; the profile expects at most {"value":20,"code":"kg"}."#,
                    ],
                ),
                (
                    r#","effectiveDateTime":"2026-01-31""#,
                    &[
                        r#"/effectiveDateTime: Observation.effective[x] is '2026-01-31'; the profile expects at least "2026-02"."#,
                    ],
                ),
                (r#","effectiveDateTime":"2026-02-01""#, &[]),
                (r#","effectiveDateTime":"2026""#, &[]),
            ],
        );
    }

    #[test]
    fn a_limit_may_be_relative_to_now() {
        let elements = r#"{"id":"Patient.birthDate","path":"Patient.birthDate",
            "minValueDuration":{"value":100,"system":"http://unitsofmeasure.org","code":"a"},
            "maxValueDuration":{"value":2,"system":"http://unitsofmeasure.org","code":"wk"}}"#;
        let (definitions, _) = Definitions::r4().with(&[profile("p", "Patient", elements)]);
        let engine = Engine::new(definitions);
        let told = |date: &str, now: Option<&str>| -> Vec<String> {
            let text = format!(
                r#"{{"resourceType":"Patient","meta":{{"profile":["http://example.org/p"]}},"birthDate":"{date}"}}"#
            );
            let options = Options { now: now.map(str::to_owned), ..Options::default() };
            let report = engine.validate(&engine.read(&*text, Limits::default()), &options);
            report
                .issues
                .iter()
                .filter(|issue| issue.rule == VALUE_RANGE.name)
                .map(|issue| issue.message.clone())
                .collect()
        };
        let now = Some("2026-11-29T12:00:00Z");
        assert_eq!(
            told("1850-01-01", now),
            ["Patient.birthDate is '1850-01-01'; the profile expects nothing earlier than 100 a before now."]
        );
        assert_eq!(
            told("2026-12-20", now),
            ["Patient.birthDate is '2026-12-20'; the profile expects nothing later than 2 wk after now."]
        );
        for right in ["1926-12-31", "2026-12-12", "2026"] {
            assert_eq!(told(right, now), [""; 0], "{right}");
        }
        assert_eq!(told("1850-01-01", None), [""; 0], "nobody said when it is");
    }

    #[test]
    fn a_value_is_not_too_long() {
        let elements = r#"{"id":"Patient.name.family","path":"Patient.name.family","maxLength":3}"#;
        assert_told_by(
            VALUE_LENGTH,
            &[profile("p", "Patient", elements)],
            r#"{"resourceType":"Patient","meta":{"profile":["http://example.org/p"]},"name":[{"family":"…"}]}"#,
            &[("äöü", &[]), ("äöüa", &["/name/0/family: Patient.name.family has 4 characters; the profile allows 3."])],
        );
    }
}
