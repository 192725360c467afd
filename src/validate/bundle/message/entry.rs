//! msg-entry: entries of a message have a resource, and no request, response or search.

use crate::document::{Kind, name};
use crate::report::{Act, At, Rule, Severity, Suggest, Words};
use crate::validate::bundle::full_url;
use crate::validate::bundle::whole::Whole;
use crate::validate::entries::Entry;
use crate::validate::findings::Findings;

pub(crate) const MSG_ENTRY: Rule = Rule::new(
    "msg-entry",
    Severity::Error,
    "structure",
    "Entries of a message have a resource, and no request, response or search.",
    &[NO_RESOURCE, NOT_IN_A_MESSAGE],
);
const NO_RESOURCE: Words = Words("The resource of this entry is missing.");
const NOT_IN_A_MESSAGE: Words = Words("{element} is not allowed in a message, only in other types of Bundle.");

pub(crate) fn check(whole: &Whole<'_>, findings: &mut Findings, entry: &Entry<'_>) {
    // What is not an object has been reported as such.
    if whole.document.kind(entry.node) != Kind::Object {
        return;
    }
    if whole.document.member(entry.node, name::RESOURCE).is_none() {
        findings.add(&MSG_ENTRY, At::Start(entry.node), NO_RESOURCE);
    }
    for name in [name::REQUEST, name::RESPONSE, name::SEARCH] {
        if let Some(member) = whole.document.member(entry.node, name) {
            let content = NOT_IN_A_MESSAGE.name("element", format!("entry.{}", whole.definitions().names().text(name)));
            let has_resource = whole.document.member(entry.node, name::RESOURCE).is_some();
            let nodes = if has_resource { vec![member] } else { Vec::new() };
            findings.add(&MSG_ENTRY, At::Key(member), content).fix(Act::Remove, nodes);
        }
    }
    full_url::check(whole, findings, entry);
}

#[cfg(test)]
mod tests {
    use super::MSG_ENTRY;
    use crate::validate::told::assert_told;

    #[test]
    fn an_entry_has_a_resource_and_no_part_in_an_interaction() {
        assert_told(
            MSG_ENTRY,
            r#"{"resourceType":"Bundle","type":"message","entry":[{…}]}"#,
            &[
                (r#""resource":{"resourceType":"MessageHeader"}"#, &[]),
                (r#""fullUrl":"http://example.org/a""#, &["/entry/0: The resource of this entry is missing."]),
                (
                    r#""resource":{"resourceType":"MessageHeader"},"request":{"method":"GET","url":"a"}"#,
                    &["/entry/0/request: entry.request is not allowed in a message, only in other types of Bundle."],
                ),
            ],
        );
    }
}
