//! What definitions of others (Questionnaires, CodeSystems, StructureDefinitions) must hold beside their constraints.
//!
//! Sources: the R4 pages of these resources, and HL7's validator where they leave it to prose.

use super::bundle::has_scheme;
use super::references::ContainedById;
use super::structure::Walk;
use crate::definitions::{TypeId, TypeKind};
use crate::json::{Kind, NodeId};
use crate::report::{At, Severity, Text, rules};

/// linkId → the item that has it. One kind of map does for all that is found by id: each is code of its own.
type Questions<'w> = ContainedById<'w>;

impl<'w> Walk<'w> {
    /// Judges a resource, when it is one of these.
    pub(super) fn conformance(&mut self, node: NodeId, of: TypeId) {
        let types = &self.validator.types;
        if Some(of) == types.questionnaire {
            let mut questions = Questions::new();
            self.questions(node, &mut questions);
            self.conditions(node, &questions);
        } else if Some(of) == types.code_system {
            self.code_system(node);
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
            let text = Text::new("Others refer to this resource by its url: it is absolute, not ").value(&url).and(".");
            self.findings.add(&rules::CANONICAL_URL, At::Value(node), text);
        }
    }

    fn questions(&self, parent: NodeId, questions: &mut Questions<'w>) {
        for item in self.document.get_items(parent, "item") {
            if let Some(id) = self.document.get_string(item, "linkId") {
                questions.entry(id).or_insert(Some(item));
            }
            self.questions(item, questions);
        }
    }

    /// Questionnaire.item.enableWhen: "the linkId for the question whose answer (or lack of answer) governs whether this item is
    /// enabled".
    fn conditions(&mut self, parent: NodeId, questions: &Questions<'w>) {
        for item in self.document.get_items(parent, "item") {
            for condition in self.document.get_items(item, "enableWhen") {
                let Some(question) = self.document.get(condition, "question") else { continue };
                let id = self.document.value(question);
                if id.is_empty() {
                    continue;
                }
                let (severity, text) = match questions.get(&id).copied().flatten() {
                    None => (Severity::Error, " is no linkId of this Questionnaire."),
                    Some(target) if target == item => (Severity::Error, " is the question that the condition is for."),
                    Some(target) if target > item && target < self.document.after(item) => {
                        (Severity::Error, " is a question inside of the one that the condition is for.")
                    }
                    Some(target) if target > item => {
                        (Severity::Warning, " is asked after the question that the condition is for.")
                    }
                    Some(_) => continue,
                };
                let text = Text::new("").value(&id).and(text);
                self.findings.add_as(&rules::ENABLE_WHEN, severity, At::Value(question), text);
            }
            self.conditions(item, questions);
        }
    }

    fn code_system(&mut self, node: NodeId) {
        let content = self.document.get_string(node, "content").unwrap_or_default();
        let content_at = self.document.get(node, "content").map_or(At::Start(node), At::Value);
        let supplements = self.document.get(node, "supplements").is_some();
        if supplements != (content == "supplement") && !content.is_empty() {
            let text = if supplements {
                "A CodeSystem that supplements another has the content 'supplement'."
            } else {
                "A supplement names the CodeSystem that it supplements."
            };
            self.findings.add(&rules::CODE_SYSTEM_CONTENT, content_at, text);
        }
        if supplements {
            for name in ["caseSensitive", "hierarchyMeaning"] {
                if let Some(member) = self.document.get(node, name) {
                    let text =
                        Text::new("A supplement has no ").and(name).and(": that of the CodeSystem itself holds.");
                    self.findings.add(&rules::CODE_SYSTEM_CONTENT, At::Key(member), text);
                }
            }
        }
        let concepts = self.concepts(node);
        if content == "not-present" && concepts > 0 {
            let text = "None of the concepts are to be here, as content says.";
            self.findings.add(&rules::CODE_SYSTEM_CONTENT, content_at, text);
        }
        if content == "complete"
            && let Some(count) = self.document.get(node, "count").filter(|&at| self.document.kind(at) == Kind::Number)
            && self.document.raw(count).parse() != Ok(concepts)
        {
            let text = Text::new(format!("There are {concepts} concepts here, and that is all of them: the count is "))
                .value(self.document.raw(count))
                .and(".");
            self.findings.add(&rules::CODE_SYSTEM_CONTENT, At::Value(count), text);
        }
    }

    fn concepts(&self, parent: NodeId) -> u32 {
        let concepts = self.document.get_items(parent, "concept");
        concepts.map(|concept| 1 + self.concepts(concept)).sum()
    }

    /// StructureDefinition.type: one of FHIR's own types by its name, which another definition can only constrain, or that of a logical
    /// model by its URL.
    fn structure_type(&mut self, node: NodeId) {
        let Some(at) = self.document.get(node, "type") else { return };
        let Some(name) = self.document.string(at).filter(|name| !name.is_empty()) else { return };
        let text = |name: &str| self.document.get_string(node, name);
        let words = if has_scheme(&name) {
            if text("kind").is_none_or(|kind| kind == "logical") {
                return;
            }
            "only a logical model has a URL as its type."
        } else if self.validator.definitions().type_named(&name).is_none() {
            "FHIR has no such type."
        } else if text("derivation").is_some_and(|derivation| derivation != "constraint")
            && text("url").is_some_and(|url| url.strip_prefix(FHIR_TYPES) != Some(name.as_ref()))
        {
            "the type is FHIR's own, and this can only constrain it."
        } else {
            return;
        };
        self.findings.add(&rules::STRUCTURE_TYPE, At::Value(at), Text::new("").value(&name).and(": ").and(words));
    }
}

const FHIR_TYPES: &str = "http://hl7.org/fhir/StructureDefinition/";
