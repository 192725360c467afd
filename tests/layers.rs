//! Layers: what users bring on top of R4, and on top of each other.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may fail loudly")]

use fhirpost::compile::{DefinitionIssue, DefinitionIssueKind, Extent, compile};
use fhirpost::definitions::{Category, Definitions, Event, ReadError, ResponseRequired};
use fhirpost::document::{Document, Names};
use fhirpost::json::Limits;
use fhirpost::report::{Issue, Severity};
use fhirpost::{EvaluateOptions, Input, Message, Options, ResponseCode, ResponseContext, ResponseOutcome, Validator};
use serde_json::{Value, json};

const HERE: &str = "https://fhir.example.org";
const GENDER: &str = "http://hl7.org/fhir/ValueSet/administrative-gender";

fn with(base: &Definitions, resources: &[Value]) -> (Definitions, Vec<DefinitionIssue>) {
    base.with(resources.iter().map(Value::to_string))
}

/// The same, where nothing is wrong.
fn layer(base: &Definitions, resources: &[Value]) -> Definitions {
    let (layered, issues) = with(base, resources);
    assert_eq!(issues, []);
    layered
}

fn value_set(url: &str, system: &str, codes: &[&str]) -> Value {
    let concept: Vec<Value> = codes.iter().map(|code| json!({ "code": code })).collect();
    json!({
        "resourceType": "ValueSet", "url": url, "title": "Codes of our own", "status": "active",
        "compose": { "include": [{ "system": system, "concept": concept }] }
    })
}

fn code_system(name: &str, codes: &[&str]) -> Value {
    let concept: Vec<Value> =
        codes.iter().map(|code| json!({ "code": code, "display": format!("The {code} one") })).collect();
    json!({
        "resourceType": "CodeSystem", "url": format!("{HERE}/CodeSystem/{name}"), "status": "active", "content": "complete",
        "concept": concept
    })
}

/// An extension on Patient with a value of this type.
fn extension(name: &str, of: &str, binding: Option<&str>) -> Value {
    let mut value = json!({ "id": "Extension.value[x]", "path": "Extension.value[x]", "min": 1, "max": "1", "type": [{ "code": of }] });
    if let Some(set) = binding {
        value["binding"] = json!({ "strength": "required", "valueSet": set });
    }
    json!({
        "resourceType": "StructureDefinition", "url": format!("{HERE}/StructureDefinition/{name}"), "status": "active",
        "kind": "complex-type", "type": "Extension", "derivation": "constraint",
        "context": [{ "type": "element", "expression": "Patient" }],
        "snapshot": { "element": [{ "id": "Extension", "path": "Extension", "min": 0, "max": "*" }, value] }
    })
}

fn message_definition(name: &str, more: Value) -> Value {
    let mut definition = json!({
        "resourceType": "MessageDefinition", "url": format!("{HERE}/MessageDefinition/{name}"), "status": "active",
        "date": "2026-01-01", "eventCoding": { "system": format!("{HERE}/events"), "code": name }
    });
    definition.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    definition
}

fn event(code: &str) -> Event {
    Event::Coding { system: format!("{HERE}/events"), code: code.into() }
}

fn issues(definitions: &Definitions, resource: &Value) -> Vec<Issue> {
    let validator = Validator::new(definitions.clone());
    validator.validate(resource.to_string().as_bytes(), &Options::default()).issues
}

/// The rules of a resource's issues without that of a missing narrative.
fn rules(definitions: &Definitions, resource: &Value) -> Vec<String> {
    issues(definitions, resource).iter().map(|issue| issue.rule.to_string()).collect()
}

fn patient(more: Value) -> Value {
    let mut patient = json!({ "resourceType": "Patient" });
    patient.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    patient
}

#[test]
fn a_value_set_takes_the_place_of_the_one_that_elements_are_bound_to() {
    let r4 = Definitions::r4();
    let of = |code: &str| patient(json!({ "gender": code }));
    let system = "http://hl7.org/fhir/administrative-gender";
    let first = layer(&r4, &[value_set(GENDER, system, &["male", "diverse"])]);
    let second = layer(&first, &[value_set(GENDER, system, &["female"])]);
    let wrong = ["binding-required"];
    for (definitions, allowed, refused) in
        [(&r4, "female", "diverse"), (&first, "diverse", "female"), (&second, "female", "male")]
    {
        assert_eq!(rules(definitions, &of(allowed)), Vec::<String>::new(), "{allowed}");
        assert_eq!(rules(definitions, &of(refused)), wrong, "{refused}");
    }
    assert_eq!(second.value_sets().len(), r4.value_sets().len(), "in the place of the other");
    assert!(second.has_code("female") && !second.has_code("diverse") && first.has_code("diverse"));
}

#[test]
fn a_value_set_takes_codes_from_the_layers_below() {
    let url = format!("{HERE}/ValueSet/all");
    let system = format!("{HERE}/CodeSystem/colour");
    let gender = "http://hl7.org/fhir/administrative-gender";
    let below = layer(
        &Definitions::r4(),
        &[
            code_system("colour", &["blue", "red"]),
            value_set(&format!("{HERE}/ValueSet/one"), gender, &["male", "female"]),
        ],
    );
    let all = json!({
        "resourceType": "ValueSet", "url": url, "status": "active",
        "compose": {
            "include": [
                { "system": system },
                { "valueSet": [format!("{HERE}/ValueSet/one|2")] },
                { "valueSet": [GENDER] }
            ],
            "exclude": [{ "system": gender, "concept": [{ "code": "unknown" }] }]
        }
    });
    let definitions = layer(&below, &[all]);
    let set = definitions.value_sets().iter().find(|set| set.url == *url).unwrap();
    assert_eq!(set.codes().collect::<Vec<_>>(), ["female", "male", "other", "blue", "red"]);
    assert_eq!(set.has_coding(&system, "red"), Some(true));
}

#[test]
fn codes_are_compared_with_the_code_system_of_the_topmost_layer() {
    let system = format!("{HERE}/CodeSystem/colour");
    let of = |code: &str| patient(json!({ "maritalStatus": { "coding": [{ "system": system, "code": code }] } }));
    let r4 = Definitions::r4();
    let first = layer(&r4, &[code_system("colour", &["blue", "red"])]);
    let second = layer(&first, &[code_system("colour", &["green", "red"])]);
    let named =
        |definitions: &Definitions, code: &str, rule: &str| rules(definitions, &of(code)).iter().any(|one| one == rule);
    assert!(named(&r4, "blue", "code-unchecked"));
    for (definitions, known, unknown) in [(&first, "blue", "green"), (&second, "green", "blue")] {
        assert!(!named(definitions, known, "code-unknown") && !named(definitions, known, "code-unchecked"), "{known}");
        assert!(named(definitions, unknown, "code-unknown"), "{unknown}");
    }
    assert_eq!(second.code_system(&system).unwrap().display("green"), Some("The green one"));
    assert!(second.has_code_system("http://hl7.org/fhir/administrative-gender"), "those below are still there");
}

#[test]
fn an_extension_is_known_where_it_is_defined() {
    let set = format!("{HERE}/ValueSet/colour");
    let url = format!("{HERE}/StructureDefinition/colour");
    let of = |value: Value| {
        let mut extension = json!({ "url": url });
        extension.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
        patient(json!({ "extension": [extension] }))
    };
    let (code, text) = (json!({ "valueCode": "red" }), json!({ "valueString": "red" }));
    let r4 = Definitions::r4();
    let first = layer(&r4, &[extension("colour", "code", Some(&set)), value_set(&set, HERE, &["red"])]);
    let second = layer(&first, &[extension("colour", "string", None)]);
    assert_eq!(rules(&r4, &of(code.clone())), ["extension-unknown"]);
    assert_eq!(rules(&first, &of(code.clone())), Vec::<String>::new());
    assert_eq!(rules(&first, &of(text.clone())), ["profile-type"]);
    assert_eq!(rules(&first, &of(json!({ "valueCode": "green" }))), ["binding-required"]);
    assert_eq!(rules(&second, &of(text)), Vec::<String>::new());
    assert_eq!(rules(&second, &of(code)), ["profile-type"]);
    let elsewhere =
        json!({ "resourceType": "Basic", "code": { "text": "x" }, "extension": [{ "url": url, "valueCode": "red" }] });
    assert_eq!(rules(&first, &elsewhere), ["extension-context"]);
    assert_eq!(second.extension_count(), r4.extension_count() + 1);
}

#[test]
fn a_context_that_is_not_compared_allows_the_extension_everywhere() {
    let mut anywhere = extension("anywhere", "string", None);
    anywhere["context"] = json!([{ "type": "fhirpath", "expression": "Patient.where(active)" }]);
    let definitions = layer(&Definitions::r4(), &[anywhere]);
    let url = format!("{HERE}/StructureDefinition/anywhere");
    let basic =
        json!({ "resourceType": "Basic", "code": { "text": "x" }, "extension": [{ "url": url, "valueString": "x" }] });
    assert_eq!(rules(&definitions, &basic), Vec::<String>::new());
}

#[test]
fn an_event_has_what_it_leaves_out_from_a_layer_below() {
    let below = message_definition("parent", json!({ "category": "currency", "responseRequired": "always" }));
    let first = layer(&Definitions::r4(), &[below]);
    let child = message_definition(
        "child",
        json!({ "base": format!("{HERE}/MessageDefinition/parent"), "category": "notification" }),
    );
    let second = layer(&first, std::slice::from_ref(&child));
    let found = second.message(&event("child"), None).unwrap();
    assert_eq!(
        (found.category, found.response_required),
        (Some(Category::Notification), Some(ResponseRequired::Always))
    );
    assert!(second.message(&event("parent"), None).is_some());
    let mut instead = child;
    instead["replaces"] = json!([format!("{HERE}/MessageDefinition/parent")]);
    let second = layer(&first, &[instead]);
    assert!(second.message(&event("parent"), None).is_none(), "another is used instead");
    let by_url = second.message_by_url(&format!("{HERE}/MessageDefinition/parent")).unwrap();
    assert!(by_url.url.ends_with("/child"));
    let third = layer(&second, &[message_definition("child", json!({ "category": "consequence" }))]);
    assert_eq!(third.message(&event("child"), None).unwrap().category, Some(Category::Consequence));
    assert_eq!(third.messages().len(), Definitions::r4().messages().len() + 1);
}

/// A resource type with so many elements of type string; each is called by its number.
fn wide(name: &str, elements: usize, required: &[usize]) -> Value {
    let element = |number: usize| {
        let path = format!("{name}.e{number}");
        let min = u8::from(required.contains(&number));
        json!({ "id": path, "path": path, "min": min, "max": "1", "type": [{ "code": "string" }] })
    };
    let mut all = vec![json!({ "id": name, "path": name, "min": 0, "max": "*" })];
    all.extend((0..elements).map(element));
    json!({
        "resourceType": "StructureDefinition", "url": format!("{HERE}/StructureDefinition/{name}"), "status": "active",
        "kind": "resource", "abstract": false, "type": name, "derivation": "specialization",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/DomainResource",
        "snapshot": { "element": all }
    })
}

#[test]
fn a_type_may_have_any_number_of_elements() {
    // On both sides of a word of sixty-four bits, and of a byte; DomainResource has eight of its own.
    let required = [0, 55, 56, 57, 119, 120, 247, 248, 599];
    let definitions = layer(&Definitions::r4(), &[wide("Wide", 600, &required)]);
    let mut whole = json!({ "resourceType": "Wide" });
    for number in required {
        whole[format!("e{number}")] = json!("x");
    }
    assert_eq!(rules(&definitions, &whole), Vec::<String>::new());
    for number in required {
        let mut lacking = whole.clone();
        lacking.as_object_mut().unwrap().remove(&format!("e{number}"));
        let found = issues(&definitions, &lacking);
        let [issue] = &found[..] else { panic!("{number}: {found:?}") };
        assert!(issue.rule == "element-missing" && issue.message.contains(&format!("Wide.e{number} ")), "{issue:?}");
    }
    whole["e600"] = json!("x");
    assert_eq!(rules(&definitions, &whole), ["element-unknown"]);
    // A name that is longer than a byte can say.
    let long = format!("e{}", "0".repeat(300));
    let mut named = wide("Named", 0, &[]);
    let path = format!("Named.{long}");
    named["snapshot"]["element"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "id": path, "path": path, "min": 1, "max": "1", "type": [{ "code": "string" }] }));
    let definitions = layer(&Definitions::r4(), &[named]);
    assert_eq!(rules(&definitions, &json!({ "resourceType": "Named", long.as_str(): "x" })), Vec::<String>::new());
    assert_eq!(rules(&definitions, &json!({ "resourceType": "Named", "id": "x" })), ["element-missing"]);
}

#[test]
fn places_of_the_base_stay_what_they_are() {
    let r4 = Definitions::r4();
    let resources = [
        wide("Wide", 3, &[]),
        code_system("colour", &["red"]),
        value_set(&format!("{HERE}/ValueSet/colour"), HERE, &["red"]),
        extension("colour", "code", None),
    ];
    let layered = layer(&r4, &resources);
    let names: Vec<_> =
        (0..r4.names().len() as u16).map(|id| r4.names().text(fhirpost::document::NameId(id))).collect();
    let same: Vec<_> =
        (0..r4.names().len() as u16).map(|id| layered.names().text(fhirpost::document::NameId(id))).collect();
    assert_eq!(names, same);
    assert_eq!(layered.types().len(), r4.types().len() + 1);
    assert_eq!(layered.value_sets().len(), r4.value_sets().len() + 1);
    for (own, below) in layered.types().iter().zip(r4.types()) {
        assert_eq!((&own.name, own.kind, own.base), (&below.name, below.kind, below.base));
        assert_eq!(own.name.as_ptr(), below.name.as_ptr(), "no text of the base is copied");
    }
    for (own, below) in layered.value_sets().iter().zip(r4.value_sets()) {
        assert_eq!(own.url, below.url);
        assert_eq!(own.expansion(), below.expansion());
    }
    assert_eq!(layered.constraints(), r4.constraints());
}

#[test]
fn what_is_wrong_is_named_and_the_rest_works() {
    let set = |name: &str, compose: Value| json!({ "resourceType": "ValueSet", "url": format!("{HERE}/ValueSet/{name}"), "status": "active", "compose": compose });
    let itself = |name: &str| json!({ "include": [{ "valueSet": [format!("{HERE}/ValueSet/{name}")] }] });
    let mut no_snapshot = extension("no-snapshot", "code", None);
    no_snapshot.as_object_mut().unwrap().remove("snapshot");
    let mut profile = extension("profile", "code", None);
    profile["type"] = json!("Patient");
    let mut two_types = wide("TwoTypes", 1, &[]);
    two_types["snapshot"]["element"][1]["type"] = json!([{ "code": "string" }, { "code": "code" }]);
    let mut unknown_type = wide("UnknownType", 1, &[]);
    unknown_type["snapshot"]["element"][1]["type"] = json!([{ "code": "Colour" }]);
    let mut wrong_max = extension("wrong-max", "code", None);
    wrong_max["snapshot"]["element"][1]["max"] = json!("many");
    let mut itself_base = wide("Itself", 1, &[]);
    itself_base["baseDefinition"] = itself_base["url"].clone();
    let texts: Vec<String> = vec![
        "{".into(),
        json!({ "status": "active" }).to_string(),
        json!({ "resourceType": "ValueSet", "status": "active" }).to_string(),
        set("circle", itself("circle")).to_string(),
        set("missing", itself("other")).to_string(),
        no_snapshot.to_string(),
        profile.to_string(),
        extension("unknown-type", "Colour", None).to_string(),
        two_types.to_string(),
        unknown_type.to_string(),
        itself_base.to_string(),
        message_definition("no-category", json!({ "category": "sometimes" })).to_string(),
        json!({ "resourceType": "Bundle", "entry": [
            { "resource": { "resourceType": "Patient" } },
            { "resource": message_definition("no-graph", json!({ "graph": [format!("{HERE}/GraphDefinition/missing")] })) }
        ] })
        .to_string(),
        code_system("twice", &["a"]).to_string(),
        code_system("twice", &["b"]).to_string(),
        code_system("same", &["a"]).to_string(),
        code_system("same", &["a"]).to_string(),
        json!({ "resourceType": "Patient" }).to_string(),
        wrong_max.to_string(),
        set("of-nothing", json!({ "include": [{ "filter": [] }] })).to_string(),
    ];
    let (definitions, found) = Definitions::r4().with(&texts);
    let mut told: Vec<(usize, Option<usize>, &str, DefinitionIssueKind, Severity)> = found
        .iter()
        .map(|issue| (issue.index.unwrap(), issue.entry, issue.path.as_str(), issue.kind, issue.severity))
        .collect();
    told.sort_by_key(|one| one.0);
    use DefinitionIssueKind as K;
    use Severity as S;
    assert_eq!(
        told,
        [
            (0, None, "", K::Unreadable, S::Error),
            (1, None, "", K::Invalid, S::Error),
            (2, None, "", K::Invalid, S::Error),
            (3, None, "compose", K::Invalid, S::Warning),
            (4, None, "compose", K::NotSupported, S::Information),
            (5, None, "", K::Invalid, S::Warning),
            (6, None, "Extension.value[x]", K::Invalid, S::Warning),
            (7, None, "Extension.value[x]", K::Missing, S::Warning),
            (8, None, "TwoTypes.e0", K::Invalid, S::Error),
            (9, None, "UnknownType.e0", K::Invalid, S::Error),
            (10, None, "baseDefinition", K::Invalid, S::Error),
            (11, None, "MessageDefinition.category", K::Invalid, S::Error),
            (12, Some(1), "MessageDefinition.graph", K::Missing, S::Warning),
            (14, None, "", K::Duplicate, S::Warning),
            (17, None, "", K::NotSupported, S::Warning),
            (18, None, "Extension.value[x]", K::Invalid, S::Error),
            (19, None, "compose", K::Invalid, S::Warning),
        ]
    );
    let of_graph = found.iter().find(|issue| issue.index == Some(12)).unwrap();
    assert_eq!(
        (of_graph.resource_type.as_str(), of_graph.url.as_str()),
        ("MessageDefinition", &*format!("{HERE}/MessageDefinition/no-graph"))
    );
    assert!(definitions.code_system(&format!("{HERE}/CodeSystem/twice")).unwrap().has("b"), "the later one counts");
    assert!(definitions.message(&event("no-graph"), None).is_some(), "as far as it goes");
    for name in ["TwoTypes", "UnknownType", "Itself"] {
        assert!(definitions.type_named(name).is_none(), "{name}");
    }
}

/// The text of a layer as it is kept.
fn compiled(base: &Definitions, resources: &[Value]) -> String {
    let texts: Vec<String> = resources.iter().map(Value::to_string).collect();
    let documents: Vec<Document<'_>> = texts.iter().map(|text| Document::plain(text).unwrap()).collect();
    compile(&documents, base, Extent::All).0.encode(base).unwrap()
}

#[test]
fn what_is_compiled_ahead_of_time_is_read_like_what_is_compiled_now() {
    let r4 = Definitions::r4();
    let resources = [
        wide("Wide", 70, &[69]),
        code_system("colour", &["red"]),
        value_set(GENDER, HERE, &["red"]),
        extension("colour", "code", Some(GENDER)),
        message_definition("event", json!({ "category": "currency" })),
    ];
    let text = compiled(&r4, &resources);
    let (now, later) = (layer(&r4, &resources), r4.with_compiled(text.clone()).unwrap());
    assert_eq!(now.messages(), later.messages());
    assert_eq!(now.value_sets().len(), later.value_sets().len());
    let lacking = json!({ "resourceType": "Wide" });
    assert_eq!(rules(&later, &lacking), rules(&now, &lacking));
    assert_eq!(rules(&later, &lacking), ["element-missing"]);
    assert_eq!(rules(&later, &patient(json!({ "gender": "red" }))), Vec::<String>::new());

    let on_another = layer(&r4, &[code_system("colour", &["red"])]);
    assert_eq!(on_another.with_compiled(text.clone()).unwrap_err(), ReadError::OtherBase);
    assert_eq!(r4.with_compiled(String::new()).unwrap_err(), ReadError::Foreign);
    assert_eq!(r4.with_compiled("{}".into()).unwrap_err(), ReadError::Foreign);
    assert_eq!(r4.with_compiled(text.replacen("fhirpost 1", "fhirpost 9", 1)).unwrap_err(), ReadError::Foreign);
    assert_eq!(r4.with_compiled(text[..text.len() - 1].to_owned()).unwrap_err(), ReadError::Length);
    assert_eq!(r4.with_compiled(text.replacen("red", "rod", 1)).unwrap_err(), ReadError::Digest);
}

/// What a validator says about a text, or a message, by each of its methods.
fn answers<'i>(validator: &Validator, input: impl Fn() -> Input<'i>) -> Value {
    let options = Options::default();
    let outcome = ResponseOutcome { code: ResponseCode::Ok, issues: Vec::new(), resources: Vec::new() };
    let ids = (1..=3).map(|id| format!("00000000-0000-4000-8000-{id:012}")).collect();
    let answering = ResponseContext { now: "2026-01-31T12:00:00Z".to_owned(), ids, source: None, checked: false };
    let found = validator.evaluate(input(), "Bundle.entry.resource.ofType(Linking).e0", &EvaluateOptions::default());
    json!({
        "validate": validator.validate(input(), &options),
        "fix": validator.fix(input(), &options).text,
        "outline": validator.outline(input(), &options),
        "route": validator.route(input()),
        "respond": validator.respond(input(), &outcome, &answering, &options).unwrap(),
        "evaluate": found.unwrap_or_default().iter().map(|found| format!("{found:?}")).collect::<Vec<_>>(),
    })
}

/// What one validator has read, any other answers as it answers the text: a name of a layer has another number in each.
#[test]
fn a_message_that_another_validator_has_read_is_answered_as_its_text_is() {
    let r4 = Definitions::r4();
    // The element is a Reference: what is noted of it, too, goes by its name.
    let mut linking = wide("Linking", 2, &[1]);
    linking["snapshot"]["element"][1]["type"] = json!([{ "code": "Reference" }]);
    let own = Validator::new(layer(&r4, &[linking, message_definition("ping", json!({ "category": "notification" }))]));
    let others = [
        Validator::new(r4.clone()),
        Validator::new(layer(&r4, &[wide("Wide", 9, &[2])])),
        Validator::new(layer(&r4, &[wide("Narrow", 1, &[]), wide("Wide", 9, &[2])])),
    ];
    let header = json!({
        "resourceType": "MessageHeader", "id": "h", "eventCoding": { "system": format!("{HERE}/events"), "code": "ping" },
        "source": { "endpoint": "https://example.org/a" }, "focus": [{ "reference": "urn:uuid:00000000-0000-4000-8000-000000000002" }]
    });
    let resource = json!({
        "resourceType": "Linking", "e0": { "reference": "urn:uuid:00000000-0000-4000-8000-000000000001" }, "E1": "x"
    });
    let entry = |number: usize, resource: Value| json!({ "fullUrl": format!("urn:uuid:00000000-0000-4000-8000-00000000000{number}"), "resource": resource });
    let text = json!({
        "resourceType": "Bundle", "id": "b", "type": "message", "timestamp": "2026-01-31T12:00:00Z",
        "entry": [entry(1, header), entry(2, resource)]
    })
    .to_string();
    let by_text = answers(&own, || Input::from(&text));
    assert_eq!(by_text["validate"]["issues"].as_array().unwrap().len(), 2, "{by_text}");
    assert!(by_text["fix"].as_str().unwrap().contains(r#""e1":"x""#), "{by_text}");
    assert_eq!(by_text["outline"]["references"][1]["to"], 0, "{by_text}");
    assert_eq!((&by_text["route"]["supported"], by_text["evaluate"].as_array().unwrap().len()), (&json!(true), 1));
    for reader in others.iter().chain([&own]) {
        let read = reader.read(&text);
        assert_eq!(answers(&own, || Input::from(&read)), by_text);
        // And the other way round.
        let read = own.read(&text);
        assert_eq!(answers(reader, || Input::from(&read)), answers(reader, || Input::from(&text)));
    }
}

/// Names that a table has at other numbers, or does not have at all.
#[test]
fn a_document_that_was_read_for_other_definitions_is_validated_all_the_same() {
    let r4 = Definitions::r4();
    let layered = layer(&r4, &[wide("Wide", 2, &[1])]);
    let text = r#"{"resourceType":"Wide","e0":"x","_e0":{"id":"a"},"e2":"x"}"#;
    let of_patient = r#"{"resourceType":"Patient","e0":"x","gender":"none","_gender":{"extension":[]}}"#;
    for text in [text, of_patient] {
        for definitions in [&r4, &layered] {
            let validator = Validator::new(definitions.clone());
            let own = validator.validate(text, &Options::default());
            for names in [r4.names(), layered.names(), &Names::new()] {
                let message = Message::read(text, names, Limits::default());
                assert_eq!(validator.validate(&message, &Options::default()).issues, own.issues, "{text}");
            }
        }
    }
}
