//! The types that rules look for by hand, as places in the table of types.

use super::types::TypeId;

/// A constant for each type, and the list of their names.
macro_rules! known {
    ($($constant:ident = $name:literal at $place:literal,)*) => {
        $(pub(crate) const $constant: TypeId = TypeId($place);)*

        #[cfg(test)]
        const ALL: &[(&str, u16)] = &[$(($name, $place),)*];
    };
}

// R4 does not change, all layers are on top of it, and keep its places: each is the same small integer everywhere. The test below says what
// they are, should the compiler ever write the types in another order.
known! {
    BUNDLE = "Bundle" at 106,
    CODEABLE_CONCEPT = "CodeableConcept" at 26,
    CODE_SYSTEM = "CodeSystem" at 167,
    CODING = "Coding" at 27,
    ELEMENT = "Element" at 0,
    ELEMENT_DEFINITION = "ElementDefinition" at 40,
    EXPRESSION = "Expression" at 49,
    EXTENSION = "Extension" at 50,
    MESSAGE_HEADER = "MessageHeader" at 455,
    META = "Meta" at 54,
    OPERATION_OUTCOME = "OperationOutcome" at 488,
    PROVENANCE = "Provenance" at 521,
    QUANTITY = "Quantity" at 62,
    REFERENCE = "Reference" at 65,
    STRUCTURE_DEFINITION = "StructureDefinition" at 567,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions::Definitions;

    #[test]
    fn each_is_where_r4_has_it() {
        let r4 = Definitions::r4();
        let places: Vec<(&str, u16)> =
            ALL.iter().map(|(name, _)| (*name, r4.type_named(name).map_or(u16::MAX, |of| of.0))).collect();
        assert_eq!(places, ALL);
    }
}
