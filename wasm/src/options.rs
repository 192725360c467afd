//! Options, as JavaScript gives them. `src/js/arguments.ts` has looked at each before, so that one that is wrong is named as its caller
//! calls it.

use super::given::Given;
use fhirpost::document::Units;
use fhirpost::json::Limits;
use fhirpost::validate::{Options, Severities, SeveritySetting, What};

/// How a text is validated, and before that read.
#[cfg_attr(
    feature = "typescript",
    derive(ts_rs::TS),
    ts(rename = "ValidationOptions", rename_all = "camelCase", optional_fields)
)]
#[derive(Default)]
pub struct ValidateOptions {
    /// Whether issue texts may quote values of the message (default `true`). Set it to `false` where texts end up in a log.
    show_values: Option<bool>,
    /// Stop after this many issues (default 10,000); the report then says `truncated: true`.
    max_issues: Option<u32>,
    /// Another severity for a rule, by its name, or `"off"`. Example: `{ "msg-event-unknown": "error" }`.
    #[cfg_attr(feature = "typescript", ts(as = "Option<std::collections::BTreeMap<String, SeveritySetting>>"))]
    severities: Vec<(String, String)>,
    /// The deepest nesting of objects and arrays that is read (default 128, at most 512).
    max_depth: Option<u32>,
    /// The longest text that is read, in UTF-8 bytes (default 64 MiB).
    max_bytes: Option<u32>,
    /// `false` where the message was given as an object: there is no text that they could point into.
    #[cfg_attr(feature = "typescript", ts(skip))]
    positions: Option<bool>,
    /// Whether it must be a message.
    #[cfg_attr(feature = "typescript", ts(skip))]
    message: Option<bool>,
    /// Whether it is one resource of any type, not a Bundle.
    #[cfg_attr(feature = "typescript", ts(skip))]
    resource: Option<bool>,
}

impl From<Option<Given>> for ValidateOptions {
    #[inline(never)]
    fn from(given: Option<Given>) -> Self {
        let Some(given) = given else { return Self::default() };
        Self {
            show_values: given.flag("showValues"),
            max_issues: given.number("maxIssues"),
            severities: given.object("severities").map(|severities| severities.texts()).unwrap_or_default(),
            max_depth: given.number("maxDepth"),
            max_bytes: given.number("maxBytes"),
            positions: given.flag("positions"),
            message: given.flag("message"),
            resource: given.flag("resource"),
        }
    }
}

impl ValidateOptions {
    #[cfg(test)]
    pub fn without_positions() -> Self {
        Self { positions: Some(false), ..Self::default() }
    }

    pub fn limits(&self) -> Limits {
        let usual = Limits::default();
        Limits { depth: self.max_depth.unwrap_or(usual.depth), bytes: self.max_bytes.unwrap_or(usual.bytes) }
    }

    /// What the text is validated as.
    pub fn what(&self) -> What {
        if self.resource == Some(true) { What::Resource } else { What::Bundle }
    }

    pub fn is_message(&self) -> bool {
        self.message == Some(true)
    }

    pub fn options(&self, units: Units) -> Options {
        let usual = Options::default();
        let mut severities = Severities::default();
        for (rule, severity) in self.severities.iter() {
            if let Some(severity) = SeveritySetting::from_name(severity) {
                severities.insert(rule.clone(), severity);
            }
        }
        Options {
            show_values: self.show_values.unwrap_or(usual.show_values),
            max_issues: self.max_issues.map_or(usual.max_issues, |most| most as usize),
            limits: self.limits(),
            message: self.is_message(),
            severities,
            positions: self.positions.unwrap_or(true),
            units,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fhirpost::report::Severity;

    #[test]
    fn what_is_not_said_is_as_usual() {
        let (given, usual) = (ValidateOptions::default(), Options::default());
        assert_eq!((given.what(), given.is_message(), given.limits()), (What::Bundle, false, usual.limits));
        let options = given.options(Units::Utf16);
        assert_eq!((options.show_values, options.max_issues, options.positions), (true, usual.max_issues, true));
        assert_eq!((options.severities, options.units), (usual.severities, Units::Utf16));
    }

    #[test]
    fn what_is_said_is_taken() {
        let given = ValidateOptions {
            show_values: Some(false),
            max_issues: Some(7),
            severities: [("msg-id", "off"), ("msg-focus", "warning"), ("txt-1", "none")]
                .map(|(rule, severity)| (rule.to_owned(), severity.to_owned()))
                .to_vec(),
            max_depth: Some(9),
            max_bytes: Some(11),
            positions: Some(false),
            message: Some(true),
            resource: Some(true),
        };
        assert_eq!((given.what(), given.is_message()), (What::Resource, true));
        let options = given.options(Units::Bytes);
        let said = (options.show_values, options.max_issues, options.positions, options.message);
        assert_eq!(said, (false, 7, false, true));
        assert_eq!(options.limits, Limits { depth: 9, bytes: 11 });
        assert_eq!(options.severities.get("msg-id"), Some(SeveritySetting::Off));
        assert_eq!(options.severities.get("msg-focus"), Some(SeveritySetting::As(Severity::Warning)));
        assert_eq!(options.severities.get("txt-1"), None);
    }
}
