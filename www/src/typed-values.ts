/** What someone types: what is wrong with it, and what it means. */
import { type FhirResource, parsedUrl, readBaseUrl } from "./fhirpost.js";
import { texts } from "./texts.js";

// Looked up when it is needed: a worker that only reads resources is built without the texts.
const problems = () => texts.compose.problems;

/** The base itself, or why there is none. */
type TypedBase = { base: string } | { fault: "malformed" | "credentials" | "query" };

/** Reads what was typed as base URL. */
export function readTypedBase(typed: string): TypedBase {
  const text = typed.trim();
  // Backslashes and the like are read as the address bar reads them; a query with nothing in it is left out.
  const read = readBaseUrl(parsedUrl(text)?.href.replace(/\??#?$/, "") ?? text);
  if ("fault" in read) return read;
  const { url } = read;
  // Who copies the address of the operation itself means the same.
  const path = url.pathname.replace(/(\/(\$|%24)process-message)?\/*$/i, "");
  return { base: `${url.origin}${path}` };
}

type Reviver = (this: unknown, key: string, value: unknown, context?: { source?: string }) => unknown;
type ExactJson = typeof JSON & { rawJSON?: (text: string) => object };

const { rawJSON } = JSON as ExactJson;

/** Numbers as they were typed: `1.0` must not turn into `1`. Where the browser cannot do that, such a number is refused. */
const exact: Reviver = (_key, value, context) => {
  if (typeof value !== "number") return value;
  if (context?.source === undefined || rawJSON === undefined) return value;
  return String(value) === context.source ? value : rawJSON(context.source);
};

/** The resources of a text, for events that have no form of their own: an object, or an array of them. */
export function readParts(text: string): FhirResource[] {
  if (text.trim() === "") return [];
  const parsed = JSON.parse(text, exact as (key: string, value: unknown) => unknown);
  return Array.isArray(parsed) ? parsed : [parsed];
}

export function partsProblem(text: string): string | undefined {
  let parts: unknown[];
  try {
    parts = readParts(text);
  } catch {
    return problems().json;
  }
  const isResource = (part: unknown) =>
    typeof part === "object" && part !== null && typeof (part as FhirResource).resourceType === "string";
  if (!parts.every(isResource)) return problems().resource;
  return rawJSON === undefined && numbers(text).some((number) => String(Number(number)) !== number) ? problems().digits : undefined;
}

const numbers = (text: string) => text.replace(/"(?:[^"\\]|\\.)*"/g, '""').match(/-?\d[\d.eE+-]*/g) ?? [];

const say = (wrong: boolean, problem: string) => (wrong ? problem : undefined);

export const urlProblem = (value: string) => say(!/^https?:\/\/[^\s?#]+$/.test(value) || "fault" in readTypedBase(value), problems().url);
export const uriProblem = (value: string) =>
  say(!/^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/i.test(value) || /^urn:(uuid|oid):/i.test(value), problems().uri);
export const codeProblem = (value: string) => say(/\s{2}|[^\S ]/.test(value), problems().code);
export const dateProblem = (value: string) => say(!/^\d{4}-\d\d-\d\d$/.test(value) || Number(value.slice(0, 4)) < 1800, problems().date);
export const decimalProblem = (value: string) => say(!/^-?(0|[1-9]\d{0,17})(\.\d{1,17})?$/.test(value), problems().decimal);
export const pastProblem = (value: string) => dateProblem(value) ?? say(value > today(), problems().future);

/** In the time zone of who fills the form. */
export function today(): string {
  const now = new Date();
  const two = (n: number) => String(n).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** The check digit of a National Provider Identifier is Luhn's, over the number with 80840 in front. */
export function npiProblem(value: string): string | undefined {
  if (!/^\d{10}$/.test(value)) return problems().npi;
  const sum = [...`80840${value}`].reverse().reduce((total, character, at) => {
    const digit = Number(character) * (at % 2 === 0 ? 1 : 2);
    return total + (digit > 9 ? digit - 9 : digit);
  }, 0);
  return say(sum % 10 !== 0, problems().npi);
}
