//! must-support: elements that a profile marks as mustSupport are there. Only where the caller asks for it: the mark says what systems have to
//! be able to do, and not what has to be in each resource.
//!
//! Source: R4, ElementDefinition, `mustSupport`.

use super::state::State;
use crate::document::NodeId;
use crate::report::{At, Rule, Severity, Words};
use crate::validate::instance::Instance;

pub(crate) const MUST_SUPPORT: Rule = Rule::new(
    "must-support",
    Severity::Information,
    "informational",
    "Elements that a profile marks as mustSupport are there.",
    &[ABSENT],
);
const ABSENT: Words = Words("{element} is not here; the profile marks it as mustSupport.");

/// Says of an element that may be missing, and is, that it has to be supported. One that has to be there is told as missing.
pub(super) fn check(instance: &mut Instance<'_>, object: NodeId, is_there: bool, state: State<'_>) {
    let element = state.element;
    if is_there || !element.must_support || element.min > 0 || element.max == Some(0) {
        return;
    }
    if instance.findings.is_set(MUST_SUPPORT.name) {
        let content = ABSENT.name("element", state.label().to_owned());
        instance.findings.add(&MUST_SUPPORT, At::Start(object), content);
    }
}

#[cfg(test)]
mod tests {
    use crate::definitions::Definitions;
    use crate::json::Limits;
    use crate::validate::told::profile;
    use crate::validate::{Engine, Options, Severities, SeveritySetting};

    #[test]
    fn what_has_to_be_supported_is_told_where_that_is_asked_for() {
        let elements = r#"{"id":"Patient.name","path":"Patient.name","mustSupport":true},
            {"id":"Patient.name.given","path":"Patient.name.given","mustSupport":true},
            {"id":"Patient.gender","path":"Patient.gender","mustSupport":true,"min":1},
            {"id":"Patient.photo","path":"Patient.photo","mustSupport":true,"max":"0"},
            {"id":"Patient.birthDate","path":"Patient.birthDate","mustSupport":true}"#;
        let (definitions, _) = Definitions::r4().with([profile("p", "Patient", elements)]);
        let engine = Engine::new(definitions);
        let told = |text: &str, severities: Severities| -> Vec<String> {
            let options =
                Options { profiles: vec!["http://example.org/p".to_owned()], severities, ..Options::default() };
            let report = engine.validate(&engine.read(text, Limits::default()), &options);
            let told = report.issues.into_iter().filter(|issue| issue.rule == "must-support");
            told.map(|issue| format!("{} {}: {}", issue.severity.name(), issue.pointer, issue.message)).collect()
        };
        let as_warning = || {
            [("must-support".to_owned(), SeveritySetting::As(crate::report::Severity::Warning))].into_iter().collect()
        };
        let text = r#"{"resourceType":"Patient","name":[{"given":["A"]},{"family":"B"}]}"#;
        assert_eq!(told(text, Severities::default()), Vec::<String>::new());
        assert_eq!(
            told(text, as_warning()),
            [
                "warning : Patient.birthDate is not here; the profile marks it as mustSupport.",
                "warning /name/1: Patient.name.given is not here; the profile marks it as mustSupport.",
            ]
        );
        let whole = r#"{"resourceType":"Patient","name":[{"given":["A"]}],"gender":"male","birthDate":"2026"}"#;
        assert_eq!(told(whole, as_warning()), Vec::<String>::new());
    }
}
