/** Who may send to the receiver. */
import type { Authorize } from "../../receiver.js";
import { UsageError } from "../arguments.js";
import { readTokenFile } from "../token-file.js";
import type { ServeSettings } from "./arguments.js";

const NAMES = ["127.0.0.1", "localhost", "[::1]"];

/** Whether the address is of this machine alone. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** @throws {UsageError} when anybody who can reach the receiver could use it. */
export async function readAuthorize({ host, requireToken, tokenFile }: ServeSettings): Promise<Authorize> {
  const token = tokenFile === undefined ? process.env.FHIRPOST_TOKEN?.trim() : await readTokenFile(tokenFile);
  if (!isLoopback(host) && !(requireToken && token)) {
    throw new UsageError(
      `--host ${host} can be reached from outside: it needs --require-token, and a token in --token-file or FHIRPOST_TOKEN`,
    );
  }
  if (!requireToken) return () => true;
  // Whatever should have filled it has failed: any token would do now.
  if (token === "") throw new UsageError("FHIRPOST_TOKEN is there and empty: --require-token needs the token, or no such variable");
  if (!token) return (given) => given !== undefined;
  // Loaded here: the other commands start without it.
  const { createHash, timingSafeEqual } = await import("node:crypto");
  const digest = (text: string) => createHash("sha256").update(text).digest();
  const expected = digest(token);
  // Neither the length nor the first wrong sign of a token shows in the time that this takes.
  return (given) => given !== undefined && timingSafeEqual(digest(given), expected);
}

/**
 * Whether a receiver of this machine alone is called by a name of this machine. Another name could be a web site's own that leads here (DNS
 * rebinding), whose scripts would then count as same origin.
 */
export function isCalledRightly(called: string | undefined, { host, base }: ServeSettings): boolean {
  if (!isLoopback(host)) return true;
  const name = (called ?? "").replace(/:\d+$/, "");
  return NAMES.includes(name) || name === host || (base !== undefined && name === new URL(base).hostname);
}
