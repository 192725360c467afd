//! Compiled definitions that come from outside: a file may be broken, or made to break something.

use super::binding::Binding;
use super::constraint::Constraint;
use super::encode::MOST;
use super::extension::{ExtensionContent, ExtensionDefinition};
use super::form::{ReadError, Reader, Seal};
use super::profile::{PathStep, Profile, ProfileElement, ProfileType};
use super::profiles::PROFILES;
use super::set::Definitions;
use super::stored::{StoredBody, StoredElement};
use super::text::Text;
use super::types::TypeId;
use super::value_set::read_expansion;
use crate::document::NameId;

impl Definitions {
    /// These definitions with a layer on top, as [`super::CompiledLayer::encode`] wrote it for them. All of it is looked at: whatever the text is,
    /// what it gives can be used like what was compiled here.
    ///
    /// # Errors
    /// When the text is not complete, was changed, or was compiled for other definitions.
    pub fn with_compiled(&self, layer: String) -> Result<Self, ReadError> {
        let layer = Text::from(layer);
        if !Seal::read(&layer)?.is_whole() {
            return Err(ReadError::Digest);
        }
        let definitions = self.on_top(&layer)?;
        if definitions.holds_what_it_names() { Ok(definitions) } else { Err(ReadError::Content) }
    }

    /// Whether each part can be read, and each place that one names is there.
    pub(super) fn holds_what_it_names(&self) -> bool {
        self.names_are_different()
            && self.has_all_types()
            && self
                .stored_constraints
                .iter()
                .all(|stored| is_read(stored, |from| from.many(Constraint::read)).is_some())
            && self.value_sets().iter().all(|set| is_read(&set.stored, read_expansion).is_some())
            && self.extensions.iter().all(|one| {
                is_all_read(&mut one.moved.reader(&one.stored), ExtensionDefinition::read)
                    .is_some_and(|one| self.has_all_of(&one.content))
            })
            && self.profiles.iter().filter(|_| PROFILES).all(|one| {
                is_all_read(&mut one.moved.reader(&one.stored), |from| one.read_definition(from))
                    .is_some_and(|one| self.has_all_of_profile(&one))
            })
    }

    /// Each name is found where it is.
    fn names_are_different(&self) -> bool {
        let names = self.names();
        (0..names.len() as u16).map(NameId).all(|id| names.find(names.text(id).as_bytes()) == id)
    }

    fn has_all_types(&self) -> bool {
        let Some(bodies) = self
            .types()
            .iter()
            .map(|of| is_read(&of.stored, |from| StoredBody::read(of.id, from)))
            .collect::<Option<Vec<_>>>()
        else {
            return false;
        };
        // How much a type has with all that it is derived from; none where that has no end, or is not there.
        let total = |of: usize, size_of: fn(&StoredBody) -> usize| {
            let (mut total, mut at) = (0, Some(TypeId(of as u16)));
            for _ in 0..=bodies.len() {
                let Some(of) = at else { return Some(total) };
                total += size_of(bodies.get(usize::from(of.0))?);
                at = self.types().get(usize::from(of.0))?.base;
            }
            None
        };
        let fits = |of, size_of| total(of, size_of).is_some_and(|total| total <= MOST);
        bodies.len() <= MOST
            && (0..bodies.len()).all(|of| fits(of, StoredBody::type_refs) && fits(of, StoredBody::targets))
            && bodies.iter().all(|body| {
                self.has_binding(body.binding)
                    && self.has_constraints(&body.constraints)
                    && body.elements.iter().all(|element| self.has_all_of_element(element))
            })
    }

    fn has_all_of_element(&self, element: &StoredElement) -> bool {
        let has_name = |name: u16| usize::from(name) < self.names().len();
        has_name(element.name)
            && self.has_binding(element.binding)
            && self.has_constraints(&element.constraints)
            && (element.types.iter())
                .all(|of| has_name(of.property) && self.has_types(&[of.of, of.code]) && self.has_types(&of.targets))
    }

    fn has_all_of(&self, content: &ExtensionContent) -> bool {
        self.has_types(&content.value_types)
            && self.has_binding(content.binding)
            && content.nested.iter().all(|nested| self.has_all_of(&nested.content))
    }

    /// Each element is one part of one that is before it, so that going down ends.
    fn has_all_of_profile(&self, profile: &Profile) -> bool {
        let count = profile.elements.len();
        let mut has_parent = vec![false; count];
        let mut is_tree = true;
        for (place, element) in profile.elements.iter().enumerate() {
            for &part in element.children.iter().chain(&element.slices) {
                let part = usize::from(part);
                is_tree &= part > place && has_parent.get(part) == Some(&false);
                if let Some(known) = has_parent.get_mut(part) {
                    *known = true;
                }
            }
        }
        is_tree
            && (1..=MOST).contains(&count)
            && has_parent.iter().skip(1).all(|&has| has)
            && self.has_types(&[profile.of.0])
            && profile.elements.iter().all(|element| {
                element.same_as.is_none_or(|place| usize::from(place) < count) && self.has_all_of_part(element)
            })
    }

    fn has_all_of_part(&self, element: &ProfileElement) -> bool {
        let has_name = |name: NameId| name == NameId::UNKNOWN || usize::from(name.0) < self.names().len();
        let has_step = |step: &PathStep| match step {
            PathStep::Child(name) => has_name(*name),
            PathStep::OfType(of) => self.has_types(&[of.0]),
            PathStep::Extension(_) | PathStep::Resolve => true,
        };
        let has_type = |of: &ProfileType| self.has_types(&[of.of.0]);
        let has_set = |place: u16| usize::from(place) < self.value_sets().len();
        let mut slicing = element.slicing.iter().flat_map(|slicing| &slicing.discriminators);
        has_name(element.name)
            && element.types.iter().all(has_type)
            && self.has_constraints(&element.constraints)
            && slicing.all(|discriminator| discriminator.path.iter().all(has_step))
            && element.binding.iter().all(|stated| {
                self.has_binding(stated.binding) && stated.additional.iter().all(|one| has_set(one.value_set))
            })
    }

    fn has_types(&self, places: &[u16]) -> bool {
        places.iter().all(|&place| usize::from(place) < self.types().len())
    }

    fn has_constraints(&self, places: &[u16]) -> bool {
        places.iter().all(|&place| usize::from(place) < self.constraints().len())
    }

    fn has_binding(&self, binding: Option<Binding>) -> bool {
        let has = |place: u16| usize::from(place) < self.value_sets().len();
        binding.is_none_or(|binding| has(binding.value_set) && binding.max.is_none_or(has))
    }
}

/// What is read of a part, if all of it is.
fn is_read<T>(stored: &Text, read: impl FnOnce(&mut Reader<'_>) -> T) -> Option<T> {
    is_all_read(&mut Reader::new(stored), read)
}

fn is_all_read<'t, T>(from: &mut Reader<'t>, read: impl FnOnce(&mut Reader<'t>) -> T) -> Option<T> {
    let found = read(from);
    from.end().then_some(found)
}
