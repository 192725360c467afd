/** How a request is refused, and what answers are sent with. */
import type { IssueType, OperationOutcome } from "../types/validation.js";

/** A request that is not processed: its HTTP status, and the OperationOutcome that says why. Never quotes the message. */
export class Refusal extends Error {
  readonly status: number;
  readonly outcome: OperationOutcome;
  readonly headers: Record<string, string>;

  constructor(status: number, code: IssueType, text: string, headers: Record<string, string> = {}) {
    super(text);
    this.status = status;
    this.outcome = { resourceType: "OperationOutcome", issue: [{ severity: "error", code, details: { text } }] };
    this.headers = headers;
  }

  /** For a body that was validated, or a message that was processed: the outcome is the report on it. */
  static withOutcome(status: number, outcome: OperationOutcome, headers: Record<string, string> = {}): Refusal {
    const refusal = new Refusal(status, "invalid", "The message is not valid.", headers);
    return Object.assign(refusal, { outcome });
  }
}

/** How long it takes until a sender should try again that was turned away for want of room, or of a lock, in seconds. */
export const SOON = 5;

/** The receiver cannot do it now: the sender is told so with 503, and when to try again. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
  readonly retryAfter: number;

  /** @param text Goes to the sender: it quotes no message, and names nothing of this machine. */
  constructor(text: string, options: ErrorOptions & { retryAfter?: number } = {}) {
    const { retryAfter = SOON, ...rest } = options;
    super(text, rest);
    this.retryAfter = retryAfter;
  }
}

/** What was thrown inside may quote the message, so the sender learns only that something failed. */
export function refused(error: unknown, tell: (error: unknown) => void): Response {
  if (!(error instanceof Refusal)) tell(error);
  const refusal = refusalOf(error);
  return json(refusal.status, JSON.stringify(refusal.outcome), "application/fhir+json", refusal.headers);
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (!(error instanceof Unavailable))
    return new Refusal(500, "exception", "The receiver failed to process the message. It may be sent again.");
  return new Refusal(503, "throttled", error.message, { "Retry-After": String(error.retryAfter) });
}

/** No cache on the way may keep what is said about a person. */
export const PRIVATE = { "Cache-Control": "no-store" };

export function json(status: number, body: string, contentType: string, headers: Record<string, string> = {}): Response {
  return new Response(body, { status, headers: { ...headers, ...PRIVATE, "Content-Type": `${contentType}; charset=utf-8` } });
}
