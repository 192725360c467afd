/** A message that went out, and what came back. */
import type { SendReply } from "./send.worker.js";

export interface SentMessage {
  id: string;
  at: Date;
  endpoint: string;
  base: string;
  /** Whether it went through the relay. */
  relayed: boolean;
  url: string;
  event: string;
  category: "consequence" | "currency" | "notification" | undefined;
  messageId: string | undefined;
  bundleId: string | undefined;
  milliseconds: number;
  /** The text that was sent; absent when it is no longer kept. */
  text: string | undefined;
  /** Absent when nobody waited for the answer. */
  sent: SendReply | undefined;
  /** Why nobody did. */
  unanswered: "cancelled" | "broken-off" | undefined;
}
