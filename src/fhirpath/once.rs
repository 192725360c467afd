//! What of an expression gives the same for every item that is looked at.
//!
//! `component.code.where(coding.intersect(%resource.code.coding).exists())` would gather the codings of the resource for each component. A
//! part of a criterion that neither names an element of `$this` nor asks for `$index` or `$total` is evaluated once, and kept.

use super::call::ExprId;
use super::tree::{Arguments, Expr, Tree};
use crate::document::table;

/// What a part depends on.
#[derive(Clone, Copy)]
struct Part {
    /// Not on the frame that it is evaluated in.
    free: bool,
    /// Not on a frame but its own, as a criterion has one.
    closed: bool,
    /// It is in the argument of a function that iterates.
    repeated: bool,
    /// It is inside of what is kept as a whole.
    inside: bool,
}

/// Of no part, without a base: a function works on `$this` then.
const NONE: Part = Part { free: false, closed: false, repeated: false, inside: false };

/// Marks what is to be kept.
pub(super) fn mark(tree: &mut Tree) {
    let has_criterion =
        |node: &Expr| matches!(node, Expr::Call(_, function, arguments) if function.iterates && !arguments.is_empty());
    // Nearly no expression has a criterion that looks at something else.
    if !tree.nodes.iter().any(has_criterion) {
        return;
    }
    let Tree { nodes, arguments, .. } = tree;
    let of = |range: Arguments| table::rows(arguments, range.places());
    // The parts of a node are before it.
    let mut parts: Vec<Part> = Vec::with_capacity(nodes.len());
    for node in nodes.iter() {
        let part = |id: &ExprId| *table::row(&parts, id.0 as usize, &NONE);
        let both = |one: Part, other: Part| (one.free && other.free, one.closed && other.closed);
        let (free, closed) = match node {
            Expr::This | Expr::Index | Expr::Member(None, ..) | Expr::Type(_, None, _) => (false, true),
            Expr::Total | Expr::Once(..) => (false, false),
            Expr::Member(Some(base), ..) | Expr::Negate(base) | Expr::Plus(base) | Expr::Type(_, Some(base), _) => {
                (part(base).free, part(base).closed)
            }
            Expr::Indexer(one, other) | Expr::Binary(_, one, other) => both(part(one), part(other)),
            Expr::Call(base, function, range) => {
                let base = base.as_ref().map_or(Part { closed: true, ..NONE }, part);
                let list = of(*range);
                if function.iterates {
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
        parts.push(Part { free, closed, ..NONE });
    }
    let mut kept = Vec::new();
    for (place, node) in nodes.iter().enumerate().rev() {
        let mut own = *table::row(&parts, place, &NONE);
        let is_plain =
            !matches!(node, Expr::Member(..) | Expr::Call(..) | Expr::Indexer(..) | Expr::Binary(..) | Expr::Type(..));
        if own.repeated && own.free && !own.inside && !is_plain {
            kept.push(place);
            own.inside = true;
        }
        let mut pass = |id: &ExprId, argument: bool| {
            if let Some(part) = table::row_mut(&mut parts, id.0 as usize) {
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
                of(*range).iter().for_each(|argument| pass(argument, function.iterates));
            }
            _ => {}
        }
    }
    for (slot, place) in kept.iter().enumerate() {
        let id = ExprId(nodes.len() as u32);
        if let Some(node) = table::row_mut(nodes, *place) {
            let whole = std::mem::replace(node, Expr::Once(id, slot as u32));
            nodes.push(whole);
        }
    }
    tree.once = kept.len() as u32;
}
