//! What is compiled together, and what that knows of what is below it.

use super::resources::Resource;
use super::tables::Extent;
use crate::document::name;

/// How much of the definitions is kept, and whose they are.
pub(super) struct Scope {
    pub(super) extent: Extent,
    /// The package of each text, as `name#version`; none where the texts are of no package.
    pub(super) packages: Vec<String>,
    /// The packages that these depend on: of what there are several versions, theirs is meant.
    pub(super) needs: Vec<String>,
}

impl Scope {
    /// Of texts that are in no package.
    pub(super) fn of(extent: Extent) -> Self {
        Self { extent, packages: Vec::new(), needs: Vec::new() }
    }

    pub(super) fn package(&self, resource: &Resource<'_>) -> Option<&String> {
        self.packages.get(resource.index)
    }

    /// The version of a resource and its package, where it is in one.
    pub(super) fn origin(&self, resource: &Resource<'_>) -> Option<(String, String)> {
        let package = self.package(resource)?;
        Some((resource.element.text_or_empty(name::VERSION), package.clone()))
    }
}
