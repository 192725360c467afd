//! Values of elements, as profiles speak of them: a primitive with its companion is one value, and has elements inside it.

use crate::definitions::{TypeId, TypeKind, known};
use crate::document::{Kind, NameId, NodeId, Property, name};
use crate::validate::instance::Instance;

/// A value, and its type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item {
    pub(crate) property: Property,
    pub(crate) of: TypeId,
}

impl Item {
    /// An object that is a value of this type.
    pub(crate) fn object(node: NodeId, of: TypeId) -> Self {
        Self { property: Property { value: Some(node), companion: None }, of }
    }

    /// The value with its type.
    pub(crate) fn value(self) -> (Property, TypeId) {
        (self.property, self.of)
    }

    /// Where it is in the document: the companion where there is no value.
    pub(crate) fn node(self) -> NodeId {
        self.property.value.or(self.property.companion).unwrap_or(NodeId::ROOT)
    }

    /// The object that has its elements, with the type that knows their names: of a primitive, its companion.
    pub(crate) fn inside(self, instance: &Instance<'_>) -> Option<(NodeId, TypeId)> {
        let (object, of) = match self.is_primitive(instance) {
            true => (self.property.companion?, known::ELEMENT),
            false => (self.property.value?, self.of),
        };
        (instance.document.kind(object) == Kind::Object).then_some((object, of))
    }

    /// Whether it is of a primitive type.
    pub(crate) fn is_primitive(self, instance: &Instance<'_>) -> bool {
        matches!(instance.definitions.type_of(self.of).kind, TypeKind::Primitive(_))
    }

    /// Whether it is of a type. A code is no string here, although it is derived from that: where a profile leaves a string, only that is meant.
    pub(crate) fn is_of(self, instance: &Instance<'_>, of: TypeId) -> bool {
        match instance.definitions.type_of(of).kind {
            TypeKind::Primitive(_) => self.of == of,
            _ => instance.definitions.is_a(self.of, of),
        }
    }

    /// Whether it is a resource.
    pub(crate) fn is_resource(self, instance: &Instance<'_>) -> bool {
        matches!(instance.definitions.type_of(self.of).kind, TypeKind::Resource | TypeKind::AbstractResource)
    }
}

/// The values of an element of an object; of a choice, whatever their type.
pub(crate) fn items(instance: &Instance<'_>, (object, of): (NodeId, TypeId), name: NameId) -> Vec<Item> {
    let (document, body) = (instance.document, instance.body(of));
    let mut properties: Vec<(NameId, Property, TypeId)> = Vec::new();
    for member in document.children(object) {
        let own = document.node(member).name;
        let Some(field) = body.field(own).filter(|field| body.element(field).name == name) else { continue };
        let of = body.type_ref(field.type_ref).of;
        match properties.iter_mut().find(|(known, ..)| *known == own) {
            Some((_, property, _)) => property.take(document, member),
            None => {
                let mut property = Property::default();
                property.take(document, member);
                properties.push((own, property, of));
            }
        }
    }
    let is_there = |node: Option<NodeId>| node.filter(|&node| document.kind(node) != Kind::Null);
    let mut items = Vec::new();
    for (_, property, of) in properties {
        for Property { value, companion } in property.items(document) {
            let property = Property { value: is_there(value), companion: is_there(companion) };
            if property != Property::default() {
                items.push(Item { property, of: resource_type(instance, property.value).unwrap_or(of) });
            }
        }
    }
    items
}

/// The type of a value that is a resource.
pub(crate) fn resource_type(instance: &Instance<'_>, node: Option<NodeId>) -> Option<TypeId> {
    let named = instance.document.member_text(node?, name::RESOURCE_TYPE)?;
    instance.definitions.resource_type(&named)
}
