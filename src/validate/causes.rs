//! Rules that are broken at one place together: the one follows from the other.

use crate::document::{NodeId, sorted};
use crate::report::Finding;
use crate::validate::bundle::message::bundle_type::MSG_TYPE;
use crate::validate::bundle::message::endpoint::MSG_ENDPOINT;
use crate::validate::bundle::message::event::MSG_EVENT_UNKNOWN;
use crate::validate::bundle::message::focus::MSG_FOCUS_UNRESOLVED;
use crate::validate::bundle::message::link::MSG_LINK;
use crate::validate::bundle::resolve::{REF_AMBIGUOUS, REF_FORM, REF_UNRESOLVED};
use crate::validate::element::binding::BINDING_REQUIRED;
use crate::validate::element::canonical_url::CANONICAL_URL;
use crate::validate::element::meta::META_PROFILE;
use crate::validate::findings::Findings;
use crate::validate::primitive_form::PRIMITIVE_VALUE;
use crate::validate::references::REF_TYPE;
use std::borrow::Cow;

/// Rules that are broken at one place together: the second is why the first is.
const FOLLOWS: [(&str, &str); 10] = [
    (MSG_LINK.name, REF_UNRESOLVED.name),
    (MSG_LINK.name, REF_FORM.name),
    (MSG_LINK.name, REF_AMBIGUOUS.name),
    (MSG_LINK.name, REF_TYPE.name),
    (BINDING_REQUIRED.name, MSG_TYPE.name),
    (MSG_FOCUS_UNRESOLVED.name, PRIMITIVE_VALUE.name),
    (MSG_ENDPOINT.name, PRIMITIVE_VALUE.name),
    (MSG_EVENT_UNKNOWN.name, PRIMITIVE_VALUE.name),
    (CANONICAL_URL.name, PRIMITIVE_VALUE.name),
    (META_PROFILE.name, PRIMITIVE_VALUE.name),
];

/// Two rules that speak of one place: the one follows from the other.
pub(crate) fn relate(findings: &mut Findings) {
    let follows = |finding: &Finding| FOLLOWS.iter().any(|(effect, _)| *effect == finding.rule);
    if !findings.found.iter().any(follows) {
        return;
    }
    let causes = findings.found.iter().filter(|finding| FOLLOWS.iter().any(|(_, cause)| *cause == finding.rule));
    let causes: Vec<(NodeId, Cow<'static, str>)> =
        causes.map(|finding| (finding.at.node(), finding.rule.clone())).collect();
    let causes: Vec<_> = sorted(&causes, &mut Ord::cmp).collect();
    for finding in findings.found.iter_mut().filter(|finding| finding.cause.is_none()) {
        let node = finding.at.node();
        let mut rules = FOLLOWS.iter().filter(|(effect, _)| *effect == finding.rule);
        finding.cause = rules.find_map(|&(_, cause)| {
            causes.binary_search(&&(node, cause.into())).is_ok().then(|| Box::new((cause, node)))
        });
    }
}
