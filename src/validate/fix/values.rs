//! Values of primitive elements that are not of the right kind or form.

use super::super::notes::Purpose;
use super::super::primitives::{is_valid_primitive, problem};
use super::super::structure::Walk;
use super::form::{self, is_number};
use crate::definitions::{Field, Primitive, Strength, TypeId};
use crate::document::{Kind, NodeId, name};
use crate::report::{Act, At, FIXES, rules};

/// An id is compared with so many.
const MOST_CONTAINED: usize = 100;

impl Walk<'_> {
    /// Fixes what has been found at a value of a primitive element since there were so many findings.
    #[cold]
    pub(in crate::validate) fn fix_primitive(
        &mut self,
        before: usize,
        node: NodeId,
        holder: TypeId,
        field: &Field,
        primitive: Primitive,
    ) {
        if !FIXES || self.purpose != Purpose::Report {
            return;
        }
        let parent = self.document.parent(node);
        let in_array = self.document.kind(parent) == Kind::Array;
        let value = self.document.value(node);
        for index in before..self.findings.len() {
            let found = self.findings.since(index).first();
            let Some(rule) = found.filter(|found| found.at == At::Value(node)).map(|found| found.rule.clone()) else {
                continue;
            };
            let (value, act, nodes) = if rule == rules::ELEMENT_EMPTY.name {
                let nodes = if in_array {
                    let object = self.document.parent(parent);
                    // What stands across from it would stand across from another.
                    let across = self.sibling(object, self.document.node(parent).name, true);
                    if across.is_some() { Vec::new() } else { self.item_removed(object, holder, node) }
                } else {
                    self.removed(parent, holder, node)
                };
                (None, Act::Remove, nodes)
            } else if rule == rules::ELEMENT_TYPE.name {
                let Some((value, act)) = self.of_right_kind(node, holder, field, primitive) else { continue };
                (Some(value), act, vec![node])
            } else if rule == rules::PRIMITIVE_VALUE.name {
                let formed = form::fixed(primitive, &value).filter(|(id, _)| self.is_new_id(node, holder, id));
                let Some((value, certain)) = formed else { continue };
                if !certain {
                    let found = self.findings.since(index).first_mut();
                    crate::report::Suggest::offer(found, value, true, Act::Replace, vec![node]);
                    continue;
                }
                let is_number = self.document.kind(node) == Kind::Number;
                (Some(value), if is_number { Act::ReplaceJson } else { Act::Replace }, vec![node])
            } else {
                continue;
            };
            let found = self.findings.since(index).first_mut();
            match value {
                Some(value) => crate::report::Suggest::suggest(found, value, true, act, nodes),
                None => crate::report::Suggest::fix(found, act, nodes),
            }
        }
    }

    /// Whether a value is not an id of a resource that another one beside it has.
    fn is_new_id(&self, node: NodeId, holder: TypeId, value: &str) -> bool {
        let resource = self.document.parent(node);
        if self.document.node(node).name != name::ID || self.document.member(resource, name::RESOURCE_TYPE).is_none() {
            return true;
        }
        let list = self.document.parent(resource);
        if self.document.node(list).name != name::CONTAINED {
            return self.entries().with_id(holder, value).is_empty();
        }
        let mut ids = self.document.children(list).filter_map(|one| self.text_of(one, name::ID));
        self.document.children(list).nth(MOST_CONTAINED).is_none() && ids.all(|id| id != value)
    }

    /// A value that is of another kind of JSON, and else right.
    fn of_right_kind(
        &self,
        node: NodeId,
        holder: TypeId,
        field: &Field,
        primitive: Primitive,
    ) -> Option<(String, Act)> {
        let value = self.document.value(node);
        let text = value.trim();
        let kind = self.document.kind(node);
        match primitive {
            Primitive::Boolean => {
                let lower = text.to_ascii_lowercase();
                (kind == Kind::String && matches!(lower.as_str(), "true" | "false"))
                    .then_some((lower, Act::ReplaceJson))
            }
            Primitive::Integer | Primitive::PositiveInt | Primitive::UnsignedInt | Primitive::Decimal => {
                let right = kind == Kind::String && is_number(text) && problem(primitive, text).is_ok();
                right.then(|| (text.to_owned(), Act::ReplaceJson))
            }
            // What other rules look at as well could be wrong for these.
            Primitive::Uri | Primitive::Url | Primitive::Canonical | Primitive::Oid | Primitive::Uuid => None,
            _ => {
                // `1e3` may have been `1000`.
                let is_exponent = kind == Kind::Number && text.contains(['e', 'E']);
                let scalar = matches!(kind, Kind::Number | Kind::True | Kind::False) && !is_exponent;
                let body = self.definitions.body(self.definitions.type_of(holder));
                let element = body.element(field);
                let required = element.binding.filter(|binding| binding.strength == Strength::Required);
                let set = required.and_then(|binding| self.definitions.value_set(binding));
                // Other rules look at these as well.
                let is_free = match element.name {
                    name if name == name::REFERENCE => false,
                    name if name == name::ID => !self.entries().is_bundle(),
                    name if name == name::CODE && Some(holder) == self.validator.types.coding => {
                        let system = self.text_of(self.document.parent(node), name::SYSTEM);
                        system.is_none_or(|system| self.definitions.code_system(&system).is_none())
                    }
                    _ => true,
                };
                let right = scalar
                    && is_free
                    && is_valid_primitive(primitive, text)
                    && set.is_none_or(|set| set.has_code(text) == Some(true));
                right.then(|| (text.to_owned(), Act::Replace))
            }
        }
    }
}
