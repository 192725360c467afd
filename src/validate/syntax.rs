//! Codes that are known by their form, or by a short list: languages, media types, currencies.

use super::currencies::CURRENCIES;

/// Whether a text is a well-formed language tag. Source: RFC 5646 (BCP 47), section 2.1; subtags are not compared with the registry.
pub(super) fn is_language(tag: &str) -> bool {
    /// Tags that do not have the form of others and are valid all the same.
    const GRANDFATHERED: &str = "en-gb-oed i-ami i-bnn i-default i-enochian i-hak i-klingon i-lux i-mingo i-navajo i-pwn i-tao i-tay \
        i-tsu sgn-be-fr sgn-be-nl sgn-ch-de";
    let lower = tag.to_ascii_lowercase();
    let mut subtags = lower.split('-').peekable();
    let is_alpha = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_alnum = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if GRANDFATHERED.split_ascii_whitespace().any(|known| known == lower) {
        return true;
    }
    let Some(first) = subtags.next() else { return false };
    let private = |mut rest: std::iter::Peekable<std::str::Split<'_, char>>| {
        rest.peek().is_some() && rest.all(|subtag| is_alnum(subtag) && subtag.len() <= 8)
    };
    if first == "x" {
        return private(subtags);
    }
    // Languages of four to eight letters are reserved, and there is none.
    if !is_alpha(first) || !(2..=3).contains(&first.len()) {
        return false;
    }
    let next_is = |subtag: Option<&&str>, test: &dyn Fn(&str) -> bool| subtag.is_some_and(|subtag| test(subtag));
    // Up to three extended language subtags follow a language of two or three letters.
    let mut extended = 0;
    while extended < 3 && next_is(subtags.peek(), &|text| text.len() == 3 && is_alpha(text)) {
        subtags.next();
        extended += 1;
    }
    if next_is(subtags.peek(), &|text| text.len() == 4 && is_alpha(text)) {
        subtags.next();
    }
    let is_region = |text: &str| {
        text.len() == 2 && is_alpha(text) || text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if next_is(subtags.peek(), &is_region) {
        subtags.next();
    }
    let is_variant = |text: &str| {
        is_alnum(text)
            && ((5..=8).contains(&text.len()) || text.len() == 4 && text.starts_with(|c: char| c.is_ascii_digit()))
    };
    while next_is(subtags.peek(), &is_variant) {
        subtags.next();
    }
    while let Some(singleton) = subtags.next() {
        if singleton == "x" {
            return private(subtags);
        }
        if singleton.len() != 1 || !is_alnum(singleton) {
            return false;
        }
        let mut parts = 0;
        while next_is(subtags.peek(), &|text| (2..=8).contains(&text.len()) && is_alnum(text)) {
            subtags.next();
            parts += 1;
        }
        if parts == 0 {
            return false;
        }
    }
    true
}

/// Whether a text is a media type with or without parameters. Source: RFC 6838, section 4.2. R4 itself also writes `xml`, `json` and
/// `ttl` for its own formats.
pub(super) fn is_media_type(text: &str) -> bool {
    let (name, mut rest) = text.split_at(text.find(';').unwrap_or(text.len()));
    let name = name.trim_end();
    if matches!(name, "xml" | "json" | "ttl") {
        return true;
    }
    let is_name = |name: &str| {
        (1..=127).contains(&name.len())
            && name.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '*')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+*".contains(&byte))
    };
    if !name.split_once('/').is_some_and(|(of, subtype)| is_name(of) && is_name(subtype)) {
        return false;
    }
    while let Some(parameters) = rest.strip_prefix(';') {
        rest = match parameter(parameters) {
            Some(rest) => rest.trim_start(),
            None => return false,
        };
    }
    rest.is_empty()
}

/// What follows a parameter of a media type; none where it does not have the form `name=value` or `name="quoted"`. It may also be absent.
fn parameter(text: &str) -> Option<&str> {
    let text = text.trim_start();
    if text.is_empty() || text.starts_with(';') {
        return Some(text);
    }
    let (name, value) = text.split_once('=')?;
    let is_token =
        |text: &str| !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || "()<>@,;:\\\"/[]?=".contains(c));
    if !is_token(name.trim_end()) {
        return None;
    }
    let value = value.trim_start();
    let Some(quoted) = value.strip_prefix('"') else {
        // R4's own examples have values with spaces and without quotes.
        let end = value.find(';').unwrap_or(value.len());
        return value.split_at_checked(end).filter(|(token, _)| !token.is_empty()).map(|(_, rest)| rest);
    };
    let mut escaped = false;
    let end = quoted.find(|c: char| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })?;
    quoted.get(end + 1..)
}

/// Whether a text is the code of a currency.
pub(super) fn is_currency(code: &str) -> bool {
    CURRENCIES.as_bytes().as_chunks::<3>().0.iter().any(|known| known == code.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages() {
        for tag in [
            "en",
            "en-US",
            "nl",
            "zh-Hant-TW",
            "de-CH-1996",
            "es-419",
            "x-klingon",
            "i-klingon",
            "sl-rozaj-biske",
            "en-u-ca-buddhist",
        ] {
            assert!(is_language(tag), "{tag}");
        }
        for tag in ["", "e", "en_US", "english-language", "en-", "-en", "en-US-", "12", "en-x", "en-u"] {
            assert!(!is_language(tag), "{tag}");
        }
    }

    #[test]
    fn media_types() {
        for text in [
            "text/plain",
            "image/png; x=\"y;z\"",
            "text/plain; a=\"b\\\"c\" ; d=e;",
            "application/fhir+json; charset=utf-8",
            "text/plain;charset=UTF-8",
            "image/*",
            "json",
        ] {
            assert!(is_media_type(text), "{text}");
        }
        for text in [
            "text",
            "picture",
            "text/",
            "/plain",
            "text/plain/x",
            "text plain/x",
            "text/plain;x",
            "text/plain;=",
            "text/plain;a=",
            "text/plain;a=\"b",
        ] {
            assert!(!is_media_type(text), "{text}");
        }
    }

    #[test]
    fn currencies() {
        assert!(is_currency("USD") && is_currency("EUR"));
        assert!(!is_currency("usd") && !is_currency("XQQ") && !is_currency(""));
        assert!(!is_currency("SDU") && !is_currency("USDEUR"), "across two, and two");
    }
}
