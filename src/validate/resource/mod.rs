//! Rules of whole resources of some types, and of what every resource says of itself. [`CHECKS`] says which look at which types.

pub(super) mod code_system;
pub(super) mod concept_map;
pub(super) mod constraint_key;
pub(super) mod element_definition;
pub(super) mod questionnaire;
pub(crate) mod questionnaire_response;
pub(super) mod resource_type;
pub(super) mod structure_definition;
pub(super) mod terminology;

use super::engine::Types;
use super::instance::Instance;
use crate::definitions::TypeId;
use crate::document::NodeId;
use crate::document::table::row;
use crate::report::Rule;

/// A rule of the resources of some types.
pub(super) struct Check {
    pub(super) on: Types,
    check: fn(&mut Instance<'_>, NodeId),
}

/// The rules of resources.
pub(super) static CHECKS: &[Check] = &[
    Check { on: Types::Named(&["Questionnaire"]), check: questionnaire::check },
    Check { on: Types::Named(&["QuestionnaireResponse"]), check: questionnaire_response::items::check },
    Check { on: Types::Named(&["CodeSystem"]), check: code_system::check },
    Check { on: Types::Named(&["ValueSet"]), check: terminology::value_set },
    Check { on: Types::Named(&["ConceptMap"]), check: concept_map::check },
    Check { on: Types::Named(&["StructureDefinition"]), check: structure_definition::check },
];

/// What is at no place.
static NO_CHECK: Check = Check { on: Types::Named(&[]), check: |_, _| {} };

/// Validates a resource by the rules that look at its type.
#[inline]
pub(super) fn check(instance: &mut Instance<'_>, node: NodeId, of: TypeId) {
    for &place in instance.engine.resource_rules.of(of) {
        (row(CHECKS, usize::from(place), &NO_CHECK).check)(instance, node);
    }
}

/// Every rule of a resource.
pub(super) const RULES: &[Rule] = &[
    resource_type::RESOURCE_TYPE,
    questionnaire::ENABLE_WHEN,
    questionnaire::ANSWER_TYPE,
    questionnaire_response::source::QUESTIONNAIRE_UNKNOWN,
    questionnaire_response::items::QUESTIONNAIRE_ITEM,
    questionnaire_response::items::QUESTIONNAIRE_REQUIRED,
    questionnaire_response::enabled::QUESTIONNAIRE_ENABLED,
    questionnaire_response::answers::QUESTIONNAIRE_ANSWER,
    questionnaire_response::options::QUESTIONNAIRE_OPTION,
    questionnaire_response::limits::QUESTIONNAIRE_LIMIT,
    code_system::CODE_SYSTEM_CONTENT,
    structure_definition::STRUCTURE_TYPE,
    element_definition::ELEMENT_DEFINITION,
    constraint_key::CONSTRAINT_KEY,
    concept_map::CONCEPT_MAP_CODE,
];
