//! Where a fullUrl is fixed, what refers to it gets the new one too.

use super::full_url::{BDL_8, BUNDLE_FULLURL_ABSOLUTE, BUNDLE_FULLURL_ID, BUNDLE_FULLURL_URN};
use super::whole::{ResolvedReference, Whole};
use crate::document::{NodeId, name, ordered};
use crate::report::{Act, FIXES};
use crate::validate::entries::Resolution;
use crate::validate::findings::Findings;

/// Where a fullUrl gets another value, what refers to it gets that too; where that cannot be, nothing is certain.
#[cold]
pub(crate) fn take_references_along(whole: &Whole<'_>, findings: &mut Findings, resolved: &[ResolvedReference]) {
    if !FIXES {
        return;
    }
    // The entries whose fullUrl is going to be fixed, in their order, and the finding that does it.
    let mut fixed: Vec<(usize, usize)> = Vec::new();
    for (index, finding) in (whole.before..).zip(findings.since(whole.before)) {
        let is_url = [BUNDLE_FULLURL_URN, BUNDLE_FULLURL_ID, BUNDLE_FULLURL_ABSOLUTE, BDL_8]
            .iter()
            .any(|rule| rule.name == finding.rule);
        let Some(fix) = finding.fix.as_mut().filter(|fix| is_url && fix.act == Act::Replace) else { continue };
        let taken = fix.value.as_deref().is_none_or(|url| !whole.entries.with_url(url).is_empty());
        let entry = fix.nodes.first().and_then(|&node| whole.entries.around(node));
        match entry {
            Some(entry) if !taken => fixed.push((entry, index)),
            _ => fix.nodes.clear(),
        }
    }
    keep_apart(findings, &fixed);
    for reference in resolved.iter().filter(|_| !fixed.is_empty()) {
        let (Resolution::Entry(to) | Resolution::OtherVersion(to)) = reference.to else { continue };
        let Ok(place) = fixed.binary_search_by_key(&(to as usize), |(entry, _)| *entry) else { continue };
        let finding = fixed.get(place).and_then(|&(_, index)| findings.since(index).first_mut());
        let Some(fix) = finding.and_then(|finding| finding.fix.as_mut()).filter(|fix| !fix.nodes.is_empty()) else {
            continue;
        };
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
fn keep_apart(findings: &mut Findings, fixed: &[(usize, usize)]) {
    let mut given: Vec<(String, usize)> = Vec::new();
    for &(_, index) in fixed {
        let fix = findings.since(index).first().and_then(|finding| finding.fix.as_ref());
        given.extend(fix.and_then(|fix| fix.value.clone()).map(|url| (url, index)));
    }
    let order = ordered(given.len(), &mut |a, b| given.get(a).cmp(&given.get(b)));
    for pair in order.windows(2) {
        let pair: Vec<&(String, usize)> = pair.iter().filter_map(|&place| given.get(place)).collect();
        let [(one, first), (other, second)] = pair[..] else { continue };
        for &index in [first, second].into_iter().filter(|_| one == other) {
            if let Some(fix) = findings.since(index).first_mut().and_then(|finding| finding.fix.as_mut()) {
                fix.nodes.clear();
            }
        }
    }
}
