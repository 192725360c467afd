//! Issues as a FHIR OperationOutcome.

use super::issue::Issue;
use super::severity::Severity;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The system of the rule names in `OperationOutcome.issue.details.coding`.
pub const RULE_SYSTEM: &str = "urn:fhirpost:rule";

/// The extensions by which HL7's validator gives line and column.
const LINE: &str = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line";
const COLUMN: &str = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-col";
/// That by which it gives its message id.
const MESSAGE_ID: &str = "http://hl7.org/fhir/StructureDefinition/operationoutcome-message-id";

/// FHIR's OperationOutcome, as far as it is written here.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationOutcome {
    /// Always `OperationOutcome`.
    #[cfg_attr(feature = "typescript", ts(type = "\"OperationOutcome\""))]
    pub resource_type: String,
    /// Its id, when it is in a Bundle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// At least one.
    pub issue: Vec<OutcomeIssue>,
}

/// `OperationOutcome.issue`
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "OperationOutcomeIssue", optional_fields))]
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutcomeIssue {
    /// Line, column and message id of the issue, in the extensions that HL7's validator uses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>"))]
    pub extension: Vec<OutcomeExtension>,
    /// How bad it is.
    pub severity: Severity,
    /// FHIR issue-type code. What another system wrote is handed on as it is.
    #[cfg_attr(feature = "typescript", ts(type = "IssueType"))]
    pub code: String,
    /// The rule, and the text for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Details>,
    /// Anything more, for whoever fixes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diagnostics: Option<String>,
    /// Where, as XPath or in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>"))]
    pub location: Vec<String>,
    /// Where, as FHIRPath.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>"))]
    pub expression: Vec<String>,
}

/// An extension with an integer, for line and column, or with a text, for a message id.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutcomeExtension {
    /// What it says.
    pub url: String,
    /// The line or column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_integer: Option<u32>,
    /// The message id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_string: Option<String>,
}

/// `OperationOutcome.issue.details`
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "OutcomeDetails", optional_fields))]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Details {
    /// The rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>"))]
    pub coding: Vec<Coding>,
    /// The text for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A FHIR Coding.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Coding {
    /// The code system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The code in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
}

impl OutcomeIssue {
    /// An issue that has no place in a message.
    pub fn new(severity: Severity, code: &str, text: &str) -> Self {
        Self {
            extension: Vec::new(),
            severity,
            code: code.to_owned(),
            details: Some(Details { coding: Vec::new(), text: Some(text.to_owned()) }),
            diagnostics: None,
            location: Vec::new(),
            expression: Vec::new(),
        }
    }
}

impl From<&Issue> for OutcomeIssue {
    fn from(issue: &Issue) -> Self {
        let number = |url: &str, value: u32| OutcomeExtension {
            url: url.to_owned(),
            value_integer: Some(value),
            value_string: None,
        };
        let id = issue.hl7_id.as_ref().map(|id| OutcomeExtension {
            url: MESSAGE_ID.to_owned(),
            value_integer: None,
            value_string: Some(id.to_string()),
        });
        let rule = Coding { system: Some(RULE_SYSTEM.to_owned()), code: Some(issue.rule.to_string()), display: None };
        Self {
            extension: issue
                .line
                .map(|line| number(LINE, line))
                .into_iter()
                .chain(issue.column.map(|column| number(COLUMN, column)))
                .chain(id)
                .collect(),
            severity: issue.severity,
            code: issue.code.to_string(),
            details: Some(Details { coding: vec![rule], text: Some(issue.message.clone()) }),
            diagnostics: issue
                .suggestion
                .as_ref()
                .and_then(|suggestion| suggestion.value.as_ref())
                .map(|value| format!("Did you mean {value}?")),
            location: Vec::new(),
            expression: Some(issue.expression.clone()).filter(|path| !path.is_empty()).into_iter().collect(),
        }
    }
}

/// `error code-invalid: …`, with the paths where there are any.
impl fmt::Display for OutcomeIssue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.details.as_ref().and_then(|details| details.text.as_deref()).or(self.diagnostics.as_deref());
        write!(out, "{} {}: {}", self.severity.name(), self.code, text.unwrap_or_default())?;
        match self.expression.as_slice() {
            [] => Ok(()),
            paths => write!(out, " ({})", paths.join(", ")),
        }
    }
}

/// A line for each issue.
impl fmt::Display for OperationOutcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.issue.iter().try_for_each(|issue| writeln!(out, "{issue}"))
    }
}

impl OperationOutcome {
    /// The OperationOutcome of a report. One without issues says so, since `issue` is 1..*.
    pub fn of(issues: &[Issue]) -> Self {
        Self::with(issues.iter().map(OutcomeIssue::from).collect())
    }

    /// An OperationOutcome with these issues.
    pub fn with(mut issue: Vec<OutcomeIssue>) -> Self {
        if issue.is_empty() {
            issue.push(OutcomeIssue::new(Severity::Information, "informational", "No issues were found."));
        }
        Self { resource_type: "OperationOutcome".to_owned(), id: None, issue }
    }
}
