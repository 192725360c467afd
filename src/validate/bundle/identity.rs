//! Ids and fullUrls that entries get which have none, and which entry a reference certainly means.

use crate::definitions::Primitive;
use crate::document::NodeId;
use crate::document::sha1::sha1;
use crate::document::table::rows;
use crate::report::FIXES;
use crate::validate::bundle::uuid::of_place;
use crate::validate::bundle::whole::{Scope, Whole};
use crate::validate::entries::{Entry, NearEntry, Resolution, Restful};
use crate::validate::nearest::nearest;
use crate::validate::notes::ReferenceUse;
use crate::validate::primitive_form::{is_valid_primitive, urn_type};
use crate::validate::references::not_allowed;
use crate::validate::uri::is_absolute;

/// A UUID for a place in this text; where there are no fixes nobody needs one.
fn uuid(whole: &Whole<'_>, place: &str) -> Option<String> {
    if !FIXES {
        return None;
    }
    let digest = whole.digest.get_or_init(|| sha1(whole.document.text().as_bytes()));
    Some(match whole.root {
        NodeId::ROOT => of_place(digest, place),
        // The places of a Bundle inside another one are others.
        root => of_place(digest, &format!("{}{place}", root.0)),
    })
}

/// The id that a resource gets which has none, and whether it comes from the message: from the fullUrl of its entry. None where that
/// names another resource.
#[cold]
pub(crate) fn new_id(whole: &Whole<'_>, resource: NodeId) -> Option<(String, bool)> {
    let index = whole.entries.around(resource);
    let entry = index.and_then(|index| whole.entries.get(index));
    if let Some((entry, url)) = entry.and_then(|entry| entry.url.as_deref().map(|url| (entry, url))) {
        if let Some(parts) = Restful::parse(url, whole.definitions()) {
            let names_it = entry.resource_type == Some(parts.of) && names_one(whole, url, &parts);
            return names_it.then(|| (parts.id.to_owned(), true));
        }
        let uuid = url.strip_prefix("urn:uuid:").filter(|uuid| is_valid_primitive(Primitive::Id, uuid));
        if let Some(uuid) = uuid.filter(|_| whole.entries.with_url(url).len() == 1) {
            return Some((uuid.to_owned(), true));
        }
    }
    uuid(whole, &index.map_or("/id".to_owned(), |index| format!("/entry/{index}/resource/id"))).map(|id| (id, false))
}

/// Whether a fullUrl occurs once, and no resource has the id that it names.
pub(crate) fn names_one(whole: &Whole<'_>, url: &str, parts: &Restful<'_>) -> bool {
    whole.entries.with_url(url).len() == 1 && whole.entries.with_id(parts.of, parts.id).is_empty()
}

/// An object that certainly lacks a member: none where one has that name but for a slip, and needs another fix.
#[cold]
pub(crate) fn nodes_without_member(whole: &Whole<'_>, object: NodeId, name: &str) -> Vec<NodeId> {
    let is_slip = |key: &str| nearest(key, &mut std::iter::once(name)).is_some();
    let mut keys = whole.document.children(object).filter_map(|member| whole.document.key(member));
    if !FIXES || keys.any(|key| is_slip(&key)) { Vec::new() } else { vec![object] }
}

/// The fullUrl that an entry gets which has none, and whether it comes from the message: from the id of its resource.
#[cold]
pub(crate) fn new_full_url(whole: &Whole<'_>, entry: &Entry<'_>) -> Option<(String, bool)> {
    let of_id = entry.id.as_deref().map(|id| format!("urn:uuid:{id}")).filter(|url| {
        let alone = entry
            .resource_type
            .zip(entry.id.as_deref())
            .is_some_and(|(of, id)| whole.entries.with_id(of, id).len() == 1);
        alone && is_valid_primitive(Primitive::Uuid, url) && whole.entries.with_url(url).is_empty()
    });
    if let Some(url) = of_id {
        return Some((url, true));
    }
    let index = whole.entries.around(entry.node)?;
    uuid(whole, &format!("/entry/{index}/fullUrl")).map(|uuid| (format!("urn:uuid:{uuid}"), false))
}

/// Whether the entry with this type and id is of the server that a reference names, or that of the resource which refers: on another
/// one, the same id is another resource.
fn is_of_same_server(whole: &Whole<'_>, node: NodeId, reference: &str, near: &str) -> bool {
    let base = |url| Restful::parse(url, whole.definitions()).map(|parts| server(parts.base));
    let referrer = whole.entries.around(node).and_then(|index| whole.entries.get(index)?.url.as_deref());
    match (is_absolute(reference), base(near)) {
        (true, near) => near.is_some() && near == base(reference),
        (false, Some(near)) => referrer.and_then(base).is_none_or(|own| own == near),
        // What has no server yet may have its id from any.
        (false, None) => referrer.and_then(base).is_none(),
    }
}

/// The entry that a reference would resolve to, where one may refer to it: it has a URL, and a type that the element takes.
#[cold]
pub(crate) fn allowed_target(
    whole: &Whole<'_>,
    node: NodeId,
    near: &NearEntry,
    used: Option<&ReferenceUse>,
) -> Option<usize> {
    let near = whole.entries.resolve(&near.name, whole.entries.around(node), whole.definitions());
    let Resolution::Entry(to) = near else { return None };
    let entry = whole.entries.at(to);
    let target = entry.resource_type?;
    let is_taken = used.and_then(|used| used.type_ref).is_none_or(|(holder, type_ref)| {
        let body = whole.definitions().body(whole.definitions().type_of(holder));
        not_allowed(whole.definitions(), body, body.type_ref(type_ref), target).is_none()
    });
    let url = entry.url.as_deref()?;
    (is_taken && is_absolute(url) && is_valid_primitive(Primitive::Uri, url)).then_some(to as usize)
}

/// Whether nothing is wrong with what names an entry: else the reference may be right, and that wrong.
fn is_sound(whole: &Whole<'_>, entry: &Entry<'_>) -> bool {
    let Some((url, of)) = entry.url.as_deref().zip(entry.resource_type) else { return false };
    let id = entry.id.as_deref();
    let is_named = match Restful::parse(url, whole.definitions()) {
        Some(parts) => parts.of == of && Some(parts.id) == id && parts.version.is_none(),
        None => {
            let urn = urn_type(url);
            urn.is_some_and(|primitive| is_valid_primitive(primitive, url))
        }
    };
    is_named
        && whole.entries.with_url(url).len() == 1
        && id.is_none_or(|id| is_valid_primitive(Primitive::Id, id) && whole.entries.with_id(of, id).len() == 1)
}

/// Whether a reference that resolves nowhere certainly means the entry `to`, which is nearest to it: one with the same type and id, or
/// with the same letters; an invalid URN cannot have been another, but an id beside it in the alphabet is another one. In a
/// message, where all that is referred to must be, it may be a word with a letter too many, too few or at the wrong place, of the
/// only entry of its type. It is never the resource itself.
#[cold]
pub(crate) fn is_meant(whole: &Whole<'_>, node: NodeId, reference: &str, near: &NearEntry, to: usize) -> bool {
    if !FIXES {
        return false;
    }
    let last = |url: &str| url.rsplit_once('/').map_or(url, |(_, last)| last).to_owned();
    let is_urn = reference.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("urn:"));
    // The case of an id matters, and that of a path on a server; that of a URN does not.
    let is_there = || last(&near.name) == last(reference) && server(split(&near.name).0) == server(split(reference).0);
    let by_case = near.name.eq_ignore_ascii_case(reference) && (is_urn || is_there());
    let by_letters = by_case || reference.starts_with("urn:uuid:") && !is_valid_primitive(Primitive::Uuid, reference);
    let by_id = near.by_id && is_of_same_server(whole, node, reference, &near.name);
    let by_word = whole.scope == Scope::Message && is_slip_in_word(reference, &near.name);
    let entry = whole.entries.at(to as u32);
    if !near.certain || !(by_id || by_letters || by_word) || !is_sound(whole, entry) {
        return false;
    }
    let of_type = |of| whole.entries.iter().filter(move |one| one.resource_type == of);
    (by_id || by_letters || of_type(entry.resource_type).count() == 1) && whole.entries.around(node) != Some(to)
}

/// The base of a URL without what makes no other server: `http` or `https`, the case of the host, the last slash.
fn server(base: &str) -> (String, String) {
    let rest = base.split_once("://").map_or(base, |(_, rest)| rest).trim_end_matches('/');
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    (host.to_ascii_lowercase(), path.to_owned())
}

/// A URL as its base, and its type and id.
fn split(url: &str) -> (&str, &str) {
    url.split_at(url.rmatch_indices('/').nth(1).map_or(0, |(at, _)| at))
}

/// In so many letters in a row a letter too many is a slip; in fewer it may be another name.
const LETTERS_OF_A_WORD: usize = 5;

/// Whether two references differ, in their type or id, by one letter that is too many or too few, or by two that have changed places, and
/// in the middle of a word. Another letter at a place may be another word, another digit is another id, and another base another server.
fn is_slip_in_word(one: &str, other: &str) -> bool {
    let ((one_base, one), (other_base, other)) = (split(one), split(other));
    if one_base != other_base {
        return false;
    }
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let rest = (rows(short, same..short.len()), rows(long, same..long.len()));
    let differs = match rest {
        (short, [_, long @ ..]) if short == long => 1,
        ([a, b, short @ ..], [c, d, long @ ..]) if a == d && b == c && short == long => 2,
        _ => return false,
    };
    let is_letter = |byte: &&u8| byte.is_ascii_alphabetic();
    let before = rows(long, 0..same).iter().rev().take_while(is_letter).count();
    let after = rows(long, same..long.len()).iter().take_while(is_letter).count();
    after >= differs && before + after >= LETTERS_OF_A_WORD
}

#[cfg(test)]
mod tests {
    use super::is_slip_in_word;

    #[test]
    fn a_letter_too_many_is_a_slip_and_another_digit_is_another_id() {
        for (given, meant) in [
            ("QuestionnaireResponse/phq9-answer", "QuestionnaireResponse/phq9-answers"),
            ("Patient/patinet-4417", "Patient/patient-4417"),
            ("Patients/4417", "Patient/4417"),
            ("Patient/patieent-4417", "Patient/patient-4417"),
        ] {
            assert!(is_slip_in_word(given, meant) && is_slip_in_word(meant, given), "{given}");
        }
        for (given, other) in [
            ("Patient/patient-4471", "Patient/patient-4417"),
            ("Patient/patient-441", "Patient/patient-4417"),
            ("Patient/pat-a", "Patient/pat-"),
            ("Patient/patient-a", "Patient/patient-b"),
            ("Patient/patients-12", "Patient/patient-1"),
            ("Patient/1a", "Patient/1"),
            ("https://clinics.org/fhir/Patient/1", "https://clinic.org/fhir/Patient/1"),
            ("https://clinic.org/preview/Patient/1", "https://clinic.org/previews/Patient/1"),
            ("Patient/1", "Patient/1"),
        ] {
            assert!(!is_slip_in_word(given, other) && !is_slip_in_word(other, given), "{given}");
        }
    }
}
