//! Variables of the environment: those of FHIRPath and of FHIR, and the caller's.

use super::element::resource;
use super::item::Item;
use super::reader::{EvaluationError, Reader, Sink, Step};
use std::borrow::Cow;

pub(super) fn variable<'e>(reader: &Reader<'e>, name: &str, sink: Sink<'_, 'e>) -> Step {
    let context = reader.context;
    if let Some((_, items)) = context.variables.iter().rev().find(|(given, _)| given == name) {
        for item in items {
            reader.spend()?;
            // A text is lent, not copied.
            let lent = match item {
                Item::String(text) => Item::String(Cow::Borrowed(text.as_ref())),
                other => other.clone(),
            };
            if !sink(lent)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    let constant = |text: &'static str, sink: Sink<'_, 'e>| sink(Item::String(Cow::Borrowed(text)));
    match name {
        "context" => sink(Item::Element(context.context)),
        "resource" => sink(Item::Element(resource(reader, context.resource))),
        "rootResource" => sink(Item::Element(resource(reader, context.root_resource))),
        "ucum" => constant("http://unitsofmeasure.org", sink),
        "sct" => constant("http://snomed.info/sct", sink),
        "loinc" => constant("http://loinc.org", sink),
        _ => {
            let url = match (name.strip_prefix("vs-"), name.strip_prefix("ext-")) {
                (Some(set), _) => format!("http://hl7.org/fhir/ValueSet/{set}"),
                (_, Some(extension)) => format!("http://hl7.org/fhir/StructureDefinition/{extension}"),
                _ => return Err(EvaluationError::new(format!("there is no variable %{name}"))),
            };
            sink(Item::String(Cow::Owned(url)))
        }
    }
}
