//! msg-type: Bundle.type is message.

use crate::document::name;
use crate::report::{Act, At, Rule, Severity, Suggest, Words};
use crate::validate::bundle::whole::Whole;
use crate::validate::findings::Findings;

pub(crate) const MSG_TYPE: Rule =
    Rule::new("msg-type", Severity::Error, "invalid", "Bundle.type is message.", &[OTHER_BUNDLE_TYPE, NO_MESSAGE]);
const OTHER_BUNDLE_TYPE: Words = Words("The type of this Bundle is not 'message'.");
const NO_MESSAGE: Words = Words("A message is a Bundle of type message.");

pub(super) fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let bundle_type = whole.document.member(whole.root, name::TYPE);
    if bundle_type.is_none_or(|node| whole.document.value(node) != "message") {
        let at = bundle_type.map_or(At::Start(whole.root), At::Value);
        let finding = findings.add(&MSG_TYPE, at, OTHER_BUNDLE_TYPE);
        let act = if bundle_type.is_some() { Act::Replace } else { Act::Insert("type") };
        finding.suggest("message".to_owned(), false, act, vec![bundle_type.unwrap_or(whole.root)]);
    }
}

/// What is to be a message and is not even a Bundle.
pub(crate) fn no_message(findings: &mut Findings, at: At) {
    findings.add(&MSG_TYPE, at, NO_MESSAGE);
}

#[cfg(test)]
mod tests {
    use super::MSG_TYPE;
    use crate::validate::options::What;
    use crate::validate::told::told_as;

    #[test]
    fn what_is_to_be_a_message_is_a_bundle_of_that_type() {
        let of = |members: &str| told_as(MSG_TYPE, &format!(r#"{{"resourceType":{members}}}"#), What::Message);
        assert_eq!(of(r#""Bundle","type":"message""#), [""; 0]);
        assert_eq!(of(r#""Bundle","type":"batch""#), ["/type: The type of this Bundle is not 'message'."]);
        assert_eq!(of(r#""Bundle""#), [": The type of this Bundle is not 'message'."]);
        assert_eq!(of(r#""Patient""#), ["/resourceType: A message is a Bundle of type message."]);
    }
}
