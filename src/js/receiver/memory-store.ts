/** A store for as long as the process lives. */
import { check, wholeNumber } from "../arguments.js";
import { Unavailable } from "./refusal.js";
import { type AsynchronousStore, type OwedAnswer, type Sending, UNTIL_PROCESSED } from "./store.js";

export interface MemoryStoreOptions {
  /**
   * How many bytes are kept of answers, and of messages that are still to be answered (default 256 MiB). When they are all in use new
   * messages are refused with 503 until the oldest answer has expired, or one that waited for its delivery has arrived: one that is
   * forgotten before its time would let its message be processed twice.
   */
  maxBytes?: number;
}

interface AnswerEntry {
  messageId: string;
  body?: string;
  expires: number;
  /** The bytes that it takes, where that is counted with the answers. */
  size?: number;
}

/** What is owed, and the bytes of its text. */
interface OwedEntry {
  answer: OwedAnswer;
  size: number;
}

const MEBIBYTE = 1024 * 1024;
const MOST = 256 * MEBIBYTE;

/** About what an answer takes beside its body: two entries of a map with their keys. */
const ENTRY = 600;

/** When a sender should try again that finds no room, in seconds: room comes when an answer expires. */
const RETRY_AFTER = 60;

/**
 * Keeps answers as long as the process lives, and no more than there is room for. There is no database for a handler's `commit`: it runs
 * just before its answer is kept.
 */
export function memoryStore(options?: MemoryStoreOptions): AsynchronousStore {
  const { maxBytes = MOST } = check(options, { maxBytes: wholeNumber(1, Number.MAX_SAFE_INTEGER) }) as MemoryStoreOptions;
  const answers = new Map<string, AnswerEntry>();
  const messages = new Map<string, number>();
  const owed = new Map<string, OwedEntry>();
  // What is still to be processed does not expire. Apart, so that it is in front of nothing that does.
  const accepted = new Map<string, AnswerEntry>();
  const acceptedMessages = new Map<string, number>();
  let bytes = 0;

  /** What is taken for a sending: by its answer, and by what is owed. A text that is both is there once. */
  function sizeOf(key: string): number {
    const [kept, due] = [answers.get(key), owed.get(key)];
    const isShared = due?.answer.body !== undefined && due.answer.body === kept?.body;
    return (kept?.size ?? 0) + (due === undefined ? 0 : ENTRY + (isShared ? 0 : due.size));
  }

  function counted(key: string, change: () => void): void {
    bytes -= sizeOf(key);
    change();
    bytes += sizeOf(key);
  }

  function forget(key: string): void {
    if (answers.has(key)) counted(key, () => answers.delete(key));
  }

  function keep({ sender, bundleId, messageId, expires, body }: Sending & AnswerEntry, now: number): void {
    forgetExpired(now);
    const [sending, message] = [keyOf(sender, bundleId), keyOf(sender, messageId)];
    const kept = { messageId, expires, ...(body !== undefined && { body }) };
    accepted.delete(sending);
    acceptedMessages.delete(message);
    if (expires === UNTIL_PROCESSED) {
      accepted.set(sending, kept);
      acceptedMessages.set(message, expires);
      return;
    }
    // A map keeps the place of a key that is set again.
    forget(sending);
    messages.delete(message);
    counted(sending, () => answers.set(sending, { ...kept, size: ENTRY + bytesOf(body) }));
    messages.set(message, expires);
  }

  /** All live equally long, so what has expired is at the front. */
  function forgetExpired(now: number): void {
    for (const [key, { expires }] of answers) {
      if (expires > now) break;
      forget(key);
    }
    for (const [key, expires] of messages) {
      if (expires > now) break;
      messages.delete(key);
    }
  }

  function isFull(now: number): boolean {
    if (bytes < maxBytes) return false;
    forgetExpired(now);
    return bytes >= maxBytes;
  }

  return {
    find({ sender, messageId, bundleId }, now) {
      const [sending, message] = [keyOf(sender, bundleId), keyOf(sender, messageId)];
      const kept = accepted.get(sending) ?? answers.get(sending);
      const known = {
        message: (acceptedMessages.get(message) ?? messages.get(message) ?? 0) > now,
        ...(kept !== undefined && kept.expires > now && { sending: kept }),
      };
      // Before it is processed: what was processed is kept in any case.
      if (known.sending === undefined && isFull(now)) {
        throw new Unavailable("The receiver cannot keep more answers for now: send the message again later.", { retryAfter: RETRY_AFTER });
      }
      return known;
    },
    save(answer, now, commit) {
      commit?.(undefined);
      keep(answer, now);
    },
    owe(answer, now, commit) {
      commit?.(undefined);
      const { sender, bundleId, messageId } = answer;
      const key = keyOf(sender, bundleId);
      counted(key, () => {
        owed.delete(key);
        owed.set(key, { answer, size: bytesOf(answer.request) + bytesOf(answer.body) });
      });
      if (!answer.again) return keep(answer, now);
      forget(key);
      accepted.delete(key);
      messages.delete(keyOf(sender, messageId));
      acceptedMessages.delete(keyOf(sender, messageId));
    },
    settle({ sender, bundleId }) {
      const key = keyOf(sender, bundleId);
      counted(key, () => owed.delete(key));
    },
    owed: () => Array.from(owed.values(), ({ answer }) => answer),
    owedTo: ({ sender, bundleId }) => owed.get(keyOf(sender, bundleId))?.answer,
  };
}

/** Neither part can be mistaken for the other. */
function keyOf(sender: string, id: string): string {
  return JSON.stringify([sender, id]);
}

/** As engines keep it: a byte for each character, or two for all when one of them is beyond Latin-1. */
function bytesOf(text = ""): number {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0xff) return 2 * text.length;
  return text.length;
}
