//! msg-header-first, msg-header-single: the MessageHeader is the first entry, and the only one.

use crate::definitions::known;
use crate::report::{Act, At, Rule, Severity, Suggest, Words};
use crate::validate::bundle::whole::Whole;
use crate::validate::entries::Entry;
use crate::validate::findings::Findings;

pub(crate) const MSG_HEADER_FIRST: Rule = Rule::new(
    "msg-header-first",
    Severity::Error,
    "required",
    "The first entry of a message is a MessageHeader.",
    &[HEADER_NOT_FIRST],
);
const HEADER_NOT_FIRST: Words = Words("The first entry of a message is not a MessageHeader.");

pub(crate) const MSG_HEADER_SINGLE: Rule = Rule::new(
    "msg-header-single",
    Severity::Error,
    "business-rule",
    "A message has one MessageHeader.",
    &[SECOND_HEADER],
);
const SECOND_HEADER: Words = Words("This is a second MessageHeader: a message has one.");

/// The MessageHeader is first, and the only one.
pub(crate) fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let header_type = Some(known::MESSAGE_HEADER);
    let is_header = |entry: &Entry<'_>| entry.resource_type.is_some() && entry.resource_type == header_type;
    let first = whole.entries.get(0);
    if !first.is_some_and(is_header) {
        let at = first.map_or(whole.root, |entry| entry.place());
        let mut headers = whole.entries.iter().filter(|entry| is_header(entry)).map(|entry| entry.node);
        // Of several it is not certain which.
        let nodes = headers.next().filter(|_| headers.next().is_none()).into_iter().collect();
        findings.add(&MSG_HEADER_FIRST, At::Start(at), HEADER_NOT_FIRST).fix(Act::First, nodes);
    }
    for entry in whole.entries.iter().filter(|entry| is_header(entry)).skip(1) {
        let at = At::Start(entry.place());
        findings.add(&MSG_HEADER_SINGLE, at, SECOND_HEADER);
    }
}

#[cfg(test)]
mod tests {
    use super::{MSG_HEADER_FIRST, MSG_HEADER_SINGLE};
    use crate::validate::told::assert_told;

    #[test]
    fn the_first_entry_is_a_message_header() {
        assert_told(
            MSG_HEADER_FIRST,
            r#"{"resourceType":"Bundle","type":"message","entry":[{"resource":{"resourceType":"…"}}]}"#,
            &[
                ("MessageHeader", &[]),
                ("Patient", &["/entry/0/resource: The first entry of a message is not a MessageHeader."]),
            ],
        );
    }

    #[test]
    fn a_message_has_one_message_header() {
        assert_told(
            MSG_HEADER_SINGLE,
            r#"{"resourceType":"Bundle","type":"message","entry":[
                {"resource":{"resourceType":"MessageHeader"}},
                {"resource":{"resourceType":"…"}}]}"#,
            &[
                ("Patient", &[]),
                ("MessageHeader", &["/entry/1/resource: This is a second MessageHeader: a message has one."]),
            ],
        );
    }
}
