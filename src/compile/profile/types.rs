//! The types that an element may have, their profiles and targets.

use super::placing::{Merge, Place, R4_TYPES};
use crate::compile::element::Element;
use crate::compile::issue::DefinitionIssueKind;
use crate::definitions::{Body, ProfileType, Text, TypeId, TypeRef, aggregation};
use crate::document::{NameId, name};

/// Where R4 allows any type, there are 50.
const ANY_TYPE: usize = 40;

impl Merge<'_, '_> {
    /// Takes in a list of types.
    pub(super) fn types(&mut self, place: &Place<'_>, list: Element<'_>) {
        let Some((body, of_r4)) = place.of_r4 else { return };
        let base = self.tables.base;
        let (mut types, mut unknown) = (Vec::new(), Vec::new());
        for node in list.members() {
            let code = node.text_or_empty(name::CODE);
            // `System.String` of FHIRPath is what the ids of elements have in every definition.
            if code.starts_with("http://hl7.org/fhirpath/") {
                return;
            }
            let Some(of) = base.type_named(&code) else {
                unknown.push(code);
                continue;
            };
            let scoped = |canonical| self.versions.scoped(canonical, self.source.package, self.tables);
            let texts =
                |name: NameId| -> Vec<Text> { node.items(name).filter_map(Element::string).map(scoped).collect() };
            let mut profiles = texts(name::PROFILE);
            profiles.retain(|profile| !is_type(profile, &code));
            let mut bits = 0;
            for how in node.get("aggregation").into_iter().flat_map(Element::members) {
                bits |= match how.value().as_str() {
                    "contained" => aggregation::CONTAINED,
                    "referenced" => aggregation::REFERENCED,
                    _ => aggregation::BUNDLED,
                };
            }
            types.push(ProfileType { of, profiles, targets: texts(name::TARGET_PROFILE), aggregation: bits });
        }
        if !unknown.is_empty()
            && !self.is_told()
            && let Some(id) = self.element(place.at).map(|element| element.id.clone())
        {
            self.warn(
                DefinitionIssueKind::Missing,
                &id,
                &format!("has types that are not known: {}", unknown.join(", ")),
            );
        }
        let refs = body.type_refs(of_r4);
        let is_said = |one: &ProfileType| refs.iter().any(|of| self.says(body, of, one));
        // Other lists of "any type" have types of other versions of FHIR.
        let is_any = types.len().min(refs.len()) >= ANY_TYPE;
        if is_any || types.len() == refs.len() && types.iter().all(is_said) {
            types.clear();
        }
        if let Some(element) = self.element(place.at) {
            element.types = types;
        }
    }

    /// Whether R4 says of a type what is stated here.
    fn says(&self, body: &Body, of_r4: &TypeRef, stated: &ProfileType) -> bool {
        let base = self.tables.base;
        let is_named = |canonical: &Text, of: TypeId| is_type(canonical, &base.type_of(of).name);
        let targets = body.targets(of_r4);
        (of_r4.code == stated.of || base.is_a(of_r4.of, stated.of))
            && stated.aggregation == 0
            && stated.profiles.iter().all(|profile| is_named(profile, of_r4.of))
            && (stated.targets.is_empty()
                || stated.targets.len() == targets.len()
                    && targets.iter().all(|&of| stated.targets.iter().any(|target| is_named(target, of))))
    }
}

/// Whether a canonical is that of a type of R4, with or without a version.
fn is_type(canonical: &str, name: &str) -> bool {
    let rest = canonical.strip_prefix(R4_TYPES).and_then(|rest| rest.strip_prefix(name));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('|'))
}
