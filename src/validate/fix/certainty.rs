//! Which fixes are certain, and which are only offered: what a Bundle is and what its entries ask of a server, nobody decides but who
//! asked for just that. What else a fix needs to be certain, the file of its kind says; `docs/fixes.md` has all of it.

use super::super::bundle::BundleRules;
use super::super::findings::Findings;
use super::super::references::Scope;
use crate::document::{NodeId, name};
use crate::report::{Act, FIXES, Fix, rules};

/// What is never certain: it makes another kind of Bundle of one, or takes from an entry what it asks for.
const ONLY_OFFERED: [&str; 2] = [rules::MSG_TYPE.name, rules::MSG_ENTRY.name];

/// What rests on the Bundle being a message, beside the rules for messages.
const OF_A_MESSAGE: [&str; 8] = [
    rules::BDL_8.name,
    rules::BUNDLE_FULLURL_ABSOLUTE.name,
    rules::BUNDLE_FULLURL_ID.name,
    rules::BUNDLE_FULLURL_MISSING.name,
    rules::BUNDLE_FULLURL_URN.name,
    rules::REF_TYPE.name,
    rules::REF_UNRESOLVED.name,
    rules::REF_FORM.name,
];

impl BundleRules<'_> {
    /// Says of the fixes that were found which of them are not certain.
    pub(in crate::validate) fn settle(&self, findings: &mut Findings) {
        if !FIXES {
            return;
        }
        // A transaction that is validated as a message is none: what a message needs would change what it does.
        let is_taken_for_message = self.scope == Scope::Message && !self.entries.is_message();
        for finding in findings.since(0) {
            let rule = finding.rule.as_ref();
            let Some(fix) = finding.fix.as_mut().filter(|fix| fix.certain && !fix.nodes.is_empty()) else {
                continue;
            };
            let is_of_message = || rule.starts_with("msg-") || OF_A_MESSAGE.contains(&rule);
            let is_doubtful = ONLY_OFFERED.contains(&rule)
                || is_taken_for_message && is_of_message()
                || fix.nodes.iter().any(|&node| self.decides(node, fix, rule));
            fix.certain = !is_doubtful;
        }
    }

    /// Whether what is done to a node decides what a Bundle is, or what is in it.
    #[cold]
    fn decides(&self, node: NodeId, fix: &Fix, rule: &str) -> bool {
        let name = self.document.node(node).name;
        let value = fix.value.as_deref();
        let holder = self.document.parent(node);
        let renamed = value.filter(|_| fix.act == Act::Rename);
        let is_type = name == name::TYPE || renamed == Some("type");
        if is_type && self.is_bundle(holder) || fix.act == Act::Insert("type") && self.is_bundle(node) {
            return true;
        }
        if rule == rules::RESOURCE_TYPE.name && value == Some("Bundle") {
            return true;
        }
        if renamed.is_some_and(|name| OF_A_SERVER.contains(&name)) && self.is_entry(holder) {
            return true;
        }
        // A member that is there twice, letter by letter, is there all the same.
        if rule == rules::JSON_DUPLICATE_KEY.name {
            return false;
        }
        let list = self.document.node(holder).name;
        let is_resource = || name == name::RESOURCE && self.is_entry(holder);
        let is_item =
            || (list == name::ENTRY && self.is_bundle(self.document.parent(holder))) || list == name::CONTAINED;
        fix.act == Act::Remove && (is_resource() || is_item()) || self.is_asked_of_a_server(node)
    }

    /// Whether a node is what an entry asks of a server, or was answered, or stands in that.
    fn is_asked_of_a_server(&self, mut node: NodeId) -> bool {
        while node != NodeId::ROOT {
            let holder = self.document.parent(node);
            let name = self.document.node(node).name;
            if [name::REQUEST, name::RESPONSE, name::SEARCH].contains(&name) && self.is_entry(holder) {
                return true;
            }
            node = holder;
        }
        false
    }

    fn is_entry(&self, node: NodeId) -> bool {
        let list = self.document.parent(node);
        let bundle = self.document.parent(list);
        // Where an entry should be an item, but is not.
        let is_entry = |node: NodeId| self.document.node(node).name == name::ENTRY;
        is_entry(list) && self.is_bundle(bundle) || is_entry(node) && self.is_bundle(list)
    }

    fn is_bundle(&self, node: NodeId) -> bool {
        let of = self.document.member(node, name::RESOURCE_TYPE);
        of.is_some_and(|of| self.document.value(of) == "Bundle")
    }
}

/// The members of an entry that say what is asked of a server, or was answered by one.
const OF_A_SERVER: [&str; 3] = ["request", "response", "search"];
