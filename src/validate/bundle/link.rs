//! bundle-link: the links of a Bundle.

use crate::document::name;
use crate::report::{At, Rule, Severity, Words};
use crate::validate::bundle::whole::Whole;
use crate::validate::findings::Findings;

pub(crate) const BUNDLE_LINK: Rule = Rule::new(
    "bundle-link",
    Severity::Error,
    "invalid",
    "A link of paging or to itself occurs once, and paging only where there are pages.",
    &[PAGING_LINK, SAME_LINK],
);
const PAGING_LINK: Words = Words("A link with the relation {found} is allowed only in a search or history.");
const SAME_LINK: Words = Words("A link with the relation {found} exists already: only one is allowed.");

/// A relation of paging names one link, and belongs where there are pages: in searches and histories.
pub(crate) fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let mut seen = Vec::new();
    let links = whole.document.member(whole.root, name::LINK);
    for link in links.into_iter().flat_map(|links| whole.document.children(links)) {
        let Some(relation) = whole.document.member(link, name::RELATION).and_then(|node| whole.document.string(node))
        else {
            continue;
        };
        let pages = matches!(relation.as_ref(), "first" | "previous" | "next" | "last");
        if pages && !matches!(whole.entries.bundle_type(), Some("searchset" | "history") | None) {
            findings.add(&BUNDLE_LINK, At::Start(link), PAGING_LINK.value("found", &relation));
        } else if seen.contains(&relation) {
            findings.add(&BUNDLE_LINK, At::Start(link), SAME_LINK.value("found", &relation));
        } else if pages || relation == "self" {
            seen.push(relation);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::BUNDLE_LINK;
    use crate::validate::told::assert_told;

    #[test]
    fn a_link_of_paging_is_where_there_are_pages() {
        assert_told(
            BUNDLE_LINK,
            r#"{"resourceType":"Bundle","type":"…","link":[{"relation":"next","url":"http://example.org/a"}]}"#,
            &[
                ("searchset", &[]),
                ("collection", &["/link/0: A link with the relation 'next' is allowed only in a search or history."]),
            ],
        );
    }

    #[test]
    fn a_link_of_paging_or_to_itself_occurs_once() {
        assert_told(
            BUNDLE_LINK,
            r#"{"resourceType":"Bundle","type":"searchset","link":[{"relation":"self","url":"http://example.org/a"},{"relation":"alternate","url":"http://example.org/b"},{"relation":"…","url":"http://example.org/c"}]}"#,
            &[
                ("alternate", &[]),
                ("next", &[]),
                ("self", &["/link/2: A link with the relation 'self' exists already: only one is allowed."]),
            ],
        );
    }
}
