/** The fields of a referral, as data: what a clinic writes, and where it goes. */
import { texts } from "../../texts.js";
import { codeProblem, dateProblem, decimalProblem, npiProblem, pastProblem, today, uriProblem } from "../../typed-values.js";
import type { ChoiceName, Field, FieldName, Group, Values } from "./field.js";
import { REFERRAL, text, whenFilled } from "./generic-fields.js";
import type { At, RoleName } from "./roles.js";

const SNOMED = "http://snomed.info/sct";
const LOINC = "http://loinc.org";
const ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm";
const NPI = "http://hl7.org/fhir/sid/us-npi";
const TERMINOLOGY = "http://terminology.hl7.org/CodeSystem";
const COVERAGE_CLASS = `${TERMINOLOGY}/coverage-class`;
const { choices } = texts.compose;

const named = (...names: (readonly [string, ChoiceName])[]) => names.map(([value, name]) => [value, choices[name] as string] as const);
const same = (...names: ChoiceName[]) => named(...names.map((name) => [name, name] as const));
const none = [["", choices.none]] as const;

const at = (role: RoleName, ...path: At["path"]): At => ({ role, path });
const date = (name: FieldName, where: At, rest: Partial<Field> = {}): Field => ({
  name,
  kind: "date",
  at: where,
  problem: dateProblem,
  ...rest,
});
const choice = (name: FieldName, where: At, of: Field["choices"]): Field => ({ name, kind: "choice", at: where, choices: of ?? [] });

/** Words, a code, and the system of the code: what someone typed is not the code system's own words for it, so it is the text. */
function concept(
  names: [FieldName, FieldName, FieldName],
  where: At,
  element: string,
  systems: string[],
  rest: Partial<Field> = {},
): Field[] {
  const [words, code, system] = names;
  const coding = at(where.role, ...where.path, "coding", 0);
  return [
    text(words, at(where.role, ...where.path, "text"), rest),
    {
      name: code,
      kind: "code",
      at: at(where.role, ...coding.path, "code"),
      problem: codeProblem,
      codes: { element, system, text: words },
    },
    text(system, at(where.role, ...coding.path, "system"), {
      problem: uriProblem,
      needed: whenFilled(code),
      onlyWith: code,
      offered: systems,
      initial: () => systems[0] ?? "",
    }),
  ];
}

/** Needed as soon as one of the others is filled; a code says the same as words do. */
const unlessCoded =
  (code: FieldName, ...others: FieldName[]) =>
  (values: Values) =>
    (values[code] ?? "").trim() === "" ? whenFilled(...others)(values) : undefined;

const person = (role: RoleName, family: Field, given: FieldName): Field[] => [
  { ...family, at: at(role, "name", 0, "family") },
  text(given, at(role, "name", 0, "given"), { as: "words" }),
];
const npi = (name: FieldName, role: RoleName): Field =>
  text(name, at(role, "identifier", { system: NPI }, "value"), { problem: npiProblem, digits: true });
const reached = (name: FieldName, role: RoleName, system: string): Field => text(name, at(role, "telecom", { system }, "value"));
const ofClass = (name: FieldName, code: string): Field =>
  text(name, at("coverage", "class", { type: { coding: [{ system: COVERAGE_CLASS, code }] } }, "value"));

export const referralGroups: Group[] = [
  {
    name: "request",
    kinds: ["update"],
    onlyNew: true,
    fields: [
      text("requestId", undefined, {
        needed: true,
        problem: (value) => (/^[A-Za-z0-9.-]{1,64}$/.test(value) ? undefined : texts.compose.problems.id),
      }),
    ],
  },
  {
    name: "patient",
    kinds: REFERRAL,
    fields: [
      ...person("patient", text("family", undefined, { needed: true }), "given"),
      date("birthDate", at("patient", "birthDate"), { needed: true, problem: pastProblem }),
      choice("gender", at("patient", "gender"), [...none, ...same("female", "male", "other", "unknown")]),
      text("identifier", at("patient", "identifier", 0, "value")),
      text("identifierSystem", at("patient", "identifier", 0, "system"), {
        problem: uriProblem,
        needed: whenFilled("identifier"),
        onlyWith: "identifier",
      }),
      reached("phone", "patient", "phone"),
      reached("email", "patient", "email"),
      text("street", at("patient", "address", 0, "line", 0)),
      text("city", at("patient", "address", 0, "city")),
      text("state", at("patient", "address", 0, "state")),
      text("postalCode", at("patient", "address", 0, "postalCode")),
      text("country", at("patient", "address", 0, "country")),
    ],
  },
  {
    name: "requester",
    kinds: REFERRAL,
    fields: [
      ...person("practitioner", text("requesterFamily", undefined, { needed: true }), "requesterGiven"),
      npi("npi", "practitioner"),
      ...concept(["requesterRole", "requesterRoleCode", "requesterRoleSystem"], at("requesterRole", "code", 0), "PractitionerRole.code", [
        `${TERMINOLOGY}/practitioner-role`,
        SNOMED,
      ]),
      text("organization", at("organization", "name"), { needed: true }),
      reached("requesterPhone", "requesterRole", "phone"),
    ],
  },
  {
    name: "performer",
    kinds: REFERRAL,
    optional: true,
    fields: [
      text("performerOrganization", at("performerOrganization", "name")),
      ...person(
        "performer",
        text("performerFamily", undefined, { needed: whenFilled("performerGiven", "performerNpi") }),
        "performerGiven",
      ),
      npi("performerNpi", "performer"),
    ],
  },
  {
    name: "service",
    kinds: REFERRAL,
    fields: [
      ...concept(
        ["serviceDisplay", "serviceCode", "serviceSystem"],
        at("request", "code"),
        "ServiceRequest.code",
        [SNOMED, "http://www.ama-assn.org/go/cpt", LOINC],
        { needed: true },
      ),
      ...concept(["category", "categoryCode", "categorySystem"], at("request", "category", 0), "ServiceRequest.category", [SNOMED]),
      choice("intent", at("request", "intent"), same("order", "proposal", "plan", "directive")),
      choice("priority", at("request", "priority"), [...none, ...same("routine", "urgent", "asap", "stat")]),
      date("authoredOn", at("request", "authoredOn"), { initial: today }),
      date("neededBy", at("request", "occurrencePeriod", "end")),
      { name: "notes", kind: "lines", at: at("request", "note", 0, "text") },
    ],
  },
  {
    name: "reason",
    kinds: REFERRAL,
    optional: true,
    rows: { count: at("request", "reasonCode") },
    fields: concept(["reasonText", "reasonCode", "reasonSystem"], at("request", "reasonCode", "#"), "ServiceRequest.reasonCode", [
      ICD10CM,
      SNOMED,
    ]),
  },
  {
    name: "condition",
    kinds: REFERRAL,
    optional: true,
    rows: { count: at("condition") },
    fields: [
      ...concept(["conditionText", "conditionCode", "conditionSystem"], at("condition", "code"), "Condition.code", [ICD10CM, SNOMED], {
        needed: unlessCoded("conditionCode", "conditionStatus", "conditionOnset"),
      }),
      {
        ...choice("conditionStatus", at("condition", "clinicalStatus", "coding", 0, "code"), [
          ...none,
          ...same("active", "recurrence", "relapse", "inactive", "remission", "resolved"),
        ]),
        beside: { at: at("condition", "clinicalStatus", "coding", 0, "system"), value: () => `${TERMINOLOGY}/condition-clinical` },
      },
      date("conditionOnset", at("condition", "onsetDateTime"), { problem: pastProblem }),
    ],
  },
  {
    name: "observation",
    kinds: REFERRAL,
    optional: true,
    rows: { count: at("observation") },
    fields: [
      ...concept(
        ["observationText", "observationCode", "observationSystem"],
        at("observation", "code"),
        "Observation.code",
        [LOINC, SNOMED],
        {
          needed: unlessCoded("observationCode", "observationValue", "observationUnit", "observationDate"),
        },
      ),
      text("observationValue", at("observation", "valueQuantity", "value"), {
        or: at("observation", "valueInteger"),
        as: "decimal",
        problem: decimalProblem,
        needed: whenFilled("observationUnit"),
      }),
      text("observationUnit", at("observation", "valueQuantity", "unit")),
      date("observationDate", at("observation", "effectiveDateTime"), { problem: pastProblem }),
    ],
  },
  {
    name: "document",
    kinds: REFERRAL,
    optional: true,
    rows: { count: at("document") },
    fields: [
      text("documentTitle", at("document", "content", 0, "attachment", "title")),
      {
        name: "documentFile",
        kind: "file",
        at: at("document", "content", 0, "attachment"),
        as: "file",
        needed: whenFilled("documentTitle"),
      },
    ],
  },
  {
    name: "questionnaire",
    kinds: REFERRAL,
    optional: true,
    rows: { count: at("questionnaire", "item") },
    fields: [
      text("question", at("questionnaire", "item", "#", "text"), {
        needed: whenFilled("answer"),
        beside: { at: at("questionnaire", "item", "#", "linkId"), value: (row) => String(row + 1) },
      }),
      text("answer", at("questionnaire", "item", "#", "answer", 0, "valueString")),
    ],
  },
  {
    name: "coverage",
    kinds: REFERRAL,
    optional: true,
    fields: [
      text("payer", at("payer", "name"), {
        needed: whenFilled(
          "memberId",
          "coverageType",
          "coverageTypeCode",
          "relationship",
          "groupNumber",
          "planNumber",
          "coverageStart",
          "coverageEnd",
        ),
      }),
      text("memberId", at("coverage", "subscriberId")),
      ...concept(["coverageType", "coverageTypeCode", "coverageTypeSystem"], at("coverage", "type"), "Coverage.type", [
        `${TERMINOLOGY}/v3-ActCode`,
        `${TERMINOLOGY}/coverage-selfpay`,
      ]),
      {
        ...choice("relationship", at("coverage", "relationship", "coding", 0, "code"), [
          ...none,
          ...same("self", "spouse", "child", "parent", "common", "other", "injured"),
        ]),
        beside: { at: at("coverage", "relationship", "coding", 0, "system"), value: () => `${TERMINOLOGY}/subscriber-relationship` },
      },
      ofClass("groupNumber", "group"),
      ofClass("planNumber", "plan"),
      date("coverageStart", at("coverage", "period", "start")),
      date("coverageEnd", at("coverage", "period", "end")),
    ],
  },
  {
    name: "sender",
    kinds: REFERRAL,
    optional: true,
    fields: [
      text("senderOrganization", at("sender", "name")),
      ...person("responsible", text("responsibleFamily", undefined, { needed: whenFilled("responsibleGiven") }), "responsibleGiven"),
    ],
  },
];
