//! Codes against the systems that they name, whatever they are bound to.

use super::bundle::has_scheme;
use super::fix::urn;
use super::nearest::nearest;
use super::structure::Walk;
use super::{syntax, systems};
use crate::definitions::plain;
use crate::document::{NameId, NodeId, name};
use crate::fhirpath::ucum;
use crate::report::{Act, At, Rule, Severity, Suggest, Words, rules};
use std::borrow::Cow;

/// Units of vital signs, of the commonest laboratory results and of time: known to be of UCUM, they are not parsed.
const COMMON_UNITS: [&str; 26] = [
    "%", "/min", "Cel", "[degF]", "[in_i]", "[lb_av]", "mm[Hg]", "kg", "g", "mg", "ug", "cm", "mm", "m", "kg/m2", "L",
    "mL", "mg/dL", "g/dL", "mmol/L", "umol/L", "s", "min", "h", "d", "a",
];

pub(super) const UCUM: &str = "http://unitsofmeasure.org";
const URIS: &str = "urn:ietf:rfc:3986";
/// The value sets of R4 and of HL7's terminology: no code system has such a URL.
const VALUE_SETS: [&str; 2] = ["http://hl7.org/fhir/ValueSet/", "http://terminology.hl7.org/ValueSet/"];
pub(super) const LANGUAGES: &str = "urn:ietf:bcp:47";
/// As many units are remembered.
const MOST_UNITS: usize = 16;
/// As many systems are named where codes are not checked.
const MOST_NAMED: usize = 5;

/// Code systems under this URL are part of R4, and as fixed as it is; others go on without it.
const R4_SYSTEMS: &str = "http://hl7.org/fhir/";

/// Whether a code system may have this name: an absolute URI, and no value set's.
pub(crate) fn may_be_system(system: &str) -> bool {
    has_scheme(system) && !is_value_set(system)
}

fn is_value_set(system: &str) -> bool {
    VALUE_SETS.iter().any(|sets| system.starts_with(sets))
}

impl<'w> Walk<'w> {
    /// Validates a Coding: its code, and its display.
    pub(super) fn coding(&mut self, node: NodeId) {
        let definitions = self.validator.definitions();
        let (Some(system), Some((at, code))) = (self.text_of(node, name::SYSTEM), self.code_of(node)) else { return };
        if code.is_empty() {
            return;
        }
        if !self.names_a_system(node, &system) {
            return;
        }
        match system.as_ref() {
            UCUM => return self.unit(node),
            LANGUAGES => {
                if !syntax::is_language(&code) {
                    let content = NO_LANGUAGE.value("found", &code);
                    self.findings.add_as(&rules::CODE_FORM, Severity::Warning, At::Value(at), content);
                }
                return;
            }
            _ => {}
        }
        if self.last_system.0 != system {
            self.last_system = (system.clone(), definitions.code_system(&system));
            self.slip = None;
            if self.last_system.1.is_none() && !self.notes.unchecked_systems.contains_key(system.as_ref()) {
                self.slip = systems::meant(&system, definitions);
                if self.slip.is_none() {
                    self.unchecked(node, &system);
                }
            }
        }
        let Some(codes) = self.last_system.1 else {
            if let Some(right) = self.slip.clone() {
                self.slip_of_system(self.system_at(node), &rules::CODING_SYSTEM, &system, right);
            }
            return;
        };
        if !codes.has(&code) {
            let fixed = system.starts_with(R4_SYSTEMS);
            let severity = if fixed { Severity::Error } else { Severity::Warning };
            let content = UNKNOWN_CODE.value("found", &code).value("system", &system);
            self.findings.add_as(&rules::CODE_UNKNOWN, severity, At::Value(at), content);
            return;
        }
        let Some(shown) = definitions_display(self, node) else { return };
        let right = codes.display(&code);
        // What says no more than its code is not kept: then the display says what the code says.
        let expected = right.unwrap_or(&code);
        if codes.has_displays() && plain(&shown.1) != plain(expected) {
            let content = OTHER_DISPLAY.value("found", &shown.1).name("expected", expected.to_owned());
            let finding = self.findings.add(&rules::CODE_DISPLAY, At::Value(shown.0), content);
            if let Some(right) = right {
                // Of a code and the display of another one, either can be wrong: only a slip is certain.
                let near = nearest(&shown.1, &mut std::iter::once(right));
                let nodes = near.map(|near| near.nodes(shown.0)).unwrap_or_default();
                finding.suggest(right.to_owned(), false, Act::Replace, nodes);
            }
        }
    }

    /// Validates the form of the system of a Coding; says whether it can be that of a code system.
    pub(super) fn names_a_system(&mut self, node: NodeId, system: &str) -> bool {
        // A resource may define codes of its own, `#its-id`.
        if may_be_system(system) || system.starts_with('#') || system.is_empty() {
            return true;
        }
        let words = if is_value_set(system) { CODING_OF_VALUE_SET } else { SYSTEM_OF_CODING };
        self.not_a_uri(self.system_at(node), &rules::CODING_SYSTEM, words, system);
        false
    }

    /// Validates an Identifier: its system is a URI, and so is its value where the system says that it is one.
    pub(super) fn identifier(&mut self, node: NodeId) {
        let Some(system) = self.text_of(node, name::SYSTEM) else { return };
        if system.is_empty() {
            return;
        }
        if !has_scheme(&system) {
            self.not_a_uri(self.system_at(node), &rules::IDENTIFIER_SYSTEM, SYSTEM_OF_IDENTIFIER, &system);
        } else if system == URIS
            && let Some(value) = self.document.member(node, name::VALUE)
            && self.document.string(value).is_some_and(|text| !text.is_empty() && !has_scheme(&text))
        {
            self.not_a_uri(value, &rules::IDENTIFIER_SYSTEM, IDENTIFIER_NOT_URI, &self.document.value(value));
        } else if let Some(rest) = system.strip_prefix("http").filter(|rest| rest.contains("hl7.org/"))
            && (!rest.starts_with("://hl7.org/") || rest.ends_with('/'))
            && let Some(right) = self.meant(&system)
        {
            self.slip_of_system(self.system_at(node), &rules::IDENTIFIER_SYSTEM, &system, right);
        }
    }

    /// Reports a system that misses a well-known one.
    #[cold]
    fn slip_of_system(&mut self, at: NodeId, rule: &Rule<'static>, system: &str, right: String) {
        let content = SLIP.value("found", system).name("expected", right.clone());
        let finding = self.findings.add_as(rule, Severity::Warning, At::Value(at), content);
        // The codes were never compared with that system's: it is for the writer to say.
        finding.suggest(right, false, Act::Replace, Vec::new());
    }

    /// Validates the code systems that a ValueSet names.
    pub(super) fn value_set(&mut self, node: NodeId) {
        if let Some(compose) = self.document.member(node, name::COMPOSE) {
            for list in [name::INCLUDE, name::EXCLUDE] {
                for include in self.document.member_items(compose, list) {
                    self.code_system_named(include, name::SYSTEM);
                }
            }
        }
        let names = self.definitions.names();
        if let Some(expansion) = self.document.member(node, names.find(b"expansion")) {
            self.expansion(expansion, names.find(b"contains"));
        }
    }

    fn expansion(&mut self, parent: NodeId, contains: NameId) {
        for concept in self.document.member_items(parent, contains) {
            self.code_system_named(concept, name::SYSTEM);
            self.expansion(concept, contains);
        }
    }

    /// Validates the code systems that a ConceptMap maps.
    pub(super) fn concept_map(&mut self, node: NodeId) {
        for group in self.document.member_items(node, self.definitions.names().find(b"group")) {
            self.code_system_named(group, name::SOURCE);
            self.code_system_named(group, name::TARGET);
        }
    }

    /// Validates an element that names a CodeSystem, by its absolute URL; a contained one has to be named by its URL, too.
    fn code_system_named(&mut self, holder: NodeId, name: NameId) {
        let Some(at) = self.document.member(holder, name) else { return };
        let Some(system) = self.document.string(at) else { return };
        // What names one mostly names the same again; of an empty text, others speak.
        if self.right_system == system || system.is_empty() {
            return;
        }
        if !may_be_system(&system) {
            let words = if is_value_set(&system) { VALUE_SET } else { CODE_SYSTEM };
            self.not_a_uri(at, &rules::CODING_SYSTEM, words, &system);
        } else if let Some(right) = self.meant(&system) {
            self.slip_of_system(at, &rules::CODING_SYSTEM, &system, right);
        } else {
            self.right_system = system;
        }
    }

    /// The system that one that is not held was meant to be.
    fn meant(&self, system: &str) -> Option<String> {
        let definitions = self.validator.definitions();
        if definitions.has_code_system(system) { None } else { systems::meant(system, definitions) }
    }

    fn system_at(&self, node: NodeId) -> NodeId {
        self.document.member(node, name::SYSTEM).unwrap_or(node)
    }

    /// Reports what is not an absolute URI; a bare OID or UUID becomes one.
    #[cold]
    fn not_a_uri(&mut self, node: NodeId, rule: &Rule<'static>, words: Words, value: &str) {
        let finding = self.findings.add(rule, At::Value(node), words.value("found", value));
        let urn = urn(value.trim());
        if urn != value && has_scheme(&urn) {
            finding.suggest(urn, true, Act::Replace, vec![node]);
        }
    }

    /// Validates the unit of a Quantity whose system is UCUM.
    pub(super) fn unit(&mut self, node: NodeId) {
        let Some(system) = self.text_of(node, name::SYSTEM) else { return };
        if system != UCUM {
            if !system.starts_with('#') {
                self.code_system_named(node, name::SYSTEM);
            }
            return;
        }
        let Some((at, code)) = self.code_of(node).filter(|(_, code)| !code.is_empty()) else { return };
        if COMMON_UNITS.contains(&code.as_ref()) || self.units.contains(&code) {
            return;
        }
        if let Err(error) = ucum::parse(&code) {
            let content = NO_UNIT.value("found", &code).name("problem", error.problem);
            self.findings.add_as(&rules::CODE_FORM, Severity::Warning, At::Value(at), content);
        } else if self.units.len() < MOST_UNITS {
            self.units.push(code);
        }
    }

    /// Notes a system whose codes are not checked.
    fn unchecked(&mut self, node: NodeId, system: &str) {
        if system.is_empty() || self.notes.unchecked_systems.contains_key(system) {
            return;
        }
        self.notes.unchecked_systems.insert(system.to_owned(), self.system_at(node));
    }

    /// Says once, at the first of them, which systems are not checked.
    pub(super) fn report_unchecked(&mut self) {
        let Some(first) = self.notes.unchecked_systems.values().min().copied() else { return };
        let more = self.notes.unchecked_systems.len().saturating_sub(MOST_NAMED);
        let words = if more > 0 { UNCHECKED_AND_MORE } else { UNCHECKED };
        let systems = self.notes.unchecked_systems.keys().take(MOST_NAMED).map(String::as_str);
        self.findings.add(
            &rules::CODE_UNCHECKED,
            At::Value(first),
            words.values("systems", systems).count("more", more as u64),
        );
    }

    fn code_of(&self, node: NodeId) -> Option<(NodeId, Cow<'w, str>)> {
        let code = self.document.member(node, name::CODE)?;
        Some((code, self.document.string(code)?))
    }
}

fn definitions_display<'w>(walk: &Walk<'w>, node: NodeId) -> Option<(NodeId, Cow<'w, str>)> {
    let display = walk.document.member(node, name::DISPLAY)?;
    Some((display, walk.document.string(display)?)).filter(|(_, text)| !text.is_empty())
}

const NO_LANGUAGE: Words = Words("{found} is not a valid language tag of BCP 47.");
const NO_UNIT: Words = Words("{found} is not a valid unit of UCUM: {problem}.");

const UNKNOWN_CODE: Words = Words("The code {found} is not in R4's version of the code system {system}.");

const OTHER_DISPLAY: Words = Words("{found} is not the display of this code: '{expected}' is expected.");

const CODING_OF_VALUE_SET: Words = Words("{found} is a value set: the code system of the code is expected.");
const SYSTEM_OF_CODING: Words = Words("{found} is not an absolute URI, which is expected as the system of a Coding.");
const VALUE_SET: Words = Words("{found} is a value set: a code system is expected here.");
const CODE_SYSTEM: Words = Words("{found} is not an absolute URI, which is expected of a code system.");
/// Also of an Identifier.
const SLIP: Words = Words("{found} is not a known system: {expected} is probably meant.");

const SYSTEM_OF_IDENTIFIER: Words =
    Words("{found} is not an absolute URI, which is expected as the system of an Identifier.");
const IDENTIFIER_NOT_URI: Words =
    Words("{found} is not an absolute URI, which is expected as an identifier of the system urn:ietf:rfc:3986.");

const UNCHECKED: Words = Words("These systems are not known here, so their codes were not checked: {systems}.");
const UNCHECKED_AND_MORE: Words =
    Words("These systems are not known here, so their codes were not checked: {systems} and {more} more.");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_units_are_units() {
        for unit in COMMON_UNITS {
            assert!(ucum::parse(unit).is_ok(), "{unit}");
        }
    }
}
