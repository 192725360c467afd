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
    for name in ["Timing", "Dosage", "SimpleQuantity", "ElementDefinition", "SubstanceAmount", "Bundle.entry", "Money"] {
        assert_eq!(definitions.type_of(definitions.type_named(name).unwrap()).kind, TypeKind::Complex, "{name}");
    }
    assert!(definitions.type_named("SubscriptionStatus").is_none(), "R4B, not R4");
}

#[test]
fn elements_are_those_of_the_specification() {
    let definitions = Definitions::r4();
    let names = |of: &str| -> Vec<String> {
        let of = definitions.type_of(definitions.type_named(of).unwrap());
        let name = |element: &fhirpost::definitions::Element| definitions.names().text(element.name).to_owned();
        definitions.elements(of).iter().map(name).collect()
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
    // A content reference leads to the type that it refers to.
    let entry = definitions.type_of(definitions.type_named("Bundle.entry").unwrap());
    let link = definitions.field(entry, definitions.names().find(b"link")).unwrap();
    assert_eq!(definitions.type_of(definitions.type_ref(link.type_ref).of).name, "Bundle.link");
    // Choices are one element with a property for each type.
    let extension = definitions.type_of(definitions.type_named("Extension").unwrap());
    let value = definitions.elements(extension).iter().find(|element| element.choice).unwrap();
    assert_eq!(definitions.type_refs(value).len(), 50);
    assert_eq!(definitions.step(definitions.names().find(b"valueQuantity")), "value.ofType(Quantity)");
}

#[test]
fn reference_targets_and_bindings_are_there() {
    let definitions = Definitions::r4();
    let header = definitions.type_of(definitions.type_named("MessageHeader").unwrap());
    let sender = definitions.field(header, definitions.names().find(b"sender")).unwrap();
    let targets: Vec<&str> = definitions
        .targets(definitions.type_ref(sender.type_ref))
        .iter()
        .map(|&of| definitions.type_of(of).name.as_ref())
        .collect();
    assert_eq!(targets, ["Practitioner", "PractitionerRole", "Organization"]);
    let patient = definitions.type_of(definitions.type_named("Patient").unwrap());
    let gender = definitions.field(patient, definitions.names().find(b"gender")).unwrap();
    let binding = definitions.element(gender.element).binding.unwrap();
    assert_eq!(binding.strength, Strength::Required);
    let set = definitions.value_set(binding).unwrap();
    assert_eq!(set.codes().collect::<Vec<_>>(), ["female", "male", "other", "unknown"]);
    assert_eq!(set.has_coding("http://hl7.org/fhir/administrative-gender", "male"), Some(true));
    assert_eq!(set.has_coding("http://example.org", "male"), Some(false));
}

#[test]
fn no_type_has_more_elements_than_the_presence_mask_has_bits() {
    let definitions = Definitions::r4();
    assert!(definitions.types().iter().all(|of| definitions.elements(of).len() <= 128));
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
