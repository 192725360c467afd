//! msg-endpoint: endpoints of source and destination are absolute URLs.

use crate::document::{Kind, name};
use crate::report::{At, Rule, Severity, Words};
use crate::validate::bundle::full_url::LACKS_SCHEME;
use crate::validate::bundle::whole::Whole;
use crate::validate::findings::Findings;
use crate::validate::header::Header;
use crate::validate::uri::{is_absolute, lacks_scheme};

pub(crate) const MSG_ENDPOINT: Rule = Rule::new(
    "msg-endpoint",
    Severity::Error,
    "value",
    "Endpoints of source and destination are absolute URLs.",
    &[ENDPOINT_NOT_ABSOLUTE, LACKS_SCHEME],
);
const ENDPOINT_NOT_ABSOLUTE: Words = Words("{found} is not an absolute URL: an endpoint is one.");

/// Endpoints of source and destination are absolute.
pub(crate) fn check(whole: &Whole<'_>, findings: &mut Findings, header: Header) {
    let source = whole.document.member(header.node, name::SOURCE);
    let destinations = whole.document.member(header.node, name::DESTINATION);
    let destinations = destinations.into_iter().flat_map(|list| whole.document.children(list));
    for holder in source.into_iter().chain(destinations) {
        let endpoint = whole.document.member(holder, name::ENDPOINT);
        let Some(endpoint) = endpoint.filter(|&node| whole.document.kind(node) == Kind::String) else { continue };
        let url = whole.document.value(endpoint);
        if !url.is_empty() && !is_absolute(&url) {
            let words = if lacks_scheme(&url) { LACKS_SCHEME } else { ENDPOINT_NOT_ABSOLUTE };
            findings.add(&MSG_ENDPOINT, At::Value(endpoint), words.value("found", &url));
        } else if lacks_scheme(&url) {
            let content = LACKS_SCHEME.value("found", &url);
            findings.add_as(&MSG_ENDPOINT, Severity::Warning, At::Value(endpoint), content);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::MSG_ENDPOINT;
    use crate::validate::told::assert_told;

    #[test]
    fn the_endpoint_of_the_source_is_an_absolute_url() {
        assert_told(
            MSG_ENDPOINT,
            r#"{"resourceType":"Bundle","type":"message","entry":[
                {"fullUrl":"http://example.org/MessageHeader/1","resource":{"resourceType":"MessageHeader","id":"1","source":{"endpoint":"…"}}}]}"#,
            &[
                ("http://example.org/fhir", &[]),
                (
                    "example.org/fhir",
                    &[
                        "/entry/0/resource/source/endpoint: 'example.org/fhir' is not an absolute URL: an endpoint is one.",
                    ],
                ),
                (
                    "localhost:8080",
                    &[
                        "/entry/0/resource/source/endpoint: The scheme is missing in 'localhost:8080': put http:// in front of a host and a port.",
                    ],
                ),
                (
                    "http:8080/fhir",
                    &[
                        "/entry/0/resource/source/endpoint: 'http:8080/fhir' is not an absolute URL: an endpoint is one.",
                    ],
                ),
                (
                    "clinic-server:8080/fhir",
                    &[
                        "/entry/0/resource/source/endpoint: The scheme is missing in 'clinic-server:8080/fhir': put http:// in front of a host and a port.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn the_endpoint_of_a_destination_is_an_absolute_url() {
        assert_told(
            MSG_ENDPOINT,
            r#"{"resourceType":"Bundle","type":"message","entry":[
                {"fullUrl":"http://example.org/MessageHeader/1","resource":{"resourceType":"MessageHeader","id":"1","destination":[{"endpoint":"…"}]}}]}"#,
            &[
                ("urn:oid:1.2.3", &[]),
                (
                    "fhir",
                    &["/entry/0/resource/destination/0/endpoint: 'fhir' is not an absolute URL: an endpoint is one."],
                ),
            ],
        );
    }
}
