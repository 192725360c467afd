//! What is known of what stands at a place: the element, what profiles say of it, and what a code is called.

use super::cursor::{Cursor, Slot};
use super::place::{Place, binding, cardinality, field, said_of, type_name};
use crate::definitions::{Definitions, Primitive, Strength, TypeId, TypeKind};
use crate::document::Units;
use serde::Serialize;

/// What is known of an element of a text.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hover {
    /// Where what is at the place begins: its name, or its value. UTF-16 offset for a string.
    pub start: u32,
    /// Where it ends (exclusive).
    pub end: u32,
    /// The element, as the specification names it: `Patient.birthDate`, `Observation.value[x]`.
    pub path: String,
    /// The types that it may have.
    pub types: Vec<String>,
    /// How many there must be.
    pub min: u32,
    /// How many there may be; absent for `*`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    /// Where its codes come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub binding: Option<HoverBinding>,
    /// The types that a reference may point to; none where any will do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>"))]
    pub targets: Vec<String>,
    /// The profiles that say something of it, by their canonical URLs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>"))]
    pub profiles: Vec<String>,
    /// Whether one of them says that it must be supported.
    pub must_support: bool,
    /// What the code at the place is called, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
    /// Where the specification defines it.
    pub link: String,
}

/// Where codes come from.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HoverBinding {
    /// `required`, `extensible` or `preferred`.
    pub strength: String,
    /// The name of the value set.
    pub name: String,
    /// Its canonical URL.
    pub value_set: String,
}

/// What is known of what stands at an offset of a text, which need not be JSON.
pub(crate) fn hover(definitions: &Definitions, text: &str, offset: usize, units: Units) -> Option<Hover> {
    // On the first character of something one is in it, too.
    let mut cursor = Cursor::read(text, offset);
    if cursor.span.0 == cursor.span.1 && text.is_char_boundary(offset + 1) {
        cursor = Cursor::read(text, offset + 1);
    }
    let is_value = matches!(cursor.slot, Slot::Value(_));
    let key = match &cursor.slot {
        Slot::Name if cursor.span.0 < cursor.span.1 => cursor.typed.clone(),
        Slot::Value(Some(key)) => key.clone(),
        Slot::Value(None) => cursor.frames.last()?.key.clone()?,
        _ => return None,
    };
    if cursor.frames.last().is_some_and(|frame| frame.is_array) {
        cursor.frames.pop();
    }
    let place = Place::around(definitions, &cursor)?;
    let (body, field, _) = field(definitions, place.of, &key)?;
    let element = body.element(field);
    let said = said_of(definitions, &place.said, element);
    let (min, max) = cardinality(element, &said);
    let bound = binding(element, &said);
    let choice = if element.choice { "[x]" } else { "" };
    let path = [&*body.name, ".", definitions.names().text(element.name), choice].concat();
    let refs = body.type_refs(element);
    let type_names = |of: &TypeId| type_name(definitions, *of).to_owned();
    let of_code =
        matches!(definitions.type_of(body.type_ref(field.type_ref).of).kind, TypeKind::Primitive(Primitive::Code));
    let display = || {
        let system = cursor.frames.last().and_then(|frame| frame.text("system"));
        let set = bound.or(place.binding).and_then(|binding| definitions.value_set(binding));
        let systems = set.and_then(|set| set.expansion().ok()).unwrap_or_default().iter().map(|codes| &*codes.system);
        let mut systems = system.into_iter().chain(systems);
        systems.find_map(|system| definitions.code_system(system)?.display(&cursor.typed)).map(str::to_owned)
    };
    let at = |byte: usize| match units {
        Units::Bytes => byte as u32,
        Units::Utf16 => crate::document::utf16_length(text.as_bytes().get(..byte).unwrap_or_default()),
    };
    Some(Hover {
        start: at(cursor.span.0),
        end: at(cursor.span.1),
        types: refs.iter().map(|one| type_names(&one.code)).collect(),
        min,
        max,
        binding: bound.and_then(|binding| {
            let set = definitions.value_set(binding)?;
            let strength = match binding.strength {
                Strength::Required => "required",
                Strength::Extensible => "extensible",
                Strength::Preferred => "preferred",
            };
            Some(HoverBinding { strength: strength.into(), name: set.name.to_string(), value_set: set.url.to_string() })
        }),
        targets: refs.iter().flat_map(|one| body.targets(one)).map(type_names).collect(),
        profiles: said.iter().map(|one| definitions.profile(one.profile).url.to_string()).collect(),
        must_support: said.iter().any(|one| one.element.must_support),
        display: if is_value && of_code { display() } else { None },
        link: link(definitions, &path),
        path,
    })
}

/// The pages of R4 that define datatypes which are not on `datatypes-definitions.html`.
const PAGES: [(&str, &str); 17] = [
    ("Extension", "extensibility"),
    ("Reference", "references"),
    ("Narrative", "narrative"),
    ("Meta", "resource"),
    ("Dosage", "dosage"),
    ("ElementDefinition", "elementdefinition"),
    ("Element", "element"),
    ("BackboneElement", "backboneelement"),
    ("Resource", "resource"),
    ("DomainResource", "domainresource"),
    ("ContactDetail", "metadatatypes"),
    ("Contributor", "metadatatypes"),
    ("DataRequirement", "metadatatypes"),
    ("Expression", "metadatatypes"),
    ("ParameterDefinition", "metadatatypes"),
    ("RelatedArtifact", "metadatatypes"),
    ("UsageContext", "metadatatypes"),
];

/// Where R4 defines an element.
fn link(definitions: &Definitions, path: &str) -> String {
    let name = path.split('.').next().unwrap_or(path);
    let page = PAGES.iter().find(|(known, _)| *known == name).map(|(_, page)| (*page).to_owned());
    let is_resource = definitions.resource_type(name).is_some();
    let page = page.unwrap_or_else(|| if is_resource { name.to_lowercase() } else { "datatypes".to_owned() });
    ["https://hl7.org/fhir/R4/", &page, "-definitions.html#", &path.replace("[x]", "_x_")].concat()
}

#[cfg(test)]
mod tests {
    use super::{Hover, hover};
    use crate::definitions::Definitions;
    use crate::document::Units;
    use crate::validate::profile_of_elements as profile;

    fn at(definitions: &Definitions, text: &str) -> Option<Hover> {
        let offset = text.find('|').unwrap();
        hover(definitions, &text.replacen('|', "", 1), offset, Units::Bytes)
    }

    #[test]
    fn an_element_is_known_by_its_name_and_by_its_value() {
        let r4 = Definitions::r4();
        for text in [r#"{"resourceType":"Patient","gen|der":"male"}"#, r#"{"resourceType":"Patient",|"gender":"male"}"#]
        {
            let found = at(&r4, text).unwrap();
            assert_eq!(
                (found.path.as_str(), found.types.as_slice(), found.min, found.max),
                ("Patient.gender", &["code".to_owned()][..], 0, Some(1))
            );
            assert_eq!((found.start, found.end), (26, 34));
            let binding = found.binding.unwrap();
            assert_eq!(
                (binding.strength.as_str(), binding.value_set.as_str()),
                ("required", "http://hl7.org/fhir/ValueSet/administrative-gender")
            );
            assert_eq!(found.link, "https://hl7.org/fhir/R4/patient-definitions.html#Patient.gender");
        }
        let found = at(&r4, r#"{"resourceType":"Patient","gender":"ma|le"}"#).unwrap();
        assert_eq!((found.path.as_str(), found.start, found.end), ("Patient.gender", 35, 41));
        let found = at(&r4, r#"{"resourceType":"Observation","valueQu|antity":{}}"#).unwrap();
        assert_eq!((found.path.as_str(), found.types.len()), ("Observation.value[x]", 11));
        assert!(found.link.ends_with("observation-definitions.html#Observation.value_x_"));
        let found = at(&r4, r#"{"resourceType":"Patient","name":[{"fami|ly":"x"}]}"#).unwrap();
        assert_eq!(found.link, "https://hl7.org/fhir/R4/datatypes-definitions.html#HumanName.family");
        let found = at(&r4, r#"{"resourceType":"Patient","name":[{"given":["a", "b|"]}]}"#).unwrap();
        assert_eq!((found.path.as_str(), found.max), ("HumanName.given", None));
        assert!(at(&r4, r#"{"resourceType":"Patient","nothing|":1}"#).is_none());
        assert!(at(&r4, r#"{"resourceType":"Patient"| }"#).is_none());
    }

    #[test]
    fn a_code_is_called_by_its_display() {
        let text = r#"{"resourceType":"Patient","maritalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"M|"}]}}"#;
        let found = at(&Definitions::r4(), text).unwrap();
        assert_eq!((found.path.as_str(), found.display.as_deref()), ("Coding.code", Some("Married")));
    }

    #[test]
    fn profiles_say_what_is_narrower() {
        let elements = r#"{"id":"Patient.name","path":"Patient.name","min":1,"max":"2","mustSupport":true}"#;
        let (definitions, _) = Definitions::r4().with([profile("p", "Patient", elements)]);
        let text = r#"{"resourceType":"Patient","meta":{"profile":["http://example.org/p"]},"na|me":[]}"#;
        let found = at(&definitions, text).unwrap();
        assert_eq!((found.min, found.max, found.must_support), (1, Some(2), true));
        assert_eq!(found.profiles, ["http://example.org/p"]);
    }
}
