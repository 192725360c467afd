//! The values of attributes.

use super::syntax::XmlFault;
use std::borrow::Cow;

/// The value of an attribute as XML means it: references resolved, and line breaks and tabs that are not written as references are blanks.
pub(super) fn value(raw: &str) -> Result<Cow<'_, str>, XmlFault> {
    if !raw.contains(['&', '<', '\n', '\r', '\t']) {
        return Ok(Cow::Borrowed(raw));
    }
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['&', '<', '\n', '\r', '\t']) {
        let (plain, from) = rest.split_at(at);
        value.push_str(plain);
        rest = if let Some(reference) = from.strip_prefix('&') {
            let (name, behind) = reference.split_once(';').ok_or(LOOSE_AMPERSAND)?;
            value.push(character(name)?);
            behind
        } else if from.starts_with('<') {
            return Err(XmlFault::Malformed("< is not allowed in the value of an attribute"));
        } else {
            value.push(' ');
            // Both are one line break.
            from.strip_prefix("\r\n").unwrap_or(from.get(1..).unwrap_or_default())
        };
    }
    value.push_str(rest);
    Ok(Cow::Owned(value))
}

/// The character that a reference names.
fn character(name: &str) -> Result<char, XmlFault> {
    let number = match name {
        "amp" => return Ok('&'),
        "lt" => return Ok('<'),
        "gt" => return Ok('>'),
        "quot" => return Ok('"'),
        "apos" => return Ok('\''),
        _ => match name.strip_prefix("#x") {
            Some(digits) if digits.bytes().all(|digit| digit.is_ascii_hexdigit()) => u32::from_str_radix(digits, 16),
            Some(_) => return Err(XmlFault::Entity),
            None => match name.strip_prefix('#') {
                Some(digits) if digits.bytes().all(|digit| digit.is_ascii_digit()) => digits.parse(),
                _ => return Err(XmlFault::Entity),
            },
        },
    };
    // XML 1.0, 2.2.
    let is_of_xml = |character: &char| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    number.ok().and_then(char::from_u32).filter(is_of_xml).ok_or(XmlFault::Entity)
}

const LOOSE_AMPERSAND: XmlFault = XmlFault::Malformed("& does not begin a reference; the character itself is &amp;");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_and_line_breaks_are_blanks() {
        for (raw, expected) in [
            ("", ""),
            ("é", "é"),
            ("a\r\nb\nc\td", "a b c d"),
            ("&lt;a&#10;b&#xe9;&amp;amp;&apos;&quot;&gt;", "<a\nbé&amp;'\">"),
        ] {
            assert_eq!(value(raw).unwrap(), expected);
        }
        for raw in ["&nbsp;", "&#0;", "&#xD800;", "&#x110000;", "&#99999999999;", "&#+65;", "&#x+41;", "&#;", "&;"] {
            assert_eq!(value(raw), Err(XmlFault::Entity), "{raw}");
        }
        assert_eq!(value("a & b"), Err(LOOSE_AMPERSAND));
        assert!(value("a<b").is_err());
    }
}
