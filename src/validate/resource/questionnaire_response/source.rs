//! questionnaire-unknown: which Questionnaire a response answers.

use super::form::Form;
use crate::document::{NodeId, name};
use crate::report::{At, Rule, Severity, Words};
use crate::validate::element::invariant;
use crate::validate::instance::Instance;
use crate::validate::notes::Purpose;

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
    if !instance.notes.wanted.resources.contains_key(canonical.as_ref()) {
        instance.notes.wanted.resources.insert(canonical.as_ref().to_owned(), at);
        instance.findings.add(&QUESTIONNAIRE_UNKNOWN, At::Value(at), UNKNOWN.value("found", &canonical));
    }
    None
}
