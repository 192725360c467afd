//! identifier-system: an Identifier names its system by an absolute URI, and a value that is a URI is absolute.

use crate::document::name;
use crate::report::{Rule, Severity, Words};
use crate::validate::element::system;
use crate::validate::element::system::SLIP;
use crate::validate::instance::{Instance, Object};
use crate::validate::uri::{has_scheme, names_system};

pub(crate) const IDENTIFIER_SYSTEM: Rule = Rule::new(
    "identifier-system",
    Severity::Error,
    "code-invalid",
    "An Identifier names its system by an absolute URI; a value that is a URI is absolute.",
    &[SYSTEM_OF_IDENTIFIER, IDENTIFIER_NOT_URI, SLIP],
);
const SYSTEM_OF_IDENTIFIER: Words =
    Words("{found} is not an absolute URI, which is expected as the system of an Identifier.");
const IDENTIFIER_NOT_URI: Words =
    Words("{found} is not an absolute URI, which is expected as an identifier of the system urn:ietf:rfc:3986.");

const URIS: &str = "urn:ietf:rfc:3986";

/// Validates an Identifier: its system is a URI, and so is its value where the system says that it is one.
pub(super) fn check(instance: &mut Instance<'_>, &Object { node, .. }: &Object<'_>) {
    let Some(system) = instance.text_of(node, name::SYSTEM) else { return };
    if system.is_empty() {
        return;
    }
    if !names_system(&system) && !system.starts_with("ldap:") {
        let rule = (&IDENTIFIER_SYSTEM, Severity::Error);
        system::not_a_uri(instance, system::at(instance, node), rule, SYSTEM_OF_IDENTIFIER, &system);
    } else if system == URIS
        && let Some(value) = instance.document.member(node, name::VALUE)
        && instance
            .document
            .string(value)
            .is_some_and(|text| !text.is_empty() && !has_scheme(&text.to_ascii_lowercase()))
    {
        let rule = (&IDENTIFIER_SYSTEM, Severity::Error);
        system::not_a_uri(instance, value, rule, IDENTIFIER_NOT_URI, &instance.document.value(value));
    } else if let Some(rest) = system.strip_prefix("http").filter(|rest| rest.contains("hl7.org/"))
        && (!rest.starts_with("://hl7.org/") || rest.ends_with('/'))
        && let Some(right) = system::known_by(instance, &system)
    {
        system::slip(instance, system::at(instance, node), &IDENTIFIER_SYSTEM, &system, right);
    }
}

#[cfg(test)]
mod tests {
    use super::IDENTIFIER_SYSTEM;
    use crate::validate::told::assert_told;

    #[test]
    fn an_identifier_names_its_system_by_an_absolute_uri() {
        assert_told(
            IDENTIFIER_SYSTEM,
            r#"{"resourceType":"Patient","identifier":[{"system":"…","value":"urn:oid:1.2.3"}]}"#,
            &[
                ("urn:oid:2.16.840.1.113883.4.1", &[]),
                (
                    "2.16.840.1.113883.4.1",
                    &[
                        "/identifier/0/system: '2.16.840.1.113883.4.1' is not an absolute URI, which is expected as the system of an Identifier.",
                    ],
                ),
                (
                    "https://hl7.org/fhir/sid/us-ssn",
                    &[
                        "/identifier/0/system: 'https://hl7.org/fhir/sid/us-ssn' is not a known system: http://hl7.org/fhir/sid/us-ssn is probably meant.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn what_is_a_uri_as_its_system_says_is_absolute() {
        assert_told(
            IDENTIFIER_SYSTEM,
            r#"{"resourceType":"Patient","identifier":[{"system":"urn:ietf:rfc:3986","value":"…"}]}"#,
            &[
                ("urn:oid:1.2.3", &[]),
                (
                    "1.2.3",
                    &[
                        "/identifier/0/value: '1.2.3' is not an absolute URI, which is expected as an identifier of the system urn:ietf:rfc:3986.",
                    ],
                ),
            ],
        );
    }
}
