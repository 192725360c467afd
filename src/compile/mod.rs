//! FHIR definitions → [`Compiled`]. The same code compiles the embedded R4 set and what is loaded at run time.

mod corrections;
mod define;
mod extension;
mod inheritance;
mod message_definition;
mod structure_definition;
mod value_set;

pub use message_definition::Events;

use crate::definitions::{
    Compiled, CompiledBinding, CompiledType, CompiledValueSet, Constraint, MessageDefinition, Strength,
};
use crate::document::{Document, NodeId, name};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// Why a definition could not be compiled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CompileError {
    /// The definition: its canonical URL or id.
    pub definition: String,
    /// What is wrong with it.
    pub problem: String,
}

impl fmt::Display for CompileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.definition, self.problem)
    }
}

impl std::error::Error for CompileError {}

/// Collects definitions, then compiles them together: they refer to each other in any order.
#[derive(Default)]
pub struct Compiler<'d> {
    structures: BTreeMap<String, (&'d Document<'d>, NodeId)>,
    order: Vec<String>,
    value_sets: BTreeMap<String, (&'d Document<'d>, NodeId)>,
    code_systems: BTreeMap<String, (&'d Document<'d>, NodeId)>,
    events: Events<'d>,
}

impl<'d> Compiler<'d> {
    /// A compiler that knows nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in a definition, or every definition of a Bundle. Resources of other types are passed over.
    pub fn add(&mut self, document: &'d Document<'d>) {
        self.events.add(document);
        for resource in resources(document) {
            self.add_resource(document, resource);
        }
    }

    fn add_resource(&mut self, document: &'d Document<'d>, resource: NodeId) {
        let Some(url) = document.member_text(resource, name::URL) else { return };
        let url = url.into_owned();
        match document.member_text(resource, name::RESOURCE_TYPE).as_deref() {
            Some("StructureDefinition") => {
                self.order.push(url.clone());
                self.structures.insert(url, (document, resource));
            }
            Some("ValueSet") => drop(self.value_sets.insert(url, (document, resource))),
            Some("CodeSystem") => drop(self.code_systems.insert(url, (document, resource))),
            _ => {}
        }
    }

    /// Compiles all that was taken in.
    ///
    /// # Errors
    /// Names the first definition that makes no sense, and why.
    pub fn compile(&self, fhir_version: &str) -> Result<Compiled, CompileError> {
        let mut tables = Tables::default();
        let mut types = self.structures(fhir_version, &mut tables)?;
        for (of, key, human, expression, _) in corrections::IN_PROSE {
            if let Some(of) = types.iter_mut().find(|known| known.name == of) {
                let text = |text: &str| text.to_owned();
                let (key, human, expression) = (text(key), text(human), text(expression));
                of.constraints.push(tables.constraint(Constraint { key, error: true, human, expression }));
            }
        }
        let extensions = self.extensions(&types, &tables);
        let value_sets: Vec<CompiledValueSet> = tables.value_sets.iter().map(|url| self.value_set(url)).collect();
        Ok(Compiled {
            fhir_version: fhir_version.to_owned(),
            types,
            constraints: tables.constraints,
            code_systems: self.systems_of(&value_sets),
            value_sets,
            extensions,
            messages: self.messages()?,
        })
    }

    /// The events that were taken in. What is embedded must be complete.
    fn messages(&self) -> Result<Vec<MessageDefinition>, CompileError> {
        let mut problems = Vec::new();
        let messages = self.events.compile(&mut problems);
        problems.into_iter().next().map_or(Ok(messages), Err)
    }
}

/// The resource that a document is, or those of a Bundle.
fn resources<'d>(document: &'d Document<'_>) -> impl Iterator<Item = NodeId> + 'd {
    let is_bundle = document.member_text(NodeId::ROOT, name::RESOURCE_TYPE).is_some_and(|name| name == "Bundle");
    let entries = document.member_items(NodeId::ROOT, name::ENTRY).filter(move |_| is_bundle);
    entries.filter_map(|entry| document.member(entry, name::RESOURCE)).chain((!is_bundle).then_some(NodeId::ROOT))
}

/// The extension by which a binding names the value set that no code may leave.
const MAX_VALUE_SET: &str = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet";

/// What elements refer to by index.
#[derive(Default)]
struct Tables {
    constraints: Vec<Constraint<String>>,
    /// Canonical URLs.
    value_sets: Vec<String>,
}

impl Tables {
    fn constraint(&mut self, constraint: Constraint<String>) -> u16 {
        let known = self.constraints.iter().position(|one| *one == constraint);
        known.unwrap_or_else(|| {
            self.constraints.push(constraint);
            self.constraints.len() - 1
        }) as u16
    }

    fn binding(&mut self, document: &Document<'_>, element: NodeId) -> Option<CompiledBinding> {
        let binding = document.member(element, name::BINDING)?;
        let strength = match document.member_text(binding, name::STRENGTH)?.as_ref() {
            "required" => Strength::Required,
            "extensible" => Strength::Extensible,
            "preferred" => Strength::Preferred,
            _ => return None,
        };
        let value_set = self.value_set(&document.member_text(binding, name::VALUE_SET)?);
        let max = document
            .member_items(binding, name::EXTENSION)
            .find(|&extension| document.member_text(extension, name::URL).as_deref() == Some(MAX_VALUE_SET))
            .and_then(|extension| {
                [name::VALUE_CANONICAL, name::VALUE_URI]
                    .into_iter()
                    .find_map(|name| document.member_text(extension, name))
            })
            .map(|canonical| self.value_set(&canonical));
        Some(CompiledBinding { strength, value_set, max })
    }

    fn value_set(&mut self, canonical: &str) -> u16 {
        let url = canonical.split('|').next().unwrap_or_default();
        let known = self.value_sets.iter().position(|one| one == url);
        known.unwrap_or_else(|| {
            self.value_sets.push(url.to_owned());
            self.value_sets.len() - 1
        }) as u16
    }
}

/// The last part of a canonical URL of the specification's own definitions.
fn type_name(canonical: &str) -> &str {
    canonical.split('|').next().and_then(|url| url.rsplit('/').next()).unwrap_or(canonical)
}

/// A repeating element's limit: `None` for `*`.
fn max(text: &str) -> Result<Option<u32>, String> {
    if text == "*" {
        Ok(None)
    } else {
        text.parse().map(Some).map_err(|_| format!("max \"{text}\" is not a number and not *"))
    }
}

/// Types and value sets in the form that tests and documentation list them by.
impl Compiled {
    /// The type with this name.
    pub fn type_named(&self, name: &str) -> Option<&CompiledType> {
        self.types.iter().find(|one| one.name == name)
    }

    /// The value sets whose codes cannot be listed offline.
    pub fn not_expanded(&self) -> impl Iterator<Item = (&CompiledValueSet, &str)> {
        self.value_sets.iter().filter_map(|set| set.expansion.as_ref().err().map(|reason| (set, reason.as_str())))
    }
}
