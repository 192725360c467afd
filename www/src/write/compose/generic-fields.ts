/** The fields that every event has, and those of events without a form of their own. */
import { texts } from "../../texts.js";
import { codeProblem, partsProblem, uriProblem, urlProblem } from "../../typed-values.js";
import type { EventKind, Field, FieldName, Group, Values } from "./field.js";
import type { At } from "./roles.js";

export const REFERRAL: EventKind[] = ["submit", "update"];
const GENERIC: EventKind[] = ["known", "other"];

export const text = (name: FieldName, at?: At, rest: Partial<Field> = {}): Field => ({
  name,
  kind: "text",
  ...(at === undefined ? {} : { at }),
  ...rest,
});

/** Needed as soon as one of these other fields is filled. */
export const whenFilled =
  (...others: FieldName[]) =>
  (values: Values) => {
    const filled = others.find((other) => (values[other] ?? "").trim() !== "");
    return filled === undefined ? undefined : texts.compose.problems.with(texts.compose.fields[filled][0] as string);
  };

const inHeader = (...path: At["path"]): At => ({ role: "header", path });

const endpoint = (name: FieldName, at: At, needed: Field["needed"], offered: string[] = []): Field => ({
  name,
  kind: "url",
  at,
  problem: urlProblem,
  offered,
  ...(needed === undefined ? {} : { needed }),
});

const source: Field[] = [
  text("sourceName", inHeader("source", "name")),
  endpoint("sourceEndpoint", inHeader("source", "endpoint"), true),
  text("sourceSoftware", inHeader("source", "software")),
  text("sourcePhone", inHeader("source", "contact", "value"), {
    beside: { at: inHeader("source", "contact", "system"), value: () => "phone" },
  }),
];

const destinationName = text("destinationName", inHeader("destination", 0, "name"));
const destinationEndpoint = inHeader("destination", 0, "endpoint");
const addresses: Field = { name: "claimsAddresses", kind: "tick" };

export const generic: Group[] = [
  {
    name: "event",
    kinds: ["other"],
    fields: [
      text("eventSystem", undefined, { needed: true, problem: uriProblem }),
      text("eventCode", undefined, { needed: true, problem: codeProblem }),
    ],
  },
  {
    name: "resources",
    kinds: GENERIC,
    fields: [
      { name: "focus", kind: "json", problem: partsProblem },
      { name: "resources", kind: "json", problem: partsProblem },
    ],
  },
  { name: "source", kinds: [...REFERRAL, ...GENERIC], fields: source },
  {
    name: "destination",
    kinds: REFERRAL,
    fields: [
      destinationName,
      endpoint("destinationEndpoint", destinationEndpoint, true, [
        "https://fhirtest.netsmartcloud.com/v4",
        "https://fhir.netsmartcloud.com/v4",
      ]),
      addresses,
    ],
  },
  {
    name: "destination",
    kinds: GENERIC,
    optional: true,
    fields: [destinationName, endpoint("destinationEndpoint", destinationEndpoint, whenFilled("destinationName")), addresses],
  },
];
