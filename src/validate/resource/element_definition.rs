//! element-definition: what a profile says of an element agrees with the element of its type.
//!
//! Source: R4 pages profiling ("a profile … can only make rules more restrictive") and elementdefinition; HL7's validator makes a snapshot
//! of the profile and says where it cannot.

use crate::definitions::{Body, Element, Strength, TypeId, TypeKind, known, plain_url};
use crate::document::{NameId, NodeId, name};
use crate::report::{At, Content, Rule, Severity, Words};
use crate::validate::instance::Instance;

pub(crate) const ELEMENT_DEFINITION: Rule = Rule::new(
    "element-definition",
    Severity::Error,
    "business-rule",
    "A profile says of an element what agrees with its type.",
    &[
        NOT_AN_ELEMENT,
        OUT_OF_ORDER,
        OTHER_TYPE,
        OTHER_TARGET,
        OTHER_PROFILE,
        FEWER,
        MORE,
        WEAKER,
        NOT_FOR_TYPE,
        NOT_IN_PROFILE,
        NO_SLICING,
        NOT_SLICED,
    ],
);
const NOT_AN_ELEMENT: Words = Words("{found} is not an element that the type has.");
const OUT_OF_ORDER: Words = Words("{found} is out of order: elements are in the order that the type has.");
const OTHER_TYPE: Words = Words("{found} is not a type of this element; allowed: {allowed}.");
const OTHER_TARGET: Words = Words("{found} is not a type that this element refers to; allowed: {allowed}.");
const OTHER_PROFILE: Words = Words("This is of the type {found}, but the element is of the type {expected}.");
const FEWER: Words = Words("The element occurs at least {expected} times: a profile cannot allow fewer.");
const MORE: Words = Words("The element occurs at most {expected} times: a profile cannot allow more.");
const WEAKER: Words = Words("The codes of this element are required: a profile cannot loosen that.");
const NOT_FOR_TYPE: Words = Words("Elements of the type {found} have no {element}.");
const NOT_IN_PROFILE: Words = Words("{element} is not allowed in a profile.");
const NO_SLICING: Words = Words("This element does not repeat: it cannot be sliced.");
const NOT_SLICED: Words = Words("There are slices of this element, but no slicing that says how they are told apart.");

const FHIR_TYPES: &str = "http://hl7.org/fhir/StructureDefinition/";

/// What the profile as a whole says.
struct Profile<'w> {
    node: NodeId,
    of: TypeId,
    /// Whether it constrains the type itself, and not another profile, which may have slices.
    is_of_type: bool,
    /// The paths that have a slicing.
    sliced: Vec<String>,
    /// Where the element before is in its type, step by step, with its slices.
    before: Vec<(u16, String)>,
    last: Option<NodeId>,
    element: NameId,
    body: &'w str,
}

/// Validates the elements of a profile by those of its type. Of a profile whose base is not known here, no more can be said.
pub(super) fn check(instance: &mut Instance<'_>, node: NodeId, of: TypeId) {
    let definitions = instance.definitions;
    let text = |name: NameId| instance.document.member_text(node, name);
    let Some(base) = text(name::BASE_DEFINITION) else { return };
    let is_of_type = plain_url(&base).strip_prefix(FHIR_TYPES) == Some(&*definitions.type_of(of).name);
    if !is_of_type && definitions.profile_named(&base).is_none() {
        return;
    }
    for list in ["differential", "snapshot"] {
        let Some(list_node) = instance.document.get(node, list) else { continue };
        let mut profile = Profile {
            node,
            of,
            is_of_type,
            sliced: Vec::new(),
            before: Vec::new(),
            last: None,
            element: name::ELEMENT,
            body: list,
        };
        for element in instance.document.member_items(list_node, profile.element) {
            profile.element(instance, element);
        }
    }
}

/// An element of the type that a path names.
struct Found<'w> {
    body: &'w Body,
    element: &'w Element,
    /// The types that the path leaves, where it names one: `valueQuantity`.
    of: Vec<TypeId>,

    /// Its place in the type, step by step.
    places: Vec<u16>,
    /// Whether it is the type's own, not inside another one.
    is_own: bool,
}

/// The element that a path names; `Err` where the type has none. Inside of primitives and of any resource nothing is known.
fn find<'w>(instance: &Instance<'w>, of: TypeId, path: &str) -> Result<Option<Found<'w>>, ()> {
    let definitions = instance.definitions;
    let mut on = vec![of];
    let mut found: Option<Found<'w>> = None;
    let (mut places, mut is_own) = (Vec::new(), true);
    for step in path.split('.').skip(1) {
        let bare = step.strip_suffix("[x]").unwrap_or(step);
        let name = definitions.names().find(bare.as_bytes());
        let mut next = None;
        for &of in &on {
            let of = definitions.type_of(of);
            if !matches!(of.kind, TypeKind::Resource | TypeKind::Complex) {
                return Ok(None);
            }
            is_own &= places.is_empty() || of.name.contains('.');
            let body = definitions.body(of);
            let element = body.elements.iter().position(|element| element.name == name);
            let field = body.field(name);
            let place = element.or_else(|| field.map(|field| usize::from(field.element)));
            let Some((place, element)) = place.and_then(|place| Some((place, body.elements.get(place)?))) else {
                continue;
            };
            let types = match field.filter(|_| element.choice && element.name != name) {
                Some(field) => vec![body.type_ref(field.type_ref).of],
                None => body.type_refs(element).iter().map(|of| of.of).collect(),
            };
            next = Some((place as u16, body, element, types));
            break;
        }
        let Some((place, body, element, types)) = next else { return Err(()) };
        places.push(place);
        on.clone_from(&types);
        found = Some(Found { body, element, of: types, places: places.clone(), is_own });
    }
    Ok(found)
}

impl Profile<'_> {
    fn is_differential(&self) -> bool {
        self.body == "differential"
    }

    /// What is wrong with the whole, as HL7's validator has it, marked where it is said.
    fn tell(&self, instance: &mut Instance<'_>, at: NodeId, content: Content) {
        let (start, end) = At::Value(at).span(instance.document);
        instance.findings.add(&ELEMENT_DEFINITION, At::Span(self.node, start, end), content);
    }

    fn element(&mut self, instance: &mut Instance<'_>, node: NodeId) {
        let Some(path_node) = instance.document.get(node, "path") else { return };
        let Some(path) = instance.document.string(path_node) else { return };
        let name = &instance.definitions.type_of(self.of).name;
        let Some(rest) = path.strip_prefix(&**name) else { return };
        if rest.is_empty() {
            return;
        }
        let id = instance.text_of(node, name::ID).unwrap_or_default();
        let is_slice = instance.document.get(node, "sliceName").is_some();
        if instance.document.get(node, "slicing").is_some() {
            self.sliced.push(path.to_string());
        }
        let found = match find(instance, self.of, &path) {
            Ok(Some(found)) => found,
            Ok(None) => return,
            Err(()) => {
                if self.is_differential() {
                    let content = NOT_AN_ELEMENT.value("found", &path);
                    instance.findings.add(&ELEMENT_DEFINITION, At::Member(path_node), content);
                }
                return;
            }
        };
        if self.is_differential() {
            self.order(instance, node, &found.places, &id);
            self.slices(instance, node, &path, &found, is_slice);
            self.counts(instance, node, &found, is_slice);
            if let Some(at) =
                instance.document.get(node, "meaningWhenMissing").filter(|_| !path.ends_with(".extension"))
            {
                let content = NOT_IN_PROFILE.name("element", "meaningWhenMissing");
                instance.findings.add(&ELEMENT_DEFINITION, At::Unknown(at), content);
            }
        }
        self.types(instance, node, &found);
    }

    /// The elements of a differential are in the order of the type; each slice begins anew.
    fn order(&mut self, instance: &mut Instance<'_>, node: NodeId, places: &[u16], id: &str) {
        let slices = id.split('.').skip(1).map(|step| step.split_once(':').map_or("", |(_, slice)| slice));
        let slices = slices.chain(std::iter::repeat(""));
        let now: Vec<(u16, String)> = places.iter().copied().zip(slices.map(str::to_owned)).collect();
        let differs = now.iter().zip(&self.before).find(|(now, before)| now != before);
        if let Some(((place, _), (before, _))) = differs
            && place < before
            && let Some(last) = self.last
            && let Some(at) = instance.document.get(last, "path")
        {
            let found = instance.document.value(at);
            instance.findings.add(&ELEMENT_DEFINITION, At::Member(at), OUT_OF_ORDER.value("found", &found));
        }
        self.before = now;
        self.last = Some(node);
    }

    fn slices(&self, instance: &mut Instance<'_>, node: NodeId, path: &str, found: &Found<'_>, is_slice: bool) {
        let is_single = found.element.max == Some(1) && !found.element.choice;
        if let Some(at) = instance.document.get(node, "slicing").filter(|_| is_single && found.is_own) {
            instance.findings.add(&ELEMENT_DEFINITION, At::Key(at), NO_SLICING);
        }
        let by_itself = found.element.choice || path.ends_with("xtension");
        if is_slice && self.is_of_type && !by_itself && !self.sliced.iter().any(|sliced| sliced == path) {
            instance.findings.add(&ELEMENT_DEFINITION, At::Start(node), NOT_SLICED);
        }
    }

    fn counts(&self, instance: &mut Instance<'_>, node: NodeId, found: &Found<'_>, is_slice: bool) {
        let element = found.element;
        if let Some(min) = instance.document.get(node, "min").filter(|_| !is_slice)
            && instance.document.raw(min).parse::<u16>().is_ok_and(|min| min < element.min)
        {
            self.tell(instance, min, FEWER.count("expected", element.min));
        }
        if let Some(max) = instance.document.get(node, "max")
            && let Some(most) = element.max
            && let Some(text) = instance.document.string(max)
            && (text == "*" || text.parse::<u32>().is_ok_and(|max| max > u32::from(most)))
        {
            self.tell(instance, max, MORE.count("expected", most));
        }
        let strength = instance.document.get(node, "binding");
        if let Some(strength) = strength.and_then(|binding| instance.document.get(binding, "strength"))
            && element.binding.is_some_and(|binding| binding.strength == Strength::Required)
            && instance.document.string(strength).is_some_and(|text| text != "required")
        {
            self.tell(instance, strength, WEAKER.into());
        }
    }

    fn types(&self, instance: &mut Instance<'_>, node: NodeId, found: &Found<'_>) {
        let definitions = instance.definitions;
        let name_of = |of: TypeId| definitions.type_of(of).name.clone();
        let mut stated = Vec::new();
        let types = instance.document.get(node, "type");
        for one in types.into_iter().flat_map(|types| instance.document.children(types)) {
            let Some(code_node) = instance.document.member(one, name::CODE) else { return };
            let Some(code) = instance.document.string(code_node) else { return };
            // Types of FHIRPath, and logical models.
            if code.contains(':') {
                return;
            }
            let of = definitions.type_named(&code);
            let is_backbone = |of: TypeId| name_of(of).contains('.') && matches!(&*code, "BackboneElement" | "Element");
            let fits = |&allowed: &TypeId| {
                is_backbone(allowed)
                    || of.is_some_and(|of| definitions.is_a(of, allowed) || definitions.is_a(allowed, of))
            };
            if !found.of.iter().any(fits) {
                let content = OTHER_TYPE.value("found", &code).list("allowed", found.of.iter().map(|&of| name_of(of)));
                if self.is_differential() {
                    self.tell(instance, code_node, content);
                } else {
                    instance.findings.add(&ELEMENT_DEFINITION, At::Member(code_node), content);
                }
                return;
            }
            let Some(of) = of else { return };
            self.targets(instance, one, found, of);
            stated.push(of);
        }
        if stated.is_empty() {
            stated.clone_from(&found.of);
        } else {
            limits(instance, node, &stated);
        }
        // The value that is fixed is of such a type.
        for member in instance.document.children(node) {
            let key = instance.document.name_of(member);
            let Some(of) = ["fixed", "pattern"].iter().find_map(|prefix| key.strip_prefix(prefix)) else { continue };
            let is_of = |of: TypeId, wanted: &str| name_of(of).eq_ignore_ascii_case(wanted);
            let Some(given) = definitions.types().iter().position(|one| one.name.eq_ignore_ascii_case(of)) else {
                continue;
            };
            let given = TypeId(given as u16);
            // Of complex types, some constrain others: a SimpleQuantity is a Quantity.
            let fits = |&stated: &TypeId| {
                let is_complex = definitions.type_of(stated).kind == TypeKind::Complex;
                is_of(stated, of) || is_complex && (definitions.is_a(stated, given) || definitions.is_a(given, stated))
            };
            // Ids and URLs of extensions are strings of FHIRPath.
            let is_system =
                matches!(of, "Uri" | "String" | "Id") && [name::URL, name::ID].contains(&found.element.name);
            if !is_system && !stated.iter().any(fits) {
                let content = OTHER_TYPE.value("found", &key).list("allowed", stated.iter().map(|&of| name_of(of)));
                self.tell(instance, member, content);
            }
        }
    }

    /// The profiles of a type are profiles of it, and what it refers to is what the element refers to.
    fn targets(&self, instance: &mut Instance<'_>, node: NodeId, found: &Found<'_>, of: TypeId) {
        let definitions = instance.definitions;
        let type_named = |canonical: &str| {
            let of_profile = definitions.profile_named(canonical).map(|id| definitions.profile(id).of);
            of_profile.or_else(|| definitions.type_named(plain_url(canonical).strip_prefix(FHIR_TYPES)?))
        };
        let list = |name: &str| instance.document.get(node, name);
        let (profiles, targets) = (list("profile"), list("targetProfile"));
        for profile in profiles.into_iter().flat_map(|list| instance.document.children(list)) {
            let Some(named) = instance.document.string(profile).and_then(|canonical| type_named(&canonical)) else {
                continue;
            };
            if !definitions.is_a(named, of) {
                let name_of = |of: TypeId| definitions.type_of(of).name.clone();
                let content = OTHER_PROFILE.name("found", name_of(named)).name("expected", name_of(of));
                instance.findings.add(&ELEMENT_DEFINITION, At::Value(profile), content);
            }
        }
        let refs = found.body.type_refs(found.element);
        let Some(type_ref) = refs.iter().find(|one| one.of == of).filter(|_| of == known::REFERENCE) else { return };
        let allowed = found.body.targets(type_ref);
        for target in targets.into_iter().flat_map(|list| instance.document.children(list)) {
            let Some(named) = instance.document.string(target).and_then(|canonical| type_named(&canonical)) else {
                continue;
            };
            let fits = |&allowed: &TypeId| definitions.is_a(named, allowed);
            if self.is_differential() && !allowed.is_empty() && !allowed.iter().any(fits) {
                let name_of = |of: TypeId| definitions.type_of(of).name.clone();
                let allowed = allowed.iter().map(|&of| name_of(of));
                self.tell(instance, target, OTHER_TARGET.name("found", name_of(named)).list("allowed", allowed));
            }
        }
    }
}

/// What elements of a type can have, as HL7's validator lists it.
const BOUND: [&str; 11] =
    ["string", "uri", "code", "oid", "url", "uuid", "CodeableConcept", "Coding", "Quantity", "Range", "Extension"];
const WITH_LENGTH: [&str; 6] = ["string", "uri", "integer", "decimal", "date", "dateTime"];
const WITH_RANGE: [&str; 8] = ["integer", "decimal", "instant", "date", "dateTime", "time", "Quantity", "Money"];

fn limits(instance: &mut Instance<'_>, node: NodeId, stated: &[TypeId]) {
    let definitions = instance.definitions;
    for member in instance.document.children(node) {
        let key = instance.document.name_of(member);
        let allowed: &[&str] = match &*key {
            "binding" => &BOUND,
            "maxLength" => &WITH_LENGTH,
            _ if key.starts_with("minValue") || key.starts_with("maxValue") => &WITH_RANGE,
            _ => continue,
        };
        let is_one = |&of: &TypeId| {
            allowed.iter().any(|name| definitions.type_named(name).is_some_and(|wanted| definitions.is_a(of, wanted)))
        };
        if let Some(first) = stated.first().filter(|_| !stated.iter().any(is_one)) {
            let found = definitions.type_of(*first).name.clone();
            let content = NOT_FOR_TYPE.name("found", found).name("element", key.into_owned());
            instance.findings.add(&ELEMENT_DEFINITION, At::Unknown(member), content);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ELEMENT_DEFINITION;
    use crate::validate::told::assert_told;

    #[test]
    fn a_profile_says_what_its_type_allows() {
        assert_told(
            ELEMENT_DEFINITION,
            r#"{"resourceType":"StructureDefinition","url":"http://example.org/a","name":"A","status":"draft","kind":"resource","abstract":false,
                "type":"Patient","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","derivation":"constraint",
                "differential":{"element":[{"id":"Patient","path":"Patient"},…]}}"#,
            &[
                (
                    r#"{"path":"Patient.name.given","min":1},{"path":"Patient.deceased[x]","type":[{"code":"boolean"}]}"#,
                    &[],
                ),
                (
                    r#"{"path":"Patient.birthDate.extension","min":1},{"path":"Patient.multipleBirthInteger","max":"0"}"#,
                    &[],
                ),
                (
                    r#"{"path":"Patient.foo"}"#,
                    &["/differential/element/1/path: 'Patient.foo' is not an element that the type has."],
                ),
                (
                    r#"{"path":"Patient.gender"},{"path":"Patient.name"}"#,
                    &[
                        "/differential/element/1/path: 'Patient.gender' is out of order: elements are in the order that the type has.",
                    ],
                ),
                (
                    r#"{"path":"Patient.name","type":[{"code":"string"}]}"#,
                    &[": 'string' is not a type of this element; allowed: HumanName."],
                ),
                (
                    r#"{"path":"Patient.managingOrganization","type":[{"code":"Reference","targetProfile":["http://hl7.org/fhir/StructureDefinition/Patient"]}]}"#,
                    &[": Patient is not a type that this element refers to; allowed: Organization."],
                ),
                (
                    r#"{"path":"Patient.name","type":[{"code":"HumanName","profile":["http://hl7.org/fhir/StructureDefinition/Address"]}]}"#,
                    &[
                        "/differential/element/1/type/0/profile/0: This is of the type Address, but the element is of the type HumanName.",
                    ],
                ),
                (
                    r#"{"path":"Patient.gender","max":"*"},{"path":"Patient.link.other","min":0}"#,
                    &[
                        ": The element occurs at most 1 times: a profile cannot allow more.",
                        ": The element occurs at least 1 times: a profile cannot allow fewer.",
                    ],
                ),
                (
                    r#"{"path":"Patient.gender","binding":{"strength":"preferred"}}"#,
                    &[": The codes of this element are required: a profile cannot loosen that."],
                ),
                (
                    r#"{"path":"Patient.active","type":[{"code":"boolean"}],"maxLength":3}"#,
                    &["/differential/element/1/maxLength: Elements of the type boolean have no maxLength."],
                ),
                (
                    r#"{"path":"Patient.gender","fixedString":"male"}"#,
                    &[": 'fixedString' is not a type of this element; allowed: code."],
                ),
                (
                    r#"{"path":"Patient.gender","meaningWhenMissing":"unknown"}"#,
                    &["/differential/element/1/meaningWhenMissing: meaningWhenMissing is not allowed in a profile."],
                ),
            ],
        );
    }

    #[test]
    fn what_has_slices_says_how_they_are_told_apart() {
        assert_told(
            ELEMENT_DEFINITION,
            r#"{"resourceType":"StructureDefinition","url":"http://example.org/a","name":"A","status":"draft","kind":"resource","abstract":false,
                "type":"Patient","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","derivation":"constraint",
                "differential":{"element":[{"id":"Patient","path":"Patient"},…]}}"#,
            &[
                (
                    r#"{"path":"Patient.name","slicing":{"rules":"open","discriminator":[{"type":"value","path":"use"}]}},{"path":"Patient.name","sliceName":"a"}"#,
                    &[],
                ),
                (r#"{"path":"Patient.extension","sliceName":"a"}"#, &[]),
                (
                    r#"{"path":"Patient.name","sliceName":"a"}"#,
                    &[
                        "/differential/element/1: There are slices of this element, but no slicing that says how they are told apart.",
                    ],
                ),
                (
                    r#"{"path":"Patient.gender","slicing":{"rules":"open","discriminator":[{"type":"value","path":"$this"}]}}"#,
                    &["/differential/element/1/slicing: This element does not repeat: it cannot be sliced."],
                ),
            ],
        );
    }
}
