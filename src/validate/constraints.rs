//! The constraints of types: which are validated, and when they need not be evaluated; and what evaluating them may cost.
//!
//! A type's constraints are parsed when the first object of that type is validated, and kept. Most of them say something of elements that
//! are not there: those hold without being evaluated (see [`TypeConstraint::mentions`]).

use crate::definitions::{Body, Definitions, ElementSet, TypeId};
use crate::document::table::row;
use crate::document::{Document, NameId, NodeId};
use crate::fhirpath::{Context, Element, Expression};
use crate::json::Limits;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Constraints that rules of other files validate, and why they do.
pub(crate) const ELSEWHERE: [(&str, &str); 7] = [
    ("bdl-7", "bundle/bdl_7.rs names the entry"),
    ("bdl-8", "bundle/full_url.rs marks the URL"),
    ("dom-3", "its expression looks at everything in the resource once for each contained resource"),
    ("ref-1", "its expression looks at all contained resources once for each reference; see bundle/resolve.rs"),
    ("sqty-1", "SimpleQuantity.comparator is at most 0 times there: the structure says so"),
    ("txt-1", "XHTML is validated by element/narrative, which says what is wrong"),
    ("txt-2", "XHTML is validated by element/narrative, which says what is wrong"),
];

/// Constraints that the specification calls best practice: they are validated only where the caller gives them a severity.
const BEST_PRACTICE: [&str; 1] = ["dom-6"];

/// Constraints on Bundles that a message keeps by keeping the rules for messages, which say more of the fault.
const MESSAGE_RULES: [&str; 5] = ["bdl-2", "bdl-3", "bdl-4", "bdl-5", "bdl-12"];

/// What the constraints of a text may cost all together, in items looked at: so many for each byte, and so many for any text. The dearest
/// of R4's own examples takes a twentieth of that.
const WORK_PER_BYTE: u32 = 16;
const WORK: u32 = 100_000;

/// What validating constraints may still cost, and what was not validated when that was used up. It counts work, not time: the same text always
/// gets the same report.
#[derive(Debug)]
pub(crate) struct Work {
    allowed: u32,
    pub(crate) left: u32,
    /// The keys of constraints and the URLs of profiles that were not validated, each with the first node that it would have been validated on.
    pub(crate) unchecked: BTreeMap<String, NodeId>,
}

impl Work {
    pub(crate) fn of(document: &Document<'_>) -> Self {
        // The scanner reads nothing longer.
        let length = u32::try_from(document.text().len()).unwrap_or(u32::MAX);
        let allowed = length.saturating_mul(WORK_PER_BYTE).saturating_add(WORK);
        Self { allowed, left: allowed, unchecked: BTreeMap::new() }
    }

    /// What was done of it.
    pub(crate) fn done(&self) -> u32 {
        self.allowed - self.left
    }

    pub(crate) fn allowed(&self) -> u32 {
        self.allowed
    }

    /// Whether all was validated.
    pub(crate) fn is_enough(&self) -> bool {
        self.unchecked.is_empty()
    }

    /// Takes the work of looking at one thing more. Whether there was some left.
    pub(crate) fn take_one(&mut self) -> bool {
        let enough = self.left > 0;
        self.left = self.left.saturating_sub(1);
        enough
    }

    /// Notes a constraint, or a profile by its URL, that is not validated.
    #[cold]
    pub(crate) fn note(&mut self, key: &str, node: NodeId) {
        self.left = 0;
        if !self.unchecked.contains_key(key) {
            self.unchecked.insert(key.to_owned(), node);
        }
    }
}

/// A constraint of a type.
#[derive(Clone, Debug)]
pub(crate) struct TypeConstraint {
    pub(crate) constraint: u16,
    /// The elements that decide it: where none of them is there, it holds. `None` where it has to be
    /// evaluated always.
    pub(crate) mentions: Option<ElementSet>,
    /// Whether it is one of [`BEST_PRACTICE`].
    pub(crate) best_practice: bool,
    /// Whether it is one of [`MESSAGE_RULES`].
    pub(crate) message_rule: bool,
}

/// The constraints of all types, each worked out when it is first needed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Invariants {
    /// By place in [`Definitions::constraints`]. `None` inside for what is validated elsewhere, or is not FHIRPath.
    parsed: Vec<OnceLock<Option<Expression>>>,
    /// By type.
    plans: Vec<OnceLock<Vec<TypeConstraint>>>,
}

static NOT_PARSED: OnceLock<Option<Expression>> = OnceLock::new();
static NO_PLAN: OnceLock<Vec<TypeConstraint>> = OnceLock::new();

impl Invariants {
    pub(crate) fn new(definitions: &Definitions) -> Self {
        Self {
            parsed: vec![OnceLock::new(); definitions.constraint_count()],
            plans: vec![OnceLock::new(); definitions.types().len()],
        }
    }

    pub(crate) fn expression(&self, constraint: u16, definitions: &Definitions) -> Option<&Expression> {
        let parsed = row(&self.parsed, usize::from(constraint), &NOT_PARSED).get_or_init(|| {
            let constraint = definitions.constraint(constraint);
            if ELSEWHERE.iter().any(|(key, _)| constraint.key == *key) {
                return None;
            }
            Expression::parse(&constraint.expression, definitions.names()).ok().map(Expression::prepared)
        });
        parsed.as_ref()
    }

    /// Whether a constraint looks at one of these elements, or at a resource around, in which they may be.
    pub(crate) fn asks_for(&self, constraint: u16, names: &[NameId], definitions: &Definitions) -> bool {
        let Some(expression) = self.expression(constraint, definitions) else { return false };
        expression.decided_by().is_none() || expression.names().iter().any(|name| names.contains(name))
    }

    /// Whether a constraint of a type looks at this element of it.
    pub(crate) fn speak_of(&self, of: TypeId, element: NameId, definitions: &Definitions) -> bool {
        let mut expressions =
            self.plan(of, definitions).iter().filter_map(|one| self.expression(one.constraint, definitions));
        expressions.any(|expression| expression.names().contains(&element))
    }

    /// The constraints of a type and of those that it is derived from.
    pub(crate) fn plan(&self, of: TypeId, definitions: &Definitions) -> &[TypeConstraint] {
        row(&self.plans, usize::from(of.0), &NO_PLAN).get_or_init(|| {
            let mut planned = Vec::new();
            let own = definitions.body(definitions.type_of(of));
            let mut at = Some(of);
            while let Some(of) = at {
                let holder = definitions.type_of(of);
                for &constraint in &definitions.body(holder).constraints {
                    if let Some(expression) = self.expression(constraint, definitions) {
                        let mentions = mentions(expression, own, of, definitions);
                        let key = definitions.constraint(constraint).key.as_str();
                        planned.push(TypeConstraint {
                            constraint,
                            mentions,
                            best_practice: BEST_PRACTICE.contains(&key),
                            message_rule: MESSAGE_RULES.contains(&key),
                        });
                    }
                }
                at = holder.base;
            }
            planned
        })
    }
}

/// The elements that decide an expression, when it is true where none of them is there.
pub(crate) fn mentions(
    expression: &Expression,
    body: &Body,
    of: TypeId,
    definitions: &Definitions,
) -> Option<ElementSet> {
    let names = expression.decided_by()?;
    let mut decisive = ElementSet::default();
    for (ordinal, element) in body.elements.iter().enumerate() {
        if names.contains(&element.name) {
            decisive.insert(ordinal as u16);
        }
    }
    let nothing = Document::read_str("{}", definitions.names(), Limits::default()).ok()?;
    let context = Context {
        context: Element { value: Some(NodeId::ROOT), companion: None, of: Some(of) },
        ..Context::new(&nothing, definitions)
    };
    (!decisive.is_empty() && expression.truth(&context) == Ok(Some(true))).then_some(decisive)
}
