//! Options, as JavaScript gives them. `src/js/arguments.ts` has looked at each before, so that one that is wrong is named as its caller
//! calls it.

use super::given::Given;
use fhirpost::{Agree, EventProfile, Limits, Options, SeveritySetting, Suppression, Units, What};

/// How a text is validated, and before that read.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename_all = "camelCase", optional_fields))]
#[derive(Default)]
pub struct ValidateOptions {
    /// What the text is validated as. `auto` (the default): as what it is, a message by the rules for messages, another Bundle by those of its
    /// type, any other resource by its own. `message`: it must be a message, and `bundle`: it must be a Bundle; anything else is an error then.
    /// `resource`: it may be any resource, as with `auto`.
    #[cfg_attr(feature = "typescript", ts(rename = "as", inline))]
    what: Option<What>,
    /// Whether issue texts may quote values of the message (default `true`). Set it to `false` where texts end up in a log.
    show_values: Option<bool>,
    /// Stop after this many issues (default 10,000); the report then says `truncated: true`.
    max_issues: Option<u32>,
    /// Another severity for a rule, by its name, or `"off"`. Example: `{ "msg-event-unknown": "error" }`.
    #[cfg_attr(feature = "typescript", ts(as = "Option<std::collections::BTreeMap<String, SeveritySetting>>"))]
    severities: Vec<(String, String)>,
    /// Profiles that the resource has to meet, whatever it claims itself, by their canonical URLs.
    #[cfg_attr(feature = "typescript", ts(as = "Option<Vec<String>>"))]
    profiles: Vec<String>,
    /// Profiles that the resources of a message have to meet as if they claimed them, by its event (its code, `system|code`, or its URI) and
    /// their type; `focus` is what `MessageHeader.focus` refers to. Example: `{ "https://example.org/events|admit": { "Bundle": [url] } }`.
    #[cfg_attr(
        feature = "typescript",
        ts(as = "Option<std::collections::BTreeMap<String, std::collections::BTreeMap<String, Vec<String>>>>")
    )]
    events: Vec<EventProfile>,
    /// Whether the focus of a MessageDefinition is what `MessageHeader.focus` refers to also where it names a Bundle or MessageHeader (default `false`: it
    /// lists what is in the message then).
    strict_focus: Option<bool>,
    /// Issues of an imperfect guide that are taken as something else, or passed over, each with a reason. The report counts what each entry has done.
    #[cfg_attr(feature = "typescript", ts(as = "Option<Vec<Suppression>>"))]
    suppress: Vec<Suppression>,
    /// Whether issues carry the message ids of HL7's validator, by which its advisor files name them (default `false`). `fhirpost/validate` knows none.
    hl7_ids: Option<bool>,
    /// `hl7`: what is decided otherwise than by HL7's validator, by choice, is as that has it (`docs/choices.md` lists it). Default: `none`.
    #[cfg_attr(feature = "typescript", ts(inline))]
    agree: Option<Agree>,
    /// An instant such as `new Date().toISOString()`: limits of profiles that are relative to now are looked at only where this says when that is.
    now: Option<String>,
    /// The deepest nesting of objects and arrays that is read (default 128, at most 512).
    max_depth: Option<u32>,
    /// The longest text that is read, in UTF-8 bytes (default 64 MiB).
    max_bytes: Option<u32>,
    /// What was looked up, as JSON text.
    #[cfg(feature = "exchange")]
    #[cfg_attr(feature = "typescript", ts(skip))]
    answers: Option<String>,
    /// Whether what is wanted is named also where texts show no values.
    #[cfg_attr(feature = "typescript", ts(skip))]
    wanted_values: Option<bool>,
    /// `false` where the message was given as an object: there is no text that they could point into.
    #[cfg_attr(feature = "typescript", ts(skip))]
    positions: Option<bool>,
}

impl From<Option<Given>> for ValidateOptions {
    #[inline(never)]
    fn from(given: Option<Given>) -> Self {
        let Some(given) = given else { return Self::default() };
        Self {
            what: given.text("as").and_then(|name| What::from_name(&name)),
            show_values: given.flag("showValues"),
            max_issues: given.whole("maxIssues"),
            severities: given.object("severities").map(|severities| severities.texts()).unwrap_or_default(),
            profiles: given.object("profiles").map(|profiles| profiles.values()).unwrap_or_default(),
            events: given.object("events").map(|events| event_profiles(&events)).unwrap_or_default(),
            strict_focus: given.flag("strictFocus"),
            suppress: given.object("suppress").map(|entries| suppressions(&entries)).unwrap_or_default(),
            hl7_ids: given.flag("hl7Ids"),
            agree: given.text("agree").and_then(|name| Agree::from_name(&name)),
            now: given.text("now"),
            max_depth: given.whole("maxDepth"),
            max_bytes: given.whole("maxBytes"),
            #[cfg(feature = "exchange")]
            answers: given.text("answers"),
            wanted_values: given.flag("wantedValues"),
            positions: given.flag("positions"),
        }
    }
}

fn event_profiles(given: &Given) -> Vec<EventProfile> {
    let mut all = Vec::new();
    for (event, resources) in given.objects() {
        for (resource, profiles) in resources.objects() {
            let of = |profile| EventProfile { event: event.clone(), resource: resource.clone(), profile };
            all.extend(profiles.values().into_iter().map(of));
        }
    }
    all
}

fn suppressions(given: &Given) -> Vec<Suppression> {
    let entry = |(_, given): (String, Given)| Suppression {
        rule: given.text("rule"),
        path: given.text("path"),
        profile: given.text("profile"),
        hl7_id: given.text("hl7Id"),
        severity: given.text("severity").and_then(|name| SeveritySetting::from_name(&name)).unwrap_or_default(),
        reason: given.text("reason").unwrap_or_default(),
    };
    given.objects().into_iter().map(entry).collect()
}

impl ValidateOptions {
    pub fn limits(&self) -> Limits {
        let usual = Limits::default();
        Limits { depth: self.max_depth.unwrap_or(usual.depth), bytes: self.max_bytes.unwrap_or(usual.bytes) }
    }

    pub fn options(&self, units: Units) -> Options {
        let mut options = Options::of(self.what.unwrap_or_default());
        options.show_values = self.show_values.unwrap_or(options.show_values);
        options.max_issues = self.max_issues.map_or(options.max_issues, |most| most as usize);
        options.profiles.clone_from(&self.profiles);
        options.events.clone_from(&self.events);
        options.strict_focus = self.strict_focus.unwrap_or_default();
        options.suppress.clone_from(&self.suppress);
        options.hl7_ids = self.hl7_ids.unwrap_or_default();
        options.agree = self.agree.unwrap_or_default();
        options.now.clone_from(&self.now);
        #[cfg(feature = "exchange")]
        if let Some(answers) = &self.answers {
            options.answers = super::answers::read(answers);
        }
        options.wanted_values = self.wanted_values.unwrap_or_default();
        options.limits = self.limits();
        options.positions = self.positions.unwrap_or(options.positions);
        options.units = units;
        for (rule, severity) in &self.severities {
            if let Some(severity) = SeveritySetting::from_name(severity) {
                options.severities.insert(rule.clone(), severity);
            }
        }
        options
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fhirpost::Severity;

    #[test]
    fn what_is_not_said_is_as_usual() {
        let (options, usual) = (ValidateOptions::default().options(Units::Utf16), Options::default());
        assert_eq!((options.what, options.limits), (What::Auto, usual.limits));
        assert_eq!((options.show_values, options.max_issues, options.positions), (true, usual.max_issues, true));
        assert_eq!((options.severities, options.units), (usual.severities, Units::Utf16));
    }

    #[test]
    fn what_is_said_is_taken() {
        let given = ValidateOptions {
            what: Some(What::Message),
            show_values: Some(false),
            max_issues: Some(7),
            severities: [("msg-id", "off"), ("msg-focus", "warning"), ("txt-1", "none")]
                .map(|(rule, severity)| (rule.to_owned(), severity.to_owned()))
                .to_vec(),
            profiles: vec!["http://example.org/p".to_owned()],
            events: vec![EventProfile { event: "admit".to_owned(), ..EventProfile::default() }],
            strict_focus: Some(true),
            suppress: vec![Suppression::because("known")],
            hl7_ids: Some(true),
            agree: Some(Agree::Hl7),
            now: Some("2026-01-31T12:00:00Z".to_owned()),
            max_depth: Some(9),
            max_bytes: Some(11),
            #[cfg(feature = "exchange")]
            answers: None,
            wanted_values: Some(true),
            positions: Some(false),
        };
        let options = given.options(Units::Bytes);
        let said = (options.what, options.show_values, options.max_issues, options.positions);
        assert_eq!(said, (What::Message, false, 7, false));
        assert_eq!((options.limits, options.profiles), (Limits { depth: 9, bytes: 11 }, given.profiles));
        assert_eq!((options.agree, options.events), (Agree::Hl7, given.events));
        assert_eq!((options.hl7_ids, options.strict_focus, options.suppress), (true, true, given.suppress));
        assert_eq!(options.now, given.now);
        assert_eq!(options.severities.get("msg-id"), Some(SeveritySetting::Off));
        assert_eq!(options.severities.get("msg-focus"), Some(SeveritySetting::As(Severity::Warning)));
        assert_eq!(options.severities.get("txt-1"), None);
    }

    #[test]
    fn what_it_is_validated_as_has_the_names_of_javascript() {
        for (name, what) in
            [("auto", What::Auto), ("message", What::Message), ("bundle", What::Bundle), ("resource", What::Resource)]
        {
            assert_eq!(What::from_name(name), Some(what));
        }
        assert_eq!(What::from_name("Bundle"), None);
    }
}
