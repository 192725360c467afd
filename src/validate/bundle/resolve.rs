//! ref-form, ref-unresolved, ref-ambiguous, ref-version, ref-1: what the references of a text resolve to.
//!
//! Source: R4 page bundle, section "Resolving references in Bundles"; page references.

use crate::document::NodeId;
use crate::document::table::row;
use crate::report::{Act, At, Content, Rule, Severity, Suggest, Words};
use crate::validate::bundle::bdl_7::BDL_7;
use crate::validate::bundle::full_url::BUNDLE_FULLURL_MISSING;
use crate::validate::bundle::whole::{AMBIGUOUS, ResolvedReference, Scope, Whole};
use crate::validate::bundle::{canonical, identity, target_type};
use crate::validate::entries::Resolution;
use crate::validate::findings::Findings;
use crate::validate::notes::ReferenceUse;
use crate::validate::primitive_form::urn_fault;
use crate::validate::references::{NodeByText, SEVERAL, TYPE_NOT_ALLOWED, contained_by_id, has_form, is_search};
use crate::validate::uri::is_absolute;

pub(crate) const REF_1: Rule = Rule::new(
    "ref-1",
    Severity::Error,
    "invariant",
    "A local reference resolves to a contained resource.",
    &[NOT_CONTAINED],
);
const NOT_CONTAINED: Words = Words("{found} does not resolve: no contained resource has this id.");

pub(crate) const REF_FORM: Rule = Rule::new(
    "ref-form",
    Severity::Error,
    "value",
    "A reference is a URL, or a type and an id.",
    &[NOT_A_REFERENCE, NOT_OF_A_URL, SEARCH],
);
const NOT_A_REFERENCE: Words =
    Words("{found} is not a reference: an absolute URL or a resource type and an id are expected, as in Patient/1.");
const SEARCH: Words = Words("{found} is a search, by which only a transaction may refer to a resource.");
const NOT_OF_A_URL: Words = Words("{found} contains a character that is not allowed in a URL.");

pub(crate) const REF_UNRESOLVED: Rule = Rule::new(
    "ref-unresolved",
    Severity::Error,
    "not-found",
    "References resolve inside the message.",
    &[UNRESOLVED, URN_UNRESOLVED, ELSEWHERE, NOT_IN_DOCUMENT, OTHER_URL],
);
const UNRESOLVED: Words = Words("{found} does not match any entry of the message.");
pub(crate) const URN_UNRESOLVED: Words =
    Words("{found} does not match any entry of the {scope}, and a URN resolves nowhere else.");
const ELSEWHERE: Words = Words("{found} does not match any entry of the message: it may resolve elsewhere.");
const NOT_IN_DOCUMENT: Words =
    Words("{found} does not match any entry: a document contains what its Composition refers to.");

const OTHER_URL: Words = Words(
    "{found} does not match any entry: there is one with this type and id, but not with the fullUrl that the reference stands for here.",
);

pub(crate) const REF_AMBIGUOUS: Rule =
    Rule::new("ref-ambiguous", Severity::Error, "multiple-matches", "A reference has one target.", &[AMBIGUOUS]);

pub(crate) const REF_VERSION: Rule = Rule::new(
    "ref-version",
    Severity::Warning,
    "not-found",
    "A versioned reference names the version that is in the message.",
    &[OTHER_VERSION],
);
const OTHER_VERSION: Words = Words("The {scope} contains this resource in another version.");

/// What can be wrong with the form of a reference.
pub(crate) enum FormFault {
    /// It is neither a URL, nor a place in the resource around, nor a type and an id.
    Form,
    /// It is a search, and this is no transaction.
    Search,
    /// A URN that is to be a UUID or an OID, and is neither.
    Urn(Content),
    /// A UUID in capitals, and in small letters: it is the same (RFC 4122), and URIs are compared as they are written. In a Bundle it
    /// resolves to nothing.
    Capitals(Content, String),
    /// It has a character that is not allowed in a URL. A server may take it all the same.
    Url,
}

/// What URLs never hold (RFC 3986), as where a template was not filled in. Searches do hold a `|`.
const NEVER_IN_URLS: [char; 8] = ['<', '>', '"', '{', '}', '\\', '^', '`'];

/// With at most so many pairs of an entry and a reference, the entry that was probably meant is searched by likeness.
const FEW_PAIRS: usize = 20_000;

/// What resources contain, by id; of each, looked up once.
#[derive(Default)]
struct Local(Vec<(NodeId, NodeByText)>);

static NONE: (NodeId, NodeByText) = (NodeId::ROOT, NodeByText::new());

impl Local {
    fn of(&mut self, whole: &Whole<'_>, container: NodeId) -> &NodeByText {
        // References come nearly in the order of their containers.
        let place = self.0.partition_point(|(known, _)| *known < container);
        if self.0.get(place).is_none_or(|(known, _)| *known != container) {
            self.0.insert(place, (container, contained_by_id(whole.document, container)));
        }
        &row(&self.0, place, &NONE).1
    }
}

/// Resolves every reference of the message and validates what comes of it.
pub(crate) fn check(whole: &Whole<'_>, findings: &mut Findings) -> Vec<ResolvedReference> {
    let (focus, details) = whole.special_references();
    let mut resolved: Vec<ResolvedReference> = Vec::with_capacity(whole.notes.references.len());
    let mut local = Local::default();
    for used in &whole.notes.references {
        let from = whole.entries.around(used.node);
        let text = whole.document.value(used.reference);
        if text.is_empty() {
            continue;
        }
        let to = match text.strip_prefix('#') {
            // `#` alone is the containing resource; `#id` is looked up in what it contains.
            Some("") => Resolution::Contained(used.container),
            Some(id) => match local.of(whole, used.container).get(id) {
                Some(&SEVERAL) => Resolution::Several,
                Some(&resource) => Resolution::Contained(resource),
                None => Resolution::Nothing,
            },
            None => whole.entries.resolve(&text, from, whole.definitions()),
        };
        // A reference in an extension of a reference is noted before the one around it: it goes in at its place.
        let place = match resolved.last() {
            Some(last) if last.node > used.node => resolved.partition_point(|one| one.node < used.node),
            _ => resolved.len(),
        };
        resolved.insert(place, ResolvedReference { node: used.node, from, to });
        if !findings.has_room() || used.link {
            continue;
        }
        // Focus and response.details have rules of their own for what dangles.
        if details != Some(used.node) && focus.binary_search(&used.node).is_err() {
            if to == Resolution::Nothing && is_malformed(whole, findings, used, &text) {
                continue;
            }
            dangling(whole, findings, used, &text, to);
        }
        target_type::check(whole, findings, used, &text, to);
    }
    for fragment in whole.notes.fragments.iter().filter(|fragment| fragment.canonical) {
        let text = whole.document.value(fragment.node);
        let Some(id) = text.strip_prefix('#').filter(|id| !id.is_empty()) else { continue };
        match local.of(whole, fragment.container).get(id) {
            None => {
                findings.add(&REF_1, At::Value(fragment.node), NOT_CONTAINED.value("found", &text));
            }
            Some(&SEVERAL) => {}
            Some(&target) => {
                let of = whole.type_at(&text, Resolution::Contained(target));
                canonical::of_type(whole, findings, fragment, of, (TYPE_NOT_ALLOWED, Severity::Error));
            }
        }
    }
    canonical::check(whole, findings);
    resolved
}

/// Reports a reference that is neither a URL, nor a place in the resource around, nor a type and an id, with or without a version. In
/// a transaction it may be a search; elsewhere that resolves nowhere.
fn is_malformed(whole: &Whole<'_>, findings: &mut Findings, used: &ReferenceUse, text: &str) -> bool {
    let Some(malformed) = malformed(whole, text) else { return false };
    let at = At::Value(used.reference);
    match malformed {
        FormFault::Form => {
            // Beside a Bundle it may be something on a server, as may be what has two parts.
            let is_wrong = whole.scope != Scope::Resource && !text.contains('/');
            let severity = if is_wrong { Severity::Error } else { Severity::Warning };
            unresolved(whole, findings, (&REF_FORM, severity), at, NOT_A_REFERENCE.value("found", text), Some(used));
        }
        FormFault::Search => {
            findings.add(&REF_FORM, At::Member(used.reference), SEARCH.value("found", text));
        }
        FormFault::Urn(content) => {
            // As with any URN that resolves to nothing, only a message must not have it: HL7's validator lets others.
            let severity = if whole.scope == Scope::Message { Severity::Error } else { Severity::Warning };
            unresolved(whole, findings, (&REF_FORM, severity), at, content, Some(used));
        }
        FormFault::Capitals(content, lower) => {
            let finding = findings.add_as(&REF_FORM, Severity::Warning, at, content);
            finding.suggest(lower, true, Act::Replace, Vec::new());
        }
        FormFault::Url => {
            findings.add_as(&REF_FORM, Severity::Warning, at, NOT_OF_A_URL.value("found", text));
        }
    }
    true
}

/// What is wrong with the form of a reference that resolves to nothing here.
fn malformed(whole: &Whole<'_>, text: &str) -> Option<FormFault> {
    if !has_form(text, whole.definitions()) {
        return Some(FormFault::Form);
    }
    // R4, http.html: "conditional references" are those of a transaction.
    if is_search(text, whole.definitions()) && whole.entries.bundle_type() != Some("transaction") {
        return Some(FormFault::Search);
    }
    match urn_fault(text.split_once('#').map_or(text, |(url, _)| url)) {
        Some((content, None)) => Some(FormFault::Urn(content)),
        Some((content, Some(lower))) if whole.scope == Scope::Resource => Some(FormFault::Capitals(content, lower)),
        _ if text.contains("://") && text.contains(NEVER_IN_URLS) => Some(FormFault::Url),
        _ => None,
    }
}

fn dangling(whole: &Whole<'_>, findings: &mut Findings, used: &ReferenceUse, text: &str, to: Resolution) {
    let at = At::Value(used.reference);
    match to {
        Resolution::Entry(_) | Resolution::Contained(_) => {}
        Resolution::Several => {
            let again = whole.entries.again(text).and_then(|entry| entry.full_url);
            let cause = again.map(|node| (&BDL_7, node));
            findings.add(&REF_AMBIGUOUS, at, whole.ambiguous()).because(cause);
        }
        Resolution::OtherVersion(_) => {
            findings.add(&REF_VERSION, at, OTHER_VERSION.name("scope", whole.scope.name()));
        }
        Resolution::Nothing if text.starts_with('#') => {
            findings.add(&REF_1, At::Member(used.reference), NOT_CONTAINED.value("found", text));
        }
        Resolution::Nothing if whole.scope == Scope::Resource => {}
        Resolution::Nothing if is_of_document(whole, used) => {
            let content = NOT_IN_DOCUMENT.value("found", text);
            unresolved(whole, findings, (&REF_UNRESOLVED, Severity::Error), at, content, Some(used));
        }
        // R4, page bundle: a relative reference is resolved by the fullUrl of the entry that it is in. What is in no message or document may be on
        // the server, too.
        Resolution::Nothing if is_complete(whole) && whole.entries.has_under_other_url(text, whole.definitions()) => {
            let content = OTHER_URL.value("found", text);
            unresolved(whole, findings, (&REF_UNRESOLVED, Severity::Error), at, content, Some(used));
        }
        Resolution::Nothing if whole.scope == Scope::Bundle && !text.starts_with("urn:") => {}
        Resolution::Nothing => {
            let (severity, words) = if text.starts_with("urn:") {
                // Only a message has to hold what it refers to; in other Bundles it is odd.
                let severity = if whole.scope == Scope::Message { Severity::Error } else { Severity::Warning };
                (severity, URN_UNRESOLVED)
            } else if is_absolute(text) {
                (Severity::Information, ELSEWHERE)
            } else {
                (Severity::Warning, UNRESOLVED)
            };
            let content = words.value("found", text).name("scope", whole.scope.name());
            unresolved(whole, findings, (&REF_UNRESOLVED, severity), at, content, Some(used));
        }
    }
}

/// Whether it holds what belongs to it.
fn is_complete(whole: &Whole<'_>) -> bool {
    whole.scope == Scope::Message || whole.scope == Scope::Bundle && whole.entries.bundle_type() == Some("document")
}

/// Whether a reference that resolves to nothing here may resolve to something elsewhere: `dangling` says no more than that of it.
pub(crate) fn may_resolve_elsewhere(whole: &Whole<'_>, used: &ReferenceUse, text: &str) -> bool {
    match whole.scope {
        _ if text.starts_with('#') || malformed(whole, text).is_some() => false,
        Scope::Resource => true,
        _ if text.starts_with("urn:") => false,
        Scope::Bundle => !is_of_document(whole, used),
        Scope::Message => is_absolute(text),
    }
}

/// Whether a reference is in an element of a document's Composition itself; what it relates to are other documents.
fn is_of_document(whole: &Whole<'_>, used: &ReferenceUse) -> bool {
    let Some((holder, _)) = used.type_ref else { return false };
    let holder = whole.definitions().type_of(holder).name.as_ref();
    whole.scope == Scope::Bundle
        && whole.entries.bundle_type() == Some("document")
        && whole.entries.around(used.node) == Some(0)
        && used.resource == used.container
        && holder.starts_with("Composition")
        && holder != "Composition.relatesTo"
}

/// Reports a reference that resolves nowhere, and names the entry that was probably meant.
pub(crate) fn unresolved(
    whole: &Whole<'_>,
    findings: &mut Findings,
    (rule, severity): (&Rule<'static>, Severity),
    at: At,
    content: Content,
    used: Option<&ReferenceUse>,
) {
    let reference = whole.document.value(at.node());
    // Comparing every URL with every dangling reference would be quadratic: only small messages are searched by likeness.
    let by_likeness = whole.entries.len().saturating_mul(whole.notes.references.len()) <= FEW_PAIRS;
    let near = whole.entries.nearest(&reference, by_likeness, whole.definitions());
    // Outside of a message it may be one on the server.
    let may_be_certain = whole.scope == Scope::Message || content.words() != OTHER_URL;
    let mut finding = findings.add_as(rule, severity, at, content);
    if let Some(entry) = whole.entries.without_url(&reference, whole.definitions()) {
        finding.as_deref_mut().because(Some((&BUNDLE_FULLURL_MISSING, entry.node)));
    }
    if let Some(near) = near.filter(|near| near.name != reference)
        && let Some(to) = identity::allowed_target(whole, at.node(), &near, used)
    {
        let is_meant = may_be_certain && identity::is_meant(whole, at.node(), &reference, &near, to);
        let nodes = if is_meant { vec![at.node()] } else { Vec::new() };
        finding.suggest(near.name, true, Act::Replace, nodes);
    }
}

#[cfg(test)]
mod tests {
    use super::{REF_1, REF_AMBIGUOUS, REF_FORM, REF_UNRESOLVED, REF_VERSION};
    use crate::validate::told::assert_told;

    #[test]
    fn a_local_reference_resolves_to_a_contained_resource() {
        assert_told(
            REF_1,
            r#"{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"a"}],"managingOrganization":{"reference":"…"}}"#,
            &[
                ("#a", &[]),
                ("#b", &["/managingOrganization/reference: '#b' does not resolve: no contained resource has this id."]),
                ("Organization/b", &[]),
            ],
        );
    }

    #[test]
    fn a_local_canonical_resolves_to_a_contained_resource() {
        assert_told(
            REF_1,
            r#"{"resourceType":"QuestionnaireResponse","status":"completed","contained":[{"resourceType":"Questionnaire","id":"a","status":"draft"}],"questionnaire":"…"}"#,
            &[("#a", &[]), ("#b", &["/questionnaire: '#b' does not resolve: no contained resource has this id."])],
        );
    }

    #[test]
    fn a_reference_is_a_url_or_a_type_and_an_id() {
        assert_told(
            REF_FORM,
            r#"{"resourceType":"Patient","managingOrganization":{"reference":"…"}}"#,
            &[
                ("Organization/1", &[]),
                ("http://example.org/Organization/1", &[]),
                (
                    "1",
                    &[
                        "/managingOrganization/reference: '1' is not a reference: an absolute URL or a resource type and an id are expected, as in Patient/1.",
                    ],
                ),
                (
                    "http://example.org/Organization/{id}",
                    &[
                        "/managingOrganization/reference: 'http://example.org/Organization/{id}' contains a character that is not allowed in a URL.",
                    ],
                ),
                (
                    "urn:uuid:1",
                    &[
                        "/managingOrganization/reference: 'urn:uuid:1' is not a valid uuid: it is not urn:uuid: and a UUID.",
                    ],
                ),
                (
                    "urn:uuid:6C1CB8F4-0000-4000-8000-000000000001",
                    &[
                        "/managingOrganization/reference: 'urn:uuid:6C1CB8F4-0000-4000-8000-000000000001' is not a valid uuid: a UUID is written in lower case.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn a_message_holds_what_it_refers_to() {
        assert_told(
            REF_UNRESOLVED,
            r#"{"resourceType":"Bundle","type":"message","entry":[
                {"fullUrl":"http://example.org/MessageHeader/1","resource":{"resourceType":"MessageHeader","id":"1","author":{"reference":"…"}}},
                {"fullUrl":"http://example.org/Practitioner/1","resource":{"resourceType":"Practitioner","id":"1"}}]}"#,
            &[
                ("Practitioner/1", &[]),
                (
                    "Practitioner/2",
                    &["/entry/0/resource/author/reference: 'Practitioner/2' does not match any entry of the message."],
                ),
                (
                    "http://example.org/Practitioner/2",
                    &[
                        "/entry/0/resource/author/reference: 'http://example.org/Practitioner/2' does not match any entry of the message: it may resolve elsewhere.",
                    ],
                ),
                (
                    "urn:uuid:6c1cb8f4-0000-4000-8000-000000000001",
                    &[
                        "/entry/0/resource/author/reference: 'urn:uuid:6c1cb8f4-0000-4000-8000-000000000001' does not match any entry of the message, and a URN resolves nowhere else.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn other_bundles_need_only_hold_what_nothing_else_can_resolve() {
        assert_told(
            REF_UNRESOLVED,
            r#"{"resourceType":"Bundle","type":"collection","entry":[
                {"fullUrl":"http://example.org/Patient/1","resource":{"resourceType":"Patient","id":"1","managingOrganization":{"reference":"…"}}}]}"#,
            &[
                ("Organization/2", &[]),
                (
                    "urn:uuid:6c1cb8f4-0000-4000-8000-000000000001",
                    &[
                        "/entry/0/resource/managingOrganization/reference: 'urn:uuid:6c1cb8f4-0000-4000-8000-000000000001' does not match any entry of the Bundle, and a URN resolves nowhere else.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn a_relative_reference_is_resolved_by_the_full_url_around_it() {
        let text = r#"{"resourceType":"Bundle","type":"TYPE","entry":[
                {"fullUrl":"http://example.org/MessageHeader/1","resource":{"resourceType":"MessageHeader","id":"1"}},
                {"fullUrl":"…","resource":{"resourceType":"Basic","id":"1","subject":{"reference":"Patient/1"}}},
                {"fullUrl":"http://example.org/Patient/1","resource":{"resourceType":"Patient","id":"1"}}]}"#;
        let issue = "/entry/1/resource/subject/reference: 'Patient/1' does not match any entry: there is one with this type and id, but not with the fullUrl that the reference stands for here.";
        for (of, issues) in [("message", [issue].as_slice()), ("document", &[issue]), ("collection", &[])] {
            let (other, same) = ("http://other.example/Basic/1", "http://example.org/Basic/1");
            let urn = "urn:uuid:6c1cb8f4-0000-4000-8000-000000000001";
            let cases: &[(&str, &[&str])] = &[(same, &[]), (other, issues), (urn, issues)];
            assert_told(REF_UNRESOLVED, &text.replace("TYPE", of), cases);
        }
    }

    #[test]
    fn a_document_holds_what_its_composition_refers_to() {
        assert_told(
            REF_UNRESOLVED,
            r#"{"resourceType":"Bundle","type":"document","entry":[
                {"fullUrl":"http://example.org/Composition/1","resource":{"resourceType":"Composition","id":"1","subject":{"reference":"…"}}},
                {"fullUrl":"http://example.org/Patient/1","resource":{"resourceType":"Patient","id":"1"}}]}"#,
            &[
                ("Patient/1", &[]),
                (
                    "Patient/2",
                    &[
                        "/entry/0/resource/subject/reference: 'Patient/2' does not match any entry: a document contains what its Composition refers to.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn a_reference_has_one_target() {
        assert_told(
            REF_AMBIGUOUS,
            r#"{"resourceType":"Bundle","type":"collection","entry":[
                {"fullUrl":"http://example.org/Patient/1","resource":{"resourceType":"Patient","id":"1"}},
                {"fullUrl":"http://example.org/Patient/…","resource":{"resourceType":"Patient"}},
                {"fullUrl":"http://example.org/Basic/1","resource":{"resourceType":"Basic","id":"1","subject":{"reference":"Patient/1"}}}]}"#,
            &[
                ("2", &[]),
                (
                    "1",
                    &[
                        "/entry/2/resource/subject/reference: More than one resource in the Bundle matches this reference.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn a_versioned_reference_names_the_version_that_is_there() {
        assert_told(
            REF_VERSION,
            r#"{"resourceType":"Bundle","type":"collection","entry":[
                {"fullUrl":"http://example.org/Patient/1","resource":{"resourceType":"Patient","id":"1","meta":{"versionId":"1"}}},
                {"fullUrl":"http://example.org/Basic/1","resource":{"resourceType":"Basic","id":"1","subject":{"reference":"Patient/1/_history/…"}}}]}"#,
            &[
                ("1", &[]),
                ("2", &["/entry/1/resource/subject/reference: The Bundle contains this resource in another version."]),
            ],
        );
    }
}
