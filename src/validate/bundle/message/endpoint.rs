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
            findings.add(&MSG_ENDPOINT, At::Value(endpoint), ENDPOINT_NOT_ABSOLUTE.value("found", &url));
        } else if lacks_scheme(&url) {
            let content = LACKS_SCHEME.value("found", &url);
            findings.add_as(&MSG_ENDPOINT, Severity::Warning, At::Value(endpoint), content);
        }
    }
}
