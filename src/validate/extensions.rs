//! Extensions against their definitions.
//!
//! Source: R4 page extensibility, and the specification's own extension definitions.

use super::structure::{Place, Walk};
use crate::definitions::{ExtensionContent, NestedExtension, TypeId};
use crate::document::{Kind, NodeId, name};
use crate::report::{Act, At, Mended, Severity, Text, rules};
use std::borrow::Cow;

/// Domains that are set aside for examples (RFC 2606): nobody defines their extensions, and nothing is to be said of that.
const EXAMPLES: [&str; 6] = [
    "http://example.org/",
    "https://example.org/",
    "http://example.com/",
    "https://example.com/",
    "http://www.example.org/",
    "http://www.example.com/",
];

impl<'w> Walk<'w> {
    /// Judges an extension that stands on an element or a resource, not in another extension.
    pub(super) fn known_extension(&mut self, node: NodeId, modifier: bool, place: Place) {
        let definitions = self.validator.definitions();
        let Some(url_node) = self.document.member(node, name::URL) else { return };
        let Some(url) = self.document.string(url_node).filter(|url| !url.is_empty()) else { return };
        if let Some((bare, _)) = url.split_once('|').filter(|(bare, _)| definitions.extension(bare).is_some()) {
            let text = "The url of an extension names no version.";
            let finding = self.findings.add(&rules::EXTENSION_URL, At::Value(url_node), text);
            finding.suggested(bare.to_owned(), true, Act::Replace, vec![url_node]);
            return;
        }
        if !super::is_absolute(&url) {
            let text = Text::new("The url of an extension is absolute, not ").value(&url).and(".");
            self.findings.add(&rules::EXTENSION_URL, At::Value(url_node), text);
            return;
        }
        let Some(definition) = definitions.extension(&url) else {
            let is_example = EXAMPLES.iter().any(|example| url.starts_with(example));
            if modifier {
                let severity = if is_example { Severity::Warning } else { Severity::Error };
                let text = Text::new("The modifier extension ")
                    .value(&url)
                    .and(" is not known here: what it changes cannot be understood.");
                self.findings.add_as(&rules::EXTENSION_MODIFIER, severity, At::Value(url_node), text);
            } else if !is_example {
                let text = Text::new("The extension ").value(&url).and(" is not known here, and not checked.");
                self.findings.add(&rules::EXTENSION_UNKNOWN, At::Value(url_node), text);
            }
            return;
        };
        if definition.modifier != modifier {
            let text = if modifier {
                "This extension modifies nothing: it belongs in extension, not in modifierExtension."
            } else {
                "This extension changes the meaning of what it stands on: it belongs in modifierExtension."
            };
            self.findings.add(&rules::EXTENSION_MODIFIER, At::Start(node), text);
        }
        if !definition.contexts.iter().any(|context| self.is_context(context, place)) {
            let allowed = definition.contexts.join(", ");
            let text = Text::new(format!("This extension stands on {allowed}, not here."));
            let span = At::Start(node).span(self.document);
            // The element that it stands on is what the definition speaks of; the mark is at the extension.
            self.findings.add(&rules::EXTENSION_CONTEXT, At::Span(place.holder, span.0, span.1), text);
        }
        self.content(node, &definition.content);
    }

    /// Whether a place is one that a definition's context names.
    fn is_context(&self, context: &str, place: Place) -> bool {
        let definitions = self.validator.definitions();
        let is_a =
            |of: TypeId, name: &str| definitions.type_named(name).is_some_and(|wanted| definitions.is_a(of, wanted));
        if context == "Element" || is_a(place.of, context) {
            return true;
        }
        let Some((owner, element)) = place.element else { return false };
        let name = definitions.names().text(element);
        let Some((path, last)) = context.rsplit_once('.') else { return false };
        last.trim_end_matches("[x]") == name
            && (is_a(owner, path)
                || definitions.type_at_path(path).is_some_and(|holder| definitions.is_a(owner, holder)))
    }

    /// Judges what an extension holds.
    fn content(&mut self, node: NodeId, content: &ExtensionContent) {
        let definitions = self.validator.definitions();
        let Some(extension_type) = self.validator.types.extension else { return };
        let body = definitions.body(definitions.type_of(extension_type));
        let (mut value, mut extensions) = (None, None);
        for child in self.document.children(node) {
            let name = self.document.node(child).name;
            if name == name::EXTENSION {
                extensions = Some(child);
            } else if let Some(field) = body.field(name).filter(|field| body.element(field).choice) {
                value = Some((child, body.type_ref(field.type_ref).of));
            }
        }
        if let Some((at, of)) = value {
            let allowed = content.any_value || content.value_types.contains(&of.0);
            if !allowed && content.value_types.is_empty() {
                self.findings.add(&rules::EXTENSION_CONTENT, At::Key(at), "This extension has parts, and no value.");
            } else if !allowed {
                let names: Vec<&str> =
                    content.value_types.iter().map(|&of| definitions.type_of(TypeId(of)).name.as_ref()).collect();
                let text = format!("The value of this extension is of type {}.", names.join(", "));
                self.findings.add(&rules::EXTENSION_CONTENT, At::Key(at), Text::new(text));
            } else if let Some(binding) = content.binding() {
                super::bindings::check(self, binding, of, at);
            }
        }
        let Some(extensions) = extensions else { return };
        if content.nested.is_empty() && (content.any_value || !content.value_types.is_empty()) {
            self.findings.add(
                &rules::EXTENSION_CONTENT,
                At::Key(extensions),
                "This extension has a value, and no parts.",
            );
            return;
        }
        self.parts(node, extensions, &content.nested);
    }

    /// Judges the extensions inside an extension.
    fn parts(&mut self, node: NodeId, list: NodeId, nested: &[NestedExtension]) {
        let mut counts = vec![0_u16; nested.len()];
        for item in self.document.children(list) {
            if self.document.kind(item) != Kind::Object {
                continue;
            }
            let url: Option<Cow<'_, str>> = self.text_of(item, name::URL);
            let found = nested.iter().position(|part| url.as_deref() == Some(part.url.as_str()));
            let Some((index, part)) = found.and_then(|index| Some((index, nested.get(index)?))) else {
                // A part with an absolute url is an extension of its own, that stands on this one.
                if url.as_deref().is_some_and(|url| !super::is_absolute(url)) {
                    let parts: Vec<&str> = nested.iter().map(|part| part.url.as_str()).collect();
                    let text = Text::new(format!("The parts of this extension are {}.", parts.join(", ")));
                    self.findings.add(&rules::EXTENSION_CONTENT, At::Start(item), text);
                }
                continue;
            };
            if let Some(count) = counts.get_mut(index) {
                *count = count.saturating_add(1);
            }
            self.content(item, &part.content);
        }
        for (part, count) in nested.iter().zip(counts) {
            if count < part.min {
                let text = format!("This extension has a part '{}', which is missing.", part.url);
                self.findings.add(&rules::EXTENSION_CONTENT, At::Start(node), Text::new(text));
            } else if part.max.is_some_and(|max| count > max) {
                let text = format!("The part '{}' stands here {count} times; it may not so often.", part.url);
                self.findings.add(&rules::EXTENSION_CONTENT, At::Start(node), Text::new(text));
            }
        }
    }
}
