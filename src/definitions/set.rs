//! Definitions: a layer on top of others, down to R4.

use super::binding::Binding;
use super::code_system::CodeSystem;
use super::constraint::{Constraint, NO_CONSTRAINT};
use super::extension::ExtensionDefinition;
use super::form::{ReadError, Reader, Seal};
use super::kind::TypeKind;
use super::message_definition::{Event, MessageDefinition};
use super::message_form;
use super::moved::{NOT_MOVED, PlaceMap};
use super::profile::{Profile, ProfileId};
use super::profiles::{
    Canonicals, NO_PROFILE, PROFILES, StoredProfile, by_canonical, by_version, canonicals, named, with_url,
};
use super::questionnaire::{self, Questionnaire};
use super::stored::StoredBody;
use super::text::Text;
use super::types::{Body, NO_TYPE, Type, TypeId};
use super::value_set::{Codes, SomeCodes, ValueSet};
use crate::document::bytes::by_bytes;
use crate::document::table::{row, row_mut};
use crate::document::{Document, NameId, Names, name};
use crate::report::TypeIndex;
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

/// R4 4.0.1, compiled. A test compiles it afresh and compares.
const R4: &str = include_str!("r4.bin");

/// R4's own profiles, vital signs and the others, on top of it.
const R4_PROFILES: &str = include_str!("r4-profiles.bin");

/// An extension's definition, read when it is first asked for.
#[derive(Clone, Debug)]
pub(super) struct StoredExtension {
    pub(super) url: Text,
    /// Its version, where a package brings it; empty for R4's.
    version: Text,
    /// An [`ExtensionDefinition`].
    pub(super) stored: Text,
    pub(super) moved: PlaceMap,
    definition: OnceLock<ExtensionDefinition>,
}

impl StoredExtension {
    /// The same, as if nothing had been read of it.
    pub(super) fn unread(&self) -> Self {
        let (url, version, stored) = (self.url.clone(), self.version.clone(), self.stored.clone());
        Self { url, version, stored, moved: self.moved.clone(), definition: OnceLock::new() }
    }

    fn definition(&self) -> &ExtensionDefinition {
        let read = || ExtensionDefinition::read(&mut Reader::of_moved(&self.stored, &self.moved));
        self.definition.get_or_init(read)
    }
}

/// The definitions that messages are validated by.
///
/// They are layers: what each adds comes behind what the one below it has, so that places in tables stay what they are. A layer shares
/// the texts of those below it. A clone reads its parts anew when they are needed.
#[derive(Debug)]
pub struct Definitions {
    /// Of the topmost layer, which holds that of the one below it.
    pub(super) digest: u64,
    /// Those on top of R4, as they were compiled.
    pub(super) layers: Vec<Text>,
    /// The packages that are in them, as `name#version`.
    pub(crate) packages: Vec<Text>,
    names: Arc<Names>,
    types: Vec<Type>,
    /// Of each layer.
    pub(super) stored_constraints: Vec<Text>,
    constraints: OnceLock<Vec<Constraint>>,
    pub(super) value_sets: Vec<ValueSet>,
    codes: OnceLock<SomeCodes>,
    /// By url, and by version: the newest is the last one.
    pub(super) code_systems: Vec<(Text, CodeSystem)>,
    /// The same of these.
    pub(super) extensions: Vec<StoredExtension>,
    pub(crate) messages: Vec<MessageDefinition>,
    /// In the order of the layers.
    pub(super) profiles: Vec<StoredProfile>,
    /// See [`by_canonical`].
    pub(super) profiles_by_canonical: Vec<usize>,
    /// In the order of the layers.
    pub(super) questionnaires: Vec<Questionnaire>,
    questionnaires_by_canonical: Vec<usize>,
    /// Name → the type of that name, for `resourceType` and `Reference.type`.
    types_by_name: Vec<Option<TypeId>>,
}

impl Definitions {
    /// None at all: what is below R4. Validators need R4.
    pub fn empty() -> Self {
        Self {
            digest: 0,
            layers: Vec::new(),
            packages: Vec::new(),
            names: Arc::new(Names::none()),
            types: Vec::new(),
            stored_constraints: Vec::new(),
            constraints: OnceLock::new(),
            value_sets: Vec::new(),
            codes: OnceLock::new(),
            code_systems: Vec::new(),
            extensions: Vec::new(),
            messages: Vec::new(),
            profiles: Vec::new(),
            profiles_by_canonical: Vec::new(),
            questionnaires: Vec::new(),
            questionnaires_by_canonical: Vec::new(),
            types_by_name: Vec::new(),
        }
    }

    /// The embedded R4 set with the built-in events.
    ///
    /// # Panics
    /// When the embedded file was written by another version of this crate: a fault of the build, which its tests find. Going on would
    /// mean that no type is known, and every message is wrong.
    #[allow(clippy::panic, reason = "see above")]
    pub fn r4() -> Self {
        Self::empty().on_top(&Text::from(R4)).unwrap_or_else(|reason| {
            panic!("the embedded definitions of R4 cannot be read, the build is broken: {reason:?}")
        })
    }

    /// The embedded R4 set with R4's own profiles, vital signs and the others: what those of packages are derived from.
    ///
    /// # Panics
    /// As [`Definitions::r4`].
    #[allow(clippy::panic, reason = "see above")]
    pub fn r4_with_profiles() -> Self {
        Self::r4().on_top(&Text::from(R4_PROFILES)).unwrap_or_else(|reason| {
            panic!("the embedded profiles of R4 cannot be read, the build is broken: {reason:?}")
        })
    }

    /// These definitions with a layer on top that was compiled for them. Names and the tables are read; the parts when they are needed.
    // Apart, as what else the first verdict alone needs: V8 optimises a caller with all that was inlined into it, on a core that the verdict
    // needs too.
    #[inline(never)]
    pub(crate) fn on_top(&self, layer: &Text) -> Result<Self, ReadError> {
        let seal = Seal::read(layer)?;
        if seal.base != self.digest {
            return Err(ReadError::OtherBase);
        }
        let mut from = seal.reader();
        let texts = from.text();
        let names = self.names_and(&texts)?;
        let mut all = self.clone();
        all.digest = seal.digest;
        all.types_by_name.resize(names.len(), None);
        from.many(|from| {
            let name = from.place();
            let name = NameId(if usize::from(name) < names.len() { name } else { from.give_up() });
            let kind = TypeKind::of_number(from.byte());
            let base = from.optional().map(|base| TypeId(base as u16));
            if let Some(slot) = row_mut(&mut all.types_by_name, usize::from(name.0)) {
                *slot = Some(TypeId(all.types.len() as u16));
            }
            all.types.push(Type {
                id: name,
                name: name_text(&texts, &self.names, &names, name),
                kind,
                base,
                stored: from.text(),
                body: OnceLock::new(),
            });
        });
        all.names = names;
        all.stored_constraints.push(from.text());
        let places = from.many(|from| {
            let place = from.optional().map(|place| place as usize).filter(|&place| place < all.value_sets.len());
            let (url, name, stored) = (from.text(), from.text(), from.text());
            let (version, package) = (Text::EMPTY, Text::EMPTY);
            let (is_open, expansion) = (false, OnceLock::new());
            let set = ValueSet { url, version, package, is_open, name, stored, expansion };
            // One of the base with the same url, or another one.
            match place.and_then(|place| all.value_sets.get_mut(place)) {
                Some(known) => *known = set,
                None => all.value_sets.push(set),
            }
            place.unwrap_or(all.value_sets.len() - 1)
        });
        let mut code_systems = from.many(|from| {
            let (url, version, codes, displays) = (from.text(), from.text(), from.text(), from.text());
            (url, CodeSystem { version, package: Text::EMPTY, codes, displays })
        });
        let mut extensions = from.many(|from| StoredExtension {
            url: from.text(),
            version: Text::EMPTY,
            stored: from.text(),
            moved: NOT_MOVED,
            definition: OnceLock::new(),
        });
        let mut messages = from.many(message_form::read);
        let replaced = from.list();
        let mut place = 0;
        all.messages.retain(|_| {
            place += 1;
            !replaced.contains(&(place - 1))
        });
        messages.append(&mut all.messages);
        all.messages = messages;
        let of_below = all.profiles.len();
        if PROFILES && !from.is_done() {
            all.profiles.append(&mut from.many(StoredProfile::read));
        }
        if PROFILES && !from.is_done() {
            all.questionnaires.append(&mut from.many(Questionnaire::read));
        }
        // Only packages say more.
        let of_package = PROFILES && !from.is_done();
        if of_package {
            for place in places {
                let (version, package) = (from.text(), from.text());
                if let Some(set) = all.value_sets.get_mut(place) {
                    set.is_open = package.is_empty();
                    (set.version, set.package) = (version, package);
                }
            }
            code_systems.iter_mut().for_each(|(_, system)| system.package = from.text());
            all.profiles.iter_mut().skip(of_below).for_each(|profile| profile.package = from.text());
            extensions.iter_mut().for_each(|one| one.version = from.text());
            all.close_value_sets();
        }
        if !from.end() {
            return Err(ReadError::Content);
        }
        all.index();
        all.add_tables(code_systems, extensions, of_package);
        if !self.types.is_empty() {
            all.layers.push(layer.clone());
        }
        Ok(all)
    }

    /// Puts profiles and Questionnaires in the order in which they are found.
    pub(super) fn index(&mut self) {
        self.profiles_by_canonical = by_canonical(self.profiles.len(), &canonicals(&self.profiles));
        self.questionnaires_by_canonical =
            by_canonical(self.questionnaires.len(), &questionnaire::canonicals(&self.questionnaires));
    }

    /// Takes in code systems and extensions, sorted by their urls and versions. Those of packages are beside those of other versions that packages
    /// bring; others take the place of all with their urls, and code systems of packages that of R4's copies.
    pub(super) fn add_tables(
        &mut self,
        systems: Vec<(Text, CodeSystem)>,
        extensions: Vec<StoredExtension>,
        of_package: bool,
    ) {
        let is_kept = |known: &CodeSystem, url: &Text| {
            let later = by_url(&systems, url, |(url, _)| url);
            later.is_empty() || !known.package.is_empty() && later.iter().all(|(_, one)| !one.package.is_empty())
        };
        self.code_systems.retain(|(url, known)| is_kept(known, url));
        if !of_package {
            self.extensions.retain(|known| by_url(&extensions, &known.url, |one| &one.url).is_empty());
        }
        let first = self.code_systems.len();
        self.code_systems.extend(systems);
        let all = &self.code_systems;
        let key = |place: usize| all.get(place).map_or(("", ""), |(url, system)| (url.as_str(), &*system.version));
        let places = together(first, all.len(), &key);
        self.code_systems = at_places(std::mem::take(&mut self.code_systems), &places);
        let first = self.extensions.len();
        self.extensions.extend(extensions);
        let all = &self.extensions;
        let key = |place: usize| all.get(place).map_or(("", ""), |one| (one.url.as_str(), &*one.version));
        let places = together(first, all.len(), &key);
        self.extensions = at_places(std::mem::take(&mut self.extensions), &places);
    }

    /// The names of these definitions with those of a layer.
    fn names_and(&self, texts: &str) -> Result<Arc<Names>, ReadError> {
        if texts.is_empty() && !self.names.is_empty() {
            return Ok(self.names.clone());
        }
        let names = self.names.and(texts);
        // Every constant of `document::name` would mean another name.
        if !names.begins_well() {
            return Err(ReadError::WellKnownNames);
        }
        Ok(Arc::new(names))
    }

    /// The table of property names that documents are scanned with.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The elements of a type; put together when they are first asked for.
    #[inline]
    pub fn body<'t>(&self, of: &'t Type) -> &'t Body {
        of.body.get_or_init(|| Body::of(of.name.clone(), self.parts(of)))
    }

    /// What is stored of a type and of its bases, the type itself first.
    fn parts(&self, of: &Type) -> Vec<StoredBody> {
        let mut parts = Vec::new();
        let mut at = Some(of);
        while let Some(of) = at {
            parts.push(StoredBody::read(of.id, &mut Reader::new(&of.stored)));
            at = of.base.map(|base| self.type_of(base));
        }
        parts
    }

    /// The type with this name: a resource type, a datatype, or the path of a backbone element.
    // Inlined, the search would be code at each of the twenty names that rules know: 0.6 kB of the wasm.
    #[inline(never)]
    pub fn type_named(&self, name: &str) -> Option<TypeId> {
        let id = self.names.find(name.as_bytes());
        self.types_by_name.get(usize::from(id.0)).copied().flatten()
    }

    /// The type of the element at a path: `StructureDefinition.snapshot.element` is an ElementDefinition.
    pub fn type_at_path(&self, path: &str) -> Option<TypeId> {
        let mut steps = path.split('.');
        let mut of = self.type_named(steps.next()?)?;
        for step in steps {
            let mut holder = Some(of);
            let name = self.names.find(step.as_bytes());
            // An element of a base type is found there.
            of = loop {
                let body = self.body(self.type_of(holder?));
                match body.field(name) {
                    Some(field) => break body.type_ref(field.type_ref).of,
                    None => holder = self.type_of(holder?).base,
                }
            };
        }
        Some(of)
    }

    /// The resource type with this name, abstract ones left out.
    #[inline]
    pub fn resource_type(&self, name: &str) -> Option<TypeId> {
        self.type_named(name).filter(|&id| self.type_of(id).kind == TypeKind::Resource)
    }

    /// Every type.
    pub fn types(&self) -> &[Type] {
        &self.types
    }

    /// A type by its id.
    #[inline]
    pub fn type_of(&self, id: TypeId) -> &Type {
        row(&self.types, usize::from(id.0), &NO_TYPE)
    }

    /// Whether a type is another one, or is derived from it.
    pub fn is_a(&self, of: TypeId, ancestor: TypeId) -> bool {
        let mut at = Some(of);
        while let Some(of) = at {
            if of == ancestor {
                return true;
            }
            at = self.type_of(of).base;
        }
        false
    }

    /// How many constraints there are.
    pub(crate) fn constraint_count(&self) -> usize {
        self.constraints().len()
    }

    /// The constraint at a place that a type has.
    pub(crate) fn constraint(&self, place: u16) -> &Constraint {
        row(self.constraints(), usize::from(place), &NO_CONSTRAINT)
    }

    /// That there are more constraints than were read.
    pub(super) fn forget_constraints(&mut self) {
        self.constraints = OnceLock::new();
    }

    /// Every constraint of the set.
    pub fn constraints(&self) -> &[Constraint] {
        self.constraints.get_or_init(|| {
            let of_layer = |stored: &Text| Reader::new(stored).many(Constraint::read);
            self.stored_constraints.iter().flat_map(of_layer).collect()
        })
    }

    /// Every value set that an element is bound to.
    pub fn value_sets(&self) -> &[ValueSet] {
        &self.value_sets
    }

    /// The value set that a canonical names: `url|version` that very one, `url` the newest one that is there.
    #[inline(never)]
    pub(crate) fn value_set_named(&self, canonical: &str) -> Option<&ValueSet> {
        let (url, version) = canonical.split_once('|').unwrap_or((canonical, ""));
        let named = self.value_sets.iter().filter(|set| set.url == url && !set.is_open);
        named.reduce(|best, set| {
            let is_better =
                set.version == version || best.version != version && !by_version(&set.version, &best.version).is_lt();
            if is_better { set } else { best }
        })
    }

    /// Gives what is only asked for the codes of what is meant: the version that is asked for, or the newest.
    pub(super) fn close_value_sets(&mut self) {
        let is_open = |set: &&ValueSet| set.is_open;
        let (open, defined): (Vec<&ValueSet>, Vec<&ValueSet>) = self.value_sets.iter().partition(is_open);
        let canonical =
            |place: usize| defined.get(place).map_or(("", ""), |set| (set.url.as_str(), set.version.as_str()));
        let order = by_canonical(defined.len(), &canonical);
        let mut found = Vec::new();
        for set in open {
            let place = named(&order, &set.canonical(), &canonical).or_else(|| named(&order, &set.url, &canonical));
            found.push(place.and_then(|place| defined.get(place)).map(|set| set.unread()));
        }
        let open = self.value_sets.iter_mut().filter(|set| set.is_open);
        for (set, found) in open.zip(found) {
            found.iter().for_each(|found| set.take_content(found));
        }
    }

    /// Whether a code is in any of the value sets. What is in none is nearly always told by one look at a table of all codes, which is made
    /// when this is first asked: without it some five hundred lists would be searched for each slip.
    pub fn has_code(&self, code: &str) -> bool {
        let lists = || self.value_sets.iter().filter_map(|set| set.expansion().ok()).flatten();
        let codes = self.codes.get_or_init(|| lists().flat_map(Codes::iter).collect());
        codes.may_have(code) && lists().any(|codes| codes.has(code))
    }

    /// The value set of a binding.
    #[inline]
    pub fn value_set(&self, binding: Binding) -> Option<&ValueSet> {
        debug_assert!(
            usize::from(binding.value_set) < self.value_sets.len(),
            "a binding to a value set that is not there"
        );
        self.value_sets.get(usize::from(binding.value_set))
    }

    /// The value set that no code may leave, however strictly the other of the binding is meant.
    pub fn max_value_set(&self, binding: Binding) -> Option<&ValueSet> {
        self.value_sets.get(usize::from(binding.max?))
    }

    /// A code system that is held completely; of several versions the newest.
    pub fn code_system(&self, url: &str) -> Option<&CodeSystem> {
        self.code_systems_of(url).last().map(|(_, system)| system)
    }

    /// A code system in all its versions, the newest last.
    pub(crate) fn code_systems_of(&self, url: &str) -> &[(Text, CodeSystem)] {
        by_url(&self.code_systems, url, |(known, _)| known)
    }

    /// Those that are held completely, by their URLs.
    pub(crate) fn code_systems(&self) -> &[(Text, CodeSystem)] {
        &self.code_systems
    }

    /// Whether a code system is held completely.
    pub fn has_code_system(&self, url: &str) -> bool {
        self.code_system(url).is_some()
    }

    /// How many extensions are defined.
    pub fn extension_count(&self) -> usize {
        self.extensions.len()
    }

    pub(super) fn stored_extensions(&self, url: &str) -> &[StoredExtension] {
        by_url(&self.extensions, url, |one| &one.url)
    }

    /// The definition of an extension; of several versions the newest.
    pub fn extension(&self, url: &str) -> Option<&ExtensionDefinition> {
        self.stored_extensions(url).last().map(StoredExtension::definition)
    }

    /// The definitions of an extension in all its versions, the newest last: where older ones allow it, it is allowed.
    pub(crate) fn extensions_of(&self, url: &str) -> impl DoubleEndedIterator<Item = &ExtensionDefinition> + Clone {
        self.stored_extensions(url).iter().map(StoredExtension::definition)
    }

    /// Whether there is nothing on top of R4.
    pub fn is_r4(&self) -> bool {
        self.layers.is_empty()
    }

    /// How many profiles there are.
    #[inline]
    pub fn profile_count(&self) -> usize {
        if PROFILES { self.profiles.len() } else { 0 }
    }

    /// A profile by its place.
    pub fn profile(&self, id: ProfileId) -> &Profile {
        row(&self.profiles, usize::from(id.0), &NO_PROFILE).definition()
    }

    /// The profile that a canonical names: `url|version` that very one, `url` the newest one that is there.
    pub fn profile_named(&self, canonical: &str) -> Option<ProfileId> {
        if !PROFILES {
            return None;
        }
        let found = named(&self.profiles_by_canonical, canonical, &canonicals(&self.profiles));
        found.map(|place| ProfileId(place as u16))
    }

    /// The profiles with an URL, by their versions; each with its version and its package.
    pub(crate) fn profiles_of(&self, url: &str) -> impl Iterator<Item = (ProfileId, &str, &str)> {
        with_url(&self.profiles, &self.profiles_by_canonical, url)
    }

    /// The Questionnaire that a canonical names, as [`Definitions::profile_named`] finds it; none where it is no JSON.
    pub(crate) fn questionnaire(&self, canonical: &str) -> Option<&Document<'static>> {
        let all = &self.questionnaires;
        let place = named(&self.questionnaires_by_canonical, canonical, &questionnaire::canonicals(all))?;
        all.get(place)?.content.document(&self.names)
    }

    /// Every known event.
    pub fn messages(&self) -> &[MessageDefinition] {
        &self.messages
    }

    /// The definition of a message with this event: the first, where several are known.
    pub fn message(&self, event: &Event, named: Option<&str>) -> Option<&MessageDefinition> {
        let place = self.messages_of(event, named).first().copied()?;
        self.messages.get(usize::from(place))
    }

    /// The places of the definitions that a message with this event may be meant by: the one that `named`, its MessageHeader.definition, means;
    /// otherwise those of requests. An event may have several definitions: of requests and of their answers, or of different requests (NHS
    /// England's have).
    pub(crate) fn messages_of(&self, event: &Event, named: Option<&str>) -> Vec<u16> {
        let mut all = Vec::new();
        for (place, definition) in self.messages.iter().enumerate().filter(|(_, one)| one.event == *event) {
            if named.is_some_and(|named| definition.is(named)) {
                return vec![place as u16];
            }
            all.push(place as u16);
        }
        // Nearly always there is one.
        if all.len() > 1 {
            let is_answer = |place: u16| {
                let definition = self.messages.get(usize::from(place));
                let mut allowed = self.messages.iter().flat_map(|other| &other.allowed_responses);
                allowed.any(|allowed| definition.is_some_and(|one| one.is(&allowed.message)))
            };
            let requests: Vec<u16> = all.iter().copied().filter(|&place| !is_answer(place)).collect();
            if !requests.is_empty() {
                return requests;
            }
        }
        all
    }

    /// The definition with this canonical URL, with or without `|version`, or the one that is used instead.
    pub fn message_by_url(&self, canonical: &str) -> Option<&MessageDefinition> {
        self.messages.iter().find(|definition| definition.is(canonical))
    }
}

/// A name as a part of the texts of the layer's names, where it is one of them.
fn name_text(texts: &Text, below: &Names, names: &Names, name: NameId) -> Text {
    let (span, before) = (names.span(name), below.text_length());
    let part = span.start.checked_sub(before).and_then(|start| texts.part(start..span.end - before));
    part.unwrap_or_else(|| names.text(name).to_owned().into())
}

/// The rows with this url of a table that is sorted by urls.
fn by_url<'t, T>(rows: &'t [T], url: &str, url_of: impl Fn(&T) -> &Text) -> &'t [T] {
    let end = rows.partition_point(|row| by_bytes(url_of(row).as_bytes(), url.as_bytes()).is_le());
    let rows = rows.get(..end).unwrap_or_default();
    let others = rows.iter().rposition(|row| url_of(row) != url).map_or(0, |at| at + 1);
    rows.get(others..).unwrap_or_default()
}

/// The places of rows and of later ones, both sorted by their urls and versions, as one table is sorted. Of two of one version the later counts.
fn together(first: usize, count: usize, key: &Canonicals<'_>) -> Vec<usize> {
    let order = |one: (&str, &str), other: (&str, &str)| {
        by_bytes(one.0.as_bytes(), other.0.as_bytes()).then_with(|| by_version(one.1, other.1))
    };
    let (mut at, mut later) = (0, first);
    let mut all: Vec<usize> = Vec::with_capacity(count);
    while at < first || later < count {
        let is_known = later == count || at < first && order(key(at), key(later)).is_le();
        let next = if is_known { &mut at } else { &mut later };
        if !is_known && all.last().is_some_and(|&before| key(before) == key(*next)) {
            all.pop();
        }
        all.push(*next);
        *next += 1;
    }
    all
}

/// The rows at these places.
fn at_places<T>(rows: Vec<T>, places: &[usize]) -> Vec<T> {
    let mut rows: Vec<Option<T>> = rows.into_iter().map(Some).collect();
    places.iter().filter_map(|&place| rows.get_mut(place)?.take()).collect()
}

/// One that is read anew: what was read knows the names of one table, and its copying would be 3 kB of the module.
impl Clone for Definitions {
    fn clone(&self) -> Self {
        Self {
            digest: self.digest,
            layers: self.layers.clone(),
            packages: self.packages.clone(),
            names: self.names.clone(),
            types: self.types.iter().map(Type::unread).collect(),
            stored_constraints: self.stored_constraints.clone(),
            constraints: OnceLock::new(),
            value_sets: self.value_sets.iter().map(ValueSet::unread).collect(),
            codes: OnceLock::new(),
            code_systems: self.code_systems.clone(),
            extensions: self.extensions.iter().map(StoredExtension::unread).collect(),
            messages: self.messages.clone(),
            profiles: self.profiles.iter().map(StoredProfile::unread).collect(),
            profiles_by_canonical: self.profiles_by_canonical.clone(),
            questionnaires: self.questionnaires.iter().map(Questionnaire::unread).collect(),
            questionnaires_by_canonical: self.questionnaires_by_canonical.clone(),
            types_by_name: self.types_by_name.clone(),
        }
    }
}

/// For the reference: the code that takes definitions apart would come with them.
impl crate::report::Steps for &Definitions {
    fn resource_type_name(&self) -> NameId {
        name::RESOURCE_TYPE
    }

    fn resource_type(&self, name: &str) -> Option<TypeIndex> {
        Definitions::resource_type(self, name).map(|of| TypeIndex(of.0))
    }

    fn step(&self, of: Option<TypeIndex>, name: NameId) -> (Cow<'_, str>, Option<TypeIndex>) {
        let text = self.names.text(name);
        let Some(TypeIndex(of)) = of else { return (text.into(), None) };
        let body = self.body(self.type_of(TypeId(of)));
        let Some(field) = body.field(name) else { return (text.into(), None) };
        let element = body.element(field);
        let type_ref = body.type_ref(field.type_ref);
        let step = if element.choice {
            format!("{}.ofType({})", self.names.text(element.name), self.type_of(type_ref.code).name).into()
        } else {
            text.into()
        };
        (step, Some(TypeIndex(type_ref.of.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_embedded_is_whole() {
        assert!(Seal::read(&Text::from(R4)).unwrap().is_whole());
        assert!(Definitions::r4().holds_what_it_names());
        assert!(Seal::read(&Text::from(R4_PROFILES)).unwrap().is_whole());
        assert!(Definitions::r4_with_profiles().holds_what_it_names());
    }

    #[test]
    fn what_is_not_r4_is_an_error_with_its_reason() {
        let read = |text: String| Definitions::empty().on_top(&Text::from(text)).unwrap_err();
        for end in [0, 1, 10, 11, 30, R4.len() / 2, R4.len() - 1] {
            let expected = if end < 11 { ReadError::Foreign } else { ReadError::Length };
            assert_eq!(read(R4.get(..end).unwrap().to_owned()), expected, "{end}");
        }
        assert_eq!(read(R4.replacen("abstract", "concrete", 1)), ReadError::WellKnownNames);
        assert_eq!(Definitions::r4().on_top(&Text::from(R4)).unwrap_err(), ReadError::OtherBase);
    }

    #[test]
    fn of_two_tables_the_later_rows_count() {
        // An url and the number of a version each.
        for (below, above, expected) in [
            ("", "", ""),
            ("", "a1b1", "a1b1'"),
            ("a1b1", "", "a1b1"),
            ("a1c1e1", "b1c1d1", "a1 b1' c1' d1' e1"),
            ("a1", "a2", "a1 a2'"),
            ("a2", "a1", "a1' a2"),
            ("a1a3", "a2a3b1", "a1 a2' a3' b1'"),
        ] {
            let all: Vec<char> = format!("{below}{above}").chars().collect();
            let text = |place: usize| all.get(place * 2..place * 2 + 2).unwrap().iter().collect::<String>();
            let keys: Vec<(String, String)> =
                (0..all.len() / 2).map(|place| (text(place)[..1].to_owned(), text(place)[1..].to_owned())).collect();
            let key =
                |place: usize| keys.get(place).map_or(("", ""), |(url, version)| (url.as_str(), version.as_str()));
            let found = together(below.len() / 2, keys.len(), &key);
            let found: Vec<String> = found
                .iter()
                .map(|&place| format!("{}{}", text(place), if place < below.len() / 2 { "" } else { "'" }))
                .collect();
            let bare = |text: &str| text.replace(['\'', ' '], "");
            assert_eq!(bare(&found.concat()), bare(expected), "{below} {above}");
            if expected.contains(' ') {
                assert_eq!(found.join(" "), expected);
            }
        }
    }
}
