/** What a request to `$process-message` says: the message, and how it is to be answered. */
import { evaluateFhirPath, toOperationOutcome, validateBundle } from "../api.js";
import { hasRepeatedNames } from "../json-text.js";
import { readBody } from "./body.js";
import { Refusal } from "./refusal.js";
import type { Hold } from "./room.js";

export interface Content {
  /** The message as it came, as bytes. */
  input: Uint8Array;
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
export async function readContent(request: Request, maxBytes: number, hold: Hold): Promise<Content> {
  const query = new URL(request.url).searchParams;
  const parameters = { asynchronous: readAsync(query.get("async")), responseUrl: readUrl(query.get("response-url")) };
  const body = await readBody(request, maxBytes, hold);
  const read = parse(body);
  const type = resourceType(read.value);
  if (type === "Bundle") return content(body, read, parameters, {});
  if (type !== "Parameters") {
    throw new Refusal(400, "invalid", "The body must be a Bundle of type message, or a Parameters resource with such a Bundle as content.");
  }
  const list = (read.value as { parameter?: unknown }).parameter;
  const given = (Array.isArray(list) ? list : []).filter((item) => typeof item === "object" && item !== null);
  const named = (name: string) => given.filter((parameter) => parameter.name === name);
  const bundles = named("content");
  if (bundles.length !== 1 || resourceType(bundles[0].resource) !== "Bundle") {
    throw new Refusal(
      400,
      "required",
      "The Parameters resource must have exactly one parameter named content, and its resource must be a Bundle.",
    );
  }
  const message = contentOf(body);
  return content(message, parse(message), parameters, {
    asynchronous: readAsync(named("async")[0]?.valueBoolean),
    responseUrl: readUrl(named("response-url")[0]?.valueUrl),
  });
}

/**
 * The text of the message in a Parameters resource. Written anew from an object, it would lose repeated names and the digits of its numbers. What is
 * around it must have no name twice: what it says would depend on who reads it.
 */
function contentOf(body: Uint8Array): Uint8Array {
  try {
    const [found, second] = evaluateFhirPath(body, "parameter.where(name = 'content').resource");
    if (found?.start !== undefined && found.end !== undefined && second === undefined) {
      const decoder = new TextDecoder();
      const around = `${decoder.decode(body.subarray(0, found.start))}{}${decoder.decode(body.subarray(found.end))}`;
      if (!hasRepeatedNames(around, JSON.parse(around))) return body.subarray(found.start, found.end);
    }
  } catch {
    // It is nested too deep, say: the cause may quote it.
  }
  throw new Refusal(400, "invalid", "The Parameters resource cannot be read: something in it stands twice, or is nested too deep.");
}

interface Parameters {
  asynchronous?: boolean | undefined;
  responseUrl?: string | undefined;
}

/** Parameters of the URL count before those of the body. */
function content(input: Uint8Array, read: Pick<Content, "text" | "value">, query: Parameters, body: Parameters): Content {
  const asynchronous = query.asynchronous ?? body.asynchronous ?? false;
  const responseUrl = query.responseUrl ?? body.responseUrl;
  if (responseUrl !== undefined && !asynchronous) {
    throw new Refusal(400, "not-supported", "A response-url is not supported without async=true: the answer comes with the HTTP response.");
  }
  return { input, ...read, asynchronous, responseUrl };
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

function parse(body: Uint8Array): Pick<Content, "text" | "value"> {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    return { text, value: JSON.parse(text) };
  } catch {
    // The report says in which line the JSON breaks; the parser's own text would quote the message.
    const report = validateBundle(body, { showValues: false, message: true });
    if (!report.valid) throw Refusal.withOutcome(400, toOperationOutcome(report));
    throw new Refusal(400, "structure", "The body cannot be read as JSON in UTF-8.");
  }
}

function resourceType(value: unknown): unknown {
  return typeof value === "object" && value !== null ? (value as { resourceType?: unknown }).resourceType : undefined;
}
