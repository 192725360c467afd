/** How the token endpoint is asked, and how its answer is read, whatever it was asked with. */
import * as oauth from "oauth4webapi";
import { exchange } from "../../fhirpost.js";
import { Refusal } from "./refusal.js";

const LONGEST = 64 * 1024;
const TIMEOUT = 30_000;
/** Of what a server says about itself. */
const LONGEST_WORDS = 300;

export interface Granted {
  token: string;
  /** What the server granted; absent when it is what was asked for. */
  scope?: string;
  /** Milliseconds since 1970. */
  expiresAt?: number;
}

/** Options of every request of oauth4webapi. */
export function asking(signal: AbortSignal) {
  return {
    // http is refused by `discover`, but for the same machine.
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: async (url: string, { method, headers, body }: oauth.CustomFetchOptions<string, BodyInit | null | undefined>) => {
      const init = { method, headers, ...(body !== undefined && { body }) };
      const received = await exchange(fetch, url, init, { maxBytes: LONGEST, timeout: TIMEOUT, signal });
      if (received.failure === "cors") throw new Refusal("cors");
      if (received.failure !== undefined) throw new Refusal("unreachable");
      const { status, headers: answered, body: bytes } = received;
      return new Response(status === 204 ? null : (bytes as Uint8Array<ArrayBuffer>), { status, headers: answered });
    },
  };
}

/** Runs the requests of one way to a token; what goes wrong becomes a Refusal. */
export async function granted(asked: number, work: () => Promise<oauth.TokenEndpointResponse>): Promise<Granted> {
  try {
    const { access_token, token_type, expires_in, scope } = await work();
    if (token_type !== "bearer") throw new Refusal("badAnswer");
    return {
      token: access_token,
      ...(scope !== undefined && { scope }),
      ...(expires_in !== undefined && { expiresAt: asked + expires_in * 1000 }),
    };
  } catch (error) {
    throw refusalOf(error);
  }
}

function refusalOf(error: unknown): unknown {
  if (error instanceof oauth.ResponseBodyError || error instanceof oauth.AuthorizationResponseError) {
    const said = [error.error, error.error_description].filter(Boolean).join(": ").slice(0, LONGEST_WORDS);
    return new Refusal(kindOf(error.error), said);
  }
  if (error instanceof oauth.WWWAuthenticateChallengeError) return new Refusal("client", String(error.status));
  if (error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError) return new Refusal("badAnswer");
  return error;
}

function kindOf(code: string): Refusal["kind"] {
  if (code === "invalid_client" || code === "unauthorized_client") return "client";
  if (code === "invalid_scope") return "scope";
  if (code === "access_denied") return "denied";
  return "refused";
}
