//! questionnaire-unknown: which Questionnaire a response answers.

use super::form::Form;
use crate::document::{NodeId, name};
use crate::report::{At, Rule, Severity, Words};
use crate::validate::element::invariant;
use crate::validate::instance::Instance;
use crate::validate::notes::Purpose;
use crate::validate::uri::has_scheme;

pub(crate) const QUESTIONNAIRE_UNKNOWN: Rule = Rule::new(
    "questionnaire-unknown",
    Severity::Information,
    "not-supported",
    "The Questionnaires that responses name are known here.",
    &[UNKNOWN],
);
const UNKNOWN: Words = Words("The Questionnaire {found} is not known here: the response was not checked against it.");

/// The Questionnaire of a response: one that the resource contains, one of the Bundle, or one that was loaded.
pub(super) fn of<'w>(instance: &mut Instance<'w>, response: NodeId) -> Option<Form<'w>> {
    if instance.purpose != Purpose::Report {
        return None;
    }
    let definitions = instance.definitions;
    let at = instance.document.member(response, definitions.names().find(b"questionnaire"))?;
    let canonical = instance.document.string(at).filter(|canonical| !canonical.is_empty())?;
    let of_message = |root: NodeId, container: NodeId| {
        let is_one = instance.document.text_or_empty(root, name::RESOURCE_TYPE) == "Questionnaire";
        is_one.then_some(Form { document: instance.document, root, container, is_loaded: false })
    };
    if canonical.starts_with('#') {
        return of_message(invariant::resolved(instance, &canonical, response)?, instance.container);
    }
    if let Some(found) = instance.entries().with_canonical(&canonical, instance.document) {
        return of_message(found, found);
    }
    if let Some(document) = definitions.questionnaire(&canonical) {
        return Some(Form { document, root: NodeId::ROOT, container: NodeId::ROOT, is_loaded: true });
    }
    // What is no URL is told as that.
    if has_scheme(&canonical) && !instance.notes.wanted.resources.contains_key(canonical.as_ref()) {
        instance.notes.wanted.resources.insert(canonical.as_ref().to_owned(), at);
    }
    None
}

/// Says of each Questionnaire once that it is not known.
pub(crate) fn report_unknown(instance: &mut Instance<'_>) {
    let named = instance.definitions.names().find(b"questionnaire");
    for (canonical, &at) in &instance.notes.wanted.resources {
        if instance.document.node(at).name == named {
            instance.findings.add(&QUESTIONNAIRE_UNKNOWN, At::Value(at), UNKNOWN.value("found", canonical));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::items::QUESTIONNAIRE_ITEM;
    use super::QUESTIONNAIRE_UNKNOWN;
    use crate::definitions::Definitions;
    use crate::validate::told::assert_told;
    use crate::{Options, Validator};

    #[test]
    fn a_questionnaire_that_is_not_known_is_said_once_and_wanted() {
        let text = r#"{"resourceType":"Bundle","type":"collection","entry":[…]}"#;
        let entry = |id: u8, canonical: &str| {
            format!(
                r#"{{"fullUrl":"http://example.org/QuestionnaireResponse/{id}","resource":{{"resourceType":"QuestionnaireResponse","id":"{id}","questionnaire":"{canonical}","status":"completed"}}}}"#
            )
        };
        let two = [entry(1, "http://example.org/q|1"), entry(2, "http://example.org/q|1")].join(",");
        assert_told(
            QUESTIONNAIRE_UNKNOWN,
            text,
            &[(
                &two,
                &[
                    "/entry/0/resource/questionnaire: The Questionnaire 'http://example.org/q|1' is not known here: the response was not checked against it.",
                ],
            )],
        );
        let report = Validator::default().validate(text.replace('…', &two), &Options::default());
        assert_eq!(report.wanted.resources, ["http://example.org/q|1"]);
    }

    #[test]
    fn a_questionnaire_is_found_in_the_bundle_by_its_url_and_version() {
        let of = |version: &str, link_id: &str| {
            format!(
                r#"{{"fullUrl":"http://example.org/Questionnaire/{version}","resource":{{"resourceType":"Questionnaire","id":"{version}","url":"http://example.org/q","version":"{version}","status":"active","item":[{{"linkId":"{link_id}","type":"string"}}]}}}}"#
            )
        };
        let questionnaires = [of("1", "a"), of("2", "b")].join(",");
        let text = format!(
            r#"{{"resourceType":"Bundle","type":"collection","entry":[{questionnaires},{{"fullUrl":"http://example.org/QuestionnaireResponse/r","resource":{{"resourceType":"QuestionnaireResponse","id":"r","questionnaire":"http://example.org/q…","status":"completed","item":[{{"linkId":"b"}}]}}}}]}}"#
        );
        let wrong: &[&str] = &["/entry/2/resource/item/0: The Questionnaire has no item 'b'."];
        assert_told(QUESTIONNAIRE_ITEM, &text, &[("", wrong), ("|1", wrong), ("|2", &[])]);
        assert_told(QUESTIONNAIRE_UNKNOWN, &text, &[("", &[])]);
    }

    #[test]
    fn a_questionnaire_is_loaded_in_all_its_versions() {
        let of = |version: &str, link_id: &str| {
            format!(
                r#"{{"resourceType":"Questionnaire","url":"http://example.org/q","version":"{version}","status":"active","item":[{{"linkId":"{link_id}","type":"string","text":"ä"}}]}}"#
            )
        };
        let (below, issues) = Definitions::r4().with([of("1.10.0", "b"), of("1.9.0", "a")]);
        assert_eq!(issues, []);
        // A layer above knows other names.
        let (definitions, issues) = below.with([crate::validate::told::profile(
            "p",
            "Patient",
            r#"{"id":"Patient.name","path":"Patient.name","min":1}"#,
        )]);
        assert_eq!(issues, []);
        let validator = Validator::new(definitions);
        let said = |canonical: &str| {
            let text = format!(
                r#"{{"resourceType":"QuestionnaireResponse","questionnaire":"{canonical}","status":"completed","item":[{{"linkId":"b"}}]}}"#
            );
            let hidden = Options { show_values: false, ..Options::default() };
            let report = validator.validate(text, &hidden);
            report.issues.iter().map(|issue| issue.rule.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(said("http://example.org/q"), [""; 0]);
        assert_eq!(said("http://example.org/q|1.10.0"), [""; 0]);
        assert_eq!(said("http://example.org/q|1.9.0"), ["questionnaire-item"]);
        assert_eq!(said("http://example.org/q|2"), ["questionnaire-unknown"]);
        assert_eq!(said("http://example.org/other"), ["questionnaire-unknown"]);
    }
}
