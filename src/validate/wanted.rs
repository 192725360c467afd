//! What would have to be known to decide all of a message: [`Report::wanted`](super::Report::wanted).

use super::answers::WantedCode;
use super::engine::Engine;
use super::notes::{Notes, Unlisted};
use crate::document::{Document, Kind, NameId, NodeId, name};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What was met and not decided, each of it once: what a terminology server, a registry of packages or another FHIR server may know.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Clone, PartialEq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Wanted {
    /// Profiles that are claimed or asked for, by their canonical URLs, with a version where one is named.
    pub profiles: Vec<String>,
    /// Value sets that elements are bound to and whose codes cannot be listed here, by their canonical URLs.
    pub value_sets: Vec<String>,
    /// Codes that were not looked up, the first 10,000.
    pub codes: Vec<WantedCode>,
    /// Resources that the verdict depends on and that are not in the text: references and canonical URLs.
    pub resources: Vec<String>,
}

impl Wanted {
    /// What was noted in a document. What is of the message, and not of its definitions, is left out where values are not shown.
    pub(super) fn of(engine: &Engine, document: &Document<'_>, notes: &Notes, show_values: bool) -> Self {
        let mut sets = BTreeMap::new();
        let mut codes = Codes { document, known: BTreeMap::new(), list: Vec::new() };
        for &Unlisted { value: node, binding, .. } in &notes.wanted.unlisted {
            let Some(set) = engine.definitions.value_set(binding) else { continue };
            sets.entry(set.url.to_string()).or_insert(node);
            if document.kind(node) == Kind::String {
                codes.add(node, Some(node), Some(&set.url));
            } else if document.member(node, name::CODING).is_some() {
                for coding in document.member_items(node, name::CODING) {
                    codes.add(coding, document.member(coding, name::CODE), Some(&set.url));
                }
            } else {
                codes.add(node, document.member(node, name::CODE), Some(&set.url));
            }
        }
        for &coding in &notes.wanted.codings {
            codes.add(coding, document.member(coding, name::CODE), None);
        }
        let names = |of: &BTreeMap<String, NodeId>| of.keys().cloned().collect::<Vec<_>>();
        let value_sets = names(&sets);
        if !show_values {
            return Self { value_sets, ..Self::default() };
        }
        let mut profiles = names(&notes.unknown_profiles);
        for asked in &notes.wanted.profiles {
            if !profiles.contains(asked) {
                profiles.push(asked.clone());
            }
        }
        Self { profiles, value_sets, codes: codes.list, resources: names(&notes.wanted.resources) }
    }
}

/// As many codes are listed.
const MOST_CODES: usize = 10_000;

/// Codes, each once, in the order of the text; those of a value set first.
struct Codes<'d> {
    document: &'d Document<'d>,
    known: BTreeMap<String, NodeId>,
    list: Vec<WantedCode>,
}

impl Codes<'_> {
    fn add(&mut self, coding: NodeId, code: Option<NodeId>, set: Option<&str>) {
        let document = self.document;
        if self.list.len() == MOST_CODES {
            return;
        }
        let Some(code) = code.and_then(|code| document.string(code)).filter(|code| !code.is_empty()) else { return };
        let member = |name: NameId| document.member_text(coding, name).map(|text| text.into_owned());
        let (system, version) = (member(name::SYSTEM), member(name::VERSION));
        // What a value set is asked about a code tells of its system as well.
        let key = [system.as_deref().unwrap_or(""), version.as_deref().unwrap_or(""), &code].join("|");
        let of_set = [&key, set.unwrap_or("")].join("|");
        if self.known.contains_key(if set.is_some() { &of_set } else { &key }) {
            return;
        }
        self.known.insert(key, coding);
        self.known.insert(of_set, coding);
        self.list.push(WantedCode { system, version, code: code.into_owned(), value_set: set.map(str::to_owned) });
    }
}

#[cfg(test)]
mod tests {
    use super::Wanted;
    use crate::definitions::Definitions;
    use crate::validate::told::profile;
    use crate::{Options, Validator};
    use serde_json::{Value, json};

    fn wanted_by(validator: &Validator, text: &str, options: &Options) -> Value {
        let wanted: &Wanted = &validator.validate(text, options).wanted;
        serde_json::to_value(wanted).unwrap()
    }

    fn wanted(text: &str) -> Value {
        wanted_by(&Validator::default(), text, &Options::default())
    }

    #[test]
    fn nothing_is_wanted_where_all_is_known() {
        let nothing = json!({ "profiles": [], "valueSets": [], "codes": [], "resources": [] });
        assert_eq!(wanted(r#"{"resourceType":"Patient","gender":"male"}"#), nothing);
        assert_eq!(wanted("{"), nothing);
    }

    #[test]
    fn each_profile_and_each_code_that_is_not_known_is_named_once() {
        let text = r#"{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:4ad1a9d8-49c5-4d11-ac1f-c94c3e4f9d2c","resource":
            {"resourceType":"Basic","meta":{"profile":["http://a.example/p|2","http://a.example/q","http://a.example/p|2"]},"code":{"coding":[
            {"system":"http://a.example","code":"1"},{"system":"http://a.example","code":"1","display":"one"},{"system":"http://a.example","version":"2","code":"1"},
            {"system":"http://b.example","code":"2"},{"system":"http://b.example"},{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"M"}]}}}]}"#;
        let wanted = wanted(text);
        assert_eq!(wanted["profiles"], json!(["http://a.example/p|2", "http://a.example/q"]));
        assert_eq!(
            wanted["codes"],
            json!([
                { "system": "http://a.example", "code": "1" },
                { "system": "http://a.example", "version": "2", "code": "1" },
                { "system": "http://b.example", "code": "2" },
            ])
        );
        assert_eq!((&wanted["valueSets"], &wanted["resources"]), (&json!([]), &json!([])));
    }

    #[test]
    fn a_value_set_that_cannot_be_listed_is_wanted_with_its_codes() {
        let elements = r#"{"id":"Basic.code","path":"Basic.code","binding":{"strength":"required","valueSet":"http://example.org/set"}}"#;
        let set = r#"{"resourceType":"ValueSet","url":"http://example.org/set","status":"active","compose":{"include":[{"system":"http://snomed.info/sct",
            "filter":[{"property":"concept","op":"is-a","value":"1"}]}]}}"#;
        let (definitions, issues) = Definitions::r4().with([profile("p", "Basic", elements), set.to_owned()]);
        assert!(issues.iter().all(|issue| issue.problem.contains("listed only in part")), "{issues:?}");
        let text = r#"{"resourceType":"Basic","meta":{"profile":["http://example.org/p"]},"code":{"coding":[{"system":"http://snomed.info/sct","code":"22"}]}}"#;
        let validator = Validator::new(definitions);
        let wanted = wanted_by(&validator, text, &Options::default());
        assert_eq!(wanted["valueSets"], json!(["http://example.org/set"]));
        assert_eq!(
            wanted["codes"],
            json!([{ "system": "http://snomed.info/sct", "code": "22", "valueSet": "http://example.org/set" }])
        );
        // Codes are the message's, value sets are the definitions'.
        let wanted = wanted_by(&validator, text, &Options { show_values: false, ..Options::default() });
        assert_eq!((&wanted["valueSets"], &wanted["codes"]), (&json!(["http://example.org/set"]), &json!([])));
    }

    #[test]
    fn a_resource_whose_profile_counts_is_wanted_where_it_is_not_there() {
        let elements = r#"{"id":"Task.for","path":"Task.for","type":[{"code":"Reference","targetProfile":["http://example.org/n"]}]}"#;
        let named = profile("n", "Patient", r#"{"id":"Patient.name","path":"Patient.name","min":1}"#);
        let (definitions, issues) = Definitions::r4().with([profile("p", "Task", elements), named]);
        assert_eq!(issues, []);
        let text = r#"{"resourceType":"Task","meta":{"profile":["http://example.org/p"]},"status":"draft","intent":"order","for":{"reference":"Patient/1"},
            "focus":{"reference":"Group/1"}}"#;
        let wanted = wanted_by(&Validator::new(definitions), text, &Options::default());
        assert_eq!(wanted["resources"], json!(["Patient/1"]));
    }
}
