/** What a receiver remembers of the messages that it has answered. */

/** One sending of a message. Who sent it is what `authorize` says; the two ids are the sender's. */
export interface Sending {
  sender: string;
  /** MessageHeader.id: the message, however often it is sent. */
  messageId: string;
  /** Bundle.id: this sending of it. */
  bundleId: string;
}

export interface StoredAnswer extends Sending {
  /** The body of the answer, as it went out. It may hold health data. */
  body: string;
  /** From when on it may be forgotten, in milliseconds since 1970. */
  expires: number;
}

export interface KnownSending {
  /** What was answered to the sending with this Bundle.id. */
  sending?: { messageId: string; body: string };
  /** Whether a sending with this MessageHeader.id has been answered. */
  message: boolean;
}

/** Where a receiver keeps its answers. What has expired counts as forgotten. */
export interface AnswerStore {
  find(sending: Sending, now: number): KnownSending | Promise<KnownSending>;
  /** Keeps an answer. When it is done the answer has outlived a crash, as far as the store can promise that; only then is it sent. */
  save(answer: StoredAnswer, now: number): void | Promise<void>;
}

/** Keeps answers as long as the process lives. */
export function memoryStore(): AnswerStore {
  const answers = new Map<string, StoredAnswer>();
  const messages = new Map<string, number>();
  return {
    find({ sender, messageId, bundleId }, now) {
      const sending = answers.get(keyOf(sender, bundleId));
      return {
        message: (messages.get(keyOf(sender, messageId)) ?? 0) > now,
        ...(sending !== undefined && sending.expires > now && { sending }),
      };
    },
    save(answer, now) {
      // All live equally long, so the oldest are the first: what has expired is at the front.
      forgetExpired(answers, (old) => old.expires <= now);
      forgetExpired(messages, (expires) => expires <= now);
      put(answers, keyOf(answer.sender, answer.bundleId), answer);
      put(messages, keyOf(answer.sender, answer.messageId), answer.expires);
    },
  };
}

/** Neither part can be mistaken for the other. */
function keyOf(sender: string, id: string): string {
  return JSON.stringify([sender, id]);
}

function put<V>(map: Map<string, V>, key: string, value: V): void {
  // A map keeps the place of a key that is set again.
  map.delete(key);
  map.set(key, value);
}

function forgetExpired<V>(map: Map<string, V>, hasExpired: (value: V) => boolean): void {
  for (const [key, value] of map) {
    if (!hasExpired(value)) return;
    map.delete(key);
  }
}
