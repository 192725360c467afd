//! Values of primitive elements that are not of the right kind or form.

use super::form::{fixed, other_order};
use crate::definitions::{Field, Primitive, Strength, TypeId, known};
use crate::document::{Kind, NodeId, name};
use crate::report::{Act, At, FIXES, Finding, Fix};
use crate::validate::element::empty::ELEMENT_EMPTY;
use crate::validate::element::form::is_number;
use crate::validate::element::json_kind::ELEMENT_TYPE;
use crate::validate::element::{binding, meant, removal};
use crate::validate::instance::Instance;
use crate::validate::notes::Purpose;
use crate::validate::primitive_form::{PRIMITIVE_VALUE, is_valid_primitive, problem};

/// An id is compared with so many.
const MOST_CONTAINED: usize = 100;

/// Gives the findings that were added at a value of a primitive element, since there were so many, their fixes.
#[cold]
pub(crate) fn fix(
    instance: &mut Instance<'_>,
    before: usize,
    node: NodeId,
    holder: TypeId,
    field: &Field,
    primitive: Primitive,
) {
    if !FIXES || instance.purpose != Purpose::Report {
        return;
    }
    let mut added = instance.findings.take_since(before);
    for finding in added.iter_mut().filter(|finding| finding.at == At::Value(node)) {
        if let Some(fix) = fix_of(instance, finding, node, holder, field, primitive) {
            finding.fix = Some(Box::new(fix));
        }
    }
    instance.findings.found.extend(added);
}

/// The fix of a finding at a value, where there is one.
fn fix_of(
    instance: &mut Instance<'_>,
    finding: &Finding,
    node: NodeId,
    holder: TypeId,
    field: &Field,
    primitive: Primitive,
) -> Option<Fix> {
    let fix =
        |value: String, act: Act, certain: bool| Fix { certain, ..Fix::certain(Some(value), true, act, vec![node]) };
    if finding.rule == ELEMENT_EMPTY.name {
        let nodes = without(instance, node, holder);
        return (!nodes.is_empty()).then(|| Fix::certain(None, false, Act::Remove, nodes));
    }
    if finding.rule == ELEMENT_TYPE.name {
        if let Some((value, act)) = of_right_kind(instance, node, holder, field, primitive) {
            return Some(fix(value, act, true));
        }
        if removal::says_nothing(instance, node) {
            let nodes = without(instance, node, holder);
            if !nodes.is_empty() {
                return Some(Fix::certain(None, false, Act::Remove, nodes));
            }
        }
        if holder == known::CODING && instance.document.node(node).name == name::SYSTEM {
            let coding = instance.document.parent(node);
            return meant::system_fix(instance, coding);
        }
        let body = instance.body(holder);
        return Fix::choice(binding::choices(instance.definitions, body, body.element(field)), Act::Replace, node);
    }
    if finding.rule == PRIMITIVE_VALUE.name {
        let text = instance.document.value(node);
        let Some((value, certain)) = fixed(primitive, &text).filter(|(id, _)| is_new_id(instance, node, holder, id))
        else {
            let dates = other_order(primitive, &text);
            // Of `1/31/2026` there is only one reading; that points put the day first, not all who write them know.
            let certain = dates.len() == 1 && !text.contains('.');
            let fix = Fix::choice((dates, false), Act::Replace, node);
            return fix.map(|fix| Fix { from_message: true, certain, ..fix });
        };
        let is_number = certain && instance.document.kind(node) == Kind::Number;
        return Some(fix(value, if is_number { Act::ReplaceJson } else { Act::Replace }, certain));
    }
    None
}

/// What to leave out, so that an empty value goes.
fn without(instance: &mut Instance<'_>, node: NodeId, holder: TypeId) -> Vec<NodeId> {
    let parent = instance.document.parent(node);
    if instance.document.kind(parent) != Kind::Array {
        return removal::removed(instance, parent, holder, node);
    }
    let object = instance.document.parent(parent);
    // What is across from it would be across from another.
    let across = instance.sibling(object, instance.document.node(parent).name, true);
    if across.is_some() { Vec::new() } else { removal::item_removed(instance, object, holder, node) }
}

/// Whether a value is not an id of a resource that another one beside it has.
fn is_new_id(instance: &Instance<'_>, node: NodeId, holder: TypeId, value: &str) -> bool {
    let resource = instance.document.parent(node);
    if instance.document.node(node).name != name::ID
        || instance.document.member(resource, name::RESOURCE_TYPE).is_none()
    {
        return true;
    }
    let list = instance.document.parent(resource);
    if instance.document.node(list).name != name::CONTAINED {
        return instance.entries().with_id(holder, value).is_empty();
    }
    let mut ids = instance.document.children(list).filter_map(|one| instance.text_of(one, name::ID));
    instance.document.children(list).nth(MOST_CONTAINED).is_none() && ids.all(|id| id != value)
}

/// A value that is of another kind of JSON, and else right.
fn of_right_kind(
    instance: &Instance<'_>,
    node: NodeId,
    holder: TypeId,
    field: &Field,
    primitive: Primitive,
) -> Option<(String, Act)> {
    let value = instance.document.value(node);
    let text = value.trim();
    let kind = instance.document.kind(node);
    match primitive {
        Primitive::Boolean => {
            let lower = text.to_ascii_lowercase();
            (kind == Kind::String && matches!(lower.as_str(), "true" | "false")).then_some((lower, Act::ReplaceJson))
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
            let body = instance.definitions.body(instance.definitions.type_of(holder));
            let element = body.element(field);
            let required = element.binding.filter(|binding| binding.strength == Strength::Required);
            let set = required.and_then(|binding| instance.definitions.value_set(binding));
            // Other rules look at these as well.
            let is_free = match element.name {
                name if name == name::REFERENCE => false,
                name if name == name::ID => !instance.entries().is_bundle(),
                name if name == name::CODE && holder == known::CODING => {
                    let system = instance.text_of(instance.document.parent(node), name::SYSTEM);
                    system.is_none_or(|system| instance.definitions.code_system(&system).is_none())
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
