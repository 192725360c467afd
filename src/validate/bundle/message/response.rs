//! msg-response: an answer names its request and its outcome.

use crate::document::{NodeId, name};
use crate::report::{At, Rule, Severity, Words};
use crate::validate::bundle::resolve;
use crate::validate::bundle::resolve::REF_AMBIGUOUS;
use crate::validate::bundle::whole::{ResolvedReference, Whole};
use crate::validate::entries::Resolution;
use crate::validate::findings::Findings;
use crate::validate::uri::is_absolute;

pub(crate) const MSG_RESPONSE: Rule = Rule::new(
    "msg-response",
    Severity::Error,
    "business-rule",
    "An answer names its request and its outcome.",
    &[DETAILS_UNRESOLVED, OK_WITH_ERRORS],
);
const DETAILS_UNRESOLVED: Words =
    Words("The details {found} do not match any entry of the message: they are part of it.");
const OK_WITH_ERRORS: Words = Words("The code is ok, but the details contain errors: an error code is expected.");

/// MessageHeader.response: its details are an OperationOutcome of the message, and fit its code. That identifier and code are
/// there is a matter of cardinality.
pub(crate) fn check(whole: &Whole<'_>, findings: &mut Findings, response: NodeId, resolved: &[ResolvedReference]) {
    let Some(details) = whole.document.member(response, name::DETAILS) else { return };
    let Some(reference) = whole.document.member(details, name::REFERENCE) else { return };
    let at = At::Value(reference);
    let url = whole.document.value(reference);
    let rule = &MSG_RESPONSE;
    let outcome = match whole.target(resolved, details) {
        Some(Resolution::Entry(index) | Resolution::OtherVersion(index)) => whole.entries.at(index).resource,
        Some(Resolution::Contained(node)) => Some(node),
        Some(Resolution::Several) => {
            findings.add(&REF_AMBIGUOUS, at, whole.ambiguous());
            return;
        }
        Some(Resolution::Nothing) | None => {
            // R4 says that they SHALL be in the Bundle. Its own example names the entry by type and id, where only the fullUrl
            // counts: that is near enough to be a warning.
            let near = !is_absolute(&url) && whole.entries.nearest(&url, false, whole.definitions()).is_some();
            let severity = if near { Severity::Warning } else { rule.severity };
            let content = DETAILS_UNRESOLVED.value("found", &url);
            let used = whole.notes.references.iter().find(|used| used.node == details);
            resolve::unresolved(whole, findings, (rule, severity), at, content, used);
            return;
        }
    };
    let Some(outcome) = outcome else { return };
    // Another type than OperationOutcome has been reported by ref-type.
    let code = whole.document.member(response, name::CODE).filter(|&code| whole.document.value(code) == "ok");
    let Some(code) = code.filter(|_| has_errors(whole, outcome)) else { return };
    findings.add(rule, At::Value(code), OK_WITH_ERRORS);
}

/// Whether an OperationOutcome has an issue that is an error or fatal.
fn has_errors(whole: &Whole<'_>, outcome: NodeId) -> bool {
    let severity = name::SEVERITY;
    let issues = whole.document.member(outcome, name::ISSUE).into_iter().flat_map(|list| whole.document.children(list));
    issues
        .filter_map(|issue| whole.document.member(issue, severity))
        .any(|severity| matches!(whole.document.value(severity).as_ref(), "error" | "fatal"))
}

#[cfg(test)]
mod tests {
    use super::MSG_RESPONSE;
    use crate::validate::told::assert_told;

    #[test]
    fn the_details_of_an_answer_are_part_of_it() {
        assert_told(
            MSG_RESPONSE,
            r#"{"resourceType":"Bundle","type":"message","entry":[
                {"fullUrl":"http://example.org/MessageHeader/1","resource":{"resourceType":"MessageHeader","id":"1","response":{"identifier":"2","code":"fatal-error","details":{"reference":"OperationOutcome/…"}}}},
                {"fullUrl":"http://example.org/OperationOutcome/1","resource":{"resourceType":"OperationOutcome","id":"1"}}]}"#,
            &[
                ("1", &[]),
                (
                    "2",
                    &[
                        "/entry/0/resource/response/details/reference: The details 'OperationOutcome/2' do not match any entry of the message: they are part of it.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn an_answer_is_not_ok_where_its_details_have_errors() {
        assert_told(
            MSG_RESPONSE,
            r#"{"resourceType":"Bundle","type":"message","entry":[
                {"fullUrl":"http://example.org/MessageHeader/1","resource":{"resourceType":"MessageHeader","id":"1","response":{"identifier":"2","code":"ok","details":{"reference":"OperationOutcome/1"}}}},
                {"fullUrl":"http://example.org/OperationOutcome/1","resource":{"resourceType":"OperationOutcome","id":"1","issue":[{"severity":"…","code":"processing"}]}}]}"#,
            &[
                ("warning", &[]),
                (
                    "error",
                    &[
                        "/entry/0/resource/response/code: The code is ok, but the details contain errors: an error code is expected.",
                    ],
                ),
            ],
        );
    }
}
