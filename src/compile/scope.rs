//! What is compiled together, and what that knows of what is below it.

use super::resources::Resource;
use crate::document::name;

/// How much of the definitions is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extent {
    /// What the types of R4 need: the definitions that are embedded are to be small, and lists that have grown since are soon wrong.
    R4,
    /// All: who brings definitions means each of them.
    All,
}

/// How much of the definitions is kept, and whose they are.
pub(super) struct Scope<'p> {
    pub(super) extent: Extent,
    /// The package of each text, as `name#version`; none where the texts are of no package.
    pub(super) packages: Vec<String>,
    pub(super) needs: Needs,
    /// The code systems of packages below: which of their codes filters choose is not kept with what they are compiled to.
    pub(super) systems: Vec<System<'p>>,
}

/// The text of a code system of a package.
pub(super) struct System<'p> {
    pub(super) package: String,
    pub(super) url: &'p str,
    pub(super) version: &'p str,
    pub(super) text: &'p str,
}

/// The packages that others depend on, as `name#version`: of what there are several versions, theirs is meant.
#[derive(Clone, Default)]
pub(super) struct Needs {
    pub(super) direct: Vec<String>,
    /// Those by way of others.
    pub(super) further: Vec<String>,
}

impl Needs {
    /// How near a package is to what is compiled.
    pub(super) fn nearness(&self, package: &str) -> Nearness {
        let has = |list: &[String]| list.iter().any(|one| one == package);
        if has(&self.direct) {
            Nearness::Direct
        } else if has(&self.further) {
            Nearness::Further
        } else {
            Nearness::Other
        }
    }
}

/// How near a definition is to what refers to it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Nearness {
    /// Any that was loaded.
    Other,
    Further,
    Direct,
    /// In the same package.
    Own,
}

impl Scope<'_> {
    /// Of texts that are in no package.
    pub(super) fn of(extent: Extent) -> Self {
        Self { extent, packages: Vec::new(), needs: Needs::default(), systems: Vec::new() }
    }

    /// The package of a resource; empty where it is in none.
    pub(super) fn package(&self, resource: &Resource<'_>) -> &str {
        self.packages.get(resource.index).map_or("", String::as_str)
    }

    /// The version of a resource and its package, where it is in one.
    pub(super) fn origin(&self, resource: &Resource<'_>) -> Option<(String, String)> {
        let package = self.packages.get(resource.index)?;
        Some((resource.element.text_or_empty(name::VERSION), package.clone()))
    }
}
