//! Which fixes are certain, and which are only offered: what a Bundle is and what its entries ask of a server, nobody decides but who
//! asked for just that. What else a fix needs to be certain, the file of its kind says; `docs/fixes.md` has all of it.

use crate::document::{NodeId, name};
use crate::report::{Act, FIXES, Fix};
use crate::validate::bundle::full_url::{
    BDL_8, BUNDLE_FULLURL_ABSOLUTE, BUNDLE_FULLURL_ID, BUNDLE_FULLURL_MISSING, BUNDLE_FULLURL_URN,
};
use crate::validate::bundle::message::bundle_type::MSG_TYPE;
use crate::validate::bundle::message::entry::MSG_ENTRY;
use crate::validate::bundle::resolve::{REF_FORM, REF_UNRESOLVED};
use crate::validate::bundle::whole::{Scope, Whole};
use crate::validate::findings::Findings;
use crate::validate::references::REF_TYPE;
use crate::validate::resource::resource_type::RESOURCE_TYPE;
use crate::validate::syntax_faults::JSON_DUPLICATE_KEY;

/// What is never certain: it makes another kind of Bundle of one, or takes from an entry what it asks for.
const ONLY_OFFERED: [&str; 2] = [MSG_TYPE.name, MSG_ENTRY.name];

/// What rests on the Bundle being a message, beside the rules for messages.
const OF_A_MESSAGE: [&str; 8] = [
    BDL_8.name,
    BUNDLE_FULLURL_ABSOLUTE.name,
    BUNDLE_FULLURL_ID.name,
    BUNDLE_FULLURL_MISSING.name,
    BUNDLE_FULLURL_URN.name,
    REF_TYPE.name,
    REF_UNRESOLVED.name,
    REF_FORM.name,
];

/// Says of the fixes that were found which of them are not certain.
pub(crate) fn settle(whole: &Whole<'_>, findings: &mut Findings) {
    if !FIXES {
        return;
    }
    // A transaction that is validated as a message is not made one: what a message needs would change what it does.
    let is_taken_for_message = whole.scope == Scope::Message && !whole.entries.is_message();
    for finding in findings.since(0) {
        let rule = finding.rule.as_ref();
        let Some(fix) = finding.fix.as_mut().filter(|fix| fix.certain && !fix.nodes.is_empty()) else {
            continue;
        };
        let is_of_message = || rule.starts_with("msg-") || OF_A_MESSAGE.contains(&rule);
        let is_doubtful = ONLY_OFFERED.contains(&rule)
            || is_taken_for_message && is_of_message()
            || fix.nodes.iter().any(|&node| decides(whole, node, fix, rule));
        fix.certain = !is_doubtful;
    }
}

/// Whether what is done to a node decides what a Bundle is, or what is in it.
#[cold]
fn decides(whole: &Whole<'_>, node: NodeId, fix: &Fix, rule: &str) -> bool {
    let name = whole.document.node(node).name;
    let value = fix.value.as_deref();
    let holder = whole.document.parent(node);
    let renamed = value.filter(|_| fix.act == Act::Rename);
    let is_type = name == name::TYPE || renamed == Some("type");
    if is_type && is_bundle(whole, holder) || fix.act == Act::Insert("type") && is_bundle(whole, node) {
        return true;
    }
    if rule == RESOURCE_TYPE.name && value == Some("Bundle") {
        return true;
    }
    if renamed.is_some_and(|name| OF_A_SERVER.contains(&name)) && is_entry(whole, holder) {
        return true;
    }
    // A member that is there twice, letter by letter, is there all the same.
    if rule == JSON_DUPLICATE_KEY.name {
        return false;
    }
    let list = whole.document.node(holder).name;
    let is_resource = || name == name::RESOURCE && is_entry(whole, holder);
    let is_item =
        || (list == name::ENTRY && is_bundle(whole, whole.document.parent(holder))) || list == name::CONTAINED;
    fix.act == Act::Remove && (is_resource() || is_item()) || is_asked_of_a_server(whole, node)
}

/// Whether a node is what an entry asks of a server, or was answered, or is part of that.
fn is_asked_of_a_server(whole: &Whole<'_>, mut node: NodeId) -> bool {
    while node != NodeId::ROOT {
        let holder = whole.document.parent(node);
        let name = whole.document.node(node).name;
        if [name::REQUEST, name::RESPONSE, name::SEARCH].contains(&name) && is_entry(whole, holder) {
            return true;
        }
        node = holder;
    }
    false
}

fn is_entry(whole: &Whole<'_>, node: NodeId) -> bool {
    let list = whole.document.parent(node);
    let bundle = whole.document.parent(list);
    // Where an entry should be an item, but is not.
    let is_entry = |node: NodeId| whole.document.node(node).name == name::ENTRY;
    is_entry(list) && is_bundle(whole, bundle) || is_entry(node) && is_bundle(whole, list)
}

fn is_bundle(whole: &Whole<'_>, node: NodeId) -> bool {
    let of = whole.document.member(node, name::RESOURCE_TYPE);
    of.is_some_and(|of| whole.document.value(of) == "Bundle")
}

/// The members of an entry that say what is asked of a server, or was answered by one.
const OF_A_SERVER: [&str; 3] = ["request", "response", "search"];
