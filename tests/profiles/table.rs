//! Each construct of a profile, in a profile of an R4 type and refined in one that is derived from it, with and without snapshots: our verdict
//! beside HL7's, which `record.mjs` has written into `constructs.json`.

use fhirpost::definitions::Definitions;
use fhirpost::{Options, Validator};
use serde_json::{Map, Value, json};

/// Instances whose verdict is not HL7's: construct, instance (`*` for each), by which profile (`*` for both), and why.
const OTHERWISE: &[(&str, &str, &str, &str)] = &[
    ("path of one type", "another type", "*", "the path of one type excludes no other unless the types do"),
    ("fixed value with parts", "both", "derived", NAMES),
    ("fixed value with parts", "more in the first", "derived", NAMES),
    ("open at the end", "before", "*", "HL7's validator does not compare the order of what is of no slice"),
    (
        "closed slices by type",
        "another type",
        "base",
        "HL7's validator closes slices of types in a derived profile only",
    ),
    ("slices of slices", "two", "derived", "HL7's validator does not count slices of slices in a derived profile"),
    ("slices of slices", "none", "base", "HL7's validator takes what is of a slice to be of its slices, too"),
];

const NAMES: &str = "HL7's validator tells of given names that are the same";

/// How the profiles are given.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Given {
    /// Their differentials.
    Differentials,
    /// Their snapshots, which count since what they are derived from is not there.
    Snapshots,
}

type Elements = Map<String, Value>;

fn path(id: &str) -> String {
    id.split('.').map(|step| step.split(':').next().unwrap_or_default()).collect::<Vec<_>>().join(".")
}

fn list(elements: &Elements) -> Value {
    let described = elements.iter().map(|(id, says)| {
        let mut element = Map::from_iter([("id".to_owned(), json!(id)), ("path".to_owned(), json!(path(id)))]);
        element.extend(says.as_object().unwrap().clone());
        Value::Object(element)
    });
    Value::Array(described.collect())
}

/// What a snapshot says: the elements of the base, each with what the derived profile says instead; others behind their parents.
fn merged(base: &Elements, derived: &Elements) -> Elements {
    let mut all: Vec<(String, Value)> = base.clone().into_iter().collect();
    for (id, says) in derived {
        let says = says.as_object().unwrap().clone();
        if let Some((_, known)) = all.iter_mut().find(|(known, _)| known == id) {
            let known = known.as_object_mut().unwrap();
            for (name, value) in says {
                match (known.get_mut(&name), value) {
                    (Some(Value::Array(before)), Value::Array(more)) if name == "constraint" => {
                        before.extend(more.into_iter().filter(|one| !before.contains(one)).collect::<Vec<_>>());
                    }
                    (_, value) => drop(known.insert(name, value)),
                }
            }
            continue;
        }
        let is_inside = |parent: &str| all.iter().rposition(|(known, _)| known.starts_with(parent));
        let parents = id.match_indices(['.', ':']).map(|(end, _)| &id[..end]);
        let at = parents.filter_map(is_inside).next_back().map_or(all.len(), |last| last + 1);
        all.insert(at, (id.clone(), Value::Object(says)));
    }
    all.into_iter().collect()
}

fn profile(construct: &Value, name: &str, base: &str, elements: (&str, &Elements)) -> String {
    let mut profile = json!({
        "resourceType": "StructureDefinition",
        "url": format!("http://example.org/{name}"),
        "version": "1",
        "name": name,
        "status": "active",
        "fhirVersion": "4.0.1",
        "kind": "resource",
        "abstract": false,
        "type": construct["type"],
        "baseDefinition": base,
        "derivation": "constraint",
        elements.0: { "element": list(elements.1) },
    });
    // Without its base, a derived profile says itself what the base says.
    let says = if elements.0 == "snapshot" { ["base", name] } else { [name, name] };
    for said in says.iter().filter_map(|name| construct["says"][name].as_object()) {
        profile.as_object_mut().unwrap().extend(said.clone());
    }
    profile.to_string()
}

fn validator(construct: &Value, given: Given) -> Validator {
    let elements = |name: &str| construct[name].as_object().unwrap();
    let of_type = format!("http://hl7.org/fhir/StructureDefinition/{}", construct["type"].as_str().unwrap());
    let profiles = match given {
        Given::Differentials => [
            profile(construct, "base", &of_type, ("differential", elements("base"))),
            profile(construct, "derived", "http://example.org/base", ("differential", elements("derived"))),
        ],
        Given::Snapshots => [
            profile(construct, "base", "http://example.org/not-there", ("snapshot", elements("base"))),
            profile(
                construct,
                "derived",
                "http://example.org/not-there",
                ("snapshot", &merged(elements("base"), elements("derived"))),
            ),
        ],
    };
    let others = construct["others"].as_array().unwrap().iter().map(Value::to_string);
    let (definitions, issues) = Definitions::r4().with(others.chain(profiles));
    let is_expected = |problem: &str| given == Given::Snapshots && problem.contains("not-there");
    let faults: Vec<_> = issues.iter().filter(|issue| !is_expected(&issue.problem)).collect();
    assert!(faults.is_empty(), "{}: {faults:#?}", construct["construct"]);
    Validator::new(definitions)
}

#[test]
fn each_construct_has_the_verdict_of_hl7() {
    let constructs: Vec<Value> = serde_json::from_str(include_str!("constructs.json")).unwrap();
    let (mut cases, mut differ) = (0, String::new());
    let mut used = vec![false; OTHERWISE.len()];
    for construct in &constructs {
        let name = construct["construct"].as_str().unwrap();
        for given in [Given::Differentials, Given::Snapshots] {
            let validator = validator(construct, given);
            for (instance, case) in construct["instances"].as_object().unwrap() {
                for by in ["base", "derived"] {
                    let mut resource = case["resource"].clone();
                    resource["meta"] = json!({ "profile": [format!("http://example.org/{by}")] });
                    let report = validator.validate(&*resource.to_string(), &Options::default());
                    let expected = case["hl7"][by].as_array().unwrap();
                    let reason = OTHERWISE.iter().position(|(of, one, profile, _)| {
                        *of == name && ["*", instance].contains(one) && ["*", by].contains(profile)
                    });
                    cases += 1;
                    match reason {
                        Some(reason) if report.valid != expected.is_empty() => used[reason] = true,
                        _ if report.valid == expected.is_empty() => {}
                        _ => differ += &format!("{name}, {instance}, {by}, {given:?}: HL7 {expected:?}\n{report}\n"),
                    }
                }
            }
        }
    }
    assert!(differ.is_empty(), "{differ}");
    assert!(cases >= 200, "{cases}");
    let idle: Vec<_> = OTHERWISE.iter().zip(used).filter(|(_, used)| !used).collect();
    assert!(idle.is_empty(), "the verdict is HL7's now: {idle:?}");
}
