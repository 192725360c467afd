//! url-example: URLs of domains that are set aside for examples, which whoever sends real messages may want to refuse.

use crate::document::NodeId;
use crate::report::{At, Rule, Severity, Words};
use crate::validate::findings::EXAMPLES;
use crate::validate::instance::Instance;

pub(crate) const URL_EXAMPLE: Rule = Rule::new(
    EXAMPLES,
    Severity::Information,
    "business-rule",
    "A URL is not one that is set aside for examples; validated where the rule is given a severity.",
    &[EXAMPLE],
);
const EXAMPLE: Words = Words("{found} is a URL for examples.");

/// As HL7's validator has them.
const DOMAINS: [&str; 3] = ["example.org", "example.com", "acme.com"];

/// Validates a URL, where the caller has given the rule a severity: half of what is written to try something has such URLs.
pub(super) fn check(instance: &mut Instance<'_>, node: NodeId) {
    let url = instance.document.value(node);
    if DOMAINS.iter().any(|example| url.contains(example)) {
        instance.findings.add(&URL_EXAMPLE, At::Value(node), EXAMPLE.value("found", &url));
    }
}
