//! A verdict as a value: what was found in an instance, and what was noted on the way for the rules that look at several places.

use crate::definitions::{Binding, Text, TypeId};
use crate::document::{Document, NodeId, Shift};
use crate::report::FIXES;
use crate::validate::answers::Answers;
use crate::validate::findings::Findings;
use crate::validate::options::EventProfile;
use std::collections::BTreeMap;

/// What became of validating an instance. The same for a report, for a fix that is tried, and for a Bundle inside another resource.
pub(crate) struct Verdict {
    pub(crate) findings: Findings,
    pub(crate) notes: Notes,
}

/// What an instance is validated for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Purpose {
    /// To say what is wrong.
    Report,
    /// To see whether a fix would be right. No fix is looked for in it, so all trials together are linear in the message.
    Trial,
    /// For its references alone: no rule is looked at.
    References,
}

impl Purpose {
    /// Whether no rule is looked at. Never in the wasm that has no outline.
    #[inline]
    pub(crate) fn is_references(self) -> bool {
        FIXES && self == Self::References
    }
}

/// What is known of an instance beside its text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InstanceContext<'c> {
    /// Whether the rules for messages are going to be looked at as well.
    pub(crate) is_message: bool,
    /// The Bundle inside the document that has to be a message, whatever it says it is.
    pub(crate) carried: Option<NodeId>,
    pub(crate) purpose: Purpose,
    /// The profiles that the caller asks for, by their canonical URLs.
    pub(crate) profiles: &'c [String],
    /// Those that it asks for in messages of an event.
    pub(crate) events: &'c [EventProfile],
    /// When it is, where the caller says so.
    pub(crate) now: Option<&'c str>,
    /// What was looked up; nothing where nothing is reported.
    pub(crate) answers: Option<&'c Answers>,
}

impl InstanceContext<'_> {
    /// Of a text of which no more is known, validated for a report.
    pub(crate) fn plain() -> Self {
        Self {
            is_message: false,
            carried: None,
            purpose: Purpose::Report,
            profiles: &[],
            events: &[],
            now: None,
            answers: None,
        }
    }
}

/// What the walk notes for the rules that follow it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    pub(crate) references: Vec<ReferenceUse>,
    /// Each contained resource, behind the one that contains it.
    pub(crate) contained: Vec<(NodeId, NodeId)>,
    /// Values of type uri, url or canonical that begin with `#`.
    pub(crate) fragments: Vec<Fragment>,
    /// Canonicals that begin otherwise, beside those of profiles.
    pub(crate) canonicals: Vec<Fragment>,
    /// Narratives that link to places, or have some.
    pub(crate) narratives: Vec<NarrativeLinks>,
    /// The ids of elements and of contained resources, each behind the resource that it must be unique in.
    pub(crate) ids: Vec<(NodeId, NodeId)>,
    /// The Bundles inside: each is validated as one of its own.
    pub(crate) bundles: Vec<NestedBundle>,
    /// Profiles that resources claim and that are not known here, each with where it is first.
    pub(crate) unknown_profiles: BTreeMap<String, NodeId>,
    /// Code systems whose codes are not checked, each with where it is first.
    pub(crate) unchecked_systems: BTreeMap<String, NodeId>,
    /// What else would have to be known.
    pub(crate) wanted: WantedNotes,
    /// What the constraints cost.
    pub(crate) work: u32,
}

/// What the walk notes of what would have to be known.
#[derive(Clone, Debug, Default)]
pub(crate) struct WantedNotes {
    /// Profiles that the caller, or the event, asks for, and that are not known.
    pub(crate) profiles: Vec<String>,
    /// Codings of systems that are not known.
    pub(crate) codings: Vec<NodeId>,
    /// Values whose value sets cannot be listed.
    pub(crate) unlisted: Vec<Unlisted>,
    /// References whose targets were looked up.
    pub(crate) targets: Vec<Target>,
    /// Resources that are not there, by how they are named.
    pub(crate) resources: BTreeMap<String, NodeId>,
}

/// A value whose value set cannot be listed.
#[derive(Clone, Debug)]
pub(crate) struct Unlisted {
    pub(crate) value: NodeId,
    pub(crate) binding: Binding,
    /// The profile that binds it.
    pub(crate) demanded_by: Option<Text>,
}

/// A reference that a profile wants to point to a resource of other profiles.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) reference: NodeId,
    /// The element that refers, as issues name it.
    pub(crate) element: String,
    /// The profiles that it may point to.
    pub(crate) allowed: Vec<Text>,
    pub(crate) demanded_by: Option<Text>,
}

impl WantedNotes {
    fn shift(&mut self, by: Shift) {
        self.codings.iter_mut().for_each(|node| *node = by.node(*node));
        self.unlisted.iter_mut().for_each(|one| one.value = by.node(one.value));
        self.targets.iter_mut().for_each(|one| one.reference = by.node(one.reference));
        self.resources.values_mut().for_each(|node| *node = by.node(*node));
    }

    fn take_along(&mut self, inside: &mut Self) {
        self.profiles.append(&mut inside.profiles);
        self.codings.append(&mut inside.codings);
        self.unlisted.append(&mut inside.unlisted);
        self.targets.append(&mut inside.targets);
        // Not all at once: how the library merges two maps is 2 kB of each module.
        for (named, node) in std::mem::take(&mut inside.resources) {
            self.resources.entry(named).or_insert(node);
        }
    }
}

/// A Bundle inside another resource, and what the walk noted in it.
#[derive(Clone, Debug)]
pub(crate) struct NestedBundle {
    pub(crate) root: NodeId,
    pub(crate) is_message: bool,
    pub(crate) notes: Notes,
}

/// A uri that begins with `#`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fragment {
    /// The resource that it is resolved in.
    pub(crate) container: NodeId,
    pub(crate) node: NodeId,
    /// Whether it is a canonical: that names a resource, others may name a place in a page.
    pub(crate) canonical: bool,
    /// The element that holds it, which knows the allowed targets: the type around it, and which of that type's type references.
    pub(crate) type_ref: (TypeId, u16),
}

/// Takes out what is behind a place, of a list in the order of the text.
fn split<T>(list: &mut Vec<T>, is_behind: &dyn Fn(&T) -> bool) -> Vec<T> {
    list.split_off(list.iter().position(is_behind).unwrap_or(list.len()))
}

impl Notes {
    /// Moves them with their nodes, where the text was edited in front of these.
    pub(crate) fn shift(&mut self, by: Shift) {
        let node = |node: &mut NodeId| *node = by.node(*node);
        for one in &mut self.references {
            for moved in [&mut one.node, &mut one.reference, &mut one.container, &mut one.resource] {
                node(moved);
            }
        }
        for (container, inside) in self.contained.iter_mut().chain(&mut self.ids) {
            node(container);
            node(inside);
        }
        for one in self.fragments.iter_mut().chain(&mut self.canonicals) {
            node(&mut one.container);
            node(&mut one.node);
        }
        for one in &mut self.narratives {
            node(&mut one.container);
            node(&mut one.node);
        }
        for one in &mut self.bundles {
            node(&mut one.root);
            one.notes.shift(by);
        }
        self.unknown_profiles.values_mut().chain(self.unchecked_systems.values_mut()).for_each(node);
        self.wanted.shift(by);
    }

    /// Takes out what was noted at a node or behind it.
    pub(crate) fn split(&mut self, at: NodeId) -> Notes {
        Notes {
            references: split(&mut self.references, &|used| used.node >= at),
            contained: split(&mut self.contained, &|one| one.1 >= at),
            fragments: split(&mut self.fragments, &|one| one.node >= at),
            canonicals: split(&mut self.canonicals, &|one| one.node >= at),
            narratives: split(&mut self.narratives, &|one| one.node >= at),
            ids: split(&mut self.ids, &|one| one.1 >= at),
            bundles: split(&mut self.bundles, &|one| one.root >= at),
            wanted: WantedNotes {
                codings: split(&mut self.wanted.codings, &|&coding| coding >= at),
                unlisted: split(&mut self.wanted.unlisted, &|one| one.value >= at),
                targets: split(&mut self.wanted.targets, &|one| one.reference >= at),
                ..WantedNotes::default()
            },
            ..Notes::default()
        }
    }

    /// Takes what is said once for the whole text of what was noted in a part.
    pub(crate) fn take_unknown(&mut self, part: &Notes) {
        let lists = [
            (&mut self.unknown_profiles, &part.unknown_profiles),
            (&mut self.unchecked_systems, &part.unchecked_systems),
            (&mut self.wanted.resources, &part.wanted.resources),
        ];
        for (all, some) in lists {
            for (name, &node) in some {
                if !all.contains_key(name) {
                    all.insert(name.clone(), node);
                }
            }
        }
    }

    /// Takes this, and what would have to be known.
    pub(crate) fn take_wanted(&mut self, part: &Notes) {
        self.take_unknown(part);
        self.wanted.codings.extend(&part.wanted.codings);
        self.wanted.unlisted.extend(part.wanted.unlisted.iter().cloned());
    }

    /// Takes what was noted in a part of the same Bundle. Parts come in the order of the text.
    pub(crate) fn take(&mut self, part: &mut Notes) {
        self.references.append(&mut part.references);
        self.contained.append(&mut part.contained);
        self.fragments.append(&mut part.fragments);
        self.canonicals.append(&mut part.canonicals);
        self.narratives.append(&mut part.narratives);
        self.ids.append(&mut part.ids);
        self.bundles.append(&mut part.bundles);
        self.take_along(part);
    }

    /// Takes what a Bundle inside has told, which is said once for the whole text.
    pub(crate) fn take_along(&mut self, inside: &mut Notes) {
        for (profile, node) in std::mem::take(&mut inside.unknown_profiles) {
            self.unknown_profiles.entry(profile).or_insert(node);
        }
        for (system, node) in std::mem::take(&mut inside.unchecked_systems) {
            self.unchecked_systems.entry(system).or_insert(node);
        }
        self.wanted.take_along(&mut inside.wanted);
    }
}

/// A Reference with a `reference` in it, noted by the walk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReferenceUse {
    /// The Reference object.
    pub(crate) node: NodeId,
    /// Its `reference`, a string.
    pub(crate) reference: NodeId,
    /// The resource that `#` is resolved in.
    pub(crate) container: NodeId,
    /// The resource that it is written in: the container, or one that is contained there.
    pub(crate) resource: NodeId,
    /// The element that holds it, which knows the allowed targets: the type around it, and which of that type's type references.
    pub(crate) type_ref: Option<(TypeId, u16)>,
    /// Whether it is the url of an Attachment: it links entries, but may lead anywhere.
    pub(crate) link: bool,
}

/// Of what a narrative has wrong, so many are reported: more would not help, since what wrote it has to be fixed.
pub(crate) const MOST_REPORTED: usize = 10;

/// The links and places of a narrative, as where they begin and end in its text.
#[derive(Clone, Debug)]
pub(crate) struct NarrativeLinks {
    pub(crate) node: NodeId,
    /// The resource that its ids and links belong to.
    pub(crate) container: NodeId,
    pub(crate) links: Vec<(u32, u32)>,
    pub(crate) places: Vec<(u32, u32)>,
    /// Whether all of it was read: what was not may hold the place that another link refers to.
    pub(crate) whole: bool,
}

/// An id, with the resource that it belongs to, the narrative, and where it is in the text of that.
type NarrativeId = ((NodeId, String), NodeId, (u32, u32));

impl NarrativeLinks {
    /// Where the narrative links to within the resource, behind the `#`: each as (resource, place).
    pub(crate) fn names(&self, document: &Document<'_>) -> Vec<(NodeId, String)> {
        let text = document.value(self.node);
        self.links.iter().map(|&link| (self.container, part(&text, link).to_owned())).collect()
    }

    /// The ids of elements in the narrative, each with where it is in the text of that; names of anchors are not ids.
    pub(crate) fn ids(&self, document: &Document<'_>) -> Vec<NarrativeId> {
        let text = document.value(self.node);
        let is_id = |&(start, _): &(u32, u32)| {
            let before = crate::document::table::part(&text, 0..start as usize).trim_end_matches(['"', '\'']);
            let name = before.trim_end().strip_suffix('=').unwrap_or("").trim_end();
            name.ends_with("id")
        };
        let ids = self.places.iter().copied().filter(is_id);
        ids.map(|id| ((self.container, part(&text, id).to_owned()), self.node, id)).collect()
    }
}

pub(crate) fn part(text: &str, (start, end): (u32, u32)) -> &str {
    crate::document::table::part(text, start as usize..end as usize)
}
