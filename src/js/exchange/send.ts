/** Sending a message: checks, attempts, and what came of it. When it is sent again, and as what, are rules of the core. */
import { core } from "../core.js";
import { bodyOf, readable } from "../input.js";
import type { Message } from "../message.js";
import { randomUuid } from "../parts.js";
import type { Answer, PreparedRequest, ReadAnswerOptions, RetryOptions, SendOptions, SendResult } from "../types/exchange.js";
import type { Issue, MessageInput } from "../types/validation.js";
import { readMessage, using } from "../validator/small.js";
import { usualValidator, type Validator } from "../validator/whole.js";
import { unlessAborted } from "../waiting.js";
import { exchange, type Fetch, type HttpAnswer, type Limits } from "./fetch.js";
import {
  answerTo,
  checkCapability,
  checkRetryOptions,
  checkSendOptions,
  prepareRequest,
  readAnswer,
  readCapability,
} from "./request-and-answer.js";

const TIMEOUT = 30_000;
const LONGEST_ANSWER = 8 * 1024 * 1024;
const MINUTE = 60_000;

/**
 * Sends a message and reads the answer. First it is checked: what is not valid is not sent. What may be sent again is, as the category of
 * the event has it: a consequence with the same Bundle.id, so that no receiver processes it twice, a currency or notification with a new
 * one; where the category is not known, as a consequence.
 *
 * ```js
 * const { outcome, issues, answer } = await sendMessage(message, { base: "https://fhirtest.netsmartcloud.com/v4", token });
 * if (outcome === "ok") console.log(answer.created);
 * ```
 *
 * Whatever the network and the receiver do, there is a result. Redirects are not followed: the token goes to the origin of `base` and
 * nowhere else. It is in no issue and no error, and in the result only where the receiver itself quotes it: in `body`, and in the answer's
 * `outcomeIssues` and `location`.
 * @throws {TypeError} when an argument is of the wrong kind; the text names it.
 * @throws the reason of `options.signal` when that is aborted, and what the functions among the options throw.
 */
export async function sendMessage(message: MessageInput, options: SendOptions): Promise<SendResult> {
  const sending = new SendRun(message, checkSendOptions(options));
  try {
    return await sending.run();
  } finally {
    sending.end();
  }
}

class SendRun {
  readonly #validator: Validator;
  readonly #options: SendOptions;
  readonly #fetch: Fetch;
  readonly #limits: Limits;
  readonly #retrying: RetryPolicy;
  readonly #now: () => Date;
  readonly #result: SendResult = { outcome: "invalid", issues: [], attempts: [] };
  /** What goes out. It is read once, so that every attempt has the same; what is sent again may have another Bundle.id. */
  #message: Message;
  /** Bundle.id of that. */
  #bundleId: string | undefined;
  #token: string | undefined;
  /** What its answer is read with. */
  #expected: ReadAnswerOptions = {};
  /** For how many milliseconds the receiver knows the message again. */
  #remembered = Number.POSITIVE_INFINITY;

  constructor(message: MessageInput, options: SendOptions) {
    this.#validator = options.validator ?? usualValidator();
    this.#message = readMessage(message, "message");
    this.#options = options;
    this.#fetch = options.fetch ?? ((url, init) => fetch(url, init));
    this.#limits = {
      signal: options.signal,
      timeout: options.timeout ?? TIMEOUT,
      maxBytes: options.maxAnswerBytes ?? LONGEST_ANSWER,
    };
    this.#retrying = retrying(options.retry);
    this.#now = options.now ?? (() => new Date());
    this.#token = options.token;
  }

  async run(): Promise<SendResult> {
    const result = this.#result;
    // A base that is malformed is the caller's fault, and is said before anything is asked of anyone.
    const { metadataUrl } = this.#prepare();
    this.#limits.signal?.throwIfAborted();
    const route = this.#validator.route(this.#message);
    this.#expected = answerTo(route);
    this.#bundleId = route.bundleId;
    const { messageId } = this.#expected;
    if (messageId !== undefined) result.messageId = messageId;
    if (!this.#isValid() || !(await this.#isDeclared(metadataUrl))) return result;
    if (this.#options.getToken !== undefined) this.#token = await this.#askForToken(false);
    let request = await this.#ready();
    const checked = result.issues;
    result.issues = [...checked, ...request.issues];
    if (hasErrors(request.issues)) return result;

    const first = this.#now().getTime();
    let failed = 0;
    let hasAskedAgain = false;
    while (true) {
      const answer = await this.#attempt(request);
      result.outcome = answer.outcome;
      result.issues = [...checked, ...request.issues, ...answer.issues];
      if (answer.status === 401 && this.#options.getToken !== undefined && !hasAskedAgain) {
        hasAskedAgain = true;
        this.#token = await this.#askForToken(true);
      } else {
        failed += 1;
        const wait = waitAfter(answer, failed, this.#retrying, this.#options.random ?? Math.random);
        if (wait === undefined) return this.#handedBack(answer);
        // A receiver that has forgotten the message would process it a second time.
        if (this.#now().getTime() + wait - first > this.#remembered) return this.#handedBack(answer);
        this.#options.onProgress?.({ type: "waiting", attempt: result.attempts.length, milliseconds: wait });
        await (this.#options.sleep ?? sleep)(wait, this.#limits.signal);
      }
      this.#limits.signal?.throwIfAborted();
      const id = (this.#options.ids ?? randomUuid)();
      this.#sendsAgain(id);
      request = await this.#ready();
      if (hasErrors(request.issues)) {
        result.issues = [...result.issues, ...request.issues];
        return result;
      }
    }
  }

  /** The result, with the wait that the receiver asks for and that is the caller's to keep. */
  #handedBack({ mayResend, retryAfter }: Answer): SendResult {
    if (mayResend && retryAfter !== undefined && retryAfter > 0) this.#result.retryAfter = retryAfter;
    return this.#result;
  }

  /** The message is not needed any more. */
  end(): void {
    this.#message.free();
  }

  #isValid(): boolean {
    const { check = true } = this.#options;
    if (check === false) return true;
    const report = this.#validator.validate(this.#message, { showValues: false, ...(check === true ? {} : check), as: "message" });
    this.#result.report = report;
    return report.valid;
  }

  /** Whether the receiver declares that it takes the message, where it is asked. */
  async #isDeclared(metadataUrl: string): Promise<boolean> {
    const { capability, check } = this.#options;
    if (capability === undefined) return true;
    let statement: MessageInput;
    // A receiver that cannot say at the moment what it can do is asked to do it all the same.
    let isKnown = true;
    if (capability === true) {
      const received = await exchange(this.#fetch, metadataUrl, { headers: { Accept: "application/fhir+json" } }, this.#limits);
      statement = received.body;
      isKnown = received.status === 200 && received.failure === undefined;
    } else {
      statement = capability;
    }
    const { reliableCache } = readCapability(statement);
    if (reliableCache !== undefined) this.#remembered = reliableCache * MINUTE;
    const issues = checkCapability(statement, this.#message, { validator: this.#validator });
    this.#result.issues = isKnown ? issues : issues.map((issue) => ({ ...issue, severity: "warning" }));
    return check === false || !hasErrors(this.#result.issues);
  }

  /** The request for the next attempt; a token that expires in between is replaced where that is possible. */
  async #ready(): Promise<PreparedRequest> {
    const request = this.#prepare();
    const isExpired = request.issues.some(({ rule }) => rule === "token-expired");
    if (!isExpired || this.#options.getToken === undefined) return request;
    this.#token = await this.#askForToken(false);
    return this.#prepare();
  }

  #prepare(): PreparedRequest {
    const { base, async, responseUrl, scope, profile } = this.#options;
    return prepareRequest(base, this.#message, {
      validator: this.#validator,
      now: this.#now(),
      ...(this.#token !== undefined && { token: this.#token }),
      ...(async !== undefined && { async }),
      ...(responseUrl !== undefined && { responseUrl }),
      ...(scope !== undefined && { scope }),
      ...(profile !== undefined && { profile }),
    });
  }

  /**
   * A consequence is sent again as it is, a currency or notification with a new Bundle.id in the place of the old one. MessageHeader.id
   * stays in any case.
   */
  #sendsAgain(id: string): void {
    if (typeof id !== "string") throw new TypeError("options.ids must give strings");
    const read = readable(this.#message, "message");
    const text = using(this.#validator, (core) => core.sendAgain(read, id, this.#options.category ?? ""));
    if (text === undefined) return;
    const isText = typeof bodyOf(this.#message) === "string";
    this.#message.free();
    this.#message = this.#validator.read(isText ? text : new TextEncoder().encode(text));
    this.#bundleId = this.#validator.route(this.#message).bundleId;
  }

  async #askForToken(refused: boolean): Promise<string> {
    const token: unknown = await unlessAborted(this.#limits.signal, () => this.#options.getToken?.({ refused }));
    if (typeof token !== "string") throw new TypeError("options.getToken must give a string");
    return token;
  }

  async #attempt({ url, method, headers, body }: PreparedRequest): Promise<Answer> {
    const { attempts } = this.#result;
    const attempt = attempts.length + 1;
    const bundleId = this.#bundleId;
    this.#options.onProgress?.({ type: "attempt", attempt });
    const started = this.#now().getTime();
    const received = await exchange(this.#fetch, url, { method, headers, body: body as BodyInit }, this.#limits);
    const milliseconds = this.#now().getTime() - started;
    const answer = this.#read(received);
    const { status, outcome } = answer;
    attempts.push({ ...(bundleId !== undefined && { bundleId }), status, outcome, milliseconds });
    this.#options.onProgress?.({ type: "answer", attempt, status, outcome, milliseconds });
    this.#result.answer = answer;
    this.#result.body = new TextDecoder().decode(received.body);
    return answer;
  }

  #read({ status, headers, body, failure }: HttpAnswer): Answer {
    return readAnswer(status, headers, body, {
      ...this.#expected,
      async: this.#options.async === true,
      now: this.#now(),
      ...(failure !== undefined && { failure }),
    });
  }
}

function hasErrors(issues: Issue[]): boolean {
  return issues.some(({ severity }) => severity === "error" || severity === "fatal");
}

type RetryPolicy = Required<RetryOptions>;

/** The options with their defaults filled in. */
function retrying(options: RetryOptions | false | undefined): RetryPolicy {
  const given = checkRetryOptions(options === false ? { attempts: 1 } : options);
  return { attempts: 3, delay: 1000, maxDelay: 30_000, maxRetryAfter: 120_000, ...given };
}

/** How long to wait before the next attempt, after so many failed ones; nothing when there is none. */
function waitAfter(answer: Answer, failed: number, how: RetryPolicy, random: () => number): number | undefined {
  if (!answer.mayResend) return undefined;
  const { attempts, delay, maxDelay, maxRetryAfter } = how;
  const wait = core().resendAfter(attempts, delay, maxDelay, maxRetryAfter, failed, answer.retryAfter ?? 0, random());
  return wait < 0 ? undefined : wait;
}

/** Waits, unless the signal is aborted. */
async function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await unlessAborted(
      signal,
      () =>
        new Promise<void>((resolve) => {
          timer = setTimeout(resolve, milliseconds);
        }),
    );
  } finally {
    clearTimeout(timer);
  }
}
