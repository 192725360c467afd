//! doc-unreachable: every entry of a document is linked with its Composition by references.

use crate::definitions::known;
use crate::report::{At, Rule, Severity, Words};
use crate::validate::bundle::reach;
use crate::validate::bundle::reach::Reach;
use crate::validate::bundle::whole::{ResolvedReference, Whole};
use crate::validate::findings::Findings;

pub(crate) const DOC_UNREACHABLE: Rule = Rule::new(
    "doc-unreachable",
    Severity::Error,
    "invalid",
    "Every entry of a document is linked with its Composition by references.",
    &[COMPOSITION_UNLINKED, COMPOSITION_BACKWARDS],
);
const COMPOSITION_UNLINKED: Words = Words("No chain of references links this entry with the Composition.");
const COMPOSITION_BACKWARDS: Words =
    Words("This entry is linked with the Composition only against the direction of references.");

/// Reports entries of a document that no chain of references links with its Composition, the first entry.
pub(crate) fn check(whole: &Whole<'_>, findings: &mut Findings, resolved: &[ResolvedReference]) {
    for (entry, reach) in whole.entries.iter().zip(reach::of_document(whole, resolved)) {
        // What has no resource is reported by the Bundle's own constraints.
        let Some(resource) = entry.resource else { continue };
        let (severity, words) = match reach {
            Reach::Ahead => continue,
            // Only a Provenance is to be linked like this.
            Reach::Backwards if entry.resource_type == Some(known::PROVENANCE) => continue,
            Reach::Backwards => (Severity::Warning, COMPOSITION_BACKWARDS),
            Reach::Not => (Severity::Error, COMPOSITION_UNLINKED),
        };
        if findings.is_full() {
            return;
        }
        findings.add_as(&DOC_UNREACHABLE, severity, At::Start(resource), words);
    }
}

#[cfg(test)]
mod tests {
    use super::DOC_UNREACHABLE;
    use crate::validate::told::assert_told;

    #[test]
    fn every_entry_of_a_document_is_linked_with_its_composition() {
        assert_told(
            DOC_UNREACHABLE,
            r#"{"resourceType":"Bundle","type":"document","entry":[
                {"fullUrl":"http://example.org/Composition/1","resource":{"resourceType":"Composition","id":"1"…}},
                {"fullUrl":"http://example.org/Patient/1","resource":{"resourceType":"Patient","id":"1"}}]}"#,
            &[
                (r#","subject":{"reference":"Patient/1"}"#, &[]),
                ("", &["/entry/1/resource: No chain of references links this entry with the Composition."]),
            ],
        );
    }

    #[test]
    fn only_a_provenance_is_linked_against_the_direction_of_references() {
        assert_told(
            DOC_UNREACHABLE,
            r#"{"resourceType":"Bundle","type":"document","entry":[
                {"fullUrl":"http://example.org/Composition/1","resource":{"resourceType":"Composition","id":"1"}},
                {"fullUrl":"http://example.org/fhir/a","resource":{"resourceType":…:[{"reference":"http://example.org/Composition/1"}]}}]}"#,
            &[
                (r#""Provenance","target""#, &[]),
                (
                    r#""Observation","focus""#,
                    &[
                        "/entry/1/resource: This entry is linked with the Composition only against the direction of references.",
                    ],
                ),
            ],
        );
    }
}
