//! What of an expression gives the same for every item that is looked at.
//!
//! `component.code.where(coding.intersect(%resource.code.coding).exists())` would gather the codings of the resource for each component. A
//! part of a criterion that neither names an element of `$this` nor asks for `$index` or `$total` is evaluated once, and kept.

use super::expression::{Expr, ExprId};
use super::function::Function;

/// Whether the arguments of a function are evaluated for each item of its input.
fn iterates(function: Function) -> bool {
    use Function as F;
    matches!(function, F::Where | F::Select | F::All | F::Exists | F::Repeat | F::Aggregate | F::Sort)
}

/// What a part depends on.
#[derive(Clone, Copy, Default)]
struct Part {
    /// Not on the frame that it is evaluated in.
    free: bool,
    /// Not on a frame but its own, as a criterion has one.
    closed: bool,
    /// It stands in the argument of a function that iterates.
    repeated: bool,
    /// It is inside of what is kept as a whole.
    inside: bool,
}

/// Marks what is to be kept; gives how many parts that are.
pub(super) fn mark(nodes: &mut Vec<Expr>, arguments: &[ExprId]) -> u32 {
    // Nearly no expression has a criterion that looks at something else.
    if !nodes
        .iter()
        .any(|node| matches!(node, Expr::Call(_, function, (first, end)) if iterates(*function) && first < end))
    {
        return 0;
    }
    let of = |range: (u32, u32)| arguments.get(range.0 as usize..range.1 as usize).unwrap_or(&[]);
    // The parts of a node stand before it.
    let mut parts: Vec<Part> = Vec::with_capacity(nodes.len());
    for node in nodes.iter() {
        let part = |id: &ExprId| parts.get(id.0 as usize).copied().unwrap_or_default();
        let both = |one: Part, other: Part| (one.free && other.free, one.closed && other.closed);
        let (free, closed) = match node {
            Expr::This | Expr::Index | Expr::Member(None, ..) | Expr::Type(_, None, _) => (false, true),
            Expr::Total | Expr::Once(..) => (false, false),
            Expr::Member(Some(base), ..) | Expr::Negate(base) | Expr::Plus(base) | Expr::Type(_, Some(base), _) => {
                (part(base).free, part(base).closed)
            }
            Expr::Indexer(one, other) | Expr::Binary(_, one, other) => both(part(one), part(other)),
            Expr::Call(base, function, range) => {
                let base = base.as_ref().map_or(Part { closed: true, ..Part::default() }, part);
                let list = of(*range);
                if iterates(*function) {
                    let own = list.iter().all(|argument| part(argument).closed);
                    (base.free && own, base.closed && own)
                } else {
                    list.iter().fold((base.free, base.closed), |(free, closed), argument| {
                        (free && part(argument).free, closed && part(argument).closed)
                    })
                }
            }
            _ => (true, true),
        };
        parts.push(Part { free, closed, ..Part::default() });
    }
    let mut kept = Vec::new();
    for (place, node) in nodes.iter().enumerate().rev() {
        let Some(mut own) = parts.get(place).copied() else { continue };
        let is_plain =
            !matches!(node, Expr::Member(..) | Expr::Call(..) | Expr::Indexer(..) | Expr::Binary(..) | Expr::Type(..));
        if own.repeated && own.free && !own.inside && !is_plain {
            kept.push(place);
            own.inside = true;
        }
        let mut pass = |id: &ExprId, argument: bool| {
            if let Some(part) = parts.get_mut(id.0 as usize) {
                part.repeated |= own.repeated || argument;
                part.inside |= own.inside;
            }
        };
        match node {
            Expr::Member(Some(base), ..) | Expr::Negate(base) | Expr::Plus(base) | Expr::Type(_, Some(base), _) => {
                pass(base, false);
            }
            Expr::Indexer(one, other) | Expr::Binary(_, one, other) => {
                pass(one, false);
                pass(other, false);
            }
            Expr::Call(base, function, range) => {
                base.iter().for_each(|base| pass(base, false));
                of(*range).iter().for_each(|argument| pass(argument, iterates(*function)));
            }
            _ => {}
        }
    }
    for (slot, place) in kept.iter().enumerate() {
        let id = ExprId(nodes.len() as u32);
        if let Some(node) = nodes.get_mut(*place) {
            let whole = std::mem::replace(node, Expr::Once(id, slot as u32));
            nodes.push(whole);
        }
    }
    kept.len() as u32
}
