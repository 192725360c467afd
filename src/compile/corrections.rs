//! Constraints whose R4 expression does not say what the specification means, and what does.
//!
//! An expression that is empty (neither true nor false) breaks its constraint; many of these forget that an element may be absent, or
//! that dates of different precision cannot be compared.

/// The expression as R4 4.0.1 has it, the one to use, and where that comes from.
type Correction = (&'static str, &'static str, &'static str);

/// Constraints that R4 states in prose only: the type, the name, the words, the expression, and where the words come from.
pub(super) const IN_PROSE: [(&str, &str, &str, &str, &str); 1] = [(
    "SearchParameter",
    "search-parameter-composite",
    "A composite search parameter has two or more components",
    "type = 'composite' implies component.count() > 1",
    "R4 page searchparameter, component: \"Used to define the parts of a composite search parameter\"; HL7's validator",
)];

/// A test of the compiled set checks that every one of them is still in R4.
const CORRECTIONS: [Correction; 19] = [
    (
        "name.matches('[A-Z]([A-Za-z0-9_]){0,254}')",
        "name.exists() implies name.matches('^[A-Z]([A-Za-z0-9_]){0,254}$')",
        "R5, cnl-0 (R4's *-0 and inv-0): a resource without a name breaks nothing, and the whole name has to match; HL7's validator does so, \
         Firely's for sdf-0",
    ),
    (
        r#"path.matches('[^\\s\\.,:;\\\'"\\/|?!@#$%&*()\\[\\]{}]{1,64}(\\.[^\\s\\.,:;\\\'"\\/|?!@#$%&*()\\[\\]{}]{1,64}(\\[x\\])?(\\:[^\\s\\.]+)?)*')"#,
        r#"path.matches('^[^\\s\\.,:;\\\'"\\/|?!@#$%&*()\\[\\]{}]{1,64}(\\.[^\\s\\.,:;\\\'"\\/|?!@#$%&*()\\[\\]{}]{1,64}(\\[x\\])?(\\:[^\\s\\.]+)?)*$')"#,
        "R4B and R5, eld-19: the whole path has to match; HL7's and Firely's validators do so",
    ),
    (
        r"path.matches('[A-Za-z][A-Za-z0-9]*(\\.[a-z][A-Za-z0-9]*(\\[x])?)*')",
        r"path.matches('^[A-Za-z][A-Za-z0-9]{0,63}(\\.[a-z][A-Za-z0-9]{0,63}(\\[x])?)*$')",
        "R5, eld-20: the whole path has to match (R4B, HL7's and Firely's validators), with the 64 characters of its words",
    ),
    (
        "clinicalStatus.exists() or verificationStatus.coding.where(system='http://terminology.hl7.org/CodeSystem/condition-ver-status' and code = 'entered-in-error').exists() or category.select($this='problem-list-item').empty()",
        "clinicalStatus.exists() or verificationStatus.coding.where(system='http://terminology.hl7.org/CodeSystem/condition-ver-status' \
         and code = 'entered-in-error').exists() or category.coding.where(\
         system='http://terminology.hl7.org/CodeSystem/condition-category' and code='problem-list-item').empty()",
        "R4B, con-3: a category is a CodeableConcept, and no string; HL7's validator corrects it, too",
    ),
    (
        "offset.empty() or (when.exists() and ((when in ('C' | 'CM' | 'CD' | 'CV')).not()))",
        "offset.empty() or (when.exists() and when.select($this in ('C' | 'CM' | 'CD' | 'CV')).allFalse())",
        "R5, tim-9: there may be several when, and `in` takes one item; HL7's validator does so",
    ),
    (
        "targetProfile.exists() implies (type = 'Reference' or type = 'canonical')",
        "targetProfile.exists() implies (type = 'Reference' or type = 'canonical' \
         or type.memberOf('http://hl7.org/fhir/ValueSet/resource-types'))",
        "R5, opd-3: a parameter that is a resource names its profile there; HL7's and Firely's validators do so for R4",
    ),
    (
        "text.`div`.exists()",
        "%rootResource != $this or text.`div`.exists()",
        "R4, DomainResource.text: \"Contained resources do not have narrative\" (dom-6); HL7's validator does so",
    ),
    (
        "descendants().linkId.isDistinct()",
        "item.linkId.combine(item.repeat(item).linkId).isDistinct()",
        "que-2's own words, \"within the questionnaire\": one that it contains is another",
    ),
    (
        "concept.code.combine($this.descendants().concept.code).isDistinct()",
        "concept.code.combine(concept.repeat(concept).code).isDistinct()",
        "R5, csd-1: only below concept, and not in what the CodeSystem contains",
    ),
    (
        "fullUrl.contains('/_history/').not()",
        "fullUrl.exists() implies fullUrl.contains('/_history/').not()",
        "R5, bdl-8: an entry need not have a fullUrl",
    ),
    (
        "reference.startsWith('#').not() or (reference.substring(1).trace('url') in %rootResource.contained.id.trace('ids'))",
        "reference.exists() implies (reference.startsWith('#').not() or reference = '#' \
         or (reference.substring(1) in %rootResource.contained.id))",
        "R5, ref-1: a Reference may have an identifier only, and # is the containing resource",
    ),
    (
        "start.hasValue().not() or end.hasValue().not() or (start <= end)",
        "start.hasValue().not() or end.hasValue().not() \
         or iif(start.precision() = end.precision() and (start <= end).exists(), start <= end, start.lowBoundary() <= end.highBoundary())",
        "R5, per-1: a start on a day and an end in its month are in order, and so are a start with milliseconds and an end in its second",
    ),
    (
        "lastModified.exists().not() or authoredOn.exists().not() or lastModified >= authoredOn",
        "lastModified.exists().not() or authoredOn.exists().not() or \
         iif(lastModified.precision() = authoredOn.precision() and (lastModified >= authoredOn).exists(), \
         lastModified >= authoredOn, \
         lastModified.highBoundary() >= authoredOn.lowBoundary())",
        "R5's per-1, for the same reason",
    ),
    (
        "whenHandedOver.empty() or whenPrepared.empty() or whenHandedOver >= whenPrepared",
        "whenHandedOver.empty() or whenPrepared.empty() or \
         iif(whenHandedOver.precision() = whenPrepared.precision() and (whenHandedOver >= whenPrepared).exists(), \
         whenHandedOver >= whenPrepared, \
         whenHandedOver.highBoundary() >= whenPrepared.lowBoundary())",
        "R5's per-1, for the same reason",
    ),
    (
        "low.empty() or high.empty() or (low <= high)",
        "low.value.empty() or high.value.empty() or (low > high).empty() or (low <= high)",
        "R5, rng-2: quantities of different units have no order",
    ),
    (
        "binding.empty() or type.code.empty() or type.select((code = 'code') or (code = 'Coding') or (code='CodeableConcept') or (code = 'Quantity') or (code = 'string') or (code = 'uri')).exists()",
        "binding.empty() or type.code.empty() or type.where(code in ('code' | 'Coding' | 'CodeableConcept' | 'Quantity' \
         | 'string' | 'uri' | 'Duration') or code.contains(':')).exists()",
        "its own words (eld-11): the expression asks whether there is a truth value, not whether one is true; R4B adds Duration, R5 the types \
         that others define",
    ),
    (
        "operator = 'exists' implies (answer is Boolean)",
        "operator = 'exists' implies (answer is boolean)",
        "R4B, que-7: the answer is of FHIR's type boolean, not of FHIRPath's Boolean",
    ),
    (
        "enableWhen.count() > 2 implies enableBehavior.exists()",
        "enableWhen.count() > 1 implies enableBehavior.exists()",
        "R4B, que-12: its own words are \"more than one enableWhen\"",
    ),
    (
        "probability is decimal implies (probability as decimal) <= 100",
        "probability.ofType(decimal).empty() or probability.ofType(decimal) <= 100",
        "R4's ras-2 is empty where there is no probability, which is 0..1",
    ),
];

/// The expression to use for a constraint.
pub(super) fn corrected(expression: &str) -> &str {
    let found = CORRECTIONS.iter().find(|(wrong, ..)| *wrong == expression);
    found.map_or(expression, |(_, right, _)| right)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions::Definitions;
    use crate::document::Names;
    use crate::fhirpath::Expression;

    #[test]
    fn every_corrected_expression_is_fhirpath() {
        for (wrong, right, _) in CORRECTIONS.iter() {
            assert!(Expression::parse(wrong, &Names::new()).is_ok(), "{wrong}");
            assert!(Expression::parse(right, &Names::new()).is_ok(), "{right}");
        }
    }

    #[test]
    fn every_correction_is_of_an_expression_that_r4_has() {
        let definitions = Definitions::r4();
        let has = |wanted: &str| definitions.constraints().iter().any(|constraint| constraint.expression == wanted);
        for (wrong, right, _) in CORRECTIONS {
            assert!(has(right), "nothing was corrected to {right}");
            assert!(!has(wrong), "{wrong}");
        }
    }
}
