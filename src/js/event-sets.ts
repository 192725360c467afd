/** The sets of events that users bring, as one instance of the core holds them. */
import type { Bindings } from "./bindings.js";

/** A set by what it is made of: any instance of the core can make it anew. */
export interface EventSet {
  /** A JSON array of the definitions' texts. */
  readonly definitions: string;
}

/** Where the core has a set. It knows nothing of the set itself, which can thus be collected. */
interface Place {
  readonly of: EventSets;
  /** None when the core has put it out. */
  handle: number | undefined;
}

/**
 * How many sets the core holds at once. One more puts out the one that was not asked for longest, which is made anew when it is: however
 * many there are, and whether anyone frees them, the core's memory stays as it is.
 */
const MOST = 256;

/** Which set the next calls are about; none for the built-in one. To set it takes no call, so that no exhausted stack can leave it wrong. */
export const wanted: { set: EventSet | undefined } = { set: undefined };

const collected = new FinalizationRegistry<Place>((place) => place.of.release(place));

export class EventSets {
  /** The set that the core asks now. */
  asked: EventSet | undefined;
  readonly #core: Pick<Bindings, "ask" | "define" | "forget">;
  readonly #places = new WeakMap<EventSet, Place>();
  /** Those that the core holds; the one that was asked last is the last. */
  readonly #held = new Set<Place>();

  /** Whether these are the sets of the instance that answers: handles of another one mean nothing to it. */
  readonly #areCurrent: (these: EventSets) => boolean;

  constructor(core: Pick<Bindings, "ask" | "define" | "forget">, areCurrent: (these: EventSets) => boolean) {
    this.#core = core;
    this.#areCurrent = areCurrent;
  }

  /** Makes a set, and gives what makes no sense in it, as JSON text. */
  define(set: EventSet): string {
    // The core defines beside the built-in events.
    this.asked = undefined;
    const made = this.#core.define(set.definitions);
    let place = this.#places.get(set);
    if (place === undefined) {
      place = { of: this, handle: undefined };
      this.#places.set(set, place);
      collected.register(set, place, set);
    }
    place.handle = (JSON.parse(made) as { handle: number }).handle;
    this.#held.add(place);
    const [oldest] = this.#held;
    if (this.#held.size > MOST && oldest !== undefined) this.release(oldest);
    return made;
  }

  /** Makes the core ask a set, or the built-in one. */
  ask(set: EventSet | undefined): void {
    if (set === undefined) {
      this.#core.ask(undefined);
    } else {
      let place = this.#places.get(set);
      if (place?.handle === undefined) {
        this.define(set);
        place = this.#places.get(set) as Place;
      }
      this.#held.delete(place);
      this.#held.add(place);
      this.#core.ask(place.handle);
    }
    this.asked = set;
  }

  /** Frees what the core has of a set. */
  forget(set: EventSet): void {
    const place = this.#places.get(set);
    if (place === undefined) return;
    // The core asks the built-in set from here on, if it asked this one.
    if (this.asked === set) this.asked = undefined;
    this.release(place);
    collected.unregister(set);
    this.#places.delete(set);
  }

  release(place: Place): void {
    const { handle } = place;
    if (handle === undefined || !this.#areCurrent(this)) return;
    place.handle = undefined;
    this.#held.delete(place);
    this.#core.forget(handle);
  }
}
