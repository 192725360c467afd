/** The ids that name a message: where they stand in its text, and new ones as changes of it: who looks at it sees what is sent. */
import { evaluateFhirPath, randomUuid, type TextEdit } from "../fhirpost.js";

/** Where an id stands in the text. */
export interface WrittenId {
  start: number;
  end: number;
  value: string;
}

/** Those that name a message; absent where the text has none, or two. */
export interface WrittenIds {
  bundleId?: WrittenId;
  headerId?: WrittenId;
  fullUrl?: WrittenId;
}

export function findIds(text: string): WrittenIds {
  const places = {
    bundleId: written(text, "Bundle.id"),
    headerId: written(text, "Bundle.entry[0].resource.ofType(MessageHeader).id"),
    fullUrl: written(text, "Bundle.entry[0].fullUrl"),
  };
  return Object.fromEntries(Object.entries(places).filter(([, place]) => place !== undefined));
}

function written(text: string, expression: string): WrittenId | undefined {
  let items: ReturnType<typeof evaluateFhirPath>;
  try {
    items = evaluateFhirPath(text, expression);
  } catch {
    return undefined;
  }
  const { value, start, end } = items[0] ?? {};
  if (items.length !== 1 || typeof value !== "string" || start === undefined || end === undefined) return undefined;
  return { start, end, value };
}

/** `sending`: the same message in a Bundle of its own (R4: how a currency or notification is sent again); `message`: a new one. */
export type Renewed = "sending" | "message";

/** Nothing when the text has no ids that could be replaced. */
export function newIds(text: string, { bundleId, headerId, fullUrl }: WrittenIds, what: Renewed): TextEdit[] | undefined {
  if (bundleId === undefined) return undefined;
  const edits = [replaced(bundleId, randomUuid())];
  if (what === "sending") return edits;
  if (headerId === undefined) return undefined;
  const id = randomUuid();
  edits.push(replaced(headerId, id));
  const old = headerId.value;
  // A fullUrl that holds the id has to go along (bdl-7, bundle-fullurl-id), and with it whatever refers to the header.
  if (fullUrl !== undefined && (fullUrl.value === `urn:uuid:${old}` || fullUrl.value.endsWith(`/${old}`))) {
    const renewed = fullUrl.value.slice(0, -old.length) + id;
    for (const [from, to] of [
      [fullUrl.value, renewed],
      [`MessageHeader/${old}`, `MessageHeader/${id}`],
    ] as const) {
      edits.push(...everywhere(text, JSON.stringify(from), JSON.stringify(to)));
    }
  }
  return edits;
}

function replaced({ start, end }: WrittenId, id: string): TextEdit {
  return { start, end, text: JSON.stringify(id) };
}

function everywhere(text: string, from: string, to: string): TextEdit[] {
  const edits: TextEdit[] = [];
  for (let at = text.indexOf(from); at !== -1; at = text.indexOf(from, at + from.length)) {
    edits.push({ start: at, end: at + from.length, text: to });
  }
  return edits;
}
