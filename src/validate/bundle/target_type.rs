//! ref-type: the target of a reference is of a type that the element allows.

use crate::document::name;
use crate::report::{Act, At, Severity, Suggest};
use crate::validate::bundle::whole::{Scope, Whole};
use crate::validate::entries::Resolution;
use crate::validate::findings::Findings;
use crate::validate::nearest::nearest;
use crate::validate::notes::ReferenceUse;
use crate::validate::references::{
    ELSEWHERE_NOT_ALLOWED, OTHER_TYPE, REF_TYPE, TARGET_OF_UNKNOWN_TYPE, TYPE_NOT_ALLOWED, local_type, not_allowed,
    not_allowed_as,
};

/// Where nobody knows what a reference resolves to: the type that it states is one.
fn stated_type(whole: &Whole<'_>, findings: &mut Findings, used: &ReferenceUse) {
    let Some(stated) = whole.document.member(used.node, name::TYPE) else { return };
    let Some(name) = whole.document.string(stated).filter(|name| !name.is_empty()) else { return };
    if whole.definitions().resource_type(local_type(&name)).is_none() {
        findings.add(&REF_TYPE, At::Value(stated), TARGET_OF_UNKNOWN_TYPE.value("found", &name));
    }
}

pub(crate) fn check(whole: &Whole<'_>, findings: &mut Findings, used: &ReferenceUse, text: &str, to: Resolution) {
    let Some(target) = whole.type_at(text, to) else {
        stated_type(whole, findings, used);
        return;
    };
    let target_name = &whole.definitions().type_of(target).name;
    let mut is_allowed = true;
    if let Some((holder, type_ref)) = used.type_ref {
        let body = whole.definitions().body(whole.definitions().type_of(holder));
        // Outside of a message the target need not be at hand, and what its URL looks like is not proof.
        let is_found = !matches!(to, Resolution::Several | Resolution::Nothing);
        let words = if is_found { TYPE_NOT_ALLOWED } else { ELSEWHERE_NOT_ALLOWED };
        if let Some(content) = not_allowed_as(whole.definitions(), words, (body, body.type_ref(type_ref)), target) {
            is_allowed = false;
            let certain = whole.scope == Scope::Message || is_found;
            let severity = if certain { Severity::Error } else { Severity::Warning };
            findings.add_as(&REF_TYPE, severity, At::Member(used.reference), content);
        }
    }
    let Some(stated) = whole.document.member(used.node, name::TYPE) else { return };
    let Some(name) = whole.document.string(stated) else { return };
    let (written, name) = (&name, local_type(&name));
    // A type that the element does not allow has been reported, and so has the URL of one.
    let is_told = whole.definitions().resource_type(name).is_some_and(|of| {
        name != written.as_ref()
            || used.type_ref.is_some_and(|(holder, type_ref)| {
                let body = whole.definitions().body(whole.definitions().type_of(holder));
                not_allowed(whole.definitions(), body, body.type_ref(type_ref), of).is_some()
            })
    });
    if name != target_name.as_ref() && !is_told {
        let content = OTHER_TYPE.value("found", name).name("expected", target_name.clone());
        let finding = findings.add(&REF_TYPE, At::Member(stated), content);
        // What a URL looks like is not proof.
        let is_found = matches!(to, Resolution::Entry(_) | Resolution::Contained(_));
        let nodes = if is_found && is_allowed { vec![stated] } else { Vec::new() };
        // Of a type and a reference that resolves to another one, either may be wrong.
        let is_slip = nearest(name, &mut std::iter::once(target_name.as_ref())).is_some_and(|near| near.certain);
        if is_slip && whole.definitions().resource_type(name).is_none() {
            finding.suggest(target_name.to_string(), false, Act::Replace, nodes);
        } else {
            finding.offer(target_name.to_string(), false, Act::Replace, nodes);
        }
    }
}
