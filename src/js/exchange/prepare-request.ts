import { core, objection } from "../bindings.js";
import { readBytes, readInput } from "../input.js";
import { checkText } from "../kinds.js";
import type { MessageInput } from "../types.js";
import { checkPrepareOptions } from "./options.js";
import type { PreparedRequest, PrepareOptions } from "./types.js";

/**
 * The request that carries a message: give it to fetch, or to any other client. The body is the message as it was given.
 *
 * ```js
 * const { url, issues, ...request } = prepareRequest("https://fhirtest.netsmartcloud.com/v4", message, { token });
 * if (!issues.some(({ severity }) => severity === "error")) await fetch(url, { ...request, redirect: "manual" });
 * ```
 *
 * What stands against sending is an issue: `async` with an event that cannot, an expired token, a scope that is missing.
 * @throws {TypeError} when an argument is of the wrong kind, or a URL is none; the text names it.
 */
export function prepareRequest(base: string, message: MessageInput, options?: PrepareOptions): PreparedRequest {
  checkText(base, "base");
  const { now = new Date(), ...given } = checkPrepareOptions(options);
  const bytes = readBytes(message, "message");
  const { prepareRequest: prepare } = core();
  let text: string;
  try {
    text = prepare(bytes, JSON.stringify({ ...given, base, now: inSeconds(now) }));
  } catch (error) {
    const problem = objection(error);
    throw new TypeError(problem.startsWith("responseUrl") ? `options.${problem}` : problem);
  }
  return { ...JSON.parse(text), body: bodyOf(message) };
}

/** Seconds since 1970, as the core counts. */
export function inSeconds(time: Date): number {
  return Math.max(0, Math.floor(time.getTime() / 1000));
}

/** What is sent: text and bytes as they are. */
export function bodyOf(message: MessageInput): string | Uint8Array {
  if (typeof message === "string") return message;
  const input = readInput(message);
  return "text" in input ? input.text : input.bytes;
}
