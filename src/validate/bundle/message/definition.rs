//! msg-definition: which of several definitions of an event a message is validated by.
//!
//! Source: R4, MessageHeader.definition: "Permanent link to the MessageDefinition for this message". Without it, it is the one that fits.

use crate::definitions::Definitions;
use crate::report::{At, Finding, Rule, Severity, Words};
use crate::validate::findings::Findings;

pub(crate) const MSG_DEFINITION: Rule = Rule::new(
    "msg-definition",
    Severity::Information,
    "informational",
    "Of several definitions of its event, one fits the message.",
    &[OTHER],
);
const OTHER: Words = Words(
    "The event has several definitions, and the message fits none: it was validated by {expected}. It does not fit {found} either: {reason}",
);

/// By how many errors a message does not fit a definition.
pub(crate) fn errors(findings: &Findings) -> usize {
    findings.found.iter().filter(|finding| finding.severity <= Severity::Error).count()
}

/// Says why the message does not fit the other definitions of its event, each with what was found by it, where it does not fit the chosen
/// one. What is wrong by all of them says nothing of one.
pub(crate) fn tell(
    findings: &mut Findings,
    at: At,
    chosen: u16,
    others: &[(u16, &Findings)],
    definitions: &Definitions,
) {
    let url = |place: u16| {
        definitions.messages().get(usize::from(place)).map(|definition| definition.url.clone()).unwrap_or_default()
    };
    let is_known = |findings: &Findings, error: &Finding| {
        findings.found.iter().any(|one| one.rule == error.rule && one.at == error.at && one.content == error.content)
    };
    let own = |found: &Findings, others: &[&Findings]| {
        let mut errors = found.found.iter().filter(|one| one.severity <= Severity::Error);
        errors.find(|error| !others.iter().all(|other| is_known(other, error))).cloned()
    };
    let all: Vec<&Findings> = others.iter().map(|(_, found)| *found).collect();
    if own(findings, &all).is_none() {
        return;
    }
    for &(other, found) in others {
        if let Some(first) = own(found, &[&*findings]) {
            let content = OTHER.name("expected", url(chosen)).name("found", url(other));
            findings.add(&MSG_DEFINITION, at, content.name("reason", first.content.write(false)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::MSG_DEFINITION;
    use crate::definitions::Definitions;
    use crate::json::Limits;
    use crate::validate::{Engine, Options};

    fn definition(name: &str, focus: &str) -> String {
        format!(
            r#"{{"resourceType":"MessageDefinition","url":"http://example.org/{name}","status":"active","date":"2026",
            "eventUri":"http://example.org/event","focus":[{{"code":"{focus}","min":1,"max":"1"}}]}}"#
        )
    }

    /// What is said of a message whose header points to a resource of a type: the errors, and what is told of definitions.
    fn told(definitions: &[String], header: &str, focus: &str) -> Vec<String> {
        let (definitions, issues) = Definitions::r4().with(definitions);
        assert_eq!(issues, []);
        let engine = Engine::new(definitions);
        let message = format!(
            r#"{{"resourceType":"Bundle","id":"a","type":"message","timestamp":"2026-01-31T12:00:00Z","entry":[
            {{"fullUrl":"http://example.org/MessageHeader/1","resource":{{"resourceType":"MessageHeader","id":"1","eventUri":"http://example.org/event",
            "source":{{"endpoint":"http://example.org"}}{header},"focus":[{{"reference":"http://example.org/{focus}/1"}}]}}}},
            {{"fullUrl":"http://example.org/{focus}/1","resource":{{"resourceType":"{focus}","id":"1","active":true}}}}]}}"#
        );
        let report = engine.validate(&engine.read(&message, Limits::default()), &Options::default());
        let is_told = |rule: &str| rule == MSG_DEFINITION.name || rule == "msg-focus";
        let issues = report.issues.into_iter().filter(|issue| is_told(&issue.rule));
        issues.map(|issue| format!("{} {}", issue.rule, issue.message)).collect()
    }

    // An Organization without a name is wrong by all of them.
    #[test]
    fn of_several_definitions_the_one_that_fits_counts() {
        let definitions = ["Patient", "Organization", "Practitioner"].map(|focus| definition(focus, focus));
        for focus in ["Patient", "Organization", "Practitioner"] {
            assert_eq!(told(&definitions, "", focus), Vec::<String>::new(), "{focus}");
        }
    }

    #[test]
    fn where_none_fits_it_is_said_why() {
        let definitions = ["Patient", "Organization"].map(|focus| definition(focus, focus));
        let all = told(&definitions, "", "PractitionerRole");
        let [other, error, ..] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!(
            other,
            "msg-definition The event has several definitions, and the message fits none: it was validated by http://example.org/Patient. \
             It does not fit http://example.org/Organization either: This event requires exactly 1 Organization as focus, found 0."
        );
        assert!(error.starts_with("msg-focus ") && error.contains("Patient"), "{error}");
    }

    #[test]
    fn what_the_header_names_is_the_one() {
        let definitions = ["Patient", "Organization"].map(|focus| definition(focus, focus));
        let all = told(&definitions, r#","definition":"http://example.org/Organization""#, "Patient");
        assert!(all[0].starts_with("msg-focus ") && all[0].contains("Organization"), "{all:?}");
        assert!(all.iter().all(|one| one.starts_with("msg-focus ")), "{all:?}");
    }
}
