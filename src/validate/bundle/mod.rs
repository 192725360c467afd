//! Rules that look at several places, one file for one of them, and their order.

mod bdl_7;
mod canonical;
mod contained;
mod document;
mod element_id;
mod full_url;
pub(super) mod identity;
mod link;
pub(super) mod message;
mod narrative_link;
pub(super) mod reach;
pub(super) mod resolve;
mod searchset;
pub(super) mod target_type;
pub(super) mod uuid;
pub(super) mod whole;

use crate::document::{Kind, name};
use crate::report::{At, Words, rules};
use crate::validate::entries::Entries;
use crate::validate::findings::Findings;
use crate::validate::notes::Nested;
use whole::{Scope, Whole};

/// Validates a resource that is no Bundle by the rules beside those of its structure.
pub(in crate::validate) fn resource(whole: &Whole<'_>, findings: &mut Findings) {
    resolve::check(whole, findings);
    contained::check(whole, findings);
    element_id::check(whole, findings);
    narrative_link::check(whole, findings);
}

/// Validates the Bundles inside, each as one of its own.
pub(in crate::validate) fn nested(whole: &Whole<'_>, findings: &mut Findings) {
    for Nested { root, is_message, notes } in &whole.notes.bundles {
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
pub(in crate::validate) fn bundle(whole: &Whole<'_>, findings: &mut Findings) {
    if whole.document.kind(whole.root) != Kind::Object {
        return;
    }
    if !whole.entries.is_bundle() {
        let resource_type = whole.document.member(whole.root, name::RESOURCE_TYPE);
        let at = resource_type.map_or(At::Start(whole.root), At::Value);
        if whole.scope == Scope::Message {
            message::bundle_type::no_message(findings, at);
        } else if resource_type.is_some() {
            findings.add(&rules::RESOURCE_TYPE, at, NO_BUNDLE);
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
        identity::take_references_along(whole, findings, &resolved);
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

const NO_BUNDLE: Words = Words("A Bundle is expected here.");
