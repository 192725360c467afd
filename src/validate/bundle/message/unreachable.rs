//! msg-unreachable: every entry is linked with the MessageHeader by references.
//!
//! Source: R4 page messaging: a message Bundle holds the MessageHeader and the resources that it refers to, directly or not. HL7's
//! validator follows references backwards too, and then is milder.

use crate::document::{NodeId, name};
use crate::report::{At, Rule, Severity, Suggest, Words};
use crate::validate::bundle::bdl_7::BDL_7;
use crate::validate::bundle::full_url::{BUNDLE_FULLURL_ABSOLUTE, BUNDLE_FULLURL_MISSING};
use crate::validate::bundle::message::focus::MSG_FOCUS_UNRESOLVED;
use crate::validate::bundle::reach;
use crate::validate::bundle::reach::Reach;
use crate::validate::bundle::whole::{ResolvedReference, Whole};
use crate::validate::entries::{Entry, Resolution};
use crate::validate::findings::Findings;
use crate::validate::header::Header;
use crate::validate::uri::is_absolute;

pub(crate) const MSG_UNREACHABLE: Rule = Rule::new(
    "msg-unreachable",
    Severity::Warning,
    "business-rule",
    "Every entry is linked with the MessageHeader by references.",
    &[HEADER_UNLINKED, HEADER_BACKWARDS],
);
const HEADER_UNLINKED: Words = Words("No chain of references links this entry with the MessageHeader.");
const HEADER_BACKWARDS: Words = Words(
    "This entry is linked with the MessageHeader only against the direction of references: nothing that the MessageHeader refers to, directly or not, refers to it.",
);

/// Reports entries that no chain of references links with the MessageHeader.
pub(crate) fn check(whole: &Whole<'_>, findings: &mut Findings, resolved: &[ResolvedReference]) {
    let Some(reach) = reach::of_message(whole, resolved) else { return };
    let dangling = whole.entries.header().and_then(|header| dangling_focus(whole, header, resolved));
    for (entry, reach) in whole.entries.iter().zip(reach) {
        if findings.is_full() {
            return;
        }
        let at = At::Start(entry.place());
        match reach {
            Reach::Ahead => {}
            Reach::Backwards => {
                findings.add_as(&MSG_UNREACHABLE, Severity::Information, at, HEADER_BACKWARDS);
            }
            Reach::Not => {
                findings.add(&MSG_UNREACHABLE, at, HEADER_UNLINKED).because(why_unlinked(whole, entry, dangling));
            }
        }
    }
}

/// What was reported that keeps an entry from being linked: nothing can refer to it, or what should resolve to something resolves nowhere.
fn why_unlinked(
    whole: &Whole<'_>,
    entry: &Entry<'_>,
    dangling: Option<NodeId>,
) -> Option<(&'static Rule<'static>, NodeId)> {
    let Some((node, url)) = entry.full_url.zip(entry.url.as_deref()) else {
        return Some((&BUNDLE_FULLURL_MISSING, entry.node));
    };
    if !is_absolute(url) {
        return Some((&BUNDLE_FULLURL_ABSOLUTE, node));
    }
    let again = whole.entries.again(url).and_then(|again| again.full_url);
    again.map(|again| (&BDL_7, again)).or(dangling.map(|focus| (&MSG_FOCUS_UNRESOLVED, focus)))
}

/// The `reference` of a focus that resolves to nothing.
fn dangling_focus(whole: &Whole<'_>, header: Header, resolved: &[ResolvedReference]) -> Option<NodeId> {
    let reference = name::REFERENCE;
    let mut focus = header.focus(whole.document);
    focus.find_map(|node| {
        let dangles = whole.target(resolved, node) == Some(Resolution::Nothing);
        whole.document.member(node, reference).filter(|_| dangles)
    })
}

#[cfg(test)]
mod tests {
    use super::MSG_UNREACHABLE;
    use crate::validate::told::assert_told;

    #[test]
    fn an_entry_is_linked_in_the_direction_of_references() {
        assert_told(
            MSG_UNREACHABLE,
            r#"{"resourceType":"Bundle","type":"message","entry":[
                {"fullUrl":"http://example.org/MessageHeader/1","resource":{"resourceType":"MessageHeader","id":"1","focus":[{"reference":"Patient/1"}]}},
                {"fullUrl":"http://example.org/Patient/1","resource":{"resourceType":"Patient","id":"1"}},
                {"fullUrl":"http://example.org/Basic/1","resource":{"resourceType":"Basic","id":"1"…}}]}"#,
            &[
                ("", &["/entry/2/resource: No chain of references links this entry with the MessageHeader."]),
                (
                    r#","subject":{"reference":"Patient/1"}"#,
                    &[
                        "/entry/2/resource: This entry is linked with the MessageHeader only against the direction of references: nothing that the MessageHeader refers to, directly or not, refers to it.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn the_focus_links_an_entry_with_the_header() {
        assert_told(
            MSG_UNREACHABLE,
            r#"{"resourceType":"Bundle","type":"message","entry":[
                {"fullUrl":"http://example.org/MessageHeader/1","resource":{"resourceType":"MessageHeader","id":"1","focus":[{"reference":"Patient/…"}]}},
                {"fullUrl":"http://example.org/Patient/1","resource":{"resourceType":"Patient","id":"1"}}]}"#,
            &[
                ("1", &[]),
                ("2", &["/entry/1/resource: No chain of references links this entry with the MessageHeader."]),
            ],
        );
    }
}
