//! resource-type: a resource says its resourceType, and R4 has it.

use crate::definitions::{TypeId, TypeKind};
use crate::document::{Kind, NodeId, name};
use crate::report::{Act, At, FIXES, Fix, Rule, Severity, Suggest, Words};
use crate::validate::element::{removal, trial};
use crate::validate::instance::{Instance, Start};
use crate::validate::nearest::nearest;
use crate::validate::notes::Purpose;

pub(crate) const RESOURCE_TYPE: Rule = Rule::new(
    "resource-type",
    Severity::Error,
    "structure",
    "A resource says its resourceType, and R4 has it.",
    &[NO_RESOURCE_TYPE, RESOURCE_TYPE_NOT_STRING, UNKNOWN_RESOURCE_TYPE, OTHER_RESOURCE, NO_OBJECT, NO_BUNDLE],
);
const NO_RESOURCE_TYPE: Words = Words("resourceType is missing.");
const RESOURCE_TYPE_NOT_STRING: Words = Words("resourceType is not a string: the name of a resource type is expected.");
const UNKNOWN_RESOURCE_TYPE: Words = Words("{found} is not a resource type of R4.");
const OTHER_RESOURCE: Words = Words("A resource of type {expected} is expected here.");
const NO_OBJECT: Words = Words("A FHIR resource is a JSON object, not {found}.");
pub(crate) const NO_BUNDLE: Words = Words("A Bundle is expected here.");

/// The type that a resource says it is, or a finding; `expected` is the one that its element allows.
pub(crate) fn check(instance: &mut Instance<'_>, node: NodeId, expected: Option<TypeId>) -> Option<TypeId> {
    let of = stated(instance, node)?;
    if let Some(expected) = expected
        && !instance.definitions.is_a(of, expected)
    {
        let name = instance.definitions.type_of(expected).name.clone();
        instance.findings.add(&RESOURCE_TYPE, At::Start(node), OTHER_RESOURCE.name("expected", name));
    }
    Some(of)
}

/// A document that is not an object.
#[cold]
pub(crate) fn not_an_object(instance: &mut Instance<'_>, node: NodeId) {
    let content = NO_OBJECT.name("found", instance.document.kind(node).words());
    instance.findings.add(&RESOURCE_TYPE, At::Value(node), content);
}

/// What is of no type is at the element that holds it; the outermost one has no name.
fn at(node: NodeId, named: NodeId) -> At {
    if node == NodeId::ROOT { At::Value(named) } else { At::Member(named) }
}

fn stated(instance: &mut Instance<'_>, node: NodeId) -> Option<TypeId> {
    let Some(named) = instance.document.member(node, name::RESOURCE_TYPE) else {
        let fix = renamed(instance, node).or_else(|| by_content(instance, node, None));
        instance.findings.add(&RESOURCE_TYPE, At::Start(node), NO_RESOURCE_TYPE).offer_this(fix);
        return None;
    };
    let Some(name) = instance.document.string(named) else {
        let nodes = in_an_array(instance, node, named);
        let fix = if nodes.is_empty() { by_content(instance, node, Some(named)) } else { None };
        let finding = instance.findings.add(&RESOURCE_TYPE, at(node, named), RESOURCE_TYPE_NOT_STRING);
        if nodes.is_empty() {
            finding.offer_this(fix);
        } else {
            finding.fix(Act::Unwrap, nodes);
        }
        return None;
    };
    if let Some(of) = instance.definitions.resource_type(&name) {
        return Some(of);
    }
    let types = instance.definitions.types().iter().filter(|of| of.kind == TypeKind::Resource);
    let near = nearest(&name, &mut types.map(|of| of.name.as_ref()));
    let meant = near.filter(|near| near.certain).and_then(|near| instance.definitions.resource_type(near.name));
    let right = meant.is_some_and(|of| {
        trial::agrees_with_its_url(instance, node, of) && trial::tried(instance, Start::ResourceOf(node, of))
    });
    let fix = if near.is_none() { by_content(instance, node, Some(named)) } else { None };
    let content = UNKNOWN_RESOURCE_TYPE.value("found", &name);
    let finding = instance.findings.add(&RESOURCE_TYPE, at(node, named), content);
    if let Some(near) = near {
        let nodes = if right { vec![named] } else { Vec::new() };
        finding.suggest(near.name.to_owned(), false, Act::Replace, nodes);
    } else {
        finding.offer_this(fix);
    }
    None
}

/// The property that is called nearly so, and has the name of a type.
#[cold]
fn renamed(instance: &Instance<'_>, node: NodeId) -> Option<Fix> {
    let document = instance.document;
    let is_type = |member: &NodeId| {
        document.string(*member).is_some_and(|name| instance.definitions.resource_type(&name).is_some())
    };
    let is_near = |member: &NodeId| {
        let near = nearest(&document.name_of(*member), &mut std::iter::once(TYPE)).is_some_and(|near| near.certain);
        near || document.name_of(*member).ends_with("esourceType")
    };
    let member = document.children(node).take(MOST_MEMBERS).find(|member| is_near(member) && is_type(member))?;
    FIXES.then(|| Fix::certain(Some(TYPE.to_owned()), false, Act::Rename, vec![member]))
}

const TYPE: &str = "resourceType";

/// Resources have no more properties.
const MOST_MEMBERS: usize = 100;

/// The only type of which a resource has all its properties, and is right.
#[cold]
fn by_content(instance: &mut Instance<'_>, node: NodeId, named: Option<NodeId>) -> Option<Fix> {
    if !FIXES || instance.purpose != Purpose::Report {
        return None;
    }
    let (definitions, document) = (instance.definitions, instance.document);
    let members = || document.children(node).filter(|&member| Some(member) != named);
    if members().count() < FEWEST_MEMBERS {
        return None;
    }
    // It is tried as one of several types.
    let size = document.after(node).0.saturating_sub(node.0);
    instance.trials = instance.trials.checked_sub(size.saturating_mul(MOST_TYPES))?;
    let mut only = None;
    for (place, of) in definitions.types().iter().enumerate().filter(|(_, of)| of.kind == TypeKind::Resource) {
        let body = definitions.body(of);
        let has = |member: NodeId| body.field(document.node(member).name).is_some();
        // What is not a Bundle is not made one.
        if !members().all(has) || of.name == "Bundle" {
            continue;
        }
        let id = TypeId(u16::try_from(place).ok()?);
        if trial::agrees_with_its_url(instance, node, id) && trial::tried(instance, Start::ResourceOf(node, id)) {
            if only.is_some() {
                return None;
            }
            only = Some(of.name.to_string());
        }
    }
    let act = if named.is_some() { Act::Replace } else { Act::Insert(TYPE) };
    only.map(|only| Fix::offered(Some(only), false, act, vec![named.unwrap_or(node)]))
}

/// As many types are tried at most for the price that is paid.
const MOST_TYPES: u32 = 8;

/// With fewer properties, a resource may be anything.
const FEWEST_MEMBERS: usize = 3;

/// The array whose only item is the name of a type, if the resource is right as one of that.
#[cold]
fn in_an_array(instance: &mut Instance<'_>, node: NodeId, named: NodeId) -> Vec<NodeId> {
    let nodes =
        if instance.document.kind(named) == Kind::Array { removal::unwrapped(instance, named) } else { Vec::new() };
    let item = instance.document.children(named).next().filter(|_| !nodes.is_empty());
    let of =
        item.and_then(|item| instance.document.string(item)).and_then(|name| instance.definitions.resource_type(&name));
    let right = of.is_some_and(|of| {
        trial::agrees_with_its_url(instance, node, of) && trial::tried(instance, Start::ResourceOf(node, of))
    });
    if right { nodes } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::RESOURCE_TYPE;
    use crate::validate::options::What;
    use crate::validate::told::{assert_told, told_as};

    #[test]
    fn a_resource_says_its_type_and_r4_has_it() {
        assert_told(
            RESOURCE_TYPE,
            "…",
            &[
                (r#"{"resourceType":"Patient"}"#, &[]),
                ("{}", &[": resourceType is missing."]),
                (
                    r#"{"resourceType":1}"#,
                    &["/resourceType: resourceType is not a string: the name of a resource type is expected."],
                ),
                (r#"{"resourceType":"Person2"}"#, &["/resourceType: 'Person2' is not a resource type of R4."]),
                ("[]", &[": A FHIR resource is a JSON object, not an array."]),
            ],
        );
    }

    #[test]
    fn what_is_to_be_a_bundle_is_one() {
        let of = |name: &str| {
            let text = format!(r#"{{"resourceType":"{name}"}}"#);
            told_as(RESOURCE_TYPE, &text, What::Bundle)
        };
        assert_eq!(of("Bundle"), [""; 0]);
        assert_eq!(of("Patient"), ["/resourceType: A Bundle is expected here."]);
    }
}
