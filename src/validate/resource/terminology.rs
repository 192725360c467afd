//! coding-system in ValueSets: the code systems that they name.

use crate::document::{NameId, NodeId, name};
use crate::validate::element::system;
use crate::validate::instance::Instance;

/// Validates the code systems that a ValueSet names.
pub(crate) fn value_set(instance: &mut Instance<'_>, node: NodeId) {
    if let Some(compose) = instance.document.member(node, name::COMPOSE) {
        for list in [name::INCLUDE, name::EXCLUDE] {
            for include in instance.document.member_items(compose, list) {
                system::check_member(instance, include, name::SYSTEM);
            }
        }
    }
    let names = instance.definitions.names();
    if let Some(list) = instance.document.member(node, names.find(b"expansion")) {
        expansion(instance, list, names.find(b"contains"));
    }
}

fn expansion(instance: &mut Instance<'_>, parent: NodeId, contains: NameId) {
    for concept in instance.document.member_items(parent, contains) {
        system::check_member(instance, concept, name::SYSTEM);
        expansion(instance, concept, contains);
    }
}
