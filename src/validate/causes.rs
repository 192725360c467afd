//! Rules that are broken at one place together: the one follows from the other.

use crate::document::{NodeId, ordered};
use crate::report::{Finding, rules};
use crate::validate::findings::Findings;

/// Rules that are broken at one place together: the second is why the first is.
const FOLLOWS: [(&str, &str); 10] = [
    (rules::MSG_LINK.name, rules::REF_UNRESOLVED.name),
    (rules::MSG_LINK.name, rules::REF_FORM.name),
    (rules::MSG_LINK.name, rules::REF_AMBIGUOUS.name),
    (rules::MSG_LINK.name, rules::REF_TYPE.name),
    (rules::BINDING_REQUIRED.name, rules::MSG_TYPE.name),
    (rules::MSG_FOCUS_UNRESOLVED.name, rules::PRIMITIVE_VALUE.name),
    (rules::MSG_ENDPOINT.name, rules::PRIMITIVE_VALUE.name),
    (rules::MSG_EVENT_UNKNOWN.name, rules::PRIMITIVE_VALUE.name),
    (rules::CANONICAL_URL.name, rules::PRIMITIVE_VALUE.name),
    (rules::META_PROFILE.name, rules::PRIMITIVE_VALUE.name),
];

/// Two rules that speak of one place: the one follows from the other.
pub(in crate::validate) fn relate(findings: &mut Findings) {
    let follows = |finding: &Finding| FOLLOWS.iter().any(|(effect, _)| *effect == finding.rule);
    if !findings.found.iter().any(follows) {
        return;
    }
    let causes = findings.found.iter().filter(|finding| FOLLOWS.iter().any(|(_, cause)| *cause == finding.rule));
    let causes: Vec<(NodeId, &'static str)> = causes.map(|finding| (finding.at.node(), finding.rule)).collect();
    let order = ordered(causes.len(), &mut |a, b| causes.get(a).cmp(&causes.get(b)));
    let causes: Vec<_> = order.into_iter().filter_map(|place| causes.get(place)).collect();
    for finding in findings.found.iter_mut().filter(|finding| finding.cause.is_none()) {
        let node = finding.at.node();
        let mut rules = FOLLOWS.iter().filter(|(effect, _)| *effect == finding.rule);
        finding.cause = rules
            .find_map(|&(_, cause)| causes.binary_search(&&(node, cause)).is_ok().then(|| Box::new((cause, node))));
    }
}
