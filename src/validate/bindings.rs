//! Codes of required bindings.

use super::findings::Findings;
use super::nearest::nearest;
use super::{KnownTypes, Validator};
use crate::definitions::{Binding, Primitive, Strength, TypeId, TypeKind, ValueSet};
use crate::json::{Document, NodeId};
use crate::report::{At, Text, rules};

/// As many codes are listed in a text; with more, only the nearest one is named.
const FEW_CODES: usize = 10;

/// Checks a value of an element with a binding.
pub(super) fn check(
    validator: &Validator,
    document: &Document<'_>,
    findings: &mut Findings,
    binding: Binding,
    of: TypeId,
    value: NodeId,
) {
    if binding.strength != Strength::Required {
        return;
    }
    let Some(set) = validator.definitions.value_set(binding) else { return };
    let KnownTypes { coding, codeable_concept, quantity, .. } = validator.types;
    let known = validator.definitions.known();
    let is = |known: Option<TypeId>| known == Some(of);
    let is_code = matches!(validator.definitions.type_of(of).kind, TypeKind::Primitive(Primitive::Code));
    if is_code {
        check_code(document, findings, set, value);
    } else if is(coding) || is(quantity) {
        check_coding(validator, document, findings, set, value);
    } else if is(codeable_concept) {
        let codings = document.member(value, known.coding);
        let items: Vec<NodeId> = codings.map(|list| document.children(list).collect()).unwrap_or_default();
        let in_set = |&item: &NodeId| has_coding(validator, document, set, item) != Some(false);
        // Without a coding, an extension may say why there is none.
        let explained = items.is_empty() && document.member(value, known.extension).is_some();
        if set.expansion().is_ok() && !explained && !items.iter().any(in_set) {
            let text = Text::new("None of the codings is in the value set ")
                .and(set.url.clone())
                .and(", which is required here.");
            findings.add(&rules::BINDING_REQUIRED, At::Start(value), text);
        }
    }
}

fn check_code(document: &Document<'_>, findings: &mut Findings, set: &ValueSet, value: NodeId) {
    let Some(code) = document.string(value) else { return };
    // An empty code has been reported as empty.
    if code.is_empty() || set.has_code(&code) != Some(false) {
        return;
    }
    let mut text = Text::new("The code ").value(&code).and(" is not in the value set ").and(set.url.clone());
    let few: Vec<&str> = set.codes().take(FEW_CODES + 1).collect();
    text = if few.len() <= FEW_CODES {
        text.and(", which is required here: ").and(few.join(", ")).and(".")
    } else {
        text.and(", which is required here.")
    };
    let near = nearest(&code, set.codes()).map(str::to_owned);
    if let Some(finding) = findings.add(&rules::BINDING_REQUIRED, At::Value(value), text) {
        finding.suggested = near.map(|near| (near, false));
    }
}

fn check_coding(
    validator: &Validator,
    document: &Document<'_>,
    findings: &mut Findings,
    set: &ValueSet,
    value: NodeId,
) {
    if has_coding(validator, document, set, value) == Some(false) {
        let code = document.member(value, validator.definitions.known().code);
        let text = Text::new("The code is not in the value set ").and(set.url.clone()).and(", which is required here.");
        findings.add(&rules::BINDING_REQUIRED, code.map_or(At::Start(value), At::Value), text);
    }
}

/// Whether a Coding (or Quantity) has a system and a code of the set. `None` where that cannot be told offline, or where a code
/// is not given as text: an extension may say why.
fn has_coding(validator: &Validator, document: &Document<'_>, set: &ValueSet, coding: NodeId) -> Option<bool> {
    let known = validator.definitions.known();
    let text = |name| document.member(coding, name).and_then(|node| document.string(node));
    let code = text(known.code)?;
    set.has_coding(text(known.system).as_deref().unwrap_or(""), &code)
}
