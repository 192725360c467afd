/**
 * The receiving end of `$process-message`, as a handler of the Fetch standard: it runs wherever `Request` and `Response` exist.
 * It writes no log: messages hold health data. Of a message that it has processed it keeps the ids and the answer, in memory or in the
 * store that it is given, so that no message is processed twice.
 */
import { isDate } from "./arguments.js";
import { lateAnswer, process, unlessRefused } from "./receiver/answer.js";
import { AsynchronousAnswers } from "./receiver/asynchronous.js";
import { capabilityStatement, messageDefinition, ownEvents } from "./receiver/capability-statement.js";
import { readContent } from "./receiver/content.js";
import { eventKey, type Handler, readEventKey, referralHandlers } from "./receiver/handlers.js";
import { memoryStore } from "./receiver/memory-store.js";
import { type ValidMessage, validateMessage, withHandler } from "./receiver/message.js";
import { checkReceiverOptions, type Receiver, type ReceiverOptions, type ReceiverSettings } from "./receiver/options.js";
import { json, PRIVATE, Refusal, refused, Unavailable } from "./receiver/refusal.js";
import { NO_ANSWER, type ProcessingResult, reliably, Turns } from "./receiver/reliable.js";
import { answerType, authorizedSender, findAddress, requireJson } from "./receiver/request.js";
import { Room } from "./receiver/room.js";
import type { AsynchronousStore, Sending } from "./receiver/store.js";
import { validateOperation } from "./receiver/validate-operation.js";
import type { MessageEvent } from "./types/validation.js";
import { setOf } from "./validator/small.js";
import { usualValidator } from "./validator/whole.js";
import { withoutTrailingSlashes } from "./web-addresses.js";

const MINUTE = 60_000;
const DAY_IN_MINUTES = 24 * 60;

const MEBIBYTE = 1024 * 1024;
const MAX_BYTES = 16 * MEBIBYTE;
/** So many of the longest bodies find room at once. */
const LONGEST_AT_ONCE = 8;

const HANDLER_TIMEOUT = 20_000;

/** @throws {TypeError} when an option does not exist, or is of the wrong kind; the text names it. */
export function createReceiver(given: ReceiverOptions = {}): Receiver {
  const options = checkReceiverOptions(given);
  const { reliableCache = DAY_IN_MINUTES, store = memoryStore(), validate = {}, maxBytes = MAX_BYTES } = options;
  const { handlerTimeout = HANDLER_TIMEOUT, maxPendingBytes = LONGEST_AT_ONCE * Math.max(maxBytes, MAX_BYTES) } = options;
  const { validator = usualValidator() } = options;
  // One that was freed is found now, not at the first message.
  setOf(validator);
  const settings: ReceiverSettings = {
    validator,
    base: options.base === undefined ? undefined : withoutTrailingSlashes(options.base),
    now: options.now ?? (() => new Date()),
    ids: options.ids ?? (() => crypto.randomUUID()),
    // The keys come from messages: without a prototype there is nothing else to be found.
    handlers: Object.assign(Object.create(null), options.handlers ?? referralHandlers),
    validate,
    lookup: options.lookup,
    authorize: options.authorize ?? (() => true),
    onAnswer: options.onAnswer ?? (() => {}),
    // What finds no room even alone is too long; sent again, it would never find any.
    maxBytes: Math.min(maxBytes, maxPendingBytes),
    memory: { store, keep: reliableCache * MINUTE, turns: new Turns(), timeout: handlerTimeout },
    room: new Room(maxPendingBytes),
    tell(error) {
      try {
        // It may be asynchronous, too.
        Promise.resolve(options.onError?.(error) as unknown).catch(() => {});
      } catch {}
    },
  };
  const asynchronous = options.asynchronous && new AsynchronousAnswers(options.asynchronous, settings, store as AsynchronousStore);
  const started = settings.now();
  if (!isMoment(started)) throw new TypeError("options.now must give a Date, of a year from 1 to 9999");

  /** The answer to a request that is not refused. */
  async function answer(request: Request): Promise<Response> {
    const address = findAddress(new URL(request.url), settings.base);
    if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: { Allow: address.allow } });
    if (!address.allow.split(", ").includes(request.method)) {
      throw new Refusal(405, "not-supported", `This address answers ${address.allow} only.`, { Allow: address.allow });
    }
    if (address.name === "metadata" || address.name === "definition") {
      const contentType = answerType(request);
      const definitions = settings.validator.events().filter(({ event }) => Object.hasOwn(settings.handlers, eventKey(event)));
      const known = new Set(definitions.map(({ event }) => eventKey(event)));
      const own = ownEvents(Object.keys(settings.handlers).filter((key) => !known.has(key)));
      const self = { base: address.base, date: started };
      if (address.name === "metadata") {
        const statement = capabilityStatement({
          ...self,
          definitions,
          own,
          reliableCache,
          asynchronous: asynchronous !== undefined,
        });
        return json(200, JSON.stringify(statement), contentType);
      }
      const event = own.find(({ id }) => id === address.id);
      if (event === undefined) throw new Refusal(404, "not-found", "There is no such MessageDefinition here.");
      return json(200, JSON.stringify(messageDefinition(event, self)), contentType);
    }
    const sender = await authorizedSender(request, settings.authorize, settings.tell);
    requireJson(request.headers);
    const contentType = answerType(request);
    if (address.name === "validate") {
      return json(200, JSON.stringify(await validateOperation(request, address.type, settings)), contentType);
    }
    const body = await processMessage(request, address.base, sender, settings, asynchronous);
    if (body === undefined) return new Response(null, { status: 202, headers: PRIVATE });
    return body === NO_ANSWER ? new Response(null, { status: 204, headers: PRIVATE }) : json(200, body, contentType);
  }

  const receive = async (request: Request): Promise<Response> => {
    const response = await answer(request).catch((error: unknown) => refused(error, settings.tell));
    // What is said about a person is not to be taken for a page or a script.
    response.headers.set("X-Content-Type-Options", "nosniff");
    // An answer to HEAD has the headers of the answer to GET, and no body.
    return request.method === "HEAD" ? new Response(null, response) : response;
  };
  const receiver: Receiver = Object.assign(receive, {
    on(event: string | MessageEvent, handler: Handler): Receiver {
      const key = readEventKey(event);
      if (typeof handler !== "function") throw new TypeError("handler must be a function");
      settings.handlers[key] = handler;
      return receiver;
    },
  });
  return receiver;
}

/** A clock that is wrong would fail at the first message. */
function isMoment(now: unknown): boolean {
  return isDate(now) && !Number.isNaN(now.getTime()) && /^(?!0000)\d{4}-/.test(now.toISOString());
}

/**
 * The operation itself: reads the message, validates it, and has it processed, once. Gives the body of the answer: that of an earlier time,
 * when the message has been processed before. There is none when the message was accepted, and its answer goes out later; or never, because
 * it is an answer itself.
 */
async function processMessage(
  request: Request,
  base: string,
  sender: string,
  settings: ReceiverSettings,
  later: AsynchronousAnswers | undefined,
): Promise<string | undefined> {
  const hold = settings.room.hold();
  // What is under way when the sender has its answer is held until it has come to its end.
  let underWay: Promise<ProcessingResult> | undefined;
  let isHandedOver = false;
  const begin = (work: Promise<ProcessingResult>) => {
    underWay = work;
    return work;
  };
  try {
    const content = await readContent(request, settings, hold);
    const message = await validateMessage(content, settings);
    const { route } = message;
    const sending = { sender, messageId: route.messageId ?? "", bundleId: route.bundleId ?? "" };
    if (route.kind === "response") {
      await takeAnswer(message, sending, settings, begin);
      return undefined;
    }
    if (content.asynchronous && later === undefined) {
      throw new Refusal(400, "not-supported", "Asynchronous processing is not supported: send the message without async.");
    }
    const ready = withHandler(message, settings);
    if (content.asynchronous && later !== undefined) {
      isHandedOver = await later.accept(ready, sending, { base, responseUrl: content.responseUrl }, hold);
      return undefined;
    }
    const late = { answer: () => unlessRefused(lateAnswer(ready, base, settings, false), false), tell: settings.tell };
    const work = () => begin(process(ready, base, settings, false)).then(unlessTransient);
    return unlessRefused(await reliably(settings.memory, sending, route.category, clock(settings), work, late));
  } finally {
    const release = () => isHandedOver || hold.release();
    if (underWay === undefined) release();
    else underWay.then(release, release);
  }
}

/** What was not processed is not kept: HTTP says so at once, where no message is wanted that would. */
function unlessTransient(processed: ProcessingResult): ProcessingResult {
  if (!processed.final) unlessRefused(processed.body, false);
  return { ...processed, failed: (error) => unlessRefused(processed.failed(error), false) };
}

/**
 * Hands an answer over, once; it gets none itself. What `onAnswer` throws is answered with 500, so that it comes again, and with 503 where
 * it takes too long: when it has come to its end, the copy that comes then is known.
 *
 * Source: R4, OperationDefinition MessageHeader-process-message: "it may be a response message to accept", and "there is no response
 * message for the response messages".
 */
async function takeAnswer(
  { bundle, text, route }: ValidMessage,
  sending: Sending,
  settings: ReceiverSettings,
  begin: (work: Promise<ProcessingResult>) => Promise<ProcessingResult>,
): Promise<void> {
  const handOver = async () => {
    await settings.onAnswer({ bundle, text, route, now: settings.now() });
    return { body: NO_ANSWER, final: true, failed: () => NO_ANSWER };
  };
  const answer = () => {
    throw new Unavailable("The receiver is still processing the answer: send it again later.");
  };
  // Whoever sends the same answer with another Bundle.id does no harm by that.
  await reliably(settings.memory, sending, "notification", clock(settings), () => begin(handOver()), { answer, tell: settings.tell });
}

function clock({ now }: ReceiverSettings): () => number {
  return () => now().getTime();
}
