//! bundle-fullurl-missing, bundle-fullurl-absolute, bundle-fullurl-id, bundle-fullurl-urn, bdl-8: the fullUrl of an entry.
//!
//! Source: R4 page bundle, "Resource URL & Uniqueness rules in a bundle".

use crate::definitions::Primitive;
use crate::document::{Kind, NodeId, name};
use crate::report::{Act, At, Rule, Severity, Suggest, Words};
use crate::validate::bundle::whole::{Scope, Whole};
use crate::validate::bundle::{identity, searchset};
use crate::validate::element::form::urn;
use crate::validate::entries::{Entry, Restful};
use crate::validate::findings::Findings;
use crate::validate::primitive_form::{NOT_VALID, is_valid_primitive, urn_fault};
use crate::validate::uri::{is_absolute, lacks_scheme};

pub(crate) const BUNDLE_FULLURL_MISSING: Rule = Rule::new(
    "bundle-fullurl-missing",
    Severity::Error,
    "required",
    "Entries have a fullUrl, but in batches, transactions and their answers.",
    &[NO_FULL_URL],
);
const NO_FULL_URL: Words = Words("The fullUrl of this entry is missing: nothing can refer to its resource.");

pub(crate) const BUNDLE_FULLURL_ABSOLUTE: Rule = Rule::new(
    "bundle-fullurl-absolute",
    Severity::Error,
    "value",
    "fullUrl is an absolute URL.",
    &[FULL_URL_NOT_ABSOLUTE, LACKS_SCHEME],
);
const FULL_URL_NOT_ABSOLUTE: Words = Words("{found} is not an absolute URL: a fullUrl is one.");
pub(crate) const LACKS_SCHEME: Words =
    Words("The scheme is missing in {found}: put http:// in front of a host and a port.");

pub(crate) const BDL_8: Rule =
    Rule::new("bdl-8", Severity::Error, "value", "fullUrl is not version-specific.", &[VERSIONED_FULL_URL]);
const VERSIONED_FULL_URL: Words = Words("fullUrl names a version (/_history/): that is not allowed.");

pub(crate) const BUNDLE_FULLURL_ID: Rule = Rule::new(
    "bundle-fullurl-id",
    Severity::Error,
    "business-rule",
    "fullUrl agrees with the type and id of the resource.",
    &[OTHER_TYPE, RESOURCE_WITHOUT_ID, OTHER_ID],
);
const OTHER_TYPE: Words = Words("fullUrl names the type {expected}, but the resource is of type {found}.");
const RESOURCE_WITHOUT_ID: Words =
    Words("fullUrl names the resource by its id, but the id of the resource is missing.");
const OTHER_ID: Words = Words("fullUrl ends with {expected}, but the id of the resource is {found}.");

pub(crate) const BUNDLE_FULLURL_URN: Rule = Rule::new(
    "bundle-fullurl-urn",
    Severity::Error,
    "value",
    "urn:uuid and urn:oid are well-formed and in lower case.",
    &[NOT_VALID],
);

/// In a batch or transaction, what is new has no URL yet, and its fullUrl only serves references.
fn is_needed(whole: &Whole<'_>, entry: &Entry<'_>) -> bool {
    let free = matches!(
        whole.entries.bundle_type(),
        None | Some("batch" | "batch-response" | "transaction" | "transaction-response")
    );
    (whole.scope == Scope::Message || !free)
        && whole.document.kind(entry.node) == Kind::Object
        && whole.document.member(entry.node, name::FULL_URL).is_none()
        && !searchset::is_outcome(whole, entry)
}

pub(crate) fn check(whole: &Whole<'_>, findings: &mut Findings, entry: &Entry<'_>) {
    let Some((node, url)) = entry.full_url.zip(entry.url.as_deref()) else {
        if is_needed(whole, entry) {
            // What a Bundle inside another resource is for, the one around it does not say.
            let is_inside = whole.root != NodeId::ROOT;
            let nodes =
                if is_inside { Vec::new() } else { identity::nodes_without_member(whole, entry.node, "fullUrl") };
            let finding = findings.add(&BUNDLE_FULLURL_MISSING, At::Start(entry.node), NO_FULL_URL);
            let Some((url, from_message)) = identity::new_full_url(whole, entry) else { return };
            // What a server has found has a URL there, which nobody else knows.
            if matches!(whole.entries.bundle_type(), Some("searchset" | "history")) {
                finding.offer(url, from_message, Act::Insert("fullUrl"), nodes);
            } else {
                finding.suggest(url, from_message, Act::Insert("fullUrl"), nodes);
            }
        }
        return;
    };
    let at = At::Value(node);
    if url.is_empty() {
        return;
    }
    if !is_absolute(url) {
        let words = if lacks_scheme(url) { LACKS_SCHEME } else { FULL_URL_NOT_ABSOLUTE };
        let content = words.value("found", url);
        let finding = findings.add(&BUNDLE_FULLURL_ABSOLUTE, At::Member(node), content);
        let urn = urn(url.trim());
        if urn != url && is_absolute(&urn) {
            finding.suggest(urn, true, Act::Replace, vec![node]);
        }
        return;
    }
    if lacks_scheme(url) {
        let content = LACKS_SCHEME.value("found", url);
        findings.add_as(&BUNDLE_FULLURL_ABSOLUTE, Severity::Warning, at, content);
        return;
    }
    // The search for one character costs nothing beside that for a text.
    if url.contains('_') && url.contains("/_history/") {
        let finding = findings.add(&BDL_8, at, VERSIONED_FULL_URL);
        if let Some(parts) = Restful::parse(url, whole.definitions()) {
            finding.suggest(parts.without_version(url).to_owned(), true, Act::Replace, vec![node]);
        }
    }
    if let Some((text, fixed)) = urn_fault(url) {
        let finding = findings.add(&BUNDLE_FULLURL_URN, at, text);
        if let Some(fixed) = fixed {
            finding.suggest(fixed, true, Act::Replace, vec![node]);
        }
        return;
    }
    let Some(parts) = Restful::parse(url, whole.definitions()) else { return };
    if let Some(of) = entry.resource_type.filter(|&of| of != parts.of) {
        let of = whole.definitions().type_of(of).name.clone();
        let content = OTHER_TYPE.name("expected", parts.type_name.to_owned()).name("found", of);
        findings.add(&BUNDLE_FULLURL_ID, At::Member(node), content);
    } else if entry.id.is_none() && entry.resource_type.is_some() {
        let finding = findings.add(&BUNDLE_FULLURL_ID, At::Member(node), RESOURCE_WITHOUT_ID);
        let resource = entry.resource.filter(|&one| whole.document.member(one, name::ID).is_none());
        let resource = resource.filter(|_| identity::names_one(whole, url, &parts));
        let nodes = resource.map(|resource| identity::nodes_without_member(whole, resource, "id")).unwrap_or_default();
        finding.suggest(parts.id.to_owned(), true, Act::Insert("id"), nodes);
    } else if let Some(id) = entry.id.as_deref().filter(|id| *id != parts.id) {
        let content = OTHER_ID.value("expected", parts.id).value("found", id);
        let fixed = format!("{}{}/{id}", parts.base, parts.type_name);
        let finding = findings.add(&BUNDLE_FULLURL_ID, At::Member(node), content);
        if is_valid_primitive(Primitive::Id, id) {
            // Which of two ids is wrong nobody knows, also where they differ in case only: ids of two patients may do so.
            let nodes = if id.eq_ignore_ascii_case(parts.id) { vec![node] } else { Vec::new() };
            finding.offer(fixed, true, Act::Replace, nodes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BDL_8, BUNDLE_FULLURL_ABSOLUTE, BUNDLE_FULLURL_ID, BUNDLE_FULLURL_MISSING, BUNDLE_FULLURL_URN};
    use crate::validate::told::assert_told;

    #[test]
    fn an_entry_has_a_full_url_but_in_a_transaction() {
        assert_told(
            BUNDLE_FULLURL_MISSING,
            r#"{"resourceType":"Bundle","type":"…","entry":[{"resource":{"resourceType":"Patient"}}]}"#,
            &[
                ("transaction", &[]),
                ("collection", &["/entry/0: The fullUrl of this entry is missing: nothing can refer to its resource."]),
            ],
        );
    }

    #[test]
    fn a_full_url_is_absolute() {
        assert_told(
            BUNDLE_FULLURL_ABSOLUTE,
            r#"{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"…"}]}"#,
            &[
                ("http://example.org/Patient/1", &[]),
                ("Patient/1", &["/entry/0/fullUrl: 'Patient/1' is not an absolute URL: a fullUrl is one."]),
                (
                    "localhost:8080/Patient/1",
                    &[
                        "/entry/0/fullUrl: The scheme is missing in 'localhost:8080/Patient/1': put http:// in front of a host and a port.",
                    ],
                ),
                (
                    "clinic-server:8080/Patient/1",
                    &[
                        "/entry/0/fullUrl: The scheme is missing in 'clinic-server:8080/Patient/1': put http:// in front of a host and a port.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn a_full_url_names_no_version() {
        assert_told(
            BDL_8,
            r#"{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"http://example.org/Patient/1…"}]}"#,
            &[
                ("", &[]),
                ("/_history/2", &["/entry/0/fullUrl: fullUrl names a version (/_history/): that is not allowed."]),
            ],
        );
    }

    #[test]
    fn a_full_url_agrees_with_the_type_and_id_of_the_resource() {
        assert_told(
            BUNDLE_FULLURL_ID,
            r#"{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"http://example.org/Patient/1","resource":{"resourceType":…}}]}"#,
            &[
                (r#""Patient","id":"1""#, &[]),
                (
                    r#""Observation","id":"1""#,
                    &["/entry/0/fullUrl: fullUrl names the type Patient, but the resource is of type Observation."],
                ),
                (
                    r#""Patient""#,
                    &["/entry/0/fullUrl: fullUrl names the resource by its id, but the id of the resource is missing."],
                ),
                (
                    r#""Patient","id":"2""#,
                    &["/entry/0/fullUrl: fullUrl ends with '1', but the id of the resource is '2'."],
                ),
            ],
        );
    }

    #[test]
    fn a_urn_is_a_uuid_or_an_oid_in_lower_case() {
        assert_told(
            BUNDLE_FULLURL_URN,
            r#"{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"…"}]}"#,
            &[
                ("urn:uuid:6c1cb8f4-0000-4000-8000-000000000001", &[]),
                (
                    "urn:uuid:6C1CB8F4-0000-4000-8000-000000000001",
                    &[
                        "/entry/0/fullUrl: 'urn:uuid:6C1CB8F4-0000-4000-8000-000000000001' is not a valid uuid: a UUID is written in lower case.",
                    ],
                ),
                (
                    "urn:uuid:1",
                    &["/entry/0/fullUrl: 'urn:uuid:1' is not a valid uuid: it is not urn:uuid: and a UUID."],
                ),
                (
                    "urn:oid:1",
                    &[
                        "/entry/0/fullUrl: 'urn:oid:1' is not a valid oid: it is not urn:oid: and numbers with dots between them.",
                    ],
                ),
            ],
        );
    }
}
