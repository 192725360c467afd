//! canonical-url: the url by which others refer to a definition is absolute.

use crate::definitions::{TypeId, TypeKind};
use crate::document::NodeId;
use crate::report::{At, Words, rules};
use crate::validate::instance::Instance;
use crate::validate::uri::has_scheme;

/// The url by which others refer to a definition is absolute.
pub(in crate::validate) fn check(instance: &mut Instance<'_>, node: NodeId, holder: TypeId) {
    let of = instance.validator.definitions().type_of(holder);
    // That of a Device is where it can be reached, and that of a Contract the name of one contract.
    let is_canonical = !matches!(of.name.as_ref(), "Contract" | "Device" | "DeviceDefinition");
    if of.kind != TypeKind::Resource || !is_canonical {
        return;
    }
    let url = instance.document.value(node);
    if !url.is_empty() && !has_scheme(&url) {
        instance.findings.add(&rules::CANONICAL_URL, At::Value(node), URL_NOT_ABSOLUTE.value("found", &url));
    }
}

const URL_NOT_ABSOLUTE: Words = Words("{found} is not an absolute URI: others refer to this resource by its url.");
