//! XML as JSON: twins that others published are the same by meaning, definitions in XML are compiled like those in JSON, and what is not
//! XML, or too much of it, says so.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests may fail loudly"
)]

mod suites;

use fhirpost::xml::{XmlError, XmlFault};
use fhirpost::{Definitions, Limits, Package, Validator};
use serde_json::{Value, json};
use std::fs;

fn read(xml: &str) -> Result<String, XmlError> {
    Definitions::r4().json_of_xml(xml, Limits::default())
}

fn patient(inside: &str) -> String {
    format!(r#"<Patient xmlns="http://hl7.org/fhir">{inside}</Patient>"#)
}

/// The same by meaning: white space in narratives is as the writer of the file has it.
fn plain(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(div)) = members.get_mut("div") {
                div.retain(|sign| !sign.is_whitespace());
            }
            members.values_mut().for_each(plain);
        }
        Value::Array(items) => items.iter_mut().for_each(plain),
        _ => {}
    }
}

#[test]
fn twins_are_the_same() {
    let Some(folder) = suites::folder("xml") else { return };
    let mut count = 0;
    for entry in fs::read_dir(folder.join("twins")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "xml") {
            continue;
        }
        let xml = fs::read_to_string(&path).unwrap();
        let Ok(twin) = fs::read_to_string(path.with_extension("json")) else { continue };
        let json = read(&xml).unwrap_or_else(|error| panic!("{}: {}", path.display(), error.message(&xml)));
        let [mut ours, mut theirs] = [json, twin].map(|text| serde_json::from_str(&text).unwrap());
        plain(&mut ours);
        plain(&mut theirs);
        assert_eq!(ours, theirs, "{}", path.display());
        count += 1;
    }
    assert!(count > 10, "{count}");
}

#[test]
fn a_resource_is_what_its_json_is() {
    let xml = r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- A comment. -->
<f:Patient xmlns:f="http://hl7.org/fhir" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="x y">
  <f:id value="a"/>
  <f:text><f:status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"><p>A &amp; &#66;<br/></p></div></f:text>
  <f:contained><f:Organization><f:id value="o"/></f:Organization></f:contained>
  <f:extension url="http://example.org/e"><f:valueDecimal value="1.50"/></f:extension>
  <f:active value="true"/>
  <f:name id="n"><f:family value="A&#10;B &quot;C&quot;"/><f:given value="D"/>
    <f:given id="g"><f:extension url="http://example.org/x"><f:valueInteger value="7"/></f:extension></f:given>
  </f:name>
  <f:birthDate><f:extension url="http://example.org/y"><f:valueString value="12"/></f:extension></f:birthDate>
  <f:multipleBirthInteger value="two"/>
</f:Patient>"#;
    let expected = json!({
        "resourceType": "Patient",
        "id": "a",
        "text": { "status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>A &amp; &#66;<br/></p></div>" },
        "contained": [{ "resourceType": "Organization", "id": "o" }],
        "extension": [{ "url": "http://example.org/e", "valueDecimal": 1.50 }],
        "active": true,
        "name": [{
            "id": "n",
            "family": "A\nB \"C\"",
            "given": ["D", null],
            "_given": [null, { "id": "g", "extension": [{ "url": "http://example.org/x", "valueInteger": 7 }] }],
        }],
        "_birthDate": { "extension": [{ "url": "http://example.org/y", "valueString": "12" }] },
        "multipleBirthInteger": "two",
    });
    let json = read(xml).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), expected);
    assert!(json.contains(r#""valueDecimal":1.50"#), "every digit: {json}");
}

#[test]
fn what_is_not_the_xml_of_a_resource_says_so_and_where() {
    let fault = |xml: &str| read(xml).map_err(|error| (error.fault, error.offset));
    let deep = |count: usize| patient(&[vec!["<contact>"; count], vec!["</contact>"; count]].concat().concat());
    for (xml, expected) in [
        (String::new(), XmlFault::Malformed("there is no element")),
        ("<Patient/>".to_owned(), XmlFault::Namespace),
        (r#"<Patient xmlns="http://hl7.org/fhir">"#.to_owned(), XmlFault::Unclosed),
        (patient("<name>"), XmlFault::Unclosed),
        (format!("{}<x", patient("")), XmlFault::Malformed("a tag is not closed with >")),
        (
            patient("<active value='true' value='true'/>"),
            XmlFault::Malformed("a tag has an attribute twice, or without a value in quotes"),
        ),
        (patient("<active value='true'/><active value='true'/>"), XmlFault::Repeated),
        (patient("<active value='&nbsp;'/>"), XmlFault::Entity),
        (patient("Words"), XmlFault::Text),
        (patient("<contained/>"), XmlFault::ExpectedResource),
        (patient("<contained><Unknown/></contained>"), XmlFault::UnknownResource),
        (patient("") + "<x/>", XmlFault::Malformed("there is something outside of the root element")),
        (format!("<!DOCTYPE x [<!ENTITY a 'b'>]>{}", patient("")), XmlFault::DocumentType),
        (format!("<?xml-stylesheet href='a'?>{}", patient("")), XmlFault::ProcessingInstruction),
        (format!("<?xml version='1.0' encoding='ISO-8859-1'?>{}", patient("")), XmlFault::Encoding),
        (r#"<div xmlns="http://www.w3.org/1999/xhtml"/>"#.to_owned(), XmlFault::UnknownResource),
        (deep(100_000), XmlFault::TooDeep(128)),
        (
            patient(&format!(
                "<text>{}</text>",
                format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{}", "<p>".repeat(100_000))
            )),
            XmlFault::TooDeep(128),
        ),
        (
            patient(&format!("<active {}/>", (0..100_000).map(|at| format!("a{at}='' ")).collect::<String>())),
            XmlFault::TooMany(64),
        ),
        (
            patient(&format!("<active {}/>", (0..100_000).map(|at| format!("xmlns:a{at}='' ")).collect::<String>())),
            XmlFault::TooMany(64),
        ),
    ] {
        let shown: String = xml.chars().take(80).collect();
        let (fault, offset) = fault(&xml).expect_err(&shown);
        assert_eq!(fault, expected, "{shown}");
        assert!(offset as usize <= xml.len(), "{shown}");
    }
    let xml = patient("\n <active value='&x;'/>");
    let message = read(&xml).unwrap_err().message(&xml);
    assert_eq!(
        message,
        "Line 2, column 17: This entity is not defined: only XML's own five are, and characters by number."
    );
    let limits = Limits { bytes: 10, ..Limits::default() };
    assert_eq!(Definitions::r4().json_of_xml(&xml, limits).unwrap_err().fault, XmlFault::TooLong(10));
}

#[test]
fn long_values_and_many_elements_are_read() {
    let long = patient(&format!("<id value='{}'/>", "a".repeat(10 << 20)));
    assert!(read(&long).unwrap().len() > 10 << 20);
    let many = patient(&"<name/>".repeat(200_000));
    assert_eq!(read(&many).unwrap().matches("{}").count(), 200_000);
}

const PROFILE: &str = r#"<?xml version="1.0"?>
<StructureDefinition xmlns="http://hl7.org/fhir">
  <url value="http://example.org/P"/><name value="P"/><status value="draft"/><fhirVersion value="4.0.1"/>
  <kind value="resource"/><abstract value="false"/><type value="Patient"/>
  <baseDefinition value="http://hl7.org/fhir/StructureDefinition/Patient"/><derivation value="constraint"/>
  <differential>
    <element id="Patient.gender"><path value="Patient.gender"/><min value="1"/><fixedCode value="female"/></element>
  </differential>
</StructureDefinition>"#;

#[test]
fn definitions_in_xml_are_compiled_like_those_in_json() {
    let json = read(PROFILE).unwrap();
    let package = Package::of_files([
        ("package.json", r#"{"name":"p","version":"1.0.0","fhirVersions":["4.0.1"]}"#),
        ("StructureDefinition-P.xml", PROFILE),
        ("Patient-example.xml", &patient("")),
    ]);
    let (of_package, issues) = Definitions::r4().with_packages([package]);
    assert!(issues.is_empty(), "{issues:?}");
    for definitions in [of_package, Definitions::r4().with([PROFILE]).0, Definitions::r4().with([json]).0] {
        let validator = Validator::new(definitions);
        let text = r#"{"resourceType":"Patient","gender":"male","meta":{"profile":["http://example.org/P"]}}"#;
        let report = validator.validate(text, &fhirpost::Options::default());
        assert_eq!(report.issues.iter().filter(|issue| issue.rule == "fixed-value").count(), 1, "{report}");
    }
    let (_, issues) = Definitions::r4().with([PROFILE.replace("</differential>", "")]);
    assert_eq!(issues.len(), 1);
    assert!(issues[0].problem.starts_with("Line 9, column "), "{}", issues[0].problem);
}
