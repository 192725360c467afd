//! By what the slices of an element are told apart.

use super::placing::{Merge, Place, implied};
use crate::compile::element::Element;
use crate::compile::issue::DefinitionIssueKind;
use crate::definitions::{
    Definitions, Discriminator, DiscriminatorKind, PathStep, ProfileElement, Slicing, SlicingRules, TypeId,
};
use crate::document::{NameId, name};

impl Merge<'_, '_> {
    /// Slices need a slicing, of the element itself or in a profile of the type that it is a part of.
    pub(super) fn say_what_is_not_told_apart(&mut self) {
        let is_profiled = |element: &ProfileElement| element.types.iter().any(|of| !of.profiles.is_empty());
        let mut found = Vec::new();
        for element in self.elements.iter().filter(|element| !element.slices.is_empty() && element.slicing.is_none()) {
            let mut around = self.elements.iter().filter(|other| element.id.starts_with(other.id.as_str()));
            if !around.any(is_profiled) {
                found.push(element.id.clone());
            }
        }
        for id in found {
            let problem = "has slices, but nothing says how they are told apart";
            self.warn(DefinitionIssueKind::Invalid, &id, problem);
        }
    }

    /// Takes in a slicing. Where it does not say how slices are told apart, that is by implication as far as there is one.
    pub(super) fn slicing(&mut self, place: &Place<'_>, node: Element<'_>) {
        let Some(element) = self.elements.get(usize::from(place.at)) else { return };
        let (id, by_implication) = (element.id.clone(), implied(element));
        let rules = match node.get("rules").map(Element::value).as_deref() {
            Some("closed") => SlicingRules::Closed,
            Some("openAtEnd") => SlicingRules::OpenAtEnd,
            _ => SlicingRules::Open,
        };
        let ordered = node.get("ordered").is_some_and(|ordered| ordered.raw() == "true");
        let mut discriminators = Vec::new();
        let mut listed = node.get("discriminator").into_iter().flat_map(Element::members).peekable();
        if listed.peek().is_none() {
            discriminators = by_implication.map(|slicing| slicing.discriminators).unwrap_or_default();
        }
        for one in listed {
            let kind = one.text_or_empty(name::TYPE);
            let text = one.text_or_empty(name::PATH);
            let known = match kind.as_str() {
                "value" => Some(DiscriminatorKind::Value),
                "pattern" => Some(DiscriminatorKind::Pattern),
                "type" => Some(DiscriminatorKind::Type),
                "profile" => Some(DiscriminatorKind::Profile),
                "exists" => Some(DiscriminatorKind::Exists),
                _ => None,
            };
            let path = steps(self.tables.base, &place.types, &text);
            let Some((kind, path)) = known.zip(path) else {
                let problem = format!(
                    "has the discriminator {kind}:{text}, which is not understood: its slices are not told apart"
                );
                self.warn(DefinitionIssueKind::Invalid, &id, &problem);
                discriminators.clear();
                break;
            };
            discriminators.push(Discriminator { kind, path, text: text.into() });
        }
        if let Some(element) = self.element(place.at) {
            element.slicing = Some(Slicing { discriminators, ordered, rules });
        }
    }
}

/// The steps of a discriminator's path, a part of FHIRPath; none where it is not one.
fn steps(base: &Definitions, types: &[TypeId], path: &str) -> Option<Vec<PathStep>> {
    let mut types = types.to_vec();
    let mut steps = Vec::new();
    let mut rest = path.trim();
    while !rest.is_empty() {
        let is_name = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '$');
        let (name, behind) = rest.split_at(rest.find(|character| !is_name(character)).unwrap_or(rest.len()));
        rest = behind.strip_prefix("[x]").unwrap_or(behind);
        let mut argument = None;
        if let Some(inside) = rest.strip_prefix('(') {
            // The URL of an extension may have any character but its quotation mark.
            let quote = inside.chars().next().filter(|first| matches!(first, '\'' | '"'));
            let (text, behind) = match quote {
                Some(quote) => inside.get(1..)?.split_once(quote)?,
                None => inside.split_at(inside.find(')')?),
            };
            argument = Some(text.trim());
            rest = behind.trim_start().strip_prefix(')')?;
        }
        match (name, argument) {
            ("$this", None) => {}
            ("resolve", Some("")) => {
                steps.push(PathStep::Resolve);
                types.clear();
            }
            ("extension", Some(url)) => {
                steps.push(PathStep::Extension(url.to_owned().into()));
                types = base.type_named("Extension").into_iter().collect();
            }
            ("ofType" | "as", Some(of)) => {
                let of = base.type_named(of.strip_prefix("FHIR.").unwrap_or(of))?;
                steps.push(PathStep::OfType(of));
                types = vec![of];
            }
            (name, None) => types = child(base, &types, name, &mut steps)?,
            _ => return None,
        }
        rest = match rest.strip_prefix('.') {
            Some("") => return None,
            Some(behind) => behind,
            None if rest.is_empty() => rest,
            None => return None,
        };
    }
    Some(steps)
}

/// The step to a property, and the types that its values may have: `valueCoding` is `value.ofType(Coding)`.
fn child(base: &Definitions, types: &[TypeId], name: &str, steps: &mut Vec<PathStep>) -> Option<Vec<TypeId>> {
    let id = base.names().find(name.as_bytes());
    if id == NameId::UNKNOWN {
        return None;
    }
    for &of in types {
        let body = base.body(base.type_of(of));
        if let Some(field) = body.field(id) {
            let (element, of) = (body.element(field), body.type_ref(field.type_ref));
            steps.push(PathStep::Child(element.name));
            if element.choice {
                steps.push(PathStep::OfType(of.code));
            }
            return Some(vec![of.of]);
        }
        if let Some(element) = body.elements.iter().find(|element| element.name == id) {
            steps.push(PathStep::Child(id));
            return Some(body.type_refs(element).iter().map(|of| of.of).collect());
        }
    }
    // What a reference points to, or a resource in an entry, may have any property.
    steps.push(PathStep::Child(id));
    Some(Vec::new())
}
