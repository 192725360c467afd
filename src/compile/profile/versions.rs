//! Which profile a canonical means that says no version: that of its user's own package, then of what that depends on, then the newest that is
//! loaded. What the first two give is written down with the version, so that whoever reads it need not know where it was said.

use crate::compile::scope::Nearness;
use crate::compile::tables::Tables;
use crate::definitions::{Profile, ProfileId, Text, by_canonical, by_version, named};

/// The profiles of a layer, and of what is below it.
#[derive(Default)]
pub(in crate::compile) struct Versions {
    profiles: Vec<Versioned>,
    /// See [`by_canonical`].
    places: Vec<usize>,
}

/// A profile of the layer.
pub(super) struct Versioned {
    pub(super) url: String,
    pub(super) version: String,
    pub(super) package: String,
}

/// Where a profile is.
#[derive(Clone, Copy)]
pub(super) enum Meant {
    /// The place in the layer.
    Layer(usize),
    Below(ProfileId),
}

impl Versions {
    pub(super) fn of(profiles: Vec<Versioned>) -> Self {
        let mut versions = Self { profiles, places: Vec::new() };
        versions.places = by_canonical(versions.profiles.len(), &|place| versions.canonical(place));
        versions
    }

    fn canonical(&self, place: usize) -> (&str, &str) {
        self.profiles.get(place).map_or(("", ""), |one| (&one.url, &one.version))
    }

    /// The place in the layer of the profile with this very version.
    pub(super) fn in_layer(&self, canonical: &str) -> Option<usize> {
        named(&self.places, canonical, &|place| self.canonical(place))
    }

    /// The packages of profiles of the layer.
    pub(in crate::compile) fn packages(&self, profiles: &[Profile]) -> Vec<String> {
        let place = |one: &Profile| self.in_layer(&[&*one.url, "|", &one.version].concat());
        let package = |one| place(one).and_then(|place| self.profiles.get(place)).map(|one| one.package.clone());
        profiles.iter().map(|one| package(one).unwrap_or_default()).collect()
    }

    /// What a canonical means that is said in a package, which has no name where the layer is of none.
    pub(super) fn meant(&self, canonical: &str, package: &str, tables: &Tables<'_>) -> Option<Meant> {
        if canonical.contains('|') {
            let below = || tables.base.profile_named(canonical).map(Meant::Below);
            return self.in_layer(canonical).map(Meant::Layer).or_else(below);
        }
        self.nearest(canonical, package, tables).map(|(_, _, meant)| meant)
    }

    /// A canonical, with the version of what it means in a package; as it is where all that is loaded decides.
    pub(in crate::compile) fn scoped(&self, canonical: String, package: &str, tables: &Tables<'_>) -> Text {
        if !package.is_empty()
            && !canonical.contains('|')
            && let Some((nearness, version, _)) = self.nearest(&canonical, package, tables)
            && nearness > Nearness::Other
            && !version.is_empty()
        {
            return [&*canonical, "|", version].concat().into();
        }
        canonical.into()
    }

    /// The nearest profile with an URL, of several the newest.
    fn nearest<'v>(&'v self, url: &str, package: &str, tables: &Tables<'v>) -> Option<(Nearness, &'v str, Meant)> {
        let mut best: Option<(Nearness, &str, Meant)> = None;
        let mut add = |nearness: Nearness, version, meant| {
            let is_better = |(before, known, _): &(Nearness, &str, Meant)| {
                nearness.cmp(before).then_with(|| by_version(version, known)).is_ge()
            };
            if best.as_ref().is_none_or(is_better) {
                best = Some((nearness, version, meant));
            }
        };
        for (id, version, of) in tables.base.profiles_of(url) {
            add(tables.needs.nearness(of), version, Meant::Below(id));
        }
        let begin = self.places.partition_point(|&place| self.canonical(place).0 < url);
        for &place in self.places.iter().skip(begin).take_while(|&&place| self.canonical(place).0 == url) {
            let Some(one) = self.profiles.get(place) else { continue };
            // What is compiled together depends on each other.
            add(
                if one.package == package { Nearness::Own } else { Nearness::Direct },
                &one.version,
                Meant::Layer(place),
            );
        }
        best
    }
}
