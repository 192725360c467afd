//! Name-based UUIDs (RFC 9562, version 5): the core has no randomness, and the same text gets the same report.

use crate::document::sha1::sha1;

/// The namespace of ids that are made from a text: drawn once, and never another, since the same text gets the same ids.
const NAMESPACE: [u8; 16] =
    [0x5f, 0x0e, 0x4b, 0x0c, 0x2d, 0x0a, 0x5e, 0x53, 0x9d, 0x7e, 0x8b, 0x3f, 0x64, 0x1c, 0x0a, 0x71];

/// The UUID of a place in a text with this digest.
#[cold]
pub(crate) fn of_place(digest: &[u8; 20], place: &str) -> String {
    let name = [NAMESPACE.as_slice(), digest, place.as_bytes()].concat();
    let mut uuid = String::with_capacity(36);
    for (index, byte) in sha1(&name).into_iter().take(16).enumerate() {
        let byte = match index {
            // The version, and the variant.
            6 => byte & 0x0F | 0x50,
            8 => byte & 0x3F | 0x80,
            _ => byte,
        };
        if matches!(index, 4 | 6 | 8 | 10) {
            uuid.push('-');
        }
        for digit in [byte >> 4, byte & 0x0F] {
            uuid.extend(char::from_digit(digit.into(), 16));
        }
    }
    uuid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_has_a_uuid_of_its_own() {
        let digest = sha1(b"text");
        let one = of_place(&digest, "/id");
        assert_eq!(one, of_place(&digest, "/id"));
        assert_ne!(one, of_place(&digest, "/entry/0/fullUrl"));
        assert_ne!(one, of_place(&sha1(b"other"), "/id"));
        assert_eq!((one.len(), &one[14..15]), (36, "5"));
    }
}
