//! Scopes of SMART on FHIR that let a message be sent.
//!
//! Sources: Netsmart's page (`[patient|user|system]/Messaging.[write|*]`); SMART App Launch 1 (`user/Patient.read`) and 2
//! (`user/Patient.rs?category=x`).

use super::members::halves;
use super::rule::{SCOPE_V2, SCOPE_WILDCARD, SEND_SCOPE, say};
use crate::report::Issue;
use serde::Serialize;

/// A scope that lets messages be sent.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Scope {
    /// As it is written.
    #[serde(rename = "scope")]
    pub text: String,
    /// Whose data it is about.
    #[cfg_attr(feature = "typescript", ts(type = "\"patient\" | \"user\" | \"system\""))]
    pub context: &'static str,
    /// The version of SMART's syntax that it is written in.
    #[cfg_attr(feature = "typescript", ts(type = "1 | 2"))]
    pub version: u8,
    /// Whether it names every type (`*`) and not Messaging.
    #[serde(skip)]
    pub is_wildcard: bool,
}

/// What a list of scopes allows.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ScopeCheck"))]
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Scopes {
    /// Whether one of them lets messages be sent.
    pub allowed: bool,
    /// Those that do.
    pub matching: Vec<Scope>,
    /// What is to be known.
    pub issues: Vec<Issue>,
}

/// Looks for a scope that lets messages be sent in a list that is separated by spaces, as a token's answer has it.
pub fn check_scopes(scopes: &str) -> Scopes {
    let mut matching = Vec::new();
    let (mut all_wildcards, mut none_of_version_1) = (true, true);
    let mut rest = Some(scopes);
    while let Some(scopes) = rest {
        let (text, more) = halves(scopes, b' ');
        rest = more;
        if let Some(scope) = parse(text) {
            all_wildcards &= scope.is_wildcard;
            none_of_version_1 &= scope.is_wildcard || scope.version == 2;
            matching.push(scope);
        }
    }
    let mut issues = Vec::new();
    if matching.is_empty() {
        say(
            &mut issues,
            &SEND_SCOPE,
            "None of the scopes lets messages be sent: one of patient/, user/ or system/ with Messaging.write or Messaging.* is needed.",
        );
    } else if all_wildcards {
        say(
            &mut issues,
            &SCOPE_WILDCARD,
            "The scopes name every type, and not Messaging, which is not a type of resource: not every server takes that for it.",
        );
    } else if none_of_version_1 {
        say(&mut issues, &SCOPE_V2, "The scopes have the syntax of SMART 2; Netsmart documents that of SMART 1 only.");
    }
    Scopes { allowed: !matching.is_empty(), matching, issues }
}

fn parse(text: &str) -> Option<Scope> {
    let (context, rest) = halves(text, b'/');
    let context = ["patient", "user", "system"].into_iter().find(|&known| known == context)?;
    let (of, access) = halves(rest?, b'.');
    let access = access?;
    let version = match access {
        "write" | "*" => 1,
        // A message is something new to its receiver, so it takes the right to create. A search narrows the types of R4, and Messaging
        // is not one of these.
        _ if access.as_bytes().first() == Some(&b'c') && is_cruds(access) => 2,
        _ => return None,
    };
    let is_wildcard = of == "*";
    (is_wildcard || of == "Messaging").then(|| Scope { text: text.to_owned(), context, version, is_wildcard })
}

/// Some of the letters of `cruds`, in that order.
fn is_cruds(access: &str) -> bool {
    let mut order = b"cruds".iter();
    access.bytes().all(|letter| order.any(|&next| next == letter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn both_versions_of_smart_are_read() {
        for (scope, version) in [
            ("patient/Messaging.write", 1),
            ("user/Messaging.*", 1),
            ("system/Messaging.write", 1),
            ("system/Messaging.c", 2),
            ("user/Messaging.cruds", 2),
        ] {
            let found = check_scopes(&format!("openid fhirUser {scope} patient/Patient.read"));
            assert!(found.allowed, "{scope}");
            assert_eq!(found.matching.len(), 1);
            assert_eq!((found.matching[0].text.as_str(), found.matching[0].version), (scope, version));
            let rules: Vec<_> = found.issues.iter().map(|issue| issue.rule.as_ref()).collect();
            assert_eq!(rules, if version == 2 { vec!["scope-v2"] } else { vec![] }, "{scope}");
        }
    }

    #[test]
    fn other_scopes_do_not_do() {
        for scope in [
            "",
            "openid",
            "patient/Messaging.read",
            "system/Messaging.rs",
            "system/Messaging.uc",
            "system/Messaging.cc",
            "system/Messaging.",
            "launch/Messaging.write",
            "Messaging.write",
            "system/messaging.write",
            "system/MessageHeader.write",
            "systems/Messaging.write",
            "patient/Patient.*",
            "system/Messaging.write.x",
            "xsystem/Messaging.*",
            "system/Messaging.c?x=y",
        ] {
            let found = check_scopes(scope);
            assert!(!found.allowed, "{scope}");
            assert_eq!(found.issues[0].rule, "send-scope", "{scope}");
        }
    }

    #[test]
    fn a_wildcard_is_allowed_with_a_warning() {
        let found = check_scopes("system/*.write");
        assert!(found.allowed);
        assert_eq!(found.issues[0].rule, "scope-wildcard");
        assert!(check_scopes("system/*.* user/Messaging.write").issues.is_empty());
    }

    proptest! {
        #[test]
        fn issues_quote_nothing(scopes in "[a-z]{12}/[A-Z][a-z]{11}\\.[a-z]{8}") {
            let found = check_scopes(&scopes);
            prop_assert!(!found.issues[0].message.contains(&scopes));
            prop_assert_eq!(found.allowed, !found.matching.is_empty());
        }
    }
}
