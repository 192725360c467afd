//! code-system-content: a CodeSystem has the concepts that its content and count say.
//!
//! Source: R4 page codesystem; HL7's validator where that leaves it to prose.

use crate::definitions::plain_url;
use crate::document::{Kind, NodeId, name};
use crate::report::{At, Rule, Severity, Words};
use crate::validate::instance::Instance;
use crate::validate::references::NodeByText;

pub(crate) const CODE_SYSTEM_CONTENT: Rule = Rule::new(
    "code-system-content",
    Severity::Error,
    "business-rule",
    "A CodeSystem has the concepts that its content and count say.",
    &[
        NOT_A_SUPPLEMENT,
        NOTHING_SUPPLEMENTED,
        NOT_IN_SUPPLEMENT,
        CONCEPTS_PRESENT,
        OTHER_COUNT,
        UNKNOWN_PROPERTY,
        OTHER_PROPERTY_TYPE,
        OTHER_VALUE_SET,
        NOT_SUPPLEMENTED,
    ],
);
const NOT_A_SUPPLEMENT: Words = Words("content is not 'supplement', which is expected where supplements is given.");
const NOTHING_SUPPLEMENTED: Words =
    Words("supplements is missing: a supplement names the CodeSystem that it supplements.");
const NOT_IN_SUPPLEMENT: Words =
    Words("{element} is not allowed in a supplement: that of the supplemented CodeSystem applies.");
const CONCEPTS_PRESENT: Words = Words("content is 'not-present', but there are concepts: none are expected.");
const OTHER_COUNT: Words =
    Words("count is {found}, but the number of concepts in this complete CodeSystem is {expected}.");
const UNKNOWN_PROPERTY: Words = Words("{found} is not a property that this CodeSystem defines.");
const OTHER_PROPERTY_TYPE: Words = Words("The value is not of the type of its property: {expected} is expected.");
const OTHER_VALUE_SET: Words =
    Words("The value set {set} is not that of all codes of this CodeSystem: it has none of them.");
const NOT_SUPPLEMENTED: Words = Words("The code {found} is not in the CodeSystem that is supplemented, {system}.");

pub(crate) fn check(instance: &mut Instance<'_>, node: NodeId) {
    let mut properties = NodeByText::new();
    for property in instance.document.member_items(node, name::PROPERTY) {
        if let Some(code) = instance.document.member_text(property, name::CODE)
            && !properties.contains_key(code.as_ref())
        {
            properties.insert(code.into_owned(), property);
        }
    }
    concept_properties(instance, node, &properties);
    let content = instance.document.text_or_empty(node, name::CONTENT);
    let content_at = instance.document.member(node, name::CONTENT).map_or(At::Start(node), At::Value);
    let supplements = instance.document.member(node, name::SUPPLEMENTS).is_some();
    if supplements != (content == "supplement") && !content.is_empty() {
        let words = if supplements { NOT_A_SUPPLEMENT } else { NOTHING_SUPPLEMENTED };
        instance.findings.add(&CODE_SYSTEM_CONTENT, content_at, words);
    }
    if supplements {
        for name in [name::CASE_SENSITIVE, name::HIERARCHY_MEANING] {
            if let Some(member) = instance.document.member(node, name) {
                let name = instance.definitions.names().text(name).to_owned();
                let content = NOT_IN_SUPPLEMENT.name("element", name);
                instance.findings.add(&CODE_SYSTEM_CONTENT, At::Key(member), content);
            }
        }
    }
    check_value_set(instance, node);
    check_supplement(instance, node);
    let count = concepts(instance, node);
    if content == "not-present" && count > 0 {
        instance.findings.add(&CODE_SYSTEM_CONTENT, content_at, CONCEPTS_PRESENT);
    }
    if content == "complete"
        && let Some(stated) =
            instance.document.member(node, name::COUNT).filter(|&at| instance.document.kind(at) == Kind::Number)
        && instance.document.raw(stated).parse() != Ok(count)
    {
        let content = OTHER_COUNT.value("found", instance.document.raw(stated)).value("expected", &count.to_string());
        instance.findings.add(&CODE_SYSTEM_CONTENT, At::Value(stated), content);
    }
}

/// CodeSystem.supplements: what a supplement says is of codes of that system.
fn check_supplement(instance: &mut Instance<'_>, node: NodeId) {
    let Some(named) = instance.document.member_text(node, name::SUPPLEMENTS) else { return };
    let (url, version) = named.split_once('|').unwrap_or((&named, ""));
    let Some(codes) = instance.engine.definitions.code_system(url) else { return };
    if !version.is_empty() && *version != *codes.version {
        return;
    }
    for concept in instance.document.member_items(node, name::CONCEPT) {
        let code = instance.document.member_text(concept, name::CODE).filter(|code| !codes.has(code));
        if let Some(code) = code {
            let content = NOT_SUPPLEMENTED.value("found", &code).name("system", url.to_owned());
            instance.findings.add(&CODE_SYSTEM_CONTENT, At::Start(concept), content);
        }
    }
}

/// CodeSystem.valueSet: "the value set that contains the entire code system".
fn check_value_set(instance: &mut Instance<'_>, node: NodeId) {
    let Some(at) = instance.document.member(node, name::VALUE_SET) else { return };
    let (Some(named), url) = (instance.document.string(at), instance.document.text_or_empty(node, name::URL)) else {
        return;
    };
    let mut sets = instance.engine.definitions.value_sets().iter();
    let set = sets.find(|set| set.url == *plain_url(&named));
    if let Some(codes) = set.and_then(|set| set.expansion().ok()).filter(|codes| !codes.is_empty())
        && codes.iter().all(|codes| codes.system != *url)
    {
        let content = OTHER_VALUE_SET.value("set", &named);
        instance.findings.add(&CODE_SYSTEM_CONTENT, At::Member(at), content);
    }
}

/// CodeSystem.concept.property: its code "is a reference to CodeSystem.property.code", which says the type of its value.
/// `properties` are those that the CodeSystem defines, by their codes.
fn concept_properties(instance: &mut Instance<'_>, parent: NodeId, properties: &NodeByText) {
    let is_supplement = instance.document.member(instance.resource, name::SUPPLEMENTS).is_some();
    for concept in instance.document.member_items(parent, name::CONCEPT) {
        for property in instance.document.member_items(concept, name::PROPERTY) {
            let Some(at) = instance.document.member(property, name::CODE) else { continue };
            let Some(code) = instance.document.string(at).filter(|code| !code.is_empty()) else { continue };
            match properties.get(code.as_ref()) {
                // What a supplement says of a concept, the CodeSystem itself may define.
                None if is_supplement => {}
                None => {
                    let content = UNKNOWN_PROPERTY.value("found", &code);
                    instance.findings.add_as(&CODE_SYSTEM_CONTENT, Severity::Warning, At::Value(at), content);
                }
                Some(&defined) => {
                    if let Some(of) = instance.document.member_text(defined, name::TYPE) {
                        property_value(instance, property, &of);
                    }
                }
            }
        }
        concept_properties(instance, concept, properties);
    }
}

fn property_value(instance: &mut Instance<'_>, property: NodeId, of: &str) {
    let mut letters = of.chars();
    let expected = letters.next().map(|first| format!("value{}{}", first.to_ascii_uppercase(), letters.as_str()));
    let of = PROPERTY_TYPES.into_iter().find(|&known| known == of);
    let Some((of, expected)) = of.zip(expected) else { return };
    for child in instance.document.children(property) {
        let is_other = instance.document.key(child).is_some_and(|key| key.starts_with("value") && key != expected);
        if is_other {
            let content = OTHER_PROPERTY_TYPE.name("expected", of);
            instance.findings.add(&CODE_SYSTEM_CONTENT, At::Key(child), content);
        }
    }
}

fn concepts(instance: &Instance<'_>, parent: NodeId) -> u32 {
    let items = instance.document.member_items(parent, name::CONCEPT);
    items.map(|concept| 1 + concepts(instance, concept)).sum()
}

/// The types that CodeSystem.property.type names.
const PROPERTY_TYPES: [&str; 7] = ["code", "Coding", "string", "integer", "boolean", "dateTime", "decimal"];

#[cfg(test)]
mod tests {
    use super::CODE_SYSTEM_CONTENT;
    use crate::validate::told::assert_told;

    #[test]
    fn a_supplement_says_what_it_supplements_and_no_more() {
        assert_told(
            CODE_SYSTEM_CONTENT,
            r#"{"resourceType":"CodeSystem","status":"draft",…}"#,
            &[
                (r#""content":"supplement","supplements":"http://example.org/a""#, &[]),
                (
                    r#""content":"supplement","supplements":"http://hl7.org/fhir/administrative-gender","concept":[{"code":"male"},{"code":"man"}]"#,
                    &[
                        "/concept/1: The code 'man' is not in the CodeSystem that is supplemented, http://hl7.org/fhir/administrative-gender.",
                    ],
                ),
                (
                    r#""content":"complete","supplements":"http://example.org/a""#,
                    &["/content: content is not 'supplement', which is expected where supplements is given."],
                ),
                (
                    r#""content":"supplement""#,
                    &["/content: supplements is missing: a supplement names the CodeSystem that it supplements."],
                ),
                (
                    r#""content":"supplement","supplements":"http://example.org/a","caseSensitive":true"#,
                    &[
                        "/caseSensitive: caseSensitive is not allowed in a supplement: that of the supplemented CodeSystem applies.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn there_are_the_concepts_that_content_and_count_say() {
        assert_told(
            CODE_SYSTEM_CONTENT,
            r#"{"resourceType":"CodeSystem","status":"draft",…}"#,
            &[
                (r#""content":"complete","count":2,"concept":[{"code":"a","concept":[{"code":"b"}]}]"#, &[]),
                (
                    r#""content":"complete","count":1,"concept":[{"code":"a","concept":[{"code":"b"}]}]"#,
                    &["/count: count is '1', but the number of concepts in this complete CodeSystem is '2'."],
                ),
                (r#""content":"fragment","count":9,"concept":[{"code":"a"}]"#, &[]),
                (
                    r#""content":"not-present","concept":[{"code":"a"}]"#,
                    &["/content: content is 'not-present', but there are concepts: none are expected."],
                ),
            ],
        );
    }

    #[test]
    fn a_property_of_a_concept_is_as_the_code_system_defines_it() {
        assert_told(
            CODE_SYSTEM_CONTENT,
            r#"{"resourceType":"CodeSystem","status":"draft","content":"complete","property":[{"code":"rank","type":"integer"}],"concept":[{"code":"a","property":[…]}]}"#,
            &[
                (r#"{"code":"rank","valueInteger":1}"#, &[]),
                (
                    r#"{"code":"size","valueInteger":1}"#,
                    &["/concept/0/property/0/code: 'size' is not a property that this CodeSystem defines."],
                ),
                (
                    r#"{"code":"rank","valueString":"first"}"#,
                    &[
                        "/concept/0/property/0/valueString: The value is not of the type of its property: integer is expected.",
                    ],
                ),
            ],
        );
    }
}
