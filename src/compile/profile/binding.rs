//! Where the codes of an element come from.

use super::placing::{Merge, Place};
use crate::compile::element::Element;
use crate::compile::issue::DefinitionIssueKind;
use crate::compile::tables::strength;
use crate::definitions::{AdditionalBinding, Binding, ProfileBinding, Strength, Text};
use crate::document::name;

/// What R4's packages have instead of `ElementDefinition.binding.additional`, which came with R5: how the extension's URL ends.
const ADDITIONAL: [&str; 3] = ["/additional-binding", "binding.additional", "-additionalBinding"];

impl Merge<'_, '_> {
    /// Takes in a binding. A value set that is not named is that of the base.
    pub(super) fn bind(&mut self, place: &Place<'_>, node: Element<'_>) {
        let of_r4 = place.of_r4.and_then(|(_, element)| element.binding);
        let Some(element) = self.elements.get(usize::from(place.at)) else { return };
        let (id, is_slice) = (element.id.clone(), !element.slice.is_empty());
        let stated = element.binding.as_ref().map(|stated| stated.binding);
        let before = stated.unwrap_or(of_r4);
        let value_set = match node.text(name::VALUE_SET) {
            Some(canonical) => self.tables.value_set(&canonical),
            None => before.map(|binding| binding.value_set).or_else(|| self.shipped_value_set(&id)),
        };
        let strength = strength(node);
        let (mut max, mut additional) = (None, Vec::new());
        for extension in node.items(name::EXTENSION) {
            let url = extension.text_or_empty(name::URL);
            if url.ends_with("/elementdefinition-maxValueSet") {
                let canonical = value_of(extension);
                max = canonical.and_then(|canonical| self.tables.value_set(&canonical));
            } else if ADDITIONAL.iter().any(|ending| url.ends_with(ending)) {
                additional.extend(self.additional(extension));
            }
        }
        let binding = strength.zip(value_set).map(|(strength, value_set)| Binding { strength, value_set, max });
        // An example that no code may leave.
        if let (None, Some(value_set)) = (binding, max) {
            additional.push(AdditionalBinding { purpose: "maximum".into(), value_set, is_conditional: false });
        }
        let looseness = |binding: Option<Binding>| binding.map_or(3, |binding| binding.strength as u8);
        if !self.from_snapshot && looseness(binding) > looseness(before) && !(is_slice && stated.is_none()) {
            let name = |binding: Option<Binding>| match binding.map(|binding| binding.strength) {
                Some(Strength::Required) => "required",
                Some(Strength::Extensible) => "extensible",
                Some(Strength::Preferred) => "preferred",
                None => "example",
            };
            let (now, then) = (name(binding), name(before));
            let problem =
                format!("makes a binding {now} that is {then} in its base: bindings may only become stricter");
            self.warn(DefinitionIssueKind::Invalid, &id, &problem);
        }
        // A slice may be told by what holds for the element as well.
        let is_said =
            binding == of_r4 && additional.is_empty() && (self.from_snapshot || !is_slice || binding.is_none());
        if let Some(element) = self.element(place.at) {
            element.binding = (!is_said).then_some(ProfileBinding { binding, additional });
        }
    }

    /// The value set that the snapshot names for an element: those of R4's examples are not kept.
    fn shipped_value_set(&mut self, id: &str) -> Option<u16> {
        let element = self.source.snapshot.iter().find(|element| element.is(name::ID, id))?;
        let canonical = element.member(name::BINDING)?.text(name::VALUE_SET)?;
        self.tables.value_set(&canonical)
    }

    /// One that is given by an extension with parts: its purpose, its value set, and whether it holds only for some.
    fn additional(&mut self, extension: Element<'_>) -> Option<AdditionalBinding> {
        let (mut purpose, mut value_set, mut is_conditional) = (Text::default(), None, false);
        for part in extension.items(name::EXTENSION) {
            match part.text(name::URL).as_deref() {
                Some("purpose") => purpose = value_of(part)?.into(),
                Some("valueSet") => value_set = value_of(part),
                Some("usage") => is_conditional = true,
                Some("any") => is_conditional |= part.is_true(name::VALUE_BOOLEAN),
                _ => {}
            }
        }
        let value_set = self.tables.value_set(&value_set?)?;
        Some(AdditionalBinding { purpose, value_set, is_conditional })
    }
}

/// The text that an extension has as its value.
fn value_of(extension: Element<'_>) -> Option<String> {
    let names = [name::VALUE_CANONICAL, name::VALUE_URI, name::VALUE_CODE];
    names.into_iter().find_map(|name| extension.text(name))
}
