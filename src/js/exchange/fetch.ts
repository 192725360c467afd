/** One request, one answer, within limits: fetch, with everything that can go wrong as a value. */
import { checkText, insteadOf, isPlain } from "../arguments.js";
import type { ExchangeFailure } from "../types/exchange.js";
import { joinedBytes } from "../utf8.js";
import { type Limit, limitOf } from "../waiting.js";
import { isLoopback } from "../web-addresses.js";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface HttpAnswer {
  /** 0 when there was no answer. */
  status: number;
  headers: [string, string][];
  /** As far as it was read. */
  body: Uint8Array;
  failure: ExchangeFailure | undefined;
}

export interface Limits {
  signal: AbortSignal | undefined;
  /** For the request and its answer's body, in milliseconds. */
  timeout: number;
  /** The longest body that is read: a server must not be able to fill the memory. */
  maxBytes: number;
}

/** Throws the reason of `limits.signal` when that is aborted, and nothing else. */
export async function exchange(fetch: Fetch, url: string, init: RequestInit, limits: Limits): Promise<HttpAnswer> {
  limits.signal?.throwIfAborted();
  const limit = limitOf(limits.timeout, { signal: limits.signal });
  const received: HttpAnswer = { status: 0, headers: [], body: new Uint8Array(), failure: undefined };
  try {
    const response = await limit.within(
      fetch(url, {
        ...init,
        signal: limit.signal,
        cache: "no-store",
        credentials: "omit",
        referrerPolicy: "no-referrer",
        // Following one would carry the message, and perhaps the token, to a place that nobody named.
        redirect: "manual",
      }),
    );
    // Browsers say nothing more of a redirect; a fetch that followed one all the same has an answer from somewhere else.
    if (response.type === "opaqueredirect" || response.redirected) return { ...received, failure: "redirect" };
    received.status = response.status;
    received.headers = [...response.headers];
    await readInto(received, response, limits.maxBytes, limit);
  } catch (error) {
    // The error itself may quote headers; what it means is said instead.
    limits.signal?.throwIfAborted();
    received.failure = limit.isOver() ? "timeout" : "broken";
    if (received.failure === "broken" && received.status === 0) {
      received.failure = networkCause(error) ?? (await explainNetworkFailure(url, { fetch, signal: limit.signal }));
      limits.signal?.throwIfAborted();
    }
  } finally {
    limit.stop();
  }
  return received;
}

async function readInto(received: HttpAnswer, response: Response, maxBytes: number, limit: Limit): Promise<void> {
  const reader = response.body?.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    while (reader !== undefined) {
      const { value } = await limit.within(reader.read());
      if (value === undefined) break;
      length += value.byteLength;
      if (length > maxBytes) {
        received.failure = "too-long";
        // Nobody waits for it: a server that goes on sending would make that long.
        reader.cancel().catch(() => {});
        break;
      }
      chunks.push(value);
    }
  } finally {
    received.body = joinedBytes(chunks);
  }
}

/**
 * Why fetch had no answer, where the platform says so by a code: Node does, at the error's cause. What came before the first byte of the
 * message is told apart from a connection that ended after it: then nobody knows whether the message was processed.
 *
 * Sources: Node, "Common system errors", "X509 certificate error codes" and undici's errors.
 */
function networkCause(error: unknown): ExchangeFailure | undefined {
  for (const { code, syscall } of chain(error)) {
    if (syscall === "getaddrinfo" || NO_HOST.test(code)) return "unknown-host";
    if (code === "ECONNREFUSED") return "connection-refused";
    if (CERTIFICATE.test(code)) return "certificate";
    if (syscall === "connect" || NOT_CONNECTED.test(code)) return "unreachable";
    if (CONNECTION_ENDED.test(code)) return "broken";
  }
  return undefined;
}

const NO_HOST = /^(ENOTFOUND|EAI_.*)$/;
const CERTIFICATE =
  /^(ERR_TLS_CERT_.*|CERT_.*|.*_CERT(_.*)?|.*_CRL(_.*)?|CRL_.*|UNABLE_TO_VERIFY_LEAF_SIGNATURE|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)$/;
const NOT_CONNECTED = /^(EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|EPROTO|ERR_SSL_.*)$/;
const CONNECTION_ENDED = /^(ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|HPE_.*|UND_ERR_.*)$/;

interface Cause {
  code: string;
  syscall: string;
}

/** The error, what caused it, and what caused that; of several attempts to connect, the first. */
function* chain(error: unknown): Generator<Cause> {
  let current = error;
  for (let depth = 0; depth < DEEPEST && typeof current === "object" && current !== null; depth += 1) {
    const { code, syscall, cause, errors } = current as { code?: unknown; syscall?: unknown; cause?: unknown; errors?: unknown };
    yield { code: String(code ?? ""), syscall: String(syscall ?? "") };
    current = cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  }
}

/** A cause may be its own cause. */
const DEEPEST = 5;

/**
 * Why fetch had no answer, as far as a browser lets a page know. fetch itself does not say: a server that does not let the page's origin
 * in (CORS) looks like one that is not there. A request without CORS, message and token tells them apart: it is answered by a server that
 * is there, though the page may not read the answer. Outside of browsers there is no CORS. A browser that has no network says that.
 *
 * Sources: Fetch standard, "CORS protocol" and the request mode `no-cors`; HTML standard, `navigator.onLine`.
 */
export async function explainNetworkFailure(
  url: string,
  options: { fetch?: Fetch; signal?: AbortSignal } = {},
): Promise<"cors" | "offline" | "unreachable"> {
  checkText(url, "url");
  if (!isPlain(options)) throw new TypeError(`options must be an object${insteadOf(options)}`);
  const page = pageOrigin();
  // Without a network a machine still reaches itself.
  if (isOffline() && !isLoopback(new URL(url).hostname)) return "offline";
  if (page === undefined || new URL(url).origin === page) return "unreachable";
  const ask = options.fetch ?? ((address, init) => fetch(address, init));
  // Not the operation: this must not look like a message.
  const metadata = url.replace(/\/\$process-message.*$/, "/metadata");
  try {
    await ask(metadata, {
      mode: "no-cors",
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      ...(options.signal && { signal: options.signal }),
    });
    return "cors";
  } catch {
    return "unreachable";
  }
}

/** Only browsers say that they are. */
function isOffline(): boolean {
  return (globalThis as { navigator?: { onLine?: boolean } }).navigator?.onLine === false;
}

/** The origin of the page or worker; nothing outside of browsers. */
function pageOrigin(): string | undefined {
  return (globalThis as { location?: { origin?: string } }).location?.origin;
}
