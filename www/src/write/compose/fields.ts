/** The fields of the form, as data: which there are, for which events, and what would be wrong with a value. */
import { texts } from "../../texts.js";
import { codeProblem, dateProblem, npiProblem, partsProblem, pastProblem, today, uriProblem, urlProblem } from "../../typed-values.js";

export type FieldName = keyof typeof texts.compose.fields;
export type GroupName = keyof typeof texts.compose.groups;
export type Values = Partial<Record<FieldName, string>>;
/** `submit` and `update` are Netsmart's events, which have a form of their own; `known` has a definition, `other` is typed in. */
export type EventKind = "submit" | "update" | "known" | "other";

type ChoiceName = keyof typeof texts.compose.choices;

export interface Field {
  name: FieldName;
  kind: "text" | "date" | "url" | "choice" | "json";
  /** Values of a choice, and what they are called. */
  choices?: [string, ChoiceName][];
  needed?: boolean | ((values: Values) => string | undefined);
  /** What is wrong with a value that is there. */
  problem?: (value: string) => string | undefined;
  /** Where this gives false, the field is not there. */
  shown?: (values: Values) => boolean;
  /** Values that are offered. */
  offered?: string[];
  initial?: () => string;
  digits?: boolean;
}

export interface Group {
  name: GroupName;
  kinds: EventKind[];
  optional?: boolean;
  fields: Field[];
}

export const OWN_SYSTEM = "own";
const SNOMED = "http://snomed.info/sct";
const { problems, choices } = texts.compose;

const same = (...names: ChoiceName[]): [string, ChoiceName][] => names.map((name) => [name, name]);

/** Needed as soon as this other field is filled. */
const whenFilled = (other: FieldName) => (values: Values) =>
  (values[other] ?? "").trim() === "" ? undefined : problems.with(texts.compose.fields[other][0] as string);

const NETSMART: EventKind[] = ["submit", "update"];
const GENERIC: EventKind[] = ["known", "other"];
const ALL: EventKind[] = [...NETSMART, ...GENERIC];

const text = (name: FieldName, rest: Partial<Field> = {}): Field => ({ name, kind: "text", ...rest });

const endpoint = (name: FieldName, needed: Field["needed"], offered: string[] = []): Field => ({
  name,
  kind: "url",
  problem: urlProblem,
  offered,
  ...(needed === undefined ? {} : { needed }),
});

export const groups: Group[] = [
  {
    name: "request",
    kinds: ["update"],
    fields: [text("requestId", { needed: true, problem: (value) => (/^[A-Za-z0-9.-]{1,64}$/.test(value) ? undefined : problems.id) })],
  },
  {
    name: "patient",
    kinds: NETSMART,
    fields: [
      text("family", { needed: true }),
      text("given"),
      { name: "birthDate", kind: "date", needed: true, problem: pastProblem },
      { name: "gender", kind: "choice", choices: [["", "none"], ...same("female", "male", "other", "unknown")] },
      text("identifier"),
      text("identifierSystem", { problem: uriProblem, needed: whenFilled("identifier") }),
    ],
  },
  {
    name: "requester",
    kinds: NETSMART,
    fields: [
      text("requesterFamily", { needed: true }),
      text("requesterGiven"),
      text("npi", { problem: npiProblem, digits: true }),
      text("organization", { needed: true }),
    ],
  },
  {
    name: "service",
    kinds: NETSMART,
    fields: [
      text("serviceDisplay", { needed: true }),
      {
        name: "serviceSystem",
        kind: "choice",
        choices: [
          [SNOMED, "snomed"],
          ["http://www.ama-assn.org/go/cpt", "cpt"],
          ["http://loinc.org", "loinc"],
          [OWN_SYSTEM, "ownSystem"],
        ],
      },
      text("serviceSystemUri", {
        problem: uriProblem,
        shown: ({ serviceSystem }) => serviceSystem === OWN_SYSTEM,
        needed: whenFilled("serviceCode"),
      }),
      text("serviceCode", { problem: codeProblem }),
      { name: "intent", kind: "choice", choices: same("order", "proposal", "plan", "directive") },
      { name: "priority", kind: "choice", choices: [["", "none"], ...same("routine", "urgent", "asap", "stat")] },
      { name: "authoredOn", kind: "date", problem: dateProblem, initial: today },
    ],
  },
  {
    name: "reason",
    kinds: NETSMART,
    optional: true,
    fields: [
      text("reasonText"),
      {
        name: "reasonSystem",
        kind: "choice",
        choices: [
          ["http://hl7.org/fhir/sid/icd-10-cm", "icd10cm"],
          [SNOMED, "snomed"],
        ],
      },
      text("reasonCode", { problem: codeProblem }),
    ],
  },
  {
    name: "coverage",
    kinds: NETSMART,
    optional: true,
    fields: [text("payer", { needed: whenFilled("memberId") }), text("memberId")],
  },
  {
    name: "event",
    kinds: ["other"],
    fields: [text("eventSystem", { needed: true, problem: uriProblem }), text("eventCode", { needed: true, problem: codeProblem })],
  },
  {
    name: "resources",
    kinds: GENERIC,
    fields: [
      { name: "focus", kind: "json", problem: partsProblem },
      { name: "resources", kind: "json", problem: partsProblem },
    ],
  },
  { name: "source", kinds: ALL, fields: [text("sourceName"), endpoint("sourceEndpoint", true)] },
  {
    name: "destination",
    kinds: NETSMART,
    fields: [
      text("destinationName"),
      endpoint("destinationEndpoint", true, ["https://fhirtest.netsmartcloud.com/v4", "https://fhir.netsmartcloud.com/v4"]),
    ],
  },
  {
    name: "destination",
    kinds: GENERIC,
    optional: true,
    fields: [text("destinationName"), endpoint("destinationEndpoint", whenFilled("destinationName"))],
  },
];

/** The groups of an event, and in them the fields that are there with these values. */
export function shownFields(kind: EventKind, values: Values): Field[] {
  return groups.filter(({ kinds }) => kinds.includes(kind)).flatMap(({ fields }) => fields.filter(({ shown }) => shown?.(values) ?? true));
}

/** What is wrong with a value, or that it is missing. */
export function fieldProblem({ name, needed, problem }: Field, values: Values): string | undefined {
  const value = (values[name] ?? "").trim();
  if (value !== "") return problem?.(value);
  if (typeof needed === "function") return needed(values);
  return needed === true ? problems.missing : undefined;
}

export const choiceLabel = (name: ChoiceName) => choices[name];
