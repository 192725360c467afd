//! Rules of profiles: what StructureDefinitions of packages add to the types of R4. [`check`] goes through a value by all profiles
//! that apply to it at once, and visits only what they speak of; each rule is a file.
//!
//! Source: R4 pages profiling and elementdefinition.

pub(super) mod cardinality;
mod check;
mod discriminator;
mod event;
pub(super) mod expected;
mod item;
pub(super) mod limits;
mod must_support;
pub(super) mod notes;
pub(super) mod slicing;
mod state;
pub(super) mod target;
pub(super) mod type_of;
mod vital_signs;

use super::element::meta;
use super::instance::Instance;
use super::notes::Purpose;
use crate::definitions::{PROFILES, ProfileId, TypeId, known};
use crate::document::{NodeId, Property, name};
use crate::report::Rule;
use item::Item;
use state::State;

/// The rules of profiles.
pub(super) const RULES: &[Rule<'static>] = &[
    expected::FIXED_VALUE,
    expected::PATTERN_VALUE,
    type_of::PROFILE_OF_TYPE,
    type_of::PROFILE_TYPE,
    slicing::SLICING_AMBIGUOUS,
    slicing::SLICING_CLOSED,
    slicing::SLICING_ORDER,
    target::TARGET_AGGREGATION,
    target::TARGET_PROFILE,
    must_support::MUST_SUPPORT,
    limits::VALUE_LENGTH,
    limits::VALUE_RANGE,
];

/// Validates a resource by the profiles that it claims, and by those that the caller or the event of the message asks for.
pub(super) fn of_resource(instance: &mut Instance<'_>, node: NodeId, of: TypeId) {
    if !PROFILES || instance.purpose != Purpose::Report {
        return;
    }
    let is_root = node == NodeId::ROOT;
    if is_root {
        for canonical in instance.asked_for {
            meta::asked_for(instance, canonical, of);
        }
    }
    let has_profiles = instance.definitions.profile_count() > 0;
    if is_root && instance.is_message && (has_profiles || !instance.asked_of_events.is_empty()) {
        instance.profiles.of_event = event::of_message(instance);
    }
    if !has_profiles {
        return;
    }
    let mut profiles: Vec<ProfileId> = match instance.document.member(node, name::META) {
        Some(meta) => instance
            .document
            .member_items(meta, name::PROFILE)
            .filter_map(|claimed| instance.definitions.profile_named(&instance.document.string(claimed)?))
            .collect(),
        None => Vec::new(),
    };
    profiles.extend(vital_signs::profile_of(instance, node, of));
    profiles.extend(instance.profiles.of_event.of(node, of));
    if is_root {
        profiles
            .extend(instance.asked_for.iter().filter_map(|canonical| instance.definitions.profile_named(canonical)));
    }
    by_profiles(instance, Item::object(node, of), profiles);
}

/// Validates extensions by their definitions, where these came as profiles. Those inside an extension are parts of it.
pub(super) fn of_extensions(instance: &mut Instance<'_>, list: NodeId, holder: TypeId) {
    if instance.definitions.profile_count() == 0 || instance.purpose != Purpose::Report || holder == known::EXTENSION {
        return;
    }
    for item in instance.document.children(list) {
        let url = instance.document.member_text(item, name::URL);
        if let Some(id) = url.and_then(|url| instance.definitions.profile_named(&url)) {
            by_profiles(instance, Item::object(item, known::EXTENSION), vec![id]);
        }
    }
}

/// Validates a value by one profile.
pub(super) fn of_value(instance: &mut Instance<'_>, value: Property, of: TypeId, profile: ProfileId) {
    by_profiles(instance, Item { property: value, of }, vec![profile]);
}

fn by_profiles(instance: &mut Instance<'_>, item: Item, profiles: Vec<ProfileId>) {
    // Known at compile time in the wasm without profiles: nothing of this is in it then.
    if instance.definitions.profile_count() == 0 {
        return;
    }
    let mut states: Vec<State<'_>> = Vec::new();
    for id in profiles {
        State::root(id, instance.definitions.profile(id)).add_to(instance, item, &mut states);
    }
    if !states.is_empty() {
        check::value(instance, item, &mut states);
    }
}

#[cfg(test)]
mod tests {
    use crate::definitions::Definitions;
    use crate::json::Limits;
    use crate::validate::told::profile;
    use crate::validate::{Engine, EventProfile, Options};

    /// The rules that a text breaks, each with its place, and whether a profile demands it.
    fn broken(engine: &Engine, text: &str, options: &Options) -> Vec<String> {
        let report = engine.validate(&engine.read(text, Limits::default()), options);
        let errors = report.issues.iter().filter(|issue| issue.severity <= crate::report::Severity::Error);
        errors.map(|issue| format!("{} {} {}", issue.rule, issue.pointer, issue.profiles.is_some())).collect()
    }

    fn engine(texts: &[String]) -> Engine {
        let (definitions, issues) = Definitions::r4().with(texts);
        assert_eq!(issues, []);
        Engine::new(definitions)
    }

    #[test]
    fn who_validates_may_ask_for_a_profile() {
        let engine = engine(&[profile("p", "Patient", r#"{"id":"Patient.name","path":"Patient.name","min":1}"#)]);
        let asked = |canonical: &str| Options { profiles: vec![canonical.to_owned()], ..Options::default() };
        let patient = r#"{"resourceType":"Patient","active":true}"#;
        assert_eq!(broken(&engine, patient, &Options::default()), Vec::<String>::new());
        assert_eq!(broken(&engine, patient, &asked("http://example.org/p")), ["element-missing  true"]);
        let group = r#"{"resourceType":"Group","type":"person","actual":true}"#;
        assert_eq!(broken(&engine, group, &asked("http://example.org/p")), ["meta-profile  false"]);
    }

    #[test]
    fn a_vital_sign_is_validated_by_its_profile_whatever_it_claims() {
        let observation = |code: &str| {
            format!(
                r#"{{"resourceType":"Observation","status":"final","code":{{"coding":[{{"system":"http://loinc.org","code":"{code}"}}]}},
                "category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}}]}}],
                "subject":{{"display":"Ana"}},"valueQuantity":{{"value":60,"unit":"/min","system":"http://unitsofmeasure.org","code":"/min"}}}}"#
            )
        };
        let engine = Engine::new(Definitions::r4_with_profiles());
        assert_eq!(broken(&engine, &observation("8867-4"), &Options::default()), ["element-missing  true"]);
        assert_eq!(broken(&engine, &observation("1234-5"), &Options::default()), Vec::<String>::new());
        assert_eq!(broken(&Engine::default(), &observation("8867-4"), &Options::default()), Vec::<String>::new());
    }

    #[test]
    fn the_event_asks_for_the_profile_of_its_focus() {
        let event = r#"{"resourceType":"MessageDefinition","url":"http://example.org/m","status":"active","date":"2026",
            "eventUri":"http://example.org/event","focus":[{"code":"Patient","profile":"http://example.org/p","min":1,"max":"1"}]}"#;
        let named = profile("p", "Patient", r#"{"id":"Patient.name","path":"Patient.name","min":1}"#);
        let engine = engine(&[event.to_owned(), named]);
        let message = |name: &str| {
            format!(
                r#"{{"resourceType":"Bundle","id":"a","type":"message","timestamp":"2026-01-31T12:00:00Z","entry":[
                {{"fullUrl":"http://example.org/MessageHeader/1","resource":{{"resourceType":"MessageHeader","id":"1","eventUri":"http://example.org/event",
                "source":{{"endpoint":"http://example.org"}},"focus":[{{"reference":"http://example.org/Patient/1"}}]}}}},
                {{"fullUrl":"http://example.org/Patient/1","resource":{{"resourceType":"Patient","id":"1","active":true{name}}}}}]}}"#
            )
        };
        assert_eq!(broken(&engine, &message(r#","name":[{"text":"Ana"}]"#), &Options::default()), Vec::<String>::new());
        assert_eq!(broken(&engine, &message(""), &Options::default()), ["element-missing /entry/1/resource true"]);
    }

    #[test]
    fn who_validates_may_ask_for_profiles_of_an_event() {
        let engine = engine(&[
            profile("p", "Patient", r#"{"id":"Patient.name","path":"Patient.name","min":1}"#),
            profile("h", "MessageHeader", r#"{"id":"MessageHeader.sender","path":"MessageHeader.sender","min":1}"#),
        ]);
        let message = r#"{"resourceType":"Bundle","id":"a","type":"message","timestamp":"2026-01-31T12:00:00Z","entry":[
            {"fullUrl":"http://example.org/MessageHeader/1","resource":{"resourceType":"MessageHeader","id":"1",
            "eventCoding":{"system":"http://example.org/events","code":"admit"},"source":{"endpoint":"http://example.org"},
            "focus":[{"reference":"http://example.org/Patient/1"}]}},
            {"fullUrl":"http://example.org/Patient/1","resource":{"resourceType":"Patient","id":"1","active":true,
            "link":[{"other":{"reference":"http://example.org/Patient/2"},"type":"seealso"}]}},
            {"fullUrl":"http://example.org/Patient/2","resource":{"resourceType":"Patient","id":"2","active":true}}]}"#;
        let asked = |engine: &Engine, event: &str, resource: &str, profile: &str| {
            let event = EventProfile {
                event: event.to_owned(),
                resource: resource.to_owned(),
                profile: format!("http://example.org/{profile}"),
            };
            broken(engine, message, &Options { events: vec![event], ..Options::default() })
        };
        let (first, second) = ("element-missing /entry/1/resource true", "element-missing /entry/2/resource true");
        for event in ["admit", "http://example.org/events|admit"] {
            assert_eq!(asked(&engine, event, "Patient", "p"), [first, second]);
        }
        assert_eq!(asked(&engine, "admit", "focus", "p"), [first]);
        assert_eq!(asked(&engine, "admit", "MessageHeader", "h"), ["element-missing /entry/0/resource true"]);
        assert_eq!(asked(&engine, "admit", "Group", "p"), ["meta-profile  false"]);
        for event in ["discharge", "http://example.org/other|admit", "http://example.org/events", "|admit"] {
            assert_eq!(asked(&engine, event, "Patient", "p"), Vec::<String>::new(), "{event}");
        }
        // What is not known is told, whether others are or none.
        for engine in [engine, Engine::default()] {
            let events = vec![EventProfile {
                event: "admit".to_owned(),
                resource: "Patient".to_owned(),
                profile: "http://example.org/unknown".to_owned(),
            }];
            let options = Options { events, ..Options::default() };
            let report = engine.validate(&engine.read(message, Limits::default()), &options);
            assert!(report.issues.iter().any(|issue| issue.rule == "profile-unknown" && issue.pointer.is_empty()));
        }
    }

    #[test]
    fn a_binding_of_the_profile_counts_in_the_place_of_that_of_the_type() {
        let bound = |strength: &str| {
            let element = format!(
                r#"{{"id":"Patient.gender","path":"Patient.gender","binding":{{"strength":"{strength}","valueSet":"http://hl7.org/fhir/ValueSet/link-type"}}}}"#
            );
            let (definitions, _) = Definitions::r4().with([profile("p", "Patient", &element)]);
            Engine::new(definitions)
        };
        let patient = |gender: &str| {
            format!(r#"{{"resourceType":"Patient","meta":{{"profile":["http://example.org/p"]}},"gender":"{gender}"}}"#)
        };
        let of = |strength: &str, gender: &str| broken(&bound(strength), &patient(gender), &Options::default());
        assert_eq!(of("required", "male"), ["binding-required /gender true"]);
        assert_eq!(of("required", "refer"), Vec::<String>::new());
        assert_eq!(of("example", "anything"), Vec::<String>::new());
    }

    #[test]
    fn a_constraint_of_the_profile_holds() {
        let element = r#"{"id":"Patient","path":"Patient","constraint":[{"key":"x-1","severity":"error","human":"Named","expression":"name.exists()"}]}"#;
        let engine = engine(&[profile("p", "Patient", element)]);
        let patient = |name: &str| {
            format!(r#"{{"resourceType":"Patient","meta":{{"profile":["http://example.org/p"]}},"active":true{name}}}"#)
        };
        assert_eq!(broken(&engine, &patient(r#","name":[{"text":"Ana"}]"#), &Options::default()), Vec::<String>::new());
        assert_eq!(broken(&engine, &patient(""), &Options::default()), ["x-1  true"]);
    }

    /// A constraint of an element, which is an error.
    fn constraint(element: &str, key: &str, expression: &str) -> String {
        format!(
            r#"{{"id":"{element}","path":"{element}","constraint":[{{"key":"{key}","severity":"error","human":"It holds","expression":"{expression}"}}]}}"#
        )
    }

    const COLLECTION: &str = r##"{"resourceType":"Bundle","meta":{"profile":["http://example.org/p"]},"type":"collection","entry":[{"fullUrl":"http://example.org/Task/1",
        "resource":{"resourceType":"Task","id":"1","contained":[{"resourceType":"Patient","id":"a"}],"status":"draft","intent":"order","for":{"reference":"#a"}}}]}"##;

    #[test]
    fn what_is_said_of_a_resource_in_another_one_is_said_there() {
        for (variable, holds) in [("%resource", "Bundle"), ("%rootResource", "Bundle"), ("%context", "Task")] {
            for of in ["Bundle", "Task"] {
                let expression = format!("{variable}.type().name = '{of}'");
                let engine =
                    engine(&[profile("p", "Bundle", &constraint("Bundle.entry.resource", "x-1", &expression))]);
                let found = broken(&engine, COLLECTION, &Options::default());
                assert_eq!(found.is_empty(), of == holds, "{expression}: {found:?}");
            }
        }
    }

    #[test]
    fn a_constraint_may_ask_whether_something_meets_a_profile() {
        let named = profile("n", "Patient", r#"{"id":"Patient.name","path":"Patient.name","min":1}"#);
        let expression = "entry.resource.all(for.resolve().conformsTo('http://example.org/n'))";
        let engine = |expression: &str| {
            let circle = constraint("Patient", "x-2", "conformsTo('http://example.org/c')");
            engine(&[
                profile("p", "Bundle", &constraint("Bundle", "x-1", expression)),
                named.clone(),
                profile("c", "Patient", &circle),
            ])
        };
        let is_broken = |expression: &str, text: &str| {
            broken(&engine(expression), text, &Options::default()).contains(&"x-1  true".to_owned())
        };
        let has_name = COLLECTION.replace(r#""id":"a"}"#, r#""id":"a","name":[{"text":"Ana"}]}"#);
        assert!(is_broken(expression, COLLECTION));
        assert!(!is_broken(expression, &has_name));
        // One question leads to the other.
        for (other, expected) in [("n", false), ("p", true)] {
            let next = format!("conformsTo('http://example.org/{other}')");
            let expression = format!("entry.resource.for.resolve().all(conformsTo('http://example.org/n') and {next})");
            assert_eq!(is_broken(&expression, &has_name), expected, "{expression}");
        }
        // What asks for itself is met.
        assert!(!is_broken("entry.resource.for.resolve().conformsTo('http://example.org/c')", COLLECTION));
    }

    #[test]
    fn a_constraint_may_ask_of_many_and_each_counts() {
        let named = profile("n", "Patient", r#"{"id":"Patient.name","path":"Patient.name","min":1}"#);
        let is_met = "conformsTo('http://example.org/n')";
        for (expression, none, last, all) in [
            (format!("entry.resource.all({is_met})"), false, false, true),
            (format!("entry.resource.exists({is_met})"), false, true, true),
            (format!("entry.resource.where({is_met}.not()).empty()"), false, false, true),
            (format!("entry.resource.last().{is_met}"), false, true, true),
        ] {
            let engine = engine(&[profile("p", "Bundle", &constraint("Bundle", "x-1", &expression)), named.clone()]);
            for (of, holds) in [("none", none), ("last", last), ("all", all)] {
                let entry = |place: u32| {
                    let has_name = of == "all" || of == "last" && place == 39;
                    let name = if has_name { r#","name":[{"text":"Ana"}]"# } else { "" };
                    format!(
                        r#"{{"fullUrl":"http://example.org/Patient/{place}","resource":{{"resourceType":"Patient","id":"{place}","active":true{name}}}}}"#
                    )
                };
                let entries = (0..40).map(entry).collect::<Vec<_>>().join(",");
                let text = format!(
                    r#"{{"resourceType":"Bundle","meta":{{"profile":["http://example.org/p"]}},"type":"collection","entry":[{entries}]}}"#
                );
                let expected = if holds { vec![] } else { vec!["x-1  true".to_owned()] };
                assert_eq!(broken(&engine, &text, &Options::default()), expected, "{expression}: {of}");
            }
        }
    }

    #[test]
    fn what_a_constraint_names_and_is_not_known_is_wanted() {
        for (expression, expected) in [
            ("conformsTo('http://example.org/unknown|2')", ["http://example.org/unknown|2"].as_slice()),
            ("entry.resource.all(status.memberOf('http://example.org/set'))", &["http://example.org/set"]),
            ("entry.resource.all(status.memberOf('http://hl7.org/fhir/ValueSet/task-status'))", &[]),
        ] {
            let engine = engine(&[profile("p", "Bundle", &constraint("Bundle", "x-1", expression))]);
            let report = engine.validate(&engine.read(COLLECTION, Limits::default()), &Options::default());
            assert!(report.issues.iter().all(|issue| issue.rule != "x-1"), "{report}");
            let wanted = [report.wanted.profiles, report.wanted.resources].concat();
            assert_eq!(wanted, expected, "{expression}");
        }
    }

    #[test]
    fn a_reference_into_a_resource_is_resolved_in_the_one_that_it_is_written_in() {
        let expression = "entry.resource.ofType(Task).all(for.resolve() is Patient)";
        let engine = engine(&[profile("p", "Bundle", &constraint("Bundle", "x-1", expression))]);
        assert_eq!(broken(&engine, COLLECTION, &Options::default()), Vec::<String>::new());
        let dangling = COLLECTION.replace(r##"{"reference":"#a"}"##, r##"{"reference":"#"}"##);
        assert!(broken(&engine, &dangling, &Options::default()).contains(&"x-1  true".to_owned()));
    }
}
