//! Every rule by its name. `docs/rules/` has a page for each, with the source it comes from.

use super::Severity;
use serde::Serialize;

/// A rule: what is looked at, and how bad it is when it is broken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[non_exhaustive]
pub struct Rule {
    /// Its stable name. Where the specification names the rule (`ext-1`), it is that name.
    pub name: &'static str,
    /// How bad it is, unless an option or the event's definition says otherwise.
    pub severity: Severity,
    /// FHIR issue-type code.
    pub code: &'static str,
    /// What holds when the rule is kept.
    pub title: &'static str,
}

/// The rule as JavaScript lists it is this struct as it is.
macro_rules! rules {
    ($($constant:ident = $name:literal, $severity:ident, $code:literal, $title:literal;)*) => {
        /// The rules by constant name, for code that reports them.
        pub mod rules {
            use super::{Rule, Severity};
            $(
                #[doc = concat!("`", $name, "`")]
                pub const $constant: Rule =
                    Rule { name: $name, severity: Severity::$severity, code: $code, title: $title };
            )*
        }
        /// All rules, in the order in which they are looked at.
        pub const RULES: &[Rule] = &[$(rules::$constant),*];
    };
}

rules! {
    JSON_SYNTAX = "json-syntax", Fatal, "structure", "The text is JSON (RFC 8259) within the limits.";
    JSON_DUPLICATE_KEY = "json-duplicate-key", Error, "structure", "A property stands only once in an object.";
    JSON_LONE_SURROGATE = "json-lone-surrogate", Error, "structure", "Unicode surrogates come in pairs.";

    CONSTRAINT_UNCHECKED = "constraint-unchecked", Error, "too-costly", "All constraints are checked: that takes no more work than a text of its length may cause.";

    RESOURCE_TYPE = "resource-type", Error, "structure", "A resource says its resourceType, and R4 has it.";
    ELEMENT_UNKNOWN = "element-unknown", Error, "structure", "Properties are elements that the type has.";
    ELEMENT_MISSING = "element-missing", Error, "required", "Elements with a minimum cardinality are there.";
    ELEMENT_TOO_MANY = "element-too-many", Error, "structure", "Elements do not repeat more often than they may.";
    ELEMENT_ARRAY = "element-array", Error, "structure", "Repeating elements are arrays, others are not.";
    ELEMENT_EMPTY = "element-empty", Error, "structure", "Arrays, objects and strings are not empty.";
    ELEMENT_NULL = "element-null", Error, "structure", "null stands only in arrays of primitives, across from an id or extension.";
    ELEMENT_TYPE = "element-type", Error, "structure", "A value is of the JSON kind that its type needs.";
    CHOICE_TYPE = "choice-type", Error, "structure", "A choice element has a type that it may have.";
    CHOICE_SINGLE = "choice-single", Error, "structure", "Only one of the properties of a choice element is there.";
    COMPANION = "companion", Error, "structure", "_name stands beside primitives, shaped as they are.";
    PRIMITIVE_VALUE = "primitive-value", Error, "value", "A primitive has the form and the meaning of its type.";
    STRING_HTML = "string-html", Warning, "value", "Strings hold no tags of HTML.";
    ELE_1 = "ele-1", Error, "invariant", "All FHIR elements must have a @value or children.";
    EXT_1 = "ext-1", Error, "invariant", "Must have either extensions or value[x], not both.";
    XHTML_SYNTAX = "xhtml-syntax", Error, "structure", "A narrative is well-formed XHTML: one div in the namespace of XHTML.";
    TXT_1 = "txt-1", Error, "invariant", "A narrative has only formatting elements and attributes, and no scripts.";
    TXT_2 = "txt-2", Error, "invariant", "A narrative has some content.";
    NARRATIVE_LINK = "narrative-link", Error, "invalid", "A link of a narrative to a place in the resource names one that is there, and no link is empty.";
    DOM_3 = "dom-3", Error, "invariant", "A contained resource is referred to, or refers to the resource around it.";
    ELEMENT_ID = "element-id", Error, "invalid", "An id stands once in a resource, with what it contains and its narrative.";
    CONTAINED_ID = "contained-id", Error, "invalid", "A contained resource has an id of its own.";
    REF_1 = "ref-1", Error, "invariant", "A local reference resolves to a contained resource.";
    BINDING_REQUIRED = "binding-required", Error, "code-invalid", "A code is from the value set that its element requires.";
    BINDING_EXTENSIBLE = "binding-extensible", Warning, "code-invalid", "A code of a system of an extensible value set is in the set.";
    BINDING_PREFERRED = "binding-preferred", Information, "code-invalid", "A code of a system of a preferred value set is in the set.";
    CODE_UNKNOWN = "code-unknown", Error, "code-invalid", "A code is in the code system that it names.";
    CODE_DISPLAY = "code-display", Warning, "code-invalid", "A display is that of the code.";
    CODE_FORM = "code-form", Error, "code-invalid", "A language is a tag of BCP 47, a unit one of UCUM.";
    META_DUPLICATE = "meta-duplicate", Error, "business-rule", "The security labels, tags and profiles of a resource are sets.";
    META_PROFILE = "meta-profile", Error, "invalid", "What a resource claims is a profile, and one of its type.";
    PROFILE_UNKNOWN = "profile-unknown", Information, "not-supported", "The profiles that resources claim are known here.";
    CODE_UNCHECKED = "code-unchecked", Information, "not-supported", "Codes are of systems that are known here.";
    FHIRPATH_SYNTAX = "fhirpath-syntax", Error, "value", "FHIRPath in a resource is FHIRPath.";
    CODING_SYSTEM = "coding-system", Error, "code-invalid", "A code system is named by its absolute URI, and is not a value set.";
    IDENTIFIER_SYSTEM = "identifier-system", Error, "code-invalid", "An Identifier names its system by an absolute URI; a value that is a URI is absolute.";
    CANONICAL_URL = "canonical-url", Error, "invalid", "The url of a definition is absolute, and so is a canonical that names one.";
    ENABLE_WHEN = "enable-when", Error, "business-rule", "A condition of a Questionnaire asks for another question of it.";
    ANSWER_TYPE = "answer-type", Error, "business-rule", "An answer that a Questionnaire offers or begins with is of the type of the question.";
    CODE_SYSTEM_CONTENT = "code-system-content", Error, "business-rule", "A CodeSystem has the concepts that its content and count say.";
    STRUCTURE_TYPE = "structure-type", Error, "invalid", "A StructureDefinition is of a type that there is.";
    ATTACHMENT_SIZE = "attachment-size", Error, "business-rule", "The size of an attachment is that of its data.";
    EXTENSION_URL = "extension-url", Error, "value", "The url of an extension is absolute and without a version; inside another one it is that of a part.";
    EXTENSION_UNKNOWN = "extension-unknown", Information, "not-supported", "Extensions are known here.";
    EXTENSION_MODIFIER = "extension-modifier", Error, "extension", "A modifier extension is known, and stands in modifierExtension.";
    EXTENSION_CONTEXT = "extension-context", Error, "business-rule", "An extension stands where its definition allows it.";
    EXTENSION_CONTENT = "extension-content", Error, "value", "An extension has what its definition says: a value of an allowed type, or its parts.";

    MSG_TYPE = "msg-type", Error, "invalid", "Bundle.type is message.";
    MSG_HEADER_FIRST = "msg-header-first", Error, "required", "The first entry of a message is a MessageHeader.";
    MSG_HEADER_SINGLE = "msg-header-single", Error, "business-rule", "A message has one MessageHeader.";
    MSG_ENTRY = "msg-entry", Error, "structure", "Entries of a message have a resource, and no request, response or search.";
    BUNDLE_FULLURL_MISSING = "bundle-fullurl-missing", Error, "required", "Entries have a fullUrl, but in batches, transactions and their answers.";
    BUNDLE_LINK = "bundle-link", Error, "invalid", "A link of paging or to itself stands once, and paging only where there are pages.";
    BUNDLE_SEARCH = "bundle-search", Error, "invalid", "Entries of a search are what their search.mode says.";
    DOC_UNREACHABLE = "doc-unreachable", Error, "invalid", "Every entry of a document is linked with its Composition by references.";
    BUNDLE_FULLURL_ABSOLUTE = "bundle-fullurl-absolute", Error, "value", "fullUrl is an absolute URL.";
    BDL_8 = "bdl-8", Error, "value", "fullUrl is not version-specific.";
    BDL_7 = "bdl-7", Error, "business-rule", "A fullUrl stands once, or with different versions.";
    BUNDLE_FULLURL_ID = "bundle-fullurl-id", Error, "business-rule", "fullUrl agrees with the type and id of the resource.";
    BUNDLE_FULLURL_URN = "bundle-fullurl-urn", Error, "value", "urn:uuid and urn:oid are well-formed and in lower case.";
    MSG_ID = "msg-id", Error, "business-rule", "Bundle.id and MessageHeader.id are there, so that a resend can be recognised.";
    MSG_EVENT = "msg-event", Error, "required", "The event is a Coding with system and code, or an absolute URI.";
    MSG_EVENT_UNKNOWN = "msg-event-unknown", Warning, "not-supported", "The event is one that is known here.";
    MSG_ENDPOINT = "msg-endpoint", Error, "value", "Endpoints of source and destination are absolute URLs.";
    MSG_FOCUS = "msg-focus", Error, "business-rule", "The focus is what the definition of the event demands.";
    MSG_FOCUS_IDENTIFIED = "msg-focus-identified", Warning, "business-rule", "The receiver can find the resource that the message is about.";
    MSG_FOCUS_UNRESOLVED = "msg-focus-unresolved", Error, "not-found", "Each focus resolves inside the message.";
    REF_FORM = "ref-form", Error, "value", "A reference is a URL, or a type and an id.";
    REF_UNRESOLVED = "ref-unresolved", Error, "not-found", "References resolve inside the message.";
    REF_AMBIGUOUS = "ref-ambiguous", Error, "multiple-matches", "A reference has one target.";
    REF_VERSION = "ref-version", Warning, "not-found", "A versioned reference names the version that is in the message.";
    REF_TYPE = "ref-type", Error, "business-rule", "The target of a reference is of a type that the element allows.";
    MSG_UNREACHABLE = "msg-unreachable", Warning, "business-rule", "Every entry is linked with the MessageHeader by references.";
    MSG_RESPONSE = "msg-response", Error, "business-rule", "An answer names its request and its outcome.";
    MSG_CONTENT = "msg-content", Error, "business-rule", "The message holds as many resources of each type as the event allows.";
    MSG_LINK = "msg-link", Error, "business-rule", "Resources refer to each other as the event's graph says.";
}

impl Rule {
    /// The rule of this name.
    pub fn named(name: &str) -> Option<&'static Rule> {
        RULES.iter().find(|rule| rule.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        for (index, rule) in RULES.iter().enumerate() {
            assert!(RULES.iter().skip(index + 1).all(|other| other.name != rule.name), "{}", rule.name);
        }
    }
}
