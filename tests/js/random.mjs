/** Mulberry32: a run can be repeated with its seed, so whoever uses it prints that. */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The seed that the variable SEED gives, or one of this moment. */
export const someSeed = () => Number(process.env.SEED ?? Date.now() % 2 ** 31);
