//! The entries of a search: what their search.mode says of them.
//!
//! Sources: R4 pages bundle (Bundle.entry.search.mode) and search, "Response"; HL7's validator.

use super::Entry;
use super::bundle::BundleRules;
use super::findings::Findings;
use crate::definitions::TypeId;
use crate::document::name;
use crate::report::{At, Words, rules};

const FOUND_WITHOUT_ID: Words = Words("The id is missing: a resource that a search finds has one on its server.");
const OTHER_MATCH: Words = Words("This match is of type {found}, but the link 'self' is a search of another type.");
const OTHER_OUTCOME: Words = Words("The outcome of a search is an OperationOutcome, not of type {found}.");

impl BundleRules<'_> {
    /// Validates a Bundle of type searchset.
    pub(super) fn search(&self, findings: &mut Findings) {
        let searched = self.searched_type();
        for entry in self.entries.iter() {
            if findings.is_full() {
                return;
            }
            let Some((resource, of)) = entry.resource.zip(entry.resource_type) else { continue };
            let name = self.definitions().type_of(of).name.as_ref();
            let at = At::Start(resource);
            match self.mode(entry).as_deref() {
                Some(mode @ ("match" | "include")) => {
                    if entry.id.is_none() {
                        findings.add(&rules::BUNDLE_SEARCH, at, FOUND_WITHOUT_ID);
                    }
                    if mode == "match" && searched.is_some_and(|searched| searched != of) {
                        findings.add(&rules::BUNDLE_SEARCH, at, OTHER_MATCH.name("found", name.to_owned()));
                    }
                }
                Some("outcome") if Some(of) != self.validator.types.operation_outcome => {
                    findings.add(&rules::BUNDLE_SEARCH, at, OTHER_OUTCOME.name("found", name.to_owned()));
                }
                _ => {}
            }
        }
    }

    /// Whether an entry says something of the search itself: that is on no server. R4 on fullUrl: "Results from operations might involve
    /// resources that are not identified."
    pub(super) fn is_outcome(&self, entry: &Entry<'_>) -> bool {
        let is_one = || entry.resource_type.is_some() && entry.resource_type == self.validator.types.operation_outcome;
        self.entries.bundle_type() == Some("searchset")
            && self.mode(entry).map_or_else(is_one, |mode| mode == "outcome")
    }

    fn mode(&self, entry: &Entry<'_>) -> Option<std::borrow::Cow<'_, str>> {
        let search = self.document.member(entry.node, name::SEARCH)?;
        self.document.member_text(search, name::MODE)
    }

    /// The type that the link `self` searches: `[base]/Patient?name=a`. A search of all types, or in a compartment or by an operation,
    /// may find others.
    fn searched_type(&self) -> Option<TypeId> {
        let mut links = self.document.member_items(self.root, name::LINK);
        let link = links.find(|&link| self.document.member_text(link, name::RELATION).as_deref() == Some("self"))?;
        let url = self.document.string(self.document.member(link, name::URL)?)?;
        let path = url.split('?').next().unwrap_or(&url);
        self.definitions().resource_type(path.rsplit('/').next()?)
    }
}
