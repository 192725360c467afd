//! StructureDefinition of an extension → [`ExtensionDefinition`].

use super::{Compiler, Tables, max};
use crate::definitions::{CompiledBinding, CompiledType};
use crate::definitions::{ExtensionContent, ExtensionDefinition, NestedExtension};
use crate::document::{Document, NodeId, name};

/// Contexts that a definition forgets: the specification's own resources use the extension there, and later versions allow it.
const ALSO_ON: [(&str, &[&str]); 3] = [
    ("http://hl7.org/fhir/StructureDefinition/regex", &["ElementDefinition.type"]),
    ("http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type", &["ElementDefinition.type"]),
    (
        "http://hl7.org/fhir/StructureDefinition/structuredefinition-normative-version",
        &["CodeSystem", "ValueSet", "OperationDefinition", "ElementDefinition"],
    ),
];

/// The snapshot of one extension, by element id.
struct Snapshot<'s> {
    document: &'s Document<'s>,
    elements: Vec<(String, NodeId)>,
    types: &'s [CompiledType],
    tables: &'s Tables,
}

/// Whether a StructureDefinition defines an extension. The base type is called Extension as well; it specializes Element.
pub(super) fn is_extension(document: &Document<'_>, resource: NodeId) -> bool {
    document.member_text(resource, name::TYPE).as_deref() == Some("Extension")
        && document.member_text(resource, name::DERIVATION).as_deref() == Some("constraint")
}

impl Compiler<'_> {
    /// Every extension definition with its url, sorted by it.
    pub(super) fn extensions(&self, types: &[CompiledType], tables: &Tables) -> Vec<(String, ExtensionDefinition)> {
        let mut found = Vec::new();
        for (url, &(document, resource)) in &self.structures {
            let Some(snapshot) = document.member(resource, name::SNAPSHOT).filter(|_| is_extension(document, resource))
            else {
                continue;
            };
            let elements: Vec<(String, NodeId)> = document
                .member_items(snapshot, name::ELEMENT)
                .filter_map(|element| Some((document.member_text(element, name::ID)?.into_owned(), element)))
                .collect();
            let modifier = elements
                .first()
                .and_then(|(_, root)| document.member(*root, name::IS_MODIFIER))
                .is_some_and(|is_modifier| document.raw(is_modifier) == "true");
            let forgotten = ALSO_ON.iter().filter(|(known, _)| known == url).flat_map(|(_, contexts)| *contexts);
            let contexts = document
                .member_items(resource, name::CONTEXT)
                .filter_map(|context| document.member_text(context, name::EXPRESSION).map(|text| text.into_owned()))
                .chain(forgotten.map(|context| (*context).to_owned()))
                .collect();
            let content = Snapshot { document, elements, types, tables }.content("Extension");
            found.push((url.clone(), ExtensionDefinition { modifier, contexts, content }));
        }
        found
    }
}

impl Snapshot<'_> {
    fn element(&self, id: &str) -> Option<NodeId> {
        self.elements.iter().find(|(own, _)| own == id).map(|(_, element)| *element)
    }

    fn max_of(&self, element: NodeId) -> Option<u16> {
        let text = self.document.member_text(element, name::MAX).unwrap_or_default();
        max(&text).ok().flatten().map(|max| max as u16)
    }

    fn min_of(&self, element: NodeId) -> u16 {
        self.document.member(element, name::MIN).and_then(|min| self.document.raw(min).parse().ok()).unwrap_or(0)
    }

    /// What the extension whose element has this id holds.
    fn content(&self, id: &str) -> ExtensionContent {
        let document = self.document;
        let mut content = ExtensionContent::default();
        // A snapshot names a value of one type `valueCode` as well as `value[x]`.
        let value = self.elements.iter().find(|(own, _)| {
            own.strip_prefix(id)
                .is_some_and(|rest| rest.starts_with(".value") && !rest.get(1..).unwrap_or("").contains('.'))
        });
        if let Some(&(_, value)) = value
            && self.max_of(value) != Some(0)
        {
            let types: Vec<u16> = document
                .member_items(value, name::TYPE)
                .filter_map(|of| document.member_text(of, name::CODE))
                .filter_map(|code| self.types.iter().position(|of| of.name == code.as_ref()))
                .map(|index| index as u16)
                .collect();
            content.any_value = types.len() >= 40;
            content.value_types = if content.any_value { Vec::new() } else { types };
            content.value_required = self.min_of(value) > 0;
            content.binding = self.known_binding(value);
        }
        let slices = format!("{id}.extension:");
        for (own, element) in &self.elements {
            let Some(name) = own.strip_prefix(&slices).filter(|name| !name.contains('.')) else { continue };
            let url = self
                .element(&format!("{own}.url"))
                .and_then(|url| document.member_text(url, name::FIXED_URI))
                .map_or(name.to_owned(), |url| url.into_owned());
            content.nested.push(NestedExtension {
                url,
                min: self.min_of(*element),
                max: self.max_of(*element),
                content: self.content(own),
            });
        }
        content
    }

    /// A binding to a value set that elements are bound to as well: others would cost more than they tell.
    fn known_binding(&self, value: NodeId) -> Option<CompiledBinding> {
        let mut tables = Tables { constraints: Vec::new(), value_sets: self.tables.value_sets.clone() };
        let binding = CompiledBinding { max: None, ..tables.binding(self.document, value)? };
        (usize::from(binding.value_set) < self.tables.value_sets.len()).then_some(binding)
    }
}
