//! The profiles that the event of a message asks for: by its definition, and by what the caller says of it.
//!
//! Source: R4, MessageDefinition, `focus.profile`: of what MessageHeader.focus points to. Where the definition lists all that is in the message,
//! of each resource of the type.

use super::discriminator::resolve;
use super::item::Item;
use super::notes::EventProfiles;
use crate::definitions::known;
use crate::document::ordered;
use crate::validate::element::meta;
use crate::validate::header::EventName;
use crate::validate::instance::Instance;
use crate::validate::options::EventProfile;

/// A profile that is asked for.
struct Asked<'a> {
    /// Of resources of this type; of any, where the caller asks for it of what the header points to.
    of: Option<&'a str>,
    /// Whether only of what the header points to.
    of_focus: bool,
    profile: &'a str,
}

/// The profiles that the event of the message asks for. What is not known of them is told.
pub(super) fn of_message(instance: &mut Instance<'_>) -> EventProfiles {
    let mut found = EventProfiles::default();
    let Some(header) = instance.entries().header() else { return found };
    let (definitions, document) = (instance.definitions, instance.document);
    let mut asked = Vec::new();
    if let Some(definition) = header.definition(document, definitions) {
        let listed = definition.content.iter().map(|one| (false, &one.code, &one.profile));
        let listed = listed.chain(definition.focus.iter().map(|one| (true, &one.code, &one.profile)));
        asked.extend(
            listed.filter_map(|(of_focus, of, profile)| {
                Some(Asked { of: Some(of), of_focus, profile: profile.as_ref()? })
            }),
        );
    }
    let name = header.event_name(document).unwrap_or_default();
    for one in instance.asked_of_events.iter().filter(|one| is_named(&name, &one.event)) {
        let of_focus = one.resource == EventProfile::FOCUS;
        asked.push(Asked { of: (!of_focus).then_some(&one.resource), of_focus, profile: &one.profile });
    }
    let targets: Vec<Item> = header
        .focus(document)
        .filter(|_| asked.iter().any(|one| one.of_focus))
        .filter_map(|node| resolve(instance, Item::object(node, known::REFERENCE)))
        .collect();
    for Asked { of, of_focus, profile } in asked {
        let of = of.and_then(|name| definitions.resource_type(name));
        if of_focus {
            let fitting = |target: &&Item| of.is_none_or(|of| of == target.of);
            if let Some(target) = targets.iter().find(fitting) {
                meta::asked_for(instance, profile, target.of);
            }
            if let Some(id) = definitions.profile_named(profile) {
                found.of_resources.extend(targets.iter().filter(fitting).map(|target| (target.node(), id)));
            }
        } else if let Some(of) = of {
            meta::asked_for(instance, profile, of);
            found.of_types.extend(definitions.profile_named(profile).map(|id| (of, id)));
        }
    }
    let of_resources = &found.of_resources;
    let order = ordered(of_resources.len(), &mut |a, b| of_resources.get(a).cmp(&of_resources.get(b)));
    found.of_resources = order.into_iter().filter_map(|place| of_resources.get(place).copied()).collect();
    found
}

/// Whether a key names the event: its code, `system|code`, or its URI.
fn is_named(event: &EventName, key: &str) -> bool {
    let is_code = |code: &String| {
        let system = event.system.as_deref().and_then(|system| key.strip_prefix(system)?.strip_prefix('|'));
        key == code || system == Some(code)
    };
    event.code.as_ref().is_some_and(is_code) || event.uri.as_deref() == Some(key)
}
