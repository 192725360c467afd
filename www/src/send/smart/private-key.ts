/** The key that a backend service signs with. It is made unreadable as soon as it is here, and kept in memory only. */
import { Refusal } from "./refusal.js";

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
