//! The profiles of all layers, and how one is found by a canonical.

use super::form::{Reader, Writer};
use super::moved::{NOT_MOVED, PlaceMap};
use super::profile::{ExpectedValue, Profile, ProfileId};
use super::profile_form;
use super::text::Text;
use crate::document::bytes::by_bytes;
use crate::document::table::row;
use crate::document::{Document, Names, ordered};
use crate::json::Limits;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::OnceLock;

/// Whether profiles are compiled, and validated by.
pub(crate) const PROFILES: bool = cfg!(feature = "profiles");

/// A profile, read when it is first asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct StoredProfile {
    url: Text,
    version: Text,
    /// The package that brings it, as `name#version`; empty where it is in none.
    pub(super) package: Text,
    /// A [`Profile`].
    pub(super) stored: Text,
    pub(super) moved: PlaceMap,
    definition: OnceLock<Profile>,
}

pub(super) static NO_PROFILE: StoredProfile = StoredProfile {
    url: Text::EMPTY,
    version: Text::EMPTY,
    package: Text::EMPTY,
    stored: Text::EMPTY,
    moved: NOT_MOVED,
    definition: OnceLock::new(),
};

impl StoredProfile {
    pub(super) fn write(profile: &Profile, out: &mut Writer) {
        out.text(&profile.url);
        out.text(&profile.version);
        let mut part = Writer::default();
        profile_form::write(profile, &mut part);
        out.text(&part.finish());
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Self {
        Self { url: from.text(), version: from.text(), stored: from.text(), ..Self::default() }
    }

    /// The same, as if nothing had been read of it: what was read knows the names of one table.
    pub(super) fn unread(&self) -> Self {
        Self {
            url: self.url.clone(),
            version: self.version.clone(),
            package: self.package.clone(),
            stored: self.stored.clone(),
            moved: self.moved.clone(),
            definition: OnceLock::new(),
        }
    }

    pub(super) fn read_definition(&self, from: &mut Reader<'_>) -> Profile {
        profile_form::read(self.url.clone(), self.version.clone(), from)
    }

    pub(super) fn definition(&self) -> &Profile {
        self.definition.get_or_init(|| self.read_definition(&mut Reader::of_moved(&self.stored, &self.moved)))
    }
}

/// URLs and versions of what has places.
pub(crate) type Canonicals<'t> = dyn Fn(usize) -> (&'t str, &'t str) + 't;

/// Places by URL, of one URL by version: the newest is the last one, of equal ones the later.
pub(crate) fn by_canonical(count: usize, at: &Canonicals<'_>) -> Vec<usize> {
    ordered(count, &mut |one, other| {
        let (one, other) = (at(one), at(other));
        by_bytes(one.0.as_bytes(), other.0.as_bytes()).then_with(|| by_version(one.1, other.1))
    })
}

/// The place that a canonical names, of those that [`by_canonical`] gave: `url|version` that very one, `url` the newest one.
pub(crate) fn named(places: &[usize], canonical: &str, at: &Canonicals<'_>) -> Option<usize> {
    let (url, version) = match canonical.split_once('|') {
        Some((url, version)) => (url, Some(version)),
        None => (canonical, None),
    };
    let end = places.partition_point(|&place| by_bytes(at(place).0.as_bytes(), url.as_bytes()).is_le());
    let before = places.get(..end)?.iter().rev().copied();
    let mut named = before.take_while(|&place| at(place).0 == url);
    named.find(|&place| version.is_none_or(|version| at(place).1 == version))
}

/// See [`by_canonical`].
pub(super) fn canonicals<'t>(profiles: &'t [StoredProfile]) -> impl Fn(usize) -> (&'t str, &'t str) {
    |place| {
        let profile = row(profiles, place, &NO_PROFILE);
        (profile.url.as_str(), profile.version.as_str())
    }
}

/// Which of two versions is the newer one: by their numbers, and one that is being prepared (`1.0.0-ballot`) before what it becomes.
pub(crate) fn by_version(one: &str, other: &str) -> Ordering {
    let (one, other) = (release(one), release(other));
    by_parts(one.0, other.0).then_with(|| match (one.1, other.1) {
        ("", "") => Ordering::Equal,
        ("", _) => Ordering::Greater,
        (_, "") => Ordering::Less,
        (one, other) => by_parts(one, other),
    })
}

/// The numbers of a version, and what it is on the way to them; what it was built from tells nothing.
fn release(version: &str) -> (&str, &str) {
    let version = version.split_once('+').map_or(version, |(version, _)| version);
    version.split_once('-').unwrap_or((version, ""))
}

fn by_parts(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one.split('.'), other.split('.'));
    loop {
        let order = match (one.next(), other.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(one), Some(other)) => match (one.parse::<u64>(), other.parse::<u64>()) {
                (Ok(one), Ok(other)) => one.cmp(&other),
                // Words, or nothing, are no release yet.
                (Ok(_), Err(_)) => Ordering::Greater,
                (Err(_), Ok(_)) => Ordering::Less,
                (Err(_), Err(_)) => by_bytes(one.as_bytes(), other.as_bytes()),
            },
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// The profiles with an URL, by their versions, in the order that [`by_canonical`] gave; each with its version and its package.
pub(super) fn with_url<'p>(
    profiles: &'p [StoredProfile],
    order: &'p [usize],
    url: &str,
) -> impl Iterator<Item = (ProfileId, &'p str, &'p str)> {
    let at = |place: usize| row(profiles, place, &NO_PROFILE);
    let url_of = |place: &usize| at(*place).url.as_bytes();
    let begin = order.partition_point(|place| by_bytes(url_of(place), url.as_bytes()).is_lt());
    let end = order.partition_point(|place| by_bytes(url_of(place), url.as_bytes()).is_le());
    let places = order.get(begin..end).unwrap_or_default().iter();
    places.map(move |&place| (ProfileId(place as u16), &*at(place).version, &*at(place).package))
}

impl ExpectedValue {
    pub(crate) fn new(is_fixed: bool, text: &str) -> Self {
        Self { is_fixed, text: text.to_owned().into(), document: OnceLock::new() }
    }

    /// The value, read once with the names of the definitions that it is a part of; none where its text is no JSON.
    pub fn document(&self, names: &Names) -> Option<&Document<'static>> {
        let read = || {
            let document = Document::read_str(&self.text, names, Limits::default()).ok()?;
            Some(Document { text: Cow::Owned(self.text.to_string()), ..document })
        };
        self.document.get_or_init(read).as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::super::compiled::CompiledLayer;
    use super::super::profile::ProfileElement;
    use super::super::set::Definitions;
    use super::super::types::TypeId;
    use super::*;
    use crate::document::NodeId;

    fn profile(url: &str, version: &str, title: &str) -> Profile {
        let text = |text: &str| Text::from(text.to_owned());
        Profile {
            url: text(url),
            version: text(version),
            title: text(title),
            of: TypeId(0),
            bases: Vec::new(),
            imposed: Vec::new(),
            elements: vec![ProfileElement::default()],
        }
    }

    fn on_top(base: &Definitions, profiles: &[(&str, &str, &str)]) -> Definitions {
        let profiles = profiles.iter().map(|(url, version, title)| profile(url, version, title)).collect();
        let compiled = CompiledLayer { profiles, ..CompiledLayer::default() };
        base.with_compiled(compiled.encode(base).unwrap()).unwrap()
    }

    #[test]
    fn a_canonical_names_the_newest_version_or_the_one_that_it_says() {
        let r4 = Definitions::r4();
        let below = on_top(&r4, &[("urn:b", "1.10.0", "below"), ("urn:a", "2.0.0", "a"), ("urn:b", "1.9.0", "old")]);
        let definitions = on_top(&below, &[("urn:b", "1.10.0", "above"), ("urn:b", "1.10.1-ballot", "ballot")]);
        assert_eq!((below.profile_count(), definitions.profile_count()), (3, 5));
        let named = |canonical: &str| {
            definitions.profile_named(canonical).map(|id| definitions.profile(id).title.as_str().to_owned())
        };
        for (canonical, expected) in [
            ("urn:a", Some("a")),
            ("urn:b", Some("ballot")),
            ("urn:b|1.10.0", Some("above")),
            ("urn:b|1.9.0", Some("old")),
            ("urn:b|1.9", None),
            ("urn:", None),
            ("urn:c", None),
            ("", None),
        ] {
            assert_eq!(named(canonical).as_deref(), expected, "{canonical}");
        }
    }

    #[test]
    fn versions_have_an_order() {
        let ascending =
            ["", "draft", "1", "1.2.9", "1.2.10-alpha", "1.2.10-ballot2", "1.2.10", "2.0.0-cibuild", "2.0.0"];
        for (place, one) in ascending.iter().enumerate() {
            for (behind, other) in ascending.iter().enumerate() {
                assert_eq!(by_version(one, other), place.cmp(&behind), "{one} {other}");
            }
        }
        assert_eq!(by_version("1.0.0+a", "1.0.0+b"), Ordering::Equal);
    }

    #[test]
    fn an_expected_value_is_a_document_in_the_names_of_the_definitions() {
        let names = Definitions::r4().names().clone();
        let coding = ExpectedValue::new(true, r#"{ "code": "a" }"#);
        let document = coding.document(&names).unwrap();
        assert_eq!(document.member_text(NodeId::ROOT, crate::document::name::CODE).as_deref(), Some("a"));
        assert!(ExpectedValue::new(true, "{").document(&names).is_none());
    }
}
