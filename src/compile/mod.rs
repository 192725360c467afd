//! FHIR definitions → [`crate::definitions::CompiledLayer`]. The same code compiles the embedded R4 set and what is loaded at run time.

mod cardinality;
mod code_system;
mod corrections;
mod element;
mod extension;
mod inheritance;
mod issue;
mod layer;
mod mentions;
mod message_definition;
mod package;
mod profile;
mod resources;
mod scope;
mod structure_definition;
mod tables;
mod texts;
mod value_set;
mod xml;

pub use issue::{DefinitionIssue, DefinitionIssueKind};
pub use layer::compile;
pub use package::{Package, PackageError, PackageLimits};
pub use scope::Extent;
