/**
 * What a receiver holds in memory of messages that are not answered yet: of bodies that are still coming, of messages that are being
 * processed, and of those that wait for it or whose answer is being delivered. All of it together is bounded.
 */
import { Unavailable } from "./refusal.js";

/** A body that is still coming after so long gives way to another one when there is no room, in milliseconds. */
const PATIENCE = 10_000;

/** A part of the room. */
export interface Hold {
  /** Takes so many bytes more. @throws {Unavailable} when there is no room for them. */
  grow(bytes: number): void;
  /** Holds so many from now on. What was accepted stays accepted: this is never refused. */
  become(bytes: number): void;
  /**
   * Takes so many bytes more, of what was kept before. What is larger than half of the room needs no more than that, so that its time
   * comes.
   * @throws {Unavailable} when there is no room for them.
   */
  takeUp(bytes: number): void;
  /** What is held is still coming, and may have to give way: `giveWay` is called then, and nothing is held any more. */
  coming(giveWay: (() => void) | undefined): void;
  /** Holds nothing any more. */
  release(): void;
}

export class Room {
  readonly #bytes: number;
  readonly #now: () => number;
  #held = 0;
  /** The bodies that are still coming, the oldest first. */
  readonly #coming = new Map<Hold, { since: number; giveWay: () => void }>();

  constructor(bytes: number, now: () => number = () => performance.now()) {
    this.#bytes = bytes;
    this.#now = now;
  }

  hold(): Hold {
    let held = 0;
    const set = (bytes: number) => {
      this.#held += bytes - held;
      held = bytes;
    };
    const hold: Hold = {
      grow: (bytes) => {
        this.#makeRoom(bytes, hold);
        set(held + bytes);
      },
      become: set,
      takeUp: (bytes) => {
        this.#makeRoom(Math.min(bytes, this.#bytes / 2), hold);
        set(held + bytes);
      },
      coming: (giveWay) => {
        if (giveWay === undefined) this.#coming.delete(hold);
        else this.#coming.set(hold, { since: this.#now(), giveWay });
      },
      release: () => {
        this.#coming.delete(hold);
        set(0);
      },
    };
    return hold;
  }

  /** Nobody may keep others out by sending long bodies slowly: the oldest of those goes first. */
  #makeRoom(bytes: number, asking: Hold): void {
    for (const [hold, { since, giveWay }] of this.#coming) {
      if (this.#held + bytes <= this.#bytes || this.#now() - since < PATIENCE) break;
      if (hold === asking) continue;
      hold.release();
      giveWay();
    }
    if (this.#held + bytes > this.#bytes) throw full();
  }
}

export function full(): Unavailable {
  return new Unavailable("The receiver has too much to do: send the message again later.");
}
