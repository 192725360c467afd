//! Packages, compiled on top of definitions that are there.

use super::content::{Package, member, resource_type};
use super::limits::PackageError;
use super::order::{Group, R4, met, ordered};
use super::seen::Seen;
use crate::compile::issue::{DefinitionIssue, DefinitionIssueKind};
use crate::compile::layer::layered;
use crate::compile::resources::is_compiled;
use crate::compile::scope::{Extent, Nearness, Needs, Scope, System};
use crate::definitions::{Definitions, Text};
use crate::document::Document;
use crate::report::Severity;

/// What has one form in every version of FHIR, as far as it is of use here.
const OF_ANY_VERSION: [&str; 2] = ["ValueSet", "CodeSystem"];

impl Definitions {
    /// These definitions with those of FHIR packages: a layer for each, above those that it depends on, in whatever order they are given.
    /// One that is given twice is there once. [`Definitions::with`] then takes what is to come before all of them.
    ///
    /// What is wrong is in the issues, which name the package and its file: packages that cannot be read, dependencies that are not given,
    /// and definitions that make no sense. The rest works.
    ///
    /// ```
    /// use fhirpost::{Definitions, Package, PackageLimits};
    ///
    /// let text = r#"{ "resourceType": "ValueSet", "url": "http://example.org/fhir/ValueSet/colour", "status": "active",
    ///     "compose": { "include": [{ "system": "http://example.org/fhir/colour", "concept": [{ "code": "red" }] }] } }"#;
    /// let description = r#"{ "name": "example.colours", "version": "1.0.0", "fhirVersions": ["4.0.1"] }"#;
    /// let colours = Package::of_files([("package/package.json", description), ("package/ValueSet-colour.json", text)]);
    /// let other = Package::read(b"what is not a package", PackageLimits::default());
    /// let (definitions, issues) = Definitions::r4().with_packages([colours, other]);
    /// assert!(definitions.value_sets().iter().any(|set| set.url == "http://example.org/fhir/ValueSet/colour"));
    /// assert_eq!(issues.len(), 1);
    /// assert_eq!(issues[0].to_string(), "packages[1]: is neither gzip nor tar: a FHIR package is a .tgz file");
    /// ```
    pub fn with_packages(
        &self,
        packages: impl IntoIterator<Item = Result<Package, PackageError>>,
    ) -> (Self, Vec<DefinitionIssue>) {
        self.with_numbered_packages(packages.into_iter().enumerate())
    }

    /// The same of packages that have numbers: others were compiled before.
    pub fn with_numbered_packages(
        &self,
        packages: impl IntoIterator<Item = (usize, Result<Package, PackageError>)>,
    ) -> (Self, Vec<DefinitionIssue>) {
        let mut issues = Vec::new();
        let mut readable = Vec::new();
        for (index, package) in packages {
            match package {
                Ok(package) => readable.push(package),
                Err(error) => {
                    let name = format!("packages[{index}]");
                    issues.push(unreadable(name, String::new(), &error.to_string()));
                }
            }
        }
        let mut definitions = self.clone();
        let mut seen = Seen::default();
        // Of each package those that it depends on, by way of others, too.
        let mut all_needs: Vec<(String, Needs)> = Vec::new();
        let mut done: Vec<Group> = Vec::new();
        for group in ordered(readable, &self.packages, &mut issues) {
            let mut needs = Needs::default();
            for package in &group {
                for one in met(package, &definitions.packages) {
                    let further = all_needs.iter().find(|(known, _)| *known == one).map(|(_, needs)| needs);
                    for one in further.iter().flat_map(|further| further.direct.iter().chain(&further.further)) {
                        // Many depend on the same.
                        if needs.nearness(one) == Nearness::Other {
                            needs.further.push(one.clone());
                        }
                    }
                    needs.direct.push(one);
                }
            }
            all_needs.extend(group.iter().map(|package| (package.to_string(), needs.clone())));
            let below = (needs, systems(&done));
            definitions = with_group(&definitions, &group, below, &mut seen, &mut issues);
            definitions.packages.extend(group.iter().map(|package| Text::from(package.to_string())));
            done.push(group);
        }
        (definitions, issues)
    }
}

fn unreadable(package: String, file: String, problem: &str) -> DefinitionIssue {
    DefinitionIssue::of_package(package, file, DefinitionIssueKind::Unreadable, problem)
}

/// The code systems of packages.
fn systems(groups: &[Group]) -> Vec<System<'_>> {
    let mut found = Vec::new();
    for package in groups.iter().flatten() {
        for (_, text) in package.resources.iter().filter(|(_, text)| resource_type(text) == Some("CodeSystem")) {
            if let Some(url) = member(text, "url") {
                let (package, version) = (package.to_string(), member(text, "version").unwrap_or_default());
                found.push(System { package, url, version, text });
            }
        }
    }
    found
}

/// One layer.
fn with_group(
    base: &Definitions,
    group: &Group,
    (needs, systems): (Needs, Vec<System<'_>>),
    seen: &mut Seen,
    issues: &mut Vec<DefinitionIssue>,
) -> Definitions {
    let mut documents = Vec::new();
    let mut places = Vec::new();
    for package in group {
        let said = |kind, problem: String| {
            let issue = DefinitionIssue::of_package(package.to_string(), String::new(), kind, &problem);
            issue.with_severity(Severity::Information)
        };
        if package.name == R4 {
            issues.push(said(DefinitionIssueKind::NotSupported, "is not read: it is built in".to_owned()));
            continue;
        }
        for (file, problem) in &package.unreadable {
            issues.push(unreadable(package.to_string(), file.clone(), problem.as_str()));
        }
        let is_r4 =
            package.fhir_versions.is_empty() || package.fhir_versions.iter().any(|version| version.starts_with("4.0"));
        if !is_r4 {
            let versions = package.fhir_versions.join(", ");
            let problem = format!("is for FHIR {versions}: only its ValueSets and CodeSystems are used");
            issues.push(said(DefinitionIssueKind::NotSupported, problem));
        }
        for (file, text) in &package.resources {
            let of = resource_type(text).unwrap_or_default();
            if !is_compiled(of) || !is_r4 && !OF_ANY_VERSION.contains(&of) {
                continue;
            }
            match base.read_definition(text) {
                Ok(document) => {
                    issues.extend(seen.add(&document, package.to_string(), file));
                    documents.push((places.len(), document));
                    places.push((package.to_string(), file));
                }
                Err(problem) => issues.push(unreadable(package.to_string(), file.clone(), &problem)),
            }
        }
    }
    let numbered: Vec<(usize, &Document<'_>)> = documents.iter().map(|(index, one)| (*index, one)).collect();
    let mut found = Vec::new();
    let packages = places.iter().map(|(package, _)| package.clone()).collect();
    let definitions = layered(&numbered, base, &Scope { extent: Extent::All, packages, needs, systems }, &mut found);
    for issue in &mut found {
        let place = issue.index.take().and_then(|index| places.get(index));
        let Some((package, file)) = place else { continue };
        issue.package.clone_from(package);
        // That there is too much is nobody's fault alone.
        if issue.kind != DefinitionIssueKind::TooMany {
            issue.file.clone_from(file);
        }
    }
    issues.append(&mut found);
    definitions
}
