//! Texts made to cost as much as they can, by their size: each is about in proportion to `n`.
#![allow(dead_code, reason = "the tests and the bench use different parts")]

/// A kind of text: its name, an `n` at which its cost shows, and how it is made.
pub(crate) type Case = (&'static str, usize, fn(usize) -> String);

const NARRATIVE: &str = r#""text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"}"#;
const BASE: &str = "http://a.example/fhir";

/// So many items, each made from its number, with commas between them.
fn list(n: usize, item: impl Fn(usize) -> String) -> String {
    (0..n).map(item).collect::<Vec<_>>().join(",")
}

fn same(n: usize, item: &str) -> String {
    vec![item; n].join(",")
}

fn resource(of: &str, id: &str, members: &str) -> String {
    format!(r#"{{"resourceType":"{of}","id":"{id}",{NARRATIVE},{members}}}"#)
}

fn many(n: usize, item: impl Fn(usize) -> String) -> String {
    (0..n).map(item).collect()
}

/// A resource with this in its narrative, which is a string of JSON with escapes.
fn with_narrative(content: &str) -> String {
    let div = format!(r#"<div xmlns=\"http://www.w3.org/1999/xhtml\">{content}</div>"#);
    format!(r#"{{"resourceType":"Patient","text":{{"status":"generated","div":"{div}"}}}}"#)
}

fn patient(members: &str) -> String {
    resource("Patient", "p", members)
}

fn definition(of: &str, members: &str) -> String {
    let own = r#""url":"http://a.example/x","version":"1","name":"X","title":"x","status":"active""#;
    resource(of, "x", &format!("{own},{members}"))
}

fn entry(resource: &str, url: &str) -> String {
    format!(r#"{{"fullUrl":"{url}","resource":{resource}}}"#)
}

fn bundle(of: &str, entries: &str) -> String {
    format!(
        r#"{{"resourceType":"Bundle","id":"b","type":"{of}","timestamp":"2026-01-01T00:00:00Z","entry":[{entries}]}}"#
    )
}

fn header(members: &str) -> String {
    let own = r#""eventUri":"http://a.example/e","source":{"endpoint":"http://a.example"}"#;
    entry(&resource("MessageHeader", "h", &format!("{own}{members}")), &format!("{BASE}/MessageHeader/h"))
}

/// A message about a patient with these members.
fn message(members: &str) -> String {
    let focus = r#","focus":[{"reference":"Patient/p"}]"#;
    bundle("message", &[header(focus), entry(&patient(members), &format!("{BASE}/Patient/p"))].join(","))
}

fn observation(id: usize, n: usize) -> String {
    let codings = list(n, |i| format!(r#"{{"system":"http://a.example","code":"a{i}"}}"#));
    let components = list(n, |i| {
        format!(r#"{{"code":{{"coding":[{{"system":"http://a.example","code":"b{i}"}}]}},"valueInteger":{i}}}"#)
    });
    let members =
        format!(r#""status":"final","valueInteger":1,"code":{{"coding":[{codings}]}},"component":[{components}]"#);
    resource("Observation", &format!("o{id}"), &members)
}

fn guide(n: usize) -> String {
    let groups = list(n, |i| format!(r#"{{"id":"g{i}","name":"x"}}"#));
    let resources = list(n, |i| format!(r#"{{"reference":{{"display":"x"}},"groupingId":"g{}"}}"#, n - 1 - i));
    let members = format!(
        r#""packageId":"a.b","fhirVersion":["4.0.1"],"definition":{{"grouping":[{groups}],"resource":[{resources}]}}"#
    );
    definition("ImplementationGuide", &members)
}

fn narrative(inner: &str) -> String {
    format!(
        r#"{{"resourceType":"Patient","text":{{"status":"generated","div":"<div xmlns='http://www.w3.org/1999/xhtml'>{inner}</div>"}}}}"#
    )
}

fn patients(n: usize, members: impl Fn(usize) -> String, url: impl Fn(usize) -> String) -> String {
    list(n, |i| entry(&resource("Patient", &format!("p{i}"), &members(i)), &url(i)))
}

fn own_url(i: usize) -> String {
    format!("{BASE}/Patient/p{i}")
}

fn link(to: &str) -> String {
    format!(r#""link":[{{"other":{{"reference":"{to}"}},"type":"seealso"}}]"#)
}

/// Texts on which constraints are evaluated again and again.
pub(crate) const CONSTRAINTS: &[Case] = &[
    ("obs-7: n components against n codings", 200, |n| observation(0, n)),
    ("obs-7 in n Observations of 100 x 100", 10, |n| {
        bundle("collection", &list(n, |i| entry(&observation(i, 100), &format!("{BASE}/Observation/o{i}"))))
    }),
    ("ig-1: n resources in n groups", 500, guide),
    ("ig-2: n versions", 500, |n| {
        let versions = list(n, |i| format!(r#""{i}""#));
        let resources = list(n, |i| format!(r#"{{"reference":{{"display":"x"}},"fhirVersion":["{i}"]}}"#));
        let members =
            format!(r#""packageId":"a.b","fhirVersion":[{versions}],"definition":{{"resource":[{resources}]}}"#);
        definition("ImplementationGuide", &members)
    }),
    ("que-2: n items", 500, |n| {
        definition(
            "Questionnaire",
            &format!(r#""item":[{}]"#, list(n, |i| format!(r#"{{"linkId":"l{i}","type":"string","text":"x"}}"#))),
        )
    }),
    ("que-2: n items of one linkId", 500, |n| {
        definition("Questionnaire", &format!(r#""item":[{}]"#, same(n, r#"{"linkId":"l","type":"string","text":"x"}"#)))
    }),
    ("csd-1: n concepts", 500, |n| {
        definition(
            "CodeSystem",
            &format!(r#""content":"complete","concept":[{}]"#, list(n, |i| format!(r#"{{"code":"c{i}"}}"#))),
        )
    }),
    ("cpb-9, cpb-12: n resources", 300, |n| {
        let resources = list(n, |i| {
            format!(
                r#"{{"type":"Patient","searchParam":[{{"name":"n{i}","type":"string"}},{{"name":"n{i}","type":"string"}}]}}"#
            )
        });
        let own = r#""date":"2026","kind":"instance","description":"x","implementation":{"description":"x"},"fhirVersion":"4.0.1","format":["json"]"#;
        definition("CapabilityStatement", &format!(r#"{own},"rest":[{{"mode":"server","resource":[{resources}]}}]"#))
    }),
    ("sdf-8a: a path of 5,000 letters, n elements without one", 2_000, |n| {
        let long = "p".repeat(5_000);
        let elements =
            list(
                n,
                |i| if i == 0 { format!(r#"{{"id":"a","path":"{long}"}}"#) } else { format!(r#"{{"id":"e{i}"}}"#) },
            );
        definition(
            "StructureDefinition",
            &format!(
                r#""kind":"logical","abstract":false,"type":"http://a.example/x","differential":{{"element":[{elements}]}}"#
            ),
        )
    }),
    ("sdf-8: n snapshots with an element each", 300, |n| {
        let long = "p".repeat(2_000);
        let snapshots = list(n, |i| {
            let path = if i == 0 { long.as_str() } else { "q" };
            format!(r#""snapshot":{{"element":[{{"id":"a","path":"{path}"}},{{"id":"b","path":"q.b"}}]}}"#)
        });
        definition(
            "StructureDefinition",
            &format!(r#""kind":"logical","abstract":false,"type":"http://a.example/x",{snapshots}"#),
        )
    }),
    ("eld-19: n elements with a path of dots", 100, |n| {
        let elements = list(n, |i| format!(r#"{{"id":"e{i}","path":"{}"}}"#, ".".repeat(100)));
        definition(
            "StructureDefinition",
            &format!(
                r#""kind":"logical","abstract":false,"type":"http://a.example/x","differential":{{"element":[{elements}]}}"#
            ),
        )
    }),
    ("lib-0: a name of n letters that breaks it", 20_000, |n| {
        resource(
            "Library",
            "l",
            &format!(
                r#""url":"http://a.example/l","status":"active","type":{{"text":"x"}},"name":"{}""#,
                "a b".repeat(n)
            ),
        )
    }),
    ("bdl-3: n entries beside n unknown members", 300, |n| {
        let unknown = list(n, |i| format!(r#""u{i}":1"#));
        format!(
            r#"{{"resourceType":"Bundle",{unknown},"type":"transaction","entry":[{}]}}"#,
            list(n, |i| format!(
                r#"{{"fullUrl":"{BASE}/Patient/p{i}","resource":{{"resourceType":"Patient","id":"p{i}"}},"request":{{"method":"PUT","url":"Patient/p{i}"}}}}"#
            ))
        )
    }),
    ("n constraints on a resource whose type comes last", 300, |n| {
        let unknown = list(n, |i| format!(r#""u{i}":1"#));
        let contacts = list(n, |i| format!(r#"{{"name":{{"text":"{i}"}}}}"#));
        format!(r#"{{{unknown},"contact":[{contacts}],"resourceType":"Patient"}}"#)
    }),
    ("ctm-1: n participants, n contained", 200, |n| {
        let contained = list(n, |i| format!(r#"{{"resourceType":"Organization","id":"o{i}","name":"x"}}"#));
        let participants =
            list(n, |i| format!(r##"{{"member":{{"reference":"#o{i}"}},"onBehalfOf":{{"reference":"#o{i}"}}}}"##));
        resource("CareTeam", "c", &format!(r#""contained":[{contained}],"participant":[{participants}]"#))
    }),
];

/// Texts on which loops of the structure, the references and the report go round and round.
pub(crate) const LOOPS: &[Case] = &[
    ("n ids in a narrative", 500, |n| with_narrative(&many(n, |i| format!(r#"<p id=\"i{i}\">x</p>"#)))),
    ("one id n times in a narrative", 500, |n| with_narrative(&many(n, |_| r#"<p id=\"i\">x</p>"#.to_owned()))),
    ("n links in a narrative that resolve nowhere", 500, |n| {
        with_narrative(&many(n, |i| format!(r##"<a href=\"#i{i}\">x</a>"##)))
    }),
    ("one companion n times", 500, |n| message(&same(n, r#""_gender":{"id":"a"}"#))),
    ("one name n times", 500, |n| message(&same(n, r#""gender":"male""#))),
    ("one name and its companion n times", 500, |n| message(&same(n, r#""gender":"male","_gender":{"id":"a"}"#))),
    ("one array name n times, each no array", 500, |n| message(&same(n, r#""name":{"family":"x"}"#))),
    ("one array with a null n times", 500, |n| message(&same(n, r#""name":[null]"#))),
    ("one choice n times", 500, |n| message(&same(n, r#""deceasedBoolean":true"#))),
    ("two choices in turn n times", 500, |n| message(&same(n, r#""deceasedBoolean":true,"deceasedDateTime":"2026""#))),
    ("n companions, all different and unknown", 500, |n| message(&list(n, |i| format!(r#""_u{i}":{{"id":"a"}}"#)))),
    ("n names, each twice", 500, |n| {
        message(&[list(n, |i| format!(r#""k{i}":1"#)), list(n, |i| format!(r#""k{i}":1"#))].join(","))
    }),
    ("n names near to birthDate", 500, |n| message(&list(n, |i| format!(r#""birthDat{i}":1"#)))),
    ("n companions in a row of objects that are as large", 30, |n| {
        let inner = same(100, r#""_family":{"id":"a"}"#);
        message(&list(n, |_| {
            format!(r#""_gender":{{"extension":[{{"url":"http://a.example","valueHumanName":{{{inner}}}}}]}}"#)
        }))
    }),
    ("n known extensions", 300, |n| {
        let one = r#"{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthPlace","valueAddress":{"city":"x"}}"#;
        message(&format!(r#""extension":[{}]"#, same(n, one)))
    }),
    ("n known extensions where they are not allowed", 300, |n| {
        let one = r#"{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthPlace","valueAddress":{"city":"x"}}]}"#;
        message(&format!(r#""name":[{}]"#, same(n, one)))
    }),
    ("n known extensions in one place where they are not allowed", 300, |n| {
        let one = r#"{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthPlace","valueAddress":{"city":"x"}}"#;
        message(&format!(r#""name":[{{"family":"x"}},{{"extension":[{}]}}]"#, same(n, one)))
    }),
    ("n numbers where strings belong", 500, |n| {
        message(&format!(r#""name":[{{"given":[{}]}}]"#, list(n, |i| i.to_string())))
    }),
    ("n empty objects", 2_000, |n| message(&format!(r#""name":[{}]"#, same(n, "{}")))),
    ("n faults that mark an object of n lines around them", 300, |n| {
        let inner = list(n, |i| format!("\n{{\"use\":{i}}}"));
        message(&format!(r#""generalPractitioner":{{"identifier":{{"assigner":{{"extension":[{inner}]}}}}}}"#))
    }),
    ("half surrogate pairs, n in one string", 500, |n| {
        message(&format!(r#""name":[{{"text":"{}"}}]"#, r"\ud800a".repeat(n)))
    }),
    ("half surrogate pairs, one in each of n strings", 500, |n| {
        message(&format!(r#""name":[{{"given":[{}]}}]"#, same(n, r#""\ud800""#)))
    }),
    ("n references that dangle", 500, |n| {
        message(&format!(
            r#""generalPractitioner":[{}]"#,
            list(n, |i| format!(r#"{{"reference":"Organization/o{i}"}}"#))
        ))
    }),
    ("n references in the extensions of one", 500, |n| {
        let inner =
            list(n, |i| format!(r#"{{"url":"http://a.example","valueReference":{{"reference":"Patient/p{i}"}}}}"#));
        message(&format!(r#""generalPractitioner":[{{"extension":[{inner}],"reference":"Patient/p"}}]"#))
    }),
    ("n entries, each refers to the next", 200, |n| {
        let entries = patients(n, |i| link(&format!("Patient/p{}", i + 1)), own_url);
        bundle("message", &[header(r#","focus":[{"reference":"Patient/p0"}]"#), entries].join(","))
    }),
    ("n entries without fullUrl, references by id", 200, |n| {
        let entries = list(n, |i| {
            format!(
                r#"{{"resource":{}}}"#,
                resource("Patient", &format!("p{i}"), &link(&format!("Patient/p{}", i * 7 % n)))
            )
        });
        bundle("message", &[header(""), entries].join(","))
    }),
    ("n entries of one fullUrl, n references to it", 200, |n| {
        bundle("message", &[header(""), patients(n, |_| link(&own_url(0)), |_| own_url(0))].join(","))
    }),
    ("n entries of one type and id on n servers", 200, |n| {
        let entries = list(n, |i| {
            entry(&resource("Patient", "p", &link("Patient/q")), &format!("http://s{i}.example/Patient/p"))
        });
        bundle("message", &[header(""), entries].join(","))
    }),
    ("n MessageHeaders", 200, |n| bundle("message", &list(n, |_| header("")))),
    ("n focus and n destinations", 300, |n| {
        let focus = list(n, |_| r#"{"reference":"Patient/p"}"#.to_owned());
        let destinations = list(n, |i| format!(r#"{{"endpoint":"http://a.example/{i}"}}"#));
        bundle(
            "message",
            &[
                header(&format!(r#","focus":[{focus}],"destination":[{destinations}]"#)),
                entry(&patient(r#""active":true"#), &own_url(0)),
            ]
            .join(","),
        )
    }),
    ("a document of n entries in a chain", 200, |n| {
        let author =
            r#""status":"final","type":{"text":"x"},"date":"2026","title":"x","author":[{"reference":"Patient/p0"}]"#;
        let first = entry(&resource("Composition", "c", author), &format!("{BASE}/Composition/c"));
        bundle("document", &[first, patients(n, |i| link(&format!("Patient/p{}", i + 1)), own_url)].join(","))
    }),
    ("a document with n entries that nothing resolves to", 200, |n| {
        let author = r#""status":"final","type":{"text":"x"},"date":"2026","title":"x","author":[{"display":"x"}]"#;
        let first = entry(&resource("Composition", "c", author), &format!("{BASE}/Composition/c"));
        bundle("document", &[first, patients(n, |i| link(&format!("Patient/p{}", i + 1)), own_url)].join(","))
    }),
    ("n links of one relation", 500, |n| {
        format!(
            r#"{{"resourceType":"Bundle","type":"message","link":[{}]}}"#,
            same(n, r#"{"relation":"self","url":"http://a.example"}"#)
        )
    }),
    ("n contained, none referred to", 300, |n| {
        message(&format!(
            r#""contained":[{}]"#,
            list(n, |i| format!(r#"{{"resourceType":"Organization","id":"o{i}","name":"x"}}"#))
        ))
    }),
    ("n contained of one id, n references to it", 300, |n| {
        let contained = same(n, r#"{"resourceType":"Organization","id":"o","name":"x"}"#);
        message(&format!(
            r##""contained":[{contained}],"generalPractitioner":[{}]"##,
            same(n, r##"{"reference":"#o"}"##)
        ))
    }),
    ("n items of a Questionnaire, each enabled by the last", 300, |n| {
        let items = list(n, |i| {
            format!(
                r#"{{"linkId":"l{i}","type":"string","text":"x","enableWhen":[{{"question":"l{}","operator":"=","answerString":"x"}}]}}"#,
                n - 1
            )
        });
        definition("Questionnaire", &format!(r#""item":[{items}]"#))
    }),
    ("n codings of two systems in turn", 300, |n| {
        let codings = list(n, |i| match i % 2 {
            0 => r#"{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"}"#.to_owned(),
            _ => r#"{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleCode","code":"MTH"}"#.to_owned(),
        });
        message(&format!(r#""maritalStatus":{{"coding":[{codings}]}}"#))
    }),
    ("n codings of n systems", 300, |n| {
        let codings = list(n, |i| format!(r#"{{"system":"http://a.example/{i}","code":"a"}}"#));
        message(&format!(r#""maritalStatus":{{"coding":[{codings}]}}"#))
    }),
    ("n units of UCUM with many exponents", 300, |n| {
        let unit = "m99.m-99.".repeat(20);
        let components = list(n, |i| {
            format!(
                r#"{{"code":{{"text":"x"}},"valueQuantity":{{"value":{i},"system":"http://unitsofmeasure.org","code":"{unit}g{i}"}}}}"#
            )
        });
        resource("Observation", "o", &format!(r#""status":"final","code":{{"text":"x"}},"component":[{components}]"#))
    }),
    ("n tags of a narrative, one in the other", 1_000, |n| {
        narrative(&format!("{}x{}", "<b>".repeat(n), "</b>".repeat(n)))
    }),
    ("n links of a narrative to n ids", 500, |n| {
        narrative(&(0..n).map(|i| format!("<a href='#i{}'>x</a><p id='i{i}'>x</p>", i * 7 % n)).collect::<String>())
    }),
    ("n attributes of one tag", 500, |n| narrative(&format!("<p {}>x</p>", vec!["title='x'"; n].join(" ")))),
    ("n slashes in a reference", 10_000, |n| {
        message(&format!(r#""managingOrganization":{{"reference":"{}"}}"#, "/".repeat(n)))
    }),
    ("n slashes in a fullUrl", 10_000, |n| {
        bundle(
            "message",
            &[header(""), entry(&patient(r#""active":true"#), &format!("http://a.example{}", "/".repeat(n)))].join(","),
        )
    }),
    ("a canonical of n bars", 10_000, |n| {
        message(&format!(r#""meta":{{"profile":["http://a.example/{}"]}}"#, "|".repeat(n)))
    }),
    ("FHIRPath with a function of n letters", 5_000, |n| {
        let own = r#""description":"x","code":"x","base":["Patient"],"type":"string""#;
        definition("SearchParameter", &format!(r#"{own},"expression":"{}()""#, "a".repeat(n)))
    }),
    ("140 long references near to 140 entries, n times as long", 1, |n| {
        let long = "x".repeat(150 + n.min(30));
        let references = list(140, |i| format!(r#"{{"reference":"http://a.example/{long}/Patient/y{i:03}"}}"#));
        let entries = list(140, |i| {
            entry(
                &resource("Patient", &format!("p{i:03}"), r#""active":true"#),
                &format!("http://a.example/{long}/Patient/p{i:03}"),
            )
        });
        bundle("message", &[header(&format!(r#","focus":[{references}]"#)), entries].join(","))
    }),
    ("FHIRPath of n unions", 5_000, |n| {
        let own = r#""description":"x","code":"x","base":["Patient"],"type":"string""#;
        definition("SearchParameter", &format!(r#"{own},"expression":"{}a""#, "a | ".repeat(n)))
    }),
];
