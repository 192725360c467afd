//! What a profile says of a value: a place in its tree. A value is validated by all that apply to it at once.

use super::item::Item;
use crate::definitions::{Profile, ProfileElement, ProfileId};
use crate::document::table::row;
use crate::validate::instance::Instance;
use std::sync::LazyLock;

static NO_ELEMENT: LazyLock<ProfileElement> = LazyLock::new(ProfileElement::default);

/// An element of a profile, or a slice of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct State<'w> {
    pub(crate) id: ProfileId,
    pub(crate) profile: &'w Profile,
    pub(crate) element: &'w ProfileElement,
}

impl<'w> State<'w> {
    /// The root of a profile.
    pub(crate) fn root(id: ProfileId, profile: &'w Profile) -> Self {
        Self { id, profile, element: row(&profile.elements, 0, &NO_ELEMENT) }
    }

    /// Adds it, the root of a profile, to what applies to a value, with the profiles that this imposes; each once, and where it is of the type.
    pub(super) fn add_to(self, instance: &Instance<'w>, item: Item, states: &mut Vec<Self>) {
        let definitions = instance.definitions;
        let mut next = states.len();
        let add = |states: &mut Vec<Self>, one: Self| {
            if definitions.is_a(item.of, one.profile.of)
                && states.iter().all(|known| !std::ptr::eq(known.element, one.element))
            {
                states.push(one);
            }
        };
        add(states, self);
        while let Some(&Self { profile, .. }) = states.get(next) {
            next += 1;
            for id in profile.imposed.iter().filter_map(|canonical| definitions.profile_named(canonical)) {
                add(states, Self::root(id, definitions.profile(id)));
            }
        }
    }

    /// Whether it says something of a whole value that the profile is of.
    pub(crate) fn is_root(self) -> bool {
        self.profile.elements.first().is_some_and(|root| std::ptr::eq(root, self.element))
    }

    fn at(self, place: u16) -> Self {
        Self { element: row(&self.profile.elements, usize::from(place), &NO_ELEMENT), ..self }
    }

    /// What is said of the elements inside, those of the element that it refers to included.
    pub(crate) fn children(self) -> impl Iterator<Item = State<'w>> {
        let other = self.element.same_as.map(|place| self.at(place));
        let children = [Some(self), other].into_iter().flatten().flat_map(|of| &of.element.children);
        children.map(move |&place| self.at(place))
    }

    /// Its slices.
    pub(crate) fn slices(self) -> impl Iterator<Item = State<'w>> {
        self.element.slices.iter().map(move |&place| self.at(place))
    }

    /// The element as the profile names it: `Observation.component:systolic.value[x]`.
    pub(crate) fn label(self) -> &'w str {
        &self.element.id
    }
}
