/**
 * fhirpost as this page uses it: built from the package's own sources, so that nothing of them is written again here. Besides what the
 * package publishes there are the parts that it has for itself and the page needs as well.
 */
import {
  type Draft,
  type Message,
  type Suppression,
  type TextEdit,
  type ValidateOptions,
  type ValidationReport,
  Validator,
} from "../../src/js/public.js";
import { startOf } from "../../src/js/start.js";
import * as wasm from "../../src/js/wasm/fhirpost.js";

export { exchange } from "../../src/js/exchange/fetch.js";
export { nearest } from "../../src/js/nearest.js";
export { randomUuid } from "../../src/js/parts.js";
export * from "../../src/js/public.js";
export { unlessAborted } from "../../src/js/waiting.js";
export { isLoopback, parsedUrl, readBaseUrl } from "../../src/js/web-addresses.js";

const { init } = startOf(wasm, () => new URL("../../pkg/fhirpost_bg.wasm", import.meta.url));

/** What a worker of the page asks: R4 and the built-in events. It is there when `load` is done. */
export let validator: Validator;

export async function load(): Promise<void> {
  await init();
  validator = new Validator();
}

/** What is known besides R4 and the built-in events. */
export interface Knowledge {
  /** What packages and definitions were compiled to; absent where there are none. */
  compiled?: Uint8Array;
  /** Profiles that resources of these types have to meet, whatever they claim. */
  profiles: { url: string; type: string }[];
}

let demanded: Knowledge["profiles"] = [];

export function learn({ compiled, profiles }: Knowledge): void {
  validator = new Validator(compiled === undefined ? {} : { packages: compiled });
  demanded = profiles;
}

/** The chosen profiles as options: in a message for each resource of its event, else for the resource itself. */
function demands(text: string | Message): Pick<ValidateOptions, "profiles" | "events"> {
  if (demanded.length === 0) return {};
  const byType: Record<string, string[]> = {};
  for (const { type, url } of demanded) byType[type] = [...(byType[type] ?? []), url];
  const { event } = validator.route(text);
  const name = event?.uri ?? (event?.system === undefined ? event?.code : `${event.system}|${event.code}`);
  if (name !== undefined) return { events: { [name]: byType } };
  return { profiles: byType[typeOf(text)] ?? [] };
}

function typeOf(text: string | Message): string {
  try {
    return typeof text === "string" ? String(JSON.parse(text).resourceType) : "Bundle";
  } catch {
    return "";
  }
}

/** More issues than anyone reads at once; the report says when it stopped. */
const MAX_ISSUES = 1000;

/**
 * As what it is: a message, a Bundle of another type, or any other resource.
 * @param message Whether it must be a message all the same.
 */
export function validate(text: string | Message, message: boolean, showValues = true, suppress: Suppression[] = []): ValidationReport {
  return validator.validate(text, { ...options(message, suppress), showValues, ...demands(text) });
}

const options = (message: boolean, suppress: Suppression[]): ValidateOptions => ({
  as: message ? "message" : "auto",
  maxIssues: MAX_ISSUES,
  suppress,
});

/** A text while it is written. There is none where profiles were chosen: which of them count depends on what the text says. */
export function draft(text: string, message: boolean, suppress: Suppression[]): Draft | undefined {
  return demanded.length > 0 ? undefined : validator.draft(text, options(message, suppress));
}

/** What fixing a text changed. */
interface FixAllResult {
  /** From the text as it was to the text as it is fixed: the cursor and what is folded stay where they are. */
  edits: TextEdit[];
  /** How many issues were fixed. */
  fixed: number;
  /** What is left. */
  counts: ValidationReport["counts"];
}

export function applied(text: string, edits: TextEdit[]): string {
  let [made, at] = ["", 0];
  for (const { start, end, text: put } of edits) {
    made += text.slice(at, start) + put;
    at = end;
  }
  return made + text.slice(at);
}

/**
 * Makes edits, and tells what is left then.
 * @param all Whether all that is certain is fixed after them; the edits that are told are those to the text that the given ones make.
 */
export function fixChosen(text: string, message: boolean, chosen: TextEdit[], all: boolean): FixAllResult {
  const made = applied(text, chosen);
  if (!all) return { edits: [], fixed: 0, counts: validate(made, message).counts };
  const { edits, fixed, report } = validator.fix(made, { as: message ? "message" : "auto", ...demands(made) });
  return { edits, fixed, counts: report.counts };
}
