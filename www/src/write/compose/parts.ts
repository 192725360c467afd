/** Resources that were typed as JSON, for events that have no form of their own. */
import type { FhirResource } from "../../fhirpost.js";
import { texts } from "../../texts.js";

type Reviver = (this: unknown, key: string, value: unknown, context?: { source?: string }) => unknown;
type ExactJson = typeof JSON & { rawJSON?: (text: string) => object };

const { rawJSON } = JSON as ExactJson;

/** Numbers as they were typed: `1.0` must not turn into `1`. Where the browser cannot do that, such a number is refused. */
const exact: Reviver = (_key, value, context) => {
  if (typeof value !== "number") return value;
  if (context?.source === undefined || rawJSON === undefined) return value;
  return String(value) === context.source ? value : rawJSON(context.source);
};

/** The resources of a text: an object, or an array of them. */
export function readParts(text: string): FhirResource[] {
  if (text.trim() === "") return [];
  const parsed = JSON.parse(text, exact as (key: string, value: unknown) => unknown);
  return Array.isArray(parsed) ? parsed : [parsed];
}

export function partsProblem(text: string): string | undefined {
  const { problems } = texts.compose;
  let parts: unknown[];
  try {
    parts = readParts(text);
  } catch {
    return problems.json;
  }
  const isResource = (part: unknown) =>
    typeof part === "object" && part !== null && typeof (part as FhirResource).resourceType === "string";
  if (!parts.every(isResource)) return problems.resource;
  return rawJSON === undefined && numbers(text).some((number) => String(Number(number)) !== number) ? problems.digits : undefined;
}

const numbers = (text: string) => text.replace(/"(?:[^"\\]|\\.)*"/g, '""').match(/-?\d[\d.eE+-]*/g) ?? [];
