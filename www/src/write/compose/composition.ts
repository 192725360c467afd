/** What the form's values become: a new message, or changes of the one that there is; and what is read from that into the form. */
import type { Composition, Demand, FhirResource, KnownEvent, MessageEvent } from "../../fhirpost.js";
import type { Change } from "./element-path.js";
import type { EventKind, Field, Group, Values } from "./field.js";
import { groupsOf, inRow } from "./fields.js";
import { Referral } from "./referral.js";
import type { At } from "./roles.js";

const NETSMART = "http://ntst.com/fhir/message-events";

export interface Choice {
  kind: EventKind;
  name: string;
  known?: KnownEvent;
}

export function choice(known: KnownEvent): Choice {
  const { system, code, uri } = known.event;
  const own = system === NETSMART ? { "submit-service-request": "submit", "update-service-request": "update" }[code ?? ""] : undefined;
  return { kind: (own ?? "known") as EventKind, name: code ?? uri ?? known.definition, known };
}

export function eventOf({ known }: Choice, { eventSystem = "", eventCode = "" }: Values): MessageEvent {
  return known?.event ?? { system: eventSystem.trim(), code: eventCode.trim() };
}

/** As FHIR writes it: "ServiceRequest 1..1", "Observation 0..*". */
export function demandInWords({ type, min, max }: Demand): string {
  const most = max === undefined ? "*" : String(max);
  return `${type} ${min}..${most}`;
}

/**
 * A referral of Netsmart's two events.
 * @param newId Gives ids for the resources; the referral that is updated keeps its own.
 */
export function referral(given: Values, newId: () => string): Composition {
  const values = trimmed(given);
  const made = Referral.made(newId, values.requestId);
  writeAll(made, "submit", {}, values);
  const [focus, ...resources] = made.resources;
  const { source, destination, ...header } = made.header;
  const author = made.referenceTo("requesterRole");
  return {
    focus: focus as FhirResource,
    resources,
    header: { ...(author === undefined ? {} : { author: { reference: author } }), ...header },
    ...({ source, ...(destination === undefined ? {} : { destination }) } as Pick<Composition, "source" | "destination">),
    ...baseOf(values),
  };
}

/** Only who says so claims that entries have an address on the server that they go to. */
const baseOf = ({ claimsAddresses, destinationEndpoint }: Values) =>
  claimsAddresses === undefined || destinationEndpoint === undefined ? {} : { base: destinationEndpoint };

/** From where to where a message goes. */
export function ends(given: Values): Pick<Composition, "source" | "destination" | "base"> {
  const values = trimmed(given);
  const made = Referral.made(() => "");
  writeAll(made, "other", {}, values);
  const { source = { endpoint: "" }, destination } = made.header;
  return { source, ...(destination === undefined ? {} : { destination }), ...baseOf(values) } as ReturnType<typeof ends>;
}

/** The values that a message has, and how many rows its groups have; nothing where it is no referral. */
export function readMessage(bundle: object): Values | undefined {
  const found = Referral.of(bundle, () => "");
  if (found === undefined) return;
  const values: Values = {};
  for (const group of groupsOf("submit")) {
    for (let row = 0; row < rowsIn(found, group); row++) {
      for (const field of group.fields) {
        const value = field.at === undefined ? undefined : asText(found.read(placeOf(found, field, row), row), field);
        if (value !== undefined) values[inRow(field.name, row)] = value;
      }
    }
  }
  return values;
}

function rowsIn(found: Referral, { rows }: Group): number {
  if (rows === undefined) return 1;
  return rows.count.path.length === 0 ? found.count(rows.count.role) : found.length(rows.count);
}

/** What has to be changed in a message so that it has what is in the form now. What the form does not know is not touched. */
export function changesOf(bundle: object, before: Values, now: Values, newId: () => string): Change[] {
  const found = Referral.of(bundle, newId);
  if (found === undefined) return [];
  writeAll(found, "submit", trimmed(before), trimmed(now));
  return found.changes;
}

/** Writes what is another one now. What goes does so at last and from behind, so that what is before it keeps its place. */
function writeAll(to: Referral, kind: EventKind, before: Values, now: Values): void {
  const removed: (() => void)[] = [];
  for (const { fields, rows } of groupsOf(kind)) {
    for (let row = 0; row < (rows === undefined ? 1 : rowsOf(fields, { ...before, ...now })); row++) {
      for (const field of fields) {
        if (field.at === undefined) continue;
        const [was, is] = [filledIn(field, before, row), filledIn(field, now, row)];
        if (was === is) continue;
        if (is === undefined) removed.unshift(() => write(to, field, undefined, row));
        else write(to, field, is, row);
      }
    }
  }
  for (const remove of removed) remove();
}

/** How many rows of a group are filled, those between them included. */
export function rowsOf(fields: Field[], values: Values): number {
  const names = new Set(fields.map(({ name }) => name));
  const rows = Object.entries(values).flatMap(([key, value]) => {
    const [name = "", row = "0"] = key.split(".");
    return value !== undefined && value !== "" && names.has(name) ? [Number(row) + 1] : [];
  });
  return Math.max(0, ...rows);
}

function filledIn({ name, onlyWith }: Field, values: Values, row: number): string | undefined {
  if (onlyWith !== undefined && values[inRow(onlyWith, row)] === undefined) return;
  return values[inRow(name, row)];
}

const placeOf = (of: Referral, { at, or }: Field, row: number): At =>
  or !== undefined && of.read(or, row) !== undefined ? or : (at as At);

function write(to: Referral, field: Field, value: string | undefined, row: number): void {
  const { as, beside } = field;
  const where = placeOf(to, field, row);
  if (as === "file") {
    const [, type, data] = /^data:([^;,]*)[^,]*,(.*)$/s.exec(value ?? "") ?? [];
    to.write({ ...where, path: [...where.path, "contentType"] }, type === "" ? undefined : type, row);
    to.write({ ...where, path: [...where.path, "data"] }, data, row);
    return;
  }
  to.write(where, value === undefined ? undefined : fromText(value, as), row);
  if (beside !== undefined) to.write(beside.at, value === undefined ? undefined : beside.value(row), row);
}

export const fromText = (value: string, as: Field["as"]): unknown => {
  if (as === "boolean") return value === "true";
  if (as === "words") return value.split(/\s+/);
  return as === "decimal" ? `${DECIMAL}${value}` : value;
};

/** Stands before a number that is still text, so that it keeps its digits: `70.50` is no `70.5`. No message has it. */
const DECIMAL = "\u{E0F1}";

/** A text in which the numbers are numbers. */
export const withDecimals = (text: string): string => text.replace(/"\u{E0F1}([\d.-]+)"/gu, "$1");

function asText(value: unknown, { as, kind }: Field): string | undefined {
  if (as === "file") {
    const { contentType = "", data } = (value ?? {}) as { contentType?: string; data?: string };
    return data === undefined ? undefined : `data:${contentType};base64,${data}`;
  }
  if (as === "words") return Array.isArray(value) ? value.join(" ") : undefined;
  if (typeof value === "number") return String(value);
  // A date may have a time, which the field cannot show: it stays as it is, and is not in the form.
  return typeof value === "string" && (kind !== "date" || /^\d{4}-\d\d-\d\d$/.test(value)) ? value : undefined;
}

/** Values without white space around them; empty ones do not count. */
function trimmed(values: Values): Values {
  const entries = Object.entries(values).map(([name, value = ""]) => [name, value.trim()] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== ""));
}
