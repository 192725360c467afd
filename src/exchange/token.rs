//! What a bearer token says of itself. It is read, never verified: only who issued it can do that.
//!
//! Sources: RFC 6750 (the form of a bearer token), RFC 7519 (JWT).

use super::members::{halves, is_unreserved, number, texts_of};
use crate::document::table::part;
use crate::document::{Document, NodeId, base64, name};

/// The claims of a JWT that are looked at.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Claims {
    /// From when on it is expired, in seconds since 1970.
    pub(super) expires: Option<u64>,
    /// From when on it is valid.
    pub(super) not_before: Option<u64>,
    /// Its scopes, separated by spaces.
    pub(super) scope: Option<String>,
}

/// Whether it can be in a header: letters, digits, and few signs.
pub(super) fn is_token(token: &str) -> bool {
    let (body, padding) = halves(token, b'=');
    !body.is_empty()
        && padding.unwrap_or("").bytes().all(|byte| byte == b'=')
        && body.bytes().all(|byte| is_unreserved(byte) || byte == b'+' || byte == b'/')
}

/// The claims of a token, when it is a JWT. Others are opaque, which is as well.
pub(super) fn claims(token: &str) -> Option<Claims> {
    let (_, rest) = halves(token, b'.');
    let (payload, signature) = halves(rest?, b'.');
    if halves(signature?, b'.').1.is_some() {
        return None;
    }
    // A JWT leaves the padding out.
    let padded = [payload, part("===", 0..(4 - payload.len() % 4) % 4)].concat();
    let bytes = base64::decode(padded.as_bytes(), base64::URL_SAFE)?;
    let document = Document::plain(str::from_utf8(&bytes).ok()?).ok()?;
    let root = NodeId::ROOT;
    // A NumericDate may have a fraction; a whole second is as good. One with an exponent nobody writes: it is not read, which is better
    // than to take a good token for expired.
    let time = |name| {
        let text = document.raw(document.member(root, name)?);
        let whole = halves(text, b'.').0;
        number(whole.as_bytes()).filter(|_| !text.bytes().any(|byte| matches!(byte, b'e' | b'E')))
    };
    // Some servers call it `scp`, and some give a list.
    let mut scope = None;
    for name in [name::SCP, name::SCOPE] {
        if let Some(given) = document.member(root, name) {
            scope = document.string(given).map(|text| text.into_owned());
            scope = scope.or_else(|| Some(texts_of(&document, root, name).join(" ")));
        }
    }
    Some(Claims { expires: time(name::EXP), not_before: time(name::NBF), scope })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::base64::Engine as _;
    use ::base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;

    fn jwt(payload: &str) -> String {
        format!("eyJhbGciOiJub25lIn0.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn claims_are_read_from_a_jwt_only() {
        let read = claims(&jwt(r#"{"exp":1700000000.5,"nbf":1600000000,"scope":"system/Messaging.write"}"#)).unwrap();
        assert_eq!(read.expires, Some(1_700_000_000));
        assert_eq!(read.not_before, Some(1_600_000_000));
        assert_eq!(read.scope.as_deref(), Some("system/Messaging.write"));
        assert_eq!(claims(&jwt(r#"{"scp":["a","b"]}"#)).unwrap().scope.as_deref(), Some("a b"));
        assert_eq!(claims(&jwt(r#"{"exp":9.0e9}"#)).unwrap().expires, None);
        for length in 0..5 {
            assert!(claims(&jwt(&format!(r#"{{"x":"{}"}}"#, "é".repeat(length)))).is_some());
        }
        for token in ["opaque", "a.b", "a.b.c", "a.b.c.d", "..", "a.!.c"] {
            assert_eq!(claims(token), None, "{token}");
        }
    }

    #[test]
    fn a_token_has_the_characters_of_one() {
        assert!(is_token("abc.DEF-_~+/==") && is_token("x"));
        for token in ["", "==", "a b", "a\r\nX: y", "é", "a=b", "Bearer abc"] {
            assert!(!is_token(token), "{token}");
        }
    }

    proptest! {
        #[test]
        fn no_token_panics(token in "\\PC{0,80}", payload in "\\PC{0,80}") {
            claims(&token);
            claims(&jwt(&payload));
        }
    }
}
