//! binding-required, binding-extensible, binding-preferred, code-form: codes against the value sets that their elements are bound to.

use crate::definitions::{Binding, Body, Definitions, Element, Primitive, Strength, TypeId, TypeKind, ValueSet, known};
use crate::document::{Kind, NodeId, name, ordered};
use crate::fhirpath::ucum;
use crate::report::{Act, At, FIXES, Fix, Rule, Severity, Suggest, Words};
use crate::validate::answers::Answered;
use crate::validate::element::code_form::{CODE_FORM, OTHER_FORM};
use crate::validate::element::meant::{self, MOST_CHOICES};
use crate::validate::instance::Instance;
use crate::validate::nearest::nearest;
use crate::validate::notes::Unlisted;
use crate::validate::syntax;

pub(crate) const BINDING_REQUIRED: Rule = Rule::new(
    "binding-required",
    Severity::Error,
    "code-invalid",
    "A code is from the value set that its element requires.",
    &[CODE, NO_CODING, UNIT, CODE_NOT_IN_SET, CODE_NOT_AMONG, ABSTRACT, NO_CODE, NO_CODES, OF_SERVER],
);
pub(crate) const CODE: Words = Words("The code is not in the value set {set}, {strength}.");
const NO_CODING: Words = Words("None of the codings is in the value set {set}, {strength}.");
pub(crate) const UNIT: Words = Words("The unit is not in the value set {set}, {strength}.");
/// R4: "question" stands for the types of questions.
pub(crate) const ABSTRACT: Words =
    Words("The code {found} of the value set {set} is abstract: one of those below it is expected.");
const ABSTRACT_CODES: [(&str, &str); 1] = [("http://hl7.org/fhir/ValueSet/item-type", "question")];
pub(crate) const NO_CODE: Words = Words("There is no code, but one of the value set {set} is required.");
pub(crate) const NO_CODES: Words =
    Words("None of the codings has a code, but one of the value set {set} is to be given, {strength}.");
/// Told only of what a reference, a slice or a type asks, and only to who agrees with HL7's validator.
const OF_SERVER: Words = Words("HL7's validator asks a terminology server about codes of {set}.");
const CODE_NOT_IN_SET: Words = Words("The code {found} is not in the value set {set}, {strength}.");
const CODE_NOT_AMONG: Words = Words("The code {found} is not in the value set {set}, {strength}: {allowed}.");

pub(crate) const BINDING_EXTENSIBLE: Rule = Rule::new(
    "binding-extensible",
    Severity::Warning,
    "code-invalid",
    "A code of a system of an extensible value set is in the set.",
    &[CODE, NO_CODING],
);

pub(crate) const BINDING_PREFERRED: Rule = Rule::new(
    "binding-preferred",
    Severity::Information,
    "code-invalid",
    "A code of a system of a preferred value set is in the set.",
    &[CODE, NO_CODING],
);

/// As many codes are listed in a text; with more, only the nearest one is named.
const FEW_CODES: usize = 10;

/// Checks a value of an element with a binding.
pub(crate) fn check(instance: &mut Instance<'_>, binding: Binding, of: TypeId, value: NodeId) {
    let definitions = &instance.engine.definitions;
    let Some(set) = definitions.value_set(binding) else { return };
    if let Some(max) = definitions.max_value_set(binding)
        && !check_max(instance, (binding.strength, set), max, of, value)
    {
        return;
    }
    let required = binding.strength == Strength::Required;
    if binding.strength != Strength::Preferred
        && !set.is_whole()
        && has_form(set, "").is_none()
        && is_undecided(instance, set, of, value)
    {
        let demanded_by = instance.findings.demanded_by.clone();
        instance.notes.wanted.unlisted.push(Unlisted { value, binding, demanded_by });
    }
    if matches!(definitions.type_of(of).kind, TypeKind::Primitive(Primitive::Code)) {
        check_code(instance, set, required, value);
    } else if has_system_and_code(of, definitions) {
        if has_coding(instance, set, value) == Some(false) && (required || is_of_a_system(instance, set, value)) {
            let code = instance.document.member(value, name::CODE);
            // The coding is what is not in the set, as HL7's validator has it; the code is what is to be changed.
            let at = code.map_or(At::Start(value), At::Member);
            if required && of != known::CODING {
                // Units are many, and sets of them short: HL7's validator leaves it to a terminology server.
                let content = CODE.name("set", set.url.clone()).name("strength", REQUIRED);
                instance.findings.add_as(&BINDING_REQUIRED, Severity::Warning, at, content);
            } else {
                report(instance, binding.strength, set, CODE, at);
            }
        }
    } else if of == known::CODEABLE_CONCEPT && (required || set.expansion().is_ok()) {
        let codings = instance.document.member(value, name::CODING);
        let items: Vec<NodeId> = codings.into_iter().flat_map(|list| instance.document.children(list)).collect();
        // Without a coding, an extension may say why there is none.
        let explained = items.is_empty() && instance.document.member(value, name::EXTENSION).is_some();
        // To HL7's validator a code is not in a set either where its display is another one, but for items of a list, which it tells apart by
        // their codes.
        let is_item = instance.document.kind(instance.document.parent(value)) == Kind::Array;
        let as_hl7 = required && !is_item && !instance.findings.instead.is_empty();
        let is_in = |&item: &NodeId| {
            has_coding(instance, set, item) != Some(false) && !(as_hl7 && meant::has_other_display(instance, item))
        };
        let in_set = items.iter().any(is_in);
        // A code of a system that the set does not draw on may be right where others may be used.
        if explained && required {
            absent(instance, binding, value);
        }
        let concerned =
            if required { !explained } else { items.iter().any(|&item| is_of_a_system(instance, set, item)) };
        // Whatever a set holds, it holds nothing of what has no code.
        let code_of = |item: &NodeId| instance.document.member(*item, name::CODE);
        let is_empty = required && !set.name.is_empty() && items.iter().all(|item| code_of(item).is_none());
        if concerned && (is_empty || !in_set && set.expansion().is_ok()) {
            let words = if is_empty && !set.is_whole() { NO_CODES } else { NO_CODING };
            if required && is_of_units(set) {
                let content = words.name("set", set.url.clone()).name("strength", REQUIRED);
                instance.findings.add_as(&BINDING_REQUIRED, Severity::Warning, At::Start(value), content);
            } else {
                report(instance, binding.strength, set, words, At::Start(value));
            }
        }
    }
}

/// Where there is no code, an extension may say why, as R4 has it; whoever wants the verdict of HL7's validator is told.
#[cold]
pub(crate) fn absent(instance: &mut Instance<'_>, binding: Binding, at: NodeId) {
    let set = instance.engine.definitions.value_set(binding).filter(|_| !instance.findings.instead.is_empty());
    if let Some(set) = set.filter(|_| binding.strength == Strength::Required) {
        let content = NO_CODE.name("set", set.url.clone());
        instance.findings.add_as(&BINDING_REQUIRED, Severity::Information, At::Start(at), content);
    }
}

/// Whether a set holds units alone: it is meant for the Quantity of a choice, and HL7's validator does not ask a concept for one.
fn is_of_units(set: &ValueSet) -> bool {
    set.expansion().is_ok_and(|systems| systems.iter().all(|codes| codes.system == super::unit::UCUM))
}

/// Checks a value against the value set that no code may leave: those that R4 has are known by their form. Gives whether the other set of
/// the binding has more to say. HL7's validator asks for this only of extensible bindings; where the other set is preferred, guides of
/// whole countries have languages of their own, and it is a warning.
fn check_max(
    instance: &mut Instance<'_>,
    (strength, set): (Strength, &ValueSet),
    max: &ValueSet,
    of: TypeId,
    value: NodeId,
) -> bool {
    let severity = if strength == Strength::Preferred { Severity::Warning } else { Severity::Error };
    let report = |instance: &mut Instance<'_>, words: Words, at: At| {
        instance.findings.add_as(
            &BINDING_REQUIRED,
            severity,
            at,
            words.name("set", max.url.clone()).name("strength", MAXIMUM),
        );
        false
    };
    if matches!(instance.engine.definitions.type_of(of).kind, TypeKind::Primitive(_)) {
        // What is told of the one set needs not to be told of the other.
        let Some(code) =
            instance.document.string(value).filter(|code| !code.is_empty() && has_form(set, code).is_none())
        else {
            return true;
        };
        let is_wrong = has_form(max, &code).is_some_and(|(right, _)| !right);
        return !is_wrong || report(instance, CODE, At::Value(value));
    }
    let in_max = |instance: &Instance<'_>, coding: NodeId| {
        let code = instance.text_of(coding, name::CODE).filter(|code| !code.is_empty())?;
        let system = instance.document.text_or_empty(coding, name::SYSTEM);
        Some(system == system_of(max) && has_form(max, &code)?.0)
    };
    if of == known::CODEABLE_CONCEPT {
        let codings = instance.document.member(value, name::CODING);
        let items: Vec<NodeId> = codings.into_iter().flat_map(|list| instance.document.children(list)).collect();
        let is_wrong = !items.is_empty() && items.iter().all(|&item| in_max(instance, item) == Some(false));
        return !is_wrong || report(instance, NO_CODING, At::Start(value));
    }
    // What is not a unit at all is told of the unit.
    let is_unit = instance.text_of(value, name::CODE).is_some_and(|code| ucum::parse(&code).is_ok());
    let is_wrong = is_unit && in_max(instance, value) == Some(false);
    let at = instance.document.member(value, name::CODE).map_or(At::Start(value), At::Value);
    !is_wrong || report(instance, UNIT, at)
}

/// The code system of the sets that are known by their form.
fn system_of(set: &ValueSet) -> &'static str {
    match set.url.as_ref() {
        "http://hl7.org/fhir/ValueSet/all-time-units" | "http://hl7.org/fhir/ValueSet/all-distance-units" => {
            super::unit::UCUM
        }
        "http://hl7.org/fhir/ValueSet/all-languages" => super::coding::LANGUAGES,
        _ => "urn:ietf:bcp:13",
    }
}

/// Whether a code is a unit that can be converted into another.
fn measures(code: &str, other: &str) -> bool {
    ucum::parse(code).is_ok_and(|unit| ucum::parse(other).is_ok_and(|other| ucum::comparable(&unit, &other)))
}

fn report(instance: &mut Instance<'_>, strength: Strength, set: &ValueSet, words: Words, at: At) {
    let (rule, how): (&Rule<'static>, _) = match strength {
        Strength::Required => (&BINDING_REQUIRED, REQUIRED),
        Strength::Extensible => (&BINDING_EXTENSIBLE, EXTENSIBLE),
        Strength::Preferred => (&BINDING_PREFERRED, PREFERRED),
    };
    instance.findings.add(rule, at, words.name("set", set.url.clone()).name("strength", how));
}

const REQUIRED: &str = "which is required here";
const EXTENSIBLE: &str = "which is to be used here if one of its codes applies";
const PREFERRED: &str = "which is preferred here";
const MAXIMUM: &str = "the only one allowed here";

/// Value sets that cannot be listed, but whose codes have a form.
fn has_form(set: &ValueSet, code: &str) -> Option<(bool, &'static str)> {
    if set.url == "http://www.rfc-editor.org/bcp/bcp13.txt" {
        return Some((syntax::is_media_type(code), "media type"));
    }
    match set.url.strip_prefix("http://hl7.org/fhir/ValueSet/")? {
        "all-time-units" => Some((measures(code, "s"), "unit of time")),
        "all-distance-units" => Some((measures(code, "m"), "unit of length")),
        "mimetypes" => Some((syntax::is_media_type(code), "media type")),
        "currencies" => Some((syntax::is_currency(code), "currency of ISO 4217")),
        "languages" | "all-languages" => Some((syntax::is_language(code), "language tag of BCP 47")),
        _ => None,
    }
}

/// Whether a code is of a system that is not loaded.
fn is_of_server(definitions: &Definitions, set: &ValueSet, code: &str) -> bool {
    let Ok(systems) = set.expansion() else { return has_form(set, code).is_some_and(|(right, _)| right) };
    systems.iter().any(|codes| codes.has(code) && definitions.code_system(&codes.system).is_none())
}

fn check_code(instance: &mut Instance<'_>, set: &ValueSet, required: bool, value: NodeId) {
    if instance.document.kind(value) != Kind::String {
        return;
    }
    let code = instance.document.value(value);
    // Whoever asks as HL7's validator does, without a server, knows no profile that such a value meets.
    if required
        && instance.profiles.depth > 0
        && instance.findings.agrees()
        && is_of_server(instance.definitions, set, &code)
    {
        let content = OF_SERVER.name("set", set.url.clone());
        instance.findings.add(&BINDING_REQUIRED, At::Value(value), content);
    }
    // An empty code has been reported as empty.
    if code.is_empty() {
        return;
    }
    if let Some((right, what)) = has_form(set, &code) {
        if !right {
            let rule = if required { &BINDING_REQUIRED } else { &CODE_FORM };
            let content = OTHER_FORM.value("found", &code).name("expected", what);
            let finding = instance.findings.add(rule, At::Value(value), content);
            // `en_US` and `eur` are slips of one kind each.
            let fixed = [code.replace('_', "-"), code.to_ascii_uppercase(), code.trim().to_owned()];
            let is_right = |code: &String| has_form(set, code).is_some_and(|(right, _)| right);
            if let Some(fixed) = fixed.into_iter().find(is_right) {
                finding.suggest(fixed, true, Act::Replace, vec![value]);
            }
        }
        return;
    }
    if !required || set.has_code(&code) != Some(false) {
        return;
    }
    let definitions = &instance.engine.definitions;
    let mut allowed: Vec<String> = set.codes().take(FEW_CODES + 1).map(str::to_owned).collect();
    if allowed.len() > FEW_CODES {
        allowed.clear();
    }
    let is_abstract = ABSTRACT_CODES.contains(&(set.url.as_ref(), code.as_ref()));
    let words = match allowed.is_empty() {
        _ if is_abstract => ABSTRACT,
        true => CODE_NOT_IN_SET,
        false => CODE_NOT_AMONG,
    };
    let content =
        words.value("found", &code).name("set", set.url.clone()).name("strength", REQUIRED).list("allowed", allowed);
    let finding = instance.findings.add(&BINDING_REQUIRED, At::Value(value), content);
    let near = nearest(&code, &mut set.codes());
    // What is a code elsewhere in R4 is a word of its own, unless it is the same but for its case.
    let certain =
        near.filter(|near| near.certain && (near.name.eq_ignore_ascii_case(&code) || !definitions.has_code(&code)));
    if let Some(near) = certain {
        finding.suggest(near.name.to_owned(), false, Act::Replace, vec![value]);
    } else if let Some(fix) = Fix::choice(choices_of(set, &code), Act::Replace, value) {
        finding.offer_this(Some(fix));
    } else if let Some(near) = near {
        finding.offer(near.name.to_owned(), false, Act::Replace, vec![value]);
    }
}

/// Statements that nearly all who write them mean, by their value sets: the first choice of them.
const USUAL: [(&str, &str); 1] = [("http://hl7.org/fhir/ValueSet/narrative-status", "generated")];

/// Where a code is that nothing speaks for.
const UNRANKED: usize = 3;

/// The codes of a set, if they are few: first what a text may be a slip for, then what begins as it does, then what is usual. And whether there
/// is such a code.
#[cold]
fn choices_of(set: &ValueSet, found: &str) -> (Vec<String>, bool) {
    let codes: Vec<&str> = set.codes().take(MOST_CHOICES + 1).collect();
    if !FIXES || codes.len() > MOST_CHOICES || !set.is_whole() {
        return (Vec::new(), false);
    }
    let near = nearest(found, &mut codes.iter().copied()).map(|near| near.name);
    let begins =
        |code: &str| !found.is_empty() && code.get(..found.len()).is_some_and(|part| part.eq_ignore_ascii_case(found));
    let rank = |code: &str| {
        let ranks = [near == Some(code), begins(code), USUAL.contains(&(set.url.as_ref(), code))];
        ranks.iter().position(|&is| is).unwrap_or(UNRANKED)
    };
    let order = ordered(codes.len(), &mut |a, b| {
        let of = |place: usize| codes.get(place).map(|code| (rank(code), place));
        of(a).cmp(&of(b))
    });
    let codes = order.into_iter().filter_map(|place| codes.get(place).map(|&code| code.to_owned()));
    let codes: Vec<String> = codes.collect();
    let is_probable = codes.len() == 1 || codes.first().is_some_and(|first| rank(first) < UNRANKED);
    (codes, is_probable)
}

/// The codes that an element of type code may have, if they are few: what is offered where another kind of value is, or none.
#[cold]
pub(crate) fn choices(definitions: &Definitions, body: &Body, element: &Element) -> (Vec<String>, bool) {
    let [of] = body.type_refs(element) else { return (Vec::new(), false) };
    let is_code = matches!(definitions.type_of(of.code).kind, TypeKind::Primitive(Primitive::Code));
    let required = element.binding.filter(|binding| is_code && binding.strength == Strength::Required);
    required.and_then(|binding| definitions.value_set(binding)).map(|set| choices_of(set, "")).unwrap_or_default()
}

/// Whether it is not known of all that a value says whether it is in the set.
#[cold]
fn is_undecided(instance: &Instance<'_>, set: &ValueSet, of: TypeId, value: NodeId) -> bool {
    if of != known::CODEABLE_CONCEPT {
        return !has_system_and_code(of, &instance.engine.definitions) || has_coding(instance, set, value).is_none();
    }
    let mut undecided = set.expansion().is_err();
    for coding in instance.document.member_items(value, name::CODING) {
        match has_coding(instance, set, coding) {
            Some(true) => return false,
            Some(false) => {}
            None => undecided = true,
        }
    }
    undecided
}

/// Whether answers decide of a value whether it is in its value set. Where it is not, that is reported.
pub(crate) fn decided(instance: &mut Instance<'_>, answered: &Answered<'_>, one: &Unlisted) -> bool {
    let Unlisted { value, binding, demanded_by } = one;
    let Some(set) = instance.definitions.value_set(*binding) else { return false };
    let document = instance.document;
    let list = document.member(*value, name::CODING);
    let is_in =
        |value: NodeId| answered.of_value(document, value, &set.url).or_else(|| has_coding(instance, set, value));
    let codings: Vec<Option<bool>> = match list {
        // What has no code is in no set.
        Some(list) => {
            document.children(list).filter(|&one| document.member(one, name::CODE).is_some()).map(is_in).collect()
        }
        None => vec![is_in(*value)],
    };
    if codings.contains(&Some(true)) {
        return true;
    }
    if codings.is_empty() || codings.contains(&None) {
        return false;
    }
    let code = document.member(*value, name::CODE).filter(|_| list.is_none());
    instance.findings.demanded_by.clone_from(demanded_by);
    if let Some(code) = document.string(*value) {
        if binding.strength == Strength::Required {
            let content = CODE_NOT_IN_SET.value("found", &code).name("set", set.url.clone()).name("strength", REQUIRED);
            instance.findings.add(&BINDING_REQUIRED, At::Value(*value), content);
        }
    } else {
        let words = if code.is_some() { CODE } else { NO_CODING };
        report(instance, binding.strength, set, words, code.map_or(At::Start(*value), At::Value));
    }
    instance.findings.demanded_by = None;
    true
}

/// Whether a type is a Coding, a Quantity, or derived from that: it has a system and a code.
fn has_system_and_code(of: TypeId, definitions: &Definitions) -> bool {
    of == known::CODING || definitions.is_a(of, known::QUANTITY)
}

/// Whether a Coding (or Quantity) has a system and a code of the set. `None` where that cannot be told offline, or where a code
/// is not given as text: an extension may say why.
fn has_coding(instance: &Instance<'_>, set: &ValueSet, coding: NodeId) -> Option<bool> {
    let code = instance.text_of(coding, name::CODE)?;
    set.has_coding(&instance.document.text_or_empty(coding, name::SYSTEM), &code)
}

/// Whether a coding is of a system that the set draws on.
fn is_of_a_system(instance: &Instance<'_>, set: &ValueSet, coding: NodeId) -> bool {
    let Some(system) = instance.text_of(coding, name::SYSTEM) else { return false };
    // A set that is not listed draws on systems that are not known.
    set.expansion().is_ok_and(|systems| systems.iter().any(|codes| codes.system == *system))
}

#[cfg(test)]
mod tests {
    use super::{BINDING_EXTENSIBLE, BINDING_PREFERRED, BINDING_REQUIRED};
    use crate::validate::told::assert_told;

    #[test]
    fn a_code_is_one_of_a_required_set_and_a_few_codes_are_listed() {
        assert_told(
            BINDING_REQUIRED,
            r#"{"resourceType":"Patient","gender":"…"}"#,
            &[
                ("female", &[]),
                (
                    "woman",
                    &[
                        "/gender: The code 'woman' is not in the value set http://hl7.org/fhir/ValueSet/administrative-gender, which is required here: female, male, other, unknown.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn of_many_codes_only_the_set_is_named() {
        assert_told(
            BINDING_REQUIRED,
            r#"{"resourceType":"Task","status":"…","intent":"order"}"#,
            &[
                ("ready", &[]),
                (
                    "prepared",
                    &[
                        "/status: The code 'prepared' is not in the value set http://hl7.org/fhir/ValueSet/task-status, which is required here.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn one_of_the_codings_is_of_a_required_set() {
        assert_told(
            BINDING_REQUIRED,
            r#"{"resourceType":"Condition","subject":{"display":"Ana"},"clinicalStatus":{"coding":[…]}}"#,
            &[
                (
                    r#"{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"},{"system":"http://example.org","code":"on"}"#,
                    &[],
                ),
                (
                    r#"{"system":"http://example.org","code":"on"}"#,
                    &[
                        "/clinicalStatus: None of the codings is in the value set http://hl7.org/fhir/ValueSet/condition-clinical, which is required here.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn a_maximal_set_is_required_whatever_the_strength_of_the_other() {
        assert_told(
            BINDING_REQUIRED,
            r#"{"resourceType":"Condition","subject":{"display":"Ana"},"onsetAge":{"value":3,"system":"http://unitsofmeasure.org","code":"…"}}"#,
            &[
                ("a", &[]),
                (
                    "kg",
                    &[
                        "/onsetAge/code: The unit is not in the value set http://hl7.org/fhir/ValueSet/all-time-units, the only one allowed here.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn a_maximal_set_is_required_of_a_code_too() {
        assert_told(
            BINDING_REQUIRED,
            r#"{"resourceType":"PlanDefinition","status":"draft","action":[{"condition":[{"kind":"start","expression":{"language":"…","expression":"true"}}]}]}"#,
            &[
                ("text/fhirpath", &[]),
                (
                    "fhirpath-2",
                    &[
                        "/action/0/condition/0/expression/language: The code is not in the value set http://www.rfc-editor.org/bcp/bcp13.txt, the only one allowed here.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn a_code_of_the_systems_of_an_extensible_set_is_in_the_set() {
        assert_told(
            BINDING_EXTENSIBLE,
            r#"{"resourceType":"Encounter","status":"finished","class":…}"#,
            &[
                (r#"{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"}"#, &[]),
                (r#"{"system":"http://example.org","code":"on"}"#, &[]),
                (
                    r#"{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"ABUSE"}"#,
                    &[
                        "/class/code: The code is not in the value set http://terminology.hl7.org/ValueSet/v3-ActEncounterCode, which is to be used here if one of its codes applies.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn one_of_the_codings_of_a_concept_is_in_an_extensible_set() {
        assert_told(
            BINDING_EXTENSIBLE,
            r#"{"resourceType":"Patient","identifier":[{"value":"1","type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"…"}]}}]}"#,
            &[
                ("MR", &[]),
                ("ACSN", &[]),
                (
                    "AB",
                    &[
                        "/identifier/0/type: None of the codings is in the value set http://hl7.org/fhir/ValueSet/identifier-type, which is to be used here if one of its codes applies.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn one_of_the_codings_of_a_concept_is_in_a_preferred_set() {
        assert_told(
            BINDING_PREFERRED,
            r#"{"resourceType":"Condition","subject":{"display":"Ana"},"severity":{"coding":[{"system":"http://snomed.info/sct","code":"…"}]}}"#,
            &[
                ("24484000", &[]),
                (
                    "73211009",
                    &[
                        "/severity: None of the codings is in the value set http://hl7.org/fhir/ValueSet/condition-severity, which is preferred here.",
                    ],
                ),
            ],
        );
    }

    #[test]
    fn a_coding_alone_is_in_a_preferred_set() {
        assert_told(
            BINDING_PREFERRED,
            r#"{"resourceType":"Provenance","target":[{"display":"a"}],"recorded":"2026-01-31T12:00:00Z","agent":[{"who":{"display":"Ana"}}],"signature":[{"type":[{"system":"urn:iso-astm:E1762-95:2013","code":"…"}],"when":"2026-01-31T12:00:00Z","who":{"display":"Ana"}}]}"#,
            &[
                ("1.2.840.10065.1.12.1.1", &[]),
                (
                    "1.2.840.10065.1.12.1.99",
                    &[
                        "/signature/0/type/0/code: The code is not in the value set http://hl7.org/fhir/ValueSet/signature-type, which is preferred here.",
                    ],
                ),
            ],
        );
    }
}
