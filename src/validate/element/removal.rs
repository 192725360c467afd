//! What is empty is left out, and what is empty then, too; what repeats is an array, and what does not is not.

use crate::definitions::{TypeId, known};
use crate::document::{Kind, NameId, NodeId, name};
use crate::report::FIXES;
use crate::validate::element::trial;
use crate::validate::instance::Instance;
use crate::validate::notes::Purpose;

/// Whether a node is the only member of its object, or the only item of its array.
pub(crate) fn is_alone(instance: &Instance<'_>, node: NodeId) -> bool {
    let holder = instance.document.parent(node);
    node.0 == holder.0 + 1 && instance.document.after(node) == instance.document.after(holder)
}

/// What to leave out, so that a member of an object goes: the member itself, or an object that has nothing else. Nothing where
/// something would be missing then.
#[cold]
pub(crate) fn removed(instance: &mut Instance<'_>, object: NodeId, of: TypeId, member: NodeId) -> Vec<NodeId> {
    if !FIXES || instance.purpose != Purpose::Report || !may_go(instance, object, of, member) {
        return Vec::new();
    }
    if is_alone(instance, member) {
        return holder_removed(instance, object);
    }
    // With nothing but its id an element says nothing.
    let id = name::ID;
    let mut others = instance.document.children(object).filter(|&other| other != member);
    let other = others.next().map(|other| instance.document.node(other).name);
    if other == Some(id) && others.next().is_none() { Vec::new() } else { vec![member] }
}

/// The same for an item of an array that is a member of an object.
#[cold]
pub(crate) fn item_removed(instance: &mut Instance<'_>, object: NodeId, of: TypeId, item: NodeId) -> Vec<NodeId> {
    let array = instance.document.parent(item);
    if is_alone(instance, item) {
        return removed(instance, object, of, array);
    }
    let body = instance.definitions.body(instance.definitions.type_of(of));
    let field = body.field(instance.document.node(array).name);
    let many = field.is_none_or(|field| body.element(field).min > 1);
    if many || instance.purpose != Purpose::Report { Vec::new() } else { vec![item] }
}

/// What to leave out, so that a value that says nothing goes: `""`, `{}`, an array of nothing but these. It is an item or a member of an
/// object of this type.
#[cold]
pub(crate) fn nothing_removed(instance: &mut Instance<'_>, node: NodeId, of: TypeId) -> Vec<NodeId> {
    if !FIXES || !says_nothing(instance, node) {
        return Vec::new();
    }
    let holder = instance.document.parent(node);
    if instance.document.kind(holder) == Kind::Array {
        item_removed(instance, instance.document.parent(holder), of, node)
    } else {
        removed(instance, holder, of, node)
    }
}

/// Whether there is nothing in a value but what is empty.
#[cold]
pub(crate) fn says_nothing(instance: &Instance<'_>, node: NodeId) -> bool {
    let document = instance.document;
    (node.0..document.after(node).0).all(|at| match document.kind(NodeId(at)) {
        Kind::Null | Kind::Object | Kind::Array => true,
        Kind::String => document.value(NodeId(at)).is_empty(),
        _ => false,
    })
}

/// What to leave out, so that a property goes that its object does not have. Nothing where the object would say nothing then.
#[cold]
pub(crate) fn unknown_removed(instance: &Instance<'_>, object: NodeId, member: NodeId) -> Vec<NodeId> {
    let mut others = instance.document.children(object).filter(|&other| other != member);
    let left = others.any(|other| {
        let name = instance.document.node(other).name;
        name != name::ID && name != name::RESOURCE_TYPE
    });
    if FIXES && left && instance.purpose == Purpose::Report { vec![member] } else { Vec::new() }
}

/// The same for the object that is being validated, which is empty or will be. What is empty then says so itself.
#[cold]
pub(crate) fn holder_removed(instance: &mut Instance<'_>, object: NodeId) -> Vec<NodeId> {
    let Some((of, _)) = instance.element.filter(|_| FIXES) else { return Vec::new() };
    let holder = instance.document.parent(object);
    if instance.document.kind(holder) != Kind::Array {
        return if may_go(instance, holder, of, object) { vec![object] } else { Vec::new() };
    }
    let outer = instance.document.parent(holder);
    if !is_alone(instance, object) {
        return item_removed(instance, outer, of, object);
    }
    if may_go(instance, outer, of, holder) { vec![holder] } else { Vec::new() }
}

/// Whether an object is right without a member that says nothing.
fn may_go(instance: &mut Instance<'_>, object: NodeId, of: TypeId, member: NodeId) -> bool {
    let body = instance.definitions.body(instance.definitions.type_of(of));
    let Some(field) = body.field(instance.document.node(member).name) else { return false };
    let element = body.element(field).name;
    // Rules beside those of the structure ask for these; an extension has a value or parts.
    let of_event = instance.document.node(object).name == name::EVENT_CODING;
    let is_asked_for = [name::ID, name::FULL_URL, name::REFERENCE, name::RESOURCE].contains(&element)
        || (of_event && [name::SYSTEM, name::CODE].contains(&element));
    !is_asked_for
        && !body.required.has(field.element)
        && of != known::EXTENSION
        && trial::constraints_hold(instance, object, of, (member, NameId::UNKNOWN), element)
}

/// The member of an object that becomes the one item of an array; none where a companion would not fit any more.
#[cold]
pub(crate) fn wrapped(instance: &Instance<'_>, object: NodeId, member: NodeId) -> Vec<NodeId> {
    // What says nothing is left out, and the finding about that does it.
    if says_nothing(instance, member) {
        return Vec::new();
    }
    let node = instance.document.node(member);
    let other = instance.sibling(object, node.name, !node.is_companion());
    let fits = other
        .is_none_or(|other| instance.document.kind(other) != Kind::Array || is_alone(instance, NodeId(other.0 + 1)));
    if fits { vec![member] } else { Vec::new() }
}

/// The array that its one item replaces.
#[cold]
pub(crate) fn unwrapped(instance: &Instance<'_>, array: NodeId) -> Vec<NodeId> {
    let item = NodeId(array.0 + 1);
    let one = instance.document.after(array) > item && is_alone(instance, item);
    if one && !matches!(instance.document.kind(item), Kind::Null | Kind::Array) { vec![array] } else { Vec::new() }
}
