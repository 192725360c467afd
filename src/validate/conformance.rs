//! What definitions of others (Questionnaires, CodeSystems, StructureDefinitions) must hold beside their constraints.
//!
//! Sources: the R4 pages of these resources, and HL7's validator where they leave it to prose.

use super::bundle::has_scheme;
use super::references::ContainedById;
use super::structure::Walk;
use crate::definitions::{TypeId, TypeKind};
use crate::document::{Kind, NameId, NodeId, name};
use crate::report::{At, Severity, Words, rules};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// linkId → the item that has it. One kind of map does for all that is found by id: each is code of its own.
type Questions<'w> = ContainedById<'w>;

impl<'w> Walk<'w> {
    /// Validates a resource, when it is one of these.
    pub(super) fn conformance(&mut self, node: NodeId, of: TypeId) {
        let types = &self.validator.types;
        if Some(of) == types.questionnaire {
            let mut questions = Questions::new();
            self.questions(node, &mut questions);
            self.conditions(node, &questions);
            self.answers(node);
        } else if Some(of) == types.code_system {
            self.code_system(node);
        } else if Some(of) == types.value_set {
            self.value_set(node);
        } else if Some(of) == types.concept_map {
            self.concept_map(node);
        } else if Some(of) == types.structure_definition {
            self.structure_type(node);
        }
    }

    /// The url by which others refer to a definition is absolute.
    pub(super) fn canonical_url(&mut self, node: NodeId, holder: TypeId) {
        let of = self.validator.definitions().type_of(holder);
        // That of a Device is where it can be reached, and that of a Contract the name of one contract.
        let is_canonical = !matches!(of.name.as_ref(), "Contract" | "Device" | "DeviceDefinition");
        if of.kind != TypeKind::Resource || !is_canonical {
            return;
        }
        let url = self.document.value(node);
        if !url.is_empty() && !has_scheme(&url) {
            self.findings.add(&rules::CANONICAL_URL, At::Value(node), URL_NOT_ABSOLUTE.value("found", &url));
        }
    }

    fn questions(&self, parent: NodeId, questions: &mut Questions<'w>) {
        for item in self.document.member_items(parent, name::ITEM) {
            if let Some(id) = self.document.member_text(item, name::LINK_ID) {
                questions.entry(id).or_insert(Some(item));
            }
            self.questions(item, questions);
        }
    }

    /// Questionnaire.item.enableWhen: "the linkId for the question whose answer (or lack of answer) governs whether this item is
    /// enabled".
    fn conditions(&mut self, parent: NodeId, questions: &Questions<'w>) {
        for item in self.document.member_items(parent, name::ITEM) {
            for condition in self.document.member_items(item, name::ENABLE_WHEN) {
                let Some(question) = self.document.member(condition, name::QUESTION) else { continue };
                let id = self.document.value(question);
                if id.is_empty() {
                    continue;
                }
                let (severity, words) = match questions.get(&id).copied().flatten() {
                    None => (Severity::Error, NO_LINK_ID),
                    Some(target) if target == item => (Severity::Error, QUESTION_ITSELF),
                    Some(target) if target > item && target < self.document.after(item) => {
                        (Severity::Error, QUESTION_INSIDE)
                    }
                    Some(target) if target > item => (Severity::Warning, QUESTION_AFTER),
                    Some(_) => continue,
                };
                self.findings.add_as(&rules::ENABLE_WHEN, severity, At::Value(question), words.value("found", &id));
            }
            self.conditions(item, questions);
        }
    }

    /// Questionnaire.item.answerOption.value\[x]: "The data type of the value must agree with the item.type", and so must what is
    /// given at the start.
    fn answers(&mut self, parent: NodeId) {
        for item in self.document.member_items(parent, name::ITEM) {
            let of = self.document.member_text(item, name::TYPE).unwrap_or_default();
            if let Some((of, right)) = ANSWERS.iter().find(|(known, _)| *known == of.as_ref()) {
                for list in [name::ANSWER_OPTION, name::INITIAL] {
                    for answer in self.document.member_items(item, list) {
                        self.answer(answer, of, right);
                    }
                }
            }
            self.answers(item);
        }
    }

    fn answer(&mut self, answer: NodeId, of: &'static str, right: &[&str]) {
        let value = self.document.children(answer).find_map(|child| {
            let key = self.document.key(child)?;
            let value = key.strip_prefix("value")?.to_owned();
            Some((child, value))
        });
        if let Some((at, value)) = value
            && !right.contains(&value.as_str())
            && self.validator.definitions().type_named(&value).or(self.primitive_named(&value)).is_some()
        {
            let allowed = right.iter().map(|name| format!("value{name}"));
            let content = OTHER_ANSWER.name("type", of).list("allowed", allowed);
            self.findings.add(&rules::ANSWER_TYPE, At::Key(at), content);
        }
    }

    /// The primitive type whose name is part of the name of a choice, with a capital letter.
    fn primitive_named(&self, name: &str) -> Option<TypeId> {
        let mut letters = name.chars();
        let first = letters.next()?.to_ascii_lowercase();
        self.validator.definitions().type_named(&format!("{first}{}", letters.as_str()))
    }

    fn code_system(&mut self, node: NodeId) {
        let mut properties = BTreeMap::new();
        for property in self.document.member_items(node, name::PROPERTY) {
            if let Some(code) = self.document.member_text(property, name::CODE) {
                properties.entry(code).or_insert(self.document.member_text(property, name::TYPE));
            }
        }
        self.concept_properties(node, &properties);
        let content = self.document.member_text(node, name::CONTENT).unwrap_or_default();
        let content_at = self.document.member(node, name::CONTENT).map_or(At::Start(node), At::Value);
        let supplements = self.document.member(node, name::SUPPLEMENTS).is_some();
        if supplements != (content == "supplement") && !content.is_empty() {
            let words = if supplements { NOT_A_SUPPLEMENT } else { NOTHING_SUPPLEMENTED };
            self.findings.add(&rules::CODE_SYSTEM_CONTENT, content_at, words);
        }
        if supplements {
            for name in [name::CASE_SENSITIVE, name::HIERARCHY_MEANING] {
                if let Some(member) = self.document.member(node, name) {
                    let name = self.definitions.names().text(name).to_owned();
                    let content = NOT_IN_SUPPLEMENT.name("element", name);
                    self.findings.add(&rules::CODE_SYSTEM_CONTENT, At::Key(member), content);
                }
            }
        }
        let concepts = self.concepts(node);
        if content == "not-present" && concepts > 0 {
            self.findings.add(&rules::CODE_SYSTEM_CONTENT, content_at, CONCEPTS_PRESENT);
        }
        if content == "complete"
            && let Some(count) =
                self.document.member(node, name::COUNT).filter(|&at| self.document.kind(at) == Kind::Number)
            && self.document.raw(count).parse() != Ok(concepts)
        {
            let content = OTHER_COUNT.value("found", self.document.raw(count)).count("expected", concepts);
            self.findings.add(&rules::CODE_SYSTEM_CONTENT, At::Value(count), content);
        }
    }

    /// CodeSystem.concept.property: its code "is a reference to CodeSystem.property.code", which says the type of its value.
    fn concept_properties(&mut self, parent: NodeId, properties: &Properties<'w>) {
        let is_supplement = self.document.member(self.resource, name::SUPPLEMENTS).is_some();
        for concept in self.document.member_items(parent, name::CONCEPT) {
            for property in self.document.member_items(concept, name::PROPERTY) {
                let Some(at) = self.document.member(property, name::CODE) else { continue };
                let Some(code) = self.document.string(at).filter(|code| !code.is_empty()) else { continue };
                match properties.get(&code) {
                    // What a supplement says of a concept, the CodeSystem itself may define.
                    None if is_supplement => {}
                    None => {
                        let content = UNKNOWN_PROPERTY.value("found", &code);
                        self.findings.add_as(&rules::CODE_SYSTEM_CONTENT, Severity::Warning, At::Value(at), content);
                    }
                    Some(Some(of)) => self.property_value(property, of),
                    Some(None) => {}
                }
            }
            self.concept_properties(concept, properties);
        }
    }

    fn property_value(&mut self, property: NodeId, of: &str) {
        let mut letters = of.chars();
        let expected = letters.next().map(|first| format!("value{}{}", first.to_ascii_uppercase(), letters.as_str()));
        let of = PROPERTY_TYPES.into_iter().find(|&known| known == of);
        let Some((of, expected)) = of.zip(expected) else { return };
        for child in self.document.children(property) {
            let is_other = self.document.key(child).is_some_and(|key| key.starts_with("value") && key != expected);
            if is_other {
                let content = OTHER_PROPERTY_TYPE.name("expected", of);
                self.findings.add(&rules::CODE_SYSTEM_CONTENT, At::Key(child), content);
            }
        }
    }

    fn concepts(&self, parent: NodeId) -> u32 {
        let concepts = self.document.member_items(parent, name::CONCEPT);
        concepts.map(|concept| 1 + self.concepts(concept)).sum()
    }

    /// StructureDefinition.type: one of FHIR's own types by its name, which another definition can only constrain, or that of a logical
    /// model by its URL.
    fn structure_type(&mut self, node: NodeId) {
        let Some(at) = self.document.member(node, name::TYPE) else { return };
        let Some(name) = self.document.string(at).filter(|name| !name.is_empty()) else { return };
        let text = |name: NameId| self.document.member_text(node, name);
        let words = if has_scheme(&name) {
            if text(name::KIND).is_none_or(|kind| kind == "logical") {
                return;
            }
            TYPE_IS_URL
        } else if self.validator.definitions().type_named(&name).is_none() {
            TYPE_UNKNOWN
        } else if text(name::DERIVATION).is_some_and(|derivation| derivation != "constraint")
            && text(name::URL).is_some_and(|url| url.strip_prefix(FHIR_TYPES) != Some(name.as_ref()))
        {
            TYPE_OF_FHIR
        } else {
            return;
        };
        self.findings.add(&rules::STRUCTURE_TYPE, At::Value(at), words.value("found", &name));
    }
}

const URL_NOT_ABSOLUTE: Words = Words("{found} is not an absolute URI: others refer to this resource by its url.");

const NO_LINK_ID: Words = Words("{found} is not a linkId of this Questionnaire.");
const QUESTION_ITSELF: Words = Words("{found} is the item that has the condition: another question is expected.");
const QUESTION_INSIDE: Words =
    Words("{found} is inside the item that has the condition: a question outside of it is expected.");
const QUESTION_AFTER: Words =
    Words("{found} comes after the item that has the condition: an earlier question is expected.");

const OTHER_ANSWER: Words =
    Words("A value of this type is not allowed for a question of type {type}; allowed: {allowed}.");

const NOT_A_SUPPLEMENT: Words = Words("content is not 'supplement', which is expected where supplements is given.");
const NOTHING_SUPPLEMENTED: Words =
    Words("supplements is missing: a supplement names the CodeSystem that it supplements.");
const NOT_IN_SUPPLEMENT: Words =
    Words("{element} is not allowed in a supplement: that of the supplemented CodeSystem applies.");
const CONCEPTS_PRESENT: Words = Words("content is 'not-present', but there are concepts: none are expected.");
const OTHER_COUNT: Words = Words("count is {found}, but this complete CodeSystem has {expected} concepts.");
const UNKNOWN_PROPERTY: Words = Words("{found} is not a property that this CodeSystem defines.");
const OTHER_PROPERTY_TYPE: Words = Words("The value is not of the type of its property: {expected} is expected.");

const TYPE_IS_URL: Words = Words("{found} is a URL: only a logical model may have one as its type.");
const TYPE_UNKNOWN: Words = Words("{found} is not a type of FHIR.");
const TYPE_OF_FHIR: Words = Words("{found} is one of FHIR's own types: another definition can only constrain it.");

/// Types of questions, and how the values of their answers end. That of a choice is of whichever type its options are, and no list of options
/// has a type for an Attachment or a Quantity.
const ANSWERS: [(&str, &[&str]); 14] = [
    ("boolean", &["Boolean"]),
    ("decimal", &["Decimal", "Integer"]),
    ("integer", &["Integer"]),
    ("date", &["Date"]),
    ("dateTime", &["DateTime", "Date"]),
    ("time", &["Time"]),
    ("string", &["String"]),
    ("text", &["String"]),
    ("url", &["Uri"]),
    ("attachment", &["Attachment"]),
    ("reference", &["Reference"]),
    ("quantity", &["Quantity"]),
    ("choice", &["Coding", "String", "Integer", "Date", "Time", "Reference"]),
    ("open-choice", &["Coding", "String", "Integer", "Date", "Time", "Reference"]),
];

/// The types that CodeSystem.property.type names.
const PROPERTY_TYPES: [&str; 7] = ["code", "Coding", "string", "integer", "boolean", "dateTime", "decimal"];

/// The properties that a CodeSystem defines, by code, each with its type.
type Properties<'w> = BTreeMap<Cow<'w, str>, Option<Cow<'w, str>>>;

const FHIR_TYPES: &str = "http://hl7.org/fhir/StructureDefinition/";
