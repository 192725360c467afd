/**
 * Whether an answer is due.
 *
 * Source: R4, MessageDefinition.responseRequired, the value set messageheader-response-request, and the extension of that name, by which a
 * sender says so for one message (OperationDefinition MessageHeader-process-message: 204 "because of instructions from the sender").
 */
import type { ResponseOutcome, Route } from "../types.js";
import type { ReceivedMessage } from "./handlers.js";

const EXTENSION = "http://hl7.org/fhir/StructureDefinition/messageheader-response-request";

const CODES = ["always", "on-error", "never", "on-success"] as const;
type Code = (typeof CODES)[number];

/** Whether a message is to say so. The sender's word counts before that of the event's definition. */
export function wantsAnswer(
  bundle: ReceivedMessage["bundle"],
  required: Route["responseRequired"],
  code: ResponseOutcome["code"],
): boolean {
  const asked = requestOf(bundle) ?? required;
  if (asked === "never") return false;
  if (asked === "on-error") return code !== "ok";
  return asked !== "on-success" || code === "ok";
}

/** What the sender asks for; the message may not have been validated. */
function requestOf({ entry }: ReceivedMessage["bundle"]): Code | undefined {
  const headers = (Array.isArray(entry) ? entry : []).map((one) => one?.resource).filter((one) => one?.resourceType === "MessageHeader");
  const extensions: unknown = headers[0]?.extension;
  for (const one of Array.isArray(extensions) ? extensions : []) {
    if (one?.url === EXTENSION && CODES.includes(one.valueCode)) return one.valueCode;
  }
  return undefined;
}
