//! What URIs look like: absolute ones, and those whose scheme was forgotten (RFC 3986).

/// Whether a URI is absolute (RFC 3986): a scheme, a colon, and something behind it. http and https name a host. A host that no scheme has
/// the name of, in front of a port (`localhost:8080/fhir`, `example.org:8080/fhir`), is a URL whose scheme was forgotten.
pub fn is_absolute(uri: &str) -> bool {
    let Some((scheme, rest)) = uri.split_once(':') else { return false };
    if is_web(scheme) {
        let host = rest.strip_prefix("//").and_then(|rest| rest.bytes().next());
        return host.is_some_and(|first| !matches!(first, b'/' | b'?' | b'#' | b':'));
    }
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    is_scheme && !rest.is_empty() && !(is_surely_host(scheme) && begins_with_port(rest))
}

fn is_web(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
}

/// Whether what is before a colon and a port is the name of a host: no scheme is called so.
fn is_surely_host(name: &str) -> bool {
    name == "localhost" || name.contains('.')
}

/// Whether a URI is a host and a port, or more likely those and a path than absolute (`clinic-server:8080/fhir`).
pub(crate) fn lacks_scheme(uri: &str) -> bool {
    let Some((host, rest)) = uri.split_once(':') else { return false };
    begins_with_port(rest) && (is_surely_host(host) || rest.contains('/') && !is_web(host))
}

fn begins_with_port(rest: &str) -> bool {
    rest.split('/')
        .next()
        .is_some_and(|port| (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a URI at least begins with a scheme, in small letters: URIs are compared as they are written. As a name it may be one that
/// resolves nowhere (`http:/example.org`): R4's own examples have such, and HL7's validator asks for no more.
pub(crate) fn has_scheme(uri: &str) -> bool {
    uri.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.starts_with(|first: char| first.is_ascii_lowercase())
            && scheme.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
            && !rest.is_empty()
    })
}

/// Whether a URI has one of the schemes by which systems are named: HL7's validator knows no others. What lacks `urn:` before an OID or a UUID
/// is told of the URI itself.
pub(crate) fn names_system(uri: &str) -> bool {
    ["http:", "https:", "urn:", "oid:", "uuid:"].iter().any(|scheme| uri.starts_with(scheme))
}
