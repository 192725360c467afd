//! element-unknown, choice-type: properties are elements that the type has.

use crate::definitions::{Element, Field, Primitive, TypeId, known};
use crate::document::{Kind, NodeId, name};
use crate::report::{Act, At, FIXES, Fix, Rule, Severity, Suggest, Words};
use crate::validate::element::{meant, removal, trial};
use crate::validate::instance::{Instance, Place, Start};
use crate::validate::nearest::{Near, nearest};
use crate::validate::notes::Purpose;
use crate::validate::references::has_form;

pub(crate) const ELEMENT_UNKNOWN: Rule = Rule::new(
    "element-unknown",
    Severity::Error,
    "structure",
    "Properties are elements that the type has.",
    &[UNKNOWN, BESIDE_ID],
);
const UNKNOWN: Words = Words("{type} has no element {found}.");
/// HL7's validator reads it as beside other primitives.
pub(crate) const BESIDE_ID: Words = Words("{type} has no element {found}: an id has neither an id nor extensions.");

pub(crate) const CHOICE_TYPE: Rule = Rule::new(
    "choice-type",
    Severity::Error,
    "structure",
    "A choice element has a type that it may have.",
    &[TYPE_AMONG, TYPE_EXPECTED],
);
const TYPE_AMONG: Words =
    Words("This is not a valid name of {element}[x]: the name must end with one of the allowed types: {allowed}.");
const TYPE_EXPECTED: Words = Words("This is not a valid name of {element}[x]: the name must end with an allowed type.");

/// A companion is looked for among so many properties.
const MOST_MEMBERS: usize = 100;

/// With more types than these, a choice is told by its name only.
const FEW_TYPES: usize = 12;

/// Reports a property that the type does not have.
#[cold]
pub(crate) fn check(instance: &mut Instance<'_>, object: NodeId, child: NodeId, of: TypeId) {
    let definitions = instance.definitions;
    let body = definitions.body(definitions.type_of(of));
    let key = instance.document.name_of(child);
    let bare = key.strip_prefix('_').unwrap_or(&key);
    let choice = body.elements.iter().filter(|element| element.choice).find(|element| {
        let base = definitions.names().text(element.name);
        bare.strip_prefix(base)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(|first: char| first.is_ascii_uppercase()))
    });
    let mut near = nearest(bare, &mut body.fields.iter().map(|field| definitions.names().text(field.name)));
    let (rule, at, content) = if let Some(element) = choice {
        let base = definitions.names().text(element.name);
        let types = body.type_refs(element);
        let content = if types.len() <= FEW_TYPES {
            TYPE_AMONG.list("allowed", types.iter().map(|of| definitions.type_of(of.code).name.clone()))
        } else {
            TYPE_EXPECTED.into()
        };
        if bare == base {
            near = only_type(instance, object, child, of, element).or(near);
        }
        (&CHOICE_TYPE, At::Key(child), content.name("element", base.to_owned()))
    } else {
        let words = if is_companion_as_others(instance, object, child) { BESIDE_ID } else { UNKNOWN };
        let content = words.name("type", body.name.clone()).value("found", &key);
        (&ELEMENT_UNKNOWN, At::Unknown(child), content)
    };
    let nodes = near.map(|near| renamed(instance, object, child, of, near)).unwrap_or_default();
    // Where nothing can have been meant, only whoever wrote it knows whether it may go.
    let is_meant = near.filter(|near| near.certain || !nodes.is_empty());
    let unknown = if is_meant.is_none() { removal::unknown_removed(instance, object, child) } else { Vec::new() };
    if of == known::CODEABLE_CONCEPT
        && meant::CODING.contains(&&*key)
        && let Some(fix) = meant::coding_fix(instance, object)
    {
        instance.findings.add(rule, at, content).offer_this(Some(fix));
        return;
    }
    let act = if !unknown.is_empty() && meant::is_elsewhere(instance, child) { Act::Elsewhere } else { Act::Remove };
    let finding = instance.findings.add(rule, at, content);
    match is_meant.or(near.filter(|_| unknown.is_empty())) {
        Some(near) if near.certain || nodes.is_empty() => {
            finding.suggest(near.name.to_owned(), false, Act::Rename, nodes);
        }
        Some(near) => finding.offer(near.name.to_owned(), false, Act::Rename, nodes),
        None if unknown.is_empty() => {}
        None => finding.offer_this(Some(Fix::offered(None, false, act, unknown))),
    }
}

/// Whether a property is `_id`, and would be right beside any other primitive. No resource extends its id by an extension that is known.
#[cold]
fn is_companion_as_others(instance: &Instance<'_>, object: NodeId, child: NodeId) -> bool {
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

/// The one name of a choice whose type a value has.
fn only_type<'w>(
    instance: &mut Instance<'w>,
    object: NodeId,
    child: NodeId,
    of: TypeId,
    element: &Element,
) -> Option<Near<'w>> {
    let definitions = instance.definitions;
    let body = definitions.body(definitions.type_of(of));
    if body.type_refs(element).len() > FEW_TYPES {
        return None;
    }
    let fields = body.fields.iter().filter(|field| body.element(field).name == element.name);
    let mut fitting =
        fields.filter(|field| trial::tried(instance, Start::Element { object, member: child, of, field }));
    let only = fitting.next()?;
    fitting.next().is_none().then(|| Near { name: definitions.names().text(only.name), certain: true })
}

/// The properties to rename: this one, and its companion. None where that would not be right.
fn renamed(instance: &mut Instance<'_>, object: NodeId, child: NodeId, of: TypeId, near: Near<'_>) -> Vec<NodeId> {
    let definitions = instance.definitions;
    let body = definitions.body(definitions.type_of(of));
    let name = definitions.names().find(near.name.as_bytes());
    let Some(field) = body.field(name).filter(|_| FIXES && instance.purpose == Purpose::Report) else {
        return Vec::new();
    };
    let element = body.element(field);
    // Two properties cannot both get the name.
    let may_be = |named: &str| {
        let bare = named.strip_prefix('_').unwrap_or(named);
        bare == near.name
            || nearest(bare, &mut std::iter::once(near.name)).is_some()
            || element.choice && bare.starts_with(definitions.names().text(element.name))
    };
    let mut other = None;
    let key = instance.document.name_of(child);
    let is_companion = key.starts_with('_');
    for (count, member) in instance.document.children(object).enumerate() {
        let there = body.field(instance.document.node(member).name);
        if count > MOST_MEMBERS || there.is_some_and(|there| there.element == field.element) {
            return Vec::new();
        }
        let named = instance.document.name_of(member);
        let pair =
            if is_companion { key.strip_prefix('_') == Some(&*named) } else { named.strip_prefix('_') == Some(&*key) };
        if pair {
            other = Some(member);
        } else if member != child && there.is_none() && may_be(&named) {
            return Vec::new();
        }
    }
    let (value, companion) = if is_companion { (other, Some(child)) } else { (Some(child), other) };
    let fits = value.is_none_or(|member| trial::tried(instance, Start::Element { object, member, of, field }));
    if !fits || companion.is_some_and(|companion| !companion_fits(instance, companion, value, of, field)) {
        return Vec::new();
    }
    // Under the right name, it would only be reported that it is not a reference.
    let is_reference = of == known::REFERENCE && near.name == "reference";
    if is_reference && value.is_some_and(|value| !has_form(&instance.document.value(value), definitions)) {
        return Vec::new();
    }
    if !trial::constraints_hold(instance, object, of, (value.unwrap_or(child), name), element.name) {
        return Vec::new();
    }
    value.into_iter().chain(companion).collect()
}

/// Whether a companion would be right beside a value; those of arrays are not looked at.
fn companion_fits(
    instance: &mut Instance<'_>,
    companion: NodeId,
    value: Option<NodeId>,
    of: TypeId,
    field: &Field,
) -> bool {
    let body = instance.definitions.body(instance.definitions.type_of(of));
    let element = body.element(field);
    let primitive = instance.primitive(body, field);
    let place = Place { holder: companion, of: body.type_ref(field.type_ref).of, element: Some((of, element.name)) };
    primitive.is_some_and(|primitive| primitive != Primitive::Xhtml)
        && !element.array
        && instance.document.kind(companion) == Kind::Object
        && trial::tried(instance, Start::Companion { node: companion, has_value: value.is_some(), place })
}

#[cfg(test)]
mod tests {
    use super::{CHOICE_TYPE, ELEMENT_UNKNOWN};
    use crate::validate::told::assert_told;

    #[test]
    fn a_property_is_an_element_of_the_type() {
        assert_told(
            ELEMENT_UNKNOWN,
            r#"{"resourceType":"Patient",…}"#,
            &[
                (r#""birthDate":"1984""#, &[]),
                (r#""birthdate":"1984""#, &["/birthdate: Patient has no element 'birthdate'."]),
                (r#""_id":{"id":"a"}"#, &["/_id: Patient has no element '_id'."]),
            ],
        );
    }

    #[test]
    fn the_name_of_a_choice_has_its_type() {
        assert_told(
            CHOICE_TYPE,
            r#"{"resourceType":"Patient",…}"#,
            &[
                (r#""deceasedBoolean":true"#, &[]),
                (
                    r#""deceased":true"#,
                    &[
                        "/deceased: This is not a valid name of deceased[x]: the name must end with one of the allowed types: boolean, dateTime.",
                    ],
                ),
                (
                    r#""deceasedString":"yes""#,
                    &[
                        "/deceasedString: This is not a valid name of deceased[x]: the name must end with one of the allowed types: boolean, dateTime.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn of_many_types_none_is_listed() {
        assert_told(
            CHOICE_TYPE,
            r#"{"resourceType":"Patient","extension":[{"url":"http://example.org/a","value…":"a"}]}"#,
            &[
                ("String", &[]),
                (
                    "",
                    &[
                        "/extension/0/value: This is not a valid name of value[x]: the name must end with an allowed type.",
                    ],
                ),
                (
                    "Narrative",
                    &[
                        "/extension/0/valueNarrative: This is not a valid name of value[x]: the name must end with an allowed type.",
                    ],
                ),
            ],
        );
    }
}
