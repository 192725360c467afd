//! The profiles that the event of a message asks for: by its definition, and by what the caller says of it.
//!
//! Source: R4, MessageDefinition, `focus.profile`: of what MessageHeader.focus points to. Where the definition lists all that is in the message,
//! of each resource of the type. And `graph`: "The GraphDefinition can also specify profiles that apply to the various resources", of what its
//! links lead to.

use super::discriminator::resolve;
use super::item::{Item, items};
use super::notes::EventProfiles;
use crate::definitions::{Link, ProfileId, TypeId, known};
use crate::document::{NodeId, name, ordered};
use crate::validate::element::meta;
use crate::validate::header::EventName;
use crate::validate::instance::Instance;
use crate::validate::meets::{Answer, meets};
use crate::validate::options::EventProfile;

/// A profile that is asked for.
struct EventDemand<'a> {
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
        let is_focus = |code: &str| code != "MessageHeader" && !header.listed_focus(definition).is_empty();
        let listed = definition.content.iter().map(|one| (is_focus(&one.code), &one.code, &one.profile));
        let listed = listed.chain(definition.focus.iter().map(|one| (true, &one.code, &one.profile)));
        asked.extend(listed.filter_map(|(of_focus, of, profile)| {
            Some(EventDemand { of: Some(of), of_focus, profile: profile.as_ref()? })
        }));
        let starts = definition.starts.iter();
        asked.extend(starts.map(|(of, profile)| EventDemand { of: Some(of), of_focus: false, profile }));
        for link in definition.links.iter().filter(|link| !link.profiles.is_empty()) {
            of_link(instance, link, &mut found.of_resources);
        }
    }
    let name = header.event_name(document).unwrap_or_default();
    for one in instance.asked_of_events.iter().filter(|one| is_named(&name, &one.event)) {
        let of_focus = one.resource == EventProfile::FOCUS;
        asked.push(EventDemand { of: (!of_focus).then_some(&one.resource), of_focus, profile: &one.profile });
    }
    let targets: Vec<Item> = header
        .focus(document)
        .filter(|_| asked.iter().any(|one| one.of_focus))
        .filter_map(|node| resolve(instance, Item::object(node, known::REFERENCE)))
        .collect();
    for EventDemand { of, of_focus, profile } in asked {
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

/// The profiles that a link of a graph asks for of what it leads to. Of several for one type, the one that is met or nearly is.
fn of_link(instance: &mut Instance<'_>, link: &Link, found: &mut Vec<(NodeId, ProfileId)>) {
    let definitions = instance.definitions;
    let Some(source) = definitions.resource_type(&link.source) else { return };
    if let [only] = link.path.as_slice()
        && let Some(criteria) = only.strip_prefix('?')
    {
        return of_search(instance, link, (criteria, source), found);
    }
    let sources: Vec<NodeId> = instance
        .entries()
        .iter()
        .filter(|entry| entry.resource_type == Some(source))
        .filter_map(|entry| entry.resource)
        .collect();
    for resource in sources {
        let mut at = vec![Item::object(resource, source)];
        for step in &link.path {
            let name = definitions.names().find(step.as_bytes());
            let insides = at.into_iter().filter_map(|item| item.inside(instance));
            at = insides.flat_map(|inside| items(instance, inside, name)).collect();
        }
        for item in at {
            let Some(target) = resolve(instance, item) else { continue };
            found.extend(nearest(instance, link, target).map(|id| (target.node(), id)));
        }
    }
}

/// The same of a link that is a search (`subject={ref}`): of what refers to a resource of its source by the element that the parameter is called
/// as. What is searched for by more than that is not known.
fn of_search(
    instance: &mut Instance<'_>,
    link: &Link,
    (criteria, source): (&str, TypeId),
    found: &mut Vec<(NodeId, ProfileId)>,
) {
    let (definitions, document) = (instance.definitions, instance.document);
    let Some(parameter) = criteria.strip_suffix("={ref}").filter(|name| !name.contains('&')) else { return };
    let parameter = parameter.split(':').next().unwrap_or_default().replace('-', "");
    let candidates: Vec<(NodeId, TypeId)> =
        instance.entries().iter().filter_map(|entry| entry.resource.zip(entry.resource_type)).collect();
    for (resource, of) in candidates {
        if !link.profiles.iter().any(|(wanted, _)| definitions.resource_type(wanted) == Some(of)) {
            continue;
        }
        let refers = (resource.0..document.after(resource).0).map(NodeId).any(|node| {
            let holder = document.parent(node);
            let element = if document.has_key(holder) { holder } else { document.parent(holder) };
            let called = document.key(element).unwrap_or_default();
            // Most resources have a parameter `patient` beside the one that is called as the element.
            document.node(node).name == name::REFERENCE
                && (parameter == "patient" || called.eq_ignore_ascii_case(&parameter))
                && resolve(instance, Item::object(holder, known::REFERENCE)).is_some_and(|target| target.of == source)
        });
        if refers {
            let target = Item::object(resource, of);
            found.extend(nearest(instance, link, target).map(|id| (resource, id)));
        }
    }
}

/// Of the profiles that a link asks for, the one that a resource meets, or nearly does.
fn nearest(instance: &mut Instance<'_>, link: &Link, target: Item) -> Option<ProfileId> {
    let definitions = instance.definitions;
    let mut best: Option<(usize, ProfileId)> = None;
    let is_of = |of: &str| definitions.resource_type(of) == Some(target.of);
    let fitting: Vec<&String> = link.profiles.iter().filter(|(of, _)| is_of(of)).map(|(_, one)| one).collect();
    for &canonical in &fitting {
        let Some(id) = definitions.profile_named(canonical) else {
            meta::asked_for(instance, canonical, target.of);
            continue;
        };
        let errors = match fitting.as_slice() {
            [_] => 0,
            _ => match meets(instance, target.value(), id) {
                Answer::Met => 0,
                Answer::NotMet { errors, .. } => errors,
            },
        };
        if best.is_none_or(|(least, _)| errors < least) {
            best = Some((errors, id));
        }
    }
    best.map(|(_, id)| id)
}

/// Whether a key names the event: its code, `system|code`, or its URI.
fn is_named(event: &EventName, key: &str) -> bool {
    let is_code = |code: &String| {
        let system = event.system.as_deref().and_then(|system| key.strip_prefix(system)?.strip_prefix('|'));
        key == code || system == Some(code)
    };
    event.code.as_ref().is_some_and(is_code) || event.uri.as_deref() == Some(key)
}
