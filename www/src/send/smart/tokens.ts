/** The two ways of SMART App Launch to a token: as a program with a key, and as a person who logs in. */
import type { AuthorizationServer } from "oauth4webapi";
import * as oauth from "oauth4webapi";
import { exchange, isLoopback } from "../../fhirpost.js";
import type { texts } from "../../texts.js";
import { handedBack } from "./login-window.js";

type RefusalKind = keyof typeof texts.login.refusals;

/** Why there is no token, as a kind that the page has words for, and where the server said something, its own words. */
export class Refusal extends Error {
  constructor(
    readonly kind: RefusalKind,
    /** From the server: shown as text, never read. */
    readonly said = "",
  ) {
    super(kind);
  }
}

/** The key that a backend service signs with. It is made unreadable as soon as it is here, and kept in memory only. */
export interface ServiceKey {
  key: CryptoKey;
  algorithm: "ES384" | "RS384";
  kid?: string;
}

/** SMART asks for these two, and servers must know both. */
const ALGORITHMS = {
  ES384: { name: "ECDSA", namedCurve: "P-384" },
  RS384: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-384" },
} as const;

/** Takes a private JWK, or a set of keys with one that fits. */
export async function readServiceKey(text: string): Promise<ServiceKey> {
  if (globalThis.crypto?.subtle === undefined) throw new Refusal("insecurePage");
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Refusal("keyNoJwk");
  }
  const { keys = [parsed] } = (parsed ?? {}) as { keys?: unknown };
  const jwks = (Array.isArray(keys) ? keys : []).filter((key): key is JsonWebKey & { kid?: unknown } => typeof key?.kty === "string");
  if (jwks.length === 0) throw new Refusal("keyNoJwk");
  const own = jwks.filter(({ d }) => typeof d === "string");
  if (own.length === 0) throw new Refusal("keyPublic");
  for (const jwk of own) {
    const algorithm = algorithmOf(jwk);
    if (algorithm === undefined) continue;
    // What the key says about its use may leave signing out, though it is the key to sign with.
    const { key_ops, use, ext, alg, ...material } = jwk;
    try {
      const key = await crypto.subtle.importKey("jwk", material, ALGORITHMS[algorithm], false, ["sign"]);
      return { key, algorithm, ...(typeof jwk.kid === "string" && { kid: jwk.kid }) };
    } catch {
      throw new Refusal("keyBroken");
    }
  }
  throw new Refusal("keyAlgorithm");
}

function algorithmOf({ kty, crv, alg }: JsonWebKey): ServiceKey["algorithm"] | undefined {
  if (kty === "EC" && crv === "P-384") return "ES384";
  return kty === "RSA" && (alg === undefined || alg === "RS384") ? "RS384" : undefined;
}

const CONFIGURATION = { maxBytes: 256 * 1024, timeout: 15_000 };

async function discover(base: string, signal: AbortSignal): Promise<AuthorizationServer> {
  const url = `${base}/.well-known/smart-configuration`;
  const { status, body, failure } = await exchange(fetch, url, { headers: { Accept: "application/json" } }, { ...CONFIGURATION, signal });
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

/** How the token endpoint is asked, and how its answer is read, whatever it was asked with. */
const TOKEN = { maxBytes: 64 * 1024, timeout: 30_000 };
/** Of what a server says about itself. */
const LONGEST_WORDS = 300;

export interface AccessToken {
  token: string;
  /** What the server granted; absent when it is what was asked for. */
  scope?: string;
  /** Milliseconds since 1970. */
  expiresAt?: number;
}

/** Options of every request of oauth4webapi. */
function requestOptions(signal: AbortSignal) {
  return {
    // http is refused by `discover`, but for the same machine.
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: async (url: string, { method, headers, body }: oauth.CustomFetchOptions<string, BodyInit | null | undefined>) => {
      const init = { method, headers, ...(body !== undefined && { body }) };
      const received = await exchange(fetch, url, init, { ...TOKEN, signal });
      if (received.failure === "cors") throw new Refusal("cors");
      if (received.failure !== undefined) throw new Refusal("unreachable");
      const { status, headers: answered, body: bytes } = received;
      return new Response(status === 204 ? null : (bytes as Uint8Array<ArrayBuffer>), { status, headers: answered });
    },
  };
}

/** Runs the requests of one way to a token; what goes wrong becomes a Refusal. */
async function accessTokenOf(asked: number, work: () => Promise<oauth.TokenEndpointResponse>): Promise<AccessToken> {
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

/** SMART backend services: a program without a person asks for a token with a JWT that it signs ("Client Authentication: Asymmetric"). */
export interface Service {
  clientId: string;
  scope: string;
  key: ServiceKey;
}

export async function askAsService(base: string, { clientId, scope, key }: Service, signal: AbortSignal): Promise<AccessToken> {
  const server = await discover(base, signal);
  const client = { client_id: clientId };
  const authentication = oauth.PrivateKeyJwt(
    { key: key.key, ...(key.kid !== undefined && { kid: key.kid }) },
    {
      // SMART names the token endpoint as audience, where OAuth has come to name the issuer.
      [oauth.modifyAssertion]: (header, payload) => {
        header.typ = "JWT";
        payload.aud = server.token_endpoint;
      },
    },
  );
  return accessTokenOf(Date.now(), async () => {
    const response = await oauth.clientCredentialsGrantRequest(server, client, authentication, { scope }, requestOptions(signal));
    return oauth.processClientCredentialsResponse(server, client, response);
  });
}

/**
 * SMART's authorization-code flow with PKCE, for a client without a secret. The login takes place in a window of its own, so the message
 * stays where it is.
 */
export interface Login {
  clientId: string;
  scope: string;
  redirect: string;
  /** Opened by the click itself, since browsers open none later; still empty. */
  popup: Window;
}

export async function logIn(base: string, { clientId, scope, redirect, popup }: Login, signal: AbortSignal): Promise<AccessToken> {
  const server = await discover(base, signal);
  if (server.authorization_endpoint === undefined) throw new Refusal("noLogin");
  const client = { client_id: clientId };
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const address = new URL(server.authorization_endpoint);
  for (const [name, value] of Object.entries({
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirect,
    scope,
    state,
    // SMART: whom the token is for, so that no other server gets it.
    aud: base,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  })) {
    address.searchParams.set(name, value);
  }
  const answer = handedBack(state, signal);
  popup.location.replace(address.href);
  const parameters = await answer;
  if (parameters === undefined) throw new Refusal("tooSlow");
  return await accessTokenOf(Date.now(), async () => {
    const checked = oauth.validateAuthResponse(server, client, parameters, state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.None(),
      checked,
      redirect,
      verifier,
      requestOptions(signal),
    );
    return oauth.processAuthorizationCodeResponse(server, client, response);
  });
}
