/** What a request to `$process-message` says: the message, and how it is to be answered. */
import { hasRepeatedNames } from "../json-text.js";
import { type Message, messageOf } from "../message.js";
import { toOperationOutcome } from "../operation-outcome.js";
import type { Validator } from "../validator/whole.js";
import type { ReceiverSettings } from "./options.js";
import { Refusal } from "./refusal.js";
import { full, type Hold } from "./room.js";

export interface Content {
  /** The message as it came. */
  message: Message;
  /** The same as text. */
  text: string;
  /** The message as `JSON.parse` gives it. */
  value: unknown;
  /** Whether the sender wants its answer later, at another address. */
  asynchronous: boolean;
  /** Where it wants it, when that is not its own endpoint. */
  responseUrl: string | undefined;
}

/** Takes both ways of sending a message: the Bundle itself, or a Parameters resource that holds it. */
export async function readContent(request: Request, { maxBytes, validator }: ReceiverSettings, hold: Hold): Promise<Content> {
  const query = new URL(request.url).searchParams;
  const parameters = { asynchronous: readAsync(query.get("async")), responseUrl: readUrl(query.get("response-url")) };
  const body = await readBody(request, maxBytes, hold);
  const read = parse(body, validator);
  const type = resourceType(read.value);
  if (type === "Bundle") return content(messageOfBytes(body), read, parameters, {});
  if (type !== "Parameters") {
    throw new Refusal(400, "invalid", "The body must be a Bundle of type message, or a Parameters resource with such a Bundle as content.");
  }
  const given = parameterList(read.value);
  const named = (name: string) => given.filter((parameter) => parameter.name === name);
  const bundles = named("content");
  if (bundles.length !== 1 || resourceType(bundles[0].resource) !== "Bundle") {
    throw new Refusal(
      400,
      "required",
      "The Parameters resource must have exactly one parameter named content, and its resource must be a Bundle.",
    );
  }
  const { start, end } = partOf(body, "content", validator);
  const bytes = body.subarray(start, end);
  return content(messageOfBytes(bytes), parse(bytes, validator), parameters, {
    asynchronous: readAsync(named("async")[0]?.valueBoolean),
    responseUrl: readUrl(named("response-url")[0]?.valueUrl),
  });
}

/** The parameters of a Parameters resource. */
// biome-ignore lint/suspicious/noExplicitAny: any resource or value may be in them
export function parameterList(value: unknown): any[] {
  const list = (value as { parameter?: unknown }).parameter;
  return (Array.isArray(list) ? list : []).filter((item) => typeof item === "object" && item !== null);
}

/**
 * Where in a Parameters resource the one resource of a parameter is. Written anew from an object, it would lose repeated names and the digits of its
 * numbers. What is around it must have no name twice: what it says would depend on who reads it.
 */
export function partOf(body: Uint8Array, name: string, validator: Validator): { start: number; end: number } {
  try {
    const [found, second] = validator.evaluate(body, `parameter.where(name = '${name}').resource`);
    if (found?.start !== undefined && found.end !== undefined && second === undefined) {
      const decoder = new TextDecoder();
      const around = `${decoder.decode(body.subarray(0, found.start))}{}${decoder.decode(body.subarray(found.end))}`;
      if (!hasRepeatedNames(around, JSON.parse(around))) return { start: found.start, end: found.end };
    }
  } catch {
    // It is nested too deep, say: the cause may quote it.
  }
  throw new Refusal(400, "invalid", "The Parameters resource cannot be read: something in it is there twice, or is nested too deep.");
}

/** Nobody else has the bytes of a body: they need not be copied. */
const messageOfBytes = (bytes: Uint8Array) => messageOf({ bytes, utf16: false, form: {} });

interface Parameters {
  asynchronous?: boolean | undefined;
  responseUrl?: string | undefined;
}

/** Parameters of the URL count before those of the body. */
function content(message: Message, read: Pick<Content, "text" | "value">, query: Parameters, body: Parameters): Content {
  const asynchronous = query.asynchronous ?? body.asynchronous ?? false;
  const responseUrl = query.responseUrl ?? body.responseUrl;
  if (responseUrl !== undefined && !asynchronous) {
    throw new Refusal(400, "not-supported", "A response-url is not supported without async=true: the answer comes with the HTTP response.");
  }
  return { message, ...read, asynchronous, responseUrl };
}

function readAsync(value: unknown): boolean | undefined {
  if (value === null || value === undefined) return undefined;
  if (value === true || value === "true") return true;
  if (value === false || value === "false") return false;
  throw new Refusal(400, "invalid", "The parameter async must be true or false.");
}

function readUrl(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "string" && URL.canParse(value)) return value;
  throw new Refusal(400, "invalid", "The parameter response-url must be an absolute URL.");
}

export function parse(body: Uint8Array, validator: Validator): Pick<Content, "text" | "value"> {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    return { text, value: JSON.parse(text) };
  } catch {
    // The report says in which line the JSON breaks; the parser's own text would quote the message.
    const report = validator.validate(body, { showValues: false, as: "message" });
    if (!report.valid) throw Refusal.withOutcome(400, toOperationOutcome(report));
    throw new Refusal(400, "structure", "The body cannot be read as JSON in UTF-8.");
  }
}

export function resourceType(value: unknown): unknown {
  return typeof value === "object" && value !== null ? (value as { resourceType?: unknown }).resourceType : undefined;
}

/** The program around the receiver has made a mistake, not the sender. */
export class HostError extends Error {
  override readonly name = "HostError";
}

/** What is wrong then. */
export const READ_BEFORE =
  "The body of a request was read before the receiver could read it, by a parser of bodies perhaps. Let the receiver come before that, or " +
  "let it leave the body as bytes (express.raw): an object has lost the digits of its numbers.";

/** So much room a body of unknown length gets at first. Twice as much follows, each time that it is full. */
const FIRST = 16 * 1024;

/**
 * Reads the body, and stops as soon as it is known to be too long: `Content-Length` may be absent or a lie. However small the pieces are in
 * which it comes, they take no more memory than their bytes.
 */
export async function readBody(request: Request, maxBytes: number, hold: Hold): Promise<Uint8Array> {
  const declared = Number(request.headers.get("content-length") ?? 0) || 0;
  if (declared > maxBytes) throw tooLong(maxBytes);
  // Nothing would come of it any more, and the sender would be told that its message is empty.
  if (request.bodyUsed || request.body?.locked) throw new HostError(READ_BEFORE);
  const reader = request.body?.getReader();
  let gaveWay = false;
  hold.coming(() => {
    gaveWay = true;
    reader?.cancel().catch(() => {});
  });
  try {
    let body = new Uint8Array(0);
    let length = 0;
    const next = () => reader?.read().catch(cut);
    for (let read = await next(); read?.value !== undefined; read = await next()) {
      const { value } = read;
      if (length + value.byteLength > maxBytes) throw tooLong(maxBytes);
      if (length + value.byteLength > body.byteLength) {
        const atLeast = length + value.byteLength;
        const size = Math.max(atLeast, Math.min(Math.max(FIRST, 2 * body.byteLength), declared > atLeast ? declared : maxBytes));
        hold.grow(size - body.byteLength);
        const longer = new Uint8Array(size);
        longer.set(body.subarray(0, length));
        body = longer;
      }
      body.set(value, length);
      length += value.byteLength;
    }
    if (gaveWay) throw full();
    return body.subarray(0, length);
  } catch (error) {
    // What is left of it is read and dropped.
    reader?.cancel().catch(() => {});
    throw error;
  } finally {
    hold.coming(undefined);
  }
}

/** The connection broke. Whether the sender still hears this or not: it may send the message again. */
function cut(error: unknown): never {
  // What the program around the receiver has done is not a fault of the sender.
  if (error instanceof HostError) throw error;
  throw new Refusal(408, "timeout", "The body ended before all of it had come.");
}

function tooLong(maxBytes: number): Refusal {
  return new Refusal(413, "too-long", `The body is longer than the ${maxBytes} bytes that this receiver reads.`);
}
