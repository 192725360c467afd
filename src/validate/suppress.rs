//! What of a guide is not taken as it is: issues that somebody knows and has a reason to pass over, or to take less seriously.
//!
//! # Design
//! It is decided on issues, at the end: what is suppressed is found, tried and resolved like all else, so no verdict of a slice, a target or
//! a fix depends on it, and the report counts what each entry has done.

use super::options::SeveritySetting;
use crate::definitions::Definitions;
use crate::report::{Issue, Severity};
use serde::{Deserialize, Serialize};

/// Issues that are taken as something else than their rule says, and why. An issue has to be all that is said of it.
///
/// ```
/// use fhirpost::{Options, Suppression, Validator};
///
/// let text = r#"{ "resourceType": "Patient", "gender": "femal" }"#;
/// let suppress = vec![Suppression {
///     rule: Some("binding-required".to_owned()),
///     path: Some("Patient.gender".to_owned()),
///     ..Suppression::because("The old system sends it; it is replaced in May")
/// }];
/// let report = Validator::default().validate(text, &Options { suppress, ..Options::default() });
/// assert!(report.valid);
/// assert_eq!(report.suppressed[0].errors, 1);
/// ```
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename_all = "camelCase", optional_fields))]
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Suppression {
    /// The name of the rule.
    pub rule: Option<String>,
    /// The element, as FHIRPath has it, from the resource or from the outermost one: `Patient.name`, `Bundle.entry[0].resource.name`. Without an
    /// index it is any item; `*` is any element, in front and at the end any number of them: `*.extension`, `Patient.contact.*`.
    pub path: Option<String>,
    /// The profile that demands it, by its canonical URL, with `|version` or without.
    pub profile: Option<String>,
    /// The message id of HL7's validator, in whatever case; one that ends with `*` is how ids begin.
    pub hl7_id: Option<String>,
    /// What the issue is taken as; not reported (`off`) unless something else is said.
    #[cfg_attr(feature = "typescript", ts(as = "Option<SeveritySetting>"))]
    #[serde(default)]
    pub severity: SeveritySetting,
    /// Why, for whoever reads the report.
    pub reason: String,
}

/// What an entry of [`Options::suppress`](super::Options::suppress) has done, in the order of the entries. One that did nothing may have served
/// its time.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Suppressed {
    /// The reason of the entry.
    pub reason: String,
    /// How many issues it was for.
    pub issues: u32,
    /// How many of them are no errors any more.
    pub errors: u32,
}

impl Suppression {
    /// Of everything, for this reason: what it is for is to be said.
    pub fn because(reason: &str) -> Self {
        Self {
            rule: None,
            path: None,
            profile: None,
            hl7_id: None,
            severity: SeveritySetting::Off,
            reason: reason.to_owned(),
        }
    }

    /// Whether it is for an issue, as far as a profile demands that; none where the specification does.
    fn is_for(&self, issue: &Issue, profile: Option<&str>, definitions: &Definitions) -> bool {
        let is = |said: &Option<String>, test: &dyn Fn(&str) -> bool| said.as_ref().is_none_or(|said| test(said));
        is(&self.rule, &|rule| issue.rule == rule)
            && is(&self.hl7_id, &|id| issue.hl7_id.as_ref().is_some_and(|one| is_id(id, one)))
            && is(&self.profile, &|said| profile.is_some_and(|profile| is_profile(said, profile, definitions)))
            && is(&self.path, &|path| is_path(path, &issue.expression))
    }
}

/// Takes issues as the entries say, and counts what each has done. What several profiles demand is suppressed where it is for each of them,
/// and is the worst that it is for one. A text that cannot be read stays so.
pub(crate) fn apply(issues: &mut Vec<Issue>, entries: &[Suppression], definitions: &Definitions) -> Vec<Suppressed> {
    let mut done = nothing(entries);
    if entries.is_empty() {
        return done;
    }
    issues.retain_mut(|issue| {
        let Some(place) = entry_for(issue, entries, definitions) else { return true };
        let (Some(entry), Some(done)) = (entries.get(place), done.get_mut(place)) else { return true };
        done.issues += 1;
        done.errors += u32::from(issue.severity == Severity::Error && rank(entry.severity) > 0);
        match entry.severity {
            SeveritySetting::Off => false,
            SeveritySetting::As(severity) => {
                issue.severity = severity;
                true
            }
        }
    });
    done
}

/// What entries have done before they have done anything.
pub(crate) fn nothing(entries: &[Suppression]) -> Vec<Suppressed> {
    entries.iter().map(|entry| Suppressed { reason: entry.reason.clone(), issues: 0, errors: 0 }).collect()
}

/// How much milder than an error.
fn rank(setting: SeveritySetting) -> u8 {
    match setting {
        SeveritySetting::As(Severity::Warning) => 1,
        SeveritySetting::As(Severity::Information) => 2,
        SeveritySetting::As(_) => 0,
        SeveritySetting::Off => 3,
    }
}

fn entry_for(issue: &Issue, entries: &[Suppression], definitions: &Definitions) -> Option<usize> {
    if issue.severity == Severity::Fatal {
        return None;
    }
    let for_one = |profile: Option<&str>| entries.iter().position(|entry| entry.is_for(issue, profile, definitions));
    let Some(profiles) = &issue.profiles else { return for_one(None) };
    let mut worst: Option<(u8, usize)> = None;
    for profile in profiles.iter() {
        let place = for_one(Some(profile))?;
        let rank = entries.get(place).map_or(0, |entry| rank(entry.severity));
        if worst.is_none_or(|(least, _)| rank < least) {
            worst = Some((rank, place));
        }
    }
    worst.map(|(_, place)| place)
}

/// As HL7's validator compares them.
fn is_id(said: &str, id: &str) -> bool {
    match said.strip_suffix('*') {
        Some(beginning) => id.get(..beginning.len()).is_some_and(|one| one.eq_ignore_ascii_case(beginning)),
        None => id.eq_ignore_ascii_case(said),
    }
}

/// A profile that demands something is named without its version: it has the one that is known.
fn is_profile(said: &str, profile: &str, definitions: &Definitions) -> bool {
    said == profile
        || said.split_once('|').is_some_and(|(url, _)| url == profile) && definitions.profile_named(said).is_some()
}

/// What a path has of a type: an element of a choice, or a resource.
const OF_TYPE: &str = "ofType(";

fn is_path(said: &str, expression: &str) -> bool {
    let elements = |path: &mut dyn Iterator<Item = &'_ str>| -> Vec<String> {
        path.filter(|step| !step.starts_with(OF_TYPE)).map(|step| step.trim_end_matches("[x]").to_owned()).collect()
    };
    let said = elements(&mut said.split('.'));
    let steps: Vec<&str> = expression.split('.').collect();
    if let Some(("*", rest)) = said.split_first().map(|(first, rest)| (first.as_str(), rest)) {
        let all = elements(&mut steps.iter().copied());
        return (1..=all.len()).any(|from| is_way(rest, all.get(from..).unwrap_or_default()));
    }
    steps.iter().enumerate().any(|(from, step)| {
        let of = step.strip_prefix(OF_TYPE).and_then(|of| of.strip_suffix(')'));
        let Some(first) = of.or_else(|| (from == 0).then_some(*step)) else { return false };
        let way = elements(&mut std::iter::once(first).chain(steps.iter().skip(from + 1).copied()));
        is_way(&said, &way)
    })
}

/// Whether these are the steps of a way.
fn is_way(said: &[String], way: &[String]) -> bool {
    match (said.split_first(), way.split_first()) {
        (None, None) => true,
        (Some((one, said)), Some((step, way))) => {
            let is_any = one == "*";
            let without_index = step.split_once('[').map_or(step.as_str(), |(name, _)| name);
            (is_any && said.is_empty()) || ((is_any || one == step || one == without_index) && is_way(said, way))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::told::profile;
    use crate::{Options, Validator};

    #[test]
    fn a_path_is_said_from_the_resource_or_from_the_outermost_one() {
        let name = "Bundle.entry[1].resource.ofType(Patient).name[0]";
        let value = "Observation.component[0].value.ofType(Quantity).code";
        for (said, expression, expected) in [
            ("Patient.name", name, true),
            ("Patient.name[0]", name, true),
            ("Patient.name[1]", name, false),
            ("Patient", name, false),
            ("Patient.*", name, true),
            ("Patient.name.*", name, false),
            ("Patient.name.given", name, false),
            ("Bundle.entry.resource.name", name, true),
            ("Bundle.entry[1].resource.ofType(Patient).name", name, true),
            ("Bundle.entry[0].resource.name", name, false),
            ("Bundle.*", name, true),
            ("Bundle.*.resource.name", name, true),
            ("Bundle.*.name", name, false),
            ("*.name", name, true),
            ("*.entry", name, false),
            ("*", name, true),
            ("name", name, false),
            ("Observation.component.value.code", value, true),
            ("Observation.component.value[x].code", value, true),
            ("Quantity.code", value, true),
            ("*.code", value, true),
            ("Observation.component.*", value, true),
            ("*", "Patient", true),
            ("", name, false),
        ] {
            assert_eq!(is_path(said, expression), expected, "{said}: {expression}");
        }
    }

    #[test]
    fn ids_are_compared_as_hl7_does() {
        assert!(is_id("terminology_tx_novalid_16", "Terminology_TX_NoValid_16"));
        assert!(is_id("Terminology_TX_*", "Terminology_TX_NoValid_16"));
        assert!(!is_id("Terminology_TX_NoValid_1", "Terminology_TX_NoValid_16"));
        assert!(!is_id("Terminology_TX_NoValid_16é*", "Terminology_TX_NoValid_16"));
    }

    fn of(rule: &str) -> Suppression {
        Suppression { rule: Some(rule.to_owned()), ..Suppression::because("known") }
    }

    fn suppressed(
        text: &str,
        suppress: Vec<Suppression>,
        validator: &Validator,
    ) -> (bool, Vec<String>, Vec<(u32, u32)>) {
        let report = validator.validate(text, &Options { suppress, ..Options::default() });
        let left = report.issues.iter().map(|issue| format!("{} {}", issue.severity.name(), issue.rule)).collect();
        (report.valid, left, report.suppressed.iter().map(|one| (one.issues, one.errors)).collect())
    }

    #[test]
    fn each_entry_counts_what_it_has_done() {
        let text = r#"{"resourceType":"Patient","gender":"femal","contact":[{"gender":"x"},{"gender":"y","relationship":[{"text":"z"}]}]}"#;
        let validator = Validator::default();
        let path =
            |path: &str, severity| Suppression { path: Some(path.to_owned()), severity, ..of("binding-required") };
        let (off, warning) = (SeveritySetting::Off, SeveritySetting::As(Severity::Warning));
        let entries = vec![path("Patient.contact[1].gender", off), path("*.gender", warning), of("msg-id")];
        let expected = ["warning binding-required", "error pat-1", "warning binding-required", "error pat-1"];
        let (valid, left, counts) = suppressed(text, entries.clone(), &validator);
        assert_eq!((valid, counts), (false, vec![(1, 1), (2, 2), (0, 0)]));
        assert_eq!(left, expected);
        let (valid, left, counts) = suppressed(text, [entries, vec![of("pat-1")]].concat(), &validator);
        assert_eq!((valid, left.len(), counts.last()), (true, 2, Some(&(2, 2))));
        // What could not be read is not valid by any entry.
        assert!(!suppressed("{", vec![Suppression::because("all")], &validator).0);
        assert_eq!(suppressed("{}", Vec::new(), &validator).2, []);
    }

    #[test]
    fn what_several_profiles_demand_is_suppressed_for_each_of_them() {
        let element = r#"{"id":"Patient.active","path":"Patient.active","min":1}"#;
        let (definitions, issues) =
            Definitions::r4().with([profile("p", "Patient", element), profile("q", "Patient", element)]);
        assert_eq!(issues, []);
        let validator = Validator::new(definitions);
        let text = r#"{"resourceType":"Patient","meta":{"profile":["http://example.org/p","http://example.org/q"]}}"#;
        let by = |profile: &str| Suppression { profile: Some(profile.to_owned()), ..of("element-missing") };
        let (p, q) = (by("http://example.org/p"), by("http://example.org/q"));
        assert_eq!(suppressed(text, vec![p.clone()], &validator).2, [(0, 0)]);
        assert_eq!(suppressed(text, vec![by("http://example.org/p|2"), q.clone()], &validator).2, [(0, 0), (0, 0)]);
        let (valid, left, counts) = suppressed(text, vec![p.clone(), q.clone()], &validator);
        assert_eq!((valid, left.len(), counts), (true, 0, vec![(1, 1), (0, 0)]));
        let milder = Suppression { severity: SeveritySetting::As(Severity::Information), ..q };
        let (valid, left, counts) = suppressed(text, vec![p, milder], &validator);
        assert_eq!((valid, left, counts), (true, vec!["information element-missing".to_owned()], vec![(0, 0), (1, 1)]));
        // What the specification demands is of no profile.
        let text = r#"{"resourceType":"Observation"}"#;
        assert_eq!(
            suppressed(text, vec![by("http://hl7.org/fhir/StructureDefinition/Observation")], &validator).2,
            [(0, 0)]
        );
    }

    #[test]
    fn a_file_has_a_reason_for_each() {
        let read = |text: &str| serde_json::from_str::<Vec<Suppression>>(text).map_err(|error| error.to_string());
        let entries =
            read(r#"[{"rule":"txt-1","reason":"a"},{"hl7Id":"MSG_DRAFT","severity":"warning","reason":"b"}]"#).unwrap();
        let severities: Vec<SeveritySetting> = entries.iter().map(|entry| entry.severity).collect();
        assert_eq!(severities, [SeveritySetting::Off, SeveritySetting::As(Severity::Warning)]);
        assert!(read(r#"[{"rule":"txt-1"}]"#).unwrap_err().contains("reason"));
        assert!(read(r#"[{"rules":"txt-1","reason":"a"}]"#).unwrap_err().contains("rules"));
        assert!(read(r#"[{"rule":"txt-1","reason":"a","severity":"fatal"}]"#).is_err());
    }
}
