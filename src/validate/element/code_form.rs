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
