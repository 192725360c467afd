/** Sends messages, off the main thread and apart from every other work: neither a long message nor a long answer holds up the page. */
import {
  type Capability,
  checkCapability,
  checkScopes,
  type ExchangeFailure,
  exchange,
  type Issue,
  learn,
  load,
  prepareRequest,
  type Route,
  readCapability,
  type SendProgress,
  type SendResult,
  sendMessage,
  type ValidationReport,
  validate,
  validator,
} from "../fhirpost.js";
import { answerCalls, type CallHooks } from "../workers/calls.js";
import { findIds } from "./message-spans.js";

/** Statements of servers with every resource type have some megabytes. */
const LONGEST_STATEMENT = 16 * 1024 * 1024;
/** A server that does not say within this time what it can do is asked to do it all the same. */
const STATEMENT_TIMEOUT = 8_000;
/** Creating what a referral needs may take a server a while. */
const TIMEOUT = 60_000;
/** Shorter than any real token: replacing such a one in an answer would garble it. */
const SHORTEST_TOKEN = 8;
const HIDDEN = "••••";

export interface Target {
  base: string;
  token?: string;
  /** Of the token, where whoever gave it said so. */
  scope?: string;
  /** Whether it goes through the relay of the server that this page is from. */
  relay?: boolean;
}

/** The request as it may be shown: the token is hidden. */
export interface ShownRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  /** How long the body is, in bytes. */
  bytes: number;
  issues: Issue[];
  route: Route;
  /** What is wrong with the text as a message, whatever it is validated as on the page: nothing else is sent here. */
  counts: ValidationReport["counts"];
}

/** What a browser can tell of a request that failed; the others only Node knows. */
type BrowserFailure = Exclude<ExchangeFailure, "connection-refused" | "unknown-host" | "certificate">;

/** What /metadata gave. */
export interface ServerMetadata {
  status: number;
  failure?: BrowserFailure;
  /** Absent when it could not be read. */
  capability?: Capability;
  /** The types of resources that it lets be read by their address. */
  reads: string[];
}

export interface SendReply {
  result: SendResult;
  statusText: string;
  /** `Location` or `Content-Location`, as far as CORS lets a page see them. */
  location?: string;
  /** How long the answer was, in bytes, as far as it was read. */
  bytes: number;
  /** What the message itself was about: `ServiceRequest/1`. What an answer names of these was updated, not created. */
  focus: string[];
}

export type Progress = SendProgress | { type: "received"; bytes: number };

const statements = new Map<string, Uint8Array>();

function prepare(text: string, target: Target): ShownRequest {
  const message = validator.read(text);
  const { body, headers, metadataUrl, profile, ...request } = prepareRequest(target.base, message, given(target));
  const shown = headers.Authorization === undefined ? headers : { ...headers, Authorization: `Bearer ${HIDDEN}` };
  const { counts } = validate(message, true);
  return { ...request, headers: shown, bytes: new TextEncoder().encode(text).length, route: validator.route(message), counts };
}

async function readMetadata(base: string, relay: boolean, signal: AbortSignal): Promise<ServerMetadata> {
  statements.delete(base);
  const headers = { Accept: "application/fhir+json" };
  const limits = { maxBytes: LONGEST_STATEMENT, timeout: STATEMENT_TIMEOUT, signal };
  const { status, body, failure } = await exchange(fetchOf({ base, relay }), `${base}/metadata`, { headers }, limits);
  const says = { status, reads: [], ...(failure !== undefined && { failure: failure as BrowserFailure }) };
  if (status !== 200 || failure !== undefined) return says;
  const capability = readCapability(body);
  if (!capability.issues.some(({ rule }) => rule === "capability-type")) statements.set(base, body);
  return { ...says, capability, reads: readable(body) };
}

/** What speaks against this message, if the server has said what it can do. */
function fits(base: string, text: string): Issue[] | undefined {
  const statement = statements.get(base);
  return statement === undefined ? undefined : checkCapability(statement, text);
}

async function send(text: string, target: Target, { signal, report }: CallHooks<Progress>): Promise<SendReply> {
  const message = validator.read(text);
  const seen = { statusText: "", location: undefined as string | undefined };
  const result = await sendMessage(message, {
    base: target.base,
    ...given(target),
    // The page has validated it, and asked whoever presses the button; sending it again is theirs to decide as well.
    check: false,
    retry: false,
    timeout: TIMEOUT,
    signal,
    onProgress: report,
    fetch: async (url, init) => {
      const response = await fetchOf(target)(url, init);
      seen.statusText = response.statusText;
      seen.location = response.headers.get("location") ?? response.headers.get("content-location") ?? undefined;
      return counted(response, (bytes) => report({ type: "received", bytes }));
    },
  });
  const focus = validator.route(message).focus.map(({ type, id }) => `${type}/${id}`);
  const { location, statusText } = seen;
  const bytes = new TextEncoder().encode(result.body ?? "").length;
  return withoutToken({ result, statusText, bytes, ...(location !== undefined && { location }), focus }, target.token);
}

/** What asks the server: the browser itself, or the relay, which has the same said to it and says the same. */
function fetchOf({ base, relay = false }: Target): typeof fetch {
  if (!relay) return fetch;
  return (url, init = {}) => {
    // Whether the server would let the page in is not asked of the relay.
    if (init.mode === "no-cors") throw new TypeError("the relay does not answer");
    const headers = new Headers(init.headers);
    headers.set("Fhirpost-Relay", base);
    return fetch(`${location.origin}/relay${String(url).slice(base.length)}`, { ...init, method: "POST", headers });
  };
}

/** The endpoints that the message names as its destinations. */
function destinations(text: string): string[] {
  const expression = "Bundle.entry[0].resource.ofType(MessageHeader).destination.endpoint";
  try {
    return validator.evaluate(text, expression).map(({ value }) => String(value));
  } catch {
    return [];
  }
}

function readable(statement: Uint8Array): string[] {
  try {
    const types = validator.evaluate(
      statement,
      "CapabilityStatement.rest.where(mode = 'server').resource.where(interaction.where(code = 'read').exists()).type",
    );
    return types.map(({ value }) => String(value));
  } catch {
    return [];
  }
}

function given({ token, scope }: Target) {
  return { ...(token !== undefined && { token }), ...(scope !== undefined && { scope }) };
}

/** The same answer, and what is read of its body is told as it comes. */
function counted(response: Response, tell: (bytes: number) => void): Response {
  if (response.type === "opaqueredirect" || response.body === null) return response;
  let bytes = 0;
  const counting = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      tell(bytes);
      controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(counting), { status, statusText, headers });
}

/** A server may quote the token in its answer; the page shows it nowhere all the same. */
function withoutToken(sent: SendReply, token: string | undefined): SendReply {
  if (token === undefined || token.length < SHORTEST_TOKEN) return sent;
  const text = JSON.stringify(sent);
  return text.includes(token) ? JSON.parse(text.replaceAll(token, HIDDEN)) : sent;
}

const operations = (hooks: CallHooks<Progress>) => ({
  learn,
  prepare,
  readMetadata: (base: string, relay: boolean) => readMetadata(base, relay, hooks.signal),
  fits,
  checkScopes,
  findIds,
  destinations,
  send: (text: string, target: Target) => send(text, target, hooks),
});

export type SendOperations = ReturnType<typeof operations>;

answerCalls(operations, load());
