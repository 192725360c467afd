//! The profiles that the definition of a message's event asks for.
//!
//! Source: R4, MessageDefinition, `focus.profile`: of what MessageHeader.focus points to. Where the definition lists all that is in the message,
//! of each resource of the type.

use super::discriminator::resolve;
use super::item::Item;
use super::notes::EventProfiles;
use crate::definitions::known;
use crate::document::ordered;
use crate::validate::instance::Instance;

/// The profiles that the event of the message asks for.
pub(super) fn of_message(instance: &Instance<'_>) -> Option<EventProfiles> {
    let definitions = instance.definitions;
    let header = instance.entries().header()?;
    let definition = header.definition(instance.document, definitions)?;
    let of_types = definition.content.iter().filter_map(|content| {
        Some((definitions.resource_type(&content.code)?, definitions.profile_named(content.profile.as_deref()?)?))
    });
    let mut found = EventProfiles { of_resources: Vec::new(), of_types: of_types.collect() };
    let targets: Vec<Item> = header
        .focus(instance.document)
        .filter_map(|node| resolve(instance, Item::object(node, known::REFERENCE)))
        .collect();
    let order = ordered(targets.len(), &mut |a, b| {
        targets.get(a).map(|one| one.node()).cmp(&targets.get(b).map(|one| one.node()))
    });
    for target in order.into_iter().filter_map(|place| targets.get(place)) {
        for focus in definition.focus.iter().filter(|focus| definitions.resource_type(&focus.code) == Some(target.of)) {
            if let Some(id) = focus.profile.as_ref().and_then(|profile| definitions.profile_named(profile)) {
                found.of_resources.push((target.node(), id));
            }
        }
    }
    Some(found)
}
