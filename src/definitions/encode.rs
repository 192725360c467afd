//! Compiled definitions → the text that is kept of them.

use super::compiled::{CompiledElement, CompiledLayer, CompiledType, CompiledTypeRef, CompiledValueSet, Origins};
use super::form::Writer;
use super::message_form;
use super::profiles::{PROFILES, StoredProfile};
use super::set::Definitions;
use super::stored::{StoredBody, StoredElement, StoredTypeRef};
use super::types::choice_name;
use super::value_set::write_expansion;
use crate::document::{NameId, Names, lines};
use std::fmt;

/// There are more of something than definitions can hold, those of the base with them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooMany {
    /// What there are too many of.
    pub what: &'static str,
    /// How many there may be.
    pub most: usize,
}

impl fmt::Display for TooMany {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "there are more than {} {}, which is more than definitions can hold", self.most, self.what)
    }
}

impl std::error::Error for TooMany {}

/// Places are kept in sixteen bits, and some numbers mean that there is none.
pub(crate) const MOST: usize = 65_000;

/// Fails where there are too many of something.
fn within(what: &'static str, count: usize) -> Result<(), TooMany> {
    if count > MOST { Err(TooMany { what, most: MOST }) } else { Ok(()) }
}

impl CompiledLayer {
    /// Writes what was compiled for these definitions.
    ///
    /// # Errors
    /// When there is too much of it.
    pub fn encode(&self, base: &Definitions) -> Result<String, TooMany> {
        within("types", base.types().len() + self.types.len())?;
        within("constraints", base.constraints().len() + self.constraints.len())?;
        within("value sets", base.value_sets().len() + self.value_sets.len())?;
        within("messages", base.messages().len() + self.messages.len())?;
        within("profiles", base.profiles.len() + self.profiles.len())?;
        let first = base.names().len();
        let mut names = if first == 0 { Names::new() } else { base.names().clone() };
        let mut types = Writer::default();
        types.count(self.types.len());
        let sizes: Vec<(usize, usize)> = self.types.iter().map(size).collect();
        for (place, of) in self.types.iter().enumerate() {
            let name = names.intern(&of.name);
            let (type_refs, targets) = self.total(place, base, &sizes);
            within("types of the elements of one type", type_refs)?;
            within("targets of the references of one type", targets)?;
            let body = self.body(of, base, &mut names);
            types.number(name.0);
            types.byte(of.kind.number());
            types.optional(of.base);
            types.text(&part(|out| body.write(name, out)));
        }
        // A table that is full takes in no more.
        within("names of elements", names.len())?;
        let texts: Vec<&str> = (first..names.len()).map(|id| names.text(NameId(id as u16))).collect();
        within("bytes in the name of an element", texts.iter().map(|text| text.len()).max().unwrap_or(0))?;
        let mut out = Writer::default();
        out.text(&lines(&texts));
        out.append(types);
        out.text(&part(|out| {
            out.count(self.constraints.len());
            self.constraints.iter().for_each(|constraint| constraint.write(out));
        }));
        out.count(self.value_sets.len());
        for set in &self.value_sets {
            let of_base = usize::from(set.place) < base.value_sets().len();
            out.optional(of_base.then_some(set.place));
            out.text(&set.url);
            out.text(&set.name);
            out.text(&part(|out| write_expansion(&set.expansion, out)));
        }
        out.count(self.code_systems.len());
        for (url, system) in &self.code_systems {
            out.text(url);
            out.text(&system.version);
            out.text(&system.codes);
            out.text(&system.displays);
        }
        out.count(self.extensions.len());
        for (url, extension) in &self.extensions {
            out.text(url);
            out.text(&part(|out| extension.write(out)));
        }
        out.count(self.messages.len());
        self.messages.iter().for_each(|message| message_form::write(message, &mut out));
        out.list(&self.replaced_messages);
        // R4 itself has none: reading finds nothing left.
        if PROFILES && (self.of_packages.is_some() || !(self.profiles.is_empty() && self.questionnaires.is_empty())) {
            out.count(self.profiles.len());
            self.profiles.iter().for_each(|profile| StoredProfile::write(profile, &mut out));
        }
        if PROFILES && (self.of_packages.is_some() || !self.questionnaires.is_empty()) {
            out.count(self.questionnaires.len());
            self.questionnaires.iter().for_each(|one| one.write(&mut out));
        }
        if PROFILES && let Some(Origins { profiles, extensions }) = &self.of_packages {
            for CompiledValueSet { origin: (version, package), .. } in &self.value_sets {
                out.text(version);
                out.text(package);
            }
            self.code_systems.iter().for_each(|(_, system)| out.text(&system.package));
            for texts in [profiles, extensions] {
                texts.iter().for_each(|text| out.text(text));
            }
        }
        Ok(out.sealed(base.digest))
    }

    /// How many types and targets the elements of a type have with those of all that it is derived from.
    fn total(&self, place: usize, base: &Definitions, sizes: &[(usize, usize)]) -> (usize, usize) {
        let first = base.types().len();
        let (mut types, mut targets) = (0, 0);
        let mut at = Some(first + place);
        for _ in 0..=sizes.len() {
            let Some(own) = at.and_then(|of| of.checked_sub(first)) else { break };
            let (more_types, more_targets) = sizes.get(own).copied().unwrap_or_default();
            (types, targets) = (types + more_types, targets + more_targets);
            at = self.types.get(own).and_then(|of| of.base).map(usize::from);
        }
        if let Some(below) = at.and_then(|of| base.types().get(of)) {
            let (more_types, more_targets) = base.body(below).size();
            (types, targets) = (types + more_types, targets + more_targets);
        }
        (types, targets)
    }

    fn body(&self, of: &CompiledType, base: &Definitions, names: &mut Names) -> StoredBody {
        let mut elements = Vec::new();
        for element in &of.elements {
            let name = names.intern(&element.name);
            elements.push(StoredElement {
                name: name.0,
                choice: element.choice,
                array: element.array,
                min: element.min,
                max: element.max,
                types: self.type_refs(base, names, element),
                binding: element.binding,
                constraints: element.constraints.clone(),
            });
        }
        StoredBody { elements, constraints: of.constraints.clone(), binding: of.binding }
    }

    fn type_refs(&self, base: &Definitions, names: &mut Names, element: &CompiledElement) -> Vec<StoredTypeRef> {
        let mut store = |of: &CompiledTypeRef| {
            let property = if element.choice {
                names.intern(&choice_name(&element.name, self.type_name(base, of.code)))
            } else {
                names.intern(&element.name)
            };
            StoredTypeRef { property: property.0, of: of.of, code: of.code, targets: of.targets.clone() }
        };
        element.types.iter().map(&mut store).collect()
    }

    fn type_name<'c>(&'c self, base: &'c Definitions, place: u16) -> &'c str {
        let place = usize::from(place);
        match base.types().get(place) {
            Some(of) => &of.name,
            None => self.types.get(place - base.types().len()).map_or("", |of| of.name.as_str()),
        }
    }
}

/// How many types and targets the elements of a type have.
fn size(of: &CompiledType) -> (usize, usize) {
    let types = || of.elements.iter().flat_map(|element| &element.types);
    (types().count(), types().map(|of| of.targets.len()).sum())
}

/// What is written of a part, for it to be read when it is needed.
fn part(write: impl FnOnce(&mut Writer)) -> String {
    let mut out = Writer::default();
    write(&mut out);
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::super::binding::{Binding, Strength};
    use super::super::code_system::CodeSystem;
    use super::super::constraint::Constraint;
    use super::super::extension::{ExtensionContent, ExtensionDefinition, NestedExtension};
    use super::super::kind::{Primitive, TypeKind};
    use super::super::message_definition::{
        AllowedResponse, Cardinality, Category, Content, Event, Focus, Link, MessageDefinition, ResponseRequired,
    };
    use super::super::profile::{
        AdditionalBinding, Discriminator, DiscriminatorKind, ExpectedValue, PathStep, Profile, ProfileBinding,
        ProfileElement, ProfileId, ProfileType, Slicing, SlicingRules,
    };
    use super::super::questionnaire::Questionnaire;
    use super::super::text::Text;
    use super::super::types::TypeId;
    use super::super::value_set::Codes;
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn on_top(base: &Definitions, compiled: &CompiledLayer) -> Definitions {
        base.with_compiled(compiled.encode(base).unwrap()).unwrap()
    }

    fn named(name: impl Into<String>) -> CompiledType {
        let (kind, elements, constraints) = (TypeKind::Complex, Vec::new(), Vec::new());
        CompiledType { name: name.into(), kind, base: None, elements, constraints, binding: None }
    }

    fn element(name: impl Into<String>) -> CompiledElement {
        let types = vec![CompiledTypeRef { of: 0, code: 0, targets: Vec::new() }];
        CompiledElement {
            name: name.into(),
            choice: false,
            array: false,
            min: 0,
            max: Some(1),
            types,
            binding: None,
            constraints: Vec::new(),
        }
    }

    fn constraint(key: usize) -> Constraint {
        let key = Text::from(format!("c-{key}"));
        Constraint { key: key.clone(), error: true, human: key.clone(), expression: key }
    }

    fn value_set(place: usize) -> CompiledValueSet {
        CompiledValueSet {
            place: place as u16,
            url: format!("urn:{place}"),
            origin: Default::default(),
            name: String::new(),
            expansion: Ok(Vec::new()),
        }
    }

    fn message(number: usize) -> MessageDefinition {
        MessageDefinition {
            url: format!("urn:{number}"),
            event: Event::Uri(String::new()),
            category: None,
            focus: Vec::new(),
            response_required: None,
            allowed_responses: Vec::new(),
            content: Vec::new(),
            open: false,
            links: Vec::new(),
            starts: Vec::new(),
            severities: Vec::new(),
            base: None,
            replaces: Vec::new(),
        }
    }

    /// A type with as many elements as there may be more names.
    fn names_left(more: usize) -> CompiledLayer {
        let left = MOST - Names::new().len() - 1 + more;
        CompiledLayer {
            types: vec![CompiledType { elements: (0..left).map(|n| element(format!("e{n}"))).collect(), ..named("T") }],
            ..CompiledLayer::default()
        }
    }

    #[test]
    fn what_is_too_much_is_said_and_one_less_is_read() {
        let empty = Definitions::empty();
        type Make = fn(usize) -> CompiledLayer;
        let cases: [(&str, Make); 7] = [
            ("types", |more| CompiledLayer {
                types: (0..MOST + more).map(|n| named(format!("id{}", n % 100))).collect(),
                ..CompiledLayer::default()
            }),
            ("constraints", |more| CompiledLayer {
                constraints: (0..MOST + more).map(constraint).collect(),
                ..CompiledLayer::default()
            }),
            ("value sets", |more| CompiledLayer {
                value_sets: (0..MOST + more).map(value_set).collect(),
                ..CompiledLayer::default()
            }),
            ("messages", |more| CompiledLayer {
                messages: (0..MOST + more).map(message).collect(),
                ..CompiledLayer::default()
            }),
            ("profiles", |more| {
                let profile = Profile {
                    url: Text::EMPTY,
                    version: Text::EMPTY,
                    title: Text::EMPTY,
                    of: TypeId(0),
                    bases: Vec::new(),
                    imposed: Vec::new(),
                    elements: Vec::new(),
                };
                CompiledLayer { profiles: vec![profile; MOST + more], ..CompiledLayer::default() }
            }),
            ("names of elements", names_left),
            ("bytes in the name of an element", |more| CompiledLayer {
                types: vec![named("n".repeat(MOST + more))],
                ..CompiledLayer::default()
            }),
        ];
        for (what, make) in cases {
            let read = empty.on_top(&Text::from(make(0).encode(&empty).unwrap())).unwrap();
            let most = [
                read.types().len(),
                read.constraints().len(),
                read.value_sets().len(),
                read.messages().len(),
                read.profile_count(),
            ];
            let longest = read.types().iter().map(|of| of.name.len()).max();
            assert!(most.contains(&MOST) || read.names().len() == MOST || longest == Some(MOST), "{what}: {most:?}");
            assert_eq!(make(1).encode(&empty).unwrap_err(), TooMany { what, most: MOST });
        }
    }

    #[test]
    fn the_types_of_the_elements_of_one_type_have_a_limit() {
        let empty = Definitions::empty();
        let of = |count: usize| {
            let types = vec![CompiledTypeRef { of: 0, code: 0, targets: Vec::new() }; count];
            let choice = CompiledElement { choice: true, types, ..element("value") };
            CompiledLayer {
                types: vec![CompiledType { elements: vec![choice], ..named("T") }],
                ..CompiledLayer::default()
            }
        };
        let read = empty.on_top(&Text::from(of(2_000).encode(&empty).unwrap())).unwrap();
        let body = read.body(read.type_of(TypeId(0)));
        assert_eq!(body.type_refs(&body.elements[0]).len(), 2_000);
        assert_eq!(of(MOST + 1).encode(&empty).unwrap_err().what, "types of the elements of one type");
        let targets = |count: usize| {
            let types = vec![CompiledTypeRef { of: 0, code: 0, targets: vec![0; count] }];
            let reference = CompiledElement { types, ..element("value") };
            CompiledLayer {
                types: vec![CompiledType { elements: vec![reference], ..named("T") }],
                ..CompiledLayer::default()
            }
        };
        let read = empty.on_top(&Text::from(targets(MOST).encode(&empty).unwrap())).unwrap();
        let body = read.body(read.type_of(TypeId(0)));
        assert_eq!(body.targets(&body.type_refs(&body.elements[0])[0]).len(), MOST);
        assert_eq!(targets(MOST + 1).encode(&empty).unwrap_err().what, "targets of the references of one type");
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof!["[a-z]{0,9}", "\\PC{0,70}"]
    }

    fn shared() -> impl Strategy<Value = Text> {
        text().prop_map(Text::from)
    }

    fn cardinality() -> impl Strategy<Value = Cardinality> {
        (any::<u32>(), any::<Option<u32>>()).prop_map(|(min, max)| Cardinality { min, max })
    }

    fn binding() -> impl Strategy<Value = Option<Binding>> {
        let strength = prop_oneof![Just(Strength::Required), Just(Strength::Extensible), Just(Strength::Preferred)];
        let some = (strength, 0..SETS, proptest::option::of(0..SETS));
        proptest::option::of(some.prop_map(|(strength, value_set, max)| Binding { strength, value_set, max }))
    }

    /// What may be named is there: so many types, constraints and value sets.
    const TYPES: u16 = 4;
    const CONSTRAINTS: u16 = 3;
    const SETS: u16 = 3;
    const NAMES: u16 = 90;

    fn an_element() -> impl Strategy<Value = CompiledElement> {
        let types = proptest::collection::vec(
            (0..TYPES, 0..TYPES, proptest::collection::vec(0..TYPES, 0..3))
                .prop_map(|(of, code, targets)| CompiledTypeRef { of, code, targets }),
            1..4,
        );
        let constraints = proptest::collection::vec(0..CONSTRAINTS, 0..3);
        ("[a-z]{1,5}", any::<(bool, bool, u16, Option<u16>)>(), types, binding(), constraints).prop_map(
            |(name, (choice, array, min, max), mut types, binding, constraints)| {
                types.truncate(if choice { types.len() } else { 1 });
                CompiledElement { name, choice, array, min, max, types, binding, constraints }
            },
        )
    }

    fn a_type(place: u16) -> impl Strategy<Value = CompiledType> {
        let kind = prop_oneof![
            Just(TypeKind::Primitive(Primitive::Xhtml)),
            Just(TypeKind::Complex),
            Just(TypeKind::Resource),
            Just(TypeKind::AbstractResource)
        ];
        let elements = proptest::collection::vec(an_element(), 0..80);
        let constraints = proptest::collection::vec(0..CONSTRAINTS, 0..3);
        (kind, elements, constraints, binding()).prop_map(move |(kind, mut elements, constraints, binding)| {
            let mut names = std::collections::BTreeSet::new();
            elements.retain(|element| names.insert(element.name.clone()));
            CompiledType { name: format!("Type{place}"), kind, base: None, elements, constraints, binding }
        })
    }

    fn content() -> impl Strategy<Value = ExtensionContent> {
        let leaf = (proptest::collection::vec(0..TYPES, 0..3), any::<(bool, bool)>(), binding()).prop_map(
            |(value_types, (any_value, value_required), binding)| ExtensionContent {
                value_types,
                any_value,
                value_required,
                binding,
                nested: Vec::new(),
            },
        );
        leaf.prop_recursive(3, 9, 3, |inner| {
            let nested = (shared(), any::<(u16, Option<u16>)>(), inner.clone())
                .prop_map(|(url, (min, max), content)| NestedExtension { url, min, max, content });
            (inner, proptest::collection::vec(nested, 0..3))
                .prop_map(|(content, nested)| ExtensionContent { nested, ..content })
        })
    }

    fn a_message() -> impl Strategy<Value = MessageDefinition> {
        let event = prop_oneof![
            (text(), text()).prop_map(|(system, code)| Event::Coding { system, code }),
            text().prop_map(Event::Uri)
        ];
        let category = prop_oneof![
            Just(None),
            Just(Some(Category::Consequence)),
            Just(Some(Category::Currency)),
            Just(Some(Category::Notification))
        ];
        let response = prop_oneof![
            Just(None),
            Just(Some(ResponseRequired::Always)),
            Just(Some(ResponseRequired::OnError)),
            Just(Some(ResponseRequired::Never)),
            Just(Some(ResponseRequired::OnSuccess))
        ];
        let texts = || proptest::collection::vec(text(), 0..3);
        let profile = || proptest::option::of(text());
        let focus = (text(), cardinality(), any::<bool>(), profile())
            .prop_map(|(code, cardinality, identified, profile)| Focus { code, cardinality, identified, profile });
        let content = (text(), cardinality(), profile()).prop_map(|(code, cardinality, profile)| Content {
            code,
            cardinality,
            profile,
        });
        let allowed = (text(), proptest::option::of(text()))
            .prop_map(|(message, situation)| AllowedResponse { message, situation });
        let path = proptest::collection::vec(text(), 1..3);
        let asked = || proptest::collection::vec(("[A-Z][a-z]{0,5}", text()), 0..3);
        let target = proptest::collection::vec("[A-Z][a-z]{0,5}", 0..3);
        let link = (text(), path, cardinality(), target, asked()).prop_map(
            |(source, path, cardinality, targets, profiles)| Link { source, path, cardinality, targets, profiles },
        );
        let lists = (
            proptest::collection::vec(focus, 0..3),
            proptest::collection::vec(content, 0..3),
            proptest::collection::vec(allowed, 0..3),
            (proptest::collection::vec(link, 0..3), asked()),
            proptest::collection::vec((text(), text()), 0..3),
        );
        (text(), event, category, response, lists, any::<bool>(), proptest::option::of(text()), texts()).prop_map(
            |(url, event, category, response_required, lists, open, base, replaces)| {
                let (focus, content, allowed_responses, (links, starts), severities) = lists;
                MessageDefinition {
                    url,
                    event,
                    category,
                    focus,
                    response_required,
                    allowed_responses,
                    content,
                    open,
                    links,
                    starts,
                    severities,
                    base,
                    replaces,
                }
            },
        )
    }

    fn texts() -> impl Strategy<Value = Vec<Text>> {
        proptest::collection::vec(shared(), 0..3)
    }

    fn slicing() -> impl Strategy<Value = Slicing> {
        let step = prop_oneof![
            (0..NAMES).prop_map(|name| PathStep::Child(NameId(name))),
            shared().prop_map(PathStep::Extension),
            Just(PathStep::Resolve),
            (0..TYPES).prop_map(|of| PathStep::OfType(TypeId(of)))
        ];
        let kind = prop_oneof![
            Just(DiscriminatorKind::Value),
            Just(DiscriminatorKind::Pattern),
            Just(DiscriminatorKind::Type),
            Just(DiscriminatorKind::Profile),
            Just(DiscriminatorKind::Exists)
        ];
        let rules = prop_oneof![Just(SlicingRules::Open), Just(SlicingRules::Closed), Just(SlicingRules::OpenAtEnd)];
        let discriminator = (kind, proptest::collection::vec(step, 0..3), shared())
            .prop_map(|(kind, path, text)| Discriminator { kind, path, text });
        (proptest::collection::vec(discriminator, 0..3), any::<bool>(), rules)
            .prop_map(|(discriminators, ordered, rules)| Slicing { discriminators, ordered, rules })
    }

    fn a_profile_element() -> impl Strategy<Value = ProfileElement> {
        let types = (0..TYPES, texts(), texts(), 0..8_u8).prop_map(|(of, profiles, targets, aggregation)| {
            ProfileType { of: TypeId(of), profiles, targets, aggregation }
        });
        let value = (any::<bool>(), shared()).prop_map(|(is_fixed, text)| ExpectedValue {
            is_fixed,
            text,
            document: std::sync::OnceLock::new(),
        });
        let additional = (shared(), 0..SETS, any::<bool>())
            .prop_map(|(purpose, value_set, is_conditional)| AdditionalBinding { purpose, value_set, is_conditional });
        let stated = (binding(), proptest::collection::vec(additional, 0..2))
            .prop_map(|(binding, additional)| ProfileBinding { binding, additional });
        let limits = (proptest::option::of(shared()), proptest::option::of(shared()), any::<Option<u32>>());
        let constraints = proptest::collection::vec(0..CONSTRAINTS, 0..3);
        (
            (shared(), 0..NAMES, any::<(bool, bool)>(), shared(), cardinality()),
            proptest::option::of(slicing()),
            proptest::collection::vec(types, 0..3),
            proptest::option::of(value),
            limits,
            proptest::option::of(stated),
            constraints,
        )
            .prop_map(|(own, slicing, types, value, limits, binding, constraints)| {
                let (id, name, (choice, must_support), slice, Cardinality { min, max }) = own;
                let (min_value, max_value, max_length) = limits;
                let (children, slices, same_as, name) = (Vec::new(), Vec::new(), None, NameId(name));
                ProfileElement {
                    id,
                    name,
                    choice,
                    slice,
                    children,
                    slicing,
                    slices,
                    same_as,
                    min,
                    max,
                    types,
                    value,
                    min_value,
                    max_value,
                    max_length,
                    binding,
                    constraints,
                    must_support,
                }
            })
    }

    fn a_profile() -> impl Strategy<Value = Profile> {
        let places = proptest::collection::vec((a_profile_element(), any::<(u16, bool, Option<u16>)>()), 1..20);
        // A number too: of two with one canonical the later would be found.
        (0..u32::MAX, texts(), texts(), 0..TYPES, places).prop_map(|(number, bases, imposed, of, places)| {
            let mut elements: Vec<ProfileElement> = Vec::new();
            let count = places.len() as u16;
            for (place, (element, (parent, is_slice, same_as))) in places.into_iter().enumerate() {
                let parent = usize::from(parent).checked_rem(place).and_then(|parent| elements.get_mut(parent));
                if let Some(parent) = parent {
                    let list = if is_slice { &mut parent.slices } else { &mut parent.children };
                    list.push(place as u16);
                }
                elements.push(ProfileElement { same_as: same_as.map(|of| of % count), ..element });
            }
            let text = Text::from(number.to_string());
            Profile { url: text.clone(), version: text.clone(), title: text, of: TypeId(of), bases, imposed, elements }
        })
    }

    fn compiled() -> impl Strategy<Value = CompiledLayer> {
        let types = (a_type(0), a_type(1), a_type(2), a_type(3)).prop_map(|(a, b, c, d)| {
            let mut types = vec![a, b, c, d];
            types[2].base = Some(1);
            types[3].base = Some(2);
            types
        });
        let constraint = (shared(), any::<bool>(), shared(), shared())
            .prop_map(|(key, error, human, expression)| Constraint { key, error, human, expression });
        let listed = proptest::collection::vec((shared(), shared()), 0..3)
            .prop_map(|all| Ok(all.into_iter().map(|(system, codes)| Codes { system, codes }).collect()));
        let set = (text(), text(), prop_oneof![listed, shared().prop_map(Err)]);
        let sets = proptest::collection::vec(set, usize::from(SETS)).prop_map(|sets| {
            let numbered = sets.into_iter().zip(0..);
            numbered
                .map(|((url, name, expansion), place)| CompiledValueSet {
                    place,
                    url,
                    origin: Default::default(),
                    name,
                    expansion,
                })
                .collect::<Vec<CompiledValueSet>>()
        });
        let system = (shared(), shared(), shared()).prop_map(|(version, codes, displays)| CodeSystem {
            package: Text::EMPTY,
            version,
            codes,
            displays,
        });
        let a_questionnaire =
            (text(), text(), shared()).prop_map(|(url, version, text)| Questionnaire::new(url, version, &text));
        let extension = (any::<bool>(), proptest::collection::vec(shared(), 0..3), content())
            .prop_map(|(modifier, contexts, content)| ExtensionDefinition { modifier, contexts, content });
        (
            types,
            proptest::collection::vec(constraint, usize::from(CONSTRAINTS)),
            sets,
            proptest::collection::btree_map(text(), system, 0..4),
            proptest::collection::btree_map(text(), extension, 0..4),
            proptest::collection::vec(a_message(), 0..3),
            (proptest::collection::vec(a_profile(), 0..3), proptest::collection::vec(a_questionnaire, 0..3)),
        )
            .prop_map(
                |(types, constraints, value_sets, code_systems, extensions, messages, (profiles, questionnaires))| {
                    let of_package = !profiles.is_empty();
                    let extensions: Vec<(String, ExtensionDefinition)> = extensions.into_iter().collect();
                    let origins = Origins {
                        profiles: profiles.iter().map(|one| one.title.to_string()).collect(),
                        extensions: extensions.iter().map(|(url, _)| url.clone()).collect(),
                    };
                    let origin = |set: &CompiledValueSet| (set.name.clone(), set.url.clone());
                    let sets = value_sets.into_iter().map(|set| CompiledValueSet {
                        origin: if of_package { origin(&set) } else { Default::default() },
                        ..set
                    });
                    let value_sets = sets.collect();
                    let systems: BTreeMap<String, CodeSystem> = code_systems;
                    let code_systems = systems.into_iter().collect();
                    CompiledLayer {
                        types,
                        constraints,
                        value_sets,
                        code_systems,
                        of_packages: of_package.then_some(origins),
                        extensions,
                        messages,
                        replaced_messages: Vec::new(),
                        profiles,
                        questionnaires,
                    }
                },
            )
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_was_compiled_is_read(compiled in compiled()) {
            let read = on_top(&Definitions::empty(), &compiled);
            for (place, of) in compiled.types.iter().enumerate() {
                let own = &read.types()[place];
                prop_assert_eq!((own.name.as_str(), own.kind, own.base), (of.name.as_str(), of.kind, of.base.map(TypeId)));
                let body = read.body(own);
                prop_assert_eq!(&body.constraints, &of.constraints);
                for element in &of.elements {
                    let there = body.elements.iter().find(|one| read.names().text(one.name) == element.name).unwrap();
                    prop_assert_eq!(
                        (there.choice, there.array, there.min, there.max, there.binding, &there.constraints),
                        (element.choice, element.array, element.min, element.max, element.binding, &element.constraints)
                    );
                    let types = body.type_refs(there);
                    prop_assert_eq!(types.len(), element.types.len());
                    for (own, of) in types.iter().zip(&element.types) {
                        let targets: Vec<u16> = body.targets(own).iter().map(|target| target.0).collect();
                        prop_assert_eq!((own.of.0, own.code.0, &targets), (of.of, of.code, &of.targets));
                    }
                    let place = body.elements.iter().position(|one| one.name == there.name).unwrap();
                    prop_assert_eq!(body.required.has(place as u16), element.min > 0);
                }
            }
            prop_assert_eq!(read.constraints(), &compiled.constraints);
            for (own, of) in read.value_sets().iter().zip(&compiled.value_sets) {
                prop_assert_eq!((own.url.as_str(), own.name.as_str()), (of.url.as_str(), of.name.as_str()));
                prop_assert_eq!((own.version.as_str(), own.package.as_str()), (of.origin.0.as_str(), of.origin.1.as_str()));
                prop_assert_eq!(own.expansion(), of.expansion.as_deref().map_err(Text::as_str));
            }
            for (url, system) in &compiled.code_systems {
                prop_assert_eq!(read.code_system(url), Some(system));
            }
            for (url, extension) in &compiled.extensions {
                prop_assert_eq!(read.extension(url), Some(extension));
            }
            prop_assert_eq!(read.messages(), &compiled.messages);
            for (place, profile) in compiled.profiles.iter().enumerate() {
                prop_assert_eq!(read.profile(ProfileId(place as u16)), profile);
            }
            prop_assert_eq!(&read.questionnaires, &compiled.questionnaires);
        }

        /// Whatever a file from outside says, with whatever digest: it is an error, or can be used.
        #[test]
        fn a_file_that_was_tampered_with_breaks_nothing(compiled in compiled(), changes in proptest::collection::vec(any::<(proptest::sample::Index, u8)>(), 1..4)) {
            let empty = Definitions::empty();
            let text = compiled.encode(&empty).unwrap();
            // Behind the seal, so that only the content is another one.
            let mut bytes = text.get(super::super::form::content_of(&text)..).unwrap().to_owned().into_bytes();
            for (place, byte) in changes {
                let place = place.index(bytes.len());
                bytes[place] = byte & 127;
            }
            let Ok(content) = String::from_utf8(bytes) else { return Ok(()) };
            let mut out = Writer::default();
            out.raw(&content);
            let Ok(read) = empty.with_compiled(out.sealed(0)) else { return Ok(()) };
            for of in read.types() {
                let body = read.body(of);
                for field in &body.fields {
                    let element = body.element(field);
                    let type_ref = body.type_ref(field.type_ref);
                    read.type_of(type_ref.of);
                    body.targets(type_ref).iter().for_each(|&target| drop(read.type_of(target).name.to_string()));
                    let _ = element.binding.map(|binding| (read.value_set(binding), read.max_value_set(binding)));
                }
                read.is_a(TypeId(0), TypeId(1));
            }
            let codes: usize = read.value_sets().iter().map(|set| set.codes().count()).sum();
            prop_assert!(codes <= text.len());
            read.has_code("a");
            for place in 0..read.profile_count() {
                let profile = read.profile(ProfileId(place as u16));
                let mut elements = profile.elements.iter();
                prop_assert!(elements.all(|element| element.slices.iter().all(|&slice| profile.elements.len() > slice.into())));
            }
        }
    }
}
