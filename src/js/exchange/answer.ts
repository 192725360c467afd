import { core } from "../bindings.js";
import { bytesIn, readBytes, readText } from "../input.js";
import { insteadOf, isPlain } from "../kinds.js";
import type { Bytes, MessageInput, Route } from "../types.js";
import { checkReadAnswerOptions } from "./options.js";
import { inSeconds } from "./prepare-request.js";
import type { Answer, ReadAnswerOptions } from "./types.js";

/** Headers of an answer: those of fetch, an object, or pairs. */
export type AnswerHeaders = Headers | Iterable<readonly [string, string]> | Record<string, string | string[] | undefined>;

/**
 * Reads an answer to `$process-message`. Whatever came, there is exactly one outcome. A status of 0 stands for no answer.
 *
 * ```js
 * const { outcome, created, outcomeIssues } = readAnswer(response.status, response.headers, await response.text(), { message });
 * ```
 * @throws {TypeError} when an argument is of the wrong kind; the text names it.
 */
export function readAnswer(
  status: number,
  headers: AnswerHeaders | null | undefined,
  body: string | Bytes | null | undefined,
  options?: ReadAnswerOptions,
): Answer {
  if (!Number.isInteger(status) || status < 0 || status > 999) throw new TypeError("status must be a whole number from 0 to 999");
  const { message, messageId, now = new Date(), ...given } = checkReadAnswerOptions(options);
  const asked = message === undefined ? {} : answerTo(routeOf(message));
  const sentId = messageId ?? asked.messageId;
  const input = { ...asked, ...given, status, headers: pairs(headers ?? {}), messageId: sentId, now: inSeconds(now) };
  return JSON.parse(core().readAnswer(bytesIn(readText(body ?? "", "body")), JSON.stringify(input)));
}

/** What has to be known of a message to read its answer. */
export function answerTo({ kind, messageId, responseRequired }: Route): Pick<ReadAnswerOptions, "messageId" | "responseRequired"> {
  // R4, OperationDefinition MessageHeader-process-message: "There is no response message for the response messages".
  const required = kind === "response" ? "never" : responseRequired;
  return { ...(messageId !== undefined && { messageId }), ...(required !== undefined && { responseRequired: required }) };
}

function routeOf(message: MessageInput): Route {
  return JSON.parse(core().route(readBytes(message, "options.message"), ""));
}

function pairs(headers: unknown): [string, string][] {
  const canBeIterated = typeof headers === "object" && headers !== null && !ArrayBuffer.isView(headers) && Symbol.iterator in headers;
  if (!canBeIterated && !isPlain(headers)) {
    throw new TypeError(`headers must be Headers, an object or pairs${insteadOf(headers)}`);
  }
  const list: unknown[] = canBeIterated ? [...(headers as object as Iterable<unknown>)] : Object.entries(headers);
  return list.flatMap((pair): [string, string][] => {
    if (!Array.isArray(pair) || typeof pair[0] !== "string") throw new TypeError("headers must be Headers, an object or pairs");
    const [name, value] = pair;
    // Node's own lists headers that came several times.
    const text: unknown = Array.isArray(value) ? value.join(", ") : value;
    return typeof text === "string" ? [[name, text]] : [];
  });
}
