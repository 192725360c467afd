//! Rules that look at several places, one file for one of them, and their order.

pub(crate) mod bdl_7;
pub(crate) mod canonical;
pub(crate) mod contained;
pub(crate) mod document;
pub(crate) mod element_id;
pub(crate) mod full_url;
pub(crate) mod identity;
pub(crate) mod link;
pub(crate) mod message;
pub(crate) mod moved_url;
pub(crate) mod narrative_link;
pub(crate) mod reach;
pub(crate) mod resolve;
pub(crate) mod searchset;
pub(crate) mod target_type;
pub(crate) mod uuid;
pub(crate) mod whole;

use crate::document::{Kind, name};
use crate::report::{At, Rule};
use crate::validate::entries::Entries;
use crate::validate::findings::Findings;
use crate::validate::notes::NestedBundle;
use crate::validate::resource::resource_type::{NO_BUNDLE, RESOURCE_TYPE};
use whole::{Scope, Whole};

/// Validates a resource that is not a Bundle by the rules beside those of its structure.
pub(crate) fn resource(whole: &Whole<'_>, findings: &mut Findings) {
    resolve::check(whole, findings);
    contained::check(whole, findings);
    element_id::check(whole, findings);
    narrative_link::check(whole, findings);
}

/// Validates the Bundles inside, each as one of its own.
pub(crate) fn nested(whole: &Whole<'_>, findings: &mut Findings) {
    for NestedBundle { root, is_message, notes } in &whole.notes.bundles {
        if findings.is_full() {
            return;
        }
        findings.for_no_event();
        let before = findings.len();
        let scope = Scope::of(true, *is_message);
        let entries = &Entries::of(whole.document, *root, whole.definitions());
        let whole = &Whole { root: *root, entries, notes, scope, before, ..*whole };
        bundle(whole, findings);
        nested(whole, findings);
    }
}

/// Validates a document as a Bundle of whichever type.
pub(crate) fn bundle(whole: &Whole<'_>, findings: &mut Findings) {
    if whole.document.kind(whole.root) != Kind::Object {
        return;
    }
    if !whole.entries.is_bundle() {
        let resource_type = whole.document.member(whole.root, name::RESOURCE_TYPE);
        let at = resource_type.map_or(At::Start(whole.root), At::Value);
        if whole.scope == Scope::Message {
            message::bundle_type::no_message(findings, at);
        } else if resource_type.is_some() {
            findings.add(&RESOURCE_TYPE, at, NO_BUNDLE);
        }
        return;
    }
    link::check(whole, findings);
    if whole.scope == Scope::Message {
        message::check(whole, findings);
    } else {
        for entry in whole.entries.iter() {
            if findings.is_full() {
                return;
            }
            full_url::check(whole, findings, entry);
        }
        bdl_7::check(whole, findings);
        let resolved = resolve::check(whole, findings);
        moved_url::take_references_along(whole, findings, &resolved);
        match whole.entries.bundle_type() {
            Some("searchset") => searchset::check(whole, findings),
            Some("document") => document::check(whole, findings, &resolved),
            _ => {}
        }
    }
    contained::check(whole, findings);
    element_id::check(whole, findings);
    narrative_link::check(whole, findings);
}

/// Every rule that looks at several places.
pub(super) const RULES: &[Rule] = &[
    link::BUNDLE_LINK,
    full_url::BUNDLE_FULLURL_MISSING,
    full_url::BUNDLE_FULLURL_ABSOLUTE,
    full_url::BUNDLE_FULLURL_ID,
    full_url::BUNDLE_FULLURL_URN,
    full_url::BDL_8,
    bdl_7::BDL_7,
    resolve::REF_FORM,
    resolve::REF_UNRESOLVED,
    resolve::REF_AMBIGUOUS,
    resolve::REF_VERSION,
    resolve::REF_1,
    contained::CONTAINED_ID,
    contained::DOM_3,
    element_id::ELEMENT_ID,
    searchset::BUNDLE_SEARCH,
    document::DOC_UNREACHABLE,
];
