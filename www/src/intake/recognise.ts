/** What someone brought: what is around it, what it is, and of several resources each. Nothing here changes what is inside. */
import { endOfValue, innerOf, isJson } from "./json-spans.js";
import { gunzip, isGzip, jsonIn, type Layer, peel } from "./layers.js";
import { type OtherVersion, otherVersion } from "./versions.js";

/** One of several resources. */
export interface Part {
  name: string;
  text: string;
}

export type Kind =
  | { kind: "message" }
  | { kind: "bundle"; type: string }
  | { kind: "resource"; type: string }
  | { kind: "definition"; type: string }
  /** Parameters with one resource. */
  | { kind: "parameters"; inner: string; type: string }
  | { kind: "batch"; parts: Part[] }
  | { kind: "xml"; root: string }
  | { kind: "v2"; event: string }
  | { kind: "package" }
  | { kind: "bytes" }
  | { kind: "unknown" };

export interface Found {
  /** What was taken off, from the outside in. */
  layers: Layer[];
  /** What was inside; the same text where nothing was around it. */
  text: string;
  is: Kind;
  /** The version of FHIR, where it is not R4. */
  version?: OtherVersion;
  /** Whether it is JSON of some length on one line. */
  isLine: boolean;
}

/** Deeper than anyone packs. */
const MOST_LAYERS = 8;
/** A line that one sees at once needs no format. */
const LONG_LINE = 200;

/** What the page can use to validate others by. */
export const DEFINITIONS = ["StructureDefinition", "MessageDefinition", "GraphDefinition", "ValueSet", "CodeSystem"];

export async function recognise(given: string | Uint8Array): Promise<Found> {
  const layers: Layer[] = [];
  let now = given;
  while (layers.length < MOST_LAYERS) {
    if (typeof now === "string") {
      if (partsOf(now.trim()) !== undefined) break;
      const peeled = peel(now);
      if (peeled === undefined) break;
      layers.push(...peeled.layers);
      now = peeled.content;
    } else if (isGzip(now)) {
      now = await gunzip(now);
      layers.push("gzip");
      if (isTar(now)) return { layers, text: "", is: { kind: "package" }, isLine: false };
    } else {
      const text = decoded(now);
      if (text === undefined) return { layers, text: "", is: { kind: "bytes" }, isLine: false };
      now = text;
    }
  }
  const text = typeof now === "string" ? now : "";
  return { layers, text, isLine: isLongLine(text), ...describe(text.trim()) };
}

/** Strict, so that no byte turns into a replacement character; a byte order mark is taken off. */
function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** By the sum that the head of each file in it has: the mark "ustar" is not in all. */
function isTar(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 512);
  if (head.length < 512) return false;
  const said = Number.parseInt(new TextDecoder().decode(head.subarray(148, 156)), 8);
  return said > 0 && said === head.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0);
}

const isLongLine = (text: string): boolean => {
  const line = text.trim();
  return line.length > LONG_LINE && /^[{[]/.test(line) && !line.includes("\n");
};

function describe(text: string): { is: Kind; version?: OtherVersion } {
  const markup = /^(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<([\w:]+)/.exec(text);
  if (markup?.[1] !== undefined) return { is: { kind: "xml", root: markup[1] } };
  if (text.startsWith("MSH|") || text.startsWith("\u000bMSH|"))
    return {
      is: {
        kind: "v2",
        event:
          text
            .split(/[\r\n]/)[0]
            ?.split("|")[8]
            ?.slice(0, 20) ?? "",
      },
    };
  const parts = partsOf(text);
  if (parts !== undefined) return { is: { kind: "batch", parts } };
  if (!text.startsWith("{") || !isJson(text)) return { is: { kind: "unknown" } };
  const resource: Record<string, unknown> = JSON.parse(text);
  const version = otherVersion(resource);
  return { is: kindOf(resource, text), ...(version !== undefined && { version }) };
}

function kindOf({ resourceType: type, type: kind }: Record<string, unknown>, text: string): Kind {
  if (typeof type !== "string") return { kind: "unknown" };
  if (type === "Bundle") return kind === "message" ? { kind: "message" } : { kind: "bundle", type: typeof kind === "string" ? kind : "" };
  if (DEFINITIONS.includes(type)) return { kind: "definition", type };
  if (type !== "Parameters") return { kind: "resource", type };
  const inner = resourcesOfParameters(text);
  const [only] = inner;
  if (only === undefined) return { kind: "resource", type };
  if (inner.length === 1) return { kind: "parameters", inner: only, type: typeOf(only) };
  return { kind: "batch", parts: inner.map(named) };
}

function resourcesOfParameters(text: string): string[] {
  const list = innerOf(text, 0).find(({ name }) => name === "parameter");
  const parameters = list === undefined || text[list.start] !== "[" ? [] : innerOf(text, list.start);
  return parameters.flatMap(({ start }) =>
    innerOf(text, start).flatMap(({ name, start: from, end }) => (name === "resource" ? [text.slice(from, end)] : [])),
  );
}

/** Several resources: on lines of their own, one behind the other, or in an array. */
function partsOf(text: string): Part[] | undefined {
  const lines = linesOf(text);
  if (lines !== undefined) return lines.map(named);
  if (text.startsWith("[")) {
    const inner = innerOf(text, 0).map(({ start, end }) => text.slice(start, end));
    return inner.length > 0 && inner.every((one) => /^\{[\s\S]*"resourceType"/.test(one)) ? inner.map(named) : undefined;
  }
  if (!text.startsWith("{") || isJson(text)) return undefined;
  const values: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text[at] === "{" ? endOfValue(text, at) : undefined;
    if (end === undefined) return undefined;
    values.push(text.slice(at, end));
    at = end + (/^\s*/.exec(text.slice(end, end + 1000))?.[0].length ?? 0);
  }
  return values.length > 1 && values.every((one) => one.includes('"resourceType"')) ? values.map(named) : undefined;
}

/** The resources of a text that has one on each line, such as NDJSON or a log. */
function linesOf(text: string): string[] | undefined {
  const lines = text.split(/\r\n|[\n\r]/).filter((line) => line.trim() !== "");
  if (lines.length < 2) return undefined;
  const found: string[] = [];
  for (const line of lines) {
    const trimmed = line.trim();
    const at = /^\{.*\}$/.test(trimmed) ? { start: 0, end: trimmed.length } : jsonIn(trimmed);
    if (at === undefined || !trimmed.includes('"resourceType"')) return undefined;
    found.push(trimmed.slice(at.start, at.end));
  }
  return found;
}

const typeOf = (text: string): string => /"resourceType"\s*:\s*"(\w{1,64})"/.exec(text)?.[1] ?? "";

const named = (text: string, index: number): Part => ({ name: `${index + 1}`, text });
