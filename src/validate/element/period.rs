//! period-precision: whether start and end of a Period can be compared.
//!
//! R4's per-1 compares them, and FHIRPath says nothing of a day and its month: HL7's validator takes that as false. R5 says how they are compared,
//! which is what is done here.

use crate::report::{At, Rule, Severity, Words};
use crate::validate::instance::{Instance, Object};

pub(crate) const PERIOD_PRECISION: Rule = Rule::new(
    "period-precision",
    Severity::Information,
    "invariant",
    "Start and end of a Period are equally precise.",
    &[OTHER_PRECISION],
);
const OTHER_PRECISION: Words = Words(
    "Start and end are not equally precise: R4 does not say how they are compared, and some validators refuse it.",
);

pub(super) fn check(instance: &mut Instance<'_>, &Object { node, .. }: &Object<'_>) {
    let names = instance.definitions.names();
    let text = |name: &[u8]| instance.text_of(node, names.find(name));
    let (Some(start), Some(end)) = (text(b"start"), text(b"end")) else { return };
    let [start, end] = [start.trim(), end.trim()].map(|text| text.get(..text.len().min(TO_THE_HOUR)).unwrap_or(text));
    let common = start.len().min(end.len());
    // Where what both say differs, that decides.
    if common > 0 && start.len() != end.len() && start.get(..common) == end.get(..common) {
        instance.findings.add(&PERIOD_PRECISION, At::Start(node), OTHER_PRECISION);
    }
}

/// A date and the hour: all times are as precise as this at least.
const TO_THE_HOUR: usize = "2026-01-31T".len();

#[cfg(test)]
mod tests {
    use super::PERIOD_PRECISION;
    use crate::validate::told::assert_told;

    #[test]
    fn start_and_end_are_equally_precise() {
        let said = [
            "/name/0/period: Start and end are not equally precise: R4 does not say how they are compared, and some validators refuse it.",
        ];
        assert_told(
            PERIOD_PRECISION,
            r#"{"resourceType":"Patient","name":[{"family":"Rivera","period":{"start":"2026-01-01",…}}]}"#,
            &[
                (r#""end":"2026-01-02""#, &[]),
                (r#""_end":{"id":"a"}"#, &[]),
                (r#""end":"2026-02""#, &[]),
                (r#""end":"2026-01-02T12:00:00Z""#, &[]),
                (r#""end":"2026-01""#, &said),
                (r#""end":"2026""#, &said),
                (r#""end":"2026-01-01T12:00:00Z""#, &said),
            ],
        );
    }
}
