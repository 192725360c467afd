/** What texts are wrapped in on their way: each layer is known by how it looks, and taken off without changing what is inside. */
import { endOfValue, innerOf, isJson } from "./json-spans.js";

/** What was around or in a text, and is not in it any more. */
export type Layer = "gzip" | "base64" | "string" | "curl" | "log" | "prose" | "quotes" | "spaces";

export interface Peeled {
  layers: Layer[];
  content: string | Uint8Array;
}

/** What the core reads at most, and so what is worth being unpacked. */
export const MOST_BYTES = 64 * 1024 * 1024;

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** @throws when it is damaged, or longer than `most`. */
export async function gunzip(bytes: Uint8Array, most = MOST_BYTES): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream("gzip"));
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (const reader = stream.getReader(); ; ) {
    const { value, done } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw new RangeError("more than is read");
    }
    chunks.push(value);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** The outermost layer of a text, off; nothing where it has none that is known. */
export function peel(text: string): Peeled | undefined {
  const trimmed = text.trim();
  if (/^[{[]/.test(trimmed) && isJson(trimmed)) return ofRecord(trimmed);
  return ofString(trimmed) ?? ofCurl(trimmed) ?? ofBase64(trimmed) ?? cleaned(trimmed) ?? ofEscapes(trimmed);
}

/** A line of a log may be JSON itself, with a message in it: as it is, or as a string. */
function ofRecord(text: string): Peeled | undefined {
  if (!text.startsWith("{")) return undefined;
  const members = innerOf(text, 0);
  if (members.some(({ name }) => name === "resourceType")) return undefined;
  const inside = members.map(({ start, end }) => text.slice(start, end));
  const message = inside.find((one) => /^(?:\{|"\s*\{|"\s*(?:\\[nrt]\s*)*\{)/.test(one) && /\\?"resourceType\\?"/.test(one));
  if (message === undefined) return undefined;
  return { layers: ["log"], content: message.startsWith('"') ? (JSON.parse(message) as string) : message };
}

function ofString(text: string): Peeled | undefined {
  if (!text.startsWith('"') || !isJson(text)) return undefined;
  const content: string = JSON.parse(text);
  return holdsMore(content) ? { layers: ["string"], content } : undefined;
}

/** The inside of a JSON string, without its quotes: as logs and debuggers show it. */
function ofEscapes(text: string): Peeled | undefined {
  const start = text.search(/[{[]\s*(?:\\[nrt]\s*)*\\"/);
  const end = Math.max(text.lastIndexOf("}"), text.lastIndexOf("]")) + 1;
  if (start === -1 || end <= start) return undefined;
  const quoted = `"${text.slice(start, end).replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t")}"`;
  return isJson(quoted) ? ofString(quoted) : undefined;
}

const DATA = /\s(?:-d|--data|--data-raw|--data-binary|--data-ascii|--json)(?:\s+|=)?(?=['"$])/g;

function ofCurl(text: string): Peeled | undefined {
  if (!/^(?:\$\s*)?curl(?:\.exe)?\s/.test(text)) return undefined;
  for (const { index, 0: option } of text.matchAll(DATA)) {
    const content = shellWord(text.slice(index + option.length));
    if (content !== undefined && holdsMore(content)) return { layers: ["curl"], content };
  }
  return undefined;
}

/** The quoted word at the beginning, as a shell reads it. */
function shellWord(text: string): string | undefined {
  if (text.startsWith('"')) {
    const word = /^"((?:[^"\\]|\\[\s\S])*)"/.exec(text)?.[1];
    return word?.replace(/\\(["\\$`])|\\\n/g, "$1");
  }
  if (text.startsWith("$'")) {
    const word = /^\$'((?:[^'\\]|\\[\s\S])*)'/.exec(text)?.[1];
    return word?.replace(/\\([\s\S])/g, (_, one: string) => ({ n: "\n", t: "\t", r: "\r" })[one] ?? one);
  }
  // A quote within is written by leaving the quotes: 'it'\''s'.
  const word = /^'(?:[^']|'\\''|'"'"')*'/.exec(text)?.[0];
  return word?.slice(1, -1).replace(/'\\''|'"'"'/g, "'");
}

const SHORTEST_BASE64 = 16;

function ofBase64(text: string): Peeled | undefined {
  const packed = text.replace(/^data:[\w.+/-]*(?:;[\w=.-]+)*;base64,/, "").replace(/\s+/g, "");
  if (packed.length < SHORTEST_BASE64 || !/^[\w+/-]+={0,2}$/.test(packed)) return undefined;
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(atob(packed.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  } catch {
    return undefined;
  }
  if (isGzip(bytes)) return { layers: ["base64"], content: bytes };
  try {
    const content = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return holdsMore(content) ? { layers: ["base64"], content } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether it looks like something that goes on: JSON, XML, HL7 v2. */
const holdsMore = (text: string): boolean => /^\s*(?:[{["<]|MSH\|)/.test(text);

/** The JSON in a text that people or programs wrote around it, with the quotes and spaces that JSON has. */
function cleaned(text: string): Peeled | undefined {
  for (const isSmart of [false, true]) {
    const plain = isSmart ? text.replace(/[\u201c\u201d\u201e\u201f\u2033]/g, '"') : text;
    const found = jsonIn(plain);
    if (found === undefined || isFaulty(plain, found)) continue;
    const content = withPlainSpaces(plain.slice(found.start, found.end));
    const layers: Layer[] = [];
    const isAlone = found.start === 0 && found.end === plain.length;
    if (!isAlone) layers.push(isLogLine(text) ? "log" : "prose");
    if (text.slice(found.start, found.end) !== plain.slice(found.start, found.end)) layers.push("quotes");
    if (content !== plain.slice(found.start, found.end)) layers.push("spaces");
    // What is wrong in JSON that stands alone is the check's to say.
    if (layers.length > 0 && (!isSmart || layers.includes("quotes"))) return { layers, content };
  }
  return undefined;
}

/** A bracket too many or too few makes what is within a message look like one: that is the check's to say. */
const isFaulty = (text: string, { start, end }: { start: number; end: number }): boolean =>
  /^[{[]/.test(text) && (start > 0 || /[{}[\]"]/.test(text.slice(end)));

const isLogLine = (text: string): boolean => !text.includes("\n") || /^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d|^\w{3} +\d+ \d\d:\d\d/.test(text);

/** No-break and zero-width spaces between the values; those in strings are somebody's. */
function withPlainSpaces(text: string): string {
  return text.replace(/"[^"\\]*(?:\\[\s\S][^"\\]*)*"|[\u00a0\u2007\u202f\u200b\u2060\ufeff]/g, (one) => (one[0] === '"' ? one : " "));
}

/** A text has many brackets, and each that is tried is read to its end. */
const MOST_TRIES = 50;

/** The first resource in a text; it may be faulty, but has to be whole. */
export function jsonIn(text: string): { start: number; end: number } | undefined {
  const begins = /[{[](?=[\s\u00a0\u2007\u202f\u200b\u2060\ufeff]*["{\]}])/g;
  for (let tried = 0, found = begins.exec(text); found !== null && tried < MOST_TRIES; tried++, found = begins.exec(text)) {
    const start = found.index;
    const end = endOfValue(text, start);
    if (end === undefined) continue;
    const inner = text.slice(start, end);
    if (/"resourceType"/.test(inner)) return { start, end };
    begins.lastIndex = end;
  }
  return undefined;
}
