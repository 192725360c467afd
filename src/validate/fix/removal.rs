//! What is empty is left out, and what is empty then, too; what repeats is an array, and what does not is none.

use super::super::notes::Purpose;
use super::super::structure::Walk;
use crate::definitions::TypeId;
use crate::document::{Kind, NameId, NodeId, name};
use crate::report::FIXES;

impl Walk<'_> {
    /// Whether a node is the only member of its object, or the only item of its array.
    pub(in crate::validate) fn is_alone(&self, node: NodeId) -> bool {
        let holder = self.document.parent(node);
        node.0 == holder.0 + 1 && self.document.after(node) == self.document.after(holder)
    }

    /// What to leave out, so that a member of an object goes: the member itself, or an object that has nothing else. Nothing where
    /// something would be missing then.
    #[cold]
    pub(in crate::validate) fn removed(&mut self, object: NodeId, of: TypeId, member: NodeId) -> Vec<NodeId> {
        if !FIXES || self.purpose != Purpose::Report || !self.may_go(object, of, member) {
            return Vec::new();
        }
        if self.is_alone(member) {
            return self.holder_removed(object);
        }
        // With nothing but its id an element says nothing.
        let id = name::ID;
        let mut others = self.document.children(object).filter(|&other| other != member);
        let other = others.next().map(|other| self.document.node(other).name);
        if other == Some(id) && others.next().is_none() { Vec::new() } else { vec![member] }
    }

    /// The same for an item of an array that is a member of an object.
    #[cold]
    pub(in crate::validate) fn item_removed(&mut self, object: NodeId, of: TypeId, item: NodeId) -> Vec<NodeId> {
        let array = self.document.parent(item);
        if self.is_alone(item) {
            return self.removed(object, of, array);
        }
        let body = self.definitions.body(self.definitions.type_of(of));
        let field = body.field(self.document.node(array).name);
        let many = field.is_none_or(|field| body.element(field).min > 1);
        if many || self.purpose != Purpose::Report { Vec::new() } else { vec![item] }
    }

    /// The same for the object that is being validated, which is empty or will be.
    #[cold]
    pub(in crate::validate) fn holder_removed(&mut self, object: NodeId) -> Vec<NodeId> {
        let Some((of, _)) = self.element.filter(|_| FIXES) else { return Vec::new() };
        let holder = self.document.parent(object);
        if self.document.kind(holder) != Kind::Array {
            let alone = self.is_alone(object);
            return if alone || !self.may_go(holder, of, object) { Vec::new() } else { vec![object] };
        }
        let outer = self.document.parent(holder);
        if !self.is_alone(object) {
            return self.item_removed(outer, of, object);
        }
        let alone = self.is_alone(holder);
        if alone || !self.may_go(outer, of, holder) { Vec::new() } else { vec![holder] }
    }

    /// Whether an object is right without a member that says nothing.
    fn may_go(&mut self, object: NodeId, of: TypeId, member: NodeId) -> bool {
        let body = self.definitions.body(self.definitions.type_of(of));
        let Some(field) = body.field(self.document.node(member).name) else { return false };
        let element = body.element(field).name;
        // Rules beside those of the structure ask for these; an extension has a value or parts.
        let of_event = self.document.node(object).name == name::EVENT_CODING;
        let is_asked_for = [name::ID, name::FULL_URL, name::REFERENCE, name::RESOURCE].contains(&element)
            || (of_event && [name::SYSTEM, name::CODE].contains(&element));
        !is_asked_for
            && !body.required.has(field.element)
            && Some(of) != self.validator.types.extension
            && self.constraints_hold(object, of, (member, NameId::UNKNOWN), element)
    }

    /// The member of an object that becomes the one item of an array; none where a companion would not fit any more.
    #[cold]
    pub(in crate::validate) fn wrapped(&self, object: NodeId, member: NodeId) -> Vec<NodeId> {
        let node = self.document.node(member);
        let other = self.sibling(object, node.name, !node.is_companion());
        let fits =
            other.is_none_or(|other| self.document.kind(other) != Kind::Array || self.is_alone(NodeId(other.0 + 1)));
        if fits { vec![member] } else { Vec::new() }
    }

    /// The array of which the one item stands in its place.
    #[cold]
    pub(in crate::validate) fn unwrapped(&self, array: NodeId) -> Vec<NodeId> {
        let item = NodeId(array.0 + 1);
        let one = self.document.after(array) > item && self.is_alone(item);
        if one && !matches!(self.document.kind(item), Kind::Null | Kind::Array) { vec![array] } else { Vec::new() }
    }
}
