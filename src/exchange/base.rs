//! The base URL of a receiver, taken apart strictly: nothing that different readers of URLs could understand differently gets through.

use super::members::{halves, number};
use crate::document::table::part;

/// A base URL.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Base<'u> {
    /// Without a slash at its end, and without the operation.
    pub(super) url: &'u str,
    /// Without its port.
    pub(super) host: &'u str,
    pub(super) is_https: bool,
}

impl<'u> Base<'u> {
    /// Reads `https://host[:port][/path]`. Who gives the address of the operation itself means the same.
    pub(super) fn parse(text: &'u str) -> Option<Self> {
        let (scheme, rest) = halves(text, b':');
        let is_https = scheme.eq_ignore_ascii_case("https");
        if !is_https && !scheme.eq_ignore_ascii_case("http") {
            return None;
        }
        let (authority, path) = halves(rest?.strip_prefix("//")?, b'/');
        let path = path.unwrap_or("");
        // The characters of RFC 3986's path: without them there is neither a query nor a fragment.
        let in_path =
            |byte: u8| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'$'..=b';' | b'=' | b'@' | b'_' | b'~' | b'!');
        let host = host(authority)?;
        if !path.bytes().all(in_path) || path.split('/').any(is_step) {
            return None;
        }
        let mut url = without_slashes(text);
        for end in ["/$process-message", "/%24process-message"] {
            url = url.strip_suffix(end).unwrap_or(url);
        }
        Some(Self { url: without_slashes(url), host, is_https })
    }

    /// Whether it is on the same machine, where nobody listens in between.
    pub(super) fn is_loopback(&self) -> bool {
        let host = self.host;
        let is_below = host.len() > NAME.len() && host.as_bytes().get(host.len() - NAME.len() - 1) == Some(&b'.');
        let name = part(host, host.len().saturating_sub(NAME.len())..host.len());
        if name.eq_ignore_ascii_case(NAME) && (is_below || host.len() == NAME.len()) {
            return true;
        }
        host == "[::1]" || is_loopback_address(host)
    }
}

/// Whether a segment of a path is `.` or `..`, plain or encoded: with such a step it would be another path once it is resolved. Encoded twice
/// it is one to a server that decodes twice. Source: URL standard, "single-dot" and "double-dot URL path segment".
fn is_step(segment: &str) -> bool {
    let mut dots = 0;
    let mut rest = segment.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        rest = match (first, behind) {
            (b'.', _) => behind,
            (b'%', _) => {
                let mut code = behind;
                while let Some(decoded) = code.strip_prefix(b"25") {
                    code = decoded;
                }
                match code {
                    [b'2', b'e' | b'E', behind @ ..] => behind,
                    _ => return false,
                }
            }
            _ => return false,
        };
        dots += 1;
    }
    matches!(dots, 1 | 2)
}

fn without_slashes(mut url: &str) -> &str {
    while let Some(shorter) = url.strip_suffix('/') {
        url = shorter;
    }
    url
}

const NAME: &str = "localhost";

/// 127.0.0.0/8, written out.
fn is_loopback_address(host: &str) -> bool {
    let mut count = 0;
    for part in host.as_bytes().split(|&byte| byte == b'.') {
        count += 1;
        if !number(part).is_some_and(|number| number < 256 && (count > 1 || number == 127)) {
            return false;
        }
    }
    count == 4
}

/// The host of `host[:port]`. There is no room for a user's name or password in it.
fn host(authority: &str) -> Option<&str> {
    let (host, port) = if authority.starts_with('[') {
        let (address, port) = halves(authority, b']');
        // None without the closing bracket.
        (part(authority, 0..address.len() + usize::from(port.is_some())), port?)
    } else {
        let (host, _) = halves(authority, b':');
        (host, part(authority, host.len()..authority.len()))
    };
    let is_port = match port.strip_prefix(':') {
        Some(digits) => number(digits.as_bytes()).is_some_and(|port| port < 65_536),
        None => port.is_empty(),
    };
    let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_part = |byte: u8| match inner {
        Some(_) => byte.is_ascii_hexdigit() || byte == b':' || byte == b'.',
        // No name of DNS has an underscore, but those of containers and of Windows do.
        None => byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'),
    };
    let shown = inner.unwrap_or(host);
    (!shown.is_empty() && is_port && shown.bytes().all(is_part)).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_read() {
        for (text, url, host) in [
            ("https://fhir.netsmartcloud.com/v4", "https://fhir.netsmartcloud.com/v4", "fhir.netsmartcloud.com"),
            ("https://a.example/v4//", "https://a.example/v4", "a.example"),
            ("https://a.example", "https://a.example", "a.example"),
            ("https://a.example/v4/$process-message", "https://a.example/v4", "a.example"),
            ("https://a.example/%24process-message/", "https://a.example", "a.example"),
            ("http://[::1]:8080/fhir", "http://[::1]:8080/fhir", "[::1]"),
            ("HTTPS://A.Example:443/x%20y", "HTTPS://A.Example:443/x%20y", "A.Example"),
            ("http://fhir_server:8080/r4", "http://fhir_server:8080/r4", "fhir_server"),
        ] {
            let base = Base::parse(text).unwrap();
            assert_eq!((base.url, base.host), (url, host));
        }
    }

    #[test]
    fn what_is_not_a_base_url_is_refused() {
        for text in [
            "",
            "fhir",
            "/v4",
            "ftp://a.example",
            "https://",
            "https:///v4",
            "https://a.example?x",
            "https://a.example/v4?x=1",
            "https://a.example/v4#x",
            "https://user@a.example/v4",
            "https://user:word@a.example",
            "https://a.example:port",
            "https://a.example:+80",
            "https://a.example:99999",
            "https://a b.example",
            "https://a.example/v4\\x",
            "https://a.example\\@b",
            "https://[::1",
            "https://[]",
            "https://[::1]x",
            "https://a.example/\nv4",
            "https://a.example/é",
            " https://a.example",
            "javascript://a.example",
            "https://a.example/v4/../x",
            "https://a.example/%2e%2E/x",
            "https://a.example/.",
            "https://a.example/v4/.%2e",
            "https://a.example/%2E./v4",
            "https://a.example/%2e",
            "https://a.example/%252e%252E/v4",
            "https://a.example/.%25252e/v4",
        ] {
            assert_eq!(Base::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_segment_is_a_step_only_where_it_is_dots() {
        for segment in [
            "2",
            "e",
            "E",
            "22",
            "2e",
            "e2",
            "2E2",
            "ee",
            "252e",
            "%22",
            "%2e2",
            "2%2e",
            "...",
            "....",
            ".e",
            "..2",
            "v2.",
            "%25",
            "%",
            "%2",
            ".well-known",
            "2.",
            "2..",
        ] {
            for base in [format!("https://a.example/{segment}"), format!("https://a.example/x/{segment}/fhir")] {
                assert_eq!(Base::parse(&base).map(|base| base.url), Some(base.as_str()), "{segment}");
            }
        }
    }

    #[test]
    fn only_the_same_machine_is_loopback() {
        let is_loopback = |text| Base::parse(text).unwrap().is_loopback();
        for text in
            ["http://localhost:8080", "http://127.0.0.1", "http://127.8.0.255/x", "http://[::1]/", "http://a.LOCALHOST"]
        {
            assert!(is_loopback(text), "{text}");
        }
        for text in [
            "http://127.evil.example",
            "http://127.0.0.1.evil.example",
            "http://128.0.0.1",
            "http://localhost.example",
            "http://notlocalhost",
            "http://127.0.0.256",
        ] {
            assert!(!is_loopback(text), "{text}");
        }
    }
}
