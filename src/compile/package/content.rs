//! What is of use in a package.

use super::limits::{PackageError, PackageLimits};
use super::tar::Tar;
use crate::compile::xml;
use crate::document::{Document, NodeId, into_sorted};

/// The resources that say something of messages, or of what is in them.
const OF_USE: [&str; 8] = [
    "StructureDefinition",
    "ValueSet",
    "CodeSystem",
    "ConceptMap",
    "NamingSystem",
    "MessageDefinition",
    "GraphDefinition",
    "Questionnaire",
];

/// Where files of a package are; some are published with another folder around them, or none.
const FOLDER: &str = "package";

/// What a definition in XML is called.
const XML: &str = ".xml";

/// In that folder, what shows how to use it. Questionnaires are often there: whoever answers one has a right to be validated by it.
const EXAMPLES: &str = "example";

/// A FHIR package: its name, and those of its resources that define something. Examples are left out, and so is what is there for people or
/// other programs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Package {
    /// Its name: `hl7.fhir.us.core`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The versions of FHIR that it is for; none where it does not say.
    pub fhir_versions: Vec<String>,
    /// The packages that it needs, with their versions.
    pub dependencies: Vec<(String, String)>,
    /// StructureDefinitions, ValueSets and others, as paths and texts, JSON or XML, in the order of their paths.
    pub resources: Vec<(String, String)>,
    /// Files that could not be read, and why.
    pub unreadable: Vec<(String, String)>,
}

impl Package {
    /// Reads a package as it is published: a `.tgz` file, or the tar archive in it.
    ///
    /// # Errors
    /// When there is no package to be read in it, or more than the limits allow.
    pub fn read(bytes: &[u8], limits: PackageLimits) -> Result<Self, PackageError> {
        let mut files = Files::default();
        let mut archive = Tar::new(bytes, limits)?;
        while let Some(entry) = archive.next()? {
            if is_looked_at(plain_path(&entry.path)) {
                let content = archive.read(&entry)?;
                files.add(plain_path(&entry.path), content);
            }
        }
        files.package()
    }

    /// A package that was unpacked: its files, by their paths.
    ///
    /// ```
    /// use fhirpost::Package;
    ///
    /// let files = [("package/package.json", r#"{ "name": "example.ping", "version": "1.0.0" }"#)];
    /// assert_eq!(Package::of_files(files)?.to_string(), "example.ping#1.0.0");
    /// # Ok::<(), fhirpost::PackageError>(())
    /// ```
    ///
    /// # Errors
    /// When there is no package.json, or it makes no sense.
    pub fn of_files(
        files: impl IntoIterator<Item = (impl AsRef<str>, impl Into<Vec<u8>>)>,
    ) -> Result<Self, PackageError> {
        let mut all = Files::default();
        for (path, content) in files {
            let path = plain_path(path.as_ref());
            if is_looked_at(path) {
                all.add(path, content.into());
            }
        }
        all.package()
    }
}

/// As it is written where one package names another: `hl7.fhir.us.core#6.1.0`.
impl std::fmt::Display for Package {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}#{}", self.name, self.version)
    }
}

/// The longest name or version of a package.
const LONGEST_NAME: usize = 250;

/// The most packages that one depends on: the largest guides have twenty.
const MOST_DEPENDENCIES: usize = 1000;

/// A path as others write it.
fn plain_path(path: &str) -> &str {
    path.trim_start_matches("./")
}

/// The folder of a path, and the name in it.
fn parts(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// Whether a file may be of use, by its path alone: of what is elsewhere under `package/`, examples.
fn is_looked_at(path: &str) -> bool {
    let (folder, name) = parts(path);
    let inside = folder.strip_prefix(FOLDER).and_then(|rest| rest.strip_prefix('/'));
    (name.ends_with(".json") || name.ends_with(XML))
        && !name.starts_with('.')
        && inside.is_none_or(|inside| inside == EXAMPLES)
}

/// Whether a file is in a folder, or an example in that.
fn is_of(path: &str, folder: &str) -> bool {
    let own = parts(path).0;
    own == folder || is_example(path) && parts(own).0 == folder
}

fn is_example(path: &str) -> bool {
    parts(parts(path).0).1 == EXAMPLES
}

/// The files that may be of use: only at the end it is known which folder is the package's.
#[derive(Default)]
struct Files {
    /// Every package.json.
    descriptions: Vec<(String, String)>,
    resources: Vec<(String, String)>,
    unreadable: Vec<(String, String)>,
}

impl Files {
    fn add(&mut self, path: &str, content: Vec<u8>) {
        let (path, name) = (path.to_owned(), parts(path).1);
        let text = match String::from_utf8(content) {
            Ok(text) => text,
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                return self.unreadable.push((path, format!("is not UTF-8 (byte {at})")));
            }
        };
        if name == "package.json" {
            self.descriptions.push((path, text));
        } else if resource_type(&text)
            .is_some_and(|of| of == "Questionnaire" || OF_USE.contains(&of) && !is_example(&path))
        {
            self.resources.push((path, text));
        }
    }

    fn package(self) -> Result<Package, PackageError> {
        let Self { descriptions, mut resources, mut unreadable } = self;
        // The package's own is in its folder, or else in the outermost one.
        let depth = |path: &str| if parts(path).0 == FOLDER { 0 } else { 1 + path.matches('/').count() };
        let unread = unreadable.iter().find(|(path, _)| parts(path).1 == "package.json");
        let Some((path, text)) = descriptions.iter().min_by_key(|(path, _)| depth(path)) else {
            return Err(match unread {
                Some((_, problem)) => PackageError::PackageJson(problem.clone()),
                None => PackageError::NoPackageJson,
            });
        };
        let folder = parts(path).0.to_owned();
        resources.retain(|(path, _)| is_of(path, &folder));
        let mut resources = into_sorted(resources, &mut |one, other| one.cmp(other));
        // The same in both forms: `X.json` comes before `X.xml`.
        resources.dedup_by(|(path, _), (before, _)| {
            path.strip_suffix(XML).is_some_and(|name| before.strip_suffix(".json") == Some(name))
        });
        unreadable.retain(|(path, _)| parts(path).0 == folder);
        let described = described(text).map_err(PackageError::PackageJson)?;
        Ok(Package { resources, unreadable, ..described })
    }
}

/// What package.json says.
fn described(text: &str) -> Result<Package, String> {
    let document = Document::plain(text).map_err(|error| format!("is not JSON: {}", error.message()))?;
    let said = |name: &str| document.get(NodeId::ROOT, name);
    let text = |name: &str| {
        let text = said(name).and_then(|node| document.string(node)).filter(|text| !text.is_empty());
        match text {
            // Each issue has it in it.
            Some(text) if text.len() > LONGEST_NAME => Err(format!("has a {name} of more than {LONGEST_NAME} bytes")),
            Some(text) => Ok(text.into_owned()),
            None => Err(format!("has no {name}")),
        }
    };
    let strings = |list: NodeId| document.children(list).filter_map(|one| Some(document.string(one)?.into_owned()));
    let dependencies = said("dependencies").map(|all| {
        let one = |node| Some((document.key(node)?.into_owned(), document.string(node)?.into_owned()));
        document.children(all).filter_map(one).collect::<Vec<_>>()
    });
    if let Some(all) = &dependencies
        && (all.len() > MOST_DEPENDENCIES
            || all.iter().any(|(name, version)| name.len() + version.len() > LONGEST_NAME))
    {
        return Err(format!(
            "has more than {MOST_DEPENDENCIES} dependencies, or one of more than {LONGEST_NAME} bytes"
        ));
    }
    let fhir_versions = said("fhirVersions").or_else(|| said("fhir-version-list"));
    Ok(Package {
        name: text("name")?,
        version: text("version")?,
        fhir_versions: fhir_versions.map(|list| strings(list).collect()).unwrap_or_default(),
        dependencies: dependencies.unwrap_or_default(),
        resources: Vec::new(),
        unreadable: Vec::new(),
    })
}

/// What `resourceType` says at the outermost level of a text, which is not read for that: most files of a package are of no use, and in the
/// others it nearly always comes first.
pub(super) fn resource_type(text: &str) -> Option<&str> {
    if xml::is_xml(text) {
        return xml::resource_type(text);
    }
    member(text, "resourceType")
}

/// What a member of the outermost object of a JSON text says, where that is a string.
pub(super) fn member<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let mut rest = text;
    let mut depth = 0_u32;
    while let Some(at) = rest.bytes().position(|sign| matches!(sign, b'"' | b'{' | b'}' | b'[' | b']')) {
        let (sign, after) = (rest.as_bytes().get(at)?, rest.get(at + 1..)?);
        match sign {
            b'"' => {
                let (string, behind) = string(after)?;
                rest = behind;
                if depth == 1
                    && string == name
                    && let Some(value) = behind.trim_start().strip_prefix(':')
                {
                    return first_string(value);
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            _ => depth = depth.checked_sub(1)?,
        }
        rest = after;
    }
    None
}

/// The string that a text begins with.
fn first_string(text: &str) -> Option<&str> {
    text.trim_start().strip_prefix('"').and_then(string).map(|(value, _)| value)
}

/// The URLs by which a definition refers to what has to be compiled before it: its base, code systems and value sets that it draws on. Those of a
/// value set are found by the names of their members, wherever these are.
pub(super) fn uses(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    match resource_type(text) {
        Some("StructureDefinition") => found.extend(member(text, "baseDefinition")),
        Some("ValueSet") => {
            for (at, name) in text.match_indices("\"system\"").chain(text.match_indices("\"valueSet\"")) {
                let value = text.get(at + name.len()..).and_then(|rest| rest.trim_start().strip_prefix(':'));
                let value = value.map(|value| value.trim_start().trim_start_matches('['));
                if let Some(url) = value.and_then(first_string).filter(|url| found.last() != Some(url)) {
                    found.push(url);
                }
            }
        }
        _ => {}
    }
    found
}

/// A string behind its first quote, as it is written, and what comes after its last one.
fn string(text: &str) -> Option<(&str, &str)> {
    let mut at = 0;
    loop {
        at += text.get(at..)?.bytes().position(|sign| matches!(sign, b'"' | b'\\'))?;
        if text.as_bytes().get(at) == Some(&b'"') {
            return Some((text.get(..at)?, text.get(at + 1..)?));
        }
        // What is escaped may be a character of several bytes where the text is not JSON.
        at += 1 + text.get(at + 1..)?.chars().next()?.len_utf8();
    }
}
