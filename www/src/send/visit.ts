/** What was sent since the page was opened. In memory only: it is gone with the page. */
import type { SendResult } from "../fhirpost.js";
import type { Sent } from "./send.worker.js";

export interface Sending {
  at: Date;
  endpoint: string;
  base: string;
  url: string;
  event: string;
  category: "consequence" | "currency" | "notification" | undefined;
  messageId: string | undefined;
  bundleId: string | undefined;
  milliseconds: number;
  /** The text that was sent; absent when it is no longer kept. */
  text: string | undefined;
  /** Absent when nobody waited for the answer. */
  sent: Sent | undefined;
  /** Why nobody did. */
  unanswered: "cancelled" | "broken-off" | undefined;
}

/** The texts of messages and answers together, in characters; beyond this the oldest are dropped. */
const MOST_TEXT = 64 * 1024 * 1024;

export class Visit {
  readonly sendings: Sending[] = [];

  add(sending: Sending): void {
    this.sendings.push(sending);
    let length = 0;
    for (const each of [...this.sendings].reverse()) {
      length += (each.text?.length ?? 0) + (each.sent?.result.body?.length ?? 0);
      if (length <= MOST_TEXT || each === sending) continue;
      each.text = undefined;
      delete each.sent?.result.body;
    }
  }

  clear(): void {
    this.sendings.length = 0;
  }

  /** Whether this server has had another text with one of these ids, and may have processed it. */
  hasOtherText(base: string, text: string, { messageId, bundleId }: { messageId?: string; bundleId?: string }): boolean {
    return this.sendings.some((before) => {
      const isSameId =
        (messageId !== undefined && before.messageId === messageId) || (bundleId !== undefined && before.bundleId === bundleId);
      const outcome = before.sent?.result.outcome;
      // What was refused was not processed.
      const mayBeKnown = outcome !== "refused" && outcome !== "invalid";
      return before.base === base && isSameId && mayBeKnown && before.text !== undefined && before.text !== text;
    });
  }

  /** As a JSON file. The token is in none of it. */
  exported(withTexts: boolean): string {
    const sendings = this.sendings.map((sending) => {
      const { at, endpoint, url, event, messageId, bundleId, milliseconds, text, sent } = sending;
      return {
        at: at.toISOString(),
        endpoint,
        url,
        event,
        messageId,
        bundleId,
        outcome: outcomeOf(sending),
        status: sent?.result.answer?.status ?? 0,
        milliseconds: Math.round(milliseconds),
        created: sent?.result.answer?.created.map(({ type, id }) => `${type}/${id}`) ?? [],
        issues: sent?.result.issues.map(({ rule, severity, message }) => ({ rule, severity, message })) ?? [],
        ...(withTexts && { message: text, answer: sent?.result.body }),
      };
    });
    return `${JSON.stringify({ exported: new Date().toISOString(), sendings }, null, 2)}\n`;
  }
}

export function outcomeOf({ sent, unanswered = "cancelled" }: Sending): SendResult["outcome"] | "cancelled" | "broken-off" {
  return sent?.result.outcome ?? unanswered;
}
