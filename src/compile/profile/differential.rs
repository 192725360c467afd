//! The elements of a differential, or of a snapshot, one behind the other.
//!
//! The way to an element is read from its id, or else from the order of the elements and the names of their slices.

use super::placing::{Merge, Step};
use crate::compile::element::Element;
use crate::compile::issue::DefinitionIssueKind;
use crate::definitions::{TypeId, TypeKind};
use crate::document::name;

impl Merge<'_, '_> {
    /// Puts every element of a differential, or of a snapshot, on top.
    pub(super) fn all(&mut self, elements: &[Element<'_>]) {
        let mut steps: Vec<Step> = Vec::new();
        // What is inside an element that is not there is not there, either: that is said once.
        let mut missing: Option<Vec<Step>> = None;
        for &element in elements {
            steps = Self::steps(element, &steps);
            if missing.as_ref().is_some_and(|missing| steps.starts_with(missing)) {
                continue;
            }
            // The value of a primitive is nothing apart from it.
            if steps.last().is_some_and(|(name, _)| name == "value") && self.is_value(&steps) {
                continue;
            }
            match self.place(&steps) {
                Some(place) => self.state(&place, element),
                None if self.is_full() => {
                    let problem = "has too many elements: the rest of them is left out";
                    return self.warn(DefinitionIssueKind::TooMany, "", problem);
                }
                None => {
                    let path = |(name, slice): &Step| match slice.as_str() {
                        "" => name.clone(),
                        slice => format!("{name}:{slice}"),
                    };
                    let path = steps.iter().map(path).collect::<Vec<_>>().join(".");
                    let problem = "names an element that its type does not have";
                    self.warn(DefinitionIssueKind::Invalid, &path, problem);
                    missing = Some(steps.clone());
                }
            }
        }
    }

    /// Whether a way ends at the value of a primitive.
    fn is_value(&mut self, steps: &[Step]) -> bool {
        let base = self.tables.base;
        let of = steps.split_last().and_then(|(_, before)| self.place(before));
        let is_primitive = |&of: &TypeId| matches!(base.type_of(of).kind, TypeKind::Primitive(_));
        of.is_some_and(|of| !of.types.is_empty() && of.types.iter().all(is_primitive))
    }

    /// The way to an element.
    fn steps(element: Element<'_>, before: &[Step]) -> Vec<Step> {
        let (id, path) = (element.text_or_empty(name::ID), element.text_or_empty(name::PATH));
        let count = path.split('.').count();
        let mut steps: Vec<Step> = Vec::new();
        if id.split('.').count() == count {
            for part in id.split('.') {
                let (name, slice) = part.split_once(':').unwrap_or((part, ""));
                steps.push((name.to_owned(), slice.to_owned()));
            }
        } else {
            let mut is_same = true;
            for (depth, name) in path.split('.').enumerate() {
                let known = before.get(depth).filter(|(known, _)| is_same && known == name && depth + 1 < count);
                is_same = known.is_some();
                steps.push((name.to_owned(), known.map_or(String::new(), |(_, slice)| slice.clone())));
            }
        }
        if let Some((_, slice)) = steps.last_mut()
            && slice.is_empty()
            && let Some(name) = element.get("sliceName").and_then(Element::string)
        {
            *slice = name;
        }
        steps
    }
}
