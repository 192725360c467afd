//! QuestionnaireResponse against its Questionnaire: which items there are, whether they are asked, and what may be answered.

pub(super) mod answers;
pub(super) mod enabled;
mod form;
pub(super) mod items;
pub(super) mod limits;
pub(super) mod options;
mod response;
pub(crate) mod source;
mod value_set;

pub(super) use form::type_in_name;
