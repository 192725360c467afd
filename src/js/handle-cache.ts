/** What the core holds for objects of ours: handles, which may be put out, and are made anew from what the objects are made of. */

/** Where the core has something. It knows nothing of the object itself, which can thus be collected. */
interface Place<Handle> {
  readonly of: Release<Handle>;
  /** None when the core has put it out. */
  handle: Handle | undefined;
  /** What it takes of what may be held. */
  weight: number;
}

interface Release<Handle> {
  release(place: Place<Handle>): void;
}

const collected = new FinalizationRegistry<Place<unknown>>((place) => place.of.release(place));

/** How much the core holds at once. */
export interface HandleLimits {
  handles: number;
  /** What they weigh together: the last one stays, however heavy it is. */
  weight: number;
}

/**
 * The handles of one instance of the core. What is asked for when it holds the most already puts out the one that was not asked for
 * longest: however many objects there are, and whether anyone frees them, the core's memory stays as it is.
 */
export class HandleCache<Of extends object, Handle extends { free(): void }> implements Release<Handle> {
  readonly #most: HandleLimits;
  readonly #isCurrent: () => boolean;
  readonly #places = new WeakMap<Of, Place<Handle>>();
  /** Those that the core holds; the one that was asked for last is the last. */
  readonly #held = new Set<Place<Handle>>();
  #weight = 0;

  /** @param isCurrent Whether the instance is the one that answers: handles of another one mean nothing to it. */
  constructor(most: HandleLimits, isCurrent: () => boolean) {
    this.#most = most;
    this.#isCurrent = isCurrent;
  }

  /** The handle of an object, if it is there. */
  get(of: Of): Handle | undefined {
    const place = this.#places.get(of);
    if (place?.handle === undefined) return undefined;
    this.#held.delete(place);
    this.#held.add(place);
    return place.handle;
  }

  /** Keeps the handle that its instance made for an object. */
  keep(of: Of, handle: Handle, weight = 0): Handle {
    let place = this.#places.get(of);
    if (place === undefined) {
      place = { of: this, handle: undefined, weight: 0 };
      this.#places.set(of, place);
      collected.register(of, place as Place<unknown>, of);
    }
    this.#free(place);
    place.handle = handle;
    place.weight = weight;
    this.#weight += weight;
    this.#held.add(place);
    for (const oldest of this.#held) {
      if (oldest === place || (this.#held.size <= this.#most.handles && this.#weight <= this.#most.weight)) break;
      this.#free(oldest);
    }
    return handle;
  }

  /** Frees what its instance has of an object. */
  forget(of: Of): void {
    const place = this.#places.get(of);
    if (place === undefined) return;
    this.#free(place);
    collected.unregister(of);
    this.#places.delete(of);
  }

  /** Frees what nobody has any more, at the end of a turn of the event loop. */
  release(place: Place<Handle>): void {
    if (this.#isCurrent()) this.#free(place);
  }

  #free(place: Place<Handle>): void {
    const { handle } = place;
    if (handle === undefined) return;
    place.handle = undefined;
    this.#weight -= place.weight;
    this.#held.delete(place);
    handle.free();
  }
}
