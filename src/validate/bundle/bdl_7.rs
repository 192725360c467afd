//! bdl-7: a fullUrl occurs once, or with different versions.

use crate::document::sorted;
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

/// bdl-7: a fullUrl occurs once, or with different versions; in a history it may occur again.
pub(crate) fn check(whole: &Whole<'_>, findings: &mut Findings) {
    if whole.entries.bundle_type() == Some("history") {
        return;
    }
    let named = whole.entries.iter().enumerate().filter_map(|(index, entry)| {
        let (node, url) = entry.full_url.zip(entry.url.as_deref())?;
        Some((index, node, (url, entry.version.as_deref())))
    });
    let named: Vec<_> = named.collect();
    let mut first = None;
    for (index, node, url) in sorted(&named, &mut |(.., one), (.., other)| one.cmp(other)) {
        match first {
            Some((first, known)) if known == url => {
                findings.add(&BDL_7, At::Inside(whole.root, *node), SAME_FULL_URL.count("first", first as u64));
            }
            _ => first = Some((*index, url)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::BDL_7;
    use crate::validate::told::assert_told;

    #[test]
    fn a_full_url_occurs_once_or_with_different_versions() {
        assert_told(
            BDL_7,
            r#"{"resourceType":"Bundle","type":"collection","entry":[
                {"fullUrl":"http://example.org/Patient/1","resource":{"resourceType":"Patient","id":"1","meta":{"versionId":"1"}}},
                {"fullUrl":"http://example.org/Patient/1","resource":{"resourceType":"Patient","id":"1"…}}]}"#,
            &[
                (r#","meta":{"versionId":"2"}"#, &[]),
                (r#","meta":{"versionId":"1"}"#, &["/entry/1/fullUrl: Entry 0 has the same fullUrl (counted from 0)."]),
            ],
        );
    }

    #[test]
    fn in_a_history_it_may_occur_again() {
        assert_told(
            BDL_7,
            r#"{"resourceType":"Bundle","type":"…","entry":[{"fullUrl":"http://example.org/a"},{"fullUrl":"http://example.org/a"}]}"#,
            &[("history", &[]), ("collection", &["/entry/1/fullUrl: Entry 0 has the same fullUrl (counted from 0)."])],
        );
    }
}
