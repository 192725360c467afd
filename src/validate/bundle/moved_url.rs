//! Where a fullUrl is fixed, what refers to it gets the new one too.

use super::full_url::{BDL_8, BUNDLE_FULLURL_ABSOLUTE, BUNDLE_FULLURL_ID, BUNDLE_FULLURL_URN};
use super::whole::{ResolvedReference, Whole};
use crate::document::table::row_mut;
use crate::document::{NodeId, name, ordered};
use crate::report::{Act, FIXES, Fix};
use crate::validate::entries::Resolution;
use crate::validate::findings::Findings;

/// An entry whose fullUrl is going to be fixed, and the fix that does it.
type NewUrl<'f> = (usize, &'f mut Fix);

/// Where a fullUrl gets another value, what refers to it gets that too; where that cannot be, nothing is certain.
#[cold]
pub(crate) fn take_references_along(whole: &Whole<'_>, findings: &mut Findings, resolved: &[ResolvedReference]) {
    if !FIXES {
        return;
    }
    // In the order of their entries, as the findings are.
    let mut new_urls: Vec<NewUrl<'_>> = Vec::new();
    for finding in findings.since(whole.before) {
        let is_url = [BUNDLE_FULLURL_URN, BUNDLE_FULLURL_ID, BUNDLE_FULLURL_ABSOLUTE, BDL_8]
            .iter()
            .any(|rule| rule.name == finding.rule);
        let Some(fix) = finding.fix.as_deref_mut().filter(|fix| is_url && fix.act == Act::Replace) else { continue };
        let taken = fix.value.as_deref().is_none_or(|url| !whole.entries.with_url(url).is_empty());
        let entry = fix.nodes.first().and_then(|&node| whole.entries.around(node));
        match entry {
            Some(entry) if !taken => new_urls.push((entry, fix)),
            _ => fix.nodes.clear(),
        }
    }
    if new_urls.is_empty() {
        return;
    }
    keep_apart(&mut new_urls);
    for reference in resolved {
        let (Resolution::Entry(to) | Resolution::OtherVersion(to)) = reference.to else { continue };
        let place = new_urls.binary_search_by_key(&(to as usize), |(entry, _)| *entry);
        let new_url = place.ok().and_then(|place| new_urls.get_mut(place));
        let Some((_, fix)) = new_url.filter(|(_, fix)| !fix.nodes.is_empty()) else { continue };
        let member = whole.document.member(reference.node, name::REFERENCE);
        let member = member.or_else(|| whole.document.member(reference.node, name::URL));
        let is_versioned = |node: NodeId| whole.document.value(node).contains("/_history/");
        match member.filter(|&node| !is_versioned(node)) {
            Some(node) => fix.nodes.push(node),
            None => fix.nodes.clear(),
        }
    }
}

/// Two entries that would get the same fullUrl keep theirs: nobody could tell them apart any more.
#[cold]
fn keep_apart(new_urls: &mut [NewUrl<'_>]) {
    let url = |place: usize| new_urls.get(place).map(|(_, fix)| &fix.value);
    let order = ordered(new_urls.len(), &mut |a, b| url(a).cmp(&url(b)));
    let mut same: Vec<usize> = Vec::new();
    for pair in order.windows(2) {
        if let &[one, other] = pair
            && url(one) == url(other)
        {
            same.extend([one, other]);
        }
    }
    for place in same {
        if let Some((_, fix)) = row_mut(new_urls, place) {
            fix.nodes.clear();
        }
    }
}
