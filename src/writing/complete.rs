//! What may be written at a place: names of properties, codes, references to what the message holds.

use super::cursor::{Cursor, Slot};
use super::place::{Place, binding, cardinality, field, said_of, type_name};
use crate::definitions::{Definitions, Element, Primitive, TypeId, TypeKind, TypeRef, ValueSet, known};
use crate::document::{Units, ordered};
use serde::Serialize;

/// What may be written at a place of a text.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Completions {
    /// Where what is typed already begins: each text takes its place. UTF-16 offset for a string.
    pub start: u32,
    /// Where it ends (exclusive).
    pub end: u32,
    /// What may be there, the most probable first.
    pub items: Vec<Completion>,
}

/// Something that may be written.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Completion {
    /// What it is called: the name of a property, a code, a reference.
    pub label: String,
    /// What kind of thing it is.
    pub kind: CompletionKind,
    /// What is said of it beside: type and cardinality, the display of a code, the type of a resource.
    pub detail: String,
    /// What takes the place of what is typed.
    pub text: String,
    /// Where the cursor belongs in that: an offset in it; absent for its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<u32>,
    /// Whether it must be there, and is not yet.
    pub required: bool,
}

/// What kind of thing may be written.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename_all = "lowercase"))]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CompletionKind {
    /// The name of a property, with the beginning of its value.
    Property,
    /// A code, or a code system.
    Code,
    /// A reference to an entry of the message.
    Reference,
    /// Another value.
    Value,
}

/// So many codes are listed: whoever types narrows them.
const MOST_CODES: usize = 200;

/// What may be written at an offset of a text, which need not be JSON.
pub(crate) fn complete(definitions: &Definitions, text: &str, offset: usize, units: Units) -> Completions {
    let cursor = Cursor::read(text, offset);
    let mut items = Items { definitions, cursor: &cursor, items: Vec::new() };
    match &cursor.slot {
        Slot::Name => items.names(),
        Slot::Value(key) => items.values(key.as_deref()),
        Slot::Between => {}
    }
    let items = items.items;
    let place = |byte: usize| match units {
        Units::Bytes => byte as u32,
        Units::Utf16 => crate::document::utf16_length(text.as_bytes().get(..byte).unwrap_or_default()),
    };
    let (start, end) = cursor.span;
    Completions { start: place(start), end: place(end), items }
}

struct Items<'c> {
    definitions: &'c Definitions,
    cursor: &'c Cursor,
    items: Vec<Completion>,
}

impl Items<'_> {
    fn names(&mut self) {
        let Some(around) = self.cursor.frames.last().filter(|around| !around.is_array) else { return };
        let Some(place) = Place::around(self.definitions, self.cursor) else {
            if !around.names.iter().any(|name| name == "resourceType") {
                self.name("resourceType", "code", true, "\"\"");
            }
            return;
        };
        let (body, names) = (place.body(), self.definitions.names());
        let is_there = |name: &str| around.names.iter().any(|one| one == name || one.strip_prefix('_') == Some(name));
        for element in &body.elements {
            let said = said_of(self.definitions, &place.said, element);
            let (min, max) = cardinality(element, &said);
            let of_element = |field: &&crate::definitions::Field| std::ptr::eq(body.element(field), element);
            let fields: Vec<_> = body.fields.iter().filter(of_element).collect();
            if max == Some(0) || fields.iter().any(|field| is_there(names.text(field.name))) {
                continue;
            }
            for field in fields {
                let of = body.type_ref(field.type_ref);
                let is_allowed = |one: &super::place::Said<'_>| {
                    one.element.types.is_empty() || one.element.types.iter().any(|allowed| allowed.of == of.of)
                };
                if !said.iter().all(is_allowed) {
                    continue;
                }
                let must_support = said.iter().any(|one| one.element.must_support);
                let detail = detail(self.definitions, of, min, max, must_support);
                let value = skeleton(self.definitions, of.of, element.array);
                self.name(names.text(field.name), &detail, min > 0, value);
            }
        }
        // What must be there first; else in the order of the definitions.
        let order = ordered(self.items.len(), &mut |a, b| {
            let key = |place: usize| {
                self.items.get(place).map(|item| (!item.required, !item.detail.ends_with(MUST_SUPPORT), place))
            };
            key(a).cmp(&key(b))
        });
        self.items = order.into_iter().filter_map(|place| self.items.get(place).cloned()).collect();
    }

    fn name(&mut self, name: &str, detail: &str, required: bool, value: &str) {
        let quoted = ["\"", name, "\""].concat();
        let has_value = self.cursor.next == Some(b':');
        // What follows is separated from it.
        let comma = if !has_value && self.cursor.next == Some(b'"') { "," } else { "" };
        let text = if has_value { quoted } else { [&quoted, ": ", value, comma].concat() };
        let inside = value.len() / 2 + comma.len();
        let cursor = (!has_value && !value.is_empty()).then(|| (text.len() - inside) as u32);
        let (label, detail) = (name.to_owned(), detail.to_owned());
        self.items.push(Completion { label, kind: CompletionKind::Property, detail, text, cursor, required });
    }

    fn value(&mut self, kind: CompletionKind, label: &str, detail: &str) {
        let text = match kind {
            CompletionKind::Value => label.to_owned(),
            _ => crate::json::quoted(label),
        };
        let (label, detail) = (label.to_owned(), detail.to_owned());
        self.items.push(Completion { label, kind, detail, text, cursor: None, required: false });
    }

    fn values(&mut self, key: Option<&str>) {
        let definitions = self.definitions;
        let frames = &self.cursor.frames;
        // An item belongs to the property whose array is around.
        let Some(key) = key.or_else(|| frames.last()?.key.as_deref()) else { return };
        if key == "resourceType" {
            return self.resource_types();
        }
        let mut holder = self.cursor.clone();
        if holder.frames.last().is_some_and(|frame| frame.is_array) {
            holder.frames.pop();
        }
        let Some(place) = Place::around(definitions, &holder) else { return };
        let Some((body, field, false)) = field(definitions, place.of, key) else { return };
        let (element, of) = (body.element(field), body.type_ref(field.type_ref));
        match definitions.type_of(of.of).kind {
            TypeKind::Primitive(Primitive::Boolean) => {
                for value in ["true", "false"] {
                    self.value(CompletionKind::Value, value, "boolean");
                }
            }
            TypeKind::Primitive(Primitive::Canonical) if key == "profile" && place.of == known::META => {
                self.profiles(&holder)
            }
            TypeKind::Primitive(_) if place.of == known::REFERENCE && key == "reference" => self.references(&place),
            TypeKind::Primitive(_) => self.codes(&place, element, key, &holder),
            _ if self.cursor.is_string => {}
            _ => {
                let is_item = frames.last().is_some_and(|frame| frame.is_array);
                let value = skeleton(definitions, of.of, element.array && !is_item);
                self.value(CompletionKind::Value, value, type_name(definitions, of.of));
                if let Some(item) = self.items.last_mut() {
                    item.cursor = Some(value.len() as u32 / 2);
                }
            }
        }
    }

    /// The resources that may be here, or all.
    fn resource_types(&mut self) {
        for of in self.definitions.types().iter().filter(|of| of.kind == TypeKind::Resource) {
            self.value(CompletionKind::Value, &crate::json::quoted(&of.name), "resource");
            if let Some(item) = self.items.last_mut() {
                item.label = of.name.to_string();
            }
        }
    }

    /// Profiles of the resource that claims them.
    fn profiles(&mut self, holder: &Cursor) {
        let definitions = self.definitions;
        let resource =
            holder.frames.iter().rev().find_map(|frame| definitions.resource_type(frame.text("resourceType")?));
        for place in 0..definitions.profile_count() {
            let profile = definitions.profile(crate::definitions::ProfileId(place as u16));
            if Some(profile.of) == resource {
                self.value(CompletionKind::Code, &profile.url, &profile.title);
            }
        }
    }

    /// The entries of the message that a reference may point to.
    fn references(&mut self, place: &Place<'_>) {
        let definitions = self.definitions;
        let targets: Vec<TypeId> = place.path.last().map_or(Vec::new(), |(of, element)| {
            let body = definitions.body(definitions.type_of(*of));
            body.type_refs(element).iter().flat_map(|of: &TypeRef| body.targets(of)).copied().collect()
        });
        for (url, name) in &self.cursor.entries {
            let is_target = |of: TypeId| targets.iter().any(|&target| definitions.is_a(of, target));
            if definitions.resource_type(name).is_some_and(|of| targets.is_empty() || is_target(of)) {
                self.value(CompletionKind::Reference, url, name);
            }
        }
    }

    /// The codes of the value set that the place is bound to.
    fn codes(&mut self, place: &Place<'_>, element: &Element, key: &str, holder: &Cursor) {
        let definitions = self.definitions;
        let said = said_of(definitions, &place.said, element);
        let is_of_coding = matches!(place.of, known::CODING | known::QUANTITY) && element.binding.is_none();
        let own = binding(element, &said).or(place.binding.filter(|_| is_of_coding));
        let Some(set) = own.and_then(|binding| definitions.value_set(binding)) else { return };
        match key {
            "system" if is_of_coding => self.systems(set),
            "code" | "unit" | "system" | "display" | "value" | "version" if is_of_coding && key != "code" => {}
            _ => {
                let system = holder.frames.last().and_then(|frame| frame.text("system")).filter(|_| is_of_coding);
                self.codes_of(set, system);
            }
        }
    }

    fn systems(&mut self, set: &ValueSet) {
        for codes in set.expansion().unwrap_or_default() {
            self.value(CompletionKind::Code, &codes.system, &set.name);
        }
    }

    fn codes_of(&mut self, set: &ValueSet, system: Option<&str>) {
        let definitions = self.definitions;
        let typed = self.cursor.typed.to_lowercase();
        for codes in
            set.expansion().unwrap_or_default().iter().filter(|codes| system.is_none_or(|one| *codes.system == *one))
        {
            let known = definitions.code_system(&codes.system);
            for code in codes.iter() {
                let display = known.and_then(|system| system.display(code)).unwrap_or(code);
                let is_meant =
                    typed.is_empty() || code.to_lowercase().contains(&typed) || display.to_lowercase().contains(&typed);
                if is_meant && self.items.len() < MOST_CODES {
                    self.value(CompletionKind::Code, code, display);
                }
            }
        }
    }
}

const MUST_SUPPORT: &str = "must support";

/// `1..* HumanName`, and whether it must be supported.
fn detail(definitions: &Definitions, of: &TypeRef, min: u32, max: Option<u32>, must_support: bool) -> String {
    let max = max.map_or("*".to_owned(), |max| max.to_string());
    let beside = if must_support { [", ", MUST_SUPPORT].concat() } else { String::new() };
    format!("{min}..{max} {}{beside}", type_name(definitions, of.code))
}

/// The beginning of a value, with the cursor in its middle.
fn skeleton(definitions: &Definitions, of: TypeId, is_array: bool) -> &'static str {
    use Primitive::{Boolean, Decimal, Integer, PositiveInt, UnsignedInt};
    match (definitions.type_of(of).kind, is_array) {
        (TypeKind::Primitive(Boolean | Decimal | Integer | PositiveInt | UnsignedInt), false) => "",
        (TypeKind::Primitive(Boolean | Decimal | Integer | PositiveInt | UnsignedInt), true) => "[]",
        (TypeKind::Primitive(_), false) => "\"\"",
        (TypeKind::Primitive(_), true) => "[\"\"]",
        (_, false) => "{}",
        (_, true) => "[{}]",
    }
}

#[cfg(test)]
mod tests {
    use super::{Completion, complete};
    use crate::definitions::Definitions;
    use crate::document::Units;
    use crate::validate::profile_of_elements as profile;

    fn items(definitions: &Definitions, text: &str) -> Vec<Completion> {
        let offset = text.find('|').unwrap();
        complete(definitions, &text.replacen('|', "", 1), offset, Units::Bytes).items
    }

    fn labels(text: &str) -> Vec<String> {
        items(&Definitions::r4(), text).into_iter().map(|item| item.label).collect()
    }

    /// The text with the first item that begins so.
    fn with(text: &str, label: &str) -> String {
        let offset = text.find('|').unwrap();
        let plain = text.replacen('|', "", 1);
        let found = complete(&Definitions::r4(), &plain, offset, Units::Bytes);
        let item = found.items.iter().find(|item| item.label == label).unwrap();
        let cursor = item.cursor.unwrap_or(item.text.len() as u32) as usize;
        let text = [&item.text[..cursor], "|", &item.text[cursor..]].concat();
        [&plain[..found.start as usize], &text, &plain[found.end as usize..]].concat()
    }

    #[test]
    fn names_are_those_of_the_type_that_are_not_there_yet() {
        let names = labels(r#"{"resourceType":"Observation","valueString":"x","|"#);
        // What must be there comes first.
        assert_eq!(names[..2], ["status", "code"]);
        assert!(names.contains(&"subject".to_owned()) && !names.iter().any(|name| name.starts_with("value")));
        let names = labels(r#"{"resourceType":"Patient","contact":[{"|"}]}"#);
        assert!(names.contains(&"relationship".to_owned()) && !names.contains(&"birthDate".to_owned()), "{names:?}");
        assert_eq!(labels("{|"), ["resourceType"]);
        assert!(
            labels(r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Group","|"#)
                .contains(&"member".to_owned())
        );
        assert!(labels(r#"{"resourceType":"Patient","_birthDate":{"|"}}"#).contains(&"extension".to_owned()));
        assert!(labels(r#"{"resourceType":"Nothing","|"#).is_empty());
    }

    #[test]
    fn a_name_comes_with_the_beginning_of_its_value() {
        assert_eq!(with(r#"{"resourceType":"Patient","ge|"#, "gender"), r#"{"resourceType":"Patient","gender": "|""#);
        assert_eq!(
            with(r#"{"resourceType":"Patient",|"id":"1"}"#, "name"),
            r#"{"resourceType":"Patient","name": [{|}],"id":"1"}"#
        );
        assert_eq!(
            with(r#"{"resourceType":"Patient","gen|":"male"}"#, "gender"),
            r#"{"resourceType":"Patient","gender"|:"male"}"#
        );
        assert_eq!(with(r#"{"resourceType":"Patient", |}"#, "active"), r#"{"resourceType":"Patient", "active": |}"#);
    }

    #[test]
    fn values_are_those_that_the_element_may_have() {
        assert_eq!(labels(r#"{"resourceType":"Patient","gender":"|"}"#), ["female", "male", "other", "unknown"]);
        assert_eq!(labels(r#"{"resourceType":"Patient","gender":"fem|"}"#), ["female"]);
        assert_eq!(labels(r#"{"resourceType":"Patient","active":|}"#), ["true", "false"]);
        let systems = labels(r#"{"resourceType":"Patient","maritalStatus":{"coding":[{"system":"|"}]}}"#);
        assert!(systems.contains(&"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus".to_owned()), "{systems:?}");
        let text = r#"{"resourceType":"Patient","maritalStatus":{"coding":[{"code":"|","system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"}]}}"#;
        let codes = items(&Definitions::r4(), text);
        assert!(codes.iter().any(|item| item.label == "M" && item.detail == "Married"), "{codes:?}");
        assert!(labels(r#"{"resourceType":"Patient","maritalStatus":{"coding":[{"display":"|"}]}}"#).is_empty());
        assert!(labels(r#"{"resourceType":"|"}"#).contains(&"Patient".to_owned()));
        assert_eq!(
            with(r#"{"resourceType":"Patient","name":|}"#, "[{}]"),
            r#"{"resourceType":"Patient","name":[{|}]}"#
        );
    }

    #[test]
    fn references_are_those_to_what_the_message_holds() {
        let text = r#"{"resourceType":"Bundle","entry":[{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient"}},{"fullUrl":"urn:uuid:2",
            "resource":{"resourceType":"Task","for":{"reference":"|"}}},{"fullUrl":"http://a.example/Group/1","resource":{"resourceType":"Group"}}]}"#;
        assert_eq!(labels(text), ["urn:uuid:1", "urn:uuid:2", "http://a.example/Group/1"]);
        let of_patients = text.replace("Task", "Condition").replace("\"for\"", "\"subject\"");
        assert_eq!(labels(&of_patients), ["urn:uuid:1", "http://a.example/Group/1"]);
    }

    #[test]
    fn profiles_say_more() {
        let elements = r#"{"id":"Patient.name","path":"Patient.name","min":1},{"id":"Patient.photo","path":"Patient.photo","max":"0"},
            {"id":"Patient.telecom","path":"Patient.telecom","mustSupport":true},{"id":"Patient.contact.name","path":"Patient.contact.name","min":1}"#;
        let (definitions, issues) = Definitions::r4().with([profile("p", "Patient", elements)]);
        assert_eq!(issues, []);
        let text = r#"{"resourceType":"Patient","meta":{"profile":["http://example.org/p"]},"|"#;
        let found = items(&definitions, text);
        let first: Vec<(&str, &str)> =
            found.iter().take(2).map(|item| (item.label.as_str(), item.detail.as_str())).collect();
        assert_eq!(first, [("name", "1..* HumanName"), ("telecom", "0..* ContactPoint, must support")]);
        assert!(found[0].required && !found.iter().any(|item| item.label == "photo"));
        let inside = items(&definitions, &text.replace('|', "contact\":[{\"|"));
        assert_eq!((inside[0].label.as_str(), inside[0].required), ("name", true));
        let claims = items(&definitions, r#"{"resourceType":"Patient","meta":{"profile":["|"]}}"#);
        assert!(claims.iter().any(|item| item.text == "\"http://example.org/p\""), "{claims:?}");
    }
}
