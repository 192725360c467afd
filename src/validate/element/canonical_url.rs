//! canonical-url: the url by which others refer to a definition is absolute.

use crate::definitions::{TypeId, TypeKind};
use crate::document::NodeId;
use crate::report::{At, Rule, Severity, Words};
use crate::validate::instance::Instance;
use crate::validate::uri::has_scheme;

pub(crate) const CANONICAL_URL: Rule = Rule::new(
    "canonical-url",
    Severity::Error,
    "invalid",
    "The url of a definition is absolute, and so is a canonical that names one.",
    &[URL_NOT_ABSOLUTE, RELATIVE_CANONICAL],
);
const URL_NOT_ABSOLUTE: Words = Words("{found} is not an absolute URI: others refer to this resource by its url.");
pub(crate) const RELATIVE_CANONICAL: Words =
    Words("{found} is not an absolute URL: a canonical names a definition by one.");

/// The url by which others refer to a definition is absolute.
pub(crate) fn check(instance: &mut Instance<'_>, node: NodeId, holder: TypeId) {
    let of = instance.engine.definitions.type_of(holder);
    // That of a Device is where it can be reached, and that of a Contract the name of one contract.
    let is_canonical = !matches!(of.name.as_ref(), "Contract" | "Device" | "DeviceDefinition");
    if of.kind != TypeKind::Resource || !is_canonical {
        return;
    }
    let url = instance.document.value(node);
    if !url.is_empty() && !has_scheme(&url) {
        instance.findings.add(&CANONICAL_URL, At::Value(node), URL_NOT_ABSOLUTE.value("found", &url));
    }
}

#[cfg(test)]
mod tests {
    use super::CANONICAL_URL;
    use crate::validate::told::assert_told;

    #[test]
    fn the_url_of_a_definition_is_absolute() {
        assert_told(
            CANONICAL_URL,
            r#"{"resourceType":…}"#,
            &[
                (r#""ValueSet","status":"draft","url":"http://example.org/ValueSet/a""#, &[]),
                (
                    r#""ValueSet","status":"draft","url":"ValueSet/a""#,
                    &["/url: 'ValueSet/a' is not an absolute URI: others refer to this resource by its url."],
                ),
                (r#""Device","url":"device/a""#, &[]),
            ],
        );
    }

    #[test]
    fn a_canonical_that_names_a_definition_is_absolute() {
        assert_told(
            CANONICAL_URL,
            r#"{"resourceType":"QuestionnaireResponse","status":"completed","questionnaire":"…"}"#,
            &[
                ("http://example.org/Questionnaire/a|1", &[]),
                (
                    "Questionnaire/a",
                    &[
                        "/questionnaire: 'Questionnaire/a' is not an absolute URL: a canonical names a definition by one.",
                    ],
                ),
            ],
        );
    }
}
