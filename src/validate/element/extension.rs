//! Extensions against their definitions.
//!
//! Source: R4 page extensibility, and the specification's own extension definitions.

use crate::definitions::{ExtensionContent, Field, NestedExtension, Text, TypeId, known};
use crate::document::{Kind, NodeId, name};
use crate::report::{Act, At, Rule, Severity, Suggest, Words};
use crate::validate::element::trial;
use crate::validate::instance::{Instance, Object, Place, Start};
use crate::validate::uri::{has_scheme, is_absolute};
use std::borrow::Cow;

pub(crate) const EXT_1: Rule = Rule::new(
    "ext-1",
    Severity::Error,
    "invariant",
    "Must have either extensions or value[x], not both.",
    &[BOTH, NEITHER],
);
const BOTH: Words = Words("An extension has either a value or extensions; this one has both.");
const NEITHER: Words = Words("An extension has either a value or extensions; this one has neither.");

pub(crate) const EXTENSION_URL: Rule = Rule::new(
    "extension-url",
    Severity::Error,
    "value",
    "The url of an extension is absolute and without a version; inside another one it is that of a part.",
    &[URL_WITH_VERSION, URL_NOT_ABSOLUTE, URL_EXTENDED, URL_WITH_PART],
);
const URL_WITH_VERSION: Words = Words("The url of an extension has a version: leave it out.");
const URL_NOT_ABSOLUTE: Words = Words("{found} is not an absolute URL, which is expected as the url of an extension.");

const URL_WITH_PART: Words = Words("The url of an extension names a part (#): leave it out.");
const URL_EXTENDED: Words =
    Words("The definition of this extension fixes its url: extensions of that are not allowed.");

pub(crate) const EXTENSION_UNKNOWN: Rule =
    Rule::new("extension-unknown", Severity::Information, "not-supported", "Extensions are known here.", &[UNKNOWN]);
const UNKNOWN: Words = Words("The extension {found} is not known here: it was not checked.");

pub(crate) const EXTENSION_MODIFIER: Rule = Rule::new(
    "extension-modifier",
    Severity::Error,
    "extension",
    "A modifier extension is known, and is in modifierExtension.",
    &[UNKNOWN_MODIFIER, NO_MODIFIER, MODIFIER],
);
const UNKNOWN_MODIFIER: Words =
    Words("The modifier extension {found} is not known here: what it changes cannot be understood.");
const NO_MODIFIER: Words =
    Words("This extension does not modify anything: it is expected in extension, not in modifierExtension.");
const MODIFIER: Words =
    Words("This extension changes the meaning of the element that has it: it is expected in modifierExtension.");

pub(crate) const EXTENSION_CONTEXT: Rule = Rule::new(
    "extension-context",
    Severity::Error,
    "business-rule",
    "An extension is where its definition allows it.",
    &[OTHER_CONTEXT, NO_EXTENSION],
);
const OTHER_CONTEXT: Words = Words("This extension is not allowed here; allowed on: {allowed}.");
const NO_EXTENSION: Words = Words("{found} is the URL of a type or a profile, which is not an extension.");

pub(crate) const EXTENSION_CONTENT: Rule = Rule::new(
    "extension-content",
    Severity::Error,
    "value",
    "An extension has what its definition says: a value of an allowed type, or its parts.",
    &[
        VALUE_NOT_ALLOWED,
        OTHER_VALUE_TYPE,
        OTHER_TYPE_OF_PART,
        PARTS_NOT_ALLOWED,
        OTHER_PART,
        PART_MISSING,
        PART_TOO_OFTEN,
    ],
);
const VALUE_NOT_ALLOWED: Words =
    Words("This extension has a value, which is not allowed: nested extensions are expected.");
const OTHER_VALUE_TYPE: Words = Words("The value of this extension is not of an allowed type; allowed: {allowed}.");
const OTHER_TYPE_OF_PART: Words =
    Words("The value of this nested extension is not of an allowed type; allowed: {allowed}.");
const PARTS_NOT_ALLOWED: Words =
    Words("This extension has nested extensions, which are not allowed: a value is expected.");
const OTHER_PART: Words = Words("This nested extension is not defined; allowed: {allowed}.");
const PART_MISSING: Words = Words("The nested extension '{element}' is missing.");
const PART_TOO_OFTEN: Words =
    Words("The nested extension '{element}' occurs too often: {found} found, at most {expected} allowed.");

/// Validates the extensions of an element by their definitions. Those inside an extension are parts of it.
pub(crate) fn list(instance: &mut Instance<'_>, list: NodeId, place: Place) {
    if place.of == known::EXTENSION {
        return;
    }
    let modifier = instance.document.node(list).name == name::MODIFIER_EXTENSION;
    for item in instance.document.children(list) {
        if instance.document.kind(item) == Kind::Object {
            known(instance, item, modifier, place);
        }
    }
}

/// ext-1: either a value or extensions.
pub(super) fn check(instance: &mut Instance<'_>, &Object { node, body, seen, .. }: &Object<'_>) {
    let (mut has_value, mut has_extensions) = (false, false);
    for (ordinal, element) in body.elements.iter().enumerate() {
        let there = seen.has(ordinal as u16);
        has_value |= there && element.choice;
        has_extensions |= there && element.name == name::EXTENSION;
    }
    if has_value && has_extensions {
        instance.findings.add(&EXT_1, At::Start(node), BOTH);
    } else if !has_value && !has_extensions {
        instance.findings.add(&EXT_1, At::Start(node), NEITHER);
    }
}

const FHIR_TYPES: &str = "http://hl7.org/fhir/StructureDefinition/";

/// Domains that are set aside for examples (RFC 2606): nobody defines their extensions, and nothing is to be said of that.
const EXAMPLES: [&str; 6] = [
    "http://example.org/",
    "https://example.org/",
    "http://example.com/",
    "https://example.com/",
    "http://www.example.org/",
    "http://www.example.com/",
];

/// Validates an extension of an element or a resource, not one in another extension.
pub(crate) fn known(instance: &mut Instance<'_>, node: NodeId, modifier: bool, place: Place) {
    let definitions = &instance.engine.definitions;
    let Some(url_node) = instance.document.member(node, name::URL) else { return };
    let Some(url) = instance.document.string(url_node).filter(|url| !url.is_empty()) else { return };
    if let Some((bare, _)) = url.split_once('|').filter(|(bare, _)| definitions.extension(bare).is_some()) {
        let finding = instance.findings.add(&EXTENSION_URL, At::Value(url_node), URL_WITH_VERSION);
        finding.suggest(bare.to_owned(), true, Act::Replace, vec![url_node]);
        return;
    }
    if let Some((bare, _)) = url.split_once('#').filter(|(bare, _)| definitions.extension(bare).is_some()) {
        let finding = instance.findings.add(&EXTENSION_URL, At::Value(url_node), URL_WITH_PART);
        finding.suggest(bare.to_owned(), true, Act::Replace, vec![url_node]);
        return;
    }
    if !has_scheme(&url) {
        instance.findings.add(&EXTENSION_URL, At::Member(url_node), URL_NOT_ABSOLUTE.value("found", &url));
        return;
    }
    let all = definitions.extensions_of(&url);
    let Some(definition) = all.clone().next_back() else {
        let of_type = url.strip_prefix(FHIR_TYPES).and_then(|name| definitions.type_named(name));
        if of_type.is_some() || definitions.profile_named(&url).is_some() {
            instance.findings.add(&EXTENSION_CONTEXT, At::Member(url_node), NO_EXTENSION.value("found", &url));
            return;
        }
        let is_example = EXAMPLES.iter().any(|example| url.starts_with(example));
        if modifier {
            let severity = if is_example { Severity::Warning } else { Severity::Error };
            let content = UNKNOWN_MODIFIER.value("found", &url);
            instance.findings.add_as(&EXTENSION_MODIFIER, severity, At::Value(url_node), content);
        } else if !is_example {
            instance.findings.add(&EXTENSION_UNKNOWN, At::Value(url_node), UNKNOWN.value("found", &url));
        }
        return;
    };
    url_extended(instance, node, url_node);
    if definition.modifier != modifier {
        let words = if modifier { NO_MODIFIER } else { MODIFIER };
        instance.findings.add(&EXTENSION_MODIFIER, At::Start(node), words);
    }
    let contexts = || all.clone().flat_map(|definition| &definition.contexts);
    if !contexts().any(|context| is_context(instance, context, place)) {
        let mut allowed: Vec<Text> = Vec::new();
        for context in contexts() {
            if !allowed.contains(context) {
                allowed.push(context.clone());
            }
        }
        let content = OTHER_CONTEXT.list("allowed", allowed);
        let span = At::Start(node).span(instance.document);
        // The definition speaks of the element that has the extension; the mark is at the extension.
        instance.findings.add(&EXTENSION_CONTEXT, At::Span(place.holder, span.0, span.1), content);
    }
    // By its definition as a profile, the walk validates it.
    if definitions.profile_named(&url).is_none() {
        content(instance, node, &definition.content);
    }
}

/// A definition fixes the url without extensions.
fn url_extended(instance: &mut Instance<'_>, node: NodeId, url: NodeId) {
    let companion = instance.sibling(node, name::URL, true);
    if companion.is_some_and(|companion| instance.document.member(companion, name::EXTENSION).is_some()) {
        instance.findings.add(&EXTENSION_URL, At::Value(url), URL_EXTENDED);
    }
}

/// Whether a place is one that a definition's context names.
fn is_context(instance: &Instance<'_>, context: &str, place: Place) -> bool {
    let definitions = &instance.engine.definitions;
    let is_a = |of: TypeId, name: &str| definitions.type_named(name).is_some_and(|wanted| definitions.is_a(of, wanted));
    if context == "Element" || is_a(place.of, context) {
        return true;
    }
    let Some((owner, element)) = place.element else { return false };
    let name = definitions.names().text(element);
    let Some((path, last)) = context.rsplit_once('.') else { return false };
    last.trim_end_matches("[x]") == name
        && (is_a(owner, path) || definitions.type_at_path(path).is_some_and(|holder| definitions.is_a(owner, holder)))
}

/// Validates what an extension holds.
fn content(instance: &mut Instance<'_>, node: NodeId, content: &ExtensionContent) {
    let definitions = &instance.engine.definitions;
    let body = definitions.body(definitions.type_of(known::EXTENSION));
    let (mut value, mut extensions) = (None, None);
    for child in instance.document.children(node) {
        let name = instance.document.node(child).name;
        if name == name::EXTENSION {
            extensions = Some(child);
        } else if let Some(field) = body.field(name).filter(|field| body.element(field).choice) {
            value = Some((child, body.type_ref(field.type_ref).of));
        }
    }
    if let Some((at, of)) = value {
        let allowed = content.any_value || content.value_types.contains(&of.0);
        if !allowed && content.value_types.is_empty() {
            instance.findings.add(&EXTENSION_CONTENT, At::Unknown(at), VALUE_NOT_ALLOWED);
        } else if !allowed {
            let names = content.value_types.iter().map(|&of| definitions.type_of(TypeId(of)).name.clone());
            // HL7's validator names the extension, and of a nested one its value.
            let is_part = instance.text_of(node, name::URL).is_some_and(|url| !is_absolute(&url));
            let (at, words) =
                if is_part { (At::Key(at), OTHER_TYPE_OF_PART) } else { (At::Unknown(at), OTHER_VALUE_TYPE) };
            let named = value_named(instance, node, value, content);
            let finding = instance.findings.add(&EXTENSION_CONTENT, at, words.list("allowed", names));
            if let Some((named, member)) = named {
                finding.suggest(named, false, Act::Rename, vec![member]);
            }
        } else if let Some(binding) = content.binding() {
            super::binding::check(instance, binding, of, at);
        }
    }
    let Some(extensions) = extensions else { return };
    if content.nested.is_empty() && (content.any_value || !content.value_types.is_empty()) {
        instance.findings.add(&EXTENSION_CONTENT, At::Key(extensions), PARTS_NOT_ALLOWED);
        return;
    }
    parts(instance, node, extensions, &content.nested);
}

/// The name of the value of an extension that is right as one of the only type that is allowed: `valueString` is written for `valueCode`.
#[cold]
fn value_named(
    instance: &mut Instance<'_>,
    object: NodeId,
    value: Option<(NodeId, TypeId)>,
    content: &ExtensionContent,
) -> Option<(String, NodeId)> {
    let (definitions, (member, _)) = (instance.definitions, value?);
    let [only] = *content.value_types.as_slice() else { return None };
    let body = definitions.body(definitions.type_of(known::EXTENSION));
    let of_type = |field: &&Field| body.element(field).choice && body.type_ref(field.type_ref).of.0 == only;
    let field = body.fields.iter().find(of_type)?;
    let set = content.binding().and_then(|binding| definitions.value_set(binding));
    let is_in_set =
        set.is_none_or(|set| instance.document.string(member).is_none_or(|code| set.has_code(&code) != Some(false)));
    let is_right = is_in_set
        && instance.document.node(member).name != field.name
        && trial::tried(instance, Start::Element { object, member, of: known::EXTENSION, field });
    is_right.then(|| (definitions.names().text(field.name).to_owned(), member))
}

/// Validates the extensions inside an extension.
fn parts(instance: &mut Instance<'_>, node: NodeId, list: NodeId, nested: &[NestedExtension]) {
    let mut counts = vec![0_u16; nested.len()];
    for item in instance.document.children(list) {
        if instance.document.kind(item) != Kind::Object {
            continue;
        }
        let url: Option<Cow<'_, str>> = instance.text_of(item, name::URL);
        let mut known = nested.iter().zip(&mut counts);
        let Some((part, count)) = known.find(|(part, _)| url.as_deref() == Some(part.url.as_str())) else {
            // A part with an absolute url is an extension of its own: this one is its element.
            if url.as_deref().is_some_and(|url| !is_absolute(url)) {
                let content = OTHER_PART.list("allowed", nested.iter().map(|part| part.url.clone()));
                instance.findings.add(&EXTENSION_CONTENT, At::Start(item), content);
            }
            continue;
        };
        *count = count.saturating_add(1);
        if let Some(url) = instance.document.member(item, name::URL) {
            url_extended(instance, item, url);
        }
        content(instance, item, &part.content);
    }
    for (part, count) in nested.iter().zip(counts) {
        if count < part.min {
            let content = PART_MISSING.name("element", part.url.clone());
            instance.findings.add(&EXTENSION_CONTENT, At::Start(node), content);
        } else if let Some(max) = part.max.filter(|&max| count > max) {
            let content = PART_TOO_OFTEN.name("element", part.url.clone()).count("found", count).count("expected", max);
            instance.findings.add(&EXTENSION_CONTENT, At::Start(node), content);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{EXT_1, EXTENSION_CONTENT, EXTENSION_CONTEXT, EXTENSION_MODIFIER, EXTENSION_UNKNOWN, EXTENSION_URL};
    use crate::validate::told::assert_told;

    #[test]
    fn an_extension_has_either_a_value_or_extensions() {
        assert_told(
            EXT_1,
            r#"{"resourceType":"Patient","extension":[{"url":"http://example.org/a"…}]}"#,
            &[
                (r#","valueString":"a""#, &[]),
                ("", &["/extension/0: An extension has either a value or extensions; this one has neither."]),
                (
                    r#","valueString":"a","extension":[{"url":"b","valueString":"c"}]"#,
                    &["/extension/0: An extension has either a value or extensions; this one has both."],
                ),
            ],
        );
    }

    #[test]
    fn the_url_of_an_extension_is_absolute_and_without_a_version() {
        assert_told(
            EXTENSION_URL,
            r#"{"resourceType":"Patient","extension":[{"url":"…","valueAddress":{"city":"Bern"}}]}"#,
            &[
                ("http://hl7.org/fhir/StructureDefinition/patient-birthPlace", &[]),
                (
                    "http://hl7.org/fhir/StructureDefinition/patient-birthPlace|4.0.1",
                    &["/extension/0/url: The url of an extension has a version: leave it out."],
                ),
                (
                    "patient-birthPlace",
                    &[
                        "/extension/0/url: 'patient-birthPlace' is not an absolute URL, which is expected as the url of an extension.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn an_extension_that_nobody_knows_here_was_not_checked() {
        assert_told(
            EXTENSION_UNKNOWN,
            r#"{"resourceType":"Patient","extension":[{"url":"…","valueString":"a"}]}"#,
            &[
                ("http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName", &[]),
                ("http://example.org/a", &[]),
                (
                    "http://fhir.test/a",
                    &["/extension/0/url: The extension 'http://fhir.test/a' is not known here: it was not checked."],
                ),
            ],
        );
    }

    #[test]
    fn an_extension_that_modifies_is_a_modifier_extension() {
        assert_told(
            EXTENSION_MODIFIER,
            r#"{"resourceType":"NutritionOrder","status":"active","intent":"order","patient":{"display":"Ana"},"dateTime":"2026","…":[{"url":"http://hl7.org/fhir/StructureDefinition/request-doNotPerform","valueBoolean":true}]}"#,
            &[
                ("modifierExtension", &[]),
                (
                    "extension",
                    &[
                        "/extension/0: This extension changes the meaning of the element that has it: it is expected in modifierExtension.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn a_modifier_extension_modifies_and_is_known() {
        assert_told(
            EXTENSION_MODIFIER,
            r#"{"resourceType":"Observation","status":"final","code":{"text":"a"},…}"#,
            &[
                (
                    r#""modifierExtension":[{"url":"http://fhir.test/a","valueString":"a"}]"#,
                    &[
                        "/modifierExtension/0/url: The modifier extension 'http://fhir.test/a' is not known here: what it changes cannot be understood.",
                    ],
                ),
                (
                    r#""modifierExtension":[{"url":"http://hl7.org/fhir/StructureDefinition/observation-secondaryFinding","valueCodeableConcept":{"text":"a"}}]"#,
                    &[
                        "/modifierExtension/0: This extension does not modify anything: it is expected in extension, not in modifierExtension.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn an_extension_is_where_its_definition_allows_it() {
        assert_told(
            EXTENSION_CONTEXT,
            r#"{"resourceType":…,"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName","valueString":"Rivera"}]}"#,
            &[
                (r#""Patient""#, &[]),
                (r#""Basic","code":{"text":"a"}"#, &[": This extension is not allowed here; allowed on: Patient."]),
            ],
        );
    }

    #[test]
    fn an_extension_has_a_value_of_a_type_that_its_definition_allows() {
        assert_told(
            EXTENSION_CONTENT,
            r#"{"resourceType":"Patient","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthPlace",…}]}"#,
            &[
                (r#""valueAddress":{"city":"Bern"}"#, &[]),
                (
                    r#""valueString":"Bern""#,
                    &[
                        "/extension/0/valueString: The value of this extension is not of an allowed type; allowed: Address.",
                    ],
                ),
                (
                    r#""extension":[{"url":"city","valueString":"Bern"}]"#,
                    &[
                        "/extension/0/extension: This extension has nested extensions, which are not allowed: a value is expected.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn an_extension_with_parts_has_those_that_its_definition_names() {
        assert_told(
            EXTENSION_CONTENT,
            r#"{"resourceType":"Patient","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-citizenship",…}]}"#,
            &[
                (r#""extension":[{"url":"code","valueCodeableConcept":{"text":"Swiss"}}]"#, &[]),
                (
                    r#""valueString":"Swiss""#,
                    &[
                        "/extension/0/valueString: This extension has a value, which is not allowed: nested extensions are expected.",
                    ],
                ),
                (
                    r#""extension":[{"url":"country","valueCode":"CH"}]"#,
                    &["/extension/0/extension/0: This nested extension is not defined; allowed: code, period."],
                ),
                (
                    r#""extension":[{"url":"code","valueCodeableConcept":{"text":"Swiss"}},{"url":"code","valueCodeableConcept":{"text":"German"}}]"#,
                    &["/extension/0: The nested extension 'code' occurs too often: 2 found, at most 1 allowed."],
                ),
            ],
        );
    }

    #[test]
    fn a_required_part_of_an_extension_is_there() {
        assert_told(
            EXTENSION_CONTENT,
            r#"{"resourceType":"Patient","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-animal","extension":[…]}]}"#,
            &[
                (r#"{"url":"species","valueCodeableConcept":{"text":"Cat"}}"#, &[]),
                (
                    r#"{"url":"breed","valueCodeableConcept":{"text":"Siamese"}}"#,
                    &["/extension/0: The nested extension 'species' is missing."],
                ),
            ],
        );
    }
}
