//! A finding: an issue before it is written.

use super::content::Content;
use super::fix::{Act, FIXES, Fix};
use super::issue::{Profiles, Suggestion, WriteOptions};
use super::rule::Rule;
use super::severity::Severity;
use crate::document::{Document, Kind, NodeId, Shift};
use std::borrow::Cow;

/// Where a finding is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum At {
    /// The whole value.
    Value(NodeId),
    /// The value, where it is the object around that is wrong by it, as with a reference: the expression names that.
    Member(NodeId),
    /// The property name.
    Key(NodeId),
    /// The name of a property that its object does not have: FHIRPath has no way to name it, so the object is named.
    Unknown(NodeId),
    /// The opening bracket: something is missing inside, and marking all of the object would say less.
    Start(NodeId),
    /// A span of bytes inside a value.
    Span(NodeId, u32, u32),
}

impl At {
    /// The node that the pointer names.
    pub fn node(self) -> NodeId {
        match self {
            At::Value(node)
            | At::Member(node)
            | At::Key(node)
            | At::Unknown(node)
            | At::Start(node)
            | At::Span(node, ..) => node,
        }
    }

    /// The node that the expression names.
    pub fn element(self, document: &Document<'_>) -> NodeId {
        match self {
            At::Unknown(node) | At::Member(node) => document.parent(node),
            _ => self.node(),
        }
    }

    /// The bytes to mark.
    pub fn span(self, document: &Document<'_>) -> (u32, u32) {
        let node = document.node(self.node());
        match self {
            At::Value(_) | At::Member(_) => (node.start, node.end),
            // An item of an array has no name: the item is marked.
            At::Key(id) | At::Unknown(id) => document.key_span(id).unwrap_or((node.start, node.end)),
            At::Start(_) => match node.kind {
                Kind::Object | Kind::Array => (node.start, node.start + 1),
                _ => (node.start, node.end),
            },
            At::Span(_, start, end) => (start, end),
        }
    }
}

/// Longer suggestions help nobody, and a hostile message could have thousands of them.
const LONGEST_SUGGESTION: usize = 500;

/// An issue before it is written.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The name of the rule that is broken.
    pub rule: Cow<'static, str>,
    /// The FHIR issue type of that.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where it is.
    pub at: At,
    /// What is wrong.
    pub content: Content,
    /// The profiles that demand it, by their canonical URLs; none where the specification itself does.
    pub profiles: Option<Box<Profiles>>,
    /// What would be right.
    pub fix: Option<Box<Fix>>,
    /// The rule that is broken elsewhere, and where: with that fault this one goes away, or cannot be validated before.
    pub cause: Option<Box<(&'static str, NodeId)>>,
}

impl Finding {
    /// Moves it with the nodes that it is about, where the text was edited in front of them.
    pub(crate) fn shift(&mut self, by: Shift) {
        let node = self.at.node();
        self.at = match self.at {
            At::Value(_) => At::Value(by.node(node)),
            At::Member(_) => At::Member(by.node(node)),
            At::Key(_) => At::Key(by.node(node)),
            At::Unknown(_) => At::Unknown(by.node(node)),
            At::Start(_) => At::Start(by.node(node)),
            At::Span(_, start, end) if node.0 >= by.from => At::Span(by.node(node), by.byte(start), by.byte(end)),
            At::Span(..) => self.at,
        };
        for node in self.fix.iter_mut().flat_map(|fix| &mut fix.nodes) {
            *node = by.node(*node);
        }
        if let Some(cause) = &mut self.cause {
            cause.1 = by.node(cause.1);
        }
    }

    /// Every node that it is about.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = NodeId> {
        let fixed = self.fix.iter().flat_map(|fix| fix.nodes.iter().copied());
        fixed.chain([self.at.node()]).chain(self.cause.iter().map(|cause| cause.1))
    }

    /// The suggestion, with offsets in bytes, unless it would show a value that may not be shown. It takes the fix along: of thousands
    /// there are never two copies of all.
    pub fn suggestion(&mut self, document: &Document<'_>, how: WriteOptions) -> Option<Box<Suggestion>> {
        let fix = self.fix.take()?;
        let short = fix.value.as_ref().is_none_or(|value| value.len() <= LONGEST_SUGGESTION);
        let shown = short && (how.show_values || !fix.from_message);
        let edits =
            if FIXES && how.positions && short && (shown || how.all_edits) { fix.edits(document) } else { Vec::new() };
        let action = (!edits.is_empty()).then(|| fix.action());
        let certain = fix.certain || edits.is_empty();
        let value = fix.value.filter(|_| shown && (fix.is_probable || fix.choices.is_empty()));
        let choices = if edits.is_empty() || !shown { Vec::new() } else { fix.choices };
        (value.is_some() || action.is_some()).then(|| Box::new(Suggestion { value, action, edits, certain, choices }))
    }
}

/// Says what would be right of a finding, if it is reported.
pub trait Suggest {
    /// Nodes to do something about, with certainty; without nodes there is nothing to do.
    fn fix(self, act: Act, nodes: Vec<NodeId>);
    /// What would be there, and to which nodes that is done. `from_message`: whether the value is one of the message.
    fn suggest(self, value: String, from_message: bool, act: Act, nodes: Vec<NodeId>);
    /// Which other fault it follows from, where it does.
    fn because(self, by: Option<(&Rule<'static>, NodeId)>);
    /// The same, where something else can have been meant: it is done only for who asks for this one.
    fn offer(self, value: String, from_message: bool, act: Act, nodes: Vec<NodeId>);
    /// What is offered, where there is something.
    fn offer_this(self, fix: Option<Fix>);
}

impl Suggest for Option<&mut Finding> {
    #[inline(never)]
    fn fix(self, act: Act, nodes: Vec<NodeId>) {
        if let Some(finding) = self.filter(|_| FIXES && !nodes.is_empty()) {
            let from_message = act == Act::First;
            finding.fix = Some(Box::new(Fix::certain(None, from_message, act, nodes)));
        }
    }

    #[inline(never)]
    fn suggest(self, value: String, from_message: bool, act: Act, nodes: Vec<NodeId>) {
        if let Some(finding) = self {
            finding.fix = Some(Box::new(Fix::certain(Some(value), from_message, act, nodes)));
        }
    }

    #[inline(never)]
    fn offer(self, value: String, from_message: bool, act: Act, nodes: Vec<NodeId>) {
        if let Some(finding) = self {
            finding.fix = Some(Box::new(Fix::offered(Some(value), from_message, act, nodes)));
        }
    }

    #[inline(never)]
    fn offer_this(self, fix: Option<Fix>) {
        if let Some(finding) = self {
            finding.fix = fix.map(Box::new);
        }
    }

    #[inline(never)]
    fn because(self, by: Option<(&Rule<'static>, NodeId)>) {
        if let Some(finding) = self {
            finding.cause = by.map(|(rule, node)| Box::new((rule.name, node)));
        }
    }
}
