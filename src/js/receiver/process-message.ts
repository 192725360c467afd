/** The operation itself: unpack the message, judge it, find its handler, build the answer. */
import { buildResponse, routeMessage, toOperationOutcome, validateBundle } from "../api.js";
import type { ReceiverSettings } from "../receiver.js";
import type { MessageInput, OperationOutcomeIssue, ResponseOutcome, ValidationReport } from "../types.js";
import { readBody } from "./body.js";
import { eventKey, type Handler, type ReceivedMessage } from "./handlers.js";
import { Refusal } from "./refusal.js";
import { reliably } from "./reliable.js";

/** Gives the body of the answer: that of an earlier time, when the message has been processed before. */
export async function processMessage(request: Request, base: string, sender: string, settings: ReceiverSettings): Promise<string> {
  const query = new URL(request.url).searchParams;
  requireSynchronous(query.get("async"), query.get("response-url"));
  const { input, bundle } = unpack(await readBody(request, settings.maxBytes));

  const report = validateBundle(input, { showValues: false, message: true });
  if (!report.valid) throw Refusal.withOutcome(report.counts.fatal > 0 ? 400 : 422, toOperationOutcome(report));

  const route = routeMessage(input);
  if (route.kind !== "request") {
    throw new Refusal(422, "not-supported", "The message is an answer (MessageHeader.response is there), and an answer gets no answer.");
  }
  const key = eventKey(route.event);
  // The key comes from the message, so it must not reach what every object inherits.
  const handler = Object.hasOwn(settings.handlers, key) ? settings.handlers[key] : undefined;
  if (handler === undefined) throw new Refusal(422, "not-supported", "This receiver does not support the event of the message.");

  // A valid message has both ids: msg-id.
  const sending = { sender, messageId: route.messageId ?? "", bundleId: route.bundleId ?? "" };
  return reliably(
    settings.memory,
    sending,
    route.category,
    () => settings.now().getTime(),
    async () => {
      const now = settings.now();
      const outcome = await handle(handler, { bundle: bundle as ReceivedMessage["bundle"], route, now, newId: settings.ids });
      // The sender should learn of the warnings even when all went well; what the handler says comes first.
      const issues = [...(outcome.issues ?? []), ...warnings(report)];
      const answer = buildResponse(input, issues.length > 0 ? { ...outcome, issues } : outcome, {
        now,
        ids: settings.ids,
        source: { endpoint: base, name: "fhirpost receiver", software: "fhirpost" },
      });
      return { body: JSON.stringify(answer), final: outcome.code !== "transient-error" };
    },
  );
}

/** What a handler throws may quote the message: the sender learns only that something failed, and that it may try again. */
async function handle(handler: Handler, message: ReceivedMessage): Promise<ResponseOutcome> {
  try {
    return await handler(message);
  } catch {
    const text = "The receiver failed to process the message. It may be sent again.";
    return { code: "transient-error", issues: [{ severity: "error", code: "exception", details: { text } }] };
  }
}

/** Both ways of sending content: the Bundle itself, or a Parameters resource that holds it. */
function unpack(body: Uint8Array): { input: MessageInput; bundle: unknown } {
  const value = parse(body);
  const type = resourceType(value);
  if (type === "Bundle") return { input: body, bundle: value };
  if (type !== "Parameters") {
    throw new Refusal(400, "invalid", "The body must be a Bundle of type message, or a Parameters resource with such a Bundle as content.");
  }
  const list = (value as { parameter?: unknown }).parameter;
  const parameters = (Array.isArray(list) ? list : []).filter((item) => typeof item === "object" && item !== null);
  const named = (name: string) => parameters.filter((parameter) => parameter.name === name);
  requireSynchronous(named("async")[0]?.valueBoolean, named("response-url")[0]?.valueUrl);
  const content = named("content");
  if (content.length !== 1 || resourceType(content[0].resource) !== "Bundle") {
    throw new Refusal(
      400,
      "required",
      "The Parameters resource must have exactly one parameter named content, and its resource must be a Bundle.",
    );
  }
  return { input: content[0].resource, bundle: content[0].resource };
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    // The report says in which line the JSON breaks; the parser's own text would quote the message.
    const report = validateBundle(body, { showValues: false, message: true });
    if (!report.valid) throw Refusal.withOutcome(400, toOperationOutcome(report));
    throw new Refusal(400, "structure", "The body cannot be read as JSON in UTF-8.");
  }
}

function resourceType(value: unknown): unknown {
  return typeof value === "object" && value !== null ? (value as { resourceType?: unknown }).resourceType : undefined;
}

/** Every event here is answered at once, so a sender that waits for a later answer would wait in vain. */
function requireSynchronous(async: unknown, responseUrl: unknown): void {
  if (![null, undefined, false, "false"].includes(async as null)) {
    throw new Refusal(400, "not-supported", "Asynchronous processing is not supported: send the message without async.");
  }
  if (responseUrl !== null && responseUrl !== undefined) {
    throw new Refusal(400, "not-supported", "A response-url is not supported: the answer comes with the HTTP response.");
  }
}

function warnings(report: ValidationReport): OperationOutcomeIssue[] {
  const issues = report.issues.filter((issue) => issue.severity === "warning");
  return issues.length === 0 ? [] : toOperationOutcome({ ...report, issues }).issue;
}
