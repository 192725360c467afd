//! Several versions of what packages define, side by side: each package means its own, then those of what it depends on, then the newest.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may fail loudly")]

use fhirpost::{Definitions, Options, Package, Validator};
use serde_json::{Value, json};

/// A package of these resources, which depends on others.
fn package(name: &str, version: &str, needs: &[(&str, &str)], resources: &[Value]) -> Package {
    let dependencies: serde_json::Map<_, _> =
        needs.iter().map(|(name, version)| ((*name).to_owned(), json!(version))).collect();
    let description =
        json!({ "name": name, "version": version, "fhirVersions": ["4.0.1"], "dependencies": dependencies });
    let mut files = vec![("package.json".to_owned(), description.to_string())];
    files.extend(resources.iter().enumerate().map(|(at, one)| (format!("{at:03}.json"), one.to_string())));
    Package::of_files(files).unwrap()
}

fn url(name: &str) -> String {
    format!("http://example.org/{name}")
}

/// A profile with these elements; one without a base is of the type itself.
fn profile(name: &str, version: &str, of: &str, base: &str, elements: Value) -> Value {
    let base = if base.is_empty() { format!("http://hl7.org/fhir/StructureDefinition/{of}") } else { base.to_owned() };
    json!({ "resourceType": "StructureDefinition", "url": url(name), "version": version, "name": name, "status": "draft",
        "kind": if of == "Extension" || of == "HumanName" { "complex-type" } else { "resource" }, "abstract": false, "type": of,
        "derivation": "constraint", "baseDefinition": base, "differential": { "element": elements },
        "context": [{ "type": "element", "expression": "Patient" }] })
}

/// An element that must be there.
fn required(path: &str) -> Value {
    json!({ "id": path, "path": path, "min": 1 })
}

/// What is given in several versions: in 1.0.0 each asks for one thing, in 2.0.0 for another.
fn library(version: &str) -> Vec<Value> {
    let is_old = version == "1.0.0";
    let name = if is_old { "HumanName.family" } else { "HumanName.text" };
    let asked = if is_old { "Patient.birthDate" } else { "Patient.gender" };
    let code = if is_old { "old" } else { "new" };
    let concept = json!([{ "code": code, "display": code.to_uppercase() }, { "code": "both" }]);
    vec![
        profile("base", version, "Patient", "", json!([required(asked)])),
        profile("name", version, "HumanName", "", json!([required(name)])),
        profile("target", version, "Patient", "", json!([required(asked)])),
        profile("imposed", version, "Patient", "", json!([required(asked)])),
        profile(
            "extension",
            version,
            "Extension",
            "",
            json!([{ "id": "Extension.url", "path": "Extension.url", "fixedUri": url("extension") },
                { "id": "Extension.value[x]", "path": "Extension.value[x]", "min": 1,
                  "type": [{ "code": if is_old { "string" } else { "boolean" } }] }]),
        ),
        json!({ "resourceType": "CodeSystem", "url": url("codes"), "version": version, "status": "active", "content": "complete",
            "concept": concept }),
        json!({ "resourceType": "ValueSet", "url": url("set-of-library"), "version": version, "status": "active",
            "compose": { "include": [{ "system": url("codes"), "version": version }] } }),
    ]
}

/// A profile that asks for something in a constraint.
fn asking(name: &str, expression: &str) -> Value {
    let constraint =
        json!({ "key": "asks", "severity": "error", "human": "It is as asked for", "expression": expression });
    profile(name, "9.0.0", "Patient", "", json!([{ "id": "Patient", "path": "Patient", "constraint": [constraint] }]))
}

/// What uses all of it, in names that begin so, and says no versions.
fn user(prefix: &str) -> Vec<Value> {
    let named = |name: &str| format!("{prefix}-{name}");
    let mut imposes = profile(&named("imposes"), "9.0.0", "Patient", "", json!([required("Patient.active")]));
    imposes["extension"] = json!([{ "url": "http://hl7.org/fhir/StructureDefinition/structuredefinition-imposeProfile",
        "valueCanonical": url("imposed") }]);
    vec![
        profile(&named("derived"), "9.0.0", "Patient", &url("base"), json!([required("Patient.active")])),
        profile(
            &named("named"),
            "9.0.0",
            "Patient",
            "",
            json!([{ "id": "Patient.name", "path": "Patient.name", "type": [{ "code": "HumanName", "profile": [url("name")] }] }]),
        ),
        profile(
            &named("referring"),
            "9.0.0",
            "Task",
            "",
            json!([{ "id": "Task.for", "path": "Task.for", "type": [{ "code": "Reference", "targetProfile": [url("target")] }] }]),
        ),
        imposes,
        asking(&named("asking"), &format!("conformsTo('{}')", url("target"))),
        asking(&named("member"), &format!("maritalStatus.memberOf('{}')", url("set-of-library"))),
        json!({ "resourceType": "Questionnaire", "url": url(&named("questionnaire")), "version": "9.0.0", "status": "active",
            "item": [{ "linkId": "1", "type": "group", "item": [
                { "linkId": "1.1", "type": "choice", "answerValueSet": url("set-of-library") }] }] }),
        json!({ "resourceType": "ValueSet", "url": url(&named("set")), "version": "9.0.0", "status": "active",
            "compose": { "include": [{ "system": url("codes") }] } }),
        profile(
            &named("bound"),
            "9.0.0",
            "Patient",
            "",
            json!([{ "id": "Patient.maritalStatus", "path": "Patient.maritalStatus",
                "binding": { "strength": "required", "valueSet": url(&named("set")) } }]),
        ),
        json!({ "resourceType": "MessageDefinition", "url": url(&named("event")), "version": "9.0.0", "status": "active",
            "date": "2026-01-01", "eventUri": url(&named("event")), "category": "notification",
            "focus": [{ "code": "Patient", "min": 1, "max": "1", "profile": url("target") }] }),
        json!({ "resourceType": "MessageDefinition", "url": url(&named("graph-event")), "version": "9.0.0", "status": "active",
            "date": "2026-01-01", "eventUri": url(&named("graph-event")), "category": "notification",
            "focus": [{ "code": "Patient", "min": 1, "max": "1" }], "graph": [url(&named("graph"))] }),
        json!({ "resourceType": "GraphDefinition", "url": url(&named("graph")), "version": "9.0.0", "status": "active", "name": "G",
            "start": "MessageHeader", "link": [{ "path": "MessageHeader.focus", "target": [{ "type": "Patient",
                "profile": url("target") }] }] }),
    ]
}

fn message(event: &str, patient: &Value) -> Value {
    json!({ "resourceType": "Bundle", "id": "a", "type": "message", "timestamp": "2026-01-31T12:00:00Z", "entry": [
        { "fullUrl": url("MessageHeader/1"), "resource": { "resourceType": "MessageHeader", "id": "1", "eventUri": url(event),
            "source": { "endpoint": "http://example.org" }, "focus": [{ "reference": url("Patient/1") }] } },
        { "fullUrl": url("Patient/1"), "resource": patient }] })
}

fn is_valid(validator: &Validator, text: &Value) -> bool {
    let report = validator.validate(text.to_string(), &Options::default());
    assert!(report.issues.iter().all(|issue| !issue.rule.starts_with("profile-unknown")), "{report}");
    report.valid
}

/// Which of the versions 1.0.0 and 2.0.0 each construct of a user means.
fn meant(definitions: &Definitions, prefix: &str) -> Vec<(&'static str, String)> {
    let validator = Validator::new(definitions.clone());
    let claim = |name: &str| json!({ "profile": [url(&format!("{prefix}-{name}"))] });
    let patient = |of: &str, old: bool| {
        let mut patient = json!({ "resourceType": "Patient", "id": "1", "active": true });
        if !of.is_empty() {
            patient["meta"] = claim(of);
        }
        let (key, value) = if old { ("birthDate", "2000-01-31") } else { ("gender", "female") };
        patient[key] = json!(value);
        patient
    };
    let named = |old: bool| {
        let name = if old { json!({ "family": "Ana" }) } else { json!({ "text": "Ana" }) };
        json!({ "resourceType": "Patient", "meta": claim("named"), "name": [name] })
    };
    let referring = |old: bool| {
        json!({ "resourceType": "Task", "meta": claim("referring"), "status": "draft", "intent": "order",
            "contained": [patient("", old)], "for": { "reference": "#1" } })
    };
    let bound = |old: bool| {
        json!({ "resourceType": "Patient", "meta": claim("bound"), "maritalStatus": { "coding": [
            { "system": url("codes"), "code": if old { "old" } else { "new" } }] } })
    };
    type Make<'m> = Box<dyn Fn(bool) -> Value + 'm>;
    let coding = |old: bool| json!({ "system": url("codes"), "code": if old { "old" } else { "new" } });
    let member = |old: bool| json!({ "resourceType": "Patient", "meta": claim("member"), "maritalStatus": { "coding": [coding(old)] } });
    let answered = |old: bool| {
        json!({ "resourceType": "QuestionnaireResponse", "questionnaire": url(&format!("{prefix}-questionnaire")),
            "status": "completed", "item": [{ "linkId": "1", "item": [{ "linkId": "1.1", "answer": [{ "valueCoding": coding(old) }] }] }] })
    };
    let makes: [(&str, Make<'_>); 10] = [
        ("conformsTo", Box::new(|old| patient("asking", old))),
        ("memberOf", Box::new(member)),
        ("answerValueSet", Box::new(answered)),
        ("base", Box::new(|old| patient("derived", old))),
        ("type profile", Box::new(named)),
        ("target profile", Box::new(referring)),
        ("imposed profile", Box::new(|old| patient("imposes", old))),
        ("code system", Box::new(bound)),
        ("focus", Box::new(|old| message(&format!("{prefix}-event"), &patient("", old)))),
        ("graph", Box::new(|old| message(&format!("{prefix}-graph-event"), &patient("", old)))),
    ];
    let mut found = Vec::new();
    for (what, make) in makes {
        let version = match [true, false].map(|old| is_valid(&validator, &make(old))) {
            [true, false] => "1.0.0",
            [false, true] => "2.0.0",
            [true, true] => "any",
            [false, false] => "none",
        };
        found.push((what, version.to_owned()));
    }
    found
}

fn compiled(packages: &[Package]) -> Definitions {
    let (definitions, issues) = Definitions::r4_with_profiles().with_packages(packages.iter().cloned().map(Ok));
    assert!(issues.is_empty(), "versions side by side are no issue: {issues:?}");
    definitions
}

#[test]
fn what_says_no_version_means_its_own_package_then_what_that_depends_on_then_the_newest() {
    let own = [library("1.0.0"), user("own")].concat();
    let packages = [
        package("library", "1.0.0", &[], &library("1.0.0")),
        package("library", "2.0.0", &[], &library("2.0.0")),
        package("own", "1.0.0", &[], &own),
        package("needs-old", "1.0.0", &[("library", "1.0.0")], &user("needs-old")),
        package("by-way", "1.0.0", &[("needs-old", "1.0.0")], &user("by-way")),
        package("nearer", "1.0.0", &[("by-way", "1.0.0"), ("library", "2.0.0")], &user("nearer")),
        package("older-nearer", "1.0.0", &[("nearer", "1.0.0"), ("library", "1.0.0")], &user("older-nearer")),
        package("says-nothing", "1.0.0", &[], &user("says-nothing")),
        package("a-comes-first", "1.0.0", &[], &user("a-comes-first")),
    ];
    let expected = [
        ("own", "1.0.0"),
        ("needs-old", "1.0.0"),
        ("by-way", "1.0.0"),
        ("nearer", "2.0.0"),
        ("older-nearer", "1.0.0"),
        ("says-nothing", "2.0.0"),
        ("a-comes-first", "2.0.0"),
    ];
    for turned in 0..packages.len() {
        let mut given = packages.to_vec();
        given.rotate_left(turned);
        let (definitions, issues) = Definitions::r4_with_profiles().with_packages(given.into_iter().map(Ok));
        let said: Vec<String> = issues.iter().map(ToString::to_string).collect();
        // The one package defines what the other does, in the same version and alike.
        assert_eq!(said, Vec::<String>::new());
        let (again, _) = Definitions::r4().with_kept(definitions.kept("").into_bytes()).unwrap();
        for definitions in [&definitions, &again] {
            for (prefix, version) in expected {
                let all = meant(definitions, prefix);
                assert!(all.iter().all(|(_, one)| one == version), "{prefix} means {version}: {all:?}");
            }
        }
    }
}

#[test]
fn what_was_compiled_apart_means_the_same_beside_each_other() {
    let library = |version| package("library", version, &[], &library(version));
    let needs = package("needs", "1.0.0", &[("library", "1.0.0")], &user("needs"));
    let (old, new) = (compiled(&[library("1.0.0"), needs]), compiled(&[library("2.0.0")]));
    for all in [old.beside(&new).unwrap(), new.beside(&old).unwrap()] {
        let (again, _) = Definitions::r4().with_kept(all.kept("").into_bytes()).unwrap();
        for all in [all, again] {
            let found = meant(&all, "needs");
            assert!(found.iter().all(|(_, one)| one == "1.0.0"), "{found:?}");
        }
    }
    // Of what was not there when it was compiled, the newest that is there later.
    let (alone, _) =
        Definitions::r4_with_profiles().with_packages([Ok(package("alone", "1.0.0", &[], &user("alone")))]);
    let found = meant(&alone.beside(&old).unwrap().beside(&new).unwrap(), "alone");
    assert!(found.iter().filter(|(what, _)| *what != "code system").all(|(_, one)| one == "2.0.0"), "{found:?}");
}

#[test]
fn a_canonical_with_a_version_names_that_very_one() {
    let pinned = |version: &str| {
        let text = Value::Array(user("pinned")).to_string();
        let pinned = ["base", "name", "target", "imposed"].iter().fold(text, |text, name| {
            text.replace(&format!("\"{}\"", url(name)), &format!("\"{}|{version}\"", url(name)))
        });
        let pinned = pinned.replace(&url("set-of-library"), &format!("{}|{version}", url("set-of-library")));
        let pinned = pinned.replace(&format!("{}'", url("target")), &format!("{}|{version}'", url("target")));
        let mut all: Vec<Value> = serde_json::from_str(&pinned).unwrap();
        let set = all.iter_mut().find(|one| one["resourceType"] == "ValueSet").unwrap();
        set["compose"]["include"][0]["version"] = json!(version);
        all
    };
    for version in ["1.0.0", "2.0.0"] {
        for needs in [vec![], vec![("library", "1.0.0")], vec![("library", "2.0.0")]] {
            let definitions = compiled(&[
                package("library", "1.0.0", &[], &library("1.0.0")),
                package("library", "2.0.0", &[], &library("2.0.0")),
                package("pinned", "1.0.0", &needs, &pinned(version)),
            ]);
            let found = meant(&definitions, "pinned");
            assert!(found.iter().all(|(_, one)| one == version), "{version} {needs:?}: {found:?}");
        }
    }
}

#[test]
fn a_coding_is_of_the_version_that_it_states_or_of_the_newest() {
    let system = |version: &str| library(version).into_iter().find(|one| one["resourceType"] == "CodeSystem").unwrap();
    let library = |version| package("library", version, &[], &[system(version)]);
    let codes = |version: &str| system(version).to_string();
    let both = compiled(&[library("2.0.0"), library("1.0.0")]);
    let beside = compiled(&[library("2.0.0")]).beside(&compiled(&[library("1.0.0")])).unwrap();
    let (of_resources, issues) = Definitions::r4().with([codes("1.0.0"), codes("2.0.0")]);
    assert!(issues.is_empty(), "{issues:?}");
    let (turned, _) = Definitions::r4().with([codes("2.0.0"), codes("1.0.0")]);
    for definitions in [both, beside, of_resources, turned] {
        let validator = Validator::new(definitions);
        for (version, code, expected) in [
            ("", "new", true),
            ("", "old", false),
            ("", "both", true),
            ("", "other", false),
            ("1.0.0", "old", true),
            ("1.0.0", "new", false),
            ("2.0.0", "new", true),
            ("2.0.0", "old", false),
            // Of what is not there it is not known.
            ("3.0.0", "new", true),
            ("3.0.0", "other", true),
        ] {
            let mut coding = json!({ "system": url("codes"), "code": code });
            if !version.is_empty() {
                coding["version"] = json!(version);
            }
            let text = json!({ "resourceType": "Basic", "code": { "coding": [coding] } }).to_string();
            let report = validator.validate(text, &Options::default());
            assert_eq!(
                report.issues.iter().all(|one| one.rule != "code-unknown"),
                expected,
                "{version} {code}: {report}"
            );
            let is_wanted = version == "3.0.0" && code == "other";
            assert_eq!(report.wanted.codes.len(), usize::from(is_wanted), "{version} {code}");
        }
    }
}

#[test]
fn an_imposed_profile_holds_for_a_value_of_a_type_profile_too() {
    let mut imposing = profile("imposing", "1.0.0", "HumanName", "", json!([required("HumanName.family")]));
    imposing["extension"] = json!([{ "url": "http://hl7.org/fhir/StructureDefinition/structuredefinition-imposeProfile",
        "valueCanonical": url("text") }]);
    let text = profile("text", "1.0.0", "HumanName", "", json!([required("HumanName.text")]));
    let of_type = json!([{ "id": "Patient.name", "path": "Patient.name",
        "type": [{ "code": "HumanName", "profile": [url("imposing")] }] }]);
    let definitions =
        compiled(&[package("a", "1.0.0", &[], &[imposing, text, profile("p", "1.0.0", "Patient", "", of_type)])]);
    let validator = Validator::new(definitions);
    for (name, expected) in [(json!({ "family": "Ana", "text": "Ana" }), true), (json!({ "family": "Ana" }), false)] {
        let patient = json!({ "resourceType": "Patient", "meta": { "profile": [url("p")] }, "name": [name] });
        assert_eq!(is_valid(&validator, &patient), expected);
    }
}

#[test]
fn an_extension_is_allowed_where_any_of_its_versions_allows_it() {
    let birth_place = |version: &str, context: &str| {
        let mut extension = profile("x", version, "Extension", "", json!([{ "id": "Extension", "path": "Extension" }]));
        extension["url"] = json!("http://hl7.org/fhir/StructureDefinition/patient-birthPlace");
        extension["context"] = json!([{ "type": "element", "expression": context }]);
        package(context, "1.0.0", &[], &[extension])
    };
    let allowed = |definitions: Definitions| {
        let validator = Validator::new(definitions);
        ["Patient", "Person", "Group"].map(|of| {
            let text = json!({ "resourceType": of, "extension": [{
                "url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace", "valueAddress": { "city": "Odense" } }] });
            let report = validator.validate(text.to_string(), &Options::default());
            report.issues.iter().all(|issue| issue.rule != "extension-context")
        })
    };
    assert_eq!(allowed(Definitions::r4()), [true, false, false], "R4's own");
    let (person, group) = (birth_place("5.1.0", "Person"), birth_place("5.2.0", "Group"));
    assert_eq!(allowed(compiled(std::slice::from_ref(&person))), [true, true, false]);
    assert_eq!(allowed(compiled(&[group.clone(), person.clone()])), [true, true, true]);
    assert_eq!(allowed(compiled(&[group]).beside(&compiled(&[person])).unwrap()), [true, true, true]);
}

#[test]
fn what_is_given_in_several_versions_at_once_is_there_in_all_of_them() {
    let set = |version: &str, code: &str| {
        json!({ "resourceType": "ValueSet", "url": url("set"), "version": version, "status": "active",
            "compose": { "include": [{ "system": url("cs"), "concept": [{ "code": code }] }] } })
    };
    let bound = |name: &str, set: &str| {
        let binding = json!({ "strength": "required", "valueSet": set });
        let element = json!([{ "id": "Patient.maritalStatus", "path": "Patient.maritalStatus", "binding": binding }]);
        profile(name, "9.0.0", "Patient", "", element)
    };
    let url = url("set");
    let all = [
        set("1.10.0", "new"),
        set("1.9.0", "old"),
        bound("any", &url),
        bound("old", &format!("{url}|1.9.0")),
        bound("new", &format!("{url}|1.10.0")),
    ];
    for turned in 0..all.len() {
        let mut given = all.to_vec();
        given.rotate_left(turned);
        let (of_resources, issues) = Definitions::r4_with_profiles().with(given.iter().map(Value::to_string));
        assert!(issues.is_empty(), "{issues:?}");
        for definitions in [of_resources, compiled(&[package("a", "1.0.0", &[], &given)])] {
            let validator = Validator::new(definitions);
            for (name, expected) in [("any", "new"), ("old", "old"), ("new", "new")] {
                for code in ["old", "new"] {
                    let text = json!({ "resourceType": "Patient", "meta": { "profile": [self::url(name)] },
                        "maritalStatus": { "coding": [{ "system": self::url("cs"), "code": code }] } });
                    assert_eq!(is_valid(&validator, &text), code == expected, "{name} {code}");
                }
            }
        }
    }
}

#[test]
fn what_nothing_is_validated_by_is_taken_in_silence() {
    for of in ["ConceptMap", "NamingSystem"] {
        let text = json!({ "resourceType": of, "url": url("a"), "name": "A", "status": "active" }).to_string();
        assert_eq!(Definitions::r4().with([text]).1, []);
    }
    let text = json!({ "resourceType": "Patient" }).to_string();
    assert_eq!(Definitions::r4().with([text]).1.len(), 1);
}

#[test]
fn filters_choose_codes_of_the_code_systems_of_dependencies() {
    let system = |version: &str, below: &str| {
        json!({ "resourceType": "CodeSystem", "url": url("cs"), "version": version, "status": "active", "content": "complete",
            "concept": [{ "code": "a", "concept": [{ "code": below }] }, { "code": "other" }] })
    };
    let set = json!({ "resourceType": "ValueSet", "url": url("set"), "version": "9.0.0", "status": "active",
        "compose": { "include": [{ "system": url("cs"), "filter": [{ "property": "concept", "op": "is-a", "value": "a" }] }] } });
    let binding = json!({ "strength": "required", "valueSet": url("set") });
    let element = json!([{ "id": "Patient.maritalStatus", "path": "Patient.maritalStatus", "binding": binding }]);
    let bound = profile("bound", "9.0.0", "Patient", "", element);
    let definitions = compiled(&[
        package("library", "1.0.0", &[], &[system("1.0.0", "old")]),
        package("library", "2.0.0", &[], &[system("2.0.0", "new")]),
        package("user", "1.0.0", &[("library", "1.0.0")], &[set, bound]),
    ]);
    let validator = Validator::new(definitions);
    for (code, expected) in [("a", true), ("old", true), ("new", false), ("other", false)] {
        let text = json!({ "resourceType": "Patient", "meta": { "profile": [url("bound")] },
            "maritalStatus": { "coding": [{ "system": url("cs"), "code": code }] } });
        assert_eq!(is_valid(&validator, &text), expected, "{code}");
    }
}
