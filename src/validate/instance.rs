//! An instance that is validated, as its rules see it: the document, what is around the element, and what was found so far.

use crate::definitions::{
    Body, CodeSystem, Definitions, Element, ElementSet, Field, Primitive, ProfileId, Text, TypeId, TypeKind,
};
use crate::document::{Document, NameId, NodeId, Property, sorted};
use crate::validate::answers::Answers;
use crate::validate::constraints::Work;
use crate::validate::engine::Engine;
use crate::validate::entries::Entries;
use crate::validate::findings::Findings;
use crate::validate::notes::{InstanceContext, Notes, Purpose, Verdict};
use crate::validate::options::EventProfile;
use crate::validate::profile::notes::ProfileNotes;
use crate::validate::references::NodeByText;
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// Among so many properties another one is searched from the first on.
const FEW_MEMBERS: usize = 64;

/// Constraints are tried out on so many nodes of a message, and then no more: where somebody makes thousands of slips, trying out each
/// fix on the resource around it would take time in proportion to the square of the length.
pub(crate) const MOST_TRIED: u32 = 100_000;

/// Where an extension is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The element or resource that it is part of.
    pub(crate) holder: NodeId,
    /// The type of that.
    pub(crate) of: TypeId,
    /// The element, as the type that has it and its name; none for a resource.
    pub(crate) element: Option<(TypeId, NameId)>,
}

/// An object whose properties have been validated.
#[derive(Clone, Copy)]
pub(crate) struct Object<'w> {
    pub(crate) node: NodeId,
    pub(crate) of: TypeId,
    pub(crate) body: &'w Body,
    /// The elements that are there.
    pub(crate) seen: &'w ElementSet,
}

/// Where something begins that is validated by itself, and as what.
#[derive(Clone, Copy)]
pub(crate) enum Start<'s> {
    /// A resource that is not contained, as what it says it is.
    Resource(NodeId),
    /// A resource that is not contained, as one of this type, whatever it says.
    ResourceOf(NodeId, TypeId),
    /// An entry of the Bundle that is the whole text.
    Entry(NodeId),
    /// A member of an object as the value of this property.
    Element { object: NodeId, member: NodeId, of: TypeId, field: &'s Field },
    /// A value by a profile alone.
    Profile { value: Property, of: TypeId, profile: ProfileId },
    /// An object as the companion of a primitive.
    Companion { node: NodeId, has_value: bool, place: Place },
}

impl Start<'_> {
    /// The root of what is validated.
    pub(crate) fn node(self) -> NodeId {
        match self {
            Self::Resource(node) | Self::ResourceOf(node, _) | Self::Entry(node) => node,
            Self::Element { member: node, .. } | Self::Companion { node, .. } => node,
            Self::Profile { value, .. } => value.value.or(value.companion).unwrap_or(NodeId::ROOT),
        }
    }
}

/// `walk::validate_instance`, for rules: the walk is above them.
pub(crate) type ValidateInstance = fn(&mut Instance<'_>, Start<'_>) -> Verdict;

/// What is validated, and all that its rules see.
pub(crate) struct Instance<'w> {
    pub(crate) engine: &'w Engine,
    pub(crate) definitions: &'w Definitions,
    pub(crate) document: &'w Document<'w>,
    /// Those of the Bundle that the document is.
    outermost: &'w Entries<'w>,
    /// Those of the nearest Bundle inside of it.
    pub(crate) nested: Option<Entries<'w>>,
    /// The Bundle inside the document that has to be a message, whatever it says it is.
    pub(crate) carried: Option<NodeId>,
    /// Whether the rules for messages are going to be validated as well.
    pub(crate) is_message: bool,
    pub(crate) findings: &'w mut Findings,
    pub(crate) notes: Notes,
    /// The code system that was looked up last: the next Coding is often of the same.
    pub(crate) last_system: (Cow<'w, str>, &'w [(Text, CodeSystem)]),
    /// What was meant by that, where it is not a known one.
    pub(crate) slip: Option<String>,
    /// The code system that another element than a Coding named last, rightly.
    pub(crate) right_system: Cow<'w, str>,
    /// The UCUM units that have been found right.
    pub(crate) units: Vec<Cow<'w, str>>,
    /// The element that has the object that is being validated.
    pub(crate) element: Option<(TypeId, NameId)>,
    /// Where what is validated begins.
    pub(crate) root: NodeId,
    /// The nearest resource around.
    pub(crate) resource: NodeId,
    /// The resource that `#` references are resolved in: the nearest one that is not contained.
    pub(crate) container: NodeId,
    /// What the nearest container contains, for the constraints that resolve local references.
    pub(crate) contained: RefCell<Option<(NodeId, NodeByText)>>,
    /// The properties of objects with many of them, by their names: the first of each.
    siblings: RefCell<BTreeMap<NodeId, Vec<NodeId>>>,
    /// How many Bundles are around, from the nearest that is not contained: what a contained one refers to is its own affair.
    pub(crate) bundles: u32,
    pub(crate) purpose: Purpose,
    /// As many nodes may still be looked at in trials of constraints.
    pub(crate) trials: u32,
    /// What the constraints of the message may still cost, and those of trials: a fix that is tried takes nothing from the report.
    pub(crate) work: Work,
    pub(crate) trial_work: Work,
    pub(crate) validate: ValidateInstance,
    /// The profiles that the caller asks for.
    pub(crate) asked_for: &'w [String],
    /// Those that it asks for in messages of an event.
    pub(crate) asked_of_events: &'w [EventProfile],
    /// When it is, where the caller says so.
    pub(crate) now: Option<&'w str>,
    /// What was looked up.
    pub(crate) answers: Option<&'w Answers>,
    pub(crate) profiles: ProfileNotes,
    /// The array of entries whose items are validated by themselves, each a part of the whole.
    pub(crate) apart: Option<NodeId>,
    /// Whether a rule has looked at other entries than the one that it is in.
    pub(crate) looked_around: Cell<bool>,
}

impl<'w> Instance<'w> {
    pub(crate) fn new(
        engine: &'w Engine,
        document: &'w Document<'w>,
        entries: &'w Entries<'w>,
        around: InstanceContext<'w>,
        findings: &'w mut Findings,
        validate: ValidateInstance,
    ) -> Self {
        let InstanceContext { is_message, carried, purpose, profiles, events, now, answers } = around;
        Self {
            outermost: entries,
            nested: None,
            carried,
            is_message,
            purpose,
            root: NodeId::ROOT,
            resource: NodeId::ROOT,
            engine,
            definitions: &engine.definitions,
            document,
            findings,
            notes: Notes::default(),
            last_system: (Cow::Borrowed(""), &[]),
            slip: None,
            right_system: Cow::Borrowed(""),
            units: Vec::new(),
            element: None,
            container: NodeId::ROOT,
            contained: RefCell::default(),
            siblings: RefCell::default(),
            bundles: 0,
            trials: MOST_TRIED,
            work: Work::of(document),
            trial_work: Work::of(document),
            validate,
            asked_for: profiles,
            asked_of_events: events,
            now,
            answers,
            profiles: ProfileNotes::default(),
            apart: None,
            looked_around: Cell::new(false),
        }
    }

    /// Looks up each code system again: what was noted of it was noted elsewhere.
    pub(crate) fn forget_systems(&mut self) {
        self.last_system = (Cow::Borrowed(""), &[]);
        self.right_system = Cow::Borrowed("");
        self.slip = None;
    }

    /// The elements of a type.
    #[inline]
    pub(crate) fn body(&self, of: TypeId) -> &'w Body {
        self.definitions.body(self.definitions.type_of(of))
    }

    /// The entries of the nearest Bundle around, for a rule that looks at them.
    pub(crate) fn entries(&self) -> &Entries<'w> {
        self.looked_around.set(true);
        self.entries_around()
    }

    /// The same, for what tells by itself when it looks at them.
    pub(crate) fn entries_around(&self) -> &Entries<'w> {
        self.nested.as_ref().unwrap_or(self.outermost)
    }

    /// The string member of an object.
    pub(crate) fn text_of(&self, object: NodeId, name: NameId) -> Option<Cow<'w, str>> {
        self.document.member(object, name).and_then(|member| self.document.string(member))
    }

    /// The first property of an object with this name. Of an object with many properties they are kept: each may ask for another one.
    pub(crate) fn sibling(&self, parent: NodeId, name: NameId, companion: bool) -> Option<NodeId> {
        let key = |child: NodeId| {
            let node = self.document.node(child);
            (node.name, node.is_companion())
        };
        let mut children = self.document.children(parent);
        if let Some(found) = children.by_ref().take(FEW_MEMBERS).find(|&child| key(child) == (name, companion)) {
            return Some(found);
        }
        children.clone().next()?;
        let mut kept = self.siblings.borrow_mut();
        let siblings = kept.entry(parent).or_insert_with(|| {
            let members: Vec<NodeId> = children.collect();
            let in_order = sorted(&members, &mut |&one, &other| key(one).cmp(&key(other)));
            let mut members: Vec<NodeId> = in_order.copied().collect();
            members.dedup_by_key(|child| key(*child));
            members
        });
        let place = siblings.partition_point(|&child| key(child) < (name, companion));
        siblings.get(place).copied().filter(|&child| key(child) == (name, companion))
    }

    pub(crate) fn primitive(&self, body: &Body, field: &Field) -> Option<Primitive> {
        match self.definitions.type_of(body.type_ref(field.type_ref).of).kind {
            TypeKind::Primitive(primitive) => Some(primitive),
            _ => None,
        }
    }
}

/// An element as the specification names it: `ServiceRequest.status`, `Observation.value[x]`.
pub(crate) fn label(definitions: &Definitions, body: &Body, element: &Element) -> String {
    let choice = if element.choice { "[x]" } else { "" };
    format!("{}.{}{choice}", body.name, definitions.names().text(element.name))
}
