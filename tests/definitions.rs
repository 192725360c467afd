//! The embedded definitions: fresh, and whole.
#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

use fhirpost::definitions::{Definitions, Primitive, Strength, TypeKind};

/// Compiles afresh and compares with the embedded file: the feature builds the command that does it.
#[test]
#[cfg(feature = "compile-definitions")]
fn embedded_definitions_are_what_the_compiler_writes() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_compile-definitions")).arg("--check").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn all_of_r4_is_there() {
    let definitions = Definitions::r4();
    let of_kind = |kind: TypeKind| definitions.types().iter().filter(move |of| of.kind == kind).count();
    assert_eq!(of_kind(TypeKind::Resource) + of_kind(TypeKind::AbstractResource), 148);
    for (primitive, name) in Primitive::ALL {
        assert_eq!(definitions.type_of(definitions.type_named(name).unwrap()).kind, TypeKind::Primitive(primitive));
    }
    for name in ["Timing", "Dosage", "SimpleQuantity", "ElementDefinition", "SubstanceAmount", "Bundle.entry", "Money"]
    {
        assert_eq!(definitions.type_of(definitions.type_named(name).unwrap()).kind, TypeKind::Complex, "{name}");
    }
    assert!(definitions.type_named("SubscriptionStatus").is_none(), "R4B, not R4");
}

#[test]
fn elements_are_those_of_the_specification() {
    let definitions = Definitions::r4();
    let names = |of: &str| -> Vec<String> {
        let of = definitions.body(definitions.type_of(definitions.type_named(of).unwrap()));
        let name = |element: &fhirpost::definitions::Element| definitions.names().text(element.name).to_owned();
        of.elements.iter().map(name).collect()
    };
    assert_eq!(
        names("Meta"),
        ["id", "extension", "versionId", "lastUpdated", "source", "profile", "security", "tag"],
        "the npm package adds elements of its own"
    );
    assert_eq!(
        names("MessageHeader.response"),
        ["id", "extension", "modifierExtension", "identifier", "code", "details"]
    );
    // A content reference resolves to the type that it refers to.
    let entry = definitions.body(definitions.type_of(definitions.type_named("Bundle.entry").unwrap()));
    let link = entry.field(definitions.names().find(b"link")).unwrap();
    assert_eq!(definitions.type_of(entry.type_ref(link.type_ref).of).name, "Bundle.link");
    // Choices are one element with a property for each type.
    let extension = definitions.body(definitions.type_of(definitions.type_named("Extension").unwrap()));
    let value = extension.elements.iter().find(|element| element.choice).unwrap();
    assert_eq!(extension.type_refs(value).len(), 50);
}

#[test]
fn reference_targets_and_bindings_are_there() {
    let definitions = Definitions::r4();
    let header = definitions.body(definitions.type_of(definitions.type_named("MessageHeader").unwrap()));
    let sender = header.field(definitions.names().find(b"sender")).unwrap();
    let targets: Vec<&str> = header
        .targets(header.type_ref(sender.type_ref))
        .iter()
        .map(|&of| definitions.type_of(of).name.as_ref())
        .collect();
    assert_eq!(targets, ["Practitioner", "PractitionerRole", "Organization"]);
    let patient = definitions.body(definitions.type_of(definitions.type_named("Patient").unwrap()));
    let gender = patient.field(definitions.names().find(b"gender")).unwrap();
    let binding = patient.element(gender).binding.unwrap();
    assert_eq!(binding.strength, Strength::Required);
    let set = definitions.value_set(binding).unwrap();
    assert_eq!(set.codes().collect::<Vec<_>>(), ["female", "male", "other", "unknown"]);
    assert_eq!(set.has_coding("http://hl7.org/fhir/administrative-gender", "male"), Some(true));
    assert_eq!(set.has_coding("http://example.org", "male"), Some(false));
}

#[test]
fn the_built_in_events_are_known() {
    let definitions = Definitions::r4();
    let codes: Vec<String> = definitions.messages().iter().map(|message| format!("{:?}", message.event)).collect();
    assert_eq!(codes.len(), 2, "{codes:?}");
    for message in definitions.messages() {
        assert_eq!(message.content.len(), 11);
        assert!(message.content.iter().all(|content| definitions.resource_type(&content.code).is_some()));
        assert_eq!(message.severities, [("msg-unreachable".to_owned(), "error".to_owned())]);
    }
}

/// The same property name is a choice in one type and an element of its own in another.
#[test]
fn paths_name_choices_as_the_type_has_them() {
    use fhirpost::{Options, Validator};
    let text = r#"{"resourceType":"Device","property":[{"type":{"text":"t"},"valueQuantity":[{"value":"1"}]}],
        "extension":[{"url":"http://example.org/x","valueQuantity":{"value":"1"}}]}"#;
    let report = Validator::default().validate(text.as_bytes(), &Options::default());
    let expressions: Vec<&str> = report.issues.iter().map(|issue| issue.expression.as_str()).collect();
    assert_eq!(
        expressions,
        ["Device.property[0].valueQuantity[0].value", "Device.extension[0].value.ofType(Quantity).value"]
    );
}

#[test]
fn r4_s_own_profiles_are_there() {
    let definitions = Definitions::r4_with_profiles();
    assert_eq!((Definitions::r4().profile_count(), definitions.profile_count()), (0, 44));
    let id = definitions.profile_named("http://hl7.org/fhir/StructureDefinition/bodyweight|4.0.1").unwrap();
    let weight = definitions.profile(id);
    assert_eq!(weight.bases, ["http://hl7.org/fhir/StructureDefinition/vitalsigns"]);
    let unit = weight.elements.iter().find(|element| element.id == "Observation.value[x]:valueQuantity.code").unwrap();
    let binding = unit.binding.as_ref().and_then(|stated| stated.binding).unwrap();
    assert_eq!(binding.strength, Strength::Required);
    assert_eq!(definitions.value_set(binding).unwrap().has_code("kg"), Some(true));
}
