//! What an extension holds, by its profile: for definitions that are published without a snapshot.

use crate::definitions::{ExtensionContent, NestedExtension, Profile, ProfileElement};
use crate::document::string::unescape;
use crate::document::{NameId, name};

/// Extensions inside extensions beyond this depth are not looked at.
const DEEPEST: usize = 32;

/// What an extension holds that meets this profile.
pub(in crate::compile) fn content_of(profile: &Profile) -> ExtensionContent {
    profile.elements.first().map(|root| content(profile, root, DEEPEST)).unwrap_or_default()
}

fn content(profile: &Profile, element: &ProfileElement, depth: usize) -> ExtensionContent {
    let at = |&place: &u16| profile.elements.get(usize::from(place));
    let child = |of: &ProfileElement, name: NameId| of.children.iter().filter_map(at).find(|child| child.name == name);
    let mut found = ExtensionContent { any_value: true, ..ExtensionContent::default() };
    if let Some(value) = child(element, name::VALUE) {
        let slices = || value.slices.iter().filter_map(at);
        // One that must be there leaves no room for others.
        let only = slices().find(|slice| slice.min > 0).filter(|_| value.types.is_empty()).unwrap_or(value);
        found.value_types = only.types.iter().map(|of| of.of.0).collect();
        found.any_value = only.types.is_empty() && value.max != Some(0);
        found.value_required = value.min > 0 || slices().any(|slice| slice.min > 0);
        found.binding = only.binding.as_ref().and_then(|stated| stated.binding);
    }
    let nested = child(element, name::EXTENSION).into_iter().flat_map(|list| &list.slices).filter_map(at);
    for slice in nested.filter(|_| depth > 0) {
        let fixed = child(slice, name::URL).and_then(|url| url.value.as_ref());
        let of_type = slice.types.iter().find_map(|of| of.profiles.first());
        // Where nothing is said, a slice is called as its url.
        let url: String = match (fixed, of_type) {
            (Some(fixed), _) => unescape(fixed.text.trim_matches('"')).into_owned(),
            (None, Some(canonical)) => canonical.split('|').next().unwrap_or_default().to_owned(),
            (None, None) => slice.slice.to_string(),
        };
        let limit = |count: u32| u16::try_from(count).unwrap_or(u16::MAX);
        found.nested.push(NestedExtension {
            url: url.into(),
            min: limit(slice.min),
            max: slice.max.map(limit),
            content: content(profile, slice, depth - 1),
        });
    }
    found
}
