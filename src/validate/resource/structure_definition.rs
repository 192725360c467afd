//! structure-type: a StructureDefinition is of a type that there is.

use crate::definitions::{TypeKind, known, plain_url};
use crate::document::{NameId, NodeId, name};
use crate::report::{At, Rule, Severity, Words};
use crate::validate::instance::Instance;
use crate::validate::resource::{constraint_key, element_definition};
use crate::validate::uri::has_scheme;

pub(crate) const STRUCTURE_TYPE: Rule = Rule::new(
    "structure-type",
    Severity::Error,
    "invalid",
    "A StructureDefinition is of a type that there is.",
    &[
        TYPE_IS_URL,
        TYPE_UNKNOWN,
        TYPE_OF_FHIR,
        TYPE_OF_BASE,
        KIND_OF_BASE,
        URL_OF_BASE,
        URL_OF_EXTENSION,
        URL_NOT_FIXED,
        NO_CONTEXT,
    ],
);
const TYPE_IS_URL: Words = Words("{found} is a URL: only a logical model may have one as its type.");
const TYPE_UNKNOWN: Words = Words("{found} is not a type of FHIR.");
const TYPE_OF_FHIR: Words = Words("{found} is one of FHIR's own types: another definition can only constrain it.");
const TYPE_OF_BASE: Words = Words("{found} is not the type of the base: what constrains it is of the type {expected}.");
const KIND_OF_BASE: Words = Words("{found} is not the kind of the base: what constrains it is of the kind {expected}.");
const NO_CONTEXT: Words = Words("Only an extension has a context, and this is a definition of the type {found}.");
const URL_OF_BASE: Words = Words(
    "{found} is not the url of the base: an extension that is derived from another one has that of its base, {expected}.",
);

const URL_OF_EXTENSION: Words =
    Words("{found} is not the url of this extension: what uses it is known by the url, which is {expected}.");
const URL_NOT_FIXED: Words =
    Words("Extension.url is not fixed in the differential: what uses the extension is known by its url, {expected}.");

/// StructureDefinition.type: one of FHIR's own types by its name, which another definition can only constrain, or that of a logical
/// model by its URL.
pub(crate) fn check(instance: &mut Instance<'_>, node: NodeId) {
    constraint_key::check(instance, node);
    check_context(instance, node);
    let of = instance.document.member_text(node, name::TYPE).and_then(|of| instance.definitions.type_named(&of));
    if let Some(of) =
        of.filter(|_| instance.document.member_text(node, name::DERIVATION).as_deref() == Some("constraint"))
    {
        element_definition::check(instance, node, of);
    }
    let Some(at) = instance.document.member(node, name::TYPE) else { return };
    let Some(name) = instance.document.string(at).filter(|name| !name.is_empty()) else { return };
    let text = |name: NameId| instance.document.member_text(node, name);
    let words = if has_scheme(&name) {
        if text(name::KIND).is_none_or(|kind| kind == "logical") {
            return;
        }
        TYPE_IS_URL
    } else if instance.engine.definitions.type_named(&name).is_none() {
        TYPE_UNKNOWN
    } else if text(name::DERIVATION).is_none_or(|derivation| derivation != "constraint")
        && text(name::URL).is_some_and(|url| url.strip_prefix(FHIR_TYPES) != Some(name.as_ref()))
    {
        TYPE_OF_FHIR
    } else {
        return check_base(instance, node, at);
    };
    instance.findings.add(&STRUCTURE_TYPE, At::Value(at), words.value("found", &name));
}

/// Only an extension is for certain elements.
fn check_context(instance: &mut Instance<'_>, node: NodeId) {
    let of = instance.document.member_text(node, name::TYPE).filter(|of| of != "Extension");
    let (Some(of), Some(list)) = (of, instance.document.get(node, "context")) else { return };
    for context in instance.document.children(list) {
        instance.findings.add(&STRUCTURE_TYPE, At::Start(context), NO_CONTEXT.value("found", &of));
    }
}

/// What constrains a type is of that type, and of its kind.
fn check_base(instance: &mut Instance<'_>, node: NodeId, at: NodeId) {
    let definitions = &instance.engine.definitions;
    let text = |name: NameId| instance.document.member_text(node, name);
    if text(name::DERIVATION).is_none_or(|derivation| derivation != "constraint") {
        return;
    }
    let Some(base) = text(name::BASE_DEFINITION) else { return };
    let known = base.strip_prefix(FHIR_TYPES).and_then(|base| definitions.type_named(plain_url(base)));
    let Some(base) = known else { return check_url(instance, node, plain_url(&base)) };
    let (base_id, base) = (base, definitions.type_of(base));
    let kind = match base.kind {
        TypeKind::Resource | TypeKind::AbstractResource => "resource",
        TypeKind::Primitive(_) => "primitive-type",
        TypeKind::Complex => "complex-type",
    };
    let stated = instance.document.member(node, name::KIND);
    for (words, at, expected) in [(TYPE_OF_BASE, Some(at), &*base.name), (KIND_OF_BASE, stated, kind)] {
        let Some((at, found)) = at.and_then(|at| Some((at, instance.document.string(at)?))) else { continue };
        if found != expected {
            let content = words.value("found", &found).name("expected", expected.to_owned());
            instance.findings.add(&STRUCTURE_TYPE, At::Member(at), content);
        }
    }
    if base_id == known::EXTENSION {
        check_own_url(instance, node);
    }
}

const FHIR_TYPES: &str = "http://hl7.org/fhir/StructureDefinition/";

/// An extension is known by its url, which its definition fixes.
#[cold]
fn check_own_url(instance: &mut Instance<'_>, node: NodeId) {
    let Some(url) = instance.text_of(node, name::URL).filter(|url| !url.is_empty()) else { return };
    let (at, content) = match fixed_url(instance, node) {
        Some(fixed) if instance.document.value(fixed) == url => return,
        Some(fixed) => (At::Value(fixed), URL_OF_EXTENSION.value("found", &instance.document.value(fixed))),
        None => (At::Start(node), URL_NOT_FIXED.into()),
    };
    instance.findings.add(&STRUCTURE_TYPE, at, content.value("expected", &url));
}

/// What the differential of an extension fixes its url to.
fn fixed_url(instance: &Instance<'_>, node: NodeId) -> Option<NodeId> {
    let document = instance.document;
    let name = |name: &str| instance.definitions.names().find(name.as_bytes());
    let differential = document.member(node, name("differential"))?;
    let path = name("path");
    let elements = document.member_items(differential, name("element"));
    let mut of_url = elements.filter(|&one| document.text_or_empty(one, path) == "Extension.url");
    of_url.next().and_then(|one| document.member(one, name("fixedUri")))
}

/// What is derived from another extension is that extension: the url is fixed in the base.
#[cold]
fn check_url(instance: &mut Instance<'_>, node: NodeId, base: &str) {
    if instance.definitions.extension(base).is_none() {
        return;
    }
    let Some(fixed) = fixed_url(instance, node) else { return };
    let found = instance.document.value(fixed);
    if found != base {
        let content = URL_OF_BASE.value("found", &found).name("expected", base.to_owned());
        instance.findings.add(&STRUCTURE_TYPE, At::Value(fixed), content);
    }
}

#[cfg(test)]
mod tests {
    use super::STRUCTURE_TYPE;
    use crate::validate::told::assert_told;

    #[test]
    fn a_structure_definition_is_of_a_type_that_there_is() {
        assert_told(
            STRUCTURE_TYPE,
            r#"{"resourceType":"StructureDefinition","url":"http://example.org/a","name":"A","status":"draft","abstract":false,…}"#,
            &[
                (r#""kind":"resource","type":"Patient","derivation":"constraint""#, &[]),
                (r#""kind":"logical","type":"http://example.org/a""#, &[]),
                (
                    r#""kind":"resource","type":"http://example.org/a""#,
                    &["/type: 'http://example.org/a' is a URL: only a logical model may have one as its type."],
                ),
                (r#""kind":"resource","type":"Person2""#, &["/type: 'Person2' is not a type of FHIR."]),
                (
                    r#""kind":"resource","type":"Patient","derivation":"specialization""#,
                    &["/type: 'Patient' is one of FHIR's own types: another definition can only constrain it."],
                ),
            ],
        );
    }

    #[test]
    fn an_extension_fixes_its_url() {
        let not_fixed = ": Extension.url is not fixed in the differential: what uses the extension is known by its url, 'http://example.org/a'.";
        assert_told(
            STRUCTURE_TYPE,
            r#"{"resourceType":"StructureDefinition","url":"http://example.org/a","name":"A","status":"draft","abstract":false,"kind":"complex-type","type":"Extension",
                "derivation":"constraint","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Extension",…}"#,
            &[
                (r#""differential":{"element":[{"path":"Extension.url","fixedUri":"http://example.org/a"}]}"#, &[]),
                (r#""differential":{"element":[{"path":"Extension.url"}]}"#, &[not_fixed]),
                (
                    r#""snapshot":{"element":[{"path":"Extension.url","fixedUri":"http://example.org/a"}]}"#,
                    &[not_fixed],
                ),
                (
                    r#""differential":{"element":[{"path":"Extension.url","fixedUri":"http://example.org/b"}]}"#,
                    &[
                        "/differential/element/0/fixedUri: 'http://example.org/b' is not the url of this extension: what uses it is known by the url, which is 'http://example.org/a'.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn an_extension_that_is_derived_has_the_url_of_its_base() {
        assert_told(
            STRUCTURE_TYPE,
            r#"{"resourceType":"StructureDefinition","url":"http://example.org/a","name":"A","status":"draft","abstract":false,"kind":"complex-type","type":"Extension",
                "derivation":"constraint","baseDefinition":"http://hl7.org/fhir/StructureDefinition/patient-birthPlace","differential":{"element":[{"path":"Extension.url","fixedUri":"…"}]}}"#,
            &[
                ("http://hl7.org/fhir/StructureDefinition/patient-birthPlace", &[]),
                (
                    "http://example.org/a",
                    &[
                        "/differential/element/0/fixedUri: 'http://example.org/a' is not the url of the base: an extension that is derived from another one has that of its base, http://hl7.org/fhir/StructureDefinition/patient-birthPlace.",
                    ],
                ),
            ],
        );
    }
}
