//! What is wrong with definitions that were given.

use crate::report::Severity;
use serde::Serialize;
use std::fmt;

/// What is wrong with a definition, or is not done with it. Definitions hold no data of patients: its values may be shown.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DefinitionIssue {
    /// How bad it is: after an `error` the definition is not used; after a `warning` it is used as far as it goes; `information` is about what is
    /// not taken into account, such as logical models.
    #[cfg_attr(feature = "typescript", ts(type = "Exclude<Severity, \"fatal\">"))]
    pub severity: Severity,
    /// What kind of problem it is.
    pub kind: DefinitionIssueKind,
    /// Which of the resources that were given holds the definition, from 0; nothing where that is in a package.
    #[serde(rename = "resource", skip_serializing_if = "Option::is_none")]
    pub index: Option<usize>,
    /// The package that it is in, or that is meant, as `name#version`; `packages[1]` where that cannot be read.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>"))]
    #[serde(skip_serializing_if = "String::is_empty")]
    pub package: String,
    /// The file of that package.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>"))]
    #[serde(skip_serializing_if = "String::is_empty")]
    pub file: String,
    /// Which entry of the resource, where that is a Bundle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<usize>,
    /// The type of the definition, where it is known.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>"))]
    #[serde(skip_serializing_if = "String::is_empty")]
    pub resource_type: String,
    /// The canonical URL of the definition, where it has one.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>"))]
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// The element that is wrong, by its path or id, where it is one.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>"))]
    #[serde(skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// What is wrong: "the definition" goes before it.
    #[serde(rename = "message")]
    pub problem: String,
}

/// What kind of problem a definition has.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DefinitionIssueKind {
    /// The text cannot be read.
    Unreadable,
    /// It does not say what R4 asks for, or contradicts itself.
    Invalid,
    /// It names a definition that is not there.
    Missing,
    /// There is another one of the same URL, which says something else.
    Duplicate,
    /// It says something that is not taken into account.
    NotSupported,
    /// There is more than definitions can hold.
    TooMany,
}

impl DefinitionIssue {
    /// Of a text that gave no resource.
    #[inline(never)]
    pub(super) fn of_text(index: usize, kind: DefinitionIssueKind, problem: &str) -> Self {
        Self {
            severity: Severity::Error,
            kind,
            index: Some(index),
            package: String::new(),
            file: String::new(),
            entry: None,
            resource_type: String::new(),
            url: String::new(),
            path: String::new(),
            problem: problem.to_owned(),
        }
    }

    /// Of a package, or of a file of it.
    pub(super) fn of_package(package: String, file: String, kind: DefinitionIssueKind, problem: &str) -> Self {
        Self { index: None, package, file, ..Self::of_text(0, kind, problem) }
    }

    #[inline(never)]
    pub(super) fn at(self, path: &str) -> Self {
        Self { path: path.to_owned(), ..self }
    }

    pub(super) fn with_severity(self, severity: Severity) -> Self {
        Self { severity, ..self }
    }
}

impl fmt::Display for DefinitionIssue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.package.is_empty() {
            let parts = [&self.package, &self.file, &self.url].map(String::as_str);
            for (number, part) in parts.iter().filter(|part| !part.is_empty()).enumerate() {
                write!(out, "{}{part}", if number > 0 { ", " } else { "" })?;
            }
        } else {
            match (self.url.as_str(), self.resource_type.as_str()) {
                ("", "") => write!(out, "definitions[{}]", self.index.unwrap_or_default())?,
                ("", of) => out.write_str(of)?,
                (url, _) => out.write_str(url)?,
            }
        }
        if !self.path.is_empty() {
            write!(out, ", {}", self.path)?;
        }
        write!(out, ": {}", self.problem)
    }
}

impl std::error::Error for DefinitionIssue {}
