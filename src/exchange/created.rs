//! The resources that an answer names as created or updated. What it only mentions, such as organizations, does not count.
//!
//! Sources: R4 MessageHeader.focus, "the actual data of the message"; RFC 9110 on `Location`; Netsmart's page of the operation: the ids of
//! what was created are taken from the Bundle or OperationOutcome that comes back.

use super::members::{items_of, text_of};
use super::prose::{denies, made_in};
use crate::definitions::{Definitions, Primitive};
use crate::document::table::{row, row_mut};
use crate::document::{Document, NodeId, name, sorted};
use crate::message::Route;
use crate::report::{OutcomeIssue, Severity};
use crate::validate::{Restful, is_valid_primitive};
use serde::Serialize;

/// Where a created resource was found first: an entry that the answer's focus refers to, a focus that is not an entry, a location, or an issue.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CreatedFrom {
    /// It is an entry of the answer, to which its MessageHeader.focus refers.
    Entry,
    /// MessageHeader.focus of the answer refers to it, and it is not an entry.
    Focus,
    /// `Location` or `Content-Location` of the answer, or `entry.response.location`, resolves to it.
    Location,
    /// An issue of severity information names it, as what was created or updated.
    Issue,
}

impl CreatedFrom {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::Focus => "focus",
            Self::Location => "location",
            Self::Issue => "issue",
        }
    }
}

/// A resource that the receiver has created or updated.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "CreatedResource", optional_fields))]
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CreatedResource {
    /// Its type.
    #[serde(rename = "type")]
    pub of: String,
    /// Its id at the receiver.
    pub id: String,
    /// Its version there, where the answer says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Where it was found first.
    pub from: CreatedFrom,
}

/// What is collected.
pub(super) struct Collection<'d> {
    found: Vec<CreatedResource>,
    definitions: &'d Definitions,
}

impl<'d> Collection<'d> {
    pub(super) fn new(definitions: &'d Definitions) -> Self {
        Self { found: Vec::new(), definitions }
    }

    /// Each of them once, where it was found first. Sorted, not searched: what a stranger answers may name any number.
    pub(super) fn finish(self) -> Vec<CreatedResource> {
        let named: Vec<_> =
            self.found.iter().enumerate().map(|(place, one)| (one.of.as_str(), one.id.as_str(), place)).collect();
        let mut first_of = vec![0; named.len()];
        let mut first = ("", "", 0);
        for &(of, id, place) in sorted(&named, &mut Ord::cmp) {
            if (of, id) != (first.0, first.1) {
                first = (of, id, place);
            }
            if let Some(first_of) = row_mut(&mut first_of, place) {
                *first_of = first.2;
            }
        }
        let mut kept: Vec<Option<CreatedResource>> = Vec::with_capacity(self.found.len());
        for (mut one, first) in self.found.into_iter().zip(first_of) {
            let again = first < kept.len();
            if let Some(Some(known)) = kept.get_mut(first).filter(|_| again) {
                known.version = known.version.take().or(one.version.take());
            }
            kept.push((!again).then_some(one));
        }
        kept.into_iter().flatten().collect()
    }

    /// What the focus of an answer refers to, and where its entries say that something is.
    pub(super) fn add_message(&mut self, document: &Document<'_>, route: &Route) {
        let entries = items_of(document, NodeId::ROOT, name::ENTRY);
        for focus in &route.focus {
            let resource =
                focus.entry.and_then(|index| document.member(*row(&entries, index, &NodeId::ROOT), name::RESOURCE));
            match (resource, &focus.of, &focus.id) {
                (Some(resource), Some(of), Some(id)) => {
                    let meta = document.member(resource, name::META);
                    let version = meta.and_then(|meta| text_of(document, meta, name::VERSION_ID));
                    self.add(of, id, version.as_deref(), CreatedFrom::Entry);
                }
                _ => self.add_url(&focus.reference, CreatedFrom::Focus),
            }
        }
        for entry in entries {
            let response = document.member(entry, name::RESPONSE);
            if let Some(location) = response.and_then(|response| text_of(document, response, name::LOCATION)) {
                self.add_url(&location, CreatedFrom::Location);
            }
        }
    }

    /// What an issue says was created or updated: the references at its `location`, and those in its texts, where they say so. An issue that
    /// is more than information is about what went wrong.
    pub(super) fn add_issue(&mut self, issue: &OutcomeIssue) {
        if issue.severity != Severity::Information {
            return;
        }
        let of_details = issue.details.as_ref().and_then(|details| details.text.as_deref());
        let texts = [of_details, issue.diagnostics.as_deref()];
        if texts.into_iter().flatten().any(denies) {
            return;
        }
        for location in &issue.location {
            self.add_url(location, CreatedFrom::Issue);
        }
        for text in texts.into_iter().flatten() {
            for reference in made_in(text, &|word| self.read(word, CreatedFrom::Issue).is_some(), self.definitions) {
                self.add_url(reference, CreatedFrom::Issue);
            }
        }
    }

    pub(super) fn add_url(&mut self, url: &str, from: CreatedFrom) {
        let read = self.read(url, from);
        self.found.extend(read);
    }

    fn add(&mut self, of: &str, id: &str, version: Option<&str>, from: CreatedFrom) {
        let one = self.created(of, id, version, from);
        self.found.extend(one);
    }

    /// A URL of the form `[base]/[type]/[id]`, or a part of one that begins later.
    #[inline(never)]
    fn read(&self, url: &str, from: CreatedFrom) -> Option<CreatedResource> {
        let of_host;
        let url = if url.starts_with('/') {
            of_host = ["http://host", url].concat();
            &of_host
        } else {
            url
        };
        let parts = Restful::parse(url, self.definitions)?;
        self.created(parts.type_name, parts.id, parts.version, from)
    }

    #[inline(never)]
    fn created(&self, of: &str, id: &str, version: Option<&str>, from: CreatedFrom) -> Option<CreatedResource> {
        // These two are of the answer itself.
        let is_kept =
            !matches!(of, "MessageHeader" | "OperationOutcome") && self.definitions.resource_type(of).is_some();
        if !is_kept || !is_valid_primitive(Primitive::Id, id) {
            return None;
        }
        let version = version.filter(|version| is_valid_primitive(Primitive::Id, version)).map(str::to_owned);
        Some(CreatedResource { of: of.to_owned(), id: id.to_owned(), version, from })
    }
}
