//! Where in the tree of a profile an element belongs. What is on the way to it and not there yet is there by implication.

use super::versions::{Meant, Versions};
use crate::compile::element::Element as Described;
use crate::compile::issue::{DefinitionIssue, DefinitionIssueKind};
use crate::compile::resources::Resource;
use crate::compile::tables::Tables;
use crate::definitions::{
    Body, Discriminator, DiscriminatorKind, Element, MOST, PathStep, ProfileElement, ProfileType, Slicing,
    SlicingRules, Text, TypeId,
};
use crate::document::{NameId, name};
use crate::report::Severity;

/// R4's own types stand under this URL.
pub(super) const R4_TYPES: &str = "http://hl7.org/fhir/StructureDefinition/";

/// A profile's StructureDefinition.
pub(super) struct Source<'s> {
    pub(super) resource: &'s Resource<'s>,
    pub(super) version: String,
    /// The canonical of what it is derived from, and what that means.
    pub(super) base: Text,
    pub(super) meant: Option<Meant>,
    /// The package of it; empty where it is in none.
    pub(super) package: &'s str,
    pub(super) of: TypeId,
    pub(super) differential: Vec<Described<'s>>,
    pub(super) snapshot: Vec<Described<'s>>,
}

impl<'s> Source<'s> {
    pub(super) fn url(&self) -> &'s str {
        &self.resource.url
    }
}

/// A profile while what it says is put on top of what its base says.
pub(super) struct Merge<'m, 'b> {
    pub(super) source: &'m Source<'m>,
    pub(super) tables: &'m mut Tables<'b>,
    pub(super) versions: &'m Versions,
    pub(super) issues: &'m mut Vec<DefinitionIssue>,
    pub(super) elements: Vec<ProfileElement>,
    /// Whether it is a snapshot that is read: that repeats what R4 says.
    pub(super) from_snapshot: bool,
}

/// An element of the tree, and what R4 says of it.
pub(super) struct Place<'b> {
    pub(super) at: u16,
    /// The types that its values may have.
    pub(super) types: Vec<TypeId>,
    /// R4's own element; none for the root.
    pub(super) of_r4: Option<(&'b Body, &'b Element)>,
}

/// The name of an element and that of a slice of it; that one is empty where the element itself is meant.
pub(super) type Step = (String, String);

/// Deeper elements would be no definitions, but an attack on the stack of those who go down.
const DEEPEST: usize = 64;

/// More elements than any profile has, and few enough to be looked through for each.
const MOST_ELEMENTS: usize = 8_000;
const _: () = assert!(MOST_ELEMENTS < MOST);

impl<'b> Merge<'_, 'b> {
    /// Whether faults of types and numbers are told already: the definition of an extension reads its snapshot, too.
    pub(super) fn is_told(&self) -> bool {
        !self.source.snapshot.is_empty() && self.tables.base.type_of(self.source.of).name == "Extension"
    }

    pub(super) fn warn(&mut self, kind: DefinitionIssueKind, path: &str, problem: &str) {
        let issue = self.source.resource.issue(kind, problem).at(path);
        self.issues.push(issue.with_severity(Severity::Warning));
    }

    /// The element at the end of a way, which is added with all that is missing on it; none where the type has no such element.
    pub(super) fn place(&mut self, steps: &[Step]) -> Option<Place<'b>> {
        let base = self.tables.base;
        let mut place = Place { at: 0, types: vec![self.source.of], of_r4: None };
        if steps.len() > DEEPEST {
            return None;
        }
        for (name, slice) in steps.iter().skip(1) {
            let (body, element, code) = self.of_r4(&place.types, name)?;
            let mut at = self.child(place.at, element)?;
            let mut types = self.stated_types(at);
            if types.is_empty() {
                types = body.type_refs(element).iter().map(|of| of.of).collect();
            }
            // `valueQuantity` is a slice of `value[x]`.
            let slice = if slice.is_empty() && code.is_some() { name } else { slice };
            let mut part = "";
            while part.len() < slice.len() {
                let rest = slice.get(part.len() + 1..).unwrap_or_default();
                let end = rest.find('/').map_or(slice.len(), |length| part.len() + 1 + length);
                part = slice.get(..end).unwrap_or(slice);
                let is_last = part.len() == slice.len();
                let Some(found) = self.slice(at, part, is_last)? else { continue };
                at = found;
                if element.choice && self.stated_types(at).is_empty() && is_last {
                    let code = code.or_else(|| {
                        let field = body.field(base.names().find(slice.as_bytes()))?;
                        Some(body.type_ref(field.type_ref).code)
                    });
                    if let (Some(of), Some(element)) = (code, self.element(at)) {
                        let (profiles, targets) = (Vec::new(), Vec::new());
                        element.types = vec![ProfileType { of, profiles, targets, aggregation: 0 }];
                    }
                }
                let stated = self.stated_types(at);
                if !stated.is_empty() {
                    types = stated;
                }
            }
            place = Place { at, types, of_r4: Some((body, element)) };
        }
        Some(place)
    }

    /// R4's element with this name, and the type that the name of a choice says (`valueQuantity`).
    fn of_r4(&self, types: &[TypeId], name: &str) -> Option<(&'b Body, &'b Element, Option<TypeId>)> {
        let base = self.tables.base;
        let id = base.names().find(name.strip_suffix("[x]").unwrap_or(name).as_bytes());
        if id == NameId::UNKNOWN {
            return None;
        }
        for &of in types {
            let body = base.body(base.type_of(of));
            if let Some(field) = body.field(id) {
                let element = body.element(field);
                return Some((body, element, element.choice.then(|| body.type_ref(field.type_ref).code)));
            }
            if let Some(element) = body.elements.iter().find(|element| element.name == id) {
                return Some((body, element, None));
            }
        }
        None
    }

    pub(super) fn element(&mut self, at: u16) -> Option<&mut ProfileElement> {
        self.elements.get_mut(usize::from(at))
    }

    fn stated_types(&self, at: u16) -> Vec<TypeId> {
        let element = self.elements.get(usize::from(at));
        element.iter().flat_map(|element| &element.types).map(|of| of.of).collect()
    }

    /// An element inside another one.
    fn child(&mut self, parent: u16, of_r4: &Element) -> Option<u16> {
        let names = self.tables.base.names();
        let holder = self.elements.get(usize::from(parent))?;
        let is_it = |at: u16| self.elements.get(usize::from(at)).is_some_and(|element| element.name == of_r4.name);
        if let Some(known) = holder.children.iter().copied().find(|&at| is_it(at)) {
            return Some(known);
        }
        let ending = if of_r4.choice { "[x]" } else { "" };
        let id = format!("{}.{}{ending}", holder.id, names.text(of_r4.name));
        let (name, choice) = (of_r4.name, of_r4.choice);
        let at = self.push(ProfileElement { id: id.into(), name, choice, ..ProfileElement::default() })?;
        self.element(parent)?.children.push(at);
        Some(at)
    }

    /// A slice of an element; one that is not there is added if it is wanted.
    #[allow(clippy::option_option, reason = "none where there is no room")]
    fn slice(&mut self, parent: u16, slice: &str, is_wanted: bool) -> Option<Option<u16>> {
        let sliced = self.elements.get(usize::from(parent))?;
        let is_it = |at: u16| self.elements.get(usize::from(at)).is_some_and(|element| element.slice == slice);
        let known = sliced.slices.iter().copied().find(|&at| is_it(at));
        if known.is_some() || !is_wanted {
            return Some(known);
        }
        let whole = sliced.id.strip_suffix(sliced.slice.as_str()).unwrap_or(&sliced.id).trim_end_matches(':');
        let id = format!("{whole}:{slice}").into();
        let (name, choice, slice) = (sliced.name, sliced.choice, slice.to_owned().into());
        let at = self.push(ProfileElement { id, name, choice, slice, ..ProfileElement::default() })?;
        let sliced = self.element(parent)?;
        sliced.slices.push(at);
        sliced.slicing = sliced.slicing.take().or_else(|| implied(sliced));
        Some(Some(at))
    }

    /// Whether there may be no more elements.
    pub(super) fn is_full(&self) -> bool {
        self.elements.len() >= MOST_ELEMENTS
    }

    fn push(&mut self, element: ProfileElement) -> Option<u16> {
        if self.is_full() {
            return None;
        }
        self.elements.push(element);
        Some((self.elements.len() - 1) as u16)
    }
}

/// How slices are told apart where nobody says so: those of a choice by type, extensions by url.
pub(super) fn implied(element: &ProfileElement) -> Option<Slicing> {
    let (kind, path, text) = if element.choice {
        (DiscriminatorKind::Type, Vec::new(), "$this")
    } else if matches!(element.name, name::EXTENSION | name::MODIFIER_EXTENSION) {
        (DiscriminatorKind::Value, vec![PathStep::Child(name::URL)], "url")
    } else {
        return None;
    };
    let discriminators = vec![Discriminator { kind, path, text: text.into() }];
    Some(Slicing { discriminators, ordered: false, rules: SlicingRules::Open })
}

/// The elements without those that say nothing, nor anything inside them: a snapshot names every element.
pub(super) fn pruned(mut elements: Vec<ProfileElement>) -> Vec<ProfileElement> {
    let mut places: Vec<Option<u16>> = vec![None; elements.len()];
    let least: Vec<u32> = elements.iter().map(|element| element.min).collect();
    let place = |places: &[Option<u16>], at: u16| places.get(usize::from(at)).copied().flatten();
    // There is no more to say of what must not be there. What is inside stands behind what it is inside of.
    let mut is_gone = vec![false; elements.len()];
    for (at, element) in elements.iter_mut().enumerate() {
        let gone = is_gone.get(at) == Some(&true);
        // But what a slice is told by is needed to forbid it.
        if gone || element.max == Some(0) && element.slice.is_empty() {
            for &part in element.children.iter().chain(&element.slices) {
                if let Some(part) = is_gone.get_mut(usize::from(part)) {
                    *part = true;
                }
            }
            element.children.clear();
            element.slices.clear();
            element.types.clear();
        }
        if gone {
            *element = ProfileElement::default();
        }
    }
    for (at, element) in elements.iter_mut().enumerate().rev() {
        if element.slices.is_empty() && element.slicing == implied(element) {
            element.slicing = None;
        }
        // Nor of the number of what its slices demand.
        let of_slices = element.slices.iter().filter_map(|&slice| least.get(usize::from(slice)));
        if element.min <= of_slices.fold(0, |sum: u32, &min| sum.saturating_add(min)) {
            element.min = 0;
        }
        let is_kept =
            at == 0 || says_something(element) || element.children.iter().any(|&at| place(&places, at).is_some());
        if let Some(place) = places.get_mut(at) {
            *place = is_kept.then_some(0);
        }
    }
    for (count, place) in (0..).zip(places.iter_mut().flatten()) {
        *place = count;
    }
    let mut at = 0;
    elements.retain_mut(|element| {
        for list in [&mut element.children, &mut element.slices] {
            *list = list.iter().filter_map(|&at| place(&places, at)).collect();
        }
        at += 1;
        place(&places, at - 1).is_some()
    });
    elements
}

/// Whether it says something itself. A slice always does.
fn says_something(element: &ProfileElement) -> bool {
    !element.slice.is_empty()
        || !element.slices.is_empty()
        || element.slicing.is_some()
        || element.min > 0
        || element.max.is_some()
        || !element.types.is_empty()
        || element.value.is_some()
        || element.min_value.is_some()
        || element.max_value.is_some()
        || element.max_length.is_some()
        || element.binding.is_some()
        || !element.constraints.is_empty()
        || element.must_support
}
