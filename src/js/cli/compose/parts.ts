/** The resources that a message is made of, as the text that the files have. */
import { evaluateFhirPath } from "../../node.js";
import type { FhirResource } from "../../types/messages.js";
import { findInputs } from "../inputs.js";
import { messagesOf, nameOf, type Place } from "../messages.js";
import { TroubleError } from "../trouble.js";

export interface Part {
  /** The JSON text of the resource. */
  text: string;
  /** The fullUrl that it has already. */
  fullUrl?: string;
}

export interface Parts {
  parts: Part[];
  /** What had a MessageHeader in it, which is not among the parts. */
  headers: string[];
}

/** @throws {TroubleError} when something cannot be read: a message without it would look whole. */
export async function readParts(names: string[]): Promise<Parts> {
  const read: Parts = { parts: [], headers: [] };
  for await (const { place, bytes } of messagesOf(await findInputs(names, false, stop), stop)) {
    const { text, value } = readObject(place, bytes);
    if (value.resourceType === undefined) stop(`${nameOf(place)}: it is no resource: resourceType is missing`);
    const parts = value.resourceType === "Bundle" ? entriesOf(place, bytes) : [{ text, type: value.resourceType }];
    for (const { type, ...part } of parts) {
      if (type === "MessageHeader") read.headers.push(nameOf(place));
      else read.parts.push(part);
    }
  }
  return read;
}

/** The text of a JSON object with elements of a MessageHeader. */
export async function readHeader(name: string): Promise<string> {
  const texts: string[] = [];
  for await (const { place, bytes } of messagesOf(await findInputs([name], false, stop), stop)) texts.push(readObject(place, bytes).text);
  const [text, second] = texts;
  if (text === undefined || second !== undefined) throw new TroubleError(`--header ${name} must be one JSON object`);
  return text;
}

/** The part as the core takes it. */
export function partText({ text, fullUrl }: Part): string {
  return fullUrl === undefined ? text : `{"fullUrl":${JSON.stringify(fullUrl)},"resource":${text}}`;
}

function entriesOf(place: Place, bytes: Uint8Array): (Part & { type: string | undefined })[] {
  const entries = find(place, bytes, "Bundle.entry");
  return find(place, bytes, "Bundle.entry.resource").map(({ value, pointer = "", start, end }) => {
    const entry = entries.find((entry) => `${entry.pointer}/resource` === pointer)?.value as { fullUrl?: unknown } | undefined;
    return {
      text: new TextDecoder().decode(bytes.subarray(start, end)),
      type: (value as FhirResource).resourceType,
      ...(typeof entry?.fullUrl === "string" && { fullUrl: entry.fullUrl }),
    };
  });
}

function find(place: Place, bytes: Uint8Array, expression: string) {
  try {
    return evaluateFhirPath(bytes, expression);
  } catch (error) {
    // It quotes nothing of the resource.
    throw new TroubleError(`${nameOf(place)}: ${(error as Error).message}`);
  }
}

function readObject(place: Place, bytes: Uint8Array): { text: string; value: Partial<FhirResource> } {
  // For JSON and UTF-8 alike the core says what is wrong, and where.
  find(place, bytes, "true");
  const text = new TextDecoder().decode(bytes);
  const value = parsed(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { text, value };
  return stop(`${nameOf(place)}: it is no JSON object`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What JavaScript says of it would quote it.
    return undefined;
  }
}

function stop(text: string): never {
  throw new TroubleError(text);
}
