//! What is said about an exchange, by rule. These are not the rules of the validator ([`crate::validate::rules()`]): they check a request and
//! its answer, not a message, and no option changes their severity.

use crate::report::{Issue, Rule, Severity};

/// What an issue takes from its rule. The titles are for readers of [`RULES`] only, and stay out of the wasm, where nobody asks for them.
pub(super) struct ShortRule {
    name: &'static str,
    severity: Severity,
    code: &'static str,
}

macro_rules! rules {
    ($($constant:ident = $name:literal, $severity:ident, $code:literal, $title:literal;)*) => {
        $(
            #[doc = concat!("`", $name, "`")]
            pub(super) static $constant: ShortRule = ShortRule { name: $name, severity: Severity::$severity, code: $code };
        )*
        /// All rules of this room.
        pub const RULES: &[Rule] =
            &[$(Rule::new($name, Severity::$severity, $code, $title, &[])),*];
    };
}

// Sources: `send-*` R4 page messaging, RFC 6750 and Netsmart's page; `token-*` RFC 7519; `scope-*` SMART App Launch and Netsmart's page;
// `capability-*` R4 pages http and CapabilityStatement; `answer-*` R4 page messaging, RFC 9110 and Netsmart's page; `network-*` the Fetch
// standard.
rules! {
    SEND_ASYNC = "send-async", Error, "not-supported", "A message is sent with async where its receiver and its event allow it.";
    SEND_RESPONSE_URL = "send-response-url", Warning, "business-rule", "response-url goes with async.";
    SEND_PLAIN_HTTP = "send-plain-http", Error, "security", "Tokens and messages go over https, but to the same machine.";
    SEND_TOKEN = "send-token", Error, "security", "A bearer token has the form of RFC 6750.";
    SEND_SCOPE = "send-scope", Error, "forbidden", "The token has a scope that the receiver asks for.";

    TOKEN_EXPIRED = "token-expired", Error, "expired", "A token has not expired.";
    TOKEN_NOT_YET = "token-not-yet", Warning, "security", "A token is valid already.";

    SCOPE_WILDCARD = "scope-wildcard", Warning, "informational", "A scope names Messaging.";
    SCOPE_V2 = "scope-v2", Warning, "informational", "A scope has the syntax that the receiver documents.";

    CAPABILITY_TYPE = "capability-type", Error, "invalid", "/metadata gives a CapabilityStatement as JSON.";
    CAPABILITY_OPERATION = "capability-operation", Error, "not-supported", "The receiver declares the operation process-message for its whole system.";
    CAPABILITY_EVENT = "capability-event", Error, "not-supported", "The receiver declares the event of the message.";
    CAPABILITY_EVENT_UNSAID = "capability-event-unsaid", Warning, "incomplete", "The receiver says which events it takes.";
    CAPABILITY_VERSION = "capability-version", Error, "not-supported", "The receiver speaks FHIR R4.";
    CAPABILITY_FORMAT = "capability-format", Error, "not-supported", "The receiver speaks JSON.";

    ANSWER_REFUSED = "answer-refused", Error, "processing", "The receiver takes the message.";
    ANSWER_FAILED = "answer-failed", Error, "transient", "The receiver processes the message.";
    ANSWER_REDIRECT = "answer-redirect", Error, "processing", "The receiver is where the base URL says.";
    ANSWER_NOT_FHIR = "answer-not-fhir", Error, "structure", "An answer is FHIR JSON.";
    ANSWER_GATEWAY = "answer-gateway", Error, "processing", "The request reaches the FHIR server.";
    ANSWER_NO_MESSAGE = "answer-no-message", Warning, "structure", "An answer is a Bundle of type message, and its MessageHeader has a response.";
    ANSWER_IDENTIFIER = "answer-identifier", Error, "conflict", "response.identifier is the MessageHeader.id of the message that was sent.";
    ANSWER_CODE = "answer-code", Error, "structure", "response.code is ok, transient-error or fatal-error.";
    ANSWER_OK_WITH_ERRORS = "answer-ok-with-errors", Warning, "processing", "An answer of ok holds no errors.";
    ANSWER_CONTENT_TYPE = "answer-content-type", Warning, "structure", "An answer says that it is FHIR JSON.";
    ANSWER_EMPTY = "answer-empty", Error, "structure", "A synchronous message gets an answer at once.";
    ANSWER_TOO_LONG = "answer-too-long", Error, "too-long", "An answer is no longer than what is read.";

    NETWORK_UNREACHABLE = "network-unreachable", Error, "transient", "The receiver can be reached.";
    NETWORK_TIMEOUT = "network-timeout", Error, "timeout", "The receiver answers in time.";
    NETWORK_BROKEN = "network-broken", Error, "incomplete", "The answer comes whole.";
    NETWORK_CERTIFICATE = "network-certificate", Error, "security", "The receiver's certificate is trusted.";
    NETWORK_CORS = "network-cors", Error, "forbidden", "The receiver lets pages of this origin in (CORS).";
}

/// An issue without a place: exchanges have none. Not inlined: there are dozens of calls.
#[inline(never)]
pub(super) fn issue(rule: &'static ShortRule, message: &'static str) -> Issue {
    Issue::placeless(rule.severity, rule.code, rule.name, message.to_owned())
}

/// Adds an issue.
#[inline(never)]
pub(super) fn say(issues: &mut Vec<Issue>, rule: &'static ShortRule, message: &'static str) {
    issues.push(issue(rule, message));
}

/// Adds an issue with another severity and code than its rule has.
#[inline(never)]
pub(super) fn say_as(
    issues: &mut Vec<Issue>,
    rule: &'static ShortRule,
    severity: Severity,
    code: &'static str,
    message: &'static str,
) {
    issues.push(Issue { severity, code: code.into(), ..issue(rule, message) });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_occurs_twice_or_is_one_of_the_validator() {
        for (index, rule) in RULES.iter().enumerate() {
            assert!(RULES.iter().skip(index + 1).all(|other| other.name != rule.name), "{}", rule.name);
            assert!(crate::validate::rules().all(|other| other.name != rule.name), "{}", rule.name);
        }
    }
}
