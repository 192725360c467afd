//! Ids and fullUrls: what is missing is taken from what is there, else made from the text; a fullUrl that changes takes the references to
//! it along.

use super::super::bundle::Judge;
use super::super::entries::{NearEntry, Restful};
use super::super::findings::Findings;
use super::super::references::{ReferenceUse, Resolved, not_allowed};
use super::super::{Entry, Resolution, is_valid_primitive};
use super::uuid::{of_place, sha1};
use crate::definitions::Primitive;
use crate::json::NodeId;
use crate::report::{Act, rules};

impl Judge<'_> {
    /// A UUID for a place in this text.
    fn uuid(&self, place: &str) -> String {
        let digest = self.digest.get_or_init(|| sha1(self.document.text().as_bytes()));
        of_place(digest, place)
    }

    /// The id that a resource gets which has none, and whether it comes from the message: from the fullUrl of its entry.
    #[cold]
    pub(in crate::validate) fn new_id(&self, resource: NodeId) -> (String, bool) {
        let index = self.entries.around(resource);
        let url = index.and_then(|index| self.entries.get(index)?.url.as_deref());
        if let Some(uuid) = url.and_then(|url| url.strip_prefix("urn:uuid:")) {
            if is_valid_primitive(Primitive::Id, uuid) {
                return (uuid.to_owned(), true);
            }
        } else if let Some(parts) = url.and_then(|url| Restful::parse(url, self.definitions())) {
            return (parts.id.to_owned(), true);
        }
        (self.uuid(&index.map_or("/id".to_owned(), |index| format!("/entry/{index}/resource/id"))), false)
    }

    /// The fullUrl that an entry gets which has none, and whether it comes from the message: from the id of its resource.
    #[cold]
    pub(in crate::validate) fn new_full_url(&self, entry: &Entry<'_>) -> (String, bool) {
        let of_id = entry.id.as_deref().map(|id| format!("urn:uuid:{id}")).filter(|url| {
            let alone = entry
                .resource_type
                .zip(entry.id.as_deref())
                .is_some_and(|(of, id)| self.entries.with_id(of, id).len() == 1);
            alone && is_valid_primitive(Primitive::Uuid, url) && self.entries.with_url(url).is_empty()
        });
        if let Some(url) = of_id {
            return (url, true);
        }
        let index = self.entries.around(entry.node).unwrap_or_default();
        (format!("urn:uuid:{}", self.uuid(&format!("/entry/{index}/fullUrl"))), false)
    }

    /// Where a fullUrl gets another value, what refers to it gets that too; where that cannot be, nothing is certain.
    #[cold]
    pub(in crate::validate) fn take_references_along(&self, findings: &mut Findings, resolved: &[Resolved]) {
        let known = self.definitions().known();
        // The entries whose fullUrl is going to be mended, in their order, and the finding that does it.
        let mut mended: Vec<(usize, usize)> = Vec::new();
        for (index, finding) in findings.since(0).iter_mut().enumerate() {
            let is_url =
                [rules::BUNDLE_FULLURL_URN, rules::BUNDLE_FULLURL_ID, rules::BUNDLE_FULLURL_ABSOLUTE, rules::BDL_8]
                    .contains(&finding.rule);
            let Some(mend) = finding.mend.as_mut().filter(|mend| is_url && mend.act == Act::Replace) else { continue };
            let taken = mend.value.as_deref().is_none_or(|url| !self.entries.with_url(url).is_empty());
            let entry = mend.nodes.first().and_then(|&node| self.entries.around(node));
            match entry {
                Some(entry) if !taken => mended.push((entry, index)),
                _ => mend.nodes.clear(),
            }
        }
        for reference in resolved.iter().filter(|_| !mended.is_empty()) {
            let (Resolution::Entry(to) | Resolution::OtherVersion(to)) = reference.to else { continue };
            let Ok(place) = mended.binary_search_by_key(&(to as usize), |(entry, _)| *entry) else { continue };
            let finding = mended.get(place).and_then(|&(_, index)| findings.since(index).first_mut());
            let Some(mend) = finding.and_then(|finding| finding.mend.as_mut()).filter(|mend| !mend.nodes.is_empty())
            else {
                continue;
            };
            let member = self.document.member(reference.node, known.reference);
            let member = member.or_else(|| self.document.member(reference.node, known.url));
            let is_versioned = |node: NodeId| self.document.value(node).contains("/_history/");
            match member.filter(|&node| !is_versioned(node)) {
                Some(node) => mend.nodes.push(node),
                None => mend.nodes.clear(),
            }
        }
    }

    /// Whether a reference that leads nowhere certainly means the entry that is nearest to it: one with the same type and id, or with the
    /// same letters; a URN that is none can have been no other, but an id beside it in the alphabet is another one.
    #[cold]
    pub(in crate::validate) fn is_meant(
        &self,
        node: NodeId,
        reference: &str,
        near: &NearEntry,
        used: Option<&ReferenceUse>,
    ) -> bool {
        let by_letters = near.name.eq_ignore_ascii_case(reference)
            || reference.starts_with("urn:uuid:") && !is_valid_primitive(Primitive::Uuid, reference);
        let is_url = is_valid_primitive(Primitive::Uri, &near.name);
        if !near.certain || !is_url || !(near.by_id || by_letters) {
            return false;
        }
        let Resolution::Entry(to) = self.entries.resolve(&near.name, self.entries.around(node), self.definitions())
        else {
            return false;
        };
        let target = self.entries.get(to as usize).and_then(|entry| entry.resource_type);
        target.zip(used.and_then(|used| used.type_ref)).is_none_or(|(target, (holder, type_ref))| {
            let body = self.definitions().body(self.definitions().type_of(holder));
            not_allowed(self.definitions(), body, body.type_ref(type_ref), target).is_none()
        })
    }
}
