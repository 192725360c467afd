//! Which element a place in a text is, by R4 and by the profiles that the resource around claims.

use super::cursor::{Cursor, Frame};
use crate::definitions::{
    Binding, Body, Definitions, Element, Field, ProfileElement, ProfileId, TypeId, TypeKind, known,
};

/// The object around a place: its type, and what profiles say of it.
pub(super) struct Place<'d> {
    pub(super) definitions: &'d Definitions,
    pub(super) of: TypeId,
    pub(super) said: Vec<Said<'d>>,
    /// How it is reached: the elements on the way, each with the type that has it.
    pub(super) path: Vec<(TypeId, &'d Element)>,
    /// Where the codes inside come from: that of a Coding is bound where the Coding is, or its CodeableConcept.
    pub(super) binding: Option<Binding>,
}

/// What a profile says of an element.
#[derive(Clone, Copy)]
pub(super) struct Said<'d> {
    pub(super) profile: ProfileId,
    pub(super) element: &'d ProfileElement,
}

impl<'d> Said<'d> {
    fn root(definitions: &'d Definitions, canonical: &str, of: TypeId) -> Option<Self> {
        let profile = definitions.profile_named(canonical)?;
        let known = definitions.profile(profile);
        let element = known.elements.first().filter(|_| definitions.is_a(of, known.of))?;
        Some(Self { profile, element })
    }

    /// What it says of an element inside.
    fn inside(self, definitions: &'d Definitions, element: &Element) -> impl Iterator<Item = Self> {
        let elements = &definitions.profile(self.profile).elements;
        let other = self.element.same_as.and_then(|place| elements.get(usize::from(place)));
        let children = [Some(self.element), other].into_iter().flatten().flat_map(|of| &of.children);
        let children = children.filter_map(move |&place| elements.get(usize::from(place)));
        children.filter(|child| child.name == element.name).map(move |element| Self { element, ..self })
    }
}

/// What profiles say of an element, by those of the object around.
pub(super) fn said_of<'d>(definitions: &'d Definitions, around: &[Said<'d>], element: &Element) -> Vec<Said<'d>> {
    around.iter().flat_map(|said| said.inside(definitions, element)).collect()
}

/// The property with a name, and whether that is the name of a companion.
pub(super) fn field<'d>(definitions: &'d Definitions, of: TypeId, name: &str) -> Option<(&'d Body, &'d Field, bool)> {
    let body = definitions.body(definitions.type_of(of));
    let (bare, is_companion) = name.strip_prefix('_').map_or((name, false), |bare| (bare, true));
    body.field(definitions.names().find(bare.as_bytes())).map(|field| (body, field, is_companion))
}

impl<'d> Place<'d> {
    /// The object around a place; nothing where no resource says its type.
    pub(super) fn around(definitions: &'d Definitions, cursor: &Cursor) -> Option<Self> {
        let mut frames = cursor.frames.iter();
        let root = frames.next().filter(|root| !root.is_array)?;
        let mut place = Self { definitions, of: known::ELEMENT, said: Vec::new(), path: Vec::new(), binding: None };
        place.enter_resource(root)?;
        for frame in frames {
            match &frame.key {
                Some(name) => place.enter(name, frame)?,
                // An item of an array: the array has been entered.
                None if !frame.is_array => place.item(frame)?,
                None => return None,
            }
        }
        Some(place)
    }

    fn enter_resource(&mut self, frame: &Frame) -> Option<()> {
        self.of = self.definitions.resource_type(frame.text("resourceType")?)?;
        self.path.clear();
        let claimed = frame.profiles.iter();
        self.said = claimed.filter_map(|canonical| Said::root(self.definitions, canonical, self.of)).collect();
        Some(())
    }

    fn enter(&mut self, name: &str, frame: &Frame) -> Option<()> {
        let (body, field, is_companion) = field(self.definitions, self.of, name)?;
        let element = body.element(field);
        self.path.push((self.of, element));
        self.said = said_of(self.definitions, &self.said, element);
        if self.of != known::CODEABLE_CONCEPT {
            self.binding = binding(element, &self.said);
        }
        self.of = if is_companion { known::ELEMENT } else { body.type_ref(field.type_ref).of };
        if frame.is_array { Some(()) } else { self.item(frame) }
    }

    /// What an object says itself of what it is.
    fn item(&mut self, frame: &Frame) -> Option<()> {
        if matches!(self.definitions.type_of(self.of).kind, TypeKind::Resource | TypeKind::AbstractResource) {
            return self.enter_resource(frame);
        }
        if self.of == known::EXTENSION {
            let url = frame.text("url");
            self.said = url.and_then(|url| Said::root(self.definitions, url, self.of)).into_iter().collect();
        }
        Some(())
    }

    /// What is known of the object's type.
    pub(super) fn body(&self) -> &'d Body {
        self.definitions.body(self.definitions.type_of(self.of))
    }
}

/// The name of a type.
pub(super) fn type_name(definitions: &Definitions, of: TypeId) -> &str {
    &definitions.type_of(of).name
}

/// Where the codes of an element come from, by its profiles, else by its type.
pub(super) fn binding(element: &Element, said: &[Said<'_>]) -> Option<Binding> {
    let own = said.iter().find_map(|one| one.element.binding.as_ref());
    own.map_or(element.binding, |own| own.binding)
}

/// How many there must and may be, by the type and by profiles: `1..*`.
pub(super) fn cardinality(element: &Element, said: &[Said<'_>]) -> (u32, Option<u32>) {
    let min = said.iter().map(|one| one.element.min).fold(element.min.into(), u32::max);
    let max = said.iter().filter_map(|one| one.element.max).chain(element.max.map(u32::from)).min();
    (min, max)
}
