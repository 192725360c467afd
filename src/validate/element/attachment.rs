//! Attachments: size and hash are those of the data.
//!
//! Source: R4 page datatypes, Attachment: "size: the number of bytes of data that make up this attachment (before base64 encoding, if that
//! is done)"; "hash: the calculated hash of the data using SHA-1. Represented using base64".

use crate::document::base64::{STANDARD, decode, encode};
use crate::document::sha1::sha1;
use crate::document::{NodeId, name};
use crate::report::{Act, At, Rule, Severity, Suggest, Words};
use crate::validate::instance::{Instance, Object};

pub(crate) const ATTACHMENT_SIZE: Rule = Rule::new(
    "attachment-size",
    Severity::Error,
    "business-rule",
    "The size of an attachment is that of its data.",
    &[OTHER_SIZE],
);
const OTHER_SIZE: Words =
    Words("The size of the attachment is {found}, but the number of bytes of its data is {expected}.");

pub(crate) const ATTACHMENT_HASH: Rule = Rule::new(
    "attachment-hash",
    Severity::Error,
    "business-rule",
    "The hash of an attachment is that of its data.",
    &[OTHER_HASH],
);
const OTHER_HASH: Words = Words("The hash is not that of the data: {expected} is its SHA-1 in Base64.");

pub(super) fn check(instance: &mut Instance<'_>, &Object { node, .. }: &Object<'_>) {
    let Some(data) = instance.text_of(node, name::DATA) else { return };
    if let Some(hash) = instance.document.member(node, instance.definitions.names().find(b"hash")) {
        check_hash(instance, &data, hash);
    }
    let Some(size) = instance.document.member(node, name::SIZE) else { return };
    let (Some(actual), Ok(stated)) = (decoded_length(&data), instance.document.raw(size).parse::<u64>()) else {
        return;
    };
    if actual != stated {
        let content = OTHER_SIZE.value("found", &stated.to_string()).value("expected", &actual.to_string());
        let finding = instance.findings.add(&ATTACHMENT_SIZE, At::Start(node), content);
        // The data may have been cut, which the size is there to tell: nothing is certain.
        finding.suggest(actual.to_string(), true, Act::None, Vec::new());
    }
}

#[cold]
fn check_hash(instance: &mut Instance<'_>, data: &str, hash: NodeId) {
    let digits: Vec<u8> = data.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    // What is not base64 has been reported.
    let (Some(bytes), Some(stated)) = (decode(&digits, STANDARD), instance.document.string(hash)) else { return };
    let right = encode(&sha1(&bytes), STANDARD);
    if !stated.is_empty() && *stated != *right {
        let content = OTHER_HASH.value("expected", &right);
        let finding = instance.findings.add(&ATTACHMENT_HASH, At::Member(hash), content);
        // The data may be another one than was meant, which the hash is there to tell: nothing is certain.
        finding.offer(right, true, Act::Replace, vec![hash]);
    }
}

/// How many bytes a base64 text encodes; none for what is not base64, which has been reported.
pub(crate) fn decoded_length(text: &str) -> Option<u64> {
    let (mut letters, mut padding) = (0_u64, 0_u64);
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if padding == 0 => letters += 1,
            b'=' if padding < 2 => padding += 1,
            b' ' | b'\t' | b'\r' | b'\n' => {}
            _ => return None,
        }
    }
    ((letters + padding) % 4 == 0).then(|| letters * 3 / 4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::told::{assert_told, told};

    #[test]
    fn the_size_is_that_of_the_data() {
        let photo = |size: u32| {
            let text = r#"{"resourceType":"Patient","photo":[{"data":"aGVsbG8=","size":SIZE}]}"#;
            told(ATTACHMENT_SIZE, &text.replace("SIZE", &size.to_string()))
        };
        assert_eq!(photo(5), [""; 0]);
        assert_eq!(
            photo(8),
            ["/photo/0: The size of the attachment is '8', but the number of bytes of its data is '5'."]
        );
    }

    #[test]
    fn the_hash_is_that_of_the_data() {
        assert_told(
            ATTACHMENT_HASH,
            r#"{"resourceType":"Patient","photo":[{"data":"aGVs bG8=","hash":"…"}]}"#,
            &[
                ("qvTGHdzF6KLavt4PO0gs2a6pQ00=", &[]),
                (
                    "YWFm",
                    &[
                        "/photo/0/hash: The hash is not that of the data: 'qvTGHdzF6KLavt4PO0gs2a6pQ00=' is its SHA-1 in Base64.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn base64_is_measured_without_being_decoded() {
        for (text, length) in [("", 0), ("aGVsbG8=", 5), ("aGVs bG8h", 6), ("aA==", 1)] {
            assert_eq!(decoded_length(text), Some(length), "{text}");
        }
        assert_eq!(decoded_length("a"), None);
        assert_eq!(decoded_length("aA==aA=="), None);
    }
}
