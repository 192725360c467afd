import type { IssueType, OperationOutcome } from "../types.js";

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

  /** For a body that was judged, or a message that was processed: the outcome is the report on it. */
  static withOutcome(status: number, outcome: OperationOutcome, headers: Record<string, string> = {}): Refusal {
    const refusal = new Refusal(status, "invalid", "The message is not valid.", headers);
    return Object.assign(refusal, { outcome });
  }
}
