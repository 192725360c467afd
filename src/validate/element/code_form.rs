//! code-form: a language is a tag of BCP 47, a unit one of UCUM, and others of a form have that.

use crate::report::{Rule, Severity, Words};

pub(crate) const CODE_FORM: Rule = Rule::new(
    "code-form",
    Severity::Error,
    "code-invalid",
    "A language is a tag of BCP 47, a unit one of UCUM.",
    &[OTHER_FORM, NO_UNIT, NO_LANGUAGE],
);
pub(crate) const OTHER_FORM: Words = Words("{found} is not a valid {expected}.");
pub(crate) const NO_UNIT: Words = Words("{found} is not a valid unit of UCUM: {problem}.");
pub(crate) const NO_LANGUAGE: Words = Words("{found} is not a valid language tag of BCP 47.");

#[cfg(test)]
mod tests {
    use super::CODE_FORM;
    use crate::validate::told::assert_told;

    #[test]
    fn a_code_has_the_form_of_its_set() {
        assert_told(
            CODE_FORM,
            r#"{"resourceType":"Patient","language":"…"}"#,
            &[("en-US", &[]), ("en_US", &["/language: 'en_US' is not a valid language tag of BCP 47."])],
        );
    }

    #[test]
    fn a_unit_is_one_of_ucum() {
        assert_told(
            CODE_FORM,
            r#"{"resourceType":"Observation","status":"final","code":{"text":"a"},"valueQuantity":{"value":1,"system":"http://unitsofmeasure.org","code":"…"}}"#,
            &[
                ("mm[Hg]", &[]),
                ("mmHg", &["/valueQuantity/code: 'mmHg' is not a valid unit of UCUM: UCUM does not define this unit."]),
            ],
        );
    }

    #[test]
    fn a_language_as_a_coding_is_a_tag_too() {
        assert_told(
            CODE_FORM,
            r#"{"resourceType":"Basic","code":{"coding":[{"system":"urn:ietf:bcp:47","code":"…"}]}}"#,
            &[("de-CH", &[]), ("german", &["/code/coding/0/code: 'german' is not a valid language tag of BCP 47."])],
        );
    }
}
