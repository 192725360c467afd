//! Why an expression that is to be true is not: which elements decide it, which of them occur twice, which break what all must keep.
//!
//! Only what is certain is said. Whether an element is there decides an expression only where the expression asks for nothing else of it,
//! and only elements of `$this` itself are named: a name inside of `where()` or `all()` is one of something else.

use super::call::{Evaluate, ExprId, Frame};
use super::element::system;
use super::evaluate::Evaluator;
use super::item::{Element, Item};
use super::operator::Operator;
use super::reader::{EvaluationError, Reader};
use super::tree::Expr;
use crate::document::{NameId, NodeId, sorted};
use std::collections::BTreeMap;

/// What can be said of an expression that is not true.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reasons {
    /// Elements of `$this` that are there.
    pub present: Vec<NameId>,
    /// Elements of `$this` that are missing.
    pub absent: Vec<NameId>,
    /// Whether something beside the presence of elements decides it.
    pub others: bool,
    /// What occurs a second time where all must be distinct, each with the first of its value, in the order of the text.
    pub repeated: Vec<(NodeId, NodeId)>,
    /// Whether only some were compared: then the value alone is not what is wrong.
    pub filtered: bool,
    /// What breaks a condition that all must keep.
    pub failing: Vec<NodeId>,
}

impl Reasons {
    fn take_in(&mut self, other: Reasons) {
        for (own, more) in [(&mut self.present, other.present), (&mut self.absent, other.absent)] {
            for name in more {
                if !own.contains(&name) {
                    own.push(name);
                }
            }
        }
        self.others |= other.others;
        self.filtered |= other.filtered;
        self.repeated.extend(other.repeated);
        self.failing.extend(other.failing);
    }
}

/// Why the expression is not true on this frame. Nothing is said where it cannot be evaluated.
pub(super) fn reasons<'e>(evaluator: &Evaluator<'e>, frame: &Frame<'_, 'e>) -> Reasons {
    let mut reasons = Reasons::default();
    let known = Blame(evaluator).blame(evaluator.tree.root, true, frame, &mut reasons);
    if known.is_ok() { reasons } else { Reasons::default() }
}

/// Looks for what makes an expression other than it is wanted.
struct Blame<'b, 'e>(&'b Evaluator<'e>);

impl<'e> Blame<'_, 'e> {
    fn node(&self, id: ExprId) -> &'e Expr {
        self.0.tree.node(id)
    }

    /// Collects what makes an expression other than it is wanted.
    fn blame(
        &self,
        id: ExprId,
        wanted: bool,
        frame: &Frame<'_, 'e>,
        reasons: &mut Reasons,
    ) -> Result<(), EvaluationError> {
        match self.node(id) {
            Expr::Binary(operator @ (Operator::And | Operator::Or), left, right) => {
                let mut sides = Vec::new();
                for &side in [left, right] {
                    if self.0.truth(side, frame)? != Some(wanted) {
                        let mut own = Reasons::default();
                        self.blame(side, wanted, frame, &mut own)?;
                        sides.push(own);
                    }
                }
                // Of two alternatives, the one of which something is there and something is missing is hardly the one that was meant.
                let meant = |own: &Reasons| own.present.is_empty() != own.absent.is_empty();
                if *operator == Operator::Or && wanted && sides.iter().any(meant) {
                    sides.retain(|own| own.present.is_empty() || own.absent.is_empty());
                }
                for own in sides {
                    reasons.take_in(own);
                }
            }
            Expr::Binary(Operator::Implies, left, right) if wanted => {
                self.blame(*left, false, frame, reasons)?;
                self.blame(*right, true, frame, reasons)?;
            }
            Expr::Binary(Operator::Xor | Operator::Equal | Operator::NotEqual, left, right) => {
                let mut both = Vec::new();
                if self.asks_for_presence(*left, &mut both) && self.asks_for_presence(*right, &mut both) {
                    self.presence(&both, frame, reasons)?;
                } else if !matches!(self.node(*right), Expr::String(_)) {
                    self.counted(*left, frame, reasons)?;
                }
            }
            Expr::Binary(
                Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual,
                left,
                _,
            ) => {
                self.counted(*left, frame, reasons)?;
            }
            Expr::Call(Some(base), function, arguments) => match function.name {
                "not" => self.blame(*base, !wanted, frame, reasons)?,
                "all" if wanted => {
                    for &criterion in self.0.tree.arguments(*arguments) {
                        self.failing(*base, criterion, frame, reasons)?;
                    }
                }
                "isDistinct" if wanted => self.repeated(*base, frame, reasons)?,
                _ => self.asked(id, frame, reasons)?,
            },
            _ => self.asked(id, frame, reasons)?,
        }
        Ok(())
    }

    /// What asks for nothing but the presence of elements says which; of anything else something beside that decides.
    fn asked(&self, id: ExprId, frame: &Frame<'_, 'e>, reasons: &mut Reasons) -> Result<(), EvaluationError> {
        let mut elements = Vec::new();
        if self.asks_for_presence(id, &mut elements) {
            self.presence(&elements, frame, reasons)?;
        } else {
            reasons.others = true;
        }
        Ok(())
    }

    /// The elements of `$this` that an expression asks for, when it asks for nothing but whether they are there.
    fn asks_for_presence(&self, id: ExprId, elements: &mut Vec<ExprId>) -> bool {
        match self.node(id) {
            Expr::Call(Some(base), function, arguments) => match function.name {
                "exists" | "empty" => arguments.is_empty() && self.names_elements(*base, elements),
                "not" => self.asks_for_presence(*base, elements),
                _ => false,
            },
            Expr::Binary(Operator::Xor | Operator::Or | Operator::And, left, right) => {
                self.asks_for_presence(*left, elements) && self.asks_for_presence(*right, elements)
            }
            _ => false,
        }
    }

    fn names_elements(&self, id: ExprId, elements: &mut Vec<ExprId>) -> bool {
        match self.node(id) {
            Expr::Member(None, ..) => {
                elements.push(id);
                true
            }
            Expr::Call(Some(base), function, _) if function.name == "trace" => self.names_elements(*base, elements),
            Expr::Binary(Operator::Union, left, right) => {
                self.names_elements(*left, elements) && self.names_elements(*right, elements)
            }
            _ => false,
        }
    }

    /// Notes of each of these elements whether it is there.
    fn presence(
        &self,
        elements: &[ExprId],
        frame: &Frame<'_, 'e>,
        reasons: &mut Reasons,
    ) -> Result<(), EvaluationError> {
        for &id in elements {
            if let Expr::Member(None, name, _) = self.node(id) {
                let list = if self.any(id, frame)? { &mut reasons.present } else { &mut reasons.absent };
                if !list.contains(name) {
                    list.push(*name);
                }
            }
        }
        Ok(())
    }

    fn any(&self, id: ExprId, frame: &Frame<'_, 'e>) -> Result<bool, EvaluationError> {
        let mut any = false;
        self.0.each(id, frame, &mut |_| {
            any = true;
            Ok(false)
        })?;
        Ok(any)
    }

    /// A sum of counts that is too small or too great: none of them is there, or these are.
    fn counted(&self, id: ExprId, frame: &Frame<'_, 'e>, reasons: &mut Reasons) -> Result<(), EvaluationError> {
        let (mut elements, mut rest) = (Vec::new(), vec![id]);
        while let Some(id) = rest.pop() {
            match self.node(id) {
                Expr::Binary(Operator::Add, left, right) => rest.extend([*right, *left]),
                Expr::Call(Some(base), function, _)
                    if function.name == "count" && self.names_elements(*base, &mut elements) => {}
                _ => {
                    reasons.others = true;
                    return Ok(());
                }
            }
        }
        let mut there = Vec::new();
        for &id in &elements {
            if self.any(id, frame)? {
                there.push(id);
            }
        }
        // That there is one says nothing where there may not be so few, or so many.
        if there.len() == 1 && elements.len() == 1 {
            reasons.others = true;
            return Ok(());
        }
        self.presence(if there.is_empty() { &elements } else { &there }, frame, reasons)
    }

    /// The items that do not keep what all must keep.
    fn failing(
        &self,
        base: ExprId,
        criterion: ExprId,
        frame: &Frame<'_, 'e>,
        reasons: &mut Reasons,
    ) -> Result<(), EvaluationError> {
        for (index, item) in self.0.collect(base, frame)?.into_iter().enumerate() {
            let node = node_of(&item);
            let this = [item];
            let inner = Frame { this: &this, index, total: frame.total };
            if self.0.truth(criterion, &inner)? != Some(true) {
                reasons.failing.extend(node);
            }
        }
        Ok(())
    }

    /// The items that are equal to an earlier one.
    fn repeated(&self, base: ExprId, frame: &Frame<'_, 'e>, reasons: &mut Reasons) -> Result<(), EvaluationError> {
        reasons.filtered = self.is_filtered(base);
        let mut values: Vec<(NodeId, Item<'e>)> = Vec::new();
        match self.node(base) {
            // What `select()` makes of an element, and is nowhere itself, is a matter of that element.
            Expr::Call(Some(source), function, arguments) if function.name == "select" => {
                let &[projection] = self.0.tree.arguments(*arguments) else { return Ok(()) };
                for (index, item) in self.0.collect(*source, frame)?.into_iter().enumerate() {
                    let around = node_of(&item);
                    let this = [item];
                    let inner = Frame { this: &this, index, total: frame.total };
                    for value in self.0.collect(projection, &inner)? {
                        values.extend(node_of(&value).or(around).map(|node| (node, value)));
                    }
                }
            }
            _ => {
                for value in self.0.collect(base, frame)? {
                    values.extend(node_of(&value).map(|node| (node, value)));
                }
            }
        }
        let mut seen: BTreeMap<String, NodeId> = BTreeMap::new();
        for (node, value) in sorted(&values, &mut |(one, _), (other, _)| one.cmp(other)) {
            let node = *node;
            let Some(key) = key(&self.0.reader, value)? else { continue };
            match seen.get(&key) {
                Some(&first) => reasons.repeated.push((node, first)),
                None => drop(seen.insert(key, node)),
            }
        }
        Ok(())
    }

    /// Whether a path takes only some of what is there.
    fn is_filtered(&self, id: ExprId) -> bool {
        match self.node(id) {
            Expr::Call(_, function, _) if function.name == "where" => true,
            Expr::Call(Some(base), ..) | Expr::Member(Some(base), ..) => self.is_filtered(*base),
            _ => false,
        }
    }
}

/// What equal values that can be looked up, instead of compared one by one, have in common; none of what cannot be looked up.
fn key<'e>(reader: &Reader<'e>, item: &Item<'e>) -> Result<Option<String>, EvaluationError> {
    Ok(match system(reader, item.clone())? {
        Item::Boolean(value) => Some(value.to_string()),
        Item::String(text) => Some(format!("'{text}")),
        other => other.number().map(|number| number.normalize().to_string()),
    })
}

fn node_of(item: &Item<'_>) -> Option<NodeId> {
    match item {
        Item::Element(element) => Some(Element::node(element)),
        _ => None,
    }
}
