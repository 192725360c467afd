//! What HL7's validator calls what is found here: its message ids, by which its advisor files name them.
//!
//! # Design
//! One table, since it is learnt from HL7's verdicts and held against them (`tests/hl7_ids.rs`), and the rules do without it. That validator
//! has several messages for one rule of ours, and now and then two for one fault: then the one is named that says what is wrong. A constraint
//! has the id that its definition and its key make. What it says without an id, such as of an unknown element, has none here either.

use crate::definitions::{Definitions, TypeId};
use crate::document::{Document, NodeId};
use crate::report::{Detail, Finding, Messages, Rule, whole_id};
use std::borrow::Cow;

/// Whether they are known: not in the smallest wasm.
const KNOWN: bool = cfg!(feature = "hl7-ids");

/// Where R4's own definitions are. An id with a key that begins otherwise is of one of them.
const R4: &str = "http://hl7.org/fhir/StructureDefinition/";

/// The FHIR issue type of a broken constraint.
const INVARIANT: &str = "invariant";

const MINIMUM: &str = "Validation_VAL_Profile_Minimum";
const MAXIMUM: &str = "Validation_VAL_Profile_Maximum";
const NOT_SLICE: &str = "Validation_VAL_Profile_NotSlice";
const CANONICAL: &str = "TYPE_SPECIFIC_CHECKS_CANONICAL_ABSOLUTE";
const WRONG_TYPE: &str = "Validation_VAL_Profile_WrongType";
const FIXED: &str = "_DT_Fixed_Wrong";
const REFERENCE: &str = "REFERENCE_REF_INVALID_REF";
const IN_SET: &str = "Terminology_TX_NoValid_16";

/// By the name of the rule its messages, of which the first counts that fits: what a finding has to have in its words, or to be about, all
/// parts of it.
static TABLE: [(&str, Messages); 77] = [
    ("attachment-hash", &[("", "TYPE_SPECIFIC_CHECKS_DT_ATT_HASH_MISMATCH")]),
    ("attachment-size", &[("", "TYPE_SPECIFIC_CHECKS_DT_ATT_SIZE_CORRECT")]),
    ("bdl-7", &[("", "Bundle#bdl-7")]),
    ("bdl-8", &[("", "Bundle#bdl-8")]),
    ("binding-extensible", &[("None of", "Terminology_TX_NoValid_2_CC"), ("", "Terminology_TX_NoValid_13")]),
    ("binding-preferred", &[("None of", "Terminology_TX_NoValid_3_CC"), ("", "Terminology_TX_NoValid_14")]),
    (
        "binding-required",
        &[
            ("There is no code", "Terminology_TX_Code_ValueSet_MISSING"),
            ("None of&only one allowed", "Terminology_TX_NoValid_8"),
            ("The code is not&only one allowed", "Terminology_TX_NoValid_10"),
            ("None of", "Terminology_TX_NoValid_1_CC"),
            ("The code is not", "Terminology_TX_NoValid_12"),
            ("The code {found}", IN_SET),
        ],
    ),
    ("bundle-fullurl-absolute", &[("", "BUNDLE_ENTRY_URL_ABSOLUTE")]),
    (
        "bundle-fullurl-id",
        &[
            ("id of the resource is missing", "BUNDLE_ENTRY_URL_MATCHES_NO_ID"),
            ("", "BUNDLE_ENTRY_URL_MATCHES_TYPE_ID"),
        ],
    ),
    ("bundle-fullurl-missing", &[("", "BUNDLE_BUNDLE_ENTRY_FULLURL_REQUIRED")]),
    (
        "bundle-fullurl-urn",
        &[("expected=uuid", "Type_Specific_Checks_DT_UUID_Valid"), ("", "Type_Specific_Checks_DT_OID_Valid")],
    ),
    ("bundle-link", &[("already", "BUNDLE_LINK_SEARCH_NO_DUPLICATES"), ("", "BUNDLE_LINK_SEARCH_PROHIBITED")]),
    (
        "bundle-search",
        &[
            ("id is missing", "BUNDLE_SEARCH_ENTRY_NO_RESOURCE_ID"),
            ("OperationOutcome", "BUNDLE_SEARCH_ENTRY_WRONG_RESOURCE_TYPE_OUTCOME"),
            ("", "BUNDLE_SEARCH_ENTRY_WRONG_RESOURCE_TYPE_MODE"),
        ],
    ),
    ("canonical-url", &[("", CANONICAL)]),
    ("code-display", &[("", "Display_Name_for__should_be_one_of__instead_of")]),
    (
        "code-system-content",
        &[
            ("that is supplemented", "CODESYSTEM_CS_SUPP_INVALID_CODE"),
            ("supplements is missing", "CODESYSTEM_CS_SUPP_NO_SUPP"),
            ("count is", "CODESYSTEM_CS_COUNT_COMPLETE_WRONG"),
            ("'not-present'", "CODESYSTEM_CS_COUNT_NO_CONTENT_ALLOWED"),
            ("not a property", "CODESYSTEM_PROPERTY_UNDEFINED"),
            ("type of its property", "CODESYSTEM_PROPERTY_WRONG_TYPE"),
            ("not that of all codes", "CodeSystem_CS_VS_WrongSystem"),
        ],
    ),
    (
        "code-unknown",
        &[
            ("in=target", "CONCEPTMAP_GROUP_TARGET_CODE_INVALID"),
            ("in=element", "CONCEPTMAP_GROUP_SOURCE_CODE_INVALID"),
            ("urn:ietf", "Unknown_Code_in"),
            ("", "Unknown_Code_in_Version"),
        ],
    ),
    (
        "coding-system",
        &[
            ("system of a Coding", "Terminology_TX_System_Relative"),
            ("of a code system", "Terminology_TX_System_Relative"),
            ("is a value set: the code system", "Terminology_TX_System_ValueSet"),
        ],
    ),
    (
        "concept-map-code",
        &[("in=target", "CONCEPTMAP_GROUP_TARGET_CODE_INVALID_VS"), ("", "CONCEPTMAP_GROUP_SOURCE_CODE_INVALID_VS")],
    ),
    ("constraint-key", &[("source", "ED_INVARIANT_DIFF_NO_SOURCE"), ("", "ED_INVARIANT_KEY_ALREADY_USED")]),
    ("constraint-unchecked", &[]),
    ("contained-id", &[("already", "RESOURCE_DUPLICATE_CONTAINED_ID"), ("", "Resource_RES_ID_Missing")]),
    ("doc-unreachable", &[("", "Bundle_BUNDLE_Entry_Orphan_DOCUMENT")]),
    ("dom-3", &[("", "CONTAINED_ORPHAN_DOM3")]),
    ("ele-1", &[("", "Element#ele-1")]),
    (
        "element-definition",
        &[
            ("is not a type", "ERROR_GENERATING_SNAPSHOT"),
            ("This is of the type", "SD_ED_TYPE_PROFILE_WRONG"),
            ("have no", "SD_ILLEGAL_CHARACTERISTICS"),
            ("not allowed in a profile", "SD_ELEMENT_NOT_IN_CONSTRAINT"),
            ("does not repeat", "SD_PATH_NO_SLICING"),
        ],
    ),
    ("element-empty", &[("string", "Type_Specific_Checks_DT_Primitive_NotEmpty")]),
    ("element-id", &[("", "DUPLICATE_ID")]),
    (
        "element-missing",
        &[
            ("element=Extension.url", "Extension_EXT_Url_NotFound"),
            ("element=Extension.extension:", "Validation_VAL_Profile_Minimum_SLICE"),
            ("of=extension:", "Validation_VAL_Profile_Minimum_SLICE_EXT"),
            ("of=:", "Validation_VAL_Profile_Minimum_SLICE"),
            ("", MINIMUM),
        ],
    ),
    ("element-too-many", &[("not allowed by the profile", MAXIMUM), ("times", MAXIMUM), ("often", MAXIMUM)]),
    (
        "element-type",
        &[
            ("type=boolean", "Type_Specific_Checks_DT_Boolean_Value"),
            ("type=dateTime", "Type_Specific_Checks_DT_DateTime_Valid"),
            ("type=date", "Type_Specific_Checks_DT_Date_Valid"),
            ("type=decimal", "Type_Specific_Checks_DT_Decimal_Valid"),
            ("type=canonical", CANONICAL),
            ("type=code", IN_SET),
        ],
    ),
    (
        "enable-when",
        &[
            ("not a linkId", "Questionnaire_Q_EnableWhen_NoTarget"),
            ("is the item", "Questionnaire_Q_EnableWhen_Self"),
            ("inside", "Questionnaire_Q_EnableWhen_IsInner"),
            ("after", "Questionnaire_Q_EnableWhen_After"),
        ],
    ),
    ("ext-1", &[("", "Extension#ext-1")]),
    (
        "extension-content",
        &[
            ("is missing", "Validation_VAL_Profile_Minimum_SLICE"),
            ("too often", MAXIMUM),
            ("nested extension is not of", "Extension_PROF_Type"),
            ("not of an allowed type", "Extension_EXT_Type"),
            ("a value is expected", "Extension_EXT_Simple_WRONG"),
            ("not defined", "Extension_EXT_SubExtension_Invalid"),
        ],
    ),
    (
        "extension-context",
        &[("at=modifierExtension", "Extension_EXTM_Context_Wrong"), ("", "Extension_EXTP_Context_Wrong")],
    ),
    (
        "extension-modifier",
        &[
            ("expected in extension,", "Extension_EXT_Modifier_Y"),
            ("expected in modifierE", "Extension_EXT_Modifier_N"),
        ],
    ),
    ("extension-unknown", &[("", "Extension_EXT_Unknown")]),
    (
        "extension-url",
        &[
            ("fixes its url", "Extension_EXT_Fixed_Banned"),
            ("has a version", FIXED),
            ("", "Extension_EXT_URL_Absolute"),
        ],
    ),
    (
        "fhirpath-syntax",
        &[("base of this SearchParameter", "ED_SEARCH_EXPRESSION_ERROR"), ("", "ED_INVARIANT_EXPRESSION_ERROR")],
    ),
    ("fixed-value", &[("without extensions", "Extension_EXT_Fixed_Banned"), ("", FIXED)]),
    ("identifier-system", &[("", "Type_Specific_Checks_DT_Identifier_System")]),
    ("json-duplicate-key", &[("", "DUPLICATE_JSON_PROPERTY_KEY")]),
    ("meta-duplicate", &[]),
    ("meta-profile", &[("for the type", WRONG_TYPE), ("", CANONICAL)]),
    ("msg-focus-unresolved", &[("does not match", "Bundle_BUNDLE_Entry_NotFound")]),
    ("msg-unreachable", &[("", "Bundle_BUNDLE_Entry_Orphan_MESSAGE")]),
    (
        "narrative-link",
        &[
            ("empty", "TYPE_SPECIFIC_CHECKS_DT_XHTML_EMPTY_HREF"),
            ("does not resolve", "Type_Specific_Checks_DT_XHTML_Resolve"),
        ],
    ),
    ("pattern-value", &[("has the value", FIXED), ("", "TYPE_CHECKS_PATTERN_CC")]),
    ("period-precision", &[("", "Period#per-1")]),
    (
        "primitive-value",
        &[
            ("too few numbers", "Type_Specific_Checks_DT_OID_Valid"),
            ("A reference is a URL", REFERENCE),
            ("expected=id&characters", "Resource_RES_ID_Malformed_Length"),
            ("expected=id", "Resource_RES_ID_Malformed_Chars"),
            ("expected=code", "Type_Specific_Checks_DT_Code_WS"),
            ("expected=dateTime&zone", "Type_Specific_Checks_DT_DateTime_TZ"),
            ("expected=dateTime", "Type_Specific_Checks_DT_DateTime_Valid"),
            ("expected=date", "Type_Specific_Checks_DT_Date_Valid"),
            ("expected=instant", "Type_Specific_Checks_DT_Instant_Valid"),
            ("expected=time", "Type_Specific_Checks_DT_Time_Valid"),
            ("expected=base64Binary", "Type_Specific_Checks_DT_Base64_Valid"),
            ("expected=integer", "Type_Specific_Checks_DT_Integer_Valid"),
            ("expected=unsignedInt&between", "Type_Specific_Checks_DT_Integer_LT0"),
            ("expected=positiveInt&between", "Type_Specific_Checks_DT_Integer_LT1"),
            ("expected=uuid", "Type_Specific_Checks_DT_UUID_Valid"),
            ("expected=oid", "Type_Specific_Checks_DT_OID_Valid"),
            ("expected=ur", "Type_Specific_Checks_DT_URI_WS"),
            ("expected=canonical", "Type_Specific_Checks_DT_URI_WS"),
        ],
    ),
    ("profile-of-type", &[]),
    ("profile-type", &[("", "Extension_PROF_Type")]),
    ("profile-unknown", &[("", "Validation_VAL_Profile_Unknown")]),
    (
        "questionnaire-answer",
        &[
            ("type=display", "QUESTIONNAIRE_QR_ITEM_DISPLAY_NO_VALUE"),
            ("has no answers", "Questionnaire_QR_Item_Group"),
            ("not repeat", "Questionnaire_QR_Item_OnlyOneA"),
            ("are allowed.", "QUESTIONNAIRE_QR_ITEM_MAX_OCCURS"),
            ("", "Questionnaire_QR_Item_WrongType"),
        ],
    ),
    ("questionnaire-enabled", &[("", "Questionnaire_QR_Item_NotEnabled2")]),
    (
        "questionnaire-item",
        &[
            ("has no item", "Questionnaire_QR_Item_NotFound"),
            ("order", "Questionnaire_QR_Item_Order"),
            ("not repeat", "Questionnaire_QR_Item_OnlyOneI"),
            ("text", "Questionnaire_QR_Item_Text"),
            ("in its answers", "Questionnaire_QR_Item_GroupAnswer"),
            ("only shown", "Questionnaire_QR_Item_Display"),
        ],
    ),
    (
        "questionnaire-limit",
        &[
            ("at least&at=valueDate", "QUESTIONNAIRE_QR_ITEM_DATE_MIN"),
            ("at most&at=valueDate", "QUESTIONNAIRE_QR_ITEM_DATE_MAX"),
            ("at least&at=valueTime", "QUESTIONNAIRE_QR_ITEM_TIME_MIN"),
            ("at most&at=valueTime", "QUESTIONNAIRE_QR_ITEM_TIME_MAX"),
            ("at least&at=valueInteger", "QUESTIONNAIRE_QR_ITEM_INTEGER_MIN"),
            ("at most&at=valueInteger", "QUESTIONNAIRE_QR_ITEM_INTEGER_MAX"),
            ("at least&at=valueDecimal", "QUESTIONNAIRE_QR_ITEM_DECIMAL_MIN"),
            ("at most&at=valueDecimal", "QUESTIONNAIRE_QR_ITEM_DECIMAL_MAX"),
            ("at least&at=valueQuantity", "QUESTIONNAIRE_QR_ITEM_QUANTITY_MIN"),
            ("at most&at=valueQuantity", "QUESTIONNAIRE_QR_ITEM_QUANTITY_MAX"),
            ("characters; the question {item} expects", "QUESTIONNAIRE_QR_ITEM_STRING_MIN_LENGTH"),
            ("characters; the question {item} allows", "QUESTIONNAIRE_QR_ITEM_STRING_MAX_LENGTH"),
            ("decimal places", "QUESTIONNAIRE_QR_ITEM_DECIMAL_MAX_DECIMALS"),
            ("match the form", "QUESTIONNAIRE_QR_ITEM_STRING_REGEX"),
            ("bytes", "QUESTIONNAIRE_QR_ITEM_BAD_ATTACHMENT_LENGTH"),
            ("is not what&in=valueQuantity", "QUESTIONNAIRE_QR_ITEM_DECIMAL_INVALID_UNITS"),
            ("is not what&at=valueQuantity", "QUESTIONNAIRE_QR_ITEM_DECIMAL_INVALID_UNITS"),
            ("is not what&eference", "QUESTIONNAIRE_QR_ITEM_REF_INVALID"),
            ("unit {found}", "QUESTIONNAIRE_QR_ITEM_DECIMAL_UNIT_FAIL_VS"),
            ("resource type of R4", "QUESTIONNAIRE_QR_ITEM_REF_INVALID_GENERAL"),
        ],
    ),
    (
        "questionnaire-option",
        &[
            ("offers.&at=valueCoding", "Questionnaire_QR_Item_NoCoding"),
            ("offers.&at=valueDate", "Questionnaire_QR_Item_NoDate"),
            ("offers.&at=valueInteger", "Questionnaire_QR_Item_NoInteger"),
            ("offers.&at=valueString", "Questionnaire_QR_Item_NoString"),
            ("offers.&at=valueTime", "Questionnaire_QR_Item_NoTime"),
            ("in the value set&at=valueCoding", "Questionnaire_QR_Item_BadOption"),
            ("in the value set", "QUESTIONNAIRE_QR_ITEM_VS_FAIL"),
            ("excludes", "QUESTIONNAIRE_QR_ITEM_EXCLUSIVE"),
            ("display", "Questionnaire_QR_Item_BadOption"),
        ],
    ),
    (
        "questionnaire-required",
        &[("group", "QUESTIONNAIRE_QR_ITEM_GROUP_REQUIRED"), ("times", "QUESTIONNAIRE_QR_ITEM_MIN_OCCURS")],
    ),
    ("questionnaire-unknown", &[("", "Questionnaire_QR_Q_NotFound")]),
    ("ref-1", &[("", "Reference#ref-1")]),
    ("ref-ambiguous", &[("", "Bundle_BUNDLE_MultipleMatches")]),
    ("ref-form", &[("search", "REFERENCE_REF_QUERY_NOT_TRANSACTION"), ("", REFERENCE)]),
    (
        "ref-type",
        &[
            ("arget is of type {found}; ", "Reference_REF_BadTargetType"),
            ("Reference.type is {found};", "Reference_REF_WrongTarget"),
        ],
    ),
    ("ref-unresolved", &[("URN", "Bundle_BUNDLE_Not_Local"), ("", "BUNDLE_BUNDLE_ENTRY_NOTFOUND_CANNOT")]),
    ("slicing-ambiguous", &[("", "Validation_VAL_Profile_MatchMultiple")]),
    ("slicing-closed", &[("", NOT_SLICE)]),
    ("slicing-order", &[("", "Validation_VAL_Profile_SliceOrder")]),
    (
        "structure-type",
        &[
            ("has a context", "SD_NO_CONTEXT_WHEN_NOT_EXTENSION"),
            ("own types", "SD_TYPE_NOT_DERIVED"),
            ("is a URL", "SD_TYPE_NOT_LOGICAL"),
            ("type of the base", "SD_CONSTRAINED_TYPE_NO_MATCH"),
            ("kind of the base", "SD_CONSTRAINED_KIND_NO_MATCH"),
            ("url of the base", "_DT_Fixed_Wrong"),
            ("url of this extension", "SD_EXTENSION_URL_MISMATCH"),
            ("Extension.url is not fixed", "SD_EXTENSION_URL_MISSING"),
            ("", "SD_TYPE_NOT_LOCAL"),
        ],
    ),
    ("target-aggregation", &[("", "Reference_REF_NotFound_Bundle")]),
    (
        "target-profile",
        &[("points to a {found}", "Reference_REF_BadTargetType"), ("", "Reference_REF_CantMatchChoice")],
    ),
    (
        "txt-1",
        &[
            ("The element", "Narrative#txt-1"),
            ("attribute", "XHTML_XHTML_Attribute_Illegal"),
            ("script", "TYPE_SPECIFIC_CHECKS_DT_XHTML_ACTIVE_HREF"),
            ("block", "XHTML_XHTML_BLOCK_IN_PARA"),
        ],
    ),
    ("txt-2", &[("", "Narrative#txt-2")]),
    ("url-example", &[("", "TYPE_SPECIFIC_CHECKS_DT_URL_EXAMPLE")]),
    ("value-length", &[("", "Type_Specific_Checks_DT_Primitive_Length")]),
    (
        "value-range",
        &[
            ("before now", "TYPE_SPECIFIC_CHECKS_DT_QTY_GT_MIN"),
            ("after now", "TYPE_SPECIFIC_CHECKS_DT_QTY_GT_MAX"),
            ("at least", "TYPE_SPECIFIC_CHECKS_DT_QTY_MIN_VALUE_WRONG"),
            ("at most", "TYPE_SPECIFIC_CHECKS_DT_QTY_MAX_VALUE_WRONG"),
        ],
    ),
    (
        "xhtml-syntax",
        &[
            ("is not an entity", "XHTML_XHTML_Entity_Illegal"),
            ("namespace", "XHTML_XHTML_NS_InValid"),
            ("root", "XHTML_XHTML_Name_Invalid"),
        ],
    ),
];

/// The messages that HL7's validator has for a rule.
fn messages(rule: &str) -> Option<Messages> {
    TABLE.iter().find(|(name, _)| *name == rule).map(|(_, messages)| *messages)
}

/// A rule with them.
pub(super) fn with_messages(rule: &'static Rule<'static>) -> Rule<'static> {
    #[cfg(feature = "hl7-ids")]
    return Rule { messages: messages(rule.name).unwrap_or_default(), ..*rule };
    #[cfg(not(feature = "hl7-ids"))]
    *rule
}

fn whole(id: &'static str) -> Cow<'static, str> {
    if id.contains('#') { whole_id(id).into() } else { id.into() }
}

/// Names findings as HL7's validator does.
pub(crate) struct Hl7Ids<'d> {
    document: &'d Document<'d>,
    definitions: &'d Definitions,
    /// What constraints are called, by their keys and the profiles that demand them: of thousands of issues few have different ones.
    constraints: Vec<(Cow<'static, str>, Cow<'static, str>, String)>,
}

impl<'d> Hl7Ids<'d> {
    pub(crate) fn new(document: &'d Document<'d>, definitions: &'d Definitions) -> Self {
        Self { document, definitions, constraints: Vec::new() }
    }

    /// The message id of a finding, if there is one.
    pub(crate) fn of(&mut self, finding: &Finding) -> Option<Cow<'static, str>> {
        if !KNOWN {
            return None;
        }
        let Some(messages) = messages(&finding.rule) else {
            return (finding.code == INVARIANT).then(|| self.of_constraint(finding)).flatten();
        };
        let about = self.about(finding);
        let words = finding.content.words().0;
        let has = |part: &str| words.contains(part) || about.contains(part);
        messages.iter().find(|(parts, _)| parts.split('&').all(has)).map(|(_, id)| whole(id))
    }

    /// What a finding is about, beside its words: names of definitions, and properties of the text that they have.
    fn about(&self, finding: &Finding) -> String {
        let mut about = String::new();
        for detail in ["expected", "type", "element", "problem", "strength"] {
            if let Some(Detail::Name(name)) = finding.content.get(detail) {
                about.extend([" ", detail, "=", name]);
                // The last step of an element, and whether it is a slice.
                let last = name.rsplit('.').next().filter(|last| detail == "element" && last.contains(':'));
                if let Some(last) = last {
                    about.push_str(if last.starts_with("extension:") { " of=extension:" } else { " of=:" });
                }
            }
        }
        let node = finding.at.node();
        about.extend([" at=", &self.name(node)]);
        about.extend([" in=", &self.name(self.document.parent(node))]);
        about
    }

    /// The property that a value is of, also as an item.
    fn name(&self, node: NodeId) -> String {
        let mut at = node;
        while !self.document.has_key(at) && at != NodeId::ROOT {
            at = self.document.parent(at);
        }
        if at == NodeId::ROOT { String::new() } else { self.document.name_of(at).into_owned() }
    }

    /// The id of a constraint: the definition that has it, and its key.
    fn of_constraint(&mut self, finding: &Finding) -> Option<Cow<'static, str>> {
        let key = finding.rule.clone();
        let profile = finding.profiles.as_ref().and_then(|profiles| profiles.first()).cloned().unwrap_or_default();
        let known = self.constraints.iter().find(|(one, by, _)| *one == key && *by == profile);
        if let Some((.., id)) = known {
            return Some(Cow::Owned(id.clone()));
        }
        let source = if profile.is_empty() { self.type_with(&key)? } else { self.profile_with(&key, &profile) };
        let id = [&source, "#", &*key].concat();
        self.constraints.push((key, profile, id.clone()));
        Some(Cow::Owned(id))
    }

    fn is(&self, key: &str, place: u16) -> bool {
        self.definitions.constraints().get(usize::from(place)).is_some_and(|constraint| *constraint.key == *key)
    }

    /// The type of R4 that has a constraint; of those that inherit it, the first one.
    fn type_with(&self, key: &str) -> Option<String> {
        let definitions = self.definitions;
        let mut types = (0..definitions.types().len()).map(|place| definitions.type_of(TypeId(place as u16)));
        let found = types.find(|of| {
            let body = definitions.body(of);
            let mut all = body.constraints.iter().chain(body.elements.iter().flat_map(|element| &element.constraints));
            all.any(|&place| self.is(key, place))
        })?;
        // A backbone element is named by its path.
        let name = found.name.split_once('.').map_or(&*found.name, |(name, _)| name);
        Some([R4, name].concat())
    }

    /// The profile that has a constraint, of those that one is derived from: the farthest.
    fn profile_with(&self, key: &str, profile: &str) -> String {
        let has = |canonical: &&str| {
            let id = self.definitions.profile_named(canonical);
            id.is_some_and(|id| {
                let mut elements = self.definitions.profile(id).elements.iter();
                elements.any(|element| element.constraints.iter().any(|&place| self.is(key, place)))
            })
        };
        let bases = self.definitions.profile_named(profile).map(|id| &self.definitions.profile(id).bases);
        let farthest = bases.into_iter().flatten().rev().map(|base| &**base).find(has);
        let source = farthest.unwrap_or(profile);
        source.split_once('|').map_or(source, |(url, _)| url).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::TABLE;
    use crate::validate::{Engine, rules};

    #[test]
    fn each_message_is_of_a_rule_and_of_words_of_it() {
        for (name, messages) in &TABLE {
            let rule = rules().find(|rule| rule.name == *name).unwrap_or_else(|| panic!("{name} is no rule"));
            for (parts, id) in *messages {
                let is_of = |words: &str| {
                    let mut said = parts.split('&').filter(|part| !part.contains('=') && !DETAILS.contains(part));
                    said.all(|part| words.contains(part))
                };
                assert!(rule.words.iter().any(|words| is_of(words.0)), "{name}: nothing is said for {id}");
            }
        }
    }

    /// Parts that are of details, or of words that profiles have for a rule.
    const DETAILS: [&str; 7] =
        ["only one allowed", "characters", "zone", "between", "eference", "not allowed by the profile", "times"];

    #[test]
    fn a_rule_knows_its_messages() {
        let engine = Engine::default();
        let rules = engine.rules();
        let ids = |name: &str| rules.iter().find(|rule| rule.name == name).unwrap().hl7_ids();
        assert_eq!(ids("txt-2"), ["http://hl7.org/fhir/StructureDefinition/Narrative#txt-2"]);
        assert_eq!(ids("element-unknown"), [""; 0]);
        assert_eq!(ids("bundle-link"), ["BUNDLE_LINK_SEARCH_NO_DUPLICATES", "BUNDLE_LINK_SEARCH_PROHIBITED"]);
    }
}
