//! coding-system in ValueSets and ConceptMaps: the code systems that they name.

use crate::document::{NameId, NodeId, name};
use crate::validate::element::{coding, system};
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

/// Validates the code systems that a ConceptMap maps, and its codes.
pub(crate) fn concept_map(instance: &mut Instance<'_>, node: NodeId) {
    let names = instance.definitions.names();
    let versions = (names.find(b"sourceVersion"), names.find(b"targetVersion"));
    for group in instance.document.member_items(node, names.find(b"group")) {
        system::check_member(instance, group, name::SOURCE);
        system::check_member(instance, group, name::TARGET);
        let source = instance.document.text_or_empty(group, name::SOURCE);
        let target = instance.document.text_or_empty(group, name::TARGET);
        for element in instance.document.member_items(group, names.find(b"element")) {
            coding::of_system(instance, element, &source, instance.text_of(group, versions.0));
            for to in instance.document.member_items(element, name::TARGET) {
                coding::of_system(instance, to, &target, instance.text_of(group, versions.1));
            }
        }
    }
}
