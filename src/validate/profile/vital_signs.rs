//! The vital signs: an Observation with the LOINC or SNOMED CT code of one meets R4's profile of that, whatever it claims.
//!
//! Source: R4 page observation-vitalsigns ("implementations … SHALL conform to this profile"); which codes those are is HL7's validator's.

use crate::definitions::{ProfileId, TypeId};
use crate::document::{NodeId, name};
use crate::validate::instance::Instance;

/// R4's profiles, and the codes of what they are for, those of LOINC and those of SNOMED CT.
const VITAL_SIGNS: [(&str, &str, &str); 10] = [
    ("bmi", "39156-5 89270-3", "60621009"),
    ("bodyheight", "8302-2 8306-3 8308-9 3137-7 3138-5", "50373000 1153637007"),
    (
        "bodytemp",
        "8310-5 8328-7 8329-5 8330-3 8331-1 8332-9 8333-7 8334-5 75539-7 75987-8 76278-1 76010-8 76011-6 91371-5 98657-0",
        "386725007 276885007 307047009 364246006 415882003 415929009 415945006 415974002 431598003 698831002 698832009",
    ),
    ("bodyweight", "29463-7 3141-9 3142-7 75292-3 79348-9 8350-1 8351-9", "735395000 425024002"),
    ("bp", "85354-9 55284-4 8480-6 8459-0 35094-2 76534-7", "271649006 271650006 399304008 386536003"),
    ("headcircum", "9843-4 8287-5", "363812007"),
    ("heartrate", "8867-4 8889-8 68999-2 69000-8 8893-0 40443-4 8891-4 8892-2 8890-6 11328-2 60978-4 76477-9", ""),
    ("oxygensat", "2708-6 59408-5 2710-2 2709-4 51733-4 59417-6 89276-0 20564-1 19224-5 2713-6", "431314004"),
    ("resprate", "9279-1 76171-8 76172-6 76170-0 19840-8 33438-3 76270-8 11291-2", "86290005"),
    ("vitalspanel", "85353-1", ""),
];

/// The profile of the vital sign that an Observation is, where that is loaded.
pub(super) fn profile_of(instance: &Instance<'_>, node: NodeId, of: TypeId) -> Option<ProfileId> {
    if &*instance.definitions.type_of(of).name != "Observation" {
        return None;
    }
    let document = instance.document;
    let code = document.member(node, name::CODE)?;
    document.member_items(code, name::CODING).find_map(|coding| {
        let (system, code) = (document.member_text(coding, name::SYSTEM)?, document.member_text(coding, name::CODE)?);
        let (profile, ..) = VITAL_SIGNS.iter().find(|(_, loinc, snomed)| {
            let codes = match system.as_ref() {
                "http://loinc.org" => loinc,
                "http://snomed.info/sct" => snomed,
                _ => return false,
            };
            codes.split(' ').any(|one| !one.is_empty() && one == code)
        })?;
        instance.definitions.profile_named(&format!("http://hl7.org/fhir/StructureDefinition/{profile}"))
    })
}
