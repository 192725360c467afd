//! The resources that an answer names as created or updated.

use super::members::{items_of, text_of};
use crate::definitions::{Definitions, Primitive};
use crate::json::{Document, NodeId, ordered};
use crate::message::Route;
use crate::validate::{Restful, is_valid_primitive};

/// Where a created resource was found first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CreatedFrom {
    /// It is an entry of the answer.
    Entry,
    /// MessageHeader.focus of the answer refers to it.
    Focus,
    /// `Location` or `Content-Location` of the answer, or `entry.response.location`, leads to it.
    Location,
}

impl CreatedFrom {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::Focus => "focus",
            Self::Location => "location",
        }
    }
}

/// A resource that the receiver has created or updated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Created {
    /// Its type.
    pub of: String,
    /// Its id at the receiver.
    pub id: String,
    /// Its version there, where the answer says so.
    pub version: Option<String>,
    /// Where it was found first.
    pub from: CreatedFrom,
}

/// What is collected.
pub(super) struct Collection<'d> {
    found: Vec<Created>,
    definitions: &'d Definitions,
}

impl<'d> Collection<'d> {
    pub(super) fn new(definitions: &'d Definitions) -> Self {
        Self { found: Vec::new(), definitions }
    }

    /// Each of them once, where it was found first. Sorted, not searched: what a stranger answers may name any number.
    pub(super) fn finish(self) -> Vec<Created> {
        let name = |place: usize| self.found.get(place).map(|one| (one.of.as_str(), one.id.as_str()));
        let order = ordered(self.found.len(), &mut |a, b| name(a).cmp(&name(b)).then(a.cmp(&b)));
        let mut first_of: Vec<usize> = (0..self.found.len()).collect();
        let mut first = 0;
        for place in order {
            if name(place) != name(first) {
                first = place;
            }
            if let Some(known) = first_of.get_mut(place) {
                *known = first;
            }
        }
        let mut kept: Vec<Option<Created>> = Vec::with_capacity(self.found.len());
        for (mut one, first) in self.found.into_iter().zip(first_of) {
            let again = first < kept.len();
            if let Some(Some(known)) = kept.get_mut(first).filter(|_| again) {
                known.version = known.version.take().or(one.version.take());
            }
            kept.push((!again).then_some(one));
        }
        kept.into_iter().flatten().collect()
    }

    /// The entries of an answer, and what its focus refers to.
    pub(super) fn add_message(&mut self, document: &Document<'_>, route: &Route) {
        for entry in items_of(document, NodeId::ROOT, "entry") {
            if let Some(resource) = document.get(entry, "resource")
                && let (Some(of), Some(id)) =
                    (text_of(document, resource, "resourceType"), text_of(document, resource, "id"))
            {
                let version = document.get(resource, "meta").and_then(|meta| text_of(document, meta, "versionId"));
                self.add(&of, &id, version.as_deref(), CreatedFrom::Entry);
            }
            let response = document.get(entry, "response");
            if let Some(location) = response.and_then(|response| text_of(document, response, "location")) {
                self.add_url(&location, CreatedFrom::Location);
            }
        }
        // A focus that is an entry is there already.
        for focus in route.focus.iter().filter(|focus| focus.entry.is_none()) {
            self.add_url(&focus.reference, CreatedFrom::Focus);
        }
    }

    /// A URL of the form `[base]/[type]/[id]`, or a part of one that begins later.
    #[inline(never)]
    pub(super) fn add_url(&mut self, url: &str, from: CreatedFrom) {
        let of_host;
        let url = if url.starts_with('/') {
            of_host = ["http://host", url].concat();
            &of_host
        } else {
            url
        };
        if let Some(parts) = Restful::parse(url, self.definitions) {
            self.add(parts.type_name, parts.id, parts.version, from);
        }
    }

    #[inline(never)]
    fn add(&mut self, of: &str, id: &str, version: Option<&str>, from: CreatedFrom) {
        // These two are of the answer itself.
        let is_kept =
            !matches!(of, "MessageHeader" | "OperationOutcome") && self.definitions.resource_type(of).is_some();
        if !is_kept || !is_valid_primitive(Primitive::Id, id) {
            return;
        }
        let version = version.filter(|version| is_valid_primitive(Primitive::Id, version)).map(str::to_owned);
        self.found.push(Created { of: of.to_owned(), id: id.to_owned(), version, from });
    }
}
