//! Base64, RFC 4648. The library's engines, made for speed, are 5 kB of code.

/// The last two digits of an alphabet.
pub(crate) type LastDigits = [u8; 2];

/// Of the usual alphabet.
pub(crate) const STANDARD: LastDigits = *b"+/";

/// Of the one that is safe in URLs and names of files.
pub(crate) const URL_SAFE: LastDigits = *b"-_";

/// Bytes as text, with padding.
pub(crate) fn encode(bytes: &[u8], last: LastDigits) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |place: usize| u32::from(group.get(place).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let padded = place > group.len();
            text.push(if padded { '=' } else { digit((bits >> (18 - 6 * place)) as u8 & 63, last) });
        }
    }
    text
}

/// The bytes of a text with padding; none where it is no such text, or where bits behind the last byte are set.
pub(crate) fn decode(text: &[u8], last: LastDigits) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let padding = text.iter().rev().take(2).take_while(|&&sign| sign == b'=').count();
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for group in text.get(..text.len() - padding)?.chunks(4) {
        let mut bits = 0;
        for place in 0..4 {
            bits = bits << 6 | group.get(place).map_or(Some(0), |&sign| value(sign, last))?;
        }
        let count = group.len() - 1;
        bytes.extend(bits.to_be_bytes().into_iter().skip(1).take(count));
        if bits & (0xff_ffff >> (8 * count)) != 0 {
            return None;
        }
    }
    Some(bytes)
}

fn digit(value: u8, [plus, slash]: LastDigits) -> char {
    char::from(match value {
        0..26 => b'A' + value,
        26..52 => b'a' + (value - 26),
        52..62 => b'0' + (value - 52),
        62 => plus,
        _ => slash,
    })
}

fn value(sign: u8, [plus, slash]: LastDigits) -> Option<u32> {
    let value = match sign {
        b'A'..=b'Z' => sign - b'A',
        b'a'..=b'z' => sign - b'a' + 26,
        b'0'..=b'9' => sign - b'0' + 52,
        _ if sign == plus => 62,
        _ if sign == slash => 63,
        _ => return None,
    };
    Some(value.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose;
    use proptest::prelude::*;

    #[test]
    fn what_is_not_base64_is_none() {
        for text in
            ["a", "ab", "abc", "=", "====", "a===", "ab==cd==", "ab=c", "abc==", "ab\n=", "a b=", "YR==", "YWF="]
        {
            let expected = general_purpose::STANDARD.decode(text).ok();
            assert_eq!((decode(text.as_bytes(), STANDARD), expected), (None, None), "{text}");
        }
        assert_eq!(decode(b"", STANDARD), Some(Vec::new()));
    }

    proptest! {
        #[test]
        fn it_is_as_the_library_has_it(bytes in any::<Vec<u8>>(), text in "[A-Ca-c+/_-]{0,7}={0,3}") {
            prop_assert_eq!(encode(&bytes, STANDARD), general_purpose::STANDARD.encode(&bytes));
            prop_assert_eq!(encode(&bytes, URL_SAFE), general_purpose::URL_SAFE.encode(&bytes));
            let encoded = encode(&bytes, STANDARD);
            prop_assert_eq!(decode(encoded.as_bytes(), STANDARD), Some(bytes));
            prop_assert_eq!(decode(text.as_bytes(), STANDARD), general_purpose::STANDARD.decode(&text).ok());
            prop_assert_eq!(decode(text.as_bytes(), URL_SAFE), general_purpose::URL_SAFE.decode(&text).ok());
        }
    }
}
