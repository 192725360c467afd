//! The ids of elements and contained resources: noted, for they must be unique in their resource.

use crate::definitions::{TypeId, TypeKind, known};
use crate::document::{Kind, NodeId, name};
use crate::report::At;
use crate::validate::element::unknown;
use crate::validate::instance::Instance;
use crate::validate::primitive_form::{ID_WITH_SPACE, PRIMITIVE_VALUE};

/// Whether a property is `_id`, and would be right beside any other primitive. No resource extends its id by an extension that is known.
#[cold]
pub(crate) fn is_companion_as_others(instance: &Instance<'_>, object: NodeId, child: NodeId) -> bool {
    let (document, member) = (instance.document, instance.document.node(child));
    if member.name != name::ID || !member.is_companion() || document.kind(child) != Kind::Object {
        return false;
    }
    let has_id = document.member(object, name::ID).is_some();
    let is_resource = document.member(object, name::RESOURCE_TYPE).is_some();
    let mut parts = document.children(child).peekable();
    let is_known = |extension: NodeId| {
        let url = document.member_text(extension, name::URL);
        url.is_some_and(|url| instance.engine.definitions.extension(&url).is_some())
    };
    parts.peek().is_some()
        && parts.all(|part| match document.node(part).name {
            name::ID => has_id,
            name::EXTENSION => {
                let mut extensions = document.children(part).peekable();
                document.kind(part) == Kind::Array
                    && extensions.peek().is_some()
                    && (!is_resource || has_id && !extensions.any(is_known))
            }
            _ => false,
        })
}

/// Notes an id; says whether it is one. Neither Resource.id nor Element.id has an id or extensions of its own: both are strings of FHIRPath,
/// and the page on JSON has no `_id`.
pub(crate) fn check(instance: &mut Instance<'_>, object: NodeId, child: NodeId, of: TypeId) -> bool {
    if instance.document.node(child).is_companion() {
        unknown::check(instance, object, child, of);
        return false;
    }
    let is_resource = instance.definitions.type_of(of).kind == TypeKind::Resource;
    if !is_resource && instance.document.string(child).is_some_and(|id| id.contains(char::is_whitespace)) {
        instance.findings.add(&PRIMITIVE_VALUE, At::Value(child), ID_WITH_SPACE);
    }
    // The id of the container itself names it from outside. A snapshot and a differential have the same ElementDefinitions.
    let is_definition = of == known::ELEMENT_DEFINITION;
    if object != instance.container && !is_definition && instance.document.kind(child) == Kind::String {
        instance.notes.ids.push((instance.container, child));
    }
    true
}
