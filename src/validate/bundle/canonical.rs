//! Canonicals that name a resource of the Bundle, or whose URL says a type.

use crate::definitions::{TypeId, known};
use crate::document::table::before;
use crate::report::{At, Severity, Words};
use crate::validate::bundle::whole::Whole;
use crate::validate::element::canonical_url::{CANONICAL_URL, RELATIVE_CANONICAL};
use crate::validate::findings::Findings;
use crate::validate::notes::Fragment;
use crate::validate::references::{CANONICAL_NOT_ALLOWED, REF_TYPE, TYPE_NOT_ALLOWED, named_type, not_allowed_as};
use crate::validate::uri::has_scheme;

/// Canonicals that name a resource of the Bundle, or whose URL says a type.
pub(crate) fn check(whole: &Whole<'_>, findings: &mut Findings) {
    if whole.notes.canonicals.is_empty() || !findings.has_room() {
        return;
    }
    for canonical in &whole.notes.canonicals {
        let text = whole.document.value(canonical.node);
        let url = before(&text, &['|', '#']);
        match whole.entries.with_canonical(url, whole.document) {
            Some(node) => {
                let of = whole.entries.around(node).and_then(|place| whole.entries.at(place as u32).resource_type);
                of_type(whole, findings, canonical, of, (TYPE_NOT_ALLOWED, Severity::Error));
            }
            // R4's own examples have such; they resolve to something on one server alone.
            None if !has_scheme(url) => {
                if !text.trim().is_empty() {
                    findings.add(&CANONICAL_URL, At::Value(canonical.node), RELATIVE_CANONICAL.value("found", &text));
                }
            }
            None => {
                if let Some((of, severity)) = named_type(whole.engine, url) {
                    // What a URL of the specification says, HL7's validator counts where a value set is expected.
                    let is_told = of == known::CODE_SYSTEM || takes_value_sets(whole, canonical);
                    let severity = if is_told { severity } else { Severity::Warning };
                    let (holder, _) = canonical.type_ref;
                    let words = match &*whole.definitions().type_of(holder).name {
                        "ElementDefinition.binding" | "ConceptMap" => TYPE_NOT_ALLOWED,
                        _ => CANONICAL_NOT_ALLOWED,
                    };
                    of_type(whole, findings, canonical, Some(of), (words, severity));
                }
            }
        }
    }
}

#[cold]
fn takes_value_sets(whole: &Whole<'_>, canonical: &Fragment) -> bool {
    let (definitions, (holder, type_ref)) = (whole.definitions(), canonical.type_ref);
    let body = definitions.body(definitions.type_of(holder));
    body.targets(body.type_ref(type_ref)).iter().any(|&of| definitions.type_of(of).name == "ValueSet")
}

pub(crate) fn of_type(
    whole: &Whole<'_>,
    findings: &mut Findings,
    canonical: &Fragment,
    of: Option<TypeId>,
    (words, severity): (Words, Severity),
) {
    let (holder, type_ref) = canonical.type_ref;
    let body = whole.definitions().body(whole.definitions().type_of(holder));
    let type_ref = body.type_ref(type_ref);
    if let Some(content) = of.and_then(|of| not_allowed_as(whole.definitions(), words, (body, type_ref), of)) {
        findings.add_as(&REF_TYPE, severity, At::Value(canonical.node), content);
    }
}
