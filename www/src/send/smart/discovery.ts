/** What a server says of its tokens, at `[base]/.well-known/smart-configuration` (SMART App Launch, "Conformance"). */
import type { AuthorizationServer } from "oauth4webapi";
import { exchange, isLoopback } from "../../fhirpost.js";
import { Refusal } from "./refusal.js";

const LONGEST = 256 * 1024;
const TIMEOUT = 15_000;

export async function discover(base: string, signal: AbortSignal): Promise<AuthorizationServer> {
  const url = `${base}/.well-known/smart-configuration`;
  const limits = { maxBytes: LONGEST, timeout: TIMEOUT, signal };
  const { status, body, failure } = await exchange(fetch, url, { headers: { Accept: "application/json" } }, limits);
  if (failure === "cors") throw new Refusal("cors");
  if (failure !== undefined) throw new Refusal("unreachable");
  if (status !== 200) throw new Refusal("noConfiguration", String(status));
  let configuration: unknown;
  try {
    configuration = JSON.parse(new TextDecoder().decode(body));
  } catch {
    throw new Refusal("badConfiguration");
  }
  if (typeof configuration !== "object" || configuration === null || Array.isArray(configuration)) throw new Refusal("badConfiguration");
  // Only what is used is taken: the rest is a stranger's.
  const { issuer, token_endpoint, authorization_endpoint } = configuration as Record<string, unknown>;
  return {
    issuer: typeof issuer === "string" && issuer !== "" ? issuer : base,
    token_endpoint: endpoint(token_endpoint),
    ...(authorization_endpoint !== undefined && { authorization_endpoint: endpoint(authorization_endpoint) }),
  };
}

/** A key, a code or a person's password goes there: over https, or on the same machine. */
function endpoint(value: unknown): string {
  let url: URL;
  try {
    url = new URL(value as string);
  } catch {
    throw new Refusal("badConfiguration");
  }
  const isSafe = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
  if (!isSafe || url.username !== "" || url.password !== "") throw new Refusal("unsafeEndpoint");
  return url.href;
}
