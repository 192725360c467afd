//! Whether, when and as what a message is sent again.
//!
//! Source: R4 page messaging, "Reliable Messaging": a consequence is sent again with both ids, a currency or notification with the same
//! MessageHeader.id in a Bundle with a new id.

use super::members::says;
use crate::definitions::{Category, Primitive};
use crate::document::table::part;
use crate::document::{Document, Fault, NodeId, name};
use crate::validate::is_valid_primitive;

/// How often and how fast a message is sent again. All times are in milliseconds.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename_all = "camelCase"))]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RetryPolicy {
    /// How many attempts there are, the first included (in JavaScript 3 by default). 1 sends once.
    pub attempts: u32,
    /// The longest wait before the second attempt, in milliseconds (1000). It doubles with each further one.
    pub delay: u32,
    /// What that does not grow beyond (30,000).
    pub max_delay: u32,
    /// The longest wait that a receiver can ask for with `Retry-After`, in milliseconds (120,000). Who asks for a longer one is not asked again: to
    /// come earlier would be against it. The result of sending then has `retryAfter`.
    pub max_retry_after: u32,
}

/// How long to wait before the next attempt, after so many that may be followed by one; nothing when there is no further one, or when the
/// receiver asks for a longer wait than `how` allows, which is then the caller's to keep. The wait is drawn evenly from zero to the limit ("full jitter"), so that many senders do not come back together; `random` is from 0 to 1. It is no
/// shorter than what the receiver asked for by Retry-After, which is in seconds.
pub fn resend(how: &RetryPolicy, made: u32, retry_after: Option<u64>, random: f64) -> Option<u32> {
    if made >= how.attempts {
        return None;
    }
    let doubled = u64::from(how.delay) << made.saturating_sub(1).min(31);
    let limit = doubled.min(u64::from(how.max_delay));
    // What is not a number becomes zero.
    let drawn = (limit as f64 * random.clamp(0.0, 1.0)) as u32;
    let asked = retry_after.map_or(Some(0), |seconds| u32::try_from(seconds.saturating_mul(1000)).ok())?;
    (asked <= how.max_retry_after).then_some(drawn.max(asked))
}

/// Whether a message of this category is sent again in a Bundle with a new id. Where the category is not known it is not: a receiver
/// that knows both ids again processes nothing twice.
pub fn takes_new_bundle_id(category: Option<Category>) -> bool {
    matches!(category, Some(Category::Currency | Category::Notification))
}

/// The text of a message with another Bundle.id, all else as it was. Nothing when there is no Bundle.id, or more than one, or when the new
/// one is not an id.
pub fn with_bundle_id(text: &[u8], id: &str) -> Option<String> {
    let text = str::from_utf8(text).ok()?;
    let document = Document::plain(text).ok()?;
    let root = NodeId::ROOT;
    if !says(&document, root, name::RESOURCE_TYPE, "Bundle") || !is_valid_primitive(Primitive::Id, id) {
        return None;
    }
    let old = document.member(root, name::ID)?;
    document.string(old)?;
    // A text with two ids has a fault for it.
    if document.faults().iter().any(|fault| matches!(fault, Fault::DuplicateKey(node) if is_id(&document, *node))) {
        return None;
    }
    let node = document.node(old);
    let (before, behind) = (part(text, 0..node.start as usize), part(text, node.end as usize..text.len()));
    Some([before, "\"", id, "\"", behind].concat())
}

fn is_id(document: &Document<'_>, node: NodeId) -> bool {
    document.parent(node) == NodeId::ROOT && document.key(node).is_some_and(|key| key == "id")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const USUAL: RetryPolicy = RetryPolicy { attempts: 4, delay: 1000, max_delay: 3000, max_retry_after: 60_000 };

    #[test]
    fn waits_double_up_to_a_limit_and_end() {
        let waits: Vec<_> = (1..6).map(|made| resend(&USUAL, made, None, 1.0)).collect();
        assert_eq!(waits, [Some(1000), Some(2000), Some(3000), None, None]);
        assert_eq!(resend(&USUAL, 1, None, 0.25), Some(250));
        assert_eq!(resend(&USUAL, 1, None, f64::NAN), Some(0));
    }

    #[test]
    fn the_receiver_is_heard_and_its_wait_never_shortened() {
        assert_eq!(resend(&USUAL, 1, Some(7), 0.5), Some(7000));
        assert_eq!(resend(&USUAL, 1, Some(0), 0.5), Some(500));
        assert_eq!(resend(&USUAL, 1, Some(60), 0.5), Some(60_000));
        for longer in [61, 3600, u64::from(u32::MAX), u64::MAX] {
            assert_eq!(resend(&USUAL, 1, Some(longer), 0.5), None, "{longer}");
        }
        let patient = RetryPolicy { max_retry_after: u32::MAX, ..USUAL };
        assert_eq!(resend(&patient, 1, Some(3600), 0.5), Some(3_600_000));
        assert_eq!(resend(&patient, 1, Some(u64::MAX), 0.5), None);
    }

    #[test]
    fn only_the_id_of_the_bundle_is_replaced() {
        let text = "\u{feff}{ \"entry\": [{ \"id\": \"é\" }],\r\n \"\\u0069d\" :\t\"old\", \"resourceType\":\"Bundle\", \"x\": 1.00 }\n";
        let expected = text.replace("\"old\"", "\"new-1\"");
        assert_eq!(with_bundle_id(text.as_bytes(), "new-1").as_deref(), Some(expected.as_str()));
    }

    #[test]
    fn what_has_not_one_id_is_left_alone() {
        let bundle = |members: &str| format!("{{\"resourceType\":\"Bundle\"{members}}}");
        for text in [
            bundle(""),
            bundle(",\"id\":1"),
            bundle(",\"id\":\"a\",\"id\":\"b\""),
            "{\"resourceType\":\"Patient\",\"id\":\"a\"}".to_owned(),
            "[]".to_owned(),
            "{".to_owned(),
        ] {
            assert_eq!(with_bundle_id(text.as_bytes(), "new"), None, "{text}");
        }
        let good = bundle(",\"id\":\"a\"");
        for id in ["", "a b", "a\"b", "é", &"x".repeat(65)] {
            assert_eq!(with_bundle_id(good.as_bytes(), id), None, "{id}");
        }
    }

    proptest! {
        #[test]
        fn a_wait_is_within_its_limits(made in any::<u32>(), after in proptest::option::of(any::<u64>()), random in any::<f64>(), delay in any::<u32>(), max_delay in any::<u32>(), max_retry_after in any::<u32>()) {
            let how = RetryPolicy { attempts: u32::MAX, delay, max_delay, max_retry_after };
            if let Some(wait) = resend(&how, made, after, random) {
                prop_assert!(wait <= max_delay.max(max_retry_after));
                prop_assert!(u64::from(wait) >= after.unwrap_or(0).saturating_mul(1000));
            }
        }

        #[test]
        fn replacing_an_id_and_replacing_it_back_changes_nothing(old in "[A-Za-z0-9.-]{1,64}", new in "[A-Za-z0-9.-]{1,64}", space in "[ \\t\\r\\n]{0,4}", value in "[^\"\\\\\\p{Cc}]{0,20}") {
            let text = format!("{{{space}\"a\":\"{value}\",\"id\"{space}:\"{old}\",\"resourceType\":\"Bundle\"{space}}}");
            let other = with_bundle_id(text.as_bytes(), &new).unwrap();
            prop_assert_eq!(with_bundle_id(other.as_bytes(), &old).unwrap(), text);
        }
    }
}
