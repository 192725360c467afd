//! code-form: the unit of a Quantity whose system is UCUM is one of UCUM.

use crate::document::{NodeId, name};
use crate::fhirpath::ucum;
use crate::report::{At, Severity};
use crate::validate::element::code_form::{CODE_FORM, NO_UNIT};
use crate::validate::instance::Instance;
use std::borrow::Cow;

/// Units of vital signs, of the commonest laboratory results and of time: known to be of UCUM, they are not parsed.
const COMMON_UNITS: [&str; 26] = [
    "%", "/min", "Cel", "[degF]", "[in_i]", "[lb_av]", "mm[Hg]", "kg", "g", "mg", "ug", "cm", "mm", "m", "kg/m2", "L",
    "mL", "mg/dL", "g/dL", "mmol/L", "umol/L", "s", "min", "h", "d", "a",
];
pub(crate) const UCUM: &str = "http://unitsofmeasure.org";

/// As many units are remembered.
const MOST_UNITS: usize = 16;

/// Validates the code of what has the system UCUM.
pub(super) fn of(instance: &mut Instance<'_>, node: NodeId) {
    let Some((at, code)) = code_of(instance, node).filter(|(_, code)| !code.is_empty()) else { return };
    if COMMON_UNITS.contains(&code.as_ref()) || instance.units.contains(&code) {
        return;
    }
    if let Err(error) = ucum::parse(&code) {
        let content = NO_UNIT.value("found", &code).name("problem", error.problem);
        instance.findings.add_as(&CODE_FORM, Severity::Warning, At::Value(at), content);
    } else if instance.units.len() < MOST_UNITS {
        instance.units.push(code);
    }
}

pub(crate) fn code_of<'w>(instance: &Instance<'w>, node: NodeId) -> Option<(NodeId, Cow<'w, str>)> {
    let code = instance.document.member(node, name::CODE)?;
    Some((code, instance.document.string(code)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_units_are_units() {
        for unit in COMMON_UNITS {
            assert!(ucum::parse(unit).is_ok(), "{unit}");
        }
    }
}
