//! bdl-7: a fullUrl stands once, or with different versions.

use crate::document::ordered;
use crate::report::{At, Rule, Severity, Words};
use crate::validate::bundle::whole::Whole;
use crate::validate::findings::Findings;

pub(crate) const BDL_7: Rule = Rule::new(
    "bdl-7",
    Severity::Error,
    "business-rule",
    "A fullUrl occurs once, or with different versions.",
    &[SAME_FULL_URL],
);
const SAME_FULL_URL: Words = Words("Entry {first} has the same fullUrl (counted from 0).");

/// bdl-7: a fullUrl stands once, or with different versions; in a history it may stand again.
pub(crate) fn check(whole: &Whole<'_>, findings: &mut Findings) {
    if whole.entries.bundle_type() == Some("history") {
        return;
    }
    let named = whole.entries.iter().enumerate().filter_map(|(index, entry)| {
        let (node, url) = entry.full_url.zip(entry.url.as_deref())?;
        Some((index, node, (url, entry.version.as_deref())))
    });
    let named: Vec<_> = named.collect();
    let url = |place: usize| named.get(place).map(|(_, _, url)| url);
    let mut first = 0;
    for place in ordered(named.len(), &mut |a, b| url(a).cmp(&url(b))) {
        if place == first || url(place) != url(first) {
            first = place;
        } else if let Some(((index, ..), (_, node, _))) = named.get(first).zip(named.get(place)) {
            findings.add(&BDL_7, At::Value(*node), SAME_FULL_URL.count("first", *index as u64));
        }
    }
}
