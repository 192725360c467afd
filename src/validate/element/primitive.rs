//! primitive-value, string-html: values of primitive elements.

use super::{canonical_url, empty, example_url, json_kind, narrative, primitive_fix};
use crate::definitions::{Element, Field, Primitive, TypeId, known};
use crate::document::table::{before, part};
use crate::document::{Kind, NodeId, name};
use crate::report::{At, Rule, Severity, Words};
use crate::validate::instance::Instance;
use crate::validate::notes::Fragment;
use crate::validate::primitive_form::{
    PRIMITIVE_VALUE, Problem, SHORT_OID, is_short_oid, problem, urn_type, without_part,
};

pub(crate) const STRING_HTML: Rule = Rule::new(
    "string-html",
    Severity::Warning,
    "value",
    "Strings hold no tags of HTML.",
    &[HTML_IN_STRING, HTML_IN_MARKDOWN],
);
const HTML_IN_STRING: Words =
    Words("This string contains an HTML tag: it would run where the string is shown as HTML.");
const HTML_IN_MARKDOWN: Words = Words("This markdown contains HTML: take care where it is shown.");

/// Validates a value of a primitive element, and notes what other rules ask of it.
pub(crate) fn check(
    instance: &mut Instance<'_>,
    node: NodeId,
    holder: TypeId,
    element: &Element,
    field: &Field,
    primitive: Primitive,
) {
    let before = instance.findings.len();
    value(instance, primitive, node);
    if primitive == Primitive::Xhtml {
        narrative::check(instance, node);
    }
    if matches!(primitive, Primitive::Uri | Primitive::Url | Primitive::Canonical) {
        note_uri(instance, node, holder, field, primitive == Primitive::Canonical);
        if primitive == Primitive::Uri && element.name == name::URL {
            canonical_url::check(instance, node, holder);
        }
        if instance.findings.refuses_examples {
            example_url::check(instance, node);
        }
        // A fullUrl that is a URN has a rule of its own.
        if element.name != name::FULL_URL {
            urn(instance, primitive, node);
        }
    } else if primitive == Primitive::Oid && instance.findings.len() == before {
        urn(instance, primitive, node);
    }
    if instance.findings.len() != before {
        primitive_fix::fix(instance, before, node, holder, field, primitive);
    }
}

/// Validates a value by its type.
#[inline]
fn value(instance: &mut Instance<'_>, primitive: Primitive, node: NodeId) {
    let kind = instance.document.kind(node);
    let fits = match primitive {
        Primitive::Boolean => matches!(kind, Kind::True | Kind::False),
        Primitive::Integer | Primitive::PositiveInt | Primitive::UnsignedInt | Primitive::Decimal => {
            kind == Kind::Number
        }
        _ => kind == Kind::String,
    };
    if !fits {
        json_kind::wrong(instance, primitive, kind, node);
        return;
    }
    if primitive == Primitive::Boolean {
        return;
    }
    let value = instance.document.value(node);
    if value.is_empty() {
        empty::string(instance, node);
    } else if let Err(problem) = problem(primitive, &value) {
        wrong_value(instance, primitive, problem, &value, node);
    } else if matches!(primitive, Primitive::String | Primitive::Markdown) && value.contains('<') {
        embedded_html(instance, primitive, &value, node);
    }
}

/// The extension of strings that hold XHTML.
const RENDERING_XHTML: &str = "http://hl7.org/fhir/StructureDefinition/rendering-xhtml";

/// Whoever shows a string as HTML would run what is in it. Markdown may hold HTML, and whoever shows it must look at it.
#[cold]
fn embedded_html(instance: &mut Instance<'_>, of: Primitive, value: &str, node: NodeId) {
    let Some((start, end)) = html_tag(value) else { return };
    // Its value "includes additional XHTML markup": that is what it is for.
    if instance
        .document
        .member_text(instance.document.parent(node), name::URL)
        .is_some_and(|url| url == RENDERING_XHTML)
    {
        return;
    }
    let at = At::Span(node, instance.document.offset_in(node, start), instance.document.offset_in(node, end));
    let (severity, words) = match of {
        Primitive::Markdown => (Severity::Information, HTML_IN_MARKDOWN),
        _ => (Severity::Warning, HTML_IN_STRING),
    };
    instance.findings.add_as(&STRING_HTML, severity, at, words);
}

/// The first tag in a text: `<`, a name, and perhaps attributes, up to `>`.
fn html_tag(text: &str) -> Option<(usize, usize)> {
    let mut pieces = text.split('<');
    let mut start = pieces.next()?.len();
    for piece in pieces {
        if let Some(end) = piece.find('>') {
            let inner = part(piece, 0..end);
            let inner = inner.strip_prefix('/').unwrap_or(inner);
            let name = before(inner, &[' ', '\t', '\n', '\r', '/']);
            if name.starts_with(|first: char| first.is_ascii_alphabetic())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            {
                return Some((start, start + end + 2));
            }
        }
        start += piece.len() + 1;
    }
    None
}

#[cold]
fn wrong_value(instance: &mut Instance<'_>, primitive: Primitive, problem: Problem, value: &str, node: NodeId) {
    // White space alone is a value that was left out; what cannot do without one says so.
    let is_required = matches!(primitive, Primitive::Id | Primitive::Base64Binary | Primitive::Xhtml);
    let severity = if is_required || !value.trim().is_empty() { Severity::Error } else { Severity::Warning };
    instance.findings.add_as(&PRIMITIVE_VALUE, severity, At::Value(node), problem.content(primitive, value));
}

/// Checks a URI that is a UUID or an OID: those have a form of their own.
fn urn(instance: &mut Instance<'_>, of: Primitive, node: NodeId) {
    // Most URIs are URLs: the first character tells.
    let Some(primitive) = instance.document.raw(node).get(1..).and_then(urn_type) else { return };
    let value = instance.document.value(node);
    if let Err(problem) = problem(primitive, without_part(of, &value)) {
        wrong_value(instance, primitive, problem, &value, node);
    } else if primitive == Primitive::Oid && is_short_oid(&value) {
        let content = SHORT_OID.value("found", &value);
        instance.findings.add_as(&PRIMITIVE_VALUE, Severity::Warning, At::Value(node), content);
    }
}

/// Notes what resolves to another resource and is not a Reference.
fn note_uri(instance: &mut Instance<'_>, node: NodeId, holder: TypeId, field: &Field, canonical: bool) {
    let noted = Fragment { container: instance.container, node, canonical, type_ref: (holder, field.type_ref) };
    if instance.document.value(node).starts_with('#') {
        instance.notes.fragments.push(noted);
    } else if canonical && holder != known::META {
        instance.notes.canonicals.push(noted);
    }
}

#[cfg(test)]
mod tests {
    use super::STRING_HTML;
    use crate::validate::told::assert_told;

    #[test]
    fn a_string_has_no_tags_of_html() {
        assert_told(
            STRING_HTML,
            r#"{"resourceType":"Patient","name":[{"text":"…"}]}"#,
            &[
                ("a < b > c", &[]),
                (
                    "<b>Ana</b>",
                    &[
                        "/name/0/text: This string contains an HTML tag: it would run where the string is shown as HTML.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn html_in_markdown_is_told_in_other_words() {
        assert_told(
            STRING_HTML,
            r#"{"resourceType":"ValueSet","status":"draft","description":"…"}"#,
            &[
                ("*Ana*", &[]),
                ("<b>Ana</b>", &["/description: This markdown contains HTML: take care where it is shown."]),
            ],
        );
    }
}
