//! What an element of a differential says: it takes the place of what the base says of the element.
//!
//! What R4 says itself is not said again, so that a snapshot gives the same as the differential that it was made from.

use super::placing::{Merge, Place};
use crate::compile::cardinality::{max, min};
use crate::compile::corrections::corrected;
use crate::compile::element::Element;
use crate::compile::issue::DefinitionIssueKind;
use crate::compile::mentions::scoped_expression;
use crate::definitions::{Constraint, ExpectedValue, Text};
use crate::document::name;
use crate::fhirpath::Expression;

impl Merge<'_, '_> {
    /// Takes in what an element says.
    pub(super) fn state(&mut self, place: &Place<'_>, node: Element<'_>) {
        for member in node.members() {
            let Some(key) = member.key() else { continue };
            match key.as_ref() {
                "min" | "max" => self.cardinality(place, &key, &member.value()),
                "type" if place.of_r4.is_some() => self.types(place, member),
                "slicing" => self.slicing(place, member),
                "binding" => self.bind(place, member),
                "constraint" => member.members().for_each(|constraint| self.constraint(place, constraint)),
                "maxLength" => self.value(place, &key, member.raw()),
                "mustSupport" => self.value(place, &key, member.raw()),
                key => {
                    let known = ["fixed", "pattern", "minValue", "maxValue"].into_iter();
                    let kind = known.into_iter().find(|kind| {
                        key.strip_prefix(kind)
                            .is_some_and(|of| of.starts_with(|first: char| first.is_ascii_uppercase()))
                    });
                    if let Some(kind) = kind {
                        self.value(place, kind, member.raw());
                    }
                }
            }
        }
    }

    fn cardinality(&mut self, place: &Place<'_>, key: &str, text: &str) {
        // How many extensions of a kind there may be is said where one is used.
        let Some((_, of_r4)) = place.of_r4 else { return };
        let Some(element) = self.element(place.at) else { return };
        let id = element.id.clone();
        let is_slice = !element.slice.is_empty();
        let is_said = if key == "min" {
            // Each slice has a number of its own.
            min(text).map(|min| element.min = if min <= u32::from(of_r4.min) && !is_slice { 0 } else { min })
        } else {
            max(text).map(|max| element.max = max.filter(|&max| of_r4.max.is_none_or(|of_r4| max < of_r4.into())))
        };
        if let Err(problem) = is_said
            && !self.is_told()
        {
            self.warn(DefinitionIssueKind::Invalid, &id, &problem);
        }
    }

    fn value(&mut self, place: &Place<'_>, kind: &str, text: &str) {
        let Some(element) = self.element(place.at) else { return };
        let owned = || Some(Text::from(text.to_owned()));
        match kind {
            "maxLength" => element.max_length = text.parse().ok(),
            "mustSupport" => element.must_support |= text == "true",
            "minValue" => element.min_value = owned(),
            "maxValue" => element.max_value = owned(),
            kind => element.value = Some(ExpectedValue::new(kind == "fixed", text)),
        }
    }

    /// A constraint, if neither R4 nor the base has one of the same name for the element: then it is that one.
    fn constraint(&mut self, place: &Place<'_>, node: Element<'_>) {
        let (key, expression) = (node.text_or_empty(name::KEY), node.text_or_empty(name::EXPRESSION));
        let expression = corrected(&expression);
        if expression.is_empty() || matches!(key.as_str(), "ele-1" | "ext-1") || self.has_constraint(place, &key) {
            return;
        }
        let Some(id) = self.element(place.at).map(|element| element.id.clone()) else { return };
        if let Err(error) = Expression::parse(expression, self.tables.base.names()) {
            let problem = format!("has the constraint {key}, which is left out, as it is not FHIRPath: {error}");
            return self.warn(DefinitionIssueKind::Invalid, &id, &problem);
        }
        let profile = |url| self.versions.scoped(url, self.source.package, self.tables).to_string();
        let expression = scoped_expression(expression, &profile, self.tables);
        let constraint = Constraint {
            key: key.into(),
            error: node.is(name::SEVERITY, "error"),
            human: node.text_or_empty(name::HUMAN).into(),
            expression: expression.into_owned().into(),
        };
        let place_of = self.tables.constraint(constraint);
        if let Some(element) = self.element(place.at) {
            element.constraints.extend(place_of);
        }
    }

    fn has_constraint(&self, place: &Place<'_>, key: &str) -> bool {
        let base = self.tables.base;
        let first = base.constraints().len();
        let has = |places: &[u16]| {
            let mut constraints = places.iter().map(|&place| usize::from(place)).filter_map(|place| {
                base.constraints().get(place).or_else(|| self.tables.constraints.get(place.checked_sub(first)?))
            });
            constraints.any(|constraint| constraint.key == key)
        };
        let mut of_r4 = place.of_r4.iter().map(|(_, element)| element);
        let mut of_type = place.types.iter().any(|&of| {
            let mut types = std::iter::successors(Some(of), |&of| base.type_of(of).base);
            types.any(|of| has(&base.body(base.type_of(of)).constraints))
        });
        let own = self.elements.get(usize::from(place.at));
        of_type |= of_r4.any(|element| has(&element.constraints));
        of_type || own.is_some_and(|element| has(&element.constraints))
    }
}
