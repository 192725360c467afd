//! The entries of a search: what their search.mode says of them.
//!
//! Sources: R4 pages bundle (Bundle.entry.search.mode) and search, "Response"; HL7's validator.

use crate::definitions::{TypeId, known};
use crate::document::name;
use crate::document::table::before;
use crate::report::{At, Rule, Severity, Words};
use crate::validate::bundle::whole::Whole;
use crate::validate::entries::Entry;
use crate::validate::findings::Findings;
use std::borrow::Cow;

pub(crate) const BUNDLE_SEARCH: Rule = Rule::new(
    "bundle-search",
    Severity::Error,
    "invalid",
    "Entries of a search are what their search.mode says.",
    &[FOUND_WITHOUT_ID, OTHER_MATCH, OTHER_OUTCOME],
);
const FOUND_WITHOUT_ID: Words = Words("The id is missing: a resource that a search finds has one on its server.");
const OTHER_MATCH: Words = Words("This match is of type {found}, but the link 'self' is a search of another type.");
const OTHER_OUTCOME: Words = Words("The outcome of a search is an OperationOutcome, not of type {found}.");

/// Validates a Bundle of type searchset.
pub(crate) fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let searched = searched_type(whole);
    for entry in whole.entries.iter() {
        if findings.is_full() {
            return;
        }
        let Some((resource, of)) = entry.resource.zip(entry.resource_type) else { continue };
        let name = whole.definitions().type_of(of).name.as_ref();
        let at = At::Start(resource);
        match mode(whole, entry).as_deref() {
            Some(mode @ ("match" | "include")) => {
                if entry.id.is_none() {
                    findings.add(&BUNDLE_SEARCH, at, FOUND_WITHOUT_ID);
                }
                if mode == "match" && searched.is_some_and(|searched| searched != of) {
                    findings.add(&BUNDLE_SEARCH, at, OTHER_MATCH.name("found", name.to_owned()));
                }
            }
            Some("outcome") if of != known::OPERATION_OUTCOME => {
                findings.add(&BUNDLE_SEARCH, at, OTHER_OUTCOME.name("found", name.to_owned()));
            }
            _ => {}
        }
    }
}

/// Whether an entry says something of the search itself: that is on no server. R4 on fullUrl: "Results from operations might involve
/// resources that are not identified."
pub(crate) fn is_outcome(whole: &Whole<'_>, entry: &Entry<'_>) -> bool {
    let is_one = || entry.resource_type == Some(known::OPERATION_OUTCOME);
    whole.entries.bundle_type() == Some("searchset") && mode(whole, entry).map_or_else(is_one, |mode| mode == "outcome")
}

fn mode<'d>(whole: &Whole<'d>, entry: &Entry<'_>) -> Option<Cow<'d, str>> {
    let search = whole.document.member(entry.node, name::SEARCH)?;
    whole.document.member_text(search, name::MODE)
}

/// The type that the link `self` searches: `[base]/Patient?name=a`. A search of all types, or in a compartment or by an operation,
/// may find others.
fn searched_type(whole: &Whole<'_>) -> Option<TypeId> {
    let mut links = whole.document.member_items(whole.root, name::LINK);
    let link = links.find(|&link| whole.document.member_text(link, name::RELATION).as_deref() == Some("self"))?;
    let url = whole.document.string(whole.document.member(link, name::URL)?)?;
    let path = before(&url, &['?']);
    whole.definitions().resource_type(path.rsplit('/').next()?)
}

#[cfg(test)]
mod tests {
    use super::BUNDLE_SEARCH;
    use crate::validate::told::assert_told;

    #[test]
    fn a_match_is_of_the_type_that_was_searched_and_has_an_id() {
        assert_told(
            BUNDLE_SEARCH,
            r#"{"resourceType":"Bundle","type":"searchset","link":[{"relation":"self","url":"http://example.org/Patient?name=a"}],"entry":[
                {"resource":{"resourceType":…},"search":{"mode":"match"}}]}"#,
            &[
                (r#""Patient","id":"1""#, &[]),
                (
                    r#""Patient""#,
                    &["/entry/0/resource: The id is missing: a resource that a search finds has one on its server."],
                ),
                (
                    r#""Organization","id":"1""#,
                    &[
                        "/entry/0/resource: This match is of type Organization, but the link 'self' is a search of another type.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn an_outcome_is_an_operation_outcome() {
        assert_told(
            BUNDLE_SEARCH,
            r#"{"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":"…"},"search":{"mode":"outcome"}}]}"#,
            &[
                ("OperationOutcome", &[]),
                (
                    "Patient",
                    &["/entry/0/resource: The outcome of a search is an OperationOutcome, not of type Patient."],
                ),
            ],
        );
    }
}
