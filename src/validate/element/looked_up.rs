//! What the walk could not decide and a caller has looked up: codes of systems and value sets that are not held here.
//!
//! The walk notes what it cannot decide; when it is done, answers decide it, and what is left is wanted. So the same notes serve who asks and who
//! has asked, and without answers nothing is different.

use super::binding;
use super::coding::{CODE_UNKNOWN, NOT_IN_SYSTEM};
use crate::document::{name, sorted};
use crate::report::At;
use crate::validate::answers::{ANSWERS, Answered, AnsweredCode};
use crate::validate::instance::Instance;

/// Decides what was noted as undecided, as far as it is answered.
pub(crate) fn decide(instance: &mut Instance<'_>, codes: &[AnsweredCode]) {
    if !ANSWERS || codes.is_empty() {
        return;
    }
    let answered = Answered::new(codes);
    let noted = std::mem::take(&mut instance.notes.wanted.unlisted);
    for one in noted {
        if !binding::decided(instance, &answered, &one) {
            instance.notes.wanted.unlisted.push(one);
        }
    }
    let mut open = Vec::new();
    for coding in std::mem::take(&mut instance.notes.wanted.codings) {
        let text = |name| instance.document.member_text(coding, name);
        let (system, version, code) = (text(name::SYSTEM), text(name::VERSION), text(name::CODE));
        let is = code.as_ref().and_then(|code| answered.in_system((system.as_deref(), version.as_deref(), code)));
        match (is, code) {
            (Some(true), _) => {}
            (Some(false), Some(code)) => {
                let at = instance.document.member(coding, name::CODE).unwrap_or(coding);
                let content = NOT_IN_SYSTEM.value("found", &code).value("system", &system.unwrap_or_default());
                instance.findings.add(&CODE_UNKNOWN, At::Value(at), content);
            }
            _ => open.push(coding),
        }
    }
    let systems: Vec<_> = open.iter().map(|&coding| instance.document.text_or_empty(coding, name::SYSTEM)).collect();
    let systems: Vec<&str> = sorted(&systems, &mut Ord::cmp).map(|system| &**system).collect();
    instance.notes.unchecked_systems.retain(|system, _| systems.binary_search(&system.as_str()).is_ok());
    instance.notes.wanted.codings = open;
}

#[cfg(test)]
mod tests {
    use crate::definitions::Definitions;
    use crate::validate::told::profile;
    use crate::{AnsweredCode, Answers, Options, Report, Validator, WantedCode};

    const SNOMED: &str = "http://snomed.info/sct";

    fn answered(validator: &Validator, text: &str, valid: &dyn Fn(&WantedCode) -> Option<bool>) -> Report {
        let mut options = Options::default();
        // As a caller does: as long as something new is wanted.
        for _ in 0..3 {
            for code in validator.validate(text, &options).wanted.codes {
                if let Some(valid) = valid(&code) {
                    options.answers.codes.push(AnsweredCode { code, valid });
                }
            }
        }
        validator.validate(text, &options)
    }

    fn told(report: &Report) -> Vec<String> {
        report.issues.iter().map(|issue| format!("{} {}", issue.rule, issue.pointer)).collect()
    }

    #[test]
    fn a_code_of_a_system_is_one_or_is_none_or_stays_undecided() {
        let text = r#"{"resourceType":"Basic","code":{"coding":[{"system":"http://snomed.info/sct","code":"1"},{"system":"http://snomed.info/sct","code":"2"},
            {"system":"http://a.example","version":"3","code":"1"}]}}"#;
        let validator = Validator::default();
        let report = answered(&validator, text, &|code| match (code.system.as_deref(), &*code.code) {
            (Some(SNOMED), "1") => Some(true),
            (Some(SNOMED), _) => Some(false),
            _ => None,
        });
        assert_eq!(told(&report), ["code-unknown /code/coding/1/code", "code-unchecked /code/coding/2/system"]);
        assert_eq!(report.wanted.codes.len(), 1);
        let all = answered(&validator, text, &|_| Some(true));
        assert_eq!((told(&all), all.wanted.codes.len()), (Vec::<String>::new(), 0));
        let none = answered(&validator, text, &|_| None);
        assert_eq!(none, validator.validate(text, &Options::default()));
    }

    fn bound(strength: &str) -> Validator {
        let elements = format!(
            r#"{{"id":"Basic.code","path":"Basic.code","binding":{{"strength":"{strength}","valueSet":"http://example.org/set"}}}}"#
        );
        let set = r#"{"resourceType":"ValueSet","url":"http://example.org/set","status":"active","compose":{"include":[{"system":"http://snomed.info/sct",
            "filter":[{"property":"concept","op":"is-a","value":"1"}]}]}}"#;
        Validator::new(Definitions::r4().with([profile("p", "Basic", &elements), set.to_owned()]).0)
    }

    #[test]
    fn one_of_the_codings_is_in_the_value_set_or_none_is() {
        let text = r#"{"resourceType":"Basic","meta":{"profile":["http://example.org/p"]},"code":{"coding":[{"system":"http://snomed.info/sct","code":"1"},
            {"system":"http://snomed.info/sct","code":"2"}]}}"#;
        let one = |code: &WantedCode| Some(code.code == "2" || code.value_set.is_none());
        let none = |code: &WantedCode| Some(code.value_set.is_none());
        let some = |code: &WantedCode| (code.code == "1").then_some(code.value_set.is_none());
        let required = bound("required");
        assert_eq!(told(&answered(&required, text, &one)), [""; 0]);
        let report = answered(&required, text, &none);
        assert_eq!(told(&report), ["binding-required /code"]);
        assert_eq!(
            report.issues[0].profiles.as_deref().map(|one| one.join(" ")).as_deref(),
            Some("http://example.org/p")
        );
        assert!(report.wanted.value_sets.is_empty() && !report.valid);
        let report = answered(&required, text, &some);
        assert_eq!((told(&report), report.valid), (vec!["code-unchecked /code/coding/0/system".to_owned()], true));
        assert_eq!(report.wanted.value_sets, ["http://example.org/set"]);
        assert_eq!(told(&answered(&bound("extensible"), text, &none)), ["binding-extensible /code"]);
    }

    #[test]
    fn a_resource_that_was_looked_up_meets_a_target_profile_or_does_not() {
        let elements = r#"{"id":"Task.for","path":"Task.for","type":[{"code":"Reference","targetProfile":["http://example.org/n"]}]}"#;
        let named = profile("n", "Patient", r#"{"id":"Patient.name","path":"Patient.name","min":1}"#);
        let (definitions, issues) = Definitions::r4().with([profile("p", "Task", elements), named]);
        assert_eq!(issues, []);
        let validator = Validator::new(definitions);
        let text = r#"{"resourceType":"Task","meta":{"profile":["http://example.org/p"]},"status":"draft","intent":"order","for":{"reference":"Patient/1"}}"#;
        let with = |resource: &str| {
            let answers = Answers::new(Vec::new(), vec![("Patient/1".to_owned(), resource.to_owned())]);
            let report = validator.validate(text, &Options { answers, ..Options::default() });
            (told(&report), report.wanted.resources)
        };
        let nothing = Vec::<String>::new();
        let broken = vec!["target-profile /for/reference".to_owned()];
        let wanted = vec!["Patient/1".to_owned()];
        assert_eq!(with(r#"{"resourceType":"Patient","name":[{"text":"Ana"}]}"#), (nothing.clone(), nothing.clone()));
        assert_eq!(with(r#"{"resourceType":"Patient"}"#), (broken.clone(), nothing.clone()));
        assert_eq!(with(r#"{"resourceType":"Group"}"#), (broken, nothing.clone()));
        for nonsense in ["", "{", "[]", "{}", r#"{"resourceType":"Other"}"#] {
            assert_eq!(with(nonsense), (nothing.clone(), wanted.clone()), "{nonsense}");
        }
    }

    #[test]
    fn what_is_wanted_is_named_also_where_texts_show_no_values() {
        let text = r#"{"resourceType":"Basic","code":{"coding":[{"system":"http://snomed.info/sct","code":"1"}]}}"#;
        let hidden = Options { show_values: false, wanted_values: true, ..Options::default() };
        let report = Validator::default().validate(text, &hidden);
        assert_eq!(report.wanted.codes.len(), 1);
        assert!(report.issues.iter().all(|issue| !issue.message.contains("snomed")), "{report}");
    }
}
